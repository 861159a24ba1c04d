//! Fits the weights: stochastic gradient ascent on the likelihood of the marked tags, with
//! AdaGrad steps (Duchi, Hazan and Singer 2011). Where several tags are allowed, on that of the
//! sum over them.

use crate::corpora::{Document, NONE, bit};
use crate::random::Random;
use crate::recogniser::chain::{Chain, Row, Transitions};
use crate::recogniser::features::{Features, Reading};
use crate::recogniser::lexicon::Lexicon;
use crate::recogniser::model::Model;
use crate::recogniser::tag::{NameKind, OUTSIDE, TAGS, begin, inside, may_follow};

/// How a fit is made.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// The logarithm of the number of rows of weights while they are fitted.
    pub bits: u32,
    /// How many rows are kept.
    pub rows: usize,
    pub rounds: usize,
    pub rate: f32,
    /// The share of the features of a word that are left out each time it is seen, so that no
    /// weight leans on another.
    pub drop: f64,
    /// What is taken off each weight after a round.
    pub decay: f32,
    /// Weights nearer to 0 than this become 0.
    pub least: f32,
    pub seed: u64,
}

/// The words of all runs, one after the other.
#[derive(Debug, Default)]
pub struct Samples {
    features: Vec<u32>,
    /// Where the features of each word end, and where its hints begin.
    words: Vec<(usize, usize)>,
    allowed: Vec<u16>,
    /// The words of each run, and its weight.
    runs: Vec<(std::ops::Range<usize>, f32)>,
}

impl Samples {
    /// Adds the runs of a document. With evidence, what the rest of the text says is among the
    /// features, to be used every second time.
    pub fn add(
        &mut self,
        document: &Document,
        weight: f32,
        lexicon: &Lexicon,
        first: Option<&Model>,
    ) {
        let reading = Reading::new(&document.text, lexicon);
        let evidence = first.map(|model| model.first_reading(&reading)).unwrap_or_default();
        let allowed = allowed(document, &reading);
        let mut features = Features::default();
        for run in &reading.runs {
            let from = self.words.len();
            for at in run.clone() {
                features.0.clear();
                reading.features(run, at, &mut features);
                let hints = self.features.len() + features.0.len();
                reading.hints(at, &evidence, &mut features);
                self.features.append(&mut features.0);
                self.words.push((self.features.len(), hints));
                self.allowed.push(allowed[at]);
            }
            self.runs.push((from..self.words.len(), weight));
        }
    }

    pub fn len(&self) -> usize {
        self.words.len()
    }
}

/// The tags that each word of a document may have, a bit for each.
fn allowed(document: &Document, reading: &Reading<'_>) -> Vec<u16> {
    let unmarked = 1 << OUTSIDE
        | if document.marks_others {
            0
        } else {
            1 << begin(NameKind::Other) | 1 << inside(NameKind::Other)
        };
    let mut names = document.names.iter().peekable();
    let mut allowed = Vec::with_capacity(reading.tokens.len());
    let mut before = false;
    for token in &reading.tokens {
        while names.next_if(|name| name.range.end <= token.start).is_some() {}
        let tags = match names.peek() {
            Some(name) if name.range.start < token.end => {
                let whole = name.range.start <= token.start && token.end <= name.range.end;
                let first = name.range.start == token.start || !before;
                let none = if name.kinds & NONE != 0 { unmarked } else { 0 };
                let kinds = NameKind::ALL.iter().filter(|&&kind| name.kinds & bit(kind) != 0);
                let tags = kinds.map(|&kind| 1 << if first { begin(kind) } else { inside(kind) });
                if whole { tags.fold(none, |all, tag| all | tag) } else { (1 << TAGS) - 1 }
            }
            _ => unmarked,
        };
        allowed.push(tags);
        before = token.candidate;
    }
    allowed
}

/// Weights while they are fitted.
pub struct Fit {
    weights: Vec<Row>,
    squares: Vec<Row>,
    transitions: [Row; TAGS],
    transition_squares: [Row; TAGS],
    settings: Settings,
    random: Random,
}

impl Fit {
    pub fn new(settings: Settings) -> Self {
        Self {
            weights: vec![[0.0; TAGS]; 1 << settings.bits],
            squares: vec![[0.0; TAGS]; 1 << settings.bits],
            transitions: [[0.0; TAGS]; TAGS],
            transition_squares: [[0.0; TAGS]; TAGS],
            settings,
            random: Random(settings.seed),
        }
    }

    /// Fits the weights to the samples.
    pub fn run(mut self, samples: &Samples) -> Self {
        let mut order: Vec<usize> = (0..samples.runs.len()).collect();
        let mut free = Chain::default();
        let mut bound = Chain::default();
        for round in 0..self.settings.rounds {
            self.random.shuffle(&mut order);
            let mut loss = 0.0;
            for &run in &order {
                let (words, weight) = &samples.runs[run];
                loss += self.step(samples, words.clone(), *weight, &mut free, &mut bound);
            }
            for row in &mut self.weights {
                row.iter_mut().for_each(|weight| *weight *= 1.0 - self.settings.decay);
            }
            eprintln!("round {}: loss {:.4} a word", round + 1, loss / samples.len() as f64);
        }
        self
    }

