//! The data that React's server components send along with a page, in pieces of one stream:
//! `self.__next_f.push([1, "5:[…]\\n"])`.
//!
//! A row of the stream is a number in hexadecimal digits, a colon, and JSON up to the end of the
//! line; or `T`, a length in bytes, a comma, and so much text. Another row names the text as `$5`.

use super::super::json;
use super::super::tree::Page;
use html5ever::local_name;
use serde_json::Value;
use std::collections::HashMap;

/// What begins a piece.
const PIECE: &str = "__next_f.push(";

/// Pieces, bytes and rows of one page that are looked at.
const PIECES: usize = 4_000;
const BYTES: usize = 4 << 20;
const ROWS: usize = 20_000;
/// Digits of a text's length.
const DIGITS: usize = 8;

/// The values of a page's rows, with their texts in the place of the texts' names.
pub(super) fn rows(page: &Page) -> Vec<Value> {
    let mut stream = String::new();
    for script in page.named(local_name!("script")).take(PIECES).map(|(at, _)| page.raw(at)) {
        let Some((_, pushed)) = script.split_once(PIECE) else { continue };
        if stream.len() + pushed.len() > BYTES {
            break;
        }
        let piece = json::first(pushed);
        stream.push_str(piece.as_ref().and_then(|piece| piece.get(1)?.as_str()).unwrap_or(""));
    }
    let mut values = Vec::new();
    let mut texts: HashMap<&str, &str> = HashMap::new();
    let mut rest = stream.as_str();
    for _ in 0..ROWS {
        let Some((name, row)) = rest.split_once(':') else { break };
        let name = name.trim_start();
        if let Some((text, after)) = text(row) {
            texts.insert(name, text);
            rest = after;
            continue;
        }
        let (line, after) = row.split_once('\n').unwrap_or((row, ""));
        values.extend(line.starts_with(['[', '{']).then(|| json::first(line)).flatten());
        rest = after;
    }
    if !texts.is_empty() {
        let mut budget = BYTES;
        values.iter_mut().for_each(|value| put_texts(value, &texts, &mut budget));
    }
    values
}

/// The text of a row that is one, and what follows it.
fn text(row: &str) -> Option<(&str, &str)> {
    let row = row.strip_prefix('T')?;
    let comma = row.bytes().take(DIGITS + 1).position(|byte| byte == b',')?;
    let (length, rest) = row.split_at_checked(comma)?;
    let length = usize::from_str_radix(length, 16).ok()?;
    rest.strip_prefix(',')?.split_at_checked(length)
}

/// Puts the texts in the place of their names, up to so many bytes: a text may be named again and
/// again. What is read from JSON is not too deep for this.
fn put_texts(value: &mut Value, texts: &HashMap<&str, &str>, budget: &mut usize) {
    match value {
        Value::String(name) => {
            if let Some(text) = name.strip_prefix('$').and_then(|name| texts.get(name))
                && let Some(left) = budget.checked_sub(text.len())
            {
                *budget = left;
                *name = (*text).to_owned();
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|v| put_texts(v, texts, budget)),
        Value::Object(object) => object.values_mut().for_each(|v| put_texts(v, texts, budget)),
        _ => {}
    }
}
