//! Which articles are scored, and in which order: the best of a segment.
//!
//! The articles of a segment are ranked in windows of at most [`BLOCK`]. Where every match has one
//! of some words (the rarest of those that must all be there; each of those of which one must be
//! there), a window is a block of the list of one, its **driver**; what has several drivers is ranked
//! with the first of them. Elsewhere windows are what the expression matches. The other terms are
//! looked up only for articles that can still have a place among the best: a list's blocks say what
//! they can give at most (Ding and Suel, *Faster top-k document retrieval using block-max indexes*, 2011).

use super::bytes::BLOCK;
use super::collect::Search;
use super::columns::Lengths;
use super::matches::Matches;
use super::reader::Opened;
use super::score::{K1, Norm, SLACK, Statistics, average_length, impact, weigh};
use super::scored::{Places, Scored};
use super::search::{Bits, CHUNK, Filter, Matcher, Set, narrow_list};
use crate::error::Error;
use crate::search::Term;
use std::ops::Range;
use std::sync::Arc;

/// Ordinals of a chunk whose bounds are looked at together.
const PIECE: u32 = 128;

/// Ranks the articles of one segment.
pub(super) struct Ranking<'c> {
    /// What must hold besides the terms that are required.
    matches: Matches<'c>,
    terms: Vec<Scored<'c>>,
    lengths: Arc<Lengths>,
    norm: Norm,
    /// The terms in the order in which they are looked at.
    order: Vec<usize>,
    /// So many of the first are drivers; 0: the matcher tells what is ranked.
    drivers: usize,
    /// Where there are several drivers: what was ranked with one of them.
    seen: Option<Set>,
}

/// Articles that are ranked side by side.
pub(super) struct Window {
    ordinals: [u32; BLOCK],
    /// The places of those that can still be among the best, in ascending order.
    left: Places,
    /// The weighed occurrences of the term that is looked at.
    frequencies: [f64; BLOCK],
    /// What each term adds, in the order of the search.
    parts: Vec<[f64; BLOCK]>,
    /// What the terms that were looked at add.
    known: [f64; BLOCK],
    /// What can be added at most by the terms that are looked at from each on.
    rest: Vec<f64>,
}

impl Window {
    /// Room for so many terms.
    pub(super) fn new(terms: usize) -> Self {
        Self {
            ordinals: [0; BLOCK],
            left: Places::default(),
            frequencies: [0.0; BLOCK],
            parts: vec![[0.0; BLOCK]; terms],
            known: [0.0; BLOCK],
            rest: Vec::with_capacity(terms + 1),
        }
    }
}

