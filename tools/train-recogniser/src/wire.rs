//! What news agencies send and the free corpora have little of: datelines, bylines, headlines in
//! capitals, results, tables and lists, made from the patterns of `lists/wire.txt` and lists of names.

use crate::augment::Pools;
use crate::corpora::{Document, Label, bit};
use crate::random::Random;
use crate::recogniser::tag::NameKind::{self, Organisation, Other, Person, Place};
use std::collections::HashMap;

/// The patterns, and what fills their slots.
struct Patterns {
    blocks: Vec<Vec<&'static str>>,
    sentences: HashMap<&'static str, Vec<&'static str>>,
    words: HashMap<&'static str, Vec<&'static str>>,
}

impl Patterns {
    fn read() -> Self {
        let (mut blocks, mut sentences) = (vec![Vec::new()], HashMap::new());
        let mut section = "";
        for line in include_str!("../lists/wire.txt").lines() {
            match (line.strip_prefix("## "), section) {
                (Some(name), _) => section = name,
                _ if line.starts_with('#') => {}
                (None, "blocks") if line.is_empty() => blocks.push(Vec::new()),
                (None, "blocks") => blocks.last_mut().into_iter().for_each(|b| b.push(line)),
                _ if line.is_empty() => {}
                _ => sentences.entry(section).or_insert_with(Vec::new).push(line),
            }
        }
        blocks.retain(|block| !block.is_empty());
        let slots = include_str!("../lists/slots.txt").lines();
        let words = slots.filter(|line| !line.starts_with('#')).filter_map(|line| {
            let (slot, words) = line.split_once(": ")?;
            Some((slot, words.split(", ").collect()))
        });
        Self { blocks, sentences, words: words.collect() }
    }
}

/// A text under construction, its words separated by blanks.
struct Wire<'a> {
    patterns: &'a Patterns,
    pools: &'a Pools,
    random: Random,
    text: String,
    names: Vec<Label>,
    /// Clubs that play in this text.
    clubs: Vec<String>,
    /// The surnames of people, and the short names of companies, that the text has named.
    people: Vec<String>,
    firms: Vec<String>,
}

/// Texts of this kind.
pub fn documents(pools: &Pools, count: usize, seed: u64) -> Vec<Document> {
    let patterns = Patterns::read();
    let mut random = Random(seed);
    (0..count).map(|_| document(&patterns, pools, Random(random.next()))).collect()
}

fn document(patterns: &Patterns, pools: &Pools, random: Random) -> Document {
    let (text, names) = (String::new(), Vec::new());
    let (clubs, people, firms) = (Vec::new(), Vec::new(), Vec::new());
    let mut wire = Wire { patterns, pools, random, text, names, clubs, people, firms };
    wire.clubs = (0..8).map(|_| wire.club()).collect();
    for _ in 0..3 {
        let block = wire.random.pick(&patterns.blocks);
        // The lines of a table are of one pattern.
        let same = wire.random.chance(0.7).then(|| *wire.random.pick::<&str>(block));
        for _ in 0..1 + wire.random.below(8) {
            let pattern = same.unwrap_or_else(|| *wire.random.pick::<&str>(block));
            wire.line(pattern);
            wire.text.push('\n');
        }
    }
    let spaced = wire.random.chance(0.5);
    let document =
        Document { corpus: "wire", text: wire.text, names: wire.names, marks_others: true };
    if spaced { document } else { closed_up(&document) }
}

