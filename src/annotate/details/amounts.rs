//! Amounts: a number, a word of magnitude, a unit.

use super::lists::Phrases;
use super::{Amount, Passage};
use crate::annotate::gazetteer::HashKeyed;
use crate::annotate::rows;
use crate::annotate::words::{Gap, Shape, Word, word_hash};
use std::ops::Range;
use std::sync::LazyLock;

const UNITS: &str = include_str!("units.txt");

/// Numbers as English words, where they stand before a unit.
#[rustfmt::skip]
const NUMBERS: &[(&str, f64)] = &[
    ("one", 1.0), ("two", 2.0), ("three", 3.0), ("four", 4.0), ("five", 5.0), ("six", 6.0),
    ("seven", 7.0), ("eight", 8.0), ("nine", 9.0), ("ten", 10.0), ("eleven", 11.0), ("twelve", 12.0),
    ("thirteen", 13.0), ("fourteen", 14.0), ("fifteen", 15.0), ("sixteen", 16.0), ("seventeen", 17.0),
    ("eighteen", 18.0), ("nineteen", 19.0), ("twenty", 20.0), ("thirty", 30.0), ("forty", 40.0),
    ("fifty", 50.0), ("sixty", 60.0), ("seventy", 70.0), ("eighty", 80.0), ("ninety", 90.0),
];

/// Words and letters of magnitude.
#[rustfmt::skip]
const MAGNITUDES: &[(&str, f64)] = &[
    ("hundred", 1e2), ("thousand", 1e3), ("k", 1e3), ("tausend", 1e3), ("mille", 1e3), ("mil", 1e3),
    ("тысяч", 1e3), ("million", 1e6), ("millions", 1e6), ("mln", 1e6), ("mn", 1e6), ("m", 1e6),
    ("millionen", 1e6), ("mio", 1e6), ("millones", 1e6), ("milhões", 1e6), ("milioni", 1e6),
    ("miljoen", 1e6), ("millón", 1e6), ("млн", 1e6), ("миллионов", 1e6), ("billion", 1e9), ("bln", 1e9),
    ("bn", 1e9), ("b", 1e9), ("milliarden", 1e9), ("mrd", 1e9), ("milliards", 1e9), ("milliard", 1e9),
    ("miljard", 1e9), ("miliardi", 1e9), ("млрд", 1e9), ("trillion", 1e12), ("tn", 1e12), ("trln", 1e12),
];

/// What may stand between a number and those counted.
const BETWEEN: &[&str] = &["more", "other", "additional", "new", "local", "young"];

/// Languages that write a point before decimals; the others write a comma. Unknown ones do as English.
const POINT: &[&str] = &["", "en", "zh", "ja", "ko", "th", "he", "hi", "ar", "sw", "ms", "am"];

#[derive(Debug, Clone, Copy)]
struct Unit {
    code: &'static str,
    measure: &'static str,
}

#[derive(Default)]
struct Lists {
    units: Phrases<Unit>,
    /// Units whose name is no word: `$`, `%`.
    signs: Vec<(&'static str, Unit)>,
    numbers: HashKeyed<f64>,
    magnitudes: HashKeyed<f64>,
    between: HashKeyed<()>,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let hashed = |table: &[(&str, f64)]| -> HashKeyed<f64> {
        table.iter().map(|(word, number)| (word_hash(word), *number)).collect()
    };
    let mut lists = Lists {
        numbers: hashed(NUMBERS),
        magnitudes: hashed(MAGNITUDES),
        between: BETWEEN.iter().map(|word| (word_hash(word), ())).collect(),
        ..Lists::default()
    };
    for (code, measure, names) in rows(UNITS) {
        let unit = Unit { code, measure };
        for name in names.split(", ") {
            if name.contains(|c: char| !c.is_alphanumeric() && !" ./'".contains(c)) {
                lists.signs.push((name, unit));
            } else {
                lists.units.add_plural(name, unit);
            }
        }
    }
    // `US$` before `$`.
    lists.signs.sort_by_key(|(sign, _)| std::cmp::Reverse(sign.len()));
    lists
});

