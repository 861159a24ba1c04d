//! Items of any version in the vocabulary of ninjs 3.1.

use super::Version;
use super::schema::is_geojson;
use serde_json::{Map, Value, json};

/// Names that changed between 1.0 and 3.1, at any depth.
const RENAMED: &[(&str, &str)] = &[
    ("$standard", "standard"),
    ("altids", "altIds"),
    ("byline", "by"),
    ("charcount", "charCount"),
    ("contactinfo", "contactInfo"),
    ("contentcreated", "contentCreated"),
    ("contenttype", "contentType"),
    ("copyrightholder", "copyrightHolder"),
    ("copyrightnotice", "copyrightNotice"),
    ("digitalsourcetype", "digitalSourceType"),
    ("ednote", "edNote"),
    ("embargoed", "embargoedUntil"),
    ("encodedrights", "encodedRights"),
    ("event", "events"),
    ("firstcreated", "firstCreated"),
    ("genre", "genres"),
    ("geojson", "geoJSON"),
    ("infosource", "infoSources"),
    ("infosources", "infoSources"),
    ("langid", "langId"),
    ("linkedrights", "linkedRights"),
    ("mimetype", "contentType"),
    ("object", "objects"),
    ("organisation", "organisations"),
    ("person", "people"),
    ("place", "places"),
    ("postalcode", "postalCode"),
    ("pubstatus", "pubStatus"),
    ("representationtype", "representationType"),
    ("rightsinfo", "rightsInfo"),
    ("sizeinbytes", "sizeInBytes"),
    ("subject", "subjects"),
    ("symboltype", "symbolType"),
    ("ticker", "symbol"),
    ("trustindicator", "trustIndicators"),
    ("trustindicators", "trustIndicators"),
    ("usageterms", "usageTerms"),
    ("versioncreated", "versionCreated"),
    ("wordcount", "wordCount"),
];

/// Properties of an item itself that keep their old name: 3.1 has no place for them there.
const UNCHANGED: &[&str] = &["mimetype", "charcount", "wordcount"];

/// Texts of 1.x: the beginning of their names, and the list that they became.
const TEXTS: &[(&str, &str)] =
    &[("headline", "headlines"), ("description", "descriptions"), ("body", "bodies")];

/// The media types of texts, by the end of their names.
const TEXT_TYPES: &[(&str, &str)] = &[
    ("text", "text/plain"),
    ("html", "text/html"),
    ("xhtml", "text/html"),
    ("nitf", "application/nitf+xml"),
];

/// Lists of concepts in 1.x: `scheme` and `code` became `uri`, or `literal`.
const CONCEPTS: &[&str] = &[
    "people",
    "organisations",
    "places",
    "subjects",
    "events",
    "objects",
    "infoSources",
    "genres",
];

/// An item of any version as one of 3.1. What that version does not know stays as it is.
pub(super) fn modern(item: Map<String, Value>, version: Version) -> Map<String, Value> {
    let mut modern = Map::new();
    for (name, value) in item {
        let known = version.knows_property(&name);
        let new_name = RENAMED
            .iter()
            .find(|(old, _)| known && *old == name && !UNCHANGED.contains(old))
            .map_or(name.as_str(), |(_, new)| new);
        let value = match new_name {
            _ if !known => value,
            "associations" => associations(value, version),
            "altIds" => alternative_ids(value),
            "renditions" => named(renamed(value)),
            "representationType" => representation(value),
            "trustIndicators" => each(value, |entry| trust_indicator(renamed(entry))),
            list if CONCEPTS.contains(&list) => each(value, |entry| concept(renamed(entry), list)),
            _ => renamed(value),
        };
        let text = TEXTS.iter().find_map(|(start, list)| {
            let role = name.strip_prefix(start).filter(|_| version.is_first() && known)?;
            (role.is_empty() || role.starts_with('_'))
                .then(|| (*list, role.trim_start_matches('_')))
        });
        match text {
            Some((list, role)) => push(&mut modern, list, text_entry(role, value)),
            // Two names became one: the first stands, the other keeps its own.
            None if modern.contains_key(new_name) => {
                modern.insert(name, value);
            }
            None => {
                modern.insert(new_name.to_owned(), value);
            }
        }
    }
    counts_of_body(&mut modern);
    modern
}

fn text_entry(role: &str, value: Value) -> Value {
    let mut entry = json!({"role": if role.is_empty() { "main" } else { role }});
    let ending = role.rsplit('_').next();
    if let Some((_, kind)) = TEXT_TYPES.iter().find(|(end, _)| Some(*end) == ending) {
        entry["contentType"] = json!(kind);
    }
    entry["value"] = value;
    entry
}

