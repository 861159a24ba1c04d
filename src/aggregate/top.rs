//! Who and what most of the articles are about.

use super::{Dimension, each_article};
use crate::error::Error;
use crate::model::EntityKind;
use crate::query::Query;
use crate::store::{NewsDb, Snapshot};
use serde::Serialize;

/// The values that most of the matching articles have.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TopList {
    /// The values, those with most articles first, then by key.
    pub rows: Vec<TopRow>,
    /// Articles that have no value.
    pub none: u64,
    /// Articles in all.
    pub total: u64,
}

/// A value and how many articles have it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TopRow {
    /// The source's key, the language's tag, the name of a subject, author, tag or entity.
    pub key: String,
    /// The entity's number.
    pub id: Option<i64>,
    /// The entity's kind.
    pub kind: Option<EntityKind>,
    /// Articles that have it, each once.
    pub articles: u64,
    /// How often it is mentioned in them, for entities.
    pub mentions: Option<u64>,
    /// The part of all matching articles that have it, from 0 to 1.
    pub share: f64,
}

impl Snapshot {
    /// The `limit` values of a dimension that most of the matching articles have. For a
    /// dimension with one value an article (source, language), all rows and
    /// [`none`](TopList::none) add up to [`total`](TopList::total).
    ///
    /// # Errors
    /// [`Error::Search`], [`Error::Canceled`].
    pub fn top(&self, query: &Query, dimension: Dimension, limit: usize) -> Result<TopList, Error> {
        let (mut articles, mut mentions) = (Vec::new(), Vec::new());
        let (mut none, mut total) = (0, 0);
        let rows = self.view(|view| {
            let labels = each_article(view, query, Some(dimension), |article, _| {
                total += 1;
                none += u64::from(article.values.is_empty());
                for &(value, times) in &article.values {
                    if articles.len() <= value {
                        articles.resize(value + 1, 0u64);
                        mentions.resize(value + 1, 0u64);
                    }
                    articles[value] += 1;
                    mentions[value] += times;
                }
                Ok(())
            })?;
            labels.leading(&articles, limit)
        })?;
        let rows = rows
            .into_iter()
            .map(|(value, label)| TopRow {
                key: label.name,
                id: label.id,
                kind: label.kind,
                articles: articles[value],
                mentions: dimension.is_entities().then_some(mentions[value]),
                share: articles[value] as f64 / total as f64,
            })
            .collect();
        Ok(TopList { rows, none, total })
    }
}

impl NewsDb {
    /// [`Snapshot::top`] on the present state.
    ///
    /// # Errors
    /// As there, and [`Error::Busy`] as for [`NewsDb::snapshot`].
    pub fn top(&self, query: &Query, dimension: Dimension, limit: usize) -> Result<TopList, Error> {
        self.snapshot()?.top(query, dimension, limit)
    }
}
