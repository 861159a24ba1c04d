//! What surrounds articles, in tables: the names that publishers' markup gives it, and the words
//! that it begins with in many languages.

use super::tables;
use super::tree::Node;
use crate::formats::markup::is_any;
use crate::formats::words::{Phrases, Words, letters, lines, words};
use html5ever::local_name;
use std::collections::HashMap;
use std::sync::LazyLock;

/// `role`s of elements that hold no part of an article.
const ROLES: &[&str] = &[
    "alert",
    "alertdialog",
    "banner",
    "complementary",
    "contentinfo",
    "dialog",
    "menu",
    "menubar",
    "navigation",
    "search",
    "tablist",
    "toolbar",
    "tooltip",
];

/// What the names of an element say of it, as a set of these.
pub(super) type Says = u16;
/// It holds others' text, surrounds the article, holds a line about it, is the lead.
const OTHERS: Says = 1;
const AROUND: Says = 2;
const LINE: Says = 4;
pub(super) const LEAD: Says = 8;
/// It names who wrote the article; says that and when.
pub(super) const BYLINE: Says = 16;
pub(super) const ABOUT: Says = 32;
/// It holds the article's text.
const BODY: Says = 64;
/// A word beside which another is no byline's, and one that means something behind some other.
const NO_BYLINE: Says = 128;
const PAIRED: Says = 256;
/// It says what a picture shows, and who took it.
pub(super) const CAPTION: Says = 512;

/// What each word of a class says.
static SAYS: LazyLock<HashMap<&str, Says>> = LazyLock::new(|| {
    let mut says: HashMap<&str, Says> = HashMap::new();
    for (table, own) in [
        (tables::OTHERS_TEXT, OTHERS),
        (tables::WORDS, AROUND),
        (tables::CAPTIONS, AROUND | CAPTION),
        (tables::LINES, LINE),
        (tables::LEADS, LEAD),
        (tables::BYLINE_CLASSES, BYLINE),
        (tables::NO_BYLINE_CLASSES, NO_BYLINE),
        (tables::ABOUT_CLASSES, ABOUT),
    ] {
        table.split_whitespace().for_each(|word| *says.entry(word).or_default() |= own);
    }
    let seconds = PAIRS.keys().filter_map(|pair| pair.split_once('-'));
    seconds.for_each(|(_, word)| *says.entry(word).or_default() |= PAIRED);
    says
});
static PAIRS: LazyLock<HashMap<&str, Says>> = LazyLock::new(|| {
    let says = |table: &'static str, own| table.split_whitespace().map(move |pair| (pair, own));
    says(tables::PAIRS, AROUND).chain(says(tables::CAPTION_PAIRS, AROUND | CAPTION)).collect()
});
/// By their last letters.
static BODIES: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let mut bodies: HashMap<&str, Vec<&str>> = HashMap::new();
    for body in tables::BODIES.split_whitespace() {
        bodies.entry(tail(body)).or_default().push(body);
    }
    bodies
});
static PROMPTS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(tables::PROMPTS));
static RIGHTS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(tables::RIGHTS));
static NEWSLETTERS: LazyLock<Vec<&str>> = LazyLock::new(|| lines(tables::NEWSLETTERS));
static APPEALS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(tables::APPEALS));
static CONTACTS: LazyLock<Words> = LazyLock::new(|| words(tables::CONTACTS));
static OFFERS: LazyLock<Vec<&str>> = LazyLock::new(|| lines(tables::OFFERS));

/// What an element is, by its name and attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Nothing is known.
    Unknown,
    /// A line about the article, where it is short: names, dates.
    Line,
    /// A picture with its caption.
    Figure,
    /// It surrounds the article, unless it holds it.
    Around,
    /// It holds others' text, even where that is more than the article.
    Others,
}

/// What an element is said to be.
pub(super) fn part(node: &Node) -> Part {
    if is_any!(node.name, "body" | "html" | "main" | "h1") {
        return Part::Unknown;
    }
    let is_around =
        is_any!(node.name, "aside" | "dialog" | "figcaption" | "footer" | "form" | "menu" | "nav");
    if is_around
        || node.attr("role").is_some_and(|role| ROLES.contains(&role))
        || node.attr("aria-hidden") == Some("true")
    {
        return Part::Around;
    }
    match node.says() {
        says if says & OTHERS != 0 => Part::Others,
        says if says & AROUND != 0 => Part::Around,
        _ if node.name == local_name!("figure") || is_photo(node) => Part::Figure,
        says if says & LINE != 0 => Part::Line,
        _ => Part::Unknown,
    }
}

/// Whether an element's class names a photograph and nothing else, as those that are no `figure` do.
fn is_photo(node: &Node) -> bool {
    node.attr("class").is_some_and(|class| matches!(class, "foto" | "photo"))
}

/// What an element's attributes say of it.
pub(super) fn said<'a>(attrs: impl Iterator<Item = (&'a str, &'a str)>) -> Says {
    let said = attrs.map(|(name, value)| match name {
        "class" | "id" => of_classes(value),
        "data-testid" => of_classes(value) & !(ABOUT | BODY),
        "data-component" => of_classes(value) & (OTHERS | AROUND | LINE),
        "data-type" | "data-section-type" | "data-module" | "data-block-type" => {
            of_classes(value) & (OTHERS | AROUND)
        }
        // By the element that holds its heading: `article-byline`, `related-topics`.
        "aria-labelledby" => of_classes(value) & (OTHERS | AROUND | BYLINE),
        "itemprop" => of_classes(value) & LEAD | of_properties(value),
        "property" => of_properties(value),
        _ => 0,
    });
    said.fold(0, |all, own| all | own)
}

