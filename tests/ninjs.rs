//! ninjs: the standard's own suite, producers' habits, and what comes out again.

use newsdb::formats::{self, Format, ReadOptions, ninjs::Version};
use newsdb::{
    EntityKind, ExternalId, Image, Limits, NewArticle, NewsDb, PubStatus, Query, Reason, Rejected,
    Subject,
};
use serde_json::{Value, json};
use std::io::Cursor;
use std::path::{Path, PathBuf};

fn read_as(input: &[u8], version: Option<Version>) -> Vec<Result<NewArticle, Rejected>> {
    let format = Some(Format::Ninjs(version));
    let input = Cursor::new(input.to_vec());
    formats::read(input, "input", format, &ReadOptions::default()).collect()
}

fn one(item: &Value) -> NewArticle {
    let mut items = read_as(item.to_string().as_bytes(), None);
    assert_eq!(items.len(), 1);
    items.remove(0).unwrap()
}

fn reason(item: &Value) -> String {
    let mut items = read_as(item.to_string().as_bytes(), None);
    assert_eq!(items.len(), 1);
    items.remove(0).unwrap_err().reason.to_string()
}

/// What a file with these lines of input writes as ninjs.
fn exported(input: &[u8], format: Format) -> Vec<Value> {
    let db = NewsDb::open_in_memory().unwrap();
    let items =
        formats::read(Cursor::new(input.to_vec()), "input", Some(format), &ReadOptions::default());
    db.ingest(items).unwrap();
    let mut lines = Vec::new();
    db.export_ninjs(&Query::new(), &mut lines).unwrap();
    String::from_utf8(lines)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    files
}

/// Every example of IPTC's suite behaves as its folder says. What should pass is an article, or
/// of a type that is no text article; what should fail names the property.
#[test]
fn the_standards_own_suite() {
    let bundled = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ninjs/suite");
    let suite = std::env::var_os("NINJS_SUITE").map_or(bundled, PathBuf::from);
    let (mut articles, mut not_text, mut refused) = (0, 0, 0);
    for folder in files(&suite).into_iter().filter(|path| path.is_dir()) {
        let name = folder.file_name().unwrap().to_str().unwrap().replace('_', "-");
        let version: Version = name.parse().unwrap();
        for file in files(&folder.join("should_pass")) {
            for item in read_as(&std::fs::read(&file).unwrap(), Some(version)) {
                match item {
                    Ok(_) => articles += 1,
                    Err(rejected) => {
                        let reason = rejected.reason.to_string();
                        assert!(reason.ends_with("is not a text article"), "{file:?}: {reason}");
                        not_text += 1;
                    }
                }
            }
        }
        for file in files(&folder.join("should_fail")) {
            let bytes = std::fs::read(&file).unwrap();
            let items = read_as(&bytes, Some(version));
            assert_eq!(items.len(), 1, "{file:?}");
            let Err(Rejected { reason: Reason::Malformed(reason), .. }) = &items[0] else {
                panic!("{file:?} passed: {items:?}");
            };
            assert!(!reason.ends_with("is not a text article"), "{file:?}: {reason}");
            if serde_json::from_slice::<Value>(&bytes).is_ok() {
                assert!(reason.contains(": "), "{file:?}: no path in {reason}");
                assert!(reason.ends_with(&format!("(ninjs {name})")), "{file:?}: {reason}");
            }
            refused += 1;
        }
    }
    println!(
        "{} cases: {articles} articles and {not_text} of other types passed, {refused} refused",
        articles + not_text + refused
    );
    assert!(articles + not_text >= 157 && refused >= 61);
}

