//! From names to entities.
//!
//! Each name that the gazetteer finds has candidates. A candidate's score is a sum of evidence in
//! the scale of a logarithm of odds: how much is said of the entity at all, how exactly the name
//! is its own, what the recogniser takes it for, what stands beside it, which countries and
//! entities the article speaks of elsewhere. The best candidate is taken if it has more for it
//! than against it and leads the next by a margin; else the name stays unlinked: a wrong link is
//! worse than none. Then later short forms go to the full names before them.

mod judge;
mod neighbours;

use self::judge::{Verdict, is_several, judge, small_words, without_courtesies, word_run};
use super::evidence::{
    after_knight, after_preposition, after_title, after_title_of_person, is_before_shares,
    is_common, is_part_of_name, is_with_article,
};
use super::gazetteer::{Candidate, Class, Entry, Finder, HashKeyed, mark};
use super::recogniser::hash;
use super::unlinked::{self, UnlinkedCandidate};
use super::words::{Gap, Word, extend};
use crate::model::{Annotation, EntityKind, Field, MentionForm};
use std::ops::Range;

/// What a name's score must be at least.
const THRESHOLD: f32 = 0.0;
/// By how much the best candidate must lead; chosen on the development set (`tests/suites`, `linking`).
pub(super) const MARGIN: f32 = 0.7;

/// A name that the recogniser saw.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Named {
    pub(super) range: Range<usize>,
    /// `None`: of none of the kinds that entities have.
    pub(super) kind: Option<EntityKind>,
    pub(super) confidence: f32,
}

/// One text of an article.
pub(super) struct Text<'a> {
    /// `None`: what is said there is said of the whole article.
    pub(super) field: Option<Field>,
    pub(super) text: &'a str,
    pub(super) words: Vec<Word>,
    pub(super) named: Vec<Named>,
}

/// Who or what is meant.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target<'g, 'a> {
    Known(&'g Entry),
    /// A name that no list has.
    Unknown(EntityKind, &'a str),
}

/// A mention, found and linked.
#[derive(Debug, Clone)]
pub(super) struct Link<'g, 'a> {
    pub(super) field: Option<Field>,
    pub(super) range: Range<usize>,
    pub(super) target: Target<'g, 'a>,
    pub(super) form: MentionForm,
    pub(super) confidence: f32,
}

struct Part<'a> {
    field: Option<Field>,
    text: &'a str,
    words: Vec<Word>,
    /// For each word, whether a name of the gazetteer has it.
    taken: Vec<bool>,
}

/// Words that hyphens join to one name, at most.
const HYPHENATED: usize = 4;

impl Part<'_> {
    /// The words with capitals that hyphens join with one: `Okonkwo-Haas` is one surname.
    fn hyphenated(&self, at: usize) -> (usize, usize) {
        let joined = |at: usize| {
            let before = at.checked_sub(1).and_then(|before| self.words.get(before));
            before.zip(self.words.get(at)).is_some_and(|(a, b)| {
                a.is_capital() && b.is_capital() && self.text.get(a.end..b.start) == Some("-")
            })
        };
        let first = (0..=at).rev().take(HYPHENATED).find(|&at| !joined(at)).unwrap_or(at);
        let end = (at + 1..).take(HYPHENATED).find(|&at| !joined(at)).unwrap_or(at + 1);
        (first, end)
    }

    /// Whether a run is one word, or words joined by hyphens.
    fn is_one(&self, run: (usize, usize)) -> bool {
        run.1 - run.0 == 1 || self.hyphenated(run.0) == run
    }

    fn run_hash(&self, run: (usize, usize)) -> u64 {
        let run = self.words.get(run.0..run.1).unwrap_or(&[]);
        run.iter().fold(0, |run, word| extend(run, word.hash))
    }

    /// The first and last word of a run.
    fn ends(&self, run: (usize, usize)) -> Option<[&Word; 2]> {
        Some([self.words.get(run.0)?, self.words.get(run.1.checked_sub(1)?)?])
    }
}

