//! From a valid item of ninjs 3.1 to an article.
//!
//! What the model has a field for is taken. What writing would not make again from those fields
//! is kept under one attribute, [`KEPT`]: whole properties, and in lists the entries. A kept text
//! that is the article's own stands without its `value`, so that no text is held twice.

use super::words::{
    self, ENTITIES, KEPT, Media, authority, enclosure_entry, image_entry, media, mention,
    mention_entry, role, subject, subject_entry, text,
};
use crate::formats::markup::to_text;
use crate::formats::{byline, dates};
use crate::model::{Date, NewArticle, PubStatus, Subject};
use serde_json::{Map, Value, json};

/// Roles of headlines and bodies, the best first; the empty one is that of entries without.
const MAIN_ROLES: &[&str] = &["main", "text", "body", "", "headline", "full", "article"];

/// Roles of descriptions that are a summary, the best first.
const SUMMARY_ROLES: &[&str] = &[
    "summary",
    "lead",
    "abstract",
    "standfirst",
    "teaser",
    "preamble",
    "description",
    "text",
    "main",
    "",
    "html",
    "xhtml",
];

/// Roles of descriptions that are none.
const NO_SUMMARY: &[&str] = &["dateline", "creditline", "caption", "note", "keywords"];

/// Names of the date of first publication, the best first. The first is Superdesk's.
const PUBLISHED: &[&str] = &["firstpublished", "firstCreated", "contentCreated", "versionCreated"];

/// Roles of `infoSources` that are authors.
const AUTHOR_ROLES: &[&str] = &["author", "writer", "reporter"];

/// An article from an item. The source is what is known of it beside the item.
pub(in crate::formats) fn from_item(
    mut item: Map<String, Value>,
    source: Option<&str>,
) -> NewArticle {
    let mut article = NewArticle::default();
    headline(&mut item, &mut article);
    summary(&mut item, &mut article);
    body(&mut item, &mut article);
    state(&mut item, &mut article);
    times(&mut item, &mut article);
    names(&mut item, &mut article, source);
    subjects(&mut item, &mut article);
    mentions(&mut item, &mut article);
    files(&mut item, &mut article);
    if !item.is_empty() {
        // The order of properties says nothing: the same item is the same article.
        item.sort_keys();
        article.attributes.insert(KEPT.to_owned(), Value::Object(item));
    }
    article
}

/// Takes a property that is text.
fn take(item: &mut Map<String, Value>, name: &str) -> Option<String> {
    match item.get_mut(name)? {
        Value::String(text) => {
            let text = std::mem::take(text);
            item.shift_remove(name);
            Some(text)
        }
        _ => None,
    }
}

/// The text of a property that stays where it is.
fn peek(item: &Map<String, Value>, name: &str) -> Option<String> {
    item.get(name)?.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

/// Goes through the entries of a list; those that `known` says are made again are dropped.
fn sift(item: &mut Map<String, Value>, name: &str, mut known: impl FnMut(&mut Value) -> bool) {
    let Some(Value::Array(entries)) = item.get_mut(name) else { return };
    entries.retain_mut(|entry| !known(entry));
    if entries.is_empty() {
        item.shift_remove(name);
    }
}

fn entries<'a>(item: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Value> {
    item.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// The entry with the best role that has a text.
fn best<'a>(
    entries: impl Iterator<Item = &'a Value>,
    roles: &[&str],
    never: &[&str],
) -> Option<&'a Value> {
    let rank = |entry: &&Value| {
        let role = entry.get("role").and_then(Value::as_str).unwrap_or("").to_lowercase();
        roles.iter().position(|known| *known == role).unwrap_or(roles.len())
    };
    entries
        .filter(|entry| text(entry, "value").is_some())
        .filter(|entry| !text(entry, "role").is_some_and(|role| never.contains(&role)))
        .min_by_key(rank)
}

fn as_plain(entry: &Value) -> Option<String> {
    let value = text(entry, "value")?;
    Some(if is_markup(entry) { to_text(value) } else { value.to_owned() })
}

/// Whether a text is HTML or XML, by its type, else by its looks.
pub(crate) fn is_markup(entry: &Value) -> bool {
    match text(entry, "contentType") {
        Some(kind) => ["html", "xml", "nitf"].iter().any(|sort| kind.to_lowercase().contains(sort)),
        None => text(entry, "value").is_some_and(|value| {
            let value = value.trim_start();
            value.starts_with('<') && value.contains("</") || value.contains("</p>")
        }),
    }
}

