//! Words, sentences, and which words could be part of a name.

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// No letter and no digit.
    Mark,
    /// Digits, perhaps with marks between.
    Number,
    /// Letters, none of them upper case (or of a script without case).
    Lower,
    /// The first letter upper, the others lower.
    Title,
    /// One upper-case letter, perhaps with a full stop.
    Initial,
    /// Two or more letters, all upper case.
    Upper,
    /// Upper-case letters elsewhere: `McDonald`, `eBay`, `Al-Ain`.
    Mixed,
}

/// How the words around are written, which decides what a capital letter says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Sentences.
    Prose,
    /// A headline with A Capital on Every Long Word.
    Headline,
    /// Everything in capitals.
    Capitals,
    /// A line of names and numbers.
    Table,
}

/// A word or a mark.
#[derive(Debug, Clone)]
pub struct Token {
    /// Byte offsets in the text.
    pub start: usize,
    pub end: usize,
    pub shape: Shape,
    pub style: Style,
    /// The first of its sentence.
    pub first: bool,
    /// Whether it may be part of a name: see [`mark_candidates`].
    pub candidate: bool,
}

/// A longer run of letters is no word: a key, a picture, a text without spaces.
const LONGEST_WORD: usize = 64;

/// The words and marks of a text, in order. A full stop belongs to an abbreviation or initial,
/// `'s` is a word of its own, hyphens and dots within a word do not divide it.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 5);
    let mut sentence = 0;
    let mut at = 0;
    while let Some(c) = next_char(text, at) {
        if c == ' ' {
            at += 1;
            continue;
        }
        let after = at + c.len_utf8();
        if c == '\n' {
            end_sentence(&mut tokens, &mut sentence);
            at = after;
        } else if c.is_whitespace() || c.is_control() {
            at = after;
        } else if c.is_alphanumeric() {
            let end = word_end(text, at);
            let (end, shape) = with_full_stop(text, at, end);
            let shape = if end - at <= LONGEST_WORD { shape } else { Shape::Mark };
            push(&mut tokens, at, end, shape);
            at = end;
        } else {
            let end = mark_end(text, at, c);
            push(&mut tokens, at, end, Shape::Mark);
            at = end;
            if matches!(c, '.' | '!' | '?') && starts_sentence(text, at) {
                end_sentence(&mut tokens, &mut sentence);
            }
        }
    }
    end_sentence(&mut tokens, &mut sentence);
    mark_candidates(text, &mut tokens);
    tokens
}

fn push(tokens: &mut Vec<Token>, start: usize, end: usize, shape: Shape) {
    let style = Style::Prose;
    tokens.push(Token { start, end, shape, style, first: false, candidate: false });
}

fn next_char(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’')
}

/// Where the word that begins at `start` ends.
fn word_end(text: &str, start: usize) -> usize {
    let mut end = start;
    loop {
        let rest = text.as_bytes().get(end..).unwrap_or_default();
        end += rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let blank = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_whitespace);
        if blank(text.as_bytes().get(end)) {
            break;
        }
        let Some(c) = next_char(text, end) else { break };
        let after = end + c.len_utf8();
        let next = next_char(text, after);
        let goes_on = match c {
            _ if c.is_alphanumeric() || is_combining(c) => true,
            '-' | '‑' | '.' | '&' | '_' | ',' | ':' => {
                let digits = |c: char| c.is_ascii_digit();
                let before = text.get(..end).and_then(|t| t.chars().next_back());
                match c {
                    ',' | ':' => before.is_some_and(digits) && next.is_some_and(digits),
                    '&' => next.is_some_and(char::is_uppercase),
                    // A number before a name: `4-Michael Chang`.
                    '-' if before.is_some_and(digits) => {
                        next.is_some_and(char::is_alphanumeric) && !titled(text, after)
                    }
                    _ => next.is_some_and(char::is_alphanumeric),
                }
            }
            _ if is_apostrophe(c) => {
                next.is_some_and(char::is_alphabetic) && !is_possessive(text, after)
            }
            _ => false,
        };
        if !goes_on {
            break;
        }
        end = after;
    }
    end
}

