//! How well names are found and linked.
//!
//! `cargo run --release -p newsdb-suites --bin linking -- reuters FILE [EVERY]`: the editors' own
//! places, people and organisations of Reuters-21578 (JSON lines) against ours, at document level.
//! `cargo run --release -p newsdb-suites --bin linking -- gold FILE…`: corpora with links to
//! Wikipedia (MEANTIME, GUM), by span and by document.
//! `cargo run --release -p newsdb-suites --bin linking -- salience GUM.jsonl.gz FOLDER`: how much articles
//! are about what they mention, against summaries (GUM's news, and the folder of its CoNLL-U).
//! `cargo run --release -p newsdb-suites --bin linking -- scale FILE 10000 1000000`: what so many names
//! of a file cost, with articles of FILE.

mod gold;
mod reuters;
mod salience;
mod scale;

use std::collections::BTreeSet;
use std::fmt::Display;
use std::process::ExitCode;

/// How many of what was found are right, and how many of what is right were found.
#[derive(Debug, Default, Clone, Copy)]
struct Score {
    right: usize,
    found: usize,
    gold: usize,
}

impl Score {
    fn add<T: Ord>(&mut self, found: &BTreeSet<T>, gold: &BTreeSet<T>) {
        self.right += found.intersection(gold).count();
        self.found += found.len();
        self.gold += gold.len();
    }
}

impl Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let share = |of: usize| if of == 0 { 0.0 } else { self.right as f64 / of as f64 };
        let (precision, recall) = (share(self.found), share(self.gold));
        let f1 =
            if self.right == 0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) };
        write!(
            f,
            "precision {precision:.3}  recall {recall:.3}  F1 {f1:.3}  ({} of {} gold, {} found)",
            self.right, self.gold, self.found
        )
    }
}

/// Seconds that this process has spent outside of the kernel, where Linux tells: the clock on the
/// wall says little on a machine with other work.
fn processor_time() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(11));
    ticks.and_then(|ticks| ticks.parse().ok()).unwrap_or(f64::NAN) / 100.0
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.split_first() {
        Some((what, rest)) if what == "reuters" && !rest.is_empty() => reuters::run(rest),
        Some((what, rest)) if what == "gold" && !rest.is_empty() => gold::run(rest),
        Some((what, rest)) if what == "salience" => salience::run(rest),
        Some((what, rest)) if what == "scale" && rest.len() > 1 => scale::run(rest),
        _ => Err("usage: linking reuters FILE [EVERY] | gold FILE… | salience FILE FOLDER | scale FILE NAMES…".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("linking: {error}");
            ExitCode::FAILURE
        }
    }
}
