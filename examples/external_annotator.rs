//! Mentions found by another program, in any language, over JSON lines.
//!
//! `cargo run --example external_annotator -- python3 my_model.py`
//!
//! The program gets one document a line on its standard input, as
//! `{"headline": …, "summary": …, "body": …, "language": …}`, and answers each with one line, a list of
//! `{"kind": "person", "name": "Anna Berg", "field": "headline", "start": 0, "end": 9}`; ranges are
//! bytes. It is started once; when it does not answer in time it is killed, and started anew for
//! the next batch.

use newsdb::annotate::{Annotator, AnnotatorError, Document};
use newsdb::{IngestOptions, NewArticle, NewMention, NewsDb};
use serde_json::json;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A program that annotates, and how long it may take over one document.
struct Process {
    command: Vec<String>,
    patience: Duration,
    running: Mutex<Option<Running>>,
}

struct Running {
    child: Child,
    input: ChildStdin,
    lines: Receiver<std::io::Result<String>>,
}

impl Running {
    fn start(command: &[String]) -> Result<Self, AnnotatorError> {
        let (program, arguments) = command.split_first().ok_or("no program given")?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take().ok_or("no standard input")?;
        let output = child.stdout.take().ok_or("no standard output")?;
        let (sender, lines) = channel();
        // Ends with the program: then its output does.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Self { child, input, lines })
    }

    fn ask(
        &mut self,
        document: &Document,
        patience: Duration,
    ) -> Result<Vec<NewMention>, AnnotatorError> {
        let line = json!({
            "headline": document.headline, "summary": document.summary, "body": document.body,
            "language": document.language,
        });
        writeln!(self.input, "{line}")?;
        self.input.flush()?;
        let answer = self.lines.recv_timeout(patience).map_err(|error| error.to_string())??;
        Ok(serde_json::from_str(&answer)?)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Annotator for Process {
    fn name(&self) -> &str {
        "external:1"
    }

    fn annotate(&self, documents: &[Document]) -> Result<Vec<Vec<NewMention>>, AnnotatorError> {
        let mut slot = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let mut running = match slot.take() {
            Some(running) => running,
            None => Running::start(&self.command)?,
        };
        // On an error `running` is dropped, and the program with it.
        let answers: Result<Vec<_>, _> =
            documents.iter().map(|document| running.ask(document, self.patience)).collect();
        let answers = answers?;
        *slot = Some(running);
        Ok(answers)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut command: Vec<String> = std::env::args().skip(1).collect();
    if command.is_empty() {
        // Without a program: one that finds nothing, to show that it works.
        command = ["sh", "-c", "while read -r line; do echo '[]'; done"].map(str::to_owned).into();
    }
    let process = Process { command, patience: Duration::from_secs(10), running: Mutex::new(None) };
    let db = NewsDb::open_in_memory()?;
    let articles = [
        NewArticle::new("wire").id("1").headline("Anna Berg opens Lindholm Bridge").language("en"),
        NewArticle::new("wire").id("2").headline("Kazakhstan signs accord").language("en"),
    ];
    let report = db.ingest_with(articles, IngestOptions::new().annotator(Arc::new(process)))?;
    println!("{} articles, {} faults", report.inserted, report.faults);
    for fault in &report.faulty {
        println!("{}: {}", fault.annotator, fault.reason);
    }
    for row in db.top(&newsdb::Query::new(), newsdb::Dimension::Entity, 20)?.rows {
        println!("{:>3}  {}", row.articles, row.key);
    }
    Ok(())
}
