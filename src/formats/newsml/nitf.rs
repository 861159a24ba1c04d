//! NITF: the body of a news item, or a document by itself, in the words of ninjs 3.1.

use super::{Translated, at, child, children, line, line_of};
use crate::formats::ninjs::words;
use crate::formats::xml::{Element, Node};
use crate::model::Subject;
use serde_json::{Map, Value, json};

/// Elements of NITF that HTML has another name for.
const RENAMED: &[(&str, &str)] = &[
    ("block", "div"),
    ("bq", "blockquote"),
    ("hl1", "h1"),
    ("hl2", "h2"),
    ("note", "div"),
    ("q", "q"),
];

/// Elements that are not of the running text.
const LEFT_OUT: &[&str] = &["media", "nitf-table-metadata", "body.end"];

/// Elements of HTML that may stand by themselves as an item's content.
const HTML: &[&str] = &[
    "a",
    "article",
    "b",
    "blockquote",
    "br",
    "div",
    "em",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "span",
    "strong",
    "table",
    "ul",
];

/// Elements within a paragraph that name something, and the list for each.
const NAMES: &[(&str, &str)] = &[
    ("person", "people"),
    ("org", "organisations"),
    ("location", "places"),
    ("event", "events"),
    ("object.title", "objects"),
];

pub(super) fn is_html(key: &str) -> bool {
    HTML.contains(&key)
}

fn push(out: &mut Map<String, Value>, list: &str, entry: Value) {
    if let Value::Array(entries) = out.entry(list).or_insert_with(|| json!([])) {
        entries.push(entry);
    }
}

/// What the body of a document says, where the item has not said it.
pub(super) fn body(document: &Element, out: &mut Map<String, Value>) {
    let head = at(document, &["body", "body.head"]);
    let text = |path: &[&str]| head.and_then(|head| at(head, path)).and_then(line);
    if !out.contains_key("headlines") {
        let headline = text(&["hedline", "hl1"]).or_else(|| text(&["hedline"]));
        if let Some(headline) = headline.or_else(|| at(document, &["head", "title"]).and_then(line))
        {
            push(out, "headlines", json!({"role": "main", "value": headline}));
        }
    }
    if let Some(by) = text(&["byline"]).filter(|_| !out.contains_key("by")) {
        out.insert("by".into(), json!(by));
    }
    let has = |out: &Map<String, Value>, is_dateline: bool| {
        let all = out.get("descriptions").and_then(Value::as_array).into_iter().flatten();
        all.into_iter().any(|entry| (words::text(entry, "role") == Some("dateline")) == is_dateline)
    };
    if let Some(summary) = text(&["abstract"]).filter(|_| !has(out, false)) {
        push(out, "descriptions", json!({"role": "summary", "value": summary}));
    }
    if let Some(dateline) = text(&["dateline"]).filter(|_| !has(out, true)) {
        push(out, "descriptions", json!({"role": "dateline", "value": dateline}));
    }
    let Some(content) = at(document, &["body", "body.content"]) else { return };
    media(content, out);
    let html = html(content).inner_html(false);
    if line(content).is_some() {
        push(
            out,
            "bodies",
            json!({"role": "html", "contentType": "text/html", "value": html.trim()}),
        );
    }
}

/// The same text in elements of HTML. NITF's own inline elements stay; sanitising keeps their text.
fn html(element: &Element) -> Element {
    let name =
        RENAMED.iter().find(|(old, _)| *old == element.key).map(|(_, new)| (*new).to_owned());
    let name = name.unwrap_or_else(|| element.name.clone());
    let mut out = Element::default();
    out.key.clone_from(&name);
    out.name = name;
    out.attributes =
        element.attributes.iter().filter(|(name, _)| name == "href").cloned().collect();
    for node in &element.children {
        match node {
            Node::Text(text) => out.children.push(Node::Text(text.clone())),
            Node::Element(child) if LEFT_OUT.contains(&child.key.as_str()) => {}
            Node::Element(child) => out.children.push(Node::Element(html(child))),
        }
    }
    out
}

