//! Dates that a text mentions; [`MentionedDate`] has the rules.

use super::lists::{Phrases, entries, set};
use super::{MentionedDate, Passage};
use crate::annotate::gazetteer::HashKeyed;
use crate::annotate::words::{Gap, Shape, Word};
use crate::formats::dates;
use chrono::{Datelike, Days, IsoWeek, Months, NaiveDate, TimeDelta};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

const DAYS: &str = include_str!("days.txt");

/// Words before a month and after it that belong to its date.
const AROUND: (usize, usize) = (2, 3);
/// Bytes of a date at most.
const LONGEST: usize = 60;
/// Words of a sentence before a weekday that are looked at.
const SENTENCE: usize = 30;
/// Days that a date without a year may lie ahead: half a year, so that it is the nearest one.
const AHEAD: u64 = 183;
/// Years that are spoken of without more.
const YEARS: std::ops::RangeInclusive<i32> = 1700..=2100;

/// A part of the calendar, counted from the day of publication.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Meaning {
    /// 1: Monday.
    Weekday(i32),
    Day(i32),
    Week(i32),
    Month(i32),
    Year(i32),
}

#[derive(Default)]
struct Lists {
    phrases: HashMap<u32, Phrases<Meaning>>,
    /// Words that stand beside dates: `in`, `last`, `next`, `will`.
    beside: HashMap<(u32, &'static str), HashKeyed<()>>,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let mut lists = Lists::default();
    for (language, what, phrases) in entries(DAYS) {
        let Some((what, number)) = what.split_once(' ') else { continue };
        let number = number.parse().unwrap_or(0);
        let meaning = match what {
            "weekday" => Meaning::Weekday(number),
            "day" => Meaning::Day(number),
            "week" => Meaning::Week(number),
            "month" => Meaning::Month(number),
            "year" => Meaning::Year(number),
            _ => {
                lists.beside.insert((language, what), set(&phrases.replace(',', " ")));
                continue;
            }
        };
        for phrase in phrases.split(", ") {
            lists.phrases.entry(language).or_default().add(phrase, meaning);
        }
    }
    lists
});

/// A day as it is.
fn day(day: NaiveDate) -> MentionedDate {
    MentionedDate { date: day.to_string(), from: day, to: day }
}

fn week(of: IsoWeek) -> Option<MentionedDate> {
    let monday = NaiveDate::from_isoywd_opt(of.year(), of.week(), chrono::Weekday::Mon)?;
    let date = format!("{}-W{:02}", of.year(), of.week());
    Some(MentionedDate { date, from: monday, to: monday.checked_add_days(Days::new(6))? })
}

fn month(year: i32, month: u32) -> Option<MentionedDate> {
    let from = NaiveDate::from_ymd_opt(year, month, 1)?;
    let to = from.checked_add_months(Months::new(1))?.pred_opt()?;
    Some(MentionedDate { date: format!("{year}-{month:02}"), from, to })
}

fn whole_year(year: i32) -> Option<MentionedDate> {
    let (from, to) = (NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year, 12, 31)?);
    Some(MentionedDate { date: year.to_string(), from, to })
}

/// The ten years that begin with one.
fn decade(first: i32) -> Option<MentionedDate> {
    let from = NaiveDate::from_ymd_opt(first, 1, 1)?;
    let to = NaiveDate::from_ymd_opt(first + 9, 12, 31)?;
    Some(MentionedDate { date: format!("{}X", first / 10), from, to })
}

/// A time that is so far from a day.
fn away(from: NaiveDate, meaning: Meaning) -> Option<MentionedDate> {
    let days = |days: i32| from.checked_add_signed(TimeDelta::days(i64::from(days)));
    match meaning {
        Meaning::Weekday(_) => None,
        Meaning::Day(number) => days(number).map(day),
        Meaning::Week(number) => week(days(number.checked_mul(7)?)?.iso_week()),
        Meaning::Month(number) => {
            let months = from.year().checked_mul(12)?.checked_add(from.month0() as i32)?;
            let months = months.checked_add(number)?;
            month(months.div_euclid(12), months.rem_euclid(12) as u32 + 1)
        }
        Meaning::Year(number) => whole_year(from.year().checked_add(number)?),
    }
}

/// The dates of a passage, in order.
pub(super) fn dates(passage: &Passage<'_>) -> Vec<(Range<usize>, MentionedDate)> {
    let language = passage.number();
    let phrases = LISTS.phrases.get(&language);
    let finder = Finder { passage, language, phrases, today: passage.day() };
    let mut found: Vec<(Range<usize>, MentionedDate)> = Vec::new();
    let mut at = 0;
    while let Some(word) = passage.words.get(at) {
        let after = found.last().map_or(0, |(range, _)| range.end);
        let next = match finder.at(at, after) {
            Some((range, date)) if range.start >= after => {
                let end = range.end;
                found.push((range, date));
                end
            }
            _ => word.end,
        };
        at += 1;
        while passage.words.get(at).is_some_and(|word| word.start < next) {
            at += 1;
        }
    }
    found
}

