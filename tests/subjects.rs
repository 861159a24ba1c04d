//! Lists of subjects: names in all languages, and parents that find what is part of them.

use newsdb::{Dimension, Limits, NewArticle, NewsDb, Query, Subject, formats::read_subjects};

fn load(db: &NewsDb, list: &'static str) -> Vec<(u64, String)> {
    let report = db.import_subjects(read_subjects(list.as_bytes(), "list", &Limits::default()));
    let refused = report.unwrap().rejections.into_iter();
    refused.map(|r| (r.place.line.unwrap(), r.reason.to_string())).collect()
}

fn article(id: &str, scheme: &str, codes: &[&str]) -> NewArticle {
    let mut article = NewArticle::new("wire").id(id).headline(format!("Item {id}"));
    let subject = |code: &&str| Subject { scheme: Some(scheme.into()), ..Subject::new(*code) };
    article.subjects = codes.iter().map(subject).collect();
    article
}

fn count(db: &NewsDb, subject: &str) -> u64 {
    db.count(&Query::new().subject(subject)).unwrap()
}

const SKOS: &str = r#"{
"uri": "http://cv.example/t/", "prefSchemeAlias": "t", "conceptSet": [
  {"uri": "http://cv.example/t/30", "qcode": "t:30", "broader": ["http://cv.example/t/20"],
   "prefLabel": {"de": "Bergbau", "en-GB": "mining", "dk": "minedrift"}},
  {"uri": "http://cv.example/t/20", "qcode": "t:20", "broader": ["t:10"], "prefLabel": {"en-GB": "industry"}},
  {"uri": "http://cv.example/t/10", "qcode": "t:10", "prefLabel": {"en-GB": "economy", "ar": "اقتصاد"}}]}"#;

#[test]
fn a_parent_finds_its_descendants_by_any_name() {
    let db = NewsDb::open_in_memory().unwrap();
    db.insert(article("1", "t", &["30"])).unwrap();
    db.insert(article("2", "t", &["20", "30"])).unwrap();
    db.insert(article("3", "t", &["10"])).unwrap();
    db.insert(article("4", "other", &["30"])).unwrap();
    assert_eq!((count(&db, "t:10"), count(&db, "economy")), (1, 0));
    // In any order, and after the articles.
    assert!(load(&db, SKOS).is_empty());
    for economy in ["t:10", "10", "economy", "Economy", "اقتصاد"] {
        assert_eq!(count(&db, economy), 3, "{economy}");
    }
    assert_eq!((count(&db, "industry"), count(&db, "BERGBAU"), count(&db, "minedrift")), (2, 2, 2));
    assert_eq!((count(&db, "other:30"), count(&db, "30")), (1, 3));
    // Counts name what is recorded; the rest is one question for each parent.
    let top = db.top(&Query::new().subject("economy"), Dimension::Subject, 9).unwrap();
    let rows: Vec<_> = top.rows.iter().map(|row| (row.key.as_str(), row.articles)).collect();
    assert_eq!(rows, [("mining", 2), ("economy", 1), ("industry", 1)]);
    let mining = &db.subjects("bergbau").unwrap()[0];
    assert_eq!((mining.label.as_str(), mining.names.len()), ("mining", 3));
    let code = |code: &str| ("t".to_owned(), code.to_owned());
    assert_eq!(mining.broader, [code("20"), code("10")]);
    assert_eq!(db.subjects("t:20").unwrap()[0].narrower, [code("30")]);
    // What comes later is found too.
    db.insert(article("5", "t", &["30"])).unwrap();
    assert_eq!(count(&db, "economy"), 4);
}

#[test]
fn what_would_be_part_of_itself_is_refused_with_its_line() {
    let db = NewsDb::open_in_memory().unwrap();
    let refused = load(
        &db,
        "code,name,broader,scheme\na,A,b,s\nb,B,c,s\nc,C,a,s\n,none,,s\nd,D,d,s\n\"x y\",E,t:q,s\n",
    );
    let lines: Vec<u64> = refused.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [4, 5, 6], "{refused:?}");
    assert!(refused[0].1.contains("part of itself"), "{refused:?}");
    assert_eq!(db.subjects("A").unwrap()[0].broader.len(), 2);
    assert_eq!(db.subjects("E").unwrap()[0].broader, [("t".to_owned(), "q".to_owned())]);
    // A list that turns the tree round is taken as it is.
    let turned = "{\"scheme\":\"s\",\"code\":\"b\",\"broader\":\"a\"}\n{\"scheme\":\"s\",\"code\":\"a\",\"name\":\"A\",\"broader\":\"c\"}\n";
    assert!(load(&db, turned).is_empty());
    let above: Vec<_> =
        db.subjects("B").unwrap()[0].broader.iter().map(|of| of.1.clone()).collect();
    assert_eq!(above, ["a", "c"]);
}

#[test]
fn lists_that_are_no_lists_are_refused_and_a_deep_one_is_bounded() {
    let db = NewsDb::open_in_memory().unwrap();
    assert_eq!(load(&db, "{\"code\": 3}\n{\"scheme\": \"s\"").len(), 2);
    assert!(load(&db, "").is_empty());
    let mut list = "scheme,code,broader\n".to_owned();
    for number in 0..400 {
        list.push_str(&format!("s,{},{number}\n", number + 1));
    }
    let refused = load(&db, list.leak());
    assert!(!refused.is_empty() && refused[0].1.contains("too deep"));
}

#[test]
fn names_may_be_values_with_a_language() {
    let db = NewsDb::open_in_memory().unwrap();
    db.insert(article("1", "http://x.example/v/", &["1"])).unwrap();
    let list = r#"{"@graph": [{"@id": "http://x.example/v/1", "@type": "Concept",
        "prefLabel": [{"@language": "en", "@value": "Economy"}, {"@language": "de", "@value": "Wirtschaft"}],
        "altLabel": {"@language": "fr", "@value": "Économie"}}]}"#;
    assert!(load(&db, list).is_empty());
    assert_eq!((count(&db, "economy"), count(&db, "wirtschaft"), count(&db, "en")), (1, 1, 0));
}
