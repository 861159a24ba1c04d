//! Which articles of a segment have a term, how often, and where.
//!
//! # Bytes
//!
//! Articles go by their ordinals. A list of at most [`SHORT`] is a row of bits ([`BitWriter`]). For each
//! article there is the gap to the ordinal before (to -1 at first), less one, as a Rice code, of which the low bits are those
//! of the mean gap: the binary logarithm, rounded down, of the segment's articles by those of the list. Of a word there follows a
//! 1 when it stands once in the body and nowhere else; where it does not, a 0 and three Elias gamma codes: how often in
//! headline, summary, body.
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
//! all        the same: how often in all of the article, less one
//! ```
//!
//! The numbers of each are a packed block ([`super::bytes`]). Where a list has a table, and it takes
//! hardly more bytes, a block has [`BITMAP`] for the bits of its gaps and a **bitmap** in their place: bit *n*
//! modulo 8 of byte *n* / 8 stands for the *n*th ordinal after the last one of the block before, and it
//! ends with the block's last ordinal.
//!
//! **Positions** are apart ([`super::positions`]).

use super::bytes::{
    BLOCK, BitReader, BitWriter, Damaged, Decoded, Reader, pack_block, packed_bytes, put_varint,
    unpack_ascending, unpack_block, width,
};
use super::positions;
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
}

impl Posting {
    /// An article in a list without positions.
    pub(super) fn of_value(ordinal: u32) -> Self {
        Self { ordinal, frequencies: [0; 3], length: 0 }
    }

    /// How many positions it has.
    pub(super) fn positions(&self) -> u32 {
        self.frequencies.iter().fold(0, |sum, &f| sum.saturating_add(f))
    }
}

/// The low bits of the gaps in a short list.
fn low_bits(count: usize, articles: u32) -> u32 {
    (articles as usize / count.max(1)).checked_ilog2().unwrap_or(0)
}

/// Where lists go that are written, and what they are written by.
#[derive(Debug)]
pub(super) struct ListsOut {
    pub(super) postings: Vec<u8>,
    pub(super) positions: Vec<u8>,
    /// Articles of the segment.
    pub(super) articles: u32,
    /// Their mean length.
    pub(super) average: f64,
}

impl ListsOut {
    /// Writes a list, which is in order and not empty, and the gaps between positions.
    pub(super) fn push(&mut self, list: &[Posting], mut gaps: &[u32], words: bool) {
        let (out, positions_out) = (&mut self.postings, &mut self.positions);
        if list.len() <= SHORT {
            positions::encode(positions_out, gaps);
            encode_short(out, list, words, self.articles);
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
                let count: usize = block.iter().map(|p| p.positions() as usize).sum();
                let (own, later) = gaps.split_at(count.min(gaps.len()));
                let before = positions_out.len();
                positions::encode(positions_out, own);
                gaps = later;
                put_varint(&mut table, (positions_out.len() - before) as u64);
                let impacts =
                    block.iter().map(|p| impact::of(&p.frequencies, p.length, self.average));
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
}

fn encode_short(out: &mut Vec<u8>, list: &[Posting], words: bool, articles: u32) {
    let low = low_bits(list.len(), articles);
    let mut writer = BitWriter::new(out);
    let mut next = 0;
    for posting in list {
        writer.put_rice(posting.ordinal - next, low);
        next = posting.ordinal + 1;
        match posting.frequencies {
            _ if !words => {}
            [0, 0, 1] => writer.put(1, 1),
            frequencies => {
                writer.put(0, 1);
                frequencies.iter().for_each(|&f| writer.put_gamma(f));
            }
        }
    }
    writer.finish();
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
        let fields = [
            |p: &Posting| p.frequencies[0],
            |p: &Posting| p.frequencies[1],
            |p: &Posting| p.positions().saturating_sub(1),
        ];
        let fields = fields.map(|of| block.iter().map(of).collect::<Vec<_>>());
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
    /// Whether headlines and summaries may have anything but nothing.
    is_used: [bool; 2],
    /// How often in all of each article, less one, when that or the fields have been asked for.
    pub(super) has_all: bool,
    all: [u32; BLOCK],
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
            is_used: [false; 2],
            has_all: false,
            all: [0; BLOCK],
        }
    }

