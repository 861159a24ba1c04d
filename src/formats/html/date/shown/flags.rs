//! What elements say of the dates that stand in them: by their names, classes and ids.

use crate::formats::html::tree::Node;
use crate::formats::markup::is_any;

/// A class that names a date is believed of an element with at most so many nodes.
const SMALL: usize = 40;

/// Parts of names of classes and ids, and what stands there.
const CLASSES: &[(&str, u16)] = &[
    ("comment", AWAY),
    ("respond", AWAY),
    ("disqus", AWAY),
    ("related", AWAY),
    ("recommend", AWAY),
    ("sidebar", AWAY),
    ("side-bar", AWAY),
    ("widget", AWAY),
    ("footer", FOOT),
    ("copyright", FOOT),
    ("popular", AWAY),
    ("trending", AWAY),
    ("latest", AWAY),
    ("teaser", AWAY),
    ("promo", AWAY),
    ("newsletter", AWAY),
    ("calendar", AWAY),
    ("ticker", AWAY),
    ("mostread", AWAY),
    ("most-read", AWAY),
    ("more-news", AWAY),
    ("more-stories", AWAY),
    ("more-from", AWAY),
    ("read-more", AWAY),
    ("read-next", AWAY),
    ("readnext", AWAY),
    ("navbar", AWAY),
    ("menu", AWAY),
    ("event", AWAY),
    ("current-date", AWAY),
    ("currentdate", AWAY),
    ("today", AWAY),
    ("time-now", AWAY),
    ("clock", AWAY),
    ("hoy", AWAY),
    ("heute", AWAY),
    ("fecha-actual", AWAY),
    ("fecha_actual", AWAY),
    ("weather", AWAY),
    ("caption", AWAY),
    ("bildunter", AWAY),
    ("publish", PUBLISHED),
    ("posted", PUBLISHED),
    ("pubdate", PUBLISHED),
    ("pub-date", PUBLISHED),
    ("pub_date", PUBLISHED),
    ("entry-date", PUBLISHED),
    ("post-date", PUBLISHED),
    ("postdate", PUBLISHED),
    ("article-date", PUBLISHED),
    ("articledate", PUBLISHED),
    ("article__date", PUBLISHED),
    ("story-date", PUBLISHED),
    ("storydate", PUBLISHED),
    ("news-date", PUBLISHED),
    ("newsdate", PUBLISHED),
    ("dateline", PUBLISHED),
    ("date-header", PUBLISHED),
    ("datecreated", PUBLISHED),
    ("created", PUBLISHED),
    ("update", MODIFIED),
    ("modif", MODIFIED),
    ("revis", MODIFIED),
    ("date", DATE),
    ("datum", DATE),
    ("fecha", DATE),
    ("tarih", DATE),
    ("time", DATE),
    ("meta", DATE),
    ("byline", DATE),
    ("author", DATE),
    ("info", DATE),
];

/// Another part of the page than its article.
pub(super) const AWAY: u16 = 1;
pub(super) const PUBLISHED: u16 = 2;
pub(super) const MODIFIED: u16 = 4;
pub(super) const DATE: u16 = 8;
pub(super) const LINK: u16 = 16;
pub(super) const HEADING: u16 = 32;
pub(super) const TIME: u16 = 64;
/// The foot of the page, which may say when that was changed.
pub(super) const FOOT: u16 = 128;
pub(super) const UNKNOWN: u16 = u16::MAX;

/// What is passed on to all that an element holds, whatever its size.
const WIDE: u16 = AWAY | FOOT | LINK | HEADING;

/// What an element says, without what only small elements may say.
pub(super) fn own_flags(at: usize, node: &Node) -> u16 {
    let own = if node.is_text() { 0 } else { flags_of(node) };
    let whole = is_any!(node.name, "html" | "body" | "main" | "article");
    let small = if node.end - at <= SMALL { u16::MAX } else { WIDE };
    own & small & if whole { !(AWAY | FOOT) } else { u16::MAX }
}

/// What an element's name and its attributes say.
fn flags_of(node: &Node) -> u16 {
    let mut flags = match &*node.name {
        "nav" | "aside" | "form" | "figure" | "figcaption" => AWAY,
        "footer" => FOOT,
        "a" => LINK,
        "h1" | "h2" | "h3" => HEADING,
        "time" => TIME | DATE,
        _ => 0,
    };
    for name in ["class", "id", "itemprop", "property"] {
        let Some(value) = node.attr(name) else { continue };
        let value = value.to_lowercase();
        // Parts of a post are no other part of the page: "entry-footer".
        let own = ["entry-", "post-", "article-", "story-"].iter().any(|own| value.contains(own));
        for (part, flag) in CLASSES {
            if value.contains(part) && !(own && *flag & (AWAY | FOOT) != 0) {
                flags |= flag;
            }
        }
        if own && ["meta", "footer", "info", "date"].iter().any(|part| value.contains(part)) {
            flags &= !(AWAY | FOOT);
        }
    }
    flags
}
