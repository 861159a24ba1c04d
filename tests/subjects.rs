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

/// As IPTC gives it, as a thesaurus may nest it, and with a concept of another list beside.
#[cfg(feature = "xml")]
#[test]
fn skos_in_rdf_xml() {
    let list = r#"<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="http://www.w3.org/2004/02/skos/core#">
<s:ConceptScheme rdf:about="http://cv.example/t/"><s:prefLabel xml:lang="en">All subjects</s:prefLabel></s:ConceptScheme>
<rdf:Description rdf:about="http://cv.example/t/10">
  <rdf:type rdf:resource="http://www.w3.org/2004/02/skos/core#Concept"/>
  <s:prefLabel xml:lang="en-GB">economy
    and finance</s:prefLabel>
  <s:prefLabel xml:lang="ar">اقتصاد</s:prefLabel><s:notation>t:10</s:notation>
</rdf:Description>
<s:Concept rdf:about="http://cv.example/t/20" xml:lang="de">
  <s:notation>t:20</s:notation><s:prefLabel>Industrie</s:prefLabel><s:altLabel xml:lang="en">industry</s:altLabel>
  <s:broader rdf:resource="http://cv.example/t/10"/>
  <s:narrower><s:Concept rdf:about="http://cv.example/t/30"><s:notation>t:30</s:notation><s:prefLabel xml:lang="en">mining &amp; quarries</s:prefLabel></s:Concept></s:narrower>
</s:Concept>
<s:Concept rdf:about="urn:x"><s:prefLabel>No code</s:prefLabel></s:Concept>
<s:Concept rdf:about="http://other.example/list#steel"><s:prefLabel>steel</s:prefLabel>
  <s:broader><s:Concept rdf:about="http://other.example/list#metal"/></s:broader></s:Concept>
</rdf:RDF>"#;
    let read = read_subjects(list.as_bytes(), "list.rdf", &Limits::default());
    let subjects: Vec<_> = read.map(|item| item.unwrap().1).collect();
    let codes: Vec<_> = subjects.iter().map(|s| (s.scheme.as_str(), s.code.as_str())).collect();
    let other = "http://other.example/list#";
    assert_eq!(codes, [("t", "10"), ("t", "20"), ("t", "30"), ("urn", "x"), (other, "steel")]);
    let broader: Vec<_> = subjects.iter().map(|s| s.broader.as_ref()).collect();
    let t = |code: &str| Some(("t".to_owned(), code.to_owned()));
    assert_eq!(broader[..3], [None, t("10").as_ref(), t("20").as_ref()]);
    assert_eq!(broader[4], Some(&(other.to_owned(), "metal".to_owned())));
    let db = NewsDb::open_in_memory().unwrap();
    db.insert(article("1", "t", &["30"])).unwrap();
    assert!(load(&db, list).is_empty());
    for name in ["economy and finance", "اقتصاد", "Industrie", "industry", "mining & quarries"]
    {
        assert_eq!(count(&db, name), 1, "{name}");
    }
    // Cut in the middle: what stands before it, and where it ends; and what is no list at all.
    let cut = &list[..list.find("No code").unwrap()];
    let read: Vec<_> =
        read_subjects(std::io::Cursor::new(cut.to_owned()), "cut", &Limits::default()).collect();
    assert_eq!(read.iter().filter(|item| item.is_ok()).count(), 3);
    assert_eq!(read.last().unwrap().as_ref().unwrap_err().place.line, Some(15));
    let unnamed = list.replace("<s:Concept rdf:about=\"urn:x\">", "<s:Concept rdf:ID=\"x\">");
    let unnamed = std::io::Cursor::new(unnamed);
    let read: Vec<_> = read_subjects(unnamed, "list", &Limits::default()).collect();
    assert_eq!(read.iter().filter(|item| item.is_ok()).count(), 4);
    let refused: Vec<_> = read.into_iter().filter_map(Result::err).collect();
    assert!(refused.len() == 1 && refused[0].to_string().contains("rdf:about"), "{refused:?}");
    let none: Vec<_> =
        read_subjects("<html>no</html>".as_bytes(), "x", &Limits::default()).collect();
    assert_eq!(none.len(), 1);
    assert!(none[0].is_err());
}

