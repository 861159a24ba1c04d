//! The names of the months.

use super::tokens::fold;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// The table; its head says what it holds.
const TABLE: &str = include_str!("months.txt");

/// From a folded name to each language that has it, and the number of the month there.
type Names = HashMap<String, Vec<(&'static str, u32)>>;

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut names = Names::new();
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let Some((language, months)) = line.split_once(' ') else { continue };
        for (number, forms) in (1..).zip(months.split(',')) {
            for form in forms.split_whitespace() {
                names.entry(fold(&form.replace('_', " "))).or_default().push((language, number));
            }
        }
    }
    names
});

/// The number of the month that a word names, 1 to 12. Case, accents and a full stop at its end
/// do not count. Where languages differ (`listopad` is October in Croatian and November in Czech)
/// the given one decides (BCP 47; regions are passed over); without it, `None`.
///
/// ```
/// use newsdb::formats::dates::month;
/// assert_eq!(month("Août", None), Some(8));
/// assert_eq!(month("listopada", Some("hr")), Some(10));
/// assert_eq!(month("listopada", Some("pl")), Some(11));
/// assert_eq!(month("listopada", None), None);
/// ```
pub fn month(word: &str, language: Option<&str>) -> Option<u32> {
    folded(&fold(word.trim().trim_end_matches('.')), language)
}

/// The first words of names of several.
static FIRST: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let parted = NAMES.keys().filter_map(|name| name.split_once(' '));
    parted.map(|(first, _)| first).collect()
});

/// Whether a folded word is the first of a name of several.
pub(super) fn begins(word: &str) -> bool {
    FIRST.contains(word)
}

pub(super) fn folded(word: &str, language: Option<&str>) -> Option<u32> {
    let meanings = NAMES.get(word)?;
    let language = language.map(|tag| tag.split(['-', '_']).next().unwrap_or(tag));
    let known = |wanted: &str| {
        meanings.iter().find(|(has, _)| has.eq_ignore_ascii_case(wanted)).map(|(_, month)| *month)
    };
    language.and_then(known).or_else(|| known("en")).or_else(|| {
        let (_, first) = meanings.first()?;
        meanings.iter().all(|(_, month)| month == first).then_some(*first)
    })
}
