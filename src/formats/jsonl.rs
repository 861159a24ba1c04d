//! JSON lines: one article an object, one object a line.
//!
//! Names are those of the export, with the usual synonyms. What no field takes is kept in
//! `attributes` under its own name.

use super::lines::{Line, Lines};
use super::{BOM, Item, dates, markup};
use crate::model::{
    Date, DateSource, EntityKind, ExternalId, Field, Image, Limits, NewArticle, NewMention, Place,
    PubStatus, Reason, Rejected, Span, Subject,
};
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::io::BufRead;

type Object = Map<String, Value>;

/// serde_json reads no deeper than this.
const DEEPEST: u64 = 128;

/// Reads articles from lines.
pub(super) struct Jsonl<R> {
    lines: Lines<R>,
    name: String,
    number: u64,
    limits: Limits,
    /// Nothing can be read after a fault of the input itself.
    broken: bool,
}

impl<R: BufRead> Jsonl<R> {
    pub(super) fn new(input: R, name: String, limits: Limits) -> Self {
        Self { lines: Lines::new(input, limits.line), name, number: 0, limits, broken: false }
    }
}

impl<R: BufRead> Iterator for Jsonl<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while !self.broken {
            self.number += 1;
            let item = match self.lines.next_line() {
                Ok(None) => {
                    self.broken = true;
                    let empty = self.number == 1;
                    return empty.then(|| Err(self.rejected(Reason::Empty)));
                }
                Ok(Some(Line::TooLong)) => {
                    Err(Reason::OverLimit { limit: "line", allowed: self.limits.line })
                }
                Ok(Some(Line::Whole(bytes))) => {
                    let bytes = match self.number {
                        1 => bytes.strip_prefix(BOM).unwrap_or(&bytes),
                        _ => &bytes,
                    };
                    if bytes.trim_ascii().is_empty() {
                        continue;
                    }
                    article(bytes, &self.limits)
                }
                Err(error) => {
                    self.broken = true;
                    Err(Reason::from(&error))
                }
            };
            return Some(match item {
                Ok(mut article) => {
                    article.place = Place::line(&self.name, self.number);
                    Ok(article)
                }
                Err(reason) => Err(self.rejected(reason)),
            });
        }
        None
    }
}

impl<R> Jsonl<R> {
    fn rejected(&self, reason: Reason) -> Rejected {
        Rejected { place: Place::line(&self.name, self.number), reason }
    }
}

