//! What news agencies send and the free corpora have little of: datelines, bylines, headlines in
//! capitals, results, tables and lists, made from patterns and the lists of names.

use crate::augment::Pools;
use crate::corpora::{Document, Label, bit};
use crate::random::Random;
use crate::recogniser::tag::NameKind::{self, Organisation, Other, Person, Place};

/// Patterns that are sent together: the lines of a table are of one pattern. Words in braces are
/// slots; in capitals they are filled in capitals.
const BLOCKS: &[&[&str]] = &[
    // Results and tables of clubs.
    &["{team} {n} {team} {n}", "{team} {n} ( {surname} {n} , {surname} {n} ) {team} {n}"],
    &["{team} {n} {team} {n} ( halftime {n}-{n} )"],
    &["{team} {n} {n} {n} {n} {n} {n} {n}", "{n} . {team} {n} {n} {n} {n} {n}"],
    &["{TEAM} {n} {n} {n} {n} {n} .{n}", "{TEAM} {n} {n} {n} {n} -"],
    &["{team} {n} {TEAM} {n}", "{nick} {n} {nick} {n}", "{TEAM} {n} {TEAM} {n}"],
    &[
        "{TEAM} AT {TEAM}",
        "{team} at {team}",
        "{nick} at {nick}",
        "{team} v {team}",
        "{team} vs. {team}",
    ],
    &["{team} beat {team} {n}-{n}", "{team} bt {team} {n}-{n} ( {n}-{n} )"],
    &["{surname} , {team}", "{person} , {team}", "{initial} . {surname} , {team}"],
    &["{n} - {person} ( {team} )", "{n} . {person} ( {team} ) {n}", "{person} ( {team} ) {n}"],
    // Results and tables of countries.
    &["{state} {n} {state} {n}", "{state} {n} {n} {n} {n} {n} {n}", "{n} . {state} {n}"],
    &[
        "Scorers : {state} - {person} ( {n}th minute ) , {surname} {n} . {state} - {surname} ( {n} )",
    ],
    &["Scorers : {surname} ( {n} ) , {initial} . {surname} ( {n}th , penalty )"],
    &[
        "{n} . {person} ( {state} ) {n}.{n}",
        "{n} . {person} ( {state} ) {n} minutes {n}.{n} seconds",
    ],
    &["{n} . {state} ( {person} , {person} , {person} ) {n}.{n}"],
    &[
        "{person} ( {state} ) beat {person} ( {state} ) {n}-{n} {n}-{n}",
        "{n} - {person} ( {state} ) beat {n} - {person} ( {state} ) {n}-{n}",
    ],
    &[
        "{person} , {state} , def. {person} , {state} , {n}-{n} , {n}-{n}",
        "{person} ( {state} ) bt {person} ( {state} )",
    ],
    &[
        "{n} {person} {n} {n} {n}",
        "{n} {person} ( {state} ) {n} {n} {n}",
        "{n} {initial} . {surname} ( {state} ) {n}",
    ],
    &[
        "{n} . {person} ( {state} ) {company} {n} hours {n} minutes",
        "{person} ( {state} ) {company} {n}:{n}.{n}",
    ],
    &[
        "{initial} . {surname} c {surname} b {surname} {n}",
        "{initial} {surname} lbw b {surname} {n}",
        "{surname} not out {n}",
        "{initial} . {surname} run out {n}",
        "Bowling : {surname} {n}-{n}-{n}-{n} , {initial} . {surname} {n}-{n}-{n}-{n}",
    ],
    &["{team} : {n} - {person} , {n} - {person} , {n} - {person} ; {n} - {person}"],
    &["{state} : {person} , {person} , {person} ( captain ) , {person} , {person}"],
    &["{n} {initial} . {surname} , {state} {n}"],
    // Datelines, bylines and ends.
    &[
        "{CITY} , {month} {n} ( {agency} ) - {prose}",
        "{CITY} {date}",
        "{CITY} , {state} {date}",
        "{CITY} , {month} {n} - {prose}",
        "{CITY} ( {agency} ) - {prose}",
        "{CITY} , {month} {n} ({agency}) -- {prose}",
        "{CITY} , {state} , {month} {n} - {prose}",
        "{CITY} : {prose}",
        "{CITY} , {state} ( {agency} ) _ {prose}",
        "{CITY} - {prose}",
    ],
    &[
        "{person}",
        "By {person}",
        "By {person} in {city}",
        "By {person} , {agency}",
        "{person} , {city}",
        "( Reporting by {person} in {city} ; editing by {person} )",
        "-- {person} , {newsroom} +{n} {n}",
        "-- {newsroom} +{n} {n}",
    ],
    // Headlines in capitals.
    &[
        "{SPORT} - {SURNAME} WINS {CITY} OPEN .",
        "{SPORT} - {STATE} BEAT {STATE} BY {n} RUNS .",
        "{SPORT} - {TEAM} HOLD {TEAM} TO DRAW .",
        "{SPORT} - {STATE} {SPORT} RESULTS .",
        "{SPORT} - {SURNAME} BEATS {SURNAME} IN {CITY} .",
        "{SPORT} - {NATIONALITY} LEAGUE STANDINGS .",
        "{SPORT} - {SURNAME} QUITS {TEAM} .",
        "{SPORT} - {STATE} TEAM FOR {CITY} TEST .",
        "{SPORT} - RESULTS OF {NATIONALITY} MATCHES .",
    ],
    &[
        "{STATE} SAYS {COMPANY} DEAL OFF",
        "{COMPANY} SEES HIGHER PROFIT",
        "{SURNAME} TO VISIT {STATE} NEXT WEEK",
        "{STATE} , {STATE} SIGN TRADE PACT",
        "{COMPANY} TO BUY {COMPANY}",
        "{NATIONALITY} MINISTER TO MEET {SURNAME} IN {CITY}",
        "{CITY} POLICE ARREST {n}",
        "{PERSON} DIES AT {n}",
        "{COMPANY} {n}RD QTR NET",
        "{STATE} CENTRAL BANK CUTS RATES",
        "{STATE} 'S {SURNAME} SEES GROWTH",
        "{ORGANISATION} URGES {STATE} TO ACT",
        "{STATE} STOCKS CLOSE HIGHER",
        "BOMB KILLS {n} IN {CITY}",
    ],
    &[
        "{state} says {company} deal off",
        "{surname} to visit {state} next week",
        "{state} , {state} sign trade pact",
        "{company} to buy {company}",
        "{city} police arrest {n}",
        "{state} 's {surname} sees growth",
        "{nationality} leader meets {surname} in {city}",
        "{surname} , {surname} meet in {city}",
        "PRESS DIGEST - {state} - {month} {n} .",
        "{state} stocks - factors to watch - {month} {n}",
        "{nationality} shares close higher in {city}",
    ],
    // Sentences.
    &["{prose}"],
    &["{sport_prose}"],
    &["{money_prose}"],
];

