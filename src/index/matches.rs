//! What of one segment a search finds, chunk by chunk, and the groups of duplicates in it.

use super::collect::Search;
use super::reader::Opened;
use super::search::{Bits, CHUNK, Matcher, Set};
use crate::error::Error;
use crate::model::PubStatus;
use crate::store::View;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// The groups of a segment's articles, redirects applied.
pub(super) struct Groups<'r> {
    recorded: Arc<Vec<(u32, i64)>>,
    redirects: &'r HashMap<i64, i64>,
}

impl<'r> Groups<'r> {
    pub(super) fn open(
        opened: &Opened<'_>,
        redirects: &'r HashMap<i64, i64>,
    ) -> Result<Self, Error> {
        Ok(Self { recorded: opened.groups()?, redirects })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.recorded.is_empty()
    }

    pub(super) fn of(&self, ordinal: u32) -> Option<i64> {
        let at = self.recorded.binary_search_by_key(&ordinal, |&(ordinal, _)| ordinal).ok()?;
        Some(self.present(self.recorded[at].1))
    }

    /// The articles of a chunk that belong to a group, and to which.
    pub(super) fn within(&self, base: u32) -> impl Iterator<Item = (u32, i64)> {
        let from = self.recorded.partition_point(|&(ordinal, _)| ordinal < base);
        let inside = self.recorded[from..].iter().take_while(move |(at, _)| *at < base + CHUNK);
        inside.map(|&(ordinal, group)| (ordinal, self.present(group)))
    }

    fn present(&self, group: i64) -> i64 {
        self.redirects.get(&group).copied().unwrap_or(group)
    }
}

/// What matches in one segment, chunk by chunk.
pub(super) struct Matches<'c> {
    pub(super) opened: Opened<'c>,
    matcher: Matcher<'c>,
    /// The ordinals within the range of ids.
    pub(super) range: Range<u32>,
    /// Those with a status that is wanted; `None` when all have.
    allowed: Option<Set>,
}

impl<'c> Matches<'c> {
    /// What of a segment a search finds, by the ids and the statuses that it wants, and a matcher.
    pub(super) fn of(
        opened: Opened<'c>,
        search: &Search,
        now: i64,
        matcher: impl FnOnce(&Opened<'c>) -> Result<Matcher<'c>, Error>,
    ) -> Result<Self, Error> {
        let segment = opened.segment;
        let range = opened.ordinals(search.low, search.high)?;
        let matcher = if range.is_empty() { Matcher::Nothing } else { matcher(&opened)? };
        let wanted = |status| search.statuses.contains(&status);
        let special = opened.special()?;
        let usable = wanted(PubStatus::Usable);
        let allowed = if usable && special.is_empty() {
            None
        } else {
            let mut set = Set::new(segment);
            if usable {
                set.fill();
            }
            for special in special.iter() {
                let status = if special.canceled {
                    PubStatus::Canceled
                } else if special.embargo.is_some_and(|end| end <= now) {
                    PubStatus::Usable
                } else {
                    PubStatus::Withheld
                };
                if wanted(status) {
                    set.insert(special.ordinal);
                } else {
                    set.remove(special.ordinal);
                }
            }
            Some(set)
        };
        Ok(Self { opened, matcher, range, allowed })
    }

    pub(super) fn is_nothing(&self) -> bool {
        matches!(self.matcher, Matcher::Nothing)
    }

    /// Where the chunks begin that can have something, in ascending order.
    pub(super) fn chunks(&self) -> impl Iterator<Item = u32> + use<> {
        let Range { start, end } = self.range;
        (start / CHUNK..end.div_ceil(CHUNK)).map(|number| number * CHUNK)
    }

    pub(super) fn chunk(&mut self, base: u32) -> Result<Option<Bits>, Error> {
        self.chunk_of(base, None)
    }

    /// What of a chunk is within the range, alive and of a wanted status.
    pub(super) fn candidates(&self, base: u32) -> Bits {
        let mut bits = Bits::NONE;
        let (from, to) = (self.range.start.max(base), self.range.end.min(base + CHUNK));
        if from < to {
            bits.set_range(from - base..to - base);
        }
        if let Some(dead) = self.opened.segment.dead_in(base) {
            bits.and_not(&dead);
        }
        if let Some(allowed) = &self.allowed {
            allowed.narrow(base, &mut bits);
        }
        bits
    }

    /// Whether everything in a range of ordinals is a candidate.
    pub(super) fn is_all_of(&self, range: &Range<u32>) -> bool {
        let within = self.range.start <= range.start && range.end <= self.range.end;
        within && self.allowed.is_none() && self.opened.segment.dead.is_none()
    }

    /// Whether an ordinal is a candidate.
    pub(super) fn has(&self, ordinal: u32) -> bool {
        self.range.contains(&ordinal)
            && !self.opened.segment.is_dead(ordinal)
            && self.allowed.as_ref().is_none_or(|allowed| allowed.has(ordinal))
    }

    /// Whether all living articles of the segment match.
    pub(super) fn is_whole(&self) -> bool {
        self.is_unbounded() && self.is_everything()
    }

    /// Whether ids and statuses leave out none of the living articles of the segment.
    fn is_unbounded(&self) -> bool {
        self.range == (0..self.opened.segment.articles) && self.allowed.is_none()
    }

    /// Whether every candidate matches.
    pub(super) fn is_everything(&self) -> bool {
        matches!(self.matcher, Matcher::Everything)
    }

    /// Takes from the candidates of a chunk what does not match.
    pub(super) fn narrow(&mut self, base: u32, bits: &mut Bits) -> Result<(), Error> {
        self.matcher.narrow(base, bits)
    }

    /// What matches in a chunk, within a set; `None` when there is nothing.
    pub(super) fn chunk_of(
        &mut self,
        base: u32,
        only: Option<&Bits>,
    ) -> Result<Option<Bits>, Error> {
        let mut bits = self.candidates(base);
        if let Some(only) = only {
            bits.and(only);
        }
        if !bits.is_empty() {
            self.matcher.narrow(base, &mut bits)?;
        }
        Ok(Some(bits).filter(|bits| !bits.is_empty()))
    }

    /// How many of what is dead would match.
    fn dead(&mut self) -> Result<u64, Error> {
        let mut count = 0;
        for base in self.chunks() {
            if let Some(mut dead) = self.opened.segment.dead_in(base) {
                self.matcher.narrow(base, &mut dead)?;
                count += u64::from(dead.count());
            }
        }
        Ok(count)
    }

    pub(super) fn count(&mut self, view: &View<'_>) -> Result<u64, Error> {
        let segment = self.opened.segment;
        if self.is_unbounded()
            && let Some(articles) = self.matcher.exactly(segment)
        {
            return Ok(u64::from(articles).saturating_sub(self.dead()?));
        }
        let mut count = 0;
        for base in self.chunks() {
            view.check_canceled()?;
            count += self.chunk(base)?.map_or(0, |bits| u64::from(bits.count()));
        }
        Ok(count)
    }
}
