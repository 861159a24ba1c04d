//! Relevance: BM25 over weighted fields.
//!
//! Robertson and Zaragoza, *The Probabilistic Relevance Framework: BM25 and Beyond* (2009), with
//! the term frequency summed over fields by weight before it is saturated:
//!
//! ```text
//! score = Σ over terms  idf · f · (k1 + 1) / (f + k1 · (1 - b + b · length / average length))
//! idf   = ln((N - n + 0.5) / (n + 0.5)), at least a small positive number
//! f     = Σ over fields  weight · occurrences
//! ```
//!
//! The statistics are a value, so that a later page is ranked as the first was while articles
//! arrive. A score is summed up term by term in the order of the search, so that an article has
//! the same score, to the last bit, in whatever segment it is.
//!
//! Where the best articles found so far leave no chance to what a list's blocks can give at
//! most, those are not looked at (Ding and Suel, *Faster top-k document retrieval using block-max
//! indexes*, 2011).

use super::columns::Lengths;
use super::dictionary::word;
use super::postings::{Frequencies, PostingList};
use super::reader::Opened;
use super::search::{Bits, CHUNK, Phrase, WORDS};
use crate::error::Error;
use crate::search::{Expression, Term};
use std::ops::Range;
use std::sync::Arc;

const K1: f64 = 1.2;
const B: f64 = 0.75;
const LEAST_IDF: f64 = 1e-6;

/// Twice what an occurrence in headline, summary and body weighs.
const WEIGHTS: [u32; 3] = [6, 3, 2];

/// What scores depend on besides the article itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statistics {
    /// Articles in the index.
    pub(crate) articles: i64,
    /// Tokens in the index.
    pub(crate) tokens: i64,
    /// For each term, the articles that have it.
    pub(crate) frequencies: Vec<i64>,
}

impl Statistics {
    fn idf(&self, frequency: i64) -> f64 {
        let (all, having) = (self.articles as f64, frequency as f64);
        // `max` also where a made-up cursor leads to no number at all.
        ((all - having + 0.5) / (having + 0.5)).ln().max(LEAST_IDF)
    }

    fn average_length(&self) -> f64 {
        (self.tokens as f64 / self.articles as f64).max(1.0)
    }
}

/// The average length of some articles.
pub(super) fn average_length(tokens: u64, articles: u64) -> f64 {
    (tokens as f64 / articles.max(1) as f64).max(1.0)
}

/// The terms that add to a score: each once, and none that must not occur.
pub(crate) fn scoring_terms(expression: &Expression) -> Vec<&Term> {
    let mut terms = Vec::new();
    for term in expression.terms() {
        if !terms.contains(&term) {
            terms.push(term);
        }
    }
    terms
}

fn weigh(frequencies: &Frequencies) -> u32 {
    frequencies
        .iter()
        .zip(WEIGHTS)
        .fold(0, |sum, (&f, weight)| sum.saturating_add(f.saturating_mul(weight)))
}

/// The part of the saturated frequency that is of the article: k1 · (1 - b + b · length / average length).
#[derive(Debug, Clone, Copy)]
struct Norm {
    by_token: f64,
}

impl Norm {
    fn new(average: f64) -> Self {
        Self { by_token: K1 * B / average }
    }

    fn of(self, length: u32) -> f64 {
        K1 * (1.0 - B) + self.by_token * f64::from(length)
    }
}

/// What a block of a list can give at most, as the list keeps it: the greatest f / norm of its
/// articles, norm being k1 · (1 - b + b · length / average length) with the average of the segment
/// when it was written. As a byte: 16 steps to an octave, 2⁻⁸ and less being 0, rounded up; 255:
/// more than that says.
pub(super) mod impact {
    use super::{Frequencies, Norm, weigh};
    use std::sync::LazyLock;

    pub(crate) fn of(frequencies: &Frequencies, length: u32, average: f64) -> f64 {
        f64::from(weigh(frequencies)) / 2.0 / Norm::new(average).of(length)
    }

    pub(crate) fn code(value: f64) -> u8 {
        // A cast saturates.
        ((value.log2() + 8.0) * 16.0).ceil() as u8
    }

    /// No less than what [`code`] was given.
    pub(crate) fn bound(code: u8) -> f64 {
        static BOUNDS: LazyLock<[f64; 256]> = LazyLock::new(|| {
            std::array::from_fn(|code| match code {
                255 => f64::INFINITY,
                _ => (code as f64 / 16.0 - 8.0).exp2(),
            })
        });
        BOUNDS[usize::from(code)]
    }
}

