//! What an element of a feed says.

use super::Scope;
use super::text::Text;
use crate::formats::encoding::{base64, is_base64};
use crate::formats::xml::Element;
use std::borrow::Cow;
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
    let html = |text: &str| {
        let read = Text::html(text.trim(), base);
        match read.plain.contains('\u{fffd}') {
            true => Text::html(with_pairs(text).trim(), base),
            false => read,
        }
    };
    match meaning {
        Meaning::Plain if said || !has_tags(&text) => Text::new(&with_pairs(&text)),
        Meaning::Html if !said && !has_tags(&text) => {
            if !has_references(&text) {
                return Text::new(&text);
            }
            let read = html(&text);
            // All of it was escaped once more than it should be.
            let is_markup = read.plain.starts_with('<') && read.plain.ends_with('>');
            let meant = (is_markup && has_tags(&read.plain)).then(|| html(&read.plain));
            meant.filter(|meant| !meant.plain.is_empty()).unwrap_or(read)
        }
        _ => html(&text),
    }
}

/// A text in which references to the halves of a character in UTF-16 are the character:
/// `&#55357;&#57000;`.
fn with_pairs(text: &str) -> Cow<'_, str> {
    // The number of a reference, and where it ends.
    let half = |at: usize| {
        let rest = text.get(at..)?.strip_prefix("&#")?;
        let end = rest.bytes().take(8).position(|byte| byte == b';')?;
        let number = rest.get(..end)?;
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u16::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        Some((code, at + 2 + end + 1))
    };
    let pair = |at: usize| {
        let (high, end) = half(at).filter(|(code, _)| (0xd800..0xdc00).contains(code))?;
        let (low, end) = half(end)?;
        Some((char::decode_utf16([high, low]).next()?.ok()?, end))
    };
    let (mut joined, mut copied) = (String::new(), 0);
    for (at, _) in text.match_indices('&') {
        if let Some((character, end)) = pair(at) {
            joined.push_str(text.get(copied..at).unwrap_or(""));
            joined.push(character);
            copied = end;
        }
    }
    match copied {
        0 => Cow::Borrowed(text),
        _ => Cow::Owned(joined + text.get(copied..).unwrap_or("")),
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
