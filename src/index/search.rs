//! Expressions over one segment.
//!
//! A segment is searched in chunks of [`CHUNK`] ordinals, each a set of bits: what may still match.
//! Every part of an expression narrows the set ([`Matcher::narrow`]); the one with the fewest
//! articles goes first, and blocks of lists in which nothing is left are not read.

use super::columns::Field;
use super::dictionary::word;
use super::lists::PostingList;
use super::positions::positions;
use super::reader::Opened;
use super::segment::Segment;
use crate::error::Error;
use crate::search::{Expression, Term};
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

/// Ordinals that are searched at a time.
pub(crate) const CHUNK: u32 = 64 * WORDS as u32;
pub(super) const WORDS: usize = 64;

/// Lists that are read side by side; a union of more is made once for the whole segment.
const MANY: usize = 8;

/// Which articles: what the index is asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filter {
    /// A word or a phrase.
    Words(Term),
    /// At least one of these terms.
    Terms(Vec<Vec<u8>>),
    /// At least one of the terms that begin with one of these.
    Beginning(Vec<Vec<u8>>),
    /// In one of these languages, or a form of one that is told apart by what follows a hyphen.
    Languages(Vec<String>),
    /// With an id from the first to the last.
    Ids(RangeInclusive<i64>),
    /// Marks that are so.
    Marks { mask: u8, value: u8 },
    /// All of these hold.
    And(Vec<Self>),
    /// At least one of these holds.
    Or(Vec<Self>),
    /// This does not hold.
    Not(Box<Self>),
}

impl From<&Expression> for Filter {
    fn from(expression: &Expression) -> Self {
        match expression {
            Expression::Term(term) => Self::Words(term.clone()),
            Expression::And(parts) => Self::And(parts.iter().map(Self::from).collect()),
            Expression::Or(parts) => Self::Or(parts.iter().map(Self::from).collect()),
            Expression::Not(part) => Self::Not(Box::new(Self::from(&**part))),
        }
    }
}

/// A set of ordinals of a chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bits([u64; WORDS]);

