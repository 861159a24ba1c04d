//! GDELT: every column of every table, field by field.

use newsdb::formats::{self, Format, ReadOptions};
use newsdb::{DateSource, EntityKind, NewArticle, NewsDb, Reason, Rejected};
use serde_json::{Value, json};
use std::io::Cursor;

/// A row of GKG 2.1 with some columns, by their numbers from 1.
fn gkg(columns: &[(usize, &str)]) -> String {
    let mut row = vec![""; 27];
    row[0] = "20240310120000-7";
    row[1] = "20240310120000";
    row[2] = "1";
    row[3] = "baltic-post.example";
    row[4] = "https://baltic-post.example/2024/03/harbour-bridge-opens-in-lindholm.html";
    for (number, text) in columns {
        row[number - 1] = text;
    }
    row.join("\t") + "\n"
}

fn read(text: impl Into<Vec<u8>>) -> Vec<Result<NewArticle, Rejected>> {
    formats::read(Cursor::new(text.into()), "in", None, &ReadOptions::default()).collect()
}

fn article(text: impl Into<Vec<u8>>) -> NewArticle {
    let mut items = read(text);
    assert_eq!(items.len(), 1);
    items.pop().unwrap().unwrap()
}

fn values(article: &NewArticle, kind: &str) -> Vec<Value> {
    let of_kind = article.annotations.iter().filter(|annotation| annotation.kind == kind);
    of_kind.map(|annotation| annotation.value.clone()).collect()
}

#[test]
fn the_page_of_a_gkg_row() {
    let extras = "<PAGE_LINKS>https://a.example/1;https://a.example/2?x=1&amp;y=2</PAGE_LINKS>\
        <PAGE_AUTHORS>Anna Berg;&#x10C;TK</PAGE_AUTHORS>\
        <PAGE_PRECISEPUBTIMESTAMP>20240310113000</PAGE_PRECISEPUBTIMESTAMP>\
        <PAGE_ALTURL_AMP>https://baltic-post.example/amp/1</PAGE_ALTURL_AMP>\
        <PAGE_TITLE>Br&#xFC;cke &amp; Hafen:  &lt;offen&gt;</PAGE_TITLE>";
    let article = article(gkg(&[
        (19, "https://baltic-post.example/bridge.jpg"),
        (20, "http:/img.example/2.jpg;https://baltic-post.example/bridge.jpg"),
        (22, "https://video.example/1;"),
        (26, "srclc:deu;eng:GT-DEU 1.0"),
        (27, extras),
    ]));
    assert_eq!(article.id, None);
    assert_eq!(article.source.as_deref(), Some("baltic-post.example"));
    assert_eq!(
        article.url.as_deref(),
        Some("https://baltic-post.example/2024/03/harbour-bridge-opens-in-lindholm.html")
    );
    assert_eq!(article.headline.as_deref(), Some("Brücke & Hafen: <offen>"));
    assert!(!article.headline_derived);
    assert_eq!(article.authors, ["Anna Berg", "ČTK"]);
    assert_eq!(article.published.unwrap().to_string(), "2024-03-10T11:30:00Z");
    assert_eq!(article.published_source, Some(DateSource::Metadata));
    assert_eq!(article.first_seen.unwrap().to_rfc3339(), "2024-03-10T12:00:00+00:00");
    assert_eq!(article.language.as_deref(), Some("de"));
    let images: Vec<_> = article.images.iter().map(|image| image.url.as_str()).collect();
    assert_eq!(images, ["https://baltic-post.example/bridge.jpg", "http://img.example/2.jpg"]);
    assert_eq!(
        values(&article, "record"),
        [json!({
            "id": "20240310120000-7", "seen": "2024-03-10T12:00:00Z",
            "links": ["https://a.example/1", "https://a.example/2?x=1&y=2"],
            "amp": "https://baltic-post.example/amp/1",
            "embedded_videos": ["https://video.example/1"],
            "translation": "srclc:deu;eng:GT-DEU 1.0",
        })]
    );
}

#[test]
fn a_row_without_a_title_has_the_words_of_its_url_and_the_date_of_its_file() {
    let article = article(gkg(&[]));
    assert_eq!(article.headline.as_deref(), Some("Harbour bridge opens in lindholm"));
    assert!(article.headline_derived);
    assert_eq!(article.published.unwrap().to_string(), "2024-03-10T12:00Z");
    assert_eq!(article.published_source, Some(DateSource::Metadata));
    assert_eq!(article.language.as_deref(), Some("en"));
}

