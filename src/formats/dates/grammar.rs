//! One grammar of dates and times over tokens.

use super::calendar::{day_of_digits, full_year, gregorian, persian, persian_month};
use super::tokens::{Kind, Token};
use super::{Order, Reading, months, zones};
use crate::model::{Date, Precision};
use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use std::ops::RangeInclusive;

/// Between a date and its time stand at most so many words and marks.
const GAP: (usize, usize) = (2, 3);

/// Words before a time whose hours and minutes may be parted by a full stop.
const CLOCK_WORDS: &[&str] = &[
    "um", "kl", "klo", "kello", "ore", "alle", "om", "o", "ob", "godz", "pukul", "pkl", "kell",
    "plkst", "u", "at", "saat", "h", "t",
];

/// Words after which a time is not that of the date before them.
const CHANGE_WORDS: &[&str] = &["updated", "update", "modified", "aktualisiert", "обновлено"];

/// What may stand after an hour or a minute: of the clock, in one word.
const HOUR_WORDS: &[&str] = &["h", "u", "uur", "uhr", "時", "时", "點", "点", "시", "ч", "год"];
const MINUTE_WORDS: &[&str] = &["분", "分", "min", "m"];
const SECOND_WORDS: &[&str] = &["초", "秒", "s"];
/// What ends a time, and shows that it was one.
const CLOCK_ENDS: &[&str] = &["uhr", "h", "hrs", "น", "uur"];
/// Zones of countries that write times with a full stop.
const STOPPED: &[&str] = &["wib", "wita", "wit", "gmt", "bst"];

const FORENOON: &[&str] =
    &["am", "오전", "上午", "午前", "πμ", "ص", "صباحا", "凌晨", "早上", "पूर्वाह्न"];
const AFTERNOON: &[&str] =
    &["pm", "오후", "下午", "午後", "μμ", "م", "مساء", "晚上", "अपराह्न", "چاشت"];

/// The first years of Japanese eras, and of the Republic of China, less one.
const ERAS: &[(&str, u64)] =
    &[("令和", 2018), ("平成", 1988), ("昭和", 1925), ("民國", 1911), ("民国", 1911)];

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

/// A day with what was read along with it.
struct Day {
    day: NaiveDate,
    /// A time that stood inside the date.
    time: Option<Time>,
    /// Written in digits alone, without marks: so is its time.
    compact: bool,
}

impl Day {
    fn new(day: NaiveDate) -> Self {
        Self { day, time: None, compact: false }
    }
}

#[derive(Clone, Copy)]
struct Time {
    /// Seconds since midnight; 86,400 is the end of the day.
    second: u32,
    precision: Precision,
    zone: Option<Zone>,
}

