//! The text of the article.
//!
//! A page is cut into blocks: paragraphs, headings, items of lists. What the markup names as
//! something else is set aside; [`dom_smoothie`] says where in the rest the article stands, unless
//! the markup does; the blocks there are then judged one by one.

use super::boilerplate::{Part, is_body, is_lead, is_prompt, part};
use super::metadata::letters;
use super::tree::{Node, Page};
use crate::formats::markup::{Plain, is_block, to_text};
use dom_query::{Document, NodeId, NodeRef};
use dom_smoothie::{Config, Readability};
use std::collections::HashSet;
use std::ops::Range;

/// The readability crate is asked about pages of so many nodes at most; it takes minutes for
/// millions.
const NODES: usize = 200_000;

/// A text shorter than this many characters is doubted.
const SHORT: usize = 250;

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Paragraph,
    Heading,
    Item,
    Quote,
    Row,
}

/// A paragraph, a heading, an item: text that stands together.
#[derive(Debug)]
struct Block {
    kind: Kind,
    text: String,
    /// Its nodes in the page.
    nodes: Range<usize>,
    chars: usize,
    /// Characters in links.
    linked: usize,
    /// It stands in something that is not the article.
    around: bool,
    /// The readability crate kept it.
    kept: bool,
}

impl Block {
    fn is_sentence(&self) -> bool {
        const ENDS: &[char] = &[
            '.', '!', '?', '…', '。', '！', '？', '؟', '۔', '।', '።', '"', '”', '“', '»', '’', ')',
            ':', '」', '』', '）', ';', '“',
        ];
        self.text.trim_end().ends_with(ENDS)
    }

    /// Characters; those that are words by themselves count as three.
    fn weight(&self) -> usize {
        let wide = self.text.chars().filter(|c| ('\u{2e80}'..'\u{d7b0}').contains(c)).count();
        self.chars + 2 * wide
    }

    fn is_linked(&self) -> bool {
        self.linked * 2 > self.chars
    }

    /// Whether it reads like a part of a story.
    fn is_prose(&self) -> bool {
        self.weight() >= 60 && self.is_sentence() && self.linked * 3 < self.chars
    }

    /// What it counts for when places are compared.
    fn prose(&self) -> usize {
        if self.weight() >= 40 && self.linked * 2 < self.chars { self.chars } else { 0 }
    }
}

/// The text of an article and its markup.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) text: String,
    pub(super) html: Option<String>,
}

/// What the rest of the page says of the text.
pub(super) struct Clues<'a> {
    /// The article's headline.
    pub(super) title: Option<&'a str>,
    /// Where it stands.
    pub(super) headline: Option<usize>,
    /// Its description.
    pub(super) summary: Option<&'a str>,
    /// Its text by its metadata.
    pub(super) article: Option<&'a str>,
}

/// Finds the text. The document is the one that the page was made from.
pub(super) fn find(page: &Page, document: Document, clues: &Clues<'_>) -> Option<Body> {
    let mut blocks = blocks(page);
    let headline = clues.headline;
    let around = surroundings(page, &blocks, headline);
    for block in &mut blocks {
        block.around = around.iter().any(|range| range.contains(&block.nodes.start));
    }
    let kept = readable(page, document, &around);
    for block in &mut blocks {
        let texts = || page.nodes_in(block.nodes.clone()).filter(|node| node.is_text());
        let all: usize = texts().map(|node| node.text.len()).sum();
        let left: usize =
            texts().filter(|node| kept.contains(&node.id)).map(|node| node.text.len()).sum();
        block.kept = left * 2 > all;
    }
    let places = places(page, &blocks);
    let mut chosen = choose(page, &blocks, &places, clues);
    let found: usize =
        chosen.iter().filter_map(|at| blocks.get(*at)).map(|block| block.chars).sum();
    if found < SHORT {
        let all = fallback(&blocks, headline);
        let sum = |chosen: &[usize]| {
            chosen.iter().filter_map(|at| blocks.get(*at)).map(|block| block.chars).sum::<usize>()
        };
        if sum(&all) > 2 * sum(&chosen) {
            chosen = all;
        }
    }
    if let Some(lead) = lead(page, &blocks, &chosen, headline, clues) {
        chosen.insert(0, lead);
    }
    let text = join(&blocks, &chosen);
    match clues.article.map(|given| choose_given(given, &text)) {
        Some(Some(given)) => Some(Body { text: given, html: None }),
        _ if text.is_empty() => None,
        _ => Some(Body { html: Some(html(page, &blocks, &chosen)), text }),
    }
}