impl<'c> Ranking<'c> {
    /// `None`: nothing matches in the segment.
    pub(super) fn new(
        opened: &Opened<'c>,
        search: &Search,
        now: i64,
        terms: &[&Term],
        statistics: &Statistics,
    ) -> Result<Option<Self>, Error> {
        let mut parts = Vec::new();
        conjuncts(&search.filter, &mut parts);
        let place = |filter: &Filter| match filter {
            Filter::Words(term) => terms.iter().position(|scored| *scored == term),
            _ => None,
        };
        let required: Vec<usize> = parts.iter().filter_map(|part| place(part)).collect();
        let average = statistics.average_length();
        // The segment's own average when it was written; deaths since then change nothing.
        let lengths = opened.lengths()?;
        let canceled = opened.special()?.iter().filter(|special| special.canceled).count();
        let own = average_length(lengths.sum, (lengths.whole.len() - canceled) as u64);
        let shrink = (own / average).min(1.0);
        let mut scored = Vec::with_capacity(terms.len());
        for (number, (term, &frequency)) in terms.iter().zip(&statistics.frequencies).enumerate() {
            let is_required = required.contains(&number);
            let term = Scored::open(opened, term, statistics.idf(frequency), is_required, shrink)?;
            if is_required && term.forms.is_empty() {
                return Ok(None);
            }
            scored.push(term);
        }
        let mut drivers: Vec<usize> = Vec::new();
        let rarest =
            required.iter().filter_map(|&term| Some((scored[term].list()?.articles(), term)));
        if let Some((_, driver)) = rarest.min() {
            drivers.push(driver);
            parts.retain(|part| place(part).is_none());
        } else {
            // One of these words must be there.
            let any = |part: &&Filter| -> Option<Vec<usize>> {
                let Filter::Or(parts) = part else { return None };
                let mut any = parts.iter().map(place).collect::<Option<Vec<usize>>>()?;
                any.retain(|&term| !scored[term].forms.is_empty());
                any.sort_unstable();
                any.dedup();
                any.iter().all(|&term| scored[term].list().is_some()).then_some(any)
            };
            let found = parts.iter().enumerate().find_map(|(at, part)| Some((at, any(part)?)));
            if let Some((at, any)) = found
                && required.is_empty()
            {
                if any.is_empty() {
                    return Ok(None);
                }
                parts.remove(at);
                drivers = any;
                // What can add most goes first: little is left to the others after that.
                drivers.sort_by(|&a, &b| scored[b].most.total_cmp(&scored[a].most));
            } else {
                // The matcher looks at everything.
                scored.iter_mut().for_each(|term| term.is_required = false);
            }
        }
        let matches = Matches::of(*opened, search, now, |opened| Matcher::all(opened, parts))?;
        if matches.is_nothing() {
            return Ok(None);
        }
        let mut others: Vec<usize> =
            (0..terms.len()).filter(|term| !drivers.contains(term)).collect();
        // What costs most to look up goes last.
        others.sort_by(|&a, &b| {
            let key = |term: usize| (scored[term].is_phrase(), !scored[term].is_required);
            key(a).cmp(&key(b)).then_with(|| scored[b].most.total_cmp(&scored[a].most))
        });
        let seen = (drivers.len() > 1).then(|| Set::new(opened.segment));
        let order = [&drivers[..], &others].concat();
        Ok(Some(Self {
            matches,
            terms: scored,
            lengths,
            norm: Norm::new(average),
            order,
            drivers: drivers.len(),
            seen,
        }))
    }

    /// How often it is to be walked, from the first time on.
    pub(super) fn walks(&self) -> usize {
        self.drivers.max(1)
    }

    /// The parts of a walk, each with what it can give at most.
    pub(super) fn parts(&self, walk: usize, mut take: impl FnMut(f64, u32)) {
        let range = &self.matches.range;
        if walk >= self.walks() {
            return;
        }
        if self.drivers == 0 {
            for base in self.matches.chunks() {
                let range = base..base + CHUNK;
                take(self.terms.iter().map(|term| term.most_in(&range)).sum(), base);
            }
        } else {
            let (driver, others) = (&self.terms[self.order[walk]], &self.order[walk + 1..]);
            let rest: f64 = others.iter().map(|&term| self.terms[term].most).sum();
            let Some(list) = driver.list() else { return };
            let blocks = list.blocks(range);
            for (block, impact) in (blocks.start as u32..).zip(list.impacts(blocks)) {
                take(driver.part_of(impact::bound(impact)) + rest, block);
            }
        }
    }

    /// Ranks a part of a walk: `found` gets each ordinal that may score `least`, with its score.
    pub(super) fn rank(
        &mut self,
        walk: usize,
        part: u32,
        least: f64,
        room: &mut Window,
        mut found: impl FnMut(u32, f64) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if self.drivers > 0 {
            self.drive(walk, part as usize, least, room)?;
            return self.finish(walk + 1, walk, least, room, &mut found);
        }
        let mut bits = self.matches.candidates(part);
        for start in (0..CHUNK).step_by(PIECE as usize) {
            let range = part + start..part + start + PIECE;
            let most: f64 = self.terms.iter().map(|term| term.most_in(&range)).sum();
            if most * SLACK < least {
                bits.words()[start as usize / 64..][..PIECE as usize / 64].fill(0);
            }
        }
        self.matches.narrow(part, &mut bits)?;
        let mut matching = bits.iter().peekable();
        while matching.peek().is_some() {
            let mut count = 0;
            for (ordinal, at) in room.ordinals.iter_mut().zip(matching.by_ref()) {
                *ordinal = part + at;
                count += 1;
            }
            room.left.fill(count);
            room.known.fill(0.0);
            room.bound(&self.terms, &self.order, &(part..part + CHUNK));
            self.finish(0, 0, least, room, &mut found)?;
        }
        Ok(())
    }

