//! The names of a file beside those that newsdb knows: which entity an article means, and how
//! corrections and later reports are followed.

#![cfg(feature = "knowledge")]

use newsdb::{
    Correction, EntityId, EntityKind, Field, IngestOptions, Limits, NewArticle, NewEntity,
    NewMention, NewsDb, Outcome, Query, formats,
};

fn article(id: &str, text: &str) -> NewArticle {
    NewArticle::new("wire")
        .id(id)
        .headline(format!("what was said, part {id}"))
        .body(text)
        .language("en")
}

fn place(name: &str) -> NewEntity {
    NewEntity::new(EntityKind::Place, name)
}

fn id_of(outcome: Outcome) -> newsdb::ArticleId {
    match outcome {
        Outcome::Inserted { id, .. } | Outcome::Updated(id) | Outcome::Unchanged(id) => id,
        other => panic!("{other:?}"),
    }
}

/// What an article mentions, as the entity that was recorded: the words of the text (empty of the
/// whole article) and the entity.
fn mentions(db: &NewsDb, outcome: Outcome) -> Vec<(String, EntityId)> {
    let article = db.article(id_of(outcome)).unwrap().unwrap();
    let words = |mention: &NewMention| {
        let span = mention.span.as_ref();
        let words = span.map(|span| {
            let text = match span.field {
                Field::Headline => article.headline.as_str(),
                Field::Summary => article.summary.as_deref().unwrap(),
                _ => article.body.as_deref().unwrap(),
            };
            text[span.start..span.end].to_owned()
        });
        words.unwrap_or_default()
    };
    article.mentions.iter().map(|m| (words(&m.mention), m.recorded)).collect()
}

#[test]
fn entities_that_share_a_name_and_no_id_are_two() {
    let db = NewsDb::open_in_memory().unwrap();
    // A town first, then the country: one has a GeoNames number, the other a Wikidata one.
    let town = db.insert(article("1", "The mayor of Lebanon, Ohio, resigned.")).unwrap();
    let country = db.insert(article("2", "Fighting in Beirut shook Lebanon.")).unwrap();
    let of = |outcome| {
        let found = mentions(&db, outcome);
        found.into_iter().find(|(words, _)| words == "Lebanon").expect("it is linked").1
    };
    let (town, country) = (of(town), of(country));
    assert_ne!(town, country);
    assert_eq!(db.resolve_entity("Q822").unwrap(), country);
    assert_eq!(db.count(&Query::new().entity(country)).unwrap(), 1);
    assert_eq!(db.count(&Query::new().entity(town)).unwrap(), 1);
    // Entities of callers, too.
    let one = db.add_entity(place("Lindholm").external_id("osm", "7")).unwrap();
    let two = db.add_entity(place("Lindholm").external_id("who", "7")).unwrap();
    assert_ne!(one, two);
    // What has no ids is the one that has, as long as there is only one.
    let bare = db.add_entity(place("Vintervik")).unwrap();
    assert_eq!(db.add_entity(place("Vintervik").external_id("osm", "8")).unwrap(), bare);
    assert_eq!(db.add_entity(place("Vintervik")).unwrap(), bare);
}

#[test]
fn what_a_name_alone_means_does_not_depend_on_what_came_first() {
    let quiet = || IngestOptions::new().annotate(false);
    let bare = || NewMention::new(EntityKind::Place, "Georgia");
    let country = || article("1", "Rain.").mention(bare().external_id("wikidata", "Q230"));
    let tagged = || article("2", "Snow.").mention(bare());
    for news in [[country(), tagged()], [tagged(), country()]] {
        let db = NewsDb::open_in_memory().unwrap();
        db.ingest_with(news, quiet()).unwrap();
        let country = db.resolve_entity("Q230").unwrap();
        // There is a state of that name, too.
        assert_eq!(db.count(&Query::new().entity(country)).unwrap(), 1);
        assert_eq!(db.find_entities("Georgia").unwrap().len(), 2);
    }
}

#[test]
fn new_articles_follow_a_merge_and_its_undoing() {
    let db = NewsDb::open_in_memory().unwrap();
    let org = |id| NewEntity::new(EntityKind::Organisation, "Plovmand").external_id("lei", id);
    let (a, b) = (db.add_entity(org("1")).unwrap(), db.add_entity(org("2")).unwrap());
    let text = "Shares of Plovmand fell on Monday.";
    let linked = |id: &str| {
        let found = mentions(&db, db.insert(article(id, text)).unwrap());
        found.into_iter().any(|(_, entity)| entity == a || entity == b)
    };
    assert!(!linked("1"), "two of one name: nobody can tell which");
    let merge = db.correct(&Correction::Merge { keep: a, other: b }).unwrap();
    assert!(linked("2"), "they are one");
    assert_eq!(db.count(&Query::new().entity(a)).unwrap(), 1);
    db.undo_correction(merge).unwrap();
    assert!(!linked("3"), "they are two again");
}

