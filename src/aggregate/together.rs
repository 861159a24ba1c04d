//! Who and what is spoken of together.

use super::labels::Labels;
use super::{Dimension, each_article};
use crate::error::Error;
use crate::model::{EntityId, EntityKind};
use crate::query::Query;
use crate::store::{NewsDb, Snapshot, View};
use rusqlite::OptionalExtension;
use serde::Serialize;
use std::collections::HashMap;

/// An entity by its chief name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamedEntity {
    /// Its number, merges applied.
    pub id: EntityId,
    /// Its chief name.
    pub name: String,
    /// Its kind.
    pub kind: EntityKind,
}

/// Two entities that the same articles mention.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CoMention {
    /// One: the entity asked for, or the one with the smaller number.
    pub a: NamedEntity,
    /// The other.
    pub b: NamedEntity,
    /// Articles that mention both.
    pub articles: u64,
    /// Normalised pointwise mutual information over the matching articles (Bouma 2009):
    /// ln(p(ab) / (p(a) p(b))) / -ln p(ab). 1: never one without the other; 0: as often
    /// together as chance would have it; towards -1: they avoid each other.
    pub npmi: f64,
}

impl Snapshot {
    /// The `limit` pairs of entities that most of the matching articles mention together,
    /// among equals those with the greatest NPMI; with an entity, its partners alone.
    ///
    /// Memory grows with the number of pairs; an article that mentions n entities has
    /// n (n - 1) / 2 of them.
    ///
    /// # Errors
    /// [`Error::UnknownEntity`], [`Error::Search`], [`Error::Canceled`].
    pub fn together(
        &self,
        query: &Query,
        entity: Option<EntityId>,
        limit: usize,
    ) -> Result<Vec<CoMention>, Error> {
        self.view(|view| together(view, query, entity, limit))
    }
}

impl NewsDb {
    /// [`Snapshot::together`] on the present state.
    ///
    /// # Errors
    /// As there, and [`Error::Busy`] as for [`NewsDb::snapshot`].
    pub fn together(
        &self,
        query: &Query,
        entity: Option<EntityId>,
        limit: usize,
    ) -> Result<Vec<CoMention>, Error> {
        self.snapshot()?.together(query, entity, limit)
    }
}

fn together(
    view: &View<'_>,
    query: &Query,
    entity: Option<EntityId>,
    limit: usize,
) -> Result<Vec<CoMention>, Error> {
    let asked = entity.map(|id| canonical(view, id)).transpose()?;
    let mut total = 0u64;
    let mut singles: Vec<u64> = Vec::new();
    let mut pairs: HashMap<(usize, usize), u64> = HashMap::new();
    let labels = each_article(view, query, Some(Dimension::Entity), |article, labels| {
        total += 1;
        let values = &article.values;
        for &(value, _) in values {
            if singles.len() <= value {
                singles.resize(value + 1, 0);
            }
            singles[value] += 1;
        }
        let is_asked = |value: usize| asked == Some(labels.id(value));
        for (at, &(a, _)) in values.iter().enumerate() {
            view.check_canceled()?;
            if asked.is_some() && !is_asked(a) {
                continue;
            }
            // Without an entity asked for, each pair once; with one, its row of the square.
            let others = if asked.is_some() { &values[..] } else { &values[at + 1..] };
            for &(b, _) in others.iter().filter(|(b, _)| *b != a) {
                let pair =
                    if asked.is_some() || labels.id(a) < labels.id(b) { (a, b) } else { (b, a) };
                *pairs.entry(pair).or_default() += 1;
            }
        }
        Ok(())
    })?;
    let mut found: Vec<(u64, f64, usize, usize)> = pairs
        .into_iter()
        .map(|((a, b), articles)| (articles, npmi(singles[a], singles[b], articles, total), a, b))
        .collect();
    let order = |(articles, npmi, a, b): &(u64, f64, usize, usize),
                 (other, other_npmi, c, d): &(u64, f64, usize, usize)| {
        let ids = |a: usize, b: usize| (labels.id(a), labels.id(b));
        other
            .cmp(articles)
            .then_with(|| other_npmi.total_cmp(npmi))
            .then_with(|| ids(*a, *b).cmp(&ids(*c, *d)))
    };
    found.sort_by(order);
    found.truncate(limit);
    let mut named_pairs = Vec::with_capacity(found.len());
    for (articles, npmi, a, b) in found {
        if let (Some(a), Some(b)) = (named(&labels, a)?, named(&labels, b)?) {
            named_pairs.push(CoMention { a, b, articles, npmi });
        }
    }
    Ok(named_pairs)
}

fn canonical(view: &View<'_>, id: EntityId) -> Result<i64, Error> {
    view.connection
        .prepare_cached("SELECT canonical_id FROM entity WHERE entity_id = ?1")?
        .query_row([id.0], |row| row.get(0))
        .optional()?
        .ok_or_else(|| Error::UnknownEntity(id.to_string()))
}

fn named(labels: &Labels<'_>, place: usize) -> Result<Option<NamedEntity>, Error> {
    let label = labels.label(place)?;
    let named = |(id, kind)| NamedEntity { id: EntityId(id), name: label.name, kind };
    Ok(label.id.zip(label.kind).map(named))
}

fn npmi(a: u64, b: u64, both: u64, total: u64) -> f64 {
    if both == total {
        return 1.0;
    }
    let [a, b, both, total] = [a, b, both, total].map(|count| count as f64);
    (both * total / (a * b)).ln() / (total / both).ln()
}

#[cfg(test)]
mod tests {
    use super::npmi;

    #[test]
    fn npmi_at_its_ends_and_by_hand() {
        assert_eq!(npmi(10, 10, 10, 10), 1.0);
        assert!((npmi(5, 5, 5, 100) - 1.0).abs() < 1e-12);
        assert!(npmi(10, 20, 2, 100).abs() < 1e-12);
        // ln((0.02) / (0.1 * 0.1)) / -ln 0.02 = 0.693147 / 3.912023
        assert!((npmi(10, 10, 2, 100) - 0.177_184_0).abs() < 1e-6);
        assert!(npmi(50, 50, 1, 100) < -0.6);
    }
}
