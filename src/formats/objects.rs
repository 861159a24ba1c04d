//! The JSON objects of an input: one alone, one a line, or the items of an array.

use super::BOM;
use super::lines::{Line, Lines};
use crate::model::{Place, Reason, Rejected};
use std::io::{self, BufRead, Chain, Cursor, Read};

/// An object's text, and the line that it begins on.
pub(super) type Object = Result<(Vec<u8>, Place), Rejected>;

/// Cuts an input into the texts of its outermost objects. Memory is bounded by `limit`, the
/// bytes of one object.
///
/// Where each line holds an object, a line that is damaged costs itself alone. Elsewhere an
/// object ends where its brackets close.
pub(super) fn objects(
    mut input: impl BufRead + Send + 'static,
    name: String,
    limit: u64,
) -> Box<dyn Iterator<Item = Object> + Send> {
    let mut first = Vec::new();
    let read = input.by_ref().take(limit).read_until(b'\n', &mut first).and_then(|_| {
        let next = input.fill_buf()?.iter().copied().find(|byte| !byte.is_ascii_whitespace());
        Ok(matches!(next, None | Some(b'{')))
    });
    let line = first.strip_prefix(BOM).unwrap_or(&first).trim_ascii();
    let object = serde_json::from_slice::<serde::de::IgnoredAny>(line);
    // A line that ends behind one of these goes on; one that was cut elsewhere is damaged.
    let goes_on = line.ends_with(b"[") || line.ends_with(b"{");
    let is_listed = line.is_empty()
        || line.starts_with(b"[")
        || goes_on && object.as_ref().is_err_and(serde_json::Error::is_eof);
    let input = Cursor::new(first).chain(input);
    match read {
        Err(error) => {
            let reason = Reason::from(&error);
            Box::new(std::iter::once(Err(Rejected { place: Place::line(name, 1), reason })))
        }
        Ok(next_begins) => {
            if !is_listed && (object.is_ok() || next_begins) {
                Box::new(LineByLine {
                    lines: Lines::new(input, limit),
                    name,
                    limit,
                    line: 0,
                    ended: false,
                })
            } else {
                Box::new(Bracketed { input, name, limit, line: 1, ended: false })
            }
        }
    }
}

struct LineByLine<R> {
    lines: Lines<R>,
    name: String,
    limit: u64,
    line: u64,
    ended: bool,
}

impl<R: BufRead> Iterator for LineByLine<R> {
    type Item = Object;

    fn next(&mut self) -> Option<Object> {
        while !self.ended {
            self.line += 1;
            let place = Place::line(&self.name, self.line);
            let reason = match self.lines.next_line() {
                Ok(None) => return None,
                Ok(Some(Line::Whole(line))) if line.trim_ascii().is_empty() => continue,
                Ok(Some(Line::Whole(line))) => return Some(Ok((line, place))),
                Ok(Some(Line::TooLong)) => Reason::OverLimit { limit: "line", allowed: self.limit },
                Err(error) => {
                    self.ended = true;
                    Reason::from(&error)
                }
            };
            return Some(Err(Rejected { place, reason }));
        }
        None
    }
}

struct Bracketed<R> {
    input: Chain<Cursor<Vec<u8>>, R>,
    name: String,
    limit: u64,
    /// The line that the next byte is on.
    line: u64,
    ended: bool,
}

/// How far an object has been read.
#[derive(Default)]
struct Scan {
    text: Vec<u8>,
    depth: u64,
    in_string: bool,
    escaped: bool,
    too_long: bool,
    /// Bytes that are no part of an object stood before it.
    stray: bool,
}

impl Scan {
    /// Takes one byte; says whether it ends the object.
    fn take(&mut self, byte: u8, limit: u64) -> bool {
        if self.depth == 0 && byte != b'{' {
            self.stray |= !(byte.is_ascii_whitespace() || b"[],\xef\xbb\xbf".contains(&byte));
            return false;
        }
        if self.text.len() as u64 >= limit {
            self.too_long = true;
            self.text = Vec::new();
        }
        if !self.too_long {
            self.text.push(byte);
        }
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if self.in_string => self.escaped = true,
            b'"' => self.in_string = !self.in_string,
            b'{' if !self.in_string => self.depth += 1,
            b'}' if !self.in_string => {
                self.depth -= 1;
                return self.depth == 0;
            }
            _ => {}
        }
        false
    }
}

impl<R: BufRead> Iterator for Bracketed<R> {
    type Item = Object;

    fn next(&mut self) -> Option<Object> {
        let mut scan = Scan::default();
        let mut begins = self.line;
        while !self.ended {
            let chunk = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.ended = true;
                    let reason = Reason::from(&error);
                    return Some(Err(Rejected {
                        place: Place::line(&self.name, self.line),
                        reason,
                    }));
                }
                Ok(chunk) => chunk,
            };
            let (mut used, mut whole) = (0, false);
            for &byte in chunk {
                if scan.stray && byte == b'{' {
                    whole = true;
                    break;
                }
                used += 1;
                if scan.depth == 0 && !scan.stray {
                    begins = self.line;
                }
                self.line += u64::from(byte == b'\n');
                whole = scan.take(byte, self.limit);
                if whole {
                    break;
                }
            }
            self.ended = used == 0 && !whole;
            self.input.consume(used);
            if whole {
                break;
            }
        }
        let place = Place::line(&self.name, begins);
        let reason = match scan {
            Scan { too_long: true, .. } => Reason::OverLimit { limit: "line", allowed: self.limit },
            Scan { depth: 1.., .. } => Reason::Malformed("an object without an end".into()),
            Scan { stray: true, .. } => Reason::Malformed("no JSON object".into()),
            Scan { text, .. } if text.is_empty() => return None,
            Scan { text, .. } => return Some(Ok((text, place))),
        };
        Some(Err(Rejected { place, reason }))
    }
}
