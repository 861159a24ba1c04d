//! Web archives: pages, and what is wrong with records.
#![cfg(feature = "warc")]

use newsdb::formats::{self, ReadOptions};
use newsdb::{Limits, NewArticle, Reason};
use std::io::{Cursor, Write};

fn read_with(bytes: &[u8], options: &ReadOptions) -> Vec<Result<NewArticle, (String, Reason)>> {
    formats::read(Cursor::new(bytes.to_vec()), "crawl.warc", None, options)
        .map(|item| item.map_err(|rejected| (rejected.place.to_string(), rejected.reason)))
        .collect()
}

/// The headlines, or the places and reasons.
fn read(bytes: &[u8]) -> Vec<String> {
    let items = read_with(bytes, &ReadOptions::default());
    items
        .into_iter()
        .map(|item| match item {
            Ok(article) => article.headline.unwrap_or_default(),
            Err((place, reason)) => format!("{place}: {reason}"),
        })
        .collect()
}

fn page(headline: &str) -> String {
    let paragraph = "The harbour bridge of Lindholm opened on Monday after four years of work, and the first \
        cars crossed it at noon while several hundred people looked on from the quay below the old mill.";
    format!(
        "<html><head><title>{headline}</title><meta property=\"og:type\" content=\"article\">\
         <meta property=\"article:published_time\" content=\"2024-06-10T08:00:00Z\"></head><body><article><h1>{headline}</h1>\
         <p>{paragraph}</p><p>{paragraph} It is blue.</p></article></body></html>"
    )
}

fn record(kind: &str, url: &str, content: &[u8]) -> Vec<u8> {
    record_of_length(kind, url, content, content.len())
}

fn record_of_length(kind: &str, url: &str, content: &[u8], length: usize) -> Vec<u8> {
    let header = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-06-11T05:06:07Z\r\n\
         WARC-Record-ID: <urn:uuid:0>\r\nContent-Type: application/http;\r\n msgtype=response\r\nContent-Length: {length}\r\n\r\n"
    );
    [header.as_bytes(), content, b"\r\n\r\n"].concat()
}

fn answer(headers: &str, body: &[u8]) -> Vec<u8> {
    [b"HTTP/1.1 200 OK\r\n", headers.as_bytes(), b"\r\n", body].concat()
}

