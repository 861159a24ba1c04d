//! Articles that stand in the data of a page's scripts and nowhere else: pages that a program in
//! the browser fills in (`__NEXT_DATA__`, `window.__INITIAL_STATE__ = {…}`, `JSON.parse("…")`,
//! `__next_f.push`).
//!
//! The object with a title and the longest text is the article, one with the page's own title
//! before others. It is given the names that schema.org has.

mod flight;

use super::json;
use super::metadata::{Object, plain};
use super::tree::Page;
use crate::formats::markup::to_text;
use crate::formats::words::letters;
use html5ever::local_name;
use serde_json::Value;

/// A page that shows so many characters of running text is not asked for its scripts' data.
const SHOWN: usize = 400;

/// A line of so many characters is running text.
const LINE: usize = 60;

/// An article's text has so many characters.
const TEXT: usize = 200;

/// Bytes of one script, scripts, and values in all of them that are looked at.
const SCRIPT: usize = 4 << 20;
const SCRIPTS: usize = 60;
const VALUES: usize = 300_000;

/// Names under which articles hold their parts, the likeliest first; in lower case, without marks.
#[rustfmt::skip]
const TITLES: &[&str] = &["headline", "title", "heading", "name"];
#[rustfmt::skip]
const BODIES: &[&str] = &["articlebody", "body", "bodyhtml", "contenthtml", "content", "contentelements",
        "bodyelements", "paragraphs", "blocks", "components", "elements", "fulltext",
        "maintext", "story", "text", "html"];
#[rustfmt::skip]
const SUMMARIES: &[&str] =
    &["description", "standfirst", "summary", "subheadline", "dek", "excerpt", "lead",
        "teaser"];
#[rustfmt::skip]
const AUTHORS: &[&str] = &["authors", "author", "byline", "bylines", "writers", "credits", "by"];
#[rustfmt::skip]
const PUBLISHED: &[&str] = &["datepublished", "publishedat", "publishdate", "publisheddate", "publicationdate",
        "firstpublished", "firstpublishdate", "firstpublishedat", "publishtime",
        "publishedtime", "displaydate", "pubdate", "published", "date", "createdat"];
#[rustfmt::skip]
const MODIFIED: &[&str] =
    &["datemodified", "updatedat", "modifiedat", "lastupdated", "lastmodified", "updated"];

/// Names under which a part of a text holds its words, the likeliest first.
#[rustfmt::skip]
const WORDS: &[&str] = &["text", "content", "html", "value", "body", "rendered", "paragraph", "basic",
        "children", "items", "elements", "blocks", "nodes", "data", "model"];

/// Parts of the names of parts of a text that are no words.
#[rustfmt::skip]
const NO_WORDS: &[&str] = &["image", "picture", "photo", "video", "audio", "embed", "advert", "gallery",
        "related", "promo", "newsletter", "social", "caption", "iframe", "tweet", "recirc",
        "link-list", "poll"];

/// Names of parts of a text that are one paragraph.
#[rustfmt::skip]
const PARAGRAPHS: &[&str] = &["paragraph", "p", "heading", "header", "blockquote", "list-item"];

/// The article in the data of the scripts of a page that shows none.
pub(super) fn article(page: &Page, titles: &[&str]) -> Option<Object> {
    let shown = page.nodes().filter(|(at, node)| {
        node.text.len() > LINE && !page.ancestors(*at).any(|(_, above)| above.is_unseen())
    });
    let shown: usize = shown.map(|(_, node)| node.text.trim().len()).filter(|n| *n > LINE).sum();
    if shown > SHOWN {
        return None;
    }
    let titles: Vec<String> = titles.iter().map(|title| letters(title)).collect();
    let mut budget = VALUES;
    let mut best: Option<(usize, Object)> = None;
    let scripts = page.named(local_name!("script")).take(SCRIPTS).map(|(at, _)| page.raw(at));
    let scripts = scripts.filter(|script| (TEXT..=SCRIPT).contains(&script.len()));
    for data in scripts.filter_map(|script| data(&script)).chain(flight::rows(page)) {
        let mut waiting = vec![&data];
        while let Some(value) = waiting.pop().filter(|_| budget > 0) {
            budget -= 1;
            match value {
                Value::Array(values) => waiting.extend(values.iter().rev()),
                Value::Object(object) => {
                    if let Some((worth, found)) = described(object, &titles, &mut budget)
                        && best.as_ref().is_none_or(|(most, _)| worth > *most)
                    {
                        best = Some((worth, found));
                    }
                    waiting.extend(object.values());
                }
                _ => {}
            }
        }
    }
    best.map(|(_, object)| object)
}

