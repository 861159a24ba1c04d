//! Lists, counts and cursors over the public interface: facts worked out by hand, and a naive
//! recomputation over generated articles.

use crate::generated::{Numbers, all_articles, at, date, generated, ids, many, pages, questions};
use chrono::{DateTime, Duration, Utc};
use newsdb::{
    Article, ArticleId, Cursor, Dimension, Error, NewArticle, NewsDb, Options, PubStatus, Query,
    Snapshot, Sort, Timeline, Unit,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The groups of duplicates, from the links alone.
fn groups(articles: &[Article]) -> BTreeMap<ArticleId, ArticleId> {
    let mut group: BTreeMap<ArticleId, ArticleId> =
        articles.iter().map(|article| (article.id, article.id)).collect();
    for article in articles {
        if let Some(other) = article.duplicate_of {
            let (from, to) = (group[&article.id], group[&other]);
            group.values_mut().filter(|of| **of == from).for_each(|of| *of = to);
        }
    }
    group
}

#[test]
fn lists_and_counts_are_what_a_naive_walk_finds() {
    let db = many(400);
    let snapshot = db.snapshot().unwrap();
    let articles = all_articles(&snapshot);
    assert_eq!(articles.len(), 400);
    for (query, meaning) in questions(&snapshot) {
        let expected: Vec<ArticleId> =
            articles.iter().filter(|article| meaning(article)).map(|article| article.id).collect();
        let newest: Vec<ArticleId> = expected.iter().rev().copied().collect();
        assert_eq!(snapshot.count(&query).unwrap(), expected.len() as u64, "{query:?}");
        assert_eq!(ids(&pages(&snapshot, &query, Sort::Newest, 7)), newest, "{query:?}");
        assert_eq!(ids(&pages(&snapshot, &query, Sort::Oldest, 1000)), expected, "{query:?}");
        assert_eq!(ids(&pages(&snapshot, &query, Sort::Oldest, 13)), expected, "{query:?}");
        let relevant = pages(&snapshot, &query, Sort::Relevance, 9);
        let best = snapshot.ids(&query, Sort::Relevance, 9, None).unwrap();
        assert_eq!(best, ids(&relevant)[..best.len()], "{query:?}");
        assert_eq!(relevant, pages(&snapshot, &query, Sort::Relevance, 1000), "{query:?}");
        let distinct: BTreeSet<ArticleId> = ids(&relevant).into_iter().collect();
        assert_eq!(distinct.len(), relevant.len(), "{query:?}");
        assert_eq!(distinct.into_iter().collect::<Vec<_>>(), expected, "{query:?}");
        assert!(relevant.is_sorted_by(|a, b| a.1 > b.1 || a.1 == b.1 && a.0 > b.0), "{query:?}");
    }
}

#[test]
fn every_count_of_a_snapshot_agrees() {
    let db = many(400);
    // Copies under other names, so that groups cross sources, and one without a date.
    let articles = all_articles(&db.snapshot().unwrap());
    for (number, copy) in articles.iter().step_by(9).enumerate() {
        let mut again = NewArticle::new("copier").id(format!("copy-{number}"));
        again = again.headline(copy.headline.clone()).language("en");
        if let Some(body) = &copy.body {
            again = again.body(body.clone());
        }
        if number % 3 > 0 {
            let moment = copy.published.unwrap_or(date("2024-03-01")).at();
            again = again.published((moment + Duration::hours(number as i64)).into());
        }
        db.insert(again).unwrap();
    }
    let snapshot = db.snapshot().unwrap();
    let groups = groups(&all_articles(&snapshot));
    for (query, _) in questions(&snapshot) {
        for unique in [false, true] {
            let query = query.clone().unique(unique);
            let list = ids(&pages(&snapshot, &query, Sort::Newest, 8));
            let count = snapshot.count(&query).unwrap();
            assert_eq!(count, list.len() as u64, "{query:?}");
            for sort in [Sort::Oldest, Sort::Relevance] {
                assert_eq!(pages(&snapshot, &query, sort, 8).len(), list.len(), "{query:?}");
            }
            if unique {
                // The newest matching member of each group, and every group.
                let mut seen = BTreeSet::new();
                let all = ids(&pages(&snapshot, &query.clone().unique(false), Sort::Newest, 50));
                let expected: Vec<_> =
                    all.into_iter().filter(|id| seen.insert(groups[id])).collect();
                assert_eq!(list, expected, "{query:?}");
            }
            for unit in Unit::ALL {
                for split in [None, Some(Dimension::Source), Some(Dimension::Language)] {
                    let mut timeline = Timeline::by(*unit);
                    if let Some(split) = split {
                        timeline = timeline.split(split);
                    }
                    let counts = snapshot.timeline(&query, &timeline).unwrap();
                    let sum: u64 =
                        counts.series.iter().flat_map(|s| &s.buckets).map(|b| b.articles).sum();
                    assert_eq!(counts.total, count, "{query:?}");
                    assert_eq!(sum + counts.undated + counts.undated_hour, count, "{query:?}");
                    assert_eq!(counts.other_keys, 0);
                }
            }
            for dimension in [Dimension::Source, Dimension::Language] {
                let top = snapshot.top(&query, dimension, 100).unwrap();
                let sum: u64 = top.rows.iter().map(|row| row.articles).sum();
                assert_eq!((top.total, sum + top.none), (count, count), "{query:?}");
            }
        }
    }
}

#[test]
fn a_unique_list_shows_the_first_of_each_group_in_its_order() {
    let db = NewsDb::open_in_memory().unwrap();
    let text = "The harbour bridge opened on Monday after four years of work and two of delay.";
    let add = |source: &str, published: &str, headline: &str, body: &str| {
        let article = NewArticle::new(source).id("1").headline(headline).body(body);
        db.insert(article.published(date(published)).language("en")).unwrap();
    };
    add("a", "2024-06-01T10:00:00Z", "Bridge opens", text);
    add("b", "2024-06-02T10:00:00Z", "Bridge opens", text);
    add("c", "2024-06-03T10:00:00Z", "Ferry stops", "No ferry will cross the sound in winter.");
    add("d", "2024-06-04T10:00:00Z", "Bridge opens", text);
    let unique = Query::new().unique(true);
    let sources = |query: &Query, sort, limit| -> Vec<String> {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = db.search(query, sort, limit, after.as_ref()).unwrap();
            found.extend(page.hits.into_iter().map(|hit| hit.source));
            after = page.next;
            if after.is_none() {
                return found;
            }
        }
    };
    assert_eq!(db.count(&Query::new()).unwrap(), 4);
    assert_eq!(db.count(&unique).unwrap(), 2);
    for limit in [1, 2, 10] {
        assert_eq!(sources(&unique, Sort::Newest, limit), ["d", "c"]);
        assert_eq!(sources(&unique, Sort::Oldest, limit), ["a", "c"]);
        assert_eq!(sources(&unique.clone().text("bridge"), Sort::Relevance, limit), ["d"]);
    }
    // Only matching members count.
    let of_b = unique.clone().source("b").source("a");
    assert_eq!(sources(&of_b, Sort::Newest, 5), ["b"]);
    // A group is where its newest matching member is.
    let by_day = db.timeline(&of_b, &Timeline::by(Unit::Day)).unwrap();
    assert_eq!(by_day.series[0].buckets[0].start, at("2024-06-02T00:00:00Z"));
    assert_eq!(by_day.total, 1);
}

