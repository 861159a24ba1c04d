//! When a page was published and changed.
//!
//! Every date that the page, its metadata and its address give is weighed; dates of one day
//! from different origins support each other. The weights say what a reader would trust: schema.org
//! and Open Graph before other metadata, a full date in the address, a line below the headline
//! that says "published" or stands in an element made for it, and last a day that is only near.

mod labels;
mod shown;
mod url;

pub(super) use labels::{EITHER, heads_comments, is_date, is_date_label, says_when};

use super::metadata::{Metadata, text};
use super::tree::Page;
use crate::formats::dates::{self, Order, Reading};
use crate::model::{Date, DateSource, Precision};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use html5ever::local_name;
use serde_json::Value;
use std::cell::OnceCell;
use std::collections::HashMap;

/// What is known of a page beside its tree.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    /// Where it is.
    pub(super) url: Option<&'a str>,
    /// BCP 47.
    pub(super) language: Option<&'a str>,
    pub(super) headline: Option<&'a str>,
    pub(super) authors: &'a [String],
    /// Later dates, but for a day, are no dates of a page.
    pub(super) now: DateTime<Utc>,
    /// The moment of which it says "3 hours ago".
    pub(super) fetched: Option<DateTime<Utc>>,
}

/// The dates of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Dates {
    pub(super) published: Option<(Date, DateSource)>,
    /// What the metadata gives for it, where that cannot be read and nothing else is found.
    pub(super) published_raw: Option<String>,
    pub(super) modified: Option<(Date, DateSource)>,
}

/// Where a date was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Metadata,
    Url,
    Shown,
}

/// A date that may be the page's.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    date: Date,
    origin: Origin,
    worth: i32,
    /// It says when the page was changed.
    modified: bool,
}

/// Properties of schema.org, and what they are worth.
const PROPERTIES: &[(&str, i32)] = &[("datePublished", 200), ("dateCreated", 140)];

/// Names of `meta` elements, and what they are worth.
const METAS: &[(&str, i32)] = &[
    ("article:published_time", 195),
    ("article:published", 190),
    ("datepublished", 190),
    ("og:article:published_time", 190),
    ("og:published_time", 180),
    ("parsely-pub-date", 180),
    ("sailthru.date", 180),
    ("cxenseparse:recs:publishtime", 180),
    ("cxenseparse:publishtime", 180),
    ("rnews:datepublished", 180),
    ("citation_publication_date", 160),
    ("citation_online_date", 160),
    ("pubdate", 170),
    ("pub_date", 170),
    ("pub-date", 170),
    ("publishdate", 170),
    ("publish-date", 170),
    ("publish_date", 170),
    ("published-date", 170),
    ("published_date", 170),
    ("published", 170),
    ("publication-date", 170),
    ("publication_date", 170),
    ("publicationdate", 170),
    ("originalpublicationdate", 175),
    ("bt:pubdate", 170),
    ("ptime", 160),
    ("article.published", 170),
    ("article_date_original", 170),
    ("article:post_date", 170),
    ("article.created", 150),
    ("weibo:article:create_at", 160),
    ("dc.date.issued", 160),
    ("dcterms.issued", 160),
    ("dc.issued", 160),
    ("dcterms.available", 140),
    ("dc.date.created", 140),
    ("dcterms.created", 140),
    ("dc.created", 140),
    ("datecreated", 140),
    ("date_created", 140),
    ("dc.date", 140),
    ("dcterms.date", 140),
    ("dc:date", 140),
    ("dcsext.articlefirstpublished", 150),
    ("displaydate", 140),
    ("storydate", 140),
    ("article_date", 140),
    ("articledate", 140),
    ("news_date", 140),
    ("timestamp", 110),
    ("createdate", 120),
    ("creation_date", 120),
    ("created", 120),
    ("date", 120),
];

