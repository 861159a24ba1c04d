//! Names that no list has: a linear-chain model reads English text and says where people, organisations
//! and places are named.
//!
//! ```text
//! text ── token ──▶ words, runs of capitals ── features (lexicon) ──▶ hashes
//!      ── model ──▶ a score for each tag ── chain ──▶ tags ──▶ names ── heads, agree ──▶ names
//! ```
//!
//! A text is read twice: what is sure at one place of it ("Boris Lebedev said") is a feature of
//! the same words elsewhere ("Lebedev"). The weights are in `model.bin`, beside which `MODEL.md` tells
//! what they were trained from; the program that trains and measures them is `tools/train-recogniser`.

// The training program compiles these files too, and uses what the library does not: it writes
// the format that the library reads, and follows the sums of the chain.
mod agree;
#[allow(dead_code, reason = "the training program uses it")]
mod chain;
mod features;
mod heads;
#[allow(dead_code, reason = "the training program uses it")]
mod lexicon;
#[allow(dead_code, reason = "the training program uses it")]
mod model;
#[allow(dead_code, reason = "the training program uses it")]
mod table;
#[allow(dead_code, reason = "the training program uses it")]
mod tag;
mod token;
mod topic;

pub(super) use features::HashKeyed;
pub(super) use lexicon::{hash, hash_lower};
use model::Model;
use std::ops::Range;
use std::sync::LazyLock;
pub use tag::NameKind;

/// A name in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    /// Bytes of the text, on character boundaries.
    pub range: Range<usize>,
    /// What it names.
    pub kind: NameKind,
    /// How likely it is that these words are a name, from 0 to 1: the least of what the model gives
    /// its words; of a name that only other places of the text gave away, what it gives them there.
    pub confidence: f32,
}

/// The version of the recogniser, for the record of who found a name.
pub const RECOGNISER_VERSION: &str = "6";

/// Longer texts are read part by part: what is remembered of a text is bounded.
const PART: usize = 1 << 16;

static MODEL: LazyLock<Option<Model>> = LazyLock::new(|| {
    let bytes = zstd::decode_all(include_bytes!("model.bin").as_slice()).ok()?;
    Model::read(&bytes)
});

/// The names in a text, in order, none within another. `language` is the BCP 47 tag of the text,
/// empty where it is not known; the model knows English, and finds nothing in a text that is said
/// to be in another language.
///
/// ```
/// use newsdb::annotate::{NameKind, recognise_names};
///
/// let text = "Wilhelmina Skarsgaardsen, who chairs Plovmand Holdings Corp, came to Oslo on Monday.";
/// let names = recognise_names(text, "en");
/// assert_eq!(&text[names[0].range.clone()], "Wilhelmina Skarsgaardsen");
/// assert_eq!(names[0].kind, NameKind::Person);
/// ```
pub fn recognise_names(text: &str, language: &str) -> Vec<Name> {
    let primary = language.split(['-', '_']).next().unwrap_or_default();
    let is_english = primary.is_empty() || primary.eq_ignore_ascii_case("en");
    let Some(model) = MODEL.as_ref().filter(|_| is_english) else {
        return Vec::new();
    };
    let mut names = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let end = part_end(text, start);
        let found = model.names(text.get(start..end).unwrap_or_default());
        names.extend(found.into_iter().map(|name| Name {
            range: name.range.start + start..name.range.end + start,
            kind: name.kind,
            confidence: name.likely,
        }));
        start = end;
    }
    names
}

/// Where the part that begins at `start` ends: after a line, else after a blank, else anywhere.
fn part_end(text: &str, start: usize) -> usize {
    if text.len() - start <= PART {
        return text.len();
    }
    let limit = (start..=start + PART).rev().find(|&at| text.is_char_boundary(at));
    let part = text.get(start..limit.unwrap_or(text.len())).unwrap_or_default();
    let cut = part.rfind('\n').or_else(|| part.rfind(' ')).map_or(part.len(), |at| at + 1);
    start + cut
}
