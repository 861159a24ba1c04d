//! `newsdb` is a news database that lives inside the program that uses it: one SQLite file
//! holds articles, their versions, where they were seen, the people and places that they speak
//! of, and an index that answers searches and counts.
//!
//! ```
//! use newsdb::{EntityKind, NewArticle, NewMention, NewsDb, Query, Sort};
//!
//! let db = NewsDb::open_in_memory()?; // or NewsDb::open("news.db")
//! db.insert(
//!     NewArticle::new("steppe-news")
//!         .id("sn-17")
//!         .headline("Kazakhstan and South Korea sign lithium accord")
//!         .body("Kazakhstan will supply lithium. South Korea will build a plant.")
//!         .published("2024-06-13T10:00:00+05:00".parse()?)
//!         .mention(NewMention::new(EntityKind::Place, "Kazakhstan")),
//! )?;
//! let page = db.search(&Query::new().text("lithium Kazakhstan"), Sort::Newest, 20, None)?;
//! assert_eq!(page.hits[0].headline, "Kazakhstan and South Korea sign lithium accord");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How it is laid out
//!
//! | module | what it does |
//! | --- | --- |
//! | [`model`] | plain data: [`NewArticle`], [`Article`], [`Entity`], [`Date`] … |
//! | [`formats`] | readers: bytes to articles or located rejections |
//! | [`annotate`] | pure functions from text to annotations: language, names and who or what they mean |
//! | [`ingest`] | identity, versions, near-duplicates, writing |
//! | [`store`] | the file: opening, snapshots, removal, checks, backup |
//! | [`search`] | tokens, the search language, snippets |
//! | [`query`] | filters, pages, cursors |
//! | [`aggregate`] | timelines, top lists, co-mentions |
//! | [`export`] | what leaves the file |
//!
//! # What to know
//!
//! * **Time comes first.** An [`ArticleId`] is ordered by publication time, so the newest page of
//!   any search is a short walk, and a window of time is a range of ids. A corrected date gives an
//!   article a new id, and the old one leads to it.
//! * **An article is known again** by (source, id) or URI, then by its canonical URL, then by
//!   (source, text). Another text is a new [`Version`]; each place where it was seen is a
//!   [`Sighting`]; what was removed leaves a tombstone, so that a poll does not bring it back.
//! * **Counts agree.** Everything asked of one [`Snapshot`] sees one state: the count of a query is
//!   the length of its list and the sum of its timeline.
//! * **Nothing is lost silently.** What cannot be stored is a [`Rejected`] with its place and reason.
//! * **Unknown is not zero.** Articles without a believable date are counted apart.
//!
//! A handle ([`NewsDb`]) is `Send + Sync + Clone` and synchronous: from async code, call it in a
//! blocking task. Other processes may have the file open; writers wait for each other up to the
//! busy timeout.

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod aggregate;
pub mod annotate;
mod error;
pub mod export;
pub mod formats;
mod index;
pub mod ingest;
pub mod model;
pub mod query;
pub mod search;
mod spare;
pub mod store;

#[cfg(fuzzing)]
#[doc(hidden)]
pub use index::{decode_part, sound_parts};

pub use aggregate::*;
pub use error::{DatabaseError, Error};
pub use ingest::{
    Conflict, Explanation, Fault, Finding, Identity, Incoming, IngestOptions, IngestReport,
    Outcome, ReannotateOptions, ReannotateReport, Rung, Step,
};
pub use model::*;
pub use query::*;
pub use search::{ParseError, Snippet};
pub use store::{
    APPLICATION_ID, Cancel, CheckReport, Corrected, Correction, Durability, Erase, ImportReport,
    NewsDb, Options, PurgeReport, SCHEMA_VERSION, ScrubReport, Snapshot, Stats, WaitsOn,
};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
