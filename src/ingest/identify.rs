//! Which article an item is: the ladder of identity.
//!
//! The rungs are (source, id) or URI, then the canonical URL, then (source, text). A rung is
//! tried only when the item has nothing for the rungs above it. One exception: a new id with
//! a known URL and almost the same text is the same article.

use super::canonical::{EARLIER, canonical_url};
use super::explain::{Finding, Identity, Rung};
use super::prepare::{Checked, Form, Prepared, headline_hash, source_hash, text_hash};
use super::similar::{self, NEAR, shingles_of};
use crate::error::Error;
use crate::model::{ArticleId, PubStatus};
use rusqlite::{Connection, OptionalExtension};
use std::collections::{BTreeSet, HashSet};

/// Kinds of key that a tombstone keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Id = 1,
    Url = 2,
    Content = 3,
    Uri = 4,
    Headline = 5,
    /// A URL that other articles had too. It keeps nothing out by itself.
    SharedUrl = 6,
}

/// Sightings of a shared URL that are gone through one by one.
const FEW: usize = 50;

/// What else came in the item's input.
#[derive(Debug, Default)]
pub(crate) struct Company {
    /// The number of the input; sightings of it carry it. None has the number 0.
    pub(crate) input: i64,
    /// The keys of ids that the input's items have, as far as they are known.
    pub(crate) ids: HashSet<i64>,
}

/// What the rungs told, in the order in which they were tried.
pub(crate) type Findings = Vec<(Rung, Finding)>;

/// Finds what an item is, and what each rung told.
pub(crate) fn identify(
    connection: &Connection,
    item: &Prepared,
    company: &Company,
) -> Result<(Identity, Findings), Error> {
    let mut findings = Findings::with_capacity(Rung::ALL.len());
    ladder(connection, item, company, &mut findings)?;
    let found = |taken_out: bool| {
        findings.iter().find_map(|(_, finding)| match finding {
            Finding::Article(id) if !taken_out => Some(Identity::Known(*id)),
            Finding::Tombstone(id) if taken_out => Some(Identity::Suppressed(*id)),
            _ => None,
        })
    };
    Ok((found(false).or_else(|| found(true)).unwrap_or(Identity::New), findings))
}

/// What is found by the first rung that an item has something for: all that one needs whose like was
/// here. Of a URL that several share, the text tells.
pub(super) fn by_first_rung(connection: &Connection, item: &Checked) -> Result<Finding, Error> {
    let keys = &item.keys;
    match (keys.id, keys.uri, keys.url) {
        (Some(key), ..) => by_id(connection, item, key),
        (None, Some(key), _) => by_uri(connection, item, key),
        (None, None, Some(key)) => with_url(connection, item, key, &Company::default()),
        (None, None, None) => by_content(connection, item),
    }
}

/// Climbs down until a rung that the item has something for has decided.
fn ladder(
    connection: &Connection,
    item: &Prepared,
    company: &Company,
    findings: &mut Findings,
) -> Result<(), Error> {
    let keys = &item.keys;
    for (rung, key) in [(Rung::Id, keys.id), (Rung::Uri, keys.uri)] {
        let finding = match (rung, key) {
            (_, None) => Finding::Absent,
            (Rung::Id, Some(key)) => by_id(connection, item, key)?,
            (_, Some(key)) => by_uri(connection, item, key)?,
        };
        findings.push((rung, finding));
        if matches!(finding, Finding::Article(_)) {
            return Ok(());
        }
    }
    // A tombstone by the id does not outweigh an article that lives by the URI.
    if findings.iter().any(|(_, finding)| matches!(finding, Finding::Tombstone(_))) {
        return Ok(());
    }
    let named = keys.id.is_some() || keys.uri.is_some();
    let finding = match keys.url {
        None => Finding::Absent,
        Some(key) if named => by_url_beside_id(connection, item, key, company)?,
        Some(key) => by_url(connection, item, key, company)?,
    };
    findings.push((Rung::Url, finding));
    if !named && keys.url.is_none() {
        findings.push((Rung::Text, by_content(connection, item)?));
    }
    Ok(())
}

/// The key of (source, text).
pub(crate) fn content_key(item: &Checked) -> i64 {
    source_hash(item.source(), &item.keys.content.to_le_bytes())
}

fn by_id(connection: &Connection, item: &Checked, key: i64) -> Result<Finding, Error> {
    let live = connection
        .prepare_cached(
            "SELECT t.article_id FROM sighting t JOIN source s USING (source_id)
              WHERE t.id_key = ?1 AND t.external_id = ?2 AND s.key = ?3
              ORDER BY t.sighting_id LIMIT 1",
        )?
        .query_row((key, &item.article.id, item.source()), |row| row.get(0).map(ArticleId))
        .optional()?;
    match live {
        Some(id) => Ok(Finding::Article(id)),
        None => buried(connection, KeyKind::Id, key),
    }
}