/// The data that a script is, or that it assigns first.
fn data(script: &str) -> Option<Value> {
    if script.trim_start().starts_with(['{', '[']) {
        return json::first(script);
    }
    if let Some((_, text)) = script.split_once("JSON.parse(") {
        return json::first(text).and_then(|text| json::first(text.as_str()?));
    }
    let assigned = ["={", "= {", "=[", "= ["].iter().filter_map(|sign| script.find(sign)).min()?;
    json::first(script.get(assigned + 1..)?)
}

/// The value of the likeliest of several names.
fn named<'o>(object: &'o Object, names: &[&str]) -> impl Iterator<Item = &'o Value> {
    let own = |name: &str| name.replace(['_', '-'], "").to_ascii_lowercase();
    let known = object.iter().map(|(name, value)| (own(name), value));
    let mut known: Vec<_> = known
        .filter_map(|(name, value)| Some((names.iter().position(|n| *n == name)?, value)))
        .collect();
    known.sort_by_key(|(rank, _)| *rank);
    known.into_iter().map(|(_, value)| value)
}

/// An object as schema.org describes articles, and what it is worth; `None` where it is none.
fn described(object: &Object, titles: &[String], budget: &mut usize) -> Option<(usize, Object)> {
    let line = |value: &Value| {
        let mut lines = Vec::new();
        paragraphs(value, false, &mut lines, &mut 200);
        lines.into_iter().next()
    };
    let title = named(object, TITLES).find_map(line)?;
    let text = named(object, BODIES).find_map(|value| {
        let mut text = Vec::new();
        paragraphs(value, false, &mut text, budget);
        let text = text.join("\n\n");
        (text.chars().count() >= TEXT && text.contains(' ')).then_some(text)
    });
    let text = text?;
    let own = letters(&title);
    let is_own = own.len() > 8 && titles.iter().any(|title| title.contains(&own));
    let worth = text.len() * if is_own { 10 } else { 1 };
    let date =
        |names| named(object, names).find(|value| value.is_number() || value.is_string()).cloned();
    let described = [
        ("headline", Some(title.into())),
        ("description", named(object, SUMMARIES).find_map(line).map(Value::from)),
        (
            "author",
            named(object, AUTHORS).map(people).find(|names| !names.is_empty()).map(Value::from),
        ),
        ("datePublished", date(PUBLISHED)),
        ("dateModified", date(MODIFIED)),
        ("articleBody", Some(text.into())),
    ];
    let described = described.into_iter().filter_map(|(name, value)| Some((name.into(), value?)));
    Some((worth, described.collect()))
}

/// The names of people: strings, objects with a name, lists and objects of these.
fn people(value: &Value) -> Vec<Value> {
    match value {
        Value::String(name) => vec![plain(name).into()],
        Value::Array(all) => all.iter().take(20).flat_map(people).collect(),
        Value::Object(person) => {
            let names = ["name", "displayname", "fullname", "title", "by", "text"];
            named(person, &names).map(people).find(|names| !names.is_empty()).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// Adds the paragraphs that a value holds. `within` one, what comes goes on with it.
fn paragraphs(value: &Value, within: bool, found: &mut Vec<String>, budget: &mut usize) {
    // A long text costs as many short ones do.
    let cost = 1 + value.as_str().map_or(0, |text| text.len() / LINE);
    let Some(left) = budget.checked_sub(cost) else { return *budget = 0 };
    *budget = left;
    match value {
        Value::String(text) => {
            let text = if text.contains(['<', '&']) { to_text(text) } else { text.clone() };
            match found.last_mut().filter(|_| within) {
                Some(last) => last.push_str(&text),
                None if text.trim().is_empty() => {}
                None => found.push(text.trim().to_owned()),
            }
        }
        Value::Array(values) => {
            values.iter().for_each(|value| paragraphs(value, within, found, budget));
        }
        Value::Object(object) => {
            let kinds = ["type", "nodetype", "kind", "name", "component", "typename"];
            let kind = named(object, &kinds).find_map(Value::as_str).unwrap_or("");
            let kind = kind.to_ascii_lowercase();
            if NO_WORDS.iter().any(|part| kind.contains(part)) {
                return;
            }
            let begins = !within && PARAGRAPHS.contains(&&*kind);
            let start = found.len();
            if begins {
                found.push(String::new());
            }
            for value in named(object, WORDS) {
                let before = (found.len(), found.last().map(String::len));
                paragraphs(value, within || begins, found, budget);
                if before != (found.len(), found.last().map(String::len)) {
                    break;
                }
            }
            if begins && found.get(start).is_some_and(|text| text.trim().is_empty()) {
                found.truncate(start);
            }
        }
        _ => {}
    }
}
