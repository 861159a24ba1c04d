//! A page cut into blocks: paragraphs, headings, items of lists; and blocks as text and markup.

use super::metadata::absolute;
use super::tree::{Node, Page};
use crate::formats::markup::{Plain, escape, is_any, is_block};
use html5ever::local_name;
use std::ops::Range;
use url::Url;

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Paragraph,
    Heading,
    Item,
    Quote,
    Row,
}

/// Text that stands together.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) kind: Kind,
    pub(super) text: String,
    /// Its nodes in the page.
    pub(super) nodes: Range<usize>,
    pub(super) chars: usize,
    /// Characters in links.
    pub(super) linked: usize,
    /// It stands in something that is not the article.
    pub(super) around: bool,
    /// The readability crate kept it.
    pub(super) kept: bool,
}

impl Block {
    /// Whether it ends as sentences do.
    pub(super) fn is_sentence(&self) -> bool {
        const ENDS: &[char] = &[
            '.', '!', '?', '…', '。', '！', '？', '؟', '۔', '।', '॥', '።', '"', '”', '“', '»', '«',
            '’', ')', ':', '」', '』', '）', ';',
        ];
        self.text.ends_with(ENDS)
    }

    /// Characters; those that are words by themselves count as three.
    pub(super) fn weight(&self) -> usize {
        let wide = self.text.chars().filter(|c| ('\u{2e80}'..'\u{d7b0}').contains(c)).count();
        self.chars + 2 * wide
    }

    pub(super) fn is_linked(&self) -> bool {
        self.linked * 2 > self.chars
    }

    /// Whether it reads like a part of a story.
    pub(super) fn is_prose(&self) -> bool {
        self.weight() >= 60 && self.is_sentence() && self.linked * 3 < self.chars
    }

    /// What it counts for when places are compared.
    pub(super) fn prose(&self) -> usize {
        if self.linked * 2 < self.chars && self.weight() >= 40 { self.chars } else { 0 }
    }
}

/// The blocks of a page in their order.
pub(super) fn cut(page: &Page) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open = Open::default();
    let Some((body, _)) = page.named(local_name!("body")).next() else { return blocks };
    let mut stack: Vec<usize> = Vec::new();
    let Range { start: mut at, end } = page.range(body);
    while let Some(node) = page.get(at).filter(|_| at < end) {
        while let Some(above) =
            stack.last().and_then(|at| page.get(*at)).filter(|above| above.end <= at)
        {
            if parts(above) || is_cell(above) && stack.last().is_some_and(|at| is_layout(page, *at))
            {
                open.close(at, &stack, page, &mut blocks);
            }
            if above.name == local_name!("a") {
                open.links = open.links.saturating_sub(1);
            }
            stack.pop();
        }
        if node.is_text() {
            open.push(at, &node.text);
            at += 1;
            continue;
        }
        if parts(node) || is_cell(node) && is_layout(page, at) {
            open.close(at, &stack, page, &mut blocks);
        } else {
            open.start.get_or_insert(at);
        }
        if node.is_unseen() {
            at = node.end;
            continue;
        }
        match &*node.name {
            // The second of two ends a paragraph.
            "br" if open.breaks => open.close(at, &stack, page, &mut blocks),
            "br" => {
                open.plain.tag(&node.name, true);
                open.breaks = true;
            }
            "td" | "th" => open.plain.tag(&node.name, true),
            "a" => open.links += 1,
            _ => {}
        }
        stack.push(at);
        at += 1;
    }
    open.close(end, &stack, page, &mut blocks);
    blocks
}

/// Whether an element begins and ends a block.
pub(super) fn parts(node: &Node) -> bool {
    is_block(&node.name) || is_any!(node.name, "li" | "dt" | "dd" | "tr")
}

fn is_cell(node: &Node) -> bool {
    is_any!(node.name, "td" | "th")
}

/// Whether a cell holds more than a value: old pages are laid out in tables.
fn is_layout(page: &Page, at: usize) -> bool {
    let below = page.range(at);
    below.len() > 60
        || page.between(below).any(|(_, node)| parts(node) || node.name == local_name!("br"))
}

/// The block in the making.
#[derive(Default)]
struct Open {
    plain: Plain,
    start: Option<usize>,
    chars: usize,
    linked: usize,
    /// Links around this place.
    links: usize,
    /// The last that came was a line break.
    breaks: bool,
}

impl Open {
    fn push(&mut self, at: usize, text: &str) {
        self.plain.push(text);
        let count: usize = text.split_whitespace().map(|word| word.chars().count() + 1).sum();
        if count > 0 {
            self.start.get_or_insert(at);
            self.breaks = false;
            self.chars += count;
            self.linked += if self.links > 0 { count } else { 0 };
        }
    }

    fn close(&mut self, at: usize, stack: &[usize], page: &Page, blocks: &mut Vec<Block>) {
        let links = self.links;
        let done = std::mem::replace(self, Self { links, ..Self::default() });
        let Some(start) = done.start.filter(|_| done.chars > 0) else { return };
        let text = done.plain.finish();
        let cells = text.contains('\t');
        let names = stack.iter().rev().take(6).filter_map(|at| page.get(*at));
        let kind = names.map(|node| &*node.name).find_map(|name| match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Some(Kind::Heading),
            "li" => Some(Kind::Item),
            "blockquote" => Some(Kind::Quote),
            // Values side by side; one alone is only laid out so.
            "tr" if cells => Some(Kind::Row),
            _ => None,
        });
        blocks.push(Block {
            kind: kind.unwrap_or(Kind::Paragraph),
            text,
            nodes: start..at,
            chars: done.chars,
            linked: done.linked,
            around: false,
            kept: false,
        });
    }
}

