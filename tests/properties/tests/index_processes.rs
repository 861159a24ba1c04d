//! Two processes, one that writes and merges, one that asks: every answer is that of one commit.
//! `NEWSDB_SECONDS` sets how long, 5 (before a release: 600).

use newsdb::{
    Cancel, Dimension, IngestOptions, NewArticle, NewsDb, Options, Query, Sort, Timeline, Unit,
};
use newsdb_properties::Numbers;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Set for the process that writes: its file.
const WRITER: &str = "NEWSDB_WRITER";

/// Articles that come in one commit and, for every other round, go in one.
const BATCH: u64 = 20;

#[test]
fn every_answer_is_that_of_one_commit() {
    if let Ok(path) = std::env::var(WRITER) {
        write_until_killed(Path::new(&path));
    }
    let seconds: u64 =
        std::env::var("NEWSDB_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(5);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let db = NewsDb::open(&path).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "index_processes::every_answer_is_that_of_one_commit", "--nocapture"])
        .env(WRITER, &path)
        .spawn()
        .unwrap();
    let (start, mut seen) = (Instant::now(), Vec::new());
    while start.elapsed() < Duration::from_secs(seconds) {
        let snapshot = db.snapshot().unwrap();
        let all = snapshot.count(&Query::new()).unwrap();
        // Every commit has an article of each number below the batch.
        assert_eq!(all % BATCH, 0);
        for number in 0..BATCH {
            let query = Query::new().text(format!("number{number}"));
            assert_eq!(snapshot.count(&query).unwrap(), all / BATCH);
        }
        let total = snapshot.timeline(&Query::new(), &Timeline::by(Unit::Month)).unwrap().total;
        let top = snapshot.top(&Query::new(), Dimension::Source, 10).unwrap();
        assert_eq!((total, top.total), (all, all));
        let newest = snapshot.ids(&Query::new(), Sort::Newest, 1_000, None).unwrap();
        assert_eq!(newest.len() as u64, all.min(1_000));
        assert!(newest.is_sorted_by(|a, b| a > b));
        if seen.last() != Some(&all) {
            seen.push(all);
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(seen.len() > 3, "the other process wrote nothing: {seen:?}");
    assert!(db.check(&Cancel::new()).unwrap().is_clean());
}

fn write_until_killed(path: &Path) -> ! {
    let db = Options::new().merge_bytes(100_000).open(path).unwrap();
    let mut numbers = Numbers(3);
    for round in 0u64.. {
        let day = numbers.below(2_000) as i64;
        let articles: Vec<NewArticle> = (0..BATCH)
            .map(|number| {
                let second = 1_500_000_000 + day * 86_400 + number as i64 * 40_000;
                let body = (0..30).map(|_| format!("w{} ", numbers.below(500))).collect::<String>();
                NewArticle::new("wire")
                    .id(format!("{round}-{number}"))
                    .headline(format!("number{number} of {round}"))
                    .body(body)
                    .language("fr")
                    .published(chrono::DateTime::from_timestamp(second, 0).unwrap().into())
            })
            .collect();
        db.ingest_with(articles, IngestOptions::new().batch(BATCH as usize)).unwrap();
        match round % 40 {
            13 => db.optimize(&Cancel::new()).unwrap(),
            27 => db.rebuild(&Cancel::new(), |_| {}).unwrap(),
            _ => {}
        }
    }
    unreachable!("the rounds never end")
}
