//! Tokens: the normal forms of words, the same for documents and for queries.
//!
//! A text is read in *runs* without a blank. The characters of a run are folded first and
//! cut into words afterwards, so that `(株)` written as one character, full-width letters
//! and plain ones meet the same rules. An ASCII run needs no folding beyond lower case and is
//! cut where it stands, by the same code.
//!
//! Words are those of Unicode's UAX 29 (letters, digits and the marks on them) with these
//! differences:
//!
//! - scripts written without blanks give one token a character, so that any substring is a phrase;
//! - apostrophes split, and an `s` alone after one is dropped: `Kazakhstan’s` is `kazakhstan`;
//! - dots vanish from `U.S.`, stay in `20.04`, and split everything else (`example.com`);
//! - commas vanish from `1,000`, and split everything else;
//! - `&` joins letters (`AT&T`); `++` and `#` may end a word of letters (`C++`, `C#`);
//! - hyphens and underscores split.
//!
//! Any change here that changes a token is a new [`TOKENS_VERSION`].

use super::stems::Stems;
use std::ops::Range;
use unicode_normalization::char::{compose, decompose_compatible, is_combining_mark};

/// The version of the rules, kept in the file: tokens of another version do not match.
pub const TOKENS_VERSION: u32 = 1;

/// Marks a stem, and keeps it apart from a word that is spelt the same.
pub(super) const STEM: char = '~';

/// The longest normal form in bytes; what is longer is cut.
const LONGEST: usize = 64;

/// A run longer than this is cut, so that folding a text without blanks takes little memory.
const LONGEST_RUN: usize = 1 << 16;

/// Calls `f` with the normal form and the byte range in `text` of each token, in order.
///
/// In English (`language` has the primary subtag `en`) a word of ASCII letters is given as
/// `~` and its stem. A token holds only characters beyond ASCII, `a`-`z`, `0`-`9`, and `~&+#.`,
/// and is at most 64 bytes (a stem: 65) long.
pub fn each_token(text: &str, language: Option<&str>, mut f: impl FnMut(&str, Range<usize>)) {
    let mut stems = is_english(language).then(Stems::take);
    each_word(text, |word| match &mut stems {
        Some(stems) if is_stemmed(word.form) => f(stems.of(word.form), word.range),
        _ => f(word.form, word.range),
    });
    if let Some(stems) = stems {
        stems.give_back();
    }
}

/// Folds a name: its normal forms with single blanks between, without stems, and with
/// characters of scripts that need no blanks left together.
///
/// ```
/// assert_eq!(newsdb::search::fold("  Müller’s  Café-Bar "), "muller cafe bar");
/// assert_eq!(newsdb::search::fold("東京 タワー"), "東京 タワー");
/// ```
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    each_word(text, |word| {
        if !folded.is_empty() && !word.glued {
            folded.push(' ');
        }
        folded.push_str(word.form);
    });
    folded
}

/// Whether English documents hold the stem of this normal form instead of itself.
pub(super) fn is_stemmed(form: &str) -> bool {
    form.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn is_english(language: Option<&str>) -> bool {
    let primary = language.and_then(|tag| tag.split(['-', '_']).next());
    primary.is_some_and(|primary| primary.eq_ignore_ascii_case("en"))
}

/// Calls `f` with what stands between white space; for texts of ASCII in half the time of
/// [`str::split_whitespace`].
pub(crate) fn each_run(text: &str, f: impl FnMut(&str)) {
    if text.is_ascii() && !text.contains('\x0B') {
        text.split_ascii_whitespace().for_each(f);
    } else {
        text.split_whitespace().for_each(f);
    }
}

struct Word<'a> {
    form: &'a str,
    range: Range<usize>,
    /// The character before it is a token too, of a script without blanks.
    glued: bool,
}

