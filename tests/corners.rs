//! Small inputs at the corners of the formats: what their specifications allow and few write, and
//! what careless publishers do. What is expected is what a careful reader of the format takes from it.
#![cfg(all(feature = "xml", feature = "mail", feature = "warc"))]

use newsdb::formats::{self, Format, ReadOptions};
use newsdb::{NewArticle, PubStatus, Subject};
use std::io::Cursor;

fn read(input: impl Into<Vec<u8>>, format: Format) -> Vec<NewArticle> {
    let items =
        formats::read(Cursor::new(input.into()), "in", Some(format), &ReadOptions::default());
    items.map(Result::unwrap).collect()
}

fn only(input: impl Into<Vec<u8>>, format: Format) -> NewArticle {
    let [article] = <[NewArticle; 1]>::try_from(read(input, format)).unwrap();
    article
}

/// An item of RSS in a channel of `https://a.example/news/`.
fn item(inner: &str) -> NewArticle {
    only(
        format!(
            "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/' \
             xmlns:content='http://purl.org/rss/1.0/modules/content/' \
             xmlns:media='http://search.yahoo.com/mrss/' xmlns:atom='http://www.w3.org/2005/Atom' \
             xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' \
             xmlns:podcast='https://podcastindex.org/namespace/1.0'><channel><title>T</title>\
             <link>https://a.example/news/</link><item>{inner}</item></channel></rss>"
        ),
        Format::Feed,
    )
}

/// An entry of Atom in a feed of `https://a.example/`.
fn entry(inner: &str) -> NewArticle {
    only(
        format!(
            "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://a.example/' xml:lang='en'>\
             <title>T</title><author><name>Feed Author</name></author><entry>{inner}</entry></feed>"
        ),
        Format::Feed,
    )
}

#[test]
fn the_page_of_an_item() {
    for (inner, expected) in [
        ("<guid>https://a.example/1</guid>", Some("https://a.example/1")),
        ("<guid isPermaLink='TRUE'>https://a.example/1</guid>", Some("https://a.example/1")),
        ("<guid isPermaLink='false'>https://a.example/1</guid>", None),
        ("<guid isPermaLink='no'>https://a.example/1</guid>", None),
        ("<guid isPermaLink='0'>https://a.example/1</guid>", None),
        ("<guid isPermaLink='true'>/1</guid>", Some("https://a.example/1")),
        ("<guid isPermaLink='true'>//b.example/1</guid>", Some("https://b.example/1")),
        ("<guid>/1</guid>", None),
        ("<guid isPermaLink='true'>post-1</guid>", None),
        (
            "<guid>https://a.example/1</guid><link>https://a.example/one</link>",
            Some("https://a.example/one"),
        ),
        ("<link> one?a=1&amp;b=2 </link>", Some("https://a.example/news/one?a=1&b=2")),
        ("<link><![CDATA[https://a.example/1]]></link>", Some("https://a.example/1")),
        ("<link/><guid>https://a.example/1</guid>", Some("https://a.example/1")),
        ("<atom:link rel='self' href='/s'/><atom:link rel='replies' href='/r'/>", None),
        ("<atom:link rel='self' href='/s'/><link>/1</link>", Some("https://a.example/1")),
        ("<atom:link href='https://a.example/1'/>", Some("https://a.example/1")),
        (
            "<link>https://a.example/1</link><link>https://a.example/2</link>",
            Some("https://a.example/1"),
        ),
        ("<comments>https://a.example/1#c</comments>", None),
    ] {
        let article = item(&format!("<title>One</title>{inner}"));
        assert_eq!(article.url.as_deref(), expected, "{inner}");
    }
}

