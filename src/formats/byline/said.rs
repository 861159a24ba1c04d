//! What is said of those whom a byline names: roles, degrees, agencies.

use super::tables;
use super::{OTHERS, PARTS, QUALIFIERS, ROLES, is_in, is_joined};
use crate::formats::dates;
use crate::formats::words::{Words, lines, words};
use std::sync::LazyLock;

static DEGREES: LazyLock<Words> = LazyLock::new(|| words(tables::DEGREES));
static ENDS: LazyLock<Vec<&str>> = LazyLock::new(|| tables::ENDS.split_whitespace().collect());
static AGENCIES: LazyLock<Vec<&str>> = LazyLock::new(|| lines(tables::AGENCIES));
static COMPANIES: LazyLock<Words> = LazyLock::new(|| words(tables::COMPANIES));

/// The words of a name without what is said of it: `Correspondent Ada Berg`, `Ada Berg Senior
/// Political Reporter`, `Ada Berg 5 May`, `Ada Berg Associated Press`.
pub(super) fn without_role<'w>(words: &'w [&'w str]) -> &'w [&'w str] {
    let is_said = |word: &&&str| is_in(&ROLES, word) || is_in(&QUALIFIERS, word);
    // Qualifiers belong to a role; without one, they may be names.
    let lead = words.iter().take_while(is_said).count();
    let has_role = words.iter().take(lead).any(|word| is_in(&ROLES, word));
    let words = words.get(if has_role { lead } else { 0 }..).unwrap_or(words);
    // "聯合報 王思涵"
    let words = match words {
        [.., house, name] if is_joined(name) && !ends_as_house(name) && ends_as_house(house) => {
            words.get(words.len() - 1..).unwrap_or(words)
        }
        _ => words,
    };
    let words = words.get(..agency_in(words).unwrap_or(words.len())).unwrap_or(words);
    let words = without_degrees(words);
    let is_end = |(at, word): (usize, &&str)| {
        let before = words.get(..at).unwrap_or(&[]);
        // What follows a whole name: "Ada Berg Foto Jon Lund", "李文華 綜合報導".
        let joined = before.last().is_some_and(|name| is_joined(name) && !ends_as_house(name));
        let follows =
            joined && ends_as_house(word) || (joined || before.len() > 1) && is_in(&OTHERS, word);
        is_in(&ROLES, word) || word.starts_with(|c: char| c.is_ascii_digit()) || follows
    };
    let end = words.iter().enumerate().position(is_end).or_else(|| after_capitals(words));
    let Some(end) = end else { return words };
    let (name, rest) = words.split_at(end);
    let is_role = rest.first().is_some_and(|word| is_in(&ROLES, word));
    let is_trail = |word: &&&str| match is_role {
        true => is_in(&QUALIFIERS, word),
        false => dates::month(word, None).is_some(),
    };
    let trail = name.iter().rev().take_while(is_trail).count();
    let name = name.get(..name.len() - trail).unwrap_or(name);
    // "The Daily Post's Kim Seoyeon, reporter", where names are one word.
    if let Some((last, before)) = name.split_last()
        && is_joined(last)
        && before.last().is_some_and(|word| ends_as_house(word))
    {
        return name.get(before.len()..).unwrap_or(name);
    }
    let is_whole = name.len() > 1 || name.first().is_some_and(|name| is_joined(name));
    if is_whole { name } else { words }
}

/// A whole name without the degrees behind it: `Ada Berg PhD`, `Ada Berg HS`. Letters in capitals
/// that no one can speak are degrees, but for the numbers of generations.
fn without_degrees<'w>(words: &'w [&'w str]) -> &'w [&'w str] {
    // `Do`, `Ma` and `Ba` are names; `DO`, `M.A.`, `PhD` are none.
    let is_capitalised =
        |word: &str| word.chars().skip(1).all(|c| c.is_lowercase() || !c.is_alphabetic());
    let is_cased = |word: &&&str| word.chars().any(char::is_lowercase);
    let is_degree = |word: &&&str| {
        let lower = word.to_lowercase();
        let spoken =
            lower.contains(['a', 'e', 'i', 'o', 'u', 'y']) || lower == "jr" || lower == "sr";
        let letters = word.trim_end_matches('.').len();
        DEGREES.contains(lower.as_str()) && (lower.contains('.') || !is_capitalised(word))
            || (2..=5).contains(&letters)
                && !spoken
                && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'.')
    };
    let names = words.iter().take_while(|word| is_cased(word) && !is_degree(word)).count();
    let rest = words.get(names..).unwrap_or(&[]);
    match names > 1 && rest.iter().all(|word| is_degree(&word)) {
        true => words.get(..names).unwrap_or(words),
        false => words,
    }
}

/// Where, behind a whole name, that of an agency begins.
fn agency_in(words: &[&str]) -> Option<usize> {
    (2..words.len()).find(|at| {
        let rest = words.get(*at..).unwrap_or(&[]).join(" ").to_lowercase();
        AGENCIES.iter().any(|agency| {
            rest.strip_prefix(agency).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        })
    })
}

/// Whether a name is an agency's as a whole.
pub(super) fn is_agency(name: &str) -> bool {
    AGENCIES.contains(&name.to_lowercase().as_str())
}

/// Whether a text is a company, whose commas part no names: `Baltic Coast GmbH, Hamburg, Germany`,
/// `Baltic Coast, Inc., Boston`.
pub(super) fn is_company(text: &str) -> bool {
    let Some((first, rest)) = text.split_once(',') else { return false };
    let is_form = |word: &str| COMPANIES.contains(word.trim_end_matches('.'));
    // One word before it may be a name: "Berg S.A., Lund J.K."
    let is_name = |name: &str| {
        name.contains(' ')
            && name.contains(char::is_lowercase)
            && !name.contains(['/', '|', ';'])
            && !PARTS.iter().any(|mark| name.contains(mark))
    };
    // "Ada Berg, AB" is in Alberta.
    let second = rest.split(',').next().unwrap_or("").trim();
    let is_apart = second.contains(|c: char| c == '.' || c.is_lowercase()) && is_form(second);
    let parts = first.trim().rsplit_once(' ');
    is_apart && is_name(first.trim())
        || parts.is_some_and(|(name, form)| is_form(form) && is_name(name))
}

/// Whether a word ends as the names of papers and desks do, where words are not parted by blanks.
pub(in crate::formats) fn ends_as_house(word: &str) -> bool {
    ENDS.iter().any(|end| word.ends_with(end))
}

/// Where a name in capitals ends and what is not begins: `KARL JENSEN Associated Press`.
fn after_capitals(words: &[&str]) -> Option<usize> {
    let is_shouted =
        |word: &&&str| !word.contains(char::is_lowercase) && word.contains(char::is_uppercase);
    let name = words.iter().take_while(is_shouted).count();
    // "ANNA McDONALD" goes on.
    let mut next = words.get(name)?.chars();
    let is_other = next.next().is_some_and(char::is_uppercase) && next.all(char::is_lowercase);
    (name > 1 && is_other).then_some(name)
}
