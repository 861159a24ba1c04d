//! What is known of each article of a segment, by its ordinal.
//!
//! # Bytes
//!
//! Numbers are LEB128, signed ones with the sign in the lowest bit. **Numbers in blocks**: for
//! each 128 values (the last block may have fewer) the least, a byte with a number of bits, and
//! what each is more than the least in so many bits, a packed block ([`super::bytes`]).
//!
//! | part | an article after the other |
//! | --- | --- |
//! | `Ids` | seconds since the article before (the first: since the segment's first), times two, one more when a sequence number other than 0 follows |
//! | `Marks` | numbers in blocks: see [`marks`] |
//! | `Lengths` | tokens of the headlines, of the summaries and of the bodies, each as numbers in blocks |
//! | `Special` | only articles that are withheld (2) or canceled (3): the gap to the ordinal before, that number, 1 when the end of an embargo follows and 0 when not, the end, signed |
//! | `Groups` | only articles in a group of duplicates: the gap to the ordinal before, the group as recorded, signed |
//!
//! Gaps are to -1 at first, and less one. A **list** (`Sources` to `Tones`) has every value that
//! occurs, those of most articles first:
//!
//! ```text
//! values    how many; then each: its length and its bytes, those of its term without the kind;
//!           an entity's are followed by one more number, the code of what kind of entity it is
//! lengths   values of each article, as numbers in blocks
//! bits      a byte
//! codes     the places of each article's values among the values, one article after the other, a packed array
//! bits      a byte
//! weights   for each code: its weight, less one, a packed array
//! ```
//!
//! The weight is how often the article has the value; of what it is about (`Salients`) the salience,
//! of a tone the tone, both in thousandths ([`tone_weight`]).

use super::build::Quick;
use super::bytes::{
    BLOCK, Damaged, Decoded, Reader, pack, pack_block, packed_at, packed_bytes, put_bytes,
    put_signed, put_varint, unpack, unpack_block, width,
};
use super::search::Bits;
use super::segment::Part;
use crate::model::ArticleId;
use std::collections::HashMap;
use std::ops::Range;

/// The lists that articles have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Source,
    Language,
    Subject,
    Author,
    Tag,
    Entity,
    /// The entities that it is about.
    Salient,
    /// Who tells its tone.
    Tone,
}

impl Field {
    pub(super) const ALL: [Self; 8] = [
        Self::Source,
        Self::Language,
        Self::Subject,
        Self::Author,
        Self::Tag,
        Self::Entity,
        Self::Salient,
        Self::Tone,
    ];

    pub(super) fn part(self) -> Part {
        match self {
            Self::Source => Part::Sources,
            Self::Language => Part::Languages,
            Self::Subject => Part::Subjects,
            Self::Author => Part::Authors,
            Self::Tag => Part::Tags,
            Self::Entity => Part::Entities,
            Self::Salient => Part::Salients,
            Self::Tone => Part::Tones,
        }
    }

    /// The kind of its terms.
    pub(super) fn kind(self) -> u8 {
        use super::dictionary::kind;
        match self {
            Self::Source => kind::SOURCE,
            Self::Language => kind::LANGUAGE,
            Self::Subject => kind::SUBJECT,
            Self::Author => kind::AUTHOR,
            Self::Tag => kind::TAG,
            Self::Entity => kind::ENTITY,
            Self::Salient => kind::SALIENT,
            Self::Tone => kind::TONE,
        }
    }

    /// The term of something that goes by numbers, or the beginning of one. No such term is
    /// the beginning of another with other first numbers.
    pub(crate) fn numbered(self, numbers: &[i64]) -> Vec<u8> {
        let mut term = vec![self.kind()];
        numbers.iter().for_each(|number| put_varint(&mut term, number.cast_unsigned()));
        term
    }

    /// The term of a value.
    pub(super) fn term(self, value: &[u8]) -> Vec<u8> {
        let mut term = vec![self.kind()];
        // The kind of an entity is the last byte of its value, and not part of its term.
        let entity = matches!(self, Self::Entity | Self::Salient);
        let length = value.len() - usize::from(entity && !value.is_empty());
        term.extend_from_slice(value.get(..length).unwrap_or_default());
        term
    }
}

