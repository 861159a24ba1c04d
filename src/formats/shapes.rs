//! Objects of services that say under other names, or further down, what an article has at its top:
//! those of WordPress, Drupal, Arc, Elasticsearch, and of the interfaces of newspapers and of
//! collectors of news. What is not taken stays where it is.

use super::fields::names;
use super::{byline, markup};
use serde_json::{Map, Value};

type Object = Map<String, Value>;

/// Objects in which the whole article may lie.
const WRAPPERS: &[&str] =
    &["_source", "article", "post", "story", "node", "item", "data", "attributes"];

/// What a field is made from what is found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum As {
    Itself,
    /// Whatever the object says of the field itself.
    First,
    /// The text of markup.
    Text,
    /// Markup of a paragraph for each.
    Paragraphs,
}

/// Where something lies, through objects and lists, and the field that it is.
#[rustfmt::skip]
const SHAPES: &[(&[&str], &str, As)] = &[
    // WordPress
    (&["title", "rendered"], "headline", As::Text),
    (&["excerpt", "rendered"], "summary", As::Text),
    (&["content", "rendered"], "body_html", As::Itself),
    (&["guid", "rendered"], "id", As::First),
    (&["modified_gmt"], "modified", As::First),
    (&["_embedded", "author", "name"], "authors", As::Itself),
    (&["_embedded", "wp:term", "name"], "subjects", As::Itself),
    (&["_embedded", "wp:featuredmedia", "source_url"], "images", As::Itself),
    // Drupal
    (&["status", "value"], "pubstatus", As::Itself),
    (&["title", "value"], "headline", As::Itself),
    (&["body", "processed"], "body_html", As::Itself),
    (&["body", "value"], "body_html", As::Itself),
    (&["body", "summary"], "summary", As::Text),
    (&["created", "value"], "published", As::Itself),
    (&["changed", "value"], "modified", As::Itself),
    // Arc
    (&["headlines", "basic"], "headline", As::Itself),
    (&["headline", "basic"], "headline", As::Itself),
    (&["description", "basic"], "summary", As::Text),
    (&["subheadlines", "basic"], "summary", As::Text),
    (&["content_elements", "content"], "body_html", As::Paragraphs),
    (&["credits", "by", "name"], "authors", As::Itself),
    (&["taxonomy", "primary_section", "name"], "subjects", As::Itself),
    // Newspapers
    (&["headline", "main"], "headline", As::Itself),
    (&["byline", "original"], "byline", As::Itself),
    (&["fields", "headline"], "headline", As::Text),
    (&["fields", "trailText"], "summary", As::Text),
    (&["fields", "standfirst"], "summary", As::Text),
    (&["fields", "bodyText"], "body", As::Itself),
    (&["fields", "body"], "body_html", As::Itself),
    (&["fields", "byline"], "byline", As::Itself),
    (&["fields", "thumbnail"], "images", As::Itself),
    (&["fields", "lang"], "language", As::Itself),
    // Collectors
    (&["links", "permalink"], "url", As::Itself),
    (&["summary", "sentences"], "summary", As::Itself),
    (&["thread", "site"], "source", As::Itself),
    (&["provider", "name"], "source", As::Itself),
    // schema.org
    (&["mainEntityOfPage", "@id"], "url", As::Itself),
    (&["publisher", "name"], "source", As::Itself),
    (&["image", "thumbnail", "contentUrl"], "images", As::Itself),
    (&["name"], "headline", As::Itself),
];

/// Fields that take a list.
const LISTS: &[&str] = &["authors", "subjects", "images"];

/// Names under which a number is no value, but the number of one in another table.
const ELSEWHERE: &[&str] =
    &["author", "authors", "creator", "category", "categories", "section", "tags"];

/// Whether an object is one article, whatever lists it holds: it wraps one, or has the headline of one
/// further down.
pub(super) fn is_shaped(object: &Object) -> bool {
    wrapper(object).is_some()
        || SHAPES
            .iter()
            .any(|(path, field, _)| *field == "headline" && path.len() > 1 && lies_at(object, path))
}

