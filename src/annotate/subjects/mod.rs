//! Subjects suggested by keywords.
//!
//! A keyword that stands in a text speaks for its subjects: 3 when it is enough by itself (`!` in
//! `keywords.txt`), 1 as a rule, 0.4 when it only helps others (`?`). One that comes again counts
//! 1 + ln n times, one in the headline as three. A subject's score s is the sum over its keywords,
//! divided by 1 + ln(1 + words ÷ 300), since a long text holds more words by chance; its
//! confidence is s ÷ (s + 1). What has less than the margin is not suggested.
//!
//! At one place of a text a keyword counts once for a subject, in however many languages the subject
//! has that name, with the greatest weight.
//!
//! Characters of scripts without blanks are words each (`words.rs`), but no evidence each: a run of
//! them without anything between counts as one word for a name's weight and length. What is left out:
//! names of more than `LONGEST` words or `LONGEST_RUN` words and characters, and those beyond `MOST`,
//! `MOST_SUBJECTS` and `MOST_ENTRIES`. Such scripts are not parted into words: a name is found within
//! a longer one too (京都 in 東京都). A name that holds a comma or brackets is never found, since those
//! part what stands in a text.

use super::gazetteer::{HashKeyed, language_number};
use super::plugin::{Annotator, AnnotatorError, Document};
use super::words::{Gap, Word, extend, word_hash, words};
use super::{looked_at, rows};
use crate::model::{Annotation, NewMention, NewSubject};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Keywords of Media Topics.
#[cfg(feature = "knowledge")]
const KEYWORDS: &str = include_str!("keywords.txt");
#[cfg(not(feature = "knowledge"))]
const KEYWORDS: &str = "";

/// The version of `keywords.txt`, part of the annotator's name.
const VERSION: u32 = 2;

/// The suggester that ships, made once.
pub(super) static MEDIA_TOPICS: LazyLock<SubjectSuggester> =
    LazyLock::new(SubjectSuggester::media_topics);

/// The names that it has had, version by version; none where it has no keywords.
pub(super) fn media_topics_names() -> BTreeSet<String> {
    let versions = if KEYWORDS.is_empty() { 0 } else { VERSION };
    (1..=versions).map(|version| format!("keywords:{version}")).collect()
}

/// Words of a keyword at most, where a run of characters that are words each is one.
const LONGEST: usize = 6;
/// Words of a keyword at most, where each such character is one.
const LONGEST_RUN: usize = 40;
/// Keywords of a suggester at most, subjects of one keyword, and languages of all of them together.
const MOST: usize = 2_000_000;
const MOST_SUBJECTS: usize = 16;
const MOST_ENTRIES: usize = 256;

/// What has less confidence is not suggested.
const MARGIN: f64 = 0.7;
/// Subjects of an article at most, and what part of the first one's score the others need.
const SUGGESTED: usize = 5;
const BESIDE_BEST: f64 = 0.4;

/// What a keyword speaks for, by its mark.
const MARKS: [(char, f32); 2] = [('!', 3.0), ('?', 0.4)];
const UNMARKED: f32 = 1.0;
/// As often counts a word of the headline.
const IN_HEADLINE: f64 = 3.0;
/// A text of so many words is not long.
const LONG: f64 = 300.0;

/// A subject that is suggested. Stored as the value of annotations of the kind `subject`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SuggestedSubject {
    /// The vocabulary, such as `medtop`.
    pub scheme: String,
    /// The code within it.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// From 0 to 1; how it is worked out says [`SubjectSuggester`].
    pub confidence: f64,
}

/// Suggests subjects of articles by keywords: an [`Annotator`] whose annotations are of the kind
/// `subject`, a [`SuggestedSubject`] each. What the publisher says, an article's `subjects`, stays
/// apart.
///
/// Each keyword speaks for its subjects with 3, 1 or 0.4, more often when it comes again and three
/// times in the headline, less in a long text; from the sum s comes the confidence s ÷ (s + 1).
/// Suggested are at most five, with a confidence of 0.7 or more.
///
/// Off, unless the file is told to use the one that ships
/// ([`Options::suggest_subjects`](crate::Options::suggest_subjects)) or one is given to
/// [`IngestOptions::annotator`](crate::IngestOptions::annotator), as any other annotator may be.
///
/// ```
/// use newsdb::annotate::{SubjectSuggester, SuggestedSubject};
/// use newsdb::{IngestOptions, NewArticle, NewsDb, formats};
/// use std::sync::Arc;
///
/// // A list of one's own; `SubjectSuggester::media_topics()` is the one that ships.
/// let list = "scheme,code,name\nhouse,7,Bridges\nhouse,7,Swing bridge\n";
/// let list = formats::read_subjects(list.as_bytes(), "list.csv", &Default::default());
/// let house = SubjectSuggester::new("house:1").subjects(list.flatten().map(|(_, subject)| subject));
///
/// let db = NewsDb::open_in_memory()?;
/// let article = NewArticle::new("wire").id("1").headline("Swing bridge opens").language("en");
/// db.ingest_with([article], IngestOptions::new().annotator(Arc::new(house)))?;
/// let article = db.article_by_uri("newsdb:wire/1")?.unwrap();
/// let found = article.annotations.iter().find(|said| said.kind == "subject").unwrap();
/// let subject: SuggestedSubject = serde_json::from_value(found.value.clone())?;
/// assert_eq!((found.annotator.as_str(), subject.code.as_str()), ("house:1", "7"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct SubjectSuggester {
    name: String,
    /// Scheme, code and name.
    subjects: Vec<[String; 3]>,
    numbers: BTreeMap<(String, String), u32>,
    /// By the hash of their words; those of one subject stand together.
    keywords: HashKeyed<Vec<Keyword>>,
    /// How many words the longest keyword has that begins with a word.
    beginnings: HashKeyed<usize>,
}

