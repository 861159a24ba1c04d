//! Dates that a page shows: elements made for dates, and lines of text.

mod flags;
mod lines;

use super::labels::{Label, label};
use super::{About, Candidate, Origin};
use crate::formats::dates::{self, Order, Reading};
use crate::formats::html::tree::Page;
use crate::formats::markup::is_any;
use crate::model::{Date, Precision};
use chrono::Days;
use flags::{AWAY, DATE, FOOT, LINK, MODIFIED, PUBLISHED, TIME};
use lines::{LINE, Line, Lines};
use std::collections::HashMap;

/// A line of so many bytes is a paragraph of running text.
const PARAGRAPH: usize = 160;

/// A line of fewer bytes may say a date in passing: "3 hours ago", "4 March".
const SHORT: usize = 60;

/// Days after that date in which such a change may be.
const MOST_AFTER: u64 = 60;

/// A change without a year is of that of a date fewer lines above it.
const NEAR: usize = 4;

/// Bytes of a line of a leaf.
const LEAF: usize = 20;

/// What a line about a picture has.
const PICTURES: &[&str] = &["foto:", "photo:", "foto ©", "photo ©", "fot.", "фото:", "bild:"];

/// Lines below a text in which its author may sign.
const SIGNED: usize = 3;

/// Characters beside a date that is the most of its line.
const AROUND: usize = 40;

/// Dates of neighbours in a list are so many lines apart at most.
const ITEM: usize = 5;

/// A link of so many bytes leads to another article, and is none to a day or a name.
const TITLE: usize = 25;

/// No more dates than this are weighed on one page.
const MOST: usize = 2_000;

