//! Any encoding to UTF-8, while it streams.
//!
//! As in [`super`], decided by the beginning of the input. Where that is ASCII, bytes further on
//! that are not UTF-8 are read in the encoding that was declared.

use super::{DECLARED, UNDECLARED, declared, detect, encoding, is_mostly_utf_8, label_of};
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::io::{self, Read};

/// Bytes looked at before the encoding is chosen.
const HEAD: u64 = 1 << 16;

/// UTF-8 from an input in any encoding.
pub(in crate::formats) struct Utf8 {
    input: Box<dyn Read + Send>,
    /// What the caller knows of the encoding.
    hint: Option<String>,
    way: Way,
    /// Bytes read and not yet decoded.
    raw: Vec<u8>,
    ended: bool,
    /// Text that was decoded and not yet read, and how much of it was.
    text: Vec<u8>,
    at: usize,
}

enum Way {
    /// Not chosen yet.
    Unknown,
    /// UTF-8, with an encoding for what is not.
    Utf8(&'static Encoding),
    /// UTF-32; whether the first byte is the greatest.
    Utf32 {
        big: bool,
    },
    Other(Box<Decoder>),
}

impl Utf8 {
    /// `hint` is what the caller knows of the encoding, as in [`to_utf8`](super::to_utf8).
    pub(in crate::formats) fn new(input: impl Read + Send + 'static, hint: Option<String>) -> Self {
        Self {
            input: Box::new(input),
            hint,
            way: Way::Unknown,
            raw: Vec::new(),
            ended: false,
            text: Vec::new(),
            at: 0,
        }
    }

    /// Adds more text to `text`; false at the end of the input.
    pub(in crate::formats) fn read_more(&mut self, text: &mut Vec<u8>) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        if let Way::Unknown = self.way {
            self.ended = self.fill(HEAD)?;
            let (way, mark) = choose(&self.raw, self.hint.as_deref());
            self.way = way;
            self.raw.drain(..mark);
        } else {
            self.ended = self.fill(HEAD / 4)?;
        }
        let used = match &mut self.way {
            Way::Unknown => 0,
            Way::Utf8(fallback) => utf8(&self.raw, fallback, self.ended, text),
            Way::Utf32 { big } => utf32(&self.raw, *big, text),
            Way::Other(decoder) => decode(decoder, &self.raw, self.ended, text),
        };
        self.raw.drain(..used);
        if self.ended {
            self.raw.clear();
        }
        Ok(!self.ended)
    }

    /// Reads up to `most` bytes; whether the input ended.
    fn fill(&mut self, most: u64) -> io::Result<bool> {
        let read = self.input.by_ref().take(most).read_to_end(&mut self.raw)?;
        Ok((read as u64) < most)
    }
}

impl Read for Utf8 {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() {
            let mut text = std::mem::take(&mut self.text);
            text.clear();
            self.at = 0;
            let more = self.read_more(&mut text);
            self.text = text;
            if !more? && self.text.is_empty() {
                return Ok(0);
            }
        }
        let read = self.text.get(self.at..).unwrap_or_default().read(buffer)?;
        self.at += read;
        Ok(read)
    }
}

/// How an input is to be read, and the length of its byte order mark.
fn choose(head: &[u8], hint: Option<&str>) -> (Way, usize) {
    let way = |encoding: &'static Encoding| {
        Way::Other(Box::new(encoding.new_decoder_without_bom_handling()))
    };
    match head {
        [0xff, 0xfe, 0, 0, ..] => return (Way::Utf32 { big: false }, 4),
        [0, 0, 0xfe, 0xff, ..] => return (Way::Utf32 { big: true }, 4),
        [b'<', 0, 0, 0, ..] => return (Way::Utf32 { big: false }, 0),
        [0, 0, 0, b'<', ..] => return (Way::Utf32 { big: true }, 0),
        [0xff, 0xfe, ..] => return (way(UTF_16LE), 2),
        [0xfe, 0xff, ..] => return (way(UTF_16BE), 2),
        [b'<' | b'{', 0, ..] => return (way(UTF_16LE), 0),
        [0, b'<' | b'{', ..] => return (way(UTF_16BE), 0),
        [0xef, 0xbb, 0xbf, ..] => return (Way::Utf8(WINDOWS_1252), 3),
        _ => {}
    }
    let valid = match std::str::from_utf8(head) {
        Ok(_) => true,
        // The head may end within a character.
        Err(error) => error.error_len().is_none(),
    };
    let said = [hint.and_then(label_of), declared(head)];
    let said = said.into_iter().flatten().filter_map(encoding);
    // What the bytes contradict is passed over.
    let mut said = said.filter(|said| *said != UTF_8 || valid || is_mostly_utf_8(head, DECLARED));
    let way = match said.next() {
        _ if valid && !head.is_ascii() => Way::Utf8(WINDOWS_1252),
        Some(said) if said == UTF_8 => Way::Utf8(WINDOWS_1252),
        // All is ASCII so far: what comes later tells UTF-8 from the others.
        Some(said) if valid && said.is_single_byte() => Way::Utf8(said),
        Some(said) => way(said),
        None if valid || is_mostly_utf_8(head, UNDECLARED) => Way::Utf8(WINDOWS_1252),
        None => way(detect(head)),
    };
    (way, 0)
}

/// UTF-8 with damage; how many bytes were used.
fn utf8(raw: &[u8], fallback: &'static Encoding, last: bool, text: &mut Vec<u8>) -> usize {
    let mut used = 0;
    loop {
        let rest = raw.get(used..).unwrap_or_default();
        let error = match std::str::from_utf8(rest) {
            Ok(_) => {
                text.extend_from_slice(rest);
                return raw.len();
            }
            Err(error) => error,
        };
        let (valid, damaged) = rest.split_at(error.valid_up_to());
        text.extend_from_slice(valid);
        let length = match error.error_len() {
            Some(length) => length,
            None if last => damaged.len(),
            // A character that goes on in what is not read yet.
            None => return used + valid.len(),
        };
        let damaged = damaged.get(..length).unwrap_or(damaged);
        text.extend_from_slice(fallback.decode_without_bom_handling(damaged).0.as_bytes());
        used += valid.len() + length;
    }
}

fn utf32(raw: &[u8], big: bool, text: &mut Vec<u8>) -> usize {
    let (units, _) = raw.as_chunks::<4>();
    for unit in units {
        let code = if big { u32::from_be_bytes(*unit) } else { u32::from_le_bytes(*unit) };
        let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
    units.len() * 4
}

/// Any other encoding; the decoder keeps what is not complete.
fn decode(decoder: &mut Decoder, raw: &[u8], last: bool, text: &mut Vec<u8>) -> usize {
    let mut used = 0;
    loop {
        let rest = raw.get(used..).unwrap_or_default();
        let room = decoder.max_utf8_buffer_length_without_replacement(rest.len()).unwrap_or(0);
        let start = text.len();
        text.resize(start + room, 0);
        let target = text.get_mut(start..).unwrap_or_default();
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(rest, target, last);
        text.truncate(start + written);
        used += read;
        match result {
            DecoderResult::InputEmpty | DecoderResult::OutputFull => return used,
            DecoderResult::Malformed(..) => {
                text.extend_from_slice("\u{fffd}".as_bytes());
            }
        }
    }
}
