//! The values that articles have in a dimension, as places among the [`Labels`].

use super::Dimension;
use super::labels::Labels;
use crate::error::Error;
use crate::index::{Bits, Field, Index, ListColumn, Open, Set, Total, Whole, value_numbers};
use crate::model::EntityId;
use crate::query::{Meaning, Query};
use crate::store::View;
use crate::store::corrections::Case;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The matching articles of a segment, chunk by chunk.
#[derive(Default)]
pub(super) struct Matching(pub(super) Vec<(u32, Bits)>);

impl Matching {
    pub(super) fn articles(&self) -> usize {
        self.0.iter().map(|(_, bits)| bits.count() as usize).sum()
    }

    pub(super) fn ordinals(&self) -> impl Iterator<Item = u32> {
        self.0.iter().flat_map(|(base, bits)| bits.ordinals(*base))
    }
}

pub(super) struct Values<'v> {
    pub(super) labels: Labels<'v>,
    field: Field,
    /// Of the present segment.
    column: Arc<ListColumn>,
    /// The place of each of its values, where it is known.
    places: Vec<Place>,
    /// Whom people split.
    meaning: Arc<Meaning>,
    /// The articles of the present segment that match the queries of splits.
    sets: Vec<Set>,
    /// What values of it that were split may mean, and the place of that.
    split: Vec<Vec<(Case, Place)>>,
    /// How many articles have each value of the present segment.
    totals: Vec<Total>,
    /// Articles that were looked at.
    articles: u64,
    /// The article that had the value of each place last.
    last: Vec<u64>,
    /// The keys of segments of which all living articles count: see [`Values::sums`].
    whole: HashSet<i64>,
}

#[derive(Clone, Copy)]
enum Place {
    Unknown,
    /// It does not count.
    Nowhere,
    At(u32),
    /// It depends on the article: its number among those that were split.
    Split(u32),
}

impl<'v> Values<'v> {
    pub(super) fn new(
        view: &'v View<'v>,
        query: &Query,
        dimension: Dimension,
    ) -> Result<Self, Error> {
        Ok(Self {
            labels: Labels::new(view, query, Some(dimension))?,
            field: dimension.field(query),
            column: Arc::default(),
            places: Vec::new(),
            meaning: match dimension.is_entities() {
                true => Meaning::read(view)?,
                false => Arc::default(),
            },
            sets: Vec::new(),
            split: Vec::new(),
            totals: Vec::new(),
            articles: 0,
            last: Vec::new(),
            whole: HashSet::new(),
        })
    }

    /// The articles that follow are of this segment.
    pub(super) fn begin(&mut self, segment: &Open<'_>) -> Result<(), Error> {
        self.column = segment.list(self.field)?;
        self.places.clear();
        self.places.resize(self.column.values(), Place::Unknown);
        self.split.clear();
        if self.meaning.filters().is_empty() {
            return Ok(());
        }
        for code in 0..self.column.values() as u32 {
            let [recorded, ..] = value_numbers(self.column.value(code))?;
            let cases = self.meaning.cases(EntityId(recorded.cast_signed()));
            if !cases.is_empty() {
                self.places[code as usize] = Place::Split(self.split.len() as u32);
                self.split.push(cases.iter().map(|case| (case.clone(), Place::Unknown)).collect());
            }
        }
        self.sets.clear();
        if !self.split.is_empty() {
            let sets = self.meaning.filters().iter().map(|filter| segment.set(filter));
            self.sets = sets.collect::<Result<_, _>>()?;
        }
        Ok(())
    }

