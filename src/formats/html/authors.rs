//! The authors' names.

mod alone;
mod marked;

use super::boilerplate::{ABOUT, BYLINE, CAPTION, Part, is_prompt, part};
use super::layers;
use super::metadata::{Metadata, Object, is_a, items, plain, text};
use super::tables;
use super::title::spelling;
use super::tree::{Node, Page};
use crate::formats::byline::{
    add, after_by, ends_as_house, is_joined, is_others, is_place, joins, split, without_by,
};
use crate::formats::markup::is_any;
use crate::formats::words::{letters, one_line};
use html5ever::local_name;
use serde_json::Value;

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
    "twitter:author",
    "twitter:data1",
    "dable:author",
    "writer",
    "byline",
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

/// What is known of the article whose authors are looked for.
pub(super) struct About<'a> {
    pub(super) title: Option<&'a str>,
    /// Where its headline stands.
    pub(super) headline: Option<usize>,
    /// BCP 47, as declared.
    pub(super) language: Option<&'a str>,
}

/// The authors.
pub(super) fn find(
    page: &Page,
    metadata: &Metadata,
    sites: &[String],
    about: &About<'_>,
) -> Vec<String> {
    let found = named(page, metadata, sites, about);
    found.into_iter().map(|name| spelt(name, page, metadata)).collect()
}

/// A name in capitals as the `meta` elements spell it, or the page where it does not show it so.
fn spelt(name: String, page: &Page, metadata: &Metadata) -> String {
    if name.contains(char::is_lowercase) || !name.contains(char::is_uppercase) {
        return name;
    }
    let own = letters(&name);
    let mut others = Vec::new();
    for content in METAS.iter().flat_map(|name| metadata.metas(name).take(20)) {
        let mut found = Vec::new();
        split(&plain(content), &|_| false, &mut found);
        others.extend(found);
    }
    let cased = |other: &String| other.contains(char::is_lowercase) && letters(other) == own;
    let in_line = || {
        // As its byline shows it, where it does.
        if page.nodes().any(|(_, node)| node.text.contains(name.as_str())) {
            return None;
        }
        let lines = page.nodes().filter(|(_, node)| node.text.len() < SENTENCES);
        let mut lines = lines.filter(|(_, node)| node.text.len() >= name.len());
        let count = name.split_whitespace().count();
        lines.find_map(|(_, node)| {
            let words: Vec<&str> = node.text.split_whitespace().collect();
            let found = words.windows(count).map(|words| words.join(" ")).find(cased)?;
            Some(found.trim_matches(|c: char| c != '.' && !c.is_alphabetic()).to_owned())
        })
    };
    others.into_iter().find(cased).or_else(in_line).unwrap_or(name)
}

