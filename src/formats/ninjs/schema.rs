//! The standard's own JSON schemas, and what interprets them.
//!
//! The schemas of `schemas/` use a small part of JSON Schema, drafts 3 to 2020-12: that part is
//! here. Formats are not asserted, as in the standard's test suite: a date that cannot be read
//! is valid ninjs.

use super::Version;
use crate::model::ParseNameError;
use serde_json::{Map, Value};
use std::fmt;
use std::sync::OnceLock;

macro_rules! versions {
    ($($variant:ident $name:literal),+ $(,)?) => {
        const NAMES: &[(Version, &str)] = &[$((Version::$variant, $name)),+];

        fn text(version: Version) -> &'static str {
            match version {
                $(Version::$variant => include_str!(concat!("schemas/", $name, ".json"))),+
            }
        }
    };
}

versions! {
    V3_1 "3.1", V3_0 "3.0", V2_2 "2.2", V2_1 "2.1", V2_0 "2.0", V1_6 "1.6", V1_5 "1.5",
    V1_4 "1.4", V1_3 "1.3", V1_2 "1.2", V1_1 "1.1", V1_0 "1.0", Draft2 "2.x-dev", Draft1 "1.x-dev",
}

/// What the schemas of 2.0 and later call by this address is ours.
const GEOJSON: &str = "https://geojson.org/schema/GeoJSON.json";

/// Properties of news objects that no schema has and producers send (Superdesk and its users).
/// Those of an item itself may be any; an associated object is held closer.
const EXTENSIONS: &[&str] = &[
    "annotations",
    "authors",
    "charcount",
    "evolvedfrom",
    "extra",
    "firstpublished",
    "guid",
    "keywords",
    "order",
    "poi",
    "priority",
    "products",
    "readtime",
    "service",
    "signal",
    "source",
    "toc",
    "wordcount",
];

impl Version {
    /// Every released version, the newest first, then the drafts.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(version, _)| *version)
    }

    /// Its number, such as `2.1`.
    pub fn as_str(self) -> &'static str {
        NAMES.iter().find(|(version, _)| *version == self).map_or("", |(_, name)| name)
    }

    /// Whether its first digit is 1: texts are properties with a suffix, not lists.
    pub(super) fn is_first(self) -> bool {
        self.as_str().starts_with('1')
    }

    /// Whether it was released: documents are held to drafts only when the caller says so.
    pub(super) fn is_released(self) -> bool {
        !matches!(self, Self::Draft1 | Self::Draft2)
    }

    fn schema(self) -> &'static Value {
        static SCHEMAS: OnceLock<Vec<Value>> = OnceLock::new();
        let schemas = SCHEMAS.get_or_init(|| {
            let parse = |(version, _): &(Self, _)| serde_json::from_str(text(*version));
            NAMES.iter().map(parse).map(Result::unwrap_or_default).collect()
        });
        let number = NAMES.iter().position(|(version, _)| *version == self).unwrap_or(0);
        schemas.get(number).unwrap_or(&Value::Null)
    }

    /// How many properties of an item this version knows.
    pub(super) fn knows(self, item: &Value) -> usize {
        let names = item.as_object().into_iter().flat_map(Map::keys);
        names.filter(|name| self.knows_property(name)).count()
    }

    /// Holds an item to the schema. Tolerant, what the schema does not know may be there, save
    /// in associated objects.
    pub(crate) fn check(self, item: &Value, tolerant: bool) -> Result<(), Violation> {
        let schema = Schema { root: self.schema(), tolerant };
        schema.check(schema.root, item, &Path::Root)
    }

    /// Whether it knows a property of an item.
    pub(super) fn knows_property(self, name: &str) -> bool {
        let schema = Schema { root: self.schema(), tolerant: false };
        schema.evaluates(schema.root, name)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::str::FromStr for Version {
    type Err = ParseNameError;

    fn from_str(number: &str) -> Result<Self, ParseNameError> {
        let found = Self::all().find(|version| version.as_str() == number);
        found.ok_or_else(|| ParseNameError::new(number, Self::all().map(Self::as_str)))
    }
}

/// Where an item is not as the schema says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    /// The property's path, such as `places[2].geojson.type`; empty for the item itself.
    path: String,
    what: String,
}

impl Violation {
    fn depth(&self) -> usize {
        self.path.matches(['.', '[']).count()
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.what),
            path => write!(f, "{path}: {}", self.what),
        }
    }
}

/// A property's path, from the inside out, put together only when it is asked for.
enum Path<'a> {
    Root,
    Property(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Property(Path::Root, name) => f.write_str(name),
            Path::Property(above, name) => write!(f, "{above}.{name}"),
            Path::Item(above, number) => write!(f, "{above}[{number}]"),
        }
    }
}