/// Names of `meta` elements that say when the page was changed.
const MODIFIED: &[(&str, i32)] = &[
    ("article:modified_time", 195),
    ("article:modified", 190),
    ("datemodified", 190),
    ("og:article:modified_time", 190),
    ("og:modified_time", 180),
    ("og:updated_time", 170),
    ("date_modified", 160),
    ("dcterms.modified", 160),
    ("dc.date.modified", 160),
    ("dc.modified", 160),
    ("lastmod", 150),
    ("last_modified", 150),
    ("last-modified", 120),
    ("revised", 120),
    ("article_date_updated", 160),
];

/// A date of change worth no more may be that of the server's answer.
const SERVED: i32 = 120;

/// What a day in the address is worth: apart, or within a name.
const APART: i32 = 120;
const WITHIN: i32 = 70;

/// A date of publication in the metadata from which on the page's text is not asked, where the
/// metadata also has a date of change, and the address does not differ.
const STATED: i32 = 165;

/// What the dates in a page's title and in the data of its scripts are worth.
const TITLE: i32 = 65;
const SCRIPT: i32 = 75;

/// Names in the data of scripts.
const KEYS: &[&str] = &[
    "datePublished",
    "publishedAt",
    "published_at",
    "publishDate",
    "publish_date",
    "publishedDate",
    "published_date",
    "publicationDate",
    "publication_date",
    "publishTime",
    "publish_time",
    "publishedTime",
    "firstPublished",
    "pubDate",
    "pubdate",
    "pubtime",
    "displayDate",
];

/// Each of the names has one of these.
const PARTS: &[&str] = &["ublish", "ublication", "pubDate", "pubdate", "pubtime", "displayDate"];

/// Bytes of one script that are looked at.
const SCRIPT_LENGTH: usize = 1 << 20;

/// What supports and contradicts the year and month in an address.
const MONTH_AGREES: i32 = 30;
const MONTH_DIFFERS: i32 = 40;

/// A shown date below this is none of the article.
const LEAST: i32 = 40;

/// Of shown dates of one day that are worth about the same, the more exact is taken.
const CLOSE: i32 = 25;

/// A shown date from this on is no guess.
const SURE: i32 = 60;

/// How far, in hundredths, a date of another origin supports one of the same day.
const SUPPORT: i32 = 60;

/// The dates of a page.
pub(super) fn dates(page: &Page, metadata: &Metadata, about: &About) -> Dates {
    let last = about.now.date_naive().succ_opt().unwrap_or(NaiveDate::MAX);
    let way = Way { page, about, order: OnceCell::new() };
    let mut given = Given { way: &way, last, found: Vec::new(), raw: None };
    given.read(metadata);
    let urls = [about.url, metadata.link("canonical"), metadata.meta(&["og:url"])];
    let address = urls.into_iter().flatten().map(|url| url::date(url, last, &way));
    let address = address.reduce(|one, next| if one.day.is_some() { one } else { next });
    let address = address.unwrap_or_default();
    let stated = given.found.iter().filter(|found| !found.modified && found.worth >= STATED);
    let stated = stated.max_by_key(|found| found.worth).map(|found| found.date);
    let agrees = |day: NaiveDate| match (address.day, address.month) {
        (Some(other), _) => (day - other).num_days().abs() <= 1,
        (None, Some((year, month))) => {
            day.year() == year && month.is_none_or(|month| day.month() == month)
        }
        (None, None) => true,
    };
    let is_changed = given.found.iter().any(|found| found.modified);
    if !stated.is_some_and(|date| agrees(local_day(date)) && date.precision() != Precision::Day)
        || !is_changed
    {
        given.read_page(page);
        let mut weigh = |reading: &Reading| {
            let mut shown = shown::candidates(page, about, reading);
            shown.retain(|shown| is_possible(shown.date, last));
            for shown in &mut shown {
                let day = local_day(shown.date);
                if address.month.is_some() {
                    shown.worth += if agrees(day) { MONTH_AGREES } else { -MONTH_DIFFERS };
                }
                if day.year() < 1990 {
                    shown.worth -= 20;
                }
            }
            shown.retain(|shown| shown.worth >= LEAST);
            given.found.extend(shown);
            given.found.iter().any(|found| !found.modified)
        };
        let reading = way.reading();
        if !weigh(&reading) && address.day.is_none() {
            let before = year_of(page, about, address.month);
            weigh(&Reading { before, ..reading });
        }
    }
    if let Some(day) = address.day {
        let worth = if address.apart { APART } else { WITHIN };
        let date = Date::day(day);
        given.found.push(Candidate { date, origin: Origin::Url, worth, modified: false });
    }
    let modified = best(given.found.iter().filter(|candidate| candidate.modified));
    let believed = |one: &Candidate| one.origin == Origin::Shown || one.worth > SERVED;
    // What is only near, and later than the change, is another's.
    let changes = given.found.iter().filter(|one| one.modified && believed(one));
    if let Some((change, _)) = best(changes) {
        let is_sure = |one: &Candidate| one.origin != Origin::Shown || one.worth >= SURE;
        let is_later = |one: &Candidate| local_day(one.date) > local_day(change);
        given.found.retain(|one| one.modified || is_sure(one) || !is_later(one));
    }
    let published = best(given.found.iter().filter(|candidate| !candidate.modified));
    // A page that says only when it was changed was published no later.
    let published = published.or_else(|| {
        let changes = given.found.iter().filter(|one| one.modified && believed(one));
        best(changes).map(|(date, _)| (date, DateSource::Guess))
    });
    Dates { published, published_raw: given.raw.filter(|_| published.is_none()), modified }
}

