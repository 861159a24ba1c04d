//! Lists of entities: JSON lines, tables with a header, GeoNames' own form; also in gzip or zstd.
//!
//! * JSON lines: `{"name", "kind", "aliases": ["…" or {"name", "language"}], "external_ids": [{"scheme",
//!   "value"}], "attributes": {…}}`; `wikidata` beside them is an id too.
//! * A table: the columns `name`, `kind`, `aliases` (parted by `|`), `language` (of the aliases); `wikidata`,
//!   `geonames`, `iso3166`, `ticker`, `lei`, `cik`, `isin` are ids; other columns are attributes.
//! * [GeoNames](https://download.geonames.org/export/dump/readme.txt): 19 columns, tabs between.

use super::lines::{Line, Lines};
use super::unpack::unpacked;
use super::{BOM, csv};
use crate::model::{
    Alias, EntityKind, ExternalId, Limits, NewEntity, ParseNameError, Place, Reason, Rejected,
};
use serde_json::{Map, Value, json};
use std::io::Read;

/// An entity of a list and where it stood, or a line that was refused.
pub type EntityItem = Result<(Place, NewEntity), Rejected>;

/// Columns of a table that number entities.
const SCHEMES: [&str; 7] = ["wikidata", "geonames", "iso3166", "ticker", "lei", "cik", "isin"];

/// What the first line of a list shows it to be.
enum Form {
    Json,
    GeoNames,
    Table { delimiter: u8, columns: Vec<String> },
}

/// Reads a list of entities; which form it has is told by its first line.
///
/// ```
/// use newsdb::{Limits, formats::read_entities};
/// let list = "name,kind,aliases,wikidata\nAlmaty,place,Алматы|Alma-Ata,Q35493\nX,planet,,\n";
/// let items: Vec<_> = read_entities(list.as_bytes(), "list.csv", &Limits::default()).collect();
/// let (_, almaty) = items[0].as_ref().unwrap();
/// assert_eq!((almaty.aliases.len(), almaty.external_ids[0].value.as_str()), (2, "Q35493"));
/// assert_eq!(items[1].as_ref().unwrap_err().place.line, Some(3));
/// ```
pub fn read_entities<R: Read + Send + 'static>(
    input: R,
    name: &str,
    limits: &Limits,
) -> impl Iterator<Item = EntityItem> + use<R> {
    let mut lines = Lines::new(unpacked(input, limits), limits.line);
    let (limits, name) = (*limits, name.to_owned());
    let (mut number, mut form, mut ended) = (0, None, false);
    std::iter::from_fn(move || {
        while !ended {
            number += 1;
            let place = Place { line: Some(number), ..Place::whole(name.clone()) };
            let refuse = |reason| Some(Err(Rejected { place: place.clone(), reason }));
            let line = match lines.next_line() {
                Ok(None) => return None,
                Ok(Some(Line::Whole(line))) => line,
                Ok(Some(Line::TooLong)) => {
                    return refuse(Reason::OverLimit { limit: "line", allowed: limits.line });
                }
                Err(error) => {
                    ended = true;
                    return refuse(Reason::from(&error));
                }
            };
            let line = line.strip_prefix(BOM).unwrap_or(&line);
            let Ok(text) = std::str::from_utf8(line) else {
                return refuse(Reason::Malformed("not UTF-8".to_owned()));
            };
            if text.trim().is_empty() {
                continue;
            }
            let read = match &form {
                Some(Form::Json) => json_entity(text),
                Some(Form::GeoNames) => geonames(text),
                Some(Form::Table { delimiter, columns }) => {
                    table(columns, csv::fields(text.as_bytes(), *delimiter))
                }
                None => {
                    let found = form_of(text);
                    let read = match &found {
                        Form::Json => Some(json_entity(text)),
                        Form::GeoNames => Some(geonames(text)),
                        Form::Table { .. } => None,
                    };
                    form = Some(found);
                    match read {
                        Some(read) => read,
                        None => continue,
                    }
                }
            };
            return match read {
                Ok(entity) => Some(Ok((place, entity))),
                Err(reason) => refuse(Reason::Malformed(reason)),
            };
        }
        None
    })
}

