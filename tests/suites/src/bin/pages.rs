//! `cargo run --release -p newsdb-suites --bin pages [FOLDER] [--failures]`: the pages of a
//! folder (`NAME.html` with what it should give in `NAME.json`), read by newsdb and by the bare
//! readability crate. T, A, P, M: the title, the authors, the days of publication and change are
//! right.

use chrono::{DateTime, Utc};
use newsdb::formats::{self, Format, ReadOptions};
use newsdb_suites::shingle_f1;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/pages"));
    let mut failures = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--failures" => failures = true,
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
        let json: Value = serde_json::from_slice(&json)?;
        let expected = Found::expected(&json);
        let fetched = json["fetched"].as_str().and_then(|at| at.parse().ok());
        let start = Instant::now();
        let found = newsdb(bytes.clone(), page, fetched);
        ours.time += start.elapsed();
        let start = Instant::now();
        let other = dom_smoothie(&bytes);
        bare.time += start.elapsed();
        println!(
            "{name:<24} {:>14} {:>14}",
            ours.add(&expected, &found),
            bare.add(&expected, &other)
        );
        for (expected, found) in expected.fields().iter().zip(found.fields()) {
            if failures && *expected != found {
                println!("    - {expected:.3000}\n    + {found:.3000}");
            }
        }
    }
    for (name, sums) in [("newsdb", ours), ("dom_smoothie", bare)] {
        let n = pages.len() as f64;
        println!(
            "{name:<14} body F1 {:.3}  titles {:.3}  authors {:.3}  published {:.3}  modified {:.3}  \
             {:.0} pages a second",
            sums.f1 / n,
            sums.right[0] / n,
            sums.right[1] / n,
            sums.right[2] / n,
            sums.right[3] / n,
            n / sums.time.as_secs_f64()
        );
    }
    Ok(())
}

#[derive(Debug, Default)]
struct Found {
    title: String,
    authors: Vec<String>,
    published: String,
    modified: String,
    body: String,
}

impl Found {
    fn expected(json: &Value) -> Self {
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        let texts = |name: &str| -> Vec<String> {
            let items = json[name].as_array().cloned().unwrap_or_default();
            items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        Self {
            title: text("headline"),
            authors: texts("authors"),
            published: text("published"),
            modified: text("modified"),
            body: texts("body").join("\n"),
        }
    }

    /// All but the body to the letter; of dates their days.
    fn fields(&self) -> [String; 5] {
        let day = |date: &str| date.chars().take(10).collect();
        [
            self.title.clone(),
            self.authors.join(", "),
            day(&self.published),
            day(&self.modified),
            self.body.split_whitespace().collect::<Vec<_>>().join(" "),
        ]
    }
}

fn newsdb(bytes: Vec<u8>, page: &Path, fetched: Option<DateTime<Utc>>) -> Found {
    let name = page.display().to_string();
    let options = ReadOptions { fetched, ..ReadOptions::default() };
    let items = formats::read(std::io::Cursor::new(bytes), &name, Some(Format::Html), &options);
    items.filter_map(Result::ok).next().map_or_else(Found::default, |article| Found {
        title: article.headline.unwrap_or_default(),
        authors: article.authors,
        published: article.published.map(|date| date.to_string()).unwrap_or_default(),
        modified: article.modified.map(|date| date.to_string()).unwrap_or_default(),
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
            published: article.published_time.unwrap_or_default(),
            modified: article.modified_time.unwrap_or_default(),
            body: article.text_content.to_string(),
        },
    )
}

#[derive(Default)]
struct Sums {
    f1: f64,
    /// How often the title, the authors and the two days were right.
    right: [f64; 4],
    time: Duration,
}

impl Sums {
    fn add(&mut self, expected: &Found, found: &Found) -> String {
        let f1 = shingle_f1(&expected.body, &found.body);
        self.f1 += f1;
        let fields = expected.fields().into_iter().zip(found.fields());
        let marks: String = fields
            .zip(self.right.iter_mut().zip("TAPM".chars()))
            .map(|((expected, found), (right, mark))| {
                let is_right = expected == found;
                *right += f64::from(u8::from(is_right));
                if is_right { mark } else { '-' }
            })
            .collect();
        format!("{f1:.3} {marks}")
    }
}
