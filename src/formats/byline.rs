//! The names in a byline.
//!
//! `By Anna Berg and Jon Lund, Baltic Post` names two: what follows the last of several names is
//! where they work. Roles are cut off (`Anna Berg, Staff Writer`, `Correspondent Anna Berg`), and
//! agencies, papers and desks are no authors.

mod tables;

use super::dates;
use super::words::{Words, letters, lines, one_line, words};
use std::sync::LazyLock;

static BY: LazyLock<Vec<&str>> = LazyLock::new(|| lines(tables::BY));
#[cfg(feature = "html")]
static MIDDLE: LazyLock<Vec<&str>> = LazyLock::new(|| lines(tables::MIDDLE));
static ROLES: LazyLock<Words> = LazyLock::new(|| words(tables::ROLES));
static QUALIFIERS: LazyLock<Words> = LazyLock::new(|| words(tables::QUALIFIERS));
static HOUSES: LazyLock<Words> = LazyLock::new(|| words(tables::HOUSES));
static NO_NAMES: LazyLock<Words> = LazyLock::new(|| words(tables::NO_NAMES));
static AND: LazyLock<Words> = LazyLock::new(|| words(tables::AND));
static PLACES: LazyLock<Words> = LazyLock::new(|| words(tables::PLACES));
static PARTICLES: LazyLock<Words> = LazyLock::new(|| words(tables::PARTICLES));

/// What parts the names from what is said of them: the first part that has names counts.
const PARTS: &[&str] = &[" - ", " – ", " — ", "－", "–", "—", "·", "•", "\n"];

/// What stands between names.
const SEPARATORS: &[char] = &[',', ';', '|', '/', '&', '、', '，', '；', '،', '+'];

/// Around a name.
const MARKS: &str = ",;:|-–—•*\"“”'";

/// A name has so many words and letters at most.
const WORDS: usize = 6;
const LETTERS: usize = 60;

/// A longer text is no byline.
const LONGEST: usize = 400;

/// The authors that a printed byline names. One without a name of two words names an agency, and
/// no author.
pub(crate) fn authors(byline: &str) -> Vec<String> {
    let mut names = Vec::new();
    split(byline, &|_| false, &mut names);
    names.retain(|name| name.contains(' ') || is_joined(name));
    names
}

/// Adds the names of a byline that are not refused: `By A and B`, `A, B`, `A / B`, `Last, First`.
pub(super) fn split(text: &str, refuses: &dyn Fn(&str) -> bool, found: &mut Vec<String>) {
    if text.chars().count() > LONGEST || text.starts_with("http") {
        return;
    }
    if let Some((family, given)) = turned(text.trim()) {
        return add(&format!("{given} {family}"), refuses, found);
    }
    let start = found.len();
    let mut rest = Some(without_by(text));
    while let Some(text) = rest.filter(|_| found.len() == start) {
        let cut = PARTS.iter().filter_map(|mark| Some((text.find(mark)?, mark.len()))).min();
        let (part, after) = match cut {
            Some((at, length)) => (text.get(..at).unwrap_or(text), text.get(at + length..)),
            None => (text, None),
        };
        names(without_by(part), refuses, found);
        rest = after;
    }
}

/// The names of a byline without what it begins with.
fn names(text: &str, refuses: &dyn Fn(&str) -> bool, found: &mut Vec<String>) {
    let start = found.len();
    for part in text.split(SEPARATORS) {
        let mut name = String::new();
        let mut last = false;
        for word in part.split_whitespace() {
            let small = word.starts_with(char::is_lowercase);
            let whole = name.contains(' ');
            // "Ada Berg in Oslo"
            if small && whole && PLACES.contains(word) && !AND.contains(word) {
                break;
            }
            // "Ortega y Gasset" is rare, "A y B" is not; single letters may be initials.
            let small = small || word.len() > 1 && word == word.to_uppercase();
            if small && whole && AND.contains(word.to_lowercase().as_str()) {
                add(&name, refuses, found);
                name.clear();
                last = true;
            } else {
                name.extend((!name.is_empty()).then_some(' '));
                name.push_str(word);
            }
        }
        // "Ada Berg, Oslo": one word beside whole names is a place or an office.
        let whole = found.get(start..).unwrap_or(&[]).iter().any(|name| name.contains(' '));
        let count = found.len();
        if !whole || name.contains(' ') {
            add(&name, refuses, found);
        }
        // What follows "A and B," is where they work.
        if last && found.len() > count {
            return;
        }
    }
}

