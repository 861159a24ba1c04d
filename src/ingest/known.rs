//! Items of articles that are there: what is new in them, versions, and what is only noted.

use super::canonical::{is_host_of, same_host};
use super::explain::Finding;
use super::identify::by_first_rung;
use super::near::stored_shingles;
use super::prepare::{Checked, Form, Prepared, UNKNOWN_SOURCE, date_columns};
use super::report::{Conflict, Outcome};
use super::similar::{self, NEAR, bands_of, shingles_of};
use super::write::{Batch, json_list};
use crate::annotate::{Found, is_built_in};
use crate::error::Error;
use crate::index::stored_analysed;
use crate::model::{Article, ArticleId, Date, DateSource, NewMention, PubStatus, VersionText};
use crate::store::articles;
use crate::store::mentions::{self, Recorded};
use crate::store::packs::{Packed, Reader};
use rusqlite::{Connection, OptionalExtension};

/// Parts of the text under which a text that the current one contains counts as poorer.
const POORER: f64 = 0.6;
/// What the write path needs to know of an article that is there.
pub(super) struct Stored {
    pub(super) id: ArticleId,
    pub(super) source: String,
    pub(super) url: Option<String>,
    pub(super) form: Form,
    pub(super) content_hash: i64,
    pub(super) version: i64,
    pub(super) modified: Option<i64>,
    pub(super) published_source: Option<DateSource>,
    pub(super) headline: String,
    pub(super) tokens: i64,
    pub(super) group: Option<i64>,
}

/// Where an item was seen before, and what it brought then.
pub(super) struct Seen {
    pub(super) sighting_id: i64,
    pub(super) content_hash: i64,
    pub(super) fields_hash: i64,
    pub(super) run: i64,
}

impl Seen {
    fn is_same(&self, item: &Checked) -> bool {
        (self.content_hash, self.fields_hash) == (item.keys.content, item.fields_hash)
    }
}

/// The article of an item that came before from the same place as it comes now, its source, and that
/// sighting. `None` says little: it may be known, too.
pub(super) fn came_so(
    connection: &Connection,
    item: &Checked,
) -> Result<Option<(ArticleId, i64, Seen)>, Error> {
    came_as(connection, item, by_first_rung(connection, item)?)
}

/// The same, of what the first rung found.
fn came_as(
    connection: &Connection,
    item: &Checked,
    found: Finding,
) -> Result<Option<(ArticleId, i64, Seen)>, Error> {
    // Whether there is room for what annotators say by keys, the long way tells.
    let keyed = item.article.annotations.iter().any(|said| said.key.is_some());
    if keyed || item.status() == PubStatus::Canceled {
        return Ok(None);
    }
    let Finding::Article(id) = found else { return Ok(None) };
    let source_id: Option<i64> = connection
        .prepare_cached("SELECT source_id FROM source WHERE key = ?1")?
        .query_row([item.source()], |row| row.get(0))
        .optional()?;
    let Some(source_id) = source_id else { return Ok(None) };
    let seen = seen(connection, id, source_id, item)?.filter(|seen| seen.is_same(item));
    Ok(seen.map(|seen| (id, source_id, seen)))
}

/// Whether an item's text need not be read, as far as can be told: it came before as it comes now, or was taken out.
pub(super) fn need_not_be_read(connection: &Connection, item: &Checked) -> Result<bool, Error> {
    let found = by_first_rung(connection, item)?;
    Ok(matches!(found, Finding::Tombstone(_)) || came_as(connection, item, found)?.is_some())
}

