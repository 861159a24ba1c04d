//! The authors' names.

use super::boilerplate::{Part, has_word, is_prompt, part};
use super::metadata::{Metadata, Object, is_a, items, plain, text};
use super::tables;
use super::title::spelling;
use super::tree::{Node, Page};
use crate::formats::byline::{add, after_by, is_joined, split, without_by};
use crate::formats::words::{Words, letters, one_line, words};
use serde_json::Value;
use std::sync::LazyLock;

/// `meta` names that give authors, the most trusted first.
const METAS: &[&str] = &[
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "dc.contributor",
    "citation_author",
    "byl",
    "article:author_name",
    "og:article:author",
    "cxenseparse:author",
    "twitter:data1",
    "rbauthors",
    "authors",
    "articleauthor",
    "article_author",
    "article.author",
    "author_name",
    "news_author",
    "dcsext.author",
    "shareaholic:article_author_name",
    "creator",
];

static BYLINES: LazyLock<Words> = LazyLock::new(|| words(tables::BYLINE_CLASSES));
static NO_BYLINES: LazyLock<Words> = LazyLock::new(|| words(tables::NO_BYLINE_CLASSES));
static ABOUT: LazyLock<Words> = LazyLock::new(|| words(tables::ABOUT_CLASSES));

/// The authors, by the first kind of evidence that names one.
pub(super) fn find(
    page: &Page,
    metadata: &Metadata,
    sites: &[String],
    title: Option<&str>,
    headline: Option<usize>,
) -> Vec<String> {
    let authors = metadata.values("author").filter_map(Value::as_object);
    let organisations = authors.filter(|author| is_organisation(author));
    let organisations = organisations.filter_map(|author| author.get("name").and_then(text));
    let organisations: Vec<String> = organisations.map(|name| letters(&name)).collect();
    let sections = sections(metadata);
    // Neither the site, nor what is named as an organisation or a section.
    let refuses = |name: &str| {
        let own = letters(name);
        sites.contains(&spelling(name))
            || organisations.contains(&own)
            || sections.contains(&own)
            || is_prompt(name, false)
    };
    for property in ["author", "creator", "contributor"] {
        for article in &metadata.articles {
            let mut found = Vec::new();
            for value in items(article.get(property)).iter().take(40) {
                from_value(value, &refuses, &mut found);
            }
            if !found.is_empty() {
                return found;
            }
        }
    }
    for name in METAS {
        let mut found = Vec::new();
        for content in metadata.metas(name).take(20) {
            split(&plain(content), &refuses, &mut found);
        }
        if !found.is_empty() {
            return found;
        }
    }
    let others = metadata.others.iter().filter(|object| is_a(object, &["WebPage"]));
    for author in others.filter_map(|page| page.get("author")) {
        let mut found = Vec::new();
        from_value(author, &refuses, &mut found);
        if !found.is_empty() {
            return found;
        }
    }
    let found = on_page(page, &refuses, headline);
    if found.is_empty() { alone(page, &refuses, title) } else { found }
}

/// A name on a line of its own: between the headline and the date, or to the right below the text.
fn alone(page: &Page, refuses: Refuses<'_>, title: Option<&str>) -> Vec<String> {
    let name = |line: &str| {
        let mut found = Vec::new();
        split(line, refuses, &mut found);
        let [name] = <[String; 1]>::try_from(found).ok()?;
        (name.contains(' ') && is_name(&name) && letters(&name) == letters(line)).then_some(name)
    };
    let Some((body, _)) = page.named("body").next() else { return Vec::new() };
    let text = page.text(body, |_, node| matches!(&*node.name, "nav" | "footer" | "aside"));
    let title = title.map(letters).unwrap_or_default();
    let lines = text.split(['\n', '\t']).map(str::trim).filter(|line| !line.is_empty()).take(400);
    let below: Vec<&str> =
        lines.skip_while(|line| letters(line) != title).skip(1).take(4).collect();
    let is_dated =
        |line: &&str| line.len() < 80 && line.chars().filter(char::is_ascii_digit).count() >= 4;
    let found = below.iter().find_map(|line| name(line)).filter(|_| below.iter().any(is_dated));
    let signed = || {
        let right = page.nodes().filter(|(_, node)| {
            let style = node.attr("style").unwrap_or("").replace(' ', "");
            matches!(&*node.name, "p" | "div")
                && (style.contains("text-align:right") || node.attr("align") == Some("right"))
        });
        right.filter_map(|(at, _)| name(&page.line(at))).last()
    };
    found.or_else(signed).into_iter().collect()
}