/// An article from the bytes of one line.
fn article(bytes: &[u8], limits: &Limits) -> Result<NewArticle, Reason> {
    let text = std::str::from_utf8(bytes).map_err(|e| Reason::NotUtf8(e.valid_up_to() as u64))?;
    let mut object: Object = serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        if message.starts_with("recursion limit") {
            Reason::OverLimit { limit: "nesting", allowed: limits.nesting.min(DEEPEST) }
        } else {
            Reason::Malformed(format!("not a JSON object: {message}"))
        }
    })?;
    let o = &mut object;
    let status = match text_of(o, &["pubstatus", "status"])?.as_deref() {
        None => None,
        Some("cancelled" | "killed") => Some(PubStatus::Canceled),
        Some(name) => Some(name.parse().map_err(|error| malformed("pubstatus", error))?),
    };
    let embargo = match value_of(o, &["embargo", "embargoed", "embargoed_until", "embargoedUntil"])
    {
        None => None,
        // An embargo that cannot be read must not let the article out.
        Some(value) => Some(time(&value).ok_or_else(|| malformed("embargo", "not a date"))?),
    };
    let (published, published_raw) = date_of(
        o,
        &[
            "published",
            "published_at",
            "publishedAt",
            "date",
            "pubDate",
            "pub_date",
            "datePublished",
            "date_published",
            "publication_date",
            "firstcreated",
            "created_at",
            "createdAt",
        ],
    );
    let modified = date_kept(
        o,
        &[
            "modified",
            "updated",
            "updated_at",
            "updatedAt",
            "dateModified",
            "date_modified",
            "versioncreated",
        ],
    );
    let mut authors = names_of(o, "authors")?;
    authors.extend(names_of(o, "author")?);
    let mut subjects = Vec::new();
    for name in ["subjects", "subject", "topics", "categories", "category", "section"] {
        subjects.extend(subjects_of(o, name)?);
    }
    let mut tags = names_of(o, "tags")?;
    tags.extend(names_of(o, "labels")?);
    let mut mentions = mentions_of(o)?;
    for (names, kind) in [
        (&["people", "persons"][..], EntityKind::Person),
        (&["organisations", "organizations", "orgs", "companies"], EntityKind::Organisation),
        (&["places", "locations"], EntityKind::Place),
        (&["objects"], EntityKind::Object),
        (&["events"], EntityKind::Event),
    ] {
        for name in names {
            mentions.extend(asserted(o, name, kind)?);
        }
    }
    let mut article = NewArticle {
        source_name: text_of(o, &["source_name"])?,
        source_url: text_of(o, &["source_url"])?,
        source: source_of(o)?,
        feed: text_of(o, &["feed"])?,
        id: text_of(o, &["id", "guid", "external_id", "externalId"])?,
        uri: text_of(o, &["uri"])?,
        url: text_of(o, &["url", "link", "canonical_url"])?,
        headline: text_of(o, &["headline", "title"])?,
        headline_derived: flag(o, "headline_derived"),
        summary: text_of(o, &["summary", "description", "abstract", "lead", "standfirst"])?,
        body: text_of(o, &["body", "text", "content", "body_text", "article"])?,
        body_html: text_of(o, &["body_html", "content_html", "html"])?,
        byline: text_of(o, &["byline"])?,
        dateline: text_of(o, &["dateline"])?,
        authors,
        language: text_of(o, &["language", "lang", "locale"])?,
        published,
        published_source: parsed::<DateSource>(o, "published_source")?,
        published_raw: text_of(o, &["published_raw"])?.or(published_raw),
        modified,
        modified_source: parsed::<DateSource>(o, "modified_source")?,
        first_seen: value_of(o, &["first_seen"]).as_ref().and_then(time),
        status: status.or(embargo.map(|_| PubStatus::Withheld)),
        embargo,
        urgency: urgency(o),
        subjects,
        images: images_of(o)?,
        enclosures: structures(o, "enclosures")?,
        mentions,
        annotations: structures(o, "annotations")?,
        tags,
        attributes: Map::new(),
        place: Place::default(),
    };
    if let Some(Value::Object(attributes)) = o.get_mut("attributes") {
        article.attributes = std::mem::take(attributes);
        o.remove("attributes");
    }
    if article.body.is_none() {
        article.body = article.body_html.as_deref().map(markup::to_text);
    }
    for (name, value) in object {
        if !value.is_null() {
            article.attributes.entry(name).or_insert(value);
        }
    }
    Ok(article)
}

fn malformed(property: &str, reason: impl std::fmt::Display) -> Reason {
    Reason::Malformed(format!("{property}: {reason}"))
}

/// Takes the first of several names that has a value. The others stay, unless they say the same.
fn value_of(object: &mut Object, names: &[&str]) -> Option<Value> {
    let mut first: Option<Value> = None;
    for name in names {
        let Some(value) = object.get(*name) else { continue };
        if value.is_null() || first.as_ref() == Some(value) {
            object.remove(*name);
        } else if first.is_none() {
            first = object.remove(*name);
        }
    }
    first
}

fn text_of(object: &mut Object, names: &[&str]) -> Result<Option<String>, Reason> {
    let property = names.iter().find(|name| object.contains_key(**name)).copied().unwrap_or("");
    value_of(object, names).map(|value| scalar(property, value)).transpose()
}

/// Text, or what is written as a number or a truth value.
fn scalar(property: &str, value: Value) -> Result<String, Reason> {
    match value {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(truth) => Ok(truth.to_string()),
        _ => Err(malformed(property, "text expected")),
    }
}

fn flag(object: &mut Object, name: &str) -> bool {
    match object.get(name) {
        Some(Value::Bool(flag)) => {
            let flag = *flag;
            object.remove(name);
            flag
        }
        _ => false,
    }
}

