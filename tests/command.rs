//! `news ingest`, run as a program.
// The program is built with the default features.
#![cfg(all(unix, feature = "html", feature = "xml"))]

use newsdb::{NewsDb, Options, Query};
use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

/// The program, built where the tests are.
fn program() -> &'static PathBuf {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let tests = std::env::current_exe().unwrap();
        let profile = tests.parent().unwrap().parent().unwrap();
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--example", "news"]);
        if profile.ends_with("release") {
            build.arg("--release");
        }
        assert!(build.status().unwrap().success());
        profile.join("examples/news")
    })
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.current_dir(self.0.path()).args(["--db", "news.db", "--json"]).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The report of an ingest, and what it refused.
    fn ingest(&self, arguments: &[&str]) -> (Value, Vec<String>) {
        report(&self.run(&[&["ingest"], arguments].concat()), 0)
    }
}

fn report(output: &Output, code: i32) -> (Value, Vec<String>) {
    assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let mut rows: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = rows.pop().unwrap();
    let refused = rows.iter().map(|row| {
        let row = &row["rejected"];
        format!("{}: {}", row["input"].as_str().unwrap(), row["reason"].as_str().unwrap())
    });
    (last, refused.collect())
}

fn line(id: u32) -> String {
    format!(
        "{{\"id\": \"a{id}\", \"source\": \"wire\", \"headline\": \"Ferry {id} sails at noon\"}}\n"
    )
}

