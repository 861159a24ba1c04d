//! Names in text by the statistical recogniser.

use newsdb::annotate::{NameKind, recognise_names};
use std::ops::Range;

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
fn what_is_sure_at_one_place_decides_at_another() {
    use NameKind::{Organisation, Person, Place};
    let text = "Wilhelmina Skarsgaardsen, who chairs Plovmand Holdings Corp, came to Oslo on Monday. \
                Skarsgaardsen said it would grow.";
    assert_eq!(found(text).last(), Some(&("Skarsgaardsen", Person)));
    let text = "The Upper Velian Grain Board (UVGB) met in Tarnow on Monday. Farmers trust UVGB.";
    assert_eq!(
        found(text),
        [
            ("Upper Velian Grain Board", Organisation),
            ("UVGB", Organisation),
            ("Tarnow", Place),
            ("UVGB", Organisation),
        ]
    );
}

#[test]
fn the_head_of_a_name_tells_what_it_is() {
    use NameKind::{Organisation, Other, Place};
    for (text, names) in [
        ("He won the Grand Tarnow Award in 1997.", &[("Grand Tarnow Award", Other)][..]),
        ("They skated at Odeon Skating Rink.", &[("Odeon Skating Rink", Place)]),
        ("She has a diploma from the College of Lund.", &[("College of Lund", Organisation)]),
        ("He was lent money by the Bank of\nTokyo.", &[("Bank of\nTokyo", Organisation)]),
        (
            "The Velia Dairy Confederation (VEDACON) met. Few trust Vedacon.",
            &[
                ("Velia Dairy Confederation", Organisation),
                ("VEDACON", Organisation),
                ("Vedacon", Organisation),
            ],
        ),
        ("The Soviet Union was large.", &[("Soviet Union", Place)]),
    ] {
        assert_eq!(found(text), names, "{text}");
    }
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

/// A text in which names are marked as `[P Ada Berg]`: without the marks, and its people,
/// organisations and places.
fn unmarked(marked: &str) -> (String, Vec<(Range<usize>, NameKind)>) {
    let (mut text, mut names) = (String::new(), Vec::new());
    for piece in marked.split_inclusive(']') {
        let Some((before, name)) = piece.trim_end_matches(']').split_once('[') else {
            text.push_str(piece);
            continue;
        };
        text.push_str(before);
        let (label, name) = name.split_once(' ').unwrap();
        let range = text.len()..text.len() + name.len();
        text.push_str(name);
        names.extend(match label {
            "P" => Some((range, NameKind::Person)),
            "O" => Some((range, NameKind::Organisation)),
            "L" => Some((range, NameKind::Place)),
            _ => None,
        });
    }
    (text, names)
}

/// Headlines in capitals, results, tables, datelines, companies' figures: invented, marked by hand,
/// and no text that the model was trained on. Shown with `cargo test recogniser::newswire -- --nocapture`.
#[test]
fn newswire_is_read_nearly_as_people_mark_it() {
    let kinds = [NameKind::Person, NameKind::Organisation, NameKind::Place];
    let mut counts = [[0.0; 3]; 3];
    for marked in include_str!("fixtures/newswire.txt").split("\n\n") {
        let (text, names) = unmarked(marked);
        let found = recognise_names(&text, "en").into_iter().map(|name| (name.range, name.kind));
        let found: Vec<_> = found.collect();
        for (kind, [right, all, wanted]) in kinds.into_iter().zip(&mut counts) {
            let of_kind = |names: &[(Range<usize>, NameKind)]| {
                names.iter().filter(|name| name.1 == kind).cloned().collect::<Vec<_>>()
            };
            let (found, names) = (of_kind(&found), of_kind(&names));
            *right += found.iter().filter(|name| names.contains(name)).count() as f64;
            *all += found.len() as f64;
            *wanted += names.len() as f64;
        }
    }
    for (kind, [right, all, wanted]) in kinds.into_iter().zip(counts) {
        println!("{kind:?}: {right} right of {all} found and {wanted} marked");
        assert!(2.0 * right / (all + wanted) > 0.85, "{kind:?}");
    }
}
