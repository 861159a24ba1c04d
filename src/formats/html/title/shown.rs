//! The headline that an old page shows without saying so.

use super::words;
use crate::formats::html::date::is_date;
use crate::formats::html::tree::{Node, Page};
use crate::formats::markup::is_any;
use crate::formats::words::letters;
use html5ever::local_name;
use std::ops::Range;

/// Parts of the names that old pages give to what they show as a headline.
const SHOWN: &[&str] = &[
    "headline",
    "heading",
    "title",
    "titel",
    "titre",
    "titular",
    "titulo",
    "titolo",
    "tytul",
    "uberschrift",
    "ueberschrift",
    "zagolov",
    "story-head",
    "storyhead",
    "newshead",
    "rubrik",
];

/// From this size on a font is that of headlines; 3 is that of text.
const LARGE: i32 = 4;

/// Whether a title has no word that the page's text has: it names the site.
pub(super) fn is_strange(page: &Page, title: &str) -> bool {
    let own = words(title);
    let mut texts = page.nodes().filter(|(_, node)| node.text.len() > 60).take(40);
    texts.all(|(_, node)| {
        let text = node.text.to_lowercase();
        !own.iter().any(|word| text.contains(word.as_str()))
    })
}

/// The line that an old page shows as its headline without saying so: in a class that names one, in
/// the largest letters, or else, where that is asked, in bold ones above a text. What the page's title
/// has is the site's name.
pub(super) fn large(page: &Page, title: &str, bold: bool) -> Option<String> {
    let mut best: Option<(i32, String)> = None;
    for (at, node) in page.nodes().filter(|(_, node)| !node.is_text()).take(5_000) {
        let named = ["class", "id"].iter().filter_map(|name| node.attr(name)).any(|name| {
            let name = name.to_lowercase();
            name == "tit" || name.len() < 40 && SHOWN.iter().any(|part| name.contains(part))
        });
        let is_bold = || {
            bold && is_any!(node.name, "b" | "strong") && is_line(page, at) && heads_text(page, at)
        };
        let size = match (named, size_of(node)) {
            (true, _) => LARGE + 3,
            (false, None) if is_bold() => LARGE,
            (false, size) => size.unwrap_or(0),
        };
        if size < LARGE
            || page.range(at).len() > 20
            || best.as_ref().is_some_and(|(most, _)| *most >= size)
        {
            continue;
        }
        let line = page.line(at);
        let own = letters(&line);
        // Of scripts that need no blanks, fewer characters say as much.
        let dense = is_dense(&line);
        let least = if dense { 6 } else { 10 };
        let fits = (least..=200).contains(&line.chars().count()) && (dense || line.contains(' '));
        if fits && !title.contains(&own) && !is_date(&line) {
            best = Some((size, line));
        }
    }
    best.map(|(_, line)| line)
}

/// Whether a text is of a script that needs no blanks, and so fewer characters.
pub(super) fn is_dense(text: &str) -> bool {
    text.contains(|c: char| c > '\u{e00}')
}

/// Whether an element is a line by itself, without a link.
fn is_line(page: &Page, at: usize) -> bool {
    let is_text = |at: Option<usize>| {
        at.and_then(|at| page.get(at)).is_some_and(|node| !letters(&node.text).is_empty())
    };
    let links = page.below(at).any(|(_, node)| node.name == local_name!("a"));
    !links && !is_text(at.checked_sub(1)) && !is_text(Some(page.range(at).end))
}

/// Whether a text follows an element within a few lines.
pub(super) fn heads_text(page: &Page, at: usize) -> bool {
    let end = page.range(at).end;
    has_text(page, end..page.len().min(end + 30))
}

/// Whether a line of text is among nodes.
pub(super) fn has_text(page: &Page, nodes: Range<usize>) -> bool {
    page.between(nodes).any(|(_, node)| node.text.len() >= TEXT)
}

/// Bytes of a line of text.
const TEXT: usize = 120;

/// The size of an element's letters, of seven.
fn size_of(node: &Node) -> Option<i32> {
    if node.name == local_name!("font") {
        let size = node.attr("size")?;
        let number: i32 = size.trim_start_matches('+').parse().ok()?;
        return Some(if size.starts_with(['+', '-']) { number.saturating_add(3) } else { number });
    }
    let style = node.attr("style")?.to_lowercase();
    let (_, size) = style.split_once("font-size")?;
    let size = size.trim_start_matches([':', ' ']);
    let unit = size.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number: f32 = size.get(..size.len() - unit.len())?.parse().ok()?;
    let pixels = if unit.starts_with("pt") {
        number * 4.0 / 3.0
    } else if unit.starts_with("px") {
        number
    } else {
        return None;
    };
    Some(match pixels {
        ..18.0 => 3,
        ..24.0 => 4,
        ..32.0 => 5,
        _ => 6,
    })
}