    /// Fills the window with what of a driver's block can score `least`.
    fn drive(
        &mut self,
        walk: usize,
        block: usize,
        least: f64,
        room: &mut Window,
    ) -> Result<(), Error> {
        room.left.clear();
        let number = self.order[walk];
        let Some(list) = self.terms[number].list() else { return Ok(()) };
        let bounds = list.bounds(block);
        let own =
            self.terms[number].part_of(list.impacts(block..block + 1).map(impact::bound).sum());
        room.bound(&self.terms, &self.order[walk + 1..], &bounds);
        if (own + room.rest[0]) * SLACK < least {
            return Ok(());
        }
        // What the driver must add.
        let needed = least / SLACK - room.rest[0];
        let count = self.fill(walk, block, &bounds, room)?;
        let (idf, norm, whole) = (self.terms[number].idf, self.norm, &self.lengths.whole);
        let norm = |ordinal: u32| norm.of(whole.get(ordinal as usize).copied().unwrap_or(0));
        let Window { ordinals, left, frequencies, parts, known, .. } = &mut *room;
        left.fill(count);
        // As below, without dividing.
        left.retain(|place| {
            let frequency = frequencies[place];
            frequency * (idf * (K1 + 1.0)) >= needed * (frequency + norm(ordinals[place]))
        });
        for place in left.iter().map(|&place| usize::from(place)) {
            let frequency = frequencies[place];
            let part = idf * frequency * (K1 + 1.0) / (frequency + norm(ordinals[place]));
            (known[place], parts[number][place]) = (part, part);
        }
        let Window { ordinals, left, .. } = room;
        if !self.matches.is_all_of(&bounds) {
            left.retain(|place| self.matches.has(ordinals[place]));
        }
        if let Some(seen) = &mut self.seen {
            left.retain(|place| !seen.replace(ordinals[place]));
        }
        if !self.matches.is_everything() {
            let mut matching = Bits::NONE;
            for of_chunk in left.chunk_by(|&a, &b| chunk(ordinals, a) == chunk(ordinals, b)) {
                let base = chunk(ordinals, of_chunk[0]);
                let mut bits = Bits::NONE;
                let at = |place: &u8| ordinals[usize::from(*place)] - base;
                of_chunk.iter().for_each(|place| bits.set(at(place)));
                self.matches.narrow(base, &mut bits)?;
                let kept = of_chunk.iter().filter(|place| bits.has(at(place)));
                kept.for_each(|&place| matching.set(place.into()));
            }
            left.retain(|place| matching.has(place as u32));
        }
        Ok(())
    }

