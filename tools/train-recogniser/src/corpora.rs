//! Readers of the annotated corpora: to plain text with ranges, in one scheme.

use crate::recogniser::tag::NameKind;
use flate2::read::GzDecoder;
use serde_json::Value;
use std::error::Error;
use std::fs;
use std::io::Read;
use std::ops::Range;
use std::path::Path;

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A name as a corpus marks it.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    pub range: Range<usize>,
    /// The kinds that it may have, or [`NONE`].
    pub kinds: u8,
}

/// The bit of a label that says that there may be no name at all.
pub const NONE: u8 = 1 << 4;

pub fn bit(kind: NameKind) -> u8 {
    1 << kind as u8
}

/// A text with its names.
#[derive(Debug, Clone)]
pub struct Document {
    pub corpus: &'static str,
    pub text: String,
    /// In order, none within another.
    pub names: Vec<Label>,
    /// Whether the corpus marks names of kind [`NameKind::Other`] as well.
    pub marks_others: bool,
}

/// The corpora with names marked by people, in the order of the reports.
pub const CORPORA: [&str; 6] =
    ["wikigold", "meantime", "gum-news", "wnut17", "newswire", "germeval14"];

/// Reads a corpus from the folder that holds `ner/` and `linking/`.
pub fn read(corpus: &'static str, data: &Path) -> Result<Vec<Document>> {
    match corpus {
        "wikigold" => conll(corpus, &data.join("ner/wikigold.conll.txt"), &WIKIGOLD),
        "meantime" => meantime(corpus, &data.join("linking/meantime-dev.jsonl.gz")),
        "gum-news" => gum_news(corpus, &data.join("ner/gum-news")),
        "wnut17" => {
            let mut all = Vec::new();
            for part in [
                "train/wnut17train.conll",
                "dev/emerging.dev.conll",
                "test/emerging.test.annotated",
            ] {
                all.extend(conll(corpus, &data.join("ner/wnut17").join(part), &WNUT)?);
            }
            Ok(all)
        }
        "newswire" => Ok(newswire(corpus, include_str!("../../../tests/fixtures/newswire.txt"))),
        "germeval14" => germeval(corpus, &data.join("ner/germeval14-de.dev.jsonl.gz")),
        _ => Err(format!("no corpus {corpus}").into()),
    }
}

pub fn unzip(path: &Path) -> Result<String> {
    let mut text = String::new();
    GzDecoder::new(fs::File::open(path).map_err(|e| format!("{}: {e}", path.display()))?)
        .read_to_string(&mut text)?;
    Ok(text)
}

pub fn load(path: &Path) -> Result<String> {
    Ok(String::from_utf8_lossy(&fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?)
        .into_owned())
}

use NameKind::{Organisation, Other, Person, Place};

/// The labels of a corpus and the kinds that they stand for.
type Scheme = [(&'static str, NameKind)];

const WIKIGOLD: [(&str, NameKind); 4] =
    [("PER", Person), ("ORG", Organisation), ("LOC", Place), ("MISC", Other)];
const WNUT: [(&str, NameKind); 6] = [
    ("person", Person),
    ("location", Place),
    ("corporation", Organisation),
    ("group", Organisation),
    ("product", Other),
    ("creative-work", Other),
];

/// Builds a text word by word.
#[derive(Debug, Default)]
struct Builder {
    text: String,
    names: Vec<Label>,
}

impl Builder {
    /// Adds a word, and its tag: `B-X`, `I-X` or `O`.
    fn word(&mut self, word: &str, tag: &str, scheme: &Scheme, before: &str) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push(' ');
        }
        let start = self.text.len();
        self.text.push_str(word);
        let Some((position, label)) = tag.split_once('-') else { return };
        let Some(&(_, kind)) = scheme.iter().find(|(name, _)| *name == label) else { return };
        let goes_on = position == "I" && before.ends_with(label) && before != "O";
        match self.names.last_mut() {
            Some(last) if goes_on => last.range.end = self.text.len(),
            _ => self.names.push(Label { range: start..self.text.len(), kinds: bit(kind) }),
        }
    }

    fn done(&mut self, corpus: &'static str, marks_others: bool) -> Option<Document> {
        let Builder { text, names } = std::mem::take(self);
        (!text.is_empty()).then_some(Document { corpus, text, names, marks_others })
    }
}

