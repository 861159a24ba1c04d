//! Quotations with their speakers, amounts with their units, dates that are mentioned.

#![cfg(feature = "knowledge")]

use newsdb::annotate::{
    Amount, MentionedDate, Quotation, SubjectSuggester, annotate, annotate_published,
};
use newsdb::{
    Annotation, Cancel, Field, IngestOptions, Limits, NewArticle, NewsDb, Options, Query,
    ReannotateOptions, formats,
};
use serde::de::DeserializeOwned;
use serde_json::json;
use std::sync::Arc;

fn values<T: DeserializeOwned>(said: &[Annotation], kind: &str, text: &str) -> Vec<(String, T)> {
    let of_kind = said.iter().filter(|said| said.kind == kind);
    let values = of_kind.map(|said| {
        let span = said.span.as_ref().unwrap();
        let words = text[span.start..span.end].to_owned();
        (words, serde_json::from_value(said.value.clone()).unwrap())
    });
    values.collect()
}

/// Words, speaker and verb of the quotations of a text.
fn quotations(text: &str, language: &str) -> Vec<(String, Option<String>, Option<String>)> {
    let found = annotate(text, Some(language));
    values::<Quotation>(&found.details, "quotation", text)
        .into_iter()
        .map(|(words, said)| (words, said.speaker.map(|speaker| speaker.name), said.verb))
        .collect()
}

#[test]
fn quotations_have_words_speaker_and_verb() {
    for (language, text, words, speaker, verb) in [
        ("en", "“We will rebuild,” Anna Berg said.", "We will rebuild,", "Anna Berg", "said"),
        ("en", "\"No,\" said Anna Berg, the mayor.", "No,", "Anna Berg", "said"),
        ("en", "Anna Berg, the mayor, said: \"It opens.\"", "It opens.", "Anna Berg", "said"),
        (
            "en",
            "The mayor called it ready. “It opens,” a spokesman for the port told reporters.",
            "It opens,",
            "a spokesman for the port",
            "told",
        ),
        (
            "en",
            "‘We back the workers’ rights,’ said Anna Berg.",
            "We back the workers’ rights,",
            "Anna Berg",
            "said",
        ),
        (
            "en",
            "Anna Berg was there. “It opens in May,” she added.",
            "It opens in May,",
            "Anna Berg",
            "added",
        ),
        (
            "en",
            "It was “a beautiful graph”, according to Anna Berg.",
            "a beautiful graph",
            "Anna Berg",
            "according to",
        ),
        (
            "de",
            "„Die Brücke ist offen“, sagte Angela Merkel.",
            "Die Brücke ist offen",
            "Angela Merkel",
            "sagte",
        ),
        (
            "fr",
            "« Le pont est ouvert », a déclaré Emmanuel Macron.",
            "Le pont est ouvert",
            "Emmanuel Macron",
            "déclaré",
        ),
    ] {
        let found = quotations(text, language);
        let expected = (speaker, verb);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        let (found, by, with) = &found[0];
        assert_eq!(found.trim(), words, "{text}");
        assert_eq!(
            (by.as_deref().unwrap_or(""), with.as_deref().unwrap_or("")),
            expected,
            "{text}"
        );
    }
}

#[test]
fn a_quotation_goes_on_after_its_speaker_and_over_paragraphs() {
    let text = "“It smells of grass,” Anna Berg said. “I had forgotten that smell.”";
    let found = quotations(text, "en");
    let speakers: Vec<_> = found.iter().map(|(_, by, _)| by.as_deref()).collect();
    assert_eq!(speakers, [Some("Anna Berg"); 2]);
    let text = "“We worked for a year and nobody paid.\n\n“Now they will pay,” Anna Berg said.";
    let found = quotations(text, "en");
    let found: Vec<_> =
        found.iter().map(|(words, by, _)| (words.as_str(), by.as_deref())).collect();
    let by = Some("Anna Berg");
    assert_eq!(found, [("We worked for a year and nobody paid.", by), ("Now they will pay,", by)]);
}

