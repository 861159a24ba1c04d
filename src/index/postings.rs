//! Which articles of a segment have a term, how often, and where.
//!
//! # Bytes
//!
//! Articles go by their ordinals. A list of at most [`SHORT`] is a row of LEB128 numbers. Of a term
//! without positions: the gap to the ordinal before (to -1 at first), less one. Of a word: that
//! gap less one, times two, and one more when the word stands once in the body and nowhere
//! else; where it does not, three numbers follow: how often in headline, summary, body.
//!
//! Any other list is cut into **blocks** of [`BLOCK`], the last one shorter. Lists of more than one
//! block begin with a table: its length in bytes, then for each block
//!
//! ```text
//! gap        to the last ordinal of the block from that of the block before (from -1 at first)
//! bytes      of the block
//! positions  bytes of its positions; only for words
//! impact     a byte, only for words: see `impact`
//! ```
//!
//! A block of *n* articles:
//!
//! ```text
//! bits       a byte
//! gaps       n numbers of so many bits: the gap to the ordinal before, less one
//! bits       three bytes; only for words, as is the rest
//! headline   n numbers of so many bits: how often in the headline
//! summary    the same
//! body       the same
//! ```
//!
//! The numbers of each are a packed block ([`super::bytes`]). Where a list has a table, and it takes
//! hardly more bytes, a block has [`BITMAP`] for the bits of its gaps and a **bitmap** in their place: bit *n*
//! modulo 8 of byte *n* / 8 stands for the *n*th ordinal after the last one of the block before, and it
//! ends with the block's last ordinal.
//!
//! **Positions** are apart, article by article in the order of the list: LEB128 gaps, the first to
//! -1 and each less one. Tokens are numbered through headline, summary and body from 0, with a
//! number left out between two fields, so that no phrase runs from one into the next.

use super::bytes::{
    BLOCK, Damaged, Decoded, Reader, pack_block, packed_bytes, put_varint, unpack_ascending,
    unpack_block, width,
};
use super::score::impact;
use std::ops::Range;

/// Articles in a list that is not packed.
pub(super) const SHORT: usize = 16;

/// Says that a bitmap follows.
const BITMAP: u8 = 0xff;

/// Bytes that a bitmap may take more than gaps: it is read in a fraction of the time.
const BITMAP_MORE: usize = 8;

/// How often a word stands in headline, summary and body.
pub(super) type Frequencies = [u32; 3];

/// An article in a list that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Posting {
    pub(super) ordinal: u32,
    pub(super) frequencies: Frequencies,
    /// Tokens of the article.
    pub(super) length: u32,
    /// Bytes of its positions.
    pub(super) positions: u32,
}

impl Posting {
    /// An article in a list without positions.
    pub(super) fn of_value(ordinal: u32) -> Self {
        Self { ordinal, frequencies: [0; 3], length: 0, positions: 0 }
    }
}

/// Writes a list, which is in order and not empty.
pub(super) fn encode(out: &mut Vec<u8>, list: &[Posting], words: bool, average: f64) {
    if list.len() <= SHORT {
        let mut next = 0;
        for posting in list {
            let gap = u64::from(posting.ordinal - next);
            next = posting.ordinal + 1;
            match posting.frequencies {
                _ if !words => put_varint(out, gap),
                [0, 0, 1] => put_varint(out, gap << 1 | 1),
                frequencies => {
                    put_varint(out, gap << 1);
                    frequencies.iter().for_each(|&f| put_varint(out, f.into()));
                }
            }
        }
        return;
    }
    let (mut table, mut blocks) = (Vec::new(), Vec::new());
    let (mut next, mut start) = (0, 0);
    for block in list.chunks(BLOCK) {
        let last = block.last().map_or(next, |posting| posting.ordinal);
        put_varint(&mut table, u64::from(last + 1 - next));
        encode_block(&mut blocks, block, next, list.len() > BLOCK, words);
        put_varint(&mut table, (blocks.len() - start) as u64);
        if words {
            put_varint(&mut table, block.iter().map(|p| u64::from(p.positions)).sum());
            let impacts = block.iter().map(|p| impact::of(&p.frequencies, p.length, average));
            table.push(impact::code(impacts.fold(0.0, f64::max)));
        }
        (next, start) = (last + 1, blocks.len());
    }
    if list.len() > BLOCK {
        put_varint(out, table.len() as u64);
        out.extend_from_slice(&table);
    }
    out.extend_from_slice(&blocks);
}

