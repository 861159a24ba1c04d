//! Everything about an article that can be worked out before the database is locked.

use super::described::Described;
use super::report::Fault;
use super::similar::{Bands, bands_of};
use crate::annotate::{
    self, Document, Found, Names, Reading, Texts, detect_language, language_tag,
};
use crate::formats::markup::{sanitise, to_text};
use crate::formats::unique;
use crate::index::Analysed;
use crate::model::{
    Annotation, Date, DateSource, Field, Limits, NewArticle, Place, PubStatus, Reason, Rejected,
    Span, Subject,
};
use crate::search::each_run;
use crate::store::packs::{Packed, Packer};
use serde::Serialize;
use std::ops::{Deref, DerefMut, RangeInclusive};
use unicode_normalization::{UnicodeNormalization, is_nfc};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// The key of the source of articles that name none.
pub(crate) const UNKNOWN_SOURCE: &str = "unknown";

/// Publication dates that are believed: from 1700 on. The end is a day after now.
const FIRST_SECOND: i64 = -8_520_336_000;

/// How much of an article's text there is, the poorest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// A headline that was made up for want of a text.
    Bare,
    Headline,
    Summary,
    Body,
}

impl Form {
    pub(crate) fn new(headline_derived: bool, has_summary: bool, has_body: bool) -> Self {
        match (has_body, has_summary, headline_derived) {
            (true, ..) => Self::Body,
            (_, true, _) => Self::Summary,
            (.., false) => Self::Headline,
            (.., true) => Self::Bare,
        }
    }
}

/// An article that may be taken, and by what it is known again: all that it needs when it came
/// before as it comes now.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) article: NewArticle,
    pub(crate) keys: Keys,
    pub(crate) form: Form,
    /// Hash of everything but the text.
    pub(crate) fields_hash: i64,
    /// How many mentions and annotations it may have.
    pub(crate) most: u64,
}

/// An article, ready to be written.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) checked: Checked,
    pub(crate) language: Option<String>,
    pub(crate) language_confidence: Option<f64>,
    pub(crate) analysed: Analysed,
    pub(crate) bands: Option<Bands>,
    pub(crate) body: Option<Packed>,
    pub(crate) body_html: Option<Packed>,
    /// Whether newsdb itself looked for names.
    pub(crate) read: bool,
    /// What newsdb itself and callers' annotators found in the text.
    pub(crate) found: Vec<Found>,
    /// Names and details found that are over the limit of mentions.
    pub(crate) left_out: usize,
    /// What they say of it beside that.
    pub(crate) described: Described,
    pub(crate) tone: Option<f64>,
}

impl Deref for Prepared {
    type Target = Checked;

    fn deref(&self) -> &Checked {
        &self.checked
    }
}

impl DerefMut for Prepared {
    fn deref_mut(&mut self) -> &mut Checked {
        &mut self.checked
    }
}

/// By what an article is known again. Hashes only.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys {
    /// Of the source and the id that it gave.
    pub(crate) id: Option<i64>,
    /// Of the canonical URL.
    pub(crate) url: Option<i64>,
    /// Of the normal form of headline, summary and body.
    pub(crate) content: i64,
    /// Of the headline, where there is one.
    pub(crate) headline: Option<i64>,
    /// Of the URI.
    pub(crate) uri: Option<i64>,
}

/// Hash of a source's key and something that is unique within the source.
pub(crate) fn source_hash(source: &str, within: &[u8]) -> i64 {
    let mut hasher = Xxh3::new();
    hasher.update(source.as_bytes());
    hasher.update(&[0]);
    hasher.update(within);
    hasher.digest() as i64
}

/// Hash of text.
pub(crate) fn text_hash(text: &str) -> i64 {
    xxh3_64(text.as_bytes()) as i64
}

/// Hash of an article's words: white space and Unicode composition do not count.
pub(crate) fn content_hash(headline: &str, summary: Option<&str>, body: Option<&str>) -> i64 {
    let fields = [headline, summary.unwrap_or(""), body.unwrap_or("")];
    let mut words = String::with_capacity(fields.iter().map(|field| field.len() + 2).sum());
    for field in fields {
        each_run(field, |word| {
            if word.is_ascii() || is_nfc(word) {
                words.push_str(word);
            } else {
                words.extend(word.nfc());
            }
            words.push(' ');
        });
        words.push('\0');
    }
    text_hash(&words)
}