#[test]
fn names_that_are_added_are_found_at_once() {
    let db = NewsDb::open_in_memory().unwrap();
    let company = |name: &str| NewEntity::new(EntityKind::Organisation, name);
    let is_found = |id: &str, name: &str, entity: EntityId| {
        let text = format!("On Monday {name} said that it would grow.");
        let found = mentions(&db, db.insert(article(id, &text)).unwrap());
        found.contains(&(name.to_owned(), entity))
    };
    let names = ["Plovmand", "Zorvane Mills", "Qelmar", "Hanbit"];
    let entities = names.map(|name| {
        let entity = db.add_entity(company(name)).unwrap();
        assert!(is_found(&format!("new {name}"), name, entity), "{name}");
        entity
    });
    for (name, entity) in names.into_iter().zip(entities) {
        assert!(is_found(&format!("again {name}"), name, entity), "{name}");
    }
    // An old one gets another name; what only an article has made is asserted.
    let old = db.add_entity(company("Plovmand").alias("Plovmand Skagen", None)).unwrap();
    assert_eq!(old, entities[0]);
    assert!(is_found("alias", "Plovmand Skagen", old));
    let tagged = article("tag", "Rain.").mention(NewMention::new(EntityKind::Place, "Oddvik"));
    db.insert(tagged).unwrap();
    let new = db.add_entity(place("Selmark")).unwrap();
    assert!(is_found("between", "Selmark", new));
    let tagged = db.add_entity(place("Oddvik")).unwrap();
    assert!(is_found("asserted", "Oddvik", tagged));
}

#[test]
fn a_merge_that_is_undone_asserts_nothing() {
    let db = NewsDb::open_in_memory().unwrap();
    let mention = |name: &str| NewMention::new(EntityKind::Place, name);
    let quiet = || IngestOptions::new().annotate(false);
    let with = |id: &str, name: &str| article(id, "Rain.").mention(mention(name));
    db.ingest_with([with("1", "Qelmarra"), with("2", "Qelmara")], quiet()).unwrap();
    let [a, b] = ["Qelmarra", "Qelmara"].map(|name| db.resolve_entity(name).unwrap());
    let merge = db.correct(&Correction::Merge { keep: a, other: b }).unwrap();
    // While it holds, the merged name is one that somebody has judged, and is looked for.
    let found = mentions(&db, db.insert(article("3", "It rained in Qelmara.")).unwrap());
    assert_eq!(found.iter().filter(|(words, _)| words == "Qelmara").count(), 1);
    assert!(found.iter().any(|(_, entity)| *entity == b), "recorded under its own number");
    db.undo_correction(merge).unwrap();
    // They are known from mentions alone again, and go with the last.
    let gone = db.article_by_uri("newsdb:wire/1").unwrap().unwrap();
    db.remove(gone.id).unwrap();
    assert!(db.entity(a).unwrap().is_none());
}

#[test]
fn an_entity_of_the_file_without_ids_is_the_known_one_of_its_name() {
    let db = NewsDb::open_in_memory().unwrap();
    let astana = db.add_entity(place("Astana")).unwrap();
    let found = mentions(&db, db.insert(article("1", "The minister flew to Astana.")).unwrap());
    assert!(found.contains(&("Astana".into(), astana)), "{found:?}");
    // Known things of another kind or another name are left alone.
    let team = db.add_entity(NewEntity::new(EntityKind::Organisation, "Lima")).unwrap();
    let found = mentions(&db, db.insert(article("2", "He was born in Lima, Peru.")).unwrap());
    assert!(!found.iter().any(|(_, entity)| *entity == team), "{found:?}");
}

#[test]
fn names_that_would_be_found_everywhere_are_refused_however_they_are_written() {
    let db = NewsDb::open_in_memory().unwrap();
    let lines = ["The", "In", "the", "Of the", "X", "x.", " ", "…", "И", "Der", "He", "This"];
    let list: String = lines
        .iter()
        .map(|alias| {
            format!("{{\"name\": \"Zorvane\", \"kind\": \"person\", \"aliases\": [\"{alias}\"]}}\n")
        })
        .collect();
    let items = formats::read_entities(std::io::Cursor::new(list), "list", &Limits::default());
    let report = db.import_entities(items).unwrap();
    let refused: Vec<_> = report.rejections.iter().map(|r| r.place.line.unwrap()).collect();
    assert_eq!(refused, (1..=lines.len() as u64).collect::<Vec<_>>());
    assert!(db.find_entities("Zorvane").unwrap().is_empty(), "the whole line is refused");
    let good =
        "{\"name\": \"The Who\", \"kind\": \"organisation\", \"aliases\": [\"WHO\", \"호\"]}\n";
    let items = formats::read_entities(good.as_bytes(), "list", &Limits::default());
    let report = db.import_entities(items).unwrap();
    assert_eq!((report.imported, report.rejected), (0, 1), "한 글자 is one letter");
    let good =
        "{\"name\": \"The Who\", \"kind\": \"organisation\", \"aliases\": [\"WHO\", \"锂\"]}\n";
    let items = formats::read_entities(good.as_bytes(), "list", &Limits::default());
    assert_eq!(db.import_entities(items).unwrap().imported, 1, "one Chinese character is a word");
}

