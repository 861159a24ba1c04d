//! From articles on their way in to articles that are kept.
//!
//! An item is normalised, hashed, tokenised and packed (`prepare`) before the database is
//! locked; inside the transaction only its identity (`identify`), its id and its rows remain:
//! of new articles (`write`), what they mention (`mentions`), of known ones (`known`, `fields`, `beside`), of groups (`near`). `run` streams any number of items through the two.

mod annotators;
mod beside;
mod canonical;
mod canonical_first;
mod described;
mod explain;
mod fields;
pub(crate) mod identify;
mod known;
mod mentions;
mod met;
mod near;
pub(crate) mod prepare;
mod reannotate;
mod report;
mod run;
pub(crate) mod similar;
pub(crate) mod write;

pub(crate) use canonical::URLS_VERSION;
pub use explain::{Explanation, Finding, Identity, Rung, Step};
pub(crate) use met::LastMet;
pub(crate) use near::PERIOD_BITS;
pub(crate) use prepare::UNKNOWN_SOURCE;
pub use reannotate::{ReannotateOptions, ReannotateReport};
pub use report::{Conflict, Fault, IngestReport, Outcome};
pub use run::{Incoming, IngestOptions};
pub(crate) use similar::BAND_BITS;

/// The key under which the articles of a URL are found; `None` when it is not one.
pub(crate) fn url_key(url: &str) -> Option<i64> {
    canonical::canonical_url(url).map(|url| prepare::text_hash(&url))
}
