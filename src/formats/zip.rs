//! Zip archives, read from the front.
//!
//! Each file has a header before its bytes
//! ([APPNOTE.TXT](https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT), 4.3.7); the
//! directory at the end is not needed. So an archive may come through a pipe, may be cut, and
//! files that overlap in its directory cannot make a bomb.

use super::Input;
use super::unpack::{Meter, damage};
use crate::model::Reason;
use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use std::io::{self, BufRead, BufReader, Read, Take};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Ways of packing that are known by name, and not read.
const UNREAD: &[(u16, &str)] = &[
    (1, "shrink"),
    (6, "implode"),
    (9, "deflate64"),
    (12, "bzip2"),
    (14, "LZMA"),
    (95, "xz"),
    (98, "PPMd"),
];

/// A size of 32 bits that stands for one of 64 in the extra fields.
const IN_EXTRA: u32 = u32::MAX;

type Raw = Take<BufReader<Input>>;

/// An archive, and how far it was read.
pub(super) struct Zip {
    at: At,
    meter: Arc<Meter>,
}

enum At {
    /// Before a header.
    Header(BufReader<Input>),
    /// In a file.
    File(Box<File>),
    /// After the last file, or after damage that nothing can be found behind.
    End,
}

struct File {
    body: Body,
    /// Whether its packed length is known, and so where the next file begins.
    sized: bool,
    /// Whether its checksum and lengths come after its bytes.
    descriptor: bool,
    /// Its checksum and length, where the header knows them.
    expected: Option<(u32, u64)>,
    sum: Crc,
    bytes: u64,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Reading,
    /// Read to its end.
    Done,
    /// An error was told to its reader.
    Failed,
}

enum Body {
    Stored(Raw),
    Deflate(DeflateDecoder<Raw>),
    Zstd(zstd::stream::read::Decoder<'static, Raw>),
}

impl Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Stored(raw) => raw.read(buffer),
            Self::Deflate(decoder) => decoder.read(buffer),
            Self::Zstd(decoder) => decoder.read(buffer),
        }
    }

    fn into_raw(self) -> Raw {
        match self {
            Self::Stored(raw) => raw,
            Self::Deflate(decoder) => decoder.into_inner(),
            Self::Zstd(decoder) => decoder.finish(),
        }
    }
}

/// A file's name where it is known, and why it was refused.
type Refusal = (Option<String>, Reason);

impl Zip {
    pub(super) fn new(input: Input, meter: Arc<Meter>) -> Self {
        Self { at: At::Header(BufReader::new(input)), meter }
    }

    /// Goes to the next file, past what is left of the one before, and tells its name.
    pub(super) fn next_file(&mut self) -> Option<Result<String, Refusal>> {
        let (mut input, failed, descriptor) = match std::mem::replace(&mut self.at, At::End) {
            At::End => return None,
            At::Header(input) => (input, false, false),
            At::File(mut file) => {
                if !file.sized && file.state == State::Reading {
                    // Where it ends shows only when it is unpacked.
                    let rest = &mut Rest(&mut file, &self.meter);
                    if let Err(error) = io::copy(rest, &mut io::sink()) {
                        return Some(Err((None, Reason::from(&error))));
                    }
                }
                let (sized, failed) = (file.sized, file.state == State::Failed);
                let descriptor = file.descriptor;
                let mut raw = file.body.into_raw();
                if failed && !sized {
                    let more = raw.fill_buf().is_ok_and(|rest| !rest.is_empty());
                    let reason = "the files after one that is refused and has no length are lost";
                    return more.then(|| Err((None, Reason::Malformed(reason.to_owned()))));
                }
                if sized && let Err(error) = io::copy(&mut raw, &mut io::sink()) {
                    return (!failed).then(|| Err((None, Reason::from(&error))));
                }
                (raw.into_inner(), failed, descriptor)
            }
        };
        match Self::header(&mut input, descriptor) {
            Ok(None) => None,
            Ok(Some(header)) => Some(self.open(header, input)),
            // Whoever read the file that was cut has told of it.
            Err(_) if failed => None,
            Err(error) => Some(Err((None, Reason::from(&error)))),
        }
    }

    fn header(input: &mut impl BufRead, descriptor: bool) -> io::Result<Option<Header>> {
        if descriptor {
            // The checksum and two lengths, with or without a signature before them.
            if array::<4>(input).map_err(cut)? == *b"PK\x07\x08" {
                array::<4>(input).map_err(cut)?;
            }
            array::<8>(input).map_err(cut)?;
        }
        let mut signature = array::<4>(input).map_err(cut)?;
        if descriptor && !signature.starts_with(b"PK") {
            // The lengths had 64 bits.
            array::<4>(input).map_err(cut)?;
            signature = array::<4>(input).map_err(cut)?;
        }
        match &signature {
            b"PK\x03\x04" => Header::read(input).map(Some).map_err(cut),
            [b'P', b'K', ..] => Ok(None),
            _ => {
                let reason = "no zip header where the next file should begin".to_owned();
                Err(io::Error::other(Reason::Malformed(reason)))
            }
        }
    }