fn push(item: &mut Map<String, Value>, list: &str, entry: Value) {
    match item.entry(list).or_insert_with(|| json!([])) {
        Value::Array(entries) => entries.push(entry),
        other => *other = json!([other.take(), entry]),
    }
}

/// Every name at its present form, down to what has no fixed names.
fn renamed(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(renamed).collect(),
        Value::Object(object) => object
            .into_iter()
            .map(|(name, value)| {
                let new_name = RENAMED.iter().find(|(old, _)| *old == name).map(|(_, new)| *new);
                match new_name {
                    Some("geoJSON") => ("geoJSON".to_owned(), value),
                    Some(new) => (new.to_owned(), renamed(value)),
                    None => (name, renamed(value)),
                }
            })
            .collect(),
        other => other,
    }
}

fn each(value: Value, change: impl Fn(Value) -> Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(change).collect(),
        other => other,
    }
}

/// 1.x: an object from names to objects. Later: a list of objects with a name.
fn named(value: Value) -> Value {
    let Value::Object(object) = value else { return value };
    object
        .into_iter()
        .map(|(name, value)| match value {
            Value::Object(entry) => {
                let mut with_name = Map::from_iter([("name".to_owned(), Value::String(name))]);
                with_name.extend(entry);
                Value::Object(with_name)
            }
            other => other,
        })
        .collect()
}

fn associations(value: Value, version: Version) -> Value {
    each(named(value), |entry| match entry {
        Value::Object(entry) => Value::Object(associated(entry, version)),
        other => other,
    })
}

fn associated(entry: Map<String, Value>, version: Version) -> Map<String, Value> {
    let mut entry = modern(entry, version);
    // The name leads, for whoever reads it.
    if let Some(name) = entry.shift_remove("name") {
        entry.shift_insert(0, "name".to_owned(), name);
    }
    entry
}

fn alternative_ids(value: Value) -> Value {
    match value {
        Value::Object(ids) => ids
            .into_iter()
            .map(|(role, value)| match value {
                Value::String(value) => json!({"role": role, "value": value}),
                other => json!({"role": role, "value": other.to_string()}),
            })
            .collect(),
        list => list,
    }
}

fn representation(value: Value) -> Value {
    match value.as_str() {
        Some("complete") => json!("full"),
        Some("incomplete") => json!("partial"),
        _ => value,
    }
}

fn concept(entry: Value, list: &str) -> Value {
    let Value::Object(mut entry) = entry else { return entry };
    identify(&mut entry, "uri");
    if list == "infoSources" && !entry.contains_key("role") {
        entry = rename(entry, "rel", "role");
    }
    if list == "places" && entry.get("geometry_geojson").is_some_and(is_geojson) {
        entry = rename(entry, "geometry_geojson", "geoJSON");
    }
    Value::Object(entry)
}

fn trust_indicator(entry: Value) -> Value {
    let Value::Object(mut entry) = entry else { return entry };
    identify(&mut entry, "role");
    Value::Object(entry)
}

fn rename(entry: Map<String, Value>, old: &str, new: &str) -> Map<String, Value> {
    entry
        .into_iter()
        .map(|(name, value)| (if name == old { new.to_owned() } else { name }, value))
        .collect()
}

/// `scheme` and `code` of 1.x as one property: where the scheme is an address, a URI under the
/// name given, else a `literal`.
fn identify(entry: &mut Map<String, Value>, uri: &str) {
    let text = |name| entry.get(name).and_then(Value::as_str).map(str::to_owned);
    let (name, value) = match (text("scheme"), text("code")) {
        (_, None) => return,
        (Some(scheme), Some(code)) if scheme.contains("://") || scheme.starts_with("urn:") => {
            let slash = if scheme.ends_with(['/', '#', ':', '=']) { "" } else { "/" };
            (uri, format!("{scheme}{slash}{code}"))
        }
        (Some(scheme), Some(code)) if !scheme.is_empty() => ("literal", format!("{scheme}:{code}")),
        (_, Some(code)) => ("literal", code),
    };
    if !entry.contains_key(name) {
        entry.shift_remove("scheme");
        entry.shift_remove("code");
        entry.insert(name.to_owned(), json!(value));
    }
}

/// 1.x counts the characters and words of an item, later versions those of each body.
fn counts_of_body(item: &mut Map<String, Value>) {
    for (old, new) in [("charcount", "charCount"), ("wordcount", "wordCount")] {
        let count = item.get(old).filter(|count| count.is_number()).cloned();
        let body =
            item.get_mut("bodies").and_then(Value::as_array_mut).and_then(|all| all.first_mut());
        if let (Some(count), Some(Value::Object(body))) = (count, body)
            && !body.contains_key(new)
        {
            body.insert(new.to_owned(), count);
            item.shift_remove(old);
        }
    }
}
