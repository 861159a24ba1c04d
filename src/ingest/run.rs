//! Any number of items, in bounded memory: batches are prepared here while the one before is
//! being written.

use super::annotators::Annotators;
use super::known::need_not_be_read;
use super::prepare::{Checked, Prepared};
use super::report::{Conflict, IngestReport, Outcome};
use super::write::{Batch, Input};
use crate::annotate::{Annotator, Names};
use crate::error::Error;
use crate::model::{Limits, NewArticle, Rejected, weight};
use crate::store::packs::Packer;
use crate::store::{Cancel, NewsDb};
use std::num::NonZeroUsize;
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// Articles from which preparing on several threads pays.
const WORTH_THREADS: usize = 64;

/// New items in a row, after which the rest of a batch is no more looked up before it is prepared.
const NEW_IN_A_ROW: usize = 32;

/// One thing that a reader yields: an article, or an item that it refused.
#[derive(Debug)]
pub struct Incoming(Result<NewArticle, Rejected>);

impl From<NewArticle> for Incoming {
    fn from(article: NewArticle) -> Self {
        Self(Ok(article))
    }
}

impl From<Result<NewArticle, Rejected>> for Incoming {
    fn from(item: Result<NewArticle, Rejected>) -> Self {
        Self(item)
    }
}

pub(super) type Callback<'a, T> = Box<dyn FnMut(&T) + 'a>;

/// How to ingest. The defaults suit files of any size.
///
/// ```
/// use newsdb::{IngestOptions, NewArticle, NewsDb};
/// let db = NewsDb::open_in_memory()?;
/// let articles = (1..=3).map(|n| NewArticle::new("wire").id(n.to_string()).body(format!("Item {n}")));
/// let report = db.ingest_with(
///     articles,
///     IngestOptions::new().batch(2).progress(|so_far| println!("{} read", so_far.read)),
/// )?;
/// assert_eq!(report.inserted, 3);
/// # Ok::<(), newsdb::Error>(())
/// ```
#[must_use]
#[derive(Default)]
pub struct IngestOptions<'a> {
    batch: Option<NonZeroUsize>,
    keep: Option<usize>,
    limits: Limits,
    restore: bool,
    unannotated: bool,
    annotators: Annotators,
    cancel: Option<Cancel>,
    progress: Option<Callback<'a, IngestReport>>,
    on_rejected: Option<Callback<'a, Rejected>>,
}

impl std::fmt::Debug for IngestOptions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IngestOptions")
            .field("batch", &self.batch)
            .field("limits", &self.limits)
            .field("restore", &self.restore)
            .finish_non_exhaustive()
    }
}

impl<'a> IngestOptions<'a> {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Articles in one transaction at most. 1,000. Long articles make smaller ones: a batch
    /// ends at 8 MiB of what they hold.
    pub fn batch(mut self, articles: usize) -> Self {
        self.batch = NonZeroUsize::new(articles);
        self
    }

    /// How many rejections, and how many conflicts, the report lists; all are counted. 1,000.
    pub fn keep(mut self, items: usize) -> Self {
        self.keep = Some(items);
        self
    }

    /// What one article may hold.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Takes articles in again that were removed, purged or canceled.
    pub fn restore(mut self, restore: bool) -> Self {
        self.restore = restore;
        self
    }

    /// Whether newsdb looks for the names in each text itself. It does, unless told not to.
    pub fn annotate(mut self, annotate: bool) -> Self {
        self.unannotated = !annotate;
        self
    }

    /// Asks an annotator about each article as well; several stand side by side. What it said of a
    /// text goes with that text: of a changed one it is asked again, or says nothing.
    pub fn annotator(mut self, annotator: Arc<dyn Annotator>) -> Self {
        self.annotators.add(annotator);
        self
    }

    /// How long an annotator may take over a batch of articles. 60 seconds. One that takes
    /// longer is not asked again in this ingest.
    pub fn annotator_timeout(mut self, timeout: Duration) -> Self {
        self.annotators.set_patience(timeout);
        self
    }

