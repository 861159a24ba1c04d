//! Running a query: a page, a count, everything.

use super::page::{MAX_HITS, Position};
use super::select::Selection;
use super::{Cursor, Hit, Hits, Query, Sort};
use crate::error::Error;
use crate::index::{ByTime, Index, Ranked, scoring_terms};
use crate::model::{Article, ArticleId, Date};
use crate::search::{Expression, snippet};
use crate::store::articles::load;
use crate::store::{NewsDb, Snapshot, View};
use std::ops::ControlFlow;

/// How long a snippet is at most, in characters.
const SNIPPET_CHARS: usize = 240;

/// How many ids [`Snapshot::for_each`] holds at a time.
const BATCH: usize = 500;

impl Snapshot {
    /// One page of the articles that match: up to `limit` hits (1 to 1,000), from the one after
    /// `after` on, which is what the page before gave as [`Hits::next`].
    ///
    /// # Errors
    /// [`Error::Search`] for a search text that cannot be read, [`Error::BadCursor`] for a
    /// cursor of another query or order, [`Error::Invalid`] for a limit out of bounds,
    /// [`Error::Canceled`].
    pub fn search(
        &self,
        query: &Query,
        sort: Sort,
        limit: usize,
        after: Option<&Cursor>,
    ) -> Result<Hits, Error> {
        self.view(|view| search(view, query, sort, limit, after))
    }

    /// How many articles match; groups of duplicates for a [`unique`](Query::unique) query.
    ///
    /// # Errors
    /// [`Error::Search`], [`Error::Canceled`].
    pub fn count(&self, query: &Query) -> Result<u64, Error> {
        self.view(|view| Index::open(view)?.count(&Selection::new(view, query)?.search))
    }

    /// The ids of up to `limit` articles that match, from the one after `after` on in the order.
    ///
    /// # Errors
    /// [`Error::Invalid`] for [`Sort::Relevance`] after an id, from which it cannot go on;
    /// [`Error::Search`], [`Error::Canceled`].
    pub fn ids(
        &self,
        query: &Query,
        sort: Sort,
        limit: usize,
        after: Option<ArticleId>,
    ) -> Result<Vec<ArticleId>, Error> {
        self.view(|view| {
            let (index, selection) = (Index::open(view)?, Selection::new(view, query)?);
            let terms = selection.expression.as_ref().map(scoring_terms).unwrap_or_default();
            let last = after.map(|id| id.0);
            let ids: Vec<i64> = match sort {
                Sort::Relevance if after.is_some() => return Err(no_walk()),
                Sort::Relevance if !terms.is_empty() => {
                    let statistics = index.statistics(&terms)?;
                    let best = index.rank(&selection.search, &terms, &statistics, None, limit)?;
                    best.into_iter().map(|ranked| ranked.id).collect()
                }
                Sort::Oldest => index.list(&selection.search, ByTime::Oldest, last, limit)?,
                Sort::Newest | Sort::Relevance => {
                    index.list(&selection.search, ByTime::Newest, last, limit)?
                }
            };
            Ok(ids.into_iter().map(ArticleId).collect())
        })
    }

    /// Hands every article that matches to `each`, newest or oldest first, until it breaks.
    /// Memory holds one article at a time and a few ids, however many match.
    ///
    /// # Errors
    /// As for [`Snapshot::ids`], and [`Error::SnapshotExpired`] when `each` takes too long.
    pub fn for_each(
        &self,
        query: &Query,
        sort: Sort,
        mut each: impl FnMut(Article) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        if sort == Sort::Relevance {
            return Err(no_walk());
        }
        let mut after = None;
        loop {
            let ids = self.ids(query, sort, BATCH, after)?;
            for &id in &ids {
                // The snapshot is free while the caller's code runs.
                let article = self.view(|view| load(view, id))?;
                if let Some(article) = article
                    && each(article).is_break()
                {
                    return Ok(());
                }
            }
            after = ids.last().copied();
            if ids.len() < BATCH {
                return Ok(());
            }
        }
    }
}

impl NewsDb {
    /// [`Snapshot::search`] on the present state.
    ///
    /// # Errors
    /// As there, and [`Error::Busy`] as for [`NewsDb::snapshot`].
    pub fn search(
        &self,
        query: &Query,
        sort: Sort,
        limit: usize,
        after: Option<&Cursor>,
    ) -> Result<Hits, Error> {
        self.snapshot()?.search(query, sort, limit, after)
    }

    /// [`Snapshot::count`] on the present state.
    ///
    /// # Errors
    /// As there, and [`Error::Busy`] as for [`NewsDb::snapshot`].
    pub fn count(&self, query: &Query) -> Result<u64, Error> {
        self.snapshot()?.count(query)
    }

    /// [`Snapshot::ids`] on the present state.
    ///
    /// # Errors
    /// As there, and [`Error::Busy`] as for [`NewsDb::snapshot`].
    pub fn ids(
        &self,
        query: &Query,
        sort: Sort,
        limit: usize,
        after: Option<ArticleId>,
    ) -> Result<Vec<ArticleId>, Error> {
        self.snapshot()?.ids(query, sort, limit, after)
    }

