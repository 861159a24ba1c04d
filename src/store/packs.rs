//! Texts that are packed together.
//!
//! A text alone gives zstd little to go by, and takes a page of the file where half of one would do. So the texts
//! that one batch brings are packed by some 32 KiB: CONTRIBUTING.md has the figures. A row that keeps such a text
//! says in which pack, a row of `text_pack`, and at which place it lies; exactly one row does. When a text
//! goes, its pack is written anew without it, and goes with its last text.

use super::body::{BodyError, Codec, Encoded};
use crate::error::Error;
use crate::model::ArticleId;
use rusqlite::{Connection, OptionalExtension, Row};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// `codec` of a text in a pack: the bytes beside it are `PACK/PLACE`, in decimal digits.
const IN_PACK: i64 = 2;

/// Bytes of text from which on a pack is full.
const FULL: usize = 32 << 10;

/// Bytes of text up to which one that lies alone, or a pack, is packed anew with others.
const SMALL: usize = FULL / 2;

/// The same in packed bytes: about a third is usual.
const SMALL_PACKED: i64 = SMALL as i64 / 2;

/// Texts that are packed together in one transaction, and rows that are looked at for them, about.
const STEP: usize = 1_000;
const LOOK: usize = 50 * STEP;

/// Packs that a reader keeps unpacked: a quarter of a mebibyte.
const MOST_UNPACKED: usize = 8;

/// No stored text is longer: the limits of ingest are far below, and a damaged length must not ask for more
/// memory than this.
const MAX_TEXT: usize = 1 << 30;

/// Nor any pack.
const MAX_PACK: usize = 1 << 20;

/// Where a text lies: the number of its pack and its place there.
type Place = (i64, usize);

/// Packs that a reader of one moment keeps unpacked, the last one last: what is read together often lies together.
#[derive(Debug, Default)]
pub(crate) struct Unpacked(Mutex<VecDeque<(i64, Arc<Texts>)>>);

/// Reads texts as rows keep them.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    connection: &'a Connection,
    unpacked: Option<&'a Unpacked>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(connection: &'a Connection, unpacked: Option<&'a Unpacked>) -> Self {
        Self { connection, unpacked }
    }

    /// The text that a row keeps in its column `codec` and the one after it.
    pub(crate) fn column(self, row: &Row<'_>, codec: usize) -> Result<Option<String>, Error> {
        let Some(by) = row.get(codec)? else { return Ok(None) };
        let bytes = row.get_ref(codec + 1)?.as_blob().map_err(rusqlite::Error::from)?;
        self.read(by, bytes).map(Some)
    }

    fn read(self, codec: i64, bytes: &[u8]) -> Result<String, Error> {
        if codec != IN_PACK {
            return Ok(Codec::new()?.decode(codec, bytes, MAX_TEXT)?);
        }
        let (pack, place) = parse(bytes)?;
        match self.pack(pack)?.get(place) {
            Some(text) if !text.is_empty() => Ok(text.to_owned()),
            _ => Err(damaged(pack, "it has not the text that it should have")),
        }
    }

    fn pack(self, pack: i64) -> Result<Arc<Texts>, Error> {
        let load = || {
            let texts = load(self.connection, pack)?;
            texts.map(Arc::new).ok_or_else(|| damaged(pack, "it is not there"))
        };
        let Some(Unpacked(kept)) = self.unpacked else { return load() };
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, texts)) = kept.iter().find(|(number, _)| *number == pack) {
            return Ok(Arc::clone(texts));
        }
        let texts = load()?;
        if kept.len() == MOST_UNPACKED {
            kept.pop_front();
        }
        kept.push_back((pack, Arc::clone(&texts)));
        Ok(texts)
    }
}

fn parse(bytes: &[u8]) -> Result<Place, Error> {
    std::str::from_utf8(bytes)
        .ok()
        .and_then(|place| place.split_once('/'))
        .and_then(|(pack, place)| Some((pack.parse().ok()?, place.parse().ok()?)))
        .ok_or_else(|| Error::Corrupt("a text lies at no place of a pack".to_owned()))
}

fn damaged(pack: i64, what: &str) -> Error {
    Error::Corrupt(format!("the pack {pack} of texts: {what}"))
}