/// Whether the text goes on with a capital letter and a small one.
fn titled(text: &str, at: usize) -> bool {
    let mut chars = text.get(at..).unwrap_or_default().chars();
    chars.next().is_some_and(char::is_uppercase) && chars.next().is_some_and(char::is_lowercase)
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{200D}')
}

/// Whether the text goes on with the `s` of a possessive.
fn is_possessive(text: &str, at: usize) -> bool {
    matches!(next_char(text, at), Some('s' | 'S'))
        && !next_char(text, at + 1).is_some_and(char::is_alphanumeric)
}

/// Words that end in a full stop within a sentence.
const ABBREVIATIONS: &[&str] = &[
    "Mr", "Mrs", "Ms", "Dr", "Prof", "Rev", "Hon", "Gen", "Lt", "Col", "Maj", "Capt", "Cmdr",
    "Adm", "Sgt", "Cpl", "Pvt", "Sen", "Rep", "Gov", "Pres", "Amb", "Insp", "Supt", "St", "Ste",
    "Mt", "Ft", "Inc", "Corp", "Ltd", "Co", "Cos", "Bros", "Jr", "Sr", "No", "vs", "v", "Jan",
    "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sept", "Sep", "Oct", "Nov", "Dec", "Mass", "Calif",
    "Conn", "Fla", "Ill", "Ind", "Mich", "Minn", "Okla", "Ore", "Pa", "Tenn", "Tex", "Va", "Wash",
    "Wis", "Ariz", "Ark", "Colo", "Del", "Ga", "Kan", "Ky", "La", "Md", "Miss", "Mo", "Mont",
    "Neb", "Nev", "Univ", "Dept", "Ave", "Blvd", "Rd",
];

/// The end of a word with the full stop that belongs to it, and how it is written.
fn with_full_stop(text: &str, start: usize, end: usize) -> (usize, Shape) {
    let word = text.get(start..end).unwrap_or_default();
    let shape = shape(word);
    if next_char(text, end) != Some('.') || next_char(text, end + 1) == Some('.') {
        return (end, shape);
    }
    let takes = match shape {
        Shape::Initial => true,
        Shape::Upper | Shape::Mixed => dotted(word),
        _ => dotted(word) || ABBREVIATIONS.contains(&word),
    };
    (if takes { end + 1 } else { end }, shape)
}

/// Single letters with full stops between: `U.S`, `a.m`.
fn dotted(word: &str) -> bool {
    word.contains('.')
        && word.split('.').all(|part| {
            let mut letters = part.chars();
            letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
        })
}

fn shape(word: &str) -> Shape {
    if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Shape::Lower;
    }
    let (mut letters, mut upper, mut digits, mut first_upper) = (0, 0, 0, false);
    for c in word.chars() {
        if c.is_alphabetic() {
            let is_upper = c.is_uppercase();
            first_upper |= is_upper && letters == 0;
            letters += 1;
            upper += usize::from(is_upper);
        } else {
            digits += usize::from(c.is_numeric());
        }
    }
    match (letters, upper) {
        (0, _) if digits > 0 => Shape::Number,
        (0, _) => Shape::Mark,
        (_, 0) => Shape::Lower,
        (1, 1) if digits == 0 => Shape::Initial,
        _ if upper == letters => Shape::Upper,
        (_, 1) if first_upper => Shape::Title,
        _ => Shape::Mixed,
    }
}

/// Where the mark `c` at `start` ends: `'s`, and marks written twice or more, are one.
fn mark_end(text: &str, start: usize, c: char) -> usize {
    let after = start + c.len_utf8();
    if is_apostrophe(c) && is_possessive(text, after) {
        return after + 1;
    }
    let rest = text.get(after..).unwrap_or_default();
    after + rest.len() - rest.trim_start_matches(c).len()
}

/// Whether what follows a full stop begins a sentence: blanks or a closing quote, then anything
/// but a small letter.
fn starts_sentence(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let rest = rest.trim_start_matches(['"', '”', '\'', '’', ')']);
    let mut chars = rest.chars();
    chars.next().is_none_or(char::is_whitespace)
        && chars.find(|c| !c.is_whitespace()).is_none_or(|c| !c.is_lowercase())
}

