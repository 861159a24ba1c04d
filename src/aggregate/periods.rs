//! The articles of segments, counted by the periods that they fall into.

use super::calendar::{Calendar, Key, Unit};
use super::values::{ALLOCATED, Values};
use crate::error::Error;
use crate::index::{
    Bits, CHUNK, Days, Field, ListColumn, Open, marks, tone_thousandths, value_numbers,
};
use crate::model::ArticleId;
use chrono::DateTime;
use chrono_tz::Tz;
use std::ops::Range;
use std::sync::Arc;

/// Articles, those among them with a known tone, and the sum of the tones in thousandths.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count {
    pub(super) articles: u64,
    pub(super) toned: u64,
    pub(super) tone: i64,
}

impl Count {
    const ONE: Self = Self { articles: 1, toned: 0, tone: 0 };

    fn add(&mut self, other: Self) {
        self.articles += other.articles;
        self.toned += other.toned;
        self.tone += other.tone;
    }
}

/// The periods of one series that are not empty: by key when they are settled, before that as they come,
/// which is mostly in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Periods(pub(super) Vec<(Key, Count)>);

impl Periods {
    fn add(&mut self, key: Key, count: Count) {
        match self.0.last_mut() {
            Some((last, sum)) if *last == key => sum.add(count),
            _ => self.0.push((key, count)),
        }
    }

    pub(super) fn settle(&mut self) {
        self.0.sort_by_key(|(key, _)| *key);
        self.0.dedup_by(|(key, count), (last, sum)| {
            let is_same = key == last;
            if is_same {
                sum.add(*count);
            }
            is_same
        });
    }

    pub(super) fn articles(&self) -> u64 {
        self.0.iter().map(|(_, count)| count.articles).sum()
    }
}

/// The tones of the articles of a segment.
pub(super) struct Tones {
    annotator: Option<i64>,
    column: Arc<ListColumn>,
    /// The code of the annotator in the column.
    code: Option<u32>,
}

