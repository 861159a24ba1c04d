//! How many articles at what time.

use super::calendar::{Calendar, Key, Unit};
use super::labels::Label;
use super::values::Values;
use super::{Dimension, collect};
use crate::error::Error;
use crate::index::{
    Bits, CHUNK, Collector, Days, Field, ListColumn, Open, marks, tone_thousandths, value_numbers,
};
use crate::model::{ArticleId, EntityId};
use crate::query::{Query, annotators};
use crate::store::{NewsDb, Snapshot, View};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use std::ops::Range;
use std::sync::Arc;

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
            let values = timeline.split.map(|dimension| Values::new(view, query, dimension));
            let tones = timeline.tone.as_ref().map(|tone| Tones::new(view, tone));
            let mut counts = Counts::new(timeline, values.transpose()?, tones.transpose()?);
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

/// The buckets of one series that are not empty: by key when they are settled, before that as they come,
/// which is mostly in order.
#[derive(Debug, Clone, Default)]
struct Filled(Vec<(Key, Count)>);

impl Filled {
    fn add(&mut self, key: Key, count: Count) {
        match self.0.last_mut() {
            Some((last, sum)) if *last == key => sum.add(count),
            _ => self.0.push((key, count)),
        }
    }

    fn settle(&mut self) {
        self.0.sort_by_key(|(key, _)| *key);
        self.0.dedup_by(|(key, count), (last, sum)| {
            let is_same = key == last;
            if is_same {
                sum.add(*count);
            }
            is_same
        });
    }

    fn articles(&self) -> u64 {
        self.0.iter().map(|(_, count)| count.articles).sum()
    }
}

/// Articles, those among them with a known tone, and the sum of the tones in thousandths.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    articles: u64,
    toned: u64,
    tone: i64,
}

impl Count {
    fn add(&mut self, other: Self) {
        self.articles += other.articles;
        self.toned += other.toned;
        self.tone += other.tone;
    }
}

/// The tones of the articles of a segment.
struct Tones {
    annotator: Option<i64>,
    column: Arc<ListColumn>,
    /// The code of the annotator in the column.
    code: Option<u32>,
}

impl Tones {
    fn new(view: &View<'_>, tone: &Tone) -> Result<Self, Error> {
        let annotator = match tone {
            Tone::Own => Some(0),
            Tone::Of(name) => annotators(view, &Query::new().annotator(name))?.into_iter().next(),
        };
        Ok(Self { annotator, column: Arc::default(), code: None })
    }

    fn begin(&mut self, segment: &Open<'_>) -> Result<(), Error> {
        self.column = segment.list(Field::Tone)?;
        self.code = None;
        for code in 0..self.column.values() as u32 {
            let [annotator, ..] = value_numbers(self.column.value(code))?;
            if Some(annotator.cast_signed()) == self.annotator {
                self.code = Some(code);
            }
        }
        Ok(())
    }

    /// Articles that stand side by side, as a count, where nobody else tells a tone.
    fn count_all(&self, articles: Range<u32>) -> Option<Count> {
        let all = u64::from(articles.end - articles.start);
        let mut count = Count { articles: all, ..Count::default() };
        if self.code.is_some() {
            if self.column.values() > 1 {
                return None;
            }
            for weight in self.column.weights(articles) {
                count.toned += 1;
                count.tone += tone_thousandths(weight);
            }
        }
        Some(count)
    }

    /// An article as a count of one.
    fn count(&self, ordinal: u32) -> Count {
        let mut tones = self.column.of(ordinal);
        let tone = self.code.and_then(|known| tones.find(|(code, _)| *code == known));
        let tone = tone.map(|(_, weight)| tone_thousandths(weight));
        Count { articles: 1, toned: tone.is_some().into(), tone: tone.unwrap_or(0) }
    }
}

struct Counts<'v> {
    calendar: Calendar,
    by_hour: bool,
    /// Whether each bucket is so many days of UTC.
    by_utc_days: bool,
    values: Option<Values<'v>>,
    tones: Option<Tones>,
    days: Arc<Days>,
    /// Empty where the days tell all that is needed.
    ids: Arc<Vec<i64>>,
    marks: Arc<Vec<u8>>,
    run: Run,
    /// Articles of the run that have each value, and the places of those that any has.
    of_run: Vec<Count>,
    met: Vec<usize>,
    /// Articles without a value, or all when there is no split.
    plain: Filled,
    /// By the place of the value.
    by_value: Vec<Filled>,
    total: u64,
    undated: u64,
    undated_hour: u64,
}

