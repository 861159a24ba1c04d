//! Why an item is the article that it is: what the ladder of identity found on each rung.

use super::canonical::canonical_url;
use super::identify::{Company, identify};
use super::prepare::{Checked, UNKNOWN_SOURCE};
use crate::error::Error;
use crate::model::{ArticleId, Limits, NewArticle, Place, named_enum};
use crate::store::packs::Packer;
use crate::store::{NewsDb, Snapshot};
use serde::Serialize;
use std::fmt;

named_enum! {
    /// What an article may be known by, the strongest first.
    Rung {
        /// The id that its source gave it.
        Id = 1 "id",
        /// Its URI.
        Uri = 2 "uri",
        /// The canonical form of its URL.
        Url = 3 "url",
        /// Its source and its text.
        Text = 4 "text",
    }
}

/// What a rung told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Finding {
    /// The item has nothing for this rung.
    Absent,
    /// The item has something for a rung above, which decides alone.
    NotTried,
    /// Nothing was ever known by it.
    Unknown,
    /// An article is known by it.
    Article(ArticleId),
    /// An article that was taken out was known by it.
    Tombstone(ArticleId),
    /// Several articles or items of one input have it, so it is no identity.
    Shared,
    /// An article is known by it, but the item brings another id and another text.
    OtherText(ArticleId),
    /// An article is known by it that stands in the same input under another id.
    OtherId(ArticleId),
}

/// One rung and what it told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The rung.
    pub rung: Rung,
    /// What was looked up, as people read it; absent when nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What it told.
    pub finding: Finding,
}

/// What an item would be to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// An article that is there.
    Known(ArticleId),
    /// An article that was taken out: its tombstone keeps the item out.
    Suppressed(ArticleId),
    /// A new one.
    New,
}

/// Which article an item is, and why. Its `Display` is one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// Where the item stood in its input.
    pub place: Place,
    /// What it is.
    pub identity: Identity,
    /// The rung that decided; absent for a new article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<Rung>,
    /// Every rung, in order.
    pub steps: Vec<Step>,
}

impl Snapshot {
    /// Says which article an item is and why, by the ladder that [`NewsDb::ingest`] uses, and
    /// stores nothing. What else stands in the item's input is not taken into account.
    ///
    /// ```
    /// use newsdb::{NewArticle, NewsDb};
    /// let db = NewsDb::open_in_memory()?;
    /// db.insert(NewArticle::new("wire").id("7").url("https://wire.example/7").headline("Opened"))?;
    /// let page = NewArticle::new("wire").url("http://m.wire.example/7?utm_source=x").body("Open.");
    /// let why = db.snapshot()?.explain_identity(page)?;
    /// assert_eq!(
    ///     why.to_string().split_once(" | ").unwrap().1,
    ///     "id: absent | uri: absent | url https://wire.example/7: this article | text: not tried"
    /// );
    /// # Ok::<(), newsdb::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Rejected`] for an item that ingest would refuse; those of reading.
    pub fn explain_identity(&self, article: NewArticle) -> Result<Explanation, Error> {
        self.view(|view| {
            let item = Checked::new(article, &Limits::default(), view.now)?
                .prepare(None, &mut Packer::new()?);
            let (identity, findings) = identify(view.connection, &item, &Company::default())?;
            let decided = match identity {
                Identity::Known(id) => Some(Finding::Article(id)),
                Identity::Suppressed(id) => Some(Finding::Tombstone(id)),
                Identity::New => None,
            };
            let found = |rung: Rung| findings.iter().find(|(tried, _)| *tried == rung);
            let steps: Vec<Step> = Rung::ALL
                .iter()
                .map(|&rung| match found(rung) {
                    Some(&(_, finding)) => Step { rung, key: key(&item, rung), finding },
                    None => Step { rung, key: None, finding: Finding::NotTried },
                })
                .collect();
            Ok(Explanation {
                decided_by: steps.iter().find(|s| Some(s.finding) == decided).map(|s| s.rung),
                place: item.checked.article.place,
                identity,
                steps,
            })
        })
    }
}

impl NewsDb {
    /// [`Snapshot::explain_identity`] on the present state.
    ///
    /// # Errors
    /// As there.
    pub fn explain_identity(&self, article: NewArticle) -> Result<Explanation, Error> {
        self.snapshot()?.explain_identity(article)
    }
}

/// What a rung looks up, for people.
fn key(item: &Checked, rung: Rung) -> Option<String> {
    let article = &item.article;
    let source = article.source.as_deref().unwrap_or(UNKNOWN_SOURCE);
    match rung {
        Rung::Id => article.id.as_ref().map(|id| format!("{source}/{id}")),
        Rung::Uri => article.uri.clone(),
        Rung::Url => article.url.as_deref().and_then(canonical_url),
        Rung::Text => Some(format!("{source}/{:016x}", item.keys.content)),
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.identity {
            Identity::Known(id) => write!(f, "article {id}")?,
            Identity::Suppressed(id) => write!(f, "kept out, {id} was taken out")?,
            Identity::New => f.write_str("new")?,
        }
        for Step { rung, key, finding } in &self.steps {
            write!(f, " | {rung}")?;
            if let Some(key) = key {
                write!(f, " {key}")?;
            }
            match finding {
                Finding::Absent => f.write_str(": absent")?,
                Finding::NotTried => f.write_str(": not tried")?,
                Finding::Unknown => f.write_str(": nothing known")?,
                Finding::Article(_) => f.write_str(": this article")?,
                Finding::Tombstone(_) => f.write_str(": its tombstone")?,
                Finding::Shared => f.write_str(": shared by several, no identity")?,
                Finding::OtherText(id) => write!(f, ": {id}, whose id and text are others")?,
                Finding::OtherId(id) => write!(f, ": {id}, which stands beside it by its own id")?,
            }
        }
        Ok(())
    }
}
