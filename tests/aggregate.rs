//! Timelines, top lists and co-mentions over the public interface.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use newsdb::{
    Cancel, Correction, Date, Dimension, EntityKind, Error, Field, IngestOptions, NewArticle,
    NewMention, NewsDb, PubStatus, Query, Snapshot, Subject, Timeline, TimelineCounts, Unit,
};
use std::collections::BTreeMap;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn db_of(articles: impl IntoIterator<Item = NewArticle>) -> NewsDb {
    let db = NewsDb::options().annotate(false).open_in_memory().unwrap();
    for (number, article) in articles.into_iter().enumerate() {
        let article = article.id(number.to_string()).language("en");
        db.insert(article.headline(format!("item number {number}"))).unwrap();
    }
    db
}

fn published(dates: &[&str]) -> NewsDb {
    db_of(dates.iter().map(|date| {
        let article = NewArticle::new("s");
        if date.is_empty() { article } else { article.published(date.parse::<Date>().unwrap()) }
    }))
}

/// The buckets that are not empty, by their start.
fn filled(counts: &TimelineCounts) -> Vec<(String, u64)> {
    assert_eq!(counts.series.len(), 1);
    counts.series[0]
        .buckets
        .iter()
        .filter(|bucket| bucket.articles > 0)
        .map(|bucket| (bucket.start.format("%Y-%m-%dT%H:%M").to_string(), bucket.articles))
        .collect()
}

fn pairs(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    expected.iter().map(|(start, articles)| ((*start).to_owned(), *articles)).collect()
}

#[test]
fn a_date_without_a_time_counts_on_its_own_day_in_every_zone() {
    let db = published(&["2024-06-10", "2024-06-10T02:00:00Z", "2024-06-10T20:00:00Z", ""]);
    let by_day = |zone| db.timeline(&Query::new(), &Timeline::by(Unit::Day).zone(zone)).unwrap();
    for (zone, expected) in [
        (Tz::UTC, [("2024-06-10T00:00", 3)].as_slice()),
        (Tz::America__Los_Angeles, &[("2024-06-09T07:00", 1), ("2024-06-10T07:00", 2)]),
        (Tz::Asia__Tokyo, &[("2024-06-09T15:00", 2), ("2024-06-10T15:00", 1)]),
    ] {
        let counts = by_day(zone);
        assert_eq!(filled(&counts), pairs(expected), "{zone}");
        assert_eq!((counts.total, counts.undated, counts.undated_hour), (4, 1, 0));
    }
    let by_hour = Timeline::by(Unit::Hour).zone(Tz::Asia__Tokyo);
    let counts = db.timeline(&Query::new(), &by_hour).unwrap();
    assert_eq!(filled(&counts), pairs(&[("2024-06-10T02:00", 1), ("2024-06-10T20:00", 1)]));
    assert_eq!(counts.series[0].buckets.len(), 19);
    assert_eq!((counts.total, counts.undated, counts.undated_hour), (4, 1, 1));
}

#[test]
fn days_where_clocks_change_have_23_and_25_hours() {
    let db = published(&["2024-03-09T12:00:00Z", "2024-03-11T03:59:59Z", "2024-03-11T04:00:00Z"]);
    let zone = Tz::America__New_York;
    let counts = db.timeline(&Query::new(), &Timeline::by(Unit::Day).zone(zone)).unwrap();
    let hours: Vec<i64> =
        counts.series[0].buckets.iter().map(|b| (b.end - b.start).num_hours()).collect();
    assert_eq!(hours, [24, 23, 24]);
    let expected = [("2024-03-09T05:00", 1), ("2024-03-10T05:00", 1), ("2024-03-11T04:00", 1)];
    assert_eq!(filled(&counts), pairs(&expected));
    let autumn = Query::new().since(at("2024-11-03T04:00:00Z")).until(at("2024-11-04T05:00:00Z"));
    let hours = db.timeline(&autumn, &Timeline::by(Unit::Hour).zone(zone)).unwrap();
    assert_eq!(hours.series[0].buckets.len(), 25);
    let days = db.timeline(&autumn, &Timeline::by(Unit::Day).zone(zone)).unwrap();
    assert_eq!(days.series[0].buckets.len(), 1);
}