/// Takes an article out of the object that wraps it.
pub(super) fn unwrap(object: &mut Object) {
    if let Some(name) = wrapper(object)
        && let Some(Value::Object(inner)) = object.remove(name)
    {
        put_before(object, inner);
    }
}

/// Gives what lies further down the name of its field.
pub(super) fn lift(object: &mut Object) {
    let is_number = |value: &Value| match value {
        Value::Array(items) => !items.is_empty() && items.iter().all(Value::is_number),
        value => value.is_number(),
    };
    let of_wordpress = lies_at(object, &["title", "rendered"]);
    for name in ELSEWHERE.iter().filter(|name| **name != "tags" || of_wordpress) {
        if object.get(*name).is_some_and(is_number)
            && let Some(number) = object.remove(*name)
        {
            keep(object, name, number);
        }
    }
    let mut taken_from = Vec::new();
    for (path, field, form) in SHAPES {
        let is_there = path.first().is_some_and(|first| object.contains_key(*first));
        if !is_there
            || *form != As::First && is_told(object, field)
            || *field == "source" && is_told(object, "source_name")
            || path.len() == 1 && *field == "headline" && !names_an_article(object)
        {
            continue;
        }
        let Some((value, in_list)) = found(object, path) else { continue };
        let plain = path.first().and_then(|first| object.get(*first)?.get("format")?.as_str());
        let field = match plain {
            Some(format) if format.starts_with("plain") && *field == "body_html" => "body",
            _ => *field,
        };
        let value = formed(value, field, *form);
        // What several made one from stays.
        if !in_list {
            drop_at(object, path);
        }
        taken_from.extend(path.first().copied());
        if field == "byline" && !is_told(object, "authors") {
            let authors = byline::authors(value.as_str().unwrap_or(""));
            object.insert("authors".to_owned(), authors.into());
        }
        if let Some(before) = object.insert(field.to_owned(), value) {
            keep(object, field, before);
        }
    }
    // What is left there is nothing that a field could take.
    for name in taken_from {
        if object.get(name).is_some_and(|left| left.is_object() || left.is_array())
            && !LISTS.contains(&name)
            && let Some(left) = object.remove(name)
        {
            keep(object, name, left);
        }
    }
}

/// The name under which the whole article lies.
fn wrapper(object: &Object) -> Option<&'static str> {
    let text = |object: &Object| {
        ["headline", "summary", "body", "body_html"].iter().any(|field| is_told(object, field))
    };
    let wraps = |name: &&&str| {
        // Attributes are a wrapper in JSON:API, and elsewhere what no field takes.
        let may =
            **name != "attributes" || object.contains_key("type") && !object.contains_key("source");
        may && object.get(**name).and_then(Value::as_object).is_some_and(|inner| {
            text(inner) || SHAPES.iter().any(|(path, ..)| lies_at(inner, path))
        })
    };
    WRAPPERS.iter().find(wraps).copied().filter(|_| !text(object))
}

/// Puts what an article says inside before what the object around it says, but for what keeps the
/// article back.
fn put_before(object: &mut Object, inner: Object) {
    let held: Vec<&str> = ["embargo", "pubstatus"]
        .into_iter()
        .filter(|field| is_told(object, field))
        .flat_map(names)
        .copied()
        .collect();
    for (name, value) in inner {
        let says_nothing = value.is_null() || value.as_str().is_some_and(str::is_empty);
        if held.contains(&&*name) {
            keep(object, &name, value);
        } else if !says_nothing || !object.contains_key(&name) {
            let same = object.get(&name) == Some(&value);
            match object.insert(name.clone(), value) {
                Some(outer) if !same => keep(object, &name, outer),
                _ => {}
            }
        }
    }
}

