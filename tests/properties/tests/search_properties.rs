//! What must hold for every text: tokens, the search language, snippets.

use newsdb::search::{Expression, each_token, fold, parse, snippet};
use proptest::prelude::*;

fn tokens(text: &str, language: Option<&str>) -> Vec<String> {
    let mut tokens = Vec::new();
    each_token(text, language, |token, _| tokens.push(token.to_owned()));
    tokens
}

/// Full-width forms fold to ASCII, by the path that all other characters take.
fn full_width(text: &str) -> String {
    let wide = |c: char| match c {
        '!'..='~' => char::from_u32(c as u32 + 0xFEE0).unwrap(),
        _ => c,
    };
    text.chars().map(wide).collect()
}

/// Words of text with all that the rules speak of, far more often than chance would give it.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zA-Z]{1,8}",
        2 => "[0-9]{1,4}",
        3 => "[.,&'+#\"()*_ -]{1,2}",
        1 => "[’“”„«»™½ßéйёŁ\u{301}\u{306}\u{3099}\u{200c}\u{ad}]",
        1 => "[用户身份かガー서울ก็าאبيی]{1,4}",
        1 => "[\u{1100}-\u{1112}\u{1161}-\u{1175}\u{11a8}-\u{11c2}]{1,3}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

fn search() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => "[a-c]{1,2}",
        2 => Just("用户".to_owned()),
        4 => Just(" ".to_owned()),
        3 => prop_oneof![Just(" OR "), Just(" AND "), Just(" NOT "), Just(" -"), Just("*"), Just("-"), Just("!")].prop_map(str::to_owned),
        3 => "[()\"“”]",
    ];
    prop_oneof![
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat()),
        text(),
        any::<String>()
    ]
}

fn well_formed(expression: &Expression) -> bool {
    let negative = |part: &Expression| matches!(part, Expression::Not(_));
    match expression {
        Expression::Term(term) => {
            !term.alternatives.is_empty()
                && term.alternatives.iter().all(|tokens| !tokens.is_empty())
        }
        Expression::And(parts) => {
            parts.len() > 1 && !parts.iter().all(negative) && parts.iter().all(well_formed)
        }
        Expression::Or(parts) => {
            parts.len() > 1 && !parts.iter().any(negative) && parts.iter().all(well_formed)
        }
        Expression::Not(part) => !negative(part) && well_formed(part),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn tokens_are_safe_and_in_order(text in prop_oneof![text(), any::<String>()], english: bool) {
        let mut last = 0;
        each_token(&text, english.then_some("en"), |token, range| {
            assert!(!token.is_empty() && token.len() <= 65);
            assert!(token.chars().all(|c| !c.is_ascii() || c.is_ascii_lowercase() || c.is_ascii_digit() || "~&+#.".contains(c)), "{token:?}");
            assert!(token.chars().any(char::is_alphanumeric) || !token.is_ascii(), "{token:?}");
            assert!(!token.contains(char::is_whitespace));
            assert!(range.start >= last && text.get(range.clone()).is_some_and(|source| !source.is_empty()), "{range:?}");
            last = range.start;
        });
    }

    #[test]
    fn ascii_and_other_characters_meet_the_same_rules(text in "[a-cA-Cs0-3.,&'+#\"_ -]{0,40}") {
        prop_assert_eq!(tokens(&text, None), tokens(&full_width(&text), None));
    }

    #[test]
    fn ascii_and_other_characters_meet_the_same_rules_throughout(text in "[ -~\t\n]{0,60}") {
        prop_assert_eq!(tokens(&text, None), tokens(&full_width(&text), None));
    }

    #[test]
    fn folding_is_stable(text in prop_oneof![text(), any::<String>()]) {
        let folded = fold(&text);
        prop_assert_eq!(fold(&folded), folded);
    }

    #[test]
    fn a_token_is_its_own_token(text in text()) {
        for token in tokens(&text, None) {
            prop_assert_eq!(tokens(&token, None), [token]);
        }
    }

    /// Any substring of 1 to 6 characters is a phrase of the text, and nothing else is.
    #[test]
    fn scripts_without_blanks_are_searched_by_substring(
        text in prop_oneof!["[用户身份一]{1,12}", "[かガきヽーン]{1,12}", "[서울한국]{1,12}", "[กขา็่เ]{1,12}", "[កខ្ា]{1,12}", "[ကခ္ာ]{1,12}", "[ກຂາ່ເ]{1,12}"],
        start in 0_usize..12,
        length in 1_usize..7,
        other in prop_oneof!["[用户身份一]{1,6}", "[かガきヽーン]{1,6}", "[서울한국]{1,6}", "[กขา็่เ]{1,6}"],
    ) {
        let document = [tokens(&text, Some("zh"))];
        let part: String = text.chars().skip(start).take(length).collect();
        for query in [part, other] {
            if let Some(expression) = parse(&query).unwrap() {
                prop_assert_eq!(expression.matches(&document), text.contains(&query), "{} in {}", query, text);
            }
        }
    }

    #[test]
    fn any_text_is_a_search_or_an_error_with_its_place(text in search()) {
        match parse(&text) {
            Ok(Some(expression)) => prop_assert!(well_formed(&expression), "{:?}", expression),
            Ok(None) => prop_assert!(text.trim().is_empty()),
            Err(error) => {
                prop_assert!(text.is_char_boundary(error.position), "{}", error);
                prop_assert!(!error.message.is_empty());
            }
        }
    }

    #[test]
    fn a_text_is_found_by_its_own_words(text in text(), english: bool) {
        let language = english.then_some("en");
        let document = [tokens(&text, language)];
        let quoted = format!("\"{}\"", text.replace(['"', '“', '”', '«', '»'], " "));
        if let Ok(Some(expression)) = parse(&quoted) && !text.contains(['"', '“', '”', '«', '»', '״']) {
            prop_assert!(expression.matches(&document));
        }
    }

    #[test]
    fn snippets_keep_to_their_bounds(fields in prop::collection::vec(text(), 0..3), search in search(), max_chars in 0_usize..60, english: bool) {
        let Ok(expression) = parse(&search) else { return Ok(()) };
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let found = snippet(&fields, english.then_some("en"), expression.as_ref(), max_chars);
        prop_assert!(found.text.chars().count() <= max_chars);
        let mut end = 0;
        for mark in &found.marks {
            prop_assert!(mark.start >= end && mark.end > mark.start && found.text.get(mark.clone()).is_some());
            end = mark.end;
        }
        prop_assert_eq!(found.marked("", ""), found.text);
    }

    /// Where one field shows the whole text, a found term is a marked one.
    #[test]
    fn what_matches_is_marked(text in text(), search in search()) {
        let Ok(Some(expression)) = parse(&search) else { return Ok(()) };
        let any = expression.terms().iter().any(|term| Expression::Term((*term).clone()).matches(&[tokens(&text, None)]));
        prop_assert_eq!(any, !snippet(&[&text], None, Some(&expression), 10_000).marks.is_empty());
    }
}
