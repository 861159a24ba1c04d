//! The text of the article.
//!
//! What the markup names as something else is set aside; [`dom_smoothie`] says where in the rest
//! the article stands, unless the markup does; the blocks there are then judged one by one.

use super::blocks::{self, Block, Kind, Sums, is_picture, is_within, parts};
use super::boilerplate::{LEAD, Part, is_body, is_prompt, part};
use super::boxes::{boxes, slides};
use super::date::heads_comments;
use super::stray::{Known, is_stray, is_stray_line, without_byline};
use super::tidy::{agree, tidy};
use super::tree::{Node, Page};
use crate::formats::markup::{is_any, to_text};
use crate::formats::words::letters;
use dom_query::{Document, NodeId, NodeRef};
use dom_smoothie::{Config, Readability};
use html5ever::local_name;
use std::cell::LazyCell;
use std::collections::HashSet;
use std::ops::Range;
use url::Url;

/// The readability crate is asked about pages of so many nodes at most; millions take it minutes.
const NODES: usize = 200_000;

/// A text shorter than this many characters is doubted.
const SHORT: usize = 250;

/// The text of an article and its markup.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) text: Option<String>,
    pub(super) html: Option<String>,
}

/// What else is known of the article.
pub(super) struct Clues<'a> {
    /// Its headline.
    pub(super) title: Option<&'a str>,
    /// Where that stands.
    pub(super) headline: Option<usize>,
    /// Its description.
    pub(super) summary: Option<&'a str>,
    /// Its authors.
    pub(super) authors: &'a [String],
    /// Its text by its metadata.
    pub(super) given: Option<&'a str>,
    /// Against which its addresses are read.
    pub(super) base: Option<&'a Url>,
}

/// Finds the text. The document is the one that the page was made from.
pub(super) fn find(page: &Page, document: Document, clues: &Clues<'_>) -> Option<Body> {
    let mut blocks = blocks::cut(page);
    let bodies: Vec<Range<usize>> =
        page.nodes().filter(|(_, node)| is_body(node)).map(|(at, _)| page.range(at)).collect();
    let mut around = surroundings(page, &blocks, &bodies, clues.headline);
    let offers = boxes(page, &blocks, &around);
    around.extend(offers.into_iter().chain(slides(page, &blocks)));
    around.sort_by_key(|range| range.start);
    // Those that stand in others say nothing more.
    let mut end = 0;
    around.retain(|range| {
        let is_outer = range.start >= end;
        end = if is_outer { range.end } else { end };
        is_outer
    });
    for block in &mut blocks {
        block.around = is_mostly(page, block, |at, _| is_within(&around, at));
    }
    let named = named(page, &blocks, &bodies);
    let places = match is_told(&blocks, &named) {
        true => Places { ranges: named, named: true },
        false => {
            let kept = readable(page, document, &around);
            for block in &mut blocks {
                block.kept = is_mostly(page, block, |_, node| kept.contains(&node.id));
            }
            places(page, &blocks, named)
        }
    };
    let given = clues.given.map(plain);
    let known = Known {
        title: clues.title.map(letters).unwrap_or_default(),
        authors: clues.authors.iter().map(|name| letters(name)).collect(),
    };
    let mut chosen = choose(page, &blocks, &places, clues.headline, &known);
    if let Some(first) = chosen.first().and_then(|first| blocks.get_mut(*first)) {
        without_byline(first, &known, page);
    }
    if let Some(given) = given.as_deref() {
        agree(&blocks, &mut chosen, &letters(given));
    }
    let above = above(page, &blocks, &chosen, &known, clues);
    chosen.splice(0..0, above);
    let chosen = || chosen.iter().filter_map(|at| blocks.get(*at));
    let text = blocks::text(chosen());
    if let Some(given) = given.filter(|given| is_fuller(given, &text)) {
        return Some(Body { text: Some(given), html: None });
    }
    // A figure is left out for its caption.
    let shown = |at: usize| {
        let aside = around.partition_point(|range| range.start <= at);
        let aside = aside.checked_sub(1).and_then(|last| around.get(last));
        let aside = aside.filter(|range| at < range.end).and_then(|range| page.get(range.start));
        aside.is_none_or(|node| part(node) == Part::Figure)
    };
    let html = blocks::html(page, chosen(), clues.base, shown);
    (!text.is_empty()).then_some(Body { text: Some(text), html: Some(html) })
}

