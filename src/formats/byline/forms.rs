//! Bylines whose names are parted otherwise than by commas, brought into that form.

use super::{NO_AND, PARTICLES, WITH, is_joined, is_person, without_by};
use std::borrow::Cow;

/// A byline without the brackets around those who helped: `Ada Berg (with Jon Lund and Per Vik)`.
pub(super) fn opened(text: &str) -> Cow<'_, str> {
    let helped = text.match_indices('(').find_map(|(at, _)| {
        let rest = text.get(at + 1..)?;
        let (with, names) = rest.split_once(' ')?;
        (WITH.contains(with) && names.starts_with(char::is_uppercase))
            .then(|| (text.get(..at).unwrap_or(""), names))
    });
    helped.map_or(Cow::Borrowed(text), |(before, names)| {
        Cow::Owned(format!("{}, {}", before.trim_end(), names.replacen(')', ",", 1)))
    })
}

/// A byline in which commas part names that need no blanks: `김서연·박지훈`, `记者 李文华 王明`.
pub(super) fn with_commas(text: &str) -> Cow<'_, str> {
    const DOTS: &[char] = &['·', '・', 'ㆍ'];
    const REPORTERS: &[&str] = &["记者", "記者", "기자", "作者"];
    let is_name = |part: &&str| part.split_whitespace().next().is_some_and(is_joined);
    let dotted: Vec<&str> = text.split(DOTS).map(str::trim).collect();
    if dotted.len() > 1 && dotted.iter().all(is_name) {
        return Cow::Owned(dotted.join(", "));
    }
    // A Japanese name may have a blank between its parts; reporters' names in a row have it.
    let labelled = text.split_once(['：', ':']).filter(|(label, _)| REPORTERS.contains(label));
    let words = labelled.map_or(text, |(_, names)| names).split_whitespace();
    let words: Vec<&str> = words.take_while(|word| !word.contains('@')).collect();
    let all = if labelled.is_some() { 1 } else { 2 };
    if words.len() > all
        && REPORTERS.iter().any(|word| text.contains(word))
        && words.iter().all(is_name)
    {
        return Cow::Owned(words.join(", "));
    }
    Cow::Borrowed(text)
}

/// A byline in which a comma parts names that something rarer parts: dashes where a place follows
/// them (`ADA BERG - JON LUND / MADRID`), the "and" that Arabic and Hebrew write as a part of the
/// word behind it.
pub(super) fn parted(text: &str) -> Cow<'_, str> {
    let is_name =
        |part: &str| (2..=4).contains(&part.split_whitespace().count()) && is_person(part);
    if let Some((names, place)) = text.rsplit_once(" / ")
        && let parts = names.split(" - ").map(str::trim).collect::<Vec<_>>()
        && parts.len() > 1
        && parts.iter().all(|part| is_name(without_by(part)))
    {
        return Cow::Owned(format!("{} / {place}", parts.join(", ")));
    }
    let mut words: Vec<Cow<'_, str>> = text.split_whitespace().map(Cow::Borrowed).collect();
    let joins = |words: &[Cow<'_, str>], at: usize| {
        let word: &str = words.get(at)?;
        let name = word.strip_prefix(['و', 'ו'])?;
        // Both are whole names, and the word is no name by itself.
        let before = words.get(at.checked_sub(2)?..at)?;
        let whole = before.iter().chain(words.get(at + 1)).all(|word| is_unmarked(word));
        (whole && at + 1 < words.len() && name.chars().count() > 1 && !NO_AND.contains(word))
            .then(|| name.to_owned())
    };
    let mut is_parted = false;
    for at in 1..words.len() {
        if let Some(name) = joins(&words, at) {
            words[at - 1].to_mut().push(',');
            words[at] = Cow::Owned(name);
            is_parted = true;
        }
    }
    if is_parted { Cow::Owned(words.join(" ")) } else { Cow::Borrowed(text) }
}

/// Whether nothing but letters and what stands within words is in a word.
fn is_unmarked(word: &str) -> bool {
    word.chars().all(|c| c.is_alphabetic() || "-'’׳״".contains(c))
}

/// The two parts of `Berg, Ada`, as lists of authors have it: one word each, the first with a
/// particle, the second with an initial.
pub(super) fn turned(text: &str) -> Option<(&str, &str)> {
    let (family, given) = text.split_once(',')?;
    let (family, given) = (family.trim(), given.trim());
    let is_name = |word: &str| {
        word.starts_with(char::is_uppercase)
            && word.chars().count() > 1
            && word.contains(char::is_lowercase)
            && word.chars().all(|c| c.is_alphabetic() || "-'’".contains(c))
            && is_person(word)
    };
    let is_initial =
        |word: &str| word.trim_end_matches('.').chars().count() == 1 && !word.contains(',');
    let mut of_family = family.split_whitespace().rev();
    let mut of_given = given.split_whitespace();
    let is_turned = of_family.next().is_some_and(is_name)
        && of_family.all(|word| PARTICLES.contains(word.to_lowercase().as_str()))
        && of_given.next().is_some_and(is_name)
        && of_given.all(is_initial);
    is_turned.then_some((family, given))
}
