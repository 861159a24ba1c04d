//! Counting: over time, by value, together.
//!
//! Every count here reads the same stream, the matching articles with their values of one
//! dimension, and therefore agrees with every other. For a [`unique`](crate::Query::unique)
//! query the stream has the newest matching article of each group of duplicates.

mod calendar;
mod timeline;
mod together;
mod top;

pub use calendar::Unit;
pub use timeline::{Bucket, Series, Timeline, TimelineCounts};
pub use together::{CoMention, NamedEntity};
pub use top::{TopList, TopRow};

use crate::error::Error;
use crate::model::EntityKind;
use crate::query::{ALL, GROUP, Query, Selection, json};
use crate::store::View;
use std::collections::HashMap;
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

    /// The value's id (entities), name and kind (entities), and the tables that they are in.
    fn sql(self, by_annotator: bool) -> (&'static str, &'static str) {
        match self {
            Self::Source => {
                ("NULL, s.key, NULL", "LEFT JOIN source s ON s.source_id = hit.source_id")
            }
            Self::Language => ("NULL, hit.language, NULL", ""),
            Self::Subject => (
                "NULL, coalesce(s.name, s.code), NULL",
                "LEFT JOIN article_subject j ON j.article_id = hit.article_id
                 LEFT JOIN subject s ON s.subject_id = j.subject_id",
            ),
            Self::Author => (
                "NULL, w.name, NULL",
                "LEFT JOIN article_author j ON j.article_id = hit.article_id
                 LEFT JOIN author w ON w.author_id = j.author_id",
            ),
            Self::Tag => (
                "NULL, t.name, NULL",
                "LEFT JOIN article_tag j ON j.article_id = hit.article_id
                 LEFT JOIN tag t ON t.tag_id = j.tag_id",
            ),
            Self::Entity | Self::Kind(_) if by_annotator => (
                "e.entity_id, e.name, e.kind",
                "LEFT JOIN mention m ON m.article_id = hit.article_id
                       AND m.annotator_id IN (
                           SELECT n.annotator_id FROM annotator n
                            WHERE n.name IN (SELECT value FROM json_each(:annotators)))
                 LEFT JOIN entity recorded ON recorded.entity_id = m.entity_id
                 LEFT JOIN entity e ON e.entity_id = recorded.canonical_id
                       AND (:kind IS NULL OR e.kind = :kind)",
            ),
            Self::Entity | Self::Kind(_) => (
                "e.entity_id, e.name, e.kind",
                "LEFT JOIN mention m ON m.article_id = hit.article_id
                 LEFT JOIN entity recorded ON recorded.entity_id = m.entity_id
                 LEFT JOIN entity e ON e.entity_id = recorded.canonical_id
                       AND (:kind IS NULL OR e.kind = :kind)",
            ),
        }
    }
}

/// A matching article, with its values as places in the list of [`Label`]s.
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

/// A value of a dimension.
#[derive(Debug, Clone)]
struct Label {
    name: String,
    /// Of an entity.
    id: Option<i64>,
    kind: Option<EntityKind>,
}

/// Hands every matching article to `visit`, in order of id, with the values met so far.
/// Returns all values met.
fn each_article(
    view: &View<'_>,
    query: &Query,
    dimension: Option<Dimension>,
    mut visit: impl FnMut(&Counted, &[Label]) -> Result<(), Error>,
) -> Result<Vec<Label>, Error> {
    let mut selection = Selection::new(view, query)?;
    let by_annotator = !query.annotators.is_empty();
    if by_annotator {
        selection.bind(":annotators", json(&query.annotators));
    }
    let kind = match dimension {
        Some(Dimension::Kind(kind)) => Some(kind.code()),
        _ => None,
    };
    selection.bind(":kind", kind.into());
    let (values, joins) = dimension.map_or(("NULL, NULL, NULL", ""), |d| d.sql(by_annotator));
    let sql = [
        "SELECT hit.article_id, hit.dated, hit.by_day, ",
        values,
        " FROM (",
        &hits(&selection),
        ") hit ",
        joins,
        " ORDER BY hit.article_id",
    ]
    .concat();
    let mut labels = Labels::default();
    let mut article: Option<(i64, Counted)> = None;
    selection.run(view, &sql, ALL, |row| {
        let id: i64 = row.get(0)?;
        let (_, counted) = match &mut article {
            Some(current) if current.0 == id => current,
            other => {
                if let Some((_, done)) = other.take() {
                    visit(&done, &labels.all)?;
                }
                let second = crate::ArticleId(id).second();
                let (dated, by_day) = (row.get(1)?, row.get(2)?);
                other.insert((id, Counted { second, dated, by_day, values: Vec::new() }))
            }
        };
        if let Some(value) = labels.place(row)? {
            match counted.values.iter_mut().find(|(known, _)| *known == value) {
                Some((_, rows)) => *rows += 1,
                None => counted.values.push((value, 1)),
            }
        }
        Ok(true)
    })?;
    if let Some((_, last)) = article {
        visit(&last, &labels.all)?;
    }
    Ok(labels.all)
}

/// The articles that count: all that match, or the newest of each group.
fn hits(selection: &Selection) -> String {
    let of_article = " AS article_id, a.source_id, a.language,
         a.published_source IS NOT NULL AS dated, a.published_precision = 2 AS by_day";
    if !selection.unique {
        return selection.sql(&[selection.id(), of_article].concat(), "");
    }
    // With a single max(), SQLite takes the other columns from the row that has it.
    let columns = ["max(a.article_id)", of_article];
    let end = ["GROUP BY ", GROUP, ", CASE WHEN a.duplicate_group IS NULL THEN a.article_id END"];
    selection.sql(&columns.concat(), &end.concat())
}

/// Gives each value a small number: entities by id, everything else by name.
#[derive(Debug, Default)]
struct Labels {
    all: Vec<Label>,
    by_id: HashMap<i64, usize>,
    by_name: HashMap<String, usize>,
}

impl Labels {
    fn place(&mut self, row: &rusqlite::Row<'_>) -> Result<Option<usize>, Error> {
        let id: Option<i64> = row.get(3)?;
        let name = row.get_ref(4)?.as_str_or_null().map_err(rusqlite::Error::from)?;
        let Some(name) = name else { return Ok(None) };
        let known = match id {
            Some(id) => self.by_id.get(&id),
            None => self.by_name.get(name),
        };
        if let Some(known) = known {
            return Ok(Some(*known));
        }
        let place = self.all.len();
        match id {
            Some(id) => self.by_id.insert(id, place),
            None => self.by_name.insert(name.to_owned(), place),
        };
        let kind = row.get::<_, Option<i64>>(5)?.and_then(EntityKind::from_code);
        self.all.push(Label { name: name.to_owned(), id, kind });
        Ok(Some(place))
    }
}
