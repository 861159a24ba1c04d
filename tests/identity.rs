//! Which article an item is: the ladder, sightings, versions, and what several formats say of
//! one article.

use newsdb::{
    Annotation, Article, ArticleId, Date, DateSource, Dimension, EntityKind, Explanation, Field,
    Finding, Identity, IngestOptions, IngestReport, Limits, NewArticle, NewMention, NewsDb,
    Options, Outcome, Place, PubStatus, Query, Reason, Rung, Sort, VersionText,
};
use serde_json::json;

/// Long enough that two texts can be almost the same.
const TEXT: &str = "The harbour bridge in Lindholm opened on Monday after four years of work. \
     Ferries that had carried cars across the sound since 1931 made their last crossing on Sunday \
     night. The mayor said that the toll would stay at two crowns until the end of next year.";

fn db() -> NewsDb {
    let options = Options::new().annotate(false);
    options.clock(|| "2024-06-20T12:00:00Z".parse().unwrap()).open_in_memory().unwrap()
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn item(source: &str, id: &str) -> NewArticle {
    NewArticle::new(source).id(id).headline("Harbour bridge opens").body(TEXT)
}

fn page(source: &str, url: &str) -> NewArticle {
    NewArticle::new(source).url(url).headline("Harbour bridge opens").body(TEXT)
}

/// Takes items in as they stand in one input.
fn ingest(db: &NewsDb, items: &[NewArticle]) -> IngestReport {
    db.ingest(items.iter().cloned()).unwrap()
}

/// Inserted, updated, unchanged, conflicts.
fn counts(report: &IngestReport) -> [u64; 4] {
    [report.inserted, report.updated, report.unchanged, report.conflicts]
}

fn all(db: &NewsDb) -> Vec<Article> {
    let snapshot = db.snapshot().unwrap();
    let ids = snapshot.ids(&Query::new(), Sort::Oldest, 100, None).unwrap();
    ids.into_iter().map(|id| snapshot.article(id).unwrap().unwrap()).collect()
}

fn only(db: &NewsDb) -> Article {
    let mut all = all(db);
    assert_eq!(all.len(), 1, "{all:#?}");
    all.remove(0)
}

fn explain(db: &NewsDb, item: NewArticle) -> Explanation {
    db.explain_identity(item).unwrap()
}

fn findings(why: &Explanation) -> Vec<(Rung, Finding)> {
    why.steps.iter().map(|step| (step.rung, step.finding)).collect()
}

// ---- the ladder -----------------------------------------------------------------------------

#[test]
fn a_rung_is_tried_only_when_those_above_are_absent() {
    let db = db();
    let stored = item("wire", "7").uri("urn:wire:7").url("https://wire.example/7");
    let Outcome::Inserted { id, .. } = db.insert(stored).unwrap() else { panic!() };
    let other = "Nothing of this stands in the first text at all, whatever one makes of it.";
    let here = Finding::Article(id);
    let cases = [
        (
            item("wire", "7").headline("Other").body(other),
            Some(Rung::Id),
            [here, Finding::NotTried, Finding::NotTried, Finding::NotTried],
        ),
        (
            NewArticle::new("other").uri("urn:wire:7").headline("Other").body(other),
            Some(Rung::Uri),
            [Finding::Absent, here, Finding::NotTried, Finding::NotTried],
        ),
        (
            page("wire", "http://www.wire.example/7/").headline("Other").body(other),
            Some(Rung::Url),
            [Finding::Absent, Finding::Absent, here, Finding::NotTried],
        ),
        (
            NewArticle::new("wire").headline("Harbour bridge opens").body(TEXT),
            Some(Rung::Text),
            [Finding::Absent, Finding::Absent, Finding::Absent, here],
        ),
        // The same text, but another id: a new article.
        (
            item("wire", "8"),
            None,
            [Finding::Unknown, Finding::Absent, Finding::Absent, Finding::NotTried],
        ),
        // The same text, but another URL: a new article.
        (
            page("wire", "https://wire.example/8"),
            None,
            [Finding::Absent, Finding::Absent, Finding::Unknown, Finding::NotTried],
        ),
        // The same text, but another source: a new article.
        (
            NewArticle::new("other").headline("Harbour bridge opens").body(TEXT),
            None,
            [Finding::Absent, Finding::Absent, Finding::Absent, Finding::Unknown],
        ),
        // The same id, but another source: a new article.
        (
            item("other", "7"),
            None,
            [Finding::Unknown, Finding::Absent, Finding::Absent, Finding::NotTried],
        ),
    ];
    for (item, rung, told) in cases {
        let why = explain(&db, item.clone());
        let expected: Vec<_> = Rung::ALL.iter().copied().zip(told).collect();
        assert_eq!(findings(&why), expected, "{why}");
        assert_eq!(why.decided_by, rung, "{why}");
        let identity = rung.map_or(Identity::New, |_| Identity::Known(id));
        assert_eq!(why.identity, identity, "{why}");
        // Ingest decides likewise.
        let copy = self::db();
        ingest(&copy, &[self::item("wire", "7").uri("urn:wire:7").url("https://wire.example/7")]);
        let report = ingest(&copy, &[item]);
        assert_eq!(report.inserted == 1, rung.is_none(), "{why}");
    }
}

#[test]
fn an_explanation_reads_as_one_line_and_as_json() {
    let db = db();
    db.insert(item("wire", "7").url("https://wire.example/7")).unwrap();
    let mut again = page("wire", "https://m.wire.example/7?utm_source=x");
    again.place = Place::line("feed.xml", 12);
    let why = explain(&db, again);
    let Identity::Known(id) = why.identity else { panic!("{why}") };
    assert_eq!(
        why.to_string(),
        format!(
            "article {id} | id: absent | uri: absent | url https://wire.example/7: this article \
             | text: not tried"
        )
    );
    assert_eq!(
        serde_json::to_value(&why).unwrap(),
        json!({
            "place": {"input": "feed.xml", "line": 12},
            "identity": {"known": id}, "decided_by": "url",
            "steps": [
                {"rung": "id", "finding": "absent"}, {"rung": "uri", "finding": "absent"},
                {"rung": "url", "key": "https://wire.example/7", "finding": {"article": id}},
                {"rung": "text", "finding": "not_tried"},
            ],
        })
    );
    assert_eq!(db.stats().unwrap().sightings, 1, "nothing is stored");
    assert!(db.explain_identity(NewArticle::new("wire")).is_err(), "no text");
}

#[test]
fn two_ids_in_one_input_are_never_one_article() {
    let url = "https://wire.example/live";
    let (a, b) = (item("wire", "1").url(url), item("wire", "2").url(url));
    let db = db();
    let report = ingest(&db, &[a.clone(), b.clone()]);
    assert_eq!((report.inserted, report.near_duplicates), (2, 1));
    assert_eq!(counts(&ingest(&db, &[b, a])), [0, 0, 2, 0]);
    // Not either when the known one comes second: the new id is read first.
    let db = self::db();
    ingest(&db, &[item("wire", "1").url(url)]);
    let report = ingest(&db, &[item("wire", "2").url(url), item("wire", "1").url(url)]);
    assert_eq!(counts(&report), [1, 0, 1, 0]);
    assert_eq!(all(&db).len(), 2);
}

#[test]
fn a_url_that_several_items_of_one_input_share_is_no_identity() {
    let home = "https://wire.example/";
    let texts = ["Rain is on its way.", "The museum opens late.", "A ferry was sold."];
    let items: Vec<_> =
        texts.iter().map(|text| NewArticle::new("wire").url(home).headline(*text)).collect();
    let db = db();
    assert_eq!(counts(&ingest(&db, &items)), [3, 0, 0, 0]);
    assert_eq!(counts(&ingest(&db, &items)), [0, 0, 3, 0]);
    let fourth = NewArticle::new("wire").url(home).headline("Nothing known of it.");
    let why = explain(&db, fourth.clone());
    assert_eq!((why.identity, why.steps[2].finding), (Identity::New, Finding::Shared));
    assert_eq!(counts(&ingest(&db, &[fourth])), [1, 0, 0, 0]);
}

#[test]
fn twenty_thousand_items_may_share_a_url() {
    // Were each compared with all before it, this would take minutes.
    let home = "https://wire.example/";
    let items = || {
        (0..20_000).map(|n| {
            let item = NewArticle::new("wire").url(home).headline(format!("Item {n}"));
            if n % 2 == 0 { item } else { item.id(n.to_string()) }
        })
    };
    let db = db();
    assert_eq!(counts(&db.ingest(items()).unwrap()), [20_000, 0, 0, 0]);
    assert_eq!(counts(&db.ingest(items()).unwrap()), [0, 0, 20_000, 0]);
}

#[test]
fn the_text_tells_which_of_many_articles_of_a_url_it_is() {
    let home = "https://wire.example/";
    let said = |text: &str| NewArticle::new("wire").url(home).headline(text);
    let db = db();
    let texts: Vec<_> = (0..9).map(|n| format!("Item {n}")).collect();
    ingest(&db, &texts.iter().map(|text| said(text)).collect::<Vec<_>>());
    let all = all(&db);
    for text in &texts {
        let id = all.iter().find(|article| article.headline == *text).unwrap().id;
        // Another dress of the URL, and another publisher.
        let item = NewArticle::new("hub").url("http://www.wire.example/?utm_source=x");
        let why = explain(&db, item.headline(text));
        assert_eq!((why.identity, why.decided_by), (Identity::Known(id), Some(Rung::Url)));
    }
    // The same text under another URL does not decide.
    ingest(&db, &[page("wire", "https://wire.example/other").headline("Item 4").body("")]);
    let why =
        explain(&db, NewArticle::new("hub").url("https://wire.example/third").headline("Item 4"));
    assert_eq!(why.identity, Identity::New);
}

#[test]
fn inputs_of_one_ingest_are_inputs_each() {
    // Three feeds and a page in one call: files have names.
    let url = "https://wire.example/7";
    let named = |item: NewArticle, file: &str| NewArticle { place: Place::whole(file), ..item };
    let db = db();
    let report = ingest(
        &db,
        &[
            named(item("wire", "7").url(url), "a.xml"),
            named(item("hub", "wire:7").url(url), "b.xml"),
            named(item("other-hub", "x").url(url), "c.xml"),
            named(page("wire.example", url).body("Rewritten by hand. ".repeat(9)), "7.html"),
        ],
    );
    assert_eq!(counts(&report), [1, 1, 2, 0]);
    assert_eq!(db.sightings(only(&db).id).unwrap().len(), 4);
}

#[test]
fn a_new_guid_with_a_known_url_and_text_is_the_same_article() {
    let url = "https://wire.example/7";
    let db = db();
    ingest(&db, &[item("wire", "7?v=1").url(url)]);
    let edited = TEXT.replace("two crowns", "three crowns");
    let report = ingest(&db, &[item("wire", "7?v=2").url(url).body(&edited)]);
    assert_eq!(counts(&report), [0, 1, 0, 0]);
    assert_eq!(only(&db).body.as_deref(), Some(edited.as_str()));
    // Another text under the URL is another article.
    let quiz = NewArticle::new("wire").id("9").url(url).headline("Quiz").body("Ten questions.");
    let why = explain(&db, quiz.clone());
    assert_eq!(why.steps[2].finding, Finding::OtherText(only(&db).id));
    assert_eq!(counts(&ingest(&db, &[quiz])), [1, 0, 0, 0]);
}

#[test]
fn equal_text_under_another_id_is_stored_and_linked() {
    let db = db();
    let Outcome::Inserted { id, .. } = db.insert(item("wire", "1")).unwrap() else { panic!() };
    let outcome = db.insert(item("paper", "9")).unwrap();
    let Outcome::Inserted { duplicate_of, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(duplicate_of, Some(id));
    assert_eq!(db.count(&Query::new()).unwrap(), 2);
    assert_eq!(db.count(&Query::new().unique(true)).unwrap(), 1);
}

// ---- versions and sightings -----------------------------------------------------------------

#[test]
fn one_id_with_two_texts_in_one_input_is_a_conflict_and_a_later_version() {
    let other = item("wire", "1").headline("Ferry sold").body("The last ferry was sold to Norway.");
    let db = db();
    let report = ingest(&db, &[item("wire", "1"), other.clone()]);
    assert_eq!(counts(&report), [1, 1, 0, 1]);
    assert_eq!(report.conflicting[0].id, only(&db).id);
    assert_eq!((only(&db).headline.as_str(), only(&db).version), ("Ferry sold", 2));
    // Likewise when the second has a summary only: it is not hidden as a poorer form.
    let db = self::db();
    let short = NewArticle::new("wire").id("1").headline("Ferry sold").summary("To Norway.");
    let items = [item("wire", "1"), short];
    assert_eq!(counts(&ingest(&db, &items)), [1, 1, 0, 1]);
    assert_eq!(counts(&ingest(&db, &items)), [0, 0, 2, 0]);
    // A later text of another input is a version and no conflict.
    let db = self::db();
    ingest(&db, &[item("wire", "1")]);
    assert_eq!(counts(&ingest(&db, &[other])), [0, 1, 0, 0]);
}

#[test]
fn two_versions_of_two_articles_in_one_input_twice() {
    let later = |id: &str| item("wire", id).body(TEXT.replace("two crowns", "three crowns"));
    let items =
        [item("wire", "a"), item("wire", "b").headline("B"), later("a"), later("b").headline("B")];
    for tagged in [false, true] {
        let items: Vec<_> = items
            .iter()
            .enumerate()
            .map(|(n, item)| if tagged { item.clone().tag(format!("t{n}")) } else { item.clone() })
            .collect();
        let db = db();
        assert_eq!(counts(&ingest(&db, &items)), [2, 2, 0, 0]);
        for _ in 0..3 {
            assert_eq!(counts(&ingest(&db, &items)), [0, 0, 4, 0]);
        }
        assert!(all(&db).iter().all(|article| article.version == 2));
    }
}

#[test]
fn modified_dates_order_versions() {
    let with = |text: &str, modified: &str| {
        let item = item("wire", "1").body(text);
        if modified.is_empty() { item } else { item.modified(date(modified)) }
    };
    let db = db();
    ingest(&db, &[with("The first text.", "2024-06-10T10:00:00Z")]);
    ingest(&db, &[with("The second text.", "2024-06-10T12:00:00Z")]);
    // A text that was there already, without a later date: nothing new.
    let report = ingest(&db, &[with("The first text.", "2024-06-10T10:00:00Z")]);
    assert_eq!(counts(&report), [0, 0, 1, 0]);
    assert_eq!(counts(&ingest(&db, &[with("The first text.", "")])), [0, 0, 1, 0]);
    // An earlier date: a past version.
    let report = ingest(&db, &[with("Between the two.", "2024-06-10T11:00:00Z")]);
    assert_eq!(counts(&report), [0, 1, 0, 0]);
    assert_eq!(only(&db).body.as_deref(), Some("The second text."));
    // A later date: the old text is in force again.
    let report = ingest(&db, &[with("The first text.", "2024-06-10T13:00:00Z")]);
    assert_eq!(counts(&report), [0, 1, 0, 0]);
    assert_eq!(only(&db).body.as_deref(), Some("The first text."));
    let versions = db.versions(only(&db).id).unwrap();
    let texts: Vec<_> =
        versions.iter().map(|v| (v.number, v.text.body.as_deref().unwrap())).collect();
    assert_eq!(
        texts,
        [
            (1, "The first text."),
            (2, "The second text."),
            (3, "Between the two."),
            (4, "The first text.")
        ]
    );
    assert_eq!(versions.iter().filter(|version| version.current).count(), 1);
}

#[test]
fn other_fields_are_applied_and_logged_on_the_current_version() {
    let db = db();
    ingest(&db, &[item("wire", "1").subject("transport")]);
    let report = ingest(&db, &[item("wire", "1").subject("bridges").author("Anna Berg")]);
    assert_eq!(counts(&report), [0, 1, 0, 0]);
    let article = only(&db);
    assert_eq!((article.version, article.subjects[0].code.as_str()), (1, "bridges"));
    let changes = &db.versions(article.id).unwrap()[0].changes;
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0]["authors"], json!([[], ["Anna Berg"]]));
    assert_eq!(changes[0]["subjects"][0], json!([{"code": "transport"}]));
    // What an item does not name stays.
    assert_eq!(counts(&ingest(&db, &[item("wire", "1").urgency_of(3)])), [0, 1, 0, 0]);
    assert_eq!(only(&db).authors, ["Anna Berg"]);
}

