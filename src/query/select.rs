//! A query as the index is asked: names looked up, filters turned into terms.

use super::{Meaning, Query};
use crate::annotate::language_tag;
use crate::error::Error;
use crate::index::{Field, Filter, Search, marks};
use crate::model::{ArticleId, PubStatus};
use crate::search::{Expression, parse};
use crate::store::View;
use crate::store::entities::name_key;
use crate::store::subjects::MEANT;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A query made ready to run in one snapshot.
#[derive(Debug)]
pub(crate) struct Selection {
    pub(crate) expression: Option<Expression>,
    pub(crate) search: Search,
}

impl Selection {
    pub(crate) fn new(view: &View<'_>, query: &Query) -> Result<Self, Error> {
        let expression = match &query.text {
            Some(text) => parse(text)?,
            None => None,
        };
        Self::of(view, query, expression)
    }

    /// As [`Selection::new`], with an expression in the place of the query's text.
    pub(crate) fn of(
        view: &View<'_>,
        query: &Query,
        expression: Option<Expression>,
    ) -> Result<Self, Error> {
        let meaning = match query.entities.is_empty() {
            true => Arc::default(),
            false => Meaning::read(view)?,
        };
        let (low, high) = Self::range(query);
        let usable = [PubStatus::Usable];
        let statuses = if query.statuses.is_empty() { &usable[..] } else { &query.statuses };
        let filter = Filter::And(filters(view, query, expression.as_ref(), &meaning)?);
        let statuses = statuses.to_vec();
        let search = Search { filter, low, high, statuses, unique: query.unique };
        Ok(Self { expression, search })
    }

    /// The least and the greatest id of a query's time.
    pub(super) fn range(query: &Query) -> (i64, i64) {
        let high = query.until.map_or(i64::MAX, |until| first_id(until).saturating_sub(1));
        (query.since.map_or(i64::MIN, first_id), high)
    }
}

/// What must hold of the articles of a query, but for their status and when they were filed.
pub(super) fn filters(
    view: &View<'_>,
    query: &Query,
    expression: Option<&Expression>,
    meaning: &Meaning,
) -> Result<Vec<Filter>, Error> {
    let mut parts: Vec<Filter> = expression.into_iter().map(Filter::from).collect();
    if query.since.is_some() || query.until.is_some() {
        parts.push(Filter::Marks { mask: marks::DATED, value: marks::DATED });
    }
    for (names, field, sql) in [
        (
            &query.sources,
            Field::Source,
            "SELECT source_id FROM source WHERE key IN (SELECT value FROM json_each(?1))",
        ),
        (
            &query.authors,
            Field::Author,
            "SELECT author_id FROM author WHERE name IN (SELECT value FROM json_each(?1))",
        ),
        (
            &query.tags,
            Field::Tag,
            "SELECT tag_id FROM tag WHERE name IN (SELECT value FROM json_each(?1))",
        ),
    ] {
        if !names.is_empty() {
            let ids = numbers(view, sql, names)?;
            parts.push(Filter::Terms(ids.iter().map(|&id| field.numbered(&[id])).collect()));
        }
    }
    if !query.subjects.is_empty() {
        let keys: Vec<String> = query.subjects.iter().map(|words| name_key(words)).collect();
        let ids: Vec<i64> = view
            .connection
            .prepare_cached(MEANT)?
            .query_map((json(&query.subjects), json(&keys)), |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        parts.push(Filter::Terms(ids.iter().map(|&id| Field::Subject.numbered(&[id])).collect()));
    }
    if !query.languages.is_empty() {
        parts
            .push(Filter::Languages(query.languages.iter().map(|tag| language_tag(tag)).collect()));
    }
    if !query.entities.is_empty() {
        parts.push(entities(view, query, meaning)?);
    }
    if let Some(has_body) = query.has_body {
        let value = if has_body { marks::BODY } else { 0 };
        parts.push(Filter::Marks { mask: marks::BODY, value });
    }
    Ok(parts)
}

/// The entities asked for and all that were merged with them, as recorded; those that were split
/// where they mean one of them.
fn entities(view: &View<'_>, query: &Query, meaning: &Meaning) -> Result<Filter, Error> {
    let mut recorded: BTreeSet<i64> = numbers(
        view,
        "SELECT e.entity_id
           FROM entity given CROSS JOIN entity e ON e.canonical_id = given.canonical_id
          WHERE given.entity_id IN (SELECT value FROM json_each(?1))",
        &query.entities,
    )?
    .into_iter()
    .collect();
    let annotators = match query.annotators.is_empty() {
        true => None,
        false => Some(annotators(view, query)?),
    };
    let field = query.entity_field();
    let mentioned = |entities: &mut dyn Iterator<Item = i64>| match &annotators {
        None => Filter::Beginning(entities.map(|id| field.numbered(&[id])).collect()),
        Some(annotators) => {
            let of = |id| annotators.iter().map(move |&by| field.numbered(&[id, by]));
            Filter::Terms(entities.flat_map(of).collect())
        }
    };
    let mut any = Vec::new();
    // What is asked for itself is among what was recorded: a split leads to what stands.
    let asked = recorded.clone();
    for (split, cases) in meaning.recorded() {
        recorded.remove(&split.0);
        for case in cases.iter().filter(|case| asked.contains(&case.entity.0)) {
            let mention = mentioned(&mut std::iter::once(split.0));
            any.push(Filter::And(vec![mention, meaning.filter(case)]));
        }
    }
    any.push(mentioned(&mut recorded.into_iter()));
    Ok(if any.len() == 1 { any.swap_remove(0) } else { Filter::Or(any) })
}

/// The annotators that a query names.
pub(crate) fn annotators(view: &View<'_>, query: &Query) -> Result<Vec<i64>, Error> {
    numbers(
        view,
        "SELECT annotator_id FROM annotator WHERE name IN (SELECT value FROM json_each(?1))",
        &query.annotators,
    )
}

/// Runs a statement that looks up a list, which it takes as one JSON array.
fn numbers<T: Serialize>(view: &View<'_>, sql: &str, list: &[T]) -> Result<Vec<i64>, Error> {
    Ok(view
        .connection
        .prepare_cached(sql)?
        .query_map([json(list)], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// The least id of the first whole second at or after a time.
fn first_id(at: DateTime<Utc>) -> i64 {
    let second = at.timestamp() + i64::from(at.timestamp_subsec_nanos() > 0);
    ArticleId::first_of_second(second).0
}

fn json<T: Serialize>(list: &[T]) -> String {
    serde_json::to_string(list).unwrap_or_else(|_| "[]".to_owned())
}
