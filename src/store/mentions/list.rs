//! The column `mention.list`: a JSON array of what is said of each entity by each annotator,
//! `[annotator, entity, [field, start, length, confidence, form], …]`, so that SQL can read it.
//!
//! `field` is 1 for the headline, 2 the summary, 3 the body; 0 says it of the whole article, which then has its place
//! in the annotator's list for `start`, and for `length` 1 where it was seen in the text. `confidence` is a whole number
//! of hundredths or a fraction, or null. `form` is 2 for a short form of a name that stands elsewhere, 3 for a people or adjective of a
//! place, and null where nothing is said; a name has none.

use super::Recorded;
use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use std::collections::HashMap;
use std::fmt::{self, Write};

/// The form that is not written.
const NAME: i64 = 1;

/// The list of some mentions.
pub(super) fn write(mentions: &[Recorded]) -> String {
    let mut places: HashMap<(i64, i64), usize> = HashMap::new();
    let mut groups: Vec<(i64, i64, Vec<&Recorded>)> = Vec::new();
    for mention in mentions {
        let of = (mention.annotator, mention.entity);
        let place = *places.entry(of).or_insert(groups.len());
        if place == groups.len() {
            groups.push((of.0, of.1, Vec::new()));
        }
        groups[place].2.push(mention);
    }
    let mut list = String::with_capacity(20 * mentions.len() + 2);
    for (annotator, entity, mentions) in groups {
        list.push(if list.is_empty() { '[' } else { ',' });
        // A String takes whatever is written.
        let _ = write!(list, "[{annotator},{entity}");
        for mention in mentions {
            let length = mention.end - if mention.field == 0 { 0 } else { mention.start };
            let _ = write!(list, ",[{},{},{length},", mention.field, mention.start);
            let _ = match mention.confidence.filter(|confidence| confidence.is_finite()) {
                Some(confidence) => match hundredths(confidence) {
                    Some(hundredths) => write!(list, "{hundredths}"),
                    None => write!(list, "{confidence:?}"),
                },
                None => write!(list, "null"),
            };
            let _ = match mention.form {
                Some(NAME) => write!(list, "]"),
                Some(form) => write!(list, ",{form}]"),
                None => write!(list, ",null]"),
            };
        }
        list.push(']');
    }
    list + "]"
}

/// A confidence as a whole number of hundredths, where it is one.
fn hundredths(confidence: f64) -> Option<i64> {
    let rounded = (confidence * 100.0).round();
    ((0.0..=100.0).contains(&rounded) && rounded / 100.0 == confidence).then_some(rounded as i64)
}

/// The mentions of a list, in order.
pub(super) fn read(list: &str) -> Result<Vec<Recorded>, serde_json::Error> {
    let groups: Vec<Group> = serde_json::from_str(list)?;
    let mut mentions: Vec<_> = groups.into_iter().flat_map(|group| group.0).collect();
    mentions.sort_unstable_by_key(Recorded::key);
    Ok(mentions)
}

/// What an annotator says of an entity.
struct Group(Vec<Recorded>);

struct Place {
    field: i64,
    start: i64,
    length: i64,
    confidence: Option<f64>,
    form: Option<i64>,
}

impl<'de> Deserialize<'de> for Group {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Of;
        impl<'de> Visitor<'de> for Of {
            type Value = Group;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an annotator, an entity and places")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Group, A::Error> {
                let (annotator, entity) = (next(&mut list)?, next(&mut list)?);
                let mut mentions = Vec::new();
                while let Some(Place { field, start, length, confidence, form }) =
                    list.next_element()?
                {
                    let end = if field == 0 { length } else { start.saturating_add(length) };
                    mentions.push(Recorded {
                        annotator,
                        field,
                        start,
                        end,
                        entity,
                        confidence,
                        form,
                    });
                }
                Ok(Group(mentions))
            }
        }
        deserializer.deserialize_seq(Of)
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Of;
        impl<'de> Visitor<'de> for Of {
            type Value = Place;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a field, a start, a length, a confidence and a form")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Place, A::Error> {
                Ok(Place {
                    field: next(&mut list)?,
                    start: next(&mut list)?,
                    length: next(&mut list)?,
                    confidence: next::<A, Option<Confidence>>(&mut list)?.map(|read| read.0),
                    form: list.next_element()?.unwrap_or(Some(NAME)),
                })
            }
        }
        deserializer.deserialize_seq(Of)
    }
}

/// The next element, which must be there.
fn next<'de, A: SeqAccess<'de>, T: Deserialize<'de>>(list: &mut A) -> Result<T, A::Error> {
    list.next_element()?.ok_or_else(|| A::Error::custom("an element is missing"))
}

struct Confidence(f64);

impl<'de> Deserialize<'de> for Confidence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Of;
        impl Visitor<'_> for Of {
            type Value = Confidence;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a number")
            }

            fn visit_u64<E: Error>(self, hundredths: u64) -> Result<Confidence, E> {
                Ok(Confidence(hundredths as f64 / 100.0))
            }

            fn visit_f64<E: Error>(self, fraction: f64) -> Result<Confidence, E> {
                Ok(Confidence(fraction))
            }
        }
        deserializer.deserialize_any(Of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mention(annotator: i64, entity: i64, start: i64) -> Recorded {
        let (confidence, form) = (Some(0.87), Some(NAME));
        Recorded { annotator, field: 3, start, end: start + 9, entity, confidence, form }
    }

    #[test]
    fn mentions_stand_together_by_annotator_and_entity() {
        let short = Recorded { form: Some(2), confidence: None, ..mention(1, 5, 40) };
        let whole = Recorded { field: 0, end: 1, form: None, ..mention(2, 5, 0) };
        let mentions = [mention(1, 5, 10), mention(1, 6, 20), short, whole];
        let list = "[[1,5,[3,10,9,87],[3,40,9,null,2]],[1,6,[3,20,9,87]],[2,5,[0,0,1,87,null]]]";
        assert_eq!(write(&mentions), list);
        assert_eq!(read(list).unwrap(), mentions);
    }

    #[test]
    fn every_confidence_comes_back() {
        let hundredths = (0..=100).map(|n| f64::from(n) / 100.0);
        let others = [0.123, 0.005, 1e-12, 1.5, 100.0, -0.5, -0.0, f64::MAX, 0.1 + 0.2];
        for confidence in hundredths.chain(others).map(Some).chain([None]) {
            let said = Recorded { confidence, ..mention(1, 5, 10) };
            assert_eq!(read(&write(&[said])).unwrap(), [said], "{confidence:?}");
        }
    }

    #[test]
    fn what_is_no_list_is_an_error() {
        for list in
            ["", "[", "[7]", "[[1]]", "[[1,5,3]]", "[[1,5,[3,10]]]", "[[1,5,[3,10,9,\"x\"]]]"]
        {
            assert!(read(list).is_err(), "{list}");
        }
        let far = format!("[[1,5,[3,{},9,87]]]", i64::MAX);
        assert_eq!(read(&far).unwrap()[0].end, i64::MAX);
    }
}
