//! Names that are known, and where a text has them.
//!
//! A name is a run of words. One hash table holds every beginning of every name, keyed by the
//! hash of the run so far, so a text is read once and each place costs as many look-ups as the
//! longest beginning that stands there, however many names there are. A gazetteer is not changed
//! once others can see it: threads share it behind an `Arc`.

pub(super) use super::recogniser::HashKeyed;
use super::words::{Gap, Shape, Word, extend, is_hangul, is_katakana, word_hash, words};
use crate::model::{EntityKind, ExternalId};
use std::borrow::Cow;
use std::collections::HashSet;
use xxhash_rust::xxh3::xxh3_64;

/// Words of a name at most.
const LONGEST: usize = 12;

/// Entities that one name can stand for; where there are more, those of which most is said.
const NAMESAKES: usize = 64;

/// How a name may be taken.
pub(super) mod mark {
    /// An abbreviation: only in capitals.
    pub(in crate::annotate) const EXACT: u8 = 1;
    /// Also written small.
    pub(in crate::annotate) const ANY_CASE: u8 = 2;
    /// The people or adjective of a place.
    pub(in crate::annotate) const DEMONYM: u8 = 4;
    /// The beginning of words.
    pub(in crate::annotate) const STEM: u8 = 8;
    /// Only after a title, or where the full name stands too.
    pub(in crate::annotate) const TITLED: u8 = 16;
    /// A word that is often something else.
    pub(in crate::annotate) const WEAK: u8 = 32;
}

/// What sort of thing an entity is, finer than its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Person,
    Organisation,
    Country,
    /// A state, province or region of a country.
    Part,
    City,
    /// A sea, river, island, part of a city.
    Feature,
    /// Several countries.
    Region,
    Historical,
    Object,
    Event,
    /// Days, months: names of nothing that is looked for.
    Never,
}

impl Class {
    pub(super) fn kind(self) -> Option<EntityKind> {
        Some(match self {
            Self::Person => EntityKind::Person,
            Self::Organisation => EntityKind::Organisation,
            Self::Object => EntityKind::Object,
            Self::Event => EntityKind::Event,
            Self::Never => return None,
            _ => EntityKind::Place,
        })
    }

    pub(super) fn of(kind: EntityKind) -> Self {
        match kind {
            EntityKind::Person => Self::Person,
            EntityKind::Organisation => Self::Organisation,
            EntityKind::Place => Self::Feature,
            EntityKind::Object => Self::Object,
            EntityKind::Event => Self::Event,
        }
    }
}

/// An entity that names lead to.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) class: Class,
    pub(super) name: Cow<'static, str>,
    /// `scheme:value`, blanks between; the first is the one that never changes.
    pub(super) ids: Cow<'static, str>,
    /// ISO 3166 codes that it has itself, commas between.
    pub(super) codes: Cow<'static, str>,
    /// ISO 3166 codes of what it lies or works in, the nearest first.
    pub(super) within: Cow<'static, str>,
    /// How much is said of it, a logarithm: ten more is ten times as often.
    pub(super) prior: u8,
    /// First and last year of the office for which it is known.
    pub(super) years: Option<(i32, i32)>,
    /// Degrees north and east.
    pub(super) position: Option<(f32, f32)>,
    pub(super) population: Option<u32>,
    /// Its number, where it comes from the file.
    pub(super) entity: Option<i64>,
    /// By which it is known to be the same in another gazetteer.
    pub(super) key: u64,
}

/// The key of an entity that has ids elsewhere.
pub(super) fn key_of(ids: &str) -> u64 {
    word_hash(ids.split(' ').next().unwrap_or(""))
}

impl Entry {
    pub(super) fn external_ids(&self) -> Vec<ExternalId> {
        let ids = self.ids.split(' ').filter_map(|id| id.split_once(':'));
        ids.map(|(scheme, value)| ExternalId::new(scheme, value)).collect()
    }

    /// Its own codes and those of what it lies in.
    pub(super) fn places(&self) -> impl Iterator<Item = &str> {
        self.codes.split(',').chain(self.within.split(',')).filter(|code| !code.is_empty())
    }

