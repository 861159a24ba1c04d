//! What an element of a feed says.

use super::Scope;
use super::text::Text;
use crate::formats::encoding::{base64, is_base64};
use crate::formats::xml::Element;
use std::cell::LazyCell;
use std::collections::HashMap;

/// How a format means what it writes.
enum Meaning {
    Plain,
    /// HTML, escaped or not.
    Html,
    /// Elements of its own.
    Xml,
    /// Bytes in base 64 (RFC 4287, section 4.1.3.3): text, if they happen to be.
    Other,
}

/// Reads an element: by its `type` and `mode` where it has them (Atom 1.0, section 3.1; Atom
/// 0.3), else as markup when it looks like some. In Atom, text without a type is plain; feeds
/// that put HTML there are read as what they mean.
pub(super) fn read(element: &Element, scope: &Scope) -> Text {
    let scope = scope.enter(element);
    let base = scope.base.as_ref();
    let atom = scope.atom || element.key.starts_with("atom:");
    let kind = element.attribute("type").map(str::to_ascii_lowercase);
    let has_elements = element.elements().next().is_some();
    let encoded = element.attribute("mode").is_some_and(|mode| mode.eq_ignore_ascii_case("base64"));
    let meaning = match kind.as_deref() {
        Some("text" | "plain" | "text/plain") => Meaning::Plain,
        Some(kind) if kind.contains("xhtml") || kind.ends_with("xml") => Meaning::Xml,
        Some(kind) if kind.contains("html") => Meaning::Html,
        Some(kind) if atom && !encoded && kind.contains('/') && !kind.starts_with("text/") => {
            Meaning::Other
        }
        _ if atom => Meaning::Plain,
        _ => Meaning::Html,
    };
    if has_elements {
        let mut whole = element;
        if let (true, Some(div)) = (matches!(meaning, Meaning::Xml), only_div(element)) {
            whole = div;
        }
        let scope = scope.enter(whole);
        let html = whole.inner_html(matches!(meaning, Meaning::Html));
        return Text::html(html.trim(), scope.base.as_ref());
    }
    let text = element.text();
    // What is said to be encoded and is not is the text.
    let decoded = (encoded || matches!(meaning, Meaning::Other))
        && text.split_ascii_whitespace().all(|word| is_base64(word.as_bytes()));
    let text =
        if decoded { String::from_utf8(base64(text.as_bytes())).unwrap_or_default() } else { text };
    let said = kind.is_some() && !matches!(meaning, Meaning::Other);
    match meaning {
        Meaning::Plain if said || !has_tags(&text) => Text::new(&text),
        Meaning::Html if !said && !has_tags(&text) && !has_references(&text) => Text::new(&text),
        _ => Text::html(text.trim(), base),
    }
}

/// The one `div` that XHTML stands in.
fn only_div(element: &Element) -> Option<&Element> {
    let mut elements = element.elements();
    let div = elements.next().filter(|div| div.name.eq_ignore_ascii_case("div"))?;
    elements.next().is_none().then_some(div)
}

/// Elements of HTML that stand in texts without an end tag: because they have none, or because
/// the text was cut. `<S>` may be anything.
const MARKUP: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "center",
    "div",
    "em",
    "embed",
    "figure",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "iframe",
    "img",
    "input",
    "li",
    "ol",
    "p",
    "pre",
    "script",
    "source",
    "span",
    "strong",
    "style",
    "table",
    "td",
    "tr",
    "ul",
    "video",
    "wbr",
];

/// Whether a text has what looks like tags, and not only a word between `<` and `>`.
pub(super) fn has_tags(text: &str) -> bool {
    let parted = |at: usize| {
        let rest = text.get(at..).unwrap_or("");
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != ':');
        rest.split_at(end.unwrap_or(rest.len()))
    };
    // Gone through once, however many words there are that may have an end.
    let last_ends: LazyCell<HashMap<&str, usize>, _> =
        LazyCell::new(|| text.match_indices("</").map(|(at, _)| (parted(at + 2).0, at)).collect());
    text.match_indices('<').any(|(at, _)| {
        let (name, rest) = parted(at + 1);
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return rest.starts_with("!--");
        }
        MARKUP.iter().any(|known| name.eq_ignore_ascii_case(known))
            || rest.starts_with("/>")
            || last_ends.get(name).is_some_and(|end| *end > at)
    })
}

/// Whether a text has what looks like references to characters.
fn has_references(text: &str) -> bool {
    text.match_indices('&').any(|(at, _)| {
        let rest = text.get(at + 1..).unwrap_or("");
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '#');
        end.is_some_and(|end| end > 0 && rest.get(end..).is_some_and(|rest| rest.starts_with(';')))
    })
}