/// The text that metadata give: markup, or lines in which characters may be escaped.
fn plain(given: &str) -> String {
    let is_tag = |(at, _): (usize, &str)| {
        let after = given.as_bytes().get(at + 1);
        after.is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'/')
    };
    if given.match_indices('<').any(is_tag) {
        return to_text(given);
    }
    if !given.contains('&') {
        return given.trim().to_owned();
    }
    let lines: Vec<String> = given.trim().lines().map(to_text).collect();
    lines.join("\n")
}

/// Whether the page shows only a part of the text in its metadata.
fn is_fuller(given: &str, shown: &str) -> bool {
    let (given, shown) = (letters(given), letters(shown));
    given.len() >= 200 && given.len() * 10 > shown.len() * 13
}

/// Whether most of a block's text is of a kind.
fn is_mostly(page: &Page, block: &Block, of: impl Fn(usize, &Node) -> bool) -> bool {
    let (mut all, mut such) = (0, 0);
    for (at, node) in page.between(block.nodes.clone()).filter(|(_, node)| node.is_text()) {
        let length = node.text.trim().len();
        all += length;
        such += if of(at, node) { length } else { 0 };
    }
    such * 2 > all
}

/// Where the headline stands: the heading that says the title, else the first `h1`.
pub(super) fn headline(page: &Page, title: Option<&str>) -> Option<usize> {
    let tail = title.and_then(|title| title.split_once(": ")).map(|(_, tail)| letters(tail));
    let (title, tail) = (title.map(letters).unwrap_or_default(), tail.unwrap_or_default());
    let mut first = None;
    let headings = page.nodes().filter(|(_, node)| is_any!(node.name, "h1" | "h2" | "h3"));
    for (at, node) in headings.take(60) {
        let heading = letters(&page.line(at));
        if heading.len() > 8 && !title.is_empty() {
            let says = match &*node.name {
                "h1" => title.contains(&heading) || heading.contains(&title),
                // "Row on the coast | Minister gives way" over "Harbour dues: minister gives way"
                // "Row on the coast" in a line of its own above the headline
                _ => {
                    heading == title
                        || [&title, &tail]
                            .iter()
                            .any(|end| end.len() > 20 && heading.ends_with(*end))
                }
            };
            if says {
                return Some(at);
            }
        }
        if node.name == local_name!("h1") && !heading.is_empty() {
            first = first.or(Some(at));
        }
    }
    first
}

/// What the markup names as something else than the article, in order.
fn surroundings(
    page: &Page,
    blocks: &[Block],
    bodies: &[Range<usize>],
    headline: Option<usize>,
) -> Vec<Range<usize>> {
    let prose = Sums::new(page, blocks, Block::prose);
    let chars = Sums::new(page, blocks, |block| block.chars);
    let sum = prose.all();
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(node) = page.get(at) {
        let range = page.range(at);
        let holds_headline = headline.is_some_and(|at| range.contains(&at));
        // Shares of the page's prose, in tenths.
        let share = |range: &Range<usize>, tenths: usize| prose.of(range) * 10 > sum * tenths;
        let holds_body = |tenths| {
            let from = bodies.partition_point(|body| body.start < range.start);
            let mut bodies = bodies.iter().skip(from).take_while(|body| body.start < range.end);
            bodies.any(|body| share(body, tenths))
        };
        let out = !node.is_text()
            && match part(node) {
                Part::Unknown => false,
                Part::Line => !holds_headline && chars.of(&range) < 200,
                Part::Figure => {
                    let holds = |is: fn(&Node) -> bool| page.below(at).any(|(_, node)| is(node));
                    !holds(|node| is_any!(node.name, "blockquote" | "pre" | "table" | "h1"))
                        && (node.name == local_name!("figure") || holds(is_picture))
                        && !share(&range, 4)
                }
                Part::Around => {
                    !(share(&range, 4) || holds_body(2) || holds_headline && share(&range, 1))
                }
                Part::Others => !holds_headline && !share(&range, 9) && !holds_body(5),
            };
        at = if out { range.end } else { at + 1 };
        found.extend(out.then_some(range));
    }
    found
}

