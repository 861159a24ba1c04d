//! Pages: each fixture field by field, and pages made to do harm.

#![cfg(feature = "html")]

use newsdb::formats::{self, Format, ReadOptions};
use newsdb::{NewArticle, Precision, Reason, Rejected};
use serde_json::Value;

fn options(url: Option<&str>) -> ReadOptions {
    ReadOptions { url: url.map(str::to_owned), ..ReadOptions::default() }
}

fn read_with(html: impl Into<Vec<u8>>, options: &ReadOptions) -> Result<NewArticle, Rejected> {
    let bytes = std::io::Cursor::new(html.into());
    formats::read(bytes, "page.html", Some(Format::Html), options).next().unwrap()
}

fn read(html: impl Into<Vec<u8>>) -> NewArticle {
    read_with(html, &ReadOptions::default()).unwrap()
}

/// A page with a head and a text.
fn page(head: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=en><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"
    )
}

const TEXT: &str = "<p>The harbour bridge opened on Monday, ten years after the old one was closed.</p>\
    <p>It cost 40 million, the mayor said, and carries two lanes, a tramway and a path for cyclists.</p>\
    <p>The ferry, which has sailed for 120 years, will make its last crossing on Friday night.</p>";

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn fixtures_field_by_field() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pages");
    let mut pages = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "html") {
            continue;
        }
        pages += 1;
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let expected = std::fs::read_to_string(path.with_extension("json")).unwrap();
        let expected: Value = serde_json::from_str(&expected).unwrap();
        let article = read(std::fs::read(&path).unwrap());
        let text = |field: &str| expected[field].as_str();
        let list = |field: &str| -> Vec<String> {
            let items = expected[field].as_array().into_iter().flatten();
            items.map(|item| item.as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(article.headline.as_deref(), text("headline"), "{name}");
        assert_eq!(article.authors, list("authors"), "{name}");
        assert_eq!(article.url.as_deref(), text("url"), "{name}");
        let language = article.language.as_deref();
        assert!(text("language") == language || language.is_none(), "{name}: {language:?}");
        let body: Vec<String> = list("body").iter().map(|line| folded(line)).collect();
        let lines = article.body.as_deref().unwrap_or_default().lines();
        let lines: Vec<String> = lines.map(folded).filter(|line| !line.is_empty()).collect();
        assert_eq!(folded(&lines.join(" ")), folded(&body.join(" ")), "{name}");
        let optional = [
            ("summary", article.summary.clone()),
            ("source_name", article.source_name.clone()),
            ("published", article.published.map(|date| date.to_string())),
            ("modified", article.modified.map(|date| date.to_string())),
            ("image", article.images.first().map(|image| image.url.clone())),
        ];
        for (field, found) in optional {
            if let Some(expected) = text(field) {
                assert_eq!(found.as_deref(), Some(expected), "{name}: {field}");
            }
        }
        if expected.get("subjects").is_some() {
            let subjects: Vec<String> =
                article.subjects.iter().map(|subject| subject.label().to_owned()).collect();
            assert_eq!(subjects, list("subjects"), "{name}");
        }
        assert!(article.id.is_none() && article.uri.is_none(), "{name}");
    }
    println!("{pages} pages");
    assert!(pages >= 25);
}

#[test]
fn the_callers_word_comes_first() {
    let html = page(
        "<link rel=canonical href=https://a.example/x><title>Bridge opens at last</title>",
        TEXT,
    );
    let article = read(html.as_str());
    assert_eq!(article.url.as_deref(), Some("https://a.example/x"));
    assert_eq!(article.source.as_deref(), Some("a.example"));
    let named = ReadOptions {
        source: Some("harbour-post".into()),
        precision: Some(Precision::Day),
        ..options(Some("https://www.b.example/y"))
    };
    let article = read_with(html, &named).unwrap();
    assert_eq!(article.url.as_deref(), Some("https://www.b.example/y"));
    assert_eq!(article.source.as_deref(), Some("harbour-post"));
}

