//! Entities that somebody added to a file, as a gazetteer.

use super::gazetteer::{Class, Entry, Gazetteer, language_number, mark};
use super::knowledge::{self, knowledge};
use super::stop::is_stop_word;
use super::words::{Shape, Word, words};
use crate::model::{EntityKind, ExternalId};
use crate::search::fold;
use std::borrow::Cow;

/// How much is said of an entity that somebody thought worth adding.
const PRIOR: u8 = 58;

/// An entity of a file.
#[derive(Debug)]
pub(crate) struct OwnEntity {
    pub(crate) entity: i64,
    /// Where merges lead it.
    pub(crate) canonical: i64,
    pub(crate) kind: EntityKind,
    pub(crate) name: String,
    /// `scheme:value`.
    pub(crate) ids: Vec<String>,
}

impl Gazetteer {
    /// Adds an entity of a file; what newsdb knows of it from the start holds too. One without ids
    /// is the known one that its name means. Those that were merged are one.
    pub(crate) fn add_own(&mut self, own: OwnEntity) -> u32 {
        let known = match own.ids.as_slice() {
            [] => leader(&namesakes(own.kind, &own.name)).cloned(),
            ids => ids.iter().find_map(|id| knowledge().by_id(id)).cloned(),
        };
        let name = Cow::Owned(own.name);
        let entity = Some(own.entity);
        let entry = match known {
            Some(known) => Entry { name, entity, ..known },
            None => Entry {
                class: Class::of(own.kind),
                name,
                ids: Cow::Owned(own.ids.join(" ")),
                codes: Cow::Borrowed(""),
                within: Cow::Borrowed(""),
                prior: PRIOR,
                years: None,
                position: None,
                population: None,
                entity,
                key: own.canonical.cast_unsigned(),
            },
        };
        self.add_entry(entry)
    }

    /// Keeps a name from meaning what newsdb knows by an id, `scheme:value`, from the start.
    pub(crate) fn block(&mut self, id: &str, name: &str) {
        if let Some(known) = knowledge().by_id(id) {
            self.block_name(known.key, name);
        }
    }

    /// Adds a name of an entity of a file. How it may stand is told by how it is written.
    pub(crate) fn add_own_name(&mut self, number: u32, name: &str, language: &str) {
        let parts = words(name);
        if is_name_of(name, &parts) {
            let cased = |shape| parts.iter().all(|word| word.shape == shape);
            let marks = match () {
                // `IBM`, `UN`: short ones may be other words when written small.
                () if parts.len() == 1 && name.len() <= 3 && cased(Shape::Upper) => mark::EXACT,
                () if parts.iter().all(|word| !word.is_capital()) => mark::ANY_CASE,
                () => 0,
            };
            self.add_words(number, &parts, marks, language_number(Some(language)));
        }
    }
}

/// By how much the prior of the known entity that a bare name means must lead that of the next.
const LEAD: u8 = 15;

/// The known entities of a kind that have a name as their chief one, the one spoken of most first.
fn namesakes(kind: EntityKind, name: &str) -> Vec<Entry> {
    let chief = fold(name);
    let mut found = knowledge::named(name);
    found.retain(|known| known.class.kind() == Some(kind) && fold(&known.name) == chief);
    found.sort_by_key(|known| std::cmp::Reverse(known.prior));
    found
}

/// The known entity that a name means when nothing else is said: the only one of the name, or the
/// one that is spoken of far more than the others.
fn leader(namesakes: &[Entry]) -> Option<&Entry> {
    let (first, rest) = namesakes.split_first()?;
    let next = rest.first().map_or(0, |next| next.prior);
    (rest.is_empty() || first.prior >= next.saturating_add(LEAD)).then_some(first)
}

/// Whether a name alone may mean the entity that has these ids: it is no known one, or there is no
/// other known one of that name that may as well be meant.
pub(crate) fn is_meant(kind: EntityKind, name: &str, ids: &[ExternalId]) -> bool {
    let known = ids.iter().find_map(|id| knowledge().by_id(&format!("{}:{}", id.scheme, id.value)));
    let Some(known) = known else { return true };
    let namesakes = namesakes(kind, name);
    namesakes.is_empty() || leader(&namesakes).is_some_and(|leader| leader.key == known.key)
}

/// Whether a name that nobody has vouched for may be looked for, unless newsdb knows something by it
/// from the start: one of two words or more with capitals.
pub(crate) fn is_full_name(name: &str) -> bool {
    let parts = words(name);
    let capitals = parts.iter().filter(|word| word.is_capital()).count();
    capitals > 1 && is_name_of(name, &parts)
}

/// Whether newsdb knows something by a name from the start.
pub(crate) fn is_known(name: &str) -> bool {
    !knowledge::named(name).is_empty()
}

/// Whether a name can be looked for at all: not empty, no single letter, no common words alone. In
/// capitals it may be an abbreviation: `WHO`.
pub(crate) fn is_name(name: &str) -> bool {
    is_name_of(name, &words(name))
}

fn is_name_of(name: &str, parts: &[Word]) -> bool {
    let common =
        |word: &Word| word.shape != Shape::Upper && is_stop_word(&word.text(name).to_lowercase());
    match parts {
        [] => false,
        [only] => {
            let word = only.text(name);
            let han = only.single && word.chars().all(|c| matches!(c, '\u{3400}'..='\u{9FFF}'));
            (han || word.chars().count() > 1) && !common(only)
        }
        several => {
            let capitals = several.iter().filter(|word| word.is_capital()).count();
            capitals > 1 || !several.iter().all(common)
        }
    }
}
