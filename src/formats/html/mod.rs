//! HTML pages: one page, one article.
//!
//! What a page says of itself is trusted in this order: schema.org JSON-LD, microdata and RDFa,
//! Open Graph and other `meta` elements, what readers see. Where they disagree, see
//! [`title`], [`authors`] and [`body`].

mod authors;
mod blocks;
mod body;
mod boilerplate;
mod boxes;
mod date;
mod json;
mod layers;
mod metadata;
mod state;
mod stray;
mod tables;
mod tidy;
mod title;
mod tree;

use super::encoding::to_utf8;
use super::words::letters;
use super::{Item, ReadOptions};
use crate::annotate::detect_language;
use crate::model::{Image, NewArticle, Place, Reason, Rejected, Subject};
use html5ever::local_name;
use metadata::{Metadata, absolute, address_of, is_a, items, plain, text};
use serde_json::Value;
use std::collections::HashSet;
use std::io::Read;
use std::ops::Range;
use tree::Page;
use url::Url;

/// A page has so many bytes at most.
const PAGE: u64 = 32 << 20;

/// Subjects and keywords of one page, and the characters of each.
const SUBJECTS: usize = 60;
const SUBJECT: usize = 80;

/// Reads a page.
pub(super) fn read(input: impl Read, name: String, options: &ReadOptions) -> Item {
    let place = Place::whole(name);
    let refuse = |reason| Err(Rejected { place: place.clone(), reason });
    let most = PAGE.min(options.limits.article);
    let mut bytes = Vec::new();
    if let Err(error) = input.take(most + 1).read_to_end(&mut bytes) {
        return refuse(Reason::from(&error));
    }
    if bytes.len() as u64 > most {
        return refuse(Reason::OverLimit { limit: "article", allowed: most });
    }
    match article(&bytes, options) {
        Ok(article) => Ok(NewArticle { place, ..article }),
        Err(reason) => refuse(reason),
    }
}

/// The article of a page's bytes.
///
/// # Errors
/// [`Reason::Malformed`] where the page holds no article.
pub(super) fn article(bytes: &[u8], options: &ReadOptions) -> Result<NewArticle, Reason> {
    let html = to_utf8(bytes, options.charset.as_deref());
    let document = tree::parse(&html);
    let page = Page::new(&document);
    let metadata = Metadata::new(&page, options.url.as_deref());
    let url = address(&page, &metadata, options.url.as_deref());
    let base = url.as_deref().and_then(|url| Url::parse(url).ok());
    let sites = title::site_names(&metadata, base.as_ref());
    let headline = title::find(&page, &metadata, &sites);
    let place = body::headline(&page, headline.as_deref());
    let summary = summary(&metadata, headline.as_deref());
    let declared = language(&page, &metadata).or_else(|| super::language(options));
    let about = authors::About {
        title: headline.as_deref(),
        headline: place,
        language: declared.as_deref(),
    };
    let authors = authors::find(&page, &metadata, &sites, &about);
    let given = metadata.text_as_is("articleBody").or_else(|| metadata.text_as_is("text"));
    let clues = body::Clues {
        title: headline.as_deref(),
        headline: place,
        summary: summary.as_deref(),
        authors: &authors,
        given,
        base: base.as_ref(),
    };
    let found = body::find(&page, document, &clues);
    let is_article =
        !metadata.articles.is_empty() || metadata.meta(&["og:type"]) == Some("article");
    let Some(found) = found.or_else(|| {
        (is_article && headline.is_some() && summary.is_some()).then(body::Body::default)
    }) else {
        return Err(Reason::Malformed("the page holds no article: no text was found".into()));
    };
    let language = settle(declared, found.text.as_deref().unwrap_or(""));
    let about = date::About {
        url: url.as_deref(),
        language: language.as_deref(),
        headline: headline.as_deref(),
        authors: &authors,
        now: options.fetched.unwrap_or_else(|| std::time::SystemTime::now().into()),
        fetched: options.fetched,
    };
    let dates = date::dates(&page, &metadata, &about);
    let host = base.as_ref().and_then(Url::host_str);
    let host = host.map(|host| host.strip_prefix("www.").unwrap_or(host).to_owned());
    Ok(NewArticle {
        source: options.source.clone().or(host),
        source_name: publisher(&metadata),
        source_url: base
            .as_ref()
            .map(|url| url.origin())
            .filter(url::Origin::is_tuple)
            .map(|origin| format!("{}/", origin.ascii_serialization())),
        language,
        images: images(&metadata, base.as_ref()),
        subjects: subjects(&metadata),
        url,
        headline,
        summary,
        authors,
        published: dates.published.map(|(date, _)| date),
        published_source: dates.published.map(|(_, source)| source),
        published_raw: dates.published_raw,
        modified: dates.modified.map(|(date, _)| date),
        modified_source: dates.modified.map(|(_, source)| source),
        body: found.text,
        body_html: found.html,
        ..NewArticle::default()
    })
}