#[test]
fn an_article_with_any_of_some_words_comes_once_in_whatever_form() {
    let db = NewsDb::open_in_memory().unwrap();
    let article = |id: &str, language: &str, headline: &str| {
        let article = NewArticle::new("s").id(id).headline(headline).language(language);
        article.published(date("2024-06-01"))
    };
    // English texts hold stems: the first batch has one form of each word, the second two.
    for batch in [
        [article("1", "en", "bridges"), article("2", "en", "ferries")],
        [article("3", "en", "bridges, ferries"), article("4", "de", "ferries and bridges")],
    ] {
        assert_eq!(db.ingest(batch).unwrap().inserted, 2);
    }
    let any = Query::new().text("bridges OR ferries");
    let hits = db.search(&any, Sort::Relevance, 10, None).unwrap().hits;
    let distinct: BTreeSet<ArticleId> = hits.iter().map(|hit| hit.id).collect();
    assert_eq!((hits.len(), distinct.len()), (4, 4));
}

#[test]
fn relevance_is_bm25_as_worked_out_by_hand() {
    let db = NewsDb::open_in_memory().unwrap();
    let add = |id: &str, headline: &str, body: &str| {
        let article = NewArticle::new("s").id(id).headline(headline).body(body).language("en");
        let day = format!("2024-06-0{id}T00:00:00Z");
        db.insert(article.published(date(&day))).unwrap();
    };
    add("1", "storm warning", "wind wind rain rain"); // 6 tokens
    add("2", "calm day", "a storm far off"); // 6 tokens
    add("3", "nothing new", "grass grows rain falls"); // 6 tokens
    add("4", "quiet", "rain storm rain storm rain"); // 6 tokens
    add("5", "other", "words in this one again"); // 6 tokens
    add("6", "more", "words in that one again"); // 6 tokens
    let page = db.search(&Query::new().text("storm"), Sort::Relevance, 10, None).unwrap();
    // N = 6, n = 3; every article has the average length. f: 3 (headline), 1, 2.
    let idf = ((6.0f64 - 3.0 + 0.5) / 3.5).ln().max(1e-6);
    let score = |f: f64| idf * f * 2.2 / (f + 1.2);
    let found: Vec<(String, f64)> =
        page.hits.iter().map(|hit| (hit.headline.clone(), hit.score.unwrap())).collect();
    let expected = [("storm warning", 3.0), ("quiet", 2.0), ("calm day", 1.0)];
    for ((headline, found), (title, f)) in found.iter().zip(expected) {
        assert_eq!(headline, title);
        assert!((found - score(f)).abs() < 1e-15, "{title}");
    }
    assert_eq!(found.len(), 3);
    // A phrase counts where its words follow each other, a prefix each word that begins so.
    let phrase =
        db.search(&Query::new().text("\"rain storm\""), Sort::Relevance, 10, None).unwrap();
    let idf = ((6.0f64 - 1.0 + 0.5) / 1.5).ln();
    assert_eq!(phrase.hits.len(), 1);
    assert!((phrase.hits[0].score.unwrap() - idf * 2.0 * 2.2 / 3.2).abs() < 1e-12);
    let prefix = db.search(&Query::new().text("gr*"), Sort::Relevance, 10, None).unwrap();
    assert_eq!(prefix.hits.len(), 1);
    assert!((prefix.hits[0].score.unwrap() - idf * 2.0 * 2.2 / 3.2).abs() < 1e-12);
}

