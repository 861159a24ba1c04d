//! The entities that newsdb knows from the start; what they are and where they come from:
//! `SOURCES.md` beside this file, `tools/knowledge/build.py` in the repository.
//!
//! They are no part of a file until an article mentions them: then the entity enters it under an
//! external id that stays the same from version to version (`wikidata:Q232`,
//! `geonames:1526384`, `newsdb:person/…`), with its chief name and ids. So a file holds what its
//! news speak of and no more, a newer list needs no migration, and what people corrected in a
//! file (a name, a merge) stands, since the id leads to the corrected entity.
//!
//! The list is text: an entity a line, fields parted by tabs (class, ids, name, codes, codes of
//! what it lies in, prior, years, latitude, longitude, population, names). A name may have marks
//! and languages before it: `{d}Kazakh`, `{;de,nl}Island`; see [`mark`].

use super::gazetteer::{Class, Entry, Gazetteer, has_id, key_of, language_number, mark, run_of};
use crate::search::fold;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

/// Goes up with every change of the list; part of the annotator's name.
pub(super) const VERSION: u32 = 3;

#[cfg(feature = "knowledge")]
static PACKED: &[u8] = include_bytes!("knowledge.tsv.zst");
#[cfg(not(feature = "knowledge"))]
static PACKED: &[u8] = &[];

/// Names, somewhat more than there are.
const NAMES: usize = 120_000;

static KNOWLEDGE: OnceLock<Arc<Gazetteer>> = OnceLock::new();

/// The list, unpacked when it is first asked for.
fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        // It was packed by us; a test unpacks it whole.
        let bytes = zstd::decode_all(PACKED).unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    })
}

/// What is known from the start, as a gazetteer, which is made when it is first asked for.
pub(crate) fn knowledge() -> &'static Arc<Gazetteer> {
    KNOWLEDGE.get_or_init(|| {
        let mut gazetteer = Gazetteer::with_capacity(NAMES);
        for (entry, names) in text().lines().filter_map(read_line) {
            let entry = gazetteer.add_entry(entry);
            for (marks, languages, name) in names_of(names) {
                for language in languages.split(',') {
                    gazetteer.add_name(entry, name, marks, language_number(Some(language)));
                }
            }
        }
        Arc::new(gazetteer)
    })
}

/// So many questions are answered from the list before the gazetteer is made for them.
const SCANS: usize = 8;

/// Whether a question is to be answered from the list itself.
fn is_asked_little() -> bool {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    KNOWLEDGE.get().is_none() && ASKED.fetch_add(1, Ordering::Relaxed) < SCANS
}

/// The known entities that go by a name, in any case and language, in the order of the list.
pub(crate) fn named(name: &str) -> Vec<Entry> {
    if is_asked_little() {
        return scan(name);
    }
    knowledge().named(name).into_iter().cloned().collect()
}

/// The known entity that an external id, `scheme:value`, belongs to.
pub(super) fn by_id(id: &str) -> Option<Entry> {
    if is_asked_little() {
        let has = |line: &&str| line.split('\t').nth(1).is_some_and(|ids| has_id(ids, id));
        return read_line(text().lines().find(has)?).map(|(entry, _)| entry);
    }
    knowledge().by_id(id).cloned()
}

/// As [`Gazetteer::named`], without making one: for a program that asks once.
fn scan(name: &str) -> Vec<Entry> {
    let mut folded = HashMap::new();
    let wanted = initial(name, &mut folded);
    let Some(run) = run_of(name).filter(|_| wanted.is_some()) else { return Vec::new() };
    let mut is_wanted = |line: &&'static str| {
        names_of(line.rsplit('\t').next().unwrap_or("")).any(|(marks, _, name)| {
            initial(name, &mut folded) == wanted
                && marks & (mark::DEMONYM | mark::STEM) == 0
                && run_of(name) == Some(run)
        })
    };
    let lines = text().lines().filter(|line| is_wanted(line));
    lines.filter_map(read_line).map(|(entry, _)| entry).collect()
}

