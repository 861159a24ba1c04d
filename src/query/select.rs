//! A query as the index is asked: names looked up, filters turned into terms.

use super::Query;
use crate::error::Error;
use crate::index::{Field, Filter, Search, marks};
use crate::model::{ArticleId, PubStatus};
use crate::search::{Expression, parse};
use crate::store::View;
use chrono::{DateTime, Utc};
use serde::Serialize;

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
        let mut parts: Vec<Filter> = expression.iter().map(Filter::from).collect();
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
                &query.subjects,
                Field::Subject,
                "SELECT subject_id FROM subject
                  WHERE code IN (SELECT value FROM json_each(?1))
                     OR name IN (SELECT value FROM json_each(?1))
                     OR scheme <> '' AND scheme || ':' || code IN (SELECT value FROM json_each(?1))",
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
        if !query.languages.is_empty() {
            parts.push(Filter::Languages(query.languages.clone()));
        }
        if !query.entities.is_empty() {
            parts.push(entities(view, query)?);
        }
        if let Some(has_body) = query.has_body {
            let value = if has_body { marks::BODY } else { 0 };
            parts.push(Filter::Marks { mask: marks::BODY, value });
        }
        let usable = [PubStatus::Usable];
        let statuses = if query.statuses.is_empty() { &usable[..] } else { &query.statuses };
        Ok(Self {
            expression,
            search: Search {
                filter: Filter::And(parts),
                low: query.since.map_or(i64::MIN, first_id),
                high: query.until.map_or(i64::MAX, |until| first_id(until).saturating_sub(1)),
                statuses: statuses.to_vec(),
                unique: query.unique,
            },
        })
    }
}

/// The entities asked for and all that were merged with them, as recorded.
fn entities(view: &View<'_>, query: &Query) -> Result<Filter, Error> {
    let recorded = numbers(
        view,
        "SELECT e.entity_id
           FROM entity given CROSS JOIN entity e ON e.canonical_id = given.canonical_id
          WHERE given.entity_id IN (SELECT value FROM json_each(?1))",
        &query.entities,
    )?;
    if query.annotators.is_empty() {
        let terms = recorded.iter().map(|&entity| Field::Entity.numbered(&[entity]));
        return Ok(Filter::Beginning(terms.collect()));
    }
    let annotators = annotators(view, query)?;
    let terms = recorded.iter().flat_map(|&entity| {
        annotators.iter().map(move |&annotator| Field::Entity.numbered(&[entity, annotator]))
    });
    Ok(Filter::Terms(terms.collect()))
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
    let list = serde_json::to_string(list).unwrap_or_else(|_| "[]".to_owned());
    Ok(view
        .connection
        .prepare_cached(sql)?
        .query_map([list], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// The least id of the first whole second at or after a time.
fn first_id(at: DateTime<Utc>) -> i64 {
    let second = at.timestamp() + i64::from(at.timestamp_subsec_nanos() > 0);
    ArticleId::first_of_second(second).0
}