/// Every example of the suite that is an article comes in again as it came out: the second
/// export is the first.
#[test]
fn what_is_written_reads_back_to_the_same() {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ninjs/suite");
    let mut lines = Vec::new();
    for folder in files(&suite).into_iter().filter(|path| path.is_dir()) {
        for file in files(&folder.join("should_pass")) {
            let mut item: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
            // The suite uses some addresses twice, and most of its items have no text.
            item["uri"] = json!(format!("urn:suite:{}", lines.len()));
            match folder.file_name().unwrap().to_str().unwrap().starts_with('1') {
                true => item["headline"] = json!(format!("Number {}", lines.len())),
                false => {
                    let headline = json!({"role": "x", "value": format!("Number {}", lines.len())});
                    match item.get_mut("headlines").and_then(Value::as_array_mut) {
                        Some(headlines) => headlines.push(headline),
                        None => item["headlines"] = json!([headline]),
                    }
                }
            }
            lines.push(item.to_string());
        }
    }
    let first = exported(lines.join("\n").as_bytes(), Format::Ninjs(None));
    assert!(first.len() > 120);
    let again: Vec<String> = first.iter().map(Value::to_string).collect();
    let second = exported(again.join("\n").as_bytes(), Format::Ninjs(None));
    assert_eq!(first.len(), second.len());
    for (first, second) in first.iter().zip(&second) {
        assert_eq!(first, second);
    }
}

// ---- producers' habits --------------------------------------------------------------------

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ninjs").join(name))
        .unwrap()
}

fn first(name: &str) -> NewArticle {
    let input = Cursor::new(fixture(name));
    let mut items: Vec<_> = formats::read(input, name, None, &ReadOptions::default()).collect();
    items.remove(0).unwrap()
}

fn subject(scheme: Option<&str>, code: &str, name: Option<&str>) -> Subject {
    Subject { scheme: scheme.map(Into::into), code: code.into(), name: name.map(Into::into) }
}

fn image(url: &str, caption: Option<&str>, credit: Option<&str>) -> Image {
    Image { url: url.into(), caption: caption.map(Into::into), credit: credit.map(Into::into) }
}

fn named(article: &NewArticle) -> Vec<(EntityKind, &str)> {
    article.mentions.iter().map(|mention| (mention.kind, mention.name.as_str())).collect()
}

#[test]
fn superdesk_with_properties_of_its_own() {
    let article = first("superdesk.json");
    assert_eq!(
        article.uri.as_deref(),
        Some("urn:newsml:coastwire.example:2024-06-10T09:12:11.123456:7f1c")
    );
    assert_eq!((article.id, article.url), (None, None));
    assert_eq!(article.source.as_deref(), Some("CW"));
    assert_eq!(article.headline.as_deref(), Some("Ferry crews vote to strike"));
    assert_eq!(article.summary.as_deref(), Some("Crews on the northern routes voted to strike."));
    assert_eq!(
        article.body.as_deref(),
        Some("PORT ALDER — Ferry crews voted on Monday.\n\nTalks resume on Friday.")
    );
    assert!(article.body_html.unwrap().starts_with("<p>PORT ALDER"));
    assert_eq!(article.byline.as_deref(), Some("By Dana Wolfe and Lee Park, Coast Wire"));
    assert_eq!(article.authors, ["Dana Wolfe", "Lee Park"]);
    assert_eq!(article.language.as_deref(), Some("en-CA"));
    assert_eq!(article.published.unwrap().to_string(), "2024-06-10T09:40:00Z");
    assert_eq!(article.modified.unwrap().to_string(), "2024-06-10T11:05:30Z");
    assert_eq!(article.urgency, Some(3));
    assert_eq!(
        article.subjects,
        [
            subject(Some("mediatopic"), "20000523", Some("labour dispute")),
            subject(Some("medtop"), "20000341", Some("water transport")),
            subject(None, "ferries", None),
            subject(None, "strike", None),
        ]
    );
    assert_eq!(
        article.images,
        [image(
            "https://media.coastwire.example/1.jpg",
            Some("A ferry at Port Alder."),
            Some("Sam Reed")
        )]
    );
    let kept = &article.attributes["ninjs"];
    for (property, value) in [
        ("priority", json!(6)),
        ("slugline", json!("ferry-strike")),
        ("edNote", json!("Updates with quotes.")),
        ("located", json!("Port Alder")),
        ("copyrightHolder", json!("Coast Wire")),
        ("service", json!([{"name": "Labour", "code": "l"}])),
        ("genres", json!([{"name": "Article", "literal": "Article"}])),
        ("extra", json!({"print_page": 4})),
    ] {
        assert_eq!(kept[property], value, "{property}");
    }
}