#[test]
fn a_page_is_not_from_after_it_was_seen() {
    let late = "<PAGE_PRECISEPUBTIMESTAMP>20240312000000</PAGE_PRECISEPUBTIMESTAMP>";
    let article = article(gkg(&[(27, late)]));
    assert_eq!(article.published_source, Some(DateSource::Metadata));
    assert_eq!(article.published_raw.as_deref(), Some("20240312000000"));
}

#[test]
fn names_themes_and_places_of_a_gkg_row() {
    let article = article(gkg(&[
        (8, "TRANSPORT;WB_135_TRANSPORT;"),
        (9, "TRANSPORT,40;TRANSPORT,90;WB_135_TRANSPORT,40"),
        (
            10,
            "1#Austria#AU#AU#47.33#13.33#AU;4#Lindholm, Skane Lan, Sweden#SW#SW27#55.4#13.3#-2497300;2#Alaska, United States#US#USAK#61.3#-152.2#AK",
        ),
        (
            11,
            "1#Austrian#AU#AU##47.33#13.33#AU#12;1#Austrian#AU#AU##47.33#13.33#AU#80;4#Lindholm, Skane Lan, Sweden#SW#SW27#29#55.4#13.3#-2497300#33",
        ),
        (12, "anna berg;erik lund"),
        (13, "Anna Berg,10;Erik Lund,55;Anna Berg,99"),
        (14, "harbour board"),
        (24, "Harbour Bridge,5"),
    ]));
    let subjects: Vec<_> =
        article.subjects.iter().map(|s| (s.scheme.as_deref(), s.code.as_str())).collect();
    assert_eq!(
        subjects,
        [(Some("gdelt-theme"), "TRANSPORT"), (Some("gdelt-theme"), "WB_135_TRANSPORT")]
    );
    let mentions: Vec<_> = article
        .mentions
        .iter()
        .map(|m| {
            assert_eq!((m.annotator.as_str(), &m.span), ("gdelt", &None));
            let ids: Vec<_> =
                m.external_ids.iter().map(|id| format!("{}:{}", id.scheme, id.value)).collect();
            (m.kind, m.name.as_str(), ids.join(" "))
        })
        .collect();
    assert_eq!(
        mentions,
        [
            (EntityKind::Person, "Anna Berg", String::new()),
            (EntityKind::Person, "Erik Lund", String::new()),
            (EntityKind::Organisation, "harbour board", String::new()),
            (EntityKind::Place, "Austria", "iso3166-1:AT".to_owned()),
            (EntityKind::Place, "Lindholm, Skane Lan, Sweden", "gns:-2497300".to_owned()),
            (EntityKind::Place, "Alaska, United States", "iso3166-2:US-AK".to_owned()),
        ]
    );
    assert_eq!(
        values(&article, "offsets"),
        [json!({
            "persons": {"Anna Berg": [10, 99], "Erik Lund": [55]},
            "organisations": {"harbour board": []},
            "themes": {"TRANSPORT": [40, 90], "WB_135_TRANSPORT": [40]},
            "names": {"Harbour Bridge": [5]},
        })]
    );
    assert_eq!(
        values(&article, "places"),
        [json!([
            {"name": "Austrian", "type": "country", "country": "AT", "district": "AU",
             "latitude": 47.33, "longitude": 13.33, "feature": "AU", "offsets": [12, 80]},
            {"name": "Lindholm, Skane Lan, Sweden", "type": "city", "country": "SE", "district": "SW27",
             "district_2": "29", "latitude": 55.4, "longitude": 13.3, "feature": "-2497300", "offsets": [33]},
        ])]
    );
}

