//! What answers searches: at present FTS5, fed with our own tokens.
//!
//! The table `search` keeps no text (`content=''`): its rowid is the article's id, and each
//! column is the field's tokens with a blank between. One function makes the tokens of
//! documents and of queries ([`crate::search::each_token`]), so case, accents and scripts
//! are no concern of FTS5.

pub(crate) mod matching;
pub(crate) mod rank;

use crate::error::Error;
use crate::model::ArticleId;
use crate::search::each_token;
use crate::store::{View, add_meta, meta};
use rusqlite::Connection;
use std::collections::BTreeMap;
use xxhash_rust::xxh3::Xxh3;

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
            let mut joined = String::with_capacity(text.len());
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

/// The changes of one transaction. FTS5 wants rows in ascending order: an id below the last
/// one ends its batch in memory.
#[derive(Debug, Default)]
pub(crate) struct Changes(BTreeMap<ArticleId, Change>);

#[derive(Debug, Default)]
struct Change {
    /// The length of the row that the index holds and must drop.
    dropped: Option<i64>,
    added: Option<Analysed>,
}

impl Changes {
    /// The index shall hold this article as analysed.
    pub(crate) fn add(&mut self, id: ArticleId, analysed: Analysed) {
        self.0.entry(id).or_default().added = Some(analysed);
    }

    /// The index shall not hold this article any longer; its row there has `tokens` tokens.
    pub(crate) fn remove(&mut self, id: ArticleId, tokens: i64) {
        let change = self.0.entry(id).or_default();
        if change.added.take().is_none() {
            change.dropped = Some(tokens);
        }
    }

    /// Writes the changes. Called once, at the end of a transaction.
    pub(crate) fn apply(self, connection: &Connection) -> Result<(), Error> {
        let (mut articles, mut tokens) = (0, 0);
        let mut delete = connection.prepare_cached("DELETE FROM search WHERE rowid = ?1")?;
        let mut insert = connection.prepare_cached(
            "INSERT INTO search (rowid, headline, summary, body) VALUES (?1, ?2, ?3, ?4)",
        )?;
        for (id, change) in &self.0 {
            if let Some(length) = change.dropped {
                delete.execute([id.0])?;
                articles -= 1;
                tokens -= length;
            }
            if let Some(row) = &change.added {
                insert.execute((id.0, &row.headline, &row.summary, &row.body))?;
                articles += 1;
                tokens += row.tokens;
            }
        }
        if articles != 0 || tokens != 0 {
            add_meta(connection, "search_articles", articles)?;
            add_meta(connection, "search_tokens", tokens)?;
        }
        Ok(())
    }
}

/// Merges a bounded part of the index (`pages` of output). `true` when nothing is left to
/// merge; then no token of a removed article is left in it either.
pub(crate) fn merge_some(connection: &Connection, first: bool, pages: i64) -> Result<bool, Error> {
    // The manual of FTS5: a negative number begins a merge of everything, positive ones go on
    // with it, and a step that changes fewer than two rows had nothing to do.
    let before = connection.total_changes();
    connection
        .prepare_cached("INSERT INTO search (search, rank) VALUES ('merge', ?1)")?
        .execute([if first { -pages } else { pages }])?;
    Ok(connection.total_changes() - before < 2)
}

/// Compares every token at its place with those of the articles, which `articles` yields.
/// (FTS5's own check is part of SQLite's `integrity_check`.) Findings are sentences for
/// people; none means that the two agree.
pub(crate) fn check(
    view: &View<'_>,
    articles: impl FnOnce(&mut dyn FnMut(ArticleId, Analysed)) -> Result<(), Error>,
) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    // The order of rows differs between the two sides, so hashes of rows are summed.
    let (mut expected, mut count, mut tokens) = (0u64, 0i64, 0i64);
    articles(&mut |id, analysed| {
        count += 1;
        tokens += analysed.tokens;
        for (column, text) in ["headline", "summary", "body"].iter().zip(analysed.fields()) {
            for (offset, token) in text.split_ascii_whitespace().enumerate() {
                let place = place_hash(token, id.0, column, i64::try_from(offset).unwrap_or(0));
                expected = expected.wrapping_add(place);
            }
        }
    })?;
    let mut found = 0u64;
    let mut statement =
        view.connection.prepare("SELECT term, doc, col, offset FROM search_instance")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        view.check_canceled()?;
        let term = row.get_ref(0)?.as_str().unwrap_or("\u{fffd}");
        let column = row.get_ref(2)?.as_str().unwrap_or("");
        found = found.wrapping_add(place_hash(term, row.get(1)?, column, row.get(3)?));
    }
    if found != expected {
        findings.push("search index: its words differ from those of the articles".to_owned());
    }
    for (name, key, value) in
        [("articles", "search_articles", count), ("tokens", "search_tokens", tokens)]
    {
        let kept = meta(view.connection, key)?;
        if kept != value {
            findings.push(format!("search index: counts {kept} {name}, there are {value}"));
        }
    }
    Ok(findings)
}

fn place_hash(token: &str, article: i64, column: &str, offset: i64) -> u64 {
    let mut hasher = Xxh3::new();
    hasher.update(token.as_bytes());
    hasher.update(&[0xff]);
    hasher.update(column.as_bytes());
    hasher.update(&article.to_le_bytes());
    hasher.update(&offset.to_le_bytes());
    hasher.digest()
}