const PROSE: &[&str] = &[
    "{title} {person} said on {day} that {state} would not sign .",
    "{nationality} {title} {person} arrived in {city} on {day} for talks with {title} {surname} .",
    "{person} , {n} , of {city} , was arrested in {city} .",
    "{organisation} spokesman {person} told reporters in {city} .",
    "{organisation} {title} {person} met {nationality} {title} {person} in {city} .",
    "The {organisation} ( {acronym} ) said its members left {city} .",
    "{surname} , who leads {organisation} , met {nationality} officials .",
    "Police in {city} , {n} km north of {city} , said {n} people were killed .",
    "The {nationality} government and {organisation} agreed on {day} .",
    "{state} 's {title} , {person} , said {surname} was wrong .",
    "{person} of {organisation} said : \" We will go on . \"",
    "The {city} daily said {title} {surname} would resign .",
    "Troops moved from {city} to {city} in southern {state} on {day} .",
    "{state} and {state} opened their border near {city} .",
    "\" It is over , \" {surname} told {agency} in {city} .",
    "{title} {surname} of {state} will meet {person} in {city} in {month} .",
];

const SPORT_PROSE: &[&str] = &[
    "{team} beat {team} {n}-{n} on {day} with goals by {person} and {surname} .",
    "{team} coach {person} said {surname} was injured .",
    "{person} scored twice as {team} drew with {team} in {city} .",
    "{nationality} champion {person} beat {state} 's {person} {n}-{n} {n}-{n} .",
    "{state} were {n} for {n} at tea in reply to {state} 's {n} .",
    "In {city} , {person} hit a homer as the {nick} beat the {nick} {n}-{n} .",
    "{surname} , playing for {team} , beat {surname} of {team} .",
    "{team} defender {person} will join {team} next season .",
    "At {city} : {team} {n} {team} {n}",
    "In {CITY} , {person} had {n} points for {team} .",
    "{state} striker {person} signed for {team} from {team} .",
    "{team} moved to the top after {team} lost at {team} .",
];