#[test]
fn tone_counts_quotations_amounts_and_dates_of_a_gkg_row() {
    let article = article(gkg(&[
        (
            7,
            "ARREST#400#political#4#Lindholm, Skane Lan, Sweden#SW#SW27#55.4#13.3#-2497300#4387;KILL#2##1#Austria#AU#AU#47.3#13.3#AU#9",
        ),
        (16, "-5.34,2.13,7.48,9.62,21.2,0.53,693"),
        (17, "4#2#18#0#706;3#3#9#2024#70;2#3#0#2024#5;1#0#0#2013#1592"),
        (23, "1332|28|said|we kept bridge #1 open all day#2252|9||it is blue"),
        (25, "3,new lanes, each way,476;1000000,dollars ,1157;"),
    ]));
    assert_eq!(
        values(&article, "tone"),
        [json!({"tone": -5.34, "positive": 2.13, "negative": 7.48, "polarity": 9.62,
                "activity_density": 21.2, "self_group_density": 0.53, "words": 693})]
    );
    assert_eq!(
        values(&article, "count"),
        [
            json!({"kind": "ARREST", "number": 400, "object": "political", "offset": 4387,
                   "place": {"name": "Lindholm, Skane Lan, Sweden", "type": "city", "country": "SE",
                             "district": "SW27", "latitude": 55.4, "longitude": 13.3, "feature": "-2497300"}}),
            json!({"kind": "KILL", "number": 2, "offset": 9,
                   "place": {"name": "Austria", "type": "country", "country": "AT", "district": "AU",
                             "latitude": 47.3, "longitude": 13.3, "feature": "AU"}}),
        ]
    );
    assert_eq!(
        values(&article, "quotation"),
        [
            json!({"offset": 1332, "verb": "said", "text": "we kept bridge #1 open all day"}),
            json!({"offset": 2252, "text": "it is blue"}),
        ]
    );
    assert_eq!(
        values(&article, "amount"),
        [
            json!({"amount": 3, "object": "new lanes, each way", "offset": 476}),
            json!({"amount": 1000000, "object": "dollars", "offset": 1157}),
        ]
    );
    assert_eq!(
        values(&article, "date"),
        [
            json!({"date": "--02-18", "offset": 706}),
            json!({"date": "2024-03-09", "offset": 70}),
            json!({"date": "2024-03", "offset": 5}),
            json!({"date": "2013", "offset": 1592}),
        ]
    );
}

#[test]
fn strays_of_another_encoding_are_read() {
    let mut row = gkg(&[(27, "<PAGE_TITLE>Caf? opens today</PAGE_TITLE>")]).into_bytes();
    let at = row.iter().rposition(|byte| *byte == b'?').unwrap();
    row[at] = 0xe9;
    assert_eq!(article(row).headline.as_deref(), Some("Café opens today"));
}

#[test]
fn what_cannot_be_read_names_its_column() {
    let refused = |columns: &[(usize, &str)]| {
        let rows = gkg(&[]) + &gkg(columns);
        let Rejected { place, reason } = read(rows).pop().unwrap().unwrap_err();
        assert_eq!(place.line, Some(2));
        reason.to_string()
    };
    assert_eq!(refused(&[(2, "2024031")]), "column 2, DATE: no date: \"2024031\"");
    assert_eq!(refused(&[(2, "20241310120000")]), "column 2, DATE: no date: \"20241310120000\"");
    assert_eq!(
        refused(&[(3, "2"), (5, "BBC Monitoring")]),
        "column 5, DocumentIdentifier: no URL: \"BBC Monitoring\""
    );
    assert_eq!(
        refused(&[(5, "https://baltic-post.example/?p=1")]),
        "column 5, DocumentIdentifier: neither a title nor a headline in the URL"
    );
    assert_eq!(refused(&[(16, "1,2,x")]), "column 16, V2Tone: no number: \"x\"");
    let short = gkg(&[]) + "20240310120000-8\t20240310120000\t1\n";
    assert_eq!(
        read(short)[1].as_ref().unwrap_err().to_string(),
        "in:2: 27 or 11 columns expected, 3 found"
    );
    let many = gkg(&[(12, &"anna berg;".repeat(10_001))]);
    assert_eq!(
        read(many)[0].as_ref().unwrap_err().reason,
        Reason::OverLimit { limit: "mentions", allowed: 10_000 }
    );
}

/// A row of Events 2.0 about an article.
fn event(id: u32, url: &str) -> String {
    let mut row = vec![String::new(); 61];
    row[0] = id.to_string();
    for (number, text) in [
        (2, "20240309"),
        (3, "202403"),
        (4, "2024"),
        (5, "2024.1863"),
        (6, "SWEGOV"),
        (7, "SWEDEN"),
        (8, "SWE"),
        (13, "GOV"),
        (16, "BUS"),
        (17, "COMPANY"),
        (23, "BUS"),
        (26, "1"),
        (27, "036"),
        (28, "036"),
        (29, "03"),
        (30, "1"),
        (31, "4.0"),
        (32, "10"),
        (33, "1"),
        (34, "10"),
        (35, "-1.5"),
        (36, "0"),
        (44, "0"),
        (52, "4"),
        (53, "Lindholm, Skane Lan, Sweden"),
        (54, "SW"),
        (55, "SW27"),
        (56, "29"),
        (57, "55.4"),
        (58, "13.3"),
        (59, "-2497300"),
        (60, "20240310120000"),
        (61, url),
    ] {
        row[number - 1] = text.to_owned();
    }
    row.join("\t") + "\n"
}

