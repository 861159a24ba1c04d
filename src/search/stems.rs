//! English stems, with the latest ones remembered: some ten thousand words make up most of any
//! text, and stemming costs several times what finding the word does.

use super::tokens::STEM;
use crate::spare::Spares;
use snowstem::{Algorithm, Stemmer};
use xxhash_rust::xxh3::xxh3_64;

/// Words remembered, a power of two.
const SLOTS: usize = 1 << 15;

static SPARES: Spares<Stems> = Spares::new();

/// The stemmer with its memory.
pub(super) struct Stems {
    stemmer: Stemmer,
    /// Word and marked stem; a word has one slot that is its own or another's.
    slots: Vec<(String, String)>,
    stem: String,
}

impl Stems {
    /// One that nobody uses, or a new one. A caller's closure may take another.
    pub(super) fn take() -> Self {
        SPARES.take().unwrap_or_else(|| Self {
            stemmer: Stemmer::create(Algorithm::English),
            slots: vec![Default::default(); SLOTS],
            stem: String::new(),
        })
    }

    /// Keeps the memory for another text.
    pub(super) fn give_back(self) {
        SPARES.give_back(self);
    }

    /// The marked stem of a word of ASCII letters in lower case.
    pub(super) fn of(&mut self, word: &str) -> &str {
        let slot = xxh3_64(word.as_bytes()) as usize % SLOTS;
        let Some((known, marked)) = self.slots.get_mut(slot) else { return "" };
        if known != word {
            self.stemmer.stem_into(word, &mut self.stem);
            known.clear();
            known.push_str(word);
            marked.clear();
            marked.push(STEM);
            marked.push_str(&self.stem);
        }
        marked
    }
}
