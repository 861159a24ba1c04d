//! What was taken out is gone: from every answer at once, and from the bytes of file and log.

use newsdb::{
    Annotation, Cancel, EntityKind, Erase, Error, Field, Image, Limits, NewArticle, NewMention,
    NewsDb, Options, Outcome, PubStatus, Query, Sort, Subject, WaitsOn, formats,
};
use serde_json::json;
use std::path::Path;

/// Words that stand nowhere else, one for each place that text is kept in.
const CANARIES: &[&str] = &[
    "quokkaheadline",
    "quokkasummary",
    "quokkabody",
    "quokkahtml",
    "quokkabyline",
    "quokkadateline",
    "quokkacaption",
    "quokkaattribute",
    "quokkaperson",
    "quokkaannotation",
    "quokkaearlier",
    "quokkaelsewhere",
    "quokkaraw",
    "quokkaauthor",
    "quokkaformer",
    "quokkatag",
    "quokkasubject",
];

fn secret() -> NewArticle {
    let body = "The body says quokkabody. Nobody else does.";
    let mut article = NewArticle::new("wire")
        .id("secret")
        .url("https://wire.example/secret")
        .headline("A headline with quokkaheadline")
        .summary("A summary with quokkasummary")
        .body(body)
        .body_html("<p>The markup says <b>quokkahtml</b></p>")
        .byline("By quokkabyline")
        .dateline("QUOKKADATELINE quokkadateline, 10 June")
        .published("2024-06-10T08:00:00Z".parse().unwrap())
        .attribute("note", "quokkaattribute")
        .author("quokkaauthor")
        .tag("quokkatag")
        .subject("quokkasubject")
        .mention(NewMention::new(EntityKind::Person, "Quokka quokkaperson"))
        .mention(
            NewMention::new(EntityKind::Person, "Other quokkaperson")
                .annotator("model")
                .span(Field::Body, 4..8),
        )
        .annotation(Annotation::new("model", "quotation", json!({"text": "quokkaannotation"})));
    article.images.push(Image {
        url: "https://wire.example/a.jpg".into(),
        caption: Some("quokkacaption".into()),
        ..Image::default()
    });
    article.published_raw = Some("quokkaraw".into());
    article
}

/// A file with the secret, an earlier version of it, another publisher's form, and neighbours.
fn filled(path: &Path) -> NewsDb {
    let db = NewsDb::open(path).unwrap();
    let earlier = secret().body("An earlier text with quokkaearlier, quite another.");
    db.insert(earlier.author("quokkaformer")).unwrap();
    db.insert(secret()).unwrap();
    let elsewhere = NewArticle::new("other")
        .url("https://wire.example/secret")
        .headline("Seen elsewhere: quokkaelsewhere");
    db.insert(elsewhere).unwrap();
    for number in 0..30 {
        db.insert(
            NewArticle::new("wire")
                .id(format!("n{number}"))
                .headline(format!("Neighbour {number}"))
                .body("The ferry was late again.")
                .published("2024-06-10T08:00:00Z".parse().unwrap()),
        )
        .unwrap();
    }
    db
}

fn canaries(path: &Path) -> Vec<String> {
    let mut bytes = std::fs::read(path).unwrap();
    for suffix in ["-wal", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        bytes.extend(std::fs::read(&name).unwrap_or_default());
    }
    let text = String::from_utf8_lossy(&bytes).to_lowercase();
    CANARIES.iter().filter(|word| text.contains(**word)).map(|word| (*word).to_owned()).collect()
}

fn expect_gone(db: &NewsDb, path: &Path) {
    for word in CANARIES {
        let found = db.count(&Query::new().text(*word)).unwrap();
        assert_eq!(found, 0, "{word}");
    }
    assert_eq!(canaries(path), Vec::<String>::new(), "bytes that are left");
    let check = db.check(&Cancel::new()).unwrap();
    assert!(check.is_clean(), "{:?}", check.findings);
    assert_eq!(db.count(&Query::new().text("ferry")).unwrap(), 30, "neighbours stay");
}

