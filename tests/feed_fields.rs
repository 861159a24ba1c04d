//! What each field of a feed's item can come from: small documents and what the specifications
//! say that they mean, by hand.
#![cfg(feature = "xml")]

use newsdb::NewArticle;
use newsdb::formats::{self, Format, ReadOptions};

#[test]
fn fields_come_from_where_the_specifications_say() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for case in include_str!("fixtures/feed-fields.txt").split("\n## ").skip(1) {
        cases += 1;
        let (name, rest) = case.split_once('\n').unwrap();
        let expected = || rest.lines().filter_map(|line| line.strip_prefix("= ")?.split_once(": "));
        let document: String =
            rest.lines().take_while(|line| !line.starts_with("= ")).collect::<Vec<_>>().join("\n");
        let input = std::io::Cursor::new(document.into_bytes());
        let items = formats::read(input, "feed", Some(Format::Feed), &ReadOptions::default());
        let items: Result<Vec<NewArticle>, _> = items.collect();
        let article = match items {
            Ok(items) if items.len() == 1 => items.into_iter().next().unwrap(),
            other => {
                wrong.push(format!("{name}: {other:?}"));
                continue;
            }
        };
        for (field, expected) in expected() {
            let found = said(&article, field).replace('\n', "\\n");
            if found != expected {
                wrong.push(format!("{name}: {field}\n  + {found}\n  - {expected}"));
            }
        }
    }
    assert!(cases >= 50);
    assert!(wrong.is_empty(), "{} of {cases} cases\n{}", wrong.len(), wrong.join("\n"));
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
        other => panic!("{other}"),
    };
    if said.is_empty() { "-".to_owned() } else { said }
}