#[test]
fn buckets_go_from_where_the_time_begins_to_where_it_ends() {
    let db = published(&["2024-06-10T12:00:00Z", "2024-06-13T12:00:00Z", ""]);
    let days = |query: Query| {
        let counts = db.timeline(&query, &Timeline::by(Unit::Day)).unwrap();
        let buckets = &counts.series[0].buckets;
        (buckets.len(), buckets.first().map(|bucket| bucket.start), counts.total)
    };
    let (june_1, june_12) = (at("2024-06-01T00:00:00Z"), at("2024-06-12T00:00:00Z"));
    assert_eq!(days(Query::new()), (4, Some(at("2024-06-10T00:00:00Z")), 3));
    assert_eq!(days(Query::new().since(june_1)), (13, Some(june_1), 2));
    assert_eq!(days(Query::new().since(june_1).until(june_12)), (11, Some(june_1), 1));
    assert_eq!(days(Query::new().until(june_12)), (2, Some(at("2024-06-10T00:00:00Z")), 1));
    assert_eq!(days(Query::new().since(june_12).until(june_1)), (0, None, 0));
    assert_eq!(days(Query::new().since(at("2025-01-01T00:00:00Z"))), (0, None, 0));
    let weeks = db.timeline(&Query::new(), &Timeline::by(Unit::Week)).unwrap();
    assert_eq!(filled(&weeks), pairs(&[("2024-06-10T00:00", 2)]));
}

#[test]
fn dimensions_go_by_their_names() {
    for (name, dimension) in
        [("source", Dimension::Source), ("person", Dimension::Kind(EntityKind::Person))]
    {
        assert_eq!(name.parse::<Dimension>().unwrap(), dimension);
        let json = serde_json::json!(name);
        assert_eq!(serde_json::to_value(dimension).unwrap(), json);
        assert_eq!(serde_json::from_value::<Dimension>(json).unwrap(), dimension);
    }
    assert!("sauce".parse::<Dimension>().unwrap_err().names.contains(&"source"));
}

#[test]
fn too_many_buckets_are_refused() {
    let db = published(&["1801-06-10T12:00:00Z", "2024-06-13T12:00:00Z"]);
    let result = db.timeline(&Query::new(), &Timeline::by(Unit::Hour));
    assert!(matches!(result, Err(Error::TooManyBuckets(200_000))));
    let days = db.timeline(&Query::new(), &Timeline::by(Unit::Day)).unwrap();
    assert_eq!(days.series[0].buckets.len(), 81_454);
    let split = Timeline::by(Unit::Day).split(Dimension::Source).limit(0);
    assert_eq!(db.timeline(&Query::new(), &split).unwrap().other_keys, 1);
}

/// Six articles: who they mention, by whose word, and what they are about.
fn newsroom() -> NewsDb {
    let article = |source: &str, day: u32| {
        NewArticle::new(source).published(format!("2024-06-{day:02}T12:00:00Z").parse().unwrap())
    };
    let person = |name: &str| NewMention::new(EntityKind::Person, name);
    let place = |name: &str| NewMention::new(EntityKind::Place, name);
    let mut two_names = article("b", 3).subject("trade").mention(person("Ada Berg"));
    two_names.subjects.push(Subject {
        scheme: Some("medtop".into()),
        code: "20000344".into(),
        name: Some("trade".into()),
    });
    db_of([
        article("a", 1).mention(person("Ada Berg")).mention(place("Lindholm")).subject("trade"),
        article("a", 1).mention(person("A. Berg")).mention(person("Ada Berg")).subject("mining"),
        two_names,
        article("b", 4).mention(place("Lindholm").annotator("model")).mention(person("A. Berg")),
        article("c", 5).mention(place("Lindholm")).author("Bo Ek"),
        article("c", 6).tag("later"),
    ])
}

