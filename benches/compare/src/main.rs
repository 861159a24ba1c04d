//! newsdb beside tantivy, FTS5 with hand-written SQL, and DuckDB: the same articles, the same
//! questions, one table.
//!
//! Each engine stores and answers in a process of its own, so that its peak of memory is its own.

#![allow(clippy::unwrap_used)]

mod columns;
mod ours;
mod questions;
mod setup;
mod sql;
mod table;
mod text;

use clap::{Parser, Subcommand};
use newsdb::{Durability, NewArticle};
use questions::{Answer, Question, rows};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use setup::Setup;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Compares newsdb with tantivy, FTS5 and SQL, and DuckDB, and prints the table as Markdown.
#[derive(Parser)]
struct Arguments {
    /// Made-up articles.
    #[arg(long, default_value_t = 100_000)]
    articles: u64,
    /// Takes the real news of a folder (*.jsonl.gz, as the JSON lines reader takes it) instead.
    #[arg(long)]
    news: Option<PathBuf>,
    /// Headlines only, and only what counts: for ten million articles.
    #[arg(long)]
    aggregates: bool,
    /// Measures ingest with other commit sizes, durabilities and numbers of cores as well.
    #[arg(long)]
    rates: bool,
    /// Keeps the files here; what an earlier run stored here is asked and not stored again.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Leaves an engine out: at ten million articles some take hours.
    #[arg(long)]
    without: Vec<Name>,
    /// Mebibytes that newsdb keeps of its index when it is asked, instead of its default of 64.
    #[arg(long)]
    index_cache: Option<u64>,
    /// A Python that has the `duckdb` package; without it DuckDB's column stays empty.
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    #[command(subcommand)]
    part: Option<Part>,
}

/// What one process of a comparison does in a folder.
#[derive(Subcommand, Clone)]
#[command(hide = true)]
enum Part {
    /// Stores all articles; prints a [`Filled`].
    Fill { folder: PathBuf, engine: Name, way: String, to: String },
    /// Answers all questions, or those of rows with some words in their names; prints an object a line.
    Ask {
        folder: PathBuf,
        engine: Name,
        row: Option<String>,
        #[arg(long)]
        index_cache: Option<u64>,
    },
    /// Stores twenty later articles at a time in a copy of the file; `durable`: each is on the disk
    /// before the next.
    Trickle {
        folder: PathBuf,
        engine: Name,
        #[arg(long)]
        durable: bool,
    },
    /// Opens the file and answers the first question; prints the microseconds.
    First { folder: PathBuf, engine: Name },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Name {
    Newsdb,
    Sql,
    Tantivy,
}

pub const NAMES: [Name; 3] = [Name::Newsdb, Name::Sql, Name::Tantivy];

impl Name {
    pub fn key(self) -> &'static str {
        match self {
            Self::Newsdb => "newsdb",
            Self::Sql => "sql",
            Self::Tantivy => "tantivy",
        }
    }
}

/// What is compared.
pub trait Engine {
    /// Stores articles, a commit for each `commit` of them; for 0, no commit before the end.
    fn store(&mut self, articles: Vec<NewArticle>, commit: usize);
    /// Commits what is left and waits for work in the background.
    fn finish(&mut self) {}
    /// Called once before questions.
    fn ready(&mut self, _: &Setup) {}
    fn ask(&mut self, question: &Question, setup: &Setup) -> Answer;
}

/// How articles are stored.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Way {
    pub commit: usize,
    pub durable: bool,
    /// On one core or on all.
    pub one_core: bool,
}

/// What storing took. Making the articles is not in it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Filled {
    pub seconds: f64,
    /// Of all threads: what a machine with other work on it cannot change much.
    pub cpu_seconds: f64,
    pub peak_kb: u64,
    pub file_bytes: u64,
    /// The words of all articles: tables of FTS5 or of newsdb's index (its columns too).
    pub index_bytes: u64,
    /// Bytes of headlines and bodies that went in.
    pub text_bytes: u64,
}

/// Articles made before they are stored, or the commit where that is larger.
const CHUNK: usize = 5_000;

/// Twenty at a time, so often.
const TRICKLE: (usize, usize) = (20, 500);

fn main() {
    let start = Instant::now();
    let arguments = Arguments::parse();
    match arguments.part.clone() {
        None => table::compare(&arguments),
        Some(Part::Fill { folder, engine, way, to }) => {
            let filled = fill(&folder, engine, serde_json::from_str(&way).unwrap(), &to);
            println!("{}", serde_json::to_string(&filled).unwrap());
        }
        Some(Part::Ask { folder, engine, row, index_cache }) => {
            ask(&folder, engine, &row.unwrap_or_default(), index_cache);
        }
        Some(Part::Trickle { folder, engine, durable }) => trickle(&folder, engine, durable),
        Some(Part::First { folder, engine }) => {
            let setup = Setup::read(&folder);
            let mut opened = open(engine, &folder.join(engine.key()), false, None);
            opened.ready(&setup);
            opened.ask(&rows(&setup)[0].question, &setup).unwrap();
            println!("{}", start.elapsed().as_secs_f64() * 1e6);
        }
    }
}

fn open(name: Name, path: &Path, durable: bool, index_cache: Option<u64>) -> Box<dyn Engine> {
    let durability = if durable { Durability::Full } else { Durability::Normal };
    match name {
        Name::Newsdb => Box::new(ours::Ours::open(path, durability, index_cache)),
        Name::Sql => Box::new(sql::Sql::open(path, durability)),
        Name::Tantivy => Box::new(text::Tantivy::open(path)),
    }
}

