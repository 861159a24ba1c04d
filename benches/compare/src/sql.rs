//! FTS5 and hand-written SQL, on the tables that [`Peer`] makes.

use crate::Engine;
use crate::questions::{Answer, BEST, PAGE, Question, TOP, Text};
use crate::setup::Setup;
use newsdb::{Durability, NewArticle};
use newsdb_benches::{Peer, search_token};
use rusqlite::types::ValueRef;
use rusqlite::{Params, Row};
use serde_json::{Value, json};
use std::path::Path;

pub struct Sql(Peer);

impl Sql {
    pub fn open(path: &Path, durability: Durability) -> Self {
        Self(if path.exists() {
            Peer::open(path, durability)
        } else {
            Peer::create(path, durability)
        })
    }

    /// A value for each row of one column, an array for each of several.
    fn all(&self, sql: &str, parameters: impl Params) -> Value {
        let mut statement = self.0.connection.prepare_cached(sql).unwrap();
        let columns = statement.column_count();
        let value = |row: &Row<'_>, at| match row.get_ref(at).unwrap() {
            ValueRef::Integer(number) => json!(number),
            ValueRef::Real(number) => json!(number),
            ValueRef::Text(text) => json!(String::from_utf8_lossy(text)),
            _ => Value::Null,
        };
        let rows = statement.query_map(parameters, |row| {
            Ok(match columns {
                1 => value(row, 0),
                _ => (0..columns).map(|at| value(row, at)).collect(),
            })
        });
        rows.unwrap().map(Result::unwrap).collect()
    }
}

fn matching(text: &Text) -> String {
    let token = search_token;
    match text {
        Text::Word(word) => format!("\"{}\"", token(word)),
        Text::And(a, b) => format!("\"{}\" AND \"{}\"", token(a), token(b)),
        Text::Or(a, b) => format!("\"{}\" OR \"{}\"", token(a), token(b)),
        Text::Phrase(a, b) => format!("\"{} {}\"", token(a), token(b)),
    }
}

fn count(rows: Value) -> Value {
    rows.as_array().map_or(0, Vec::len).into()
}

impl Engine for Sql {
    fn store(&mut self, articles: Vec<NewArticle>, commit: usize) {
        let mut articles = articles.into_iter().peekable();
        while articles.peek().is_some() {
            self.0.store(articles.by_ref().take(commit));
        }
    }

    fn ask(&mut self, question: &Question, setup: &Setup) -> Answer {
        let (page, best, top) = (PAGE as i64, BEST as i64, TOP as i64);
        Some(match question {
            // By its own ids: whoever stores articles in the order of their dates may do so.
            Question::Newest(text) => self.all(
                "SELECT a.published FROM search JOIN article a ON a.id = search.rowid
                  WHERE search MATCH ?1 ORDER BY search.rowid DESC LIMIT ?2",
                (matching(text), page),
            ),
            Question::Shown(text) => {
                let rows = self.all(
                    "SELECT a.headline, a.id, a.source, a.url, a.published, substr(a.body, 1, 240)
                       FROM search JOIN article a ON a.id = search.rowid
                      WHERE search MATCH ?1 ORDER BY search.rowid DESC LIMIT ?2",
                    (matching(text), page),
                );
                rows.as_array()?.iter().map(|row| row[0].clone()).collect()
            }
            Question::Best(text) => count(self.all(
                "SELECT rowid FROM search WHERE search MATCH ?1 AND rank MATCH 'bm25(3.0, 1.0)'
                  ORDER BY rank LIMIT ?2",
                (matching(text), best),
            )),
            Question::BestWithin(text) => count(self.all(
                "SELECT rowid FROM search WHERE search MATCH ?1 AND rank MATCH 'bm25(3.0, 1.0)'
                    AND rowid BETWEEN (SELECT min(id) FROM article WHERE published >= ?3)
                                  AND (SELECT max(id) FROM article WHERE published < ?4)
                  ORDER BY rank LIMIT ?2",
                (matching(text), best, setup.window.0, setup.window.1),
            )),
            Question::Count(text) => self
                .all("SELECT count(*) FROM search WHERE search MATCH ?1", [matching(text)])[0]
                .clone(),
            Question::Days(None) => self.all(
                "SELECT published / 86400 * 86400, count(*) FROM article GROUP BY 1 ORDER BY 1",
                [],
            ),
            Question::Days(Some(text)) => self.all(
                "SELECT a.published / 86400 * 86400, count(*)
                   FROM search JOIN article a ON a.id = search.rowid
                  WHERE search MATCH ?1 GROUP BY 1 ORDER BY 1",
                [matching(text)],
            ),
            Question::Entities(None) => self.all(
                "SELECT e.name, m.articles
                   FROM (SELECT entity, count(*) AS articles FROM mention GROUP BY entity) m
                   JOIN entity e ON e.id = m.entity ORDER BY 2 DESC, 1 LIMIT ?1",
                [top],
            ),
            Question::Entities(Some(text)) => self.all(
                "SELECT e.name, m.articles
                   FROM (SELECT m.entity, count(*) AS articles
                           FROM search JOIN mention m ON m.article = search.rowid
                          WHERE search MATCH ?1 GROUP BY m.entity) m
                   JOIN entity e ON e.id = m.entity ORDER BY 2 DESC, 1 LIMIT ?2",
                (matching(text), top),
            ),
            Question::EntitiesOfMonth => self.all(
                "SELECT e.name, m.articles
                   FROM (SELECT m.entity, count(*) AS articles
                           FROM article a JOIN mention m ON m.article = a.id
                          WHERE a.published >= ?1 AND a.published < ?2 GROUP BY m.entity) m
                   JOIN entity e ON e.id = m.entity ORDER BY 2 DESC, 1 LIMIT ?3",
                (setup.month.0, setup.month.1, top),
            ),
            Question::Together => self.all(
                "SELECT count(*)
                   FROM entity e JOIN mention a ON a.entity = e.id
                   JOIN mention b ON b.article = a.article AND b.entity != e.id
                  WHERE e.name = ?1 GROUP BY b.entity ORDER BY 1 DESC LIMIT ?2",
                (setup.entity.as_ref()?, top),
            ),
            Question::SourceByLanguage => self.all(
                "SELECT source, language, count(*) FROM article GROUP BY 1, 2 ORDER BY 1, 2",
                [],
            ),
            Question::ToneByWeek => self.all(
                "SELECT (published + 259200) / 604800, avg(tone), count(*) - count(tone)
                   FROM article GROUP BY 1 ORDER BY 1",
                [],
            ),
            Question::MonthBySubject => self.all(
                "SELECT unixepoch(a.month || '-01') AS month, s.name, sum(a.articles)
                   FROM (SELECT strftime('%Y-%m', a.published, 'unixepoch') AS month, j.subject,
                                count(*) AS articles
                           FROM article a JOIN article_subject j ON j.article = a.id
                          GROUP BY 1, 2) a
                   JOIN subject s ON s.id = a.subject GROUP BY 1, 2 ORDER BY 1, 2",
                [],
            ),
        })
    }
}