/// Scores the articles of one segment.
pub(super) struct Scorer<'c> {
    terms: Vec<ScoredTerm<'c>>,
    lengths: Arc<Lengths>,
    norm: Norm,
    /// By how much the norms of the present statistics are smaller at least than those of the
    /// segment.
    shrink: f64,
}

/// Room for the scores of a chunk.
pub(super) struct Scores {
    weights: Vec<u32>,
    /// The articles that are looked at.
    left: Vec<u32>,
    /// What each term adds, article by article, in the order of the search.
    parts: Vec<Vec<f64>>,
    /// What the terms that were looked at add.
    known: Vec<f64>,
}

impl Default for Scores {
    fn default() -> Self {
        let chunk = CHUNK as usize;
        Self {
            weights: vec![0; chunk],
            left: Vec::new(),
            parts: Vec::new(),
            known: vec![0.0; chunk],
        }
    }
}

struct ScoredTerm<'c> {
    idf: f64,
    forms: Vec<Form<'c>>,
}

enum Form<'c> {
    Word(Box<PostingList<'c>>),
    Phrase(Phrase<'c>),
    /// Twice the weighed occurrences, by ordinal.
    Whole(Vec<u32>),
}

impl<'c> Scorer<'c> {
    pub(super) fn new(
        opened: &Opened<'c>,
        terms: &[&Term],
        statistics: &Statistics,
    ) -> Result<Self, Error> {
        let mut scored = Vec::with_capacity(terms.len());
        for (term, &frequency) in terms.iter().zip(&statistics.frequencies) {
            let mut forms = Vec::with_capacity(term.alternatives.len());
            for tokens in &term.alternatives {
                forms.extend(Form::open(opened, tokens, term.prefix)?);
            }
            scored.push(ScoredTerm { idf: statistics.idf(frequency), forms });
        }
        let average = statistics.average_length();
        // The segment's own average when it was written; deaths since then change nothing.
        let lengths = opened.lengths()?;
        let canceled = opened.special()?.iter().filter(|special| special.canceled).count();
        let own = average_length(lengths.sum, (lengths.whole.len() - canceled) as u64);
        let (norm, shrink) = (Norm::new(average), (own / average).min(1.0));
        Ok(Self { terms: scored, lengths, norm, shrink })
    }

    /// No less than what each term adds in each word of bits of a chunk.
    pub(super) fn bounds(&self, base: u32) -> Vec<Bounds> {
        self.terms.iter().map(|term| term.bounds(base, self.shrink)).collect()
    }

    /// Begins to score articles of a chunk. What cannot reach `least` may be left out.
    pub(super) fn part<'s>(
        &'s mut self,
        base: u32,
        least: f64,
        room: &'s mut Scores,
    ) -> Part<'s, 'c> {
        let bounds = self.bounds(base);
        room.parts.resize_with(self.terms.len(), || vec![0.0; CHUNK as usize]);
        // What can add most goes first: most articles are out of the question after that.
        let mut order: Vec<usize> = (0..self.terms.len()).collect();
        let most: Vec<f64> = bounds.iter().map(greatest).collect();
        order.sort_by(|&a, &b| most[b].total_cmp(&most[a]));
        let mut left = vec![[0.0; WORDS]; order.len() + 1];
        for (number, &term) in order.iter().enumerate().rev() {
            left[number] = left[number + 1];
            left[number].iter_mut().zip(&bounds[term]).for_each(|(left, own)| *left += own);
        }
        Part { scorer: self, base, least, room, order, left, done: 0 }
    }
}

/// The greatest of some bounds.
pub(super) fn greatest(bounds: &Bounds) -> f64 {
    bounds.iter().copied().fold(0.0, f64::max)
}

/// The scores of a chunk, term by term.
pub(super) struct Part<'s, 'c> {
    scorer: &'s mut Scorer<'c>,
    base: u32,
    least: f64,
    room: &'s mut Scores,
    /// The terms in the order in which they are looked at.
    order: Vec<usize>,
    /// What the terms from each on can add.
    left: Vec<Bounds>,
    /// How many terms were looked at.
    done: usize,
}

impl Part<'_, '_> {
    /// Takes from a set what cannot reach the least.
    pub(super) fn limit(&self, bits: &mut Bits) {
        for (word, bound) in bits.words().iter_mut().zip(self.left[0]) {
            if bound * SLACK < self.least {
                *word = 0;
            }
        }
    }