#[test]
fn names_of_the_site_are_cut_from_titles() {
    let headline = "Harbour bridge opens after ten years";
    for (head, body) in [
        (
            format!(
                "<title>{headline} | Baltic Post</title><meta property=og:site_name content='Baltic Post'>"
            ),
            "",
        ),
        (
            format!(
                "<title>Baltic Post: {headline}</title><meta property=og:site_name content='Baltic Post'>"
            ),
            "",
        ),
        (
            format!(
                "<title>{headline} - Local - Baltic Post</title><link rel=canonical href=https://www.balticpost.example/a/b>"
            ),
            "<h1>Harbour bridge opens after ten years</h1>",
        ),
        (
            format!("<title>{headline} – Lokales</title>"),
            "<h1>Harbour bridge opens after ten years</h1>",
        ),
        (
            format!(
                "<meta property=og:title content='{headline}'><title>Baltic Post</title><link rel=canonical href=https://balticpost.example/1>"
            ),
            "<h1>Baltic Post</h1>",
        ),
        (
            format!(
                "<meta property=og:title content='{headline} &amp;amp; more'><title>{headline} &amp; more</title>"
            ),
            "",
        ),
    ] {
        let article = read(page(&head, &format!("{body}{TEXT}")));
        let found = article.headline.unwrap();
        assert_eq!(found.trim_end_matches(" & more"), headline, "{head}");
    }
    // A dash and a colon of its own stay.
    let own = "Bridge - the last word: a city waits";
    let article =
        read(page(&format!("<title>{own}</title><meta property=og:title content='{own}'>"), TEXT));
    assert_eq!(article.headline.as_deref(), Some(own));
}

