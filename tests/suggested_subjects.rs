//! Subjects that keywords suggest, and what else annotators say beside mentions.

use newsdb::annotate::{Annotator, AnnotatorError, Document, SubjectSuggester, SuggestedSubject};
use newsdb::{
    Annotation, Cancel, Field, IngestOptions, NewArticle, NewMention, NewSubject, NewsDb, Query,
    ReannotateOptions,
};
use serde_json::{Value, json};
use std::sync::Arc;

fn bridges() -> SubjectSuggester {
    let bridges = NewSubject::new("house", "7")
        .name("swing bridge", Some("en"))
        .name("Drehbrücke", Some("de"))
        .name("Klappbrücke", Some("de"));
    let ferries = NewSubject::new("house", "8").name("ferry", Some("en"));
    SubjectSuggester::new("house:1").subjects([bridges, ferries])
}

fn codes(found: &[SuggestedSubject]) -> Vec<&str> {
    found.iter().map(|subject| subject.code.as_str()).collect()
}

#[test]
fn names_of_a_list_are_keywords_in_their_language() {
    let bridges = bridges();
    let found = bridges.suggest("Two SWING bridges", "", Some("en-GB"));
    assert_eq!(codes(&found), ["7"]);
    // 3 (several words) × (1 + ln 3) ÷ (1 + ln(1 + 3 ÷ 300)) = 6.23; 6.23 ÷ 7.23.
    assert_eq!(found[0].confidence, 0.86);
    assert_eq!((found[0].scheme.as_str(), found[0].name.as_str()), ("house", "swing bridge"));
    assert_eq!(codes(&bridges.suggest("Drehbrücke und Klappbrücke", "", Some("de"))), ["7"]);
    assert_eq!(codes(&bridges.suggest("Drehbrücke und Klappbrücke", "", None)), ["7"]);
    assert!(bridges.suggest("Drehbrücke und Klappbrücke", "", Some("en")).is_empty());
    // One weak word in passing is not enough; in a sentence of its own, two words are no name.
    assert!(bridges.suggest("Weather", "A ferry was late.", Some("en")).is_empty());
    assert!(bridges.suggest("They swing. Bridges fall.", "", Some("en")).is_empty());
}

#[test]
fn suggestions_stand_beside_what_the_publisher_says_and_follow_the_text() {
    let db = NewsDb::open_in_memory().unwrap();
    let read = |headline: &str| {
        let article = NewArticle::new("wire").id("1").headline(headline).language("en");
        let article = article.subject("opinion");
        let options = IngestOptions::new().annotator(Arc::new(bridges()));
        assert_eq!(db.ingest_with([article], options).unwrap().faults, 0);
        let article = db.article_by_uri("newsdb:wire/1").unwrap().unwrap();
        let subjects: Vec<_> = article.subjects.iter().map(|s| s.code.clone()).collect();
        assert_eq!(subjects, ["opinion"]);
        let suggested = article.annotations.into_iter().filter(|said| said.kind == "subject");
        suggested.map(|said| (said.annotator, said.value["code"].clone())).collect::<Vec<_>>()
    };
    let of = |code: &str| vec![("house:1".to_owned(), json!(code))];
    assert_eq!(read("Swing bridge opens"), of("7"));
    assert_eq!(db.count(&Query::new().subject("7")).unwrap(), 0);
    assert_eq!(read("Ferry, ferry"), of("8"));
    assert_eq!(read("Nothing of that sort"), []);
}

/// Says a fixed thing of each document.
struct Fixed(fn(&Document) -> Vec<Annotation>);

impl Annotator for Fixed {
    fn name(&self) -> &str {
        "fixed:1"
    }

    fn annotate(&self, documents: &[Document]) -> Result<Vec<Vec<NewMention>>, AnnotatorError> {
        Ok(vec![Vec::new(); documents.len()])
    }

    fn describe(&self, documents: &[Document]) -> Result<Vec<Vec<Annotation>>, AnnotatorError> {
        Ok(documents.iter().map(self.0).collect())
    }
}

#[test]
fn what_an_annotator_says_beside_mentions_is_checked_kept_and_replaced() {
    let db = NewsDb::open_in_memory().unwrap();
    let said = |document: &Document| {
        let length = document.headline.len();
        let of = |value: Value| Annotation::new("somebody else", "length", value).key("k");
        vec![
            of(json!(length)).span(Field::Headline, 0..length),
            of(json!({"whole": true})),
            of(json!(0)).span(Field::Headline, 0..length + 1),
            of(json!(0)).span(Field::Body, 0..1),
        ]
    };
    let article = NewArticle::new("wire").id("1").headline("Fähre").language("de");
    let options = IngestOptions::new().annotator(Arc::new(Fixed(said)));
    assert_eq!(db.ingest_with([article], options).unwrap().faults, 2);
    let kept = || db.article_by_uri("newsdb:wire/1").unwrap().unwrap().annotations;
    let expected = [
        Annotation::new("fixed:1", "length", 6).span(Field::Headline, 0..6),
        Annotation::new("fixed:1", "length", json!({"whole": true})),
    ];
    assert_eq!(kept(), expected);
    assert_eq!(db.stats().unwrap().annotations, 2);

    let again =
        db.reannotate(ReannotateOptions::new().annotator(Arc::new(Fixed(|_| Vec::new())))).unwrap();
    assert_eq!((again.changed, kept().len()), (1, 0));
    assert!(db.check(&Cancel::new()).unwrap().is_clean());
}