fn encode_block(out: &mut Vec<u8>, block: &[Posting], first: u32, bitmap: bool, words: bool) {
    let mut next = first;
    let gaps: Vec<u32> =
        block.iter().map(|p| p.ordinal - std::mem::replace(&mut next, p.ordinal + 1)).collect();
    let bits = width(gaps.iter().copied().max().unwrap_or(0));
    let bytes = ((next - first) as usize).div_ceil(8);
    if bitmap && bytes <= packed_bytes(block.len(), bits) + BITMAP_MORE {
        out.push(BITMAP);
        let start = out.len();
        out.resize(start + bytes, 0);
        for posting in block {
            let at = posting.ordinal - first;
            out[start + at as usize / 8] |= 1 << (at % 8);
        }
    } else {
        out.push(bits as u8);
        pack_block(out, &gaps, bits);
    }
    if words {
        let fields =
            [0, 1, 2].map(|field| block.iter().map(|p| p.frequencies[field]).collect::<Vec<_>>());
        let bits = fields.each_ref().map(|of| width(of.iter().copied().max().unwrap_or(0)));
        out.extend(bits.map(|bits| bits as u8));
        fields.iter().zip(bits).for_each(|(of, bits)| pack_block(out, of, bits));
    }
}

/// Where a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The least ordinal that it can have, and its last.
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) bytes: Range<u64>,
    pub(super) positions: Range<u64>,
    pub(super) impact: u8,
}

/// Reads the table of a list of several blocks, which lie between `start` and `end`, and their
/// positions in so many bytes.
pub(super) fn decode_table(
    table: &[u8],
    Range { start, end }: Range<u64>,
    positions_end: u64,
    words: bool,
    articles: u32,
) -> Decoded<Vec<Place>> {
    let mut reader = Reader(table);
    let mut places = Vec::new();
    let (mut next, mut at, mut positions) = (0u32, start, 0u64);
    let extend = |from: &mut u64, by: u64| -> Decoded<Range<u64>> {
        let end = from.checked_add(by).ok_or(Damaged("blocks without end"))?;
        Ok(std::mem::replace(from, end)..end)
    };
    while !reader.is_empty() {
        let gap: u32 = reader.number()?;
        let end = next.checked_add(gap).filter(|&end| gap > 0 && end <= articles);
        let end = end.ok_or(Damaged("a block beyond the segment"))?;
        places.push(Place {
            first: next,
            last: end - 1,
            bytes: extend(&mut at, reader.varint()?)?,
            positions: if words { extend(&mut positions, reader.varint()?)? } else { 0..0 },
            impact: if words { reader.byte()? } else { 0 },
        });
        next = end;
    }
    let is_whole = at == end && positions == if words { positions_end } else { 0 };
    if is_whole { Ok(places) } else { Err(Damaged("blocks without end")) }
}

/// Words that the bitmap of a block has at most: it takes hardly more than 16 bits an article.
const BITMAP_WORDS: usize = (BLOCK * 16 / 8 + BITMAP_MORE).div_ceil(8);

/// The articles of a block, decoded as far as they were asked for.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) count: usize,
    /// Where they are a bitmap: how many words it has, 0 where they are not.
    pub(super) words: usize,
    /// The ordinal of the first bit.
    pub(super) first: u32,
    pub(super) bitmap: [u64; BITMAP_WORDS],
    /// How many are set in the words before each.
    before: [u8; BITMAP_WORDS],
    /// So many of the ordinals are there: none, or all.
    listed: usize,
    pub(super) ordinals: [u32; BLOCK],
    /// How many bytes of the block its ordinals take.
    ordinals_end: usize,
    /// How often a word stands in each article, field by field, when that has been asked for.
    pub(super) has_fields: bool,
    pub(super) fields: [[u32; BLOCK]; 3],
    /// Whether a field may have anything but nothing.
    is_used: [bool; 3],
}

impl Block {
    pub(super) fn new() -> Self {
        Self {
            count: 0,
            words: 0,
            first: 0,
            bitmap: [0; BITMAP_WORDS],
            before: [0; BITMAP_WORDS],
            listed: 0,
            ordinals: [0; BLOCK],
            ordinals_end: 0,
            has_fields: false,
            fields: [[0; BLOCK]; 3],
            is_used: [false; 3],
        }
    }