/// Articles that stand side by side and count in the same place.
#[derive(Debug, Clone, Copy)]
struct Run {
    /// The ordinal after the last one.
    end: u32,
    place: Place,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Bucket(Key),
    Undated,
    UndatedHour,
}

impl<'v> Counts<'v> {
    fn new(timeline: &Timeline, values: Option<Values<'v>>, tones: Option<Tones>) -> Self {
        Self {
            calendar: Calendar::new(timeline.zone, timeline.unit),
            by_hour: timeline.unit == Unit::Hour,
            by_utc_days: timeline.zone == Tz::UTC && timeline.unit != Unit::Hour,
            values,
            tones,
            days: Arc::default(),
            ids: Arc::default(),
            marks: Arc::default(),
            run: Run { end: 0, place: Place::Undated },
            of_run: Vec::new(),
            met: Vec::new(),
            plain: Filled::default(),
            by_value: Vec::new(),
            total: 0,
            undated: 0,
            undated_hour: 0,
        }
    }

    /// The run that begins with an article. Ids are in order of time, so where all are dated
    /// alike those of one bucket are neighbours.
    fn run(&mut self, ordinal: u32) -> Run {
        let at = ordinal as usize;
        let second = match self.ids.get(at) {
            Some(id) => ArticleId(*id).second(),
            None => self.days.begin(ordinal),
        };
        let place = match self.days.alike.unwrap_or_else(|| self.marks[at] & marks::HOW) {
            marks if marks & marks::DATED == 0 => Place::Undated,
            marks if marks & marks::BY_DAY == 0 => Place::Bucket(self.calendar.of_second(second)),
            _ if self.by_hour => Place::UndatedHour,
            _ => {
                let date = DateTime::from_timestamp(second, 0).unwrap_or_default().date_naive();
                Place::Bucket(self.calendar.of_date(date))
            }
        };
        let end = match (self.days.alike, place) {
            (None, _) => at + 1,
            (_, Place::Undated | Place::UndatedHour) => self.days.articles() as usize,
            (Some(marks), Place::Bucket(key)) => {
                let until = if marks & marks::BY_DAY == 0 {
                    self.calendar.range(key).end
                } else {
                    (second.div_euclid(DAY) + 1) * DAY
                };
                match self.days.before(until) {
                    Some(end) => (end as usize).max(at + 1),
                    None => at + same_run(&self.ids[at..], until),
                }
            }
        };
        Run { end: end as u32, place }
    }

    /// Counts the articles of the run that are set within a range of a chunk.
    fn add(&mut self, base: u32, bits: &Bits, range: Range<u32>) -> Result<(), Error> {
        let articles = u64::from(bits.count_in(&range));
        self.total += articles;
        let key = match self.run.place {
            Place::Bucket(key) => Some(key),
            Place::Undated => {
                self.undated += articles;
                None
            }
            Place::UndatedHour => {
                self.undated_hour += articles;
                None
            }
        };
        let set = std::iter::successors(bits.next(range.start), |at| bits.next(at + 1));
        let set = set.take_while(|at| *at < range.end);
        let is_whole = articles == u64::from(range.end - range.start);
        let tones = &self.tones;
        let one = |at: u32| match tones {
            Some(tones) => tones.count(base + at),
            None => Count { articles: 1, ..Count::default() },
        };
        let mut plain = Count::default();
        if let Some(values) = &mut self.values {
            let (of_run, met) = (&mut self.of_run, &mut self.met);
            for at in set {
                let one = one(at);
                let any = values.of(base + at, |place, _, first| {
                    if of_run.len() <= place {
                        of_run.resize(place + 1, Count::default());
                    }
                    if of_run[place].articles == 0 {
                        met.push(place);
                    }
                    if first {
                        of_run[place].add(one);
                    }
                })?;
                if !any {
                    plain.add(one);
                }
            }
            if self.by_value.len() < of_run.len() {
                self.by_value.resize(of_run.len(), Filled::default());
            }
            for place in met.drain(..) {
                let count = std::mem::take(&mut of_run[place]);
                if let Some(key) = key {
                    self.by_value[place].add(key, count);
                }
            }
        } else if let Some(tones) = tones {
            let whole = || tones.count_all(base + range.start..base + range.end);
            match is_whole.then(whole).flatten() {
                Some(count) => plain = count,
                None => set.for_each(|at| plain.add(one(at))),
            }
        } else {
            plain.articles = articles;
        }
        if let Some(key) = key
            && plain.articles > 0
        {
            self.plain.add(key, plain);
        }
        Ok(())
    }
}