    pub(super) fn decode_short(
        &mut self,
        bytes: &[u8],
        count: usize,
        words: bool,
        articles: u32,
    ) -> Decoded<()> {
        let low = low_bits(count, articles);
        let mut reader = BitReader::new(bytes);
        let mut next = 0u32;
        for (at, place) in self.ordinals[..count].iter_mut().enumerate() {
            let ordinal = next.saturating_add(reader.take_rice(low)?);
            if ordinal >= articles {
                return Err(Damaged("an article beyond the segment"));
            }
            let frequencies = if !words {
                [0; 3]
            } else if reader.take(1)? == 1 {
                [0, 0, 1]
            } else {
                [reader.take_gamma()?, reader.take_gamma()?, reader.take_gamma()?]
            };
            *place = ordinal;
            self.fields.iter_mut().zip(frequencies).for_each(|(field, f)| field[at] = f);
            let all = frequencies.iter().fold(0u32, |all, &f| all.saturating_add(f));
            self.all[at] = all.saturating_sub(1);
            next = ordinal + 1;
        }
        (self.count, self.words, self.listed) = (count, 0, count);
        (self.has_fields, self.is_used, self.has_all) = (true, [true; 2], true);
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
        (self.count, self.words, self.first) = (count, 0, first);
        (self.has_fields, self.has_all) = (false, false);
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

    /// What follows the ordinals, for words: the bits of each number of headlines, summaries and all, and the
    /// three packed blocks.
    fn rest<'b>(&self, bytes: &'b [u8]) -> Decoded<[(u32, &'b [u8]); 3]> {
        let mut reader = Reader(bytes.get(self.ordinals_end..).unwrap_or_default());
        let bits = [reader.byte()?, reader.byte()?, reader.byte()?].map(u32::from);
        let mut rest = [(0, &bytes[..0]); 3];
        for (packed, bits) in rest.iter_mut().zip(bits) {
            *packed = (bits, reader.take(packed_bytes(self.count, bits))?);
        }
        if reader.is_empty() { Ok(rest) } else { Err(Damaged("a block that goes on")) }
    }

    /// Reads how often a word stands in all of each article, of a block whose ordinals are decoded.
    pub(super) fn decode_all(&mut self, bytes: &[u8]) -> Decoded<()> {
        let [.., (bits, packed)] = self.rest(bytes)?;
        unpack_block(packed, bits, &mut self.all[..self.count])?;
        self.has_all = true;
        Ok(())
    }

    /// Reads how often in each field.
    pub(super) fn decode_fields(&mut self, bytes: &[u8], words: bool) -> Decoded<()> {
        if !words {
            self.has_fields = true;
            let is_whole = bytes.len() == self.ordinals_end;
            return if is_whole { Ok(()) } else { Err(Damaged("a block that goes on")) };
        }
        if !self.has_all {
            self.decode_all(bytes)?;
        }
        let rest = self.rest(bytes)?;
        let [headlines, summaries, bodies] = self.fields.each_mut().map(|of| &mut of[..self.count]);
        let two = [&mut *headlines, &mut *summaries].into_iter().zip(&mut self.is_used);
        for ((field, is_used), (bits, packed)) in two.zip(rest) {
            // What is nothing already need not be made so.
            if bits > 0 {
                *is_used = true;
                unpack_block(packed, bits, field)?;
            } else if *is_used {
                field.fill(0);
            }
        }
        let mut is_damaged = false;
        let others = headlines.iter().zip(&*summaries);
        for ((body, all), (headline, summary)) in bodies.iter_mut().zip(&self.all).zip(others) {
            let all = all.wrapping_add(1);
            *body = all.wrapping_sub(*headline).wrapping_sub(*summary);
            is_damaged |= *body > all;
        }
        self.has_fields = true;
        if is_damaged { Err(Damaged("a field with more of a word than all")) } else { Ok(()) }
    }

    pub(super) fn frequencies(&self, at: usize) -> Frequencies {
        self.fields.each_ref().map(|field| field[at])
    }

    /// How often a word stands in some of the articles.
    pub(super) fn occurrences(&self, articles: Range<usize>) -> usize {
        let more: u64 = self.all[articles.clone()].iter().map(|&all| u64::from(all)).sum();
        usize::try_from(more).unwrap_or(usize::MAX).saturating_add(articles.len())
    }

    /// Where the positions of each article end, counted from the first of the block.
    pub(super) fn ends(&self, ends: &mut Vec<usize>) {
        let mut end = 0usize;
        ends.clear();
        ends.extend(self.all[..self.count].iter().map(|&all| {
            end = end.saturating_add(all as usize).saturating_add(1);
            end
        }));
    }
}

/// At most eight bytes as a number, the lowest first.
fn word_of(bytes: &[u8]) -> u64 {
    match bytes.first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)),
    }
}

