//! What the entries of ninjs lists say in the words of the model, and back. Reading and writing
//! share this: an entry that writing makes again exactly need not be kept when it is read.

use crate::model::{Enclosure, EntityKind, ExternalId, Image, NewMention, Subject};
use serde_json::{Map, Value, json};

/// The attribute under which an article keeps what only ninjs has a place for, in the
/// vocabulary of ninjs 3.1.
pub(crate) const KEPT: &str = "ninjs";

/// The lists of entities, with the kind of what is in them.
pub(crate) const ENTITIES: &[(&str, EntityKind)] = &[
    ("people", EntityKind::Person),
    ("organisations", EntityKind::Organisation),
    ("places", EntityKind::Place),
    ("objects", EntityKind::Object),
    ("events", EntityKind::Event),
];

/// Vocabularies that have a short name here, and the address that a code is appended to.
const SCHEMES: &[(&str, &str)] = &[
    ("medtop", "http://cv.iptc.org/newscodes/mediatopic/"),
    ("subj", "http://cv.iptc.org/newscodes/subjectcode/"),
    ("wikidata", "http://www.wikidata.org/entity/"),
    ("geonames", "http://sws.geonames.org/"),
    ("iso3166", "http://cvx.iptc.org/iso3166-1a2/"),
];

/// The vocabulary and the code of a URI. The vocabulary is what goes before the last `/`, `#` or
/// `:`, that sign with it, or its short name.
pub(crate) fn split_uri(uri: &str) -> (Option<String>, String) {
    let plain = uri.replacen("https://", "http://", 1).replacen(
        "http://wikidata.",
        "http://www.wikidata.",
        1,
    );
    for (name, address) in SCHEMES {
        if let Some(code) = plain.strip_prefix(address).filter(|code| !code.is_empty()) {
            return (Some((*name).to_owned()), code.trim_end_matches('/').to_owned());
        }
    }
    match uri.rfind(['/', '#', ':']).map(|at| uri.split_at(at + 1)) {
        Some((scheme, code)) if !code.is_empty() && !scheme.ends_with("://") => {
            (Some(scheme.to_owned()), code.to_owned())
        }
        _ => (None, uri.to_owned()),
    }
}

/// The vocabulary and the code of `scheme:code`.
pub(crate) fn split_code(code: &str) -> (Option<String>, String) {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    match code.split_once(':') {
        Some((scheme, rest))
            if !scheme.is_empty() && scheme.chars().all(is_word) && is_solid(rest) =>
        {
            (Some(scheme.to_owned()), rest.to_owned())
        }
        _ => (None, code.to_owned()),
    }
}

fn is_solid(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_whitespace)
}

/// How a code of a vocabulary is written: as a `uri` where the vocabulary has an address, else
/// as a `literal`.
fn written(scheme: &str, code: &str) -> (&'static str, String) {
    let known = SCHEMES.iter().find(|(name, _)| *name == scheme);
    match known {
        Some((_, address)) => ("uri", format!("{address}{code}")),
        None if scheme.contains(':') && scheme.ends_with(['/', '#', ':']) => {
            ("uri", format!("{scheme}{code}"))
        }
        None => ("literal", format!("{scheme}:{code}")),
    }
}

/// Text of a property, unless it is blank.
pub(crate) fn text<'a>(entry: &'a Value, name: &str) -> Option<&'a str> {
    entry.get(name)?.as_str().filter(|text| !text.trim().is_empty())
}

/// The vocabulary and the code that an entry names.
fn identity(entry: &Value) -> Option<(Option<String>, String)> {
    match (text(entry, "uri"), text(entry, "literal")) {
        (Some(uri), _) => Some(split_uri(uri)),
        (None, Some(literal)) => Some(split_code(literal)),
        (None, None) => None,
    }
}

pub(crate) fn subject(entry: &Value) -> Option<Subject> {
    let name = text(entry, "name").map(str::to_owned);
    Some(match (identity(entry), name) {
        (Some((scheme, code)), name) => {
            let name = name.filter(|name| scheme.is_some() || *name != code);
            Subject { scheme, code, name }
        }
        (None, name) => Subject::new(name?),
    })
}

pub(crate) fn subject_entry(subject: &Subject) -> Value {
    let mut entry = Map::new();
    let name = match (&subject.scheme, &subject.name) {
        (None, None) => Some(&subject.code),
        (_, name) => name.as_ref(),
    };
    if let Some(name) = name {
        entry.insert("name".into(), json!(name));
    }
    match (&subject.scheme, &subject.name) {
        (Some(scheme), _) => {
            let (property, code) = written(scheme, &subject.code);
            entry.insert(property.into(), json!(code));
        }
        (None, Some(_)) => {
            entry.insert("literal".into(), json!(subject.code));
        }
        (None, None) => {}
    }
    Value::Object(entry)
}

