//! Lists of subjects: SKOS as JSON-LD or RDF/XML, JSON objects, tables with a header; also in gzip or zstd.
//!
//! * SKOS: an object with `conceptSet` (as [IPTC](https://cv.iptc.org/newscodes/mediatopic/) gives it) or `@graph`;
//!   of each concept `qcode`, or `uri` or `@id`; `prefLabel` and `altLabel` by language; the first of `broader`.
//!   In RDF/XML (feature `xml`) the same of each `skos:Concept`, wherever it stands.
//! * JSON objects, one a line or in an array: `{"scheme", "code", "names": {"en": "…"} or "name": "…",
//!   "broader": "CODE" or "SCHEME:CODE"}`.
//! * A table: the columns `scheme`, `code`, `name`, `language`, `broader`; a line for each name.

use super::lines::{Line, Lines};
use super::objects::objects;
use super::unpack::unpacked;
use super::{BOM, csv};
use crate::model::{Limits, NewSubject, Place, Reason, Rejected};
use serde_json::{Map, Value};
use std::io::{BufRead, Read};

/// A subject of a list and where it stood, or what was refused.
pub type SubjectItem = Result<(Place, NewSubject), Rejected>;

/// Tags that IPTC's list gives to Danish and Swedish, by country.
const MISTAGGED: [(&str, &str); 2] = [("dk", "da"), ("se", "sv")];

/// Reads a list of subjects; which form it has is told by how it begins.
///
/// ```
/// use newsdb::{Limits, formats::read_subjects};
/// let list = "scheme,code,name,broader\nhouse,eco,Economy,\nhouse,trade,Trade,eco\n";
/// let items: Vec<_> = read_subjects(list.as_bytes(), "list.csv", &Limits::default()).collect();
/// let (_, trade) = items[1].as_ref().unwrap();
/// assert_eq!(trade.broader, Some(("house".to_owned(), "eco".to_owned())));
/// ```
pub fn read_subjects(
    input: impl Read + Send + 'static,
    name: &str,
    limits: &Limits,
) -> Box<dyn Iterator<Item = SubjectItem> + Send> {
    let mut input = unpacked(input, limits);
    let start = match input.fill_buf() {
        Ok(start) => start,
        // Told once: what is read after it looks like the end.
        Err(error) => {
            let reason = Reason::from(&error);
            return Box::new(std::iter::once(Err(Rejected { place: Place::whole(name), reason })));
        }
    };
    let start = start.strip_prefix(BOM).unwrap_or(start).trim_ascii_start();
    if start.starts_with(b"{") || start.starts_with(b"[") {
        let items = objects(input, name.to_owned(), limits.line).flat_map(|object| {
            let (text, place) = match object {
                Ok(object) => object,
                Err(rejected) => return vec![Err(rejected)],
            };
            let refused = |reason| Rejected { place: place.clone(), reason };
            match serde_json::from_slice::<Map<String, Value>>(&text) {
                Ok(object) => of_object(&object)
                    .into_iter()
                    .map(|read| match read {
                        Ok(subject) => Ok((place.clone(), subject)),
                        Err(reason) => Err(refused(Reason::Malformed(reason))),
                    })
                    .collect(),
                Err(error) => vec![Err(refused(Reason::Malformed(error.to_string())))],
            }
        });
        return Box::new(items);
    }
    if start.starts_with(b"<") {
        return of_xml(input, name.to_owned(), limits);
    }
    Box::new(table(Lines::new(input, limits.line), name.to_owned(), limits.line))
}

#[cfg(feature = "xml")]
fn of_xml(
    input: impl Read + Send + 'static,
    name: String,
    limits: &Limits,
) -> Box<dyn Iterator<Item = SubjectItem> + Send> {
    Box::new(super::skos::read(input, name, *limits))
}

#[cfg(not(feature = "xml"))]
fn of_xml(
    _: impl Read + Send + 'static,
    name: String,
    _: &Limits,
) -> Box<dyn Iterator<Item = SubjectItem> + Send> {
    let reason = Reason::Unreadable("RDF/XML needs the feature xml".to_owned());
    Box::new(std::iter::once(Err(Rejected { place: Place::whole(name), reason })))
}

/// One subject, or those of a SKOS document.
fn of_object(object: &Map<String, Value>) -> Vec<Result<NewSubject, String>> {
    let concepts = ["conceptSet", "@graph"].iter().find_map(|key| object.get(*key)?.as_array());
    let Some(concepts) = concepts else { return vec![plain(object)] };
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    let (base, alias) = (text("uri").unwrap_or(""), text("prefSchemeAlias"));
    concepts
        .iter()
        .filter(|concept| concept.get("prefLabel").is_some())
        .map(|concept| skos(concept, base, alias))
        .collect()
}

fn skos(concept: &Value, base: &str, alias: Option<&str>) -> Result<NewSubject, String> {
    let id = ["qcode", "uri", "@id", "id"].iter().find_map(|key| concept.get(*key)?.as_str());
    let (scheme, code) = id.and_then(|id| scheme_and_code(id, base, alias)).ok_or("no code")?;
    let mut subject = NewSubject::new(scheme, code);
    for labels in ["prefLabel", "altLabel"].iter().filter_map(|key| concept.get(*key)) {
        add_names(&mut subject, labels);
    }
    let broader = concept.get("broader").and_then(|broader| match broader {
        Value::Array(several) => several.first(),
        one => Some(one),
    });
    let broader = broader.and_then(|broader| match broader {
        Value::String(id) => Some(id.as_str()),
        other => ["qcode", "uri", "@id"].iter().find_map(|key| other.get(*key)?.as_str()),
    });
    subject.broader = broader.and_then(|id| scheme_and_code(id, base, alias));
    Ok(subject)
}

