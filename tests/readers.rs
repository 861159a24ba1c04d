//! Text files and JSON lines: what is read, and how what cannot be read is told.

use chrono::{DateTime, Utc};
use newsdb::formats::{self, Format, ReadOptions};
use newsdb::{
    DateSource, EntityKind, ExternalId, Field, IngestReport, Limits, NewArticle, NewsDb, Options,
    Precision, PubStatus, Query, Reason, Rejected, Sort, Span, Subject,
};
use serde_json::json;
use std::io::{Cursor, Read, Write};
use std::path::Path;

type Items = Vec<Result<NewArticle, Rejected>>;

fn read(input: impl Into<Vec<u8>>) -> Items {
    read_with(input, &ReadOptions::default())
}

fn read_with(input: impl Into<Vec<u8>>, options: &ReadOptions) -> Items {
    formats::read(Cursor::new(input.into()), "input", None, options).collect()
}

fn one(input: impl Into<Vec<u8>>) -> NewArticle {
    let mut items = read(input);
    assert_eq!(items.len(), 1);
    items.remove(0).unwrap()
}

/// Where and why the only item was refused.
fn refusal(input: impl Into<Vec<u8>>) -> (Option<u64>, Reason) {
    let mut items = read(input);
    assert_eq!(items.len(), 1, "{items:?}");
    let Rejected { place, reason } = items.remove(0).unwrap_err();
    assert_eq!(place.input, "input");
    (place.line, reason)
}

// ---- text files ---------------------------------------------------------------------------

#[test]
fn a_text_file_is_an_id_and_paragraphs() {
    let article = one(
        "news-15062024-034527\r\n\r\nPresident Yoon met Mr. Tokayev in Astana. They signed 35 \
         memorandums.\r\n\r\n“It is a start,” he said.\r\n",
    );
    assert_eq!(article.id.as_deref(), Some("news-15062024-034527"));
    assert_eq!(article.published.unwrap().to_string(), "2024-06-15T03:45:27Z");
    assert_eq!(article.headline.as_deref(), Some("President Yoon met Mr. Tokayev in Astana."));
    assert!(article.headline_derived);
    assert_eq!(
        article.body.as_deref(),
        Some(
            "President Yoon met Mr. Tokayev in Astana. They signed 35 memorandums.\r\n\r\n\
             “It is a start,” he said."
        )
    );
    assert_eq!(article.source, None);
}

#[test]
fn headlines_are_first_sentences() {
    for (text, headline) in [
        ("The U.S. Senate voted. It was late.", "The U.S. Senate voted."),
        ("“Stop!” she said. He did.", "“Stop!” she said."),
        ("哈萨克斯坦将供应锂。韩国将建厂。", "哈萨克斯坦将供应锂。"),
        ("No full stop at all", "No full stop at all"),
        ("Is it so? Yes.", "Is it so?"),
        ("Dr. J. Smith paid 3.5 million. Then more.", "Dr. J. Smith paid 3.5 million."),
    ] {
        let article = one(format!("news-01012024-000000\n\n{text}\n"));
        assert_eq!(article.headline.as_deref(), Some(headline), "{text}");
    }
    let long = "word ".repeat(100);
    let headline = one(format!("news-01012024-000000\n\n{long}")).headline.unwrap();
    assert!(headline.chars().count() <= 120 && headline.ends_with("word…"), "{headline}");
}

#[test]
fn bad_text_files_are_refused_with_their_line() {
    let good = "news-15062024-034527\n\n";
    let malformed = |reason: &Reason| matches!(reason, Reason::Malformed(_));
    assert_eq!(refusal(""), (Some(1), Reason::Empty));
    assert_eq!(refusal(" \n\n "), (Some(1), Reason::Empty));
    assert_eq!(refusal(good), (Some(1), Reason::Empty));
    assert_eq!(
        refusal("news-31022024-256161\n\nA text."),
        (Some(1), Reason::ImpossibleDate("news-31022024-256161".into()))
    );
    for first in ["news-1506202-034527", "something else", "news-15062024-03452x"] {
        let (line, reason) = refusal(format!("{first}\n\nA text."));
        assert!(line == Some(1) && malformed(&reason), "{first}: {reason}");
    }
    let mut bytes = format!("{good}A text.\nAnd ").into_bytes();
    bytes.extend([0xff, 0xfe, b'!']);
    assert_eq!(refusal(bytes), (Some(4), Reason::NotUtf8(good.len() as u64 + 12)));
}

#[test]
fn a_body_over_the_limit_is_refused_by_name() {
    let options =
        ReadOptions { limits: Limits { body: 10_000, ..Limits::default() }, ..Default::default() };
    let mut text = "news-15062024-034527\n\n".to_owned();
    text += &"word ".repeat(3_000);
    let items = read_with(text, &options);
    assert_eq!(
        items[0].as_ref().unwrap_err().reason,
        Reason::OverLimit { limit: "body", allowed: 10_000 }
    );
}

#[test]
fn a_folder_is_read_in_the_order_of_names() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("b.txt", "news-02012024-000000\n\nSecond.");
    write("a/z.txt", "news-01012024-000000\n\nFirst.");
    write("c.jsonl", r#"{"id": "third", "title": "Third"}"#);
    write("d.txt", "not news");
    write(".hidden", "news-03012024-000000\n\nHidden.");
    let items: Items = formats::read_path(folder.path(), None, &ReadOptions::default()).collect();
    let ids: Vec<_> =
        items.iter().map(|item| item.as_ref().ok().and_then(|a| a.id.clone())).collect();
    let id = |id: &str| Some(id.to_owned());
    assert_eq!(ids, [id("news-01012024-000000"), id("news-02012024-000000"), id("third"), None]);
    let refused = items[3].as_ref().unwrap_err();
    assert_eq!(refused.place.input, folder.path().join("d.txt").display().to_string());

    let missing: Items =
        formats::read_path(folder.path().join("no"), None, &ReadOptions::default()).collect();
    assert!(matches!(missing[0].as_ref().unwrap_err().reason, Reason::Unreadable(_)));
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_is_not_followed_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.txt"), "news-01012024-000000\n\nFirst.").unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("self")).unwrap();
    assert_eq!(formats::read_path(folder.path(), None, &ReadOptions::default()).count(), 1);
}

