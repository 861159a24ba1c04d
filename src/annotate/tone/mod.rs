//! The tone of a text, by the AFINN word lists (`SOURCES.md` beside this file).
//!
//! Each word of the list has a valence v from -5 to 5. A negation at most two words before it in the
//! same sentence turns it round and weakens it, by the factor -0.74 that Hutto and Gilbert
//! measured (*VADER*, 2014); a word such as `very` or `slightly` right before it adds to it, or takes
//! from it, their 0.293 on a scale of 4, which is 0.366 here. With n such words the tone is Σv ÷ 5(n + 2): from -1 to 1, and nearer
//! to 0 the less there is to go by. A language that has no list, and a text with no word of it,
//! have no tone, which is not the tone 0.

use super::gazetteer::{HashKeyed, language_number};
use super::words::{Gap, Word, word_hash};
use std::io::Read;
use std::sync::OnceLock;

#[cfg(feature = "knowledge")]
static PACKED: &[u8] = include_bytes!("afinn.tsv.gz");
#[cfg(not(feature = "knowledge"))]
static PACKED: &[u8] = &[];

/// Words that turn the next ones round.
const NEGATIONS: &[(&str, &str)] = &[
    ("da", "ikke aldrig ingen intet uden"),
    (
        "en",
        "not no never none nobody nothing neither nor without cannot dont didnt isnt wasnt wont t",
    ),
    ("fi", "ei en et emme ette eivät ilman"),
    ("fr", "pas jamais aucun aucune rien sans ni ne n"),
    ("pl", "nie nigdy żaden bez ani"),
    ("sv", "inte aldrig ingen inget utan ej"),
    ("tr", "değil yok hiç asla"),
];

/// Words that make the next one stronger, and words that make it weaker.
const DEGREES: &[(&str, &str, &str)] = &[
    ("da", "meget særdeles ekstremt yderst", "lidt delvist næppe"),
    (
        "en",
        "very extremely highly deeply sharply strongly severely seriously hugely remarkably \
         exceptionally extraordinarily particularly especially increasingly utterly completely \
         totally thoroughly",
        "slightly somewhat partly partially fairly barely hardly scarcely marginally mildly",
    ),
    ("fi", "erittäin hyvin todella äärimmäisen", "hieman melko osittain tuskin"),
    ("fr", "très extrêmement fortement profondément", "légèrement partiellement assez"),
    ("pl", "bardzo niezwykle skrajnie głęboko", "trochę nieco częściowo ledwie"),
    ("sv", "mycket extremt ytterst djupt", "lite delvis något knappt"),
    ("tr", "çok son aşırı derece", "biraz kısmen az"),
];

/// What a word of degree adds to a valence or takes from it.
const DEGREE: f64 = 0.293 / 4.0 * 5.0;

/// What a negation does to a valence.
const TURNED: f64 = -0.74;
/// Words between a negation and what it turns, and the word itself.
const REACH: usize = 2;
/// What is added to the number of words.
const DOUBT: f64 = 2.0;

/// What is known of the words of a language.
#[derive(Default)]
pub(super) struct Lexicon(HashKeyed<Sense>);

/// What a word does.
#[derive(Default)]
struct Sense {
    valence: Option<i8>,
    negates: bool,
    /// What is added to the size of the next valence.
    degree: f64,
}

impl Lexicon {
    fn sense(&mut self, word: &str) -> &mut Sense {
        self.0.entry(word_hash(word)).or_default()
    }
}

fn lexicon(language: u32) -> Option<&'static Lexicon> {
    static LEXICONS: OnceLock<HashKeyed<Lexicon>> = OnceLock::new();
    let lexicons = LEXICONS.get_or_init(|| {
        let mut text = String::new();
        // It was packed by us; a test reads it.
        let _ = flate2::read::GzDecoder::new(PACKED).read_to_string(&mut text);
        let mut lexicons: HashKeyed<Lexicon> = HashKeyed::default();
        for line in text.lines() {
            let mut fields = line.split('\t');
            let (Some(language), Some(word)) = (fields.next(), fields.next()) else { continue };
            let valence = fields.next().and_then(|valence| valence.parse().ok()).unwrap_or(0);
            let number = u64::from(language_number(Some(language)));
            lexicons.entry(number).or_default().sense(word).valence = Some(valence);
        }
        for (language, words) in NEGATIONS {
            if let Some(of) = lexicons.get_mut(&u64::from(language_number(Some(language)))) {
                words.split(' ').for_each(|word| of.sense(word).negates = true);
            }
        }
        for (language, more, less) in DEGREES {
            if let Some(of) = lexicons.get_mut(&u64::from(language_number(Some(language)))) {
                more.split_whitespace().for_each(|word| of.sense(word).degree = DEGREE);
                less.split_whitespace().for_each(|word| of.sense(word).degree = -DEGREE);
            }
        }
        lexicons
    });
    lexicons.get(&u64::from(language))
}

impl Lexicon {
    /// That of a language; `None` where there is no list.
    pub(super) fn of(language: Option<&str>) -> Option<&'static Self> {
        lexicon(language_number(language))
    }

    /// Adds what words say to a sum.
    pub(super) fn add(&self, words: &[Word], to: &mut Sum) {
        // How many words ago a negation stood.
        let mut since = usize::MAX;
        let mut degree = 0.0;
        for word in words {
            (since, degree) = match word.gap {
                Gap::Stop => (usize::MAX, 0.0),
                _ => (since.saturating_add(1), degree),
            };
            let Some(sense) = self.0.get(&word.hash) else {
                degree = 0.0;
                continue;
            };
            if sense.negates {
                since = 0;
            } else if let Some(valence) = sense.valence.map(f64::from) {
                let factor = if since <= REACH { TURNED } else { 1.0 };
                to.valence += (valence + degree * valence.signum()) * factor;
                to.words += 1.0;
            }
            degree = sense.degree;
        }
    }
}

/// What texts say: Σv and n.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    valence: f64,
    words: f64,
}

impl Sum {
    pub(super) fn add(&mut self, other: Self) {
        self.valence += other.valence;
        self.words += other.words;
    }

    /// From -1 to 1; `None` where no word has a valence.
    pub(super) fn tone(self) -> Option<f64> {
        (self.words > 0.0).then(|| self.valence / (5.0 * (self.words + DOUBT)))
    }
}

/// The tone of texts that are one article's, from -1 to 1; `None` where it is not known.
pub(super) fn tone<'w>(
    texts: impl Iterator<Item = &'w [Word]>,
    language: Option<&str>,
) -> Option<f64> {
    let lexicon = Lexicon::of(language)?;
    let mut sum = Sum::default();
    texts.for_each(|words| lexicon.add(words, &mut sum));
    sum.tone()
}
