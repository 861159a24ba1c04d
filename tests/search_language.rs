//! The search language, the evaluator, snippets and the detection of languages, worked out by hand.
use newsdb::annotate::detect_language;
use newsdb::search::{Expression, Term, each_token, parse, snippet};

/// A compact notation: the plain alternative of each term, `&`, `|`, `!`.
fn show(expression: &Expression) -> String {
    let all = |parts: &[Expression], sign: &str| {
        format!("({})", parts.iter().map(show).collect::<Vec<_>>().join(sign))
    };
    match expression {
        Expression::Term(term) => {
            let plain = term.alternatives.last().unwrap().join("_");
            if term.prefix { plain + "*" } else { plain }
        }
        Expression::And(parts) => all(parts, " & "),
        Expression::Or(parts) => all(parts, " | "),
        Expression::Not(part) => format!("!{}", show(part)),
    }
}

#[track_caller]
fn reads(text: &str, expected: &str) {
    assert_eq!(show(&parse(text).unwrap().unwrap()), expected, "{text:?}");
}

#[track_caller]
fn refuses(text: &str, position: usize) {
    let error = parse(text).unwrap_err();
    assert_eq!(error.position, position, "{text:?}: {error}");
}

fn found(search: &str, language: Option<&str>, fields: &[&str]) -> bool {
    let fields: Vec<Vec<String>> = fields
        .iter()
        .map(|field| {
            let mut tokens = Vec::new();
            each_token(field, language, |token, _| tokens.push(token.to_owned()));
            tokens
        })
        .collect();
    parse(search).unwrap().unwrap().matches(&fields)
}

#[test]
fn blank_is_no_filter() {
    for text in ["", "  ", "\t\u{3000}\n"] {
        assert_eq!(parse(text), Ok(None));
    }
}

#[test]
fn operators_and_precedence() {
    reads("lithium", "lithium");
    reads("a b  c", "(a & b & c)");
    reads("a AND b", "(a & b)");
    reads("a OR b c OR d", "(a | (b & c) | d)");
    reads("(a OR b) c", "((a | b) & c)");
    reads("a -b NOT c -\"d e\" -(f OR g)", "(a & !b & !c & !d_e & !(f | g))");
    reads("and or not", "(and & or & not)");
    reads("\"AND\" x", "(and & x)");
    reads("((a))", "a");
    reads("a(b)", "(a & b)");
    reads("NOT NOT a", "a");
    reads("-a", "!a");
    reads("-a -b", "!(a | b)");
    reads("a (-b -c)", "(a & !(b | c))");
    reads("a AND NOT(b)", "(a & !b)");
}

#[test]
fn words_and_phrases() {
    reads("\"lithium mine\"", "lithium_mine");
    reads("“lithium mine” „b c“ «d e» »f g« \"h i”", "(lithium_mine & b_c & d_e & f_g & h_i)");
}

#[test]
fn what_is_written_together_is_a_phrase() {
    reads("multi-agent", "multi_agent");
    reads("用户身份", "用_户_身_份");
    reads("20.04-b", "20.04_b");
    reads("AT&T", "at&t");
    reads("צה\"ל", "צהל");
    reads("lith*", "lith*");
    reads("multi-ag*", "multi_ag*");
    reads("foo-*", "foo");
    reads("**foo!! * & - --bar", "(foo & !bar)");
}

#[test]
fn terms_have_an_english_and_a_plain_form() {
    let term = |text| match parse(text) {
        Ok(Some(Expression::Term(term))) => term,
        other => panic!("{other:?}"),
    };
    let strings = |lists: &[&[&str]]| -> Vec<Vec<String>> {
        lists.iter().map(|list| list.iter().map(|&token| token.to_owned()).collect()).collect()
    };
    assert_eq!(term("Mines").alternatives, strings(&[&["~mine"], &["mines"]]));
    assert_eq!(term("\"mines 20\"").alternatives, strings(&[&["~mine", "20"], &["mines", "20"]]));
    assert_eq!(term("2024"), Term { alternatives: strings(&[&["2024"]]), prefix: false });
    assert_eq!(term("用户").alternatives, strings(&[&["用", "户"]]));
    assert_eq!(
        term("Mines*"),
        Term { alternatives: strings(&[&["~mines"], &["mines"]]), prefix: true }
    );
    assert_eq!(term("\"mines*\"").alternatives, strings(&[&["~mine"], &["mines"]]));
}

#[test]
fn errors_have_a_place() {
    refuses("!!", 0);
    refuses("-", 0);
    refuses(")", 0);
    refuses("()", 1);
    refuses("a (b", 2);
    refuses("a) b", 1);
    refuses("a \"b", 2);
    refuses("a AND", 5);
    refuses("a OR ", 5);
    refuses("OR a", 0);
    refuses("AND a", 0);
    refuses("NOT", 3);
    refuses("(a OR) b", 5);
    refuses("a OR -b", 5);
    refuses("-a OR b", 0);
    refuses(":)", 1);
    assert_eq!(
        parse("OR").unwrap_err().to_string(),
        "OR needs a word before it (at byte 0 of the search)"
    );
}