fn rows(db: &NewsDb, query: &Query, dimension: Dimension) -> Vec<(String, u64, Option<u64>)> {
    let top = db.top(query, dimension, 10).unwrap();
    top.rows.into_iter().map(|row| (row.key, row.articles, row.mentions)).collect()
}

fn counted(expected: &[(&str, u64, Option<u64>)]) -> Vec<(String, u64, Option<u64>)> {
    expected.iter().map(|(key, articles, m)| ((*key).to_owned(), *articles, *m)).collect()
}

#[test]
fn top_lists_count_each_article_once() {
    let db = newsroom();
    let any = Query::new();
    assert_eq!(
        rows(&db, &any, Dimension::Source),
        counted(&[("a", 2, None), ("b", 2, None), ("c", 2, None)])
    );
    assert_eq!(
        rows(&db, &any, Dimension::Entity),
        counted(&[("Ada Berg", 3, Some(3)), ("Lindholm", 3, Some(3)), ("A. Berg", 2, Some(2))])
    );
    // Two subjects that go by one name: one row, each article once.
    assert_eq!(
        rows(&db, &any, Dimension::Subject),
        counted(&[("trade", 2, None), ("mining", 1, None)])
    );
    assert_eq!(db.count(&any.clone().subject("trade")).unwrap(), 2);
    assert_eq!(db.count(&any.clone().subject("medtop:20000344")).unwrap(), 1);
    assert_eq!(db.count(&any.clone().subject(":trade")).unwrap(), 0);
    let places = db.top(&any, Dimension::Kind(EntityKind::Place), 10).unwrap();
    assert_eq!((places.rows.len(), places.none, places.total), (1, 3, 6));
    assert_eq!(places.rows[0].kind, Some(EntityKind::Place));
    assert!((places.rows[0].share - 0.5).abs() < 1e-12);
    let by_model = any.clone().annotator("model");
    assert_eq!(rows(&db, &by_model, Dimension::Entity), counted(&[("Lindholm", 1, Some(1))]));
    assert_eq!(db.top(&by_model, Dimension::Entity, 10).unwrap().none, 5);
    let first = db.top(&any, Dimension::Tag, 0).unwrap();
    assert_eq!((first.rows.len(), first.none, first.total), (0, 5, 6));
    let nothing = db.top(&any.clone().source("nobody"), Dimension::Author, 5).unwrap();
    assert_eq!((nothing.rows.len(), nothing.none, nothing.total), (0, 0, 0));
}

