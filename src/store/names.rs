//! The names by which entities of a file are found in texts.

use super::entities::PROMOTED;
use super::{NewsDb, add_meta, meta, set_meta};
use crate::annotate::{Gazetteer, Names, OwnEntity, is_full_name, is_known};
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
        let connection = self.inner.pool.reader()?;
        let details = is_chosen(&connection, DETAILS)?;
        let subjects = is_chosen(&connection, SUBJECTS)?;
        Ok(Names { details, subjects, ..self.read_latest(&connection)? })
    }

    /// Changes with the names that are looked for, but for those that articles bring, and with what is
    /// looked for beside them.
    pub(crate) fn names_mark(&self, connection: &Connection) -> Result<[i64; 3], Error> {
        Ok([
            meta(connection, "names_generation")?,
            noted(connection, DETAILS)?,
            noted(connection, SUBJECTS)?,
        ])
    }

    fn read_latest(&self, connection: &Connection) -> Result<Names, Error> {
        let generation = meta(connection, "names_generation")?;
        let promoted = noted(connection, PROMOTIONS)?;
        let is_due = |last: &Read| promoted - last.promoted > last.newest / OF_ALL;
        let is_latest = |last: &Read| last.generation >= generation && !is_due(last);
        if let Some(last) = self.inner.names.last().filter(is_latest) {
            return Ok(last.names);
        }
        let _one = self.inner.names.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let last = self.inner.names.last();
        let names = match last {
            Some(last) if is_latest(&last) => return Ok(last.names),
            Some(last) if last.generation % ADDED == generation % ADDED && !is_due(&last) => {
                last.with_new(connection, generation, promoted)?
            }
            _ => Read::all(connection, generation, promoted)?,
        };
        let read = names.names.clone();
        *self.inner.names.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(names);
        Ok(read)
    }

    /// Notes in the file what the handle was told to look for beside names.
    pub(super) fn choose(&self) -> Result<(), Error> {
        let options = &self.inner.options;
        for (key, told) in [(DETAILS, options.details), (SUBJECTS, options.suggest_subjects)] {
            let before = is_chosen(&*self.inner.pool.reader()?, key)?;
            let Some(told) = told.filter(|told| *told != before) else { continue };
            self.write(|connection| set_meta(connection, key, told.into()))?;
        }
        Ok(())
    }
}

/// In `meta`: 1 where the file was told to look for them; absent before it was told anything.
const DETAILS: &str = "details";
const SUBJECTS: &str = "suggest_subjects";

fn is_chosen(connection: &Connection, key: &str) -> Result<bool, Error> {
    Ok(noted(connection, key)? == 1)
}

/// A fact about the file that may never have been noted; 0 then.
fn noted(connection: &Connection, key: &str) -> Result<i64, Error> {
    Ok(connection
        .prepare_cached("SELECT coalesce(max(value), 0) FROM meta WHERE key = ?1")?
        .query_row([key], |row| row.get(0))?)
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

/// One in so many entities may be promoted, or no longer be, before all names are read anew: what that
/// costs stays in proportion to what brought it about.
const OF_ALL: i64 = 1_000;

/// In `meta`: how often that may have come about; absent before the first time.
const PROMOTIONS: &str = "names_promoted";

/// Notes that an entity which only mentions made may have come to be looked for, or be no longer: it is not
/// when newsdb knows the name from the start, which is not asked here.
pub(super) fn promoted(connection: &Connection) -> Result<(), Error> {
    set_meta(connection, PROMOTIONS, noted(connection, PROMOTIONS)? + 1)
}

/// The names of a file as they were read.
#[derive(Debug, Clone)]
struct Read {
    generation: i64,
    promoted: i64,
    /// The greatest number that an entity had.
    newest: i64,
    names: Names,
}

impl Read {
    fn all(connection: &Connection, generation: i64, promoted: i64) -> Result<Self, Error> {
        let newest = newest(connection)?;
        let mut own = Gazetteer::default();
        read(connection, i64::MIN, &mut own)?;
        block(connection, &mut own)?;
        let names = Names { own: Arc::new(own), ..Names::default() };
        Ok(Self { generation, promoted, newest, names })
    }

    fn with_new(
        self,
        connection: &Connection,
        generation: i64,
        promoted: i64,
    ) -> Result<Self, Error> {
        let newest = newest(connection)?;
        let mut recent = (*self.names.recent).clone();
        read(connection, self.newest, &mut recent)?;
        if recent.len() > RECENT {
            return Self::all(connection, generation, promoted);
        }
        let names = Names { recent: Arc::new(recent), ..self.names };
        Ok(Self { generation, newest, names, ..self })
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
        if !vouched && (!is_full_name(&name) || is_known(&name)) {
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