const MONEY_PROSE: &[&str] = &[
    "{company} said it agreed to buy {company} for ${n} million .",
    "Shares in {company} rose {n} percent in {city} on {day} .",
    "{company} ( {ticker} ) posted a net loss of ${n} million .",
    "{company} chairman {person} said the {nationality} unit would close .",
    "{person} , an analyst at {company} , said {company} was cheap .",
    "{state} 's {company} said it would build a plant in {city} .",
    "{company} and {company} of {state} will set up a venture in {city} .",
    "{company} , based in {city} , {state} , makes tools .",
];

const AGENCIES: [&str; 9] =
    ["Reuter", "Reuters", "AP", "AFP", "UPI", "Xinhua", "Interfax", "Bloomberg", "dpa"];
const MONTHS: [&str; 14] = [
    "Jan",
    "Feb",
    "March",
    "April",
    "May",
    "June",
    "July",
    "Aug",
    "Sept",
    "Oct",
    "Nov",
    "Dec",
    "January",
    "September",
];
const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const TITLES: [&str; 23] = [
    "Secretary-General",
    "Foreign Secretary",
    "Vice President",
    "spokesman",
    "chairman",
    "Defence Secretary",
    "Deputy Prime Minister",
    "President",
    "Prime Minister",
    "Foreign Minister",
    "Defence Minister",
    "Finance Minister",
    "General",
    "Senator",
    "Mr",
    "Mrs",
    "Dr",
    "Chancellor",
    "Judge",
    "Governor",
    "King",
    "leader",
    "Interior Minister",
];
const SPORTS: [&str; 16] = [
    "SOCCER",
    "TENNIS",
    "CRICKET",
    "GOLF",
    "RUGBY UNION",
    "RUGBY LEAGUE",
    "BASEBALL",
    "ATHLETICS",
    "CYCLING",
    "BOXING",
    "SKIING",
    "BASKETBALL",
    "ICE HOCKEY",
    "MOTOR RACING",
    "SWIMMING",
    "NFL",
];
const CLUB_ENDS: [&str; 18] = [
    "United",
    "City",
    "Rovers",
    "Town",
    "Athletic",
    "County",
    "Wanderers",
    "Rangers",
    "Albion",
    "FC",
    "SC",
    "Sporting",
    "Union",
    "Dynamo",
    "Hotspur",
    "Villa",
    "Park",
    "Academical",
];
const CLUB_STARTS: [&str; 14] = [
    "FC",
    "Real",
    "Sporting",
    "Dynamo",
    "Racing",
    "Inter",
    "AC",
    "Olympique",
    "Borussia",
    "Deportivo",
    "Lokomotiv",
    "Spartak",
    "Hapoel",
    "Sparta",
];
const NICKNAMES: [&str; 28] = [
    "Bears", "Lions", "Tigers", "Eagles", "Giants", "Jets", "Kings", "Hawks", "Bulls", "Bucks",
    "Rockets", "Saints", "Rams", "Pirates", "Cubs", "Braves", "Reds", "Sharks", "Flames",
    "Senators", "Rangers", "Warriors", "Blues", "Devils", "Wizards", "Royals", "Sox", "Stars",
];
/// Countries as news call them, those most in the news oftener than the lists would have them.
const STATES: [&str; 48] = [
    "U.S.",
    "U.S.",
    "US",
    "UK",
    "Britain",
    "England",
    "Scotland",
    "Wales",
    "Ireland",
    "Russia",
    "Germany",
    "France",
    "Italy",
    "Spain",
    "Japan",
    "China",
    "South Korea",
    "North Korea",
    "Iran",
    "Iraq",
    "Israel",
    "Syria",
    "Turkey",
    "Australia",
    "New Zealand",
    "South Africa",
    "Pakistan",
    "India",
    "Sri Lanka",
    "Bangladesh",
    "Zimbabwe",
    "West Indies",
    "Brazil",
    "Argentina",
    "Mexico",
    "Canada",
    "Sweden",
    "Norway",
    "Denmark",
    "Finland",
    "Netherlands",
    "Belgium",
    "Switzerland",
    "Austria",
    "Czech Republic",
    "Poland",
    "Ukraine",
    "Yugoslavia",
];
/// Clubs whose names are not a city's, or are one's that few other texts speak of.
const CLUBS: [&str; 100] = [
    "Arsenal",
    "Chelsea",
    "Tottenham",
    "Everton",
    "Liverpool",
    "Manchester United",
    "Manchester City",
    "Newcastle",
    "Aston Villa",
    "West Ham",
    "Leeds",
    "Leicester",
    "Derby",
    "Blackburn",
    "Middlesbrough",
    "Southampton",
    "Sunderland",
    "Wimbledon",
    "Coventry",
    "Sheffield Wednesday",
    "Nottingham Forest",
    "Crystal Palace",
    "Queens Park Rangers",
    "Celtic",
    "Rangers",
    "Hearts",
    "Aberdeen",
    "Hibernian",
    "Juventus",
    "Inter",
    "AC Milan",
    "Inter Milan",
    "Lazio",
    "Roma",
    "Fiorentina",
    "Parma",
    "Sampdoria",
    "Napoli",
    "Torino",
    "Barcelona",
    "Real Madrid",
    "Valencia",
    "Espanyol",
    "Real Sociedad",
    "Bayern Munich",
    "Borussia Dortmund",
    "Schalke",
    "Werder Bremen",
    "Ajax",
    "PSV Eindhoven",
    "Feyenoord",
    "Benfica",
    "Porto",
    "Anderlecht",
    "Club Brugge",
    "Monaco",
    "Marseille",
    "Lyon",
    "Paris St Germain",
    "Bordeaux",
    "Galatasaray",
    "Fenerbahce",
    "Besiktas",
    "Olympiakos",
    "Panathinaikos",
    "Spartak Moscow",
    "Dynamo Kiev",
    "Rapid Vienna",
    "Red Star",
    "Hajduk Split",
    "Boca Juniors",
    "River Plate",
    "Flamengo",
    "Corinthians",
    "Santos",
    "Boston",
    "New York",
    "Chicago",
    "Detroit",
    "Cleveland",
    "Baltimore",
    "Toronto",
    "Montreal",
    "Seattle",
    "Texas",
    "Oakland",
    "California",
    "Minnesota",
    "Milwaukee",
    "Kansas City",
    "Houston",
    "Dallas",
    "Denver",
    "Phoenix",
    "Utah",
    "Indiana",
    "Miami",
    "Atlanta",
    "Philadelphia",
    "Pittsburgh",
];
const COMPANY_ENDS: [&str; 24] = [
    "Corp",
    "Inc",
    "Ltd",
    "Plc",
    "Co",
    "Group",
    "Holdings",
    "Bank",
    "Industries",
    "Airlines",
    "Motor Co",
    "Securities",
    "Oil",
    "& Co",
    "SA",
    "AG",
    "NV",
    "Co Ltd",
    "Corp.",
    "Inc.",
    "Insurance",
    "Steel",
    "Brothers",
    "Partners",
];