/// What stands between a dateline and the text.
const DASHES: [char; 8] = ['-', '–', '—', ':', '(', ')', '|', '/'];

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
    let lines = Lines::new(page, about);
    let mut found: Vec<Candidate> = Vec::new();
    // Those that may be of a list: their lines, their places, and what those of one list share.
    let mut listed: Vec<(usize, usize, String)> = Vec::new();
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
        let kind = signature(page, node);
        let seen = kinds.entry(kind.clone()).or_default();
        *seen += 1;
        let repeated = *seen > 3;
        if let Some(weighed) = lines.weigh(line, node, range, last, reading.language) {
            let worth = weighed.worth - less - if repeated { 25 } else { 0 };
            if let Some(place) = weighed.listed {
                let item = place == Listed::Item;
                listed.push((line, found.len(), if item { String::new() } else { kind }));
            }
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
    let is_day = |line: &Line| {
        (1..3).contains(&line.length) && line.text.trim().bytes().all(|byte| byte.is_ascii_digit())
    };
    let days = lines.lines.iter().enumerate().filter(|(_, line)| is_day(line));
    for (at, _) in days.take(MOST) {
        let starts = [at.checked_sub(2), at.checked_sub(1), Some(at)].into_iter().flatten();
        let mut leaves =
            starts.filter_map(|start| Some((start, leaf(lines.lines.get(start..)?, reading)?)));
        if let Some((start, date)) = leaves.next() {
            let node = lines.lines.get(start).map_or(0, |line| line.node_at(0));
            add(start, node, 0..0, date, 0, true);
        }
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
        // "3 May 1851 – 12 March 1910" is a life.
        if let [from, to] = in_line.as_slice()
            && line.length < PARAGRAPH
            && is_span(line, from, to)
        {
            continue;
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
    without_lists(&mut found, listed);
    found
}

/// The date of a leaf of a calendar: `12`, `März` and `2010` in lines of their own.
fn leaf(lines: &[Line], reading: &Reading) -> Option<Date> {
    [3, 2].into_iter().find_map(|count| {
        let parts =
            lines.get(..count).filter(|parts| parts.iter().all(|line| line.length <= LEAF))?;
        let (first, last) = (parts.first()?, parts.last()?);
        let text: String = parts.iter().map(|line| line.text.as_str()).collect();
        let [only] = <[dates::Found; 1]>::try_from(dates::find(&text, reading)).ok()?;
        let is_all =
            only.range.start < first.text.len() && only.range.end > text.len() - last.text.len();
        is_all.then_some(only.date)
    })
}

/// Takes off the worth of dates in lists, which have others beside them: they are those of other
/// articles, or of what is to come.
fn without_lists(found: &mut [Candidate], mut listed: Vec<(usize, usize, String)>) {
    listed.sort_unstable();
    let day = |place: usize| found.get(place).map(|one| one.date.at_precision(Precision::Day));
    let differ = |pair: &[(usize, usize, String)]| match pair {
        [(above, one, kind), (below, other, own)] => {
            let near = (1..=ITEM).contains(&(below - above));
            near && kind == own && day(*one) != day(*other)
        }
        _ => false,
    };
    let pairs: Vec<bool> = listed.windows(2).map(differ).collect();
    for (at, (_, place, _)) in listed.iter().enumerate() {
        let above = at.checked_sub(1).and_then(|at| pairs.get(at));
        if above == Some(&true) || pairs.get(at) == Some(&true) {
            found[*place].worth -= 60;
        }
    }
}

/// Whether two dates are the ends of years.
fn is_span(line: &Line, from: &dates::Found, to: &dates::Found) -> bool {
    let between = line.text.get(from.range.end..to.range.start).unwrap_or("").trim();
    let years = (to.date.at() - from.date.at()).num_days() / 365;
    matches!(between, "-" | "–" | "—") && years > 1
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
    /// Where it stands, if nothing says of what it is.
    listed: Option<Listed>,
}

/// Where a date that may be of a list stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Listed {
    /// In an item of a list, or beside the link to an article.
    Item,
    /// Elsewhere than about the headline.
    Apart,
}

impl Weighed {
    fn candidate(&self, date: Date) -> Candidate {
        Candidate { date, origin: Origin::Shown, worth: self.worth, modified: self.modified }
    }
}

pub(super) fn may_have_date(text: &str) -> bool {
    text.chars().filter(|c| c.is_numeric()).take(3).count() == 3
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

impl Lines<'_> {
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
        // "The weir on 5 May 2009. Photo: Berg"
        let pictured = || {
            let text = line.text.get(range.end..).unwrap_or("").to_lowercase();
            line.length < PARAGRAPH
                && !before.trim().is_empty()
                && PICTURES.iter().any(|picture| text.contains(picture))
        };
        if said.is_none() && pictured() {
            return None;
        }
        let in_head = self.is_head(number);
        let mut worth = self.place(number);
        let prose = line.length >= PARAGRAPH;
        if prose && said.is_none() {
            // The first paragraph may begin with place and date.
            let rest = line.text.get(range.end..).unwrap_or("").trim_start();
            // "Lima, 12 de marzo de 2010.-"
            let rest = rest.strip_prefix('.').unwrap_or(rest);
            let is_dateline = range.start < 60 && rest.starts_with(DASHES);
            // "28 October 2008 The ferry …": at the masthead stands the day when it was looked at.
            let opens = range.start == 0 && rest.starts_with(char::is_uppercase);
            worth += match in_head {
                true if opens => 10,
                true if is_dateline => -15,
                _ => -70,
            };
        }
        let beside = line.length < LINE && {
            let around =
                before.chars().count() + line.text.get(range.end..).unwrap_or("").chars().count();
            around <= AROUND
        };
        if beside {
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
        let below = self.body.is_some_and(|(_, last)| number > last && number - last <= SIGNED);
        let signed = || self.authors.iter().any(|author| line.text.contains(author.as_str()));
        if (in_head || below) && line.length < PARAGRAPH && signed() {
            worth += 20;
        }
        if flags & TIME != 0 {
            worth += 15;
        }
        let is_away = flags & AWAY != 0 || number > self.comments;
        worth -= match said {
            _ if is_away => 60,
            None if flags & FOOT != 0 => 60,
            // "Created in May 1999" may be said of the site.
            Some(Label::Published) if flags & FOOT != 0 => 25,
            _ => 0,
        };
        if flags & LINK != 0 && !in_head {
            worth -= 30;
        }
        let listed = if said.is_some() || by_class != 0 || line.length >= PARAGRAPH {
            None
        } else if self.is_item(node) || self.leads_away(line) {
            Some(Listed::Item)
        } else {
            let above = self.headline.is_some_and(|line| number <= line && number + 3 >= line);
            (!in_head && !above && number < self.comments).then_some(Listed::Apart)
        };
        Some(Weighed { worth, modified, listed })
    }

    fn is_item(&self, node: usize) -> bool {
        let above = self.page.ancestors(node).take(4);
        above.into_iter().any(|(_, node)| is_any!(node.name, "li" | "dd" | "dt"))
    }

    /// Whether a line has the link to an article.
    fn leads_away(&self, line: &Line) -> bool {
        line.parts.iter().any(|(_, node)| {
            self.page.get(*node).is_some_and(|own| own.text.trim().len() > TITLE)
                && self.flags(*node) & LINK != 0
        })
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
