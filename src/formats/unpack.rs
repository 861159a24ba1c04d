//! Compression: gzip (any number of members), zstd (any number of frames) and zip, recognised
//! by content, unpacked as they are read.
//!
//! What is packed may be packed once more (a zip of gzips), not oftener. Two limits stop bombs:
//! [`Limits::unpacked`] and [`Limits::ratio`], both over all layers of one input.

use super::zip::{Entry, Zip, locked};
use super::{Fault, Input, Item, Items, peek, refused};
use crate::model::{Limits, Place, Reason, Rejected};
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufReader, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use zstd::stream::read::Decoder;

/// How often an input may be packed.
const LAYERS: u8 = 2;

/// What unpacks to no more than this is no bomb, whatever the ratio.
const HARMLESS: u64 = 1 << 20;

/// Bytes that a decoder takes at once. The ratio is known as exactly as that.
const STEP: usize = 4 << 10;

/// Reads an input that is not packed, known by a name.
type ReadPlain = Arc<dyn Fn(Input, String) -> Items + Send + Sync>;

/// The bytes of a list, unpacked where it is packed once by gzip or zstd.
pub(super) fn unpacked(input: impl Read + Send + 'static, limits: &Limits) -> BufReader<Input> {
    let (head, input) = peek(Box::new(input));
    let meter = Arc::new(Meter::new(limits));
    let unpacked = match Method::of(&head) {
        None => Ok(input),
        Some(Method::Zip) => {
            let reason = "a zip may hold several files; unzip it".to_owned();
            Err(io::Error::other(Reason::Unreadable(reason)))
        }
        Some(Method::Stream(method)) => {
            let decoder = method.decoder(Box::new(Packed { input, meter: meter.clone() }));
            decoder.map(|input| -> Input { Box::new(Unpacked { input, meter, bytes: 0 }) })
        }
    };
    BufReader::new(unpacked.unwrap_or_else(|error| Box::new(Fault(Some(error)))))
}

/// Reads what is in an input, packed or not, with the reader of what is not.
pub(super) fn unpack(input: Input, name: String, limits: &Limits, plain: ReadPlain) -> Items {
    Unpacker { meter: Arc::new(Meter::new(limits)), plain }.layer(
        Box::new(BufReader::with_capacity(1 << 16, input)),
        name,
        0,
    )
}

#[derive(Clone)]
struct Unpacker {
    meter: Arc<Meter>,
    plain: ReadPlain,
}

impl Unpacker {
    fn layer(self, input: Input, name: String, depth: u8) -> Items {
        let (head, input) = peek(input);
        let method = Method::of(&head);
        if method.is_some() && depth == LAYERS {
            return refused(name, Reason::Malformed("packed more than twice".to_owned()));
        }
        // Counted behind the buffers, or a short bomb would seem long.
        let input: Input = match depth {
            0 => Box::new(Packed { input, meter: self.meter.clone() }),
            _ => input,
        };
        let unpacked: Input = match method {
            None => return (self.plain)(input, name),
            Some(Method::Zip) => {
                let zip = Arc::new(Mutex::new(Zip::new(input, self.meter.clone())));
                return Box::new(Files { zip, name, depth, unpacker: self, file: None });
            }
            Some(Method::Stream(method)) => match method.decoder(input) {
                Ok(decoder) => decoder,
                Err(error) => return refused(name, Reason::from(&error)),
            },
        };
        let unpacked = Box::new(Unpacked { input: unpacked, meter: self.meter.clone(), bytes: 0 });
        self.layer(unpacked, name, depth + 1)
    }
}

enum Method {
    Stream(Stream),
    Zip,
}

enum Stream {
    Gzip,
    Zstd,
}

impl Stream {
    fn decoder(self, input: Input) -> io::Result<Input> {
        let input = BufReader::with_capacity(STEP, input);
        Ok(match self {
            Self::Gzip => Box::new(MultiGzDecoder::new(input)),
            Self::Zstd => Box::new(Decoder::with_buffer(input)?),
        })
    }
}

