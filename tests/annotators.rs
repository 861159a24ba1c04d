//! Annotators that callers bring, and annotating a file anew.

#![cfg(feature = "knowledge")]

use newsdb::annotate::{Annotator, AnnotatorError, Document, annotate};
use newsdb::{
    Annotation, Cancel, Date, EntityKind, Error, Field, IngestOptions, NewArticle, NewEntity,
    NewMention, NewsDb, Options, Query, ReannotateOptions, Span, Timeline, Unit,
};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// Does what the test says with each headline.
struct Scripted<F>(F);

impl<F> Annotator for Scripted<F>
where
    F: Fn(&Document) -> Result<Vec<NewMention>, AnnotatorError> + Send + Sync,
{
    fn name(&self) -> &str {
        "scripted:1"
    }

    fn annotate(&self, documents: &[Document]) -> Result<Vec<Vec<NewMention>>, AnnotatorError> {
        documents.iter().map(&self.0).collect()
    }
}

fn article(id: &str, headline: &str) -> NewArticle {
    NewArticle::new("wire").id(id).headline(headline).language("en")
}

fn place(name: &str) -> NewMention {
    NewMention::new(EntityKind::Place, name)
}

#[test]
fn what_an_annotator_says_is_checked_and_the_article_stored_without_what_is_wrong() {
    let db = NewsDb::open_in_memory().unwrap();
    let annotator = Scripted(|document: &Document| {
        assert_eq!(document.headline, "Fähre läuft aus");
        Ok(vec![
            place("Right").span(Field::Headline, 0..6),
            place("Inside").span(Field::Headline, 0..2),
            place("Outside").span(Field::Headline, 10..99),
            place("Empty").span(Field::Headline, 4..4),
            place("No summary").span(Field::Summary, 0..1),
            place("  "),
            place("Whole"),
        ])
    });
    let ferry = NewArticle::new("wire").id("1").headline("Fähre läuft aus").language("de");
    let report =
        db.ingest_with([ferry], IngestOptions::new().annotator(Arc::new(annotator))).unwrap();
    assert_eq!((report.inserted, report.faults), (1, 5));
    assert!(report.faulty.iter().all(|fault| fault.annotator == "scripted:1"));
    assert!(report.faulty[0].reason.contains("Inside"), "{}", report.faulty[0].reason);
    let mentions = db.article_by_uri("newsdb:wire/1").unwrap().unwrap().mentions;
    let theirs = mentions.iter().filter(|m| m.mention.annotator == "scripted:1");
    let names: Vec<_> = theirs.map(|m| m.mention.name.as_str()).collect();
    assert_eq!(names, ["Whole", "Right"]);
}

#[test]
fn an_annotator_that_fails_panics_or_hangs_does_not_stop_the_ingest() {
    let db = NewsDb::open_in_memory().unwrap();
    let failing = Scripted(|_: &Document| Err("out of memory".into()));
    let report = db
        .ingest_with([article("1", "One")], IngestOptions::new().annotator(Arc::new(failing)))
        .unwrap();
    assert_eq!((report.inserted, report.faults), (1, 1));
    assert_eq!(report.faulty[0].reason, "out of memory");

    let panicking = Scripted(|_: &Document| panic!("a bug of the caller's"));
    let report = db
        .ingest_with([article("2", "Two")], IngestOptions::new().annotator(Arc::new(panicking)))
        .unwrap();
    assert_eq!((report.inserted, report.faults), (1, 1));

    let hanging = Scripted(|_: &Document| {
        std::thread::sleep(Duration::from_secs(3_600));
        Ok(Vec::new())
    });
    let options = IngestOptions::new()
        .batch(1)
        .annotator(Arc::new(hanging))
        .annotator_timeout(Duration::from_millis(50));
    let report = db.ingest_with([article("3", "Three"), article("4", "Four")], options).unwrap();
    assert_eq!((report.inserted, report.faults), (2, 1), "it is not asked again");
    assert_eq!(db.count(&Query::new()).unwrap(), 4);
}

