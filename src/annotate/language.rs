//! Which language a text is in.
//!
//! Three witnesses, from the surest to the least: the script, where one language has it; letters
//! that only one language of a script uses; and for the rest the trigrams of `whatlang`. That
//! crate names one of its languages for any text in their script, so what it says of Latin
//! letters is believed only when the commonest words of that language are there as well.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use whatlang::{Lang, Script};

/// How many characters are looked at.
const LOOKED_AT: usize = 2_000;
/// Fewer letters than this, in a script of many languages, say nothing reliable.
const MIN_LETTERS: usize = 24;
/// The share of words that must be common words of the language.
const MIN_COMMON: f32 = 0.04;
/// The share from which on they leave no doubt.
const ALL_COMMON: f32 = 0.25;
/// The least confidence of the trigrams that common words can make good.
const MIN_CONFIDENCE: f32 = 0.1;
/// From here on the trigrams alone are believed, in scripts of few languages.
const RELIABLE: f32 = 0.9;

/// The language of a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DetectedLanguage {
    /// BCP 47 primary subtag: ISO 639-1 where it has a code (`en`), else ISO 639-3.
    pub language: String,
    /// From 0 to 1.
    pub confidence: f32,
}

/// The language of a text by its first 2,000 characters; None where they do not tell: too
/// short, mixed, or a language that is not known here.
pub fn detect_language(text: &str) -> Option<DetectedLanguage> {
    let end = text.char_indices().nth(LOOKED_AT).map_or(text.len(), |(end, _)| end);
    let text = text.get(..end)?;
    let letters = Letters::count(text);
    let (language, confidence) = by_script(&letters).or_else(|| by_trigrams(text, &letters))?;
    Some(DetectedLanguage { language: language.to_owned(), confidence })
}

/// BCP 47 in its usual case: `en`, `en-US`, `zh-Hant`; `_` is read as `-`, and a language by its code
/// of three letters or its English name where it has a code of two.
pub(crate) fn language_tag(tag: &str) -> String {
    let parts = tag.trim().split(['-', '_']).enumerate().map(|(number, part)| match part.len() {
        2 if number > 0 => part.to_ascii_uppercase(),
        4 if number > 0 => {
            let mut part = part.to_ascii_lowercase();
            part.get_mut(..1).map(str::make_ascii_uppercase);
            part
        }
        _ if number > 0 => part.to_ascii_lowercase(),
        _ => two_letters(part).map_or_else(|| part.to_ascii_lowercase(), str::to_owned),
    });
    parts.collect::<Vec<_>>().join("-")
}

/// The BCP 47 subtag of a language by its code of three letters (ISO 639-2 or 639-3) or its English
/// name, where it has one of two letters.
fn two_letters(language: &str) -> Option<&'static str> {
    let language = language.to_lowercase();
    let other = || OTHER_NAMES.iter().find(|(_, names)| names.contains(&&*language));
    let known = Lang::all()
        .iter()
        .find(|known| known.code() == language || known.eng_name().eq_ignore_ascii_case(&language));
    let code = known.map(|&known| subtag(known)).or_else(|| other().map(|(code, _)| *code))?;
    (code.len() == 2).then_some(code)
}

