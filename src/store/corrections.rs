//! What people decide about entities: one list of decisions, each of which can be undone.
//!
//! Mentions keep the entity that they were recorded with, and names are kept as recorded. What the
//! decisions in force make of them is worked out from the whole list, in order ([`Outcome::of`]):
//! after undoing one, everything is as if it had never been made and the others had.
//!
//! A decision names entities as the merges before it had left them. Undoing a merge only parts
//! what was one, so the entities of a later decision are never merged away before it.

use super::entities::{canonical, forget, kind, name_key};
use super::{NewsDb, Snapshot, add_meta};
use crate::error::Error;
use crate::model::{Alias, CorrectionId, EntityId};
use crate::query::Query;
use crate::search::parse;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Cases that the splits in force may make: each is looked at for every article that mentions
/// what was split.
const MAX_CASES: usize = 4_096;

/// What somebody who knows better decides about entities. All answers follow at once, of articles
/// that are there and that come; [`NewsDb::undo_correction`] takes it back.
///
/// ```
/// use newsdb::{Correction, EntityKind, NewArticle, NewEntity, NewMention, NewsDb, Query};
/// let db = NewsDb::open_in_memory()?;
/// for (id, headline) in [("1", "Storm in Atlanta"), ("2", "Vote in Tbilisi")] {
///     let georgia = NewMention::new(EntityKind::Place, "Georgia");
///     db.insert(NewArticle::new("wire").id(id).headline(headline).mention(georgia))?;
/// }
/// let country = db.resolve_entity("Georgia")?;
/// let state = db.add_entity(NewEntity::new(EntityKind::Place, "Georgia (US)"))?;
/// let query = Box::new(Query::new().text("Atlanta"));
/// let split = db.correct(&Correction::Split { from: country, to: state, query })?;
/// assert_eq!(db.count(&Query::new().entity(country))?, 1);
/// assert_eq!(db.count(&Query::new().entity(state))?, 1);
/// db.undo_correction(split)?;
/// assert_eq!(db.count(&Query::new().entity(country))?, 2);
/// # Ok::<(), newsdb::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "correction", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Correction {
    /// Two entities are one and the same: every answer counts them as one, and the id of `other` leads
    /// to `keep`. Nothing that newsdb does by itself takes it back.
    Merge {
        /// The entity that stays.
        keep: EntityId,
        /// The entity that leads to it.
        other: EntityId,
    },
    /// In the articles of a query, mentions of `from` mean `to`: by source, time, language, subject,
    /// words (a name, as a phrase), or another entity that is mentioned too. It holds for what comes
    /// later as well. All mentions of `from` in one article go the same way; an article that
    /// changes is looked at anew.
    ///
    /// The query sees merges, but no splits (as the SQL view `mentions` does); it cannot ask for a status or for unique texts. An entity
    /// to give them to is made with [`NewsDb::add_entity`].
    Split {
        /// Whose mentions they are.
        from: EntityId,
        /// Who or what is meant.
        to: EntityId,
        /// In which articles.
        query: Box<Query>,
    },
    /// An entity has another chief name; the one before still finds it.
    Rename {
        /// Which.
        entity: EntityId,
        /// The name.
        name: String,
    },
    /// An entity goes by a further name, which finds it from now on, in new texts too.
    AddAlias {
        /// Which.
        entity: EntityId,
        /// The name.
        alias: Alias,
    },
    /// A name, in any case, no longer finds an entity, nor is it joined to it in new texts. Mentions
    /// that are recorded stay; a [`Correction::Split`] by the name or annotating again moves them.
    BlockAlias {
        /// Which.
        entity: EntityId,
        /// The name.
        name: String,
    },
    /// Two entities are not the same, however like: merging them is refused.
    NotSame {
        /// One.
        one: EntityId,
        /// The other.
        other: EntityId,
    },
}

/// A decision as the file keeps it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Corrected {
    /// Its number, in the order in which they were made.
    pub id: CorrectionId,
    /// What was decided. Entities are named as the merges before it had left them.
    #[serde(flatten)]
    pub correction: Correction,
    /// When.
    pub at: DateTime<Utc>,
    /// When it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undone: Option<DateTime<Utc>>,
}

impl NewsDb {
    /// Decides something about entities. All ids may be such as were merged away; the decision
    /// is then about what they lead to.
    ///
    /// # Errors
    /// [`Error::UnknownEntity`]; [`Error::Invalid`] for two that are one already, a merge of different
    /// kinds or of two that [`Correction::NotSame`] keeps apart, an empty name, a query that a split
    /// cannot have, or more splits than the 4,096 cases and conditions that
    /// a file may have in force (some 1,000 plain ones); [`Error::Search`] for a search text
    /// that cannot be read.
    pub fn correct(&self, correction: &Correction) -> Result<CorrectionId, Error> {
        let now = self.inner.now();
        self.write(|connection| {
            let id = insert(connection, &check(connection, correction)?, now)?;
            apply(connection)?;
            Ok(id)
        })
    }

