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

const TEN: [&str; 10] = ["ar", "da", "de", "en", "es", "fr", "nb", "pt", "sv", "zh"];

fn named(code: &str, name: &str) -> NewSubject {
    TEN.iter().fold(NewSubject::new("house", code), |made, tag| made.name(name, Some(tag)))
}

fn confidences(found: &[SuggestedSubject]) -> Vec<f64> {
    found.iter().map(|subject| subject.confidence).collect()
}

#[test]
fn a_name_counts_once_in_however_many_languages_it_is_given() {
    let sport = SubjectSuggester::new("house:1").subjects([named("1", "sport")]);
    for language in [None, Some("en"), Some("de"), Some("ru")] {
        assert_eq!(sport.suggest("", "A sport was played.", language), []);
    }
    // 3 ÷ (1 + ln(1 + 2 ÷ 300)) = 2.98; 2.98 ÷ 3.98.
    let cup = named("2", "world cup").name("World Cup", None);
    let cup = SubjectSuggester::new("house:1").subjects([cup]);
    for language in [None, Some("en"), Some("ru")] {
        assert_eq!(confidences(&cup.suggest("", "World cup!", language)), [0.75]);
    }
    // Languages of one subject take no room from another: 1 + ln 6 = 2.79, ÷ 1.0067 = 2.77.
    let two = [named("1", "sport"), named("2", "sport")];
    let two = SubjectSuggester::new("house:1").subjects(two);
    for language in TEN {
        let found = two.suggest("Sport, sport", "", Some(language));
        assert_eq!((codes(&found), confidences(&found)), (vec!["1", "2"], vec![0.73, 0.73]));
    }
}

#[cfg(feature = "knowledge")]
#[test]
fn of_several_weights_the_greatest_counts() {
    // `dividend` is enough by itself in English; as a name of one word it is not.
    let dividend = NewSubject::new("medtop", "20000177").name("dividend", None);
    let topics = SubjectSuggester::media_topics().subjects([dividend]);
    for language in [None, Some("en")] {
        assert_eq!(confidences(&topics.suggest("", "A dividend.", language)), [0.75]);
    }
    assert_eq!(topics.suggest("", "A dividend.", Some("nl")), []);
}

#[test]
fn a_run_of_characters_is_one_word() {
    let made = |name: &str, language| {
        let subject = NewSubject::new("house", "1").name(name, Some(language));
        SubjectSuggester::new("house:1").subjects([subject])
    };
    let economy = made("経済", "ja");
    assert_eq!(economy.suggest("", "経済が成長した。", Some("ja")), []);
    // 1 + ln 4 = 2.386, ÷ (1 + ln(1 + 4 ÷ 300)) = 2.355; 2.355 ÷ 3.355.
    assert_eq!(confidences(&economy.suggest("経済", "経済。", Some("ja"))), [0.70]);
    // Ten characters; 1 + ln 5 = 2.609, ÷ (1 + ln(1 + 30 ÷ 300)) = 2.382.
    let long = "情報通信技術産業政策";
    let found = made(long, "ja").suggest(long, &format!("{long}。{long}。"), Some("ja"));
    assert_eq!(confidences(&found), [0.70]);
    // Two words, of four and three characters: 3 ÷ (1 + ln(1 + 7 ÷ 300)) = 2.93.
    let cup = made("ワールド・カップ", "ja").suggest("", "ワールド・カップ", Some("ja"));
    assert_eq!(confidences(&cup), [0.75]);
    // Korean has blanks: two words.
    assert_eq!(codes(&made("남북 관계", "ko").suggest("", "남북 관계", Some("ko"))), ["1"]);

    // Forty characters are kept, 3 × (1 + ln 3) ÷ (1 + ln(1 + 40 ÷ 300)) = 5.6; one more is left out.
    let run = |length| format!("京{} 都{}", "経".repeat(19), "済".repeat(length));
    assert_eq!(confidences(&made(&run(19), "zh").suggest(&run(19), "", Some("zh"))), [0.85]);
    assert_eq!(made(&run(20), "zh").suggest(&run(20), "", Some("zh")), []);
    // So are seven words with blanks.
    let (six, seven) = ("one two three four five six", "one two three four five six seven");
    assert_eq!(codes(&made(six, "en").suggest(six, "", Some("en"))), ["1"]);
    assert_eq!(made(seven, "en").suggest(seven, "", Some("en")), []);
}

#[cfg(feature = "knowledge")]
#[test]
fn a_word_with_another_sense_suggests_nothing_alone() {
    let topics = SubjectSuggester::media_topics();
    let ambiguous = [
        "rebel",
        "summit",
        "church",
        "reactor",
        "coup",
        "gold",
        "bond",
        "vessel",
        "landslide",
        "cardinal",
        "tin",
        "school",
        "university",
        "newspaper",
        "takeover",
        "invasion",
        "surveillance",
    ];
    for word in ambiguous {
        let text = format!("There was something about a {word} in it.");
        assert_eq!(topics.suggest("", &text, Some("en")), [], "{word}");
        assert_eq!(topics.suggest(&format!("A {word}"), "", Some("en")), [], "{word}");
    }
    // What has one sense, or two words, is enough.
    let found = topics.suggest("", "The nuclear reactor was shut.", Some("en"));
    assert_eq!(codes(&found), ["20000265"]);
    assert_eq!(codes(&topics.suggest("", "A junta took power.", Some("en"))), ["20000070"]);
}

#[test]
fn no_suggester_is_without_a_name() {
    // The constant of the type itself is chosen where its bound holds.
    struct Of<T>(std::marker::PhantomData<T>);
    trait Otherwise {
        const HAS_DEFAULT: bool = false;
    }
    impl<T> Otherwise for Of<T> {}
    #[allow(dead_code)]
    impl<T: Default> Of<T> {
        const HAS_DEFAULT: bool = true;
    }
    let have = (Of::<String>::HAS_DEFAULT, Of::<SubjectSuggester>::HAS_DEFAULT);
    assert_eq!(have, (true, false));
    assert_eq!(SubjectSuggester::new("house:1").name(), "house:1");
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