    pub(super) fn decode_short(
        &mut self,
        bytes: &[u8],
        count: usize,
        words: bool,
        articles: u32,
    ) -> Decoded<()> {
        let mut reader = Reader(bytes);
        let mut next = 0u32;
        for (at, place) in self.ordinals[..count].iter_mut().enumerate() {
            let mut gap = reader.varint()?;
            let mut frequencies = [0; 3];
            if words {
                let once = gap & 1 == 1;
                gap >>= 1;
                frequencies = if once {
                    [0, 0, 1]
                } else {
                    [reader.number()?, reader.number()?, reader.number()?]
                };
            }
            let ordinal = u64::from(next) + gap.min(u64::from(u32::MAX));
            if ordinal >= articles.into() {
                return Err(Damaged("an article beyond the segment"));
            }
            *place = ordinal as u32;
            self.fields.iter_mut().zip(frequencies).for_each(|(field, f)| field[at] = f);
            next = ordinal as u32 + 1;
        }
        (self.count, self.words, self.listed, self.has_fields) = (count, 0, count, true);
        self.is_used = [true; 3];
        if reader.is_empty() { Ok(()) } else { Err(Damaged("a list that goes on")) }
    }

    /// Reads which articles there are; those of a bitmap are not listed yet. `first`: the least that
    /// the first ordinal can be; `last`: the last, where the list has a table that says so.
    pub(super) fn decode_ordinals(
        &mut self,
        bytes: &[u8],
        count: usize,
        (first, last): (u32, Option<u32>),
        articles: u32,
    ) -> Decoded<()> {
        let mut reader = Reader(bytes);
        let form = reader.byte()?;
        (self.count, self.words, self.first, self.has_fields) = (count, 0, first, false);
        if let (BITMAP, Some(last)) = (form, last) {
            let bitmap = reader.take(((last + 1 - first) as usize).div_ceil(8))?;
            let ends = bitmap.last().and_then(|byte| byte.checked_ilog2());
            let words = bitmap.len().div_ceil(8);
            if ends != Some((last - first) % 8) || words > BITMAP_WORDS || last >= articles {
                return Err(Damaged("a bitmap with other ends"));
            }
            let mut set = 0;
            let places = self.bitmap.iter_mut().zip(&mut self.before);
            for ((word, before), eight) in places.zip(bitmap.chunks(8)) {
                *word = word_of(eight);
                // More than a byte holds is an error at the end.
                *before = set as u8;
                set += word.count_ones();
            }
            if set as usize != count {
                return Err(Damaged("a bitmap with other ends"));
            }
            (self.words, self.listed) = (words, 0);
        } else {
            let bits = form.into();
            let ordinals = &mut self.ordinals[..count];
            unpack_ascending(reader.take(packed_bytes(count, bits))?, bits, first, ordinals)?;
            let end = ordinals.last().copied();
            if end.is_none_or(|end| end >= articles || last.is_some_and(|last| last != end)) {
                return Err(Damaged("a block that ends elsewhere than its list says"));
            }
            self.listed = count;
        }
        self.ordinals_end = bytes.len() - reader.0.len();
        Ok(())
    }

    /// The ordinals, in ascending order.
    pub(super) fn ordinals(&mut self) -> &[u32] {
        if self.listed < self.count {
            let mut places = self.ordinals.iter_mut();
            for (base, &word) in (self.first..).step_by(64).zip(&self.bitmap[..self.words]) {
                let mut rest = word;
                while rest != 0 {
                    // There is a place for each that is set.
                    let Some(place) = places.next() else { break };
                    *place = base + rest.trailing_zeros();
                    rest &= rest - 1;
                }
            }
            self.listed = self.count;
        }
        &self.ordinals[..self.count]
    }

    /// The place of an ordinal among the articles.
    pub(super) fn place(&self, ordinal: u32) -> Option<usize> {
        if self.words == 0 {
            return self.ordinals[..self.count].binary_search(&ordinal).ok();
        }
        let at = ordinal.checked_sub(self.first)?;
        let number = at as usize / 64;
        let (word, bit) = (*self.bitmap[..self.words].get(number)?, 1 << (at % 64));
        let before = (word & (bit - 1)).count_ones() as usize;
        (word & bit != 0).then(|| usize::from(self.before[number]) + before)
    }

