//! Dates that are told by how long ago they were: "3 hours ago", "vor 2 Tagen", "gestern, 18:20".

use super::Found;
use super::tokens::{Kind, fold, tokens};
use super::{Reading, find};
use crate::model::{Date, Precision};
use chrono::{DateTime, Days, TimeDelta, Utc};

/// No longer text is such a date.
const LONGEST: usize = 80;

/// Seconds of a unit, what is known of a date that is told by it, and its names; folded.
#[rustfmt::skip]
const UNITS: &[(i64, Precision, &[&str])] = &[
    (
        60,
        Precision::Minute,
        &["minutes", "minute", "minuten", "minuter", "minutter", "minutos", "minuto", "minuti",
        "minuty", "minut", "minuuttia", "mins", "min", "menit", "dakika", "dk", "phut",
        "perce", "минут", "минуты", "мин", "хвилин", "хвилини", "хв", "λεπτα", "λεπτο", "分钟",
        "分鐘", "分", "분", "دقیقه", "دقيقه", "دقائق", "मिनट", "นาที"],
    ),
    (
        3_600,
        Precision::Minute,
        &["hours", "hour", "hrs", "hr", "h", "stunden", "stunde", "std", "heures", "heure",
        "horas", "hora", "ore", "ora", "uur", "uren", "timmar", "timme", "timer", "time",
        "tuntia", "tunti", "godzin", "godziny", "godzine", "hodin", "hodiny", "hodinami",
        "hodinou", "saat", "jam", "gio", "oraja", "часа", "часов", "час", "годин", "години",
        "годину", "ωρεσ", "ωρα", "小时", "小時", "個小時", "个小时", "時間", "시간", "ساعات", "ساعه",
        "ساعت", "ساعة", "घंटे", "घंटा", "ชั่วโมง"],
    ),
    (
        86_400,
        Precision::Day,
        &["days", "day", "tagen", "tage", "tag", "jours", "jour", "dias", "dia", "giorni",
        "giorno", "dagen", "dagar", "dage", "dager", "dag", "paivaa", "dni", "dny", "dnu",
        "dnem", "gun", "hari", "ngay", "napja", "дней", "дня", "день", "днів", "дні",
        "ημερεσ", "μερεσ", "天", "日", "일", "ایام", "یوم", "روز", "दिन", "วัน"],
    ),
    (
        604_800,
        Precision::Day,
        &["weeks", "week", "wochen", "woche", "semaines", "semaine", "semanas", "semana",
        "settimane", "settimana", "weken", "veckor", "uger", "uker", "周", "週間", "주"],
    ),
];

/// What stands before the number, and what stands after the unit; folded.
#[rustfmt::skip]
const BEFORE: &[&str] =
    &["vor", "il y a", "hace", "ha", "for", "pred", "πριν", "πριν απο", "منذ", "قبل",
        "hai"];
#[rustfmt::skip]
const AFTER: &[&str] = &["ago", "earlier", "fa", "atras", "geleden", "sedan", "siden", "sitten", "temu",
        "назад", "тому", "once", "lalu", "yang lalu", "truoc", "前", "전", "पहले", "पूर्व",
        "ezelott", "پیش", "ที่แล้ว"];

/// Words for one.
const ONE: &[&str] = &["an", "a", "one", "einer", "einem", "une", "un", "una", "uma", "een", "en"];

/// Words for days, by how many days ago they were; folded.
#[rustfmt::skip]
const DAYS: &[(u64, &[&str])] = &[
    (
        0,
        &["today", "heute", "aujourd'hui", "hoy", "hoje", "oggi", "vandaag", "idag", "i dag",
        "dnes", "dzisiaj", "dzis", "сегодня", "сьогодні", "bugun", "hari ini", "今天", "今日",
        "오늘", "اليوم", "امروز", "danas", "ma"],
    ),
    (
        1,
        &["yesterday", "gestern", "hier", "ayer", "ontem", "ieri", "gisteren", "igar", "i gar",
        "vcera", "wczoraj", "вчера", "вчора", "dun", "kemarin", "昨天", "昨日", "어제", "امس",
        "دیروز", "jucer", "tegnap", "eilen"],
    ),
];

