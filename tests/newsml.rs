//! NewsML-G2 and NITF: the standard's examples, agencies' habits, hostile documents.
#![cfg(feature = "xml")]

use newsdb::formats::{self, Format, ReadOptions};
use newsdb::{
    EntityKind, ExternalId, IngestReport, Limits, NewArticle, NewsDb, PubStatus, Query, Reason,
    Rejected, Subject,
};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};

fn read_with(
    input: impl Into<Vec<u8>>,
    format: Option<Format>,
    options: &ReadOptions,
) -> Vec<Result<NewArticle, Rejected>> {
    formats::read(Cursor::new(input.into()), "input", format, options).collect()
}

fn read(input: impl Into<Vec<u8>>) -> Vec<Result<NewArticle, Rejected>> {
    read_with(input, None, &ReadOptions::default())
}

fn one(input: impl Into<Vec<u8>>) -> NewArticle {
    let mut items = read(input);
    assert_eq!(items.len(), 1, "{items:?}");
    items.remove(0).unwrap()
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/newsml");
    std::fs::read(folder.join(name)).unwrap()
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, found),
            false if path.extension().is_some_and(|end| end == "xml") => found.push(path),
            false => {}
        }
    }
    found.sort();
}

/// Every example of IPTC that is a text news item is read, every other refused with its reason.
/// The numbers were counted with another XML parser.
#[test]
fn the_standards_own_examples() {
    let bundled = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/newsml/iptc");
    let folder = std::env::var_os("NEWSML_EXAMPLES").map_or(bundled, PathBuf::from);
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let (mut texts, mut reasons) = (0, BTreeMap::<String, u32>::new());
    for path in &paths {
        for item in
            read_with(std::fs::read(path).unwrap(), Some(Format::Newsml), &ReadOptions::default())
        {
            match item {
                Ok(_) => texts += 1,
                Err(rejected) => *reasons.entry(rejected.reason.to_string()).or_default() += 1,
            }
        }
    }
    println!("{} documents: {texts} text news items read", paths.len());
    for (reason, times) in &reasons {
        println!("{times:>4} refused: {reason}");
    }
    assert_eq!((paths.len(), texts), (196, 100));
    for (reason, times) in [
        ("a packageItem is not a text article", 20),
        ("a conceptItem is not a text article", 16),
        ("a knowledgeItem is not a text article", 16),
        ("a planningItem is not a text article", 12),
        ("a catalogItem is not a text article", 5),
        ("itemClass ninat:video is not a text article", 4),
        ("itemClass ninat:picture is not a text article", 3),
        ("itemClass ninat:composite is not a text article", 1),
        ("itemClass cinat:scheme is not a text article", 5),
        ("a newsItem without an itemClass and without a text", 8),
        ("<catalog> is no news item, and no message of news items", 5),
        ("<groupSet> is no news item, and no message of news items", 3),
        ("<contentMeta> is no news item, and no message of news items", 1),
        ("<contentSet> is no news item, and no message of news items", 1),
    ] {
        assert_eq!(reasons.remove(reason), Some(times), "{reason}");
    }
    assert_eq!(reasons, BTreeMap::new());
}