    /// The rest of a block whose ordinals are decoded.
    pub(super) fn decode_fields(&mut self, bytes: &[u8], words: bool) -> Decoded<()> {
        let mut reader = Reader(bytes.get(self.ordinals_end..).unwrap_or_default());
        let bits = if words { [reader.byte()?, reader.byte()?, reader.byte()?] } else { [0; 3] };
        let fields = self.fields.iter_mut().zip(&mut self.is_used);
        for ((field, is_used), bits) in fields.zip(bits.map(u32::from)) {
            let packed = reader.take(packed_bytes(self.count, bits))?;
            // What is nothing already need not be made so.
            if bits > 0 {
                *is_used = true;
                unpack_block(packed, bits, &mut field[..self.count])?;
            } else if std::mem::take(is_used) {
                field.fill(0);
            }
        }
        self.has_fields = true;
        if reader.is_empty() { Ok(()) } else { Err(Damaged("a block that goes on")) }
    }

    pub(super) fn frequencies(&self, at: usize) -> Frequencies {
        self.fields.each_ref().map(|field| field[at])
    }

    /// How often a word stands in some of the articles.
    pub(super) fn occurrences(&self, places: Range<usize>) -> u64 {
        let sum = |(field, is_used): (&[u32; BLOCK], bool)| -> u64 {
            let of_places = if is_used { &field[places.clone()] } else { &[] };
            of_places.iter().map(|&f| u64::from(f)).sum()
        };
        self.fields.iter().zip(self.is_used).map(sum).sum()
    }
}

/// At most eight bytes as a number, the lowest first.
fn word_of(bytes: &[u8]) -> u64 {
    match bytes.first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)),
    }
}

/// Reads the positions of one article.
pub(super) fn positions(bytes: &[u8], mut take: impl FnMut(u32)) -> Decoded<()> {
    let mut reader = Reader(bytes);
    let mut next = 0u32;
    while !reader.is_empty() {
        let position = next.checked_add(reader.number()?).filter(|&p| p < u32::MAX);
        let position = position.ok_or(Damaged("a position out of bounds"))?;
        take(position);
        next = position + 1;
    }
    Ok(())
}

/// Reads so many positions of an article; how many bytes they take.
pub(super) fn take_positions(bytes: &[u8], count: u64, found: &mut Vec<u32>) -> Decoded<usize> {
    let mut reader = Reader(bytes);
    let mut next = 0u32;
    for _ in 0..count {
        let position = next.checked_add(reader.number()?).filter(|&p| p < u32::MAX);
        let position = position.ok_or(Damaged("a position out of bounds"))?;
        found.push(position);
        next = position + 1;
    }
    Ok(bytes.len() - reader.0.len())
}

/// Where so many numbers end: each does with a byte below 0x80.
pub(super) fn end_of(bytes: &[u8], numbers: u64) -> Decoded<usize> {
    let mut left = numbers;
    let mut end = 0;
    // Many bytes at a time, for as long as more numbers end beyond them.
    for many in bytes.chunks_exact(32) {
        let ended: u8 = many.iter().map(|&byte| u8::from(byte < 0x80)).sum();
        if u64::from(ended) >= left {
            break;
        }
        left -= u64::from(ended);
        end += 32;
    }
    while left > 0 {
        let byte = bytes.get(end).ok_or(Damaged("positions cut short"))?;
        left -= u64::from(*byte < 0x80);
        end += 1;
    }
    Ok(end)
}

