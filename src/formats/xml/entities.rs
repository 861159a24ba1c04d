//! Entities: those that a document type declares, HTML's, and characters by their numbers.

use super::MANY;
use super::source::windows_1252;
use html5ever::data::NAMED_ENTITIES;
use std::borrow::Cow;
use std::collections::HashMap;

/// Bytes of an entity that a document type declares, with what it refers to; longer ones are not
/// looked at.
const LONGEST: u64 = 1_024;

/// The entities that a document declares, by their names.
#[derive(Default)]
pub(super) struct Entities(HashMap<String, String>);

impl Entities {
    /// The declared entities of a document type. One may refer to those before it as long as it stays
    /// short.
    pub(super) fn declare(&mut self, doctype: &str) {
        for declaration in doctype.split("<!ENTITY").skip(1).take(MANY) {
            let declaration = declaration.trim_start();
            let Some((name, value)) = declaration.split_once(char::is_whitespace) else { continue };
            let value = value.trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let Some((value, _)) = quote.and_then(|quote| value.get(1..)?.split_once(quote)) else {
                continue;
            };
            if let Some(value) = self.unescape(value, LONGEST) {
                let value = value.into_owned();
                self.0.entry(name.to_owned()).or_insert(value);
            }
        }
    }

    /// The value of a reference `&name;`.
    pub(super) fn value(&self, name: &str) -> Option<Cow<'_, str>> {
        if let Some(number) = name.strip_prefix('#') {
            return character(number).map(|c| Cow::Owned(c.map(String::from).unwrap_or_default()));
        }
        if let Some(value) = self.0.get(name) {
            return Some(Cow::Borrowed(value));
        }
        let (first, second) = *NAMED_ENTITIES.get(&format!("{name};"))?;
        let characters = [first, second].into_iter().filter(|code| *code != 0);
        let value: String = characters.filter_map(char::from_u32).collect();
        (!value.is_empty()).then_some(Cow::Owned(value))
    }

    /// Text with its references replaced; what is no reference stays. `None`: it would have more bytes
    /// than there is room for.
    pub(super) fn unescape<'t>(&self, text: &'t str, room: u64) -> Option<Cow<'t, str>> {
        let Some(first) = text.find('&') else {
            return (text.len() as u64 <= room).then_some(Cow::Borrowed(text));
        };
        let (before, mut rest) = text.split_at(first);
        let mut out = before.to_owned();
        while let Some(after) = rest.strip_prefix('&') {
            let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '#');
            let (name, tail) = after.split_at(end.unwrap_or(after.len()));
            match (self.value(name), tail.strip_prefix(';')) {
                (Some(value), Some(tail)) => {
                    out.push_str(&value);
                    rest = tail;
                }
                _ => {
                    out.push('&');
                    rest = after;
                }
            }
            let (plain, next) = rest.split_at(rest.find('&').unwrap_or(rest.len()));
            out.push_str(plain);
            rest = next;
            if out.len() as u64 > room {
                return None;
            }
        }
        Some(Cow::Owned(out))
    }
}

/// A character by its number, none for one of control. 128 to 159 are those of windows-1252, as
/// browsers read them.
fn character(number: &str) -> Option<Option<char>> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    match code {
        0x80..=0x9f => u8::try_from(code).ok().map(|byte| Some(windows_1252(byte))),
        _ => char::from_u32(code).map(|c| Some(c).filter(|c| !c.is_control() || c.is_whitespace())),
    }
}
