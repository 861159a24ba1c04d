//! Entities: names, ids, and merges that can be taken back.

use newsdb::{
    Correction, EntityId, EntityKind, Error, NewArticle, NewEntity, NewMention, NewsDb, Query,
};
use serde_json::json;

fn article(id: &str, mentions: impl IntoIterator<Item = NewMention>) -> NewArticle {
    let article = NewArticle::new("wire").id(id).headline(format!("Item {id}"));
    mentions.into_iter().fold(article, NewArticle::mention)
}

fn place(name: &str) -> NewMention {
    NewMention::new(EntityKind::Place, name)
}

fn count(db: &NewsDb, entity: EntityId) -> u64 {
    db.count(&Query::new().entity(entity)).unwrap()
}

#[test]
fn an_entity_is_found_by_name_alias_id_and_external_id() {
    let db = NewsDb::open_in_memory().unwrap();
    let id = db
        .add_entity(
            NewEntity::new(EntityKind::Place, "Kazakhstan")
                .alias("Казахстан", Some("ru"))
                .external_id("wikidata", "Q232")
                .external_id("iso3166", "KZ"),
        )
        .unwrap();
    for name in ["Kazakhstan", "KAZAKHSTAN", "  kazakhstan ", "казахстан", "Q232"] {
        assert_eq!(db.resolve_entity(name).unwrap(), id, "{name}");
    }
    assert_eq!(db.resolve_entity(&id.to_string()).unwrap(), id);
    assert_eq!(db.entity_by_external_id("iso3166", "KZ").unwrap().unwrap().id, id);
    assert!(db.entity_by_external_id("iso3166", "XX").unwrap().is_none());
    assert!(matches!(db.resolve_entity("Atlantis"), Err(Error::UnknownEntity(_))));
    let entity = db.entity(id).unwrap().unwrap();
    assert_eq!((entity.name.as_str(), entity.kind), ("Kazakhstan", EntityKind::Place));
    assert_eq!(entity.aliases[0].language.as_deref(), Some("ru"));
    assert_eq!(entity.external_ids.len(), 2);
}

#[test]
fn adding_again_adds_what_is_new() {
    let db = NewsDb::open_in_memory().unwrap();
    let mut first = NewEntity::new(EntityKind::Organisation, "Hanbit").external_id("ticker", "HB");
    first.attributes.insert("founded".into(), json!(1987));
    let id = db.add_entity(first).unwrap();
    let again = NewEntity::new(EntityKind::Organisation, "Hanbit Materials")
        .external_id("ticker", "HB")
        .alias("한빛", Some("ko"));
    assert_eq!(db.add_entity(again).unwrap(), id, "the external id decides");
    let entity = db.entity(id).unwrap().unwrap();
    assert_eq!(entity.attributes["founded"], 1987);
    for name in ["Hanbit", "Hanbit Materials", "한빛"] {
        assert_eq!(db.resolve_entity(name).unwrap(), id, "{name}");
    }
    assert!(matches!(
        db.add_entity(NewEntity::new(EntityKind::Person, " ")),
        Err(Error::Invalid(_))
    ));
    let other = db
        .add_entity(NewEntity::new(EntityKind::Organisation, "Other").external_id("lei", "1"))
        .unwrap();
    assert_ne!(other, id);
    let torn = NewEntity::new(EntityKind::Organisation, "Torn")
        .external_id("ticker", "HB")
        .external_id("lei", "1");
    assert!(matches!(db.add_entity(torn), Err(Error::Invalid(_))));
}

#[test]
fn a_name_of_several_entities_is_a_question_for_the_caller() {
    let db = NewsDb::open_in_memory().unwrap();
    let country = db
        .add_entity(NewEntity::new(EntityKind::Place, "Georgia").external_id("wikidata", "Q230"))
        .unwrap();
    let state = db
        .add_entity(NewEntity::new(EntityKind::Place, "Georgia").external_id("wikidata", "Q1428"))
        .unwrap();
    assert_ne!(country, state);
    let Err(Error::AmbiguousEntity { name, mut candidates }) = db.resolve_entity("Georgia") else {
        panic!("two places have this name");
    };
    candidates.sort();
    assert_eq!((name.as_str(), candidates), ("Georgia", vec![country, state]));
    assert_eq!(db.resolve_entity("Q1428").unwrap(), state);
    assert_eq!(db.find_entities("georgia").unwrap().len(), 2);
    let mention = place("Georgia");
    let with_id = |qid: &str| mention.clone().external_id("wikidata", qid);
    db.insert(article("1", [with_id("Q230")])).unwrap();
    db.insert(article("2", [with_id("Q1428")])).unwrap();
    assert_eq!((count(&db, country), count(&db, state)), (1, 1));
}

