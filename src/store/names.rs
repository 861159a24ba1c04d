//! The names by which entities of a file are found in texts.

use super::{NewsDb, meta};
use crate::annotate::{Gazetteer, Names, OwnEntity};
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
        let generation = meta(&connection, "names_generation")?;
        if let Some(names) = self.inner.names.of(generation) {
            return Ok(names);
        }
        let _one = self.inner.names.reading.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(names) = self.inner.names.of(generation) {
            return Ok(names);
        }
        let names = Names { own: Arc::new(read(&connection)?) };
        *self.inner.names.last.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((generation, names.clone()));
        Ok(names)
    }
}

/// The names that were read last, and of which generation they are.
#[derive(Debug, Default)]
pub(crate) struct NamesCache {
    last: Mutex<Option<(i64, Names)>>,
    /// Held by who reads them.
    reading: Mutex<()>,
}

impl NamesCache {
    fn of(&self, generation: i64) -> Option<Names> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        // What is newer than the question is as good.
        last.as_ref().filter(|(of, _)| *of >= generation).map(|(_, names)| names.clone())
    }
}

/// Those of entities that somebody asserted or corrected; what only mentions made is joined by its
/// name. Each entity is found under its own number, so that a merge can be undone; its kind and
/// ids are those of all that it is one with.
fn read(connection: &Connection) -> Result<Gazetteer, Error> {
    let mut ids = connection.prepare(
        "SELECT x.scheme || ':' || x.value
           FROM entity e JOIN entity_external_id x USING (entity_id)
          WHERE e.canonical_id = ?1 ORDER BY x.entity_id <> ?1, 1",
    )?;
    let mut aliases =
        connection.prepare("SELECT name, language FROM entity_alias WHERE entity_id = ?1")?;
    let mut entities = connection.prepare(
        "SELECT e.entity_id, e.canonical_id, c.kind, e.name
           FROM entity e JOIN entity c ON c.entity_id = e.canonical_id
          WHERE e.asserted = 1 OR e.canonical_id IN
                (SELECT canonical_id FROM entity WHERE canonical_id <> entity_id)
             OR e.entity_id IN (
                SELECT entity_id FROM correction WHERE undone_at IS NULL
                 UNION SELECT other_id FROM correction WHERE undone_at IS NULL)
          ORDER BY e.entity_id",
    )?;
    let mut rows = entities.query([])?;
    let mut gazetteer = Gazetteer::default();
    while let Some(row) = rows.next()? {
        let (entity, canonical): (i64, i64) = (row.get(0)?, row.get(1)?);
        let Some(kind) = EntityKind::from_code(row.get(2)?) else { continue };
        let ids: Vec<String> =
            ids.query_map([canonical], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let own = OwnEntity { entity, canonical, kind, name: row.get(3)?, ids };
        let number = gazetteer.add_own(own);
        let mut rows = aliases.query([entity])?;
        while let Some(row) = rows.next()? {
            let (name, language): (String, String) = (row.get(0)?, row.get(1)?);
            gazetteer.add_own_name(number, &name, &language);
        }
    }
    let mut blocked = connection.prepare(
        "SELECT x.scheme || ':' || x.value, b.name_key
           FROM blocked_name b JOIN entity_external_id x USING (entity_id)",
    )?;
    let mut rows = blocked.query([])?;
    while let Some(row) = rows.next()? {
        let (id, name): (String, String) = (row.get(0)?, row.get(1)?);
        gazetteer.block(&id, &name);
    }
    Ok(gazetteer)
}
