//! What annotators say of a text beside its mentions.

use super::write::Batch;
use crate::annotate::is_built_in;
use crate::error::Error;
use crate::model::{Annotation, ArticleId};
use crate::store::annotations::{PACKED, load, pack};
use std::collections::{BTreeMap, BTreeSet};

/// Annotations, and the annotators of which nothing else is to stay.
#[derive(Debug, Clone, Default)]
pub(crate) struct Described {
    pub(crate) by: BTreeSet<String>,
    pub(crate) annotations: Vec<Annotation>,
}

impl Described {
    /// Adds what others say, in place of what was said by the same names.
    pub(super) fn extend(&mut self, others: Self) {
        self.annotations.retain(|said| !others.by.contains(&said.annotator));
        self.by.extend(others.by);
        self.annotations.extend(others.annotations);
    }

    /// Whether what an annotator said before goes.
    pub(super) fn replaces(&self, annotator: &str) -> bool {
        is_built_in(annotator) || self.by.contains(annotator)
    }

    /// Whether an article's annotations are others than these, as far as these replace them.
    pub(super) fn differs(&self, before: &[Annotation]) -> bool {
        fn in_order<'a>(all: impl Iterator<Item = &'a Annotation>) -> Vec<&'a Annotation> {
            let mut all: Vec<_> = all.collect();
            all.sort_by_key(|said| (&said.annotator, &said.kind));
            all
        }
        let replaced = before.iter().filter(|annotation| self.replaces(&annotation.annotator));
        in_order(replaced) != in_order(self.annotations.iter())
    }
}

impl Batch<'_> {
    /// Writes what is said of an article that has nothing of these annotators yet: a row for each
    /// kind of each.
    pub(super) fn write_described(
        &mut self,
        id: ArticleId,
        described: &Described,
    ) -> Result<(), Error> {
        let mut groups: BTreeMap<_, Vec<&Annotation>> = BTreeMap::new();
        for said in &described.annotations {
            groups.entry((said.annotator.as_str(), said.kind.as_str())).or_default().push(said);
        }
        for ((annotator, kind), members) in groups {
            let annotator_id = self.name("annotator", annotator)?;
            self.connection
                .prepare_cached(
                    "INSERT INTO annotation (article_id, annotator_id, kind, field, start, end, value)
                     VALUES (?1, ?2, ?3, ?4, 0, 0, ?5)",
                )?
                .execute((id.0, annotator_id, kind, PACKED, pack(&members)))?;
        }
        Ok(())
    }

    /// Writes what is said of the current text in place of what these annotators, and newsdb
    /// itself, said before.
    pub(super) fn replace_described(
        &mut self,
        id: ArticleId,
        described: &Described,
    ) -> Result<(), Error> {
        let before = load(self.connection, id)?;
        let names: BTreeSet<&str> = before.iter().map(|before| before.annotator.as_str()).collect();
        for name in names.into_iter().filter(|name| described.replaces(name)) {
            let annotator_id = self.name("annotator", name)?;
            self.connection
                .prepare_cached(
                    "DELETE FROM annotation WHERE article_id = ?1 AND annotator_id = ?2",
                )?
                .execute((id.0, annotator_id))?;
        }
        self.write_described(id, described)
    }
}
