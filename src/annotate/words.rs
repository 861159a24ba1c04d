//! Text to words: where each stands, a hash of its folded form, how it is written and what parts
//! it from the word before. A character of a script without blanks is a word.

use super::recogniser::{hash, hash_lower};
use crate::search::fold;

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `lithium`
    Lower,
    /// `Kazakhstan`, `McDonald`
    Capital,
    /// `NATO`, `U`
    Upper,
    /// A script without capitals.
    Uncased,
    /// Begins with a digit.
    Number,
}

/// What stands between a word and the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing.
    Glued,
    /// A blank, or a sign that names hold: a hyphen, an apostrophe, `&`, the point of an abbreviation.
    Joint,
    Comma,
    /// Brackets, quotation marks, dashes.
    Other,
    /// The end of a sentence or a paragraph, or the start of the text.
    Stop,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) hash: u64,
    pub(super) shape: Shape,
    pub(super) gap: Gap,
    /// One character of a script that needs no blanks.
    pub(super) single: bool,
    /// In a stretch where capitals say nothing: all in capitals, or each word with one.
    pub(super) flat: bool,
}

impl Word {
    pub(super) fn is_capital(&self) -> bool {
        matches!(self.shape, Shape::Capital | Shape::Upper)
    }

    pub(super) fn text<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

/// The hash of a word whatever its case and accents.
pub(super) fn word_hash(word: &str) -> u64 {
    if word.is_ascii() {
        return hash_lower(word);
    }
    let mut folded = fold(word);
    folded.retain(|c| c != ' ');
    hash(if folded.is_empty() { word } else { &folded })
}

/// The hash of a run of words, from that of all but the last.
pub(super) fn extend(run: u64, word: u64) -> u64 {
    (run.rotate_left(23) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Scripts in which a character is a word: Han, kana, Hangul, Thai, Lao, Khmer, Burmese.
fn stands_alone(c: char) -> bool {
    matches!(c,
        '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}'
        | '\u{3041}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}'
        | '\u{AC00}'..='\u{D7A3}' | '\u{0E00}'..='\u{0EFF}' | '\u{1780}'..='\u{17FF}'
        | '\u{1000}'..='\u{109F}')
}

pub(super) fn is_katakana(c: char) -> bool {
    matches!(c, '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}')
}

pub(super) fn is_hangul(c: char) -> bool {
    matches!(c, '\u{AC00}'..='\u{D7A3}')
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c) || c == '\u{200C}' || c == '\u{200D}'
}

/// The words of a text, in order.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::with_capacity(text.len() / 6);
    let mut end_before = 0;
    let mut next = 0;
    while let Some((start, first)) = first_letter(text, next) {
        let mut end = start + first.len_utf8();
        let single = !first.is_ascii() && stands_alone(first);
        let mut small = false;
        loop {
            let rest = text.as_bytes().get(end..).unwrap_or_default();
            if !single {
                let plain = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric());
                end += plain.inspect(|byte| small |= byte.is_ascii_lowercase()).count();
            }
            let Some(c) = text.get(end..).and_then(|rest| rest.chars().next()) else { break };
            let goes_on =
                !c.is_ascii() && (is_mark(c) || !single && c.is_alphanumeric() && !stands_alone(c));
            if !goes_on {
                break;
            }
            small |= c.is_lowercase();
            end += c.len_utf8();
        }
        next = end;
        let shape = match () {
            () if first.is_numeric() => Shape::Number,
            () if first.is_lowercase() => Shape::Lower,
            () if !first.is_uppercase() => Shape::Uncased,
            () if small => Shape::Capital,
            () => Shape::Upper,
        };
        let gap = match words.last() {
            None => Gap::Stop,
            Some(before) => gap(text, before, end_before, start),
        };
        let word = text.get(start..end).unwrap_or("");
        words.push(Word { start, end, hash: word_hash(word), shape, gap, single, flat: false });
        end_before = end;
    }
    mark_flat(&mut words);
    words
}

/// The first letter or digit from a place on.
fn first_letter(text: &str, from: usize) -> Option<(usize, char)> {
    let rest = text.as_bytes().get(from..)?;
    let plain = |byte: &&u8| byte.is_ascii() && !byte.is_ascii_alphanumeric();
    let from = from + rest.iter().take_while(plain).count();
    let mut chars = text.get(from..)?.char_indices();
    chars.find(|(_, c)| c.is_alphanumeric()).map(|(at, c)| (from + at, c))
}

fn gap(text: &str, before: &Word, from: usize, to: usize) -> Gap {
    let between = text.get(from..to).unwrap_or("");
    match between {
        "" => return Gap::Glued,
        " " | "\n" | "-" | "'" | "’" | "." | "&" | "/" | "\u{a0}" | "·" | "・" | "‐" | "‑"
        | " & " => {
            return Gap::Joint;
        }
        ", " | "," | " , " | "،" | "، " | "，" | "、" | ",\n" => return Gap::Comma,
        _ => {}
    }
    if between.matches('\n').count() > 1
        || between.contains(['!', '?', ';', '。', '！', '？', '۔', '؟', '।'])
    {
        return Gap::Stop;
    }
    if between.contains(['.', ':']) {
        // `St. Louis`, `U.S. Treasury`, `J. P. Morgan`: a short word with a point ends no sentence.
        let short = before.is_capital() && before.end - before.start <= 3;
        let dot = between.strip_prefix('.').is_some_and(|rest| rest.trim().is_empty());
        return if short && dot { Gap::Joint } else { Gap::Stop };
    }
    if between.trim().is_empty() { Gap::Joint } else { Gap::Other }
}

/// Finds sentences that are all in capitals, and titles that have one in each long word.
fn mark_flat(words: &mut [Word]) {
    let mut start = 0;
    while start < words.len() {
        let rest = words.get(start + 1..).unwrap_or(&[]);
        let length = 1 + rest.iter().position(|w| w.gap == Gap::Stop).unwrap_or(rest.len());
        let sentence = words.get_mut(start..start + length).unwrap_or(&mut []);
        let (mut capital, mut upper, mut lower) = (0, 0, 0);
        for word in sentence.iter() {
            let long = word.end - word.start >= 4;
            match word.shape {
                Shape::Upper => upper += 1,
                Shape::Capital => capital += 1,
                // `of`, `in` stand small in titles too.
                Shape::Lower if long => lower += 1,
                _ => {}
            }
        }
        let shouted = upper >= 3 && lower == 0 && capital == 0;
        let title = capital >= 4 && lower == 0;
        if shouted || title {
            sentence.iter_mut().for_each(|word| word.flat = true);
        }
        start += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Vec<(&str, Shape, Gap)> {
        words(text).iter().map(|word| (word.text(text), word.shape, word.gap)).collect()
    }

    #[test]
    fn names_hold_together_and_sentences_part() {
        use Gap::*;
        use Shape::*;
        assert_eq!(
            seen("Kassym-Jomart of St. Louis, U.S. They ate 锂。"),
            [
                ("Kassym", Capital, Stop),
                ("Jomart", Capital, Joint),
                ("of", Lower, Joint),
                ("St", Capital, Joint),
                ("Louis", Capital, Joint),
                ("U", Upper, Comma),
                ("S", Upper, Joint),
                ("They", Capital, Joint),
                ("ate", Lower, Joint),
                ("锂", Uncased, Joint),
            ]
        );
        assert_eq!(word_hash("Yaoundé"), word_hash("YAOUNDE"));
        assert!(words("TOKYO STOCKS RISE SHARPLY").iter().all(|word| word.flat));
        assert!(words("Tokyo stocks rise").iter().all(|word| !word.flat));
    }
}
