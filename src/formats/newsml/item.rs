//! A news item of NewsML-G2 in the words of ninjs 3.1.

use super::{Translated, at, child, children, line, line_of, nitf};
use crate::formats::byline;
use crate::formats::ninjs::words;
use crate::formats::xml::Element;
use crate::model::Subject;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use url::Url;

/// Elements with one text, the group that they stand in, and the property that they are.
const TEXTS: &[(&str, &str, &str)] = &[
    ("itemmeta", "versioncreated", "versionCreated"),
    ("itemmeta", "firstcreated", "firstCreated"),
    ("itemmeta", "title", "title"),
    ("itemmeta", "ednote", "edNote"),
    ("itemmeta", "profile", "profile"),
    ("itemmeta", "expires", "expires"),
    ("contentmeta", "contentcreated", "contentCreated"),
    ("contentmeta", "by", "by"),
    ("contentmeta", "slugline", "slugline"),
    ("rightsinfo", "copyrightnotice", "copyrightNotice"),
    ("rightsinfo", "usageterms", "usageTerms"),
];

/// Natures of concepts, and the list for each; the rest are subjects.
const NATURES: &[(&str, &str)] = &[
    ("person", "people"),
    ("organisation", "organisations"),
    ("organization", "organisations"),
    ("geoarea", "places"),
    ("poi", "places"),
    ("place", "places"),
    ("event", "events"),
    ("object", "objects"),
];

/// An item of class text, or a composite with a text, in the words of ninjs; else why not.
pub(super) fn translate(item: &Element) -> Result<Translated, String> {
    let empty = Element::default();
    let group = |key| child(item, key).unwrap_or(&empty);
    let (meta, content, rights) = (group("itemmeta"), group("contentmeta"), group("rightsinfo"));
    let mut out = Map::new();
    if let Some(guid) = item.attribute("guid") {
        out.insert("uri".into(), json!(guid));
    }
    if let Some(version) = item.attribute("version") {
        out.insert("version".into(), json!(version));
    }
    for (within, key, property) in TEXTS {
        if let Some(text) = line_of(group(within), key) {
            out.insert((*property).into(), json!(text));
        }
    }
    status(meta, &mut out);
    let urgency = line_of(content, "urgency").or_else(|| line_of(meta, "urgency"));
    if let Some(urgency) = urgency.and_then(|urgency| urgency.parse::<u8>().ok()) {
        out.insert("urgency".into(), json!(urgency));
    }
    if let Some(name) = child(rights, "copyrightholder").and_then(|holder| name_of(holder, None)) {
        out.insert("copyrightHolder".into(), json!(name));
    }
    if let Some(located) = child(content, "located").and_then(|located| name_of(located, None)) {
        out.insert("located".into(), json!(located));
    }
    let language = child(content, "language").and_then(|language| language.attribute("tag"));
    let language = language.or_else(|| item.attribute("xml:lang")).map(str::to_owned);
    texts(content, language.as_deref(), &mut out);
    let catalog = Catalog::of(item);
    concepts(item, content, language.as_deref(), &catalog, &mut out);
    if let Some(language) = language {
        out.insert("language".into(), json!(language));
    }
    contents(group("contentset"), content, &mut out);
    sources(content, &catalog, &mut out);
    class(meta, &out)?;
    let provider = child(meta, "provider");
    Ok(Translated {
        source: provider.and_then(key_of),
        source_name: provider.and_then(|provider| name_of(provider, None)),
        ninjs: out,
    })
}

fn push(out: &mut Map<String, Value>, list: &str, entry: Value) {
    if let Value::Array(entries) = out.entry(list).or_insert_with(|| json!([])) {
        entries.push(entry);
    }
}

/// The code of an element: the last word of its `qcode` or `uri`, or its `literal`.
fn code_of(element: &Element) -> Option<String> {
    let qcode = element.attribute("qcode").map(|qcode| words::split_code(qcode).1);
    let uri = || element.attribute("uri").map(|uri| words::split_uri(uri.trim_end_matches('/')).1);
    qcode.or_else(uri).or_else(|| element.attribute("literal").map(str::to_owned))
}

/// What a provider is called: the code of a vocabulary, or the host of its own site.
fn key_of(provider: &Element) -> Option<String> {
    let host = |uri: &str| {
        let url = Url::parse(uri).ok()?;
        let host = url.host_str()?;
        (!host.starts_with("cv.")).then(|| host.strip_prefix("www.").unwrap_or(host).to_owned())
    };
    provider
        .attribute("uri")
        .and_then(host)
        .or_else(|| code_of(provider))
        .or_else(|| line(provider))
}