/// Reads whole lists, one after the other.
#[derive(Debug)]
pub(super) struct WholeLists {
    block: Box<Block>,
    gaps: Vec<u32>,
    ends: Vec<usize>,
}

impl WholeLists {
    pub(super) fn new() -> Self {
        Self { block: Box::new(Block::new()), gaps: Vec::new(), ends: Vec::new() }
    }

    /// Hands over each ordinal of a list, how often, and the gaps between its positions.
    pub(super) fn each(
        &mut self,
        bytes: &[u8],
        mut positions: &[u8],
        count: u32,
        words: bool,
        articles: u32,
        mut take: impl FnMut(u32, Frequencies, &[u32]) -> Decoded<()>,
    ) -> Decoded<()> {
        let count = count as usize;
        let places = if count <= BLOCK {
            let (bytes, positions) = (0..bytes.len() as u64, 0..positions.len() as u64);
            vec![Place { first: 0, last: 0, bytes, positions, impact: 0 }]
        } else {
            let mut reader = Reader(bytes);
            let table = reader.bytes()?;
            let start = (bytes.len() - reader.0.len()) as u64;
            let end = bytes.len() as u64;
            decode_table(table, start..end, positions.len() as u64, words, articles)?
        };
        if places.len() != count.div_ceil(BLOCK) {
            return Err(Damaged("a list with another number of blocks"));
        }
        let Self { block, gaps, ends } = self;
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
            if !words {
                block.ordinals[..length].iter().try_for_each(|&at| take(at, [0; 3], &[]))?;
                continue;
            }
            let own = (place.positions.end - place.positions.start) as usize;
            let cut_short = Damaged("positions cut short");
            let (own, later) = positions.split_at_checked(own).ok_or(cut_short)?;
            positions = later;
            block.ends(ends);
            let all = ends.last().copied().unwrap_or(0);
            gaps.clear();
            positions::decode(own, all, 0..all, gaps)?;
            let mut start = 0;
            for (at, &end) in ends.iter().enumerate() {
                take(block.ordinals[at], block.frequencies(at), &gaps[start..end])?;
                start = end;
            }
        }
        if positions.is_empty() { Ok(()) } else { Err(Damaged("positions that go on")) }
    }
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
                Posting { ordinal, frequencies, length: 100 }
            })
            .collect()
    }

    #[test]
    fn lists_of_every_length_come_back() {
        for count in [1, 2, 16, 17, 127, 128, 129, 256, 1000] {
            for words in [false, true] {
                let mut list = list(count);
                let mut gaps = Vec::new();
                for posting in &mut list {
                    if words {
                        gaps.extend((0..posting.positions()).map(|n| n * posting.ordinal % 300));
                    } else {
                        *posting = Posting::of_value(posting.ordinal);
                    }
                }
                let mut out = ListsOut {
                    postings: Vec::new(),
                    positions: Vec::new(),
                    articles: 10_000,
                    average: 100.0,
                };
                out.push(&list, &gaps, words);
                let (bytes, positions) = (out.postings, out.positions);
                let mut reader = WholeLists::new();
                let mut each = |bytes: &[u8], articles, take: &mut dyn FnMut(Posting, &[u32])| {
                    reader.each(bytes, &positions, count, words, articles, |ordinal, f, own| {
                        let length = if words { 100 } else { 0 };
                        take(Posting { ordinal, frequencies: f, length }, own);
                        Ok(())
                    })
                };
                let (mut found, mut found_gaps) = (Vec::new(), Vec::new());
                each(&bytes, 10_000, &mut |posting, own| {
                    found.push(posting);
                    found_gaps.extend_from_slice(own);
                })
                .unwrap();
                assert_eq!((found, found_gaps), (list.clone(), gaps), "{count}");
                for end in 0..bytes.len() {
                    let cut = each(&bytes[..end], 10_000, &mut |_, _| {});
                    assert!(cut.is_err(), "{count}, cut at {end}");
                }
                let last = list[list.len() - 1].ordinal;
                if count as usize > SHORT {
                    assert!(each(&bytes, last, &mut |_, _| {}).is_err());
                }
            }
        }
    }

    #[test]
    fn a_rare_word_takes_few_bits_and_a_block_as_many_as_it_needs() {
        let one = Posting { ordinal: 5, frequencies: [0, 0, 1], length: 9 };
        let encoded = |list: &[Posting]| {
            let (postings, positions) = (Vec::new(), Vec::new());
            let mut out = ListsOut { postings, positions, articles: 300, average: 9.0 };
            out.push(list, &vec![3; list.len()], true);
            out.postings
        };
        // Of 300 articles one: eight low bits. 0 above them, so a 1; 5 in eight bits; a 1 for once.
        assert_eq!(encoded(&[one]), [0b0000_1011, 0b10]);
        // Twice in the headline, once in the body: 0, then 011 for three, 1 for one, 010 for two, as they are read.
        let other = Posting { frequencies: [2, 0, 1], ..one };
        assert_eq!(encoded(&[other]), [0b0000_1011, 0b1011_1000, 0]);
        // Every article, once in the body: no bits for gaps, headlines, summaries and all.
        let all: Vec<Posting> = (0..128).map(|ordinal| Posting { ordinal, ..one }).collect();
        assert_eq!(encoded(&all), [0, 0, 0, 0]);
        // Three times in all of one article: two bits for all, less one.
        let mut more = all.clone();
        more[4].frequencies = [0, 1, 2];
        // Four rows in turn: the fifth article is the second number of the first row.
        let summaries = [&[2u8][..], &[0; 15]].concat();
        let sums = [&[2u8 << 2][..], &[0; 31]].concat();
        assert_eq!(encoded(&more), [&[0, 0, 1, 2][..], &summaries, &sums].concat());
        // Two blocks, with a hole: the first block as a bitmap of 129 articles, the second
        // in gaps of no bits, which take less. The table has gap, bytes, positions and impact.
        let twice: Vec<Posting> = (0..257)
            .filter(|&ordinal| ordinal != 3)
            .map(|ordinal| Posting { ordinal, ..one })
            .collect();
        let bytes = encoded(&twice);
        let bitmap = [&[BITMAP, 0b1111_0111][..], &[0xff; 15], &[1]].concat();
        let blocks = [&bitmap[..], &[0, 0, 0], &[0, 0, 0, 0]].concat();
        let impact = bytes[5];
        // Positions: a byte for the number of bits, and 128 times two.
        assert_eq!(bytes[..11], [10, 129, 1, 21, 33, impact, 128, 1, 4, 33, impact]);
        assert_eq!(bytes[11..], blocks);
    }

    #[test]
    fn a_field_with_more_than_all_is_damage() {
        let mut block = Block::new();
        let ordinals = [0, 0, 0, 0];
        block.decode_ordinals(&ordinals, 20, (0, None), 100).unwrap();
        block.decode_fields(&ordinals, true).unwrap();
        assert_eq!(block.frequencies(19), [0, 0, 1]);
        // Once in the headline and once in the summary, once in all.
        let more = [&[0, 1, 1, 0][..], &[0xff; 3], &[0xff; 3]].concat();
        block.decode_ordinals(&more, 20, (0, None), 100).unwrap();
        assert!(block.decode_fields(&more, true).is_err());
    }
}
