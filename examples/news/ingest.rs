//! `news ingest`.

use crate::Outcome;
use crate::filters::{Auto, Moment, column, format, moment, parse};
use crate::output::Output;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use newsdb::{
    Cancel, Channel, Feed, IngestOptions, Limits, NewsDb, Options, Place, Precision, Reason,
    Rejected, formats,
};
use serde_json::json;
use signal_hook::consts::SIGINT;
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Args)]
pub(crate) struct Ingest {
    /// Files, folders, patterns such as 'news/*.xml.gz', or - for standard input
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// auto (by content), or one of the names of `newsdb::formats::Format`: feed, html, jsonl, csv,
    /// ninjs (ninjs-2.1 …), newsml, gdelt-gkg, gdelt-events, gdelt-mentions, text …
    #[arg(long, default_value = "auto", value_parser = format)]
    format: Auto,
    /// The source of items that name none
    #[arg(long)]
    source: Option<String>,
    /// Where a page or feed was fetched
    #[arg(long)]
    url: Option<String>,
    /// What a column, or a property of JSON lines, is called: --column published=Datum
    #[arg(long, value_name = "FIELD=COLUMN", value_parser = column)]
    column: Vec<(String, String)>,
    /// `day`: dates at exact midnight are dates without a time
    #[arg(long, value_parser = parse::<Precision>)]
    precision: Option<Precision>,
    /// The encoding, by HTTP: a label such as windows-1251, or the Content-Type
    #[arg(long, value_name = "LABEL")]
    charset: Option<String>,
    /// The language of items that name none: BCP 47
    #[arg(long, value_name = "L")]
    language: Option<String>,
    /// When a page or feed was fetched
    #[arg(long, value_name = "D", value_parser = moment)]
    fetched: Option<Moment>,
    /// What the server sent with a feed, to be stored with it
    #[arg(long)]
    etag: Option<String>,
    /// As --etag: Last-Modified
    #[arg(long, value_name = "DATE")]
    last_modified: Option<String>,
    /// line, body, article and unpacked (bytes), nesting, mentions, ratio: --limit body=1048576
    #[arg(long, value_name = "NAME=N", value_parser = limit)]
    limit: Vec<(String, u64)>,
    /// Take in again what was removed, purged or canceled
    #[arg(long)]
    restore: bool,
    /// Look for quotations, amounts and dates as well, in texts that are new or changed; the file
    /// remembers it until it is told --details=false
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", conflicts_with = "explain")]
    details: Option<bool>,
    /// Suggest Media Topics by keywords, apart from the subjects that items bring; remembered too
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", conflicts_with = "explain")]
    suggest_subjects: Option<bool>,
    /// Store nothing: say which article each item is, and why
    #[arg(long)]
    explain: bool,
}

impl Ingest {
    /// How the file is to be opened for it.
    pub(crate) fn options(&self) -> Options {
        let mut options = Options::new();
        if let Some(details) = self.details {
            options = options.details(details);
        }
        if let Some(suggest) = self.suggest_subjects {
            options = options.suggest_subjects(suggest);
        }
        options
    }
}

pub(crate) fn refuse(rejected: &Rejected, out: &mut Output) -> Outcome {
    let (place, reason) = (&rejected.place, rejected.reason.to_string());
    let row = json!({"rejected": {"input": place.input, "line": place.line, "reason": reason}});
    out.row(&row, || format!("refused  {rejected}"))
}