/// Hash of a headline's words, whatever their case; `None` when it has none.
pub(crate) fn headline_hash(headline: &str) -> Option<i64> {
    let headline = headline.to_lowercase();
    has_text(&headline).then(|| content_hash(&headline, None, None))
}

/// The seconds that a publication date may have to be believed.
pub(crate) fn believable(now: i64) -> RangeInclusive<i64> {
    FIRST_SECOND..=now.saturating_add(86_400)
}

impl Checked {
    pub(crate) fn new(
        mut article: NewArticle,
        limits: &Limits,
        now: i64,
    ) -> Result<Self, Rejected> {
        normalise(&mut article, now);
        article.body_html = article.body_html.map(|html| sanitise(&html)).filter(|h| has_text(h));
        if article.body.is_none() {
            article.body = article.body_html.as_deref().map(to_text).filter(|text| has_text(text));
        }
        if let Err(reason) = check(&article, limits) {
            return Err(Rejected { place: article.place, reason });
        }
        Ok(Self {
            keys: keys(&article),
            form: Form::new(
                article.headline_derived,
                article.summary.is_some(),
                article.body.is_some(),
            ),
            fields_hash: fields_hash(&article),
            most: limits.mentions,
            article,
        })
    }

    /// Works out what its words and, given names, its text say.
    pub(crate) fn prepare(self, names: Option<&Names>, packer: &mut Packer) -> Prepared {
        let article = &self.article;
        let headline = article.headline.as_deref().unwrap_or("");
        let (summary, body) = (article.summary.as_deref(), article.body.as_deref());
        let detected = match &article.language {
            Some(_) => None,
            None => {
                detect_language(&[headline, summary.unwrap_or(""), body.unwrap_or("")].join("\n"))
            }
        };
        let language_confidence = detected.as_ref().map(|found| f64::from(found.confidence));
        let language = article.language.clone().or(detected.map(|found| found.language));
        let analysed = Analysed::new(headline, summary, body, language.as_deref());
        // What comes with newsdb's own mentions, from an export, keeps them.
        let annotated = article.mentions.iter().any(|m| annotate::is_built_in(&m.annotator))
            || article.annotations.iter().any(|said| annotate::is_built_in(&said.annotator));
        let Reading { tone, mentions: mut found, mut details, mut by } =
            names.map_or_else(Reading::default, |names| {
                let published = article.published;
                let language = language.as_deref();
                let dateline = article.dateline.as_deref();
                annotate::read(
                    &Texts { headline, summary, body, dateline, language, published },
                    names,
                )
            });
        if annotated {
            found.clear();
            details.clear();
            by.clear();
        }
        let left_out = fit(&mut found, &mut details, self.room());
        let mut pack = |text: &Option<String>| text.as_deref().map(|text| packer.add(text));
        let (body, body_html) = (pack(&article.body), pack(&article.body_html));
        let mut prepared = Prepared {
            language,
            language_confidence,
            bands: bands_of(&analysed),
            analysed,
            body,
            body_html,
            read: names.is_some() && !annotated,
            found,
            left_out,
            described: Described::default(),
            tone,
            checked: self,
        };
        prepared.describe(Described { by, annotations: details });
        prepared
    }

    /// How many mentions it may have beside those that it brings.
    fn room(&self) -> usize {
        let most = usize::try_from(self.most).unwrap_or(usize::MAX);
        most.saturating_sub(self.article.mentions.len() + self.article.annotations.len())
    }

    pub(crate) fn source(&self) -> &str {
        self.article.source.as_deref().unwrap_or(UNKNOWN_SOURCE)
    }

    pub(crate) fn status(&self) -> PubStatus {
        self.article.status.unwrap_or(PubStatus::Usable)
    }
}

impl Prepared {
    /// Takes in what annotators say; it replaces what the item brought of theirs.
    pub(super) fn describe(&mut self, described: Described) {
        let stays = |said: &Annotation| !described.by.contains(&said.annotator);
        self.checked.article.annotations.retain(stays);
        self.described.extend(described);
    }

    /// How many more mentions it may have.
    pub(super) fn room_left(&self) -> usize {
        self.room().saturating_sub(self.found.len() + self.described.annotations.len())
    }

