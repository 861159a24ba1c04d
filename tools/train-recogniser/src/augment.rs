//! More text from the same: lines in capitals and headline style, other names in the same
//! sentences.

use crate::corpora::{Document, Label, bit};
use crate::names::Names;
use crate::random::Random;
use crate::recogniser::tag::NameKind::{self, Organisation, Person, Place};
use std::collections::{HashMap, HashSet};

/// A stretch of text, with the kinds of the name that it is, if it is one.
type Piece<'a> = (&'a str, Option<u8>);

fn pieces(document: &Document) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for name in &document.names {
        pieces.push((&document.text[at..name.range.start], None));
        pieces.push((&document.text[name.range.clone()], Some(name.kinds)));
        at = name.range.end;
    }
    pieces.push((&document.text[at..], None));
    pieces
}

/// The document with each piece written anew.
fn rewrite<'a>(document: &'a Document, mut write: impl FnMut(Piece<'a>, &mut String)) -> Document {
    let (mut text, mut names) = (String::new(), Vec::new());
    for piece in pieces(document) {
        let start = text.len();
        write(piece, &mut text);
        if let Some(kinds) = piece.1 {
            names.push(Label { range: start..text.len(), kinds });
        }
    }
    Document { text, names, ..document.clone() }
}

/// The document with some of its lines in capitals, some in headline style: the first line
/// often, others seldom.
pub fn restyled(document: &Document, random: &mut Random) -> Document {
    let mut first = true;
    let mut draw = |first: bool| match (first, random.below(100)) {
        (true, 0..40) | (false, 0..12) => Style::Capitals,
        (true, 40..60) | (false, 12..18) => Style::Headline,
        _ => Style::Plain,
    };
    let mut style = draw(true);
    rewrite(document, |(piece, _), text| {
        for line in piece.split_inclusive('\n') {
            match style {
                Style::Plain => text.push_str(line),
                Style::Capitals => text.push_str(&line.to_uppercase()),
                Style::Headline => headline(line, text),
            }
            let sentence_ends = line.ends_with('\n') || line.ends_with(". ");
            if sentence_ends {
                first = false;
                style = draw(first);
            }
        }
    })
}

#[derive(Debug, Clone, Copy)]
enum Style {
    Plain,
    Capitals,
    Headline,
}

fn headline(line: &str, text: &mut String) {
    let small = ["of", "the", "and", "for", "in", "on", "to", "a", "an", "at", "by", "with", "as"];
    for word in line.split_inclusive(' ') {
        let mut chars = word.chars();
        match chars.next() {
            Some(first) if !small.contains(&word.trim_end()) && first.is_lowercase() => {
                text.extend(first.to_uppercase());
                text.push_str(chars.as_str());
            }
            _ => text.push_str(word),
        }
    }
}

/// Names to put in the place of others.
#[derive(Debug)]
pub struct Pools {
    forenames: Vec<String>,
    surnames: Vec<String>,
    people: Vec<String>,
    cities: Vec<String>,
    /// The cities whose names are words of the training texts.
    known_cities: Vec<String>,
    regions: Vec<String>,
    countries: Vec<String>,
    states: Vec<String>,
    nationalities: Vec<String>,
    organisations: Vec<String>,
    clubs: Vec<String>,
    nicknames: Vec<String>,
    bodies: Vec<String>,
}

impl Pools {
    /// `seen` are the words of the training texts.
    pub fn new(names: &Names, seen: &HashSet<String>) -> Self {
        let list = |names: &std::collections::BTreeSet<String>| names.iter().cloned().collect();
        Self {
            forenames: list(&names.forenames),
            surnames: list(&names.surnames),
            people: list(&names.people),
            cities: list(&names.cities),
            known_cities: names
                .cities
                .iter()
                .filter(|city| city.split(' ').all(|word| seen.contains(word)))
                .cloned()
                .collect(),
            regions: list(&names.regions),
            countries: list(&names.countries),
            states: names.states.iter().filter(|name| !name.contains(',')).cloned().collect(),
            nationalities: list(&names.nationalities),
            organisations: list(&names.organisations),
            clubs: list(&names.clubs),
            nicknames: list(&names.nicknames),
            bodies: list(&names.bodies),
        }
    }

    pub fn person(&self, random: &mut Random) -> String {
        if random.chance(0.4) {
            return random.pick(&self.people).clone();
        }
        format!("{} {}", random.pick(&self.forenames), random.pick(&self.surnames))
    }

    pub fn surname(&self, random: &mut Random) -> String {
        random.pick(&self.surnames).clone()
    }

    pub fn city(&self, random: &mut Random) -> String {
        let known = random.chance(0.5);
        random.pick(if known { &self.known_cities } else { &self.cities }).clone()
    }

    pub fn region(&self, random: &mut Random) -> String {
        random.pick(&self.regions).clone()
    }

    pub fn country(&self, random: &mut Random) -> String {
        random.pick(&self.countries).clone()
    }

    pub fn state(&self, random: &mut Random) -> String {
        random.pick(&self.states).clone()
    }

    pub fn nationality(&self, random: &mut Random) -> String {
        random.pick(&self.nationalities).clone()
    }

    pub fn organisation(&self, random: &mut Random) -> String {
        random.pick(&self.organisations).clone()
    }

    pub fn club(&self, random: &mut Random) -> String {
        random.pick(&self.clubs).clone()
    }

    pub fn nickname(&self, random: &mut Random) -> String {
        random.pick(&self.nicknames).clone()
    }

    pub fn body(&self, random: &mut Random) -> String {
        random.pick(&self.bodies).clone()
    }

    /// The document with most of its people, and some of its places and organisations, called
    /// otherwise; the same name is replaced by the same.
    pub fn renamed(&self, document: &Document, random: &mut Random) -> Document {
        let mut others: HashMap<(&str, u8), String> = HashMap::new();
        rewrite(document, |(piece, kinds), text| {
            let Some(kinds) = kinds else { return text.push_str(piece) };
            let other = match others.get(&(piece, kinds)) {
                Some(other) => other.clone(),
                None => {
                    let other = self.other(piece, kinds, random);
                    let last = |name: &str| name.split(' ').next_back().map(str::to_owned);
                    if kinds == bit(Person)
                        && let (Some(before), Some(now)) =
                            (piece.split(' ').next_back(), last(&other))
                    {
                        others.insert((before, kinds), now);
                    }
                    others.insert((piece, kinds), other.clone());
                    other
                }
            };
            text.push_str(&other);
        })
    }

    fn other(&self, name: &str, kinds: u8, random: &mut Random) -> String {
        let is = |kind: NameKind| kinds == bit(kind);
        let shouted = name.chars().all(|c| !c.is_lowercase());
        if is(Person) && random.chance(0.8) && !shouted {
            if name.contains(' ') { self.person(random) } else { self.surname(random) }
        } else if is(Place) && random.chance(0.5) && !shouted {
            if random.chance(0.7) { self.city(random) } else { self.country(random) }
        } else if is(Organisation) && random.chance(0.3) && !shouted {
            self.organisation(random)
        } else {
            name.to_owned()
        }
    }
}