/// Where the page is: what the caller says, else what the page says.
fn address(page: &Page, metadata: &Metadata, url: Option<&str>) -> Option<String> {
    if let Some(url) = url {
        return Some(url.to_owned());
    }
    let base =
        page.named(local_name!("base")).find_map(|(_, node)| Url::parse(node.attr("href")?).ok());
    let of_articles = metadata.articles.iter().flat_map(|article| {
        ["url", "mainEntityOfPage", "@id"].into_iter().filter_map(|name| address_of(article, name))
    });
    let given =
        [metadata.link("canonical"), metadata.meta(&["og:url"]), metadata.meta(&["twitter:url"])];
    let given: Vec<String> = given
        .into_iter()
        .flatten()
        .map(str::to_owned)
        .chain(of_articles)
        .chain(metadata.link("amphtml").map(str::to_owned))
        // Of a part of the page: `#article`.
        .filter_map(|url| absolute(url.split("#").next().unwrap_or(&url), base.as_ref()))
        .collect();
    // A canonical address that is the site's own is a template's mistake.
    let is_site = |url: &&String| {
        Url::parse(url).is_ok_and(|url| url.path().len() <= 1 && url.query().is_none())
    };
    given.iter().find(|url| !is_site(url)).or(given.first()).cloned()
}

/// The description, where it says something else than the headline.
fn summary(metadata: &Metadata, headline: Option<&str>) -> Option<String> {
    const METAS: &[&str] = &[
        "og:description",
        "description",
        "twitter:description",
        "dc.description",
        "dcterms.description",
        "sailthru.description",
        "lead",
    ];
    let of_article = ["description", "abstract"].into_iter().filter_map(|name| metadata.text(name));
    let given = METAS.iter().filter_map(|name| metadata.meta(&[name]).map(plain));
    let headline = headline.map(letters);
    of_article.chain(given).find(|summary| {
        let own = letters(summary);
        !own.is_empty() && Some(own) != headline
    })
}

/// The name of who publishes.
fn publisher(metadata: &Metadata) -> Option<String> {
    let name = metadata.values("publisher").find_map(text);
    let name = name.or_else(|| metadata.meta(&["og:site_name"]).map(plain));
    let name = name.or_else(|| {
        let site = metadata.others.iter().find(|object| is_a(object, &["WebSite", "Organization"]));
        site.and_then(|site| site.get("name")).and_then(text)
    });
    let name = name.or_else(|| metadata.meta(&["application-name", "dc.publisher"]).map(plain));
    name.filter(|name| !name.contains("://") && name.chars().count() <= SUBJECT)
}

/// The language that the page declares, as BCP 47 has it.
fn language(page: &Page, metadata: &Metadata) -> Option<String> {
    let html = page
        .named(local_name!("html"))
        .next()
        .and_then(|(_, node)| node.attr("lang").or_else(|| node.attr("xml:lang")));
    let given = [metadata.text("inLanguage"), html.map(str::to_owned)].into_iter().flatten();
    let metas = ["og:locale", "content-language", "dc.language", "dcterms.language", "language"];
    let given =
        given.chain(metas.iter().filter_map(|name| metadata.meta(&[name]).map(str::to_owned)));
    given.map(|tag| tag.split([',', ';', ' ', '.']).next().unwrap_or("").replace('_', "-")).find(
        |tag| {
            let mut parts = tag.split('-');
            parts.next().is_some_and(|first| {
                (2..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic())
            }) && parts
                .all(|part| part.len() <= 8 && part.bytes().all(|b| b.is_ascii_alphanumeric()))
        },
    )
}

/// Bytes of a text that say in which language it is.
const SAMPLE: Range<usize> = 400..3_000;

