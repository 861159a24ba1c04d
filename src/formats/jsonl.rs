//! JSON: one article an object, one object a line, or the objects of an array.
//!
//! Names are those of the export, with the usual synonyms, and the shapes that services give their
//! articles ([`super::shapes`]). What no field takes is kept in
//! `attributes` under its own name. An object that says nothing of an article itself and holds one
//! list of objects that do is the answer of a service (`{"status": "ok", "articles": […]}`): the
//! articles are those of the list.

use super::fields::{names, rename};
use super::objects::objects;
use super::shapes::{is_shaped, lift, unwrap};
use super::{BOM, Item, ReadOptions, dates, markup};
use crate::model::{
    Date, DateSource, EntityKind, ExternalId, Field, Image, NewArticle, NewMention, ParseNameError,
    Place, PubStatus, Reason, Rejected, Span, Subject,
};
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::io::BufRead;
use std::sync::Arc;

type Object = Map<String, Value>;

/// serde_json reads no deeper than this.
const DEEPEST: u64 = 128;

/// Reads the articles of an input.
pub(super) fn read(
    input: impl BufRead + Send + 'static,
    name: String,
    options: ReadOptions,
) -> impl Iterator<Item = Item> {
    let mut objects = objects(input, name.clone(), options.limits.line).peekable();
    let empty = objects
        .peek()
        .is_none()
        .then(|| Err(Rejected { place: Place::line(name, 1), reason: Reason::Empty }));
    let options = Arc::new(options);
    let items = objects.flat_map(move |object| match object {
        Ok((bytes, place)) => {
            articles(bytes.strip_prefix(BOM).unwrap_or(&bytes), place, Arc::clone(&options))
        }
        Err(rejected) => Box::new(std::iter::once(Err(rejected))),
    });
    items.chain(empty)
}

/// The articles of the bytes of one object: one, but for an answer that lists some.
fn articles(
    bytes: &[u8],
    place: Place,
    options: Arc<ReadOptions>,
) -> Box<dyn Iterator<Item = Item> + Send> {
    let object = match object(bytes, &options) {
        Ok(object) => object,
        Err(reason) => return Box::new(std::iter::once(Err(Rejected { place, reason }))),
    };
    let tells = |object: &Object| {
        let field = |name| options.columns.get(name).map_or(name, String::as_str);
        object.keys().any(|name| TELLING.iter().any(|own| names(own).contains(&field(name))))
    };
    let path = if is_shaped(&object) { None } else { list_in(&object, &tells, true) };
    let Some(path) = path else {
        return Box::new(std::iter::once(read_object(object, place, &options)));
    };
    let mut list = Value::Object(object);
    for name in &path {
        list = list.get_mut(name).map(Value::take).unwrap_or_default();
    }
    let objects = list.as_array_mut().map(std::mem::take).into_iter().flatten().enumerate();
    let list = format!("{}/{}", place.input, path.join("/"));
    Box::new(objects.filter_map(move |(number, item)| match item {
        Value::Object(object) => {
            let place = Place { input: format!("{list}/{number}"), ..place.clone() };
            Some(read_object(object, place, &options))
        }
        _ => None,
    }))
}

fn read_object(mut object: Object, place: Place, options: &ReadOptions) -> Item {
    unwrap(&mut object);
    rename(&mut object, &options.columns);
    lift(&mut object);
    match article_of(object) {
        Ok(article) => Ok(NewArticle { place, ..article }),
        Err(reason) => Err(Rejected { place, reason }),
    }
}

/// Fields of which an article has one at least.
const TELLING: &[&str] = &["id", "uri", "url", "headline", "summary", "body", "body_html"];

/// The names that lead to the one list of articles in a service's answer, which is at its top or in
/// an object there.
fn list_in(answer: &Object, tells: &dyn Fn(&Object) -> bool, deeper: bool) -> Option<Vec<String>> {
    if tells(answer) {
        return None;
    }
    let is_article = |item: &Value| item.as_object().is_some_and(tells);
    let mut lists = answer.iter().filter_map(|(name, value)| match value {
        Value::Array(items) if !items.is_empty() && items.iter().all(is_article) => {
            Some(vec![name.clone()])
        }
        Value::Object(inner) if deeper => {
            let path = list_in(inner, tells, false)?;
            Some([vec![name.clone()], path].concat())
        }
        _ => None,
    });
    lists.next().filter(|_| lists.next().is_none())
}