impl Tones {
    /// Those that somebody tells.
    pub(super) fn new(annotator: Option<i64>) -> Self {
        Self { annotator, column: Arc::default(), code: None }
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

/// Articles that stand side by side and count in the same place.
#[derive(Debug, Clone, Copy)]
struct Run {
    /// The ordinal after the last one.
    end: u32,
    place: Place,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Period(Key),
    Undated,
    UndatedHour,
}

/// When the articles of a segment are dated, and what tone they have.
pub(super) struct Times {
    pub(super) calendar: Calendar,
    by_hour: bool,
    /// Whether each period is so many days of UTC.
    by_utc_days: bool,
    pub(super) tones: Option<Tones>,
    days: Arc<Days>,
    /// Empty where the days tell all that is needed.
    ids: Arc<Vec<i64>>,
    marks: Arc<Vec<u8>>,
    run: Run,
}

impl Times {
    pub(super) fn new(zone: Tz, unit: Unit, tones: Option<Tones>) -> Self {
        Self {
            calendar: Calendar::new(zone, unit),
            by_hour: unit == Unit::Hour,
            by_utc_days: zone == Tz::UTC && unit != Unit::Hour,
            tones,
            days: Arc::default(),
            ids: Arc::default(),
            marks: Arc::default(),
            run: Run { end: 0, place: Place::Undated },
        }
    }

    /// The articles that follow are of this segment.
    pub(super) fn begin(&mut self, segment: &Open<'_>) -> Result<(), Error> {
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
        self.tones.as_mut().map_or(Ok(()), |tones| tones.begin(segment))
    }

    /// The run that begins with an article. Ids are in order of time, so where all are dated
    /// alike those of one period are neighbours.
    fn run(&mut self, ordinal: u32) -> Run {
        let at = ordinal as usize;
        let second = match self.ids.get(at) {
            Some(id) => ArticleId(*id).second(),
            None => self.days.begin(ordinal),
        };
        let place = match self.days.alike.unwrap_or_else(|| self.marks[at] & marks::HOW) {
            marks if marks & marks::DATED == 0 => Place::Undated,
            marks if marks & marks::BY_DAY == 0 => Place::Period(self.calendar.of_second(second)),
            _ if self.by_hour => Place::UndatedHour,
            _ => {
                let date = DateTime::from_timestamp(second, 0).unwrap_or_default().date_naive();
                Place::Period(self.calendar.of_date(date))
            }
        };
        let end = match (self.days.alike, place) {
            (None, _) => at + 1,
            (_, Place::Undated | Place::UndatedHour) => self.days.articles() as usize,
            (Some(marks), Place::Period(key)) => {
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

    /// An article as a count of one.
    fn count(&self, ordinal: u32) -> Count {
        self.tones.as_ref().map_or(Count::ONE, |tones| tones.count(ordinal))
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

/// Who says which values an article has.
pub(super) trait Valued {
    /// Hands over the place of each value of an article, and whether it is the first that is heard of it for this article. Whether
    /// there was any.
    fn each(&mut self, ordinal: u32, take: impl FnMut(usize, bool)) -> Result<bool, Error>;
}

impl Valued for Values<'_> {
    fn each(&mut self, ordinal: u32, mut take: impl FnMut(usize, bool)) -> Result<bool, Error> {
        self.of(ordinal, |place, _, first| take(place, first))
    }
}

/// The values of a segment by their own numbers.
impl Valued for &ListColumn {
    fn each(&mut self, ordinal: u32, mut take: impl FnMut(usize, bool)) -> Result<bool, Error> {
        let codes = self.of(ordinal).map(|(code, _)| take(code as usize, true));
        Ok(codes.count() > 0)
    }
}

/// What was counted so far.
#[derive(Debug, Default)]
pub(super) struct Counted {
    /// Articles without a value, or all when there is no split.
    pub(super) plain: Periods,
    /// By the place of the value.
    pub(super) by_value: Vec<Periods>,
    pub(super) total: u64,
    pub(super) undated: u64,
    pub(super) undated_hour: u64,
    /// Articles of the run that have each value, and the places of those that any has.
    of_run: Vec<Count>,
    met: Vec<usize>,
}

impl Counted {
    /// Counts articles of a segment: the ordinals that are set, counted from `base`.
    pub(super) fn collect(
        &mut self,
        times: &mut Times,
        mut values: Option<&mut impl Valued>,
        base: u32,
        bits: &Bits,
    ) -> Result<(), Error> {
        let mut next = bits.next(0);
        while let Some(first) = next {
            if base + first >= times.run.end {
                times.run = times.run(base + first);
            }
            let end = (times.run.end - base).min(CHUNK);
            self.add(times, values.as_deref_mut(), base, bits, first..end)?;
            next = bits.next(end);
        }
        Ok(())
    }

    /// Counts the articles of the run that are set within a range of a chunk.
    fn add(
        &mut self,
        times: &Times,
        values: Option<&mut impl Valued>,
        base: u32,
        bits: &Bits,
        range: Range<u32>,
    ) -> Result<(), Error> {
        let articles = u64::from(bits.count_in(&range));
        self.total += articles;
        let key = match times.run.place {
            Place::Period(key) => Some(key),
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
        let mut plain = Count::default();
        if let Some(values) = values {
            let (of_run, met) = (&mut self.of_run, &mut self.met);
            for at in set {
                let one = times.count(base + at);
                let any = values.each(base + at, |place, first| {
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
                self.by_value.resize(of_run.len(), Periods::default());
            }
            for place in met.drain(..) {
                let count = std::mem::take(&mut of_run[place]);
                if let Some(key) = key {
                    self.by_value[place].add(key, count);
                }
            }
        } else if let Some(tones) = &times.tones {
            let whole = || tones.count_all(base + range.start..base + range.end);
            match is_whole.then(whole).flatten() {
                Some(count) => plain = count,
                None => set.for_each(|at| plain.add(tones.count(base + at))),
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

    /// How many periods have something.
    fn periods(&self) -> usize {
        let of_values: usize = self.by_value.iter().map(|periods| periods.0.len()).sum();
        self.plain.0.len() + of_values
    }
}

/// What all living articles of a segment are, counted by its own values.
pub(super) struct Told {
    /// Articles without a value, or all when there is no split.
    plain: Box<[(Key, Count)]>,
    by_value: Box<[OfValue]>,
    undated: u64,
    undated_hour: u64,
}

struct OfValue {
    value: Box<[u8]>,
    periods: Box<[(Key, Count)]>,
}

impl Told {
    /// `None` where it has more periods than articles.
    pub(super) fn of(
        segment: &Open<'_>,
        times: &mut Times,
        field: Option<Field>,
    ) -> Result<Option<Self>, Error> {
        times.begin(segment)?;
        let column = field.map(|field| segment.list_once(field)).transpose()?;
        let mut codes = column.as_ref();
        let mut counted = Counted::default();
        let mut is_short = true;
        segment.each_living(|base, bits| {
            is_short &= counted.periods() as u64 <= segment.articles();
            if !is_short {
                return Ok(());
            }
            counted.collect(times, codes.as_mut(), base, bits)
        })?;
        if !is_short {
            return Ok(None);
        }
        let settled = |mut periods: Periods| {
            periods.settle();
            periods.0.into_boxed_slice()
        };
        let by_value = column.iter().flat_map(|column| {
            // Dead and undated articles have values, too.
            let told = (0..).zip(std::mem::take(&mut counted.by_value));
            let told = told.filter(|(_, periods)| !periods.0.is_empty());
            told.map(|(code, periods)| OfValue {
                value: column.value(code).into(),
                periods: settled(periods),
            })
        });
        let by_value = by_value.collect();
        let Counted { plain, undated, undated_hour, .. } = counted;
        Ok(Some(Self { plain: settled(plain), by_value, undated, undated_hour }))
    }

    pub(super) fn size(&self) -> usize {
        let size = |of: &OfValue| {
            size_of_val(of) + 2 * ALLOCATED + of.value.len() + size_of_val(&*of.periods)
        };
        size_of_val(&*self.plain) + self.by_value.iter().map(size).sum::<usize>()
    }

    /// What its values are.
    pub(super) fn values(&self) -> impl Iterator<Item = &[u8]> {
        self.by_value.iter().map(|of| &*of.value)
    }

    /// Adds it to what was counted so far, its values at these places.
    pub(super) fn add_to(&self, all: &mut Counted, places: Vec<usize>) {
        let greatest = places.iter().map(|place| place + 1).max().unwrap_or(0);
        if all.by_value.len() < greatest {
            all.by_value.resize(greatest, Periods::default());
        }
        for (place, of) in places.into_iter().zip(&self.by_value) {
            all.by_value[place].0.extend_from_slice(&of.periods);
        }
        all.plain.0.extend_from_slice(&self.plain);
        all.undated += self.undated;
        all.undated_hour += self.undated_hour;
    }
}