#[test]
fn titles_scare_quotes_and_open_marks_are_no_quotations() {
    for text in [
        "Anna Berg said that “The Great Bridge” is her favourite film.",
        "Anna Berg said the “so-called” bridge stays shut.",
        "Critics of the “green wall of the north” were few.",
        "Anna Berg said: “We will rebuild it all.\n\nThe council agreed.",
        "The 6'2\" keeper said nothing to the press.",
    ] {
        assert_eq!(quotations(text, "en"), [], "{text}");
    }
}

#[test]
fn amounts_have_a_number_a_unit_and_the_end_of_a_range() {
    for (language, text, words, amount, to, unit) in [
        ("en", "It cost $3.5 million.", "$3.5 million", 3.5e6, None, "USD"),
        ("en", "It cost £2bn then.", "£2bn", 2e9, None, "GBP"),
        ("en", "They paid 5.3 million euros.", "5.3 million euros", 5.3e6, None, "EUR"),
        ("en", "Loans of 120 mln dlrs were made.", "120 mln dlrs", 1.2e8, None, "USD"),
        (
            "en",
            "A sum of 1.2 billion Canadian dollars.",
            "1.2 billion Canadian dollars",
            1.2e9,
            None,
            "CAD",
        ),
        ("en", "Shares fell 1-1/2 pct.", "1-1/2 pct", 1.5, None, "percent"),
        ("en", "Up 5% today.", "5%", 5.0, None, "percent"),
        ("en", "A share of seven per cent.", "seven per cent", 7.0, None, "percent"),
        ("en", "From 5 to 10 percent of it.", "5 to 10 percent", 5.0, Some(10.0), "percent"),
        ("en", "It needs $5-$10 million.", "$5-$10 million", 5e6, Some(1e7), "USD"),
        ("en", "Some 1,234,567 tonnes of ore.", "1,234,567 tonnes", 1_234_567.0, None, "tonne"),
        (
            "en",
            "Output of 2.5 mln barrels per day.",
            "2.5 mln barrels per day",
            2.5e6,
            None,
            "barrel-per-day",
        ),
        ("en", "They ran 10km at dawn.", "10km", 10.0, None, "kilometre"),
        ("en", "Twenty-five more people came.", "Twenty-five more people", 25.0, None, "person"),
        ("de", "Sie zahlt 1.300,50 Euro im Jahr.", "1.300,50 Euro", 1300.5, None, "EUR"),
    ] {
        let found = annotate(text, Some(language));
        let found = values::<Amount>(&found.details, "amount", text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        let (found, value) = &found[0];
        assert_eq!((found.as_str(), value.unit.as_str()), (words, unit), "{text}");
        assert_eq!((value.amount, value.to), (amount, to), "{text}");
    }
}

#[test]
fn numbers_without_a_unit_and_ages_are_no_amounts() {
    for text in
        ["The F-16 came 20th of 40.", "A man 60 years old, born in 1964.", "At 12:30 the G7 met."]
    {
        let found = annotate(text, Some("en"));
        assert_eq!(values::<Amount>(&found.details, "amount", text), [], "{text}");
    }
}

#[test]
fn dates_are_resolved_from_the_day_of_publication() {
    // 12 June 2024 is a Wednesday, in the ISO week 24.
    let published = "2024-06-12T23:30:00+03:00".parse().ok();
    for (language, text, words, date) in [
        ("en", "It opened on Tuesday.", "Tuesday", "2024-06-11"),
        ("en", "It opened on Wednesday.", "Wednesday", "2024-06-12"),
        ("en", "It will open on Friday.", "Friday", "2024-06-14"),
        ("en", "She will resign, she said on Monday.", "Monday", "2024-06-10"),
        ("en", "They met last Wednesday.", "Wednesday", "2024-06-05"),
        ("en", "They met yesterday.", "yesterday", "2024-06-11"),
        ("en", "It rained last week.", "last week", "2024-W23"),
        ("en", "It rained next month.", "next month", "2024-07"),
        ("en", "It shut last year.", "last year", "2023"),
        ("en", "It shut three years ago.", "three years ago", "2021"),
        ("en", "It opens 12 May 2025 again.", "12 May 2025", "2025-05-12"),
        ("en", "It opens on March 3.", "March 3", "2024-03-03"),
        ("en", "It opened on 20 December.", "20 December", "2023-12-20"),
        ("en", "In May 2021 it shut.", "May 2021", "2021-05"),
        ("en", "It opens in August.", "August", "2024-08"),
        ("en", "Built in 1961, it shut.", "1961", "1961"),
        ("en", "It was built in the 1930s.", "1930s", "193X"),
        ("en", "The file of 2021-03-04 is lost.", "2021-03-04", "2021-03-04"),
        ("de", "Er kam am Dienstag.", "Dienstag", "2024-06-11"),
        ("fr", "Il est venu le 3 avril 2021.", "3 avril 2021", "2021-04-03"),
    ] {
        let found = annotate_published(text, Some(language), published);
        let found = values::<MentionedDate>(&found.details, "date", text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!((found[0].0.as_str(), found[0].1.date.as_str()), (words, date), "{text}");
    }
    let week = annotate_published("It rained last week.", Some("en"), published);
    let week = &values::<MentionedDate>(&week.details, "date", "It rained last week.")[0].1;
    // Monday and Sunday before.
    assert_eq!(
        (week.from.to_string(), week.to.to_string()),
        ("2024-06-03".into(), "2024-06-09".into())
    );
    // Without a day of publication only what stands there whole.
    let text = "On Tuesday, unlike 12 May 2025, may march on.";
    let found = annotate(text, Some("en"));
    let found = values::<MentionedDate>(&found.details, "date", text);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].1.date, "2025-05-12");
}

