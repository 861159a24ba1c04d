//! Trains and measures the recogniser of names. See README.md beside Cargo.toml.

mod augment;
mod corpora;
mod names;
mod random;
mod score;
mod teachers;
mod train;
mod wire;
mod words;

/// The library's own recogniser, compiled in, so that both see the same features.
#[path = "../../../src/annotate/recogniser"]
mod recogniser {
    pub mod agree;
    pub mod chain;
    pub mod features;
    pub mod heads;
    pub mod lexicon;
    pub mod model;
    pub mod table;
    pub mod tag;
    pub mod token;
    pub mod topic;
}

use augment::{Pools, restyled};
use corpora::{CORPORA, Document, Result, bit};
use names::Names;
use random::Random;
use recogniser::lexicon::Lexicon;
use recogniser::model::Model;
use recogniser::tag::NameKind::{Organisation, Place};
use score::Counts;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs};
use train::{Fit, Samples, Settings};

const USAGE: &str = "\
usage: train-recogniser COMMAND [--data DIR] [--vectors DIR] [--teachers FILE,FILE,…]

  train --out FILE         fit the model that ships
  evaluate [CORPUS…]       each corpus by a model that has not seen it
  score MODEL [CORPUS…]    each corpus by a finished model
  texts                    the texts of the corpora as JSON lines, for teacher.py
  compare FILE             scores what teacher.py said of those texts
  show MODEL FILE          the text of a file with its names marked
  speed MODEL FILE         megabytes a second on the text of a file
";

const SETTINGS: Settings = Settings {
    bits: 21,
    rows: 220_000,
    rounds: 6,
    rate: 0.04,
    drop: 0.25,
    decay: 0.002,
    least: 0.02,
    seed: 12,
};

/// How many texts of the patterns of newswire are made.
const WIRE_TEXTS: usize = 3_000;
const WIRE_WEIGHT: f32 = 0.5;

/// How many fits a model is the mean of: a single one differs by chance, organisations of one corpus by
/// 0.02.
const FITS: usize = 24;

/// The rounds of the first model, which only gives the second what the rest of a text says.
const FIRST_ROUNDS: usize = 2;

struct Arguments {
    rest: Vec<String>,
    data: PathBuf,
    vectors: PathBuf,
    teachers: Vec<PathBuf>,
    out: PathBuf,
}

fn arguments() -> Result<Arguments> {
    let mut found = Arguments {
        rest: Vec::new(),
        data: "data".into(),
        vectors: "vectors".into(),
        teachers: Vec::new(),
        out: "model.bin".into(),
    };
    let mut given = env::args().skip(1);
    while let Some(word) = given.next() {
        let mut value = || given.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--data" => found.data = value()?.into(),
            "--vectors" => found.vectors = value()?.into(),
            "--teachers" => found.teachers = value()?.split(',').map(PathBuf::from).collect(),
            "--out" => found.out = value()?.into(),
            _ => found.rest.push(word),
        }
    }
    Ok(found)
}

fn main() -> Result<()> {
    let arguments = arguments()?;
    let rest: Vec<&str> = arguments.rest.iter().map(String::as_str).collect();
    match rest.as_slice() {
        ["train"] => {
            let sources = Sources::read(&arguments)?;
            let model = sources.train(&[]);
            fs::write(&arguments.out, zstd::bulk::compress(&model.write(), 19)?)?;
        }
        ["evaluate", chosen @ ..] => {
            let sources = Sources::read(&arguments)?;
            for corpus in chosen_corpora(chosen) {
                report(corpus, &arguments.data, &sources.train(&[corpus]))?;
            }
        }
        ["show", model, file] => {
            show(&load_model(Path::new(model))?, &corpora::load(Path::new(file))?);
        }
        ["score", model, chosen @ ..] => {
            let model = load_model(Path::new(model))?;
            for corpus in chosen_corpora(chosen) {
                report(corpus, &arguments.data, &model)?;
            }
        }
        ["texts"] => {
            for corpus in CORPORA {
                for (place, document) in corpora::read(corpus, &arguments.data)?.iter().enumerate()
                {
                    let id = format!("{corpus}/{place}");
                    println!("{}", serde_json::json!({"id": id, "text": document.text}));
                }
            }
        }
        ["compare", file] => compare(Path::new(file), &arguments.data)?,
        ["speed", model, file] => {
            speed(&load_model(Path::new(model))?, &corpora::load(Path::new(file))?)
        }
        _ => return Err(USAGE.into()),
    }
    Ok(())
}