#[test]
fn the_page_of_an_entry() {
    const IANA: &str = "<link rel='http://www.iana.org/assignments/relation/alternate' href='/1'/>";
    for (inner, expected) in [
        ("<id>urn:1</id><link href='/1'/>", Some("https://a.example/1")),
        (
            "<id>urn:1</id><link rel='alternate' type='application/pdf' href='/p'/><link type='text/html' href='/1'/>",
            Some("https://a.example/1"),
        ),
        (IANA, Some("https://a.example/1")),
        ("<id>urn:1</id><link xml:base='/b/' href='1'/>", Some("https://a.example/b/1")),
        ("<id>urn:1</id><content src='/1' type='text/html'/>", Some("https://a.example/1")),
        (
            "<id>urn:1</id><link rel='related' href='/r'/><content src='/1'/>",
            Some("https://a.example/1"),
        ),
        (
            "<id>https://a.example/1</id><link rel='self' href='/1.atom'/>",
            Some("https://a.example/1"),
        ),
        ("<id>urn:1</id><link rel='self' href='/1.atom'/><link rel='via' href='/v'/>", None),
        ("<id>urn:1</id><link href=''/>", None),
    ] {
        let article = entry(&format!("<title>One</title>{inner}"));
        assert_eq!(article.url.as_deref(), expected, "{inner}");
    }
}

#[test]
fn the_text_of_an_entry() {
    const XHTML: &str = "xmlns='http://www.w3.org/1999/xhtml'";
    for (inner, expected) in [
        ("<content type='html'>&lt;p&gt;One &amp;amp; two&lt;/p&gt;</content>".to_owned(), "One & two"),
        ("<content type='html'><p>Real <b>children</b></p></content>".into(), "Real children"),
        (format!("<content type='xhtml'><div {XHTML}><p>One</p><p>Two</p></div></content>"), "One\n\nTwo"),
        ("<content xmlns:x='http://www.w3.org/1999/xhtml' type='xhtml'><x:div><x:p>One</x:p></x:div></content>".into(), "One"),
        ("<content type='text'>1 &lt; 2 &amp; &lt;b&gt;</content>".into(), "1 < 2 & <b>"),
        ("<content>5 &gt; 4</content>".into(), "5 > 4"),
        ("<content type='text/html'>&lt;p&gt;One&lt;/p&gt;</content>".into(), "One"),
        ("<content type='html'><![CDATA[<p>Out <![CDATA[in]]]]><![CDATA[> end</p>]]></content>".into(), "Out in end"),
        ("<content type='text/plain' mode='base64'>SGVs\nbG8=</content>".into(), "Hello"),
        ("<content type='application/x-note'>SGVs\nbG8=</content>".into(), "Hello"),
        ("<content type='application/x-note'>Hi, all.</content>".into(), "Hi, all."),
        ("<content type='text/plain' mode='base64'>Hi, all.</content>".into(), "Hi, all."),
    ] {
        let article = entry(&format!("<id>1</id><title>One</title>{inner}"));
        assert_eq!(article.body.as_deref(), Some(expected), "{inner}");
    }
    // A section that another was wrapped in ends at the first end.
    let article = item(
        "<title>One</title><description><![CDATA[<p>Out <![CDATA[in]]> end</p>]]></description>",
    );
    assert_eq!(article.summary.as_deref(), Some("Out in end"));
    // Without its mark, what stands around it is no comment that hides the rest.
    let article = item(
        "<title>One</title><description>&lt;p&gt;One.&lt;!-&lt;![CDATA[- &lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</description>",
    );
    assert_eq!(article.summary.as_deref(), Some("One.\n\nTwo."));
}

#[test]
fn languages_bases_and_sources() {
    let article = entry(
        "<id>1</id><title xml:lang='de'>Titel</title><content type='html' xml:lang='fr' \
         xml:base='img/'>&lt;img src='p.png'&gt; texte</content><source><title>Orig</title>\
         <link href='https://o.example/'/><link rel='self' href='https://o.example/f'/>\
         <author><name>Ada Berg</name></author></source>",
    );
    assert_eq!(article.language.as_deref(), Some("fr"));
    assert_eq!(article.images[0].url, "https://a.example/img/p.png");
    assert_eq!(article.source.as_deref(), Some("o.example"));
    assert_eq!(article.source_name.as_deref(), Some("Orig"));
    assert_eq!(article.authors, ["Ada Berg"]);
    // Of no language at all.
    assert_eq!(entry("<id>1</id><title xml:lang=''>1</title>").language, None);
    // RDF: the item's own address is its page.
    let rdf = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' \
        xmlns:dc='http://purl.org/dc/elements/1.1/'><channel rdf:about='https://a.example/'><title>T</title>\
        <link>https://a.example/</link></channel><item rdf:about='https://a.example/1'><title>One</title>\
        <dc:creator>Ada Berg</dc:creator><dc:creator>Jon Lund</dc:creator><dc:date>2024-05-01</dc:date></item></rdf:RDF>";
    let article = only(rdf, Format::Feed);
    assert_eq!(article.url.as_deref(), Some("https://a.example/1"));
    assert_eq!(article.authors, ["Ada Berg", "Jon Lund"]);
    assert_eq!(article.published.unwrap().to_string(), "2024-05-01");
}

