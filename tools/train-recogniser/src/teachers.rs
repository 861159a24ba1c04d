//! Texts whose names larger open recognisers found: where most agree that is a name, where they
//! differ any of their answers is allowed.

use crate::corpora::{Document, Label, NONE, Result, bit, load, longest, without_title};
use crate::recogniser::tag::NameKind::{self, Organisation, Other, Person, Place};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

/// The labels of OntoNotes and the kinds that they stand for.
const KINDS: [(&str, NameKind); 11] = [
    ("PERSON", Person),
    ("ORG", Organisation),
    ("GPE", Place),
    ("LOC", Place),
    ("FAC", Place),
    ("NORP", Other),
    ("EVENT", Other),
    ("PRODUCT", Other),
    ("WORK_OF_ART", Other),
    ("LAW", Other),
    ("LANGUAGE", Other),
];

/// The names of one answer.
pub type Answer = Vec<(Range<usize>, NameKind)>;

/// Reads the answers of several teachers on the same texts, in files of the form that
/// `teacher.py` writes.
pub fn read(paths: &[PathBuf]) -> Result<Vec<(String, Document)>> {
    let mut texts: Vec<(String, String)> = Vec::new();
    let mut answers: Vec<Vec<Answer>> = Vec::new();
    for path in paths {
        for (place, line) in load(path)?.lines().enumerate() {
            let row: Value = serde_json::from_str(line)?;
            let text = row["text"].as_str().ok_or("no text")?;
            if place == texts.len() {
                texts.push((row["id"].as_str().unwrap_or_default().to_owned(), text.to_owned()));
                answers.push(Vec::new());
            }
            if texts[place].1 != text {
                return Err(format!("{}: line {place} is another text", path.display()).into());
            }
            answers[place].push(names(&row, text));
        }
    }
    let documents = texts.into_iter().zip(answers).map(|((id, text), answers)| {
        let names = vote(&answers);
        (id, Document { corpus: "teachers", text, names, marks_others: true })
    });
    Ok(documents.collect())
}

/// The names of one answer, in our kinds.
pub fn names(row: &Value, text: &str) -> Answer {
    let names = row["names"].as_array().into_iter().flatten().filter_map(|name| {
        let range = name[0].as_u64()? as usize..name[1].as_u64()? as usize;
        let kind = KINDS.iter().find(|(label, _)| Some(*label) == name[2].as_str())?.1;
        text.get(range.clone())?;
        let range = without_title(text, range, kind);
        let capital = text[range.clone()].chars().any(char::is_uppercase);
        let spanning = text[range.clone()].contains('\n');
        (capital && !spanning).then_some((range, kind))
    });
    names.collect()
}

fn vote(answers: &[Answer]) -> Vec<Label> {
    let mut votes: BTreeMap<(usize, usize), BTreeMap<u8, usize>> = BTreeMap::new();
    for (range, kind) in answers.iter().flatten() {
        *votes.entry((range.start, range.end)).or_default().entry(bit(*kind)).or_default() += 1;
    }
    let mut sure = Vec::new();
    let mut open = Vec::new();
    for ((start, end), kinds) in votes {
        let all = kinds.keys().fold(0, |all, kind| all | kind);
        match kinds.iter().find(|(_, count)| **count * 2 > answers.len()) {
            Some((&kind, _)) => sure.push(Label { range: start..end, kinds: kind }),
            None => {
                let found: usize = kinds.values().sum();
                let none = if found * 2 > answers.len() { 0 } else { NONE };
                open.push(Label { range: start..end, kinds: all | none });
            }
        }
    }
    let mut names = longest(sure);
    let free = |label: &Label, names: &[Label]| {
        names.iter().all(|other| {
            other.range.end <= label.range.start || label.range.end <= other.range.start
        })
    };
    open.retain(|label| free(label, &names));
    names.extend(longest(open));
    names.sort_by_key(|name| name.range.start);
    names
}
