//! What a segment is in the file: a row, and a stream of bytes in pages.
//!
//! # Tables
//!
//! A row of `segment` describes a run of articles; `migrations/0003_index.sql` says what its
//! columns are. `slot` is where its bytes are kept and may be used again; `key` is random, names
//! the segment for ever, and is what caches go by. The bytes of a segment never change; its row
//! changes only where articles in it die (`dead`, `live`, `texts`, `tokens`).
//!
//! The bytes are one **stream**, the parts of [`Part`] one after the other. `parts` has the
//! length of each as LEB128, so the first begins at 0 and each other where the one before ends.
//! The stream is cut into pages of 4,048 bytes, the last one shorter. Page *n* of slot *s* is
//! the row of `segment_page` with the `place` `s << 24 | n`: the bytes, then four bytes of
//! checksum, little-endian: the low half of XXH3-64 of the bytes, seeded with the key plus *n*.
//! So a page of another segment, or out of its place, is no page. `checksum` in the row is XXH3-64
//! over the other columns ([`Segment::checksum`]).
//!
//! `dead` is a bitmap: the article with the ordinal *n* is dead when bit *n* modulo 8 of byte *n* / 8
//! is set; NULL when all live.

use super::bytes::{Damaged, Decoded, Reader, put_varint};
use super::cache::{Cache, What};
use super::search::{Bits, CHUNK};
use crate::error::Error;
use rusqlite::{Connection, Row};
use std::ops::Range;
use std::sync::Arc;
use xxhash_rust::xxh3::{Xxh3, xxh3_64, xxh3_64_with_seed};

/// Bytes of the stream in a page: with its checksum and SQLite's own bytes it fills a leaf.
const PAGE: u64 = 4_048;

/// Bits of a place that number the pages of a slot.
const PAGE_BITS: u32 = 24;

/// Pages that are read and kept together where lists are read piece by piece.
const GROUP: u64 = 8;
const GROUP_BYTES: u64 = GROUP * PAGE;

/// What a segment's stream is made of, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Part {
    /// Where the blocks of the dictionary begin.
    TermIndex,
    /// The terms.
    Dictionary,
    /// Which articles have a term.
    Postings,
    /// Where in them.
    Positions,
    /// The ids of the articles.
    Ids,
    /// How each is dated, and whether it has a body.
    Marks,
    /// Those that are withheld or canceled.
    Special,
    /// Those that belong to a group of duplicates.
    Groups,
    /// Tokens of each field.
    Lengths,
    /// The values of [`super::columns::Field`], a part each, from here on.
    Sources,
    Languages,
    Subjects,
    Authors,
    Tags,
    Entities,
    Salients,
    Tones,
}

impl Part {
    #[cfg(any(test, fuzzing))]
    pub(super) const ALL: [Self; PARTS] = [
        Self::TermIndex,
        Self::Dictionary,
        Self::Postings,
        Self::Positions,
        Self::Ids,
        Self::Marks,
        Self::Special,
        Self::Groups,
        Self::Lengths,
        Self::Sources,
        Self::Languages,
        Self::Subjects,
        Self::Authors,
        Self::Tags,
        Self::Entities,
        Self::Salients,
        Self::Tones,
    ];
}

/// How many parts there are.
pub(super) const PARTS: usize = Part::Tones as usize + 1;

/// A run of articles, as its row says.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    pub(super) slot: i64,
    pub(super) key: i64,
    /// The index that it belongs to; see [`super::state`].
    pub(super) epoch: i64,
    /// The first id of the window that holds all its articles, if one does.
    pub(super) window: Option<i64>,
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) articles: u32,
    /// Articles that are not dead.
    pub(super) live: u32,
    /// Among them, those that are not canceled: what relevance counts.
    pub(super) texts: u32,
    /// Their tokens.
    pub(super) tokens: u64,
    parts: Arc<[u64; PARTS + 1]>,
    pub(super) dead: Option<Arc<[u8]>>,
}

const COLUMNS: &str = "slot, key, epoch, window, first_id, last_id, articles, live, texts, tokens, \
                       parts, dead, checksum";

