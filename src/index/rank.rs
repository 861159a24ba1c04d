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
//! FTS5 has the same formula, but always with the statistics of this moment; here they are a
//! value, so that a later page is ranked as the first was while articles arrive. Occurrences
//! are read from the vocabulary as streams in the order of ids: memory does not grow with them.

use super::matching::term_text;
use crate::error::Error;
use crate::search::{Expression, Term};
use crate::store::{View, meta};
use rusqlite::{CachedStatement, Rows};

const K1: f64 = 1.2;
const B: f64 = 0.75;
const LEAST_IDF: f64 = 1e-6;

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
    /// The statistics of this moment.
    pub(crate) fn read(view: &View<'_>, terms: &[&Term]) -> Result<Self, Error> {
        let frequency = |term: &&Term| -> Result<i64, Error> {
            Ok(view
                .connection
                .prepare_cached("SELECT count(*) FROM search WHERE search MATCH ?1")?
                .query_row([term_text(term)], |row| row.get(0))?)
        };
        Ok(Self {
            articles: meta(view.connection, "search_articles")?,
            tokens: meta(view.connection, "search_tokens")?,
            frequencies: terms.iter().map(frequency).collect::<Result<_, _>>()?,
        })
    }

    fn idf(&self, frequency: i64) -> f64 {
        let (all, having) = (self.articles as f64, frequency as f64);
        // `max` also where a made-up cursor leads to no number at all.
        ((all - having + 0.5) / (having + 0.5)).ln().max(LEAST_IDF)
    }

    fn average_length(&self) -> f64 {
        (self.tokens as f64 / self.articles as f64).max(1.0)
    }
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

/// The statements that a [`Scorer`] reads from: by term, by form, by token.
pub(crate) struct Statements<'c>(Vec<Vec<Vec<CachedStatement<'c>>>>);

impl<'c> Statements<'c> {
    pub(crate) fn prepare(view: &View<'c>, terms: &[&Term]) -> Result<Self, Error> {
        let token = |is_prefix: bool| -> Result<CachedStatement<'c>, Error> {
            // One term's rows come in the order of articles; those of several are sorted.
            Ok(view.connection.prepare_cached(if is_prefix {
                "SELECT doc, col, offset FROM search_instance
                  WHERE term >= ?1 AND term < ?1 || char(0x10ffff) ORDER BY doc"
            } else {
                "SELECT doc, col, offset FROM search_instance WHERE term = ?1"
            })?)
        };
        let form = |term: &Term, tokens: &[String]| {
            (1..=tokens.len()).map(|at| token(term.prefix && at == tokens.len())).collect()
        };
        let forms =
            |term: &&Term| term.alternatives.iter().map(|tokens| form(term, tokens)).collect();
        Ok(Self(terms.iter().map(forms).collect::<Result<_, _>>()?))
    }
}

/// Scores articles that come in ascending order of ids.
pub(crate) struct Scorer<'s> {
    terms: Vec<ScoredTerm<'s>>,
    average_length: f64,
}

struct ScoredTerm<'s> {
    idf: f64,
    /// Each a phrase: the occurrences of its tokens.
    forms: Vec<Vec<Occurrences<'s>>>,
}

impl<'s> Scorer<'s> {
    pub(crate) fn new(
        statements: &'s mut Statements<'_>,
        terms: &[&Term],
        statistics: &Statistics,
    ) -> Result<Self, Error> {
        let mut scored = Vec::with_capacity(terms.len());
        for ((term, forms), &frequency) in
            terms.iter().zip(&mut statements.0).zip(&statistics.frequencies)
        {
            let open = |(tokens, statements): (&Vec<String>, &'s mut Vec<CachedStatement<'_>>)| {
                tokens
                    .iter()
                    .zip(statements)
                    .map(|(token, statement)| Occurrences::open(statement, token))
                    .collect::<Result<_, _>>()
            };
            let forms = term.alternatives.iter().zip(forms).map(open).collect::<Result<_, _>>()?;
            scored.push(ScoredTerm { idf: statistics.idf(frequency), forms });
        }
        Ok(Self { terms: scored, average_length: statistics.average_length() })
    }

    /// The score of an article with an id above the last one asked, `length` tokens long.
    pub(crate) fn score(&mut self, article: i64, length: i64) -> Result<f64, Error> {
        let norm = K1 * (1.0 - B + B * length as f64 / self.average_length);
        let mut score = 0.0;
        for term in &mut self.terms {
            let mut frequency = 0.0;
            for phrase in &mut term.forms {
                frequency += weighted_frequency(phrase, article)?;
            }
            score += term.idf * frequency * (K1 + 1.0) / (frequency + norm);
        }
        Ok(score)
    }
}

/// How often a phrase occurs in an article, each time by the weight of its field.
fn weighted_frequency(phrase: &mut [Occurrences<'_>], article: i64) -> Result<f64, Error> {
    for token in phrase.iter_mut() {
        token.move_to(article)?;
    }
    let Some((first, rest)) = phrase.split_first() else { return Ok(0.0) };
    let follows = |&&(field, offset): &&(u8, i64)| {
        (1..)
            .zip(rest)
            .all(|(step, token)| token.places.binary_search(&(field, offset + step)).is_ok())
    };
    Ok(first.places.iter().filter(follows).map(|&(field, _)| weight(field)).sum())
}

/// The fields go by their first letter.
fn weight(field: u8) -> f64 {
    match field {
        b'h' => 3.0,
        b's' => 1.5,
        _ => 1.0,
    }
}

/// The places of one token, article by article.
struct Occurrences<'s> {
    rows: Rows<'s>,
    /// The row after those of the present article.
    next: Option<(i64, (u8, i64))>,
    article: i64,
    /// Fields and offsets in the present article, sorted.
    places: Vec<(u8, i64)>,
}

impl<'s> Occurrences<'s> {
    fn open(statement: &'s mut CachedStatement<'_>, token: &str) -> Result<Self, Error> {
        let rows = statement.query([token])?;
        let mut stream = Self { rows, next: None, article: i64::MIN, places: Vec::new() };
        stream.step()?;
        Ok(stream)
    }

    fn step(&mut self) -> Result<(), Error> {
        self.next = match self.rows.next()? {
            None => None,
            Some(row) => {
                let field = row.get_ref(1)?.as_bytes().ok().and_then(|name| name.first().copied());
                Some((row.get(0)?, (field.unwrap_or(0), row.get(2)?)))
            }
        };
        Ok(())
    }

    /// Gathers the places in an article; none when the token is not there.
    fn move_to(&mut self, article: i64) -> Result<(), Error> {
        if self.article == article {
            return Ok(());
        }
        self.article = article;
        self.places.clear();
        while let Some((at, place)) = self.next
            && at <= article
        {
            if at == article {
                self.places.push(place);
            }
            self.step()?;
        }
        self.places.sort_unstable();
        Ok(())
    }
}
