//! Long work on the index, in steps that each fit into a transaction.

use super::build::Builder;
use super::facts::{Facts, stored_analysed};
use super::segment;
use super::state::{self, State};
use super::tiers::{Plan, Sizes};
use super::{add, merge_some};
use crate::error::Error;
use crate::model::ArticleId;
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashMap;

/// Articles and tokens that a step of a rebuild takes.
const STEP_ARTICLES: usize = 500;
const STEP_TOKENS: i64 = 1_000_000;

/// Builds a part of a new index from the tables: how many articles it took. When none are left,
/// the new index takes the place of the old one, and then that one is taken out part by part;
/// `None` when there is nothing more to do.
pub(crate) fn rebuild_some(
    connection: &Connection,
    sizes: Sizes,
    begin: bool,
) -> Result<Option<u64>, Error> {
    let state = state::read(connection)?;
    let (epoch, built) = match state.building {
        Some(building) => building,
        None if begin || state.visible.is_none() => {
            let last: Option<i64> =
                connection.query_row("SELECT max(epoch) FROM segment", [], |row| row.get(0))?;
            (last.unwrap_or(0).max(state.visible.unwrap_or(0)) + 1, i64::MIN)
        }
        None => return Ok(drop_one_retired(connection, &state)?.then_some(0)),
    };
    let mut next = connection.prepare_cached(
        "SELECT article_id FROM article WHERE article_id > ?1 ORDER BY article_id LIMIT 1",
    )?;
    let mut kinds = HashMap::new();
    let (mut builder, mut tokens, mut last) = (Builder::default(), 0, Some(built));
    while builder.articles() < STEP_ARTICLES
        && tokens < STEP_TOKENS
        && let Some(before) = last
    {
        last = next.query_row([before], |row| row.get(0)).optional()?;
        let Some(id) = last.map(ArticleId) else { break };
        if let Some(facts) = Facts::read(connection, id, None, &mut kinds)? {
            let analysed = stored_analysed(connection, id)?;
            tokens += analysed.tokens;
            builder.push(&facts, &analysed);
        }
    }
    let taken = builder.articles() as u64;
    let mut segments = segment::list(connection, epoch)?;
    add(connection, epoch, &mut segments, builder)?;
    merge_some(connection, &mut segments, sizes)?;
    let state = match last {
        Some(built) => State { building: Some((epoch, built)), ..state },
        None => State { visible: Some(epoch), building: None, ..state },
    };
    state::write(connection, &state)?;
    Ok(Some(taken))
}

/// Takes one segment out of the file that belongs to no index any more.
fn drop_one_retired(connection: &Connection, state: &State) -> Result<bool, Error> {
    let building = state.building.map(|(epoch, _)| epoch);
    let slot: Option<i64> = connection
        .prepare_cached(
            "SELECT slot FROM segment WHERE epoch IS NOT ?1 AND epoch IS NOT ?2 LIMIT 1",
        )?
        .query_row((state.visible, building), |row| row.get(0))
        .optional()?;
    slot.map(|slot| segment::delete(connection, slot)).transpose()?;
    Ok(slot.is_some())
}

/// Does one of the merges after which every window is a single segment; `false`: none is left.
pub(crate) fn finish_some(connection: &Connection, sizes: Sizes) -> Result<bool, Error> {
    each_epoch(connection, |segments| Plan::to_finish(segments, sizes))
}

/// Writes a segment anew of which something is dead, so that nothing of it is left in the file;
/// `false`: there is none.
pub(crate) fn scrub_some(connection: &Connection) -> Result<bool, Error> {
    each_epoch(connection, |segments| {
        segments.iter().position(|segment| segment.dead.is_some()).map(Plan::alone)
    })
}

/// Runs one plan for the first index that has one, or takes out a retired segment.
fn each_epoch(
    connection: &Connection,
    plan: impl Fn(&[segment::Segment]) -> Option<Plan>,
) -> Result<bool, Error> {
    let state = state::read(connection)?;
    if drop_one_retired(connection, &state)? {
        return Ok(true);
    }
    for epoch in state.visible.into_iter().chain(state.building.map(|(epoch, _)| epoch)) {
        let mut segments = segment::list(connection, epoch)?;
        if let Some(plan) = plan(&segments) {
            plan.run(connection, &mut segments)?;
            state::write(connection, &state)?;
            return Ok(true);
        }
    }
    Ok(false)
}
