//! Rows: what an item changes, inside the write transaction.

use super::canonical::{is_host_of, same_host};
use super::explain::Identity;
use super::identify::{self, Burial, Company, content_key, identify};
use super::prepare::{Form, Prepared, UNKNOWN_SOURCE, date_columns, shingles_of};
use super::report::{Conflict, Outcome};
use super::similar::{self, NEAR};
use super::url_key;
use crate::error::Error;
use crate::index::{Analysed, Changes, stored_analysed};
use crate::model::{
    Article, ArticleId, Date, DateSource, EntityKind, NewMention, PubStatus, Reason, Rejected,
    VersionText,
};
use crate::store::body::{Codec, Encoded};
use crate::store::{Inner, add_meta, articles, entities};
use rusqlite::{Connection, OptionalExtension};
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Candidates for near-duplicates that are compared, newest first: the cost of one article
/// stays flat however many look alike.
const MAX_CANDIDATES: i64 = 16;

/// Parts of the text under which a text that the current one contains counts as poorer.
const POORER: f64 = 0.6;

/// An input under way: a file, or all of an ingest whose items name none.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    name: String,
    number: i64,
}

/// The items of one transaction.
pub(crate) struct Batch<'c> {
    pub(super) connection: &'c Connection,
    inner: &'c Inner,
    /// The input whose items are being taken.
    input: Option<Input>,
    company: Company,
    /// The keys of the batch's ids, by the names of their inputs.
    ids: HashMap<String, HashSet<i64>>,
    now: i64,
    /// Seconds between publications within which near-duplicates are looked for.
    window: i64,
    restore: bool,
    codec: Codec,
    changes: Changes,
    names: HashMap<(&'static str, String), i64>,
    /// What names without external ids have meant in this transaction.
    entities: HashMap<(EntityKind, String), i64>,
}

/// What the write path needs to know of an article that is there.
pub(super) struct Stored {
    id: ArticleId,
    source: String,
    url: Option<String>,
    pub(super) form: Form,
    content_hash: i64,
    version: i64,
    modified: Option<i64>,
    published_source: Option<DateSource>,
    pub(super) headline: String,
    tokens: i64,
    group: Option<i64>,
}

/// Where an item was seen before, and what it brought then.
struct Seen {
    sighting_id: i64,
    content_hash: i64,
    fields_hash: i64,
    run: i64,
}

impl<'c> Batch<'c> {
    pub(crate) fn new(
        connection: &'c Connection,
        inner: &'c Inner,
        now: i64,
        window: i64,
        restore: bool,
    ) -> Result<Self, Error> {
        Ok(Self {
            connection,
            inner,
            input: None,
            company: Company::default(),
            ids: HashMap::new(),
            now,
            window,
            restore,
            codec: Codec::new()?,
            changes: Changes::default(),
            names: HashMap::new(),
            entities: HashMap::new(),
        })
    }

    /// Goes on with the input that the batch before ended in, and learns which ids will come.
    pub(crate) fn begin(&mut self, input: Option<Input>, items: &[Result<Prepared, Rejected>]) {
        for item in items.iter().flatten() {
            if let Some(key) = item.keys.id {
                let name = &item.article.place.input;
                match self.ids.get_mut(name) {
                    Some(ids) => _ = ids.insert(key),
                    None => _ = self.ids.insert(name.clone(), HashSet::from([key])),
                }
            }
        }
        if let Some(input) = &input {
            let ids = self.ids.remove(&input.name).unwrap_or_default();
            self.company = Company { input: input.number, ids };
        }
        self.input = input;
    }

    /// Writes what the index must change, and tells the input that it ended in. Called
    /// once, last.
    pub(crate) fn finish(self) -> Result<Option<Input>, Error> {
        self.changes.apply(self.connection, &self.inner.index, self.inner.options.index_sizes())?;
        Ok(self.input)
    }

    /// Gives the item's input a number, if it is another than that of the item before.
    fn enter(&mut self, name: &str) -> Result<(), Error> {
        if self.input.as_ref().is_none_or(|input| input.name != name) {
            let number = add_meta(self.connection, "ingest_run", 1)?;
            let ids = self.ids.remove(name).unwrap_or_default();
            self.company = Company { input: number, ids };
            self.input = Some(Input { name: name.to_owned(), number });
        }
        Ok(())
    }

    /// Takes one item in. A refusal leaves nothing of it behind.
    pub(crate) fn take(
        &mut self,
        item: Prepared,
    ) -> Result<Result<(Outcome, Option<Conflict>), Rejected>, Error> {
        self.enter(&item.article.place.input)?;
        match identify(self.connection, &item, &self.company)?.0 {
            Identity::Known(id) => self.known(id, item).map(Ok),
            Identity::Suppressed(id) if self.restore && item.status() != PubStatus::Canceled => {
                self.connection
                    .prepare_cached("DELETE FROM tombstone WHERE article_id = ?1")?
                    .execute([id.0])?;
                self.connection
                    .prepare_cached("DELETE FROM article WHERE article_id = ?1 AND status = 3")?
                    .execute([id.0])?;
                self.changes.erase(id);
                self.insert(item)
            }
            Identity::Suppressed(_) => Ok(Ok((Outcome::Suppressed, None))),
            Identity::New if item.status() == PubStatus::Canceled => {
                let second = item.article.published.map_or(self.now, Date::second);
                let Some(id) = self.next_id(second)? else { return Ok(Err(full(&item, second))) };
                identify::bury_unseen(self.connection, id, &item, self.now)?;
                Ok(Ok((Outcome::Suppressed, None)))
            }
            Identity::New => self.insert(item),
        }
    }

    // ---- new articles ---------------------------------------------------------------------

