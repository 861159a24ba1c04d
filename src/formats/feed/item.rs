//! An item of RSS or an entry of Atom as an article. For each field, the elements that may say
//! it stand in a table, the best first.

use super::construct::{has_tags, read};
use super::media::{Media, enclosures, number};
use super::people::{name_of, several};
use super::text::address;
use super::{Scope, picture_files, texts};
use crate::formats::dates;
use crate::formats::markup::to_text;
use crate::formats::unique;
use crate::formats::words::one_line;
use crate::formats::xml::Element;
use crate::model::{Date, Image, NewArticle, Subject};
use serde_json::{Value, json};
use std::borrow::Cow;

const HEADLINE: &[&str] =
    &["title", "atom:title", "dc:title", "media:title", "itunes:title", "dcterms:title"];

/// What introduces the text.
const SUMMARY: &[&str] = &[
    "description",
    "atom:description",
    "excerpt:encoded",
    "dc:description",
    "dcterms:abstract",
    "abstract",
    "itunes:summary",
    "media:description",
    "googleplay:description",
    "itunes:subtitle",
];

/// The text.
const CONTENT: &[&str] = &[
    "content:encoded",
    "atom:content",
    "content",
    "fullitem",
    "fulltext",
    "yandex:full-text",
    "rambler:fulltext",
    "body",
    "xhtml:body",
];

const ID: &[&str] = &["guid", "atom:id", "atom:guid", "id", "dc:identifier", "dcterms:identifier"];

const PUBLISHED: &[&str] = &[
    "pubdate",
    "atom:published",
    "atom:pubdate",
    "published",
    "atom:issued",
    "issued",
    "dcterms:issued",
    "dc:date",
    "dcterms:date",
    "dcterms:created",
    "dcterms:available",
    "prism:publicationdate",
    "atom:created",
    "created",
    "date",
];

const MODIFIED: &[&str] = &[
    "atom:updated",
    "updated",
    "atom:modified",
    "modified",
    "dcterms:modified",
    "prism:modificationdate",
    "lastbuilddate",
    "lastmod",
];

/// Who wrote it. A group that has a name goes before those after it.
pub(super) const AUTHORS: &[&[&str]] = &[
    &["author", "atom:author"],
    &["dc:creator", "dc:author", "dcterms:creator"],
    &["itunes:author", "googleplay:author"],
    &["podcast:person"],
    &["creator", "byline"],
];

/// What it is about, and the scheme where none is given.
const SUBJECTS: &[(&str, Option<&str>)] = &[
    ("category", None),
    ("atom:category", None),
    ("dc:subject", None),
    ("dcterms:subject", None),
    ("media:category", Some("http://search.yahoo.com/mrss/category_schema")),
    ("itunes:category", Some("http://www.itunes.com/")),
    ("subject", None),
];

/// Many in one element, parted by commas.
const KEYWORDS: &[&str] = &["media:keywords", "itunes:keywords", "keywords", "tags"];

/// What has no field of its own is kept under these names.
const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("comments", &["comments"]),
    ("rights", &["dc:rights", "atom:rights", "rights", "copyright", "media:copyright"]),
    ("contributors", &["dc:contributor", "atom:contributor", "contributor"]),
];

/// The first of the named elements that says anything, in the order of the names.
pub(super) fn first<'e>(item: &'e Element, names: &[&str]) -> Option<&'e Element> {
    names.iter().find_map(|name| {
        item.elements().find(|element| {
            element.key == *name && !(element.children.is_empty() && element.attributes.is_empty())
        })
    })
}

/// The first element of a name below an element.
fn within<'e>(element: &'e Element, name: &str) -> Option<&'e Element> {
    element.elements().find_map(
        |child| {
            if child.key == name { Some(child) } else { within(child, name) }
        },
    )
}

/// All of the named elements, in the order of the names.
pub(super) fn all<'e>(item: &'e Element, names: &'e [&str]) -> impl Iterator<Item = &'e Element> {
    names.iter().flat_map(|name| item.elements().filter(move |element| element.key == *name))
}