fn by_uri(connection: &Connection, item: &Checked, key: i64) -> Result<Finding, Error> {
    let live = connection
        .prepare_cached("SELECT article_id FROM article WHERE uri = ?1 AND status <> ?2")?
        .query_row((&item.article.uri, PubStatus::Canceled.code()), |row| row.get(0).map(ArticleId))
        .optional()?;
    match live {
        Some(id) => Ok(Finding::Article(id)),
        None => buried(connection, KeyKind::Uri, key),
    }
}

/// The article with the URL of an item that has nothing better.
fn by_url(
    connection: &Connection,
    item: &Checked,
    key: i64,
    company: &Company,
) -> Result<Finding, Error> {
    let found = with_url(connection, item, key, company)?;
    if found != Finding::Unknown {
        return Ok(found);
    }
    for key in url_keys(item, key) {
        let found = buried(connection, KeyKind::Url, key)?;
        if found != Finding::Unknown {
            return Ok(found);
        }
    }
    Ok(Finding::Unknown)
}

/// The exception: an article with the URL of an item whose id is new.
fn by_url_beside_id(
    connection: &Connection,
    item: &Prepared,
    key: i64,
    company: &Company,
) -> Result<Finding, Error> {
    match with_url(connection, item, key, company)? {
        Finding::Article(id) if stands_beside(connection, id, company)? => Ok(Finding::OtherId(id)),
        Finding::Article(id) if !almost_same(connection, id, item)? => Ok(Finding::OtherText(id)),
        Finding::Unknown => {
            for key in url_keys(item, key) {
                let found = buried_with_text(connection, item, key)?;
                if found != Finding::Unknown {
                    return Ok(found);
                }
            }
            Ok(Finding::Unknown)
        }
        found => Ok(found),
    }
}

/// The one article with a URL. A URL that several items of one input share is no identity,
/// unless the text is the same too. An item without a text of its own is about its URL.
fn with_url(
    connection: &Connection,
    item: &Checked,
    key: i64,
    company: &Company,
) -> Result<Finding, Error> {
    let wanted = item.article.url.as_deref();
    let mut canonical = None;
    // Two URLs may have one hash.
    let mut is_it = |url: Option<&str>| {
        url == wanted
            || url.and_then(canonical_url)
                == *canonical.get_or_insert_with(|| wanted.and_then(canonical_url))
    };
    let (mut first, mut shared, mut seen) = (None, false, 0);
    let mut statement = connection.prepare_cached(
        "SELECT article_id, url, content_hash, run FROM sighting WHERE url_key = ?1
          ORDER BY sighting_id",
    )?;
    let mut rows = statement.query([key])?;
    while let Some(row) = rows.next()? {
        if !is_it(row.get_ref(1)?.as_str().ok()) {
            continue;
        }
        let id = ArticleId(row.get(0)?);
        if row.get::<_, i64>(2)? == item.keys.content {
            return Ok(Finding::Article(id));
        }
        shared |= item.form > Form::Bare && row.get::<_, i64>(3)? == company.input;
        shared |= *first.get_or_insert(id) != id;
        seen += 1;
        if shared && seen >= FEW {
            return with_url_and_text(connection, item, key, is_it);
        }
    }
    Ok(match first {
        None => Finding::Unknown,
        Some(_) if shared => Finding::Shared,
        Some(only) => Finding::Article(only),
    })
}

/// The first article with a URL and an item's text, where so many share the URL that only the text can
/// still tell: a feed may link each of its items to its front page.
fn with_url_and_text(
    connection: &Connection,
    item: &Checked,
    key: i64,
    mut is_it: impl FnMut(Option<&str>) -> bool,
) -> Result<Finding, Error> {
    // The sign keeps SQLite from going through all that have the URL.
    let mut statement = connection.prepare_cached(
        "SELECT article_id, url FROM sighting WHERE content_hash = ?1 AND +url_key = ?2
          ORDER BY sighting_id",
    )?;
    let mut rows = statement.query((item.keys.content, key))?;
    while let Some(row) = rows.next()? {
        if is_it(row.get_ref(1)?.as_str().ok()) {
            return Ok(Finding::Article(ArticleId(row.get(0)?)));
        }
    }
    Ok(Finding::Shared)
}

fn by_content(connection: &Connection, item: &Checked) -> Result<Finding, Error> {
    let live = connection
        .prepare_cached(
            "SELECT t.article_id FROM sighting t JOIN source s USING (source_id)
              WHERE t.content_hash = ?1 AND s.key = ?2
              ORDER BY t.sighting_id LIMIT 1",
        )?
        .query_row((item.keys.content, item.source()), |row| row.get(0).map(ArticleId))
        .optional()?;
    match live {
        Some(id) => Ok(Finding::Article(id)),
        None => buried(connection, KeyKind::Content, content_key(item)),
    }
}