fn each_word(text: &str, mut f: impl FnMut(Word<'_>)) {
    let mut form = String::with_capacity(LONGEST);
    let mut folded = Vec::new();
    let mut start = 0;
    while let Some(run) = next_run(text, &mut start) {
        let offset = start - run.len();
        if let Some(word) = plain_word(run) {
            form.clear();
            form.push_str(word);
            form.make_ascii_lowercase();
            f(Word { form: &form, range: offset..offset + word.len(), glued: false });
        } else if run.is_ascii() {
            cut(run.as_bytes(), &mut form, |form, at, glued| {
                f(Word { form, range: offset + at.start..offset + at.end, glued });
            });
        } else {
            fold_run(run, &mut folded);
            cut(&folded, &mut form, |form, at, glued| {
                let units = folded.get(at).unwrap_or_default();
                if let (Some(first), Some(last)) = (units.first(), units.last()) {
                    f(Word { form, range: offset + first.start..offset + last.end, glued });
                }
            });
        }
    }
}

/// The next run of characters without an ASCII blank; `start` moves to its end.
fn next_run<'a>(text: &'a str, start: &mut usize) -> Option<&'a str> {
    let rest = text.get(*start..)?;
    let blanks = rest.bytes().take_while(u8::is_ascii_whitespace).count();
    let rest = rest.get(blanks..)?;
    let mut end =
        rest.bytes().take(LONGEST_RUN).take_while(|byte| !byte.is_ascii_whitespace()).count();
    while !rest.is_char_boundary(end) {
        end -= 1;
    }
    let run = rest.get(..end)?;
    *start += blanks + run.len();
    (!run.is_empty()).then_some(run)
}

// --- Cutting a run into words ---

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Letter,
    Digit,
    /// A mark that belongs to the letter before it.
    Mark,
    /// Of a script without blanks: a token by itself.
    Single,
    Other,
}

use Kind::{Digit, Letter, Mark, Other, Single};

/// A folded character: a byte of an ASCII run, or a [`Folded`] of any other.
trait Unit: Copy {
    fn char(self) -> char;
    fn kind(self) -> Kind;
}

impl Unit for u8 {
    fn char(self) -> char {
        char::from(self.to_ascii_lowercase())
    }

    fn kind(self) -> Kind {
        match self {
            b'a'..=b'z' | b'A'..=b'Z' => Letter,
            b'0'..=b'9' => Digit,
            _ => Other,
        }
    }
}

fn kind_of(c: char) -> Kind {
    match u8::try_from(c) {
        Ok(byte) if byte.is_ascii() => byte.kind(),
        _ if is_combining_mark(c) => {
            if is_single(c) {
                Single
            } else {
                Mark
            }
        }
        _ if !c.is_alphanumeric() => Other,
        _ if is_single(c) => Single,
        _ if c.is_numeric() => Digit,
        _ => Letter,
    }
}

/// Han, kana, Hangul, Thai, Lao, Khmer and Myanmar, marks included.
fn is_single(c: char) -> bool {
    matches!(c,
        '\u{0E00}'..='\u{0EFF}' // Thai, Lao
        | '\u{1000}'..='\u{109F}' | '\u{A9E0}'..='\u{A9FF}' | '\u{AA60}'..='\u{AA7F}' // Myanmar
        | '\u{1100}'..='\u{11FF}' | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7FF}' // Hangul
        | '\u{1780}'..='\u{17FF}' // Khmer
        | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{303B}' // Han signs and numbers
        | '\u{3040}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{1AFF0}'..='\u{1B16F}' // kana
        | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' // Han
    )
}

/// The units of a run, with a look at what is not there.
struct Run<'a, U>(&'a [U]);

impl<U: Unit> Run<'_, U> {
    fn kind(&self, at: usize) -> Kind {
        self.0.get(at).map_or(Other, |unit| unit.kind())
    }

    fn char(&self, at: usize) -> char {
        self.0.get(at).map_or(' ', |unit| unit.char())
    }

    fn is_word(&self, at: usize) -> bool {
        self.kind(at) != Other
    }
}

/// What most runs are: letters of ASCII, and maybe a sign that ends a word. [`cut`] would find the same.
fn plain_word(run: &str) -> Option<&str> {
    let word = run.strip_suffix([',', '.', ';', ':', '!', '?']).unwrap_or(run);
    // A single letter may begin `U.S.`.
    let is_plain = word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    (is_plain && word.len() <= LONGEST).then_some(word)
}

/// Calls `found` with each word's normal form, its place, and whether it is glued.
fn cut<U: Unit>(units: &[U], form: &mut String, mut found: impl FnMut(&str, Range<usize>, bool)) {
    let run = Run(units);
    let mut at = 0;
    while at < units.len() {
        let mut normal = Form::new(form);
        let end = match run.kind(at) {
            Other | Mark => {
                at += 1;
                continue;
            }
            Single => {
                normal.push(run.char(at));
                at + 1
            }
            Letter | Digit => match acronym(&run, at) {
                Some(end) => {
                    (at..end)
                        .map(|i| run.char(i))
                        .filter(|&c| c != '.')
                        .for_each(|c| normal.push(c));
                    end
                }
                None => word(&run, at, &mut normal),
            },
        };
        let possessive =
            form == "s" && at.checked_sub(1).is_some_and(|before| run.char(before) == '\'');
        if !possessive {
            let glued = run.kind(at) == Single && at > 0 && run.kind(at - 1) == Single;
            found(form, at..end, glued);
        }
        at = end;
    }
}

