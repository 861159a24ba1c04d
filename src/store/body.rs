//! How the text of an article is packed into the columns `codec` and `body`.
//!
//! With zstd and without a dictionary: CONTRIBUTING.md has the figures. What comes together is packed together: see [`super::packs`]. A codec, once released, is never
//! changed: another way of packing is another number.

use crate::spare::Spares;
use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::{find_frame_compressed_size, get_frame_content_size};

/// `codec` of a text kept as UTF-8, as it was given.
const PLAIN: i64 = 0;

/// `codec` of a text kept as one zstd frame (RFC 8878) that declares its length, ends with
/// its checksum and needs no dictionary.
const ZSTD: i64 = 1;

/// The best level that costs less than 10 µs for a text of 200 words.
const LEVEL: i32 = 3;

/// The four bytes that a zstd frame begins with.
const MAGIC: [u8; 4] = 0xFD2F_B528_u32.to_le_bytes();

/// What one byte of a frame can stand for at most: a block of 128 KiB takes four bytes or more.
const MAX_RATIO: usize = 32 << 10;

/// Why a text could not be packed or unpacked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BodyError {
    /// The bytes are not what a codec wrote; the text says in what way.
    #[error("a stored text is damaged: {0}")]
    Damaged(String),
    /// The text is longer than the caller's limit. Nothing of it was unpacked.
    #[error("a stored text has {length} bytes, more than the limit of {limit}")]
    TooLong {
        /// The length of the text in bytes, as stored or as declared.
        length: u64,
        /// The limit in bytes.
        limit: usize,
    },
    /// No codec of this version has this number.
    #[error("a stored text has the codec {0}, which this version does not know")]
    UnknownCodec(i64),
    /// zstd could not do its work, for want of memory.
    #[error("zstd: {0}")]
    Failed(String),
}

/// A text as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Encoded {
    /// The column `codec`.
    pub(crate) codec: i64,
    /// The column `body`.
    pub(crate) bytes: Vec<u8>,
}

/// zstd's working memory, which is costly to make and cheap to keep.
struct Zstd {
    compressor: Compressor<'static>,
    decompressor: Decompressor<'static>,
}

impl Zstd {
    fn new() -> Result<Self, BodyError> {
        let mut compressor = Compressor::new(LEVEL).map_err(failed)?;
        compressor.include_checksum(true).map_err(failed)?;
        compressor.include_contentsize(true).map_err(failed)?;
        Ok(Self { compressor, decompressor: Decompressor::new().map_err(failed)? })
    }
}

static SPARES: Spares<Zstd> = Spares::new();

/// Packs and unpacks texts.
pub(crate) struct Codec {
    /// There until it is given back.
    zstd: Option<Zstd>,
}

impl Drop for Codec {
    fn drop(&mut self) {
        if let Some(zstd) = self.zstd.take() {
            SPARES.give_back(zstd);
        }
    }
}

impl Codec {
    /// A codec with working memory of its own, which another may have had before.
    ///
    /// # Errors
    /// [`BodyError::Failed`] when zstd refuses its settings.
    pub(crate) fn new() -> Result<Self, BodyError> {
        Ok(Self { zstd: Some(SPARES.take().map_or_else(Zstd::new, Ok)?) })
    }

    fn zstd(&mut self) -> Result<&mut Zstd, BodyError> {
        self.zstd.as_mut().ok_or_else(|| BodyError::Failed("given back".to_owned()))
    }

    /// Packs a text. One that would not shrink stays as it is.
    ///
    /// # Errors
    /// [`BodyError::Failed`] for want of memory.
    pub(crate) fn encode(&mut self, text: &str) -> Result<Encoded, BodyError> {
        let mut bytes = self.zstd()?.compressor.compress(text.as_bytes()).map_err(failed)?;
        if bytes.len() >= text.len() {
            return Ok(Encoded { codec: PLAIN, bytes: text.into() });
        }
        bytes.shrink_to_fit();
        Ok(Encoded { codec: ZSTD, bytes })
    }

