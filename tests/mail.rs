//! Newsletters: messages and mailboxes.
#![cfg(feature = "mail")]

use newsdb::formats::{self, ReadOptions};
use newsdb::{Limits, NewArticle, Rejected};
use std::io::Cursor;

fn read(text: impl Into<Vec<u8>>) -> Vec<Result<NewArticle, Rejected>> {
    formats::read(Cursor::new(text.into()), "in", None, &ReadOptions::default()).collect()
}

const LETTER: &str = "Received: from a.example by b.example; Mon, 10 Jun 2024 08:00:05 +0200\r\n\
Message-ID: <brief.17@baltic-post.example>\r\n\
From: =?utf-8?Q?Anna_Bj=C3=B6rk?= <anna@News.baltic-post.example>\r\n\
List-Id: \"Baltic Brief\" <brief.baltic-post.example>\r\n\
Archived-At: <https://baltic-post.example/brief/17>\r\n\
Subject: =?iso-8859-1?Q?Harbour_bridge_opens_=E5?= and\r\n more\r\n\
Date: Mon, 10 Jun 2024 08:00:00 +0200\r\n\
Content-Language: sv, en\r\n\
MIME-Version: 1.0\r\n\
Content-Type: multipart/mixed; boundary=\"out\"\r\n\
\r\n\
--out\r\n\
Content-Type: multipart/alternative; boundary=\"in\"\r\n\
\r\n\
--in\r\n\
Content-Type: text/plain; charset=utf-8\r\n\
\r\n\
See the web.\r\n\
--in\r\n\
Content-Type: text/html; charset=windows-1252\r\n\
Content-Transfer-Encoding: quoted-printable\r\n\
\r\n\
<p>The harbour bridge opened on Monday.</p><p>Caf=E9s are open too, and the tow=\r\n\
n is glad.</p>\r\n\
--in--\r\n\
--out\r\n\
Content-Type: text/plain\r\n\
Content-Disposition: attachment; filename=\"x.txt\"\r\n\
\r\n\
Not the body.\r\n\
--out--\r\n";

#[test]
fn a_message_field_by_field() {
    let items = read(LETTER);
    assert_eq!(items.len(), 1);
    let article = items[0].as_ref().unwrap();
    assert_eq!(article.id.as_deref(), Some("brief.17@baltic-post.example"));
    assert_eq!(article.headline.as_deref(), Some("Harbour bridge opens å and more"));
    assert_eq!(article.source.as_deref(), Some("news.baltic-post.example"));
    assert_eq!(article.source_name.as_deref(), Some("Baltic Brief"));
    assert_eq!(article.authors, ["Anna Björk"]);
    assert_eq!(article.feed.as_deref(), Some("brief.baltic-post.example"));
    assert_eq!(article.url.as_deref(), Some("https://baltic-post.example/brief/17"));
    assert_eq!(article.published.unwrap().to_string(), "2024-06-10T08:00:00+02:00");
    assert_eq!(article.language.as_deref(), Some("sv"));
    assert_eq!(
        article.body.as_deref(),
        Some("The harbour bridge opened on Monday.\n\nCafés are open too, and the town is glad.")
    );
    assert!(article.body_html.as_deref().unwrap().starts_with("<p>The harbour bridge"));
    let options = ReadOptions { source: Some("mine".into()), ..Default::default() };
    let named = formats::read(Cursor::new(LETTER), "in", None, &options).next().unwrap().unwrap();
    assert_eq!(named.source.as_deref(), Some("mine"));
}

#[test]
fn a_mailbox_is_its_messages() {
    let message = |n: u32| {
        format!(
            "From anna@a.example Mon Jun 10 08:00:0{n} 2024\nMessage-ID: <{n}@a.example>\nFrom: anna@a.example\nSubject: Letter {n}\n\nText {n}.\n>From here on.\n\n"
        )
    };
    let items = read([message(1), message(2), message(3)].concat());
    let found: Vec<_> = items
        .iter()
        .map(|item| {
            let article = item.as_ref().unwrap();
            let text = article.body.as_deref().unwrap();
            (article.place.line.unwrap(), article.id.as_deref().unwrap(), text)
        })
        .collect();
    assert_eq!(
        found,
        [
            (1, "1@a.example", "Text 1.\nFrom here on."),
            (9, "2@a.example", "Text 2.\nFrom here on."),
            (17, "3@a.example", "Text 3.\nFrom here on."),
        ]
    );
}

#[test]
fn what_is_too_long_or_too_deep_is_bounded() {
    let long = format!(
        "From a@a.example x\nSubject: Long\nFrom: a@a.example\n\n{}\n\nFrom a@a.example x\nSubject: Short\nFrom: a@a.example\n\nText.\n",
        "word ".repeat(1_000)
    );
    let options = ReadOptions {
        limits: Limits { article: 1_000, ..Default::default() },
        ..Default::default()
    };
    let items: Vec<_> = formats::read(Cursor::new(long), "in", None, &options).collect();
    assert_eq!(items[0].as_ref().unwrap_err().to_string(), "in:1: over the limit article of 1000");
    assert_eq!(items[1].as_ref().unwrap().headline.as_deref(), Some("Short"));

    let mut deep = "Subject: Deep\nFrom: a@a.example\nMIME-Version: 1.0\n".to_owned();
    for n in 0..10_000 {
        deep += &format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n");
    }
    assert_eq!(read(deep).len(), 1);

    // Each message within a message is a copy of it.
    let forwarded = |times: usize| {
        let within = "Subject: Forwarded\nContent-Type: message/rfc822\n\n".repeat(times);
        read(format!("From: a@a.example\n{within}Subject: Inner\n\nText.\n")).remove(0)
    };
    assert_eq!(forwarded(4).unwrap().body.as_deref(), Some("Text."));
    let refused = forwarded(5).unwrap_err().to_string();
    assert_eq!(refused, "in:1: over the limit nesting of 4");
}
