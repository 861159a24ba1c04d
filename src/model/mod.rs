//! Plain data: what an article, a source, an entity and a mention are. No SQL, no I/O.

mod article;
mod entity;
mod feed;
mod id;
mod place;
mod subject;
mod time;
pub(crate) mod weight;

pub use article::{
    Annotation, Article, Enclosure, Image, NewArticle, PubStatus, Sighting, Source, Subject,
    Version, VersionText,
};
pub use entity::{
    Alias, Entity, EntityKind, ExternalId, Field, Mention, MentionForm, NewEntity, NewMention,
    PUBLISHER, Span,
};
pub use feed::{Channel, Feed};
pub use id::{ArticleId, CorrectionId, EntityId, SourceId};
pub use place::{Limits, Place, Reason, Rejected};
pub use subject::{KnownSubject, NewSubject};
pub use time::{Date, DateSource, ParseDateError, Precision};

/// A text that is none of the names that something can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not one of: {}", names.join(", "))]
pub struct ParseNameError {
    /// The text.
    pub text: String,
    /// The names.
    pub names: Vec<&'static str>,
}

impl ParseNameError {
    pub(crate) fn new(text: &str, names: impl IntoIterator<Item = &'static str>) -> Self {
        Self { text: text.to_owned(), names: names.into_iter().collect() }
    }
}

/// Names the variants of an enum once: for people, for JSON and for the file.
macro_rules! named_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[non_exhaustive]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every variant, in the order of their codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name used in JSON, on the command line and in the SQL views.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The integer that stands for it in the file.
            #[allow(dead_code)]
            pub(crate) fn code(self) -> i64 {
                match self { $(Self::$variant => $code),+ }
            }

            #[allow(dead_code)]
            pub(crate) fn from_code(code: i64) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::model::ParseNameError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($crate::model::ParseNameError::new(text, [$($text),+])),
                }
            }
        }
    };
}
pub(crate) use named_enum;