/// `word TAG` lines, sentences between empty lines, documents at `-DOCSTART-` (where a corpus has
/// none, twenty sentences are one).
fn conll(corpus: &'static str, path: &Path, scheme: &Scheme) -> Result<Vec<Document>> {
    let text = load(path)?;
    let marks_documents = text.contains("-DOCSTART-");
    let (mut documents, mut builder) = (Vec::new(), Builder::default());
    let (mut before, mut sentences) = (String::from("O"), 0);
    for line in text.lines() {
        let mut columns = line.split_whitespace();
        let (Some(word), Some(tag)) = (columns.next(), columns.next_back()) else {
            builder.text.push('\n');
            before = String::from("O");
            sentences += 1;
            if !marks_documents && sentences % 20 == 0 {
                documents.extend(builder.done(corpus, true));
            }
            continue;
        };
        if word == "-DOCSTART-" {
            documents.extend(builder.done(corpus, true));
            continue;
        }
        builder.word(word, tag, scheme, &before);
        before = tag.to_owned();
    }
    documents.extend(builder.done(corpus, true));
    Ok(documents)
}

const GERMEVAL: [(&str, NameKind); 4] =
    [("PER", Person), ("ORG", Organisation), ("LOC", Place), ("OTH", Other)];

fn germeval(corpus: &'static str, path: &Path) -> Result<Vec<Document>> {
    let mut documents = Vec::new();
    for line in unzip(path)?.lines() {
        let row: Value = serde_json::from_str(line)?;
        let mut builder = Builder::default();
        let mut before = "O";
        let words = row["tokens"].as_array().ok_or("no tokens")?;
        for (word, tag) in words.iter().zip(row["tags"].as_array().ok_or("no tags")?) {
            let tag = tag.as_str().unwrap_or("O");
            builder.word(word.as_str().unwrap_or_default(), tag, &GERMEVAL, before);
            before = tag;
        }
        documents.extend(builder.done(corpus, true));
    }
    Ok(documents)
}

/// Texts between empty lines, names in them as `[P Ada Berg]`, by the first letters of CoNLL's labels
/// (`M` for others).
fn newswire(corpus: &'static str, marked: &str) -> Vec<Document> {
    let document = |marked: &str| {
        let (mut text, mut names) = (String::new(), Vec::new());
        for piece in marked.split_inclusive(']') {
            let Some((before, name)) = piece.trim_end_matches(']').split_once('[') else {
                text.push_str(piece);
                continue;
            };
            text.push_str(before);
            let (label, name) = name.split_once(' ').unwrap_or_default();
            let kind = match label {
                "P" => Person,
                "O" => Organisation,
                "L" => Place,
                _ => Other,
            };
            names.push(Label { range: text.len()..text.len() + name.len(), kinds: bit(kind) });
            text.push_str(name);
        }
        text.push('\n');
        Document { corpus, text, names, marks_others: true }
    };
    marked.split("\n\n").map(document).collect()
}

