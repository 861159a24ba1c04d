//! The names by which entities of a file are found in texts.

use super::{NewsDb, meta};
use crate::annotate::{Gazetteer, Names, OwnEntity};
use crate::error::Error;
use crate::model::EntityKind;
use rusqlite::Connection;
use std::sync::{Arc, PoisonError};

impl NewsDb {
    /// The names that are looked for at ingest; `None` where the handle was told not to look.
    pub(crate) fn names(&self) -> Result<Option<Names>, Error> {
        self.inner.options.annotate.then(|| self.read_names()).transpose()
    }

    /// The names that are looked for; read when somebody changed them since the last time.
    pub(crate) fn read_names(&self) -> Result<Names, Error> {
        let connection = self.inner.pool.reader()?;
        let generation = meta(&connection, "names_generation")?;
        let mut cache = self.inner.names.lock().unwrap_or_else(PoisonError::into_inner);
        let names = match &*cache {
            Some((of, names)) if *of == generation => names.clone(),
            _ => {
                let names = Names { own: Arc::new(read(&connection)?) };
                *cache = Some((generation, names.clone()));
                names
            }
        };
        Ok(names)
    }
}

/// Those of entities that somebody asserted; what only mentions made is joined by its name.
fn read(connection: &Connection) -> Result<Gazetteer, Error> {
    let mut ids = connection.prepare_cached(
        "SELECT scheme || ':' || value FROM entity_external_id WHERE entity_id = ?1",
    )?;
    let mut aliases = connection
        .prepare_cached("SELECT name, language FROM entity_alias WHERE entity_id = ?1")?;
    let mut entities =
        connection.prepare("SELECT entity_id, kind, name FROM entity WHERE asserted = 1")?;
    let mut rows = entities.query([])?;
    let mut gazetteer = Gazetteer::default();
    while let Some(row) = rows.next()? {
        let (entity, kind): (i64, i64) = (row.get(0)?, row.get(1)?);
        let Some(kind) = EntityKind::from_code(kind) else { continue };
        let ids: Vec<String> =
            ids.query_map([entity], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let own = OwnEntity { entity, kind, name: row.get(2)?, ids };
        let number = gazetteer.add_own(own);
        let mut rows = aliases.query([entity])?;
        while let Some(row) = rows.next()? {
            let (name, language): (String, String) = (row.get(0)?, row.get(1)?);
            gazetteer.add_own_name(number, &name, &language);
        }
    }
    Ok(gazetteer)
}
