//! From analysed articles to the bytes of a segment.

use super::Analysed;
use super::bytes::put_varint;
use super::columns::{Field, ListWriter, Row, write_rows};
use super::dictionary::{DictionaryWriter, word};
use super::facts::Facts;
use super::postings::{Posting, encode};
use super::segment::{NewSegment, PARTS, Part};
use std::collections::HashMap;

/// Makes a segment of articles that come in order of their ids.
#[derive(Debug, Default)]
pub(super) struct Builder {
    rows: Vec<Row>,
    lists: [ListWriter; Field::ALL.len()],
    places: HashMap<Box<str>, usize>,
    words: Vec<Word>,
}

/// Where a word stands.
#[derive(Debug, Default)]
struct Word {
    postings: Vec<Posting>,
    positions: Vec<u8>,
    /// The position after the last one in the article of the last posting.
    next: u32,
}

impl Builder {
    pub(super) fn articles(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn push(&mut self, facts: &Facts, analysed: &Analysed) {
        let ordinal = self.rows.len() as u32;
        let mut lengths = [0; 3];
        let mut position = 0;
        for (field, text) in analysed.fields().into_iter().enumerate() {
            for token in text.split_ascii_whitespace() {
                self.place(token, ordinal, field, position);
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

    fn place(&mut self, token: &str, ordinal: u32, field: usize, position: u32) {
        let number = match self.places.get(token) {
            Some(&number) => number,
            None => {
                self.places.insert(token.into(), self.words.len());
                self.words.push(Word::default());
                self.words.len() - 1
            }
        };
        let word = &mut self.words[number];
        let before = word.positions.len();
        if word.postings.last().is_none_or(|last| last.ordinal != ordinal) {
            word.postings.push(Posting { ordinal, frequencies: [0; 3], length: 0, positions: 0 });
            word.next = 0;
        }
        put_varint(&mut word.positions, (position - word.next).into());
        word.next = position + 1;
        if let Some(posting) = word.postings.last_mut() {
            posting.frequencies[field] += 1;
            posting.positions += (word.positions.len() - before) as u32;
        }
    }

    pub(super) fn finish(mut self) -> NewSegment {
        let mut terms: Vec<(Vec<u8>, usize)> =
            self.places.into_iter().map(|(token, number)| (word(&token), number)).collect();
        terms.sort_unstable();
        let mut lists = TermWriter::new(&self.rows);
        for (term, number) in terms {
            let word = &mut self.words[number];
            for posting in &mut word.postings {
                posting.length = self.rows[posting.ordinal as usize].tokens();
            }
            lists.push(&term, &word.postings, &word.positions);
        }
        for (field, list) in Field::ALL.into_iter().zip(&self.lists) {
            let mut terms: Vec<(Vec<u8>, Vec<u32>)> = list
                .postings()
                .into_iter()
                .map(|(value, ordinals)| (field.term(value), ordinals))
                .collect();
            terms.sort_unstable();
            for (term, ordinals) in terms {
                let postings: Vec<Posting> = ordinals.into_iter().map(Posting::of_value).collect();
                lists.push(&term, &postings, &[]);
            }
        }
        assemble(&self.rows, self.lists, lists)
    }
}

/// Writes the terms of a segment, which come in order.
#[derive(Debug)]
pub(super) struct TermWriter {
    dictionary: DictionaryWriter,
    postings: Vec<u8>,
    positions: Vec<u8>,
    average: f64,
}

impl TermWriter {
    pub(super) fn new(rows: &[Row]) -> Self {
        let tokens: u64 = rows.iter().map(|row| u64::from(row.tokens())).sum();
        let texts = rows.iter().filter(|row| row.is_text()).count();
        Self {
            dictionary: DictionaryWriter::default(),
            postings: Vec::new(),
            positions: Vec::new(),
            average: super::rank::average_length(tokens, texts as u64),
        }
    }

    pub(super) fn push(&mut self, term: &[u8], list: &[Posting], positions: &[u8]) {
        let before = self.postings.len();
        let words = term.first() == Some(&super::dictionary::kind::WORD);
        encode(&mut self.postings, list, words, self.average);
        self.positions.extend_from_slice(positions);
        let length = self.postings.len() - before;
        self.dictionary.push(term, list.len() as u32, length, positions.len());
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
    parts[Part::Postings as usize] = terms.postings;
    parts[Part::Positions as usize] = terms.positions;
    NewSegment {
        first: rows.first().map_or(0, |row| row.id),
        last: rows.last().map_or(0, |row| row.id),
        articles: rows.len() as u32,
        texts: rows.iter().filter(|row| row.is_text()).count() as u32,
        tokens: rows.iter().map(|row| u64::from(row.tokens())).sum(),
        parts,
    }
}