/// Large segments are summed up once and kept: what comes, changes and goes later counts all the same.
#[test]
fn the_top_of_everything_follows_what_is_written() {
    let article = |number: u64, named: &[String]| {
        let day = 1 + number % 28;
        let article = NewArticle::new("wire")
            .id(number.to_string())
            .headline(format!("Item {number}"))
            .published(format!("2024-06-{day:02}T08:00:00Z").parse().unwrap());
        named.iter().fold(article, |article, name| {
            article.mention(NewMention::new(EntityKind::Person, name))
        })
    };
    // Many are named as often as others.
    let named = |number: u64| -> Vec<String> {
        let numbers = (2..300).filter(|n| number.is_multiple_of(*n));
        numbers.map(|n| format!("Every {n}")).collect()
    };
    let db = NewsDb::options().annotate(false).open_in_memory().unwrap();
    let take = |articles: Vec<NewArticle>| {
        db.ingest_with(articles, IngestOptions::new().batch(4_000)).unwrap();
    };
    let mut known: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    let expect = |known: &BTreeMap<u64, Vec<String>>| {
        let mut counts: BTreeMap<&String, u64> = BTreeMap::new();
        known.values().flatten().for_each(|name| *counts.entry(name).or_default() += 1);
        let mut expected: Vec<(&str, u64)> =
            counts.into_iter().map(|(name, n)| (name.as_str(), n)).collect();
        expected.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        for (query, limit) in [(None, 0), (None, 1), (None, 7), (None, 60), (None, usize::MAX)]
            .into_iter()
            .chain([(Some("item"), 60)])
        {
            let query = query.map_or_else(Query::new, |word| Query::new().text(word));
            let top = db.top(&query, Dimension::Entity, limit).unwrap();
            assert_eq!(top.total, known.len() as u64);
            assert_eq!(top.none, known.values().filter(|names| names.is_empty()).count() as u64);
            let rows: Vec<_> = top.rows.iter().map(|r| (r.key.as_str(), r.articles)).collect();
            assert_eq!(rows, expected[..limit.min(expected.len())]);
        }
    };
    // Large segments, a small one, and large ones again.
    for more in [0..3_000, 3_000..3_010, 3_010..5_000] {
        take(more.clone().map(|number| article(number, &named(number))).collect());
        known.extend(more.map(|number| (number, named(number))));
        expect(&known);
        expect(&known);
    }
    // One of a large segment changes, one goes, one is withheld.
    let other = vec!["Somebody else".to_owned()];
    take(vec![article(30, &other)]);
    known.insert(30, other);
    expect(&known);
    db.remove(db.article_by_uri("newsdb:wire/60").unwrap().unwrap().id).unwrap();
    known.remove(&60);
    expect(&known);
    take(vec![article(90, &[]).status(PubStatus::Withheld)]);
    known.remove(&90);
    expect(&known);
    // Another annotator speaks of them, of some as the first did.
    let said = |number: u64, name: &str| {
        let said = NewMention::new(EntityKind::Person, name).annotator("model");
        article(number, &named(number)).mention(said)
    };
    take((5_000..8_000).map(|number| said(number, "Every 2")).collect());
    for number in 5_000..8_000 {
        let mut names = named(number);
        names.push("Every 2".to_owned());
        names.sort_unstable();
        names.dedup();
        known.insert(number, names);
    }
    expect(&known);
    db.remove(db.article_by_uri("newsdb:wire/6000").unwrap().unwrap().id).unwrap();
    known.remove(&6_000);
    expect(&known);
    let mentions = |name: &str| {
        let top = db.top(&Query::new(), Dimension::Entity, usize::MAX).unwrap();
        top.rows.into_iter().find(|row| row.key == name).unwrap().mentions
    };
    // Two that are merged are one.
    let id = |name: &str| db.resolve_entity(name).unwrap();
    let merge = Correction::Merge { keep: id("Every 3"), other: id("Every 4") };
    let merged_by = db.correct(&merge).unwrap();
    let mut merged = known.clone();
    for names in merged.values_mut() {
        names
            .iter_mut()
            .filter(|name| *name == "Every 4")
            .for_each(|name| *name = "Every 3".into());
        names.sort_unstable();
        names.dedup();
    }
    expect(&merged);
    db.undo_correction(merged_by).unwrap();
    expect(&known);
    // 2,500 even numbers below 5,000 without 30, 60 and 90; of 3,000 more without 6,000, half are even and say it twice.
    assert_eq!(mentions("Every 2"), Some(2_497 + 1_500 + 2 * 1_499));
}

/// What an article of the test below says: its day of June 2024 (0: it has no date), its source, its subjects and its tone.
#[derive(Clone)]
struct Said {
    day: u32,
    source: &'static str,
    subjects: &'static [(&'static str, &'static str, &'static str)],
    good: Option<bool>,
}

impl Said {
    fn article(&self, number: u64) -> NewArticle {
        let words = match self.good {
            Some(true) => "a good day",
            Some(false) => "a bad day",
            None => "a day",
        };
        let article =
            NewArticle::new(self.source).id(number.to_string()).headline(words).language("en");
        let article = match self.day {
            0 => article,
            day => article.published(format!("2024-06-{day:02}T08:00:00Z").parse().unwrap()),
        };
        self.subjects.iter().fold(article, |mut article, &(scheme, code, name)| {
            let (scheme, name) = (Some(scheme.into()), Some(name.into()));
            article.subjects.push(Subject { scheme, code: code.into(), name });
            article
        })
    }

    fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<&str> = self.subjects.iter().map(|subject| subject.2).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// What whole segments tell is kept: what comes, changes and goes later counts all the same.
#[test]
fn counts_of_everything_follow_what_is_written() {
    // Two subjects of one name, which some articles have both.
    const SUBJECTS: [&[(&str, &str, &str)]; 4] = [
        &[("a", "1", "trade"), ("b", "2", "trade")],
        &[("b", "2", "trade"), ("a", "3", "sport")],
        &[("a", "3", "sport")],
        &[],
    ];
    let said = |number: u64| Said {
        day: (number * number % 31) as u32,
        source: ["post", "mail", "news"][(number % 3) as usize],
        subjects: match number {
            ..300 => SUBJECTS[(1 + number % 3) as usize],
            _ => SUBJECTS[(number % 4) as usize],
        },
        good: [Some(true), Some(false), None][(number % 7 % 3) as usize],
    };
    let folder = tempfile::tempdir().unwrap();
    let db = NewsDb::open(folder.path().join("news.db")).unwrap();
    let take = |articles: Vec<NewArticle>| {
        db.ingest_with(articles, IngestOptions::new().batch(400)).unwrap();
    };
    type Counts<'a> = BTreeMap<(Option<&'a str>, u32), (u64, u64, i64)>;
    let expect = |db: &Snapshot, known: &BTreeMap<u64, Said>, days: u32, unit: Unit| {
        for split in [None, Some(Dimension::Subject), Some(Dimension::Source)] {
            let mut expected = Counts::new();
            for said in known.values().filter(|said| said.day > 0) {
                let keys: Vec<Option<&str>> = match split {
                    Some(Dimension::Subject) if !said.subjects.is_empty() => {
                        said.names().into_iter().map(Some).collect()
                    }
                    Some(Dimension::Source) => vec![Some(said.source)],
                    _ => vec![None],
                };
                for key in keys {
                    let first = (said.day - 1) / days * days + 1;
                    let (articles, toned, tone) = expected.entry((key, first)).or_default();
                    // Without the knowledge that is shipped, no text has a tone.
                    let good = said.good.filter(|_| cfg!(feature = "knowledge"));
                    *articles += 1;
                    *toned += u64::from(good.is_some());
                    *tone += good.map_or(0, |good| if good { 200 } else { -200 });
                }
            }
            let mut timeline = Timeline::by(unit).tone();
            timeline = split.map_or(timeline.clone(), |by| timeline.split(by));
            let counts = db.timeline(&Query::new(), &timeline).unwrap();
            let undated = known.values().filter(|said| said.day == 0).count() as u64;
            assert_eq!((counts.total, counts.undated), (known.len() as u64, undated));
            let mut found = Counts::new();
            for series in &counts.series {
                for bucket in series.buckets.iter().filter(|bucket| bucket.articles > 0) {
                    let day: u32 = bucket.start.format("%d").to_string().parse().unwrap();
                    let toned = bucket.articles - bucket.tone_unknown;
                    let tone = (bucket.tone.unwrap_or(0.0) * toned as f64 * 1000.0).round() as i64;
                    found.insert((series.key.as_deref(), day), (bucket.articles, toned, tone));
                }
            }
            assert_eq!(found, expected, "{unit} by {split:?}");
        }
        for (dimension, keys) in [
            (Dimension::Subject, &["sport", "trade"][..]),
            (Dimension::Source, &["mail", "news", "post"]),
            (Dimension::Language, &["en"]),
        ] {
            let top = db.top(&Query::new(), dimension, 9).unwrap();
            let mut found: Vec<(&str, u64)> =
                top.rows.iter().map(|row| (row.key.as_str(), row.articles)).collect();
            found.sort_unstable();
            let having = |key: &str| {
                let has = |said: &&Said| match dimension {
                    Dimension::Subject => said.names().contains(&key),
                    Dimension::Source => said.source == key,
                    _ => true,
                };
                known.values().filter(has).count() as u64
            };
            let mut expected: Vec<(&str, u64)> =
                keys.iter().map(|key| (*key, having(key))).collect();
            expected.retain(|(_, articles)| *articles > 0);
            assert_eq!(found, expected);
            let without = known.values().filter(|said| said.subjects.is_empty()).count() as u64;
            let none = if dimension == Dimension::Subject { without } else { 0 };
            assert_eq!((top.none, top.total), (none, known.len() as u64));
        }
    };
    let mut known: BTreeMap<u64, Said> = BTreeMap::new();
    // Whoever still reads an older state gets its answers, from the same cache.
    let mut older: Option<(Snapshot, BTreeMap<u64, Said>)> = None;
    let mut all = |known: &BTreeMap<u64, Said>| {
        let snapshot = db.snapshot().unwrap();
        for _ in 0..2 {
            expect(&snapshot, known, 1, Unit::Day);
            if let Some((snapshot, known)) = &older {
                expect(snapshot, known, 1, Unit::Day);
            }
            expect(&snapshot, known, 30, Unit::Month);
        }
        older = Some((snapshot, known.clone()));
    };
    all(&known);
    // The first three hundred have no two subjects of one name.
    for more in [0..300, 300..304, 304..1_500] {
        take(more.clone().map(|number| said(number).article(number)).collect());
        known.extend(more.map(|number| (number, said(number))));
        all(&known);
    }
    // One changes its subjects, one goes, and what is left is written anew.
    let other = Said { subjects: SUBJECTS[0], ..said(1) };
    take(vec![other.article(1)]);
    known.insert(1, other);
    all(&known);
    let uri = format!("newsdb:{}/2", said(2).source);
    db.remove(db.article_by_uri(&uri).unwrap().unwrap().id).unwrap();
    known.remove(&2);
    all(&known);
    db.optimize(&Cancel::new()).unwrap();
    all(&known);
}