/// The normal form under way, cut at [`LONGEST`] bytes.
struct Form<'a> {
    text: &'a mut String,
    full: bool,
}

impl<'a> Form<'a> {
    fn new(text: &'a mut String) -> Self {
        text.clear();
        Self { text, full: false }
    }

    fn push(&mut self, c: char) {
        self.full |= self.text.len() + c.len_utf8() > LONGEST;
        if !self.full {
            self.text.push(c);
        }
    }
}

/// Two or more letters, each followed by a dot (the last may lack it at the end of a word): where they end.
fn acronym<U: Unit>(run: &Run<'_, U>, start: usize) -> Option<usize> {
    let mut end = start;
    let mut letters = 0;
    while run.kind(end) == Letter {
        let mut after = end + 1;
        while run.kind(after) == Mark {
            after += 1;
        }
        if run.char(after) == '.' {
            after += 1;
        } else if run.is_word(after) {
            break;
        }
        letters += 1;
        end = after;
        if run.char(end - 1) != '.' {
            break;
        }
    }
    (letters >= 2).then_some(end)
}

/// A word from `start` on: pushes its normal form and tells where it ends.
fn word<U: Unit>(run: &Run<'_, U>, start: usize, normal: &mut Form<'_>) -> usize {
    let mut at = start;
    let mut letters = true;
    let mut digits = 0; // just before `at`
    let mut decimal = false; // after a dot commas separate
    loop {
        match (run.kind(at), run.char(at)) {
            (Letter | Mark, c) => {
                normal.push(c);
                digits = 0;
            }
            (Digit, c) => {
                normal.push(c);
                (letters, digits) = (false, digits + 1);
            }
            (Other, c @ '&') if digits == 0 && run.kind(at + 1) == Letter => normal.push(c),
            (Other, c @ '.') if digits > 0 && run.kind(at + 1) == Digit => {
                normal.push(c);
                (digits, decimal) = (0, true);
            }
            (Other, ',') if !decimal && (1..=3).contains(&digits) && is_group(run, at + 1) => {
                digits = 0
            }
            (Other, '"')
                if at > 0 && is_hebrew(run.char(at - 1)) && is_hebrew(run.char(at + 1)) => {}
            (Single | Other, _) => break,
        }
        at += 1;
    }
    if letters {
        let sign = run.char(at);
        let after = match sign {
            '+' if run.char(at + 1) == '+' => at + 2,
            '#' => at + 1,
            _ => return at,
        };
        if !run.is_word(after) && run.char(after) != sign {
            (at..after).for_each(|_| normal.push(sign));
            return after;
        }
    }
    at
}

/// Exactly three digits.
fn is_group<U: Unit>(run: &Run<'_, U>, at: usize) -> bool {
    (at..at + 3).all(|i| run.kind(i) == Digit) && !run.is_word(at + 3)
}

/// Hebrew abbreviations carry a quotation mark before their last letter.
fn is_hebrew(c: char) -> bool {
    ('\u{05D0}'..='\u{05EA}').contains(&c)
}

// --- Folding a run ---

/// A folded character and the bytes of the run that it came from.
#[derive(Clone, Copy)]
struct Folded {
    char: char,
    kind: Kind,
    start: usize,
    end: usize,
}

impl Unit for Folded {
    fn char(self) -> char {
        self.char
    }

    fn kind(self) -> Kind {
        self.kind
    }
}

/// Decomposes by compatibility (NFKD), lowers the case, drops accents and points, spells out
/// letters that have no decomposition, and composes what is left (NFC).
fn fold_run(run: &str, folded: &mut Vec<Folded>) {
    folded.clear();
    for (start, original) in run.char_indices() {
        let end = start + original.len_utf8();
        let mut push = |c: char| push_folded(folded, c, start, end);
        match original {
            '\0'..='\x7f' => push(original.to_ascii_lowercase()),
            // Folded already, and most of the text in their scripts: kana, Han, Hangul, Cyrillic, Arabic.
            '\u{0430}'..='\u{044F}'
            | '\u{0627}'..='\u{063A}'
            | '\u{0641}'..='\u{0648}'
            | '\u{3041}'..='\u{3096}'
            | '\u{30A1}'..='\u{30FA}'
            | '\u{4E00}'..='\u{9FFF}'
            | '\u{AC00}'..='\u{D7A3}' => push(original),
            _ => decompose_compatible(before_folding(original), |part| {
                for lower in part.to_lowercase() {
                    match spell(lower) {
                        Some(letters) => letters.chars().for_each(&mut push),
                        None => push(lower),
                    }
                }
            }),
        }
    }
}