impl Bits {
    pub(crate) const NONE: Self = Self([0; WORDS]);

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|&word| word == 0)
    }

    pub(crate) fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    pub(super) fn has(&self, at: u32) -> bool {
        self.0[at as usize / 64] & 1 << (at % 64) != 0
    }

    pub(crate) fn set(&mut self, at: u32) {
        self.0[at as usize / 64] |= 1 << (at % 64);
    }

    pub(super) fn clear(&mut self, at: u32) {
        self.0[at as usize / 64] &= !(1 << (at % 64));
    }

    /// The words that a range touches, and which of their bits are in it.
    fn masks(range: &Range<u32>) -> impl Iterator<Item = (usize, u64)> + use<> {
        let Range { start, end } = *range;
        (start / 64..end.div_ceil(64)).filter_map(move |number| {
            let (start, end) = (start.max(number * 64), end.min(number * 64 + 64));
            let mask = || (u64::MAX >> (64 - (end - start))) << (start % 64);
            (start < end).then(|| (number as usize, mask()))
        })
    }

    /// Sets a range.
    pub(super) fn set_range(&mut self, range: Range<u32>) {
        Self::masks(&range).for_each(|(number, mask)| self.0[number] |= mask);
    }

    /// Sets what is set in some words, the first bit of which is that of `start`, here or before.
    pub(super) fn add_words(&mut self, start: i64, words: impl Iterator<Item = u64>) {
        let (first, shift) = (start.div_euclid(64), start.rem_euclid(64));
        for (number, word) in (first..).zip(words) {
            // What is before this set becomes a number beyond it.
            let number = number as usize;
            if let Some(own) = self.0.get_mut(number) {
                *own |= word << shift;
            }
            if let Some(next) = self.0.get_mut(number.wrapping_add(1)) {
                *next |= word >> 1 >> (63 - shift);
            }
        }
    }

    /// What of a range is set, word by word.
    fn within(&self, range: &Range<u32>) -> impl Iterator<Item = u64> {
        Self::masks(range).map(|(number, mask)| self.0[number] & mask)
    }

    /// Whether anything of a range is set.
    pub(super) fn any_in(&self, range: &Range<u32>) -> bool {
        let Range { start, end } = *range;
        if start >= end {
            return false;
        }
        let (first, last) = (start as usize / 64, (end as usize - 1) / 64);
        let (from, to) = (u64::MAX << (start % 64), u64::MAX >> (63 - (end - 1) % 64));
        if first == last {
            return self.0[first] & from & to != 0;
        }
        self.0[first] & from != 0
            || self.0[last] & to != 0
            || self.0[first + 1..last].iter().any(|&word| word != 0)
    }

    /// How many of a range are set.
    pub(crate) fn count_in(&self, range: &Range<u32>) -> u32 {
        self.within(range).map(u64::count_ones).sum()
    }

    /// The first from `at` on that is set.
    pub(crate) fn next(&self, at: u32) -> Option<u32> {
        let mut number = at as usize / 64;
        let mut word = self.0.get(number)? & u64::MAX << (at % 64);
        while word == 0 {
            number += 1;
            word = *self.0.get(number)?;
        }
        Some(number as u32 * 64 + word.trailing_zeros())
    }

    /// The bits of a bitmap of bytes; what it has not is not set.
    pub(super) fn of_bytes(bytes: &[u8]) -> Self {
        let mut bits = Self::NONE;
        for (word, bytes) in bits.0.iter_mut().zip(bytes.chunks(8)) {
            let mut eight = [0; 8];
            eight[..bytes.len()].copy_from_slice(bytes);
            *word = u64::from_le_bytes(eight);
        }
        bits
    }

    pub(super) fn words(&mut self) -> &mut [u64; WORDS] {
        &mut self.0
    }

    pub(super) fn and(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= other);
    }

    pub(super) fn and_not(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= !other);
    }

    fn or(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
    }

    /// What is set, counted from `base`.
    pub(crate) fn ordinals(&self, base: u32) -> impl Iterator<Item = u32> + '_ {
        self.iter().map(move |at| base + at)
    }

    /// What is set, in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        let (mut words, mut base, mut rest) = ((0..).step_by(64).zip(&self.0), 0, 0);
        std::iter::from_fn(move || {
            while rest == 0 {
                (base, rest) = words.next().map(|(base, word)| (base, *word))?;
            }
            let at = base + rest.trailing_zeros();
            rest &= rest - 1;
            Some(at)
        })
    }
}

/// A set of ordinals of a whole segment.
#[derive(Debug, Clone)]
pub(crate) struct Set(Vec<u64>);

impl Set {
    pub(super) fn new(segment: &Segment) -> Self {
        Self(vec![0; (segment.articles.div_ceil(CHUNK)) as usize * WORDS])
    }

    pub(super) fn insert(&mut self, ordinal: u32) {
        self.0[ordinal as usize / 64] |= 1 << (ordinal % 64);
    }

    /// Inserts an ordinal; whether it was there.
    pub(super) fn replace(&mut self, ordinal: u32) -> bool {
        let had = self.has(ordinal);
        self.insert(ordinal);
        had
    }

    pub(super) fn remove(&mut self, ordinal: u32) {
        self.0[ordinal as usize / 64] &= !(1 << (ordinal % 64));
    }

    pub(crate) fn has(&self, ordinal: u32) -> bool {
        self.0.get(ordinal as usize / 64).is_some_and(|word| word & 1 << (ordinal % 64) != 0)
    }

    /// What matches a filter, dead or alive.
    pub(super) fn of(opened: &Opened<'_>, filter: &Filter) -> Result<Self, Error> {
        let mut matcher = Matcher::new(opened, filter)?;
        let mut set = Self::new(opened.segment);
        for (base, words) in (0..).step_by(CHUNK as usize).zip(set.0.chunks_mut(WORDS)) {
            let mut bits = Bits::NONE;
            bits.set_range(0..CHUNK.min(opened.segment.articles - base));
            matcher.narrow(base, &mut bits)?;
            words.copy_from_slice(&bits.0);
        }
        Ok(set)
    }

    /// Everything.
    pub(super) fn fill(&mut self) {
        self.0.fill(u64::MAX);
    }

    pub(super) fn narrow(&self, base: u32, bits: &mut Bits) {
        let start = base as usize / 64;
        let of_chunk = self.0.get(start..start + WORDS).unwrap_or_default();
        bits.0.iter_mut().zip(of_chunk).for_each(|(word, own)| *word &= own);
    }
}