/// `medtop:20000344`, or a URI, of which what follows the last `/` or `#` is the code.
pub(super) fn scheme_and_code(
    id: &str,
    base: &str,
    alias: Option<&str>,
) -> Option<(String, String)> {
    let (scheme, code) = match id.contains("://") {
        true => id.split_at(id.rfind(['/', '#'])? + 1),
        false => id.split_once(':')?,
    };
    let scheme = alias.filter(|_| scheme == base).unwrap_or(scheme);
    (!code.is_empty()).then(|| (scheme.to_owned(), code.to_owned()))
}

/// Names: one, several, or by language.
fn add_names(subject: &mut NewSubject, names: &Value) {
    let mut add = |name: &Value, language: Option<&str>| {
        // JSON-LD: `{"@language": "en", "@value": "Economy"}`.
        let (name, language) = match name.get("@value") {
            Some(value) => (value, name.get("@language").and_then(Value::as_str)),
            None => (name, language),
        };
        let known = MISTAGGED.iter().find(|(tag, _)| Some(*tag) == language);
        let language = known.map_or(language, |(_, right)| Some(*right));
        if let Some(name) = name.as_str().filter(|name| !name.trim().is_empty()) {
            *subject = std::mem::take(subject).name(name.trim(), language);
        }
    };
    match names {
        Value::Object(by_language) if !by_language.contains_key("@value") => {
            for (language, name) in by_language {
                match name {
                    Value::Array(several) => several.iter().for_each(|n| add(n, Some(language))),
                    one => add(one, Some(language)),
                }
            }
        }
        Value::Array(several) => several.iter().for_each(|name| add(name, None)),
        one => add(one, None),
    }
}

fn plain(object: &Map<String, Value>) -> Result<NewSubject, String> {
    let text = |key: &str| object.get(key).and_then(Value::as_str).map(str::trim);
    let scheme = text("scheme").unwrap_or("");
    let code = text("code").filter(|code| !code.is_empty()).ok_or("no code")?;
    let mut subject = NewSubject::new(scheme, code);
    for names in ["name", "names"].iter().filter_map(|key| object.get(*key)) {
        add_names(&mut subject, names);
    }
    subject.broader = text("broader").and_then(|broader| broader_of(broader, scheme));
    Ok(subject)
}

/// What is broader, of the same scheme unless another is named.
fn broader_of(broader: &str, scheme: &str) -> Option<(String, String)> {
    let (scheme, code) = broader.split_once(':').unwrap_or((scheme, broader));
    (!code.is_empty()).then(|| (scheme.to_owned(), code.to_owned()))
}

fn table<R: BufRead>(
    mut lines: Lines<R>,
    name: String,
    limit: u64,
) -> impl Iterator<Item = SubjectItem> {
    let (mut number, mut ended) = (0, false);
    let mut columns: Option<(u8, Vec<String>)> = None;
    std::iter::from_fn(move || {
        while !ended {
            number += 1;
            let place = Place { line: Some(number), ..Place::whole(name.clone()) };
            let refuse = |reason| Some(Err(Rejected { place: place.clone(), reason }));
            let line = match lines.next_line() {
                Ok(None) => return None,
                Ok(Some(Line::Whole(line))) => line,
                Ok(Some(Line::TooLong)) => {
                    return refuse(Reason::OverLimit { limit: "line", allowed: limit });
                }
                Err(error) => {
                    ended = true;
                    return refuse(Reason::from(&error));
                }
            };
            let line = line.strip_prefix(BOM).unwrap_or(&line).trim_ascii();
            if line.is_empty() {
                continue;
            }
            let Some((delimiter, columns)) = &columns else {
                let count = |delimiter: &u8| line.iter().filter(|byte| *byte == delimiter).count();
                let delimiter = *b",;\t".iter().max_by_key(|d| count(d)).unwrap_or(&b',');
                let names: Vec<String> = csv::fields(line, delimiter);
                let names = names.iter().map(|name| name.trim().to_lowercase()).collect();
                columns = Some((delimiter, names));
                continue;
            };
            if std::str::from_utf8(line).is_err() {
                return refuse(Reason::Malformed("not UTF-8".to_owned()));
            }
            return match row(columns, &csv::fields(line, *delimiter)) {
                Ok(subject) => Some(Ok((place, subject))),
                Err(reason) => refuse(Reason::Malformed(reason.to_owned())),
            };
        }
        None
    })
}

fn row(columns: &[String], fields: &[String]) -> Result<NewSubject, &'static str> {
    let of = |wanted: &str| {
        let at = columns.iter().position(|column| column == wanted)?;
        fields.get(at).map(|field| field.trim()).filter(|field| !field.is_empty())
    };
    let scheme = of("scheme").unwrap_or("");
    let mut subject = NewSubject::new(scheme, of("code").ok_or("no code")?);
    if let Some(name) = of("name") {
        subject = subject.name(name, of("language"));
    }
    subject.broader = of("broader").and_then(|broader| broader_of(broader, scheme));
    Ok(subject)
}
