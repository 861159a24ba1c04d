//! Words beside dates that say what they are dates of.

use crate::formats::dates::{self, Order, Reading, fold};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The table; its head says what it holds.
const TABLE: &str = include_str!("labels.txt");

/// Characters of text that are looked at before and after a date.
const BEFORE: usize = 90;
const AFTER: usize = 40;
const CLOSE: usize = 8;

/// What is no date of the article says so within so many bytes.
const NEAR: usize = 30;

/// Latin words shorter than this are too common to be taken from other languages.
const SHORT: usize = 6;

/// Reads numbers in either order, where nothing but the place of a date matters.
pub(in crate::formats::html) const EITHER: Reading<'static> =
    Reading { language: None, order: Some(Order::DayFirst), before: None };

/// What a date is the date of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Published,
    Modified,
    /// Something that is no date of the article.
    Other,
    /// What readers say of the article begins here.
    Comments,
}

struct Entry {
    label: Label,
    language: &'static str,
    word: String,
    /// Its script does not part words by blanks.
    within: bool,
}

/// By the first character of the word.
static ENTRIES: LazyLock<HashMap<char, Vec<Entry>>> = LazyLock::new(|| {
    let mut entries: HashMap<char, Vec<Entry>> = HashMap::new();
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.splitn(3, ' ');
        let label = match parts.next() {
            Some("published") => Label::Published,
            Some("modified") => Label::Modified,
            Some("comments") => Label::Comments,
            _ => Label::Other,
        };
        let (Some(language), Some(words)) = (parts.next(), parts.next()) else { continue };
        for word in words.split(", ").map(fold) {
            let within = matches!(language, "zh" | "ja" | "ko" | "th");
            let first = word.chars().next().unwrap_or_default();
            entries.entry(first).or_default().push(Entry { label, language, word, within });
        }
    }
    entries
});

/// What the words around a date say: the nearest before it, else the nearest after it.
pub(super) fn label(before: &str, after: &str, language: Option<&str>) -> Option<Label> {
    let cut = before.char_indices().rev().map(|(at, _)| at).take(BEFORE).last().unwrap_or(0);
    let before = fold(before.get(cut..)?);
    let after = fold(&after.chars().take(AFTER + NEAR).collect::<String>());
    // Of two that end together, the longer says more: "update date:".
    let mut nearest: Option<((usize, usize), Label)> = None;
    for (at, entry) in entries_in(&before).filter(|(_, entry)| entry.is_of(language)) {
        let end = at + entry.word.len();
        if (entry.label != Label::Other || before.len() - end <= NEAR)
            && let place = (end, entry.word.len())
            && nearest.is_none_or(|(best, _)| place > best)
        {
            nearest = Some((place, entry.label));
        }
    }
    if let Some((_, label)) = nearest {
        return Some(label);
    }
    // Where words are not parted, one further on is a part of what stands there.
    let is_near = |at: usize, entry: &Entry| {
        let most = if entry.within { CLOSE } else { AFTER };
        after.get(..at).is_some_and(|text| text.chars().count() < most)
    };
    let mut follows = entries_in(&after).filter(|(at, entry)| {
        is_near(*at, entry)
            && entry.is_of(language)
            && entry.label != Label::Other
            && !is_of_another(&after, *at)
    });
    follows.next().map(|(_, entry)| entry.label)
}

/// The words that a folded text has, with their places.
fn entries_in(text: &str) -> impl Iterator<Item = (usize, &'static Entry)> {
    text.char_indices().flat_map(move |(at, first)| {
        let rest = text.get(at..).unwrap_or("");
        let known = ENTRIES.get(&first).into_iter().flatten();
        let here = known
            .filter(move |entry| rest.starts_with(entry.word.as_str()) && entry.begins(text, at));
        here.map(move |entry| (at, entry))
    })
}

/// The words for the heading of what readers say that a folded text begins with.
fn comments(text: &str) -> impl Iterator<Item = &'static Entry> {
    let known = text.chars().next().and_then(|first| ENTRIES.get(&first)).into_iter().flatten();
    known.filter(move |entry| {
        entry.label == Label::Comments && text.starts_with(entry.word.as_str())
    })
}

/// Whether a line is the heading of what readers say of an article.
pub(super) fn begins_comments(line: &str) -> bool {
    let line = fold(line.trim_start_matches(|c: char| !c.is_alphabetic()));
    comments(&line).next().is_some()
}

/// Whether a line is nothing but that heading, with a number at most: "Comments (12)".
pub(in crate::formats::html) fn heads_comments(line: &str) -> bool {
    let line = fold(line.trim_matches(|c: char| !c.is_alphabetic()));
    comments(&line).any(|entry| line == entry.word)
}

/// Whether what stands before a date says what that is, and nothing else.
pub(in crate::formats::html) fn is_date_label(before: &str) -> bool {
    let before = fold(before.trim_matches(|c: char| !c.is_alphabetic()));
    before.chars().count() < 40
        && before.chars().next().into_iter().any(|first| {
            let mut entries = ENTRIES.get(&first).into_iter().flatten();
            entries.any(|entry| {
                matches!(entry.label, Label::Published | Label::Modified)
                    && before.starts_with(entry.word.trim_end_matches([':', '：', ' ']))
            })
        })
}

/// Whether a text is a date and little else.
pub(in crate::formats::html) fn is_date(text: &str) -> bool {
    if text.len() > 200 {
        return false;
    }
    let found = dates::find(text, &EITHER);
    let dated: usize = found.iter().map(|date| date.range.len()).sum();
    dated > 0 && dated * 2 > text.len()
}

/// Whether a line says when something was published or changed: `Post (Norvik) First published 5 May 2021`.
pub(in crate::formats::html) fn says_when(line: &str) -> bool {
    let found = dates::find(line, &EITHER);
    let mut befores = found.iter().filter_map(|date| line.get(..date.range.start));
    befores
        .any(|before| matches!(label(before, "", None), Some(Label::Published | Label::Modified)))
}

/// Whether a word speaks of a time or a day that follows it: `3 March 2021 | Updated 11:00`.
fn is_of_another(text: &str, at: usize) -> bool {
    text.get(at..).is_some_and(|rest| rest.contains(char::is_numeric))
}

impl Entry {
    /// Whether it speaks of dates in a language.
    fn is_of(&self, language: Option<&str>) -> bool {
        self.label != Label::Comments
            && (self.language == "en"
                || self.word.chars().count() >= SHORT
                || !self.word.is_ascii()
                || language.is_some_and(|tag| tag.starts_with(self.language)))
    }

    /// Whether a word begins there.
    fn begins(&self, text: &str, at: usize) -> bool {
        self.within
            || !text
                .get(..at)
                .and_then(|text| text.chars().next_back())
                .is_some_and(char::is_alphanumeric)
    }
}