/// The object of its bytes.
fn object(bytes: &[u8], options: &ReadOptions) -> Result<Object, Reason> {
    let text = std::str::from_utf8(bytes).map_err(|e| Reason::NotUtf8(e.valid_up_to() as u64))?;
    serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        if message.starts_with("recursion limit") {
            Reason::OverLimit { limit: "nesting", allowed: options.limits.nesting.min(DEEPEST) }
        } else {
            Reason::Malformed(format!("not a JSON object: {message}"))
        }
    })
}

/// An article from an object.
pub(super) fn article_of(mut object: Object) -> Result<NewArticle, Reason> {
    let o = &mut object;
    let status = match text_of(o, names("pubstatus"))?.as_deref() {
        None => None,
        Some("cancelled" | "killed") => Some(PubStatus::Canceled),
        // What systems that publish call it.
        Some("publish" | "published" | "public" | "live" | "true" | "1") => Some(PubStatus::Usable),
        Some(
            "draft" | "pending" | "private" | "future" | "scheduled" | "unpublished" | "trash"
            | "false" | "0",
        ) => Some(PubStatus::Withheld),
        Some(name) => Some(name.parse().map_err(|error| malformed("pubstatus", error))?),
    };
    let embargo = match value_of(o, names("embargo")) {
        None => None,
        // An embargo that cannot be read must not let the article out.
        Some(value) => Some(time(&value).ok_or_else(|| malformed("embargo", "not a date"))?),
    };
    let (published, published_raw) = date_of(o, names("published"));
    let modified = date_kept(o, names("modified"));
    let mut mentions = mentions_of(o)?;
    for (field, kind) in [
        ("people", EntityKind::Person),
        ("organisations", EntityKind::Organisation),
        ("places", EntityKind::Place),
        ("objects", EntityKind::Object),
        ("events", EntityKind::Event),
    ] {
        mentions.extend(of_all(o, field, |o, name| asserted(o, name, kind))?);
    }
    // One that cannot be read stays among the attributes, as other dates do.
    let seen = names("first_seen").iter().find(|name| o.get(**name).and_then(time).is_some());
    let first_seen = seen.and_then(|name| o.remove(*name)).as_ref().and_then(time);
    let source_name = text_of(o, names("source_name"))?;
    let mut article = NewArticle {
        source: source_of(o)?.or_else(|| source_name.clone()),
        source_name,
        source_url: text_of(o, &["source_url"])?,
        feed: text_of(o, &["feed"])?,
        id: text_of(o, names("id"))?,
        uri: text_of(o, &["uri"])?,
        url: text_of(o, names("url"))?,
        headline: text_of(o, names("headline"))?,
        headline_derived: flag(o, "headline_derived"),
        summary: text_of(o, names("summary"))?,
        body: text_of(o, names("body"))?,
        body_html: text_of(o, names("body_html"))?,
        byline: text_of(o, &["byline"])?,
        dateline: text_of(o, &["dateline"])?,
        authors: of_all(o, "authors", names_of)?,
        language: text_of(o, names("language"))?,
        published,
        published_source: parsed::<DateSource>(o, "published_source")?,
        published_raw: text_of(o, &["published_raw"])?.or(published_raw),
        modified,
        modified_source: parsed::<DateSource>(o, "modified_source")?,
        first_seen,
        // As in ninjs: with an embargo, an article is withheld, whatever else it says it is.
        status: match embargo {
            Some(_) if status != Some(PubStatus::Canceled) => Some(PubStatus::Withheld),
            _ => status,
        },
        embargo,
        urgency: urgency(o),
        subjects: of_all(o, "subjects", subjects_of)?,
        images: of_all(o, "images", images_of)?,
        enclosures: structures(o, "enclosures")?,
        mentions,
        annotations: structures(o, "annotations")?,
        tags: of_all(o, "tags", names_of)?,
        attributes: Map::new(),
        place: Place::default(),
    };
    // What an export says of the tone is found again in the text.
    if o.get("tone").and_then(Value::as_f64).is_some_and(|tone| tone.abs() <= 1.0) {
        o.remove("tone");
    }
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
    // Where there is no text at all, what should have been it is what is wrong.
    if article.headline.is_none() && article.summary.is_none() && article.body.is_none() {
        let texts = ["headline", "summary", "body"].into_iter().flat_map(names);
        let is_other = |name: &&&str| {
            matches!(article.attributes.get(**name), Some(Value::Object(_) | Value::Array(_)))
        };
        if let Some(name) = texts.into_iter().find(is_other) {
            return Err(malformed(name, "text expected"));
        }
    }
    Ok(article)
}