/// The last day on which a page may have been published that writes no year: that of the year and
/// the month in its address, the day that it was fetched, or the last of its copyright's year.
fn year_of(page: &Page, about: &About, address: Option<(i32, Option<u32>)>) -> Option<NaiveDate> {
    let end = |year: i32, month: Option<u32>| {
        let (year, month) = match month.unwrap_or(12) {
            12 => (year + 1, 1),
            month => (year, month + 1),
        };
        NaiveDate::from_ymd_opt(year, month, 1)?.pred_opt()
    };
    if let Some((year, month)) = address {
        return end(year, month);
    }
    if let Some(fetched) = about.fetched {
        return Some(fetched.date_naive());
    }
    let rights = page.nodes().filter(|(_, node)| {
        node.is_text()
            && (node.text.contains('©') || node.text.to_lowercase().contains("copyright"))
    });
    let years = rights.filter_map(|(_, node)| {
        let mut numbers = node.text.rsplit(|c: char| !c.is_ascii_digit());
        numbers.find(|number| number.len() == 4)?.parse().ok()
    });
    let mut years = years.filter(|year| (1995..=about.now.year()).contains(year));
    end(years.next()?, None)
}

/// In whose way a page writes dates. Which of two numbers is the day is worked out from the page
/// when a date asks for it.
struct Way<'a> {
    page: &'a Page,
    about: &'a About<'a>,
    order: OnceCell<Order>,
}

impl Way<'_> {
    fn order(&self) -> Order {
        *self.order.get_or_init(|| order(self.page, self.about))
    }

    fn reading(&self) -> Reading<'_> {
        Reading { language: self.about.language, order: Some(self.order()), before: None }
    }

    fn parse(&self, text: &str) -> Option<Date> {
        let plain = Reading { language: self.about.language, ..Reading::default() };
        dates::parse_as(text, &plain).or_else(|| dates::parse_as(text, &self.reading()))
    }
}

/// The dates in the metadata, and the others as they are found.
struct Given<'a> {
    way: &'a Way<'a>,
    last: NaiveDate,
    found: Vec<Candidate>,
    /// The first date of publication that cannot be read.
    raw: Option<String>,
}

