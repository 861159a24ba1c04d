//! What was taken out does not come back with the next poll, in whatever form it comes.

use newsdb::{
    Annotation, Erase, Finding, Identity, IngestOptions, NewArticle, NewsDb, Options, Outcome,
    PubStatus, Query, Rung,
};

const TEXT: &str = "The harbour bridge in Lindholm opened on Monday after four years of work. \
     Ferries that had carried cars across the sound since 1931 made their last crossing on Sunday \
     night. The mayor said that the toll would stay at two crowns until the end of next year.";
const URL: &str = "https://www.news.example/2024/06/bridge-opens";

fn db() -> NewsDb {
    Options::new().clock(|| "2024-06-20T12:00:00Z".parse().unwrap()).open_in_memory().unwrap()
}

/// The forms in which one article comes: each is seen first, taken out, and then comes in all.
fn forms() -> Vec<(&'static str, NewArticle)> {
    let named = |item: NewArticle| item.headline("Harbour bridge opens");
    let mut gdelt = NewArticle::new("news.example").feed("gdelt-events").url(format!("{URL}/amp"));
    gdelt.headline = Some("Bridge Opens".into());
    gdelt.headline_derived = true;
    let feed = NewArticle::new("news.example").feed("https://news.example/rss").id("g7").url(URL);
    vec![
        ("feed", named(feed.clone()).summary("Cars cross the sound.")),
        ("full feed", named(feed.clone()).body(TEXT)),
        (
            "feed, another dress",
            named(feed.url("http://news.example/2024/06/bridge-opens?utm_source=x")),
        ),
        (
            "another guid",
            named(NewArticle::new("news.example").id("g7?v=2").url(URL))
                .summary("Cars cross the sound."),
        ),
        (
            "another feed",
            named(NewArticle::new("hub").id("h1").url(URL)).summary("Cars cross at last."),
        ),
        ("page", named(NewArticle::new("www.news.example").url(URL)).body(TEXT)),
        (
            "mobile page",
            named(
                NewArticle::new("m.news.example")
                    .url("https://m.news.example/2024/06/bridge-opens/"),
            )
            .body(TEXT),
        ),
        ("gdelt", gdelt.annotation(Annotation::new("gdelt-events", "event", 1).key("1"))),
        (
            "archive",
            named(
                NewArticle::new("web.archive.org")
                    .url(format!("https://web.archive.org/web/2024/{URL}")),
            )
            .body(TEXT),
        ),
    ]
}

#[test]
fn what_was_taken_out_in_one_form_does_not_come_back_in_another() {
    for (first, seen) in forms() {
        for (again, comes) in forms() {
            let db = db();
            let Outcome::Inserted { id, .. } = db.insert(seen.clone()).unwrap() else { panic!() };
            db.remove(id).unwrap();
            let why = db.explain_identity(comes.clone()).unwrap();
            let outcome = db.insert(comes).unwrap();
            // A headline made from a URL is nobody's headline: an item with an id of its own is
            // then as new as it says.
            let unlike = first == "gdelt" && (again.contains("feed") || again.contains("guid"));
            if !unlike {
                assert_eq!(why.identity, Identity::Suppressed(id), "{first}, then {again}: {why}");
                assert_eq!(outcome, Outcome::Suppressed, "{first}, then {again}");
            }
        }
    }
}

#[test]
fn each_rung_finds_its_tombstone() {
    let db = db();
    let full =
        NewArticle::new("wire").id("7").uri("urn:wire:7").url(URL).headline("Opened").body(TEXT);
    let Outcome::Inserted { id, .. } = db.insert(full).unwrap() else { panic!() };
    db.remove(id).unwrap();
    let other = |item: NewArticle| item.headline("Quite another").body("Nothing alike.");
    for (item, rung) in [
        (other(NewArticle::new("wire").id("7")), Rung::Id),
        (other(NewArticle::new("hub").uri("urn:wire:7")), Rung::Uri),
        (other(NewArticle::new("hub").url(URL)), Rung::Url),
        (NewArticle::new("wire").headline("Opened").body(TEXT), Rung::Text),
        (NewArticle::new("wire").id("8").url(URL).headline("Opened").body(TEXT), Rung::Url),
    ] {
        let why = db.explain_identity(item.clone()).unwrap();
        assert_eq!((why.identity, why.decided_by), (Identity::Suppressed(id), Some(rung)), "{why}");
        assert_eq!(db.insert(item).unwrap(), Outcome::Suppressed);
    }
    // What shares nothing but the words with it is not kept out.
    for item in [
        NewArticle::new("hub").headline("Opened").body(TEXT),
        NewArticle::new("wire").id("9").headline("Opened").body(TEXT),
        other(NewArticle::new("wire").id("10").url(URL)),
    ] {
        assert!(matches!(db.insert(item).unwrap(), Outcome::Inserted { .. }));
    }
}