#[test]
fn merged_entities_are_one() {
    let db = newsroom();
    let any = Query::new();
    let ids = db.top(&any, Dimension::Kind(EntityKind::Person), 10).unwrap().rows;
    let (ada, short) = (ids[0].id.unwrap(), ids[1].id.unwrap());
    assert_eq!(db.count(&any.clone().entity(short)).unwrap(), 2);
    db.correct(&Correction::Merge { keep: ada, other: short }).unwrap();
    assert_eq!(
        rows(&db, &any, Dimension::Kind(EntityKind::Person)),
        counted(&[("Ada Berg", 4, Some(5))])
    );
    for id in [ada, short] {
        assert_eq!(db.count(&any.clone().entity(id)).unwrap(), 4);
    }
    let pairs = db.together(&any, None, 10).unwrap();
    assert_eq!(pairs.len(), 1);
    assert_eq!(pairs[0].articles, 2);
}

#[test]
fn entities_are_counted_together() {
    let db = newsroom();
    let any = Query::new();
    let found: Vec<(String, String, u64)> = db
        .together(&any, None, 10)
        .unwrap()
        .into_iter()
        .map(|pair| (pair.a.name, pair.b.name, pair.articles))
        .collect();
    let triple = |a: &str, b: &str| (a.to_owned(), b.to_owned(), 1);
    // Of 6 articles: Ada 3, Lindholm 3, A. Berg 2; each pair once.
    assert_eq!(found.len(), 3);
    assert_eq!(found[2], triple("Ada Berg", "Lindholm"));
    assert!(found.contains(&triple("Ada Berg", "A. Berg")));
    assert!(found.contains(&triple("Lindholm", "A. Berg")));
    let ada = db.top(&any, Dimension::Entity, 1).unwrap().rows[0].id.unwrap();
    let partners = db.together(&any, Some(ada), 10).unwrap();
    assert_eq!(partners.len(), 2);
    assert!(partners.iter().all(|pair| pair.a.name == "Ada Berg" && pair.articles == 1));
    assert_eq!(partners[0].b.name, "A. Berg");
    // ln((1/6) / (3/6 * 2/6)) = 0; ln((1/6) / (3/6 * 3/6)) / -ln(1/6)
    assert!(partners[0].npmi.abs() < 1e-12);
    assert!((partners[1].npmi - (2.0f64 / 3.0).ln() / 6.0f64.ln()).abs() < 1e-12);
    assert!(db.together(&any.clone().annotator("model"), None, 10).unwrap().is_empty());
    let unknown = db.together(&any, Some(999.into()), 10);
    assert!(matches!(unknown, Err(Error::UnknownEntity(_))));
}