#[test]
fn what_a_file_knows_beside_the_list_is_no_change() {
    let db = NewsDb::open_in_memory().unwrap();
    let own = NewEntity::new(EntityKind::Place, "Kazakhstan").external_id("a-list", "7");
    db.add_entity(own.external_id("wikidata", "Q232")).unwrap();
    db.insert(article("1", "Kazakhstan signs the accord")).unwrap();
    for _ in 0..2 {
        let report = db.reannotate(ReannotateOptions::new()).unwrap();
        assert_eq!((report.articles, report.changed), (1, 0), "{report:?}");
    }
}

#[test]
fn a_file_is_annotated_anew_and_goes_on_where_it_was_stopped() {
    let db = Options::new().annotate(false).open_temporary().unwrap();
    let articles = (0..500).map(|n| {
        article(&n.to_string(), &format!("Kazakhstan and South Korea sign accord {n}"))
            .mention(place("Lindholm"))
    });
    db.ingest(articles).unwrap();
    assert_eq!(db.stats().unwrap().mentions, 500);
    let same = db.reannotate(ReannotateOptions::new().compare(true)).unwrap();
    assert_eq!((same.articles, same.changed, same.added, same.removed), (500, 500, 1_000, 0));
    assert_eq!(db.stats().unwrap().mentions, 500, "comparing writes nothing");

    let cancel = Cancel::new();
    let before = db.snapshot().unwrap();
    let stop = ReannotateOptions::new().cancel(&cancel).progress(|so_far| {
        if so_far.articles >= 200 {
            cancel.cancel();
        }
    });
    assert!(matches!(db.reannotate(stop), Err(Error::Canceled)));
    let reached = db.stats().unwrap().mentions;
    assert_eq!(reached, 900);
    let rest = db.reannotate(ReannotateOptions::new()).unwrap();
    assert_eq!((rest.articles, rest.added), (300, 600));
    let kazakhstan = db.resolve_entity("Q232").unwrap();
    assert_eq!(db.count(&Query::new().entity(kazakhstan)).unwrap(), 500);
    assert_eq!(before.count(&Query::new()).unwrap(), 500, "a reader reads meanwhile");
    drop(before);
    // Once more changes nothing; the publisher's word stands.
    let again = db.reannotate(ReannotateOptions::new()).unwrap();
    assert_eq!((again.articles, again.changed), (500, 0));
    assert_eq!(db.stats().unwrap().mentions, 1_500);
    assert!(db.check(&Cancel::new()).unwrap().is_clean());
}

#[test]
fn annotating_anew_with_others_or_other_names_begins_at_the_beginning() {
    let db = Options::new().annotate(false).open_temporary().unwrap();
    db.ingest((0..250).map(|n| article(&n.to_string(), &format!("Item {n}")))).unwrap();
    let by = |name| ReannotateOptions::new().annotator(Arc::new(Saying(name, vec![], vec![])));
    let stop = |options: ReannotateOptions<'_>| {
        let cancel = Cancel::new();
        let options = options.cancel(&cancel).progress(|_| cancel.cancel());
        assert!(matches!(db.reannotate(options), Err(Error::Canceled)));
    };
    let looked_at = |options| db.reannotate(options).unwrap().articles;
    stop(by("a:1"));
    assert_eq!(looked_at(by("a:1")), 50);
    assert_eq!(looked_at(by("a:1")), 250);
    stop(by("a:1"));
    assert_eq!(looked_at(by("a:2")), 250, "another annotator");
    stop(by("a:1"));
    assert_eq!(looked_at(ReannotateOptions::new()), 250, "none");
    stop(by("a:1"));
    db.insert(article("more", "New articles change nothing")).unwrap();
    assert_eq!(looked_at(by("a:1")), 51);
    stop(by("a:1"));
    db.add_entity(NewEntity::new(EntityKind::Place, "Vintervik")).unwrap();
    assert_eq!(looked_at(by("a:1")), 251, "another name");
}

#[test]
fn tone_is_told_by_words_turned_by_negation_and_unknown_where_nothing_tells_it() {
    let tone = |text: &str, language: &str| annotate(text, Some(language)).tone;
    // `good` is 3 in AFINN, `bad` -3: 3 / (5 × (1 + 2)) = 0.2.
    assert_eq!(tone("A good day.", "en"), Some(0.2));
    assert_eq!(tone("A bad day.", "en"), Some(-0.2));
    assert_eq!(tone("A day that is not good.", "en"), Some(-0.2 * 0.74));
    // The negation is another sentence's.
    assert_eq!(tone("He did not. Good.", "en"), Some(0.2));
    assert_eq!(tone("The committee met on Monday.", "en"), None);
    assert_eq!(tone("Ein guter Tag.", "de"), None);
    let db = NewsDb::open_in_memory().unwrap();
    db.insert(article("1", "A good day")).unwrap();
    db.insert(NewArticle::new("wire").id("2").headline("Ein guter Tag").language("de")).unwrap();
    let tone = |uri: &str| db.article_by_uri(uri).unwrap().unwrap().tone;
    assert_eq!((tone("newsdb:wire/1"), tone("newsdb:wire/2")), (Some(0.2), None));
}