#[test]
fn a_merge_counts_two_as_one_and_can_be_taken_back() {
    let db = NewsDb::open_in_memory().unwrap();
    db.insert(article("1", [place("Kazakhstan"), place("Qazaqstan")])).unwrap();
    db.insert(article("2", [place("Kazakhstan")])).unwrap();
    db.insert(article("3", [place("Qazaqstan"), place("Lindholm")])).unwrap();
    let [a, b, c] =
        ["Kazakhstan", "Qazaqstan", "Lindholm"].map(|name| db.resolve_entity(name).unwrap());
    let before = [count(&db, a), count(&db, b), count(&db, c)];
    assert_eq!(before, [2, 2, 1]);

    let merge = |keep, other| db.correct(&Correction::Merge { keep, other });
    let first = merge(a, b).unwrap();
    assert_eq!([count(&db, a), count(&db, b)], [3, 3], "an article that has both counts once");
    assert_eq!(db.entity(b).unwrap().unwrap().id, a, "the old id leads to the new");
    assert_eq!(db.entity(a).unwrap().unwrap().merged, [b]);
    assert_eq!(db.resolve_entity("Qazaqstan").unwrap(), a);
    let mentions = db.article_by_uri("newsdb:wire/3").unwrap().unwrap().mentions;
    let recorded = mentions.iter().find(|mention| mention.entity == a).unwrap();
    assert_eq!((recorded.recorded, recorded.mention.name.as_str()), (b, "Qazaqstan"));
    assert!(matches!(merge(a, b), Err(Error::Invalid(_))), "they are one already");
    assert!(matches!(merge(a, a), Err(Error::Invalid(_))));

    // A chain, taken back in another order than it was made.
    let chain = merge(c, a).unwrap();
    assert_eq!([count(&db, a), count(&db, b), count(&db, c)], [3, 3, 3]);
    db.undo_correction(first).unwrap();
    assert_eq!([count(&db, a), count(&db, b), count(&db, c)], [3, 2, 3]);
    db.undo_correction(chain).unwrap();
    assert_eq!([count(&db, a), count(&db, b), count(&db, c)], before);
    assert!(matches!(db.undo_correction(chain), Err(Error::UnknownCorrection(_))));
}

#[test]
fn an_annotator_replaces_its_own_mentions_and_no_others() {
    let db = NewsDb::open_in_memory().unwrap();
    let by = |annotator: &str, name: &str| place(name).annotator(annotator);
    db.insert(article("1", [place("Lindholm"), by("model 1", "Astana"), by("model 1", "Busan")]))
        .unwrap();
    let names = |annotator: &str| -> Vec<String> {
        let article = db.article_by_uri("newsdb:wire/1").unwrap().unwrap();
        let of = article.mentions.into_iter().filter(|m| m.mention.annotator == annotator);
        of.map(|mention| mention.mention.name).collect()
    };
    assert_eq!(names("model 1"), ["Astana", "Busan"]);
    db.insert(article("1", [by("model 1", "Almaty")])).unwrap();
    assert_eq!(names("model 1"), ["Almaty"]);
    assert_eq!(names(newsdb::PUBLISHER), ["Lindholm"]);
    let almaty = db.resolve_entity("Almaty").unwrap();
    assert_eq!(count(&db, almaty), 1);
    let by_publisher = Query::new().entity(almaty).annotator(newsdb::PUBLISHER);
    assert_eq!(db.count(&by_publisher).unwrap(), 0);
}

#[test]
fn what_comes_and_goes_in_one_transaction_leaves_no_name() {
    let db = NewsDb::open_in_memory().unwrap();
    let jane = NewMention::new(EntityKind::Person, "Jane Zyxwell");
    let article = NewArticle::new("wire").id("1").headline("A name").mention(jane);
    let mut canceled = NewArticle::new("wire").id("1");
    canceled.status = Some(newsdb::PubStatus::Canceled);
    db.ingest([article, canceled]).unwrap();
    assert_eq!(db.find_entities("Jane Zyxwell").unwrap(), []);
}

#[cfg(feature = "knowledge")]
#[test]
fn an_item_without_words_takes_no_mentions_away() {
    let db = NewsDb::open_in_memory().unwrap();
    let text = "The President of Kazakhstan spoke in Astana about lithium on Monday.";
    let article = NewArticle::new("wire").id("1").headline("Accord").body(text).language("en");
    db.insert(article).unwrap();
    let kazakhstan = db.resolve_entity("Kazakhstan").unwrap();
    db.insert(NewArticle::new("wire").id("1").headline("…").language("en-GB")).unwrap();
    assert_eq!(db.count(&Query::new().entity(kazakhstan)).unwrap(), 1);
}

