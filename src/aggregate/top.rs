//! Who and what most of the articles are about.

use super::values::Values;
use super::{Dimension, collect};
use crate::error::Error;
use crate::index::{Bits, Collector, Open};
use crate::model::EntityKind;
use crate::query::Query;
use crate::store::{NewsDb, Snapshot, View};
use serde::Serialize;

/// The values that most of the matching articles have.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TopList {
    /// The values, those with most articles first, then by key.
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
    pub id: Option<i64>,
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
            let tally = Tally::of(view, query, dimension)?;
            Ok((tally.values.labels.leading(&tally.counts.articles, limit)?, tally.counts))
        })?;
        let counts_mentions = dimension.is_entities() && !query.salient;
        let rows = rows
            .into_iter()
            .map(|(value, label)| TopRow {
                key: label.name,
                id: label.id,
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

/// How many of some articles have each value.
struct Tally<'v> {
    values: Values<'v>,
    counts: Counts,
}

#[derive(Default)]
struct Counts {
    /// Articles that have a value, and how often all of them have it, by its place.
    articles: Vec<u64>,
    mentions: Vec<u64>,
    none: u64,
    total: u64,
}

impl<'v> Tally<'v> {
    fn of(view: &'v View<'v>, query: &Query, dimension: Dimension) -> Result<Self, Error> {
        let values = Values::new(view, query, dimension)?;
        let mut tally = Self { values, counts: Counts::default() };
        collect(view, query, &mut tally)?;
        Ok(tally)
    }
}

impl Collector for Tally<'_> {
    fn begin(&mut self, segment: &Open<'_>) -> Result<(), Error> {
        self.values.begin(segment)
    }

    fn collect(&mut self, base: u32, bits: &Bits) -> Result<(), Error> {
        let Counts { articles, mentions, none, total } = &mut self.counts;
        for at in bits.iter() {
            let any = self.values.of(base + at, |place, times, first| {
                if articles.len() <= place {
                    articles.resize(place + 1, 0);
                    mentions.resize(place + 1, 0);
                }
                articles[place] += u64::from(first);
                mentions[place] += times;
            })?;
            *none += u64::from(!any);
        }
        *total += u64::from(bits.count());
        Ok(())
    }
}