fn explain(db: &NewsDb, items: impl Iterator<Item = formats::Item>, out: &mut Output) -> Outcome {
    for item in items {
        match item.map_err(newsdb::Error::from).and_then(|item| db.explain_identity(item)) {
            Ok(why) => out.row(&json!(why), || format!("{}: {why}", why.place))?,
            Err(newsdb::Error::Rejected(rejected)) => refuse(&rejected, out)?,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// What a path of the command line stands for: standard input, a file, the files of a folder,
/// or those that a pattern matches.
fn inputs(path: &Path) -> Outcome<Vec<Result<PathBuf, Rejected>>> {
    if path.as_os_str() == "-" {
        return Ok(vec![Ok(path.to_owned())]);
    }
    let pattern = path.to_string_lossy();
    if path.exists() || !pattern.contains(['*', '?', '[']) {
        return Ok(formats::files(path).collect());
    }
    let mut files = Vec::new();
    for found in glob::glob(&pattern)? {
        files.extend(formats::files(&found?));
    }
    if files.is_empty() {
        return Err(format!("no file matches {pattern}").into());
    }
    Ok(files)
}

/// Shows how much was read of inputs whose length is known, or only how much was read.
fn progress_bar(shown: bool, bytes: Option<u64>) -> Outcome<ProgressBar> {
    Ok(match bytes {
        _ if !shown => ProgressBar::hidden(),
        Some(bytes) => ProgressBar::new(bytes).with_style(ProgressStyle::with_template(
            "{bar:30} {bytes} of {total_bytes}  {msg}  {bytes_per_sec}  {eta} left",
        )?),
        None => ProgressBar::new_spinner()
            .with_style(ProgressStyle::with_template("{spinner} {bytes}  {msg}  {elapsed}")?),
    })
}

fn limit(text: &str) -> Result<(String, u64), String> {
    let (name, number) = text.split_once('=').ok_or("NAME=N expected")?;
    let number = number.parse().map_err(|error| format!("{number:?}: {error}"))?;
    set_limit(&mut Limits::default(), name, number)
        .then(|| (name.to_owned(), number))
        .ok_or_else(|| format!("{name:?} is not a limit"))
}

/// Whether there is such a limit.
fn set_limit(limits: &mut Limits, name: &str, number: u64) -> bool {
    let limit = match name {
        "line" => &mut limits.line,
        "body" => &mut limits.body,
        "article" => &mut limits.article,
        "nesting" => &mut limits.nesting,
        "mentions" => &mut limits.mentions,
        "unpacked" => &mut limits.unpacked,
        "ratio" => &mut limits.ratio,
        _ => return false,
    };
    *limit = number;
    true
}

/// The items of a reader. What a feed says of itself is noted at its end.
struct Noting {
    items: formats::Reader,
    channels: Rc<RefCell<Vec<Channel>>>,
}

impl Iterator for Noting {
    type Item = formats::Item;

    fn next(&mut self) -> Option<formats::Item> {
        let item = self.items.next();
        if item.is_none() {
            self.channels.borrow_mut().extend(self.items.channel());
        }
        item
    }
}

/// Stores what was read of feeds for the next time that they are asked.
fn store_feeds(db: &NewsDb, arguments: &Ingest, channels: &[Channel]) -> Outcome {
    let news = db.snapshot()?;
    let mut feeds = Vec::new();
    for channel in channels {
        let Some(url) = arguments.url.as_ref().or(channel.url.as_ref()) else { continue };
        let mut feed = news.feed(url)?.unwrap_or_else(|| Feed::new(url));
        feed.describe(channel);
        feed.source = arguments.source.clone().or(feed.source);
        feed.etag = arguments.etag.clone().or(feed.etag);
        feed.last_modified = arguments.last_modified.clone().or(feed.last_modified);
        let at = arguments.fetched.map_or_else(|| std::time::SystemTime::now().into(), |at| at.0);
        // An hour, unless it says when to come again; and once a week.
        let minutes = channel.ttl.unwrap_or(60).clamp(1, 7 * 24 * 60);
        feed.answered(at, at + chrono::TimeDelta::minutes(minutes as i64));
        feeds.push(feed);
    }
    Ok(db.store_feeds(&feeds)?)
}

pub(crate) fn ingest(db: &NewsDb, arguments: &Ingest, out: &mut Output) -> Outcome {
    let mut limits = Limits::default();
    for (name, number) in &arguments.limit {
        set_limit(&mut limits, name, *number);
    }
    let options = formats::ReadOptions {
        source: arguments.source.clone(),
        url: arguments.url.clone(),
        charset: arguments.charset.clone(),
        language: arguments.language.clone(),
        fetched: arguments.fetched.map(|at| at.0),
        precision: arguments.precision,
        columns: arguments.column.iter().cloned().collect(),
        limits,
        ..Default::default()
    };
    let channels = Rc::new(RefCell::new(Vec::new()));
    let noted = channels.clone();
    let mut files = Vec::new();
    for path in &arguments.paths {
        files.extend(inputs(path)?);
    }
    let lengths = files.iter().map(|file| match file {
        Ok(path) if path.as_os_str() == "-" => None,
        Ok(path) => Some(path.metadata().map_or(0, |data| data.len())),
        Err(_) => Some(0),
    });
    let bar = progress_bar(io::stderr().is_terminal() && !out.json, lengths.sum())?;
    let Auto(format) = arguments.format;
    let read_bar = bar.clone();
    let items = files.into_iter().flat_map(move |file| -> Box<dyn Iterator<Item = _>> {
        let path = match file {
            Ok(path) => path,
            Err(rejected) => return Box::new(std::iter::once(Err(rejected))),
        };
        let name = path.display().to_string();
        let noting = |items| Noting { items, channels: noted.clone() };
        if name == "-" {
            let input = read_bar.wrap_read(io::stdin());
            return Box::new(noting(formats::read(input, "-", format, &options)));
        }
        match File::open(&path) {
            Ok(file) => {
                let input = read_bar.wrap_read(file);
                Box::new(noting(formats::read(input, &name, format, &options)))
            }
            Err(error) => {
                let reason = Reason::Unreadable(error.to_string());
                Box::new(std::iter::once(Err(Rejected { place: Place::whole(name), reason })))
            }
        }
    });
    if arguments.explain {
        return explain(db, items, out);
    }
    // Ctrl-C ends the ingest before the next transaction; once more, it ends the program.
    let (cancel, interrupted) = (Cancel::new(), Arc::new(AtomicBool::new(false)));
    signal_hook::flag::register_conditional_shutdown(SIGINT, 130, interrupted.clone())?;
    signal_hook::flag::register(SIGINT, interrupted.clone())?;
    let items = items.inspect(|_| {
        if interrupted.load(Ordering::Relaxed) {
            cancel.cancel();
        }
    });
    let started = std::time::Instant::now();
    let mut refused = Ok(());
    let report = db.ingest_with(
        items,
        IngestOptions::new()
            .restore(arguments.restore)
            .limits(limits)
            .cancel(&cancel)
            .progress(|report| bar.set_message(format!("{} items", report.read)))
            .on_rejected(|rejected| {
                let written = refuse(rejected, out);
                if refused.is_ok() {
                    refused = written;
                }
            }),
    );
    bar.finish_and_clear();
    refused?;
    let (report, failure) = match report {
        Ok(report) => (report, None),
        Err(newsdb::Error::IngestStopped { report, source }) => (*report, Some(source)),
        Err(error) => return Err(error.into()),
    };
    // What was not stored must come again.
    if failure.is_none() {
        store_feeds(db, arguments, &channels.borrow())?;
    }
    for conflict in report.conflicting.iter().take(10) {
        eprintln!(
            "conflict  {}: one id, two texts; article {} has both",
            conflict.place, conflict.id
        );
    }
    if report.conflicts > 10 {
        eprintln!("conflict  and {} more", report.conflicts - 10);
    }
    let seconds = started.elapsed().as_secs_f64();
    let row = json!({
        "read": report.read, "inserted": report.inserted, "updated": report.updated,
        "unchanged": report.unchanged, "near_duplicates": report.near_duplicates,
        "suppressed": report.suppressed, "rejected": report.rejected,
        "conflicts": report.conflicts, "seconds": seconds,
    });
    out.last(row, || {
        format!(
            "{} read in {seconds:.1} s: {} new ({} near-duplicates), {} updated ({} conflicts), \
             {} unchanged, {} suppressed, {} rejected",
            report.read,
            report.inserted,
            report.near_duplicates,
            report.updated,
            report.conflicts,
            report.unchanged,
            report.suppressed,
            report.rejected
        )
    })?;
    match failure {
        Some(failure) => Err(failure),
        None => Ok(()),
    }
}
