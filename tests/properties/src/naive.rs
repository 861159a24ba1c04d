//! The same questions by a walk over all articles in memory.

use crate::number;
use chrono::{DateTime, Datelike, Offset, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use newsdb::search::{Expression, Term, each_token, parse};
use newsdb::{
    Article, ArticleId, Dimension, EntityId, NewsDb, Precision, PubStatus, Query, Sort, Unit,
};
use rusqlite::Connection;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

/// An article with its tokens.
#[derive(Debug)]
pub struct Known {
    pub id: i64,
    pub article: Article,
    /// Of headline, summary and body.
    pub fields: [Vec<String>; 3],
    /// It is not canceled.
    pub has_text: bool,
    /// The group of duplicates, redirects applied.
    pub group: Option<i64>,
}

/// All articles of a file, read from its tables.
#[derive(Debug)]
pub struct Naive {
    pub articles: Vec<Known>,
    entities: HashMap<EntityId, EntityId>,
    now: DateTime<Utc>,
}

impl Naive {
    pub fn new(db: &NewsDb, path: &Path, now: i64) -> Self {
        let connection = Connection::open(path).unwrap();
        let mut statement = connection
            .prepare(
                "SELECT article_id, coalesce(g.to_group, a.duplicate_group)
                   FROM article a LEFT JOIN group_redirect g ON g.from_group = a.duplicate_group
                  ORDER BY article_id",
            )
            .unwrap();
        let rows = statement
            .query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?)))
            .unwrap();
        let snapshot = db.snapshot().unwrap();
        let articles = rows
            .map(|row| {
                let (id, group) = row.unwrap();
                let article = snapshot.article(ArticleId::from(id)).unwrap().unwrap();
                let tokens = |text: Option<&str>| {
                    let mut tokens = Vec::new();
                    each_token(text.unwrap_or(""), article.language.as_deref(), |token, _| {
                        tokens.push(token.to_owned());
                    });
                    tokens
                };
                let fields = [
                    tokens(Some(&article.headline)),
                    tokens(article.summary.as_deref()),
                    tokens(article.body.as_deref()),
                ];
                let has_text = article.status != PubStatus::Canceled;
                Known { id, fields, has_text, group, article }
            })
            .collect();
        let mut statement =
            connection.prepare("SELECT entity_id, canonical_id FROM entity").unwrap();
        let entities = statement
            .query_map([], |row| {
                Ok((EntityId::from(row.get::<_, i64>(0)?), EntityId::from(row.get::<_, i64>(1)?)))
            })
            .unwrap()
            .map(Result::unwrap)
            .collect();
        Self { articles, entities, now: DateTime::from_timestamp(now, 0).unwrap() }
    }

    fn status(&self, article: &Article) -> PubStatus {
        match article.status {
            PubStatus::Withheld if article.embargo.is_some_and(|end| end <= self.now) => {
                PubStatus::Usable
            }
            status => status,
        }
    }

    /// What matches, oldest first, `unique` not applied.
    pub fn matching(&self, query: &Query) -> Vec<&Known> {
        let json = serde_json::to_value(query).unwrap();
        let expression = json["text"].as_str().and_then(|text| parse(text).unwrap());
        self.articles
            .iter()
            .filter(|known| self.passes(known, &json, expression.as_ref()))
            .collect()
    }

    fn passes(&self, known: &Known, query: &Value, expression: Option<&Expression>) -> bool {
        let article = &known.article;
        let list = |name: &str| -> Vec<String> {
            let values = query[name].as_array().into_iter().flatten();
            values.map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).collect()
        };
        let any_of = |name: &str, test: &dyn Fn(&str) -> bool| {
            let values = list(name);
            values.is_empty() || values.iter().any(|value| test(value))
        };
        let time = |name: &str| query[name].as_str().map(|t| t.parse::<DateTime<Utc>>().unwrap());
        let published = article.published.map(|date| date.at());
        let (since, until) = (time("since"), time("until"));
        let annotators = list("annotators");
        let entities: Vec<EntityId> = query["entities"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|id| self.entities.get(&EntityId::from(id.as_i64().unwrap())).copied())
            .collect();
        let asks_entities = query["entities"].as_array().is_some_and(|list| !list.is_empty());
        let status = self.status(article);
        let status_is_wanted = match list("statuses") {
            wanted if wanted.is_empty() => status == PubStatus::Usable,
            wanted => wanted.iter().any(|wanted| wanted == status.as_str()),
        };
        expression.is_none_or(|expression| expression.matches(&known.fields))
            && since.is_none_or(|since| published.is_some_and(|at| at >= since))
            && until.is_none_or(|until| published.is_some_and(|at| at < until))
            && any_of("sources", &|key| article.source == key)
            && any_of("languages", &|tag| {
                let (own, tag) =
                    (article.language.as_deref().unwrap_or("").to_lowercase(), tag.to_lowercase());
                !own.is_empty() && (own == tag || own.starts_with(&format!("{tag}-")))
            })
            && any_of("subjects", &|words| {
                article.subjects.iter().any(|subject| {
                    subject.code == words
                        || subject.name.as_deref() == Some(words)
                        || subject
                            .scheme
                            .as_ref()
                            .is_some_and(|s| format!("{s}:{}", subject.code) == words)
                })
            })
            && any_of("authors", &|name| article.authors.iter().any(|author| author == name))
            && any_of("tags", &|name| article.tags.iter().any(|tag| tag == name))
            && (!asks_entities
                || article.mentions.iter().any(|mention| {
                    entities.contains(&mention.entity)
                        && (annotators.is_empty()
                            || annotators.contains(&mention.mention.annotator))
                }))
            && query["has_body"].as_bool().is_none_or(|wanted| article.body.is_some() == wanted)
            && status_is_wanted
    }

    /// The first of each group in an order.
    pub fn unique(known: Vec<&Known>) -> Vec<&Known> {
        let mut seen = BTreeSet::new();
        known.into_iter().filter(|k| k.group.is_none_or(|group| seen.insert(group))).collect()
    }

    /// What a list shows, in its order. By relevance: with the scores.
    pub fn list(&self, query: &Query, sort: Sort, unique: bool) -> Vec<(i64, Option<f64>)> {
        let json = serde_json::to_value(query).unwrap();
        let expression = json["text"].as_str().and_then(|text| parse(text).unwrap());
        let terms = expression.as_ref().map(scoring_terms).unwrap_or_default();
        let mut found = self.matching(query);
        let mut scores = HashMap::new();
        match sort {
            Sort::Oldest => {}
            Sort::Relevance if !terms.is_empty() => {
                let statistics = Statistics::new(self, &terms);
                scores
                    .extend(found.iter().map(|known| (known.id, statistics.score(known, &terms))));
                found.sort_by(|a, b| scores[&b.id].total_cmp(&scores[&a.id]).then(b.id.cmp(&a.id)));
            }
            _ => found.reverse(),
        }
        if unique {
            found = Self::unique(found);
        }
        found.into_iter().map(|known| (known.id, scores.get(&known.id).copied())).collect()
    }

    /// What counts: all that match, or the newest of each group.
    pub fn counted(&self, query: &Query, unique: bool) -> Vec<&Known> {
        let mut found = self.matching(query);
        if unique {
            found.reverse();
            found = Self::unique(found);
        }
        found
    }

    /// The values of an article, each with the number of mentions.
    pub fn values(
        &self,
        known: &Known,
        dimension: Dimension,
        query: &Query,
    ) -> BTreeMap<(String, Option<i64>), u64> {
        let article = &known.article;
        let json = serde_json::to_value(query).unwrap();
        let annotators: Vec<&str> =
            json["annotators"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut values = BTreeMap::new();
        let mut add =
            |name: &str, id: Option<i64>| *values.entry((name.to_owned(), id)).or_insert(0) += 1;
        match dimension {
            Dimension::Source => add(&article.source, None),
            Dimension::Language => article.language.iter().for_each(|tag| add(tag, None)),
            Dimension::Subject => {
                article.subjects.iter().for_each(|subject| add(subject.label(), None))
            }
            Dimension::Author => article.authors.iter().for_each(|name| add(name, None)),
            Dimension::Tag => article.tags.iter().for_each(|name| add(name, None)),
            _ => {
                for mention in &article.mentions {
                    if annotators.is_empty()
                        || annotators.contains(&mention.mention.annotator.as_str())
                    {
                        add("", Some(number(mention.entity)));
                    }
                }
            }
        }
        values
    }

    /// The unit that an article falls into, by the second (UTC) in which that begins on the zone's
    /// clock; `None` where it cannot be said.
    pub fn unit_of(known: &Known, unit: Unit, zone: Tz) -> Option<i64> {
        let published = known.article.published?;
        let by_day = published.precision() == Precision::Day;
        if unit == Unit::Hour {
            if by_day {
                return None;
            }
            let local = published.at().with_timezone(&zone);
            return Some(published.second() - i64::from(local.minute() * 60 + local.second()));
        }
        let date = if by_day {
            published.at().date_naive()
        } else {
            published.at().with_timezone(&zone).date_naive()
        };
        let first = match unit {
            Unit::Week => date - chrono::Days::new(date.weekday().num_days_from_monday().into()),
            Unit::Month => date.with_day(1).unwrap(),
            Unit::Year => date.with_ordinal(1).unwrap(),
            _ => date,
        };
        let midnight = first.and_hms_opt(0, 0, 0).unwrap();
        let offset = zone.offset_from_local_datetime(&midnight).earliest().unwrap().fix();
        Some(midnight.and_utc().timestamp() - i64::from(offset.local_minus_utc()))
    }
}