#[test]
fn folders_patterns_files_and_standard_input() {
    let folder = Folder::new();
    folder.write("in/b.jsonl", line(1) + &line(2));
    folder.write("in/deep/a.csv", "id;title;source\n3;Ferry three;wire\n");
    folder.write("in/.hidden", "x");
    folder.write("other/c.jsonl", line(4));
    folder.write("other/d[1].jsonl", line(5));
    let (report_of, refused) = folder.ingest(&["in", "other/*.jsonl"]);
    assert_eq!((report_of["inserted"].as_u64(), refused.len()), (Some(5), 0));
    let (again, _) = folder.ingest(&["in/b.jsonl", "other/d[1].jsonl"]);
    assert_eq!(again["unchanged"], 3);

    let mut child = folder
        .command(&["ingest", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(line(6).as_bytes()).unwrap();
    let (piped, _) = report(&child.wait_with_output().unwrap(), 0);
    assert_eq!(piped["inserted"], 1);

    let (missing, refused) = folder.ingest(&["in", "nowhere.jsonl"]);
    assert_eq!((missing["unchanged"].as_u64(), missing["rejected"].as_u64()), (Some(3), Some(1)));
    assert!(refused[0].starts_with("nowhere.jsonl: cannot read"), "{refused:?}");
    assert_eq!(folder.run(&["ingest", "none/*.xml"]).status.code(), Some(1));
}

#[test]
fn feeds_are_stored_and_limits_hold() {
    let folder = Folder::new();
    folder.write(
        "feed.xml",
        "<rss version=\"2.0\"><channel><title>Baltic Post</title><link>https://baltic-post.example/</link>\
         <ttl>30</ttl><item><title>Bridge opens</title><guid>1</guid></item></channel></rss>",
    );
    let url = "https://baltic-post.example/rss";
    folder.ingest(&[
        "--url",
        url,
        "--etag",
        "\"33a\"",
        "--fetched",
        "2024-06-10T08:00:00Z",
        "feed.xml",
    ]);
    let db = NewsDb::open(folder.0.path().join("news.db")).unwrap();
    let feed = db.snapshot().unwrap().feed(url).unwrap().unwrap();
    assert_eq!(feed.title.as_deref(), Some("Baltic Post"));
    assert_eq!(feed.etag.as_deref(), Some("\"33a\""));
    assert_eq!(feed.polled.unwrap().to_rfc3339(), "2024-06-10T08:00:00+00:00");
    assert_eq!(feed.next_poll.unwrap().to_rfc3339(), "2024-06-10T08:30:00+00:00");
    drop(db);

    folder.write("a.jsonl", line(1) + &line(2).replace("sails", &"sails ".repeat(100)));
    let (limited, refused) = folder.ingest(&["--limit", "line=200", "a.jsonl"]);
    assert_eq!(limited["inserted"], 1);
    assert!(refused[0].contains("line"), "{refused:?}");
    assert_eq!(folder.run(&["ingest", "--limit", "lines=2", "a.jsonl"]).status.code(), Some(2));
}

#[test]
fn columns_are_mapped_and_unknown_values_are_usage_errors() {
    let folder = Folder::new();
    folder.write("a.csv", "Nr|Überschrift|Datum\n1|Brücke offen|2024-06-10\n");
    let (mapped, refused) = folder.ingest(&[
        "--column",
        "headline=Überschrift",
        "--column",
        "published=Datum",
        "--column",
        "id=Nr",
        "a.csv",
    ]);
    assert_eq!(mapped["inserted"], 1, "{refused:?}");
    let shown = folder.run(&["export", "--format", "jsonl", "-"]);
    let article: Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(
        (&article["headline"], &article["published"]),
        (&"Brücke offen".into(), &"2024-06-10".into())
    );
    for wrong in [
        &["--format", "docx", "a.csv"][..],
        &["--column", "titel=Nr", "a.csv"],
        &["--column", "Nr", "a.csv"],
        &["--precision", "week", "a.csv"],
        &["--nonsense", "a.csv"],
        &[],
    ] {
        assert_eq!(folder.run(&[&["ingest"], wrong].concat()).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn details_and_suggested_subjects_are_kept_when_asked_for() {
    let folder = Folder::new();
    let item = r#"{"id": "1", "source": "wire", "headline": "Central bank raises interest rate",
        "published": "2024-06-12", "language": "en", "body": "“It cost $5,” said Anna Berg on Tuesday."}"#;
    folder.write("a.jsonl", item.replace('\n', " "));
    let kinds = || {
        let shown = folder.run(&["export", "--format", "jsonl", "-"]);
        let article: Value = serde_json::from_slice(&shown.stdout).unwrap();
        let said = article["annotations"].as_array().cloned().unwrap_or_default();
        let kinds: std::collections::BTreeSet<String> =
            said.iter().map(|said| said["kind"].as_str().unwrap().to_owned()).collect();
        kinds.into_iter().collect::<Vec<_>>()
    };
    folder.ingest(&["a.jsonl"]);
    assert!(kinds().is_empty());
    std::fs::remove_file(folder.0.path().join("news.db")).unwrap();
    folder.ingest(&["--details", "--suggest-subjects", "a.jsonl"]);
    assert_eq!(kinds(), ["amount", "date", "quotation", "subject"]);

    // A text that changes is looked at as the file was told, until it is told otherwise.
    let ingest_changed = |from: &str, to: &str, options: &[&str]| {
        folder.write("b.jsonl", item.replace('\n', " ").replace(from, to));
        folder.ingest(&[options, &["b.jsonl"]].concat());
    };
    ingest_changed("It cost $5", "It opens", &[]);
    assert_eq!(kinds(), ["date", "quotation", "subject"]);
    ingest_changed("It cost $5", "It cost $7", &["--details=false"]);
    assert_eq!(kinds(), ["subject"]);
    ingest_changed("It cost $5", "It cost $8", &["--suggest-subjects=false"]);
    assert!(kinds().is_empty());
}

#[test]
fn a_command_that_reads_makes_no_file_and_needs_none_to_be_written() {
    let folder = Folder::new();
    for command in [&["search", "bridge"][..], &["stats"], &["export", "-"], &["entity", "Ada"]] {
        let output = folder.run(command);
        assert_eq!(output.status.code(), Some(1), "{command:?}");
        assert!(!folder.0.path().join("news.db").exists(), "{command:?}");
    }
    folder.write("a.jsonl", line(1));
    folder.ingest(&["a.jsonl"]);
    for command in [&["rebuild"][..], &["optimize"], &["reannotate"], &["check"], &["backup", "b"]]
    {
        assert_eq!(folder.run(command).status.code(), Some(0), "{command:?}");
    }
    let stats: Value = serde_json::from_slice(&folder.run(&["stats"]).stdout).unwrap();
    assert_eq!(stats["articles"], 1);
}

#[test]
fn an_export_is_whole_under_its_name_and_stops_when_nobody_reads() {
    let folder = Folder::new();
    folder.write("a.jsonl", (0..2_000).map(line).collect::<String>());
    folder.ingest(&["a.jsonl"]);
    assert_eq!(folder.run(&["export", "out.jsonl"]).status.code(), Some(0));
    let written = std::fs::read_to_string(folder.0.path().join("out.jsonl")).unwrap();
    assert_eq!(written.lines().count(), 2_000);
    let names = std::fs::read_dir(folder.0.path()).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(names.into_iter().all(|name| !name.contains("partial")));
    // A link stays one.
    let link = folder.0.path().join("link.jsonl");
    std::os::unix::fs::symlink("target.jsonl", &link).unwrap();
    assert_eq!(folder.run(&["export", "link.jsonl"]).status.code(), Some(0));
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_eq!(std::fs::read_to_string(&link).unwrap(), written);
    let mut child = folder.command(&["export", "-"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// Writes lines to a child until it hangs up or they are all written.
fn feed(child: &mut Child, ids: std::ops::Range<u32>) {
    let Some(input) = child.stdin.as_mut() else { return };
    for id in ids {
        if input.write_all(line(id).as_bytes()).is_err() {
            return;
        }
    }
}

#[test]
fn interrupted_between_transactions_and_started_again_it_does_nothing_twice() {
    const ALL: u32 = 20_000;
    let folder = Folder::new();
    let path = folder.0.path().join("news.db");
    drop(NewsDb::open(&path).unwrap());
    let mut child = folder
        .command(&["ingest", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    feed(&mut child, 0..5_000);
    // Something is committed: it is in the middle.
    let reader = Options::new().open_read_only(&path).unwrap();
    while reader.count(&Query::new()).unwrap() == 0 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    feed(&mut child, 5_000..ALL);
    drop(child.stdin.take());
    let (stopped, _) = report(&child.wait_with_output().unwrap(), 1);
    let done = stopped["inserted"].as_u64().unwrap();
    assert!(0 < done && done < ALL.into(), "{stopped}");
    assert_eq!(stopped["read"], done);
    assert_eq!(reader.count(&Query::new()).unwrap(), done);

    folder.write("all.jsonl", (0..ALL).map(line).collect::<String>());
    let (rest, _) = folder.ingest(&["all.jsonl"]);
    assert_eq!(rest["inserted"], u64::from(ALL) - done);
    assert_eq!(rest["unchanged"], done);
    assert_eq!(reader.count(&Query::new()).unwrap(), u64::from(ALL));
}