/// Says what it was told to say, by the name that it was told.
#[derive(Clone)]
struct Saying(&'static str, Vec<NewMention>, Vec<Annotation>);

impl Annotator for Saying {
    fn name(&self) -> &str {
        self.0
    }

    fn annotate(&self, documents: &[Document]) -> Result<Vec<Vec<NewMention>>, AnnotatorError> {
        Ok(vec![self.1.clone(); documents.len()])
    }

    fn describe(&self, documents: &[Document]) -> Result<Vec<Vec<Annotation>>, AnnotatorError> {
        Ok(vec![self.2.clone(); documents.len()])
    }
}

fn ingest_with(db: &NewsDb, article: NewArticle, annotator: Saying) -> u64 {
    let options = IngestOptions::new().annotator(Arc::new(annotator));
    db.ingest_with([article], options).unwrap().faults
}

#[test]
fn what_annotators_say_is_bounded_and_by_a_name_of_their_own() {
    let db = NewsDb::open_in_memory().unwrap();
    let deep = (0..126).fold(json!(1), |inner, _| json!([inner]));
    let said = vec![Annotation::new("", "deep", deep), Annotation::new("", "flat", json!(1))];
    assert_eq!(ingest_with(&db, article("1", "One"), Saying("d:1", vec![], said)), 1);
    let stored = db.article_by_uri("newsdb:wire/1").unwrap().unwrap();
    assert_eq!(stored.annotations, [Annotation::new("d:1", "flat", json!(1))]);
    for name in ["", " ", "publisher", "gazetteer:9"] {
        let said = vec![Annotation::new("", "k", json!(1))];
        assert_eq!(ingest_with(&db, article("2", "Two"), Saying(name, vec![], said)), 1, "{name}");
    }
    assert!(db.article_by_uri("newsdb:wire/2").unwrap().unwrap().annotations.is_empty());
}

#[test]
fn an_annotator_that_now_says_nothing_has_said_nothing() {
    let db = NewsDb::open_in_memory().unwrap();
    let said = vec![Annotation::new("", "subject", json!({"code": "x"}))];
    let first = Saying("d:1", vec![place("Lindholm")], said);
    ingest_with(&db, article("1", "One"), first);
    let load = || db.article_by_uri("newsdb:wire/1").unwrap().unwrap();
    assert_eq!((load().mentions.len(), load().annotations.len()), (1, 1));
    let silent = Arc::new(Saying("d:1", vec![], vec![]));
    let report = db.reannotate(ReannotateOptions::new().annotator(silent)).unwrap();
    assert_eq!((report.changed, report.removed), (1, 1));
    assert_eq!((load().mentions.len(), load().annotations.len()), (0, 0));
}

#[test]
fn mentions_of_the_whole_article_are_compared_by_their_entities_whatever_their_order() {
    let named = |name: &str, ids: &[&str]| {
        ids.iter().fold(place(name), |place, id| place.external_id("osm", *id))
    };
    let compare = |id: &str, before: Vec<NewMention>, after: Vec<NewMention>| {
        let db = Options::new().annotate(false).open_in_memory().unwrap();
        ingest_with(&db, article(id, "One"), Saying("d:1", before, vec![]));
        let after = Arc::new(Saying("d:1", after, vec![]));
        let options = ReannotateOptions::new().compare(true).annotator(after);
        let report = db.reannotate(options).unwrap();
        (report.added, report.removed)
    };
    let before = [named("Lindholm", &["1"]), place("Vintervik"), named("Ostby", &["3", "4"])];
    // By an id, whatever the name; by the name, where one side has no ids.
    let after = [place("Ostby"), named("Vintervik", &["2"]), named("Lindholm by", &["9", "1"])];
    assert_eq!(compare("1", before.to_vec(), after.to_vec()), (0, 0));
    let after = [named("Lindholm", &["5"]), place("Vintervik"), place("Vintervik")];
    assert_eq!(compare("2", before.to_vec(), after.to_vec()), (2, 2));
    let many = |numbers: &mut dyn Iterator<Item = u32>| -> Vec<NewMention> {
        numbers.map(|number| place(&format!("Lindholm {number}"))).collect()
    };
    let (before, after) = (many(&mut (0..4_000)), many(&mut (1..4_003).rev()));
    assert_eq!(compare("3", before, after), (3, 1));
}

#[test]
fn what_was_said_of_a_text_goes_with_it() {
    let db = NewsDb::open_in_memory().unwrap();
    let said = vec![Annotation::new("", "subject", json!({"code": "x"}))];
    ingest_with(&db, article("1", "One").body("The first text."), Saying("d:1", vec![], said));
    db.insert(article("1", "One").body("Another text altogether, and a longer one.")).unwrap();
    let now = db.article_by_uri("newsdb:wire/1").unwrap().unwrap();
    assert!(now.annotations.is_empty());
    // It is kept with the text of which it was said.
    let versions = db.versions(now.id).unwrap();
    let said = vec![Annotation::new("d:1", "subject", json!({"code": "x"}))];
    assert_eq!((&versions[0].annotations, &versions[1].annotations), (&said, &vec![]));
}

#[test]
fn whom_an_annotator_saw_in_a_text_goes_with_it_and_whom_an_item_names_stays() {
    let db = NewsDb::open_in_memory().unwrap();
    let first = article("1", "One").body("The first text.").mention(place("Lindholm"));
    let first = first.mention(place("Ostby").annotator("gdelt-gkg"));
    ingest_with(&db, first, Saying("d:1", vec![place("Vintervik")], vec![]));
    let names = || -> Vec<String> {
        let article = db.article_by_uri("newsdb:wire/1").unwrap().unwrap();
        article.mentions.into_iter().map(|mention| mention.mention.name).collect()
    };
    assert_eq!(names(), ["Vintervik", "Ostby", "Lindholm"]);
    db.insert(article("1", "One").body("Another text altogether, and a longer one.")).unwrap();
    assert_eq!(names(), ["Ostby", "Lindholm"]);
    let id = db.article_by_uri("newsdb:wire/1").unwrap().unwrap().id;
    assert_eq!(db.versions(id).unwrap()[0].mentions, [place("Vintervik").annotator("d:1")]);
    assert!(db.find_entities("Vintervik").unwrap().is_empty(), "known from it alone");
    assert!(db.check(&Cancel::new()).unwrap().is_clean());
}

#[test]
fn what_annotators_say_counts_and_readers_of_the_file_see_each() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let db = NewsDb::open(&path).unwrap();
    let date = Date::utc(chrono::DateTime::from_timestamp(1_700_000_000, 0).unwrap());
    let tone = Annotation::new("", "tone", json!(3.5));
    let word = Annotation {
        span: Some(Span { field: Field::Headline, start: 0, end: 3 }),
        ..Annotation::new("", "word", json!("One"))
    };
    let dated = |id, headline| article(id, headline).published(date);
    ingest_with(&db, dated("1", "One"), Saying("d:1", vec![], vec![tone, word]));
    let mut by_itself = dated("2", "Two");
    by_itself.annotations.push(Annotation::new("d:1", "tone", json!(1.5)));
    db.insert(by_itself).unwrap();
    let counts = db.timeline(&Query::new(), &Timeline::by(Unit::Year).tone_of("d:1")).unwrap();
    let year = &counts.series[0].buckets[0];
    assert_eq!((year.articles, year.tone, year.tone_unknown), (2, Some(2.5), 0));
    assert!(db.check(&Cancel::new()).unwrap().is_clean());
    drop(db);
    let file = rusqlite::Connection::open(&path).unwrap();
    let rows: Vec<String> = file
        .prepare(
            "SELECT concat_ws(' ', annotator, kind, field, start, end, value) FROM annotations
              ORDER BY 1",
        )
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(rows, ["d:1 tone 1.5", "d:1 tone 3.5", "d:1 word headline 0 3 \"One\""]);
}