/// A builder that the crate has no need of.
trait Urgency {
    fn urgency_of(self, urgency: u8) -> Self;
}

impl Urgency for NewArticle {
    fn urgency_of(mut self, urgency: u8) -> Self {
        self.urgency = Some(urgency);
        self
    }
}

#[test]
fn a_poorer_form_is_kept_where_it_was_seen() {
    let url = "https://wire.example/7";
    let poorer =
        NewArticle::new("wire").id("7").url(url).headline("Bridge open").summary("At last.");
    let full = page("wire", url);
    let db = db();
    ingest(&db, std::slice::from_ref(&full));
    // A summary under another headline with a new id: as far as one can tell, another article.
    assert_eq!(explain(&db, poorer.clone()).identity, Identity::New);
    let poorer = poorer.headline("HARBOUR bridge  opens").subject("transport");
    assert_eq!(counts(&ingest(&db, std::slice::from_ref(&poorer))), [0, 1, 0, 0]);
    let article = only(&db);
    assert_eq!((article.body.as_deref(), article.version), (Some(TEXT), 1));
    assert_eq!(article.subjects[0].code, "transport", "it adds what was unknown");
    let sightings = db.sightings(article.id).unwrap();
    assert_eq!(sightings[0].text, None);
    let text = VersionText {
        headline: "HARBOUR bridge  opens".into(),
        summary: Some("At last.".into()),
        body: None,
    };
    assert_eq!((sightings[1].id.as_deref(), sightings[1].text.as_ref()), (Some("7"), Some(&text)));
    // The two do not take turns.
    for _ in 0..2 {
        assert_eq!(counts(&ingest(&db, std::slice::from_ref(&full))), [0, 0, 1, 0]);
        assert_eq!(counts(&ingest(&db, std::slice::from_ref(&poorer))), [0, 0, 1, 0]);
    }
    // A teaser is a poorer form too, and does not replace the authors that are known.
    let teaser = page("wire", url).feed("teasers").body(&TEXT[..100]).subject("bridges");
    assert_eq!(counts(&ingest(&db, &[teaser])), [0, 0, 1, 0]);
    assert_eq!(only(&db).subjects[0].code, "transport");
}