/// An item as an article; what it takes from its feed is added later.
pub(super) fn article(item: &Element, scope: &Scope) -> NewArticle {
    let scope = &scope.enter(item);
    let media = Media::new(item, scope);
    let says = |names: &[&str]| {
        names.iter().find_map(|name| {
            let found = item.elements().filter(|element| element.key == *name);
            found.map(|element| read(element, scope)).find(|text| !text.is_empty())
        })
    };
    let mut article = NewArticle {
        headline: says(HEADLINE).and_then(|text| text.line()).or_else(|| media.title.clone()),
        id: id(item),
        authors: authors(item.elements(), AUTHORS),
        subjects: subjects(item, scope),
        language: language(item, scope),
        ..NewArticle::default()
    };
    let links = links(item.elements(), scope);
    article.url = url(item, &links, article.language.as_deref(), scope);
    dates(&mut article, item);
    article.enclosures = enclosures(item, &links, scope);
    article.images = media.images;
    article.enclosures.extend(media.files);
    unique(&mut article.enclosures, |enclosure| enclosure.url.clone());
    let shown = links.iter().filter(|link| PICTURE_LINKS.contains(&link.rel.as_str()));
    article.images.extend(shown.map(|l| Image { url: l.url.clone(), ..Image::default() }));
    picture_files(&mut article);
    // Beside a summary, a description is the text.
    let short = says(&["atom:summary", "summary"]);
    let content = says(CONTENT).or_else(|| {
        let value = within(first(item, &["content:items"])?, "rdf:value")?;
        Some(read(value, scope)).filter(|text| !text.is_empty())
    });
    let content = content.or_else(|| short.as_ref().and_then(|_| says(&["description"])));
    texts(&mut article, short.or_else(|| says(SUMMARY)).or(media.description), content);
    if let Some(source) = first(item, &["source", "atom:source", "news:source"]) {
        let at = source.attribute("url").and_then(|url| url_of(url, scope));
        let within = super::item::links(source.elements(), scope);
        article.source_url =
            within.into_iter().find(|link| link.rel == "alternate").map(|l| l.url).or(at);
        let title = first(source, &["atom:title", "title"]);
        article.source_name = match title {
            Some(title) => read(title, scope).line(),
            None => read(source, scope).line().filter(|_| source.elements().next().is_none()),
        };
        if article.authors.is_empty() {
            article.authors = authors(source.elements(), AUTHORS);
        }
    }
    for (name, elements) in ATTRIBUTES {
        let mut values = all(item, elements).filter_map(|element| {
            let person = first(element, &["atom:name", "name"]).unwrap_or(element);
            read(person, scope).line()
        });
        let value = match *name {
            "contributors" => json!(values.collect::<Vec<_>>()),
            _ => values.next().map_or(Value::Null, Value::String),
        };
        if !value.is_null() && value != json!([]) {
            article.attributes.insert((*name).to_owned(), value);
        }
    }
    let replies = links.into_iter().find(|link| link.rel == "replies" && link.is_html(false));
    if let Some(replies) = replies {
        article.attributes.entry("comments").or_insert(Value::String(replies.url));
    }
    article
}

fn id(item: &Element) -> Option<String> {
    let named = ID.iter().find_map(|name| texts_of(item, name).next());
    named.or_else(|| item.attribute("rdf:about").map(str::to_owned))
}

/// Links of Atom and OPDS to pictures.
const PICTURE_LINKS: &[&str] = &["image", "thumbnail", "http://opds-spec.org/image"];

/// Where an element points to, and as what.
pub(super) struct Link {
    pub(super) rel: String,
    pub(super) url: String,
    pub(super) media_type: Option<String>,
    language: Option<String>,
    pub(super) length: Option<u64>,
    pub(super) title: Option<String>,
}

impl Link {
    /// Whether it points to a page in HTML; `unsaid` where its type is not told.
    pub(super) fn is_html(&self, unsaid: bool) -> bool {
        self.media_type.as_deref().map_or(unsaid, |kind| kind.contains("html"))
    }
}