/// What `whatlang` has no language for, or calls otherwise.
const OTHER_NAMES: &[(&str, &[&str])] = &[
    ("bs", &["bos", "bosnian"]),
    ("cs", &["cze"]),
    ("cy", &["wel"]),
    ("de", &["ger"]),
    ("el", &["gre"]),
    ("eu", &["eus", "baq", "basque"]),
    ("fa", &["fas", "per", "farsi", "persian"]),
    ("fr", &["fre"]),
    ("ga", &["gle", "irish"]),
    ("gl", &["glg", "galician"]),
    ("ha", &["hau", "hausa"]),
    ("he", &["iw"]),
    ("hy", &["arm"]),
    ("id", &["in"]),
    ("ig", &["ibo", "igbo"]),
    ("is", &["isl", "ice", "icelandic"]),
    ("ka", &["geo"]),
    ("kk", &["kaz", "kazakh"]),
    ("ku", &["kur", "kurdish"]),
    ("ky", &["kir", "kyrgyz"]),
    ("lo", &["lao"]),
    ("mk", &["mac"]),
    ("mn", &["mon", "mongolian"]),
    ("ms", &["msa", "may", "malay"]),
    ("mt", &["mlt", "maltese"]),
    ("my", &["bur"]),
    ("nl", &["dut", "flemish"]),
    ("nn", &["nno"]),
    ("no", &["nor", "norwegian"]),
    ("ps", &["pus", "pashto"]),
    ("ro", &["rum", "moldovan"]),
    ("rw", &["kin", "kinyarwanda"]),
    ("sk", &["slo"]),
    ("sl", &["slovenian"]),
    ("so", &["som", "somali"]),
    ("sq", &["sqi", "alb", "albanian"]),
    ("sw", &["swa", "swahili"]),
    ("tg", &["tgk", "tajik"]),
    ("ti", &["tir", "tigrinya"]),
    ("yo", &["yor", "yoruba"]),
    ("zh", &["zho", "chi", "chinese"]),
];

/// How often each letter beyond ASCII occurs, in lower case, and how many letters there are.
struct Letters {
    each: HashMap<char, usize>,
    all: usize,
}

impl Letters {
    fn count(text: &str) -> Self {
        let mut letters = Self { each: HashMap::new(), all: 0 };
        for c in text.chars().filter(|c| c.is_alphabetic()) {
            letters.all += 1;
            if !c.is_ascii() {
                for lower in c.to_lowercase() {
                    *letters.each.entry(lower).or_default() += 1;
                }
            }
        }
        letters
    }

    /// The share of all letters, from 0 to 1, that `wanted` picks.
    fn share(&self, wanted: impl Fn(char) -> bool) -> f32 {
        let count: usize =
            self.each.iter().filter(|&(&c, _)| wanted(c)).map(|(_, count)| count).sum();
        ratio(count, self.all)
    }
}

fn ratio(part: usize, whole: usize) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}

/// Scripts that one language has to itself, as ranges of characters.
const OWN_SCRIPTS: &[(&str, char, char)] = &[
    ("el", '\u{0370}', '\u{03FF}'),
    ("hy", '\u{0530}', '\u{058F}'),
    ("dv", '\u{0780}', '\u{07BF}'),
    ("pa", '\u{0A00}', '\u{0A7F}'),
    ("gu", '\u{0A80}', '\u{0AFF}'),
    ("or", '\u{0B00}', '\u{0B7F}'),
    ("ta", '\u{0B80}', '\u{0BFF}'),
    ("te", '\u{0C00}', '\u{0C7F}'),
    ("kn", '\u{0C80}', '\u{0CFF}'),
    ("ml", '\u{0D00}', '\u{0D7F}'),
    ("si", '\u{0D80}', '\u{0DFF}'),
    ("th", '\u{0E00}', '\u{0E7F}'),
    ("lo", '\u{0E80}', '\u{0EFF}'),
    ("my", '\u{1000}', '\u{109F}'),
    ("ka", '\u{10A0}', '\u{10FF}'),
    ("km", '\u{1780}', '\u{17FF}'),
    ("ko", '\u{AC00}', '\u{D7A3}'),
];

