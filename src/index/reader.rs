//! A segment being read: its decoded parts, kept in a cache, and the lists of its terms.

use super::bytes::Decoded;
use super::cache::{Cache, What};
use super::columns::{self, Field, Lengths, ListColumn, Row, Special};
use super::days::Days;
use super::dictionary::{Entry, TermIndex, kind};
use super::lists::{List, PostingList};
use super::postings::{Frequencies, WholeLists};
use super::segment::{Part, Segment, Stream};
use crate::error::Error;
use rusqlite::Connection;
use std::ops::Range;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// A segment and the way to its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opened<'c> {
    pub(super) segment: &'c Segment,
    connection: &'c Connection,
    cache: &'c Cache,
}

impl<'c> Opened<'c> {
    pub(super) fn new(segment: &'c Segment, connection: &'c Connection, cache: &'c Cache) -> Self {
        Self { segment, connection, cache }
    }

    pub(super) fn stream(&self) -> Stream<'c> {
        self.segment.stream(self.connection, self.cache)
    }

    /// The bytes of a part.
    pub(super) fn bytes(&self, part: Part) -> Result<Vec<u8>, Error> {
        self.stream().read(self.segment.part(part))
    }

    fn decoded<T: Send + Sync + 'static>(
        &self,
        part: Part,
        decode: impl FnOnce(&[u8]) -> Decoded<T>,
        size: impl FnOnce(&T) -> usize,
    ) -> Result<Arc<T>, Error> {
        self.cache.get(self.segment.key, What::Part(part), size, || self.decode(part, decode))
    }

    fn decode<T>(&self, part: Part, decode: impl FnOnce(&[u8]) -> Decoded<T>) -> Result<T, Error> {
        decode(&self.bytes(part)?).map_err(|damaged| self.segment.damaged(damaged))
    }

    fn decode_ids(&self, bytes: &[u8]) -> Decoded<Vec<i64>> {
        let Segment { articles, first, last, .. } = *self.segment;
        columns::decode_ids(bytes, articles, first, last)
    }

    pub(super) fn ids(&self) -> Result<Arc<Vec<i64>>, Error> {
        self.decoded(Part::Ids, |bytes| self.decode_ids(bytes), |ids| ids.len() * 8)
    }

    pub(super) fn days(&self) -> Result<Arc<Days>, Error> {
        self.cache.get(self.segment.key, What::Days, Days::size, || {
            // Not by way of the cache: they are large, and nothing else of them may be wanted.
            let ids = self.decode(Part::Ids, |bytes| self.decode_ids(bytes))?;
            Ok(Days::of(&ids, &self.marks()?))
        })
    }

    /// The ordinals of the ids from one to another.
    pub(super) fn ordinals(&self, low: i64, high: i64) -> Result<Range<u32>, Error> {
        if low <= self.segment.first && self.segment.last <= high {
            return Ok(0..self.segment.articles);
        }
        let ids = self.ids()?;
        let at = |end: usize| u32::try_from(end).unwrap_or(u32::MAX);
        let from = at(ids.partition_point(|&id| id < low));
        Ok(from..at(ids.partition_point(|&id| id <= high)).max(from))
    }

    pub(super) fn marks(&self) -> Result<Arc<Vec<u8>>, Error> {
        let decode = |bytes: &[u8]| columns::decode_marks(bytes, self.segment.articles);
        self.decoded(Part::Marks, decode, Vec::len)
    }

    pub(super) fn lengths(&self) -> Result<Arc<Lengths>, Error> {
        let decode = |bytes: &[u8]| Lengths::decode(bytes, self.segment.articles);
        self.decoded(Part::Lengths, decode, |lengths| lengths.fields.len() * 16)
    }

    pub(super) fn special(&self) -> Result<Arc<Vec<Special>>, Error> {
        let decode = |bytes: &[u8]| columns::decode_special(bytes, self.segment.articles);
        self.decoded(Part::Special, decode, |special| special.len() * size_of::<Special>())
    }

    pub(super) fn groups(&self) -> Result<Arc<Vec<(u32, i64)>>, Error> {
        let decode = |bytes: &[u8]| columns::decode_groups(bytes, self.segment.articles);
        self.decoded(Part::Groups, decode, |groups| groups.len() * 16)
    }

    pub(super) fn list(&self, field: Field) -> Result<Arc<ListColumn>, Error> {
        let decode = |bytes: &[u8]| ListColumn::decode(bytes, self.segment.articles);
        self.decoded(field.part(), decode, ListColumn::size)
    }

    /// The same, not by way of the cache.
    pub(super) fn list_once(&self, field: Field) -> Result<ListColumn, Error> {
        self.decode(field.part(), |bytes| ListColumn::decode(bytes, self.segment.articles))
    }

    /// What its columns but the lists say, article by article.
    pub(super) fn rows(&self) -> Result<Vec<Row>, Error> {
        let (ids, marks, lengths) = (self.ids()?, self.marks()?, self.lengths()?);
        let mut rows: Vec<Row> = ids
            .iter()
            .zip(marks.iter())
            .zip(&lengths.fields)
            .map(|((&id, &marks), &lengths)| Row { id, marks, special: None, group: None, lengths })
            .collect();
        for special in self.special()?.iter() {
            rows[special.ordinal as usize].special = Some((special.canceled, special.embargo));
        }
        for &(ordinal, group) in self.groups()?.iter() {
            rows[ordinal as usize].group = Some(group);
        }
        Ok(rows)
    }

    fn term_index(&self) -> Result<Arc<TermIndex>, Error> {
        self.decoded(Part::TermIndex, TermIndex::decode, TermIndex::size)
    }

    /// The list of a term; `None` when no article has it.
    pub(super) fn find(&self, term: &[u8]) -> Result<Option<PostingList<'c>>, Error> {
        let list = self.look_up(term)?;
        let is_there = list.articles() > 0;
        Ok(is_there.then(|| PostingList::new(self.segment, self.stream(), list)))
    }

    /// How many articles have a term, dead or alive.
    pub(super) fn articles(&self, term: &[u8]) -> Result<u32, Error> {
        Ok(self.look_up(term)?.articles())
    }

    fn look_up(&self, term: &[u8]) -> Result<Arc<List>, Error> {
        let what = What::List(xxh3_64(term));
        let list = self.cache.get(self.segment.key, what, List::size, || self.open_list(term))?;
        if *list.term == *term {
            return Ok(list);
        }
        // Two terms with one hash.
        Ok(Arc::new(self.open_list(term)?))
    }

    fn open_list(&self, term: &[u8]) -> Result<List, Error> {
        let index = self.term_index()?;
        let mut found = None;
        if let Some(block) = index.block_of(term) {
            self.entries(&index, block, |here, entry| {
                if here == term {
                    found = Some(entry);
                }
                here < term
            })?;
        }
        List::open(self.segment, self.stream(), term, found.as_ref())
    }

    /// Hands over the lists of all terms that begin so, whole: each ordinal, how often, and the
    /// gaps between its positions.
    pub(super) fn each_beginning(
        &self,
        beginning: &[u8],
        mut take: impl FnMut(u32, Frequencies, &[u32]) -> Decoded<()>,
    ) -> Result<(), Error> {
        let index = self.term_index()?;
        let mut entries: Vec<Entry> = Vec::new();
        for block in index.block_of(beginning).unwrap_or(0)..index.len() {
            let more = self.entries(&index, block, |term, entry| {
                if term.starts_with(beginning) {
                    entries.push(entry);
                }
                term < beginning || term.starts_with(beginning)
            })?;
            if !more {
                break;
            }
        }
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Ok(()) };
        // They stand side by side.
        let (lists, places) =
            (first.postings.start..last.postings.end, first.positions.start..last.positions.end);
        let read = |part, range: &Range<u64>| {
            let part = self.segment.part(part);
            let (start, end) = (part.start + range.start, part.start + range.end);
            self.stream().read(start.min(part.end)..end.min(part.end))
        };
        let (postings, positions) =
            (read(Part::Postings, &lists)?, read(Part::Positions, &places)?);
        let words = beginning.first() == Some(&kind::WORD);
        let mut whole = WholeLists::new();
        for entry in &entries {
            let list = slice(&postings, lists.start, &entry.postings);
            let own = slice(&positions, places.start, &entry.positions);
            whole
                .each(list, own, entry.articles, words, self.segment.articles, &mut take)
                .map_err(|damaged| self.segment.damaged(damaged))?;
        }
        Ok(())
    }

    /// Walks the terms of a block for as long as `more` says; whether it did to the end.
    fn entries(
        &self,
        index: &TermIndex,
        block: usize,
        mut more: impl FnMut(&[u8], Entry) -> bool,
    ) -> Result<bool, Error> {
        let (part, range) = (self.segment.part(Part::Dictionary), index.bytes(block));
        let place = |at: u64| part.start.saturating_add(at).min(part.end);
        let bytes = self.stream().read(place(range.start)..place(range.end))?;
        let mut entries = index.entries(block, &bytes);
        while let Some(entry) = entries.next().map_err(|damaged| self.segment.damaged(damaged))? {
            if !more(entries.term(), entry) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// A range of bytes that begin with number `from`; what is not there is empty.
fn slice<'b>(bytes: &'b [u8], from: u64, range: &Range<u64>) -> &'b [u8] {
    let place = |at: u64| usize::try_from(at.saturating_sub(from)).unwrap_or(usize::MAX);
    bytes.get(place(range.start)..place(range.end)).unwrap_or_default()
}
