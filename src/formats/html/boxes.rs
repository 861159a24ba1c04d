//! Boxes within a text that are none of it, whatever their names: offers, and pictures in a row.

use super::blocks::{Block, Kind, Sums, is_picture, is_within, parts};
use super::boilerplate::{has_offer, is_appeal, is_newsletter, is_prompt};
use super::tree::{Node, Page};
use crate::formats::markup::is_any;
use html5ever::local_name;
use std::ops::Range;

/// Characters of the largest box, and its share of the page's text as a divisor.
const BOX: usize = 700;
const BOX_SHARE: usize = 5;

/// Elements that say by their first line that they offer something else, whatever their class: a
/// newsletter, other articles. That line is a heading that prompts; or it names a newsletter, is
/// a heading or no sentence, and something below can be followed or filled in: else it may be a
/// story about one.
pub(super) fn boxes(page: &Page, blocks: &[Block], around: &[Range<usize>]) -> Vec<Range<usize>> {
    let chars = Sums::new(page, blocks, |block| block.chars);
    let asks = |(_, node): (usize, &Node)| is_any!(node.name, "a" | "button" | "form" | "input");
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut before = 0;
    for block in blocks {
        let start = block.nodes.start;
        let is_heading = block.kind == Kind::Heading;
        let is_short = block.chars < 80 && !is_within(around, start) && !is_within(&found, start);
        // "Sign up for our newsletter", "Read more"
        let asks_for = || is_prompt(&block.text, false) || is_appeal(&block.text);
        let prompts = is_short && is_heading && asks_for();
        let names = || (is_heading || !block.is_sentence()) && is_newsletter(&block.text);
        if prompts || is_short && names() {
            let above = page.ancestors(start).map(|(at, _)| page.range(at));
            let above = above.take_while(|range| {
                let chars_within = chars.of(range);
                range.start >= before
                    && chars_within < BOX
                    && chars_within * BOX_SHARE < chars.all()
            });
            // One that holds its heading alone says nothing of what follows.
            let outer = above.last().filter(|range| range.end > block.nodes.end);
            found.extend(outer.filter(|range| prompts || page.between((*range).clone()).any(asks)));
        }
        before = block.nodes.end;
    }
    let headlines = Sums::at(page, page.named(local_name!("h1")).map(|(at, _)| (at, 1)));
    for (field, _) in page.nodes().filter(|(_, node)| is_mail_field(node)).take(FIELDS) {
        let above = page.ancestors(field).map(|(at, _)| page.range(at));
        let small = above.take_while(|range| {
            let within = chars.of(range);
            within < ASKS && within * BOX_SHARE < chars.all()
        });
        let outer = small.take_while(|range| headlines.of(range) == 0).last();
        let start = outer.as_ref().map_or(field, |range| range.start);
        found.extend(outer);
        // The line above it that says what is offered.
        let last = blocks.partition_point(|block| block.nodes.end <= start).checked_sub(1);
        let offer = last.and_then(|last| blocks.get(last));
        let offer = offer.filter(|block| block.chars < LINE && has_offer(&block.text));
        found.extend(offer.map(|block| block.nodes.clone()));
    }
    found
}

/// Fields for addresses of mail that are looked at, the characters of what stands around one, and
/// of an offer above it.
const FIELDS: usize = 20;
const ASKS: usize = 400;
const LINE: usize = 200;

/// Whether an element asks for an address of mail: who does so offers something else.
fn is_mail_field(node: &Node) -> bool {
    let says = |name| node.attr(name).is_some_and(|value| value.to_lowercase().contains("mail"));
    node.name == local_name!("input")
        && node.attr("type") != Some("hidden")
        && ["type", "name", "id", "placeholder", "autocomplete"].into_iter().any(says)
}

/// A picture's text in a row of them has fewer characters.
const CAPTION: usize = 160;

/// Pictures in a row, each above a line of text: those say what is shown, and are the article
/// only where they are most of it.
pub(super) fn slides(page: &Page, blocks: &[Block]) -> Vec<Range<usize>> {
    let chars = Sums::new(page, blocks, |block| block.chars);
    let all: Vec<usize> =
        page.nodes().filter(|(_, node)| is_picture(node)).map(|(at, _)| at).collect();
    let pictures = Sums::at(page, all.iter().map(|at| (*at, 1)));
    let mut slides: Vec<(usize, Range<usize>)> = Vec::new();
    for at in all {
        let above = page.ancestors(at).filter(|(_, node)| parts(node));
        let mut above = above.take_while(|(at, _)| {
            let range = page.range(*at);
            pictures.of(&range) == 1 && chars.of(&range) < CAPTION
        });
        let Some((slide, node)) = above.by_ref().last() else { continue };
        let range = page.range(slide);
        let first = blocks.partition_point(|block| block.nodes.start < range.start);
        let mut texts = blocks.iter().skip(first).map(|block| block.nodes.start);
        let is_below = texts.next().is_some_and(|text| (at..range.end).contains(&text));
        let is_one = texts.next().is_none_or(|next| next >= range.end);
        if is_below && is_one && node.name != local_name!("p") {
            slides.push((node.parent, range));
        }
    }
    let follows = |(above, slide): &(usize, Range<usize>),
                   (next_above, next): &(usize, Range<usize>)| {
        above == next_above && chars.of(&(slide.end..next.start)) == 0
    };
    let rows = slides.chunk_by(follows).filter(|row| row.len() > 2);
    let found: Vec<Range<usize>> = rows.flatten().map(|(_, range)| range.clone()).collect();
    let shown: usize = found.iter().map(|range| chars.of(range)).sum();
    if shown * 10 < chars.all() * 4 { found } else { Vec::new() }
}
