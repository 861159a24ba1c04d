//! What the suites share: how near a text comes to the one expected.

use std::collections::HashMap;

/// The words of a text in lower case; a character of a script without blanks is a word.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        let wide = ('\u{e00}'..'\u{e80}').contains(&c) || ('\u{2e80}'..'\u{a000}').contains(&c);
        if c.is_alphanumeric() && !wide {
            word.extend(c.to_lowercase());
            continue;
        }
        words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        words.extend((wide && c.is_alphanumeric()).then(|| c.to_string()));
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// F1 of the sequences of four words that two texts have in common, each as often as it stands.
pub fn shingle_f1(expected: &str, found: &str) -> f64 {
    let count = |text: &str| {
        let words = words(text);
        let mut counts: HashMap<Vec<String>, usize> = HashMap::new();
        for shingle in words.windows(4.min(words.len().max(1))) {
            *counts.entry(shingle.to_vec()).or_default() += 1;
        }
        counts
    };
    let (expected, found) = (count(expected), count(found));
    let both: usize =
        expected.iter().map(|(shingle, n)| (*n).min(*found.get(shingle).unwrap_or(&0))).sum();
    let all: usize = expected.values().sum::<usize>() + found.values().sum::<usize>();
    if all == 0 { 1.0 } else { 2.0 * both as f64 / all as f64 }
}