/// An expression ready to be asked of one segment.
#[derive(Debug)]
pub(super) enum Matcher<'c> {
    Everything,
    Nothing,
    List(Box<PostingList<'c>>),
    Set(Set),
    Phrase(Phrase<'c>),
    Range(Range<u32>),
    Marks { marks: Arc<Vec<u8>>, mask: u8, value: u8 },
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
}

impl<'c> Matcher<'c> {
    pub(super) fn new(opened: &Opened<'c>, filter: &Filter) -> Result<Self, Error> {
        Ok(match filter {
            Filter::Words(term) => Self::words(opened, term)?,
            Filter::Terms(terms) => Self::terms(opened, terms)?,
            Filter::Beginning(beginnings) => {
                let mut set = None;
                for beginning in beginnings {
                    opened.each_beginning(beginning, |ordinal, _, _| {
                        set.get_or_insert_with(|| Set::new(opened.segment)).insert(ordinal);
                        Ok(())
                    })?;
                }
                set.map_or(Self::Nothing, Self::Set)
            }
            Filter::Languages(tags) => {
                let column = opened.list(Field::Language)?;
                let terms: Vec<Vec<u8>> = (0..column.values() as u32)
                    .map(|code| column.value(code))
                    .filter(|recorded| tags.iter().any(|tag| is_language(recorded, tag.as_bytes())))
                    .map(|recorded| Field::Language.term(recorded))
                    .collect();
                Self::terms(opened, &terms)?
            }
            Filter::Ids(range) => match opened.ordinals(*range.start(), *range.end())? {
                range if range.is_empty() => Self::Nothing,
                range if range == (0..opened.segment.articles) => Self::Everything,
                range => Self::Range(range),
            },
            &Filter::Marks { mask, value } => Self::Marks { marks: opened.marks()?, mask, value },
            Filter::And(parts) => Self::all(opened, parts)?,
            Filter::Or(parts) => {
                let parts = parts.iter().map(|part| Self::new(opened, part));
                Self::any(opened.segment, parts.collect::<Result<_, _>>()?)
            }
            Filter::Not(part) => match Self::new(opened, part)? {
                Self::Nothing => Self::Everything,
                Self::Everything => Self::Nothing,
                part => Self::Not(Box::new(part)),
            },
        })
    }

    /// What all of some filters match.
    pub(super) fn all<'f>(
        opened: &Opened<'c>,
        parts: impl IntoIterator<Item = &'f Filter>,
    ) -> Result<Self, Error> {
        let mut all = Vec::new();
        for part in parts {
            match Self::new(opened, part)? {
                Self::Nothing => return Ok(Self::Nothing),
                Self::Everything => {}
                Self::And(parts) => all.extend(parts),
                part => all.push(part),
            }
        }
        // Lists go first, and of these what has the fewest articles.
        let is_list = |part: &Self| matches!(part, Self::List(_) | Self::Set(_));
        all.sort_by_key(|part| (!is_list(part), part.articles(opened.segment)));
        Ok(match all.len() {
            0 => Self::Everything,
            1 => all.swap_remove(0),
            _ => Self::And(all),
        })
    }

    fn any(segment: &Segment, mut parts: Vec<Self>) -> Self {
        if parts.iter().any(|part| matches!(part, Self::Everything)) {
            return Self::Everything;
        }
        parts.retain(|part| !matches!(part, Self::Nothing));
        match parts.len() {
            0 => Self::Nothing,
            1 => parts.swap_remove(0),
            _ => {
                // Of what is left of a set, the part that has the fewest articles may have all.
                parts.sort_by_key(|part| part.articles(segment));
                Self::Or(parts)
            }
        }
    }

    fn words(opened: &Opened<'c>, term: &Term) -> Result<Self, Error> {
        let mut forms = Vec::with_capacity(term.alternatives.len());
        for tokens in &term.alternatives {
            forms.push(match tokens.as_slice() {
                [] => Self::Nothing,
                [token] if term.prefix => {
                    let beginning = Filter::Beginning(vec![word(token)]);
                    Self::new(opened, &beginning)?
                }
                [token] => Self::term(opened, &word(token))?,
                tokens => {
                    Phrase::open(opened, tokens, term.prefix)?.map_or(Self::Nothing, Self::Phrase)
                }
            });
        }
        Ok(Self::any(opened.segment, forms))
    }

    fn term(opened: &Opened<'c>, term: &[u8]) -> Result<Self, Error> {
        Ok(opened.find(term)?.map_or(Self::Nothing, |list| Self::List(Box::new(list))))
    }

    fn terms(opened: &Opened<'c>, terms: &[Vec<u8>]) -> Result<Self, Error> {
        if terms.len() <= MANY {
            let lists = terms.iter().map(|term| Self::term(opened, term));
            return Ok(Self::any(opened.segment, lists.collect::<Result<_, Error>>()?));
        }
        let mut set = None;
        for term in terms {
            let Some(mut list) = opened.find(term)? else { continue };
            let set = set.get_or_insert_with(|| Set::new(opened.segment));
            for block in list.blocks(&(0..opened.segment.articles)) {
                list.ordinals(block)?.iter().for_each(|&ordinal| set.insert(ordinal));
            }
        }
        Ok(set.map_or(Self::Nothing, Self::Set))
    }

    /// How many articles match at most.
    fn articles(&self, segment: &Segment) -> u32 {
        match self {
            Self::Nothing => 0,
            Self::List(list) => list.articles(),
            Self::Set(_) => 1,
            Self::Range(range) => range.end - range.start,
            Self::Phrase(phrase) => phrase.articles(),
            Self::And(parts) => parts.iter().map(|part| part.articles(segment)).min().unwrap_or(0),
            Self::Or(parts) => {
                parts.iter().fold(0, |sum: u32, part| sum.saturating_add(part.articles(segment)))
            }
            Self::Everything | Self::Marks { .. } | Self::Not(_) => segment.articles,
        }
    }

    /// How many articles match, dead or alive, where that need not be counted.
    pub(super) fn exactly(&self, segment: &Segment) -> Option<u32> {
        match self {
            Self::Everything => Some(segment.articles),
            Self::Nothing => Some(0),
            Self::List(list) => Some(list.articles()),
            _ => None,
        }
    }

    /// Takes from a set of ordinals of the chunk that begins with `base` what does not match.
    pub(super) fn narrow(&mut self, base: u32, bits: &mut Bits) -> Result<(), Error> {
        match self {
            Self::Everything => {}
            Self::Nothing => *bits = Bits::NONE,
            Self::List(list) => narrow_list(list, base..base + CHUNK, bits)?,
            Self::Set(set) => set.narrow(base, bits),
            Self::Phrase(phrase) => phrase.narrow(base, bits)?,
            Self::Range(range) => {
                let mut within = Bits::NONE;
                let (from, to) = (range.start.max(base), range.end.min(base + CHUNK));
                if from < to {
                    within.set_range(from - base..to - base);
                }
                bits.and(&within);
            }
            Self::Marks { marks, mask, value } => {
                for at in bits.clone().iter() {
                    let marks = marks.get((base + at) as usize).copied().unwrap_or(0);
                    if marks & *mask != *value {
                        bits.clear(at);
                    }
                }
            }
            Self::And(parts) => {
                for part in parts {
                    if bits.is_empty() {
                        break;
                    }
                    part.narrow(base, bits)?;
                }
            }
            Self::Or(parts) => {
                let mut any = Bits::NONE;
                for part in parts {
                    let mut left = bits.clone();
                    left.and_not(&any);
                    if left.is_empty() {
                        break;
                    }
                    part.narrow(base, &mut left)?;
                    any.or(&left);
                }
                *bits = any;
            }
            Self::Not(part) => {
                let mut without = bits.clone();
                part.narrow(base, &mut without)?;
                bits.and_not(&without);
            }
        }
        Ok(())
    }
}