impl Wire<'_> {
    fn line(&mut self, pattern: &str) {
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            self.text.push_str(before);
            let Some((slot, after)) = after.split_once('}') else { return };
            self.fill(slot);
            rest = after;
        }
        self.text.push_str(rest);
    }

    fn fill(&mut self, slot: &str) {
        let shouted = !slot.chars().any(char::is_lowercase);
        let lower = slot.to_lowercase();
        if let Some(patterns) = self.patterns.sentences.get(lower.as_str()) {
            let pattern = *self.random.pick::<&str>(patterns);
            return self.line(pattern);
        }
        let (pools, random) = (self.pools, &mut self.random);
        let (text, kind) = match lower.as_str() {
            "person" => {
                let person = pools.person(random);
                self.people.extend(person.split(' ').next_back().map(str::to_owned));
                (person, Some(Person))
            }
            "surname" if !self.people.is_empty() && random.chance(0.5) => {
                (random.pick(&self.people).clone(), Some(Person))
            }
            "surname" => (pools.surname(random), Some(Person)),
            "initial" => {
                // The initial and the surname are one name: the slot that follows goes on.
                let initial = char::from(b'A' + random.below(26) as u8);
                return self.name(&initial.to_string(), Person);
            }
            "city" => (pools.city(random), Some(Place)),
            "state" if random.chance(0.6) => (pools.state(random), Some(Place)),
            "state" => (self.word("state"), Some(Place)),
            "nationality" => (pools.nationality(random), Some(Other)),
            "organisation" => (pools.organisation(random), Some(Organisation)),
            "body" => (self.body(), Some(Organisation)),
            "newsroom" => (format!("{} Newsroom", pools.city(random)), Some(Organisation)),
            "acronym" => {
                let last = self.names.last().map_or("", |name| &self.text[name.range.clone()]);
                let capitals = last.chars().filter(|c| c.is_uppercase());
                (capitals.collect(), Some(Organisation))
            }
            "firm" if !self.firms.is_empty() => {
                (random.pick(&self.firms).clone(), Some(Organisation))
            }
            "company" | "firm" => (self.company(), Some(Organisation)),
            "team" => (random.pick(&self.clubs).clone(), Some(Organisation)),
            "nick" => (pools.nickname(random), Some(Organisation)),
            "agency" => (self.word("agency"), Some(Organisation)),
            "date" => {
                let (year, month, day) =
                    (1985 + random.below(40), 1 + random.below(12), 1 + random.below(28));
                (format!("{year}-{month:02}-{day:02}"), None)
            }
            "ticker" => {
                let letters = (0..3 + random.below(2)).map(|_| b'A' + random.below(26) as u8);
                (letters.map(char::from).collect(), None)
            }
            "n" => (random.below(100).to_string(), None),
            word => (self.word(word), None),
        };
        let text = if shouted { text.to_uppercase() } else { text };
        match kind {
            Some(kind) => self.name(&text, kind),
            None => self.text.push_str(&text),
        }
    }

    /// One of the words that may fill a slot.
    fn word(&mut self, slot: &str) -> String {
        let words = self.patterns.words.get(slot).unwrap_or_else(|| panic!("no slot {slot}"));
        (*self.random.pick::<&str>(words)).to_owned()
    }

    /// Adds a name; one that follows an initial of the same kind goes on with it.
    fn name(&mut self, text: &str, kind: NameKind) {
        let start = self.text.len();
        self.text.push_str(text);
        let initial = |last: &&mut Label| {
            last.range.len() == 1
                && last.kinds == bit(kind)
                && start - last.range.end <= 3
                && self.text[last.range.end..start].chars().all(|c| " .".contains(c))
        };
        match self.names.last_mut().filter(initial) {
            Some(last) => last.range.end = self.text.len(),
            None => {
                self.names.push(Label { range: start..self.text.len(), kinds: bit(kind) });
            }
        }
    }

    fn club(&mut self) -> String {
        let city = self.pools.city(&mut self.random);
        match self.random.below(16) {
            0..4 => city,
            4 => format!("{city} {}", self.word("club_end")),
            5 => format!("{} {city}", self.word("club_start")),
            6 => format!("{city} {}", self.pools.nickname(&mut self.random)),
            7 => self.pools.surname(&mut self.random),
            8 => self.pools.region(&mut self.random),
            _ => self.pools.club(&mut self.random),
        }
    }

    /// A company, whose short name the text may use later.
    fn company(&mut self) -> String {
        let (pools, random) = (self.pools, &mut self.random);
        let way = random.below(12);
        let (first, short) = match random.below(4) {
            0 => (pools.city(random), false),
            1 => (pools.state(random), false),
            2 => (format!("{} {}", pools.surname(random), pools.surname(random)), true),
            _ => (pools.surname(random), true),
        };
        let full = match way {
            0..3 => return pools.organisation(random),
            3 => pools.surname(random),
            4..6 => format!("{first} {} {}", self.word("trade"), self.word("company_end")),
            6 => format!("{first} {}", self.word("trade")),
            7 => format!("Bank of {first}"),
            _ => format!("{first} {}", self.word("company_end")),
        };
        if short {
            self.firms.push(first);
        }
        full
    }

    /// A body of a state, of many, or of people of one trade or aim.
    fn body(&mut self) -> String {
        let (pools, random) = (self.pools, &mut self.random);
        match random.below(16) {
            0..5 => pools.body(random),
            5 => pools.organisation(random),
            6 => format!("University of {}", pools.city(random)),
            7 => {
                let ends =
                    ["University", "Hospital", "Stock Exchange", "City Council", "Institute"];
                format!("{} {}", pools.city(random), random.pick(&ends))
            }
            8 => format!("Ministry of {}", self.word("field")),
            9 => format!("{} {}", self.word("field"), self.word("kind")),
            10 => {
                let starts = ["National", "International", "European", "World", "Central", "Royal"];
                let start = *random.pick(&starts);
                format!("{start} {} {}", self.word("field"), self.word("kind"))
            }
            11 => {
                let state = pools.state(random);
                format!("{state} {} {}", self.word("field"), self.word("kind"))
            }
            12 => format!("Central Bank of {}", pools.state(random)),
            13 => {
                let state = pools.state(random);
                format!("{} {} of {state}", self.word("cause"), self.word("movement"))
            }
            _ => format!("{} {}", self.word("cause"), self.word("movement")),
        }
    }
}

/// The document with its marks close to the words, as they are printed.
fn closed_up(document: &Document) -> Document {
    let dropped = |at: usize| {
        let (before, after) = (&document.text[..at], &document.text[at + 1..]);
        let closes = after.starts_with([',', '.', ')', ':', ';', '\'']);
        closes || before.ends_with('(')
    };
    let mut text = String::with_capacity(document.text.len());
    let mut moved = Vec::with_capacity(document.text.len() + 1);
    for (at, c) in document.text.char_indices() {
        moved.resize(at + c.len_utf8(), text.len());
        if c != ' ' || !dropped(at) {
            text.push(c);
        }
    }
    moved.push(text.len());
    let names = document.names.iter().map(|name| Label {
        range: moved[name.range.start]..moved[name.range.end],
        kinds: name.kinds,
    });
    Document { names: names.collect(), text, ..document.clone() }
}
