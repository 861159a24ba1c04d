//! What whole segments say of entities, summed up. The sums of all that last are kept: who is at the top of
//! everything is then known without a look at a column. Those of the large ones are kept apart, and serve when
//! smaller ones come.

use super::build::Quick;
use super::cache::What;
use super::collect::Index;
use super::columns::{Field, ListColumn};
use super::segment::Segment;
use super::value_numbers;
use crate::error::Error;
use crate::model::EntityKind;
use std::borrow::Borrow;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// Articles from which on a segment is summed with others: smaller ones are soon merged.
const LASTING: u32 = 1 << 10;

/// Articles from which on it is seldom merged: when others come, what these say is not read again.
const LARGE: u32 = 1 << 14;

/// What entities were merged into, and the code of its kind, by their numbers.
pub(crate) type Merged = HashMap<u64, (u64, u64)>;

/// More than the codes of kinds.
const KINDS: usize = 16;

/// What some articles say of entities.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    /// By the numbers of the entities.
    pub(crate) entities: HashMap<u64, Sum, Quick>,
    pub(crate) articles: u64,
    /// Articles without an entity.
    without: u64,
    /// Articles with an entity of each kind, by its code.
    with_kind: [u64; KINDS],
}

/// Of an entity.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Sum {
    /// The code of its kind.
    pub(crate) kind: u8,
    pub(crate) articles: u64,
    pub(crate) weight: u64,
}

impl Sums {
    /// With what segments say.
    fn with<C: Borrow<ListColumn>>(
        mut self,
        segments: &[&Segment],
        column: impl Fn(&Segment) -> Result<C, Error>,
        merged: &Merged,
    ) -> Result<Self, Error> {
        for segment in segments {
            self.add(column(segment)?.borrow(), 0..segment.articles, merged)?;
        }
        Ok(self)
    }

    /// Adds some articles of a segment. An entity that several annotators see in an article is in it once, and so are
    /// several that are one by now.
    fn add(
        &mut self,
        column: &ListColumn,
        ordinals: impl Iterator<Item = u32>,
        merged: &Merged,
    ) -> Result<(), Error> {
        // Of each code its entity, and of each entity the article that had it last.
        let mut places: HashMap<u64, usize, Quick> = HashMap::default();
        let mut sums: Vec<(u64, Sum, Option<u32>)> = Vec::new();
        let mut by_code = Vec::with_capacity(column.values());
        for code in 0..column.values() as u32 {
            let [recorded, _, kind] = value_numbers(column.value(code))?;
            let (number, kind) = merged.get(&recorded).copied().unwrap_or((recorded, kind));
            let place = *places.entry(number).or_insert(sums.len());
            if place == sums.len() {
                let kind = u8::try_from(kind).ok().filter(|kind| usize::from(*kind) < KINDS);
                let kind = kind.unwrap_or(0);
                sums.push((number, Sum { kind, ..Sum::default() }, None));
            }
            by_code.push(place);
        }
        for ordinal in ordinals {
            self.articles += 1;
            let mut kinds: u32 = 0;
            for (code, weight) in column.of(ordinal) {
                let (_, sum, last) = &mut sums[by_code[code as usize]];
                sum.articles += u64::from(last.replace(ordinal) != Some(ordinal));
                sum.weight += u64::from(weight);
                kinds |= 1 << sum.kind;
            }
            self.without += u64::from(kinds == 0);
            for (kind, with) in self.with_kind.iter_mut().enumerate() {
                *with += u64::from(kinds >> kind & 1);
            }
        }
        for (number, found, _) in sums.into_iter().filter(|(_, sum, _)| sum.articles > 0) {
            let sum = self.entities.entry(number).or_default();
            sum.kind = found.kind;
            sum.articles += found.articles;
            sum.weight += found.weight;
        }
        Ok(())
    }

    /// Articles without an entity, or one of a kind.
    pub(crate) fn without(&self, kind: Option<EntityKind>) -> u64 {
        match kind {
            Some(kind) => self.articles - self.with_kind.get(kind.code() as usize).unwrap_or(&0),
            None => self.without,
        }
    }

    fn size(&self) -> usize {
        self.entities.capacity() * (size_of::<(u64, Sum)>() + 1)
    }
}

/// Sums with the order of what they count.
pub(crate) struct Lasting {
    /// Shared with what comes after it.
    large: Arc<Sums>,
    middling: Sums,
    /// The numbers of the entities, those of most articles first.
    order: Vec<u64>,
}

