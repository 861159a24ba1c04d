//! Articles as IPTC ninjs 3.1.

use super::{ExportReport, write_each};
use crate::error::Error;
use crate::formats::byline;
use crate::formats::ninjs::words::{self, ENTITIES, KEPT, Media};
use crate::formats::ninjs::{Version, is_markup};
use crate::ingest::UNKNOWN_SOURCE;
use crate::model::{Article, Date, EntityKind, PUBLISHER, PubStatus, Subject};
use crate::query::Query;
use crate::store::{NewsDb, Snapshot};
use serde_json::{Map, Value, json};
use std::io::Write;

/// The version that is written.
const VERSION: Version = Version::V3_1;

impl Snapshot {
    /// Writes the articles of a query as ninjs 3.1, an object a line, oldest first, in bounded
    /// memory: [`to_ninjs`] of each.
    ///
    /// ```
    /// use newsdb::{NewArticle, NewsDb, Query};
    /// let db = NewsDb::open_in_memory()?;
    /// db.insert(NewArticle::new("wire").id("1").headline("Bridge opens").subject("transport"))?;
    /// let mut lines = Vec::new();
    /// db.export_ninjs(&Query::new(), &mut lines)?;
    /// let ninjs: serde_json::Value = serde_json::from_slice(&lines)?;
    /// assert_eq!(ninjs["headlines"][0]["value"], "Bridge opens");
    /// assert_eq!(ninjs["standard"]["version"], "3.1");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Io`] when the writer fails; those of the query.
    pub fn export_ninjs(&self, query: &Query, out: impl Write) -> Result<ExportReport, Error> {
        write_each(self, query, out, |article, out| writeln!(out, "{}", to_ninjs(article)))
    }
}

impl NewsDb {
    /// [`Snapshot::export_ninjs`] on the present state.
    ///
    /// # Errors
    /// As there.
    pub fn export_ninjs(&self, query: &Query, out: impl Write) -> Result<ExportReport, Error> {
        self.snapshot()?.export_ninjs(query, out)
    }
}

/// An article as one object of ninjs 3.1. What its publisher sent as ninjs and the model has no
/// field for comes out again; reading the object back gives the same article.
///
/// The schema is named in `standard` when the object is valid by it: properties that only the
/// publisher has make it an extension of ninjs, which names the version alone. The page's
/// address and the source's own id stand among `altIds`, source and authors among
/// `infoSources`, where ninjs has no other place for them. Entities are those that the
/// publisher asserts. Tags, annotations and attributes of callers are not written: JSON lines
/// keep them.
pub fn to_ninjs(article: &Article) -> Value {
    let mut kept = match article.attributes.get(KEPT) {
        Some(Value::Object(kept)) => kept.clone(),
        _ => Map::new(),
    };
    // Of what is usable an embargo is over, whenever it was to end.
    let is_withheld = article.status == PubStatus::Withheld;
    if !is_withheld {
        kept.shift_remove("embargoedUntil");
    }
    let mut item = Item(Map::new());
    item.put("uri", json!(article.uri));
    item.put("type", json!("text"));
    item.put("pubStatus", json!(article.status));
    item.put("firstCreated", json!(article.published));
    item.put("versionCreated", json!(article.modified));
    item.put("embargoedUntil", json!(article.embargo.filter(|_| is_withheld).map(Date::utc)));
    item.put("urgency", json!(article.urgency));
    item.put("language", json!(article.language));
    item.put("by", json!(article.byline));
    item.put("headlines", headlines(article, entries(&mut kept, "headlines")));
    item.put("descriptions", descriptions(article, entries(&mut kept, "descriptions")));
    item.put("bodies", bodies(article, entries(&mut kept, "bodies")));
    item.put("subjects", subjects(article, entries(&mut kept, "subjects"), &kept));
    for (list, kind) in ENTITIES {
        item.put(list, mentions(article, *kind, entries(&mut kept, list)));
    }
    item.put("associations", associations(article, entries(&mut kept, "associations"), &kept));
    item.put("altIds", alternative_ids(article, entries(&mut kept, "altIds"), &kept));
    item.put("infoSources", sources(article, entries(&mut kept, "infoSources"), &kept));
    // What is left could not be taken into the model, or says more than what was.
    item.0.extend(kept);
    let mut item = Value::Object(item.0);
    if item.get("standard").is_none() {
        let name = json!({"name": "ninjs", "version": VERSION.as_str(), "schema": SCHEMA});
        item["standard"] = name;
        if VERSION.check(&item, false).is_err() {
            item["standard"] = json!({"name": "ninjs", "version": VERSION.as_str()});
        }
    }
    item
}