#[test]
fn what_stands_around_a_feed() {
    const ITEM: &str = "<item><title>One</title><link>/1</link></item>";
    const HEAD: &str = "<title>T</title><link>https://a.example/</link><language>de</language>";
    for feed in [
        format!("\n <?xml version='1.0'?>\n<rss><channel>{HEAD}{ITEM}</channel></rss>"),
        format!("<rss><channel>{HEAD}{ITEM}</channel></rss><!-- cached --><script>x()</script>\n0"),
        format!("<rss><channel>{ITEM}{HEAD}</channel></rss>"),
        format!(
            "<?xml version='1.0'?><?xml-stylesheet href='x.xsl'?><!DOCTYPE rss><RSS><CHANNEL>{HEAD}{ITEM}</CHANNEL></RSS>"
        ),
        format!(
            "<br />\n<b>Warning</b>: no host in <b>/feed.php</b> on line <b>7</b><br />\n<?xml version='1.0'?>\n<rss><channel>{HEAD}{ITEM}</channel></rss>"
        ),
    ] {
        let article = only(feed.as_str(), Format::Feed);
        assert_eq!(article.headline.as_deref(), Some("One"), "{feed}");
        assert_eq!(article.url.as_deref(), Some("https://a.example/1"), "{feed}");
        assert_eq!(article.language.as_deref(), Some("de"), "{feed}");
        assert_eq!(article.source.as_deref(), Some("a.example"), "{feed}");
    }
}

#[test]
fn dates_that_disagree() {
    const PUB: &str = "<pubDate>Mon, 10 Jun 2024 08:00:00 GMT</pubDate>";
    for (inner, published, modified) in [
        (
            format!("{PUB}<dc:date>2024-06-09T08:00:00Z</dc:date>"),
            Some("2024-06-10T08:00:00Z"),
            None,
        ),
        (
            format!("<dc:date>2024-06-09T08:00:00Z</dc:date>{PUB}"),
            Some("2024-06-10T08:00:00Z"),
            None,
        ),
        ("<pubDate></pubDate><dc:date>2024-06-09</dc:date>".to_owned(), Some("2024-06-09"), None),
        (
            format!("{PUB}<atom:updated>2024-06-11T08:00:00Z</atom:updated>"),
            Some("2024-06-10T08:00:00Z"),
            Some("2024-06-11T08:00:00Z"),
        ),
        ("<pubDate>Mon, 10 Jun 24 8:00 EST</pubDate>".into(), Some("2024-06-10T08:00-05:00"), None),
        (
            "<pubDate>Fri, 10 June 2024 08:00:00 Z</pubDate>".into(),
            Some("2024-06-10T08:00:00Z"),
            None,
        ),
        // Day first or month first: nobody knows.
        ("<pubDate>06/10/2024 14:30</pubDate>".into(), None, None),
    ] {
        let article = item(&format!("<title>One</title>{inner}"));
        assert_eq!(article.published.map(|date| date.to_string()).as_deref(), published, "{inner}");
        assert_eq!(article.modified.map(|date| date.to_string()).as_deref(), modified, "{inner}");
    }
}

