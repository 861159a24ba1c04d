//! Compressed input: what is unpacked, what is refused, and where.

use newsdb::formats::{self, ReadOptions};
use newsdb::{Limits, Reason};
use std::io::{Cursor, Read, Write};

/// The ids read and the places and reasons of what was refused, in order.
fn read(bytes: impl Into<Vec<u8>>, limits: Limits) -> Vec<Result<String, (String, Reason)>> {
    let options = ReadOptions { limits, ..Default::default() };
    formats::read(Cursor::new(bytes.into()), "in", None, &options)
        .map(|item| match item {
            Ok(article) => Ok(format!("{} {}", article.place, article.id.unwrap_or_default())),
            Err(rejected) => Err((rejected.place.to_string(), rejected.reason)),
        })
        .collect()
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("tests/fixtures/packed/{name}")).unwrap()
}

fn ids(bytes: impl Into<Vec<u8>>) -> Vec<String> {
    let items = read(bytes, Limits::default());
    items
        .into_iter()
        .map(|item| item.unwrap_or_else(|(place, why)| format!("{place}: {why}")))
        .collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn line(id: u32) -> Vec<u8> {
    format!("{{\"id\": \"a{id}\", \"headline\": \"Ferry {id}\"}}\n").into_bytes()
}

#[test]
fn every_member_of_a_gzip_and_every_frame_of_a_zstd_is_read() {
    let members = [gzip(&line(1)), gzip(&line(2)), gzip(&line(3))].concat();
    assert_eq!(ids(members), ["in:1 a1", "in:2 a2", "in:3 a3"]);
    let skipped = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, b'a', b'b', b'c'];
    let frame = |id| zstd::bulk::compress(&line(id), 3).unwrap();
    let frames = [&skipped[..], &frame(1), &frame(2)].concat();
    assert_eq!(ids(frames), ["in:1 a1", "in:2 a2"]);
    assert_eq!(ids(gzip(&zstd::bulk::compress(&line(1), 3).unwrap())), ["in:1 a1"]);
}

#[test]
fn every_file_of_a_zip_is_an_input_of_its_own() {
    assert_eq!(
        ids(fixture("plain.zip")),
        ["in/news/one.jsonl:1 a1", "in/news/one.jsonl:2 a2", "in/news/two.jsonl.gz:1 a3"]
    );
    assert_eq!(ids(fixture("piped.zip")), ["in/one.jsonl:1 a1", "in/two.jsonl:1 a2"]);
    assert_eq!(ids(fixture("wide.zip")), ["in/1.jsonl:1 a1", "in/2.jsonl:1 a2"]);
    assert_eq!(ids(fixture("empty.zip")), [""; 0]);
    assert_eq!(ids(gzip(&fixture("piped.zip"))), ["in/one.jsonl:1 a1", "in/two.jsonl:1 a2"]);
}

#[test]
fn what_cannot_be_unpacked_is_refused_by_name_and_the_rest_is_read() {
    assert_eq!(
        ids(fixture("methods.zip")),
        [
            "in/one.jsonl: packed by bzip2, which is not read",
            "in/two.jsonl: packed by LZMA, which is not read",
            "in/three.jsonl:1 a3",
        ]
    );
    assert_eq!(ids(fixture("locked.zip")), ["in/one.jsonl: it is encrypted", "in/two.jsonl:1 a2"]);
    assert_eq!(
        ids(fixture("nested.zip")),
        ["in/inner.zip/three.jsonl.gz: packed more than twice", "in/one.jsonl:1 a1"]
    );
    assert_eq!(ids(b"BZh91AY&SY".as_slice()), ["in: bzip2 is not read"]);
}

#[test]
fn bombs_stop_at_a_limit_that_the_rejection_names() {
    let zeros = |bytes| {
        let mut packed = flate2::read::GzEncoder::new(
            std::io::repeat(b'\n').take(bytes),
            flate2::Compression::best(),
        );
        let mut out = Vec::new();
        packed.read_to_end(&mut out).unwrap();
        out
    };
    let refused = |limit, allowed| Err(("in:1".to_owned(), Reason::OverLimit { limit, allowed }));
    let last = |bytes: Vec<u8>, limits| {
        let mut items = read(bytes, limits);
        assert_eq!(items.len(), 1);
        items.pop().unwrap().map_err(|(_, reason)| ("in:1".to_owned(), reason))
    };
    assert_eq!(last(zeros(64 << 20), Limits::default()), refused("ratio", 500));
    let limits = Limits { ratio: 2_000, unpacked: 10 << 20, ..Default::default() };
    assert_eq!(last(zeros(64 << 20), limits), refused("unpacked", 10 << 20));
    // Over all layers: each alone stays below 1,100.
    let twice = gzip(&zeros(64 << 20));
    let limits = Limits { ratio: 1_100, ..Default::default() };
    assert_eq!(last(twice, limits), refused("ratio", 1_100));
    // What is small is no bomb.
    assert_eq!(ids([line(1), vec![b'\n'; 1_000_000]].concat()), ["in:1 a1"]);
    assert_eq!(ids(gzip(&[line(1), vec![b'\n'; 1_000_000]].concat())), ["in:1 a1"]);
}

#[test]
fn what_is_cut_or_damaged_gives_the_items_before_it_and_one_place() {
    let lines: Vec<u8> = (0..2_000_u32)
        .flat_map(|id| {
            // Hashed, so that it does not pack to nothing.
            let noise = (u64::from(id) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            format!("{{\"id\": \"a{id}\", \"headline\": \"Ferry {noise:x}\"}}\n").into_bytes()
        })
        .collect();
    for packed in [gzip(&lines), zstd::bulk::compress(&lines, 3).unwrap()] {
        for cut in [packed.len() / 2, packed.len() - 1, packed.len() * 9 / 10] {
            let items = read(&packed[..cut], Limits::default());
            let (last, before) = items.split_last().unwrap();
            for (number, item) in before.iter().enumerate() {
                assert_eq!(item.as_ref().unwrap(), &format!("in:{} a{number}", number + 1));
            }
            let (place, reason) = last.as_ref().unwrap_err();
            assert_eq!(place, &format!("in:{}", before.len() + 1));
            assert!(
                reason
                    .to_string()
                    .starts_with("cannot read: what is packed ends in the middle, after"),
                "{reason}"
            );
        }
    }
    let mut damaged = gzip(&lines);
    let middle = damaged.len() / 2;
    for byte in &mut damaged[middle..middle + 64] {
        *byte ^= 0x5a;
    }
    let items = read(damaged, Limits::default());
    assert!(items.last().unwrap().is_err());
}

#[test]
fn a_damaged_file_of_a_zip_does_not_hide_those_behind_it() {
    let mut zip = fixture("plain.zip");
    let name = zip.windows(10).position(|bytes| bytes == b"/one.jsonl").unwrap();
    zip[name + 20] ^= 0xff;
    let items = ids(zip.clone());
    assert_eq!(items.last().unwrap(), "in/news/two.jsonl.gz:1 a3");
    assert_eq!(items.iter().filter(|item| item.contains("is damaged")).count(), 1, "{items:?}");

    // Cut anywhere, it ends in one rejection at most and never in silence.
    let zip = fixture("plain.zip");
    let directory = zip.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    for cut in 4..directory {
        let items = read(&zip[..cut], Limits::default());
        let refused = items.iter().filter(|item| item.is_err()).count();
        assert_eq!(refused, 1, "cut at {cut}: {items:?}");
        assert!(items.last().unwrap().is_err());
    }
}
