//! Which URLs are one: what differs only in dress finds the article, what may be another page
//! does not.

use newsdb::{NewArticle, NewsDb, formats};

/// Dresses of one URL; the first is stored, every other one finds it.
const EQUAL: &[&[&str]] = &[
    &[
        "https://www.news.example/2024/06/bridge-opens",
        "http://news.example/2024/06/bridge-opens/",
        "HTTPS://NEWS.EXAMPLE:443/2024/06/bridge-opens#comments",
        "https://m.news.example/2024/06/bridge-opens",
        "https://mobile.news.example/2024/06/bridge-opens",
        "https://touch.news.example/2024/06/bridge-opens",
        "https://amp.news.example/2024/06/bridge-opens",
        "https://www.news.example./2024//06/./x/../bridge-opens",
        "https://news.example/2024/06/bridge%2Dopens",
        "https://news.example/2024/06/bridge-opens?utm_source=rss&utm_medium=feed&fbclid=IwAR0",
        "https://news.example/2024/06/bridge-opens?UTM_Source=x&amp;gclid=1",
        "https://news.example/2024/06/bridge-opens?ref=rss",
        "https://news.example/2024/06/bridge-opens?source=Newsletter",
        "https://news.example/2024/06/bridge-opens/amp",
        "https://news.example/2024/06/bridge-opens/amp/",
        "https://news.example/amp/2024/06/bridge-opens",
        "https://news.example/2024/06/amp/bridge-opens",
        "https://news.example/2024/06/bridge-opens.amp",
        "https://news.example/2024/06/bridge-opens?amp=1",
        "https://news.example/2024/06/bridge-opens?amp",
        "https://news.example/2024/06/bridge-opens?outputType=amp",
        "https://news.example/2024/06/bridge-opens/index.html",
        "https://news.example/2024/06/bridge-opens;jsessionid=7F2A?PHPSESSID=ab12",
        "https://news.example/2024/06/bridge-opens?",
        "https://news.example/2024/06/bridge-opens?&&#:~:text=opened",
        "https://www-news-example.cdn.ampproject.org/c/s/www.news.example/2024/06/bridge-opens",
        "https://cdn.ampproject.org/v/s/news.example/2024/06/bridge-opens?amp_js_v=0.1",
        "https://www.google.co.uk/amp/s/news.example/2024/06/bridge-opens/amp",
        "https://www.google.com/url?rct=j&sa=t&url=https://news.example/2024/06/bridge-opens&ct=ga",
        "http://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fnews.example%2f2024%2f06%2fbridge-opens",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fnews.example%2F2024%2F06%2Fbridge-opens&h=AT0",
        "https://web.archive.org/web/20240615034527/https://www.news.example/2024/06/bridge-opens",
        "https://web.archive.org/web/2024id_/http://news.example:80/2024/06/bridge-opens",
    ],
    &["https://news.example/story-7.html", "https://news.example/story-7.amp.html"],
    &["https://news.example/story.php?id=5", "https://news.example/story.php?id=5&_ga=1.2"],
    &["https://news.example/", "https://news.example/index.php", "http://www.news.example"],
    &["https://news.example/?p=12", "https://news.example/index.php?p=12"],
    &["https://in.reuters.com/article/idIN5", "https://in.mobile.reuters.com/article/amp/idIN5"],
    &["https://en.wikinews.org/wiki/A_b", "https://en.m.wikinews.org/wiki/A_b"],
    &["https://bücher.example/fuß-1", "https://xn--bcher-kva.example/fu%c3%9f-1"],
    &[
        "https://x.indiatimes.example/articleshow/7.cms",
        "https://x.indiatimes.example/amp_articleshow/7.cms",
    ],
    &["https://www.youtube.com/watch?v=k1", "https://m.youtube.com/watch?v=k1&feature=share&si=Z"],
    &["https://www.theguardian.com/a/b-c", "https://amp.theguardian.com/a/b-c?CMP=share_btn_tw"],
    &["https://a.blogspot.com/2024/06/b.html", "https://a.blogspot.com/2024/06/b.html?m=1"],
    &["https://news.example/app#!/story/5", "http://www.news.example/app#!/story/5"],
];

