//! The authors' names.

use super::boilerplate::{has_word, is_prompt};
use super::metadata::{Metadata, Object, is_a, items, letters, plain};
use super::tables::{self, Words};
use super::tree::{Node, Page, fold};
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
    "dcsext.author",
    "shareaholic:article_author_name",
    "creator",
];

static BY: LazyLock<Vec<&str>> = LazyLock::new(|| tables::lines(tables::BY));
static NO_PERSONS: LazyLock<Words> = LazyLock::new(|| tables::words(tables::NO_PERSONS));
static NO_NAMES: LazyLock<Words> = LazyLock::new(|| tables::words(tables::NO_NAMES));
static PLACES: LazyLock<Words> = LazyLock::new(|| tables::words(tables::PLACES));
static AND: LazyLock<Words> = LazyLock::new(|| tables::words(tables::AND));
static BYLINES: LazyLock<Words> = LazyLock::new(|| tables::words(tables::BYLINES));
static NO_BYLINES: LazyLock<Words> = LazyLock::new(|| tables::words(tables::NO_BYLINES));

/// What stands between names.
const SEPARATORS: &[char] =
    &[',', ';', '|', '/', '&', '、', '，', '；', '·', '•', '\n', '،', '－', '–', '—', '+'];

/// A name has so many words and letters at most.
const WORDS: usize = 6;
const LETTERS: usize = 60;

/// The authors, by the first kind of evidence that names one.
pub(super) fn find(
    page: &Page,
    metadata: &Metadata,
    sites: &[String],
    headline: Option<usize>,
) -> Vec<String> {
    let authors = metadata.values("author").filter_map(Value::as_object);
    let organisations = authors.filter(|author| is_organisation(author));
    let organisations = organisations.filter_map(|author| author.get("name"));
    let not = Not {
        sites,
        sections: sections(metadata),
        organisations: organisations
            .filter_map(super::metadata::text)
            .map(|name| letters(&name))
            .collect(),
    };
    for property in ["author", "creator", "contributor"] {
        for article in &metadata.articles {
            let mut found = Vec::new();
            for value in items(article.get(property)).iter().take(40) {
                from_value(value, &not, &mut found);
            }
            if !found.is_empty() {
                return found;
            }
        }
    }
    for name in METAS {
        let mut found = Vec::new();
        for content in metadata.metas(name).take(20) {
            split(&plain(content), &not, &mut found);
        }
        if !found.is_empty() {
            return found;
        }
    }
    let others = metadata.others.iter().filter(|object| is_a(object, &["WebPage"]));
    for author in others.filter_map(|page| page.get("author")) {
        let mut found = Vec::new();
        from_value(author, &not, &mut found);
        if !found.is_empty() {
            return found;
        }
    }
    on_page(page, &not, headline)
}

/// What is not taken for an author.
struct Not<'a> {
    sites: &'a [String],
    sections: Vec<String>,
    /// Named as authors, and no persons.
    organisations: Vec<String>,
}

fn sections(metadata: &Metadata) -> Vec<String> {
    let given = metadata.values("articleSection").filter_map(super::metadata::text);
    let given = given.chain(metadata.metas("article:section").map(plain));
    given.map(|section| letters(&section)).collect()
}

fn from_value(value: &Value, not: &Not<'_>, found: &mut Vec<String>) {
    match value {
        Value::String(text) => split(&plain(text), not, found),
        Value::Object(author) if !is_organisation(author) => {
            for name in items(author.get("name")).iter().take(20) {
                from_value(name, not, found);
            }
            if author.get("name").is_none()
                && let (Some(given), Some(family)) =
                    (part(author, "givenName"), part(author, "familyName"))
            {
                add(&format!("{given} {family}"), not, found);
            }
        }
        _ => {}
    }
}

fn part<'a>(author: &'a Object, name: &str) -> Option<&'a str> {
    author.get(name).and_then(Value::as_str)
}

fn is_organisation(author: &Object) -> bool {
    is_a(author, &["Organization", "Corporation", "WebSite"])
}

/// Names that stand beside each other: "By A and B", "A, B", "A / B".
fn split(text: &str, not: &Not<'_>, found: &mut Vec<String>) {
    if text.chars().count() > 400 || text.starts_with("http") {
        return;
    }
    let text = without_by(text);
    let start = found.len();
    for part in text.split(SEPARATORS) {
        let mut name = String::new();
        for word in part.split_whitespace() {
            let small = word.starts_with(char::is_lowercase);
            let whole = name.contains(' ');
            // "Ada Berg in Oslo"
            if small && whole && PLACES.contains(word) {
                break;
            }
            // "Ortega y Gasset" is rare, "A y B" is not; single letters may be initials.
            let small = small || word.len() > 1 && word == word.to_uppercase();
            if small && whole && AND.contains(word.to_lowercase().as_str()) {
                add(&name, not, found);
                name.clear();
            } else {
                name.extend((!name.is_empty()).then_some(' '));
                name.push_str(word);
            }
        }
        // "Ada Berg, Oslo": one word beside whole names is a place or an office.
        let whole = found.get(start..).unwrap_or(&[]).iter().any(|name| name.contains(' '));
        if !whole || name.contains(' ') {
            add(&name, not, found);
        }
    }
}