impl Lasting {
    fn of(large: Arc<Sums>, middling: Sums) -> Self {
        let mut lasting = Self { large, middling, order: Vec::new() };
        let both = [&*lasting.large, &lasting.middling].map(|sums| sums.entities.keys());
        let numbers: HashSet<u64, Quick> = both.into_iter().flatten().copied().collect();
        let counted = numbers
            .into_iter()
            .filter_map(|number| lasting.sum(number).map(|sum| (Reverse(sum.articles), number)));
        let mut order: Vec<(Reverse<u64>, u64)> = counted.collect();
        order.sort_unstable();
        lasting.order = order.into_iter().map(|(_, number)| number).collect();
        lasting
    }

    /// What it says in all but of single entities.
    pub(crate) fn parts(&self) -> [&Sums; 2] {
        [&self.large, &self.middling]
    }

    /// Of an entity.
    pub(crate) fn sum(&self, number: u64) -> Option<Sum> {
        let [large, middling] = self.parts().map(|sums| sums.entities.get(&number).copied());
        let (Some(large), Some(middling)) = (large, middling) else { return large.or(middling) };
        let articles = large.articles + middling.articles;
        Some(Sum { articles, weight: large.weight + middling.weight, kind: large.kind })
    }

    /// All entities, those of most articles first.
    pub(crate) fn leading(&self) -> impl Iterator<Item = (u64, Sum)> {
        self.order.iter().filter_map(|number| Some((*number, self.sum(*number)?)))
    }

    /// The large ones too, for they may be kept by nothing else.
    fn size(&self) -> usize {
        self.parts().map(Sums::size).iter().sum::<usize>() + self.order.len() * 8
    }
}

/// What segments say of which all living articles count.
pub(crate) struct Whole {
    /// Those that last, dead articles counted.
    pub(crate) lasting: Arc<Lasting>,
    /// The others, dead articles counted.
    pub(crate) brief: Sums,
    /// The dead articles of each segment that has some.
    pub(crate) dead: Vec<Arc<Sums>>,
}

impl Index<'_> {
    /// What segments say, by their keys, of which all living articles count.
    pub(crate) fn sums(
        &self,
        field: Field,
        keys: &HashSet<i64>,
        merged: &Merged,
    ) -> Result<Whole, Error> {
        let whole: Vec<&Segment> =
            self.segments.iter().filter(|segment| keys.contains(&segment.key)).collect();
        let (lasting, brief): (Vec<&Segment>, Vec<&Segment>) =
            whole.iter().partition(|segment| segment.articles >= LASTING);
        let (large, middling): (Vec<&Segment>, Vec<&Segment>) =
            lasting.iter().partition(|segment| segment.articles >= LARGE);
        let cache = &self.view.inner.index;
        let merges = merged.iter().fold(0, |hash, (from, into)| {
            hash ^ xxh3_64(&[*from, into.0, into.1].map(u64::to_le_bytes).concat())
        });
        // The keys of segments are random, and so is what they are together.
        let key = |segments: &[&Segment]| {
            segments.iter().fold(merges.cast_signed(), |key, segment| key ^ segment.key)
        };
        // Not by way of the cache: columns are large.
        let column = |segment: &Segment| self.opened(segment).list_once(field);
        let lasting = cache.get(key(&lasting), What::Sums(field), Lasting::size, || {
            let large = cache.get(key(&large), What::Large(field), Sums::size, || {
                Sums::default().with(&large, column, merged)
            })?;
            Ok(Lasting::of(large, Sums::default().with(&middling, column, merged)?))
        })?;
        let column = |segment: &Segment| self.opened(segment).list(field);
        let brief = Sums::default().with(&brief, column, merged)?;
        let mut dead = Vec::new();
        for segment in whole.into_iter().filter(|segment| segment.dead.is_some()) {
            let what = What::Dead(field, segment.deaths());
            dead.push(cache.get(segment.key ^ merges.cast_signed(), what, Sums::size, || {
                let mut sums = Sums::default();
                let dead = (0..segment.articles).filter(|ordinal| segment.is_dead(*ordinal));
                sums.add(&*self.opened(segment).list(field)?, dead, merged)?;
                Ok(sums)
            })?);
        }
        Ok(Whole { lasting, brief, dead })
    }
}