impl Given<'_> {
    /// The dates in the page's title and in the data of its scripts.
    fn read_page(&mut self, page: &Page) {
        if let Some((at, _)) = page.named(local_name!("title")).next() {
            let title: String = page.raw(at).chars().take(300).collect();
            let found = match shown::may_have_date(&title) {
                true => dates::find(&title, &self.way.reading()),
                false => Vec::new(),
            };
            let mut possible =
                found.iter().rev().filter(|found| is_possible(found.date, self.last));
            self.found.extend(possible.next().map(|found| Candidate {
                date: found.date,
                origin: Origin::Shown,
                worth: TITLE,
                modified: false,
            }));
        }
        for (at, _) in page.named(local_name!("script")).take(200) {
            let script = page.raw(at);
            // Each key is looked for in the whole script.
            if !PARTS.iter().any(|part| script.contains(part)) {
                continue;
            }
            let value = KEYS.iter().find_map(|key| value_of(&script, key));
            let date = value.and_then(|value| self.way.parse(value));
            if let Some(date) = date.filter(|date| is_possible(*date, self.last)) {
                let origin = Origin::Metadata;
                self.found.push(Candidate { date, origin, worth: SCRIPT, modified: false });
                break;
            }
        }
    }

    fn read(&mut self, metadata: &Metadata) {
        for (name, worth) in PROPERTIES {
            for value in metadata.values(name).filter_map(text) {
                self.add(&value, *worth, false);
            }
            // A web page's, where its article is not described.
            let others = metadata.others.iter().filter_map(|object| object.get(*name));
            for value in others.filter_map(Value::as_str) {
                self.add(value, worth - 30, false);
            }
        }
        for value in metadata.values("dateModified").filter_map(text) {
            self.add(&value, 200, true);
        }
        let others = metadata.others.iter().filter_map(|object| object.get("dateModified"));
        for value in others.filter_map(Value::as_str) {
            self.add(value, 170, true);
        }
        for (names, modified) in [(METAS, false), (MODIFIED, true)] {
            for (name, worth) in names {
                for value in metadata.metas(name) {
                    self.add(value, *worth, modified);
                }
            }
        }
    }

    fn add(&mut self, value: &str, worth: i32, modified: bool) {
        match self.way.parse(value).filter(|date| is_possible(*date, self.last)) {
            Some(date) => {
                let origin = Origin::Metadata;
                self.found.push(Candidate { date, origin, worth, modified });
            }
            None if !modified => drop(self.raw.get_or_insert_with(|| value.to_owned())),
            None => {}
        }
    }
}

/// The text that a script gives for a name: `"name": "text"`, `name = 1614766500`.
fn value_of<'a>(script: &'a str, key: &str) -> Option<&'a str> {
    let script = script.get(..SCRIPT_LENGTH).unwrap_or(script);
    let mut places = script.match_indices(key).take(20);
    places.find_map(|(at, _)| {
        let rest = script.get(at + key.len()..)?.trim_start_matches(['"', '\'', '\\', ' ']);
        let rest = rest.strip_prefix([':', '='])?.trim_start_matches(['"', '\'', '\\', ' ']);
        let end = rest.find(['"', '\'', '\\', ',', ';', '}', '<'])?;
        rest.get(..end).filter(|value| (8..60).contains(&value.len()))
    })
}

/// Whether a page can have been published then. The first second of 1970 stands for no date.
fn is_possible(date: Date, last: NaiveDate) -> bool {
    let day = local_day(date);
    day <= last && day.year() >= 1600 && date.second() != 0
}

/// The day that the publisher's own clock showed.
fn local_day(date: Date) -> NaiveDate {
    let local = date.at() + TimeDelta::seconds(i64::from(date.offset().unwrap_or(0)));
    local.date_naive()
}