/// A number with what belongs to it.
struct Quantity {
    value: f64,
    /// What its words of magnitude multiply.
    scale: f64,
    unit: Option<Unit>,
    start: usize,
    end: usize,
    /// The first word after it.
    next: usize,
}

/// The amounts of a passage, those apart from `taken`, which is in order.
pub(super) fn amounts(
    passage: &Passage<'_>,
    taken: &[Range<usize>],
) -> Vec<(Range<usize>, Amount)> {
    let mut found = Vec::new();
    let (mut at, mut dates) = (0, taken.iter().peekable());
    while let Some(word) = passage.words.get(at) {
        while dates.next_if(|date| date.end <= word.start).is_some() {}
        let is_date = dates.peek().is_some_and(|date| date.start <= word.start);
        let quantity = if is_date { None } else { quantity(passage, at, false) };
        let Some(mut first) = quantity else {
            at += 1;
            continue;
        };
        at = first.next.max(at + 1);
        let mut upper = None;
        if let Some(second) = second(passage, &first) {
            let same = match (first.unit, second.unit) {
                (None, Some(_)) => true,
                (Some(a), Some(b)) => a.code == b.code,
                _ => false,
            };
            if same && second.value > first.value {
                if first.scale == 1.0 && first.value < 1000.0 {
                    // `5 to 10 million`
                    first.value *= second.scale;
                }
                upper = Some(second.value);
                (first.unit, first.end, at) = (second.unit, second.end, second.next.max(at));
            }
        }
        if let Some(unit) = first.unit {
            let amount = Amount {
                amount: first.value,
                to: upper,
                unit: unit.code.to_owned(),
                measure: unit.measure.to_owned(),
            };
            found.push((first.start..first.end, amount));
        }
    }
    found
}

/// The quantity to which another one reaches.
fn second(passage: &Passage<'_>, first: &Quantity) -> Option<Quantity> {
    let next = passage.words.get(first.next)?;
    let between = passage.text.get(first.end..next.start)?;
    let at = match next.text(passage.text) {
        "to" | "and" | "bis" | "à" | "a" | "до" if between.trim().is_empty() => first.next + 1,
        _ => first.next,
    };
    let number = passage.words.get(at)?;
    let said = passage.text.get(first.end..number.start)?;
    let joined =
        at > first.next || matches!(said.trim_end_matches(['$', '£', '€', '¥']), "-" | "–");
    // `between 5 and 10`, `5 to 10`, but not `5 and 10`.
    let and = next.text(passage.text) == "and";
    let opened = || {
        let before = passage.words.partition_point(|word| word.start < first.start);
        let before = before.checked_sub(1).and_then(|before| passage.words.get(before));
        before.is_some_and(|word| word.text(passage.text).eq_ignore_ascii_case("between"))
    };
    (joined && (!and || opened())).then(|| quantity(passage, at, true)).flatten()
}

