//! Entities: finding and creating them. What people decide about them is in `corrections`.

use super::{NewsDb, Snapshot, View, names};
use crate::annotate::{is_full_name, is_meant, known_by_name};
use crate::error::Error;
use crate::index::{Field, Filter, Index};
use crate::model::{Alias, Entity, EntityId, EntityKind, ExternalId, NewEntity};
use crate::search::fold;
use rusqlite::{Connection, OptionalExtension};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

impl NewsDb {
    /// Creates an entity, or finds it by an external id, or else by kind and name, and adds
    /// what is new about it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an empty name or when two of its external ids belong to
    /// different entities; [`Error::AmbiguousEntity`] when only the name is known and stands
    /// for several.
    pub fn add_entity(&self, entity: NewEntity) -> Result<EntityId, Error> {
        self.write(|connection| {
            let (id, is_new) = add(connection, &entity)?;
            names::changed(connection, is_new)?;
            Ok(id)
        })
    }

    /// An entity by its id, merges applied. `None`: there is none.
    ///
    /// # Errors
    /// Those of reading.
    pub fn entity(&self, id: EntityId) -> Result<Option<Entity>, Error> {
        self.snapshot()?.entity(id)
    }
    /// As [`Snapshot::find_entities`].
    ///
    /// # Errors
    /// Those of reading.
    pub fn find_entities(&self, name: &str) -> Result<Vec<Entity>, Error> {
        self.snapshot()?.find_entities(name)
    }

    /// As [`Snapshot::entity_by_external_id`].
    ///
    /// # Errors
    /// Those of reading.
    pub fn entity_by_external_id(
        &self,
        scheme: &str,
        value: &str,
    ) -> Result<Option<Entity>, Error> {
        self.snapshot()?.entity_by_external_id(scheme, value)
    }

    /// As [`Snapshot::resolve_entity`].
    ///
    /// # Errors
    /// As there.
    pub fn resolve_entity(&self, reference: &str) -> Result<EntityId, Error> {
        self.snapshot()?.resolve_entity(reference)
    }
}

impl Snapshot {
    /// An entity by its id, merges applied. `None`: there is none.
    ///
    /// # Errors
    /// Those of reading.
    pub fn entity(&self, id: EntityId) -> Result<Option<Entity>, Error> {
        self.view(|view| load(view, id))
    }

    /// The entities that go by a name, in any case and with or without accents; most
    /// mentioned first.
    ///
    /// # Errors
    /// Those of reading.
    pub fn find_entities(&self, name: &str) -> Result<Vec<Entity>, Error> {
        self.view(|view| {
            let key = name_key(name);
            let mut ids = view
                .connection
                .prepare_cached(
                    "SELECT e.canonical_id FROM entity_alias a JOIN entity e USING (entity_id)
                      WHERE a.name_key = ?1",
                )?
                .query_map([&key], |row| row.get(0))?
                .collect::<Result<BTreeSet<i64>, _>>()?;
            // A file has the names that it met; newsdb knows more of the same entities.
            for known in known_by_name(name) {
                if let Some(id) = known.external_ids.first()
                    && let Some(id) = by_external_id(view.connection, id)?
                    && !is_blocked(view.connection, id, &key)?
                {
                    ids.extend(canonical(view.connection, EntityId(id))?.map(|id| id.0));
                }
            }
            let several = ids.len() > 1;
            let mut counted = Vec::new();
            for id in ids {
                let articles = if several { mentioning(view, id)? } else { 0 };
                counted.push((std::cmp::Reverse(articles), id));
            }
            counted.sort_unstable();
            counted.into_iter().filter_map(|(_, id)| load(view, EntityId(id)).transpose()).collect()
        })
    }

    /// The entity that somebody else numbers so.
    ///
    /// # Errors
    /// Those of reading.
    pub fn entity_by_external_id(
        &self,
        scheme: &str,
        value: &str,
    ) -> Result<Option<Entity>, Error> {
        self.view(|view| match by_external_id(view.connection, &ExternalId::new(scheme, value))? {
            Some(id) => load(view, EntityId(id)),
            None => Ok(None),
        })
    }

