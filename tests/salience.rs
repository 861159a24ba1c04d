//! What articles are about, their tone, and the profile of an entity.

use chrono::{DateTime, TimeZone, Utc};
#[cfg(feature = "knowledge")]
use newsdb::annotate::annotate;
use newsdb::annotate::entities;
use newsdb::*;
use serde_json::json;
use std::collections::BTreeMap;

fn bare() -> NewsDb {
    Options::new().annotate(false).open_in_memory().unwrap()
}

fn at(day: u32) -> Date {
    format!("2024-06-{day:02}T10:00:00Z").parse().unwrap()
}

fn moment(day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2024, 6, day, 0, 0, 0).unwrap()
}

fn person(name: &str, field: Field, start: usize) -> NewMention {
    NewMention::new(EntityKind::Person, name).span(field, start..start + 4)
}

/// Ada in the headline, Dora six times early on, Cleo at byte 100, Eve at 400: nine places.
fn story() -> NewArticle {
    let mut article =
        NewArticle::new("wire").id("story").headline("Ada speaks").body("x".repeat(1_000));
    article = article.published(at(10)).mention(person("Ada", Field::Headline, 0));
    for start in [10, 20, 30, 40, 50, 60] {
        article = article.mention(person("Dora", Field::Body, start));
    }
    article
        .mention(person("Cleo", Field::Body, 100))
        .mention(person("Eve", Field::Body, 400))
        .mention(NewMention::new(EntityKind::Place, "Lindholm"))
}

#[test]
fn salience_is_told_by_headline_first_place_and_share() {
    let db = bare();
    db.insert(story()).unwrap();
    let article = db.article_by_uri("newsdb:wire/story").unwrap().unwrap();
    let found: Vec<_> =
        entities(&article).into_iter().map(|e| (e.name, e.mentions, e.salience)).collect();
    let of = |name: &str, mentions, salience| (name.to_owned(), mentions, salience);
    let expected = [
        // 0.3 + 0.3 + 0.4 / 4
        of("Ada", 1, Some(0.7)),
        // 0.3 × 2^(-10/200) + 0.4
        of("Dora", 6, Some(0.69)),
        // 0.3 × 2^(-100/200) + 0.4 / 4
        of("Cleo", 1, Some(0.312)),
        // 0.3 × 2^(-400/200) + 0.4 / 4
        of("Eve", 1, Some(0.175)),
        // Said of the whole article: nobody says where.
        of("Lindholm", 1, None),
    ];
    assert_eq!(found, expected);
    // Another annotator at the same places adds nothing.
    let dora = person("Dora", Field::Body, 10).annotator("other");
    db.insert(story().mention(dora)).unwrap();
    let again = db.article_by_uri("newsdb:wire/story").unwrap().unwrap();
    let dora = entities(&again).into_iter().find(|entity| entity.name == "Dora").unwrap();
    assert_eq!((dora.mentions, dora.salience), (7, Some(0.69)));
}

#[test]
fn exports_say_how_much_an_article_is_about_each_entity() {
    let db = bare();
    db.insert(story()).unwrap();
    let export = |db: &NewsDb| {
        let mut lines = Vec::new();
        db.export_jsonl(&Query::new(), &mut lines).unwrap();
        String::from_utf8(lines).unwrap()
    };
    let lines = export(&db);
    let line: serde_json::Value = serde_json::from_str(&lines).unwrap();
    let salience = |name: &str| {
        let mut all = line["mentions"].as_array().unwrap().iter();
        all.find(|mention| mention["name"] == name).unwrap().get("salience").cloned()
    };
    // As worked out by hand above.
    assert_eq!(salience("Dora"), Some(0.69.into()));
    assert_eq!(salience("Eve"), Some(0.175.into()));
    assert_eq!(salience("Lindholm"), None, "nobody says where");
    // What is read back says the same by itself; what another program made up is not believed.
    let copy = bare();
    let made_up = lines.replace("\"salience\":0.69", "\"salience\":0.1");
    let input = std::io::Cursor::new(made_up.into_bytes());
    copy.ingest(formats::read(input, "lines", None, &Default::default())).unwrap();
    assert_eq!(export(&copy), lines);
}

