//! Runs the parts, compares the answers, and writes the table.

use crate::questions::rows;
use crate::setup::{Origin, Setup};
use crate::{Arguments, Filled, NAMES, Name, TRICKLE, Way, columns, remove, run};
use newsdb::SCHEMA_VERSION;
use newsdb_benches::SEED;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The way of the files that are asked.
const STANDARD: Way = Way { commit: 10_000, durable: false, one_core: true };

/// With what else `--rates` fills.
const RATES: [(Name, Way); 9] = [
    (Name::Newsdb, Way { commit: 1_000, ..STANDARD }),
    (Name::Newsdb, Way { commit: 1_000, durable: true, ..STANDARD }),
    (Name::Newsdb, Way { commit: 100, ..STANDARD }),
    (Name::Newsdb, Way { one_core: false, ..STANDARD }),
    (Name::Sql, Way { commit: 1_000, ..STANDARD }),
    (Name::Sql, Way { commit: 1_000, durable: true, ..STANDARD }),
    (Name::Tantivy, Way { commit: 1_000, ..STANDARD }),
    (Name::Tantivy, Way { commit: 0, ..STANDARD }),
    (Name::Tantivy, Way { one_core: false, ..STANDARD }),
];

/// Of small commits; tantivy's are always on the disk.
const DURABILITIES: [&str; 2] = ["normal", "full"];

/// Why a cell is empty: the engine cannot be asked that, or is not there.
const NONE: &str = "–";

