//! Who and what is spoken of together.

use super::labels::Labels;
use super::values::{Matching, Values};
use super::{Dimension, collect};
use crate::error::Error;
use crate::index::{Bits, Collector, Open, Quick};
use crate::model::{EntityId, EntityKind};
use crate::query::Query;
use crate::store::{NewsDb, Snapshot, View, entities};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::HashMap;

/// Entities of one article that make pairs.
const PAIRED: usize = 256;

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
    /// n (n - 1) / 2 of them. Of one that mentions more than 256, the 256 that it mentions most often
    /// make pairs (with an entity, all are its partners).
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
    let asked = match entity {
        Some(id) => {
            let canonical = entities::canonical(view.connection, id)?;
            Some(canonical.ok_or_else(|| Error::UnknownEntity(id.to_string()))?.0)
        }
        None => None,
    };
    let mut counts = Counts {
        values: Values::new(view, query, Dimension::Entity)?,
        view,
        asked,
        of_article: Vec::new(),
        total: 0,
        singles: Vec::new(),
        place: None,
        partners: Vec::new(),
        pairs: HashMap::default(),
        matching: Matching::default(),
    };
    collect(view, query, &mut counts)?;
    counts.count()?;
    let Counts { values: Values { labels, .. }, total, singles, place, partners, pairs, .. } =
        counts;
    let with_asked =
        place.into_iter().flat_map(|a| (0..).zip(&partners).map(move |(b, &both)| (a, b, both)));
    let others = pairs.into_iter().map(|(pair, both)| {
        let (a, b) = parted(pair);
        (a, b, both)
    });
    let mut found: Vec<(u64, f64, usize, usize)> = with_asked
        .chain(others)
        .filter(|(.., both)| *both > 0)
        .map(|(a, b, both)| (both, npmi(singles[a], singles[b], both, total), a, b))
        .collect();
    let order = |(articles, npmi, a, b): &(u64, f64, usize, usize),
                 (other, other_npmi, c, d): &(u64, f64, usize, usize)| {
        let ids = |a: usize, b: usize| (labels.id(a), labels.id(b));
        other
            .cmp(articles)
            .then_with(|| other_npmi.total_cmp(npmi))
            .then_with(|| ids(*a, *b).cmp(&ids(*c, *d)))
    };
    if limit < found.len() {
        found.select_nth_unstable_by(limit, order);
        found.truncate(limit);
    }
    found.sort_by(order);
    let mut named_pairs = Vec::with_capacity(found.len());
    for (articles, npmi, a, b) in found {
        if let (Some(a), Some(b)) = (named(&labels, a)?, named(&labels, b)?) {
            named_pairs.push(CoMention { a, b, articles, npmi });
        }
    }
    Ok(named_pairs)
}

struct Counts<'v> {
    values: Values<'v>,
    view: &'v View<'v>,
    asked: Option<i64>,
    /// The places of what the present article mentions, and how often it does.
    of_article: Vec<(usize, u64)>,
    total: u64,
    singles: Vec<u64>,
    /// The place of the one that is asked for, and how many articles have each other one with it.
    place: Option<usize>,
    partners: Vec<u64>,
    /// Where none is asked for.
    pairs: HashMap<u64, u64, Quick>,
    /// What matches of the present segment and is not counted yet.
    matching: Matching,
}

/// Two places as one number.
fn joined(a: usize, b: usize) -> u64 {
    (a as u64) << 32 | b as u64
}

fn parted(pair: u64) -> (usize, usize) {
    ((pair >> 32) as usize, (pair & u64::from(u32::MAX)) as usize)
}

impl Collector for Counts<'_> {
    fn begin(&mut self, segment: &Open<'_>) -> Result<(), Error> {
        self.count()?;
        self.values.begin(segment)
    }

    fn collect(&mut self, base: u32, bits: &Bits) -> Result<(), Error> {
        self.matching.0.push((base, bits.clone()));
        Ok(())
    }
}

impl Counts<'_> {
    /// Counts what matches of the present segment.
    fn count(&mut self) -> Result<(), Error> {
        let matching = std::mem::take(&mut self.matching);
        let articles = matching.articles();
        self.total += articles as u64;
        if let Some(asked) = self.asked
            && self.count_partners(asked, articles, &matching)?
        {
            return Ok(());
        }
        for ordinal in matching.ordinals() {
            self.of_article.clear();
            let of_article = &mut self.of_article;
            self.values.of(ordinal, |place, times, first| {
                if first {
                    of_article.push((place, times));
                } else if let Some((_, sum)) = of_article.iter_mut().find(|(p, _)| *p == place) {
                    *sum += times;
                }
            })?;
            let greatest = of_article.iter().map(|(place, _)| place + 1).max().unwrap_or(0);
            if self.singles.len() < greatest {
                self.singles.resize(greatest, 0);
            }
            of_article.iter().for_each(|&(place, _)| self.singles[place] += 1);
            self.add_pairs()?;
        }
        Ok(())
    }

    /// Counts articles of the present segment, many at a time, for the partners of an entity. Whether they were counted.
    fn count_partners(
        &mut self,
        asked: i64,
        count: usize,
        articles: &Matching,
    ) -> Result<bool, Error> {
        let mut all = Vec::new();
        let add = |place, articles, _| all.push((place, articles));
        if !self.values.are_many(count) || self.values.of_many(articles, add)?.is_none() {
            return Ok(false);
        }
        let labels = &self.values.labels;
        self.place = self.place.or_else(|| {
            all.iter().map(|(place, _)| *place).find(|place| labels.id(*place) == asked)
        });
        let greatest = all.iter().map(|(place, _)| place + 1).max().unwrap_or(0);
        if self.singles.len() < greatest {
            self.singles.resize(greatest, 0);
        }
        self.partners.resize(self.singles.len(), 0);
        all.iter().for_each(|&(place, articles)| self.singles[place] += articles);
        let Some(a) = self.place else { return Ok(true) };
        let with: u64 = all.iter().filter(|(place, _)| *place == a).map(|(_, with)| with).sum();
        if with == count as u64 {
            all.iter().for_each(|&(place, articles)| self.partners[place] += articles);
        } else if with > 0 {
            let having = self.values.having(articles, a);
            let partners = &mut self.partners;
            let add = |place: usize, articles, _| partners[place] += articles;
            self.values.of_many(&having, add)?;
        }
        self.partners[a] = 0;
        Ok(true)
    }

    fn add_pairs(&mut self) -> Result<(), Error> {
        let labels = &self.values.labels;
        if let Some(asked) = self.asked {
            let of_article = &self.of_article;
            let is_asked = |place: &usize| match self.place {
                Some(known) => *place == known,
                None => labels.id(*place) == asked,
            };
            let places = of_article.iter().map(|(place, _)| *place);
            if let Some(a) = places.clone().find(is_asked) {
                self.place = Some(a);
                self.partners.resize(self.singles.len(), 0);
                places.filter(|b| *b != a).for_each(|b| self.partners[b] += 1);
            }
            return Ok(());
        }
        if self.of_article.len() > PAIRED {
            let often = |&(place, times): &(usize, u64)| (Reverse(times), labels.id(place));
            self.of_article.select_nth_unstable_by_key(PAIRED, often);
            self.of_article.truncate(PAIRED);
        }
        for (at, &(a, _)) in self.of_article.iter().enumerate() {
            self.view.check_canceled()?;
            for &(b, _) in &self.of_article[at + 1..] {
                let pair = if labels.id(a) < labels.id(b) { joined(a, b) } else { joined(b, a) };
                *self.pairs.entry(pair).or_default() += 1;
            }
        }
        Ok(())
    }
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
