//! What a page says of itself: schema.org objects from JSON-LD, microdata and RDFa, and the
//! `meta` and `link` elements.

use super::tree::{Node, Page};
use super::{json, state};
use crate::formats::byline::is_by;
use crate::formats::markup::to_text;
use crate::formats::words::{letters, one_line};
use html5ever::local_name;
use serde_json::{Map, Value};
use std::collections::HashMap;
use url::Url;

pub(super) type Object = Map<String, Value>;

/// schema.org's types of articles. Those that end in one of them count as well.
const ARTICLES: &[&str] = &["Article", "BlogPosting", "SocialMediaPosting", "Report", "NewsItem"];

/// Where else an article may stand in a JSON-LD object. Lists of other articles are not here.
const WITHIN: &[&str] = &["@graph", "mainEntity", "mainEntityOfPage", "about"];

/// The properties of microdata and RDFa that are kept.
const PROPERTIES: &[&str] = &[
    "alternativeHeadline",
    "articleSection",
    "author",
    "caption",
    "contentUrl",
    "creator",
    "dateCreated",
    "dateModified",
    "datePublished",
    "description",
    "headline",
    "image",
    "inLanguage",
    "keywords",
    "mainEntityOfPage",
    "name",
    "publisher",
    "thumbnailUrl",
    "url",
];

/// Those that mean an article's even where nothing says that there is one.
const UNSCOPED: &[&str] =
    &["articleSection", "author", "dateModified", "datePublished", "headline"];

/// A property's text is no longer than this.
const LONGEST: usize = 2_000;

/// What a page says of itself.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    /// The schema.org objects of the page's article, the most trusted first: JSON-LD, then
    /// microdata and RDFa.
    pub(super) articles: Vec<Object>,
    /// The other objects of the page's JSON-LD: the web page, the organisation, breadcrumbs.
    pub(super) others: Vec<Object>,
    /// Names in lower case (`og:title`, `author`) and contents.
    metas: Vec<(String, String)>,
    /// `rel` in lower case, and `href`.
    links: Vec<(String, String)>,
}

impl Metadata {
    pub(super) fn new(page: &Page, url: Option<&str>) -> Self {
        let mut metadata = Self::default();
        let mut scripts = Vec::new();
        for (at, node) in page.nodes() {
            match &*node.name {
                "meta" => metadata.add_meta(node),
                "link" => {
                    if let (Some(rel), Some(href)) = (node.attr("rel"), node.attr("href")) {
                        metadata.links.push((rel.to_lowercase(), href.to_owned()));
                    }
                }
                "script" if node.attr("type").is_some_and(is_json_ld) => scripts.push(at),
                _ => {}
            }
        }
        metadata.add_labelled();
        let mut objects = Vec::new();
        for at in scripts {
            for value in json::values(&page.raw(at)) {
                collect(value, &mut objects, 0);
            }
        }
        resolve(&mut objects);
        let (articles, others): (Vec<_>, Vec<_>) = objects.into_iter().partition(is_article);
        metadata.others = others;
        metadata.articles = metadata.of_page(articles, page, url);
        metadata.articles.extend(microdata(page));
        if metadata.text_as_is("articleBody").is_none() {
            let title = page.named(local_name!("title")).next().map(|(at, _)| page.raw(at));
            let titles = [metadata.meta(&["og:title"]), title.as_deref()];
            let titles: Vec<&str> = titles.into_iter().flatten().collect();
            let found = state::article(page, &titles);
            metadata.articles.extend(found);
        }
        metadata
    }

    fn add_meta(&mut self, node: &Node) {
        let Some(content) = node.attr("content").or_else(|| node.attr("value")) else { return };
        for attr in ["property", "name", "itemprop", "http-equiv"] {
            for name in node.attr(attr).into_iter().flat_map(str::split_whitespace) {
                let pair = (name.to_lowercase(), content.to_owned());
                if pair.0 == "parsely-page" {
                    self.add_parsely(content);
                }
                // Of a publisher's own: `cXenseParse:abc-author`.
                if pair.0.starts_with("cxenseparse:") && pair.0.ends_with("-author") {
                    self.metas.push(("cxenseparse:author".to_owned(), content.to_owned()));
                }
                if self.metas.last() != Some(&pair) {
                    self.metas.push(pair);
                }
            }
        }
    }

