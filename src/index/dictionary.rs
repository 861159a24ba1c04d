//! The terms of a segment, sorted, in blocks of about a kilobyte.
//!
//! # Bytes
//!
//! Numbers are LEB128. A **term** is a byte that says its kind and what is told apart within it
//! ([`kind`]); terms are sorted as bytes. A **block** is a row of entries:
//!
//! ```text
//! lengths    a byte: in its high half how many bytes it has in common with the term before (0 in a block's first entry), in its low half how
//!            many follow; each at most 15
//! more       where a half is 15: how many more, first of those in common
//! bytes      that follow
//! articles   that have the term
//! postings   bytes of its list
//! positions  bytes of its positions; only for words
//! ```
//!
//! The lists of a segment's terms stand in the order of the terms in the part `POSTINGS`, their
//! positions likewise in `POSITIONS`. The **term index** says where blocks begin, an entry a block:
//! the block's first term (length, bytes), and the bytes of the block, of its lists and of its
//! positions.

use super::bytes::{Damaged, Decoded, Reader, put_bytes, put_varint};
use std::ops::Range;

/// Bytes from which a block is ended.
const BLOCK: usize = 1024;

/// The most that half a byte says, and that more follows.
const HALF: usize = 15;

/// The first byte of a term.
pub(crate) mod kind {
    /// A token, in UTF-8.
    pub(crate) const WORD: u8 = 1;
    /// A source: its number.
    pub(crate) const SOURCE: u8 = 2;
    /// A language as recorded, in UTF-8.
    pub(crate) const LANGUAGE: u8 = 3;
    /// A subject: its number.
    pub(crate) const SUBJECT: u8 = 4;
    /// An author: its number.
    pub(crate) const AUTHOR: u8 = 5;
    /// A tag: its number.
    pub(crate) const TAG: u8 = 6;
    /// An entity as recorded, and an annotator that found it: their numbers.
    pub(crate) const ENTITY: u8 = 7;
    /// An entity that the article is about, and an annotator that found it, as for `ENTITY`.
    pub(crate) const SALIENT: u8 = 8;
    /// Who tells the tone: the number of an annotator, 0 for newsdb itself.
    pub(crate) const TONE: u8 = 9;
}

/// A term of words.
pub(super) fn word(token: &str) -> Vec<u8> {
    let mut term = Vec::with_capacity(token.len() + 1);
    term.push(kind::WORD);
    term.extend_from_slice(token.as_bytes());
    term
}

/// What a segment says of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// How many articles have it.
    pub(super) articles: u32,
    /// Where its list is within the part.
    pub(super) postings: Range<u64>,
    /// Where its positions are within the part; empty for all but words.
    pub(super) positions: Range<u64>,
}

/// Writes terms, which come in order.
#[derive(Debug, Default)]
pub(super) struct DictionaryWriter {
    blocks: Vec<u8>,
    index: Vec<u8>,
    last: Vec<u8>,
    block: Block,
}

#[derive(Debug, Default)]
struct Block {
    first: Vec<u8>,
    bytes: Vec<u8>,
    postings: u64,
    positions: u64,
}

impl DictionaryWriter {
    pub(super) fn push(&mut self, term: &[u8], articles: u32, postings: usize, positions: usize) {
        if self.block.bytes.len() >= BLOCK {
            self.end_block();
        }
        let shared = if self.block.bytes.is_empty() {
            self.block.first = term.to_vec();
            0
        } else {
            self.last.iter().zip(term).take_while(|(a, b)| a == b).count()
        };
        let bytes = &mut self.block.bytes;
        let rest = term.get(shared..).unwrap_or_default();
        let lengths = [shared, rest.len()];
        let [high, low] = lengths.map(|length| length.min(HALF) as u8);
        bytes.push(high << 4 | low);
        for length in lengths.into_iter().filter(|&length| length >= HALF) {
            put_varint(bytes, (length - HALF) as u64);
        }
        bytes.extend_from_slice(rest);
        put_varint(bytes, articles.into());
        put_varint(bytes, postings as u64);
        self.block.postings += postings as u64;
        if term.first() == Some(&kind::WORD) {
            put_varint(bytes, positions as u64);
            self.block.positions += positions as u64;
        }
        self.last.clear();
        self.last.extend_from_slice(term);
    }

    fn end_block(&mut self) {
        let block = std::mem::take(&mut self.block);
        put_bytes(&mut self.index, &block.first);
        put_varint(&mut self.index, block.bytes.len() as u64);
        put_varint(&mut self.index, block.postings);
        put_varint(&mut self.index, block.positions);
        self.blocks.extend_from_slice(&block.bytes);
    }

    /// The parts: blocks and their index.
    pub(super) fn finish(mut self) -> (Vec<u8>, Vec<u8>) {
        if !self.block.bytes.is_empty() {
            self.end_block();
        }
        (self.blocks, self.index)
    }
}

/// Where the blocks of a dictionary are.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct TermIndex {
    /// The first terms, one after the other, and where each ends.
    terms: Vec<u8>,
    blocks: Vec<BlockPlace>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct BlockPlace {
    first_end: usize,
    bytes: Range<u64>,
    postings: Range<u64>,
    positions: Range<u64>,
}

