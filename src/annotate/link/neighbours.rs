//! What the names that stand right beside a place say of it.

use super::super::evidence::{is_closed, is_in_row};
use super::super::gazetteer::{Class, Entry, mark};
use super::super::words::{Gap, Word};
use super::Linker;
use crate::model::EntityKind;

impl Linker<'_, '_> {
    /// `Paris, Texas`: a place right behind a comma says where this one lies.
    pub(super) fn what_follows(&self, number: usize, entry: &Entry) -> f32 {
        let Some(span) = self.spans.get(number) else { return 0.0 };
        let Some(next) = self.spans.get(number + 1).filter(|next| next.part == span.part) else {
            return 0.0;
        };
        let words = self.parts.get(span.part).map(|part| part.words.as_slice()).unwrap_or(&[]);
        let follows = next.words.0 == span.words.1
            && words.get(next.words.0).is_some_and(|word| word.gap == Gap::Comma);
        if !follows {
            return 0.0;
        }
        let closed = is_closed(words, next.words.1);
        let mut other = 0.0f32;
        for candidate in &next.candidates {
            let place = candidate.entry;
            if matches!(place.class, Class::Country | Class::Part | Class::Feature)
                && candidate.marks & mark::DEMONYM == 0
            {
                if entry.class != Class::Country && lies_in(entry, place) {
                    return 3.0;
                }
                // `Cuba, Missouri`
                let elsewhere = match place.class {
                    Class::Part if closed && is_outside(entry, place) => -6.0,
                    _ if entry.class == Class::Country => 0.0,
                    _ => -1.0,
                };
                other = other.min(elsewhere);
            }
        }
        other
    }

    /// `Tbilisi, Georgia`: a place right before a comma lies in this one. What stands before a state or
    /// province may be a town that no list has, unless it lies in another of the name.
    pub(super) fn what_precedes(&self, number: usize, entry: &Entry) -> f32 {
        let Some(span) = self.spans.get(number) else { return 0.0 };
        let before = number.checked_sub(1).and_then(|before| self.spans.get(before));
        let before = before.filter(|b| b.part == span.part && b.words.1 == span.words.0);
        let towns = before.map_or(&[][..], |before| &before.candidates);
        let holds = |place: &Entry| towns.iter().any(|town| lies_in(town.entry, place));
        let part = self.parts.get(span.part);
        let word = part.zip(span.words.0.checked_sub(1)).and_then(|(p, at)| p.words.get(at));
        let town = entry.class == Class::Part
            && word.is_some_and(Word::is_capital)
            && !span.candidates.iter().any(|other| holds(other.entry));
        if town || holds(entry) { 2.0 } else { 0.0 }
    }

    /// `Georgia, Alabama and Florida`: what stands in a row is of one sort.
    pub(super) fn row(&self, number: usize, entry: &Entry) -> f32 {
        let Some(span) = self.spans.get(number) else { return 0.0 };
        let words = self.parts.get(span.part).map(|part| part.words.as_slice()).unwrap_or(&[]);
        let beside = [number.checked_sub(1), number.checked_add(1)].into_iter().flatten();
        let others = beside.filter_map(|at| self.spans.get(at)).filter(|other| {
            let (before, after) = (span.words.min(other.words), span.words.max(other.words));
            other.part == span.part && is_in_row(words, before, after)
        });
        let weights = others.filter_map(|other| {
            let place = other.sure().filter(|sure| sure.marks & mark::DEMONYM == 0)?.entry;
            match (place.class.kind()?, lies_in(entry, place)) {
                (EntityKind::Place, false) if place.class == entry.class => Some(1.0),
                // A city may lie in what follows.
                (EntityKind::Place, false) if place.class != Class::City => Some(-1.0),
                _ => None,
            }
        });
        weights.sum()
    }
}

/// Whether a place lies in another: in what has its code, or, as a county has none, in the same
/// country or part of one.
fn lies_in(entry: &Entry, place: &Entry) -> bool {
    let mut within = entry.within.split(',').filter(|code| !code.is_empty());
    match (place.class, place.codes.is_empty()) {
        (Class::Feature, true) => {
            let of = place.within.split(',').next().filter(|code| !code.is_empty());
            entry.class == Class::City && within.any(|code| Some(code) == of)
        }
        _ => within.any(|code| place.codes.split(',').any(|own| own == code)),
    }
}

/// Whether it is known that a place does not lie in a part of a country.
fn is_outside(entry: &Entry, part: &Entry) -> bool {
    let country = part.country();
    let of_part = |code: &str| code.len() > 2 && code.split('-').next() == country;
    entry.country() != country || entry.within.split(',').any(of_part)
}