/// The two parts of `Berg, Ada`, as lists of authors have it: one word each, the first with a
/// particle, the second with an initial.
fn turned(text: &str) -> Option<(&str, &str)> {
    let (family, given) = text.split_once(',')?;
    let (family, given) = (family.trim(), given.trim());
    let is_name = |word: &str| {
        word.starts_with(char::is_uppercase)
            && word.chars().count() > 1
            && word.contains(char::is_lowercase)
            && word.chars().all(|c| c.is_alphabetic() || "-'’".contains(c))
            && is_person(word)
    };
    let is_initial =
        |word: &str| word.trim_end_matches('.').chars().count() == 1 && !word.contains(',');
    let mut of_family = family.split_whitespace().rev();
    let mut of_given = given.split_whitespace();
    let is_turned = of_family.next().is_some_and(is_name)
        && of_family.all(|word| PARTICLES.contains(word.to_lowercase().as_str()))
        && of_given.next().is_some_and(is_name)
        && of_given.all(is_initial);
    is_turned.then_some((family, given))
}

/// A byline without what it begins with.
pub(super) fn without_by(text: &str) -> &str {
    let mut text = text.trim();
    for _ in 0..2 {
        let lower = text.to_lowercase();
        let longest = BY
            .iter()
            .filter(|by| {
                lower.strip_prefix(**by).is_some_and(|rest| {
                    rest.starts_with([':', ' ', '：', '|', '\u{a0}', '/']) || !is_spaced(by)
                })
            })
            .map(|by| by.len())
            .max();
        let cut = longest.and_then(|end| Some((lower.get(..end)?, text.get(end..)?)));
        let Some((_, cut)) = cut.filter(|(by, rest)| !is_particle(by, rest)) else { break };
        text = cut
            .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '|' | '/'));
    }
    text
}

/// Whether a word is the beginning of a name, as in "Van Morrison", and not "by".
fn is_particle(word: &str, rest: &str) -> bool {
    let mut words = rest.split_whitespace();
    let name = words.next().filter(|name| name.starts_with(char::is_uppercase) && is_person(name));
    PARTICLES.contains(word) && name.is_some() && words.next().is_none()
}

/// What follows "by" within a line that says more: `Posted on Friday by Ada Berg at 10:15`.
#[cfg(feature = "html")]
pub(super) fn after_by(line: &str) -> Option<&str> {
    let lower = line.to_lowercase();
    // The case of some letters is as long as they are, of some not.
    let rest = MIDDLE.iter().filter_map(|by| {
        let at = lower.find(&format!(" {by} "))?;
        line.get(at + by.len() + 2..)
    });
    rest.filter(|rest| rest.starts_with(char::is_uppercase)).max_by_key(|rest| rest.len())
}

/// Adds what can be a person's name.
pub(super) fn add(name: &str, refuses: &dyn Fn(&str) -> bool, found: &mut Vec<String>) {
    let name = name.split(['(', '[', '<', '（']).next().unwrap_or(name);
    let is_mark = |c: char| c.is_whitespace() || MARKS.contains(c);
    let name = one_line(without_by(name.trim_matches(is_mark)));
    let words: Vec<&str> = name.split(' ').take_while(|word| !word.contains('@')).collect();
    let name = without_role(&words).join(" ");
    let name = name.trim_matches(is_mark);
    let count = name.chars().count();
    let own = letters(name);
    let wrong = !(2..=LETTERS).contains(&count)
        || name.split(' ').count() > WORDS
        || own.is_empty()
        || name.contains("://")
        || name.contains("www.")
        || name.chars().any(|c| c.is_ascii_digit())
        || !is_person(name)
        || refuses(name);
    if !wrong && !found.iter().any(|other| letters(other) == own) {
        found.push(name.to_owned());
    }
}