/// The first letter or digit of a name whatever its case and accent. What was folded is remembered.
fn initial(name: &str, folded: &mut HashMap<char, char>) -> Option<char> {
    let first = name.chars().find(|c| c.is_alphanumeric())?;
    if first.is_ascii() {
        return Some(first.to_ascii_lowercase());
    }
    let fold = || fold(first.encode_utf8(&mut [0; 4])).chars().next().unwrap_or(first);
    Some(*folded.entry(first).or_insert_with(fold))
}

/// The names of a line: marks, languages with commas between, name.
fn names_of(names: &'static str) -> impl Iterator<Item = (u8, &'static str, &'static str)> {
    names.split('|').map(|name| {
        let (head, name) = match name.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some(split) => split,
            None => ("", name),
        };
        let (letters, languages) = head.split_once(';').unwrap_or((head, ""));
        (letters.bytes().fold(0, |marks, letter| marks | mark_of(letter)), languages, name)
    })
}

/// The entity of a line, and its names.
fn read_line(line: &'static str) -> Option<(Entry, &'static str)> {
    let mut fields = line.split('\t');
    let mut next = || fields.next().unwrap_or("");
    let class = class(next())?;
    let (ids, name, codes, within) = (next(), next(), next(), next());
    let prior = next().parse().unwrap_or(0);
    let years = next()
        .split_once('-')
        .and_then(|(first, last)| Some((first.parse().ok()?, last.parse().unwrap_or(i32::MAX))));
    let (north, east) = (next().parse(), next().parse());
    let population = next().parse().ok();
    let entry = Entry {
        class,
        name: Cow::Borrowed(name),
        ids: Cow::Borrowed(ids),
        codes: Cow::Borrowed(codes),
        within: Cow::Borrowed(within),
        prior,
        years,
        position: north.ok().zip(east.ok()),
        population,
        entity: None,
        key: key_of(ids),
    };
    Some((entry, next()))
}

fn class(code: &str) -> Option<Class> {
    Some(match code {
        "P" => Class::Person,
        "Lc" => Class::Country,
        "Ls" => Class::Part,
        "Lt" => Class::City,
        "Lg" => Class::Feature,
        "Lr" => Class::Region,
        "Lh" => Class::Historical,
        "E" => Class::Event,
        "N" => Class::Never,
        _ if code.starts_with('O') => Class::Organisation,
        _ if code.starts_with('T') => Class::Object,
        _ => return None,
    })
}

fn mark_of(letter: u8) -> u8 {
    match letter {
        b'a' => mark::EXACT,
        b'c' => mark::ANY_CASE,
        b'd' => mark::DEMONYM,
        b's' => mark::STEM,
        b't' => mark::TITLED,
        b'w' => mark::WEAK,
        _ => 0,
    }
}

#[cfg(all(test, feature = "knowledge"))]
mod tests {
    use super::*;

    #[test]
    fn the_list_answers_as_the_gazetteer_does() {
        let keys = |entries: Vec<Entry>| entries.iter().map(|entry| entry.key).collect::<Vec<_>>();
        let lines: Vec<_> = text().lines().filter_map(read_line).collect();
        assert!(lines.len() > 30_000);
        let names = lines.iter().step_by(900).filter_map(|(_, names)| names_of(names).last());
        for name in
            names.map(|(.., name)| name).chain(["yaounde", "SÃO PAULO", "казахстан", "", "…"])
        {
            let built = knowledge().named(name).into_iter().cloned().collect();
            assert_eq!(keys(scan(name)), keys(built), "{name}");
        }
        for (entry, _) in lines.iter().step_by(900) {
            let id = entry.ids.split(' ').next_back().unwrap();
            let found = text().lines().find(|l| has_id(l.split('\t').nth(1).unwrap(), id));
            let built = knowledge().by_id(id).map(|entry| entry.key);
            assert_eq!(found.and_then(read_line).map(|(entry, _)| entry.key), built, "{id}");
        }
    }
}
