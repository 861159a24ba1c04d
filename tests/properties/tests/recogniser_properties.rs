//! Whatever a text is, the names found in it lie within it.

use newsdb::annotate::{Name, recognise_names};
use proptest::prelude::*;

/// What every answer keeps to: ranges of whole characters that begin and end with what is no
/// blank, in order, none within another, and a confidence that is a probability.
fn is_well_formed(text: &str, names: &[Name]) {
    let mut last = 0;
    for name in names {
        assert!(name.range.start >= last && name.range.start < name.range.end, "{name:?}");
        last = name.range.end;
        let words = text.get(name.range.clone()).expect("on character boundaries");
        assert_eq!(words, words.trim(), "{name:?}");
        assert!(!words.contains('\n'), "{words:?}");
        assert!((0.0..=1.0).contains(&name.confidence), "{name:?}");
    }
}

/// Words and marks that a newswire has, and some that it should not have.
const PIECES: &[&str] = &[
    "LONDON",
    "London",
    "John",
    "Smith",
    "O'Brien",
    "van",
    "der",
    "Berg",
    "U.N.",
    "U.S",
    "AT&T",
    "said",
    "the",
    "of",
    "and",
    "1996-08-30",
    "3-2",
    ",",
    ".",
    "(",
    ")",
    "-",
    "--",
    "'s",
    "’s",
    "'",
    "\"",
    "\n",
    "\n\n",
    "\t",
    "\u{a0}",
    "\u{200b}",
    "\u{200d}",
    "\u{301}",
    "ß",
    "İstanbul",
    "Ǆ",
    "ﬁ",
    "北京",
    "東京都",
    "서울",
    "Москва",
    "القاهرة",
    "עברית",
    "กรุงเทพ",
    "𝐀𝐁",
    "👩‍👩‍👧",
    "\u{feff}",
    "\u{0}",
    "&",
    "/",
    "St.",
    "Mr.",
    "J.",
    "X",
    "4-Michael",
    "Al-Ain",
    "McDonald",
    "eBay",
    "\u{e000}",
    "\u{202e}",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        is_well_formed(&text, &recognise_names(&text, "en"));
    }

    #[test]
    fn any_characters(text in any::<String>(), language in "[a-z]{0,3}(-[A-Z]{2})?") {
        is_well_formed(&text, &recognise_names(&text, &language));
    }

    #[test]
    fn pieces_of_newswire(
        pieces in prop::collection::vec((prop::sample::select(PIECES), any::<bool>()), 0..120)
    ) {
        let text: String =
            pieces.iter().flat_map(|(piece, blank)| [*piece, if *blank { " " } else { "" }]).collect();
        is_well_formed(&text, &recognise_names(&text, "en"));
    }

    /// Nothing is remembered between texts.
    #[test]
    fn the_same_text_has_the_same_names(text in "([A-Z][a-z]{1,8}[ ,.\n]){0,60}") {
        prop_assert_eq!(recognise_names(&text, "en"), recognise_names(&text, ""));
    }
}

/// No kind of text may take memory or time beyond its size.
#[test]
fn very_long_texts() {
    const MEGABYTE: usize = 1 << 20;
    let pieces =
        ["A", "A ", "Ab", "-", "'", ". ", ".'", "U.S.", "é", "北", "\u{301}", "1,", "of ", "A of "];
    for piece in pieces {
        let text = piece.repeat(2 * MEGABYTE / piece.len());
        is_well_formed(&text, &recognise_names(&text, "en"));
    }
    let no_blanks = "a".repeat(50 * MEGABYTE);
    assert!(recognise_names(&no_blanks, "en").is_empty());
    let line = "BRUSSELS, March 3 (AP) - NATO chief Javier Solana met Costas Simitis on Monday.\n";
    let news = line.repeat(50 * MEGABYTE / line.len());
    let names = recognise_names(&news, "en");
    is_well_formed(&news, &names);
    assert!(names.len() > news.lines().count());
}
