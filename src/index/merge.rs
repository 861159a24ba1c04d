//! From several segments to fewer: what is dead drops out, everything else is kept as it is.

use super::build::{TermWriter, assemble};
use super::cache::Cache;
use super::columns::{Field, ListWriter, Row};
use super::dictionary::{Entries, Entry, TermIndex, kind};
use super::postings::{Posting, WholeLists};
use super::reader::Opened;
use super::segment::{NewSegment, Part, Segment, Span};
use crate::error::Error;
use rusqlite::Connection;
use std::cmp::Ordering;

/// Of an article that does not live on.
const GONE: u32 = u32::MAX;

/// A segment as it is read for merging.
struct Input<'s> {
    segment: &'s Segment,
    rows: Vec<Row>,
    /// The place of each article among all that live on.
    places: Vec<u32>,
    dictionary: Vec<u8>,
}

/// Merges segments. `cut` is given the ids that live on and says where a new segment begins
/// among them, the first one apart.
pub(super) fn merge(
    connection: &Connection,
    segments: &[&Segment],
    cut: impl FnOnce(&[i64]) -> Vec<usize>,
) -> Result<Vec<NewSegment>, Error> {
    // What goes into a merge is not read again.
    let no_cache = Cache::new(0);
    let mut inputs = Vec::with_capacity(segments.len());
    for &segment in segments {
        let opened = Opened::new(segment, connection, &no_cache);
        inputs.push(Input {
            segment,
            rows: opened.rows()?,
            places: vec![GONE; segment.articles as usize],
            dictionary: opened.bytes(Part::Dictionary)?,
        });
    }
    let mut order: Vec<(i64, u32, u32)> = Vec::new();
    for (number, input) in (0..).zip(&inputs) {
        for (ordinal, row) in (0..).zip(&input.rows) {
            if !input.segment.is_dead(ordinal) {
                order.push((row.id, number, ordinal));
            }
        }
    }
    order.sort_unstable();
    if let Some(twice) = order.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(Error::Corrupt(format!("the index holds article {} twice", twice[0].0)));
    }
    for (place, &(_, number, ordinal)) in (0..).zip(&order) {
        inputs[number as usize].places[ordinal as usize] = place;
    }
    let ids: Vec<i64> = order.iter().map(|&(id, ..)| id).collect();
    let mut ends: Vec<usize> = cut(&ids);
    ends.push(order.len());
    let rows: Vec<Row> = order
        .iter()
        .map(|&(_, number, ordinal)| inputs[number as usize].rows[ordinal as usize])
        .collect();
    let mut start = 0;
    let mut outputs = Vec::with_capacity(ends.len());
    for &end in &ends {
        if start < end {
            let rows = rows.get(start..end).unwrap_or_default();
            outputs.push(Output { start: start as u32, rows, terms: TermWriter::new(rows) });
            start = end;
        }
    }
    merge_terms(connection, &inputs, &rows, &mut outputs)?;
    let mut lists: Vec<[ListWriter; Field::ALL.len()]> =
        outputs.iter().map(|_| Default::default()).collect();
    for field in Field::ALL {
        let columns = segments
            .iter()
            .map(|&segment| Opened::new(segment, connection, &no_cache).list(field))
            .collect::<Result<Vec<_>, _>>()?;
        for (output, lists) in outputs.iter().zip(&mut lists) {
            let list = &mut lists[field as usize];
            // A value's number in the new list, from its code in each old one.
            let mut numbers: Vec<Vec<u32>> =
                columns.iter().map(|column| vec![GONE; column.values()]).collect();
            let start = output.start as usize;
            for &(_, number, ordinal) in &order[start..start + output.rows.len()] {
                let (column, numbers) = (&columns[number as usize], &mut numbers[number as usize]);
                let mut values = Vec::new();
                for (code, weight) in column.of(ordinal) {
                    let known = &mut numbers[code as usize];
                    if *known == GONE {
                        *known = list.number(column.value(code));
                    }
                    values.push((*known, weight));
                }
                list.push(values);
            }
        }
    }
    Ok(outputs
        .into_iter()
        .zip(lists)
        .map(|(output, lists)| assemble(output.rows, lists, output.terms))
        .collect())
}

/// A segment that comes out.
struct Output<'r> {
    /// The place of its first article among all.
    start: u32,
    rows: &'r [Row],
    terms: TermWriter,
}