    /// Puts the articles of a driver's block into the window, and how often they have its word; how
    /// many. Where the block is dense, only those with the other words that are required.
    fn fill(
        &mut self,
        walk: usize,
        block: usize,
        bounds: &Range<u32>,
        room: &mut Window,
    ) -> Result<usize, Error> {
        let Window { ordinals, frequencies, .. } = room;
        let (driver, others) = (self.order[walk], &self.order[walk + 1..]);
        // Of words that most articles have it is cheaper to look at scores first.
        let few = self.lengths.whole.len() as u32 / 2;
        let mut required =
            others.iter().map(|&term| &self.terms[term]).filter(|term| term.is_required);
        let narrows = required.any(|term| term.lists().iter().any(|list| list.articles() < few));
        if narrows && bounds.len() <= CHUNK as usize {
            let mut bits = Bits::NONE;
            bits.set_range(0..bounds.end - bounds.start);
            if let Some(list) = self.terms[driver].list_mut() {
                narrow_list(list, bounds.clone(), &mut bits)?;
            }
            for &term in others {
                let term = &mut self.terms[term];
                let lists = if term.is_required { term.lists_mut() } else { &mut [] };
                for list in lists.iter_mut().filter(|list| list.articles() < few) {
                    narrow_list(list, bounds.clone(), &mut bits)?;
                }
            }
            let Some(list) = self.terms[driver].list_mut() else { return Ok(0) };
            let mut count = 0;
            let words = bits.words().iter().take(bounds.len().div_ceil(64));
            for (base, &word) in (bounds.start..).step_by(64).zip(words) {
                let mut rest = word;
                while rest != 0 {
                    ordinals[count] = base + rest.trailing_zeros();
                    (count, rest) = (count + 1, rest & (rest - 1));
                }
            }
            let found = ordinals[..count].iter().copied().enumerate();
            list.frequencies(block, found, |place, own| frequencies[place] = weigh(own))?;
            return Ok(count);
        }
        let Some(list) = self.terms[driver].list_mut() else { return Ok(0) };
        let (listed, fields) = list.postings(block)?;
        ordinals[..listed.len()].copy_from_slice(listed);
        for (place, frequency) in frequencies.iter_mut().enumerate() {
            *frequency = weigh([fields[0][place], fields[1][place], fields[2][place]]);
        }
        Ok(listed.len())
    }

    /// Looks at the terms from one on, and hands over what can then score `least`. Terms before
    /// `first` add nothing.
    fn finish(
        &mut self,
        next: usize,
        first: usize,
        least: f64,
        room: &mut Window,
        found: &mut impl FnMut(u32, f64) -> Result<(), Error>,
    ) -> Result<(), Error> {
        for (number, &term) in self.order[next..].iter().enumerate() {
            if room.left.is_empty() {
                return Ok(());
            }
            let without = room.rest[number + 1];
            let scored = &mut self.terms[term];
            let Window { ordinals, left, frequencies, parts, known, .. } = &mut *room;
            scored.limit(ordinals, left, known, without, least);
            left.iter().for_each(|&place| frequencies[usize::from(place)] = 0.0);
            for form in &mut scored.forms {
                form.add_frequencies(ordinals, left, &self.lengths.fields, frequencies)?;
            }
            if scored.is_required {
                left.retain(|place| frequencies[place] > 0.0);
            }
            let (parts, whole) = (&mut parts[term], &self.lengths.whole);
            left.retain(|place| {
                let frequency = frequencies[place];
                let length = whole.get(ordinals[place] as usize).copied().unwrap_or(0);
                let part = scored.idf * frequency * (K1 + 1.0) / (frequency + self.norm.of(length));
                parts[place] = part;
                known[place] += part;
                (known[place] + without) * SLACK >= least
            });
        }
        // Summed in the order of the search, so that it is the same to the last bit everywhere.
        for &term in &self.order[..first] {
            room.parts[term].fill(0.0);
        }
        for &place in room.left.iter() {
            let place = usize::from(place);
            let score = room.parts.iter().fold(0.0, |sum, parts| sum + parts[place]);
            found(room.ordinals[place], score)?;
        }
        Ok(())
    }
}

impl Window {
    /// What terms can add at most to articles of a range of ordinals.
    fn bound(&mut self, terms: &[Scored<'_>], order: &[usize], range: &Range<u32>) {
        self.rest.clear();
        self.rest.push(0.0);
        let mut sum = 0.0;
        for &term in order.iter().rev() {
            sum += terms[term].most_in(range);
            self.rest.push(sum);
        }
        self.rest.reverse();
    }
}

/// Where the chunk begins that has the ordinal at a place.
fn chunk(ordinals: &[u32], place: u8) -> u32 {
    ordinals[usize::from(place)] / CHUNK * CHUNK
}

/// The filters that must all hold.
fn conjuncts<'f>(filter: &'f Filter, parts: &mut Vec<&'f Filter>) {
    match filter {
        Filter::And(all) => all.iter().for_each(|part| conjuncts(part, parts)),
        part => parts.push(part),
    }
}
