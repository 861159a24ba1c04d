//! Annotating a file anew: after newsdb learnt more names, people corrected some, or with other
//! annotators. Readers read meanwhile.

use super::annotators::Annotators;
use super::described::Described;
use super::prepare::{fit, left_out, text_hash};
use super::report::Fault;
use super::run::Callback;
use super::write::Batch;
use crate::annotate::{self, Annotator, Document, Found, Texts, is_built_in};
use crate::error::Error;
use crate::model::{
    Annotation, ArticleId, Date, EntityKind, ExternalId, Field, Limits, NewMention, Place, weight,
};
use crate::store::{Cancel, NewsDb, annotations, articles, mentions, set_meta};
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// Articles of one transaction, at most; long ones make it smaller.
const BATCH: usize = 200;

/// How to annotate a file anew.
#[must_use]
#[derive(Default)]
pub struct ReannotateOptions<'a> {
    annotators: Annotators,
    compare: bool,
    cancel: Option<Cancel>,
    progress: Option<Callback<'a, ReannotateReport>>,
}

impl std::fmt::Debug for ReannotateOptions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReannotateOptions")
            .field("annotators", &self.annotators)
            .field("compare", &self.compare)
            .finish_non_exhaustive()
    }
}

impl<'a> ReannotateOptions<'a> {
    /// With newsdb's own annotators alone.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks another annotator as well.
    pub fn annotator(mut self, annotator: Arc<dyn Annotator>) -> Self {
        self.annotators.add(annotator);
        self
    }

    /// How long an annotator may take over a batch of articles. 60 seconds.
    pub fn annotator_timeout(mut self, timeout: Duration) -> Self {
        self.annotators.set_patience(timeout);
        self
    }

    /// Writes nothing, and only counts what would change.
    pub fn compare(mut self, compare: bool) -> Self {
        self.compare = compare;
        self
    }

    /// A handle that ends it with [`Error::Canceled`] before the next transaction.
    pub fn cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = Some(cancel.clone());
        self
    }

    /// Called after each transaction.
    pub fn progress(mut self, progress: impl FnMut(&ReannotateReport) + 'a) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }
}

/// What annotating anew changed.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct ReannotateReport {
    /// Articles looked at.
    pub articles: u64,
    /// Those of which something else is said than before.
    pub changed: u64,
    /// Mentions that were not there before.
    pub added: u64,
    /// Mentions that are there no more.
    pub removed: u64,
    /// Things that were wrong with annotators or with what they said.
    pub faults: u64,
    /// The first 1,000 of them.
    pub faulty: Vec<Fault>,
}

/// An article as the annotators see it.
struct Item {
    id: ArticleId,
    content_hash: i64,
    document: Document,
    dateline: Option<String>,
    before: Vec<NewMention>,
    said_before: Vec<Annotation>,
    tone: Option<f64>,
}

/// What is found of an article.
struct Anew {
    tone: Option<f64>,
    found: Vec<Found>,
    described: Described,
}