#[test]
fn what_a_poorer_place_changes_of_its_own_is_applied() {
    let url = "https://wire.example/7";
    let feed = |subject: &str| {
        let item = NewArticle::new("wire").id("7").url(url).headline("Harbour bridge opens");
        item.summary("At last.").subject(subject)
    };
    let db = db();
    ingest(&db, &[feed("transport")]);
    ingest(&db, &[page("wire", url)]);
    assert_eq!(counts(&ingest(&db, &[feed("bridges")])), [0, 1, 0, 0]);
    let article = only(&db);
    assert_eq!(
        (article.body.as_deref(), article.subjects[0].code.as_str()),
        (Some(TEXT), "bridges")
    );
}

#[test]
fn another_publishers_text_is_kept_where_it_was_seen() {
    let url = "https://wire.example/7";
    let db = db();
    ingest(&db, &[item("wire", "7").url(url).author("Anna Berg")]);
    let quoted = TEXT.replace("four years", "4 years");
    let foreign =
        NewArticle::new("hub").id("h1").url(url).headline("Bridge opens (Wire)").body(&quoted);
    let foreign = foreign
        .author("Hub staff")
        .subject("hub")
        .mention(NewMention::new(newsdb::EntityKind::Place, "Hubtown"))
        .mention(
            NewMention::new(newsdb::EntityKind::Place, "Lindholm")
                .annotator("model")
                .span(Field::Body, 22..30),
        )
        .annotation(Annotation::new("model", "tone", 0.5).span(Field::Body, 0..3));
    assert_eq!(counts(&ingest(&db, std::slice::from_ref(&foreign))), [0, 1, 0, 0]);
    assert_eq!(counts(&ingest(&db, &[foreign])), [0, 0, 1, 0]);
    let article = only(&db);
    assert_eq!(article.body.as_deref(), Some(TEXT));
    assert_eq!((article.authors, article.subjects), (vec!["Anna Berg".to_owned()], vec![]));
    // What an annotator found is kept; ranges in the other text are not ranges in this one.
    let names: Vec<_> = article.mentions.iter().map(|m| m.mention.name.as_str()).collect();
    assert_eq!((names, article.mentions[0].mention.span.as_ref()), (vec!["Lindholm"], None));
    assert_eq!(
        (&article.annotations[0].value, article.annotations[0].span.as_ref()),
        (&json!(0.5), None)
    );
    let text = db.sightings(article.id).unwrap()[1].text.clone().unwrap();
    assert_eq!(text.body, Some(quoted));
    // It cannot kill it either.
    let kill = NewArticle::new("hub").url(url).status(PubStatus::Canceled);
    ingest(&db, &[kill]);
    assert_eq!(only(&db).body.as_deref(), Some(TEXT));
}

