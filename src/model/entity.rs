//! Entities, the names they go by, and where articles speak of them.

use super::{EntityId, named_enum};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::ops::Range;

/// The annotator of what the publisher itself asserts.
pub const PUBLISHER: &str = "publisher";

named_enum! {
    /// What an entity is: the kinds of ninjs.
    EntityKind {
        /// A human being.
        Person = 1 "person",
        /// A company, body, party, club …
        Organisation = 2 "organisation",
        /// A country, city, region, river …
        Place = 3 "place",
        /// A product, ship, work, law …
        Object = 4 "object",
        /// A happening with a name.
        Event = 5 "event",
    }
}

named_enum! {
    /// The texts of an article that a mention can point into.
    Field {
        /// The headline.
        Headline = 1 "headline",
        /// The summary.
        Summary = 2 "summary",
        /// The body.
        Body = 3 "body",
    }
}

named_enum! {
    /// How a mention names its entity.
    MentionForm {
        /// By a name of its own: `Kazakhstan`.
        Name = 1 "name",
        /// By a part of a name that stands in full elsewhere in the article: `Yoon`.
        Short = 2 "short",
        /// By the people or adjective of a place: `Kazakh`.
        Demonym = 3 "demonym",
    }
}

/// An id that somebody else gave: `wikidata` `Q232`, `iso3166` `KZ`, `ticker` `XNAS:AAPL` …
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExternalId {
    /// Who numbers: a short lower-case name.
    pub scheme: String,
    /// The id within the scheme.
    pub value: String,
}

impl ExternalId {
    /// An id of a scheme.
    pub fn new(scheme: impl Into<String>, value: impl Into<String>) -> Self {
        Self { scheme: scheme.into(), value: value.into() }
    }
}

/// A name that an entity goes by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Alias {
    /// The name as written.
    pub name: String,
    /// The language (BCP 47) that writes it so, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// An entity as the file knows it, with everything that was merged into it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// Its number in this file.
    pub id: EntityId,
    /// What it is.
    pub kind: EntityKind,
    /// Its chief name.
    pub name: String,
    /// Whether it is only a name so far: neither a list nor a person has vouched for it, and fewer than
    /// five articles mention it. With five, a name of two words or more with capitals, by which newsdb
    /// knows nothing else, is looked for like those of a list, from when the file is next opened or a
    /// person changes names.
    #[serde(default)]
    pub provisional: bool,
    /// Every other name it goes by.
    pub aliases: Vec<Alias>,
    /// Its ids elsewhere.
    pub external_ids: Vec<ExternalId>,
    /// The caller's own properties.
    pub attributes: Map<String, Value>,
    /// The entities that were merged into this one; their ids go on leading here.
    pub merged: Vec<EntityId>,
}

/// An entity to create, or to find and add to.
///
/// ```
/// use newsdb::{EntityKind, NewEntity};
/// let kazakhstan = NewEntity::new(EntityKind::Place, "Kazakhstan")
///     .alias("Казахстан", Some("ru"))
///     .external_id("wikidata", "Q232");
/// assert_eq!(kazakhstan.aliases.len(), 1);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewEntity {
    /// What it is.
    pub kind: EntityKind,
    /// Its chief name.
    pub name: String,
    /// Other names.
    #[serde(default)]
    pub aliases: Vec<Alias>,
    /// Ids elsewhere. An id that the file knows names the entity, whatever the name says.
    #[serde(default)]
    pub external_ids: Vec<ExternalId>,
    /// The caller's own properties.
    #[serde(default)]
    pub attributes: Map<String, Value>,
}

impl NewEntity {
    /// An entity of a kind with its chief name.
    pub fn new(kind: EntityKind, name: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
            aliases: Vec::new(),
            external_ids: Vec::new(),
            attributes: Map::new(),
        }
    }

    /// Adds another name.
    pub fn alias(mut self, name: impl Into<String>, language: Option<&str>) -> Self {
        self.aliases.push(Alias { name: name.into(), language: language.map(Into::into) });
        self
    }

    /// Adds an id that somebody else gave.
    pub fn external_id(mut self, scheme: impl Into<String>, value: impl Into<String>) -> Self {
        self.external_ids.push(ExternalId::new(scheme, value));
        self
    }
}

/// A range of bytes (UTF-8) of one field of the stored text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The text that it points into.
    pub field: Field,
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// A mention of an entity, as a publisher or a caller's own recogniser found it.
///
/// ```
/// use newsdb::{EntityKind, Field, NewMention};
/// let mention = NewMention::new(EntityKind::Person, "Anna Berg")
///     .annotator("my-recogniser 2.1")
///     .span(Field::Body, 10..19)
///     .confidence(0.93);
/// assert_eq!(mention.annotator, "my-recogniser 2.1");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewMention {
    /// What is mentioned.
    pub kind: EntityKind,
    /// The entity's name: how the file should find it or create it.
    pub name: String,
    /// The entity's ids elsewhere; they decide before the name does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_ids: Vec<ExternalId>,
    /// Who says so. `publisher` unless set.
    #[serde(default = "publisher", skip_serializing_if = "is_publisher")]
    pub annotator: String,
    /// Where; absent when it is said of the whole article.
    #[serde(flatten)]
    pub span: Option<Span>,
    /// From 0 to 1, absent when unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// How it names the entity, where the annotator says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<MentionForm>,
}

fn publisher() -> String {
    PUBLISHER.to_owned()
}

fn is_publisher(annotator: &str) -> bool {
    annotator == PUBLISHER
}

impl NewMention {
    /// A mention that the publisher makes of the whole article.
    pub fn new(kind: EntityKind, name: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
            external_ids: Vec::new(),
            annotator: publisher(),
            span: None,
            confidence: None,
            form: None,
        }
    }

    /// Says who found it. Importing an annotator's mentions replaces its earlier ones.
    pub fn annotator(mut self, annotator: impl Into<String>) -> Self {
        self.annotator = annotator.into();
        self
    }

    /// Says where it stands: a byte range of a field.
    pub fn span(mut self, field: Field, range: Range<usize>) -> Self {
        self.span = Some(Span { field, start: range.start, end: range.end });
        self
    }

    /// Says how sure the annotator is, from 0 to 1.
    pub fn confidence(mut self, confidence: f64) -> Self {
        self.confidence = Some(confidence);
        self
    }

    /// Says how it names the entity.
    pub fn form(mut self, form: MentionForm) -> Self {
        self.form = Some(form);
        self
    }

    /// Adds an id that somebody else gave to the entity.
    pub fn external_id(mut self, scheme: impl Into<String>, value: impl Into<String>) -> Self {
        self.external_ids.push(ExternalId::new(scheme, value));
        self
    }
}

/// A stored mention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// Whom it means, corrections applied.
    pub entity: EntityId,
    /// The entity as it was recorded; corrections never change it.
    pub recorded: EntityId,
    /// How much the article is about the entity as recorded, from 0 to 1; absent where nobody says
    /// where it stands. See [`annotate::entities`](crate::annotate::entities).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salience: Option<f64>,
    /// What is mentioned, and as what, in the form that can be ingested again. The name is
    /// the recorded entity's.
    #[serde(flatten)]
    pub mention: NewMention,
}
