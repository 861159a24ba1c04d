//! What every fuzz target does with its bytes.

use newsdb::formats::{self, Format, ReadOptions};
use newsdb::{Limits, Reason};

/// Reads bytes with a reader, by its name on the command line, or as what they are recognised as.
/// Whatever they are, nothing panics, limits hold, and each item says where it stood.
pub fn read(data: &[u8], format: Option<&str>) {
    let limits = Limits { line: 1 << 20, body: 1 << 20, article: 1 << 20, unpacked: 16 << 20, ..Limits::default() };
    let options = ReadOptions { limits, url: Some("https://fuzz.example/a".into()), ..Default::default() };
    let format: Option<Format> = format.map(|name| name.parse().expect("a format's name"));
    let mut items = 0_usize;
    for item in formats::read(std::io::Cursor::new(data.to_vec()), "in", format, &options) {
        items += 1;
        let place = match &item {
            Ok(article) => &article.place,
            Err(rejected) => {
                if let Reason::NotUtf8(at) = rejected.reason {
                    assert!(at <= 16 << 20);
                }
                &rejected.place
            }
        };
        assert!(place.input.starts_with("in"), "{place:?}");
        // An item takes a byte of input at least; packed ones unpack to a limit.
        assert!(items <= (16 << 20) + 1, "items without end");
    }
}
