//! A query as SQL: fixed fragments chosen by code, everything else bound.

use super::Query;
use crate::error::Error;
use crate::index::matching::{Matching, matching};
use crate::model::{ArticleId, PubStatus};
use crate::search::{Expression, parse};
use crate::store::View;
use chrono::{DateTime, Utc};
use rusqlite::ToSql;
use rusqlite::types::Value;
use serde::Serialize;

/// The group of duplicates that article `a` belongs to; NULL when it repeats nothing.
pub(crate) const GROUP: &str = "coalesce((SELECT r.to_group FROM group_redirect r
     WHERE r.from_group = a.duplicate_group), a.duplicate_group)";

/// All ids.
pub(crate) const ALL: (i64, i64) = (i64::MIN, i64::MAX);

/// A query made ready to run in one snapshot.
#[derive(Debug)]
pub(crate) struct Selection {
    pub(crate) expression: Option<Expression>,
    pub(crate) unique: bool,
    /// The least and the greatest id that can match.
    pub(crate) low: i64,
    pub(crate) high: i64,
    from: &'static str,
    /// Whether the search index leads to the articles.
    by_text: bool,
    conditions: Vec<&'static str>,
    parameters: Vec<(&'static str, Value)>,
}

impl Selection {
    pub(crate) fn new(view: &View<'_>, query: &Query) -> Result<Self, Error> {
        let expression = match &query.text {
            Some(text) => parse(text)?,
            None => None,
        };
        Self::of(view, query, expression)
    }

    /// As [`Selection::new`], with an expression in the place of the query's text.
    pub(crate) fn of(
        view: &View<'_>,
        query: &Query,
        expression: Option<Expression>,
    ) -> Result<Self, Error> {
        let mut selection = Self {
            unique: query.unique,
            low: query.since.map_or(i64::MIN, first_id),
            high: query.until.map_or(i64::MAX, |until| first_id(until).saturating_sub(1)),
            from: "article a WHERE a.article_id BETWEEN :low AND :high",
            by_text: false,
            conditions: Vec::new(),
            parameters: Vec::new(),
            expression: None,
        };
        selection.add_sources(view, query)?;
        // After the source: a search text has its own way to the articles.
        match expression.as_ref().map(matching) {
            Some(Matching { negated: false, text }) => {
                selection.from = "search CROSS JOIN article a ON a.article_id = search.rowid
                     WHERE search MATCH :match AND search.rowid BETWEEN :low AND :high";
                selection.by_text = true;
                selection.parameters.push((":match", text.into()));
            }
            Some(Matching { negated: true, text }) => selection.add(
                "a.article_id NOT IN (SELECT rowid FROM search
                     WHERE search MATCH :match AND rowid BETWEEN :low AND :high)",
                Some((":match", text.into())),
            ),
            None => {}
        }
        selection.expression = expression;
        selection.add_filters(view, query);
        Ok(selection)
    }

