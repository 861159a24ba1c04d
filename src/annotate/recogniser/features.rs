//! What the model sees of a word: itself, its form, its neighbours, the run of capitals that it
//! stands in, the lists and classes that these are in, and what the rest of the text says of it.

use super::lexicon::{Classes, Entry, Lexicon, extend_phrase, hash, hash_lower, hash_title, mix};
use super::tag::NameKind;
use super::token::{Shape, Style, Token, tokens};
use super::topic::Topic;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A word with what the lexicon knows of it.
#[derive(Debug, Clone, Copy)]
struct Word {
    /// The hash of its lower case.
    lower: u64,
    /// The classes of the word as it would be written within a sentence.
    classes: Classes,
    lists: u8,
    /// The longest phrase of the lexicon that it is in: kinds, and whether it is the first word.
    phrase: u8,
}

/// The longest phrase, in words.
const LONGEST_PHRASE: usize = 6;

/// A text cut into words.
#[derive(Debug)]
pub struct Reading<'a> {
    text: &'a str,
    pub tokens: Vec<Token>,
    words: Vec<Word>,
    /// The runs of neighbouring words that may be parts of names.
    pub runs: Vec<std::ops::Range<usize>>,
    topic: Topic,
}

/// The longest run that is weighed together. Longer ones are cut.
const LONGEST_RUN: usize = 256;

impl<'a> Reading<'a> {
    pub fn new(text: &'a str, lexicon: &Lexicon) -> Self {
        let tokens = tokens(text);
        let mut words = words(text, &tokens, lexicon);
        mark_phrases(&tokens, &mut words, lexicon);
        let runs = runs(text, &tokens);
        let topic = Topic::of(words.iter().map(|word| word.lower));
        Self { text, tokens, words, runs, topic }
    }

    /// The hash of a word's lower case.
    pub fn lower(&self, at: usize) -> u64 {
        self.words.get(at).map_or(0, |word| word.lower)
    }

    /// The hash of some words whatever their case.
    pub fn phrase(&self, words: std::ops::Range<usize>) -> u64 {
        words.fold(0, |phrase, at| extend_phrase(phrase, self.lower(at)))
    }

    /// The capital letters that words begin with.
    pub fn initials(&self, words: std::ops::Range<usize>) -> String {
        let first = words.filter_map(|at| self.word(at).chars().next());
        first.filter(|letter| letter.is_uppercase()).collect()
    }

    /// Whether a word of the runs occurs in them again.
    pub fn repeated(&self) -> impl Fn(usize) -> bool {
        let mut counts: HashKeyed<u32> = HashKeyed::default();
        for at in self.runs.iter().flat_map(Clone::clone) {
            *counts.entry(self.lower(at)).or_default() += 1;
        }
        move |at| counts.get(&self.lower(at)).is_some_and(|count| *count > 1)
    }

    /// The features of the word `at` of a run, each a hash.
    pub fn features(&self, run: &std::ops::Range<usize>, at: usize, out: &mut Features) {
        let token = &self.tokens[at];
        let (one, two) = (self.near(at, 1), self.near(at, 2));
        let (back, back_two) = (self.near(at, -1), self.near(at, -2));
        let word = self.near(at, 0);
        let style = token.style as u64;
        let first = u64::from(token.first);
        let shape = token.shape as u64;
        let form = style << 8 | first << 4 | shape;

        out.add(1, word.lower);
        out.pair(2, word.lower, form);
        out.add(3, back.lower);
        out.add(4, one.lower);
        out.add(5, back_two.lower);
        out.add(6, two.lower);
        out.pair(7, back.lower, word.lower);
        out.pair(8, word.lower, one.lower);
        out.pair(9, back.lower, form);
        out.pair(10, one.lower, form);

        let shapes = self.shape(at, -1) << 8 | shape << 4 | self.shape(at, 1);
        out.pair(11, shapes, style << 1 | first);

        out.pair(12, word.fine(), form);
        out.add(13, back.fine());
        out.add(14, one.fine());
        out.pair(15, word.coarse(), back.fine());
        out.pair(16, word.coarse(), one.fine());
        out.add(17, two.fine());
        out.add(18, back_two.fine());

        out.pair(19, word.other(), form);
        out.add(20, back.other());
        out.add(21, one.other());
        out.pair(22, word.other(), one.other());
        out.pair(23, back.other(), word.other());

        out.pair(24, word.lists.into(), form);
        out.pair(25, word.phrase.into(), style);
        out.pair(26, self.is_acronym(at).into(), form);
        let topic = self.topic as u64;
        out.pair(27, topic << 8 | u64::from(word.lists), form);
        out.pair(28, topic, word.other());
        out.pair(29, topic << 32 | shapes << 8 | u64::from(word.phrase), form);
        self.ends(at, out);
        self.around(run, at, form, out);
    }