    /// A handle that ends the ingest with [`Error::IngestStopped`] before the next batch.
    pub fn cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = Some(cancel.clone());
        self
    }

    /// Called after each commit with the report so far: what it counts is on disk (as
    /// [`Durability`](crate::Durability) says).
    pub fn progress(mut self, progress: impl FnMut(&IngestReport) + 'a) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    /// Called with each refused item, in the order in which they are known.
    pub fn on_rejected(mut self, on_rejected: impl FnMut(&Rejected) + 'a) -> Self {
        self.on_rejected = Some(Box::new(on_rejected));
        self
    }
}

/// Items of one transaction.
struct Ready {
    items: Vec<Result<Item, Rejected>>,
}

enum Item {
    /// It came before as it comes now, when that was looked up. Its text was not read again.
    Met(Box<Checked>),
    Prepared(Box<Prepared>),
}

impl Item {
    fn new(item: Checked, came: bool, names: Option<&Names>, packer: &mut Packer) -> Self {
        match came {
            true => Self::Met(Box::new(item)),
            false => Self::Prepared(Box::new(item.prepare(names, packer))),
        }
    }

    fn checked(&self) -> &Checked {
        match self {
            Self::Met(item) => item,
            Self::Prepared(item) => item,
        }
    }

    fn prepared(&mut self) -> Option<&mut Prepared> {
        match self {
            Self::Met(_) => None,
            Self::Prepared(item) => Some(item),
        }
    }
}

/// What one transaction did.
type Written = Vec<Result<(Outcome, Option<Conflict>), Rejected>>;

impl NewsDb {
    /// Takes in one article.
    ///
    /// # Errors
    /// [`Error::Rejected`] when it is refused; [`Error::Busy`], [`Error::Full`].
    pub fn insert(&self, article: NewArticle) -> Result<Outcome, Error> {
        let names = self.names()?;
        let item = Checked::new(article, &Limits::default(), self.inner.now())?;
        let came = self.came_before(std::iter::once(&item)).contains(&true);
        let mut packer = Packer::new()?;
        let item = Item::new(item, came, names.as_ref(), &mut packer);
        packer.seal();
        let ready = Ready { items: vec![Ok(item)] };
        let written = self.write_batch(ready, names.as_ref(), None, false)?.1;
        match written.into_iter().next() {
            Some(Ok((outcome, _))) => Ok(outcome),
            Some(Err(rejected)) => Err(rejected.into()),
            None => Err(Error::Invalid("nothing was written".to_owned())),
        }
    }

    /// Takes in any number of articles, or of what the readers of [`crate::formats`] yield.
    ///
    /// ```
    /// use newsdb::{NewsDb, formats};
    /// let db = NewsDb::open_in_memory()?;
    /// let lines = "{\"id\": \"1\", \"title\": \"Bridge opens\"}\n{\"id\": \"2\", \"ti";
    /// let items = formats::read(lines.as_bytes(), "lines", None, &Default::default());
    /// let report = db.ingest(items)?;
    /// assert_eq!((report.inserted, report.rejected), (1, 1));
    /// assert_eq!(report.rejections[0].place.line, Some(2));
    /// # Ok::<(), newsdb::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::IngestStopped`] with what was committed before the failure.
    pub fn ingest<T: Into<Incoming>>(
        &self,
        items: impl IntoIterator<Item = T>,
    ) -> Result<IngestReport, Error> {
        self.ingest_with(items, IngestOptions::new())
    }

    /// Takes in any number of articles in transactions of a chosen size, in bounded memory.
    ///
    /// The iterator runs on the calling thread, never while the database is locked by it.
    ///
    /// # Errors
    /// [`Error::IngestStopped`] with what was committed before the failure.
    pub fn ingest_with<T: Into<Incoming>>(
        &self,
        items: impl IntoIterator<Item = T>,
        options: IngestOptions<'_>,
    ) -> Result<IngestReport, Error> {
        let mut ingest = Ingest::new(self, options)?;
        let outcome = ingest.run(items.into_iter().map(|item| item.into().0));
        match outcome {
            Ok(()) => Ok(ingest.report),
            Err(source) => Err(Error::IngestStopped {
                report: Box::new(ingest.report),
                source: Box::new(source),
            }),
        }
    }