fn scoring_terms(expression: &Expression) -> Vec<&Term> {
    let mut terms = Vec::new();
    for term in expression.terms() {
        if !terms.contains(&term) {
            terms.push(term);
        }
    }
    terms
}

/// What scores depend on besides an article.
struct Statistics {
    articles: f64,
    average: f64,
    having: Vec<f64>,
}

fn length(known: &Known) -> f64 {
    known.fields.iter().map(Vec::len).sum::<usize>() as f64
}

impl Statistics {
    fn new(naive: &Naive, terms: &[&Term]) -> Self {
        let texts: Vec<&Known> = naive.articles.iter().filter(|known| known.has_text).collect();
        let articles = texts.len() as f64;
        let tokens: f64 = texts.iter().map(|known| length(known)).sum();
        let having = |term: &&Term| {
            let expression = Expression::Term((*term).clone());
            texts.iter().filter(|known| expression.matches(&known.fields)).count() as f64
        };
        Self {
            articles,
            average: (tokens / articles).max(1.0),
            having: terms.iter().map(having).collect(),
        }
    }

    fn score(&self, known: &Known, terms: &[&Term]) -> f64 {
        let norm = 1.2 * (0.25 + 0.75 * length(known) / self.average);
        let part = |(term, having): (&&Term, &f64)| {
            let idf = ((self.articles - having + 0.5) / (having + 0.5)).ln().max(1e-6);
            let f = frequency(known, term);
            idf * f * 2.2 / (f + norm)
        };
        terms.iter().zip(&self.having).map(part).sum()
    }
}

/// How often a term stands in an article, by the weight of the fields.
fn frequency(known: &Known, term: &Term) -> f64 {
    let at = |tokens: &[String], wanted: &[String]| {
        let last = wanted.len() - 1;
        wanted.iter().zip(tokens).enumerate().all(|(n, (wanted, token))| {
            token == wanted || term.prefix && n == last && token.starts_with(wanted.as_str())
        })
    };
    let times = |tokens: &Vec<String>| -> usize {
        let phrases = term.alternatives.iter();
        phrases.map(|wanted| tokens.windows(wanted.len()).filter(|w| at(w, wanted)).count()).sum()
    };
    known
        .fields
        .iter()
        .zip([3.0, 1.5, 1.0])
        .map(|(tokens, weight)| times(tokens) as f64 * weight)
        .sum()
}