    fn insert(
        &mut self,
        item: Prepared,
    ) -> Result<Result<(Outcome, Option<Conflict>), Rejected>, Error> {
        let article = &item.article;
        let first_seen = article.first_seen.map_or(self.now, |seen| seen.timestamp());
        let second = article.published.map_or(first_seen, Date::second);
        let Some(id) = self.next_id(second)? else { return Ok(Err(full(&item, second))) };
        let source_id = self.name("source", item.source())?;
        let (modified, modified_offset, modified_precision) = date_columns(article.modified);
        let (_, published_offset, published_precision) = date_columns(article.published);
        self.connection
            .prepare_cached(
                "INSERT INTO article (
                     article_id, source_id, uri, external_id, url, status, embargo,
                     published_source, published_offset, published_precision, published_raw,
                     modified, modified_offset, modified_precision, first_seen, version_seen,
                     content_hash, headline, headline_derived, summary, byline, dateline,
                     language, language_confidence, urgency, images, attributes, tokens,
                     modified_source, enclosures)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,
                     ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30)",
            )?
            .execute(rusqlite::params![
                id.0,
                source_id,
                self.uri(&item)?,
                article.id,
                article.url,
                item.status().code(),
                article.embargo.map(|until| until.timestamp()),
                item.published_source().map(DateSource::code),
                published_offset,
                published_precision.unwrap_or(0),
                article.published_raw,
                modified,
                modified_offset,
                modified_precision,
                first_seen,
                self.now,
                item.keys.content,
                article.headline.as_deref().unwrap_or(""),
                article.headline_derived,
                article.summary,
                article.byline,
                article.dateline,
                item.language,
                item.language_confidence,
                article.urgency,
                json_list(&article.images),
                json_map(&article.attributes),
                item.analysed.tokens,
                item.modified_source().map(DateSource::code),
                json_list(&article.enclosures),
            ])?;
        self.name_source(source_id, &item)?;
        self.write_body(id, item.body.as_ref())?;
        self.write_html(id, item.body_html.as_ref())?;
        self.write_sighting(id, source_id, &item, None, first_seen, None)?;
        self.write_lists(id, &item)?;
        self.write_mentions(id, &article.mentions)?;
        self.write_annotations(id, &article.annotations)?;
        let duplicate_of = self.link_duplicate(id, None, item.keys.content, &item.shingles)?;
        self.changes.add(id, item.analysed);
        Ok(Ok((Outcome::Inserted { id, duplicate_of }, None)))
    }

    /// One more than the greatest id ever used in a second; `None` when the second is full.
    fn next_id(&self, second: i64) -> Result<Option<ArticleId>, Error> {
        let first = ArticleId::first_of_second(second);
        let greatest: Option<i64> = self
            .connection
            .prepare_cached(
                "SELECT max(id) FROM (
                     SELECT max(article_id) AS id FROM article WHERE article_id BETWEEN ?1 AND ?2
                     UNION ALL
                     SELECT max(from_id) FROM article_redirect WHERE from_id BETWEEN ?1 AND ?2
                     UNION ALL
                     SELECT max(article_id) FROM tombstone WHERE article_id BETWEEN ?1 AND ?2)",
            )?
            .query_row((first.0, ArticleId::last_of_second(second).0), |row| row.get(0))?;
        Ok(greatest.map_or(Some(first), |id| ArticleId(id).next_in_second()))
    }

    /// The publisher's URI, or one that is minted from what identifies the article.
    fn uri(&self, item: &Prepared) -> Result<String, Error> {
        let article = &item.article;
        let minted = match &article.id {
            Some(id) => format!("newsdb:{}/{id}", item.source()),
            None => {
                let hash =
                    content_key(item) as u64 ^ (item.keys.url.unwrap_or(0) as u64).rotate_left(1);
                format!("newsdb:{}/{hash:016x}", item.source())
            }
        };
        let wanted = article.uri.clone().unwrap_or(minted);
        let mut uri = wanted.clone();
        let mut taken = self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM article WHERE uri = ?1)")?;
        let mut number = 1;
        while taken.query_row([&uri], |row| row.get(0))? {
            number += 1;
            uri = format!("{wanted}~{number}");
        }
        Ok(uri)
    }

    fn write_body(&self, id: ArticleId, body: Option<&Encoded>) -> Result<(), Error> {
        match body {
            Some(body) => self
                .connection
                .prepare_cached(
                    "INSERT INTO article_body (article_id, codec, body) VALUES (?1, ?2, ?3)
                     ON CONFLICT DO UPDATE SET codec = excluded.codec, body = excluded.body",
                )?
                .execute((id.0, body.codec, &body.bytes))?,
            None => self
                .connection
                .prepare_cached("DELETE FROM article_body WHERE article_id = ?1")?
                .execute([id.0])?,
        };
        Ok(())
    }

    fn write_sighting(
        &mut self,
        id: ArticleId,
        source_id: i64,
        item: &Prepared,
        seen: Option<&Seen>,
        first_seen: i64,
        text: Option<&VersionText>,
    ) -> Result<(), Error> {
        let packed = match text {
            Some(text) => {
                Some(self.codec.encode(&serde_json::to_string(text).unwrap_or_default())?)
            }
            None => None,
        };
        let (codec, bytes) = packed.map_or((None, None), |p| (Some(p.codec), Some(p.bytes)));
        let (article, keys) = (&item.article, &item.keys);
        match seen {
            Some(seen) => self
                .connection
                .prepare_cached(
                    "UPDATE sighting SET content_hash = ?2, fields_hash = ?3, last_seen = ?4,
                            run = ?5, codec = ?6, text = ?7
                      WHERE sighting_id = ?1",
                )?
                .execute((
                    seen.sighting_id,
                    keys.content,
                    item.fields_hash,
                    self.now.max(first_seen),
                    self.company.input,
                    codec,
                    bytes,
                ))?,
            None => self
                .connection
                .prepare_cached(
                    "INSERT INTO sighting (article_id, source_id, feed, external_id, id_key, url,
                         url_key, content_hash, fields_hash, first_seen, last_seen, run, codec, text)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
                )?
                .execute(rusqlite::params![
                    id.0,
                    source_id,
                    article.feed,
                    article.id,
                    keys.id,
                    article.url,
                    keys.url,
                    keys.content,
                    item.fields_hash,
                    first_seen,
                    self.now.max(first_seen),
                    self.company.input,
                    codec,
                    bytes,
                ])?,
        };
        Ok(())
    }

    fn write_lists(&mut self, id: ArticleId, item: &Prepared) -> Result<(), Error> {
        for (position, subject) in item.article.subjects.iter().enumerate() {
            let scheme = subject.scheme.as_deref().unwrap_or("");
            let subject_id: i64 = self
                .connection
                .prepare_cached(
                    "INSERT INTO subject (scheme, code, name) VALUES (?1, ?2, ?3)
                     ON CONFLICT DO UPDATE SET name = coalesce(excluded.name, name)
                     RETURNING subject_id",
                )?
                .query_row((scheme, &subject.code, &subject.name), |row| row.get(0))?;
            self.connection
                .prepare_cached(
                    "INSERT INTO article_subject (article_id, subject_id, position)
                     VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                )?
                .execute((id.0, subject_id, position as i64))?;
        }
        for (position, author) in item.article.authors.iter().enumerate() {
            let author_id = self.name("author", author)?;
            self.connection
                .prepare_cached(
                    "INSERT INTO article_author (article_id, author_id, position)
                     VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                )?
                .execute((id.0, author_id, position as i64))?;
        }
        for (position, tag) in item.article.tags.iter().enumerate() {
            let tag_id = self.name("tag", tag)?;
            self.connection
                .prepare_cached(
                    "INSERT INTO article_tag (article_id, tag_id, position)
                     VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                )?
                .execute((id.0, tag_id, position as i64))?;
        }
        Ok(())
    }

    /// The number of a source, author, tag or annotator, which is made when it is missing.
    pub(super) fn name(&mut self, table: &'static str, name: &str) -> Result<i64, Error> {
        if let Some(id) = self.names.get(&(table, name.to_owned())) {
            return Ok(*id);
        }
        let (find, make) = match table {
            "source" => (
                "SELECT source_id FROM source WHERE key = ?1",
                "INSERT INTO source (key) VALUES (?1) RETURNING source_id",
            ),
            "author" => (
                "SELECT author_id FROM author WHERE name = ?1",
                "INSERT INTO author (name) VALUES (?1) RETURNING author_id",
            ),
            "tag" => (
                "SELECT tag_id FROM tag WHERE name = ?1",
                "INSERT INTO tag (name) VALUES (?1) RETURNING tag_id",
            ),
            _ => (
                "SELECT annotator_id FROM annotator WHERE name = ?1",
                "INSERT INTO annotator (name) VALUES (?1) RETURNING annotator_id",
            ),
        };
        let get = |row: &rusqlite::Row<'_>| row.get(0);
        let found = self.connection.prepare_cached(find)?.query_row([name], get).optional()?;
        let id = match found {
            Some(id) => id,
            None => self.connection.prepare_cached(make)?.query_row([name], get)?,
        };
        self.names.insert((table, name.to_owned()), id);
        Ok(id)
    }

    /// Writes mentions; each annotator's replace its earlier ones. Whether anything changed.
    fn write_mentions(&mut self, id: ArticleId, mentions: &[NewMention]) -> Result<bool, Error> {
        let annotators: BTreeSet<&str> =
            mentions.iter().map(|mention| mention.annotator.as_str()).collect();
        let mut changed = false;
        for annotator in annotators {
            let annotator_id = self.name("annotator", annotator)?;
            let mut rows = BTreeSet::new();
            let of_annotator = mentions.iter().filter(|mention| mention.annotator == annotator);
            for (position, mention) in of_annotator.enumerate() {
                let entity = self.entity(mention)?;
                let (field, start, end) = match &mention.span {
                    Some(span) => (span.field.code(), span.start as i64, span.end as i64),
                    None => (0, position as i64, 0),
                };
                let confidence = mention.confidence.filter(|c| c.is_finite());
                rows.insert((entity, field, start, end, confidence.map(f64::to_bits)));
            }
            let before: BTreeSet<_> = self
                .connection
                .prepare_cached(
                    "SELECT entity_id, field, start, end, confidence FROM mention
                      WHERE article_id = ?1 AND annotator_id = ?2",
                )?
                .query_map((id.0, annotator_id), |row| {
                    let confidence: Option<f64> = row.get(4)?;
                    Ok((
                        row.get::<_, i64>(0)?,
                        row.get::<_, i64>(1)?,
                        row.get::<_, i64>(2)?,
                        row.get::<_, i64>(3)?,
                        confidence.map(f64::to_bits),
                    ))
                })?
                .collect::<Result<_, _>>()?;
            if rows == before {
                continue;
            }
            changed = true;
            if !before.is_empty() {
                self.connection
                    .prepare_cached(
                        "DELETE FROM mention WHERE article_id = ?1 AND annotator_id = ?2",
                    )?
                    .execute((id.0, annotator_id))?;
            }
            let mut insert = self.connection.prepare_cached(
                "INSERT INTO mention
                     (article_id, entity_id, annotator_id, field, start, end, confidence)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
            )?;
            for (entity, field, start, end, confidence) in rows {
                let confidence = confidence.map(f64::from_bits);
                insert.execute((id.0, entity, annotator_id, field, start, end, confidence))?;
            }
        }
        Ok(changed)
    }

    /// The entity that a mention means, which is made when it is missing.
    fn entity(&mut self, mention: &NewMention) -> Result<i64, Error> {
        let (kind, name) = (mention.kind, mention.name.trim());
        if !mention.external_ids.is_empty() {
            return entities::find_or_create(self.connection, kind, name, &mention.external_ids);
        }
        if let Some(id) = self.entities.get(&(kind, name.to_owned())) {
            return Ok(*id);
        }
        let id = entities::find_or_create(self.connection, kind, name, &[])?;
        self.entities.insert((kind, name.to_owned()), id);
        Ok(id)
    }

    // ---- articles that are there ----------------------------------------------------------

    fn known(
        &mut self,
        id: ArticleId,
        mut item: Prepared,
    ) -> Result<(Outcome, Option<Conflict>), Error> {
        let stored = load(self.connection, id)?;
        let foreign = is_foreign(&stored, &item);
        if item.status() == PubStatus::Canceled && !foreign {
            self.cancel(&stored)?;
            return Ok((Outcome::Updated(id), None));
        }
        let source_id = self.name("source", item.source())?;
        self.name_source(source_id, &item)?;
        let seen = self.seen(id, source_id, &item)?;
        let seen = seen.as_ref();
        if seen.is_some_and(|seen| {
            seen.content_hash == item.keys.content && seen.fields_hash == item.fields_hash
        }) {
            self.touch(seen)?;
            return Ok((Outcome::Unchanged(id), None));
        }
        let no_text = item.analysed.tokens == 0 && item.body.is_none();
        let same_text = stored.content_hash == item.keys.content || no_text;
        let other_headline = item.article.headline.as_deref().unwrap_or("") != stored.headline;
        // One id that stands for two texts in one input.
        let conflicting = seen.is_some_and(|seen| seen.run == self.company.input)
            && item.article.id.is_some()
            && item.form > Form::Bare
            && !same_text
            && other_headline;
        let fields_before = seen.map_or(0, |seen| seen.fields_hash);
        let poorer = !same_text && !conflicting && self.is_poorer(&stored, &item, seen)?;
        if foreign || poorer {
            if seen.is_some() && self.fields_were_there(id, item.fields_hash)? {
                self.touch(seen)?;
                return Ok((Outcome::Unchanged(id), None));
            }
            let text = (stored.content_hash != item.keys.content).then(|| text_of(&item));
            self.write_sighting(id, source_id, &item, seen, self.now, text.as_ref())?;
            let before = self.load_article(id)?;
            let believed = seen.is_some() && item.form > Form::Bare;
            item.keep_beside(&before, foreign, believed);
            let (id, changed) =
                self.apply_fields(id, &stored, &before, &item, stored.version, fields_before)?;
            return Ok((if changed { Outcome::Updated(id) } else { Outcome::Unchanged(id) }, None));
        }
        let modified = item.article.modified.map(Date::second);
        let later = modified.is_some_and(|at| stored.modified.is_none_or(|before| at > before));
        let earlier = matches!((modified, stored.modified), (Some(at), Some(was)) if at < was);
        let stale = !later
            && match same_text {
                true => self.fields_were_there(id, item.fields_hash)?,
                false => self.text_was_there(id, item.keys.content)?,
            };
        if stale {
            // What it brought last stays noted, or an old and a new text in one input would
            // take turns for ever.
            match seen {
                Some(_) => self.touch(seen)?,
                None => self.write_sighting(id, source_id, &item, None, self.now, None)?,
            }
            return Ok((Outcome::Unchanged(id), None));
        }
        // The full text of what was known by a summary is no past version, whatever its date.
        if earlier && !same_text && item.form <= stored.form {
            self.write_past_version(id, &item)?;
            self.write_sighting(id, source_id, &item, seen, self.now, None)?;
            return Ok((Outcome::Updated(id), None));
        }
        if !same_text {
            self.write_version(&stored, &item)?;
        }
        let version = if same_text { stored.version } else { stored.version + 1 };
        let before = self.load_article(id)?;
        let (id, fields_changed) =
            self.apply_fields(id, &stored, &before, &item, version, fields_before)?;
        self.write_sighting(id, source_id, &item, seen, self.now, None)?;
        let changed = !same_text || fields_changed;
        let outcome = if changed { Outcome::Updated(id) } else { Outcome::Unchanged(id) };
        let conflict = conflicting.then(|| Conflict { place: item.article.place.clone(), id });
        Ok((outcome, conflict))
    }

    fn load_article(&self, id: ArticleId) -> Result<Article, Error> {
        articles::load_on(self.connection, id)?.ok_or_else(|| Error::UnknownArticle(id.to_string()))
    }

    fn seen(&self, id: ArticleId, source_id: i64, item: &Prepared) -> Result<Option<Seen>, Error> {
        // Where nothing names the place, the text itself does.
        let anonymous = item.article.id.is_none() && item.article.url.is_none();
        Ok(self
            .connection
            .prepare_cached(
                "SELECT sighting_id, content_hash, fields_hash, run FROM sighting
                  WHERE article_id = ?1 AND source_id = ?2 AND feed IS ?3
                    AND external_id IS ?4
                    AND url_key IS ?5 AND (?5 IS NOT NULL OR url IS ?6)
                    AND (NOT ?7 OR content_hash = ?8)
                  ORDER BY sighting_id LIMIT 1",
            )?
            .query_row(
                (
                    id.0,
                    source_id,
                    &item.article.feed,
                    &item.article.id,
                    item.keys.url,
                    &item.article.url,
                    anonymous && item.article.uri.is_none(),
                    item.keys.content,
                ),
                |row| {
                    Ok(Seen {
                        sighting_id: row.get(0)?,
                        content_hash: row.get(1)?,
                        fields_hash: row.get(2)?,
                        run: row.get(3)?,
                    })
                },
            )
            .optional()?)
    }

    fn touch(&self, seen: Option<&Seen>) -> Result<(), Error> {
        self.connection
            .prepare_cached(
                "UPDATE sighting SET last_seen = max(last_seen, ?2), run = ?3 WHERE sighting_id = ?1",
            )?
            .execute((seen.map(|seen| seen.sighting_id), self.now, self.company.input))?;
        Ok(())
    }

    /// Whether the item brings a poorer form of the article's text: no body where there is
    /// one, no summary, or, from another place, only a part of the body. What has no text of
    /// its own never brings a better one.
    fn is_poorer(
        &self,
        stored: &Stored,
        item: &Prepared,
        seen: Option<&Seen>,
    ) -> Result<bool, Error> {
        if item.form < stored.form || item.form == Form::Bare {
            return Ok(true);
        }
        let shorter = (item.analysed.tokens as f64) < stored.tokens as f64 * POORER;
        Ok(seen.is_none() && shorter && item.form == Form::Body && item.form == stored.form && {
            let text = stored_shingles(self.connection, stored.id)?;
            similar::containment(&text, &item.shingles) >= NEAR
        })
    }

    fn text_was_there(&self, id: ArticleId, content_hash: i64) -> Result<bool, Error> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM version WHERE article_id = ?1 AND content_hash = ?2)",
            )?
            .query_row((id.0, content_hash), |row| row.get(0))?)
    }

    fn fields_were_there(&self, id: ArticleId, fields_hash: i64) -> Result<bool, Error> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM change_log WHERE article_id = ?1 AND fields_hash = ?2)",
            )?
            .query_row((id.0, fields_hash), |row| row.get(0))?)
    }

    fn next_version(&self, id: ArticleId) -> Result<i64, Error> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT max(version, coalesce((SELECT max(number) FROM version WHERE article_id = ?1), 0)) + 1
                   FROM article WHERE article_id = ?1",
            )?
            .query_row([id.0], |row| row.get(0))?)
    }

    fn write_past_version(&self, id: ArticleId, item: &Prepared) -> Result<(), Error> {
        let (modified, offset, precision) = date_columns(item.article.modified);
        self.connection
            .prepare_cached(
                "INSERT INTO version (article_id, number, content_hash, modified, modified_offset,
                     modified_precision, seen, headline, summary, codec, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(rusqlite::params![
                id.0,
                self.next_version(id)?,
                item.keys.content,
                modified,
                offset,
                precision,
                self.now,
                item.article.headline.as_deref().unwrap_or(""),
                item.article.summary,
                item.body.as_ref().map(|body| body.codec),
                item.body.as_ref().map(|body| &body.bytes),
            ])?;
        Ok(())
    }

    /// Makes the item's text the current one; the one before is kept.
    fn write_version(&mut self, stored: &Stored, item: &Prepared) -> Result<(), Error> {
        let id = stored.id;
        let number = self.next_version(id)?;
        let retired: Vec<NewMention> = articles::mentions(self.connection, id)?
            .into_iter()
            .map(|mention| mention.mention)
            .filter(|mention| mention.span.is_some())
            .collect();
        self.connection
            .prepare_cached(
                "INSERT INTO version (article_id, number, content_hash, modified, modified_offset,
                     modified_precision, seen, headline, summary, codec, body, mentions,
                     annotations)
                 SELECT a.article_id, a.version, a.content_hash, a.modified, a.modified_offset,
                     a.modified_precision, a.version_seen, a.headline, a.summary, b.codec, b.body,
                     ?2, ?3
                   FROM article a LEFT JOIN article_body b USING (article_id)
                  WHERE a.article_id = ?1",
            )?
            .execute((id.0, json_list(&retired), json_list(&self.retire_annotations(id)?)))?;
        if !retired.is_empty() {
            self.connection
                .prepare_cached("DELETE FROM mention WHERE article_id = ?1 AND field > 0")?
                .execute([id.0])?;
        }
        let shingles = stored_shingles(self.connection, id)?;
        let (modified, offset, precision) = date_columns(item.article.modified);
        self.connection
            .prepare_cached(
                "UPDATE article SET version = ?2, version_seen = ?3, content_hash = ?4,
                        headline = ?5, headline_derived = ?6, summary = ?7,
                        modified = ?8, modified_offset = ?9, modified_precision = ?10,
                        modified_source = ?11
                  WHERE article_id = ?1",
            )?
            .execute(rusqlite::params![
                id.0,
                number,
                self.now,
                item.keys.content,
                item.article.headline.as_deref().unwrap_or(""),
                item.article.headline_derived,
                item.article.summary,
                modified,
                offset,
                precision,
                item.modified_source().map(DateSource::code),
            ])?;
        if item.article.language.is_none() {
            // What was detected follows the text; what a publisher named stays.
            self.connection
                .prepare_cached(
                    "UPDATE article SET language = ?2, language_confidence = ?3
                      WHERE article_id = ?1
                        AND (language IS NULL OR language_confidence IS NOT NULL)",
                )?
                .execute((id.0, &item.language, item.language_confidence))?;
        }
        self.write_body(id, item.body.as_ref())?;
        self.write_html(id, item.body_html.as_ref())?;
        let analysed = stored_analysed(self.connection, id)?;
        self.drop_bands(id, &shingles)?;
        self.unlink_duplicate(id)?;
        self.link_duplicate(id, stored.group, item.keys.content, &shingles_of(&analysed))?;
        self.replace_tokens(id, analysed)
    }

    /// Applies what an item says beside its text, where it says something. Absence says
    /// nothing: a feed that names no subjects does not take away those of the page.
    fn apply_fields(
        &mut self,
        id: ArticleId,
        stored: &Stored,
        before: &Article,
        item: &Prepared,
        version: i64,
        fields_before: i64,
    ) -> Result<(ArticleId, bool), Error> {
        let article = &item.article;
        let mut log = Map::new();
        let mut note = |field: &str, old: Value, new: Value| {
            log.insert(field.to_owned(), json!([old, new]));
        };
        macro_rules! apply {
            ($($field:ident: $sql:literal => $value:expr;)+) => {$(
                if let Some(new) = &article.$field && before.$field.as_ref() != Some(new) {
                    self.connection.prepare_cached($sql)?.execute((id.0, $value(new)))?;
                    note(stringify!($field), json!(before.$field), json!(new));
                }
            )+};
        }
        apply! {
            byline: "UPDATE article SET byline = ?2 WHERE article_id = ?1" => |new: &String| new.clone();
            dateline: "UPDATE article SET dateline = ?2 WHERE article_id = ?1" => |new: &String| new.clone();
            urgency: "UPDATE article SET urgency = ?2 WHERE article_id = ?1" => |new: &u8| *new;
            embargo: "UPDATE article SET embargo = ?2 WHERE article_id = ?1"
                => |new: &chrono::DateTime<chrono::Utc>| new.timestamp();
        }
        // Another dress of the same URL is better only when it is shorter.
        if let Some(url) = &article.url
            && before.url.as_ref().is_none_or(|old| {
                url_key(old) != item.keys.url || (url.len() < old.len() && item.keys.url.is_some())
            })
            && before.url.as_ref() != Some(url)
        {
            self.connection
                .prepare_cached("UPDATE article SET url = ?2 WHERE article_id = ?1")?
                .execute((id.0, url))?;
            note("url", json!(before.url), json!(url));
        }
        if before.headline_derived
            && item.form == Form::Headline
            && article.headline.as_ref() == Some(&before.headline)
        {
            self.connection
                .prepare_cached("UPDATE article SET headline_derived = 0 WHERE article_id = ?1")?
                .execute([id.0])?;
            note("headline_derived", json!(true), json!(false));
        }
        // A usable item that says nothing of its status ends an embargo only by saying `usable`.
        if let Some(status) = article.status
            && status != before.status
        {
            self.connection
                .prepare_cached("UPDATE article SET status = ?2 WHERE article_id = ?1")?
                .execute((id.0, status.code()))?;
            note("status", json!(before.status), json!(status));
        }
        if let Some(language) = &article.language
            && (before.language.as_ref() != Some(language) || before.language_confidence.is_some())
        {
            let shingles = stored_shingles(self.connection, id)?;
            self.connection
                .prepare_cached(
                    "UPDATE article SET language = ?2, language_confidence = NULL WHERE article_id = ?1",
                )?
                .execute((id.0, language))?;
            if before.language.as_ref() != Some(language) {
                note("language", json!(before.language), json!(language));
                self.reindex(id, &shingles)?;
            }
        }
        if let Some(modified) = article.modified
            && before.modified != Some(modified)
        {
            let (second, offset, precision) = date_columns(Some(modified));
            self.connection
                .prepare_cached(
                    "UPDATE article SET modified = ?2, modified_offset = ?3,
                            modified_precision = ?4, modified_source = ?5
                      WHERE article_id = ?1",
                )?
                .execute((
                    id.0,
                    second,
                    offset,
                    precision,
                    item.modified_source().map(DateSource::code),
                ))?;
            note("modified", json!(before.modified), json!(modified));
        }
        if !article.images.is_empty() && article.images != before.images {
            self.connection
                .prepare_cached("UPDATE article SET images = ?2 WHERE article_id = ?1")?
                .execute((id.0, json_list(&article.images)))?;
            note("images", json!(before.images), json!(article.images));
        }
        if !article.enclosures.is_empty() && article.enclosures != before.enclosures {
            self.connection
                .prepare_cached("UPDATE article SET enclosures = ?2 WHERE article_id = ?1")?
                .execute((id.0, json_list(&article.enclosures)))?;
            note("enclosures", json!(before.enclosures), json!(article.enclosures));
        }
        // The markup of a text that is another publisher's or poorer does not come this far.
        if item.body_html.is_some() && article.body_html != before.body_html {
            self.write_html(id, item.body_html.as_ref())?;
            note("body_html", Value::Bool(before.body_html.is_some()), Value::Bool(true));
        }
        let mut attributes = before.attributes.clone();
        attributes.extend(article.attributes.clone());
        if attributes != before.attributes {
            self.connection
                .prepare_cached("UPDATE article SET attributes = ?2 WHERE article_id = ?1")?
                .execute((id.0, json_map(&attributes)))?;
            note("attributes", json!(before.attributes), json!(attributes));
        }
        for (field, table, differs, old, new) in [
            (
                "subjects",
                "DELETE FROM article_subject WHERE article_id = ?1",
                !article.subjects.is_empty() && article.subjects != before.subjects,
                json!(before.subjects),
                json!(article.subjects),
            ),
            (
                "authors",
                "DELETE FROM article_author WHERE article_id = ?1",
                !article.authors.is_empty() && article.authors != before.authors,
                json!(before.authors),
                json!(article.authors),
            ),
            (
                "tags",
                "DELETE FROM article_tag WHERE article_id = ?1",
                !article.tags.is_empty() && article.tags != before.tags,
                json!(before.tags),
                json!(article.tags),
            ),
        ] {
            if differs {
                self.connection.prepare_cached(table)?.execute([id.0])?;
                note(field, old, new);
            }
        }
        self.write_lists(id, item)?;
        if self.write_mentions(id, &article.mentions)? {
            let old: Vec<_> = before.mentions.iter().map(|mention| &mention.mention).collect();
            note("mentions", json!(old), json!(article.mentions));
        }
        if self.write_annotations(id, &article.annotations)? {
            note("annotations", json!(before.annotations), json!(article.annotations));
        }
        if let Some(raw) = &article.published_raw
            && before.published.is_none()
            && before.published_raw.as_ref() != Some(raw)
        {
            self.connection
                .prepare_cached("UPDATE article SET published_raw = ?2 WHERE article_id = ?1")?
                .execute((id.0, raw))?;
            note("published_raw", json!(before.published_raw), json!(raw));
        }
        let mut moved = id;
        if let Some(date) = article.published
            && before.published != Some(date)
        {
            let source = item.published_source().unwrap_or(DateSource::Publisher);
            let better = stored.published_source.is_none_or(|before| source < before);
            if better && let Some(new) = self.redate(id, date, source)? {
                moved = new;
                note("published", json!(before.published), json!(date));
            } else {
                // One of the same rank never moves an article; that it was offered is noted.
                note("published_offered", json!(before.published), json!(date));
            }
        }
        let changed = !log.is_empty();
        if changed {
            self.changes.touch(moved);
            self.connection
                .prepare_cached(
                    "INSERT INTO change_log (article_id, number, at, fields_hash, changes)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute((
                    moved.0,
                    version,
                    self.now,
                    fields_before,
                    Value::Object(log).to_string(),
                ))?;
        }
        Ok((moved, changed))
    }

    /// Another language gives a text other tokens. `shingles` are those of the old ones.
    fn reindex(&mut self, id: ArticleId, shingles: &HashSet<u64>) -> Result<(), Error> {
        let analysed = stored_analysed(self.connection, id)?;
        self.drop_bands(id, shingles)?;
        self.add_bands(id, &shingles_of(&analysed))?;
        self.replace_tokens(id, analysed)
    }

    /// The index shall hold an article's new tokens in place of the old.
    fn replace_tokens(&mut self, id: ArticleId, analysed: Analysed) -> Result<(), Error> {
        self.connection
            .prepare_cached("UPDATE article SET tokens = ?2 WHERE article_id = ?1")?
            .execute((id.0, analysed.tokens))?;
        self.changes.replace(id, analysed);
        Ok(())
    }

    /// Gives an article another publication date, and so another id. Every row that names the
    /// old id follows, and a redirect stays. `None` when that second is full.
    pub(crate) fn redate(
        &mut self,
        id: ArticleId,
        date: Date,
        source: DateSource,
    ) -> Result<Option<ArticleId>, Error> {
        let second = date.second();
        let free = if id.second() == second { Some(id) } else { self.next_id(second)? };
        let Some(moved) = free else { return Ok(None) };
        self.connection
            .prepare_cached(
                "UPDATE article SET article_id = ?2, published_source = ?3, published_offset = ?4,
                        published_precision = ?5, published_raw = NULL
                  WHERE article_id = ?1",
            )?
            .execute((id.0, moved.0, source.code(), date.offset(), date.precision().code()))?;
        self.changes.touch(id);
        if moved == id {
            return Ok(Some(id));
        }
        self.connection
            .prepare_cached("UPDATE article_redirect SET to_id = ?2 WHERE to_id = ?1")?
            .execute((id.0, moved.0))?;
        self.connection
            .prepare_cached("INSERT INTO article_redirect (from_id, to_id) VALUES (?1, ?2)")?
            .execute((id.0, moved.0))?;
        let analysed = stored_analysed(self.connection, moved)?;
        let shingles = shingles_of(&analysed);
        self.drop_bands(id, &shingles)?;
        self.add_bands(moved, &shingles)?;
        self.changes.erase(id);
        self.changes.add(moved, analysed);
        Ok(Some(moved))
    }

    /// Kills an article: its text goes, the record and a tombstone stay.
    fn cancel(&mut self, stored: &Stored) -> Result<(), Error> {
        identify::bury(self.connection, stored.id, Burial::Canceled, self.now)?;
        self.erase(stored.id)?;
        self.connection
            .prepare_cached(
                "UPDATE article SET status = 3, headline = '', headline_derived = 0, summary = NULL,
                        byline = NULL, dateline = NULL, images = NULL, enclosures = NULL, attributes = NULL,
                        language_confidence = NULL, content_hash = 0, tokens = 0,
                        duplicate_group = NULL, published_raw = NULL
                  WHERE article_id = ?1",
            )?
            .execute([stored.id.0])?;
        Ok(())
    }

    /// Takes away everything that is kept beside an article's own row, and entities that were
    /// known from it alone.
    pub(crate) fn erase(&mut self, id: ArticleId) -> Result<(), Error> {
        let shingles = stored_shingles(self.connection, id)?;
        self.drop_bands(id, &shingles)?;
        self.changes.erase(id);
        let entities: HashSet<i64> = self
            .connection
            .prepare_cached("SELECT DISTINCT entity_id FROM mention WHERE article_id = ?1")?
            .query_map([id.0], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for sql in [
            "DELETE FROM mention WHERE article_id = ?1",
            "DELETE FROM annotation WHERE article_id = ?1",
            "DELETE FROM article_body WHERE article_id = ?1",
            "DELETE FROM article_html WHERE article_id = ?1",
            "DELETE FROM version WHERE article_id = ?1",
            "DELETE FROM change_log WHERE article_id = ?1",
            "DELETE FROM sighting WHERE article_id = ?1",
            "DELETE FROM article_subject WHERE article_id = ?1",
            "DELETE FROM article_author WHERE article_id = ?1",
            "DELETE FROM article_tag WHERE article_id = ?1",
            "DELETE FROM duplicate WHERE article_id = ?1 OR duplicate_of = ?1",
        ] {
            self.connection.prepare_cached(sql)?.execute([id.0])?;
        }
        let mut forget = self.connection.prepare_cached(
            "DELETE FROM entity WHERE entity_id = ?1 AND asserted = 0
                AND NOT EXISTS (SELECT 1 FROM mention WHERE entity_id = ?1)",
        )?;
        for entity in entities {
            forget.execute([entity])?;
        }
        self.entities.clear();
        self.connection
            .prepare_cached("UPDATE meta SET value = 1 WHERE key = 'scrub_pending'")?
            .execute([])?;
        Ok(())
    }

    // ---- near-duplicates ------------------------------------------------------------------

    fn add_bands(&self, id: ArticleId, shingles: &HashSet<u64>) -> Result<(), Error> {
        let Some(bands) = similar::bands(shingles) else { return Ok(()) };
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO duplicate_band (band, article_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        )?;
        for band in bands {
            insert.execute((band, id.0))?;
        }
        Ok(())
    }

    fn drop_bands(&self, id: ArticleId, shingles: &HashSet<u64>) -> Result<(), Error> {
        let Some(bands) = similar::bands(shingles) else { return Ok(()) };
        let mut delete = self
            .connection
            .prepare_cached("DELETE FROM duplicate_band WHERE band = ?1 AND article_id = ?2")?;
        for band in bands {
            delete.execute((band, id.0))?;
        }
        Ok(())
    }

    /// Takes an article out of its group, unless others repeat it.
    fn unlink_duplicate(&self, id: ArticleId) -> Result<(), Error> {
        self.connection
            .prepare_cached("DELETE FROM duplicate WHERE article_id = ?1")?
            .execute([id.0])?;
        self.connection
            .prepare_cached(
                "UPDATE article SET duplicate_group = NULL WHERE article_id = ?1
                    AND NOT EXISTS (SELECT 1 FROM duplicate WHERE duplicate_of = ?1)",
            )?
            .execute([id.0])?;
        Ok(())
    }

    /// Looks for articles with the same or almost the same text, links to the likest, and
    /// makes the article known to those that come.
    fn link_duplicate(
        &mut self,
        id: ArticleId,
        group: Option<i64>,
        content_hash: i64,
        shingles: &HashSet<u64>,
    ) -> Result<Option<ArticleId>, Error> {
        let Some(bands) = similar::bands(shingles) else { return Ok(None) };
        let same: Option<ArticleId> = self
            .connection
            .prepare_cached(
                "SELECT a.article_id FROM sighting t JOIN article a USING (article_id)
                  WHERE t.content_hash = ?1 AND a.content_hash = ?1 AND a.article_id <> ?2
                  ORDER BY t.sighting_id LIMIT 1",
            )?
            .query_row((content_hash, id.0), |row| row.get(0).map(ArticleId))
            .optional()?;
        let mut like: Vec<(f64, ArticleId)> = same.map(|same| (1.0, same)).into_iter().collect();
        let mut candidates = BTreeSet::new();
        {
            let first = ArticleId::first_of_second(id.second().saturating_sub(self.window));
            let last = ArticleId::last_of_second(id.second().saturating_add(self.window));
            let mut find = self.connection.prepare_cached(
                "SELECT article_id FROM duplicate_band
                  WHERE band = ?1 AND article_id BETWEEN ?2 AND ?3 AND article_id <> ?4
                  ORDER BY article_id DESC LIMIT ?5",
            )?;
            for band in bands {
                let found = find
                    .query_map((band, first.0, last.0, id.0, MAX_CANDIDATES), |row| {
                        row.get(0).map(ArticleId)
                    })?;
                for candidate in found {
                    candidates.insert(candidate?);
                }
            }
        }
        self.add_bands(id, shingles)?;
        if same.is_none() {
            for candidate in candidates.into_iter().rev().take(MAX_CANDIDATES as usize) {
                let text = stored_shingles(self.connection, candidate)?;
                let likeness = similar::resemblance(shingles, &text);
                if likeness >= NEAR {
                    like.push((likeness, candidate));
                }
            }
        }
        // The likest, and of equals the earliest.
        like.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let Some(&(likeness, original)) = like.first() else { return Ok(None) };
        self.connection
            .prepare_cached(
                "INSERT INTO duplicate (article_id, duplicate_of, similarity) VALUES (?1, ?2, ?3)",
            )?
            .execute((id.0, original.0, likeness))?;
        let mut groups = BTreeSet::new();
        groups.extend(group);
        for (_, member) in &like {
            groups.insert(self.group_of(*member)?);
        }
        let joined = groups.pop_first().unwrap_or(original.0);
        for group in groups {
            self.connection
                .prepare_cached("UPDATE group_redirect SET to_group = ?2 WHERE to_group = ?1")?
                .execute((group, joined))?;
            self.connection
                .prepare_cached(
                    "INSERT INTO group_redirect (from_group, to_group) VALUES (?1, ?2)",
                )?
                .execute((group, joined))?;
        }
        self.connection
            .prepare_cached("UPDATE article SET duplicate_group = ?2 WHERE article_id = ?1")?
            .execute((id.0, joined))?;
        Ok(Some(original))
    }

    /// The group of an article, redirects applied; one is made when it has none.
    fn group_of(&mut self, id: ArticleId) -> Result<i64, Error> {
        let group: Option<i64> = self
            .connection
            .prepare_cached(
                "SELECT coalesce(g.to_group, a.duplicate_group)
                   FROM article a LEFT JOIN group_redirect g ON g.from_group = a.duplicate_group
                  WHERE a.article_id = ?1",
            )?
            .query_row([id.0], |row| row.get(0))?;
        if let Some(group) = group {
            return Ok(group);
        }
        self.connection
            .prepare_cached(
                "UPDATE article SET duplicate_group = article_id WHERE article_id = ?1",
            )?
            .execute([id.0])?;
        self.changes.touch(id);
        Ok(id.0)
    }
}