struct Span<'g> {
    part: usize,
    words: (usize, usize),
    range: Range<usize>,
    candidates: Vec<Candidate<'g>>,
    /// Of each candidate.
    scores: Vec<f32>,
    /// The hash of the words.
    run: u64,
    /// Whether its first word also stands written small in the text.
    small: bool,
    named: Option<(Option<EntityKind>, f32)>,
    /// Whether that name is this one and no longer.
    whole: bool,
    chosen: Option<(Candidate<'g>, f32)>,
}

impl<'g> Span<'g> {
    fn is_single(&self) -> bool {
        self.words.1 - self.words.0 == 1
    }

    /// What it means, as far as that is known before all is weighed.
    fn sure(&self) -> Option<Candidate<'g>> {
        match (&self.chosen, self.candidates.as_slice()) {
            (Some((candidate, _)), _) => Some(*candidate),
            (None, [only]) if only.marks & (mark::WEAK | mark::TITLED) == 0 => Some(*only),
            _ => None,
        }
    }

    /// What the name may mean, where more than one candidate has more for it than against it.
    fn unlinked(&self, field: Field) -> Option<Annotation> {
        let mut likely: Vec<(f32, &Entry, EntityKind)> = self
            .candidates
            .iter()
            .zip(&self.scores)
            .filter(|(_, score)| **score >= THRESHOLD)
            .filter_map(|(c, score)| Some((*score, c.entry, c.entry.class.kind()?)))
            .collect();
        likely.sort_by(|a, b| b.0.total_cmp(&a.0));
        let several = likely.len() > 1;
        let candidates = likely
            .into_iter()
            .take(unlinked::CANDIDATES)
            .map(|(score, entry, kind)| UnlinkedCandidate::new(entry, kind, confidence(score)))
            .collect();
        several.then(|| unlinked::annotation(field, self.range.clone(), candidates))
    }
}

/// Finds and links the names of an article, and tells what those may mean that stay unlinked; `year`
/// is when it was published.
pub(super) fn link<'g, 'a>(
    finder: &Finder<'g>,
    texts: Vec<Text<'a>>,
    year: Option<i32>,
    margin: f32,
) -> (Vec<Link<'g, 'a>>, Vec<Annotation>) {
    let mut linker = Linker { parts: Vec::new(), spans: Vec::new(), unknown: Vec::new(), year };
    for text in texts {
        linker.read(finder, text);
    }
    // What is sure tells the countries that help with the rest.
    for _ in 0..2 {
        linker.choose(margin);
    }
    linker.links()
}

struct Linker<'g, 'a> {
    parts: Vec<Part<'a>>,
    spans: Vec<Span<'g>>,
    /// Names of the recogniser alone: the part, the words, and what it is.
    unknown: Vec<(usize, (usize, usize), EntityKind, Named)>,
    year: Option<i32>,
}

/// What an article says of itself: for each country or region the runs of words that name a place
/// in it, by the hash of its code, and how surely each entity is named elsewhere.
#[derive(Default)]
struct Context {
    places: HashKeyed<Runs>,
    /// By country, those of its states and provinces.
    parts: HashKeyed<Runs>,
    entities: HashKeyed<Runs>,
}

/// The only run of words that names something; `None`: there are several.
type Runs = Option<u64>;

fn remember(runs: &mut HashKeyed<Runs>, key: u64, run: u64) {
    let only = runs.entry(key).or_insert(Some(run));
    *only = only.filter(|only| *only == run);
}

/// Whether another run than this one is among them.
fn has_other(runs: Option<&Runs>, run: u64) -> bool {
    runs.is_some_and(|only| *only != Some(run))
}