/// `en` is `en`, `EN`, and `en-US`; ASCII letters alone differ in case.
fn is_language(recorded: &[u8], tag: &[u8]) -> bool {
    recorded.split_at_checked(tag.len()).is_some_and(|(start, rest)| {
        start.eq_ignore_ascii_case(tag) && (rest.is_empty() || rest.starts_with(b"-"))
    })
}

/// Takes from a set what is not in a list. The set is of a range of at most [`CHUNK`] ordinals, and
/// has nothing beyond it.
pub(super) fn narrow_list(
    list: &mut PostingList<'_>,
    range: Range<u32>,
    bits: &mut Bits,
) -> Result<(), Error> {
    let mut found = Bits::NONE;
    list.add_to(range, bits, &mut found)?;
    bits.and(&found);
    Ok(())
}

/// Tokens that follow each other in a field.
#[derive(Debug)]
pub(super) struct Phrase<'c> {
    tokens: Vec<PostingList<'c>>,
    /// Their places in the phrase, those in the fewest articles first.
    order: Vec<u32>,
    /// Where words with the beginning stand that ends the phrase: ordinals and positions, sorted.
    beginning: Option<Vec<(u32, u32)>>,
    /// Where the phrase begins in the article that was looked at last.
    starts: Vec<u32>,
}

