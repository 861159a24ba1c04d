//! The Global Knowledge Graph: a row is an article, with all that GDELT found in it.
//!
//! People, organisations and places are mentions, themes are subjects (`gdelt-theme`), the rest
//! are annotations, all by the annotator `gdelt`:
//!
//! | kind | value |
//! | --- | --- |
//! | `tone` | the seven numbers of its tone by their names |
//! | `count` | kind, number, object, place and offset of what was counted |
//! | `quotation` | offset, verb and text |
//! | `amount` | number, object and offset |
//! | `date` | the date as far as it is given, and offset |
//! | `places` | each place with country (ISO), district, coordinates and offsets |
//! | `offsets` | where names and themes stand: `{"persons": {"Anna Berg": [12, 90]}, …}` |
//! | `record` | GDELT's own number, the page's links, its twins for phones, embedded pictures and films |
//!
//! GCAM, some thousand word counts that are longer than all else together, is left out.

use super::{Row, country, language, number, scalar, source, stamp, start};
use crate::formats::markup;
use crate::formats::words::one_line;
use crate::model::{
    Annotation, DateSource, EntityKind, ExternalId, Image, NewArticle, NewMention, Reason, Subject,
};
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// Columns of GKG 2.1.
#[rustfmt::skip]
pub(super) const COLUMNS: &[&str] = &[
    "GKGRECORDID", "DATE", "SourceCollectionIdentifier", "SourceCommonName", "DocumentIdentifier", "Counts",
    "V2Counts", "Themes", "V2Themes", "Locations", "V2Locations", "Persons", "V2Persons", "Organizations",
    "V2Organizations", "V2Tone", "Dates", "GCAM", "SharingImage", "RelatedImages", "SocialImageEmbeds",
    "SocialVideoEmbeds", "Quotations", "AllNames", "Amounts", "TranslationInfo", "Extras",
];

/// Columns of GKG 1.0.
#[rustfmt::skip]
pub(super) const COLUMNS_1: &[&str] = &[
    "DATE", "NUMARTS", "COUNTS", "THEMES", "LOCATIONS", "PERSONS", "ORGANIZATIONS", "TONE", "CAMEOEVENTIDS",
    "SOURCES", "SOURCEURLS",
];

/// Who says so.
const ANNOTATOR: &str = "gdelt";

/// The numbers of a tone, in their order.
const TONE: [&str; 7] =
    ["tone", "positive", "negative", "polarity", "activity_density", "self_group_density", "words"];