#[test]
fn a_publisher_under_two_keys_is_one() {
    let url = "https://www.news.example/7";
    let summary = |source: Option<&str>| NewArticle {
        source: source.map(str::to_owned),
        ..NewArticle::default().url(url).headline("Harbour bridge opens").summary("At last.")
    };
    let full =
        |source: Option<&str>| NewArticle { source: source.map(str::to_owned), ..page("", url) };
    for (first, second, same) in [
        (Some("news.example"), Some("www.news.example"), true),
        (Some("www.news.example"), Some("news.example"), true),
        (Some("np"), Some("news.example"), true),
        (None, Some("np"), true),
        (Some("np"), None, true),
        (Some("np"), Some("hub"), false),
        (Some("news.example"), Some("example"), false),
    ] {
        let db = db();
        ingest(&db, &[summary(first)]);
        ingest(&db, &[full(second)]);
        let article = only(&db);
        assert_eq!(article.body.is_some(), same, "{first:?} then {second:?}");
        assert_eq!(article.source, first.unwrap_or("unknown"));
    }
}

// ---- across formats -------------------------------------------------------------------------

/// One article as a feed, its page, GDELT, an archive of the web and an aggregator bring it.
fn formats() -> Vec<(&'static str, NewArticle)> {
    let url = "https://www.news.example/2024/06/bridge-opens";
    let mut gdelt = NewArticle::new("news.example")
        .feed("gdelt-events")
        .url("https://m.news.example/2024/06/bridge-opens?utm_source=gdelt")
        .headline("Bridge Opens")
        .published(date("2024-06-10T08:15Z"))
        .published_source(DateSource::Guess)
        .annotation(Annotation::new("gdelt-events", "event", json!({"code": "036"})).key("1"));
    gdelt.headline_derived = true;
    vec![
        (
            "feed",
            NewArticle::new("news.example")
                .feed("https://www.news.example/rss")
                .id("tag:news.example,2024:7")
                .url(format!("{url}?utm_source=rss"))
                .headline("Harbour bridge opens")
                .summary("Cars cross the sound for the first time.")
                .published(date("2024-06-10T08:00:00+02:00"))
                .subject("transport"),
        ),
        (
            "page",
            NewArticle::new("www.news.example")
                .url(url)
                .headline("Harbour bridge opens")
                .body(TEXT)
                .author("Anna Berg")
                .published(date("2024-06-10"))
                .published_source(DateSource::Metadata),
        ),
        ("gdelt", gdelt),
        (
            "warc",
            NewArticle::new("news.example")
                .url("http://www.news.example/2024/06/bridge-opens/")
                .headline("Harbour bridge opens")
                .body(TEXT)
                .author("Anna Berg")
                .published(date("2024-06-10"))
                .published_source(DateSource::Metadata),
        ),
        (
            "aggregator",
            NewArticle::new("hub")
                .id("hub-99")
                .url(format!("{url}/amp"))
                .headline("Harbour bridge opens")
                .summary("Cars cross the sound for the first time."),
        ),
    ]
}