/// Of 600 entities the 256 that are mentioned most often make pairs; whoever asks for one gets all.
#[test]
fn an_article_of_very_many_entities_makes_so_many_pairs() {
    let named = |n: usize| NewMention::new(EntityKind::Person, format!("Person {n}"));
    let mut article = NewArticle::new("a").id("1").headline("All of them").body("x".repeat(9));
    for n in 0..600 {
        article = article.mention(named(n));
    }
    for at in 0..3 {
        article = article.mention(named(555).annotator("model").span(Field::Body, at..at + 1));
    }
    let db = NewsDb::open_in_memory().unwrap();
    db.insert(article).unwrap();
    let pairs = db.together(&Query::new(), None, 1_000_000).unwrap();
    assert_eq!(pairs.len(), 256 * 255 / 2);
    let often = db.find_entities("Person 555").unwrap()[0].id;
    assert_eq!(pairs.iter().filter(|pair| pair.a.id == often || pair.b.id == often).count(), 255);
    assert_eq!(db.together(&Query::new(), Some(often), 1_000).unwrap().len(), 599);
}

#[test]
fn values_of_undated_articles_are_no_series_left_out() {
    let db = published(&["2024-06-13T12:00:00Z"]);
    db.insert(NewArticle::new("undated source").id("u").headline("Nobody knows when")).unwrap();
    let split = |limit| Timeline::by(Unit::Day).split(Dimension::Source).limit(limit);
    for (limit, left_out) in [(0, 1), (1, 0), (9, 0)] {
        let counts = db.timeline(&Query::new(), &split(limit)).unwrap();
        assert_eq!((counts.other_keys, counts.undated), (left_out, 1), "{limit}");
    }
}

#[test]
fn a_split_has_a_series_for_each_value_and_one_for_none() {
    let db = newsroom();
    let split = |dimension, limit| {
        let request = Timeline::by(Unit::Day).split(dimension).limit(limit);
        db.timeline(&Query::new(), &request).unwrap()
    };
    let counts = split(Dimension::Kind(EntityKind::Place), 5);
    let keys: Vec<Option<&str>> = counts.series.iter().map(|s| s.key.as_deref()).collect();
    assert_eq!(keys, [Some("Lindholm"), None]);
    assert!(counts.series[0].id.is_some());
    let of = |place: usize| -> Vec<u64> {
        counts.series[place].buckets.iter().map(|bucket| bucket.articles).collect()
    };
    assert_eq!(of(0), [1, 0, 0, 1, 1, 0]);
    assert_eq!(of(1), [1, 0, 1, 0, 0, 1]);
    let counts = split(Dimension::Source, 2);
    assert_eq!((counts.series.len(), counts.other_keys, counts.total), (2, 1, 6));
    assert_eq!(counts.series[1].key.as_deref(), Some("b"));
    // Several values an article: it counts in each.
    let counts = split(Dimension::Entity, 9);
    let sum: u64 = counts.series.iter().flat_map(|s| &s.buckets).map(|b| b.articles).sum();
    assert_eq!((sum, counts.total), (9, 6));
}
