//! Counting: over time, by value, together.
//!
//! Every count here is a collector of the same matching articles, and reads their values of one
//! dimension the same way (`values`); it therefore agrees with every other. For a
//! [`unique`](crate::Query::unique) query these are the newest matching article of each group of
//! duplicates.

mod about;
mod calendar;
mod labels;
mod periods;
mod profile;
mod timeline;
mod together;
mod top;
mod values;

pub use about::About;
pub use calendar::Unit;
pub use profile::EntityProfile;
pub use timeline::{Bucket, Series, Timeline, TimelineCounts};
pub use together::{CoMention, NamedEntity};
pub use top::{TopList, TopRow};

use crate::error::Error;
use crate::index::{Collector, Field, Index};
use crate::model::{EntityKind, ParseNameError};
use crate::query::{Query, Selection};
use crate::store::View;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What articles are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dimension {
    /// The publisher: one for each article.
    Source,
    /// The language as it is recorded (BCP 47): at most one for each article.
    Language,
    /// The subjects, by their names for people.
    Subject,
    /// The authors.
    Author,
    /// The caller's own tags.
    Tag,
    /// The entities mentioned, corrections applied.
    Entity,
    /// The entities of one kind.
    Kind(EntityKind),
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Source => "source",
            Self::Language => "language",
            Self::Subject => "subject",
            Self::Author => "author",
            Self::Tag => "tag",
            Self::Entity => "entity",
            Self::Kind(kind) => kind.as_str(),
        })
    }
}

impl Serialize for Dimension {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Dimension {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}

impl FromStr for Dimension {
    type Err = ParseNameError;

    fn from_str(text: &str) -> Result<Self, ParseNameError> {
        match text {
            "source" => Ok(Self::Source),
            "language" => Ok(Self::Language),
            "subject" => Ok(Self::Subject),
            "author" => Ok(Self::Author),
            "tag" => Ok(Self::Tag),
            "entity" | "entities" => Ok(Self::Entity),
            kind => kind.parse().map(Self::Kind).map_err(|_| {
                let names = ["source", "language", "subject", "author", "tag", "entity"];
                let kinds = EntityKind::ALL.iter().map(|kind| kind.as_str());
                ParseNameError::new(text, names.into_iter().chain(kinds))
            }),
        }
    }
}

impl Dimension {
    pub(crate) fn is_entities(self) -> bool {
        matches!(self, Self::Entity | Self::Kind(_))
    }

    fn field(self, query: &Query) -> Field {
        match self {
            Self::Source => Field::Source,
            Self::Language => Field::Language,
            Self::Subject => Field::Subject,
            Self::Author => Field::Author,
            Self::Tag => Field::Tag,
            Self::Entity | Self::Kind(_) => query.entity_field(),
        }
    }
}

/// Hands all matching articles to a collector; the index that they come from.
fn collect<'v>(
    view: &'v View<'v>,
    query: &Query,
    collector: &mut dyn Collector,
) -> Result<Index<'v>, Error> {
    let selection = Selection::new(view, query)?;
    let index = Index::open(view)?;
    index.each(&selection.search, collector)?;
    Ok(index)
}
