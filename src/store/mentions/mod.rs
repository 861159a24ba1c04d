//! What articles mention, as it is recorded: all of an article's mentions are one row.

mod list;

use crate::annotate::salience;
use crate::error::Error;
use crate::model::{
    ArticleId, EntityId, EntityKind, ExternalId, Field, Mention, MentionForm, NewMention, Span,
};
use rusqlite::{Connection, OptionalExtension};
use std::collections::{BTreeMap, HashMap};

/// A mention as it is recorded, in the order of the fields.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Recorded {
    pub(crate) annotator: i64,
    /// 0: said of the whole article.
    pub(crate) field: i64,
    /// Of the whole article: the place in the annotator's list.
    pub(crate) start: i64,
    /// Of the whole article: 1 where an annotator that was asked saw it in the text, and 0 where it was
    /// brought, or newsdb's own saw it in the dateline.
    pub(crate) end: i64,
    pub(crate) entity: i64,
    pub(crate) confidence: Option<f64>,
    pub(crate) form: Option<i64>,
}

impl Recorded {
    /// Whether it was seen in the text, and goes with it.
    pub(crate) fn is_of_text(&self) -> bool {
        self.field != 0 || self.end != 0
    }

    /// By what mentions of an article are one, and their order.
    pub(crate) fn key(&self) -> (i64, i64, i64, i64, i64) {
        (self.annotator, self.field, self.start, self.end, self.entity)
    }
}

/// What an article mentions, as recorded.
pub(crate) fn recorded(connection: &Connection, id: ArticleId) -> Result<Vec<Recorded>, Error> {
    connection
        .prepare_cached("SELECT list FROM mention WHERE article_id = ?1")?
        .query_row([id.0], |row| Ok(list::read(row.get_ref(0)?.as_str()?)))
        .optional()?
        .unwrap_or(Ok(Vec::new()))
        .map_err(|error| Error::Corrupt(format!("the mentions of article {id}: {error}")))
}

/// How much the article is about each entity that mentions say where to find.
pub(crate) fn saliences(mentions: &[Recorded]) -> BTreeMap<i64, f64> {
    salience(mentions.iter().filter_map(|mention| {
        let field = Field::from_code(mention.field)?;
        Some((mention.entity, field, offset(mention.start)))
    }))
}

fn offset(stored: i64) -> usize {
    usize::try_from(stored).unwrap_or(0)
}

/// Records what an article mentions, in place of what was recorded.
pub(crate) fn record(
    connection: &Connection,
    id: ArticleId,
    mentions: &[Recorded],
) -> Result<(), Error> {
    if mentions.is_empty() {
        connection.prepare_cached("DELETE FROM mention WHERE article_id = ?1")?.execute([id.0])?;
        return Ok(());
    }
    connection
        .prepare_cached(
            "INSERT INTO mention (article_id, list) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET list = excluded.list",
        )?
        .execute((id.0, list::write(mentions)))?;
    Ok(())
}

/// What an article mentions, by annotator and place.
pub(crate) fn load(connection: &Connection, id: ArticleId) -> Result<Vec<Mention>, Error> {
    named(connection, recorded(connection, id)?)
}

/// Mentions of an article with what is known of their entities, by annotator and place.
pub(crate) fn named(connection: &Connection, all: Vec<Recorded>) -> Result<Vec<Mention>, Error> {
    let mut annotators = HashMap::new();
    let mut entities = HashMap::new();
    let mut mentions = Vec::new();
    let saliences = saliences(&all);
    for mention in all {
        let annotator = match annotators.get(&mention.annotator) {
            Some(name) => name,
            None => annotators
                .entry(mention.annotator)
                .or_insert(annotator_name(connection, mention.annotator)?),
        };
        let entity = match entities.get(&mention.entity) {
            Some(entity) => entity,
            None => {
                entities.entry(mention.entity).or_insert(Named::load(connection, mention.entity)?)
            }
        };
        let named = Mention {
            entity: entity.canonical,
            recorded: EntityId(mention.entity),
            salience: saliences.get(&mention.entity).copied(),
            mention: NewMention {
                kind: entity.kind,
                name: entity.name.clone(),
                external_ids: entity.external_ids.clone(),
                annotator: String::clone(annotator),
                span: Field::from_code(mention.field).map(|field| Span {
                    field,
                    start: offset(mention.start),
                    end: offset(mention.end),
                }),
                confidence: mention.confidence,
                form: mention.form.and_then(MentionForm::from_code),
            },
        };
        mentions.push((mention, named));
    }
    mentions.sort_by(|(a, of_a), (b, of_b)| {
        let names = of_a.mention.annotator.cmp(&of_b.mention.annotator);
        let places = (a.field, a.start, a.end).cmp(&(b.field, b.start, b.end));
        let kinds = of_a.mention.kind.code().cmp(&of_b.mention.kind.code());
        let entities = (&of_a.mention.name, a.entity).cmp(&(&of_b.mention.name, b.entity));
        names.then(places).then(kinds).then(entities)
    });
    Ok(mentions.into_iter().map(|(_, named)| named).collect())
}

fn annotator_name(connection: &Connection, annotator: i64) -> Result<String, Error> {
    Ok(connection
        .prepare_cached("SELECT name FROM annotator WHERE annotator_id = ?1")?
        .query_row([annotator], |row| row.get(0))?)
}

/// What a mention says of the entity that it was recorded with.
struct Named {
    canonical: EntityId,
    kind: EntityKind,
    name: String,
    external_ids: Vec<ExternalId>,
}

impl Named {
    fn load(connection: &Connection, id: i64) -> Result<Self, Error> {
        let (canonical, kind, name) = connection
            .prepare_cached("SELECT canonical_id, kind, name FROM entity WHERE entity_id = ?1")?
            .query_row([id], |row| Ok((EntityId(row.get(0)?), row.get::<_, i64>(1)?, row.get(2)?)))
            .optional()?
            .ok_or_else(|| Error::Corrupt(format!("entity {id} is mentioned and not there")))?;
        let external_ids = connection
            .prepare_cached(
                "SELECT scheme, value FROM entity_external_id WHERE entity_id = ?1 ORDER BY 1, 2",
            )?
            .query_map([id], |row| Ok(ExternalId { scheme: row.get(0)?, value: row.get(1)? }))?
            .collect::<Result<_, _>>()?;
        let kind = EntityKind::from_code(kind)
            .ok_or_else(|| Error::Corrupt(format!("entity {id} has the kind {kind}")))?;
        Ok(Self { canonical, kind, name, external_ids })
    }
}