    /// Takes a decision back, be it the last one or not: everything is then as if it had never been
    /// made, and all others had.
    ///
    /// # Errors
    /// [`Error::UnknownCorrection`] when there is no such decision in force.
    pub fn undo_correction(&self, id: CorrectionId) -> Result<(), Error> {
        let now = self.inner.now();
        self.write(|connection| {
            let undone = read(connection, true)?.into_iter().find(|known| known.id == id);
            let Some(undone) = undone else {
                return Err(Error::UnknownCorrection(id));
            };
            connection
                .prepare_cached("UPDATE correction SET undone_at = ?2 WHERE correction_id = ?1")?
                .execute((id.0, now))?;
            apply(connection)?;
            // An entity that nothing but the decision kept goes.
            let (entity, other) = undone.correction.entities();
            [entity].iter().chain(&other).try_for_each(|id| forget(connection, id.0))
        })
    }

    /// As [`Snapshot::corrections`].
    ///
    /// # Errors
    /// Those of reading.
    pub fn corrections(&self) -> Result<Vec<Corrected>, Error> {
        self.snapshot()?.corrections()
    }
}

impl Snapshot {
    /// All decisions in the order in which they were made, those that were taken back among them.
    ///
    /// # Errors
    /// Those of reading.
    pub fn corrections(&self) -> Result<Vec<Corrected>, Error> {
        self.view(|view| read(view.connection, false))
    }
}

impl Correction {
    /// The entities that it is about; of a merge and a split, the one whose mentions go first.
    fn entities(&self) -> (EntityId, Option<EntityId>) {
        match self {
            Self::Merge { keep, other } => (*other, Some(*keep)),
            Self::Split { from, to, .. } => (*from, Some(*to)),
            Self::NotSame { one, other } => (*one, Some(*other)),
            Self::Rename { entity, .. }
            | Self::AddAlias { entity, .. }
            | Self::BlockAlias { entity, .. } => (*entity, None),
        }
    }

    /// The columns `kind`, `name`, `language` and `query`.
    fn columns(&self) -> (i64, Option<&str>, Option<&str>, Option<&Query>) {
        match self {
            Self::Merge { .. } => (1, None, None, None),
            Self::Split { query, .. } => (2, None, None, Some(&**query)),
            Self::Rename { name, .. } => (3, Some(name), None, None),
            Self::AddAlias { alias, .. } => (4, Some(&alias.name), alias.language.as_deref(), None),
            Self::BlockAlias { name, .. } => (5, Some(name), None, None),
            Self::NotSame { .. } => (6, None, None, None),
        }
    }
}

/// The decision with entities as merges have left them, if it can be made.
fn check(connection: &Connection, correction: &Correction) -> Result<Correction, Error> {
    let end = |id: EntityId| {
        canonical(connection, id)?.ok_or_else(|| Error::UnknownEntity(id.to_string()))
    };
    let two = |a: EntityId, b: EntityId| match (end(a)?, end(b)?) {
        (one, other) if one == other => {
            Err(Error::Invalid(format!("{a} and {b} are one entity already")))
        }
        ends => Ok(ends),
    };
    let named = |name: &str| match name.trim() {
        "" => Err(Error::Invalid("a name is empty".to_owned())),
        name => Ok(name.to_owned()),
    };
    Ok(match correction {
        Correction::Merge { keep, other } => {
            let (keep, other) = two(*keep, *other)?;
            if kind(connection, keep)? != kind(connection, other)? {
                return Err(Error::Invalid(format!("{keep} and {other} are of different kinds")));
            }
            if let Some(by) = apart(connection, keep, other)? {
                return Err(Error::KeptApart { one: keep, other, by });
            }
            Correction::Merge { keep, other }
        }
        Correction::Split { from, to, query } => {
            let (from, to) = two(*from, *to)?;
            if query.unique || !query.statuses.is_empty() {
                return Err(Error::Invalid(
                    "a split asks neither for a status nor for unique texts".to_owned(),
                ));
            }
            query.text.as_deref().map(parse).transpose()?;
            Correction::Split { from, to, query: query.clone() }
        }
        Correction::Rename { entity, name } => {
            Correction::Rename { entity: end(*entity)?, name: named(name)? }
        }
        Correction::AddAlias { entity, alias } => {
            let alias = Alias { name: named(&alias.name)?, language: alias.language.clone() };
            Correction::AddAlias { entity: end(*entity)?, alias }
        }
        Correction::BlockAlias { entity, name } => {
            Correction::BlockAlias { entity: end(*entity)?, name: named(name)? }
        }
        Correction::NotSame { one, other } => {
            let (one, other) = two(*one, *other)?;
            Correction::NotSame { one, other }
        }
    })
}