/// The name in a language, else the first; what is in the element itself; its literal.
fn name_of(element: &Element, language: Option<&str>) -> Option<String> {
    let primary = |tag: &str| tag.split('-').next().unwrap_or("").to_ascii_lowercase();
    let in_language = language.and_then(|language| {
        children(element, "name")
            .filter(|name| name.attribute("xml:lang").map(primary) == Some(primary(language)))
            .find_map(line)
    });
    in_language
        .or_else(|| line_of(element, "name"))
        .or_else(|| element.elements().next().is_none().then(|| line(element)).flatten())
        .or_else(|| element.attribute("literal").map(str::to_owned))
}

/// Text news items are articles, and composites with a text.
fn class(meta: &Element, out: &Map<String, Value>) -> Result<(), String> {
    let class = child(meta, "itemclass");
    let has_body = out.contains_key("bodies");
    match class.and_then(code_of).as_deref() {
        Some("text") => Ok(()),
        None if has_body => Ok(()),
        Some("composite") if has_body => Ok(()),
        None => Err("a newsItem without an itemClass and without a text".to_owned()),
        Some(_) => {
            let name = class.and_then(|class| class.attribute("qcode").or(class.attribute("uri")));
            Err(format!("itemClass {} is not a text article", name.unwrap_or("")))
        }
    }
}

fn status(meta: &Element, out: &mut Map<String, Value>) {
    let status = child(meta, "pubstatus").and_then(code_of);
    match status.as_deref() {
        Some("cancelled") => drop(out.insert("pubStatus".into(), json!("canceled"))),
        Some(known @ ("usable" | "withheld" | "canceled")) => {
            out.insert("pubStatus".into(), json!(known));
        }
        _ => {}
    }
    if let Some(embargoed) = child(meta, "embargoed") {
        // Empty, it is an embargo whose end is not known.
        let until = line(embargoed).unwrap_or_else(|| "unknown".to_owned());
        out.insert("embargoedUntil".into(), json!(until));
    }
    let signals: Vec<_> = children(meta, "signal")
        .filter_map(|signal| signal.attribute("qcode").or(signal.attribute("uri")))
        .collect();
    if !signals.is_empty() {
        out.insert("signal".into(), json!(signals));
    }
}

fn texts(content: &Element, language: Option<&str>, out: &mut Map<String, Value>) {
    for (key, list) in [("headline", "headlines"), ("description", "descriptions")] {
        for element in in_language(content, key, language) {
            let Some(text) = line(element) else { continue };
            let role = element.attribute("role").map(|role| words::split_code(role).1);
            let role =
                role.unwrap_or_else(|| if list == "headlines" { "main" } else { "summary" }.into());
            push(out, list, json!({"role": role, "value": text}));
        }
    }
    if let Some(dateline) = line_of(content, "dateline") {
        push(out, "descriptions", json!({"role": "dateline", "value": dateline}));
    }
    let keywords: Vec<_> = children(content, "keyword").filter_map(line).collect();
    if !keywords.is_empty() {
        out.insert("keywords".into(), json!(keywords));
    }
}

/// Elements of a name, those in the item's language first.
fn in_language<'a>(
    content: &'a Element,
    key: &'a str,
    language: Option<&str>,
) -> impl Iterator<Item = &'a Element> {
    let mut all: Vec<_> = children(content, key).collect();
    all.sort_by_key(|element| {
        element.attribute("xml:lang").is_some_and(|tag| Some(tag) != language)
    });
    all.into_iter()
}

/// The vocabularies that an item's own catalogue gives short names to.
struct Catalog<'a>(HashMap<&'a str, &'a str>);

impl<'a> Catalog<'a> {
    fn of(item: &'a Element) -> Self {
        let schemes = children(item, "catalog").flat_map(|catalog| children(catalog, "scheme"));
        let named = schemes.filter_map(|s| Some((s.attribute("alias")?, s.attribute("uri")?)));
        let mut first = HashMap::new();
        for (alias, uri) in named {
            first.entry(alias).or_insert(uri);
        }
        Self(first)
    }