    /// Whether the word, in brackets, is of the first letters of the capital words before it:
    /// `Kurdistan Democratic Party (KDP)`.
    fn is_acronym(&self, at: usize) -> bool {
        let Some(bracket) = at.checked_sub(1) else { return false };
        let word = self.word(at);
        if self.tokens[at].shape != Shape::Upper || self.word(bracket) != "(" {
            return false;
        }
        let mut before = self.tokens[..bracket].iter().rev().take_while(|token| token.candidate);
        word.chars().rev().filter(|c| c.is_alphabetic()).all(|letter| {
            let capital = before.find(|token| token.shape != Shape::Lower);
            let first = capital.and_then(|token| self.text.get(token.start..)?.chars().next());
            first == Some(letter)
        })
    }

    /// A word as it is written.
    pub fn word(&self, at: usize) -> &'a str {
        let range = self.tokens.get(at).map(|token| token.start..token.end);
        range.and_then(|range| self.text.get(range)).unwrap_or_default()
    }

    /// The last three and four letters of the word.
    fn ends(&self, at: usize, out: &mut Features) {
        let mut end = 0;
        for (place, c) in (0..4).zip(self.word(at).chars().rev()) {
            end = mix(end ^ u64::from(c.to_lowercase().next().unwrap_or(c)));
            if place >= 2 {
                out.add(30 + place, end);
            }
        }
    }

    /// Where the word stands in its run of capitals, and what stands around the run. Of a run of
    /// one word all that is among its other features.
    fn around(&self, run: &std::ops::Range<usize>, at: usize, form: u64, out: &mut Features) {
        if self.tokens[at].style == Style::Capitals {
            return;
        }
        let place = u64::from(at == run.start) << 1 | u64::from(at + 1 == run.end);
        let length = (run.len() as u64).min(6);
        out.pair(40, length << 2 | place, form);
        if run.len() == 1 {
            return;
        }
        let (before, after) = (self.near(run.start, -1), self.near(run.end, 0));
        let (head, lead) = (self.near(run.end, -1), self.near(run.start, 0));
        out.pair(41, before.fine(), place);
        out.pair(42, after.fine(), place);
        out.pair(43, before.other(), place);
        out.pair(44, after.other(), place);
        out.pair(45, head.lower, place);
        out.pair(46, head.fine(), place);
        out.pair(47, head.other(), place);
        out.pair(48, head.coarse() << 16 | lead.coarse(), length << 2 | place);
        out.pair(49, head.lists.into(), u64::from(lead.lists) << 8 | place);
    }

    fn near(&self, at: usize, by: isize) -> Word {
        at.checked_add_signed(by).and_then(|at| self.words.get(at)).copied().unwrap_or(Word::NONE)
    }

    fn shape(&self, at: usize, by: isize) -> u64 {
        let token = at.checked_add_signed(by).and_then(|at| self.tokens.get(at));
        token.map_or(15, |token| token.shape as u64)
    }

    /// What the rest of the text says of the word: `evidence` of all its occurrences, less what
    /// this one itself gave.
    pub fn hints(&self, at: usize, evidence: &Evidence, out: &mut Features) {
        let form = (self.tokens[at].style as u64) << 4 | self.tokens[at].shape as u64;
        let own = evidence.elsewhere(self, at);
        let (back, one) = (
            at.checked_sub(1).map_or(0, |back| evidence.elsewhere(self, back)),
            evidence.elsewhere(self, at + 1),
        );
        out.pair(50, own, form);
        out.pair(51, own, back << 8 | one);
    }
}

