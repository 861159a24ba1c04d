//! The passage of a text that shows why it was found.

use super::expression::{Expression, Term};
use super::tokens::{each_run, each_token};
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;

/// How much of a field is looked at, in bytes: news says early what it is about.
const MAX_BYTES: usize = 256 << 10;

/// How far a cut moves, in characters, to fall on a blank.
const MAX_SHIFT: usize = 24;

/// Bytes at the beginning of a field that are looked at first.
const HEAD: usize = 768;

const CUT: char = '…';

/// A passage, and the words in it that were searched for.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Snippet {
    /// The passage: one line, with `…` where the text goes on.
    pub text: String,
    /// Byte ranges in `text` of what was found, in order and apart from each other; a phrase is one range.
    pub marks: Vec<Range<usize>>,
}

impl Snippet {
    /// The text with `before` and `after` around each mark. Neither is escaped, nor is the text.
    pub fn marked(&self, before: &str, after: &str) -> String {
        let mut marked = String::with_capacity(self.text.len());
        let mut end = 0;
        for mark in &self.marks {
            let (Some(gap), Some(found)) =
                (self.text.get(end..mark.start), self.text.get(mark.clone()))
            else {
                continue; // made by hand, and not in this text
            };
            marked.extend([gap, before, found, after]);
            end = mark.end;
        }
        marked.push_str(self.text.get(end..).unwrap_or_default());
        marked
    }
}

/// The passage of at most `max_chars` characters that shows most of the terms of `expression`,
/// from the first of the `fields` that has so many; without any, the beginning of the first
/// field with text. `language` is the one that the document was tokenised with.
/// Looks at the first 256 kB of each field.
pub fn snippet(
    fields: &[&str],
    language: Option<&str>,
    expression: Option<&Expression>,
    max_chars: usize,
) -> Snippet {
    let terms = expression.map(Expression::terms).unwrap_or_default();
    let mut best: Option<Passage> = None;
    for field in fields {
        let next = Passage::new(field, language, &terms, max_chars);
        if best.as_ref().is_none_or(|best| next.distinct > best.distinct || best.text.is_empty()) {
            best = Some(next);
        }
        if best.as_ref().is_some_and(|best| best.distinct > 0 && best.distinct == terms.len()) {
            break;
        }
    }
    best.map(|passage| passage.snippet(max_chars)).unwrap_or_default()
}

/// A term found in a text.
struct Found {
    term: usize,
    range: Range<usize>,
}

/// A field on one line, what was found in it, and where that stands closest together.
struct Passage {
    text: String,
    /// The field goes on after `text`.
    more: bool,
    found: Vec<Found>,
    /// From the first to the last find of the best window; empty without any.
    core: Range<usize>,
    distinct: usize,
}

impl Passage {
    fn new(field: &str, language: Option<&str>, terms: &[&Term], max_chars: usize) -> Self {
        let (text, more) = one_line(field);
        // Most often the beginning has every term, and the rest need not be looked at.
        let head = text.get(..HEAD).and_then(|head| head.rfind(' ')).unwrap_or(text.len());
        let mut passage = Self { text, more, found: Vec::new(), core: 0..0, distinct: 0 };
        passage.look(head, language, terms, max_chars);
        let whole = head == passage.text.len();
        if !whole && (passage.distinct < terms.len() || passage.window(max_chars).end > head) {
            passage.look(passage.text.len(), language, terms, max_chars);
        }
        passage
    }

    /// Finds the terms in the first `end` bytes.
    fn look(&mut self, end: usize, language: Option<&str>, terms: &[&Term], max_chars: usize) {
        self.found = find(self.text.get(..end).unwrap_or_default(), language, terms);
        (self.core, self.distinct) =
            densest(&self.text, &self.found, terms.len(), max_chars.saturating_sub(2));
    }

    fn snippet(self, max_chars: usize) -> Snippet {
        let Range { start, end } = self.window(max_chars);
        if start >= end {
            return Snippet::default(); // no room for anything but the signs of cutting
        }
        let mut text = String::with_capacity(end - start + 2 * CUT.len_utf8());
        if start > 0 {
            text.push(CUT);
        }
        let shift = text.len();
        text.push_str(self.text.get(start..end).unwrap_or_default());
        if end < self.text.len() || self.more {
            text.push(CUT);
        }
        let mut marks: Vec<Range<usize>> = Vec::new();
        for found in &self.found {
            let (from, to) = (found.range.start.max(start), found.range.end.min(end));
            if from >= to {
                continue;
            }
            let (from, to) = (from - start + shift, to - start + shift);
            match marks.last_mut() {
                Some(last) if from < last.end => last.end = last.end.max(to),
                _ => marks.push(from..to),
            }
        }
        Snippet { text, marks }
    }

    /// The core with as much around it as there is room for, cut between words.
    fn window(&self, max_chars: usize) -> Range<usize> {
        let text = &self.text;
        let budget = max_chars.saturating_sub(usize::from(self.more));
        if text.chars().nth(budget).is_none() {
            return 0..text.len();
        }
        let budget = max_chars.saturating_sub(2);
        let length = self.text.get(self.core.clone()).unwrap_or_default().chars().count();
        let room = budget.saturating_sub(length);
        let (lead, start) = back(text, self.core.start, room / 2);
        // What is not needed after the core goes before it.
        let (tail, _) = forward(text, self.core.end, room.saturating_sub(lead));
        let (_, start) = back(text, start, room.saturating_sub(lead + tail));
        let (_, end) = forward(text, start, budget);
        let core = self.core.start.max(start)..self.core.end.min(end);
        after_blank(text, start, core.start)..before_blank(text, end, core.end.max(start))
    }
}