#[derive(Debug, Clone, Copy)]
struct Keyword {
    subject: u32,
    weight: f32,
    /// In texts of this language; 0: of any.
    language: u32,
}

impl SubjectSuggester {
    /// Without a keyword yet; the name is what its annotations are stored under.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            subjects: Vec::new(),
            numbers: BTreeMap::new(),
            keywords: HashKeyed::default(),
            beginnings: HashKeyed::default(),
        }
    }

    /// Some hundred of IPTC's Media Topics (`medtop`, CC BY 4.0), by English keywords that ship with
    /// newsdb (feature `knowledge`; without it, none). With the whole list given to
    /// [`SubjectSuggester::subjects`], its names in ten languages are keywords too.
    ///
    /// ```
    /// # #[cfg(feature = "knowledge")] {
    /// let topics = newsdb::annotate::SubjectSuggester::media_topics();
    /// let found = topics.suggest("Central bank raises interest rate", "", Some("en"));
    /// assert_eq!((found[0].code.as_str(), found[0].name.as_str()), ("20000371", "interest rate"));
    /// # }
    /// ```
    pub fn media_topics() -> Self {
        let mut topics = Self::new(format!("keywords:{VERSION}"));
        for (code, name, keywords) in rows(KEYWORDS) {
            let number = topics.subject("medtop", code, name);
            for keyword in keywords.split(',').map(str::trim) {
                let mark = MARKS.iter().find(|(mark, _)| keyword.starts_with(*mark));
                let (word, weight) = match mark {
                    Some((mark, weight)) => (keyword.trim_start_matches(*mark), *weight),
                    None => (keyword, UNMARKED),
                };
                topics.add(number, word, weight, Some("en"));
            }
        }
        topics
    }

    /// Adds subjects: each of their names is a keyword in texts of its language, enough by itself when
    /// it has several words.
    ///
    /// Where a script has no blanks (Chinese, Japanese, Thai), what stands together is one word; it is
    /// found within longer ones too. Left out are names of more than six words or of more than forty
    /// such characters, and of subjects with the same name all but the first sixteen. A name that
    /// holds a comma or brackets is never found.
    pub fn subjects(mut self, subjects: impl IntoIterator<Item = NewSubject>) -> Self {
        for subject in subjects {
            let label = subject.chief().map_or("", |(name, _)| &name.name);
            let number = self.subject(&subject.scheme, &subject.code, label);
            for name in &subject.names {
                let enough = counted(&words(&name.name)) > 1;
                let weight = if enough { MARKS[0].1 } else { UNMARKED };
                self.add(number, &name.name, weight, name.language.as_deref());
            }
        }
        self
    }

    fn subject(&mut self, scheme: &str, code: &str, name: &str) -> u32 {
        let next = u32::try_from(self.subjects.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry((scheme.to_owned(), code.to_owned())).or_insert(next);
        if number == next {
            self.subjects.push([scheme, code, name].map(str::to_owned));
        }
        number
    }

    fn add(&mut self, subject: u32, keyword: &str, weight: f32, language: Option<&str>) {
        let language = language.map_or(0, |tag| language_number(Some(tag)));
        let english = language == language_number(Some("en"));
        let parts = words(keyword);
        let Some((last, before)) = parts.split_last() else { return };
        let too_long = parts.len() > LONGEST_RUN || counted(&parts) > LONGEST;
        if too_long || self.keywords.len() >= MOST {
            return;
        }
        let begin = before.iter().fold(0, |run, word| extend(run, word.hash));
        let last = last.text(keyword).to_lowercase();
        let plurals = match last.strip_suffix('y') {
            Some(stem) => [format!("{last}s"), format!("{stem}ies")],
            None => [format!("{last}s"), format!("{last}es")],
        };
        for last in std::iter::once(last).chain(plurals.into_iter().filter(|_| english)) {
            let hash = word_hash(&last);
            let first = before.first().map_or(hash, |word| word.hash);
            let longest = self.beginnings.entry(first).or_default();
            *longest = parts.len().max(*longest);
            let known = self.keywords.entry(extend(begin, hash)).or_default();
            let same = |k: &&mut Keyword| k.subject == subject && k.language == language;
            if let Some(same) = known.iter_mut().find(same) {
                same.weight = same.weight.max(weight);
                continue;
            }
            let beside = known.iter().rposition(|k| k.subject == subject);
            let subjects = known.chunk_by(|a, b| a.subject == b.subject).count();
            if known.len() < MOST_ENTRIES && (beside.is_some() || subjects < MOST_SUBJECTS) {
                let at = beside.map_or(known.len(), |beside| beside + 1);
                known.insert(at, Keyword { subject, weight, language });
            }
        }
    }

    /// The subjects of an article with this headline and text, the most certain first. A language
    /// that is not known admits the keywords of all.
    pub fn suggest(
        &self,
        headline: &str,
        text: &str,
        language: Option<&str>,
    ) -> Vec<SuggestedSubject> {
        let language = language.map_or(0, |tag| language_number(Some(tag)));
        // How often each keyword of a subject stands there.
        let mut found: BTreeMap<(u32, u64), (f64, f32)> = BTreeMap::new();
        let mut length = 0;
        for (text, times) in [(headline, IN_HEADLINE), (text, 1.0)] {
            let words = words(looked_at(text));
            length += words.len();
            self.read(&words, language, |run, subject, weight| {
                let before = found.entry((subject, run)).or_default();
                *before = (before.0 + times, weight);
            });
        }
        let long = 1.0 + (1.0 + length as f64 / LONG).ln();
        let mut scores: BTreeMap<u32, f64> = BTreeMap::new();
        for ((subject, _), (times, weight)) in found {
            *scores.entry(subject).or_default() += f64::from(weight) * (1.0 + times.ln()) / long;
        }
        let mut scores: Vec<_> = scores.into_iter().collect();
        scores.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let best = scores.first().map_or(0.0, |best| best.1);
        let kept = scores.into_iter().take(SUGGESTED).filter_map(|(subject, score)| {
            let confidence = (score / (score + 1.0) * 100.0).round() / 100.0;
            let [scheme, code, name] = self.subjects.get(subject as usize)?.clone();
            (confidence >= MARGIN && score >= best * BESIDE_BEST).then_some(SuggestedSubject {
                scheme,
                code,
                name,
                confidence,
            })
        });
        kept.collect()
    }

    /// [`SubjectSuggester::suggest`] as annotations.
    pub(super) fn described(
        &self,
        headline: &str,
        text: &str,
        language: Option<&str>,
    ) -> Vec<Annotation> {
        let suggested = self.suggest(headline, text, language).into_iter();
        suggested.map(|subject| Annotation::new(&self.name, "subject", json!(subject))).collect()
    }

    /// Calls once for each keyword at each place of a text and each of its subjects, with the hash of
    /// its words, the subject and the greatest weight that it has in this language. A longer one does
    /// not hide those within it.
    fn read(&self, words: &[Word], language: u32, mut found: impl FnMut(u64, u32, f32)) {
        let speaks = |k: &&Keyword| k.language == 0 || language == 0 || k.language == language;
        for (at, word) in words.iter().enumerate() {
            let Some(&longest) = self.beginnings.get(&word.hash) else { continue };
            let mut run = 0;
            for next in words.iter().skip(at).take(longest) {
                if run != 0 && matches!(next.gap, Gap::Stop | Gap::Comma | Gap::Other) {
                    break;
                }
                run = extend(run, next.hash);
                let Some(keywords) = self.keywords.get(&run) else { continue };
                for of_one in keywords.chunk_by(|a, b| a.subject == b.subject) {
                    let weights = of_one.iter().filter(speaks).map(|keyword| keyword.weight);
                    if let Some(weight) = weights.reduce(f32::max) {
                        found(run, of_one[0].subject, weight);
                    }
                }
            }
        }
    }
}

/// How many words these are, where a run of characters that are words each is one.
fn counted(words: &[Word]) -> usize {
    let goes_on = |pair: &&[Word]| match pair {
        [before, word] => before.single && word.single && word.gap == Gap::Glued,
        _ => false,
    };
    words.len() - words.windows(2).filter(goes_on).count()
}

impl Annotator for SubjectSuggester {
    fn name(&self) -> &str {
        &self.name
    }

    fn annotate(&self, documents: &[Document]) -> Result<Vec<Vec<NewMention>>, AnnotatorError> {
        Ok(vec![Vec::new(); documents.len()])
    }

    fn describe(&self, documents: &[Document]) -> Result<Vec<Vec<Annotation>>, AnnotatorError> {
        let said = documents.iter().map(|document| {
            let text = document.body.as_deref().or(document.summary.as_deref()).unwrap_or("");
            self.described(&document.headline, text, document.language.as_deref())
        });
        Ok(said.collect())
    }
}