#[test]
fn the_file_did_hold_the_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let db = filled(&path);
    // Short texts are not packed, so that the other tests would see them.
    assert_eq!(canaries(&path).len(), CANARIES.len());
    let news = db.snapshot().unwrap();
    let article = news.article_by_uri("newsdb:wire/secret").unwrap().unwrap();
    assert_eq!(news.versions(article.id).unwrap().len(), 2);
    assert_eq!(news.sightings(article.id).unwrap().len(), 2);
}

#[test]
fn a_removed_article_is_gone_to_the_last_byte() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let db = filled(&path);
    let id = db.article_by_uri("newsdb:wire/secret").unwrap().unwrap().id;
    let report = db.remove(id).unwrap();
    assert_eq!((report.removed, report.scrub.done), (1, true));
    expect_gone(&db, &path);
    assert!(db.article(id).unwrap().is_none());
    assert!(matches!(db.remove(id), Err(Error::UnknownArticle(_))));
    assert!(db.find_entities("Quokka quokkaperson").unwrap().is_empty(), "known from it alone");

    assert_eq!(db.insert(secret()).unwrap(), Outcome::Suppressed);
    assert_eq!(db.stats().unwrap().tombstones, 1);
}

#[test]
fn a_canceled_article_keeps_its_record_and_no_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let db = filled(&path);
    let id = db.article_by_uri("newsdb:wire/secret").unwrap().unwrap().id;
    let kill = NewArticle::new("wire").id("secret").status(PubStatus::Canceled);
    assert_eq!(db.insert(kill).unwrap(), Outcome::Updated(id));
    assert!(db.scrub(&Cancel::new()).unwrap().done);
    expect_gone(&db, &path);
    let record = db.article(id).unwrap().unwrap();
    assert_eq!((record.status, record.headline.as_str()), (PubStatus::Canceled, ""));
    assert_eq!((record.body, record.body_html, record.mentions.len()), (None, None, 0));
    assert_eq!(db.count(&Query::new().status(PubStatus::Canceled)).unwrap(), 1);
    assert_eq!(db.insert(secret()).unwrap(), Outcome::Suppressed);
}

#[test]
fn a_purge_takes_what_was_filed_before_a_date() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let db = filled(&path);
    let old = secret().id("old").url("https://wire.example/old");
    db.insert(old.clone().published("2020-01-01T00:00:00Z".parse().unwrap())).unwrap();
    let report = db.purge("2024-01-01T00:00:00Z".parse().unwrap()).unwrap();
    assert_eq!(report.removed, 1);
    assert_eq!(db.count(&Query::new().text("quokkabody")).unwrap(), 1, "the younger stays");
    let report = db.purge("2024-06-10T08:00:01Z".parse().unwrap()).unwrap();
    assert_eq!((report.removed, report.scrub.done), (31, true));
    assert_eq!(canaries(&path), Vec::<String>::new());
    assert_eq!(db.count(&Query::new()).unwrap(), 0);
    let check = NewsDb::open(&path).unwrap().check(&Cancel::new()).unwrap();
    assert!(check.is_clean(), "{:?}", check.findings);
    assert_eq!(db.insert(old).unwrap(), Outcome::Suppressed);
}

#[test]
fn what_is_forgotten_may_come_again() {
    let db = Options::new().open_temporary().unwrap();
    db.insert(secret()).unwrap();
    let id = db.article_by_uri("newsdb:wire/secret").unwrap().unwrap().id;
    db.remove_with(id, &Erase::new().forget()).unwrap();
    assert_eq!(db.stats().unwrap().tombstones, 0);
    assert!(matches!(db.insert(secret()).unwrap(), Outcome::Inserted { .. }));
}

#[test]
fn a_scrub_says_what_it_waits_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    drop(filled(&path));
    let db = Options::new().busy_timeout(std::time::Duration::from_millis(50)).open(&path).unwrap();
    let id = db.article_by_uri("newsdb:wire/secret").unwrap().unwrap().id;
    let report = db.remove_with(id, &Erase::new().scrub_later()).unwrap();
    assert!(!report.scrub.done);
    assert!(db.stats().unwrap().scrub_pending);
    let reader = db.snapshot().unwrap();
    assert_eq!(db.scrub(&Cancel::new()).unwrap().waits_on, Some(WaitsOn::Reader));
    drop(reader);
    assert!(db.scrub(&Cancel::new()).unwrap().done);
    assert!(!db.stats().unwrap().scrub_pending);
    expect_gone(&db, &path);
}

