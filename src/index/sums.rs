//! What whole segments say of entities, summed up. The sums of all that last are kept: who is at the top of
//! everything is then known without a look at a column.

use super::cache::What;
use super::collect::Index;
use super::columns::{Field, ListColumn};
use super::segment::Segment;
use crate::error::Error;
use std::borrow::Borrow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Articles from which on a segment is summed with others: smaller ones are soon merged.
const LASTING: u32 = 1 << 10;

/// Entities of greater numbers have no place in the sums.
const MOST: u32 = 1 << 22;

/// The sums of some segments.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    /// By the number of the entity.
    entities: Vec<Sum>,
    /// The numbers of entities that any article has, those of most articles first.
    order: Vec<u32>,
    /// Their articles, and those of them without an entity.
    pub(crate) articles: u64,
    pub(crate) without: u64,
    /// The keys of segments that have to be counted article by article, where several annotators name entities: nothing
    /// of them is in the sums.
    pub(crate) apart: Vec<i64>,
}

/// Of an entity.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Sum {
    /// The code of its kind.
    pub(crate) kind: u8,
    pub(crate) articles: u32,
    pub(crate) weight: u64,
}

impl Sums {
    fn of<C: Borrow<ListColumn>>(
        segments: &[&Segment],
        column: impl Fn(&Segment) -> Result<C, Error>,
    ) -> Result<Self, Error> {
        let mut sums = Self::default();
        for segment in segments {
            sums.add(segment.key, column(segment)?.borrow());
        }
        let articles = |number: &u32| sums.entities[*number as usize].articles;
        let mut order: Vec<u32> = (0..sums.entities.len() as u32).collect();
        order.retain(|number| articles(number) > 0);
        order.sort_unstable_by_key(|number| Reverse(articles(number)));
        sums.order = order;
        Ok(sums)
    }

    /// Of one entity.
    pub(crate) fn get(&self, number: u64) -> Option<Sum> {
        usize::try_from(number).ok().and_then(|at| self.entities.get(at)).copied()
    }

    /// All that any article has, those of most articles first.
    pub(crate) fn leading(&self) -> impl Iterator<Item = (u64, Sum)> {
        self.order.iter().map(|&number| (number.into(), self.entities[number as usize]))
    }

    fn add(&mut self, key: i64, column: &ListColumn) {
        let entities = column.entities().filter(|all| all.iter().all(|(number, _)| *number < MOST));
        let Some(entities) = entities else { return self.apart.push(key) };
        let length = entities.iter().map(|(number, _)| *number as usize + 1).max().unwrap_or(0);
        if self.entities.len() < length {
            self.entities.resize(length, Sum::default());
        }
        for (&(number, kind), &(articles, weight)) in entities.iter().zip(column.totals()) {
            let sum = &mut self.entities[number as usize];
            sum.kind = kind;
            sum.articles += articles;
            sum.weight += weight;
        }
        self.articles += column.articles() as u64;
        self.without += u64::from(column.without());
    }

    fn size(&self) -> usize {
        self.entities.len() * size_of::<Sum>() + self.order.len() * 4 + self.apart.len() * 8
    }
}

/// What dead articles of a segment, which its sums count, would take from them.
#[derive(Debug, Default)]
pub(crate) struct Dead {
    pub(crate) entities: Vec<(u64, Sum)>,
    pub(crate) articles: u64,
    pub(crate) without: u64,
}

impl Dead {
    fn of(segment: &Segment, column: &ListColumn) -> Self {
        let mut dead = Self::default();
        let Some(entities) = column.entities() else { return dead };
        let mut found: BTreeMap<u32, Sum> = BTreeMap::new();
        for ordinal in (0..segment.articles).filter(|ordinal| segment.is_dead(*ordinal)) {
            dead.articles += 1;
            let mut any = false;
            for (code, weight) in column.of(ordinal) {
                let (number, kind) = entities[code as usize];
                let sum = found.entry(number).or_default();
                sum.kind = kind;
                sum.articles += 1;
                sum.weight += u64::from(weight);
                any = true;
            }
            dead.without += u64::from(!any);
        }
        dead.entities = found.into_iter().map(|(number, sum)| (number.into(), sum)).collect();
        dead
    }

    fn size(&self) -> usize {
        self.entities.len() * size_of::<(u64, Sum)>()
    }
}

/// What segments say of which all living articles count.
pub(crate) struct Whole {
    /// Of those that last, dead articles counted.
    pub(crate) lasting: Arc<Sums>,
    /// Of the others, dead articles counted.
    pub(crate) brief: Sums,
    /// Of the dead ones of either.
    pub(crate) dead: Vec<Arc<Dead>>,
}

impl Index<'_> {
    /// What segments say, by their keys, of which all living articles count.
    pub(crate) fn sums(&self, field: Field, keys: &HashSet<i64>) -> Result<Whole, Error> {
        let whole: Vec<&Segment> =
            self.segments.iter().filter(|segment| keys.contains(&segment.key)).collect();
        let (lasting, brief): (Vec<&Segment>, Vec<&Segment>) =
            whole.iter().partition(|segment| segment.articles >= LASTING);
        let cache = &self.view.inner.index;
        // The keys of segments are random, and so is what they are together.
        let key = lasting.iter().fold(0, |key, segment| key ^ segment.key);
        let lasting = cache.get(key, What::Sums(field), Sums::size, || {
            // Not by way of the cache: columns are large.
            Sums::of(&lasting, |segment| self.opened(segment).list_once(field))
        })?;
        let brief = Sums::of(&brief, |segment| self.opened(segment).list(field))?;
        let apart = |segment: &Segment| {
            lasting.apart.contains(&segment.key) || brief.apart.contains(&segment.key)
        };
        let mut dead = Vec::new();
        for segment in whole.into_iter().filter(|s| s.dead.is_some() && !apart(s)) {
            // Articles only die, so that the number of those alive says which.
            let what = What::Dead(field, segment.live);
            dead.push(cache.get(segment.key, what, Dead::size, || {
                Ok(Dead::of(segment, &self.opened(segment).list_once(field)?))
            })?);
        }
        Ok(Whole { lasting, brief, dead })
    }
}