#[test]
fn a_nordic_agency_with_three_bodies() {
    let article = first("nordic.json");
    assert_eq!(article.source.as_deref(), Some("norrnytt.example"));
    assert_eq!(article.headline.as_deref(), Some("Skogsbrand hotar by"));
    assert_eq!(article.summary.as_deref(), Some("Flera hundra personer har lämnat sina hem."));
    assert_eq!(
        article.body.as_deref(),
        Some("Branden sprider sig.\nRäddningstjänsten är på plats.")
    );
    assert_eq!(
        article.body_html.as_deref(),
        Some("<article><h1>Skogsbrand hotar by</h1><p>Branden sprider sig.</p></article>")
    );
    assert_eq!(article.authors, ["Eva Lind"]);
    assert_eq!(article.published.unwrap().to_string(), "2024-06-12T06:02:00+02:00");
    assert_eq!(article.modified.unwrap().to_string(), "2024-06-12T07:15:10+02:00");
    assert_eq!(
        article.subjects,
        [subject(Some("http://norrnytt.example/spec/subref/"), "03000000", Some("Olyckor"))]
    );
    assert_eq!(
        named(&article),
        [
            (EntityKind::Person, "Eva Lind"),
            (EntityKind::Organisation, "Räddningstjänsten"),
            (EntityKind::Place, "Storby"),
        ]
    );
    assert_eq!(
        article.images,
        [image(
            "https://norrnytt.example/1-hires.jpg",
            Some("Rök över Storby."),
            Some("Karl Öst/NorrNytt")
        )]
    );
    let [video] = article.enclosures.as_slice() else { panic!("{:?}", article.enclosures) };
    assert_eq!(video.url, "https://norrnytt.example/2.mp4");
    assert_eq!(video.media_type.as_deref(), Some("video/mp4"));
    assert_eq!((video.length, video.duration), (Some(12_673_045), Some(31)));
    assert_eq!(video.title.as_deref(), Some("Branden från luften"));
    // Texts are held once.
    assert_eq!(
        article.attributes["ninjs"]["bodies"][1],
        json!({"role": "text", "contentType": "text/plain", "charCount": 30})
    );
    assert_eq!(article.attributes["ninjs"]["standard"]["name"], "NNNINJS");
}

#[test]
fn html_alone_gives_the_text_too() {
    let article = first("german.json");
    assert_eq!(article.source.as_deref(), Some("abendpost.example"));
    assert_eq!(article.body.as_deref(), Some("Der Stadtrat tagt.\n\nEr berät «bis Mitternacht»."));
    assert_eq!(article.authors, ["Christian Hoff"]);
    assert_eq!(article.published.unwrap().to_string(), "2024-06-11T16:02:28+02:00");
    assert_eq!(article.modified, article.published);
    assert_eq!(article.urgency, Some(4));
    assert_eq!(article.attributes["ninjs"]["copyrightHolder"], "Abendpost");
}

#[test]
fn symbols_codes_and_addresses() {
    let article = first("finance.json");
    assert_eq!(article.source.as_deref(), Some("Kapital Wire"));
    assert_eq!(article.url.as_deref(), Some("https://kapitalwire.example/77"));
    assert_eq!(article.headline.as_deref(), Some("Nordbank raises outlook"));
    assert_eq!(article.body.as_deref(), Some("Nordbank raised its outlook on Thursday."));
    assert_eq!(
        article.subjects,
        [
            subject(Some("medtop"), "20000178", Some("earnings")),
            subject(Some("kw"), "banks", None),
            subject(None, "Oslo", None),
        ]
    );
    assert_eq!(
        article.mentions[0].external_ids,
        [
            ExternalId::new("wikidata", "Q900002"),
            ExternalId::new("ticker", "XOSL:NDB"),
            ExternalId::new("isin", "NO0000000001"),
        ]
    );
    let kept = &article.attributes["ninjs"];
    assert_eq!(kept["title"], "KPW-77");
    assert_eq!(
        kept["infoSources"],
        json!([{"name": "Stock exchange notice", "role": "http://cv.example/role/notice"}])
    );
    assert_eq!(kept["altIds"], json!([{"role": "isbn", "value": "x"}]));
    assert_eq!(kept["rightsInfo"]["linkedRights"], "https://kapitalwire.example/rights");
}