impl Segment {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let key = row.get(1)?;
        let damaged = |damaged: Damaged| damaged_segment(key, damaged);
        let number = |column| -> Result<u32, Error> {
            u32::try_from(row.get::<_, i64>(column)?)
                .map_err(|_| damaged(Damaged("a count out of bounds")))
        };
        let parts = row.get_ref(10)?.as_bytes().map_err(rusqlite::Error::from)?;
        let dead: Option<&[u8]> =
            row.get_ref(11)?.as_bytes_or_null().map_err(rusqlite::Error::from)?;
        let segment = Self {
            slot: row.get(0)?,
            key,
            epoch: row.get(2)?,
            window: row.get(3)?,
            first: row.get(4)?,
            last: row.get(5)?,
            articles: number(6)?,
            live: number(7)?,
            texts: number(8)?,
            tokens: row.get::<_, i64>(9)?.cast_unsigned(),
            parts: Arc::new(decode_parts(parts).map_err(damaged)?),
            dead: dead.map(Arc::from),
        };
        let is_right = row.get::<_, i64>(12)? == segment.checksum()
            && segment.dead.as_ref().is_none_or(|dead| dead.len() == segment.bitmap_bytes())
            && segment.articles <= MAX_ARTICLES;
        if is_right { Ok(segment) } else { Err(damaged(Damaged("its row has another checksum"))) }
    }

    /// XXH3-64 over slot, key, epoch, window (0 when NULL, and a byte that says whether), first and
    /// last id, the four counts, the ends of the parts, all as eight bytes, little-endian, and `dead`.
    fn checksum(&self) -> i64 {
        let mut hasher = Xxh3::new();
        let numbers =
            [self.slot, self.key, self.epoch, self.window.unwrap_or(0), self.first, self.last];
        numbers.iter().for_each(|number| hasher.update(&number.to_le_bytes()));
        hasher.update(&[u8::from(self.window.is_some())]);
        let counts = [self.articles.into(), self.live.into(), self.texts.into(), self.tokens];
        for number in counts.iter().chain(self.parts.iter()) {
            hasher.update(&number.to_le_bytes());
        }
        hasher.update(self.dead.as_deref().unwrap_or_default());
        hasher.digest().cast_signed()
    }

    fn bitmap_bytes(&self) -> usize {
        (self.articles as usize).div_ceil(8)
    }

    /// Bytes of its stream.
    pub(super) fn bytes(&self) -> u64 {
        self.parts[PARTS]
    }

    /// Bytes that its living articles take, about.
    pub(super) fn live_bytes(&self) -> u64 {
        self.bytes() * u64::from(self.live) / u64::from(self.articles).max(1)
    }

    pub(super) fn is_dead(&self, ordinal: u32) -> bool {
        let byte = |dead: &Arc<[u8]>| dead.get(ordinal as usize / 8).copied().unwrap_or(0);
        self.dead.as_ref().map_or(0, byte) >> (ordinal % 8) & 1 == 1
    }

    /// Marks an article as dead, with the tokens that go with it.
    pub(super) fn kill(&mut self, ordinal: u32, tokens: u64, is_text: bool) {
        let mut dead = match &self.dead {
            Some(dead) => dead.to_vec(),
            None => vec![0; self.bitmap_bytes()],
        };
        if let Some(byte) = dead.get_mut(ordinal as usize / 8) {
            *byte |= 1 << (ordinal % 8);
        }
        self.dead = Some(dead.into());
        self.live = self.live.saturating_sub(1);
        self.texts = self.texts.saturating_sub(is_text.into());
        self.tokens = self.tokens.saturating_sub(tokens);
    }

    /// What is dead in the chunk that begins with `base`; `None`: nothing.
    pub(super) fn dead_in(&self, base: u32) -> Option<Bits> {
        let dead = self.dead.as_ref()?;
        let bits = Bits::of_bytes(dead.get(base as usize / 8..).unwrap_or_default());
        Some(bits).filter(|bits| !bits.is_empty())
    }

    /// The living articles of a chunk.
    pub(super) fn living_in(&self, base: u32) -> Bits {
        let mut living = Bits::NONE;
        living.set_range(0..CHUNK.min(self.articles - base));
        if let Some(dead) = self.dead_in(base) {
            living.and_not(&dead);
        }
        living
    }

    /// Stands for which of its articles are dead.
    pub(super) fn deaths(&self) -> u64 {
        self.dead.as_ref().map_or(0, |dead| xxh3_64(dead))
    }

    pub(super) fn damaged(&self, damaged: Damaged) -> Error {
        damaged_segment(self.key, damaged)
    }

    pub(super) fn stream<'c>(&self, connection: &'c Connection, cache: &'c Cache) -> Stream<'c> {
        Stream { connection, cache, slot: self.slot, key: self.key, length: self.bytes() }
    }

    /// Where a part is in the stream.
    pub(super) fn part(&self, part: Part) -> Range<u64> {
        self.parts[part as usize]..self.parts[part as usize + 1]
    }
}

/// Articles that a segment has at most.
pub(super) const MAX_ARTICLES: u32 = 1 << 16;

