//! How many articles at what time.

use super::calendar::{Calendar, Key, Range, Unit};
use super::labels::Label;
use super::{Counted, Dimension, each_article};
use crate::error::Error;
use crate::model::EntityId;
use crate::query::Query;
use crate::store::{NewsDb, Snapshot};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use std::collections::BTreeMap;

/// A timeline to ask for.
///
/// ```
/// use newsdb::{Dimension, NewsDb, Query, Timeline, Unit};
/// let db = NewsDb::open_in_memory()?;
/// let by_day = Timeline::by(Unit::Day).split(Dimension::Source).limit(5);
/// assert_eq!(db.timeline(&Query::new(), &by_day)?.total, 0);
/// # Ok::<(), newsdb::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Timeline {
    unit: Unit,
    zone: Tz,
    split: Option<Dimension>,
    limit: usize,
}

impl Timeline {
    /// How many buckets a timeline may have, over all its series.
    pub const MAX_BUCKETS: usize = 200_000;

    /// Counts by a unit of the calendar, in UTC, in one series.
    pub fn by(unit: Unit) -> Self {
        Self { unit, zone: Tz::UTC, split: None, limit: 10 }
    }

    /// The zone whose hours, days, weeks … are counted.
    pub fn zone(mut self, zone: Tz) -> Self {
        self.zone = zone;
        self
    }

    /// One series for each value of a dimension.
    pub fn split(mut self, dimension: Dimension) -> Self {
        self.split = Some(dimension);
        self
    }

    /// How many series a split gives at most, those with most articles first; articles
    /// without a value have one more. 10.
    pub fn limit(mut self, series: usize) -> Self {
        self.limit = series;
        self
    }
}

/// The answer to a [`Timeline`].
///
/// Without a split, and with a split by a dimension with at most one value an article (source,
/// language) of which no series was left out, `total` is the sum of all buckets and of
/// `undated` and `undated_hour`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimelineCounts {
    /// One without a split; else one for each value, those with most articles first, then by
    /// key, and at the end one for the articles without a value, if there are any. All have
    /// the same buckets.
    pub series: Vec<Series>,
    /// Articles that match, each once.
    pub total: u64,
    /// Among them, articles without a believable date, or with no more than a guess.
    pub undated: u64,
    /// Among them, in a timeline by the hour, articles whose date has no time.
    pub undated_hour: u64,
    /// Values whose series the limit left out.
    pub other_keys: u64,
}

/// The counts of one value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Series {
    /// The value, as in [`TopRow::key`](crate::TopRow::key); `None` without a split, and for
    /// articles that have no value.
    pub key: Option<String>,
    /// The entity's number.
    pub id: Option<EntityId>,
    /// Every unit of the calendar in order, empty ones too: from the first to the last
    /// matching article, or from where the query's time begins to where it ends.
    pub buckets: Vec<Bucket>,
}

/// How many articles one unit of the calendar has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Bucket {
    /// Its first moment.
    pub start: DateTime<Utc>,
    /// The first moment after it.
    pub end: DateTime<Utc>,
    /// Articles published in it. A date without a time counts on its own calendar date in
    /// every zone.
    pub articles: u64,
}

impl Snapshot {
    /// How many matching articles were published in each hour, day, week, month or year.
    ///
    /// # Errors
    /// [`Error::TooManyBuckets`], [`Error::Search`], [`Error::Canceled`].
    pub fn timeline(&self, query: &Query, timeline: &Timeline) -> Result<TimelineCounts, Error> {
        let mut counts = Counts::new(timeline);
        let split = self.view(|view| {
            let labels = each_article(view, query, timeline.split, |article, _| {
                counts.add(article);
                Ok(())
            })?;
            let sum = |filled: &Filled| filled.values().sum();
            let sums: Vec<u64> = counts.by_value.iter().map(sum).collect();
            labels.leading(&sums, timeline.limit)
        })?;
        counts.finish(query, timeline, split)
    }
}

impl NewsDb {
    /// [`Snapshot::timeline`] on the present state.
    ///
    /// # Errors
    /// As there, and [`Error::Busy`] as for [`NewsDb::snapshot`].
    pub fn timeline(&self, query: &Query, timeline: &Timeline) -> Result<TimelineCounts, Error> {
        self.snapshot()?.timeline(query, timeline)
    }
}

/// The buckets of one series that are not empty.
type Filled = BTreeMap<Key, u64>;