/// The terms of an input, one after the other.
struct Cursor<'i> {
    input: &'i Input<'i>,
    entries: Entries<'i>,
    entry: Option<Entry>,
    /// Lists and positions stand in the order of the terms.
    postings: Span<'i>,
    positions: Span<'i>,
}

impl Cursor<'_> {
    fn step(&mut self) -> Result<(), Error> {
        let entry = self.entries.next().map_err(|damaged| self.input.segment.damaged(damaged))?;
        self.entry = entry;
        Ok(())
    }

    fn term(&self) -> Option<&[u8]> {
        self.entry.as_ref().map(|_| self.entries.term())
    }

    /// Adds what lives on of the list of its term, its ordinals being places among all articles.
    fn gather(
        &mut self,
        lists: &mut WholeLists,
        rows: &[Row],
        gathered: &mut Gathered,
    ) -> Result<(), Error> {
        let Some(entry) = &self.entry else { return Ok(()) };
        let words = self.entries.term().first() == Some(&kind::WORD);
        let bytes = self.postings.get(entry.postings.clone())?;
        let positions = self.positions.get(entry.positions.clone())?;
        let Input { segment, places, .. } = self.input;
        lists
            .each(bytes, positions, entry.articles, words, segment.articles, |ordinal, f, own| {
                let place = places[ordinal as usize];
                if place != GONE {
                    let length = rows[place as usize].tokens();
                    let posting = Posting { ordinal: place, frequencies: f, length };
                    gathered.postings.push((posting, gathered.gaps.len()));
                    gathered.gaps.extend_from_slice(own);
                }
                Ok(())
            })
            .map_err(|damaged| segment.damaged(damaged))
    }
}

/// The postings of a term in the order that they were read, each with the place of its first gap.
#[derive(Default)]
struct Gathered {
    postings: Vec<(Posting, usize)>,
    gaps: Vec<u32>,
}

fn merge_terms(
    connection: &Connection,
    inputs: &[Input<'_>],
    rows: &[Row],
    outputs: &mut [Output<'_>],
) -> Result<(), Error> {
    let start = TermIndex::default();
    let no_cache = Cache::new(0);
    let mut cursors = Vec::with_capacity(inputs.len());
    for input in inputs {
        let span =
            |part| input.segment.stream(connection, &no_cache).span(input.segment.part(part));
        let mut cursor = Cursor {
            input,
            entries: start.entries(0, &input.dictionary),
            entry: None,
            postings: span(Part::Postings),
            positions: span(Part::Positions),
        };
        cursor.step()?;
        cursors.push(cursor);
    }
    let mut lists = WholeLists::new();
    let mut list = Gathered::default();
    let (mut postings, mut gaps) = (Vec::new(), Vec::new());
    let (mut term, mut having) = (Vec::new(), Vec::new());
    loop {
        // Which inputs have the least term.
        having.clear();
        for (number, cursor) in cursors.iter().enumerate() {
            let Some(own) = cursor.term() else { continue };
            let least = having.first().and_then(|&first: &usize| cursors[first].term());
            match least.map_or(Ordering::Less, |least| own.cmp(least)) {
                Ordering::Less => {
                    having.clear();
                    having.push(number);
                }
                Ordering::Equal => having.push(number),
                Ordering::Greater => {}
            }
        }
        let Some(least) = having.first().and_then(|&first| cursors[first].term()) else { break };
        term.clear();
        term.extend_from_slice(least);
        list.postings.clear();
        list.gaps.clear();
        for &number in &having {
            let cursor = &mut cursors[number];
            cursor.gather(&mut lists, rows, &mut list)?;
            cursor.step()?;
        }
        let Gathered { postings: gathered, gaps: gathered_gaps } = &mut list;
        if !gathered.is_sorted_by_key(|(posting, _)| posting.ordinal) {
            gathered.sort_unstable_by_key(|(posting, _)| posting.ordinal);
        }
        let mut rest = gathered.as_slice();
        for output in &mut *outputs {
            let end = output.start + output.rows.len() as u32;
            let (own, later) = rest.split_at(rest.partition_point(|(p, _)| p.ordinal < end));
            rest = later;
            if own.is_empty() {
                continue;
            }
            postings.clear();
            gaps.clear();
            for (posting, first) in own {
                postings.push(Posting { ordinal: posting.ordinal - output.start, ..*posting });
                let last = first + posting.positions() as usize;
                gaps.extend_from_slice(&gathered_gaps[*first..last]);
            }
            output.terms.push(&term, &postings, &gaps);
        }
    }
    Ok(())
}