/// The links among elements: RSS writes the address between the tags, Atom as `href`.
pub(super) fn links<'e>(
    elements: impl IntoIterator<Item = &'e Element>,
    scope: &Scope,
) -> Vec<Link> {
    let links = elements.into_iter().filter(|element| {
        matches!(element.key.as_str(), "link" | "atom:link" | "itunes:link" | "xhtml:link")
    });
    links
        .filter_map(|element| {
            let scope = &scope.enter(element);
            let href = element.attribute("href");
            let given = match href.or_else(|| element.attribute("rdf:resource")) {
                Some(href) => href.to_owned(),
                None => element.text(),
            };
            let rel = element.attribute("rel").unwrap_or("alternate").to_ascii_lowercase();
            let registered = rel.strip_prefix("http://www.iana.org/assignments/relation/");
            Some(Link {
                rel: registered.unwrap_or(&rel).to_owned(),
                url: url_of(&given, scope)?,
                media_type: element.attribute("type").map(str::to_owned),
                language: element.attribute("hreflang").map(str::to_ascii_lowercase),
                length: number(element, "length"),
                title: element.attribute("title").map(str::to_owned),
            })
        })
        .collect()
}

/// What services that count readers put in the place of an address, they say elsewhere.
const FIRST_LINK: &[&str] = &["feedburner:origlink", "pheedo:origlink"];

/// The page of an item: its link, of several the one in its language; else an identifier that is
/// the address of a page.
fn url(item: &Element, links: &[Link], language: Option<&str>, scope: &Scope) -> Option<String> {
    if let Some(first) = FIRST_LINK.iter().find_map(|name| texts_of(item, name).next()) {
        return url_of(&first, scope);
    }
    let pages = || links.iter().filter(|link| link.rel == "alternate");
    let html = || pages().filter(|link| link.is_html(true));
    let tag = language.map(str::to_ascii_lowercase);
    let same = |link: &&Link| tag.is_some() && link.language == tag;
    if let Some(link) = html().find(same).or_else(|| html().next()).or_else(|| pages().next()) {
        return Some(link.url.clone());
    }
    let guid = item.elements().find(|element| matches!(&*element.key, "guid" | "atom:guid"));
    let is_said = |guid: &&Element, says: &[&str]| {
        let value = guid.attribute("ispermalink").map(str::to_ascii_lowercase);
        value.is_some_and(|value| says.contains(&value.trim()))
    };
    let permalink = guid.filter(|guid| !is_said(guid, &["false", "no", "0"]));
    // Only a permalink that is said to be one may be relative.
    let is_relative = guid.is_some_and(|guid| is_said(&guid, &["true", "yes", "1"]));
    let is_page = |guid: &String| is_address(guid) || is_relative && guid.starts_with('/');
    let id = || texts_of(item, "atom:id").find(|id| is_address(id));
    let content = elsewhere(item).filter(|content| !plays(content.attribute("type")));
    let given = [
        permalink.map(|guid| guid.text().trim().to_owned()).filter(is_page),
        item.attribute("rdf:about").filter(|about| is_address(about)).map(str::to_owned),
        item.attribute("href").map(str::to_owned),
        content.and_then(|content| content.attribute("src")).map(str::to_owned),
        id(),
    ];
    given.into_iter().flatten().find_map(|given| url_of(&given, scope))
}

/// The content of an entry that stands elsewhere (RFC 4287, section 4.1.3.2).
pub(super) fn elsewhere(item: &Element) -> Option<&Element> {
    let content = first(item, &["atom:content", "content"]);
    content.filter(|content| content.attribute("src").is_some())
}

/// Whether a media type is that of a file to see or to hear.
pub(super) fn plays(media_type: Option<&str>) -> bool {
    let kind = media_type.unwrap_or("").to_ascii_lowercase();
    ["image/", "audio/", "video/"].iter().any(|class| kind.starts_with(class))
}

pub(super) fn is_address(text: &str) -> bool {
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

/// An absolute URL from what is given.
pub(super) fn url_of(given: &str, scope: &Scope) -> Option<String> {
    address(given, scope.base.as_ref())
}

/// Names from elements, of the first group that has any; an address of mail only where no
/// group has a name. One element may name several.
pub(super) fn authors<'e>(
    elements: impl IntoIterator<Item = &'e Element>,
    groups: &[&[&str]],
) -> Vec<String> {
    let elements: Vec<_> = elements.into_iter().collect();
    let mut addresses = Vec::new();
    for group in groups {
        let found = elements.iter().filter(|element| group.contains(&element.key.as_str()));
        let mut names: Vec<_> =
            found.filter_map(|element| person(element)).flat_map(several).collect();
        unique(&mut names, String::clone);
        if names.iter().any(|name| !name.contains('@')) {
            return names;
        }
        if addresses.is_empty() {
            addresses = names;
        }
    }
    addresses
}