/// The article of a row of GKG 2.1.
pub(super) fn article(row: &Row<'_>) -> Result<NewArticle, Reason> {
    let seen = row.time("DATE")?;
    let mut article = row.seen("DocumentIdentifier", row.get("DocumentIdentifier"), seen)?;
    article.source = source(row.get("SourceCommonName"), row.get("DocumentIdentifier"));
    article.language = language(row.get("TranslationInfo"));
    let extras = row.get("Extras");
    article.headline = extra(extras, "PAGE_TITLE").map(plain).filter(|title| !title.is_empty());
    row.derive_headline("DocumentIdentifier", &mut article)?;
    article.authors = extra(extras, "PAGE_AUTHORS")
        .into_iter()
        .flat_map(|names| {
            plain(names).split(';').map(|name| name.trim().to_owned()).collect::<Vec<_>>()
        })
        .filter(|name| !name.is_empty())
        .collect();
    if let Some(given) = extra(extras, "PAGE_PRECISEPUBTIMESTAMP") {
        // A page cannot be from after the time it was seen; clocks and zones may be a day off.
        match stamp(given).filter(|date| date.second() <= seen.second() + 86_400) {
            Some(date) => {
                article.published = Some(date);
                article.published_source = Some(DateSource::Metadata);
            }
            None => article.published_raw = Some(given.to_owned()),
        }
    }
    let images = [row.list("SharingImage", ";")?, row.list("RelatedImages", ";")?].concat();
    let mut known = HashSet::new();
    article.images = images
        .into_iter()
        .map(whole_url)
        .filter(|url| known.insert(url.clone()))
        .map(|url| Image { url, ..Image::default() })
        .collect();
    subjects(row, "Themes", &mut article)?;
    let mut offsets = Map::new();
    for (kind, key, columns) in [
        (Some(EntityKind::Person), "persons", ["V2Persons", "Persons"]),
        (Some(EntityKind::Organisation), "organisations", ["V2Organizations", "Organizations"]),
        (None, "themes", ["V2Themes", "V2Themes"]),
        (None, "names", ["AllNames", "AllNames"]),
    ] {
        let mut found = Map::new();
        for entry in either(row, columns)? {
            let (name, offset) = named_offset(entry);
            push_offset(&mut found, name, offset);
        }
        article.mentions.extend(found.keys().filter_map(|name| Some(mention(kind?, name))));
        if !found.is_empty() {
            offsets.insert(key.to_owned(), found.into());
        }
    }
    places(row, ["Locations", "V2Locations"], &mut article)?;
    tone(row, "V2Tone", &mut article)?;
    for entry in either(row, ["V2Counts", "Counts"])? {
        article.annotations.push(annotation("count", count(entry)));
    }
    for entry in quotations(row)? {
        article.annotations.push(annotation("quotation", entry));
    }
    for entry in row.list("Amounts", ";")? {
        let (amount, rest) = entry.split_once(',').unwrap_or((entry, ""));
        let (object, offset) = rest.rsplit_once(',').unwrap_or((rest, ""));
        let value = fields([
            ("amount", scalar(amount)),
            ("object", object.trim().into()),
            ("offset", scalar(offset)),
        ]);
        article.annotations.push(annotation("amount", value));
    }
    for entry in row.list("Dates", ";")? {
        article.annotations.push(annotation("date", date(entry)));
    }
    if !offsets.is_empty() {
        article.annotations.push(annotation("offsets", offsets.into()));
    }
    let links = |text: Option<&str>| -> Value {
        // The end of an entity parts nothing.
        let text = plain(text.unwrap_or(""));
        text.split(';').map(str::trim).filter(|link| !link.is_empty()).collect()
    };
    article.annotations.push(annotation(
        "record",
        fields([
            ("id", row.get("GKGRECORDID").into()),
            ("seen", seen.to_string().into()),
            ("links", links(extra(extras, "PAGE_LINKS"))),
            ("amp", extra(extras, "PAGE_ALTURL_AMP").map(plain).into()),
            ("mobile", extra(extras, "PAGE_ALTURL_MOBILE").map(plain).into()),
            ("embedded_images", links(Some(row.get("SocialImageEmbeds")))),
            ("embedded_videos", links(Some(row.get("SocialVideoEmbeds")))),
            ("translation", row.get("TranslationInfo").into()),
        ]),
    ));
    Ok(article)
}

/// The articles of a row of GKG 1.0: those in which the same names were found.
pub(super) fn articles_1(row: &Row<'_>) -> Result<Vec<Result<NewArticle, Reason>>, Reason> {
    let seen = row.time("DATE")?;
    let (urls, sources) = (row.list("SOURCEURLS", "<UDIV>")?, row.list("SOURCES", ";")?);
    let mut common = NewArticle::default();
    subjects(row, "THEMES", &mut common)?;
    for (kind, column) in
        [(EntityKind::Person, "PERSONS"), (EntityKind::Organisation, "ORGANIZATIONS")]
    {
        common.mentions.extend(row.list(column, ";")?.into_iter().map(|name| mention(kind, name)));
    }
    places(row, ["LOCATIONS"; 2], &mut common)?;
    tone(row, "TONE", &mut common)?;
    for entry in row.list("COUNTS", ";")? {
        common.annotations.push(annotation("count", count(entry)));
    }
    let events: Vec<Value> =
        row.list("CAMEOEVENTIDS", ",")?.into_iter().map(|id| id.into()).collect();
    if !events.is_empty() {
        common.annotations.push(annotation("events", events.into()));
    }
    if urls.is_empty() {
        return row.refuse("SOURCEURLS", "no URL");
    }
    // Sources and URLs go in pairs, unless a source has several.
    let paired = sources.len() == urls.len();
    let article = |(at, url): (usize, &&str)| {
        let mut article = row.seen("SOURCEURLS", url, seen)?;
        let named = sources.get(at).copied().filter(|_| paired);
        article.source = source(named.unwrap_or(""), url);
        row.derive_headline("SOURCEURLS", &mut article)?;
        article.subjects.clone_from(&common.subjects);
        article.mentions.clone_from(&common.mentions);
        article.annotations.clone_from(&common.annotations);
        Ok(article)
    };
    Ok(urls.iter().enumerate().map(article).collect())
}

fn annotation(kind: &str, value: Value) -> Annotation {
    Annotation::new(ANNOTATOR, kind, value)
}

fn mention(kind: EntityKind, name: &str) -> NewMention {
    NewMention { annotator: ANNOTATOR.to_owned(), ..NewMention::new(kind, name) }
}

/// An object of what is there.
fn fields<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let is_there = |value: &Value| match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => true,
    };
    let there = fields.into_iter().filter(|(_, value)| is_there(value));
    Value::Object(there.map(|(key, value)| (key.to_owned(), value)).collect())
}