    /// What is labelled as the author's name on cards: `twitter:label2` is "Written by".
    fn add_labelled(&mut self) {
        for number in [1, 2] {
            let label = self.meta(&[&format!("twitter:label{number}")]);
            if label.is_some_and(is_by) {
                let name = self.meta(&[&format!("twitter:data{number}")]).map(str::to_owned);
                self.metas.extend(name.map(|name| ("twitter:author".to_owned(), name)));
            }
        }
    }

    /// An object in which Parse.ly's older markup has what its `parsely-…` elements say.
    fn add_parsely(&mut self, content: &str) {
        let Some(Value::Object(page)) = json::first(content) else { return };
        for (own, name) in [
            ("authors", "parsely-author"),
            ("author", "parsely-author"),
            ("pub_date", "parsely-pub-date"),
        ] {
            let values = items(page.get(own)).iter().take(20).filter_map(Value::as_str);
            self.metas.extend(values.map(|value| (name.to_owned(), value.to_owned())));
        }
    }

    /// The articles that are the page's own, the likeliest first.
    fn of_page(&self, articles: Vec<Object>, page: &Page, url: Option<&str>) -> Vec<Object> {
        if articles.len() < 2 {
            return articles;
        }
        let titles: Vec<String> = [self.meta(&["og:title"]).map(str::to_owned)]
            .into_iter()
            .flatten()
            .chain(page.named(local_name!("h1")).take(3).map(|(at, _)| page.line(at)))
            .chain(page.named(local_name!("title")).take(1).map(|(at, _)| page.raw(at)))
            .map(|title| letters(&title))
            .collect();
        let addresses: Vec<&str> = [url, self.link("canonical"), self.meta(&["og:url"])]
            .into_iter()
            .flatten()
            .map(address)
            .collect();
        let score = |article: &Object| {
            let headline = letters(
                &text_of(article, "headline")
                    .or_else(|| text_of(article, "name"))
                    .unwrap_or_default(),
            );
            let titled = headline.chars().count() > 3
                && titles.iter().any(|title| {
                    title.contains(&headline) || headline.contains(title) && title.len() > 8
                });
            let placed = ["url", "@id", "mainEntityOfPage"].iter().any(|name| {
                address_of(article, name).is_some_and(|own| addresses.contains(&address(&own)))
            });
            2 * u32::from(titled) + u32::from(placed)
        };
        let scores: Vec<u32> = articles.iter().map(score).collect();
        let best = scores.iter().max().copied().unwrap_or(0);
        let mut kept: Vec<_> =
            articles.into_iter().zip(scores).filter(|(_, score)| *score > 0 || best == 0).collect();
        kept.sort_by_key(|(_, score)| std::cmp::Reverse(*score));
        // Without any sign of which is meant, it is the first.
        if best == 0 {
            kept.truncate(1);
        }
        kept.into_iter().map(|(article, _)| article).collect()
    }

    /// The content of the first of several `meta` names that has one.
    pub(super) fn meta(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            let (_, content) = self.metas.iter().find(|(own, _)| own == name)?;
            Some(content.as_str())
        })
    }

    /// The contents of the `meta` elements of a name.
    pub(super) fn metas<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.metas.iter().filter(move |(own, _)| own == name).map(|(_, content)| content.as_str())
    }

    /// The address of the first `link` of a kind.
    pub(super) fn link(&self, rel: &str) -> Option<&str> {
        let mut links = self.links.iter();
        let (_, href) = links.find(|(own, _)| own.split_whitespace().any(|own| own == rel))?;
        Some(href)
    }

    /// What the page's schema.org articles say under a name, the most trusted first; a list is
    /// its items.
    pub(super) fn values<'a>(&'a self, property: &'a str) -> impl Iterator<Item = &'a Value> {
        self.articles.iter().flat_map(move |article| items(article.get(property)))
    }

    /// A text that may have paragraphs, as it was given.
    pub(super) fn text_as_is(&self, property: &str) -> Option<&str> {
        let mut values = self.articles.iter().flat_map(|article| items(article.get(property)));
        values.find_map(Value::as_str)
    }

    /// The first text that the page's schema.org articles have under a name.
    pub(super) fn text(&self, property: &str) -> Option<String> {
        self.articles.iter().find_map(|article| text_of(article, property))
    }
}

