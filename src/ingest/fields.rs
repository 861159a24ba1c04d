//! What an item says beside its text: fields, lists, names, mentions.

use super::known::Stored;
use super::mentions::Said;
use super::prepare::{Form, Prepared, date_columns};
use super::url_key;
use super::write::{Batch, json_list, json_map};
use crate::error::Error;
use crate::index::{Field, having};
use crate::model::{Article, ArticleId, DateSource, Subject};
use rusqlite::OptionalExtension;
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashSet};

impl Batch<'_> {
    /// Applies what an item says beside its text, where it says something. Absence says
    /// nothing: a feed that names no subjects does not take away those of the page.
    pub(super) fn apply_fields(
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
            let bands = self.stored_bands(id)?;
            self.connection
                .prepare_cached(
                    "UPDATE article SET language = ?2, language_confidence = NULL WHERE article_id = ?1",
                )?
                .execute((id.0, language))?;
            if before.language.as_ref() != Some(language) {
                note("language", json!(before.language), json!(language));
                self.reindex(id, bands)?;
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
        if !article.subjects.is_empty() && article.subjects != before.subjects {
            let subjects = self.subjects(&article.subjects)?;
            self.lose(id, Field::Subject)?;
            self.connection
                .prepare_cached("UPDATE article SET subjects = ?2 WHERE article_id = ?1")?
                .execute((id.0, subjects))?;
            note("subjects", json!(before.subjects), json!(article.subjects));
        }
        if !article.authors.is_empty() && article.authors != before.authors {
            let authors = self.names("author", &article.authors)?;
            self.lose(id, Field::Author)?;
            self.connection
                .prepare_cached("UPDATE article SET authors = ?2 WHERE article_id = ?1")?
                .execute((id.0, authors))?;
            note("authors", json!(before.authors), json!(article.authors));
        }
        if !article.tags.is_empty() && article.tags != before.tags {
            let tags = self.names("tag", &article.tags)?;
            self.lose(id, Field::Tag)?;
            self.connection
                .prepare_cached("UPDATE article SET tags = ?2 WHERE article_id = ?1")?
                .execute((id.0, tags))?;
            note("tags", json!(before.tags), json!(article.tags));
        }
        if self.write_mentions(id, article.mentions.iter().map(Said::by_item))? {
            // What others said stays, and what stays is not noted: each item would note all before it.
            let by: HashSet<_> = article.mentions.iter().map(|new| &new.annotator).collect();
            let old = before.mentions.iter().map(|mention| &mention.mention);
            let old: Vec<_> = old.filter(|old| by.contains(&old.annotator)).collect();
            note("mentions", json!(old), json!(article.mentions));
        }
        if let Some(old) = self.change_annotations(id, &article.annotations)? {
            note("annotations", json!(old), json!(article.annotations));
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

    /// Notes what an article has of a list that is about to change or to go.
    pub(super) fn lose(&mut self, id: ArticleId, field: Field) -> Result<(), Error> {
        let sql = match field {
            Field::Subject => "SELECT subjects FROM article WHERE article_id = ?1",
            Field::Author => "SELECT authors FROM article WHERE article_id = ?1",
            _ => "SELECT tags FROM article WHERE article_id = ?1",
        };
        let list: Option<String> =
            self.connection.prepare_cached(sql)?.query_row([id.0], |row| row.get(0))?;
        let numbers: Vec<i64> = serde_json::from_str(&list.unwrap_or_default()).unwrap_or_default();
        self.lost.extend(numbers.into_iter().map(|number| (field, number)));
        Ok(())
    }

    /// Takes out subjects, authors and tags that the last article has lost, but for subjects of lists
    /// that were taken in. Called once, when the index has what was written.
    pub(super) fn drop_lost(&mut self) -> Result<(), Error> {
        for (field, table, sql) in [
            (
                Field::Subject,
                "subject",
                "DELETE FROM subject WHERE subject_id = ?1 AND label IS NULL AND broader_id IS NULL
                    AND NOT EXISTS (SELECT 1 FROM subject_name WHERE subject_id = ?1)
                    AND NOT EXISTS (SELECT 1 FROM subject WHERE broader_id = ?1)",
            ),
            (Field::Author, "author", "DELETE FROM author WHERE author_id = ?1"),
            (Field::Tag, "tag", "DELETE FROM tag WHERE tag_id = ?1"),
        ] {
            let lost = self.lost.iter().filter(|(of, _)| *of == field).map(|(_, number)| *number);
            let lost: Vec<i64> = lost.collect::<BTreeSet<_>>().into_iter().collect();
            if lost.is_empty() {
                continue;
            }
            let left = having(self.connection, &self.inner.index, field, &lost, 1)?;
            for number in lost.iter().filter(|number| left.get(number).is_none_or(|&n| n == 0)) {
                self.connection.prepare_cached(sql)?.execute([number])?;
                self.met.names.remove(table);
            }
        }
        Ok(())
    }

    /// The numbers of an article's subjects, as its row has them.
    pub(super) fn subjects(&mut self, subjects: &[Subject]) -> Result<Option<String>, Error> {
        let numbers: Result<_, Error> =
            subjects.iter().map(|subject| self.subject(subject)).collect();
        Ok(numbers_once(numbers?))
    }

    /// The numbers of an article's authors or tags, as its row has them.
    pub(super) fn names(
        &mut self,
        table: &'static str,
        names: &[String],
    ) -> Result<Option<String>, Error> {
        let numbers: Result<_, Error> = names.iter().map(|name| self.name(table, name)).collect();
        Ok(numbers_once(numbers?))
    }

    /// The number of a subject, which is made when it is missing. The latest name stands.
    fn subject(&mut self, subject: &Subject) -> Result<i64, Error> {
        let key = (subject.scheme.clone().unwrap_or_default(), subject.code.clone());
        if let Some((id, name)) = self.known_subjects.get(&key)
            && (subject.name.is_none() || subject.name == *name)
        {
            return Ok(*id);
        }
        let id = self
            .connection
            .prepare_cached(
                "INSERT INTO subject (scheme, code, name) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET name = coalesce(excluded.name, name)
                 RETURNING subject_id",
            )?
            .query_row((&key.0, &key.1, &subject.name), |row| row.get(0))?;
        self.known_subjects.insert(key, (id, subject.name.clone()));
        Ok(id)
    }

    /// The number of a source, author, tag or annotator, which is made when it is missing.
    pub(super) fn name(&mut self, table: &'static str, name: &str) -> Result<i64, Error> {
        if let Some(id) = self.met.names.get(table).and_then(|met| met.get(name)) {
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
        self.met.names.entry(table).or_default().insert(name.to_owned(), id);
        Ok(id)
    }

    /// Writes the tone of the current text.
    pub(super) fn write_tone(&self, id: ArticleId, tone: Option<f64>) -> Result<(), Error> {
        self.connection
            .prepare_cached("UPDATE article SET tone = ?2 WHERE article_id = ?1")?
            .execute((id.0, tone))?;
        Ok(())
    }
}

/// Each number once, where it first stands.
fn numbers_once(mut numbers: Vec<i64>) -> Option<String> {
    let mut seen = BTreeSet::new();
    numbers.retain(|number| seen.insert(*number));
    json_list(&numbers)
}
