//! newsdb, by its public interface.

use crate::Engine;
use crate::questions::{Answer, BEST, PAGE, Question, TOP, Text};
use crate::setup::Setup;
use chrono::{DateTime, Utc};
use newsdb::{
    Bucket, Dimension, Durability, EntityId, IngestOptions, NewArticle, NewsDb, Query, Sort,
    Timeline, Unit,
};
use newsdb_benches::{TONE_BY, options};
use serde_json::{Value, json};
use std::cell::OnceCell;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::Path;

pub struct Ours {
    db: NewsDb,
    /// Looked up by the first question that asks for it.
    entity: OnceCell<Option<EntityId>>,
}

impl Ours {
    pub fn open(path: &Path, durability: Durability, index_cache: Option<u64>) -> Self {
        let mut options = options(durability);
        if let Some(mib) = index_cache {
            options = options.index_cache_bytes(mib << 20);
        }
        Self { db: options.open(path).unwrap(), entity: OnceCell::new() }
    }
}

fn query(text: &Text) -> Query {
    Query::new().text(match text {
        Text::Word(word) => word.clone(),
        Text::And(a, b) => format!("{a} {b}"),
        Text::Or(a, b) => format!("{a} OR {b}"),
        Text::Phrase(a, b) => format!("\"{a} {b}\""),
    })
}

fn time(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).unwrap()
}

fn within(query: Query, (since, until): (i64, i64)) -> Query {
    query.since(time(since)).until(time(until))
}

impl Engine for Ours {
    fn store(&mut self, articles: Vec<NewArticle>, commit: usize) {
        let read = articles.len() as u64;
        let report = self.db.ingest_with(articles, IngestOptions::new().batch(commit)).unwrap();
        assert_eq!(report.inserted, read, "every article is new");
    }

    fn ask(&mut self, question: &Question, setup: &Setup) -> Answer {
        let db = &self.db;
        let best = |query: Query| db.ids(&query, Sort::Relevance, BEST, None).unwrap();
        let top = |query: Query| -> Value {
            let rows = db.top(&query, Dimension::Entity, TOP).unwrap().rows;
            rows.into_iter().map(|row| json!([row.key, row.articles])).collect()
        };
        Some(match question {
            Question::Newest(text) => {
                let ids = db.ids(&query(text), Sort::Newest, PAGE, None).unwrap();
                ids.into_iter().map(|id| id.second()).collect()
            }
            Question::Shown(text) => {
                let hits = db.search(&query(text), Sort::Newest, PAGE, None).unwrap().hits;
                hits.into_iter().map(|hit| hit.headline).collect()
            }
            Question::Best(text) => best(query(text)).len().into(),
            Question::BestWithin(text) => best(within(query(text), setup.window)).len().into(),
            Question::Count(text) => db.count(&query(text)).unwrap().into(),
            Question::Days(text) => {
                let query = text.as_ref().map(query).unwrap_or_default();
                let counts = db.timeline(&query, &Timeline::by(Unit::Day)).unwrap();
                let buckets = counts.series.iter().flat_map(|series| &series.buckets);
                let filled = buckets.filter(|bucket| bucket.articles > 0);
                filled.map(|bucket| json!([bucket.start.timestamp(), bucket.articles])).collect()
            }
            Question::Entities(text) => top(text.as_ref().map(query).unwrap_or_default()),
            Question::EntitiesOfMonth => top(within(Query::new(), setup.month)),
            Question::Together => {
                let named = |name: &String| db.find_entities(name).unwrap()[0].id;
                let entity = *self.entity.get_or_init(|| setup.entity.as_ref().map(named));
                let pairs = db.together(&Query::new().entity(entity?), entity, TOP);
                pairs.unwrap().into_iter().map(|pair| pair.articles).collect()
            }
            Question::SourceByLanguage => {
                // One list of sources for each language, in which `en` finds `en-GB` as well.
                let all = |query: &Query, of| db.top(query, of, usize::MAX).unwrap().rows;
                let mut counts: BTreeMap<(String, String), u64> = BTreeMap::new();
                let mut languages = all(&Query::new(), Dimension::Language);
                languages.sort_by_key(|language| Reverse(language.key.len()));
                for language in languages.iter().map(|language| &language.key) {
                    let within = format!("{language}-");
                    for source in all(&Query::new().language(language), Dimension::Source) {
                        let of = counts.range((source.key.clone(), within.clone())..);
                        let of = of.take_while(|((key, tag), _)| {
                            *key == source.key && tag.starts_with(&within)
                        });
                        let narrower: u64 = of.map(|(_, articles)| articles).sum();
                        counts.insert((source.key, language.clone()), source.articles - narrower);
                    }
                }
                let filled = counts.into_iter().filter(|(_, articles)| *articles > 0);
                filled.map(|((source, tag), articles)| json!([source, tag, articles])).collect()
            }
            Question::ToneByWeek => {
                let by_week = Timeline::by(Unit::Week).tone_of(TONE_BY);
                let counts = db.timeline(&Query::new(), &by_week).unwrap();
                let buckets = counts.series.iter().flat_map(|series| &series.buckets);
                let filled = buckets.filter(|bucket| bucket.articles > 0);
                // Weeks, from Monday on, by their number.
                let week = |bucket: &Bucket| (bucket.start.timestamp() + 259_200) / 604_800;
                filled.map(|b| json!([week(b), b.tone, b.tone_unknown])).collect()
            }
            Question::MonthBySubject => {
                let by_month =
                    Timeline::by(Unit::Month).split(Dimension::Subject).limit(usize::MAX);
                let counts = db.timeline(&Query::new(), &by_month).unwrap();
                let mut rows: Vec<(i64, String, u64)> = Vec::new();
                for series in counts.series {
                    let Some(key) = series.key else { continue };
                    let filled = series.buckets.iter().filter(|bucket| bucket.articles > 0);
                    rows.extend(filled.map(|b| (b.start.timestamp(), key.clone(), b.articles)));
                }
                rows.sort_unstable();
                json!(rows)
            }
        })
    }
}
