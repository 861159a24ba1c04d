//! Checks find damage; figures and tidying tell the truth.

use newsdb::{Cancel, EntityKind, Error, NewArticle, NewMention, NewsDb, Query};
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;

fn filled(path: &Path) -> NewsDb {
    let db = NewsDb::options().annotate(false).open(path).unwrap();
    let articles = (0..40).map(|number| {
        NewArticle::new("wire")
            .id(number.to_string())
            .headline(format!("Ferry number {number}"))
            .body(format!("Ferry {number} was late again, said the harbour master. ").repeat(10))
            .published(format!("2024-06-{:02}T08:00:00Z", 1 + number % 28).parse().unwrap())
            .subject("transport")
            .author("Anna Berg")
            .mention(NewMention::new(EntityKind::Place, "Lindholm"))
    });
    db.ingest(articles).unwrap();
    db
}

#[test]
fn a_sound_file_has_no_findings() {
    let folder = tempfile::tempdir().unwrap();
    let db = filled(&folder.path().join("news.db"));
    let check = db.check(&Cancel::new()).unwrap();
    assert_eq!((check.articles, check.findings.len()), (40, 0), "{:?}", check.findings);
}

#[test]
fn damage_is_found_and_named() {
    for (damage, expected) in [
        ("UPDATE article SET headline = 'Another' WHERE external_id = '7'", "hash"),
        (
            "UPDATE article_body SET body = x'0102' WHERE article_id = (SELECT article_id FROM article WHERE external_id = '7')",
            "no place of a pack",
        ),
        (
            "UPDATE article_body SET codec = 1, body = x'0102' WHERE article_id = (SELECT article_id FROM article WHERE external_id = '7')",
            "damaged",
        ),
        ("UPDATE text_pack SET texts = x'0102'", "damaged"),
        ("DELETE FROM text_pack", "not there"),
        ("UPDATE article_body SET body = CAST('1/99' AS BLOB)", "text that it should have"),
        ("UPDATE article_body SET body = (SELECT max(body) FROM article_body)", "is kept twice"),
        ("DELETE FROM article_body WHERE article_id % 2", "is nobody's"),
        (
            "DELETE FROM article_body WHERE article_id = (SELECT article_id FROM article WHERE external_id = '7')",
            "hash",
        ),
        ("UPDATE article SET language = 'ru' WHERE external_id = '7'", "index"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM author", "author"),
        ("UPDATE article SET authors = '[null]' WHERE external_id = '7'", "author"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM entity", "mentions of entities"),
        (
            "UPDATE mention SET list = '[[1,' WHERE rowid = (SELECT min(rowid) FROM mention)",
            "not JSON",
        ),
        (
            "UPDATE mention SET list = '[7]' WHERE rowid = (SELECT min(rowid) FROM mention)",
            "mentions of article",
        ),
        ("UPDATE article SET tags = '{' WHERE external_id = '7'", "not JSON"),
        ("UPDATE article SET headline = CAST(x'41FF' AS TEXT) WHERE external_id = '7'", "utf-8"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("news.db");
        let db = filled(&path);
        Connection::open(&path).unwrap().execute_batch(damage).unwrap();
        let check = db.check(&Cancel::new()).unwrap();
        assert!(!check.is_clean(), "not found: {damage}");
        let found = check.findings.iter().any(|finding| finding.contains(expected));
        assert!(found, "{damage}: {:?}", check.findings);
        let extra =
            check.findings.iter().any(|finding| finding.contains("holds what is not there"));
        assert!(!extra, "{damage}: {:?}", check.findings);
        assert_eq!(db.stats().unwrap().articles, 40);
    }
}

/// What is damaged can be taken out, keeps nothing else from being tidied, and is never taken for another text.
#[test]
fn a_damaged_pack_keeps_nobody_from_his_work() {
    for damage in [
        "UPDATE text_pack SET texts = x'0102'",
        "DELETE FROM text_pack",
        "UPDATE article_body SET body = x'FF'",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("news.db");
        let db = filled(&path);
        let id = |number: &str| db.article_by_uri(&format!("newsdb:wire/{number}"));
        let ids: Vec<_> = (0..40).map(|n| id(&n.to_string()).unwrap().unwrap().id).collect();
        Connection::open(&path).unwrap().execute_batch(damage).unwrap();
        db.optimize(&Cancel::new()).unwrap();
        db.remove(ids[7]).unwrap();
        let others = (100..140).map(|number| {
            NewArticle::new("wire").id(number.to_string()).body(format!("Other text {number}."))
        });
        db.ingest(others).unwrap();
        assert!(db.article(ids[7]).unwrap().is_none());
        for other in &ids[8..] {
            let read = db.article(*other);
            assert!(matches!(read, Err(Error::Corrupt(_))), "{damage}: {read:?}");
        }
        for id in ids.iter().filter(|id| **id != ids[7]) {
            db.remove(*id).unwrap();
        }
        assert_eq!(db.stats().unwrap().articles, 40);
        let check = db.check(&Cancel::new()).unwrap();
        assert!(check.findings.iter().all(|f| f.contains("nobody's")), "{:?}", check.findings);
    }
}

#[test]
fn a_file_with_holes_is_an_error_or_a_finding_and_never_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    drop(filled(&path));
    let sound = std::fs::read(&path).unwrap();
    let pages = sound.len() / 4096;
    let free: i64 = Connection::open(&path)
        .unwrap()
        .pragma_query_value(None, "freelist_count", |row| row.get(0))
        .unwrap();
    assert!(free as usize * 10 < pages, "{free} of {pages} pages hold nothing");
    let mut noticed = 0;
    for page in 1..pages {
        let broken = folder.path().join(format!("broken-{page}.db"));
        let mut bytes = sound.clone();
        bytes[page * 4096..(page + 1) * 4096].fill(0xA5);
        std::fs::write(&broken, &bytes).unwrap();
        let outcome = NewsDb::open(&broken).and_then(|db| {
            let _ = db.count(&Query::new().text("ferry"));
            db.check(&Cancel::new())
        });
        noticed += usize::from(!outcome.is_ok_and(|check| check.is_clean()));
    }
    assert!(
        noticed + free as usize >= pages - 1,
        "every page that holds something matters to somebody"
    );
}

#[test]
fn figures_are_counted_from_the_rows() {
    let folder = tempfile::tempdir().unwrap();
    let db = filled(&folder.path().join("news.db"));
    let stats = db.stats().unwrap();
    assert_eq!((stats.articles, stats.sources, stats.subjects, stats.authors), (40, 1, 1, 1));
    assert_eq!((stats.mentions, stats.entities, stats.undated), (40, 1, 0));
    assert_eq!(stats.by_status.get("usable"), Some(&40));
    assert_eq!(stats.first.unwrap().to_string(), "2024-06-01T08:00:00Z");
    assert_eq!(stats.last.unwrap().to_string(), "2024-06-28T08:00:00Z");
    assert!(stats.file_bytes + stats.log_bytes > 0);
}

#[test]
fn tidying_gives_space_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let db = filled(&path);
    for batch in 0..10 {
        let texts = (0..50).map(|number| {
            NewArticle::new("bulk")
                .id(format!("{batch}-{number}"))
                .body((0..400).map(|word| format!("{batch}x{number}y{word} ")).collect::<String>())
                .published("2020-01-01T00:00:00Z".parse().unwrap())
        });
        db.ingest(texts).unwrap();
    }
    db.optimize(&Cancel::new()).unwrap();
    let full = db.stats().unwrap();
    assert_eq!(full.log_bytes, 0);
    db.purge("2021-01-01T00:00:00Z".parse().unwrap()).unwrap();
    db.optimize(&Cancel::new()).unwrap();
    let tidy = db.stats().unwrap();
    assert_eq!((tidy.free_bytes, tidy.articles), (0, 40));
    assert!(tidy.file_bytes < full.file_bytes / 2, "{} of {}", tidy.file_bytes, full.file_bytes);
    assert!(db.check(&Cancel::new()).unwrap().is_clean());
}

#[test]
fn long_work_can_be_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let db = filled(&folder.path().join("news.db"));
    let stopped = Cancel::new();
    stopped.cancel();
    assert!(matches!(db.check(&stopped), Err(Error::Canceled)));
    let spent = Cancel::after(Duration::ZERO);
    let many = (0..5_000).map(|number| NewArticle::new("bulk").headline(format!("Item {number}")));
    let outcome = db.ingest_with(many, newsdb::IngestOptions::new().batch(10).cancel(&spent));
    let Err(Error::IngestStopped { report, source }) = outcome else { panic!("not stopped") };
    assert!(matches!(*source, Error::Canceled));
    assert_eq!(db.count(&Query::new()).unwrap(), 40 + report.inserted);
}