#[test]
fn relevance_is_what_a_naive_bm25_gives() {
    let db = many(300);
    let snapshot = db.snapshot().unwrap();
    let articles = all_articles(&snapshot);
    // Headline, summary and body as lists of words, and their weights.
    let fields = |article: &Article| -> [(Vec<String>, f64); 3] {
        let words = |text: Option<&String>| -> Vec<String> {
            text.iter().flat_map(|text| text.split(' ')).map(str::to_owned).collect()
        };
        [
            (words(Some(&article.headline)), 3.0),
            (words(article.summary.as_ref()), 1.5),
            (words(article.body.as_ref()), 1.0),
        ]
    };
    let length = |article: &Article| -> f64 {
        fields(article).iter().map(|(words, _)| words.len() as f64).sum()
    };
    let average = articles.iter().map(length).sum::<f64>() / articles.len() as f64;
    let frequency = |article: &Article, term: &[&str]| -> f64 {
        let times = |words: &[String]| words.windows(term.len()).filter(|w| *w == term).count();
        fields(article).iter().map(|(words, weight)| times(words) as f64 * weight).sum()
    };
    let score = |article: &Article, terms: &[&[&str]]| -> f64 {
        let part = |term: &&[&str]| {
            let n = articles.iter().filter(|other| frequency(other, term) > 0.0).count() as f64;
            let idf = ((articles.len() as f64 - n + 0.5) / (n + 0.5)).ln().max(1e-6);
            let f = frequency(article, term);
            idf * f * 2.2 / (f + 1.2 * (0.25 + 0.75 * length(article) / average))
        };
        terms.iter().map(part).sum()
    };
    for (text, terms) in [
        ("satellite", [&["satellite"][..]].as_slice()),
        ("glacier storm", &[&["glacier"], &["storm"]]),
        ("museum OR strike OR museum -orchard", &[&["museum"], &["strike"]]),
        ("\"railway storm\" ferry", &[&["railway", "storm"], &["ferry"]]),
    ] {
        let found = pages(&snapshot, &Query::new().text(text), Sort::Relevance, 6);
        assert!(!found.is_empty(), "{text}");
        for (id, found) in found {
            let article = articles.iter().find(|article| article.id == id).unwrap();
            assert!((found.unwrap() - score(article, terms)).abs() < 1e-9, "{text}");
        }
    }
}