impl Path<'_> {
    fn violation(&self, what: impl Into<String>) -> Violation {
        let mut path = self.to_string();
        // Whoever names a property in a megabyte need not read it again.
        if let Some((at, _)) = path.char_indices().nth(200) {
            path.truncate(at);
            path.push('…');
        }
        Violation { path, what: what.into() }
    }
}

#[derive(Clone, Copy)]
struct Schema {
    root: &'static Value,
    tolerant: bool,
}

impl Schema {
    fn check(&self, schema: &'static Value, value: &Value, path: &Path) -> Result<(), Violation> {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let (schema, target) = self.resolve(target);
            schema.check(target, value, path)?;
        }
        if let Some(kind) = schema.get("type")
            && !list(kind).iter().any(|kind| is_of_type(value, kind))
        {
            let names: Vec<_> = list(kind).iter().filter_map(Value::as_str).collect();
            return Err(path.violation(format!("{} expected", names.join(" or "))));
        }
        if let Some(Value::Array(allowed)) = schema.get("enum")
            && !allowed.contains(value)
        {
            let names: Vec<_> = allowed.iter().filter_map(Value::as_str).collect();
            return Err(path.violation(format!("not one of: {}", names.join(", "))));
        }
        match value {
            Value::Object(object) => self.check_object(schema, object, path)?,
            Value::Array(items) => {
                let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0);
                if (items.len() as u64) < least {
                    return Err(path.violation(format!("at least {least} items expected")));
                }
                if let Some(of_items) = schema.get("items") {
                    for (number, item) in items.iter().enumerate() {
                        self.check(of_items, item, &Path::Item(path, number))?;
                    }
                }
            }
            Value::Number(number) => {
                let bound = |name| schema.get(name).and_then(Value::as_f64);
                let number = number.as_f64().unwrap_or(f64::NAN);
                let (least, most) = (bound("minimum"), bound("maximum"));
                if least.is_some_and(|least| number < least)
                    || most.is_some_and(|most| number > most)
                {
                    let (least, most) = (least.unwrap_or(f64::MIN), most.unwrap_or(f64::MAX));
                    return Err(path.violation(format!("not between {least} and {most}")));
                }
            }
            // Every `pattern` of the schemas is the one of truncated dates.
            Value::String(text) if schema.get("pattern").is_some() && !is_truncated_date(text) => {
                return Err(path.violation("not a date, or the beginning of one"));
            }
            _ => {}
        }
        self.check_combinations(schema, value, path)
    }

    fn check_object(
        &self,
        schema: &'static Value,
        object: &Map<String, Value>,
        path: &Path,
    ) -> Result<(), Violation> {
        let properties = schema.get("properties").and_then(Value::as_object);
        // Draft 3 says `required` of the property, later ones list the names.
        let here = properties
            .into_iter()
            .flatten()
            .filter(|(_, of)| of.get("required") == Some(&Value::Bool(true)));
        let listed = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        for name in here.map(|(name, _)| name.as_str()).chain(listed.filter_map(Value::as_str)) {
            if !object.contains_key(name) {
                return Err(Path::Property(path, name).violation("missing"));
            }
        }
        let patterns = schema.get("patternProperties").and_then(Value::as_object);
        for (name, value) in object {
            let below = Path::Property(path, name);
            if let Some(of) = properties.and_then(|properties| properties.get(name)) {
                self.check(of, value, &below)?;
            }
            for (_, of) in patterns.into_iter().flatten().filter(|(p, _)| matches(p, name)) {
                self.check(of, value, &below)?;
            }
        }
        let closed = ["additionalProperties", "unevaluatedProperties"]
            .iter()
            .any(|keyword| schema.get(*keyword) == Some(&Value::Bool(false)));
        if closed {
            let is_item = std::ptr::eq(schema, self.root);
            let is_associated = !matches!(path, Path::Root)
                && (is_item || schema.get("unevaluatedProperties").is_some());
            for name in object.keys().filter(|name| !self.evaluates(schema, name)) {
                let accepted = match is_associated {
                    true => EXTENSIONS.contains(&name.as_str()),
                    false => true,
                };
                if !(self.tolerant && accepted) {
                    return Err(Path::Property(path, name).violation("no property of this version"));
                }
            }
        }
        Ok(())
    }

    fn check_combinations(
        &self,
        schema: &'static Value,
        value: &Value,
        path: &Path,
    ) -> Result<(), Violation> {
        for (keyword, most) in [("anyOf", usize::MAX), ("oneOf", 1)] {
            let Some(Value::Array(branches)) = schema.get(keyword) else { continue };
            let (mut valid, mut deepest) = (0, None::<Violation>);
            for branch in branches {
                match self.check(branch, value, path) {
                    Ok(()) if keyword == "anyOf" => return Ok(()),
                    Ok(()) => valid += 1,
                    // The branch that went furthest is the one that was meant.
                    Err(violation)
                        if deepest.as_ref().is_none_or(|d| d.depth() < violation.depth()) =>
                    {
                        deepest = Some(violation);
                    }
                    Err(_) => {}
                }
            }
            match deepest {
                Some(violation) if valid == 0 => return Err(violation),
                _ if valid > most => return Err(path.violation("has what excludes each other")),
                _ => {}
            }
        }
        Ok(())
    }

    /// What a `$ref` names, and the schema that it stands in.
    fn resolve(&self, reference: &str) -> (Schema, &'static Value) {
        static OURS: OnceLock<Value> = OnceLock::new();
        let here = reference.find('#').unwrap_or(reference.len());
        let (document, pointer) = (&reference[..here], reference[here..].trim_start_matches('#'));
        let root = match document {
            GEOJSON => OURS.get_or_init(|| {
                serde_json::from_str(include_str!("schemas/geojson.json")).unwrap_or_default()
            }),
            _ => self.root,
        };
        (Schema { root, ..*self }, root.pointer(pointer).unwrap_or(&Value::Null))
    }

    /// Whether a schema, or the one it refers to, speaks of a property of an object.
    fn evaluates(&self, schema: &'static Value, name: &str) -> bool {
        let object = |keyword| schema.get(keyword).and_then(Value::as_object);
        object("properties").is_some_and(|properties| properties.contains_key(name))
            || object("patternProperties")
                .is_some_and(|patterns| patterns.keys().any(|pattern| matches(pattern, name)))
            || schema.get("$ref").and_then(Value::as_str).is_some_and(|target| {
                let (schema, target) = self.resolve(target);
                schema.evaluates(target, name)
            })
    }
}

