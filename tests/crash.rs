//! A process that is killed while it ingests leaves a file that opens, checks clean and holds
//! every batch whose commit was reported. `NEWSDB_KILLS` sets how often the work on the index is
//! killed.

use newsdb::{Cancel, IngestOptions, NewArticle, NewsDb, Options, Query, Sort};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const BATCH: u64 = 40;
const KILLS: u64 = 50;

/// Set for the child process: the file that it writes.
const CHILD: &str = "NEWSDB_CRASH_CHILD";
const WORKER: &str = "NEWSDB_CRASH_WORKER";

#[test]
fn killed_at_any_moment_it_keeps_every_reported_batch() {
    if let Ok(path) = std::env::var(CHILD) {
        ingest_until_killed(Path::new(&path));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let mut reported = 0;
    // A small linear congruential generator: the moments differ, the runs do not.
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for kill in 0..KILLS {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed_at_any_moment_it_keeps_every_reported_batch", "--nocapture"])
            .env(CHILD, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let reader = std::thread::spawn(move || {
            output
                .lines()
                .map_while(Result::ok)
                .filter_map(|line| {
                    line.strip_prefix("committed ")?.strip_suffix('.')?.parse::<u64>().ok()
                })
                .last()
        });
        std::thread::sleep(Duration::from_millis(20 + (random >> 33) % 250));
        child.kill().unwrap();
        child.wait().unwrap();
        reported = reader.join().unwrap().unwrap_or(reported);

        let db = NewsDb::open(&path).unwrap();
        let count = db.count(&Query::new()).unwrap();
        assert!(count >= reported, "kill {kill}: {reported} reported, {count} there");
        assert_eq!(count % BATCH, 0, "kill {kill}: half a batch");
        let check = db.check(&Cancel::new()).unwrap();
        assert!(check.is_clean(), "kill {kill}: {:?}", check.findings);
    }
    assert!(reported > 0, "no batch was ever reported: the test tests nothing");
}

/// Merges, rebuilds, removals with their scrub and tidying are killed too: the file opens, the index
/// says what the tables say, and what was reported as removed is gone from every answer.
#[test]
fn killed_while_the_index_changes_it_answers_as_the_tables_say() {
    if let Ok(path) = std::env::var(WORKER) {
        work_until_killed(Path::new(&path));
    }
    let kills: u64 =
        std::env::var("NEWSDB_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS / 2);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut removed = Vec::new();
    for kill in 0..kills {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "killed_while_the_index_changes_it_answers_as_the_tables_say",
                "--nocapture",
            ])
            .env(WORKER, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let reader = std::thread::spawn(move || {
            let lines = output.lines().map_while(Result::ok);
            let number = |line: String| -> Option<u64> {
                line.strip_prefix("removed ")?.strip_suffix('.')?.parse().ok()
            };
            lines.filter_map(number).collect::<Vec<_>>()
        });
        std::thread::sleep(Duration::from_millis(30 + (random >> 33) % 400));
        child.kill().unwrap();
        child.wait().unwrap();
        removed.extend(reader.join().unwrap());

        let db = NewsDb::open(&path).unwrap();
        let check = db.check(&Cancel::new()).unwrap();
        assert!(check.is_clean(), "kill {kill}: {:?}", check.findings);
        let mut counts = BTreeMap::new();
        let mut all = 0;
        db.for_each(&Query::new(), Sort::Newest, |article| {
            let number: u64 = article.external_id.as_ref().unwrap().parse().unwrap();
            assert!(!removed.contains(&number), "kill {kill}: {number} is back");
            *counts.entry(number % 97).or_insert(0u64) += 1;
            all += 1;
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(db.count(&Query::new()).unwrap(), all, "kill {kill}");
        for (word, count) in counts {
            let found = db.count(&Query::new().text(format!("word{word}"))).unwrap();
            // `word96 word88` has either number.
            assert!(found >= count, "kill {kill}: word{word} in {found} of {count}");
        }
    }
}

/// Ingests, removes, tidies and rebuilds by turns, for ever, in small segments.
fn work_until_killed(path: &Path) -> ! {
    let db = Options::new().merge_bytes(60_000).open(path).unwrap();
    let say = |what: String| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{what}").unwrap();
        out.flush().unwrap();
    };
    for round in 0u64.. {
        let before = db.stats().unwrap();
        let first = before.articles + before.tombstones;
        let options = IngestOptions::new().batch(BATCH as usize);
        db.ingest_with((first..first + 3 * BATCH).map(article), options).unwrap();
        match round % 4 {
            0 => {
                let id = db.ids(&Query::new(), Sort::Oldest, 1, None).unwrap()[0];
                let number = db.article(id).unwrap().unwrap().external_id.unwrap();
                db.remove(id).unwrap();
                say(format!("removed {number}."));
            }
            1 => db.rebuild(&Cancel::new(), |_| {}).unwrap(),
            2 => db.optimize(&Cancel::new()).unwrap(),
            _ => {}
        }
    }
    unreachable!("the rounds never end")
}

fn article(n: u64) -> NewArticle {
    NewArticle::new("wire")
        .id(n.to_string())
        .headline(format!("Item {n}"))
        .body(format!("Word{} word{} and the rest of item {n}. ", n % 97, n % 89).repeat(20))
        .published(
            chrono::DateTime::from_timestamp(1_700_000_000 + (n as i64 * 7_919) % 5_000_000, 0)
                .unwrap()
                .into(),
        )
}

/// Goes on where the last process stopped, for ever.
fn ingest_until_killed(path: &Path) -> ! {
    let db = NewsDb::open(path).unwrap();
    let before = db.count(&Query::new()).unwrap();
    let articles = (before..).map(article);
    let options = IngestOptions::new().batch(BATCH as usize).progress(|report| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "committed {}.", before + report.inserted).unwrap();
        out.flush().unwrap();
    });
    db.ingest_with(articles, options).unwrap();
    unreachable!("the articles never end")
}