/// A scrub that ends late must not take one erasure for another.
#[test]
fn no_number_of_erasures_stands_for_two() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let db = NewsDb::open(&path).unwrap();
    let pending = || -> i64 {
        let file = rusqlite::Connection::open(&path).unwrap();
        let sql = "SELECT value FROM meta WHERE key = 'scrub_pending'";
        file.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let mut seen = std::collections::BTreeSet::new();
    for number in 0..4 {
        let article = NewArticle::new("wire").id(number.to_string()).headline("To be removed");
        let Outcome::Inserted { id, .. } = db.insert(article).unwrap() else { panic!() };
        db.remove_with(id, &Erase::new().scrub_later()).unwrap();
        assert!(db.stats().unwrap().scrub_pending && seen.insert(pending()), "{seen:?}");
        assert!(db.scrub(&Cancel::new()).unwrap().done);
        assert!(!db.stats().unwrap().scrub_pending);
    }
}

#[test]
fn a_snapshot_still_sees_what_was_removed_after_it() {
    let db = Options::new().open_temporary().unwrap();
    db.insert(secret()).unwrap();
    let before = db.snapshot().unwrap();
    let id = db.article_by_uri("newsdb:wire/secret").unwrap().unwrap().id;
    db.remove_with(id, &Erase::new().scrub_later()).unwrap();
    let query = Query::new().text("quokkabody");
    assert_eq!(before.search(&query, Sort::Newest, 5, None).unwrap().hits.len(), 1);
    assert_eq!(db.count(&query).unwrap(), 0);
}

#[test]
fn who_and_what_other_articles_name_stays() {
    let db = Options::new().open_temporary().unwrap();
    let list = "scheme,code,name\nhouse,1,Economy\n";
    let list = formats::read_subjects(list.as_bytes(), "list.csv", &Limits::default());
    assert_eq!(db.import_subjects(list).unwrap().imported, 1);
    let article = |id: &str| NewArticle::new("wire").id(id).headline("News");
    let mut first = article("1").author("Ada Berg").author("Jon Lund").tag("kept").tag("own");
    first.subjects = vec![
        Subject { scheme: Some("house".into()), ..Subject::new("1") },
        Subject::new("trade"),
        Subject::new("rain"),
    ];
    db.insert(first.clone()).unwrap();
    let mut second = article("2").author("Jon Lund").tag("kept");
    second.subjects = vec![Subject::new("rain")];
    db.insert(second).unwrap();
    let known = || {
        let stats = db.stats().unwrap();
        (stats.authors, stats.subjects)
    };
    assert_eq!(known(), (2, 3));
    let id = |uri: &str| db.article_by_uri(uri).unwrap().unwrap().id;
    db.remove_with(id("newsdb:wire/1"), &Erase::new().forget()).unwrap();
    assert_eq!(known(), (1, 2), "rain, and what the list has");
    assert_eq!(db.subjects("Economy").unwrap().len(), 1);
    // They are met again, by the same handle.
    db.insert(first.clone()).unwrap();
    assert_eq!(known(), (2, 3));
    let stored = db.article_by_uri("newsdb:wire/1").unwrap().unwrap();
    assert_eq!((stored.authors, stored.tags), (first.authors, first.tags));
    assert_eq!(db.count(&Query::new().author("Ada Berg")).unwrap(), 1);
    // One goes and one comes in the same transaction.
    let kill = article("1").status(PubStatus::Canceled);
    db.ingest([kill, article("3").author("Ada Berg").tag("new")]).unwrap();
    assert_eq!(known(), (2, 2));
    assert_eq!(db.count(&Query::new().author("Ada Berg")).unwrap(), 1);
    // What no article says any more goes with the last that did.
    db.insert(article("3").author("Eva Holm")).unwrap();
    assert_eq!(known().0, 2, "Jon Lund and Eva Holm");
    assert!(db.check(&Cancel::new()).unwrap().is_clean());
}