/// The decision by which two entities are not the same.
fn apart(
    connection: &Connection,
    one: EntityId,
    other: EntityId,
) -> Result<Option<CorrectionId>, Error> {
    for decision in read(connection, true)? {
        if let Correction::NotSame { one: a, other: b } = decision.correction {
            let (a, b) = (canonical(connection, a)?, canonical(connection, b)?);
            if [(a, b), (b, a)].contains(&(Some(one), Some(other))) {
                return Ok(Some(decision.id));
            }
        }
    }
    Ok(None)
}

fn insert(
    connection: &Connection,
    correction: &Correction,
    now: i64,
) -> Result<CorrectionId, Error> {
    let (entity, other) = correction.entities();
    let (kind, name, language, query) = correction.columns();
    let query = query.map(serde_json::to_string).transpose();
    let query = query.map_err(|error| Error::Invalid(error.to_string()))?;
    connection
        .prepare_cached(
            "INSERT INTO correction (kind, entity_id, other_id, name, language, query, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((kind, entity.0, other.map(|id| id.0), name, language, query, now))?;
    Ok(CorrectionId(connection.last_insert_rowid()))
}

/// The decisions in order: those in force, or all.
fn read(connection: &Connection, in_force: bool) -> Result<Vec<Corrected>, Error> {
    connection
        .prepare_cached(
            "SELECT correction_id, kind, entity_id, other_id, name, language, query, at, undone_at
               FROM correction WHERE NOT ?1 OR undone_at IS NULL ORDER BY correction_id",
        )?
        .query_and_then([in_force], from_row)?
        .collect()
}

fn from_row(row: &Row<'_>) -> Result<Corrected, Error> {
    let id = CorrectionId(row.get(0)?);
    let damaged = || Error::Corrupt(format!("correction {id}"));
    let entity = EntityId(row.get(2)?);
    let other = || row.get::<_, Option<i64>>(3)?.map(EntityId).ok_or_else(damaged);
    let name = || row.get::<_, Option<String>>(4)?.ok_or_else(damaged);
    let correction = match row.get::<_, i64>(1)? {
        1 => Correction::Merge { keep: other()?, other: entity },
        2 => {
            let text: String = row.get(6)?;
            let query = serde_json::from_str(&text).map_err(|_| damaged())?;
            Correction::Split { from: entity, to: other()?, query }
        }
        3 => Correction::Rename { entity, name: name()? },
        4 => {
            let alias = Alias { name: name()?, language: row.get(5)? };
            Correction::AddAlias { entity, alias }
        }
        5 => Correction::BlockAlias { entity, name: name()? },
        6 => Correction::NotSame { one: entity, other: other()? },
        _ => return Err(damaged()),
    };
    let time = |second| DateTime::from_timestamp(second, 0).unwrap_or_default();
    let undone = row.get::<_, Option<i64>>(8)?.map(time);
    Ok(Corrected { id, correction, at: time(row.get(7)?), undone })
}

/// What the decisions in force make of what is recorded.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// What was merged into each entity that has taken in others.
    members: BTreeMap<EntityId, Vec<EntityId>>,
    /// The queries of splits.
    pub(crate) queries: Vec<Query>,
    /// What mentions mean that splits touch, by the entity as recorded.
    pub(crate) cases: BTreeMap<EntityId, Vec<Case>>,
    names: BTreeMap<EntityId, String>,
    added: BTreeMap<(EntityId, String, Alias), CorrectionId>,
    blocked: BTreeSet<(EntityId, String)>,
}

/// What is meant in some articles. Exactly one case of an entity holds in each.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// Who or what.
    pub(crate) entity: EntityId,
    /// The article matches these queries, by number, or does not.
    pub(crate) when: Vec<(usize, bool)>,
}

impl Case {
    /// Whether it holds in an article that matches these queries.
    pub(crate) fn holds(&self, matches: impl Fn(usize) -> bool) -> bool {
        self.when.iter().all(|&(number, is)| matches(number) == is)
    }
}