    /// That names or details were left out, where they were.
    pub(super) fn fault(&self) -> Option<Fault> {
        (self.left_out > 0).then(|| left_out(self.article.place.clone(), self.left_out, self.most))
    }

    /// Lets go of the body as it came, which is packed by now: two batches are in memory at a time.
    pub(super) fn leave_packed(&mut self) {
        self.article.body = None;
    }

    /// What annotators are given of it.
    pub(super) fn document(&self) -> Document {
        Document {
            source: self.source().to_owned(),
            headline: self.article.headline.clone().unwrap_or_default(),
            summary: self.article.summary.clone(),
            body: self.article.body.clone(),
            language: self.language.clone(),
            published: self.article.published,
        }
    }

    /// Where the publication date comes from, where there is one to be believed.
    pub(crate) fn published_source(&self) -> Option<DateSource> {
        let source = self.article.published_source.unwrap_or(DateSource::Publisher);
        self.article.published.map(|_| source)
    }
}

/// Leaves of what was found no more than there is room for, names first; how much is left out.
pub(super) fn fit(found: &mut Vec<Found>, details: &mut Vec<Annotation>, room: usize) -> usize {
    let left_out = (found.len() + details.len()).saturating_sub(room);
    found.truncate(room);
    details.truncate(room - found.len());
    left_out
}

/// That more was found in an article than it may have mentions.
pub(super) fn left_out(place: Place, found: usize, most: u64) -> Fault {
    let reason = format!("{found} names and details left out: over the limit mentions of {most}");
    Fault { annotator: "newsdb".to_owned(), place, reason }
}

fn keys(article: &NewArticle) -> Keys {
    let source = article.source.as_deref().unwrap_or(UNKNOWN_SOURCE);
    Keys {
        id: article.id.as_deref().map(|id| source_hash(source, id.as_bytes())),
        url: article.url.as_deref().and_then(super::url_key),
        content: content_hash(
            article.headline.as_deref().unwrap_or(""),
            article.summary.as_deref(),
            article.body.as_deref(),
        ),
        headline: article.headline.as_deref().and_then(headline_hash),
        uri: article.uri.as_deref().map(text_hash),
    }
}

/// Empty is absent; a date that cannot be believed is kept as it was given.
fn normalise(article: &mut NewArticle, now: i64) {
    let texts = [
        &mut article.source,
        &mut article.source_name,
        &mut article.source_url,
        &mut article.feed,
        &mut article.id,
        &mut article.uri,
        &mut article.url,
        &mut article.headline,
        &mut article.summary,
        &mut article.body,
        &mut article.body_html,
        &mut article.byline,
        &mut article.dateline,
        &mut article.language,
        &mut article.published_raw,
    ];
    for text in texts {
        if text.as_deref().is_some_and(|text| !has_text(text)) {
            *text = None;
        }
    }
    if article.uri.as_deref().is_some_and(|uri| !is_absolute(uri)) {
        // A relative URI is an id within the source.
        let uri = article.uri.take();
        article.id = article.id.take().or(uri);
    }
    article.language = article.language.take().map(|tag| language_tag(&tag));
    if let Some(date) = article.published
        && !believable(now).contains(&date.second())
    {
        article.published = None;
        article.published_raw.get_or_insert_with(|| date.to_string());
    }
    // One beyond belief would make every later version an earlier one.
    if let Some(date) = article.modified
        && !believable(now).contains(&date.second())
    {
        (article.modified, article.modified_source) = (None, None);
        let raw = date.to_string().into();
        article.attributes.entry("modified_raw").or_insert(raw);
    }
    article.first_seen =
        article.first_seen.filter(|seen| believable(now).contains(&seen.timestamp()));
    for list in [&mut article.authors, &mut article.tags] {
        unique(list, String::clone);
    }
    unique(&mut article.subjects, Subject::clone);
}

fn has_text(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && !c.is_control() && c != '\u{feff}')
}

/// Whether a text is a URI with a scheme (RFC 3986, section 3.1) and something after it.
fn is_absolute(uri: &str) -> bool {
    uri.split_once(':').is_some_and(|(scheme, rest)| {
        !rest.is_empty()
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
            && !uri.contains(char::is_whitespace)
    })
}