// ---- JSON lines ---------------------------------------------------------------------------

#[test]
fn the_usual_names_are_understood() {
    let article = one(r#"{
        "guid": 17, "publisher": "north", "title": "Bridge opens", "content": "It opened.",
        "description": "A bridge.", "published_at": "2024-06-13T10:00:00+05:00",
        "updatedAt": "2024-06-14", "link": "https://north.example/b", "lang": "en",
        "author": {"name": "Anna Berg"}, "topics": ["transport", {"scheme": "medtop", "code": "20000493"}],
        "people": ["Anna Berg"], "organizations": [{"name": "Harbour Board", "wikidata": "Q1"}],
        "locations": "Lindholm", "labels": ["seen"], "image": "https://north.example/b.jpg",
        "urgency": 3, "attributes": {"desk": 4}, "unheard_of": [1, 2]
    }"#
    .replace('\n', " "));
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    assert_eq!(text(&article.id), "17");
    assert_eq!(text(&article.source), "north");
    assert_eq!(text(&article.headline), "Bridge opens");
    assert_eq!(text(&article.summary), "A bridge.");
    assert_eq!(text(&article.body), "It opened.");
    assert_eq!(text(&article.url), "https://north.example/b");
    assert_eq!(text(&article.language), "en");
    assert_eq!(article.published.unwrap().to_string(), "2024-06-13T10:00:00+05:00");
    assert_eq!(article.modified.unwrap().precision(), Precision::Day);
    assert_eq!(article.authors, ["Anna Berg"]);
    assert_eq!(article.tags, ["seen"]);
    assert_eq!(article.urgency, Some(3));
    assert_eq!(article.images[0].url, "https://north.example/b.jpg");
    let medtop = Subject { scheme: Some("medtop".into()), code: "20000493".into(), name: None };
    assert_eq!(article.subjects, [Subject::new("transport"), medtop]);
    let mentions: Vec<_> = article.mentions.iter().map(|m| (m.kind, m.name.as_str())).collect();
    assert_eq!(
        mentions,
        [
            (EntityKind::Person, "Anna Berg"),
            (EntityKind::Organisation, "Harbour Board"),
            (EntityKind::Place, "Lindholm")
        ]
    );
    assert!(article.mentions.iter().all(|m| m.annotator == newsdb::PUBLISHER && m.span.is_none()));
    assert_eq!(article.mentions[1].external_ids, [ExternalId::new("wikidata", "Q1")]);
    assert_eq!(article.attributes["desk"], 4);
    assert_eq!(article.attributes["unheard_of"], serde_json::json!([1, 2]));
}

#[test]
fn mentions_have_ranges_and_annotators() {
    let article = one(
        r#"{"title": "Berg speaks", "mentions": [{"kind": "person", "name": "Anna Berg",
            "annotator": "model 2", "field": "headline", "start": 0, "end": 4, "confidence": 0.9}]}"#
            .replace('\n', " "),
    );
    let mention = &article.mentions[0];
    assert_eq!(mention.span, Some(Span { field: Field::Headline, start: 0, end: 4 }));
    assert_eq!((mention.annotator.as_str(), mention.confidence), ("model 2", Some(0.9)));
}

