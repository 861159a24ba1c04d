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

use super::gazetteer::{Class, Entry, Gazetteer, key_of, language_number, mark};
use flate2::read::GzDecoder;
use std::borrow::Cow;
use std::io::Read;
use std::sync::{Arc, OnceLock};

/// Goes up with every change of the list; part of the annotator's name.
pub(super) const VERSION: u32 = 1;

#[cfg(feature = "knowledge")]
static PACKED: &[u8] = include_bytes!("knowledge.tsv.gz");
#[cfg(not(feature = "knowledge"))]
static PACKED: &[u8] = &[];

/// What is known from the start, unpacked when it is first asked for.
pub(crate) fn knowledge() -> &'static Arc<Gazetteer> {
    static TEXT: OnceLock<String> = OnceLock::new();
    static KNOWLEDGE: OnceLock<Arc<Gazetteer>> = OnceLock::new();
    KNOWLEDGE.get_or_init(|| {
        let text = TEXT.get_or_init(|| {
            let mut text = String::new();
            // It was packed by us; a test unpacks it whole.
            let _ = GzDecoder::new(PACKED).read_to_string(&mut text);
            text
        });
        let mut gazetteer = Gazetteer::default();
        text.lines().for_each(|line| read_line(&mut gazetteer, line));
        Arc::new(gazetteer)
    })
}

fn read_line(gazetteer: &mut Gazetteer, line: &'static str) {
    let mut fields = line.split('\t');
    let mut next = || fields.next().unwrap_or("");
    let Some(class) = class(next()) else { return };
    let (ids, name, codes, within) = (next(), next(), next(), next());
    let prior = next().parse().unwrap_or(0);
    let years = next()
        .split_once('-')
        .and_then(|(first, last)| Some((first.parse().ok()?, last.parse().unwrap_or(i32::MAX))));
    let (north, east) = (next().parse(), next().parse());
    let population = next().parse().ok();
    let names = next();
    let entry = gazetteer.add_entry(Entry {
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
    });
    for name in names.split('|') {
        let (head, name) = match name.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some(split) => split,
            None => ("", name),
        };
        let (letters, languages) = head.split_once(';').unwrap_or((head, ""));
        let marks = letters.bytes().fold(0, |marks, letter| marks | mark_of(letter));
        for language in languages.split(',') {
            gazetteer.add_name(entry, name, marks, language_number(Some(language)));
        }
    }
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
