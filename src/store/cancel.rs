//! Stopping long work.

use crate::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A handle to stop long work from another thread, or after a time.
///
/// Queries, ingests, checks and erasures that were given the handle end with
/// [`Error::Canceled`]; what they had committed stays.
///
/// ```
/// use newsdb::Cancel;
/// use std::time::Duration;
/// let cancel = Cancel::after(Duration::from_secs(2));
/// let other = cancel.clone();
/// other.cancel();
/// assert!(cancel.is_canceled());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Cancel {
    flag: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

impl Cancel {
    /// A handle that is set only by [`Cancel::cancel`].
    pub fn new() -> Self {
        Self::default()
    }

    /// A handle that also sets itself when a time is over: a budget.
    pub fn after(budget: Duration) -> Self {
        Self { flag: Arc::default(), deadline: Instant::now().checked_add(budget) }
    }

    /// Stops the work that holds a clone of this handle.
    pub fn cancel(&self) {
        self.flag.store(true, Ordering::Relaxed);
    }

    /// Whether the work should stop.
    pub fn is_canceled(&self) -> bool {
        self.flag.load(Ordering::Relaxed)
            || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.is_canceled() { Err(Error::Canceled) } else { Ok(()) }
    }
}
