//! The lexicon: classes of words used alike, by k-means over word vectors, and lists of names.

use crate::corpora::{Result, load};
use crate::names::Names;
use crate::random::Random;
use crate::recogniser::lexicon::{Classes, Entry, Lexicon, extend_phrase, hash, hash_lower, list};
use crate::recogniser::tag::NameKind;
use crate::recogniser::token::tokens;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::Path;

/// Coarse classes, and classes within each, of the two divisions.
const FIRST: (usize, usize) = (64, 16);
const SECOND: (usize, usize) = (48, 24);
const ROUNDS: usize = 12;
const SEED: u64 = 12;

/// Builds the lexicon from the vectors in a spaCy vocabulary folder and the lists of names.
/// Of words in small letters only those of `seen` are kept.
pub fn build(vocabulary: &Path, names: &Names, seen: &HashSet<String>) -> Result<Lexicon> {
    let (vectors, width) = vectors(&fs::read(vocabulary.join("vectors"))?)?;
    let unit = unit_vectors(&vectors, width);
    let mut random = Random(SEED);
    let (first, second) = (divide(&unit, FIRST, &mut random), divide(&unit, SECOND, &mut random));
    let classes = first.iter().zip(&second).map(|(first, second)| Classes {
        coarse: 1 + first.0,
        fine: 1 + first.1,
        other: 1 + second.1,
    });
    let classes: Vec<Classes> = classes.collect();
    let rows = key_rows(&fs::read(vocabulary.join("key2row"))?)?;
    let strings: Vec<String> = serde_json::from_str(&load(&vocabulary.join("strings.json"))?)?;
    let all: HashSet<&str> = strings.iter().map(String::as_str).collect();
    let mut words: BTreeMap<String, Entry> = BTreeMap::new();
    for word in strings.iter().filter(|word| is_kept(word, &all, seen)) {
        let Some(&row) = rows.get(&murmur64(word.as_bytes(), 1)) else { continue };
        words.entry(word.clone()).or_default().sense = row as u16 + 1;
    }
    let mut phrases: BTreeMap<u64, u8> = BTreeMap::new();
    let lists = [
        (&names.surnames, list::SURNAME, NameKind::Person),
        (&names.forenames, list::FORENAME, NameKind::Person),
        (&names.people, 0, NameKind::Person),
        (&names.organisations, list::ORGANISATION, NameKind::Organisation),
        (&names.clubs, list::CLUB, NameKind::Organisation),
        (&names.regions, list::REGION, NameKind::Place),
        (&names.cities, list::CITY, NameKind::Place),
        (&names.countries, list::COUNTRY, NameKind::Place),
        (&names.nationalities, list::NATIONALITY, NameKind::Other),
    ];
    for (names, bit, kind) in lists {
        for name in names {
            let parts = tokens(name);
            if let [part] = parts.as_slice() {
                let lower = name[part.start..part.end].to_lowercase();
                words.entry(lower).or_default().lists |= bit;
            } else {
                let phrase = parts
                    .iter()
                    .fold(0, |phrase, t| extend_phrase(phrase, hash_lower(&name[t.start..t.end])));
                *phrases.entry(phrase).or_default() |= 1 << kind as u8;
            }
        }
    }
    let words: Vec<_> = words.iter().map(|(word, entry)| (hash(word), *entry)).collect();
    let phrases: Vec<_> = phrases.into_iter().collect();
    eprintln!("lexicon: {} words, {} phrases", words.len(), phrases.len());
    Ok(Lexicon::new(&words, &classes, &phrases))
}

/// Words, but not the shouted forms of others, and small ones only if they were seen.
fn is_kept(word: &str, all: &HashSet<&str>, seen: &HashSet<String>) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let length = word.chars().count();
    let plain = word.chars().next().is_some_and(char::is_alphabetic)
        && (1..=20).contains(&length)
        && word.chars().all(|c| c.is_alphabetic() || "-.&".contains(c));
    if !plain || letters * 2 < length {
        return false;
    }
    let lower = word.to_lowercase();
    if word == lower {
        return seen.contains(word);
    }
    let mut title = lower.clone();
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let shouted = word == word.to_uppercase() && length > 1;
    !(shouted && all.contains(title.as_str()) && !seen.contains(word))
}

/// A matrix of `f32` in NumPy's format 1.0, and its width.
fn vectors(file: &[u8]) -> Result<(Vec<f32>, usize)> {
    let header_length = usize::from(u16::from_le_bytes([file[8], file[9]]));
    let header = String::from_utf8_lossy(&file[10..10 + header_length]);
    let shape = header.split_once("'shape': (").ok_or("no shape")?.1;
    let width = shape.split([',', ')']).nth(1).ok_or("no width")?.trim().parse()?;
    let numbers = file[10 + header_length..].chunks_exact(4);
    Ok((numbers.map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect(), width))
}