    /// Unpacks a text of at most `limit` bytes. Of packed bytes, the length that they declare
    /// is looked at before any memory is asked for, and their checksum must agree. A plain
    /// text has no checksum: only that it is UTF-8 can be seen here.
    ///
    /// # Errors
    /// [`BodyError::TooLong`] beyond the limit, [`BodyError::UnknownCodec`], and
    /// [`BodyError::Damaged`] for bytes that no text is packed as.
    pub(crate) fn decode(
        &mut self,
        codec: i64,
        bytes: &[u8],
        limit: usize,
    ) -> Result<String, BodyError> {
        let text = match codec {
            PLAIN => {
                within(bytes.len() as u64, limit)?;
                bytes.to_vec()
            }
            ZSTD => self.unpack(bytes, limit)?,
            other => return Err(BodyError::UnknownCodec(other)),
        };
        String::from_utf8(text).map_err(|error| damaged(error.utf8_error()))
    }

    /// The bytes in one frame, which must be all there is.
    fn unpack(&mut self, bytes: &[u8], limit: usize) -> Result<Vec<u8>, BodyError> {
        if !bytes.starts_with(&MAGIC) {
            return Err(damaged("not a zstd frame"));
        }
        let declared = match get_frame_content_size(bytes) {
            Ok(Some(length)) => length,
            _ => return Err(damaged("its length is missing")),
        };
        let length = within(declared, limit)?;
        if length > bytes.len().saturating_mul(MAX_RATIO) {
            return Err(damaged("it declares more than it can hold"));
        }
        if find_frame_compressed_size(bytes) != Ok(bytes.len()) {
            return Err(damaged("it is cut off, or something follows it"));
        }
        let text = self.zstd()?.decompressor.decompress(bytes, length).map_err(damaged)?;
        if text.len() == length { Ok(text) } else { Err(damaged("not of the length it declares")) }
    }
}

/// The length, when it is within the limit.
fn within(length: u64, limit: usize) -> Result<usize, BodyError> {
    match usize::try_from(length) {
        Ok(fits) if fits <= limit => Ok(fits),
        _ => Err(BodyError::TooLong { length, limit }),
    }
}

/// An error of packing.
fn failed(error: std::io::Error) -> BodyError {
    BodyError::Failed(error.to_string())
}

