//! The one index: calendar segments of terms and columns, in the same file as the articles.
//!
//! A **segment** is a run of articles, immutable but for a bitmap of those that died. Inside it
//! articles go by *ordinals*, 0, 1, 2 …, in the order of their ids, which is that of time. It has
//! a dictionary of **terms** (words, sources, languages, subjects, authors, tags, entities), for each
//! the list of the ordinals that have it, and **columns**, for each ordinal what it has. Terms
//! answer which articles, columns how many of what.
//!
//! | module | what it has, and whose bytes it documents |
//! | --- | --- |
//! | [`segment`] | rows, streams, pages, checksums |
//! | [`dictionary`] | terms and where their lists are |
//! | [`postings`], [`positions`], [`lists`] | which articles, and where in them; lists read block by block |
//! | [`columns`] | ids, dates, lengths, groups; lists of values |
//! | [`facts`], [`build`] | from the tables to a segment |
//! | [`merge`], [`tiers`] | from many segments to few, and when |
//! | [`reader`], [`cache`] | reading, and what is kept of it |
//! | [`search`], [`matches`], [`collect`], [`walk`] | expressions, what matches in a segment, answers, lists in order of time |
//! | [`score`], [`scored`], [`rank`] | relevance: the formula, what a term gives, which articles are scored |
//! | [`state`], [`rebuild`], [`check`] | which index answers; making it anew; comparing it with the tables |
//!
//! The tables are the truth. An article that changes in a table that the index keeps something of is
//! noted in [`Changes`] by whoever changes it; at the end of the transaction it is dead where it
//! was and stands, as the tables now have it, in a new segment. Entities and groups are kept as
//! recorded: what they were merged into is looked up by who counts them.

mod build;
mod bytes;
mod cache;
mod check;
mod collect;
mod columns;
mod days;
mod dictionary;
mod facts;
mod lists;
mod matches;
mod merge;
#[cfg(any(test, fuzzing))]
mod mutations;
mod positions;
mod postings;
mod rank;
mod reader;
mod rebuild;
mod score;
mod scored;
mod search;
mod segment;
mod state;
mod sums;
mod tiers;
mod walk;

#[cfg(fuzzing)]
pub use mutations::{decode_part, sound_parts};

pub(crate) use build::Quick;
pub(crate) use cache::Cache;
pub(crate) use check::check;
pub(crate) use collect::{ByTime, Collector, Index, Open, Ranked, Search};
pub(crate) use columns::{Field, ListColumn, Total, marks, tone_thousandths};
pub(crate) use days::Days;
pub(crate) use facts::stored_analysed;
pub(crate) use rebuild::{finish_some, rebuild_some, scrub_some};
pub(crate) use score::{Statistics, scoring_terms};
pub(crate) use search::{Bits, CHUNK, Filter, Set};
pub(crate) use state::{INDEX_VERSION, is_complete};
pub(crate) use sums::{Merged, Sum, Whole};
pub(crate) use tiers::Sizes;

use crate::error::Error;
use crate::model::ArticleId;
use crate::search::each_token;
use crate::store::mentions::Recorded;
use build::Builder;
use bytes::Reader;
use facts::Facts;
use reader::Opened;
use rusqlite::Connection;
use search::Matcher;
use segment::Segment;
use std::collections::{BTreeMap, HashMap};
use tiers::{Plan, Windows};

/// Articles that a new segment has at most, and tokens from which it is ended.
const NEW_ARTICLES: usize = 1 << 14;
const NEW_TOKENS: usize = 1 << 20;

/// An article as the index takes it: the tokens of each field, with a blank between.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Analysed {
    pub(crate) headline: String,
    pub(crate) summary: String,
    pub(crate) body: String,
    /// How many tokens there are in all.
    pub(crate) tokens: i64,
}

impl Analysed {
    /// Makes the tokens of an article.
    pub(crate) fn new(
        headline: &str,
        summary: Option<&str>,
        body: Option<&str>,
        language: Option<&str>,
    ) -> Self {
        let mut tokens = 0;
        let mut field = |text: &str| {
            // A stem has a sign more than its word, and is often shorter.
            let mut joined = String::with_capacity(text.len() + text.len() / 8);
            each_token(text, language, |token, _| {
                if !joined.is_empty() {
                    joined.push(' ');
                }
                joined.push_str(token);
                tokens += 1;
            });
            joined
        };
        let headline = field(headline);
        let summary = summary.map(&mut field).unwrap_or_default();
        let body = body.map(&mut field).unwrap_or_default();
        Self { headline, summary, body, tokens }
    }

