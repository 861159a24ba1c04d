//! How near two texts are, and how near-duplicates are found without a scan.
//!
//! A text is the set of its three-word shingles (Broder 1997, "On the resemblance and
//! containment of documents"), kept as their hashes in ascending order, each once. Six MinHash values of the set, two to a band, give three
//! integers to store; two texts of resemblance *s* share a band with probability
//! 1 − (1 − s²)³: 0.95 at 0.8, 0.99 at 0.9. Candidates are then compared exactly.

use crate::index::Analysed;
use std::borrow::Cow;
use xxhash_rust::xxh3::xxh3_64;

/// Resemblance from which two texts count as near-duplicates.
pub(crate) const NEAR: f64 = 0.75;

/// Words to a shingle.
const WORDS: usize = 3;

/// Odd multipliers, one a MinHash function: the first digits of √2, √3, √5, √7, √11, √13.
const FUNCTIONS: [u64; 6] = [
    0x6a09_e667_f3bc_c909,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
];

/// What a text is looked up by, each with its number in the two lowest bits.
pub(crate) type Bands = [i64; FUNCTIONS.len() / 2];

/// Bits of a band: in a window of weeks that is selective enough.
pub(crate) const BAND_BITS: u32 = 24;

/// The text by which near-duplicates are judged, as tokens: the body, else what there is.
fn judged(analysed: &Analysed) -> Cow<'_, str> {
    if analysed.body.is_empty() {
        format!("{} {}", analysed.headline, analysed.summary).into()
    } else {
        analysed.body.as_str().into()
    }
}

/// The shingles of the text by which near-duplicates are judged.
pub(crate) fn shingles_of(analysed: &Analysed) -> Vec<u64> {
    shingles(&judged(analysed))
}

/// The bands of that text; none of an empty one.
pub(crate) fn bands_of(analysed: &Analysed) -> Option<Bands> {
    bands(&in_order(&judged(analysed)))
}

/// The shingles of a text, from its tokens with blanks between.
pub(crate) fn shingles(tokens: &str) -> Vec<u64> {
    let mut shingles = in_order(tokens);
    shingles.sort_unstable();
    shingles.dedup();
    shingles
}

/// The shingles of a text as they stand in it.
fn in_order(tokens: &str) -> Vec<u64> {
    // Seldom more than one for five bytes: growing costs a third of the rest.
    let mut words = Vec::with_capacity(tokens.len() / 5);
    words.extend(tokens.split_ascii_whitespace().map(|word| xxh3_64(word.as_bytes())));
    let join = |words: &[u64]| {
        words.iter().fold(0u64, |hash, word| {
            (hash.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        })
    };
    if words.len() < WORDS {
        return if words.is_empty() { Vec::new() } else { vec![join(&words)] };
    }
    words.windows(WORDS).map(join).collect()
}

fn bands(shingles: &[u64]) -> Option<Bands> {
    if shingles.is_empty() {
        return None;
    }
    let mut least = [u64::MAX; FUNCTIONS.len()];
    for shingle in shingles {
        for (least, function) in least.iter_mut().zip(FUNCTIONS) {
            let mixed = (shingle ^ (shingle >> 29)).wrapping_mul(function);
            *least = (*least).min(mixed ^ (mixed >> 32));
        }
    }
    let mut bands = Bands::default();
    for (number, (band, pair)) in bands.iter_mut().zip(least.chunks_exact(2)).enumerate() {
        let joined = pair.iter().fold(0u64, |hash, value| {
            (hash.rotate_left(31) ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        });
        let bits = (joined >> (64 - BAND_BITS + 2)) as i64;
        *band = bits << 2 | number as i64;
    }
    Some(bands)
}

/// How many shingles two texts have in common.
fn common(a: &[u64], b: &[u64]) -> usize {
    let mut b = b.iter().peekable();
    a.iter()
        .filter(|shingle| {
            while b.next_if(|other| other < shingle).is_some() {}
            b.peek() == Some(shingle)
        })
        .count()
}

/// The share of shingles that two texts have in common, of all that either has.
pub(crate) fn resemblance(a: &[u64], b: &[u64]) -> f64 {
    let common = common(a, b);
    let all = a.len() + b.len() - common;
    if all == 0 { 1.0 } else { common as f64 / all as f64 }
}

/// The share of the smaller text's shingles that the greater one has too.
pub(crate) fn containment(a: &[u64], b: &[u64]) -> f64 {
    let least = a.len().min(b.len());
    if least == 0 { 0.0 } else { common(a, b) as f64 / least as f64 }
}