impl NewsDb {
    /// Finds the mentions of every article anew; those of the publisher and of annotators that
    /// are not asked stay as they are. It goes on where one that was stopped has ended, if that asked
    /// the same annotators and looked for the same names.
    ///
    /// ```
    /// use newsdb::{NewArticle, NewsDb, Options, ReannotateOptions};
    /// let db = Options::new().annotate(false).open_temporary()?;
    /// db.insert(NewArticle::new("wire").id("1").headline("Kazakhstan votes").language("en"))?;
    /// let report = db.reannotate(ReannotateOptions::new())?;
    /// assert_eq!((report.articles, report.added), (1, 1));
    /// # Ok::<(), newsdb::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Canceled`]; those of reading and writing.
    pub fn reannotate(
        &self,
        mut options: ReannotateOptions<'_>,
    ) -> Result<ReannotateReport, Error> {
        let mut report = ReannotateReport::default();
        let work = self.work(&options)?;
        let names = self.read_names()?;
        let mut after = match options.compare {
            true => None,
            false => self.snapshot()?.view(|view| place_before(view.connection, work))?,
        };
        loop {
            if let Some(cancel) = &options.cancel {
                cancel.check()?;
            }
            let items = self.snapshot()?.view(|view| read(view.connection, after))?;
            let Some(last) = items.last().map(|item| item.id) else { break };
            let mut anew: Vec<Anew> = items
                .iter()
                .map(|item| {
                    let document = &item.document;
                    let texts = Texts {
                        headline: &document.headline,
                        summary: document.summary.as_deref(),
                        body: document.body.as_deref(),
                        dateline: item.dateline.as_deref(),
                        language: document.language.as_deref(),
                        published: document.published,
                    };
                    let reading = annotate::read(&texts, &names);
                    let described = Described { by: reading.by, annotations: reading.details };
                    Anew { tone: reading.tone, found: reading.mentions, described }
                })
                .collect();
            let limits = Limits::default();
            let mut rooms = Vec::with_capacity(items.len());
            for (item, Anew { found, described, .. }) in items.iter().zip(&mut anew) {
                let most = item.room(&limits);
                let over = fit(found, &mut described.annotations, most);
                rooms.push(most - found.len() - described.annotations.len());
                if over > 0 {
                    report.blame([left_out(
                        Place::whole(item.id.to_string()),
                        over,
                        limits.mentions,
                    )]);
                }
            }
            if !options.annotators.is_empty() {
                let documents = items.iter().map(|item| item.document.clone()).collect();
                let places: Vec<Place> =
                    items.iter().map(|item| Place::whole(item.id.to_string())).collect();
                let (others, faults) = options.annotators.run(documents, &places, &rooms, &limits);
                for (anew, (found, described)) in anew.iter_mut().zip(others) {
                    anew.found.extend(found);
                    anew.described.extend(described);
                }
                report.blame(faults);
            }
            let changed: Vec<bool> =
                items.iter().zip(&anew).map(|(item, anew)| report.compare(item, anew)).collect();
            report.articles += items.len() as u64;
            if !options.compare {
                self.replace(&items, &anew, &changed, (work, last))?;
            }
            if let Some(progress) = &mut options.progress {
                progress(&report);
            }
            after = Some(last);
        }
        if !options.compare {
            self.write(|connection| {
                let sql = "DELETE FROM meta WHERE key IN ('annotate_work', 'annotate_after')";
                Ok(connection.execute(sql, [])?)
            })?;
        }
        Ok(report)
    }

    /// A hash of what decides what is found: names, newsdb's own versions, others that are asked.
    fn work(&self, options: &ReannotateOptions<'_>) -> Result<i64, Error> {
        let names = self.names_mark(&*self.inner.pool.reader()?)?;
        let own: Vec<String> = annotate::built_in().collect();
        Ok(text_hash(&format!("{names:?} {own:?} {:?}", options.annotators)))
    }

    fn replace(
        &self,
        items: &[Item],
        anew: &[Anew],
        changed: &[bool],
        (work, last): (i64, ArticleId),
    ) -> Result<(), Error> {
        let now = self.inner.now();
        self.write(|connection| {
            let mut batch = Batch::new(connection, &self.inner, now, 0, false)?;
            let all = items.iter().zip(anew).zip(changed);
            for ((item, anew), _) in all.filter(|(_, changed)| **changed) {
                // Another writer may have come between.
                let same: bool = connection
                    .prepare_cached(
                        "SELECT EXISTS (SELECT 1 FROM article
                          WHERE article_id = ?1 AND content_hash = ?2 AND status <> 3)",
                    )?
                    .query_row((item.id.0, item.content_hash), |row| row.get(0))?;
                if same {
                    batch.replace_found(item.id, &anew.found, &anew.described.by)?;
                    batch.replace_described(item.id, &anew.described)?;
                    batch.changes.touch(item.id);
                    batch.write_tone(item.id, anew.tone)?;
                }
            }
            set_meta(connection, "annotate_work", work)?;
            set_meta(connection, "annotate_after", last.0)?;
            batch.finish().map(|_| ())
        })
    }
}

impl Item {
    /// Bytes that it holds.
    fn weight(&self) -> usize {
        let Document { headline, summary, body, .. } = &self.document;
        headline.len()
            + weight::text(summary)
            + weight::text(body)
            + self.before.iter().map(NewMention::weight).sum::<usize>()
            + self.said_before.iter().map(Annotation::weight).sum::<usize>()
    }

    /// How many mentions there may be beside those that stay.
    fn room(&self, limits: &Limits) -> usize {
        let mentions = self.before.iter().map(|mention| &mention.annotator);
        let all = mentions.chain(self.said_before.iter().map(|said| &said.annotator));
        let stay = all.filter(|annotator| !is_built_in(annotator)).count();
        usize::try_from(limits.mentions).unwrap_or(usize::MAX).saturating_sub(stay)
    }
}

impl ReannotateReport {
    fn blame(&mut self, faults: impl IntoIterator<Item = Fault>) {
        for fault in faults {
            self.faults += 1;
            if self.faulty.len() < 1_000 {
                self.faulty.push(fault);
            }
        }
    }

