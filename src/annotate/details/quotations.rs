//! Quotations and who says them; [`Quotation`] has the rules.

use super::lists::{entries, set};
use super::{Passage, Quotation, Speaker};
use crate::annotate::LONGEST_NAME;
use crate::annotate::gazetteer::HashKeyed;
use crate::annotate::words::{Gap, Shape, Word};
use crate::model::EntityKind;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

const SAYING: &str = include_str!("saying.txt");

/// Bytes of a quotation at most: a mark that is not closed by then is none.
const LONGEST: usize = 4_000;
/// Words that are looked at after a quotation, and before it.
const AFTER: usize = 14;
const BEFORE: usize = 30;
/// Words of who speaks.
const PHRASE: usize = 10;
/// Words between a quotation and one that goes on after it.
const BETWEEN: usize = 25;
/// Words of a quotation that no verb goes with.
const WHOLE: usize = 4;
/// Bytes before it in which somebody must be named then.
const NEAR: usize = 400;

/// Marks that open a quotation, and those that close it.
const MARKS: &[(char, &[char])] = &[
    ('“', &['”', '“']),
    ('„', &['“', '”']),
    ('«', &['»']),
    ('»', &['«']),
    ('「', &['」']),
    ('『', &['』']),
    ('"', &['"']),
    ('‘', &['’']),
    ('\'', &['\'']),
];

type Lists = HashMap<(u32, &'static str), HashKeyed<()>>;

static LISTS: LazyLock<Lists> =
    LazyLock::new(|| entries(SAYING).map(|(of, what, words)| ((of, what), set(words))).collect());

/// What stands in quotation marks.
struct Quoted {
    /// Between the marks.
    inner: Range<usize>,
    /// With them.
    outer: Range<usize>,
    /// The next paragraph goes on with it.
    goes_on: bool,
}

/// A mark that is open.
struct Open {
    mark: char,
    closing: &'static [char],
    outer: usize,
    inner: usize,
    /// Where what may be an apostrophe as well stands, and ends.
    weak: Option<(usize, usize)>,
}

impl Open {
    fn close(&self, inner: usize, outer: usize, goes_on: bool) -> Quoted {
        Quoted { inner: self.inner..inner, outer: self.outer..outer, goes_on }
    }

    /// What it is when nothing better closes it.
    fn abandon(self) -> Option<Quoted> {
        self.weak.map(|(inner, outer)| self.close(inner, outer, false))
    }
}

/// Finds what stands in quotation marks. A mark that is not closed in its paragraph is none, unless
/// the next paragraph begins with the same one, as in English speeches of several paragraphs.
fn quoted(text: &str) -> Vec<Quoted> {
    let mut found: Vec<Quoted> = Vec::new();
    let mut open: Option<Open> = None;
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, next)| *next);
        let after = at + c.len_utf8();
        if let Some(left) = open.take_if(|open| at - open.inner > LONGEST) {
            found.extend(left.abandon());
        }
        if c == '\n'
            && open.is_some()
            && let Some(follows) = next_paragraph(text, after)
        {
            let left = open.take();
            let (same, end) =
                (left.as_ref().is_some_and(|open| open.mark == follows), before_blank(text, at));
            found.extend(left.and_then(|open| match same && !matches!(follows, '\'' | '‘') {
                true => Some(open.close(end, end, true)),
                false => open.abandon(),
            }));
        }
        let apostrophe = matches!(c, '\'' | '’');
        let opening = MARKS.iter().find(|(mark, _)| *mark == c);
        let opening = opening.filter(|_| {
            // French sets a blank within its marks.
            (!next.is_whitespace() || c == '«') && !before.is_alphanumeric()
        });
        match &mut open {
            Some(last) if last.closing.contains(&c) => {
                let strong = !apostrophe || ",.!?…".contains(before);
                if c == '"' && before.is_whitespace() && next.is_alphanumeric() {
                    // It can only open: the one before was never closed.
                    (last.outer, last.inner) = (at, after);
                } else if apostrophe && (next.is_alphanumeric() || before.is_whitespace()) {
                    // `don't`
                } else if strong {
                    found.push(last.close(at, after, false));
                    open = None;
                } else {
                    last.weak.get_or_insert((at, after));
                }
            }
            Some(Open { weak: None, .. }) => {}
            _ => {
                if let Some((mark, closing)) = opening {
                    found.extend(open.take().and_then(Open::abandon));
                    open = Some(Open { mark: *mark, closing, outer: at, inner: after, weak: None });
                }
            }
        }
        before = c;
    }
    found.extend(open.and_then(Open::abandon));
    found.retain(|quoted| !quoted.inner.is_empty());
    found
}

