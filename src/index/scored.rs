//! A term in a segment: what it gives an article, and what it can give at most.

use super::bytes::BLOCK;
use super::dictionary::word;
use super::lists::PostingList;
use super::reader::Opened;
use super::score::{K1, SLACK, WEIGHTS, impact, weigh};
use super::search::Phrase;
use crate::error::Error;
use crate::search::Term;
use std::ops::{Deref, Range};

/// A term in a segment.
pub(super) struct Scored<'c> {
    pub(super) idf: f64,
    pub(super) forms: Vec<Form<'c>>,
    /// Whether an article without it does not match.
    pub(super) is_required: bool,
    /// By how much the norms of the present statistics are smaller at least than those of the
    /// segment.
    shrink: f64,
    /// What it adds at most.
    pub(super) most: f64,
}

pub(super) enum Form<'c> {
    Word(Box<PostingList<'c>>),
    Phrase(Phrase<'c>),
    /// The weighed occurrences, by ordinal.
    Whole(Vec<f64>),
}

/// Places in a window.
pub(super) struct Places {
    count: usize,
    all: [u8; BLOCK],
}

impl Default for Places {
    fn default() -> Self {
        Self { count: 0, all: [0; BLOCK] }
    }
}

impl Deref for Places {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.all[..self.count]
    }
}

impl Places {
    pub(super) fn clear(&mut self) {
        self.count = 0;
    }

    /// The first places, so many.
    pub(super) fn fill(&mut self, count: usize) {
        self.count = count;
        self.all.iter_mut().zip(0..).for_each(|(place, number)| *place = number);
    }

    /// Keeps some, without a branch for each.
    pub(super) fn retain(&mut self, mut is_kept: impl FnMut(usize) -> bool) {
        let mut kept = 0;
        for at in 0..self.count.min(BLOCK) {
            let place = self.all[at];
            self.all[kept] = place;
            kept += usize::from(is_kept(place.into()));
        }
        self.count = kept;
    }
}

impl<'c> Scored<'c> {
    pub(super) fn open(
        opened: &Opened<'c>,
        term: &Term,
        idf: f64,
        is_required: bool,
        shrink: f64,
    ) -> Result<Self, Error> {
        let mut forms = Vec::with_capacity(term.alternatives.len());
        for tokens in &term.alternatives {
            forms.extend(Form::open(opened, tokens, term.prefix)?);
        }
        let mut scored = Self { idf, forms, is_required, shrink, most: 0.0 };
        scored.most = scored.most_in(&(0..opened.segment.articles));
        Ok(scored)
    }

    /// Its list, where it is one word and no more.
    pub(super) fn list(&self) -> Option<&PostingList<'c>> {
        match &self.forms[..] {
            [Form::Word(list)] => Some(list),
            _ => None,
        }
    }

    pub(super) fn list_mut(&mut self) -> Option<&mut PostingList<'c>> {
        match &mut self.forms[..] {
            [Form::Word(list)] => Some(list),
            _ => None,
        }
    }

    /// Lists in all of which an article is that has it.
    pub(super) fn lists(&self) -> &[PostingList<'c>] {
        match &self.forms[..] {
            [Form::Word(list)] => std::slice::from_ref(list),
            [Form::Phrase(phrase)] => phrase.lists(),
            _ => &[],
        }
    }

    pub(super) fn lists_mut(&mut self) -> &mut [PostingList<'c>] {
        match &mut self.forms[..] {
            [Form::Word(list)] => std::slice::from_mut(list),
            [Form::Phrase(phrase)] => phrase.lists_mut(),
            _ => &mut [],
        }
    }

    pub(super) fn is_phrase(&self) -> bool {
        self.forms.iter().any(|form| matches!(form, Form::Phrase(_)))
    }

    /// What it adds at most to articles of a range of ordinals.
    pub(super) fn most_in(&self, range: &Range<u32>) -> f64 {
        self.part_of(self.forms.iter().map(|form| form.most_in(range)).sum())
    }

    /// What it adds where f / norm is at most so much.
    pub(super) fn part_of(&self, most: f64) -> f64 {
        let part = if most == f64::INFINITY { 1.0 } else { most / (most + self.shrink) };
        self.idf * (K1 + 1.0) * part
    }

    /// Takes out what cannot reach `least` with what the block that would have it can give, and
    /// the terms after this one.
    pub(super) fn limit(
        &self,
        ordinals: &[u32; BLOCK],
        left: &mut Places,
        known: &[f64; BLOCK],
        after: f64,
        least: f64,
    ) {
        let Some(list) = self.list() else { return };
        let (mut block, mut end, mut needed) = (0, 0, f64::NEG_INFINITY);
        left.retain(|place| {
            let ordinal = ordinals[place];
            if ordinal >= end {
                let next = list.next_block(block, ordinal);
                let most = next.map_or(0.0, |next| {
                    block = next;
                    self.part_of(list.impacts(next..next + 1).map(impact::bound).sum())
                });
                end = next.map_or(u32::MAX, |next| list.bounds(next).end);
                needed = least / SLACK - most - after;
            }
            known[place] >= needed
        });
    }
}

