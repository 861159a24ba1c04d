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

use super::postings::Frequencies;
use crate::search::{Expression, Term};

pub(super) const K1: f64 = 1.2;
const B: f64 = 0.75;
const LEAST_IDF: f64 = 1e-6;

/// What an occurrence in headline, summary and body weighs: sums of these are exact.
pub(super) const WEIGHTS: [f64; 3] = [3.0, 1.5, 1.0];

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
    pub(super) fn idf(&self, frequency: i64) -> f64 {
        let (all, having) = (self.articles as f64, frequency as f64);
        // `max` also where a made-up cursor leads to no number at all.
        ((all - having + 0.5) / (having + 0.5)).ln().max(LEAST_IDF)
    }

    pub(super) fn average_length(&self) -> f64 {
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

/// The weighed occurrences.
pub(super) fn weigh([headline, summary, body]: Frequencies) -> f64 {
    let of = |field: usize, frequency: u32| WEIGHTS[field] * f64::from(frequency);
    of(0, headline) + of(1, summary) + of(2, body)
}

/// The part of the saturated frequency that is of the article: k1 · (1 - b + b · length / average length).
#[derive(Debug, Clone, Copy)]
pub(super) struct Norm {
    by_token: f64,
}

impl Norm {
    pub(super) fn new(average: f64) -> Self {
        Self { by_token: K1 * B / average }
    }

    pub(super) fn of(self, length: u32) -> f64 {
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
        weigh(*frequencies) / Norm::new(average).of(length)
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

/// A bound is a little more, for what rounding took.
pub(super) const SLACK: f64 = 1.0 + 1e-9;

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