    /// The entity that a person means: an id, a Wikidata QID, `scheme:value`, or a name that
    /// stands for one entity.
    ///
    /// # Errors
    /// [`Error::UnknownEntity`], [`Error::AmbiguousEntity`].
    pub fn resolve_entity(&self, reference: &str) -> Result<EntityId, Error> {
        let unknown = || Error::UnknownEntity(reference.to_owned());
        if let Ok(id) = reference.parse()
            && let Some(entity) = self.entity(id)?
        {
            return Ok(entity.id);
        }
        let is_qid =
            reference.strip_prefix('Q').is_some_and(|digits| digits.parse::<u64>().is_ok());
        let external =
            if is_qid { Some(("wikidata", reference)) } else { reference.split_once(':') };
        if let Some((scheme, value)) = external
            && let Some(entity) = self.entity_by_external_id(scheme, value)?
        {
            return Ok(entity.id);
        }
        let found = self.find_entities(reference)?;
        match found.as_slice() {
            [] => Err(unknown()),
            [entity] => Ok(entity.id),
            several => Err(Error::AmbiguousEntity {
                name: reference.to_owned(),
                candidates: several.iter().map(|entity| entity.id).collect(),
            }),
        }
    }
}

/// Creates an entity, or finds it and adds what is new about it. Whether it is new.
pub(super) fn add(connection: &Connection, entity: &NewEntity) -> Result<(EntityId, bool), Error> {
    let known: BTreeSet<i64> = entity
        .external_ids
        .iter()
        .filter_map(|id| by_external_id(connection, id).transpose())
        .collect::<Result<_, _>>()?;
    if known.len() > 1 {
        return Err(Error::Invalid(format!(
            "the external ids of {:?} belong to different entities",
            entity.name
        )));
    }
    if entity.name.trim().is_empty() {
        return Err(Error::Invalid("an entity needs a name".to_owned()));
    }
    if entity.external_ids.is_empty() {
        let named = candidates(connection, entity.kind, &entity.name)?;
        if named.len() > 1 {
            return Err(Error::AmbiguousEntity {
                name: entity.name.clone(),
                candidates: named.into_iter().map(EntityId).collect(),
            });
        }
    }
    let newest = names::newest(connection)?;
    let id = find_or_create(connection, entity.kind, &entity.name, &entity.external_ids)?;
    connection
        .prepare_cached("UPDATE entity SET asserted = 1 WHERE entity_id = ?1")?
        .execute([id])?;
    for alias in &entity.aliases {
        add_alias(connection, id, &alias.name, alias.language.as_deref().unwrap_or(""))?;
    }
    if !entity.attributes.is_empty() {
        let mut attributes = attributes(connection, id)?;
        attributes.extend(entity.attributes.clone());
        connection
            .prepare_cached("UPDATE entity SET attributes = ?2 WHERE entity_id = ?1")?
            .execute((id, Value::Object(attributes).to_string()))?;
    }
    Ok((EntityId(id), id > newest))
}

/// How many articles mention an entity, merges applied.
fn mentioning(view: &View<'_>, id: i64) -> Result<i64, Error> {
    let terms = view
        .connection
        .prepare_cached("SELECT entity_id FROM entity WHERE canonical_id = ?1")?
        .query_map([id], |row| Ok(Field::Entity.numbered(&[row.get(0)?])))?
        .collect::<Result<_, _>>()?;
    Index::open(view)?.frequency(&Filter::Beginning(terms), u64::MAX)
}

/// Whether there is an entity of this number.
pub(crate) fn exists(connection: &Connection, id: EntityId) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM entity WHERE entity_id = ?1)")?
        .query_row([id.0], |row| row.get(0))?)
}

/// The entity that an id leads to, merges applied.
pub(crate) fn canonical(connection: &Connection, id: EntityId) -> Result<Option<EntityId>, Error> {
    Ok(connection
        .prepare_cached("SELECT canonical_id FROM entity WHERE entity_id = ?1")?
        .query_row([id.0], |row| row.get(0).map(EntityId))
        .optional()?)
}

