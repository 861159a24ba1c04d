//! How right the subjects are that keywords suggest, against the editors' of Reuters-21578.
//!
//! `subjects FILE.jsonl.gz`: for each of our Media Topics that the editors have a word for, how many
//! articles both, only we, and only the editors give it. An article whose editors name no subject
//! is left out, since most of those were never looked at.
//!
//! The keywords were written with these articles at hand. What comes out says how well they fit this
//! text and whether a change made that better or worse; on other text they are less right.

use newsdb::annotate::SubjectSuggester;
use newsdb::formats;
use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::time::Instant;

/// The Media Topic that the editors' words mean.
#[rustfmt::skip]
const TOPICS: &[(&str, &[&str])] = &[
    ("20000178", &["earn"]),
    ("20000204", &["acq"]),
    ("20001243", &["crude", "nat-gas", "gas", "fuel", "heat"]),
    ("20000212", &["grain", "wheat", "corn", "oilseed", "soybean", "barley", "rice", "sorghum", "rapeseed", "oat"]),
    ("20000373", &["trade", "bop"]),
    ("20000371", &["interest"]),
    ("20000391", &["money-fx", "dlr", "yen", "stg"]),
    ("20000379", &["money-supply", "reserves"]),
    ("20000291", &["ship"]),
    ("20000389", &["sugar", "coffee", "cocoa", "cotton", "rubber", "palm-oil", "tea"]),
    ("20000318", &["gold", "silver", "platinum", "palladium"]),
    ("20000370", &["cpi", "wpi"]),
    ("20000346", &["gnp", "ipi", "lei", "bop"]),
    ("20000533", &["jobs"]),
    ("20000215", &["livestock", "carcass", "hog", "l-cattle", "f-cattle", "pork-belly"]),
    ("20000319", &["iron-steel"]),
    ("20000316", &["copper", "zinc", "alum", "tin", "lead", "nickel", "strategic-metal"]),
];

#[derive(Default, Clone, Copy)]
struct Counts {
    both: u32,
    ours: u32,
    theirs: u32,
}

impl Counts {
    fn line(&self, name: &str) {
        let of = |all: u32| f64::from(self.both) / f64::from(all.max(1));
        let (precision, recall) = (of(self.both + self.ours), of(self.both + self.theirs));
        let f1 = 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE);
        let all = self.both + self.theirs;
        println!("{name:<32} {all:>6}  P {precision:.3}  R {recall:.3}  F1 {f1:.3}");
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("subjects FILE.jsonl.gz")?;
    let items = formats::read(File::open(&path)?, &path, None, &Default::default());
    let items = items.collect::<Result<Vec<_>, _>>()?;
    let topics = SubjectSuggester::media_topics();
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut names = BTreeMap::new();
    let (mut all, mut looked_at, mut seconds) = (Counts::default(), 0, 0.0);
    for item in &items {
        let started = Instant::now();
        let text = item.body.as_deref().unwrap_or("");
        let ours = topics.suggest(item.headline.as_deref().unwrap_or(""), text, Some("en"));
        seconds += started.elapsed().as_secs_f64();
        if item.subjects.is_empty() {
            continue;
        }
        looked_at += 1;
        for (code, words) in TOPICS {
            let theirs = item.subjects.iter().any(|s| words.contains(&s.code.as_str()));
            let found = ours.iter().find(|suggested| suggested.code == *code);
            names.extend(found.map(|found| (*code, found.name.clone())));
            for counts in [counts.entry(code).or_default(), &mut all] {
                match (found.is_some(), theirs) {
                    (true, true) => counts.both += 1,
                    (true, false) => counts.ours += 1,
                    (false, true) => counts.theirs += 1,
                    (false, false) => {}
                }
            }
        }
    }
    for (code, counts) in &counts {
        let name = names.get(code).map_or("", String::as_str);
        counts.line(&format!("{code} {name}"));
    }
    all.line(&format!("together, {looked_at} articles"));
    println!(
        "(the keywords were written with this text at hand: on other text they are less right)"
    );
    println!("{:.1} µs an article", seconds / items.len() as f64 * 1e6);
    Ok(())
}
