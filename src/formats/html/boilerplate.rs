//! What surrounds articles, in tables: the names that publishers' markup gives it, and the words
//! that it begins with in many languages.

use super::tables;
use super::tree::Node;
use crate::formats::words::{Phrases, Words, lines, words};
use std::sync::LazyLock;

/// Elements that hold no part of an article.
const ELEMENTS: &[&str] = &["aside", "dialog", "figcaption", "footer", "form", "menu", "nav"];

/// `role`s of such elements.
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

static AROUND: LazyLock<Words> = LazyLock::new(|| words(tables::WORDS));
static AROUND_PAIRS: LazyLock<Words> = LazyLock::new(|| words(tables::PAIRS));
static OTHERS: LazyLock<Words> = LazyLock::new(|| words(tables::OTHERS_TEXT));
static LINES: LazyLock<Words> = LazyLock::new(|| words(tables::LINES));
static LEADS: LazyLock<Words> = LazyLock::new(|| words(tables::LEADS));
static BODIES: LazyLock<Vec<&str>> = LazyLock::new(|| tables::BODIES.split_whitespace().collect());
static PROMPTS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(tables::PROMPTS));
static RIGHTS: LazyLock<Vec<&str>> = LazyLock::new(|| lines(tables::RIGHTS));
static NEWSLETTERS: LazyLock<Vec<&str>> = LazyLock::new(|| lines(tables::NEWSLETTERS));
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
    let name: &str = &node.name;
    if matches!(name, "body" | "html" | "main" | "h1") {
        return Part::Unknown;
    }
    if ELEMENTS.contains(&name)
        || node.attr("role").is_some_and(|role| ROLES.contains(&role))
        || node.attr("aria-hidden") == Some("true")
    {
        return Part::Around;
    }
    let mut found = if name == "figure" { Part::Figure } else { Part::Unknown };
    for attr in ["class", "id", "data-component", "data-testid"] {
        let Some(value) = node.attr(attr) else { continue };
        let spread = spread(value);
        for class in spread.split(' ') {
            // Where the word before this one, and this one, start.
            let (mut before, mut start) = (0, 0);
            for word in class.split('-') {
                if OTHERS.contains(word) {
                    return Part::Others;
                }
                let end = start + word.len();
                let pair = class.get(before..end).unwrap_or(word);
                if AROUND.contains(word) || AROUND_PAIRS.contains(pair) {
                    found = Part::Around;
                } else if found == Part::Unknown && LINES.contains(word) {
                    found = Part::Line;
                }
                (before, start) = (start, end + 1);
            }
        }
    }
    found
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

/// Whether one of the words of a class is in a table.
pub(super) fn has_word(classes: &str, table: &Words) -> bool {
    spread(classes).split([' ', '-']).any(|word| table.contains(word))
}

/// Whether an element says that it holds an article's text.
pub(super) fn is_body(node: &Node) -> bool {
    if matches!(&*node.name, "body" | "html" | "p" | "span" | "a" | "meta" | "script") {
        return false;
    }
    let means = |attr| {
        node.attr(attr).is_some_and(|names: &str| {
            names.split_whitespace().any(|name| name.to_ascii_lowercase().ends_with("articlebody"))
        })
    };
    if means("itemprop") || means("property") {
        return true;
    }
    ["class", "id"].into_iter().filter_map(|attr| node.attr(attr)).any(|value| {
        value.split_whitespace().take(24).any(|class| {
            let class: String = class
                .chars()
                .filter(char::is_ascii_alphabetic)
                .map(|c| c.to_ascii_lowercase())
                .collect();
            class.len() < 40 && BODIES.iter().any(|body| class.ends_with(body))
        })
    })
}

/// Whether an element says that it is the lead.
pub(super) fn is_lead(node: &Node) -> bool {
    let mut names =
        ["class", "id", "itemprop", "data-testid"].into_iter().filter_map(|attr| node.attr(attr));
    names.any(|names| has_word(names, &LEADS))
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
    if RIGHTS.iter().any(|rights| line.contains(*rights)) {
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

/// Whether a paragraph sells subscriptions: it says two of the things that those say.
pub(super) fn is_offer(text: &str) -> bool {
    if text.chars().count() > 2 * PROMPT {
        return false;
    }
    let text = text.to_lowercase();
    OFFERS.iter().filter(|offer| text.contains(**offer)).take(2).count() == 2
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