#[test]
fn hostile_texts_give_right_ranges_and_no_more_than_a_thousand_of_a_kind() {
    let pieces = [
        "\"",
        "“",
        "“a ”",
        "‘a’",
        "\" said \"",
        "$5 to ",
        "between $5 and ",
        "1,111,",
        "1-1/",
        "May ",
        "12 May ",
        "Monday ",
        "12/12/",
        "according to \"",
        "x“\n\n",
        "2024 in ",
        "５％ ",
        "1\u{a0}%\u{a0}",
        "\"One two three four.\" ",
        "999999999999 million million million ",
    ];
    for piece in pieces {
        let text = piece.repeat(40_000 / piece.len());
        let published = "2024-06-12".parse().ok();
        let found = annotate_published(&text, Some("en"), published).details;
        for said in &found {
            let span = said.span.as_ref().unwrap();
            assert!(
                text.get(span.start..span.end).is_some_and(|words| !words.is_empty()),
                "{piece}"
            );
        }
        for kind in ["quotation", "amount", "date"] {
            assert!(found.iter().filter(|said| said.kind == kind).count() <= 1_000, "{piece}");
        }
    }
}

/// What is found in a text takes room in proportion to it: nothing long is said over and over.
#[test]
fn hostile_texts_take_room_in_proportion_to_their_length() {
    let said = "“We will rebuild it all,” said ";
    let more = "“We will rebuild it again.” ";
    let half = |piece: &str, length: usize| piece.repeat(length / 2 / piece.len());
    let text = |kind: &str, length: usize| match kind {
        "one quotation mark" => "\"".repeat(length),
        "digits" => "7".repeat(length),
        "no blanks" => "a".repeat(length),
        "said" => half("said ", 2 * length),
        // Long words that speak, and who goes on speaking.
        "long speaker" => format!("{said}{}. {}", half("x", length), half(more, length)),
        "long named speaker" => {
            format!("{said}Anna X{}. {}", half("x", length), half(more, length))
        }
        "long source" => {
            half(&format!("“It is done,” according {} ", half("x", length / 8)), 2 * length)
        }
        "long surname" => {
            format!("Anna B{} spoke. {}", half("b", length), half("Anna said. ", length))
        }
        _ => format!("{} Berg spoke. {}", half("Anna ", length), half("Berg said. ", length)),
    };
    for kind in [
        "one quotation mark",
        "digits",
        "no blanks",
        "said",
        "long speaker",
        "long named speaker",
        "long source",
        "long surname",
        "many names",
    ] {
        let room = |length: usize| {
            let found = annotate(&text(kind, length), Some("en"));
            let details = serde_json::to_string(&found.details).unwrap().len();
            details + serde_json::to_string(&found.mentions).unwrap().len()
        };
        let (once, twice) = (room(20_000), room(40_000));
        assert!(twice <= 3 * once, "{kind}: {once} bytes, then {twice}");
    }
}

