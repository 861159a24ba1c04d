//! What the program prints: tables for people, or JSON lines.

use crate::Outcome;
use newsdb::{Article, Date, DateSource, Hit, Snapshot, TimelineCounts};
use serde_json::{Value, json};
use std::io::{self, BufWriter, IsTerminal, Write};

/// A date as every command but `export` gives it: RFC 3339 in UTC.
pub(crate) fn utc(date: Option<Date>) -> Option<Date> {
    date.map(|date| Date::utc(date.at()))
}

pub(crate) fn timeline(
    result: &TimelineCounts,
    zone: chrono_tz::Tz,
    split: bool,
    out: &mut Output,
) -> Outcome {
    for series in &result.series {
        if split && !out.json {
            writeln!(out.out, "{}", series.key.as_deref().unwrap_or("(none)"))?;
        }
        let most = series.buckets.iter().map(|bucket| bucket.articles).max().unwrap_or(0).max(1);
        for bucket in &series.buckets {
            let row = json!({
                "start": Date::utc(bucket.start), "end": Date::utc(bucket.end), "key": series.key,
                "articles": bucket.articles, "tone": bucket.tone, "tone_unknown": bucket.tone_unknown,
            });
            out.row(&row, || {
                let bar = "█".repeat((bucket.articles * 50).div_ceil(most) as usize);
                let start = bucket.start.with_timezone(&zone).format("%Y-%m-%d %H:%M");
                let tone = bucket.tone.map_or("".to_owned(), |tone| format!("{tone:+.2}"));
                format!("{start}  {:>7}  {tone:>5}  {bar}", bucket.articles)
            })?;
        }
    }
    let left_out = [
        (result.undated, "without a believable date"),
        (result.undated_hour, "with a date but no hour"),
        (result.other_keys, "series left out by --limit"),
    ];
    for (number, what) in left_out.into_iter().filter(|(number, _)| *number > 0) {
        eprintln!("{number} {what}");
    }
    Ok(())
}

/// An article, or an earlier version of it, as ninjs, and what this file knows beside.
pub(crate) fn ninjs(news: &Snapshot, mut article: Article, version: Option<u32>) -> Outcome<Value> {
    let versions = news.versions(article.id)?;
    let number = version.unwrap_or(article.version);
    let shown = versions.iter().find(|version| version.number == number);
    if version.is_some() && shown.is_none() {
        return Err(format!("article {} has no version {number}", article.id).into());
    }
    let current = number == article.version;
    if let Some(shown) = shown.filter(|_| !current) {
        let text = shown.text.clone();
        (article.headline, article.summary, article.body) =
            (text.headline, text.summary, text.body);
        (article.body_html, article.modified) = (None, shown.modified);
    }
    let mut ninjs = newsdb::export::to_ninjs(&article);
    let mut put = |name: &str, value: Value| {
        let empty = match &value {
            Value::Null => true,
            Value::Array(items) => items.is_empty(),
            Value::Object(items) => items.is_empty(),
            _ => false,
        };
        if !empty {
            ninjs[name] = value;
        }
    };
    put("id", json!(article.id));
    put("version", json!(number.to_string()));
    put("source", json!(article.source));
    put("url", json!(article.url));
    put("authors", json!(article.authors));
    put("published_source", json!(article.published_source.map(DateSource::as_str)));
    put("published_raw", json!(article.published_raw));
    put("tags", json!(article.tags));
    article.attributes.remove("ninjs");
    put("attributes", json!(article.attributes));
    put("annotations", json!(article.annotations));
    put("duplicate_of", json!(article.duplicate_of));
    put("versions", json!(versions.len()));
    put("changes", json!(shown.map(|version| &version.changes)));
    put("sightings", json!(news.sightings(article.id)?));
    if current {
        put("tone", json!(article.tone));
        put("entities", json!(newsdb::annotate::entities(&article)));
    }
    ninjs["mentions"] = match shown {
        Some(version) if !current => json!(version.mentions),
        _ => json!(article.mentions),
    };
    Ok(ninjs)
}

/// Tables for people, or JSON lines.
pub(crate) struct Output<'a> {
    pub(crate) json: bool,
    pub(crate) out: BufWriter<io::StdoutLock<'a>>,
}

impl Output<'_> {
    pub(crate) fn line(&mut self, value: &Value) -> Outcome {
        Ok(writeln!(self.out, "{value}")?)
    }

    pub(crate) fn row(&mut self, value: &Value, text: impl FnOnce() -> String) -> Outcome {
        if self.json { self.line(value) } else { Ok(writeln!(self.out, "{}", text())?) }
    }

    /// The report at the end; for people, apart from the rows.
    pub(crate) fn last(&mut self, value: Value, text: impl FnOnce() -> String) -> Outcome {
        self.row(&value, text)
    }

    pub(crate) fn hits(&mut self, hits: &[Hit]) -> Outcome {
        for hit in hits {
            let row = json!({
                "id": hit.id, "uri": hit.uri, "headline": hit.headline, "source": hit.source,
                "published": utc(hit.published),
                "precision": hit.published.map(Date::precision),
                "language": hit.language, "score": hit.score,
                "snippet": hit.snippet.marked("**", "**"),
            });
            let terminal = io::stdout().is_terminal();
            self.row(&row, || {
                let (before, after) = if terminal { ("\x1b[1m", "\x1b[0m") } else { ("[", "]") };
                let date = hit.published.map_or("undated".to_owned(), |date| date.to_string());
                format!(
                    "{date:<25}  {:<16}  {}\n{:27}{}  ({})",
                    hit.source,
                    hit.headline,
                    "",
                    hit.snippet.marked(before, after),
                    hit.id
                )
            })?;
        }
        Ok(())
    }
}
