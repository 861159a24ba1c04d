//! Precision, recall and F1 of exact ranges.

use crate::corpora::{Document, bit};
use crate::recogniser::tag::NameKind;
use std::collections::HashSet;
use std::ops::Range;

/// Counts for each kind.
#[derive(Debug, Default, Clone, Copy)]
pub struct Counts {
    right: [u32; 4],
    found: [u32; 4],
    marked: [u32; 4],
}

impl Counts {
    /// Compares what was found in a document with what is marked.
    pub fn add(&mut self, document: &Document, found: &[(Range<usize>, NameKind)]) {
        let found: HashSet<_> = found.iter().map(|(range, kind)| (range.clone(), *kind)).collect();
        for kind in NameKind::ALL {
            let marked: HashSet<_> = document
                .names
                .iter()
                .filter(|name| name.kinds == bit(kind))
                .map(|name| (name.range.clone(), kind))
                .collect();
            let of_kind = found.iter().filter(|(_, other)| *other == kind);
            self.found[kind as usize] += of_kind.count() as u32;
            self.marked[kind as usize] += marked.len() as u32;
            self.right[kind as usize] += marked.intersection(&found).count() as u32;
        }
    }

    fn line(&self, kinds: &[NameKind]) -> String {
        let sum = |counts: &[u32; 4]| kinds.iter().map(|&k| counts[k as usize]).sum::<u32>();
        let (right, found, marked) = (sum(&self.right), sum(&self.found), sum(&self.marked));
        let ratio = |whole: u32| if whole == 0 { 0.0 } else { f64::from(right) / f64::from(whole) };
        let (precision, recall) = (ratio(found), ratio(marked));
        let sum = precision + recall;
        let f1 = if sum == 0.0 { 0.0 } else { 2.0 * precision * recall / sum };
        format!("{precision:.3} {recall:.3} {f1:.3}")
    }

    /// Precision, recall, F1 of person, organisation and place together and by kind.
    pub fn report(&self) -> String {
        use NameKind::{Organisation, Person, Place};
        format!(
            "together {}   person {}   organisation {}   place {}",
            self.line(&[Person, Organisation, Place]),
            self.line(&[Person]),
            self.line(&[Organisation]),
            self.line(&[Place]),
        )
    }
}