#[test]
fn a_set_cancel_stops_every_question() {
    let db = many(30);
    let cancel = newsdb::Cancel::new();
    let snapshot = db.snapshot_with(&cancel).unwrap();
    let query = Query::new().text("storm OR harbour");
    assert!(snapshot.count(&query).unwrap() > 0);
    cancel.cancel();
    let day = Timeline::by(Unit::Day);
    for result in [
        snapshot.count(&query).map(drop),
        snapshot.search(&query, Sort::Newest, 5, None).map(drop),
        snapshot.search(&query, Sort::Relevance, 5, None).map(drop),
        snapshot.timeline(&query, &day).map(drop),
        snapshot.top(&query, Dimension::Entity, 5).map(drop),
        snapshot.together(&query, None, 5).map(drop),
        snapshot.for_each(&query, Sort::Newest, |_| ControlFlow::Continue(())),
    ] {
        assert!(matches!(result, Err(Error::Canceled)), "{result:?}");
    }
}

#[test]
fn pages_go_on_rightly_while_articles_arrive() {
    for sort in [Sort::Newest, Sort::Oldest, Sort::Relevance] {
        let db = many(120);
        let query = Query::new().text("storm");
        let before = pages(&db.snapshot().unwrap(), &query, sort, 1000);
        let mut numbers = Numbers(99);
        let (mut found, mut after) = (Vec::new(), None);
        for round in 0.. {
            let page = db.search(&query, sort, 5, after.as_ref()).unwrap();
            found.extend(page.hits.iter().map(|hit| (hit.id, hit.score)));
            after = page.next;
            if after.is_none() {
                break;
            }
            for number in 0..6 {
                let article = generated(&mut numbers, 1000 + round * 6 + number);
                db.insert(article.headline("storm")).unwrap();
            }
            assert!(round < 200);
        }
        let distinct: BTreeSet<ArticleId> = ids(&found).into_iter().collect();
        assert_eq!(distinct.len(), found.len(), "{sort}: nothing comes twice");
        let old: BTreeSet<ArticleId> = ids(&before).into_iter().collect();
        let kept: Vec<_> = found.iter().filter(|(id, _)| old.contains(id)).copied().collect();
        assert_eq!(kept, before, "{sort}: nothing is missed, and scores stay");
    }
}

#[test]
fn cursors_of_other_queries_and_damaged_ones_are_refused() {
    let db = many(60);
    let query = Query::new().text("storm");
    for sort in [Sort::Newest, Sort::Oldest, Sort::Relevance] {
        let next = db.search(&query, sort, 3, None).unwrap().next.unwrap();
        let json = serde_json::to_string(&next).unwrap();
        assert_eq!(serde_json::from_str::<Cursor>(&json).unwrap(), next);
        let refused = |query: &Query, sort| {
            matches!(db.search(query, sort, 3, Some(&next)), Err(Error::BadCursor))
        };
        assert!(refused(&query.clone().text("ferry"), sort));
        assert!(refused(&query.clone().unique(true), sort));
        for other in [Sort::Newest, Sort::Oldest, Sort::Relevance] {
            assert_eq!(refused(&query, other), other != sort);
        }
        let text = next.to_string();
        for end in 0..text.len() {
            assert!(matches!(text[..end].parse::<Cursor>(), Err(Error::BadCursor)));
        }
        for (at, old) in text.char_indices() {
            let new = if old == '7' { '8' } else { '7' };
            let damaged = format!("{}{new}{}", &text[..at], &text[at + 1..]);
            assert!(damaged.parse::<Cursor>().is_err(), "{damaged}");
        }
    }
    for text in ["", "-", "--", "é-é", "0-0-0-0", "ffffffffffffffffff-1", "\0", "-1--2"] {
        assert!(matches!(text.parse::<Cursor>(), Err(Error::BadCursor)), "{text:?}");
    }
    assert!(serde_json::from_str::<Cursor>("\"7\"").is_err());
}