    pub(super) fn country(&self) -> Option<&str> {
        self.places().find(|code| code.len() == 2)
    }
}

/// One name of one entity, in a list of those that the same words stand for.
#[derive(Debug, Clone, Copy)]
struct Posting {
    entry: u32,
    /// The next of the list; 0: none.
    next: u32,
    language: u32,
    marks: u8,
    /// Words of the name that begin with a capital.
    capitals: u8,
}

#[derive(Debug, Clone, Copy, Default)]
struct Node {
    /// Where the list of postings begins; 0: no name ends here.
    first: u32,
    /// Whether a longer name goes on from here.
    longer: bool,
}

/// Names and the entities that they stand for.
#[derive(Debug, Clone)]
pub(crate) struct Gazetteer {
    pub(super) entries: Vec<Entry>,
    nodes: HashKeyed<Node>,
    /// The first words, by their hashes, of names that may begin with a small letter.
    small: HashKeyed<()>,
    postings: Vec<Posting>,
    /// By the hash of an external id.
    keys: HashKeyed<u32>,
    /// Names that must not mean an entity, of whatever list: its key and the run of words.
    blocked: HashSet<(u64, u64)>,
}

/// A language as a number; 0: any.
pub(super) fn language_number(tag: Option<&str>) -> u32 {
    let primary = tag.unwrap_or("").split(['-', '_']).next().unwrap_or("");
    let letters = primary.bytes().take(3).map(|byte| u32::from(byte.to_ascii_lowercase()));
    letters.fold(0, |number, letter| number << 8 | letter)
}

/// An entity that a run of words may mean.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'g> {
    pub(super) entry: &'g Entry,
    pub(super) marks: u8,
}

/// A run of words that is a name.
#[derive(Debug, Clone)]
pub(super) struct Hit<'g> {
    /// The first word and the one after the last.
    pub(super) words: (usize, usize),
    /// Bytes of the text.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) candidates: Vec<Candidate<'g>>,
}

impl Hit<'_> {
    /// Whether it is the name of a country, and of nothing else.
    pub(super) fn is_country(&self) -> bool {
        self.candidates.iter().all(|candidate| candidate.entry.class == Class::Country)
    }
}

impl Default for Gazetteer {
    fn default() -> Self {
        let none = Posting { entry: 0, next: 0, language: 0, marks: 0, capitals: 0 };
        Self {
            entries: Vec::new(),
            nodes: HashKeyed::default(),
            small: HashKeyed::default(),
            postings: vec![none],
            keys: HashKeyed::default(),
            blocked: HashSet::new(),
        }
    }
}

/// Whether an id is one of several with blanks between.
pub(super) fn has_id(ids: &str, id: &str) -> bool {
    ids.split(' ').any(|own| own == id)
}

/// The key of a name: the hash of its words. None where it has none.
pub(super) fn run_of(name: &str) -> Option<u64> {
    let words = words(name);
    (!words.is_empty()).then(|| words.iter().fold(0, |run, word| extend(run, word.hash)))
}

impl Gazetteer {
    pub(super) fn with_capacity(names: usize) -> Self {
        let mut gazetteer = Self::default();
        gazetteer.nodes.reserve(names);
        gazetteer.postings.reserve(names);
        gazetteer
    }

    /// How many entities it has.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Adds an entity; names follow with its number.
    pub(super) fn add_entry(&mut self, entry: Entry) -> u32 {
        let number = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        for id in entry.ids.split(' ').filter(|id| !id.is_empty()) {
            self.keys.entry(xxh3_64(id.as_bytes())).or_insert(number);
        }
        self.entries.push(entry);
        number
    }

    /// The entity that an external id, `scheme:value`, belongs to.
    pub(super) fn by_id(&self, id: &str) -> Option<&Entry> {
        let number = self.keys.get(&xxh3_64(id.as_bytes())).copied()?;
        self.entries.get(number as usize).filter(|entry| has_id(&entry.ids, id))
    }

    /// Adds a name of an entity. False: it has no words, or too many.
    pub(super) fn add_name(&mut self, entry: u32, name: &str, marks: u8, language: u32) -> bool {
        self.add_words(entry, &words(name), marks, language)
    }

