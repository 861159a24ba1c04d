//! The articles that are most about an entity.

use super::values::Values;
use super::{Dimension, collect};
use crate::error::Error;
use crate::index::{Bits, Collector, Open};
use crate::model::EntityId;
use crate::query::{Hit, Query, check_limit, hit};
use crate::store::{NewsDb, Snapshot, View, entities};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// An article that is about an entity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct About {
    /// The article.
    #[serde(flatten)]
    pub hit: Hit,
    /// How much it is about the entity, from 0.25 to 1; see
    /// [`annotate::entities`](crate::annotate::entities).
    pub salience: f64,
}

impl Snapshot {
    /// Up to `limit` (1 to 1,000) matching articles that are about an entity, those that are most about
    /// it first, and the newer first among equals. Entities that the query names are mentioned in them
    /// beside it; that the article is about those too is for [`Query::salient`] to ask.
    ///
    /// ```
    /// use newsdb::{NewArticle, NewsDb, Query};
    /// let db = NewsDb::open_in_memory()?;
    /// let wire = |id| NewArticle::new("wire").id(id).language("en");
    /// db.insert(wire("1").headline("Vote").body("Kazakhstan votes, and Uzbekistan and China look on."))?;
    /// db.insert(wire("2").headline("Kazakhstan votes"))?;
    /// let about = db.about(&Query::new(), db.resolve_entity("Kazakhstan")?, 10)?;
    /// assert_eq!((about[0].hit.headline.as_str(), about[0].salience), ("Kazakhstan votes", 0.7));
    /// # Ok::<(), newsdb::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::UnknownEntity`], [`Error::Invalid`] for a limit out of bounds, [`Error::Search`],
    /// [`Error::Canceled`].
    pub fn about(
        &self,
        query: &Query,
        entity: EntityId,
        limit: usize,
    ) -> Result<Vec<About>, Error> {
        check_limit(limit)?;
        self.view(|view| about(view, query, entity, limit))
    }
}

impl NewsDb {
    /// [`Snapshot::about`] on the present state.
    ///
    /// # Errors
    /// As there, and [`Error::Busy`] as for [`NewsDb::snapshot`].
    pub fn about(
        &self,
        query: &Query,
        entity: EntityId,
        limit: usize,
    ) -> Result<Vec<About>, Error> {
        self.snapshot()?.about(query, entity, limit)
    }
}

fn about(
    view: &View<'_>,
    query: &Query,
    entity: EntityId,
    limit: usize,
) -> Result<Vec<About>, Error> {
    let canonical = entities::canonical(view.connection, entity)?;
    let asked = canonical.ok_or_else(|| Error::UnknownEntity(entity.to_string()))?.0;
    let salient = query.clone().salient(true);
    let values = Values::new(view, &salient, Dimension::Entity)?;
    let mut best = Best { values, asked, ids: Arc::default(), limit, heap: BinaryHeap::new() };
    // Entities that the query names need not be what the article is about.
    let query = match query.entities.is_empty() {
        true => &salient.entity(entity),
        false => query,
    };
    collect(view, query, &mut best)?;
    let found = best.heap.into_sorted_vec().into_iter();
    found
        .filter_map(|Reverse((thousandths, id))| {
            let salience = thousandths as f64 / 1000.0;
            hit(view, id, None, None).map(|hit| Some(About { hit: hit?, salience })).transpose()
        })
        .collect()
}

/// The best so far: their salience in thousandths, and their ids.
struct Best<'v> {
    values: Values<'v>,
    asked: i64,
    ids: Arc<Vec<i64>>,
    limit: usize,
    heap: BinaryHeap<Reverse<(u64, i64)>>,
}

impl Collector for Best<'_> {
    fn begin(&mut self, segment: &Open<'_>) -> Result<(), Error> {
        self.ids = segment.ids()?;
        self.values.begin(segment)
    }

    fn collect(&mut self, base: u32, bits: &Bits) -> Result<(), Error> {
        let mut met = Vec::new();
        for ordinal in bits.ordinals(base) {
            let mut most = 0;
            met.clear();
            self.values.of(ordinal, |place, thousandths, _| met.push((place, thousandths)))?;
            for &(place, thousandths) in &met {
                // What was merged is recorded apart: the most salient part stands for it.
                if self.values.labels.id(place) == self.asked {
                    most = thousandths.max(most);
                }
            }
            if most > 0 {
                self.heap.push(Reverse((most, self.ids[ordinal as usize])));
                if self.heap.len() > self.limit {
                    self.heap.pop();
                }
            }
        }
        Ok(())
    }
}