/// The language that the script and its letters settle.
fn by_script(letters: &Letters) -> Option<(&'static str, f32)> {
    for &(language, first, last) in OWN_SCRIPTS {
        let share = letters.share(|c| (first..=last).contains(&c));
        if share > 0.5 {
            return Some((language, share));
        }
    }
    let any = |set: &'static str| letters.share(|c| set.contains(c));

    let kana = letters.share(|c| ('\u{3041}'..='\u{30FF}').contains(&c));
    let han = letters.share(|c| ('\u{3400}'..='\u{9FFF}').contains(&c));
    if kana + han > 0.5 {
        // Japanese prose is about half kana, a headline may have few; Chinese has one in a name.
        return Some((if kana > 0.05 { "ja" } else { "zh" }, kana + han));
    }
    if letters.share(|c| ('\u{1200}'..='\u{137F}').contains(&c)) > 0.5 {
        // Tigrinya writes the glottal stop with another letter, and has a series that Amharic lacks.
        let tigrinya = letters.share(|c| c == 'ኣ' || ('ቐ'..='\u{125D}').contains(&c));
        let amharic = any("አ");
        return match tigrinya - amharic {
            more if more > 0.005 => Some(("ti", 1.0)),
            more if more < -0.005 => Some(("am", 1.0)),
            _ => None,
        };
    }
    if letters.share(is_arabic) > 0.5 {
        return by_arabic_letters(any).map(|language| (language, 1.0));
    }
    let foreign = any(UNKNOWN_LETTERS) > 0.01;
    if any("іїєґ") > 0.02 && any("ыэъў") < 0.005 && !foreign {
        return Some(("uk", 1.0));
    }
    if any("ў") > 0.005 && !foreign {
        return Some(("be", 1.0));
    }
    (any("þð") > 0.02 && any("þ") > 0.0).then_some(("is", 1.0))
}

fn is_arabic(c: char) -> bool {
    ('\u{0620}'..='\u{06FF}').contains(&c)
}

