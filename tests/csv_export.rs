//! The table of articles, read back by a reader of RFC 4180.

use newsdb::formats::{self, Format, ReadOptions};
use newsdb::{Image, NewArticle, NewsDb, Query, Subject};
use std::io::Cursor;

/// Rows of cells, as RFC 4180 has them.
fn rows(table: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = table.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted && chars.peek() == Some(&'\n') => {
                chars.next();
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    assert!(row.is_empty() && cell.is_empty(), "the last row has its end");
    rows
}

fn sample() -> NewsDb {
    let db = NewsDb::open_in_memory().unwrap();
    let mut article = NewArticle::new("north")
        .id("n-1")
        .headline("He said \"no\", twice")
        .body("First line.\r\nSecond, line.\n\n\"Third\"")
        .author("Anna Berg")
        .author("Jon, the younger")
        .language("en")
        .published("2024-06-10T10:00:00+05:00".parse().unwrap())
        .subject("transport");
    article.subjects.push(Subject { scheme: Some("medtop".into()), code: "1".into(), name: None });
    article.images.push(Image { url: "https://north.example/1.jpg".into(), ..Image::default() });
    db.insert(article).unwrap();
    db.insert(NewArticle::new("south").id(" 2 ").body("只有正文。")).unwrap();
    db
}

fn table(db: &NewsDb) -> String {
    let mut table = Vec::new();
    assert_eq!(db.export_csv(&Query::new(), &mut table).unwrap().articles, 2);
    String::from_utf8(table).unwrap()
}

#[test]
fn every_cell_is_what_the_article_says() {
    let rows = rows(&table(&sample()));
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    let of = |id: &str, column: &str| {
        let at = rows[0].iter().position(|name| name == column).unwrap();
        rows.iter().find(|row| row[0] == id).unwrap()[at].clone()
    };
    assert_eq!(of("n-1", "headline"), "He said \"no\", twice");
    assert_eq!(of("n-1", "body"), "First line.\r\nSecond, line.\n\n\"Third\"");
    assert_eq!(of("n-1", "authors"), r#"["Anna Berg","Jon, the younger"]"#);
    assert_eq!(of("n-1", "published"), "2024-06-10T10:00:00+05:00");
    assert_eq!(of("n-1", "subjects"), r#"["transport",{"scheme":"medtop","code":"1"}]"#);
    assert_eq!(of("n-1", "images"), r#"[{"url":"https://north.example/1.jpg"}]"#);
    assert_eq!(of("n-1", "summary"), "");
    assert_eq!(of(" 2 ", "body"), "只有正文。");
    assert_eq!(of(" 2 ", "published"), "");
}

#[test]
fn ingest_takes_the_table_back() {
    let table = table(&sample());
    let copy = NewsDb::open_in_memory().unwrap();
    let input = Cursor::new(table.into_bytes());
    let report = copy
        .ingest(formats::read(input, "t.csv", Some(Format::Csv), &ReadOptions::default()))
        .unwrap();
    assert_eq!((report.inserted, report.rejected), (2, 0));
    let article = copy.article_by_uri("newsdb:north/n-1").unwrap().unwrap();
    assert_eq!(article.headline, "He said \"no\", twice");
    assert_eq!(article.published.unwrap().to_string(), "2024-06-10T10:00:00+05:00");
    assert_eq!(article.source, "north");
}
