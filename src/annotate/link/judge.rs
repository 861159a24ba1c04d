//! What the recogniser's names say of those of the gazetteer.

use super::super::evidence::{after_title, is_courtesy, is_of_other_place};
use super::super::gazetteer::{HashKeyed, Hit};
use super::super::words::{Shape, Word, word_hash};
use super::Named;
use crate::model::EntityKind;
use crate::search::fold;
use std::ops::Range;

/// What the recogniser says of a name of the gazetteer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Verdict {
    /// Nothing.
    Apart,
    /// That it is a name of this kind, or its head, how surely, and whether it is the whole.
    Named(Option<EntityKind>, f32, bool),
    /// That it is only a part of another name.
    PartOfOther,
}

/// `Boeing Co`, `President Reagan` are what is in them; `Georgia Tech`, `Jordan Smith` are not, nor is
/// `Melania Trump`.
pub(super) fn judge(
    hit: &Hit<'_>,
    name: &Named,
    run: (usize, usize),
    (text, words): (&str, &[Word]),
) -> Verdict {
    let inside = hit.words.0 >= run.0 && hit.words.1 <= run.1;
    let mut same = hit.candidates.iter().filter(|c| c.entry.class.kind() == name.kind).peekable();
    let named = same.peek().is_some();
    let full = text.get(name.range.clone()).unwrap_or("");
    let own = text.get(hit.start..hit.end).unwrap_or("");
    let other = name.kind == Some(EntityKind::Person)
        && hit.words.0 > run.0
        && !after_title(words, hit.words.0)
        // `Speaker Nancy Pelosi` has her whole name.
        && same.all(|c| [full, own].iter().all(|text| begin_otherwise(text, &c.entry.name)));
    match (hit.words == run, inside, named && !other) {
        (false, true, _)
            if name.kind == Some(EntityKind::Place) && is_of_other_place(words, hit.words, run) =>
        {
            Verdict::PartOfOther
        }
        (whole @ true, ..) | (whole, true, true) => {
            Verdict::Named(name.kind, name.confidence, whole)
        }
        // The `Japan` of a bank or party that no list has is still Japan.
        (_, true, false) if name.kind == Some(EntityKind::Organisation) && hit.is_country() => {
            Verdict::Apart
        }
        (_, true, false) if name.kind.is_some() => Verdict::PartOfOther,
        _ => Verdict::Apart,
    }
}

/// Whether a full name is another's than that of somebody known of the same surname: it begins with no
/// initial of theirs. `Melania Trump` is not `Donald Trump`; `Tayyip Erdogan`, and one who writes
/// himself `Muhammad` or `Mohammed`, may be who is known.
fn begin_otherwise(full: &str, known: &str) -> bool {
    let initial = |name: &str| name.chars().next();
    let (full, known) = (fold(full), fold(known));
    let (before, _) = known.rsplit_once(' ').unwrap_or(("", ""));
    before.split(' ').all(|name| initial(name) != initial(&full))
}

/// Whether what the recogniser takes for one name is known ones with small words between:
/// `Lithium for South Korea`.
pub(super) fn is_several(words: &[Word], run: (usize, usize), hits: &[Hit<'_>]) -> bool {
    let within = || hits.iter().take_while(|hit| hit.words.1 <= run.1);
    let known = |at: usize| within().any(|hit| (hit.words.0..hit.words.1).contains(&at));
    let words = || words.iter().enumerate().take(run.1).skip(run.0);
    within().nth(1).is_some()
        && words().all(|(at, word)| !word.is_capital() || known(at))
        && words().any(|(at, word)| !word.is_capital() && !known(at))
}

/// The recogniser's name without what politeness puts before it; it is a person's then.
pub(super) fn without_courtesies(name: &Named, words: &[Word]) -> Named {
    let (mut first, end) = word_run(words, &name.range);
    let mut name = name.clone();
    while first + 1 < end
        && let Some([word, next]) = words.get(first..first + 2)
        && is_courtesy(word)
    {
        (name.range.start, name.kind) = (next.start, Some(EntityKind::Person));
        first += 1;
    }
    name
}

/// Of each name, whether the text has its first word written small too, be it with an `s` at the end.
pub(super) fn small_words(text: &str, words: &[Word], hits: &[Hit<'_>]) -> Vec<bool> {
    let first = |hit: &Hit<'_>| words.get(hit.words.0).map_or("", |first| first.text(text));
    let forms = |hit| [word_hash(first(hit)), word_hash(&[first(hit), "s"].concat())];
    let forms: Vec<[u64; 2]> = hits.iter().map(forms).collect();
    let mut small: HashKeyed<bool> = forms.iter().flatten().map(|&form| (form, false)).collect();
    for word in words.iter().filter(|word| word.shape == Shape::Lower) {
        small.entry(word.hash).and_modify(|small| *small = true);
    }
    let is_small = |form| small.get(form).is_some_and(|small| *small);
    forms.iter().map(|forms| forms.iter().any(is_small)).collect()
}

/// The words that a range of bytes covers.
pub(super) fn word_run(words: &[Word], range: &Range<usize>) -> (usize, usize) {
    let first = words.partition_point(|word| word.end <= range.start);
    let last = words.partition_point(|word| word.start < range.end);
    (first, last.max(first))
}