fn permutations(items: usize) -> Vec<Vec<usize>> {
    if items == 0 {
        return vec![vec![]];
    }
    let mut all = Vec::new();
    for shorter in permutations(items - 1) {
        for at in 0..items {
            let mut longer = shorter.clone();
            longer.insert(at, items - 1);
            all.push(longer);
        }
    }
    all
}

#[test]
fn one_article_in_five_formats_is_one_in_any_order() {
    let formats = formats();
    for order in permutations(formats.len()) {
        let names: Vec<_> = order.iter().map(|&at| formats[at].0).collect();
        let db = db();
        for &at in &order {
            ingest(&db, &[formats[at].1.clone()]);
        }
        let articles = all(&db);
        assert_eq!(articles.len(), 1, "{names:?}: {articles:#?}");
        let article = &articles[0];
        assert_eq!(article.headline, "Harbour bridge opens", "{names:?}");
        assert!(!article.headline_derived, "{names:?}");
        assert_eq!(article.body.as_deref(), Some(TEXT), "{names:?}");
        assert_eq!(article.authors, ["Anna Berg"], "{names:?}");
        assert_eq!(article.published, Some(date("2024-06-10T08:00:00+02:00")), "{names:?}");
        assert_eq!(article.annotations.len(), 1, "{names:?}");
        assert!(db.sightings(article.id).unwrap().len() >= 4, "{names:?}");
        // Whatever comes again brings nothing new.
        for round in 0..2 {
            for &at in &order {
                let report = ingest(&db, &[formats[at].1.clone()]);
                assert_eq!(counts(&report), [0, 0, 1, 0], "{names:?}, {round}, {}", formats[at].0);
            }
        }
    }
}

