//! Words: tables of them, and what two ways to write them have in common.

use std::collections::{HashMap, HashSet};

/// The words of a table.
pub(super) type Words = HashSet<&'static str>;

/// The words of a table that is parted by blanks.
pub(super) fn words(table: &'static str) -> Words {
    table.split_whitespace().collect()
}

/// The phrases of a table that is parted by bars.
pub(super) fn lines(table: &'static str) -> Vec<&'static str> {
    table.split('|').map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// Phrases, found by what a text begins with.
pub(super) struct Phrases(HashMap<char, Vec<&'static str>>);

impl Phrases {
    /// The phrases of a table that is parted by bars.
    pub(super) fn new(table: &'static str) -> Self {
        let mut phrases: HashMap<char, Vec<&str>> = HashMap::new();
        for line in lines(table) {
            phrases.entry(line.chars().next().unwrap_or_default()).or_default().push(line);
        }
        Self(phrases)
    }

    /// Those that a text begins with.
    pub(super) fn beginning<'t>(
        &self,
        text: &'t str,
    ) -> impl Iterator<Item = &'static str> + use<'_, 't> {
        let phrases = text.chars().next().and_then(|first| self.0.get(&first));
        phrases.into_iter().flatten().copied().filter(move |phrase| text.starts_with(phrase))
    }

    /// Whether one begins at a word of a text; where words need no blanks, at a character.
    #[cfg(feature = "html")]
    pub(super) fn is_within(&self, text: &str) -> bool {
        let mut within = false;
        text.char_indices().any(|(at, c)| {
            let is_start = !within || c >= '\u{2e80}';
            within = match c.is_ascii() {
                true => c.is_ascii_alphanumeric(),
                false => is_cased(c) || is_caseless(c) || c.is_alphanumeric(),
            };
            (is_start || !within)
                && c != ' '
                && text.get(at..).is_some_and(|rest| self.beginning(rest).next().is_some())
        })
    }
}

/// Letters and digits in lower case: what two spellings of a text have in common.
pub(super) fn letters(text: &str) -> String {
    let mut letters = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            letters.extend(c.is_ascii_alphanumeric().then(|| c.to_ascii_lowercase()));
        } else if is_caseless(c) {
            letters.push(c);
        } else if is_cased(c) || !is_mark(c) && c.is_alphanumeric() {
            letters.extend(c.to_lowercase());
        }
    }
    letters
}

// Unicode's own tables are slow to ask of each character: the common ones are told first.

/// Whether a character is of the letters of Hebrew, Arabic, Hindi, Thai, of kana, ideographs or hangul.
fn is_caseless(c: char) -> bool {
    matches!(c, 'א'..='ת' | 'ؠ'..='ٗ' | 'ٱ'..='ۓ' | 'अ'..='ह' | 'ก'..='ฺ' | 'เ'..='ๆ'
        | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '一'..='鿿' | '가'..='힣')
}

/// Whether a character is a Latin or Cyrillic letter.
fn is_cased(c: char) -> bool {
    matches!(c, 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ɏ' | 'Ѐ'..='ҁ')
}

/// Whether a character is a mark of punctuation.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{a0}' | '«' | '»' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='。' | '「'..='】'
        | '！'..='／')
}

/// A text on one line: each run of white space is one blank, and there is none at the ends.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_unicode() {
        for c in '\0'..=char::MAX {
            let lower: String = c.to_lowercase().collect();
            let expected = if c.is_alphanumeric() { lower } else { String::new() };
            assert_eq!(letters(c.encode_utf8(&mut [0; 4])), expected, "{c:?}");
        }
    }
}
