//! What people decide about entities: every answer follows, and every decision can be undone.

use newsdb::{
    Alias, Correction, CorrectionId, Dimension, EntityId, EntityKind, Error, NewArticle, NewEntity,
    NewMention, NewsDb, PubStatus, Query, Sort, Timeline, Unit,
};

fn place(name: &str) -> NewMention {
    NewMention::new(EntityKind::Place, name)
}

fn db_of(articles: &[(&str, &str, &[&str])]) -> NewsDb {
    let db = NewsDb::options().annotate(false).open_in_memory().unwrap();
    for (id, headline, places) in articles {
        let article = NewArticle::new("wire").id(*id).headline(*headline).language("en");
        let article = article.published("2024-06-13".parse::<newsdb::Date>().unwrap());
        let article = places.iter().map(|name| place(name)).fold(article, NewArticle::mention);
        db.insert(article).unwrap();
    }
    db
}

/// Georgia in three articles: a state, a country, and one that nobody can tell.
fn georgia() -> (NewsDb, EntityId, EntityId) {
    let db = db_of(&[
        ("1", "Storm in Atlanta", &["Georgia", "Atlanta"]),
        ("2", "Vote in Tbilisi", &["Georgia", "Tbilisi"]),
        ("3", "Peaches", &["Georgia"]),
    ]);
    let country = db.resolve_entity("Georgia").unwrap();
    let state = db.add_entity(NewEntity::new(EntityKind::Place, "State of Georgia")).unwrap();
    (db, country, state)
}

fn count(db: &NewsDb, entity: EntityId) -> u64 {
    db.count(&Query::new().entity(entity)).unwrap()
}

fn split(db: &NewsDb, from: EntityId, to: EntityId, query: Query) -> CorrectionId {
    db.correct(&Correction::Split { from, to, query: Box::new(query) }).unwrap()
}

#[test]
fn a_split_changes_every_answer_and_undoing_it_restores_them() {
    let (db, country, state) = georgia();
    let answers = || {
        let top = db.top(&Query::new(), Dimension::Entity, 10).unwrap();
        let pairs = db.together(&Query::new(), None, 10).unwrap();
        let by_day = Timeline::by(Unit::Day).split(Dimension::Kind(EntityKind::Place));
        let series = db.timeline(&Query::new(), &by_day).unwrap();
        let mentions: Vec<_> = ["1", "2", "3"]
            .map(|id| db.article_by_uri(&format!("newsdb:wire/{id}")).unwrap().unwrap().mentions)
            .into();
        (top, pairs, series, mentions)
    };
    let before = answers();
    let decision = split(&db, country, state, Query::new().text("Atlanta"));
    assert_eq!((count(&db, country), count(&db, state)), (2, 1));
    let (top, pairs, series, mentions) = answers();
    let row = |name: &str| top.rows.iter().find(|row| row.key == name).map(|row| row.articles);
    assert_eq!((row("Georgia"), row("State of Georgia"), top.none), (Some(2), Some(1), 0));
    let names = |pair: &newsdb::CoMention| (pair.a.name.clone(), pair.b.name.clone());
    let pairs: Vec<_> = pairs.iter().map(names).collect();
    assert!(pairs.contains(&("Atlanta".to_owned(), "State of Georgia".to_owned())), "{pairs:?}");
    assert!(!pairs.contains(&("Georgia".to_owned(), "Atlanta".to_owned())), "{pairs:?}");
    let series = series.series.iter().find(|series| series.id == Some(state)).unwrap();
    assert_eq!(series.buckets.iter().map(|bucket| bucket.articles).sum::<u64>(), 1);
    let georgia = mentions[0].iter().find(|mention| mention.recorded == country).unwrap();
    assert_eq!(georgia.entity, state);
    assert!(mentions[1].iter().all(|mention| mention.entity == mention.recorded));

    // What comes later, and what changes, is looked at with the same eyes.
    let article = |headline: &str| {
        let article = NewArticle::new("wire").id("4").headline(headline);
        article.language("en").mention(place("Georgia"))
    };
    db.insert(article("Atlanta votes")).unwrap();
    assert_eq!((count(&db, country), count(&db, state)), (2, 2));
    db.insert(article("Tbilisi votes")).unwrap();
    assert_eq!((count(&db, country), count(&db, state)), (3, 1));
    db.remove(db.article_by_uri("newsdb:wire/4").unwrap().unwrap().id).unwrap();

    db.undo_correction(decision).unwrap();
    assert_eq!(answers(), before);
    assert!(
        matches!(db.undo_correction(decision), Err(Error::UnknownCorrection(id)) if id == decision)
    );
}