fn of_properties(names: &str) -> Says {
    let mut names = names.split_whitespace();
    if names.any(|name| name.to_ascii_lowercase().ends_with("articlebody")) { BODY } else { 0 }
}

fn of_classes(classes: &str) -> Says {
    let mut said = 0;
    for class in spread(classes).split(' ') {
        let mut own = 0;
        // Where the word before this one, and this one, start.
        let (mut before, mut start) = (0, 0);
        for word in class.split('-') {
            let end = start + word.len();
            let says = SAYS.get(word).copied().unwrap_or(0);
            if says & PAIRED != 0
                && let Some(pair) = class.get(before..end)
            {
                own |= PAIRS.get(pair).copied().unwrap_or(0);
            }
            own |= says;
            (before, start) = (start, end + 1);
        }
        if own & NO_BYLINE != 0 {
            own &= !BYLINE;
        }
        let is_body = |bodies: &Vec<&str>| {
            let class = class.replace('-', "");
            class.len() < 40 && bodies.iter().any(|body| class.ends_with(body))
        };
        if BODIES.get(tail(class)).is_some_and(is_body) {
            own |= BODY;
        }
        said |= own;
    }
    said
}

/// The last letters of a class.
fn tail(class: &str) -> &str {
    class.len().checked_sub(4).and_then(|at| class.get(at..)).unwrap_or("")
}

/// Classes as words: `c-relatedLinks__item Box3` is `c-related-links-item box`. Utility classes
/// (`print:hidden`) name nothing, and generated ones are very many.
fn spread(classes: &str) -> String {
    let mut spread = String::with_capacity(classes.len().min(256));
    for class in classes.split_whitespace().filter(|class| !class.contains(':')).take(24) {
        if !spread.is_empty() {
            spread.push(' ');
        }
        let (mut within, mut lower) = (false, false);
        let start = spread.len();
        for byte in class.bytes().take(100) {
            if !byte.is_ascii_alphabetic() || byte.is_ascii_uppercase() && lower {
                within = false;
            }
            lower = byte.is_ascii_lowercase();
            if byte.is_ascii_alphabetic() {
                if !within && spread.len() > start {
                    spread.push('-');
                }
                within = true;
                spread.push(char::from(byte.to_ascii_lowercase()));
            }
        }
    }
    spread
}

/// Whether an element says that it holds an article's text.
pub(super) fn is_body(node: &Node) -> bool {
    !is_any!(node.name, "body" | "html" | "p" | "span" | "a" | "meta" | "script")
        && node.says() & BODY != 0
}

/// A prompt is no longer than this many characters.
const PROMPT: usize = 220;

/// Whether a line asks the reader for something or leads away from the text.
pub(super) fn is_prompt(line: &str, links: bool) -> bool {
    let count = line.chars().count();
    if count > PROMPT {
        return false;
    }
    let line = line
        .trim_start_matches(|c: char| !c.is_alphanumeric() && c != '©' && c != 'ⓒ')
        .to_lowercase();
    if RIGHTS.is_within(&line) {
        return true;
    }
    PROMPTS.beginning(&line).any(|prompt| {
        let rest = line.get(prompt.len()..).unwrap_or("");
        // Whole words; a sentence that begins so is none of them, unless it is a link.
        let spaced = prompt.chars().last().is_some_and(|c| c < '\u{e00}');
        let ends = !(spaced && rest.starts_with(char::is_alphanumeric));
        let alone = rest.trim().is_empty() || rest.starts_with([':', '：', '>', '»', '|']);
        ends && (alone || links || count < 60)
    })
}

/// Whether a line speaks of a newsletter.
pub(super) fn is_newsletter(line: &str) -> bool {
    let line = line.to_lowercase();
    NEWSLETTERS.iter().any(|word| line.contains(*word))
}

/// Whether a text asks for money, letters or followers, as papers do below theirs.
pub(super) fn is_appeal(text: &str) -> bool {
    if text.chars().count() > 2 * PROMPT {
        return false;
    }
    APPEALS.is_within(&text.to_lowercase())
}

/// Whether a line is the heading of an address.
pub(super) fn heads_contact(line: &str) -> bool {
    line.len() < 40 && CONTACTS.contains(letters(line).as_str())
}

/// Whether a paragraph sells subscriptions: it says two of the things that those say.
pub(super) fn is_offer(text: &str) -> bool {
    offers(text) > 1
}

/// Whether a line says one of those things.
pub(super) fn has_offer(text: &str) -> bool {
    offers(text) > 0
}

fn offers(text: &str) -> usize {
    if text.chars().count() > 2 * PROMPT {
        return 0;
    }
    let text = text.to_lowercase();
    OFFERS.iter().filter(|offer| text.contains(**offer)).take(2).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_words() {
        assert_eq!(spread("c-relatedLinks__item3 sm:w-1 Box"), "c-related-links-item box");
    }

    #[test]
    fn prompts_are_told_from_sentences() {
        assert!(is_prompt("Read more: the bridge that nobody wanted", true));
        assert!(is_prompt("Lesen Sie auch:", false));
        assert!(is_prompt("► Читайте также: мост открыт", true));
        assert!(!is_prompt(
            "Subscribers to the service fell by a third in the second quarter, the company said on Monday.",
            false
        ));
        assert!(!is_prompt(
            "Related companies were not affected by the ruling, which the court said applied to one firm only.",
            false
        ));
    }
}