fn damaged_segment(key: i64, Damaged(what): Damaged) -> Error {
    Error::Corrupt(format!("index segment {:016x}: {what}", key.cast_unsigned()))
}

fn decode_parts(bytes: &[u8]) -> Decoded<[u64; PARTS + 1]> {
    let mut reader = Reader(bytes);
    let mut ends = [0u64; PARTS + 1];
    for part in 0..PARTS {
        ends[part + 1] =
            ends[part].checked_add(reader.varint()?).ok_or(Damaged("parts without end"))?;
    }
    let is_right = reader.is_empty() && ends[PARTS].div_ceil(PAGE) < 1 << PAGE_BITS;
    if is_right { Ok(ends) } else { Err(Damaged("parts without end")) }
}

/// A segment that is not in the file yet.
#[derive(Debug)]
pub(super) struct NewSegment {
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) articles: u32,
    pub(super) texts: u32,
    pub(super) tokens: u64,
    pub(super) parts: [Vec<u8>; PARTS],
}

/// The segments of an index, those with the latest articles first.
pub(super) fn list(connection: &Connection, epoch: i64) -> Result<Vec<Segment>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM segment WHERE epoch = ?1 ORDER BY last_id DESC, slot");
    connection.prepare_cached(&sql)?.query_and_then([epoch], Segment::from_row)?.collect()
}

/// Writes a segment.
pub(super) fn insert(
    connection: &Connection,
    epoch: i64,
    window: Option<i64>,
    new: &NewSegment,
) -> Result<Segment, Error> {
    let mut ends = [0; PARTS + 1];
    let mut lengths = Vec::new();
    for (part, bytes) in new.parts.iter().enumerate() {
        put_varint(&mut lengths, bytes.len() as u64);
        ends[part + 1] = ends[part] + bytes.len() as u64;
    }
    let (slot, key): (i64, i64) = connection
        .prepare_cached("SELECT coalesce(max(slot), 0) + 1, random() FROM segment")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let segment = Segment {
        slot,
        key,
        epoch,
        window,
        first: new.first,
        last: new.last,
        articles: new.articles,
        live: new.articles,
        texts: new.texts,
        tokens: new.tokens,
        parts: Arc::new(ends),
        dead: None,
    };
    let sql = format!(
        "INSERT INTO segment ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
    );
    connection.prepare_cached(&sql)?.execute(rusqlite::params![
        slot,
        key,
        epoch,
        window,
        segment.first,
        segment.last,
        segment.articles,
        segment.live,
        segment.texts,
        segment.tokens.cast_signed(),
        lengths,
        None::<&[u8]>,
        segment.checksum(),
    ])?;
    let mut write =
        connection.prepare_cached("INSERT INTO segment_page (place, bytes) VALUES (?1, ?2)")?;
    let mut page = Vec::with_capacity(PAGE as usize + 4);
    let mut number = 0;
    let mut rest: &[u8] = &[];
    let mut parts = new.parts.iter();
    loop {
        while page.len() < PAGE as usize {
            if rest.is_empty() {
                let Some(next) = parts.next() else { break };
                rest = next;
                continue;
            }
            let (now, later) = rest.split_at(rest.len().min(PAGE as usize - page.len()));
            page.extend_from_slice(now);
            rest = later;
        }
        if page.is_empty() {
            return Ok(segment);
        }
        page.extend_from_slice(&page_checksum(&page, key, number));
        write.execute((place(slot, number), &page))?;
        page.clear();
        number += 1;
    }
}

/// Writes what the deaths in a segment changed.
pub(super) fn update(connection: &Connection, segment: &Segment) -> Result<(), Error> {
    connection
        .prepare_cached(
            "UPDATE segment SET live = ?2, texts = ?3, tokens = ?4, dead = ?5, checksum = ?6
              WHERE slot = ?1",
        )?
        .execute((
            segment.slot,
            segment.live,
            segment.texts,
            segment.tokens.cast_signed(),
            segment.dead.as_deref(),
            segment.checksum(),
        ))?;
    Ok(())
}

/// Takes a segment out of the file, read or unread.
pub(super) fn delete(connection: &Connection, slot: i64) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM segment_page WHERE place BETWEEN ?1 AND ?2")?
        .execute((place(slot, 0), place(slot + 1, 0) - 1))?;
    connection.prepare_cached("DELETE FROM segment WHERE slot = ?1")?.execute([slot])?;
    Ok(())
}

fn place(slot: i64, page: u64) -> i64 {
    slot << PAGE_BITS | page.cast_signed()
}