/// The texts that the readability crate takes for the article.
fn readable(page: &Page, document: Document, around: &[Range<usize>]) -> HashSet<NodeId> {
    if page.len() > NODES {
        return HashSet::new();
    }
    for node in around.iter().filter_map(|range| page.get(range.start)) {
        NodeRef::new(node.id, &document.tree).remove_from_parent();
    }
    let config = Config {
        disable_json_ld: true,
        keep_classes: true,
        char_threshold: SHORT,
        ..Config::default()
    };
    let read = Readability::with_document(document, None, Some(config)).and_then(|mut page| {
        page.parse()?;
        let root = page.doc.select_single("#readability-page-1");
        let nodes = root.nodes().iter().flat_map(NodeRef::descendants_it);
        Ok(nodes.filter(NodeRef::is_text).map(|node| node.id).collect())
    });
    read.unwrap_or_default()
}

/// Where the article stands.
struct Places {
    ranges: Vec<Range<usize>>,
    /// The markup says so.
    named: bool,
}

/// What the markup says to hold the article's text, without what holds or repeats another.
fn named(page: &Page, blocks: &[Block], bodies: &[Range<usize>]) -> Vec<Range<usize>> {
    let own = Sums::new(page, blocks, own_prose);
    let mut named: Vec<Range<usize>> = Vec::new();
    for range in bodies.iter().filter(|range| own.of(range) > 0).cloned() {
        let at = range.start;
        match named.last() {
            // The inner one holds nearly as much: it is the more exact, unless the outer has the heading
            // of the inner, and nothing else.
            Some(last) if last.contains(&at) && own.of(last) * 10 < own.of(&range) * 12 => {
                if is_headed(page, blocks, last, &range) {
                    continue;
                }
                named.pop();
            }
            Some(last) if last.contains(&at) => continue,
            // Below another headline stands another article.
            Some(last)
                if page.between(last.end..at).any(|(_, node)| node.name == local_name!("h1")) =>
            {
                break;
            }
            _ => {}
        }
        named.push(range);
    }
    named
}

/// Whether all that stands in one place and not in another within it is a heading above that.
fn is_headed(page: &Page, blocks: &[Block], outer: &Range<usize>, inner: &Range<usize>) -> bool {
    let from = blocks.partition_point(|block| block.nodes.start < outer.start);
    let mut others = blocks.iter().skip(from).take_while(|block| block.nodes.start < outer.end);
    let mut headings = others.by_ref().take_while(|block| block.nodes.start < inner.start);
    let is_heading = headings.next().is_some_and(|block| {
        let h1 = page.ancestors(block.nodes.start).any(|(_, node)| node.name == local_name!("h1"));
        block.kind == Kind::Heading && !h1
    });
    is_heading && headings.next().is_none() && others.all(|block| block.nodes.start < inner.end)
}

fn own_prose(block: &Block) -> usize {
    if block.around { 0 } else { block.prose() }
}

/// Whether the markup says where the article stands beyond doubt: most of the page's prose is
/// there, so that readability need not be asked.
fn is_told(blocks: &[Block], named: &[Range<usize>]) -> bool {
    let (mut within, mut all) = (0, 0);
    for block in blocks {
        let prose = own_prose(block);
        all += prose;
        within += if is_within(named, block.nodes.start) { prose } else { 0 };
    }
    within * 2 > all
}

/// Where the article stands: what the markup says, where that holds most of what readability
/// kept; else the least element that holds nearly all of that.
fn places(page: &Page, blocks: &[Block], named: Vec<Range<usize>>) -> Places {
    let kept = Sums::new(page, blocks, |block| if block.kept { block.prose() } else { 0 });
    let kept_in_named: usize = named.iter().map(|range| kept.of(range)).sum();
    if !named.is_empty() && kept_in_named * 2 >= kept.all() {
        return Places { ranges: named, named: true };
    }
    if kept.all() == 0 {
        return Places { ranges: Vec::new(), named: false };
    }
    let mut place = page.named(local_name!("body")).next().map_or(0, |(at, _)| at);
    while let Some((child, _)) = page.children(place).find(|(at, node)| {
        !node.is_text() && parts(node) && kept.of(&page.range(*at)) * 20 >= kept.all() * 19
    }) {
        place = child;
    }
    Places { ranges: vec![page.range(place)], named: false }
}