#[test]
fn salient_queries_count_only_what_articles_are_about() {
    let db = bare();
    db.insert(story()).unwrap();
    let beside = NewArticle::new("wire").id("2").headline("Cleo speaks").published(at(11));
    db.insert(beside.mention(person("Cleo", Field::Headline, 0))).unwrap();
    let id = |name: &str| db.resolve_entity(name).unwrap();
    let count =
        |name: &str, salient| db.count(&Query::new().entity(id(name)).salient(salient)).unwrap();
    assert_eq!(["Ada", "Cleo", "Eve", "Lindholm"].map(|name| count(name, false)), [1, 2, 1, 1]);
    assert_eq!(["Ada", "Cleo", "Eve", "Lindholm"].map(|name| count(name, true)), [1, 2, 0, 0]);
    let top = db.top(&Query::new().salient(true), Dimension::Entity, 10).unwrap();
    let rows: Vec<_> = top.rows.iter().map(|row| (row.key.as_str(), row.articles)).collect();
    assert_eq!(rows, [("Cleo", 2), ("Ada", 1), ("Dora", 1)]);
    assert_eq!(top.rows[0].mentions, None);
    let pairs = db.together(&Query::new().salient(true), None, 10).unwrap();
    assert_eq!(pairs.len(), 3, "Ada, Cleo and Dora, two by two");

    let about = |name: &str| -> Vec<(String, f64)> {
        let found = db.about(&Query::new(), id(name), 10).unwrap();
        found.into_iter().map(|about| (about.hit.headline, about.salience)).collect()
    };
    let cleo = [("Cleo speaks".to_owned(), 0.7), ("Ada speaks".to_owned(), 0.312)];
    assert_eq!(about("Cleo"), cleo);
    assert_eq!(about("Eve"), []);
    let first = db.about(&Query::new(), id("Cleo"), 1).unwrap();
    assert_eq!(first[0].hit.headline, "Cleo speaks");
    let early = db.about(&Query::new().until(moment(11)), id("Cleo"), 10).unwrap();
    assert_eq!(early.len(), 1);
    assert!(matches!(db.about(&Query::new(), EntityId::from(99), 1), Err(Error::UnknownEntity(_))));
    assert!(matches!(db.about(&Query::new(), id("Ada"), 0), Err(Error::Invalid(_))));

    // Of what is merged the most salient part counts, and undone all is as before.
    let (ada, cleo_id) = (id("Ada"), id("Cleo"));
    let merge = db.correct(&Correction::Merge { keep: cleo_id, other: ada }).unwrap();
    let merged = [("Cleo speaks".to_owned(), 0.7), ("Ada speaks".to_owned(), 0.7)];
    assert_eq!(about("Cleo"), merged);
    db.undo_correction(merge).unwrap();
    assert_eq!(about("Cleo"), cleo);
    assert!(db.check(&Cancel::new()).unwrap().is_clean());
}

#[test]
fn entities_that_a_query_names_need_not_be_what_the_article_is_about() {
    let db = bare();
    db.insert(story()).unwrap();
    let id = |name: &str| db.resolve_entity(name).unwrap();
    let about = |query: &Query, name: &str| -> Vec<f64> {
        let found = db.about(query, id(name), 10).unwrap();
        found.into_iter().map(|about| about.salience).collect()
    };
    // Eve has 0.175 and Lindholm none; Ada has 0.7 and Cleo 0.312.
    let eve = Query::new().entity(id("Eve"));
    assert_eq!(about(&eve, "Ada"), [0.7]);
    assert_eq!(about(&eve, "Cleo"), [0.312]);
    assert_eq!(about(&Query::new().entity(id("Lindholm")), "Ada"), [0.7]);
    // The one that is asked for must be, whoever names it.
    assert_eq!(about(&eve, "Eve"), [0.0; 0]);
    assert_eq!(about(&Query::new(), "Eve"), [0.0; 0]);
    // Who asks for it gets both.
    assert_eq!(about(&eve.salient(true), "Ada"), [0.0; 0]);
    assert_eq!(about(&Query::new().entity(id("Cleo")).salient(true), "Ada"), [0.7]);
}

#[cfg(feature = "knowledge")]
#[test]
fn words_of_degree_add_to_a_tone_or_take_from_it() {
    let tone = |text: &str| annotate(text, Some("en")).tone.unwrap();
    // `good` is 3, a degree 0.36625, and one word of tone is divided by 5 × (1 + 2).
    let close = |text: &str, sum: f64| {
        let tone = tone(text);
        assert!((tone - sum / 15.0).abs() < 1e-9, "{text}: {tone}");
    };
    close("A very good day.", 3.36625);
    close("A very bad day.", -3.36625);
    close("A slightly bad day.", -2.63375);
    close("It was not very good.", -3.36625 * 0.74);
    close("Very. Good.", 3.0);
    close("Very nearly good.", 3.0);
}