/// What the number in `Marks` says: the sum of these.
pub(crate) mod marks {
    /// It has a believable date that is more than a guess.
    pub(crate) const DATED: u8 = 1;
    /// The date has no time.
    pub(crate) const BY_DAY: u8 = 2;
    /// How it is dated.
    pub(crate) const HOW: u8 = DATED | BY_DAY;
    /// It has a body.
    pub(crate) const BODY: u8 = 4;
}

/// A tone as a weight: twice its thousandths, and one more; of one below 0, twice what it is below,
/// and none more. `None` where that is no number that fits.
pub(super) fn tone_weight(tone: f64) -> Option<u32> {
    let thousandths = (tone * 1000.0).round();
    let size = thousandths.abs();
    // NaN is refused, too.
    (size <= 1e9).then(|| size as u32 * 2 + u32::from(thousandths >= 0.0))
}

/// The thousandths of a tone.
pub(crate) fn tone_thousandths(weight: u32) -> i64 {
    let size = i64::from(weight / 2);
    if weight % 2 == 1 { size } else { -size }
}

/// An article that is not usable, or not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Special {
    pub(super) ordinal: u32,
    pub(super) canceled: bool,
    /// When an embargo ends.
    pub(super) embargo: Option<i64>,
}

const WITHHELD: u64 = 2;
const CANCELED: u64 = 3;

fn put_numbers(out: &mut Vec<u8>, values: impl ExactSizeIterator<Item = u32>) {
    let mut values = values.peekable();
    let mut block = Vec::with_capacity(BLOCK);
    while values.peek().is_some() {
        block.clear();
        block.extend(values.by_ref().take(BLOCK));
        let least = block.iter().copied().min().unwrap_or(0);
        let bits = width(block.iter().copied().max().unwrap_or(0) - least);
        put_varint(out, least.into());
        out.push(bits as u8);
        block.iter_mut().for_each(|value| *value -= least);
        pack_block(out, &block, bits);
    }
}

fn take_numbers(reader: &mut Reader<'_>, count: usize) -> Decoded<Vec<u32>> {
    let mut values = Vec::new();
    while values.len() < count {
        let length = (count - values.len()).min(BLOCK);
        let (least, bits) = (reader.number::<u32>()?, reader.byte()?.into());
        let packed = reader.take(packed_bytes(length, bits))?;
        let start = values.len();
        values.resize(start + length, 0);
        unpack_block(packed, bits, &mut values[start..])?;
        for value in &mut values[start..] {
            *value = value.checked_add(least).ok_or(Damaged("a number out of bounds"))?;
        }
    }
    Ok(values)
}

fn ended<T>(reader: Reader<'_>, value: T) -> Decoded<T> {
    if reader.is_empty() { Ok(value) } else { Err(Damaged("a part that goes on")) }
}

pub(super) fn decode_ids(bytes: &[u8], articles: u32, first: i64, last: i64) -> Decoded<Vec<i64>> {
    let mut reader = Reader(bytes);
    let mut ids = Vec::with_capacity(articles as usize);
    let mut second = ArticleId(first).second();
    for _ in 0..articles {
        let delta = reader.varint()?;
        second = second
            .checked_add_unsigned(delta >> 1)
            .filter(|second| second.unsigned_abs() < 1 << 43)
            .ok_or(Damaged("an id out of bounds"))?;
        let sequence: u32 = if delta & 1 == 1 { reader.number()? } else { 0 };
        let id = ArticleId::first_of_second(second).0 + i64::from(sequence);
        if ids.last().is_some_and(|&before| before >= id) {
            return Err(Damaged("ids out of order"));
        }
        ids.push(id);
    }
    if ids.first() != Some(&first) || ids.last() != Some(&last) {
        return Err(Damaged("ids other than its row says"));
    }
    ended(reader, ids)
}

pub(super) fn decode_marks(bytes: &[u8], articles: u32) -> Decoded<Vec<u8>> {
    let mut reader = Reader(bytes);
    let marks = take_numbers(&mut reader, articles as usize)?;
    ended(reader, marks.into_iter().map(|mark| mark as u8).collect())
}

/// Tokens of each article.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lengths {
    /// In headline, summary and body.
    pub(super) fields: Vec<[u32; 3]>,
    /// In all three.
    pub(super) whole: Vec<u32>,
    /// In all articles.
    pub(super) sum: u64,
}

