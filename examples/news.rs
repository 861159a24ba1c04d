//! The command line of newsdb, written on its public interface: a program to use and to copy
//! from.
//!
//! `cargo run --release --example news -- --db news.db ingest examples/sample-news`
//!
//! People get aligned tables; `--json` gives one JSON object a line on standard output and
//! nothing else there. Exit status: 0 done, 1 failed, 2 usage.

use clap::{Args, Parser, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use newsdb::{
    Article, ArticleId, Cancel, Channel, Cursor, Date, DateSource, Dimension, EntityKind, Erase,
    Feed, Hit, IngestOptions, Limits, NewEntity, NewsDb, Place, Precision, PubStatus, Query,
    Reason, Rejected, Snapshot, Sort, Timeline, TimelineCounts, Unit, formats,
};
use serde_json::{Value, json};
use signal_hook::consts::SIGINT;
use std::cell::RefCell;
use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// An embedded news database: articles, versions, entities, search and counts in one file.
#[derive(Parser)]
#[command(name = "news", version, disable_help_flag = true, disable_version_flag = true)]
struct Cli {
    /// The database file; made when it is missing
    #[arg(long, global = true, value_name = "FILE", default_value = "news.db")]
    db: PathBuf,
    /// One JSON object a line on standard output
    #[arg(long, global = true)]
    json: bool,
    /// Print help
    #[arg(long, global = true, action = clap::ArgAction::HelpLong)]
    help: Option<bool>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Take in files, folders, or standard input (-)
    Ingest(Ingest),
    /// Find articles
    Search {
        /// Words, "phrases", -without, OR, prefix*; all articles when empty
        #[arg(allow_hyphen_values = true)]
        query: String,
        /// relevance, newest or oldest
        #[arg(long, default_value = "relevance", value_parser = parse::<Sort>)]
        sort: Sort,
        /// Hits on the page
        #[arg(long, default_value_t = 20)]
        limit: usize,
        /// Where the page before ended: its `next`
        #[arg(long, allow_hyphen_values = true)]
        cursor: Option<String>,
        #[command(flatten)]
        filters: Filters,
    },
    /// Show one article as ninjs
    Show {
        /// Id or URI
        #[arg(allow_hyphen_values = true)]
        article: String,
        /// An earlier version, by its number
        #[arg(long)]
        version: Option<u32>,
    },
    /// Count articles over time
    Timeline {
        #[arg(allow_hyphen_values = true)]
        query: Option<String>,
        #[arg(long, default_value = "day", value_parser = parse::<Unit>)]
        by: Unit,
        /// IANA time zone
        #[arg(long, default_value = "UTC", value_parser = parse::<chrono_tz::Tz>)]
        tz: chrono_tz::Tz,
        /// One series for each source, language, subject, author, tag, entity, person …
        #[arg(long, value_parser = dimension)]
        split: Option<Dimension>,
        /// Series at most, with --split
        #[arg(long, default_value_t = 50)]
        limit: usize,
        #[command(flatten)]
        filters: Filters,
    },
    /// List what articles have most often
    Top {
        /// entities, person, organisation, place, object, event, source, subject, tag, author, language
        #[arg(value_parser = dimension)]
        what: Dimension,
        #[arg(allow_hyphen_values = true)]
        query: Option<String>,
        #[arg(long, default_value_t = 20)]
        limit: usize,
        #[command(flatten)]
        filters: Filters,
    },
    /// List entities that are mentioned together
    Graph {
        /// Only pairs with this entity: id, QID or name
        #[arg(value_name = "ENTITY", allow_hyphen_values = true)]
        with: Option<String>,
        #[arg(long, default_value_t = 50)]
        limit: usize,
        #[command(flatten)]
        filters: Filters,
    },
    /// List articles like one
    Related {
        /// Id or URI
        #[arg(allow_hyphen_values = true)]
        article: String,
        #[arg(long, default_value_t = 10)]
        limit: usize,
    },
    /// Show an entity: NAME, ID or QID; merge A B; unmerge NUMBER; import FILE (JSON lines)
    Entity {
        #[arg(allow_hyphen_values = true)]
        what: String,
        #[arg(num_args = 0..=2)]
        arguments: Vec<String>,
    },
    /// Say who and what a text mentions (text on standard input; no database needed)
    Annotate {
        /// BCP 47; detected when it is not given
        #[arg(long)]
        language: Option<String>,
    },
    /// Write articles out
    Export {
        #[arg(long, value_enum, default_value = "jsonl")]
        format: ExportFormat,
        /// A file, or - for standard output
        path: PathBuf,
        #[command(flatten)]
        filters: Filters,
    },
    /// The list of feeds: list; import FILE, export FILE (OPML)
    Feeds {
        #[arg(value_parser = ["list", "import", "export"])]
        what: String,
        #[arg(required_if_eq_any = [("what", "import"), ("what", "export")])]
        path: Option<PathBuf>,
    },
    /// Copy the database, while others use it
    Backup { path: PathBuf },
    /// Look for damage
    Check,
    /// Figures about the file
    Stats,
    /// Take out articles published before a date
    Purge {
        #[arg(long, value_parser = moment)]
        before: Moment,
        /// Leave no tombstones: what comes again is new
        #[arg(long)]
        forget: bool,
    },
    /// Take out one article
    Remove {
        /// Id or URI
        #[arg(allow_hyphen_values = true)]
        article: String,
        /// Leave no tombstone
        #[arg(long)]
        forget: bool,
    },
}

#[derive(Args)]
struct Ingest {
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
    /// Store nothing: say which article each item is, and why
    #[arg(long)]
    explain: bool,
}

#[derive(Args)]
struct Filters {
    /// Published at D or later: RFC 3339, a date, or a span back from now such as 7d
    #[arg(long, value_name = "D", value_parser = moment)]
    since: Option<Moment>,
    /// Published before D
    #[arg(long, value_name = "D", value_parser = moment)]
    until: Option<Moment>,
    /// May be given several times, as the others: any of them
    #[arg(long, value_name = "K")]
    source: Vec<String>,
    /// BCP 47; en also takes en-US
    #[arg(long, value_name = "L")]
    language: Vec<String>,
    /// Id, QID or name
    #[arg(long, value_name = "E", allow_hyphen_values = true)]
    entity: Vec<String>,
    #[arg(long, value_name = "T")]
    subject: Vec<String>,
    #[arg(long, value_name = "G")]
    tag: Vec<String>,
    #[arg(long)]
    author: Vec<String>,
    /// Only mentions by A count
    #[arg(long, value_name = "A")]
    annotator: Vec<String>,
    /// usable (also when an embargo has ended), withheld or canceled
    #[arg(long, value_name = "S", value_parser = parse::<PubStatus>)]
    status: Option<PubStatus>,
    /// Take articles that repeat one another's text as one
    #[arg(long)]
    unique: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum ExportFormat {
    /// Everything, read back by ingest
    Jsonl,
    /// IPTC ninjs 3.1, an object a line
    Ninjs,
    /// A table with a header; lists as JSON
    Csv,
}

/// A format, or whichever the content shows.
#[derive(Clone, Copy)]
struct Auto(Option<formats::Format>);

/// A point in time as the command line takes it.
#[derive(Clone, Copy)]
struct Moment(chrono::DateTime<chrono::Utc>);

fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

fn moment(text: &str) -> Result<Moment, String> {
    let span = || {
        let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let number: i64 = number.parse().ok().filter(|number| *number >= 0)?;
        let span = match unit {
            "h" => chrono::TimeDelta::try_hours(number),
            "d" => chrono::TimeDelta::try_days(number),
            "w" => chrono::TimeDelta::try_weeks(number),
            _ => None,
        };
        chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now())
            .checked_sub_signed(span?)
    };
    match span() {
        Some(at) => Ok(Moment(at)),
        None => text.parse::<Date>().map(|date| Moment(date.at())).map_err(|_| {
            format!("{text:?} is neither a date (2024-06-13, RFC 3339) nor a span (24h, 7d, 4w)")
        }),
    }
}

fn format(text: &str) -> Result<Auto, String> {
    if text == "auto" { Ok(Auto(None)) } else { text.parse().map(|format| Auto(Some(format))) }
}

fn column(text: &str) -> Result<(String, String), String> {
    let (field, column) = text.split_once('=').ok_or("FIELD=COLUMN expected")?;
    match formats::fields().any(|known| known == field) {
        true => Ok((column.to_owned(), field.to_owned())),
        false => Err(format!(
            "{field:?} is not one of: {}",
            formats::fields().collect::<Vec<_>>().join(", ")
        )),
    }
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

fn dimension(text: &str) -> Result<Dimension, String> {
    Ok(match text {
        "entities" | "entity" => Dimension::Entity,
        "source" => Dimension::Source,
        "subject" => Dimension::Subject,
        "tag" => Dimension::Tag,
        "author" => Dimension::Author,
        "language" => Dimension::Language,
        kind => Dimension::Kind(kind.parse::<EntityKind>().map_err(|_| {
            format!(
                "{kind:?} is not one of: entities, person, organisation, place, object, event, \
                 source, subject, tag, author, language"
            )
        })?),
    })
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(code) => code,
        // Whoever reads has had enough, as with `| head`.
        Err(error) if is_broken_pipe(&*error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("news: {error}");
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
}

fn run(cli: &Cli) -> Outcome<ExitCode> {
    let mut out = Output { json: cli.json, out: BufWriter::new(io::stdout().lock()) };
    if let Command::Annotate { language } = &cli.command {
        annotate(language.as_deref(), &mut out)?;
        out.out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    let db = NewsDb::open(&cli.db)?;
    let mut code = ExitCode::SUCCESS;
    match &cli.command {
        Command::Ingest(arguments) => ingest(&db, arguments, &mut out)?,
        Command::Search { query, sort, limit, cursor, filters } => {
            let news = db.snapshot()?;
            let query = filters.query(&news, Some(query))?;
            let cursor = cursor.as_deref().map(str::parse::<Cursor>).transpose()?;
            let found = news.search(&query, *sort, *limit, cursor.as_ref())?;
            let total = news.count(&query)?;
            out.hits(&found.hits)?;
            let next = found.next.map(|cursor| cursor.to_string());
            out.last(json!({"total": total, "next": next}), || match &next {
                Some(next) => format!("{total} articles; more with --cursor {next}"),
                None => format!("{total} articles"),
            })?;
        }
        Command::Show { article, version } => {
            let news = db.snapshot()?;
            let article = find(&news, article)?;
            let ninjs = ninjs(&news, article, *version)?;
            match out.json {
                true => out.line(&ninjs)?,
                false => writeln!(out.out, "{}", serde_json::to_string_pretty(&ninjs)?)?,
            }
        }
        Command::Timeline { query, by, tz, split, limit, filters } => {
            let news = db.snapshot()?;
            let query = filters.query(&news, query.as_deref())?;
            let mut request = Timeline::by(*by).zone(*tz).limit(*limit);
            if let Some(split) = split {
                request = request.split(*split);
            }
            let counts = news.timeline(&query, &request)?;
            timeline(&counts, *tz, split.is_some(), &mut out)?;
        }
        Command::Top { what, query, limit, filters } => {
            let news = db.snapshot()?;
            let list = news.top(&filters.query(&news, query.as_deref())?, *what, *limit)?;
            for row in &list.rows {
                out.row(&serde_json::to_value(row)?, || {
                    let kind = row.kind.map_or("", EntityKind::as_str);
                    format!(
                        "{:>9}  {:>5.1} %  {kind:<12}  {}",
                        row.articles,
                        row.share * 100.0,
                        row.key
                    )
                })?;
            }
            eprintln!("{} articles, {} of them without any", list.total, list.none);
        }
        Command::Graph { with, limit, filters } => {
            let news = db.snapshot()?;
            let with = with.as_deref().map(|with| news.resolve_entity(with)).transpose()?;
            for pair in news.together(&filters.query(&news, None)?, with, *limit)? {
                let (a, b) = (&pair.a, &pair.b);
                let row = json!({
                    "a": a.name, "b": b.name, "articles": pair.articles, "npmi": pair.npmi,
                    "a_id": a.id, "b_id": b.id, "a_kind": a.kind, "b_kind": b.kind,
                });
                out.row(&row, || {
                    format!("{:>7}  {:>6.3}  {} + {}", pair.articles, pair.npmi, a.name, b.name)
                })?;
            }
        }
        Command::Related { article, limit } => {
            let news = db.snapshot()?;
            let article = find(&news, article)?;
            out.hits(&news.related(article.id, *limit)?)?;
        }
        Command::Annotate { .. } => {}
        Command::Entity { what, arguments } => entity(&db, what, arguments, &mut out)?,
        Command::Export { format, path, filters } => {
            let news = db.snapshot()?;
            let query = filters.query(&news, None)?;
            let export = |out: &mut dyn Write| match format {
                ExportFormat::Jsonl => news.export_jsonl(&query, out),
                ExportFormat::Ninjs => news.export_ninjs(&query, out),
                ExportFormat::Csv => news.export_csv(&query, out),
            };
            if path.as_os_str() == "-" {
                export(&mut out.out)?;
            } else {
                let report = export(&mut File::create(path)?)?;
                out.last(json!(report), || format!("{} articles written", report.articles))?;
            }
        }
        Command::Feeds { what, path } => feeds(&db, what, path.as_deref(), &mut out)?,
        Command::Backup { path } => {
            db.backup(path)?;
            out.last(json!({"backup": path}), || format!("copied to {}", path.display()))?;
        }
        Command::Check => {
            let report = db.check(&Cancel::new())?;
            out.last(json!(report), || {
                let mut text =
                    format!("{} articles, {} findings", report.articles, report.findings.len());
                report.findings.iter().for_each(|finding| text += &format!("\n  {finding}"));
                text
            })?;
            if !report.is_clean() {
                code = ExitCode::FAILURE;
            }
        }
        Command::Stats => {
            let stats = json!(db.stats()?);
            out.last(stats.clone(), || {
                let rows = stats.as_object().into_iter().flatten();
                rows.map(|(name, value)| format!("{name:<16}  {value}"))
                    .collect::<Vec<_>>()
                    .join("\n")
            })?;
        }
        Command::Purge { before, forget } => {
            let report = db.purge_with(before.0, &erase(*forget))?;
            out.last(json!(report), || format!("{} articles taken out", report.removed))?;
        }
        Command::Remove { article, forget } => {
            let id = find(&db.snapshot()?, article)?.id;
            let report = db.remove_with(id, &erase(*forget))?;
            out.last(json!(report), || format!("{} article taken out", report.removed))?;
        }
    }
    out.out.flush()?;
    Ok(code)
}

impl Filters {
    fn query(&self, news: &Snapshot, text: Option<&str>) -> Outcome<Query> {
        let mut query = Query::new().unique(self.unique);
        if let Some(text) = text {
            query = query.text(text);
        }
        if let Some(since) = self.since {
            query = query.since(since.0);
        }
        if let Some(until) = self.until {
            query = query.until(until.0);
        }
        if let Some(status) = self.status {
            query = query.status(status);
        }
        for entity in &self.entity {
            query = query.entity(news.resolve_entity(entity)?);
        }
        type Add = fn(Query, &String) -> Query;
        let lists: [(&[String], Add); 6] = [
            (&self.source, |query, key| query.source(key)),
            (&self.language, |query, tag| query.language(tag)),
            (&self.subject, |query, words| query.subject(words)),
            (&self.tag, |query, name| query.tag(name)),
            (&self.author, |query, name| query.author(name)),
            (&self.annotator, |query, name| query.annotator(name)),
        ];
        for (values, add) in lists {
            query = values.iter().fold(query, add);
        }
        Ok(query)
    }
}

fn erase(forget: bool) -> Erase {
    if forget { Erase::new().forget() } else { Erase::new() }
}

fn find(news: &Snapshot, reference: &str) -> Outcome<Article> {
    let by_id = match reference.parse::<ArticleId>() {
        Ok(id) => news.article(id)?,
        Err(_) => None,
    };
    let found = match by_id {
        Some(article) => Some(article),
        None => news.article_by_uri(reference)?,
    };
    found.ok_or_else(|| newsdb::Error::UnknownArticle(reference.to_owned()).into())
}

fn refuse(rejected: &Rejected, out: &mut Output) -> Outcome {
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

fn ingest(db: &NewsDb, arguments: &Ingest, out: &mut Output) -> Outcome {
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
    store_feeds(db, arguments, &channels.borrow())?;
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

fn entity(db: &NewsDb, what: &str, arguments: &[String], out: &mut Output) -> Outcome {
    match (what, arguments) {
        ("merge", [a, b]) => {
            let report = db.merge_entities(db.resolve_entity(a)?, db.resolve_entity(b)?)?;
            out.last(json!(report), || {
                format!(
                    "{} now leads to {}; take back with: entity unmerge {}",
                    report.merged, report.kept, report.merge
                )
            })
        }
        ("unmerge", [merge]) => {
            db.undo_merge(parse(merge)?)?;
            out.last(json!({"unmerged": merge}), || format!("merge {merge} taken back"))
        }
        ("import", [path]) => {
            let mut imported = 0;
            for (number, line) in BufReader::new(File::open(path)?).lines().enumerate() {
                let line = line?;
                if line.trim().is_empty() {
                    continue;
                }
                let entity: NewEntity = serde_json::from_str(&line)
                    .map_err(|error| format!("{path}:{}: {error}", number + 1))?;
                db.add_entity(entity).map_err(|error| format!("{path}:{}: {error}", number + 1))?;
                imported += 1;
            }
            out.last(json!({"imported": imported}), || format!("{imported} entities"))
        }
        (name, []) => {
            let news = db.snapshot()?;
            let found = match news.resolve_entity(name) {
                Ok(id) => vec![id],
                Err(newsdb::Error::AmbiguousEntity { candidates, .. }) => candidates,
                Err(error) => return Err(error.into()),
            };
            for id in found {
                let Some(entity) = news.entity(id)? else { continue };
                let articles = news.count(&Query::new().entity(id))?;
                let mut profile = serde_json::to_value(&entity)?;
                profile["articles"] = json!(articles);
                out.row(&profile, || {
                    let aliases: Vec<_> = entity.aliases.iter().map(|a| a.name.as_str()).collect();
                    let ids: Vec<_> = entity
                        .external_ids
                        .iter()
                        .map(|x| format!("{}:{}", x.scheme, x.value))
                        .collect();
                    format!(
                        "{}  {}  {}\n  also   {}\n  ids    {}\n  in     {articles} articles",
                        entity.id,
                        entity.kind,
                        entity.name,
                        aliases.join(", "),
                        ids.join(", ")
                    )
                })?;
            }
            Ok(())
        }
        _ => {
            eprintln!("news: entity takes NAME|ID|QID, merge A B, unmerge NUMBER or import FILE");
            std::process::exit(2)
        }
    }
}

fn annotate(language: Option<&str>, out: &mut Output) -> Outcome {
    let mut bytes = Vec::new();
    io::stdin().take(16 << 20).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let found = newsdb::annotate::annotate(&text, language);
    let mentions: Vec<_> = found
        .mentions
        .iter()
        .filter_map(|mention| {
            let span = mention.span.as_ref()?;
            let words = text.get(span.start..span.end)?;
            let entity = json!({
                "id": mention.external_ids.first().map(|id| format!("{}:{}", id.scheme, id.value)),
                "name": mention.name, "external": mention.external_ids,
            });
            Some(json!({
                "start": span.start, "end": span.end, "text": words, "kind": mention.kind,
                "form": mention.form, "confidence": mention.confidence,
                "annotator": mention.annotator, "entity": entity,
            }))
        })
        .collect();
    if out.json {
        let row = json!({"language": found.language, "tone": found.tone, "mentions": mentions});
        return out.line(&row);
    }
    for mention in &mentions {
        let field = |name: &str| mention[name].as_str().unwrap_or("").to_owned();
        let (name, id) = (&mention["entity"]["name"], &mention["entity"]["id"]);
        writeln!(
            out.out,
            "{:>6}-{:<6}  {:<12}  {:<30}  {}  {}",
            mention["start"],
            mention["end"],
            field("kind"),
            field("text"),
            name.as_str().unwrap_or(""),
            id.as_str().unwrap_or("")
        )?;
    }
    Ok(())
}

fn feeds(db: &NewsDb, what: &str, path: Option<&Path>, out: &mut Output) -> Outcome {
    let news = db.snapshot()?;
    match (what, path) {
        #[cfg(feature = "xml")]
        ("import", Some(path)) => {
            let (mut feeds, mut refused) = (Vec::new(), 0);
            let name = path.display().to_string();
            for item in formats::read_opml(File::open(path)?, &name, &newsdb::Limits::default()) {
                match item {
                    Ok(listed) => {
                        // What a fetcher knows of the feed stays.
                        let mut feed = news.feed(&listed.url)?.unwrap_or_else(|| listed.clone());
                        feed.folder = listed.folder.or(feed.folder);
                        feed.title = feed.title.or(listed.title);
                        feed.site = feed.site.or(listed.site);
                        feeds.push(feed);
                    }
                    Err(rejected) => {
                        refused += 1;
                        eprintln!("refused  {rejected}");
                    }
                }
            }
            db.store_feeds(&feeds)?;
            let row = json!({"feeds": feeds.len(), "rejected": refused});
            out.last(row, || format!("{} feeds, {refused} refused", feeds.len()))
        }
        ("export", Some(path)) => {
            let feeds = news.export_opml(File::create(path)?)?;
            out.last(json!({"feeds": feeds}), || format!("{feeds} feeds written"))
        }
        ("list", _) => {
            for feed in news.feeds()? {
                out.row(&json!(feed), || {
                    let title = feed.title.as_deref().unwrap_or("");
                    let folder = feed.folder.as_deref().unwrap_or("");
                    format!("{folder:<20}  {title:<30}  {}", feed.url)
                })?;
            }
            Ok(())
        }
        _ => Err("OPML is read with the feature `xml`".into()),
    }
}

fn timeline(
    result: &TimelineCounts,
    zone: chrono_tz::Tz,
    split: bool,
    out: &mut Output,
) -> Outcome {
    for series in &result.series {
        if split && !out.json {
            writeln!(out.out, "{}", series.key.as_deref().unwrap_or("(none)"))?;
        }
        let most = series.buckets.iter().map(|bucket| bucket.articles).max().unwrap_or(0).max(1);
        for bucket in &series.buckets {
            let row = json!({
                "start": Date::utc(bucket.start), "end": Date::utc(bucket.end), "key": series.key,
                "articles": bucket.articles, "tone": null,
            });
            out.row(&row, || {
                let bar = "█".repeat((bucket.articles * 50).div_ceil(most) as usize);
                let start = bucket.start.with_timezone(&zone);
                format!("{}  {:>7}  {bar}", start.format("%Y-%m-%d %H:%M"), bucket.articles)
            })?;
        }
    }
    let left_out = [
        (result.undated, "without a believable date"),
        (result.undated_hour, "with a date but no hour"),
        (result.other_keys, "series left out by --limit"),
    ];
    for (number, what) in left_out.into_iter().filter(|(number, _)| *number > 0) {
        eprintln!("{number} {what}");
    }
    Ok(())
}

/// An article, or an earlier version of it, as ninjs, and what this file knows beside.
fn ninjs(news: &Snapshot, mut article: Article, version: Option<u32>) -> Outcome<Value> {
    let versions = news.versions(article.id)?;
    let number = version.unwrap_or(article.version);
    let shown = versions.iter().find(|version| version.number == number);
    if version.is_some() && shown.is_none() {
        return Err(format!("article {} has no version {number}", article.id).into());
    }
    let current = number == article.version;
    if let Some(shown) = shown.filter(|_| !current) {
        let text = shown.text.clone();
        (article.headline, article.summary, article.body) =
            (text.headline, text.summary, text.body);
        (article.body_html, article.modified) = (None, shown.modified);
    }
    let mut ninjs = newsdb::export::to_ninjs(&article);
    let mut put = |name: &str, value: Value| {
        let empty = match &value {
            Value::Null => true,
            Value::Array(items) => items.is_empty(),
            Value::Object(items) => items.is_empty(),
            _ => false,
        };
        if !empty {
            ninjs[name] = value;
        }
    };
    put("id", json!(article.id));
    put("version", json!(number.to_string()));
    put("source", json!(article.source));
    put("url", json!(article.url));
    put("authors", json!(article.authors));
    put("published_source", json!(article.published_source.map(DateSource::as_str)));
    put("published_raw", json!(article.published_raw));
    put("tags", json!(article.tags));
    article.attributes.remove("ninjs");
    put("attributes", json!(article.attributes));
    put("annotations", json!(article.annotations));
    put("duplicate_of", json!(article.duplicate_of));
    put("versions", json!(versions.len()));
    put("changes", json!(shown.map(|version| &version.changes)));
    put("sightings", json!(news.sightings(article.id)?));
    ninjs["mentions"] = match shown {
        Some(version) if !current => json!(version.mentions),
        _ => json!(article.mentions),
    };
    Ok(ninjs)
}

/// Tables for people, or JSON lines.
struct Output<'a> {
    json: bool,
    out: BufWriter<io::StdoutLock<'a>>,
}

impl Output<'_> {
    fn line(&mut self, value: &Value) -> Outcome {
        Ok(writeln!(self.out, "{value}")?)
    }

    fn row(&mut self, value: &Value, text: impl FnOnce() -> String) -> Outcome {
        if self.json { self.line(value) } else { Ok(writeln!(self.out, "{}", text())?) }
    }

    /// The report at the end; for people, apart from the rows.
    fn last(&mut self, value: Value, text: impl FnOnce() -> String) -> Outcome {
        self.row(&value, text)
    }

    fn hits(&mut self, hits: &[Hit]) -> Outcome {
        for hit in hits {
            let row = json!({
                "id": hit.id, "uri": hit.uri, "headline": hit.headline, "source": hit.source,
                "published": hit.published.map(|date| Date::utc(date.at())),
                "precision": hit.published.map(Date::precision),
                "language": hit.language, "score": hit.score,
                "snippet": hit.snippet.marked("**", "**"),
            });
            let terminal = io::stdout().is_terminal();
            self.row(&row, || {
                let (before, after) = if terminal { ("\x1b[1m", "\x1b[0m") } else { ("[", "]") };
                let date = hit.published.map_or("undated".to_owned(), |date| date.to_string());
                format!(
                    "{date:<25}  {:<16}  {}\n{:27}{}  ({})",
                    hit.source,
                    hit.headline,
                    "",
                    hit.snippet.marked(before, after),
                    hit.id
                )
            })?;
        }
        Ok(())
    }
}
