//! Feeds after the habits of real publishers, and hostile ones. What is expected was worked out
//! by hand from the documents.
#![cfg(feature = "xml")]

use newsdb::formats::{self, Format, ReadOptions};
use newsdb::{Feed, Limits, NewArticle, NewsDb, Query, Reason, Rejected, Sort};

fn read_with(feed: impl Into<Vec<u8>>, options: &ReadOptions) -> Vec<Result<NewArticle, Rejected>> {
    let input = std::io::Cursor::new(feed.into());
    formats::read(input, "feed", Some(Format::Feed), options).collect()
}

fn read(feed: impl Into<Vec<u8>>) -> Vec<Result<NewArticle, Rejected>> {
    read_with(feed, &ReadOptions::default())
}

/// All items of a feed without a fault.
fn articles(feed: impl Into<Vec<u8>>) -> Vec<NewArticle> {
    read(feed).into_iter().map(Result::unwrap).collect()
}

/// The items of a damaged feed, and what was refused: lines and reasons.
fn damaged(feed: impl Into<Vec<u8>>) -> (Vec<NewArticle>, Vec<(Option<u64>, Reason)>) {
    let (mut articles, mut refused) = (Vec::new(), Vec::new());
    for item in read(feed) {
        match item {
            Ok(article) => articles.push(article),
            Err(rejected) => refused.push((rejected.place.line, rejected.reason)),
        }
    }
    (articles, refused)
}

fn headlines(articles: &[NewArticle]) -> Vec<&str> {
    articles.iter().map(|article| article.headline.as_deref().unwrap_or("-")).collect()
}

/// An RSS channel around items.
fn rss(items: &str) -> String {
    format!("<rss version=\"2.0\"><channel><title>T</title>{items}</channel></rss>")
}

#[test]
fn a_document_cut_in_an_item_gives_what_stands_before_and_one_rejection() {
    let whole = rss("<item><title>one</title></item>\n<item><title>two</title></item>");
    let (articles, refused) = damaged(whole.split_at(whole.find("two").unwrap()).0);
    assert_eq!(headlines(&articles), ["one"]);
    let [(Some(2), Reason::Malformed(reason))] = &refused[..] else { panic!("{refused:?}") };
    assert_eq!(reason, "the document ends within <item>");
}

#[test]
fn a_stray_less_than_or_ampersand_is_text() {
    let feed = rss("<item><title>5 < 6 & AT&T &nbsp;&hellip; &foo; &#146;</title></item>");
    assert_eq!(headlines(&articles(feed)), ["5 < 6 & AT&T … &foo; ’"]);
}

#[test]
fn an_item_over_a_limit_is_passed_over() {
    let long = "x".repeat(200_000);
    let feed = rss(&format!(
        "<item><title>one</title></item><item><title a='{long}'>two</title></item>\
         <item><title>three</title></item>"
    ));
    let limits = Limits { article: 100_000, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    let items = read_with(feed, &options);
    let reason = Reason::OverLimit { limit: "article", allowed: 100_000 };
    assert_eq!(items.iter().filter(|item| item.is_ok()).count(), 2);
    assert_eq!(items[1].as_ref().unwrap_err().reason, reason);
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/feeds");
    std::fs::read(folder.join(name)).unwrap()
}

/// An item as text: a field a line, absent ones left out.
fn fields(article: &NewArticle) -> String {
    let mut out = String::new();
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            out += &format!("{name}: {value}\n");
        }
    };
    let a = article.clone();
    line("id", a.id);
    line("url", a.url);
    line("headline", a.headline);
    line("summary", a.summary.map(|text| text.replace('\n', "|")));
    line("body", a.body.map(|text| text.replace('\n', "|")));
    line("authors", (!a.authors.is_empty()).then(|| a.authors.join("; ")));
    line("published", a.published.map(|date| date.to_string()));
    line("published_raw", a.published_raw);
    line("modified", a.modified.map(|date| date.to_string()));
    line("language", a.language);
    for subject in a.subjects {
        let scheme = subject.scheme.map(|scheme| format!(" [{scheme}]")).unwrap_or_default();
        let name = subject.name.map(|name| format!(" = {name}")).unwrap_or_default();
        line("subject", Some(format!("{}{scheme}{name}", subject.code)));
    }
    for image in a.images {
        let more: Vec<_> = [image.caption, image.credit].into_iter().flatten().collect();
        line("image", Some(format!("{} {}", image.url, more.join(" / ")).trim().to_owned()));
    }
    for file in a.enclosures {
        let more = (file.media_type, file.length, file.duration, file.title);
        line("enclosure", Some(format!("{} {more:?}", file.url)));
    }
    line("source", a.source.map(|key| format!("{key} ({})", a.source_name.unwrap_or_default())));
    line("feed", a.feed);
    out
}