#[test]
fn status_and_embargo() {
    let status = |json: &str| one(json).status;
    assert_eq!(status(r#"{"title": "a"}"#), None);
    assert_eq!(status(r#"{"title": "a", "pubstatus": "usable"}"#), Some(PubStatus::Usable));
    assert_eq!(status(r#"{"id": "a", "pubstatus": "canceled"}"#), Some(PubStatus::Canceled));
    let held = one(r#"{"title": "a", "embargoed": "2024-06-13T10:00:00Z"}"#);
    assert_eq!(held.status, Some(PubStatus::Withheld));
    assert_eq!(held.embargo.unwrap().to_rfc3339(), "2024-06-13T10:00:00+00:00");
    // An embargo that cannot be read must not let the article out.
    assert!(matches!(refusal(r#"{"title": "a", "embargoed": "soon"}"#).1, Reason::Malformed(_)));
    let usable =
        one(r#"{"id": "a", "title": "a", "pubstatus": "usable", "embargo": "2030-06-13"}"#);
    assert_eq!(usable.status, Some(PubStatus::Withheld));
    let canceled = one(r#"{"id": "a", "pubstatus": "canceled", "embargo": "2030-06-13"}"#);
    assert_eq!(canceled.status, Some(PubStatus::Canceled));
}

/// What is withheld stays so in whatever file reads it, and an embargo that was lifted stays lifted.
#[test]
fn no_export_lets_an_embargoed_article_out() {
    let until: DateTime<Utc> = "2999-01-01T00:00:00Z".parse().unwrap();
    let article = |id: &str| NewArticle::new("wire").id(id).headline(format!("Headline of {id}"));
    let db = NewsDb::open_in_memory().unwrap();
    db.insert(article("until").embargo(until)).unwrap();
    db.insert(article("for good").status(PubStatus::Withheld)).unwrap();
    db.insert(article("lifted").embargo(until)).unwrap();
    db.insert(article("lifted").status(PubStatus::Usable)).unwrap();
    let all = Query::new().status(PubStatus::Withheld).status(PubStatus::Usable);
    let public = |news: &NewsDb| {
        let page = news.search(&Query::new(), Sort::Newest, 10, None).unwrap();
        page.hits.into_iter().map(|hit| hit.headline).collect::<Vec<_>>()
    };
    assert_eq!(public(&db), ["Headline of lifted"]);
    let (mut lines, mut table, mut ninjs) = (Vec::new(), Vec::new(), Vec::new());
    db.export_jsonl(&all, &mut lines).unwrap();
    db.export_csv(&all, &mut table).unwrap();
    db.export_ninjs(&all, &mut ninjs).unwrap();
    for export in [lines, table, ninjs] {
        let copy = NewsDb::open_in_memory().unwrap();
        copy.ingest(formats::read(Cursor::new(export), "copy", None, &Default::default())).unwrap();
        assert_eq!(public(&copy), ["Headline of lifted"]);
        let withheld = Query::new().status(PubStatus::Withheld);
        let held = copy.search(&withheld, Sort::Newest, 10, None).unwrap().hits;
        let held = held.iter().map(|hit| copy.article(hit.id).unwrap().unwrap());
        let mut held: Vec<_> = held.map(|article| (article.headline, article.embargo)).collect();
        held.sort();
        let expected = [("Headline of for good", None), ("Headline of until", Some(until))];
        assert_eq!(held, expected.map(|(headline, until)| (headline.to_owned(), until)));
    }
}

/// What others call a field may be something else; refused is only what stands under our own name.
#[test]
fn what_is_not_of_the_shape_of_a_field_stays_among_the_attributes() {
    let article = one(
        r#"{"id": "1", "title": "x", "outlet": {"id": 7}, "creator": {"id": 7}, "author": "Ada Berg",
            "topic": {"slug": "city"}, "section": "Sport", "snippet": ["a"]}"#,
    );
    assert_eq!((article.source, article.summary), (None, None));
    assert_eq!(
        (article.authors, article.subjects),
        (vec!["Ada Berg".to_owned()], vec![Subject::new("Sport")])
    );
    let mut kept: Vec<_> = article.attributes.keys().map(String::as_str).collect();
    kept.sort();
    assert_eq!(kept, ["creator", "outlet", "snippet", "topic"]);
    assert_eq!(article.attributes["creator"], serde_json::json!({"id": 7}));
    for refused in [r#""authors": {"id": 7}"#, r#""subjects": {"slug": "a"}"#, r#""summary": [1]"#]
    {
        let line = format!(r#"{{"id": "1", "title": "x", {refused}}}"#);
        assert!(matches!(refusal(line.as_str()).1, Reason::Malformed(_)), "{refused}");
    }
}

#[test]
fn bad_lines_are_refused_and_the_rest_is_read() {
    let mut input = Vec::new();
    for line in [
        &br#"{"title": "first"}"#[..],
        br#"{"title": "cut in ha"#,
        b"",
        b"[1, 2]",
        b"\xff\xfe{}",
        br#"{"headline": {"no": "text"}}"#,
        b"null",
        br#"{"title": "last"}"#,
    ] {
        input.extend_from_slice(line);
        input.push(b'\n');
    }
    let items = read(input);
    let lines: Vec<_> = items
        .iter()
        .map(|item| match item {
            Ok(article) => (article.place.line, true),
            Err(refused) => (refused.place.line, false),
        })
        .collect();
    let expected =
        [(1, true), (2, false), (4, false), (5, false), (6, false), (7, false), (8, true)];
    assert_eq!(lines, expected.map(|(line, read)| (Some(line), read)));
    assert_eq!(items[3].as_ref().unwrap_err().reason, Reason::NotUtf8(0));
}

#[test]
fn a_line_of_a_gigabyte_is_passed_over_in_bounded_memory() {
    let first: &[u8] = b"{\"title\": \"first\"}\n{\"title\": \"";
    let last: &[u8] = b"\"}\n{\"title\": \"last\"}\n";
    let input = first.chain(std::io::repeat(b'x').take(1 << 30)).chain(last);
    let items: Items =
        formats::read(input, "input", Some(Format::Jsonl), &ReadOptions::default()).collect();
    assert_eq!(items.len(), 3);
    let refused = items[1].as_ref().unwrap_err();
    assert_eq!(refused.place.line, Some(2));
    assert_eq!(refused.reason, Reason::OverLimit { limit: "line", allowed: 64 << 20 });
    assert_eq!(items[2].as_ref().unwrap().headline.as_deref(), Some("last"));
}

#[test]
fn arrays_and_objects_over_several_lines_are_read() {
    let items = read(
        "[\n {\"id\": \"1\", \"title\": \"One\"},\n {\"id\": 2,\n  \"title\": \"Two\"},\n {\"id\": }\n]",
    );
    let titles: Vec<_> = items.iter().flatten().map(|a| a.headline.as_deref().unwrap()).collect();
    assert_eq!(titles, ["One", "Two"]);
    assert_eq!(items[1].as_ref().unwrap().place.line, Some(3));
    assert_eq!(items[2].as_ref().unwrap_err().place.line, Some(5));
    assert_eq!(one("{\n \"title\": \"Three\"\n}").headline.as_deref(), Some("Three"));
    // A damaged line costs itself alone, the first one too.
    let items = read("{\"title\": \"One\n{\"title\": \"Two\"}\nnothing\n{\"title\": \"Three\"}\n");
    assert_eq!(items.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, true, false, true]);
}

#[test]
fn the_lists_of_services_answers_are_read() {
    let titles = |items: &[Result<NewArticle, Rejected>]| -> Vec<String> {
        let items = items.iter().map(|item| item.as_ref().unwrap().headline.clone());
        items.map(Option::unwrap_or_default).collect()
    };
    let answer = r#"{"status": "ok", "totalResults": 2, "articles": [
        {"source": {"id": "post", "name": "The Post"}, "author": "Ada Berg", "title": "One",
         "url": "https://post.example/1", "publishedAt": "2024-05-01T08:00:00Z"},
        {"title": "Two", "url": "https://post.example/2"}]}"#;
    let items = read(answer);
    assert_eq!(titles(&items), ["One", "Two"]);
    let first = items[0].as_ref().unwrap();
    assert_eq!(first.source.as_deref(), Some("post"));
    assert_eq!(first.published.unwrap().to_string(), "2024-05-01T08:00:00Z");
    assert_eq!(first.place.to_string(), "input/articles/0:1");
    // In one line, and an object deeper.
    let items = read(
        r#"{"response": {"status": "ok", "results": [{"id": "a/1", "webTitle": "One"}, {"id": "a/2"}]}}"#,
    );
    assert_eq!(items.len(), 2);
    assert_eq!(items[1].as_ref().unwrap().id.as_deref(), Some("a/2"));
    // By the caller's names.
    let columns = [("webTitle".to_owned(), "headline".to_owned())].into();
    let options = ReadOptions { columns, ..ReadOptions::default() };
    let items = read_with(r#"{"data": [{"webTitle": "One"}, {"webTitle": "Two"}]}"#, &options);
    assert_eq!(titles(&items), ["One", "Two"]);
    // What is wrong with one costs itself alone, and says where it stands.
    let items = read(r#"{"items": [{"title": "One"}, {"title": {"en": "Two"}}]}"#);
    let rejected = items[1].as_ref().unwrap_err();
    assert_eq!(rejected.place.to_string(), "input/items/1:1");
    // An article may have lists of its own; of two lists none is the articles'.
    assert_eq!(titles(&read(r#"{"title": "One", "items": [{"title": "x"}]}"#)), ["One"]);
    for other in [
        r#"{"articles": [{"title": "One"}], "videos": [{"title": "Two"}]}"#,
        r#"{"articles": []}"#,
        r#"{"articles": [{"title": "One"}, 2]}"#,
    ] {
        assert_eq!(read(other).len(), 1, "{other}");
    }
}

#[test]
fn wide_characters_and_encodings_that_the_caller_knows() {
    let wide = |text: &str| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    assert_eq!(one(wide("{\"title\": \"Brücke\"}")).headline.as_deref(), Some("Brücke"));
    assert_eq!(one(wide("id;title\n1;Brücke\n")).headline.as_deref(), Some("Brücke"));
    let text = one(wide("news-15062024-034527\n\nDie Brücke ist offen.\n"));
    assert_eq!(text.body.as_deref(), Some("Die Brücke ist offen."));
    let charset = |label: &str| ReadOptions { charset: Some(label.into()), ..Default::default() };
    let line = b"{\"title\": \"\xcc\xee\xf1\xf2\"}";
    for label in ["windows-1251", "application/json; charset=\"windows-1251\""] {
        let items = read_with(*line, &charset(label));
        assert_eq!(items[0].as_ref().unwrap().headline.as_deref(), Some("Мост"));
    }
    // One that the bytes contradict is passed over.
    let items = read_with("{\"title\": \"Мост\"}", &charset("windows-1252"));
    assert_eq!(items[0].as_ref().unwrap().headline.as_deref(), Some("Мост"));
    let feed = b"<rss><channel><item><title>\xcc\xee\xf1\xf2</title></item></channel></rss>";
    if cfg!(feature = "xml") {
        let items = read_with(*feed, &charset("windows-1251"));
        assert_eq!(items[0].as_ref().unwrap().headline.as_deref(), Some("Мост"));
    }
}

#[test]
fn nesting_is_bounded() {
    let deep = format!(r#"{{"title": "a", "x": {}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    assert!(matches!(refusal(deep).1, Reason::OverLimit { limit: "nesting", .. }));
}

#[test]
fn compression_is_recognised_by_content() {
    let text = r#"{"id": "1", "title": "packed"}"#;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    let zstd = zstd::stream::encode_all(text.as_bytes(), 3).unwrap();
    for packed in [gzip.finish().unwrap(), zstd] {
        assert_eq!(one(packed).headline.as_deref(), Some("packed"));
    }
}

#[test]
fn options_fill_what_items_do_not_say() {
    let options = ReadOptions {
        source: Some("given".into()),
        url: Some("https://given.example/a".into()),
        feed: Some("https://given.example/feed".into()),
        precision: Some(Precision::Day),
        ..ReadOptions::default()
    };
    let items = read_with(
        "{\"title\": \"a\", \"date\": \"2024-06-13T00:00:00+05:00\"}\n\
         {\"title\": \"b\", \"source\": \"own\", \"date\": \"2024-06-13T00:00:01Z\"}\n",
        &options,
    );
    let (a, b) = (items[0].as_ref().unwrap(), items[1].as_ref().unwrap());
    assert_eq!((a.source.as_deref(), b.source.as_deref()), (Some("given"), Some("own")));
    assert_eq!(a.url, options.url);
    assert_eq!(a.feed, options.feed);
    assert_eq!(a.published.unwrap().to_string(), "2024-06-13");
    assert_eq!(b.published.unwrap().precision(), Precision::Second);
}

// ---- into the database --------------------------------------------------------------------

fn ingest(db: &NewsDb, input: &str) -> IngestReport {
    let items =
        formats::read(Cursor::new(input.to_owned()), "input", None, &ReadOptions::default());
    db.ingest(items).unwrap()
}

#[test]
fn dates_that_cannot_be_believed_are_kept_as_given() {
    let db = Options::new().clock(|| "2024-07-01T00:00:00Z".parse().unwrap()).open_in_memory();
    let db = db.unwrap();
    ingest(
        &db,
        r#"{"id": "old", "title": "a", "date": "1850-06-01"}
{"id": "future", "title": "b", "date": "9999-01-01T00:00:00Z"}
{"id": "soon", "title": "c", "date": "2024-07-01T23:00:00Z"}
{"id": "words", "title": "d", "date": "last Tuesday"}
{"id": "ancient", "title": "e", "date": "1066-10-14"}
{"id": "none", "title": "f"}"#,
    );
    for (id, published, raw) in [
        ("old", Some("1850-06-01"), None),
        ("future", None, Some("9999-01-01T00:00:00Z")),
        ("soon", Some("2024-07-01T23:00:00Z"), None),
        ("words", None, Some("last Tuesday")),
        ("ancient", None, Some("1066-10-14")),
        ("none", None, None),
    ] {
        let article = db.article_by_uri(&format!("newsdb:unknown/{id}")).unwrap().unwrap();
        assert_eq!(article.published.map(|date| date.to_string()).as_deref(), published, "{id}");
        assert_eq!(article.published_raw.as_deref(), raw, "{id}");
        assert_eq!(article.published_source, published.map(|_| DateSource::Publisher), "{id}");
        // The id's second is the filing time: published, else first seen.
        if published.is_none() {
            assert_eq!(article.id.second(), db_now());
        }
    }
    assert_eq!(db.stats().unwrap().undated, 4);
}

fn db_now() -> i64 {
    "2024-07-01T00:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp()
}

#[test]
fn odd_bytes_are_kept_byte_for_byte() {
    let db = NewsDb::open_in_memory().unwrap();
    let body = "NUL \0 inside, e\u{301} decomposed, \u{202e}right to left, 👩‍🚀, tab\t.  Two blanks.";
    let line = serde_json::json!({"id": "odd", "title": "Odd", "body": body}).to_string();
    assert_eq!(ingest(&db, &line).inserted, 1);
    let article = db.article_by_uri("newsdb:unknown/odd").unwrap().unwrap();
    assert_eq!(article.body.as_deref(), Some(body));
    assert_eq!(db.count(&Query::new().text("é decomposed")).unwrap(), 1);
}

#[test]
fn over_the_limits_of_an_article_nothing_is_stored_and_the_rest_is() {
    let db = NewsDb::open_in_memory().unwrap();
    let body = "word ".repeat(10 << 20);
    let long = serde_json::json!({"id": "long", "title": "Long", "body": body}).to_string();
    let report = ingest(&db, &format!("{long}\n{{\"id\": \"short\", \"title\": \"Short\"}}\n"));
    assert_eq!((report.inserted, report.rejected), (1, 1));
    assert_eq!(report.rejections[0].reason, Reason::OverLimit { limit: "body", allowed: 16 << 20 });
    assert_eq!(report.rejections[0].place.line, Some(1));

    let mentions: Vec<_> = (0..10_001)
        .map(|n| serde_json::json!({"kind": "person", "name": format!("Person {n}")}))
        .collect();
    let crowd = serde_json::json!({"title": "Crowd", "mentions": mentions}).to_string();
    let report = ingest(&db, &crowd);
    assert_eq!(
        report.rejections[0].reason,
        Reason::OverLimit { limit: "mentions", allowed: 10_000 }
    );
    let inside = r#"{"title": "é", "mentions": [{"kind": "person", "name": "E", "field": "headline", "start": 1, "end": 2}]}"#;
    assert!(matches!(ingest(&db, inside).rejections[0].reason, Reason::MentionRange { .. }));
    assert_eq!(db.count(&Query::new()).unwrap(), 1);
}

#[test]
fn the_export_reads_back_to_the_same() {
    let db = NewsDb::open_in_memory().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/sample-news");
    let report = db.ingest(formats::read_path(folder, None, &ReadOptions::default())).unwrap();
    assert!(report.inserted >= 41, "{report:?}");
    let mut first = Vec::new();
    db.export_jsonl(&Query::new(), &mut first).unwrap();
    let copy = NewsDb::open_in_memory().unwrap();
    let items = formats::read(Cursor::new(first.clone()), "copy", None, &ReadOptions::default());
    assert_eq!(copy.ingest(items).unwrap().inserted, report.inserted);
    let mut second = Vec::new();
    copy.export_jsonl(&Query::new(), &mut second).unwrap();
    assert_eq!(String::from_utf8(first).unwrap(), String::from_utf8(second).unwrap());
}

/// A fetcher makes a reader where it has the bytes, and hands it to whoever may block.
#[test]
fn readers_go_from_thread_to_thread() {
    let reader =
        formats::read(Cursor::new(r#"{"title": "a"}"#), "a", None, &ReadOptions::default());
    let read = std::thread::spawn(move || reader.map(Result::unwrap).collect::<Vec<_>>());
    assert_eq!(read.join().unwrap().len(), 1);
}

#[test]
fn articles_and_reports_are_json() {
    let mut article =
        one(r#"{"id": "7", "title": "Bridge", "published": "2024-06-13", "tags": ["a"]}"#);
    let unread = one(r#"{"title": "a", "first_seen": "some day"}"#);
    assert_eq!((unread.first_seen, &unread.attributes["first_seen"]), (None, &"some day".into()));
    let text = serde_json::to_string(&article).unwrap();
    assert_eq!(serde_json::from_str::<NewArticle>(&text).unwrap(), article);
    assert_eq!(
        serde_json::from_str::<NewArticle>(r#"{"id": "7"}"#).unwrap().id.as_deref(),
        Some("7")
    );
    article.body = Some("The bridge is open.".into());
    let db = NewsDb::open_in_memory().unwrap();
    let report = db.ingest([
        Ok(article),
        Err(Rejected { place: newsdb::Place::line("a.jsonl", 2), reason: Reason::Empty }),
    ]);
    let report = serde_json::to_value(report.unwrap()).unwrap();
    assert_eq!((&report["inserted"], &report["rejected"]), (&1.into(), &1.into()));
    assert_eq!(
        report["rejections"][0],
        serde_json::json!({"input": "a.jsonl", "line": 2, "reason": "the article has no text"})
    );
    let id = db.search(&Query::new(), Sort::Newest, 1, None).unwrap().hits[0].id;
    let stored = db.article(id).unwrap().unwrap();
    let again: newsdb::Article =
        serde_json::from_value(serde_json::to_value(&stored).unwrap()).unwrap();
    assert_eq!(again, stored);
}

/// What an article says, in a line.
fn told(article: &NewArticle) -> String {
    let a = article.clone();
    let subjects = a.subjects.iter().map(|subject| subject.code.clone()).collect::<Vec<_>>();
    [
        ("url", a.url),
        ("headline", a.headline),
        ("summary", a.summary),
        ("body", a.body),
        ("authors", Some(a.authors.join(", "))),
        ("published", a.published.map(|date| date.to_string())),
        ("modified", a.modified.map(|date| date.to_string())),
        ("seen", a.first_seen.map(|at| at.to_rfc3339())),
        ("source", a.source),
        ("subjects", Some(subjects.join(", "))),
        ("image", a.images.first().map(|image| image.url.clone())),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some(format!("{name}={}", value.filter(|v| !v.is_empty())?)))
    .collect::<Vec<_>>()
    .join(" ")
}

#[test]
fn names_that_data_sets_and_services_use_are_known() {
    for (line, expected) in [
        (
            r#"{"authors":["Ada Berg"],"date_download":"2020-05-03 07:00:00","date_modify":"2020-05-02 08:00:00","date_publish":"2020-05-01 08:00:00","description":"Short.","image_url":"http://a.example/1.jpg","language":"en","maintext":"Long.","source_domain":"a.example","title":"Bridge opens","title_page":"Bridge opens | A","url":"http://a.example/1"}"#,
            "url=http://a.example/1 headline=Bridge opens summary=Short. body=Long. authors=Ada Berg published=2020-05-01T08:00:00Z modified=2020-05-02T08:00:00Z seen=2020-05-03T07:00:00+00:00 source=a.example image=http://a.example/1.jpg",
        ),
        (
            r#"{"source":{"id":null,"name":"The Post"},"author":"Ada Berg","title":"Bridge opens","description":"Short.","url":"http://a.example/1","urlToImage":"http://a.example/1.jpg","publishedAt":"2020-05-01T08:00:00Z","content":"Long."}"#,
            "url=http://a.example/1 headline=Bridge opens summary=Short. body=Long. authors=Ada Berg published=2020-05-01T08:00:00Z source=The Post image=http://a.example/1.jpg",
        ),
        (
            r#"{"title":"Bridge opens","author":"Ada Berg","published_date":"2020-05-01 08:00:00","published_date_precision":"full","link":"http://a.example/1","clean_url":"a.example","excerpt":"Short.","summary":"Long.","topic":"news","language":"en"}"#,
            "url=http://a.example/1 headline=Bridge opens summary=Long. authors=Ada Berg published=2020-05-01T08:00:00Z source=a.example subjects=news",
        ),
        (
            r#"{"url":"http://a.example/1","url_mobile":"","title":"Bridge opens","seendate":"20200503T070000Z","socialimage":"http://a.example/1.jpg","domain":"a.example","language":"English","sourcecountry":"Norway"}"#,
            "url=http://a.example/1 headline=Bridge opens seen=2020-05-03T07:00:00+00:00 source=a.example image=http://a.example/1.jpg",
        ),
        (
            r#"{"uri":"605","lang":"eng","date":"2020-05-01","time":"08:00:00","dateTime":"2020-05-01T08:00:30Z","dateTimePub":"2020-05-01T08:00:00Z","url":"http://a.example/1","title":"Bridge opens","body":"Long.","source":{"uri":"a.example","dataType":"news","title":"The Post"},"authors":[{"uri":"ada_berg@a.example","name":"Ada Berg","type":"author"}],"image":"http://a.example/1.jpg"}"#,
            "url=http://a.example/1 headline=Bridge opens body=Long. authors=Ada Berg published=2020-05-01T08:00:00Z source=a.example image=http://a.example/1.jpg",
        ),
        (
            r#"{"uuid":"c0","url":"http://a.example/1","author":"Ada Berg","published":"2020-05-01T08:00:00.000+03:00","title":"Bridge opens","text":"Long.","crawled":"2020-05-03T07:00:00.000+00:00","thread":{"site":"a.example"}}"#,
            "url=http://a.example/1 headline=Bridge opens body=Long. authors=Ada Berg published=2020-05-01T08:00:00+03:00 seen=2020-05-03T07:00:00+00:00 source=a.example",
        ),
        (
            r#"{"id":17283,"title":"Bridge opens","publication":"The Post","author":"Ada Berg","date":"2020-05-01","year":2020,"month":5,"url":"http://a.example/1","content":"Long."}"#,
            "url=http://a.example/1 headline=Bridge opens body=Long. authors=Ada Berg published=2020-05-01 source=The Post",
        ),
        (
            r#"{"link":"http://a.example/1","headline":"Bridge opens","category":"CITY","short_description":"Short.","authors":"Ada Berg","date":"2020-05-01"}"#,
            "url=http://a.example/1 headline=Bridge opens summary=Short. authors=Ada Berg published=2020-05-01 subjects=CITY",
        ),
        (
            r#"{"id":"city/2020/1","type":"article","sectionName":"City","webPublicationDate":"2020-05-01T08:00:00Z","webTitle":"Bridge opens","webUrl":"http://a.example/1"}"#,
            "url=http://a.example/1 headline=Bridge opens published=2020-05-01T08:00:00Z subjects=City",
        ),
        (
            r#"{"title":"Bridge opens","text":"Long.","summary":"Short.","authors":["Ada Berg"],"publish_date":"05-01-2020","domain":"a.example","url":"http://a.example/1","top_image":"http://a.example/1.jpg"}"#,
            "url=http://a.example/1 headline=Bridge opens summary=Short. body=Long. authors=Ada Berg source=a.example image=http://a.example/1.jpg",
        ),
        (
            r#"{"article_id":"c1","title":"Bridge opens","link":"http://a.example/1","creator":["Ada Berg"],"description":"Short.","content":"Long.","pubDate":"2020-05-01 08:00:00","image_url":null,"category":["top","city"]}"#,
            "url=http://a.example/1 headline=Bridge opens summary=Short. body=Long. authors=Ada Berg published=2020-05-01T08:00:00Z subjects=top, city",
        ),
        // Shapes
        (
            r#"{"id":101,"date":"2020-05-01T10:00:00","date_gmt":"2020-05-01T08:00:00","guid":{"rendered":"http://a.example/?p=101"},"modified":"2020-05-02T10:00:00","modified_gmt":"2020-05-02T08:00:00","status":"publish","link":"http://a.example/1","title":{"rendered":"Bridge &#8216;opens&#8217;"},"content":{"rendered":"<p>Long.</p>\n","protected":false},"excerpt":{"rendered":"<p>Short.</p>\n","protected":false},"author":7,"categories":[3],"tags":[9],"_embedded":{"author":[{"id":7,"name":"Ada Berg"}],"wp:term":[[{"id":3,"name":"City"}],[{"id":9,"name":"Bridges"}]],"wp:featuredmedia":[{"source_url":"http://a.example/1.jpg"}]}}"#,
            "url=http://a.example/1 headline=Bridge ‘opens’ summary=Short. body=Long. authors=Ada Berg published=2020-05-01T08:00:00Z modified=2020-05-02T08:00:00Z subjects=City, Bridges image=http://a.example/1.jpg",
        ),
        (
            r#"{"_id":"post://1","web_url":"http://a.example/1","snippet":"Short.","abstract":"Short.","source":"The Post","headline":{"main":"Bridge opens","kicker":"City"},"keywords":[{"name":"subject","value":"Bridges"}],"pub_date":"2020-05-01T08:00:00+0000","section_name":"City","byline":{"original":"By Ada Berg and Tom Lund","person":[{"firstname":"Ada"}]}}"#,
            "url=http://a.example/1 headline=Bridge opens summary=Short. authors=Ada Berg, Tom Lund published=2020-05-01T08:00:00Z source=The Post subjects=City",
        ),
        (
            r#"{"id":"city/1","sectionName":"City","webPublicationDate":"2020-05-01T08:00:00Z","webTitle":"Bridge opens","webUrl":"http://a.example/1","fields":{"headline":"Bridge opens","trailText":"<b>Short.</b>","byline":"Ada Berg","bodyText":"Long.","thumbnail":"http://a.example/1.jpg","lang":"en"},"tags":[{"id":"city/x","webTitle":"Bridges"}]}"#,
            "url=http://a.example/1 headline=Bridge opens summary=Short. body=Long. authors=Ada Berg published=2020-05-01T08:00:00Z subjects=City image=http://a.example/1.jpg",
        ),
        (
            r#"{"name":"Bridge opens","url":"http://a.example/1","description":"Short.","datePublished":"2020-05-01T08:00:00.0000000Z","provider":[{"_type":"Organization","name":"The Post"}],"image":{"thumbnail":{"contentUrl":"http://a.example/1.jpg"}}}"#,
            "url=http://a.example/1 headline=Bridge opens summary=Short. published=2020-05-01T08:00:00Z source=The Post image=http://a.example/1.jpg",
        ),
        (
            r#"{"id":5,"title":"Bridge opens","body":"Long.","published_at":"2020-05-01T08:00:00Z","links":{"permalink":"http://a.example/1"},"source":{"id":3,"name":"The Post","domain":"a.example"},"author":{"id":9,"name":"Ada Berg"},"summary":{"sentences":["Short.","Cars cross."]}}"#,
            "url=http://a.example/1 headline=Bridge opens summary=Short. Cars cross. body=Long. authors=Ada Berg published=2020-05-01T08:00:00Z source=The Post",
        ),
        (
            r#"{"_id":"A1","headlines":{"basic":"Bridge opens","web":""},"description":{"basic":"Short."},"content_elements":[{"type":"text","content":"Long."},{"type":"image","url":"http://a.example/2.jpg"},{"type":"text","content":"Cars cross."}],"credits":{"by":[{"type":"author","name":"Ada Berg"},{"name":"Tom Lund"}]},"display_date":"2020-05-01T08:00:00Z","canonical_url":"/city/1","taxonomy":{"primary_section":{"name":"City"}}}"#,
            "url=/city/1 headline=Bridge opens summary=Short. body=Long.\n\nCars cross. authors=Ada Berg, Tom Lund published=2020-05-01T08:00:00Z subjects=City",
        ),
        (
            r#"{"@type":"NewsArticle","headline":"Bridge opens","articleBody":"Long.","datePublished":"2020-05-01T08:00:00Z","author":[{"@type":"Person","name":"Ada Berg"}],"publisher":{"@type":"Organization","name":"The Post"},"mainEntityOfPage":{"@id":"http://a.example/1"},"articleSection":"City","image":["http://a.example/1.jpg"]}"#,
            "url=http://a.example/1 headline=Bridge opens body=Long. authors=Ada Berg published=2020-05-01T08:00:00Z source=The Post subjects=City image=http://a.example/1.jpg",
        ),
        (
            r#"{"_index":"news","_id":"x1","_source":{"title":"Bridge opens","text":"Long.","url":"http://a.example/1","author":"Ada Berg"}}"#,
            "url=http://a.example/1 headline=Bridge opens body=Long. authors=Ada Berg",
        ),
        (
            r#"{"type":"node--article","id":"u1","attributes":{"status":true,"title":"Bridge opens","body":{"value":"<p>Long.</p>","format":"html"},"created":"2020-05-01","changed":"2020-05-02T08:00:00+00:00"}}"#,
            "headline=Bridge opens body=Long. published=2020-05-01 modified=2020-05-02T08:00:00Z",
        ),
        (
            r#"{"nid":[{"value":1}],"status":[{"value":true}],"title":[{"value":"Bridge opens"}],"body":[{"value":"<p>Long.</p>","summary":"Short."}],"created":[{"value":"2020-05-01T08:00:00+00:00"}],"changed":[{"value":"2020-05-02T08:00:00+00:00"}]}"#,
            "headline=Bridge opens summary=Short. body=Long. published=2020-05-01T08:00:00Z modified=2020-05-02T08:00:00Z",
        ),
        (r#"{"title":[{"value":"Bridge opens"}],"body":[]}"#, "headline=Bridge opens"),
        (
            r#"{"title":"Bridge opens","body":{"value":"if a <b and c> d","format":"plain_text"}}"#,
            "headline=Bridge opens body=if a <b and c> d",
        ),
        (
            r#"{"data":{"title":"Bridge opens","body":"Long."},"related":[{"title":"Museum","url":"http://a.example/2"}]}"#,
            "headline=Bridge opens body=Long.",
        ),
        (
            r#"{"name":"user123","text":"Long.","date":"2020-05-01"}"#,
            "body=Long. published=2020-05-01",
        ),
    ] {
        let found = formats::read(
            Cursor::new(line.as_bytes()),
            "input",
            Some(Format::Jsonl),
            &ReadOptions::default(),
        );
        let found: Vec<_> = found.map(|item| item.map(|article| told(&article))).collect();
        assert_eq!(found, [Ok(expected.to_owned())], "{line}");
    }
}

#[test]
fn what_services_say_further_down_keeps_back_and_loses_nothing() {
    let read = |line: &str| {
        let options = ReadOptions::default();
        let input = Cursor::new(line.as_bytes().to_vec());
        let mut items = formats::read(input, "input", Some(Format::Jsonl), &options);
        let article = items.next().unwrap().unwrap_or_else(|error| panic!("{line}: {error:?}"));
        assert!(items.next().is_none(), "{line}");
        article
    };
    for line in [
        r#"{"status":[{"value":false}],"title":[{"value":"T"}],"body":[{"value":"<p>x</p>"}]}"#,
        r#"{"type":"node--a","attributes":{"status":false,"title":"T"}}"#,
        r#"{"status":"draft","title":{"rendered":"T"}}"#,
        r#"{"status":"draft","story":{"title":"T","status":"publish"}}"#,
        r#"{"embargo":"2099-01-01T00:00:00Z","article":{"title":"T","embargo":null}}"#,
    ] {
        assert_eq!(read(line).status, Some(PubStatus::Withheld), "{line}");
    }
    let id = read(r#"{"id":"a1","article":{"headline":"T","id":null}}"#).id;
    assert_eq!(id.as_deref(), Some("a1"));
    let kept = |line: &str| serde_json::to_value(read(line).attributes).unwrap();
    assert_eq!(
        kept(
            r#"{"title":{"rendered":"T"},"attributes":[1],"author":7,"id":5,"guid":{"rendered":"g"}}"#
        ),
        json!({"attributes": [1], "author": 7, "id": 5})
    );
    assert_eq!(
        kept(r#"{"title":"T","author":7,"attributes":{"author":"x"}}"#),
        json!({"author": "x", "author_": 7})
    );
    let mixed = r#"{"headline":"T","summary":{"sentences":["A.",{"text":"B."},2020]}}"#;
    assert_eq!(read(mixed).summary.as_deref(), Some("A. 2020"));
    assert_eq!(kept(mixed), json!({"summary": {"sentences": ["A.", {"text": "B."}, 2020]}}));
}

#[test]
fn a_byline_without_authors_comes_back_without_authors() {
    let db = NewsDb::open_in_memory().unwrap();
    db.insert(NewArticle::new("wire").id("1").headline("H").byline("By Ada Berg")).unwrap();
    let mut out = Vec::new();
    db.export_jsonl(&Query::new(), &mut out).unwrap();
    let options = ReadOptions::default();
    let again =
        db.ingest(formats::read(Cursor::new(out), "out", Some(Format::Jsonl), &options)).unwrap();
    assert_eq!((again.unchanged, again.updated), (1, 0));
}

#[test]
fn a_language_by_another_name_is_found_by_every_name() {
    let db = NewsDb::open_in_memory().unwrap();
    for (id, language) in [("1", "eng"), ("2", "English"), ("3", "en-gb"), ("4", "slovenian")] {
        db.insert(NewArticle::new("wire").id(id).headline("H").language(language)).unwrap();
    }
    for language in ["en", "eng", "English"] {
        assert_eq!(db.count(&Query::new().language(language)).unwrap(), 3, "{language}");
    }
    assert_eq!(db.count(&Query::new().language("sl")).unwrap(), 1);
}