fn is_nitf(entry: &Value) -> bool {
    ["contentType", "role"]
        .iter()
        .any(|name| text(entry, name).is_some_and(|kind| kind.to_lowercase().contains("nitf")))
}

fn headline(item: &mut Map<String, Value>, article: &mut NewArticle) {
    let chosen = best(entries(item, "headlines"), MAIN_ROLES, &[]);
    article.headline = chosen.and_then(as_plain);
    let own = article.headline.clone();
    sift(item, "headlines", |entry| {
        if text(entry, "value") == own.as_deref() {
            blank(entry);
        }
        *entry == words::headline_entry()
    });
    // The title is metadata; where there is no headline it is the best there is.
    article.headline = own.or_else(|| peek(item, "title"));
}

fn summary(item: &mut Map<String, Value>, article: &mut NewArticle) {
    let dateline =
        entries(item, "descriptions").find(|entry| text(entry, "role") == Some("dateline"));
    article.dateline = dateline.and_then(|entry| text(entry, "value")).map(str::to_owned);
    let chosen = best(entries(item, "descriptions"), SUMMARY_ROLES, NO_SUMMARY);
    article.summary = chosen.and_then(as_plain);
    let (summary, dateline) = (article.summary.clone(), article.dateline.clone());
    sift(item, "descriptions", |entry| {
        let role = text(entry, "role");
        if role == Some("dateline") && text(entry, "value") == dateline.as_deref() {
            return true;
        }
        if text(entry, "value") == summary.as_deref() {
            blank(entry);
        }
        *entry == words::summary_entry()
    });
}

fn body(item: &mut Map<String, Value>, article: &mut NewArticle) {
    let all = || entries(item, "bodies");
    let plain = best(all().filter(|entry| !is_markup(entry)), MAIN_ROLES, &[]);
    let html =
        best(all().filter(|entry| is_markup(entry) && !is_nitf(entry)), MAIN_ROLES, &["ttnitf"]);
    let nitf =
        best(all().filter(|entry| is_markup(entry) && is_nitf(entry)), MAIN_ROLES, &["ttnitf"]);
    let value = |entry: Option<&Value>| entry.and_then(|e| text(e, "value")).map(str::to_owned);
    article.body_html =
        value(html).or_else(|| value(nitf).map(|nitf| body_of_nitf(&nitf).to_owned()));
    article.body = value(plain).or_else(|| article.body_html.as_deref().map(to_text));
    let (own, own_html) = (article.body.clone(), article.body_html.clone());
    sift(item, "bodies", |entry| {
        let own = if is_markup(entry) { &own_html } else { &own };
        if own.is_some() && text(entry, "value") == own.as_deref() {
            if is_markup(entry) && text(entry, "contentType").is_none() {
                entry["contentType"] = json!("text/html");
            }
            blank(entry);
        }
        *entry == words::body_entry() || *entry == words::html_entry()
    });
}

/// Takes the text out of an entry that repeats the article's own.
fn blank(entry: &mut Value) {
    if let Value::Object(entry) = entry {
        entry.shift_remove("value");
    }
}

/// What stands between the tags of NITF's `body.content`, or all of it.
fn body_of_nitf(nitf: &str) -> &str {
    let content = nitf.find("<body.content").and_then(|at| {
        let rest = &nitf[at..];
        let (_, inner) = rest.split_once('>')?;
        inner.split_once("</body.content>").map(|(inner, _)| inner)
    });
    content.unwrap_or(nitf)
}

fn state(item: &mut Map<String, Value>, article: &mut NewArticle) {
    article.uri = take(item, "uri");
    article.language = take(item, "language");
    article.status = take(item, "pubStatus").and_then(|status| status.parse().ok());
    if let Some(until) = peek(item, "embargoedUntil") {
        article.embargo = dates::parse(&until).map(Date::at);
        if article.embargo.is_some() {
            item.shift_remove("embargoedUntil");
        }
        // An embargo whose end cannot be read must not let the article out.
        if article.status != Some(PubStatus::Canceled) {
            article.status = Some(PubStatus::Withheld);
        }
    }
    let urgency = item.get("urgency").and_then(Value::as_f64);
    if let Some(urgency) = urgency.filter(|n| n.fract() == 0.0 && (1.0..=9.0).contains(n)) {
        article.urgency = Some(urgency as u8);
        item.shift_remove("urgency");
    }
    if peek(item, "type").as_deref() == Some("text") {
        item.shift_remove("type");
    }
    let is_ours = item.get("standard").is_some_and(|standard| {
        match (text(standard, "schema"), text(standard, "name")) {
            (Some(schema), _) => schema.contains("iptc.org/"),
            (None, name) => name.is_some_and(|name| name.eq_ignore_ascii_case("ninjs")),
        }
    });
    if is_ours {
        // It speaks of the document and not of the article: writing says its own.
        item.shift_remove("standard");
    }
}

