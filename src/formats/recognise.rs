//! Which format an input has, told by its first bytes.

use super::gdelt::Table;
use super::{BOM, Format, feed, ninjs};

/// The format of an input, or what it is that is not read.
pub(super) fn recognise(head: &[u8]) -> Result<Format, String> {
    if let Some((_, _, what)) = OTHERS
        .iter()
        .find(|(at, magic, _)| head.get(*at..).is_some_and(|rest| rest.starts_with(magic)))
    {
        return Err(format!("{what} is not read"));
    }
    if feed::is_feed(head) {
        return Ok(Format::Feed);
    }
    let head = head.strip_prefix(BOM).unwrap_or(head);
    let text = String::from_utf8_lossy(head);
    // The first line may be the damaged one.
    let table = text.lines().take(5).find_map(Table::of);
    let head = head.trim_ascii_start();
    if let Some(table) = table {
        return Ok(match table {
            Table::Gkg => Format::GdeltGkg,
            Table::Events => Format::GdeltEvents,
            Table::Mentions => Format::GdeltMentions,
        });
    }
    Ok(match head.first() {
        Some(b'{' | b'[') if ninjs::is_ninjs(head) => Format::Ninjs(None),
        Some(b'{') => Format::Jsonl,
        _ => Format::Text,
    })
}

/// What is no news: where it has which bytes, and its name.
const OTHERS: &[(usize, &[u8], &str)] = &[
    (0, b"BZh", "bzip2"),
    (0, b"\xfd7zXZ\0", "xz"),
    (0, b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (0, b"Rar!\x1a\x07", "RAR"),
    (257, b"ustar", "a tar archive"),
    (0, b"%PDF-", "PDF"),
    (0, b"\xd0\xcf\x11\xe0", "an old Office document"),
    (0, b"SQLite format 3\0", "an SQLite file"),
    (0, b"PAR1", "Parquet"),
    (0, b"\x89PNG", "a PNG picture"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"GIF8", "a GIF picture"),
    (0, b"RIFF", "a RIFF file"),
    (0, b"\x7fELF", "a program"),
];