#[test]
fn mentions_follow_a_dateline_or_language_that_changes_without_the_text() {
    let db = NewsDb::open_in_memory().unwrap();
    let text = "Ministers met on Monday in Seoul.";
    let whole = |outcome| -> Vec<EntityId> {
        let found = mentions(&db, outcome);
        found.into_iter().filter(|(words, _)| words.is_empty()).map(|(_, entity)| entity).collect()
    };
    let report = |dateline: &str| article("1", text).dateline(dateline);
    let first = whole(db.insert(report("TOKYO, March 3")).unwrap());
    assert_eq!(first, [db.resolve_entity("Tokyo").unwrap()]);
    let second = whole(db.insert(report("Madrid, March 3")).unwrap());
    assert_eq!(second, [db.resolve_entity("Madrid").unwrap()], "the dateline was corrected");
    // A text without a dateline says nothing of it: the article keeps the one that it has.
    let third = db.insert(article("1", "Ministers met on Tuesday in Lima.")).unwrap();
    assert_eq!(whole(third), [db.resolve_entity("Madrid").unwrap()]);
    assert_eq!(mentions(&db, db.insert(article("1", "Nobody spoke.")).unwrap()).len(), 1);

    // `Polen` is Poland in German, and nothing in English.
    let report = |language: &str| {
        let article = NewArticle::new("wire").id("2").headline("Wahl in Polen am Sonntag");
        article.language(language)
    };
    db.insert(report("en")).unwrap();
    assert!(db.entity_by_external_id("wikidata", "Q36").unwrap().is_none());
    let german = mentions(&db, db.insert(report("de")).unwrap());
    assert_eq!(
        german,
        [("Polen".into(), db.resolve_entity("Q36").unwrap())],
        "and no English names"
    );
    assert!(db.check(&newsdb::Cancel::new()).unwrap().is_clean());
}

#[test]
fn more_names_than_an_article_may_have_are_left_out_and_told() {
    let db = NewsDb::open_in_memory().unwrap();
    let text = "China, ".repeat(12_000);
    let report = db.ingest([article("1", &text)]).unwrap();
    assert_eq!((report.inserted, report.faults), (1, 1));
    assert!(report.faulty[0].reason.contains("2000"), "{:?}", report.faulty);
    assert_eq!(db.stats().unwrap().mentions, 10_000);
    let mut out = Vec::new();
    db.export_jsonl(&Query::new(), &mut out).unwrap();
    let copy = NewsDb::open_in_memory().unwrap();
    let items = formats::read(std::io::Cursor::new(out), "export", None, &Default::default());
    let report = copy.ingest(items).unwrap();
    assert_eq!((report.inserted, report.rejected), (1, 0), "{:?}", report.rejections);
    assert_eq!(copy.stats().unwrap().mentions, 10_000);
}

#[test]
fn a_name_of_very_many_entities_takes_no_longer() {
    let db = NewsDb::open_in_memory().unwrap();
    let list: String = (0..20_000)
        .map(|n| format!("{{\"name\": \"Vintervik {n}\", \"kind\": \"place\", \"external_ids\": [{{\"scheme\": \"osm\", \"value\": \"{n}\"}}], \"aliases\": [\"Vintervik\"]}}\n"))
        .collect();
    let items = formats::read_entities(std::io::Cursor::new(list), "list", &Limits::default());
    assert_eq!(db.import_entities(items).unwrap().imported, 20_000);
    let text = "It snowed in Vintervik. ".repeat(2_000);
    let found = mentions(&db, db.insert(article("1", &text)).unwrap());
    let by_id = |id| db.entity_by_external_id("osm", id).unwrap().unwrap().id;
    let listed = by_id("0")..=by_id("19999");
    assert!(!found.iter().any(|(_, entity)| listed.contains(entity)), "nobody can tell which");
    let found = mentions(&db, db.insert(article("2", "It snowed in Vintervik 17.")).unwrap());
    assert_eq!(found.len(), 1);
}
