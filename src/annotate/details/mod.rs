//! What a text says in particular: quotations with their speakers, amounts with their units, and
//! the dates that it mentions. One pass over the words of each field; what is looked at around a
//! quotation mark is bounded, so that the whole is linear in the text.

mod amounts;
mod dates;
mod lists;
mod quotations;

use super::Found;
use super::gazetteer::language_number;
use super::words::Word;
use crate::model::{Annotation, Date, EntityKind, Field};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::ops::Range;

/// The annotator of quotations, amounts and dates, and the version of its rules.
pub(super) const DETAILS: &str = "details";
pub(super) const VERSION: u32 = 1;

/// Of one kind, in one field, at most.
const MOST: usize = 1_000;

/// Somebody's own words. Stored as the value of annotations of the kind `quotation`, whose range is
/// what stands between the quotation marks.
///
/// A text in quotation marks is a quotation when somebody says it: a verb of saying stands beside
/// it in its sentence (`X said`, `said X`, `X told reporters`), or `according to X`; or it is a whole
/// sentence that goes on after such a one, or that follows a sentence about a person. Words in
/// quotation marks for another reason are none: titles, in which every long word has a capital;
/// fewer than three words, unless the comma or full stop of the sentence stands within the marks.
///
/// ```
/// use newsdb::annotate::{Quotation, annotate};
/// let text = "“The bridge will open in May,” said Anna Berg, the mayor.";
/// let found = annotate(text, Some("en"));
/// let said = found.details.iter().find(|said| said.kind == "quotation").unwrap();
/// let span = said.span.as_ref().unwrap();
/// assert_eq!(&text[span.start..span.end], "The bridge will open in May,");
/// let quotation: Quotation = serde_json::from_value(said.value.clone()).unwrap();
/// assert_eq!(quotation.speaker.unwrap().name, "Anna Berg");
/// assert_eq!(quotation.verb.as_deref(), Some("said"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Quotation {
    /// Who says it, where that can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<Speaker>,
    /// The verb of saying, as it stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verb: Option<String>,
}

/// Who says something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Speaker {
    /// The name of the entity that is mentioned there, else the words: `a spokesman for the port`.
    pub name: String,
    /// What it is; absent when `name` is only words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<EntityKind>,
    /// Where the words stand, in bytes of the same field; for a pronoun, where the person named last
    /// stands. A mention of the article with the same range tells which entity it is.
    pub start: usize,
    /// Where they end.
    pub end: usize,
}

/// A number with a unit. Stored as the value of annotations of the kind `amount`.
///
/// ```
/// use newsdb::annotate::{Amount, annotate};
/// let found = annotate("It cost between $5 and $7.5 million.", Some("en"));
/// let said = found.details.iter().find(|said| said.kind == "amount").unwrap();
/// let amount: Amount = serde_json::from_value(said.value.clone()).unwrap();
/// assert_eq!((amount.amount, amount.to, amount.unit.as_str()), (5e6, Some(7.5e6), "USD"));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Amount {
    /// How much; of a range, its lower end.
    pub amount: f64,
    /// The upper end of a range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<f64>,
    /// ISO 4217 for money, where the currency is certain; else a word such as `percent`, `tonne`,
    /// `barrel`, `person`. A bare dollar is taken to be `USD`.
    pub unit: String,
    /// What sort of unit: `money`, `share` (per cent), `count`, `mass`, `length`, `time` …
    pub measure: String,
}

/// A date that a text mentions, from the day of publication where it is told from there. Stored as
/// the value of annotations of the kind `date`.
///
/// A day of the week is the last one up to that day, or the next one where its sentence speaks of what
/// will be; a day or month without a year is the one nearest to publication.
///
/// ```
/// use newsdb::annotate::{MentionedDate, annotate_published};
/// let published = "2024-06-12".parse().ok();
/// let found = annotate_published("They met on Monday, 3 years after May 2021.", Some("en"), published);
/// let dates = found.details.iter().filter(|said| said.kind == "date");
/// let dates: Vec<_> = dates
///     .map(|said| serde_json::from_value::<MentionedDate>(said.value.clone()).unwrap().date)
///     .collect();
/// assert_eq!(dates, ["2024-06-10", "2021-05"]);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MentionedDate {
    /// As ISO 8601 writes it, as exactly as it is told: `2024-06-10`, the week `2024-W24`, `2024-06`,
    /// `2024`, the decade `199X` (ISO 8601-2).
    pub date: String,
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
}

/// A field's text, and what is known of it.
pub(super) struct Passage<'a> {
    text: &'a str,
    words: &'a [Word],
    /// BCP 47.
    language: Option<&'a str>,
    published: Option<Date>,
    /// Who is mentioned, in the order of the text.
    named: Vec<(Range<usize>, EntityKind, &'a str)>,
}

impl Passage<'_> {
    /// The language without script and region.
    fn primary(&self) -> &str {
        self.language.and_then(|tag| tag.split(['-', '_']).next()).unwrap_or("")
    }

    /// The number of the language whose tables are used: where none is known, English.
    fn number(&self) -> u32 {
        language_number(Some(if self.is_english() { "en" } else { self.primary() }))
    }

    fn is_english(&self) -> bool {
        let primary = self.primary();
        primary.is_empty() || primary.eq_ignore_ascii_case("en")
    }

    fn decimal_comma(&self) -> bool {
        amounts::decimal_comma(self.primary())
    }

    /// The day of publication where it was published.
    fn day(&self) -> Option<NaiveDate> {
        let date = self.published?;
        let offset = chrono::TimeDelta::seconds(i64::from(date.offset().unwrap_or(0)));
        Some(date.at().checked_add_signed(offset)?.date_naive())
    }
}

/// What is said in a field.
pub(super) fn details(
    field: Field,
    (text, words): (&str, &[Word]),
    language: Option<&str>,
    published: Option<Date>,
    mentions: &[Found],
) -> Vec<Annotation> {
    let named = mentions.iter().filter_map(|found| {
        let span = found.mention.span.as_ref().filter(|span| span.field == field)?;
        Some((span.start..span.end, found.mention.kind, found.mention.name.as_str()))
    });
    let mut named: Vec<_> = named.collect();
    named.sort_by_key(|(range, ..)| range.start);
    let language = language.filter(|tag| !tag.is_empty());
    let passage = Passage { text, words, language, published, named };
    let dates = dates::dates(&passage);
    let taken: Vec<_> = dates.iter().map(|(range, _)| range.clone()).collect();
    let said = |kind: &str, range: Range<usize>, value: serde_json::Value| {
        Annotation::new(format!("{DETAILS}:{VERSION}"), kind, value).span(field, range)
    };
    let mut all = Vec::new();
    for (range, quotation) in quotations::quotations(&passage).into_iter().take(MOST) {
        all.push(said("quotation", range, json!(quotation)));
    }
    for (range, amount) in amounts::amounts(&passage, &taken).into_iter().take(MOST) {
        all.push(said("amount", range, json!(amount)));
    }
    for (range, date) in dates.into_iter().take(MOST) {
        all.push(said("date", range, json!(date)));
    }
    all
}