#[test]
fn what_has_no_text_of_its_own_adds_annotations_and_replaces_nothing() {
    let url = "https://news.example/2024/06/bridge-opens";
    let row = |headline: &str, key: &str| {
        let mut row = NewArticle::new("news.example").url(url).headline(headline);
        row.headline_derived = true;
        row.annotation(Annotation::new("gdelt-events", "event", json!({"id": key})).key(key))
    };
    let rows = [row("Bridge opens", "1"), row("Bridge opens", "2"), row("Bridge Opens Now", "3")];
    let keys = |article: &Article| -> Vec<String> {
        article.annotations.iter().filter_map(|a| a.key.clone()).collect()
    };
    // Before there is a text.
    let db = db();
    ingest(&db, &rows);
    assert_eq!(keys(&only(&db)), ["1", "2", "3"]);
    assert_eq!((only(&db).headline.as_str(), only(&db).version), ("Bridge opens", 1));
    assert_eq!(counts(&ingest(&db, &rows)), [0, 0, 3, 0]);
    // The text comes.
    ingest(&db, &[page("news.example", url)]);
    assert_eq!((only(&db).headline.as_str(), only(&db).version), ("Harbour bridge opens", 2));
    // And after.
    assert_eq!(counts(&ingest(&db, &[row("Bridge opens", "4")])), [0, 1, 0, 0]);
    assert_eq!(keys(&only(&db)), ["1", "2", "3", "4"]);
    assert_eq!((only(&db).body.as_deref(), only(&db).version), (Some(TEXT), 2));
    assert_eq!(counts(&ingest(&db, &rows)), [0, 0, 3, 0]);
}