/// A byline without what it begins with.
fn without_by(text: &str) -> &str {
    let mut text = text.trim();
    for _ in 0..2 {
        let lower = text.to_lowercase();
        let longest = BY
            .iter()
            .filter(|by| {
                lower.strip_prefix(**by).is_some_and(|rest| {
                    let spaced = by.chars().last().is_some_and(|c| c < '\u{e00}');
                    rest.starts_with([':', ' ', '：', '|', '\u{a0}', '/']) || !spaced
                })
            })
            .map(|by| by.len())
            .max();
        let Some(cut) = longest.and_then(|end| text.get(end..)) else { break };
        text = cut
            .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '|' | '/'));
    }
    text
}

/// Adds what can be a person's name.
fn add(name: &str, not: &Not<'_>, found: &mut Vec<String>) {
    let name = name.split(['(', '[', '<', '（']).next().unwrap_or(name);
    let words = name.split_whitespace().take_while(|word| !word.contains('@'));
    let name = &words.collect::<Vec<_>>().join(" ");
    let name =
        fold(without_by(name.trim_matches(|c: char| c.is_whitespace() || ",;:|-–—•*".contains(c))));
    let name = name.trim_matches(|c: char| c.is_whitespace() || ",;:|-–—•*\"“”".contains(c));
    let count = name.chars().count();
    let words = name.split_whitespace().count();
    let own = letters(name);
    let wrong = !(2..=LETTERS).contains(&count)
        || words > WORDS
        || own.is_empty()
        || name.contains("://")
        || name.contains("www.")
        || name.chars().any(|c| c.is_ascii_digit())
        || not.sites.contains(&super::title::spelling(name))
        || not.organisations.contains(&own)
        || is_prompt(name, false)
        || not.sections.contains(&own)
        || is_no_person(name);
    if !wrong && !found.iter().any(|other| letters(other) == own) {
        found.push(name.to_owned());
    }
}

/// Whether a name is a role's, a service's or a user's.
fn is_no_person(name: &str) -> bool {
    let mut words = name.split([' ', '-', '.', '/']).filter(|word| !word.is_empty());
    let cased = name.contains(char::is_lowercase);
    let alone = !name.contains(' ');
    words.any(|word| {
        let lower = word.to_lowercase();
        NO_PERSONS.contains(lower.as_str())
            // An acronym among other words is an agency's.
            || NO_NAMES.contains(lower.as_str()) && (alone || cased && word.len() > 1 && word == word.to_uppercase())
    }) || !name.contains(|c: char| !c.is_lowercase() && c != ' ')
}

/// The names in the byline of the page.
fn on_page(page: &Page, not: &Not<'_>, headline: Option<usize>) -> Vec<String> {
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
            for link in links {
                split(&page.line(link), not, &mut found);
            }
            if found.len() == before {
                let text = page.text(at, |_, node| &*node.name == "time");
                for line in text.lines().filter(|line| !line.trim().is_empty()).take(4) {
                    split(&fold(line), not, &mut found);
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
    printed(page, not)
}

/// A line that says "by" and a name, where no markup says more.
fn printed(page: &Page, not: &Not<'_>) -> Vec<String> {
    let Some((body, _)) = page.named("body").next() else { return Vec::new() };
    let text = page.text(body, |_, node| matches!(&*node.name, "nav" | "footer" | "aside"));
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(150);
    for line in lines.filter(|line| line.chars().count() < 80 && without_by(line) != *line) {
        let mut found = Vec::new();
        split(line, not, &mut found);
        let is_name = |name: &String| {
            let words: Vec<&str> = name.split_whitespace().collect();
            (2..=4).contains(&words.len())
                && words.iter().all(|word| word.starts_with(char::is_uppercase))
        };
        if !found.is_empty() && found.iter().all(is_name) {
            return found;
        }
    }
    Vec::new()
}

fn is_byline(value: &str) -> bool {
    let mut classes = value.split_whitespace();
    classes.any(|class| has_word(class, &BYLINES) && !has_word(class, &NO_BYLINES))
}

/// Whether a place is among comments or other articles.
fn is_beside(page: &Page, at: usize) -> bool {
    page.ancestors(at).any(|(_, node)| {
        matches!(&*node.name, "nav" | "aside")
            || super::boilerplate::part(node) == super::boilerplate::Part::Others
    })
}
