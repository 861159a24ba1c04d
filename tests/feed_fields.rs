//! What each field of a feed's item can come from: small documents and what they mean, by hand.
//! One file follows the specifications, the others what publishers do with them.
#![cfg(feature = "xml")]

use newsdb::formats::{self, Format, ReadOptions};
use newsdb::{Channel, NewArticle};
use std::collections::BTreeMap;

pub const FIELDS: &str = include_str!("fixtures/feed-fields.txt");
pub const HABITS: &str = include_str!("fixtures/feed-habits.txt");
pub const WILD: &str = include_str!("fixtures/feed-wild.txt");

#[test]
fn fields_come_from_where_the_specifications_say() {
    check(FIELDS, 50);
}

#[test]
fn fields_come_from_where_publishers_put_them() {
    check(HABITS, 125);
}

#[test]
fn fields_come_from_where_platforms_and_agencies_put_them() {
    check(WILD, 155);
}

/// A document and what it says: fields with their values.
pub struct Case {
    pub name: &'static str,
    pub document: Vec<u8>,
    expected: Vec<(&'static str, &'static str)>,
}

pub fn cases(file: &'static str) -> impl Iterator<Item = Case> {
    file.split("\n## ").skip(1).map(|case| {
        let (name, rest) = case.split_once('\n').unwrap();
        let (document, expected) = rest.split_once("\n= ").unwrap();
        let expected =
            expected.trim_end().split("\n= ").map(|line| line.split_once(": ").unwrap()).collect();
        let document = match name.ends_with("(bytes)") {
            true => bytes(document),
            false => document.as_bytes().to_vec(),
        };
        Case { name, document, expected }
    })
}

#[track_caller]
fn check(file: &'static str, at_least: usize) {
    let (mut count, mut wrong) = (0, Vec::new());
    let mut shares: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for Case { name, document, expected } in cases(file) {
        count += 1;
        let told =
            |field| expected.iter().find(|(name, _)| *name == field).map(|(_, value)| *value);
        let options = ReadOptions { url: told("at").map(str::to_owned), ..ReadOptions::default() };
        let input = std::io::Cursor::new(document);
        let mut items = formats::read(input, "feed", Some(Format::Feed), &options);
        let (mut articles, mut rejected) = (Vec::new(), Vec::new());
        for item in items.by_ref() {
            match item {
                Ok(article) => articles.push(article),
                Err(refused) => rejected.push(refused.to_string()),
            }
        }
        let channel = items.channel().unwrap_or_default();
        let mut judge = |field: &str, found: String, expected: &str| {
            let (right, all) =
                shares.entry(field.rsplit('.').next().unwrap().to_owned()).or_default();
            *all += 1;
            *right += usize::from(found == expected);
            if found != expected {
                wrong.push(format!("{name}: {field}\n  + {found}\n  - {expected} {rejected:?}"));
            }
        };
        judge("items", articles.len().to_string(), told("items").unwrap_or("1"));
        judge("rejected", rejected.len().to_string(), told("rejected").unwrap_or("0"));
        for (field, expected) in &expected {
            let (of, field) = field.split_once('.').unwrap_or(("1", field));
            let found = match of {
                _ if ["items", "rejected", "at"].contains(&field) => continue,
                "feed" => of_feed(&channel, field),
                number => {
                    let article = articles.get(number.parse::<usize>().unwrap() - 1);
                    article.map_or("no item".to_owned(), |article| said(article, field))
                }
            };
            judge(field, found.replace('\n', "\\n"), expected);
        }
    }
    println!("{count} cases, right of all by field: {shares:?}");
    assert!(count >= at_least);
    assert!(wrong.is_empty(), "{} in {count} cases\n{}", wrong.len(), wrong.join("\n"));
}

/// A document whose bytes are no text: `\xHH` stands for one.
fn bytes(document: &str) -> Vec<u8> {
    let mut parts = document.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (byte, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(byte, 16).unwrap());
        bytes.extend(rest.as_bytes());
    }
    bytes
}

fn of_feed(channel: &Channel, field: &str) -> String {
    let said = match field {
        "title" => channel.title.clone(),
        "description" => channel.description.clone(),
        "site" => channel.site.clone(),
        "url" => channel.url.clone(),
        "language" => channel.language.clone(),
        "ttl" => channel.ttl.map(|minutes| minutes.to_string()),
        "image" => channel.image.as_ref().map(|image| image.url.clone()),
        other => panic!("{other}"),
    };
    said.unwrap_or_else(|| "-".to_owned())
}

fn said(article: &NewArticle, field: &str) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let date = |date: Option<newsdb::Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let said = match field {
        "headline" => text(&article.headline),
        "id" => text(&article.id),
        "url" => text(&article.url),
        "summary" => text(&article.summary),
        "body" => text(&article.body),
        "html" => text(&article.body_html),
        "language" => text(&article.language),
        "source" => text(&article.source),
        "source_name" => text(&article.source_name),
        "authors" => article.authors.join("; "),
        "published" => date(article.published),
        "published_raw" => text(&article.published_raw),
        "modified" => date(article.modified),
        "images" => {
            article.images.iter().map(|image| image.url.clone()).collect::<Vec<_>>().join("; ")
        }
        "subjects" => {
            let subjects = article.subjects.iter().map(|subject| {
                let parts =
                    [subject.scheme.as_deref(), Some(&subject.code), subject.name.as_deref()];
                parts.into_iter().flatten().collect::<Vec<_>>().join("|")
            });
            subjects.collect::<Vec<_>>().join("; ")
        }
        "enclosures" => {
            let enclosures = article.enclosures.iter().map(|enclosure| {
                let duration = enclosure.duration.map(|s| format!(" {s}s")).unwrap_or_default();
                format!("{}{duration}", enclosure.url)
            });
            enclosures.collect::<Vec<_>>().join("; ")
        }
        "comments" => article
            .attributes
            .get("comments")
            .map_or_else(String::new, |url| url.as_str().unwrap().to_owned()),
        other => panic!("{other}"),
    };
    if said.is_empty() { "-".to_owned() } else { said }
}