fn parsed<T: std::str::FromStr<Err = String>>(
    object: &mut Object,
    name: &str,
) -> Result<Option<T>, Reason> {
    text_of(object, &[name])?
        .map(|text| text.parse().map_err(|error| malformed(name, error)))
        .transpose()
}

fn urgency(object: &mut Object) -> Option<u8> {
    let urgency = object.get("urgency")?.as_u64().filter(|urgency| (1..=9).contains(urgency))?;
    object.remove("urgency");
    u8::try_from(urgency).ok()
}

/// A date from text, from digits such as 20210303, or from seconds or milliseconds since 1970.
fn date(value: &Value) -> Option<Date> {
    match value {
        Value::String(text) => dates::parse(text),
        Value::Number(number) => dates::parse(&number.to_string()).or_else(|| {
            let number = number.as_f64()?;
            let second = if number.abs() > 1e11 { number / 1e3 } else { number };
            DateTime::<Utc>::from_timestamp(second.floor() as i64, 0).map(Date::utc)
        }),
        _ => None,
    }
}

fn time(value: &Value) -> Option<DateTime<Utc>> {
    date(value).map(Date::at)
}

/// A date, and what was given where it could not be read.
fn date_of(object: &mut Object, names: &[&str]) -> (Option<Date>, Option<String>) {
    match value_of(object, names) {
        None => (None, None),
        Some(value) => match (date(&value), value) {
            (Some(date), _) => (Some(date), None),
            (None, Value::String(raw)) => (None, Some(raw)),
            (None, other) => (None, Some(other.to_string())),
        },
    }
}

/// A date; what cannot be read stays where it is, and so among the attributes.
fn date_kept(object: &mut Object, names: &[&str]) -> Option<Date> {
    let readable =
        names.iter().find(|name| object.get(**name).is_some_and(|v| date(v).is_some()))?;
    value_of(object, &[readable]).as_ref().and_then(date)
}

/// One value as a list.
fn list_of(object: &mut Object, name: &str) -> Vec<Value> {
    match object.remove(name) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items.into_iter().filter(|item| !item.is_null()).collect(),
        Some(one) => vec![one],
    }
}

fn names_of(object: &mut Object, name: &str) -> Result<Vec<String>, Reason> {
    list_of(object, name)
        .into_iter()
        .map(|item| match item {
            Value::Object(mut item) => {
                text_of(&mut item, &["name"])?.ok_or_else(|| malformed(name, "a name expected"))
            }
            item => scalar(name, item),
        })
        .filter(|name| !matches!(name, Ok(name) if name.trim().is_empty()))
        .collect()
}

/// Objects of one form, as the export writes them.
fn structures<T: DeserializeOwned>(object: &mut Object, name: &str) -> Result<Vec<T>, Reason> {
    list_of(object, name)
        .into_iter()
        .map(|item| serde_json::from_value(item).map_err(|error| malformed(name, error)))
        .collect()
}

fn source_of(object: &mut Object) -> Result<Option<String>, Reason> {
    if let Some(Value::Object(source)) = object.get("source") {
        // What else is said of the source stays, among the attributes.
        let key = ["key", "id", "name"].into_iter().find_map(|name| source.get(name)?.as_str());
        return Ok(key.map(str::to_owned));
    }
    text_of(object, &["source", "publisher", "source_name"])
}

fn subjects_of(object: &mut Object, name: &str) -> Result<Vec<Subject>, Reason> {
    let mut subjects = Vec::new();
    for item in list_of(object, name) {
        let subject = match item {
            Value::Object(mut item) => {
                let scheme = text_of(&mut item, &["scheme"])?;
                let code = text_of(&mut item, &["code", "id", "uri"])?;
                let label = text_of(&mut item, &["name", "label"])?;
                match (code, label) {
                    (Some(code), name) => Subject { scheme, code, name },
                    (None, Some(code)) => Subject { scheme, code, name: None },
                    (None, None) => return Err(malformed(name, "a code or a name expected")),
                }
            }
            item => Subject::new(scalar(name, item)?),
        };
        if !subject.code.trim().is_empty() {
            subjects.push(subject);
        }
    }
    Ok(subjects)
}

