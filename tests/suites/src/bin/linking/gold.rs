//! Corpora whose mentions are linked to Wikipedia: MEANTIME (DBpedia addresses) and GUM (titles).

use crate::Score;
use newsdb::EntityKind;
use newsdb::annotate::{annotate_at, known_by_name};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};

/// What an entity of Wikipedia is called, without what tells it from others of its name.
fn title(link: &str) -> String {
    let title = link.rsplit('/').next().unwrap_or(link).replace('_', " ");
    let decoded = title.replace("%27", "'").replace("%C3%AB", "ë").replace("%26", "&");
    decoded.split(" (").next().unwrap_or("").to_lowercase()
}

/// The names under which an entity of ours may be known there.
fn titles(name: &str) -> BTreeSet<String> {
    let mut titles = BTreeSet::from([name.to_lowercase()]);
    titles.insert(name.to_lowercase().replace('-', " "));
    titles
}

/// One name for both sides: that of our entity where exactly the title leads to one.
fn key(title: &str, kind: Option<EntityKind>) -> String {
    let known = known_by_name(title);
    let same: Vec<_> = known.iter().filter(|k| kind.is_none_or(|kind| kind == k.kind)).collect();
    let named = same.iter().find(|k| titles(&k.name).contains(title)).or(same.first());
    named.map_or_else(|| title.to_owned(), |known| known.name.to_lowercase())
}

/// The margins of the curve; the one in use is told in full.
const MARGINS: [f32; 7] = [0.0, 0.3, 0.5, 0.7, 1.0, 1.5, 2.5];
const IN_USE: f32 = 0.7;

pub fn run(files: &[String]) -> Result<(), Box<dyn Error>> {
    for (file, margin) in files.iter().flat_map(|file| MARGINS.map(|margin| (file, margin))) {
        let (mut spans, mut documents) = (Score::default(), Score::default());
        let (mut place_spans, mut place_documents) = (Score::default(), Score::default());
        let (mut wrong, mut missed) =
            (BTreeMap::<String, usize>::new(), BTreeMap::<String, usize>::new());
        for line in lines(file)? {
            let row: Value = serde_json::from_str(&line?)?;
            let text = row["text"].as_str().unwrap_or("");
            let offset = offsets(text);
            let mut gold = BTreeSet::new();
            let mut gold_places = BTreeSet::new();
            // What the annotators saw but linked to nothing is not judged, nor what lies behind
            // the last mention: of long articles they did the beginning.
            let mut unlinked = BTreeSet::new();
            let mut judged = 0;
            for mention in row["mentions"].as_array().into_iter().flatten() {
                let link = mention["dbpedia"].as_str().or(mention["wiki"].as_str());
                let ends = [&mention["start"], &mention["end"]]
                    .map(|at| at.as_u64().unwrap_or(0) as usize);
                let [Some(&start), Some(&end)] = ends.map(|at| offset.get(at)) else { continue };
                judged = judged.max(end);
                let Some(link) = link else {
                    unlinked.insert((start, end));
                    continue;
                };
                // Only names are looked for: not `the plane`, not `he`.
                let surface = mention["text"].as_str().unwrap_or("");
                if mention["syn"].as_str().is_some_and(|syn| syn != "NAM")
                    || !surface.starts_with(|c: char| c.is_uppercase() || c.is_numeric())
                {
                    continue;
                }
                let place = matches!(mention["type"].as_str(), Some("LOC" | "place"));
                let entity = key(&title(link), None);
                if place {
                    gold_places.insert((start, end, entity.clone()));
                }
                gold.insert((start, end, entity));
            }
            let mut found = BTreeSet::new();
            let mut found_places = BTreeSet::new();
            for mention in annotate_at(text, Some("en"), margin).mentions {
                let Some(span) = &mention.span else { continue };
                if span.end > judged || unlinked.contains(&(span.start, span.end)) {
                    continue;
                }
                if mention.external_ids.is_empty() {
                    continue;
                }
                let entity = key(&mention.name.to_lowercase(), Some(mention.kind));
                if mention.kind == EntityKind::Place {
                    found_places.insert((span.start, span.end, entity.clone()));
                }
                found.insert((span.start, span.end, entity));
            }
            spans.add(&found, &gold);
            place_spans.add(&found_places, &gold_places);
            for (start, end, entity) in found.difference(&gold) {
                *wrong
                    .entry(format!("{} = {entity}", text.get(*start..*end).unwrap_or("")))
                    .or_default() += 1;
            }
            for (start, end, entity) in gold.difference(&found) {
                *missed
                    .entry(format!("{} = {entity}", text.get(*start..*end).unwrap_or("")))
                    .or_default() += 1;
            }
            let whole = |set: &BTreeSet<(usize, usize, String)>| {
                set.iter().map(|(.., entity)| entity.clone()).collect::<BTreeSet<_>>()
            };
            documents.add(&whole(&found), &whole(&gold));
            place_documents.add(&whole(&found_places), &whole(&gold_places));
        }
        if margin != IN_USE {
            println!("{file}, margin {margin}: documents {documents}");
            continue;
        }
        println!("{file}, margin {margin}");
        println!("  spans             {spans}");
        println!("  documents         {documents}");
        println!("  places, spans     {place_spans}");
        println!("  places, documents {place_documents}");
        for (what, counts) in [("not in gold", wrong), ("missed", missed)] {
            let mut counts: Vec<_> = counts.into_iter().collect();
            counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            let list: Vec<_> =
                counts.iter().take(70).map(|(name, count)| format!("{name} {count}")).collect();
            eprintln!("  {what}: {}", list.join("; "));
        }
    }
    Ok(())
}

/// The lines of a packed file.
pub fn lines(file: &str) -> std::io::Result<impl Iterator<Item = std::io::Result<String>>> {
    Ok(BufReader::new(flate2::read::GzDecoder::new(File::open(file)?)).lines())
}

/// The byte at which each character of a text begins, and its end.
pub fn offsets(text: &str) -> Vec<usize> {
    text.char_indices().map(|(at, _)| at).chain([text.len()]).collect()
}