fn check(article: &NewArticle, limits: &Limits) -> Result<(), Reason> {
    let texts = [&article.headline, &article.summary, &article.body];
    let canceled = article.status == Some(PubStatus::Canceled);
    let known = article.id.is_some() || article.uri.is_some() || article.url.is_some();
    // A cancellation needs only an identity.
    if texts.iter().all(|text| text.is_none()) && !(canceled && known) {
        return Err(Reason::Empty);
    }
    let over = |limit, allowed| Err(Reason::OverLimit { limit, allowed });
    let length = |text: &Option<String>| text.as_ref().map_or(0, |text| text.len() as u64);
    if length(&article.body).max(length(&article.body_html)) > limits.body {
        return over("body", limits.body);
    }
    if (article.mentions.len() + article.annotations.len()) as u64 > limits.mentions {
        return over("mentions", limits.mentions);
    }
    let values = article.attributes.values().chain(article.annotations.iter().map(|a| &a.value));
    if values.into_iter().any(|value| depth(value, 0) > limits.nesting) {
        return over("nesting", limits.nesting);
    }
    let fields = serde_json::to_vec(&fields(article)).map_or(0, |json| json.len() as u64);
    if texts.iter().map(|text| length(text)).sum::<u64>() + fields > limits.article {
        return over("article", limits.article);
    }
    let unnamed = |what| Err(Reason::Malformed(format!("{what} without a name or an annotator")));
    for mention in &article.mentions {
        if mention.name.trim().is_empty() || mention.annotator.trim().is_empty() {
            return unnamed("a mention");
        }
        check_span(article, &mention.name, mention.span.as_ref())?;
    }
    for annotation in &article.annotations {
        if annotation.kind.trim().is_empty() || annotation.annotator.trim().is_empty() {
            return unnamed("an annotation");
        }
        check_span(article, &annotation.kind, annotation.span.as_ref())?;
    }
    Ok(())
}

/// A range lies on characters of its field.
fn check_span(article: &NewArticle, name: &str, span: Option<&Span>) -> Result<(), Reason> {
    let texts = [&article.headline, &article.summary, &article.body];
    check_range(texts.map(|text| text.as_deref()), name, span)
}

/// As [`check_span`], of headline, summary and body.
pub(super) fn check_range(
    texts: [Option<&str>; 3],
    name: &str,
    span: Option<&Span>,
) -> Result<(), Reason> {
    let Some(span) = span else { return Ok(()) };
    let [headline, summary, body] = texts;
    let text = match span.field {
        Field::Headline => headline,
        Field::Summary => summary,
        Field::Body => body,
    };
    let range = text.and_then(|text| text.get(span.start..span.end));
    if range.is_none_or(str::is_empty) {
        return Err(Reason::MentionRange {
            name: name.to_owned(),
            field: span.field.as_str(),
            start: span.start,
            end: span.end,
        });
    }
    Ok(())
}

pub(super) fn depth(value: &serde_json::Value, above: u64) -> u64 {
    use serde_json::Value;
    // serde_json itself reads no deeper than 128, callers can build deeper; 1,000 is enough to refuse.
    if above > 1_000 {
        return above;
    }
    match value {
        Value::Array(items) => items.iter().map(|item| depth(item, above + 1)).max(),
        Value::Object(items) => items.values().map(|item| depth(item, above + 1)).max(),
        _ => None,
    }
    .unwrap_or(above + 1)
}

fn fields_hash(article: &NewArticle) -> i64 {
    xxh3_64(&serde_json::to_vec(&fields(article)).unwrap_or_default()) as i64
}

/// Everything that an item says beside its text and its identity.
fn fields(article: &NewArticle) -> impl Serialize + '_ {
    (
        (&article.url, &article.byline, &article.dateline, &article.authors, &article.language),
        (article.published, article.published_source, &article.published_raw, article.modified),
        (article.status, article.embargo, article.urgency, &article.subjects, &article.images),
        (&article.mentions, &article.tags, &article.attributes),
        (&article.body_html, article.modified_source, &article.enclosures, &article.annotations),
    )
}

/// A date as its three columns.
pub(crate) fn date_columns(date: Option<Date>) -> (Option<i64>, Option<i32>, Option<i64>) {
    (date.map(Date::second), date.and_then(Date::offset), date.map(|date| date.precision().code()))
}
