//! The calendar of a time zone: which unit of it a moment falls into.

use crate::model::named_enum;
use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};
use chrono::{MappedLocalTime, Utc};
use chrono_tz::Tz;

named_enum! {
    /// A unit of the calendar.
    Unit {
        /// An hour of the zone's clock.
        Hour = 1 "hour",
        /// A day: 23 or 25 hours long where the clocks change.
        Day = 2 "day",
        /// A week by ISO 8601, from Monday.
        Week = 3 "week",
        /// A month.
        Month = 4 "month",
        /// A year.
        Year = 5 "year",
    }
}

/// A unit's place in its order: the second in which an hour begins, the number of the first
/// day of anything longer.
pub(super) type Key = i64;

/// From a second (UTC) to the one before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) start: i64,
    pub(super) end: i64,
}

/// The units of a zone. Together they hold every moment exactly once.
#[derive(Debug)]
pub(super) struct Calendar {
    zone: Tz,
    unit: Unit,
    /// The unit found last: moments come in order, so it is mostly the next one too.
    last: Option<(Key, Range)>,
}

/// No zone is further from UTC than this.
const DAY: i64 = 86_400;

/// The number of the first day of 1970.
const FIRST_DAY: i64 = 719_163;

/// The years -9999 to 9999: beyond them dates are not reckoned with.
const SECONDS: std::ops::RangeInclusive<i64> = -377_705_116_800..=253_402_300_799;

impl Calendar {
    pub(super) fn new(zone: Tz, unit: Unit) -> Self {
        Self { zone, unit, last: None }
    }

    /// The unit that a moment falls into.
    pub(super) fn of_second(&mut self, second: i64) -> Key {
        let second = second.clamp(*SECONDS.start(), *SECONDS.end());
        if let Some((key, range)) = self.last
            && (range.start..range.end).contains(&second)
        {
            return key;
        }
        let mut key = match self.unit {
            Unit::Hour => self.hour(second).start,
            _ => self.of_day((second + offset(self.zone, second)).div_euclid(DAY) + FIRST_DAY),
        };
        // Where clocks go back past midnight, the date of the clock is not yet or no longer
        // that of the calendar's day.
        let mut range = self.range(key);
        if second < range.start {
            key = self.of_day(key - 1);
            range = self.range(key);
        } else if second >= range.end {
            key = self.next(key);
            range = self.range(key);
        }
        self.last = Some((key, range));
        key
    }

    /// The unit (a day or longer) that a date without a time falls into.
    pub(super) fn of_date(&self, date: NaiveDate) -> Key {
        self.of_day(date.num_days_from_ce().into())
    }

    /// The unit that a day falls into, by its number.
    fn of_day(&self, day: i64) -> Key {
        let date = || first_date(day);
        let first = match self.unit {
            Unit::Hour | Unit::Day => return day,
            // The first day was a Monday.
            Unit::Week => return day - (day - 1).rem_euclid(7),
            Unit::Month => date().with_day(1),
            Unit::Year => date().with_ordinal(1),
        };
        first.map_or(day, |first| first.num_days_from_ce().into())
    }

    /// The unit after another.
    pub(super) fn next(&self, key: Key) -> Key {
        let next = match self.unit {
            Unit::Hour => return self.hour(key).end,
            Unit::Day => return key + 1,
            Unit::Week => return key + 7,
            Unit::Month => first_date(key).checked_add_months(Months::new(1)),
            Unit::Year => first_date(key).checked_add_months(Months::new(12)),
        };
        next.map_or(key + 1, |date| date.num_days_from_ce().into())
    }

    /// When a unit begins.
    pub(super) fn start(&self, key: Key) -> i64 {
        match self.unit {
            Unit::Hour => self.hour(key).start,
            _ => day_start(self.zone, key),
        }
    }

