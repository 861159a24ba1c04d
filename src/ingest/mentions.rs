//! What an article mentions.

use super::met::Meant;
use super::write::Batch;
use crate::annotate::{Found, is_built_in};
use crate::error::Error;
use crate::index::{Field, having};
use crate::model::{ArticleId, EntityId, MentionForm, NewMention};
use crate::store::entities::{self, PROMOTED};
use crate::store::mentions::{Recorded, record, recorded};
use std::collections::{BTreeMap, BTreeSet};

/// A mention that is to be recorded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said<'m> {
    mention: &'m NewMention,
    /// The number of its entity, where it is known.
    entity: Option<EntityId>,
    /// An annotator that a caller brought was asked of the text. (Of newsdb's own, only what stands in the
    /// dateline has no range.)
    asked: bool,
}

impl<'m> Said<'m> {
    /// What an item brings.
    pub(super) fn by_item(mention: &'m NewMention) -> Self {
        Self { mention, entity: None, asked: false }
    }

    /// What was found.
    pub(super) fn of(found: &'m Found) -> Self {
        let Found { mention, entity } = found;
        Self { mention, entity: *entity, asked: !is_built_in(&mention.annotator) }
    }
}

impl Batch<'_> {
    /// Writes mentions; each annotator's replace its earlier ones. Whether anything changed.
    pub(super) fn write_mentions<'m>(
        &mut self,
        id: ArticleId,
        mentions: impl IntoIterator<Item = Said<'m>>,
    ) -> Result<bool, Error> {
        self.replace_mentions(id, &BTreeSet::new(), mentions)
    }

    /// Writes what was found in the current text in place of what newsdb itself, of whatever version,
    /// and the annotators that were asked, said before.
    pub(super) fn replace_found(
        &mut self,
        id: ArticleId,
        found: &[Found],
        asked: &BTreeSet<String>,
    ) -> Result<(), Error> {
        let annotators: Vec<(i64, String)> = self
            .connection
            .prepare_cached("SELECT annotator_id, name FROM annotator")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let replaced = |name: &String| is_built_in(name) || asked.contains(name);
        let replaced = annotators.iter().filter(|(_, name)| replaced(name)).map(|(id, _)| *id);
        self.replace_mentions(id, &replaced.collect(), found.iter().map(Said::of)).map(|_| ())
    }

    /// Writes mentions in place of those of their annotators and of some others.
    fn replace_mentions<'m>(
        &mut self,
        id: ArticleId,
        others: &BTreeSet<i64>,
        mentions: impl IntoIterator<Item = Said<'m>>,
    ) -> Result<bool, Error> {
        let mut places = BTreeMap::new();
        // Mentions of the whole article are numbered, those of each annotator by themselves.
        let mut annotators: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
        for Said { mention, entity, asked } in mentions {
            let name = mention.annotator.as_str();
            let (annotator, number) = match annotators.get(name) {
                Some((annotator, number)) => (*annotator, number + 1),
                None => (self.name("annotator", name)?, 0),
            };
            annotators.insert(name, (annotator, number));
            let (field, start, end) = match &mention.span {
                Some(span) => (span.field.code(), span.start as i64, span.end as i64),
                None => (0, number, i64::from(asked)),
            };
            let entity = match entity {
                Some(entity) if self.is_there(entity)? => entity.0,
                _ => self.entity(mention)?,
            };
            let mention = Recorded {
                annotator,
                field,
                start,
                end,
                entity,
                confidence: mention.confidence.filter(|c| c.is_finite()),
                form: mention.form.map(MentionForm::code),
            };
            places.entry(mention.key()).or_insert(mention);
        }
        if annotators.is_empty() && others.is_empty() {
            return Ok(false);
        }
        let replaced = |m: &&Recorded| {
            let mut anew = annotators.values().map(|(annotator, _)| annotator).chain(others);
            anew.any(|annotator| *annotator == m.annotator)
        };
        self.change_mentions(id, |before| {
            for m in before {
                if !replaced(&m) {
                    places.insert(m.key(), *m);
                } else if m.field == 0
                    && let Some(same) = places.get_mut(&(m.annotator, 0, m.start, 0, m.entity))
                {
                    // What was seen in the text stays so when an item brings it, from an export.
                    same.end = m.end;
                }
            }
            places.into_values().collect()
        })
    }

    /// Takes out mentions that are not to stay.
    pub(super) fn keep_mentions(
        &mut self,
        id: ArticleId,
        stays: impl Fn(&Recorded) -> bool,
    ) -> Result<(), Error> {
        let keep = |before: &[Recorded]| before.iter().copied().filter(stays).collect();
        self.change_mentions(id, keep).map(|_| ())
    }

    /// Records what an article mentions, and notes for each entity whether one article more or
    /// less does. Whether anything changed.
    fn change_mentions(
        &mut self,
        id: ArticleId,
        change: impl FnOnce(&[Recorded]) -> Vec<Recorded>,
    ) -> Result<bool, Error> {
        let before = recorded(self.connection, id)?;
        let after = change(&before);
        if before == after {
            return Ok(false);
        }
        record(self.connection, id, &after)?;
        for (mentions, step) in [(&before, -1), (&after, 1)] {
            let entities: BTreeSet<i64> = mentions.iter().map(|mention| mention.entity).collect();
            for entity in entities {
                *self.mentioning.entry(entity).or_default() += step;
            }
        }
        self.changes.recorded(id, after);
        Ok(true)
    }

    /// Counts the articles that mention each entity anew, and takes out entities that were known
    /// from mentions alone which are gone; whether any is. Called once, when the index has what was
    /// written.
    pub(super) fn count_mentions(&mut self) -> Result<bool, Error> {
        let (mut gone, mut to_count) = (false, Vec::new());
        // Also those that came and went in this transaction.
        for (&entity, &step) in &self.mentioning {
            if step >= 0 && self.met.often.contains(&entity) {
                continue;
            }
            match entities::count(self.connection, entity, step)? {
                Some(PROMOTED..) => _ = self.met.often.insert(entity),
                Some(articles) => gone |= articles == 0,
                None => to_count.push(entity),
            }
        }
        if to_count.is_empty() {
            return Ok(gone);
        }
        let index = &self.inner.index;
        let left = having(self.connection, index, Field::Entity, &to_count, PROMOTED)?;
        for entity in to_count {
            let articles = left.get(&entity).copied().unwrap_or(0);
            if entities::set_count(self.connection, entity, PROMOTED, articles)? < PROMOTED {
                self.met.often.remove(&entity);
                gone |= articles == 0;
            }
        }
        Ok(gone)
    }

    /// Whether there is an entity of this number. None goes before mentions are counted.
    fn is_there(&self, entity: EntityId) -> Result<bool, Error> {
        let met = self.mentioning.contains_key(&entity.0);
        Ok(met || entities::exists(self.connection, entity)?)
    }

    /// The entity that a mention means, which is made when it is missing.
    fn entity(&mut self, mention: &NewMention) -> Result<i64, Error> {
        let (kind, name) = (mention.kind, mention.name.trim());
        let ids = &mention.external_ids;
        let more: usize = ids.iter().map(|id| id.scheme.len() + id.value.len() + 2).sum();
        let mut key = String::with_capacity(name.len() + more);
        key.push_str(name);
        for id in ids {
            key.extend(["\0", &id.scheme, "\0", &id.value]);
        }
        let key = (kind, key);
        let is_so = |meant: &&Meant| {
            let changed = &self.met.changed;
            meant.by_id || changed.is_empty() || !changed.contains(&entities::name_key(name))
        };
        if let Some(meant) = self.met.entities.get(&key).filter(is_so) {
            return Ok(meant.entity);
        }
        let changes = self.connection.total_changes();
        let entity = entities::find_or_create(self.connection, kind, name, ids)?;
        let by_id = !ids.is_empty();
        if by_id && self.connection.total_changes() != changes {
            self.met.changed.extend(entities::names_of(self.connection, entity)?);
        }
        self.met.entities.insert(key, Meant { entity, by_id });
        Ok(entity)
    }
}
