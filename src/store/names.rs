//! The names by which entities of a file are found in texts.

use super::{NewsDb, add_meta, meta};
use crate::annotate::{Gazetteer, Names, OwnEntity, is_full_name};
use crate::error::Error;
use crate::model::EntityKind;
use rusqlite::Connection;
use std::sync::{Arc, Mutex, PoisonError};

impl NewsDb {
    /// The names that are looked for at ingest; `None` where the handle was told not to look.
    pub(crate) fn names(&self) -> Result<Option<Names>, Error> {
        self.inner.options.annotate.then(|| self.read_names()).transpose()
    }

    /// The names that are looked for; read when somebody changed them since the last time. Who
    /// has names goes on with them meanwhile; who needs the new ones waits for one reading of them.
    pub(crate) fn read_names(&self) -> Result<Names, Error> {
        Ok(Names { details: self.inner.options.details, ..self.read_latest()? })
    }

    fn read_latest(&self) -> Result<Names, Error> {
        let connection = self.inner.pool.reader()?;
        let generation = meta(&connection, "names_generation")?;
        if let Some(last) = self.inner.names.last().filter(|last| last.generation >= generation) {
            return Ok(last.names);
        }
        let _one = self.inner.names.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let last = self.inner.names.last();
        let names = match last {
            Some(last) if last.generation >= generation => return Ok(last.names),
            Some(last) if last.generation % ADDED == generation % ADDED => {
                last.with_new(&connection, generation)?
            }
            _ => Read::all(&connection, generation)?,
        };
        let read = names.names.clone();
        *self.inner.names.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(names);
        Ok(read)
    }
}

/// What new entities add to `names_generation`; every other change of names adds 1.
const ADDED: i64 = 1 << 32;

/// New entities that are kept apart, before all names are read anew.
const RECENT: usize = 1_000;

/// Notes that names have changed: to read are only new entities, or all.
pub(super) fn changed(connection: &Connection, only_new: bool) -> Result<(), Error> {
    let step = if only_new { ADDED } else { 1 };
    add_meta(connection, "names_generation", step).map(|_| ())
}

/// The names of a file as they were read.
#[derive(Debug, Clone)]
struct Read {
    generation: i64,
    /// The greatest number that an entity had.
    newest: i64,
    names: Names,
}

impl Read {
    fn all(connection: &Connection, generation: i64) -> Result<Self, Error> {
        let newest = newest(connection)?;
        let mut own = Gazetteer::default();
        read(connection, i64::MIN, &mut own)?;
        block(connection, &mut own)?;
        Ok(Self { generation, newest, names: Names { own: Arc::new(own), ..Names::default() } })
    }

    fn with_new(self, connection: &Connection, generation: i64) -> Result<Self, Error> {
        let newest = newest(connection)?;
        let mut recent = (*self.names.recent).clone();
        read(connection, self.newest, &mut recent)?;
        if recent.len() > RECENT {
            return Self::all(connection, generation);
        }
        let names = Names { recent: Arc::new(recent), ..self.names };
        Ok(Self { generation, newest, names })
    }
}

/// The names that were read last.
#[derive(Debug, Default)]
pub(crate) struct NamesCache {
    last: Mutex<Option<Read>>,
    /// Held by who reads them.
    reading: Mutex<()>,
}

impl NamesCache {
    fn last(&self) -> Option<Read> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The greatest number that an entity has.
pub(super) fn newest(connection: &Connection) -> Result<i64, Error> {
    Ok(connection
        .prepare_cached("SELECT coalesce(max(entity_id), 0) FROM entity")?
        .query_row([], |row| row.get(0))?)
}

/// Articles in which an entity that only mentions made must have been seen for its name to be looked
/// for like those of a list.
pub(super) const PROMOTED: i64 = 5;

/// Those of entities that somebody asserted or corrected, and full names that were seen often enough;
/// what else only mentions made is joined by its name. Each entity is found under its own number, so
/// that a merge can be undone; its kind and ids are those of all that it is one with.
fn read(connection: &Connection, after: i64, gazetteer: &mut Gazetteer) -> Result<(), Error> {
    let mut ids = connection.prepare(
        "SELECT x.scheme || ':' || x.value
           FROM entity e JOIN entity_external_id x USING (entity_id)
          WHERE e.canonical_id = ?1 ORDER BY x.entity_id <> ?1, 1",
    )?;
    // Both lists are in the order of entities: the names are read as one run of an index.
    let mut names = connection.prepare(
        "SELECT entity_id, name, language FROM entity_alias
          WHERE entity_id > ?1 ORDER BY entity_id",
    )?;
    let mut names = names.query([after])?;
    let mut alias = names.next()?;
    let mut entities = connection.prepare(
        "SELECT e.entity_id, e.canonical_id, c.kind, e.name,
                e.asserted = 1 OR e.canonical_id IN
                (SELECT canonical_id FROM entity WHERE canonical_id <> entity_id)
             OR e.entity_id IN (
                SELECT entity_id FROM correction WHERE undone_at IS NULL
                 UNION SELECT other_id FROM correction WHERE undone_at IS NULL) AS vouched
           FROM entity e JOIN entity c ON c.entity_id = e.canonical_id
          WHERE e.entity_id > ?1 AND (vouched OR e.articles >= ?2)
          ORDER BY e.entity_id",
    )?;
    let mut rows = entities.query([after, PROMOTED])?;
    while let Some(row) = rows.next()? {
        let (entity, canonical): (i64, i64) = (row.get(0)?, row.get(1)?);
        let Some(kind) = EntityKind::from_code(row.get(2)?) else { continue };
        let (name, vouched): (String, bool) = (row.get(3)?, row.get(4)?);
        if !vouched && !is_full_name(&name) {
            continue;
        }
        let ids: Vec<String> =
            ids.query_map([canonical], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let own = OwnEntity { entity, canonical, kind, name, ids };
        let number = gazetteer.add_own(own);
        while let Some(row) = alias {
            let of: i64 = row.get(0)?;
            if of > entity {
                break;
            }
            if of == entity {
                let (name, language): (String, String) = (row.get(1)?, row.get(2)?);
                gazetteer.add_own_name(number, &name, &language);
            }
            alias = names.next()?;
        }
    }
    Ok(())
}

/// Names that people have kept from meaning what newsdb knows from the start.
fn block(connection: &Connection, gazetteer: &mut Gazetteer) -> Result<(), Error> {
    let mut blocked = connection.prepare(
        "SELECT x.scheme || ':' || x.value, b.name_key
           FROM blocked_name b JOIN entity_external_id x USING (entity_id)",
    )?;
    let mut rows = blocked.query([])?;
    while let Some(row) = rows.next()? {
        let (id, name): (String, String) = (row.get(0)?, row.get(1)?);
        gazetteer.block(&id, &name);
    }
    Ok(())
}