    /// [`Snapshot::for_each`] on the present state, which stays the same for the whole walk.
    ///
    /// # Errors
    /// As there, and [`Error::Busy`] as for [`NewsDb::snapshot`].
    pub fn for_each(
        &self,
        query: &Query,
        sort: Sort,
        each: impl FnMut(Article) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        self.snapshot()?.for_each(query, sort, each)
    }
}

fn no_walk() -> Error {
    Error::Invalid("a walk is newest or oldest first, not by relevance".to_owned())
}

fn search(
    view: &View<'_>,
    query: &Query,
    sort: Sort,
    limit: usize,
    after: Option<&Cursor>,
) -> Result<Hits, Error> {
    check_limit(limit)?;
    let index = Index::open(view)?;
    let selection = Selection::new(view, query)?;
    let terms = selection.expression.as_ref().map(scoring_terms).unwrap_or_default();
    // Without a word to look for, no article answers better than another.
    let sort = if terms.is_empty() && sort == Sort::Relevance { Sort::Newest } else { sort };
    let last = after.map(|cursor| cursor.check(query)).transpose()?;
    // One more than asked tells whether anything is left.
    let more = limit + 1;
    let by_id = |order, last| -> Result<Vec<(i64, Option<f64>)>, Error> {
        let ids = index.list(&selection.search, order, last, more)?;
        Ok(ids.into_iter().map(|id| (id, None)).collect())
    };
    let mut statistics = None;
    let rank = |statistics, last| -> Result<Vec<(i64, Option<f64>)>, Error> {
        let found = index.rank(&selection.search, &terms, statistics, last, more)?;
        Ok(found.into_iter().map(|ranked| (ranked.id, Some(ranked.score))).collect())
    };
    let mut found = match (sort, last) {
        (Sort::Newest, None) => by_id(ByTime::Newest, None)?,
        (Sort::Newest, Some(Position::Newest(id))) => by_id(ByTime::Newest, Some(*id))?,
        (Sort::Oldest, None) => by_id(ByTime::Oldest, None)?,
        (Sort::Oldest, Some(Position::Oldest(id))) => by_id(ByTime::Oldest, Some(*id))?,
        (Sort::Relevance, None) => rank(statistics.insert(index.statistics(&terms)?), None)?,
        (Sort::Relevance, Some(Position::Relevance { score, id, statistics: first }))
            if first.frequencies.len() == terms.len() =>
        {
            let last = Ranked { score: f64::from_bits(*score), id: *id };
            rank(statistics.insert(first.clone()), Some(last))?
        }
        _ => return Err(Error::BadCursor),
    };
    let is_more = found.len() > limit;
    found.truncate(limit);
    let next = match found.last() {
        Some(&(id, score)) if is_more => {
            let position = match (sort, score, statistics) {
                (_, Some(score), Some(statistics)) => {
                    Position::Relevance { score: score.to_bits(), id, statistics }
                }
                (Sort::Oldest, ..) => Position::Oldest(id),
                _ => Position::Newest(id),
            };
            Some(Cursor::new(query, position))
        }
        _ => None,
    };
    let expression = selection.expression.as_ref();
    let hits = found
        .into_iter()
        .filter_map(|(id, score)| hit(view, id, score, expression).transpose())
        .collect::<Result<_, _>>()?;
    Ok(Hits { hits, next })
}

pub(crate) fn check_limit(limit: usize) -> Result<(), Error> {
    if (1..=MAX_HITS).contains(&limit) {
        Ok(())
    } else {
        Err(Error::Invalid(format!("a page has 1 to {MAX_HITS} hits, not {limit}")))
    }
}

/// What a list shows of an article. Bodies are read here and nowhere before.
pub(crate) fn hit(
    view: &View<'_>,
    id: i64,
    score: Option<f64>,
    expression: Option<&Expression>,
) -> Result<Option<Hit>, Error> {
    let mut statement = view.connection.prepare_cached(
        "SELECT a.uri, a.headline, s.key, a.language, a.summary,
                a.published_source IS NOT NULL, a.published_offset, a.published_precision,
                b.codec, b.body
           FROM article a
           JOIN source s ON s.source_id = a.source_id
           LEFT JOIN article_body b ON b.article_id = a.article_id
          WHERE a.article_id = ?1",
    )?;
    let mut rows = statement.query([id])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let language: Option<String> = row.get(3)?;
    let summary: Option<String> = row.get(4)?;
    let headline: String = row.get(1)?;
    let body = view.texts().column(row, 8)?;
    let id = ArticleId(id);
    let published =
        if row.get(5)? { Date::from_parts(id.second(), row.get(6)?, row.get(7)?) } else { None };
    let texts = [summary.as_deref().unwrap_or(""), body.as_deref().unwrap_or("")];
    let snippet = snippet(&texts, language.as_deref(), expression, SNIPPET_CHARS);
    Ok(Some(Hit {
        id,
        uri: row.get(0)?,
        headline,
        source: row.get(2)?,
        published,
        language,
        score,
        snippet,
    }))
}
