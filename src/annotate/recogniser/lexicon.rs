//! What is known of words before they are read in a text: which words are used alike, and which
//! lists of names they stand in.

use super::table::{self, Table, take};

/// The lists that a word can stand in, each a bit.
pub mod list {
    pub const FORENAME: u8 = 1;
    pub const SURNAME: u8 = 1 << 1;
    pub const CITY: u8 = 1 << 2;
    pub const COUNTRY: u8 = 1 << 3;
    pub const REGION: u8 = 1 << 4;
    pub const NATIONALITY: u8 = 1 << 5;
    pub const ORGANISATION: u8 = 1 << 6;
    pub const CLUB: u8 = 1 << 7;
}

/// One word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Entry {
    /// The number of the words that are used almost as this one is; 0 where nothing is known.
    pub sense: u16,
    /// Bits of [`list`].
    pub lists: u8,
}

/// The classes of a sense: words used alike, by two divisions made apart from each other, so that
/// what a border of one parts the other may join. 0 where nothing is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Classes {
    /// Of the first division, and the coarse class that it is in.
    pub coarse: u16,
    pub fine: u16,
    /// Of the second division.
    pub other: u16,
}

/// The 64-bit FNV-1a hash of text in lower case, well mixed.
pub fn hash_lower(word: &str) -> u64 {
    mix(lower(OFFSET, word))
}

/// The hash of text as written.
pub fn hash(word: &str) -> u64 {
    mix(if word.is_ascii() {
        word.bytes().map(char::from).fold(OFFSET, step)
    } else {
        word.chars().fold(OFFSET, step)
    })
}

/// The hash of text with a capital first letter and small letters else.
pub fn hash_title(word: &str) -> u64 {
    let mut chars = word.chars();
    let first = chars.next().map_or(OFFSET, |first| step(OFFSET, first));
    mix(lower(first, chars.as_str()))
}

fn lower(hash: u64, text: &str) -> u64 {
    if text.is_ascii() {
        text.bytes().fold(hash, |hash, byte| step(hash, char::from(byte.to_ascii_lowercase())))
    } else {
        text.chars().flat_map(char::to_lowercase).fold(hash, step)
    }
}

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

fn step(hash: u64, c: char) -> u64 {
    (hash ^ u64::from(u32::from(c))).wrapping_mul(0x0100_0000_01b3)
}

/// Spreads a hash over all its bits.
pub fn mix(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ (hash >> 29)
}

/// The bits of a word's hash that the lexicon keeps. Of a thousand unknown words three are taken
/// for another.
const KEY_BITS: u32 = 27;

/// The key of a hash.
fn key(hash: u64) -> u32 {
    (hash >> (64 - KEY_BITS)) as u32
}

fn keyed<V: Copy>(hashed: &[(u64, V)]) -> Vec<(u32, V)> {
    hashed.iter().map(|&(hash, value)| (key(hash), value)).collect()
}

/// A table of words by the hash of their exact form, and of phrases by that of their words.
#[derive(Debug, Clone)]
pub struct Lexicon {
    words: Table<Entry>,
    /// By sense.
    classes: Vec<Classes>,
    phrases: Table<u8>,
}

impl Lexicon {
    /// From (hash, entry) of words, the classes of each sense from 1 on, and (hash, kinds) of
    /// phrases. Of equal hashes the last stays.
    pub fn new(words: &[(u64, Entry)], classes: &[Classes], phrases: &[(u64, u8)]) -> Self {
        Self {
            classes: [&[Classes::default()], classes].concat(),
            words: Table::new(&keyed(words)),
            phrases: Table::new(&keyed(phrases)),
        }
    }

    /// What is known of a word with this hash.
    pub fn word(&self, hash: u64) -> Entry {
        self.words.get(key(hash)).copied().unwrap_or_default()
    }

    /// The classes of a sense.
    pub fn classes(&self, sense: u16) -> Classes {
        self.classes.get(usize::from(sense)).copied().unwrap_or_default()
    }

    /// The kinds of name that a phrase is, a bit for each.
    pub fn phrase(&self, hash: u64) -> Option<u8> {
        self.phrases.get(key(hash)).copied()
    }

    pub fn write(&self, out: &mut Vec<u8>) {
        table::write(self.words.entries(), out, |Entry { sense, lists }| {
            let [a, b] = sense.to_le_bytes();
            [a, b, lists]
        });
        out.extend((self.classes.len() as u32).to_le_bytes());
        for Classes { coarse, fine, other } in &self.classes {
            out.extend([coarse, fine, other].into_iter().flat_map(|class| class.to_le_bytes()));
        }
        table::write(self.phrases.entries(), out, |kind| [kind]);
    }

    pub fn read(bytes: &mut &[u8]) -> Option<Self> {
        let entry = |[a, b, lists]: [u8; 3]| Entry { sense: u16::from_le_bytes([a, b]), lists };
        let words = Table::new(&table::read(bytes, entry)?);
        let count = u32::from_le_bytes(take(bytes)?);
        let mut class = || take(bytes).map(u16::from_le_bytes);
        let classes = (0..count)
            .map(|_| Some(Classes { coarse: class()?, fine: class()?, other: class()? }))
            .collect::<Option<Vec<_>>>()?;
        let phrases = Table::new(&table::read(bytes, |[kind]| kind)?);
        Some(Self { words, classes, phrases })
    }
}

/// The hash of a phrase, grown word by word.
pub fn extend_phrase(phrase: u64, word: u64) -> u64 {
    mix(phrase.rotate_left(17) ^ word)
}