fn fill(folder: &Path, name: Name, way: Way, to: &str) -> Filled {
    let setup = Setup::read(folder);
    let path = folder.join(to);
    let mut engine = open(name, &path, way.durable, None);
    let mut articles = setup.articles();
    let (mut seconds, mut cpu, mut text_bytes) = (0.0, 0.0, 0);
    loop {
        let chunk: Vec<NewArticle> = articles.by_ref().take(CHUNK.max(way.commit)).collect();
        if chunk.is_empty() {
            break;
        }
        let texts = chunk.iter().flat_map(|article| [&article.headline, &article.body]);
        text_bytes += texts.flatten().map(|text| text.len() as u64).sum::<u64>();
        let start = (Instant::now(), cpu_seconds());
        engine.store(chunk, way.commit);
        seconds += start.0.elapsed().as_secs_f64();
        cpu += cpu_seconds() - start.1;
    }
    let start = (Instant::now(), cpu_seconds());
    engine.finish();
    drop(engine);
    seconds += start.0.elapsed().as_secs_f64();
    let cpu_seconds = cpu + cpu_seconds() - start.1;
    let (file_bytes, index_bytes) = sizes(name, &path);
    Filled { seconds, cpu_seconds, peak_kb: peak_kb(), file_bytes, index_bytes, text_bytes }
}

/// Bytes of all, and of the index alone.
fn sizes(name: Name, path: &Path) -> (u64, u64) {
    if name == Name::Tantivy {
        let files = std::fs::read_dir(path).unwrap();
        let bytes = files.map(|file| file.unwrap().metadata().unwrap().len()).sum();
        return (bytes, bytes);
    }
    let connection = rusqlite::Connection::open(path).unwrap();
    let index = connection.query_row(
        "SELECT sum(pgsize) FROM dbstat
          WHERE aggregate = 1 AND (name LIKE 'search%' OR name LIKE 'segment%')",
        [],
        |row| row.get::<_, i64>(0),
    );
    (std::fs::metadata(path).unwrap().len(), index.unwrap().unsigned_abs())
}

/// The most memory that this process had, in thousands of bytes.
fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mut lines = status.lines();
    let peak = lines.find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
    peak.and_then(|peak| peak.parse().ok()).unwrap_or(0)
}

/// Processor time of this process so far.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name, which ends with the last bracket: the 14th and 15th fields, in ticks of 1/100 s.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn ask(folder: &Path, name: Name, words: &str, index_cache: Option<u64>) {
    let setup = Setup::read(folder);
    let mut engine = open(name, &folder.join(name.key()), false, index_cache);
    engine.ready(&setup);
    for row in rows(&setup) {
        if setup.is_brief() && !row.question.is_aggregate() || !row.name.contains(words) {
            continue;
        }
        let Some(answer) = engine.ask(&row.question, &setup) else { continue };
        let mut times = Vec::new();
        let begun = Instant::now();
        while times.len() < 3 || (begun.elapsed().as_secs_f64() < 0.5 && times.len() < 1_000) {
            let start = Instant::now();
            let again = engine.ask(&row.question, &setup);
            times.push(start.elapsed().as_secs_f64() * 1e6);
            drop(again);
        }
        println!("{}", json!({"row": row.name, "answer": answer, "micros": median(&mut times)}));
    }
    println!("{}", json!({"peak_kb": peak_kb()}));
}

fn trickle(folder: &Path, name: Name, durable: bool) {
    let setup = Setup::read(folder);
    let (articles, commits) = TRICKLE;
    let Some(mut later) = setup.later((articles * commits) as u64) else { return };
    let grown = folder.join("grown");
    copy(&folder.join(name.key()), &grown);
    let mut engine = open(name, &grown, durable, None);
    let mut times = Vec::new();
    let mut cpu = 0.0;
    for _ in 0..commits {
        let some: Vec<NewArticle> = later.by_ref().take(articles).collect();
        let start = (Instant::now(), cpu_seconds());
        engine.store(some, articles);
        times.push(start.0.elapsed().as_secs_f64() * 1e3);
        cpu += cpu_seconds() - start.1;
    }
    let start = Instant::now();
    engine.finish();
    let rest = start.elapsed().as_secs_f64() * 1e3;
    let mean = (times.iter().sum::<f64>() + rest) / commits as f64;
    let median = median(&mut times);
    let worst = times.last().copied();
    let cpu = cpu * 1e3 / commits as f64;
    drop(engine);
    remove(&grown);
    println!("{}", json!({"median": median, "mean": mean, "worst": worst, "processor": cpu}));
}

/// Copies a file, or a folder of files, to where there may be an old one. It is on the disk then:
/// commits that follow would wait for all of it.
fn copy(from: &Path, to: &Path) {
    let copy_file = |from: &Path, to: &Path| {
        std::fs::copy(from, to).unwrap();
        std::fs::File::open(to).unwrap().sync_all().unwrap();
    };
    remove(to);
    if from.is_dir() {
        std::fs::create_dir(to).unwrap();
        for file in std::fs::read_dir(from).unwrap() {
            let file = file.unwrap();
            copy_file(&file.path(), &to.join(file.file_name()));
        }
    } else {
        copy_file(from, to);
    }
}

/// Takes away what an engine left, where there is anything.
fn remove(path: &Path) {
    let _ = std::fs::remove_dir_all(path);
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", path.display()));
    }
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Runs a part in a process of its own, on one core if asked and if the system has `taskset`;
/// what it printed, a value a line.
pub fn run(one_core: bool, part: &[&str]) -> Vec<Value> {
    let this = std::env::current_exe().unwrap();
    let pinned = || Command::new("taskset").arg("-V").stdout(Stdio::null()).status().is_ok();
    let mut command = if one_core && pinned() {
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(this);
        command
    } else {
        Command::new(this)
    };
    let output = command.args(part).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "{part:?} failed");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
