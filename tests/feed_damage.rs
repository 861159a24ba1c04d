//! Feeds cut and damaged anywhere: no item is lost without a word.
#![cfg(feature = "xml")]

use crate::feed_fields::{Case, FIELDS, HABITS, WILD, cases};
use newsdb::formats::{self, Format, ReadOptions};
use serde_json::Value;

/// How many articles and rejections a document gives.
fn read(document: &[u8]) -> (usize, usize) {
    let input = std::io::Cursor::new(document.to_vec());
    let items = formats::read(input, "feed", Some(Format::Feed), &ReadOptions::default());
    let (articles, rejected): (Vec<_>, Vec<_>) = items.partition(Result::is_ok);
    (articles.len(), rejected.len())
}

/// The items that are whole in the first bytes of a document, for each number of bytes; and those
/// that have begun.
fn items(document: &[u8]) -> Vec<(usize, usize)> {
    let text = String::from_utf8_lossy(document).to_ascii_lowercase();
    if document.trim_ascii_start().first() == Some(&b'{') {
        return items_of_json(document);
    }
    let (mut whole, mut begun, mut open) = (0, 0, false);
    let ends = |text: &str| {
        let name = text.rsplit('<').next().unwrap_or_default();
        let bare = name.trim_start_matches(['/', 'a', 'x']).trim_start_matches(':');
        let is_item = ["item", "entry"].iter().any(|item| {
            let rest = bare.strip_prefix(item);
            rest.is_some_and(|rest| rest.starts_with([' ', '>']) && !rest.ends_with("/>"))
        });
        is_item.then(|| name.starts_with('/'))
    };
    (0..=document.len())
        .map(|end| {
            // Offsets in a text that is no UTF-8 differ: such documents have one item, at the end.
            if let Some(before) = text.get(..end).filter(|before| before.ends_with('>')) {
                match ends(before) {
                    // An end tag may end what is no item.
                    Some(true) => whole += usize::from(std::mem::take(&mut open)),
                    Some(false) => (begun, open) = (begun + 1, true),
                    None => {}
                }
            }
            (whole, begun)
        })
        .collect()
}

fn items_of_json(document: &[u8]) -> Vec<(usize, usize)> {
    let mut whole = 0;
    let count = |end: usize| {
        let closed = [document.get(..end)?, b"]}"].concat();
        let feed: Value = serde_json::from_slice(&closed).ok()?;
        Some(feed.get("items")?.as_array()?.iter().filter(|item| item.is_object()).count())
    };
    (0..=document.len())
        .map(|end| {
            whole = count(end).unwrap_or(whole).max(whole);
            (whole, whole)
        })
        .collect()
}

fn all_cases() -> impl Iterator<Item = Case> {
    cases(FIELDS).chain(cases(HABITS)).chain(cases(WILD))
}

#[test]
fn a_feed_cut_anywhere_gives_the_items_before_the_cut() {
    let mut cuts = 0;
    for Case { name, document, .. } in all_cases() {
        for (end, (whole, begun)) in items(&document).into_iter().enumerate() {
            cuts += 1;
            let (articles, rejected) = read(&document[..end]);
            assert!(articles >= whole, "{name}: {articles} of {whole} items in {end} bytes");
            assert!(articles >= begun || rejected > 0, "{name}: lost in silence in {end} bytes");
        }
    }
    assert!(cuts > 40_000);
}

#[test]
fn a_byte_taken_out_takes_no_item_in_silence() {
    let mut lost = Vec::new();
    // Where much is damaged already, a byte more may be one too many.
    for Case { name, document, .. } in all_cases().filter(|case| !case.name.starts_with("Damage")) {
        let (articles, _) = read(&document);
        for at in 0..document.len() {
            let damaged = [&document[..at], &document[at + 1..]].concat();
            let (left, rejected) = read(&damaged);
            if left < articles && rejected == 0 {
                let near = &document[at.saturating_sub(20)..document.len().min(at + 20)];
                lost.push(format!(
                    "{name}: {left} of {articles} {}",
                    String::from_utf8_lossy(near)
                ));
            }
        }
    }
    assert!(lost.is_empty(), "{} times\n{}", lost.len(), lost.join("\n"));
}