    /// From when to when a unit lasts. A day that a zone left out is empty.
    pub(super) fn range(&self, key: Key) -> Range {
        match self.unit {
            Unit::Hour => self.hour(key),
            _ => Range { start: self.start(key), end: self.start(self.next(key)) },
        }
    }

    /// The hour of the clock around a moment, cut where the clocks change within it.
    fn hour(&self, second: i64) -> Range {
        let offset = offset(self.zone, second);
        let start = (second + offset).div_euclid(3600) * 3600 - offset;
        let is_other = |second: i64| self::offset(self.zone, second) != offset;
        Range {
            start: first_second(start, second, |second| !is_other(second)),
            end: first_second(second, start + 3600, is_other),
        }
    }
}

fn first_date(key: Key) -> NaiveDate {
    i32::try_from(key).ok().and_then(NaiveDate::from_num_days_from_ce_opt).unwrap_or_default()
}

fn offset(zone: Tz, second: i64) -> i64 {
    if zone == Tz::UTC {
        return 0;
    }
    let utc = DateTime::from_timestamp(second, 0).unwrap_or_default().naive_utc();
    zone.offset_from_utc_datetime(&utc).fix().local_minus_utc().into()
}

/// What the zone's clock and calendar show.
fn local(zone: Tz, second: i64) -> NaiveDateTime {
    DateTime::from_timestamp(second + offset(zone, second), 0).unwrap_or_default().naive_utc()
}

/// When a day begins: at the first midnight from which on it is that day or later.
fn day_start(zone: Tz, day: Key) -> i64 {
    if zone == Tz::UTC {
        return (day - FIRST_DAY) * DAY;
    }
    let day = first_date(day);
    let midnight = day.and_time(NaiveTime::MIN);
    match zone.from_local_datetime(&midnight) {
        MappedLocalTime::Single(start) => start.timestamp(),
        // The clocks go back: to midnight or later, or across it to the day before.
        MappedLocalTime::Ambiguous(first, second) => {
            let (first, second) = (first.timestamp(), second.timestamp());
            if local(zone, second - 1).date() < day { second } else { first }
        }
        // The clocks go forward over midnight.
        MappedLocalTime::None => {
            let about = Utc.from_utc_datetime(&midnight).timestamp();
            first_second(about - DAY, about + DAY, |second| local(zone, second) >= midnight)
        }
    }
}