fn chosen_corpora(chosen: &[&str]) -> Vec<&'static str> {
    CORPORA.into_iter().filter(|corpus| chosen.is_empty() || chosen.contains(corpus)).collect()
}

fn load_model(path: &Path) -> Result<Model> {
    let bytes = zstd::bulk::decompress(&fs::read(path)?, 64 << 20)?;
    Ok(Model::read(&bytes).ok_or("not a model")?)
}

fn report(corpus: &'static str, data: &Path, model: &Model) -> Result<()> {
    let mut counts = Counts::default();
    for document in corpora::read(corpus, data)? {
        let found: Vec<_> =
            model.names(&document.text).into_iter().map(|name| (name.range, name.kind)).collect();
        counts.add(&document, &found);
        if env::var_os("SHOW_ERRORS").is_some() {
            show_errors(&document, &found);
        }
    }
    println!("{corpus:12} {}", counts.report());
    Ok(())
}

fn show_errors(document: &Document, found: &[(std::ops::Range<usize>, recogniser::tag::NameKind)]) {
    for (range, kind) in found {
        let right =
            document.names.iter().any(|n| n.range == *range && n.kinds == corpora::bit(*kind));
        if !right {
            println!("  + {kind:?} {:?}", around(&document.text, range));
        }
    }
    for name in &document.names {
        let got = found.iter().any(|(r, k)| name.range == *r && name.kinds == corpora::bit(*k));
        if !got {
            println!("  - {} {:?}", name.kinds, around(&document.text, &name.range));
        }
    }
}

fn around(text: &str, range: &std::ops::Range<usize>) -> String {
    let before = text[..range.start].char_indices().rev().nth(30).map_or(0, |(at, _)| at);
    let after =
        text[range.end..].char_indices().nth(30).map_or(text.len(), |(at, _)| range.end + at);
    format!("{}[{}]{}", &text[before..range.start], &text[range.clone()], &text[range.end..after])
}

/// Prints a text with its names marked.
fn show(model: &Model, text: &str) {
    let mut at = 0;
    for name in model.names(text) {
        print!("{}[{} {:?}]", &text[at..name.range.start], &text[name.range.clone()], name.kind);
        at = name.range.end;
    }
    println!("{}", &text[at..]);
}

fn compare(file: &Path, data: &Path) -> Result<()> {
    let mut answers: HashMap<String, serde_json::Value> = HashMap::new();
    for line in corpora::load(file)?.lines() {
        let row: serde_json::Value = serde_json::from_str(line)?;
        answers.insert(row["id"].as_str().unwrap_or_default().to_owned(), row);
    }
    for corpus in CORPORA {
        let mut counts = Counts::default();
        for (place, document) in corpora::read(corpus, data)?.iter().enumerate() {
            if let Some(row) = answers.get(&format!("{corpus}/{place}")) {
                counts.add(document, &teachers::names(row, &document.text));
            }
        }
        println!("{corpus:12} {}", counts.report());
    }
    Ok(())
}

fn speed(model: &Model, text: &str) {
    let start = Instant::now();
    let mut names = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = rest.len().min(1 << 16);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        names += model.names(&rest[..end]).len();
        rest = &rest[end..];
    }
    let seconds = start.elapsed().as_secs_f64();
    let megabytes = text.len() as f64 / 1e6;
    println!("{names} names, {megabytes:.1} MB in {seconds:.2} s: {:.2} MB/s", megabytes / seconds);
}

/// All that a model is trained from.
struct Sources {
    marked: Vec<Document>,
    taught: Vec<(String, Document)>,
    pools: Pools,
    lexicon: Lexicon,
}

/// The corpora that the English model is trained on, with their weights.
const MARKED: [(&str, f32); 4] =
    [("wikigold", 2.5), ("meantime", 0.5), ("gum-news", 1.0), ("wnut17", 0.3)];

/// How many copies of a marked text are made, with other names and in other styles; of a text of
/// the teachers, one.
const MARKED_COPIES: usize = 3;