fn times(item: &mut Map<String, Value>, article: &mut NewArticle) {
    let date = |name: &str| peek(item, name).as_deref().and_then(dates::parse);
    article.published = PUBLISHED.iter().find_map(|name| date(name));
    article.modified = date("versionCreated");
    if article.published.is_none() {
        article.published_raw = PUBLISHED.iter().find_map(|name| peek(item, name));
    }
    if date("firstCreated").is_some_and(|first| Some(first) == article.published) {
        item.shift_remove("firstCreated");
    }
    if article.modified.is_some() {
        item.shift_remove("versionCreated");
    }
}

fn names(item: &mut Map<String, Value>, article: &mut NewArticle, source: Option<&str>) {
    article.byline = take(item, "by");
    let name = |entry: &Value| text(entry, "name").or(text(entry, "literal")).map(str::to_owned);
    let provider = entries(item, "infoSources").find(|entry| role(entry) == "provider");
    article.source = peek(item, "source")
        .or_else(|| provider.and_then(name))
        .or_else(|| source.map(str::to_owned))
        .or_else(|| article.uri.as_deref().and_then(authority).map(str::to_owned));
    let authors = entries(item, "authors")
        .filter_map(|author| author.as_str().or_else(|| text(author, "name")).map(str::to_owned));
    let sources = entries(item, "infoSources");
    let sources =
        sources.filter(|entry| AUTHOR_ROLES.contains(&role(entry).as_str())).filter_map(name);
    article.authors = authors.chain(sources).collect();
    if article.authors.is_empty() {
        article.authors = byline::authors(article.byline.as_deref().unwrap_or(""));
    }
    sift(item, "infoSources", |entry| {
        name(entry).is_some_and(|name| {
            *entry == words::provider_entry(&name) || *entry == words::author_entry(&name)
        })
    });
    let id = |role: &str| {
        let mut ids = entries(item, "altIds");
        ids.find(|entry| text(entry, "role") == Some(role)).and_then(|entry| text(entry, "value"))
    };
    let page = article.uri.clone().filter(|uri| uri.starts_with("http"));
    article.url = id("url").map(str::to_owned).or_else(|| peek(item, "url")).or(page);
    article.id = id("id").map(str::to_owned);
    let (url, id) = (article.url.clone(), article.id.clone());
    sift(item, "altIds", |entry| {
        let is = |role, value: &Option<String>| {
            value.as_deref().is_some_and(|value| *entry == words::id_entry(role, value))
        };
        is("url", &url) || is("id", &id)
    });
}

fn subjects(item: &mut Map<String, Value>, article: &mut NewArticle) {
    sift(item, "subjects", |entry| {
        let Some(subject) = subject(entry) else { return false };
        let again = subject_entry(&subject) == *entry;
        article.subjects.push(subject);
        again
    });
    for keyword in entries(item, "keywords").filter_map(Value::as_str) {
        article.subjects.push(Subject::new(keyword));
    }
    article.subjects.retain(|subject| !subject.code.trim().is_empty());
}

fn mentions(item: &mut Map<String, Value>, article: &mut NewArticle) {
    for (list, kind) in ENTITIES {
        sift(item, list, |entry| {
            let Some(mention) = mention(*kind, entry) else { return false };
            let again = mention_entry(&mention) == *entry;
            article.mentions.push(mention);
            again
        });
    }
}

fn files(item: &mut Map<String, Value>, article: &mut NewArticle) {
    let mut add = |found: Media| match found {
        Media::Image(image) => {
            article.images.push(image.clone());
            image_entry(article.images.len(), &image)
        }
        Media::Enclosure(enclosure) => {
            article.enclosures.push(enclosure.clone());
            enclosure_entry(article.enclosures.len(), &enclosure)
        }
    };
    sift(item, "associations", |entry| match media(entry) {
        Some(found) => add(found) == *entry,
        None => false,
    });
    if let Some(found) = item.get("renditions").and_then(|all| media(&json!({"renditions": all}))) {
        add(found);
    }
}