/// The content of an element of Extras.
fn extra<'a>(extras: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = extras.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(content, _)| content.trim())
}

/// Text with its entities decoded, on one line.
fn plain(text: &str) -> String {
    one_line(&markup::to_text(text))
}

/// A URL that lost a slash, as those of early rows did.
fn whole_url(url: &str) -> String {
    match url.split_once(":/") {
        Some((scheme, rest)) if !rest.starts_with('/') => format!("{scheme}://{rest}"),
        _ => url.to_owned(),
    }
}

/// The first of two columns that has entries.
fn either<'a>(row: &Row<'a>, columns: [&str; 2]) -> Result<Vec<&'a str>, Reason> {
    let [first, second] = columns;
    let entries = row.list(first, ";")?;
    if entries.is_empty() { row.list(second, ";") } else { Ok(entries) }
}

/// `Name,12`: a name and where it stands.
fn named_offset(entry: &str) -> (&str, Option<Value>) {
    match entry.rsplit_once(',') {
        Some((name, offset)) if !name.is_empty() && number(offset).is_some() => {
            (name.trim(), number(offset))
        }
        _ => (entry, None),
    }
}

fn push_offset(found: &mut Map<String, Value>, name: &str, offset: Option<Value>) {
    let offsets = found.entry(name).or_insert_with(|| Value::Array(Vec::new()));
    if let (Value::Array(offsets), Some(offset)) = (offsets, offset) {
        offsets.push(offset);
    }
}

fn subjects(row: &Row<'_>, column: &str, article: &mut NewArticle) -> Result<(), Reason> {
    article.subjects = row
        .list(column, ";")?
        .into_iter()
        .map(|theme| Subject { scheme: Some("gdelt-theme".to_owned()), ..Subject::new(theme) })
        .collect();
    Ok(())
}

fn tone(row: &Row<'_>, column: &str, article: &mut NewArticle) -> Result<(), Reason> {
    let numbers = row.list(column, ",")?;
    let mut tone = Map::new();
    for (name, text) in TONE.iter().zip(&numbers) {
        match number(text) {
            Some(value) => tone.insert((*name).to_owned(), value),
            None => return row.refuse(column, format_args!("no number: {:?}", start(text))),
        };
    }
    if !tone.is_empty() {
        article.annotations.push(annotation("tone", tone.into()));
    }
    Ok(())
}

/// `type#name#country#district#latitude#longitude#feature`, in the newer column with a second
/// district before the latitude and the offset at the end.
struct Location<'a> {
    parts: Vec<&'a str>,
}

impl<'a> Location<'a> {
    fn part(&self, at: usize) -> &'a str {
        self.parts.get(at).copied().unwrap_or("")
    }

    fn is_newer(&self) -> bool {
        self.parts.len() > 8
    }

    fn feature(&self) -> &'a str {
        self.part(if self.is_newer() { 7 } else { 6 })
    }

    fn country(&self) -> Option<&'static str> {
        country(self.part(2), self.part(3))
    }

    /// ISO 3166 for countries and American states; else the number in the gazetteer of the
    /// United States (GNIS) or of the rest of the world (GNS).
    fn external_id(&self) -> Option<ExternalId> {
        let feature = self.feature();
        let numbered = !feature.is_empty()
            && feature.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit());
        match self.part(0) {
            "1" => self.country().map(|code| ExternalId::new("iso3166-1", code)),
            "2" if feature.len() == 2 => {
                Some(ExternalId::new("iso3166-2", format!("US-{feature}")))
            }
            "2" | "3" if numbered => Some(ExternalId::new("gnis", feature)),
            "4" | "5" if numbered => Some(ExternalId::new("gns", feature)),
            _ => None,
        }
    }

    fn value(&self) -> Value {
        let (district_2, latitude) = if self.is_newer() { (self.part(4), 5) } else { ("", 4) };
        let kind = match self.part(0) {
            "1" => "country",
            "2" | "5" => "state",
            "3" | "4" => "city",
            _ => "",
        };
        fields([
            ("name", self.part(1).into()),
            ("type", kind.into()),
            ("country", self.country().into()),
            ("district", self.part(3).into()),
            ("district_2", district_2.into()),
            ("latitude", scalar(self.part(latitude))),
            ("longitude", scalar(self.part(latitude + 1))),
            ("feature", self.feature().into()),
        ])
    }
}