    /// The vocabulary and the code of a `qcode`. The short name is the provider's choice: a
    /// vocabulary that is known goes by its usual one.
    fn split(&self, qcode: &str) -> (Option<String>, String) {
        let (alias, code) = words::split_code(qcode);
        let address = alias.as_deref().and_then(|alias| self.0.get(alias));
        let known = address.map(|uri| words::split_uri(&format!("{uri}{code}")));
        let known = known.filter(|(scheme, _)| scheme.as_ref().is_some_and(|s| !s.contains(':')));
        known.unwrap_or((alias, code))
    }
}

/// A concept as an entry of a list. An id of Wikidata goes before the agency's own.
fn concept(element: &Element, language: Option<&str>, catalog: &Catalog<'_>) -> Option<Value> {
    let element = child(element, "mainconcept").unwrap_or(element);
    let identity = match (
        element.attribute("qcode"),
        element.attribute("uri"),
        element.attribute("literal"),
    ) {
        (Some(qcode), ..) => Some(catalog.split(qcode)),
        (None, Some(uri), _) => Some(words::split_uri(uri)),
        (None, None, Some(literal)) => Some((None, literal.to_owned())),
        (None, None, None) => None,
    };
    let name = line_of_name(element, language);
    let subject = match (identity, name) {
        (Some((scheme, code)), name) => Subject { scheme, code, name },
        (None, name) => Subject::new(name?),
    };
    let mut entry = words::subject_entry(&subject);
    let same = children(element, "sameas").find_map(|same| {
        let uri = same.attribute("uri").map(words::split_uri);
        let qcode = || same.attribute("qcode").map(|qcode| catalog.split(qcode));
        let (scheme, code) = uri.or_else(qcode)?;
        scheme.filter(|scheme| ["wikidata", "wd"].contains(&scheme.as_str()))?;
        Some(Subject { scheme: Some("wikidata".into()), code, name: None })
    });
    if let Some(wikidata) = same
        && entry.get("uri").is_none()
    {
        entry["uri"] = words::subject_entry(&wikidata)["uri"].clone();
    }
    Some(entry)
}

fn line_of_name(element: &Element, language: Option<&str>) -> Option<String> {
    child(element, "name").and_then(|_| name_of(element, language))
}

fn concepts(
    item: &Element,
    content: &Element,
    language: Option<&str>,
    catalog: &Catalog<'_>,
    out: &mut Map<String, Value>,
) {
    const IDS: [&str; 3] = ["qcode", "uri", "literal"];
    let mut asserted: HashMap<(&str, &str), Vec<(usize, &Element)>> = HashMap::new();
    for (at, assert) in children(item, "assert").enumerate() {
        for (name, id) in IDS.iter().filter_map(|name| Some((*name, assert.attribute(name)?))) {
            asserted.entry((name, id)).or_default().push((at, assert));
        }
    }
    for subject in children(content, "subject") {
        let Some(mut entry) = concept(subject, language, catalog) else { continue };
        let nature = subject.attribute("type").map(|nature| words::split_code(nature).1);
        let nature =
            nature.or_else(|| subject.attribute("typeuri").map(|uri| words::split_uri(uri).1));
        let nature = nature.unwrap_or_default().to_ascii_lowercase();
        let list =
            NATURES.iter().find(|(known, _)| *known == nature).map_or("subjects", |(_, list)| list);
        details(subject, list, &mut entry);
        // What the item asserts of the same concept, once: a concept that is named again and
        // again is not described as often.
        if matches!(list, "organisations" | "places") {
            let of_id = |name| asserted.remove(&(name, subject.attribute(name)?));
            let same: BTreeMap<_, _> = IDS.into_iter().filter_map(of_id).flatten().collect();
            same.values().for_each(|assert| details(assert, list, &mut entry));
        }
        push(out, list, entry);
    }
    for genre in children(content, "genre") {
        if let Some(entry) = concept(genre, language, catalog) {
            push(out, "genres", entry);
        }
    }
    if let Some(entry) =
        child(content, "digitalsourcetype").and_then(|kind| concept(kind, language, catalog))
    {
        out.insert("digitalSourceType".into(), entry);
    }
}

