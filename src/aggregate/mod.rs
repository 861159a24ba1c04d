//! Counting: over time, by value, together.
//!
//! Every count here reads the same stream, the matching articles with their values of one
//! dimension, and therefore agrees with every other. For a [`unique`](crate::Query::unique)
//! query the stream has the newest matching article of each group of duplicates.

mod calendar;
mod labels;
mod timeline;
mod together;
mod top;

pub use calendar::Unit;
pub use timeline::{Bucket, Series, Timeline, TimelineCounts};
pub use together::{CoMention, NamedEntity};
pub use top::{TopList, TopRow};

use crate::error::Error;
use crate::index::{Collector, Field, Index, ListColumn, Open, marks};
use crate::model::{ArticleId, EntityKind};
use crate::query::{Query, Selection};
use crate::store::View;
use labels::Labels;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

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
    /// The entities mentioned, merges applied.
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

impl FromStr for Dimension {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "source" => Ok(Self::Source),
            "language" => Ok(Self::Language),
            "subject" => Ok(Self::Subject),
            "author" => Ok(Self::Author),
            "tag" => Ok(Self::Tag),
            "entity" | "entities" => Ok(Self::Entity),
            kind => kind.parse().map(Self::Kind).map_err(|_| {
                format!(
                    "{text:?} is not one of: source, language, subject, author, tag, entity, \
                     person, organisation, place, object, event"
                )
            }),
        }
    }
}

impl Dimension {
    pub(crate) fn is_entities(self) -> bool {
        matches!(self, Self::Entity | Self::Kind(_))
    }

    fn field(self) -> Field {
        match self {
            Self::Source => Field::Source,
            Self::Language => Field::Language,
            Self::Subject => Field::Subject,
            Self::Author => Field::Author,
            Self::Tag => Field::Tag,
            Self::Entity | Self::Kind(_) => Field::Entity,
        }
    }
}

/// A matching article, with its values as places among the [`Labels`].
#[derive(Debug, Clone, Default)]
struct Counted {
    /// Its filing second.
    second: i64,
    /// Whether that is a date of publication.
    dated: bool,
    /// Whether the date is a calendar date without a time.
    by_day: bool,
    /// Its values, each once, with the number of rows (of mentions) that give it.
    values: Vec<(usize, u64)>,
}

/// Hands every matching article to `visit`, in no promised order, with the values met so far.
/// Returns all values met.
fn each_article<'v>(
    view: &'v View<'v>,
    query: &Query,
    dimension: Option<Dimension>,
    visit: impl FnMut(&Counted, &Labels<'v>) -> Result<(), Error>,
) -> Result<Labels<'v>, Error> {
    let selection = Selection::new(view, query)?;
    let mut articles = Articles {
        dimension,
        labels: Labels::new(view, query, dimension)?,
        segment: None,
        counted: Counted::default(),
        visited: 0,
        visit,
    };
    Index::open(view)?.each(&selection.search, &mut [&mut articles])?;
    Ok(articles.labels)
}

/// Gathers what is known of each article that comes.
struct Articles<'v, F> {
    dimension: Option<Dimension>,
    labels: Labels<'v>,
    segment: Option<Columns>,
    counted: Counted,
    visited: u64,
    visit: F,
}

/// The present segment.
struct Columns {
    ids: Arc<Vec<i64>>,
    marks: Arc<Vec<u8>>,
    values: Option<Arc<ListColumn>>,
    /// The place of each value among the labels, where it is known: `Some(None)` does not count.
    places: Vec<Option<Option<usize>>>,
}

impl<'v, F: FnMut(&Counted, &Labels<'v>) -> Result<(), Error>> Collector for Articles<'v, F> {
    fn begin(&mut self, segment: &Open<'_>) -> Result<(), Error> {
        let values = self.dimension.map(|d| segment.list(d.field())).transpose()?;
        let places = vec![None; values.as_ref().map_or(0, |values| values.values())];
        self.segment =
            Some(Columns { ids: segment.ids()?, marks: segment.marks()?, values, places });
        Ok(())
    }

    fn collect(&mut self, ordinal: u32) -> Result<(), Error> {
        let Some(segment) = &mut self.segment else { return Ok(()) };
        self.visited += 1;
        let counted = &mut self.counted;
        let marks = segment.marks[ordinal as usize];
        counted.second = ArticleId(segment.ids[ordinal as usize]).second();
        counted.dated = marks & marks::DATED != 0;
        counted.by_day = marks & marks::BY_DAY != 0;
        counted.values.clear();
        if let Some(values) = &segment.values {
            for (code, times) in values.of(ordinal) {
                let known = &mut segment.places[code as usize];
                let place = match *known {
                    Some(place) => place,
                    None => *known.insert(self.labels.place(values.value(code))?),
                };
                if let Some(place) = place {
                    self.labels.note(place, self.visited, times.into(), &mut counted.values);
                }
            }
        }
        (self.visit)(counted, &self.labels)
    }
}