/// The one item of a fixture at a place, field by field.
#[track_caller]
fn expect(name: &str, number: usize, expected: &str) {
    let found = articles(fixture(name));
    let lines = expected.trim().lines().map(|line| line.trim().to_owned() + "\n");
    assert_eq!(fields(&found[number]), lines.collect::<String>(), "{name}, item {number}");
}

#[test]
fn a_weblog_with_excerpt_and_full_text() {
    expect(
        "wordpress.xml",
        0,
        "id: https://observer.example/?p=4711
         url: https://observer.example/2024/06/mayors-bridge/
         headline: Mayor’s bridge – “a good day” for R&D
         summary: The bridge opened on Monday. The mayor cut the ribbon. […]||The post Mayor’s bridge appeared first on Lindholm Observer.
         body: The bridge opened on Monday.||The mayor cut the ribbon.
         authors: Anna Berg
         published: 2024-06-10T08:00:12Z
         language: en-GB
         subject: Local
         subject: Roads & Bridges
         image: https://observer.example/wp-content/uploads/bridge.jpg The bridge
         source: observer.example (Lindholm Observer)
         feed: https://observer.example/feed/",
    );
    let found = articles(fixture("wordpress.xml"));
    let html = found[0].body_html.as_deref().unwrap();
    assert!(
        html.contains("src=\"https://observer.example/wp-content/uploads/bridge.jpg\""),
        "{html}"
    );
}

#[test]
fn a_broadcaster() {
    expect(
        "broadcaster.xml",
        0,
        "id: https://www.nbn.example/news/articles/c4ngk17#0
         url: https://www.nbn.example/news/articles/c4ngk17?at_medium=RSS&at_campaign=rss
         headline: Lithium accord signed in Astana
         summary: Kazakhstan will supply lithium to South Korea for ten years.
         published: 2024-06-13T05:12:00Z
         language: en-gb
         image: https://ichef.nbn.example/ace/240/astana.jpg
         source: nbn.example (NBN News)
         feed: https://feeds.nbn.example/news/world/rss.xml",
    );
    // Undated stays undated, whatever the channel says of itself.
    expect(
        "broadcaster.xml",
        1,
        "id: https://www.nbn.example/news/articles/c9xferry
         url: https://www.nbn.example/news/articles/c9xferry
         headline: Ferry runs again
         language: en-gb
         source: nbn.example (NBN News)
         feed: https://feeds.nbn.example/news/world/rss.xml",
    );
}

