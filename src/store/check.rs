//! Whether a file is as it should be.
//!
//! What is damaged is a finding, wherever it comes to light: a check that fails at the first damaged
//! row would be of no use to whoever has one.

use super::entities::PROMOTED;
use super::{Cancel, NewsDb, View, packs};
use crate::error::Error;
use crate::index::{self, Analysed};
use crate::ingest::{BAND_BITS, PERIOD_BITS, prepare::content_hash};
use crate::model::ArticleId;
use rusqlite::{Connection, Row};
use serde::Serialize;

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CheckReport {
    /// Articles looked at.
    pub articles: u64,
    /// What is wrong, in sentences; empty when all is well.
    pub findings: Vec<String>,
}

impl CheckReport {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

impl NewsDb {
    /// Checks the file: SQLite's own integrity check, foreign keys, every packed text against
    /// its hash, and everything that the index holds of an article, each word at its place
    /// included, against the tables. Reads everything once; readers and writers go on meanwhile.
    ///
    /// # Errors
    /// [`Error::Canceled`]; [`Error::Corrupt`] when the file is so damaged that it cannot be
    /// read at all. What is found is not an error but in the report.
    pub fn check(&self, cancel: &Cancel) -> Result<CheckReport, Error> {
        self.snapshot_with(cancel)?.view(check)
    }
}

fn check(view: &View<'_>) -> Result<CheckReport, Error> {
    let mut findings = of_pages(view.connection)?;
    findings.extend(of_tables(view.connection)?);
    let (articles, found) = of_articles(view)?;
    findings.extend(found);
    findings.extend(of_versions(view)?);
    findings.extend(of_html(view)?);
    findings.extend(packs::check(view.connection, || view.check_canceled())?);
    Ok(CheckReport { articles, findings })
}

/// What SQLite finds itself.
fn of_pages(connection: &Connection) -> Result<Vec<String>, Error> {
    let mut findings: Vec<String> = connection
        .prepare("PRAGMA integrity_check")?
        .query_map([], |row| row.get::<_, String>(0))?
        .filter(|line| line.as_deref() != Ok("ok"))
        .collect::<Result<_, _>>()?;
    let mut orphans = connection.prepare("PRAGMA foreign_key_check")?;
    let mut rows = orphans.query([])?;
    while let Some(row) = rows.next()? {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        findings.push(format!("a row of {table} names a row of {parent} that is not there"));
    }
    Ok(findings)
}

/// What is never there, and how many of it there are.
const NEVER: &[(&str, &str)] = &[
    (
        "articles that were seen nowhere",
        "SELECT count(*) FROM article a WHERE a.status <> 3
            AND NOT EXISTS (SELECT 1 FROM sighting t WHERE t.article_id = a.article_id)",
    ),
    (
        "merged entities that do not lead to one that stands",
        "SELECT count(*) FROM entity e WHERE NOT EXISTS (
             SELECT 1 FROM entity c WHERE c.entity_id = e.canonical_id
                AND c.canonical_id = c.entity_id)",
    ),
    (
        "mentions of entities, or by annotators, that are not there",
        "SELECT count(*) FROM mention m, json_each(m.list) j
          WHERE NOT EXISTS (SELECT 1 FROM annotator WHERE annotator_id = j.value ->> 0)
             OR NOT EXISTS (SELECT 1 FROM entity WHERE entity_id = j.value ->> 1)",
    ),
    (
        "subjects of articles that are not there",
        "SELECT count(*) FROM article, json_each(subjects)
          WHERE coalesce(value NOT IN (SELECT subject_id FROM subject), 1)",
    ),
    (
        "authors of articles that are not there",
        "SELECT count(*) FROM article, json_each(authors)
          WHERE coalesce(value NOT IN (SELECT author_id FROM author), 1)",
    ),
    (
        "tags of articles that are not there",
        "SELECT count(*) FROM article, json_each(tags)
          WHERE coalesce(value NOT IN (SELECT tag_id FROM tag), 1)",
    ),
    (
        "entities whose count of articles is not that of the mentions",
        "SELECT count(*) FROM entity e LEFT JOIN (
             SELECT entity_id, count(*) AS articles FROM (
                 -- A number for certain, or SQLite would make no index of it to join by.
                 SELECT DISTINCT m.article_id, CAST(j.value ->> 1 AS INTEGER) AS entity_id
                   FROM mention m, json_each(m.list) j)
              GROUP BY entity_id) c USING (entity_id)
          WHERE min(e.articles, :promoted) <> min(coalesce(c.articles, 0), :promoted)",
    ),
    (
        "near-duplicate bands of articles that are not there",
        "SELECT count(*) FROM duplicate_band b
          WHERE NOT EXISTS (
                SELECT 1 FROM article a
                 WHERE a.article_id = ((b.band >> :band_bits) << :period_bits) + b.article)",
    ),
    (
        "annotations and lists that are not JSON",
        "SELECT (SELECT count(*) FROM annotation WHERE NOT json_valid(value))
              + (SELECT count(*) FROM mention WHERE NOT json_valid(list))
              + (SELECT count(*) FROM article WHERE NOT coalesce(json_valid(images), 1)
                    OR NOT coalesce(json_valid(enclosures), 1)
                    OR NOT coalesce(json_valid(attributes), 1)
                    OR NOT coalesce(json_valid(subjects), 1)
                    OR NOT coalesce(json_valid(authors), 1)
                    OR NOT coalesce(json_valid(tags), 1))",
    ),
    (
        "redirects of ids that are in use",
        "SELECT count(*) FROM article_redirect r JOIN article a ON a.article_id = r.from_id",
    ),
];

