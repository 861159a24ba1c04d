//! Subjects: lists of them, what is broader and narrower.
//!
//! Articles and index keep a subject as recorded. That a question for one means all that are part of
//! it is worked out when it is asked, so a list may be taken in at any time.

use super::entities::name_key;
use super::{ImportReport, NewsDb, Snapshot};
use crate::error::Error;
use crate::formats::SubjectItem;
use crate::model::{Alias, KnownSubject, NewSubject, Place, Reason, Rejected};
use rusqlite::Connection;

/// Subjects of one transaction.
const BATCH: usize = 2_000;

/// Levels of a list at most.
const LEVELS: usize = 128;
const TOO_DEEP: &str = "it is more than 128 levels deep";

/// The subjects that a word of a list means (JSON array as `?1`), by code, name in any language or
/// `scheme:code`, and all that are part of them; `?2` are their folded names.
pub(crate) const MEANT: &str = "
    WITH RECURSIVE meant (id) AS (
        SELECT subject_id FROM subject
         WHERE code IN (SELECT value FROM json_each(?1))
            OR name IN (SELECT value FROM json_each(?1))
            OR scheme <> '' AND scheme || ':' || code IN (SELECT value FROM json_each(?1))
        UNION SELECT subject_id FROM subject_name
               WHERE name_key IN (SELECT value FROM json_each(?2))
        UNION SELECT s.subject_id FROM meant JOIN subject s ON s.broader_id = meant.id)
    SELECT id FROM meant";

impl NewsDb {
    /// Takes in a list of subjects: names, and what is part of what. From then on
    /// [`Query::subject`](crate::Query::subject) finds one by its names in all languages of the list, and
    /// with it all that are part of it; a subject that articles bring without a name has one.
    ///
    /// A line whose subject would be part of itself, by whatever way, or that is more than 128
    /// levels deep, is refused; the subject stays without what is broader. A list that is taken in
    /// again adds names, and where it says of any subject what is broader, it decides that for all
    /// of its subjects. What is broader changes in one transaction at the end, so that no reader
    /// sees half of a tree.
    ///
    /// ```
    /// use newsdb::{Limits, NewArticle, NewsDb, Query, formats};
    /// let db = NewsDb::open_in_memory()?;
    /// let list = "scheme,code,name,broader\nhouse,1,Economy,\nhouse,2,Trade,1\nhouse,1,Loop,2\n";
    /// let report = db.import_subjects(formats::read_subjects(list.as_bytes(), "list.csv", &Limits::default()))?;
    /// assert_eq!((report.imported, report.rejected), (2, 1));
    /// let mut article = NewArticle::new("wire").id("1").headline("Tariffs fall");
    /// article.subjects.push(newsdb::Subject { scheme: Some("house".into()), ..newsdb::Subject::new("2") });
    /// db.insert(article)?;
    /// assert_eq!(db.count(&Query::new().subject("economy"))?, 1);
    /// # Ok::<(), newsdb::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of writing; what was committed before stays.
    pub fn import_subjects(
        &self,
        items: impl IntoIterator<Item = SubjectItem>,
    ) -> Result<ImportReport, Error> {
        let mut report = ImportReport::default();
        let mut listed = Vec::new();
        let mut items = items.into_iter();
        loop {
            let batch: Vec<SubjectItem> = items.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                break;
            }
            let mut subjects = Vec::with_capacity(batch.len());
            for item in batch {
                match item {
                    Ok(subject) => subjects.push(subject),
                    Err(rejected) => report.count(vec![Err(rejected)]),
                }
            }
            listed.extend(self.write(|connection| {
                let write = |subject| Listed::write(connection, subject);
                subjects.into_iter().map(write).collect::<Result<Vec<_>, Error>>()
            })?);
        }
        report.count(self.write(|connection| {
            if listed.iter().any(|subject| subject.above.is_some()) {
                for subject in &listed {
                    set_broader(connection, subject.id, None)?;
                }
            }
            let placed: Vec<_> = listed
                .iter()
                .map(|subject| subject.place(connection))
                .collect::<Result<_, Error>>()?;
            // A list may run from the leaves to the root: only now is known how deep each is.
            let each = listed.iter().zip(placed);
            each.map(|(subject, placed)| match placed {
                Ok(()) => subject.measure(connection),
                Err(rejected) => Ok(Err(rejected)),
            })
            .collect()
        })?);
        Ok(report)
    }

    /// As [`Snapshot::subjects`].
    ///
    /// # Errors
    /// Those of reading.
    pub fn subjects(&self, words: &str) -> Result<Vec<KnownSubject>, Error> {
        self.snapshot()?.subjects(words)
    }
}

