//! Rows beside an article's text: the publisher's HTML, annotations, the source's name.

use super::prepare::{Checked, Prepared};
use super::write::Batch;
use crate::error::Error;
use crate::model::{
    Annotation, Article, ArticleId, DateSource, Field, NewArticle, PUBLISHER, PubStatus, Span,
    VersionText,
};
use crate::store::annotations::{load, load_of_text};
use crate::store::body::Encoded;
use crate::store::packs::Packed;
use rusqlite::OptionalExtension;
use std::collections::{BTreeSet, HashMap, HashSet};

impl Prepared {
    /// Where the date of change comes from, where there is one.
    pub(super) fn modified_source(&self) -> Option<DateSource> {
        let source = self.article.modified_source.unwrap_or(DateSource::Publisher);
        self.article.modified.map(|_| source)
    }

    /// Leaves of an item whose text is not taken what may be applied all the same. Ranges hold
    /// for a text that is the article's too. Another publisher says nothing of the article but
    /// what annotators found in it. A place that now says something else than it did is believed;
    /// another one, and what has no text at all, only adds what is unknown.
    pub(super) fn keep_beside(
        &mut self,
        text: &VersionText,
        before: &Article,
        foreign: bool,
        believed: bool,
    ) {
        self.body_html = None;
        let article = &mut self.article;
        article.body_html = None;
        let texts = [
            (Field::Headline, text.headline == before.headline),
            (Field::Summary, text.summary == before.summary),
            (Field::Body, text.body == before.body),
        ];
        let fits = |span: &Span| texts.contains(&(span.field, true));
        for mention in &mut article.mentions {
            mention.span = mention.span.take().filter(fits);
        }
        for annotation in &mut article.annotations {
            annotation.span = annotation.span.take().filter(fits);
        }
        let known = before.mentions.iter().any(|m| m.mention.annotator == PUBLISHER);
        if foreign || (known && !believed) {
            article.mentions.retain(|mention| mention.annotator != PUBLISHER);
        }
        if foreign {
            let NewArticle { mentions, annotations, place, .. } = std::mem::take(article);
            *article = NewArticle { mentions, annotations, place, ..NewArticle::default() };
        } else if !believed {
            macro_rules! add_unknown {
                ($($field:ident)+) => {$(
                    if before.$field.is_some() {
                        article.$field = None;
                    }
                )+};
            }
            macro_rules! fill_empty {
                ($($field:ident)+) => {$(
                    if !before.$field.is_empty() {
                        article.$field = Default::default();
                    }
                )+};
            }
            add_unknown! { url byline dateline urgency modified }
            fill_empty! { authors subjects images enclosures tags }
            if before.language_confidence.is_none() && before.language.is_some() {
                article.language = None;
            }
            let source = article.published_source.unwrap_or(DateSource::Publisher);
            if before.published_source.is_some_and(|known| known <= source) {
                article.published = None;
            }
            article.attributes.retain(|name, _| !before.attributes.contains_key(name));
        }
    }
}

