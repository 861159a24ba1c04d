//! Entities that somebody added to a file, as a gazetteer.

use super::gazetteer::{Class, Entry, Gazetteer, key_of, language_number, mark};
use super::knowledge::knowledge;
use super::language::is_common_word;
use super::words::{Shape, words};
use crate::model::EntityKind;
use std::borrow::Cow;

/// How much is said of an entity that somebody thought worth adding.
const PRIOR: u8 = 58;

/// An entity of a file.
#[derive(Debug)]
pub(crate) struct OwnEntity {
    pub(crate) entity: i64,
    pub(crate) kind: EntityKind,
    pub(crate) name: String,
    /// `scheme:value`.
    pub(crate) ids: Vec<String>,
}

impl Gazetteer {
    /// Adds an entity of a file; what newsdb knows of it from the start holds too.
    pub(crate) fn add_own(&mut self, own: OwnEntity) -> u32 {
        let knowledge = knowledge();
        let known = own.ids.iter().find_map(|id| knowledge.by_id(id));
        let known = known.and_then(|number| knowledge.entries.get(number as usize));
        let name = Cow::Owned(own.name);
        let entity = Some(own.entity);
        let entry = match known {
            Some(known) => Entry { name, entity, ..known.clone() },
            None => {
                let ids = own.ids.join(" ");
                let key = if ids.is_empty() { own.entity.cast_unsigned() } else { key_of(&ids) };
                Entry {
                    class: Class::of(own.kind),
                    name,
                    ids: Cow::Owned(ids),
                    codes: Cow::Borrowed(""),
                    within: Cow::Borrowed(""),
                    prior: PRIOR,
                    years: None,
                    position: None,
                    population: None,
                    entity,
                    key,
                }
            }
        };
        self.add_entry(entry)
    }

    /// Adds a name of an entity of a file. How it may stand is told by how it is written.
    pub(crate) fn add_own_name(&mut self, number: u32, name: &str, language: &str) {
        if is_name(name) {
            let parts = words(name);
            let cased = |shape| parts.iter().all(|word| word.shape == shape);
            let marks = match () {
                // `IBM`, `UN`: short ones may be other words when written small.
                () if parts.len() == 1 && name.len() <= 3 && cased(Shape::Upper) => mark::EXACT,
                () if parts.iter().all(|word| !word.is_capital()) => mark::ANY_CASE,
                () => 0,
            };
            self.add_name(number, name, marks, language_number(Some(language)));
        }
    }
}

/// Whether a name can be looked for at all: not empty, no single letter, no common word.
pub(crate) fn is_name(name: &str) -> bool {
    let parts = words(name);
    match parts.as_slice() {
        [] => false,
        [only] => {
            let word = only.text(name);
            let wide = only.single && word.chars().all(|c| c >= '\u{3400}');
            (wide || word.chars().count() > 1)
                && !(only.shape == Shape::Lower && is_common_word(word))
        }
        _ => true,
    }
}
