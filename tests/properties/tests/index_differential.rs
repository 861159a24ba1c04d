//! The index against a walk over all articles and against SQLite, on files that random work was
//! done on.
//!
//! `NEWSDB_SEED` repeats a run, `NEWSDB_TRIPLES` sets how many questions are asked (of a file, a query
//! and something to gather): `tests/differential.sh` asks 100,000.

use chrono::DateTime;
use chrono_tz::Tz;
use newsdb::search::parse;
use newsdb::{
    Cancel, Cursor, Dimension, EntityId, EntityKind, PubStatus, Query, Snapshot, Sort, Timeline,
    Unit,
};
use newsdb_properties::{Known, Naive, Numbers, Oracle, World, number};
use std::collections::{BTreeMap, HashMap};

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn every_answer_is_that_of_a_walk_and_of_sql() {
    let triples = setting("NEWSDB_TRIPLES", 3_000);
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let mut seed = setting("NEWSDB_SEED", clock.as_nanos() as u64);
    let mut asked = 0;
    while asked < triples {
        println!("NEWSDB_SEED={seed}");
        let mut world = World::new(seed);
        let steps = 3 + world.numbers.below(40);
        for _ in 0..steps {
            world.step();
        }
        asked += ask(&mut world, 30);
        // The same again after some more work.
        for _ in 0..5 {
            world.step();
        }
        asked += ask(&mut world, 30);
        let check = world.db.check(&Cancel::new()).unwrap();
        assert!(check.is_clean(), "{:?}", check.findings);
        seed = seed.wrapping_add(1);
    }
    println!("{asked} answers were equal");
}

/// Asks a number of queries everything; how many questions that were.
fn ask(world: &mut World, queries: usize) -> u64 {
    let naive = Naive::new(&world.db, world.path(), world.now());
    let oracle = Oracle::new(world.path(), world.now(), &naive.articles);
    let snapshot = world.db.snapshot().unwrap();
    let entities = entities(&naive);
    let mut asked = 0;
    for _ in 0..queries {
        let query = query(&mut world.numbers, &entities, &naive);
        asked += compare(&mut world.numbers, &snapshot, &naive, &oracle, &query);
    }
    asked
}