    /// Whether each of some items came before as it comes now, as far as a reader is at hand that can
    /// tell, and they are not all new. It is a hint: it may be otherwise when they are written, and
    /// what keeps it from being told will keep them from being written, and is told then.
    fn came_before<'i>(&self, items: impl Iterator<Item = &'i Checked>) -> Vec<bool> {
        let (mut all, mut new) = (Vec::new(), 0);
        let Ok(Some(connection)) = self.inner.pool.idle_reader() else { return all };
        for item in items {
            let Ok(found) = need_not_be_read(&connection, item) else { break };
            new = if found { 0 } else { new + 1 };
            all.push(found);
            if new == NEW_IN_A_ROW {
                break;
            }
        }
        all
    }

    /// Writes a batch in one transaction; tells the input that it ended in and what became of
    /// each item.
    fn write_batch(
        &self,
        ready: Ready,
        names: Option<&Names>,
        input: Option<Input>,
        restore: bool,
    ) -> Result<(Option<Input>, Written), Error> {
        let now = self.inner.now();
        let window =
            i64::try_from(self.inner.options.duplicate_window.as_secs()).unwrap_or(i64::MAX);
        let outcome = self.write(|connection| {
            let mut batch = Batch::new(connection, &self.inner, now, window, restore)?;
            batch.begin(input, ready.items.iter().flatten().map(Item::checked));
            let mut written = Written::with_capacity(ready.items.len());
            for item in ready.items {
                written.push(match item {
                    Ok(Item::Met(item)) => match batch.meet_again(&item)? {
                        Some(outcome) => Ok((outcome, None)),
                        // It was changed or taken out since it was looked up.
                        None => {
                            let item = item.prepare(names, &mut batch.packer);
                            batch.packer.seal();
                            batch.take(item)?
                        }
                    },
                    Ok(Item::Prepared(item)) => batch.take(*item)?,
                    Err(rejected) => Err(rejected),
                });
            }
            let (input, met) = batch.finish()?;
            Ok((input, met, written))
        });
        let (input, met, written) = outcome?;
        self.inner.met.keep(met);
        Ok((input, written))
    }
}

/// One ingest under way.
struct Ingest<'db, 'a> {
    db: &'db NewsDb,
    options: IngestOptions<'a>,
    packers: Vec<Packer>,
    names: Option<Names>,
    report: IngestReport,
}

impl<'db, 'a> Ingest<'db, 'a> {
    fn new(db: &'db NewsDb, options: IngestOptions<'a>) -> Result<Self, Error> {
        let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(4);
        let packers = (0..threads).map(|_| Packer::new()).collect::<Result<_, _>>()?;
        let names = if options.unannotated { None } else { db.names()? };
        Ok(Self { db, options, packers, names, report: IngestReport::default() })
    }

    fn run(
        &mut self,
        mut items: impl Iterator<Item = Result<NewArticle, Rejected>>,
    ) -> Result<(), Error> {
        let (first, last) = self.prepare_batch(&mut items);
        if last {
            if let Some(cancel) = &self.options.cancel {
                cancel.check()?;
            }
            // The common case of a poll: no thread is worth it.
            let names = self.names.as_ref();
            let written = self.db.write_batch(first, names, None, self.options.restore)?.1;
            self.tell(written);
            return Ok(());
        }
        let (db, names, restore) = (self.db, self.names.clone(), self.options.restore);
        std::thread::scope(|scope| {
            let (to_writer, batches) = mpsc::sync_channel::<Ready>(0);
            let (from_writer, results) = mpsc::channel::<Result<Written, Error>>();
            scope.spawn(move || {
                let mut input = None;
                for batch in batches {
                    let result = db.write_batch(batch, names.as_ref(), input.take(), restore).map(
                        |(last, written)| {
                            input = last;
                            written
                        },
                    );
                    let failed = result.is_err();
                    if from_writer.send(result).is_err() || failed {
                        return;
                    }
                }
            });
            let (mut ready, mut last) = (first, false);
            // A failed writer hangs up; its error is the last result.
            while to_writer.send(ready).is_ok() && !last {
                for result in results.try_iter() {
                    self.tell(result?);
                }
                if let Some(cancel) = &self.options.cancel
                    && cancel.is_canceled()
                {
                    break;
                }
                (ready, last) = self.prepare_batch(&mut items);
            }
            drop(to_writer);
            for result in results {
                self.tell(result?);
            }
            match &self.options.cancel {
                Some(cancel) if !last => cancel.check(),
                _ => Ok(()),
            }
        })
    }