/// What is not taken for an author.
type Refuses<'a> = &'a dyn Fn(&str) -> bool;

fn sections(metadata: &Metadata) -> Vec<String> {
    let given = metadata.values("articleSection").filter_map(text);
    let given = given.chain(metadata.metas("article:section").map(plain));
    given.map(|section| letters(&section)).collect()
}

fn from_value(value: &Value, refuses: Refuses<'_>, found: &mut Vec<String>) {
    match value {
        Value::String(text) => split(&plain(text), refuses, found),
        Value::Object(author) if !is_organisation(author) => {
            for name in items(author.get("name")).iter().take(20) {
                from_value(name, refuses, found);
            }
            if author.get("name").is_none()
                && let (Some(given), Some(family)) =
                    (said(author, "givenName"), said(author, "familyName"))
            {
                add(&format!("{given} {family}"), refuses, found);
            }
        }
        _ => {}
    }
}

fn said<'a>(author: &'a Object, name: &str) -> Option<&'a str> {
    author.get(name).and_then(Value::as_str)
}

fn is_organisation(author: &Object) -> bool {
    is_a(author, &["Organization", "Corporation", "WebSite"])
}

/// The names in the byline of the page.
fn on_page(page: &Page, refuses: Refuses<'_>, headline: Option<usize>) -> Vec<String> {
    type Sign = fn(&Node) -> bool;
    let signs: [Sign; 3] = [
        |node| {
            node.attr("rel").is_some_and(|rel| {
                rel.split_whitespace().any(|rel| rel.eq_ignore_ascii_case("author"))
            }) && &*node.name == "a"
        },
        |node| {
            node.attr("itemprop").is_some_and(|prop| {
                prop.split_whitespace().any(|prop| matches!(prop, "author" | "creator"))
            })
        },
        |node| {
            ["class", "id", "data-testid"]
                .into_iter()
                .filter_map(|attr| node.attr(attr))
                .any(is_byline)
        },
    ];
    let start = headline.map_or(0, |at| at.saturating_sub(150));
    for sign in signs {
        let mut found = Vec::new();
        let mut last = 0;
        for (at, _) in page
            .nodes()
            .filter(|(at, node)| *at >= start && !node.is_text() && sign(node))
            .take(200)
        {
            // What stands in what was read, or far below, is another's.
            if at < last || !found.is_empty() && at > last + 200 {
                continue;
            }
            if page.range(at).len() > 120 || is_beside(page, at) {
                continue;
            }
            last = page.range(at).end;
            let links: Vec<usize> =
                page.below(at).filter(|(_, node)| &*node.name == "a").map(|(at, _)| at).collect();
            let before = found.len();
            for link in links.into_iter().filter(|link| !is_of_others(page, *link)) {
                split(&page.line(link), refuses, &mut found);
            }
            if found.len() == before {
                let text = page.text(at, |_, node| &*node.name == "time" || is_mail(node));
                for line in text.lines().filter(|line| !line.trim().is_empty()).take(4) {
                    split(&one_line(line), refuses, &mut found);
                    if found.len() > before {
                        break;
                    }
                }
            }
        }
        found.truncate(8);
        if !found.is_empty() {
            return found;
        }
    }
    let found = printed(page, refuses);
    if found.is_empty() { in_line(page, refuses, headline) } else { found }
}