/// The language declared, unless the text is plainly in another: templates often say `en`.
fn settle(declared: Option<String>, text: &str) -> Option<String> {
    let first = |tag: &str| tag.split('-').next().unwrap_or("").to_ascii_lowercase();
    let doubted = declared.as_deref().is_some_and(|tag| first(tag) == "en");
    if !doubted || text.len() <= SAMPLE.start {
        return declared;
    }
    let mut end = SAMPLE.end.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end).unwrap_or(text);
    let is_english = |word: &&str| matches!(*word, "the" | "of" | "and");
    let english = text.split_ascii_whitespace().filter(is_english).count();
    let latin = text.bytes().filter(u8::is_ascii).count() * 4 > text.len() * 3;
    // Plainly English: these are a tenth of its words, of six bytes each with the blank, and hardly any
    // of others'; and it does not merely quote it.
    if latin && english * 20 * 6 > text.len() {
        return declared;
    }
    let sure = if latin { 0.9 } else { 0.5 };
    let found = detect_language(text);
    let found = found.filter(|found| found.confidence > sure && first(&found.language) != "en");
    found.map_or(declared, |found| Some(found.language))
}

/// The pictures that the metadata names.
fn images(metadata: &Metadata, base: Option<&Url>) -> Vec<Image> {
    let mut images: Vec<Image> = Vec::new();
    let mut seen = HashSet::new();
    let mut add = |url: &str, caption: Option<String>, credit: Option<String>| {
        if let Some(url) = absolute(url, base)
            && seen.insert(url.clone())
        {
            images.push(Image { url, caption, credit });
        }
    };
    for value in metadata.values("image").take(20) {
        match value {
            Value::String(url) => add(url, None, None),
            Value::Object(object) => {
                let url = ["url", "contentUrl", "@id"]
                    .iter()
                    .find_map(|name| items(object.get(*name)).iter().find_map(Value::as_str));
                let of =
                    |names: &[&str]| names.iter().find_map(|name| object.get(*name).and_then(text));
                if let Some(url) = url {
                    add(
                        url,
                        of(&["caption", "description"]),
                        of(&["creditText", "author", "creator", "copyrightHolder"]),
                    );
                }
            }
            _ => {}
        }
    }
    if images.is_empty() {
        let alt = metadata.meta(&["og:image:alt", "twitter:image:alt"]).map(plain);
        for name in [
            "og:image",
            "og:image:url",
            "og:image:secure_url",
            "twitter:image",
            "twitter:image:src",
            "parsely-image-url",
            "sailthru.image.full",
            "thumbnail",
        ] {
            if let Some(url) = metadata.meta(&[name]).and_then(|url| absolute(url, base)) {
                images.push(Image { url, caption: alt, credit: None });
                break;
            }
        }
    }
    images
}

/// Section and keywords.
fn subjects(metadata: &Metadata) -> Vec<Subject> {
    let mut subjects: Vec<Subject> = Vec::new();
    let mut seen = HashSet::new();
    let mut add = |words: &str| {
        let words = words.trim().trim_start_matches('#').trim();
        let count = words.chars().count();
        if subjects.len() < SUBJECTS
            && (2..=SUBJECT).contains(&count)
            && !words.contains("://")
            && seen.insert(words.to_lowercase())
        {
            subjects.push(Subject::new(words));
        }
    };
    metadata.values("articleSection").filter_map(text).for_each(|section| add(&section));
    for name in [
        "article:section",
        "og:article:section",
        "parsely-section",
        "category",
        "section",
        "cxenseparse:category",
        "dc.subject.section",
    ] {
        metadata.metas(name).for_each(|section| add(&plain(section)));
    }
    for value in metadata.values("keywords") {
        match value {
            Value::String(list) => {
                plain(list).split([',', ';', '、', '，', '،']).for_each(&mut add)
            }
            other => text(other).iter().for_each(|word| add(word)),
        }
    }
    for name in [
        "article:tag",
        "og:article:tag",
        "news_keywords",
        "keywords",
        "parsely-tags",
        "sailthru.tags",
        "dc.subject",
        "dcterms.subject",
    ] {
        for list in metadata.metas(name) {
            plain(list).split([',', ';', '、', '，', '،']).for_each(&mut add);
        }
    }
    subjects
}
