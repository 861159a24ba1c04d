//! One grammar of dates and times over tokens.

mod days;
mod times;

use super::tokens::{Kind, Token};
use super::{Reading, zones};
use crate::model::Date;
use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime, TimeZone};
use std::ops::RangeInclusive;
use times::{Time, Zone};

/// Between a date and its time stand at most so many words and marks.
const GAP: (usize, usize) = (2, 3);

/// Words before a time whose hours and minutes may be parted by a full stop.
const CLOCK_WORDS: &[&str] = &[
    "um", "kl", "klo", "kello", "ore", "alle", "om", "o", "ob", "godz", "pukul", "pkl", "kell",
    "plkst", "u", "at", "saat", "h", "t",
];

/// Words after which a time is not that of the date before them.
const CHANGE_WORDS: &[&str] = &["updated", "update", "modified", "aktualisiert", "обновлено"];

/// A place in the tokens of a text.
pub(super) struct Cursor<'t> {
    text: &'t str,
    tokens: &'t [Token],
    /// Where the date began.
    from: usize,
    at: usize,
    reading: &'t Reading<'t>,
    /// The text is a date as a whole, so that what looks like a part of it is one.
    whole: bool,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(
        text: &'t str,
        tokens: &'t [Token],
        at: usize,
        reading: &'t Reading<'t>,
        whole: bool,
    ) -> Self {
        Self { text, tokens, from: at, at, reading, whole }
    }

    /// A date that begins here, with its time on either side, and the token after it.
    pub(super) fn moment(mut self) -> Option<(Date, usize)> {
        let date = self.attempt(Self::date_time).or_else(|| self.attempt(Self::time_date))?;
        Some((date, self.at))
    }

    fn date_time(&mut self) -> Option<Date> {
        let day = self.day()?;
        let apart = |c: &mut Self| {
            let clock = c.gap();
            c.time(clock)
        };
        let time = day
            .time
            .or_else(|| self.attempt(|c| c.time_in_digits(day.compact)))
            .or_else(|| self.attempt(apart));
        self.together(day.day, time)
    }

    fn time_date(&mut self) -> Option<Date> {
        let time = self.time(self.whole)?;
        // A weekday, and what marks it off.
        self.gap();
        let day = self.day()?;
        // "02:00 AM Mar. 14, 2003 PT"
        let zone = time.zone.or_else(|| self.attempt(Self::zone));
        self.together(day.day, Some(Time { zone, ..time }))
    }

    fn together(&self, day: NaiveDate, time: Option<Time>) -> Option<Date> {
        let Some(time) = time else { return Some(Date::day(day)) };
        let day = day.checked_add_days(Days::new(u64::from(time.second / 86_400)))?;
        let clock = NaiveTime::from_num_seconds_from_midnight_opt(time.second % 86_400, 0)?;
        let local = day.and_time(clock);
        let offset = match time.zone {
            None => 0,
            Some(Zone::Offset(offset)) => offset,
            Some(Zone::Clock(zone)) => zones::clock(zone, local)?,
            Some(Zone::Named(at)) => zones::offset(self.word_at(at)?, local)?,
        };
        let zone = FixedOffset::east_opt(offset)?;
        let at: DateTime<FixedOffset> = zone.from_local_datetime(&local).single()?;
        Some(Date::with_offset(at).at_precision(time.precision))
    }

    // Tokens

    fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let at = self.at;
        let found = read(self);
        if found.is_none() {
            self.at = at;
        }
        found
    }

    fn token(&self) -> Option<&'t Token> {
        self.tokens.get(self.at)
    }

    fn word_at(&self, at: usize) -> Option<&'t str> {
        match &self.tokens.get(at)?.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    fn number_at(&self, at: usize) -> Option<u64> {
        match self.tokens.get(at)?.kind {
            Kind::Number { value, .. } => Some(value),
            _ => None,
        }
    }

    fn at_number(&self) -> bool {
        self.number_at(self.at).is_some()
    }

    fn digits_ahead(&self, wanted: usize) -> bool {
        matches!(self.token(), Some(Token { kind: Kind::Number { digits, .. }, .. }) if *digits == wanted)
    }

    /// Whether a mark stands here that parts the numbers of a date.
    fn at_date_mark(&self) -> bool {
        self.token().is_some_and(|t| t.joined && matches!(t.kind, Kind::Mark('.' | '/' | '-')))
            && self.number_at(self.at + 1).is_some()
    }

    fn number(&mut self, lengths: RangeInclusive<usize>) -> Option<u64> {
        match self.token()?.kind {
            Kind::Number { value, digits } if lengths.contains(&digits) => {
                self.at += 1;
                Some(value)
            }
            _ => None,
        }
    }

    fn one_of(&mut self, marks: &str) -> Option<char> {
        match self.token()?.kind {
            Kind::Mark(mark) if marks.contains(mark) => {
                self.at += 1;
                Some(mark)
            }
            _ => None,
        }
    }

    fn mark(&mut self, marks: &str) -> bool {
        self.one_of(marks).is_some()
    }

    fn skip(&mut self, marks: &str, most: usize) {
        for _ in 0..most {
            if !self.mark(marks) {
                return;
            }
        }
    }

    fn word(&mut self, words: &[&str]) -> bool {
        let found = self.word_at(self.at).is_some_and(|word| words.contains(&word));
        self.at += usize::from(found);
        found
    }

    fn any_word(&mut self) -> bool {
        let found = self.word_at(self.at).is_some();
        self.at += usize::from(found);
        found
    }

    /// A name that is one word, or a word for each of its characters.
    fn signs(&mut self, name: &str) -> bool {
        if !self.word_at(self.at).is_some_and(|word| name.starts_with(word)) {
            return false;
        }
        self.word(&[name])
            || self
                .attempt(|c| {
                    name.chars().all(|sign| c.word(&[sign.encode_utf8(&mut [0; 4])])).then_some(())
                })
                .is_some()
    }

    /// Passes over what parts a date and a time. Whether the last word is one of the clock.
    fn gap(&mut self) -> bool {
        let (words, marks) = GAP;
        let mut left = (words, marks);
        let mut clock = self.whole;
        loop {
            match self.token().map(|token| &token.kind) {
                Some(Kind::Mark(mark)) if left.1 > 0 && !"([+".contains(*mark) => left.1 -= 1,
                Some(Kind::Mark('(' | '[')) if left.1 > 0 => left.1 -= 1,
                Some(Kind::Word(word))
                    if left.0 > 0
                        && !CHANGE_WORDS.contains(&word.as_str())
                        && !self.at_half_of_day()
                        && self.month_ahead().is_none() =>
                {
                    left.0 -= 1;
                    clock = CLOCK_WORDS.contains(&word.as_str());
                }
                _ => return clock,
            }
            self.at += 1;
        }
    }

    fn at_half_of_day(&self) -> bool {
        self.ahead().half_of_day().is_some()
    }

    fn at_clock(&self) -> bool {
        self.ahead().time(false).is_some()
    }

    fn ahead(&self) -> Self {
        Self { text: self.text, tokens: self.tokens, at: self.at, ..*self }
    }
}