#[cfg(feature = "knowledge")]
#[test]
fn a_timeline_tells_the_mean_tone_and_of_how_many_it_is_not_known() {
    let db = NewsDb::open_in_memory().unwrap();
    let day = |id: &str, day, source: &str, headline: &str| {
        let article = NewArticle::new(source).id(id).headline(headline).published(at(day));
        article.language(if headline.starts_with("Ein") { "de" } else { "en" })
    };
    let gkg = |tone: serde_json::Value| Annotation::new("gdelt-gkg", "tone", tone);
    let articles = [
        day("1", 10, "a", "A good day").annotation(gkg(json!({"tone": -5.25, "words": 9}))),
        day("2", 10, "b", "A bad day").annotation(gkg(json!(1.25))),
        day("3", 10, "b", "Ein guter Tag").annotation(gkg(json!({"words": 9}))),
        day("4", 12, "b", "A good day, he says").annotation(gkg(json!("much"))),
        NewArticle::new("a").id("5").headline("A bad day without a date").language("en"),
    ];
    for article in articles {
        db.insert(article).unwrap();
    }
    let days = |timeline: Timeline| {
        let counts = db.timeline(&Query::new(), &timeline).unwrap();
        let series = counts.series.into_iter().map(|series| {
            let bucket = |bucket: Bucket| (bucket.articles, bucket.tone, bucket.tone_unknown);
            (series.key, series.buckets.into_iter().map(bucket).collect::<Vec<_>>())
        });
        series.collect::<Vec<_>>()
    };
    let by_day = || Timeline::by(Unit::Day);
    let empty = (0, None, 0);
    assert_eq!(days(by_day().tone()), [(None, vec![(3, Some(0.0), 1), empty, (1, Some(0.2), 0)])]);
    // -5.25 and 1.25 in GDELT's scale; an object without a tone and a text are none.
    let of_gkg = days(by_day().tone_of("gdelt-gkg"));
    assert_eq!(of_gkg, [(None, vec![(3, Some(-2.0), 1), empty, (1, None, 1)])]);
    let nobody = days(by_day().tone_of("nobody"));
    assert_eq!(nobody, [(None, vec![(3, None, 3), empty, (1, None, 1)])]);
    assert_eq!(days(by_day()), nobody);
    let split = days(by_day().tone().split(Dimension::Source));
    assert_eq!(
        split,
        [
            (Some("b".to_owned()), vec![(2, Some(-0.2), 1), empty, (1, Some(0.2), 0)]),
            (Some("a".to_owned()), vec![(1, Some(0.2), 0), empty, empty]),
        ]
    );
    // What newsdb itself says of the text stands beside it.
    let first = db.article_by_uri("newsdb:a/1").unwrap().unwrap();
    assert_eq!((first.tone, first.annotations.len()), (Some(0.2), 1));
    // Another tone of the same annotator takes the place of the first.
    db.insert(day("1", 10, "a", "A good day").annotation(gkg(json!(2)))).unwrap();
    assert_eq!(days(by_day().tone_of("gdelt-gkg"))[0].1[0], (3, Some(1.625), 1));
    assert!(db.check(&Cancel::new()).unwrap().is_clean());
}

/// Whole runs are summed at once where one annotator alone tells tones: the answer is that of a plain recount,
/// before and after articles go and others have tones by somebody else.
#[test]
fn mean_tones_of_many_articles_are_those_of_a_plain_recount() {
    const WEEK: i64 = 7 * 86_400;
    let db = Options::new().annotate(false).open_in_memory().unwrap();
    let second = |n: i64| 1_700_000_000 + n * 7_211;
    let tone = |n: i64| (n % 5 != 0).then_some((n * 37 % 201 - 100) as f64 / 8.0);
    let article = |n: i64| {
        let published = Date::utc(chrono::DateTime::from_timestamp(second(n), 0).unwrap());
        let mut article = NewArticle::new("wire").id(n.to_string()).headline(format!("News {n}"));
        article.annotations.extend(tone(n).map(|tone| Annotation::new("gkg", "tone", json!(tone))));
        article.published(published)
    };
    db.ingest((0..700).map(article)).unwrap();
    let compare = |left: &dyn Fn(i64) -> bool| {
        // Weeks begin on Mondays; 1970 began on a Thursday.
        let mut expected: BTreeMap<i64, (u64, u64, f64)> = BTreeMap::new();
        for n in (0..800).filter(|n| left(*n)) {
            let monday = (second(n) + 3 * 86_400).div_euclid(WEEK) * WEEK - 3 * 86_400;
            let week = expected.entry(monday).or_default();
            *week = match tone(n) {
                Some(tone) => (week.0 + 1, week.1 + 1, week.2 + tone),
                None => (week.0 + 1, week.1, week.2),
            };
        }
        let by_week = Timeline::by(Unit::Week).tone_of("gkg");
        let counts = db.timeline(&Query::new(), &by_week).unwrap();
        let buckets = counts.series[0].buckets.iter().filter(|bucket| bucket.articles > 0);
        let found: Vec<_> = buckets.collect();
        assert_eq!(found.len(), expected.len());
        for (bucket, (monday, (articles, toned, sum))) in found.into_iter().zip(expected) {
            assert_eq!(bucket.start.timestamp(), monday);
            assert_eq!((bucket.articles, bucket.tone_unknown), (articles, articles - toned));
            assert!((bucket.tone.unwrap() - sum / toned as f64).abs() < 1e-9);
        }
    };
    compare(&|n| n < 700);
    for n in (0..700).step_by(50) {
        let id = db.article_by_uri(&format!("newsdb:wire/{n}")).unwrap().unwrap().id;
        db.remove(id).unwrap();
    }
    compare(&|n| n < 700 && n % 50 != 0);
    let both = |n| article(n).annotation(Annotation::new("other", "tone", json!(9)));
    db.ingest((700..800).map(both)).unwrap();
    compare(&|n| n >= 700 || n % 50 != 0);
    db.optimize(&Cancel::new()).unwrap();
    compare(&|n| n >= 700 || n % 50 != 0);
}

