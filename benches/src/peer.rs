//! The peer: the plainest tables that one would write by hand, and FTS5 over the same tokens.
//!
//! It knows no article again, keeps no versions, sees no duplicates, packs nothing, checks
//! nothing. It tokenises on the thread that inserts.

use crate::{CACHE, TRANSACTION, tone};
use newsdb::{Durability, EntityKind, NewArticle, search::each_token};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::Path;

const SCHEMA: &str = r#"
    CREATE TABLE article (
        id INTEGER PRIMARY KEY, source TEXT, url TEXT UNIQUE, headline TEXT, body TEXT,
        published INTEGER, language TEXT, tone REAL);
    CREATE INDEX article_published ON article (published);
    CREATE TABLE subject (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
    CREATE TABLE article_subject (
        article INTEGER, subject INTEGER, PRIMARY KEY (article, subject)) WITHOUT ROWID;
    CREATE TABLE entity (
        id INTEGER PRIMARY KEY, kind INTEGER, name TEXT, UNIQUE (kind, name));
    CREATE TABLE mention (
        article INTEGER, entity INTEGER, PRIMARY KEY (article, entity)) WITHOUT ROWID;
    CREATE INDEX mention_entity ON mention (entity, article);
    CREATE VIRTUAL TABLE search USING fts5 (
        headline, body, content='', contentless_delete=1,
        tokenize="ascii tokenchars '~&+#.'");
"#;

/// The hand-written database.
#[derive(Debug)]
pub struct Peer {
    pub connection: Connection,
}

impl Peer {
    /// Makes a new file, with the page cache and the `synchronous` setting of newsdb.
    pub fn create(path: &Path, durability: Durability) -> Self {
        let peer = Self::open(path, durability);
        peer.connection.execute_batch(SCHEMA).unwrap();
        peer
    }

    /// Opens a file that [`Peer::create`] made.
    pub fn open(path: &Path, durability: Durability) -> Self {
        let connection = Connection::open(path).unwrap();
        connection.set_prepared_statement_cache_capacity(128);
        let set = |name: &str, value: i64| connection.pragma_update(None, name, value).unwrap();
        set("cache_size", -((CACHE / 1024) as i64));
        connection
            .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0))
            .unwrap();
        set("synchronous", if durability == Durability::Full { 2 } else { 1 });
        Self { connection }
    }

    /// Stores articles, a transaction for each thousand.
    pub fn ingest(&mut self, mut articles: impl Iterator<Item = NewArticle>) {
        let mut batch = Vec::with_capacity(TRANSACTION);
        loop {
            batch.extend(articles.by_ref().take(TRANSACTION));
            if batch.is_empty() {
                return;
            }
            self.store(batch.drain(..));
        }
    }

    /// Stores articles in one transaction.
    pub fn store(&mut self, articles: impl Iterator<Item = NewArticle>) {
        let transaction = self.connection.transaction().unwrap();
        for article in articles {
            insert(&transaction, &article).unwrap();
        }
        transaction.commit().unwrap();
    }
}

fn insert(connection: &Connection, article: &NewArticle) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO article (source, url, headline, body, published, language, tone)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            article.source,
            article.url,
            article.headline,
            article.body,
            article.published.map(|date| date.second()),
            article.language,
            tone(article),
        ])?;
    let id = connection.last_insert_rowid();
    let language = article.language.as_deref();
    connection
        .prepare_cached("INSERT INTO search (rowid, headline, body) VALUES (?1, ?2, ?3)")?
        .execute((id, tokens(&article.headline, language), tokens(&article.body, language)))?;
    for subject in &article.subjects {
        let found: Option<i64> = connection
            .prepare_cached("SELECT id FROM subject WHERE name = ?1")?
            .query_row([&subject.code], |row| row.get(0))
            .optional()?;
        let subject = match found {
            Some(id) => id,
            None => connection
                .prepare_cached("INSERT INTO subject (name) VALUES (?1) RETURNING id")?
                .query_row([&subject.code], |row| row.get(0))?,
        };
        connection
            .prepare_cached("INSERT INTO article_subject (article, subject) VALUES (?1, ?2)")?
            .execute((id, subject))?;
    }
    for mention in &article.mentions {
        let kind = match mention.kind {
            EntityKind::Person => 1,
            EntityKind::Organisation => 2,
            _ => 3,
        };
        let found: Option<i64> = connection
            .prepare_cached("SELECT id FROM entity WHERE kind = ?1 AND name = ?2")?
            .query_row((kind, &mention.name), |row| row.get(0))
            .optional()?;
        let entity = match found {
            Some(id) => id,
            None => connection
                .prepare_cached("INSERT INTO entity (kind, name) VALUES (?1, ?2) RETURNING id")?
                .query_row((kind, &mention.name), |row| row.get::<_, i64>(0))?,
        };
        connection
            .prepare_cached("INSERT INTO mention (article, entity) VALUES (?1, ?2)")?
            .execute((id, entity))?;
    }
    Ok(())
}

fn tokens(text: &Option<String>, language: Option<&str>) -> String {
    let text = text.as_deref().unwrap_or("");
    let mut joined = String::with_capacity(text.len());
    each_token(text, language, |token, _| {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(token);
    });
    joined
}

/// The token that English articles hold for a word.
pub fn search_token(word: &str) -> String {
    tokens(&Some(word.to_owned()), Some("en"))
}
