//! What is taken off the text that was found, at its ends and within.

use super::blocks::{Block, Kind};
use super::boilerplate::{heads_contact, is_appeal, is_offer, is_prompt};
use super::date::says_when;
use super::stray::{Known, is_sign_off, is_stray_line};
use crate::formats::words::letters;
use std::collections::HashSet;

/// An item of fewer characters above a text is a button: `Share`, `WhatsApp`.
const LABEL: usize = 15;

/// Takes off what a text does not begin or end with, and what it says twice.
pub(super) fn tidy(blocks: &[Block], mut chosen: Vec<usize>, known: &Known) -> Vec<usize> {
    let block = |at: &usize| blocks.get(*at);
    // "Ada Berg covers the coast. She joined the Post in 2011."
    let is_of_author = |block: &Block| {
        let own = letters(&block.text);
        let mut names = known.authors.iter().filter(|name| name.len() > 5);
        // On old pages the text goes on in the line below a byline.
        let is_byline =
            || block.text.split_once('\n').is_some_and(|(first, _)| is_stray_line(first, known));
        names.any(|name| own.starts_with(name.as_str())) && !is_byline()
    };
    let is_long = |at: &usize| {
        block(at).is_some_and(|block| {
            block.weight() >= 80 && block.is_sentence() && !is_of_author(block)
        })
    };
    // Labels and the like before the first paragraph: no line of them is long.
    let first = chosen.iter().position(is_long).and_then(|first| chosen.get(first).copied());
    let is_label = |block: &Block| match block.kind {
        Kind::Paragraph => {
            is_of_author(block)
                || !block.is_sentence() && block.text.lines().all(|line| line.chars().count() < 60)
        }
        Kind::Item => block.weight() < LABEL,
        _ => false,
    };
    let is_above = |at: &usize| first.is_some_and(|first| *at < first);
    chosen.retain(|at| !(is_above(at) && block(at).is_some_and(is_label)));
    // Labels, offers, appeals and headings after the last.
    if first.is_some() {
        without_appeal(blocks, &mut chosen);
        while let Some(last) = chosen.last().and_then(|at| blocks.get(*at)) {
            let stray = match last.kind {
                Kind::Heading => true,
                Kind::Paragraph => {
                    !last.is_sentence()
                        && (last.weight() < 60 || last.chars < 100 && says_when(&last.text))
                        || is_sign_off(&last.text)
                        || is_of_author(last)
                        || is_offer(&last.text)
                        || is_appeal(&last.text)
                }
                _ => is_offer(&last.text),
            };
            if !stray {
                break;
            }
            chosen.pop();
        }
    }
    // Headings over what was left out, and what was said before.
    let kept: HashSet<usize> = chosen.iter().copied().collect();
    let mut seen: HashSet<&str> = HashSet::new();
    chosen.retain(|at| {
        let Some(this) = block(at) else { return false };
        // What says itself "Read also" only comes between a heading and its text.
        let is_under = |next: &Block| {
            let is_listed = next.is_linked() || next.kind == Kind::Item;
            !next.around && is_listed && !is_prompt(&next.text, true)
        };
        let over_links = this.kind == Kind::Heading
            && !kept.contains(&(at + 1))
            && blocks.get(at + 1).is_some_and(is_under);
        // Who wrote the article that the line above links to.
        let is_link = |before: &Block| before.kind == Kind::Heading && before.is_linked();
        let of_link = this.weight() < 60
            && !this.is_sentence()
            && this.kind == Kind::Paragraph
            && at.checked_sub(1).and_then(|at| blocks.get(at)).is_some_and(is_link);
        let twice = this.chars > 40 && !seen.insert(&this.text);
        !over_links && !of_link && !twice
    });
    chosen
}

/// Takes off what stands below the heading of an appeal or an address, where that is little.
fn without_appeal(blocks: &[Block], chosen: &mut Vec<usize>) {
    let (Some(first), Some(last)) = (chosen.first().copied(), chosen.last().copied()) else {
        return;
    };
    let appeals = |block: &Block| {
        !block.around
            && (block.kind == Kind::Heading && is_appeal(&block.text) || heads_contact(&block.text))
    };
    let within = blocks.get(first..=last).unwrap_or(&[]);
    let Some(heading) = within.iter().rposition(appeals) else { return };
    let weigh = |chosen: &[usize]| -> usize {
        chosen.iter().filter_map(|at| blocks.get(*at)).map(Block::weight).sum()
    };
    let (above, below) = chosen.split_at(chosen.partition_point(|at| *at < first + heading));
    if weigh(below) * 4 < weigh(above) {
        chosen.truncate(above.len());
    }
}

/// Where the metadata has nearly the whole text, what it does not have after its end, or among
/// links, is none of it.
pub(super) fn agree(blocks: &[Block], chosen: &mut Vec<usize>, given: &str) {
    let texts: Vec<String> =
        chosen.iter().filter_map(|at| blocks.get(*at)).map(|block| letters(&block.text)).collect();
    let has: Vec<bool> = texts.iter().map(|text| given.contains(text.as_str())).collect();
    let all: usize = texts.iter().map(String::len).sum();
    let both: usize =
        texts.iter().zip(&has).filter(|(_, has)| **has).map(|(text, _)| text.len()).sum();
    if given.len() < 200 || both * 10 < all * 7 || both * 10 < given.len() * 8 {
        return;
    }
    let last = has.iter().rposition(|has| *has).unwrap_or(0);
    let mut number = 0;
    chosen.retain(|at| {
        let known = has.get(number).copied().unwrap_or(false);
        let after = number > last;
        number += 1;
        let linked = blocks.get(*at).is_some_and(|block| block.linked * 3 > block.chars);
        known || !(after || linked)
    });
}
