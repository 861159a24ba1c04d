//! What an ingest tells.

use crate::model::{ArticleId, Place, Rejected};
use serde::Serialize;

/// What became of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum Outcome {
    /// It is a new article.
    Inserted {
        /// Its id.
        id: ArticleId,
        /// The article whose text it repeats, where one was found.
        duplicate_of: Option<ArticleId>,
    },
    /// It changed an article: a new or past version, other fields, or its status.
    Updated(ArticleId),
    /// It brought nothing new; where it was seen is noted.
    Unchanged(ArticleId),
    /// A tombstone keeps it out.
    Suppressed,
}

/// What became of the items of an ingest. Every item read is counted once in `inserted`,
/// `updated`, `unchanged`, `suppressed` or `rejected`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct IngestReport {
    /// Items read, refused ones included.
    pub read: u64,
    /// New articles.
    pub inserted: u64,
    /// Articles that changed.
    pub updated: u64,
    /// Items that brought nothing new.
    pub unchanged: u64,
    /// Of the new articles, those that repeat another's text, or nearly.
    pub near_duplicates: u64,
    /// Items that a tombstone kept out.
    pub suppressed: u64,
    /// Items that were refused.
    pub rejected: u64,
    /// The first of them, each with its place and reason; see [`IngestOptions::keep`](super::IngestOptions::keep).
    pub rejections: Vec<Rejected>,
    /// Items that stand under one id with another headline and text in the same ingest. Each
    /// was taken as a later version.
    pub conflicts: u64,
    /// The first of them.
    pub conflicting: Vec<Conflict>,
    /// Things that were wrong with annotators, or with what they said; the articles were stored
    /// without it.
    pub faults: u64,
    /// The first of them.
    pub faulty: Vec<Fault>,
}

/// What is wrong with an annotator, or with one thing that it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The annotator's name.
    pub annotator: String,
    /// Where the article stood that it speaks of; of a whole batch, its first.
    pub place: Place,
    /// What is wrong.
    pub reason: String,
}

/// An id that stands for two texts in one input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// Where the second one stood.
    pub place: Place,
    /// The article that now has both as versions.
    pub id: ArticleId,
}

impl IngestReport {
    pub(crate) fn count(&mut self, outcome: Outcome) {
        self.read += 1;
        match outcome {
            Outcome::Inserted { duplicate_of, .. } => {
                self.inserted += 1;
                self.near_duplicates += u64::from(duplicate_of.is_some());
            }
            Outcome::Updated(_) => self.updated += 1,
            Outcome::Unchanged(_) => self.unchanged += 1,
            Outcome::Suppressed => self.suppressed += 1,
        }
    }

    pub(crate) fn blame(&mut self, faults: Vec<Fault>, keep: usize) {
        self.faults += faults.len() as u64;
        self.faulty.extend(faults.into_iter().take(keep.saturating_sub(self.faulty.len())));
    }

    pub(crate) fn refuse(&mut self, rejected: Rejected, keep: usize) {
        self.read += 1;
        self.rejected += 1;
        if self.rejections.len() < keep {
            self.rejections.push(rejected);
        }
    }
}