/// An error of unpacking.
fn damaged(reason: impl ToString) -> BodyError {
    BodyError::Damaged(reason.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 16 << 20;

    fn prose() -> String {
        let mut text = String::new();
        for day in 1..60 {
            text +=
                &format!("On day {day} the ministers met in Zürich; 議会は{day}日に閉会した。\n");
        }
        text
    }

    /// Strings of every sort of character and length, the same at every run.
    fn odd_strings() -> Vec<String> {
        let alphabet: Vec<char> =
            "aaaaeeint  \n\t\0\u{7f}é߀漢字한ⵣ\u{200d}👩\u{10ffff}\u{feff}".chars().collect();
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut next = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 20) as usize % below
        };
        let mut strings: Vec<String> =
            ["", "a", "\0", "é", "👩‍👩‍👧", "\u{feff}x"].map(String::from).into();
        for round in 0..400 {
            let used = 1 + next(alphabet.len());
            let length = next(1 << (1 + round % 13));
            strings.push((0..length).map(|_| alphabet[next(used)]).collect());
        }
        strings.push("x".repeat(3 << 20));
        strings.push(prose().repeat(400));
        strings
    }

    #[test]
    fn every_text_comes_back() {
        let mut codec = Codec::new().unwrap();
        for text in odd_strings() {
            let packed = codec.encode(&text).unwrap();
            assert!(packed.bytes.len() <= text.len());
            assert_eq!(packed.codec == ZSTD, packed.bytes.len() < text.len());
            assert_eq!(codec.decode(packed.codec, &packed.bytes, text.len()).unwrap(), text);
            assert_eq!(packed, Codec::new().unwrap().encode(&text).unwrap());
        }
    }

    #[test]
    fn what_does_not_shrink_stays_plain() {
        let mut codec = Codec::new().unwrap();
        let packed = codec.encode("Shr 31 cts vs 29 cts").unwrap();
        assert_eq!(packed, Encoded { codec: PLAIN, bytes: b"Shr 31 cts vs 29 cts".to_vec() });
        assert_eq!(codec.encode(&prose()).unwrap().codec, ZSTD);
    }

    #[test]
    fn a_stored_frame_is_read_for_ever() {
        let mut codec = Codec::new().unwrap();
        assert_eq!(codec.decode(ZSTD, FIXED, LIMIT).unwrap(), "news ".repeat(40));
    }

    #[test]
    fn cut_or_longer_bytes_are_errors() {
        let mut codec = Codec::new().unwrap();
        let packed = codec.encode(&prose()).unwrap().bytes;
        for end in 0..packed.len() {
            assert!(matches!(
                codec.decode(ZSTD, &packed[..end], LIMIT),
                Err(BodyError::Damaged(_))
            ));
        }
        let twice = [&packed[..], &packed[..]].concat();
        let skippable = [0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0];
        for bytes in [&twice, &[&packed[..], &[0]].concat(), &[&packed[..], &skippable].concat()] {
            assert!(codec.decode(ZSTD, bytes, LIMIT).is_err());
        }
        assert!(codec.decode(ZSTD, &skippable, LIMIT).is_err());
    }

    #[test]
    fn a_flipped_bit_never_gives_another_text() {
        let mut codec = Codec::new().unwrap();
        let text = prose();
        let packed = codec.encode(&text).unwrap().bytes;
        assert_eq!(packed[4] & 4, 4, "the frame has a checksum");
        for at in 0..packed.len() {
            for bit in 0..8 {
                let mut bytes = packed.clone();
                bytes[at] ^= 1 << bit;
                // Bits that zstd leaves unused, and references to the same words elsewhere,
                // may change unnoticed: then the text is the same.
                match codec.decode(ZSTD, &bytes, LIMIT) {
                    Ok(read) => assert_eq!(read, text),
                    Err(BodyError::Damaged(_) | BodyError::TooLong { .. }) => {}
                    Err(other) => panic!("{other}"),
                }
            }
        }
        assert_eq!(codec.decode(ZSTD, &packed, LIMIT).unwrap(), text);
    }

    #[test]
    fn hostile_bytes_are_errors() {
        let mut codec = Codec::new().unwrap();
        let mut state = 7_u32;
        for length in 0..2_000 {
            let mut bytes = MAGIC.to_vec();
            bytes.extend((0..length % 64).map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            }));
            assert!(codec.decode(ZSTD, &bytes, LIMIT).is_err());
        }
        // A few bytes that declare a gigabyte.
        let bomb = [&MAGIC[..], &[0xA0], &(1_u32 << 30).to_le_bytes(), &[1, 0, 0]].concat();
        assert!(matches!(codec.decode(ZSTD, &bomb, 2 << 30), Err(BodyError::Damaged(_))));
        assert!(matches!(codec.decode(ZSTD, &bomb, LIMIT), Err(BodyError::TooLong { .. })));
        assert!(matches!(codec.decode(PLAIN, &[0xC3], LIMIT), Err(BodyError::Damaged(_))));
        let latin1 = zstd::bulk::compress(&[0xE9; 100], LEVEL).unwrap();
        assert!(matches!(codec.decode(ZSTD, &latin1, LIMIT), Err(BodyError::Damaged(_))));
        for number in [-1, 2, i64::MAX] {
            assert_eq!(codec.decode(number, b"x", LIMIT), Err(BodyError::UnknownCodec(number)));
        }
    }

    #[test]
    fn the_limit_holds() {
        let mut codec = Codec::new().unwrap();
        let text = prose();
        let packed = codec.encode(&text).unwrap();
        let limit = text.len() - 1;
        let expected = Err(BodyError::TooLong { length: text.len() as u64, limit });
        assert_eq!(codec.decode(packed.codec, &packed.bytes, limit), expected);
        assert_eq!(codec.decode(PLAIN, text.as_bytes(), limit), expected);
        assert_eq!(codec.decode(PLAIN, text.as_bytes(), text.len()).unwrap(), text);
        assert_eq!(codec.decode(PLAIN, b"", 0).unwrap(), "");
    }

    /// `"news "` forty times, as the first version packed it.
    const FIXED: &[u8] = &[
        0x28, 0xb5, 0x2f, 0xfd, 0x24, 0xc8, 0x65, 0x00, 0x00, 0x28, 0x6e, 0x65, 0x77, 0x73, 0x20,
        0x01, 0x00, 0x40, 0x50, 0x45, 0x0b, 0xeb, 0x4d, 0xc9, 0x9a,
    ];
}