fn malformed(property: &str, reason: impl std::fmt::Display) -> Reason {
    Reason::Malformed(format!("{property}: {reason}"))
}

/// Takes the first of several names that has a value. The others stay, unless they say the same.
fn value_of(object: &mut Object, names: &[&str]) -> Option<Value> {
    let (mut first, mut blank): (Option<Value>, Option<Value>) = (None, None);
    for name in names {
        let Some(value) = object.get(*name) else { continue };
        if is_nothing(value) || first.as_ref() == Some(value) {
            object.remove(*name);
        } else if is_blank(value) {
            blank = blank.or_else(|| object.remove(*name));
        } else if first.is_none() {
            first = object.remove(*name);
        }
    }
    first.or(blank)
}

/// Whether a value says nothing.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        // As PHP writes what is empty.
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// Whether a value says nothing where another name of the field says something.
fn is_blank(value: &Value) -> bool {
    is_nothing(value) || value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// Text under the first of several names that has any. What is no text is refused under the first name;
/// under the others it is something else of the same name, and stays.
fn text_of(object: &mut Object, names: &[&str]) -> Result<Option<String>, Reason> {
    let own = names.first().copied().unwrap_or("");
    let is_text = |name: &&str| {
        *name == own || !matches!(object.get(*name), Some(Value::Object(_) | Value::Array(_)))
    };
    let names: Vec<&str> = names.iter().copied().filter(is_text).collect();
    value_of(object, &names).map(|value| scalar(own, value)).transpose()
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

fn parsed<T: std::str::FromStr<Err = ParseNameError>>(
    object: &mut Object,
    name: &str,
) -> Result<Option<T>, Reason> {
    text_of(object, &[name])?
        .map(|text| text.parse().map_err(|error| malformed(name, error)))
        .transpose()
}

fn urgency(object: &mut Object) -> Option<u8> {
    let urgency = match object.get("urgency")? {
        Value::String(text) => text.parse().ok()?,
        value => u8::try_from(value.as_u64()?).ok()?,
    };
    (1..=9).contains(&urgency).then(|| object.remove("urgency"))?;
    Some(urgency)
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
        Some(blank) if is_blank(&blank) => (None, None),
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

/// What stands under each name of a field, together.
fn of_all<T>(
    object: &mut Object,
    field: &'static str,
    of: impl Fn(&mut Object, &str) -> Result<Vec<T>, Reason>,
) -> Result<Vec<T>, Reason> {
    let (own, others) = names(field).split_first().unwrap_or((&"", &[]));
    let mut all = of(object, own)?;
    for name in others {
        let Some(value) = object.get(*name).cloned() else { continue };
        match of(object, name) {
            Ok(found) => all.extend(found),
            // Another's name for something else: it stays among the attributes.
            Err(_) => _ = object.insert((*name).to_owned(), value),
        }
    }
    Ok(all)
}

/// One value as a list.
fn list_of(object: &mut Object, name: &str) -> Vec<Value> {
    match object.remove(name) {
        Some(Value::Array(items)) => items.into_iter().filter(|item| !is_blank(item)).collect(),
        one => one.into_iter().filter(|one| !is_blank(one)).collect(),
    }
}

fn names_of(object: &mut Object, name: &str) -> Result<Vec<String>, Reason> {
    list_of(object, name)
        .into_iter()
        .map(|item| match item {
            Value::Object(mut item) => text_of(&mut item, &["name", "title", "webTitle", "label"])?
                .ok_or_else(|| malformed(name, "a name expected")),
            item => scalar(name, item),
        })
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
        let key = ["key", "id", "uri", "name", "title", "domain"]
            .into_iter()
            .find_map(|name| source.get(name)?.as_str());
        return Ok(key.map(str::to_owned));
    }
    text_of(object, names("source"))
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

fn images_of(object: &mut Object, name: &str) -> Result<Vec<Image>, Reason> {
    let mut images = Vec::new();
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
        mention.form = parsed(&mut item, "form")?;
        mentions.push(mention);
    }
    Ok(mentions)
}