    fn fields(&self) -> [&str; 3] {
        [&self.headline, &self.summary, &self.body]
    }
}

/// The term of a word.
pub(crate) fn word(token: &str) -> Vec<u8> {
    dictionary::word(token)
}

/// The numbers that a value of a list has; what it has not is 0.
pub(crate) fn value_numbers(value: &[u8]) -> Result<[u64; 3], Error> {
    let (mut reader, mut numbers) = (Reader(value), [0; 3]);
    for number in &mut numbers {
        if !reader.is_empty() {
            *number =
                reader.varint().map_err(|_| Error::Corrupt("a value of the index".to_owned()))?;
        }
    }
    Ok(numbers)
}

/// The articles that one transaction changes.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    articles: BTreeMap<ArticleId, Change>,
    /// What articles mention, where it was recorded in this transaction.
    mentions: HashMap<ArticleId, Vec<Recorded>>,
}

#[derive(Debug, Default)]
struct Change {
    /// The index may hold it.
    held: bool,
    /// Its tokens, where they are known.
    analysed: Option<Analysed>,
}

impl Changes {
    /// An article is new.
    pub(crate) fn add(&mut self, id: ArticleId, analysed: Analysed) {
        self.articles.entry(id).or_default().analysed = Some(analysed);
    }

    /// What the tables say of an article has changed, its text not.
    pub(crate) fn touch(&mut self, id: ArticleId) {
        self.articles.entry(id).or_insert(Change { held: true, analysed: None });
    }

    /// The text of an article has changed.
    pub(crate) fn replace(&mut self, id: ArticleId, analysed: Analysed) {
        self.touch(id);
        self.add(id, analysed);
    }

    /// The text of an article is gone, and maybe all of it.
    pub(crate) fn erase(&mut self, id: ArticleId) {
        self.touch(id);
        self.articles.entry(id).or_default().analysed = None;
    }

    /// What an article mentions has been recorded, and need not be read again.
    pub(crate) fn recorded(&mut self, id: ArticleId, mentions: Vec<Recorded>) {
        self.mentions.insert(id, mentions);
    }

    /// Writes the changes. Called once, at the end of a transaction.
    pub(crate) fn apply(
        mut self,
        connection: &Connection,
        cache: &Cache,
        sizes: Sizes,
    ) -> Result<(), Error> {
        let state = state::read(connection)?;
        if self.articles.is_empty() {
            return Ok(());
        }
        if let Some(epoch) = state.visible {
            self.apply_to(connection, cache, sizes, epoch)?;
        }
        if let Some((epoch, built)) = state.building {
            // What comes later is read from the tables when it is its turn.
            self.articles.split_off(&ArticleId(built.saturating_add(1)));
            self.apply_to(connection, cache, sizes, epoch)?;
        }
        state::write(connection, &state)
    }

    fn apply_to(
        &self,
        connection: &Connection,
        cache: &Cache,
        sizes: Sizes,
        epoch: i64,
    ) -> Result<(), Error> {
        let mut segments = segment::list(connection, epoch)?;
        let held = self.articles.iter().filter(|(_, change)| change.held).map(|(id, _)| *id);
        kill(connection, cache, &mut segments, held)?;
        let mut builder = Builder::default();
        let mut kinds = HashMap::new();
        for (&id, change) in &self.articles {
            let mentions = self.mentions.get(&id).map(Vec::as_slice);
            let Some(facts) = Facts::read(connection, id, mentions, &mut kinds)? else { continue };
            match &change.analysed {
                Some(analysed) => builder.push(&facts, analysed),
                None => builder.push(&facts, &stored_analysed(connection, id)?),
            }
            if builder.articles() == NEW_ARTICLES || builder.tokens() >= NEW_TOKENS {
                add(connection, epoch, &mut segments, std::mem::take(&mut builder))?;
            }
        }
        add(connection, epoch, &mut segments, builder)?;
        merge_some(connection, &mut segments, sizes)
    }
}