const BRIDGE: &str =
    "https://www.baltic-post.example/2024/03/harbour-bridge-opens-in-lindholm.html";

#[test]
fn an_event_is_an_annotation_of_its_article() {
    let article = article(event(410, BRIDGE));
    assert_eq!(article.source.as_deref(), Some("baltic-post.example"));
    assert_eq!(article.url.as_deref(), Some(BRIDGE));
    assert!(article.headline_derived && article.body.is_none());
    assert_eq!(article.published_source, Some(DateSource::Metadata));
    let annotation = &article.annotations[0];
    assert_eq!(
        (annotation.annotator.as_str(), annotation.kind.as_str()),
        ("gdelt-events", "event")
    );
    assert_eq!(annotation.key.as_deref(), Some("410"));
    assert_eq!(
        annotation.value,
        json!({
            "id": 410, "root": 1, "code": "036", "base_code": "036", "root_code": "03", "quad_class": 1,
            "goldstein": 4.0, "mentions": 10, "sources": 1, "articles": 10, "tone": -1.5,
            "date": "2024-03-09", "added": "2024-03-10T12:00:00Z",
            "actor1": {"code": "SWEGOV", "name": "SWEDEN", "country": "SWE", "type": "GOV"},
            "actor2": {"code": "BUS", "name": "COMPANY", "type": "BUS"},
            "place": {"name": "Lindholm, Skane Lan, Sweden", "country": "SE", "district": "SW27",
                      "district_2": "29", "latitude": 55.4, "longitude": 13.3, "feature": "-2497300"},
        })
    );
    let options = ReadOptions { source: Some("mine".into()), ..Default::default() };
    let input = Cursor::new(event(410, BRIDGE));
    let named =
        formats::read(input, "in", Some(Format::GdeltEvents), &options).next().unwrap().unwrap();
    assert_eq!(named.source.as_deref(), Some("mine"));
}

#[test]
fn a_page_without_a_source_is_its_hosts() {
    let nameless = article(gkg(&[(4, "")]));
    assert_eq!(nameless.source.as_deref(), Some("baltic-post.example"));
}

#[test]
fn a_mention_is_an_annotation_of_the_article_that_mentions() {
    let row = [
        "410",
        "20240310120000",
        "20240310121500",
        "1",
        "baltic-post.example",
        BRIDGE,
        "3",
        "-1",
        "300",
        "344",
        "1",
        "50",
        "2541",
        "2.07",
        "srclc:swe;eng:GT-SWE 1.0",
        "",
    ]
    .join("\t");
    let article = article(row);
    assert_eq!(article.source.as_deref(), Some("baltic-post.example"));
    assert_eq!(article.language.as_deref(), Some("sv"));
    assert_eq!(article.first_seen.unwrap().to_rfc3339(), "2024-03-10T12:15:00+00:00");
    let annotation = &article.annotations[0];
    assert_eq!(
        (annotation.annotator.as_str(), annotation.kind.as_str()),
        ("gdelt-mentions", "mention")
    );
    assert_eq!(annotation.key.as_deref(), Some("410/3"));
    assert_eq!(
        annotation.value,
        json!({"event": 410, "sentence": 3, "actor2_offset": 300, "action_offset": 344, "in_raw_text": 1,
               "confidence": 50, "length": 2541, "tone": 2.07, "translation": "srclc:swe;eng:GT-SWE 1.0",
               "event_added": "2024-03-10T12:00:00Z", "seen": "2024-03-10T12:15:00Z"})
    );
}