#[test]
fn an_article_that_is_there_outweighs_a_tombstone() {
    let db = db();
    let Outcome::Inserted { id, .. } =
        db.insert(NewArticle::new("wire").id("7").headline("A")).unwrap()
    else {
        panic!()
    };
    db.remove(id).unwrap();
    let Outcome::Inserted { id, .. } =
        db.insert(NewArticle::new("hub").id("1").uri("urn:7").headline("B")).unwrap()
    else {
        panic!()
    };
    let why =
        db.explain_identity(NewArticle::new("wire").id("7").uri("urn:7").headline("A")).unwrap();
    assert_eq!(why.identity, Identity::Known(id));
    assert!(matches!(why.steps[0].finding, Finding::Tombstone(_)), "{why}");
}

#[test]
fn a_url_that_many_had_keeps_nothing_out() {
    // Items of a feed that link to its front page, thrown away day by day.
    let home = "https://news.example/";
    let bulletin = |number: usize, guid: bool| {
        let item = NewArticle::new("news.example").url(home).headline("News at nine");
        let item = item.summary(format!("Bulletin number {number}, with {} stories.", number + 7));
        if guid { item.id(format!("b{number}")) } else { item }
    };
    for guid in [true, false] {
        let db = db();
        db.ingest((0..4).map(|number| bulletin(number, guid))).unwrap();
        assert_eq!(db.count(&Query::new()).unwrap(), 4);
        for article in db.ids(&Query::new(), newsdb::Sort::Oldest, 10, None).unwrap() {
            db.remove_with(article, &Erase::new().scrub_later()).unwrap();
        }
        let report = db.ingest((0..6).map(|number| bulletin(number, guid))).unwrap();
        let expected = if guid { (2, 4) } else { (6, 0) };
        assert_eq!((report.inserted, report.suppressed), expected, "guid: {guid}");
    }
}

#[test]
fn a_purge_keeps_out_and_forgetting_does_not() {
    for forget in [false, true] {
        let db = db();
        for (_, form) in forms().into_iter().take(1) {
            db.insert(form.published("2024-06-10T08:00:00Z".parse().unwrap())).unwrap();
        }
        let erase = if forget { Erase::new().forget() } else { Erase::new() };
        let report = db.purge_with("2024-06-11T00:00:00Z".parse().unwrap(), &erase).unwrap();
        assert_eq!(report.removed, 1);
        assert_eq!(db.stats().unwrap().tombstones, u64::from(!forget));
        let report = db.ingest(forms().into_iter().map(|(_, form)| form)).unwrap();
        assert_eq!(report.suppressed == 9, !forget, "{report:?}");
        assert_eq!(db.count(&Query::new()).unwrap() == 0, !forget);
    }
}

#[test]
fn a_cancellation_keeps_out_whether_the_article_was_there_or_not() {
    let kill = || NewArticle::new("news.example").id("g7").url(URL).status(PubStatus::Canceled);
    for known in [true, false] {
        let db = db();
        if known {
            db.insert(forms().remove(1).1).unwrap();
        }
        let outcome = db.insert(kill()).unwrap();
        assert_eq!(matches!(outcome, Outcome::Updated(_)), known);
        assert_eq!(db.insert(kill()).unwrap(), Outcome::Suppressed, "again");
        assert_eq!(db.stats().unwrap().tombstones, 1);
        for (name, form) in forms() {
            let by_id = form.id.as_deref() == Some("g7");
            if known || by_id || form.id.is_none() {
                assert_eq!(db.insert(form).unwrap(), Outcome::Suppressed, "{name}, {known}");
            }
        }
        assert_eq!(db.count(&Query::new()).unwrap(), 0);
    }
    // By the URI alone.
    let db = db();
    db.insert(NewArticle::new("wire").uri("urn:wire:7").headline("Opened").body(TEXT)).unwrap();
    db.insert(NewArticle::new("wire").uri("urn:wire:7").status(PubStatus::Canceled)).unwrap();
    let again = NewArticle::new("wire").uri("urn:wire:7").headline("Opened").body(TEXT);
    assert_eq!(db.insert(again).unwrap(), Outcome::Suppressed);
    assert_eq!(db.article_by_uri("urn:wire:7").unwrap().unwrap().status, PubStatus::Canceled);
}

#[test]
fn restoring_lifts_what_kept_it_out() {
    let by_uri = NewArticle::new("wire").uri("urn:wire:7").headline("Opened").body(TEXT);
    let by_id = forms().remove(1).1;
    for (item, canceled) in [(&by_uri, false), (&by_uri, true), (&by_id, false), (&by_id, true)] {
        let db = db();
        let Outcome::Inserted { id, .. } = db.insert(item.clone()).unwrap() else { panic!() };
        if canceled {
            db.insert(item.clone().status(PubStatus::Canceled)).unwrap();
        } else {
            db.remove(id).unwrap();
        }
        assert_eq!(db.ingest([item.clone()]).unwrap().suppressed, 1);
        let restore = || IngestOptions::new().restore(true);
        let report = db.ingest_with([item.clone()], restore()).unwrap();
        assert_eq!((report.inserted, report.suppressed), (1, 0), "canceled: {canceled}");
        assert_eq!(db.stats().unwrap().tombstones, 0);
        assert_eq!(db.ingest([item.clone()]).unwrap().unchanged, 1);
        let page = db.search(&Query::new().text("ferries"), newsdb::Sort::Newest, 5, None).unwrap();
        assert_eq!(page.hits.len(), 1);
        assert!(db.check(&newsdb::Cancel::new()).unwrap().is_clean());
        // A cancellation is not lifted by itself.
        let kill = item.clone().status(PubStatus::Canceled);
        db.ingest_with([kill.clone()], restore()).unwrap();
        assert_eq!(db.ingest_with([kill], restore()).unwrap().suppressed, 1);
    }
}