/// The blocks that are the article's.
fn choose(
    page: &Page,
    blocks: &[Block],
    places: &Places,
    headline: Option<usize>,
    known: &Known,
) -> Vec<usize> {
    let Places { ranges, named } = places;
    let heading = headline.map_or(0..0, |at| page.range(at));
    let is_headline = |block: &Block| {
        block.kind == Kind::Heading && heading.contains(&block.nodes.start) && block.weight() < 300
    };
    let is_own = |(_, block): &(usize, &Block)| !block.around && !is_headline(block);
    let numbered = || blocks.iter().enumerate().filter(is_own);
    let in_place = numbered().filter(|(_, block)| is_within(ranges, block.nodes.start));
    let good = |block: &Block| {
        let kept = block.kept || *named;
        let right = match block.kind {
            Kind::Heading => !block.is_linked(),
            Kind::Item => !block.is_linked() && (kept || block.is_prose()),
            Kind::Row => kept || block.is_prose(),
            Kind::Paragraph | Kind::Quote => {
                block.is_prose() || kept && !(block.is_linked() && block.weight() < 300)
            }
        };
        right && !is_stray(block, known, page)
    };
    let chosen: Vec<usize> =
        in_place.filter(|(_, block)| good(block)).map(|(number, _)| number).collect();
    let found: usize = chosen.iter().filter_map(|at| blocks.get(*at)).map(Block::weight).sum();
    if *named && found > 0 || found >= 80 {
        let chosen = above_comments(blocks, below(blocks, chosen, headline), &known.title);
        return tidy(blocks, chosen, known);
    }
    // Nothing says where it stands: everything that reads like a story, below the headline first.
    let prose = |from: usize| -> Vec<usize> {
        let prose = numbered().filter(|(_, block)| block.nodes.start >= from && block.is_prose());
        prose.filter(|(_, block)| !is_stray(block, known, page)).map(|(number, _)| number).collect()
    };
    let below = prose(headline.unwrap_or(0));
    let all = if below.is_empty() { prose(0) } else { below };
    if all.is_empty() { tidy(blocks, chosen, known) } else { all }
}

/// The blocks from the headline on, where most of the text stands there.
fn below(blocks: &[Block], mut chosen: Vec<usize>, headline: Option<usize>) -> Vec<usize> {
    let weight = |chosen: &[usize]| -> usize {
        chosen.iter().filter_map(|at| blocks.get(*at)).map(Block::weight).sum()
    };
    let from = headline.map_or(0, |at| blocks.partition_point(|block| block.nodes.end <= at));
    let above = chosen.partition_point(|number| *number < from);
    let (before, after) = chosen.split_at(above);
    if weight(before) * 2 < weight(after) {
        chosen.drain(..above);
    }
    chosen
}

/// The blocks up to the heading of what readers say, where most of the text stands there.
fn above_comments(blocks: &[Block], mut chosen: Vec<usize>, title: &str) -> Vec<usize> {
    let Some(first) = chosen.first().copied() else { return chosen };
    // Three responses to "The harbour bridge opens"
    let quotes = |block: &Block| {
        let own = letters(&block.text);
        title.len() > 12
            && own.len() != title.len()
            && own.len() < title.len() + 40
            && own.contains(title)
    };
    let heads = |block: &Block| {
        block.chars < 40 && heads_comments(&block.text)
            || block.kind == Kind::Heading && quotes(block)
    };
    let after = blocks.iter().skip(first + 1).position(heads).map(|at| first + 1 + at);
    let Some(after) = after else { return chosen };
    let weight = |chosen: &[usize]| -> usize {
        chosen.iter().filter_map(|at| blocks.get(*at)).map(Block::weight).sum()
    };
    let (above, below) = chosen.split_at(chosen.partition_point(|number| *number < after));
    let kept = above.len();
    if weight(above) >= SHORT.min(weight(below)) {
        chosen.truncate(kept);
    }
    chosen
}