#[test]
fn limits_are_named() {
    let nested = |depth| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&nested(64)).is_ok());
    assert!(parse(&nested(65)).unwrap_err().message.contains("64"));
    assert!(parse(&"NOT ".repeat(1000)).unwrap_err().message.contains("64"));
    assert!(parse(&"a ".repeat(256)).is_ok());
    let error = parse(&"a ".repeat(257)).unwrap_err();
    assert!(error.message.contains("256"));
    assert_eq!(error.position, 512);
    assert!(parse(&"a-b* ".repeat(16)).is_ok());
    let error = parse(&"a-b* ".repeat(17)).unwrap_err();
    assert!(error.message.contains("16 phrases"), "{error}");
    assert!(parse(&"a* \"a b\" ".repeat(100)).is_ok());
    assert!(parse(&"a".repeat(4096)).is_ok());
    assert!(parse(&"a".repeat(4097)).unwrap_err().message.contains("4096"));
}

#[test]
fn matching() {
    let text = ["Kazakhstan’s lithium mines open", "Mining began in the U.S. in 1,000 places."];
    for (search, expected) in [
        ("mine", true),
        ("\"lithium mine\"", true),
        ("\"mine lithium\"", false),
        ("lithium began", true),
        ("\"open mining\"", false), // not across fields
        ("lith*", true),
        ("\"kazakhstan lithium\"", true),
        ("gold OR us", true),
        ("lithium -gold", true),
        ("lithium -mines", false),
        ("-gold", true),
        ("-(gold OR 1000)", false),
    ] {
        assert_eq!(found(search, Some("en"), &text), expected, "{search}");
    }
    assert!(!found("mine", None, &text), "without a language words are what they are");
    assert!(found("mines", None, &text));
}

#[test]
fn positive_terms_in_order() {
    let expression = parse("a -b (c OR d*) -(e f)").unwrap().unwrap();
    let terms: Vec<_> =
        expression.terms().iter().map(|term| term.alternatives[0].join(" ")).collect();
    assert_eq!(terms, ["~a", "~c", "~d"]);
}

#[track_caller]
fn shows(fields: &[&str], search: &str, max_chars: usize, expected: &str) {
    let expression = parse(search).unwrap();
    let found = snippet(fields, Some("en"), expression.as_ref(), max_chars);
    assert!(found.text.chars().count() <= max_chars);
    assert_eq!(found.marked("[", "]"), expected);
}

#[test]
fn snippets() {
    let text = "One two three.\n\n  The lithium   mines\tof Kazakhstan opened yesterday, and more will follow soon.";
    shows(
        &[text],
        "mining",
        200,
        "One two three. The lithium [mines] of Kazakhstan opened yesterday, and more will follow soon.",
    );
    shows(&[text], "\"lithium mine\" open", 45, "…The [lithium mines] of Kazakhstan [opened]…");
    shows(&[text], "soon", 20, "…will follow [soon].");
    shows(&[text], "", 20, "One two three. The…");
    shows(&["", text], "absent", 20, "One two three. The…");
    shows(
        &["only lithium here", text],
        "lithium opened",
        45,
        "…The [lithium] mines of Kazakhstan [opened]…",
    );
    shows(&["only lithium here", text], "lithium -opened", 45, "only [lithium] here");
    shows(
        &["第一。北京的用户身份验证系统今天上线，大家都很高兴。"],
        "用户身份",
        12,
        "…北京的[用户身份]验证系…",
    );
    shows(&[], "a", 20, "");
    shows(&[text], "mines", 0, "");
}

#[test]
fn marks_do_not_overlap() {
    shows(&["lithium mines"], "\"lithium mines\" mines lith*", 80, "[lithium mines]");
    shows(&["lithium mines"], "lithium mines", 80, "[lithium] [mines]");
}

#[test]
fn a_long_text_is_read_at_its_beginning() {
    let text = "word ".repeat(3 << 20) + "needle";
    let found = snippet(&[&text], Some("en"), parse("needle").unwrap().as_ref(), 20);
    assert_eq!(found.text, "word word word…");
    assert!(found.marks.is_empty());
}

#[test]
fn languages_are_detected() {
    for (text, expected) in [
        (
            "The government of Kazakhstan said on Monday that it would open a new lithium mine in the east of the country.",
            Some("en"),
        ),
        (
            "Die Regierung hat am Montag erklärt, dass sie im Osten des Landes eine neue Mine für das Metall öffnen wird.",
            Some("de"),
        ),
        (
            "Le gouvernement a annoncé lundi que la nouvelle mine de lithium ouvrira dans l'est du pays.",
            Some("fr"),
        ),
        (
            "Правительство объявило об открытии новой шахты на востоке страны в понедельник.",
            Some("ru"),
        ),
        ("Уряд оголосив про відкриття нової шахти на сході країни у понеділок.", Some("uk")),
        ("政府は月曜日に新しい鉱山を開くと発表した。", Some("ja")),
        ("政府星期一宣布将在该国东部开设一座新矿。", Some("zh")),
        ("정부는 월요일에 새 광산을 열 것이라고 밝혔다.", Some("ko")),
        ("Η κυβέρνηση ανακοίνωσε τη Δευτέρα", Some("el")),
        ("รัฐบาลประกาศเมื่อวันจันทร์", Some("th")),
        // Swahili is not known here, and is not to be taken for another language.
        (
            "Serikali ilitangaza siku ya Jumatatu kwamba itafungua mgodi mpya katika mashariki mwa nchi.",
            None,
        ),
        ("OK", None),
        ("12345 !!!", None),
        ("", None),
    ] {
        assert_eq!(
            detect_language(text).map(|found| found.language).as_deref(),
            expected,
            "{text}"
        );
    }
}
