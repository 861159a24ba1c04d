//! A table of numbers that is read from a file as it stands.

/// An open-addressed table of keys that are hashes, at most half full.
#[derive(Debug, Clone)]
pub struct Table<V> {
    /// For each slot some bits of its key, 0 where it is empty. Most questions are for keys that
    /// are not there: these bytes answer them, and stay in the processor's cache.
    tags: Vec<u8>,
    slots: Vec<(u32, V)>,
    /// A bit for each key, by another hash than its slot: most that are not there have none.
    filter: Vec<u64>,
}

/// Where the filter of `words` words, a power of two, has the bit of a key.
fn bit(key: u32, words: usize) -> (usize, u64) {
    let hash = key.wrapping_mul(0x85eb_ca6b);
    ((hash >> 8) as usize & (words - 1), 1 << (hash >> 26))
}

/// What a slot's byte says of a key.
fn tag(key: u32) -> u8 {
    0x80 | (key.wrapping_mul(0x9e37_79b1) >> 25) as u8
}

impl<V: Copy + Default> Table<V> {
    /// A table of `count` entries at most. Of equal keys the last stays.
    pub fn new(entries: impl IntoIterator<Item = (u32, V)>, count: usize) -> Self {
        let size = (count * 2).next_power_of_two();
        let mut table = Self {
            tags: vec![0; size],
            slots: vec![(0, V::default()); size],
            filter: vec![0; (size / 32).max(1)],
        };
        for (key, value) in entries {
            let (word, bit) = bit(key, table.filter.len());
            if let Some(word) = table.filter.get_mut(word) {
                *word |= bit;
            }
            let (at, _) = table.find(key);
            if let (Some(slot), Some(known)) = (table.slots.get_mut(at), table.tags.get_mut(at)) {
                *slot = (key, value);
                *known = tag(key);
            }
        }
        table
    }

    /// The slot that has the key, or the empty one where it belongs; and whether it has it.
    fn find(&self, key: u32) -> (usize, bool) {
        let (mask, wanted) = (self.tags.len() - 1, tag(key));
        let mut at = key as usize & mask;
        loop {
            match self.tags.get(at) {
                Some(&known) if known == wanted => {
                    if self.slots.get(at).is_some_and(|slot| slot.0 == key) {
                        return (at, true);
                    }
                }
                Some(0) | None => return (at, false),
                Some(_) => {}
            }
            at = (at + 1) & mask;
        }
    }

    /// False: the key is not there. Asked for many keys first, so that each answer need not wait
    /// for the one before.
    pub fn may_have(&self, key: u32) -> bool {
        let (word, bit) = bit(key, self.filter.len());
        self.filter.get(word).is_some_and(|word| word & bit != 0)
    }

    pub fn get(&self, key: u32) -> Option<&V> {
        match self.find(key) {
            (at, true) => self.slots.get(at).map(|slot| &slot.1),
            _ => None,
        }
    }

    /// The number of entries; the keys in ascending order, each as its distance from the one
    /// before (7 bits a byte, the lowest first, the top bit set on all but the last); the
    /// first bytes of all values, the second bytes, and so on.
    pub fn write<const N: usize>(&self, out: &mut Vec<u8>, value: impl Fn(V) -> [u8; N]) {
        let all = self.slots.iter().zip(&self.tags);
        let mut entries: Vec<_> = all.filter(|(_, tag)| **tag != 0).map(|(slot, _)| slot).collect();
        entries.sort_unstable_by_key(|slot| slot.0);
        out.extend((entries.len() as u32).to_le_bytes());
        let mut last = 0;
        for (key, _) in &entries {
            let mut distance = key - last;
            while distance >= 0x80 {
                out.push(distance as u8 | 0x80);
                distance >>= 7;
            }
            out.push(distance as u8);
            last = *key;
        }
        let values: Vec<[u8; N]> = entries.iter().map(|(_, entry)| value(*entry)).collect();
        for column in 0..N {
            out.extend(values.iter().map(|bytes| bytes[column]));
        }
    }

    /// Reads what [`Table::write`] wrote; None if it is not that.
    pub fn read<const N: usize>(bytes: &mut &[u8], value: impl Fn([u8; N]) -> V) -> Option<Self> {
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
        let (columns, rest) = bytes.split_at_checked(count.checked_mul(N)?)?;
        *bytes = rest;
        let row = |at| std::array::from_fn(|column| columns[column * count + at]);
        Some(Self::new(keys.into_iter().enumerate().map(|(at, key)| (key, value(row(at)))), count))
    }
}

/// The next `N` bytes.
pub fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*head)
}
