//! Whether the index says what the tables say.

use super::Analysed;
use super::bytes::{Damaged, Decoded};
use super::cache::Cache;
use super::columns::{Field, Row};
use super::dictionary::{TermIndex, kind, word};
use super::facts::Facts;
use super::positions::positions;
use super::postings::{Frequencies, WholeLists};
use super::reader::Opened;
use super::segment::{self, Part, Segment};
use super::state;
use crate::error::Error;
use crate::model::ArticleId;
use crate::store::View;
use std::collections::HashMap;
use xxhash_rust::xxh3::Xxh3;

/// Findings name so many articles, and count the others.
const NAMED: usize = 5;

/// Compares everything that the index has of each article with what the tables say, which
/// `articles` yields, without words where it is damaged. Findings are sentences for people; none means
/// that the two agree.
pub(crate) fn check(
    view: &View<'_>,
    articles: impl FnOnce(
        &mut dyn FnMut(ArticleId, Option<&Analysed>) -> Result<(), Error>,
    ) -> Result<(), Error>,
) -> Result<Vec<String>, Error> {
    let state = state::read(view.connection)?;
    let mut findings = Vec::new();
    // The order of words differs between the two sides, so hashes of them are summed.
    let mut held: HashMap<i64, u64> = HashMap::new();
    let mut whole = true;
    if state.visible.is_none() {
        findings.push("search index: it is not built".to_owned());
        whole = false;
    }
    for segment in read(segment::list(view.connection, state.visible.unwrap_or(0)), &mut findings)?
        .unwrap_or_default()
    {
        view.check_canceled()?;
        match read(sums(view, &segment), &mut findings)? {
            None => whole = false,
            Some(sums) => {
                for (id, sum) in sums {
                    if held.insert(id, sum).is_some() {
                        findings.push(format!("search index: holds article {id} twice"));
                    }
                }
            }
        }
    }
    let (mut missing, mut different) = (Named::default(), Named::default());
    let mut kinds = HashMap::new();
    articles(&mut |id, analysed| {
        let Some(analysed) = analysed else {
            held.remove(&id.0);
            return Ok(());
        };
        let facts = match Facts::read(view.connection, id, None, &mut kinds) {
            Ok(Some(facts)) => facts,
            Ok(None) => return Ok(()),
            Err(Error::Corrupt(what)) => {
                held.remove(&id.0);
                findings.push(what);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        match held.remove(&id.0) {
            None => missing.add(id.0),
            Some(found) if found != expected(&facts, analysed) => different.add(id.0),
            Some(_) => {}
        }
        Ok(())
    })?;
    let mut extra = Named::default();
    let mut left: Vec<i64> = held.into_keys().collect();
    left.sort_unstable();
    left.into_iter().for_each(|id| extra.add(id));
    if whole {
        missing.tell("lacks", &mut findings);
    }
    different.tell("differs from the tables in", &mut findings);
    extra.tell("holds what is not there:", &mut findings);
    Ok(findings)
}

/// Damage is a finding, everything else an error.
fn read<T>(outcome: Result<T, Error>, findings: &mut Vec<String>) -> Result<Option<T>, Error> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(Error::Corrupt(what)) => {
            findings.push(what);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Articles that something is wrong with.
#[derive(Default)]
struct Named {
    ids: Vec<String>,
    count: u64,
}

impl Named {
    fn add(&mut self, id: i64) {
        self.count += 1;
        if self.ids.len() < NAMED {
            self.ids.push(id.to_string());
        }
    }

    fn tell(self, what: &str, findings: &mut Vec<String>) {
        if self.count > 0 {
            let more = if self.count > self.ids.len() as u64 { " …" } else { "" };
            let (count, ids) = (self.count, self.ids.join(", "));
            findings.push(format!("search index: {what} {count} articles: {ids}{more}"));
        }
    }
}

/// What the tables say, as one number.
fn expected(facts: &Facts, analysed: &Analysed) -> u64 {
    let mut lengths = [0; 3];
    let mut places: HashMap<&str, (Frequencies, Vec<u32>)> = HashMap::new();
    let mut position = 0;
    for (field, text) in analysed.fields().into_iter().enumerate() {
        for token in text.split_ascii_whitespace() {
            let (frequencies, positions) = places.entry(token).or_default();
            frequencies[field] += 1;
            positions.push(position);
            position += 1;
            lengths[field] += 1;
        }
        position += 1;
    }
    let mut sum = row_hash(&Row { lengths, ..facts.row });
    for (token, (frequencies, positions)) in places {
        sum = sum.wrapping_add(term_hash(&word(token), frequencies, positions.into_iter()));
    }
    for (field, values) in Field::ALL.into_iter().zip(&facts.lists) {
        for (value, weight) in values {
            sum = sum.wrapping_add(value_hash(field, value, *weight));
            sum = sum.wrapping_add(term_hash(&field.term(value), [0; 3], std::iter::empty()));
        }
    }
    sum
}

fn row_hash(row: &Row) -> u64 {
    let mut hasher = Xxh3::new();
    hasher.update(format!("{row:?}").as_bytes());
    hasher.digest()
}

fn value_hash(field: Field, value: &[u8], weight: u32) -> u64 {
    let mut hasher = Xxh3::new();
    hasher.update(&[field as u8]);
    hasher.update(&weight.to_le_bytes());
    hasher.update(value);
    hasher.digest()
}

fn term_hash(term: &[u8], frequencies: Frequencies, positions: impl Iterator<Item = u32>) -> u64 {
    let mut hasher = Xxh3::new();
    hasher.update(&(term.len() as u64).to_le_bytes());
    hasher.update(term);
    frequencies.iter().for_each(|frequency| hasher.update(&frequency.to_le_bytes()));
    positions.for_each(|position| hasher.update(&position.to_le_bytes()));
    hasher.digest()
}

/// What a segment says of each living article, as one number. Reads and decodes all of it.
fn sums(view: &View<'_>, segment: &Segment) -> Result<Vec<(i64, u64)>, Error> {
    let no_cache = Cache::new(0);
    let opened = Opened::new(segment, view.connection, &no_cache);
    let damaged = |damaged| segment.damaged(damaged);
    let rows = opened.rows()?;
    let mut sums: Vec<u64> = rows.iter().map(row_hash).collect();
    for field in Field::ALL {
        let column = opened.list(field)?;
        for (ordinal, sum) in (0..).zip(&mut sums) {
            for (code, weight) in column.of(ordinal) {
                *sum = sum.wrapping_add(value_hash(field, column.value(code), weight));
            }
        }
    }
    let (dictionary, lists, places) = (
        opened.bytes(Part::Dictionary)?,
        opened.bytes(Part::Postings)?,
        opened.bytes(Part::Positions)?,
    );
    let index = TermIndex::decode(&opened.bytes(Part::TermIndex)?).map_err(damaged)?;
    let cut = || damaged(Damaged("a list beyond its part"));
    let mut whole = WholeLists::new();
    for block in 0..index.len() {
        view.check_canceled()?;
        let range = index.bytes(block);
        let bytes = dictionary.get(range.start as usize..range.end as usize).ok_or_else(cut)?;
        let mut entries = index.entries(block, bytes);
        while let Some(entry) = entries.next().map_err(damaged)? {
            let term = entries.term();
            let words = term.first() == Some(&kind::WORD);
            let slice = |bytes, range: &std::ops::Range<u64>| {
                <[u8]>::get(bytes, range.start as usize..range.end as usize).ok_or_else(cut)
            };
            let (list, own) = (slice(&lists, &entry.postings)?, slice(&places, &entry.positions)?);
            whole
                .each(list, own, entry.articles, words, segment.articles, |ordinal, f, gaps| {
                    let places = positions(gaps).collect::<Decoded<Vec<u32>>>()?;
                    let sum = &mut sums[ordinal as usize];
                    *sum = sum.wrapping_add(term_hash(term, f, places.into_iter()));
                    Ok(())
                })
                .map_err(damaged)?;
        }
    }
    let living: Vec<(&Row, u64)> = (0..)
        .zip(rows.iter().zip(sums))
        .filter(|(ordinal, _)| !segment.is_dead(*ordinal))
        .map(|(_, article)| article)
        .collect();
    let texts: Vec<&Row> = living.iter().map(|(row, _)| *row).filter(|row| row.is_text()).collect();
    let tokens: u64 = texts.iter().map(|row| u64::from(row.tokens())).sum();
    if (living.len(), texts.len(), tokens)
        != (segment.live as usize, segment.texts as usize, segment.tokens)
    {
        return Err(damaged(Damaged("its row counts other articles than it has")));
    }
    Ok(living.into_iter().map(|(row, sum)| (row.id, sum)).collect())
}