#[test]
fn details_are_stored_replaced_and_come_back_from_an_export() {
    let db = Options::new().details(true).open_temporary().unwrap();
    let article = |body: &str| {
        let article = NewArticle::new("wire").id("1").headline("Bridge").language("en").body(body);
        article.published("2024-06-12T08:00:00Z".parse().unwrap())
    };
    let kept = |db: &NewsDb| db.article_by_uri("newsdb:wire/1").unwrap().unwrap().annotations;
    db.insert(article("“It cost $5,” said Anna Berg on Tuesday.")).unwrap();
    let kinds = |said: &[Annotation]| said.iter().map(|said| said.kind.clone()).collect::<Vec<_>>();
    let first = kept(&db);
    assert_eq!(kinds(&first), ["amount", "date", "quotation"]);
    assert!(first.iter().all(|said| said.span.as_ref().unwrap().field == Field::Body));
    assert!(first.iter().all(|said| said.annotator.starts_with("details:")));
    assert_eq!(db.reannotate(ReannotateOptions::new()).unwrap().changed, 0);

    let mut lines = Vec::new();
    db.export_jsonl(&Query::new(), &mut lines).unwrap();
    let other = Options::new().details(true).open_temporary().unwrap();
    let lines = std::io::Cursor::new(lines);
    let report = other.ingest(formats::read(lines, "lines", None, &Default::default())).unwrap();
    assert_eq!(report.inserted, 1);
    assert_eq!(kept(&other), first);

    db.insert(article("Nothing is said of it any more.")).unwrap();
    assert_eq!(kept(&db), []);
}

#[test]
fn a_file_remembers_what_it_was_told_to_look_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let article = |body: &str| {
        NewArticle::new("wire")
            .id("1")
            .headline("Central bank raises interest rate")
            .language("en")
            .body(body)
    };
    let said = |db: &NewsDb| {
        let article = db.article_by_uri("newsdb:wire/1").unwrap().unwrap();
        let said = article.annotations.into_iter();
        said.map(|said| said.value.get("amount").or(said.value.get("code")).cloned().unwrap())
            .collect::<Vec<_>>()
    };
    let told = Options::new().details(true).suggest_subjects(true).open(&path).unwrap();
    told.insert(article("The bank spent $5.")).unwrap();
    let first = said(&told);
    assert_eq!(first, [json!(5.0), json!("20000371")], "an amount, and the topic interest rate");
    // One that was opened before, and one of another program.
    told.insert(article("In the end the bank spent $7.")).unwrap();
    assert_eq!(said(&told), [json!(7.0), json!("20000371")]);
    let other = NewsDb::open(&path).unwrap();
    other.ingest([article("After all the bank had spent $9.")]).unwrap();
    assert_eq!(said(&other), [json!(9.0), json!("20000371")]);
    assert_eq!(other.reannotate(ReannotateOptions::new()).unwrap().changed, 0);

    let again = Options::new().details(false).open(&path).unwrap();
    again.insert(article("Nobody knows why the bank spent $11.")).unwrap();
    assert_eq!(said(&again), [json!("20000371")]);
    drop(again);
    Options::new().suggest_subjects(false).open(&path).unwrap();
    // What a file is told holds for all who have it open.
    told.insert(article("It was the bank that spent $13.")).unwrap();
    assert!(said(&told).is_empty());
    assert!(other.check(&Cancel::new()).unwrap().is_clean());
}

