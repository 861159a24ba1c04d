//! Articles: as they come in, as they are kept, and where they were seen.

use super::{
    ArticleId, Date, DateSource, Field, Mention, NewMention, Place, SourceId, Span, named_enum,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::ops::Range;

named_enum! {
    /// Whether an article may be published, in the words of ninjs.
    PubStatus {
        /// It may. The default.
        Usable = 1 "usable",
        /// Not before its embargo ends, or not at all while no end is given.
        Withheld = 2 "withheld",
        /// Killed: its text is gone, the record remains.
        Canceled = 3 "canceled",
    }
}

/// A subject: what an article is about, from a vocabulary or in the publisher's own words.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Subject {
    /// The vocabulary, such as `medtop`; absent for plain words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// The code within the vocabulary; for plain words, the words.
    pub code: String,
    /// The name for people, where it differs from the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Subject {
    /// A subject in plain words.
    pub fn new(words: impl Into<String>) -> Self {
        Self { scheme: None, code: words.into(), name: None }
    }

    /// The name where there is one, else the code.
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.code)
    }
}

/// A picture that belongs to an article. Only its address is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Where it is.
    pub url: String,
    /// Its caption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<String>,
}

/// A file that comes with an article: a podcast's episode, a video. Only its address is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosure {
    /// Where it is.
    pub url: String,
    /// Its media type, such as `audio/mpeg`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Its size in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u64>,
    /// How long it plays, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<u64>,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// Something that an annotator says of an article beside its mentions: a quotation, an amount,
/// a tone, a coded event.
///
/// ```
/// use newsdb::Annotation;
/// use serde_json::json;
/// let event = Annotation::new("gdelt-events", "event", json!({"code": "036"})).key("1240011");
/// assert_eq!(event.kind, "event");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Annotation {
    /// Who says so: a model with its version, a data set, a caller's name.
    pub annotator: String,
    /// What sort of thing it is, such as `quotation`, `amount`, `tone`, `event`.
    pub kind: String,
    /// What it is known by among the annotator's annotations of this kind. One that comes again
    /// under its key replaces the earlier one; those without a key are replaced all together
    /// when the annotator brings others of the kind for the same article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Where; absent when it is said of the whole article.
    #[serde(flatten)]
    pub span: Option<Span>,
    /// What it says, in the annotator's own form.
    pub value: Value,
}

impl Annotation {
    /// An annotation of the whole article.
    pub fn new(
        annotator: impl Into<String>,
        kind: impl Into<String>,
        value: impl Into<Value>,
    ) -> Self {
        Self {
            annotator: annotator.into(),
            kind: kind.into(),
            key: None,
            span: None,
            value: value.into(),
        }
    }

    /// Names it, so that it is replaced when it comes again.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Says where it stands: a byte range of a field.
    pub fn span(mut self, field: Field, range: Range<usize>) -> Self {
        self.span = Some(Span { field, start: range.start, end: range.end });
        self
    }
}