impl TermIndex {
    pub(super) fn decode(bytes: &[u8]) -> Decoded<Self> {
        let mut reader = Reader(bytes);
        let mut index = Self::default();
        let (mut at, mut postings, mut positions) = (0, 0, 0);
        let next = |reader: &mut Reader<'_>, from: &mut u64| -> Decoded<Range<u64>> {
            let end = from.checked_add(reader.varint()?).ok_or(Damaged("blocks without end"))?;
            Ok(std::mem::replace(from, end)..end)
        };
        while !reader.is_empty() {
            index.terms.extend_from_slice(reader.bytes()?);
            index.blocks.push(BlockPlace {
                first_end: index.terms.len(),
                bytes: next(&mut reader, &mut at)?,
                postings: next(&mut reader, &mut postings)?,
                positions: next(&mut reader, &mut positions)?,
            });
        }
        Ok(index)
    }

    /// How many blocks there are.
    pub(super) fn len(&self) -> usize {
        self.blocks.len()
    }

    pub(super) fn size(&self) -> usize {
        self.terms.len() + self.blocks.len() * size_of::<BlockPlace>()
    }

    fn first(&self, block: usize) -> &[u8] {
        let start = block.checked_sub(1).map_or(0, |before| self.blocks[before].first_end);
        self.terms.get(start..self.blocks[block].first_end).unwrap_or_default()
    }

    /// The block in which a term is, if it is anywhere.
    pub(super) fn block_of(&self, term: &[u8]) -> Option<usize> {
        let (mut low, mut high) = (0, self.blocks.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.first(middle) <= term { low = middle + 1 } else { high = middle }
        }
        low.checked_sub(1)
    }

    /// Where a block is within its part.
    pub(super) fn bytes(&self, block: usize) -> Range<u64> {
        self.blocks.get(block).map_or(0..0, |place| place.bytes.clone())
    }

    /// Reads the entries of a block.
    pub(super) fn entries<'a>(&self, block: usize, bytes: &'a [u8]) -> Entries<'a> {
        let place = self.blocks.get(block);
        let start = |range: Option<&Range<u64>>| range.map_or(0, |range| range.start);
        Entries {
            reader: Reader(bytes),
            term: Vec::new(),
            postings: start(place.map(|place| &place.postings)),
            positions: start(place.map(|place| &place.positions)),
        }
    }
}

/// The entries of a block, in order.
pub(super) struct Entries<'a> {
    reader: Reader<'a>,
    term: Vec<u8>,
    postings: u64,
    positions: u64,
}

impl Entries<'_> {
    /// The term of the entry read last.
    pub(super) fn term(&self) -> &[u8] {
        &self.term
    }

    /// The next entry; [`Entries::term`] is its term.
    pub(super) fn next(&mut self) -> Decoded<Option<Entry>> {
        if self.reader.is_empty() {
            return Ok(None);
        }
        let lengths = usize::from(self.reader.byte()?);
        let mut length = |half: usize| -> Decoded<usize> {
            let more = if half == HALF { self.reader.number()? } else { 0usize };
            Ok(half.saturating_add(more))
        };
        let (shared, rest) = (length(lengths >> 4)?, length(lengths & HALF)?);
        if shared > self.term.len() {
            return Err(Damaged("a term that shares more than there is"));
        }
        self.term.truncate(shared);
        self.term.extend_from_slice(self.reader.take(rest)?);
        let articles = self.reader.number()?;
        let postings = Self::range(&mut self.postings, self.reader.varint()?)?;
        let length =
            if self.term.first() == Some(&kind::WORD) { self.reader.varint()? } else { 0 };
        let positions = Self::range(&mut self.positions, length)?;
        Ok(Some(Entry { articles, postings, positions }))
    }

    fn range(from: &mut u64, length: u64) -> Decoded<Range<u64>> {
        let end = from.checked_add(length).ok_or(Damaged("a list without end"))?;
        Ok(std::mem::replace(from, end)..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_is_found_where_it_was_put() {
        let terms: Vec<Vec<u8>> = (0..5_000u32).map(|n| word(&format!("term{n:05}"))).collect();
        let mut writer = DictionaryWriter::default();
        for (n, term) in terms.iter().enumerate() {
            writer.push(term, n as u32 + 1, n % 50 + 1, n % 7);
        }
        let (blocks, index) = writer.finish();
        let index = TermIndex::decode(&index).unwrap();
        assert!(index.len() > 10);
        let (mut postings, mut positions) = (0, 0);
        for (n, term) in terms.iter().enumerate() {
            let block = index.block_of(term).unwrap();
            let range = index.bytes(block);
            let bytes = &blocks[range.start as usize..range.end as usize];
            let mut entries = index.entries(block, bytes);
            let entry = loop {
                let entry = entries.next().unwrap().unwrap();
                if entries.term() == term {
                    break entry;
                }
            };
            assert_eq!(entry.articles, n as u32 + 1);
            assert_eq!(entry.postings, postings..postings + (n as u64 % 50 + 1));
            assert_eq!(entry.positions, positions..positions + (n as u64 % 7));
            (postings, positions) = (entry.postings.end, entry.positions.end);
        }
        assert_eq!(index.block_of(&[0]), None);
    }
}