/// Mentions of MEANTIME: names (`NAM`, also before a noun), the longest that consist of words
/// with capitals, without articles; mentions without syntactic type count if others of the same
/// text have one.
fn meantime(corpus: &'static str, path: &Path) -> Result<Vec<Document>> {
    let mut documents = Vec::new();
    for line in unzip(path)?.lines() {
        let row: Value = serde_json::from_str(line)?;
        let text = row["text"].as_str().ok_or("no text")?.to_owned();
        let at = byte_offsets(&text);
        let mut names = Vec::new();
        let mentions_end = row["mentions"]
            .as_array()
            .and_then(|all| all.iter().filter_map(|mention| mention["end"].as_u64()).max());
        for mention in row["mentions"].as_array().into_iter().flatten() {
            let kind = match mention["type"].as_str() {
                Some("PER") => Person,
                Some("ORG") => Organisation,
                Some("LOC") => Place,
                Some("PRO") => Other,
                _ => continue,
            };
            let named =
                mention["syn"].as_str().is_none_or(|syn| syn.is_empty() || syn.ends_with("NAM"));
            let (Some(start), Some(end)) = (mention["start"].as_u64(), mention["end"].as_u64())
            else {
                continue;
            };
            let range = at[start as usize]..at[end as usize];
            let range = without_title(&text, range, kind);
            let pronoun = PRONOUNS.contains(&&text[range.clone()]);
            if named && !pronoun && all_capital(&text[range.clone()]) {
                names.push(Label { range, kinds: bit(kind) });
            }
        }
        // Only the first sentences of a text are annotated.
        let last = mentions_end.map_or(text.len(), |end| at[end as usize]);
        let end = text[last..].find('\n').map_or(text.len(), |more| last + more);
        let text = text[..end].to_owned();
        documents.push(Document { corpus, text, names: longest(names), marks_others: false });
    }
    Ok(documents)
}

/// Byte offsets of the characters of a text, and its length.
pub fn byte_offsets(text: &str) -> Vec<usize> {
    text.char_indices().map(|(at, _)| at).chain([text.len()]).collect()
}

/// Mentions without syntactic type may be these.
const PRONOUNS: [&str; 8] = ["We", "They", "It", "He", "She", "I", "You", "Who"];
/// Words that stand before a name and do not belong to it.
const ARTICLES: [&str; 5] = ["the", "The", "a", "an", "THE"];
pub const TITLES: [&str; 40] = [
    "Mr.",
    "Mr",
    "Mrs.",
    "Mrs",
    "Ms.",
    "Ms",
    "Dr.",
    "Dr",
    "Sir",
    "President",
    "Senator",
    "Sen.",
    "Rep.",
    "Gov.",
    "Gen.",
    "Lt.",
    "Col.",
    "Capt.",
    "Sgt.",
    "Governor",
    "General",
    "Prime",
    "Minister",
    "Secretary",
    "Chancellor",
    "Judge",
    "Justice",
    "Congressman",
    "Mayor",
    "Prof.",
    "Professor",
    "King",
    "Queen",
    "Prince",
    "Princess",
    "Pope",
    "Rev.",
    "Lord",
    "Lady",
    "CEO",
];

/// The range without the articles, and for persons the titles, that it begins with, and without
/// a possessive at its end.
pub fn without_title(text: &str, range: Range<usize>, kind: NameKind) -> Range<usize> {
    let Range { mut start, mut end } = range;
    while let Some((word, _)) = text[start..end].split_once([' ', '\u{a0}']) {
        let title = kind == Person && TITLES.contains(&word);
        if !title && !ARTICLES.contains(&word) {
            break;
        }
        start += word.len();
        start += text[start..end].len() - text[start..end].trim_start().len();
    }
    for possessive in ["'s", "’s", "'", "’"] {
        if let Some(rest) = text[start..end].strip_suffix(possessive) {
            end = start + rest.trim_end().len();
            break;
        }
    }
    start..end
}

/// Whether every word begins with a capital or is one that stands between capitals.
fn all_capital(text: &str) -> bool {
    let small = ["of", "the", "and", "for", "de", "&", "'s", "-", "la", "al", "du"];
    let words: Vec<&str> = text.split_whitespace().collect();
    let capital = |word: &str| word.chars().next().is_some_and(|c| c.is_uppercase());
    words.iter().all(|word| capital(word) || small.contains(word) || word.parse::<f32>().is_ok())
        && words.first().is_some_and(|word| capital(word))
        && words.last().is_some_and(|word| !small.contains(word))
}

/// The labels in order, without those within or across longer ones.
pub fn longest(mut names: Vec<Label>) -> Vec<Label> {
    names.sort_by_key(|name| (std::cmp::Reverse(name.range.len()), name.range.start));
    let mut kept: Vec<Label> = Vec::new();
    for name in names {
        let free = |other: &Label| {
            other.range.end <= name.range.start || name.range.end <= other.range.start
        };
        if kept.iter().all(free) {
            kept.push(name);
        }
    }
    kept.sort_by_key(|name| name.range.start);
    kept
}

