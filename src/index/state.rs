//! Which index of the file is the one that answers, and what is being built.
//!
//! An index is the segments of one **epoch**. There is one that answers, or none yet. While
//! another is built from the tables, in order of ids, it holds everything up to `built`; writers keep
//! both as they should be. When it is whole it takes the place of the old one in a transaction,
//! and the segments of all other epochs are taken out bit by bit.

use crate::error::Error;
use rusqlite::Connection;

/// The layout of segments that this version reads and writes.
pub(crate) const INDEX_VERSION: i64 = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    /// A random number, another one after each change of the index.
    pub(super) number: i64,
    /// The epoch that answers.
    pub(super) visible: Option<i64>,
    /// The epoch that is being built, and the last id that it has.
    pub(super) building: Option<(i64, i64)>,
}

pub(super) fn read(connection: &Connection) -> Result<State, Error> {
    Ok(connection
        .prepare_cached("SELECT number, visible, building, built FROM index_state")?
        .query_row([], |row| {
            Ok(State {
                number: row.get(0)?,
                visible: row.get(1)?,
                building: row.get::<_, Option<i64>>(2)?.zip(row.get(3)?),
            })
        })?)
}

/// Writes a state, under a new number.
pub(super) fn write(connection: &Connection, state: &State) -> Result<(), Error> {
    connection
        .prepare_cached(
            "UPDATE index_state SET number = random(), visible = ?1, building = ?2, built = ?3",
        )?
        .execute((
            state.visible,
            state.building.map(|(epoch, _)| epoch),
            state.building.map(|(_, built)| built),
        ))?;
    Ok(())
}

/// Whether there is an index that answers.
pub(crate) fn is_complete(connection: &Connection) -> Result<bool, Error> {
    Ok(read(connection)?.visible.is_some())
}