struct Counts {
    calendar: Calendar,
    by_hour: bool,
    /// Articles without a value, or all when there is no split.
    plain: Filled,
    /// By the place of the value.
    by_value: Vec<Filled>,
    total: u64,
    undated: u64,
    undated_hour: u64,
}

impl Counts {
    fn new(timeline: &Timeline) -> Self {
        Self {
            calendar: Calendar::new(timeline.zone, timeline.unit),
            by_hour: timeline.unit == Unit::Hour,
            plain: Filled::new(),
            by_value: Vec::new(),
            total: 0,
            undated: 0,
            undated_hour: 0,
        }
    }

    fn add(&mut self, article: &Counted) {
        self.total += 1;
        let greatest = article.values.iter().map(|(value, _)| value + 1).max().unwrap_or(0);
        if self.by_value.len() < greatest {
            self.by_value.resize(greatest, Filled::new());
        }
        let key = match (article.dated, article.by_day) {
            (false, _) => {
                self.undated += 1;
                return;
            }
            (true, true) if self.by_hour => {
                self.undated_hour += 1;
                return;
            }
            (true, true) => {
                let at = DateTime::from_timestamp(article.second, 0).unwrap_or_default();
                self.calendar.of_date(at.date_naive())
            }
            (true, false) => self.calendar.of_second(article.second),
        };
        if article.values.is_empty() {
            *self.plain.entry(key).or_default() += 1;
        }
        for &(value, _) in &article.values {
            *self.by_value[value].entry(key).or_default() += 1;
        }
    }

    fn finish(
        mut self,
        query: &Query,
        timeline: &Timeline,
        split: Vec<(usize, Label)>,
    ) -> Result<TimelineCounts, Error> {
        let keys = self.keys(query);
        let other_keys = self.by_value.len().saturating_sub(timeline.limit) as u64;
        let mut all: Vec<(Option<Label>, Filled)> = split
            .into_iter()
            .map(|(value, label)| (Some(label), std::mem::take(&mut self.by_value[value])))
            .collect();
        if timeline.split.is_none() || !self.plain.is_empty() {
            all.push((None, std::mem::take(&mut self.plain)));
        }
        let units = self.units(keys, Timeline::MAX_BUCKETS / all.len().max(1))?;
        let series = all
            .into_iter()
            .map(|(label, filled)| Series {
                id: label.as_ref().and_then(|label| label.id).map(EntityId),
                key: label.map(|label| label.name),
                buckets: units
                    .iter()
                    .map(|(key, empty)| Bucket {
                        articles: filled.get(key).copied().unwrap_or(0),
                        ..*empty
                    })
                    .collect(),
            })
            .collect();
        Ok(TimelineCounts {
            series,
            total: self.total,
            undated: self.undated,
            undated_hour: self.undated_hour,
            other_keys,
        })
    }

    /// The first and the last unit; `None` when nothing says where to begin or to end.
    fn keys(&mut self, query: &Query) -> Option<(Key, Key)> {
        let filled = || self.by_value.iter().chain([&self.plain]);
        let mut first = filled().filter_map(|filled| filled.keys().next().copied()).min();
        let mut last = filled().filter_map(|filled| filled.keys().next_back().copied()).max();
        if let (Some(since), Some(until)) = (query.since, query.until)
            && since >= until
        {
            return first.zip(last);
        }
        if let Some(since) = query.since {
            let since = self.calendar.of_second(since.timestamp());
            first = Some(first.map_or(since, |first| first.min(since)));
        }
        if let Some(until) = query.until {
            // The last second with a moment before the end.
            let whole = until.timestamp_subsec_nanos() == 0;
            let until = self.calendar.of_second(until.timestamp() - i64::from(whole));
            last = Some(last.map_or(until, |last| last.max(until)));
        }
        first.zip(last)
    }

    /// Every unit from the first to the last, as empty buckets.
    fn units(&self, keys: Option<(Key, Key)>, most: usize) -> Result<Vec<(Key, Bucket)>, Error> {
        let mut units = Vec::new();
        let Some((mut key, last)) = keys else { return Ok(units) };
        let time = |second| DateTime::from_timestamp(second, 0).unwrap_or_default();
        while key <= last {
            if units.len() == most {
                return Err(Error::TooManyBuckets(Timeline::MAX_BUCKETS));
            }
            let Range { start, end } = self.calendar.range(key);
            units.push((key, Bucket { start: time(start), end: time(end), articles: 0 }));
            key = self.calendar.next(key);
        }
        Ok(units)
    }
}
