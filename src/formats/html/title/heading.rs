//! The heading that shows the headline.

use super::shown::{has_text, heads_text};
use super::{SEPARATORS, is_heading, is_home, is_linked, is_site, is_site_exactly, words};
use crate::formats::html::tree::{Node, Page};
use crate::formats::markup::is_any;
use crate::formats::words::{letters, one_line};
use html5ever::local_name;

/// Words of classes that name the article, and its headline.
const ARTICLE: &[&str] = &["article", "content", "entry", "news", "post", "story"];
const TITLES: &[&str] = &["head", "header", "heading", "headline", "title"];

/// The heading whose class names it as an article's, where it is a part of the page's title.
pub(super) fn named(page: &Page, given: &[(u32, String)]) -> Option<String> {
    let is_named = |node: &Node| {
        node.attr("class").is_some_and(|class| {
            let has = |words: &[&str]| words.iter().any(|word| class.contains(word));
            class.len() < 100 && has(ARTICLE) && has(TITLES)
        })
    };
    let mut headings = page.nodes().filter(|(_, node)| is_heading(node) && is_named(node)).take(8);
    let heading = headings.next().map(|(at, _)| heading_line(page, at))?;
    let own = letters(&heading);
    // Of several, each is another article's.
    let only = headings.next().is_none();
    let said = given.iter().any(|(_, title)| letters(title).contains(&own));
    (only && said && own.chars().count() > 4).then_some(heading)
}

/// The heading that says what a title says; else the only one, where it does not name the site.
pub(super) fn heading(page: &Page, given: &[(u32, String)], sites: &[String]) -> Option<String> {
    let headings = page.named(local_name!("h1")).take(8).filter(|(at, _)| !leads_home(page, *at));
    let headings = headings.map(|(at, _)| (at, heading_line(page, at)));
    let is_own = |line: &str| letters(line).len() > 3 && !is_site_exactly(line, sites);
    let (places, headings): (Vec<usize>, Vec<String>) =
        headings.filter(|(_, heading)| is_own(heading)).unzip();
    let titles: Vec<String> = given.iter().map(|(_, title)| letters(title)).collect();
    let said = headings.iter().position(|heading| {
        let own = letters(heading);
        titles.iter().any(|title| {
            own.len() > 8 && title.contains(&own) || title.len() > 8 && own.contains(title)
        })
    });
    let said = said.and_then(|said| {
        let heading = headings.get(said)?;
        let below = below_banner(page, *places.get(said)?, heading, &titles);
        below.filter(|line| !is_site(line, sites)).or_else(|| Some(heading.clone()))
    });
    // Above a lower one that is the page's title, the highest names the section.
    let lower = || {
        let lower = page.nodes().filter(|(_, node)| is_any!(node.name, "h2" | "h3")).take(40);
        let mut lower = lower.map(|(at, _)| heading_line(page, at));
        let mut topic = String::new();
        lower.find(|heading| {
            let own = letters(heading);
            // "Harbour dues: Minister gives way", in two headings; "5/10/2003: Minister gives way"
            let begins = |title: &String| {
                let behind = title.strip_prefix(topic.as_str()).unwrap_or(title);
                let date = title.strip_suffix(own.as_str()).filter(|date| !date.is_empty());
                title.starts_with(&own)
                    || behind.starts_with(&own)
                    || date.is_some_and(|date| date.chars().all(char::is_numeric))
            };
            let is_title = own.len() > 20 && titles.iter().any(begins);
            topic = own;
            is_title
        })
    };
    let only = headings.first().filter(|heading| headings.len() == 1 && !is_site(heading, sites));
    // "On queues - Ada's blog", where the highest is the blog's.
    if let Some(site) = only
        && let Some(rest) = given.iter().find_map(|(_, title)| title.strip_suffix(site.as_str()))
        && let Some(rest) = SEPARATORS.iter().find_map(|mark| rest.strip_suffix(mark))
    {
        let lower = page.nodes().filter(|(_, node)| is_any!(node.name, "h2" | "h3")).take(40);
        let mut lower = lower.map(|(at, _)| heading_line(page, at));
        if let Some(own) = lower.find(|heading| letters(heading) == letters(rest)) {
            return Some(own);
        }
    }
    let higher = || only.map(|only| lower().unwrap_or_else(|| only.clone()));
    said.or_else(higher).or_else(|| if headings.is_empty() { lower() } else { None })
}

