//! Times of the day, and their zones.

use super::super::tokens::{Kind, Token};
use super::super::zones;
use super::Cursor;
use crate::model::Precision;
use chrono::NaiveDateTime;
use chrono_tz::Tz;

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

#[derive(Clone, Copy)]
pub(super) struct Time {
    /// Seconds since midnight; 86,400 is the end of the day.
    pub(super) second: u32,
    pub(super) precision: Precision,
    pub(super) zone: Option<Zone>,
}

#[derive(Clone, Copy)]
pub(super) enum Zone {
    /// Seconds east of UTC.
    Offset(i32),
    /// The token that names it.
    Named(usize),
    /// As the clocks stood there on the day.
    Clock(Tz),
}

impl Cursor<'_> {
    /// `10:15`, `10:15:30.5`, `10.15 Uhr`, `10h15`, `10 am`, `오후 10:15`, `10時15分`, `T10`, and
    /// the zone. After a word of the clock, a full stop may part hours and minutes.
    pub(super) fn time(&mut self, clock: bool) -> Option<Time> {
        let after_t = self.at.checked_sub(1).and_then(|at| self.word_at(at)) == Some("t");
        let before = self.half_of_day();
        let in_two = self.digits_ahead(2);
        let hour = self.number(1..=2)?;
        let mut minutes = None;
        let mut seconds = None;
        if self.mark(":") {
            minutes = Some(self.number(1..=2)?);
            // A full stop may end the sentence.
            seconds = self.attempt(|c| {
                c.token()?.joined.then(|| c.one_of(":."))??;
                c.token()?.joined.then(|| c.number(2..=2))?
            });
        } else if self.attempt(|c| (c.mark(".") && c.token()?.joined).then_some(())).is_some() {
            minutes = Some(self.number(2..=2)?);
            let mut ends = CLOCK_ENDS.iter().chain(STOPPED);
            let marked = ends.any(|end| self.word_at(self.at) == Some(end));
            // `2018-02-09 06.00`: with nothing behind that could be counted.
            let ends = in_two
                && match self.token().map(|token| &token.kind) {
                    None => true,
                    Some(Kind::Mark(mark)) => "|,;)]-·•".contains(*mark),
                    Some(_) => false,
                };
            (clock || marked || ends).then_some(())?;
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
    pub(super) fn time_in_digits(&mut self, compact: bool) -> Option<Time> {
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

    pub(super) fn fraction(&mut self) {
        self.attempt(|c| {
            c.one_of(".,")?;
            c.token()?.joined.then_some(())?;
            c.number(1..=usize::MAX)
        });
    }

    /// Hours to add for the half of the day named here.
    pub(super) fn half_of_day(&mut self) -> Option<u64> {
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
    pub(super) fn afternoon_ahead(&self) -> bool {
        (self.at..self.at + 8).any(|at| matches!(self.word_at(at), Some("am" | "pm")))
    }

    /// `Z`, `+01:00`, `-0800`, `+5`, `GMT+1`, `(CET)`, `EST`, `Europe/Brussels`.
    pub(super) fn zone(&mut self) -> Option<Zone> {
        self.skip("([", 1);
        if let Some(zone) = self.attempt(Self::city).or_else(|| self.attempt(Self::american)) {
            return Some(Zone::Clock(zone));
        }
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

    /// `Eastern Standard Time`, `Pacific Time`.
    fn american(&mut self) -> Option<Tz> {
        let zone = match self.word_at(self.at)? {
            "eastern" => Tz::America__New_York,
            "central" => Tz::America__Chicago,
            "mountain" => Tz::America__Denver,
            "pacific" => Tz::America__Los_Angeles,
            _ => return None,
        };
        self.at += 1;
        self.word(&["standard", "daylight"]);
        self.word(&["time"]).then_some(zone)
    }

    /// A zone by its name in IANA's list.
    fn city(&mut self) -> Option<Tz> {
        let start = self.token()?.start;
        self.word_at(self.at + 2).filter(|_| self.any_word() && self.mark("/"))?;
        let part = |token: &&Token| {
            token.joined && matches!(token.kind, Kind::Word(_) | Kind::Mark('/' | '_' | '-'))
        };
        let parts = self.tokens.get(self.at..)?.iter().take(8).take_while(part);
        let end = parts.clone().last()?.end;
        self.at += parts.count();
        self.text.get(start..end)?.parse().ok()
    }

    pub(super) fn offset(&mut self, after_name: bool) -> Option<i32> {
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
}

/// Whether a token is written in capitals.
fn is_upper(text: &str, token: &Token) -> bool {
    text.get(token.start..token.end).is_some_and(|word| !word.chars().any(char::is_lowercase))
}

/// The time of a number such as 101500. 24:00:00 is the end of the day; a leap second is taken
/// for the second before it.
pub(super) fn clock_of_digits(digits: u64, precision: Precision) -> Option<Time> {
    let (hour, minute, second) = (digits / 10_000, digits / 100 % 100, digits % 100);
    let midnight = digits == 240_000;
    (midnight || hour < 24 && minute < 60 && second <= 60).then_some(())?;
    let second = hour * 3600 + minute * 60 + second.min(59);
    Some(Time { second: u32::try_from(second).ok()?, precision, zone: None })
}