/// The text in the metadata, where it is the article and the page shows only a part of it.
fn choose_given(given: &str, shown: &str) -> Option<String> {
    let given = if given.contains(['<', '&']) { to_text(given) } else { given.trim().to_owned() };
    let (in_given, in_shown) = (letters(&given), letters(shown));
    if in_given.len() < 200 || in_given.len() * 10 < in_shown.len() * 13 {
        return None;
    }
    Some(given)
}

/// The blocks of a page in their order.
fn blocks(page: &Page) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open = Open::default();
    let Some((body, _)) = page.named("body").next() else { return blocks };
    let mut stack: Vec<usize> = Vec::new();
    let Range { start: mut at, end } = page.range(body);
    while let Some(node) = page.get(at).filter(|_| at < end) {
        while let Some(above) =
            stack.last().and_then(|at| page.get(*at)).filter(|above| above.end <= at)
        {
            if parts(above) {
                open.close(at, &stack, page, &mut blocks);
            }
            if &*above.name == "a" {
                open.links = open.links.saturating_sub(1);
            }
            stack.pop();
        }
        if node.is_text() {
            open.push(at, &node.text);
            at += 1;
            continue;
        }
        if parts(node) {
            open.close(at, &stack, page, &mut blocks);
        }
        if node.is_unseen() {
            at = node.end;
            continue;
        }
        if !parts(node) {
            open.start.get_or_insert(at);
        }
        if &*node.name == "br" {
            // The second of two ends a paragraph.
            if open.breaks {
                open.close(at, &stack, page, &mut blocks);
            } else {
                open.plain.tag(&node.name, true);
                open.breaks = true;
            }
        }
        if &*node.name == "a" {
            open.links += 1;
        }
        stack.push(at);
        at += 1;
    }
    open.close(end, &stack, page, &mut blocks);
    blocks
}

/// Whether an element begins and ends a block.
fn parts(node: &Node) -> bool {
    is_block(&node.name) || matches!(&*node.name, "li" | "dt" | "dd" | "tr")
}

/// The block in the making.
#[derive(Default)]
struct Open {
    plain: Plain,
    start: Option<usize>,
    chars: usize,
    linked: usize,
    links: usize,
    breaks: bool,
}

impl Open {
    fn push(&mut self, at: usize, text: &str) {
        let count = text.split_whitespace().map(|word| word.chars().count() + 1).sum::<usize>();
        self.plain.push(text);
        if count == 0 {
            return;
        }
        self.start.get_or_insert(at);
        self.breaks = false;
        self.chars += count;
        self.linked += if self.links > 0 { count } else { 0 };
    }

    fn close(&mut self, at: usize, stack: &[usize], page: &Page, blocks: &mut Vec<Block>) {
        let links = self.links;
        let done = std::mem::replace(self, Self { links, ..Self::default() });
        let Some(start) = done.start.filter(|_| done.chars > 0) else { return };
        let text = done.plain.finish();
        let mut kind = Kind::Paragraph;
        for name in
            stack.iter().rev().take(6).filter_map(|at| page.get(*at)).map(|node| &*node.name)
        {
            kind = match name {
                "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Kind::Heading,
                "li" | "dt" | "dd" => Kind::Item,
                "blockquote" => Kind::Quote,
                "tr" => Kind::Row,
                _ => continue,
            };
            break;
        }
        blocks.push(Block {
            kind,
            text,
            nodes: start..at,
            chars: done.chars,
            linked: done.linked,
            around: false,
            kept: false,
        });
    }
}