#[test]
fn pictures_and_files_in_groups() {
    let article = item(
        "<title>One</title><media:group><media:content url='https://a.example/s.jpg' medium='image'/>\
         <media:content url='/l.jpg' medium='image'><media:credit>Jon Lund</media:credit></media:content>\
         <media:title>The bridge</media:title><media:group><media:content url='https://a.example/v.mp4' \
         type='video/mp4' duration='75' fileSize='100'><media:thumbnail url='https://a.example/t.jpg'/>\
         </media:content></media:group></media:group><enclosure url='https://a.example/1.mp3' length='1,000' \
         type='audio/mpeg'/><itunes:duration>1:02:03</itunes:duration><itunes:author>Ada Berg</itunes:author>\
         <podcast:person>Jon Lund</podcast:person><podcast:transcript url='https://a.example/1.vtt'/>",
    );
    let images: Vec<_> = article.images.iter().map(|image| image.url.as_str()).collect();
    assert_eq!(
        images,
        ["https://a.example/s.jpg", "https://a.example/l.jpg", "https://a.example/t.jpg"]
    );
    assert_eq!(article.images[1].caption.as_deref(), Some("The bridge"));
    assert_eq!(article.images[1].credit.as_deref(), Some("Jon Lund"));
    let files: Vec<_> = article
        .enclosures
        .iter()
        .map(|file| (file.url.as_str(), file.length, file.duration))
        .collect();
    assert_eq!(
        files,
        [
            ("https://a.example/1.mp3", Some(1_000), Some(3_723)),
            ("https://a.example/v.mp4", Some(100), Some(75)),
        ]
    );
    assert_eq!(article.authors, ["Ada Berg"]);
}

#[test]
fn people_and_subjects() {
    for (inner, authors) in [
        ("<author>ada@a.example (Ada Berg)</author>", &["Ada Berg"][..]),
        ("<author>Ada Berg &lt;ada@a.example&gt;</author>", &["Ada Berg"]),
        ("<author>ada@a.example</author><dc:creator>Ada Berg</dc:creator>", &["Ada Berg"]),
        ("<author>Ada Berg</author><author>Jon Lund</author>", &["Ada Berg", "Jon Lund"]),
        ("<author><name>Ada Berg</name><email>ada@a.example</email></author>", &["Ada Berg"]),
        ("<atom:author><atom:name>Ada Berg</atom:name></atom:author>", &["Ada Berg"]),
        ("<dc:creator><![CDATA[ ]]></dc:creator><author>Ada Berg</author>", &["Ada Berg"]),
        ("<dc:creator/>", &[]),
    ] {
        assert_eq!(item(&format!("<title>One</title>{inner}")).authors, authors, "{inner}");
    }
    let article = entry(
        "<id>1</id><category term='a' scheme='http://s.example/' label='Aaa'/><category term='a'/>\
         <category term='a'/><category label='Only a label'/><category>Text</category>",
    );
    let subjects: Vec<_> =
        article.subjects.iter().map(|subject| (subject.code.as_str(), subject.label())).collect();
    assert_eq!(
        subjects,
        [("a", "Aaa"), ("a", "a"), ("Only a label", "Only a label"), ("Text", "Text")]
    );
    assert_eq!(article.authors, ["Feed Author"]);
}

#[test]
fn json_feeds_of_both_versions() {
    let feed = r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[
        {"id":1,"url":"/1","content_text":"One","author":{"name":"Ada Berg"},"tags":"a, b"},
        {"id":"2","url":"https://b.example/2","external_url":"https://c.example/","content_html":"<p>Two <a href='x'>x</a></p>",
         "authors":[{"name":"Ada Berg"},{"name":"Jon Lund"}],"author":{"name":"Old Form"},"language":"fr",
         "image":"https://b.example/i.jpg","banner_image":"https://b.example/b.jpg",
         "attachments":[{"url":"https://b.example/2.mp3","mime_type":"audio/mpeg","size_in_bytes":10,"duration_in_seconds":75}]},
        {"id":"https://a.example/3","title":null,"content_text":"Three","authors":null,"tags":[" x ","","Washington, D.C."]}],
        "home_page_url":"https://a.example/","language":"de","authors":[{"name":"Feed Author"}]}"#;
    let [one, two, three] = <[NewArticle; 3]>::try_from(read(feed, Format::Feed)).unwrap();
    // What stands below the items holds for them too.
    assert_eq!(one.url.as_deref(), Some("https://a.example/1"));
    assert_eq!((one.id.as_deref(), one.language.as_deref()), (Some("1"), Some("de")));
    assert_eq!(one.authors, ["Ada Berg"]);
    let tags = |article: &NewArticle| -> Vec<String> {
        article.subjects.iter().map(|subject| subject.code.clone()).collect()
    };
    assert_eq!(tags(&one), ["a", "b"]);
    assert_eq!(two.url.as_deref(), Some("https://b.example/2"));
    assert_eq!(two.authors, ["Ada Berg", "Jon Lund"]);
    assert_eq!(two.language.as_deref(), Some("fr"));
    assert_eq!(two.body.as_deref(), Some("Two x"));
    assert_eq!((two.images.len(), two.enclosures[0].duration), (2, Some(75)));
    assert_eq!(three.url.as_deref(), Some("https://a.example/3"));
    assert_eq!(three.authors, ["Feed Author"]);
    assert_eq!(tags(&three), ["x", "Washington, D.C."]);
}