impl Word {
    const NONE: Self = {
        let classes = Classes { coarse: u16::MAX, fine: u16::MAX, other: u16::MAX };
        Self { lower: 1, classes, lists: 0, phrase: 0 }
    };

    fn new(text: &str, token: &Token, lexicon: &Lexicon) -> Self {
        let word = text.get(token.start..token.end).unwrap_or_default();
        if token.shape == Shape::Number {
            let lower = mix(0x4e55_4d00 + word.len().min(12) as u64);
            return Self { lower, classes: Classes::default(), lists: 0, phrase: 0 };
        }
        let lower = hash_lower(word);
        let small = lexicon.word(lower);
        let or = |entry: Entry, hash: fn(&str) -> u64| {
            if entry.sense == 0 { lexicon.word(hash(word)) } else { entry }
        };
        let entry = match (token.shape, token.style) {
            (Shape::Mark | Shape::Number | Shape::Lower, _) => small,
            (Shape::Upper | Shape::Mixed, Style::Capitals | Style::Table) => {
                or(lexicon.word(hash_title(word)), hash)
            }
            (Shape::Upper | Shape::Mixed, _) => or(lexicon.word(hash(word)), hash_title),
            (Shape::Title | Shape::Initial, _) => lexicon.word(hash(word)),
        };
        Self { lower, classes: lexicon.classes(entry.sense), lists: small.lists, phrase: 0 }
    }

    fn coarse(&self) -> u64 {
        self.classes.coarse.into()
    }

    fn fine(&self) -> u64 {
        self.classes.fine.into()
    }

    fn other(&self) -> u64 {
        self.classes.other.into()
    }
}

/// How far from a word its features look.
const SEEN: usize = 2;

/// The words that features see; of the others nothing is asked.
fn words(text: &str, tokens: &[Token], lexicon: &Lexicon) -> Vec<Word> {
    let mut words = vec![Word::NONE; tokens.len()];
    let mut done = 0;
    for (at, _) in tokens.iter().enumerate().filter(|(_, token)| token.candidate) {
        let (first, end) = (at.saturating_sub(SEEN).max(done), (at + SEEN + 1).min(tokens.len()));
        let seen = tokens.iter().zip(&mut words).take(end).skip(first);
        seen.for_each(|(token, word)| *word = Word::new(text, token, lexicon));
        done = end;
    }
    words
}

fn mark_phrases(tokens: &[Token], words: &mut [Word], lexicon: &Lexicon) {
    let mut at = 0;
    while at < words.len() {
        let mut longest = None;
        if tokens[at].candidate {
            let mut phrase = 0;
            let candidates = tokens[at..].iter().take_while(|token| token.candidate);
            for size in 1..=candidates.take(LONGEST_PHRASE).count() {
                phrase = extend_phrase(phrase, words[at + size - 1].lower);
                if let Some(kinds) = lexicon.phrase(phrase) {
                    longest = Some((size, kinds));
                }
            }
        }
        let (size, kinds) = longest.unwrap_or((1, 0));
        for (place, word) in words[at..at + size].iter_mut().enumerate() {
            word.phrase = if kinds == 0 { 0 } else { kinds << 1 | u8::from(place > 0) };
        }
        at += size;
    }
}