/// The entries of an article's own texts, without the texts. In `bodies` there are two.
pub(crate) fn headline_entry() -> Value {
    json!({"role": "main"})
}

pub(crate) fn summary_entry() -> Value {
    json!({"role": "summary"})
}

pub(crate) fn body_entry() -> Value {
    json!({"role": "text", "contentType": "text/plain"})
}

pub(crate) fn html_entry() -> Value {
    json!({"role": "html", "contentType": "text/html"})
}

/// The last word of an entry's role, in lower case.
pub(crate) fn role(entry: &Value) -> String {
    text(entry, "role").and_then(|role| role.rsplit('/').next()).unwrap_or("").to_lowercase()
}

/// The source, and an author, among the `infoSources`.
pub(crate) fn provider_entry(name: &str) -> Value {
    json!({"name": name, "role": "provider"})
}

pub(crate) fn author_entry(name: &str) -> Value {
    json!({"name": name, "role": "author"})
}

/// The page's address (`url`), or the id that the source gave (`id`), among the `altIds`.
pub(crate) fn id_entry(role: &str, value: &str) -> Value {
    json!({"role": role, "value": value})
}

/// Whether two subjects are one, whatever their names.
pub(crate) fn same_subject(a: &Subject, b: &Subject) -> bool {
    a.scheme == b.scheme && a.code == b.code
}

pub(crate) fn mention(kind: EntityKind, entry: &Value) -> Option<NewMention> {
    let identity = identity(entry);
    let name = text(entry, "name").or(identity.as_ref().map(|(_, code)| code.as_str()))?;
    let mut mention = NewMention::new(kind, name);
    // Beside a `uri`, the `literal` may be a further code.
    let further = text(entry, "uri").and(text(entry, "literal")).map(split_code);
    for (scheme, code) in identity.into_iter().chain(further) {
        let Some(scheme) = scheme else { continue };
        let code = if scheme == "iso3166" { code.to_ascii_uppercase() } else { code };
        mention.external_ids.push(ExternalId::new(scheme, code));
    }
    for symbol in entry.get("symbols").and_then(Value::as_array).into_iter().flatten() {
        mention.external_ids.extend(symbol_id(symbol));
    }
    Some(mention)
}

/// `ticker` `XNAS:AAPL`, or the last word of the symbol's type: `isin` `FR0010221234`.
fn symbol_id(symbol: &Value) -> Option<ExternalId> {
    let value = text(symbol, "symbol")?;
    let kind = text(symbol, "symbolType").map(|uri| split_uri(uri).1.to_lowercase());
    Some(match (kind.as_deref(), text(symbol, "exchange")) {
        (None | Some("ticker"), Some(exchange)) => {
            ExternalId::new("ticker", format!("{exchange}:{value}"))
        }
        (kind, _) => ExternalId::new(kind.unwrap_or("ticker"), value),
    })
}

pub(crate) fn mention_entry(mention: &NewMention) -> Value {
    let mut entry = Map::new();
    entry.insert("name".into(), json!(mention.name));
    let ids = || mention.external_ids.iter().filter(|id| id.scheme != "ticker");
    if let Some(id) =
        ids().find(|id| SCHEMES.iter().any(|(name, _)| *name == id.scheme)).or(ids().next())
    {
        let (property, code) = written(&id.scheme, &id.value);
        entry.insert(property.into(), json!(code));
    }
    let symbols: Vec<_> = mention
        .external_ids
        .iter()
        .filter(|id| id.scheme == "ticker" && mention.kind == EntityKind::Organisation)
        .map(|id| match id.value.split_once(':') {
            Some((exchange, symbol)) => json!({"exchange": exchange, "symbol": symbol}),
            None => json!({"symbol": id.value}),
        })
        .collect();
    if !symbols.is_empty() {
        entry.insert("symbols".into(), json!(symbols));
    }
    Value::Object(entry)
}

/// Whether two mentions are of one entity, as far as they say.
pub(crate) fn same_mention(a: &NewMention, b: &NewMention) -> bool {
    a.kind == b.kind
        && (a.name == b.name || a.external_ids.iter().any(|id| b.external_ids.contains(id)))
}

/// What an associated object, or the renditions of an item, show or play.
#[derive(Debug, PartialEq)]
pub(crate) enum Media {
    Image(Image),
    Enclosure(Enclosure),
}

impl Media {
    pub(crate) fn url(&self) -> &str {
        match self {
            Self::Image(image) => &image.url,
            Self::Enclosure(enclosure) => &enclosure.url,
        }
    }
}