/// The date in a short text that says how long before a moment it was: a number of units, or the
/// name of a day with a time.
pub(in crate::formats) fn find_relative(text: &str, at: DateTime<Utc>) -> Option<Found> {
    if text.len() > LONGEST {
        return None;
    }
    ago(text, at).or_else(|| named(text, at))
}

fn ago(text: &str, at: DateTime<Utc>) -> Option<Found> {
    tokens(text).into_iter().find_map(|token| {
        let number = match &token.kind {
            Kind::Number { value, digits: 1..=3 } => i64::try_from(*value).ok()?,
            Kind::Word(word) if ONE.contains(&word.as_str()) => 1,
            _ => return None,
        };
        let before = fold(text.get(..token.start)?.trim_end());
        let after = fold(text.get(token.end..)?.trim_start());
        let (rest, seconds, precision) = UNITS.iter().find_map(|(seconds, precision, names)| {
            let rest = names.iter().find_map(|name| after_word(&after, name))?;
            Some((rest, *seconds, *precision))
        })?;
        let said = AFTER.iter().any(|word| after_word(rest, word).is_some())
            || BEFORE.iter().any(|word| {
                before.strip_suffix(word).is_some_and(|text| !text.ends_with(char::is_alphanumeric))
            });
        let date = at.checked_sub_signed(TimeDelta::try_seconds(seconds.checked_mul(number)?)?)?;
        let range = token.start..text.len();
        said.then(|| Found { date: Date::utc(date).at_precision(precision), range })
    })
}

/// What follows a word that a text begins with.
fn after_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let rest = text.strip_prefix(word)?;
    let spaced = word.chars().last().is_some_and(|c| c < '\u{e00}');
    let ends = !spaced || !rest.starts_with(char::is_alphabetic);
    ends.then(|| rest.trim_start_matches(|c: char| c.is_whitespace() || c == '.'))
}

/// "Yesterday, 18:20".
fn named(text: &str, at: DateTime<Utc>) -> Option<Found> {
    let folded = fold(text);
    let (start, rest, days) = DAYS.iter().find_map(|(days, names)| {
        names.iter().find_map(|name| {
            let begin = folded.find(name)?;
            let apart = !folded.get(..begin)?.ends_with(char::is_alphanumeric);
            let rest = after_word(folded.get(begin..)?, name).filter(|_| apart)?;
            Some((begin, rest, *days))
        })
    })?;
    let day = at.date_naive().checked_sub_days(Days::new(days))?;
    let whole = format!("{day} {}", rest.trim_start_matches([',', '|', '-', ' ']));
    let found = find(&whole, &Reading::default()).into_iter().next()?;
    let timed = found.range.start == 0 && found.date.precision() != Precision::Day;
    (timed && found.date.at() <= at).then_some(Found { date: found.date, range: start..text.len() })
}

#[cfg(test)]
mod tests {
    use super::find_relative;

    #[test]
    fn how_long_ago_in_many_languages() {
        let at = "2024-06-12T15:20:00Z".parse().unwrap();
        for (text, expected) in [
            ("3 hours ago", Some("2024-06-12T12:20Z")),
            ("Published 20 mins ago", Some("2024-06-12T15:00Z")),
            ("an hour ago", Some("2024-06-12T14:20Z")),
            ("vor 2 Tagen", Some("2024-06-10")),
            ("Il y a 4 heures", Some("2024-06-12T11:20Z")),
            ("hace 5 días", Some("2024-06-07")),
            ("há 2 horas", Some("2024-06-12T13:20Z")),
            ("3 ore fa", Some("2024-06-12T12:20Z")),
            ("2 timmar sedan", Some("2024-06-12T13:20Z")),
            ("5 часов назад", Some("2024-06-12T10:20Z")),
            ("2 saat önce", Some("2024-06-12T13:20Z")),
            ("3小时前", Some("2024-06-12T12:20Z")),
            ("30分前", Some("2024-06-12T14:50Z")),
            ("2시간 전", Some("2024-06-12T13:20Z")),
            ("Yesterday, 18:20", Some("2024-06-11T18:20Z")),
            ("Heute, 10.15 Uhr", Some("2024-06-12T10:15Z")),
            ("3 hours", None),
            ("5 things to do today", None),
            ("Open 24 hours", None),
            ("12 June", None),
        ] {
            let found = find_relative(text, at).map(|found| found.date.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
