//! Where dates come from, and what follows: better kinds of sources move an article, guesses are
//! marked, and what cannot be believed is kept as it was given.
#![cfg(feature = "html")]

use newsdb::formats::{self, Format, ReadOptions};
use newsdb::{Article, DateSource, IngestReport, NewsDb, Options, Precision};
use std::io::Cursor;

const URL: &str = "https://harbour.example/news/bridge";

/// At noon of 1 July 2024.
fn database() -> NewsDb {
    Options::new().clock(|| "2024-07-01T12:00:00Z".parse().unwrap()).open_in_memory().unwrap()
}

fn ingest(db: &NewsDb, format: Format, input: &str) -> IngestReport {
    let options = ReadOptions {
        source: Some("harbour.example".into()),
        url: Some(URL.into()),
        ..ReadOptions::default()
    };
    let input = Cursor::new(input.to_owned());
    db.ingest(formats::read(input, "input", Some(format), &options)).unwrap()
}

/// A page with this head, and this line under its headline.
fn page(head: &str, line: &str) -> String {
    let text = "The harbour bridge opened on Monday after three years of work, and the first \
                buses crossed it in the morning while the old ferry made its last trip.";
    format!(
        "<html lang=en><head><title>Bridge opens</title>{head}</head><body><h1>Bridge opens</h1>\
         <p>{line}</p><p>{text}</p><p>{text} Nobody waited.</p><p>{text} It rained.</p></body></html>"
    )
}

fn only(db: &NewsDb) -> Article {
    let page = db.search(&newsdb::Query::new(), newsdb::Sort::Newest, 10, None).unwrap();
    assert_eq!(page.hits.len(), 1);
    db.article(page.hits[0].id).unwrap().unwrap()
}

#[test]
fn a_better_kind_of_source_moves_an_article_and_a_worse_one_does_not() {
    let db = database();
    // Nothing but a date of change: a guess, and marked as one.
    ingest(&db, Format::Html, &page("", "Last updated: June 12, 2024"));
    let guessed = only(&db);
    assert_eq!(guessed.published.unwrap().to_string(), "2024-06-12");
    assert_eq!(guessed.published_source, Some(DateSource::Guess));
    assert_eq!(guessed.published.unwrap().precision(), Precision::Day);
    // The page says it.
    let head = "<meta property='article:published_time' content='2024-06-10T08:00:00+02:00'>";
    ingest(&db, Format::Html, &page(head, ""));
    let stated = only(&db);
    assert_eq!(stated.published.unwrap().to_string(), "2024-06-10T08:00:00+02:00");
    assert_eq!(stated.published_source, Some(DateSource::Metadata));
    assert_ne!(stated.id, guessed.id);
    assert_eq!(db.article(guessed.id).unwrap().unwrap().id, stated.id);
    // The publisher's own feed says otherwise, and is believed.
    let line = |date: &str| format!(r#"{{"title": "Bridge opens", "date": "{date}"}}"#);
    ingest(&db, Format::Jsonl, &line("Mon, 10 Jun 2024 07:55 +0200"));
    let fed = only(&db);
    assert_eq!(fed.published.unwrap().to_string(), "2024-06-10T07:55+02:00");
    assert_eq!(fed.published_source, Some(DateSource::Publisher));
    assert_eq!(fed.id.second(), fed.published.unwrap().second());
    // Neither the same kind nor a worse one moves it again.
    ingest(&db, Format::Jsonl, &line("2024-06-11"));
    ingest(&db, Format::Html, &page("", "Published June 9, 2024"));
    assert_eq!(only(&db).id, fed.id);
    assert_eq!(db.article(guessed.id).unwrap().unwrap().id, fed.id);
}

#[test]
fn dates_that_cannot_be_believed_stay_as_given() {
    for (given, raw) in [
        ("2024-07-03T00:00:00Z", "2024-07-03T00:00:00Z"),
        ("Wed, 3 Jul 2999 10:15:00 GMT", "2999-07-03T10:15:00Z"),
        ("3 March 1066", "1066-03-03"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("32 March 2024", "32 March 2024"),
        ("March 2024", "March 2024"),
        ("2024", "2024"),
    ] {
        let db = database();
        ingest(&db, Format::Jsonl, &format!(r#"{{"title": "Bridge", "date": "{given}"}}"#));
        let article = only(&db);
        assert_eq!(article.published, None, "{given}");
        assert_eq!(article.published_raw.as_deref(), Some(raw), "{given}");
        assert_eq!(
            article.id.second(),
            db.article(article.id).unwrap().unwrap().first_seen.timestamp()
        );
        assert_eq!(db.stats().unwrap().undated, 1, "{given}");
    }
}

#[test]
fn readers_of_lines_read_dates_as_machines_and_people_write_them() {
    for (given, expected) in [
        ("\"Thu, 13 Jun 24 10:00 MSK\"", "2024-06-13T10:00+03:00"),
        ("\"13 juin 2024 à 10h00\"", "2024-06-13T10:00Z"),
        ("\"20240613\"", "2024-06-13"),
        ("20240613", "2024-06-13"),
        ("1718272800", "2024-06-13T10:00:00Z"),
        ("1718272800000", "2024-06-13T10:00:00Z"),
        ("\"1718272800\"", "2024-06-13T10:00:00Z"),
    ] {
        let db = database();
        ingest(&db, Format::Jsonl, &format!(r#"{{"title": "Bridge", "date": {given}}}"#));
        assert_eq!(only(&db).published.unwrap().to_string(), expected, "{given}");
    }
}