impl Method {
    fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, ..] => Some(Self::Stream(Stream::Gzip)),
            // A frame, or one that is to be skipped.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
                Some(Self::Stream(Stream::Zstd))
            }
            // A file, or the end of an archive of none.
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            _ => None,
        }
    }
}

/// The bytes of one input before and after unpacking, over all its layers.
pub(super) struct Meter {
    limits: Limits,
    packed: AtomicU64,
    unpacked: AtomicU64,
}

impl Meter {
    fn new(limits: &Limits) -> Self {
        Self { limits: *limits, packed: AtomicU64::new(0), unpacked: AtomicU64::new(0) }
    }

    /// Counts bytes that were unpacked.
    pub(super) fn unpacked(&self, bytes: usize) -> io::Result<()> {
        let bytes = bytes as u64;
        let unpacked = self.unpacked.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        let Limits { unpacked: most, ratio, .. } = self.limits;
        let over = |limit, allowed| Err(io::Error::other(Reason::OverLimit { limit, allowed }));
        if unpacked > most {
            over("unpacked", most)
        } else if unpacked > HARMLESS
            && unpacked / ratio.max(1) > self.packed.load(Ordering::Relaxed)
        {
            over("ratio", ratio)
        } else {
            Ok(())
        }
    }
}

/// Counts what is read of the input itself.
struct Packed {
    input: Input,
    meter: Arc<Meter>,
}

impl Read for Packed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.input.read(buffer)?;
        self.meter.packed.fetch_add(bytes as u64, Ordering::Relaxed);
        Ok(bytes)
    }
}

/// Counts what was unpacked, and says where unpacking failed.
struct Unpacked {
    input: Input,
    meter: Arc<Meter>,
    bytes: u64,
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.input.read(buffer).map_err(|error| damage(error, self.bytes))?;
        self.bytes += bytes as u64;
        self.meter.unpacked(bytes)?;
        Ok(bytes)
    }
}

/// An error of unpacking, with its place in what was unpacked.
pub(super) fn damage(error: io::Error, bytes: u64) -> io::Error {
    if error.kind() == io::ErrorKind::Interrupted
        || error.get_ref().is_some_and(|inner| inner.is::<Reason>())
    {
        return error;
    }
    let what = match error.kind() {
        io::ErrorKind::UnexpectedEof => "ends in the middle".to_owned(),
        _ => format!("is damaged ({error})"),
    };
    let reason = format!("what is packed {what}, after {bytes} bytes of it");
    io::Error::other(Reason::Unreadable(reason))
}

/// The items of all files in a zip, each named `archive.zip/file`.
struct Files {
    zip: Arc<Mutex<Zip>>,
    name: String,
    depth: u8,
    unpacker: Unpacker,
    file: Option<Items>,
}

impl Iterator for Files {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.file.as_mut().and_then(Iterator::next) {
                return Some(item);
            }
            self.file = None;
            let entry = locked(&self.zip).next_file()?;
            match entry {
                Ok(file) if is_passed_over(&file) => {}
                Ok(file) => {
                    let name = format!("{}/{file}", self.name);
                    let input = Box::new(Entry(self.zip.clone()));
                    self.file = Some(self.unpacker.clone().layer(input, name, self.depth + 1));
                }
                Err((file, reason)) => {
                    let name = match file {
                        Some(file) => format!("{}/{file}", self.name),
                        None => self.name.clone(),
                    };
                    return Some(Err(Rejected { place: Place::whole(name), reason }));
                }
            }
        }
    }
}

/// Folders, hidden files, and what a Mac puts beside each file.
fn is_passed_over(file: &str) -> bool {
    file.ends_with('/')
        || file.split('/').any(|part| {
            part == "__MACOSX" || (part.starts_with('.') && part != "." && part != "..")
        })
}