struct Finder<'a, 'p> {
    passage: &'a Passage<'p>,
    language: u32,
    phrases: Option<&'static Phrases<Meaning>>,
    today: Option<NaiveDate>,
}

type Dated = Option<(Range<usize>, MentionedDate)>;

impl Finder<'_, '_> {
    fn word(&self, at: usize) -> Option<&Word> {
        self.passage.words.get(at)
    }

    fn text(&self, word: &Word) -> &str {
        word.text(self.passage.text)
    }

    fn is(&self, what: &'static str, at: Option<usize>) -> bool {
        let list = LISTS.beside.get(&(self.language, what));
        let word = at.and_then(|at| self.word(at));
        word.zip(list).is_some_and(|(word, list)| list.contains_key(&word.hash))
    }

    /// The date that a word begins, or is the month of; nothing before `after` belongs to it.
    fn at(&self, at: usize, after: usize) -> Dated {
        let word = self.word(at)?;
        match word.shape {
            Shape::Number => self.number(at),
            _ => self.named(at).or_else(|| self.month(at, after)).or_else(|| self.ago(at)),
        }
    }

    /// `yesterday`, `last week`, `Tuesday`.
    fn named(&self, at: usize) -> Dated {
        let (meaning, count) = self.phrases?.at(self.passage.words, at)?;
        let today = self.today?;
        let (first, last) = (self.word(at)?, self.word(at + count - 1)?);
        let range = first.start..last.end;
        let Meaning::Weekday(weekday) = meaning else {
            return Some((range, away(today, meaning)?));
        };
        // `the Friday prayers of Tuesday Weld`: days of the week have a capital in English.
        if self.passage.is_english() && !first.is_capital() {
            return None;
        }
        let before = at.checked_sub(1);
        let since = (today.weekday().number_from_monday() as i32 - weekday).rem_euclid(7);
        let days = if self.is("next", before) || !self.is("last", before) && self.is_ahead(at) {
            if since == 0 { 7 } else { 7 - since }
        } else if self.is("last", before) && since == 0 {
            -7
        } else {
            -since
        };
        Some((range, away(today, Meaning::Day(days))?))
    }

    /// Whether a sentence speaks of what will be, up to a word. `said on Friday` does not.
    fn is_ahead(&self, at: usize) -> bool {
        for back in 1..=SENTENCE {
            let Some(before) = at.checked_sub(back) else { return false };
            if self.word(before + 1).is_none_or(|word| word.gap == Gap::Stop) {
                return false;
            }
            let word = self.word(before).map_or("", |word| self.text(word));
            if word.ends_with("ed") && back <= 2 || matches!(word, "said" | "told") {
                return self.is("will", Some(before));
            }
            if self.is("will", Some(before)) {
                return true;
            }
        }
        false
    }

    /// A date with the name of a month.
    fn month(&self, at: usize, after: usize) -> Dated {
        let word = self.word(at)?;
        let name = self.text(word);
        let english = self.passage.is_english();
        if english && !word.is_capital() || name.len() > LONGEST {
            return None;
        }
        let number = dates::month(name, Some(self.passage.primary()))?;
        let first = self.passage.words.get(at.saturating_sub(AROUND.0)..=at)?.iter();
        let first = first
            .rev()
            .take_while(|other| other.start >= after && word.end - other.start < LONGEST);
        let from = first.last()?.start;
        let last = self.passage.words.get(at..)?.iter().take(AROUND.1 + 1);
        let last = last.take_while(|other| other.end - word.start < LONGEST).last()?;
        let window = self.passage.text.get(from..last.end)?;
        let reading = dates::Reading {
            language: self.passage.language,
            order: None,
            before: self.today.and_then(|today| today.checked_add_days(Days::new(AHEAD))),
        };
        let inside = word.start - from;
        let found = dates::find(window, &reading).into_iter();
        let mut found = found.filter(|found| found.range.contains(&inside));
        if let Some(found) = found.next() {
            let whole = found.date.at().date_naive();
            return Some((from + found.range.start..from + found.range.end, day(whole)));
        }
        // `March 3`
        let next = self.word(at + 1).filter(|next| next.gap == Gap::Joint);
        if let Some((next, number_of_day)) = next.and_then(|next| Some((next, self.day_of(next)?)))
        {
            let latest = self.today?.checked_add_days(Days::new(AHEAD))?;
            // 29 February comes once in eight years at the least.
            let whole = (0..=8).find_map(|back| {
                let day = NaiveDate::from_ymd_opt(latest.year() - back, number, number_of_day);
                day.filter(|day| *day <= latest)
            })?;
            return Some((word.start..next.end, day(whole)));
        }
        // A month without a day.
        let next = self.word(at + 1).filter(|next| matches!(next.gap, Gap::Joint | Gap::Comma));
        let years = next.and_then(|next| Some((next.end, self.year_of(next)?)));
        if let Some((end, year)) = years {
            return Some((word.start..end, month(year, number)?));
        }
        let led = ["in", "last", "next"].into_iter().any(|what| self.is(what, at.checked_sub(1)));
        // `May` and `March` are other words as well, and so may months of other languages be.
        let (today, certain) =
            (self.today?, english && !matches!(name, "May" | "March" | "Mar" | "Dec" | "Jan"));
        if !(led || certain && !word.flat) {
            return None;
        }
        let latest = today.checked_add_days(Days::new(AHEAD))?;
        let year =
            match (latest.year(), NaiveDate::from_ymd_opt(latest.year(), number, 1)? <= latest) {
                (year, true) => year,
                (year, false) => year - 1,
            };
        Some((word.start..word.end, month(year, number)?))
    }

