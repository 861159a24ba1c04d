//! The list of a term, read block by block.

use super::bytes::{BLOCK, Damaged, Decoded, Reader};
use super::dictionary::{Entry, kind};
use super::positions;
use super::postings::{Block, Frequencies, Place, SHORT, decode_table};
use super::search::{Bits, CHUNK};
use super::segment::{Part, Segment, Span, Stream};
use crate::error::Error;
use std::ops::Range;
use std::sync::Arc;

/// Lists of at most so many bytes are kept whole with their heads.
const KEPT: u64 = 1 << 17;

/// Articles of a block whose positions are read one by one, before those of all are.
const SINGLE: usize = 4;

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

/// What is decoded of a block.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    Ordinals,
    /// How often the word stands in all of each article.
    All,
    /// How often in each field.
    Fields,
}

impl Wanted {
    fn is_in(self, block: &Block) -> bool {
        match self {
            Self::Ordinals => true,
            Self::All => block.has_all,
            Self::Fields => block.has_fields,
        }
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
    /// The gaps between them; or, when the block has been asked often, of all its articles,
    gaps: Vec<u32>,
    /// and where those of each end.
    ends: Vec<usize>,
    /// Articles of the block whose positions were asked for.
    asked: usize,
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
            gaps: Vec::new(),
            ends: Vec::new(),
            asked: 0,
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

    /// A block with what articles are in it, and with what else is wanted of them.
    #[inline]
    fn load(&mut self, block: usize, wanted: Wanted) -> Result<&mut Block, Error> {
        let is_there = |decoded: &Block| wanted.is_in(decoded);
        if self.loaded != Some(block) || !self.block.as_deref().is_some_and(is_there) {
            self.decode(block, wanted)?;
        }
        Ok(self.block.get_or_insert_with(|| Box::new(Block::new())))
    }

    fn decode(&mut self, block: usize, wanted: Wanted) -> Result<(), Error> {
        let decoded = self.block.get_or_insert_with(|| Box::new(Block::new()));
        let (list, articles) = (&*self.list, self.segment.articles);
        let place = &list.places[block];
        if self.loaded != Some(block) {
            self.loaded = None;
            self.asked = 0;
            self.ends.clear();
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
        if !wanted.is_in(decoded) {
            let bytes = bytes_of(list, &mut self.bytes, &place.bytes)?;
            let more = match wanted {
                Wanted::Ordinals => Ok(()),
                Wanted::All => decoded.decode_all(bytes),
                Wanted::Fields => decoded.decode_fields(bytes, self.words),
            };
            more.map_err(|damaged| self.segment.damaged(damaged))?;
        }
        Ok(())
    }

    /// The ordinals of a block.
    pub(super) fn ordinals(&mut self, block: usize) -> Result<&[u32], Error> {
        Ok(self.load(block, Wanted::Ordinals)?.ordinals())
    }

    /// The ordinals of a block, and how often the word stands in each article, by field.
    pub(super) fn postings(&mut self, block: usize) -> Result<(&[u32], &[[u32; BLOCK]; 3]), Error> {
        let block = self.load(block, Wanted::Fields)?;
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
        let decoded = self.load(block, Wanted::Ordinals)?;
        if articles.clone().all(|(_, ordinal)| decoded.place(ordinal).is_none()) {
            return Ok(());
        }
        let decoded = self.load(block, Wanted::Fields)?;
        for (place, ordinal) in articles {
            if let Some(at) = decoded.place(ordinal) {
                take(place, decoded.frequencies(at));
            }
        }
        Ok(())
    }

    /// Sets what of a range is in the list, but for blocks of which nothing is in `wanted`; what of
    /// them lies beyond the range may be set too. Bits are counted from where the range begins.
    pub(super) fn add_to(
        &mut self,
        range: Range<u32>,
        wanted: &Bits,
        bits: &mut Bits,
    ) -> Result<(), Error> {
        let base = range.start;
        for block in self.blocks(&range) {
            if !self.is_wanted(block, base, wanted) {
                continue;
            }
            let block = self.load(block, Wanted::Ordinals)?;
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
        // Articles mostly come in order, many of a block.
        let near = self.loaded.filter(|&block| self.list.places[block].first <= ordinal);
        let block = match near {
            Some(block) if ordinal <= self.list.places[block].last => Some(block),
            near => self.next_block(near.unwrap_or(0), ordinal),
        };
        let Some(block) = block else { return Ok(&self.found) };
        let Some(at) = self.load(block, Wanted::Ordinals)?.place(ordinal) else {
            return Ok(&self.found);
        };
        self.load(block, Wanted::All)?;
        let Some(decoded) = &self.block else { return Ok(&self.found) };
        let bytes = self.positions.get(self.list.places[block].positions.clone())?;
        self.asked += 1;
        let mut read = || -> Decoded<()> {
            let gaps = if self.asked > SINGLE {
                if self.ends.is_empty() {
                    let all = decoded.occurrences(0..decoded.count);
                    self.gaps.clear();
                    positions::decode(bytes, all, 0..all, &mut self.gaps)?;
                    decoded.ends(&mut self.ends);
                }
                let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
                self.gaps.get(start..self.ends[at]).unwrap_or_default()
            } else {
                let start = decoded.occurrences(0..at);
                let end = start.saturating_add(decoded.occurrences(at..at + 1));
                let all = end.saturating_add(decoded.occurrences(at + 1..decoded.count));
                self.gaps.clear();
                positions::decode(bytes, all, start..end, &mut self.gaps)?;
                &self.gaps
            };
            positions::positions(gaps).try_for_each(|position| {
                self.found.push(position?);
                Ok(())
            })
        };
        read().map_err(|damaged| self.segment.damaged(damaged))?;
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
