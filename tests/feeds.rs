//! Feeds after the habits of real publishers, and hostile ones. What is expected was worked out
//! by hand from the documents.

use newsdb::formats::{self, Format, ReadOptions};
use newsdb::{Limits, NewArticle, Reason, Rejected};

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