pub fn compare(arguments: &Arguments) {
    let temporary = tempfile::tempdir().unwrap();
    let folder = arguments.folder.as_deref().unwrap_or(temporary.path());
    std::fs::create_dir_all(folder).unwrap();
    let setup = if folder.join("setup.json").exists() {
        Setup::read(folder)
    } else {
        let setup = match &arguments.news {
            Some(news) => Setup::news(news, folder.join("news.db")),
            None => Setup::made(arguments.articles, arguments.aggregates),
        };
        setup.write(folder);
        setup
    };
    head(&setup);
    let place = folder.to_str().unwrap();
    let with = |name: Name| !arguments.without.contains(&name);
    let filled: Vec<Option<Filled>> =
        NAMES.iter().map(|&name| with(name).then(|| standard(folder, name))).collect();
    if arguments.rates {
        rates(place, &setup);
    }
    let mut answers: BTreeMap<(String, usize), (Value, f64)> = BTreeMap::new();
    let mut peaks = Vec::new();
    for (at, name) in NAMES.iter().enumerate() {
        if !with(*name) {
            peaks.push(f64::NAN);
            continue;
        }
        eprintln!("asking {}", name.key());
        let cache = arguments.index_cache.map(|mib| format!("--index-cache={mib}"));
        let part = ["ask", place, name.key()].into_iter().chain(cache.as_deref());
        for line in run(true, &part.collect::<Vec<_>>()) {
            peaks.extend(line.get("peak_kb").and_then(Value::as_f64));
            keep(&mut answers, at, &line);
        }
    }
    let duck = duckdb(folder, &setup, &arguments.python);
    duck.iter().for_each(|line| keep(&mut answers, NAMES.len(), line));
    let duck_fill = duck.iter().find_map(|line| line.get("fill"));

    println!("| | newsdb | FTS5 / SQL | tantivy | DuckDB |\n| --- | ---: | ---: | ---: | ---: |");
    let line = |name: &str, cells: Vec<String>| println!("| {name} | {} |", cells.join(" | "));
    let of_fills = |of: &dyn Fn(&Filled) -> f64, duck: &dyn Fn(&Value) -> f64| {
        let cell = |filled: &Option<Filled>| number(filled.as_ref().map_or(f64::NAN, of));
        let mut cells: Vec<String> = filled.iter().map(cell).collect();
        cells.push(duck_fill.map_or(NONE.to_owned(), |fill| number(duck(fill))));
        cells
    };
    let articles = setup.articles as f64;
    let field = |name: &'static str| move |fill: &Value| fill[name].as_f64().unwrap_or(f64::NAN);
    line(
        "ingest, articles/s, one core, 10,000 a commit",
        of_fills(&|fill| articles / fill.seconds, &|fill| articles / field("seconds")(fill)),
    );
    line(
        "the same by processor time, articles/s",
        of_fills(&|fill| articles / fill.cpu_seconds, &|_| f64::NAN),
    );
    line(
        "whole file, MB",
        of_fills(&|f| f.file_bytes as f64 / 1e6, &|fill| field("file_bytes")(fill) / 1e6),
    );
    line("index, MB", of_fills(&|f| f.index_bytes as f64 / 1e6, &|_| f64::NAN));
    line(
        "peak memory, storing, MB",
        of_fills(&|f| f.peak_kb as f64 / 1e3, &|fill| field("peak_kb")(fill) / 1e3),
    );
    let mut peaks: Vec<String> = peaks.into_iter().map(|peak| number(peak / 1e3)).collect();
    peaks.push(NONE.to_owned());
    line("peak memory, asking, MB", peaks);
    line(
        "first question of a process, ms",
        others(|name| if with(name) { first(place, name) } else { f64::NAN }),
    );
    let mut differing = Vec::new();
    for row in rows(&setup) {
        let of = |at: usize| answers.get(&(row.name.to_owned(), at));
        let known: Vec<&Value> = (0..=NAMES.len()).filter_map(|at| Some(&of(at)?.0)).collect();
        if known.is_empty() {
            continue;
        }
        if known.windows(2).any(|pair| pair[0] != pair[1]) {
            differing.push(row.name);
        }
        let cell = |at| of(at).map_or(NONE.to_owned(), |(_, micros)| number(*micros));
        line(&format!("{}, µs", row.name), (0..=NAMES.len()).map(cell).collect());
    }
    let (some, times) = TRICKLE;
    for durability in DURABILITIES {
        let trickles: Vec<Option<Value>> = NAMES
            .iter()
            .map(|&name| with(name).then(|| trickle(folder, name, durability)).flatten())
            .collect();
        for of in ["median", "mean", "worst", "processor"] {
            let cell = |took: &Option<Value>| {
                took.as_ref().map_or(NONE.to_owned(), |took| number(took[of].as_f64().unwrap()))
            };
            let mut cells: Vec<String> = trickles.iter().map(cell).collect();
            cells.push(NONE.to_owned());
            line(&format!("{some}-article commit, {durability}, {of} of {times}, ms"), cells);
        }
    }
    if differing.is_empty() {
        println!("\nAll answers agree.");
    } else {
        println!("\nANSWERS DIFFER: {}", differing.join("; "));
        for row in differing {
            for at in 0..=NAMES.len() {
                let answer =
                    answers.get(&(row.to_owned(), at)).map(|(answer, _)| answer.to_string());
                let answer = answer.unwrap_or_default();
                eprintln!("{row} [{at}]: {}", answer.chars().take(400).collect::<String>());
            }
        }
        std::process::exit(1);
    }
}

/// What is measured, and on what.
fn head(setup: &Setup) {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown");
    let kind = match &setup.corpus {
        Origin::Made { brief: false } => format!("made-up articles, seed {SEED}"),
        Origin::Made { brief: true } => format!("made-up headlines, seed {SEED}"),
        Origin::News { .. } => "real articles".to_owned(),
    };
    println!(
        "{} {kind}; {}, each engine on one core; newsdb with schema {SCHEMA_VERSION}, SQLite {}, {}. \
         Medians of warm runs.\n",
        number(setup.articles as f64),
        model.trim_start_matches([':', '\t', ' ']).trim(),
        rusqlite::version(),
        tantivy::version_string(),
    );
}

fn keep(answers: &mut BTreeMap<(String, usize), (Value, f64)>, engine: usize, line: &Value) {
    if let (Some(row), Some(micros)) = (line["row"].as_str(), line["micros"].as_f64()) {
        answers.insert((row.to_owned(), engine), (line["answer"].clone(), micros));
    }
}

fn fill(place: &str, name: Name, way: Way, to: &str) -> Filled {
    let described = serde_json::to_string(&way).unwrap();
    eprintln!("storing in {} {described}", name.key());
    let lines = run(way.one_core, &["fill", place, name.key(), &described, to]);
    serde_json::from_value(lines[0].clone()).unwrap()
}