fn push_folded(folded: &mut Vec<Folded>, c: char, start: usize, end: usize) {
    if !c.is_ascii()
        && (is_combining_mark(c) || is_jamo(c) || is_ignored(c))
        && let Some(last) = folded.last_mut()
    {
        let composed = compose(last.char, c).filter(|&both| !is_accent(c) || both == 'й');
        if let Some(both) = composed {
            (last.char, last.kind) = (both, kind_of(both));
        }
        if composed.is_some() || is_accent(c) || is_ignored(c) {
            last.end = end;
            return;
        }
    }
    if !is_accent(c) && !is_ignored(c) {
        folded.push(Folded { char: c, kind: kind_of(c), start, end });
    }
}

/// What must not meet NFKD, which would turn it into letters or blanks.
fn before_folding(c: char) -> char {
    match c {
        '™' | '℠' => ' ',
        '\u{309B}' => '\u{3099}',
        '\u{309C}' => '\u{309A}',
        _ => c,
    }
}

/// Letters and signs that differ by custom only, or whose stroke Unicode does not take apart.
fn spell(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'ł' => "l",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ı' => "i",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ς' => "σ",
        'ٱ' => "ا",
        'ى' | 'ی' => "ي",
        'ک' => "ك",
        '‘' | '’' | '‛' | '\u{02BB}' | '\u{02BC}' | '\u{05F3}' => "'",
        '\u{05F4}' => "\"",
        '٫' => ".",
        '٬' => ",",
        '٠' | '۰' => "0",
        '١' | '۱' => "1",
        '٢' | '۲' => "2",
        '٣' | '۳' => "3",
        '٤' | '۴' => "4",
        '٥' | '۵' => "5",
        '٦' | '۶' => "6",
        '٧' | '۷' => "7",
        '٨' | '۸' => "8",
        '٩' | '۹' => "9",
        _ => return None,
    })
}

/// Accents of Latin, Greek and Cyrillic, signs around characters, Hebrew points, Arabic vowels and hamzas.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036F}'
        | '\u{0591}'..='\u{05BD}' | '\u{05BF}' | '\u{05C1}' | '\u{05C2}' | '\u{05C4}' | '\u{05C5}' | '\u{05C7}'
        | '\u{0610}'..='\u{061A}' | '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{06D6}'..='\u{06DC}'
        | '\u{06DF}'..='\u{06E4}' | '\u{06E7}' | '\u{06E8}' | '\u{06EA}'..='\u{06ED}'
        | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}'
    )
}

/// What shapes or hides but says nothing: soft hyphens, joiners, marks of direction, tatweel, variation selectors.
fn is_ignored(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{061C}' | '\u{0640}' | '\u{180B}'..='\u{180F}' | '\u{200C}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// A vowel or final consonant that joins the syllable before it.
fn is_jamo(c: char) -> bool {
    ('\u{1161}'..='\u{11C2}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_are_what_cutting_finds() {
        let signs =
            ["a", "U", "s", "1", ".", ",", ";", ":", "&", "'", "+", "#", "!", "?", "\"", "-"];
        let mut runs = vec![String::new()];
        for _ in 0..4 {
            let longer = |run: &String| signs.map(|sign| format!("{run}{sign}"));
            runs = runs.iter().flat_map(longer).collect();
        }
        let mut plain = 0;
        for run in runs.iter().flat_map(|run| (1..=run.len()).map(|end| &run[..end])) {
            let Some(word) = plain_word(run) else { continue };
            let (mut form, mut found) = (String::new(), Vec::new());
            cut(run.as_bytes(), &mut form, |form, at, glued| {
                found.push((form.to_owned(), at, glued));
            });
            assert_eq!(found, [(word.to_ascii_lowercase(), 0..word.len(), false)], "{run}");
            plain += 1;
        }
        assert!(plain > 100, "{plain}");
        assert_eq!(plain_word(&"a".repeat(LONGEST + 1)), None);
    }
}