/// The texts of one pack; empty where they are gone.
#[derive(Debug, Default, PartialEq, Eq)]
struct Texts {
    lengths: Vec<usize>,
    joined: String,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.lengths.push(text.len());
        self.joined.push_str(text);
    }

    fn get(&self, place: usize) -> Option<&str> {
        let length = *self.lengths.get(place)?;
        let start = self.lengths[..place].iter().sum();
        self.joined.get(start..start + length)
    }

    /// The lengths in decimal digits with blanks between, a line's end, and the texts.
    fn encode(&self, codec: &mut Codec) -> Result<Encoded, BodyError> {
        let lengths: Vec<String> = self.lengths.iter().map(usize::to_string).collect();
        codec.encode(&[&lengths.join(" "), "\n", &self.joined].concat())
    }

    fn decode(codec: i64, bytes: &[u8]) -> Result<Self, Error> {
        let mut joined = Codec::new()?.decode(codec, bytes, MAX_PACK)?;
        let end = joined.find('\n').ok_or_else(Self::damage)?;
        let lengths: Vec<usize> = joined[..end]
            .split(' ')
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map_err(|_| Self::damage())?;
        joined.drain(..=end);
        let sum = lengths.iter().try_fold(0_usize, |sum, length| sum.checked_add(*length));
        if sum != Some(joined.len()) {
            return Err(Self::damage());
        }
        Ok(Self { lengths, joined })
    }

    /// The same without the texts at some places.
    fn without(&self, places: &[usize]) -> Result<Self, Error> {
        let mut left = Self::default();
        for place in 0..self.lengths.len() {
            let text = self.get(place).ok_or_else(Self::damage)?;
            left.push(if places.contains(&place) { "" } else { text });
        }
        Ok(left)
    }

    fn damage() -> Error {
        Error::Corrupt("the lengths of its texts are not those of a pack".to_owned())
    }
}

fn load(connection: &Connection, pack: i64) -> Result<Option<Texts>, Error> {
    connection
        .prepare_cached("SELECT codec, texts FROM text_pack WHERE pack_id = ?1")?
        .query_and_then([pack], |row| {
            Texts::decode(row.get(0)?, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)
        })?
        .next()
        .transpose()
}

/// Packs texts as they come.
pub(crate) struct Packer {
    codec: Codec,
    texts: Texts,
    pack: Arc<Pack>,
}

/// Texts that were packed together and are not written yet.
#[derive(Debug, Default)]
struct Pack(OnceLock<Result<Sealed, BodyError>>);

#[derive(Debug)]
struct Sealed {
    encoded: Encoded,
    /// How many texts it has. The only one lies alone.
    texts: usize,
}

/// A text that was packed, and is not written yet.
#[derive(Debug)]
pub(crate) struct Packed {
    pack: Arc<Pack>,
    place: usize,
}

impl Packer {
    /// # Errors
    /// When zstd refuses its settings.
    pub(crate) fn new() -> Result<Self, Error> {
        Ok(Self { codec: Codec::new()?, texts: Texts::default(), pack: Arc::default() })
    }

    /// Packs a text, together with those before and after it that are not long.
    pub(crate) fn add(&mut self, text: &str) -> Packed {
        if !self.texts.lengths.is_empty() && self.texts.joined.len() + text.len() > FULL {
            self.seal();
        }
        let packed = Packed { pack: Arc::clone(&self.pack), place: self.texts.lengths.len() };
        self.texts.push(text);
        packed
    }

    /// Packs a text that lies alone.
    ///
    /// # Errors
    /// For want of memory.
    pub(crate) fn alone(&mut self, text: &str) -> Result<Encoded, Error> {
        Ok(self.codec.encode(text)?)
    }

    /// Ends a pack: what was added can be written then.
    pub(crate) fn seal(&mut self) {
        let texts = std::mem::take(&mut self.texts);
        let encoded = match texts.lengths.len() {
            0 => return,
            1 => self.codec.encode(&texts.joined),
            _ => texts.encode(&mut self.codec),
        };
        let sealed = encoded.map(|encoded| Sealed { encoded, texts: texts.lengths.len() });
        // Only here is it set, and only once.
        let _ = std::mem::take(&mut self.pack).0.set(sealed);
    }
}

impl Packed {
    fn sealed(&self) -> Result<&Sealed, Error> {
        match self.pack.0.get() {
            Some(Ok(sealed)) => Ok(sealed),
            Some(Err(error)) => Err(error.clone().into()),
            None => {
                Err(Error::Invalid("a pack of texts is written before it is sealed".to_owned()))
            }
        }
    }

    /// The text.
    ///
    /// # Errors
    /// For want of memory.
    pub(crate) fn text(&self) -> Result<String, Error> {
        let Sealed { encoded, texts } = self.sealed()?;
        match texts {
            1 => Ok(Codec::new()?.decode(encoded.codec, &encoded.bytes, MAX_TEXT)?),
            _ => {
                let texts = Texts::decode(encoded.codec, &encoded.bytes)?;
                Ok(texts.get(self.place).unwrap_or_default().to_owned())
            }
        }
    }
}

/// The packs that a transaction writes, and those that it takes texts out of.
#[derive(Default)]
pub(crate) struct Packs {
    /// With the places that no row keeps yet.
    written: Vec<(Arc<Pack>, i64, HashSet<usize>)>,
    gone: BTreeMap<i64, Vec<usize>>,
}