/// Mentions of places by their full names, and the annotation that has the rest. The older
/// column names each place once and in full; the newer says where, in the words that stand there.
fn places(row: &Row<'_>, columns: [&str; 2], article: &mut NewArticle) -> Result<(), Reason> {
    let [older, newer] = columns;
    let split =
        |entry: &&'_ str| -> Vec<String> { entry.split('#').take(9).map(str::to_owned).collect() };
    let mut known = HashSet::new();
    for entry in either(row, [older, newer])? {
        let location = Location { parts: entry.split('#').take(9).map(str::trim).collect() };
        let name = location.part(1);
        if !name.is_empty() && known.insert((name, location.feature())) {
            article.mentions.push(NewMention {
                external_ids: location.external_id().into_iter().collect(),
                ..mention(EntityKind::Place, name)
            });
        }
    }
    let mut places: Vec<(Vec<String>, Value)> = Vec::new();
    let mut at = std::collections::HashMap::new();
    for entry in either(row, [newer, older])? {
        let mut parts = split(&entry);
        let offset = if parts.len() > 8 { parts.pop() } else { None };
        let number_of = places.len();
        let place = *at.entry(parts.clone()).or_insert(number_of);
        if place == number_of {
            let location = Location { parts: entry.split('#').take(9).map(str::trim).collect() };
            places.push((parts, location.value()));
        }
        if let (Some((_, value)), Some(offset)) =
            (places.get_mut(place), offset.and_then(|o| number(o.trim())))
        {
            match value.get_mut("offsets") {
                Some(Value::Array(offsets)) => offsets.push(offset),
                _ => value["offsets"] = json!([offset]),
            }
        }
    }
    if !places.is_empty() {
        let places: Vec<Value> = places.into_iter().map(|(_, value)| value).collect();
        article.annotations.push(annotation("places", places.into()));
    }
    Ok(())
}

/// `KIND#number#object#` and a place, in the newer column with the offset at the end.
fn count(entry: &str) -> Value {
    let parts: Vec<&str> = entry.splitn(4, '#').map(str::trim).collect();
    let part = |at: usize| parts.get(at).copied().unwrap_or("");
    let mut place: Vec<&str> = part(3).split('#').take(9).map(str::trim).collect();
    let offset = if place.len() > 7 { place.pop() } else { None };
    let place = Location { parts: place };
    let place = if place.part(1).is_empty() { Value::Null } else { place.value() };
    fields([
        ("kind", part(0).into()),
        ("number", scalar(part(1))),
        ("object", part(2).into()),
        ("place", place),
        ("offset", offset.map(scalar).into()),
    ])
}

/// `offset|length|verb|text`, parted by `#`, which may also stand in a text.
fn quotations(row: &Row<'_>) -> Result<Vec<Value>, Reason> {
    let mut quotations: Vec<(&str, String)> = Vec::new();
    let most = row.limits.mentions;
    for entry in row.get("Quotations").split('#') {
        if quotations.len() as u64 > most {
            return Err(Reason::OverLimit { limit: "mentions", allowed: most });
        }
        let parts: Vec<&str> = entry.splitn(4, '|').collect();
        match (parts.as_slice(), quotations.last_mut()) {
            ([offset, length, _, _], _) if number(offset).is_some() && number(length).is_some() => {
                quotations.push((entry, String::new()));
            }
            (_, Some((_, rest))) => {
                rest.push('#');
                rest.push_str(entry);
            }
            _ if entry.trim().is_empty() => {}
            _ => quotations.push((entry, String::new())),
        }
    }
    Ok(quotations
        .into_iter()
        .map(|(entry, rest)| {
            let mut parts = entry.splitn(4, '|');
            let mut next = || parts.next().unwrap_or("");
            let (offset, _length, verb, text) = (next(), next(), next(), next());
            fields([
                ("offset", scalar(offset)),
                ("verb", verb.into()),
                ("text", plain(&format!("{text}{rest}")).into()),
            ])
        })
        .collect())
}

/// `resolution#month#day#year#offset`: 1 a year, 2 a month, 3 a day, 4 a day of no year.
fn date(entry: &str) -> Value {
    let parts: Vec<&str> = entry.split('#').take(5).map(str::trim).collect();
    let part = |at: usize| parts.get(at).copied().unwrap_or("");
    let (month, day, year) = (part(1), part(2), part(3));
    let date = match part(0) {
        "1" => year.to_owned(),
        "2" => format!("{year}-{month:0>2}"),
        "3" => format!("{year}-{month:0>2}-{day:0>2}"),
        "4" => format!("--{month:0>2}-{day:0>2}"),
        _ => entry.to_owned(),
    };
    fields([("date", date.into()), ("offset", scalar(part(4)))])
}