/// Makes the file that is asked, unless an earlier run did.
fn standard(folder: &Path, name: Name) -> Filled {
    let note = folder.join(format!("{}.json", name.key()));
    if let Ok(text) = std::fs::read_to_string(&note) {
        return serde_json::from_str(&text).unwrap();
    }
    remove(&folder.join(name.key()));
    for durability in DURABILITIES {
        let _ = std::fs::remove_file(trickle_note(folder, name, durability));
    }
    let filled = fill(folder.to_str().unwrap(), name, STANDARD, name.key());
    std::fs::write(note, serde_json::to_string(&filled).unwrap()).unwrap();
    filled
}

/// What storing twenty at a time took, now or in the run that stored these articles.
fn trickle(folder: &Path, name: Name, durability: &str) -> Option<Value> {
    let note = trickle_note(folder, name, durability);
    if let Ok(text) = std::fs::read_to_string(&note) {
        return serde_json::from_str(&text).unwrap();
    }
    let mut part = vec!["trickle", folder.to_str().unwrap(), name.key()];
    if durability == "full" {
        part.push("--durable");
    }
    let took = run(true, &part).into_iter().next();
    std::fs::write(note, serde_json::to_string(&took).unwrap()).unwrap();
    took
}

fn trickle_note(folder: &Path, name: Name, durability: &str) -> PathBuf {
    folder.join(format!("{}-trickle-{durability}.json", name.key()))
}

fn rates(place: &str, setup: &Setup) {
    println!(
        "| ingest | articles a commit | durability | cores | articles/s | by processor time | peak, MB |"
    );
    println!("| --- | ---: | --- | ---: | ---: | ---: | ---: |");
    for (name, way) in RATES {
        let filled = fill(place, name, way, "rate");
        remove(&Path::new(place).join("rate"));
        println!(
            "| {} | {} | {} | {} | {} | {} | {} |",
            name.key(),
            if way.commit == 0 { "all".to_owned() } else { number(way.commit as f64) },
            if way.durable { "full" } else { "normal" },
            if way.one_core { "one" } else { "all" },
            number(setup.articles as f64 / filled.seconds),
            number(setup.articles as f64 / filled.cpu_seconds),
            number(filled.peak_kb as f64 / 1e3),
        );
    }
    println!();
}

/// DuckDB's lines; none where it is not installed or where it has nothing to count.
fn duckdb(folder: &Path, setup: &Setup, python: &Path) -> Vec<Value> {
    let installed = Command::new(python)
        .args(["-c", "import duckdb"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !installed || setup.entity.is_none() {
        return Vec::new();
    }
    eprintln!("asking duckdb");
    if !folder.join("duck.db").exists() {
        columns::export(folder, setup);
    }
    let note = folder.join("duck.json");
    let output = Command::new(python)
        .args(["-c", include_str!("duckdb.py"), folder.to_str().unwrap()])
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "DuckDB failed");
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    match lines.first().filter(|line| line.get("fill").is_some()) {
        Some(fill) => std::fs::write(note, fill.to_string()).unwrap(),
        None => {
            let fill = std::fs::read_to_string(note).ok();
            lines.extend(fill.and_then(|fill| serde_json::from_str(&fill).ok()));
        }
    }
    lines
}

fn first(place: &str, name: Name) -> f64 {
    let once = |_| run(true, &["first", place, name.key()])[0].as_f64().unwrap();
    let mut micros: Vec<f64> = (0..5).map(once).collect();
    crate::median(&mut micros) / 1e3
}

fn others(of: impl Fn(Name) -> f64) -> Vec<String> {
    let mut cells: Vec<String> = NAMES.iter().map(|&name| number(of(name))).collect();
    cells.push(NONE.to_owned());
    cells
}

/// Three digits, or all before the point, in threes.
fn number(value: f64) -> String {
    if !value.is_finite() {
        return NONE.to_owned();
    }
    if value < 10.0 {
        return format!("{value:.2}");
    }
    if value < 100.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