/// The date that the page's numbers, its language and its country say of `03/04/2021`.
fn order(page: &Page, about: &About) -> Order {
    let (day_first, month_first) = shown::orders(page);
    if day_first != month_first {
        return if day_first > month_first { Order::DayFirst } else { Order::MonthFirst };
    }
    let (language, region) =
        about.language.map_or(("", ""), |tag| tag.split_once(['-', '_']).unwrap_or((tag, "")));
    let host = about.url.and_then(|url| url.split('/').nth(2)).unwrap_or("");
    let domain = host.rsplit('.').next().unwrap_or("");
    // Two letters are a country.
    let american = domain.len() != 2 || domain == "us";
    let english = language.is_empty() || language.eq_ignore_ascii_case("en");
    let region = region.to_ascii_uppercase();
    let month_first = match region.as_str() {
        "US" | "PH" => true,
        "" => english && american,
        // A country's own domain says more than a region that software has set.
        _ => false,
    };
    if month_first && (american || region != "US") { Order::MonthFirst } else { Order::DayFirst }
}

/// The greatest worth of the dates of each day, by origin.
type Days = HashMap<NaiveDate, [i32; 3]>;

/// The date that has the most worth with what supports it, and its source.
fn best<'a>(candidates: impl Iterator<Item = &'a Candidate> + Clone) -> Option<(Date, DateSource)> {
    let mut days = Days::new();
    for candidate in candidates.clone() {
        let worths = days.entry(local_day(candidate.date)).or_default();
        let worth = &mut worths[candidate.origin as usize];
        *worth = candidate.worth.max(*worth);
    }
    let worth = |day: Option<NaiveDate>, origin: Origin| {
        day.and_then(|day| days.get(&day)).map_or(0, |worths| worths[origin as usize])
    };
    let total = |one: &Candidate| {
        let day = local_day(one.date);
        // Addresses follow the clock of another zone at times.
        let near = |origin| {
            let days = [Some(day), day.pred_opt(), day.succ_opt()];
            days.into_iter().map(|day| worth(day, origin)).max().unwrap_or(0)
        };
        let support = [Origin::Metadata, Origin::Url, Origin::Shown].map(|origin| {
            match (origin, one.origin) {
                (origin, own) if origin == own => 0,
                (Origin::Url, _) | (_, Origin::Url) => near(origin),
                _ => worth(Some(day), origin),
            }
        });
        one.worth + support.iter().sum::<i32>() * SUPPORT / 100
    };
    let best = candidates
        .clone()
        .reduce(|best, next| if total(next) > total(best) { next } else { best })?;
    // What the page shows of that day may say more than its address, or than its first date.
    let of_day = candidates
        .clone()
        .filter(|one| one.origin == Origin::Shown && local_day(one.date) == local_day(best.date));
    let chosen = match best.origin {
        // One that gives the day alone leaves the time to what agrees with it.
        Origin::Metadata if best.date.precision() == Precision::Day => candidates
            .filter(|one| one.date.precision() != Precision::Day && one.worth >= SURE)
            .filter(|one| local_day(one.date) == local_day(best.date))
            .min_by_key(|one| (one.date.precision(), -one.worth))
            .unwrap_or(best),
        Origin::Metadata => best,
        _ => of_day
            .filter(|one| {
                best.origin == Origin::Url
                    || one.worth + CLOSE >= best.worth
                    || one.worth >= SURE && best.date.precision() == Precision::Day
            })
            .min_by_key(|one| (one.date.precision(), -one.worth))
            .unwrap_or(best),
    };
    let in_address = worth(Some(local_day(chosen.date)), Origin::Url) > 0;
    let is_sure = |one: &Candidate| one.origin == Origin::Shown && one.worth >= SURE;
    let source = match chosen.origin {
        Origin::Metadata => DateSource::Metadata,
        Origin::Shown if is_sure(chosen) || is_sure(best) => DateSource::Metadata,
        Origin::Shown if !in_address => DateSource::Guess,
        Origin::Shown | Origin::Url => DateSource::Url,
    };
    Some((chosen.date, source))
}
