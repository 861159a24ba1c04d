//! A process that is killed while it ingests leaves a file that opens, checks clean and holds
//! every batch whose commit was reported.

use newsdb::{Cancel, IngestOptions, NewArticle, NewsDb, Query};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const BATCH: u64 = 40;
const KILLS: u64 = 50;

/// Set for the child process: the file that it writes.
const CHILD: &str = "NEWSDB_CRASH_CHILD";

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

/// Goes on where the last process stopped, for ever.
fn ingest_until_killed(path: &Path) -> ! {
    let db = NewsDb::open(path).unwrap();
    let before = db.count(&Query::new()).unwrap();
    let articles = (before..).map(|n| {
        NewArticle::new("wire")
            .id(n.to_string())
            .headline(format!("Item {n}"))
            .body(format!("Word{} word{} and the rest of item {n}. ", n % 97, n % 89).repeat(20))
            .published(
                chrono::DateTime::from_timestamp(1_700_000_000 + (n as i64 * 7_919) % 5_000_000, 0)
                    .unwrap()
                    .into(),
            )
    });
    let options = IngestOptions::new().batch(BATCH as usize).progress(|report| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "committed {}.", before + report.inserted).unwrap();
        out.flush().unwrap();
    });
    db.ingest_with(articles, options).unwrap();
    unreachable!("the articles never end")
}
