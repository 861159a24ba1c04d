//! Names that stay unlinked, with what they may mean.

use super::gazetteer::Entry;
use super::{GAZETTEER, knowledge};
use crate::model::{Annotation, EntityKind, ExternalId, Field};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::ops::Range;

/// Who or what a name may mean that stays without a link, since none of several leads by enough: a
/// wrong link is worse than none. Stored as the value of annotations of the kind `unlinked`, whose
/// range is the name, where it first stands: a hundred names of an article at most. A person who knows
/// links it ([`NewsDb::add_entity`](crate::NewsDb::add_entity), with the ids of the candidate meant),
/// or tells what is never meant by it.
///
/// ```
/// use newsdb::annotate::{Unlinked, annotate};
/// let text = "The fair in Santa Cruz opened.";
/// let found = annotate(text, Some("en"));
/// let unlinked = found.details.iter().find(|said| said.kind == "unlinked").unwrap();
/// let span = unlinked.span.as_ref().unwrap();
/// assert_eq!(&text[span.start..span.end], "Santa Cruz");
/// let unlinked: Unlinked = serde_json::from_value(unlinked.value.clone()).unwrap();
/// assert!(unlinked.candidates.len() > 1);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Unlinked {
    /// The likeliest first, five at most.
    pub candidates: Vec<UnlinkedCandidate>,
}

/// One that an unlinked name may mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnlinkedCandidate {
    /// What it is.
    pub kind: EntityKind,
    /// Its chief name.
    pub name: String,
    /// Its ids elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_ids: Vec<ExternalId>,
    /// How well it fits by itself, from 0 to 1, as that of a mention.
    pub confidence: f64,
}

/// Candidates of a name that are kept.
pub(super) const CANDIDATES: usize = 5;

/// Names of an article that are kept.
pub(super) const NAMES: usize = 100;

impl UnlinkedCandidate {
    pub(super) fn new(entry: &Entry, kind: EntityKind, confidence: f32) -> Self {
        Self {
            kind,
            name: entry.name.to_string(),
            external_ids: entry.external_ids(),
            confidence: (f64::from(confidence) * 100.0).round() / 100.0,
        }
    }
}

/// The annotation that keeps them.
pub(super) fn annotation(
    field: Field,
    range: Range<usize>,
    candidates: Vec<UnlinkedCandidate>,
) -> Annotation {
    let value = json!(Unlinked { candidates });
    Annotation::new(format!("{GAZETTEER}:{}", knowledge::VERSION), "unlinked", value)
        .span(field, range)
}