    /// As [`Gazetteer::add_name`], of the words of a name.
    pub(super) fn add_words(
        &mut self,
        entry: u32,
        words: &[Word],
        marks: u8,
        language: u32,
    ) -> bool {
        let Some(first) = words.first().filter(|_| words.len() <= LONGEST) else { return false };
        let mut run = 0;
        for (number, word) in words.iter().enumerate() {
            run = extend(run, word.hash);
            let node = self.nodes.entry(run).or_default();
            if number + 1 < words.len() {
                node.longer = true;
                continue;
            }
            let capitals = words.iter().filter(|word| word.is_capital()).count() as u8;
            if marks & mark::ANY_CASE != 0 || usize::from(capitals) < words.len() {
                self.small.insert(first.hash, ());
            }
            let posting = Posting { entry, next: 0, language, marks, capitals };
            insert(&self.entries, &mut self.postings, node, posting);
        }
        true
    }

    /// Keeps a name from meaning the entity of a key, whatever list has it.
    pub(super) fn block_name(&mut self, key: u64, name: &str) {
        self.blocked.extend(run_of(name).map(|run| (key, run)));
    }

    fn postings(&self, node: &Node) -> impl Iterator<Item = &Posting> {
        let mut next = node.first;
        let all = std::iter::from_fn(move || {
            let posting = self.postings.get(next as usize).filter(|_| next != 0)?;
            next = posting.next;
            Some(posting)
        });
        all.take(NAMESAKES)
    }

    /// The entities that go by a name, however it is written.
    pub(super) fn named(&self, name: &str) -> Vec<&Entry> {
        let node = run_of(name).and_then(|run| self.nodes.get(&run));
        let Some(node) = node else { return Vec::new() };
        let wanted = self.postings(node).filter(|p| p.marks & (mark::DEMONYM | mark::STEM) == 0);
        let mut found: Vec<u32> = wanted.map(|posting| posting.entry).collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().filter_map(|entry| self.entries.get(entry as usize)).collect()
    }
}

/// Puts a posting into the list of a node, which is in the order of priors: what lies beyond its
/// first [`NAMESAKES`] is never looked at.
fn insert(entries: &[Entry], postings: &mut Vec<Posting>, node: &mut Node, mut posting: Posting) {
    let prior = |number: u32| entries.get(number as usize).map_or(0, |entry| entry.prior);
    let number = u32::try_from(postings.len()).unwrap_or(0);
    let (mut before, mut next) = (None, node.first);
    for _ in 0..NAMESAKES {
        match postings.get(next as usize).filter(|_| next != 0) {
            Some(other) if prior(other.entry) >= prior(posting.entry) => {
                (before, next) = (Some(next), other.next);
            }
            _ => {
                posting.next = next;
                postings.push(posting);
                match before.and_then(|before| postings.get_mut(before as usize)) {
                    Some(before) => before.next = number,
                    None => node.first = number,
                }
                return;
            }
        }
    }
}

/// Finds names of several gazetteers in a text.
pub(super) struct Finder<'g> {
    pub(super) layers: Vec<&'g Gazetteer>,
    pub(super) language: u32,
    /// Whether words of the language change their ends.
    inflected: bool,
}

/// Languages whose names take endings.
const INFLECTED: [&str; 13] =
    ["ru", "uk", "be", "bg", "sr", "tr", "de", "fr", "es", "it", "pt", "ar", "he"];

/// The last letter of the Latin alphabets.
const LAST_LATIN: char = '\u{24F}';

/// Endings of Cyrillic names in the cases.
const CYRILLIC_ENDINGS: [&str; 20] = [
    "ами", "ого", "ому", "ым", "им", "ом", "ем", "ой", "ей", "ою", "ам", "ах", "ов", "а", "у", "е",
    "и", "ы", "я", "ю",
];

/// How names end that then lose a letter to the ending: `Москва`, `Италия`, `Сибирь`.
const CYRILLIC_ENDS: [&str; 4] = ["", "а", "я", "ь"];

/// What Arabic and Hebrew write together with the next word.
const ARABIC_BEGINNINGS: [&str; 9] = ["وال", "بال", "لل", "ال", "و", "ب", "ل", "ف", "ك"];
const HEBREW_BEGINNINGS: [&str; 6] = ["ו", "ב", "ל", "מ", "ה", "ש"];