/// An article on its way in. Every field may be absent; ingest rejects an article only when
/// it has no text at all, or passes one of the [`Limits`](crate::Limits).
///
/// ```
/// use newsdb::{EntityKind, NewArticle, NewMention};
/// let article = NewArticle::new("baltic-post")
///     .id("bp-1")
///     .url("https://baltic-post.example/bridge")
///     .headline("Harbour bridge opens in Lindholm")
///     .body("The harbour bridge opened on Monday.")
///     .published("2024-06-10T08:00:00Z".parse()?)
///     .language("en")
///     .subject("transport")
///     .mention(NewMention::new(EntityKind::Place, "Lindholm"));
/// # Ok::<(), newsdb::ParseDateError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewArticle {
    /// The publisher's key, such as `reuters`; `unknown` when absent.
    pub source: Option<String>,
    /// The publisher's name for people. Taken when the file knows none for the source.
    pub source_name: Option<String>,
    /// The publisher's site. Taken when the file knows none for the source.
    pub source_url: Option<String>,
    /// The feed or folder that it came by, where one source has several.
    pub feed: Option<String>,
    /// The id that the source gave: a feed's guid, an agency's number.
    pub id: Option<String>,
    /// A URI that is unique in the world, such as a ninjs `uri`. Taken when absolute.
    pub uri: Option<String>,
    /// Where the page is.
    pub url: Option<String>,
    /// The headline.
    pub headline: Option<String>,
    /// Whether the headline was made from the text because the source gave none.
    pub headline_derived: bool,
    /// The lead, description or standfirst.
    pub summary: Option<String>,
    /// The text. Kept byte for byte.
    pub body: Option<String>,
    /// The publisher's own HTML of the body. Kept beside the text, without scripts, styles,
    /// forms and whatever else does not belong into another's page.
    pub body_html: Option<String>,
    /// The line that names the authors, as printed.
    pub byline: Option<String>,
    /// The line that says where and when it was written, as printed.
    pub dateline: Option<String>,
    /// The authors' names.
    pub authors: Vec<String>,
    /// BCP 47. Detected from the text when absent.
    pub language: Option<String>,
    /// When it was first published.
    pub published: Option<Date>,
    /// Where that date comes from; the publisher unless set.
    pub published_source: Option<DateSource>,
    /// The date as it was given, when it could not be read or believed.
    pub published_raw: Option<String>,
    /// When it was last changed, by the publisher's word.
    pub modified: Option<Date>,
    /// Where that date comes from; the publisher unless set.
    pub modified_source: Option<DateSource>,
    /// When the caller first saw it; the time of ingest when absent.
    pub first_seen: Option<DateTime<Utc>>,
    /// Whether it may be published; `usable` when absent.
    pub status: Option<PubStatus>,
    /// The end of an embargo.
    pub embargo: Option<DateTime<Utc>>,
    /// From 1 (most urgent) to 9.
    pub urgency: Option<u8>,
    /// What it is about.
    pub subjects: Vec<Subject>,
    /// Its pictures.
    pub images: Vec<Image>,
    /// Files that come with it.
    pub enclosures: Vec<Enclosure>,
    /// Who and what it mentions.
    pub mentions: Vec<NewMention>,
    /// What else annotators say of it.
    pub annotations: Vec<Annotation>,
    /// The caller's own tags.
    pub tags: Vec<String>,
    /// The caller's own properties, and what a reader found no field for.
    pub attributes: Map<String, Value>,
    /// Where it stood in its input, for the report.
    pub place: Place,
}

