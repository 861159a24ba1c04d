//! Pages: each fixture field by field, and pages made to do harm.

#![cfg(feature = "html")]

use newsdb::formats::{self, Format, ReadOptions};
use newsdb::{NewArticle, Precision, Reason, Rejected};
use serde_json::Value;

fn options(url: Option<&str>) -> ReadOptions {
    ReadOptions { url: url.map(str::to_owned), ..ReadOptions::default() }
}

fn read_with(html: impl Into<Vec<u8>>, options: &ReadOptions) -> Result<NewArticle, Rejected> {
    let bytes = std::io::Cursor::new(html.into());
    formats::read(bytes, "page.html", Some(Format::Html), options).next().unwrap()
}

fn read(html: impl Into<Vec<u8>>) -> NewArticle {
    read_with(html, &ReadOptions::default()).unwrap()
}

/// A page with a head and a text.
fn page(head: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=en><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"
    )
}

const TEXT: &str = "<p>The harbour bridge opened on Monday, ten years after the old one was closed.</p>\
    <p>It cost 40 million, the mayor said, and carries two lanes, a tramway and a path for cyclists.</p>\
    <p>The ferry, which has sailed for 120 years, will make its last crossing on Friday night.</p>";

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn fixtures_field_by_field() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pages");
    let (mut pages, mut wrong) = (0, Vec::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "html") {
            continue;
        }
        pages += 1;
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let expected = std::fs::read_to_string(path.with_extension("json")).unwrap();
        let expected: Value = serde_json::from_str(&expected).unwrap();
        let options = ReadOptions {
            fetched: expected["fetched"].as_str().map(|at| at.parse().unwrap()),
            ..ReadOptions::default()
        };
        let Ok(article) = read_with(std::fs::read(&path).unwrap(), &options) else {
            wrong.push(format!("{name}: no article"));
            continue;
        };
        let text = |field: &str| expected[field].as_str().map(str::to_owned);
        let list = |field: &str| -> Vec<String> {
            let items = expected[field].as_array().into_iter().flatten();
            items.map(|item| item.as_str().unwrap().to_owned()).collect()
        };
        let mut compare = |field: &str, found: Option<String>, expected: Option<String>| {
            if found != expected {
                wrong.push(format!("{name}: {field}\n  + {found:?}\n  - {expected:?}"));
            }
        };
        compare("headline", article.headline.clone(), text("headline"));
        let joined = |names: &[String]| Some(names.join(", "));
        compare("authors", joined(&article.authors), joined(&list("authors")));
        compare("url", article.url.clone(), text("url"));
        let language = article.language.clone();
        compare("language", language.clone(), language.and_then(|_| text("language")));
        compare(
            "body",
            Some(folded(article.body.as_deref().unwrap_or_default())),
            Some(folded(&list("body").join(" "))),
        );
        let optional = [
            ("summary", article.summary.clone()),
            ("source_name", article.source_name.clone()),
            ("published", article.published.map(|date| date.to_string())),
            ("modified", article.modified.map(|date| date.to_string())),
            ("image", article.images.first().map(|image| image.url.clone())),
        ];
        for (field, found) in optional {
            if let Some(expected) = text(field) {
                compare(field, found, Some(expected));
            }
        }
        if expected.get("subjects").is_some() {
            let subjects: Vec<String> =
                article.subjects.iter().map(|subject| subject.label().to_owned()).collect();
            compare("subjects", joined(&subjects), joined(&list("subjects")));
        }
        assert!(article.id.is_none() && article.uri.is_none(), "{name}");
    }
    println!("{pages} pages");
    assert!(pages >= 60);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn bylines_of_many_papers() {
    let mut wrong = Vec::new();
    for line in include_str!("fixtures/bylines.txt").lines().filter(|line| !line.starts_with('#')) {
        // A bar within a byline is written `\\|`.
        let line = line.replace("\\|", "\u{1}");
        let parts: Vec<&str> = line.split('|').map(str::trim).collect();
        let [language, byline, expected] = parts.try_into().unwrap();
        let byline = byline.replace('\u{1}', "|");
        let html = format!(
            "<!DOCTYPE html><html lang={language}><head><meta charset=utf-8><title>Harbour bridge \
             opens after ten years</title></head><body><article><h1>Harbour bridge opens after ten \
             years</h1><div class=byline>{byline}</div>{TEXT}</article></body></html>"
        );
        let found = read(html).authors.join("; ");
        if found != expected {
            wrong.push(format!("{byline}\n  + {found}\n  - {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_callers_word_comes_first() {
    let html = page(
        "<link rel=canonical href=https://a.example/x><title>Bridge opens at last</title>",
        TEXT,
    );
    let article = read(html.as_str());
    assert_eq!(article.url.as_deref(), Some("https://a.example/x"));
    assert_eq!(article.source.as_deref(), Some("a.example"));
    let named = ReadOptions {
        source: Some("harbour-post".into()),
        precision: Some(Precision::Day),
        ..options(Some("https://www.b.example/y"))
    };
    let article = read_with(html, &named).unwrap();
    assert_eq!(article.url.as_deref(), Some("https://www.b.example/y"));
    assert_eq!(article.source.as_deref(), Some("harbour-post"));
}

#[test]
fn names_of_the_site_are_cut_from_titles() {
    let headline = "Harbour bridge opens after ten years";
    for (head, body) in [
        (
            format!(
                "<title>{headline} | Baltic Post</title><meta property=og:site_name content='Baltic Post'>"
            ),
            "",
        ),
        (
            format!(
                "<title>Baltic Post: {headline}</title><meta property=og:site_name content='Baltic Post'>"
            ),
            "",
        ),
        (
            format!(
                "<title>{headline} - Local - Baltic Post</title><link rel=canonical href=https://www.balticpost.example/a/b>"
            ),
            "<h1>Harbour bridge opens after ten years</h1>",
        ),
        (
            format!("<title>{headline} – Lokales</title>"),
            "<h1>Harbour bridge opens after ten years</h1>",
        ),
        (
            format!(
                "<meta property=og:title content='{headline}'><title>Baltic Post</title><link rel=canonical href=https://balticpost.example/1>"
            ),
            "<h1>Baltic Post</h1>",
        ),
        (
            format!(
                "<meta property=og:title content='{headline} &amp;amp; more'><title>{headline} &amp; more</title>"
            ),
            "",
        ),
    ] {
        let article = read(page(&head, &format!("{body}{TEXT}")));
        let found = article.headline.unwrap();
        assert_eq!(found.trim_end_matches(" & more"), headline, "{head}");
    }
    // So is the number of a page, and not a page that is spoken of.
    for (title, expected) in [
        ("Harbour bridge opens - Page 2", "Harbour bridge opens"),
        ("Harbour bridge opens (Page 2 of 3)", "Harbour bridge opens"),
        ("Jembatan pelabuhan dibuka Halaman all", "Jembatan pelabuhan dibuka"),
        ("The Harbour Post brings back Page 3", "The Harbour Post brings back Page 3"),
    ] {
        let head = format!("<title>{title}</title><meta property=og:title content='{title}'>");
        assert_eq!(read(page(&head, TEXT)).headline.as_deref(), Some(expected));
    }
    // Small capitals are no line below the headline.
    let heading = "<h1>H<small>ARBOUR</small> B<small>RIDGE</small> O<small>PENS</small></h1>";
    let article = read(page("<title>Harbour bridge opens</title>", &format!("{heading}{TEXT}")));
    assert_eq!(article.headline.unwrap().to_lowercase(), "harbour bridge opens");
    // In brackets, as Japanese papers have it; a section that a link names; a blog's mark.
    let site = "<meta property=og:site_name content='Baltic Post'>";
    for (title, body) in [
        (format!("{headline}【Baltic Post】"), ""),
        (format!("[Baltic Post] {headline}"), ""),
        (format!("{headline} | Harbour News - Baltic Post"), "<a href=/harbour>Harbour News</a>"),
        (format!("» {headline} | Ada Berg"), "<h2>Harbour bridge opens after ten years</h2>"),
    ] {
        let head =
            format!("<title>{title}</title><meta property=og:title content='{title}'>{site}");
        let article = read(page(&head, &format!("{body}{TEXT}")));
        assert_eq!(article.headline.as_deref(), Some(headline), "{title}");
    }
    let own = "Harbour bridge opens (and closes again)";
    let head = format!("<title>{own}</title><meta property=og:title content='{own}'>{site}");
    assert_eq!(read(page(&head, TEXT)).headline.as_deref(), Some(own));
    // A dash and a colon of its own stay.
    let own = "Bridge - the last word: a city waits";
    let article =
        read(page(&format!("<title>{own}</title><meta property=og:title content='{own}'>"), TEXT));
    assert_eq!(article.headline.as_deref(), Some(own));
}

/// What stands highest may be the site's, or a topic.
#[test]
fn the_headline_below_the_banner() {
    let text = format!("<p>{}</p>{TEXT}", "The old bridge had stood since the war. ".repeat(5));
    let own = "Ferry keeps its old timetable until spring";
    for (title, above, tag) in [
        (
            format!("Norvik Notebook: {own}"),
            "<div><h1>Norvik Notebook</h1></div><h2>7 June</h2>",
            "h3",
        ),
        (
            format!("norvik-harbour.example • Portal • {own}"),
            "<h1>Norvik Harbour</h1><h3>Navigation</h3>",
            "h3",
        ),
        (
            format!("{own} » Norvik Info - news"),
            "<h1><a href=/index.php>Norvik Info</a></h1>",
            "h3",
        ),
        ("Town of Norvik: Single view".into(), "<h1 class=claim>Town of Norvik</h1>", "h1"),
        (format!("Timetables: {own} - Local - NORVIK ONLINE"), "<h3>Timetables</h3>", "h2"),
        (format!("04/21/2008: {own}"), "", "h2"),
        (
            format!("{own} - The Norvik and Hallsund Post"),
            "<h2>The Norvik and Hallsund Post</h2>",
            "h1",
        ),
    ] {
        let html = page(
            &format!("<title>{title}</title>"),
            &format!("{above}<div><{tag}>{own}</{tag}>{text}</div>"),
        );
        assert_eq!(read(html).headline.as_deref(), Some(own), "{title}");
    }
    // The page's title names the site and a section.
    let html = page(
        "<title>Town of Norvik - News</title><meta name=dc.title content=News><meta name=dc.creator content='Town of Norvik'>",
        &format!(
            "<div id=top><h1>Town of Norvik</h1></div><ul><li><a href=/n>News</a></li><li><a href=/c>Council</a></li></ul>\
             <div><h2>{own}</h2><p>30 August 2005</p>{text}</div><h2>Quick links</h2>"
        ),
    );
    let article = read(html);
    assert_eq!(article.headline.as_deref(), Some(own));
    assert!(!article.body.unwrap().contains(own));
    // One that is short, with its site's name in a lower heading.
    let html = page(
        "<title>Ferry stays - The Norvik and Hallsund Post</title>",
        &format!("<h1>Ferry stays</h1>{text}<h2>The Norvik and Hallsund Post</h2>{text}"),
    );
    assert_eq!(read(html).headline.as_deref(), Some("Ferry stays"));
}

#[test]
fn authors_are_people() {
    let author = |json: &str, more: &str| {
        let head = format!(
            "<title>Bridge</title><script type=application/ld+json>{{\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\",\"headline\":\"Bridge\",\"author\":{json}}}</script>{more}"
        );
        read(page(&head, TEXT)).authors
    };
    for (json, expected) in [
        (r#"{"@type":"Person","name":"Ada Berg"}"#, &["Ada Berg"][..]),
        (
            r#"[{"@type":"Person","name":"Ada Berg"},{"name":"Ida Holm"}]"#,
            &["Ada Berg", "Ida Holm"],
        ),
        (r#""By Ada Berg and Ida Holm""#, &["Ada Berg", "Ida Holm"]),
        (r#"{"@type":"Person","name":["Ada Berg","Ida Holm"]}"#, &["Ada Berg", "Ida Holm"]),
        (
            r#"{"@type":"Person","name":"Von Ada Berg und Ida Holm, dpa"}"#,
            &["Ada Berg", "Ida Holm"],
        ),
        (r#"{"@type":"Person","name":"Ada Berg | ada@berg.example"}"#, &["Ada Berg"]),
        (r#"{"@type":"Organization","name":"Reuters"}"#, &[]),
        (r#"{"@type":["Person","Organization"],"name":"Ada Berg"}"#, &["Ada Berg"]),
        (r#"[{"@type":"Person","name":"https://a.example/ada"},"Ada Berg"]"#, &["Ada Berg"]),
        (r#"{"@type":"Person","name":"Redaktion"}"#, &[]),
        (
            r#"[{"@type":"Person","name":"Ada Berg"},{"@type":"Person","name":"Suharto"}]"#,
            &["Ada Berg", "Suharto"],
        ),
        (
            r#"[{"@type":"Person","name":"Suharto"},{"@type":"Person","name":"Ada Berg"}]"#,
            &["Suharto", "Ada Berg"],
        ),
        (r#"["https://a.example/authors/1"]"#, &[]),
    ] {
        assert_eq!(author(json, ""), expected, "{json}");
    }
    assert_eq!(author("[]", "<meta name=author content='Ada Berg, Staff Writer'>"), ["Ada Berg"]);
    // A blog's only author, as plug-ins describe them.
    let blogger = "<script type=application/ld+json>{\"@type\":[\"Person\",\"Organization\"],\"@id\":\"#ada\",\"name\":\"Ada Berg\"}</script>";
    assert_eq!(author("{\"@id\":\"#ada\"}", blogger), ["Ada Berg"]);
    let byline = "<meta name=byl content='By Ada Berg'>";
    for other in ["www.facebook.com/BalticPost", "Baltic Post Digital S.L.", "@BalticPost"] {
        let more = format!(
            "<meta name=author content='{other}'>{byline}<meta property=og:site_name content='Baltic Post'>"
        );
        assert_eq!(author("[]", &more), ["Ada Berg"], "{other}");
    }
}

/// Whom a page names to programs only.
#[test]
fn authors_that_are_not_shown() {
    let headline = "<h1>Harbour bridge opens</h1>";
    let card = "<meta name=twitter:label1 content='Est. reading time'><meta name=twitter:data1 content='2 minutes'>\
        <meta name=twitter:label2 content='Written by'><meta name=twitter:data2 content='Ada Berg'>";
    let script = |data: &str| format!("<script>{data}</script>");
    for (head, body, expected) in [
        (card.to_owned(), headline.to_owned(), "Ada Berg"),
        (script(r#"dataLayer.push({"page":{"author":"Ada Berg"}})"#), headline.into(), "Ada Berg"),
        (
            script("var utag_data = {article_author: ['Ada Berg', \"Jon O'Dell\"]}"),
            headline.into(),
            "Ada Berg, Jon O'Dell",
        ),
        (
            script("_sf_async_config.authors = 'Wouter van Loonen';"),
            headline.into(),
            "Wouter van Loonen",
        ),
        // Neither what users go by, nor what no such data says.
        (script(r#"dataLayer.push({"author":"admin", "authorId": "12"})"#), headline.into(), ""),
        (script(r#"var comments = [{"author":"Ada Berg"}]"#), headline.into(), ""),
        (
            String::new(),
            format!("<article data-author='Ada Berg'>{headline}</article>"),
            "Ada Berg",
        ),
        (
            String::new(),
            format!("{headline}<div class=card data-author='Jon Lund'>Other</div>"),
            "",
        ),
        // One word is as often a user's.
        (
            "<meta name=author content=norvik>".into(),
            format!("{headline}<p class=byline>Ada Berg</p>"),
            "Ada Berg",
        ),
    ] {
        let article = read(page(&head, &format!("{body}{TEXT}")));
        assert_eq!(article.authors.join(", "), expected, "{head}{body}");
    }
}

/// Lines between headline and text that no markup names.
#[test]
fn names_in_lines_below_the_headline() {
    for (language, lines, expected) in [
        ("en", "<p>Ada Berg and Jon Lund</p><p>September 14, 2021</p>", "Ada Berg; Jon Lund"),
        (
            "en",
            "<p>Ada Berg in Orme and Jon Lund in Visby</p><p>14 May 2021</p>",
            "Ada Berg; Jon Lund",
        ),
        ("en", "<p>Ada Berg | Baltic Post | Sept. 14, 2021</p>", "Ada Berg"),
        ("en", "<p>Ada Berg, Harbour Editor</p><p>Tue 14 Sep 2021 10.05 BST</p>", "Ada Berg"),
        ("en", "<p>Ada Berg, Harbour Editor</p>", "Ada Berg"),
        ("en", "<p>Ada Berg<br>Harbour Correspondent</p>", "Ada Berg"),
        ("de", "<p>14.09.2021 | Ada Berg | Lokales</p>", "Ada Berg"),
        (
            "de",
            "<p>Von Ada Berg und Jon Lund Stand: 14.09.2021, 10:05 Uhr</p>",
            "Ada Berg; Jon Lund",
        ),
        ("cs", "<p>14. září 2021 10:05 | Ada Bergová, Jan Lund</p>", "Ada Bergová; Jan Lund"),
        ("id", "<p>Ada Berg - Baltic Post</p><p>Selasa, 14 Sep 2021 10:05 WIB</p>", "Ada Berg"),
        (
            "ru",
            "<p><span>14 сентября 2021, 10:05</span> <span>Анна Иванова</span></p>",
            "Анна Иванова",
        ),
        ("ko", "<p>입력 2021.09.14 10:05</p><p>김서연 기자</p>", "김서연"),
        // None of these is a person.
        ("en", "<p>World News | 14 May 2021</p>", ""),
        ("en", "<p>Lorries left the harbour on 14 May 2021</p>", ""),
        ("en", "<p>New York</p>", ""),
        (
            "en",
            "<h2>Key Points</h2><ul><li>It cost 40,000,000 in all</li><li>It has two lanes</li></ul>",
            "",
        ),
    ] {
        let html = format!(
            "<html lang={language}><meta charset=utf-8><title>Harbour bridge opens</title><body>\
             <h1>Harbour bridge opens</h1>{lines}{TEXT}</body></html>"
        );
        assert_eq!(read(html).authors.join("; "), expected, "{lines}");
    }
}

/// What stands in sentences, below the text, or beside it.
#[test]
fn who_signed_a_text() {
    const LONG: &str = "<p>The ferry, which has sailed for a hundred and twenty years, will make its last crossing \
        on Friday night, with a band on board and the mayor.</p>";
    let agency = "<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"author\":[{\"@type\":\"Organization\",\"name\":\"NTB\"}]}</script>";
    for (head, above, below, expected) in [
        // An agency, and neither a button nor a subject.
        (
            agency,
            "<div><span>NTB</span></div><p>5 May 2021</p><a href=#>Harbour Alerts</a>",
            "",
            "",
        ),
        (agency, "", "<ul><li><a href=/e/1>County Court</a></li></ul>", ""),
        (agency, "<p>By Ada Berg</p>", "", "Ada Berg"),
        ("", "<p class=byline>Reuters</p><p>5 May 2021</p><p>Harbour Alerts</p>", "", ""),
        // Another article's.
        ("", "", "<div><a href=/x><h3>Ferry sold</h3><span>By Jon Lund</span></a></div>", ""),
        (
            "",
            "",
            "<p>This entry was posted by Ada Berg on Friday, March 7th, 2008 at 6:40 am and is filed under \
             Harbour. You can follow any responses to this entry through the feed. You can leave one.</p>",
            "Ada Berg",
        ),
        (
            "",
            "<small>mardi 6 mai 2008, par <a href='spip.php?auteur3'>Anne Morel</a></small>",
            "<h2>Forum</h2><ul><li><small>9 mai 2008, par <em class=auteur>Jeanne</em></small></li></ul>",
            "Anne Morel",
        ),
        ("", "", "<div>Copyright 2010 Norvik. Powered by Harbour Engine</div>", ""),
        ("", "", "<p>(Ada Berg) / (<a href=mailto:jlu@a.example>jlu</a>/hv)</p>", "Ada Berg"),
        ("<meta name=dc.creator content='US HARBOUR,OA,OEA'>", "", "", ""),
        // A company with its address.
        ("<meta name=author content='Norvik Coast GmbH, Norvik am Meer, Germany'>", "", "", ""),
        (
            "<meta name=author content='Norvik Coast GmbH, Norvik am Meer, Germany'>",
            "<p class=Author>Von Ada Berg, Norvik</p>",
            "",
            "Ada Berg",
        ),
        ("<meta name=author content='Norvik Coast Pictures, Inc., Port Norvik'>", "", "", ""),
        ("<meta name=author content='Ada Berg, Norvik Coast AB'>", "", "", "Ada Berg"),
        // The site, and an office.
        ("<meta name=author content=NORVIKNET>", "", "<p>© 2010 NORVIKNET.com</p>", ""),
        ("<meta name=dc.creator content='Gemeente Norvik-Zuid'>", "", "", ""),
        (
            "<meta name=author content=NORVIKNET>",
            "",
            "<p>海洋社诺维克5月7日电（记者李文华、王晓明）大桥通车。</p><p>© 2010 NORVIKNET.com</p>",
            "李文华; 王晓明",
        ),
        // Who took a picture.
        (
            "",
            "<table><tr><td class=photo-credit>By Jon Lund for the Post</td></tr></table><p>By Ada Berg</p>",
            "",
            "Ada Berg",
        ),
        ("", "<div class=legenda>By Jon Lund</div>", "", ""),
        // Links at the foot of an entry.
        (
            "",
            "",
            "<div class=entry_author_ada>Posted by <a href=/u/1>Ada</a> in <a href=/c/2>Harbour</a> at <a href=/a/3>21:47</a> \
             | <a href=#t>Trackbacks (0)</a> | <a href=/a/3>PermaLink</a><br>Defined tags for this entry: <a href=/t/1 rel=tag>Baltic Sea</a></div>",
            "Ada",
        ),
    ] {
        let body = format!("<h1>Harbour bridge opens</h1>{above}{TEXT}{LONG}{below}");
        let article = read(page(&format!("<title>Harbour bridge opens</title>{head}"), &body));
        assert_eq!(article.authors.join("; "), expected, "{head}{above}{below}");
        assert!(!article.body.unwrap().contains("jlu"), "{below}");
    }
}

#[test]
fn addresses_and_pictures_are_absolute() {
    let head = "<base href=https://a.example/news/><link rel=canonical href=bridge.html>\
        <meta property=og:image content=/pictures/1.jpg><title>Bridge opens</title>";
    let article = read(page(head, TEXT));
    assert_eq!(article.url.as_deref(), Some("https://a.example/news/bridge.html"));
    assert_eq!(article.images.first().unwrap().url, "https://a.example/pictures/1.jpg");
    // A template that gives the site's own address for every page.
    let head = "<link rel=canonical href=https://a.example/><meta property=og:url content=https://a.example/bridge>";
    assert_eq!(read(page(head, TEXT)).url.as_deref(), Some("https://a.example/bridge"));
}

#[test]
fn the_markup_has_pictures_and_absolute_links() {
    let body = TEXT.replacen("</p>", "</p><figure><img src=/pixel.gif width=1><img data-src=../2.jpg \
        src='data:image/gif;base64,R0' alt='The bridge'><figcaption>The bridge</figcaption></figure>\
        <p>See <a href=/timetable>the timetable</a> for the hours at which the ferry sails on Sundays.</p>", 1);
    let html = page("<title>Bridge opens</title>", &format!("<h1>Bridge opens</h1>{body}"));
    let article = read_with(html, &options(Some("https://a.example/news/bridge/"))).unwrap();
    let html = article.body_html.unwrap();
    assert!(
        html.contains("<img src=\"https://a.example/news/2.jpg\" alt=\"The bridge\">"),
        "{html}"
    );
    assert!(html.contains("<a href=\"https://a.example/timetable\">the timetable</a>"), "{html}");
    assert!(!html.contains("pixel") && !html.contains("base64"), "{html}");
    assert!(!article.body.unwrap().contains("The bridge\n"));
}

#[test]
fn a_story_about_a_newsletter_is_no_offer_of_one() {
    let long: String = (1..10)
        .map(|pier| {
            format!("<p>Pier {pier} of the harbour closes in May, the mayor said on Monday.</p>")
        })
        .collect();
    let read_with = |part: &str| {
        let text = format!("<article><h1>Harbour bridge opens</h1>{TEXT}{part}{long}</article>");
        read(page("<title>Harbour bridge opens</title>", &text)).body.unwrap()
    };
    const READERS: &str =
        "It has forty thousand readers on the coast, and pays for three reporters";
    let kept = [
        // Sentences, with and without a link.
        format!("<section><p>Ada Berg then began a newsletter.</p><p>{READERS}.</p></section>"),
        format!(
            "<div><p>Ada Berg then began a newsletter.</p><p>{READERS}, <a href=/b>she says</a>.</p></div>"
        ),
        // A heading, and nothing to fill in.
        format!("<section><h2>The newsletter that pays</h2><p>{READERS}.</p></section>"),
    ];
    for part in kept {
        let body = read_with(&part);
        assert!(body.contains("newsletter") && body.contains(READERS), "{part}\n{body}");
    }
    let offers = ["h3", "p"].map(|tag| {
        ["<form><input name=m><button>Go</button></form>", "<a href=/all>All of them</a>"].map(
            |ask| format!("<div><{tag}>The Harbour newsletter</{tag}><p>{READERS}.</p>{ask}</div>"),
        )
    });
    for part in offers.iter().flatten() {
        let body = read_with(part);
        assert!(!body.contains("newsletter") && !body.contains(READERS), "{part}\n{body}");
        assert!(body.contains("Pier 1 ") && body.contains("last crossing"), "{part}\n{body}");
    }
}

/// What papers ask of readers, and what others put among a text.
#[test]
fn appeals_contacts_and_messages_are_no_text() {
    let read_with = |above: &str, within: &str, below: &str| {
        let long = "<p>The old bridge had stood since the war, and nobody will miss it, said the mayor.</p>";
        let text =
            format!("{above}<div>{TEXT}{within}{long}{TEXT}<p>Nobody was hurt.</p>{below}</div>");
        read(page(
            "<title>Harbour bridge opens</title>",
            &format!("<h1>Harbour bridge opens</h1>{text}"),
        ))
        .body
        .unwrap()
    };
    let plain = read_with("", "", "");
    assert!(plain.ends_with("Nobody was hurt."));
    for (above, within, below) in [
        (
            "",
            "",
            "<div><h2>This was your 1 article in the last month</h2><p>We rely on you, and hope to for long.</p></div>",
        ),
        (
            "",
            "",
            "<h3>Support our journalism</h3><p>We are free for all, and believe that this is right.</p>",
        ),
        (
            "",
            "",
            "<p><em>Did we err? We want to hear from you, with your full name and your town.</em></p>",
        ),
        ("", "", "<p>Follow what happens on the coast in our WhatsApp channel.</p>"),
        ("", "", "<p>Pressekontakt:</p><p>Norvik GmbH<br>Jon Lund<br>Tel. 04000/7788</p>"),
        ("", "", "<h3>Kontakt</h3><p>Amt Norvik, Am Hafen 1, 20000 Norvik.</p>"),
        ("<p>There are currently 7 guest(s) and 2 member(s) that are online.</p>", "", ""),
        ("<span class=pathway>Home | News | Harbour bridge opens.</span>", "", ""),
        ("", "<div><h3>Loading...</h3></div>", ""),
        ("", "<p>Your browser does not support this player, which shows the bridge.</p>", ""),
        ("", "<div><a href=/x><h3>A lighthouse for sale</h3></a><p>Jon Lund</p></div>", ""),
        (
            "",
            "<p><img src=/a.jpg></p><p class=image_desc>The bridge on the day when it was opened.</p>",
            "",
        ),
        (
            "<div class=foto><img src=/a.jpg><span class=dida>The bridge on the day when it was opened, seen from the ferry.</span></div>",
            "",
            "",
        ),
        (
            "",
            "<div class=foto><img src=/a.jpg><p>The bridge on the day when it was opened, seen from the ferry.</p></div>",
            "",
        ),
        (
            "<table><tr><td><img src=/a.jpg></td></tr><tr><td class=legenda>The bridge on the day when it was opened.</td></tr></table>",
            "",
            "",
        ),
    ] {
        assert_eq!(read_with(above, within, below), plain, "{above}{within}{below}");
    }
    // A heading over a link to another article is the text's, where that says so.
    let within = "<h2>What it cost</h2><p><a href=/x>Read also: A lighthouse for sale</a></p>";
    assert!(read_with("", within, "").contains("What it cost"));
    // So is one in a part of its own.
    let part = |inner: &str| {
        format!("<section class=content--body>{inner}<div class=body-text>{TEXT}</div></section>")
    };
    let html = format!(
        "<h1>Harbour bridge opens</h1>{}{}",
        part(""),
        part("<h2>What it cost</h2>").replace("Monday", "Sunday")
    );
    assert!(read(page("", &html)).body.unwrap().contains("What it cost"));
    // Who only speaks of such things is heard.
    for spoken in [
        "<p>The band may become a member of the harbour board, the mayor said on Monday.</p>",
        "<p>Nobody knew of the plan, the mayor wrote in his Telegram channel on Monday.</p>",
        "<p>She promised that a law would protect users online, and guests too.</p>",
    ] {
        assert!(read_with("", "", spoken).contains(&spoken[3..20]), "{spoken}");
    }
}

#[test]
fn what_a_fetcher_knows() {
    let html = "<html><title>Мост</title><h1>Мост открыт</h1><p>20 минут назад</p><p>Мост через гавань, \
        который строили десять лет, открылся в понедельник утром, сообщил мэр города.</p>";
    let bytes: Vec<u8> = html
        .chars()
        .map(|c| if c.is_ascii() { c as u8 } else { (c as u32 - 0x410 + 0xc0) as u8 })
        .collect();
    let known = ReadOptions {
        charset: Some("text/html; charset=windows-1251".into()),
        language: Some("ru, en".into()),
        fetched: Some("2024-06-10T08:20:30Z".parse().unwrap()),
        ..ReadOptions::default()
    };
    let article = read_with(bytes, &known).unwrap();
    assert_eq!(article.headline.as_deref(), Some("Мост открыт"));
    assert_eq!(article.language.as_deref(), Some("ru"));
    assert_eq!(article.published.unwrap().to_string(), "2024-06-10T08:00Z");
    assert_eq!(article.first_seen, known.fetched);
}

#[test]
fn what_is_no_article_is_refused() {
    let list = "<ul>".to_owned()
        + &"<li><a href=/x>Another headline on the front page</a></li>".repeat(40)
        + "</ul>";
    for html in [
        page("<title>Home</title>", ""),
        page("<title>Home</title>", &list),
        String::new(),
        "\0\0".into(),
    ] {
        let rejected = read_with(html, &ReadOptions::default()).unwrap_err();
        assert!(
            rejected.to_string().contains("no text") || rejected.reason == Reason::Empty,
            "{rejected}"
        );
    }
}

#[test]
fn encodings_by_mark_declaration_and_sight() {
    let text = "<title>Мост открыт</title><p>Мост через гавань открылся в понедельник, через десять лет после закрытия старого.</p>\
        <p>Паром, который ходил сто двадцать лет, в пятницу отправится в последний рейс, сообщили в порту.</p>";
    let cyrillic: Vec<u8> = text
        .chars()
        .map(|c| match c {
            'А'..='я' => u8::try_from(u32::from(c) - 0x410 + 0xc0).unwrap(),
            c => u8::try_from(c).unwrap(),
        })
        .collect();
    let wide: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let declared = [b"<meta charset=windows-1251>".to_vec(), cyrillic.clone()].concat();
    let wrong = [b"<meta charset=utf-8>".to_vec(), cyrillic.clone()].concat();
    for bytes in [text.as_bytes().to_vec(), cyrillic, wide, declared, wrong] {
        let article = read(bytes);
        assert_eq!(article.headline.as_deref(), Some("Мост открыт"));
        assert!(article.body.unwrap().ends_with("сообщили в порту."));
    }
}

/// Pages that ask for more work than they are long: each must end, with its text.
#[test]
fn hostile_pages_end() {
    let formatting: String = (0..30_000).map(|n| format!("<b id={n}>")).collect();
    let long =
        "<p>A paragraph, one of very many, that says nothing new, and says it at length.</p>"
            .repeat(250_000);
    for (name, hostile) in [
        ("20 MB", long),
        ("deep", "<div>".repeat(10_000)),
        ("deep lists", "<ul><li>".repeat(10_000)),
        ("deep links", "<a href=x><table><tr><td>".repeat(10_000)),
        ("formatting", formatting + &"<p>x".repeat(30_000)),
        (
            "attributes",
            format!("<div {}>", (0..400_000).map(|n| format!("a{n}=b ")).collect::<String>()),
        ),
        ("one attribute", format!("<div class=\"{}\">", "related ".repeat(500_000))),
        ("names", "<div class='c-aBcDeFgH related share' id=x-y-z>x</div>".repeat(100_000)),
        ("tables", "<table><tr><td>a<td>b<table>".repeat(5_000)),
        ("headings", "<h1>The same heading once more</h1>".repeat(50_000)),
        (
            "metadata",
            "<meta property=og:title content='A title'><meta name=author content='Ada Berg'>"
                .repeat(50_000),
        ),
        (
            "microdata",
            "<div itemscope itemtype=https://schema.org/Article itemprop=author>".repeat(300),
        ),
        (
            "json",
            format!(
                "<script type=application/ld+json>{}</script>",
                "[{\"@type\":\"NewsArticle\",\"mainEntity\":".repeat(20_000)
            ),
        ),
        (
            "strings",
            format!(
                "<script type=application/ld+json>{{\"a\":\"{}</script>",
                "\" ".repeat(200_000)
            ),
        ),
        ("bodies", "<div class=article-body>".repeat(400)),
        ("breaks", "<br>".repeat(500_000)),
        ("pictures", "<div><img src=a><p>What it shows</p></div>".repeat(50_000)),
        ("fields", "<div><input type=email><p>In your inbox</p></div>".repeat(50_000)),
        (
            "fields in depth",
            "<div>".repeat(400) + &"<br>".repeat(100_000) + &"<input type=email>".repeat(20),
        ),
        ("comments", "<!-- ".repeat(200_000)),
    ] {
        let html =
            page("<title>Bridge opens</title>", &format!("<article>{TEXT}</article>{hostile}"));
        let found = read_with(html, &ReadOptions::default());
        let body = found.unwrap_or_else(|rejected| panic!("{name}: {rejected}")).body;
        assert!(body.unwrap().contains("carries two lanes"), "{name}");
    }
}

#[test]
fn a_page_too_large_names_its_limit() {
    let mut small = ReadOptions::default();
    small.limits.article = 1_000;
    let rejected = read_with(page("", &TEXT.repeat(10)), &small).unwrap_err();
    assert_eq!(rejected.reason, Reason::OverLimit { limit: "article", allowed: 1_000 });
}

#[test]
fn a_text_that_is_named_again_and_again_is_not_copied_without_end() {
    let text = "a".repeat(1 << 20);
    let names = vec![r#"\"$5\""#; 100_000].join(",");
    let length = text.len();
    let page = format!(
        r#"<html><head><title>Harbour bridge opens</title></head><body><p>Short.</p><script>self.__next_f.push([1,"5:T{length:x},{text}6:[{names}]\n"])</script></body></html>"#
    );
    // A hundred gigabytes, were they all put in their places.
    let articles =
        newsdb::formats::read(std::io::Cursor::new(page), "page.html", None, &Default::default());
    assert_eq!(articles.into_iter().count(), 1);
}