/// Pictures, videos and sounds anywhere in the text.
fn media(element: &Element, out: &mut Map<String, Value>) {
    for child_element in element.elements() {
        if child_element.key != "media" {
            media(child_element, out);
            continue;
        }
        let kind = match child_element.attribute("media-type") {
            Some("video") => "video",
            Some("audio") => "audio",
            _ => "picture",
        };
        let Some(reference) = child(child_element, "media-reference") else { continue };
        let Some(source) = reference.attribute("source") else { continue };
        let number = out.get("associations").and_then(Value::as_array).map_or(0, Vec::len) + 1;
        let mut rendition = json!({"name": "main", "href": source});
        if let Some(kind) = reference.attribute("mime-type") {
            rendition["contentType"] = json!(kind);
        }
        for name in ["width", "height"] {
            if let Some(size) = reference.attribute(name).and_then(|size| size.parse::<u64>().ok())
            {
                rendition[name] = json!(size);
            }
        }
        let mut entry = json!({"name": format!("media-{number}"), "type": kind, "uri": source, "renditions": [rendition]});
        if let Some(producer) = line_of(child_element, "media-producer") {
            entry["by"] = json!(producer);
        }
        if let Some(caption) = line_of(child_element, "media-caption") {
            entry["descriptions"] = json!([{"role": "caption", "value": caption}]);
        }
        push(out, "associations", entry);
    }
}

/// A document by itself.
pub(super) fn translate(document: &Element) -> Translated {
    let mut out = Map::new();
    let empty = Element::default();
    let head = child(document, "head").unwrap_or(&empty);
    let data = child(head, "docdata").unwrap_or(&empty);
    let attribute = |element: &str, name: &str| {
        child(data, element).and_then(|element| element.attribute(name)).map(str::to_owned)
    };
    if let Some(id) = attribute("doc-id", "id-string") {
        match id.contains(':') {
            true => drop(out.insert("uri".into(), json!(id))),
            false => push(&mut out, "altIds", words::id_entry("id", &id)),
        }
    }
    for (element, property) in [
        ("date.issue", "firstCreated"),
        ("date.release", "versionCreated"),
        ("date.expire", "expires"),
    ] {
        if let Some(date) = attribute(element, "norm") {
            out.insert(property.into(), json!(date));
        }
    }
    let urgency = attribute("urgency", "ed-urg").and_then(|urgency| urgency.parse::<u8>().ok());
    if let Some(urgency) = urgency {
        out.insert("urgency".into(), json!(urgency));
    }
    if let Some(holder) = attribute("doc.copyright", "holder") {
        out.insert("copyrightHolder".into(), json!(holder));
    }
    for (element, name, property) in [
        ("ed-msg", "info", "edNote"),
        ("fixture", "fix-id", "profile"),
        ("du-key", "key", "slugline"),
    ] {
        if let Some(text) = attribute(element, name) {
            out.insert(property.into(), json!(text));
        }
    }
    if let Some(version) = attribute("du-key", "version") {
        out.insert("version".into(), json!(version));
    }
    let language = child(document, "body").and_then(|body| body.attribute("xml:lang"));
    if let Some(language) = language.or_else(|| document.attribute("xml:lang")) {
        out.insert("language".into(), json!(language));
    }
    let keywords: Vec<_> = children(data, "key-list")
        .flat_map(|list| children(list, "keyword"))
        .filter_map(|keyword| keyword.attribute("key"))
        .collect();
    if !keywords.is_empty() {
        out.insert("keywords".into(), json!(keywords));
    }
    for subject in children(head, "tobject").flat_map(|object| children(object, "tobject.subject"))
    {
        let part = |name: &str| subject.attribute(&format!("tobject.subject.{name}"));
        let name = ["detail", "matter", "type"].iter().find_map(|name| part(name));
        let subject = match (part("refnum"), name) {
            (Some(code), name) => Subject {
                scheme: Some("subj".into()),
                code: code.to_owned(),
                name: name.map(str::to_owned),
            },
            (None, Some(name)) => Subject::new(name),
            (None, None) => continue,
        };
        push(&mut out, "subjects", words::subject_entry(&subject));
    }
    for content in children(data, "identified-content") {
        for (key, list) in NAMES {
            for named in children(content, key).filter_map(|named| Some((named, line(named)?))) {
                push(&mut out, list, identified(named.0, &named.1));
            }
        }
    }
    body(document, &mut out);
    let distributor = at(document, &["body", "body.head", "distributor"]).and_then(line);
    Translated {
        source: attribute("doc-id", "regsrc").or(distributor.clone()),
        source_name: distributor,
        ninjs: out,
    }
}

/// A name with the code that its source gave it.
fn identified(element: &Element, name: &str) -> Value {
    match (element.attribute("idsrc"), element.attribute("value")) {
        (Some(source), Some(code)) => words::subject_entry(&Subject {
            scheme: Some(source.to_lowercase()),
            code: code.to_owned(),
            name: Some(name.to_owned()),
        }),
        _ => json!({"name": name}),
    }
}
