//! The tables beside this file, found by the hashes of words.

use crate::annotate::gazetteer::{HashKeyed, language_number};
use crate::annotate::rows;
use crate::annotate::words::{Gap, Word, extend, word_hash, words};

/// Phrases, and what each means.
#[derive(Debug)]
pub(super) struct Phrases<T> {
    meanings: HashKeyed<T>,
    /// How many words the longest phrase has that begins with a word.
    longest: HashKeyed<usize>,
}

impl<T> Default for Phrases<T> {
    fn default() -> Self {
        Self { meanings: HashKeyed::default(), longest: HashKeyed::default() }
    }
}

impl<T: Copy> Phrases<T> {
    pub(super) fn add(&mut self, phrase: &str, meaning: T) {
        let parts = words(phrase);
        let Some(first) = parts.first() else { return };
        let longest = self.longest.entry(first.hash).or_default();
        *longest = parts.len().max(*longest);
        let run = parts.iter().fold(0, |run, word| extend(run, word.hash));
        self.meanings.entry(run).or_insert(meaning);
    }

    /// As [`Phrases::add`], and the plural in `s` too.
    pub(super) fn add_plural(&mut self, phrase: &str, meaning: T) {
        self.add(phrase, meaning);
        if phrase.ends_with(|c: char| c.is_ascii_lowercase()) && phrase.len() > 2 {
            self.add(&format!("{phrase}s"), meaning);
        }
    }

    /// What a word means by itself.
    pub(super) fn meaning(&self, word: u64) -> Option<T> {
        self.meanings.get(&extend(0, word)).copied()
    }

    /// The longest phrase that begins at a word: what it means, and how many words it has.
    pub(super) fn at(&self, words: &[Word], at: usize) -> Option<(T, usize)> {
        let longest = *self.longest.get(&words.get(at)?.hash)?;
        let (mut run, mut found) = (0, None);
        for (count, word) in (1..).zip(words.iter().skip(at).take(longest)) {
            if count > 1 && !matches!(word.gap, Gap::Joint | Gap::Glued) {
                break;
            }
            run = extend(run, word.hash);
            if let Some(meaning) = self.meanings.get(&run) {
                found = Some((*meaning, count));
            }
        }
        found
    }
}

/// The rows of a table whose first word is a language.
pub(super) fn entries(
    table: &'static str,
) -> impl Iterator<Item = (u32, &'static str, &'static str)> {
    rows(table).map(|(language, what, phrases)| (language_number(Some(language)), what, phrases))
}

/// Words as a set.
pub(super) fn set(words: &str) -> HashKeyed<()> {
    words.split_whitespace().map(|word| (word_hash(word), ())).collect()
}