#[test]
fn a_news_item_with_nitf() {
    let article = one(fixture("item-nitf.xml"));
    assert_eq!(
        article.uri.as_deref(),
        Some("urn:newsml:northwire.example:20240610:LINDHOLM-BRIDGE")
    );
    assert_eq!(article.source.as_deref(), Some("northwire.example"));
    assert_eq!(article.source_name.as_deref(), Some("North Wire"));
    assert_eq!(article.headline.as_deref(), Some("Harbour bridge opens in Lindholm"));
    assert_eq!(article.summary.as_deref(), Some("Seven years of works end with a ribbon."));
    assert_eq!(article.dateline.as_deref(), Some("LINDHOLM, June 10 (North Wire)"));
    assert_eq!(article.byline.as_deref(), Some("By Anna Berg, Chief Correspondent"));
    assert_eq!(article.authors, ["Anna Berg"]);
    assert_eq!(article.language.as_deref(), Some("en-GB"));
    assert_eq!(article.published.unwrap().to_string(), "2024-06-10T08:00:00+02:00");
    assert_eq!(article.modified.unwrap().to_string(), "2024-06-10T09:30:00+02:00");
    assert_eq!(article.status, Some(PubStatus::Usable));
    assert_eq!(article.urgency, Some(4));
    assert_eq!(
        article.body.as_deref(),
        Some(
            "The harbour bridge opened on Monday. Mayor Jon Lund cut the ribbon.\n\nCosts\n\n\
             It cost 1 & a half billion."
        )
    );
    assert_eq!(
        article.body_html.as_deref().map(|html| html.split_whitespace().collect::<Vec<_>>().join(" ")),
        Some(
            "<p>The harbour bridge opened on <em>Monday</em>. Mayor <person>Jon Lund</person> cut the \
             ribbon.</p> <h2>Costs</h2> <p>It cost 1 &amp; a half billion.</p>"
                .into()
        )
    );
    let subject = |scheme: &str, code: &str, name: &str| Subject {
        scheme: Some(scheme.into()),
        code: code.into(),
        name: Some(name.into()),
    };
    assert_eq!(
        article.subjects,
        [
            subject("medtop", "20000337", "road transport"),
            subject("nwtopic", "infra", "Infrastructure"),
            Subject::new("bridges"),
        ]
    );
    let mentions: Vec<_> = article.mentions.iter().map(|m| (m.kind, m.name.as_str())).collect();
    assert_eq!(
        mentions,
        [
            (EntityKind::Person, "Jon Lund"),
            (EntityKind::Organisation, "Lindholm Ports"),
            (EntityKind::Place, "Lindholm"),
        ]
    );
    assert_eq!(
        article.mentions[0].external_ids,
        [ExternalId::new("wikidata", "Q900001"), ExternalId::new("nwpers", "jlund")]
    );
    assert_eq!(
        article.mentions[1].external_ids,
        [ExternalId::new("nworg", "lports"), ExternalId::new("ticker", "XSTO:LPRT")]
    );
    assert_eq!(article.images.len(), 1);
    assert_eq!(article.images[0].url, "https://media.northwire.example/bridge.jpg");
    assert_eq!(article.images[0].caption.as_deref(), Some("The bridge on its first morning."));
    assert_eq!(article.images[0].credit.as_deref(), Some("Mia Holm"));
    let kept = &article.attributes["ninjs"];
    assert_eq!(kept["slugline"], "BRIDGE-LINDHOLM");
    assert_eq!(kept["edNote"], "Adds costs.");
    assert_eq!(kept["version"], "3");
    assert_eq!(kept["copyrightHolder"], "North Wire AB");
    assert_eq!(kept["usageTerms"], "Not for use after 30 days.");
    assert_eq!(kept["located"], "Lindholm");
    assert_eq!(kept["genres"][0]["name"], "Current");
    assert_eq!(kept["signal"], serde_json::json!(["sig:update"]));
}

#[test]
fn a_message_of_several_items() {
    let items = read(fixture("message.xml"));
    assert_eq!(items.len(), 4);
    let first = items[0].as_ref().unwrap();
    assert_eq!(first.uri.as_deref(), Some("tag:osten.example,2024:1"));
    assert_eq!(first.headline.as_deref(), Some("Regierung berät über Haushalt"));
    assert_eq!(first.body.as_deref(), Some("Die Regierung berät.\n\nEin Beschluss folgt."));
    assert_eq!(
        first
            .body_html
            .as_deref()
            .map(|html| html.split_whitespace().collect::<Vec<_>>().join(" ")),
        Some("<p>Die Regierung <b>berät</b>.</p> <p>Ein Beschluss folgt.</p>".into())
    );
    assert_eq!(first.source.as_deref(), Some("OSTEN"));
    assert_eq!(first.authors, ["Karla Weiß", "Tom Ernst"]);
    let second = items[1].as_ref().unwrap();
    assert_eq!(second.body.as_deref(), Some("Nur Text, ohne Auszeichnung & sonst nichts."));
    assert_eq!(second.body_html, None);
    assert_eq!(second.status, Some(PubStatus::Withheld));
    assert_eq!(second.embargo.unwrap().to_rfc3339(), "2030-01-01T05:00:00+00:00");
    let reason =
        |item: &Result<NewArticle, Rejected>| item.as_ref().unwrap_err().reason.to_string();
    assert_eq!(reason(&items[2]), "a packageItem is not a text article");
    assert_eq!(reason(&items[3]), "itemClass ninat:picture is not a text article");
}