/// What the next paragraph begins with, where a line ends at a byte and a blank line follows.
fn next_paragraph(text: &str, end: usize) -> Option<char> {
    /// Blank bytes that are looked at.
    const BLANK: usize = 100;
    let rest = text.get(end..)?;
    let mut blank = rest.chars().take(BLANK).skip_while(|c| matches!(c, ' ' | '\t' | '\r'));
    (blank.next()? == '\n').then(|| blank.find(|c| !c.is_whitespace())).flatten()
}

/// Where what stands before the blanks at a place ends.
fn before_blank(text: &str, at: usize) -> usize {
    text.get(..at).map_or(at, |text| text.trim_end().len())
}

/// What is said of a quotation beside it.
struct Said {
    speaker: Option<Speaker>,
    verb: Option<Range<usize>>,
}

/// The quotations of a passage, in order.
pub(super) fn quotations(passage: &Passage<'_>) -> Vec<(Range<usize>, Quotation)> {
    let all = quoted(passage.text);
    let context = Context { passage, language: passage.number(), quoted: &all };
    let mut found: Vec<(usize, Said)> = Vec::new();
    for at in 0..all.len() {
        if let Some(said) = context.said(at, found.last()) {
            found.push((at, said));
        }
    }
    // A speech of several paragraphs is said by whom its end names.
    for at in (1..found.len()).rev() {
        let (before, after) = found.split_at_mut(at);
        if let (Some((number, earlier)), Some((next, later))) = (before.last_mut(), after.first())
            && *number + 1 == *next
            && all.get(*number).is_some_and(|quoted| quoted.goes_on)
            && earlier.speaker.is_none()
        {
            earlier.speaker.clone_from(&later.speaker);
        }
    }
    let finished = found.into_iter().filter_map(|(at, said)| {
        let verb = said.verb.and_then(|verb| passage.text.get(verb)).map(str::to_owned);
        let inner = all.get(at)?.inner.clone();
        let words = passage.text.get(inner.clone())?;
        let start = inner.end - words.trim_start().len();
        let inner = start..start + words.trim().len();
        Some((inner, Quotation { speaker: said.speaker, verb }))
    });
    finished.collect()
}

struct Context<'a, 'p> {
    passage: &'a Passage<'p>,
    language: u32,
    quoted: &'a [Quoted],
}

impl Context<'_, '_> {
    fn is(&self, what: &'static str, word: &Word) -> bool {
        LISTS.get(&(self.language, what)).is_some_and(|list| list.contains_key(&word.hash))
    }

    fn is_at(&self, what: &'static str, at: usize) -> bool {
        self.words().get(at).is_some_and(|word| self.is(what, word))
    }

    fn words(&self) -> &[Word] {
        self.passage.words
    }

    /// The first word that begins at a byte or after it.
    fn word_at(&self, byte: usize) -> usize {
        self.words().partition_point(|word| word.start < byte)
    }

    fn between(&self, from: usize, to: usize) -> &str {
        self.passage.text.get(from..to).unwrap_or("")
    }

    /// Whether it is a quotation, and whose.
    fn said(&self, at: usize, last: Option<&(usize, Said)>) -> Option<Said> {
        let quoted = self.quoted.get(at)?;
        let inner = self.between(quoted.inner.start, quoted.inner.end);
        let (from, to) = (self.word_at(quoted.inner.start), self.word_at(quoted.inner.end));
        let words = self.words().get(from..to)?;
        let stopped = inner.trim_end().ends_with([',', '.', '!', '?', '…', '。', '！', '？', '，']);
        let sentence = inner.trim_end().ends_with(['.', '!', '?', '…', '。', '！', '？']);
        let title = !stopped
            && words.iter().filter(|word| word.end - word.start > 3).all(Word::is_capital)
            && words.first().is_some_and(Word::is_capital);
        if words.is_empty() || title {
            return None;
        }
        let begins = words.first().is_some_and(|word| word.shape != Shape::Lower);
        let spoken = self.beside(at);
        if let Some(said) = spoken {
            let announced = self.between(0, quoted.outer.start).trim_end().ends_with(':');
            return (stopped || announced || words.len() >= 3).then_some(said);
        }
        if !begins || !(sentence || stopped || quoted.goes_on) || words.len() < WHOLE {
            return None;
        }
        // It goes on after one that was said just before.
        if let Some((number, said)) = last
            && let Some(earlier) = self.quoted.get(*number)
            && (from.saturating_sub(self.word_at(earlier.outer.end)) <= BETWEEN)
        {
            return Some(Said { speaker: said.speaker.clone(), verb: None });
        }
        if !(sentence || quoted.goes_on) {
            return None;
        }
        // It follows what is told of somebody; who gives a speech is told at its end.
        let near = self.person_before(quoted.outer.start);
        let near =
            near.filter(|speaker| !quoted.goes_on && speaker.end + NEAR > quoted.outer.start);
        Some(Said { speaker: near, verb: None })
    }

