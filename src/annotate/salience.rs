//! How much an article is about what it mentions.
//!
//! The salience of an entity is 0.3 h + 0.3 · 2^(-b / 200) + 0.4 · min(1, m / max(4, n / 4)), from 0 to 1:
//!
//! * h is 1 when the headline names it, else 0;
//! * b is the byte of its field at which it is first named, 0 in the headline;
//! * m of the n places that name anything name it: a quarter of them is as much as can be, and four
//!   places, lest all be much in a short text.
//!
//! What Dunietz and Gillick found to tell most (*A New Entity Salience Task with Millions of Training
//! Examples*, 2014) is where an entity comes first and how often it comes. Weights are round numbers,
//! near which the agreement with the salience in GUM's news hardly changes (`linking salience`). Places are those of
//! all annotators, each once. An entity that is only said of the whole article has no salience:
//! nobody says where it stands.

use crate::model::Field;
use std::collections::{BTreeMap, BTreeSet};

/// From this salience on an article is about an entity. A lower one finds more of them, and more
/// that is beside the point: `linking salience` shows both.
pub(crate) const SALIENT: f64 = 0.25;

/// Bytes after which a first mention counts for half.
const HALF: f64 = 200.0;

/// The salience of each entity, from who is named where, to three decimals: as the index keeps it.
pub(crate) fn salience(
    mentions: impl IntoIterator<Item = (i64, Field, usize)>,
) -> BTreeMap<i64, f64> {
    let mut named: BTreeMap<i64, BTreeSet<(i64, usize)>> = BTreeMap::new();
    let mut all = BTreeSet::new();
    for (entity, field, start) in mentions {
        let place = (field.code(), start);
        named.entry(entity).or_default().insert(place);
        all.insert(place);
    }
    let salience = |places: BTreeSet<(i64, usize)>| {
        let is_headline = |place: &(i64, usize)| place.0 == Field::Headline.code();
        let headline = places.iter().any(is_headline);
        let first = match headline {
            true => 0,
            false => places.iter().map(|(_, start)| *start).min().unwrap_or(0),
        };
        let share = places.len() as f64 / (all.len() as f64 / 4.0).max(4.0);
        let salience = 0.3 * f64::from(u8::from(headline))
            + 0.3 * (-(first as f64) / HALF).exp2()
            + 0.4 * share.min(1.0);
        (salience * 1000.0).round() / 1000.0
    };
    named.into_iter().map(|(entity, places)| (entity, salience(places))).collect()
}
