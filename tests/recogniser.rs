//! Names in text by the statistical recogniser.

use newsdb::annotate::{NameKind, recognise_names};

fn found(text: &str) -> Vec<(&str, NameKind)> {
    recognise_names(text, "en").into_iter().map(|name| (&text[name.range], name.kind)).collect()
}

#[test]
fn names_that_no_list_has() {
    let text = "Wilhelmina Skarsgaardsen, who chairs Plovmand Holdings Corp, met Prime Minister \
                Osric Babatundewala in Oslo on Monday.";
    assert_eq!(
        found(text),
        [
            ("Wilhelmina Skarsgaardsen", NameKind::Person),
            ("Plovmand Holdings Corp", NameKind::Organisation),
            ("Osric Babatundewala", NameKind::Person),
            ("Oslo", NameKind::Place),
        ]
    );
}

#[test]
fn headlines_in_capitals_and_datelines() {
    let text = "GERMANY, FRANCE SIGN TRADE PACT\n\
                BERLIN, March 3 (AP) - Germany and France signed a trade pact on Monday.";
    let places: Vec<_> =
        found(text).into_iter().filter(|(_, kind)| *kind == NameKind::Place).collect();
    let place = |name| (name, NameKind::Place);
    assert_eq!(
        places,
        [place("GERMANY"), place("FRANCE"), place("BERLIN"), place("Germany"), place("France")]
    );
}

#[test]
fn a_title_is_not_part_of_a_name_and_days_are_none() {
    let text = "President Barack Obama spoke on Tuesday, May 3, and Mr. Obama left in July.";
    assert_eq!(found(text), [("Barack Obama", NameKind::Person), ("Obama", NameKind::Person)]);
}

#[test]
fn a_region_of_english_is_english_and_other_languages_are_left_alone() {
    let text = "Angela Merkel said on Monday that she would visit Paris.";
    assert_eq!(recognise_names(text, "en-GB"), recognise_names(text, "en"));
    assert_eq!(recognise_names(text, "EN_us"), recognise_names(text, "en"));
    assert_eq!(recognise_names(text, ""), recognise_names(text, "en"));
    assert!(recognise_names(text, "de").is_empty());
}

#[test]
fn empty_and_blank_texts_have_no_names() {
    assert!(recognise_names("", "en").is_empty());
    assert!(recognise_names(" \n\t\u{a0}\n", "en").is_empty());
}
