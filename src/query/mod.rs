//! Questions: which articles, in which order, page by page.

mod meaning;
mod page;
mod related;
mod run;
mod select;

pub use page::{Cursor, Hit, Hits, Sort};

pub(crate) use meaning::Meaning;
pub(crate) use run::{check_limit, hit};
pub(crate) use select::{Selection, annotators};

use crate::index::Field;
use crate::model::{EntityId, PubStatus};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Which articles: a search text and filters. The same query serves lists, counts, timelines
/// and top lists, and within one [`Snapshot`](crate::Snapshot) they agree.
///
/// An article must pass every filter that is set; of several values of one filter, any will
/// do. An empty query means every article that may be published: those with the status
/// `usable`, and withheld ones whose embargo has ended.
///
/// ```
/// use newsdb::{NewArticle, NewsDb, Query, Sort};
/// let db = NewsDb::open_in_memory()?;
/// db.insert(NewArticle::new("baltic-post").id("1").headline("Harbour bridge opens"))?;
/// let query = Query::new().text("bridge -tunnel").source("baltic-post");
/// let page = db.search(&query, Sort::Newest, 20, None)?;
/// assert_eq!(page.hits[0].headline, "Harbour bridge opens");
/// # Ok::<(), newsdb::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Query {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) since: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) sources: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) languages: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) subjects: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) entities: Vec<EntityId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) annotators: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) salient: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) authors: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) statuses: Vec<PubStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) has_body: Option<bool>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) unique: bool,
}

impl Query {
    /// Every article that may be published.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only articles that match a search text. A text that cannot be read is an
    /// [`Error::Search`](crate::Error::Search) when the query runs.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// Only articles published at this time or later. A date without a time counts at its
    /// midnight in UTC. Articles without a believable date, or with
    /// no more than a guess at it, are left out.
    pub fn since(mut self, since: DateTime<Utc>) -> Self {
        self.since = Some(since);
        self
    }

    /// Only articles published before this time. As for [`Query::since`].
    pub fn until(mut self, until: DateTime<Utc>) -> Self {
        self.until = Some(until);
        self
    }

    /// Only articles of this source, by its key.
    pub fn source(mut self, key: impl Into<String>) -> Self {
        self.sources.push(key.into());
        self
    }

    /// Only articles in this language (BCP 47): `en` also takes `en-US`.
    pub fn language(mut self, tag: impl Into<String>) -> Self {
        self.languages.push(tag.into());
        self
    }

    /// Only articles on this subject, or on one that a list ([`NewsDb::import_subjects`]) makes a part
    /// of it: its code, `scheme:code`, or its name, in any language of the list. Subjects are those that
    /// the publisher names; what keywords suggest is a guess, and stands among an article's annotations
    /// ([`SuggestedSubject`](crate::annotate::SuggestedSubject)).
    ///
    /// [`NewsDb::import_subjects`]: crate::NewsDb::import_subjects
    pub fn subject(mut self, words: impl Into<String>) -> Self {
        self.subjects.push(words.into());
        self
    }

    /// Only articles that mention this entity, corrections applied.
    pub fn entity(mut self, entity: EntityId) -> Self {
        self.entities.push(entity);
        self
    }

    /// Only mentions by this annotator count, in [`Query::entity`] and where entities are
    /// counted. Without either, it changes nothing.
    pub fn annotator(mut self, name: impl Into<String>) -> Self {
        self.annotators.push(name.into());
        self
    }

    /// Only entities that an article is about count, in [`Query::entity`] and where entities are
    /// counted: those with a salience of 0.25 or more in it, by the formula of
    /// [`annotate::entities`](crate::annotate::entities). Without either, it changes nothing.
    ///
    /// ```
    /// use newsdb::{NewArticle, NewsDb, Query};
    /// let db = NewsDb::open_in_memory()?;
    /// db.insert(NewArticle::new("wire").id("1").headline("Kazakhstan votes").language("en"))?;
    /// let kazakhstan = db.resolve_entity("Kazakhstan")?;
    /// assert_eq!(db.count(&Query::new().entity(kazakhstan).salient(true))?, 1);
    /// # Ok::<(), newsdb::Error>(())
    /// ```
    pub fn salient(mut self, salient: bool) -> Self {
        self.salient = salient;
        self
    }

    /// The list of the index that has the entities that count.
    pub(crate) fn entity_field(&self) -> Field {
        if self.salient { Field::Salient } else { Field::Entity }
    }

    /// Only articles by this author.
    pub fn author(mut self, name: impl Into<String>) -> Self {
        self.authors.push(name.into());
        self
    }

    /// Only articles with this tag.
    pub fn tag(mut self, name: impl Into<String>) -> Self {
        self.tags.push(name.into());
        self
    }

    /// Only articles of this status, as it is now: an article whose embargo has ended counts
    /// as `usable`. Unless set, `usable`.
    pub fn status(mut self, status: PubStatus) -> Self {
        self.statuses.push(status);
        self
    }

    /// Only articles that have a body, or only those that have none.
    pub fn has_body(mut self, has_body: bool) -> Self {
        self.has_body = Some(has_body);
        self
    }

    /// Takes articles that repeat one another's text as one.
    ///
    /// A list shows the first matching article of such a group in the order asked. Counts,
    /// timelines and top lists see the newest matching article of each group and no other, so
    /// that they still add up to each other.
    pub fn unique(mut self, unique: bool) -> Self {
        self.unique = unique;
        self
    }
}
