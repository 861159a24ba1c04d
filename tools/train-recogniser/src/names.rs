//! The free lists of names: for the lexicon, and to put into sentences.

use crate::corpora::{Result, load, unzip};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// Names by what they name, each in its usual writing.
#[derive(Debug, Default)]
pub struct Names {
    pub forenames: BTreeSet<String>,
    pub surnames: BTreeSet<String>,
    /// Full names.
    pub people: BTreeSet<String>,
    pub cities: BTreeSet<String>,
    pub countries: BTreeSet<String>,
    /// The countries by their usual English names.
    pub states: BTreeSet<String>,
    pub regions: BTreeSet<String>,
    pub nationalities: BTreeSet<String>,
    pub organisations: BTreeSet<String>,
    /// Clubs, many of them called as their city is.
    pub clubs: BTreeSet<String>,
    /// Teams without their place, and bodies and papers by their short names: each often a
    /// word of other use too.
    pub nicknames: BTreeSet<String>,
    pub bodies: BTreeSet<String>,
}

impl Names {
    /// Reads the lists in the folder `kb`.
    pub fn read(kb: &Path) -> Result<Self> {
        let mut names = Self::default();
        let romanized = |path: &str, column: usize| -> Result<BTreeSet<String>> {
            Ok(rows(&load(&kb.join(path))?)
                .filter_map(|row| row.get(column).map(|name| capitalised(name)))
                .filter(|name| is_latin(name))
                .collect())
        };
        names.forenames = romanized("common-forenames-by-country.csv", 11)?;
        names.surnames = romanized("common-surnames-by-country.csv", 5)?;
        for row in rows(&load(&kb.join("world-cities/world-cities.csv"))?) {
            if let [city, country, region, ..] = row.as_slice() {
                names.cities.insert(city.clone());
                names.states.insert(country.clone());
                names.countries.insert(country.clone());
                names.regions.insert(region.clone());
            }
        }
        names.countries(&load(&kb.join("rigour-territories.jsonl"))?)?;
        names.nationalities(&load(&kb.join("newsmap/english.yml"))?);
        for row in rows(&load(&kb.join("constituents.csv"))?) {
            names.organisations.extend(row.get(1).map(|name| company(name)));
        }
        names.people(&unzip(&kb.join("Phoenix.Countries.actors.txt.gz"))?);
        names.organisations(&load(&kb.join("Phoenix.International.actors.txt"))?);
        names.organisations.extend(known(include_str!("../../knowledge/lists/companies.txt"), 1));
        let bodies = include_str!("../../knowledge/lists/organisations.txt");
        names.organisations.extend(known(bodies, 2));
        names.regions.extend(known(include_str!("../../knowledge/lists/places.txt"), 2));
        for person in known(include_str!("../../knowledge/lists/people.txt"), 1) {
            names.surnames.extend(person.split(' ').next_back().map(str::to_owned));
            names.people.insert(person);
        }
        names.clubs.extend(listed(include_str!("../lists/clubs.txt")));
        names.nicknames.extend(listed(include_str!("../lists/nicknames.txt")));
        names.bodies.extend(listed(include_str!("../lists/bodies.txt")));
        for list in [
            &mut names.cities,
            &mut names.countries,
            &mut names.regions,
            &mut names.organisations,
            &mut names.people,
        ] {
            list.retain(|name| is_latin(name));
        }
        Ok(names)
    }

    fn countries(&mut self, lines: &str) -> Result<()> {
        for line in lines.lines() {
            let row: Value = serde_json::from_str(line)?;
            let country = row["is_country"].as_bool().unwrap_or(false);
            let list = if country { &mut self.countries } else { &mut self.regions };
            for field in ["name", "full_name", "names_strong"] {
                let texts = row[field].as_array().cloned().unwrap_or(vec![row[field].clone()]);
                list.extend(texts.iter().filter_map(|text| Some(text.as_str()?.to_owned())));
            }
        }
        Ok(())
    }

    /// `'XX': [Country, Demonym*, Capital]`: what has a star, or ends like an adjective.
    fn nationalities(&mut self, dictionary: &str) {
        for list in dictionary.lines().filter_map(|line| line.split_once('[')) {
            for word in list.1.trim_end().trim_end_matches(']').split(", ") {
                let stem = word.trim_end_matches('*');
                let adjective = ["ish", "ese", "ian", "an", "ch", "ic", "i"];
                if stem.contains(' ') || self.cities.contains(stem) || self.countries.contains(stem)
                {
                    continue;
                }
                if word.ends_with('*') {
                    self.nationalities.insert(format!("{stem}s"));
                }
                if word.ends_with('*') || adjective.iter().any(|end| stem.ends_with(end)) {
                    self.nationalities.insert(stem.to_owned());
                }
            }
        }
    }

