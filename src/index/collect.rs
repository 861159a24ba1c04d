//! Answers: the articles of all segments that match, in the order or the form asked for.

use super::cache::What;
use super::columns::{Field, ListColumn};
use super::days::Days;
use super::dictionary::word;
use super::matches::{Groups, Matches};
use super::rank::{Ranking, Window};
use super::reader::Opened;
use super::score::{SLACK, Statistics};
use super::search::{Bits, CHUNK, Filter, Matcher, Set};
use super::segment::{self, Segment};
use super::state;
use super::walk::Walk;
use crate::error::Error;
use crate::model::PubStatus;
use crate::search::Term;
use crate::store::View;
use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::sync::Arc;

/// What is searched for.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    pub(crate) filter: Filter,
    /// The least and the greatest id that can match.
    pub(crate) low: i64,
    pub(crate) high: i64,
    /// The statuses wanted, as they are now.
    pub(crate) statuses: Vec<PubStatus>,
    /// Whether a group of duplicates counts as one.
    pub(crate) unique: bool,
}

/// The orders that the ids themselves have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByTime {
    Newest,
    Oldest,
}

/// Takes what a search finds, segment by segment, each chunk in ascending order. A segment
/// may come twice; what it then brings is other articles.
pub(crate) trait Collector {
    /// All living articles of this segment are found. Whether that was taken as it is: then they do not come one by one.
    fn whole(&mut self, _: &Open<'_>) -> Result<bool, Error> {
        Ok(false)
    }
    /// The articles that follow are of this segment.
    fn begin(&mut self, segment: &Open<'_>) -> Result<(), Error>;
    /// Articles of it: the ordinals that are set, counted from `base`.
    fn collect(&mut self, base: u32, bits: &Bits) -> Result<(), Error>;
}

/// A segment as a collector sees it.
#[derive(Clone, Copy)]
pub(crate) struct Open<'c> {
    opened: Opened<'c>,
    view: &'c View<'c>,
}

impl Open<'_> {
    /// What the segment goes by.
    pub(crate) fn key(&self) -> i64 {
        self.opened.segment.key
    }

    /// How many of its articles live.
    pub(crate) fn articles(&self) -> u64 {
        self.opened.segment.live.into()
    }

    /// Hands over those of its articles that live, as a collector gets them.
    pub(crate) fn each_living(
        &self,
        mut take: impl FnMut(u32, &Bits) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let segment = self.opened.segment;
        for base in (0..segment.articles).step_by(CHUNK as usize) {
            self.view.check_canceled()?;
            take(base, &segment.living_in(base))?;
        }
        Ok(())
    }

    /// What its living articles tell a timeline of some form, kept for the next one; `None` where it takes more than
    /// that is worth: the size of their ids.
    pub(crate) fn times<T: Send + Sync + 'static>(
        &self,
        form: u64,
        size: impl Fn(&T) -> usize,
        make: impl FnOnce() -> Result<Option<T>, Error>,
    ) -> Result<Arc<Option<T>>, Error> {
        self.kept(What::Times(form, self.opened.segment.deaths()), size, make)
    }

    /// The same of what values of a field they have.
    pub(crate) fn values<T: Send + Sync + 'static>(
        &self,
        field: Field,
        size: impl Fn(&T) -> usize,
        make: impl FnOnce() -> Result<Option<T>, Error>,
    ) -> Result<Arc<Option<T>>, Error> {
        self.kept(What::Values(field, self.opened.segment.deaths()), size, make)
    }

    fn kept<T: Send + Sync + 'static>(
        &self,
        what: What,
        size: impl Fn(&T) -> usize,
        make: impl FnOnce() -> Result<Option<T>, Error>,
    ) -> Result<Arc<Option<T>>, Error> {
        let segment = self.opened.segment;
        let most = segment.articles as usize * size_of::<i64>() + 4096;
        let all = |made: &Option<T>| made.as_ref().map_or(0, &size);
        let cache = &self.view.inner.index;
        cache.get(segment.key, what, all, || Ok(make()?.filter(|made| size(made) <= most)))
    }

    /// The ids of its articles.
    pub(crate) fn ids(&self) -> Result<Arc<Vec<i64>>, Error> {
        self.opened.ids()
    }

    /// Where its days begin.
    pub(crate) fn days(&self) -> Result<Arc<Days>, Error> {
        self.opened.days()
    }

    /// The [`marks`](super::marks) of its articles.
    pub(crate) fn marks(&self) -> Result<Arc<Vec<u8>>, Error> {
        self.opened.marks()
    }

    /// Those of its articles that match a filter, whatever their status.
    pub(crate) fn set(&self, filter: &Filter) -> Result<Set, Error> {
        Set::of(&self.opened, filter)
    }

    /// The values of its articles in a field.
    pub(crate) fn list(&self, field: Field) -> Result<Arc<ListColumn>, Error> {
        self.opened.list(field)
    }

    /// The same where it will not be asked for again: columns are large.
    pub(crate) fn list_once(&self, field: Field) -> Result<ListColumn, Error> {
        self.opened.list_once(field)
    }
}

