//! Plain text files.
//!
//! The first line is an id `news-DDMMYYYY-HHMMSS`: the external id, and the publication time
//! in UTC. After a blank line come paragraphs. There is no headline: it is made from the first
//! sentence and marked as derived.

use super::{BOM, Item};
use crate::model::{Date, Limits, NewArticle, Place, Reason, Rejected};
use chrono::NaiveDateTime;
use std::io::Read;

/// A derived headline has this many characters at most.
const HEADLINE: usize = 120;

/// Words after which a full stop ends no sentence, in lower case.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "sen", "rep", "gov", "gen", "col", "lt", "sgt", "capt",
    "hon", "rev", "jr", "sr", "no", "vs", "inc", "ltd", "co", "corp", "dept", "jan", "feb", "mar",
    "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "approx", "ca", "m", "mme",
];

/// Reads a file that holds one article.
pub(super) fn read(input: impl Read, name: String, limits: &Limits) -> Item {
    let place = Place::line(name, 1);
    let refuse = |reason| Err(Rejected { place: place.clone(), reason });
    let most = limits.body.saturating_add(1_024);
    let mut bytes = Vec::new();
    if let Err(error) = input.take(most + 1).read_to_end(&mut bytes) {
        return refuse(Reason::from(&error));
    }
    if bytes.len() as u64 > most {
        return refuse(Reason::OverLimit { limit: "body", allowed: limits.body });
    }
    let text = match std::str::from_utf8(bytes.strip_prefix(BOM).unwrap_or(&bytes)) {
        Ok(text) => text,
        Err(error) => {
            let before = error.valid_up_to();
            let line =
                bytes.get(..before).map_or(0, |head| head.iter().filter(|b| **b == b'\n').count());
            return Err(Rejected {
                place: Place { line: Some(line as u64 + 1), ..place },
                reason: Reason::NotUtf8(before as u64),
            });
        }
    };
    if text.trim().is_empty() {
        return refuse(Reason::Empty);
    }
    let (id, rest) = text.split_once('\n').unwrap_or((text, ""));
    let id = id.trim();
    let Some(stamp) = id.strip_prefix("news-").filter(|stamp| is_stamp(stamp)) else {
        let reason = format!("the first line is not an id news-DDMMYYYY-HHMMSS: {:?}", start(id));
        return refuse(Reason::Malformed(reason));
    };
    let Ok(published) = NaiveDateTime::parse_from_str(stamp, "%d%m%Y-%H%M%S") else {
        return refuse(Reason::ImpossibleDate(id.to_owned()));
    };
    let body = rest.trim_start_matches(['\r', '\n']).trim_end_matches(['\r', '\n']);
    if body.trim().is_empty() {
        return refuse(Reason::Empty);
    }
    Ok(NewArticle {
        id: Some(id.to_owned()),
        headline: Some(headline(body)),
        headline_derived: true,
        body: Some(body.to_owned()),
        published: Some(Date::utc(published.and_utc())),
        place,
        ..NewArticle::default()
    })
}

fn is_stamp(stamp: &str) -> bool {
    stamp.len() == 15
        && stamp.bytes().enumerate().all(|(at, byte)| match at {
            8 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

fn start(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The first sentence of a text, shortened at a word where it is long.
fn headline(body: &str) -> String {
    let paragraph = body.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
    let mut sentence = paragraph;
    let mut chars = paragraph.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let ends = match c {
            '。' | '！' | '？' | '؟' | '।' | '።' => true,
            '.' | '!' | '?' => {
                let closed = chars.peek().is_none_or(|(_, next)| {
                    next.is_whitespace() || matches!(next, '"' | '”' | '’' | '»' | ')')
                });
                closed && !(c == '.' && is_abbreviation(&paragraph[..at]))
            }
            _ => false,
        };
        if ends {
            let quotes: usize = chars
                .by_ref()
                .map_while(|(_, c)| {
                    matches!(c, '"' | '”' | '’' | '»' | ')' | '」').then(|| c.len_utf8())
                })
                .sum();
            // “Stop!” she said.
            let rest = paragraph[end + quotes..].trim_start();
            if !rest.starts_with(char::is_lowercase) {
                sentence = &paragraph[..end + quotes];
                break;
            }
        }
    }
    if sentence.chars().count() <= HEADLINE {
        return sentence.to_owned();
    }
    let cut: String = sentence.chars().take(HEADLINE - 1).collect();
    let cut = match cut.rfind(char::is_whitespace) {
        Some(at) if at > HEADLINE / 2 => &cut[..at],
        _ => &cut,
    };
    format!("{}…", cut.trim_end_matches(|c: char| c.is_whitespace() || c == ',' || c == ';'))
}

/// Whether the word before a full stop is a known abbreviation, an initial, or an acronym.
fn is_abbreviation(before: &str) -> bool {
    let word =
        before.rsplit(|c: char| c.is_whitespace() || "(“\"‘".contains(c)).next().unwrap_or("");
    let letters = word.chars().count();
    letters == 1 && word.chars().all(char::is_uppercase)
        || word.contains('.')
        || ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}
