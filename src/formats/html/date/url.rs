//! Dates in addresses.

use super::Way;
use crate::formats::dates::{Order, month};
use chrono::{Datelike, NaiveDate};

/// No page is older than the web.
const FIRST_YEAR: i32 = 1990;

/// What an address says of when its page was published.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct InUrl {
    pub(super) day: Option<NaiveDate>,
    /// The day begins a part of the path, and is not just a part of a name there.
    pub(super) apart: bool,
    /// The year, and the month where one follows, at the beginning of a part.
    pub(super) month: Option<(i32, Option<u32>)>,
}

/// A run of digits or letters.
struct Run<'a> {
    text: &'a str,
    /// The mark before it.
    before: Option<char>,
    /// The mark after it.
    after: Option<char>,
}

impl Run<'_> {
    fn digits(&self, length: usize) -> Option<i32> {
        let digits = self.text.len() == length && self.text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| self.text.parse().ok())?
    }

    fn number(&self) -> Option<i32> {
        self.digits(2).or_else(|| self.digits(1))
    }
}

/// Finds the date in a URL's path or query: `/2021/03/03/`, `/2021-3-3-`, `/20210303`,
/// `/2021/mar/03/`, `/2021/0303/`, `/03-03-2021`, `/9903/03/`, `/990303/`, `/99/03/03/`.
pub(super) fn date(url: &str, last: NaiveDate, way: &Way) -> InUrl {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = path.find('/').and_then(|at| path.get(at..)).unwrap_or("");
    let path = path.split('#').next().unwrap_or(path);
    let runs = runs(path);
    let mut found = InUrl::default();
    for at in 0..runs.len() {
        let Some(rest) = runs.get(at..) else { break };
        let apart = rest
            .first()
            .is_some_and(|run| matches!(run.before, Some('/' | '=')) && run.digits(6).is_none());
        let day = day(rest, way).filter(|day| *day <= last && day.year() >= FIRST_YEAR);
        if let Some(day) = day
            && (apart || found.day.is_none())
        {
            found.day = Some(day);
            found.apart = apart;
            if apart {
                found.month = Some((day.year(), Some(day.month())));
                break;
            }
        }
        if found.month.is_none() {
            found.month = year_and_month(rest, last.year());
        }
    }
    found
}

fn runs(path: &str) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    let (mut start, mut before, mut mark) = (0, None, None);
    let mut kind = None;
    for (at, c) in path.char_indices().chain([(path.len(), '/')]) {
        let now = match c {
            _ if at == path.len() => None,
            c if c.is_ascii_digit() => Some(true),
            c => c.is_alphabetic().then_some(false),
        };
        if now != kind {
            if kind.is_some() {
                let text = path.get(start..at).unwrap_or("");
                runs.push(Run { text, before, after: now.is_none().then_some(c) });
            }
            (start, before, kind) = (at, mark, now);
        }
        mark = now.is_none().then_some(c);
    }
    runs
}

fn is_part(mark: Option<char>) -> bool {
    matches!(mark, Some('/' | '-' | '_' | '.'))
}

fn day(runs: &[Run], way: &Way) -> Option<NaiveDate> {
    let first = runs.first()?;
    let day_of = |year: i32, month: i32, day: i32| {
        let part = |value| u32::try_from(value).ok();
        NaiveDate::from_ymd_opt(year, part(month)?, part(day)?)
    };
    let digits = |text: &str| -> Option<NaiveDate> {
        let part = |range: std::ops::Range<usize>| text.get(range)?.parse().ok();
        day_of(part(0..4)?, part(4..6)?, part(6..8)?)
    };
    if let (8 | 12 | 14, true) = (first.text.len(), first.text.bytes().all(|b| b.is_ascii_digit()))
    {
        return digits(first.text);
    }
    // `/990303/`: the web's first years alone, because numbers are common.
    let early = |year: i32, month: i32, day: i32| {
        day_of(full_year(year), month, day).filter(|day| (1995..=2009).contains(&day.year()))
    };
    let whole = |run: &Run| run.before == Some('/') && run.after == Some('/');
    if let Some(all) = first.digits(6).filter(|_| whole(first)) {
        return early(all / 10_000, all / 100 % 100, all % 100);
    }
    let second = runs.get(1).filter(|_| is_part(first.after))?;
    if let Some(year) = first.digits(4) {
        // `/2021/0303/`
        if let Some(both) = second.digits(4) {
            return day_of(year, both / 100, both % 100);
        }
        // `/9903/03/`
        if let Some(day) = second.digits(2).filter(|_| whole(first) && whole(second))
            && let Some(day) = early(year / 100, year % 100, day)
        {
            return Some(day);
        }
        let third = runs.get(2).filter(|_| is_part(second.after))?;
        let month = second.number().or_else(|| named(second.text, way))?;
        return day_of(year, month, third.number()?);
    }
    let third = runs.get(2).filter(|_| is_part(second.after))?;
    if let (Some(year), Some(month), Some(day), true) = (
        first.digits(2),
        second.digits(2),
        third.digits(2),
        [first, second, third].iter().all(|run| whole(run)),
    ) {
        return early(year, month, day);
    }
    let year = third.digits(4)?;
    let one = first.number()?;
    let (day, month) = match (one, second.number()) {
        (_, None) => (one, named(second.text, way)?),
        (13.., Some(two)) => (one, two),
        (_, Some(two @ 13..)) => (two, one),
        (_, Some(two)) if one == two || way.order() == Order::DayFirst => (one, two),
        (_, Some(two)) => (two, one),
    };
    day_of(year, month, day)
}

