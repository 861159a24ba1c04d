//! What is known of words before they are read in a text: which words are used alike, and which
//! lists of names they stand in.

/// The lists that a word can stand in, each a bit.
pub mod list {
    pub const FORENAME: u16 = 1;
    pub const SURNAME: u16 = 1 << 1;
    pub const CITY: u16 = 1 << 2;
    pub const COUNTRY: u16 = 1 << 3;
    pub const REGION: u16 = 1 << 4;
    pub const NATIONALITY: u16 = 1 << 5;
    pub const ORGANISATION: u16 = 1 << 6;
}

/// One word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Entry {
    /// The class of words that are used alike.
    pub class: u16,
    /// Bits of [`list`].
    pub lists: u16,
}

/// The 64-bit FNV-1a hash of text in lower case, well mixed.
pub fn hash_lower(word: &str) -> u64 {
    mix(word.chars().flat_map(char::to_lowercase).fold(OFFSET, step))
}

/// The hash of text as written.
pub fn hash(word: &str) -> u64 {
    mix(word.chars().fold(OFFSET, step))
}

/// The hash of text with a capital first letter and small letters else.
pub fn hash_title(word: &str) -> u64 {
    let mut chars = word.chars();
    let first = chars.next().into_iter();
    mix(first.chain(chars.flat_map(char::to_lowercase)).fold(OFFSET, step))
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

/// The bits of a word's hash that the lexicon keeps. Of a million unknown words two hundred are
/// taken for another.
const KEY_BITS: u32 = 30;

/// The key of a hash: at least 1, since 0 marks an empty slot.
fn key(hash: u64) -> u32 {
    ((hash >> (64 - KEY_BITS)) as u32).max(1)
}

/// A table of words by the hash of their exact form, and of phrases by that of their words.
#[derive(Debug, Clone)]
pub struct Lexicon {
    words: Table<Entry>,
    phrases: Table<u8>,
}

impl Lexicon {
    /// From (hash, entry) of words and (hash, kind) of phrases. Of equal hashes the last stays.
    pub fn new(words: &[(u64, Entry)], phrases: &[(u64, u8)]) -> Self {
        Self { words: Table::new(words), phrases: Table::new(phrases) }
    }

    /// What is known of a word with this hash.
    pub fn word(&self, hash: u64) -> Entry {
        self.words.get(hash).unwrap_or_default()
    }

    /// The kind of name that a phrase is.
    pub fn phrase(&self, hash: u64) -> Option<u8> {
        self.phrases.get(hash)
    }

    pub fn write(&self, out: &mut Vec<u8>) {
        self.words.write(out, |entry, out| {
            out.extend(entry.class.to_le_bytes());
            out.extend(entry.lists.to_le_bytes());
        });
        self.phrases.write(out, |kind, out| out.push(kind));
    }

    pub fn read(bytes: &mut &[u8]) -> Option<Self> {
        let words = Table::read(bytes, |bytes| {
            let class = u16::from_le_bytes(take(bytes)?);
            Some(Entry { class, lists: u16::from_le_bytes(take(bytes)?) })
        })?;
        let phrases = Table::read(bytes, |bytes| take::<1>(bytes).map(|[kind]| kind))?;
        Some(Self { words, phrases })
    }
}

/// The next `N` bytes.
pub fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*head)
}

/// The hash of a phrase, grown word by word.
pub fn extend_phrase(phrase: u64, word: u64) -> u64 {
    mix(phrase.rotate_left(17) ^ word)
}

/// An open-addressed table of keys, at most half full.
#[derive(Debug, Clone)]
struct Table<V> {
    slots: Vec<(u32, V)>,
}

impl<V: Copy + Default> Table<V> {
    fn new(entries: &[(u64, V)]) -> Self {
        Self::from_keys(entries.iter().map(|&(hash, value)| (key(hash), value)), entries.len())
    }

    fn from_keys(entries: impl Iterator<Item = (u32, V)>, count: usize) -> Self {
        let size = (count * 2).next_power_of_two();
        let mut table = Self { slots: vec![(0, V::default()); size] };
        for (key, value) in entries {
            let at = table.slot(key);
            if let Some(slot) = table.slots.get_mut(at) {
                *slot = (key, value);
            }
        }
        table
    }

    /// The slot that has the key, or the empty one where it belongs.
    fn slot(&self, key: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = key as usize & mask;
        while self.slots.get(at).is_some_and(|slot| slot.0 != 0 && slot.0 != key) {
            at = (at + 1) & mask;
        }
        at
    }

    fn get(&self, hash: u64) -> Option<V> {
        let key = key(hash);
        let slot = self.slots.get(self.slot(key))?;
        (slot.0 == key).then_some(slot.1)
    }

    /// The number of entries; the keys in ascending order, each as its distance from the one
    /// before (a byte for each 7 bits, the top bit set on all but the last); the values.
    fn write(&self, out: &mut Vec<u8>, value: impl Fn(V, &mut Vec<u8>)) {
        let mut entries: Vec<_> = self.slots.iter().filter(|slot| slot.0 != 0).copied().collect();
        entries.sort_unstable_by_key(|slot| slot.0);
        out.extend((entries.len() as u32).to_le_bytes());
        let mut last = 0;
        for &(key, _) in &entries {
            let mut distance = key - last;
            while distance >= 0x80 {
                out.push(distance as u8 | 0x80);
                distance >>= 7;
            }
            out.push(distance as u8);
            last = key;
        }
        for &(_, entry) in &entries {
            value(entry, out);
        }
    }

    fn read(bytes: &mut &[u8], value: impl Fn(&mut &[u8]) -> Option<V>) -> Option<Self> {
        let count = u32::from_le_bytes(take(bytes)?) as usize;
        let mut keys = Vec::with_capacity(count.min(bytes.len()));
        let mut last = 0u32;
        for _ in 0..count {
            let (mut distance, mut shift) = (0u32, 0);
            loop {
                let [byte] = take(bytes)?;
                distance |= u32::from(byte & 0x7f).checked_shl(shift)?;
                shift += 7;
                if byte < 0x80 {
                    break;
                }
            }
            last = last.checked_add(distance)?;
            keys.push(last);
        }
        let values: Option<Vec<V>> = (0..count).map(|_| value(bytes)).collect();
        Some(Self::from_keys(keys.into_iter().zip(values?), count))
    }
}
