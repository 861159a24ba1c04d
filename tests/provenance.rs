//! Dates: where they come from, how exact they are, which may move an article, and what is
//! done with those that nobody can believe.

use newsdb::{
    Article, ArticleId, Date, DateSource, Error, NewArticle, NewsDb, Options, Outcome, Precision,
    Query, Reason, Sort, Timeline, Unit,
};
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A database whose clock the test sets.
fn clocked(now: &str) -> (NewsDb, Arc<AtomicI64>) {
    let second = Arc::new(AtomicI64::new(date(now).second()));
    let clock = second.clone();
    let options = Options::new()
        .clock(move || chrono::DateTime::from_timestamp(clock.load(Ordering::Relaxed), 0).unwrap());
    (options.open_in_memory().unwrap(), second)
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn item(id: &str) -> NewArticle {
    NewArticle::new("wire").id(id).headline(format!("Bridge {id}")).body("It opened on Monday.")
}

fn dated(id: &str, published: &str, source: DateSource) -> NewArticle {
    item(id).published(date(published)).published_source(source)
}

fn get(db: &NewsDb, id: &str) -> Article {
    db.article_by_uri(&format!("newsdb:wire/{id}")).unwrap().unwrap()
}

#[test]
fn every_date_keeps_its_source_its_precision_and_its_offset() {
    let (db, _) = clocked("2024-06-20T12:00:00Z");
    for (number, published) in
        ["2024-06-10T08:00:30Z", "2024-06-10T08:00+05:00", "2024-06-10"].into_iter().enumerate()
    {
        for source in DateSource::ALL {
            let id = format!("{number}-{source}");
            let mut item = dated(&id, published, *source).modified(date("2024-06-11T09:30+02:00"));
            item.modified_source = Some(*source);
            item.first_seen = Some(date("2024-06-10T12:34:56Z").at());
            db.insert(item).unwrap();
            let article = get(&db, &id);
            assert_eq!(article.published.unwrap().to_string(), published);
            assert_eq!(article.published_source, Some(*source));
            assert_eq!(article.modified.unwrap().to_string(), "2024-06-11T09:30+02:00");
            assert_eq!(article.modified.unwrap().precision(), Precision::Minute);
            assert_eq!(article.modified_source, Some(*source));
            assert_eq!(article.first_seen, date("2024-06-10T12:34:56Z").at());
        }
    }
    // Who says nothing of where a date comes from is the publisher; nothing has no source.
    db.insert(item("plain").published(date("2024-06-10")).modified(date("2024-06-11"))).unwrap();
    db.insert(item("none")).unwrap();
    let (plain, none) = (get(&db, "plain"), get(&db, "none"));
    assert_eq!(plain.published_source, Some(DateSource::Publisher));
    assert_eq!(plain.modified_source, Some(DateSource::Publisher));
    assert_eq!((none.published, none.published_source), (None, None));
    assert_eq!((none.modified, none.modified_source), (None, None));
    assert_eq!(none.first_seen, date("2024-06-20T12:00:00Z").at());
    assert_eq!(none.id.published_second(), none.first_seen);
}

#[test]
fn a_better_kind_of_date_moves_an_article_and_no_other_does() {
    let (first, second) = ("2024-06-10T08:00:00Z", "2024-06-12T09:00:00Z");
    for before in DateSource::ALL {
        for after in DateSource::ALL {
            let (db, _) = clocked("2024-06-20T12:00:00Z");
            db.insert(dated("1", first, *before)).unwrap();
            let id = get(&db, "1").id;
            db.insert(dated("1", second, *after)).unwrap();
            let (article, better) = (get(&db, "1"), after < before);
            let expected = if better { (second, after) } else { (first, before) };
            assert_eq!(article.published, Some(date(expected.0)), "{before} then {after}");
            assert_eq!(article.published_source, Some(*expected.1));
            assert_eq!(article.id != id, better);
            assert_eq!(db.article(id).unwrap().unwrap().id, article.id, "the old id leads there");
            // Offered and refused, it is noted.
            let changes = &db.versions(id).unwrap()[0].changes;
            let name = if better { "published" } else { "published_offered" };
            assert_eq!(changes[0][name][1], second, "{before} then {after}");
            // Again it is nothing new.
            let again = db.insert(dated("1", second, *after)).unwrap();
            assert_eq!(again, Outcome::Unchanged(article.id));
        }
    }
    // What had no date takes any.
    for source in DateSource::ALL {
        let (db, _) = clocked("2024-06-20T12:00:00Z");
        db.insert(item("1")).unwrap();
        db.insert(dated("1", second, *source)).unwrap();
        assert_eq!(get(&db, "1").published_source, Some(*source));
        assert_eq!(get(&db, "1").id.second(), date(second).second());
    }
}

#[test]
fn every_call_follows_an_old_id() {
    let (db, _) = clocked("2024-06-20T12:00:00Z");
    db.insert(dated("1", "2024-06-10", DateSource::Guess).subject("transport")).unwrap();
    let guessed = get(&db, "1").id;
    db.insert(dated("1", "2024-06-11T08:00Z", DateSource::Url)).unwrap();
    let by_url = get(&db, "1").id;
    db.insert(dated("1", "2024-06-12T08:00:00Z", DateSource::Publisher)).unwrap();
    let published = get(&db, "1").id;
    // A call may move it within the rank, and back.
    let called = db.redate(guessed, date("2024-06-13T08:00:00Z")).unwrap();
    let back = db.redate(by_url, date("2024-06-12T08:00:00Z")).unwrap();
    assert_ne!(back, published, "an address is never used again");
    for old in [guessed, by_url, published, called, back] {
        let article = db.article(old).unwrap().unwrap();
        assert_eq!((article.id, article.subjects.len()), (back, 1));
        assert_eq!(db.versions(old).unwrap().len(), 1);
        assert_eq!(db.sightings(old).unwrap().len(), 1);
        assert!(db.related(old, 5).is_ok());
    }
    let page = db.search(&Query::new().text("bridge"), Sort::Newest, 5, None).unwrap();
    assert_eq!(page.hits.iter().map(|hit| hit.id).collect::<Vec<_>>(), [back]);
    assert!(db.check(&newsdb::Cancel::new()).unwrap().is_clean());
    db.remove(guessed).unwrap();
    assert_eq!(db.count(&Query::new()).unwrap(), 0);
    assert!(matches!(db.redate(back, date("2024-06-12")), Err(Error::UnknownArticle(_))));
}

#[test]
fn a_date_beyond_belief_is_kept_as_it_came_and_counted_apart() {
    let (db, now) = clocked("2024-06-20T12:00:00Z");
    let edges = [
        ("first", "1700-01-01T00:00:00Z", true),
        ("before", "1699-12-31T23:59:59Z", false),
        ("old", "1850-05-01", true),
        ("tomorrow", "2024-06-21T12:00:00Z", true),
        ("later", "2024-06-21T12:00:01Z", false),
        ("9999", "9999-12-31T23:59:59Z", false),
    ];
    for (id, published, _) in edges {
        db.insert(item(id).published(date(published))).unwrap();
    }
    let mut unreadable = item("unreadable");
    unreadable.published_raw = Some("next Tuesday".into());
    db.insert(unreadable).unwrap();
    for (id, published, believed) in edges {
        let article = get(&db, id);
        assert_eq!(article.published.is_some(), believed, "{id}");
        assert_eq!(article.published_source.is_some(), believed, "{id}");
        let raw = (!believed).then(|| date(published).to_string());
        assert_eq!(article.published_raw, raw, "{id}");
        if !believed {
            assert_eq!(article.id.second(), now.load(Ordering::Relaxed), "{id}: when it was seen");
        }
    }
    let timeline = db.timeline(&Query::new(), &Timeline::by(Unit::Year)).unwrap();
    let counted: u64 = timeline.series.iter().flat_map(|s| &s.buckets).map(|b| b.articles).sum();
    assert_eq!((timeline.total, counted, timeline.undated), (7, 3, 4));
    assert_eq!(db.stats().unwrap().undated, 4);
    // The raw date goes when a better one comes.
    db.insert(item("9999").published(date("2024-06-19T12:00:00Z"))).unwrap();
    let article = get(&db, "9999");
    assert_eq!(
        (article.published, article.published_raw),
        (Some(date("2024-06-19T12:00:00Z")), None)
    );
    // A raw date that comes later is kept where nothing is known.
    db.insert(item("none")).unwrap();
    let mut again = item("none");
    again.published_raw = Some("once upon a time".into());
    db.insert(again).unwrap();
    assert_eq!(get(&db, "none").published_raw.as_deref(), Some("once upon a time"));
}

#[test]
fn a_change_beyond_belief_does_not_stop_later_changes() {
    let (db, _) = clocked("2024-06-20T12:00:00Z");
    let text = |body: &str, modified: &str| item("1").body(body).modified(date(modified));
    db.insert(text("One.", "9999-12-31")).unwrap();
    let article = get(&db, "1");
    assert_eq!((article.modified, article.modified_source), (None, None));
    assert_eq!(article.attributes["modified_raw"], "9999-12-31");
    db.insert(text("Two.", "2024-06-11T08:00:00Z")).unwrap();
    db.insert(text("Three.", "2024-06-12T08:00:00Z")).unwrap();
    let article = get(&db, "1");
    assert_eq!((article.body.as_deref(), article.version), (Some("Three."), 3));
}

#[test]
fn when_it_was_first_seen_is_believed_within_the_same_bounds() {
    let (db, _) = clocked("2024-06-20T12:00:00Z");
    for (id, seen) in [("a", "9999-12-31T00:00:00Z"), ("b", "1500-01-01T00:00:00Z")] {
        let mut item = item(id);
        item.first_seen = Some(date(seen).at());
        db.insert(item).unwrap();
        assert_eq!(get(&db, id).first_seen, date("2024-06-20T12:00:00Z").at());
        assert!(get(&db, id).id < ArticleId::from(1 << 53));
    }
}

#[test]
fn the_time_of_ingest_makes_no_spike() {
    let (db, _) = clocked("2024-06-20T12:00:00Z");
    db.ingest((0..50).map(|number| item(&number.to_string()))).unwrap();
    db.insert(item("dated").published(date("2024-06-10T08:00:00Z"))).unwrap();
    for unit in Unit::ALL {
        let timeline = db.timeline(&Query::new(), &Timeline::by(*unit)).unwrap();
        let buckets: Vec<_> = timeline.series.iter().flat_map(|series| &series.buckets).collect();
        assert!(buckets.iter().all(|bucket| bucket.articles <= 1), "{unit}");
        assert_eq!((timeline.total, timeline.undated), (51, 50), "{unit}");
    }
    // A guess is marked as one.
    db.insert(dated("guess", "2024-06-20T12:00:00Z", DateSource::Guess)).unwrap();
    assert_eq!(get(&db, "guess").published_source, Some(DateSource::Guess));
    // It is left out of what would pretend to know it, and counted apart.
    let timeline = db.timeline(&Query::new(), &Timeline::by(Unit::Day)).unwrap();
    assert_eq!((timeline.total, timeline.undated), (52, 51));
    assert_eq!(db.count(&Query::new().since("2024-06-15T00:00:00Z".parse().unwrap())).unwrap(), 0);
    assert_eq!(db.stats().unwrap().undated, 51);
}

#[test]
fn a_full_second_is_named_and_stops_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let options = Options::new().clock(|| "2024-06-20T12:00:00Z".parse().unwrap());
    let db = options.open(&path).unwrap();
    let full = date("2024-06-10T08:00:00Z");
    db.insert(dated("1", "2024-06-09", DateSource::Guess)).unwrap();
    Connection::open(&path)
        .unwrap()
        .execute(
            "INSERT INTO article_redirect (from_id, to_id) SELECT ?1, article_id FROM article",
            [ArticleId::last_of_second(full.second()).to_string().parse::<i64>().unwrap()],
        )
        .unwrap();
    let report =
        db.ingest([item("2").published(full), item("1").published(full), item("3")]).unwrap();
    assert_eq!((report.inserted, report.updated, report.rejected), (1, 1, 1));
    assert_eq!(report.rejections[0].reason, Reason::SecondFull(full.second()));
    assert_eq!(get(&db, "1").published, Some(date("2024-06-09")), "it stays where it is");
    let refused = db.redate(get(&db, "1").id, full);
    assert!(
        matches!(&refused, Err(Error::Invalid(why)) if why.contains("1,048,576")),
        "{refused:?}"
    );
}
