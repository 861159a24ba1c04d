//! A date that is printed in any of the forms that are read comes back as it was.

use chrono::{DateTime, Datelike, FixedOffset, Timelike};
use newsdb::formats::dates::{Reading, find, parse};
use newsdb::{Date, Precision};
use proptest::prelude::*;

/// Forms to the second, with an offset.
const SECONDS: &[&str] = &[
    "%Y-%m-%dT%H:%M:%S%:z",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S %z",
    "%Y%m%dT%H%M%S%z",
    "%Y-%m-%dT%H:%M:%S.123%:z",
    "%G-W%V-%uT%H:%M:%S%:z",
    "%Y-%jT%H:%M:%S%:z",
    "%a, %d %b %Y %H:%M:%S %z",
    "%A, %d-%b-%Y %H:%M:%S %:z",
    "%d %B %Y %H:%M:%S GMT%:z",
    "%a %b %d %Y %H:%M:%S GMT%z (somewhere)",
    "%a %b %e %H:%M:%S %z %Y",
    "%d/%b/%Y:%H:%M:%S %z",
    "%Y/%m/%d %I:%M:%S %p %z",
    "%Y年%m月%d日 %H:%M:%S %z",
    "%Y년 %m월 %d일 %H:%M:%S %z",
    "%B %e, %Y at %I:%M:%S %p %z",
    "%d.%m.%Y, %H:%M:%S %z",
];

/// Forms of a day.
const DAYS: &[&str] = &[
    "%Y-%m-%d",
    "%Y%m%d",
    "%G-W%V-%u",
    "%Y-%j",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%e %B %Y",
    "%B %e, %Y",
    "%a, %d %b %Y",
    "%d-%b-%Y",
    "%Y年%m月%d日",
    "%Y. %m. %d.",
];

fn moment() -> impl Strategy<Value = DateTime<FixedOffset>> {
    // 1700 to 2099, and offsets in quarters of an hour.
    (-8_520_336_000i64..4_102_444_800, -56i32..=56).prop_map(|(second, quarters)| {
        let zone = FixedOffset::east_opt(quarters * 900).unwrap();
        DateTime::from_timestamp(second, 0).unwrap().with_timezone(&zone)
    })
}

proptest! {
    #[test]
    fn every_form_comes_back(moment in moment(), form in prop::sample::select(SECONDS)) {
        let printed = moment.format(form).to_string();
        prop_assert_eq!(parse(&printed), Some(Date::with_offset(moment)), "{}", printed);
    }

    #[test]
    fn every_form_of_a_day_comes_back(moment in moment(), form in prop::sample::select(DAYS)) {
        let printed = moment.format(form).to_string();
        prop_assert_eq!(parse(&printed), Some(Date::day(moment.date_naive())), "{}", printed);
    }

    #[test]
    fn what_a_date_prints_it_reads(
        moment in moment(),
        precision in prop::sample::select(Precision::ALL),
    ) {
        // Offsets are printed to the minute, dates before 1883 have no others here.
        let date = Date::with_offset(moment).at_precision(precision);
        prop_assert_eq!(parse(&date.to_string()), Some(date));
        prop_assert_eq!(date.to_string().parse(), Ok(date));
    }

    #[test]
    fn a_day_in_a_line_is_found(moment in moment(), form in prop::sample::select(DAYS)) {
        let printed = moment.format(form).to_string();
        // A day of the year is a number like others.
        prop_assume!(!form.contains("%j") && moment.year() >= 1900 && moment.hour() < 24);
        let line = format!("By A. Bell | {printed} | News");
        let found = find(&line, &Reading::default());
        prop_assert_eq!(found.len(), 1, "{}", line);
        prop_assert_eq!(found[0].date, Date::day(moment.date_naive()), "{}", line);
    }

    #[test]
    fn no_text_is_a_fault(text in ".{0,60}", digits in "[0-9:/. TZWam,+-]{0,40}") {
        for text in [text, digits] {
            let _ = parse(&text);
            for found in find(&text, &Reading::default()) {
                prop_assert!(text.get(found.range).is_some());
            }
        }
    }
}