/// Sums over the nodes before each node.
pub(super) struct Sums(Vec<usize>);

impl Sums {
    pub(super) fn new(page: &Page, blocks: &[Block], of: impl Fn(&Block) -> usize) -> Self {
        Self::at(page, blocks.iter().map(|block| (block.nodes.start, of(block))))
    }

    /// Sums of what counts at some nodes.
    pub(super) fn at(page: &Page, counts: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut sums = vec![0; page.len() + 1];
        for (at, count) in counts {
            if let Some(sum) = sums.get_mut(at + 1) {
                *sum += count;
            }
        }
        let mut sum = 0;
        for value in &mut sums {
            sum += *value;
            *value = sum;
        }
        Self(sums)
    }

    pub(super) fn of(&self, range: &Range<usize>) -> usize {
        let before = |at: usize| self.0.get(at).copied().unwrap_or(0);
        before(range.end).saturating_sub(before(range.start))
    }

    pub(super) fn all(&self) -> usize {
        self.0.last().copied().unwrap_or(0)
    }
}

/// Whether a place is in one of some ranges, which are in order and apart.
pub(super) fn is_within(ranges: &[Range<usize>], at: usize) -> bool {
    let after = ranges.partition_point(|range| range.start <= at);
    after.checked_sub(1).and_then(|last| ranges.get(last)).is_some_and(|range| at < range.end)
}

/// The text of blocks: a blank line between them, a line break between items.
pub(super) fn text<'a>(blocks: impl Iterator<Item = &'a Block>) -> String {
    let mut text = String::new();
    let mut before = None;
    for block in blocks {
        if before == Some(block.kind) && matches!(block.kind, Kind::Item | Kind::Row) {
            text.push('\n');
        } else if before.is_some() {
            text.push_str("\n\n");
        }
        text.push_str(&block.text);
        before = Some(block.kind);
    }
    text
}

/// No more nodes than this between two blocks are looked at for pictures.
const BETWEEN: usize = 400;

/// The markup of blocks: the page's own words, links and stress, and the pictures between them
/// that are `shown`; addresses are made absolute.
pub(super) fn html<'a>(
    page: &Page,
    blocks: impl Iterator<Item = &'a Block>,
    base: Option<&Url>,
    shown: impl Fn(usize) -> bool,
) -> String {
    let mut html = String::new();
    let mut list = false;
    let mut last = None;
    for block in blocks {
        let between = last.replace(block.nodes.end).unwrap_or(block.nodes.start)..block.nodes.start;
        let is_near = between.len() < BETWEEN;
        let pictures: Vec<String> = page
            .between(between)
            .filter(|(at, node)| is_near && node.name == local_name!("img") && shown(*at))
            .filter_map(|(_, node)| picture(node, base))
            .collect();
        let (item, tag) = match block.kind {
            Kind::Paragraph | Kind::Row => (false, "p"),
            Kind::Heading => (false, "h2"),
            Kind::Item => (true, "li"),
            Kind::Quote => (false, "blockquote"),
        };
        if list && (!item || !pictures.is_empty()) {
            html.push_str("</ul>\n");
            list = false;
        }
        for picture in &pictures {
            html.extend(["<p>", picture, "</p>\n"]);
        }
        if item && !list {
            html.push_str("<ul>\n");
            list = true;
        }
        html.extend(["<", tag, ">"]);
        inline(page, block, base, &mut html);
        html.extend(["</", tag, ">\n"]);
    }
    if list {
        html.push_str("</ul>\n");
    }
    html
}

/// Whether an element is a picture; those so small that they count readers or decorate are none.
pub(super) fn is_picture(node: &Node) -> bool {
    const SMALL: u32 = 50;
    let side =
        |name| node.attr(name).and_then(|side| side.trim_end_matches("px").parse::<u32>().ok());
    let mut sides = ["width", "height"].into_iter().filter_map(side);
    node.name == local_name!("img") && !sides.any(|side| side < SMALL)
}

fn picture(node: &Node, base: Option<&Url>) -> Option<String> {
    if !is_picture(node) {
        return None;
    }
    // Those that are loaded later have a stand-in as their source.
    let sources = ["data-src", "data-original", "data-lazy-src", "src"];
    let source = sources.iter().find_map(|name| absolute(node.attr(name)?, base))?;
    let mut html = "<img src=\"".to_owned();
    escape(&mut html, &source);
    html.push_str("\" alt=\"");
    escape(&mut html, node.attr("alt").unwrap_or(""));
    html.push_str("\">");
    Some(html)
}

fn inline(page: &Page, block: &Block, base: Option<&Url>, html: &mut String) {
    let mut open: Vec<(usize, &str)> = Vec::new();
    let mut hidden = 0;
    for (at, node) in page.between(block.nodes.clone()) {
        while let Some((_, name)) = open.pop_if(|(end, _)| *end <= at) {
            html.extend(["</", name, ">"]);
        }
        if at < hidden {
            continue;
        }
        match &*node.name {
            "" => escape(html, &node.text),
            "br" => html.push_str("<br>"),
            "img" => html.extend(picture(node, base)),
            name @ ("b" | "strong" | "i" | "em" | "q" | "sub" | "sup" | "code" | "a") => {
                html.extend(["<", name]);
                if let Some(href) = node.attr("href").filter(|_| name == "a") {
                    html.push_str(" href=\"");
                    escape(html, &absolute(href, base).unwrap_or_else(|| href.to_owned()));
                    html.push('"');
                }
                html.push('>');
                open.push((node.end, name));
            }
            _ if node.is_unseen() => hidden = node.end,
            _ => {}
        }
    }
    while let Some((_, name)) = open.pop() {
        html.extend(["</", name, ">"]);
    }
}
