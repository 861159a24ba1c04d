//! Dates that a page shows: elements made for dates, and lines of text.

mod flags;

use super::labels::{Label, begins_comments, label};
use super::{About, Candidate, Origin};
use crate::formats::dates::{self, Order, Reading};
use crate::formats::html::tree::{Node, Page};
use crate::formats::markup::is_any;
use crate::formats::words::letters;
use crate::model::{Date, Precision};
use chrono::Days;
use flags::{AWAY, DATE, HEADING, LINK, MODIFIED, PUBLISHED, TIME, UNKNOWN, own_flags};
use html5ever::{LocalName, local_name};
use std::cell::RefCell;
use std::collections::HashMap;

/// Of a longer line, about so many bytes are looked at; no longer word is part of a date.
const LINE: usize = 400;

/// A line of so many bytes is a paragraph of running text.
const PARAGRAPH: usize = 160;

/// A line of fewer bytes may say a date in passing: "3 hours ago", "4 March".
const SHORT: usize = 60;

/// Days after that date in which such a change may be.
const MOST_AFTER: u64 = 60;

/// A change without a year is of that of a date fewer lines above it.
const NEAR: usize = 4;

/// No more dates than this are weighed on one page.
const MOST: usize = 2_000;

/// What stands between a dateline and the text.
const DASHES: [char; 8] = ['-', '–', '—', ':', '(', ')', '|', '/'];

/// A line of text as a reader sees it.
#[derive(Default)]
struct Line {
    /// Its first bytes.
    text: String,
    /// Where in the text each node begins.
    parts: Vec<(usize, usize)>,
    /// Bytes of the whole line.
    length: usize,
    /// Bytes of text on the page before it.
    before: usize,
}

/// A date in an attribute.
struct Marked {
    node: usize,
    line: usize,
    /// How much of the line's text stands before it.
    at: usize,
    value: String,
}

/// The page in lines, with what its elements say of them.
struct Lines<'a> {
    page: &'a Page,
    lines: Vec<Line>,
    marked: Vec<Marked>,
    /// What stands at a node, where that was asked; `UNKNOWN` elsewhere.
    flags: RefCell<Vec<u16>>,
    /// The line of the headline.
    headline: Option<usize>,
    /// The first and the last paragraph of the article.
    body: Option<(usize, usize)>,
    /// The line from which on readers speak.
    comments: usize,
}

/// Counts of dates on the page that are day first and month first beyond doubt.
pub(super) fn orders(page: &Page) -> (usize, usize) {
    let texts = page.nodes().filter(|(_, node)| node.is_text() && node.text.len() < LINE);
    let dated = texts.filter(|(_, node)| node.text.bytes().filter(u8::is_ascii_digit).count() > 4);
    dated
        .take(MOST)
        .map(|(_, node)| dates::shown_orders(&node.text))
        .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
}

