//! Tables with a header, and columns that the caller maps.

use newsdb::formats::{self, Format, ReadOptions};
use newsdb::{EntityKind, Limits, NewArticle, Reason};
use std::io::Cursor;

fn columns(pairs: &[(&str, &str)]) -> ReadOptions {
    let columns = pairs.iter().map(|(column, field)| (column.to_string(), field.to_string()));
    ReadOptions { columns: columns.collect(), ..Default::default() }
}

fn read_with(text: impl Into<Vec<u8>>, options: &ReadOptions) -> Vec<Result<NewArticle, String>> {
    let items = formats::read(Cursor::new(text.into()), "in", None, options);
    items.map(|item| item.map_err(|rejected| rejected.to_string())).collect()
}

fn read(text: impl Into<Vec<u8>>) -> Vec<Result<NewArticle, String>> {
    read_with(text, &ReadOptions::default())
}

/// The headlines, each with its line.
fn headlines(items: &[Result<NewArticle, String>]) -> Vec<String> {
    items
        .iter()
        .map(|item| match item {
            Ok(a) => format!("{} {}", a.place.line.unwrap(), a.headline.as_deref().unwrap_or("-")),
            Err(reason) => reason.clone(),
        })
        .collect()
}

#[test]
fn every_column_is_what_json_lines_would_call_it() {
    let text = "\u{feff}ID;Title;Pub Date;Updated;URL;Author;Tags;People;Description;Text;Lang;Ressort;Image;Urgency\r\n\
        7;\"Bridge; open\";Mon, 10 Jun 2024 08:00:00 +0200;2024-06-11;https://a.example/7;Anna Berg;bridge|harbour;\
        Erik Lund; A lead.;\"First line.\r\n\r\nSays \"\"open\"\".\";sv;Lokal;https://a.example/7.jpg;3\r\n";
    let items = read(text);
    assert_eq!(items.len(), 1);
    let article = items[0].as_ref().unwrap();
    assert_eq!(article.id.as_deref(), Some("7"));
    assert_eq!(article.headline.as_deref(), Some("Bridge; open"));
    assert_eq!(article.published.unwrap().to_string(), "2024-06-10T08:00:00+02:00");
    assert_eq!(article.modified.unwrap().to_string(), "2024-06-11");
    assert_eq!(article.url.as_deref(), Some("https://a.example/7"));
    assert_eq!(article.authors, ["Anna Berg"]);
    assert_eq!(article.tags, ["bridge", "harbour"]);
    let mention = &article.mentions[0];
    assert_eq!((mention.kind, mention.name.as_str()), (EntityKind::Person, "Erik Lund"));
    assert_eq!(article.summary.as_deref(), Some(" A lead."));
    assert_eq!(article.body.as_deref(), Some("First line.\r\n\r\nSays \"open\"."));
    assert_eq!(article.language.as_deref(), Some("sv"));
    assert_eq!(article.images[0].url, "https://a.example/7.jpg");
    assert_eq!(article.urgency, Some(3));
    assert_eq!(article.attributes["Ressort"], "Lokal");
    assert_eq!(article.place.line, Some(2));
}

#[test]
fn the_delimiter_is_found_by_content() {
    for delimiter in [",", ";", "\t", "|"] {
        let text = ["id", "title", "date"].join(delimiter)
            + "\n"
            + &["1", "a", "2024-06-10"].join(delimiter);
        assert_eq!(headlines(&read(text)), ["2 a"], "{delimiter:?}");
    }
    assert_eq!(headlines(&read("sep=;\nid;title\n1;a, b\n")), ["3 a, b"]);
}

#[test]
fn the_caller_maps_columns_of_tables_and_of_json_lines() {
    let options = columns(&[("Datum", "published"), ("Überschrift", "headline")]);
    let items = read_with("Überschrift;Datum;date\nBrücke offen;10.06.2024;2020-01-01\n", &options);
    let article = items[0].as_ref().unwrap();
    assert_eq!(article.headline.as_deref(), Some("Brücke offen"));
    assert_eq!(article.published.unwrap().to_string(), "2024-06-10");
    assert_eq!(article.attributes["date"], "2020-01-01");

    let items = read_with(
        "{\"Überschrift\": \"Brücke offen\", \"Datum\": \"2024-06-10\", \"headline\": \"x\"}\n",
        &options,
    );
    let article = items[0].as_ref().unwrap();
    assert_eq!(article.headline.as_deref(), Some("Brücke offen"));
    assert_eq!(article.attributes["Überschrift"], "x");
    let items = read_with(
        "{\"_source\": {\"Überschrift\": \"Brücke offen\", \"text\": \"x\"}}\n",
        &options,
    );
    assert_eq!(items[0].as_ref().unwrap().headline.as_deref(), Some("Brücke offen"));
    assert!(formats::fields().any(|field| field == "published"));
}

#[test]
fn what_is_wrong_is_refused_and_the_rest_is_read() {
    let items = headlines(&read("id,title\n1,a\n2,b,c\n3\n\n4,d,\n,\n"));
    assert_eq!(
        items,
        ["2 a", "in:3: 2 columns expected, 3 found", "4 -", "6 d", "in:7: the article has no text"]
    );

    // A stray quote costs its own line.
    let items = headlines(&read("id,title\n1,\"a\n2,b\n3,\"c\"\n"));
    assert_eq!(items, ["in:2: a quote that nothing closes", "3 b", "4 c"]);
    let items = headlines(&read("id,title\n1,5\" pipe\n2,\"b\" and more\n3,  \"c\"\n"));
    assert_eq!(items, ["2 5\" pipe", "3 b and more", "4 c"]);

    let options =
        ReadOptions { limits: Limits { line: 50, ..Default::default() }, ..Default::default() };
    let long = format!(
        "id,title\n1,\"{}\n{}\n2,b\n3,{}\n4,d\n",
        "x".repeat(40),
        "y".repeat(40),
        "z".repeat(60)
    );
    assert_eq!(
        headlines(&read_with(long, &options)),
        [
            "in:2: over the limit line of 50",
            &format!("3 {}", "-"),
            "4 b",
            "in:5: over the limit line of 50",
            "6 d"
        ]
    );

    let csv = |text: &str| {
        formats::read(
            Cursor::new(text.to_owned()),
            "in",
            Some(Format::Csv),
            &ReadOptions::default(),
        )
        .collect::<Vec<_>>()
    };
    let refused = csv("a,b\n1,2\n").pop().unwrap().unwrap_err();
    assert!(
        matches!(refused.reason, Reason::Malformed(reason) if reason.contains("no column of the header is known"))
    );
    assert_eq!(csv("").len(), 0);
}

#[test]
fn many_stray_quotes_cost_no_more_than_their_lines() {
    let text = "id,title\n".to_owned() + &"1,\"a\n2,b\n".repeat(20_000);
    let items = read(text);
    // Every second quote closes the one before; the field goes on behind it.
    assert!(items.len() >= 10_000);
}

#[test]
fn other_encodings_are_read() {
    let items = read(b"id;title\n1;Caf\xe9 \xf6ffnet\n".as_slice());
    assert_eq!(headlines(&items), ["2 Café öffnet"]);
}
