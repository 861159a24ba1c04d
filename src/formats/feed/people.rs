//! Names of people as feeds write them.

use crate::formats::byline;

/// A name without the address of mail beside it; the address where there is nothing else.
pub(super) fn name_of(text: &str) -> Option<String> {
    let words: Vec<_> = text.split_whitespace().collect();
    let bare = |word: &str| {
        let word = word.trim_start_matches(['(', '<', '[']).trim_end_matches([')', '>', ']', ',']);
        word.strip_prefix("mailto:").unwrap_or(word).to_owned()
    };
    let is_mail = |word: &&str| word.contains('@') && word.contains('.');
    let Some(mail) = words.iter().find(|word| is_mail(word)) else {
        let name = words.join(" ");
        let name = name.trim_end_matches(|c| "<>".contains(c) || c == ' ');
        let inner = name.strip_prefix('(').and_then(|name| name.strip_suffix(')'));
        let name = inner.unwrap_or(name).trim();
        return Some(name.to_owned()).filter(|name| !name.is_empty());
    };
    let name = words.iter().filter(|word| !is_mail(word)).copied().collect::<Vec<_>>().join(" ");
    let name = name.trim_matches(|c: char| c.is_whitespace() || "()<>[]\"',".contains(c));
    Some(if name.is_empty() { bare(mail) } else { name.to_owned() })
}

/// The names in a list of whole names and nothing else: `Ada Berg, Jon Lund and Mia Holm`.
pub(super) fn several(list: String) -> Vec<String> {
    // One name has no more words, or marks between them.
    if !list.contains([',', ';', '&', '/', '|', '、', '，']) && list.split(' ').nth(4).is_none() {
        return vec![list];
    }
    let names = byline::authors(&list);
    let mut rest = Some(list.as_str());
    for name in &names {
        rest = rest.and_then(|rest| rest.split_once(name.as_str())).and_then(|(between, rest)| {
            let word = between.trim_matches(|c: char| !c.is_alphabetic());
            (word.is_empty() || byline::is_and(word)).then_some(rest)
        });
    }
    match rest {
        Some("") if names.len() > 1 => names,
        _ => vec![list],
    }
}
