//! The same feeds through bare `feed-rs`, in the same form.

use crate::judge::Feed;
use feed_rs::model;
use feed_rs::parser::Builder;
use newsdb::{Date, Enclosure, Image, NewArticle, Subject};

/// What feed-rs makes of a feed; nothing when it refuses.
pub fn read(bytes: &[u8], url: &str) -> Feed {
    let parser = Builder::new().base_uri(Some(url)).sanitize_content(false).build();
    let Ok(feed) = parser.parse(bytes) else { return Feed::default() };
    let mut read = Feed::default();
    read.channel.title = text(&feed.title);
    read.channel.language = feed.language;
    read.channel.site = alternate(&feed.links);
    read.articles = feed.entries.iter().map(article).collect();
    read
}

fn text(text: &Option<model::Text>) -> Option<String> {
    text.as_ref().map(|text| text.content.clone())
}

fn alternate(links: &[model::Link]) -> Option<String> {
    let is_page = |link: &&model::Link| link.rel.as_deref().is_none_or(|rel| rel == "alternate");
    links.iter().find(is_page).map(|link| link.href.clone())
}

fn article(entry: &model::Entry) -> NewArticle {
    let body = entry.content.as_ref().and_then(|content| content.body.clone());
    let media = || entry.media.iter().flat_map(|media| &media.content);
    let thumbnails = entry.media.iter().flat_map(|media| &media.thumbnails);
    let linked = entry.links.iter().filter(|link| link.rel.as_deref() == Some("enclosure"));
    let mut article = NewArticle {
        id: Some(entry.id.clone()),
        url: alternate(&entry.links),
        headline: text(&entry.title),
        summary: text(&entry.summary),
        body_html: body.clone(),
        body,
        ..NewArticle::default()
    };
    article.authors = entry.authors.iter().filter_map(|author| author.name.clone()).collect();
    article.published = entry.published.map(Date::utc);
    article.modified = entry.updated.map(Date::utc);
    article.language.clone_from(&entry.language);
    article.source_name.clone_from(&entry.source);
    article.subjects = entry
        .categories
        .iter()
        .map(|category| Subject {
            scheme: category.scheme.clone(),
            code: category.term.clone(),
            name: category.label.clone(),
        })
        .collect();
    article.images = thumbnails
        .map(|thumbnail| Image { url: thumbnail.image.uri.clone(), ..Image::default() })
        .collect();
    article.enclosures = media()
        .filter_map(|content| {
            Some(Enclosure {
                url: content.url.as_ref()?.to_string(),
                media_type: content.content_type.as_ref().map(ToString::to_string),
                length: content.size,
                ..Enclosure::default()
            })
        })
        .chain(linked.map(|link| Enclosure {
            url: link.href.clone(),
            media_type: link.media_type.clone(),
            length: link.length,
            ..Enclosure::default()
        }))
        .collect();
    article
}
