//! What the benches and the report share: a made-up corpus, the hand-written peer, and the
//! jobs that both do.

#![allow(clippy::unwrap_used)]

mod corpus;
mod jobs;
mod peer;

pub use corpus::{Articles, Corpus, Order, Rank, TONE_BY, tone, word};
pub use jobs::{Answer, Job};
pub use peer::{Peer, search_token};

use newsdb::{Durability, IngestOptions, NewArticle, NewsDb, Options};
use std::path::Path;

/// Articles in one transaction, for both.
pub const TRANSACTION: usize = 1_000;

/// Bytes of page cache of a connection, for both: newsdb's default.
pub const CACHE: u64 = 16 << 20;

/// The seed of everything that is made up.
pub const SEED: u64 = 20_240_615;

/// newsdb as it is measured: its defaults, with the cache named.
pub fn options(durability: Durability) -> Options {
    Options::new().cache_bytes(CACHE).annotate(false).durability(durability)
}

pub fn open_newsdb(path: &Path, durability: Durability) -> NewsDb {
    options(durability).open(path).unwrap()
}

/// Ingests into newsdb; panics when anything is not as the corpus has it.
pub fn ingest(db: &NewsDb, articles: impl Iterator<Item = NewArticle>) -> u64 {
    let report = db.ingest_with(articles, IngestOptions::new().batch(TRANSACTION)).unwrap();
    assert_eq!(report.inserted, report.read, "every article of the corpus is new");
    report.inserted
}

/// How many articles a bench has: `NEWSDB_BENCH_ARTICLES`, 20,000 unless set, and 300 where a
/// bench only has to show that it runs (`cargo test --benches`).
pub fn bench_articles() -> u64 {
    // Criterion measures exactly when cargo says `--bench` and nobody says `--test`.
    let arguments: Vec<String> = std::env::args().collect();
    let says = |flag: &str| arguments.iter().any(|argument| argument == flag);
    if says("--test") || !says("--bench") {
        return 300;
    }
    match std::env::var("NEWSDB_BENCH_ARTICLES") {
        Ok(number) => number.replace('_', "").parse().expect("NEWSDB_BENCH_ARTICLES is a number"),
        Err(_) => 20_000,
    }
}

/// Both databases, filled with the same corpus, in a folder that goes with them.
pub struct Pair {
    pub newsdb: NewsDb,
    pub peer: Peer,
    pub corpus: Corpus,
    _folder: tempfile::TempDir,
}

impl Pair {
    pub fn fill(corpus: Corpus) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let newsdb = open_newsdb(&folder.path().join("newsdb.db"), Durability::Normal);
        ingest(&newsdb, corpus.articles());
        let mut peer = Peer::create(&folder.path().join("peer.db"), Durability::Normal);
        peer.ingest(corpus.articles());
        Self { newsdb, peer, corpus, _folder: folder }
    }
}
