//! What columns of tables and properties of objects are called.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The fields of an article, each under its own name, with the names that others give it.
#[rustfmt::skip]
const FIELDS: &[&[&str]] = &[
    &["id", "guid", "external_id", "externalId", "article_id"],
    &["uri"],
    &["source", "publisher", "publication", "source_domain", "domain", "clean_url", "hostname",
      "outlet", "media_name"],
    &["source_name", "name_source"],
    &["source_url"],
    &["feed"],
    &["url", "link", "canonical_url", "web_url", "webUrl", "article_url", "permalink"],
    &["headline", "title", "webTitle"],
    &["headline_derived"],
    &["summary", "description", "abstract", "lead", "standfirst", "excerpt", "short_description",
      "snippet", "trailText", "lead_paragraph"],
    &["body", "text", "content", "body_text", "article", "maintext", "articleBody", "full_text",
      "fulltext", "article_text", "bodyText"],
    &["body_html", "content_html", "html"],
    &["byline"],
    &["dateline"],
    &["authors", "author", "creator"],
    &["language", "lang", "locale", "inLanguage"],
    &["published", "published_at", "publishedAt", "dateTimePub", "dateTime", "date_gmt", "date", "pubDate",
      "pub_date", "datePublished", "date_published", "publication_date", "publish_date",
      "published_date", "publishDate", "date_publish", "webPublicationDate", "firstcreated",
      "first_publish_date", "display_date", "created_at", "createdAt", "created"],
    &["published_source"],
    &["published_raw"],
    &["modified", "updated", "updated_at", "updatedAt", "dateModified", "date_modified",
      "date_modify", "last_modified", "lastModified", "versioncreated", "changed"],
    &["modified_source"],
    &["first_seen", "crawled", "date_download", "scraped_at", "seendate"],
    &["pubstatus", "status"],
    &["embargo", "embargoed", "embargoed_until", "embargoedUntil"],
    &["urgency"],
    &["subjects", "subject", "topics", "topic", "categories", "category", "section",
      "section_name", "sectionName", "articleSection"],
    &["tags", "labels"],
    &["images", "image", "image_url", "urlToImage", "top_image", "socialimage"],
    &["enclosures"],
    &["mentions"],
    &["people", "persons"],
    &["organisations", "organizations", "orgs", "companies"],
    &["places", "locations"],
    &["objects"],
    &["events"],
    &["annotations"],
    &["attributes"],
];

/// The names of a field, its own first.
pub(super) fn names(field: &'static str) -> &'static [&'static str] {
    let found = FIELDS.iter().find(|names| names.first() == Some(&field));
    found.copied().unwrap_or_default()
}

/// The fields that columns may be mapped to; see [`ReadOptions::columns`](super::ReadOptions::columns).
pub fn fields() -> impl Iterator<Item = &'static str> {
    FIELDS.iter().filter_map(|names| names.first()).copied()
}

/// The known name that a name is, case and separators aside: `Pub Date` is `pub_date`.
pub(super) fn known(name: &str) -> Option<&'static str> {
    let plain = |name: &str| -> String {
        let letters = name.trim().chars().filter(|c| !matches!(c, ' ' | '_' | '-' | '.'));
        letters.flat_map(char::to_lowercase).collect()
    };
    let all = || FIELDS.iter().flat_map(|names| names.iter().copied());
    all().find(|known| *known == name).or_else(|| {
        let name = plain(name);
        all().find(|known| plain(known) == name)
    })
}

/// Gives properties the names that the caller maps them to.
pub(super) fn rename(object: &mut Map<String, Value>, columns: &BTreeMap<String, String>) {
    for (column, field) in columns {
        if let Some(value) = object.remove(column)
            && let Some(before) = object.insert(field.clone(), value)
        {
            object.insert(column.clone(), before);
        }
    }
}