impl Context {
    fn of(spans: &[Span<'_>]) -> Self {
        let mut context = Self::default();
        for span in spans {
            let Some(candidate) = span.sure() else { continue };
            let is_place = candidate.entry.class.kind() == Some(EntityKind::Place);
            if candidate.marks & mark::TITLED == 0 {
                remember(&mut context.entities, candidate.entry.key, span.run);
            }
            if is_place || candidate.entry.class == Class::Person {
                for code in candidate.entry.places() {
                    remember(&mut context.places, hash(code), span.run);
                }
                if let Some(country) = candidate.entry.country()
                    && candidate.entry.class == Class::Part
                {
                    remember(&mut context.parts, hash(country), span.run);
                }
            }
        }
        context
    }

    /// Whether another name than `run` speaks of a country or region.
    fn speaks_of(&self, code: &str, run: u64) -> bool {
        has_other(self.places.get(&hash(code)), run)
    }

    /// Whether another name than `run` speaks of a state or province of the same country.
    fn speaks_of_parts(&self, entry: &Entry, run: u64) -> bool {
        entry.country().is_some_and(|country| has_other(self.parts.get(&hash(country)), run))
    }

    fn names(&self, entry: &Entry, run: u64) -> bool {
        has_other(self.entities.get(&entry.key), run)
    }
}

impl<'g, 'a> Linker<'g, 'a> {
    fn read(&mut self, finder: &Finder<'g>, text: Text<'a>) {
        let words = text.words;
        let part = self.parts.len();
        let hits = finder.find(text.text, &words);
        let mut verdicts = vec![Verdict::Apart; hits.len()];
        let mut first = 0;
        for name in &text.named {
            let name = &without_courtesies(name, &words);
            while hits.get(first).is_some_and(|hit| hit.end <= name.range.start) {
                first += 1;
            }
            let run = word_run(&words, &name.range);
            if is_several(&words, run, hits.get(first..).unwrap_or(&[])) {
                continue;
            }
            let mut covered = false;
            for (hit, verdict) in hits.iter().zip(&mut verdicts).skip(first) {
                if hit.start >= name.range.end {
                    break;
                }
                *verdict = judge(hit, name, run, (text.text, &words));
                let nested =
                    *verdict == Verdict::Apart && hit.words.0 >= run.0 && hit.words.1 < run.1;
                covered |= *verdict != Verdict::PartOfOther && !nested;
            }
            if let Some(kind) = name.kind.filter(|_| !covered && run.1 > run.0) {
                self.unknown.push((part, run, kind, name.clone()));
            }
        }
        let mut taken = vec![false; words.len()];
        let small = small_words(text.text, &words, &hits);
        for ((hit, verdict), small) in hits.into_iter().zip(verdicts).zip(small) {
            let (named, whole) = match verdict {
                Verdict::PartOfOther => continue,
                Verdict::Named(kind, sure, whole) => (Some((kind, sure)), whole),
                Verdict::Apart => (None, false),
            };
            let run = words.get(hit.words.0..hit.words.1).unwrap_or(&[]);
            taken.iter_mut().take(hit.words.1).skip(hit.words.0).for_each(|word| *word = true);
            self.spans.push(Span {
                part,
                words: hit.words,
                range: hit.start..hit.end,
                candidates: hit.candidates,
                scores: Vec::new(),
                run: run.iter().fold(0, |run, word| extend(run, word.hash)),
                small,
                named,
                whole,
                chosen: None,
            });
        }
        self.parts.push(Part { field: text.field, text: text.text, words, taken });
    }