/// The authors as they are named by the first kind of evidence that does.
fn named(page: &Page, metadata: &Metadata, sites: &[String], about: &About<'_>) -> Vec<String> {
    let authors = metadata.values("author").filter_map(Value::as_object);
    let organisations = authors.filter(|author| is_organisation(author));
    let organisations = organisations.filter_map(|author| author.get("name").and_then(text));
    let organisations: Vec<String> = organisations.collect();
    // An agency signs what nobody else did; of the site itself it is said of whatever it has.
    let is_of_site = |name: &String| sites.contains(&spelling(name));
    let of_agency = organisations.iter().any(|name| !is_of_site(name));
    let organisations: Vec<String> = organisations.iter().map(|name| letters(name)).collect();
    let sections = sections(metadata);
    let title = page.named(local_name!("title")).next().map(|(at, _)| one_line(&page.raw(at)));
    let title = title.unwrap_or_default();
    // "Hải đăng tắt đèn - VnBiển"; "北港航线翻番_海易新闻", where names need no blanks
    let tail = title.rsplit(['_', '|', '｜', '-', '－', '—']).next().unwrap_or("").trim();
    let is_site = |name: &str| match is_joined(name) {
        true => tail.len() > name.len() && tail.starts_with(name) && ends_as_house(tail),
        false => tail == name,
    };
    // Neither the site, nor what is named as an organisation or a section.
    let refuses = |name: &str| {
        let own = letters(name);
        let spelt = spelling(name);
        sites
            .iter()
            .any(|site| spelt == *site || site.len() > 7 && spelt.starts_with(site.as_str()))
            || organisations.contains(&own)
            || sections.contains(&own)
            || !name.contains(' ') && is_site(name)
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
    // One word is as often a paper's or a user's as a person's.
    let mut handles = Vec::new();
    for name in METAS {
        let mut found = Vec::new();
        for content in metadata.metas(name).take(20) {
            split(&plain(content), &refuses, &mut found);
        }
        if found.iter().any(|name| name.contains(' ') || is_joined(name)) {
            return found;
        }
        // Several are parts of an office.
        if handles.is_empty() && found.len() == 1 {
            handles = found;
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
    let found = marked::find(page, &refuses, about.headline);
    let found = if found.is_empty() { linked(page, &refuses, about.headline) } else { found };
    let found = if found.is_empty() {
        handles.into_iter().filter(|name| !is_host(page, name)).collect()
    } else {
        found
    };
    if !found.is_empty() {
        return found;
    }
    let text = page.named(local_name!("body")).next().map(|(body, _)| {
        page.fields(body, |at, node| {
            is_any!(node.name, "nav" | "footer" | "aside")
                || is_teaser(page, at, node)
                || is_caption(page, at, node, about.headline)
        })
    });
    let text = text.unwrap_or_default();
    let found = printed(&text, &refuses);
    if !found.is_empty() || of_agency || marked::is_of_house(page, about.headline) {
        return found;
    }
    let found = in_line(page, &refuses, about.headline);
    let found = if found.is_empty() { alone::find(page, &text, &refuses, about) } else { found };
    let found = if found.is_empty() { told(page, &refuses, about.headline) } else { found };
    let found = if found.is_empty() { alone::titled(page, &title, &refuses) } else { found };
    let found = if found.is_empty() { alone::posted(&text, &refuses) } else { found };
    if found.is_empty() { alone::boxed(page, &refuses) } else { found }
}

/// Whether the page has a word as the name of a site: `BALTICNET`, where it says `BALTICNET.com`.
fn is_host(page: &Page, name: &str) -> bool {
    let is_end = |end: &str| {
        let end = end.strip_prefix('.').unwrap_or("");
        (2..=4).contains(&end.len()) && end.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    page.nodes().any(|(_, node)| {
        let mut words = node.text.split_whitespace();
        words.any(|word| word.strip_prefix(name).is_some_and(is_end))
    })
}

/// The names that nothing shows: in an attribute about the article, or in what the page tells its
/// tag manager.
fn told(page: &Page, refuses: Refuses<'_>, headline: Option<usize>) -> Vec<String> {
    let names = |text: &String| {
        let mut found = Vec::new();
        split(&plain(text), refuses, &mut found);
        found.retain(|name| is_name(name));
        Some(found).filter(|found| !found.is_empty())
    };
    let attributes = layers::attributes(page, headline);
    let found = attributes.iter().find_map(names);
    found.or_else(|| layers::authors(page).iter().find_map(names)).unwrap_or_default()
}

/// Whether an element is a link to another article, whose headline and byline it holds.
fn is_teaser(page: &Page, at: usize, node: &Node) -> bool {
    node.name == local_name!("a")
        && page.below(at).any(|(_, node)| is_any!(node.name, "h2" | "h3" | "h4" | "h5"))
        && page.below(at).filter(|(_, node)| node.is_text() && node.text.len() > 1).count() > 1
}

/// Whether an element says what a picture shows: whoever it names took that. One that holds the
/// headline lies over the picture.
fn is_caption(page: &Page, at: usize, node: &Node, headline: Option<usize>) -> bool {
    let holds = || headline.is_some_and(|headline| page.range(at).contains(&headline));
    (node.name == local_name!("figcaption") || node.says() & CAPTION != 0) && !holds()
}

/// A line of so many characters is running text.
const SENTENCES: usize = 100;

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
        Value::Array(values) => {
            values.iter().take(40).for_each(|value| from_value(value, refuses, found));
        }
        Value::Object(author) if !is_organisation(author) => {
            // Each by itself: a person may have one name beside others who have two.
            for name in items(author.get("name")).iter().take(20) {
                let mut own = Vec::new();
                from_value(name, refuses, &mut own);
                own.iter().for_each(|name| add(name, refuses, found));
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

/// Those of blogs are said to be both.
fn is_organisation(author: &Object) -> bool {
    is_a(author, &["Organization", "Corporation", "WebSite"]) && !is_a(author, &["Person"])
}

/// The names below the headline that link to what else their bearer wrote: `/authors/ada-berg`.
fn linked(page: &Page, refuses: Refuses<'_>, headline: Option<usize>) -> Vec<String> {
    let mut found = Vec::new();
    let Some(headline) = headline else { return found };
    let start = page.range(headline).end;
    let near = page.between(start..page.len().min(start + 150));
    // Up to the first paragraph.
    for (at, node) in near.take_while(|(_, node)| node.text.len() < SENTENCES) {
        let href = node.attr("href").filter(|_| node.name == local_name!("a"));
        if href.is_some_and(is_authors_page) && !is_beside(page, at) {
            split(&page.line(at), refuses, &mut found);
        }
    }
    found.retain(|name| is_name(name));
    found
}

/// Whether an address has a part below one that is named after authors.
fn is_authors_page(href: &str) -> bool {
    let path = href.split(['?', '#']).next().unwrap_or(href).trim_end_matches('/');
    let above = path.rsplit_once('/').map_or("", |(above, _)| above).to_ascii_lowercase();
    above.split('/').any(|part| tables::AUTHORS_PATHS.split_whitespace().any(|own| own == part))
}

/// The lines of a text in [`Page::fields`]. What a separator or "by" joins is one.
fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        for (place, part) in line.split('\t').enumerate() {
            let part = one_line(part);
            match lines.last_mut() {
                _ if part.is_empty() => {}
                Some(last) if place > 0 && joins(last, &part) => {
                    last.push(' ');
                    last.push_str(&part);
                }
                _ => lines.push(part),
            }
        }
    }
    lines
}

/// A line that says "by" and a name, where no markup says more.
fn printed(text: &str, refuses: Refuses<'_>) -> Vec<String> {
    let all = lines(text);
    let lines = || all.iter().map(String::as_str);
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
            // "Posted on 5 May by Ada Berg", and more in a sentence that blogs end with
            let fits = line.chars().count() < 160 || line.starts_with(ENTRY);
            let dated = fits && line.contains(|c: char| c.is_ascii_digit());
            dated.then(|| after_by(line)).flatten()
        };
        let found = by.map(names).unwrap_or_default();
        if !found.is_empty() {
            return found;
        }
        // "(서울=항구) 김서연 기자 = …"
        if let Some((before, _)) = line.split_once(" 기자 =")
            && let Some(name) = before.split_whitespace().next_back().filter(|name| is_joined(name))
        {
            return vec![name.to_owned()];
        }
        // "(Reporter Li Wenhua)" in the first sentence of a story.
        let mut found = REPORTERS.iter().map(|reporter| reporters_in(line, reporter));
        if let Some(found) = found.find(|found| !found.is_empty()) {
            return found;
        }
    }
    // "Kim Seoyeon, reporter, seoyeon@paper.example" below the text.
    let signed = lines().filter(|line| line.chars().count() < 60 && line.contains('@'));
    let signed = signed.filter(|line| REPORTERS.iter().any(|reporter| line.contains(reporter)));
    signed.map(names).find(|found| !found.is_empty()).unwrap_or_default()
}

/// How blogs begin to say who posted what.
const ENTRY: &str = "This entry was ";

/// Reporters, in scripts that have no capitals.
const REPORTERS: &[&str] = &["记者", "記者", "기자"];

/// The names after the word for reporters, in brackets: `（记者李文华、王晓明）`.
fn reporters_in(line: &str, reporter: &str) -> Vec<String> {
    let after = line.split_once(reporter).filter(|(before, _)| before.ends_with(['（', '(']));
    let Some((_, after)) = after else { return Vec::new() };
    let after = after.trim_start_matches([' ', '\u{3000}', ':', '：', '/']);
    let inner = after.split(['）', ')']).next().unwrap_or("");
    let names = inner.split('、').map(|name| name.split(|c: char| !c.is_alphabetic()).next());
    names.map_while(|name| name.filter(|name| is_joined(name)).map(str::to_owned)).collect()
}

/// Whether it looks like a person's name and nothing else.
fn is_name(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    is_joined(name)
        || (2..=4).contains(&words.len())
            && words.iter().all(|word| {
                let is_small = word.starts_with(char::is_lowercase) && !PARTS.contains(word);
                // Words of a script without capitals and blanks may be sentences.
                let is_long = || word.chars().count() > 20 && !word.contains(char::is_uppercase);
                !is_small && !is_long()
            })
}

/// Words of names that are written small, and lead to no place or office.
const PARTS: &[&str] = &["van", "von", "der", "den", "ter", "ten", "zu", "bin", "ibn", "al", "af"];

/// A name by itself in the line below the headline that also says the date.
fn in_line(page: &Page, refuses: Refuses<'_>, headline: Option<usize>) -> Vec<String> {
    let Some(headline) = headline else { return Vec::new() };
    let start = page.range(headline).end;
    let lines = page
        .between(start..page.len().min(start + 150))
        .filter(|(at, node)| node.says() & ABOUT != 0 && page.range(*at).len() < 40);
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
    node.name == local_name!("a")
        && !["author", "people", "staff"].iter().any(|part| href.contains(part))
}

fn is_mail(node: &Node) -> bool {
    node.attr("href").is_some_and(|href| href.starts_with("mailto:"))
}

/// Whether a name stands after a word such as "Editor:", or after one that leads to a topic.
fn is_of_others(page: &Page, at: usize) -> bool {
    let before = page.between(at.saturating_sub(4)..at).filter(|(_, node)| node.is_text());
    let label = before.map(|(_, node)| node.text.trim()).filter(|text| !text.is_empty()).last();
    // "on 5 May — Fact checked by"
    let last =
        |label: &str| label.rsplit(['—', '–', '|', '·', ';', '•']).next().is_some_and(is_others);
    // "Written by Ada Berg in Sport"
    let leads = |label: &str| label.split_whitespace().next_back().is_some_and(is_place);
    label.is_some_and(|label| last(label) || leads(label))
}

/// Whether a place is among comments or other articles.
fn is_beside(page: &Page, at: usize) -> bool {
    let own = page.get(at).map(|node| (at, node));
    own.into_iter()
        .chain(page.ancestors(at))
        .any(|(_, node)| is_any!(node.name, "nav" | "aside") || part(node) == Part::Others)
}
