//! Which article an item is: the ladder of identity.
//!
//! The rungs are (source, id) or URI, then the canonical URL, then (source, text). A rung is
//! tried only when the item has nothing for the rungs above it. One exception: a new id with
//! a known URL and almost the same text is the same article.

use super::canonical::canonical_url;
use super::prepare::{Prepared, text_hash};
use super::similar::{self, NEAR};
use crate::error::Error;
use crate::model::ArticleId;
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeSet;

/// What an item is to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Identity {
    /// An article that is there.
    Known(ArticleId),
    /// An article that was taken out.
    Suppressed(ArticleId),
    /// None that was ever there.
    New,
}

/// Kinds of key that a tombstone keeps.
#[derive(Debug, Clone, Copy)]
pub(crate) enum KeyKind {
    Id = 1,
    Url = 2,
    Content = 3,
    Uri = 4,
}

/// Finds what an item is. `run` numbers the ingest: what it has brought before counts as the
/// same input.
pub(crate) fn identify(
    connection: &Connection,
    item: &Prepared,
    run: i64,
) -> Result<Identity, Error> {
    let keys = &item.keys;
    if keys.id.is_some() || keys.uri.is_some() {
        let found = match by_id(connection, item)? {
            Some(id) => Some(id),
            None => by_uri(connection, item)?,
        };
        if let Some(id) = found {
            return Ok(Identity::Known(id));
        }
        for (kind, key) in [(KeyKind::Id, keys.id), (KeyKind::Uri, keys.uri)] {
            if let Some(id) = buried(connection, kind, key)? {
                return Ok(Identity::Suppressed(id));
            }
        }
        // The exception.
        if keys.url.is_none() {
            return Ok(Identity::New);
        }
        if let Some(id) = by_url(connection, item, run)?
            && !seen_in_run(connection, id, run)?
            && almost_same(connection, id, item)?
        {
            return Ok(Identity::Known(id));
        }
        return match buried(connection, KeyKind::Url, keys.url)? {
            Some(id) if is_buried_as(connection, id, KeyKind::Content, content_key(item))? => {
                Ok(Identity::Suppressed(id))
            }
            _ => Ok(Identity::New),
        };
    }
    let (found, kind, key) = if keys.url.is_some() {
        (by_url(connection, item, run)?, KeyKind::Url, keys.url)
    } else {
        (by_content(connection, item)?, KeyKind::Content, Some(content_key(item)))
    };
    if let Some(id) = found {
        return Ok(Identity::Known(id));
    }
    Ok(buried(connection, kind, key)?.map_or(Identity::New, Identity::Suppressed))
}

/// The key of (source, text).
pub(crate) fn content_key(item: &Prepared) -> i64 {
    super::prepare::source_hash(item.source(), &item.keys.content.to_le_bytes())
}

fn by_id(connection: &Connection, item: &Prepared) -> Result<Option<ArticleId>, Error> {
    let (Some(key), Some(id)) = (item.keys.id, &item.article.id) else { return Ok(None) };
    Ok(connection
        .prepare_cached(
            "SELECT t.article_id FROM sighting t JOIN source s USING (source_id)
              WHERE t.id_key = ?1 AND t.external_id = ?2 AND s.key = ?3
              ORDER BY t.sighting_id LIMIT 1",
        )?
        .query_row((key, id, item.source()), |row| row.get(0).map(ArticleId))
        .optional()?)
}

fn by_uri(connection: &Connection, item: &Prepared) -> Result<Option<ArticleId>, Error> {
    let Some(uri) = &item.article.uri else { return Ok(None) };
    Ok(connection
        .prepare_cached("SELECT article_id FROM article WHERE uri = ?1")?
        .query_row([uri], |row| row.get(0).map(ArticleId))
        .optional()?)
}

/// The one article with the item's URL. A URL that several items of one input share is no
/// identity, unless the text is the same too.
fn by_url(connection: &Connection, item: &Prepared, run: i64) -> Result<Option<ArticleId>, Error> {
    let Some(key) = item.keys.url else { return Ok(None) };
    let canonical = item.article.url.as_deref().and_then(canonical_url);
    let mut articles = BTreeSet::new();
    let mut shared = false;
    let mut statement = connection.prepare_cached(
        "SELECT article_id, url, content_hash, run FROM sighting WHERE url_key = ?1
          ORDER BY sighting_id",
    )?;
    let mut rows = statement.query([key])?;
    while let Some(row) = rows.next()? {
        let url = row.get_ref(1)?.as_str().ok().and_then(canonical_url);
        if url != canonical {
            continue;
        }
        let id = ArticleId(row.get(0)?);
        if row.get::<_, i64>(2)? == item.keys.content {
            return Ok(Some(id));
        }
        shared |= row.get::<_, i64>(3)? == run;
        articles.insert(id);
    }
    let only = if articles.len() == 1 { articles.pop_first() } else { None };
    Ok(only.filter(|_| !shared))
}

