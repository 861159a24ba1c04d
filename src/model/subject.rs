//! Lists of subjects.

use super::Alias;
use serde::{Deserialize, Serialize};

/// A subject of a list such as IPTC's Media Topics, as it is taken in.
///
/// ```
/// use newsdb::NewSubject;
/// let subject = NewSubject::new("medtop", "20000344").name("trade agreement", Some("en"))
///     .broader("medtop", "20000638");
/// assert_eq!(subject.names[0].name, "trade agreement");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NewSubject {
    /// The vocabulary; empty for plain words.
    #[serde(default)]
    pub scheme: String,
    /// The code within the vocabulary; for plain words, the words.
    pub code: String,
    /// Its names. The first in English is the chief one, else the first.
    #[serde(default)]
    pub names: Vec<Alias>,
    /// Scheme and code of the subject that it is a part of.
    #[serde(default)]
    pub broader: Option<(String, String)>,
}

impl NewSubject {
    /// A subject by scheme and code.
    pub fn new(scheme: impl Into<String>, code: impl Into<String>) -> Self {
        Self { scheme: scheme.into(), code: code.into(), ..Self::default() }
    }

    /// The chief name, and whether it is in English.
    pub(crate) fn chief(&self) -> Option<(&Alias, bool)> {
        let is_english = |name: &&Alias| {
            name.language.as_deref().is_some_and(|tag| tag == "en" || tag.starts_with("en-"))
        };
        let chief = self.names.iter().find(is_english).or(self.names.first())?;
        Some((chief, is_english(&chief)))
    }

    /// Adds a name.
    pub fn name(mut self, name: impl Into<String>, language: Option<&str>) -> Self {
        self.names.push(Alias { name: name.into(), language: language.map(Into::into) });
        self
    }

    /// Says what it is a part of.
    pub fn broader(mut self, scheme: impl Into<String>, code: impl Into<String>) -> Self {
        self.broader = Some((scheme.into(), code.into()));
        self
    }
}

/// A subject that a file knows.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct KnownSubject {
    /// The vocabulary; empty for plain words.
    pub scheme: String,
    /// The code within it; for plain words, the words.
    pub code: String,
    /// Its name for people: what articles call it, else the list, else its code.
    pub label: String,
    /// All names of lists.
    pub names: Vec<Alias>,
    /// Scheme and code of what it is a part of, the nearest first.
    pub broader: Vec<(String, String)>,
    /// Scheme and code of what is directly a part of it.
    pub narrower: Vec<(String, String)>,
}
