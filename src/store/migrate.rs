//! The schema's history. Files in `migrations/` are embedded and never edited once released.

use super::connection::APPLICATION_ID;
use super::meta;
use crate::error::Error;
use crate::ingest::{URLS_VERSION, url_key};
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// Each step takes a file from schema N to N + 1.
const STEPS: &[&str] = &[
    include_str!("../../migrations/0001_core.sql"),
    include_str!("../../migrations/0002_readers.sql"),
    include_str!("../../migrations/0003_index.sql"),
    include_str!("../../migrations/0004_names.sql"),
    include_str!("../../migrations/0005_mentions.sql"),
    include_str!("../../migrations/0006_corrections.sql"),
    include_str!("../../migrations/0007_packed.sql"),
    include_str!("../../migrations/0008_subjects.sql"),
    include_str!("../../migrations/0009_salience.sql"),
    include_str!("../../migrations/0010_lists.sql"),
    include_str!("../../migrations/0011_windows.sql"),
    include_str!("../../migrations/0012_counts.sql"),
    include_str!("../../migrations/0013_packs.sql"),
];

/// The schema that this version of newsdb writes.
pub const SCHEMA_VERSION: i64 = STEPS.len() as i64;

/// The schema of a file, after making sure that it is ours and that we can read it. 0: new.
pub(crate) fn version(connection: &Connection, path: &Path) -> Result<i64, Error> {
    let pragma = |name: &str| -> Result<i64, Error> {
        Ok(connection.pragma_query_value(None, name, |row| row.get(0))?)
    };
    let (application_id, found) = (pragma("application_id")?, pragma("user_version")?);
    let empty: bool =
        connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))?;
    if application_id == 0 && found == 0 && empty {
        return Ok(0);
    }
    if application_id != APPLICATION_ID {
        return Err(Error::NotOurs { path: path.to_owned(), application_id });
    }
    if found > SCHEMA_VERSION {
        return Err(Error::TooNew { path: path.to_owned(), found, supported: SCHEMA_VERSION });
    }
    Ok(found)
}

/// Whether a file is as this version writes it, the keys of its URLs among it.
pub(crate) fn is_current(connection: &Connection, path: &Path) -> Result<bool, Error> {
    if version(connection, path)? != SCHEMA_VERSION {
        return Ok(false);
    }
    match meta(connection, "urls_version")? {
        found if found > URLS_VERSION => {
            Err(Error::TooNew { path: path.to_owned(), found, supported: URLS_VERSION })
        }
        found => Ok(found == URLS_VERSION),
    }
}

/// Brings a file to [`SCHEMA_VERSION`]: all steps, the keys of URLs, `user_version` and
/// `application_id` in one transaction, so that a crash leaves the old schema.
pub(crate) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), Error> {
    if is_current(connection, path)? {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have done it while this one waited for the lock.
    let found = version(&transaction, path)?;
    for step in STEPS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(step)?;
    }
    if meta(&transaction, "urls_version")? != URLS_VERSION {
        rekey_urls(&transaction)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    transaction.commit()?;
    Ok(())
}

/// Makes the keys of all sightings' URLs by the present canonical form.
fn rekey_urls(connection: &Connection) -> Result<(), Error> {
    let mut last = i64::MIN;
    let mut next = connection.prepare(
        "SELECT sighting_id, url, url_key FROM sighting
          WHERE sighting_id > ?1 AND url IS NOT NULL ORDER BY sighting_id LIMIT 10000",
    )?;
    let mut update =
        connection.prepare("UPDATE sighting SET url_key = ?2 WHERE sighting_id = ?1")?;
    loop {
        let some: Vec<(i64, String, Option<i64>)> = next
            .query_map([last], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<Result<_, _>>()?;
        let Some((id, ..)) = some.last() else { break };
        last = *id;
        for (id, url, before) in some {
            let key = url_key(&url);
            if key != before {
                update.execute((id, key))?;
            }
        }
    }
    connection.execute("UPDATE meta SET value = ?1 WHERE key = 'urls_version'", [URLS_VERSION])?;
    Ok(())
}