impl<'g> Finder<'g> {
    pub(super) fn new(layers: Vec<&'g Gazetteer>, language: Option<&str>) -> Self {
        let primary = language.and_then(|tag| tag.split(['-', '_']).next()).unwrap_or("");
        Self {
            layers,
            language: language_number(language),
            inflected: INFLECTED.iter().any(|own| own.eq_ignore_ascii_case(primary)),
        }
    }

    /// The names in a text, the longest from the left.
    pub(super) fn find(&self, text: &str, words: &[Word]) -> Vec<Hit<'g>> {
        let mut hits = Vec::new();
        let mut at = 0;
        while at < words.len() {
            match self.longest(text, words, at) {
                Some(hit) => {
                    at = hit.words.1;
                    hits.push(hit);
                }
                None => at += 1,
            }
        }
        hits
    }

    fn longest(&self, text: &str, words: &[Word], first: usize) -> Option<Hit<'g>> {
        let rest = words.get(first..)?;
        let word = rest.first()?;
        if word.shape == Shape::Number && rest.get(1).is_none_or(|next| next.gap != Gap::Joint) {
            return None;
        }
        if word.single && word.gap == Gap::Glued && !self.may_begin(text, word) {
            return None;
        }
        let mut best: Option<Hit<'g>> = None;
        // Most words of a text are small, and begin no name.
        let any = word.shape != Shape::Lower || self.is_inflected(text, word);
        for layer in self.layers.iter().filter(|l| any || l.small.contains_key(&word.hash)) {
            self.walk(layer, text, rest, 0, |length, name, node, stem| {
                let run = rest.get(..length).unwrap_or(&[]);
                let mut candidates = self.candidates(layer, node, text, run, stem);
                candidates.retain(|candidate| {
                    let blocked = (candidate.entry.key, name);
                    self.layers.iter().all(|layer| !layer.blocked.contains(&blocked))
                });
                if candidates.is_empty() {
                    return;
                }
                let longer = best.as_ref().map_or(0, |hit| hit.words.1 - first);
                if length > longer {
                    let (start, end) = bounds(text, run);
                    best = Some(Hit { words: (first, first + length), start, end, candidates });
                } else if let Some(hit) = &mut best
                    && length == longer
                {
                    // What a file says of an entity stands before what is known of it.
                    hit.candidates.retain(|before| {
                        candidates.iter().all(|now| now.entry.key != before.entry.key)
                    });
                    hit.candidates.extend(candidates);
                }
            });
        }
        best
    }

    /// Calls with each run of words from the first that is a name: its length, its hash, and
    /// whether the last word was cut to its stem.
    fn walk(
        &self,
        layer: &'g Gazetteer,
        text: &str,
        rest: &[Word],
        mut run: u64,
        mut found: impl FnMut(usize, u64, &Node, bool),
    ) {
        for (number, word) in rest.iter().take(LONGEST).enumerate() {
            if number > 0 && !matches!(word.gap, Gap::Joint | Gap::Glued) {
                return;
            }
            let name = extend(run, word.hash);
            let whole = layer.nodes.get(&name);
            let named = whole.is_some_and(|node| node.first != 0);
            if let Some(node) = whole.filter(|_| named) {
                found(number + 1, name, node, false);
            }
            if !named && self.is_inflected(text, word) {
                self.other_forms(word.text(text), number == 0, |form, stem| {
                    let name = extend(run, word_hash(form));
                    match layer.nodes.get(&name) {
                        Some(node) if node.first != 0 => {
                            found(number + 1, name, node, stem);
                            true
                        }
                        _ => false,
                    }
                });
            }
            match whole {
                Some(node) if node.longer => run = name,
                _ => return,
            }
        }
    }

    /// Whether a word may have an ending that its name has not. Other alphabets tell enough where the
    /// language is not known.
    fn is_inflected(&self, text: &str, word: &Word) -> bool {
        (self.inflected || self.language == 0 && !word.text(text).is_ascii())
            && !word.single
            && word.shape != Shape::Number
    }

    /// What a word may be without its ending, the longest first, till `take` is content.
    fn other_forms(&self, word: &str, first: bool, mut take: impl FnMut(&str, bool) -> bool) {
        if first && !word.is_ascii() {
            for beginning in ARABIC_BEGINNINGS.iter().chain(&HEBREW_BEGINNINGS) {
                if let Some(rest) = word.strip_prefix(beginning)
                    && rest.chars().count() >= 3
                    && take(rest, false)
                {
                    return;
                }
            }
        }
        let letters = word.chars().count();
        let cyrillic = word.starts_with(|c| matches!(c, '\u{0400}'..='\u{052F}'));
        if cyrillic && letters >= 5 {
            for ending in CYRILLIC_ENDINGS {
                let rest = word.strip_suffix(ending).filter(|rest| rest.chars().count() >= 4);
                let Some(rest) = rest else { continue };
                if CYRILLIC_ENDS.iter().any(|end| take(&[rest, end].concat(), false)) {
                    return;
                }
            }
        }
        for (end, _) in word.char_indices().rev().take(7) {
            let stem = word.get(..end).unwrap_or("");
            if stem.chars().count() < 4 || take(stem, true) {
                return;
            }
        }
    }

    fn candidates(
        &self,
        layer: &'g Gazetteer,
        node: &Node,
        text: &str,
        run: &[Word],
        stem: bool,
    ) -> Vec<Candidate<'g>> {
        let capitals = run.iter().filter(|word| word.is_capital()).count();
        let uncased = run.iter().all(|word| word.shape == Shape::Uncased);
        let exact = run.iter().all(|word| matches!(word.shape, Shape::Upper | Shape::Number));
        let is_other = |c: char| c > LAST_LATIN;
        let other = run.first().is_some_and(|word| word.text(text).starts_with(is_other));
        let last = run.last().map_or("", |word| text.get(word.end..).unwrap_or(""));
        // A name in katakana ends where the katakana do.
        let open = run.last().is_some_and(|w| w.text(text).starts_with(is_katakana))
            && last.starts_with(is_katakana);
        let mut found: Vec<Candidate<'g>> = Vec::new();
        for posting in layer.postings(node) {
            let marks = posting.marks;
            let fits = (posting.language == 0
                || posting.language == self.language
                || self.language == 0 && !uncased && (run.len() > 1 || other))
                && (!stem || marks & mark::STEM != 0)
                && (!stem || self.language == posting.language)
                && (uncased
                    || marks & mark::ANY_CASE != 0
                    || marks & mark::EXACT != 0 && exact
                    || marks & mark::EXACT == 0 && capitals >= usize::from(posting.capitals));
            let Some(entry) = layer.entries.get(posting.entry as usize) else { continue };
            if !fits || open {
                continue;
            }
            // Several names of one entity: the one that needs least.
            match found.iter_mut().find(|known| known.entry.key == entry.key) {
                Some(known) if known.marks.count_ones() > marks.count_ones() => known.marks = marks,
                Some(_) => {}
                None => found.push(Candidate { entry, marks }),
            }
        }
        found
    }

    /// Whether a name can begin within a run of a script without blanks.
    fn may_begin(&self, text: &str, word: &Word) -> bool {
        let before = text.get(..word.start).and_then(|t| t.chars().next_back());
        let c = word.text(text).chars().next();
        let both = |is: fn(char) -> bool| before.is_some_and(is) && c.is_some_and(is);
        // Korean puts its particles behind; katakana words are whole.
        !both(is_hangul) && !both(is_katakana)
    }
}

/// The bytes of a run; the point after an abbreviation (`U.S.`) is part of it.
fn bounds(text: &str, run: &[Word]) -> (usize, usize) {
    let start = run.first().map_or(0, |word| word.start);
    let mut end = run.last().map_or(start, |word| word.end);
    let dotted = run.len() > 1 && run.iter().rev().take(2).all(|word| word.end - word.start == 1);
    let name = text.get(start..end).unwrap_or("");
    if dotted && name.contains('.') && text.get(end..).is_some_and(|t| t.starts_with('.')) {
        end += 1;
    }
    (start, end)
}
