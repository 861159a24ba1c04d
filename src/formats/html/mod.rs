//! HTML pages: one page, one article.

mod json;
mod metadata;
mod tree;

use super::Item;
use super::encoding::to_utf8;
use crate::model::{NewArticle, Place, Reason, Rejected};
use metadata::Metadata;
use std::io::Read;
use tree::Page;

/// A page has so many bytes at most.
const PAGE: u64 = 32 << 20;

/// Reads a page.
pub(super) fn read(input: impl Read, name: String, options: &super::ReadOptions) -> Item {
    let place = Place::whole(name);
    let refuse = |reason| Err(Rejected { place: place.clone(), reason });
    let most = PAGE.min(options.limits.article.max(options.limits.line));
    let mut bytes = Vec::new();
    if let Err(error) = input.take(most + 1).read_to_end(&mut bytes) {
        return refuse(Reason::Unreadable(error.to_string()));
    }
    if bytes.len() as u64 > most {
        return refuse(Reason::OverLimit { limit: "line", allowed: most });
    }
    match article(&bytes, None, options) {
        Ok(article) => Ok(NewArticle { place, ..article }),
        Err(reason) => refuse(reason),
    }
}

/// The article of a page's bytes. `encoding` is what the caller knows of it: a label or a
/// `Content-Type`.
pub(super) fn article(
    bytes: &[u8],
    encoding: Option<&str>,
    options: &super::ReadOptions,
) -> Result<NewArticle, Reason> {
    let html = to_utf8(bytes, encoding);
    let document = tree::parse(&html);
    let page = Page::new(&document);
    let metadata = Metadata::new(&page, options.url.as_deref());
    let body = page.named("body").next().map(|(at, _)| page.text(at, |_, _| false));
    let body = body.filter(|body| !body.is_empty()).ok_or(Reason::Empty)?;
    Ok(NewArticle {
        headline: metadata.text("headline"),
        body: Some(body),
        ..NewArticle::default()
    })
}