#[test]
fn a_split_goes_by_whatever_a_query_can_say() {
    let (db, country, state) = georgia();
    let atlanta = db.resolve_entity("Atlanta").unwrap();
    for (query, expected) in [
        (Query::new().entity(atlanta), 1),
        (Query::new().source("wire"), 3),
        (Query::new().source("other"), 0),
        (Query::new().text("\"in Tbilisi\" OR peaches"), 2),
        (Query::new().since("2024-06-13T00:00:00Z".parse().unwrap()), 3),
        (Query::new().until("2024-06-13T00:00:00Z".parse().unwrap()), 0),
        (Query::new(), 3),
    ] {
        let decision = split(&db, country, state, query.clone());
        assert_eq!((count(&db, country), count(&db, state)), (3 - expected, expected), "{query:?}");
        let top = db.top(&Query::new(), Dimension::Entity, 10).unwrap();
        let of = |id: EntityId| top.rows.iter().find(|row| row.id == Some(id));
        assert_eq!(of(state).map_or(0, |row| row.articles), expected);
        db.undo_correction(decision).unwrap();
    }
    let refuse = |query: Query| {
        let refused =
            db.correct(&Correction::Split { from: country, to: state, query: Box::new(query) });
        assert!(refused.is_err());
    };
    refuse(Query::new().unique(true));
    refuse(Query::new().status(PubStatus::Withheld));
    refuse(Query::new().text("\"open"));
    let same = Correction::Split { from: state, to: state, query: Box::default() };
    assert!(matches!(db.correct(&same), Err(Error::Invalid(_))));
    // An annotator's mentions are told apart after a split too.
    split(&db, country, state, Query::new().text("Atlanta"));
    let by = |name: &str| db.count(&Query::new().entity(state).annotator(name)).unwrap();
    assert_eq!((by(newsdb::PUBLISHER), by("nobody")), (1, 0));
}

#[test]
fn decisions_follow_each_other_and_any_can_be_undone() {
    let (db, country, state) = georgia();
    let [atlanta, tbilisi] = ["Atlanta", "Tbilisi"].map(|name| db.resolve_entity(name).unwrap());
    let counts = || [country, state, atlanta, tbilisi].map(|id| count(&db, id));
    let start = counts();
    assert_eq!(start, [3, 0, 1, 1]);
    let apart = split(&db, country, state, Query::new().text("Atlanta"));
    // What was split off goes with what it became.
    let first = db.correct(&Correction::Merge { keep: atlanta, other: state }).unwrap();
    assert_eq!(counts(), [2, 1, 1, 1]);
    // What was left goes elsewhere; the split stands.
    let second = db.correct(&Correction::Merge { keep: tbilisi, other: country }).unwrap();
    assert_eq!(counts(), [2, 1, 1, 2]);
    db.undo_correction(first).unwrap();
    assert_eq!(counts(), [2, 1, 1, 2]);
    db.undo_correction(apart).unwrap();
    assert_eq!(counts(), [3, 0, 1, 3]);
    db.undo_correction(second).unwrap();
    assert_eq!(counts(), start);
    let undone = db.corrections().unwrap();
    assert_eq!(undone.len(), 3);
    assert!(undone.iter().all(|decision| decision.undone.is_some()));
}

