//! When a page was published and changed.
//!
//! Every date that the page, its metadata and its address give is weighed; dates of one day
//! from different origins support each other. The weights say what a reader would trust: schema.org
//! and Open Graph before other metadata, a full date in the address, a line below the headline
//! that says "published" or stands in an element made for it, and last a day that is only near.

mod labels;
mod shown;
mod url;

use super::metadata::{Metadata, text};
use super::tree::Page;
use crate::formats::dates::{self, Order, Reading};
use crate::model::{Date, DateSource};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use serde_json::Value;
use std::collections::HashMap;

/// What is known of a page beside its tree.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    /// Where it is.
    pub(super) url: Option<&'a str>,
    /// BCP 47.
    pub(super) language: Option<&'a str>,
    pub(super) headline: Option<&'a str>,
    /// Later dates, but for a day, are no dates of a page.
    pub(super) now: DateTime<Utc>,
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

/// A full date in the address is worth this; beside it, what is shown must agree.
const ADDRESS: i32 = 120;

/// What supports and contradicts the year and month in an address.
const MONTH_AGREES: i32 = 30;
const MONTH_DIFFERS: i32 = 40;

/// A shown date below this is none of the article.
const LEAST: i32 = 40;

/// A shown date from this on is no guess.
const SURE: i32 = 70;

/// How far, in hundredths, a date of another origin supports one of the same day.
const SUPPORT: i32 = 60;

/// The dates of a page.
pub(super) fn dates(page: &Page, metadata: &Metadata, about: &About) -> Dates {
    let last = about.now.date_naive().succ_opt().unwrap_or(NaiveDate::MAX);
    let urls = [about.url, metadata.link("canonical"), metadata.meta(&["og:url"])];
    let reading = Reading { language: about.language, order: Some(order(page, about)) };
    let address = urls
        .into_iter()
        .flatten()
        .map(|url| url::date(url, last, &reading))
        .reduce(|one, next| if one.day.is_some() || next.day.is_none() { one } else { next })
        .unwrap_or_default();
    let mut given = Given { reading, last, candidates: Vec::new(), raw: None };
    given.read(metadata);
    let mut candidates = given.candidates;
    if let Some(day) = address.day {
        let date = Date::day(day);
        candidates.push(Candidate { date, origin: Origin::Url, worth: ADDRESS, modified: false });
    }
    // What is sure needs no look at the page.
    let mut shown = shown::candidates(page, about.headline, &reading);
    shown.retain(|shown| is_possible(shown.date, last));
    for shown in &mut shown {
        let day = local_day(shown.date);
        if let Some((year, month)) = address.month {
            let agrees = day.year() == year && month.is_none_or(|month| day.month() == month);
            shown.worth += if agrees { MONTH_AGREES } else { -MONTH_DIFFERS };
        }
        if day.year() < 1990 {
            shown.worth -= 20;
        }
    }
    shown.retain(|shown| shown.worth >= LEAST);
    candidates.extend(shown);
    let modified = best(candidates.iter().filter(|candidate| candidate.modified));
    let published = best(candidates.iter().filter(|candidate| !candidate.modified));
    // A page that says only when it was changed was published no later.
    let published = published.or_else(|| modified.map(|(date, _)| (date, DateSource::Guess)));
    Dates { published, published_raw: given.raw.filter(|_| published.is_none()), modified }
}

/// The dates in the metadata.
struct Given<'a> {
    reading: Reading<'a>,
    last: NaiveDate,
    candidates: Vec<Candidate>,
    /// The first date of publication that cannot be read.
    raw: Option<String>,
}

impl Given<'_> {
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
        let read = dates::parse_as(value, &self.reading);
        match read.filter(|date| is_possible(*date, self.last)) {
            Some(date) => {
                self.candidates.push(Candidate { date, origin: Origin::Metadata, worth, modified });
            }
            None if !modified => drop(self.raw.get_or_insert_with(|| value.to_owned())),
            None => {}
        }
    }
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
    let american = ["com", "us", "gov", "mil", "edu", "org", "net", "info"].contains(&domain);
    let english = language.is_empty() || language.eq_ignore_ascii_case("en");
    let region = region.to_ascii_uppercase();
    let month_first = match region.as_str() {
        "US" | "PH" => true,
        "" => english && american,
        // A country's own domain says more than a region that software has set.
        _ => false,
    };
    if month_first && (american || domain.is_empty() || region != "US") {
        Order::MonthFirst
    } else {
        Order::DayFirst
    }
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
    // An address gives way to a date of its day that says more.
    let rank = |one: &Candidate| total(one) - i32::from(one.origin == Origin::Url);
    let chosen =
        candidates.reduce(|best, next| if rank(next) > rank(best) { next } else { best })?;
    let in_address = worth(Some(local_day(chosen.date)), Origin::Url) > 0;
    let source = match chosen.origin {
        Origin::Metadata => DateSource::Metadata,
        Origin::Shown if chosen.worth >= SURE => DateSource::Metadata,
        Origin::Shown if !in_address => DateSource::Guess,
        Origin::Shown | Origin::Url => DateSource::Url,
    };
    Some((chosen.date, source))
}