#[test]
fn a_composite_with_a_text_is_an_article() {
    let article = first("composite.json");
    assert_eq!(article.headline.as_deref(), Some("Captain on trial"));
    assert_eq!(article.body.as_deref(), Some("The trial of the captain has begun."));
    assert_eq!(
        article.body_html.as_deref(),
        Some("<p>The trial of the <i>captain</i> has begun.</p>")
    );
    assert_eq!(article.authors, ["Paola Santi", "Frances d'Elia"]);
    assert_eq!(
        named(&article),
        [
            (EntityKind::Person, "Franca Sala"),
            (EntityKind::Organisation, "Costa Sala SpA"),
            (EntityKind::Place, "Italy"),
            (EntityKind::Object, "MS Sala"),
            (EntityKind::Event, "Trial of Grosseto"),
        ]
    );
    let ids = |name: &str| &article.mentions.iter().find(|m| m.name == name).unwrap().external_ids;
    assert_eq!(*ids("Franca Sala"), [ExternalId::new("wikidata", "Q900003")]);
    assert_eq!(*ids("Italy"), [ExternalId::new("iso3166", "IT")]);
    assert_eq!(*ids("Costa Sala SpA"), [ExternalId::new("ticker", "XMIL:CSL")]);
    assert_eq!(
        article.images,
        [image(
            "http://photos.pressepool.example/big.jpg",
            Some("The ship lies on its side."),
            Some("Paolo Foto")
        )]
    );
    let kept = &article.attributes["ninjs"];
    assert_eq!(kept["type"], "composite");
    assert_eq!(kept["headlines"], json!([{"role": "short", "value": "Trial"}]));
    assert_eq!(
        kept["trustIndicators"],
        json!([{"href": "https://pressepool.example/policy", "role": "http://cv.iptc.org/newscodes/trustindicator/editorialPolicy"}])
    );
}

#[test]
fn nitf_within_ninjs() {
    let article = first("nitf-body.json");
    assert_eq!(article.headline.as_deref(), Some("Measures"));
    assert_eq!(article.summary.as_deref(), Some("Measures were announced."));
    assert_eq!(article.dateline.as_deref(), Some("OSLO, October 8"));
    assert_eq!(article.body.as_deref(), Some("The first.\n\nThe second."));
}

/// A database that took in these lines, one input after the other.
fn after(inputs: &[&[u8]]) -> NewsDb {
    let db = NewsDb::open_in_memory().unwrap();
    for input in inputs {
        db.ingest(formats::read(
            Cursor::new(input.to_vec()),
            "input",
            None,
            &ReadOptions::default(),
        ))
        .unwrap();
    }
    db
}

#[test]
fn a_correction_is_a_version_and_a_kill_the_end() {
    let lines = fixture("lifecycle.ninjs.jsonl");
    let db = after(&[&lines]);
    let article = db.article_by_uri("urn:newsml:coastwire.example:1").unwrap().unwrap();
    assert_eq!(article.version, 2);
    assert_eq!(article.body.as_deref(), Some("The bridge opened with 400 guests."));
    assert_eq!(article.attributes["ninjs"]["edNote"], "Corrects number of guests.");
    assert_eq!(db.versions(article.id).unwrap().len(), 2);

    // The versions in the wrong order end at the same.
    let mut late: Vec<_> = lines.split(|byte| *byte == b'\n').collect();
    late.swap(0, 1);
    let other = after(&late);
    let again = other.article_by_uri("urn:newsml:coastwire.example:1").unwrap().unwrap();
    assert_eq!(again.body, article.body);
    assert_eq!(again.published, article.published);

    let kill = json!({"uri": "urn:newsml:coastwire.example:1", "type": "text", "version": "3",
        "pubstatus": "canceled", "versioncreated": "2024-06-10T10:00:00Z"});
    let db = after(&[&lines, kill.to_string().as_bytes(), &lines]);
    let killed = db.article_by_uri("urn:newsml:coastwire.example:1").unwrap().unwrap();
    assert_eq!(killed.status, PubStatus::Canceled);
    assert_eq!(killed.body, None);
    assert_eq!(db.count(&Query::new()).unwrap(), 1, "the other one stays");
}

