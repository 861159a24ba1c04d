//! The write transaction: what becomes of each item, new articles, and those that move or go.

use super::explain::Identity;
use super::identify::{self, Burial, Company, content_key, identify};
use super::known::{Seen, Stored};
use super::mentions::Said;
use super::met::{Ended, Met};
use super::prepare::{Checked, Prepared, date_columns};
use super::report::{Conflict, Outcome};
use super::similar::{Bands, bands_of};
use crate::error::Error;
use crate::index::{Analysed, Changes, Field, stored_analysed};
use crate::model::{ArticleId, Date, DateSource, PubStatus, Reason, Rejected, VersionText};
use crate::store::body::Encoded;
use crate::store::packs::{Packed, Packer, Packs};
use crate::store::{Inner, add_meta};
use rusqlite::Connection;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap, HashSet};

/// An input under way: a file, or all of an ingest whose items name none.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    pub(super) name: String,
    pub(super) number: i64,
}

/// The items of one transaction.
pub(crate) struct Batch<'c> {
    pub(super) connection: &'c Connection,
    pub(super) inner: &'c Inner,
    /// The input whose items are being taken.
    pub(super) input: Option<Input>,
    pub(super) company: Company,
    /// The keys of the batch's ids, by the names of their inputs.
    pub(super) ids: HashMap<String, HashSet<i64>>,
    pub(super) now: i64,
    /// Seconds between publications within which near-duplicates are looked for.
    pub(super) window: i64,
    pub(super) restore: bool,
    pub(super) packer: Packer,
    pub(super) packs: Packs,
    pub(super) changes: Changes,
    pub(super) met: Met,
    /// The number of each subject, by scheme and code, and the name that it was last given.
    pub(super) known_subjects: HashMap<(String, String), (i64, Option<String>)>,
    /// How many articles more, or less, mention each entity.
    pub(super) mentioning: BTreeMap<i64, i64>,
    /// Subjects, authors and tags that an article has no more.
    pub(super) lost: Vec<(Field, i64)>,
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
            packer: Packer::new()?,
            packs: Packs::default(),
            changes: Changes::default(),
            met: inner.met.take(connection)?,
            known_subjects: HashMap::new(),
            mentioning: BTreeMap::new(),
            lost: Vec::new(),
        })
    }

    /// Goes on with the input that the batch before ended in, and learns which ids will come.
    pub(crate) fn begin<'i>(
        &mut self,
        input: Option<Input>,
        items: impl Iterator<Item = &'i Checked>,
    ) {
        for item in items {
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

    /// Writes what counts and the index must change, and tells the input that it ended in, and what
    /// was met. Called once, last.
    pub(crate) fn finish(mut self) -> Result<(Option<Input>, Ended), Error> {
        // First, while what was packed and not taken has seen no disk.
        std::mem::take(&mut self.packs).finish(self.connection)?;
        let changes = std::mem::take(&mut self.changes);
        changes.apply(self.connection, &self.inner.index, self.inner.options.index_sizes())?;
        let gone = self.count_mentions()?;
        self.drop_lost()?;
        Ok((self.input, self.met.end(self.connection, gone)?))
    }

    /// Gives the item's input a number, if it is another than that of the item before.
    pub(super) fn enter(&mut self, name: &str) -> Result<(), Error> {
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
            Identity::Known(id) if self.is_over_limit(id, &item)? => {
                let reason = Reason::OverLimit { limit: "mentions", allowed: item.most };
                Ok(Err(Rejected { place: item.checked.article.place, reason }))
            }
            Identity::Known(id) => self.known(id, item).map(Ok),
            Identity::Suppressed(id) if self.restore && item.status() != PubStatus::Canceled => {
                self.connection
                    .prepare_cached("DELETE FROM article WHERE article_id = ?1 AND status = 3")?
                    .execute([id.0])?;
                self.changes.erase(id);
                let taken = self.insert(item)?;
                if let Ok((Outcome::Inserted { id: restored, .. }, _)) = taken {
                    self.connection
                        .prepare_cached("DELETE FROM tombstone WHERE article_id = ?1")?
                        .execute([id.0])?;
                    self.redirect(id, restored)?;
                }
                Ok(taken)
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

    fn insert(
        &mut self,
        item: Prepared,
    ) -> Result<Result<(Outcome, Option<Conflict>), Rejected>, Error> {
        let article = &item.article;
        let first_seen = article.first_seen.map_or(self.now, |seen| seen.timestamp());
        let second = article.published.map_or(first_seen, Date::second);
        let Some(id) = self.next_id(second)? else { return Ok(Err(full(&item, second))) };
        let source_id = self.name("source", item.source())?;
        let subjects = self.subjects(&article.subjects)?;
        let authors = self.names("author", &article.authors)?;
        let tags = self.names("tag", &article.tags)?;
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
                     modified_source, enclosures, tone, subjects, authors, tags)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,
                     ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31,
                     ?32, ?33, ?34)",
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
                item.tone,
                subjects,
                authors,
                tags,
            ])?;
        self.name_source(source_id, &item)?;
        // There is nothing yet to be taken away.
        if item.body.is_some() {
            self.write_body(id, item.body.as_ref())?;
        }
        if item.body_html.is_some() {
            self.write_html(id, item.body_html.as_ref())?;
        }
        self.write_sighting(id, source_id, &item, None, first_seen, None)?;
        let mentions = article.mentions.iter().map(Said::by_item);
        self.write_mentions(id, mentions.chain(item.found.iter().map(Said::of)))?;
        self.write_annotations(id, &article.annotations)?;
        self.write_described(id, &item.described)?;
        let duplicate_of =
            self.link_duplicate(id, None, item.keys.content, item.bands, &item.analysed)?;
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

    /// What a row is to keep of a text.
    pub(super) fn keep(&mut self, text: Option<&Packed>) -> Result<Option<Encoded>, Error> {
        text.map(|text| self.packs.keep(self.connection, text)).transpose()
    }

    /// The body before, if there was one, is a version's by now.
    pub(super) fn write_body(&mut self, id: ArticleId, body: Option<&Packed>) -> Result<(), Error> {
        match self.keep(body)? {
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

    pub(super) fn write_sighting(
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
                Some(self.packer.alone(&serde_json::to_string(text).unwrap_or_default())?)
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

    /// Another language gives a text other tokens. `bands` are those of the old ones.
    pub(super) fn reindex(&mut self, id: ArticleId, bands: Option<Bands>) -> Result<(), Error> {
        let analysed = stored_analysed(self.connection, id)?;
        self.drop_bands(id, bands)?;
        self.add_bands(id, bands_of(&analysed))?;
        self.replace_tokens(id, analysed)
    }

    /// The index shall hold an article's new tokens in place of the old.
    pub(super) fn replace_tokens(
        &mut self,
        id: ArticleId,
        analysed: Analysed,
    ) -> Result<(), Error> {
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
        self.redirect(id, moved)?;
        let analysed = stored_analysed(self.connection, moved)?;
        let bands = bands_of(&analysed);
        self.drop_bands(id, bands)?;
        self.add_bands(moved, bands)?;
        self.changes.erase(id);
        self.changes.add(moved, analysed);
        Ok(Some(moved))
    }

    /// Lets an id that an article had, and all that led to it, lead to another; to itself where
    /// nothing is to be found by it: it is not given again either way.
    pub(crate) fn redirect(&self, from: ArticleId, to: ArticleId) -> Result<(), Error> {
        self.connection
            .prepare_cached("UPDATE article_redirect SET to_id = ?2 WHERE to_id = ?1")?
            .execute((from.0, to.0))?;
        self.connection
            .prepare_cached("INSERT INTO article_redirect (from_id, to_id) VALUES (?1, ?2)")?
            .execute((from.0, to.0))?;
        Ok(())
    }

    /// Kills an article: its text goes, the record and a tombstone stay.
    pub(super) fn cancel(&mut self, stored: &Stored) -> Result<(), Error> {
        identify::bury(self.connection, stored.id, Burial::Canceled, self.now)?;
        self.erase(stored.id)?;
        self.connection
            .prepare_cached(
                "UPDATE article SET status = 3, headline = '', headline_derived = 0, summary = NULL,
                        byline = NULL, dateline = NULL, images = NULL, enclosures = NULL, attributes = NULL,
                        language_confidence = NULL, content_hash = 0, tokens = 0,
                        duplicate_group = NULL, published_raw = NULL, tone = NULL,
                        subjects = NULL, authors = NULL, tags = NULL
                  WHERE article_id = ?1",
            )?
            .execute([stored.id.0])?;
        Ok(())
    }

    /// Takes away everything that is kept beside an article's own row, and entities, subjects, authors
    /// and tags that were known from it alone.
    pub(crate) fn erase(&mut self, id: ArticleId) -> Result<(), Error> {
        match self.stored_bands(id) {
            // What cannot be read can be taken out all the same.
            Err(Error::Corrupt(_)) => self.drop_any_bands(id)?,
            bands => self.drop_bands(id, bands?)?,
        }
        self.changes.erase(id);
        self.keep_mentions(id, |_| false)?;
        for field in [Field::Subject, Field::Author, Field::Tag] {
            self.lose(id, field)?;
        }
        self.packs.let_go_of(self.connection, id)?;
        for sql in [
            "DELETE FROM annotation WHERE article_id = ?1",
            "DELETE FROM article_body WHERE article_id = ?1",
            "DELETE FROM article_html WHERE article_id = ?1",
            "DELETE FROM version WHERE article_id = ?1",
            "DELETE FROM change_log WHERE article_id = ?1",
            "DELETE FROM sighting WHERE article_id = ?1",
            "DELETE FROM duplicate WHERE article_id = ?1 OR duplicate_of = ?1",
        ] {
            self.connection.prepare_cached(sql)?.execute([id.0])?;
        }
        self.connection
            .prepare_cached("UPDATE meta SET value = abs(value) + 1 WHERE key = 'scrub_pending'")?
            .execute([])?;
        Ok(())
    }
}

fn full(item: &Prepared, second: i64) -> Rejected {
    Rejected { place: item.article.place.clone(), reason: Reason::SecondFull(second) }
}

pub(super) fn json_list<T: serde::Serialize>(list: &[T]) -> Option<String> {
    if list.is_empty() { None } else { serde_json::to_string(list).ok() }
}

pub(super) fn json_map(map: &Map<String, Value>) -> Option<String> {
    if map.is_empty() { None } else { serde_json::to_string(map).ok() }
}
