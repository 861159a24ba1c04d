//! Calendars: from a year, a month and a day as written to the day that is meant.

use chrono::{Days, NaiveDate};

/// The months of the Persian solar calendar, folded as words are.
const PERSIAN: [&str; 12] = [
    "فروردین",
    "اردیبهشت",
    "خرداد",
    "تیر",
    "مرداد",
    "شهریور",
    "مهر",
    "ابان",
    "اذر",
    "دی",
    "بهمن",
    "اسفند",
];

/// The number of a Persian month.
pub(super) fn persian_month(folded: &str) -> Option<u32> {
    (1..).zip(PERSIAN).find(|(_, name)| *name == folded).map(|(number, _)| number)
}

/// The day of a date in the Persian solar calendar, for the years from 1343 to 1472 (1964 to
/// 2093), in which eight of 33 years have a day more: year 1343 began on 21 March 1964.
pub(super) fn persian(year: u64, month: u32, day: u32) -> Option<NaiveDate> {
    const LEAP: [u64; 8] = [1, 5, 9, 13, 17, 22, 26, 30];
    let is_leap = |year: u64| LEAP.contains(&(year % 33));
    let length = match month {
        1..=6 => 31,
        7..=11 => 30,
        12 if is_leap(year) => 30,
        12 => 29,
        _ => return None,
    };
    if !(1343..=1472).contains(&year) || !(1..=length).contains(&day) {
        return None;
    }
    let years = (1343..year).map(|year| if is_leap(year) { 366 } else { 365 }).sum::<u64>();
    let months = u64::from(31 * (month - 1) - month.saturating_sub(7));
    NaiveDate::from_ymd_opt(1964, 3, 21)?
        .checked_add_days(Days::new(years + months + u64::from(day) - 1))
}

/// The full year that two digits stand for: until 49 this century, from 50 the last (RFC 2822).
pub(super) fn full_year(two_digits: u64) -> u64 {
    two_digits + if two_digits < 50 { 2000 } else { 1900 }
}

/// A day of the usual calendar. Years of the Buddhist era, 543 ahead, are taken where they
/// cannot be others.
pub(super) fn gregorian(year: u64, month: u32, day: u32) -> Option<NaiveDate> {
    let year = if (2400..2700).contains(&year) { year - 543 } else { year };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// The day of a number such as 20210303.
pub(super) fn day_of_digits(digits: u64) -> Option<NaiveDate> {
    let part = |value: u64| u32::try_from(value % 100).ok();
    let year = digits / 10_000;
    let day = gregorian(year, part(digits / 100)?, part(digits)?)?;
    (1700..2100).contains(&year).then_some(day)
}

/// Whether a number is a day as it stands.
pub(super) fn is_digits_of_day(digits: i64) -> bool {
    u64::try_from(digits).ok().and_then(day_of_digits).is_some()
}

#[cfg(test)]
mod tests {
    #[test]
    fn persian_years_begin_when_almanacs_say() {
        for (year, month, day, expected) in [
            (1343, 1, 1, "1964-03-21"),
            (1399, 1, 1, "2020-03-20"),
            (1399, 12, 13, "2021-03-03"),
            (1399, 12, 30, "2021-03-20"),
            (1400, 1, 1, "2021-03-21"),
            (1402, 7, 1, "2023-09-23"),
            (1404, 1, 1, "2025-03-21"),
        ] {
            assert_eq!(super::persian(year, month, day).unwrap().to_string(), expected);
        }
        assert_eq!(super::persian(1400, 12, 30), None);
        assert_eq!(super::persian(1400, 13, 1), None);
    }
}