/// Whether an article has been seen in the item's input, or an item that is yet to come there
/// has its id: two ids in one input are never one article.
fn stands_beside(connection: &Connection, id: ArticleId, company: &Company) -> Result<bool, Error> {
    let mut statement =
        connection.prepare_cached("SELECT run, id_key FROM sighting WHERE article_id = ?1")?;
    let mut rows = statement.query([id.0])?;
    while let Some(row) = rows.next()? {
        let key: Option<i64> = row.get(1)?;
        if row.get::<_, i64>(0)? == company.input || key.is_some_and(|k| company.ids.contains(&k)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether an item brings a text that the article has or had, a form of it (a summary where
/// there is a body, under the same headline), or hardly another one.
fn almost_same(connection: &Connection, id: ArticleId, item: &Prepared) -> Result<bool, Error> {
    let known: bool = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM sighting WHERE article_id = ?1 AND content_hash = ?2)
                 OR EXISTS (SELECT 1 FROM version WHERE article_id = ?1 AND content_hash = ?2)",
        )?
        .query_row((id.0, item.keys.content), |row| row.get(0))?;
    if known {
        return Ok(true);
    }
    let stored = super::known::load(connection, id)?;
    let headline = headline_hash(&stored.headline);
    if stored.form.min(item.form) == Form::Bare
        || (stored.form != item.form && headline.is_some() && headline == item.keys.headline)
    {
        return Ok(true);
    }
    let text = crate::index::stored_analysed(connection, id)?;
    let whole = [&text.headline, " ", &text.summary, " ", &text.body].concat();
    Ok(similar::containment(&similar::shingles(&whole), &shingles_of(&item.analysed)) >= NEAR)
}

/// The keys by which a URL is known: of the canonical form, and of the forms before it, for
/// what they left.
fn url_keys(item: &Checked, key: i64) -> Vec<i64> {
    let url = item.article.url.as_deref().unwrap_or("");
    let earlier = EARLIER.iter().filter_map(|form| form(url)).map(|url| text_hash(&url));
    std::iter::once(key).chain(earlier.filter(|earlier| *earlier != key)).collect()
}

fn buried(connection: &Connection, kind: KeyKind, key: i64) -> Result<Finding, Error> {
    let found = connection
        .prepare_cached(
            "SELECT article_id FROM tombstone_key WHERE kind = ?1 AND key = ?2 LIMIT 1",
        )?
        .query_row((kind as i64, key), |row| row.get(0).map(ArticleId))
        .optional()?;
    Ok(found.map_or(Finding::Unknown, Finding::Tombstone))
}

/// What was taken out with a URL and the item's text or, where no others had the URL, with its
/// headline.
fn buried_with_text(connection: &Connection, item: &Checked, url: i64) -> Result<Finding, Error> {
    let found = connection
        .prepare_cached(
            "SELECT u.article_id FROM tombstone_key u JOIN tombstone_key t USING (article_id)
              WHERE u.kind IN (2, 6) AND u.key = ?1
                AND ((t.kind = 3 AND t.key = ?2) OR (u.kind = 2 AND t.kind = 5 AND t.key = ?3))
              LIMIT 1",
        )?
        .query_row((url, content_key(item), item.keys.headline), |row| row.get(0).map(ArticleId))
        .optional()?;
    Ok(found.map_or(Finding::Unknown, Finding::Tombstone))
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
        "SELECT headline FROM article WHERE article_id = ?1
         UNION SELECT headline FROM version WHERE article_id = ?1",
    )?;
    for headline in statement.query_map([id.0], |row| row.get::<_, String>(0))? {
        keys.extend(headline_hash(&headline?).map(|key| (KeyKind::Headline as i64, key)));
    }
    let mut statement = connection.prepare_cached(
        "SELECT t.id_key, t.url_key, t.content_hash, s.key
           FROM sighting t JOIN source s USING (source_id) WHERE t.article_id = ?1",
    )?;
    let mut rows = statement.query([id.0])?;
    while let Some(row) = rows.next()? {
        keys.extend(row.get::<_, Option<i64>>(0)?.map(|key| (KeyKind::Id as i64, key)));
        if let Some(key) = row.get(1)? {
            keys.insert((url_kind(connection, id, key)? as i64, key));
        }
        let (content, source): (i64, String) = (row.get(2)?, row.get(3)?);
        let content = source_hash(&source, &content.to_le_bytes());
        keys.insert((KeyKind::Content as i64, content));
    }
    bury_keys(connection, id, keys)
}

/// Whether a URL is the article's own, or others have or had it too, who then lose it as well.
fn url_kind(connection: &Connection, id: ArticleId, key: i64) -> Result<KeyKind, Error> {
    let shared: bool = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM sighting WHERE url_key = ?2 AND article_id <> ?1)
                 OR EXISTS (SELECT 1 FROM tombstone_key
                             WHERE kind IN (2, 6) AND key = ?2 AND article_id <> ?1)",
        )?
        .query_row((id.0, key), |row| row.get(0))?;
    if !shared {
        return Ok(KeyKind::Url);
    }
    connection
        .prepare_cached("UPDATE OR REPLACE tombstone_key SET kind = 6 WHERE kind = 2 AND key = ?1")?
        .execute([key])?;
    Ok(KeyKind::SharedUrl)
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
    let mut keys = Vec::new();
    keys.extend(item.keys.id.map(|key| (KeyKind::Id as i64, key)));
    keys.extend(item.keys.uri.map(|key| (KeyKind::Uri as i64, key)));
    if let Some(key) = item.keys.url {
        keys.push((url_kind(connection, id, key)? as i64, key));
    }
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