    /// Hands over the values of an article that count: the place, its weight (how often the article
    /// has it; of a salient entity the salience in thousandths), and whether that is the first that is heard of it for this article (entities that were merged,
    /// or that several annotators name, come more than once). Whether there was any.
    pub(super) fn of(
        &mut self,
        ordinal: u32,
        mut take: impl FnMut(usize, u64, bool),
    ) -> Result<bool, Error> {
        self.articles += 1;
        let mut any = false;
        for (code, times) in self.column.of(ordinal) {
            let (mut known, mut meant) = (&mut self.places[code as usize], None);
            if let Place::Split(number) = *known {
                let has = |set: usize| self.sets[set].has(ordinal);
                let mut cases = self.split[number as usize].iter_mut();
                let Some((case, place)) = cases.find(|(case, _)| case.holds(has)) else { continue };
                (known, meant) = (place, Some(case.entity));
            }
            if let Place::Unknown = known {
                let value = self.column.value(code);
                *known = look_up(&mut self.labels, &mut self.last, value, meant)?;
            }
            if let Place::At(place) = *known {
                let place = place as usize;
                any = true;
                let first =
                    std::mem::replace(&mut self.last[place], self.articles) != self.articles;
                take(place, times.into(), first);
            }
        }
        Ok(any)
    }

    /// Whether articles of the present segment are so many that [`Values::of_many`] pays.
    pub(super) fn are_many(&self, articles: usize) -> bool {
        self.places.len() <= articles.saturating_mul(VALUES_AN_ARTICLE)
    }

    /// Counts the values of articles of the present segment as [`Values::of`] would one by one: each value by
    /// its number in the segment, and what it is only once. `take` gets places, articles that have them,
    /// and sums of weights; of a place more than once, perhaps. How many articles have no value; `None`, and nothing was counted,
    /// where values depend on the article.
    pub(super) fn of_many(
        &mut self,
        articles: &Matching,
        mut take: impl FnMut(usize, u64, u64),
    ) -> Result<Option<u64>, Error> {
        if !self.split.is_empty() {
            return Ok(None);
        }
        self.totals.clear();
        self.totals.resize(self.places.len(), Total::default());
        let mut none = 0;
        for (base, bits) in &articles.0 {
            let Some(without) = self.column.add_up(*base, bits, &mut self.totals) else {
                return Ok(None);
            };
            none += without;
        }
        // As if an article had them all: what comes twice are several values of one place.
        self.articles += 1;
        let (mut all_count, mut shared) = (true, HashMap::new());
        let found = || self.totals.iter().zip(0..).filter(|(total, _)| total.articles > 0);
        for (_, code) in found() {
            let known = &mut self.places[code as usize];
            if let Place::Unknown = known {
                let value = self.column.value(code);
                *known = look_up(&mut self.labels, &mut self.last, value, None)?;
            }
            let Place::At(place) = *known else {
                all_count = false;
                continue;
            };
            let last = &mut self.last[place as usize];
            if std::mem::replace(last, self.articles) == self.articles {
                shared.insert(place, 0);
            }
        }
        if !all_count || !shared.is_empty() {
            none = 0;
            for ordinal in articles.ordinals() {
                self.articles += 1;
                let mut any = false;
                for (code, _) in self.column.of(ordinal) {
                    let Place::At(place) = self.places[code as usize] else { continue };
                    any = true;
                    // Several values of one article count as one article.
                    if let Some(articles) = shared.get_mut(&place) {
                        let last = &mut self.last[place as usize];
                        let first = std::mem::replace(last, self.articles) != self.articles;
                        *articles += u64::from(first);
                    }
                }
                none += u64::from(!any);
            }
        }
        for (total, code) in found() {
            if let Place::At(place) = self.places[code as usize] {
                let own = if shared.contains_key(&place) { 0 } else { total.articles };
                take(place as usize, own.into(), total.weight.into());
            }
        }
        shared.into_iter().for_each(|(place, articles)| take(place as usize, articles, 0));
        Ok(Some(none))
    }

    /// Those of some articles of the present segment that have the value of a place, where [`Values::of_many`] counted.
    pub(super) fn having(&self, articles: &Matching, place: usize) -> Matching {
        let is_it =
            |code| matches!(self.places[code as usize], Place::At(at) if at as usize == place);
        let having = |(base, bits): &(u32, Bits)| {
            let mut having = Bits::NONE;
            let has = |at: &u32| self.column.of(base + at).any(|(code, _)| is_it(code));
            bits.iter().filter(has).for_each(|at| having.set(at));
            (*base, having)
        };
        Matching(articles.0.iter().map(having).collect())
    }