    /// Takes from a set what has none of the terms without which the least cannot be reached.
    pub(super) fn require(&mut self, bits: &mut Bits) -> Result<(), Error> {
        let out_of_reach = |left: &Bounds| greatest(left) * SLACK < self.least;
        let needed = self.left.iter().position(out_of_reach).unwrap_or(self.order.len());
        if bits.is_empty() || needed == self.order.len() {
            return Ok(());
        }
        let mut any = Bits::NONE;
        for &term in &self.order[..needed] {
            for form in &mut self.scorer.terms[term].forms {
                match form {
                    Form::Word(list) => list.add_to(self.base, bits, &mut any)?,
                    // To look for these is what was to be spared.
                    Form::Phrase(_) | Form::Whole(_) => return Ok(()),
                }
            }
        }
        bits.and(&any);
        Ok(())
    }

    /// Looks at one more term, and takes from a set what then cannot reach the least.
    pub(super) fn look(&mut self, bits: &mut Bits) -> Result<(), Error> {
        let Some(&term) = self.order.get(self.done) else { return Ok(()) };
        let is_first = self.done == 0;
        self.done += 1;
        let Scorer { terms, lengths, norm, .. } = &mut *self.scorer;
        let Scores { weights, left: at_left, parts, known } = &mut *self.room;
        at_left.clear();
        bits.iter().for_each(|at| {
            at_left.push(at);
            weights[at as usize] = 0;
        });
        let ScoredTerm { idf, forms } = &mut terms[term];
        for form in forms {
            form.add_weights(self.base, bits, at_left, &lengths.fields, weights)?;
        }
        let (left, parts) = (&self.left[self.done], &mut parts[term]);
        let whole = lengths.whole.get(self.base as usize..).unwrap_or_default();
        for &at in at_left.iter() {
            let frequency = f64::from(weights[at as usize]) / 2.0;
            let norm = norm.of(whole.get(at as usize).copied().unwrap_or(0));
            let part = *idf * frequency * (K1 + 1.0) / (frequency + norm);
            parts[at as usize] = part;
            let known = &mut known[at as usize];
            *known = if is_first { part } else { *known + part };
            if (*known + left[at as usize / 64]) * SLACK < self.least {
                bits.clear(at);
            }
        }
        Ok(())
    }

    /// Looks at the rest, and calls `found` with each ordinal of the set and its score.
    pub(super) fn finish(
        mut self,
        mut bits: Bits,
        mut found: impl FnMut(u32, f64) -> Result<(), Error>,
    ) -> Result<(), Error> {
        while self.done < self.order.len() && !bits.is_empty() {
            self.look(&mut bits)?;
        }
        // Summed in the order of the search, so that it is the same to the last bit everywhere.
        let parts = &self.room.parts[..self.order.len()];
        let score = |at: u32| parts.iter().fold(0.0, |sum, part| sum + part[at as usize]);
        bits.iter().try_for_each(|at| found(self.base + at, score(at)))
    }
}

/// Articles of a block that are looked up one by one.
const FEW: usize = 12;

/// A bound is a little more, for what rounding took.
pub(super) const SLACK: f64 = 1.0 + 1e-9;

/// No less than the scores in each word of bits, of what each term adds.
pub(super) fn sum(bounds: &[Bounds]) -> Bounds {
    let mut sums = [0.0; WORDS];
    for own in bounds {
        sums.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
    }
    sums
}

impl ScoredTerm<'_> {
    /// No less than what it adds in each word of bits of a chunk.
    fn bounds(&self, base: u32, shrink: f64) -> Bounds {
        let mut sums = [0.0; WORDS];
        for form in &self.forms {
            form.add_bounds(base, &mut sums);
        }
        sums.map(|sum| {
            let part = if sum == f64::INFINITY { 1.0 } else { sum / (sum + shrink) };
            self.idf * (K1 + 1.0) * part
        })
    }
}

/// A bound for each word of bits of a chunk.
pub(super) type Bounds = [f64; WORDS];

impl<'c> Form<'c> {
    /// `None`: the segment has it nowhere.
    fn open(opened: &Opened<'c>, tokens: &[String], prefix: bool) -> Result<Option<Self>, Error> {
        Ok(match tokens {
            [] => None,
            [token] if prefix => {
                let mut weights = vec![0u32; opened.segment.articles as usize];
                opened.each_beginning(&word(token), |ordinal, frequencies, _| {
                    let weight = &mut weights[ordinal as usize];
                    *weight = weight.saturating_add(weigh(&frequencies));
                })?;
                Some(Self::Whole(weights))
            }
            [token] => opened.find(&word(token))?.map(|list| Self::Word(Box::new(list))),
            tokens => Phrase::open(opened, tokens, prefix)?.map(Self::Phrase),
        })
    }

