//! `cargo run --release -p newsdb-suites --bin pages [FOLDER] [--show NAME]`: the pages of a
//! folder (`NAME.html` with what it should give in `NAME.json`), read by newsdb and by the bare
//! readability crate.

use newsdb::formats::{self, Format, ReadOptions};
use newsdb_suites::shingle_f1;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/pages"));
    let mut show = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--show" => show = arguments.next(),
            other => folder = other.into(),
        }
    }
    let mut pages: Vec<PathBuf> = std::fs::read_dir(&folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_, std::io::Error>>()?;
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "html"));
    pages.sort();
    let (mut ours, mut bare) = (Sums::default(), Sums::default());
    println!("{:<24} {:>14} {:>14}", "page", "newsdb", "dom_smoothie");
    for page in &pages {
        let name = page.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = std::fs::read(page)?;
        let json = std::fs::read(page.with_extension("json"))?;
        let expected = Found::expected(&serde_json::from_slice(&json)?);
        let start = Instant::now();
        let found = newsdb(bytes.clone(), page);
        ours.time += start.elapsed();
        let start = Instant::now();
        let other = dom_smoothie(&bytes);
        bare.time += start.elapsed();
        println!(
            "{name:<24} {:>14} {:>14}",
            ours.add(&expected, &found),
            bare.add(&expected, &other)
        );
        if show.as_deref() == Some(name.as_str()) {
            println!("expected {expected:#?}\nfound {found:#?}");
        }
    }
    for (name, sums) in [("newsdb", ours), ("dom_smoothie", bare)] {
        let n = pages.len() as f64;
        println!(
            "{name:<14} body F1 {:.3}  titles {:.3}  authors {:.3}  {:.0} pages a second",
            sums.f1 / n,
            sums.titles / n,
            sums.authors / n,
            n / sums.time.as_secs_f64()
        );
    }
    Ok(())
}

#[derive(Debug, Default)]
struct Found {
    title: String,
    authors: Vec<String>,
    body: String,
}

impl Found {
    fn expected(json: &Value) -> Self {
        let texts = |name: &str| -> Vec<String> {
            let items = json[name].as_array().cloned().unwrap_or_default();
            items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        Self {
            title: json["headline"].as_str().unwrap_or_default().to_owned(),
            authors: texts("authors"),
            body: texts("body").join("\n"),
        }
    }
}

fn newsdb(bytes: Vec<u8>, page: &Path) -> Found {
    let name = page.display().to_string();
    let items = formats::read(
        std::io::Cursor::new(bytes),
        &name,
        Some(Format::Html),
        &ReadOptions::default(),
    );
    items.filter_map(Result::ok).next().map_or_else(Found::default, |article| Found {
        title: article.headline.unwrap_or_default(),
        authors: article.authors,
        body: article.body.unwrap_or_default(),
    })
}

fn dom_smoothie(bytes: &[u8]) -> Found {
    let config =
        dom_smoothie::Config { text_mode: dom_smoothie::TextMode::Formatted, ..Default::default() };
    let html = String::from_utf8_lossy(bytes);
    let article = dom_smoothie::Readability::new(&*html, None, Some(config))
        .and_then(|mut page| page.parse());
    article.map_or_else(
        |_| Found::default(),
        |article| Found {
            title: article.title,
            authors: article
                .byline
                .iter()
                .flat_map(|line| line.split(", "))
                .map(str::to_owned)
                .collect(),
            body: article.text_content.to_string(),
        },
    )
}

#[derive(Default)]
struct Sums {
    f1: f64,
    titles: f64,
    authors: f64,
    time: Duration,
}

impl Sums {
    fn add(&mut self, expected: &Found, found: &Found) -> String {
        let f1 = shingle_f1(&expected.body, &found.body);
        let title = expected.title == found.title;
        let authors = expected.authors == found.authors;
        self.f1 += f1;
        self.titles += f64::from(u8::from(title));
        self.authors += f64::from(u8::from(authors));
        format!("{f1:.3} {} {}", if title { "T" } else { "-" }, if authors { "A" } else { "-" })
    }
}