/// The dates that the page shows, with their worth.
pub(super) fn candidates(page: &Page, about: &About, reading: &Reading) -> Vec<Candidate> {
    let lines = Lines::new(page, about.headline);
    let mut found: Vec<Candidate> = Vec::new();
    let mut kinds: HashMap<String, usize> = HashMap::new();
    let other = Reading {
        order: match reading.order {
            Some(Order::MonthFirst) => Some(Order::DayFirst),
            _ => Some(Order::MonthFirst),
        },
        ..*reading
    };
    let mut add = |line: usize,
                   node: usize,
                   range: std::ops::Range<usize>,
                   date: Date,
                   less: i32,
                   last: bool| {
        let seen = kinds.entry(signature(page, node)).or_default();
        *seen += 1;
        let repeated = *seen > 3;
        if let Some(weighed) = lines.weigh(line, node, range, last, reading.language) {
            let worth = weighed.worth - less - if repeated { 25 } else { 0 };
            found.push(Candidate { date, worth, ..weighed.candidate(date) });
        }
    };
    for mark in lines.marked.iter().take(MOST) {
        if let Some(date) = dates::parse_as(&mark.value, reading) {
            add(mark.line, mark.node, mark.at..mark.at, date, 0, true);
        }
    }
    let relative = about.fetched.into_iter().flat_map(|at| {
        let short = lines.lines.iter().enumerate().filter(|(_, line)| line.length < SHORT);
        short.filter_map(move |(number, line)| {
            Some((number, line, dates::find_relative(&line.text, at)?))
        })
    });
    for (number, line, found) in relative.take(MOST) {
        add(number, line.node_at(found.range.start), found.range, found.date, 0, true);
    }
    // Days without a year stand in short lines; in running text they are others.
    let yearless = reading.before.is_some();
    let dated = lines.lines.iter().enumerate().filter(|(_, line)| match yearless {
        true => line.length < SHORT && line.text.contains(char::is_numeric),
        false => may_have_date(&line.text),
    });
    // The last date that has its year, and its line; short lines since then.
    let mut whole: Option<(usize, Date)> = None;
    let mut waiting: Vec<(usize, &Line)> = Vec::new();
    for (number, line) in dated.take(MOST) {
        let mut in_line = dates::find(&line.text, reading);
        if let [only] = in_line.as_mut_slice() {
            only.date = lines.with_time(number, only, reading).unwrap_or(only.date);
        }
        let mut from = 0;
        if let Some(last) = in_line.last().filter(|_| !yearless) {
            from = last.range.end;
            whole = Some((number, last.date));
            for (at, above) in waiting.drain(..).filter(|(at, _)| number - at < NEAR) {
                if let Some(change) = change_after(last.date, above, 0, reading) {
                    add(at, above.node_at(change.range.start), change.range, change.date, 0, true);
                }
            }
        } else if line.length < SHORT && !yearless {
            waiting.push((number, line));
        }
        let near = whole.filter(|(at, _)| number - at < NEAR && line.length < PARAGRAPH);
        if let Some(change) = near.and_then(|(_, date)| change_after(date, line, from, reading)) {
            let node = line.node_at(change.range.start);
            add(number, node, change.range, change.date, 0, true);
        }
        let count = in_line.len();
        for (place, dates::Found { date, range }) in in_line.into_iter().enumerate() {
            let node = line.node_at(range.start);
            let other_way = line.text.get(range.clone()).and_then(|text| {
                dates::find(text, &other).into_iter().next().filter(|found| found.date != date)
            });
            let last = place + 1 == count;
            if let Some(other_way) = other_way {
                add(number, node, range.clone(), other_way.date, 30, last);
            }
            add(number, node, range, date, if yearless { 15 } else { 0 }, last);
        }
    }
    found
}

/// A change that is said without its year or day, from a byte of a line on, to have come after a date.
fn change_after(date: Date, line: &Line, from: usize, reading: &Reading) -> Option<dates::Found> {
    let rest = line.text.get(from..).filter(|rest| rest.contains(char::is_numeric))?;
    let before = date.at().date_naive().checked_add_days(Days::new(MOST_AFTER));
    let found = dates::find(rest, &Reading { before, ..*reading }).into_iter().next();
    // By the clock alone, on that day: "3 May 2021, updated 14:30".
    let by_clock = || {
        let at = rest.find(char::is_numeric)?;
        let day = date.at_precision(Precision::Day);
        let timed = dates::find(&format!("{day} {}", rest.get(at..)?), reading);
        let date = timed.into_iter().next()?.date;
        (date.precision() != Precision::Day).then_some(dates::Found { date, range: at..at + 1 })
    };
    let dates::Found { date: day, range } = found.or_else(by_clock)?;
    let range = from + range.start..from + range.end;
    let is_change = label(line.text.get(..range.start)?, "", reading.language)?;
    (is_change == Label::Modified && day.at() >= date.at_precision(Precision::Day).at())
        .then_some(dates::Found { date: day, range })
}

/// What is known of a date before it is compared with the others.
struct Weighed {
    worth: i32,
    modified: bool,
}

impl Weighed {
    fn candidate(&self, date: Date) -> Candidate {
        Candidate { date, origin: Origin::Shown, worth: self.worth, modified: self.modified }
    }
}

pub(super) fn may_have_date(text: &str) -> bool {
    text.chars().filter(|c| c.is_numeric()).take(3).count() == 3
}

/// Whether an element does not end a line.
fn is_inline(name: &LocalName) -> bool {
    is_any!(
        *name,
        "a" | "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "em"
            | "font"
            | "i"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "nobr"
            | "q"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "wbr"
    )
}