#[test]
fn a_kill_takes_the_article_away() {
    let db = NewsDb::open_in_memory().unwrap();
    let ingest = |name: &str| -> IngestReport {
        db.ingest(formats::read(Cursor::new(fixture(name)), name, None, &ReadOptions::default()))
            .unwrap()
    };
    assert_eq!(ingest("item-nitf.xml").inserted, 1);
    assert_eq!(db.count(&Query::new()).unwrap(), 1);
    ingest("item-kill.xml");
    assert_eq!(db.count(&Query::new()).unwrap(), 0);
    let killed = db
        .article_by_uri("urn:newsml:northwire.example:20240610:LINDHOLM-BRIDGE")
        .unwrap()
        .unwrap();
    assert_eq!(killed.status, PubStatus::Canceled);
    assert_eq!(killed.body, None);
    assert!(killed.attributes.is_empty());
}

#[test]
fn a_nitf_document_by_itself() {
    let article = one(fixture("story.nitf.xml"));
    assert_eq!(article.id.as_deref(), Some("dv-2024-0611-7"));
    assert_eq!(article.source.as_deref(), Some("dv.example"));
    assert_eq!(article.source_name.as_deref(), Some("Dagbladet Vest"));
    assert_eq!(article.headline.as_deref(), Some("Fiskerne får nye kvoter"));
    assert_eq!(article.byline.as_deref(), Some("Av Siri Haug"));
    assert_eq!(article.authors, ["Siri Haug"]);
    assert_eq!(article.dateline.as_deref(), Some("BERGEN"));
    assert_eq!(article.summary.as_deref(), Some("Kvotene øker med en femdel."));
    assert_eq!(article.body.as_deref(), Some("Kvotene øker fra juli.\n\n– Det er bra, sier Haug."));
    assert_eq!(article.published.unwrap().to_string(), "2024-06-11T07:15:00+02:00");
    assert_eq!(article.urgency, Some(5));
    assert_eq!(article.language.as_deref(), Some("nb"));
    assert_eq!(article.subjects[0].scheme.as_deref(), Some("subj"));
    assert_eq!(article.subjects[0].code, "04015000");
    assert_eq!(article.subjects[1], Subject::new("kvoter"));
    assert_eq!(article.mentions[0].name, "Bergen");
    assert_eq!(article.mentions[0].kind, EntityKind::Place);
}

#[test]
fn the_callers_source_is_for_items_that_name_none() {
    let options = ReadOptions { source: Some("mine".into()), ..Default::default() };
    let source = |input: &str| read_with(input, None, &options)[0].as_ref().unwrap().source.clone();
    let item = |provider: &str| {
        format!(
            "<newsItem guid='urn:newsml:other.example:1'><itemMeta><itemClass qcode='ninat:text'/>\
             {provider}</itemMeta></newsItem>"
        )
    };
    assert_eq!(source(&item("")).as_deref(), Some("mine"));
    assert_eq!(source(&item("<provider literal='wire'/>")).as_deref(), Some("wire"));
    let derived = one(item("")).source;
    assert_eq!(derived.as_deref(), Some("other.example"));
}

#[test]
fn an_embargo_without_an_end_withholds() {
    let article = one("<newsItem guid='a'><itemMeta><itemClass qcode='ninat:text'/><embargoed/>\
         <pubStatus qcode='stat:usable'/></itemMeta></newsItem>");
    assert_eq!(article.status, Some(PubStatus::Withheld));
    assert_eq!(article.embargo, None);
}

// ---- hostile and damaged ------------------------------------------------------------------

