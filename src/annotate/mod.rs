//! From text to annotations: pure functions, no database.
//!
//! `words` cuts a text; `gazetteer` finds the names that `knowledge` and the file list; the
//! recogniser finds names that no list has; `link` decides who or what each one is, by the
//! evidence around it (`evidence`); `details` finds quotations, amounts and dates.

mod about;
mod details;
mod evidence;
mod gazetteer;
mod knowledge;
mod language;
mod link;
mod own;
mod plugin;
mod recogniser;
mod salience;
mod stop;
mod subjects;
mod tone;
mod unlinked;
mod words;

pub(crate) use about::tone_toward;
pub use about::{EntityInArticle, entities};
pub use details::{Amount, MentionedDate, Quotation, Speaker};
pub(crate) use gazetteer::Gazetteer;
pub(crate) use language::language_tag;
pub use language::{DetectedLanguage, detect_language};
pub(crate) use own::{OwnEntity, is_full_name, is_known, is_meant, is_name};
pub use plugin::{Annotator, AnnotatorError, Document};
pub use recogniser::{Name, NameKind, RECOGNISER_VERSION, recognise_names};
pub(crate) use salience::{SALIENT, salience};
pub use subjects::{SubjectSuggester, SuggestedSubject};
pub use unlinked::{Unlinked, UnlinkedCandidate};

use crate::model::{Annotation, Date, EntityId, EntityKind, ExternalId, Field, NewMention, Span};
use chrono::Datelike;
use details::{DETAILS, details};
use gazetteer::{Entry, Finder};
use knowledge::knowledge;
use link::{Link, MARGIN, Named, Target, Text, link};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, LazyLock};
use tone::tone;
use words::words;

/// The annotator of names that a list has.
const GAZETTEER: &str = "gazetteer";
/// The annotator of names that the recogniser alone has seen.
const MODEL: &str = "model";

/// Bytes of one field that are looked at, 1 MiB; what is said later in a text is not found.
const LOOKED_AT: usize = 1 << 20;

/// Bytes of a name that no list has; what is longer is none. It may stand at many places of a text.
const LONGEST_NAME: usize = 256;

/// Whether an annotator is one of newsdb's own, of whatever version.
pub(crate) fn is_built_in(annotator: &str) -> bool {
    [GAZETTEER, MODEL, DETAILS]
        .into_iter()
        .any(|own| annotator.strip_prefix(own).is_some_and(|version| version.starts_with(':')))
}

/// The names by which entities are found: those that newsdb knows and those of a file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    pub(crate) own: Arc<Gazetteer>,
    /// Those of entities that are new since `own` was made.
    pub(crate) recent: Arc<Gazetteer>,
    /// Whether quotations, amounts and dates are looked for as well.
    pub(crate) details: bool,
    /// Whether Media Topics are suggested.
    pub(crate) subjects: bool,
}

/// The texts of an article, and what helps to understand them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Texts<'a> {
    pub(crate) headline: &'a str,
    pub(crate) summary: Option<&'a str>,
    pub(crate) body: Option<&'a str>,
    /// Where and when it was written: places in it are the whole article's.
    pub(crate) dateline: Option<&'a str>,
    pub(crate) language: Option<&'a str>,
    pub(crate) published: Option<Date>,
}

/// A mention that was found, and the entity in the file that is meant, where the name is the
/// file's own.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    pub(crate) mention: NewMention,
    pub(crate) entity: Option<EntityId>,
}

/// What newsdb itself says of a text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Annotations {
    /// The language (BCP 47): as given, else detected.
    pub language: Option<String>,
    /// From -1 (bad) to 1 (good), by the AFINN word lists: Danish, English, Finnish, French, Polish,
    /// Swedish, Turkish. Absent where it is not known: another language, no word of the list.
    pub tone: Option<f64>,
    /// Who and what is mentioned, in the order of the text. Ranges are bytes of the text, as of
    /// a body; an entity of the list that ships has its `external_ids`.
    pub mentions: Vec<NewMention>,
    /// Quotations, amounts, dates and names that stay unlinked ([`Quotation`], [`Amount`],
    /// [`MentionedDate`], [`Unlinked`]), those of each kind in the order of the text.
    pub details: Vec<Annotation>,
}

