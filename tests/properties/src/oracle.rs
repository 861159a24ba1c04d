//! The same questions in SQL: FTS5 over the same tokens, joins over the file's own tables.

use crate::Known;
use newsdb::search::{Expression, Term, parse};
use newsdb::{Dimension, Query};
use rusqlite::{Connection, OpenFlags, ToSql};
use serde_json::{Value, json};
use std::path::Path;

/// A connection to the file, with a table for FTS5 that goes with it.
#[derive(Debug)]
pub struct Oracle {
    connection: Connection,
    now: i64,
}

impl Oracle {
    /// Fills FTS5 with the tokens of all articles that have a text.
    pub fn new(path: &Path, now: i64, articles: &[Known]) -> Self {
        let connection =
            Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
        connection
            .execute_batch(
                "PRAGMA temp_store = memory;
                 CREATE VIRTUAL TABLE temp.search USING fts5 (
                     headline, summary, body,
                     content = '', contentless_delete = 1, tokenize = \"ascii tokenchars '~&+#.'\");
                 CREATE TABLE temp.hit (id INTEGER PRIMARY KEY);
                 CREATE TABLE temp.one_mention AS
                     SELECT m.article_id, g.value ->> 0 AS annotator_id, g.value ->> 1 AS entity_id
                       FROM mention m, json_each(m.list) g, json_each(g.value) p WHERE p.key >= 2;
                 CREATE INDEX temp.one_mention_article ON one_mention (article_id);
                 BEGIN;",
            )
            .unwrap();
        {
            let mut insert = connection
                .prepare(
                    "INSERT INTO search (rowid, headline, summary, body) VALUES (?1, ?2, ?3, ?4)",
                )
                .unwrap();
            for known in articles.iter().filter(|known| known.has_text) {
                let [headline, summary, body] = &known.fields;
                let text = |tokens: &Vec<String>| tokens.join(" ");
                insert.execute((known.id, text(headline), text(summary), text(body))).unwrap();
            }
        }
        connection.execute_batch("COMMIT").unwrap();
        Self { connection, now }
    }

    /// The ids that match, ascending, `unique` not applied. They are kept for [`Oracle::top`].
    pub fn ids(&self, query: &Query) -> Vec<i64> {
        let query = serde_json::to_value(query).unwrap();
        let text = query["text"].as_str().and_then(|text| parse(text).unwrap());
        let mut sql = "INSERT INTO hit SELECT a.article_id FROM article a WHERE 1".to_owned();
        let matching = text.as_ref().map(matching);
        match &matching {
            Some((false, _)) => {
                sql += " AND a.article_id IN (SELECT rowid FROM search WHERE search MATCH :match)"
            }
            Some((true, _)) => {
                sql +=
                    " AND a.article_id NOT IN (SELECT rowid FROM search WHERE search MATCH :match)"
            }
            None => {}
        }
        let list = |name: &str| query[name].as_array().filter(|list| !list.is_empty()).map(|_| ());
        if query["since"].is_string() || query["until"].is_string() {
            sql += " AND a.published_source IS NOT NULL
                     AND a.article_id >> 20 >= coalesce(unixepoch(:since), -1e15)
                     AND a.article_id >> 20 < coalesce(unixepoch(:until), 1e15)";
        }
        for (name, condition) in [
            ("sources", "a.source_id IN (SELECT source_id FROM source WHERE key IN (SELECT value FROM json_each(:sources)))"),
            ("languages", "EXISTS (SELECT 1 FROM json_each(:languages) l WHERE lower(a.language) = lower(l.value)
                OR lower(substr(a.language, 1, length(l.value) + 1)) = lower(l.value || '-'))"),
            ("subjects", "EXISTS (SELECT 1 FROM json_each(a.subjects) j JOIN subject s ON s.subject_id = j.value JOIN json_each(:subjects) v
                WHERE (v.value IN (s.code, s.name) OR s.scheme <> '' AND v.value = s.scheme || ':' || s.code))"),
            ("authors", "EXISTS (SELECT 1 FROM json_each(a.authors) j JOIN author w ON w.author_id = j.value
                WHERE w.name IN (SELECT value FROM json_each(:authors)))"),
            ("tags", "EXISTS (SELECT 1 FROM json_each(a.tags) j JOIN tag t ON t.tag_id = j.value
                WHERE t.name IN (SELECT value FROM json_each(:tags)))"),
            ("entities", "EXISTS (SELECT 1 FROM one_mention m JOIN entity e USING (entity_id) JOIN annotator n USING (annotator_id)
                WHERE m.article_id = a.article_id
                  AND e.canonical_id IN (SELECT canonical_id FROM entity WHERE entity_id IN (SELECT value FROM json_each(:entities)))
                  AND (:annotators = '[]' OR n.name IN (SELECT value FROM json_each(:annotators))))"),
        ] {
            if list(name).is_some() {
                sql += &format!(" AND {condition}");
            }
        }
        if query["has_body"].is_boolean() {
            sql += " AND :has_body = EXISTS (SELECT 1 FROM article_body b WHERE b.article_id = a.article_id)";
        }
        sql += " AND CASE WHEN a.status = 2 AND a.embargo <= :now THEN 'usable' WHEN a.status = 1 THEN 'usable'
                     WHEN a.status = 2 THEN 'withheld' ELSE 'canceled' END IN (SELECT value FROM json_each(:statuses))";
        let or_empty = |name: &str| match &query[name] {
            Value::Null => "[]".to_owned(),
            list => list.to_string(),
        };
        let statuses = match &query["statuses"] {
            Value::Null => json!(["usable"]).to_string(),
            list => list.to_string(),
        };
        let lists =
            ["sources", "languages", "subjects", "authors", "tags", "entities", "annotators"]
                .map(|name| (format!(":{name}"), or_empty(name)));
        let match_text = matching.map(|(_, text)| text);
        let (since, until) = (query["since"].as_str(), query["until"].as_str());
        let has_body = query["has_body"].as_bool();
        let mut parameters: Vec<(&str, &dyn ToSql)> = vec![
            (":match", &match_text),
            (":since", &since),
            (":until", &until),
            (":has_body", &has_body),
            (":now", &self.now),
            (":statuses", &statuses),
        ];
        parameters.extend(lists.iter().map(|(name, list)| (name.as_str(), list as &dyn ToSql)));
        self.connection.execute("DELETE FROM hit", []).unwrap();
        let mut statement = self.connection.prepare_cached(&sql).unwrap();
        parameters.retain(|(name, _)| matches!(statement.parameter_index(name), Ok(Some(_))));
        statement.execute(parameters.as_slice()).unwrap();
        let mut all = self.connection.prepare_cached("SELECT id FROM hit ORDER BY id").unwrap();
        let rows = all.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// What the articles found last have of a dimension: names, numbers of articles and of mentions,
    /// by name.
    pub fn top(&self, dimension: Dimension, query: &Query) -> Vec<(String, u64, u64)> {
        let query = serde_json::to_value(query).unwrap();
        let annotators = query["annotators"].as_array().map(|list| json!(list).to_string());
        let (label, group, join) = match dimension {
            Dimension::Source => (
                "s.key",
                "s.key",
                "JOIN article a ON a.article_id = hit.id JOIN source s USING (source_id)",
            ),
            Dimension::Language => (
                "a.language",
                "a.language",
                "JOIN article a ON a.article_id = hit.id AND a.language IS NOT NULL",
            ),
            Dimension::Subject => (
                "coalesce(s.name, s.code)",
                "coalesce(s.name, s.code)",
                "JOIN article a ON a.article_id = hit.id, json_each(a.subjects) j JOIN subject s ON s.subject_id = j.value",
            ),
            Dimension::Author => (
                "w.name",
                "w.name",
                "JOIN article a ON a.article_id = hit.id, json_each(a.authors) j JOIN author w ON w.author_id = j.value",
            ),
            Dimension::Tag => (
                "t.name",
                "t.name",
                "JOIN article a ON a.article_id = hit.id, json_each(a.tags) j JOIN tag t ON t.tag_id = j.value",
            ),
            _ => (
                "c.name",
                "c.entity_id",
                "JOIN one_mention m ON m.article_id = hit.id JOIN annotator n USING (annotator_id)
                 JOIN entity e USING (entity_id) JOIN entity c ON c.entity_id = e.canonical_id
                 WHERE (:annotators IS NULL OR n.name IN (SELECT value FROM json_each(:annotators)))
                   AND (:kind IS NULL OR c.kind = :kind)",
            ),
        };
        let sql = format!(
            "SELECT {label}, count(DISTINCT hit.id), count(*) FROM hit {join} GROUP BY {group}"
        );
        let kind = match dimension {
            Dimension::Kind(kind) => {
                newsdb::EntityKind::ALL.iter().position(|k| *k == kind).map(|at| at as i64 + 1)
            }
            _ => None,
        };
        let mut statement = self.connection.prepare_cached(&sql).unwrap();
        let mut parameters: Vec<(&str, &dyn ToSql)> =
            vec![(":annotators", &annotators), (":kind", &kind)];
        parameters.retain(|(name, _)| matches!(statement.parameter_index(name), Ok(Some(_))));
        let rows = statement
            .query_map(parameters.as_slice(), |row| {
                Ok((row.get(0)?, row.get::<_, i64>(1)? as u64, row.get::<_, i64>(2)? as u64))
            })
            .unwrap();
        let mut rows: Vec<_> = rows.map(Result::unwrap).collect();
        rows.sort();
        rows
    }

    /// The articles found last by their day in UTC, those without a date left out.
    pub fn days(&self) -> Vec<(String, u64)> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT strftime('%Y-%m-%d', id >> 20, 'unixepoch'), count(*)
                   FROM hit JOIN article a ON a.article_id = hit.id
                  WHERE a.published_source IS NOT NULL GROUP BY 1 ORDER BY 1",
            )
            .unwrap();
        let rows =
            statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as u64))).unwrap();
        rows.map(Result::unwrap).collect()
    }
}

