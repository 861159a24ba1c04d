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
use super::dictionary::{Entry, kind};
use super::rank::impact;
use super::search::{Bits, CHUNK};
use super::segment::{Part, Segment, Span, Stream};
use crate::error::Error;
use std::ops::Range;
use std::sync::Arc;

/// Articles in a list that is not packed.
const SHORT: usize = 16;

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
struct Place {
    /// The least ordinal that it can have, and its last.
    first: u32,
    last: u32,
    bytes: Range<u64>,
    positions: Range<u64>,
    impact: u8,
}

/// Reads the table of a list of several blocks, which lie between `start` and `end`, and their
/// positions in so many bytes.
fn decode_table(
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
struct Block {
    count: usize,
    /// Where they are a bitmap: how many words it has, 0 where they are not.
    words: usize,
    /// The ordinal of the first bit.
    first: u32,
    bitmap: [u64; BITMAP_WORDS],
    /// How many are set in the words before each.
    before: [u8; BITMAP_WORDS],
    /// So many of the ordinals are there: none, or all.
    listed: usize,
    ordinals: [u32; BLOCK],
    /// How many bytes of the block its ordinals take.
    ordinals_end: usize,
    /// How often a word stands in each article, field by field, when that has been asked for.
    has_fields: bool,
    fields: [[u32; BLOCK]; 3],
    /// Whether a field may have anything but nothing.
    is_used: [bool; 3],
}

impl Block {
    fn new() -> Self {
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

    fn decode_short(
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
    fn decode_ordinals(
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
    fn ordinals(&mut self) -> &[u32] {
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
    fn place(&self, ordinal: u32) -> Option<usize> {
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
    fn decode_fields(&mut self, bytes: &[u8], words: bool) -> Decoded<()> {
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

    fn frequencies(&self, at: usize) -> Frequencies {
        self.fields.each_ref().map(|field| field[at])
    }

    /// How often a word stands in some of the articles.
    fn occurrences(&self, places: Range<usize>) -> u64 {
        let sum = |field: &[u32; BLOCK]| -> u64 {
            field[places.clone()].iter().map(|&f| u64::from(f)).sum()
        };
        self.fields.iter().map(sum).sum()
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
fn take_positions(bytes: &[u8], count: u64, found: &mut Vec<u32>) -> Decoded<usize> {
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
fn end_of(bytes: &[u8], numbers: u64) -> Decoded<usize> {
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

/// Lists of at most so many bytes are kept whole with their heads.
const KEPT: u64 = 1 << 17;

/// Where a term's list is and what its blocks are; kept for the next query.
#[derive(Debug)]
pub(super) struct List {
    pub(super) term: Box<[u8]>,
    /// How many articles have the term; 0: the segment has it nowhere.
    articles: u32,
    places: Vec<Place>,
    /// The greatest impact.
    impact: u8,
    /// Where list and positions are in the stream.
    range: Range<u64>,
    positions: Range<u64>,
    /// The list itself, unless it is too long to be kept.
    bytes: Vec<u8>,
}

impl List {
    pub(super) fn open(
        segment: &Segment,
        stream: Stream<'_>,
        term: &[u8],
        entry: Option<&Entry>,
    ) -> Result<Self, Error> {
        let mut list = Self {
            term: term.into(),
            articles: 0,
            places: Vec::new(),
            impact: 0,
            range: 0..0,
            positions: 0..0,
            bytes: Vec::new(),
        };
        let Some(entry) = entry else { return Ok(list) };
        let inside = |part: Part, range: &Range<u64>| {
            let part = segment.part(part);
            let (start, end) = (part.start + range.start, part.start + range.end);
            if end <= part.end {
                Ok(start..end)
            } else {
                Err(segment.damaged(Damaged("a list beyond its part")))
            }
        };
        list.range = inside(Part::Postings, &entry.postings)?;
        list.positions = inside(Part::Positions, &entry.positions)?;
        if entry.articles == 0 || entry.articles > segment.articles {
            return Err(segment.damaged(Damaged("a term with more articles than there are")));
        }
        list.articles = entry.articles;
        let length = list.range.end - list.range.start;
        if length <= KEPT {
            list.bytes = stream.read(list.range.clone())?;
        }
        let damaged = |damaged| segment.damaged(damaged);
        list.places = if entry.articles as usize <= BLOCK {
            let last = segment.articles - 1;
            let positions = 0..list.positions.end - list.positions.start;
            vec![Place { first: 0, last, bytes: 0..length, positions, impact: u8::MAX }]
        } else {
            let mut span = stream.span(list.range.clone());
            let mut read = |piece: Range<u64>| -> Result<Vec<u8>, Error> {
                Ok(match list.bytes.get(piece.start as usize..piece.end as usize) {
                    Some(bytes) => bytes.to_vec(),
                    None => span.get(piece)?.to_vec(),
                })
            };
            let head = read(0..length.min(10))?;
            let mut reader = Reader(&head);
            let table: u64 = reader.varint().map_err(damaged)?;
            let start = (head.len() - reader.0.len()) as u64;
            let end = start.saturating_add(table).min(length);
            let words = term.first() == Some(&kind::WORD);
            let positions = list.positions.end - list.positions.start;
            let table = read(start..end)?;
            decode_table(&table, end..length, positions, words, segment.articles)
                .map_err(damaged)?
        };
        if list.places.len() != (entry.articles as usize).div_ceil(BLOCK) {
            return Err(damaged(Damaged("a list with another number of blocks")));
        }
        list.impact = list.places.iter().map(|place| place.impact).max().unwrap_or(0);
        Ok(list)
    }

    pub(super) fn size(&self) -> usize {
        self.term.len() + self.places.len() * size_of::<Place>() + self.bytes.len()
    }

    pub(super) fn articles(&self) -> u32 {
        self.articles
    }

    /// How many articles are in a block.
    fn count(&self, block: usize) -> usize {
        (self.articles as usize - block * BLOCK).min(BLOCK)
    }

    /// The last ordinal of a block, where the list has a table that says so.
    fn last(&self, block: usize) -> Option<u32> {
        (self.places.len() > 1).then(|| self.places[block].last)
    }
}

/// The list of a term, read block by block.
#[derive(Debug)]
pub(super) struct PostingList<'c> {
    segment: &'c Segment,
    list: Arc<List>,
    words: bool,
    bytes: Span<'c>,
    positions: Span<'c>,
    /// Which block is decoded.
    loaded: Option<usize>,
    /// Made when the first block is.
    block: Option<Box<Block>>,
    /// Where in an article of the block the word stands.
    found: Vec<u32>,
    /// The article of the block whose positions come next, and where they begin.
    next: (usize, usize),
}

impl<'c> PostingList<'c> {
    pub(super) fn new(segment: &'c Segment, stream: Stream<'c>, list: Arc<List>) -> Self {
        Self {
            segment,
            words: list.term.first() == Some(&kind::WORD),
            bytes: stream.span(list.range.clone()),
            positions: stream.span(list.positions.clone()),
            list,
            loaded: None,
            block: None,
            found: Vec::new(),
            next: (0, 0),
        }
    }

    /// How many articles are in it.
    pub(super) fn articles(&self) -> u32 {
        self.list.articles
    }

    /// The blocks that can have ordinals of a range.
    pub(super) fn blocks(&self, ordinals: &Range<u32>) -> Range<usize> {
        let from = self.block_from(0, ordinals.start);
        let rest = &self.list.places[from..];
        from..from + rest.partition_point(|place| place.first < ordinals.end)
    }

    /// The first block from one on that ends with an ordinal or beyond it; `None`: none does.
    pub(super) fn next_block(&self, from: usize, ordinal: u32) -> Option<usize> {
        Some(self.block_from(from, ordinal)).filter(|&block| block < self.list.places.len())
    }

    /// The same, or how many blocks there are. What is near is found soon.
    fn block_from(&self, from: usize, ordinal: u32) -> usize {
        let places = &self.list.places[from..];
        let mut end = 1;
        while places.get(end - 1).is_some_and(|place| place.last < ordinal) {
            end *= 2;
        }
        let start = end / 2;
        let near = &places[start..end.min(places.len())];
        from + start + near.partition_point(|place| place.last < ordinal)
    }

    /// The ordinals between which those of a block lie.
    pub(super) fn bounds(&self, block: usize) -> Range<u32> {
        self.list.places[block].first..self.list.places[block].last + 1
    }

    /// Whether any article of a set can be in a block. The set is of the chunk that begins with `base`.
    fn is_wanted(&self, block: usize, base: u32, bits: &Bits) -> bool {
        let bounds = self.bounds(block);
        let (from, to) = (bounds.start.max(base), bounds.end.min(base + CHUNK));
        from < to && bits.any_in(&(from - base..to - base))
    }

    /// The greatest impact in each block of a range.
    pub(super) fn impacts(&self, blocks: Range<usize>) -> impl Iterator<Item = u8> {
        self.list.places[blocks].iter().map(|place| place.impact)
    }

    /// The greatest impact that an ordinal of a range can have; `None`: none can be there.
    pub(super) fn greatest_impact(&self, ordinals: &Range<u32>) -> Option<u8> {
        if *ordinals == (0..self.segment.articles) {
            return Some(self.list.impact);
        }
        self.impacts(self.blocks(ordinals)).max()
    }

    /// A block with what articles are in it, and with their `fields` if asked.
    #[inline]
    fn load(&mut self, block: usize, fields: bool) -> Result<&mut Block, Error> {
        let is_there = |decoded: &Block| !fields || decoded.has_fields;
        if self.loaded != Some(block) || !self.block.as_deref().is_some_and(is_there) {
            self.decode(block, fields)?;
        }
        Ok(self.block.get_or_insert_with(|| Box::new(Block::new())))
    }

    fn decode(&mut self, block: usize, fields: bool) -> Result<(), Error> {
        let decoded = self.block.get_or_insert_with(|| Box::new(Block::new()));
        let (list, articles) = (&*self.list, self.segment.articles);
        let place = &list.places[block];
        if self.loaded != Some(block) {
            self.loaded = None;
            self.next = (0, 0);
            let bytes = bytes_of(list, &mut self.bytes, &place.bytes)?;
            let count = list.count(block);
            let ordinals = if list.articles as usize <= SHORT {
                decoded.decode_short(bytes, count, self.words, articles)
            } else {
                let range = (place.first, list.last(block));
                decoded.decode_ordinals(bytes, count, range, articles)
            };
            ordinals.map_err(|damaged| self.segment.damaged(damaged))?;
            self.loaded = Some(block);
        }
        if fields && !decoded.has_fields {
            let bytes = bytes_of(list, &mut self.bytes, &place.bytes)?;
            let fields = decoded.decode_fields(bytes, self.words);
            fields.map_err(|damaged| self.segment.damaged(damaged))?;
        }
        Ok(())
    }

    /// The ordinals of a block.
    pub(super) fn ordinals(&mut self, block: usize) -> Result<&[u32], Error> {
        Ok(self.load(block, false)?.ordinals())
    }

    /// The ordinals of a block, and how often the word stands in each article, by field.
    pub(super) fn postings(&mut self, block: usize) -> Result<(&[u32], &[[u32; BLOCK]; 3]), Error> {
        let block = self.load(block, true)?;
        block.ordinals();
        Ok((&block.ordinals[..block.count], &block.fields))
    }

    /// Hands over how often the word stands in those of some articles that a block has. They come
    /// with a place, which is handed over with it.
    pub(super) fn frequencies(
        &mut self,
        block: usize,
        articles: impl Iterator<Item = (usize, u32)> + Clone,
        mut take: impl FnMut(usize, Frequencies),
    ) -> Result<(), Error> {
        if articles.clone().next().is_none() {
            return Ok(());
        }
        let decoded = self.load(block, false)?;
        if articles.clone().all(|(_, ordinal)| decoded.place(ordinal).is_none()) {
            return Ok(());
        }
        let decoded = self.load(block, true)?;
        for (place, ordinal) in articles {
            if let Some(at) = decoded.place(ordinal) {
                take(place, decoded.frequencies(at));
            }
        }
        Ok(())
    }

    /// Sets what of a chunk is in the list, but for blocks of which nothing is in `wanted`.
    pub(super) fn add_to(
        &mut self,
        base: u32,
        wanted: &Bits,
        bits: &mut Bits,
    ) -> Result<(), Error> {
        for block in self.blocks(&(base..base + CHUNK)) {
            if !self.is_wanted(block, base, wanted) {
                continue;
            }
            let block = self.load(block, false)?;
            if block.words > 0 {
                let words = block.bitmap[..block.words].iter().copied();
                bits.add_words(i64::from(block.first) - i64::from(base), words);
                continue;
            }
            for &ordinal in block.ordinals() {
                let at = ordinal.wrapping_sub(base);
                if at < CHUNK {
                    bits.set(at);
                }
            }
        }
        Ok(())
    }

    /// Where the word stands in an article; nowhere, if it is not in the list.
    pub(super) fn positions(&mut self, ordinal: u32) -> Result<&[u32], Error> {
        self.found.clear();
        // Articles mostly come in order.
        let near = self.loaded.filter(|&block| self.list.places[block].first <= ordinal);
        let Some(block) = self.next_block(near.unwrap_or(0), ordinal) else {
            return Ok(&self.found);
        };
        let Some(at) = self.load(block, false)?.place(ordinal) else { return Ok(&self.found) };
        self.load(block, true)?;
        let Some(decoded) = &self.block else { return Ok(&self.found) };
        let bytes = self.positions.get(self.list.places[block].positions.clone())?;
        let (next, start) = if self.next.0 <= at { self.next } else { (0, 0) };
        let damaged = |damaged| self.segment.damaged(damaged);
        let rest = bytes.get(start..).unwrap_or_default();
        let skipped = end_of(rest, decoded.occurrences(next..at)).map_err(damaged)?;
        let rest = rest.get(skipped..).unwrap_or_default();
        let count = decoded.occurrences(at..at + 1);
        let length = take_positions(rest, count, &mut self.found).map_err(damaged)?;
        self.next = (at + 1, start + skipped + length);
        Ok(&self.found)
    }
}

/// Bytes of a list, by their place in it.
fn bytes_of<'b>(
    list: &'b List,
    span: &'b mut Span<'_>,
    piece: &Range<u64>,
) -> Result<&'b [u8], Error> {
    match list.bytes.get(piece.start as usize..piece.end as usize) {
        Some(bytes) => Ok(bytes),
        None => span.get(piece.clone()),
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