const DAY: i64 = 86_400;

/// How many ids from the first on are of a time before `until`; the first is.
fn same_run(ids: &[i64], until: i64) -> usize {
    // The end is looked for in steps that double, since most runs are short.
    let is_before = |id: &i64| ArticleId(*id).second() < until;
    let mut most = 1;
    while ids.get(most).is_some_and(is_before) {
        most *= 2;
    }
    let least = most / 2;
    let some = &ids[least..most.min(ids.len())];
    (least + some.partition_point(is_before)).max(1)
}

impl Collector for Counts<'_> {
    fn begin(&mut self, segment: &Open<'_>) -> Result<(), Error> {
        self.days = segment.days()?;
        // Ids are the largest column, and of a large archive more than is kept.
        let days_tell = self.days.alike.is_some_and(|marks| {
            marks & marks::DATED == 0
                || self.days.are_known() && (self.by_utc_days || marks & marks::BY_DAY != 0)
        });
        (self.ids, self.marks) = match days_tell {
            true => Default::default(),
            false => (segment.ids()?, segment.marks()?),
        };
        self.run.end = 0;
        if let Some(tones) = &mut self.tones {
            tones.begin(segment)?;
        }
        match &mut self.values {
            Some(values) => values.begin(segment),
            None => Ok(()),
        }
    }

    fn collect(&mut self, base: u32, bits: &Bits) -> Result<(), Error> {
        let mut next = bits.next(0);
        while let Some(first) = next {
            if base + first >= self.run.end {
                self.run = self.run(base + first);
            }
            let end = (self.run.end - base).min(CHUNK);
            self.add(base, bits, first..end)?;
            next = bits.next(end);
        }
        Ok(())
    }
}

impl Counts<'_> {
    fn finish(mut self, query: &Query, timeline: &Timeline) -> Result<TimelineCounts, Error> {
        self.by_value.iter_mut().chain([&mut self.plain]).for_each(Filled::settle);
        let sums: Vec<u64> = self.by_value.iter().map(Filled::articles).collect();
        let split = match &self.values {
            Some(values) => values.labels.leading(&sums, timeline.limit)?,
            None => Vec::new(),
        };
        let keys = self.keys(query);
        // Values that undated articles alone have make no series.
        let with_articles = sums.iter().filter(|sum| **sum > 0).count();
        let other_keys = with_articles.saturating_sub(timeline.limit) as u64;
        let mut all: Vec<(Option<Label>, Filled)> = split
            .into_iter()
            .map(|(value, label)| (Some(label), std::mem::take(&mut self.by_value[value])))
            .collect();
        if timeline.split.is_none() || !self.plain.0.is_empty() {
            all.push((None, std::mem::take(&mut self.plain)));
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
            total: self.total,
            undated: self.undated,
            undated_hour: self.undated_hour,
            other_keys,
        })
    }

    /// The first and the last unit; `None` when nothing says where to begin or to end.
    fn keys(&mut self, query: &Query) -> Option<(Key, Key)> {
        let filled = || self.by_value.iter().chain([&self.plain]);
        let mut first = filled().filter_map(|filled| filled.0.first().map(|(key, _)| *key)).min();
        let mut last = filled().filter_map(|filled| filled.0.last().map(|(key, _)| *key)).max();
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
        let mut start = time(self.calendar.start(key));
        while key <= last {
            if units.len() == most {
                return Err(Error::TooManyBuckets(Timeline::MAX_BUCKETS));
            }
            let next = self.calendar.next(key);
            let end = time(self.calendar.start(next));
            units.push((key, Bucket { start, end, articles: 0, tone: None, tone_unknown: 0 }));
            (key, start) = (next, end);
        }
        Ok(units)
    }
}