const SCHEMA: &str = "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#";

/// An object without what is unknown.
struct Item(Map<String, Value>);

impl Item {
    fn put(&mut self, name: &str, value: Value) {
        let absent = match &value {
            Value::Null => true,
            Value::Array(items) => items.is_empty(),
            _ => false,
        };
        if !absent {
            self.0.insert(name.to_owned(), value);
        }
    }
}

/// Takes the kept entries of a list; what is no list stays.
fn entries(kept: &mut Map<String, Value>, name: &str) -> Vec<Value> {
    match kept.get_mut(name) {
        Some(Value::Array(entries)) => {
            let entries = std::mem::take(entries);
            kept.shift_remove(name);
            entries
        }
        _ => Vec::new(),
    }
}

/// Gives kept entries the article's own text back, and puts it in front where none has it.
fn with_text(kept: Vec<Value>, own: &[(Option<&str>, Value)], which: fn(&Value) -> usize) -> Value {
    let mut used = vec![false; own.len()];
    let mut all = Vec::new();
    for mut entry in kept {
        if entry.get("value").is_none() {
            let number = which(&entry);
            let Some((Some(text), _)) = own.get(number) else { continue };
            entry["value"] = json!(text);
            used[number] = true;
        }
        all.push(entry);
    }
    let missing = own.iter().zip(used).filter_map(|((text, entry), used)| {
        let text = text.filter(|_| !used)?;
        let mut entry = entry.clone();
        entry["value"] = json!(text);
        Some(entry)
    });
    missing.chain(all).collect()
}

fn headlines(article: &Article, kept: Vec<Value>) -> Value {
    let headline = Some(article.headline.as_str()).filter(|headline| !headline.is_empty());
    with_text(kept, &[(headline, words::headline_entry())], |_| 0)
}

fn descriptions(article: &Article, kept: Vec<Value>) -> Value {
    let dateline = json!({"role": "dateline"});
    let own = [
        (article.summary.as_deref(), words::summary_entry()),
        (article.dateline.as_deref(), dateline),
    ];
    with_text(kept, &own, |entry| usize::from(words::text(entry, "role") == Some("dateline")))
}

fn bodies(article: &Article, kept: Vec<Value>) -> Value {
    let own = [
        (article.body.as_deref(), words::body_entry()),
        (article.body_html.as_deref(), words::html_entry()),
    ];
    with_text(kept, &own, |entry| usize::from(is_markup(entry)))
}

/// The kept entries in their order, without those that say what is held no longer, and between
/// them, in the order of what is held, new entries for what none of them says.
fn merge<T>(
    held: &[T],
    kept: Vec<Value>,
    read: impl Fn(&Value) -> Option<T>,
    same: impl Fn(&T, &T) -> bool,
    write: impl Fn(usize, &T) -> Option<Value>,
) -> Value {
    let mut covered = vec![false; held.len()];
    let mut from = 0_usize;
    let kept: Vec<_> = kept
        .into_iter()
        .filter_map(|entry| {
            let Some(said) = read(&entry) else { return Some((0, entry)) };
            // Mostly it is the next one.
            let near = from..held.len().min(from.saturating_add(FURTHEST));
            let far = 0..held.len().min(FURTHEST);
            let is_it = |at: &usize| !covered[*at] && held.get(*at).is_some_and(|h| same(h, &said));
            let at = near.chain(far).find(is_it)?;
            covered[at] = true;
            from = at + 1;
            Some((at, entry))
        })
        .collect();
    let mut written = held.iter().enumerate().peekable();
    let mut all = Vec::new();
    for (at, entry) in kept {
        while let Some((number, one)) = written.next_if(|(number, _)| *number < at) {
            all.extend((!covered[number]).then(|| write(number, one)).flatten());
        }
        all.push(entry);
    }
    for (number, one) in written {
        all.extend((!covered[number]).then(|| write(number, one)).flatten());
    }
    all.into_iter().collect()
}

