//! What names cost: the first question in a process; many of a file: to take in, to open the file, to
//! read them before the first article, and to look for them.

use crate::processor_time;
use newsdb::annotate::known_by_name;
use newsdb::{IngestOptions, Limits, NewArticle, NewsDb, ReannotateOptions, formats};
use std::error::Error;
use std::fmt::Write as _;
use std::fs::File;
use std::time::Instant;

/// Names of one entity.
const NAMES: usize = 4;
/// Names are made of two words of these parts: a million of them are all different.
const PARTS: [&str; 16] = [
    "bal", "dor", "fen", "gra", "hul", "kim", "lor", "mav", "nes", "pol", "rud", "sat", "tev",
    "vis", "wen", "zor",
];

/// A word of five parts, another for each number below a million.
fn word(number: usize) -> String {
    let parts = (0..5).map(|place| PARTS[number >> (4 * place) & 15]);
    let mut word: String = parts.collect();
    word[..1].make_ascii_uppercase();
    word
}

fn list(names: usize) -> String {
    let mut list = String::new();
    for entity in 0..names / NAMES {
        let name = |number: usize| {
            let number = entity * NAMES + number;
            format!("{} {}", word(number), word(number.wrapping_mul(7919)))
        };
        let aliases: Vec<_> = (1..NAMES).map(|number| format!("\"{}\"", name(number))).collect();
        let _ = writeln!(
            list,
            "{{\"name\": \"{}\", \"kind\": \"organisation\", \"aliases\": [{}], \"external_ids\": \
             [{{\"scheme\": \"made\", \"value\": \"{entity}\"}}]}}",
            name(0),
            aliases.join(", ")
        );
    }
    list
}

pub fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let known = known_by_name("Kazakhstan").len();
    println!(
        "first question by name: {:.1} ms, {known} known",
        started.elapsed().as_secs_f64() * 1e3
    );
    let items = formats::read(File::open(&arguments[0])?, &arguments[0], None, &Default::default());
    let news: Vec<NewArticle> = items.step_by(4).collect::<Result<_, _>>()?;
    let folder = std::env::temp_dir().join(format!("newsdb-names-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    for names in &arguments[1..] {
        let names: usize = names.parse()?;
        let path = folder.join(format!("{names}.newsdb"));
        let db = NewsDb::open(&path)?;
        db.ingest_with(news.iter().cloned(), IngestOptions::new().annotate(false))?;
        let list = list(names);
        let started = (Instant::now(), processor_time());
        db.import_entities(formats::read_entities(
            std::io::Cursor::new(list),
            "made",
            &Limits::default(),
        ))?;
        let import = (started.0.elapsed().as_secs_f64(), processor_time() - started.1);
        drop(db);
        let started = Instant::now();
        let db = NewsDb::open(&path)?;
        let open = started.elapsed();
        let started = (Instant::now(), processor_time());
        db.insert(NewArticle::new("wire").id("first").headline("Nothing of note"))?;
        let first = (started.0.elapsed().as_secs_f64(), processor_time() - started.1);
        let mut best = f64::MAX;
        for _ in 0..3 {
            let started = processor_time();
            db.reannotate(ReannotateOptions::new().compare(true))?;
            best = best.min(processor_time() - started);
        }
        println!(
            "{names:>9} names: import {:.1} s ({:.1} of processor time), open {:.3} s, first article \
             {:.2} s ({:.2}); {:.0} µs of processor time an article",
            import.0,
            import.1,
            open.as_secs_f64(),
            first.0,
            first.1,
            best * 1e6 / news.len() as f64
        );
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