#[test]
fn what_makes_no_sense_is_an_error() {
    let db = many(5);
    let any = Query::new();
    for limit in [0, 1001, usize::MAX] {
        assert!(matches!(db.search(&any, Sort::Newest, limit, None), Err(Error::Invalid(_))));
    }
    assert!(db.search(&any, Sort::Newest, 1000, None).unwrap().next.is_none());
    let after = db.ids(&any, Sort::Relevance, 1, None).unwrap().pop();
    assert!(matches!(db.ids(&any, Sort::Relevance, 5, after), Err(Error::Invalid(_))));
    let walk = db.for_each(&any, Sort::Relevance, |_| std::ops::ControlFlow::Continue(()));
    assert!(matches!(walk, Err(Error::Invalid(_))));
    assert!(matches!(db.count(&any.clone().text("(storm")), Err(Error::Search(_))));
    assert!(matches!(db.related(1.into(), 5), Err(Error::UnknownArticle(_))));
    for text in
        ["\" OR \"", "headline:x", "^x", "NEAR(a b)", "a + b", "'; DROP TABLE article; --", "*"]
    {
        match db.count(&any.clone().text(text)) {
            Ok(_) | Err(Error::Search(_)) => {}
            Err(error) => panic!("{text:?}: {error}"),
        }
    }
    let extremes = [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC];
    for since in extremes {
        for until in extremes {
            let query = any.clone().since(since).until(until);
            db.count(&query).unwrap();
            db.timeline(&query, &Timeline::by(Unit::Year)).unwrap();
        }
    }
}