/// Finds who and what a text mentions, with nothing but the list of entities and the recogniser
/// that ship with newsdb. No database is needed.
///
/// ```
/// let text = "Kazakh President Kassym-Jomart Tokayev spoke in Astana. Tokayev praised South Korea.";
/// let found = newsdb::annotate::annotate(text, Some("en"));
/// let names: Vec<_> = found.mentions.iter().map(|mention| mention.name.as_str()).collect();
/// let tokayev = "Kassym-Jomart Tokayev";
/// assert_eq!(names, ["Kazakhstan", tokayev, "Astana", tokayev, "South Korea"]);
/// ```
pub fn annotate(text: &str, language: Option<&str>) -> Annotations {
    annotate_published(text, language, None)
}

/// As [`annotate`], of a text that was published then: `yesterday` and `12 May` are dates by it.
pub fn annotate_published(
    text: &str,
    language: Option<&str>,
    published: Option<Date>,
) -> Annotations {
    annotate_text(text, language, published, MARGIN)
}

/// As [`annotate`], with another margin by which the best of several entities must lead: with a
/// smaller one more names are linked, and more of them wrongly. The scale is that of natural
/// logarithms of odds; `tests/suites` has the program that shows the curve.
pub fn annotate_at(text: &str, language: Option<&str>, margin: f32) -> Annotations {
    annotate_text(text, language, None, margin)
}

fn annotate_text(
    text: &str,
    language: Option<&str>,
    published: Option<Date>,
    margin: f32,
) -> Annotations {
    let detected = match language {
        Some(_) => None,
        None => detect_language(text).map(|found| found.language),
    };
    let language = language.map(str::to_owned).or(detected);
    let (body, of) = (Some(text), language.as_deref());
    let texts = Texts { body, language: of, published, ..Texts::default() };
    let Reading { tone, mentions, details, .. } =
        read_at(&texts, &Names { details: true, ..Names::default() }, margin);
    let mentions = mentions.into_iter().map(|found| found.mention).collect();
    Annotations { language, tone, mentions, details }
}

/// What newsdb itself finds in an article.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) tone: Option<f64>,
    /// In the order of the fields.
    pub(crate) mentions: Vec<Found>,
    /// Names that stay unlinked; quotations, amounts and dates, suggested subjects, where they are
    /// looked for.
    pub(crate) details: Vec<Annotation>,
    /// Annotators that were asked beside newsdb's own ones.
    pub(crate) by: BTreeSet<String>,
}

/// The rows `FIRST SECOND: rest` of a table that is kept as text; lines with `#` are remarks.
fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (head, rest) = line.split_once(": ")?;
        let (first, second) = head.split_once(' ')?;
        Some((first, second, rest))
    })
}