impl Packs {
    /// What a row is to keep of a text: `codec`, and the bytes beside it.
    pub(crate) fn keep(
        &mut self,
        connection: &Connection,
        text: &Packed,
    ) -> Result<Encoded, Error> {
        let sealed = text.sealed()?;
        if sealed.texts == 1 {
            return Ok(sealed.encoded.clone());
        }
        // They come in order: it is one of the last.
        let found = self.written.iter().rposition(|(pack, ..)| Arc::ptr_eq(pack, &text.pack));
        let at = match found {
            Some(at) => at,
            None => {
                let pack = insert(connection, &sealed.encoded)?;
                self.written.push((Arc::clone(&text.pack), pack, (0..sealed.texts).collect()));
                self.written.len() - 1
            }
        };
        let (_, pack, open) = &mut self.written[at];
        open.remove(&text.place);
        Ok(place((*pack, text.place)))
    }

    /// A row will not keep a text any more, and no other does. What lies alone, or at no place, goes with its row.
    pub(crate) fn let_go(&mut self, codec: i64, bytes: &[u8]) {
        if codec == IN_PACK
            && let Ok((pack, place)) = parse(bytes)
        {
            self.gone.entry(pack).or_default().push(place);
        }
    }

    /// No row of an article will keep a text any more.
    pub(crate) fn let_go_of(
        &mut self,
        connection: &Connection,
        id: ArticleId,
    ) -> Result<(), Error> {
        for (table, column) in KEEPERS {
            let mut kept = connection.prepare_cached(&format!(
                "SELECT {column} FROM {table} WHERE article_id = ?1 AND codec = ?2"
            ))?;
            let mut rows = kept.query((id.0, IN_PACK))?;
            while let Some(row) = rows.next()? {
                self.let_go(IN_PACK, row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?);
            }
        }
        Ok(())
    }

    /// Takes out of the packs what no row keeps. Called once, last.
    pub(crate) fn finish(mut self, connection: &Connection) -> Result<(), Error> {
        for (_, pack, open) in self.written {
            if !open.is_empty() {
                self.gone.entry(pack).or_default().extend(open);
            }
        }
        let mut codec = Codec::new()?;
        for (pack, places) in self.gone {
            let left = load(connection, pack).and_then(|t| t.unwrap_or_default().without(&places));
            let left = match left {
                // Nothing of it can be read any more, and what is to go must go.
                Err(Error::Corrupt(_)) => Texts::default(),
                left => left?,
            };
            if left.joined.is_empty() {
                connection
                    .prepare_cached("DELETE FROM text_pack WHERE pack_id = ?1")?
                    .execute([pack])?;
                continue;
            }
            let encoded = left.encode(&mut codec)?;
            connection
                .prepare_cached("UPDATE text_pack SET codec = ?2, texts = ?3 WHERE pack_id = ?1")?
                .execute((pack, encoded.codec, encoded.bytes))?;
        }
        Ok(())
    }
}

fn insert(connection: &Connection, encoded: &Encoded) -> Result<i64, Error> {
    connection
        .prepare_cached("INSERT INTO text_pack (codec, texts) VALUES (?1, ?2)")?
        .execute((encoded.codec, &encoded.bytes))?;
    Ok(connection.last_insert_rowid())
}

fn place((pack, place): Place) -> Encoded {
    Encoded { codec: IN_PACK, bytes: format!("{pack}/{place}").into_bytes() }
}

/// The tables whose rows may keep a text in a pack, and the column that says where.
const KEEPERS: [(&str, &str); 3] =
    [("article_body", "body"), ("article_html", "html"), ("version", "body")];