#[derive(Clone, Copy)]
enum Zone {
    /// Seconds east of UTC.
    Offset(i32),
    /// The token that names it.
    Named(usize),
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
        self.together(day.day, Some(time))
    }

    fn together(&self, day: NaiveDate, time: Option<Time>) -> Option<Date> {
        let Some(time) = time else { return Some(Date::day(day)) };
        let day = day.checked_add_days(Days::new(u64::from(time.second / 86_400)))?;
        let clock = NaiveTime::from_num_seconds_from_midnight_opt(time.second % 86_400, 0)?;
        let local = day.and_time(clock);
        let offset = match time.zone {
            None => 0,
            Some(Zone::Offset(offset)) => offset,
            Some(Zone::Named(at)) => zones::offset(self.word_at(at)?, local)?,
        };
        let zone = FixedOffset::east_opt(offset)?;
        let at: DateTime<FixedOffset> = zone.from_local_datetime(&local).single()?;
        Some(Date::with_offset(at).at_precision(time.precision))
    }

    // Days

    fn day(&mut self) -> Option<Day> {
        if self.inside_number() {
            return None;
        }
        let forms: [fn(&mut Self) -> Option<Day>; 6] = [
            Self::year_first,
            Self::digits,
            Self::era,
            Self::day_month_name,
            Self::day_month_year,
            Self::month_name_day,
        ];
        forms.into_iter().find_map(|form| self.attempt(form))
    }

    /// `2021-03-03`, `2021/3/3`, `2021. 3. 3.`, `2021-W09-3`, `2021-062`, `2021年3月3日`,
    /// `2021. március 3.`, `2021 m. kovo 3 d.`, `2021. gada 3. martā`.
    fn year_first(&mut self) -> Option<Day> {
        let year = self.number(4..=4)?;
        if self.word(&["年", "년"]) {
            return self.month_and_day_in_signs(year);
        }
        let iso = |c: &mut Self| {
            let dash = c.mark("-");
            if c.word(&["w"]) {
                return c.week(year, dash);
            }
            (dash && c.digits_ahead(3)).then(|| c.day_of_year(year))?
        };
        let numbers = |c: &mut Self| {
            let mark = c.one_of("-/.").unwrap_or(' ');
            let month = u32::try_from(c.number(1..=2)?).ok()?;
            (c.one_of("-/.").unwrap_or(' ') == mark).then_some(())?;
            let day = c.number(1..=2)?;
            c.calendar(year, month, day)
        };
        let names = |c: &mut Self| {
            c.skip("-.,/", 2);
            // A word that belongs to the year.
            if c.month_ahead().is_none() && !c.at_number() {
                c.any_word();
                c.skip(".,", 1);
            }
            if c.at_number() {
                let day = c.number(1..=2)?;
                c.mark(".");
                let month = c.month()?;
                return c.calendar_of(year, month, day);
            }
            let month = c.month()?;
            c.skip("-.,/", 2);
            let day = c.number(1..=2)?;
            c.calendar_of(year, month, day)
        };
        self.attempt(iso).or_else(|| self.attempt(numbers)).or_else(|| self.attempt(names))
    }

    fn month_and_day_in_signs(&mut self, year: u64) -> Option<Day> {
        let month = u32::try_from(self.number(1..=2)?).ok()?;
        self.word(&["月", "월"]).then_some(())?;
        let day = self.number(1..=2)?;
        self.word(&["日", "일", "号", "號"]);
        self.calendar(year, month, day)
    }

    /// `W09-3`, `W093`: a week has Thursday in its year (ISO 8601).
    fn week(&mut self, year: u64, dash: bool) -> Option<Day> {
        let (week, day) = match self.number(2..=3)? {
            week if dash => {
                self.mark("-").then_some(())?;
                (week, self.number(1..=1)?)
            }
            both => (both / 10, both % 10),
        };
        let monday = chrono::Weekday::Mon;
        let year = i32::try_from(year).ok()?;
        let start = NaiveDate::from_isoywd_opt(year, u32::try_from(week).ok()?, monday)?;
        (1..=7).contains(&day).then(|| start.checked_add_days(Days::new(day - 1)))?.map(Day::new)
    }

    fn day_of_year(&mut self, year: u64) -> Option<Day> {
        let day = u32::try_from(self.number(3..=3)?).ok()?;
        NaiveDate::from_yo_opt(i32::try_from(year).ok()?, day).map(Day::new)
    }

    /// `20210303`, `2021062`, `20210303101500`, `202103031015`, `2021030310`.
    fn digits(&mut self) -> Option<Day> {
        let (value, digits) = match self.token()?.kind {
            Kind::Number { value, digits } => (value, digits),
            _ => return None,
        };
        self.at += 1;
        let (day, clock) = match digits {
            7 if self.whole => {
                let year = i32::try_from(value / 1000).ok()?;
                let day = NaiveDate::from_yo_opt(year, u32::try_from(value % 1000).ok()?)?;
                (day, None)
            }
            8 => (day_of_digits(value)?, None),
            10 => (day_of_digits(value / 100)?, Some((value % 100 * 10_000, Precision::Minute))),
            12 => (day_of_digits(value / 10_000)?, Some((value % 10_000 * 100, Precision::Minute))),
            14 => (day_of_digits(value / 1_000_000)?, Some((value % 1_000_000, Precision::Second))),
            _ => return None,
        };
        let time = match clock {
            Some((clock, precision)) => {
                let time = clock_of_digits(clock, precision)?;
                self.fraction();
                Some(Time { zone: self.attempt(Self::zone), ..time })
            }
            None => None,
        };
        Some(Day { day, time, compact: true })
    }

    /// `令和3年3月3日`.
    fn era(&mut self) -> Option<Day> {
        let before = ERAS.iter().find_map(|(name, before)| self.signs(name).then_some(*before))?;
        let year = if self.word(&["元"]) { 1 } else { self.number(1..=3)? };
        self.word(&["年"]).then_some(())?;
        self.month_and_day_in_signs(before + year)
    }

    /// `3 March 2021`, `3. března 2021`, `3 de marzo de 2021`, `03-Mar-21`, `3rd of March, 2021`,
    /// `3 thg 3, 2021`, `3 มี.ค. 2564`, `3 Mar 10:15:00 GMT 2021`.
    fn day_month_name(&mut self) -> Option<Day> {
        let day = self.number(1..=2)?;
        if self.month_ahead().is_none() {
            // An ordinal's ending, "of", "de", or the word for the month.
            self.skip(".-/,'", 2);
            for _ in 0..2 {
                if self.month_ahead().is_none() {
                    self.any_word();
                    self.skip(".-/,'", 1);
                }
            }
        }
        let month = self.month()?;
        self.year_after(month, day)
    }

    /// `March 3, 2021`, `Mar 3rd 2021`, `Mar  3 10:15:00 2021`.
    fn month_name_day(&mut self) -> Option<Day> {
        let month = self.month()?;
        self.skip(".,-/", 2);
        let day = self.number(1..=2)?;
        if self.mark(":") {
            return None;
        }
        // "March 12-18, 1998" is when an issue appeared: on the first day.
        self.attempt(|c| {
            c.mark("-").then_some(())?;
            c.number(1..=2)?;
            c.mark(",").then_some(())
        });
        if self.token()?.joined {
            self.any_word();
        }
        self.year_after(month, day)
    }

    /// The year after a month and a day, or after the time that stands between.
    fn year_after(&mut self, month: Month, day: u64) -> Option<Day> {
        let year = |c: &mut Self| {
            c.skip(".,-/'()", 3);
            for _ in 0..2 {
                if !c.at_number() && c.any_word() {
                    c.skip(".,-/'", 2);
                }
            }
            if c.digits_ahead(4) {
                let year = c.number(4..=4)?;
                return (!c.mark(":") || c.whole).then_some(year);
            }
            None
        };
        let short = |c: &mut Self| {
            let before = c.at;
            c.skip(".,-/'", 2);
            let marked = c.at > before && c.token()?.joined;
            let year = c.number(2..=2)?;
            (c.whole || marked).then(|| full_year(year))
        };
        let timed = |c: &mut Self| {
            c.gap();
            let time = c.time(false)?;
            c.skip(",", 1);
            Some((time, c.number(4..=4)?))
        };
        if let Some((time, year)) = self.attempt(timed) {
            return Some(Day { time: Some(time), ..self.calendar_of(year, month, day)? });
        }
        let year = self.attempt(year).or_else(|| self.attempt(short))?;
        self.calendar_of(year, month, day)
    }

    /// `3.3.2021`, `03/04/2021`, `3-3-21`, `99/3/3`: which is the day is decided by the mark, by the
    /// numbers, or by the reading; else it is no date.
    fn day_month_year(&mut self) -> Option<Day> {
        let first = self.number(1..=2)?;
        let mark = self.one_of("./-")?;
        let second = self.number(1..=2)?;
        self.mark(mark.encode_utf8(&mut [0; 4])).then_some(())?;
        if first > 31 {
            let day = self.number(1..=2)?;
            return self.calendar(full_year(first), u32::try_from(second).ok()?, day);
        }
        let short = self.digits_ahead(2);
        let year = self.number(if short { 2..=2 } else { 4..=4 })?;
        let year = if short { full_year(year) } else { year };
        // Two-digit years beside dashes may as well come first.
        if short && mark == '-' && self.reading.order.is_none() {
            return None;
        }
        // A number of another kind, such as an address.
        if !self.whole && self.token().is_some_and(|t| t.joined) && self.one_of("./-").is_some() {
            let goes_on = self.token().is_some_and(|token| token.joined) && self.at_number();
            if goes_on {
                return None;
            }
            self.at -= 1;
        }
        let order = match (first, second) {
            (13.., _) => Order::DayFirst,
            (_, 13..) => Order::MonthFirst,
            _ if first == second || mark == '.' => Order::DayFirst,
            _ if self.reading.order.is_none() && self.whole && self.afternoon_ahead() => {
                Order::MonthFirst
            }
            _ => self.reading.order?,
        };
        let (day, month) = match order {
            Order::DayFirst => (first, second),
            Order::MonthFirst => (second, first),
        };
        self.calendar(year, u32::try_from(month).ok()?, day)
    }

    fn calendar(&self, year: u64, month: u32, day: u64) -> Option<Day> {
        let day = u32::try_from(day).ok()?;
        let day = match year {
            1343..=1472 if self.is_persian() => persian(year, month, day),
            _ => gregorian(year, month, day),
        };
        day.map(Day::new)
    }

    fn calendar_of(&self, year: u64, month: Month, day: u64) -> Option<Day> {
        match month {
            Month::Usual(month) => self.calendar(year, month, day),
            Month::Persian(month) => persian(year, month, u32::try_from(day).ok()?).map(Day::new),
        }
    }

    fn is_persian(&self) -> bool {
        let language = self.reading.language.is_some_and(|tag| tag.starts_with("fa"));
        let read = self.tokens.get(self.from..self.at).unwrap_or_default();
        let written = || {
            let (start, end) = (read.first()?.start, read.last()?.end);
            self.text.get(start..end).map(|text| text.contains(|c| matches!(c, '۰'..='۹')))
        };
        language || written() == Some(true)
    }

    /// Whether the number here goes on from one before: the end of `10.1.2.2021`.
    fn inside_number(&self) -> bool {
        let before = |back: usize| self.at.checked_sub(back).and_then(|at| self.tokens.get(at));
        !self.whole
            && self.token().is_some_and(|token| token.joined)
            && before(1).is_some_and(|b| b.joined && matches!(b.kind, Kind::Mark('.' | '/' | '-')))
            && before(2).is_some_and(|token| matches!(token.kind, Kind::Number { .. }))
    }

    // Months

    /// The month named here; of names in two words, both.
    fn month_ahead(&self) -> Option<(Month, usize)> {
        let first = self.word_at(self.at)?;
        let language = self.reading.language;
        if matches!(first, "thang" | "thg" | "th") {
            let number = self.number_at(self.at + 1)?;
            let month = u32::try_from(number).ok().filter(|month| (1..=12).contains(month))?;
            return Some((Month::Usual(month), 2));
        }
        // Thai abbreviations have full stops inside, Arabic names blanks.
        let after = self.tokens.get(self.at + 1);
        let dotted = after.is_some_and(|token| token.kind == Kind::Mark('.'));
        let second = self.word_at(self.at + 1 + usize::from(dotted));
        let both = second.and_then(|second| {
            let between = if dotted { "" } else { " " };
            months::folded(&format!("{first}{between}{second}"), language)
        });
        if let Some(month) = both {
            return Some((Month::Usual(month), 2 + usize::from(dotted)));
        }
        let usual = months::folded(first, language).map(Month::Usual);
        usual.or_else(|| persian_month(first).map(Month::Persian)).map(|month| (month, 1))
    }

    fn month(&mut self) -> Option<Month> {
        let (month, length) = self.month_ahead()?;
        self.at += length;
        Some(month)
    }

    // Times

    /// `10:15`, `10:15:30.5`, `10.15 Uhr`, `10h15`, `10 am`, `오후 10:15`, `10時15分`, `T10`, and
    /// the zone. After a word of the clock, a full stop may part hours and minutes.
    fn time(&mut self, clock: bool) -> Option<Time> {
        let after_t = self.at.checked_sub(1).and_then(|at| self.word_at(at)) == Some("t");
        let before = self.half_of_day();
        let hour = self.number(1..=2)?;
        let mut minutes = None;
        let mut seconds = None;
        if self.mark(":") {
            minutes = Some(self.number(1..=2)?);
            if self.token().is_some_and(|token| token.joined) && self.one_of(":.").is_some() {
                seconds = Some(self.number(2..=2)?);
            }
        } else if self.attempt(|c| (c.mark(".") && c.token()?.joined).then_some(())).is_some() {
            minutes = Some(self.number(2..=2)?);
            let mut ends = CLOCK_ENDS.iter().chain(STOPPED);
            let marked = ends.any(|end| self.word_at(self.at) == Some(end));
            (clock || marked).then_some(())?;
        } else if self.word(HOUR_WORDS) {
            self.skip(".", 1);
            let minute = |c: &mut Self| {
                let minute = c.number(2..=2).or_else(|| c.number(1..=1))?;
                (!c.at_date_mark()).then_some(minute)
            };
            minutes = Some(self.attempt(minute).unwrap_or(0));
            if self.word(MINUTE_WORDS) {
                let second = |c: &mut Self| {
                    let second = c.number(1..=2)?;
                    c.word(SECOND_WORDS).then_some(second)
                };
                seconds = self.attempt(second);
            }
        }
        if seconds.is_some() {
            self.fraction();
        }
        let half = before.or_else(|| self.half_of_day());
        if minutes.is_none() && half.is_none() && !after_t {
            return None;
        }
        let hour = match half {
            Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
            _ => hour,
        };
        let precision = if seconds.is_some() { Precision::Second } else { Precision::Minute };
        let digits = hour * 10_000 + minutes.unwrap_or(0) * 100 + seconds.unwrap_or(0);
        let fits = minutes.unwrap_or(0) < 60 && seconds.unwrap_or(0) <= 60;
        let time = fits.then(|| clock_of_digits(digits, precision))??;
        self.attempt(|c| c.word(CLOCK_ENDS).then(|| c.skip(".", 1)));
        Some(Time { zone: self.attempt(Self::zone), ..time })
    }

    /// `T101500`, `T1015`; `101500` after a date in digits alone.
    fn time_in_digits(&mut self, compact: bool) -> Option<Time> {
        self.skip("-_", 1);
        let t = self.word(&["t"]);
        (compact || t).then_some(())?;
        let six = self.digits_ahead(6);
        let digits = match self.number(4..=6)? {
            digits if six => digits,
            digits if t && digits < 10_000 => digits * 100,
            _ => return None,
        };
        let precision = if six { Precision::Second } else { Precision::Minute };
        let time = clock_of_digits(digits, precision)?;
        self.fraction();
        Some(Time { zone: self.attempt(Self::zone), ..time })
    }

    fn fraction(&mut self) {
        self.attempt(|c| {
            c.one_of(".,")?;
            c.token()?.joined.then_some(())?;
            c.number(1..=usize::MAX)
        });
    }

    /// Hours to add for the half of the day named here.
    fn half_of_day(&mut self) -> Option<u64> {
        let named = |c: &mut Self, names: &[&str]| names.iter().any(|name| c.signs(name));
        let dotted = |c: &mut Self| {
            let half = c.word_at(c.at).filter(|word| matches!(*word, "a" | "p"))?;
            c.at += 1;
            let stop = c.mark(".");
            let m = c.word(&["m"]);
            (stop && m).then(|| c.skip(".", 1))?;
            Some(if half == "a" { 0 } else { 12 })
        };
        self.attempt(dotted).or_else(|| {
            if named(self, FORENOON) { Some(0) } else { named(self, AFTERNOON).then_some(12) }
        })
    }

    /// Whether the half of the day is said within the next tokens.
    fn afternoon_ahead(&self) -> bool {
        (self.at..self.at + 8).any(|at| matches!(self.word_at(at), Some("am" | "pm")))
    }

    /// `Z`, `+01:00`, `-0800`, `+5`, `GMT+1`, `(CET)`, `EST`.
    fn zone(&mut self) -> Option<Zone> {
        self.skip("([", 1);
        let named = self.attempt(|c| {
            let at = c.at;
            let token = c.token()?;
            let word = c.word_at(at)?;
            // In a text, "est" and "ist" are words, and "A" begins a sentence.
            let shouted = is_upper(c.text, token) && word.len() > 1 || word == "z";
            (c.whole || shouted).then_some(())?;
            c.at += 1;
            Some(at)
        });
        let after_name =
            named.is_some_and(|at| matches!(self.word_at(at), Some("gmt" | "utc" | "ut" | "z")));
        if (named.is_none() || after_name)
            && let Some(offset) = self.attempt(|c| c.offset(after_name))
        {
            return Some(Zone::Offset(offset));
        }
        let known = named.filter(|at| {
            self.word_at(*at)
                .is_some_and(|name| zones::offset(name, NaiveDateTime::default()).is_some())
        });
        known.map(Zone::Named)
    }

    fn offset(&mut self, after_name: bool) -> Option<i32> {
        let glued = self.token()?.joined;
        let east = match self.one_of("+-")? {
            '+' => 1,
            _ => -1,
        };
        self.token()?.joined.then_some(())?;
        let short = self.digits_ahead(1) || self.digits_ahead(2);
        let digits = self.number(1..=6)?;
        let mut parts = if short {
            [digits, 0, 0]
        } else if digits < 10_000 {
            [digits / 100, digits % 100, 0]
        } else {
            [digits / 10_000, digits / 100 % 100, digits % 100]
        };
        if short {
            let minutes = self.attempt(|c| (c.mark(":")).then(|| c.number(2..=2))?);
            if let Some(minutes) = minutes {
                parts[1] = minutes;
                parts[2] = self.attempt(|c| (c.mark(":")).then(|| c.number(2..=2))?).unwrap_or(0);
            } else if !glued && !after_name && !self.whole {
                return None;
            }
        }
        let [hours, minutes, seconds] = parts;
        (hours < 24 && minutes < 60 && seconds < 60).then_some(())?;
        i32::try_from(hours * 3600 + minutes * 60 + seconds).ok().map(|offset| offset * east)
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
        let mut ahead = Self { text: self.text, tokens: self.tokens, at: self.at, ..*self };
        ahead.half_of_day().is_some()
    }
}

/// A month of one of the calendars.
#[derive(Clone, Copy)]
enum Month {
    Usual(u32),
    Persian(u32),
}

/// Whether a token is written in capitals.
fn is_upper(text: &str, token: &Token) -> bool {
    text.get(token.start..token.end).is_some_and(|word| !word.chars().any(char::is_lowercase))
}

/// The time of a number such as 101500. 24:00:00 is the end of the day; a leap second is taken
/// for the second before it.
fn clock_of_digits(digits: u64, precision: Precision) -> Option<Time> {
    let (hour, minute, second) = (digits / 10_000, digits / 100 % 100, digits % 100);
    let midnight = digits == 240_000;
    (midnight || hour < 24 && minute < 60 && second <= 60).then_some(())?;
    let second = hour * 3600 + minute * 60 + second.min(59);
    Some(Time { second: u32::try_from(second).ok()?, precision, zone: None })
}