#[test]
fn authors_are_people() {
    let author = |json: &str, more: &str| {
        let head = format!(
            "<title>Bridge</title><script type=application/ld+json>{{\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\",\"headline\":\"Bridge\",\"author\":{json}}}</script>{more}"
        );
        read(page(&head, TEXT)).authors
    };
    for (json, expected) in [
        (r#"{"@type":"Person","name":"Ada Berg"}"#, &["Ada Berg"][..]),
        (
            r#"[{"@type":"Person","name":"Ada Berg"},{"name":"Ida Holm"}]"#,
            &["Ada Berg", "Ida Holm"],
        ),
        (r#""By Ada Berg and Ida Holm""#, &["Ada Berg", "Ida Holm"]),
        (r#"{"@type":"Person","name":["Ada Berg","Ida Holm"]}"#, &["Ada Berg", "Ida Holm"]),
        (
            r#"{"@type":"Person","name":"Von Ada Berg und Ida Holm, dpa"}"#,
            &["Ada Berg", "Ida Holm"],
        ),
        (r#"{"@type":"Person","name":"Ada Berg | ada@berg.example"}"#, &["Ada Berg"]),
        (r#"{"@type":"Organization","name":"Reuters"}"#, &[]),
        (r#"{"@type":"Person","name":"Redaktion"}"#, &[]),
        (r#"["https://a.example/authors/1"]"#, &[]),
    ] {
        assert_eq!(author(json, ""), expected, "{json}");
    }
    assert_eq!(author("[]", "<meta name=author content='Ada Berg, Staff Writer'>"), ["Ada Berg"]);
}

#[test]
fn addresses_and_pictures_are_absolute() {
    let head = "<base href=https://a.example/news/><link rel=canonical href=bridge.html>\
        <meta property=og:image content=/pictures/1.jpg><title>Bridge opens</title>";
    let article = read(page(head, TEXT));
    assert_eq!(article.url.as_deref(), Some("https://a.example/news/bridge.html"));
    assert_eq!(article.images.first().unwrap().url, "https://a.example/pictures/1.jpg");
    // A template that gives the site's own address for every page.
    let head = "<link rel=canonical href=https://a.example/><meta property=og:url content=https://a.example/bridge>";
    assert_eq!(read(page(head, TEXT)).url.as_deref(), Some("https://a.example/bridge"));
}

#[test]
fn what_is_no_article_is_refused() {
    let list = "<ul>".to_owned()
        + &"<li><a href=/x>Another headline on the front page</a></li>".repeat(40)
        + "</ul>";
    for html in [
        page("<title>Home</title>", ""),
        page("<title>Home</title>", &list),
        String::new(),
        "\0\0".into(),
    ] {
        let rejected = read_with(html, &ReadOptions::default()).unwrap_err();
        assert!(
            rejected.to_string().contains("no text") || rejected.reason == Reason::Empty,
            "{rejected}"
        );
    }
}

#[test]
fn encodings_by_mark_declaration_and_sight() {
    let text = "<title>Мост открыт</title><p>Мост через гавань открылся в понедельник, через десять лет после закрытия старого.</p>\
        <p>Паром, который ходил сто двадцать лет, в пятницу отправится в последний рейс, сообщили в порту.</p>";
    let cyrillic: Vec<u8> = text
        .chars()
        .map(|c| match c {
            'А'..='я' => u8::try_from(u32::from(c) - 0x410 + 0xc0).unwrap(),
            c => u8::try_from(c).unwrap(),
        })
        .collect();
    let wide: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let declared = [b"<meta charset=windows-1251>".to_vec(), cyrillic.clone()].concat();
    let wrong = [b"<meta charset=utf-8>".to_vec(), cyrillic.clone()].concat();
    for bytes in [text.as_bytes().to_vec(), cyrillic, wide, declared, wrong] {
        let article = read(bytes);
        assert_eq!(article.headline.as_deref(), Some("Мост открыт"));
        assert!(article.body.unwrap().ends_with("сообщили в порту."));
    }
}

/// Pages that ask for more work than they are long: each must end, with its text.
#[test]
fn hostile_pages_end() {
    let formatting: String = (0..30_000).map(|n| format!("<b id={n}>")).collect();
    let long =
        "<p>A paragraph, one of very many, that says nothing new, and says it at length.</p>"
            .repeat(250_000);
    for (name, hostile) in [
        ("20 MB", long),
        ("deep", "<div>".repeat(10_000)),
        ("deep lists", "<ul><li>".repeat(10_000)),
        ("deep links", "<a href=x><table><tr><td>".repeat(10_000)),
        ("formatting", formatting + &"<p>x".repeat(30_000)),
        (
            "attributes",
            format!("<div {}>", (0..400_000).map(|n| format!("a{n}=b ")).collect::<String>()),
        ),
        ("one attribute", format!("<div class=\"{}\">", "related ".repeat(500_000))),
        ("names", "<div class='c-aBcDeFgH related share' id=x-y-z>x</div>".repeat(100_000)),
        ("tables", "<table><tr><td>a<td>b<table>".repeat(5_000)),
        ("headings", "<h1>The same heading once more</h1>".repeat(50_000)),
        (
            "metadata",
            "<meta property=og:title content='A title'><meta name=author content='Ada Berg'>"
                .repeat(50_000),
        ),
        (
            "microdata",
            "<div itemscope itemtype=https://schema.org/Article itemprop=author>".repeat(300),
        ),
        (
            "json",
            format!(
                "<script type=application/ld+json>{}</script>",
                "[{\"@type\":\"NewsArticle\",\"mainEntity\":".repeat(20_000)
            ),
        ),
        (
            "strings",
            format!(
                "<script type=application/ld+json>{{\"a\":\"{}</script>",
                "\" ".repeat(200_000)
            ),
        ),
        ("bodies", "<div class=article-body>".repeat(400)),
        ("breaks", "<br>".repeat(500_000)),
        ("comments", "<!-- ".repeat(200_000)),
    ] {
        let html =
            page("<title>Bridge opens</title>", &format!("<article>{TEXT}</article>{hostile}"));
        let found = read_with(html, &ReadOptions::default());
        let body = found.unwrap_or_else(|rejected| panic!("{name}: {rejected}")).body;
        assert!(body.unwrap().contains("carries two lanes"), "{name}");
    }
}

#[test]
fn a_page_too_large_names_its_limit() {
    let mut small = ReadOptions::default();
    small.limits.article = 1_000;
    let rejected = read_with(page("", &TEXT.repeat(10)), &small).unwrap_err();
    assert_eq!(rejected.reason, Reason::OverLimit { limit: "article", allowed: 1_000 });
}