impl Outcome {
    /// What mentions of recorded entities mean, where there are splits; else nothing is said.
    pub(crate) fn of_splits(connection: &Connection) -> Result<Self, Error> {
        let any: bool = connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM correction WHERE kind = 2 AND undone_at IS NULL)",
            )?
            .query_row([], |row| row.get(0))?;
        if any { Self::of(&read(connection, true)?) } else { Ok(Self::default()) }
    }

    fn of(decisions: &[Corrected]) -> Result<Self, Error> {
        let mut outcome = Self::default();
        for Corrected { id, correction, .. } in decisions {
            match correction {
                Correction::Merge { keep, other } => outcome.merge(*keep, *other),
                Correction::Split { from, to, query } => outcome.split(*from, *to, query)?,
                Correction::Rename { entity, name } => {
                    outcome.names.insert(*entity, name.clone());
                    outcome.add(*id, *entity, Alias { name: name.clone(), language: None });
                }
                Correction::AddAlias { entity, alias } => outcome.add(*id, *entity, alias.clone()),
                Correction::BlockAlias { entity, name } => {
                    let key = name_key(name);
                    let members = outcome.members.get(entity).into_iter().flatten();
                    let all = members.chain([entity]).map(|member| (*member, key.clone()));
                    outcome.blocked.extend(all);
                }
                Correction::NotSame { .. } => {}
            }
        }
        Ok(outcome)
    }

    fn merge(&mut self, keep: EntityId, other: EntityId) {
        let mut joined = self.members.remove(&other).unwrap_or_default();
        joined.push(other);
        let members = self.members.entry(keep).or_default();
        if members.len() < joined.len() {
            std::mem::swap(members, &mut joined);
        }
        members.extend(joined);
        for cases in self.cases.values_mut() {
            for case in cases.iter_mut().filter(|case| case.entity == other) {
                case.entity = keep;
            }
            if cases.iter().all(|case| case.entity == keep) {
                *cases = vec![Case { entity: keep, when: Vec::new() }];
            }
        }
    }

    fn split(&mut self, from: EntityId, to: EntityId, query: &Query) -> Result<(), Error> {
        let number = self.queries.len();
        self.queries.push(query.clone());
        for &recorded in self.members.get(&from).into_iter().flatten().chain([&from]) {
            let whole = || vec![Case { entity: from, when: Vec::new() }];
            self.cases.entry(recorded).or_insert_with(whole);
        }
        for cases in self.cases.values_mut() {
            for at in 0..cases.len() {
                if cases[at].entity == from {
                    let mut moved = Case { entity: to, ..cases[at].clone() };
                    moved.when.push((number, true));
                    cases[at].when.push((number, false));
                    cases.push(moved);
                }
            }
        }
        let all: usize = self.cases.values().flatten().map(|case| 1 + case.when.len()).sum();
        if all > MAX_CASES {
            return Err(Error::Invalid(format!(
                "splits and their conditions come to {all}; {MAX_CASES} at most may be in force"
            )));
        }
        Ok(())
    }

    fn add(&mut self, id: CorrectionId, entity: EntityId, alias: Alias) {
        let key = name_key(&alias.name);
        self.blocked.remove(&(entity, key.clone()));
        self.added.insert((entity, key, alias), id);
    }
}

/// Makes anew what follows from the decisions in force.
fn apply(connection: &Connection) -> Result<(), Error> {
    let outcome = Outcome::of(&read(connection, true)?)?;
    for undo in [
        "UPDATE entity SET canonical_id = entity_id WHERE canonical_id <> entity_id",
        "UPDATE entity SET name = recorded_name, recorded_name = NULL WHERE recorded_name IS NOT NULL",
        "DELETE FROM entity_alias WHERE correction_id IS NOT NULL",
        "INSERT INTO entity_alias (name_key, entity_id, name, language)
             SELECT name_key, entity_id, name, language FROM blocked_alias WHERE true
             ON CONFLICT DO NOTHING",
        "DELETE FROM blocked_alias",
        "DELETE FROM blocked_name",
    ] {
        connection.execute(undo, [])?;
    }
    let mut lead =
        connection.prepare("UPDATE entity SET canonical_id = ?2 WHERE entity_id = ?1")?;
    for (end, members) in &outcome.members {
        for member in members {
            lead.execute((member.0, end.0))?;
        }
    }
    let mut rename = connection
        .prepare("UPDATE entity SET recorded_name = name, name = ?2 WHERE entity_id = ?1")?;
    for (entity, name) in &outcome.names {
        rename.execute((entity.0, name))?;
    }
    let mut add = connection.prepare(
        "INSERT INTO entity_alias (name_key, entity_id, name, language, correction_id)
         VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
    )?;
    for ((entity, key, alias), id) in &outcome.added {
        let language = alias.language.as_deref().unwrap_or("");
        add.execute((key, entity.0, &alias.name, language, id.0))?;
    }
    for (entity, key) in &outcome.blocked {
        for block in [
            "INSERT INTO blocked_name (entity_id, name_key) VALUES (?1, ?2)",
            "INSERT INTO blocked_alias (entity_id, name_key, name, language)
                 SELECT entity_id, name_key, name, language FROM entity_alias
                  WHERE entity_id = ?1 AND name_key = ?2 AND correction_id IS NULL",
            "DELETE FROM entity_alias WHERE entity_id = ?1 AND name_key = ?2",
        ] {
            connection.prepare_cached(block)?.execute((entity.0, key))?;
        }
    }
    add_meta(connection, "names_generation", 1)?;
    Ok(())
}