/// A text under construction, its words separated by blanks.
struct Wire<'a> {
    pools: &'a Pools,
    random: Random,
    text: String,
    names: Vec<Label>,
    /// Clubs that play in this text.
    clubs: Vec<String>,
}

/// Texts of this kind.
pub fn documents(pools: &Pools, count: usize, seed: u64) -> Vec<Document> {
    let mut random = Random(seed);
    (0..count).map(|_| document(pools, Random(random.next()))).collect()
}

fn document(pools: &Pools, random: Random) -> Document {
    let mut wire =
        Wire { pools, random, text: String::new(), names: Vec::new(), clubs: Vec::new() };
    wire.clubs = (0..8).map(|_| wire.club()).collect();
    for _ in 0..3 {
        let block = *wire.random.pick(BLOCKS);
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
        let (pools, random) = (self.pools, &mut self.random);
        let named = |name: String, kind: NameKind| (name, Some(kind));
        let plain = |text: &str| (text.to_owned(), None);
        let (text, kind) = match lower.as_str() {
            "prose" => return self.sentence(PROSE),
            "sport_prose" => return self.sentence(SPORT_PROSE),
            "money_prose" => return self.sentence(MONEY_PROSE),
            "person" => named(pools.person(random), Person),
            "surname" => named(pools.surname(random), Person),
            "initial" => {
                // The initial and the surname are one name: the slot that follows goes on.
                let initial = char::from(b'A' + random.below(26) as u8);
                return self.name(&initial.to_string(), Person);
            }
            "city" => named(pools.city(random), Place),
            "state" if random.chance(0.4) => {
                named((*random.pick::<&str>(&STATES)).to_owned(), Place)
            }
            "state" => named(pools.state(random), Place),
            "nationality" => named(pools.nationality(random), Other),
            "organisation" => named(pools.organisation(random), Organisation),
            "newsroom" => named(format!("{} Newsroom", pools.city(random)), Organisation),
            "acronym" => {
                let last = self.names.last().map_or("", |name| &self.text[name.range.clone()]);
                let capitals = last.chars().filter(|c| c.is_uppercase());
                named(capitals.collect(), Organisation)
            }
            "company" => named(self.company(), Organisation),
            "team" => named(self.clubs[random.below(self.clubs.len())].clone(), Organisation),
            "nick" => named((*random.pick::<&str>(&NICKNAMES)).to_owned(), Organisation),
            "agency" => named((*random.pick::<&str>(&AGENCIES)).to_owned(), Organisation),
            "month" => plain(random.pick::<&str>(&MONTHS)),
            "day" => plain(random.pick::<&str>(&DAYS)),
            "title" => plain(random.pick::<&str>(&TITLES)),
            "sport" => plain(random.pick::<&str>(&SPORTS)),
            "date" => {
                let (year, month, day) =
                    (1985 + random.below(40), 1 + random.below(12), 1 + random.below(28));
                (format!("{year}-{month:02}-{day:02}"), None)
            }
            "ticker" => {
                let letters = (0..3 + random.below(2)).map(|_| b'A' + random.below(26) as u8);
                (letters.map(char::from).collect(), None)
            }
            _ => (random.below(100).to_string(), None),
        };
        let text = if shouted { text.to_uppercase() } else { text };
        match kind {
            Some(kind) => self.name(&text, kind),
            None => self.text.push_str(&text),
        }
    }

    fn sentence(&mut self, patterns: &[&str]) {
        let pattern = *self.random.pick::<&str>(patterns);
        self.line(pattern);
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
        let random = &mut self.random;
        match random.below(16) {
            10..15 => (*random.pick::<&str>(&CLUBS)).to_owned(),
            15 => self.pools.region(random),
            0..5 => city,
            5 | 6 => format!("{city} {}", random.pick(&CLUB_ENDS)),
            7 => format!("{} {city}", random.pick(&CLUB_STARTS)),
            8 => format!("{city} {}", random.pick(&NICKNAMES)),
            _ => self.pools.surname(random),
        }
    }

    fn company(&mut self) -> String {
        let random = &mut self.random;
        if random.chance(0.3) {
            return self.pools.organisation(random);
        }
        let first = match random.below(4) {
            0 => self.pools.city(random),
            1 => self.pools.state(random),
            2 => format!("{} {}", self.pools.surname(random), self.pools.surname(random)),
            _ => self.pools.surname(random),
        };
        if random.chance(0.2) {
            return self.pools.surname(random);
        }
        format!("{first} {}", random.pick(&COMPANY_ENDS))
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
