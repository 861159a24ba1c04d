//! More like this.

use super::run::{check_limit, hit};
use super::{Hit, Query, Selection};
use crate::error::Error;
use crate::index::{Filter, Index, scoring_terms, word};
use crate::model::ArticleId;
use crate::search::{Expression, Term, each_token};
use crate::store::{NewsDb, Snapshot, View, articles};
use std::collections::HashMap;

/// How many terms speak for an article.
const TERMS: usize = 12;

impl Snapshot {
    /// Up to `limit` (1 to 1,000) articles like this one, the likest
    /// first: those that answer best to its dozen strongest terms, which are those with the
    /// greatest frequency times ln(articles / articles that have it). Terms that no other
    /// article has, or more than a twentieth of all (and more than a hundred), say nothing.
    ///
    /// # Errors
    /// [`Error::UnknownArticle`], [`Error::Invalid`] for a limit out of bounds,
    /// [`Error::Canceled`].
    pub fn related(&self, article: ArticleId, limit: usize) -> Result<Vec<Hit>, Error> {
        check_limit(limit)?;
        self.view(|view| related(view, article, limit))
    }
}

impl NewsDb {
    /// [`Snapshot::related`] on the present state.
    ///
    /// # Errors
    /// As there, and [`Error::Busy`] as for [`NewsDb::snapshot`].
    pub fn related(&self, article: ArticleId, limit: usize) -> Result<Vec<Hit>, Error> {
        self.snapshot()?.related(article, limit)
    }
}

fn related(view: &View<'_>, id: ArticleId, limit: usize) -> Result<Vec<Hit>, Error> {
    let article = articles::load(view, id)?.ok_or_else(|| Error::UnknownArticle(id.to_string()))?;
    let texts = [Some(&article.headline), article.summary.as_ref(), article.body.as_ref()];
    let mut frequencies: HashMap<String, u32> = HashMap::new();
    for text in texts.into_iter().flatten() {
        each_token(text, article.language.as_deref(), |token, _| {
            *frequencies.entry(token.to_owned()).or_default() += 1;
        });
    }
    let index = Index::open(view)?;
    let terms = strongest(view, &index, frequencies)?;
    let expression = Expression::Or(terms.into_iter().map(Expression::Term).collect());
    let selection = Selection::of(view, &Query::new(), Some(expression))?;
    let terms = selection.expression.as_ref().map(scoring_terms).unwrap_or_default();
    let statistics = index.statistics(&terms)?;
    index
        .rank(&selection.search, &terms, &statistics, None, limit + 1)?
        .into_iter()
        .filter(|found| found.id != article.id.0)
        .take(limit)
        .filter_map(|found| {
            let expression = selection.expression.as_ref();
            hit(view, found.id, Some(found.score), expression).transpose()
        })
        .collect()
}

/// The terms that say most about an article that has them so often.
fn strongest(
    view: &View<'_>,
    index: &Index<'_>,
    frequencies: HashMap<String, u32>,
) -> Result<Vec<Term>, Error> {
    let all = index.statistics(&[])?.articles;
    let common = (all / 20).max(100);
    let mut terms = Vec::new();
    for (token, frequency) in frequencies {
        view.check_canceled()?;
        // Counting stops where the term is too common to matter.
        let having = index.frequency(&Filter::Terms(vec![word(&token)]), common.unsigned_abs())?;
        if (2..=common).contains(&having) && having < all {
            let strength = f64::from(frequency) * (all as f64 / having as f64).ln();
            let term = Term { alternatives: vec![vec![token.clone()]], prefix: false };
            terms.push((strength, token, term));
        }
    }
    terms.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    terms.truncate(TERMS);
    Ok(terms.into_iter().map(|(_, _, term)| term).collect())
}