#[test]
fn names_are_given_added_and_blocked() {
    let (db, country, state) = georgia();
    let found = |name: &str| -> Vec<EntityId> {
        db.find_entities(name).unwrap().into_iter().map(|entity| entity.id).collect()
    };
    let before = db.entity(country).unwrap().unwrap();
    let renamed =
        db.correct(&Correction::Rename { entity: country, name: "Sakartvelo".into() }).unwrap();
    assert_eq!(db.entity(country).unwrap().unwrap().name, "Sakartvelo");
    assert_eq!((found("sakartvelo"), found("Georgia")), (vec![country], vec![country]));
    let top = db.top(&Query::new(), Dimension::Entity, 1).unwrap();
    assert_eq!(top.rows[0].key, "Sakartvelo");

    let alias = Alias { name: "Peach State".into(), language: Some("en".into()) };
    let added = db.correct(&Correction::AddAlias { entity: state, alias: alias.clone() }).unwrap();
    assert_eq!(found("peach state"), [state]);
    assert_eq!(db.entity(state).unwrap().unwrap().aliases, [alias]);

    let block = Correction::BlockAlias { entity: country, name: "GEORGIA".into() };
    let blocked = db.correct(&block).unwrap();
    assert!(found("Georgia").is_empty());
    assert_eq!(count(&db, country), 3, "what is recorded stays");
    // A new text's Georgia is somebody else's, and the name is not learnt again.
    let article = NewArticle::new("wire").id("9").headline("x").mention(place("Georgia"));
    db.insert(article).unwrap();
    assert_eq!(count(&db, country), 3);
    assert_eq!(found("Georgia").len(), 1);
    assert_ne!(found("Georgia"), [country]);
    db.remove(db.article_by_uri("newsdb:wire/9").unwrap().unwrap().id).unwrap();

    // In another order than they were made.
    for decision in [renamed, blocked, added] {
        db.undo_correction(decision).unwrap();
    }
    assert_eq!(db.entity(country).unwrap().unwrap(), before);
    assert_eq!((found("Georgia"), found("Sakartvelo").len()), (vec![country], 0));
    assert!(found("Peach State").is_empty());
    for empty in [
        Correction::Rename { entity: country, name: " ".into() },
        Correction::BlockAlias { entity: country, name: String::new() },
    ] {
        assert!(matches!(db.correct(&empty), Err(Error::Invalid(_))));
    }
}

#[test]
fn names_that_are_recorded_meanwhile_stay_when_a_decision_is_undone() {
    let db = NewsDb::open_in_memory().unwrap();
    let entity = || NewEntity::new(EntityKind::Organisation, "Hanbit").external_id("ticker", "HB");
    let id = db.add_entity(entity()).unwrap();
    let alias = Alias { name: "Hanbit Materials".into(), language: Some("en".into()) };
    let added = db.correct(&Correction::AddAlias { entity: id, alias }).unwrap();
    let block = Correction::BlockAlias { entity: id, name: "HM".into() };
    let blocked = db.correct(&block).unwrap();
    db.add_entity(entity().alias("Hanbit Materials", Some("en")).alias("HM", None)).unwrap();
    assert!(db.find_entities("HM").unwrap().is_empty());
    db.undo_correction(added).unwrap();
    db.undo_correction(blocked).unwrap();
    for name in ["Hanbit Materials", "HM"] {
        assert_eq!(db.resolve_entity(name).unwrap(), id, "{name}");
    }
}

#[cfg(feature = "knowledge")]
/// What a file of which no name was ever blocked says is what it must say.
#[test]
fn a_name_that_was_blocked_comes_back_once() {
    let names = |blocks: bool| {
        let db = NewsDb::open_in_memory().unwrap();
        let entity = || NewEntity::new(EntityKind::Place, "Georgia");
        let id = db.add_entity(entity().alias("Sakartvelo", Some("en"))).unwrap();
        let block = Correction::BlockAlias { entity: id, name: "sakartvelo".into() };
        let decision = blocks.then(|| db.correct(&block).unwrap());
        db.add_entity(entity().alias("Sakartvelo", None)).unwrap();
        if let Some(decision) = decision {
            db.undo_correction(decision).unwrap();
        }
        db.entity(id).unwrap().unwrap().aliases
    };
    assert_eq!(names(true), names(false));
}

