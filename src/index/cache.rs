//! Decoded parts of segments, and what was counted of whole ones, kept for the next query.
//!
//! A part goes by the random key of its segment, whose bytes never change, so nothing here can
//! be out of date, whoever writes to the file. What a query uses it holds by itself: to put a
//! part out of the cache takes it from nobody. The list of segments goes by the random number
//! that every change of the index leaves in the file.

use super::build::Quick;
use super::columns::Field;
use super::segment::{Part, Segment};
use crate::error::Error;
use std::any::Any;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) struct Cache {
    state: Mutex<State>,
    budget: usize,
}

#[derive(Default)]
struct State {
    parts: HashMap<Key, Kept, Quick>,
    bytes: usize,
    /// Counts uses, so that the part that was not used for longest is known.
    clock: u64,
    segments: Option<(i64, Arc<Vec<Segment>>)>,
}

/// What is kept of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Part(Part),
    /// The list of the term with this hash; the list says of which.
    List(u64),
    /// The group of pages with this number.
    Pages(u64),
    /// Where its days begin.
    Days,
    /// What its living articles tell a timeline: the number of what is asked, and which are [dead](Segment::deaths).
    Times(u64, u64),
    /// Which values of a field its living articles have, and which are dead.
    Values(Field, u64),
    /// Which values of a field those have that are dead.
    Dead(Field, u64),
    /// What several segments, whose keys are joined, say of a field.
    Sums(Field),
    /// What those of them that are large say.
    Large(Field),
}

/// A segment, and what of it.
#[derive(PartialEq, Eq)]
struct Key(i64, What);

impl Hash for Key {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let (what, number) = match self.1 {
            What::Part(part) => (0, part as u64),
            What::List(hash) => (1, hash),
            What::Pages(number) => (2, number),
            What::Days => (3, 0),
            What::Times(form, dead) => (4, form.rotate_left(32) ^ dead),
            What::Values(field, dead) => (5, field as u64 ^ dead),
            What::Dead(field, dead) => (6, field as u64 ^ dead),
            What::Sums(field) => (7, field as u64),
            What::Large(field) => (8, field as u64),
        };
        // The key of a segment is random.
        hasher.write_u64(self.0.cast_unsigned().rotate_left(what) ^ number);
    }
}

struct Kept {
    part: Arc<dyn Any + Send + Sync>,
    size: usize,
    used: u64,
}

impl Cache {
    /// A cache that keeps about so many bytes.
    pub(crate) fn new(budget: usize) -> Self {
        Self { state: Mutex::default(), budget }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn get<T: Send + Sync + 'static>(
        &self,
        key: i64,
        what: What,
        size: impl FnOnce(&T) -> usize,
        load: impl FnOnce() -> Result<T, Error>,
    ) -> Result<Arc<T>, Error> {
        let mut state = self.lock();
        state.clock += 1;
        let used = state.clock;
        if let Some(kept) = state.parts.get_mut(&Key(key, what))
            && let Ok(found) = kept.part.clone().downcast()
        {
            kept.used = used;
            return Ok(found);
        }
        drop(state);
        let loaded = Arc::new(load()?);
        // A part costs something even when it is empty.
        let size = size(&loaded) + 128;
        let mut state = self.lock();
        let kept = Kept { part: loaded.clone(), size, used };
        let before = state.parts.insert(Key(key, what), kept);
        state.bytes += size;
        state.bytes -= before.map_or(0, |before| before.size);
        if state.bytes > self.budget {
            state.shrink(self.budget - self.budget / 8);
        }
        Ok(loaded)
    }

    /// The list of segments of a state of the index.
    pub(super) fn segments(
        &self,
        state: i64,
        load: impl FnOnce() -> Result<Vec<Segment>, Error>,
    ) -> Result<Arc<Vec<Segment>>, Error> {
        if let Some((known, segments)) = &self.lock().segments
            && *known == state
        {
            return Ok(segments.clone());
        }
        let segments = Arc::new(load()?);
        self.lock().segments = Some((state, segments.clone()));
        Ok(segments)
    }
}

impl State {
    /// Puts out what was not used for longest, and what is large before what is small: the time counts
    /// by the root of the size. Where one question walks through columns that are more than is kept,
    /// they put out one another and not the many small parts that every question needs; by the size
    /// itself, small parts that nobody asks for again would leave columns no room.
    fn shrink(&mut self, budget: usize) {
        let clock = self.clock;
        let idle = |kept: &Kept| (clock - kept.used).saturating_mul(kept.size.isqrt() as u64);
        let mut parts: Vec<(u64, usize)> =
            self.parts.values().map(|kept| (idle(kept), kept.size)).collect();
        parts.sort_unstable();
        let mut most = u64::MAX;
        while self.bytes > budget
            && let Some((next, size)) = parts.pop()
        {
            (most, self.bytes) = (next, self.bytes - size);
        }
        self.parts.retain(|_, kept| idle(kept) < most);
        self.bytes = self.parts.values().map(|kept| kept.size).sum();
    }
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cache").field("bytes", &self.lock().bytes).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let cache = Cache::new(10_000);
        let get = |key: i64, loads: &mut u32| {
            cache
                .get(
                    key,
                    What::Part(Part::Ids),
                    |_: &i64| 900,
                    || {
                        *loads += 1;
                        Ok(key)
                    },
                )
                .unwrap()
        };
        let mut loads = 0;
        for key in 0..100 {
            assert_eq!(*get(key, &mut loads), key);
            assert_eq!(*get(0, &mut loads), 0);
            assert!(cache.lock().bytes <= 10_000);
        }
        assert_eq!(loads, 100);
    }

    #[test]
    fn what_is_small_outlasts_a_walk_through_what_is_large() {
        let cache = Cache::new(500_000);
        let get = |what, number: i64, size: usize, loads: &mut u32| {
            let load = || {
                *loads += 1;
                Ok(number)
            };
            cache.get(number, what, |_: &i64| size, load).unwrap();
        };
        let (mut small, mut large) = (0, 0);
        for _ in 0..3 {
            (0..100).for_each(|number| get(What::Days, number, 100, &mut small));
            (0..100).for_each(|number| get(What::Part(Part::Ids), number, 9_000, &mut large));
        }
        assert_eq!((small, large), (100, 300));
        assert!(cache.lock().bytes <= 500_000);
    }
}