impl<'c> Phrase<'c> {
    /// `None`: the segment has it nowhere.
    pub(super) fn open(
        opened: &Opened<'c>,
        tokens: &[String],
        prefix: bool,
    ) -> Result<Option<Self>, Error> {
        let Some((last, before)) = tokens.split_last() else { return Ok(None) };
        let whole = if prefix { before } else { tokens };
        let mut lists = Vec::with_capacity(whole.len());
        for token in whole {
            let Some(list) = opened.find(&word(token))? else { return Ok(None) };
            lists.push(list);
        }
        let beginning = if prefix {
            let mut places = Vec::new();
            let mut with_rarest = Set::new(opened.segment);
            if let Some(list) = lists.iter_mut().min_by_key(|list| list.articles()) {
                for block in list.blocks(&(0..opened.segment.articles)) {
                    list.ordinals(block)?.iter().for_each(|&ordinal| with_rarest.insert(ordinal));
                }
            }
            opened.each_beginning(&word(last), |ordinal, _, gaps| {
                if !with_rarest.has(ordinal) {
                    return Ok(());
                }
                positions(gaps).try_for_each(|position| {
                    places.push((ordinal, position?));
                    Ok(())
                })
            })?;
            places.sort_unstable();
            Some(places)
        } else {
            None
        };
        let mut order: Vec<u32> = (0..lists.len() as u32).collect();
        order.sort_by_key(|&step| lists[step as usize].articles());
        Ok(Some(Self { tokens: lists, order, beginning, starts: Vec::new() }))
    }

    fn articles(&self) -> u32 {
        self.tokens.iter().map(PostingList::articles).min().unwrap_or(0)
    }

    /// The lists of its whole tokens.
    pub(super) fn lists(&self) -> &[PostingList<'c>] {
        &self.tokens
    }

    pub(super) fn lists_mut(&mut self) -> &mut [PostingList<'c>] {
        &mut self.tokens
    }

    fn narrow(&mut self, base: u32, bits: &mut Bits) -> Result<(), Error> {
        for &step in &self.order {
            if bits.is_empty() {
                return Ok(());
            }
            narrow_list(&mut self.tokens[step as usize], base..base + CHUNK, bits)?;
        }
        for at in bits.clone().iter() {
            if self.starts(base + at)?.is_empty() {
                bits.clear(at);
            }
        }
        Ok(())
    }

    /// Where it begins in an article.
    pub(super) fn starts(&mut self, ordinal: u32) -> Result<&[u32], Error> {
        self.starts.clear();
        for (number, &step) in self.order.iter().enumerate() {
            let places = self.tokens[step as usize].positions(ordinal)?;
            if number == 0 {
                self.starts.extend(places.iter().filter_map(|place| place.checked_sub(step)));
            } else {
                // Both ascend.
                let places = places.iter().filter_map(|place| place.checked_sub(step));
                let mut places = places.peekable();
                self.starts.retain(|start| {
                    while places.next_if(|place| place < start).is_some() {}
                    places.peek() == Some(start)
                });
            }
            if self.starts.is_empty() {
                return Ok(&self.starts);
            }
        }
        if let Some(places) = &self.beginning {
            let step = self.tokens.len() as u32;
            self.starts.retain(|start| {
                places.binary_search(&(ordinal, start.saturating_add(step))).is_ok()
            });
        }
        Ok(&self.starts)
    }
}
