//! The trained model: a lexicon, and a weight for each feature and tag.

use super::agree::{Named, agree};
use super::chain::{Chain, Row, Transitions, best};
use super::features::{Evidence, Features, Reading};
use super::heads::settle;
use super::lexicon::Lexicon;
use super::table::{self, Dense, WIDE, take};
use super::tag::{NameKind, OUTSIDE, TAGS, parts};
use std::ops::Range;

/// The first bytes of a model file, its version in the last.
const MAGIC: [u8; 4] = *b"NRG\x01";

/// Weights from 8 bits: `weight = number × scale`.
#[derive(Debug)]
pub struct Model {
    pub lexicon: Lexicon,
    transitions: Transitions,
    /// By the hash of a feature, of which `bits` bits count.
    rows: Dense<TAGS>,
    bits: u32,
    scale: f32,
}

/// A name found: a range of bytes, its kind, and how likely it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub range: Range<usize>,
    pub kind: NameKind,
    pub likely: f32,
}

impl Model {
    /// `weights` holds a row for each feature that counts, by the lowest `bits` bits of its hash.
    pub fn new(
        lexicon: Lexicon,
        transitions: [Row; TAGS],
        weights: &[(u32, Row)],
        bits: u32,
    ) -> Self {
        let all = weights.iter().flat_map(|(_, row)| row);
        let largest = all.fold(0.0f32, |most, weight| most.max(weight.abs()));
        let scale = (largest / 127.0).max(f32::MIN_POSITIVE);
        let rows = weights
            .iter()
            .map(|(feature, row)| (*feature, row.map(|weight| (weight / scale).round() as i8)));
        let rows = Dense::new(rows.collect());
        Self { lexicon, transitions: Transitions::new(transitions), rows, bits, scale }
    }

    /// The model as bytes, not yet compressed.
    pub fn write(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend(self.bits.to_le_bytes());
        out.extend(self.scale.to_le_bytes());
        for weight in self.transitions.weights.iter().flatten() {
            out.extend(weight.to_le_bytes());
        }
        self.lexicon.write(&mut out);
        table::write(self.rows.entries(), &mut out, |row| row.map(|number| number as u8));
        out
    }

    /// Reads what [`Model::write`] wrote; None if it is not that.
    pub fn read(mut bytes: &[u8]) -> Option<Self> {
        let bytes = &mut bytes;
        if take(bytes)? != MAGIC {
            return None;
        }
        let bits = u32::from_le_bytes(take(bytes)?).min(32);
        let scale = f32::from_le_bytes(take(bytes)?);
        let mut weights = [[0.0; TAGS]; TAGS];
        for weight in weights.iter_mut().flatten() {
            *weight = f32::from_le_bytes(take(bytes)?);
        }
        let lexicon = Lexicon::read(bytes)?;
        let rows = table::read(bytes, |row: [u8; TAGS]| row.map(|number| number as i8))?;
        let rows = Dense::new(rows);
        let transitions = Transitions::new(weights);
        Some(Self { lexicon, transitions, rows, bits, scale })
    }

    /// The names in a text of moderate length, in order. Read twice: what is sure at one place
    /// helps at another.
    pub fn names(&self, text: &str) -> Vec<Found> {
        let reading = Reading::new(text, &self.lexicon);
        let mut scores = self.scores(&reading);
        let evidence = self.evidence(&reading, &scores);
        let mut features = Features::default();
        let mut chain = Chain::default();
        let mut tags = Vec::new();
        let mut names = Vec::new();
        let mut rest = scores.as_mut_slice();
        for run in &reading.runs {
            let (scores, after) = rest.split_at_mut(run.len().min(rest.len()));
            rest = after;
            for (at, scores) in run.clone().zip(scores.iter_mut()) {
                features.0.clear();
                reading.hints(at, &evidence, &mut features);
                self.add(&mut features, scores);
            }
            best(scores, &self.transitions, &mut tags);
            if tags.iter().all(|&tag| tag == OUTSIDE) {
                continue;
            }
            chain.sum(scores, &self.transitions);
            collect(run, &tags, &chain, &mut names);
        }
        settle(&reading, &self.lexicon, &mut names);
        agree(&reading, &mut names);
        let range = |words: Range<usize>| {
            reading.tokens[words.start].start..reading.tokens[words.end - 1].end
        };
        let found = names.into_iter();
        found
            .map(|Named { words, kind, likely }| Found { range: range(words), kind, likely })
            .collect()
    }

    /// The scores of every word of every run, as far as its surroundings give them.
    fn scores(&self, reading: &Reading<'_>) -> Vec<Row> {
        let mut scores = Vec::new();
        let mut features = Features::default();
        for run in &reading.runs {
            for at in run.clone() {
                features.0.clear();
                reading.features(run, at, &mut features);
                let mut row = [0.0; TAGS];
                self.add(&mut features, &mut row);
                scores.push(row);
            }
        }
        scores
    }

    fn add(&self, features: &mut Features, scores: &mut Row) {
        // Step by step, so that the processor waits for many rows at once.
        let mask = u32::MAX >> (32 - self.bits.max(1));
        let mut kept = 0;
        for at in 0..features.0.len() {
            let feature = features.0[at] & mask;
            features.0[kept] = feature;
            kept += usize::from(self.rows.has(feature));
        }
        features.0.truncate(kept);
        features.0.iter_mut().for_each(|feature| *feature = self.rows.place(*feature));
        let mut sums = [0i16; WIDE];
        for row in features.0.iter().filter_map(|&place| self.rows.wide(place)) {
            for (sum, &number) in sums.iter_mut().zip(row) {
                *sum += i16::from(number);
            }
        }
        for (score, sum) in scores.iter_mut().zip(sums) {
            *score += f32::from(sum) * self.scale;
        }
    }

    /// What a first reading says of each word.
    pub fn first_reading(&self, reading: &Reading<'_>) -> Evidence {
        self.evidence(reading, &self.scores(reading))
    }

    fn evidence(&self, reading: &Reading<'_>, scores: &[Row]) -> Evidence {
        let mut evidence = Evidence::default();
        let mut chain = Chain::default();
        let mut rest = scores;
        let repeated = reading.repeated();
        for run in &reading.runs {
            let (scores, after) = rest.split_at(run.len().min(rest.len()));
            rest = after;
            // What occurs once has nothing to say elsewhere.
            if !run.clone().any(&repeated) {
                continue;
            }
            chain.sum(scores, &self.transitions);
            for (place, at) in run.clone().enumerate() {
                let mut shares = [0.0; 5];
                for (tag, share) in chain.likely(place).into_iter().enumerate() {
                    shares[parts(tag).map_or(4, |(kind, _)| kind as usize)] += share;
                }
                evidence.give(reading, at, shares);
            }
        }
        evidence
    }
}

/// The names that a run's tags spell.
fn collect(run: &Range<usize>, tags: &[usize], chain: &Chain, names: &mut Vec<Named>) {
    let mut open = false;
    for ((place, at), &tag) in run.clone().enumerate().zip(tags) {
        let likely = chain.likely(place)[tag];
        match (parts(tag), names.last_mut()) {
            (Some((_, false)), Some(name)) if open => {
                name.words.end = at + 1;
                name.likely = name.likely.min(likely);
            }
            (Some((kind, _)), _) => {
                names.push(Named { words: at..at + 1, kind, likely });
                open = true;
            }
            (None, _) => open = false,
        }
    }
}
