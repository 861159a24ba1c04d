//! Salience against GUM, where each entity has the number of five summaries, one by a person, that
//! speak of it.

use crate::Score;
use crate::gold::{lines, offsets};
use newsdb::annotate::entities;
use newsdb::{Article, Field, NewArticle, NewsDb};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;

/// An entity is salient when most of five summaries speak of it.
const MOST: u32 = 3;
const THRESHOLDS: [f64; 6] = [0.1, 0.2, 0.25, 0.3, 0.4, 0.5];

/// What is known of an entity that was found and that GUM has too.
struct Judged {
    document: usize,
    summaries: u32,
    salience: f64,
    leads: bool,
}

pub fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [file, folder] = arguments else { return Err("salience GUM.jsonl.gz FOLDER".into()) };
    let mut all = Vec::new();
    for (document, line) in lines(file)?.enumerate() {
        let row: Value = serde_json::from_str(&line?)?;
        let id = row["id"].as_str().unwrap_or("");
        let gold = summaries(&Path::new(folder).join(format!("{id}.conllu")))?;
        let text = row["text"].as_str().unwrap_or("");
        // The headline and the date are its first two lines.
        let mut parts = text.splitn(3, '\n').step_by(2);
        let (headline, body) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        let db = NewsDb::open_in_memory()?;
        let article = NewArticle::new("gum").id(id).headline(headline).body(body).language("en");
        db.insert(article)?;
        let Some(article) = db.article_by_uri(&format!("newsdb:gum/{id}"))? else { continue };
        let start = text.len() - body.len();
        let first = body.find(". ").into_iter().chain(body.find(".\n")).min();
        let first = first.unwrap_or(body.len());
        judge(&row, &article, &gold, start, first, document, &mut all);
    }
    println!("{} entities in both", all.len());
    let told = |name: &str, is: &dyn Fn(&Judged) -> bool| {
        let pick = |is: &dyn Fn(&Judged) -> bool| -> BTreeSet<usize> {
            (0..all.len()).filter(|at| is(&all[*at])).collect()
        };
        let mut score = Score::default();
        score.add(&pick(is), &pick(&|judged| judged.summaries >= MOST));
        println!("{name:<32} {score}");
    };
    told("headline or first sentence", &|judged| judged.leads);
    for threshold in THRESHOLDS {
        told(&format!("salience from {threshold}"), &|judged| judged.salience >= threshold);
    }
    println!(
        "pairs of one article in order: salience {:.3}, headline or first sentence {:.3}",
        ordered(&all, |judged| judged.salience),
        ordered(&all, |judged| f64::from(u8::from(judged.leads)))
    );
    Ok(())
}

/// In how many summaries the entities of a document are.
fn summaries(path: &Path) -> Result<BTreeMap<String, u32>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)?;
    let list = text.lines().find_map(|line| line.strip_prefix("# meta::salientEntities = "));
    let entries = list.unwrap_or("").split(", ").filter_map(|entry| {
        let (group, rest) = entry.split_once(" (")?;
        Some((group.to_owned(), rest.trim_end_matches(['*', ')']).parse().ok()?))
    });
    Ok(entries.collect())
}

/// Adds what was found in an article whose body begins at a byte of the whole text, and its first
/// sentence ends at a byte of the body.
fn judge(
    row: &Value,
    article: &Article,
    gold: &BTreeMap<String, u32>,
    body: usize,
    first: usize,
    document: usize,
    all: &mut Vec<Judged>,
) {
    let offset = offsets(row["text"].as_str().unwrap_or(""));
    let byte = |at: &Value| offset.get(at.as_u64().unwrap_or(0) as usize).copied().unwrap_or(0);
    let groups: Vec<(usize, usize, &str)> = row["mentions"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|m| (byte(&m["start"]), byte(&m["end"]), m["grp"].as_str().unwrap_or("")))
        .collect();
    for entity in entities(article) {
        let (mut votes, mut leads) = (BTreeMap::<&str, usize>::new(), false);
        let mentions = article.mentions.iter().filter(|mention| mention.entity == entity.id);
        for span in mentions.filter_map(|mention| mention.mention.span.as_ref()) {
            let at = if span.field == Field::Headline { 0 } else { body };
            leads |= span.field == Field::Headline || span.start < first;
            let (start, end) = (span.start + at, span.end + at);
            // What is a little longer has an article or an apposition.
            let around = groups.iter().filter(|(from, to, _)| *from <= start && end <= *to);
            let least = around.min_by_key(|(from, to, _)| to - from);
            let near = least.filter(|(from, to, _)| to - from <= 2 * (end - start) + 8);
            if let Some((.., group)) = near {
                *votes.entry(group).or_default() += 1;
            }
        }
        let group = votes.into_iter().max_by_key(|(_, votes)| *votes).map(|(group, _)| group);
        if let Some((group, salience)) = group.zip(entity.salience) {
            let summaries = gold.get(group).copied().unwrap_or(0);
            all.push(Judged { document, summaries, salience, leads });
        }
    }
}

/// Of the pairs of entities of one article that are in different numbers of summaries, the share
/// in the right order; equal ones are half right.
fn ordered(all: &[Judged], value: impl Fn(&Judged) -> f64) -> f64 {
    let (mut right, mut pairs) = (0.0, 0.0);
    for (at, a) in all.iter().enumerate() {
        for b in all[at + 1..].iter().filter(|b| b.document == a.document) {
            if a.summaries != b.summaries {
                pairs += 1.0;
                let (low, high) = if a.summaries < b.summaries { (a, b) } else { (b, a) };
                right += match value(low).total_cmp(&value(high)) {
                    std::cmp::Ordering::Less => 1.0,
                    std::cmp::Ordering::Equal => 0.5,
                    std::cmp::Ordering::Greater => 0.0,
                };
            }
        }
    }
    right / pairs
}
