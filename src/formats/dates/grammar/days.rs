//! Days, in all the forms that they are written in.

use super::super::calendar::{day_of_digits, full_year, gregorian, persian, persian_month};
use super::super::tokens::Kind;
use super::super::{Order, months};
use super::Cursor;
use super::times::{Time, clock_of_digits};
use crate::model::Precision;
use chrono::{Datelike, Days, NaiveDate, Weekday};

/// The first years of Japanese eras, and of the Republic of China, less one.
const ERAS: &[(&str, u64)] =
    &[("令和", 2018), ("平成", 1988), ("昭和", 1925), ("民國", 1911), ("民国", 1911)];

/// A day with what was read along with it.
pub(super) struct Day {
    pub(super) day: NaiveDate,
    /// A time that stood inside the date.
    pub(super) time: Option<Time>,
    /// Written in digits alone, without marks: so is its time.
    pub(super) compact: bool,
}

impl Day {
    pub(super) fn new(day: NaiveDate) -> Self {
        Self { day, time: None, compact: false }
    }
}

/// A month of one of the calendars.
#[derive(Clone, Copy)]
pub(super) enum Month {
    Usual(u32),
    Persian(u32),
}

impl Cursor<'_> {
    pub(super) fn day(&mut self) -> Option<Day> {
        if self.inside_number() {
            return None;
        }
        let forms: [fn(&mut Self) -> Option<Day>; 8] = [
            Self::year_first,
            Self::digits,
            Self::era,
            Self::day_month_name,
            Self::day_month_year,
            Self::month_name_day,
            Self::month_and_day,
            Self::day_and_month,
        ];
        forms.into_iter().find_map(|form| self.attempt(form))
    }

    /// `2021-03-03`, `2021/3/3`, `2021. 3. 3.`, `2021-W09-3`, `2021-062`, `2021年3月3日`,
    /// `2021. március 3.`, `2021 m. kovo 3 d.`, `2021. gada 3. martā`.
    pub(super) fn year_first(&mut self) -> Option<Day> {
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
                // Before the day stands the year of another calendar: "1424 هـ 14 مارس 2003".
                return (!c.digits_ahead(4)).then(|| c.calendar_of(year, month, day))?;
            }
            let month = c.month()?;
            c.skip("-.,/", 2);
            let day = c.number(1..=2)?;
            c.calendar_of(year, month, day)
        };
        self.attempt(iso).or_else(|| self.attempt(numbers)).or_else(|| self.attempt(names))
    }

    pub(super) fn month_and_day_in_signs(&mut self, year: u64) -> Option<Day> {
        let month = u32::try_from(self.number(1..=2)?).ok()?;
        self.word(&["月", "월"]).then_some(())?;
        let day = self.number(1..=2)?;
        self.word(&["日", "일", "号", "號"]);
        self.calendar(year, month, day)
    }

    /// `W09-3`, `W093`: a week has Thursday in its year (ISO 8601).
    pub(super) fn week(&mut self, year: u64, dash: bool) -> Option<Day> {
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

    pub(super) fn day_of_year(&mut self, year: u64) -> Option<Day> {
        let day = u32::try_from(self.number(3..=3)?).ok()?;
        NaiveDate::from_yo_opt(i32::try_from(year).ok()?, day).map(Day::new)
    }

    /// `20210303`, `2021062`, `20210303101500`, `202103031015`, `2021030310`.
    pub(super) fn digits(&mut self) -> Option<Day> {
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
    pub(super) fn era(&mut self) -> Option<Day> {
        let before = ERAS.iter().find_map(|(name, before)| self.signs(name).then_some(*before))?;
        let year = if self.word(&["元"]) { 1 } else { self.number(1..=3)? };
        self.word(&["年"]).then_some(())?;
        self.month_and_day_in_signs(before + year)
    }

    /// `3 March 2021`, `3. března 2021`, `3 de marzo de 2021`, `03-Mar-21`, `3rd of March, 2021`,
    /// `3 thg 3, 2021`, `3 มี.ค. 2564`, `3 3月 2021`, `3 Mar 10:15:00 GMT 2021`.
    pub(super) fn day_month_name(&mut self) -> Option<Day> {
        let day = self.number(1..=2)?;
        if let Some((month, year)) = self.attempt(Self::roman_month_and_year) {
            return self.calendar(year, month, day);
        }
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
        let month = self.month().or_else(|| self.attempt(Self::month_in_signs))?;
        self.year_after(month, day)
    }

    /// `5月`, as programs in Chinese and Japanese write the month of any form.
    fn month_in_signs(&mut self) -> Option<Month> {
        let month = u32::try_from(self.number(1..=2)?).ok()?;
        let is_month = self.word(&["月", "월"]) && (1..=12).contains(&month);
        is_month.then_some(Month::Usual(month))
    }

    /// `III 2010` of `12 III 2010`: months in Roman numerals, as in Poland and Hungary.
    fn roman_month_and_year(&mut self) -> Option<(u32, u64)> {
        const ROMAN: [&str; 12] =
            ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
        self.skip(".-/", 1);
        let token = self.token()?;
        let word = self.text.get(token.start..token.end)?;
        let (month, _) = (1..).zip(ROMAN).find(|(_, roman)| *roman == word)?;
        self.at += 1;
        self.skip(".-/", 1);
        Some((month, self.number(4..=4)?))
    }

    /// `March 3, 2021`, `Mar 3rd 2021`, `Mar  3 10:15:00 2021`.
    pub(super) fn month_name_day(&mut self) -> Option<Day> {
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
        if self.token().is_some_and(|token| token.joined) {
            self.any_word();
        }
        // "mar., 01 déc. 2020": it was a day of the week.
        let mut ahead = self.ahead();
        ahead.skip(".,-/", 2);
        if ahead.month_ahead().is_some() {
            return None;
        }
        self.year_after(month, day)
    }

    /// The year after a month and a day, or after the time that stands between.
    pub(super) fn year_after(&mut self, month: Month, day: u64) -> Option<Day> {
        let year = |c: &mut Self| {
            c.skip(".,-/'()", 3);
            for _ in 0..2 {
                if !c.at_number() && c.any_word() {
                    c.skip(".,-/'", 2);
                }
            }
            if c.digits_ahead(4) {
                let year = c.number(4..=4)?;
                // Behind a colon stands what happened then, or a clock: "5 May 2016: 1:28 PM".
                return (!c.mark(":") || c.whole || c.at_clock()).then_some(year);
            }
            None
        };
        let short = |c: &mut Self| {
            let before = c.at;
            c.skip(".,-/'", 2);
            let marked = c.at > before && c.token()?.joined;
            let year = c.number(2..=2)?;
            let year = c.full_year(year);
            // In Thai a blank parts them: `3 มี.ค. 64`.
            let bare = year >= 2500 && !c.token().is_some_and(|token| token.joined);
            (c.whole || marked || bare).then_some(year)
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
        match self.attempt(year).or_else(|| self.attempt(short)) {
            Some(year) => self.calendar_of(year, month, day),
            None => self.without_year(month, day),
        }
    }

    /// The last such day that the reading allows.
    pub(super) fn without_year(&self, month: Month, day: u64) -> Option<Day> {
        let (before, Month::Usual(month)) = (self.reading.before?, month) else { return None };
        let day = u32::try_from(day).ok()?;
        // 29 February comes once in eight years at the least.
        let mut years = (0..=8).map(|back| before.year() - back);
        let of = |year| NaiveDate::from_ymd_opt(year, month, day).filter(|day| *day <= before);
        years.find_map(of).map(Day::new)
    }

    /// `3月28日`, `3월 28일`: without a year.
    pub(super) fn month_and_day(&mut self) -> Option<Day> {
        self.reading.before?;
        let month = u32::try_from(self.number(1..=2)?).ok()?;
        self.word(&["月", "월"]).then_some(())?;
        let day = self.number(1..=2)?;
        self.word(&["日", "일", "号", "號"]).then_some(())?;
        self.without_year(Month::Usual(month), day)
    }

    /// `22.6.`, `22.06. 21:47`, `22/6 21:47`: without a year. A full stop behind the month, or a
    /// time, says that it is no other number.
    pub(super) fn day_and_month(&mut self) -> Option<Day> {
        self.reading.before?;
        let first = self.number(1..=2)?;
        let dotted = self.one_of("./")? == '.';
        self.token()?.joined.then_some(())?;
        let second = self.number(1..=2)?;
        let stopped = dotted && self.mark(".");
        if self.token().is_some_and(|token| token.joined) && self.at_number() {
            return None;
        }
        if !stopped {
            let mut ahead = Self { at: self.at, ..*self };
            let clock = ahead.gap();
            ahead.time(clock)?;
        }
        let month_first = !dotted && self.reading.order == Some(Order::MonthFirst) && first < 13;
        let (day, month) =
            if month_first || second > 12 { (second, first) } else { (first, second) };
        self.without_year(Month::Usual(u32::try_from(month).ok()?), day)
    }

    /// `3.3.2021`, `03/04/2021`, `3-3-21`, `99/3/3`, `Sat, 11 04 2020`: which is the day is decided
    /// by the mark, by the numbers, by the day of the week, or by the reading; else it is no date.
    pub(super) fn day_month_year(&mut self) -> Option<Day> {
        let weekday = self.weekday_before();
        let first = self.number(1..=2)?;
        let mark = self.one_of("./-").or(weekday.map(|_| ' '))?;
        let second = self.number(1..=2)?;
        (mark == ' ' || self.mark(mark.encode_utf8(&mut [0; 4]))).then_some(())?;
        // Beside blanks, only a full year shows that it is a date.
        if mark == ' ' && !self.digits_ahead(4) {
            return None;
        }
        if first > 31 {
            let day = self.number(1..=2)?;
            return self.calendar(self.full_year(first), u32::try_from(second).ok()?, day);
        }
        let short = self.digits_ahead(2);
        let year = self.number(if short { 2..=2 } else { 4..=4 })?;
        // `22.6. 21:47` has a time and no year.
        if short && self.token().is_some_and(|t| t.joined && t.kind == Kind::Mark(':')) {
            return None;
        }
        let year = if short { self.full_year(year) } else { year };
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
        let fits =
            |day, month| weekday.is_some_and(|weekday| self.falls_on(weekday, year, month, day));
        let order = match (first, second) {
            (13.., _) => Order::DayFirst,
            (_, 13..) => Order::MonthFirst,
            _ if first == second || mark == '.' => Order::DayFirst,
            // One that falls on both says nothing.
            _ if fits(first, second) != fits(second, first) => {
                if fits(first, second) {
                    Order::DayFirst
                } else {
                    Order::MonthFirst
                }
            }
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

    /// The day of the week that stands before, in English.
    fn weekday_before(&self) -> Option<Weekday> {
        let before = self.at.checked_sub(1)?;
        let marked = matches!(self.tokens.get(before)?.kind, Kind::Mark(',' | '.'));
        self.word_at(before.checked_sub(usize::from(marked))?)?.parse().ok()
    }

    fn falls_on(&self, weekday: Weekday, year: u64, month: u64, day: u64) -> bool {
        let day = u32::try_from(month).ok().and_then(|month| self.calendar(year, month, day));
        day.is_some_and(|day| day.day.weekday() == weekday)
    }

    pub(super) fn calendar(&self, year: u64, month: u32, day: u64) -> Option<Day> {
        let day = u32::try_from(day).ok()?;
        let day = match year {
            1343..=1472 if self.is_persian() => persian(year, month, day),
            _ => gregorian(year, month, day),
        };
        day.map(Day::new)
    }

    pub(super) fn calendar_of(&self, year: u64, month: Month, day: u64) -> Option<Day> {
        match month {
            Month::Usual(month) => self.calendar(year, month, day),
            Month::Persian(month) => persian(year, month, u32::try_from(day).ok()?).map(Day::new),
        }
    }

    /// The full year that two digits stand for. In Thai they may be the Buddhist era's.
    fn full_year(&self, two_digits: u64) -> u64 {
        match two_digits {
            33..=79 if self.is_in("th", |c| matches!(c, 'ก'..='๛')) => 2500 + two_digits,
            _ => full_year(two_digits),
        }
    }

    pub(super) fn is_persian(&self) -> bool {
        self.is_in("fa", |c| matches!(c, '۰'..='۹'))
    }

    /// Whether the text is in a language, or what was read of the date has its characters.
    fn is_in(&self, language: &str, own: fn(char) -> bool) -> bool {
        let read = self.tokens.get(self.from..self.at).unwrap_or_default();
        let written = || {
            let (start, end) = (read.first()?.start, read.last()?.end);
            self.text.get(start..end).map(|text| text.contains(own))
        };
        self.reading.language.is_some_and(|tag| tag.starts_with(language))
            || written() == Some(true)
    }

    /// Whether the number here goes on from one before: the end of `10.1.2.2021`.
    pub(super) fn inside_number(&self) -> bool {
        let before = |back: usize| self.at.checked_sub(back).and_then(|at| self.tokens.get(at));
        !self.whole
            && self.token().is_some_and(|token| token.joined)
            && before(1).is_some_and(|b| b.joined && matches!(b.kind, Kind::Mark('.' | '/' | '-')))
            && before(2).is_some_and(|token| matches!(token.kind, Kind::Number { .. }))
    }

    /// The month named here; of names in two words, both.
    pub(super) fn month_ahead(&self) -> Option<(Month, usize)> {
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
        let both = second.filter(|_| dotted || months::begins(first)).and_then(|second| {
            let between = if dotted { "" } else { " " };
            months::folded(&format!("{first}{between}{second}"), language)
        });
        if let Some(month) = both {
            return Some((Month::Usual(month), 2 + usize::from(dotted)));
        }
        let usual = months::folded(first, language).map(Month::Usual);
        usual.or_else(|| persian_month(first).map(Month::Persian)).map(|month| (month, 1))
    }

    pub(super) fn month(&mut self) -> Option<Month> {
        let (month, length) = self.month_ahead()?;
        self.at += length;
        Some(month)
    }
}