fn load(view: &View<'_>, id: EntityId) -> Result<Option<Entity>, Error> {
    let Some(id) = canonical(view.connection, id)? else { return Ok(None) };
    let (kind, name) = view
        .connection
        .prepare_cached("SELECT kind, name FROM entity WHERE entity_id = ?1")?
        .query_row([id.0], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
    let kind = EntityKind::from_code(kind)
        .ok_or_else(|| Error::Corrupt(format!("entity {id} has the kind {kind}")))?;
    let merged: Vec<EntityId> = view
        .connection
        .prepare_cached(
            "SELECT entity_id FROM entity WHERE canonical_id = ?1 AND entity_id <> ?1 ORDER BY 1",
        )?
        .query_map([id.0], |row| row.get(0).map(EntityId))?
        .collect::<Result<_, _>>()?;
    let mut all_attributes = Map::new();
    for member in merged.iter().chain([&id]) {
        all_attributes.extend(attributes(view.connection, member.0)?);
    }
    let aliases: BTreeSet<Alias> = view
        .connection
        .prepare_cached(
            "SELECT a.name, a.language FROM entity_alias a JOIN entity e USING (entity_id)
              WHERE e.canonical_id = ?1 AND a.name <> ?2",
        )?
        .query_map((id.0, &name), |row| {
            let language: String = row.get(1)?;
            Ok(Alias { name: row.get(0)?, language: Some(language).filter(|l| !l.is_empty()) })
        })?
        .collect::<Result<_, _>>()?;
    let external_ids = ids_of(view.connection, id.0)?;
    let unproven: bool = view
        .connection
        .prepare_cached(
            "SELECT max(asserted) = 0 AND sum(articles) < ?2
                    AND NOT EXISTS (SELECT 1 FROM correction
                                     WHERE (entity_id = ?1 OR other_id = ?1) AND undone_at IS NULL)
               FROM entity WHERE canonical_id = ?1",
        )?
        .query_row([id.0, PROMOTED], |row| row.get(0))?;
    Ok(Some(Entity {
        id,
        kind,
        name,
        provisional: unproven && external_ids.is_empty() && merged.is_empty(),
        aliases: aliases.into_iter().collect(),
        external_ids,
        attributes: all_attributes,
        merged,
    }))
}

/// The form under which a name is looked up. A name of nothing but signs is itself.
pub(crate) fn name_key(name: &str) -> String {
    Some(fold(name)).filter(|key| !key.is_empty()).unwrap_or_else(|| name.trim().to_lowercase())
}

fn attributes(connection: &Connection, id: i64) -> Result<Map<String, Value>, Error> {
    let text: String = connection
        .prepare_cached("SELECT attributes FROM entity WHERE entity_id = ?1")?
        .query_row([id], |row| row.get(0))?;
    serde_json::from_str(&text)
        .map_err(|error| Error::Corrupt(format!("attributes of entity {id}: {error}")))
}

fn by_external_id(connection: &Connection, id: &ExternalId) -> Result<Option<i64>, Error> {
    Ok(connection
        .prepare_cached(
            "SELECT entity_id FROM entity_external_id WHERE scheme = ?1 AND value = ?2",
        )?
        .query_row((&id.scheme, &id.value), |row| row.get(0))
        .optional()?)
}

/// The names of an entity and of those that it is one with, in the form under which they are looked up.
pub(crate) fn names_of(connection: &Connection, id: i64) -> Result<Vec<String>, Error> {
    Ok(connection
        .prepare_cached(
            "SELECT a.name_key FROM entity_alias a JOIN entity e USING (entity_id)
              WHERE e.canonical_id = (SELECT canonical_id FROM entity WHERE entity_id = ?1)",
        )?
        .query_map([id], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// The entities of a kind that go by a name: one for each that merges have left, as recorded.
fn candidates(connection: &Connection, kind: EntityKind, name: &str) -> Result<Vec<i64>, Error> {
    let key = name_key(name);
    // Most names that are asked for are new, and opening three tables and a sorter costs more than looking.
    let is_named: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM entity_alias WHERE name_key = ?1)")?
        .query_row([&key], |row| row.get(0))?;
    if !is_named {
        return Ok(Vec::new());
    }
    Ok(connection
        .prepare_cached(
            "SELECT min(e.entity_id)
               FROM entity_alias a
               JOIN entity e ON e.entity_id = a.entity_id
               JOIN entity c ON c.entity_id = e.canonical_id
              WHERE a.name_key = ?1 AND ?2 IN (e.kind, c.kind)
              GROUP BY e.canonical_id ORDER BY 1",
        )?
        .query_map((key, kind.code()), |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// The ids elsewhere of an entity and of those that it is one with.
fn ids_of(connection: &Connection, id: i64) -> Result<Vec<ExternalId>, Error> {
    Ok(connection
        .prepare_cached(
            "SELECT x.scheme, x.value FROM entity_external_id x JOIN entity e USING (entity_id)
              WHERE e.canonical_id = (SELECT canonical_id FROM entity WHERE entity_id = ?1)
              ORDER BY 1, 2",
        )?
        .query_map([id], |row| Ok(ExternalId { scheme: row.get(0)?, value: row.get(1)? }))?
        .collect::<Result<_, _>>()?)
}

/// The entity that a mention means: by external id, else by kind and name, else a new one.
/// Ids tell entities of one name apart, even those of different lists: what has ids that no entity
/// has joins only one that has none. A name that stands for several means the one without ids, or
/// a new one. And the name alone never means an entity when newsdb knows another that is as likely
/// meant: a wrong link is worse than none, and what is taken in first must not decide.
pub(crate) fn find_or_create(
    connection: &Connection,
    kind: EntityKind,
    name: &str,
    external_ids: &[ExternalId],
) -> Result<i64, Error> {
    let mut found = None;
    let mut new_ids = Vec::new();
    for id in external_ids {
        match by_external_id(connection, id)? {
            Some(entity) => found = found.or(Some(entity)),
            None => new_ids.push(id),
        }
    }
    if found.is_none() {
        let named = candidates(connection, kind, name)?;
        let mut bare = None;
        for &entity in &named {
            let ids = ids_of(connection, entity)?;
            if ids.is_empty() {
                bare = bare.or(Some(entity));
            } else if external_ids.is_empty() && named.len() == 1 && is_meant(kind, name, &ids) {
                found = Some(entity);
            }
        }
        found = found.or(bare.filter(|_| is_meant(kind, name, external_ids)));
    }
    let id = match found {
        Some(id) => {
            add_alias(connection, id, name, "")?;
            id
        }
        None => {
            // It leads to itself: its number is needed before it is written.
            let number: i64 = connection
                .prepare_cached(
                    "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'entity'",
                )?
                .query_row([], |row| row.get(0))?;
            connection
                .prepare_cached(
                    "INSERT INTO entity (entity_id, kind, name, canonical_id)
                     VALUES (?1, ?2, ?3, ?1)",
                )?
                .execute((number, kind.code(), name))?;
            // Nobody has said anything of it yet.
            connection.prepare_cached(INSERT_ALIAS)?.execute((name_key(name), number, name, ""))?;
            number
        }
    };
    for external in new_ids {
        connection
            .prepare_cached(
                "INSERT INTO entity_external_id (scheme, value, entity_id) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO NOTHING",
            )?
            .execute((&external.scheme, &external.value, id))?;
    }
    Ok(id)
}

/// Whether people blocked a name of an entity.
fn is_blocked(connection: &Connection, id: i64, key: &str) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM blocked_name WHERE entity_id = ?1 AND name_key = ?2)",
        )?
        .query_row((id, key), |row| row.get(0))?)
}

const INSERT_ALIAS: &str =
    "INSERT INTO entity_alias (name_key, entity_id, name, language) VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT DO UPDATE SET correction_id = NULL WHERE correction_id IS NOT NULL";

/// Records a name, put aside where people blocked it.
///
/// A name that is not blocked is written as one row of values: from a `SELECT` SQLite would write
/// the pages that it changes to a journal of the statement first, which costs as much as all else.
fn add_alias(connection: &Connection, id: i64, name: &str, language: &str) -> Result<(), Error> {
    let key = name_key(name);
    if language.is_empty() && is_recorded(connection, id, &key, name)? {
        return Ok(());
    }
    let sql = if is_blocked(connection, id, &key)? {
        "INSERT INTO blocked_alias (name_key, entity_id, name, language)
         SELECT ?1, ?2, ?3, ?4
          WHERE ?4 <> '' OR NOT EXISTS (
                SELECT 1 FROM blocked_alias WHERE name_key = ?1 AND entity_id = ?2 AND name = ?3)
         ON CONFLICT DO NOTHING"
    } else {
        INSERT_ALIAS
    };
    connection.prepare_cached(sql)?.execute((key, id, name, language))?;
    Ok(())
}

/// Whether a name is known of an entity, in whatever language.
fn is_recorded(connection: &Connection, id: i64, key: &str, name: &str) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM entity_alias
              WHERE name_key = ?1 AND entity_id = ?2 AND name = ?3 AND correction_id IS NULL)",
        )?
        .query_row((key, id, name), |row| row.get(0))?)
}