/// The part of a text that is looked at.
fn looked_at(text: &str) -> &str {
    let end = (0..=LOOKED_AT.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    end.and_then(|end| text.get(..end)).unwrap_or("")
}

/// Reads an article.
pub(crate) fn read(texts: &Texts<'_>, names: &Names) -> Reading {
    read_at(texts, names, MARGIN)
}

fn read_at(texts: &Texts<'_>, names: &Names, margin: f32) -> Reading {
    let fields = [
        (None, texts.dateline),
        (Some(Field::Headline), Some(texts.headline)),
        (Some(Field::Summary), texts.summary),
        (Some(Field::Body), texts.body),
    ];
    let read = fields.into_iter().filter_map(|(field, text)| {
        let text = text.filter(|text| !text.is_empty())?;
        let text = looked_at(text);
        let named = match field {
            Some(_) => named(text, texts.language),
            None => Vec::new(),
        };
        Some(Text { field, text, words: words(text), named })
    });
    let read: Vec<_> = read.collect();
    let finder = Finder::new(vec![&**knowledge(), &*names.own, &*names.recent], texts.language);
    let said = read.iter().filter(|text| text.field.is_some());
    let tone = tone(said.map(|text| text.words.as_slice()), texts.language);
    let passages: Vec<_> = match names.details {
        true => read.iter().filter_map(|r| Some((r.field?, r.text, r.words.clone()))).collect(),
        false => Vec::new(),
    };
    let year = texts.published.map(|date| date.at().year());
    let (links, unlinked) = link(&finder, read, year, margin);
    let mentions: Vec<_> = links.into_iter().map(found).collect();
    let details = passages.iter().flat_map(|(field, text, words)| {
        details(*field, (text, words), texts.language, texts.published, &mentions)
    });
    let mut details: Vec<_> = details.chain(unlinked).collect();
    let mut by = BTreeSet::new();
    if names.subjects {
        let text = texts.body.or(texts.summary).unwrap_or("");
        details.extend(subjects::MEDIA_TOPICS.described(texts.headline, text, texts.language));
        by = subjects::media_topics_names();
    }
    Reading { tone, details, mentions, by }
}

/// What the recogniser sees in a text.
fn named(text: &str, language: Option<&str>) -> Vec<Named> {
    // A short text whose language is not known may be English, if its letters are.
    let Some(language) = language.or_else(|| text.is_ascii().then_some("")) else {
        return Vec::new();
    };
    let names = recognise_names(text, language).into_iter();
    names
        .filter(|name| name.range.len() <= LONGEST_NAME)
        .map(|name| Named {
            range: name.range,
            kind: match name.kind {
                NameKind::Person => Some(EntityKind::Person),
                NameKind::Organisation => Some(EntityKind::Organisation),
                NameKind::Place => Some(EntityKind::Place),
                NameKind::Other => None,
            },
            confidence: name.confidence,
        })
        .collect()
}

/// Who finds the names of lists, and those of none.
static ANNOTATORS: LazyLock<[String; 2]> = LazyLock::new(|| {
    [format!("{GAZETTEER}:{}", knowledge::VERSION), format!("{MODEL}:{RECOGNISER_VERSION}")]
});

/// The names, with versions, of all that newsdb itself may say something by.
pub(crate) fn built_in() -> impl Iterator<Item = String> {
    let details = format!("{DETAILS}:{}", details::VERSION);
    ANNOTATORS.iter().cloned().chain([details]).chain(subjects::media_topics_names())
}

fn found(link: Link<'_, '_>) -> Found {
    let [gazetteer, model] = &*ANNOTATORS;
    let (kind, name, external_ids, annotator, entity) = match link.target {
        Target::Known(entry) => {
            let kind = entry.class.kind().unwrap_or(EntityKind::Object);
            let name = String::from(&*entry.name);
            (kind, name, entry.external_ids(), gazetteer, entry.entity.map(EntityId))
        }
        Target::Unknown(kind, name) => {
            let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
            (kind, name, Vec::new(), model, None)
        }
    };
    let Range { start, end } = link.range;
    let mention = NewMention {
        kind,
        name,
        external_ids,
        annotator: annotator.clone(),
        span: link.field.map(|field| Span { field, start, end }),
        confidence: Some((f64::from(link.confidence) * 100.0).round() / 100.0),
        form: Some(link.form),
    };
    Found { mention, entity }
}

/// The entities that newsdb knows from the start by a name, in any case and language, those of
/// which most is said first.
///
/// ```
/// let found = newsdb::annotate::known_by_name("казахстан");
/// assert_eq!(found[0].external_ids[0].value, "Q232");
/// ```
pub fn known_by_name(name: &str) -> Vec<Known> {
    let mut entries = knowledge::named(name);
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.prior));
    entries.iter().filter_map(Known::of).collect()
}

/// What newsdb knows of an entity from the start.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Known {
    /// What it is.
    pub kind: EntityKind,
    /// Its chief name.
    pub name: String,
    /// Its ids elsewhere; the first stays the same from version to version of newsdb.
    pub external_ids: Vec<ExternalId>,
    /// ISO 3166 code of the country that it is, or lies or works in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Degrees north and east.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<(f32, f32)>,
    /// Inhabitants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub population: Option<u32>,
}

/// What newsdb knows from the start of the entity that has an id elsewhere.
///
/// ```
/// let astana = newsdb::annotate::known("geonames", "1526273").unwrap();
/// assert_eq!((astana.name.as_str(), astana.country.as_deref()), ("Astana", Some("KZ")));
/// ```
pub fn known(scheme: &str, value: &str) -> Option<Known> {
    Known::of(&knowledge::by_id(&format!("{scheme}:{value}"))?)
}

impl Known {
    fn of(entry: &Entry) -> Option<Self> {
        Some(Self {
            kind: entry.class.kind()?,
            name: entry.name.to_string(),
            external_ids: entry.external_ids(),
            country: entry.country().map(str::to_owned),
            position: entry.position,
            population: entry.population,
        })
    }
}
