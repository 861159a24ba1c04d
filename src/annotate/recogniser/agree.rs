//! One name, one kind: where a name is surest in a text tells what it is where that is doubtful, and
//! finds it where it was missed.

use super::features::{HashKeyed, Reading};
use super::lexicon::{extend_phrase, hash_lower};
use super::tag::NameKind;
use std::ops::Range;

/// A name as the words of a text that it is.
#[derive(Debug, Clone)]
pub struct Named {
    pub words: Range<usize>,
    pub kind: NameKind,
    pub likely: f32,
}

/// A kind that is less likely than this may be another.
const DOUBTFUL: f32 = 0.9;

/// From here on a name is looked for at other places.
const SURE: f32 = 0.6;

/// Words of a name that is looked for.
const LONGEST: usize = 8;

/// Gives each name that is doubtful the kind that it has where it is surest, and adds the names that
/// were missed, as likely as where they are surest. They stay in order.
pub fn agree(reading: &Reading<'_>, names: &mut Vec<Named>) {
    let forms = Forms::of(reading, names);
    for name in names.iter_mut().filter(|name| name.likely < DOUBTFUL) {
        let surest = forms.surest.get(&reading.phrase(name.words.clone()));
        name.kind = match (name.kind, surest) {
            // `Boston` the city, beside `Boston 2`.
            (NameKind::Place, Some((NameKind::Organisation, _))) | (_, None) => name.kind,
            (_, Some((kind, _))) => *kind,
        };
    }
    let missed = forms.missed(reading, names);
    if !missed.is_empty() {
        names.retain(|name| {
            let next = missed.partition_point(|other| other.words.end <= name.words.start);
            missed.get(next).is_none_or(|other| name.words.end <= other.words.start)
        });
        names.extend(missed);
        names.sort_by_key(|name| name.words.start);
    }
}

/// What a text says of each form of its names.
#[derive(Default)]
struct Forms {
    /// By the hash of the words, what they are where that is surest.
    surest: HashKeyed<(NameKind, f32)>,
    /// Words of the longest, [`LONGEST`] at most.
    longest: usize,
}

impl Forms {
    fn of(reading: &Reading<'_>, names: &[Named]) -> Self {
        let mut forms = Self::default();
        for Named { words, kind, likely } in names {
            let mut add = |form: u64| {
                let surest = forms.surest.entry(form).or_insert((*kind, *likely));
                if *likely > surest.1 {
                    *surest = (*kind, *likely);
                }
            };
            add(reading.phrase(words.clone()));
            // People are called by their last names later, organisations by their initials.
            match kind {
                NameKind::Person if words.len() > 1 => {
                    add(reading.phrase(words.end - 1..words.end));
                }
                NameKind::Organisation if words.len() > 1 => {
                    add(extend_phrase(0, hash_lower(&reading.initials(words.clone()))));
                }
                _ => {}
            }
            forms.longest = forms.longest.max(words.len()).min(LONGEST);
        }
        forms
    }

    /// Where the sure ones stand, the longest from the left, and only parts of them were found.
    fn missed(&self, reading: &Reading<'_>, names: &[Named]) -> Vec<Named> {
        let mut missed = Vec::new();
        for run in &reading.runs {
            let mut at = run.start;
            while at < run.end {
                let mut found = None;
                let mut form = 0;
                for end in at + 1..=run.end.min(at + self.longest) {
                    form = extend_phrase(form, reading.lower(end - 1));
                    let sure = self.surest.get(&form).copied().filter(|(_, likely)| *likely > SURE);
                    found =
                        sure.map(|(kind, likely)| Named { words: at..end, kind, likely }).or(found);
                }
                at = found.as_ref().map_or(at + 1, |name| name.words.end);
                missed.extend(found.filter(|name| is_missed(&name.words, names)));
            }
        }
        missed
    }
}

/// Whether of these words no more than parts are names.
fn is_missed(words: &Range<usize>, names: &[Named]) -> bool {
    let first = names.partition_point(|name| name.words.end <= words.start);
    let within = names.iter().skip(first).take_while(|name| name.words.start < words.end);
    within
        .map(|name| &name.words)
        .all(|name| name != words && words.start <= name.start && name.end <= words.end)
}
