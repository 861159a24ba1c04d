//! The whole comparison in one run, as a Markdown table.
//!
//! `cargo run --release -p newsdb-benches --bin report -- --articles 100000`

#![allow(clippy::unwrap_used)]

use newsdb::{Durability, Query, Sort};
use newsdb_benches::{
    Corpus, Job, Order, Pair, Peer, SEED, TRANSACTION, ingest, open_newsdb, word,
};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Rounds of each ingest; the medians stand in the table.
const ROUNDS: usize = 3;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("--child") => child(&arguments[1..]),
        Some("--articles") => report(arguments[1].replace('_', "").parse().unwrap()),
        None => report(100_000),
        Some(_) => eprintln!("usage: report [--articles N]"),
    }
}

fn corpus(name: &str, articles: u64) -> Corpus {
    match name {
        "full" => Corpus::full(SEED, articles),
        "shuffled" => Corpus::plain(SEED, articles).order(Order::Shuffled),
        _ => Corpus::plain(SEED, articles),
    }
}

fn durability(name: &str) -> Durability {
    if name == "full" { Durability::Full } else { Durability::Normal }
}

/// One ingest in a process of its own, so that its peak of memory is its own.
fn child(arguments: &[String]) {
    let [engine, name, durable, articles, path] = arguments else { panic!("five arguments") };
    let corpus = corpus(name, articles.parse().unwrap());
    let path = Path::new(path);
    let start = Instant::now();
    if engine == "newsdb" {
        let db = open_newsdb(path, durability(durable));
        ingest(&db, corpus.articles());
    } else {
        Peer::create(path, durability(durable)).ingest(corpus.articles());
    }
    let seconds = start.elapsed().as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
    println!("{seconds} {} {}", peak.unwrap_or("0"), std::fs::metadata(path).unwrap().len());
}

/// Seconds, peak in MB and file size in MB of one ingest.
fn run_child(engine: &str, name: &str, durable: &str, articles: u64) -> [f64; 3] {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--child", engine, name, durable, &articles.to_string(), path.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut numbers = text.split_whitespace().map(|number| number.parse::<f64>().unwrap());
    let mut next = || numbers.next().unwrap();
    [next(), next() / 1e3, next() / 1e6]
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn report(articles: u64) {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown");
    println!(
        "{articles} made-up articles of about 200 words (seed {SEED}), {TRANSACTION} a transaction; \
         {cores} cores, {}; SQLite {}; newsdb {}.\n",
        model.trim_start_matches([':', '\t', ' ']).trim(),
        rusqlite::version(),
        env!("CARGO_PKG_VERSION")
    );
    println!(
        "| ingest | newsdb, articles/s | by hand, articles/s | ratio | peak MB, newsdb / by hand | file MB, newsdb / by hand |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    for (name, durable) in
        [("plain", "normal"), ("plain", "full"), ("shuffled", "normal"), ("full", "normal")]
    {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(run_child("newsdb", name, durable, articles));
            theirs.push(run_child("by hand", name, durable, articles));
        }
        let middle =
            |runs: &[[f64; 3]], column: usize| median(runs.iter().map(|run| run[column]).collect());
        let rate = |runs: &[[f64; 3]]| articles as f64 / middle(runs, 0);
        let ratios = ours.iter().zip(&theirs).map(|(a, b)| b[0] / a[0]).collect();
        println!(
            "| {name}, durability {durable} | {:.0} | {:.0} | {:.2} | {:.0} / {:.0} | {:.0} / {:.0} |",
            rate(&ours),
            rate(&theirs),
            median(ratios),
            middle(&ours, 1),
            middle(&theirs, 1),
            middle(&ours, 2),
            middle(&theirs, 2)
        );
    }
    println!("\n| job | newsdb, ms | by hand, ms | ratio | by hand, ids in date order, ms |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    let pair = Pair::fill(Corpus::full(SEED, articles));
    for job in Job::ALL {
        let ours = job.ask_newsdb(&pair.newsdb, &pair.corpus);
        assert_eq!(
            ours,
            job.ask_peer(&pair.peer, &pair.corpus),
            "the answers differ: {}",
            job.name()
        );
        let (mut a, mut b, mut c) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..9 {
            a.push(time(|| drop(job.ask_newsdb(&pair.newsdb, &pair.corpus))));
            b.push(time(|| drop(job.ask_peer(&pair.peer, &pair.corpus))));
            if job.ask_peer_by_id(&pair.peer).is_some() {
                c.push(time(|| drop(job.ask_peer_by_id(&pair.peer))));
            }
        }
        let (a, b) = (median(a), median(b));
        let by_id = if c.is_empty() { String::new() } else { format!("{:.3}", median(c)) };
        println!("| {} | {a:.3} | {b:.3} | {:.2} | {by_id} |", job.name(), a / b);
    }
    println!("\n| newest page, word in most articles, of | ms |\n| --- | ---: |");
    for share in [10, 4, 2, 1] {
        let part = Pair::fill(Corpus::plain(SEED, articles / share));
        let query = Query::new().text(word(9));
        part.newsdb.search(&query, Sort::Newest, 20, None).unwrap();
        let times =
            (0..9).map(|_| time(|| drop(part.newsdb.search(&query, Sort::Newest, 20, None))));
        println!("| {} articles | {:.3} |", articles / share, median(times.collect()));
    }
}

fn time(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    Duration::as_secs_f64(&start.elapsed()) * 1e3
}