#[test]
fn an_item_that_brings_suggestions_and_a_caller_who_makes_them_do_not_double_them() {
    let db = Options::new().suggest_subjects(true).open_temporary().unwrap();
    let article = |id: &str| {
        NewArticle::new("wire").id(id).headline("Central bank raises interest rate").language("en")
    };
    db.insert(article("1")).unwrap();
    let mut lines = Vec::new();
    db.export_jsonl(&Query::new(), &mut lines).unwrap();
    let copy = Options::new().suggest_subjects(true).open_temporary().unwrap();
    let lines = std::io::Cursor::new(lines);
    copy.ingest(formats::read(lines, "lines", None, &Default::default())).unwrap();
    let topics = Arc::new(SubjectSuggester::media_topics());
    copy.ingest_with([article("2")], IngestOptions::new().annotator(topics)).unwrap();
    for uri in ["newsdb:wire/1", "newsdb:wire/2"] {
        let article = copy.article_by_uri(uri).unwrap().unwrap();
        assert_eq!(article.annotations.len(), 1, "{uri}: {:?}", article.annotations);
    }
}

/// What was marked by hand (`tests/fixtures/details/README.md`) against what is found: of each kind
/// how many are right, found and marked. Shown with `cargo test details::marked -- --nocapture`.
#[test]
fn marked_texts_are_read_as_people_read_them() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/details");
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/sample-news");
    let gold = std::fs::read_to_string(format!("{folder}/gold.txt")).unwrap();
    let kinds = ["quotation", "speaker", "amount", "date"];
    let mut scores = [[0_usize; 3]; 4];
    for block in gold.split("== ").filter(|block| !block.trim().is_empty()) {
        let (head, marks) = block.split_once('\n').unwrap();
        let [name, published, language] = head.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{head}")
        };
        let text =
            [folder, samples].map(|folder| std::fs::read_to_string(format!("{folder}/{name}")));
        let text = text.into_iter().find_map(Result::ok).unwrap();
        let mut marked: Vec<(&str, String, String)> = Vec::new();
        for line in marks.lines() {
            let (mark, words) = line.split_once(" | ").unwrap();
            let (kind, value) = mark.split_once(' ').unwrap();
            let mut mark =
                |kind, value: &str| marked.push((kind, value.to_owned(), words.to_owned()));
            match kind {
                "Q" => {
                    mark("quotation", "");
                    mark("speaker", value);
                }
                "A" => mark("amount", value),
                _ => mark("date", value),
            }
        }
        let said = annotate_published(&text, Some(language), published.parse().ok()).details;
        let mut found = Vec::new();
        for (words, quotation) in values::<Quotation>(&said, "quotation", &text) {
            found.push(("quotation", String::new(), words.clone()));
            found.extend(quotation.speaker.map(|speaker| ("speaker", speaker.name, words)));
        }
        for (words, amount) in values::<Amount>(&said, "amount", &text) {
            found.push(("amount", format!("{} {}", amount.amount, amount.unit), words));
        }
        for (words, date) in values::<MentionedDate>(&said, "date", &text) {
            found.push(("date", date.date, words));
        }
        for (kind, [right, all, gold]) in kinds.iter().zip(&mut scores) {
            *gold += marked.iter().filter(|mark| mark.0 == *kind).count();
            for mark in found.iter().filter(|mark| mark.0 == *kind) {
                *all += 1;
                match marked.iter().position(|marked| marked == mark) {
                    Some(at) => {
                        marked.remove(at);
                        *right += 1;
                    }
                    None => println!("{name}  wrong   {mark:?}"),
                }
            }
        }
        marked.iter().for_each(|mark| println!("{name}  missed  {mark:?}"));
    }
    for (kind, [right, all, gold]) in kinds.iter().zip(scores) {
        println!("{kind:<10} {right} right of {all} found and {gold} marked");
        assert!(right * 10 >= all.max(gold) * 6, "{kind}");
    }
}

#[test]
fn details_that_are_left_out_are_told() {
    let db = Options::new().details(true).open_in_memory().unwrap();
    let article = NewArticle::new("wire").id("1").headline("Bridge").language("en");
    let article = article.body("It cost $5, then $6, then $7 and at last $8.");
    let limits = Limits { mentions: 3, ..Limits::default() };
    let report = db.ingest_with([article], IngestOptions::new().limits(limits)).unwrap();
    assert_eq!(db.article_by_uri("newsdb:wire/1").unwrap().unwrap().annotations.len(), 3);
    assert_eq!((report.inserted, report.faults), (1, 1));
    assert!(report.faulty[0].reason.starts_with("1 "), "{}", report.faulty[0].reason);
}
