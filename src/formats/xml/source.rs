//! The text of a document, as the parser takes it.

use crate::formats::encoding::Utf8;
use std::io::{self, BufRead, Read};

/// Text in UTF-8 without control characters, that counts lines and can be read again.
pub(super) struct Source {
    input: Utf8,
    chunk: Vec<u8>,
    at: usize,
    ended: bool,
    pub(super) line: u64,
    /// Bytes of text that came.
    pub(super) came: u64,
    /// Bytes that may still be read for one token.
    pub(super) allowance: u64,
}

impl Source {
    pub(super) fn new(input: impl Read + Send + 'static) -> Self {
        let input = Utf8::new(input, None);
        Self {
            input,
            chunk: Vec::new(),
            at: 0,
            ended: false,
            line: 1,
            came: 0,
            allowance: u64::MAX,
        }
    }

    /// Puts bytes back; tells how many had to be moved.
    pub(super) fn unread(&mut self, bytes: &[u8]) -> usize {
        self.line = self.line.saturating_sub(lines(bytes));
        self.chunk.splice(..self.at, bytes.iter().copied());
        self.at = 0;
        self.chunk.len()
    }

    fn rest(&self) -> &[u8] {
        self.chunk.get(self.at..).unwrap_or_default()
    }

    /// Reads more, behind what is there.
    fn more(&mut self) -> io::Result<()> {
        self.chunk.drain(..self.at);
        self.at = 0;
        let start = self.chunk.len();
        while self.chunk.len() == start && !self.ended {
            self.ended = !self.input.read_more(&mut self.chunk)?;
            self.came += (self.chunk.len() - start) as u64;
            clean(&mut self.chunk, start);
        }
        Ok(())
    }

    /// Passes over everything before the next start tag of one of these elements, whatever its
    /// prefix.
    pub(super) fn skip_to(&mut self, names: &[&str]) {
        self.allowance = u64::MAX;
        loop {
            let next = self.rest().iter().skip(1).position(|byte| *byte == b'<');
            let step = next.map_or(self.rest().len(), |at| at + 1);
            self.consume(step);
            if self.rest().len() < 64
                && (self.ended || self.more().is_err())
                && self.rest().is_empty()
            {
                return;
            }
            let head = self.rest().get(1..64.min(self.rest().len())).unwrap_or_default();
            let name = head.split(|b| b.is_ascii_whitespace() || *b == b'>' || *b == b'/').next();
            let name = name.unwrap_or_default();
            let local = name.rsplit(|byte| *byte == b':').next().unwrap_or_default();
            if names.iter().any(|known| local.eq_ignore_ascii_case(known.as_bytes())) {
                return;
            }
        }
    }
}

/// Takes out control characters from a place on. Those of 128 to 159 are meant as windows-1252.
fn clean(text: &mut Vec<u8>, from: usize) {
    let dropped = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    if text.iter().skip(from).any(|byte| dropped(*byte)) {
        text.retain(|byte| !dropped(*byte));
    }
    let is_control = |pair: &[u8]| matches!(pair, [0xc2, 0x80..=0x9f]);
    if text.windows(2).skip(from).any(is_control) {
        let whole = String::from_utf8_lossy(text);
        let meant = |c: char| match c {
            '\u{80}'..='\u{9f}' => windows_1252(c as u8),
            c => c,
        };
        *text = whole.chars().map(meant).collect::<String>().into_bytes();
    }
}

/// The character that a byte is in windows-1252.
pub(super) fn windows_1252(byte: u8) -> char {
    let bytes = [byte];
    let text =
        encoding_rs::WINDOWS_1252.decode_without_bom_handling_and_without_replacement(&bytes);
    text.and_then(|text| text.chars().next()).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn lines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Source {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.allowance == 0 {
            return Err(io::Error::other("too long"));
        }
        if self.rest().is_empty() {
            self.more()?;
        }
        Ok(self.rest())
    }

    fn consume(&mut self, bytes: usize) {
        let used = self.rest().get(..bytes).unwrap_or(self.rest());
        let (used, lines) = (used.len(), lines(used));
        self.line += lines;
        self.at += used;
        self.allowance = self.allowance.saturating_sub(bytes as u64);
    }
}