/// The quantity that begins at a word; `joined` to one before it by a dash, perhaps.
fn quantity(passage: &Passage<'_>, at: usize, joined: bool) -> Option<Quantity> {
    let lists = &*LISTS;
    let (text, words) = (passage.text, passage.words);
    let word = words.get(at)?;
    let mut quantity = match word.shape {
        Shape::Number => digits(passage, at, joined)?,
        Shape::Lower | Shape::Capital if passage.is_english() => {
            let value = *lists.numbers.get(&word.hash)?;
            let mut quantity = Quantity {
                value,
                scale: 1.0,
                unit: None,
                start: word.start,
                end: word.end,
                next: at + 1,
            };
            // `twenty-five`
            let ones = words.get(at + 1).filter(|next| text.get(word.end..next.start) == Some("-"));
            let ones = ones.and_then(|next| Some((next, *lists.numbers.get(&next.hash)?)));
            if let Some((next, ones)) = ones.filter(|(_, ones)| value >= 20.0 && *ones < 10.0) {
                (quantity.value, quantity.end, quantity.next) = (value + ones, next.end, at + 2);
            }
            quantity
        }
        _ => return None,
    };
    while let Some(next) = words.get(quantity.next) {
        let near = matches!(next.gap, Gap::Joint | Gap::Glued) && !next.flat;
        let Some(magnitude) = lists.magnitudes.get(&next.hash).filter(|_| near) else { break };
        // A letter alone is none: `5 m`.
        if next.end - next.start < 2 || quantity.value > 1e15 {
            break;
        }
        quantity.value *= magnitude;
        quantity.scale *= magnitude;
        quantity.end = next.end;
        quantity.next += 1;
    }
    if quantity.unit.is_some_and(|unit| unit.measure == "money") {
        return Some(quantity);
    }
    let after = text.get(quantity.end..)?;
    let close = after.strip_prefix([' ', '\u{a0}', '\u{202f}']).unwrap_or(after);
    let sign = lists.signs.iter().find(|(sign, _)| {
        close.get(..sign.len()).is_some_and(|start| start.to_lowercase() == **sign)
    });
    if let Some((sign, unit)) = sign {
        // `5 $10`: the sign of the next number.
        let rest = close.get(sign.len()..).unwrap_or("");
        if !rest.starts_with(|c: char| c.is_ascii_digit()) {
            quantity.unit = Some(*unit);
            quantity.end = text.len() - rest.len();
            quantity.next +=
                words.iter().skip(quantity.next).take_while(|w| w.start < quantity.end).count();
            return Some(quantity);
        }
    }
    let named = |at: usize| {
        let word: &Word = words.get(at)?;
        let near = matches!(word.gap, Gap::Joint | Gap::Glued);
        lists.units.at(words, at).filter(|_| near)
    };
    let filler =
        words.get(quantity.next).is_some_and(|word| lists.between.contains_key(&word.hash));
    let counted = |at: usize| named(at).filter(|(unit, _)| unit.measure == "count");
    let at_unit = quantity.next;
    let (unit, from, count) = match named(at_unit) {
        Some((unit, count)) => (unit, at_unit, count),
        None => match counted(at_unit + 1).filter(|_| filler) {
            Some((unit, count)) => (unit, at_unit + 1, count),
            None => return Some(quantity),
        },
    };
    let last = words.get(from + count - 1)?;
    let follows = words.get(from + count);
    // `60 years old`, `a 60-year-old`: an age is no amount.
    let old = follows
        .is_some_and(|word| word.gap == Gap::Joint && ["old", "ago"].contains(&word.text(text)));
    if !old {
        (quantity.unit, quantity.end, quantity.next) = (Some(unit), last.end, from + count);
    }
    Some(quantity)
}

