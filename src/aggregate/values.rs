//! The values that articles have in a dimension, as places among the [`Labels`].

use super::Dimension;
use super::labels::Labels;
use crate::error::Error;
use crate::index::{Field, Index, ListColumn, Open, Set, Whole, value_numbers};
use crate::model::EntityId;
use crate::query::{Meaning, Query};
use crate::store::View;
use crate::store::corrections::Case;
use std::collections::HashSet;
use std::sync::Arc;

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

    /// Counts the values of many articles of the present segment as [`Values::of`] would one by one:
    /// each value by its number in the segment, and what it is only once. `take` gets places, articles
    /// that have them, and sums of weights. How many articles have no value; `None`, and nothing was
    /// counted, where values depend on the article. `all`: they are all of the segment.
    pub(super) fn of_many(
        &mut self,
        articles: impl Iterator<Item = u32>,
        all: bool,
        mut take: impl FnMut(usize, u64, u64),
    ) -> Result<Option<u64>, Error> {
        if !self.split.is_empty() {
            return Ok(None);
        }
        // As if an article had them all: what comes twice are several values of one place.
        self.articles += 1;
        let mut shared = HashSet::new();
        let mut by_code = vec![Local::default(); self.places.len()];
        for (code, (known, local)) in (0..).zip(self.places.iter_mut().zip(&mut by_code)) {
            if let Place::Unknown = known {
                let value = self.column.value(code);
                *known = look_up(&mut self.labels, &mut self.last, value, None)?;
            }
            if let Place::At(place) = *known {
                local.counts = true;
                let last = &mut self.last[place as usize];
                if std::mem::replace(last, self.articles) == self.articles {
                    shared.insert(place);
                }
            }
        }
        if !shared.is_empty() {
            for (known, local) in self.places.iter().zip(&mut by_code) {
                local.shared = matches!(known, Place::At(place) if shared.contains(place));
            }
        }
        let mut none = 0;
        if all && shared.is_empty() && !self.column.totals().is_empty() {
            // The column knows how many of its articles have each value.
            for (local, &(articles, weight)) in by_code.iter_mut().zip(self.column.totals()) {
                (local.articles, local.weight) = (articles, weight);
            }
            let counts = |(code, _): (u32, u32)| by_code[code as usize].counts;
            let has_none = |ordinal: &u32| !self.column.of(*ordinal).any(counts);
            none = match by_code.iter().all(|local| local.counts) {
                true => self.column.without().into(),
                false => articles.filter(has_none).count() as u64,
            };
        } else {
            for ordinal in articles {
                self.articles += 1;
                let mut any = false;
                for (code, times) in self.column.of(ordinal) {
                    let local = &mut by_code[code as usize];
                    any |= local.counts;
                    local.weight += u64::from(times);
                    if local.shared
                        && let Place::At(place) = self.places[code as usize]
                    {
                        // Several values of one article count as one article.
                        let last = &mut self.last[place as usize];
                        let first = std::mem::replace(last, self.articles) != self.articles;
                        local.articles += u32::from(first);
                    } else {
                        local.articles += 1;
                    }
                }
                none += u64::from(!any);
            }
        }
        for (known, local) in self.places.iter().zip(by_code) {
            if let (Place::At(place), 1..) = (known, local.weight) {
                take(*place as usize, local.articles.into(), local.weight);
            }
        }
        Ok(Some(none))
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

    /// How many articles the present segment has, dead or alive.
    pub(super) fn articles_in_segment(&self) -> usize {
        self.column.articles()
    }

    /// How many values the present segment has.
    pub(super) fn in_segment(&self) -> usize {
        self.places.len()
    }
}

/// What is counted of a value of a segment.
#[derive(Default, Clone, Copy)]
struct Local {
    counts: bool,
    /// Other values have the same place.
    shared: bool,
    articles: u32,
    weight: u64,
}

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