/// Where an item was seen before as the article.
fn seen(
    connection: &Connection,
    id: ArticleId,
    source_id: i64,
    item: &Checked,
) -> Result<Option<Seen>, Error> {
    // Where nothing names the place, the text itself does.
    let anonymous = item.article.id.is_none() && item.article.url.is_none();
    Ok(connection
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

impl Batch<'_> {
    /// Notes that an item came again as it came before, if it did.
    pub(super) fn meet_again(&mut self, item: &Checked) -> Result<Option<Outcome>, Error> {
        self.enter(&item.article.place.input)?;
        let Some((id, source_id, seen)) = came_so(self.connection, item)? else { return Ok(None) };
        self.name_source(source_id, item)?;
        self.touch(Some(&seen))?;
        Ok(Some(Outcome::Unchanged(id)))
    }

    pub(super) fn known(
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
        let seen = seen(self.connection, id, source_id, &item)?;
        let seen = seen.as_ref();
        if seen.is_some_and(|seen| seen.is_same(&item)) {
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
            let text = text_of(&item)?;
            let other = (stored.content_hash != item.keys.content).then_some(&text);
            self.write_sighting(id, source_id, &item, seen, self.now, other)?;
            let before = self.load_article(id)?;
            let believed = seen.is_some() && item.form > Form::Bare;
            item.keep_beside(&text, &before, foreign, believed);
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
        if !same_text || !no_text && item.read && reads_otherwise(&before, &item) {
            self.find_anew(id, &before, &item)?;
        }
        let (id, fields_changed) =
            self.apply_fields(id, &stored, &before, &item, version, fields_before)?;
        self.write_sighting(id, source_id, &item, seen, self.now, None)?;
        let changed = !same_text || fields_changed;
        let outcome = if changed { Outcome::Updated(id) } else { Outcome::Unchanged(id) };
        let conflict = conflicting.then(|| Conflict { place: item.article.place.clone(), id });
        Ok((outcome, conflict))
    }

    /// Writes what is found in a new text, or in the old one by another dateline or language. An
    /// item without a dateline says nothing of the one that the article has.
    fn find_anew(&mut self, id: ArticleId, before: &Article, item: &Prepared) -> Result<(), Error> {
        let of_dateline = before.mentions.iter().filter(|mention| {
            item.article.dateline.is_none()
                && mention.mention.span.is_none()
                && is_built_in(&mention.mention.annotator)
        });
        let mut found: Vec<Found> = of_dateline
            .map(|mention| Found {
                mention: mention.mention.clone(),
                entity: Some(mention.recorded),
            })
            .collect();
        found.extend_from_slice(&item.found);
        self.replace_found(id, &found, &item.described.by)?;
        self.replace_described(id, &item.described)?;
        self.write_tone(id, item.tone)
    }

    fn load_article(&self, id: ArticleId) -> Result<Article, Error> {
        articles::load_on(self.connection, Reader::new(self.connection, None), id)?
            .ok_or_else(|| Error::UnknownArticle(id.to_string()))
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
            similar::containment(&text, &shingles_of(&item.analysed)) >= NEAR
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

    fn write_past_version(&mut self, id: ArticleId, item: &Prepared) -> Result<(), Error> {
        let (modified, offset, precision) = date_columns(item.article.modified);
        let body = self.keep(item.body.as_ref())?;
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
                body.as_ref().map(|body| body.codec),
                body.as_ref().map(|body| &body.bytes),
            ])?;
        Ok(())
    }

    /// Makes the item's text the current one; the one before is kept.
    fn write_version(&mut self, stored: &Stored, item: &Prepared) -> Result<(), Error> {
        let id = stored.id;
        let number = self.next_version(id)?;
        let mut retired = mentions::recorded(self.connection, id)?;
        retired.retain(Recorded::is_of_text);
        let retired = mentions::named(self.connection, retired)?;
        let retired: Vec<NewMention> = retired.into_iter().map(|named| named.mention).collect();
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
            self.keep_mentions(id, |mention| !mention.is_of_text())?;
        }
        let bands = self.stored_bands(id)?;
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
        self.drop_bands(id, bands)?;
        let stays = self.unlink_duplicate(id, &analysed)?;
        let group = stored.group.filter(|_| stays);
        self.link_duplicate(id, group, item.keys.content, bands_of(&analysed), &analysed)?;
        self.replace_tokens(id, analysed)
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

/// Whether an item has a dateline or names a language that its text is to be read by anew.
fn reads_otherwise(before: &Article, item: &Prepared) -> bool {
    let other = |new: &Option<String>, old: &Option<String>| new.is_some() && new != old;
    other(&item.article.dateline, &before.dateline)
        || other(&item.article.language, &before.language)
}

/// Whether an item is another publisher's, who does not speak for the article. The page itself
/// does, under whatever key the article was first seen; so does what names no source.
fn is_foreign(stored: &Stored, item: &Prepared) -> bool {
    let url = stored.url.as_ref().or(item.article.url.as_ref());
    let (ours, theirs) = (stored.source.as_str(), item.source());
    let unknown = [ours, theirs].contains(&UNKNOWN_SOURCE);
    !unknown && !same_host(ours, theirs) && !url.is_some_and(|url| is_host_of(theirs, url))
}

fn text_of(item: &Prepared) -> Result<VersionText, Error> {
    let body = item.body.as_ref().map(Packed::text);
    Ok(VersionText {
        headline: item.article.headline.clone().unwrap_or_default(),
        summary: item.article.summary.clone(),
        body: body.transpose()?,
    })
}