impl Batch<'_> {
    /// What an item says of its source is taken where the file knows nothing.
    pub(super) fn name_source(&self, source_id: i64, item: &Checked) -> Result<(), Error> {
        let (name, url) = (&item.article.source_name, &item.article.source_url);
        if name.is_some() || url.is_some() {
            self.connection
                .prepare_cached(
                    "UPDATE source SET name = coalesce(name, ?2), url = coalesce(url, ?3)
                      WHERE source_id = ?1 AND (name IS NULL OR url IS NULL)",
                )?
                .execute((source_id, name, url))?;
        }
        Ok(())
    }

    pub(super) fn write_html(&mut self, id: ArticleId, html: Option<&Packed>) -> Result<(), Error> {
        let before = self
            .connection
            .prepare_cached("SELECT codec, html FROM article_html WHERE article_id = ?1")?
            .query_row([id.0], |row| Ok(Encoded { codec: row.get(0)?, bytes: row.get(1)? }))
            .optional()?;
        let html = self.keep(html)?;
        match &html {
            Some(html) => self
                .connection
                .prepare_cached(
                    "INSERT INTO article_html (article_id, codec, html) VALUES (?1, ?2, ?3)
                     ON CONFLICT DO UPDATE SET codec = excluded.codec, html = excluded.html",
                )?
                .execute((id.0, html.codec, &html.bytes))?,
            None => self
                .connection
                .prepare_cached("DELETE FROM article_html WHERE article_id = ?1")?
                .execute([id.0])?,
        };
        if let Some(before) = before
            && html.as_ref() != Some(&before)
        {
            self.packs.let_go(before.codec, &before.bytes);
        }
        Ok(())
    }

    /// Writes annotations, and tells which they replace; `None`: that changes nothing.
    pub(super) fn change_annotations(
        &mut self,
        id: ArticleId,
        annotations: &[Annotation],
    ) -> Result<Option<Vec<Annotation>>, Error> {
        if annotations.is_empty() {
            return Ok(None);
        }
        let mut before = load(self.connection, id)?;
        let new = by_key(annotations);
        before.retain(|said| new.contains_key(&key(said)));
        if by_key(&before) == new {
            return Ok(None);
        }
        self.write_annotations(id, annotations)?;
        Ok(Some(before))
    }

    /// Whether an item has more annotations with keys than an article may gather.
    pub(super) fn is_over_limit(&self, id: ArticleId, item: &Prepared) -> Result<bool, Error> {
        let keyed = item.article.annotations.iter().filter(|said| said.key.is_some());
        let mut keys: HashSet<_> = keyed.map(key).collect();
        if keys.is_empty() || item.status() == PubStatus::Canceled {
            return Ok(false);
        }
        let there: i64 = self
            .connection
            .prepare_cached(
                "SELECT count(*) FROM annotation WHERE article_id = ?1 AND key IS NOT NULL",
            )?
            .query_row([id.0], |row| row.get(0))?;
        let is_over = |new: usize| there.unsigned_abs() + new as u64 > item.most;
        if !is_over(keys.len()) {
            return Ok(false);
        }
        let before = load(self.connection, id)?;
        before.iter().for_each(|said| _ = keys.remove(&key(said)));
        Ok(is_over(keys.len()))
    }

    /// Writes annotations: one with a key replaces the earlier one of that key; those without
    /// replace all such of their annotator and kind.
    pub(super) fn write_annotations(
        &mut self,
        id: ArticleId,
        annotations: &[Annotation],
    ) -> Result<(), Error> {
        let without_key: BTreeSet<(&str, &str)> = annotations
            .iter()
            .filter(|annotation| annotation.key.is_none())
            .map(|annotation| (annotation.annotator.as_str(), annotation.kind.as_str()))
            .collect();
        for (annotator, kind) in without_key {
            let annotator_id = self.name("annotator", annotator)?;
            self.connection
                .prepare_cached(
                    "DELETE FROM annotation
                      WHERE article_id = ?1 AND annotator_id = ?2 AND kind = ?3 AND key IS NULL",
                )?
                .execute((id.0, annotator_id, kind))?;
        }
        for annotation in annotations {
            let annotator_id = self.name("annotator", &annotation.annotator)?;
            let (field, start, end) = match &annotation.span {
                Some(span) => (span.field.code(), span.start as i64, span.end as i64),
                None => (0, 0, 0),
            };
            self.connection
                .prepare_cached(
                    "INSERT INTO annotation
                         (article_id, annotator_id, kind, key, field, start, end, value)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                     ON CONFLICT DO UPDATE SET field = excluded.field, start = excluded.start,
                         end = excluded.end, value = excluded.value",
                )?
                .execute((
                    id.0,
                    annotator_id,
                    &annotation.kind,
                    &annotation.key,
                    field,
                    start,
                    end,
                    annotation.value.to_string(),
                ))?;
        }
        Ok(())
    }

    /// Takes out the annotations of a text which is about to be replaced.
    pub(super) fn retire_annotations(&self, id: ArticleId) -> Result<Vec<Annotation>, Error> {
        let retired = load_of_text(self.connection, id)?;
        self.connection
            .prepare_cached("DELETE FROM annotation WHERE article_id = ?1 AND field <> 0")?
            .execute([id.0])?;
        Ok(retired)
    }
}

/// What an annotation replaces: that of its key or, without one, all such of its annotator and kind.
fn key(said: &Annotation) -> (&str, &str, Option<&str>) {
    (&said.annotator, &said.kind, said.key.as_deref())
}

/// Annotations by what they replace; of several with one key the last stays.
fn by_key(annotations: &[Annotation]) -> HashMap<(&str, &str, Option<&str>), Vec<&Annotation>> {
    let mut all: HashMap<_, Vec<&Annotation>> = HashMap::new();
    for said in annotations {
        let same = all.entry(key(said)).or_default();
        if said.key.is_some() {
            same.clear();
        }
        same.push(said);
    }
    all
}