impl Lengths {
    pub(super) fn decode(bytes: &[u8], articles: u32) -> Decoded<Self> {
        let mut reader = Reader(bytes);
        let mut fields = vec![[0; 3]; articles as usize];
        for field in 0..3 {
            for (lengths, value) in
                fields.iter_mut().zip(take_numbers(&mut reader, articles as usize)?)
            {
                lengths[field] = value;
            }
        }
        let whole = fields.iter().map(|lengths| sum_of(*lengths)).collect();
        let sum = fields.iter().flatten().map(|&length| u64::from(length)).sum();
        ended(reader, Self { fields, whole, sum })
    }
}

fn sum_of(lengths: [u32; 3]) -> u32 {
    lengths.iter().fold(0, |sum, &length| sum.saturating_add(length))
}

/// Reads the next ordinal of a sparse part.
fn next_ordinal(reader: &mut Reader<'_>, next: &mut u32, articles: u32) -> Decoded<u32> {
    let ordinal = next.checked_add(reader.number()?).filter(|&ordinal| ordinal < articles);
    let ordinal = ordinal.ok_or(Damaged("an article beyond the segment"))?;
    *next = ordinal + 1;
    Ok(ordinal)
}

pub(super) fn decode_special(bytes: &[u8], articles: u32) -> Decoded<Vec<Special>> {
    let mut reader = Reader(bytes);
    let (mut all, mut next) = (Vec::new(), 0);
    while !reader.is_empty() {
        let ordinal = next_ordinal(&mut reader, &mut next, articles)?;
        let canceled = match reader.varint()? {
            WITHHELD => false,
            CANCELED => true,
            _ => return Err(Damaged("a status that there is not")),
        };
        let embargo = if reader.varint()? == 1 { Some(reader.signed()?) } else { None };
        all.push(Special { ordinal, canceled, embargo });
    }
    Ok(all)
}

/// Ordinals and groups, in order of ordinals.
pub(super) fn decode_groups(bytes: &[u8], articles: u32) -> Decoded<Vec<(u32, i64)>> {
    let mut reader = Reader(bytes);
    let (mut all, mut next) = (Vec::new(), 0);
    while !reader.is_empty() {
        all.push((next_ordinal(&mut reader, &mut next, articles)?, reader.signed()?));
    }
    Ok(all)
}

/// Codes as they are looked up: two or four bytes each, and read at once.
#[derive(Debug)]
enum Codes {
    Short(Vec<u16>),
    Long(Vec<u32>),
}

impl Default for Codes {
    fn default() -> Self {
        Self::Short(Vec::new())
    }
}

impl Codes {
    fn get(&self, entry: usize) -> u32 {
        match self {
            Self::Short(codes) => codes[entry].into(),
            Self::Long(codes) => codes[entry],
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::Short(codes) => codes.len() * 2,
            Self::Long(codes) => codes.len() * 4,
        }
    }
}

/// The values that each article has in a field.
#[derive(Debug, Default)]
pub(crate) struct ListColumn {
    values: Vec<u8>,
    ends: Vec<usize>,
    articles: u32,
    /// Where the codes of each article begin, and at last where they all end; nothing where each has
    /// one.
    starts: Vec<u32>,
    codes: Codes,
    weight_bits: u32,
    weights: Vec<u8>,
}

/// How many of some articles have a value, and the sum of its weights.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Total {
    pub(crate) articles: u32,
    pub(crate) weight: u32,
}

