//! What an export writes, an import reads back to the same.

use newsdb::{
    Annotation, Article, Cancel, Date, DateSource, Enclosure, EntityId, EntityKind, ExternalId,
    Field, Image, NewArticle, NewMention, NewsDb, Options, Precision, Query, Sort, Subject,
    formats,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use serde_json::{Map, Value};

const NOW: i64 = 1_718_884_800; // 2024-06-20T12:00:00Z

fn at(second: i64) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp(second, 0).unwrap()
}

fn db() -> NewsDb {
    Options::new().clock(|| at(NOW)).open_in_memory().unwrap()
}

/// Text with what breaks lines, JSON and markup.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => "[a-z]{1,7} ",
        1 => "[<>&\"'\\\\/{}\\[\\]:,]{1,3}",
        1 => "[\n\r\t\u{0}\u{1f}\u{7f}\u{85}\u{2028}\u{feff}]",
        1 => "[é\u{301}用户ёกا😀\u{1f1e9}]{1,3}",
        1 => any::<char>().prop_map(String::from),
    ];
    vec(piece, 1..12).prop_map(|pieces| pieces.concat())
}

/// A text that ingest does not take for an empty one.
fn visible() -> impl Strategy<Value = String> {
    text().prop_map(|text| format!("x{text}"))
}

fn date() -> impl Strategy<Value = Date> {
    let second = prop_oneof![-8_520_336_000..NOW, 1_718_000_000..1_718_000_009i64];
    let precision =
        prop::sample::select(&[Precision::Second, Precision::Minute, Precision::Day][..]);
    (second, -50..50i32, precision).prop_map(|(second, quarters, precision)| {
        let zone = chrono::FixedOffset::east_opt(quarters * 900).unwrap();
        Date::with_offset(at(second).with_timezone(&zone)).at_precision(precision)
    })
}

fn source_of_date() -> impl Strategy<Value = DateSource> {
    prop::sample::select(DateSource::ALL)
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Bool(true)),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no others", |x| x.is_finite()).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            vec((text(), inner), 0..3)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn mention() -> impl Strategy<Value = NewMention> {
    let annotator = prop::sample::select(&["publisher", "model:1", "a b"][..]);
    let id = of("[Q][0-9]{1,2}".prop_map(|qid| ExternalId::new("wikidata", qid)));
    let kind = prop::sample::select(EntityKind::ALL);
    (kind, visible(), id, annotator, of(0.0..1.0f64), any::<bool>()).prop_map(
        |(kind, name, id, annotator, confidence, ranged)| {
            let mention = NewMention {
                external_ids: id.into_iter().collect(),
                confidence,
                ..NewMention::new(kind, name.trim()).annotator(annotator)
            };
            if ranged { mention.span(Field::Headline, 0..1) } else { mention }
        },
    )
}

fn annotation() -> impl Strategy<Value = Annotation> {
    let name = || prop::sample::select(&["gdelt", "model:1", "ä"][..]);
    (name(), name(), of(visible()), value(), any::<bool>()).prop_map(
        |(annotator, kind, key, value, ranged)| {
            let annotation = Annotation { key, ..Annotation::new(annotator, kind, value) };
            if ranged { annotation.span(Field::Headline, 0..1) } else { annotation }
        },
    )
}

fn image() -> impl Strategy<Value = Image> {
    (visible(), of(text()), of(text())).prop_map(|(url, caption, credit)| Image {
        url,
        caption,
        credit,
    })
}

fn enclosure() -> impl Strategy<Value = Enclosure> {
    (visible(), of(text()), of(any::<u64>()), of(any::<u64>()), of(text())).prop_map(
        |(url, media_type, length, duration, title)| Enclosure {
            url,
            media_type,
            length,
            duration,
            title,
        },
    )
}

fn subject() -> impl Strategy<Value = Subject> {
    (of("[a-z]{1,4}"), visible(), of(visible())).prop_map(|(scheme, code, name)| Subject {
        scheme,
        code,
        name,
    })
}