/// Packs together what lies alone, or in small packs, of the texts after an article, some of them; the last article
/// that it came to, `None` when none is left.
pub(crate) fn pack_some(connection: &Connection, after: i64) -> Result<Option<i64>, Error> {
    let [body, html] = [0, 1].map(|at| {
        let (table, column) = KEEPERS[at];
        format!(
            "SELECT article_id, {at}, codec, iif(length({column}) < {SMALL_PACKED}, {column}, NULL)
               FROM {table} WHERE article_id > ?1"
        )
    });
    let mut kept = connection.prepare_cached(&format!("{body} UNION ALL {html} ORDER BY 1, 2"))?;
    let mut rows = kept.query([after])?;
    let (mut packer, unpacked, mut found) = (Packer::new()?, Unpacked::default(), Vec::new());
    let (mut seen, mut last, mut id) = (0, None, after);
    // Whether each pack that was met is small, and how many texts lie alone.
    let (mut small, mut alone): (HashMap<i64, bool>, usize) = (HashMap::new(), 0);
    while let Some(row) = rows.next()? {
        let of: i64 = row.get(0)?;
        if of != id && (found.len() >= STEP || seen >= LOOK) {
            last = Some(id);
            break;
        }
        (id, seen) = (of, seen + 1);
        let (of_html, codec): (bool, i64) = (row.get(1)?, row.get(2)?);
        let Some(bytes) = row.get_ref(3)?.as_blob_or_null().map_err(rusqlite::Error::from)? else {
            continue;
        };
        if codec == IN_PACK {
            let Ok((pack, _)) = parse(bytes) else { continue };
            let is_small = match small.get(&pack) {
                Some(is_small) => *is_small,
                None => is_small(connection, pack)?,
            };
            small.insert(pack, is_small);
            if !is_small {
                continue;
            }
        }
        let text = match Reader::new(connection, Some(&unpacked)).read(codec, bytes) {
            // What is damaged stays where it is: `check` tells of it.
            Err(Error::Corrupt(_)) => continue,
            text => text?,
        };
        if text.len() > SMALL {
            continue;
        }
        alone += usize::from(codec != IN_PACK);
        found.push((of, of_html, Encoded { codec, bytes: bytes.to_vec() }, packer.add(&text)));
    }
    drop(rows);
    packer.seal();
    if alone + small.values().filter(|is_small| **is_small).count() < 2 {
        return Ok(last);
    }
    let mut packs = Packs::default();
    for (id, of_html, before, text) in found {
        let (table, column) = KEEPERS[usize::from(of_html)];
        let kept = packs.keep(connection, &text)?;
        // SQLite joins pages that get empty when rows go, and not when they get shorter.
        connection
            .prepare_cached(&format!("DELETE FROM {table} WHERE article_id = ?1"))?
            .execute([id])?;
        connection
            .prepare_cached(&format!(
                "INSERT INTO {table} (article_id, codec, {column}) VALUES (?1, ?2, ?3)"
            ))?
            .execute((id, kept.codec, kept.bytes))?;
        packs.let_go(before.codec, &before.bytes);
    }
    packs.finish(connection)?;
    Ok(last)
}

/// Whether a pack holds so little that it is packed anew with others.
fn is_small(connection: &Connection, pack: i64) -> Result<bool, Error> {
    let packed: Option<i64> = connection
        .prepare_cached("SELECT length(texts) FROM text_pack WHERE pack_id = ?1")?
        .query_row([pack], |row| row.get(0))
        .optional()?;
    if packed.is_none_or(|packed| packed >= SMALL_PACKED) {
        return Ok(false);
    }
    match load(connection, pack) {
        Err(Error::Corrupt(_)) => Ok(false),
        texts => Ok(texts?.is_some_and(|texts| texts.joined.len() <= SMALL)),
    }
}

/// Texts in packs that no row keeps, or more than one.
pub(crate) fn check(
    connection: &Connection,
    check_canceled: impl Fn() -> Result<(), Error>,
) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    // The places of each pack that a row keeps, as bits.
    let mut kept: HashMap<i64, Vec<u64>> = HashMap::new();
    for (table, column) in KEEPERS {
        let mut rows =
            connection.prepare(&format!("SELECT {column} FROM {table} WHERE codec = ?1"))?;
        let mut rows = rows.query([IN_PACK])?;
        while let Some(row) = rows.next()? {
            let bytes = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
            // Whoever reads what is at no place says whose it is.
            let Ok((pack, place)) = parse(bytes) else { continue };
            if place >= MAX_PACK {
                continue;
            }
            let places = kept.entry(pack).or_default();
            let (word, bit) = (place / 64, 1 << (place % 64));
            if places.len() <= word {
                places.resize(word + 1, 0);
            }
            if places[word] & bit != 0 {
                findings.push(format!("the text {place} of the pack {pack} is kept twice"));
            }
            places[word] |= bit;
        }
    }
    let mut packs = connection.prepare("SELECT pack_id FROM text_pack")?;
    let mut rows = packs.query([])?;
    while let Some(row) = rows.next()? {
        check_canceled()?;
        let pack: i64 = row.get(0)?;
        let texts = match load(connection, pack) {
            Ok(texts) => texts.unwrap_or_default(),
            Err(Error::Corrupt(what)) => {
                findings.push(format!("the pack {pack} of texts: {what}"));
                continue;
            }
            Err(error) => return Err(error),
        };
        for (place, length) in texts.lengths.iter().enumerate() {
            let word = kept.get(&pack).and_then(|places| places.get(place / 64)).copied();
            if *length > 0 && word.unwrap_or(0) >> (place % 64) & 1 == 0 {
                findings.push(format!("the text {place} of the pack {pack} is nobody's"));
            }
        }
    }
    Ok(findings)
}
