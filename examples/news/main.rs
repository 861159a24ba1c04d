//! The command line of newsdb, written on its public interface: a program to use and to copy
//! from.
//!
//! `cargo run --release --example news -- --db news.db ingest examples/sample-news`
//!
//! People get aligned tables; `--json` gives one JSON object a line on standard output and
//! nothing else there. Exit status: 0 done, 1 failed, 2 usage.

mod filters;
mod ingest;
mod names;
mod output;

use clap::{Parser, Subcommand, ValueEnum};
use filters::{Filters, Moment, moment, parse};
use ingest::{Ingest, ingest};
use names::{annotate, entity, subject};
use newsdb::{
    Article, ArticleId, Cancel, Cursor, Date, Dimension, EntityKind, Erase, Limits, NewsDb,
    Options, ReannotateOptions, Snapshot, Sort, Timeline, Unit, formats,
};
use output::{Output, ninjs, timeline, utc};
use serde_json::json;
use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

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
        #[arg(long, value_parser = parse::<Dimension>)]
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
        #[arg(value_parser = parse::<Dimension>)]
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
    /// Show an entity, or correct what is known of entities
    ///
    /// NAME|ID|QID: its profile.
    /// import FILE: JSON lines, a table, GeoNames.
    /// merge A B: B is A. apart A B: it is not.
    /// split A B [QUERY] with filters: in these articles A is B.
    /// rename A NAME, alias A NAME, block A NAME.
    /// corrections: all of these. undo NUMBER.
    #[command(verbatim_doc_comment)]
    Entity {
        #[arg(allow_hyphen_values = true)]
        what: String,
        #[arg(num_args = 0..=3, allow_hyphen_values = true)]
        arguments: Vec<String>,
        #[command(flatten)]
        filters: Filters,
    },
    /// Subjects that go by a name or code; import FILE (Media Topics and other SKOS, JSON lines, a table)
    Subject {
        #[arg(allow_hyphen_values = true)]
        what: String,
        path: Option<String>,
    },
    /// Say who and what a text mentions (text on standard input; no database needed)
    Annotate {
        /// BCP 47; detected when it is not given
        #[arg(long)]
        language: Option<String>,
        /// When the text was published: yesterday is a date by it
        #[arg(long, value_name = "D", value_parser = parse::<Date>)]
        published: Option<Date>,
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
    /// Build the index anew, while others read: after `check` found it damaged
    Rebuild,
    /// Finish what ingest left to merge, pack texts together that came alone, and give free space back
    Optimize,
    /// Look for names and tone again in every text: after this program came to know more
    Reannotate,
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

impl Command {
    /// Whether it changes the file.
    fn writes(&self) -> bool {
        match self {
            Self::Ingest(_)
            | Self::Rebuild
            | Self::Optimize
            | Self::Reannotate
            | Self::Purge { .. }
            | Self::Remove { .. } => true,
            Self::Entity { arguments, .. } => !arguments.is_empty(),
            Self::Subject { what, path } => what == "import" && path.is_some(),
            Self::Feeds { what, .. } => what == "import",
            _ => false,
        }
    }
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
    let source = match error.downcast_ref::<newsdb::Error>() {
        Some(newsdb::Error::Io { source, .. }) => Some(source),
        _ => error.downcast_ref::<io::Error>(),
    };
    source.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Opens the file for reading, and for writing only to bring it to the present schema.
fn open_to_read(path: &Path) -> Result<NewsDb, newsdb::Error> {
    // An export of millions of articles takes longer than a query may.
    let options = Options::new().snapshot_age(Duration::MAX);
    match options.clone().open_read_only(path) {
        Err(newsdb::Error::NeedsMigration { .. }) => options.open(path),
        opened => opened,
    }
}

fn run(cli: &Cli) -> Outcome<ExitCode> {
    let mut out = Output { json: cli.json, out: BufWriter::new(io::stdout().lock()) };
    if let Command::Annotate { language, published } = &cli.command {
        annotate(language.as_deref(), *published, &mut out)?;
        out.out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    let db = match &cli.command {
        Command::Ingest(arguments) => arguments.options().open(&cli.db)?,
        command if command.writes() => NewsDb::open(&cli.db)?,
        _ => open_to_read(&cli.db)?,
    };
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
            let mut request = Timeline::by(*by).zone(*tz).limit(*limit).tone();
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
        Command::Entity { what, arguments, filters } => {
            entity(&db, what, arguments, filters, &mut out)?;
        }
        Command::Subject { what, path } => subject(&db, what, path.as_deref(), &mut out)?,
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
                // A plain file is given its name when it is whole; a pipe or a link stays what it is.
                let is_plain = path.symlink_metadata().map_or(true, |data| data.is_file());
                let mut partial = path.clone().into_os_string();
                partial.push(if is_plain { ".partial" } else { "" });
                let report = export(&mut File::create(&partial)?)?;
                if is_plain {
                    std::fs::rename(partial, path)?;
                }
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
        Command::Rebuild => {
            let mut done = 0;
            db.rebuild(&Cancel::new(), |articles| done = articles)?;
            out.last(json!({"articles": done}), || format!("{done} articles in a new index"))?;
        }
        Command::Optimize => {
            db.optimize(&Cancel::new())?;
            out.last(json!({"optimized": true}), || "tidied".to_owned())?;
        }
        Command::Reannotate => {
            let report = db.reannotate(ReannotateOptions::new())?;
            out.last(json!(report), || format!("{} articles read again", report.articles))?;
        }
        Command::Stats => {
            let stats = db.stats()?;
            let [first, last] = [stats.first, stats.last].map(utc);
            let mut stats = json!(stats);
            (stats["first"], stats["last"]) = (json!(first), json!(last));
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

fn feeds(db: &NewsDb, what: &str, path: Option<&Path>, out: &mut Output) -> Outcome {
    let news = db.snapshot()?;
    match (what, path) {
        #[cfg(feature = "xml")]
        ("import", Some(path)) => {
            let (mut feeds, mut refused) = (Vec::new(), 0);
            let name = path.display().to_string();
            for item in formats::read_opml(File::open(path)?, &name, &Limits::default()) {
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