fn by_content(connection: &Connection, item: &Prepared) -> Result<Option<ArticleId>, Error> {
    Ok(connection
        .prepare_cached(
            "SELECT t.article_id FROM sighting t JOIN source s USING (source_id)
              WHERE t.content_hash = ?1 AND s.key = ?2
              ORDER BY t.sighting_id LIMIT 1",
        )?
        .query_row((item.keys.content, item.source()), |row| row.get(0).map(ArticleId))
        .optional()?)
}

fn seen_in_run(connection: &Connection, id: ArticleId, run: i64) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM sighting WHERE article_id = ?1 AND run = ?2)",
        )?
        .query_row((id.0, run), |row| row.get(0))?)
}

/// Whether an article's text holds the item's, or the other way round.
fn almost_same(connection: &Connection, id: ArticleId, item: &Prepared) -> Result<bool, Error> {
    let stored = super::write::stored_shingles(connection, id)?;
    Ok(similar::containment(&stored, &item.shingles) >= NEAR)
}

fn buried(
    connection: &Connection,
    kind: KeyKind,
    key: Option<i64>,
) -> Result<Option<ArticleId>, Error> {
    let Some(key) = key else { return Ok(None) };
    Ok(connection
        .prepare_cached(
            "SELECT article_id FROM tombstone_key WHERE kind = ?1 AND key = ?2 LIMIT 1",
        )?
        .query_row((kind as i64, key), |row| row.get(0).map(ArticleId))
        .optional()?)
}

fn is_buried_as(
    connection: &Connection,
    id: ArticleId,
    kind: KeyKind,
    key: i64,
) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM tombstone_key
                             WHERE kind = ?1 AND key = ?2 AND article_id = ?3)",
        )?
        .query_row((kind as i64, key, id.0), |row| row.get(0))?)
}

/// Leaves the hashes by which an article would be known again.
pub(crate) fn bury(
    connection: &Connection,
    id: ArticleId,
    reason: Burial,
    now: i64,
) -> Result<(), Error> {
    connection
        .prepare_cached("INSERT INTO tombstone (article_id, reason, at) VALUES (?1, ?2, ?3)")?
        .execute((id.0, reason as i64, now))?;
    let mut keys: BTreeSet<(i64, i64)> = BTreeSet::new();
    let uri: Option<String> = connection
        .prepare_cached("SELECT uri FROM article WHERE article_id = ?1")?
        .query_row([id.0], |row| row.get(0))
        .optional()?;
    keys.extend(uri.map(|uri| (KeyKind::Uri as i64, text_hash(&uri))));
    let mut statement = connection.prepare_cached(
        "SELECT t.id_key, t.url_key, t.content_hash, s.key
           FROM sighting t JOIN source s USING (source_id) WHERE t.article_id = ?1",
    )?;
    let mut rows = statement.query([id.0])?;
    while let Some(row) = rows.next()? {
        keys.extend(row.get::<_, Option<i64>>(0)?.map(|key| (KeyKind::Id as i64, key)));
        keys.extend(row.get::<_, Option<i64>>(1)?.map(|key| (KeyKind::Url as i64, key)));
        let (content, source): (i64, String) = (row.get(2)?, row.get(3)?);
        let content = super::prepare::source_hash(&source, &content.to_le_bytes());
        keys.insert((KeyKind::Content as i64, content));
    }
    bury_keys(connection, id, keys)
}

/// Leaves a tombstone for an article that never was here.
pub(crate) fn bury_unseen(
    connection: &Connection,
    id: ArticleId,
    item: &Prepared,
    now: i64,
) -> Result<(), Error> {
    connection
        .prepare_cached("INSERT INTO tombstone (article_id, reason, at) VALUES (?1, ?2, ?3)")?
        .execute((id.0, Burial::Canceled as i64, now))?;
    let keys =
        [(KeyKind::Id, item.keys.id), (KeyKind::Url, item.keys.url), (KeyKind::Uri, item.keys.uri)];
    // The URL stands for the article only where nothing better does.
    let strongest = item.keys.id.is_some() || item.keys.uri.is_some();
    let keys = keys
        .into_iter()
        .filter(|(kind, _)| !(strongest && matches!(kind, KeyKind::Url)))
        .filter_map(|(kind, key)| key.map(|key| (kind as i64, key)));
    bury_keys(connection, id, keys)
}

fn bury_keys(
    connection: &Connection,
    id: ArticleId,
    keys: impl IntoIterator<Item = (i64, i64)>,
) -> Result<(), Error> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO tombstone_key (kind, key, article_id) VALUES (?1, ?2, ?3)
         ON CONFLICT DO NOTHING",
    )?;
    for (kind, key) in keys {
        insert.execute((kind, key, id.0))?;
    }
    Ok(())
}

/// Why an article was taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Burial {
    Removed = 1,
    Purged = 2,
    Canceled = 3,
}