#[test]
fn a_change_tells_what_it_replaced_and_not_all_that_is_said() {
    let said = |key: &str, value: u32| Annotation::new("events", "event", json!(value)).key(key);
    let item = || item("wire", "1");
    let model = |name: &str| NewMention::new(EntityKind::Place, name).annotator("model");
    let db = db();
    let first = item().mention(NewMention::new(EntityKind::Place, "Lindholm"));
    ingest(&db, &[first.mention(model("Vintervik")).annotation(said("1", 1))]);
    for number in 2..=30 {
        let next = item().annotation(said(&number.to_string(), number));
        assert_eq!(counts(&ingest(&db, &[next])), [0, 1, 0, 0]);
    }
    ingest(&db, &[item().annotation(said("7", 70)).mention(model("Ostby"))]);
    let article = only(&db);
    assert_eq!((article.annotations.len(), article.mentions.len()), (30, 2));
    let changes = &db.versions(article.id).unwrap()[0].changes;
    assert_eq!(changes.len(), 30);
    for (change, number) in changes.iter().zip(2..=30) {
        assert_eq!(change["annotations"], json!([[], [said(&number.to_string(), number)]]));
    }
    assert_eq!(changes[29]["annotations"], json!([[said("7", 7)], [said("7", 70)]]));
    assert_eq!(changes[29]["mentions"], json!([[model("Vintervik")], [model("Ostby")]]));
}

#[test]
fn what_items_say_of_one_article_is_bounded_all_together() {
    let said = |key: &str| Annotation::new("events", "event", json!(key)).key(key);
    let db = db();
    let limits = Limits { mentions: 3, ..Limits::default() };
    let items = ["1", "2", "3", "4", "2"].map(|key| item("wire", "1").annotation(said(key)));
    let report = db.ingest_with(items, IngestOptions::new().limits(limits)).unwrap();
    assert_eq!((counts(&report), report.rejected), ([1, 2, 1, 0], 1));
    let reason = Reason::OverLimit { limit: "mentions", allowed: 3 };
    assert_eq!(report.rejections[0].reason, reason);
    assert_eq!(only(&db).annotations.len(), 3);
    assert_eq!(db.sightings(only(&db).id).unwrap().len(), 1);
}

#[test]
fn the_same_article_in_three_feeds_is_one_with_three_sightings() {
    let feed = |feed: &str, source: &str, guid: &str, url: &str| {
        let item = item(source, guid).url(url);
        NewArticle { feed: Some(feed.to_owned()), ..item }
    };
    let db = db();
    ingest(&db, &[feed("https://wire.example/all", "wire", "7", "https://wire.example/7")]);
    ingest(
        &db,
        &[feed("https://wire.example/north", "wire", "7", "http://wire.example/7?utm_source=n")],
    );
    ingest(&db, &[feed("https://hub.example/all", "hub", "h7", "https://m.wire.example/7")]);
    let article = only(&db);
    let sightings = db.sightings(article.id).unwrap();
    let places: Vec<_> =
        sightings.iter().map(|s| (s.feed.as_deref().unwrap(), s.id.as_deref().unwrap())).collect();
    assert_eq!(
        places,
        [
            ("https://wire.example/all", "7"),
            ("https://wire.example/north", "7"),
            ("https://hub.example/all", "h7"),
        ]
    );
}

#[test]
fn a_place_is_the_same_whatever_its_urls_dress() {
    let db = db();
    for poll in 0..5 {
        let url = format!("https://wire.example/7?utm_campaign=poll{poll}");
        ingest(&db, &[item("wire", "7").url(url)]);
    }
    assert_eq!(db.stats().unwrap().sightings, 1);
    assert_eq!(only(&db).version, 1);
}

#[test]
fn first_and_last_seen_follow_the_clock() {
    use std::sync::atomic::{AtomicI64, Ordering};
    let now = std::sync::Arc::new(AtomicI64::new(0));
    let clock = now.clone();
    let db = Options::new()
        .clock(move || chrono::DateTime::from_timestamp(clock.load(Ordering::Relaxed), 0).unwrap())
        .open_in_memory()
        .unwrap();
    for second in [1_718_000_000, 1_718_000_900, 1_718_009_000] {
        now.store(second, Ordering::Relaxed);
        ingest(&db, &[item("wire", "7")]);
    }
    let sighting = db.sightings(only(&db).id).unwrap().remove(0);
    assert_eq!(sighting.first_seen.timestamp(), 1_718_000_000);
    assert_eq!(sighting.last_seen.timestamp(), 1_718_009_000);
}

