//! Annotators that callers bring: a larger model, a service, another program.

use crate::model::{Annotation, Date, NewMention};
use std::error::Error;

/// What an annotator is given of an article. Ranges are byte ranges of these texts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    /// The key of the source.
    pub source: String,
    /// The headline; empty when there is none.
    pub headline: String,
    /// The summary.
    pub summary: Option<String>,
    /// The body.
    pub body: Option<String>,
    /// BCP 47, as given or detected.
    pub language: Option<String>,
    /// When it was published.
    pub published: Option<Date>,
}

/// Finds mentions in articles. Give one to [`IngestOptions::annotator`](crate::IngestOptions::annotator)
/// or [`ReannotateOptions::annotator`](crate::ReannotateOptions::annotator).
///
/// ```
/// use newsdb::annotate::{Annotator, AnnotatorError, Document};
/// use newsdb::{EntityKind, Field, IngestOptions, NewArticle, NewMention, NewsDb};
/// use std::sync::Arc;
///
/// struct Bridges;
/// impl Annotator for Bridges {
///     fn name(&self) -> &str {
///         "bridges:1"
///     }
///     fn annotate(&self, documents: &[Document]) -> Result<Vec<Vec<NewMention>>, AnnotatorError> {
///         let find = |document: &Document| {
///             let at = document.headline.find("Lindholm Bridge")?;
///             let mention = NewMention::new(EntityKind::Place, "Lindholm Bridge");
///             Some(mention.span(Field::Headline, at..at + 15))
///         };
///         Ok(documents.iter().map(|document| find(document).into_iter().collect()).collect())
///     }
/// }
///
/// let db = NewsDb::open_in_memory()?;
/// let article = NewArticle::new("wire").id("1").headline("Lindholm Bridge opens");
/// let report = db.ingest_with([article], IngestOptions::new().annotator(Arc::new(Bridges)))?;
/// assert_eq!(report.faults, 0);
/// let bridges = db.find_entities("Lindholm Bridge")?;
/// assert!(bridges.iter().any(|entity| entity.kind == EntityKind::Place));
/// # Ok::<(), newsdb::Error>(())
/// ```
pub trait Annotator: Send + Sync {
    /// What its mentions are stored under: a name with a version, such as `spacy:3.8`.
    /// None is not asked, nor one called `publisher` or as newsdb's own are.
    fn name(&self) -> &str;

    /// The mentions of each document, in the same order; `annotator` in them is set to
    /// [`Annotator::name`]. It is called outside of any lock, for many documents at once.
    ///
    /// # Errors
    /// Anything: the documents are stored without this annotator's mentions, and the report says so.
    fn annotate(&self, documents: &[Document]) -> Result<Vec<Vec<NewMention>>, AnnotatorError>;

    /// What else it says of each document, in the same order: subjects, quotations, whatever it
    /// has to say; [`SubjectSuggester`](super::SubjectSuggester) is an example. `annotator` is set as
    /// in mentions, a key is not kept: all that it said of an article before is replaced. Nothing,
    /// unless it is written. Called after [`Annotator::annotate`], within the same time; if it fails,
    /// the mentions go too. Both share [`Limits::mentions`](crate::Limits), mentions first.
    ///
    /// # Errors
    /// As there.
    fn describe(&self, documents: &[Document]) -> Result<Vec<Vec<Annotation>>, AnnotatorError> {
        Ok(vec![Vec::new(); documents.len()])
    }
}

/// Why an annotator has nothing to say.
pub type AnnotatorError = Box<dyn Error + Send + Sync>;