#[test]
fn codes_of_an_items_own_catalogue() {
    let newsml = "<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/' guid='urn:newsml:a.example:1' version='2'>\
        <catalog><scheme alias='topics' uri='http://cv.iptc.org/newscodes/mediatopic/'/>\
        <scheme alias='own' uri='http://a.example/cv/'/><scheme alias='state' uri='http://cv.iptc.org/newscodes/pubstatusg2/'/></catalog>\
        <itemMeta><itemClass qcode='ninat:text'/><provider literal='Agency'/><versionCreated>2024-06-10T08:00:00Z</versionCreated>\
        <pubStatus qcode='state:withheld'/></itemMeta><contentMeta><headline>One</headline>\
        <subject qcode='topics:20000350'><name>Transport</name></subject><subject qcode='own:77'><name>Quay</name></subject>\
        <subject qcode='medtop:11000000'/></contentMeta><contentSet><inlineData>Text.</inlineData></contentSet></newsItem>";
    let article = only(newsml, Format::Newsml);
    let subjects: Vec<_> = article
        .subjects
        .iter()
        .map(|subject| (subject.scheme.as_deref().unwrap_or(""), subject.code.as_str()))
        .collect();
    assert_eq!(subjects, [("medtop", "20000350"), ("own", "77"), ("medtop", "11000000")]);
    assert_eq!(article.status, Some(PubStatus::Withheld));
    // Of two vocabularies with one short name, the first has it; many are looked up each at once.
    let schemes: String = (0..10_000)
        .map(|n| format!("<scheme alias='a{n}' uri='http://a.example/{n}/'/>"))
        .chain(
            ["http://cv.iptc.org/newscodes/mediatopic/", "http://a.example/cv/"]
                .map(|uri| format!("<scheme alias='last' uri='{uri}'/>")),
        )
        .collect();
    let subjects = "<subject qcode='last:20000350'/>".repeat(10_000);
    let long = newsml
        .replace("<catalog>", &format!("<catalog>{schemes}"))
        .replace("<headline>", &format!("{subjects}<headline>"));
    let article = only(long, Format::Newsml);
    let topic = |subject: &&Subject| {
        (subject.scheme.as_deref(), subject.code.as_str()) == (Some("medtop"), "20000350")
    };
    assert_eq!(article.subjects.iter().filter(topic).count(), 10_001);
}

const HEADER: &str =
    "From: \"Berg, Ada\" <ada@a.example>\nSubject: One\nDate: Mon, 10 Jun 2024 08:00:00 +0200\n";

/// The text of a message with these lines below its header.
fn mail(rest: &[u8]) -> Option<String> {
    only([HEADER.as_bytes(), rest].concat(), Format::Mail).body
}