fn is_json_ld(kind: &str) -> bool {
    kind.to_lowercase().contains("ld+json")
}

/// A property's values: one, or those of a list.
pub(super) fn items(value: Option<&Value>) -> &[Value] {
    match value {
        None | Some(Value::Null) => &[],
        Some(Value::Array(items)) => items,
        Some(one) => std::slice::from_ref(one),
    }
}

/// The text of a value: a string, or an object's name. Markup in it is taken off.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(plain(text)).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(object) => {
            ["name", "@value", "headline"].iter().find_map(|name| text_of(object, name))
        }
        Value::Array(items) => items.iter().find_map(text),
        _ => None,
    }
}

/// Text on one line, entities and tags taken off.
pub(super) fn plain(text: &str) -> String {
    // What was escaped twice is not rare in metadata.
    let mut text = std::borrow::Cow::Borrowed(text);
    for _ in 0..2 {
        if !text.contains(['&', '<']) {
            break;
        }
        text = to_text(&text).into();
    }
    one_line(&text)
}

fn text_of(object: &Object, property: &str) -> Option<String> {
    items(object.get(property)).iter().find_map(text)
}

/// The address that a property gives: itself, or an object's.
pub(super) fn address_of(object: &Object, property: &str) -> Option<String> {
    items(object.get(property)).iter().find_map(|value| match value {
        Value::String(url) => Some(url.trim().to_owned()).filter(|url| !url.is_empty()),
        Value::Object(object) => {
            ["@id", "url", "contentUrl"].iter().find_map(|name| match object.get(*name) {
                Some(Value::String(url)) if !url.is_empty() => Some(url.trim().to_owned()),
                _ => None,
            })
        }
        _ => None,
    })
}

/// A URL for comparing: without scheme, `www.`, query, fragment and closing slash.
fn address(url: &str) -> &str {
    let url = url.split(['?', '#']).next().unwrap_or(url);
    let url = url.split_once("://").map_or(url, |(_, rest)| rest);
    url.strip_prefix("www.").unwrap_or(url).trim_end_matches('/')
}

fn types(object: &Object) -> impl Iterator<Item = &str> {
    items(object.get("@type")).iter().filter_map(Value::as_str)
}

/// Whether an object is of a type, or of one whose name ends so.
pub(super) fn is_a(object: &Object, kinds: &[&str]) -> bool {
    types(object).any(|own| kinds.iter().any(|kind| own.ends_with(kind)))
}

fn is_article(object: &Object) -> bool {
    is_a(object, ARTICLES)
}

/// The objects of a JSON-LD value that stand for the page or parts of it.
fn collect(value: Value, objects: &mut Vec<Object>, depth: usize) {
    match value {
        Value::Array(values) if depth < 8 => {
            values.into_iter().for_each(|value| collect(value, objects, depth + 1));
        }
        Value::Object(mut object) if depth < 8 => {
            for name in WITHIN {
                // An address is no object.
                if items(object.get(*name)).iter().any(|inner| inner.get("@type").is_some())
                    && let Some(inner) = object.get_mut(*name)
                {
                    let inner = match *name {
                        "@graph" => inner.take(),
                        _ => inner.clone(),
                    };
                    collect(inner, objects, depth + 1);
                }
            }
            if object.contains_key("@type") {
                objects.push(object);
            }
        }
        _ => {}
    }
}