#[cfg(feature = "knowledge")]
#[test]
fn new_texts_follow_names_that_people_changed() {
    let db = NewsDb::open_in_memory().unwrap();
    let mut number = 0;
    // How often a text speaks of an entity. What else the recogniser takes for a place is its own.
    let mut speaks_of = |reference: &str, text: &str| {
        number += 1;
        let id = number.to_string();
        let article = NewArticle::new("wire").id(&id).headline("Trade").body(text).language("en");
        db.insert(article).unwrap();
        let article = db.article_by_uri(&format!("newsdb:wire/{id}")).unwrap().unwrap();
        let entity = db.resolve_entity(reference).unwrap();
        article.mentions.iter().filter(|mention| mention.entity == entity).count()
    };
    let text = "The treaty with Kazakhstan was signed in the Land of Steppes on Monday.";
    assert_eq!(speaks_of("Q232", text), 1);
    let kazakhstan = db.resolve_entity("Q232").unwrap();
    let alias = Alias { name: "Land of Steppes".into(), language: None };
    let added = db.correct(&Correction::AddAlias { entity: kazakhstan, alias }).unwrap();
    assert_eq!(speaks_of("Q232", text), 2);
    let block = Correction::BlockAlias { entity: kazakhstan, name: "kazakhstan".into() };
    let blocked = db.correct(&block).unwrap();
    let alone = "They signed it in the Land of Steppes; Kazakhstan will ratify.";
    assert_eq!(speaks_of("Q232", alone), 1);
    db.undo_correction(blocked).unwrap();
    db.undo_correction(added).unwrap();
    let other = "Kazakhstan and the Land of Steppes signed a treaty on Monday.";
    assert_eq!(speaks_of("Q232", other), 1);
}

#[test]
fn what_is_not_the_same_is_not_merged() {
    let (db, country, state) = georgia();
    let atlanta = db.resolve_entity("Atlanta").unwrap();
    let merge = |keep, other| db.correct(&Correction::Merge { keep, other });
    let pin = db.correct(&Correction::NotSame { one: country, other: state }).unwrap();
    let kept = |outcome| matches!(outcome, Err(Error::KeptApart { by, .. }) if by == pin);
    assert!(kept(merge(country, state)));
    // Nor by way of another.
    merge(atlanta, state).unwrap();
    assert!(kept(merge(atlanta, country)));
    db.undo_correction(pin).unwrap();
    merge(atlanta, country).unwrap();
    let apart = Correction::NotSame { one: country, other: state };
    assert!(matches!(db.correct(&apart), Err(Error::Invalid(_))), "they are one");

    let jordan = db.add_entity(NewEntity::new(EntityKind::Person, "Jordan")).unwrap();
    assert!(matches!(merge(atlanta, jordan), Err(Error::Invalid(_))), "a person is no place");
    let nobody = EntityId::from(9_999);
    assert!(matches!(merge(atlanta, nobody), Err(Error::UnknownEntity(_))));
}

#[test]
fn an_entity_that_only_a_decision_keeps_goes_with_it() {
    let db = db_of(&[("1", "One", &["Qazaqstan"]), ("2", "Two", &["Kazakhstan"])]);
    let [a, b] = ["Kazakhstan", "Qazaqstan"].map(|name| db.resolve_entity(name).unwrap());
    let merge = db.correct(&Correction::Merge { keep: a, other: b }).unwrap();
    db.remove(db.article_by_uri("newsdb:wire/1").unwrap().unwrap().id).unwrap();
    assert_eq!(db.resolve_entity("Qazaqstan").unwrap(), a, "the name is known by the merge");
    db.undo_correction(merge).unwrap();
    assert!(db.find_entities("Qazaqstan").unwrap().is_empty());
    assert_eq!(db.ids(&Query::new().entity(a), Sort::Newest, 9, None).unwrap().len(), 1);
}

#[test]
fn splits_of_splits_have_a_measure() {
    let (db, country, state) = georgia();
    let mut refused = false;
    for number in 0..200 {
        let (from, to) = if number % 2 == 0 { (country, state) } else { (state, country) };
        let query = Box::new(Query::new().text(format!("word{number}")));
        let decision = db.correct(&Correction::Split { from, to, query });
        refused |= decision.is_err();
        if refused {
            break;
        }
    }
    assert!(refused, "each doubles what must be asked");
    assert_eq!(count(&db, country) + count(&db, state), 3);
}
