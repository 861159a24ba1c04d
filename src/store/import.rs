//! Taking in lists of entities.

use super::{NewsDb, entities, names};
use crate::annotate::is_name;
use crate::error::Error;
use crate::formats::EntityItem;
use crate::model::{NewEntity, Reason, Rejected};
use serde::Serialize;

/// Names of one transaction. They stand in the file in the order of their letters, so that each
/// transaction writes most of the pages that have names: many small ones would cost the square of
/// what there is to take in.
const BATCH: usize = 50_000;

/// Bytes of names and attributes of one transaction, about.
const BATCH_BYTES: usize = 16 << 20;

/// What an import of entities or subjects did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ImportReport {
    /// Lines read, refused ones included.
    pub read: u64,
    /// Entities or subjects that are new, or of which something is known now.
    pub imported: u64,
    /// Lines that were refused.
    pub rejected: u64,
    /// The first 1,000 of them, each with its place and reason.
    #[serde(skip)]
    pub rejections: Vec<Rejected>,
}

impl NewsDb {
    /// Takes in entities, as [`NewsDb::add_entity`] does one; from then on their names are looked
    /// for in what is taken in. A name that would be found in every text, one letter or a word such
    /// as `the`, is refused with its line.
    ///
    /// ```
    /// use newsdb::{Limits, NewArticle, NewsDb, formats};
    /// let db = NewsDb::open_in_memory()?;
    /// let list = "name,kind,aliases\nHanbit Materials,organisation,Hanbit|한빛\nThe Who,organisation,the\n";
    /// let items = formats::read_entities(list.as_bytes(), "list.csv", &Limits::default());
    /// let report = db.import_entities(items)?;
    /// assert_eq!((report.imported, report.rejected), (1, 1));
    /// db.insert(NewArticle::new("wire").id("1").headline("Hanbit to build a plant").language("en"))?;
    /// let hanbit = db.resolve_entity("Hanbit Materials")?;
    /// assert_eq!(db.count(&newsdb::Query::new().entity(hanbit))?, 1);
    /// # Ok::<(), newsdb::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of writing; what was committed before stays.
    pub fn import_entities(
        &self,
        items: impl IntoIterator<Item = EntityItem>,
    ) -> Result<ImportReport, Error> {
        let mut report = ImportReport::default();
        let mut items = items.into_iter();
        loop {
            let batch = next_batch(&mut items);
            if batch.is_empty() {
                return Ok(report);
            }
            let written = self.write(|connection| {
                let mut written = Vec::with_capacity(batch.len());
                let mut only_new = true;
                for item in batch {
                    written.push(
                        match item.and_then(|(place, entity)| match checked(&entity) {
                            Ok(()) => Ok((place, entity)),
                            Err(reason) => {
                                Err(Rejected { place, reason: Reason::Malformed(reason) })
                            }
                        }) {
                            Ok((place, entity)) => match entities::add(connection, &entity) {
                                Ok((_, is_new)) => {
                                    only_new &= is_new;
                                    Ok(())
                                }
                                Err(
                                    error @ (Error::Invalid(_) | Error::AmbiguousEntity { .. }),
                                ) => Err(Rejected {
                                    place,
                                    reason: Reason::Malformed(error.to_string()),
                                }),
                                Err(error) => return Err(error),
                            },
                            Err(rejected) => Err(rejected),
                        },
                    );
                }
                names::changed(connection, only_new)?;
                Ok(written)
            })?;
            report.count(written);
        }
    }
}

impl ImportReport {
    /// Counts what was written of a batch, and what was refused.
    pub(super) fn count(&mut self, written: Vec<Result<(), Rejected>>) {
        for item in written {
            self.read += 1;
            match item {
                Ok(()) => self.imported += 1,
                Err(rejected) => {
                    self.rejected += 1;
                    if self.rejections.len() < 1_000 {
                        self.rejections.push(rejected);
                    }
                }
            }
        }
    }
}

/// The items of the next transaction.
fn next_batch(items: &mut impl Iterator<Item = EntityItem>) -> Vec<EntityItem> {
    let (mut names, mut bytes) = (0, 0);
    let mut batch = Vec::new();
    while names < BATCH
        && bytes < BATCH_BYTES
        && let Some(item) = items.next()
    {
        if let Ok((_, entity)) = &item {
            names += 1 + entity.aliases.len();
            let attributes = serde_json::to_string(&entity.attributes).unwrap_or_default();
            let aliases = entity.aliases.iter().map(|alias| alias.name.len());
            bytes += entity.name.len() + attributes.len() + aliases.sum::<usize>();
        }
        batch.push(item);
    }
    batch
}

fn checked(entity: &NewEntity) -> Result<(), String> {
    let names = [&entity.name].into_iter().chain(entity.aliases.iter().map(|alias| &alias.name));
    match names.into_iter().find(|name| !is_name(name)) {
        Some(name) => {
            Err(format!("{name:?} is no name to look for: empty, one letter or a common word"))
        }
        None => Ok(()),
    }
}
