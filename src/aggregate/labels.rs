//! The values of a dimension that a count has met, and their names.

use super::Dimension;
use crate::error::Error;
use crate::index::{Merged, Quick, value_numbers};
use crate::model::{EntityId, EntityKind};
use crate::query::{Query, annotators};
use crate::store::{View, entities};
use rusqlite::OptionalExtension;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// Gives each value a small number. Names are looked up when they are asked for.
pub(super) struct Labels<'v> {
    view: &'v View<'v>,
    dimension: Option<Dimension>,
    /// The annotators whose mentions count; `None`: all.
    annotators: Option<HashSet<u64>>,
    /// What entities were merged into, and of what kind that is.
    merged: Merged,
    all: Vec<Value>,
    by_number: Places,
    by_name: HashMap<String, usize>,
}

struct Value {
    number: u64,
    /// Of an entity.
    kind: Option<EntityKind>,
    /// Known from the beginning where values of one name are one.
    name: Option<String>,
}

/// Numbers that have a table.
const SMALL: u32 = 1 << 22;

/// The place of each number.
#[derive(Default)]
struct Places {
    /// Of small numbers, one more than it; 0 where there is none. Numbers are given one after
    /// another, so that most are small.
    small: Vec<u32>,
    others: HashMap<u64, usize, Quick>,
}

impl Places {
    fn find(&self, number: u64) -> Option<usize> {
        let small = usize::try_from(number).ok().and_then(|at| self.small.get(at));
        match small {
            Some(1..) => small.map(|place| *place as usize - 1),
            _ => self.others.get(&number).copied(),
        }
    }

    fn find_or_insert(&mut self, number: u64, next: usize) -> usize {
        let at = match u32::try_from(next + 1) {
            Ok(_) if number < SMALL.into() => number as usize,
            _ => return *self.others.entry(number).or_insert(next),
        };
        if self.small.len() <= at {
            self.small.resize((at + 1).next_power_of_two(), 0);
        }
        if self.small[at] == 0 {
            self.small[at] = next as u32 + 1;
        }
        self.small[at] as usize - 1
    }
}

/// A value by its name.
#[derive(Debug, Clone)]
pub(super) struct Label {
    pub(super) name: String,
    /// Of an entity.
    pub(super) id: Option<i64>,
    pub(super) kind: Option<EntityKind>,
}