/// Closes the sentence that began at token `from`: marks its first word, and its style.
fn end_sentence(tokens: &mut [Token], from: &mut usize) {
    let sentence = tokens.get_mut(*from..).unwrap_or_default();
    let style = style(sentence);
    for token in sentence.iter_mut() {
        token.style = style;
    }
    if let Some(first) = sentence.iter_mut().find(|t| t.shape != Shape::Mark) {
        first.first = true;
    }
    *from = tokens.len();
}

/// The longest number that is a score or a place in a table and not a date, in bytes.
const LONGEST_SCORE: usize = 5;
/// Small words up to this length are small in headlines too.
const SHORT: usize = 4;

fn style(sentence: &[Token]) -> Style {
    let (mut numbers, mut small, mut long_small, mut titled, mut upper) = (0, 0, 0, 0, 0);
    for token in sentence {
        let length = token.end - token.start;
        match token.shape {
            Shape::Number if length <= LONGEST_SCORE => numbers += 1,
            Shape::Mark | Shape::Number | Shape::Initial => {}
            Shape::Lower => {
                small += 1;
                long_small += usize::from(length > SHORT);
            }
            Shape::Title | Shape::Mixed => titled += 1,
            Shape::Upper => upper += 1,
        }
    }
    let words = long_small + titled + upper;
    let full_stop = sentence.last().is_some_and(|last| last.end - last.start == 1);
    if small == 0 && titled + upper > 0 && numbers > 0 && numbers * 3 >= words {
        Style::Table
    } else if small == 0 && titled == 0 && upper > 0 {
        Style::Capitals
    } else if words >= 4 && (titled + upper) * 5 >= words * 4 && !full_stop {
        Style::Headline
    } else {
        Style::Prose
    }
}

/// Small words and marks that stand between the words of a name.
const CONNECTORS: &[&str] = &[
    "of", "the", "and", "for", "de", "la", "le", "les", "du", "des", "del", "della", "di", "da",
    "dos", "do", "das", "y", "e", "et", "&", "'s", "’s", "-", "–", "/", "'", "’", "in", "on", "to",
    "at", "by", "with", "und", "für", "der", "die", "a", "an", "upon",
];

/// Small words that a name may begin with, when a capital follows.
const PARTICLES: &[&str] = &[
    "de", "del", "della", "di", "da", "dos", "du", "la", "le", "van", "von", "der", "den", "ter",
    "ten", "bin", "ibn", "al", "el", "bint", "abu", "ben", "st", "zu", "af", "av", "d",
];

/// How many connectors may stand in a row.
const MOST_CONNECTORS: usize = 3;

/// Marks what may be part of a name: every word with a capital letter; small words between two
/// of those; the particles before one; numbers after one. All else is never looked at again.
fn mark_candidates(text: &str, tokens: &mut [Token]) {
    let mut last_capital: Option<usize> = None;
    for i in 0..tokens.len() {
        let Some(token) = tokens.get(i) else { break };
        let capital =
            matches!(token.shape, Shape::Title | Shape::Initial | Shape::Upper | Shape::Mixed);
        if token.first {
            last_capital = None;
        }
        if capital {
            if let Some(last) = last_capital
                && i - last <= MOST_CONNECTORS + 1
                && tokens[last + 1..i].iter().all(|t| joins(text, t))
            {
                tokens[last + 1..i].iter_mut().for_each(|t| t.candidate = true);
            }
            for token in tokens[..i].iter_mut().rev().take(2) {
                if token.candidate || !listed(text, token, PARTICLES) {
                    break;
                }
                token.candidate = true;
            }
            tokens[i].candidate = true;
            last_capital = Some(i);
        } else if token.shape == Shape::Number && i > 0 && last_capital == Some(i - 1) {
            tokens[i].candidate = true;
            last_capital = Some(i);
        }
    }
}

fn listed(text: &str, token: &Token, list: &[&str]) -> bool {
    text.get(token.start..token.end).is_some_and(|word| list.contains(&word))
}

fn joins(text: &str, token: &Token) -> bool {
    token.candidate || listed(text, token, CONNECTORS) || listed(text, token, PARTICLES)
}