#[test]
fn embargoes_of_every_sort_withhold() {
    let item = |until: Value| {
        one(
            &json!({"uri": "tag:a.example,2024:1", "headline": "Later", "pubstatus": "usable", "embargoed": until}),
        )
    };
    let read = item(json!("2030-01-01T06:00:00+01:00"));
    assert_eq!(read.status, Some(PubStatus::Withheld));
    assert_eq!(read.embargo.unwrap().to_rfc3339(), "2030-01-01T05:00:00+00:00");
    let unreadable = item(json!("Next Monday"));
    assert_eq!((unreadable.status, unreadable.embargo), (Some(PubStatus::Withheld), None));
    assert_eq!(unreadable.attributes["ninjs"]["embargoedUntil"], "Next Monday");
    let canceled = one(
        &json!({"uri": "tag:a.example,2024:1", "pubStatus": "canceled", "embargoedUntil": "2030-01-01T06:00:00Z"}),
    );
    assert_eq!(canceled.status, Some(PubStatus::Canceled));
}

// ---- what is refused ----------------------------------------------------------------------

#[test]
fn refusals_name_the_property() {
    for (item, expected) in [
        (json!({"headline": "x"}), "uri: missing (ninjs 1.6)"),
        (json!({"uri": "a", "headline": 7}), "headline: string expected (ninjs 1.6)"),
        (
            json!({"uri": "a", "headlines": [{"value": "x"}, {"value": 1}]}),
            "headlines[1].value: string expected (ninjs 3.1)",
        ),
        (
            json!({"uri": "a", "headline": "x", "place": [{"name": "b"}, "c"]}),
            "place[1]: object expected (ninjs 1.6)",
        ),
        (
            json!({"uri": "a", "headline": "x", "pubstatus": "cancelled"}),
            "pubstatus: not one of: usable, withheld, canceled (ninjs 1.6)",
        ),
        (
            json!({"uri": "a", "headlines": [], "urgency": 11, "versionCreated": "2024-06-10"}),
            "urgency: not between 1 and 9 (ninjs 3.1)",
        ),
        (
            json!({"uri": "a", "headline": "x", "associations": {"b": {"uri": "c", "strange": 1}}}),
            "associations.b.strange: no property of this version (ninjs 1.6)",
        ),
        (
            json!({"uri": "a", "places": [{"geoJSON": {"type": "Point", "coordinates": ["dog", "cat"]}}]}),
            "places[0].geoJSON.coordinates[0]: number expected (ninjs 3.1)",
        ),
        (
            json!({"uri": "a", "headlines": [], "rightsInfo": {"linkedRights": "b", "encodedRights": "c"}}),
            "rightsInfo: has what excludes each other (ninjs 3.1)",
        ),
        (json!({"uri": "a", "type": "picture"}), "type picture is not a text article"),
        (
            json!({"uri": "a", "type": "composite", "headline": "x"}),
            "type composite is not a text article",
        ),
        (json!({"uri": "a", "type": "event", "title": "x"}), "type event is not a text article"),
    ] {
        assert_eq!(reason(&item), expected, "{item}");
    }
}