fn page_checksum(bytes: &[u8], key: i64, page: u64) -> [u8; 4] {
    let [a, b, c, d, ..] =
        xxh3_64_with_seed(bytes, key.cast_unsigned().wrapping_add(page)).to_le_bytes();
    [a, b, c, d]
}

/// The bytes of a segment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stream<'c> {
    connection: &'c Connection,
    cache: &'c Cache,
    slot: i64,
    key: i64,
    length: u64,
}

impl<'c> Stream<'c> {
    /// Reads a range; every page of it is checked.
    pub(super) fn read(&self, range: Range<u64>) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        if !range.is_empty() {
            let first = range.start / PAGE;
            self.read_pages(first, (range.end - 1) / PAGE, &mut bytes)?;
            let skipped = usize::try_from(range.start - first * PAGE).unwrap_or(usize::MAX);
            bytes.drain(..skipped.min(bytes.len()));
            bytes.truncate(usize::try_from(range.end - range.start).unwrap_or(usize::MAX));
        }
        Ok(bytes)
    }

    fn read_pages(&self, first: u64, last: u64, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let damaged = |what| damaged_segment(self.key, Damaged(what));
        let mut statement = self.connection.prepare_cached(
            "SELECT place, bytes FROM segment_page WHERE place BETWEEN ?1 AND ?2 ORDER BY place",
        )?;
        let mut rows = statement.query((place(self.slot, first), place(self.slot, last)))?;
        for number in first..=last {
            let row = rows.next()?.ok_or_else(|| damaged("a page is missing"))?;
            let page = row.get_ref(1)?.as_bytes().map_err(rusqlite::Error::from)?;
            let (payload, checksum) =
                page.split_last_chunk().ok_or_else(|| damaged("a page is cut"))?;
            let length = PAGE.min(self.length.saturating_sub(number * PAGE));
            if row.get::<_, i64>(0)? != place(self.slot, number)
                || payload.len() as u64 != length
                || *checksum != page_checksum(payload, self.key, number)
            {
                return Err(damaged("a page has another checksum"));
            }
            bytes.extend_from_slice(payload);
        }
        Ok(())
    }

    /// Some pages that follow each other, kept for the next query.
    fn group(&self, number: u64) -> Result<Arc<Vec<u8>>, Error> {
        self.cache.get(self.key, What::Pages(number), Vec::len, || {
            let first = number * GROUP;
            let last = (first + GROUP).min(self.length.div_ceil(PAGE)).max(first + 1) - 1;
            let mut bytes = Vec::with_capacity(GROUP_BYTES as usize);
            self.read_pages(first, last, &mut bytes)?;
            Ok(bytes)
        })
    }

    /// A range to read from piece by piece.
    pub(super) fn span(self, range: Range<u64>) -> Span<'c> {
        Span { stream: self, range, group: None, buffer: Vec::new() }
    }
}

/// A range of a stream, of which the group of pages read last is at hand.
#[derive(Debug)]
pub(super) struct Span<'c> {
    stream: Stream<'c>,
    range: Range<u64>,
    group: Option<(u64, Arc<Vec<u8>>)>,
    /// A piece that lies in several groups.
    buffer: Vec<u8>,
}

impl Span<'_> {
    /// Bytes of the range, by their place in it.
    pub(super) fn get(&mut self, piece: Range<u64>) -> Result<&[u8], Error> {
        if piece.start > piece.end || piece.end > self.range.end - self.range.start {
            return Err(damaged_segment(self.stream.key, Damaged("a list ends too soon")));
        }
        let (mut from, to) = (self.range.start + piece.start, self.range.start + piece.end);
        if from == to {
            return Ok(&[]);
        }
        let (group, last) = (from / GROUP_BYTES, (to - 1) / GROUP_BYTES);
        if group == last {
            return self.within(group, from..to);
        }
        let mut pieces = std::mem::take(&mut self.buffer);
        pieces.clear();
        for group in group..=last {
            let end = to.min((group + 1) * GROUP_BYTES);
            pieces.extend_from_slice(self.within(group, from..end)?);
            from = end;
        }
        self.buffer = pieces;
        Ok(&self.buffer)
    }

    /// Bytes of a group, by their place in the stream.
    fn within(&mut self, number: u64, range: Range<u64>) -> Result<&[u8], Error> {
        if self.group.as_ref().is_none_or(|(known, _)| *known != number) {
            self.group = Some((number, self.stream.group(number)?));
        }
        let Some((_, bytes)) = &self.group else { return Ok(&[]) };
        let start = number * GROUP_BYTES;
        let place = |at: u64| usize::try_from(at - start).unwrap_or(usize::MAX);
        Ok(bytes.get(place(range.start)..place(range.end)).unwrap_or_default())
    }
}