/// Where the headline stands: the `h1` that says the title, else the first.
pub(super) fn headline(page: &Page, title: Option<&str>) -> Option<usize> {
    let title = title.map(letters).unwrap_or_default();
    let mut first = None;
    for (at, _) in page.nodes().filter(|(_, node)| matches!(&*node.name, "h1" | "h2")).take(50) {
        let heading = letters(&page.line(at));
        if heading.len() > 8
            && !title.is_empty()
            && (heading == title || title.contains(&heading) || heading.contains(&title))
        {
            return Some(at);
        }
        if page.get(at).is_some_and(|node| &*node.name == "h1") && !heading.is_empty() {
            first = first.or(Some(at));
        }
    }
    first
}

/// What the markup names as something else than the article.
fn surroundings(page: &Page, blocks: &[Block], headline: Option<usize>) -> Vec<Range<usize>> {
    // Characters of prose before each node.
    let mut before = vec![0; page.len() + 1];
    for block in blocks {
        if let Some(sum) = before.get_mut(block.nodes.start + 1) {
            *sum += block.prose();
        }
    }
    let mut sum = 0;
    for value in &mut before {
        sum += *value;
        *value = sum;
    }
    let prose = |range: &Range<usize>| {
        before.get(range.end).copied().unwrap_or(sum)
            - before.get(range.start).copied().unwrap_or(sum)
    };
    let bodies: Vec<usize> =
        page.nodes().filter(|(_, node)| is_body(node)).map(|(at, _)| at).collect();
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(node) = page.get(at) {
        let range = page.range(at);
        let what = if node.is_text() { Part::Unknown } else { part(node) };
        let holds = |at: &usize| range.contains(at);
        let out = match what {
            Part::Unknown => false,
            Part::Others => {
                !headline.iter().any(holds)
                    && (prose(&range) * 10 < sum * 9)
                    && !bodies.iter().any(|body| holds(body) && prose(&page.range(*body)) * 2 > sum)
            }
            Part::Around => {
                !(headline.iter().any(holds) && prose(&range) * 10 > sum)
                    && prose(&range) * 5 < sum * 2
                    && !bodies.iter().any(|body| holds(body) && prose(&page.range(*body)) * 5 > sum)
            }
        };
        if out {
            at = range.end;
            found.push(range);
        } else {
            at += 1;
        }
    }
    found
}

/// The texts that the readability crate takes for the article.
fn readable(page: &Page, document: Document, around: &[Range<usize>]) -> HashSet<NodeId> {
    if page.len() > NODES {
        return HashSet::new();
    }
    for range in around {
        if let Some(node) = page.get(range.start) {
            NodeRef::new(node.id, &document.tree).remove_from_parent();
        }
    }
    let config = Config {
        disable_json_ld: true,
        keep_classes: true,
        char_threshold: SHORT,
        ..Config::default()
    };
    let Ok(mut readability) = Readability::with_document(document, None, Some(config)) else {
        return HashSet::new();
    };
    if readability.parse().is_err() {
        return HashSet::new();
    }
    let root = readability.doc.select_single("#readability-page-1");
    root.nodes()
        .iter()
        .flat_map(NodeRef::descendants_it)
        .filter(NodeRef::is_text)
        .map(|node| node.id)
        .collect()
}

/// Where the article stands: what the markup says, where that holds most of what readability
/// kept; else the least element that holds nearly all of that.
fn places(page: &Page, blocks: &[Block]) -> Vec<Range<usize>> {
    let kept: usize = blocks.iter().filter(|block| block.kept).map(Block::prose).sum();
    let count = |range: &Range<usize>, of: fn(&Block) -> usize| -> usize {
        let from = blocks.partition_point(|block| block.nodes.start < range.start);
        let within = blocks
            .get(from..)
            .unwrap_or(&[])
            .iter()
            .take_while(|block| block.nodes.start < range.end);
        within.map(of).sum()
    };
    let own = |block: &Block| if block.around { 0 } else { block.prose() };
    let own_kept = |block: &Block| if block.kept { block.prose() } else { 0 };
    let mut bodies: Vec<Range<usize>> = Vec::new();
    for (at, node) in page.nodes().filter(|(_, node)| is_body(node)) {
        let range = page.range(at);
        if bodies.last().is_some_and(|last: &Range<usize>| {
            last.contains(&at) && count(last, own) * 10 < count(&range, own) * 13
        }) {
            // The inner one holds as much: it is the more exact.
            bodies.pop();
        } else if bodies.last().is_some_and(|last| last.contains(&at)) {
            continue;
        }
        let _ = node;
        if count(&range, own) > 0 {
            bodies.push(range);
        }
    }
    let in_bodies: usize = bodies.iter().map(|range| count(range, own)).sum();
    let kept_in_bodies: usize = bodies.iter().map(|range| count(range, own_kept)).sum();
    if in_bodies > 0 && kept_in_bodies * 2 >= kept && in_bodies * 2 >= kept {
        return bodies;
    }
    if kept == 0 {
        return Vec::new();
    }
    let mut place = page.named("body").next().map_or(0, |(at, _)| at);
    // Downwards, to the child that holds nearly everything.
    while let Some((child, _)) = page.children(place).find(|(at, node)| {
        !node.is_text() && parts(node) && count(&page.range(*at), own_kept) * 20 >= kept * 19
    }) {
        place = child;
    }
    vec![page.range(place)]
}

