//! The values that articles have in a dimension, as places among the [`Labels`].

use super::Dimension;
use super::labels::Labels;
use crate::error::Error;
use crate::index::{ListColumn, Open};
use crate::query::Query;
use crate::store::View;
use std::sync::Arc;

pub(super) struct Values<'v> {
    pub(super) labels: Labels<'v>,
    dimension: Dimension,
    /// Of the present segment.
    column: Arc<ListColumn>,
    /// The place of each of its values, where it is known.
    places: Vec<Place>,
    /// Articles that were looked at.
    articles: u64,
    /// The article that had the value of each place last.
    last: Vec<u64>,
}

#[derive(Clone, Copy)]
enum Place {
    Unknown,
    /// It does not count.
    Nowhere,
    At(u32),
}

impl<'v> Values<'v> {
    pub(super) fn new(
        view: &'v View<'v>,
        query: &Query,
        dimension: Dimension,
    ) -> Result<Self, Error> {
        Ok(Self {
            labels: Labels::new(view, query, Some(dimension))?,
            dimension,
            column: Arc::default(),
            places: Vec::new(),
            articles: 0,
            last: Vec::new(),
        })
    }

    /// The articles that follow are of this segment.
    pub(super) fn begin(&mut self, segment: &Open<'_>) -> Result<(), Error> {
        self.column = segment.list(self.dimension.field())?;
        self.places.clear();
        self.places.resize(self.column.values(), Place::Unknown);
        Ok(())
    }

    /// Hands over the values of an article that count: the place, how often the article has it, and
    /// whether that is the first that is heard of it for this article (entities that were merged,
    /// or that several annotators name, come more than once). Whether there was any.
    pub(super) fn of(
        &mut self,
        ordinal: u32,
        mut take: impl FnMut(usize, u64, bool),
    ) -> Result<bool, Error> {
        self.articles += 1;
        let mut any = false;
        for (code, times) in self.column.of(ordinal) {
            let known = &mut self.places[code as usize];
            if let Place::Unknown = known {
                *known = match self.labels.place(self.column.value(code))? {
                    Some(place) => {
                        if self.last.len() <= place {
                            self.last.resize(place + 1, 0);
                        }
                        Place::At(u32::try_from(place).unwrap_or(u32::MAX))
                    }
                    None => Place::Nowhere,
                };
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
}