fn response(number: u32) -> Vec<u8> {
    let page = page(&format!("Bridge {number} opens in Lindholm"));
    record(
        "response",
        &format!("https://a.example/{number}"),
        &answer("Content-Type: text/html\r\n", page.as_bytes()),
    )
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn the_pages_of_an_archive() {
    let info = record("warcinfo", "", b"software: crawler\r\n");
    let request = record("request", "https://a.example/1", b"GET /1 HTTP/1.1\r\n\r\n");
    let archive = [info, request, response(1), response(2)];
    let plain = archive.concat();
    let items = read_with(&plain, &ReadOptions::default());
    assert_eq!(items.len(), 2);
    let article = items[0].as_ref().unwrap();
    assert_eq!(article.headline.as_deref(), Some("Bridge 1 opens in Lindholm"));
    assert_eq!(article.url.as_deref(), Some("https://a.example/1"));
    assert_eq!(article.source.as_deref(), Some("a.example"));
    assert_eq!(article.published.unwrap().to_string(), "2024-06-10T08:00:00Z");
    assert_eq!(article.first_seen.unwrap().to_rfc3339(), "2024-06-11T05:06:07+00:00");
    assert!(article.body.as_deref().unwrap().ends_with("It is blue."));
    assert_eq!(article.place.to_string(), "crawl.warc/https://a.example/1");
    // Each record packed by itself, as Common Crawl does.
    let packed: Vec<u8> = archive.iter().flat_map(|record| gzip(record)).collect();
    assert_eq!(read_with(&packed, &ReadOptions::default()), items);
}

#[test]
fn pages_without_an_answer_around_them() {
    let resource = |kind: &str, page: &[u8]| -> Vec<u8> {
        let record = record("resource", "https://a.example/1", page);
        let record = String::from_utf8_lossy(&record).into_owned();
        record.replace("application/http;\r\n msgtype=response", kind).into_bytes()
    };
    let page = page("Bridge 1 opens in Lindholm");
    let archive = [
        resource("text/html; charset=utf-8", page.as_bytes()),
        resource("image/png", b"\0PNG"),
        resource("application/xhtml+xml", page.as_bytes()),
    ];
    let items = read_with(&archive.concat(), &ReadOptions::default());
    assert_eq!(items.len(), 2);
    let article = items[0].as_ref().unwrap();
    assert_eq!(article.headline.as_deref(), Some("Bridge 1 opens in Lindholm"));
    assert_eq!(article.url.as_deref(), Some("https://a.example/1"));
    assert_eq!(article.first_seen.unwrap().to_rfc3339(), "2024-06-11T05:06:07+00:00");
}

#[test]
fn bodies_as_servers_send_them() {
    let page = page("Café opens in Lindholm");
    let latin: Vec<u8> = page.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let mut chunked = Vec::new();
    for chunk in page.as_bytes().chunks(100) {
        chunked.extend(format!("{:x};x=y\r\n", chunk.len()).into_bytes());
        chunked.extend(chunk);
        chunked.extend(b"\r\n");
    }
    chunked.extend(b"0\r\n\r\n");
    let html = "Content-Type: text/html; charset=utf-8\r\n";
    for (headers, body) in [
        (html.to_owned(), page.clone().into_bytes()),
        ("Content-Type: text/html; charset=iso-8859-1\r\n".to_owned(), latin),
        (format!("{html}Transfer-Encoding: chunked\r\n"), chunked),
        (format!("{html}Content-Encoding: gzip\r\n"), gzip(page.as_bytes())),
        // Headers of what the crawler had unpacked.
        (
            format!("{html}Content-Encoding: br\r\nTransfer-Encoding: chunked\r\n"),
            page.clone().into_bytes(),
        ),
    ] {
        let archive = record("response", "https://a.example/1", &answer(&headers, &body));
        assert_eq!(read(&archive), ["Café opens in Lindholm"], "{headers}");
    }
}

#[test]
fn what_is_no_page_is_refused() {
    let refused =
        |answer: &[u8]| read(&record("response", "https://a.example/x", answer)).pop().unwrap();
    assert_eq!(
        refused(b"HTTP/1.1 404 Not Found\r\n\r\nno"),
        "crawl.warc/https://a.example/x: no page: HTTP status 404"
    );
    assert_eq!(
        refused(&answer("Content-Type: text/plain\r\n", b"User-agent: *")),
        "crawl.warc/https://a.example/x: no page: text/plain"
    );
    assert_eq!(
        refused(b"\x16\x03\x01"),
        "crawl.warc/https://a.example/x: the record is no answer of HTTP"
    );
}

#[test]
fn a_wrong_length_costs_its_own_record() {
    let content =
        answer("Content-Type: text/html\r\n", page("Bridge 2 opens in Lindholm").as_bytes());
    let at = response(1).len();
    for wrong in [10, content.len() - 5, content.len() + 40, content.len() + 700] {
        let bad = record_of_length("response", "https://a.example/2", &content, wrong);
        let archive = [response(1), bad, response(3), response(4)].concat();
        assert_eq!(
            read(&archive),
            [
                "Bridge 1 opens in Lindholm".to_owned(),
                format!("crawl.warc, byte {at}: the length of the record is wrong"),
                "Bridge 3 opens in Lindholm".to_owned(),
                "Bridge 4 opens in Lindholm".to_owned(),
            ],
            "{wrong}"
        );
    }
    // One that is longer than the archive.
    let bad = record_of_length("response", "https://a.example/2", &content, 10_000_000);
    let items = read(&[response(1), bad, response(3)].concat());
    assert_eq!(items.len(), 3, "{items:?}");
    assert!(items[1].contains("are left of a record of 10000000"), "{items:?}");
    assert_eq!(items[2], "Bridge 3 opens in Lindholm");
}

#[test]
fn what_stands_between_records_and_the_end_of_a_cut_one() {
    let archive = [
        b"WARC/1.0\r\nWARC-Type: response\r\n\r\n".as_slice(),
        &response(1),
        b"rubbish\r\nmore\r\n",
        &response(2),
    ]
    .concat();
    let items = read(&archive);
    assert!(items[0].ends_with("a record without a length"), "{items:?}");
    assert_eq!(items[1], "Bridge 1 opens in Lindholm");
    assert!(
        items[2].ends_with("no record begins where one should") || items[2].contains("length"),
        "{items:?}"
    );
    assert_eq!(items.last().unwrap(), "Bridge 2 opens in Lindholm");

    let whole = [response(1), response(2)].concat();
    let items = read(&whole[..whole.len() - 100]);
    assert_eq!(items.len(), 2);
    assert_eq!(items[0], "Bridge 1 opens in Lindholm");
    assert!(items[1].contains("are left of a record of"), "{items:?}");

    let options =
        ReadOptions { limits: Limits { article: 500, ..Default::default() }, ..Default::default() };
    let items = read_with(&whole, &options);
    assert_eq!(items.len(), 2);
    for item in items {
        assert_eq!(item.unwrap_err().1, Reason::OverLimit { limit: "article", allowed: 500 });
    }
}

#[test]
fn many_records_with_wrong_lengths_end_in_time() {
    // Each claims all that follows.
    let archive: Vec<u8> = (0..3_000)
        .flat_map(|n| {
            record_of_length(
                "response",
                &format!("https://a.example/{n}"),
                b"HTTP/1.1 200 OK\r\n\r\nx",
                500_000,
            )
        })
        .collect();
    assert!(read(&archive).len() > 1);
}