fn named(word: &str, way: &Way) -> Option<i32> {
    i32::try_from(month(word, way.about.language)?).ok()
}

fn full_year(two_digits: i32) -> i32 {
    two_digits + if two_digits < 50 { 2000 } else { 1900 }
}

fn year_and_month(runs: &[Run], last: i32) -> Option<(i32, Option<u32>)> {
    let first = runs.first()?;
    let is_year = |year: &i32| (FIRST_YEAR..=last).contains(year);
    if let Some(year) = first.digits(4).filter(is_year)
        && first.before == Some('/')
    {
        let month = runs.get(1).filter(|_| is_part(first.after)).and_then(|run| run.digits(2));
        let month = month.and_then(|month| u32::try_from(month).ok());
        return Some((year, month.filter(|month| (1..=12).contains(month))));
    }
    // `/202103/`
    let both = first.digits(6).filter(|_| first.before == Some('/') && first.after == Some('/'))?;
    let month = u32::try_from(both % 100).ok().filter(|month| (1..=12).contains(month))?;
    Some(both / 100).filter(is_year).map(|year| (year, Some(month)))
}

#[cfg(test)]
mod tests {
    use super::super::About;
    use super::*;
    use crate::formats::html::tree::Page;

    #[test]
    fn addresses_name_days_and_months() {
        let last = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
        let about = About {
            url: None,
            language: Some("es"),
            headline: None,
            authors: &[],
            now: Default::default(),
            fetched: None,
        };
        let page = Page::default();
        let way = Way { page: &page, about: &about, order: Order::DayFirst.into() };
        for (path, day) in [
            ("/2021/03/04/floods", Some("2021-03-04")),
            ("/2021/3/4/floods", Some("2021-03-04")),
            ("/a12/2021-03-04-floods.html", Some("2021-03-04")),
            ("/floods_20210304.html", Some("2021-03-04")),
            ("/floods-20210304-17", Some("2021-03-04")),
            ("/t20210304_1234.htm", Some("2021-03-04")),
            ("/world/2021/mar/04/floods", Some("2021-03-04")),
            ("/2021/enero/04/floods", Some("2021-01-04")),
            ("/n1/2021/0304/c1001-32041234.html", Some("2021-03-04")),
            ("/04-03-2021/floods", Some("2021-03-04")),
            ("/25/12/2020/floods", Some("2020-12-25")),
            ("/US/9803/04/floods", Some("1998-03-04")),
            ("/980304/floods", Some("1998-03-04")),
            ("/98/03/04/floods", Some("1998-03-04")),
            ("/12/03/04/floods", None),
            ("/212345/floods", None),
            ("/floods-of-2021-03-04/2021/03/09/", Some("2021-03-09")),
            ("/20210304101500/floods", Some("2021-03-04")),
            ("/show?date=2021-03-04", Some("2021-03-04")),
            ("/news-15072019", None),
            ("/2021/13/04/floods", None),
            ("/2031/03/04/floods", None),
            ("/1203/04/floods", None),
            ("/floods-123456789", None),
            ("/floods-2021-was-wet", None),
        ] {
            let url = format!("https://paper.example{path}");
            let found = date(&url, last, &way).day.map(|day| day.to_string());
            assert_eq!(found.as_deref(), day, "{path}");
        }
        let month = |path: &str| date(&format!("http://p.example{path}"), last, &way).month;
        assert_eq!(month("/2021/03/floods-45"), Some((2021, Some(3))));
        assert_eq!(month("/202103/floods"), Some((2021, Some(3))));
        assert_eq!(month("/2021/floods"), Some((2021, None)));
        assert_eq!(month("/floods"), None);
    }
}
