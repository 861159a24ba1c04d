//! Merging keeps the index in few pieces in whatever order articles arrive.

use newsdb::{Cancel, Durability, IngestOptions, NewArticle, NewsDb, Options, Query};
use newsdb_properties::Numbers;
use rusqlite::Connection;
use std::path::Path;

/// Articles in all, and of a commit.
const ARTICLES: u64 = 3_000;
const BATCH: usize = 20;

fn article(numbers: &mut Numbers, number: u64, second: i64) -> NewArticle {
    let words = (0..40).map(|_| format!("w{} ", numbers.below(3_000))).collect::<String>();
    NewArticle::new("wire")
        .id(number.to_string())
        .language("fr")
        .headline(format!("item {number}"))
        .body(words)
        .published(chrono::DateTime::from_timestamp(1_500_000_000 + second, 0).unwrap().into())
}

/// Segments, those that lie in no window, and windows; segments of one window lie in it.
fn pieces(path: &Path) -> (usize, usize, usize) {
    let connection = Connection::open(path).unwrap();
    let mut statement = connection
        .prepare("SELECT window, first_id, last_id FROM segment ORDER BY window, first_id")
        .unwrap();
    let segments: Vec<(Option<i64>, i64, i64)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut windows: Vec<i64> = segments.iter().filter_map(|segment| segment.0).collect();
    windows.dedup();
    for (window, first, last) in &segments {
        let Some(window) = window else { continue };
        assert!(first >= window);
        let next = windows.iter().find(|next| *next > window);
        assert!(next.is_none_or(|next| last < next), "a segment beyond its window");
    }
    (segments.len(), segments.iter().filter(|segment| segment.0.is_none()).count(), windows.len())
}

fn fill(order: impl Fn(&mut Numbers, u64) -> i64) -> (tempfile::TempDir, NewsDb) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let options = Options::new().durability(Durability::Normal).merge_bytes(300_000);
    let db = options.open(&path).unwrap();
    let mut numbers = Numbers(1);
    let articles: Vec<NewArticle> = (0..ARTICLES)
        .map(|number| {
            let second = order(&mut numbers, number);
            article(&mut numbers, number, second)
        })
        .collect();
    db.ingest_with(articles, IngestOptions::new().batch(BATCH)).unwrap();
    (folder, db)
}

#[test]
fn in_any_order_of_time_the_pieces_stay_few() {
    type Order = fn(&mut Numbers, u64) -> i64;
    let orders: [(&str, Order); 4] = [
        ("in order", |_, number| number as i64 * 200_000),
        ("backwards", |_, number| (ARTICLES - number) as i64 * 200_000),
        ("in no order", |numbers, _| numbers.below(20 * 365 * 86_400) as i64),
        ("all on one day", |numbers, _| numbers.below(86_400) as i64),
    ];
    for (name, order) in orders {
        let (folder, db) = fill(order);
        let path = folder.path().join("news.db");
        let (segments, loose, windows) = pieces(&path);
        println!("{name}: {segments} segments, {loose} of them loose, {windows} windows");
        assert!(segments <= 12 * windows + 32, "{name}: {segments} segments, {windows} windows");
        assert_eq!(db.count(&Query::new()).unwrap(), ARTICLES);
        db.optimize(&Cancel::new()).unwrap();
        let (segments, loose, windows) = pieces(&path);
        assert_eq!((segments, loose), (windows, 0), "{name}: a segment a window");
        assert!(windows > 1, "{name}: nothing was cut");
        assert!(db.check(&Cancel::new()).unwrap().is_clean(), "{name}");
    }
    // A poll that changes twenty articles over all the years, again and again.
    let (folder, db) = fill(|_, number| number as i64 * 200_000);
    let mut numbers = Numbers(9);
    for _ in 0..40 {
        let some = (0..BATCH).map(|_| {
            let number = numbers.below(ARTICLES as usize) as u64;
            article(&mut Numbers(numbers.draw()), number, number as i64 * 200_000)
        });
        db.ingest(some.collect::<Vec<_>>()).unwrap();
    }
    let (segments, _, windows) = pieces(&folder.path().join("news.db"));
    assert!(segments <= 12 * windows + 32, "{segments} segments, {windows} windows");
    assert_eq!(db.count(&Query::new()).unwrap(), ARTICLES);
    assert!(db.check(&Cancel::new()).unwrap().is_clean());
}