/// An expression as FTS5 reads it, and whether all others are meant: it has no complement.
fn matching(expression: &Expression) -> (bool, String) {
    match expression {
        Expression::Term(term) => (false, term_text(term)),
        Expression::And(parts) => all_of(parts.iter().map(matching).collect()),
        // A or B = not (not A and not B)
        Expression::Or(parts) => {
            let (negated, text) =
                all_of(parts.iter().map(|part| complement(matching(part))).collect());
            (!negated, text)
        }
        Expression::Not(part) => complement(matching(part)),
    }
}

fn complement((negated, text): (bool, String)) -> (bool, String) {
    (!negated, text)
}

fn all_of(sets: Vec<(bool, String)>) -> (bool, String) {
    let (without, within): (Vec<_>, Vec<_>) = sets.into_iter().partition(|(negated, _)| *negated);
    let text = |sets: &[(bool, String)], operator: &str| {
        let texts: Vec<&str> = sets.iter().map(|(_, text)| text.as_str()).collect();
        format!("({})", texts.join(operator))
    };
    match (within.is_empty(), without.is_empty()) {
        (true, _) => (true, text(&without, " OR ")),
        (false, true) => (false, text(&within, " AND ")),
        (false, false) => {
            (false, format!("({} NOT {})", text(&within, " AND "), text(&without, " OR ")))
        }
    }
}

fn term_text(term: &Term) -> String {
    let star = if term.prefix { " *" } else { "" };
    let phrase = |tokens: &Vec<String>| {
        let quoted: Vec<String> = tokens.iter().map(|token| format!("\"{token}\"")).collect();
        quoted.join(" + ") + star
    };
    let phrases: Vec<String> = term.alternatives.iter().map(phrase).collect();
    format!("({})", phrases.join(" OR "))
}