pub(super) fn load(connection: &Connection, id: ArticleId) -> Result<Stored, Error> {
    Ok(connection
        .prepare_cached(
            "SELECT s.key, a.url, a.headline_derived, a.summary IS NOT NULL,
                    b.article_id IS NOT NULL, a.content_hash, a.version, a.modified,
                    a.published_source, a.headline, a.tokens,
                    coalesce(g.to_group, a.duplicate_group)
               FROM article a
               JOIN source s USING (source_id)
               LEFT JOIN article_body b USING (article_id)
               LEFT JOIN group_redirect g ON g.from_group = a.duplicate_group
              WHERE a.article_id = ?1",
        )?
        .query_row([id.0], |row| {
            Ok(Stored {
                id,
                source: row.get(0)?,
                url: row.get(1)?,
                form: Form::new(row.get(2)?, row.get(3)?, row.get(4)?),
                content_hash: row.get(5)?,
                version: row.get(6)?,
                modified: row.get(7)?,
                published_source: row.get::<_, Option<i64>>(8)?.and_then(DateSource::from_code),
                headline: row.get(9)?,
                tokens: row.get(10)?,
                group: row.get(11)?,
            })
        })?)
}

/// Whether an item is another publisher's, who does not speak for the article. The page itself
/// does, under whatever key the article was first seen; so does what names no source.
fn is_foreign(stored: &Stored, item: &Prepared) -> bool {
    let url = stored.url.as_ref().or(item.article.url.as_ref());
    let (ours, theirs) = (stored.source.as_str(), item.source());
    let unknown = [ours, theirs].contains(&UNKNOWN_SOURCE);
    !unknown && !same_host(ours, theirs) && !url.is_some_and(|url| is_host_of(theirs, url))
}

/// The shingles of an article as it is kept.
pub(crate) fn stored_shingles(
    connection: &Connection,
    id: ArticleId,
) -> Result<HashSet<u64>, Error> {
    Ok(shingles_of(&stored_analysed(connection, id)?))
}

fn text_of(item: &Prepared) -> VersionText {
    VersionText {
        headline: item.article.headline.clone().unwrap_or_default(),
        summary: item.article.summary.clone(),
        body: item.article.body.clone(),
    }
}

fn full(item: &Prepared, second: i64) -> Rejected {
    Rejected { place: item.article.place.clone(), reason: Reason::SecondFull(second) }
}

fn json_list<T: serde::Serialize>(list: &[T]) -> Option<String> {
    if list.is_empty() { None } else { serde_json::to_string(list).ok() }
}

fn json_map(map: &Map<String, Value>) -> Option<String> {
    if map.is_empty() { None } else { serde_json::to_string(map).ok() }
}