/// The index as one snapshot sees it.
pub(crate) struct Index<'v> {
    pub(super) view: &'v View<'v>,
    /// The latest first.
    pub(super) segments: Arc<Vec<Segment>>,
}

impl<'v> Index<'v> {
    pub(crate) fn open(view: &'v View<'v>) -> Result<Self, Error> {
        let state = state::read(view.connection)?;
        let epoch = state.visible.ok_or(Error::IndexIncomplete)?;
        let load = || segment::list(view.connection, epoch);
        Ok(Self { view, segments: view.inner.index.segments(state.number, load)? })
    }
}

impl Index<'_> {
    pub(super) fn opened<'s>(&'s self, segment: &'s Segment) -> Opened<'s> {
        Opened::new(segment, self.view.connection, &self.view.inner.index)
    }

    /// The statistics of this moment.
    pub(crate) fn statistics(&self, terms: &[&Term]) -> Result<Statistics, Error> {
        let articles: u64 = self.segments.iter().map(|segment| u64::from(segment.texts)).sum();
        let tokens: u64 = self.segments.iter().map(|segment| segment.tokens).sum();
        Ok(Statistics {
            articles: articles.cast_signed(),
            tokens: tokens.cast_signed(),
            frequencies: terms.iter().map(|term| self.having(term)).collect::<Result<_, _>>()?,
        })
    }

    /// How many articles of any status have a term.
    fn having(&self, term: &Term) -> Result<i64, Error> {
        let words = |tokens: &Vec<String>| match &tokens[..] {
            [token] if !term.prefix => Some(word(token)),
            _ => None,
        };
        let Some(words) = term.alternatives.iter().map(words).collect::<Option<Vec<_>>>() else {
            return self.frequency(&Filter::Words(term.clone()), u64::MAX);
        };
        let mut count = 0;
        for segment in self.segments.iter() {
            // Mostly one form is there, and nothing dead: its list says how many.
            let opened = self.opened(segment);
            let (mut forms, mut articles) = (0, 0);
            for word in &words {
                let own = opened.articles(word)?;
                forms += u32::from(own > 0);
                articles += u64::from(own);
            }
            if forms > 1 || articles > 0 && segment.dead.is_some() {
                let all = Search::all(Filter::Words(term.clone()));
                articles = self.matches(segment, &all)?.count(self.view)?;
            }
            count += articles;
        }
        Ok(count.cast_signed())
    }

    /// How many articles of any status have something; counting may end beyond `enough`.
    pub(crate) fn frequency(&self, filter: &Filter, enough: u64) -> Result<i64, Error> {
        let all = Search::all(filter.clone());
        let mut count = 0;
        for segment in self.segments.iter() {
            count += self.matches(segment, &all)?.count(self.view)?;
            if count > enough {
                break;
            }
        }
        Ok(count.cast_signed())
    }

    /// How many match.
    pub(crate) fn count(&self, search: &Search) -> Result<u64, Error> {
        if search.unique {
            let mut count = Count(0);
            self.each(search, &mut count)?;
            return Ok(count.0);
        }
        let mut count = 0;
        for segment in self.segments.iter().filter(|segment| search.touches(segment)) {
            self.view.check_canceled()?;
            count += self.matches(segment, search)?.count(self.view)?;
        }
        Ok(count)
    }

    /// Hands everything that matches to a collector; of a group of duplicates, for a search that
    /// takes them as one, the newest matching article.
    pub(crate) fn each(&self, search: &Search, collector: &mut dyn Collector) -> Result<(), Error> {
        let redirects = if search.unique { Some(self.redirects()?) } else { None };
        // The newest of each group: its id, its segment and its ordinal.
        let mut newest: HashMap<i64, (i64, usize, u32)> = HashMap::new();
        for (number, segment) in self.segments.iter().enumerate() {
            if !search.touches(segment) {
                continue;
            }
            self.view.check_canceled()?;
            let mut matches = self.matches(segment, search)?;
            if matches.is_nothing() {
                continue;
            }
            let groups = redirects.as_ref().map(|map| Groups::open(&matches.opened, map));
            let groups = groups.transpose()?.filter(|groups| !groups.is_empty());
            let is_whole = groups.is_none() && matches.is_whole();
            if is_whole && collector.whole(&Open { opened: matches.opened, view: self.view })? {
                continue;
            }
            let ids = match &groups {
                Some(_) => matches.opened.ids()?,
                None => Arc::default(),
            };
            let mut begun = false;
            for base in matches.chunks() {
                self.view.check_canceled()?;
                let Some(mut bits) = matches.chunk(base)? else { continue };
                if !std::mem::replace(&mut begun, true) {
                    collector.begin(&Open { opened: matches.opened, view: self.view })?;
                }
                for (ordinal, group) in groups.iter().flat_map(|groups| groups.within(base)) {
                    if bits.has(ordinal - base) {
                        bits.clear(ordinal - base);
                        let found = (ids[ordinal as usize], number, ordinal);
                        let known = newest.entry(group).or_insert(found);
                        *known = found.max(*known);
                    }
                }
                collector.collect(base, &bits)?;
            }
        }
        let mut rest: Vec<(usize, u32)> =
            newest.into_values().map(|(_, number, ordinal)| (number, ordinal)).collect();
        rest.sort_unstable();
        for of_segment in rest.chunk_by(|a, b| a.0 == b.0) {
            let opened = self.opened(&self.segments[of_segment[0].0]);
            collector.begin(&Open { opened, view: self.view })?;
            for of_chunk in of_segment.chunk_by(|a, b| a.1 / CHUNK == b.1 / CHUNK) {
                let base = of_chunk[0].1 / CHUNK * CHUNK;
                let mut bits = Bits::NONE;
                of_chunk.iter().for_each(|&(_, ordinal)| bits.set(ordinal - base));
                collector.collect(base, &bits)?;
            }
        }
        Ok(())
    }

    /// Up to `limit` ids in order of time, after the id `after` in that order.
    pub(crate) fn list(
        &self,
        search: &Search,
        order: ByTime,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<i64>, Error> {
        let mut ids = Vec::new();
        if limit == 0 {
            return Ok(ids);
        }
        let mut rest = search.clone();
        match (order, after) {
            (_, None) => {}
            (ByTime::Newest, Some(id)) => rest.high = rest.high.min(id.saturating_sub(1)),
            (ByTime::Oldest, Some(id)) => rest.low = rest.low.max(id.saturating_add(1)),
        }
        let redirects = if search.unique { Some(self.redirects()?) } else { None };
        let mut shown = HashSet::new();
        let mut walk = Walk::new(self, &rest, order);
        while let Some((id, group)) = walk.next(redirects.as_ref())? {
            // The first of a group in this order stands for it, be it here or on an earlier page.
            if let Some(group) = group {
                let repeats = !shown.insert(group)
                    || match after {
                        Some(after) => self.stood_before(search, group, order, after)?,
                        None => false,
                    };
                if repeats {
                    continue;
                }
            }
            ids.push(id);
            if ids.len() == limit {
                break;
            }
        }
        Ok(ids)
    }

    /// Whether a matching article of a group is at `after` or before it in the order of a list.
    fn stood_before(
        &self,
        search: &Search,
        group: i64,
        order: ByTime,
        after: i64,
    ) -> Result<bool, Error> {
        let mut statement = self.view.connection.prepare_cached(
            "SELECT article_id FROM article
              WHERE duplicate_group IN (
                    SELECT ?1 UNION ALL SELECT from_group FROM group_redirect WHERE to_group = ?1)",
        )?;
        let mut rows = statement.query([group])?;
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            let before = if order == ByTime::Newest { id >= after } else { id <= after };
            if before {
                let one = Search {
                    low: search.low.max(id),
                    high: search.high.min(id),
                    unique: false,
                    ..search.clone()
                };
                if self.count(&one)? > 0 {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Up to `limit` of the best that come after `last`. Memory holds these, and for a unique
    /// search the best of each group.
    pub(crate) fn rank(
        &self,
        search: &Search,
        terms: &[&Term],
        statistics: &Statistics,
        last: Option<Ranked>,
        limit: usize,
    ) -> Result<Vec<Ranked>, Error> {
        let mut best: BinaryHeap<Reverse<Ranked>> = BinaryHeap::new();
        let keep = |best: &mut BinaryHeap<Reverse<Ranked>>, ranked: Ranked| {
            let is_full = best.len() == limit;
            if is_full && best.peek().is_none_or(|Reverse(worst)| ranked < *worst) {
                return;
            }
            if last.is_none_or(|last| ranked < last) {
                best.push(Reverse(ranked));
                if best.len() > limit {
                    best.pop();
                }
            }
        };
        let redirects = if search.unique { Some(self.redirects()?) } else { None };
        let mut of_groups: HashMap<i64, Ranked> = HashMap::new();
        // A prefix takes memory for all articles of a segment: then one is open at a time.
        let segments: Vec<&Segment> =
            self.segments.iter().filter(|segment| search.touches(segment)).collect();
        let at_once = if terms.iter().any(|term| term.prefix) { 1 } else { segments.len().max(1) };
        let mut window = Window::new(terms.len());
        for segments in segments.chunks(at_once) {
            let mut open = Vec::with_capacity(segments.len());
            for segment in segments {
                self.view.check_canceled()?;
                let opened = self.opened(segment);
                let now = self.view.now;
                let Some(ranking) = Ranking::new(&opened, search, now, terms, statistics)? else {
                    continue;
                };
                let groups = redirects.as_ref().map(|map| Groups::open(&opened, map));
                open.push((ranking, opened.ids()?, groups.transpose()?));
            }
            let walks = open.iter().map(|(ranking, ..)| ranking.walks()).max().unwrap_or(0);
            for walk in 0..walks {
                let mut parts = Vec::new();
                for (number, (ranking, ..)) in open.iter().enumerate() {
                    ranking.parts(walk, |most, part| parts.push((most, number, part)));
                }
                for (most, number, part) in best_first(&parts) {
                    // The least that still has a place; of groups the best may not be pruned.
                    let least = match best.peek() {
                        Some(Reverse(Ranked { score, .. }))
                            if best.len() == limit && !search.unique =>
                        {
                            *score
                        }
                        _ => f64::NEG_INFINITY,
                    };
                    if most * SLACK < least {
                        continue;
                    }
                    self.view.check_canceled()?;
                    let (ranking, ids, groups) = &mut open[number];
                    ranking.rank(walk, part, least, &mut window, |ordinal, score| {
                        let ranked = Ranked { id: ids[ordinal as usize], score };
                        match groups.as_ref().and_then(|groups| groups.of(ordinal)) {
                            None => keep(&mut best, ranked),
                            Some(group) => {
                                let first = of_groups.entry(group).or_insert(ranked);
                                *first = ranked.max(*first);
                            }
                        }
                        Ok(())
                    })?;
                }
            }
        }
        of_groups.into_values().for_each(|ranked| keep(&mut best, ranked));
        Ok(best.into_sorted_vec().into_iter().map(|Reverse(ranked)| ranked).collect())
    }

    pub(super) fn matches<'s>(
        &'s self,
        segment: &'s Segment,
        search: &Search,
    ) -> Result<Matches<'s>, Error> {
        Matches::of(self.opened(segment), search, self.view.now, |opened| {
            Matcher::new(opened, &search.filter)
        })
    }

    /// Where groups of duplicates lead that turned out to be one.
    fn redirects(&self) -> Result<HashMap<i64, i64>, Error> {
        Ok(self
            .view
            .connection
            .prepare_cached("SELECT from_group, to_group FROM group_redirect")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?)
    }
}

impl Search {
    /// For articles of any time and status.
    fn all(filter: Filter) -> Self {
        let statuses = PubStatus::ALL.to_vec();
        Self { filter, low: i64::MIN, high: i64::MAX, statuses, unique: false }
    }

    /// Whether a segment can have anything of it.
    pub(super) fn touches(&self, segment: &Segment) -> bool {
        segment.live > 0 && segment.first <= self.high && segment.last >= self.low
    }
}

/// How many articles come.
struct Count(u64);

impl Collector for Count {
    fn begin(&mut self, _: &Open<'_>) -> Result<(), Error> {
        Ok(())
    }

    fn collect(&mut self, _: u32, bits: &Bits) -> Result<(), Error> {
        self.0 += u64::from(bits.count());
        Ok(())
    }
}

/// Parts that are ranked before all others, so that little else need be looked at.
const BEST: usize = 16;

/// Parts with what they can give at most: first those that can give most, about [`BEST`] of them,
/// otherwise in the order that they have, in which neighbours are read once.
fn best_first(parts: &[(f64, usize, u32)]) -> impl Iterator<Item = (f64, usize, u32)> {
    let mut most: Vec<f64> = parts.iter().map(|part| part.0).collect();
    let least = match BEST.min(most.len()).checked_sub(1) {
        Some(at) => *most.select_nth_unstable_by(at, |a, b| b.total_cmp(a)).1,
        None => f64::INFINITY,
    };
    let first = parts.iter().filter(move |part| part.0 >= least);
    first.chain(parts.iter().filter(move |part| part.0 < least)).copied()
}

/// An article and its score, the best one greatest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ranked {
    pub(crate) score: f64,
    pub(crate) id: i64,
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then(self.id.cmp(&other.id))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ranked {}
