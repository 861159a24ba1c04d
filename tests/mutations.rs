//! Damaged input of every format: bytes changed, cut, moved and mixed, the same ones in every
//! run. No reader panics, memory stays bounded, and every item is accounted for.
//!
//! The seeds are the corpora of the fuzz targets, which look further (`fuzz/run`).

use newsdb::formats::{self, Format, ReadOptions};
use newsdb::{Limits, NewsDb};
use std::io::{Cursor, Write};
use std::path::Path;

/// Damaged forms of each seed.
const ROUNDS: usize = 40;

/// Memory of the whole run, in kB.
const MEMORY: u64 = 2 << 20;

/// What means something to some reader.
const WORDS: &[&[u8]] = &[
    b"<",
    b">",
    b"&",
    b"\"",
    b"'",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b";",
    b"#",
    b"|",
    b"\t",
    b"\n",
    b"\r\n",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc3",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"-->",
    b"<!DOCTYPE x [<!ENTITY a \"b\">]>",
    b"&a;",
    b"&#x110000;",
    b"&#0;",
    b"xmlns=\"\"",
    b"</item>",
    b"<item>",
    b"</",
    b"<p>",
    b"<script>",
    b"null",
    b"-1",
    b"1e999",
    b"99999999999999999999",
    b"20240231",
    b"\n\n",
    b"\nFrom ",
    b"WARC/1.0\r\n",
    b"Content-Length: 99999\r\n",
    b"--",
    b"=?utf-8?B?",
    b"\x1f\x8b",
    b"PK\x03\x04",
];

/// A generator of numbers that are the same everywhere (xorshift64*).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end.max(1)
    }
}

fn damaged(seed: &[u8], other: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len() + 1);
        let end = (at + numbers.below(64)).min(bytes.len());
        match numbers.below(8) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let part = bytes[at..end].to_vec();
                let to = numbers.below(bytes.len() + 1);
                bytes.splice(to..to, part.repeat(1 + numbers.below(20)));
            }
            3 => {
                let from = numbers.below(other.len() + 1);
                bytes.splice(at.., other[from..].iter().copied());
            }
            4 | 5 => {
                let word = WORDS[numbers.below(WORDS.len())];
                bytes.splice(at..end.min(at + numbers.below(2) * word.len()), word.iter().copied());
            }
            _ => {
                for byte in &mut bytes[at..end] {
                    if numbers.below(4) == 0 {
                        *byte ^= 1 << numbers.below(8);
                    }
                }
            }
        }
    }
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn seeds(folder: &Path) -> Vec<Vec<u8>> {
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| std::fs::read(file).unwrap()).collect()
}

/// Reads and stores; every item has a place and is counted.
fn take(db: &NewsDb, bytes: Vec<u8>, format: Option<Format>) {
    let limits = Limits { unpacked: 16 << 20, ..Limits::default() };
    let options =
        ReadOptions { limits, url: Some("https://a.example/page".into()), ..Default::default() };
    let most = if format.is_some() { bytes.len() as u64 + 1 } else { 16 << 20 };
    let mut items = 0;
    let reader = formats::read(Cursor::new(bytes), "in", format, &options).inspect(|item| {
        items += 1;
        let place = item.as_ref().map_or_else(|rejected| &rejected.place, |article| &article.place);
        assert!(place.input.starts_with("in"), "{place:?}");
    });
    let report = db.ingest(reader).unwrap();
    assert!(items <= most, "{items} items of {most} bytes");
    assert_eq!(report.read, items);
    let counted =
        report.inserted + report.updated + report.unchanged + report.suppressed + report.rejected;
    assert_eq!(report.read, counted);
}

#[test]
fn no_reader_panics_on_damaged_input() {
    let corpus = Path::new("fuzz/corpus");
    let mut folders: Vec<_> =
        std::fs::read_dir(corpus).unwrap().map(|folder| folder.unwrap().path()).collect();
    folders.sort();
    let mut inputs = 0;
    for folder in folders {
        let name = folder.file_name().unwrap().to_string_lossy().replace('_', "-");
        let format = match name.as_str() {
            "auto" => None,
            name => match name.parse::<Format>() {
                Ok(format) => Some(format),
                Err(_) => continue, // not in this build
            },
        };
        let db = NewsDb::open_in_memory().unwrap();
        let seeds = seeds(&folder);
        assert!(!seeds.is_empty(), "{name}");
        let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
        for seed in &seeds {
            take(&db, seed.clone(), format);
            for round in 0..ROUNDS {
                let other = &seeds[numbers.below(seeds.len())];
                let mut bytes = damaged(seed, other, &mut numbers);
                match round % 8 {
                    6 => bytes = gzip(&bytes),
                    7 => bytes = damaged(&gzip(&bytes), &[], &mut numbers),
                    _ => {}
                }
                take(&db, bytes, if round % 4 == 3 { None } else { format });
                inputs += 1;
            }
        }
        println!("{name}: {} articles", db.stats().unwrap().articles);
    }
    println!("{inputs} damaged inputs");
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak: u64 = peak.unwrap().trim().trim_end_matches(" kB").parse().unwrap();
        assert!(peak < MEMORY, "{peak} kB");
    }
}