/// How far a kept entry is looked for among what is held.
const FURTHEST: usize = 1_000;

fn subjects(article: &Article, kept: Vec<Value>, others: &Map<String, Value>) -> Value {
    let is_keyword = |subject: &Subject| {
        let keywords = others.get("keywords").and_then(Value::as_array);
        subject.scheme.is_none() && keywords.is_some_and(|all| all.contains(&json!(subject.code)))
    };
    merge(&article.subjects, kept, words::subject, words::same_subject, |_, subject| {
        (!is_keyword(subject)).then(|| words::subject_entry(subject))
    })
}

fn mentions(article: &Article, kind: EntityKind, kept: Vec<Value>) -> Value {
    let mentions = article.mentions.iter().map(|mention| &mention.mention);
    let asserted =
        mentions.filter(|m| m.kind == kind && m.annotator == PUBLISHER && m.span.is_none());
    let held: Vec<_> = asserted.cloned().collect();
    merge(
        &held,
        kept,
        |entry| words::mention(kind, entry),
        words::same_mention,
        |_, mention| Some(words::mention_entry(mention)),
    )
}

fn associations(article: &Article, kept: Vec<Value>, others: &Map<String, Value>) -> Value {
    let images = article.images.iter().cloned().map(Media::Image);
    let files = article.enclosures.iter().cloned().map(Media::Enclosure);
    let held: Vec<_> = images.chain(files).collect();
    let of_item =
        others.get("renditions").and_then(|all| words::media(&json!({"renditions": all})));
    let same = |a: &Media, b: &Media| a.url() == b.url();
    merge(&held, kept, words::media, same, |at, media| {
        let is_of_item = of_item.as_ref().is_some_and(|own| same(own, media));
        (!is_of_item).then(|| match media {
            Media::Image(image) => words::image_entry(at + 1, image),
            Media::Enclosure(file) => words::enclosure_entry(at + 1 - article.images.len(), file),
        })
    })
}

fn alternative_ids(article: &Article, kept: Vec<Value>, others: &Map<String, Value>) -> Value {
    let is_kept = |url: &&str| others.get("url").and_then(Value::as_str) == Some(url);
    let url = article.url.as_deref().filter(|url| !is_kept(url));
    let ids = [("id", article.external_id.as_deref()), ("url", url)];
    let own = ids.into_iter().filter_map(|(role, value)| Some(words::id_entry(role, value?)));
    own.chain(kept).collect()
}

fn sources(article: &Article, kept: Vec<Value>, others: &Map<String, Value>) -> Value {
    let source = article.source.as_str();
    let is_told = source == UNKNOWN_SOURCE
        || others.get("source").and_then(Value::as_str) == Some(source)
        || words::authority(&article.uri) == Some(source)
        || kept.iter().any(|entry| {
            words::role(entry) == "provider" && words::text(entry, "name") == Some(source)
        });
    let provider = (!is_told).then(|| words::provider_entry(source));
    let from_byline = byline::authors(article.byline.as_deref().unwrap_or("")) == article.authors;
    let named: Vec<_> = kept.iter().filter_map(|entry| words::text(entry, "name")).collect();
    let missing = article.authors.iter().filter(|name| {
        !from_byline && !others.contains_key("authors") && !named.contains(&name.as_str())
    });
    let authors: Vec<_> = missing.map(|name| words::author_entry(name)).collect();
    provider.into_iter().chain(authors).chain(kept).collect()
}