/// CoNLL-U with entities: of each person, place and organisation the stretch of proper nouns
/// that it is named by.
fn gum_news(corpus: &'static str, folder: &Path) -> Result<Vec<Document>> {
    let mut paths: Vec<_> = fs::read_dir(folder)?.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.sort();
    paths.iter().map(|path| gum_document(corpus, &load(path)?)).collect()
}

struct GumWord {
    range: Range<usize>,
    proper: bool,
}

fn gum_document(corpus: &'static str, file: &str) -> Result<Document> {
    let mut text = String::new();
    let mut words: Vec<GumWord> = Vec::new();
    let mut open: Vec<(String, usize, String)> = Vec::new();
    let mut names = Vec::new();
    for line in file.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let &[number, form, _, part, _, _, _, _, _, misc] = columns.as_slice() else {
            if line.is_empty() {
                text.push('\n');
            }
            continue;
        };
        if !number.chars().all(|c| c.is_ascii_digit()) {
            continue;
        }
        let start = text.len();
        text.push_str(form);
        words.push(GumWord { range: start..text.len(), proper: part == "PROPN" });
        if !misc.contains("SpaceAfter=No") {
            text.push(' ');
        }
        let entities = misc.split('|').find_map(|field| field.strip_prefix("Entity="));
        for (opens, id, rest) in entities.map(brackets).unwrap_or_default() {
            let fields: Vec<&str> = rest.split('-').collect();
            if opens {
                let kind = fields.first().copied().unwrap_or_default().to_owned();
                open.push((id.to_owned(), words.len() - 1, kind));
            }
            if !opens || rest.ends_with(')') {
                let Some(found) = open.iter().rposition(|(open, _, _)| *open == id) else {
                    continue;
                };
                let (_, first, kind) = open.remove(found);
                let kind = match kind.as_str() {
                    "person" => Person,
                    "place" => Place,
                    "organization" => Organisation,
                    _ => continue,
                };
                if let Some(range) = proper_stretch(&words[first..], &text) {
                    let range = without_title(&text, range, kind);
                    if all_capital(&text[range.clone()]) {
                        names.push(Label { range, kinds: bit(kind) });
                    }
                }
            }
        }
    }
    let names = longest(names);
    Ok(Document { corpus, text, names, marks_others: false })
}

/// The opening and closing brackets of an `Entity` value: (opens, id, the rest).
fn brackets(value: &str) -> Vec<(bool, String, String)> {
    let mut found = Vec::new();
    let mut rest = value;
    while !rest.is_empty() {
        if let Some(opened) = rest.strip_prefix('(') {
            let end = opened.find(['(', ')']).unwrap_or(opened.len());
            let closes = opened[end..].starts_with(')');
            let (id, fields) = opened[..end].split_once('-').unwrap_or((&opened[..end], ""));
            let fields = format!("{fields}{}", if closes { ")" } else { "" });
            found.push((true, id.to_owned(), fields));
            rest = &opened[end + usize::from(closes)..];
        } else {
            let end = rest.find(')').map_or(rest.len(), |at| at + 1);
            found.push((false, rest[..end].trim_end_matches(')').to_owned(), String::new()));
            rest = &rest[end..];
        }
    }
    found
}

/// The whole mention if it is of proper nouns (with small words between them), after its article.
fn proper_stretch(words: &[GumWord], text: &str) -> Option<Range<usize>> {
    let first = words.iter().position(|word| word.proper)?;
    let last = words.iter().rposition(|word| word.proper)?;
    let lead_is_article = words[..first]
        .iter()
        .all(|word| ["the", "a", "an"].contains(&text[word.range.clone()].to_lowercase().as_str()));
    let ends = words[last + 1..]
        .iter()
        .all(|word| ["'s", "’s", "'", "’"].contains(&&text[word.range.clone()]));
    (lead_is_article && ends).then(|| words[first].range.start..words[last].range.end)
}