/// The words of a name without what is said of it: `Correspondent Ada Berg`, `Ada Berg Senior
/// Political Reporter`, `Ada Berg 5 May`.
fn without_role<'w>(words: &'w [&'w str]) -> &'w [&'w str] {
    let is = |table: &Words, word: &str| {
        table.contains(word.to_lowercase().trim_end_matches([',', ':', '.']))
    };
    let is_said = |word: &&&str| is(&ROLES, word) || is(&QUALIFIERS, word);
    // Qualifiers belong to a role; without one, they may be names.
    let lead = words.iter().take_while(is_said).count();
    let has_role = words.iter().take(lead).any(|word| is(&ROLES, word));
    let words = words.get(if has_role { lead } else { 0 }..).unwrap_or(words);
    let is_end = |word: &&str| is(&ROLES, word) || word.starts_with(|c: char| c.is_ascii_digit());
    let Some(end) = words.iter().position(is_end) else { return words };
    let (name, rest) = words.split_at(end);
    let is_role = rest.first().is_some_and(|word| is(&ROLES, word));
    let is_trail = |word: &&&str| {
        if is_role { is(&QUALIFIERS, word) } else { dates::month(word, None).is_some() }
    };
    let trail = name.iter().rev().take_while(is_trail).count();
    let name = name.get(..name.len() - trail).unwrap_or(name);
    let is_whole = name.len() > 1 || name.first().is_some_and(|name| is_joined(name));
    if is_whole { name } else { words }
}

/// Whether a name is no role's, service's or user's.
fn is_person(name: &str) -> bool {
    let mut words = name.split([' ', '-', '.', '/']).filter(|word| !word.is_empty());
    let cased = name.contains(char::is_lowercase);
    let alone = !name.contains(' ');
    let is_other = words.any(|word| {
        let lower = word.to_lowercase();
        let lower = lower.as_str();
        let short = alone || cased && word.len() > 1 && word == word.to_uppercase();
        // An acronym among other words is an agency's.
        HOUSES.contains(lower) || ROLES.contains(lower) || NO_NAMES.contains(lower) && short
    });
    !is_other && name.contains(|c: char| !c.is_lowercase() && c != ' ')
}

/// Whether the script of a phrase parts words by blanks.
fn is_spaced(phrase: &str) -> bool {
    phrase.chars().last().is_some_and(|c| c < '\u{e00}')
}

/// Whether a name is whole without a blank in it: Chinese, Japanese, Korean.
pub(super) fn is_joined(name: &str) -> bool {
    let mut letters = name.chars();
    (2..=4).contains(&name.chars().count())
        && letters.all(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'))
}

#[cfg(test)]
mod tests {
    use super::authors;

    #[test]
    fn names_are_found_and_agencies_are_not() {
        for (byline, expected) in [
            ("By Brendan Quinn", &["Brendan Quinn"][..]),
            ("Paulo Santalucia and Frances d'Emilio", &["Paulo Santalucia", "Frances d'Emilio"]),
            ("Von Christian Hollmann, dpa", &["Christian Hollmann"]),
            ("BY ANNA BERG AND MIA HOLM", &["ANNA BERG", "MIA HOLM"]),
            ("Anna Berg, Jon Lund and Mia Holm", &["Anna Berg", "Jon Lund", "Mia Holm"]),
            ("By Anna Berg and Jon Lund, Baltic Mirror", &["Anna Berg", "Jon Lund"]),
            ("By Anna Berg, Jon Lund", &["Anna Berg", "Jon Lund"]),
            ("Karl Melander/TT", &["Karl Melander"]),
            ("Par Lucie Martin et Paul Petit", &["Lucie Martin", "Paul Petit"]),
            ("By RUTH PELLING, Staff Writer", &["RUTH PELLING"]),
            ("By Ian Holm Senior Political Correspondent", &["Ian Holm"]),
            ("From Correspondent Lewis Harding", &["Lewis Harding"]),
            ("Berg, Anna", &["Anna Berg"]),
            ("van der Berg, Anna K.", &["Anna K. van der Berg"]),
            ("Van Morrison", &["Van Morrison"]),
            ("Von dpa", &[]),
            ("Anna Berg, Oslo", &["Anna Berg"]),
            ("By Anna Berg - The Daily Mail - 5 May", &["Anna Berg"]),
            ("Anna Berg 5 May 2003", &["Anna Berg"]),
            ("김서연 기자 seoyeon@paper.example", &["김서연"]),
            ("Associated Press", &[]),
            ("Agence France-Presse", &[]),
            ("Xinhua News Agency", &[]),
            ("The Canadian Press", &[]),
            ("New York Times Staff", &[]),
            ("Deutsche Presse-Agentur", &[]),
            ("NTB", &[]),
            ("", &[]),
        ] {
            assert_eq!(authors(byline), expected, "{byline}");
        }
    }
}
