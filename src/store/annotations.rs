//! What annotators say of an article beside its mentions, as it is kept: a row for each annotation,
//! or one for all that an annotator has of a kind.

use super::articles::{json, span};
use crate::error::Error;
use crate::model::{Annotation, ArticleId, Field, Span};
use rusqlite::Connection;
use serde_json::{Value, json};

/// In the column `field`: the value is a list of `[field, start, end, value]`, one for each
/// annotation. Amounts and dates are many and small; a row for each would double their room.
pub(crate) const PACKED: i64 = -1;

/// The value of a row that stands for several annotations.
pub(crate) fn pack(annotations: &[&Annotation]) -> String {
    let packed = annotations.iter().map(|annotation| match &annotation.span {
        Some(span) => json!([span.field.code(), span.start, span.end, annotation.value]),
        None => json!([0, 0, 0, annotation.value]),
    });
    Value::Array(packed.collect()).to_string()
}

/// One annotation of a packed row; `None` where it is not of that form.
fn unpack(annotator: &str, kind: &str, packed: &mut Value) -> Option<Annotation> {
    let offset = |at: usize| usize::try_from(packed.get(at)?.as_u64()?).ok();
    let field = Field::from_code(packed.get(0)?.as_i64()?);
    let (start, end) = (offset(1)?, offset(2)?);
    let mut annotation = Annotation::new(annotator, kind, packed.get_mut(3)?.take());
    annotation.span = field.map(|field| Span { field, start, end });
    Some(annotation)
}

/// The annotations of an article.
pub(crate) fn load(connection: &Connection, id: ArticleId) -> Result<Vec<Annotation>, Error> {
    load_some(connection, id, false)
}

/// The annotations of an article's text: those with a range, and what annotators said that were asked
/// of it.
pub(crate) fn load_of_text(
    connection: &Connection,
    id: ArticleId,
) -> Result<Vec<Annotation>, Error> {
    load_some(connection, id, true)
}

fn load_some(
    connection: &Connection,
    id: ArticleId,
    of_text: bool,
) -> Result<Vec<Annotation>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT n.name, t.kind, t.key, t.field, t.start, t.end, t.value
           FROM annotation t JOIN annotator n USING (annotator_id)
          WHERE t.article_id = ?1 AND (t.field <> 0 OR NOT ?2) ORDER BY t.annotation_id",
    )?;
    let mut rows = statement.query((id.0, of_text))?;
    let mut annotations = Vec::new();
    while let Some(row) = rows.next()? {
        let (annotator, kind): (String, String) = (row.get(0)?, row.get(1)?);
        let value: Option<Value> = json(row, 6)?;
        match (row.get(3)?, value.unwrap_or_default()) {
            (PACKED, Value::Array(mut packed)) => annotations
                .extend(packed.iter_mut().filter_map(|packed| unpack(&annotator, &kind, packed))),
            (_, value) => annotations.push(Annotation {
                annotator,
                kind,
                key: row.get(2)?,
                span: span(row, 3)?,
                value,
            }),
        }
    }
    Ok(annotations)
}
