//! Tables of numbers by keys that are hashes, and the form in which a file holds them.

/// No key: hashes are shorter.
const EMPTY: u32 = u32::MAX;

/// An open-addressed table of keys of fewer than 32 bits, at most three quarters full: how much of
/// it the processor's cache holds counts for more than how long a search is.
#[derive(Debug, Clone)]
pub struct Table<V> {
    /// [`EMPTY`] where there is no key.
    slots: Vec<(u32, V)>,
}

impl<V: Copy + Default> Table<V> {
    /// Of equal keys the last stays.
    pub fn new(entries: &[(u32, V)]) -> Self {
        let size = (entries.len() / 3 * 4 + 4).next_power_of_two();
        let mut table = Self { slots: vec![(EMPTY, V::default()); size] };
        for &entry in entries.iter().filter(|entry| entry.0 != EMPTY) {
            let at = table.find(entry.0);
            if let Some(slot) = table.slots.get_mut(at) {
                *slot = entry;
            }
        }
        table
    }

    /// The slot that has the key, or the empty one where it belongs.
    fn find(&self, key: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = key as usize & mask;
        while self.slots.get(at).is_some_and(|slot| slot.0 != key && slot.0 != EMPTY) {
            at = (at + 1) & mask;
        }
        at
    }

    pub fn get(&self, key: u32) -> Option<&V> {
        self.slots.get(self.find(key)).filter(|slot| slot.0 == key).map(|slot| &slot.1)
    }

    pub fn entries(&self) -> impl Iterator<Item = (u32, V)> {
        self.slots.iter().copied().filter(|slot| slot.0 != EMPTY)
    }
}

/// A table of rows of numbers by short keys: a bit for each key that there could be, and the rows
/// of those that there are without a gap, so that most of it stays in the processor's cache.
#[derive(Debug, Clone)]
pub struct Dense<const N: usize> {
    /// The bits of 64 keys, and how many are set in the words before.
    bits: Vec<(u64, u32)>,
    /// With one row of zeros more at the end, so that every row can be read as a [`Wide`] one.
    rows: Vec<[i8; N]>,
}

/// How many numbers are read of a row at once: the row, and what happens to stand behind it.
pub const WIDE: usize = 16;

impl<const N: usize> Dense<N> {
    /// Of equal keys the last stays.
    pub fn new(mut entries: Vec<(u32, [i8; N])>) -> Self {
        const { assert!(N <= WIDE && WIDE <= 2 * N) }
        entries.reverse();
        entries.sort_by_key(|entry| entry.0);
        entries.dedup_by_key(|entry| entry.0);
        let words = entries.last().map_or(0, |last| last.0 as usize / 64 + 1);
        let mut bits = vec![(0u64, 0); words];
        for (key, _) in &entries {
            if let Some((word, _)) = bits.get_mut(*key as usize / 64) {
                *word |= 1 << (key % 64);
            }
        }
        let mut sum = 0;
        for (word, before) in &mut bits {
            *before = sum;
            sum += word.count_ones();
        }
        let rows = entries.into_iter().map(|entry| entry.1).chain([[0; N]]);
        Self { bits, rows: rows.collect() }
    }

    /// Whether there is a row for a key.
    pub fn has(&self, key: u32) -> bool {
        self.bits.get(key as usize / 64).is_some_and(|(word, _)| word >> (key % 64) & 1 != 0)
    }

    /// The place of the row of a key that the table has.
    pub fn place(&self, key: u32) -> u32 {
        let (word, before) = self.bits.get(key as usize / 64).copied().unwrap_or_default();
        (before + (word & ((1 << (key % 64)) - 1)).count_ones()) * N as u32
    }

    /// The row at a place, and what stands behind it.
    pub fn wide(&self, place: u32) -> Option<&[i8; WIDE]> {
        self.rows.as_flattened().get(place as usize..)?.first_chunk()
    }

    pub fn entries(&self) -> impl Iterator<Item = (u32, [i8; N])> {
        let words = self.bits.iter().zip(0u32..);
        let keys = words.flat_map(|((word, _), at)| {
            (0..64).filter(move |bit| word >> bit & 1 != 0).map(move |bit| at * 64 + bit)
        });
        keys.zip(self.rows.iter().copied())
    }
}

/// The number of entries; the keys in ascending order, each as its distance from the one before (7
/// bits a byte, the lowest first, the top bit set on all but the last); the first bytes of all
/// values, the second bytes, and so on.
pub fn write<V, const N: usize>(
    entries: impl Iterator<Item = (u32, V)>,
    out: &mut Vec<u8>,
    value: impl Fn(V) -> [u8; N],
) {
    let mut entries: Vec<_> = entries.collect();
    entries.sort_unstable_by_key(|entry| entry.0);
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
    let values: Vec<[u8; N]> = entries.into_iter().map(|(_, entry)| value(entry)).collect();
    for column in 0..N {
        out.extend(values.iter().map(|bytes| bytes[column]));
    }
}

/// Reads what [`write`] wrote; None if it is not that.
pub fn read<V, const N: usize>(
    bytes: &mut &[u8],
    value: impl Fn([u8; N]) -> V,
) -> Option<Vec<(u32, V)>> {
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
    Some(keys.into_iter().enumerate().map(|(at, key)| (key, value(row(at)))).collect())
}

/// The next `N` bytes.
pub fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*head)
}