/// Words that open sentences and are no names, where no other word of a name follows.
const OPENERS: &[&str] = &[
    "The",
    "A",
    "An",
    "In",
    "On",
    "At",
    "It",
    "He",
    "She",
    "They",
    "We",
    "But",
    "And",
    "This",
    "That",
    "These",
    "Those",
    "There",
    "If",
    "As",
    "For",
    "However",
    "While",
    "When",
    "With",
    "After",
    "Under",
    "Some",
    "One",
    "Its",
    "His",
    "Her",
    "Their",
    "Both",
    "Although",
    "Analysts",
    "Traders",
    "Dealers",
    "Officials",
    "Last",
    "Net",
    "To",
    "By",
    "From",
    "No",
    "Not",
    "Since",
    "What",
    "Also",
    "Other",
    "Another",
    "Many",
    "Most",
    "All",
    "Any",
    "I",
    "You",
    "So",
    "Yet",
    "Or",
];

fn runs(text: &str, tokens: &[Token]) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.candidate) {
        match runs.last_mut() {
            Some(run) if run.end == at && !token.first && run.len() < LONGEST_RUN => run.end += 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs.retain(|run| {
        let token = &tokens[run.start];
        let opener = run.len() == 1 && token.first && token.style == Style::Prose;
        !(opener && OPENERS.contains(&text.get(token.start..token.end).unwrap_or_default()))
    });
    runs
}

/// A list of features under construction.
#[derive(Debug, Default)]
pub struct Features(pub Vec<u32>);

impl Features {
    fn add(&mut self, template: u64, value: u64) {
        let hash = mix(value.wrapping_add(template.wrapping_mul(0xd6e8_feb8_6659_fd93)));
        self.0.push((hash >> 32) as u32);
    }

    fn pair(&mut self, template: u64, a: u64, b: u64) {
        self.add(template, a.rotate_left(23) ^ b.wrapping_mul(0xa076_1d64_78bd_642f));
    }
}

/// How sure a text is, over all places where a word occurs, of what kind of name it is part of.
#[derive(Debug, Default)]
pub struct Evidence {
    /// By the hash of the word in lower case: the sums of what its occurrences gave, by kind and
    /// last for none.
    sums: HashKeyed<[f32; 5]>,
    /// By place in the text: what the word there gave.
    given: Vec<Option<[f32; 5]>>,
}

/// Takes a key for its own hash.
#[derive(Debug, Default)]
pub struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.0 = self.0.rotate_left(8) ^ u64::from(byte));
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// What is kept by hashes.
pub type HashKeyed<V> = HashMap<u64, V, BuildHasherDefault<Hashed>>;

impl Evidence {
    /// Adds what one occurrence gives.
    pub fn give(&mut self, reading: &Reading<'_>, at: usize, shares: [f32; 5]) {
        let sums = self.sums.entry(reading.lower(at)).or_default();
        for (sum, share) in sums.iter_mut().zip(shares) {
            *sum += share;
        }
        if self.given.len() <= at {
            self.given.resize(at + 1, None);
        }
        self.given[at] = Some(shares);
    }

    /// What the other occurrences of a word say: 0 nothing, else the kind, how much and how
    /// unanimously.
    fn elsewhere(&self, reading: &Reading<'_>, at: usize) -> u64 {
        let Some(Some(given)) = self.given.get(at) else { return 0 };
        let Some(sums) = self.sums.get(&reading.lower(at)) else { return 0 };
        let others: [f32; 5] = std::array::from_fn(|kind| sums[kind] - given[kind]);
        let total: f32 = others.iter().sum();
        if total < 0.5 {
            return 0;
        }
        let best = (0..others.len()).max_by(|&a, &b| others[a].total_cmp(&others[b]));
        let best = best.unwrap_or(NameKind::ALL.len());
        let much = u64::from(others[best] > 1.5) + u64::from(others[best] > 4.0);
        let share = others[best] / total;
        let unanimous = u64::from(share > 0.6) + u64::from(share > 0.85);
        1 + best as u64 * 9 + much * 3 + unanimous
    }
}