#[test]
fn events_and_mentions_stand_beside_the_article_that_is_stored() {
    let db = NewsDb::open_in_memory().unwrap();
    let article = NewArticle::new("baltic-post.example")
        .url(BRIDGE)
        .headline("Harbour bridge opens in Lindholm")
        .body("The harbour bridge opened on Saturday, ten years after the old one was closed.")
        .published("2024-03-10T08:00:00Z".parse().unwrap());
    db.ingest([Ok(article)]).unwrap();
    let mention = |event: u32, sentence: u32| {
        format!(
            "{event}\t20240310120000\t20240310121500\t1\tbaltic-post.example\t{BRIDGE}\t{sentence}\t-1\t300\t344\t1\t50\t2541\t2.07\t\t\n"
        )
    };
    for (format, rows) in [
        (Format::GdeltEvents, event(410, BRIDGE) + &event(411, BRIDGE)),
        (Format::GdeltMentions, mention(410, 1) + &mention(410, 3) + &mention(411, 1)),
        // The same rows once more are the same annotations.
        (Format::GdeltEvents, event(411, BRIDGE)),
    ] {
        let items = formats::read(Cursor::new(rows), "in", Some(format), &ReadOptions::default());
        let report = db.ingest(items).unwrap();
        assert_eq!((report.inserted, report.rejected), (0, 0), "{format}");
    }
    let [stored] = <[_; 1]>::try_from(db.articles_by_url(BRIDGE).unwrap()).unwrap();
    assert_eq!(stored.headline, "Harbour bridge opens in Lindholm");
    assert!(stored.body.is_some_and(|body| body.contains("ten years")));
    let mut keys: Vec<_> = stored
        .annotations
        .iter()
        .filter(|a| a.annotator.starts_with("gdelt"))
        .map(|a| format!("{} {}", a.annotator, a.key.as_deref().unwrap_or("")))
        .collect();
    keys.sort();
    assert_eq!(
        keys,
        [
            "gdelt-events 410",
            "gdelt-events 411",
            "gdelt-mentions 410/1",
            "gdelt-mentions 410/3",
            "gdelt-mentions 411/1"
        ]
    );
}

#[test]
fn a_row_of_gkg_1_is_every_article_that_it_names() {
    let row = [
        "20130401",
        "2",
        "KILL#2##1#Austria#AU#AU#47.3#13.3#AU;",
        "TRANSPORT;",
        "1#Austria#AU#AU#47.3#13.3#AU",
        "anna berg",
        "harbour board",
        "1,2,1,3,20,0.5",
        "410,411",
        "a.example;b.example",
        "https://a.example/harbour-bridge-opens-today<UDIV>https://b.example/?p=1",
    ]
    .join("\t");
    let items = read(row);
    assert_eq!(items.len(), 2);
    let article = items[0].as_ref().unwrap();
    assert_eq!(article.source.as_deref(), Some("a.example"));
    assert_eq!(article.published.unwrap().to_string(), "2013-04-01");
    assert_eq!(article.mentions.len(), 3);
    assert_eq!(values(article, "events"), [json!(["410", "411"])]);
    assert_eq!(values(article, "tone")[0]["self_group_density"], json!(0.5));
    assert_eq!(
        items[1].as_ref().unwrap_err().to_string(),
        "in:1: column 11, SOURCEURLS: neither a title nor a headline in the URL"
    );
}

#[test]
fn every_row_of_every_table_is_read_or_refused_by_column() {
    let mut figures = Vec::new();
    for table in ["gkg", "gkgT", "gkg1", "events", "events1", "eventsT", "mentions", "mentionsT"] {
        let path = format!("tests/fixtures/gdelt/{table}.csv.zip");
        let (mut read, mut refused, mut lines) = (0, 0, std::collections::BTreeSet::new());
        for item in formats::read_path(&path, None, &ReadOptions::default()) {
            let (place, text) = match item {
                Ok(article) => {
                    read += 1;
                    assert!(
                        article.url.is_some()
                            && article.headline.is_some()
                            && article.first_seen.is_some()
                    );
                    (article.place, None)
                }
                Err(rejected) => {
                    refused += 1;
                    (rejected.place, Some(rejected.reason.to_string()))
                }
            };
            assert_eq!(place.input, format!("{path}/{table}.csv"));
            assert!(text.is_none_or(|text| text.contains("column ")));
            lines.insert(place.line.unwrap());
        }
        assert_eq!(
            lines.into_iter().collect::<Vec<_>>(),
            (1..=12).collect::<Vec<u64>>(),
            "{table}"
        );
        figures.push(format!("{table}: {read} read, {refused} refused"));
    }
    println!("{}", figures.join("\n"));
}