#[test]
fn texts_of_messages() {
    let flowed = "Content-Type: text/plain; format=flowed\n\nThe bridge opened \non Monday.\n\n Second \nline.\n";
    let glued = "Content-Type: text/plain; format=flowed; delsp=yes\n\n港口大桥 \n通车。\n";
    // Lines go on in those that are quoted as deep; a signature goes on in none.
    let quoted = "Content-Type: text/plain; format=flowed\n\nHe wrote:\n> The bridge \n> opened \n>> on \n>> Monday.\n> Yes \nIt did. \n-- \nAda\n";
    let glued_quotes =
        "Content-Type: text/plain; format=flowed; delsp=yes\n\n> 港口 \n> 大桥 \n通车。\n";
    let latin = [
        &b"Content-Type: text/plain; charset=utf-8\n\n"[..],
        b"Caf\xe9s \xfcber die Br\xfccke, na\xefve",
    ]
    .concat();
    let chinese = [
        &b"Content-Type: text/plain; charset=gb2312\n\n"[..],
        b"\xb8\xdb\xbf\xda\xb4\xf3\xc7\xc5\xcd\xa8\xb3\xb5",
    ]
    .concat();
    // "Grüße von der Brücke.", and a line that a server put in.
    let signed = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nR3LDvMOfZSB2b24g\n*** scanned by a.example ***\nZGVyIEJyw7xja2Uu\n";
    let soft = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nA lo=\nng w=C3=B6rd =3D one=20\nend=\n";
    for (rest, expected) in [
        (flowed.as_bytes(), "The bridge opened on Monday.\n\nSecond line."),
        (glued.as_bytes(), "港口大桥通车。"),
        (
            quoted.as_bytes(),
            "He wrote:\n> The bridge opened \n>> on Monday.\n> Yes \nIt did. \n-- \nAda",
        ),
        (glued_quotes.as_bytes(), "> 港口大桥\n通车。"),
        (&latin, "Cafés über die Brücke, naïve"),
        (&chinese, "港口大桥通车"),
        ("Content-Type: text/plain; charset=us-ascii\n\nCafé".as_bytes(), "Café"),
        ("Content-Type: text/plain; charset=x-unheard-of\n\nÅse".as_bytes(), "Åse"),
        ("\nÅse".as_bytes(), "Åse"),
        (signed.as_bytes(), "Grüße von der Brücke."),
        (soft.as_bytes(), "A long wörd = one \nend"),
    ] {
        assert_eq!(mail(rest).as_deref(), Some(expected), "{}", String::from_utf8_lossy(rest));
    }
}

#[test]
fn messages_in_parts() {
    let nested = "Content-Type: multipart/mixed; boundary=a\n\nfor old readers\n--a\nContent-Type: multipart/related; boundary=b\n\n\
        --b\nContent-Type: multipart/alternative; boundary=c\n\n--c\nContent-Type: text/html\n\n<style>p{}</style>\
        <div style='display:none'>Preheader</div><p>Hello.</p>\n--c--\n--b\nContent-Type: image/png\n\nx\n--b--\n\
        --a\nContent-Type: text/plain\n\nTo leave the list, write to leave@a.example\n--a--\nafter\n";
    assert_eq!(mail(nested.as_bytes()).as_deref(), Some("Hello."));
    let forwarded = "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: message/rfc822\n\nSubject: Inner\n\nInner text.\n--a--\n";
    assert_eq!(mail(forwarded.as_bytes()).as_deref(), Some("Inner text."));
    // A form that was found before is none of what stands in a further one.
    for (kind, parts) in [
        (
            "mixed",
            [
                "text/html\n\n<html><body><div><br></div></body></html>",
                "application/pdf\n\nx",
                "text/html\n\n<p>Rich.</p>",
            ]
            .as_slice(),
        ),
        ("related", &["image/png\n\nx", "text/html\n\n<p>Rich.</p>"]),
        ("mixed", &["text/html\n\n<p>Rich.</p>", "text/html\n\n<p>Footer.</p>"]),
    ] {
        let parts: String =
            parts.iter().map(|part| format!("--b\nContent-Type: {part}\n")).collect();
        let article = only(
            format!(
                "{HEADER}Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\nPlain.\n\
                 --a\nContent-Type: multipart/{kind}; boundary=b\n\n{parts}--b--\n--a--\n"
            ),
            Format::Mail,
        );
        assert_eq!(article.body.as_deref(), Some("Plain."));
        assert_eq!(article.body_html.as_deref().map(str::trim), Some("<p>Rich.</p>"), "{kind}");
    }
    let cut = "Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\nText that is cut";
    assert_eq!(mail(cut.as_bytes()).as_deref(), Some("Text that is cut"));
    let unmarked = "Content-Type: multipart/alternative\n\nText without a mark.\n";
    assert_eq!(mail(unmarked.as_bytes()).as_deref(), Some("Text without a mark."));
    let article = only(format!("{HEADER}\nText"), Format::Mail);
    assert_eq!(article.authors, ["Ada Berg"]);
    // A line of a text is no mark between messages.
    let mailbox = "From a@a.example Mon Jun 10 08:00:00 2024\nSubject: One\n\nText.\n\nFrom here on it is steep.\n\n\
        From - Mon Jun 10 08:01:00 2024\nSubject: Two\n\nMore.\n";
    let texts: Vec<_> =
        read(mailbox, Format::Mail).into_iter().map(|article| article.body.unwrap()).collect();
    assert_eq!(texts, ["Text.\n\nFrom here on it is steep.", "More."]);
}