#[test]
fn ids_go_on_from_any_id() {
    let db = many(50);
    let all = db.ids(&Query::new(), Sort::Newest, 100, None).unwrap();
    assert_eq!(all.len(), 50);
    assert_eq!(db.ids(&Query::new(), Sort::Newest, 10, Some(all[9])).unwrap(), all[10..20]);
    let back = db.ids(&Query::new(), Sort::Oldest, 3, Some(all[9])).unwrap();
    assert_eq!(back, [all[8], all[7], all[6]]);
    assert!(db.ids(&Query::new(), Sort::Newest, 0, None).unwrap().is_empty());
    let mut seen = 0;
    db.for_each(&Query::new(), Sort::Newest, |article| {
        assert_eq!(article.id, all[seen]);
        seen += 1;
        if seen == 20 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .unwrap();
    assert_eq!(seen, 20);
}

#[test]
fn an_embargo_ends_by_the_clock() {
    let now = Arc::new(AtomicI64::new(at("2024-06-10T08:00:00Z").timestamp()));
    let clock = now.clone();
    let db = Options::new()
        .clock(move || DateTime::from_timestamp(clock.load(Ordering::Relaxed), 0).unwrap())
        .open_in_memory()
        .unwrap();
    let ends = at("2024-06-10T09:00:00Z");
    let add = |id: &str| NewArticle::new("s").id(id).headline(format!("storm {id}"));
    db.insert(add("free")).unwrap();
    db.insert(add("held").embargo(ends)).unwrap();
    db.insert(add("for good").status(PubStatus::Withheld)).unwrap();
    let counts = || {
        let count = |query: Query| db.count(&query.text("storm")).unwrap();
        let both = Query::new().status(PubStatus::Withheld).status(PubStatus::Usable);
        (count(Query::new()), count(Query::new().status(PubStatus::Withheld)), count(both))
    };
    assert_eq!(counts(), (1, 2, 3));
    now.store(ends.timestamp() - 1, Ordering::Relaxed);
    assert_eq!(counts(), (1, 2, 3));
    now.store(ends.timestamp(), Ordering::Relaxed);
    assert_eq!(counts(), (2, 1, 3));
    assert_eq!(db.count(&Query::new().status(PubStatus::Canceled)).unwrap(), 0);
}

#[test]
fn a_snapshot_stays_while_another_handle_writes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let (reader, writer) = (NewsDb::open(&path).unwrap(), NewsDb::open(&path).unwrap());
    let mut numbers = Numbers(3);
    writer.ingest((0..80).map(|number| generated(&mut numbers, number))).unwrap();
    let snapshot = reader.snapshot().unwrap();
    let ask = |snapshot: &Snapshot| {
        let query = Query::new().text("storm OR ferry");
        (
            snapshot.count(&query).unwrap(),
            pages(snapshot, &query, Sort::Relevance, 10),
            snapshot.top(&query, Dimension::Source, 10).unwrap(),
            snapshot.timeline(&query, &Timeline::by(Unit::Day)).unwrap(),
        )
    };
    let before = ask(&snapshot);
    writer.ingest((80..160).map(|number| generated(&mut numbers, number))).unwrap();
    assert_eq!(ask(&snapshot), before);
    assert!(ask(&reader.snapshot().unwrap()).0 > before.0);
}

#[test]
fn related_articles_share_the_telling_words() {
    let db = NewsDb::open_in_memory().unwrap();
    let add = |id: &str, body: &str| {
        db.insert(NewArticle::new("s").id(id).body(body).language("en")).unwrap();
    };
    add("1", "the lithium mine near the north opens next year");
    add("2", "workers at the lithium mine ask for more money");
    add("3", "the museum shows old maps of the town");
    add("4", "the mine closed last winter");
    add("5", "the town votes on the budget");
    let first = db.ids(&Query::new().text("lithium north"), Sort::Newest, 1, None).unwrap()[0];
    let related = db.related(first, 2).unwrap();
    let uris: Vec<&str> = related.iter().map(|hit| hit.uri.as_str()).collect();
    assert_eq!(uris, ["newsdb:s/2", "newsdb:s/4"]);
}

#[test]
fn a_hit_says_what_is_known() {
    let db = NewsDb::open_in_memory().unwrap();
    db.insert(
        NewArticle::new("baltic-post")
            .id("1")
            .uri("https://baltic-post.example/1")
            .headline("Harbour bridge opens")
            .body("The bridge across the harbour opened on Monday.")
            .language("en-GB")
            .published(date("2024-06-10T10:00:00+02:00")),
    )
    .unwrap();
    db.insert(NewArticle::new("x").id("2").headline("No date, no body").language("en")).unwrap();
    let page = db.search(&Query::new().text("harbour"), Sort::Newest, 5, None).unwrap();
    let hit = &page.hits[0];
    assert_eq!(hit.uri, "https://baltic-post.example/1");
    assert_eq!(hit.source, "baltic-post");
    assert_eq!(hit.published.unwrap().to_string(), "2024-06-10T10:00:00+02:00");
    assert_eq!(hit.language.as_deref(), Some("en-GB"));
    assert_eq!(hit.score, None);
    assert_eq!(hit.snippet.text, "The bridge across the harbour opened on Monday.");
    let page = db.search(&Query::new().text("body"), Sort::Newest, 5, None).unwrap();
    assert_eq!(page.hits[0].published, None);
    let query: Query = serde_json::from_str(
        &serde_json::to_string(
            &Query::new().text("a").since(at("2024-06-10T00:00:00Z")).status(PubStatus::Usable),
        )
        .unwrap(),
    )
    .unwrap();
    assert_eq!(
        query,
        Query::new().text("a").since(at("2024-06-10T00:00:00Z")).status(PubStatus::Usable)
    );
    assert_eq!(serde_json::to_string(&Query::new()).unwrap(), "{}");
}
