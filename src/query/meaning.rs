//! Whom mentions mean, where people split an entity (see [`Correction::Split`]).
//!
//! The index keeps entities as recorded. A split says that in the articles of a query one means
//! another: the queries are asked together with whatever asks for the entity.
//!
//! [`Correction::Split`]: crate::Correction::Split

use super::Selection;
use super::select::filters;
use crate::error::Error;
use crate::index::{Filter, Index, Search};
use crate::model::{Article, EntityId, PubStatus};
use crate::store::View;
use crate::store::corrections::{Case, Outcome};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// The splits in force.
#[derive(Debug, Default)]
pub(crate) struct Meaning {
    /// What the queries of splits ask, by number.
    filters: Vec<Filter>,
    /// By the entity as recorded.
    cases: BTreeMap<EntityId, Vec<Case>>,
}

impl Meaning {
    /// As the snapshot sees it, worked out once.
    pub(crate) fn read(view: &View<'_>) -> Result<Arc<Self>, Error> {
        if let Some(meaning) = view.meaning.get() {
            return Ok(meaning.clone());
        }
        let meaning = Arc::new(Self::work_out(view)?);
        Ok(view.meaning.get_or_init(|| meaning).clone())
    }

    fn work_out(view: &View<'_>) -> Result<Self, Error> {
        let Outcome { queries, cases, .. } = Outcome::of_splits(view.connection)?;
        // Entities in these queries are seen with merges and without splits.
        let unsplit = Self::default();
        let filters = queries
            .iter()
            .map(|query| {
                let text = query.text.as_deref().map(crate::search::parse).transpose()?.flatten();
                let mut parts = filters(view, query, text.as_ref(), &unsplit)?;
                let (low, high) = Selection::range(query);
                parts.push(Filter::Ids(low..=high));
                Ok(Filter::And(parts))
            })
            .collect::<Result<_, Error>>()?;
        Ok(Self { filters, cases })
    }

    /// What a recorded entity may mean; nothing where no split touches it.
    pub(crate) fn cases(&self, recorded: EntityId) -> &[Case] {
        self.cases.get(&recorded).map_or(&[], Vec::as_slice)
    }

    /// The recorded entities that splits touch.
    pub(crate) fn recorded(&self) -> impl Iterator<Item = (EntityId, &[Case])> {
        self.cases.iter().map(|(&recorded, cases)| (recorded, cases.as_slice()))
    }

    pub(crate) fn filters(&self) -> &[Filter] {
        &self.filters
    }

    /// The articles in which a case holds.
    pub(crate) fn filter(&self, case: &Case) -> Filter {
        let part = |&(number, is): &(usize, bool)| {
            let filter = self.filters.get(number).cloned().unwrap_or(Filter::Or(Vec::new()));
            if is { filter } else { Filter::Not(Box::new(filter)) }
        };
        Filter::And(case.when.iter().map(part).collect())
    }

    /// Says of the mentions of an article whom they mean.
    pub(crate) fn resolve(view: &View<'_>, article: &mut Article) -> Result<(), Error> {
        let meaning = Self::read(view)?;
        let split = |recorded: EntityId| !meaning.cases(recorded).is_empty();
        if !article.mentions.iter().any(|mention| split(mention.recorded)) {
            return Ok(());
        }
        let index = Index::open(view)?;
        // Of each split's query, asked once: whether the article matches it.
        let mut matches: BTreeMap<usize, bool> = BTreeMap::new();
        for mention in &mut article.mentions {
            for case in meaning.cases(mention.recorded) {
                for &(number, _) in &case.when {
                    if let Entry::Vacant(free) = matches.entry(number) {
                        let filter = meaning.filters.get(number).cloned();
                        let search = Search {
                            filter: filter.unwrap_or(Filter::Or(Vec::new())),
                            low: article.id.0,
                            high: article.id.0,
                            statuses: PubStatus::ALL.to_vec(),
                            unique: false,
                        };
                        free.insert(index.count(&search)? > 0);
                    }
                }
                if case.holds(|number| matches.get(&number) == Some(&true)) {
                    mention.entity = case.entity;
                    break;
                }
            }
        }
        Ok(())
    }
}