impl ListColumn {
    pub(super) fn decode(bytes: &[u8], articles: u32) -> Decoded<Self> {
        let mut reader = Reader(bytes);
        let mut column = Self::default();
        let values: usize = reader.number()?;
        for _ in 0..values {
            column.values.extend_from_slice(reader.bytes()?);
            column.ends.push(column.values.len());
        }
        column.articles = articles;
        let lengths = take_numbers(&mut reader, articles as usize)?;
        let mut entries = 0u32;
        let has_one_each = lengths.iter().all(|&length| length == 1);
        for length in lengths {
            if length as usize > values {
                return Err(Damaged("an article with more values than there are"));
            }
            if !has_one_each {
                column.starts.push(entries);
            }
            entries = entries.checked_add(length).ok_or(Damaged("a list without end"))?;
        }
        if !has_one_each {
            column.starts.push(entries);
        }
        let mut take = || -> Decoded<(u32, &[u8])> {
            let bits = reader.byte()?.into();
            if bits > 32 {
                return Err(Damaged("numbers of too many bits"));
            }
            Ok((bits, reader.take(packed_bytes(entries as usize, bits))?))
        };
        let (bits, packed) = take()?;
        if bits != width(values.saturating_sub(1) as u32) {
            // Fewer would let a few bytes stand for any number of codes.
            return Err(Damaged("codes of another width than the values ask for"));
        }
        let (weight_bits, weights) = take()?;
        (column.weight_bits, column.weights) = (weight_bits, weights.to_vec());
        let (mut short, mut long) = (Vec::new(), Vec::new());
        // So many that each piece begins with a byte.
        let mut piece = [0; 1024];
        for start in (0..entries as usize).step_by(piece.len()) {
            let length = (entries as usize - start).min(piece.len());
            let codes = &mut piece[..length];
            unpack(packed.get(packed_bytes(start, bits)..).unwrap_or_default(), bits, codes)?;
            if codes.iter().any(|code| *code as usize >= values) {
                return Err(Damaged("a code that there is not"));
            }
            if values <= 1 << 16 {
                short.extend(codes.iter().map(|&code| code as u16));
            } else {
                long.extend_from_slice(codes);
            }
        }
        column.codes = if values <= 1 << 16 { Codes::Short(short) } else { Codes::Long(long) };
        ended(reader, column)
    }

    pub(super) fn size(&self) -> usize {
        self.values.len()
            + self.ends.len() * 8
            + self.starts.len() * 4
            + self.codes.size()
            + self.weights.len()
    }

    /// How many values there are.
    pub(crate) fn values(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of a value.
    pub(crate) fn value(&self, code: u32) -> &[u8] {
        let code = code as usize;
        let start = code.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.values.get(start..self.ends[code]).unwrap_or_default()
    }

    fn entries(&self, articles: Range<u32>) -> Range<usize> {
        if self.starts.is_empty() {
            return articles.start as usize..articles.end as usize;
        }
        self.starts[articles.start as usize] as usize..self.starts[articles.end as usize] as usize
    }

    fn weight(&self, entry: usize) -> u32 {
        match self.weight_bits {
            0 => 1,
            bits => packed_at(&self.weights, bits, entry).saturating_add(1),
        }
    }

    /// The codes of an article and the weight of each.
    pub(crate) fn of(&self, ordinal: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.entries(ordinal..ordinal + 1).map(|entry| (self.codes.get(entry), self.weight(entry)))
    }

    /// Adds up the values of some articles, the ordinals that are set counted from `base`, by their codes. How many of the articles
    /// have none; `None`, and nothing was added, where a sum of weights might not fit.
    pub(crate) fn add_up(&self, base: u32, bits: &Bits, totals: &mut [Total]) -> Option<u64> {
        if u64::from(self.articles) << self.weight_bits > u32::MAX.into() {
            return None;
        }
        Some(match &self.codes {
            Codes::Short(codes) => self.add_up_codes(codes, base, bits, totals),
            Codes::Long(codes) => self.add_up_codes(codes, base, bits, totals),
        })
    }

    fn add_up_codes<C: Copy + Into<u32>>(
        &self,
        codes: &[C],
        base: u32,
        bits: &Bits,
        totals: &mut [Total],
    ) -> u64 {
        if self.starts.is_empty() && self.weight_bits == 0 {
            for ordinal in bits.ordinals(base) {
                let total = &mut totals[codes[ordinal as usize].into() as usize];
                total.articles += 1;
                total.weight += 1;
            }
            return 0;
        }
        let mut without = 0;
        for ordinal in bits.ordinals(base) {
            let entries = self.entries(ordinal..ordinal + 1);
            without += u64::from(entries.is_empty());
            for entry in entries {
                let total = &mut totals[codes[entry].into() as usize];
                total.articles += 1;
                total.weight = total.weight.saturating_add(self.weight(entry));
            }
        }
        without
    }

    /// The weights of all values of some articles.
    pub(crate) fn weights(&self, articles: Range<u32>) -> impl Iterator<Item = u32> + '_ {
        self.entries(articles).map(|entry| self.weight(entry))
    }
}

/// Writes a list.
#[derive(Debug, Default)]
pub(super) struct ListWriter {
    places: HashMap<Vec<u8>, u32, Quick>,
    /// How many articles have each value.
    articles: Vec<u32>,
    lengths: Vec<u32>,
    entries: Vec<(u32, u32)>,
}