/// The kind of element that a node stands in, by name and class.
fn signature(page: &Page, at: usize) -> String {
    let near = page.get(at).into_iter().chain(page.ancestors(at).map(|(_, node)| node)).take(4);
    near.filter(|node| !node.is_text())
        .take(2)
        .flat_map(|node| {
            let class = node.attr("class").unwrap_or("").chars().take(40);
            node.name.chars().chain(['.']).chain(class).chain([' ']).collect::<Vec<_>>()
        })
        .collect()
}

impl Line {
    fn node_at(&self, byte: usize) -> usize {
        let part = self.parts.partition_point(|(start, _)| *start <= byte);
        self.parts.get(part.saturating_sub(1)).map_or(0, |(_, node)| *node)
    }

    fn push(&mut self, text: &str, node: usize) {
        self.length += text.trim().len();
        if self.text.len() >= LINE {
            return;
        }
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
        self.parts.push((self.text.len(), node));
        for word in text.split_whitespace().take_while(|word| word.len() < LINE) {
            self.text.push_str(word);
            self.text.push(' ');
            if self.text.len() >= LINE {
                break;
            }
        }
    }
}

impl<'a> Lines<'a> {
    fn new(page: &'a Page, headline: Option<&str>) -> Self {
        let mut lines = Self {
            page,
            lines: Vec::new(),
            marked: Vec::new(),
            flags: RefCell::new(vec![UNKNOWN; page.len()]),
            headline: None,
            body: None,
            comments: usize::MAX,
        };
        lines.split();
        lines.headline = lines.find_headline(headline);
        // What holds the headline is no other part of the page.
        let first = lines.headline.and_then(|line| lines.lines.get(line)?.parts.first());
        if let Some((_, node)) = first {
            let mut flags = vec![UNKNOWN; page.len()];
            let above: Vec<_> = page.ancestors(*node).collect();
            let mut wide = 0;
            for (at, node) in above.into_iter().rev() {
                let own = own_flags(at, node) & !AWAY;
                if let Some(flags) = flags.get_mut(at) {
                    *flags = wide | own;
                }
                wide |= own;
            }
            lines.flags = RefCell::new(flags);
        }
        lines.find_body();
        lines
    }

    /// Splits the text into lines, and collects the dates in attributes.
    fn split(&mut self) {
        let page = self.page;
        let mut line = Line::default();
        let mut open: Vec<usize> = Vec::new();
        let mut read = 0;
        let mut at = 0;
        while let Some(node) = page.get(at) {
            let mut ended = false;
            while open.last().is_some_and(|end| *end <= at) {
                open.pop();
                ended = true;
            }
            let is_block = !node.is_text() && !is_inline(&node.name);
            if (ended || is_block) && line.length > 0 {
                let mut done = std::mem::take(&mut line);
                done.before = read;
                read += done.length;
                self.lines.push(done);
            }
            if is_any!(node.name, "head" | "select") || node.is_unseen() {
                at = node.end;
                continue;
            }
            if node.is_text() {
                line.push(&node.text, at);
            } else if let Some(value) = marked(node) {
                let (line, text) = (self.lines.len(), line.text.len());
                self.marked.push(Marked { node: at, line, at: text, value });
            }
            if is_block {
                open.push(node.end);
            }
            at += 1;
        }
        line.before = read;
        self.lines.push(line);
    }

    /// What stands at a node: what it says itself, and what those around it say.
    fn flags(&self, node: usize) -> u16 {
        let mut flags = self.flags.borrow_mut();
        let mut unknown = Vec::new();
        let mut wide = 0;
        let own = self.page.get(node).map(|own| (node, own));
        for (at, node) in own.into_iter().chain(self.page.ancestors(node)) {
            match flags.get(at) {
                Some(&UNKNOWN) => unknown.push((at, node)),
                known => {
                    wide = known.copied().unwrap_or(0);
                    break;
                }
            }
        }
        for (at, node) in unknown.into_iter().rev() {
            wide |= own_flags(at, node);
            if let Some(flags) = flags.get_mut(at) {
                *flags = wide;
            }
        }
        flags.get(node).copied().unwrap_or(0)
    }

