//! Who and what most of the articles are about.

use super::labels::Labels;
use super::values::{Matching, Values};
use super::{Dimension, collect};
use crate::error::Error;
use crate::index::{Bits, Collector, Index, Open, Sum};
use crate::model::{EntityId, EntityKind};
use crate::query::Query;
use crate::store::{NewsDb, Snapshot, View};
use serde::Serialize;

/// The values that most of the matching articles have.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TopList {
    /// The values, those with most articles first, then by key, then by id.
    pub rows: Vec<TopRow>,
    /// Articles that have no value.
    pub none: u64,
    /// Articles in all.
    pub total: u64,
}

/// A value and how many articles have it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TopRow {
    /// The source's key, the language's tag, the name of a subject, author, tag or entity.
    pub key: String,
    /// The entity's number.
    pub id: Option<EntityId>,
    /// The entity's kind.
    pub kind: Option<EntityKind>,
    /// Articles that have it, each once.
    pub articles: u64,
    /// How often it is mentioned in them, for entities; not counted for a
    /// [`salient`](Query::salient) query.
    pub mentions: Option<u64>,
    /// The part of all matching articles that have it, from 0 to 1.
    pub share: f64,
}

impl Snapshot {
    /// The `limit` values of a dimension that most of the matching articles have. For a
    /// dimension with one value an article (source, language), all rows and
    /// [`none`](TopList::none) add up to [`total`](TopList::total).
    ///
    /// # Errors
    /// [`Error::Search`], [`Error::Canceled`].
    pub fn top(&self, query: &Query, dimension: Dimension, limit: usize) -> Result<TopList, Error> {
        let (rows, Counts { articles, mentions, none, total }) = self.view(|view| {
            let tally = Tally::of(view, query, dimension, limit)?;
            Ok((tally.values.labels.leading(&tally.counts.articles, limit)?, tally.counts))
        })?;
        let counts_mentions = dimension.is_entities() && !query.salient;
        let rows = rows
            .into_iter()
            .map(|(value, label)| TopRow {
                key: label.name,
                id: label.id.map(EntityId),
                kind: label.kind,
                articles: articles[value],
                mentions: counts_mentions.then_some(mentions[value]),
                share: articles[value] as f64 / total as f64,
            })
            .collect();
        Ok(TopList { rows, none, total })
    }
}

impl NewsDb {
    /// [`Snapshot::top`] on the present state.
    ///
    /// # Errors
    /// As there, and [`Error::Busy`] as for [`NewsDb::snapshot`].
    pub fn top(&self, query: &Query, dimension: Dimension, limit: usize) -> Result<TopList, Error> {
        self.snapshot()?.top(query, dimension, limit)
    }
}

/// How many of some articles have each value, or each that can be among the first.
struct Tally<'v> {
    values: Values<'v>,
    counts: Counts,
    /// What matches of the present segment and is not counted yet.
    matching: Matching,
}

#[derive(Default)]
struct Counts {
    /// Articles that have a value, and how often all of them have it, by its place.
    articles: Vec<u64>,
    mentions: Vec<u64>,
    none: u64,
    total: u64,
}

impl Counts {
    fn add(&mut self, place: usize, articles: u64, mentions: u64) {
        if self.articles.len() <= place {
            self.articles.resize(place + 1, 0);
            self.mentions.resize(place + 1, 0);
        }
        self.articles[place] += articles;
        self.mentions[place] += mentions;
    }
}

impl<'v> Tally<'v> {
    fn of(
        view: &'v View<'v>,
        query: &Query,
        dimension: Dimension,
        limit: usize,
    ) -> Result<Self, Error> {
        let values = Values::new(view, query, dimension)?;
        let mut tally = Self { values, counts: Counts::default(), matching: Matching::default() };
        let index = collect(view, query, &mut tally)?;
        tally.count()?;
        tally.settle(&index, limit)?;
        Ok(tally)
    }

    /// Adds what whole segments say, of as many values as can be among the first.
    fn settle(&mut self, index: &Index<'_>, limit: usize) -> Result<(), Error> {
        let Some(whole) = self.values.sums(index)? else { return Ok(()) };
        let (labels, counts) = (&mut self.values.labels, &mut self.counts);
        let kind = labels.kind();
        for sums in whole.lasting.parts().into_iter().chain([&whole.brief]) {
            counts.none += sums.without(kind);
            counts.total += sums.articles;
        }
        for dead in &whole.dead {
            counts.none = counts.none.saturating_sub(dead.without(kind));
            counts.total = counts.total.saturating_sub(dead.articles);
        }
        let of_kind = |sum: &Sum| kind.is_none_or(|kind| kind.code() == i64::from(sum.kind));
        let place = |labels: &mut Labels<'_>, number, sum: &Sum| {
            labels.numbered(number, EntityKind::from_code(sum.kind.into()))
        };
        for (number, sum) in whole.brief.entities.iter().filter(|(_, sum)| of_kind(sum)) {
            counts.add(place(labels, *number, sum), sum.articles, sum.weight);
        }
        let dead = || whole.dead.iter().flat_map(|sums| &sums.entities).filter(|(_, s)| of_kind(s));
        dead().for_each(|(number, sum)| counts.add(place(labels, *number, sum), 0, 0));
        for (place, number) in labels.numbers().enumerate() {
            if let Some(sum) = whole.lasting.sum(number) {
                counts.add(place, sum.articles, sum.weight);
            }
        }
        for (number, sum) in dead() {
            let place = place(labels, *number, sum);
            let (articles, mentions) = (&mut counts.articles[place], &mut counts.mentions[place]);
            *articles = articles.saturating_sub(sum.articles);
            *mentions = mentions.saturating_sub(sum.weight);
        }
        // Of the others this is all, so that no more than the first of them can lead. Names decide among equals.
        let (mut taken, mut least) = (0, 0);
        for (number, sum) in whole.lasting.leading().filter(|(_, sum)| of_kind(sum)) {
            if taken >= limit && sum.articles < least {
                break;
            }
            if !labels.has(number) {
                (taken, least) = (taken + 1, sum.articles);
                counts.add(place(labels, number, &sum), sum.articles, sum.weight);
            }
        }
        Ok(())
    }

    /// Counts what matches of the present segment.
    fn count(&mut self) -> Result<(), Error> {
        let matching = std::mem::take(&mut self.matching);
        let articles = matching.articles();
        let (values, counts) = (&mut self.values, &mut self.counts);
        counts.total += articles as u64;
        let add = |place, articles, mentions| counts.add(place, articles, mentions);
        if values.are_many(articles)
            && let Some(none) = values.of_many(&matching, add)?
        {
            counts.none += none;
            return Ok(());
        }
        for ordinal in matching.ordinals() {
            let add = |place, times, first| counts.add(place, u64::from(first), times);
            counts.none += u64::from(!values.of(ordinal, add)?);
        }
        Ok(())
    }
}

impl Collector for Tally<'_> {
    fn whole(&mut self, segment: &Open<'_>) -> Result<bool, Error> {
        if self.values.whole(segment) {
            return Ok(true);
        }
        let counts = &mut self.counts;
        let add = |place, articles| counts.add(place, articles, 0);
        let Some(none) = self.values.of_whole(segment, add)? else { return Ok(false) };
        self.counts.total += segment.articles();
        self.counts.none += none;
        Ok(true)
    }

    fn begin(&mut self, segment: &Open<'_>) -> Result<(), Error> {
        self.count()?;
        self.values.begin(segment)
    }

    fn collect(&mut self, base: u32, bits: &Bits) -> Result<(), Error> {
        self.matching.0.push((base, bits.clone()));
        Ok(())
    }
}