/// Puts the objects in the place of references to them.
fn resolve(objects: &mut [Object]) {
    let id_of = |object: &Object| object.get("@id").and_then(Value::as_str).map(str::to_owned);
    let known: HashMap<String, Object> = objects
        .iter()
        .filter(|object| object.len() > 2)
        .filter_map(|object| Some((id_of(object)?, object.clone())))
        .collect();
    if known.is_empty() {
        return;
    }
    for object in objects.iter_mut().filter(|object| is_article(object)) {
        for property in ["author", "creator", "publisher", "image", "primaryImageOfPage"] {
            let Some(value) = object.get_mut(property) else { continue };
            let values = match value {
                Value::Array(values) => values.as_mut_slice(),
                one => std::slice::from_mut(one),
            };
            for value in values {
                let found = value
                    .as_object()
                    .filter(|object| !object.contains_key("url") || object.len() < 3);
                if let Some(found) = found.and_then(id_of).and_then(|id| known.get(&id)) {
                    *value = Value::Object(found.clone());
                }
            }
        }
    }
}

/// The articles that microdata and RDFa describe, as objects.
fn microdata(page: &Page) -> Vec<Object> {
    let mut properties: HashMap<Option<usize>, Vec<(&str, usize)>> = HashMap::new();
    let mut scopes = Vec::new();
    for (at, node) in page.nodes() {
        if let Some(kind) = kind_of(node)
            && ARTICLES.iter().any(|article| kind.ends_with(article))
        {
            scopes.push(at);
        }
        let Some(names) = node.attr("itemprop").or_else(|| node.attr("property")) else { continue };
        for name in names.split_whitespace() {
            let name = name.rsplit([':', '/']).next().unwrap_or(name);
            if let Some(known) = PROPERTIES.iter().find(|known| known.eq_ignore_ascii_case(name)) {
                let owner = page.ancestors(at).find(|(_, above)| is_scope(above)).map(|(at, _)| at);
                properties.entry(owner).or_default().push((known, at));
            }
        }
    }
    let mut articles: Vec<Object> =
        scopes.iter().take(1).map(|at| item(page, Some(*at), &properties, 0)).collect();
    if articles.is_empty() {
        let mut loose = item(page, None, &properties, 0);
        loose.retain(|name, _| UNSCOPED.contains(&name.as_str()));
        articles.push(loose);
    }
    articles.retain(|article| !article.is_empty());
    articles
}

fn is_scope(node: &Node) -> bool {
    node.attrs.iter().any(|(name, _)| matches!(&**name, "itemscope" | "typeof"))
}

/// The name of the type of a scope.
fn kind_of(node: &Node) -> Option<&str> {
    let kind = node.attr("itemtype").or_else(|| node.attr("typeof"))?;
    kind.split_whitespace().next()?.rsplit(['/', ':', '#']).next()
}

fn item(
    page: &Page,
    scope: Option<usize>,
    properties: &HashMap<Option<usize>, Vec<(&str, usize)>>,
    depth: usize,
) -> Object {
    let mut object = Object::new();
    if let Some(kind) = scope.and_then(|at| page.get(at)).and_then(kind_of) {
        object.insert("@type".into(), kind.into());
    }
    for (name, at) in properties.get(&scope).into_iter().flatten().take(100) {
        let Some(node) = page.get(*at) else { continue };
        let value = if is_scope(node) && depth < 4 {
            Value::Object(item(page, Some(*at), properties, depth + 1))
        } else {
            let given =
                ["content", "datetime", "href", "src"].iter().find_map(|attr| node.attr(attr));
            let short = || page.range(*at).len() < 200;
            let given = match given {
                // A link around a name is a name.
                Some(given)
                    if !(node.attr("href") == Some(given)
                        && *name != "url"
                        && *name != "image") =>
                {
                    given.to_owned()
                }
                _ if short() => page.line(*at),
                _ => continue,
            };
            if given.is_empty() || given.len() > LONGEST {
                continue;
            }
            Value::String(given)
        };
        match object.get_mut(*name) {
            None => drop(object.insert((*name).to_owned(), value)),
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    object
}

/// A URL made absolute: against the page's own, which is its `base` or where it was fetched.
pub(super) fn absolute(url: &str, base: Option<&Url>) -> Option<String> {
    let url = match base {
        Some(base) => base.join(url.trim()).ok()?,
        None => Url::parse(url.trim()).ok()?,
    };
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}
