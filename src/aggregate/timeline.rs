//! How many articles at what time.

use super::calendar::{Key, Unit};
use super::labels::Label;
use super::periods::{Counted, Periods, Times, Told, Tones};
use super::values::Values;
use super::{Dimension, collect};
use crate::error::Error;
use crate::index::{Bits, Collector, Field, Open};
use crate::model::EntityId;
use crate::query::{Query, annotators};
use crate::store::{NewsDb, Snapshot, View};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;

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
    tone: Option<Tone>,
}

/// Whose tone is asked for.
#[derive(Debug, Clone, PartialEq)]
enum Tone {
    Own,
    Of(String),
}

impl Timeline {
    /// How many buckets a timeline may have, over all its series.
    pub const MAX_BUCKETS: usize = 200_000;

    /// Counts by a unit of the calendar, in UTC, in one series.
    pub fn by(unit: Unit) -> Self {
        Self { unit, zone: Tz::UTC, split: None, limit: 10, tone: None }
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

    /// Asks for the mean of [`Article::tone`](crate::Article::tone) as well.
    ///
    /// ```
    /// use newsdb::{NewArticle, NewsDb, Query, Timeline, Unit};
    /// let db = NewsDb::open_in_memory()?;
    /// for (id, headline) in [("1", "A good day"), ("2", "A bad day"), ("3", "A day")] {
    ///     let wire = NewArticle::new("wire").id(id).headline(headline).language("en");
    ///     db.insert(wire.published("2024-06-13T10:00:00Z".parse()?))?;
    /// }
    /// let days = db.timeline(&Query::new(), &Timeline::by(Unit::Day).tone())?;
    /// let day = &days.series[0].buckets[0];
    /// assert_eq!((day.articles, day.tone, day.tone_unknown), (3, Some(0.0), 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn tone(mut self) -> Self {
        self.tone = Some(Tone::Own);
        self
    }