/// How many articles have some entities, as recorded, or subjects, authors or tags, each up to `most`;
/// those that none has may be left out. The tables are asked where there is no index, or one that is
/// damaged.
pub(crate) fn having(
    connection: &Connection,
    cache: &Cache,
    field: Field,
    numbers: &[i64],
    most: i64,
) -> Result<BTreeMap<i64, i64>, Error> {
    if let Some(epoch) = state::read(connection)?.visible {
        let segments = segment::list(connection, epoch)?;
        let count = |&number: &i64| {
            let filter = Filter::Beginning(vec![field.numbered(&[number])]);
            let mut articles = 0;
            // The latest first, where most often there are enough.
            for segment in &segments {
                if articles >= most {
                    break;
                }
                articles += living(&Opened::new(segment, connection, cache), &filter)?;
            }
            Ok((number, articles.min(most)))
        };
        match numbers.iter().map(count).collect() {
            Err(Error::Corrupt(_)) => {}
            counted => return counted,
        }
    }
    let wanted = serde_json::to_string(numbers).unwrap_or_default();
    let (table, list, number) = match field {
        Field::Subject => ("article", "subjects", "value"),
        Field::Author => ("article", "authors", "value"),
        Field::Tag => ("article", "tags", "value"),
        _ => ("mention", "list", "value ->> 1"),
    };
    let mut statement = connection.prepare(&format!(
        "SELECT number, count(*) FROM (
             SELECT DISTINCT t.article_id, j.{number} AS number
               FROM {table} t, json_each(t.{list}) j
              WHERE number IN (SELECT value FROM json_each(?1)))
          GROUP BY number"
    ))?;
    let rows = statement.query_map([wanted], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?;
    rows.map(|row| row.map(|(number, articles)| (number, articles.min(most))).map_err(Error::from))
        .collect()
}

/// How many articles of a segment match and are not dead.
fn living(opened: &Opened<'_>, filter: &Filter) -> Result<i64, Error> {
    let segment = opened.segment;
    let mut matcher = Matcher::new(opened, filter)?;
    let mut articles = 0;
    for base in (0..segment.articles).step_by(CHUNK as usize) {
        let mut living = segment.living_in(base);
        matcher.narrow(base, &mut living)?;
        articles += i64::from(living.count());
    }
    Ok(articles)
}

/// Marks articles as dead wherever they are.
fn kill(
    connection: &Connection,
    cache: &Cache,
    segments: &mut [Segment],
    ids: impl Iterator<Item = ArticleId>,
) -> Result<(), Error> {
    let mut changed = vec![false; segments.len()];
    for id in ids {
        for (segment, changed) in segments.iter_mut().zip(&mut changed) {
            if !(segment.first..=segment.last).contains(&id.0) {
                continue;
            }
            let opened = Opened::new(segment, connection, cache);
            let Ok(at) = opened.ids()?.binary_search(&id.0) else { continue };
            let ordinal = at as u32;
            if segment.is_dead(ordinal) {
                continue;
            }
            let tokens = opened.lengths()?.fields[at].iter().map(|&length| u64::from(length)).sum();
            let special = opened.special()?;
            let canceled = special.iter().any(|s| s.ordinal == ordinal && s.canceled);
            segment.kill(ordinal, tokens, !canceled);
            *changed = true;
            break;
        }
    }
    for (segment, _) in segments.iter().zip(changed).filter(|(_, changed)| *changed) {
        segment::update(connection, segment)?;
    }
    Ok(())
}

/// Writes a new segment, unless it has nothing.
fn add(
    connection: &Connection,
    epoch: i64,
    segments: &mut Vec<Segment>,
    builder: Builder,
) -> Result<(), Error> {
    if builder.articles() > 0 {
        let new = builder.finish();
        let window = Windows::of(segments).of_range(new.first, new.last);
        segments.push(segment::insert(connection, epoch, window, &new)?);
    }
    Ok(())
}

/// Merges what is due, within the budget of one transaction.
fn merge_some(
    connection: &Connection,
    segments: &mut Vec<Segment>,
    sizes: Sizes,
) -> Result<(), Error> {
    let mut budget = sizes.budget;
    while let Some(plan) = Plan::next(segments, sizes, budget) {
        budget = budget.saturating_sub(plan.run(connection, segments)?);
    }
    Ok(())
}