    /// What a verb beside a quotation says.
    fn beside(&self, at: usize) -> Option<Said> {
        let quoted = self.quoted.get(at)?;
        let first = self.word_at(quoted.outer.start);
        let before = first.checked_sub(1).and_then(|before| self.words().get(before));
        let lead = before.map_or("", |word| self.between(word.end, quoted.outer.start));
        let announced = lead.contains(':')
            || before.is_some_and(|word| self.is("verbs", word) && !lead.contains(['.', '!', '?']));
        let after = || self.after(at);
        if announced { self.before(at).or_else(after) } else { after().or_else(|| self.before(at)) }
    }

    fn after(&self, at: usize) -> Option<Said> {
        let quoted = self.quoted.get(at)?;
        let from = self.word_at(quoted.outer.end);
        let first = self.words().get(from)?;
        let end = self.quoted.get(at + 1).map_or(usize::MAX, |next| next.outer.start);
        let between = self.between(quoted.outer.end, first.start);
        if first.start >= end
            || between.contains(['.', '!', '?', ':', ';'])
            || between.matches('\n').count() > 1
        {
            return None;
        }
        let full = self.between(quoted.inner.start, quoted.inner.end).trim_end().ends_with('.');
        let zone: Vec<usize> = (from..self.words().len())
            .take(AFTER)
            .take_while(|&word| {
                self.words()
                    .get(word)
                    .is_some_and(|w| w.start < end && (word == from || w.gap != Gap::Stop))
            })
            .collect();
        let to = zone.last()? + 1;
        if self.is("by", first) {
            return self.by(from, to);
        }
        let verb = zone
            .into_iter()
            .find(|&word| self.is_at("verbs", word) && !self.is_infinitive(word))?;
        let spoken = |speaker| Some(Said { speaker, verb: self.range(verb, verb + 1) });
        let plain = (from..verb).all(|word| self.is_at("beside", word));
        if plain {
            return spoken(self.speaker_after(verb + 1, to));
        }
        // Another sentence: `"We won." The mayor said …` speaks of something else, unless it is short.
        if full && verb - from > 6 {
            return None;
        }
        // `"…," which Berg said`
        if self.is_at("breaks", from) {
            return None;
        }
        spoken(self.speaker_before(from, verb))
    }

    fn before(&self, at: usize) -> Option<Said> {
        let quoted = self.quoted.get(at)?;
        let to = self.word_at(quoted.outer.start);
        let last = self.words().get(to.checked_sub(1)?)?;
        if self.between(last.end, quoted.outer.start).contains(['.', '!', '?', ';', '\n']) {
            return None;
        }
        let closed =
            at.checked_sub(1).and_then(|at| self.quoted.get(at)).map_or(0, |q| q.outer.end);
        let mut from = to - 1;
        while to - from < BEFORE
            && self.words().get(from).is_some_and(|word| word.gap != Gap::Stop)
            && from > 0
            && self.words().get(from - 1).is_some_and(|word| word.start >= closed)
        {
            from -= 1;
        }
        if let Some(by) = (from..to).rev().take(8).find(|&at| self.is_at("by", at)) {
            return self.by(by, to);
        }
        let verb = (from..to)
            .rev()
            .find(|&word| self.is_at("verbs", word) && !self.is_infinitive(word))?;
        let speaker = self.speaker_before(from, verb);
        Some(Said { speaker, verb: self.range(verb, verb + 1) })
    }

    /// `according to X`
    fn by(&self, at: usize, to: usize) -> Option<Said> {
        let from = if self.passage.is_english() { at + 2 } else { at + 1 };
        let verb = self.range(at, from).filter(|verb| verb.len() <= LONGEST_NAME)?;
        Some(Said { speaker: self.speaker_after(from, to), verb: Some(verb) })
    }