    /// Asks for the mean of the tone that an annotator such as `gdelt-gkg` gave, in its own scale: in
    /// an [`Annotation`](crate::Annotation) of the kind `tone` of the whole article, a number or an object with a
    /// number `tone`.
    pub fn tone_of(mut self, annotator: impl Into<String>) -> Self {
        self.tone = Some(Tone::Of(annotator.into()));
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
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bucket {
    /// Its first moment.
    pub start: DateTime<Utc>,
    /// The first moment after it.
    pub end: DateTime<Utc>,
    /// Articles published in it. A date without a time counts on its own calendar date in
    /// every zone.
    pub articles: u64,
    /// The mean tone of those whose tone is known; tones are summed in thousandths. `None` when it
    /// is known of none, or was not asked for ([`Timeline::tone`]).
    pub tone: Option<f64>,
    /// Articles whose tone is not known; all of them when it was not asked for.
    pub tone_unknown: u64,
}

impl Snapshot {
    /// How many matching articles were published in each hour, day, week, month or year.
    ///
    /// # Errors
    /// [`Error::TooManyBuckets`], [`Error::Search`], [`Error::Canceled`].
    pub fn timeline(&self, query: &Query, timeline: &Timeline) -> Result<TimelineCounts, Error> {
        self.view(|view| {
            let mut counts = Counts::new(view, query, timeline)?;
            collect(view, query, &mut counts)?;
            counts.finish(query, timeline)
        })
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

/// Counts segments of which all living articles are found by what is kept of them, the others article by article.
struct Counts<'v> {
    times: Times,
    values: Option<Values<'v>>,
    field: Option<Field>,
    counted: Counted,
    /// What is kept of a segment goes by it.
    form: Option<u64>,
}

impl<'v> Counts<'v> {
    fn new(view: &'v View<'v>, query: &Query, timeline: &Timeline) -> Result<Self, Error> {
        let annotator = match &timeline.tone {
            None => None,
            Some(Tone::Own) => Some(Some(0)),
            Some(Tone::Of(name)) => {
                Some(annotators(view, &Query::new().annotator(name))?.into_iter().next())
            }
        };
        let values = timeline.split.map(|dimension| Values::new(view, query, dimension));
        let field = timeline.split.map(|dimension| dimension.field(query));
        Ok(Self {
            times: Times::new(timeline.zone, timeline.unit, annotator.map(Tones::new)),
            values: values.transpose()?,
            field,
            counted: Counted::default(),
            form: form(timeline, field, annotator),
        })
    }
}

/// What is asked of a segment of which all living articles count, as a number that nothing else has; `None` where there is
/// none, or where what it tells is not kept, as of entities, which are many.
fn form(timeline: &Timeline, field: Option<Field>, tone: Option<Option<i64>>) -> Option<u64> {
    if timeline.split.is_some_and(Dimension::is_entities) {
        return None;
    }
    let annotator = match tone {
        None => 0,
        Some(None) => 1,
        Some(Some(annotator)) => u64::try_from(annotator).ok()?.checked_add(2)?,
    };
    let field = field.map_or(0, |field| field as u64 + 1);
    let unit = timeline.unit.code().cast_unsigned();
    let form = [(unit, 4), (timeline.zone as u64, 16), (field, 4), (annotator, 40)];
    form.iter().try_fold(0, |form, &(part, bits)| (part < 1 << bits).then_some(form << bits | part))
}

impl Collector for Counts<'_> {
    fn whole(&mut self, segment: &Open<'_>) -> Result<bool, Error> {
        let Some(form) = self.form else { return Ok(false) };
        let (times, values) = (&mut self.times, &mut self.values);
        let mut places = |told: &Told| match values {
            Some(values) => values.places(told.values()),
            None => Ok(Some(Vec::new())),
        };
        let told = segment.times(form, Told::size, || {
            let told = Told::of(segment, times, self.field)?;
            // Where some of its values are one, it would not serve.
            Ok(match &told {
                Some(some) if places(some)?.is_none() => None,
                _ => told,
            })
        })?;
        let Some(told) = &*told else { return Ok(false) };
        let Some(places) = places(told)? else { return Ok(false) };
        told.add_to(&mut self.counted, places);
        self.counted.total += segment.articles();
        Ok(true)
    }

    fn begin(&mut self, segment: &Open<'_>) -> Result<(), Error> {
        self.times.begin(segment)?;
        self.values.as_mut().map_or(Ok(()), |values| values.begin(segment))
    }

    fn collect(&mut self, base: u32, bits: &Bits) -> Result<(), Error> {
        self.counted.collect(&mut self.times, self.values.as_mut(), base, bits)
    }
}

impl Counts<'_> {
    fn finish(mut self, query: &Query, timeline: &Timeline) -> Result<TimelineCounts, Error> {
        let Counted { plain, by_value, .. } = &mut self.counted;
        by_value.iter_mut().chain([plain]).for_each(Periods::settle);
        let sums: Vec<u64> = self.counted.by_value.iter().map(Periods::articles).collect();
        let split = match &self.values {
            Some(values) => values.labels.leading(&sums, timeline.limit)?,
            None => Vec::new(),
        };
        let keys = self.keys(query);
        // Values that undated articles alone have make no series.
        let with_articles = sums.iter().filter(|sum| **sum > 0).count();
        let other_keys = with_articles.saturating_sub(timeline.limit) as u64;
        let mut all: Vec<(Option<Label>, Periods)> = split
            .into_iter()
            .map(|(value, label)| (Some(label), std::mem::take(&mut self.counted.by_value[value])))
            .collect();
        if timeline.split.is_none() || !self.counted.plain.0.is_empty() {
            all.push((None, std::mem::take(&mut self.counted.plain)));
        }
        let units = self.units(keys, Timeline::MAX_BUCKETS / all.len().max(1))?;
        let series = all
            .into_iter()
            .map(|(label, filled)| {
                let mut filled = filled.0.into_iter().peekable();
                let mut bucket = |(key, empty): &(Key, Bucket)| {
                    let count = filled.next_if(|(filled, _)| filled == key);
                    let count = count.map(|(_, count)| count).unwrap_or_default();
                    let mean = || count.tone as f64 / 1000.0 / count.toned as f64;
                    Bucket {
                        articles: count.articles,
                        tone: (count.toned > 0).then(mean),
                        tone_unknown: count.articles - count.toned,
                        ..*empty
                    }
                };
                Series {
                    id: label.as_ref().and_then(|label| label.id).map(EntityId),
                    buckets: units.iter().map(&mut bucket).collect(),
                    key: label.map(|label| label.name),
                }
            })
            .collect();
        Ok(TimelineCounts {
            series,
            total: self.counted.total,
            undated: self.counted.undated,
            undated_hour: self.counted.undated_hour,
            other_keys,
        })
    }

    /// The first and the last unit; `None` when nothing says where to begin or to end.
    fn keys(&mut self, query: &Query) -> Option<(Key, Key)> {
        let filled = || self.counted.by_value.iter().chain([&self.counted.plain]);
        let mut first = filled().filter_map(|filled| filled.0.first().map(|(key, _)| *key)).min();
        let mut last = filled().filter_map(|filled| filled.0.last().map(|(key, _)| *key)).max();
        if let (Some(since), Some(until)) = (query.since, query.until)
            && since >= until
        {
            return first.zip(last);
        }
        if let Some(since) = query.since {
            let since = self.times.calendar.of_second(since.timestamp());
            first = Some(first.map_or(since, |first| first.min(since)));
        }
        if let Some(until) = query.until {
            // The last second with a moment before the end.
            let whole = until.timestamp_subsec_nanos() == 0;
            let until = self.times.calendar.of_second(until.timestamp() - i64::from(whole));
            last = Some(last.map_or(until, |last| last.max(until)));
        }
        first.zip(last)
    }

    /// Every unit from the first to the last, as empty buckets.
    fn units(&self, keys: Option<(Key, Key)>, most: usize) -> Result<Vec<(Key, Bucket)>, Error> {
        let mut units = Vec::new();
        let Some((mut key, last)) = keys else { return Ok(units) };
        let time = |second| DateTime::from_timestamp(second, 0).unwrap_or_default();
        let mut start = time(self.times.calendar.start(key));
        while key <= last {
            if units.len() == most {
                return Err(Error::TooManyBuckets(Timeline::MAX_BUCKETS));
            }
            let next = self.times.calendar.next(key);
            let end = time(self.times.calendar.start(next));
            units.push((key, Bucket { start, end, articles: 0, tone: None, tone_unknown: 0 }));
            (key, start) = (next, end);
        }
        Ok(units)
    }
}