/// A line that says "by" and a name, where no markup says more.
fn printed(page: &Page, refuses: Refuses<'_>) -> Vec<String> {
    let Some((body, _)) = page.named("body").next() else { return Vec::new() };
    let text = page.text(body, |_, node| matches!(&*node.name, "nav" | "footer" | "aside"));
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let names = |line: &str| {
        let mut found = Vec::new();
        split(line, refuses, &mut found);
        found.retain(|name| is_name(name));
        found
    };
    for line in lines().take(150) {
        let short = line.chars().count() < 80;
        let by = if short && without_by(line) != line {
            Some(line)
        } else {
            // "Posted on 5 May by Ada Berg"
            let dated = line.chars().count() < 160 && line.contains(|c: char| c.is_ascii_digit());
            after_by(line).filter(|_| dated)
        };
        let found = by.map(names).unwrap_or_default();
        if !found.is_empty() {
            return found;
        }
        // "(Reporter Li Wenhua)" in the first sentence of a story.
        if let Some(name) = REPORTERS.iter().find_map(|reporter| reporter_in(line, reporter)) {
            return vec![name];
        }
    }
    // "Kim Seoyeon, reporter, seoyeon@paper.example" below the text.
    let signed = lines().filter(|line| line.chars().count() < 60 && line.contains('@'));
    let signed = signed.filter(|line| REPORTERS.iter().any(|reporter| line.contains(reporter)));
    signed.map(names).find(|found| !found.is_empty()).unwrap_or_default()
}

/// Reporters, in scripts that have no capitals.
const REPORTERS: &[&str] = &["记者", "記者", "기자"];

/// The name after the word for a reporter, in brackets.
fn reporter_in(line: &str, reporter: &str) -> Option<String> {
    let (before, after) = line.split_once(reporter)?;
    if !before.ends_with(['（', '(']) {
        return None;
    }
    let after = after.trim_start_matches([' ', '\u{3000}', ':', '：', '/']);
    let name = after.split(|c: char| !c.is_alphabetic()).next()?;
    is_joined(name).then(|| name.to_owned())
}

/// Whether it looks like a person's name and nothing else.
fn is_name(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    is_joined(name)
        || (2..=4).contains(&words.len())
            && words.iter().all(|word| !word.starts_with(char::is_lowercase))
}

/// A name by itself in the line below the headline that also says the date.
fn in_line(page: &Page, refuses: Refuses<'_>, headline: Option<usize>) -> Vec<String> {
    let Some(headline) = headline else { return Vec::new() };
    let start = page.range(headline).end;
    let lines = page.between(start..page.len().min(start + 150)).filter(|(at, node)| {
        let mut classes = ["class", "id"].into_iter().filter_map(|name| node.attr(name));
        classes.any(|class| has_word(class, &ABOUT)) && page.range(*at).len() < 40
    });
    for (at, _) in lines {
        let dated = page.line(at).chars().filter(char::is_ascii_digit).count() >= 4;
        let parts = page.below(at).filter(|(at, node)| {
            dated && node.is_text() && !page.ancestors(*at).take(2).any(|(_, node)| is_topic(node))
        });
        for (_, node) in parts {
            let mut found = Vec::new();
            split(&one_line(&node.text), refuses, &mut found);
            if !found.is_empty() && found.iter().all(|name| name.contains(' ') && is_name(name)) {
                return found;
            }
        }
    }
    Vec::new()
}

/// Whether an element links to a list of articles on one topic.
fn is_topic(node: &Node) -> bool {
    let href = node.attr("href").unwrap_or("");
    &*node.name == "a" && !["author", "people", "staff"].iter().any(|part| href.contains(part))
}

fn is_mail(node: &Node) -> bool {
    node.attr("href").is_some_and(|href| href.starts_with("mailto:"))
}

/// Whether a name stands after a word such as "Editor:".
fn is_of_others(page: &Page, at: usize) -> bool {
    let before = page.between(at.saturating_sub(4)..at).filter(|(_, node)| node.is_text());
    let label = before.map(|(_, node)| node.text.trim()).filter(|text| !text.is_empty()).last();
    label.is_some_and(|label| {
        let label = label.trim_end_matches(':').trim().to_lowercase();
        tables::OTHERS_ROLES.split_whitespace().any(|role| label == role)
    })
}

fn is_byline(value: &str) -> bool {
    let mut classes = value.split_whitespace();
    classes.any(|class| has_word(class, &BYLINES) && !has_word(class, &NO_BYLINES))
}

/// Whether a place is among comments or other articles.
fn is_beside(page: &Page, at: usize) -> bool {
    page.ancestors(at)
        .any(|(_, node)| matches!(&*node.name, "nav" | "aside") || part(node) == Part::Others)
}
