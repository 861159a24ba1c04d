//! What a handle has met in its own transactions, so that the next one need not look it up again.

use crate::error::Error;
use crate::model::EntityKind;
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

/// Names and entities that are kept from one transaction to the next, and bytes of each.
const KEPT: usize = 1 << 16;
const LONGEST: usize = 256;

/// Changed names that are kept beside what names have meant, before that is given up.
const CHANGED: usize = 1_000;

/// The numbers of what was met.
#[derive(Debug, Default)]
pub(super) struct Met {
    /// Of sources, authors, tags and annotators, by table and name.
    pub(super) names: HashMap<&'static str, HashMap<String, i64>>,
    /// Of entities, by what names, with their external ids, have meant.
    pub(super) entities: HashMap<(EntityKind, String), Meant>,
    /// Entities of which no more articles are counted.
    pub(super) often: HashSet<i64>,
    /// Names, folded, of what has come to be known by an id since: what they alone have meant must be
    /// asked anew.
    pub(super) changed: HashSet<String>,
}

/// Whom a mention means.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meant {
    pub(super) entity: i64,
    /// By an external id, which never means another one.
    pub(super) by_id: bool,
}

/// What was met up to the last transaction that ingested.
#[derive(Debug, Default)]
pub(crate) struct LastMet(Mutex<Option<(Stamp, Met)>>);

/// Changes whenever anybody changes the file, through this connection or another.
type Stamp = (i64, u64);

fn stamp(connection: &Connection) -> Result<Stamp, Error> {
    let version =
        connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
    Ok((version, connection.total_changes()))
}

impl LastMet {
    /// Takes it, if nobody has changed the file since. Called at the beginning of a transaction.
    pub(super) fn take(&self, connection: &Connection) -> Result<Met, Error> {
        let now = stamp(connection)?;
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        Ok(last.filter(|(then, _)| *then == now).map(|(_, met)| met).unwrap_or_default())
    }

    /// Keeps it for the next transaction, once this one is committed.
    pub(super) fn keep(&self, Ended { stamp, met }: Ended) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((stamp, met));
    }
}

/// What was met up to the end of a transaction.
#[derive(Debug)]
pub(crate) struct Ended {
    stamp: Stamp,
    met: Met,
}

impl Met {
    /// Called when nothing more is to be changed. `gone`: entities were taken out.
    pub(super) fn end(mut self, connection: &Connection, gone: bool) -> Result<Ended, Error> {
        let keep_names = self.changed.len() <= CHANGED;
        self.entities.retain(|(_, key), meant| (meant.by_id || keep_names) && key.len() <= LONGEST);
        if gone || self.entities.len() > KEPT {
            self.entities.clear();
        }
        if !keep_names || self.entities.is_empty() {
            self.changed.clear();
        }
        if self.often.len() > KEPT {
            self.often.clear();
        }
        self.names.retain(|_, names| names.len() <= KEPT);
        self.names.values_mut().for_each(|names| names.retain(|name, _| name.len() <= LONGEST));
        Ok(Ended { stamp: stamp(connection)?, met: self })
    }
}
