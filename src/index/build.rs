//! From analysed articles to the bytes of a segment.

use super::Analysed;
use super::columns::{Field, ListWriter, Row, write_rows};
use super::dictionary::{DictionaryWriter, kind};
use super::facts::Facts;
use super::postings::{ListsOut, Posting};
use super::segment::{NewSegment, PARTS, Part};
use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Makes a segment of articles that come in order of their ids.
#[derive(Debug, Default)]
pub(super) struct Builder {
    rows: Vec<Row>,
    lists: [ListWriter; Field::ALL.len()],
    /// The number of each word.
    words: HashMap<Box<str>, u32, Quick>,
    /// Every token in the order of the texts: its word, its article, its position.
    occurrences: Vec<(u32, u32, u32)>,
}

impl Builder {
    pub(super) fn articles(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn tokens(&self) -> usize {
        self.occurrences.len()
    }

    pub(super) fn push(&mut self, facts: &Facts, analysed: &Analysed) {
        let ordinal = self.rows.len() as u32;
        let mut lengths = [0; 3];
        let mut position = 0;
        for (field, text) in analysed.fields().into_iter().enumerate() {
            for token in text.split_ascii_whitespace() {
                let number = match self.words.get(token) {
                    Some(&number) => number,
                    None => {
                        let number = self.words.len() as u32;
                        self.words.insert(token.into(), number);
                        number
                    }
                };
                self.occurrences.push((number, ordinal, position));
                position += 1;
                lengths[field] += 1;
            }
            position += 1; // so that no phrase runs into the next field
        }
        let row = Row { lengths, ..facts.row };
        for (list, values) in self.lists.iter_mut().zip(&facts.lists) {
            let numbers: Vec<_> =
                values.iter().map(|(value, weight)| (list.number(value), *weight)).collect();
            list.push(numbers);
        }
        self.rows.push(row);
    }

    pub(super) fn finish(self) -> NewSegment {
        let mut terms = TermWriter::new(&self.rows);
        self.write_words(&mut terms);
        for (field, list) in Field::ALL.into_iter().zip(&self.lists) {
            let mut values: Vec<(Vec<u8>, Vec<u32>)> = list
                .postings()
                .into_iter()
                .map(|(value, ordinals)| (field.term(value), ordinals))
                .collect();
            values.sort_unstable();
            for (term, ordinals) in values {
                let postings: Vec<Posting> = ordinals.into_iter().map(Posting::of_value).collect();
                terms.push(&term, &postings, &[]);
            }
        }
        assemble(&self.rows, self.lists, terms)
    }

    /// Gathers the occurrences of each word, by counting, and writes the words in order.
    fn write_words(&self, terms: &mut TermWriter) {
        let mut ends = vec![0usize; self.words.len() + 1];
        self.occurrences.iter().for_each(|&(word, ..)| ends[word as usize + 1] += 1);
        for word in 1..ends.len() {
            ends[word] += ends[word - 1];
        }
        let mut places = ends.clone();
        let mut gathered = vec![(0, 0); self.occurrences.len()];
        for &(word, ordinal, position) in &self.occurrences {
            let place = &mut places[word as usize];
            gathered[*place] = (ordinal, position);
            *place += 1;
        }
        // The first eight bytes as a number decide almost always.
        let mut order: Vec<(u64, &str, u32)> = self
            .words
            .iter()
            .map(|(token, &number)| (first_bytes(token), &**token, number))
            .collect();
        order.sort_unstable();
        let (mut term, mut postings, mut gaps) = (Vec::new(), Vec::new(), Vec::new());
        for (_, token, number) in order {
            let own = &gathered[ends[number as usize]..ends[number as usize + 1]];
            postings.clear();
            gaps.clear();
            for of_article in own.chunk_by(|a, b| a.0 == b.0) {
                let (ordinal, _) = of_article[0];
                let row = &self.rows[ordinal as usize];
                let [headline, summary, _] = row.lengths;
                let (mut frequencies, mut next) = ([0; 3], 0);
                for &(_, position) in of_article {
                    gaps.push(position - next);
                    next = position + 1;
                    // Between two fields a position is left out.
                    let is_after = [position > headline, position > headline + 1 + summary];
                    frequencies[is_after.into_iter().filter(|after| *after).count()] += 1;
                }
                postings.push(Posting { ordinal, frequencies, length: row.tokens() });
            }
            term.clear();
            term.push(kind::WORD);
            term.extend_from_slice(token.as_bytes());
            terms.push(&term, &postings, &gaps);
        }
    }
}

fn first_bytes(token: &str) -> u64 {
    let mut first = [0; 8];
    first.iter_mut().zip(token.bytes()).for_each(|(to, from)| *to = from);
    u64::from_be_bytes(first)
}

/// XXH3 with a seed of its own each time: words are looked up a few hundred times an article, and
/// nobody outside knows which of them meet.
#[derive(Debug, Clone)]
pub(crate) struct Quick(u64);

impl Default for Quick {
    fn default() -> Self {
        Self(RandomState::new().hash_one(0))
    }
}

impl BuildHasher for Quick {
    type Hasher = QuickHasher;

    fn build_hasher(&self) -> QuickHasher {
        QuickHasher(self.0)
    }
}

/// The hash so far.
#[derive(Debug)]
pub(crate) struct QuickHasher(u64);

impl Hasher for QuickHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64_with_seed(bytes, self.0);
    }

    /// The end of a string, or the length of a list: the bytes decide.
    fn write_u8(&mut self, _: u8) {}

    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Writes the terms of a segment, which come in order.
#[derive(Debug)]
pub(super) struct TermWriter {
    dictionary: DictionaryWriter,
    lists: ListsOut,
}

impl TermWriter {
    pub(super) fn new(rows: &[Row]) -> Self {
        let tokens: u64 = rows.iter().map(|row| u64::from(row.tokens())).sum();
        let texts = rows.iter().filter(|row| row.is_text()).count();
        let lists = ListsOut {
            postings: Vec::new(),
            positions: Vec::new(),
            articles: rows.len() as u32,
            average: super::score::average_length(tokens, texts as u64),
        };
        Self { dictionary: DictionaryWriter::default(), lists }
    }

    pub(super) fn push(&mut self, term: &[u8], list: &[Posting], gaps: &[u32]) {
        let before = (self.lists.postings.len(), self.lists.positions.len());
        self.lists.push(list, gaps, term.first() == Some(&kind::WORD));
        let postings = self.lists.postings.len() - before.0;
        let positions = self.lists.positions.len() - before.1;
        self.dictionary.push(term, list.len() as u32, postings, positions);
    }
}

/// Puts a segment together.
pub(super) fn assemble(
    rows: &[Row],
    lists: [ListWriter; Field::ALL.len()],
    terms: TermWriter,
) -> NewSegment {
    let mut parts: [Vec<u8>; PARTS] = Default::default();
    write_rows(rows, &mut parts);
    for (field, list) in Field::ALL.into_iter().zip(lists) {
        parts[field.part() as usize] = list.finish();
    }
    (parts[Part::Dictionary as usize], parts[Part::TermIndex as usize]) = terms.dictionary.finish();
    parts[Part::Postings as usize] = terms.lists.postings;
    parts[Part::Positions as usize] = terms.lists.positions;
    NewSegment {
        first: rows.first().map_or(0, |row| row.id),
        last: rows.last().map_or(0, |row| row.id),
        articles: rows.len() as u32,
        texts: rows.iter().filter(|row| row.is_text()).count() as u32,
        tokens: rows.iter().map(|row| u64::from(row.tokens())).sum(),
        parts,
    }
}
