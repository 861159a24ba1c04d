//! What is asked of both databases.

use crate::{Corpus, Peer, search_token, word};
use chrono::{DateTime, Utc};
use newsdb::{Dimension, NewsDb, Query, Sort, Timeline, Unit};
use rusqlite::Row;

/// Hits on a page, rows in a top list.
const PAGE: usize = 20;

/// The rank of a word in about six of seven articles, and of one in about two of ten thousand.
const COMMON: u64 = 9;
const RARE: u64 = 50_000;

/// A question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// The newest 20 articles with a word that is in most of them.
    NewestCommon,
    /// The newest 20 articles with a word that few have.
    NewestRare,
    /// The newest 20 articles with the common word in a window of 1% of the time.
    NewestWindow,
    /// How many articles in that window have the common word.
    CountWindow,
    /// How many articles have the common word.
    CountCommon,
    /// The best 20 articles for the common word.
    RelevanceCommon,
    /// The best 20 articles for the rare word.
    RelevanceRare,
    /// All articles by day.
    TimelineAll,
    /// Articles with the common word by day.
    TimelineWord,
    /// The sources of most articles.
    TopSources,
    /// The sources of most articles with the common word.
    TopSourcesWord,
    /// The entities in most articles.
    TopEntities,
    /// The entities in most articles with the common word.
    TopEntitiesWord,
}

/// What both must agree on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Headlines, in order.
    Page(Vec<String>),
    /// How many hits: the two rank by different formulas.
    Ranked(usize),
    Count(u64),
    /// The first second of each bucket that is not empty, and its articles.
    Buckets(Vec<(i64, u64)>),
    /// Names and their articles.
    Top(Vec<(String, u64)>),
}