/// The blocks of the places that are the article's.
fn choose(page: &Page, blocks: &[Block], places: &[Range<usize>], clues: &Clues<'_>) -> Vec<usize> {
    let title = clues.title.map(letters).unwrap_or_default();
    let named = places.iter().any(|range| page.get(range.start).is_some_and(is_body));
    let mut chosen: Vec<usize> = Vec::new();
    for (number, block) in blocks.iter().enumerate() {
        if block.around || !places.iter().any(|range| range.contains(&block.nodes.start)) {
            continue;
        }
        let good = match block.kind {
            Kind::Heading => !block.is_linked() && letters(&block.text) != title,
            Kind::Item => !block.is_linked() && (block.kept || named || block.is_prose()),
            Kind::Row => block.kept || block.is_prose(),
            Kind::Paragraph | Kind::Quote => {
                block.is_prose()
                    || (block.kept || named)
                        && !(block.is_linked() && block.weight() < 300)
                        && letters(&block.text) != title
            }
        };
        if good && !is_prompt(&block.text, block.linked > 0) {
            chosen.push(number);
        }
    }
    tidy(blocks, chosen)
}

/// Takes off what a text does not begin or end with, and what it says twice.
fn tidy(blocks: &[Block], mut chosen: Vec<usize>) -> Vec<usize> {
    let block = |at: &usize| blocks.get(*at);
    let is_long =
        |at: &usize| block(at).is_some_and(|block| block.weight() >= 80 && block.is_sentence());
    let Some(first) = chosen.iter().position(is_long) else {
        return chosen;
    };
    // Dates, labels and the like before the first paragraph.
    let mut number = 0;
    chosen.retain(|at| {
        let lead = number < first
            && block(at).is_some_and(|block| {
                block.kind == Kind::Paragraph && block.weight() < 60 && !block.is_sentence()
            });
        number += 1;
        !lead
    });
    // Labels, signatures and headings after the last.
    while let Some(last) = chosen.last().and_then(|at| blocks.get(*at)) {
        let stray = match last.kind {
            Kind::Heading => true,
            Kind::Paragraph => last.weight() < 60 && !last.is_sentence(),
            _ => false,
        };
        if !stray {
            break;
        }
        chosen.pop();
    }
    // Headings over what was left out, and what was said before.
    let kept: HashSet<usize> = chosen.iter().copied().collect();
    let mut seen: HashSet<&str> = HashSet::new();
    chosen.retain(|at| {
        let Some(this) = block(at) else { return false };
        let over_links = this.kind == Kind::Heading
            && !kept.contains(&(at + 1))
            && blocks.get(at + 1).is_some_and(|next| next.is_linked() && !next.around);
        let twice = this.chars > 40 && !seen.insert(&this.text);
        !over_links && !twice
    });
    chosen
}

/// Everything that reads like a story, where nothing says where it stands.
fn fallback(blocks: &[Block], headline: Option<usize>) -> Vec<usize> {
    let after = |block: &Block| headline.is_none_or(|at| block.nodes.start > at);
    let prose = |ordered: bool| -> Vec<usize> {
        let numbered = blocks.iter().enumerate();
        numbered
            .filter(|(_, block)| !block.around && block.is_prose() && (!ordered || after(block)))
            .filter(|(_, block)| !is_prompt(&block.text, block.linked > 0))
            .map(|(number, _)| number)
            .collect()
    };
    let found = prose(true);
    if found.is_empty() { prose(false) } else { found }
}