/// Each language of the Arabic script has letters for the sounds that the others lack.
fn by_arabic_letters(any: impl Fn(&'static str) -> f32) -> Option<&'static str> {
    let sorani = any("ێڕڵۆە");
    let persian = any("پچژگ");
    if sorani > 0.08 && any("ېۈۋ") == 0.0 {
        Some("ku")
    } else if any(UNKNOWN_LETTERS) > 0.01 {
        None
    } else if any("ٹڈڑںےھہ") > 0.03 {
        Some("ur")
    } else if persian > 0.005 && any("ةى") < 0.01 {
        Some("fa")
    } else if persian < 0.005 && any("ةىأإ") > 0.01 {
        Some("ar")
    } else {
        None
    }
}

/// Letters of languages that `whatlang` does not know, in scripts of those that it does: Pashto,
/// Uyghur, Sindhi; Kazakh, Tatar, Mongolian, Tajik and others.
const UNKNOWN_LETTERS: &str = "ټځڅډړږښڼۍېەۆۈۋێڕڵڀٺٽڄڃڌڊڏڙڦڱڳڻ\
    әғқңөұүһӣӯҳҷҫҙҡӑӗӳҥӏ";

fn by_trigrams(text: &str, letters: &Letters) -> Option<(&'static str, f32)> {
    let info = whatlang::detect(text).filter(|_| letters.all >= MIN_LETTERS)?;
    let confidence = info.confidence() as f32;
    let language = subtag(info.lang());
    if info.script() != Script::Latin {
        let foreign = letters.share(|c| UNKNOWN_LETTERS.contains(c)) > 0.01;
        return (confidence >= RELIABLE && !foreign).then_some((language, confidence));
    }
    let common = common_share(text, common_words(info.lang()));
    if confidence < MIN_CONFIDENCE || common < MIN_COMMON {
        return None;
    }
    let language = match language {
        "en" if common_share(text, PIDGIN) > MIN_COMMON => "pcm",
        "en" => "en",
        // Short English is what trigrams most often take for one of its relatives.
        _ if common_share(text, common_words(Lang::Eng)) >= common => return None,
        _ => language,
    };
    Some((language, confidence.max(common / ALL_COMMON).min(1.0)))
}

/// The share of a text's words that are among the commonest of a language.
fn common_share(text: &str, common: &str) -> f32 {
    let (mut found, mut all) = (0, 0);
    for word in text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        let word = word.to_lowercase();
        found += usize::from(common.split(' ').any(|common| common == word));
        all += 1;
    }
    ratio(found, all)
}

/// Whether a word, in lower case, is among the commonest of some language in Latin letters.
pub(super) fn is_common_word(word: &str) -> bool {
    let mut all = Lang::all().iter().flat_map(|&language| common_words(language).split(' '));
    all.any(|common| common == word)
}

/// Nigerian Pidgin, to trigrams a kind of English.
const PIDGIN: &str = "dey wey sey dem di dia im";

/// The commonest short words, for the languages in Latin letters.
fn common_words(language: Lang) -> &'static str {
    match language {
        Lang::Afr => "die van en in het is nie wat te om vir met aan dat",
        Lang::Aka => "wɔ sɛ yɛ no ho mu ne",
        Lang::Aze => "və bu bir ilə üçün də da ki olan edir",
        Lang::Cat => "de la i el que a les en els del un una per amb",
        Lang::Ces => "a v se na je že s z do o to i pro za ve",
        Lang::Cym => "y yn i a o ar yr wedi mae ei am oedd bod",
        Lang::Dan => "og i at det er en til af på for med den der de som ikke har",
        Lang::Deu => "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine",
        Lang::Eng => "the of and to in a is that for was on with as by it from at are be",
        Lang::Epo => "la de kaj en al estas por kun ne mi kiu estis",
        Lang::Est => "ja on ei et see oli ka mis kui oma ta aga",
        Lang::Fin => "ja on ei että se oli hän mutta myös ovat joka sen",
        Lang::Fra => "de la le et les des en un du une que est pour dans à il au sur",
        Lang::Hrv => "i u je na se da za su od s a koji o će",
        Lang::Hun => "a az és hogy nem egy is meg ez volt de ki",
        Lang::Ind => "yang dan di dengan untuk dari ini pada itu tidak dalam akan ke",
        Lang::Ita => "di il la che in per un del con non una è sono della le",
        Lang::Jav => "ing lan sing kang kanthi iku saka ora uga iki karo",
        Lang::Lat => "et in est non ad cum ut sed qui quod ex",
        Lang::Lav => "un ir ar no par ka uz tas kas lai bet",
        Lang::Lit => "ir kad į su iš yra tai bet kaip apie dėl",
        Lang::Nld => "de van het een en in is dat op te zijn met voor die",
        Lang::Nob => "og i å det er en til av på for med som den at ikke har",
        Lang::Pol => "w i na z do się nie że to jest o jak po od",
        Lang::Por => "de que do da em um para com não uma os no se na dos ao",
        Lang::Ron => "și şi de în a la cu pe care din o nu un mai",
        Lang::Slk => "a v sa na je že s z do o to aj pre za vo",
        Lang::Slv => "je in v na se da so za ki z pa tudi bi",
        Lang::Sna => "kuti uye kana asi pa ne zvakare kwete iyi vanhu",
        Lang::Spa => "de la que el en y los del se las por un con no una para",
        Lang::Swe => "och att i en som det är på av för med den till inte ett",
        Lang::Tgl => "ang ng mga sa",
        Lang::Tuk => "we bilen bu üçin hem bir boýunça",
        Lang::Tur => "ve bir bu da de için ile olarak olan çok daha",
        Lang::Uzb => "va bilan uchun bu ham bir edi deb",
        Lang::Vie => "và của là có cho được trong không một các người với đã",
        Lang::Zul => "ukuthi futhi uma kanye noma ngoba kodwa nje lapho",
        _ => "",
    }
}