impl ListWriter {
    /// The number of a value while writing.
    pub(super) fn number(&mut self, value: &[u8]) -> u32 {
        if let Some(&number) = self.places.get(value) {
            return number;
        }
        let number = self.articles.len() as u32;
        self.places.insert(value.to_vec(), number);
        self.articles.push(0);
        number
    }

    /// The values of the next article, each once, by their numbers, and how often it has them.
    pub(super) fn push(&mut self, values: impl IntoIterator<Item = (u32, u32)>) {
        let before = self.entries.len();
        for (number, weight) in values {
            self.articles[number as usize] += 1;
            self.entries.push((number, weight));
        }
        self.lengths.push((self.entries.len() - before) as u32);
    }

    /// Every value with the ordinals of the articles that have it.
    pub(super) fn postings(&self) -> Vec<(&[u8], Vec<u32>)> {
        let mut lists: Vec<(&[u8], Vec<u32>)> = vec![Default::default(); self.articles.len()];
        for (value, &number) in &self.places {
            lists[number as usize].0 = value;
        }
        let mut entries = self.entries.iter();
        for (ordinal, &length) in (0..).zip(&self.lengths) {
            for (number, _) in entries.by_ref().take(length as usize) {
                lists[*number as usize].1.push(ordinal);
            }
        }
        lists
    }

    pub(super) fn finish(self) -> Vec<u8> {
        let mut values: Vec<(Vec<u8>, u32)> = self.places.into_iter().collect();
        values.retain(|(_, number)| self.articles[*number as usize] > 0);
        values.sort_unstable_by(|(a, x), (b, y)| {
            self.articles[*y as usize].cmp(&self.articles[*x as usize]).then_with(|| a.cmp(b))
        });
        let mut codes = vec![0; self.articles.len()];
        let mut out = Vec::new();
        put_varint(&mut out, values.len() as u64);
        for (code, (value, number)) in (0..).zip(&values) {
            put_bytes(&mut out, value);
            codes[*number as usize] = code;
        }
        put_numbers(&mut out, self.lengths.iter().copied());
        let bits = width(values.len().saturating_sub(1) as u32);
        out.push(bits as u8);
        pack(&mut out, self.entries.iter().map(|&(number, _)| codes[number as usize]), bits);
        let more = |&(_, weight): &(u32, u32)| weight.saturating_sub(1);
        let bits = width(self.entries.iter().map(more).max().unwrap_or(0));
        out.push(bits as u8);
        pack(&mut out, self.entries.iter().map(more), bits);
        out
    }
}

/// What the columns but the lists say of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) marks: u8,
    /// Whether it is canceled, and when an embargo ends; `None` when it is plainly usable.
    pub(super) special: Option<(bool, Option<i64>)>,
    pub(super) group: Option<i64>,
    pub(super) lengths: [u32; 3],
}

impl Row {
    pub(super) fn tokens(&self) -> u32 {
        sum_of(self.lengths)
    }

    /// Whether relevance counts it.
    pub(super) fn is_text(&self) -> bool {
        !matches!(self.special, Some((true, _)))
    }
}

