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
        let (mut counts, mut none, mut total) = (Vec::new(), 0, 0);
        let labels = self.view(|view| {
            each_article(view, query, Some(dimension), |article, _| {
                total += 1;
                none += u64::from(article.values.is_empty());
                for &(value, mentions) in &article.values {
                    if counts.len() <= value {
                        counts.resize(value + 1, (0u64, 0u64));
                    }
                    counts[value].0 += 1;
                    counts[value].1 += mentions;
                }
                Ok(())
            })
        })?;
        let mut rows: Vec<TopRow> = labels
            .into_iter()
            .zip(counts)
            .map(|(label, (articles, mentions))| TopRow {
                key: label.name,
                id: label.id,
                kind: label.kind,
                articles,
                mentions: dimension.is_entities().then_some(mentions),
                share: articles as f64 / total as f64,
            })
            .collect();
        rows.sort_by(|a, b| {
            b.articles.cmp(&a.articles).then_with(|| a.key.cmp(&b.key)).then(a.id.cmp(&b.id))
        });
        rows.truncate(limit);
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