/// Hands over a whole list: each ordinal, how often, and the bytes of its positions.
pub(super) fn each<'a>(
    bytes: &[u8],
    mut positions: &'a [u8],
    count: u32,
    words: bool,
    articles: u32,
    mut take: impl FnMut(u32, Frequencies, &'a [u8]),
) -> Decoded<()> {
    let count = count as usize;
    let places = if count <= BLOCK {
        let bytes = 0..bytes.len() as u64;
        vec![Place { first: 0, last: 0, bytes, positions: 0..0, impact: 0 }]
    } else {
        let mut reader = Reader(bytes);
        let table = reader.bytes()?;
        let start = (bytes.len() - reader.0.len()) as u64;
        decode_table(table, start..bytes.len() as u64, positions.len() as u64, words, articles)?
    };
    if places.len() != count.div_ceil(BLOCK) {
        return Err(Damaged("a list with another number of blocks"));
    }
    let mut block = Block::new();
    for (number, place) in places.iter().enumerate() {
        let range = place.bytes.start as usize..place.bytes.end as usize;
        let bytes = bytes.get(range).ok_or(Damaged("a list ends too soon"))?;
        let length = (count - number * BLOCK).min(BLOCK);
        if count <= SHORT {
            block.decode_short(bytes, length, words, articles)?;
        } else {
            let last = (places.len() > 1).then_some(place.last);
            block.decode_ordinals(bytes, length, (place.first, last), articles)?;
            block.decode_fields(bytes, words)?;
            block.ordinals();
        }
        for at in 0..length {
            let end = end_of(positions, block.occurrences(at..at + 1))?;
            let (own, rest) = positions.split_at(end);
            positions = rest;
            take(block.ordinals[at], block.frequencies(at), own);
        }
    }
    if positions.is_empty() { Ok(()) } else { Err(Damaged("positions that go on")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list with gaps of every size, so that blocks differ.
    fn list(count: u32) -> Vec<Posting> {
        let mut ordinal = 0;
        (0..count)
            .map(|n| {
                ordinal += 1 + n * n % 7 * u32::from(n % 5 == 0);
                let frequencies = [u32::from(n % 11 == 0), u32::from(n % 13 == 0) * 2, 1 + n % 3];
                let positions = frequencies.iter().sum();
                Posting { ordinal, frequencies, length: 100, positions }
            })
            .collect()
    }

    #[test]
    fn lists_of_every_length_come_back() {
        for count in [1, 2, 16, 17, 127, 128, 129, 256, 1000] {
            for words in [false, true] {
                let mut list = list(count);
                let mut positions = Vec::new();
                for posting in &mut list {
                    if words {
                        // Gaps of one byte.
                        positions.extend((0..posting.positions).map(|n| (n % 100) as u8));
                    } else {
                        *posting = Posting::of_value(posting.ordinal);
                    }
                }
                let mut bytes = Vec::new();
                encode(&mut bytes, &list, words, 100.0);
                let mut found = Vec::new();
                each(&bytes, &positions, count, words, 10_000, |ordinal, frequencies, own| {
                    let positions = own.len() as u32;
                    let length = if words { 100 } else { 0 };
                    found.push(Posting { ordinal, frequencies, length, positions });
                })
                .unwrap();
                assert_eq!(found, list, "{count}");
                for end in 0..bytes.len() {
                    let cut = each(&bytes[..end], &positions, count, words, 10_000, |_, _, _| {});
                    assert!(cut.is_err(), "{count}, cut at {end}");
                }
                let last = list[list.len() - 1].ordinal;
                assert!(each(&bytes, &positions, count, words, last, |_, _, _| {}).is_err());
            }
        }
    }

    #[test]
    fn a_rare_word_takes_a_byte_and_a_block_as_many_bits_as_it_needs() {
        let one = Posting { ordinal: 5, frequencies: [0, 0, 1], length: 9, positions: 1 };
        let mut bytes = Vec::new();
        encode(&mut bytes, &[one], true, 9.0);
        assert_eq!(bytes, [5 << 1 | 1]);
        // Every article, once in the body: no bits for gaps, headlines and summaries, one for bodies.
        let all: Vec<Posting> = (0..128).map(|ordinal| Posting { ordinal, ..one }).collect();
        let mut bytes = Vec::new();
        encode(&mut bytes, &all, true, 9.0);
        assert_eq!(bytes, [&[0, 0, 0, 1][..], &[0xff; 16]].concat());
        // The same two times, with a hole: the first block as a bitmap of 129 articles, the second
        // in gaps of no bits, which take less. The table has gap, bytes, positions and impact.
        let twice: Vec<Posting> = (0..257)
            .filter(|&ordinal| ordinal != 3)
            .map(|ordinal| Posting { ordinal, ..one })
            .collect();
        let mut bytes = Vec::new();
        encode(&mut bytes, &twice, true, 9.0);
        let rest = [&[0, 0, 1][..], &[0xff; 16]].concat();
        let bitmap = [&[BITMAP, 0b1111_0111][..], &[0xff; 15], &[1]].concat();
        let blocks = [&bitmap[..], &rest, &[0], &rest].concat();
        let impact = bytes[6];
        assert_eq!(bytes[..13], [12, 129, 1, 37, 128, 1, impact, 128, 1, 20, 128, 1, impact]);
        assert_eq!(bytes[13..], blocks);
    }

    #[test]
    fn positions_come_back() {
        let mut found = Vec::new();
        positions(&[0, 0, 5, 0x80, 1], |position| found.push(position)).unwrap();
        assert_eq!(found, [0, 1, 7, 136]);
        assert!(positions(&[0x80], |_| {}).is_err());
    }
}
