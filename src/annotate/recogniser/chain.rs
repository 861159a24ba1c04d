//! The linear chain: how likely each tag of each word is when all are weighed together (Lafferty,
//! McCallum and Pereira 2001, "Conditional Random Fields"), and the best row of tags (Viterbi).

use super::tag::{OUTSIDE, TAGS, may_follow};

/// A number for each tag.
pub type Row = [f32; TAGS];

/// The weights between neighbouring tags, and their exponentials; 0 where a tag may not follow.
#[derive(Debug, Clone)]
pub struct Transitions {
    pub weights: [Row; TAGS],
    factors: [Row; TAGS],
    /// The weights, negative infinity where a tag may not follow.
    steps: [Row; TAGS],
}

impl Transitions {
    pub fn new(weights: [Row; TAGS]) -> Self {
        let mut factors = [[0.0; TAGS]; TAGS];
        let mut steps = [[f32::NEG_INFINITY; TAGS]; TAGS];
        for (before, row) in factors.iter_mut().enumerate() {
            for (tag, factor) in row.iter_mut().enumerate() {
                if may_follow(before, tag) {
                    *factor = weights[before][tag].exp();
                    steps[before][tag] = weights[before][tag];
                }
            }
        }
        Self { weights, factors, steps }
    }
}

/// The sums over all rows of tags for one run of words. The buffers are kept from run to run.
#[derive(Debug, Default)]
pub struct Chain {
    /// The exponentials of the scores, by word.
    local: Vec<Row>,
    forward: Vec<Row>,
    backward: Vec<Row>,
    /// The logarithm of the sum over all rows of tags.
    pub log_sum: f64,
}

impl Chain {
    /// Sums over all rows of tags whose scores these are. A score of negative infinity forbids a
    /// tag.
    pub fn sum(&mut self, all: &[Row], transitions: &Transitions) {
        self.local.clear();
        self.forward.clear();
        self.log_sum = 0.0;
        // What precedes a run is outside of names.
        let mut sums = transitions.factors[OUTSIDE];
        for (at, scores) in all.iter().enumerate() {
            let highest = scores.iter().copied().fold(f32::MIN, f32::max);
            let local = scores.map(|score| (score - highest).exp());
            let mut total = 0.0;
            for (sum, local) in sums.iter_mut().zip(&local) {
                *sum *= local;
                total += *sum;
            }
            let total = f32::max(total, f32::MIN_POSITIVE);
            let before = sums.map(|sum| sum / total);
            self.log_sum += f64::from(total.ln() + highest);
            self.local.push(local);
            self.forward.push(before);
            if at + 1 < all.len() {
                sums = [0.0; TAGS];
                for (mass, factors) in before.iter().zip(&transitions.factors) {
                    for (sum, factor) in sums.iter_mut().zip(factors) {
                        *sum += mass * factor;
                    }
                }
            }
        }
        self.backward.clear();
        self.backward.resize(all.len(), [1.0; TAGS]);
        let mut after = [1.0; TAGS];
        for at in (0..all.len().saturating_sub(1)).rev() {
            let mut weighed = [0.0; TAGS];
            for (tag, weight) in weighed.iter_mut().enumerate() {
                *weight = after[tag] * self.local[at + 1][tag];
            }
            let mut sums = transitions.factors.map(|factors| dot(&factors, &weighed));
            let total = f32::max(sums.iter().sum(), f32::MIN_POSITIVE);
            sums.iter_mut().for_each(|sum| *sum /= total);
            after = sums;
            self.backward[at] = after;
        }
    }

    /// How likely each tag of the word at `at` is.
    pub fn likely(&self, at: usize) -> Row {
        let mut row = [0.0; TAGS];
        for (tag, share) in row.iter_mut().enumerate() {
            *share = self.forward[at][tag] * self.backward[at][tag];
        }
        normal(row)
    }

    /// Adds to `sums` how likely each pair of tags of the words `at - 1` and `at` is; before the
    /// first word stands a word outside of names.
    pub fn add_pairs(&self, at: usize, transitions: &Transitions, sums: &mut [Row; TAGS], by: f32) {
        let mut first = [0.0; TAGS];
        first[OUTSIDE] = 1.0;
        let before = if at == 0 { first } else { self.forward[at - 1] };
        let mut pairs = transitions.factors;
        let mut total = 0.0;
        for (row, mass) in pairs.iter_mut().zip(&before) {
            for (tag, pair) in row.iter_mut().enumerate() {
                *pair *= mass * self.local[at][tag] * self.backward[at][tag];
                total += *pair;
            }
        }
        let by = by / f32::max(total, f32::MIN_POSITIVE);
        for (sums, pairs) in sums.iter_mut().zip(&pairs) {
            for (sum, pair) in sums.iter_mut().zip(pairs) {
                *sum += pair * by;
            }
        }
    }
}

fn dot(a: &Row, b: &Row) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn normal(row: Row) -> Row {
    let total = f32::max(row.iter().sum(), f32::MIN_POSITIVE);
    row.map(|share| share / total)
}

/// The row of tags with the highest score.
pub fn best(scores: &[Row], transitions: &Transitions, tags: &mut Vec<usize>) {
    tags.clear();
    let Some((first, others)) = scores.split_first() else { return };
    let mut before: Row = std::array::from_fn(|tag| transitions.steps[OUTSIDE][tag] + first[tag]);
    let mut from: Vec<[u32; TAGS]> = Vec::with_capacity(others.len());
    for scores in others {
        let mut row = [f32::NEG_INFINITY; TAGS];
        let mut origins = [0; TAGS];
        for (earlier, (so_far, steps)) in (0..).zip(before.iter().zip(&transitions.steps)) {
            for tag in 0..TAGS {
                let score = so_far + steps[tag];
                let better = score > row[tag];
                row[tag] = if better { score } else { row[tag] };
                origins[tag] = if better { earlier } else { origins[tag] };
            }
        }
        before = std::array::from_fn(|tag| row[tag] + scores[tag]);
        from.push(origins);
    }
    let best = (0..TAGS).max_by(|&a, &b| before[a].total_cmp(&before[b]));
    let mut tag = best.unwrap_or(OUTSIDE);
    tags.resize(scores.len(), OUTSIDE);
    for (at, origins) in from.iter().enumerate().rev() {
        tags[at + 1] = tag;
        tag = origins[tag] as usize;
    }
    tags[0] = tag;
}