impl<'v> Labels<'v> {
    pub(super) fn new(
        view: &'v View<'v>,
        query: &Query,
        dimension: Option<Dimension>,
    ) -> Result<Self, Error> {
        let of_entities = dimension.is_some_and(Dimension::is_entities);
        let annotators = if of_entities && !query.annotators.is_empty() {
            Some(annotators(view, query)?.into_iter().map(i64::cast_unsigned).collect())
        } else {
            None
        };
        let mut merged = Merged::new();
        if of_entities {
            let mut statement = view.connection.prepare_cached(
                "SELECT e.entity_id, e.canonical_id, c.kind
                   FROM entity e INDEXED BY entity_merged
                   CROSS JOIN entity c ON c.entity_id = e.canonical_id
                  WHERE e.canonical_id <> e.entity_id",
            )?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let [from, to, kind] =
                    [row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?].map(i64::cast_unsigned);
                merged.insert(from, (to, kind));
            }
        }
        Ok(Self {
            view,
            dimension,
            annotators,
            merged,
            all: Vec::new(),
            by_number: Places::default(),
            by_name: HashMap::new(),
        })
    }

    /// The place of a value as the index has it, or of the entity that it means after a split;
    /// `None` when it does not count.
    pub(super) fn place(
        &mut self,
        value: &[u8],
        meant: Option<EntityId>,
    ) -> Result<Option<usize>, Error> {
        match self.dimension {
            Some(Dimension::Language) => {
                let name = String::from_utf8_lossy(value).into_owned();
                Ok(Some(self.named(name)))
            }
            Some(Dimension::Subject) => {
                let [number, ..] = value_numbers(value)?;
                if let Some(place) = self.by_number.find(number) {
                    return Ok(Some(place));
                }
                let sql = "SELECT coalesce(name, label, code) FROM subject WHERE subject_id = ?1";
                let Some(name) = self.look_up(sql, number)? else { return Ok(None) };
                // Subjects of one name are one.
                let place = self.named(name);
                Ok(Some(self.by_number.find_or_insert(number, place)))
            }
            Some(Dimension::Entity | Dimension::Kind(_)) => {
                let [entity, annotator, kind] = value_numbers(value)?;
                if self.annotators.as_ref().is_some_and(|known| !known.contains(&annotator)) {
                    return Ok(None);
                }
                let (entity, kind) = match meant {
                    Some(meant) => {
                        let kind = entities::kind(self.view.connection, meant)?;
                        (meant.0.cast_unsigned(), kind.cast_unsigned())
                    }
                    None => self.merged.get(&entity).copied().unwrap_or((entity, kind)),
                };
                let kind = EntityKind::from_code(kind.cast_signed());
                Ok(match self.dimension {
                    Some(Dimension::Kind(wanted)) if kind != Some(wanted) => None,
                    _ => Some(self.numbered(entity, kind)),
                })
            }
            _ => {
                let [number, ..] = value_numbers(value)?;
                Ok(Some(self.numbered(number, None)))
            }
        }
    }

    /// The place of a name.
    fn named(&mut self, name: String) -> usize {
        let next = self.all.len();
        let place = *self.by_name.entry(name.clone()).or_insert(next);
        if place == next {
            self.all.push(Value { number: 0, kind: None, name: Some(name) });
        }
        place
    }

    /// Whether entities count, whoever names them.
    pub(super) fn are_entities_of_all(&self) -> bool {
        self.dimension.is_some_and(Dimension::is_entities) && self.annotators.is_none()
    }

    /// What entities were merged into, and the code of its kind.
    pub(super) fn merged(&self) -> &Merged {
        &self.merged
    }

    /// The kind of entities that alone count.
    pub(super) fn kind(&self) -> Option<EntityKind> {
        match self.dimension {
            Some(Dimension::Kind(kind)) => Some(kind),
            _ => None,
        }
    }

    /// The place of a number.
    pub(super) fn numbered(&mut self, number: u64, kind: Option<EntityKind>) -> usize {
        let next = self.all.len();
        let place = self.by_number.find_or_insert(number, next);
        if place == next {
            self.all.push(Value { number, kind, name: None });
        }
        place
    }

    /// The numbers that have a place, in the order of their places.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u64> {
        self.all.iter().map(|value| value.number)
    }

    /// Whether a number has a place.
    pub(super) fn has(&self, number: u64) -> bool {
        self.by_number.find(number).is_some()
    }

    /// The number of the entity at a place.
    pub(super) fn id(&self, place: usize) -> i64 {
        self.all[place].number.cast_signed()
    }

    /// A value by its name.
    pub(super) fn label(&self, place: usize) -> Result<Label, Error> {
        let value = &self.all[place];
        let sql = match self.dimension {
            Some(Dimension::Source) => "SELECT key FROM source WHERE source_id = ?1",
            Some(Dimension::Author) => "SELECT name FROM author WHERE author_id = ?1",
            Some(Dimension::Tag) => "SELECT name FROM tag WHERE tag_id = ?1",
            _ => "SELECT name FROM entity WHERE entity_id = ?1",
        };
        let name = match &value.name {
            Some(name) => name.clone(),
            None => self.look_up(sql, value.number)?.unwrap_or_default(),
        };
        let is_entity = self.dimension.is_some_and(Dimension::is_entities);
        Ok(Label { name, id: is_entity.then_some(value.number.cast_signed()), kind: value.kind })
    }

    /// The first `limit` places in the order of their counts, the greatest first, then of names.
    pub(super) fn leading(
        &self,
        counts: &[u64],
        limit: usize,
    ) -> Result<Vec<(usize, Label)>, Error> {
        // A value of which nothing was counted was only looked up.
        let mut order: Vec<usize> = (0..counts.len()).filter(|&place| counts[place] > 0).collect();
        // Names decide only among equals, so only those of the last count that has a place matter.
        if limit > 0 && limit < order.len() {
            order.select_nth_unstable_by_key(limit - 1, |&place| Reverse(counts[place]));
            let least = counts[order[limit - 1]];
            order.retain(|&place| counts[place] >= least);
        }
        if limit == 0 {
            return Ok(Vec::new());
        }
        let mut named = order
            .into_iter()
            .map(|place| Ok((place, self.label(place)?)))
            .collect::<Result<Vec<_>, Error>>()?;
        named.sort_by(|(a, x), (b, y)| {
            counts[*b].cmp(&counts[*a]).then_with(|| x.name.cmp(&y.name)).then(x.id.cmp(&y.id))
        });
        named.truncate(limit);
        Ok(named)
    }

    fn look_up(&self, sql: &str, number: u64) -> Result<Option<String>, Error> {
        Ok(self
            .view
            .connection
            .prepare_cached(sql)?
            .query_row([number.cast_signed()], |row| row.get(0))
            .optional()?)
    }
}
