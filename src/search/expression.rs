//! What a search asks for, as a tree: the form that the index evaluates.

use super::tokens::{STEM, each_token, is_stemmed};
use serde::{Deserialize, Serialize};

/// A search over tokens. [`parse`](super::parse) makes it from what a reader types, and keeps
/// to this: an `And` has at least one part that is not a `Not`, an `Or` has no `Not` among its
/// parts, and the inside of a `Not` is not a `Not`.
///
/// To keep a search, keep its text: the tree may nest deeper than readers of JSON follow, and
/// its tokens are those of one [`TOKENS_VERSION`](super::TOKENS_VERSION).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Expression {
    /// A word or a phrase stands in a field.
    Term(Term),
    /// All of these hold.
    And(Vec<Expression>),
    /// At least one of these holds.
    Or(Vec<Expression>),
    /// This does not hold.
    Not(Box<Expression>),
}

/// A word or a phrase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// Sequences of consecutive tokens; any one of them satisfies the term. An English document
    /// holds stems and any other holds plain words, so most terms have both forms.
    pub alternatives: Vec<Vec<String>>,
    /// The last token of each alternative is the beginning of a word.
    pub prefix: bool,
}

impl Term {
    /// Whether it is a phrase that ends in the beginning of a word.
    pub(super) fn is_open_phrase(&self) -> bool {
        self.prefix && self.alternatives.iter().any(|tokens| tokens.len() > 1)
    }

    /// The term for a stretch of text: a word, or a phrase when the text has several tokens.
    /// None when it has no token. With `prefix` the last word is the beginning of one, if the
    /// text does not go on after it.
    ///
    /// A beginning is not stemmed, since it is no word yet. Stems are mostly beginnings of their
    /// words, so it finds them as well, but where stemming changes letters one that is longer
    /// than what they share does not: `studyin*` misses `studying`, which is held as `~studi`.
    pub fn new(text: &str, prefix: bool) -> Option<Self> {
        let (mut plain, mut stemmed) = (Vec::new(), Vec::new());
        let mut end = 0;
        each_token(text, Some("en"), |token, _| stemmed.push(token.to_owned()));
        each_token(text, None, |token, range| {
            plain.push(token.to_owned());
            end = range.end;
        });
        let last = plain.last()?;
        let prefix = prefix && end == text.len();
        if prefix && is_stemmed(last) {
            stemmed.pop();
            stemmed.push(format!("{STEM}{last}"));
        }
        let mut alternatives = vec![stemmed];
        if alternatives.first() != Some(&plain) {
            alternatives.push(plain);
        }
        Some(Self { alternatives, prefix })
    }

    /// How many tokens from the front of `tokens` satisfy the term, if they do.
    pub(super) fn match_at<T: AsRef<str>>(&self, tokens: &[T]) -> Option<usize> {
        let fits = |wanted: &&Vec<String>| {
            let last = wanted.len().saturating_sub(1);
            (1..=tokens.len()).contains(&wanted.len())
                && wanted.iter().zip(tokens).enumerate().all(|(at, (wanted, token))| {
                    let token = token.as_ref();
                    token == wanted
                        || self.prefix && at == last && token.starts_with(wanted.as_str())
                })
        };
        self.alternatives.iter().find(fits).map(Vec::len)
    }
}

impl Expression {
    /// The terms that a match may hold, in order of the text: none from within a `Not`.
    pub fn terms(&self) -> Vec<&Term> {
        match self {
            Self::Term(term) => vec![term],
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::terms).collect(),
            Self::Not(_) => Vec::new(),
        }
    }

    /// Whether a document with these fields, each a list of tokens, matches. A phrase lies inside
    /// one field; the parts of an `And` may be in different ones. Plain and slow: what an index
    /// answers must be this.
    pub fn matches(&self, fields: &[Vec<String>]) -> bool {
        match self {
            Self::Term(term) => fields.iter().any(|tokens| {
                (0..tokens.len())
                    .any(|at| tokens.get(at..).is_some_and(|rest| term.match_at(rest).is_some()))
            }),
            Self::And(parts) => parts.iter().all(|part| part.matches(fields)),
            Self::Or(parts) => parts.iter().any(|part| part.matches(fields)),
            Self::Not(part) => !part.matches(fields),
        }
    }
}