/// The lead that stands between the headline and the text, where it is not in the text.
fn lead(
    page: &Page,
    blocks: &[Block],
    chosen: &[usize],
    headline: Option<usize>,
    clues: &Clues<'_>,
) -> Option<usize> {
    let first = blocks.get(*chosen.first()?)?;
    let start = page.range(headline?).end;
    if first.nodes.start < start || first.nodes.start - start > 1_500 {
        return None;
    }
    let text: String =
        chosen.iter().filter_map(|at| blocks.get(*at)).map(|block| letters(&block.text)).collect();
    let summary = clues.summary.map(letters).unwrap_or_default();
    let between = blocks.iter().enumerate().filter(|(number, block)| {
        (start..first.nodes.start).contains(&block.nodes.start) && !chosen.contains(number)
    });
    between
        .filter(|(_, block)| {
            block.weight() >= 40 && !block.is_linked() && !is_prompt(&block.text, block.linked > 0)
        })
        .find(|(_, block)| {
            let own = letters(&block.text);
            let said = own.len() > 30
                && summary.len() > 30
                && (summary.starts_with(&own)
                    || own.starts_with(&summary)
                    || shares_start(&own, &summary));
            let named = page.ancestors(block.nodes.start).take(3).any(|(_, node)| is_lead(node));
            (said || (named && !block.around)) && !text.contains(&own)
        })
        .map(|(number, _)| number)
}

/// Whether two texts begin with the same 40 letters.
fn shares_start(a: &str, b: &str) -> bool {
    let start = |text: &str| text.chars().take(40).collect::<String>();
    a.chars().count() >= 40 && start(a) == start(b)
}

/// The text of blocks.
fn join(blocks: &[Block], chosen: &[usize]) -> String {
    let mut text = String::new();
    let mut before: Option<Kind> = None;
    for block in chosen.iter().filter_map(|at| blocks.get(*at)) {
        if let Some(before) = before {
            let tight = before == block.kind && matches!(before, Kind::Item | Kind::Row);
            text.push_str(if tight { "\n" } else { "\n\n" });
        }
        text.push_str(&block.text);
        before = Some(block.kind);
    }
    text
}

/// The markup of blocks: the page's own, without what was left out.
fn html(page: &Page, blocks: &[Block], chosen: &[usize]) -> String {
    let mut html = String::new();
    let mut list = false;
    for block in chosen.iter().filter_map(|at| blocks.get(*at)) {
        if (block.kind == Kind::Item) != list {
            html.push_str(if list { "</ul>\n" } else { "<ul>\n" });
            list = !list;
        }
        let tag = match block.kind {
            Kind::Paragraph | Kind::Row => "p",
            Kind::Heading => "h2",
            Kind::Item => "li",
            Kind::Quote => "blockquote",
        };
        html.push_str(&format!("<{tag}>"));
        inline(page, block, &mut html);
        html.push_str(&format!("</{tag}>\n"));
    }
    if list {
        html.push_str("</ul>\n");
    }
    html
}

/// The texts of a block, with the links and the stress that they have.
fn inline(page: &Page, block: &Block, html: &mut String) {
    let mut open: Vec<(usize, &str)> = Vec::new();
    for at in block.nodes.clone() {
        let Some(node) = page.get(at) else { break };
        while let Some((end, name)) = open.last().copied().filter(|(end, _)| *end <= at) {
            html.push_str(&format!("</{name}>"));
            let _ = end;
            open.pop();
        }
        match &*node.name {
            "" => crate::formats::markup::escape(html, &node.text),
            "br" => html.push_str("<br>"),
            name @ ("b" | "strong" | "i" | "em" | "q" | "sub" | "sup" | "code" | "a") => {
                html.push('<');
                html.push_str(name);
                if let Some(href) = node.attr("href") {
                    html.push_str(" href=\"");
                    crate::formats::markup::escape(html, href);
                    html.push('"');
                }
                html.push('>');
                open.push((node.end, name));
            }
            _ => {}
        }
    }
    while let Some((_, name)) = open.pop() {
        html.push_str(&format!("</{name}>"));
    }
}
