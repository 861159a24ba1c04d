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

/// The splits in force.
#[derive(Debug, Default)]
pub(crate) struct Meaning {
    /// What the queries of splits ask, by number.
    filters: Vec<Filter>,
    /// By the entity as recorded.
    cases: BTreeMap<EntityId, Vec<Case>>,
}

impl Meaning {
    pub(crate) fn read(view: &View<'_>) -> Result<Self, Error> {
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
        let matches = |filter: &Filter| {
            let search = Search {
                filter: filter.clone(),
                low: article.id.0,
                high: article.id.0,
                statuses: PubStatus::ALL.to_vec(),
                unique: false,
            };
            Ok::<_, Error>(index.count(&search)? > 0)
        };
        let holds: Vec<bool> = meaning.filters.iter().map(matches).collect::<Result<_, _>>()?;
        for mention in &mut article.mentions {
            let case = meaning
                .cases(mention.recorded)
                .iter()
                .find(|case| case.holds(|number| holds[number]));
            if let Some(case) = case {
                mention.entity = case.entity;
            }
        }
        Ok(())
    }
}