#[test]
fn a_broken_object_costs_itself_alone() {
    let good = r#"{"uri": "tag:a.example,2024:N", "headline": "Good N", "versioncreated": "2024-06-10T08:00:00Z"}"#;
    let numbered = |number: &str| good.replace('N', number);
    let places = |input: String, limits: Limits| -> Vec<Result<String, (u64, String)>> {
        let options = ReadOptions { limits, ..Default::default() };
        let format = Some(Format::Ninjs(None));
        formats::read(Cursor::new(input.into_bytes()), "input", format, &options)
            .map(|item| match item {
                Ok(article) => Ok(article.headline.unwrap()),
                Err(Rejected { place, reason }) => Err((place.line.unwrap(), reason.to_string())),
            })
            .collect()
    };
    let headlines = |items: &[Result<String, (u64, String)>]| -> Vec<String> {
        items.iter().flatten().cloned().collect()
    };
    // An object a line: the second is cut.
    let lines = format!("{}\n{}\n{}\n", numbered("1"), &numbered("2")[..40], numbered("3"));
    let items = places(lines, Limits::default());
    assert_eq!(headlines(&items), ["Good 1", "Good 3"]);
    assert_eq!(items[1].as_ref().unwrap_err().0, 2);
    // An array, one item broken, the last cut.
    let array = format!(
        "[\n{},\n{{\"uri\": oops}},\n{}\n,\n{}",
        numbered("1"),
        numbered("2"),
        &numbered("3")[..40]
    );
    let items = places(array, Limits::default());
    assert_eq!(headlines(&items), ["Good 1", "Good 2"]);
    assert_eq!(items[1].as_ref().unwrap_err().0, 3);
    assert_eq!(*items[3].as_ref().unwrap_err(), (6, "an object without an end".to_owned()));
    // Printed over several lines, one after the other, with something between them.
    let printed =
        format!("{{\n\"uri\": \"tag:a\",\n\"headline\": \"Good 1\"}}\nand {}", numbered("2"));
    let items = places(printed, Limits::default());
    assert_eq!(headlines(&items), ["Good 1", "Good 2"]);
    assert_eq!(*items[1].as_ref().unwrap_err(), (4, "no JSON object".to_owned()));
    // One over the limit.
    let long =
        format!("[{}, {{\"uri\": \"{}\"}}, {}]", numbered("1"), "x".repeat(5_000), numbered("2"));
    let items = places(long, Limits { line: 1_000, ..Limits::default() });
    assert_eq!(headlines(&items), ["Good 1", "Good 2"]);
    assert_eq!(items[1].as_ref().unwrap_err().1, "over the limit line of 1000");
    // Deeper than anything may be.
    let deep =
        format!("{{\"uri\": \"a\", \"extra\": {}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(
        places(deep, Limits::default())[0].as_ref().unwrap_err().1,
        "over the limit nesting of 128"
    );
}

// ---- writing ------------------------------------------------------------------------------

/// Every property of an item comes out as it went in, whatever the model makes of it.
#[test]
fn nothing_is_lost() {
    let mut item: Value = serde_json::from_slice(&fixture("finance.json")).unwrap();
    item["x-desk"] = json!({"page": 4, "tags": ["a", null]});
    item.as_object_mut().unwrap().remove("standard");
    let [written] = exported(item.to_string().as_bytes(), Format::Ninjs(None)).try_into().unwrap();
    for (property, value) in item.as_object().unwrap() {
        match property.as_str() {
            // Fractions of a second and entries' order within the list are not kept.
            "versionCreated" => assert_eq!(written[property], "2024-06-13T06:00:00Z"),
            "bodies" => assert_eq!(written[property], json!([{"value": value[0]["value"]}])),
            "x-desk" => assert_eq!(written[property], json!({"page": 4, "tags": ["a", null]})),
            "infoSources" | "altIds" => {
                let (mut written, mut value) = (written[property].to_string(), value.to_string());
                written = sorted(&written);
                value = sorted(&value);
                assert_eq!(written, value);
            }
            _ => assert_eq!(written[property], *value, "{property}"),
        }
    }
    assert_eq!(written["standard"], json!({"name": "ninjs", "version": "3.1"}), "an extension");
}

fn sorted(text: &str) -> String {
    let mut entries: Vec<Value> = serde_json::from_str(text).unwrap();
    entries.sort_by_key(Value::to_string);
    json!(entries).to_string()
}

/// The fixtures, written and read back: the same articles, and valid by the schema that they name.
#[test]
fn fixtures_come_back_as_they_were() {
    for name in [
        "superdesk.json",
        "nordic.json",
        "german.json",
        "finance.json",
        "composite.json",
        "nitf-body.json",
        "lifecycle.ninjs.jsonl",
    ] {
        let once = exported(&fixture(name), Format::Ninjs(None));
        assert!(!once.is_empty(), "{name}");
        let lines: Vec<_> = once.iter().map(Value::to_string).collect();
        let twice = exported(lines.join("\n").as_bytes(), Format::Ninjs(None));
        assert_eq!(once, twice, "{name}");
        for item in once
            .iter()
            .filter(|item| item["standard"]["schema"].as_str().is_some_and(|s| s.contains("iptc")))
        {
            let strict = read_as(item.to_string().as_bytes(), Some(Version::V3_1));
            assert!(strict[0].is_ok() || item["type"] != "text", "{name}: {strict:?}");
        }
    }
}

