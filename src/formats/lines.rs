//! Lines of bounded length.

use std::io::{self, BufRead};

/// One line of an input.
pub(super) enum Line {
    /// Its bytes, without the line end.
    Whole(Vec<u8>),
    /// It was longer than the limit, and was skipped to its end.
    TooLong,
}

/// Reads lines of at most `limit` bytes. A longer one is skipped without being held.
pub(super) struct Lines<R> {
    input: R,
    limit: usize,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R, limit: u64) -> Self {
        Self { input, limit: usize::try_from(limit).unwrap_or(usize::MAX) }
    }

    /// The next line; `None` at the end.
    pub(super) fn next_line(&mut self) -> io::Result<Option<Line>> {
        let (mut line, mut too_long, mut any) = (Vec::new(), false, false);
        loop {
            let chunk = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if chunk.is_empty() {
                break;
            }
            any = true;
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or(chunk);
            if too_long || line.len() + part.len() > self.limit {
                too_long = true;
                line = Vec::new();
            } else {
                line.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        Ok(match (any, too_long) {
            (false, _) => None,
            (true, true) => Some(Line::TooLong),
            (true, false) => Some(Line::Whole(line)),
        })
    }
}