    /// The day of a month that a word is: `3`, `3rd`.
    fn day_of(&self, word: &Word) -> Option<u32> {
        let text = self.text(word);
        let digits = text.trim_end_matches(|c: char| c.is_ascii_lowercase());
        let suffix = text.get(digits.len()..)?;
        let day = digits.parse().ok().filter(|day| (1..=31).contains(day) && digits.len() <= 2)?;
        let number = self.passage.text.get(word.end..)?;
        // `March 3,000`, `3.5`, `3:00`
        let longer = number.strip_prefix([',', '.', ':', '/', '%', '-']);
        let longer = longer.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        (!longer && ["", "st", "nd", "rd", "th"].contains(&suffix)).then_some(day)
    }

    /// The year that a word is.
    fn year_of(&self, word: &Word) -> Option<i32> {
        let digits = self.text(word);
        let year = digits.parse().ok().filter(|year| YEARS.contains(year) && digits.len() == 4)?;
        let follows = self.passage.text.get(word.end..)?;
        // `2,000`, `2000.5`, `2000-01-01`
        let longer = follows.strip_prefix([',', '.', '-', '/', ':', '%']);
        let longer = longer.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        (!longer && !follows.starts_with('%')).then_some(year)
    }

    /// A date in digits, a year, a number of days ago.
    fn number(&self, at: usize) -> Dated {
        let word = self.word(at)?;
        if let Some(found) = self.digits(word) {
            return Some(found);
        }
        // `the 1990s`
        let decade_of = self.text(word).strip_suffix('s').filter(|digits| digits.len() == 4);
        let decade_of = decade_of.and_then(|digits| digits.parse().ok());
        if let Some(first) = decade_of.filter(|year| YEARS.contains(year) && year % 10 == 0) {
            return Some((word.start..word.end, decade(first)?));
        }
        // A day before its month is found from there.
        let is_month = |at: usize| {
            let name = self.word(at).filter(|word| word.is_capital() || !self.passage.is_english());
            name.is_some_and(|w| dates::month(self.text(w), Some(self.passage.primary())).is_some())
        };
        if let Some(year) = self.year_of(word)
            && self.is("in", at.checked_sub(1))
            && word.gap == Gap::Joint
            && !is_month(at + 1)
        {
            // `in 2000 houses`, `from 1990 workers`: a plural is counted.
            let next = self.word(at + 1).filter(|next| next.gap == Gap::Joint);
            let counted = next.is_some_and(|next| {
                next.shape == Shape::Lower
                    && self.text(next).ends_with('s')
                    && next.end - next.start > 3
            });
            return if counted { None } else { Some((word.start..word.end, whole_year(year)?)) };
        }
        self.ago(at)
    }

    /// `2024-06-12`, `12.06.2024`.
    fn digits(&self, word: &Word) -> Dated {
        let rest = self.passage.text.get(word.end..)?;
        let mark = rest.chars().next().filter(|mark| "-./".contains(*mark))?;
        let second = rest.get(1..)?;
        let length = second.bytes().take(3).take_while(u8::is_ascii_digit).count();
        if length == 0 || !second.get(length..)?.starts_with(mark) {
            return None;
        }
        let most = rest.char_indices().take(12).last().map_or(0, |(at, c)| at + c.len_utf8());
        let window = self.passage.text.get(word.start..word.end + most)?;
        let reading =
            dates::Reading { language: self.passage.language, ..dates::Reading::default() };
        let found =
            dates::find(window, &reading).into_iter().next().filter(|f| f.range.start == 0)?;
        let whole = found.date.at().date_naive();
        Some((word.start..word.start + found.range.end, day(whole)))
    }

    /// `three weeks ago`.
    fn ago(&self, at: usize) -> Dated {
        const WORDS: [&str; 11] =
            ["a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
        let (number, unit, ago) = (self.word(at)?, self.word(at + 1)?, self.word(at + 2)?);
        if !self.passage.is_english() || self.text(ago) != "ago" || ago.gap != Gap::Joint {
            return None;
        }
        let digits = self.text(number);
        let count: i32 = match WORDS.iter().position(|word| digits.eq_ignore_ascii_case(word)) {
            Some(0) => 1,
            Some(count) => count as i32,
            None => digits.parse().ok().filter(|count| *count < 1000)?,
        };
        let meaning = match self.text(unit) {
            "day" | "days" => Meaning::Day(-count),
            "week" | "weeks" => Meaning::Week(-count),
            "month" | "months" => Meaning::Month(-count),
            "year" | "years" => Meaning::Year(-count),
            _ => return None,
        };
        Some((number.start..ago.end, away(self.today?, meaning)?))
    }
}
