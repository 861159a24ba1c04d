//! The names in what the markup says to be the byline.

use super::{Node, Page, Refuses, SENTENCES, is_beside, is_mail, is_name, is_of_others, lines};
use crate::formats::byline::{self, add, is_and, is_joined, split};
use crate::formats::html::boilerplate::{BYLINE, is_prompt};
use crate::formats::html::date::heads_comments;
use crate::formats::markup::is_any;
use crate::formats::words::letters;
use html5ever::local_name;
use std::cell::LazyCell;

/// The names in what is marked as the byline of the page.
pub(super) fn find(page: &Page, refuses: Refuses<'_>, headline: Option<usize>) -> Vec<String> {
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
    // What stands in another article than the headline is that one's.
    let holds = |at: usize| headline.is_none_or(|headline| page.range(at).contains(&headline));
    let of_headline = headline.and_then(|at| article_of(page, at));
    // What stands under the heading of comments is of those who wrote them.
    let end = LazyCell::new(|| {
        let from = headline.unwrap_or(0);
        let headings = page.between(from..page.len()).filter(|(_, node)| is_lower_heading(node));
        // "Kommentar" right below the headline says what is below it.
        let is_below_text =
            |at: usize| page.between(from..at).any(|(_, node)| node.text.len() >= SENTENCES);
        let mut comments = headings
            .take(60)
            .filter(|(at, _)| heads_comments(&page.line(*at)) && is_below_text(*at));
        comments.next().map_or(page.len(), |(at, _)| at)
    });
    for sign in signs {
        let mut found = Vec::new();
        // The article of the first name, and where the first that is linked stands.
        let (mut last, mut article, mut linked) = (0, None, None);
        for (at, _) in page
            .nodes()
            .filter(|(at, node)| *at >= start && !node.is_text() && sign(node) && *at < *end)
            .take(200)
        {
            // What stands in what was read, or far below, is another's, or in another article.
            let within = article_of(page, at);
            let is_other = within.is_some_and(|at| article.is_some_and(|own| own != Some(at)));
            if at < last
                || !found.is_empty() && (at > last + 200 || is_other)
                || of_headline.is_some() && within.is_some_and(|at| !holds(at))
            {
                continue;
            }
            if page.range(at).len() > 120 || is_beside(page, at) || is_label(page, at) {
                continue;
            }
            last = page.range(at).end;
            let links: Vec<usize> = page
                .below(at)
                .filter(|(_, node)| node.name == local_name!("a") && !is_tag(node))
                .map(|(at, _)| at)
                .collect();
            let before = found.len();
            for link in links.into_iter().filter(|link| !is_of_others(page, *link)) {
                let line = page.line(link);
                // "Get more from this author"
                if is_prompt(&line, true) {
                    continue;
                }
                split(&line, refuses, &mut found);
                if linked.is_none() && !found.is_empty() {
                    linked = Some((at, link));
                }
            }
            // "Ada Berg and Jon Lund", of whom one has a page.
            if found.len() > before {
                let mut all = Vec::new();
                // What is marked may be the name alone.
                let mut line = page.line(at);
                let above = page.get(at).map_or(at, |node| node.parent);
                if found.get(before).is_some_and(|name| letters(name) == letters(&line))
                    && page.range(above).len() < 40
                {
                    line = page.line(above);
                }
                split(&line, refuses, &mut all);
                // Behind a comma stands where they work.
                let first = found.get(before).cloned().unwrap_or_default();
                let between = |name: &str| line.split(first.as_str()).nth(1)?.split(name).next();
                let is_joint = |name: &String| {
                    let between = between(name).unwrap_or("");
                    let outside = between.split_once('(').and_then(|(before, rest)| {
                        Some(format!("{before}{}", rest.split_once(')')?.1))
                    });
                    let outside = outside.as_deref().unwrap_or(between);
                    let and = between.split_whitespace().next_back();
                    is_name(name) && !outside.contains(',') && and.is_some_and(is_and)
                };
                if all.first() == Some(&first) {
                    all.iter().filter(|n| is_joint(n)).for_each(|n| add(n, refuses, &mut found));
                }
            }
            if found.len() == before {
                let text = page.fields(at, |at, node| {
                    node.name == local_name!("time") || is_mail(node) || is_label(page, at)
                });
                for (place, line) in lines(&text).iter().take(4).enumerate() {
                    // "By Ada Berg", and below it "and Jon Lund"
                    let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
                    let goes_on = found.len() > before && is_and(first);
                    if found.len() > before && !goes_on {
                        continue;
                    }
                    split(if goes_on { rest } else { line }, refuses, &mut found);
                    // One word below a role is where they work.
                    if place > 0 && found.len() == before + 1 {
                        found.retain(|name| name.contains(' ') || is_joined(name));
                    }
                }
                // "Ada graduated from Norvik"
                let ends_small = |name: &String| {
                    let last = name.rsplit(' ').next().unwrap_or("");
                    name.contains(char::is_uppercase)
                        && last.starts_with(char::is_lowercase)
                        && last.chars().all(char::is_alphabetic)
                };
                let mut number = 0;
                found.retain(|name| {
                    number += 1;
                    number <= before || !ends_small(name)
                });
                for name in found.iter_mut().skip(before) {
                    if let Some(own) = set_off(page, at, name) {
                        *name = own;
                    }
                }
            }
            if article.is_none() && !found.is_empty() {
                article = Some(within);
            }
        }
        if let Some((at, link)) = linked {
            let all = of_kind(page, at, link, refuses);
            if all.len() > 1 && found.iter().all(|name| all.contains(name)) {
                found = all;
            }
        }
        found.truncate(8);
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

fn is_lower_heading(node: &Node) -> bool {
    is_any!(node.name, "h2" | "h3" | "h4")
}

/// Whether a link leads to all articles under a tag.
fn is_tag(node: &Node) -> bool {
    node.attr("rel").is_some_and(|rel| rel.split_whitespace().any(|rel| rel == "tag"))
}

/// Whether an element is the name of a part of the page, for those who hear it.
fn is_label(page: &Page, at: usize) -> bool {
    page.get(at).is_some_and(|node| node.attr("aria-hidden") == Some("true"))
}

/// Whether what is marked as the byline below the headline names an agency or a desk. Those have no
/// names beside them.
pub(super) fn is_of_house(page: &Page, headline: Option<usize>) -> bool {
    let Some(headline) = headline else { return false };
    let start = page.range(headline).end;
    let near = page.between(start..page.len().min(start + 150));
    let mut bylines = near.filter(|(at, node)| {
        node.says() & BYLINE != 0 && page.range(*at).len() < 20 && !is_beside(page, *at)
    });
    bylines.any(|(at, _)| {
        let line = page.line(at);
        line.chars().count() < 40 && byline::is_of_house(&line)
    })
}

/// The article that a place is in.
fn article_of(page: &Page, at: usize) -> Option<usize> {
    let within = page.ancestors(at).find(|(_, node)| node.name == local_name!("article"));
    within.map(|(at, _)| at)
}

/// The names in elements of the kind that one with a link is in: of several authors not all have a
/// page. `at` is the byline; where it is the link itself, the elements around it are looked through.
fn of_kind(page: &Page, at: usize, link: usize, refuses: Refuses<'_>) -> Vec<String> {
    let above: Vec<usize> = page.ancestors(link).map(|(at, _)| at).take(3).collect();
    let is_kind = |at: &usize| {
        page.get(*at).is_some_and(|node| node.says() & BYLINE != 0 && node.attr("class").is_some())
    };
    let kind = std::iter::once(link).chain(above.iter().copied()).find(is_kind);
    let Some((kind, node)) = kind.and_then(|kind| Some((kind, page.get(kind)?))) else {
        return Vec::new();
    };
    let outer = if at == link { above.last().copied().unwrap_or(at) } else { at };
    if kind < outer || page.range(outer).len() > 120 {
        return Vec::new();
    }
    let same = page.below(outer).filter(|(at, other)| {
        other.name == node.name
            && other.attr("class") == node.attr("class")
            && page.range(*at).len() < 20
            && !is_beside(page, *at)
    });
    let same: Vec<usize> = same.map(|(at, _)| at).collect();
    let mut all = Vec::new();
    for at in same.iter().copied().filter(|_| same.len() > 1) {
        let (line, mut own) = (page.line(at), Vec::new());
        split(&line, refuses, &mut own);
        own.retain(|name| is_name(name) && letters(name) == letters(&line));
        own.iter().for_each(|name| add(name, refuses, &mut all));
    }
    all
}

/// The name that is set off from a place behind it: `<b>Ada Berg</b> Oslo`.
fn set_off(page: &Page, at: usize, name: &str) -> Option<String> {
    if name.split(' ').count() < 3 {
        return None;
    }
    let parts = page.below(at).filter(|(_, node)| is_any!(node.name, "a" | "b" | "strong" | "em"));
    let mut lines = parts.map(|(at, _)| page.line(at));
    lines.find(|line| {
        let rest = name.strip_prefix(line.as_str());
        line.contains(' ') && is_name(line) && rest.is_some_and(|rest| rest.starts_with(' '))
    })
}