#[test]
fn an_entity_stays_as_long_as_an_article_speaks_of_it() {
    let db = NewsDb::open_in_memory().unwrap();
    let days = |n: u32| format!("2024-03-{n:02}T09:00:00Z");
    let told = (1..=9).map(|n| {
        let first = article(&n.to_string(), [place("Lindholm")]);
        let both = if n == 9 { first.mention(place("Grefsrud")) } else { first };
        both.published(days(n).parse::<newsdb::Date>().unwrap())
    });
    assert_eq!(db.ingest(told).unwrap().inserted, 9);
    let there = |name: &str| db.find_entities(name).unwrap().len();
    // One by one, then several in one transaction.
    for (gone_before, left) in [(2, 8), (3, 7), (4, 6), (5, 5), (9, 1)] {
        db.purge(days(gone_before).parse().unwrap()).unwrap();
        let lindholm = db.resolve_entity("Lindholm").unwrap();
        assert_eq!(count(&db, lindholm), left);
        assert!(db.entity(lindholm).unwrap().unwrap().provisional == (left < 5));
        assert!(db.check(&newsdb::Cancel::new()).unwrap().is_clean());
    }
    let again = (10..=13).map(|n| article(&n.to_string(), [place("Lindholm")]));
    db.ingest(again).unwrap();
    assert!(!db.entity(db.resolve_entity("Lindholm").unwrap()).unwrap().unwrap().provisional);
    db.purge(days(10).parse().unwrap()).unwrap();
    assert_eq!((there("Lindholm"), there("Grefsrud")), (1, 0));
    assert!(db.check(&newsdb::Cancel::new()).unwrap().is_clean());
}

#[test]
fn entities_are_counted_by_the_tables_while_there_is_no_index() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let db = NewsDb::open(&path).unwrap();
    db.ingest((1..=9).map(|n| article(&n.to_string(), [place("Lindholm"), place("Grefsrud")])))
        .unwrap();
    let ids: Vec<_> = db.ids(&Query::new(), newsdb::Sort::Newest, 20, None).unwrap();
    drop(db);
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute_batch("UPDATE index_state SET visible = NULL").unwrap();
    drop(raw);
    let db = newsdb::Options::new().rebuild_on_open(false).open(&path).unwrap();
    for id in &ids[..7] {
        db.remove(*id).unwrap();
    }
    db.rebuild(&newsdb::Cancel::new(), |_| ()).unwrap();
    assert!(db.check(&newsdb::Cancel::new()).unwrap().is_clean());
    assert_eq!(count(&db, db.resolve_entity("Lindholm").unwrap()), 2);
    for id in &ids[7..] {
        db.remove(*id).unwrap();
    }
    assert!(db.find_entities("Lindholm").unwrap().is_empty());
}

#[test]
fn what_a_name_means_is_the_same_by_one_handle_and_by_many() {
    let jane = || NewMention::new(EntityKind::Person, "Jane Zyxwell");
    let short = || NewMention::new(EntityKind::Person, "J. Zyxwell");
    let steps: [&[NewMention]; 10] = [
        &[jane()],
        &[jane().external_id("staff", "1")],
        &[jane().external_id("staff", "2")],
        &[jane()],
        &[jane().external_id("staff", "3"), jane()],
        // After it the short name is merged into the one without an id …
        &[short()],
        &[jane()],
        // … which has one then, so that the long name means another.
        &[short().external_id("staff", "4")],
        &[jane()],
        &[jane()],
    ];
    let folder = tempfile::tempdir().unwrap();
    let stored = |by_one: bool| {
        let path = folder.path().join(by_one.to_string());
        let mut db = NewsDb::open(&path).unwrap();
        for (n, mentions) in steps.into_iter().enumerate() {
            db.ingest([article(&n.to_string(), mentions.to_vec())]).unwrap();
            if n == 5 {
                let named = db.find_entities("Jane Zyxwell").unwrap();
                let bare = named.iter().find(|entity| entity.external_ids.is_empty()).unwrap();
                let short = db.resolve_entity("J. Zyxwell").unwrap();
                db.correct(&Correction::Merge { keep: bare.id, other: short }).unwrap();
            }
            if !by_one {
                db = NewsDb::open(&path).unwrap();
            }
        }
        let mut janes = db.find_entities("Jane Zyxwell").unwrap();
        janes.sort_by_key(|entity| entity.id);
        let ids = |entity: &newsdb::Entity| {
            let ids = entity.external_ids.iter().map(|id| id.value.clone());
            (ids.collect::<Vec<_>>(), count(&db, entity.id))
        };
        janes.iter().map(ids).collect::<Vec<_>>()
    };
    // Who has no id yet gets it; a name of several who have means another one.
    let one = |id: &str, articles| (vec![id.to_owned()], articles);
    let expected = [one("1", 2), one("2", 1), one("3", 2), one("4", 4), (vec![], 2)];
    for by_one in [true, false] {
        let found = stored(by_one);
        assert_eq!(found, expected, "by one: {by_one}");
    }
}