    /// The time of a date without one, from the short line below or above it.
    fn with_time(&self, number: usize, found: &dates::Found, reading: &Reading) -> Option<Date> {
        let line = self.lines.get(number).filter(|_| found.date.precision() == Precision::Day)?;
        let timed = |number: usize| {
            let other = self.lines.get(number).filter(|line| line.length < SHORT)?;
            let bytes = other.text.as_bytes();
            let clock = bytes.windows(3).any(|part| {
                matches!(part, [a, b':' | b'.' | b'h', b] if a.is_ascii_digit() && b.is_ascii_digit())
            });
            let dated = !dates::find(&other.text, reading).is_empty();
            (clock && !dated).then_some(&other.text)
        };
        // A label may stand before the time.
        let bare = |time: &str| time.find(|c: char| c.is_numeric()).unwrap_or(0);
        let read = |text: &str| {
            let [only] = dates::find(text, reading).try_into().ok()?;
            let only: dates::Found = only;
            let same = only.date.at_precision(Precision::Day) == found.date;
            (same && only.date.precision() != Precision::Day).then_some(only.date)
        };
        let ends = line.text.get(found.range.end..)?.trim().len() < 3;
        let begins = line.text.get(..found.range.start)?.trim().len() < 3;
        let below = || {
            let time = timed(number + 1).filter(|_| ends)?;
            let mut times = [Some(time.as_str()), time.get(bare(time)..)].into_iter().flatten();
            times.find_map(|time| read(&format!("{} {time}", line.text)))
        };
        let above = || {
            read(&format!("{} {}", timed(number.checked_sub(1)?).filter(|_| begins)?, line.text))
        };
        below().or_else(above)
    }

    /// The line that is the headline: in a heading, if any such line is like it.
    fn find_headline(&self, headline: Option<&str>) -> Option<usize> {
        let wanted = headline.map(letters).filter(|wanted| !wanted.is_empty());
        let short = self.lines.iter().enumerate().filter(|(_, line)| line.length < LINE);
        let mut like = Vec::new();
        if let Some(wanted) = &wanted {
            for (number, line) in short {
                let own = letters(&line.text);
                let same = own == *wanted
                    || own.len() >= 12 && wanted.contains(&own) && own.len() * 2 > wanted.len()
                    || own.len() >= 5 && wanted.ends_with(&own) && !self.is_link(number)
                    || wanted.len() >= 12 && own.contains(wanted.as_str());
                if same {
                    like.push(number);
                }
            }
        }
        let in_heading = |number: &&usize| {
            let first = self.lines.get(**number).and_then(|line| line.parts.first());
            first.is_some_and(|(_, node)| self.flags(*node) & HEADING != 0)
        };
        like.iter().find(in_heading).or(like.first()).copied().or_else(|| {
            let (at, _) = self.page.named(local_name!("h1")).next()?;
            let end = self.page.range(at).end;
            let held =
                |line: &Line| line.parts.first().is_some_and(|(_, node)| (at..end).contains(node));
            self.lines.iter().position(held)
        })
    }

    fn is_link(&self, number: usize) -> bool {
        let first = self.lines.get(number).and_then(|line| line.parts.first());
        first.is_some_and(|(_, node)| self.flags(*node) & LINK != 0)
    }

    fn find_body(&mut self) {
        let after = self.headline.map_or(0, |line| line + 1);
        let is_paragraph = |line: &Line| {
            line.length >= PARAGRAPH
                && line.parts.first().is_some_and(|(_, node)| self.flags(*node) & AWAY == 0)
        };
        let mut paragraphs = self
            .lines
            .iter()
            .enumerate()
            .skip(after)
            .filter(|(_, line)| is_paragraph(line))
            .map(|(number, _)| number);
        let first = paragraphs.next();
        let after = first.unwrap_or(after);
        let comments =
            self.lines.iter().enumerate().skip(after).find(|(_, line)| {
                line.length < 40 && line.length > 0 && begins_comments(&line.text)
            });
        let comments = comments.map_or(usize::MAX, |(number, _)| number);
        let mut paragraphs = paragraphs.take_while(|number| *number < comments);
        let last = paragraphs.by_ref().last().or(first);
        self.body = first.zip(last);
        self.comments = comments;
    }

