//! IPTC ninjs, versions 1.0 to 3.1: news as JSON objects.
//!
//! An input is one object, an array of objects, or an object a line. Each is held to the
//! standard's own schema; what breaks it is refused with the property's path. Items of type text
//! become articles, and so do composites that have a body; every other type is refused by its
//! name.
//!
//! Nothing is lost: what the model has no field for stands in the attribute `ninjs`, in the
//! vocabulary of 3.1, and [`export_ninjs`](crate::Snapshot::export_ninjs) writes it out again.
//!
//! # Which version an item is held to
//!
//! The one that the caller names; else the one whose schema the item names (`standard.schema`);
//! else the newest that it is valid by. Items that name no schema of the standard may have
//! properties of their own, as producers send them: these are kept. The objects that are
//! associated with an item are held closer, for there a strange name is mostly a wrong one.

mod modern;
mod read;
mod schema;
pub(crate) mod words;

use super::{Item, objects};
use crate::model::{Limits, NewArticle, Place, Reason, Rejected};
use serde_json::{Map, Value};
use std::io::BufRead;

#[cfg(feature = "xml")]
pub(super) use read::from_item;
pub(crate) use read::is_markup;

/// serde_json reads no deeper than this.
const DEEPEST: u64 = 128;

/// The versions of ninjs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum Version {
    V1_0,
    V1_1,
    V1_2,
    V1_3,
    V1_4,
    V1_5,
    V1_6,
    V2_0,
    V2_1,
    V2_2,
    V3_0,
    V3_1,
    /// The draft of what follows 1.5, with `advices`.
    Draft1,
    /// The draft of what follows 2.1, with `advices`.
    Draft2,
}

/// Reads the items of an input.
pub(super) fn read(
    input: impl BufRead + Send + 'static,
    name: String,
    version: Option<Version>,
    source: Option<String>,
    limits: Limits,
) -> impl Iterator<Item = Item> {
    objects::objects(input, name, limits.line).map(move |object| {
        let (text, place) = object?;
        match article(&text, version, source.as_deref(), &limits) {
            Ok(article) => Ok(NewArticle { place, ..article }),
            Err((reason, line)) => {
                let line = place.line.map(|first| first + line);
                Err(Rejected { place: Place { line, ..place }, reason })
            }
        }
    })
}

/// Whether the beginning of an input, which begins with an object, is ninjs: it has a `uri`, a
/// name that only ninjs has, and none that only the lines of the export have.
pub(super) fn is_ninjs(head: &[u8]) -> bool {
    let has = |name: &&str| {
        let quoted = format!("\"{name}\"");
        head.windows(quoted.len()).any(|window| window == quoted.as_bytes())
    };
    let only_here = [
        "versioncreated",
        "versionCreated",
        "firstcreated",
        "firstCreated",
        "contentcreated",
        "headlines",
        "bodies",
        "descriptions",
        "body_xhtml",
        "description_text",
        "standard",
        "$standard",
        "representationtype",
        "representationType",
        "pubstatus",
        "pubStatus",
        "altids",
        "altIds",
        "usageterms",
        "copyrightholder",
        "copyrightHolder",
        "slugline",
        "infosource",
        "infoSources",
        "located",
        "associations",
        "renditions",
    ];
    let never = ["published", "published_at", "body", "first_seen", "text"];
    has(&"uri") && only_here.iter().any(has) && !never.iter().any(has)
}

/// An article from the text of one object; else the reason, and how many lines further down.
fn article(
    bytes: &[u8],
    version: Option<Version>,
    source: Option<&str>,
    limits: &Limits,
) -> Result<NewArticle, (Reason, u64)> {
    let bytes = bytes.strip_prefix(super::BOM).unwrap_or(bytes);
    let text = std::str::from_utf8(bytes)
        .map_err(|error| (Reason::NotUtf8(error.valid_up_to() as u64), 0))?;
    let item: Value = serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        let reason = match message.starts_with("recursion limit") {
            true => Reason::OverLimit { limit: "nesting", allowed: limits.nesting.min(DEEPEST) },
            false => Reason::Malformed(format!("not a JSON object: {message}")),
        };
        (reason, (error.line() as u64).saturating_sub(1))
    })?;
    let malformed = |reason: String| (Reason::Malformed(reason), 0);
    let (item, version) = valid(item, version).map_err(malformed)?;
    let Value::Object(item) = item else { return Err(malformed("not a JSON object".to_owned())) };
    let item = modern::modern(item, version);
    let kind = item.get("type").and_then(Value::as_str).unwrap_or("text");
    let has_body = item.get("bodies").and_then(Value::as_array).is_some_and(|all| !all.is_empty());
    if kind != "text" && !(kind == "composite" && has_body) {
        return Err(malformed(format!("type {kind} is not a text article")));
    }
    Ok(read::from_item(item, source))
}

/// The item and its version, when it is valid by that.
fn valid(item: Value, version: Option<Version>) -> Result<(Value, Version), String> {
    let held = |item: &Value, version: Version, tolerant| {
        version
            .check(item, tolerant)
            .map_err(|violation| format!("{violation} (ninjs {})", version.as_str()))
    };
    if let Some(version) = version.or_else(|| declared(&item)) {
        held(&item, version, false)?;
        return Ok((item, version));
    }
    let item = without_nulls(item);
    let released = || Version::all().filter(|version| version.is_released());
    if let Some(version) = released().find(|version| version.check(&item, false).is_ok()) {
        return Ok((item, version));
    }
    // The newest of those that know most of its properties.
    let nearest = released().fold(Version::V3_1, |best, version| {
        if version.knows(&item) > best.knows(&item) { version } else { best }
    });
    // Without a text there is no article that properties of its own could belong to.
    held(&item, nearest, has_text(&item))?;
    Ok((item, nearest))
}

/// The version whose schema an item names, in the form of that version.
fn declared(item: &Value) -> Option<Version> {
    ["standard", "$standard"].iter().find_map(|name| {
        let schema = item.get(name)?.get("schema")?.as_str()?;
        let (_, number) = schema.split_once("iptc.org/std/ninjs/ninjs-schema_")?;
        let number = number.trim_end_matches('#').strip_suffix(".json")?;
        let version = Version::all().find(|version| version.as_str() == number)?;
        (version.is_first() == name.starts_with('$')).then_some(version)
    })
}

/// Producers write null for absent; no schema allows it.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(object) => object
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect(),
        other => other,
    }
}

fn has_text(item: &Value) -> bool {
    let texts = ["headline", "body", "bodies", "description", "title"];
    let mut names = item.as_object().into_iter().flat_map(Map::keys);
    names.any(|name| texts.iter().any(|text| name.starts_with(text)))
}