/// The best rendition of an associated picture, graphic, video or sound.
pub(crate) fn media(entry: &Value) -> Option<Media> {
    let kind = text(entry, "type").unwrap_or("");
    if matches!(kind, "text" | "composite" | "event" | "planning") {
        return None;
    }
    let renditions = entry.get("renditions").and_then(Value::as_array);
    let is_of = |rendition: &Value, sort: &str| {
        text(rendition, "contentType").is_some_and(|kind| kind.starts_with(sort))
    };
    let size = |rendition: &&Value| {
        let number = |name| rendition.get(name).and_then(Value::as_f64).unwrap_or(0.0);
        let wanted = match kind {
            "video" | "audio" => is_of(rendition, kind),
            _ => is_of(rendition, "image/"),
        };
        (wanted, number("width"), number("sizeInBytes"))
    };
    let best = renditions
        .into_iter()
        .flatten()
        .filter(|rendition| text(rendition, "href").is_some())
        // The first of the best.
        .reduce(|best, other| if size(&other) > size(&best) { other } else { best });
    let url = match best {
        Some(rendition) => text(rendition, "href")?,
        None => text(entry, "uri").filter(|uri| is_image_file(uri))?,
    };
    let described = |role: &str| {
        let mut descriptions = entry.get("descriptions")?.as_array()?.iter();
        descriptions.find(|d| text(d, "role").unwrap_or("") == role).and_then(|d| text(d, "value"))
    };
    let title = || {
        let headlines = entry.get("headlines").and_then(Value::as_array);
        let headline = headlines.and_then(|all| all.first()).and_then(|h| text(h, "value"));
        headline.or(text(entry, "title"))
    };
    let is_image = match best {
        Some(rendition) if text(rendition, "contentType").is_some() => is_of(rendition, "image/"),
        _ => !matches!(kind, "video" | "audio"),
    };
    if is_image {
        let caption = ["caption", "text", "main", ""].iter().find_map(|role| described(role));
        let credit = text(entry, "by").or_else(|| described("creditline"));
        return Some(Media::Image(Image {
            url: url.to_owned(),
            caption: caption.or_else(title).map(str::to_owned),
            credit: credit.map(str::to_owned),
        }));
    }
    let number = |name| best?.get(name)?.as_f64().map(|number| number as u64);
    Some(Media::Enclosure(Enclosure {
        url: url.to_owned(),
        media_type: best.and_then(|rendition| text(rendition, "contentType")).map(str::to_owned),
        length: number("sizeInBytes"),
        duration: number("duration"),
        title: title().map(str::to_owned),
    }))
}

fn is_image_file(uri: &str) -> bool {
    let path = uri.split(['?', '#']).next().unwrap_or("").to_ascii_lowercase();
    uri.starts_with("http")
        && [".jpg", ".jpeg", ".png", ".gif", ".webp"].iter().any(|end| path.ends_with(end))
}

/// An image as an associated picture; `number` is its place among the images, from 1.
pub(crate) fn image_entry(number: usize, image: &Image) -> Value {
    let mut entry = json!({"name": format!("image-{number}"), "type": "picture", "uri": image.url});
    if let Some(credit) = &image.credit {
        entry["by"] = json!(credit);
    }
    if let Some(caption) = &image.caption {
        entry["descriptions"] = json!([{"role": "caption", "value": caption}]);
    }
    entry["renditions"] = json!([{"name": "main", "href": image.url}]);
    entry
}

/// A file as an associated object; `number` is its place among the enclosures, from 1.
pub(crate) fn enclosure_entry(number: usize, enclosure: &Enclosure) -> Value {
    let kind = match enclosure.media_type.as_deref().and_then(|sort| sort.split('/').next()) {
        Some("audio") => "audio",
        Some("video") | None => "video",
        Some(_) => "component",
    };
    let mut rendition = json!({"name": "main", "href": enclosure.url});
    if let Some(media_type) = &enclosure.media_type {
        rendition["contentType"] = json!(media_type);
    }
    if let Some(length) = enclosure.length {
        rendition["sizeInBytes"] = json!(length);
    }
    if let Some(duration) = enclosure.duration {
        rendition["duration"] = json!(duration);
    }
    let mut entry = json!({"name": format!("file-{number}"), "type": kind, "uri": enclosure.url, "renditions": [rendition]});
    if let Some(title) = &enclosure.title {
        entry["title"] = json!(title);
    }
    entry
}

/// The publisher that a URI names: the authority of `urn:newsml:` (RFC 3085) and `tag:` (RFC
/// 4151), the host of a web address.
pub(crate) fn authority(uri: &str) -> Option<&str> {
    let rest = ["urn:newsml:", "tag:", "https://", "http://"].iter().find_map(|scheme| {
        uri.get(..scheme.len())?.eq_ignore_ascii_case(scheme).then(|| &uri[scheme.len()..])
    })?;
    let name = rest.split(['/', ':', ',', '?', '#']).next()?;
    let name = name.strip_prefix("www.").unwrap_or(name);
    name.contains('.').then_some(name)
}
