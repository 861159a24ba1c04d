//! What is imported as ninjs, exported and imported again is the same article.

use newsdb::formats::{self, Format, ReadOptions};
use newsdb::{NewsDb, Query};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::io::Cursor;

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[A-Za-zéß]{1,8}( [a-z,.&<]{1,6}){0,5}",
        1 => "<p>[a-z ]{1,9}</p><p>[a-z&;]{1,9}</p>",
        1 => "[用户身份بيی\"\\\\]{1,4}",
    ]
    .prop_filter("visible", |text| text.chars().any(char::is_alphanumeric))
}

fn date() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!("2024-06-13T10:00:00+05:00")),
        Just(json!("2024-06-14T08:30:00Z")),
        Just(json!("2024-06-12")),
        Just(json!("Last Tuesday")),
    ]
}

/// Some of these properties, in this order.
fn some(of: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let each: Vec<_> =
        of.into_iter().map(|(name, value)| (Just(name), proptest::option::of(value))).collect();
    each.prop_map(|all| {
        let present = all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Value::Object(present.collect::<Map<_, _>>())
    })
    .boxed()
}

fn list(entry: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    prop::collection::vec(entry, 0..4).prop_map(Value::Array).boxed()
}

fn text() -> BoxedStrategy<Value> {
    words().prop_map(Value::String).boxed()
}

fn one_of(values: &'static [&'static str]) -> BoxedStrategy<Value> {
    prop::sample::select(values).prop_map(|value| json!(value)).boxed()
}

fn with(mut entry: Value, name: &str, value: Value) -> Value {
    entry[name] = value;
    entry
}

fn written() -> BoxedStrategy<Value> {
    let role = one_of(&["main", "text", "summary", "web", "dateline", "caption"]);
    let kind = one_of(&["text/plain", "text/html"]);
    (some(vec![("role", role), ("contentType", kind)]), words())
        .prop_map(|(entry, text)| with(entry, "value", json!(text)))
        .boxed()
}

fn concept() -> BoxedStrategy<Value> {
    let uri = one_of(&[
        "http://cv.iptc.org/newscodes/mediatopic/20000337",
        "https://www.wikidata.org/entity/Q232",
        "http://a.example/spec/",
        "urn:a:b",
    ]);
    let literal = one_of(&["plain", "code:12", "not one: at all"]);
    some(vec![("name", text()), ("uri", uri), ("literal", literal), ("rel", one_of(&["about"]))])
}

/// A concept whose ids are of one kind alone: an id stands for one entity.
fn entity(kind: &'static str) -> BoxedStrategy<Value> {
    let own = move |mut concept: Value| {
        for name in ["uri", "literal"] {
            if let Some(Value::String(id)) = concept.get_mut(name) {
                id.push_str(kind);
            }
        }
        concept
    };
    concept().prop_map(own).boxed()
}

/// Concepts that are told apart by each of their names: one that comes twice is kept once.
fn distinct(entry: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let apart = |list: Value| {
        let mut kept: Vec<Value> = Vec::new();
        for concept in list.as_array().into_iter().flatten() {
            let clashes = |other: &Value| {
                ["uri", "literal", "name"].iter().any(|name| other.get(name) == concept.get(name))
            };
            if !kept.iter().any(clashes) {
                kept.push(concept.clone());
            }
        }
        Value::Array(kept)
    };
    list(entry).prop_map(apart).boxed()
}

fn associated() -> BoxedStrategy<Value> {
    let rendition = (
        one_of(&["https://a.example/1.jpg", "https://a.example/2.jpg", "https://a.example/3.mp4"]),
        some(vec![
            ("contentType", one_of(&["image/jpeg", "video/mp4"])),
            ("width", Just(json!(640)).boxed()),
        ]),
    )
        .prop_map(|(href, rest)| with(with(rest, "href", href), "name", json!("r")))
        .boxed();
    some(vec![
        ("type", one_of(&["picture", "video", "text", "graphic"])),
        ("by", text()),
        ("headlines", list(written())),
        ("descriptions", list(written())),
        ("renditions", list(rendition)),
    ])
    .prop_map(|entry| with(with(entry, "name", json!("a")), "uri", json!("https://a.example/p")))
    .boxed()
}

fn item() -> BoxedStrategy<Value> {
    let identifier = some(vec![
        ("role", one_of(&["url", "id", "desk"])),
        ("value", one_of(&["https://a.example/1"])),
    ]);
    let source = some(vec![
        ("name", text()),
        ("role", one_of(&["provider", "author", "http://b.example/notice"])),
    ]);
    let number = prop_oneof![Just(json!(1)), Just(json!(9))].boxed();
    some(vec![
        ("type", one_of(&["text"])),
        ("version", one_of(&["3", "b"])),
        ("firstCreated", date().boxed()),
        ("versionCreated", date().boxed()),
        ("contentCreated", date().boxed()),
        ("embargoedUntil", one_of(&["2024-06-14T08:30:00Z", "2024-06-13T10:00:00+05:00"])),
        ("pubStatus", one_of(&["usable", "withheld"])),
        ("urgency", number),
        ("language", one_of(&["en", "de-CH"])),
        ("title", text()),
        ("by", text()),
        ("slugline", text()),
        ("descriptions", list(written())),
        ("bodies", list(written())),
        ("headlines", list(written())),
        ("subjects", distinct(concept())),
        ("people", distinct(entity("1"))),
        ("places", distinct(entity("2"))),
        ("events", distinct(entity("3"))),
        ("associations", list(associated())),
        ("altIds", list(identifier)),
        ("infoSources", list(source)),
        ("x-own", text()),
    ])
    .prop_map(|entry| {
        let own = json!({"role": "own", "value": "Always here"});
        let mut entry = with(entry, "uri", json!("urn:newsml:a.example:1"));
        match entry.get_mut("headlines").and_then(Value::as_array_mut) {
            Some(all) => all.push(own),
            None => entry["headlines"] = json!([own]),
        }
        entry
    })
    .boxed()
}

/// The article as JSON lines have it, and as ninjs.
fn through(line: &str) -> (String, String) {
    let db = NewsDb::open_in_memory().unwrap();
    let input = Cursor::new(line.as_bytes().to_vec());
    let items = formats::read(input, "", Some(Format::Ninjs(None)), &ReadOptions::default());
    let items = items.map(|item| {
        item.map(|mut article| {
            article.first_seen = Some("2024-07-01T00:00:00Z".parse().unwrap());
            // What is withheld is kept all the same; only usable articles are exported.
            article.status = None;
            article
        })
    });
    let report = db.ingest(items).unwrap();
    assert_eq!((report.inserted, report.rejected), (1, 0), "{line}");
    let (mut lines, mut ninjs) = (Vec::new(), Vec::new());
    db.export_jsonl(&Query::new(), &mut lines).unwrap();
    db.export_ninjs(&Query::new(), &mut ninjs).unwrap();
    (String::from_utf8(lines).unwrap(), String::from_utf8(ninjs).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn import_export_import_is_import(item in item()) {
        let (article, ninjs) = through(&item.to_string());
        let (again, ninjs_again) = through(&ninjs);
        prop_assert_eq!(article, again, "{}", item);
        prop_assert_eq!(ninjs, ninjs_again, "{}", item);
    }
}