/// A number in digits, with the sign of money before it and letters right behind it.
fn digits(passage: &Passage<'_>, at: usize, joined: bool) -> Option<Quantity> {
    let (text, words) = (passage.text, passage.words);
    let word = words.get(at)?;
    let before = text.get(..word.start)?;
    // `F-16`, `G7`, `12:30`, `3.5` in its middle
    if before.ends_with(|c: char| c.is_alphanumeric() || ":/#@".contains(c)) {
        return None;
    }
    let tied = before.strip_suffix(['-', '.', ',', '–']).filter(|_| word.gap != Gap::Stop);
    if tied.is_some_and(|rest| rest.ends_with(char::is_alphanumeric)) && !joined {
        return None;
    }
    let (value, length) = number(text.get(word.start..)?, passage.decimal_comma())?;
    let mut end = word.start + length;
    if text.get(end..)?.starts_with([':', '/']) {
        return None;
    }
    let mut quantity =
        Quantity { value, scale: 1.0, unit: None, start: word.start, end, next: at + 1 };
    while words.get(quantity.next).is_some_and(|word| word.start < end) {
        quantity.next += 1;
    }
    let close = before.strip_suffix([' ', '\u{a0}']).unwrap_or(before);
    let sign = LISTS.signs.iter().find(|(sign, unit)| {
        let from = close.len().checked_sub(sign.len());
        unit.measure == "money"
            && from
                .and_then(|from| close.get(from..))
                .is_some_and(|end| end.to_lowercase() == **sign)
    });
    if let Some((sign, unit)) = sign {
        quantity.unit = Some(*unit);
        quantity.start = close.len() - sign.len();
    } else if let Some(code) = at.checked_sub(1).and_then(|at| words.get(at))
        && (word.gap == Gap::Joint && code.shape == Shape::Upper)
        && let Some((unit, 1)) = LISTS.units.at(words.get(..at)?, at - 1)
        && unit.measure == "money"
    {
        // `USD 5`
        (quantity.unit, quantity.start) = (Some(unit), code.start);
    }
    // `$5m`, `10km`
    let letters = text.get(end..)?.find(|c: char| !c.is_alphanumeric()).map(|length| end + length);
    let letters = end..letters.unwrap_or(text.len());
    let glued = text.get(letters.clone())?;
    if !glued.is_empty() && glued.len() <= 12 {
        let hash = word_hash(glued);
        let magnitude = LISTS.magnitudes.get(&hash);
        let money = quantity.unit.is_some();
        let unit = LISTS.units.meaning(hash);
        match (magnitude, unit) {
            (Some(magnitude), _) if money || glued != "m" => {
                (quantity.value, quantity.scale) = (value * magnitude, *magnitude);
            }
            (_, Some(unit)) if !money => quantity.unit = Some(unit),
            _ => return None,
        }
        end = letters.end;
        quantity.end = end;
    } else if !glued.is_empty() {
        return None;
    }
    Some(quantity)
}

/// The number that a text begins with, and how many bytes it has: `1,234.5`, `1-1/2`, `0.7`.
fn number(text: &str, comma: bool) -> Option<(f64, usize)> {
    const DIGITS: usize = 24;
    let bytes = text.as_bytes();
    let (point, group) = if comma { (b',', b'.') } else { (b'.', b',') };
    let digits = |from: usize| {
        bytes.iter().skip(from).take(DIGITS).take_while(|byte| byte.is_ascii_digit()).count()
    };
    let mut written = String::new();
    let mut end = digits(0);
    written.push_str(text.get(..end)?);
    while end <= DIGITS && bytes.get(end) == Some(&group) && digits(end + 1) == 3 {
        written.push_str(text.get(end + 1..end + 4)?);
        end += 4;
    }
    let decimals = if bytes.get(end) == Some(&point) { digits(end + 1) } else { 0 };
    if decimals > 0 {
        written.push('.');
        written.push_str(text.get(end + 1..end + 1 + decimals)?);
        end += 1 + decimals;
    }
    let value: f64 = written.parse().ok()?;
    // `1-1/2`
    if let Some((fraction, length)) = text.get(end..)?.strip_prefix('-').and_then(fraction) {
        return Some((value + fraction, end + 1 + length));
    }
    match fraction(text).filter(|_| decimals == 0) {
        Some((fraction, length)) => Some((fraction, length)),
        None => Some((value, end)),
    }
}

/// `3/4`, with at most three digits on each side.
fn fraction(text: &str) -> Option<(f64, usize)> {
    let above = text.bytes().take(4).take_while(u8::is_ascii_digit).count();
    let rest = text.get(above..)?.strip_prefix('/')?;
    let below = rest.bytes().take(4).take_while(u8::is_ascii_digit).count();
    let (a, b): (f64, f64) = (text.get(..above)?.parse().ok()?, rest.get(..below)?.parse().ok()?);
    (above < 4 && below < 4 && b > a && [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 3.0, 5.0].contains(&b))
        .then_some((a / b, above + 1 + below))
}

/// Whether decimals stand after a comma.
pub(super) fn decimal_comma(language: &str) -> bool {
    !POINT.contains(&language)
}
