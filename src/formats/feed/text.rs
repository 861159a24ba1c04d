//! Text as plain text, and as HTML where it is markup; addresses.

use crate::formats::markup;
use crate::formats::words::one_line;
use crate::model::Image;
use std::borrow::Cow;
use url::Url;

/// A text of a feed.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Text {
    pub(super) plain: String,
    /// Absent for plain text.
    pub(super) html: Option<String>,
}

impl Text {
    pub(super) fn new(plain: &str) -> Self {
        Self { plain: plain.trim().to_owned(), html: None }
    }

    /// Markup, its addresses made absolute.
    pub(super) fn html(html: &str, base: Option<&Url>) -> Self {
        let html = base.map_or_else(|| html.to_owned(), |base| absolute(html, base));
        Self { plain: markup::to_text(&html), html: Some(html) }
    }

    /// On one line.
    pub(super) fn line(&self) -> Option<String> {
        let line = one_line(self.plain.trim_matches('\u{feff}'));
        (!line.is_empty()).then_some(line)
    }

    #[cfg(feature = "xml")]
    pub(super) fn is_empty(&self) -> bool {
        self.plain.is_empty() && self.html.as_deref().and_then(picture).is_none()
    }
}

/// Where a picture is; it may be read only when it is seen.
const SOURCES: &[&str] = &["src", "data-src", "data-lazy-src", "data-original"];

/// The first picture in a text of HTML; those of one pixel only count readers.
pub(super) fn picture(html: &str) -> Option<Image> {
    // Letters of ASCII keep their places.
    html.to_ascii_lowercase().match_indices("<img").find_map(|(at, _)| {
        // To where it ends, or where another tag begins.
        let tag = html.get(at + 1..)?.split(['<', '>']).next()?;
        let is_dot = ["width", "height"]
            .iter()
            .any(|side| attribute(tag, side).is_some_and(|size| matches!(size, "0" | "1" | "1px")));
        let mut sources = SOURCES.iter().filter_map(|name| attribute(tag, name));
        let url = sources.find(|url| url.starts_with("http") && !is_dot)?;
        let caption = attribute(tag, "alt").map(markup::to_text).filter(|text| !text.is_empty());
        Some(Image { url: url.replace("&amp;", "&"), caption, credit: None })
    })
}

/// The value of a quoted attribute.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let wanted = format!(" {name}=");
    let at = tag.to_ascii_lowercase().find(&wanted)?;
    let after = tag.get(at + wanted.len()..)?;
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(after.get(1..)?.split(quote).next()?.trim())
}

/// An absolute URL from what is given, where that can be.
pub(super) fn address(given: &str, base: Option<&Url>) -> Option<String> {
    let given = given.trim();
    if given.is_empty() {
        return None;
    }
    // Escaped once more than it should be.
    let given = &*match given.contains('&') && given.contains("&amp;") {
        true => Cow::Owned(given.replace("&amp;", "&")),
        false => Cow::Borrowed(given),
    };
    if given.starts_with("www.") {
        return Some(format!("http://{given}"));
    }
    let joined = base.filter(|_| Url::parse(given).is_err()).and_then(|base| base.join(given).ok());
    // An address that is whole stays as it is written.
    Some(joined.map_or_else(|| given.to_owned(), String::from))
}

/// Attributes of HTML that hold an address.
const ADDRESSES: &[&str] =
    &["href", "src", "data-src", "cite", "action", "background", "longdesc", "poster"];

/// Makes the addresses in a text of HTML absolute.
fn absolute(html: &str, base: &Url) -> String {
    let mut out = String::with_capacity(html.len() + 64);
    let mut rest = html;
    while let Some(at) = rest.find('=') {
        let (before, after) = rest.split_at(at);
        let name =
            before.trim_end().rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '-').next();
        let is_address =
            name.is_some_and(|name| ADDRESSES.iter().any(|known| known.eq_ignore_ascii_case(name)));
        let value = after.get(1..).unwrap_or("");
        out.push_str(before);
        out.push('=');
        rest = value;
        let trimmed = value.trim_start();
        let Some(quote) = trimmed.chars().next().filter(|c| is_address && matches!(c, '"' | '\''))
        else {
            continue;
        };
        let Some((given, tail)) = trimmed.get(1..).and_then(|text| text.split_once(quote)) else {
            continue;
        };
        match relative(given, base) {
            // A URL has no double quotation marks.
            Some(url) => {
                out.push('"');
                out.push_str(&url.as_str().replace('&', "&amp;"));
                out.push('"');
            }
            None => {
                out.push(quote);
                out.push_str(given);
                out.push(quote);
            }
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// The absolute form of a relative address; `None` when it is none.
fn relative(given: &str, base: &Url) -> Option<Url> {
    let given = given.trim();
    if given.is_empty() || given.len() > 2_048 || Url::parse(given).is_ok() {
        return None;
    }
    base.join(&given.replace("&amp;", "&")).ok().filter(|url| !url.cannot_be_a_base())
}