/// The headline below a heading that stands in the page's banner: the page's title says both, or goes
/// on behind what the banner says where the other is as high; and a text follows the other only.
fn below_banner(page: &Page, at: usize, heading: &str, titles: &[String]) -> Option<String> {
    let own = letters(heading);
    if own.chars().count() >= NAME || titles.contains(&own) {
        return None;
    }
    let end = page.range(at).end;
    let mut headings = page.between(end..page.len()).filter(|(_, node)| is_heading(node)).take(20);
    let (place, _) = headings.find(|(place, node)| {
        let other = letters(&heading_line(page, *place));
        let is_said = |title: &String| {
            let both = other.len() > own.len() && title.contains(&other);
            title.contains(&own) && (both || node.name == local_name!("h1"))
        };
        other.len() > 12
            && other != own
            && titles.iter().any(is_said)
            && heads_text(page, *place)
            && !has_text(page, end..*place)
    })?;
    Some(heading_line(page, place))
}

/// Whether the page's title says no more than the name of the site, which is the only highest heading,
/// and the section, and other titles no more than that: `Town of Norvik - News`.
pub(super) fn names_site(
    page: &Page,
    title: &str,
    given: &[(u32, String)],
    is_name: impl Fn(&str) -> bool,
) -> bool {
    let mut highest = page.named(local_name!("h1"));
    let (Some((at, _)), None) = (highest.next(), highest.next()) else { return false };
    let (title, name) = (letters(title), heading_line(page, at));
    let section = title.replacen(&letters(&name), "", 1);
    section.len() < title.len()
        && section.len() < SECTION
        && is_name(&name)
        && given.iter().all(|(_, other)| title.contains(&letters(other)))
        && (section.is_empty() || is_linked(page, &section))
}

/// The names of sites and of their sections have fewer letters.
const NAME: usize = 30;
const SECTION: usize = 16;

/// Whether a heading is the only one of an article, and has a word of a title that is given.
pub(super) fn is_articles(page: &Page, heading: &str, given: &[(u32, String)]) -> bool {
    let own = words(heading);
    let mut headings = page.named(local_name!("h1")).filter(|(at, _)| !leads_home(page, *at));
    let (Some((at, node)), None) = (headings.next(), headings.next()) else { return false };
    let within = page.ancestors(at).any(|(_, node)| is_any!(node.name, "article" | "main"));
    let names = |node: &Node, words: &[&str]| {
        let class = node.attr("class").unwrap_or("");
        class.split_whitespace().any(|class| words.contains(&class))
    };
    let within = within || page.ancestors(at).any(|(_, node)| names(node, ARTICLE));
    let own_letters = letters(heading);
    let is_part = |title: &str| {
        let title = letters(title);
        title.contains(&own_letters) || title.len() > 8 && own_letters.contains(&title)
    };
    heading.split_whitespace().count() > 2
        && letters(heading).chars().count() >= 15
        && (within || names(node, TITLES))
        && !given.iter().any(|(_, title)| is_part(title))
        && given.iter().any(|(_, title)| !words(title).is_disjoint(&own))
}

/// The line of a heading. What it holds in small letters stands below or above the headline, unless
/// they are the small capitals of old pages: the rest of a word, all capitals.
fn heading_line(page: &Page, at: usize) -> String {
    let is_word = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| page.get(at));
        before.is_some_and(|node| node.text.ends_with(char::is_alphanumeric))
            && !page.raw(at).contains(char::is_lowercase)
    };
    let line = page.text(at, |at, node| node.name == local_name!("small") && !is_word(at));
    if letters(&line).is_empty() { page.line(at) } else { one_line(&line) }
}

/// Whether a heading is a link to the site's first page, and so its name.
fn leads_home(page: &Page, at: usize) -> bool {
    // The link may be around it.
    let above = page.ancestors(at).take(2).filter(|(_, node)| node.name == local_name!("a"));
    let mut links = above.chain(page.below(at)).filter_map(|(_, node)| node.attr("href"));
    links.any(is_home)
}