/// Symbols of organisations, and where places are.
fn details(element: &Element, list: &str, entry: &mut Value) {
    let instruments = children(element, "hasinstrument").chain(
        children(element, "organisationdetails")
            .flat_map(|details| children(details, "hasinstrument")),
    );
    for instrument in instruments.filter(|_| list == "organisations") {
        let Some(symbol) = instrument.attribute("symbol") else { continue };
        let mut of_entry = json!({"symbol": symbol});
        let market = instrument.attribute("market").map(|market| words::split_code(market).1);
        if let Some(market) =
            market.or_else(|| instrument.attribute("marketlabel").map(str::to_owned))
        {
            of_entry["exchange"] = json!(market);
        }
        match entry.get_mut("symbols").and_then(Value::as_array_mut) {
            Some(symbols) => symbols.push(of_entry),
            None => entry["symbols"] = json!([of_entry]),
        }
    }
    let position = at(element, &["geoareadetails", "position"]).filter(|_| list == "places");
    let number = |name| position?.attribute(name)?.parse::<f64>().ok();
    if let (Some(longitude), Some(latitude)) = (number("longitude"), number("latitude")) {
        entry["geoJSON"] = json!({"type": "Point", "coordinates": [longitude, latitude]});
    }
}

fn contents(set: &Element, content: &Element, out: &mut Map<String, Value>) {
    for element in set.elements() {
        match element.key.as_str() {
            "inlinexml" => inline_xml(element, out),
            "inlinedata" => inline_data(element, out),
            "remotecontent" => rendition(element, None, out),
            _ => {}
        }
    }
    if let Some(icon) = child(content, "icon") {
        rendition(icon, Some("thumbnail"), out);
    }
}

/// NITF, XHTML, or paragraphs that stand by themselves.
fn inline_xml(element: &Element, out: &mut Map<String, Value>) {
    if let Some(document) = child(element, "nitf") {
        nitf::body(document, out);
        return;
    }
    let html = child(element, "html");
    let inner = match html {
        Some(html) => child(html, "body").unwrap_or(html),
        None => child(element, "body").unwrap_or(element),
    };
    let is_html =
        inner.elements().all(|child| !child.key.contains(':') && nitf::is_html(&child.key));
    if (html.is_some() || is_html) && line(inner).is_some() {
        let html = inner.inner_html(false);
        push(
            out,
            "bodies",
            json!({"role": "html", "contentType": "text/html", "value": html.trim()}),
        );
    }
}

fn inline_data(element: &Element, out: &mut Map<String, Value>) {
    let text = element.text();
    let kind = element.attribute("contenttype").unwrap_or("text/plain");
    // What is encoded is a file, and no text.
    if text.trim().is_empty()
        || element.attribute("encoding").is_some()
        || !kind.starts_with("text/")
    {
        return;
    }
    let role = if kind.contains("html") { "html" } else { "text" };
    push(out, "bodies", json!({"role": role, "contentType": kind, "value": text.trim()}));
}

/// A file that the item is to be had in.
fn rendition(element: &Element, name: Option<&str>, out: &mut Map<String, Value>) {
    let Some(href) = element.attribute("href") else { return };
    let code = element.attribute("rendition").map(|code| words::split_code(code).1);
    let name = code.as_deref().or(name).unwrap_or("main");
    let mut entry = json!({"name": name, "href": href});
    for (attribute, property) in [("contenttype", "contentType"), ("title", "title")] {
        if let Some(value) = element.attribute(attribute) {
            entry[property] = json!(value);
        }
    }
    let numbers = [
        ("width", "width"),
        ("height", "height"),
        ("size", "sizeInBytes"),
        ("duration", "duration"),
    ];
    for (attribute, property) in numbers {
        if let Some(value) =
            element.attribute(attribute).and_then(|value| value.parse::<u64>().ok())
        {
            entry[property] = json!(value);
        }
    }
    push(out, "renditions", entry);
}

/// Sources of information, and the creators where no byline names an author.
fn sources(content: &Element, catalog: &Catalog<'_>, out: &mut Map<String, Value>) {
    for source in children(content, "infosource") {
        if let Some(mut entry) = concept(source, None, catalog) {
            if let Some(role) = source.attribute("role") {
                entry["role"] = json!(role);
            }
            push(out, "infoSources", entry);
        }
    }
    let by = out.get("by").and_then(Value::as_str).unwrap_or("");
    if !byline::authors(by).is_empty() {
        return;
    }
    for creator in children(content, "creator") {
        let is_organisation =
            creator.attribute("type").is_some_and(|nature| nature.contains("organi"));
        let name = line_of_name(creator, None).filter(|_| !is_organisation);
        // As in bylines, what is no name of a person is no author.
        if let Some(name) = name.filter(|name| byline::authors(name).contains(name)) {
            push(out, "infoSources", words::author_entry(&name));
        }
    }
}