#[test]
fn entities_do_not_explode_and_nothing_is_fetched() {
    let bomb = "<?xml version='1.0'?><!DOCTYPE newsItem [<!ENTITY a 'ha'>\
        <!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>\
        <!ENTITY x SYSTEM 'file:///etc/passwd'>]>\
        <newsItem guid='a'><itemMeta><itemClass qcode='ninat:text'/></itemMeta>\
        <contentMeta><headline>&c;&x;</headline></contentMeta></newsItem>";
    let headline = one(bomb).headline.unwrap();
    assert!(headline.len() < 2_000, "{headline}");
    assert!(!headline.contains("root:"));
}

#[test]
fn depth_and_size_are_bounded() {
    let item = |content: &str| {
        format!(
            "<newsMessage><itemSet><newsItem guid='a'><itemMeta><itemClass qcode='ninat:text'/></itemMeta>\
             <contentSet><inlineXML>{content}</inlineXML></contentSet></newsItem>\
             <newsItem guid='b'><itemMeta><itemClass qcode='ninat:text'/></itemMeta></newsItem>\
             </itemSet></newsMessage>"
        )
    };
    let deep = read(item(&format!("{}x{}", "<div>".repeat(10_000), "</div>".repeat(10_000))));
    assert_eq!(
        deep[0].as_ref().unwrap_err().reason,
        Reason::OverLimit { limit: "nesting", allowed: 128 }
    );
    assert_eq!(deep[1].as_ref().unwrap().uri.as_deref(), Some("b"));

    let limits = Limits { article: 1 << 16, ..Default::default() };
    let options = ReadOptions { limits, ..Default::default() };
    let large = read_with(item(&format!("<p>{}</p>", "word ".repeat(100_000))), None, &options);
    assert_eq!(
        large[0].as_ref().unwrap_err().reason,
        Reason::OverLimit { limit: "article", allowed: 1 << 16 }
    );
    assert_eq!(large[1].as_ref().unwrap().uri.as_deref(), Some("b"));
}

/// What is asserted of a concept is told of it once, however often the concept is named.
#[test]
fn what_is_asserted_does_not_multiply() {
    let subject = "<subject type='cpnat:organisation' qcode='o:1' uri='http://a.example/1'><name>Ports</name></subject>";
    let assert = |n: usize| {
        format!(
            "<assert qcode='o:1' uri='http://a.example/1'><organisationDetails>\
             <hasInstrument symbol='S{n}'/></organisationDetails></assert>"
        )
    };
    let article = one(format!(
        "<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/' guid='urn:newsml:a.example:1'>\
         <itemMeta><itemClass qcode='ninat:text'/></itemMeta><contentMeta>{}</contentMeta>{}\
         <contentSet><inlineData>Text.</inlineData></contentSet></newsItem>",
        subject.repeat(40),
        (0..40).map(assert).collect::<String>(),
    ));
    let symbols: Vec<_> = article
        .mentions
        .iter()
        .flat_map(|mention| &mention.external_ids)
        .filter(|id| id.scheme == "ticker")
        .map(|id| id.value.clone())
        .collect();
    assert_eq!(symbols, (0..40).map(|n| format!("S{n}")).collect::<Vec<_>>());
}

#[test]
fn a_message_cut_in_the_middle_gives_what_was_whole() {
    let message = String::from_utf8(fixture("message.xml")).unwrap();
    let at = message.find("Nur Text").unwrap();
    let items = read(&message[..at]);
    assert_eq!(items.len(), 2);
    assert!(items[0].is_ok());
    let rejected = items[1].as_ref().unwrap_err();
    assert_eq!(rejected.reason.to_string(), "the document ends within <newsItem>");
    assert_eq!(rejected.place.line, Some(message[..at].lines().count() as u64));
}

#[test]
fn other_documents_are_named() {
    for (input, reason) in [
        ("<NewsML><NewsItem/></NewsML>", "NewsML 1 is not read, NewsML-G2 is"),
        ("<feed/>", "<feed> is no news item, and no message of news items"),
        ("", "no news item"),
    ] {
        let items = read_with(input, Some(Format::Newsml), &ReadOptions::default());
        assert_eq!(items.len(), 1, "{input}");
        assert_eq!(items[0].as_ref().unwrap_err().reason.to_string(), reason);
    }
}