    /// Reads and prepares items for one transaction; whether they were the last.
    fn prepare_batch(
        &mut self,
        items: &mut impl Iterator<Item = Result<NewArticle, Rejected>>,
    ) -> (Ready, bool) {
        let most = self.options.batch.map_or(1_000, NonZeroUsize::get);
        let (mut raw, mut bytes, mut last) = (Vec::new(), 0, false);
        while raw.len() < most && bytes < weight::MOST {
            let Some(item) = items.next() else {
                last = true;
                break;
            };
            if let Ok(article) = &item {
                bytes += article.weight();
            }
            raw.push(item);
        }
        let (now, limits, names) = (self.db.inner.now(), &self.options.limits, self.names.as_ref());
        let packers = match raw.len() < WORTH_THREADS {
            true => &mut self.packers[..1],
            false => &mut self.packers,
        };
        let checked =
            in_shares(raw, packers, |item, _| item.and_then(|a| Checked::new(a, limits, now)));
        // What annotators say cannot be asked for while the database is locked.
        let mut came = match self.options.annotators.is_empty() {
            true => self.db.came_before(checked.iter().flatten()),
            false => Vec::new(),
        }
        .into_iter();
        let checked = checked
            .into_iter()
            .map(|item| item.map(|item| (item, came.next().unwrap_or(false))))
            .collect();
        let mut items = in_shares(checked, packers, |item, packer| {
            item.map(|(item, came)| Item::new(item, came, names, packer))
        });
        let mut prepared: Vec<_> = items.iter_mut().flatten().filter_map(Item::prepared).collect();
        let faults = prepared.iter().filter_map(|item| item.fault()).collect();
        self.report.blame(faults, self.options.keep.unwrap_or(1_000));
        self.ask_annotators(&mut prepared);
        prepared.into_iter().for_each(Prepared::leave_packed);
        (Ready { items }, last)
    }

    fn ask_annotators(&mut self, items: &mut [&mut Prepared]) {
        if self.options.annotators.is_empty() {
            return;
        }
        let documents = items.iter().map(|item| item.document()).collect();
        let places: Vec<_> = items.iter().map(|item| item.article.place.clone()).collect();
        let rooms: Vec<_> = items.iter().map(|item| item.room_left()).collect();
        let (found, faults) =
            self.options.annotators.run(documents, &places, &rooms, &self.options.limits);
        for (item, (found, described)) in items.iter_mut().zip(found) {
            item.found.extend(found);
            item.describe(described);
        }
        self.report.blame(faults, self.options.keep.unwrap_or(1_000));
    }

    fn tell(&mut self, written: Written) {
        let keep = self.options.keep.unwrap_or(1_000);
        for item in written {
            match item {
                Ok((outcome, conflict)) => {
                    self.report.count(outcome);
                    if let Some(conflict) = conflict {
                        self.report.conflicts += 1;
                        if self.report.conflicting.len() < keep {
                            self.report.conflicting.push(conflict);
                        }
                    }
                }
                Err(rejected) => {
                    if let Some(on_rejected) = &mut self.options.on_rejected {
                        on_rejected(&rejected);
                    }
                    self.report.refuse(rejected, keep);
                }
            }
        }
        if let Some(progress) = &mut self.options.progress {
            progress(&self.report);
        }
    }
}

/// What `each` makes of each piece of work, in order, on a thread for each packer.
fn in_shares<T: Send, R: Send>(
    work: Vec<T>,
    packers: &mut [Packer],
    each: impl Fn(T, &mut Packer) -> R + Sync,
) -> Vec<R> {
    let share = work.len().div_ceil(packers.len()).max(1);
    let mut shares: Vec<Vec<_>> = Vec::with_capacity(packers.len());
    let mut rest = work.into_iter().peekable();
    while rest.peek().is_some() {
        shares.push(rest.by_ref().take(share).collect());
    }
    let all = |share: Vec<T>, packer: &mut Packer| -> Vec<R> {
        let done = share.into_iter().map(|piece| each(piece, packer)).collect();
        packer.seal();
        done
    };
    let all = &all;
    std::thread::scope(|scope| {
        let mut pairs = shares.into_iter().zip(packers);
        let own = pairs.next();
        let others: Vec<_> =
            pairs.map(|(share, packer)| scope.spawn(move || all(share, packer))).collect();
        let mut done = own.map_or_else(Vec::new, |(share, packer)| all(share, packer));
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    })
}
