//! The authors' names.

use super::boilerplate::{ABOUT, BYLINE, Part, is_prompt, part};
use super::metadata::{Metadata, Object, is_a, items, plain, text};
use super::tables;
use super::title::spelling;
use super::tree::{Node, Page};
use crate::formats::byline::{
    add, after_by, is_joined, is_others, is_role, joins, split, without_by,
};
use crate::formats::dates::{self, Reading};
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
    found.into_iter().map(|name| spelt(name, metadata)).collect()
}

/// A name in capitals as the `meta` elements spell it.
fn spelt(name: String, metadata: &Metadata) -> String {
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
    others.into_iter().find(cased).unwrap_or(name)
}

/// The authors as they are named by the first kind of evidence that does.
fn named(page: &Page, metadata: &Metadata, sites: &[String], about: &About<'_>) -> Vec<String> {
    let authors = metadata.values("author").filter_map(Value::as_object);
    let organisations = authors.filter(|author| is_organisation(author));
    let organisations = organisations.filter_map(|author| author.get("name").and_then(text));
    let organisations: Vec<String> = organisations.map(|name| letters(&name)).collect();
    let sections = sections(metadata);
    // Neither the site, nor what is named as an organisation or a section.
    let refuses = |name: &str| {
        let own = letters(name);
        let spelt = spelling(name);
        sites
            .iter()
            .any(|site| spelt == *site || site.len() > 7 && spelt.starts_with(site.as_str()))
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
    let found = marked(page, &refuses, about.headline);
    let found = if found.is_empty() { linked(page, &refuses, about.headline) } else { found };
    if !found.is_empty() {
        return found;
    }
    let text = page.named(local_name!("body")).next().map(|(body, _)| {
        page.fields(body, |_, node| is_any!(node.name, "nav" | "footer" | "aside"))
    });
    let text = text.unwrap_or_default();
    let found = printed(&text, &refuses);
    if !found.is_empty() {
        return found;
    }
    let found = in_line(page, &refuses, about.headline);
    if found.is_empty() { alone(page, &text, &refuses, about) } else { found }
}

/// A name that nothing marks as one: on a line of its own below the headline, or under the text.
fn alone(page: &Page, text: &str, refuses: Refuses<'_>, about: &About<'_>) -> Vec<String> {
    let lines: Vec<&str> = text.split(['\n', '\t']).map(str::trim).collect();
    let lines: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    let name = |line: &&str| -> Option<String> {
        let mut found = Vec::new();
        split(line, refuses, &mut found);
        let [name] = <[String; 1]>::try_from(found).ok()?;
        let rest = line.strip_prefix(name.as_str());
        let said = rest.is_some_and(|rest| is_role(rest) || is_date(rest));
        let alone = said || letters(&name) == letters(line);
        (name.contains(' ') && is_name(&name) && alone).then_some(name)
    };
    let person = |name: &str| {
        let mut found = Vec::new();
        split(name, refuses, &mut found);
        found.pop().filter(|found| found == name && name.contains(' ') && is_name(name))
    };
    // "14 May 2021 | Ada Berg and Jon Lund | Local"
    let beside_date = |line: &&str| -> Option<Vec<String>> {
        let line = without_dates(line)?;
        let mut found = Vec::new();
        split(&line, refuses, &mut found);
        let reports = REPORTERS.iter().any(|reporter| line.contains(reporter));
        let whole = |name: &String| is_name(name) && (name.contains(' ') || reports);
        let first = found.first().filter(|_| found.iter().all(whole))?;
        let names: usize = found.iter().map(|name| letters(name).len()).sum();
        let part = BESIDE.iter().filter_map(|mark| line.split(mark).next()).min_by_key(|p| p.len());
        let is_most = names * 5 >= letters(part.unwrap_or(&line)).len() * 2;
        (line.starts_with(first.as_str()) && is_most).then_some(found)
    };
    let one = |name| vec![name];
    let title = about.title.map(letters).unwrap_or_default();
    let below = || {
        // A line below the headline may stand in its element.
        let is_headline = |line: &&str| {
            let own = letters(line);
            own == title || title.len() > 20 && own.starts_with(&title)
        };
        let at = lines.iter().take(400).position(is_headline)?;
        let below = lines.get(at + 1..lines.len().min(at + 5))?;
        let is_dated =
            |line: &&str| line.len() < 80 && !dates::find(line, &Reading::default()).is_empty();
        let role = |line: &&str| person(with_role(line)?).map(one);
        if below.iter().any(is_dated) {
            let found = |line| name(line).map(one).or_else(|| beside_date(line));
            // Whom the headline is about did not write it.
            let writes = |names: &Vec<String>| !names.iter().any(|n| title.contains(&letters(n)));
            let found = |line| found(line).or_else(|| role(line)).filter(writes);
            return below.iter().find_map(found);
        }
        let near = below.get(..2)?;
        match about.language.is_some_and(capitals_tell) {
            true => near.iter().find_map(name).map(one),
            // A role stands behind the name, or in the line below it.
            false => near.iter().find_map(role).or_else(|| {
                name(near.first().filter(|_| near.get(1).is_some_and(|line| ends_as_role(line)))?)
                    .map(one)
            }),
        }
    };
    let to_the_right = || {
        let right = page.nodes().filter(|(_, node)| {
            let styled = || node.attr("style")?.replace(' ', "").find("text-align:right");
            is_any!(node.name, "p" | "div")
                && (node.attr("align") == Some("right") || styled().is_some())
        });
        right.filter_map(|(at, _)| name(&page.line(at).as_str())).last().map(one)
    };
    let under = || {
        let last = lines.iter().rposition(|line| line.chars().count() >= SENTENCES)?;
        lines.get(last + 1).and_then(name).map(one)
    };
    let told = || lines.iter().rev().take(BELOW).find_map(|line| person(of_note(line)?)).map(one);
    let found = below().or_else(to_the_right).or_else(under).or_else(told);
    found.unwrap_or_else(|| in_brackets(&lines, refuses))
}

/// What parts names from what stands beside them in a line.
const BESIDE: &[&str] = &[" | ", " - ", " – ", " — ", " · ", " • "];

/// A short line from its first letter on, without its dates.
fn without_dates(line: &str) -> Option<String> {
    let (mut rest, mut from) = (String::new(), 0);
    for dates::Found { range, .. } in dates::find(line, &Reading::default()) {
        rest.extend([line.get(from..range.start)?, " | "]);
        from = range.end;
    }
    rest.push_str(line.get(from..)?);
    let rest = rest.trim_start_matches(|c: char| !c.is_alphabetic());
    (line.chars().count() < SENTENCES).then(|| rest.to_owned())
}

/// Lines from the end of a page among which a note on its author may be.
const BELOW: usize = 12;

/// The name before what its bearer does, after a comma: `Ada Berg, harbour correspondent`.
fn with_role(line: &str) -> Option<&str> {
    let (name, role) = line.split_once([',', '|', '–'])?;
    ends_as_role(role).then(|| name.trim())
}

/// Whether a line is a few words of which the last says what a person does.
fn ends_as_role(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.clone().count() <= 5 && words.next_back().is_some_and(is_role)
}

/// Whom a note under a text is about: `Ada Berg is the harbour correspondent of the Post.`
fn of_note(line: &str) -> Option<&str> {
    const IS: &[&str] = &[" is a ", " is an ", " is the ", " ist ", " est ", " es ", " è ", " é "];
    let (name, rest) = IS.iter().find_map(|is| line.split_once(is))?;
    let says = rest.split_whitespace().take(6).any(is_role);
    (line.chars().count() < 3 * SENTENCES && says).then_some(name)
}

/// Whether a text is a date and little else.
fn is_date(text: &str) -> bool {
    if text.len() > 2 * SENTENCES {
        return false;
    }
    let found = dates::find(text, &Reading::default());
    let dated: usize = found.iter().map(|date| date.range.len()).sum();
    dated > 0 && dated * 2 > text.len()
}

/// A line of so many characters is running text.
const SENTENCES: usize = 100;

/// Whether capitals make names of words in a language: not where nouns and headings have them.
fn capitals_tell(language: &str) -> bool {
    let language = language.split('-').next().unwrap_or("").to_ascii_lowercase();
    !matches!(language.as_str(), "" | "en" | "de" | "lb" | "nds")
}

/// The names that Japanese papers put behind the last sentence: `（佐藤花子、中村一郎）`.
fn in_brackets(lines: &[&str], refuses: Refuses<'_>) -> Vec<String> {
    let is_kana = |c: char| matches!(c, '\u{3040}'..='\u{30ff}');
    let ends = lines.iter().rev().filter(|line| line.chars().filter(|c| is_kana(*c)).count() > 5);
    let inner = ends.take(20).find_map(|line| {
        let open = line.strip_suffix('）').map(|text| (text, '（'));
        let (text, open) = open.or_else(|| line.strip_suffix('】').map(|text| (text, '【')))?;
        let (_, inner) = text.rsplit_once(open)?;
        inner
            .split(['、', '・'])
            .all(|name| is_joined(name) && !name.contains(is_kana))
            .then_some(inner)
    });
    let mut found = Vec::new();
    for name in inner.into_iter().flat_map(|names| names.split(['、', '・'])) {
        split(name, refuses, &mut found);
    }
    found.retain(|name| name.chars().count() > 2);
    found
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
        Value::Array(values) => {
            values.iter().take(40).for_each(|value| from_value(value, refuses, found));
        }
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

/// Those of blogs are said to be both.
fn is_organisation(author: &Object) -> bool {
    is_a(author, &["Organization", "Corporation", "WebSite"]) && !is_a(author, &["Person"])
}

/// The names in what is marked as the byline of the page.
fn marked(page: &Page, refuses: Refuses<'_>, headline: Option<usize>) -> Vec<String> {
    type Sign = fn(&Node) -> bool;
    let signs: [Sign; 3] = [
        |node| {
            node.attr("rel").is_some_and(|rel| {
                rel.split_whitespace().any(|rel| rel.eq_ignore_ascii_case("author"))
            }) && node.name == local_name!("a")
        },
        |node| {
            node.attr("itemprop").is_some_and(|prop| {
                prop.split_whitespace().any(|prop| matches!(prop, "author" | "creator"))
            })
        },
        |node| node.says() & BYLINE != 0,
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
            let links: Vec<usize> = page
                .below(at)
                .filter(|(_, node)| node.name == local_name!("a"))
                .map(|(at, _)| at)
                .collect();
            let before = found.len();
            for link in links.into_iter().filter(|link| !is_of_others(page, *link)) {
                split(&page.line(link), refuses, &mut found);
            }
            if found.len() == before {
                let text =
                    page.fields(at, |_, node| node.name == local_name!("time") || is_mail(node));
                for (place, line) in lines(&text).iter().take(4).enumerate() {
                    split(line, refuses, &mut found);
                    // One word below a role is where they work.
                    if place > 0 && found.len() == before + 1 {
                        found.retain(|name| name.contains(' ') || is_joined(name));
                    }
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
    Vec::new()
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
            // "Posted on 5 May by Ada Berg"
            let dated = line.chars().count() < 160 && line.contains(|c: char| c.is_ascii_digit());
            dated.then(|| after_by(line)).flatten()
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

/// Whether a name stands after a word such as "Editor:".
fn is_of_others(page: &Page, at: usize) -> bool {
    let before = page.between(at.saturating_sub(4)..at).filter(|(_, node)| node.is_text());
    let label = before.map(|(_, node)| node.text.trim()).filter(|text| !text.is_empty()).last();
    // "on 5 May — Fact checked by"
    let last =
        |label: &str| label.rsplit(['—', '–', '|', '·', ';', '•']).next().is_some_and(is_others);
    label.is_some_and(last)
}

/// Whether a place is among comments or other articles.
fn is_beside(page: &Page, at: usize) -> bool {
    page.ancestors(at)
        .any(|(_, node)| is_any!(node.name, "nav" | "aside") || part(node) == Part::Others)
}
