//! Lists in order of time.

use super::collect::{ByTime, Index, Search};
use super::matches::{Groups, Matches};
use super::search::{Bits, CHUNK};
use super::segment::Segment;
use crate::error::Error;
use std::collections::{BinaryHeap, HashMap};
use std::ops::Range;
use std::sync::Arc;

/// What matches in order of time, over segments that overlap. A segment is opened when its
/// turn may have come, and read no further than asked.
pub(super) struct Walk<'w> {
    index: &'w Index<'w>,
    search: &'w Search,
    order: ByTime,
    /// Segments that are not open yet, the next one last.
    waiting: Vec<&'w Segment>,
    /// The next article of each open segment, by its place in the order.
    next: BinaryHeap<(i64, usize)>,
    open: Vec<Stream<'w>>,
}

/// The matching articles of one segment in order of time.
struct Stream<'w> {
    matches: Matches<'w>,
    ids: Arc<Vec<i64>>,
    /// Ordinals that were not looked at yet, the next ones last; no range runs over a chunk.
    pieces: Vec<Range<u32>>,
    /// Ordinals of the present piece, the next one last.
    ready: Vec<u32>,
}

impl<'w> Walk<'w> {
    pub(super) fn new(index: &'w Index<'w>, search: &'w Search, order: ByTime) -> Self {
        let mut waiting: Vec<&Segment> =
            index.segments.iter().filter(|segment| search.touches(segment)).collect();
        waiting.sort_by_key(|segment| Self::reach(order, segment));
        Self { index, search, order, waiting, next: BinaryHeap::new(), open: Vec::new() }
    }

    /// A place in the order: the greatest comes first.
    fn place(order: ByTime, id: i64) -> i64 {
        if order == ByTime::Newest { id } else { !id }
    }

    /// The first place that a segment can have.
    fn reach(order: ByTime, segment: &Segment) -> i64 {
        Self::place(order, if order == ByTime::Newest { segment.last } else { segment.first })
    }

    /// The next id, and its group when `redirects` are given.
    pub(super) fn next(
        &mut self,
        redirects: Option<&HashMap<i64, i64>>,
    ) -> Result<Option<(i64, Option<i64>)>, Error> {
        while let Some(segment) = self.waiting.last()
            && self.next.peek().is_none_or(|&(place, _)| place < Self::reach(self.order, segment))
        {
            self.open()?;
        }
        let Some((place, number)) = self.next.pop() else { return Ok(None) };
        let stream = &mut self.open[number];
        let group = match (redirects, stream.ready.pop()) {
            (Some(map), Some(ordinal)) => Groups::open(&stream.matches.opened, map)?.of(ordinal),
            _ => None,
        };
        self.advance(number)?;
        Ok(Some((Self::place(self.order, place), group)))
    }

    fn open(&mut self) -> Result<(), Error> {
        let Some(segment) = self.waiting.pop() else { return Ok(()) };
        self.index.view.check_canceled()?;
        let matches = self.index.matches(segment, self.search)?;
        if matches.is_nothing() {
            return Ok(());
        }
        let ids = matches.opened.ids()?;
        let pieces = pieces(&matches.range, self.order);
        self.open.push(Stream { matches, ids, pieces, ready: Vec::new() });
        self.advance(self.open.len() - 1)
    }

    /// Puts the next article of a segment into its turn.
    fn advance(&mut self, number: usize) -> Result<(), Error> {
        let stream = &mut self.open[number];
        while stream.ready.is_empty() {
            let Some(piece) = stream.pieces.pop() else { return Ok(()) };
            self.index.view.check_canceled()?;
            let base = piece.start / CHUNK * CHUNK;
            let mut only = Bits::NONE;
            only.set_range(piece.start - base..piece.end - base);
            if let Some(bits) = stream.matches.chunk_of(base, Some(&only))? {
                stream.ready.extend(bits.iter().map(|at| base + at));
                if self.order == ByTime::Oldest {
                    stream.ready.reverse();
                }
            }
        }
        if let Some(&ordinal) = stream.ready.last() {
            self.next.push((Self::place(self.order, stream.ids[ordinal as usize]), number));
        }
        Ok(())
    }
}

/// Cuts a range at the chunks, and twice before: a page is often full soon.
fn pieces(range: &Range<u32>, order: ByTime) -> Vec<Range<u32>> {
    let Range { start, end } = *range;
    let mut cuts: Vec<u32> = (start.div_ceil(CHUNK)..=end / CHUNK).map(|n| n * CHUNK).collect();
    cuts.extend([start, end]);
    cuts.extend([256, 1024].map(|few| match order {
        ByTime::Newest => end.saturating_sub(few).max(start),
        ByTime::Oldest => start.saturating_add(few).min(end),
    }));
    cuts.sort_unstable();
    cuts.dedup();
    let mut pieces: Vec<Range<u32>> = cuts.windows(2).map(|cut| cut[0]..cut[1]).collect();
    if order == ByTime::Oldest {
        pieces.reverse();
    }
    pieces
}