    fn choose(&mut self, margin: f32) {
        let context = Context::of(&self.spans);
        for number in 0..self.spans.len() {
            let Some(span) = self.spans.get_mut(number) else { continue };
            let mut best: Option<(Candidate<'g>, f32)> = None;
            let mut second = f32::NEG_INFINITY;
            let mut scores = std::mem::take(&mut span.scores);
            scores.clear();
            let Some(span) = self.spans.get(number) else { continue };
            for candidate in &span.candidates {
                let score = self.score(number, candidate, &context);
                scores.push(score);
                match best {
                    Some((_, lead)) if score <= lead => second = second.max(score),
                    _ => {
                        second = best.map_or(second, |(_, before)| before.max(second));
                        best = Some((*candidate, score));
                    }
                }
            }
            let chosen = best.filter(|(_, score)| *score >= THRESHOLD && score - second >= margin);
            if let Some(span) = self.spans.get_mut(number) {
                (span.chosen, span.scores) = (chosen, scores);
            }
        }
    }

    fn score(&self, number: usize, candidate: &Candidate<'g>, context: &Context) -> f32 {
        let (Some(span), entry) = (self.spans.get(number), candidate.entry) else { return 0.0 };
        let Some(part) = self.parts.get(span.part) else { return 0.0 };
        let (words, single) = (&part.words, span.is_single());
        let has = |which: u8| candidate.marks & which != 0;
        let run = words.get(span.words.0..span.words.1).unwrap_or(&[]);
        let Some(first) = run.first() else { return 0.0 };
        // Where each word has a capital, a capital says nothing.
        let flat = first.flat || first.gap == Gap::Stop;
        let mut score = (f32::from(entry.prior) - 45.0) / 10.0;
        if entry.class == Class::Never {
            score = if flat { 2.5 } else { 1.5 };
        }
        if !single {
            score += 1.5;
        }
        let small = span.small;
        if has(mark::WEAK) {
            // The recogniser, which reads the sentence, takes away the doubt from 0.8 on.
            let doubt = match span.named {
                Some((kind, sure)) if span.whole && !small && kind == entry.class.kind() => {
                    (5.0 - 5.0 * sure).min(1.0)
                }
                _ => 1.0,
            };
            score -= doubt
                * match (single, flat) {
                    (true, false) if entry.prior >= 65 => 0.5,
                    (true, _) => 3.0,
                    (false, _) => 1.0,
                };
        }
        // `Turkey prices`, where `turkeys` are spoken of.
        if single && flat && small && !has(mark::ANY_CASE) {
            score -= 2.5;
        }
        if single && flat && has(mark::WEAK) && is_common(part.text, words, span.words) {
            score -= 5.0;
        }
        if context.names(entry, span.run) {
            score += if has(mark::TITLED) { 5.0 } else { 2.0 };
        }
        let place = entry.class.kind() == Some(EntityKind::Place);
        match span.named {
            Some((kind, sure)) if kind == entry.class.kind() => score += 1.5 * sure,
            // The recogniser knows no substances: `Lithium` at the head of a sentence is still one.
            Some((Some(_), sure)) if !has(mark::DEMONYM | mark::ANY_CASE) => score -= 2.5 * sure,
            _ => {}
        }
        if entry.class == Class::Person {
            let titled = after_title(words, span.words.0);
            score += match (has(mark::TITLED), titled) {
                (true, false) => -5.0,
                (_, true) => 1.5,
                (false, false) => 0.0,
            };
            if let (Some(years), Some(year)) = (entry.years, self.year) {
                score += in_office(years, year);
            }
        }
        let nearby = |code: &str| context.speaks_of(code, span.run);
        let country = entry.country().is_some_and(nearby);
        // Companies, cities and states of the USA have none: `the Amazon`, `the Delaware` are rivers.
        let traded = entry.ids.contains("ticker:");
        if single
            && (traded || entry.class == Class::City || entry.codes.starts_with("US-"))
            && is_with_article(words, span.words)
        {
            score -= 5.0;
        }
        if traded && is_before_shares(words, span.words) {
            score += 3.0;
        }
        if place {
            score += if country { 1.0 } else { 0.0 };
            // `Queen Victoria`, `Mr. Jordan`
            if !has(mark::DEMONYM) && after_title_of_person(words, span.words.0) {
                score -= 4.0;
            }
            if entry.places().any(|code| code.len() > 2 && nearby(code))
                || entry.class == Class::Part && context.speaks_of_parts(entry, span.run)
            {
                score += 0.7;
            }
            score += self.what_follows(number, entry) + self.row(number, entry);
            // `Cohasset, Mass.`
            if first.gap == Gap::Comma && first.is_capital() && !has(mark::DEMONYM) {
                score += self.what_precedes(number, entry);
            }
            if after_preposition(words, span.words.0) && !has(mark::DEMONYM) {
                // `in Nice, on the French coast`
                let told = has(mark::WEAK) && country && !flat;
                score += if told { 1.5 } else { 0.5 };
            }
            if single
                && !has(mark::DEMONYM)
                && !first.flat
                && first.is_capital()
                && span.named.is_none()
            {
                let named = |at: usize| part.taken.get(at).copied().unwrap_or(false);
                if is_part_of_name(words, span.words, named) {
                    score -= if entry.class == Class::Country { 1.5 } else { 2.5 };
                }
            }
        } else if country {
            score += 0.7;
        }
        score
    }

    fn links(self) -> (Vec<Link<'g, 'a>>, Vec<Annotation>) {
        let (mut links, mut unlinked) = (Vec::new(), Vec::new());
        let mut seen: HashKeyed<()> = HashKeyed::default();
        let mut surnames: HashKeyed<Option<Target<'g, 'a>>> = HashKeyed::default();
        let mut first_names: HashKeyed<Option<Target<'g, 'a>>> = HashKeyed::default();
        let mut full =
            |part: &Part<'a>, run: (usize, usize), target: Target<'g, 'a>, eastern: bool| {
                let note = |names: &mut HashKeyed<_>, name: u64| {
                    let known = names.entry(name).or_insert(Some(target));
                    // Two people of one name: nobody is meant.
                    if known.is_some_and(|known| !same(known, target)) {
                        *known = None;
                    }
                };
                note(&mut first_names, part.run_hash((run.0, run.0 + 1)));
                let ends = [Some(run.1 - 1), eastern.then_some(run.0)];
                for at in ends.into_iter().flatten() {
                    let (first, end) = part.hyphenated(at);
                    let surname = part.run_hash((first.max(run.0), end.min(run.1)));
                    note(&mut surnames, surname);
                }
            };
        for span in &self.spans {
            let (Some((candidate, _)), Some(part)) = (&span.chosen, self.parts.get(span.part))
            else {
                continue;
            };
            if candidate.entry.class == Class::Person && !part.is_one(span.words) {
                let eastern = ["CN", "KR", "KP", "TW", "VN", "HK"]
                    .contains(&candidate.entry.country().unwrap_or(""));
                full(part, span.words, Target::Known(candidate.entry), eastern);
            }
        }
        for (part, run, kind, named) in &self.unknown {
            let Some(part) = self.parts.get(*part) else { continue };
            if *kind == EntityKind::Person && !part.is_one(*run) {
                let name = part.text.get(named.range.clone()).unwrap_or("");
                full(part, *run, Target::Unknown(*kind, name), false);
            }
        }
        let short = |part: &Part<'a>, run: (usize, usize)| {
            let capital = part.words.get(run.0).is_some_and(Word::is_capital);
            let names = if after_knight(&part.words, run.0) { &first_names } else { &surnames };
            let known = names.get(&part.run_hash(run)).copied().flatten();
            known.filter(|_| capital && part.is_one(run))
        };
        let mut taken: Vec<Vec<bool>> =
            self.parts.iter().map(|part| vec![false; part.words.len()]).collect();
        let mut take = |part: usize, run: (usize, usize)| {
            let words = taken.get_mut(part).map(Vec::as_mut_slice).unwrap_or(&mut []);
            words.iter_mut().take(run.1).skip(run.0).for_each(|word| *word = true);
        };
        for span in &self.spans {
            let Some(part) = self.parts.get(span.part) else { continue };
            let person = short(part, span.words);
            let sure = span.chosen.as_ref().map_or(f32::NEG_INFINITY, |(_, score)| *score);
            let never = span.candidates.iter().any(|c| c.entry.class == Class::Never);
            let (target, form, confidence) = match (&span.chosen, person) {
                (Some((candidate, _)), None) if candidate.entry.class == Class::Never => continue,
                // A day or a month, unless a title stands before it.
                (_, Some(_)) if never && !after_title(&part.words, span.words.0) => continue,
                (chosen, Some(person))
                    if sure < 3.5 && !chosen.is_some_and(|(c, _)| c.marks & mark::DEMONYM != 0) =>
                {
                    (person, MentionForm::Short, 0.9)
                }
                (Some((candidate, score)), _) => {
                    let form = match candidate.marks {
                        marks if marks & mark::DEMONYM != 0 => MentionForm::Demonym,
                        marks if marks & mark::TITLED != 0 => MentionForm::Short,
                        _ => MentionForm::Name,
                    };
                    (Target::Known(candidate.entry), form, confidence(*score))
                }
                (None, _) => {
                    // Not linked. The recogniser may know it as a name of something else; a name
                    // of its own kind is one of several entities, and nobody can tell which.
                    let named = span.named.filter(|_| !never);
                    let is_one =
                        |kind| span.candidates.iter().any(|c| c.entry.class.kind() == kind);
                    let Some((Some(kind), sure)) = named.filter(|(kind, _)| !is_one(*kind)) else {
                        let field = part.field.filter(|_| {
                            seen.len() < unlinked::NAMES && seen.insert(span.run, ()).is_none()
                        });
                        unlinked.extend(field.and_then(|field| span.unlinked(field)));
                        continue;
                    };
                    let name = part.text.get(span.range.clone()).unwrap_or("");
                    (Target::Unknown(kind, name), MentionForm::Name, sure)
                }
            };
            take(span.part, span.words);
            links.push(Link {
                field: part.field,
                range: span.range.clone(),
                target,
                form,
                confidence,
            });
        }
        for (number, run, kind, named) in &self.unknown {
            let Some(part) = self.parts.get(*number) else { continue };
            let person = short(part, *run).filter(|_| *kind == EntityKind::Person);
            let name = part.text.get(named.range.clone()).unwrap_or("");
            let (target, form) = match person {
                Some(person) => (person, MentionForm::Short),
                None => (Target::Unknown(*kind, name), MentionForm::Name),
            };
            take(*number, *run);
            links.push(Link {
                field: part.field,
                range: named.range.clone(),
                target,
                form,
                confidence: named.confidence,
            });
        }
        for (part, taken) in self.parts.iter().zip(&taken) {
            if surnames.is_empty() && first_names.is_empty() {
                break;
            }
            let is_taken = |at: usize| {
                [taken, &part.taken].iter().any(|taken| taken.get(at).copied().unwrap_or(true))
            };
            let mut next = 0;
            for (at, _) in part.words.iter().enumerate().filter(|(_, word)| word.is_capital()) {
                if at < next {
                    continue;
                }
                let run = part.hyphenated(at);
                next = run.1;
                let Some(target) = short(part, run).filter(|_| !(run.0..run.1).any(is_taken))
                else {
                    continue;
                };
                let Some([first, last]) = part.ends(run) else { continue };
                // A first word of a longer name is not the name alone.
                let alone = part
                    .words
                    .get(run.1)
                    .is_none_or(|next| last.flat || next.gap != Gap::Joint || !next.is_capital());
                if alone {
                    let range = first.start..last.end;
                    let (form, confidence) = (MentionForm::Short, 0.8);
                    links.push(Link { field: part.field, range, target, form, confidence });
                }
            }
        }
        links.sort_by_key(|link| (link.field, link.range.start, link.range.end));
        (links, unlinked)
    }
}

/// For or against somebody known by an office, from its years and that of an article: the longer
/// before it, the less can be said of them, whoever bears the name.
fn in_office((first, last): (i32, i32), year: i32) -> f32 {
    match first.saturating_sub(1).saturating_sub(year) {
        early @ 1.. => -(early as f32).min(6.0),
        _ if year <= last.saturating_add(1) => 1.0,
        _ => -0.5,
    }
}

fn same(a: Target<'_, '_>, b: Target<'_, '_>) -> bool {
    match (a, b) {
        (Target::Known(a), Target::Known(b)) => a.key == b.key,
        (Target::Unknown(_, a), Target::Unknown(_, b)) => a == b,
        _ => false,
    }
}

/// A score as a probability; it was not fitted, but keeps the order.
fn confidence(score: f32) -> f32 {
    (1.0 / (1.0 + (-score - 0.4).exp())).clamp(0.5, 0.99)
}