fn images_of(object: &mut Object) -> Result<Vec<Image>, Reason> {
    let mut images = Vec::new();
    for name in ["images", "image", "image_url"] {
        for item in list_of(object, name) {
            images.push(match item {
                Value::Object(mut item) => Image {
                    url: text_of(&mut item, &["url", "src"])?
                        .ok_or_else(|| malformed(name, "a url expected"))?,
                    caption: text_of(&mut item, &["caption", "alt"])?,
                    credit: text_of(&mut item, &["credit"])?,
                },
                item => Image { url: scalar(name, item)?, ..Image::default() },
            });
        }
    }
    Ok(images)
}

/// What the publisher says the article is about: names, or objects with a name.
fn asserted(object: &mut Object, name: &str, kind: EntityKind) -> Result<Vec<NewMention>, Reason> {
    let mut mentions = Vec::new();
    for item in list_of(object, name) {
        let mention = match item {
            Value::Object(mut item) => {
                let text = text_of(&mut item, &["name", "label"])?
                    .ok_or_else(|| malformed(name, "a name expected"))?;
                NewMention {
                    external_ids: external_ids(&mut item, name)?,
                    ..NewMention::new(kind, text)
                }
            }
            item => NewMention::new(kind, scalar(name, item)?),
        };
        if !mention.name.trim().is_empty() {
            mentions.push(mention);
        }
    }
    Ok(mentions)
}

/// Ids as a list of `{scheme, value}`, as an object from scheme to value, or as `wikidata`.
fn external_ids(object: &mut Object, property: &str) -> Result<Vec<ExternalId>, Reason> {
    let mut ids = Vec::new();
    if let Some(id) = text_of(object, &["wikidata", "qid"])? {
        ids.push(ExternalId::new("wikidata", id));
    }
    match value_of(object, &["external_ids", "external"]) {
        None => {}
        Some(Value::Array(items)) => {
            for item in items {
                ids.push(serde_json::from_value(item).map_err(|error| malformed(property, error))?);
            }
        }
        Some(Value::Object(items)) => {
            for (scheme, value) in items {
                ids.push(ExternalId::new(scheme, scalar(property, value)?));
            }
        }
        Some(_) => return Err(malformed(property, "external_ids: a list or an object expected")),
    }
    Ok(ids)
}

fn mentions_of(object: &mut Object) -> Result<Vec<NewMention>, Reason> {
    let property = "mentions";
    let mut mentions = Vec::new();
    for item in list_of(object, property) {
        let Value::Object(mut item) = item else {
            return Err(malformed(property, "objects expected"));
        };
        let kind = parsed::<EntityKind>(&mut item, "kind")?
            .ok_or_else(|| malformed(property, "a kind expected"))?;
        let name =
            text_of(&mut item, &["name"])?.ok_or_else(|| malformed(property, "a name expected"))?;
        let offset = |value: Option<Value>| -> Result<Option<usize>, Reason> {
            value
                .map(|value| value.as_u64().and_then(|offset| usize::try_from(offset).ok()))
                .map(|offset| {
                    offset.ok_or_else(|| malformed(property, "start and end are byte offsets"))
                })
                .transpose()
        };
        let field = parsed::<Field>(&mut item, "field")?;
        let start = offset(value_of(&mut item, &["start"]))?;
        let end = offset(value_of(&mut item, &["end"]))?;
        let span = match (field, start, end) {
            (None, None, None) => None,
            (Some(field), Some(start), Some(end)) => Some(Span { field, start, end }),
            _ => return Err(malformed(property, "field, start and end belong together")),
        };
        let mut mention = NewMention {
            span,
            external_ids: external_ids(&mut item, property)?,
            ..NewMention::new(kind, name)
        };
        if let Some(annotator) = text_of(&mut item, &["annotator"])? {
            mention.annotator = annotator;
        }
        mention.confidence = item.get("confidence").and_then(Value::as_f64);
        mentions.push(mention);
    }
    Ok(mentions)
}
