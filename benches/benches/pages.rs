//! HTML pages a second, beside the bare readability crate. The pages are the fixtures of the
//! tests, alone and grown to the size that pages have outside: 150 kB, most of it menus, lists of
//! other articles and scripts.

#![allow(clippy::unwrap_used)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use newsdb::formats::{self, Format, ReadOptions};
use std::hint::black_box;
use std::io::Cursor;

fn pages() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/pages");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|e| e == "html")).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// A page with what stands around articles before and after its text.
fn grown(page: &[u8]) -> Vec<u8> {
    let links: String = (0..250)
        .map(|n| format!("<li class=\"c-nav__item c-nav__item--{n}\"><a class=\"c-nav__link\" href=\"/section/{n}\">Section {n}</a></li>\n"))
        .collect();
    let teasers: String = (0..80)
        .map(|n| format!("<div class=\"card card--related\" data-id=\"{n}\"><a href=\"/news/{n}\"><picture><source srcset=\"/i/{n}.webp 1x, /i/{n}@2.webp 2x\"><img src=\"/i/{n}.jpg\" alt=\"\"></picture><h3 class=\"card__title\">Another headline of the day, number {n}</h3></a><p class=\"card__text\">What it is about in a line or two.</p></div>\n"))
        .collect();
    let script =
        format!("<script>var state = {{{}}};</script>", "\"key\": \"value\", ".repeat(4_000));
    let before = format!("<div class=\"c-nav\"><ul>{links}</ul></div>{script}");
    let after =
        format!("<div class=\"more\">{teasers}</div><div class=\"c-foot\"><ul>{links}</ul></div>");
    let text = page;
    let find =
        |what: &[u8]| text.windows(what.len()).position(|window| window.eq_ignore_ascii_case(what));
    let start = find(b"<body")
        .and_then(|at| Some(at + text[at..].iter().position(|b| *b == b'>')? + 1))
        .unwrap_or(0);
    let end = find(b"</body>").unwrap_or(text.len());
    [&text[..start], before.as_bytes(), &text[start..end], after.as_bytes(), &text[end..]].concat()
}

fn bench(criterion: &mut Criterion) {
    let small = pages();
    let large: Vec<Vec<u8>> = small.iter().map(|page| grown(page)).collect();
    for (name, pages) in [("fixtures", small), ("grown", large)] {
        let mut group = criterion.benchmark_group(format!("pages/{name}"));
        group.sample_size(10);
        group.throughput(Throughput::Elements(pages.len() as u64));
        group.bench_function("newsdb", |bencher| {
            bencher.iter(|| {
                for page in &pages {
                    let input = Cursor::new(page.clone());
                    let items =
                        formats::read(input, "page", Some(Format::Html), &ReadOptions::default());
                    black_box(items.count());
                }
            });
        });
        group.bench_function("dom_smoothie", |bencher| {
            bencher.iter(|| {
                for page in &pages {
                    let html = String::from_utf8_lossy(page);
                    let read = dom_smoothie::Readability::new(&*html, None, None);
                    let _ = black_box(read.and_then(|mut page| page.parse()));
                }
            });
        });
        group.finish();
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