/// What came from elsewhere is valid ninjs 3.1, and comes back with what ninjs can say.
#[test]
fn any_article_is_valid_ninjs() {
    let line = json!({
        "id": "n-1", "source": "north", "url": "https://north.example/1", "headline": "Bridge",
        "summary": "A bridge.", "body": "It opened.", "body_html": "<p>It opened.</p>",
        "byline": "By staff", "authors": ["Anna Berg"], "dateline": "LINDHOLM",
        "published": "2024-06-10", "modified": "2024-06-11T08:00+02:00", "language": "en",
        "urgency": 5, "subjects": ["transport", {"scheme": "medtop", "code": "20000337"}],
        "images": [{"url": "https://north.example/1.jpg", "caption": "It", "credit": "M"}],
        "enclosures": [{"url": "https://north.example/1.mp3", "media_type": "audio/mpeg", "length": 7}],
        "mentions": [{"kind": "place", "name": "Lindholm", "external_ids": [{"scheme": "wikidata", "value": "Q1"}]}],
        "tags": ["mine"],
    });
    let [written] = exported(line.to_string().as_bytes(), Format::Jsonl).try_into().unwrap();
    assert_eq!(
        written["standard"]["schema"],
        "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#"
    );
    assert_eq!(written["uri"], "newsdb:north/n-1");
    let article = one(&written);
    assert_eq!(article.id.as_deref(), Some("n-1"));
    assert_eq!(article.source.as_deref(), Some("north"));
    assert_eq!(article.url.as_deref(), Some("https://north.example/1"));
    assert_eq!(article.headline.as_deref(), Some("Bridge"));
    assert_eq!(article.summary.as_deref(), Some("A bridge."));
    assert_eq!(article.body.as_deref(), Some("It opened."));
    assert_eq!(article.body_html.as_deref(), Some("<p>It opened.</p>"));
    assert_eq!(article.byline.as_deref(), Some("By staff"));
    assert_eq!(article.authors, ["Anna Berg"]);
    assert_eq!(article.dateline.as_deref(), Some("LINDHOLM"));
    assert_eq!(article.published.unwrap().to_string(), "2024-06-10");
    assert_eq!(article.modified.unwrap().to_string(), "2024-06-11T08:00+02:00");
    assert_eq!(article.urgency, Some(5));
    assert_eq!(
        article.subjects,
        [subject(None, "transport", None), subject(Some("medtop"), "20000337", None)]
    );
    assert_eq!(article.images, [image("https://north.example/1.jpg", Some("It"), Some("M"))]);
    assert_eq!(article.enclosures[0].media_type.as_deref(), Some("audio/mpeg"));
    assert_eq!(article.mentions[0].external_ids, [ExternalId::new("wikidata", "Q1")]);
    assert!(article.attributes.is_empty(), "{:?}", article.attributes);
}

#[test]
fn a_uri_that_is_an_address_is_the_page() {
    let item = json!({"uri": "https://paper.example/1", "type": "text", "headline": "Bridge",
        "versioncreated": "2024-06-10T08:00:00Z"});
    assert_eq!(one(&item).url.as_deref(), Some("https://paper.example/1"));
    let item = json!({"uri": "urn:paper.example:1", "type": "text", "headline": "Bridge",
        "versioncreated": "2024-06-10T08:00:00Z"});
    assert_eq!(one(&item).url, None);
}

#[test]
fn agencies_in_bylines_are_no_authors() {
    for (by, authors) in [
        ("By Anna Berg and Jon Lund, Baltic Post", &["Anna Berg", "Jon Lund"][..]),
        ("Associated Press", &[]),
        ("Agence France-Presse", &[]),
        ("Xinhua News Agency", &[]),
    ] {
        let item = json!({"uri": "urn:paper.example:1", "type": "text", "headline": "Bridge",
            "byline": by, "versioncreated": "2024-06-10T08:00:00Z"});
        assert_eq!(one(&item).authors, authors, "{by}");
    }
}