#[test]
fn tables_and_lines() {
    let table = "title;text;date;author\n\"A \"\"quoted\"\" one\";\"Line 1\nLine 2\";10.06.2024;Ada Berg\nB;;;\n";
    let [one, two] = <[NewArticle; 2]>::try_from(read(table, Format::Csv)).unwrap();
    assert_eq!(one.headline.as_deref(), Some("A \"quoted\" one"));
    assert_eq!(one.body.as_deref(), Some("Line 1\nLine 2"));
    assert_eq!(one.published.unwrap().to_string(), "2024-06-10");
    assert_eq!((two.headline.as_deref(), two.published_raw), (Some("B"), None));
    // What is blank says nothing: it is no id that articles share, and hides no other name.
    let line = r#"{"headline":"","title":"One","published":" ","id":"","url":"","link":"https://a.example/1","source":"",
        "language":"","body":"","body_html":"<p>Text</p>","authors":["",null],"author":" Ada Berg","images":[""],"subjects":""}"#;
    let article = only(line.replace('\n', ""), Format::Jsonl);
    assert_eq!(article.headline.as_deref(), Some("One"));
    assert_eq!(article.url.as_deref(), Some("https://a.example/1"));
    assert_eq!(article.body.as_deref(), Some("Text"));
    assert_eq!((article.id, article.source, article.language), (None, None, None));
    assert_eq!((article.published, article.published_raw), (None, None));
    assert_eq!((article.images.len(), article.subjects.len()), (0, 0));
    // Blanks that stand alone are text as given; beside another name they hide nothing.
    let line = r#"{"headline":"\t","images":[{"url":"u","caption":"\t"}],"url":" ","link":"l"}"#;
    let article = only(line.to_owned(), Format::Jsonl);
    assert_eq!(article.headline.as_deref(), Some("\t"));
    assert_eq!(article.images[0].caption.as_deref(), Some("\t"));
    assert_eq!(article.url.as_deref(), Some("l"));
}

#[test]
fn answers_of_servers() {
    const PAGE: &str = "<html><head><title>Bridge opens</title></head><body><h1>Bridge opens</h1>\
        <p>The harbour bridge opened on Monday, ten years after the old one was closed to all traffic.</p></body></html>";
    let chunked = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: Chunked\r\n\r\n{:x}\r\n{PAGE}\r\n0\r\n\r\n",
        PAGE.len()
    );
    for answer in [
        chunked,
        format!("HTTP/2 200\r\ncontent-type: text/html; charset=utf-8\r\n\r\n{PAGE}"),
        format!("HTTP/1.1 200 OK\nContent-Type: application/xhtml+xml\n\n{PAGE}"),
        format!("HTTP/1.0 200\r\n\r\n{PAGE}"),
    ] {
        let record = format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <https://a.example/1>\r\nWARC-Date: 2024-06-10T08:00:00Z\r\n\
             Content-Length: {}\r\n\r\n{answer}\r\n\r\n",
            answer.len()
        );
        let article = only(record, Format::Warc);
        assert_eq!(article.url.as_deref(), Some("https://a.example/1"));
        assert_eq!(article.headline.as_deref(), Some("Bridge opens"));
        assert!(article.body.unwrap().ends_with("to all traffic."), "{answer}");
    }
}