    /// Adds a share of the weights of another fit.
    pub fn add(&mut self, other: &Self, share: f32) {
        let own = self.weights.iter_mut().chain(&mut self.transitions);
        for (row, other) in own.zip(other.weights.iter().chain(&other.transitions)) {
            row.iter_mut().zip(other).for_each(|(weight, other)| *weight += other * share);
        }
    }

    /// The model of these weights.
    pub fn model(self, lexicon: Lexicon) -> Model {
        // The rows that say most are kept.
        let mut order: Vec<(u32, Row)> = (0..).zip(self.weights).collect();
        let says = |row: &Row| row.iter().map(|weight| weight * weight).sum::<f32>();
        order.sort_by(|a, b| says(&b.1).total_cmp(&says(&a.1)));
        order.truncate(self.settings.rows);
        for weight in order.iter_mut().flat_map(|(_, row)| row) {
            if weight.abs() < self.settings.least {
                *weight = 0.0;
            }
        }
        Model::new(lexicon, self.transitions, &order, self.settings.bits)
    }

    fn step(
        &mut self,
        samples: &Samples,
        words: std::ops::Range<usize>,
        weight: f32,
        free: &mut Chain,
        bound: &mut Chain,
    ) -> f64 {
        let mask = self.weights.len() - 1;
        let with_hints = self.random.chance(0.5);
        let mut used: Vec<Vec<usize>> = Vec::with_capacity(words.len());
        let mut scores: Vec<Row> = Vec::with_capacity(words.len());
        for word in words.clone() {
            let from = word.checked_sub(1).map_or(0, |before| samples.words[before].0);
            let (end, hints) = samples.words[word];
            let features = &samples.features[from..if with_hints { end } else { hints }];
            let kept: Vec<usize> = features
                .iter()
                .filter(|_| !self.random.chance(self.settings.drop))
                .map(|&feature| feature as usize & mask)
                .collect();
            let share = 1.0 / (1.0 - self.settings.drop as f32);
            let mut row = [0.0; TAGS];
            for &feature in &kept {
                for (score, weight) in row.iter_mut().zip(&self.weights[feature]) {
                    *score += weight;
                }
            }
            scores.push(row.map(|score| score * share));
            used.push(kept);
        }
        let transitions = Transitions::new(self.transitions);
        let mut marked = scores.clone();
        for (row, word) in marked.iter_mut().zip(words.clone()) {
            for (tag, score) in row.iter_mut().enumerate() {
                if samples.allowed[word] & 1 << tag == 0 {
                    *score = f32::NEG_INFINITY;
                }
            }
        }
        if !possible(&samples.allowed[words.clone()]) {
            return 0.0;
        }
        free.sum(&scores, &transitions);
        bound.sum(&marked, &transitions);
        let mut pairs = [[0.0; TAGS]; TAGS];
        for (place, features) in used.iter().enumerate() {
            let expected = free.likely(place);
            let wanted = bound.likely(place);
            let gradient: Row = std::array::from_fn(|tag| (wanted[tag] - expected[tag]) * weight);
            free.add_pairs(place, &transitions, &mut pairs, -weight);
            bound.add_pairs(place, &transitions, &mut pairs, weight);
            if gradient.iter().all(|step| step.abs() < 1e-4) {
                continue;
            }
            for &feature in features {
                climb(
                    &mut self.weights[feature],
                    &mut self.squares[feature],
                    &gradient,
                    self.settings.rate,
                );
            }
        }
        for ((weights, squares), gradient) in
            self.transitions.iter_mut().zip(&mut self.transition_squares).zip(&pairs)
        {
            climb(weights, squares, gradient, self.settings.rate);
        }
        (free.log_sum - bound.log_sum) * f64::from(weight)
    }
}

fn climb(weights: &mut Row, squares: &mut Row, gradient: &Row, rate: f32) {
    for ((weight, square), step) in weights.iter_mut().zip(squares).zip(gradient) {
        *square += step * step;
        *weight += rate * step / (square.sqrt() + 1e-3);
    }
}

/// Whether any row of tags is allowed: a name that was cut by the end of a run has none.
fn possible(allowed: &[u16]) -> bool {
    let mut before = 1u16 << OUTSIDE;
    for &tags in allowed {
        let mut reached = 0;
        for tag in (0..TAGS).filter(|tag| tags & 1 << tag != 0) {
            if (0..TAGS).any(|earlier| before & 1 << earlier != 0 && may_follow(earlier, tag)) {
                reached |= 1 << tag;
            }
        }
        before = reached;
    }
    before != 0
}