/// Writes the parts of the columns of articles in order of their ids.
pub(super) fn write_rows(rows: &[Row], parts: &mut [Vec<u8>]) {
    let mut second = rows.first().map_or(0, |row| ArticleId(row.id).second());
    let (mut after_special, mut after_group) = (0, 0);
    for (ordinal, row) in (0u32..).zip(rows) {
        let at = ArticleId(row.id).second();
        let delta = (at - second).unsigned_abs();
        second = at;
        let sequence = (row.id - ArticleId::first_of_second(at).0).unsigned_abs();
        let out = &mut parts[Part::Ids as usize];
        put_varint(out, delta << 1 | u64::from(sequence > 0));
        if sequence > 0 {
            put_varint(out, sequence);
        }
        if let Some((canceled, embargo)) = row.special {
            let out = &mut parts[Part::Special as usize];
            put_varint(out, u64::from(ordinal - after_special));
            put_varint(out, if canceled { CANCELED } else { WITHHELD });
            put_varint(out, u64::from(embargo.is_some()));
            if let Some(end) = embargo {
                put_signed(out, end);
            }
            after_special = ordinal + 1;
        }
        if let Some(group) = row.group {
            let out = &mut parts[Part::Groups as usize];
            put_varint(out, u64::from(ordinal - after_group));
            put_signed(out, group);
            after_group = ordinal + 1;
        }
    }
    put_numbers(&mut parts[Part::Marks as usize], rows.iter().map(|row| row.marks.into()));
    for field in 0..3 {
        let out = &mut parts[Part::Lengths as usize];
        put_numbers(out, rows.iter().map(|row| row.lengths[field]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_of_numbers_do_not_run_into_each_other() {
        let term = |numbers: &[i64]| Field::Entity.numbered(numbers);
        assert!(term(&[300, 1]).starts_with(&term(&[300])));
        assert!(!term(&[300, 1]).starts_with(&term(&[172])));
        assert!(!term(&[300, 1]).starts_with(&term(&[44])));
    }

    #[test]
    fn tones_come_back_in_thousandths() {
        for (tone, thousandths) in [(0.0, 0), (0.2, 200), (-0.148, -148), (-12.5, -12_500)] {
            assert_eq!(tone_thousandths(tone_weight(tone).unwrap()), thousandths);
            assert!(tone_weight(tone).unwrap() > 0, "a weight is at least one");
        }
        assert_eq!((tone_weight(f64::NAN), tone_weight(1e300)), (None, None));
    }

    #[test]
    fn numbers_in_blocks_come_back() {
        for count in [0u32, 1, 127, 128, 129, 1000] {
            let values: Vec<u32> = (0..count).map(|n| n.wrapping_mul(n) % 5_000 + 70).collect();
            let mut bytes = Vec::new();
            put_numbers(&mut bytes, values.iter().copied());
            let mut reader = Reader(&bytes);
            assert_eq!(take_numbers(&mut reader, count as usize).unwrap(), values);
            assert!(reader.is_empty());
            for end in 0..bytes.len() {
                assert!(take_numbers(&mut Reader(&bytes[..end]), count as usize).is_err());
            }
        }
    }

    #[test]
    fn rows_and_lists_come_back() {
        let row = |id, special, group| Row { id, marks: 5, special, group, lengths: [1, 0, 300] };
        let rows = [
            row(-(5 << 20) + 3, None, Some(-7)),
            row(0, Some((true, None)), None),
            row(1, Some((false, Some(-9))), Some(1 << 50)),
            row(9_000_000_000 << 20, Some((false, None)), None),
        ];
        let mut parts = vec![Vec::new(); super::super::segment::PARTS];
        write_rows(&rows, &mut parts);
        let part = |part: Part| parts[part as usize].as_slice();
        let ids = decode_ids(part(Part::Ids), 4, rows[0].id, rows[3].id).unwrap();
        assert_eq!(ids, rows.map(|row| row.id));
        assert!(decode_ids(part(Part::Ids), 4, rows[0].id, 7).is_err());
        assert_eq!(decode_marks(part(Part::Marks), 4).unwrap(), [5; 4]);
        let lengths = Lengths::decode(part(Part::Lengths), 4).unwrap();
        assert_eq!(lengths.fields, [[1, 0, 300]; 4]);
        assert_eq!((lengths.whole, lengths.sum), (vec![301; 4], 1204));
        let special = decode_special(part(Part::Special), 4).unwrap();
        let found: Vec<_> = special.iter().map(|s| (s.ordinal, s.canceled, s.embargo)).collect();
        assert_eq!(found, [(1, true, None), (2, false, Some(-9)), (3, false, None)]);
        assert_eq!(decode_groups(part(Part::Groups), 4).unwrap(), [(0, -7), (2, 1 << 50)]);
        assert!(decode_groups(part(Part::Groups), 2).is_err());

        let mut list = ListWriter::default();
        let (rare, common) = (list.number(b"rare"), list.number(b"common"));
        list.push([(rare, 1), (common, 9)]);
        list.push([]);
        list.push([(common, 1)]);
        assert_eq!(list.postings(), [(&b"rare"[..], vec![0]), (&b"common"[..], vec![0, 2])]);
        let bytes = list.finish();
        let column = ListColumn::decode(&bytes, 3).unwrap();
        let of = |ordinal| column.of(ordinal).collect::<Vec<_>>();
        assert_eq!((column.value(0), column.value(1)), (&b"common"[..], &b"rare"[..]));
        assert_eq!((of(0), of(1), of(2)), (vec![(1, 1), (0, 9)], vec![], vec![(0, 1)]));
        for end in 0..bytes.len() {
            assert!(ListColumn::decode(&bytes[..end], 3).is_err());
        }
    }
}