/// The lead and the key points that stand between the headline and the text, and not in it.
fn above(
    page: &Page,
    blocks: &[Block],
    chosen: &[usize],
    known: &Known,
    clues: &Clues<'_>,
) -> Vec<usize> {
    let first = chosen.first().and_then(|at| blocks.get(*at));
    let (Some(first), Some(headline)) = (first, clues.headline) else { return Vec::new() };
    let start = page.range(headline).end;
    let from = blocks.partition_point(|block| block.nodes.start < start);
    let to = blocks.partition_point(|block| block.nodes.start < first.nodes.start);
    let between = from..to.min(from + 30);
    let text: LazyCell<String, _> = LazyCell::new(|| {
        let chosen = chosen.iter().filter_map(|at| blocks.get(*at));
        chosen.map(|block| letters(&block.text)).collect()
    });
    let summary = clues.summary.map(letters).unwrap_or_default();
    let is_lead = |block: &Block| {
        let lead = page.ancestors(block.nodes.start).take(3).find(|(_, n)| n.says() & LEAD != 0);
        let least = if block.is_sentence() { 20 } else { 40 };
        if block.weight() < least
            || block.is_linked()
            || is_prompt(&block.text, block.linked > 0)
            || is_stray_line(&block.text, known)
        {
            return false;
        }
        let own = letters(&block.text);
        let said = shares_start(&own, &summary) || own == summary;
        // What the markup calls a teaser may be one of another article.
        let is_own = |(at, _)| {
            let above = page.ancestors(block.nodes.start).filter(|(above, _)| *above != at);
            let mut below = page.below(at).map(|(_, node)| &*node.name);
            above.map(|(_, node)| part(node)).all(|part| matches!(part, Part::Unknown | Part::Line))
                && !below.any(|name| matches!(name, "a" | "h2" | "h3" | "h4"))
        };
        let named = lead.is_some_and(|lead| !block.around || is_own(lead));
        // Below a picture it may as well be what that shows, unless that stands beside it.
        let is_bare = |(at, _): (usize, &Node)| {
            let mut figures =
                page.ancestors(at).filter(|(_, node)| node.name == local_name!("figure"));
            figures.next().is_none_or(|(figure, _)| letters(&page.line(figure)).is_empty())
        };
        let shown = || {
            let pictures = page.between(start..block.nodes.start);
            let pictures = pictures.filter(|(_, node)| {
                is_any!(node.name, "img" | "picture" | "video" | "iframe" | "figure")
            });
            pictures.last().is_some_and(is_bare)
        };
        let prose = block.is_prose() && (block.kind == Kind::Heading || !shown());
        // The paragraph right below the headline, without a full stop.
        let follows = || {
            let words = || block.text.split_whitespace();
            let small = words().filter(|word| word.starts_with(char::is_lowercase)).count();
            block.nodes.start < start + 12
                && block.kind == Kind::Paragraph
                && block.linked == 0
                && small > 5
                && small * 2 > words().count()
                && !shown()
        };
        let reads = !block.around && (prose || follows());
        (said || named || reads) && !text.contains(&own)
    };
    let is_point = |block: &Block| {
        let says = block.kind == Kind::Item && block.weight() >= 20 && !block.is_linked();
        says && !block.around && !is_stray(block, known, page)
    };
    let is = |at: usize, of: &dyn Fn(&Block) -> bool| blocks.get(at).is_some_and(of);
    let lead = between.clone().find(|at| is(*at, &is_lead));
    let list = between.clone().find(|at| is(*at, &is_point)).unwrap_or(between.end);
    let mut points: Vec<usize> = (list..between.end).take_while(|at| is(*at, &is_point)).collect();
    let weight: usize = points.iter().filter_map(|at| blocks.get(*at)).map(Block::weight).sum();
    match points.len() {
        // What is short says when it was written, or how long it takes to read.
        count if count < 2 || weight < count * 30 => points.clear(),
        // Under a heading of its own.
        _ => points.extend(
            list.checked_sub(1)
                .filter(|at| *at >= from && is(*at, &|block| block.kind == Kind::Heading)),
        ),
    }
    points.extend(lead);
    points.sort_unstable();
    points.dedup();
    points
}

/// Whether two texts begin with the same 30 letters.
fn shares_start(a: &str, b: &str) -> bool {
    let mut pairs = a.chars().zip(b.chars()).take(30);
    a.chars().count() >= 30 && b.chars().count() >= 30 && pairs.all(|(a, b)| a == b)
}