/// The first second of `from..to` for which a condition holds that holds from there on; `to`
/// when there is none.
fn first_second(from: i64, to: i64, holds: impl Fn(i64) -> bool) -> i64 {
    let (mut low, mut high) = (from, to);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(text: &str) -> i64 {
        text.parse::<DateTime<Utc>>().unwrap().timestamp()
    }

    fn text(second: i64) -> String {
        DateTime::from_timestamp(second, 0)
            .unwrap()
            .to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    }

    fn around(zone: Tz, unit: Unit, at: &str) -> (String, String) {
        let mut calendar = Calendar::new(zone, unit);
        let key = calendar.of_second(second(at));
        let Range { start, end } = calendar.range(key);
        assert!((start..end).contains(&second(at)));
        (text(start), text(end))
    }

    #[test]
    fn days_where_the_clocks_change() {
        for (zone, at, start, end) in [
            // 23 and 25 hours.
            (
                Tz::America__New_York,
                "2024-03-10T12:00:00Z",
                "2024-03-10T05:00:00Z",
                "2024-03-11T04:00:00Z",
            ),
            (
                Tz::America__New_York,
                "2024-11-03T12:00:00Z",
                "2024-11-03T04:00:00Z",
                "2024-11-04T05:00:00Z",
            ),
            // Midnight left out: the day begins at one.
            (
                Tz::America__Sao_Paulo,
                "2018-11-04T12:00:00Z",
                "2018-11-04T03:00:00Z",
                "2018-11-05T02:00:00Z",
            ),
            // Midnight twice, both of the same day: it begins at the first.
            (
                Tz::America__Havana,
                "2024-11-03T12:00:00Z",
                "2024-11-03T04:00:00Z",
                "2024-11-04T05:00:00Z",
            ),
            // One minute after midnight back to a minute after eleven of the day before.
            (
                Tz::America__St_Johns,
                "2010-11-07T02:30:30Z",
                "2010-11-06T02:30:00Z",
                "2010-11-07T03:30:00Z",
            ),
            (
                Tz::America__St_Johns,
                "2010-11-07T03:30:00Z",
                "2010-11-07T03:30:00Z",
                "2010-11-08T03:30:00Z",
            ),
            // Before zones had names: local mean time, 4:56:02 behind.
            (
                Tz::America__New_York,
                "1850-06-01T12:00:00Z",
                "1850-06-01T04:56:02Z",
                "1850-06-02T04:56:02Z",
            ),
        ] {
            assert_eq!(
                around(zone, Unit::Day, at),
                (start.to_owned(), end.to_owned()),
                "{zone} {at}"
            );
        }
    }

    #[test]
    fn hours_where_the_clocks_change() {
        for (zone, at, start, end) in [
            (
                Tz::Asia__Kolkata,
                "2024-06-01T12:00:00Z",
                "2024-06-01T11:30:00Z",
                "2024-06-01T12:30:00Z",
            ),
            // One o'clock twice: two hours.
            (
                Tz::America__New_York,
                "2024-11-03T05:30:00Z",
                "2024-11-03T05:00:00Z",
                "2024-11-03T06:00:00Z",
            ),
            (
                Tz::America__New_York,
                "2024-11-03T06:30:00Z",
                "2024-11-03T06:00:00Z",
                "2024-11-03T07:00:00Z",
            ),
            // Half an hour back, at two o'clock: half an hour more of the hour from one.
            (
                Tz::Australia__Lord_Howe,
                "2024-04-06T14:59:59Z",
                "2024-04-06T14:00:00Z",
                "2024-04-06T15:00:00Z",
            ),
            (
                Tz::Australia__Lord_Howe,
                "2024-04-06T15:00:00Z",
                "2024-04-06T15:00:00Z",
                "2024-04-06T15:30:00Z",
            ),
            // Half an hour forward, at two o'clock: half of that hour.
            (
                Tz::Australia__Lord_Howe,
                "2024-10-05T15:30:00Z",
                "2024-10-05T15:30:00Z",
                "2024-10-05T16:00:00Z",
            ),
        ] {
            assert_eq!(
                around(zone, Unit::Hour, at),
                (start.to_owned(), end.to_owned()),
                "{zone} {at}"
            );
        }
    }

    #[test]
    fn longer_units_begin_on_their_first_day() {
        let at = "2026-01-01T12:00:00Z";
        for (unit, start, end) in [
            (Unit::Week, "2025-12-29T00:00:00Z", "2026-01-05T00:00:00Z"),
            (Unit::Month, "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
            (Unit::Year, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ] {
            assert_eq!(around(Tz::UTC, unit, at), (start.to_owned(), end.to_owned()));
        }
    }

    #[test]
    fn units_follow_each_other_without_gap_in_every_zone() {
        for zone in chrono_tz::TZ_VARIANTS {
            for unit in Unit::ALL {
                let mut calendar = Calendar::new(zone, *unit);
                for from in ["1883-11-17T00:00:00Z", "2011-12-28T00:00:00Z", "2024-03-29T12:00:00Z"]
                {
                    let mut key = calendar.of_second(second(from));
                    for _ in 0..40 {
                        let (range, next) = (calendar.range(key), calendar.next(key));
                        assert_eq!(range.end, calendar.range(next).start, "{zone} {unit}");
                        assert!(range.start <= range.end, "{zone} {unit}");
                        if range.start < range.end {
                            assert_eq!(calendar.of_second(range.start), key, "{zone} {unit}");
                            assert_eq!(calendar.of_second(range.end - 1), key, "{zone} {unit}");
                        }
                        key = next;
                    }
                }
            }
        }
    }
}