#[test]
fn a_daily_with_media() {
    expect(
        "daily.xml",
        0,
        "id: https://www.lantern.example/2024/06/12/world/floods.html
         url: https://www.lantern.example/2024/06/12/world/floods.html
         headline: Floods reach the delta
         summary: The river rose for a third day.
         authors: Tomas Lind; Mei Chen
         published: 2024-06-12T14:03:55-04:00
         language: en-US
         subject: Floods [https://www.lantern.example/namespaces/keywords/des]
         subject: Red River Delta [https://www.lantern.example/namespaces/keywords/geo]
         image: https://static.lantern.example/floods-moth.jpg A street in the delta on Wednesday. / Ravi Shah for The Daily Lantern
         source: lantern.example (The Daily Lantern | World)",
    );
    expect(
        "daily.xml",
        1,
        "url: https://www.lantern.example/video/dam
         headline: Video: the dam from above
         language: en-US
         image: https://static.lantern.example/dam-poster.jpg
         enclosure: https://video.lantern.example/dam.mp4 (Some(\"video/mp4\"), Some(10485760), Some(75), Some(\"The dam from above\"))
         source: lantern.example (The Daily Lantern | World)",
    );
}

#[test]
fn an_atom_weblog() {
    expect(
        "atom-blog.xml",
        0,
        "id: tag:blogs.example,1999:blog-42.post-1
         url: https://trams.blogs.example/2024/06/line-4.html
         headline: Line 4 & the new depot
         body: Line 4 runs again.||See the map.
         authors: Ivo Kask
         published: 2024-06-11T21:30:00-07:00
         modified: 2024-06-12T09:41:00-07:00
         subject: tram [http://www.blogs.example/atom/ns#]
         subject: tallinn [http://www.blogs.example/atom/ns#] = Tallinn
         source: trams.blogs.example (Notes on Trams)
         feed: https://trams.blogs.example/feeds/posts/default?alt=atom",
    );
    // Plain text is plain; the only date is that of the last change.
    expect(
        "atom-blog.xml",
        1,
        "id: tag:blogs.example,1999:blog-42.post-2
         url: https://trams.blogs.example/2024/06/tags.html
         headline: Using <tram> tags
         summary: A short note.|Two lines.
         authors: Guest Writer
         published: 2024-06-12T09:41:00-07:00
         modified: 2024-06-12T09:41:00-07:00
         source: trams.blogs.example (Notes on Trams)
         feed: https://trams.blogs.example/feeds/posts/default?alt=atom",
    );
    let found = articles(fixture("atom-blog.xml"));
    let link = "<a href=\"https://trams.blogs.example/map.html\">the map</a>";
    assert!(found[0].body_html.as_deref().unwrap().contains(link));
}

#[test]
fn atom_of_2004() {
    expect(
        "atom03.xml",
        0,
        "id: tag:vieux.example,2004:7
         url: http://vieux.example/journal/2004/ete
         headline: L'été à Brest
         summary: Un mot.
         body: La mer est bleue.
         authors: Hélène Doré
         published: 2004-01-31T10:05Z
         modified: 2004-02-01T17:00:00Z
         language: fr
         subject: mer
         source: vieux.example (Le vieux journal)",
    );
    expect(
        "atom03.xml",
        1,
        "id: tag:vieux.example,2004:8
         headline: Base 64
         body: Salut le monde.
         authors: Hélène Doré
         language: fr
         source: vieux.example (Le vieux journal)",
    );
}

#[test]
fn rss_1_with_dublin_core() {
    expect(
        "rss10.xml",
        0,
        "id: https://archiv.example/1
         url: https://archiv.example/1
         headline: Brücke eröffnet
         summary: Die Brücke ist offen.
         body: Die Brücke ist offen.||blau|lang
         authors: Eva Maier; Jan Huber
         published: 2024-06-10T10:00+02:00
         language: de
         subject: Verkehr
         subject: Stadt
         enclosure: https://archiv.example/1.mp3 (Some(\"audio/mpeg\"), Some(4096), None, None)
         source: archiv.example (Archiv heute)",
    );
    let found = articles(fixture("rss10.xml"));
    assert_eq!(found[1].url.as_deref(), Some("https://archiv.example/zwei"));
    assert_eq!(found[1].id.as_deref(), Some("https://archiv.example/2"));
}

#[test]
fn a_podcast() {
    expect(
        "podcast.xml",
        0,
        "id: talk-12
         headline: 12: Cranes
         summary: Who moves the boxes?
         authors: Lena Holm
         published: 2024-06-07T06:00-05:00
         language: en
         subject: cranes
         subject: port
         image: https://talk.example/12.jpg
         enclosure: https://cdn.talk.example/12.mp3 (Some(\"audio/mpeg\"), Some(59875123), Some(3723), None)
         source: talk.example (Harbour Talk)",
    );
    expect(
        "podcast.xml",
        1,
        "id: https://talk.example/11
         url: https://talk.example/11
         headline: 11: Tugs
         summary: Short.
         published_raw: not a date
         language: en
         enclosure: https://cdn.talk.example/11.mp3 (Some(\"audio/mpeg\"), None, Some(605), None)
         source: talk.example (Harbour Talk)",
    );
}

#[test]
fn items_that_came_from_other_feeds_keep_their_publisher() {
    expect(
        "planet.xml",
        0,
        "id: urn:uuid:1
         url: https://www.postimehed.example/sild
         headline: Sild on avatud
         authors: Mari Tamm
         published: 2024-06-10T08:00:00Z
         modified: 2024-06-10T08:00:00Z
         language: et
         source: postimehed.example (Postimehed)
         feed: https://planet.example/atom.xml",
    );
    expect(
        "google.xml",
        0,
        "id: CBMi
         url: https://search.example/rss/articles/CBMi?oc=5
         headline: Accord signed - The Steppe Times
         summary: Accord signed The Steppe Times
         published: 2024-06-13T07:00:00Z
         language: en-US
         source: steppetimes.example (The Steppe Times)",
    );
}

#[test]
fn encodings_declared_rightly_wrongly_and_wide() {
    expect(
        "windows.xml",
        0,
        "url: http://vesti.example/1
         headline: «Мост» открыт
         summary: Мост через гавань открылся.
         body: Мост через гавань открылся в понедельник.
         authors: Иван Петров
         published: 2024-06-10T11:00:00+03:00
         language: ru
         subject: Город
         image: http://vesti.example/1.jpg
         enclosure: http://vesti.example/1.jpg (Some(\"image/jpeg\"), None, None, None)
         source: vesti.example (Вести порта)",
    );
    let first = |name| headlines(&articles(fixture(name)))[0].to_owned();
    assert_eq!(first("sjis.xml"), "港の橋が開通");
    assert_eq!(first("utf16.xml"), "Ünïcode");
    assert_eq!(first("lying.xml"), "Crème brûlée à 5 €");
}

#[test]
fn what_a_person_would_mend() {
    expect(
        "sloppy.xml",
        0,
        "url: http://sloppy.example/a?x=1&y=2&copy=3
         headline: Profit up 5 < 6 %? Q&A
         summary: Profits rose sharply — again|Second line
         authors: Sam Slop
         published: 2024-06-10T08:05:00+02:00
         source: sloppy.example (Sloppy & Sons)",
    );
    let found = articles(fixture("sloppy.xml"));
    assert_eq!(headlines(&found), ["Profit up 5 < 6 %? Q&A", "No end tag", "Next one"]);
    assert_eq!(found[1].url.as_deref(), Some("http://sloppy.example/b"));
    assert_eq!(found[1].id.as_deref(), Some("b-2"));
}

#[test]
fn json_feed() {
    let (found, refused) = damaged(fixture("feed.json"));
    assert_eq!(
        fields(&found[0]),
        "id: 17\n\
         url: https://www.post.example/2024/bridge\n\
         headline: Bridge <opens>\n\
         summary: It is blue.\n\
         body: Blue.\n\
         authors: Una Ozola; Post Staff\n\
         published: 2024-06-10T08:00:00+03:00\n\
         modified: 2024-06-11T08:00:00+03:00\n\
         language: lv\n\
         subject: bridges\n\
         subject: city\n\
         image: https://www.post.example/b.jpg\n\
         image: https://cdn.post.example/banner.jpg\n\
         enclosure: https://cdn.post.example/b.mp3 (Some(\"audio/mpeg\"), Some(1024), Some(61), Some(\"Listen\"))\n\
         source: post.example (Post)\n\
         feed: https://post.example/feed.json\n"
    );
    assert_eq!(found[0].attributes["_post"]["rank"], 3);
    assert_eq!(found[1].url.as_deref(), Some("https://post.example/2"));
    assert_eq!(found[1].body.as_deref(), Some("Only text.\nTwo lines."));
    assert_eq!(
        (&found[1].authors[..], found[1].language.as_deref()),
        (&["Old Style".to_owned()][..], Some("en"))
    );
    assert_eq!(found[2].url.as_deref(), Some("https://elsewhere.example/4"));
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].0, Some(11));
}

#[test]
fn what_a_feed_says_of_itself() {
    let channel = |name: &str| {
        let input = std::io::Cursor::new(fixture(name));
        let mut items = formats::read(input, name, None, &ReadOptions::default());
        items.by_ref().for_each(drop);
        items.channel().unwrap()
    };
    let weblog = channel("wordpress.xml");
    assert_eq!(weblog.title.as_deref(), Some("Lindholm Observer"));
    assert_eq!(weblog.site.as_deref(), Some("https://observer.example"));
    assert_eq!(weblog.url.as_deref(), Some("https://observer.example/feed/"));
    assert_eq!(weblog.language.as_deref(), Some("en-GB"));
    assert_eq!(weblog.ttl, Some(30));
    assert_eq!(channel("atom-blog.xml").hub.as_deref(), Some("https://hub.example/"));
    assert_eq!(channel("podcast.xml").moved_to.as_deref(), Some("https://talk.example/new.rss"));
    assert_eq!(channel("feed.json").hub.as_deref(), Some("https://hub.example/"));
    assert_eq!(channel("rss10.xml").language.as_deref(), Some("de-AT"));
    assert_eq!(channel("broadcaster.xml").ttl, Some(15));
    assert_eq!(channel("utf16.xml").title.as_deref(), Some("Wide"));
}

#[test]
fn the_caller_knows_source_feed_and_address_best() {
    let options = ReadOptions {
        source: Some("lantern".into()),
        url: Some("https://mirror.example/feeds/all.xml".into()),
        ..ReadOptions::default()
    };
    let items = read_with(
        "<rss><channel><item><link>story/1</link></item><item><title>t</title></item></channel></rss>",
        &options,
    );
    let articles: Vec<_> = items.into_iter().map(Result::unwrap).collect();
    assert_eq!(articles[0].url.as_deref(), Some("https://mirror.example/feeds/story/1"));
    assert_eq!(articles[0].source.as_deref(), Some("lantern"));
    assert_eq!(articles[0].feed.as_deref(), Some("https://mirror.example/feeds/all.xml"));
    // The address is the feed's, and not that of an item without a link.
    assert_eq!((articles[1].url.as_deref(), articles[1].id.as_deref()), (None, None));
    let options = ReadOptions { source: None, ..options };
    let items = read_with("<rss><channel><item><title>t</title></item></channel></rss>", &options);
    assert_eq!(items[0].as_ref().unwrap().source.as_deref(), Some("mirror.example"));
}

#[test]
fn a_description_as_long_as_an_article_is_the_article() {
    let long = format!("<p>{}</p>", "word ".repeat(300));
    let feed = rss(&format!("<item><description><![CDATA[{long}]]></description></item>"));
    let found = articles(feed);
    assert_eq!(found[0].body, found[0].summary);
    assert_eq!(found[0].body_html.as_deref(), Some(long.as_str()));
}

#[test]
fn laughs_and_entities_from_outside_stay_unread() {
    let bomb = "<!DOCTYPE rss [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>\
                <!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY x SYSTEM 'file:///etc/passwd'>\
                <!ENTITY % p PUBLIC '-//x' 'http://evil.example/x.dtd'> %p;]>";
    let feed = bomb.to_owned() + &rss("<item><title>&c; &x; &a; end</title></item>");
    let found = articles(feed);
    let headline = found[0].headline.as_deref().unwrap();
    assert!(headline.len() < 200 && headline.ends_with("&x; ha end"), "{headline}");
}

/// Each level is 341 of the one before: the last would have 39 GB.
#[test]
fn entities_of_entities_stay_short() {
    let level =
        |name: &str, of: &str| format!("<!ENTITY {name} '{}'>", format!("&{of};").repeat(341));
    let first = format!("<!ENTITY a '{}'>", "x".repeat(1_000));
    let levels = level("b", "a") + &level("c", "b") + &level("d", "c");
    let short = "<!ENTITY two '&a;'>";
    let bomb = format!("<!DOCTYPE rss [{first}{levels}{short}]>");
    let feed =
        bomb + &rss("<item><title>&b;&d; end</title></item><item><title>&two;</title></item>");
    let found = articles(feed);
    assert_eq!(found[0].headline.as_deref(), Some("&b;&d; end"));
    assert_eq!(found[1].headline.as_deref().map(str::len), Some(1_000));
}

/// A comparison of each with each would take minutes.
#[test]
fn hundreds_of_thousands_of_keywords_and_pictures_are_an_item() {
    let words: Vec<String> = (0..300_000).map(|n| format!("w{n}")).collect();
    let picture = |n| format!("<media:thumbnail url='http://a.example/{n}.png'/>");
    let pictures: String = (0..100_000).chain(0..10).map(picture).collect();
    let item = format!(
        "<item><title>one</title><media:keywords>{0},{0}</media:keywords>{pictures}</item>",
        words.join(",")
    );
    let limits = Limits { article: 64 << 20, ..Limits::default() };
    let found = read_with(rss(&item), &ReadOptions { limits, ..ReadOptions::default() });
    let article = found[0].as_ref().unwrap();
    assert_eq!(article.subjects.len(), 300_000);
    assert_eq!(article.images.len(), 100_000);
}

#[test]
fn a_text_of_signs_that_may_begin_tags_takes_no_longer() {
    let texts = ["<q ".repeat(300_000), "<img ".repeat(300_000), "<a1".repeat(300_000)];
    let items = texts.map(|text| {
        format!("<item><title>t</title><description><![CDATA[{text}]]></description></item>")
    });
    assert_eq!(articles(rss(&items.concat())).len(), 3);
    let broken = rss("<item><title>Donau&lt;wbr&gt;dampf &lt;q&gt; is a letter</title></item>");
    assert_eq!(headlines(&articles(broken)), ["Donaudampf is a letter"]);
    let word = rss(
        "<item><title>The &lt;q&gt; is a letter, &lt;s&gt; too: no &lt;/strong&gt;</title></item>",
    );
    assert_eq!(headlines(&articles(word)), ["The <q> is a letter, <s> too: no </strong>"]);
}

#[test]
fn an_attribute_of_many_entities_is_over_the_limit() {
    let doctype = format!("<!DOCTYPE rss [<!ENTITY a '{}'>]>", "x".repeat(1_000));
    let many = "&a;".repeat(100_000);
    let items = format!(
        "<item><title>one</title></item><item><title a='{many}'>two</title></item>\
         <item><title>three</title></item>"
    );
    let found = read(doctype + &rss(&items));
    let said: Vec<_> = found.iter().map(|item| item.as_ref().map(|a| a.headline.clone())).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert_eq!(said[0].as_ref().unwrap().as_deref(), Some("one"));
    let reason = &said[1].as_ref().unwrap_err().reason;
    assert!(matches!(reason, Reason::OverLimit { limit: "article", .. }), "{reason}");
    assert_eq!(said[2].as_ref().unwrap().as_deref(), Some("three"));
}

#[test]
fn an_attribute_of_100_mb_costs_its_item_alone() {
    let head = "<rss><channel><item><title>one</title></item><item><title a=\"";
    let tail = "\">two</title></item><item><title>three</title></item></channel></rss>";
    let input = std::io::Read::chain(
        std::io::Read::chain(
            head.as_bytes(),
            std::io::Read::take(std::io::repeat(b'x'), 100 << 20),
        ),
        tail.as_bytes(),
    );
    let items: Vec<_> =
        formats::read(input, "feed", Some(Format::Feed), &ReadOptions::default()).collect();
    let names: Vec<_> =
        items.iter().map(|i| i.as_ref().map(|a| a.headline.clone().unwrap())).collect();
    assert_eq!(names.len(), 3);
    assert_eq!(names[0].as_deref(), Ok("one"));
    assert_eq!(
        names[1].as_ref().unwrap_err().reason,
        Reason::OverLimit { limit: "article", allowed: 32 << 20 }
    );
    assert_eq!(names[2].as_deref(), Ok("three"));
}

#[test]
fn nesting_of_10_000_costs_its_item_alone() {
    let deep = "<div>".repeat(10_000);
    let feed = rss(&format!(
        "<item><title>one</title><description>{deep}x</description></item><item><title>two</title></item>"
    ));
    let (articles, refused) = damaged(feed);
    assert_eq!(headlines(&articles), ["two"]);
    assert_eq!(refused[0].1, Reason::OverLimit { limit: "nesting", allowed: 128 });
    let (_, refused) = damaged("<a>".repeat(100_000));
    assert_eq!(refused.len(), 1);
    let (_, refused) = damaged("<rss>".repeat(100_000));
    assert_eq!(refused.len(), 1);
}

#[test]
fn damage_is_mended_in_time() {
    // Each of these asks a careless reader to begin over and over.
    for piece in ["< ", "<a <", "<![CDATA[", "<!-- ", "&amp", "<item>", "<a b=\"", "</x", "<?x "] {
        let _ = damaged(rss(&piece.repeat(20_000)));
    }
}

#[test]
fn an_open_section_does_not_take_the_rest() {
    let feed = rss("<item><title><![CDATA[one</title></item>\n<item><title>two</title></item>");
    assert_eq!(headlines(&articles(feed)), ["one", "two"]);
    let feed = rss("<item><title>one</title><!-- no end </item><item><title>two</title></item>");
    assert_eq!(headlines(&articles(feed)), ["one", "two"]);
    let feed = rss(
        "<item><link href=\"http://a.example/1/><title>one</title></item><item><title>two</title></item>",
    );
    assert_eq!(headlines(&articles(feed)), ["one", "two"]);
}

#[test]
fn what_is_no_feed_is_one_rejection() {
    for (input, reason) in [
        ("", "not a feed: no element of RSS or Atom"),
        ("just text", "not a feed: no element of RSS or Atom"),
        ("<html><body>502 Bad Gateway</body></html>", "not a feed: the document is <html>"),
        ("<tv><channel id=\"1\"/></tv>", "not a feed: the document is <tv>"),
        ("<list><item>Crane</item></list>", "not a feed: the document is <list>"),
        ("[1, 2]", "not a feed: no JSON object"),
    ] {
        let (articles, refused) = damaged(input);
        assert!(articles.is_empty());
        assert_eq!(refused, [(Some(1), Reason::Malformed(reason.into()))], "{input}");
    }
}

#[test]
fn a_json_feed_cut_in_an_item_gives_what_stands_before() {
    let feed = r#"{"title": "T", "items": [{"id": "1", "title": "one"}, {"id": "2", "ti"#;
    let (articles, refused) = damaged(feed);
    assert_eq!(headlines(&articles), ["one"]);
    assert_eq!(refused.len(), 1);
}

#[test]
fn a_feed_of_100_000_items_streams() {
    struct Items(u32, std::io::Cursor<Vec<u8>>);
    impl std::io::Read for Items {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if self.1.position() == self.1.get_ref().len() as u64 {
                let piece = match self.0 {
                    0 => "<rss><channel><title>T</title>".to_owned(),
                    n @ 1..=100_000 => format!(
                        "<item><guid isPermaLink=\"false\">{n}</guid><title>t</title></item>\n"
                    ),
                    100_001 => "</channel></rss>".to_owned(),
                    _ => return Ok(0),
                };
                self.0 += 1;
                self.1 = std::io::Cursor::new(piece.into_bytes());
            }
            std::io::Read::read(&mut self.1, buffer)
        }
    }
    let input = Items(0, std::io::Cursor::new(Vec::new()));
    let items = formats::read(input, "feed", Some(Format::Feed), &ReadOptions::default());
    let last = items.map(Result::unwrap).enumerate().last().unwrap();
    assert_eq!(
        (last.0, last.1.id.as_deref(), last.1.place.line),
        (99_999, Some("100000"), Some(100_000))
    );
}

#[test]
fn one_article_in_three_feeds_is_one_with_three_sightings() {
    let db = NewsDb::open_in_memory().unwrap();
    let feed = |title: &str| {
        format!(
            "<rss><channel><title>{title}</title><link>https://www.post.example/</link>\
             <item><title>Bridge opens</title><link>https://www.post.example/bridge</link>\
             <guid isPermaLink=\"false\">p-1</guid><description>It is blue.</description>\
             <pubDate>Mon, 10 Jun 2024 08:00:00 GMT</pubDate></item></channel></rss>"
        )
    };
    let ingest = |section: &str| {
        let options = ReadOptions {
            url: Some(format!("https://www.post.example/{section}.rss")),
            ..ReadOptions::default()
        };
        let input = std::io::Cursor::new(feed(section));
        db.ingest(formats::read(input, section, None, &options)).unwrap()
    };
    for section in ["all", "city", "roads"] {
        ingest(section);
    }
    let news = db.snapshot().unwrap();
    assert_eq!(news.count(&Query::new()).unwrap(), 1);
    let page = news.search(&Query::new(), Sort::Newest, 10, None).unwrap();
    let sightings = news.sightings(page.hits[0].id).unwrap();
    let mut feeds: Vec<_> = sightings.iter().filter_map(|s| s.feed.as_deref()).collect();
    feeds.sort_unstable();
    let expected = ["all", "city", "roads"].map(|s| format!("https://www.post.example/{s}.rss"));
    assert_eq!(feeds, expected);
    assert!(sightings.iter().all(|sighting| sighting.id.as_deref() == Some("p-1")));
    drop(news);
    for section in ["all", "city", "roads"] {
        let again = ingest(section);
        assert_eq!((again.read, again.unchanged), (1, 1));
    }
}

#[test]
fn a_fetcher_keeps_its_state() {
    let db = NewsDb::open_in_memory().unwrap();
    let at = |second| chrono::DateTime::from_timestamp(second, 0).unwrap();
    let mut first = Feed::new("https://a.example/rss");
    first.source = Some("a".into());
    first.folder = Some("News/World".into());
    first.attributes.insert("colour".into(), "blue".into());
    let mut second = Feed::new("https://b.example/rss");
    second.answered(at(1_000), at(5_000));
    second.etag = Some("\"x\"".into());
    db.store_feeds(&[first.clone(), second.clone()]).unwrap();
    let due = |second| {
        let feeds = db.snapshot().unwrap().feeds_due(at(second), 10).unwrap();
        feeds.into_iter().map(|feed| feed.url).collect::<Vec<_>>()
    };
    assert_eq!(due(2_000), ["https://a.example/rss"]);
    assert_eq!(due(5_000), ["https://a.example/rss", "https://b.example/rss"]);
    assert_eq!(db.snapshot().unwrap().feed("https://a.example/rss").unwrap(), Some(first.clone()));
    first.failed("timed out", at(2_000), at(9_000));
    first.failed("timed out", at(3_000), at(9_500));
    db.store_feeds(&[first.clone()]).unwrap();
    let kept = db.snapshot().unwrap().feed("https://a.example/rss").unwrap().unwrap();
    assert_eq!((kept.failures, kept.error.as_deref()), (2, Some("timed out")));
    assert_eq!(due(5_000), ["https://b.example/rss"]);
    assert_eq!(db.snapshot().unwrap().feeds().unwrap().len(), 2);
    assert!(db.remove_feed("https://a.example/rss").unwrap());
    assert!(!db.remove_feed("https://a.example/rss").unwrap());
    assert!(db.store_feeds(&[Feed::new(" ")]).is_err());
}

#[test]
fn lists_of_feeds_go_out_and_come_back() {
    let list = "<?xml version='1.0'?><opml version='1.1'><head><title>Mine</title></head><body>\
        <outline text='News &amp; more'><outline title='World'>\
        <outline type='rss' text='A &amp; B' xmlUrl='https://a.example/rss?x=1&y=2' htmlUrl='https://a.example/'/>\
        </outline><outline text='B' xmlUrl='https://b.example/rss'></outline></outline>\
        <outline text='C' xmlurl='https://c.example/rss' category='/Boss/One,Two'/>\
        <outline text='no feed'/></body></opml>";
    let read = |list: Vec<u8>| -> Vec<Feed> {
        let input = std::io::Cursor::new(list);
        formats::read_opml(input, "list", &Limits::default()).collect::<Result<_, _>>().unwrap()
    };
    let feeds = read(list.as_bytes().to_vec());
    let told: Vec<_> =
        feeds.iter().map(|f| (f.url.as_str(), f.title.as_deref(), f.folder.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("https://a.example/rss?x=1&y=2", Some("A & B"), Some("News & more/World")),
            ("https://b.example/rss", Some("B"), Some("News & more")),
            ("https://c.example/rss", Some("C"), Some("Boss/One")),
        ]
    );
    let db = NewsDb::open_in_memory().unwrap();
    db.store_feeds(&feeds).unwrap();
    let mut out = Vec::new();
    assert_eq!(db.snapshot().unwrap().export_opml(&mut out).unwrap(), 3);
    let mut again = read(out);
    let mut feeds = feeds;
    for list in [&mut again, &mut feeds] {
        list.sort_by(|a, b| a.url.cmp(&b.url));
    }
    assert_eq!(again, feeds);
}

#[test]
fn hostile_lists_of_feeds_are_bounded() {
    let deep = "<outline text='x'>".repeat(100_000);
    let list = format!("<opml><body>{deep}<outline xmlUrl='https://a.example/rss'/>");
    let items: Vec<_> =
        formats::read_opml(std::io::Cursor::new(list), "list", &Limits::default()).collect();
    let limits = items.iter().filter(|item| {
        matches!(item, Err(r) if r.reason == Reason::OverLimit { limit: "nesting", allowed: 128 })
    });
    assert_eq!(limits.count(), 1);
    assert_eq!(items.iter().filter(|item| item.is_ok()).count(), 1);
    assert!(formats::read_opml("<html/>".as_bytes(), "x", &Limits::default()).all(|i| i.is_err()));
}