    /// The worth of a date at a place of a line: from where it stands, what its element is
    /// called, and which words stand beside it. `None` for what is no date of an article.
    fn weigh(
        &self,
        number: usize,
        node: usize,
        range: std::ops::Range<usize>,
        last: bool,
        language: Option<&str>,
    ) -> Option<Weighed> {
        let line = self.lines.get(number)?;
        let flags = self.flags(node);
        let before = line.text.get(..range.start).unwrap_or("");
        let after = line.text.get(range.end..).filter(|_| last).unwrap_or("");
        // A label may stand on a line of its own, such as a cell of a table.
        let above = number.checked_sub(1).filter(|above| Some(*above) != self.headline);
        let above = above
            .and_then(|above| self.lines.get(above))
            .filter(|above| above.length < 40 && !above.text.contains(char::is_numeric));
        let said = label(before, after, language).or_else(|| {
            let above = above.filter(|_| before.len() < 3)?;
            label(&above.text, "", language).filter(|said| *said != Label::Other)
        });
        if said == Some(Label::Other) {
            return None;
        }
        let in_head = self.is_head(number);
        let mut worth = self.place(number);
        let prose = line.length >= PARAGRAPH;
        if prose && said.is_none() {
            // The first paragraph may begin with place and date.
            let rest = line.text.get(range.end..).unwrap_or("").trim_start();
            let is_dateline = in_head && range.start < 60 && rest.starts_with(DASHES);
            worth -= if is_dateline { 15 } else { 70 };
        }
        if line.length < range.len() + 40 {
            worth += 15;
        }
        let by_class = flags & (PUBLISHED | MODIFIED);
        let modified = match said {
            Some(said) => said == Label::Modified,
            None => by_class == MODIFIED,
        };
        worth += match (said.is_some(), by_class != 0) {
            (true, true) => 50,
            (true, false) => 40,
            (false, true) => 35,
            (false, false) if flags & DATE != 0 => 15,
            (false, false) => 0,
        };
        if flags & TIME != 0 {
            worth += 15;
        }
        if flags & AWAY != 0 || number > self.comments {
            worth -= 60;
        }
        if flags & LINK != 0 && !in_head {
            worth -= 30;
        }
        Some(Weighed { worth, modified })
    }

    fn is_head(&self, number: usize) -> bool {
        let end = self.body.map_or(usize::MAX, |(first, _)| first);
        match self.headline {
            Some(line) => number > line && number <= end && number - line <= 30,
            None => number <= end,
        }
    }

    /// The worth of a place: below the headline, above it, under the text.
    fn place(&self, number: usize) -> i32 {
        let at = |line: usize| self.lines.get(line).map_or(0, |line| line.before);
        let far = |from: usize, most: usize| {
            let bytes = at(from.max(number)).saturating_sub(at(from.min(number)));
            i32::try_from((bytes / 40).min(most)).unwrap_or(0)
        };
        if self.is_head(number) {
            return match (self.headline, self.body) {
                (Some(line), _) => 60 - far(line, 25),
                (None, Some((first, _))) => 45 - far(first, 25),
                (None, None) => 30,
            };
        }
        match (self.headline, self.body) {
            (Some(line), _) if number == line => 20,
            (Some(line), _) if number + 3 >= line && number < line => 50,
            (Some(line), _) if number < line => 35 - far(line, 30),
            (_, Some((_, last))) if number > last => 25 - far(last + 1, 25),
            _ => 0,
        }
    }
}

/// Whether a text is a moment and nothing else: `2015-03-13T21:00:00+11:00`.
fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    (16..=30).contains(&bytes.len()) && (bytes.get(4), bytes.get(10)) == (Some(&b'-'), Some(&b'T'))
}

/// The date that an element's attributes give.
fn marked(node: &Node) -> Option<String> {
    let known = ["datetime", "title"].iter().find_map(|name| match (*name, &*node.name) {
        ("datetime", _) => node.attr("datetime"),
        (_, "abbr" | "span") => node.attr("title").filter(|title| may_have_date(title)),
        _ => node.attr("title").filter(|title| is_timestamp(title)),
    });
    let dated = |name: &str| {
        name.starts_with("data-")
            && ["date", "time", "publish", "epoch", "seconds"]
                .iter()
                .any(|part| name.contains(part))
    };
    let data = || {
        let mut data = node.attrs.iter().filter(|(name, _)| dated(name));
        data.find(|(_, value)| value.len() < 60 && may_have_date(value)).map(|(_, value)| &**value)
    };
    known.or_else(data).map(str::to_owned)
}