    /// Counts all living articles of a segment by what is kept of them: hands over places and the articles that have
    /// them. How many have no value; `None`, and nothing was counted, where that is not kept, as of entities, which are many.
    pub(super) fn of_whole(
        &mut self,
        segment: &Open<'_>,
        mut take: impl FnMut(usize, u64),
    ) -> Result<Option<u64>, Error> {
        if matches!(self.field, Field::Entity | Field::Salient) {
            return Ok(None);
        }
        let field = self.field;
        let had = segment.values(field, Had::size, || Had::of(segment, field))?;
        let Some(had) = &*had else { return Ok(None) };
        let places = self.places(had.values.iter().map(|(value, _)| &**value))?;
        let Some(places) = places else { return Ok(None) };
        for (place, (_, articles)) in places.into_iter().zip(&had.values) {
            take(place, (*articles).into());
        }
        Ok(Some(had.without))
    }

    /// Whether what a segment of which all living articles count says of its entities comes with [`Values::sums`].
    pub(super) fn whole(&mut self, segment: &Open<'_>) -> bool {
        self.labels.are_entities_of_all()
            && self.meaning.filters().is_empty()
            && self.whole.insert(segment.key())
    }

    /// What whole segments say of entities, if there were any.
    pub(super) fn sums(&self, index: &Index<'_>) -> Result<Option<Whole>, Error> {
        let some = Some(&self.whole).filter(|whole| !whole.is_empty());
        some.map(|whole| index.sums(self.field, whole, self.labels.merged())).transpose()
    }

    /// The places of values, each of its own; `None` where it depends on the article which they are, where two of
    /// them are one, or where one does not count.
    pub(super) fn places<'b>(
        &mut self,
        values: impl Iterator<Item = &'b [u8]>,
    ) -> Result<Option<Vec<usize>>, Error> {
        if !self.meaning.filters().is_empty() {
            return Ok(None);
        }
        self.articles += 1;
        let mut places = Vec::new();
        for value in values {
            let found = look_up(&mut self.labels, &mut self.last, value, None)?;
            let Place::At(place) = found else { return Ok(None) };
            let last = &mut self.last[place as usize];
            if std::mem::replace(last, self.articles) == self.articles {
                return Ok(None);
            }
            places.push(place as usize);
        }
        Ok(Some(places))
    }
}

/// Values of a segment for each article that is counted, up to which it pays to look through all of them.
const VALUES_AN_ARTICLE: usize = 32;

/// Which values the living articles of a segment have.
struct Had {
    /// With how many have each.
    values: Box<[(Box<[u8]>, u32)]>,
    /// Articles without a value.
    without: u64,
}

impl Had {
    /// `None` where the column is too odd.
    fn of(segment: &Open<'_>, field: Field) -> Result<Option<Self>, Error> {
        let column = segment.list_once(field)?;
        let mut totals = vec![Total::default(); column.values()];
        let mut without = Some(0);
        segment.each_living(|base, bits| {
            let more = column.add_up(base, bits, &mut totals);
            without = without.zip(more).map(|(without, more)| without + more);
            Ok(())
        })?;
        let values = totals.iter().zip(0..).filter(|(total, _)| total.articles > 0);
        let values = values.map(|(total, code)| (column.value(code).into(), total.articles));
        Ok(without.map(|without| Self { values: values.collect(), without }))
    }

    fn size(&self) -> usize {
        let size = |(value, _): &(Box<[u8]>, u32)| value.len() + ALLOCATED + size_of_val(value) + 8;
        self.values.iter().map(size).sum()
    }
}

/// What an allocation costs beside its bytes.
pub(super) const ALLOCATED: usize = 16;

/// The place of a value, with room for the article that had it last.
fn look_up(
    labels: &mut Labels<'_>,
    last: &mut Vec<u64>,
    value: &[u8],
    meant: Option<EntityId>,
) -> Result<Place, Error> {
    let Some(place) = labels.place(value, meant)? else { return Ok(Place::Nowhere) };
    if last.len() <= place {
        last.resize(place + 1, 0);
    }
    Ok(Place::At(u32::try_from(place).unwrap_or(u32::MAX)))
}
