//! Evaluates feedparser's test suite: `feedparser-suite FOLDER [--failures]`.
//!
//! Each file says at its head, as a Python expression, what is expected of it. What speaks of
//! something that the model keeps is judged, beside what bare `feed-rs` makes of it; what is
//! left out is counted by what it speaks of.

mod bare;
mod expect;
mod judge;

use expect::{Clause, Expectation};
use judge::Feed;
use newsdb::formats::{self, Format, ReadOptions};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Default)]
struct Folder {
    files: usize,
    judged: usize,
    right: usize,
    bare: usize,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(folder) = arguments.first() else {
        eprintln!("usage: feedparser-suite FOLDER [--failures]");
        return ExitCode::from(2);
    };
    let show = arguments.iter().any(|argument| argument == "--failures");
    let root = Path::new(folder);
    let (mut folders, mut left_out) = (BTreeMap::<String, Folder>::new(), BTreeMap::new());
    for path in files(root) {
        let bytes = fs::read(&path).expect("a readable file");
        let head = text_of_head(&bytes);
        let name = path.strip_prefix(root).unwrap_or(&path);
        let parent = name.parent().unwrap_or(Path::new("")).display().to_string();
        let counts = folders.entry(parent).or_default();
        counts.files += 1;
        let url = location(&head, name);
        let ours = read(&bytes, &url);
        let Some(expected) = field(&head, "Expect:") else { continue };
        let (expectation, skipped) = judged(&expect::parse(&expected), &head);
        for what in skipped {
            *left_out.entry(what).or_insert(0) += 1;
        }
        if expectation.is_empty() {
            continue;
        }
        counts.judged += 1;
        let right = holds(&expectation, &ours);
        counts.right += usize::from(right);
        // feed-rs stops at some inputs with a panic.
        let theirs = std::panic::catch_unwind(|| bare::read(&bytes, &url)).unwrap_or_default();
        counts.bare += usize::from(holds(&expectation, &theirs));
        if show && !right {
            println!("{}: {expected}", name.display());
            for article in ours.articles.iter().take(2) {
                println!("    {}", summary(article));
            }
        }
    }
    println!(
        "{:<28} {:>6} {:>7} {:>6} {:>7} {:>8}",
        "folder", "files", "judged", "right", "share", "feed-rs"
    );
    let mut total = Folder::default();
    for (name, folder) in &folders {
        line(name, folder);
        total.files += folder.files;
        total.judged += folder.judged;
        total.right += folder.right;
        total.bare += folder.bare;
    }
    line("all", &total);
    println!("\nleft out, by what the clause speaks of:");
    let mut left_out: Vec<_> = left_out.into_iter().collect();
    left_out.sort_by_key(|(name, number)| (std::cmp::Reverse(*number), name.clone()));
    for (what, number) in left_out {
        println!("{number:>6}  {what}");
    }
    ExitCode::SUCCESS
}

fn line(name: &str, folder: &Folder) {
    let share = |right: usize| match folder.judged {
        0 => "-".to_owned(),
        judged => format!("{:.3}", right as f64 / judged as f64),
    };
    println!(
        "{name:<28} {:>6} {:>7} {:>6} {:>7} {:>8}",
        folder.files,
        folder.judged,
        folder.right,
        share(folder.right),
        share(folder.bare)
    );
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("a readable folder");
            waiting.extend(entries.map(|entry| entry.expect("a readable folder").path()));
        } else if path.extension().is_some_and(|e| e == "xml" || e == "json") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn read(bytes: &[u8], url: &str) -> Feed {
    let options = ReadOptions { url: Some(url.to_owned()), ..ReadOptions::default() };
    let input = std::io::Cursor::new(bytes.to_vec());
    let mut reader = formats::read(input, "feed", Some(Format::Feed), &options);
    let articles = reader.by_ref().filter_map(Result::ok).collect();
    Feed { channel: reader.channel().unwrap_or_default(), articles }
}

/// The text in which the head of a file stands: wide characters without their zeros.
fn text_of_head(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(16_000)];
    let narrow: Vec<u8> = head.iter().copied().filter(|byte| *byte != 0).collect();
    String::from_utf8_lossy(&narrow).into_owned()
}

/// The value of a line of the head.
fn field(head: &str, name: &str) -> Option<String> {
    let (_, rest) = head.split_once(name)?;
    let value = rest.lines().next()?.trim();
    Some(value.trim_end_matches("-->").trim_end_matches("\",").trim().to_owned())
}

/// Where the file says that it was fetched, read against the address of the suite's own server.
fn location(head: &str, name: &Path) -> String {
    let server = format!("http://127.0.0.1:8097/tests/{}", name.display());
    let said = head.lines().find_map(|line| {
        line.trim().strip_prefix("Header:")?.trim().strip_prefix("Content-Location:")
    });
    let base = url::Url::parse(&server).expect("an address");
    let joined = said.and_then(|said| base.join(said.trim()).ok());
    joined.filter(|url| url.scheme().starts_with("http")).map_or(server, String::from)
}

/// The clauses that can be judged, and what the others speak of.
fn judged(expectation: &Expectation, head: &str) -> (Expectation, Vec<String>) {
    let mut left_out = Vec::new();
    let nothing = Feed::default();
    let mut kept = Vec::new();
    for all in expectation {
        let mut clauses = Vec::new();
        for clause in all {
            if let Some(header) = ["Content-Language", "charset="]
                .iter()
                .find(|h| head.contains(**h) && head.contains("Header:"))
                && judge::judge(clause, &nothing).is_some()
            {
                left_out.push(format!("what an HTTP header says ({header})"));
            } else if judge::judge(clause, &nothing).is_some() {
                clauses.push(clause.clone());
            } else {
                left_out.push(subject(clause));
            }
        }
        if !clauses.is_empty() {
            kept.push(clauses);
        }
    }
    (kept, left_out)
}

fn subject(clause: &Clause) -> String {
    match clause {
        Clause::Is(path, _) | Clause::Has(path, _) => {
            let of = if path.entry.is_some() { "entry" } else { "feed" };
            let names = path.name.split('.').filter(|name| name.parse::<usize>().is_err());
            format!("{of} {}", names.collect::<Vec<_>>().join("."))
        }
        Clause::Length(of, _) => format!("number of {of}"),
        Clause::Other(what) => what.clone(),
    }
}

fn holds(expectation: &Expectation, feed: &Feed) -> bool {
    let right = |clause: &Clause| judge::judge(clause, feed) != Some(false);
    expectation.iter().any(|all| all.iter().all(right))
}

fn summary(article: &newsdb::NewArticle) -> String {
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        article.headline,
        article.url,
        article.id,
        article.summary,
        article.body,
        article.authors,
        article.published,
        article.language
    )
}