/// Pages that are or may be different ones: no two are joined.
const DIFFERENT: &[&str] = &[
    "https://news.example/",
    "https://news.example/bridge-opens",
    "https://news.example/Bridge-Opens",
    "https://news.example/bridge-opens-2",
    "https://news.example/bridge-opens?page=2",
    "https://news.example/bridge-opens?id=1",
    "https://news.example/bridge-opens?id=2",
    "https://news.example/bridge-opens?id=",
    "https://news.example/bridge-opens?ID=1",
    "https://news.example/bridge-opens?ref=MjBfMDRf",
    "https://news.example/bridge-opens?source=reuters",
    "https://news.example/bridge-opens?si=1",
    "https://news.example/bridge-opens?cmp=4",
    "https://news.example/bridge-opens?cid=4",
    "https://news.example/bridge-opens?mbid=4",
    "https://news.example/bridge-opens?feature=war",
    "https://news.example/bridge-opens?t=5",
    "https://news.example/bridge-opens?m=1",
    "https://news.example/bridge-opens?type=video",
    "https://news.example/bridge-opens?sid=230621531",
    "https://news.example/bridge-opens?campaign=5",
    "https://news.example/bridge-opens?amp=5",
    "https://news.example/bridge-opens#/story/5",
    "https://news.example/bridge-opens#/story/6",
    "https://news.example/bridge%2Fopens",
    "https://news.example/bridge/opens",
    "https://news.example/bridge+opens",
    "https://news.example/bridge%20opens",
    "https://news.example/companies",
    "https://news.example/companies/amp",
    "https://news.example/amp",
    "https://news.example/index.php/bridge",
    "https://news.example/bridge",
    "https://news.example/m/bridge",
    "https://news.example/mobile/bridge",
    "https://news.example:8080/bridge",
    "https://blog.news.example/bridge",
    "https://www1.news.example/bridge",
    "https://de.news.example/bridge",
    "https://mobile.co.uk/bridge",
    "https://touch.co.uk/bridge",
    "https://mobile.de/bridge",
    "https://m.co/bridge",
    "https://mobile.wordpress.com/bridge-1",
    "https://touch.wordpress.com/bridge-1",
    "https://amp.substack.com/bridge-1",
    "https://www.google.com/amp/about",
    "https://www.google.com/url?q=bridge",
    "https://web.archive.org/web/2024/bridge",
    "https://prensa.example/index.php?option=com_content&task=view&id=3545411&Itemid=1",
    "https://prensa.example/index.php?option=com_content&task=view&id=3545412&Itemid=1",
    "https://news.naver.com/main/read.nhn?oid=001&aid=0011482",
    "https://news.naver.com/main/read.nhn?oid=001&aid=0011483",
    "https://news.naver.com/main/read.nhn?oid=002&aid=0011482",
];

fn with_urls<'a>(urls: impl IntoIterator<Item = &'a str>) -> NewsDb {
    let db = NewsDb::open_in_memory().unwrap();
    for (number, url) in urls.into_iter().enumerate() {
        let headline = format!("Headline {number}");
        db.insert(NewArticle::new("s").id(number.to_string()).url(url).headline(headline)).unwrap();
    }
    db
}

#[test]
fn dresses_of_one_url_are_one() {
    for dresses in EQUAL {
        let db = with_urls(dresses.first().copied());
        for url in *dresses {
            assert_eq!(db.articles_by_url(url).unwrap().len(), 1, "{url}");
            let item = NewArticle::new("s").url(*url).headline("Headline 0");
            db.insert(item).unwrap();
        }
        assert_eq!(db.stats().unwrap().articles, 1, "{dresses:?}");
        let stored = db.articles_by_url(dresses[0]).unwrap().remove(0);
        assert_eq!(stored.source, "s");
    }
}

#[test]
fn pages_that_may_be_others_stay_apart() {
    let db = with_urls(DIFFERENT.iter().copied());
    for url in DIFFERENT {
        let found: Vec<_> = db.articles_by_url(url).unwrap().into_iter().map(|a| a.url).collect();
        assert_eq!(found, [Some((*url).to_owned())], "{url}");
    }
}

#[test]
fn what_is_no_web_address_is_no_identity() {
    let db = NewsDb::open_in_memory().unwrap();
    for (number, url) in ["ftp://x.example/a", "urn:isbn:1", "news.example/a", "", "http://"]
        .into_iter()
        .cycle()
        .take(10)
        .enumerate()
    {
        db.insert(NewArticle::new("s").url(url).headline(format!("Headline {number}"))).unwrap();
        assert!(db.articles_by_url(url).unwrap().is_empty(), "{url}");
    }
    assert_eq!(db.stats().unwrap().articles, 10);
}

#[test]
fn a_long_or_hostile_url_costs_little_and_joins_nothing() {
    let db = NewsDb::open_in_memory().unwrap();
    let hostile = [
        format!("https://news.example/{}", "a/".repeat(100_000)),
        format!("https://news.example/?{}", "utm_x=1&".repeat(100_000)),
        "https://web.archive.org/web/1/".repeat(200) + "https://news.example/a",
        format!("https://{}news.example/a", "m.".repeat(10_000)),
        format!("https://news.example/{}", "%".repeat(5_000)),
    ];
    for (number, url) in hostile.iter().enumerate() {
        let item = NewArticle::new("s").url(url).headline(format!("Headline {number}"));
        db.insert(item).unwrap();
    }
    assert_eq!(db.stats().unwrap().articles, hostile.len() as u64);
    // The URL is kept as it came.
    let all = "{\"url\": \"https://News.example/A?utm_source=x\", \"title\": \"Kept\"}";
    db.ingest(formats::read(all.as_bytes(), "-", None, &Default::default())).unwrap();
    let kept = db.articles_by_url("https://news.example/A").unwrap().remove(0);
    assert_eq!(kept.url.as_deref(), Some("https://News.example/A?utm_source=x"));
}