/// The primary subtag. The crate itself has only ISO 639-3.
fn subtag(language: Lang) -> &'static str {
    match language {
        Lang::Epo => "eo",
        Lang::Eng => "en",
        Lang::Rus => "ru",
        Lang::Cmn => "zh",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Ben => "bn",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Ukr => "uk",
        Lang::Kat => "ka",
        Lang::Ara => "ar",
        Lang::Hin => "hi",
        Lang::Jpn => "ja",
        Lang::Heb => "he",
        Lang::Yid => "yi",
        Lang::Pol => "pl",
        Lang::Amh => "am",
        Lang::Jav => "jv",
        Lang::Kor => "ko",
        Lang::Nob => "nb",
        Lang::Dan => "da",
        Lang::Swe => "sv",
        Lang::Fin => "fi",
        Lang::Tur => "tr",
        Lang::Nld => "nl",
        Lang::Hun => "hu",
        Lang::Ces => "cs",
        Lang::Ell => "el",
        Lang::Bul => "bg",
        Lang::Bel => "be",
        Lang::Mar => "mr",
        Lang::Kan => "kn",
        Lang::Ron => "ro",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Tam => "ta",
        Lang::Vie => "vi",
        Lang::Urd => "ur",
        Lang::Tha => "th",
        Lang::Guj => "gu",
        Lang::Uzb => "uz",
        Lang::Pan => "pa",
        Lang::Aze => "az",
        Lang::Ind => "id",
        Lang::Tel => "te",
        Lang::Pes => "fa",
        Lang::Mal => "ml",
        Lang::Ori => "or",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Sin => "si",
        Lang::Khm => "km",
        Lang::Tuk => "tk",
        Lang::Aka => "ak",
        Lang::Zul => "zu",
        Lang::Sna => "sn",
        Lang::Afr => "af",
        Lang::Lat => "la",
        Lang::Slk => "sk",
        Lang::Cat => "ca",
        Lang::Tgl => "tl",
        Lang::Hye => "hy",
        Lang::Cym => "cy",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ISO 639-3 and 639-1 codes of the languages that GDELT translates.
    #[rustfmt::skip]
    const CODES: &[(&str, &str)] = &[
        ("afr", "af"), ("amh", "am"), ("ara", "ar"), ("aze", "az"), ("bel", "be"), ("ben", "bn"), ("bos", "bs"),
        ("bul", "bg"), ("cat", "ca"), ("ces", "cs"), ("dan", "da"), ("deu", "de"), ("ell", "el"), ("eng", "en"),
        ("est", "et"), ("eus", "eu"), ("fas", "fa"), ("fin", "fi"), ("fra", "fr"), ("glg", "gl"), ("guj", "gu"),
        ("heb", "he"), ("hin", "hi"), ("hrv", "hr"), ("hun", "hu"), ("hye", "hy"), ("ind", "id"), ("isl", "is"),
        ("ita", "it"), ("jpn", "ja"), ("kan", "kn"), ("kat", "ka"), ("kaz", "kk"), ("khm", "km"), ("kor", "ko"),
        ("lav", "lv"), ("lit", "lt"), ("mal", "ml"), ("mar", "mr"), ("mkd", "mk"), ("mon", "mn"), ("msa", "ms"),
        ("mya", "my"), ("nep", "ne"), ("nld", "nl"), ("nno", "nn"), ("nob", "nb"), ("nor", "no"), ("pan", "pa"),
        ("pol", "pl"), ("por", "pt"), ("pus", "ps"), ("ron", "ro"), ("rus", "ru"), ("sin", "si"), ("slk", "sk"),
        ("slv", "sl"), ("som", "so"), ("spa", "es"), ("sqi", "sq"), ("srp", "sr"), ("swa", "sw"), ("swe", "sv"),
        ("tam", "ta"), ("tel", "te"), ("tgl", "tl"), ("tha", "th"), ("tur", "tr"), ("ukr", "uk"), ("urd", "ur"),
        ("uzb", "uz"), ("vie", "vi"), ("zho", "zh"),
    ];

    #[test]
    fn codes_of_three_letters_become_those_of_two() {
        for (long, short) in CODES {
            assert_eq!(language_tag(long), *short, "{long}");
        }
        assert_eq!(language_tag("gsw"), "gsw");
    }
}