#[cfg(feature = "knowledge")]
#[test]
fn tone_toward_an_entity_is_that_of_its_sentences() {
    let db = NewsDb::open_in_memory().unwrap();
    let toward = |id: &str, body: &str, language: &str| {
        let article = NewArticle::new("wire").id(id).headline("News").language(language);
        db.insert(article.body(body)).unwrap();
        let article = db.article_by_uri(&format!("newsdb:wire/{id}")).unwrap().unwrap();
        let kazakhstan = db.resolve_entity("Kazakhstan").unwrap();
        let found = entities(&article).into_iter().find(|entity| entity.id == kazakhstan);
        found.unwrap().tone
    };
    assert_eq!(toward("1", "Kazakhstan had a good year. It was bad in China.", "en"), Some(0.2));
    // Twice in one sentence: one sentence. In two: both, 3 + 3 over 5 × (2 + 2).
    assert_eq!(toward("2", "Kazakhstan is good, says Kazakhstan.", "en"), Some(0.2));
    assert_eq!(toward("3", "Kazakhstan is good. Kazakhstan is good.", "en"), Some(0.3));
    // No word of the list in its sentence; a language without a list.
    assert_eq!(toward("4", "Kazakhstan votes. The weather is good.", "en"), None);
    assert_eq!(toward("5", "Kasachstan ist gut.", "de"), None);
}

/// The tones of an article's entities by their names.
#[cfg(feature = "knowledge")]
fn tones(db: &NewsDb, article: NewArticle) -> BTreeMap<String, Option<f64>> {
    db.insert(article.language("en")).unwrap();
    let article = db.article_by_uri("newsdb:wire/1").unwrap().unwrap();
    entities(&article).into_iter().map(|entity| (entity.name, entity.tone)).collect()
}

#[cfg(feature = "knowledge")]
#[test]
fn what_stands_beyond_the_part_looked_at_has_no_tone() {
    const MIB: usize = 1 << 20;
    // One sentence of which the first MiB is looked at, then another.
    let mut body = "Cleo had a good ".to_owned();
    body += &"x ".repeat(MIB / 2);
    body += "day. Eve had a bad day.";
    let eve = body.find("Eve").unwrap();
    let article = NewArticle::new("wire").id("1").headline("News").body(body);
    let named = [("Cleo", 0), ("Dora", MIB - 1), ("Finn", MIB), ("Eve", eve)];
    let article = named.into_iter().fold(article, |article, (name, start)| {
        let span = NewMention::new(EntityKind::Person, name);
        article.mention(span.span(Field::Body, start..start + 1))
    });
    let tones = tones(&bare(), article);
    let of = |name: &str| tones[name];
    assert_eq!((of("Cleo"), of("Dora")), (Some(0.2), Some(0.2)));
    assert_eq!((of("Finn"), of("Eve")), (None, None));
}