/// The texts that the teachers labelled: which share of them is used, and their weight.
const TAUGHT: [(&str, f64, f32); 4] = [
    ("wikinews-en", 1.0, 1.5),
    ("ecbplus", 1.0, 1.5),
    ("us-digitalgov", 0.3, 0.7),
    ("us-18f", 0.3, 0.7),
];

impl Sources {
    fn read(arguments: &Arguments) -> Result<Self> {
        let names = Names::read(&arguments.data.join("kb"))?;
        let mut marked = Vec::new();
        for corpus in CORPORA.into_iter().filter(|c| MARKED.iter().any(|(name, _)| name == c)) {
            marked.extend(corpora::read(corpus, &arguments.data)?);
        }
        // GUM calls a country that plays or decides an organisation, CoNLL a place.
        for document in marked.iter_mut().filter(|document| document.corpus == "gum-news") {
            let text = &document.text;
            let countries = document.names.iter_mut().filter(|name| {
                name.kinds == bit(Organisation)
                    && names.countries.contains(&text[name.range.clone()])
            });
            countries.for_each(|name| name.kinds |= bit(Place));
        }
        let taught = teachers::read(&arguments.teachers)?;
        let mut seen = HashSet::new();
        for document in marked.iter().chain(taught.iter().map(|(_, document)| document)) {
            for token in recogniser::token::tokens(&document.text) {
                seen.insert(document.text[token.start..token.end].to_owned());
            }
        }
        let lexicon = words::build(&arguments.vectors, &names, &seen)?;
        Ok(Self { marked, taught, pools: Pools::new(&names, &seen), lexicon })
    }

    /// A model that has not seen the corpora named: the mean of several, each of which leans on chance
    /// in its own way.
    fn train(&self, without: &[&str]) -> Model {
        let seeds: Vec<u64> = (SETTINGS.seed..).take(FITS).collect();
        let sum_of = |seeds: &[u64]| {
            let mut sum = Fit::new(SETTINGS);
            for &seed in seeds {
                let settings = Settings { seed, ..SETTINGS };
                // One that has seen no marked corpus: from it the other has, while it is fitted, what the
                // rest of a text says of a name.
                let first = Settings { rounds: FIRST_ROUNDS, ..settings };
                let first = self.fit(&CORPORA, None, first).model(self.lexicon.clone());
                sum.add(&self.fit(without, Some(&first), settings), 1.0 / FITS as f32);
            }
            sum
        };
        let (some, others) = seeds.split_at(FITS / 2);
        let (mut mean, others) = std::thread::scope(|scope| {
            let others = scope.spawn(|| sum_of(others));
            (sum_of(some), others.join().expect("a fit does not panic"))
        });
        mean.add(&others, 1.0);
        mean.model(self.lexicon.clone())
    }

    fn fit(&self, without: &[&str], first: Option<&Model>, settings: Settings) -> Fit {
        Fit::new(settings).run(&self.samples(without, first, settings.seed))
    }

    fn samples(&self, without: &[&str], first: Option<&Model>, seed: u64) -> Samples {
        let mut random = Random(seed);
        let mut samples = Samples::default();
        let wire = wire::documents(&self.pools, WIRE_TEXTS, seed);
        for document in &wire {
            samples.add(document, WIRE_WEIGHT, &self.lexicon, first);
        }
        let marked = self.marked.iter().map(|document| {
            let weight = MARKED.iter().find(|(name, _)| *name == document.corpus);
            (document, weight.map_or(1.0, |(_, weight)| *weight))
        });
        let taught = self.taught.iter().filter_map(|(id, document)| {
            let (_, share, weight) = TAUGHT.iter().find(|(source, ..)| id.starts_with(source))?;
            random.chance(*share).then_some((document, *weight))
        });
        let taught: Vec<_> = taught.collect();
        for (document, weight) in marked.chain(taught) {
            if without.contains(&document.corpus) {
                continue;
            }
            samples.add(document, weight, &self.lexicon, first);
            let copies = if document.corpus == "teachers" { 1 } else { MARKED_COPIES };
            for _ in 0..copies {
                let other = restyled(&self.pools.renamed(document, &mut random), &mut random);
                samples.add(&other, weight * 0.5, &self.lexicon, first);
            }
        }
        samples
    }
}