#[test]
fn a_uri_is_the_publishers_or_minted_and_unique() {
    let db = db();
    ingest(
        &db,
        &[item("wire", "7"), item("wire", "8").uri("urn:x:8"), item("wire", "9").uri("9b")],
    );
    ingest(&db, &[NewArticle::new("wire").headline("No id")]);
    let uris: Vec<_> = all(&db).into_iter().map(|article| article.uri).collect();
    assert_eq!(uris[..3], ["newsdb:wire/7", "urn:x:8", "newsdb:wire/9"]);
    let hash = uris[3].strip_prefix("newsdb:wire/").unwrap();
    assert!(hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{hash}");
    assert_eq!(db.article_by_uri("urn:x:8").unwrap().unwrap().external_id.as_deref(), Some("8"));
    let missing: Option<Article> = db.article(ArticleId::from(5)).unwrap();
    assert!(missing.is_none());
}

/// Bands are kept in periods of 2²¹ seconds: who is near must not depend on where one ends.
#[test]
fn a_near_duplicate_is_found_within_the_window_and_not_beyond() {
    const DAY: i64 = 86_400;
    const PERIOD: i64 = 1 << 21;
    let text = |last: &str| format!("{TEXT} The first lorry crossed at six in the {last}.");
    let at = |second: i64| Date::from(chrono::DateTime::from_timestamp(second, 0).unwrap());
    let end = PERIOD * 811; // 2023-11-24
    for (first, days, window, is_near) in [
        (end - 1, 0, 14, true),
        (end, 0, 14, true),
        (end - 13 * DAY, 13, 14, true),
        (end - DAY, 14, 14, true),
        (end - DAY, 15, 14, false),
        (end - 3 * PERIOD, 100, 100, true),
        (end - 3 * PERIOD, 101, 100, false),
        (-PERIOD - 1, 3, 14, true),
        (-PERIOD - 1, 20_000, 36_500, true),
    ] {
        let one = item("a", "1").body(text("morning")).published(at(first));
        let other = item("b", "2").body(text("evening")).published(at(first + days * DAY));
        for items in [[one.clone(), other.clone()], [other, one]] {
            let window = std::time::Duration::from_secs(window * DAY as u64);
            let options = Options::new().annotate(false).duplicate_window(window);
            let now = || "2026-06-20T12:00:00Z".parse().unwrap();
            let report = ingest(&options.clock(now).open_in_memory().unwrap(), &items);
            assert_eq!(report.inserted, 2);
            assert_eq!(report.near_duplicates, u64::from(is_near), "{first} + {days}, {window:?}");
        }
    }
}

#[test]
fn the_same_markup_from_another_feed_changes_nothing() {
    let db = NewsDb::open_in_memory().unwrap();
    let seen_in = |feed: &str| {
        let mut article = NewArticle::new("wire.example")
            .url("https://wire.example/1")
            .headline("Bridge opens")
            .body_html("<p>The bridge has been <b>opened</b> at noon.</p>");
        article.feed = Some(feed.to_owned());
        db.ingest([article]).unwrap()
    };
    assert_eq!(seen_in("a").inserted, 1);
    let again = seen_in("b");
    assert_eq!((again.unchanged, again.updated), (1, 0));
}

#[test]
fn what_comes_again_is_read_again_where_something_came_between() {
    for (id, uri, url) in [
        (Some("1"), None, Some("https://wire.example/1")),
        (None, Some("urn:wire:1"), None),
        (None, None, Some("https://wire.example/1")),
    ] {
        let item = || {
            let mut item = NewArticle::new("wire").headline("Kazakhstan votes on lithium");
            (item.id, item.uri) = (id.map(Into::into), uri.map(Into::into));
            item.url = url.map(Into::into);
            item.published(date("2024-06-15T08:00:00Z")).language("en")
        };
        let canceled = || item().status(PubStatus::Canceled);
        // A reader beside the writer tells what came before.
        let folder = tempfile::tempdir().unwrap();
        let db = NewsDb::open(folder.path().join("news.db")).unwrap();
        let named = || {
            let top = db.top(&Query::new().text("lithium"), Dimension::Entity, 9).unwrap();
            top.rows.into_iter().map(|row| (row.key, row.articles)).collect::<Vec<_>>()
        };
        assert!(matches!(db.insert(item()).unwrap(), Outcome::Inserted { .. }));
        assert!(matches!(db.insert(item()).unwrap(), Outcome::Unchanged(_)));
        let before = named();
        assert!(!before.is_empty());
        // When this batch is looked up, all of it is as before but what cancels it.
        let batch = [item(), canceled(), item(), item()];
        let report = db.ingest_with(batch, IngestOptions::new().restore(true)).unwrap();
        assert_eq!((report.unchanged, report.updated, report.inserted), (2, 1, 1), "{report:?}");
        assert_eq!(named(), before);
    }
}