fn entities(naive: &Naive) -> Vec<EntityId> {
    let mentions = naive.articles.iter().flat_map(|known| &known.article.mentions);
    let mut all: Vec<EntityId> = mentions.flat_map(|m| [m.entity, m.recorded]).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn word(numbers: &mut Numbers, naive: &Naive) -> String {
    // A word of some article as it is written, or something near it.
    let some = |numbers: &mut Numbers| {
        let known = &naive.articles[numbers.below(naive.articles.len())];
        let article = &known.article;
        let text = match numbers.below(3) {
            0 => Some(&article.headline),
            1 => article.summary.as_ref(),
            _ => article.body.as_ref(),
        };
        let words: Vec<String> =
            text.into_iter().flat_map(|text| text.split_whitespace()).map(str::to_owned).collect();
        let start = numbers.below(words.len().max(1));
        words.into_iter().skip(start).collect::<Vec<_>>()
    };
    if naive.articles.is_empty() {
        return "harbour".to_owned();
    }
    let words = some(numbers);
    let first = words.first().cloned().unwrap_or("storm".to_owned());
    match numbers.below(8) {
        0 => {
            let length = 1 + numbers.below(first.chars().count().max(1));
            first.chars().take(length).chain(['*']).collect()
        }
        1 | 2 => {
            let length = 2 + numbers.below(2);
            format!("\"{}\"", words.iter().take(length).cloned().collect::<Vec<_>>().join(" "))
        }
        _ => first,
    }
}

fn text(numbers: &mut Numbers, naive: &Naive) -> String {
    let mut part = || word(numbers, naive);
    let (a, b, c) = (part(), part(), part());
    match numbers.below(10) {
        0 => format!("{a} {b}"),
        1 => format!("{a} OR {b}"),
        2 => format!("{a} -{b}"),
        3 => format!("-{a}"),
        4 => format!("({a} OR {b}) {c}"),
        5 => format!("{a} -({b} OR {c})"),
        6 => format!("({a} -{b}) OR {c}"),
        _ => a,
    }
}

fn query(numbers: &mut Numbers, entities: &[EntityId], naive: &Naive) -> Query {
    let mut query = Query::new();
    // What is asked again and again, and kept.
    if numbers.one_in(5) {
        return query;
    }
    if numbers.below(3) > 0 {
        // A word may have no token, and an operator then nothing to work on.
        let text = text(numbers, naive);
        if parse(&text).is_ok() {
            query = query.text(text);
        }
    }
    let time = |numbers: &mut Numbers| {
        DateTime::from_timestamp(1_699_900_000 + numbers.below(420 * 86_400) as i64, 0).unwrap()
    };
    if numbers.one_in(5) {
        query = query.since(time(numbers));
    }
    if numbers.one_in(5) {
        query = query.until(time(numbers));
    }
    for _ in 0..numbers.below(8).saturating_sub(5) {
        query = query.source(numbers.pick(&["alpha", "beta", "gamma", "nobody"]));
    }
    for _ in 0..numbers.below(8).saturating_sub(5) {
        query = query.language(numbers.pick(&["en", "EN-us", "zh", "ru", "e", ""]));
    }
    for _ in 0..numbers.below(8).saturating_sub(5) {
        query =
            query.subject(numbers.pick(&["sport", "trade", "medtop:20000344", ":trade", "none"]));
    }
    if numbers.one_in(8) {
        query = query.author(numbers.pick(&["Ann Lee", "Bo Ek", "nobody"]));
    }
    if numbers.one_in(8) {
        query = query.tag(numbers.pick(&["seen", "later"]));
    }
    if !entities.is_empty() {
        for _ in 0..numbers.below(8).saturating_sub(5) {
            query = query.entity(numbers.pick(entities));
        }
    }
    if numbers.one_in(5) {
        query = query.annotator(numbers.pick(&["publisher", "model", "desk", "nobody"]));
    }
    if numbers.one_in(8) {
        query = query.has_body(numbers.one_in(2));
    }
    if numbers.one_in(4) {
        query = query.status(numbers.pick(&[
            PubStatus::Withheld,
            PubStatus::Canceled,
            PubStatus::Usable,
        ]));
        query = query.status(numbers.pick(&[PubStatus::Withheld, PubStatus::Usable]));
    }
    query
}

fn compare(
    numbers: &mut Numbers,
    snapshot: &Snapshot,
    naive: &Naive,
    oracle: &Oracle,
    plain: &Query,
) -> u64 {
    let unique = numbers.one_in(3);
    let query = &plain.clone().unique(unique);
    let counted = naive.counted(plain, unique);
    let of_sql = oracle.ids(plain);
    let members: Vec<i64> = naive.matching(plain).iter().map(|known| known.id).collect();
    assert_eq!(members, of_sql, "the two oracles differ: {plain:?}");
    assert_eq!(snapshot.count(query).unwrap(), counted.len() as u64, "{query:?}");

    for sort in [Sort::Newest, Sort::Oldest, Sort::Relevance] {
        let expected = naive.list(plain, sort, unique);
        let limit = numbers.pick(&[1, 3, 10, 1000]);
        let found = pages(snapshot, query, sort, limit);
        let mut ids: Vec<i64> = found.iter().map(|(id, _)| *id).collect();
        let mut expected_ids: Vec<i64> = expected.iter().map(|(id, _)| *id).collect();
        if sort == Sort::Relevance {
            assert!(found.is_sorted_by(|a, b| a.1 > b.1 || a.1 == b.1 && a.0 > b.0), "{query:?}");
            let scores: HashMap<i64, Option<f64>> = expected.iter().copied().collect();
            for (id, score) in &found {
                match (score, scores.get(id).copied().flatten()) {
                    (None, None) => {}
                    (Some(score), Some(expected)) => {
                        assert!((score - expected).abs() < 1e-6, "{query:?}: {score} {expected}");
                    }
                    other => panic!("{query:?}: {id} has {other:?}"),
                }
            }
            ids.sort_unstable();
            expected_ids.sort_unstable();
        }
        assert_eq!(ids, expected_ids, "{sort} by {limit}: {query:?}");
    }

    let unit = numbers.pick(&[Unit::Hour, Unit::Day, Unit::Week, Unit::Month, Unit::Year]);
    let zone =
        numbers.pick(&[Tz::UTC, Tz::Asia__Kolkata, Tz::America__New_York, Tz::Europe__Berlin]);
    compare_timeline(snapshot, query, &counted, unit, zone);
    if !unique {
        let days = snapshot.timeline(query, &Timeline::by(Unit::Day)).unwrap();
        let days = days.series[0].buckets.iter().filter(|bucket| bucket.articles > 0);
        let days: Vec<_> =
            days.map(|b| (b.start.format("%Y-%m-%d").to_string(), b.articles)).collect();
        assert_eq!(days, oracle.days(), "{query:?}");
    }
    for dimension in [
        numbers.pick(&[Dimension::Source, Dimension::Language, Dimension::Subject]),
        numbers.pick(&[Dimension::Author, Dimension::Tag]),
        numbers.pick(&[
            Dimension::Entity,
            Dimension::Kind(EntityKind::Person),
            Dimension::Kind(EntityKind::Place),
        ]),
    ] {
        compare_top(numbers, snapshot, naive, oracle, query, &counted, dimension, unique);
    }
    compare_together(snapshot, naive, query, &counted);
    10
}

fn pages(snapshot: &Snapshot, query: &Query, sort: Sort, limit: usize) -> Vec<(i64, Option<f64>)> {
    let (mut found, mut after): (Vec<_>, Option<Cursor>) = (Vec::new(), None);
    loop {
        let page = snapshot.search(query, sort, limit, after.as_ref()).unwrap();
        found.extend(page.hits.iter().map(|hit| (number(hit.id), hit.score)));
        after = page.next;
        if after.is_none() {
            return found;
        }
    }
}

fn compare_timeline(snapshot: &Snapshot, query: &Query, counted: &[&Known], unit: Unit, zone: Tz) {
    let counts = snapshot.timeline(query, &Timeline::by(unit).zone(zone)).unwrap();
    let mut expected: BTreeMap<i64, u64> = BTreeMap::new();
    let (mut undated, mut undated_hour) = (0, 0);
    for known in counted {
        match Naive::unit_of(known, unit, zone) {
            Some(start) => *expected.entry(start).or_default() += 1,
            None if known.article.published.is_none() => undated += 1,
            None => undated_hour += 1,
        }
    }
    let buckets = counts.series.iter().flat_map(|series| &series.buckets);
    let found: BTreeMap<i64, u64> =
        buckets.filter(|b| b.articles > 0).map(|b| (b.start.timestamp(), b.articles)).collect();
    assert_eq!(found, expected, "{unit} in {zone}: {query:?}");
    assert_eq!((counts.undated, counts.undated_hour), (undated, undated_hour), "{query:?}");
    assert_eq!(counts.total, counted.len() as u64, "{query:?}");
}

#[allow(clippy::too_many_arguments)]
fn compare_top(
    numbers: &mut Numbers,
    snapshot: &Snapshot,
    naive: &Naive,
    oracle: &Oracle,
    query: &Query,
    counted: &[&Known],
    dimension: Dimension,
    unique: bool,
) {
    let all = snapshot.top(query, dimension, 1_000).unwrap();
    let mut found: Vec<(String, u64, u64)> = all
        .rows
        .iter()
        .map(|row| (row.key.clone(), row.articles, row.mentions.unwrap_or(row.articles)))
        .collect();
    let order = |rows: &[newsdb::TopRow]| {
        rows.is_sorted_by(|a, b| (b.articles, &a.key, a.id) < (a.articles, &b.key, b.id))
    };
    assert!(order(&all.rows), "{dimension}: {query:?}");
    let limit = numbers.below(4);
    let first = snapshot.top(query, dimension, limit).unwrap();
    assert_eq!(first.rows[..], all.rows[..limit.min(all.rows.len())], "{dimension}: {query:?}");
    assert_eq!(all.total, counted.len() as u64, "{query:?}");
    found.sort();
    if !unique {
        let mut expected = oracle.top(dimension, query);
        if !matches!(dimension, Dimension::Entity | Dimension::Kind(_)) {
            expected.iter_mut().for_each(|row| row.2 = row.1);
        }
        assert_eq!(found, expected, "{dimension}: {query:?}");
    }
    if matches!(dimension, Dimension::Kind(_)) {
        return;
    }
    let mut expected: BTreeMap<(String, Option<i64>), (u64, u64)> = BTreeMap::new();
    let mut none = 0;
    for known in counted {
        let values = naive.values(known, dimension, query);
        none += u64::from(values.is_empty());
        for (value, times) in values {
            let row = expected.entry(value).or_default();
            row.0 += 1;
            row.1 += times;
        }
    }
    let rows: BTreeMap<(String, Option<i64>), (u64, u64)> = all
        .rows
        .iter()
        .map(|row| match row.mentions {
            Some(mentions) => {
                ((String::new(), row.id.map(|id| id.get())), (row.articles, mentions))
            }
            None => (
                (row.key.clone(), None),
                (row.articles, expected.get(&(row.key.clone(), None)).map_or(0, |row| row.1)),
            ),
        })
        .collect();
    assert_eq!(rows, expected, "{dimension}: {query:?}");
    assert_eq!(all.none, none, "{dimension}: {query:?}");
    let unit = numbers.pick(&[Unit::Month, Unit::Year]);
    let split =
        snapshot.timeline(query, &Timeline::by(unit).split(dimension).limit(1_000)).unwrap();
    for series in &split.series {
        let sum: u64 = series.buckets.iter().map(|bucket| bucket.articles).sum();
        let dated = counted.iter().filter(|known| known.article.published.is_some());
        let of_value = |known: &&&Known| {
            let values = naive.values(known, dimension, query);
            match (&series.key, series.id) {
                (None, _) => values.is_empty(),
                (_, Some(id)) => values.keys().any(|key| key.1 == Some(number(id))),
                (Some(key), None) => values.keys().any(|(name, _)| name == key),
            }
        };
        assert_eq!(sum, dated.filter(of_value).count() as u64, "{dimension}: {query:?}");
    }
}

fn compare_together(snapshot: &Snapshot, naive: &Naive, query: &Query, counted: &[&Known]) {
    let mut expected: BTreeMap<(i64, i64), u64> = BTreeMap::new();
    for known in counted {
        let values = naive.values(known, Dimension::Entity, query);
        let ids: Vec<i64> = values.keys().filter_map(|(_, id)| *id).collect();
        for (at, a) in ids.iter().enumerate() {
            for b in &ids[at + 1..] {
                *expected.entry((*a.min(b), *a.max(b))).or_default() += 1;
            }
        }
    }
    let id = |entity: &newsdb::NamedEntity| number(entity.id);
    let all = snapshot.together(query, None, 10_000).unwrap();
    let ids = |pair: &newsdb::CoMention| (id(&pair.a), id(&pair.b));
    let found: BTreeMap<(i64, i64), u64> =
        all.iter().map(|pair| (ids(pair), pair.articles)).collect();
    assert_eq!(found, expected, "{query:?}");
    let first = snapshot.together(query, None, 3).unwrap();
    assert_eq!(first[..], all[..first.len()], "{query:?}");
    assert_eq!(first.len(), all.len().min(3), "{query:?}");
    // The partners of one, those of most articles first.
    let Some(one) = all.last().map(|pair| pair.a.id) else { return };
    let partners = snapshot.together(query, Some(one), 10_000).unwrap();
    assert!(partners.is_sorted_by(|a, b| a.articles >= b.articles), "{query:?}");
    let found: BTreeMap<i64, u64> =
        partners.iter().map(|pair| (id(&pair.b), pair.articles)).collect();
    let one = number(one);
    let others = expected.iter().filter_map(|(&(a, b), &articles)| {
        (a == one || b == one).then_some((if a == one { b } else { a }, articles))
    });
    assert_eq!(found, others.collect(), "{query:?}");
    let first = snapshot.together(query, Some(partners[0].a.id), 2).unwrap();
    assert_eq!(first[..], partners[..first.len()], "{query:?}");
}