/// A MessagePack map from 64-bit keys to rows.
fn key_rows(file: &[u8]) -> Result<HashMap<u64, usize>> {
    let number = |at: usize, size: usize| {
        file[at..at + size].iter().fold(0u64, |number, &byte| number << 8 | u64::from(byte))
    };
    let (count, mut at) = match file[0] {
        0xdf => (number(1, 4), 5),
        0xde => (number(1, 2), 3),
        other => return Err(format!("no map but {other:#x}").into()),
    };
    let mut integer = || -> Result<u64> {
        let head = file[at];
        let size = match head {
            0..=0x7f => {
                return {
                    at += 1;
                    Ok(u64::from(head))
                };
            }
            0xcc => 1,
            0xcd => 2,
            0xce => 4,
            0xcf => 8,
            other => return Err(format!("no number but {other:#x}").into()),
        };
        at += 1 + size;
        Ok(number(at - size, size))
    };
    (0..count).map(|_| Ok((integer()?, integer()? as usize))).collect()
}

/// MurmurHash64A (Appleby 2008), by which spaCy numbers its strings.
fn murmur64(bytes: &[u8], seed: u64) -> u64 {
    const M: u64 = 0xc6a4_a793_5bd1_e995;
    let mut hash = seed ^ (bytes.len() as u64).wrapping_mul(M);
    let chunks = bytes.chunks_exact(8);
    let tail = chunks.remainder();
    for chunk in chunks {
        let mut k = chunk.iter().rev().fold(0u64, |k, &byte| k << 8 | u64::from(byte));
        k = k.wrapping_mul(M);
        k ^= k >> 47;
        hash = (hash ^ k.wrapping_mul(M)).wrapping_mul(M);
    }
    if !tail.is_empty() {
        let rest = tail.iter().rev().fold(0u64, |k, &byte| k << 8 | u64::from(byte));
        hash = (hash ^ rest).wrapping_mul(M);
    }
    hash = (hash ^ (hash >> 47)).wrapping_mul(M);
    hash ^ (hash >> 47)
}

/// The rows at length 1.
fn unit_vectors(vectors: &[f32], width: usize) -> Vec<Vec<f32>> {
    let unit = |row: &[f32]| {
        let norm = row.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-9);
        row.iter().map(|x| x / norm).collect()
    };
    vectors.chunks_exact(width).map(unit).collect()
}

/// The coarse class and the class of each row, both from 0 on.
fn divide(
    unit: &[Vec<f32>],
    (coarse, fine): (usize, usize),
    random: &mut Random,
) -> Vec<(u16, u16)> {
    let rows: Vec<usize> = (0..unit.len()).collect();
    let groups = k_means(unit, &rows, coarse, random);
    let mut classes = vec![(0, 0); unit.len()];
    for group in 0..coarse {
        let members: Vec<usize> =
            rows.iter().copied().filter(|&row| groups[row] == group).collect();
        let within = k_means(unit, &members, fine, random);
        for (&row, within) in members.iter().zip(within) {
            classes[row] = (group as u16, (group * fine + within) as u16);
        }
    }
    classes
}

/// The nearest of `k` centres for each member, by the cosine.
fn k_means(unit: &[Vec<f32>], members: &[usize], k: usize, random: &mut Random) -> Vec<usize> {
    let mut nearest = vec![0; members.len()];
    if members.is_empty() {
        return nearest;
    }
    let mut centres: Vec<Vec<f32>> = (0..k).map(|_| unit[*random.pick(members)].clone()).collect();
    for _ in 0..ROUNDS {
        for (slot, &row) in nearest.iter_mut().zip(members) {
            let likeness = |centre: &Vec<f32>| -> f32 {
                centre.iter().zip(&unit[row]).map(|(a, b)| a * b).sum()
            };
            let by_likeness = centres.iter().map(likeness).enumerate();
            *slot = by_likeness.max_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(at, _)| at);
        }
        for (at, centre) in centres.iter_mut().enumerate() {
            let mine = nearest.iter().zip(members).filter(|(nearest, _)| **nearest == at);
            let mut sum = vec![0.0f32; centre.len()];
            for (_, &row) in mine {
                sum.iter_mut().zip(&unit[row]).for_each(|(sum, x)| *sum += x);
            }
            let norm = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
            *centre = if norm > 0.0 {
                sum.iter().map(|x| x / norm).collect()
            } else {
                unit[*random.pick(members)].clone()
            };
        }
    }
    nearest
}
