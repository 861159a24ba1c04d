//! Decoders are given bytes that are almost right: they give an error or some value, and never
//! panic, hang or ask for memory without bound. `NEWSDB_MUTATIONS` sets how many of each, 200; the
//! fuzz target `segment` looks for more.

use super::Analysed;
use super::build::Builder;
use super::bytes::BLOCK;
use super::columns::{self, Field, ListColumn, Row};
use super::dictionary::{TermIndex, kind};
use super::facts::Facts;
use super::postings::{Block, SHORT, WholeLists};
use super::segment::{NewSegment, Part};

/// A generator that gives the same numbers everywhere (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }
}

const ARTICLES: u32 = if cfg!(fuzzing) { 300 } else { 700 };

/// The parts of a sound segment, for the fuzz target to begin with.
#[cfg(fuzzing)]
pub fn sound_parts() -> Vec<Vec<u8>> {
    segment().parts.to_vec()
}

/// Decodes bytes as a part of that segment.
#[cfg(fuzzing)]
pub fn decode_part(part: usize, bytes: &[u8]) {
    static SEGMENT: std::sync::LazyLock<NewSegment> = std::sync::LazyLock::new(segment);
    if let Some(&part) = Part::ALL.get(part) {
        decode(&SEGMENT, part, bytes);
    }
}

/// A segment with lists of every length and articles of every kind.
fn segment() -> NewSegment {
    let mut numbers = Numbers(5);
    let mut builder = Builder::default();
    for ordinal in 0..i64::from(ARTICLES) {
        let mut words = |count: usize| {
            let word = |numbers: &mut Numbers| {
                // Of every commonness.
                let bits = numbers.below(12);
                format!("w{}", numbers.below(1 << bits))
            };
            (0..count).map(|_| word(&mut numbers)).collect::<Vec<_>>().join(" ")
        };
        let analysed =
            Analysed { headline: words(4), summary: words(3), body: words(40), tokens: 47 };
        let row = Row {
            id: (1_700_000_000 + ordinal * ordinal) << 20,
            marks: (ordinal % 8) as u8,
            special: (ordinal % 50 == 0).then_some((ordinal % 100 == 0, Some(ordinal))),
            group: (ordinal % 9 == 0).then_some(ordinal / 30),
            lengths: [0; 3],
        };
        let mut lists: [Vec<(Vec<u8>, u32)>; Field::ALL.len()] = Default::default();
        for list in &mut lists {
            for value in 0..numbers.below(4) as u8 {
                list.push((vec![value * 3 + numbers.below(3) as u8, 1, 2], 1 + u32::from(value)));
            }
        }
        builder.push(&Facts { row, lists }, &analysed);
    }
    builder.finish()
}

/// Decodes a part and looks at everything in it.
fn decode(new: &NewSegment, part: Part, bytes: &[u8]) {
    let whole = |part: Part| new.parts[part as usize].as_slice();
    match part {
        Part::Ids => drop(columns::decode_ids(bytes, ARTICLES, new.first, new.last)),
        Part::Marks => drop(columns::decode_marks(bytes, ARTICLES)),
        Part::Lengths => drop(columns::Lengths::decode(bytes, ARTICLES)),
        Part::Special => drop(columns::decode_special(bytes, ARTICLES)),
        Part::Groups => drop(columns::decode_groups(bytes, ARTICLES)),
        Part::TermIndex => look_up(bytes, whole(Part::Dictionary)),
        Part::Dictionary => look_up(whole(Part::TermIndex), bytes),
        Part::Postings => lists(new, bytes, whole(Part::Positions)),
        Part::Positions => lists(new, whole(Part::Postings), bytes),
        _ => {
            if let Ok(column) = ListColumn::decode(bytes, ARTICLES) {
                for ordinal in 0..ARTICLES {
                    column.of(ordinal).for_each(|(code, _)| drop(column.value(code).to_vec()));
                }
            }
        }
    }
}

fn look_up(index: &[u8], dictionary: &[u8]) {
    let Ok(index) = TermIndex::decode(index) else { return };
    for block in 0..index.len() {
        let range = index.bytes(block);
        let bytes = dictionary.get(range.start as usize..range.end as usize).unwrap_or_default();
        let mut entries = index.entries(block, bytes);
        while let Ok(Some(_)) = entries.next() {
            index.block_of(entries.term());
        }
    }
}

fn lists(new: &NewSegment, postings: &[u8], positions: &[u8]) {
    let mut whole = WholeLists::new();
    let index = TermIndex::default();
    let mut entries = index.entries(0, &new.parts[Part::Dictionary as usize]);
    while let Ok(Some(entry)) = entries.next() {
        let slice = |bytes, range: &std::ops::Range<u64>| {
            <[u8]>::get(bytes, range.start as usize..range.end as usize).unwrap_or_default()
        };
        let words = entries.term().first() == Some(&kind::WORD);
        let (list, own) = (slice(postings, &entry.postings), slice(positions, &entry.positions));
        let mut block = Block::new();
        let count = entry.articles as usize;
        // As a phrase reads it: no fields, and the positions of one article.
        if words
            && (SHORT + 1..=BLOCK).contains(&count)
            && block.decode_ordinals(list, count, (0, None), ARTICLES).is_ok()
            && block.decode_all(list).is_ok()
        {
            let start = block.occurrences(0..count / 2);
            let end = start.saturating_add(block.occurrences(count / 2..count / 2 + 1));
            let all = block.occurrences(0..count);
            let _ = super::positions::decode(own, all, start..end, &mut Vec::new());
        }
        let _ = whole.each(list, own, entry.articles, words, ARTICLES, |ordinal, _, gaps| {
            assert!(ordinal < ARTICLES);
            super::positions::positions(gaps).try_for_each(|position| position.map(drop))
        });
    }
}

#[test]
fn damaged_parts_are_errors_or_values() {
    let times: usize =
        std::env::var("NEWSDB_MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(200);
    let new = segment();
    let mut numbers = Numbers(11);
    for part in Part::ALL {
        let sound = &new.parts[part as usize];
        decode(&new, part, sound);
        for _ in 0..times {
            let mut bytes = sound.clone();
            for _ in 0..1 + numbers.below(3) {
                if bytes.is_empty() {
                    break;
                }
                let at = numbers.below(bytes.len());
                match numbers.below(5) {
                    0 => bytes.truncate(at),
                    1 => bytes.insert(at, numbers.below(256) as u8),
                    2 => drop(bytes.remove(at)),
                    3 => bytes[at] = 0xff,
                    _ => bytes[at] ^= 1 << numbers.below(8),
                }
            }
            decode(&new, part, &bytes);
        }
    }
}
