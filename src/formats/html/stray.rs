//! Blocks among a text that are none of it: bylines, dates, captions, prompts.

use super::blocks::Block;
use super::boilerplate::{is_newsletter, is_prompt};
use super::date::is_date_label;
use super::tree::{Node, Page};
use crate::formats::byline::{is_others, is_role};
use crate::formats::dates::{self, Order, Reading};
use crate::formats::markup::is_any;
use crate::formats::words::letters;
use html5ever::local_name;

/// What is known of an article, as [`letters`].
pub(super) struct Known {
    pub(super) title: String,
    pub(super) authors: Vec<String>,
}

/// Whether a block is the headline again, a byline, a date, or leads away from the text.
pub(super) fn is_stray(block: &Block, known: &Known, page: &Page) -> bool {
    if is_prompt(&block.text, block.linked > 0) {
        return true;
    }
    if block.weight() > 300 {
        return false;
    }
    // "Get the Harbour Briefing, our newsletter", all of it in bold letters.
    let is_set_off = |at| {
        page.ancestors(at).take(3).any(|(_, node)| is_any!(node.name, "b" | "strong" | "em" | "i"))
    };
    if block.linked > 0 && is_newsletter(&block.text) {
        let mut texts =
            page.between(block.nodes.clone()).filter(|(_, node)| !node.text.trim().is_empty());
        if texts.all(|(at, _)| is_set_off(at)) {
            return true;
        }
    }
    // "Contact Ada Berg at ada@post.example"
    let names_author = || {
        let own = letters(&block.text);
        known.authors.iter().any(|name| name.len() > 5 && own.contains(name.as_str()))
    };
    if block.text.contains('@') && names_author() || is_caption(block, page) {
        return true;
    }
    // Nothing but a date, as words or as an element.
    let mut texts = page
        .between(block.nodes.clone())
        .filter(|(_, node)| node.is_text() && !node.text.trim().is_empty());
    let timed = block.chars < 40
        && texts.all(|(at, _)| {
            page.ancestors(at).take(3).any(|(_, above)| above.name == local_name!("time"))
        });
    // The lines of old pages: headline, names, date, one below the other.
    let lines = || block.text.lines().filter(|line| !line.trim().is_empty());
    let headed = lines().next().is_some_and(|line| letters(line) == known.title)
        && lines().all(|line| line.chars().count() < 60);
    timed || headed || lines().all(|line| is_stray_line(line, known))
}

/// Whether a block says what a picture shows: it ends with whose that is (`… Photo: Jon Lund`), or
/// stands below it in the same paragraph, in letters of its own.
fn is_caption(block: &Block, page: &Page) -> bool {
    let credit = block.text.rsplit_once([':', '：']).filter(|(_, name)| {
        name.chars().count() < 50 && name.trim().starts_with(char::is_alphabetic)
    });
    let label = credit.and_then(|(text, _)| text.split_whitespace().next_back());
    if label.is_some_and(is_others) && !block.text.ends_with(['.', '!', '?']) {
        return true;
    }
    // "Photo by Jon Lund/Agency"
    let mut words = block.text.split_whitespace();
    let label = [words.next(), words.next()].map(Option::unwrap_or_default).join(" ");
    if block.chars < 80 && !block.is_sentence() && label.contains(' ') && is_others(&label) {
        return true;
    }
    let has_text = |(_, node): &(usize, &Node)| !node.text.trim().is_empty();
    let texts = || page.between(block.nodes.clone()).filter(has_text);
    let first = texts().next().map_or(block.nodes.end, |(at, _)| at);
    let is_set_off = |(at, _)| {
        let mut above = page.ancestors(at).take_while(|(at, _)| *at >= block.nodes.start);
        above.any(|(_, node)| is_any!(node.name, "em" | "i" | "small"))
    };
    let of_picture = || {
        let mut above = page.ancestors(first).take(2);
        block.weight() < 300
            && above.any(|(_, node)| node.name == local_name!("p") && names_picture(node))
    };
    let mut before = page.between(block.nodes.start..first);
    before.any(|(_, node)| node.name == local_name!("img"))
        && (texts().all(is_set_off) || of_picture())
}

/// Whether the class of an element says that it shows a picture.
fn names_picture(node: &Node) -> bool {
    let class = node.attr("class").unwrap_or("").to_ascii_lowercase();
    ["photo", "image", "picture", "figure"].iter().any(|word| class.contains(word))
}

/// Whether a line is the headline again, or little else than names and dates.
pub(super) fn is_stray_line(line: &str, known: &Known) -> bool {
    // "… until the end of April. (Ada Berg)"
    let signed = line.strip_suffix(')').and_then(|line| line.rsplit_once('('));
    if signed.is_some_and(|(text, _)| text.trim_end().ends_with(['.', '!', '?'])) {
        return false;
    }
    let own = letters(line);
    if own.is_empty() || own == known.title {
        return true;
    }
    let names: usize =
        known.authors.iter().filter(|name| own.contains(*name)).map(String::len).sum();
    let short = line.chars().count() < 100;
    if short && names > 0 && own.len() < 4 * names && !line.ends_with(['.', '!', '?']) {
        return true;
    }
    let has_digits = || line.contains(|c: char| c.is_numeric());
    let dated = || -> usize {
        // Which of two numbers is the month does not matter here.
        let reading = Reading { order: Some(Order::DayFirst), ..Reading::default() };
        let found = dates::find(line, &reading);
        let lengths = found.iter().map(|date| {
            // "Last updated" belongs to the date behind it.
            let before = line.get(..date.range.start).unwrap_or("");
            let start = if is_date_label(before) { 0 } else { date.range.start };
            line.get(start..date.range.end).map_or(0, |text| letters(text).len())
        });
        lengths.sum()
    };
    short && has_digits() && (dated() + names) * 2 > own.len()
}

/// Takes off a block the lines above the text that say who wrote it and when: on old pages the
/// text goes on behind a line break.
pub(super) fn without_byline(block: &mut Block, known: &Known, page: &Page) {
    let lines: Vec<&str> = block.text.lines().collect();
    let is_above = |line: &&&str| is_stray_line(line, known) || is_role(line);
    let above = lines.iter().take_while(is_above).count();
    let nodes = page.between(block.nodes.clone());
    let nodes = nodes.skip_while(|(_, node)| !node.is_text() || node.text.trim().is_empty());
    let mut breaks = nodes.filter(|(_, node)| node.name == local_name!("br"));
    if let Some((at, _)) = above.checked_sub(1).and_then(|above| breaks.nth(above)) {
        block.nodes.start = at + 1;
        block.text = lines.split_at(above).1.join("\n");
    }
}

/// Whether a line is who wrote a text, in brackets: `(rwu/hns)`, `（記者 李文華）`.
pub(super) fn is_sign_off(line: &str) -> bool {
    let line = line.trim();
    line.chars().count() < 30
        && line.starts_with(['(', '（', '[', '【'])
        && line.ends_with([')', '）', ']', '】'])
}