fn of_tables(connection: &Connection) -> Result<Vec<String>, Error> {
    let known = [
        (":promoted", PROMOTED),
        (":band_bits", i64::from(BAND_BITS)),
        (":period_bits", i64::from(PERIOD_BITS)),
    ];
    let mut findings = Vec::new();
    for (what, sql) in NEVER {
        let mut statement = connection.prepare(sql)?;
        for (name, value) in known {
            if let Some(number) = statement.parameter_index(name)? {
                statement.raw_bind_parameter(number, value)?;
            }
        }
        let counted = match statement.raw_query().next() {
            Ok(row) => row.map_or(Ok(0), |row| row.get::<_, i64>(0)),
            Err(error) => Err(error),
        };
        match counted.map_err(Error::from) {
            Ok(0) => {}
            Ok(count) => findings.push(format!("{count} {what}")),
            // Such as a list that is no JSON.
            Err(Error::Corrupt(error)) => findings.push(format!("{what}: {error}")),
            Err(Error::Database(error)) => findings.push(format!("{what}: {error}")),
            Err(error) => return Err(error),
        }
    }
    Ok(findings)
}

/// The texts of articles against their hashes, and the index against both. How many articles have a text.
fn of_articles(view: &View<'_>) -> Result<(u64, Vec<String>), Error> {
    let (mut articles, mut damaged) = (0, Vec::new());
    let mut findings = index::check(view, |take| {
        let mut statement = view.connection.prepare(
            "SELECT article_id, headline, summary, codec, body, content_hash, language, status = 3
               FROM article LEFT JOIN article_body USING (article_id)",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            view.check_canceled()?;
            let id = ArticleId(row.get(0)?);
            if row.get(7)? {
                take(id, Some(&Analysed::default()))?;
                continue;
            }
            articles += 1;
            let text = or_damage(text(view, row), &mut damaged, || format!("article {id}"))?;
            let language = or_damage(row.get(6).map_err(Error::from), &mut damaged, || {
                format!("the language of article {id}")
            })?;
            let analysed = text.zip(language).map(|(text, language): (Text, Option<String>)| {
                Analysed::new(
                    &text.headline,
                    text.summary.as_deref(),
                    text.body.as_deref(),
                    language.as_deref(),
                )
            });
            take(id, analysed.as_ref())?;
        }
        Ok(())
    })?;
    findings.extend(damaged);
    Ok((articles, findings))
}

fn of_versions(view: &View<'_>) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    let mut statement = view.connection.prepare(
        "SELECT article_id, headline, summary, codec, body, content_hash, number FROM version",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        view.check_canceled()?;
        let (id, number): (i64, i64) = (row.get(0)?, row.get(6)?);
        or_damage(text(view, row), &mut findings, || format!("article {id}, version {number}"))?;
    }
    Ok(findings)
}

fn of_html(view: &View<'_>) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    let mut statement =
        view.connection.prepare("SELECT article_id, codec, html FROM article_html")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        view.check_canceled()?;
        let id: i64 = row.get(0)?;
        let html = view.texts().column(row, 1);
        or_damage(html, &mut findings, || format!("article {id}, its HTML"))?;
    }
    Ok(findings)
}

struct Text {
    headline: String,
    summary: Option<String>,
    body: Option<String>,
}

/// A text in columns 1 to 4, held to its hash in the next.
fn text(view: &View<'_>, row: &Row<'_>) -> Result<Text, Error> {
    let body = view.texts().column(row, 3)?;
    let text = Text { headline: row.get(1)?, summary: row.get(2)?, body };
    let hash = content_hash(&text.headline, text.summary.as_deref(), text.body.as_deref());
    if hash != row.get::<_, i64>(5)? {
        return Err(Error::Corrupt("its text differs from its hash".to_owned()));
    }
    Ok(text)
}

/// What was read; damage is a finding.
fn or_damage<T>(
    outcome: Result<T, Error>,
    findings: &mut Vec<String>,
    of: impl FnOnce() -> String,
) -> Result<Option<T>, Error> {
    match outcome {
        Ok(read) => Ok(Some(read)),
        Err(Error::Corrupt(what)) => {
            findings.push(format!("{}: {what}", of()));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