impl Snapshot {
    /// The subjects that go by a code, `scheme:code` or a name in any language, without those that
    /// are part of them.
    ///
    /// # Errors
    /// Those of reading.
    pub fn subjects(&self, words: &str) -> Result<Vec<KnownSubject>, Error> {
        self.view(|view| {
            let ids: Vec<i64> = view
                .connection
                .prepare_cached(
                    "SELECT subject_id FROM subject
                      WHERE code = ?1 OR name = ?1 OR scheme <> '' AND scheme || ':' || code = ?1
                     UNION SELECT subject_id FROM subject_name WHERE name_key = ?2",
                )?
                .query_map((words, name_key(words)), |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            ids.into_iter().map(|id| load(view.connection, id)).collect()
        })
    }
}

fn load(connection: &Connection, id: i64) -> Result<KnownSubject, Error> {
    let codes = |sql: &str| -> Result<Vec<(String, String)>, Error> {
        Ok(connection
            .prepare_cached(sql)?
            .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?)
    };
    let broader = codes(
        "WITH RECURSIVE above (id, level) AS (
             SELECT broader_id, 1 FROM subject WHERE subject_id = ?1
             UNION SELECT s.broader_id, level + 1 FROM above JOIN subject s ON s.subject_id = above.id
                    WHERE level < 128)
         SELECT scheme, code FROM above JOIN subject ON subject_id = id ORDER BY level",
    )?;
    let narrower =
        codes("SELECT scheme, code FROM subject WHERE broader_id = ?1 ORDER BY scheme, code")?;
    let names = connection
        .prepare_cached(
            "SELECT name, language FROM subject_name WHERE subject_id = ?1 ORDER BY 2, 1",
        )?
        .query_map([id], |row| {
            let language: String = row.get(1)?;
            Ok(Alias { name: row.get(0)?, language: Some(language).filter(|l| !l.is_empty()) })
        })?
        .collect::<Result<_, _>>()?;
    let known = connection
        .prepare_cached(
            "SELECT scheme, code, coalesce(name, label, code) FROM subject WHERE subject_id = ?1",
        )?
        .query_row([id], |row| {
            let (scheme, code, label) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(KnownSubject { scheme, code, label, names, broader, narrower })
        })?;
    Ok(known)
}

fn find_or_create(connection: &Connection, scheme: &str, code: &str) -> Result<i64, Error> {
    connection
        .prepare_cached(
            "INSERT INTO subject (scheme, code) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        )?
        .execute((scheme, code))?;
    Ok(connection
        .prepare_cached("SELECT subject_id FROM subject WHERE scheme = ?1 AND code = ?2")?
        .query_row((scheme, code), |row| row.get(0))?)
}

fn add_names(connection: &Connection, id: i64, subject: &NewSubject) -> Result<(), Error> {
    for name in &subject.names {
        connection
            .prepare_cached(
                "INSERT INTO subject_name (name_key, subject_id, name, language)
                 VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            )?
            .execute((
                name_key(&name.name),
                id,
                &name.name,
                name.language.as_deref().unwrap_or(""),
            ))?;
    }
    if let Some((chief, is_english)) = subject.chief() {
        // Of several lines for one subject an English name stands.
        connection
            .prepare_cached(
                "UPDATE subject SET label = ?2 WHERE subject_id = ?1 AND (?3 OR label IS NULL)",
            )?
            .execute((id, &chief.name, is_english))?;
    }
    Ok(())
}

fn set_broader(connection: &Connection, id: i64, broader: Option<i64>) -> Result<(), Error> {
    connection
        .prepare_cached("UPDATE subject SET broader_id = ?2 WHERE subject_id = ?1")?
        .execute((id, broader))?;
    Ok(())
}

/// A subject that was taken in, and what its list says is broader.
struct Listed {
    place: Place,
    id: i64,
    above: Option<i64>,
}

impl Listed {
    fn write(
        connection: &Connection,
        (place, subject): (Place, NewSubject),
    ) -> Result<Self, Error> {
        let id = find_or_create(connection, &subject.scheme, &subject.code)?;
        add_names(connection, id, &subject)?;
        let above = match &subject.broader {
            Some((scheme, code)) => Some(find_or_create(connection, scheme, code)?),
            None => None,
        };
        Ok(Self { place, id, above })
    }

    /// Puts it below what is broader, or refuses it.
    fn place(&self, connection: &Connection) -> Result<Result<(), Rejected>, Error> {
        let Some(above) = self.above else { return Ok(Ok(())) };
        if let Some(why) = self.fault(connection, above)? {
            return self.refused(connection, above, why).map(Err);
        }
        set_broader(connection, self.id, Some(above))?;
        Ok(Ok(()))
    }

    /// Takes it out from below what is broader, and refuses it, where it is too deep.
    fn measure(&self, connection: &Connection) -> Result<Result<(), Rejected>, Error> {
        let Some(above) = self.above else { return Ok(Ok(())) };
        let Some(why) = self.fault(connection, above)? else { return Ok(Ok(())) };
        set_broader(connection, self.id, None)?;
        self.refused(connection, above, why).map(Err)
    }

    /// Why it cannot be part of a subject: it would be part of itself, or be too deep.
    fn fault(&self, connection: &Connection, above: i64) -> Result<Option<&'static str>, Error> {
        let (mut next, mut levels) = (Some(above), 0);
        while let Some(found) = next {
            if found == self.id {
                return Ok(Some("it is part of itself"));
            }
            if levels == LEVELS {
                return Ok(Some(TOO_DEEP));
            }
            levels += 1;
            next = broader_of(connection, found)?;
        }
        Ok(None)
    }

    fn refused(&self, connection: &Connection, above: i64, why: &str) -> Result<Rejected, Error> {
        let name = |id: i64| -> Result<String, Error> {
            Ok(connection
                .prepare_cached("SELECT scheme || ':' || code FROM subject WHERE subject_id = ?1")?
                .query_row([id], |row| row.get(0))?)
        };
        let (id, above) = (name(self.id)?, name(above)?);
        let reason = Reason::Malformed(format!("{id} cannot be part of {above}: {why}"));
        Ok(Rejected { place: self.place.clone(), reason })
    }
}

fn broader_of(connection: &Connection, id: i64) -> Result<Option<i64>, Error> {
    Ok(connection
        .prepare_cached("SELECT broader_id FROM subject WHERE subject_id = ?1")?
        .query_row([id], |row| row.get(0))?)
}