    fn add(&mut self, condition: &'static str, parameter: Option<(&'static str, Value)>) {
        self.conditions.push(condition);
        self.parameters.extend(parameter);
    }

    fn add_list<T: Serialize>(
        &mut self,
        values: &[T],
        name: &'static str,
        condition: &'static str,
    ) {
        if !values.is_empty() {
            self.add(condition, Some((name, json(values))));
        }
    }

    fn add_sources(&mut self, view: &View<'_>, query: &Query) -> Result<(), Error> {
        if query.sources.is_empty() {
            return Ok(());
        }
        let ids = view
            .connection
            .prepare_cached(
                "SELECT source_id FROM source WHERE key IN (SELECT value FROM json_each(?1))",
            )?
            .query_map([json(&query.sources)], |row| row.get(0))?
            .collect::<Result<Vec<i64>, _>>()?;
        match ids.as_slice() {
            [] => (self.low, self.high) = (0, -1),
            [id] => {
                self.from = "article a INDEXED BY article_source
                     WHERE a.article_id BETWEEN :low AND :high";
                self.add("a.source_id = :source", Some((":source", (*id).into())));
            }
            ids => self.add_list(
                ids,
                ":sources",
                "+a.source_id IN (SELECT value FROM json_each(:sources))",
            ),
        }
        Ok(())
    }

    fn add_filters(&mut self, view: &View<'_>, query: &Query) {
        if query.since.is_some() || query.until.is_some() {
            self.add("a.published_source IS NOT NULL", None);
        }
        self.parameters.push((":now", view.now.into()));
        if query.statuses.is_empty() || query.statuses == [PubStatus::Usable] {
            self.add("(a.status = 1 OR a.status = 2 AND a.embargo <= :now)", None);
        } else {
            let codes: Vec<i64> = query.statuses.iter().map(|status| status.code()).collect();
            self.add_list(
                &codes,
                ":statuses",
                "iif(a.status = 2 AND a.embargo <= :now, 1, a.status)
                     IN (SELECT value FROM json_each(:statuses))",
            );
        }
        self.add_list(
            &query.languages,
            ":languages",
            "EXISTS (SELECT 1 FROM json_each(:languages) l
                      WHERE a.language = l.value COLLATE NOCASE
                         OR substr(a.language, 1, length(l.value) + 1)
                            = l.value || '-' COLLATE NOCASE)",
        );
        self.add_list(
            &query.subjects,
            ":subjects",
            "a.article_id IN (
                 SELECT j.article_id
                   FROM subject s CROSS JOIN article_subject j ON j.subject_id = s.subject_id
                  WHERE j.article_id BETWEEN :low AND :high
                    AND (s.code IN (SELECT value FROM json_each(:subjects))
                      OR s.name IN (SELECT value FROM json_each(:subjects))
                      OR s.scheme <> ''
                     AND s.scheme || ':' || s.code IN (SELECT value FROM json_each(:subjects))))",
        );
        self.add_list(
            &query.authors,
            ":authors",
            "a.article_id IN (
                 SELECT j.article_id
                   FROM author w CROSS JOIN article_author j ON j.author_id = w.author_id
                  WHERE w.name IN (SELECT value FROM json_each(:authors))
                    AND j.article_id BETWEEN :low AND :high)",
        );
        self.add_list(
            &query.tags,
            ":tags",
            "a.article_id IN (
                 SELECT j.article_id
                   FROM tag t CROSS JOIN article_tag j ON j.tag_id = t.tag_id
                  WHERE t.name IN (SELECT value FROM json_each(:tags))
                    AND j.article_id BETWEEN :low AND :high)",
        );
        self.add_entities(query);
        if let Some(has_body) = query.has_body {
            self.add(
                "EXISTS (SELECT 1 FROM article_body b WHERE b.article_id = a.article_id)
                     = :has_body",
                Some((":has_body", has_body.into())),
            );
        }
    }

    fn add_entities(&mut self, query: &Query) {
        if query.entities.is_empty() {
            return;
        }
        if query.annotators.is_empty() {
            self.add(
                "a.article_id IN (
                     SELECT m.article_id
                       FROM entity given
                       CROSS JOIN entity e ON e.canonical_id = given.canonical_id
                       CROSS JOIN mention m ON m.entity_id = e.entity_id
                      WHERE given.entity_id IN (SELECT value FROM json_each(:entities))
                        AND m.article_id BETWEEN :low AND :high)",
                None,
            );
        } else {
            self.add(
                "a.article_id IN (
                     SELECT m.article_id
                       FROM entity given
                       CROSS JOIN entity e ON e.canonical_id = given.canonical_id
                       CROSS JOIN mention m ON m.entity_id = e.entity_id
                      WHERE given.entity_id IN (SELECT value FROM json_each(:entities))
                        AND m.article_id BETWEEN :low AND :high
                        AND m.annotator_id IN (
                            SELECT n.annotator_id FROM annotator n
                             WHERE n.name IN (SELECT value FROM json_each(:annotators))))",
                Some((":annotators", json(&query.annotators))),
            );
        }
        self.parameters.push((":entities", json(&query.entities)));
    }

    /// Binds something that only the caller's own fragments name.
    pub(crate) fn bind(&mut self, name: &'static str, value: Value) {
        if !self.parameters.iter().any(|(bound, _)| *bound == name) {
            self.parameters.push((name, value));
        }
    }

    /// `SELECT columns` of the matching articles, which go by the name `a`, and what follows
    /// the conditions.
    pub(crate) fn sql(&self, columns: &str, end: &str) -> String {
        let mut sql = ["SELECT ", columns, " FROM ", self.from].concat();
        for condition in &self.conditions {
            sql.push_str(" AND ");
            sql.push_str(condition);
        }
        sql.push(' ');
        sql.push_str(end);
        sql
    }

    /// The id, as a column of the index that leads to the articles: in this form SQLite knows
    /// that they come in its order.
    pub(crate) fn id(&self) -> &'static str {
        if self.by_text { "search.rowid" } else { "a.article_id" }
    }

    /// Runs a statement that names this selection's parameters, on ids from `low` to `high`,
    /// row by row until `each` has enough and says `false`.
    pub(crate) fn run(
        &self,
        view: &View<'_>,
        sql: &str,
        (low, high): (i64, i64),
        mut each: impl FnMut(&rusqlite::Row<'_>) -> Result<bool, Error>,
    ) -> Result<(), Error> {
        let mut statement = view.connection.prepare_cached(sql)?;
        let bounds = [(":low", self.low.max(low)), (":high", self.high.min(high))];
        let mut parameters: Vec<(&str, &dyn ToSql)> = Vec::new();
        parameters.extend(bounds.iter().map(|(name, value)| (*name, value as &dyn ToSql)));
        parameters.extend(self.parameters.iter().map(|(name, value)| (*name, value as &dyn ToSql)));
        // What this statement does not name is not bound.
        parameters.retain(|(name, _)| matches!(statement.parameter_index(name), Ok(Some(_))));
        let mut rows = statement.query(parameters.as_slice())?;
        while let Some(row) = rows.next()? {
            view.check_canceled()?;
            if !each(row)? {
                break;
            }
        }
        Ok(())
    }

    /// Whether one article matches.
    pub(crate) fn holds(&self, view: &View<'_>, article: i64) -> Result<bool, Error> {
        let mut found = false;
        self.run(view, &self.sql("1", ""), (article, article), |_| {
            found = true;
            Ok(false)
        })?;
        Ok(found)
    }
}

/// A list as one parameter for `json_each`.
pub(crate) fn json<T: Serialize>(values: &[T]) -> Value {
    Value::Text(serde_json::to_string(values).unwrap_or_else(|_| "[]".to_owned()))
}

/// The least id of the first whole second at or after a time.
fn first_id(at: DateTime<Utc>) -> i64 {
    let second = at.timestamp() + i64::from(at.timestamp_subsec_nanos() > 0);
    ArticleId::first_of_second(second).0
}