/// The code of an entity's kind.
pub(crate) fn kind(connection: &Connection, id: EntityId) -> Result<i64, Error> {
    Ok(connection
        .prepare_cached("SELECT kind FROM entity WHERE entity_id = ?1")?
        .query_row([id.0], |row| row.get(0))?)
}

/// Articles in which an entity that only mentions made must have been seen for its name to be looked
/// for like those of a list. No more are counted: the rows of what is often spoken of stay as they
/// are, and the index knows how many there are.
pub(crate) const PROMOTED: i64 = 5;

/// Counts articles that mention an entity, more of them or less, up to [`PROMOTED`]; how many it has
/// now. `None`: some of more than were counted are gone, and [`set_count`] must be told how many are left.
pub(crate) fn count(connection: &Connection, id: i64, step: i64) -> Result<Option<i64>, Error> {
    let before: i64 = connection
        .prepare_cached("SELECT articles FROM entity WHERE entity_id = ?1")?
        .query_row([id], |row| row.get(0))?;
    match before >= PROMOTED {
        true if step < 0 => Ok(None),
        true => Ok(Some(before)),
        false => set_count(connection, id, before, before + step).map(Some),
    }
}

/// Notes how many articles mention an entity, up to [`PROMOTED`]; it goes when nothing speaks of it any
/// more.
pub(crate) fn set_count(
    connection: &Connection,
    id: i64,
    before: i64,
    now: i64,
) -> Result<i64, Error> {
    let articles = now.min(PROMOTED);
    if articles != before {
        connection
            .prepare_cached("UPDATE entity SET articles = ?2 WHERE entity_id = ?1")?
            .execute((id, articles))?;
        let crosses = (articles >= PROMOTED) != (before >= PROMOTED);
        if crosses && is_promotable(connection, id)? {
            names::promoted(connection)?;
        }
    }
    if articles == 0 {
        forget(connection, id)?;
    }
    Ok(articles)
}

/// Whether an entity's name is looked for once enough articles mention it.
fn is_promotable(connection: &Connection, id: i64) -> Result<bool, Error> {
    let (asserted, name): (bool, String) = connection
        .prepare_cached("SELECT asserted, name FROM entity WHERE entity_id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(!asserted && is_full_name(&name))
}

/// Takes out an entity that nothing speaks of any more: neither a mention nor a person, by
/// asserting it or by a decision in force.
pub(crate) fn forget(connection: &Connection, id: i64) -> Result<(), Error> {
    connection
        .prepare_cached(
            "DELETE FROM entity WHERE entity_id = ?1 AND asserted = 0 AND articles = 0
                AND NOT EXISTS (SELECT 1 FROM correction
                                 WHERE (entity_id = ?1 OR other_id = ?1) AND undone_at IS NULL)
                AND NOT EXISTS (SELECT 1 FROM correction, json_each(query, '$.entities')
                                 WHERE kind = 2 AND undone_at IS NULL AND value = ?1)",
        )?
        .execute([id])?;
    Ok(())
}