fn form_of(line: &str) -> Form {
    let tabs = line.matches('\t').count();
    let first = line.split('\t').next().unwrap_or("");
    if line.trim_start().starts_with('{') {
        Form::Json
    } else if tabs >= 14 && first.parse::<u64>().is_ok() {
        Form::GeoNames
    } else {
        let count = |delimiter: &u8| line.bytes().filter(|byte| byte == delimiter).count();
        let delimiter = *b",;\t".iter().max_by_key(|d| count(d)).unwrap_or(&b',');
        let columns = csv::fields(line.trim_end_matches('\r').as_bytes(), delimiter);
        let columns = columns.iter().map(|column| column.trim().to_lowercase()).collect();
        Form::Table { delimiter, columns }
    }
}

fn json_entity(line: &str) -> Result<NewEntity, String> {
    let mut object: Map<String, Value> =
        serde_json::from_str(line).map_err(|error| error.to_string())?;
    // A name alone is an alias of no known language.
    if let Some(Value::Array(aliases)) = object.get_mut("aliases") {
        for alias in aliases {
            if alias.is_string() {
                *alias = json!({ "name": alias });
            }
        }
    }
    let wikidata = object.remove("wikidata");
    let mut entity: NewEntity =
        serde_json::from_value(Value::Object(object)).map_err(|error| error.to_string())?;
    if let Some(Value::String(id)) = wikidata {
        entity = entity.external_id("wikidata", id);
    }
    Ok(entity)
}

fn table(columns: &[String], fields: Vec<String>) -> Result<NewEntity, String> {
    let of = |wanted: &str| {
        let at = columns.iter().position(|column| column == wanted)?;
        fields.get(at).map(|field| field.trim()).filter(|field| !field.is_empty())
    };
    let kind = of("kind").ok_or("no kind")?;
    let kind: EntityKind = kind.parse().map_err(|error: ParseNameError| error.to_string())?;
    let mut entity = NewEntity::new(kind, of("name").ok_or("no name")?);
    let aliases = of("aliases").unwrap_or("").split('|').map(str::trim);
    let language = of("language").map(str::to_owned);
    entity.aliases = aliases
        .filter(|alias| !alias.is_empty())
        .map(|alias| Alias { name: alias.to_owned(), language: language.clone() })
        .collect();
    for (column, field) in columns.iter().zip(&fields) {
        let field = field.trim();
        match column.as_str() {
            "name" | "kind" | "aliases" | "language" | "" => {}
            _ if field.is_empty() => {}
            scheme if SCHEMES.contains(&scheme) => {
                entity.external_ids.push(ExternalId::new(scheme, field));
            }
            column => {
                entity.attributes.insert(column.to_owned(), json!(field));
            }
        }
    }
    Ok(entity)
}

fn geonames(line: &str) -> Result<NewEntity, String> {
    let fields: Vec<&str> = line.trim_end_matches('\r').split('\t').collect();
    let of = |at: usize| fields.get(at).copied().unwrap_or("");
    let (id, name) = (of(0), of(1));
    if id.parse::<u64>().is_err() || name.is_empty() {
        return Err("a number and a name expected".to_owned());
    }
    let mut entity = NewEntity::new(EntityKind::Place, name).external_id("geonames", id);
    for alias in [of(2)].into_iter().chain(of(3).split(',')).filter(|alias| !alias.is_empty()) {
        // Codes of airports and single letters are no names to look for.
        if alias != name && alias.chars().count() > 3 {
            entity = entity.alias(alias, None);
        }
    }
    for (attribute, at) in [("latitude", 4), ("longitude", 5), ("population", 14)] {
        if let Ok(number) = of(at).parse::<f64>() {
            entity.attributes.insert(attribute.to_owned(), json!(number));
        }
    }
    if of(8).len() == 2 {
        entity.attributes.insert("country".to_owned(), json!(of(8)));
    }
    Ok(entity)
}