    /// Adds the greatest f / norm that each word of bits can have.
    fn add_bounds(&self, base: u32, sums: &mut Bounds) {
        match self {
            Self::Word(list) => {
                let own = bounds(list, base);
                sums.iter_mut().zip(own).for_each(|(sum, bound)| *sum += bound);
            }
            // No phrase occurs more often than each of its tokens.
            Self::Phrase(phrase) => {
                let mut least = [f64::INFINITY; WORDS];
                for list in phrase.lists() {
                    let own = bounds(list, base);
                    least.iter_mut().zip(own).for_each(|(least, bound)| *least = least.min(bound));
                }
                sums.iter_mut().zip(least).for_each(|(sum, bound)| *sum += bound);
            }
            Self::Whole(_) => sums.fill(f64::INFINITY),
        }
    }

    /// `left` are the articles that are set.
    fn add_weights(
        &mut self,
        base: u32,
        bits: &Bits,
        left: &[u32],
        lengths: &[[u32; 3]],
        weights: &mut [u32],
    ) -> Result<(), Error> {
        match self {
            Self::Word(list) => {
                let mut rest = left;
                for block in list.blocks(&(base..base + CHUNK)) {
                    // Those of the set that can be in the block.
                    let Range { start, end } = list.bounds(block);
                    let before = rest.partition_point(|at| base + at < start);
                    let (own, after) = rest[before..]
                        .split_at(rest[before..].partition_point(|at| base + at < end));
                    rest = after;
                    if own.is_empty() {
                        continue;
                    }
                    let (ordinals, fields) = list.load_frequencies(block)?;
                    let mut add = |at: u32, place: usize| {
                        let weight = &mut weights[at as usize];
                        let frequencies = fields.each_ref().map(|field| field[place]);
                        *weight = weight.saturating_add(weigh(&frequencies));
                    };
                    if own.len() < FEW {
                        for &at in own {
                            if let Ok(place) = ordinals.binary_search(&(base + at)) {
                                add(at, place);
                            }
                        }
                    } else {
                        for (place, ordinal) in ordinals.iter().enumerate() {
                            let at = ordinal.wrapping_sub(base);
                            if at < CHUNK && bits.has(at) {
                                add(at, place);
                            }
                        }
                    }
                }
            }
            Self::Phrase(phrase) => {
                for &at in left {
                    let [headline, summary, _] = lengths[(base + at) as usize];
                    let sum = phrase.starts(base + at)?.iter().fold(0u32, |sum, &start| {
                        // Between two fields a position is left out.
                        let weight = if start < headline {
                            WEIGHTS[0]
                        } else if start <= headline.saturating_add(summary) {
                            WEIGHTS[1]
                        } else {
                            WEIGHTS[2]
                        };
                        sum.saturating_add(weight)
                    });
                    weights[at as usize] = weights[at as usize].saturating_add(sum);
                }
            }
            Self::Whole(whole) => {
                for &at in left {
                    let weight = whole.get((base + at) as usize).copied().unwrap_or(0);
                    weights[at as usize] = weights[at as usize].saturating_add(weight);
                }
            }
        }
        Ok(())
    }
}

/// The greatest f / norm that a list can give in each word of bits of a chunk.
fn bounds(list: &PostingList<'_>, base: u32) -> Bounds {
    let mut bounds = [0.0; WORDS];
    for block in list.blocks(&(base..base + CHUNK)) {
        let bound = impact::bound(list.impact(block));
        let range = list.bounds(block);
        let first = range.start.max(base) - base;
        let last = range.end.min(base + CHUNK) - 1 - base;
        for word in &mut bounds[first as usize / 64..=last as usize / 64] {
            *word = f64::max(*word, bound);
        }
    }
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_never_below_what_it_bounds() {
        for frequencies in [[0, 0, 1], [1, 0, 0], [0, 7, 3], [500, 0, 9_000_000]] {
            for length in [1, 10, 200, 1_000_000] {
                for average in [1.0, 200.0, 5_000.0] {
                    let value = impact::of(&frequencies, length, average);
                    assert!(impact::bound(impact::code(value)) >= value);
                }
            }
        }
        assert!(impact::bound(impact::code(1.0)) < 1.1);
    }
}