    /// `to say`
    fn is_infinitive(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|at| self.words().get(at));
        before.is_some_and(|word| word.text(self.passage.text) == "to")
    }

    /// The bytes of words.
    fn range(&self, from: usize, to: usize) -> Option<Range<usize>> {
        let last = self.words().get(to.checked_sub(1)?)?;
        Some(self.words().get(from)?.start..last.end)
    }

    /// Who stands before a verb.
    fn speaker_before(&self, from: usize, verb: usize) -> Option<Speaker> {
        let word = |at: usize| self.words().get(at);
        let mut end = verb;
        while end > from
            && word(end - 1).is_some_and(|w| self.is("beside", w) && !self.is("pronouns", w))
        {
            end -= 1;
        }
        // `Anna Berg, the mayor, said`: the name stands before what is in commas.
        if word(end).is_some_and(|word| word.gap == Gap::Comma)
            && let Some(comma) =
                (from + 1..end).rev().find(|&at| word(at).is_some_and(|w| w.gap == Gap::Comma))
        {
            end = comma;
        }
        let mut start = end;
        while start > from && end - start < PHRASE {
            let Some(previous) = word(start - 1) else { break };
            if self.is("breaks", previous) || self.is("verbs", previous) {
                break;
            }
            start -= 1;
            if matches!(previous.gap, Gap::Comma | Gap::Stop | Gap::Other) {
                break;
            }
        }
        self.speaker(start, end)
    }

    /// Who stands after a verb.
    fn speaker_after(&self, from: usize, to: usize) -> Option<Speaker> {
        let mut end = from;
        while let Some(word) = self.words().get(end).filter(|_| end < to && end - from < PHRASE) {
            let parts = end > from && matches!(word.gap, Gap::Comma | Gap::Stop | Gap::Other);
            let time = word.text(self.passage.text) == "on" || word.text(self.passage.text) == "in";
            if parts || self.is("breaks", word) || self.is("verbs", word) || end > from && time {
                break;
            }
            end += 1;
        }
        self.speaker(from, end)
    }

    /// Who is named by some words.
    fn speaker(&self, from: usize, to: usize) -> Option<Speaker> {
        let first = self.words().get(from)?;
        let last = self.words().get(to.checked_sub(1)?)?;
        if to <= from {
            return None;
        }
        if self.is("pronouns", last) {
            return self.person_before(last.start);
        }
        // Whom a noun belongs to does not speak.
        let owner = (from + 1..to).find(|&at| self.is_at("belongs", at));
        let own = owner.and_then(|at| self.words().get(at)).map_or(last.end, |word| word.start);
        let named = &self.passage.named;
        let near = named.partition_point(|(range, ..)| range.end <= first.start);
        let mut named = named.iter().skip(near).take_while(|(range, ..)| range.start < own);
        let person = named.clone().filter(|(_, kind, _)| *kind == EntityKind::Person).last();
        if let Some(person) = person {
            return Some(mentioned(person));
        }
        // `the Kazakh minister` is no place, and `the Reuters reporter` no agency.
        let whole = named.next().filter(|(range, ..)| range.end >= last.end);
        if let Some(body) = whole.filter(|(_, kind, _)| *kind == EntityKind::Organisation) {
            return Some(mentioned(body));
        }
        if !self.passage.is_english() || self.is("nobody", first) {
            return None;
        }
        let (start, end) = (first.start, last.end);
        if end - start > LONGEST_NAME {
            return None;
        }
        let name = self.between(start, end).split_whitespace().collect::<Vec<_>>().join(" ");
        Some(Speaker { name, kind: None, start, end })
    }

    /// The person who is named last before a place.
    fn person_before(&self, byte: usize) -> Option<Speaker> {
        /// Mentions looked at.
        const MENTIONS: usize = 40;
        let named = &self.passage.named;
        let before = named.partition_point(|(range, ..)| range.end <= byte);
        let mut before = named.iter().take(before).rev().take(MENTIONS);
        before.find(|(_, kind, _)| *kind == EntityKind::Person).map(mentioned)
    }
}

/// Who is mentioned, as a speaker.
fn mentioned((range, kind, name): &(Range<usize>, EntityKind, &str)) -> Speaker {
    let Range { start, end } = *range;
    Speaker { name: (*name).to_owned(), kind: Some(*kind), start, end }
}