/// The beginning of a text with each run of white space as one blank, and whether there is more.
fn one_line(field: &str) -> (String, bool) {
    let mut end = field.len().min(MAX_BYTES);
    while !field.is_char_boundary(end) {
        end -= 1;
    }
    let mut line = String::with_capacity(end);
    each_run(field.get(..end).unwrap_or_default(), |run| {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(run);
    });
    (line, field.get(end..).is_some_and(|rest| !rest.trim().is_empty()))
}

fn find(text: &str, language: Option<&str>, terms: &[&Term]) -> Vec<Found> {
    if terms.is_empty() {
        return Vec::new();
    }
    let (mut forms, mut ends, mut ranges) = (String::new(), Vec::new(), Vec::new());
    each_token(text, language, |token, range| {
        forms.push_str(token);
        ends.push(forms.len());
        ranges.push(range);
    });
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let tokens = starts.zip(&ends).map(|(start, &end)| forms.get(start..end).unwrap_or_default());
    let tokens: Vec<&str> = tokens.collect();
    let mut found = Vec::new();
    for (at, first) in ranges.iter().enumerate() {
        let rest = tokens.get(at..).unwrap_or_default();
        for (term, wanted) in terms.iter().enumerate() {
            let length = wanted.match_at(rest).unwrap_or(0);
            if let Some(last) = length.checked_sub(1).and_then(|last| ranges.get(at + last)) {
                found.push(Found { term, range: first.start..last.end });
            }
        }
    }
    found
}

/// The stretch of at most `max_chars` characters with the most different terms, the first of
/// equals; a single find may be longer. Two ends move over the finds, each once.
fn densest(text: &str, found: &[Found], terms: usize, max_chars: usize) -> (Range<usize>, usize) {
    let mut best = (0..0, 0);
    let mut seen = vec![0_usize; terms];
    let mut distinct = 0;
    let mut chars = 0; // from the first find of the window to `reach`
    let mut window = found.iter();
    let mut reach = found.first().map_or(0, |first| first.range.start);
    let mut first = window.next();
    for last in found {
        let count = |range: Range<usize>| text.get(range).map_or(0, |part| part.chars().count());
        if last.range.end > reach {
            chars += count(reach..last.range.end);
            reach = last.range.end;
        }
        if let Some(times) = seen.get_mut(last.term) {
            distinct += usize::from(*times == 0);
            *times += 1;
        }
        while chars > max_chars
            && let Some(gone) = first.filter(|gone| gone.range.start < last.range.start)
        {
            first = window.next();
            chars -= count(gone.range.start..first.map_or(reach, |next| next.range.start));
            if let Some(times) = seen.get_mut(gone.term) {
                *times -= 1;
                distinct -= usize::from(*times == 0);
            }
        }
        if distinct > best.1 {
            best = (first.map_or(0, |first| first.range.start)..reach, distinct);
        }
    }
    best
}

/// Up to `chars` characters before `at`: how many, and where they begin.
fn back(text: &str, at: usize, chars: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or_default().char_indices().rev().take(chars);
    before.fold((0, at), |(count, _), (start, _)| (count + 1, start))
}

/// Up to `chars` characters from `at` on: how many, and where they end.
fn forward(text: &str, at: usize, chars: usize) -> (usize, usize) {
    let after = text.get(at..).unwrap_or_default().chars().take(chars);
    after.fold((0, at), |(count, end), c| (count + 1, end + c.len_utf8()))
}

/// Moves the beginning of a passage right, not beyond `limit`, to fall behind a blank if one is near.
fn after_blank(text: &str, start: usize, limit: usize) -> usize {
    if start == 0 || start >= limit || text.get(..start).is_some_and(|before| before.ends_with(' '))
    {
        return start;
    }
    let near = text.get(start..limit).unwrap_or_default();
    match near.chars().take(MAX_SHIFT).position(|c| c == ' ') {
        Some(chars) => forward(text, start, chars + 1).1,
        None => start + near.len() - near.trim_start_matches(is_combining_mark).len(),
    }
}

/// Moves the end of a passage left, not before `limit`, to fall before a blank if one is near.
fn before_blank(text: &str, end: usize, limit: usize) -> usize {
    let next = text.get(end..).and_then(|after| after.chars().next());
    if end <= limit || next.is_none_or(|c| c == ' ') {
        let kept = text.get(limit..end).unwrap_or_default().trim_end();
        return limit + kept.len();
    }
    let near = text.get(limit..end).unwrap_or_default();
    if let Some(chars) = near.chars().rev().take(MAX_SHIFT).position(|c| c == ' ') {
        return back(text, end, chars + 1).1;
    }
    // A letter whose marks would be cut off goes with them.
    let marks = near.len() - near.trim_end_matches(is_combining_mark).len();
    if next.is_some_and(is_combining_mark) { back(text, end - marks, 1).1.max(limit) } else { end }
}
