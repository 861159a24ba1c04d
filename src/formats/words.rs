//! Words: tables of them, and what two ways to write them have in common.

use std::collections::HashSet;

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

/// Letters and digits in lower case: what two spellings of a text have in common.
pub(super) fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
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