impl<'c> Form<'c> {
    /// `None`: the segment has it nowhere.
    pub(super) fn open(
        opened: &Opened<'c>,
        tokens: &[String],
        prefix: bool,
    ) -> Result<Option<Self>, Error> {
        Ok(match tokens {
            [] => None,
            [token] if prefix => {
                let mut whole = vec![0.0; opened.segment.articles as usize];
                opened.each_beginning(&word(token), |ordinal, frequencies, _| {
                    whole[ordinal as usize] += weigh(frequencies);
                    Ok(())
                })?;
                Some(Self::Whole(whole))
            }
            [token] => opened.find(&word(token))?.map(|list| Self::Word(Box::new(list))),
            tokens => Phrase::open(opened, tokens, prefix)?.map(Self::Phrase),
        })
    }

    /// The greatest f / norm that it can have in a range of ordinals.
    pub(super) fn most_in(&self, range: &Range<u32>) -> f64 {
        let of = |list: &PostingList<'_>| list.greatest_impact(range).map_or(0.0, impact::bound);
        match self {
            Self::Word(list) => of(list),
            // No phrase occurs more often than each of its tokens.
            Self::Phrase(phrase) => phrase.lists().iter().map(of).fold(f64::INFINITY, f64::min),
            Self::Whole(_) => f64::INFINITY,
        }
    }

    /// Adds up how often it is in those articles of a window that are left.
    pub(super) fn add_frequencies(
        &mut self,
        ordinals: &[u32; BLOCK],
        left: &[u8],
        lengths: &[[u32; 3]],
        frequencies: &mut [f64; BLOCK],
    ) -> Result<(), Error> {
        let articles = left.iter().map(|&place| (usize::from(place), ordinals[usize::from(place)]));
        match self {
            Self::Word(list) => {
                let (mut block, mut rest) = (0, left);
                while let Some(&first) = rest.first() {
                    // Those that can be in the next block.
                    let first = ordinals[usize::from(first)];
                    let Some(next) = list.next_block(block, first) else { break };
                    let Range { start, end } = list.bounds(next);
                    let is_within = |place: &&u8| ordinals[usize::from(**place)] < end;
                    let (own, after) = rest.split_at(rest.iter().take_while(is_within).count());
                    (block, rest) = (next, after);
                    let own = own.iter().map(|&place| usize::from(place));
                    let own = own.map(|place| (place, ordinals[place]));
                    let own = own.filter(|&(_, ordinal)| ordinal >= start);
                    list.frequencies(block, own, |place, own| frequencies[place] += weigh(own))?;
                }
            }
            Self::Phrase(phrase) => {
                for (place, ordinal) in articles {
                    let [headline, summary, _] = lengths[ordinal as usize];
                    let weight = |&start: &u32| {
                        // Between two fields a position is left out.
                        let after = [start >= headline, start > headline.saturating_add(summary)];
                        WEIGHTS[after.into_iter().filter(|after| *after).count()]
                    };
                    frequencies[place] += phrase.starts(ordinal)?.iter().map(weight).sum::<f64>();
                }
            }
            Self::Whole(whole) => {
                for (place, ordinal) in articles {
                    frequencies[place] += whole.get(ordinal as usize).copied().unwrap_or(0.0);
                }
            }
        }
        Ok(())
    }
}