prop_compose! {
    fn texts()(
        headline in visible(), derived in any::<bool>(), summary in of(visible()),
        body in of(visible()), html in of(visible()), byline in of(visible()),
        dateline in of(visible()), url in of(visible()), feed in of(visible()),
    ) -> NewArticle {
        NewArticle {
            headline: Some(headline), headline_derived: derived, summary, body, byline, dateline,
            url, feed, body_html: html.map(|text| format!("<p onclick=\"x()\">{text}</p>")),
            language: Some("en".into()),
            ..NewArticle::default()
        }
    }
}

prop_compose! {
    fn article()(
        article in texts(), source in 0..3usize,
        name in of(visible()), site in of(visible()),
        dates in (of(date()), source_of_date(), of(date()), source_of_date(), of(text())),
        seen in 1_718_000_000..NOW, urgency in of(1..=9u8),
        authors in vec(visible(), 0..3), tags in vec(visible(), 0..3),
        subjects in vec(subject(), 0..3), images in vec(image(), 0..3),
        enclosures in vec(enclosure(), 0..3), mentions in vec(mention(), 0..5),
        annotations in vec(annotation(), 0..5), attributes in vec((text(), value()), 0..3),
    ) -> NewArticle {
        let (published, published_source, modified, modified_source, raw) = dates;
        NewArticle {
            source: Some(format!("source {source}")), source_name: name, source_url: site,
            published, published_source: published.map(|_| published_source),
            modified, modified_source: modified.map(|_| modified_source), published_raw: raw,
            first_seen: Some(at(seen)), urgency, authors, tags, subjects, images, enclosures,
            mentions, annotations, attributes: attributes.into_iter().collect(),
            ..article
        }
    }
}

/// Every article, with the numbers taken out that are the file's own.
fn articles(db: &NewsDb) -> Vec<Article> {
    let snapshot = db.snapshot().unwrap();
    let ids = snapshot.ids(&Query::new(), Sort::Oldest, 100, None).unwrap();
    let mut all: Vec<Article> =
        ids.into_iter().map(|id| snapshot.article(id).unwrap().unwrap()).collect();
    // Which of two equal texts repeats the other is a matter of which came first.
    for article in &mut all {
        (article.duplicate_of, article.similarity) = (None, None);
    }
    for mention in all.iter_mut().flat_map(|article| &mut article.mentions) {
        (mention.entity, mention.recorded) = (EntityId::from(0), EntityId::from(0));
    }
    all
}

fn export(db: &NewsDb) -> Vec<u8> {
    let mut lines = Vec::new();
    db.export_jsonl(&Query::new(), &mut lines).unwrap();
    lines
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn an_export_is_read_back_to_the_same(items in vec(article(), 1..6)) {
        let db = db();
        for (number, item) in items.iter().enumerate() {
            db.insert(item.clone().id(format!("item {number}"))).unwrap();
        }
        let lines = export(&db);
        let copy = self::db();
        let input = std::io::Cursor::new(lines.clone());
        let report =
            copy.ingest(formats::read(input, "copy", None, &Default::default())).unwrap();
        prop_assert_eq!(report.rejections, vec![]);
        prop_assert_eq!(articles(&copy), articles(&db));
        let (again, first) = (export(&copy), lines.clone());
        prop_assert_eq!(String::from_utf8(again).unwrap(), String::from_utf8(first).unwrap());
        // A second reading brings nothing new.
        let input = std::io::Cursor::new(lines);
        let report =
            copy.ingest(formats::read(input, "copy", None, &Default::default())).unwrap();
        prop_assert_eq!((report.unchanged, report.read), (items.len() as u64, items.len() as u64));
        prop_assert_eq!(copy.check(&Cancel::new()).unwrap().findings, Vec::<String>::new());
    }
}