/// One value as a list.
fn list(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}

fn is_of_type(value: &Value, kind: &Value) -> bool {
    match (kind.as_str().unwrap_or(""), value) {
        ("integer", Value::Number(number)) => number.as_f64().is_some_and(|n| n.fract() == 0.0),
        ("string", Value::String(_))
        | ("number", Value::Number(_))
        | ("object", Value::Object(_))
        | ("array", Value::Array(_))
        | ("boolean", Value::Bool(_))
        | ("null", Value::Null) => true,
        _ => false,
    }
}

/// Whether a pattern of the schemas matches: `^`, a prefix, and one or more of a class, which
/// is `[a-zA-Z0-9]` or `[a-zA-Z0-9_]`. What follows is free, as the patterns have no end.
fn matches(pattern: &str, name: &str) -> bool {
    let (prefix, class) = pattern.split_once('[').unwrap_or((pattern, ""));
    name.strip_prefix(prefix.trim_start_matches('^')).is_some_and(|rest| {
        let underscore = class.contains('_');
        rest.starts_with(|c: char| c.is_ascii_alphanumeric() || underscore && c == '_')
    })
}

/// A date and time, or its beginning: `2024`, `2024-06`, `2024-06-13`,
/// `2024-06-13T10:00:00+05:00`.
fn is_truncated_date(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (year, rest) = text.split_at(digits);
    let (day, time) = match rest.split_once('T') {
        Some((day, time)) => (day, Some(time)),
        None => (rest, None),
    };
    let shape: String = day.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    // Digits and hyphens alone may still be no day: the calendar decides, in a leap year.
    let exists =
        format!("2000{day}{}", &"-01-01"[day.len().min(6)..]).parse::<chrono::NaiveDate>().is_ok();
    (year.len() == 4 || year.len() > 4 && !year.starts_with('0'))
        && matches!(shape.as_str(), "" | "-99" | "-99-99")
        && exists
        && time.is_none_or(|time| day.len() == 6 && is_time(time))
}

/// `10:00:00`, with fractions and an offset if need be.
fn is_time(time: &str) -> bool {
    let with_zone =
        match time.ends_with('Z') || time.get(8..).is_some_and(|t| t.contains(['+', '-'])) {
            true => format!("2000-01-01T{time}"),
            false => format!("2000-01-01T{time}Z"),
        };
    chrono::DateTime::parse_from_rfc3339(&with_zone).is_ok()
}

/// Whether a value is GeoJSON.
pub(super) fn is_geojson(value: &Value) -> bool {
    let schema = Schema { root: &Value::Null, tolerant: false };
    let (schema, root) = schema.resolve(GEOJSON);
    schema.check(root, value, &Path::Root).is_ok()
}