    /// Counts what is new and what is gone; whether anything is.
    fn compare(&mut self, item: &Item, anew: &Anew) -> bool {
        let replaced = |mention: &&NewMention| anew.described.replaces(&mention.annotator);
        let mut old = Unmatched::default();
        item.before.iter().filter(replaced).for_each(|mention| old.add(mention));
        let found = anew.found.iter();
        let added = found.filter(|found| !old.take(&found.mention)).count() as u64;
        let removed = old.taken.iter().filter(|taken| !**taken).count() as u64;
        self.added += added;
        self.removed += removed;
        let changed = added + removed > 0
            || item.tone != anew.tone
            || anew.described.differs(&item.said_before);
        self.changed += u64::from(changed);
        changed
    }
}

/// Earlier mentions, to be matched with later ones in the same place of the same entity: ids tell it
/// where both have some, of which the file may know more; a name may have been corrected.
#[derive(Default)]
struct Unmatched<'m> {
    by_key: HashMap<(Spot<'m>, Key<'m>), Vec<usize>>,
    taken: Vec<bool>,
}

/// Field and range, kind, annotator.
type Spot<'m> = (Option<(Field, usize, usize)>, EntityKind, &'m str);

/// Of an entity: an id, or its name and whether it has ids.
#[derive(PartialEq, Eq, Hash)]
enum Key<'m> {
    Id(&'m ExternalId),
    Name(&'m str, bool),
}

impl<'m> Unmatched<'m> {
    fn spot(mention: &'m NewMention) -> Spot<'m> {
        let span = mention.span.as_ref().map(|span| (span.field, span.start, span.end));
        (span, mention.kind, &mention.annotator)
    }

    fn add(&mut self, mention: &'m NewMention) {
        let ids = mention.external_ids.iter().map(Key::Id);
        let name = Key::Name(&mention.name, !mention.external_ids.is_empty());
        for key in ids.chain([name]) {
            let same = self.by_key.entry((Self::spot(mention), key)).or_default();
            same.push(self.taken.len());
        }
        self.taken.push(false);
    }

    /// Takes one that says the same; whether there is any.
    fn take(&mut self, mention: &'m NewMention) -> bool {
        let ids = mention.external_ids.iter().map(Key::Id);
        let bare = Key::Name(&mention.name, false);
        let known = mention.external_ids.is_empty().then_some(Key::Name(&mention.name, true));
        for key in ids.chain([bare]).chain(known) {
            let Some(same) = self.by_key.get_mut(&(Self::spot(mention), key)) else { continue };
            while let Some(at) = same.pop() {
                if !std::mem::replace(&mut self.taken[at], true) {
                    return true;
                }
            }
        }
        false
    }
}

/// Where one that did the same work and was stopped had come to.
fn place_before(connection: &Connection, work: i64) -> Result<Option<ArticleId>, Error> {
    Ok(connection
        .prepare_cached(
            "SELECT a.value FROM meta a JOIN meta w ON w.key = 'annotate_work' AND w.value = ?1
              WHERE a.key = 'annotate_after'",
        )?
        .query_row([work], |row| row.get(0).map(ArticleId))
        .optional()?)
}

/// The next articles that have a text.
fn read(connection: &Connection, after: Option<ArticleId>) -> Result<Vec<Item>, Error> {
    let after = after.map_or(i64::MIN, |id| id.0);
    let mut items = connection
        .prepare_cached(
            "SELECT a.article_id, a.content_hash, a.language, a.dateline, s.key,
                    a.published_source IS NOT NULL, a.tone, a.published_offset,
                    a.published_precision
               FROM article a JOIN source s USING (source_id)
              WHERE a.article_id > ?1 AND a.status <> 3
              ORDER BY a.article_id LIMIT ?2",
        )?
        .query_map((after, BATCH as i64), |row| {
            let id = ArticleId(row.get(0)?);
            let dated: bool = row.get(5)?;
            let published = Date::from_parts(id.second(), row.get(7)?, row.get(8)?);
            Ok(Item {
                id,
                content_hash: row.get(1)?,
                dateline: row.get(3)?,
                before: Vec::new(),
                said_before: Vec::new(),
                tone: row.get(6)?,
                document: Document {
                    source: row.get(4)?,
                    language: row.get(2)?,
                    published: published.filter(|_| dated),
                    ..Document::default()
                },
            })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let (mut read, mut bytes) = (0, 0);
    for item in &mut items {
        if bytes >= weight::MOST {
            break;
        }
        let text = articles::text(connection, item.id)?;
        let before = mentions::load(connection, item.id)?;
        item.before = before.into_iter().map(|mention| mention.mention).collect();
        item.said_before = annotations::load(connection, item.id)?;
        item.document.headline = text.headline;
        item.document.summary = text.summary;
        item.document.body = text.body;
        bytes += item.weight();
        read += 1;
    }
    items.truncate(read);
    Ok(items)
}
