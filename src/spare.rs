//! What is costly to make and kept while nobody uses it, for all threads: an ingest has new ones for
//! every batch.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many of a kind are kept at most.
const MOST: usize = 4;

pub(crate) struct Spares<T>(Mutex<Vec<T>>);

impl<T> Spares<T> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One that nobody uses, if there is any.
    pub(crate) fn take(&self) -> Option<T> {
        self.lock().pop()
    }

    /// Keeps one for whoever comes next, unless enough are kept.
    pub(crate) fn give_back(&self, spare: T) {
        let mut spares = self.lock();
        if spares.len() < MOST {
            spares.push(spare);
        }
    }
}
