//! Flipped bits, cut and missing rows of the index: an answer is the right one or an error that
//! names the segment.

use newsdb::{Cancel, Dimension, Error, NewsDb, Options, Query, Sort, Timeline, Unit};
use newsdb_properties::{Numbers, World};
use rusqlite::{Connection, params};
use std::path::Path;

/// What is asked: a line for each answer.
fn ask(db: &NewsDb) -> Vec<Result<String, Error>> {
    let queries = [
        Query::new(),
        Query::new().text("harbour OR storm*"),
        Query::new().text("\"harbour bridge\" -мост"),
        Query::new().source("alpha").language("en").unique(true),
        Query::new().subject("sport").tag("seen"),
    ];
    let mut answers = Vec::new();
    for query in &queries {
        answers.push(db.count(query).map(|count| count.to_string()));
        for sort in [Sort::Newest, Sort::Relevance] {
            answers.push(db.search(query, sort, 50, None).map(|page| {
                let hits = page.hits.iter().map(|hit| format!("{} {:?}", hit.id, hit.score));
                hits.collect::<Vec<_>>().join(", ")
            }));
        }
        let days = Timeline::by(Unit::Day);
        answers.push(db.timeline(query, &days).map(|counts| format!("{counts:?}")));
        for dimension in [Dimension::Entity, Dimension::Source, Dimension::Subject] {
            answers.push(db.top(query, dimension, 20).map(|list| format!("{list:?}")));
        }
    }
    answers
}

fn open(path: &Path, now: i64) -> NewsDb {
    let now = chrono::DateTime::from_timestamp(now, 0).unwrap();
    Options::new().index_cache_bytes(0).clock(move || now).open(path).unwrap()
}

#[test]
fn damage_is_an_error_that_names_the_segment_and_never_another_answer() {
    let mut world = World::new(17);
    for _ in 0..40 {
        world.step();
    }
    world.ingest(200);
    let (path, now) = (world.path().to_owned(), world.now());
    let mut numbers = Numbers(23);
    let expected: Vec<String> = ask(&open(&path, now)).into_iter().map(Result::unwrap).collect();
    let connection = Connection::open(&path).unwrap();
    let pages: Vec<(i64, Vec<u8>)> = connection
        .prepare("SELECT place, bytes FROM segment_page")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let keys: Vec<i64> = connection
        .prepare("SELECT key FROM segment")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut noticed = 0;
    let mut judge = |what: &str| {
        let db = open(&path, now);
        for (found, expected) in ask(&db).into_iter().zip(&expected) {
            match found {
                Ok(found) => assert_eq!(found, *expected, "{what}"),
                Err(Error::Corrupt(text)) => {
                    noticed += 1;
                    let named = keys.iter().any(|key| text.contains(&format!("{key:016x}")));
                    assert!(named, "{what}: {text}");
                }
                Err(error) => panic!("{what}: {error}"),
            }
        }
        let check = db.check(&Cancel::new()).unwrap();
        assert!(!check.is_clean(), "{what}");
    };
    let write = |place: i64, bytes: &[u8]| {
        let sql = "INSERT OR REPLACE INTO segment_page (place, bytes) VALUES (?1, ?2)";
        connection.execute(sql, params![place, bytes]).unwrap();
    };
    for (place, sound) in &pages {
        for _ in 0..3 {
            let mut bytes = sound.clone();
            let at = numbers.below(bytes.len());
            bytes[at] ^= 1 << numbers.below(8);
            write(*place, &bytes);
            judge(&format!("page {place:x}, byte {at}"));
        }
        let cut = numbers.below(sound.len());
        write(*place, &sound[..cut]);
        judge(&format!("page {place:x} cut at {cut}"));
        connection.execute("DELETE FROM segment_page WHERE place = ?1", [place]).unwrap();
        judge(&format!("page {place:x} missing"));
        // A sound page of another place.
        let (_, other) = &pages[numbers.below(pages.len())];
        if other != sound {
            write(*place, other);
            judge(&format!("page {place:x} from elsewhere"));
        }
        write(*place, sound);
    }
    for column in ["first_id", "last_id", "articles", "live", "texts", "tokens", "window", "key"] {
        let change = |by: i64| {
            connection
                .execute(&format!("UPDATE segment SET {column} = {column} + ?1 WHERE slot = (SELECT min(slot) FROM segment)"), [by])
                .unwrap()
        };
        let null: bool = connection
            .query_row(&format!("SELECT {column} IS NULL FROM segment ORDER BY slot"), [], |row| {
                row.get(0)
            })
            .unwrap();
        if !null {
            change(1);
            let db = open(&path, now);
            let damaged = |answer: Result<String, Error>| matches!(answer, Err(Error::Corrupt(_)));
            assert!(ask(&db).into_iter().all(damaged), "{column}");
            change(-1);
        }
    }
    assert!(noticed > 100);
    // Built anew, it is sound again.
    connection.execute("UPDATE segment_page SET bytes = x'00'", []).unwrap();
    let db = open(&path, now);
    assert!(ask(&db).iter().any(Result::is_err));
    db.rebuild(&Cancel::new(), |_| {}).unwrap();
    let rebuilt: Vec<String> = ask(&db).into_iter().map(Result::unwrap).collect();
    assert_eq!(rebuilt, expected);
    assert!(db.check(&Cancel::new()).unwrap().is_clean());
}