/// Whether a name is that of an article: it may be anything's.
fn names_an_article(object: &Object) -> bool {
    object.contains_key("@type")
        || object.contains_key("datePublished") && object.contains_key("url")
}

/// What is found as what its field takes.
fn formed(value: Value, field: &str, form: As) -> Value {
    let text = |value: Value| match (value, form) {
        (Value::String(text), As::Text) => markup::to_text(&text),
        (Value::String(text), As::Paragraphs) => format!("<p>{text}</p>\n"),
        (Value::String(text), _) => text,
        (value, _) => value.to_string(),
    };
    match value {
        Value::Array(values) if LISTS.contains(&field) => Value::Array(values),
        // The first of several providers.
        Value::Array(mut values) if field == "source" => values.swap_remove(0),
        Value::Array(values) => {
            let joint = if form == As::Paragraphs { "" } else { " " };
            values.into_iter().map(text).collect::<Vec<_>>().join(joint).into()
        }
        value @ Value::String(_) => text(value).into(),
        value => value,
    }
}

/// Whether an object says something of a field at its top.
fn is_told(object: &Object, field: &'static str) -> bool {
    names(field).iter().any(|name| match object.get(*name) {
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(Value::Array(items)) => LISTS.contains(&field) && !items.is_empty(),
        Some(Value::Object(image)) if field == "images" => image.contains_key("url"),
        Some(Value::Object(_)) => LISTS.contains(&field) || *name == "source",
        value => value.is_some_and(|value| !value.is_null()),
    })
}

/// What lies at a path, and whether through a list: of several there, all that are texts, numbers or
/// truth values.
fn found(object: &Object, path: &[&str]) -> Option<(Value, bool)> {
    let (all, in_list) = all_at(object, path);
    match *all {
        [] => None,
        [value] => Some((value.clone(), in_list)),
        _ => Some((all.into_iter().cloned().collect(), true)),
    }
}

fn lies_at(object: &Object, path: &[&str]) -> bool {
    !all_at(object, path).0.is_empty()
}

fn all_at<'v>(object: &'v Object, path: &[&str]) -> (Vec<&'v Value>, bool) {
    let mut all = Vec::new();
    let value = path.split_first().and_then(|(first, rest)| Some((object.get(*first)?, rest)));
    let in_list = value.is_some_and(|(value, rest)| gather(value, rest, &mut all));
    (all, in_list)
}

/// Adds what lies at the end of a path; whether a list was on it.
fn gather<'v>(value: &'v Value, path: &[&str], all: &mut Vec<&'v Value>) -> bool {
    match (value, path) {
        (Value::Array(items), _) => {
            items.iter().for_each(|item| _ = gather(item, path, all));
            true
        }
        (Value::Object(object), [first, rest @ ..]) => {
            object.get(*first).is_some_and(|value| gather(value, rest, all))
        }
        (Value::String(_) | Value::Number(_) | Value::Bool(_), []) => {
            all.push(value);
            false
        }
        _ => false,
    }
}

/// Takes out what lies at a path of objects, and what holds nothing more.
fn drop_at(object: &mut Object, path: &[&str]) {
    match path {
        [] => {}
        [last] => _ = object.remove(*last),
        [first, rest @ ..] => {
            if let Some(Value::Object(inner)) = object.get_mut(*first) {
                drop_at(inner, rest);
                if inner.is_empty() {
                    object.remove(*first);
                }
            }
        }
    }
}

/// Leaves a value to the attributes, under another name where they have this one.
fn keep(object: &mut Object, name: &str, value: Value) {
    let mut attributes = match object.remove("attributes") {
        Some(Value::Object(attributes)) => attributes,
        None | Some(Value::Null) => Object::new(),
        Some(other) => Object::from_iter([("attributes".to_owned(), other)]),
    };
    let mut name = name.to_owned();
    while attributes.get(&name).is_some_and(|there| *there != value) {
        name.push('_');
    }
    attributes.insert(name, value);
    object.insert("attributes".to_owned(), attributes.into());
}