    /// Heads of entries with the note that they come from the list of office holders.
    fn people(&mut self, actors: &str) {
        for line in actors.lines().filter(|line| line.contains("CountryInfo.txt")) {
            let name = spelled(line);
            if line.starts_with(char::is_alphabetic) && (2..=4).contains(&name.split(' ').count()) {
                self.surnames.extend(name.split(' ').next_back().map(str::to_owned));
                self.people.insert(name);
            }
        }
    }

    /// Entries that are not about somebody's office.
    fn organisations(&mut self, actors: &str) {
        let offices = [
            "SECRETARY",
            "CHIEF",
            "PRESIDENT",
            "MINISTER",
            "LEADER",
            "SPOKES",
            "OFFICIAL",
            "HEAD",
            "DIRECTOR",
            "COMMISSIONER",
            "ENVOY",
            "AMBASSADOR",
            "MEDIATOR",
            "CHAIR",
            "KOFI",
            "SECY",
            "TROOPS",
            "FORCES",
            "SOLDIER",
            "INSPECTOR",
        ];
        for line in actors.lines() {
            let entry = line.starts_with(char::is_alphabetic) || line.starts_with('+');
            if !entry || offices.iter().any(|office| line.contains(office)) {
                continue;
            }
            let name = spelled(line);
            let long = name.len() > 3 || name.contains('.');
            if long && (1..=6).contains(&name.split(' ').count()) {
                self.organisations.insert(name);
            }
        }
    }
}

/// The names in lines of names separated by commas; lines with `#` are remarks.
fn listed(list: &str) -> impl Iterator<Item = String> + '_ {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(|line| line.split(", ")).map(str::to_owned)
}

/// The names of a list of the knowledge base, but those that want other evidence (`~`). `heads`
/// words precede them: `HEAD … Name = other, …; demonym: … @years`.
fn known(list: &str, heads: usize) -> impl Iterator<Item = String> + '_ {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    let names = lines.flat_map(move |line| {
        let line = line.split(['@', ';']).next().unwrap_or_default();
        let names = line.splitn(heads + 1, ' ').nth(heads).unwrap_or_default();
        names.split(" = ").flat_map(|names| names.split(", "))
    });
    let plain = names.map(str::trim).filter(|name| !name.starts_with('~'));
    plain.map(|name| company(name.trim_start_matches('!'))).filter(|name| is_latin(name))
}

/// `SAN_JOSE_ ; note` as `San Jose`; words of small words' length in small letters.
fn spelled(line: &str) -> String {
    let name = line.trim_start_matches('+');
    let end = name.find([' ', '\t', ';', '[']).unwrap_or(name.len());
    capitalised(name[..end].trim_matches('_').replace('_', " ").trim())
}

/// Each word with a capital, small words without.
fn capitalised(name: &str) -> String {
    let small = ["of", "the", "and", "for", "de", "la", "del", "in", "on", "to", "du", "des"];
    let words = name.split_whitespace().enumerate().map(|(place, word)| {
        let lower = word.to_lowercase();
        if place > 0 && small.contains(&lower.as_str()) {
            return lower;
        }
        if word.contains('.') {
            return word.to_owned();
        }
        let mut next_is_capital = true;
        lower
            .chars()
            .map(|c| {
                let capital = next_is_capital;
                next_is_capital = c == '-' || c == '\'';
                if capital { c.to_uppercase().next().unwrap_or(c) } else { c }
            })
            .collect()
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A company's name without what stands in brackets.
fn company(name: &str) -> String {
    name.split(" (").next().unwrap_or(name).trim().to_owned()
}

fn is_latin(name: &str) -> bool {
    let letters = name.chars().filter(|c| c.is_alphabetic());
    name.len() > 1
        && name.chars().next().is_some_and(char::is_uppercase)
        && letters.into_iter().all(|c| c < '\u{250}' || ('\u{1e00}'..'\u{1f00}').contains(&c))
}

/// The rows of comma-separated text after its first, with quoted cells.
fn rows(text: &str) -> impl Iterator<Item = Vec<String>> + '_ {
    text.lines().skip(1).map(|line| {
        let (mut cells, mut quoted) = (vec![String::new()], false);
        for c in line.chars() {
            match (c, cells.last_mut()) {
                ('"', _) => quoted = !quoted,
                (',', _) if !quoted => cells.push(String::new()),
                (c, Some(cell)) => cell.push(c),
                _ => {}
            }
        }
        cells
    })
}
