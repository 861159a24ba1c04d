//! What the tables say of an article, in the form that the index keeps.

use super::Analysed;
use super::bytes::put_varint;
use super::columns::{Field, Row, marks, tone_weight};
use crate::annotate::SALIENT;
use crate::error::Error;
use crate::model::{ArticleId, PubStatus};
use crate::store::articles;
use crate::store::mentions::{Recorded, recorded, saliences};
use rusqlite::{Connection, OptionalExtension};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// Everything but the words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Facts {
    /// Without the lengths.
    pub(super) row: Row,
    /// The values of each field, and the weight of each.
    pub(super) lists: [Vec<(Vec<u8>, u32)>; Field::ALL.len()],
}

impl Facts {
    /// `None`: there is no such article. `mentions` are given where they are known, and `kinds` are of the
    /// entities that were met before.
    pub(super) fn read(
        connection: &Connection,
        id: ArticleId,
        mentions: Option<&[Recorded]>,
        kinds: &mut HashMap<i64, i64>,
    ) -> Result<Option<Self>, Error> {
        let found = connection
            .prepare_cached(
                // 4: a guess is no date to count by.
                "SELECT a.status, a.embargo, coalesce(a.published_source, 4) <> 4, a.published_precision = 2,
                        a.duplicate_group, a.source_id, a.language, b.article_id IS NOT NULL,
                        a.tone, EXISTS (SELECT 1 FROM annotation n WHERE n.article_id = a.article_id),
                        a.subjects, a.authors, a.tags
                   FROM article a LEFT JOIN article_body b ON b.article_id = a.article_id
                  WHERE a.article_id = ?1",
            )?
            .query_row([id.0], |row| {
                let flag = |column, mark| -> rusqlite::Result<u8> {
                    Ok(if row.get(column)? { mark } else { 0 })
                };
                let status: i64 = row.get(0)?;
                let article = Row {
                    id: id.0,
                    marks: flag(2, marks::DATED)? + flag(3, marks::BY_DAY)? + flag(7, marks::BODY)?,
                    special: match PubStatus::from_code(status) {
                        Some(PubStatus::Canceled) => Some((true, row.get(1)?)),
                        Some(PubStatus::Withheld) => Some((false, row.get(1)?)),
                        _ => None,
                    },
                    group: row.get(4)?,
                    lengths: [0; 3],
                };
                let mut lists: [Vec<(Vec<u8>, u32)>; Field::ALL.len()] = Default::default();
                lists[Field::Source as usize].push((value(&[row.get(5)?]), 1));
                let language: Option<String> = row.get(6)?;
                lists[Field::Language as usize].extend(language.map(|tag| (tag.into_bytes(), 1)));
                for (field, column) in [(Field::Subject, 10), (Field::Author, 11), (Field::Tag, 12)] {
                    let Some(numbers) = row.get_ref(column)?.as_str_or_null()? else { continue };
                    let numbers: Vec<i64> = match serde_json::from_str(numbers) {
                        Ok(numbers) => numbers,
                        Err(error) => return Ok(Err(error)),
                    };
                    lists[field as usize].extend(numbers.iter().map(|number| (value(&[*number]), 1)));
                }
                Ok(Ok((article, lists, row.get(8)?, row.get(9)?)))
            })
            .optional()?
            .transpose()
            .map_err(|error| Error::Corrupt(format!("the lists of article {id}: {error}")))?;
        let Some((row, mut lists, tone, annotated)) = found else { return Ok(None) };
        lists[Field::Tone as usize] = tones(connection, id, tone, annotated)?;
        let mut times = BTreeMap::new();
        let mentions = match mentions {
            Some(mentions) => Cow::Borrowed(mentions),
            None => Cow::Owned(recorded(connection, id)?),
        };
        let saliences = saliences(&mentions);
        for mention in &*mentions {
            *times.entry((mention.entity, mention.annotator)).or_default() += 1;
        }
        let mut kind = connection.prepare_cached("SELECT kind FROM entity WHERE entity_id = ?1")?;
        for ((entity, annotator), times) in times {
            let kind = match kinds.get(&entity) {
                Some(kind) => *kind,
                None => {
                    let kind = kind.query_row([entity], |row| row.get(0)).optional()?;
                    let missing =
                        || format!("article {id} mentions entity {entity}, which is not there");
                    let kind = kind.ok_or_else(|| Error::Corrupt(missing()))?;
                    kinds.insert(entity, kind);
                    kind
                }
            };
            let value = value(&[entity, annotator, kind]);
            if let Some(salience) = saliences.get(&entity).filter(|salience| **salience >= SALIENT)
            {
                let thousandths = (salience * 1000.0).round() as u32;
                lists[Field::Salient as usize].push((value.clone(), thousandths));
            }
            lists[Field::Entity as usize].push((value, times));
        }
        Ok(Some(Self { row, lists }))
    }
}

/// Who tells the tone of an article, and which: newsdb itself, and annotations of the kind `tone` of
/// the whole article, a number or an object with a number `tone`; of several the last.
fn tones(
    connection: &Connection,
    id: ArticleId,
    own: Option<f64>,
    annotated: bool,
) -> Result<Vec<(Vec<u8>, u32)>, Error> {
    let mut tones = BTreeMap::new();
    tones.extend(own.and_then(tone_weight).map(|tone| (0, tone)));
    let told = |(annotator, tone): (i64, u32)| (value(&[annotator]), tone);
    if !annotated {
        return Ok(tones.into_iter().map(told).collect());
    }
    let mut statement = connection.prepare_cached(
        // A row with field -1 stands for several (src/store/annotations.rs).
        "SELECT annotator_id, iif(json_type(value) = 'object', value ->> '$.tone', value ->> '$')
           FROM (SELECT annotation_id, annotator_id, field, 0 AS place, value
                   FROM annotation WHERE article_id = ?1 AND kind = 'tone' AND field <> -1
                 UNION ALL
                 SELECT a.annotation_id, a.annotator_id, p.value ->> 0, p.key, p.value -> 3
                   FROM annotation a, json_each(a.value) p
                  WHERE a.article_id = ?1 AND a.kind = 'tone' AND a.field = -1)
          WHERE field = 0
            AND coalesce(json_type(value, '$.tone'), json_type(value)) IN ('integer', 'real')
          ORDER BY annotation_id, place",
    )?;
    let mut rows = statement.query([id.0])?;
    while let Some(row) = rows.next()? {
        let annotator: i64 = row.get(0)?;
        tones.extend(tone_weight(row.get(1)?).map(|tone| (annotator, tone)));
    }
    Ok(tones.into_iter().map(told).collect())
}

fn value(numbers: &[i64]) -> Vec<u8> {
    let mut value = Vec::new();
    numbers.iter().for_each(|number| put_varint(&mut value, number.cast_unsigned()));
    value
}

/// The tokens of an article as it is kept.
pub(crate) fn stored_analysed(connection: &Connection, id: ArticleId) -> Result<Analysed, Error> {
    let text = articles::text(connection, id)?;
    let language: Option<String> = connection
        .prepare_cached("SELECT language FROM article WHERE article_id = ?1")?
        .query_row([id.0], |row| row.get(0))?;
    Ok(Analysed::new(
        &text.headline,
        text.summary.as_deref(),
        text.body.as_deref(),
        language.as_deref(),
    ))
}