    fn open(&mut self, header: Header, input: BufReader<Input>) -> Result<String, Refusal> {
        let Header { name, flags, method, sum, packed, unpacked } = header;
        let descriptor = flags & 0x8 != 0;
        let sized = !descriptor || packed > 0;
        let raw = input.take(if sized { packed } else { u64::MAX });
        let refusal = match method {
            _ if flags & 0x1 != 0 => "it is encrypted".to_owned(),
            0 if !sized => "it is stored without its length".to_owned(),
            0 | 8 | 93 => String::new(),
            _ => match UNREAD.iter().find(|(number, _)| *number == method) {
                Some((_, name)) => format!("packed by {name}, which is not read"),
                None => format!("packed by method {method}, which is not known"),
            },
        };
        let body = match method {
            _ if !refusal.is_empty() => Body::Stored(raw),
            8 => Body::Deflate(DeflateDecoder::new(raw)),
            93 => match zstd::stream::read::Decoder::with_buffer(raw) {
                Ok(decoder) => Body::Zstd(decoder.single_frame()),
                Err(error) => return Err((Some(name), Reason::from(&error))),
            },
            _ => Body::Stored(raw),
        };
        let expected = (!descriptor).then_some((sum, unpacked));
        let state = if refusal.is_empty() { State::Reading } else { State::Failed };
        self.at = At::File(Box::new(File {
            body,
            sized,
            descriptor,
            expected,
            sum: Crc::new(),
            bytes: 0,
            state,
        }));
        if refusal.is_empty() { Ok(name) } else { Err((Some(name), Reason::Malformed(refusal))) }
    }
}

fn cut(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            io::Error::other(Reason::Unreadable("the zip ends in the middle".to_owned()))
        }
        _ => error,
    }
}

/// The archive, whose only users are one after the other.
pub(super) fn locked(zip: &Mutex<Zip>) -> MutexGuard<'_, Zip> {
    zip.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The file that the archive is at, as a stream.
pub(super) struct Entry(pub(super) Arc<Mutex<Zip>>);

impl Read for Entry {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Zip { at, meter } = &mut *locked(&self.0);
        match at {
            At::File(file) => Rest(file, meter).read(buffer),
            _ => Ok(0),
        }
    }
}

/// What is left of a file.
struct Rest<'a>(&'a mut File, &'a Meter);

impl Read for Rest<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Self(file, meter) = self;
        if file.state != State::Reading || buffer.is_empty() {
            return Ok(0);
        }
        let read = file.read(buffer).and_then(|bytes| meter.unpacked(bytes).map(|()| bytes));
        if let Err(error) = &read
            && error.kind() != io::ErrorKind::Interrupted
        {
            file.state = State::Failed;
        }
        read
    }
}

impl File {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.body.read(buffer).map_err(|error| damage(error, self.bytes))?;
        self.sum.update(buffer.get(..bytes).unwrap_or_default());
        self.bytes += bytes as u64;
        if bytes == 0 {
            self.state = State::Done;
            if let Some((sum, length)) = self.expected
                && (self.sum.sum(), self.bytes) != (sum, length)
            {
                let what = if self.bytes < length {
                    io::ErrorKind::UnexpectedEof
                } else {
                    io::ErrorKind::InvalidData
                };
                let error = io::Error::new(what, "its length or checksum is another");
                return Err(damage(error, self.bytes));
            }
        }
        Ok(bytes)
    }
}

/// What stands before a file.
struct Header {
    name: String,
    flags: u16,
    method: u16,
    sum: u32,
    packed: u64,
    unpacked: u64,
}

impl Header {
    fn read(input: &mut impl Read) -> io::Result<Self> {
        let (_version, flags, method) = (short(input)?, short(input)?, short(input)?);
        let _changed = long(input)?;
        let (sum, packed, unpacked) = (long(input)?, long(input)?, long(input)?);
        let (name, extra) = (short(input)?, short(input)?);
        let name = bytes(input, name)?;
        let extra = bytes(input, extra)?;
        let (packed, unpacked) = match extra_sizes(&extra) {
            Some((wide_unpacked, wide_packed)) if packed == IN_EXTRA || unpacked == IN_EXTRA => {
                (wide_packed, wide_unpacked)
            }
            _ => (packed.into(), unpacked.into()),
        };
        let name = String::from_utf8_lossy(&name).into_owned();
        Ok(Self { name, flags, method, sum, packed, unpacked })
    }
}

/// Lengths of 64 bits, unpacked and packed (APPNOTE.TXT, 4.5.3).
fn extra_sizes(mut extra: &[u8]) -> Option<(u64, u64)> {
    loop {
        let (id, length) = (short(&mut extra).ok()?, short(&mut extra).ok()?);
        let mut field = extra.get(..length.into())?;
        if id == 1 {
            let unpacked = u64::from_le_bytes(array(&mut field).ok()?);
            return Some((unpacked, u64::from_le_bytes(array(&mut field).ok()?)));
        }
        extra = extra.get(length.into()..)?;
    }
}

fn array<const N: usize>(input: &mut impl Read) -> io::Result<[u8; N]> {
    let mut array = [0; N];
    input.read_exact(&mut array)?;
    Ok(array)
}

fn short(input: &mut impl Read) -> io::Result<u16> {
    array(input).map(u16::from_le_bytes)
}

fn long(input: &mut impl Read) -> io::Result<u32> {
    array(input).map(u32::from_le_bytes)
}

fn bytes(input: &mut impl Read, length: u16) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length.into()];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}