/// What those do in a podcast who make it; guests and engineers do not. Without a role one is a
/// host (Podcasting 2.0).
const MAKERS: &[&str] =
    &["host", "co-host", "guest host", "author", "writer", "co-writer", "reporter", "narrator"];

/// A person: an element with a `name`, or text as `mail (Name)`, `Name <mail>`.
fn person(element: &Element) -> Option<String> {
    let role = element.attribute("role").filter(|_| element.key == "podcast:person");
    if role.is_some_and(|role| !MAKERS.contains(&role.trim().to_ascii_lowercase().as_str())) {
        return None;
    }
    let within = ["atom:name", "name", "atom:email", "email", "atom:uri", "uri", "url", "homepage"];
    match first(element, &within) {
        Some(name) => name_of(&name.text()),
        None => {
            let text = element.text();
            let plain = has_tags(&text).then(|| to_text(&text));
            let name = name_of(plain.as_deref().unwrap_or(&text))?;
            let by = name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("by "));
            Some(if by { name.get(3..)?.to_owned() } else { name })
        }
    }
}

fn subjects(item: &Element, scope: &Scope) -> Vec<Subject> {
    let mut subjects: Vec<Subject> = Vec::new();
    let media = item.elements().filter(|e| matches!(&*e.key, "media:group" | "media:content"));
    for element in item.elements().chain(media.flat_map(Element::elements)) {
        let key = element.key.as_str();
        if KEYWORDS.contains(&key) {
            for word in element.text().split(',') {
                subjects.push(Subject::new(one_line(word)));
            }
            continue;
        }
        let Some((_, default)) = SUBJECTS.iter().find(|(name, _)| *name == key) else { continue };
        // iTunes has narrower subjects within.
        let mut next = Some(element);
        while let Some(element) = next {
            let attribute = |names: &[&str]| {
                names.iter().find_map(|name| element.attribute(name)).map(str::to_owned)
            };
            let words = || read(element, scope).line();
            let code =
                attribute(&["term", "text"]).or_else(words).or_else(|| attribute(&["label"]));
            let scheme = attribute(&["scheme", "domain"]).or_else(|| default.map(str::to_owned));
            if let Some(code) = code {
                let name = attribute(&["label"]).filter(|label| *label != code);
                subjects.push(Subject { scheme, code, name });
            }
            next = first(element, &["itunes:category"]);
        }
    }
    subjects.retain(|subject| !subject.code.is_empty());
    unique(&mut subjects, |subject| (subject.scheme.clone(), subject.code.clone()));
    subjects
}

/// The language that an item says, or that its chief text is marked with; empty where that is
/// said to be none.
fn language(item: &Element, scope: &Scope) -> Option<String> {
    let said = first(item, &["dc:language", "language", "dcterms:language"]);
    let said = said.map(|element| element.text().trim().to_owned()).filter(|tag| !tag.is_empty());
    said.or_else(|| {
        let text = [CONTENT, SUMMARY, HEADLINE].iter().find_map(|names| first(item, names));
        text.map_or(Cow::Borrowed(scope), |text| scope.enter(text)).language.clone()
    })
}

fn dates(article: &mut NewArticle, item: &Element) {
    let published = dated(item, PUBLISHED);
    let modified = dated(item, MODIFIED);
    let modified = modified.or_else(|| item.attribute("lastmod").and_then(dates::parse));
    // Atom asks for a date of change only: it is the date of what never changed.
    article.published = published.or(modified);
    article.modified = modified;
    if article.published.is_none() {
        // What could not be read.
        let mut names = PUBLISHED.iter().chain(MODIFIED);
        article.published_raw = names.find_map(|name| texts_of(item, name).next());
    }
}

/// The date of the first of these elements that has one; of several, the last.
fn dated(item: &Element, names: &[&str]) -> Option<Date> {
    let mut dates = names.iter().flat_map(|name| texts_of(item, name).rev());
    dates.find_map(|text| dates::parse(&text))
}

/// What the elements of a name say.
pub(super) fn texts_of<'e>(
    item: &'e Element,
    name: &'e str,
) -> impl DoubleEndedIterator<Item = String> {
    let found = item.elements().filter(move |element| element.key == name);
    found.map(|element| element.text().trim().to_owned()).filter(|text| !text.is_empty())
}