impl Job {
    pub const ALL: [Self; 13] = [
        Self::NewestCommon,
        Self::NewestRare,
        Self::NewestWindow,
        Self::CountWindow,
        Self::CountCommon,
        Self::RelevanceCommon,
        Self::RelevanceRare,
        Self::TimelineAll,
        Self::TimelineWord,
        Self::TopSources,
        Self::TopSourcesWord,
        Self::TopEntities,
        Self::TopEntitiesWord,
    ];

    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            Self::NewestCommon => "newest 20, word in most articles",
            Self::NewestRare => "newest 20, rare word",
            Self::NewestWindow => "newest 20, common word, window of 1%",
            Self::CountWindow => "count, common word, window of 1%",
            Self::CountCommon => "count, common word",
            Self::RelevanceCommon => "best 20, common word",
            Self::RelevanceRare => "best 20, rare word",
            Self::TimelineAll => "timeline by day, all",
            Self::TimelineWord => "timeline by day, common word",
            Self::TopSources => "top sources, all",
            Self::TopSourcesWord => "top sources, common word",
            Self::TopEntities => "top entities, all",
            Self::TopEntitiesWord => "top entities, common word",
        }
    }

    /// As a caller of newsdb asks.
    pub fn ask_newsdb(self, db: &NewsDb, corpus: &Corpus) -> Answer {
        let common = || Query::new().text(word(COMMON));
        let rare = || Query::new().text(word(RARE));
        let (since, until) = corpus.window();
        let window = || common().since(time(since)).until(time(until));
        let page = |query: Query, sort| db.search(&query, sort, PAGE, None).unwrap().hits;
        let newest = |query| {
            Answer::Page(page(query, Sort::Newest).into_iter().map(|hit| hit.headline).collect())
        };
        let best = |query| Answer::Ranked(page(query, Sort::Relevance).len());
        let count = |query: Query| Answer::Count(db.count(&query).unwrap());
        let timeline = |query: Query| {
            let counts = db.timeline(&query, &Timeline::by(Unit::Day)).unwrap();
            let buckets = counts.series.iter().flat_map(|series| &series.buckets);
            let filled = buckets.filter(|bucket| bucket.articles > 0);
            Answer::Buckets(filled.map(|b| (b.start.timestamp(), b.articles)).collect())
        };
        let top = |query: Query, dimension| {
            let rows = db.top(&query, dimension, PAGE).unwrap().rows;
            Answer::Top(rows.into_iter().map(|row| (row.key, row.articles)).collect())
        };
        match self {
            Self::NewestCommon => newest(common()),
            Self::NewestRare => newest(rare()),
            Self::NewestWindow => newest(window()),
            Self::CountWindow => count(window()),
            Self::CountCommon => count(common()),
            Self::RelevanceCommon => best(common()),
            Self::RelevanceRare => best(rare()),
            Self::TimelineAll => timeline(Query::new()),
            Self::TimelineWord => timeline(common()),
            Self::TopSources => top(Query::new(), Dimension::Source),
            Self::TopSourcesWord => top(common(), Dimension::Source),
            Self::TopEntities => top(Query::new(), Dimension::Entity),
            Self::TopEntitiesWord => top(common(), Dimension::Entity),
        }
    }

    /// As one writes it in SQL.
    pub fn ask_peer(self, peer: &Peer, corpus: &Corpus) -> Answer {
        let quoted = |rank| format!("\"{}\"", search_token(&word(rank)));
        let (common, rare) = (quoted(COMMON), quoted(RARE));
        let (since, until) = corpus.window();
        let newest = |token: &String| {
            Answer::Page(peer.list(
                "SELECT a.headline, a.id, a.source, a.url, a.published, substr(a.body, 1, 240)
                   FROM search JOIN article a ON a.id = search.rowid
                  WHERE search MATCH ?1 ORDER BY a.published DESC LIMIT ?2",
                (token, PAGE as i64),
                headline,
            ))
        };
        let best = |token: &String| {
            let best = peer.list(
                "SELECT a.headline, a.id, a.source, a.url, a.published, substr(a.body, 1, 240)
                   FROM (SELECT rowid, rank FROM search
                          WHERE search MATCH ?1 AND rank MATCH 'bm25(3.0, 1.0)'
                          ORDER BY rank LIMIT ?2) hit
                   JOIN article a ON a.id = hit.rowid ORDER BY hit.rank",
                (token, PAGE as i64),
                headline,
            );
            Answer::Ranked(best.len())
        };
        match self {
            Self::NewestCommon => newest(&common),
            Self::NewestRare => newest(&rare),
            Self::NewestWindow => Answer::Page(peer.list(
                "SELECT a.headline, a.id, a.source, a.url, a.published, substr(a.body, 1, 240)
                   FROM search JOIN article a ON a.id = search.rowid
                  WHERE search MATCH ?1 AND a.published >= ?3 AND a.published < ?4
                  ORDER BY a.published DESC LIMIT ?2",
                (common, PAGE as i64, since, until),
                headline,
            )),
            Self::CountWindow => Answer::Count(peer.one(
                "SELECT count(*) FROM search JOIN article a ON a.id = search.rowid
                  WHERE search MATCH ?1 AND a.published >= ?2 AND a.published < ?3",
                (common, since, until),
            )),
            Self::CountCommon => Answer::Count(
                peer.one("SELECT count(*) FROM search WHERE search MATCH ?1", [common]),
            ),
            Self::RelevanceCommon => best(&common),
            Self::RelevanceRare => best(&rare),
            Self::TimelineAll => Answer::Buckets(peer.list(
                "SELECT published / 86400 * 86400, count(*) FROM article GROUP BY 1 ORDER BY 1",
                [],
                pair,
            )),
            Self::TimelineWord => Answer::Buckets(peer.list(
                "SELECT a.published / 86400 * 86400, count(*)
                   FROM search JOIN article a ON a.id = search.rowid
                  WHERE search MATCH ?1 GROUP BY 1 ORDER BY 1",
                [common],
                pair,
            )),
            Self::TopSources => Answer::Top(peer.list(
                "SELECT source, count(*) FROM article GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?1",
                [PAGE as i64],
                pair,
            )),
            Self::TopSourcesWord => Answer::Top(peer.list(
                "SELECT a.source, count(*) FROM search JOIN article a ON a.id = search.rowid
                  WHERE search MATCH ?1 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?2",
                (common, PAGE as i64),
                pair,
            )),
            Self::TopEntities => Answer::Top(peer.list(
                "SELECT e.name, m.articles
                   FROM (SELECT entity, count(*) AS articles FROM mention GROUP BY entity) m
                   JOIN entity e ON e.id = m.entity ORDER BY 2 DESC, 1 LIMIT ?1",
                [PAGE as i64],
                pair,
            )),
            Self::TopEntitiesWord => Answer::Top(peer.list(
                "SELECT e.name, m.articles
                   FROM (SELECT m.entity, count(*) AS articles
                           FROM search JOIN mention m ON m.article = search.rowid
                          WHERE search MATCH ?1 GROUP BY m.entity) m
                   JOIN entity e ON e.id = m.entity ORDER BY 2 DESC, 1 LIMIT ?2",
                (common, PAGE as i64),
                pair,
            )),
        }
    }

    /// As a hand-written program asks that has taken care to store articles in the order of
    /// their dates, so that its own ids are that order. Only for the newest page.
    pub fn ask_peer_by_id(self, peer: &Peer) -> Option<Answer> {
        let rank = match self {
            Self::NewestCommon => COMMON,
            Self::NewestRare => RARE,
            _ => return None,
        };
        Some(Answer::Page(peer.list(
            "SELECT a.headline, a.id, a.source, a.url, a.published, substr(a.body, 1, 240)
               FROM search JOIN article a ON a.id = search.rowid
              WHERE search MATCH ?1 ORDER BY search.rowid DESC LIMIT ?2",
            (format!("\"{}\"", search_token(&word(rank))), PAGE as i64),
            headline,
        )))
    }
}

impl Peer {
    fn list<T>(
        &self,
        sql: &str,
        parameters: impl rusqlite::Params,
        row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Vec<T> {
        let mut statement = self.connection.prepare_cached(sql).unwrap();
        statement.query_map(parameters, row).unwrap().map(Result::unwrap).collect()
    }

    fn one(&self, sql: &str, parameters: impl rusqlite::Params) -> u64 {
        let mut statement = self.connection.prepare_cached(sql).unwrap();
        statement.query_row(parameters, |row| row.get::<_, i64>(0)).unwrap().unsigned_abs()
    }
}

/// The first column, with the others read as a list needs them.
fn headline(row: &Row<'_>) -> rusqlite::Result<String> {
    let _: (i64, String, String, i64, String) =
        (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?);
    row.get(0)
}

fn pair<T: rusqlite::types::FromSql>(row: &Row<'_>) -> rusqlite::Result<(T, u64)> {
    Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
}

fn time(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).unwrap()
}