#[test]
fn what_is_kept_out_is_told() {
    let db = db();
    let Outcome::Inserted { id, .. } = db.insert(forms().remove(0).1).unwrap() else { panic!() };
    db.remove(id).unwrap();
    let report = db.ingest(forms().into_iter().map(|(_, form)| form)).unwrap();
    assert_eq!((report.read, report.suppressed, report.rejected), (9, 9, 0));
    let why = db.explain_identity(forms().remove(5).1).unwrap();
    assert_eq!(
        why.to_string(),
        format!(
            "kept out, {id} was taken out | id: absent | uri: absent \
             | url https://news.example/2024/06/bridge-opens: its tombstone | text: not tried"
        )
    );
}

#[test]
fn an_id_is_never_given_twice() {
    let at = "2024-06-10T08:00:00Z";
    let item =
        |id: &str| NewArticle::new("wire").id(id).headline("Opened").published(at.parse().unwrap());
    let insert = |db: &NewsDb, article: NewArticle| match db.insert(article).unwrap() {
        Outcome::Inserted { id, .. } => id,
        outcome => panic!("{outcome:?}"),
    };
    // Removed and forgotten, with the id that it had before it was given another date.
    let db = db();
    let first = insert(&db, item("1"));
    let moved = db.redate(first, "2024-06-10T09:00:00Z".parse().unwrap()).unwrap();
    db.remove_with(moved, &Erase::new().forget()).unwrap();
    let later = item("2").published("2024-06-10T09:00:00Z".parse().unwrap());
    let (second, third) = (insert(&db, item("1")), insert(&db, later));
    assert!(second > first && third > moved);
    for gone in [first, moved] {
        assert!(db.article(gone).unwrap().is_none());
        assert!(db.remove(gone).is_err());
    }
    assert!(db.check(&newsdb::Cancel::new()).unwrap().is_clean());
    // Purged and forgotten.
    let erase = Erase::new().forget();
    assert_eq!(db.purge_with("2024-06-11T00:00:00Z".parse().unwrap(), &erase).unwrap().removed, 2);
    assert!(insert(&db, item("3")) > second);
    // Removed, and restored under another date: the old id leads to it.
    let gone = insert(&db, item("4"));
    db.remove(gone).unwrap();
    let restored = item("4").published("2024-06-10T10:00:00Z".parse().unwrap());
    db.ingest_with([restored], IngestOptions::new().restore(true)).unwrap();
    assert!(insert(&db, item("5")) > gone);
    let restored = db.article(gone).unwrap().unwrap();
    assert_eq!((restored.uri.as_str(), restored.id == gone), ("newsdb:wire/4", false));
    assert!(db.check(&newsdb::Cancel::new()).unwrap().is_clean());
}

#[test]
fn a_canceled_article_that_is_given_another_date_keeps_its_tombstone() {
    for forget in [false, true] {
        let db = db();
        let item =
            || NewArticle::new("wire").id("7").uri("urn:wire:7").headline("Opened").body(TEXT);
        db.insert(item()).unwrap();
        db.insert(item().status(PubStatus::Canceled)).unwrap();
        let id = db.article_by_uri("urn:wire:7").unwrap().unwrap().id;
        let moved = db.redate(id, "2024-06-10T08:00:00Z".parse().unwrap()).unwrap();
        assert_ne!(moved, id);
        assert_eq!(db.insert(item()).unwrap(), Outcome::Suppressed);
        if forget {
            db.remove_with(moved, &Erase::new().forget()).unwrap();
            assert!(matches!(db.insert(item()).unwrap(), Outcome::Inserted { .. }));
        } else {
            let report = db.ingest_with([item()], IngestOptions::new().restore(true)).unwrap();
            assert_eq!((report.inserted, report.suppressed), (1, 0));
        }
        assert_eq!(db.stats().unwrap().tombstones, 0);
        let article = db.article_by_uri("urn:wire:7").unwrap().unwrap();
        assert_eq!((article.status, article.headline.as_str()), (PubStatus::Usable, "Opened"));
        assert_eq!(db.count(&Query::new().status(PubStatus::Canceled)).unwrap(), 0);
        assert!(db.check(&newsdb::Cancel::new()).unwrap().is_clean());
    }
}