#[cfg(feature = "knowledge")]
#[test]
fn a_long_sentence_that_names_thousands_is_read_once() {
    // A megabyte without a full stop: 2,000 names, each with a `good` behind it.
    let mut article = NewArticle::new("wire").id("1").headline("News");
    let mut body = String::new();
    for number in 0..2_000 {
        let (name, start) = (format!("N{number:04}"), body.len());
        body += &format!("{name} good {}", "x ".repeat(250));
        let mention = NewMention::new(EntityKind::Person, name);
        article = article.mention(mention.span(Field::Body, start..start + 5));
    }
    assert!((1_000_000..1 << 20).contains(&body.len()));
    let db = Options::new().annotate(false).open_in_memory().unwrap();
    // For each name anew this would be two thousand megabytes to read.
    let tones = tones(&db, article.body(body));
    assert_eq!(tones.len(), 2_000);
    // 2,000 times 3 over 5 × (2,000 + 2).
    assert!(tones.values().all(|tone| *tone == Some(6_000.0 / 10_010.0)));
}

#[cfg(feature = "knowledge")]
#[test]
fn a_profile_can_be_stopped() {
    let db = bare();
    let article = NewArticle::new("wire").id("1").headline("News");
    let article = article.body("Cleo had a good day. ".repeat(1_000)).language("en");
    db.insert(article.published(at(10)).mention(person("Cleo", Field::Body, 0))).unwrap();
    let cleo = db.resolve_entity("Cleo").unwrap();
    let profile = db.entity_profile(&Query::new(), cleo).unwrap();
    assert!((profile.tone_toward.unwrap() - 0.2).abs() < 1e-9);
    assert_eq!(profile.tone_toward_unknown, 0);
    let cancel = Cancel::new();
    let snapshot = db.snapshot_with(&cancel).unwrap();
    cancel.cancel();
    let stopped = snapshot.entity_profile(&Query::new(), cleo);
    assert!(matches!(stopped, Err(Error::Canceled)));
}

#[cfg(feature = "knowledge")]
#[test]
fn a_profile_says_what_is_known_of_an_entity_and_what_articles_say_of_it() {
    let db = NewsDb::open_in_memory().unwrap();
    let article = |id: &str, source: &str, headline: &str, body: &str, date: &str| {
        let article = NewArticle::new(source).id(id).headline(headline).body(body);
        article.language("en").published(date.parse().unwrap()).subject("economy")
    };
    let long = "The weather was bad. ".repeat(40) + "It rained in China, Uzbekistan, Kazakhstan.";
    let articles = [
        article("1", "a", "Kazakhstan has a good year", "China is pleased.", "2024-05-02"),
        article("2", "b", "Kazakhstan votes", "A bad day.", "2024-07-01"),
        article("3", "b", "Weather", &long, "2024-07-02"),
        article("4", "b", "Nothing of it", "Nothing.", "2024-07-03"),
    ];
    for article in articles {
        db.insert(article).unwrap();
    }
    let id = db.resolve_entity("Kazakhstan").unwrap();
    let profile = db.entity_profile(&Query::new(), id).unwrap();
    assert_eq!((profile.articles, profile.salient), (3, 2));
    assert_eq!(profile.known.as_ref().unwrap().country.as_deref(), Some("KZ"));
    assert!(profile.entity.external_ids.contains(&ExternalId::new("wikidata", "Q232")));
    let months: Vec<_> = profile.timeline.iter().map(|month| month.articles).collect();
    assert_eq!(months, [1, 0, 2]);
    let sources: Vec<_> = profile.sources.iter().map(|r| (r.key.as_str(), r.articles)).collect();
    assert_eq!(sources, [("b", 2), ("a", 1)]);
    assert_eq!((profile.subjects[0].key.as_str(), profile.subjects[0].articles), ("economy", 3));
    assert_eq!((profile.with[0].b.name.as_str(), profile.with[0].articles), ("China", 2));
    let recent: Vec<_> = profile.recent.iter().map(|hit| hit.headline.as_str()).collect();
    assert_eq!(recent, ["Weather", "Kazakhstan votes", "Kazakhstan has a good year"]);
    let about: Vec<_> = profile.about.iter().map(|about| about.hit.headline.as_str()).collect();
    assert_eq!(about, ["Kazakhstan votes", "Kazakhstan has a good year"]);
    // In two of three no word of tone stands beside it.
    assert_eq!((profile.tone_toward, profile.tone_toward_unknown), (Some(0.2), 2));
    assert_eq!(profile.tone_unknown, 0);
    // Within a query.
    let of_a = db.entity_profile(&Query::new().source("a"), id).unwrap();
    assert_eq!((of_a.articles, of_a.tone_toward), (1, Some(0.2)));
    let unknown = db.entity_profile(&Query::new(), EntityId::from(9_999));
    assert!(matches!(unknown, Err(Error::UnknownEntity(_))));
}