macro_rules! setters {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {
        $($(#[$meta])*
        pub fn $name(mut self, $name: impl Into<String>) -> Self {
            self.$name = Some($name.into());
            self
        })+
    };
}

impl NewArticle {
    /// An article of a source.
    pub fn new(source: impl Into<String>) -> Self {
        Self { source: Some(source.into()), ..Self::default() }
    }

    setters! {
        /// Sets the id that the source gave.
        id,
        /// Sets the URI.
        uri,
        /// Sets the address of the page.
        url,
        /// Sets the feed.
        feed,
        /// Sets the headline.
        headline,
        /// Sets the summary.
        summary,
        /// Sets the body.
        body,
        /// Sets the publisher's own HTML of the body.
        body_html,
        /// Sets the byline.
        byline,
        /// Sets the dateline.
        dateline,
        /// Sets the language (BCP 47).
        language,
    }

    /// Sets the date of first publication.
    pub fn published(mut self, date: Date) -> Self {
        self.published = Some(date);
        self
    }

    /// Says where the date of publication comes from.
    pub fn published_source(mut self, source: DateSource) -> Self {
        self.published_source = Some(source);
        self
    }

    /// Sets the date of the last change.
    pub fn modified(mut self, date: Date) -> Self {
        self.modified = Some(date);
        self
    }

    /// Sets the publication status.
    pub fn status(mut self, status: PubStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// Withholds the article until a time.
    pub fn embargo(mut self, until: DateTime<Utc>) -> Self {
        self.status = Some(PubStatus::Withheld);
        self.embargo = Some(until);
        self
    }

    /// Adds an author.
    pub fn author(mut self, name: impl Into<String>) -> Self {
        self.authors.push(name.into());
        self
    }

    /// Adds a subject in plain words.
    pub fn subject(mut self, words: impl Into<String>) -> Self {
        self.subjects.push(Subject::new(words));
        self
    }

    /// Adds an annotation.
    pub fn annotation(mut self, annotation: Annotation) -> Self {
        self.annotations.push(annotation);
        self
    }

    /// Adds a tag.
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Adds a mention.
    pub fn mention(mut self, mention: NewMention) -> Self {
        self.mentions.push(mention);
        self
    }

    /// Sets one of the caller's own properties.
    pub fn attribute(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.attributes.insert(name.into(), value.into());
        self
    }
}

/// An article as it is kept, with its current text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Article {
    /// Its address.
    pub id: ArticleId,
    /// Unique in the file: the publisher's where it gave one, else minted.
    pub uri: String,
    /// The publisher's key.
    pub source: String,
    /// The feed that it first came by.
    pub feed: Option<String>,
    /// The id that the source gave.
    pub external_id: Option<String>,
    /// Where the page is.
    pub url: Option<String>,
    /// The headline; empty when there is none.
    pub headline: String,
    /// Whether the headline was made from the text.
    pub headline_derived: bool,
    /// The lead.
    pub summary: Option<String>,
    /// The text.
    pub body: Option<String>,
    /// The publisher's own HTML of the body, sanitised.
    pub body_html: Option<String>,
    /// The byline as printed.
    pub byline: Option<String>,
    /// The dateline as printed.
    pub dateline: Option<String>,
    /// The authors' names.
    pub authors: Vec<String>,
    /// BCP 47, where known.
    pub language: Option<String>,
    /// How sure the detection was (0 to 1); absent when the publisher named the language.
    pub language_confidence: Option<f64>,
    /// When it was first published; absent when no believable date is known.
    pub published: Option<Date>,
    /// Where that date comes from.
    pub published_source: Option<DateSource>,
    /// The date as it was given, when it could not be read or believed.
    pub published_raw: Option<String>,
    /// When it was last changed, by the publisher's word.
    pub modified: Option<Date>,
    /// Where that date comes from.
    pub modified_source: Option<DateSource>,
    /// When it was first seen.
    pub first_seen: DateTime<Utc>,
    /// The number of the current version, from 1.
    pub version: u32,
    /// Whether it may be published, as it was recorded.
    pub status: PubStatus,
    /// The end of its embargo.
    pub embargo: Option<DateTime<Utc>>,
    /// From 1 (most urgent) to 9.
    pub urgency: Option<u8>,
    /// What it is about.
    pub subjects: Vec<Subject>,
    /// Its pictures.
    pub images: Vec<Image>,
    /// Files that come with it.
    pub enclosures: Vec<Enclosure>,
    /// The tone of its text, from -1 to 1; see [`Annotations::tone`](crate::annotate::Annotations::tone).
    pub tone: Option<f64>,
    /// Who and what it mentions.
    pub mentions: Vec<Mention>,
    /// What else annotators say of it.
    pub annotations: Vec<Annotation>,
    /// The caller's own tags.
    pub tags: Vec<String>,
    /// The caller's own properties.
    pub attributes: Map<String, Value>,
    /// The article that it repeats, where one is known.
    pub duplicate_of: Option<ArticleId>,
    /// How much of the text the two share: from 0 to 1, 1 for the same text.
    pub similarity: Option<f64>,
}

/// What an article said at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Version {
    /// From 1; the current one has the greatest number among those in force.
    pub number: u32,
    /// Its texts.
    #[serde(flatten)]
    pub text: VersionText,
    /// The publisher's date of this version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified: Option<Date>,
    /// When this file first saw it.
    pub seen: DateTime<Utc>,
    /// Changes of other fields while it was current, oldest first: objects with `at`, and
    /// `field: [old, new]` for each field; of mentions and annotations only those that were replaced
    /// and came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Value>,
    /// Mentions that were seen in its text and retired with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<NewMention>,
    /// Annotations of its text that were retired with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub annotations: Vec<Annotation>,
    /// Whether it is the text that searches see.
    pub current: bool,
}

/// The texts that make a version: when one differs, the version is another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionText {
    /// The headline.
    #[serde(default)]
    pub headline: String,
    /// The lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// Where an article was seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sighting {
    /// The source that brought it.
    pub source: String,
    /// The feed, where the source has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feed: Option<String>,
    /// The id that it had there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The URL that it had there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The first time.
    pub first_seen: DateTime<Utc>,
    /// The last time.
    pub last_seen: DateTime<Utc>,
    /// What it said there, where that is not a version of the article: a poorer form, or
    /// another publisher's text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<VersionText>,
}

/// A source: who publishes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Source {
    /// Its number in this file.
    pub id: SourceId,
    /// Its key, as articles name it.
    pub key: String,
    /// Its name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its country: ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Its chief language: BCP 47.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The caller's own properties.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub attributes: Map<String, Value>,
}

impl Source {
    /// A source of which nothing is known but its key. The file numbers it.
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            id: SourceId(0),
            key: key.into(),
            name: None,
            url: None,
            country: None,
            language: None,
            attributes: Map::new(),
        }
    }
}