#[test]
fn what_would_be_part_of_itself_is_refused_with_its_line() {
    let db = NewsDb::open_in_memory().unwrap();
    let refused = load(
        &db,
        "code,name,broader,scheme\na,A,b,s\nb,B,c,s\nc,C,a,s\n,none,,s\nd,D,d,s\n\"x y\",E,t:q,s\n",
    );
    let lines: Vec<u64> = refused.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [5, 4, 6], "{refused:?}");
    assert!(refused[1].1.contains("part of itself"), "{refused:?}");
    assert_eq!(db.subjects("A").unwrap()[0].broader.len(), 2);
    assert_eq!(db.subjects("E").unwrap()[0].broader, [("t".to_owned(), "q".to_owned())]);
    // A list that turns the tree round is taken as it is.
    let turned = "{\"scheme\":\"s\",\"code\":\"b\",\"broader\":\"a\"}\n{\"scheme\":\"s\",\"code\":\"a\",\"name\":\"A\",\"broader\":\"c\"}\n";
    assert!(load(&db, turned).is_empty());
    let above: Vec<_> =
        db.subjects("B").unwrap()[0].broader.iter().map(|of| of.1.clone()).collect();
    assert_eq!(above, ["a", "c"]);
    // What a new list puts at the top is at the top; a list of names alone moves nothing.
    assert!(load(&db, "scheme,code,name\ns,b,Be\n").is_empty());
    assert_eq!(db.subjects("Be").unwrap()[0].broader.len(), 2);
    assert!(load(&db, "scheme,code,broader\ns,a,b\ns,b,\n").is_empty());
    assert_eq!(db.subjects("Be").unwrap()[0].broader, []);
    assert_eq!(db.subjects("A").unwrap()[0].broader, [("s".to_owned(), "b".to_owned())]);
}

#[test]
fn a_long_list_may_turn_the_tree_round() {
    let db = NewsDb::open_in_memory().unwrap();
    let list = |broader: &dyn Fn(u32) -> Option<u32>| {
        let mut list = "scheme,code,broader\n".to_owned();
        for code in 0..5_000 {
            let broader = broader(code).map_or(String::new(), |of| of.to_string());
            list.push_str(&format!("s,{code},{broader}\n"));
        }
        &*list.leak()
    };
    // Below the first, then below the last: no line of the new list meets what the old one said.
    assert!(load(&db, list(&|code| (code > 0).then_some(0))).is_empty());
    assert!(load(&db, list(&|code| (code < 4_999).then_some(4_999))).is_empty());
    assert_eq!(db.subjects("s:0").unwrap()[0].broader, [("s".to_owned(), "4999".to_owned())]);
    assert_eq!(db.subjects("s:4999").unwrap()[0].broader, []);
}

#[test]
fn packed_lists_are_unpacked_within_the_limits() {
    let mut list = "scheme,code,name\n".to_owned();
    (0..200_000).for_each(|_| list.push_str("s,1,Economy\n"));
    let packed = zstd::stream::encode_all(list.as_bytes(), 3).unwrap();
    let items: Vec<_> =
        read_subjects(std::io::Cursor::new(packed), "list.zst", &Limits::default()).collect();
    let refused = items.last().unwrap().as_ref().unwrap_err().reason.to_string();
    assert!(refused.contains("ratio") && items.len() < 200_000, "{refused}");
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
    assert!(!refused.is_empty() && refused[0].1.contains("128 levels"));
    // From the root to the leaves as from the leaves to the root: 128 may be above.
    for turned in [false, true] {
        let mut lines: Vec<String> = (1..=300).map(|n| format!("t,{n},{}\n", n - 1)).collect();
        if turned {
            lines.reverse();
        }
        let list = format!("scheme,code,broader\n{}", lines.concat());
        let db = NewsDb::open_in_memory().unwrap();
        assert!(!load(&db, list.leak()).is_empty());
        for code in 0..=300 {
            let known = db.subjects(&format!("t:{code}")).unwrap();
            assert!(known[0].broader.len() <= 128, "{code}");
        }
        db.insert(article("1", "t", &["300"])).unwrap();
        assert_eq!((count(&db, "t:0"), count(&db, "t:300")), (0, 1), "{turned}");
    }
    // What cannot be unpacked is told.
    for packed in [&b"PK\x03\x04 and so on"[..], b"\x1f\x8b\0 and so on"] {
        let items = read_subjects(packed, "list", &Limits::default());
        assert_eq!(items.filter(Result::is_err).count(), 1, "{packed:?}");
    }
}

#[test]
fn a_document_may_begin_a_line_with_each_concept() {
    let db = NewsDb::open_in_memory().unwrap();
    let list = r#"{"uri": "http://cv.example/t/", "conceptSet": [
{"qcode": "t:1", "prefLabel": {"en": "economy"}},
{"qcode": "t:2", "prefLabel": {"en": "trade"}, "broader": ["t:1"]}]}"#;
    assert!(load(&db, list).is_empty());
    assert_eq!(db.subjects("trade").unwrap()[0].broader, [("t".to_owned(), "1".to_owned())]);
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
