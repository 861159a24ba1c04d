//! Whether what was read is what a clause expects. Texts are compared without their markup and
//! without white space: the model keeps plain text, feedparser its own form of HTML.

use crate::expect::{Clause, Literal, Path};
use newsdb::formats::dates;
use newsdb::{Channel, Date, NewArticle};

/// What a reader made of a feed.
#[derive(Debug, Default)]
pub struct Feed {
    pub channel: Channel,
    pub articles: Vec<NewArticle>,
}

/// `None` where the model keeps nothing of the kind.
pub fn judge(clause: &Clause, feed: &Feed) -> Option<bool> {
    match clause {
        Clause::Other(_) => None,
        Clause::Length(of, number) if of.trim() == "entries" => {
            Some(feed.articles.len() as i64 == *number)
        }
        Clause::Length(of, number)
            if of.trim().starts_with("entries[0]") && of.contains("tags") =>
        {
            Some(feed.articles.first().is_some_and(|a| a.subjects.len() as i64 == *number))
        }
        Clause::Length(..) => None,
        Clause::Has(path, there) => {
            let is_kept = ["link", "title", "id", "language", "published", "summary"];
            if !is_kept.contains(&path.name.as_str()) {
                return None;
            }
            Some(values(path, feed)?.iter().any(|value| !value.is_empty()) == *there)
        }
        Clause::Is(path, literal) => is(path, literal, feed),
    }
}

fn is(path: &Path, literal: &Literal, feed: &Feed) -> Option<bool> {
    if path.name.ends_with("_parsed") || DATES.contains(&path.name.as_str()) {
        let found = date(path, feed)?;
        return Some(match literal {
            Literal::Text(text) => found.is_some() && found == dates::parse(text),
            Literal::Tuple(parts) => found.is_some_and(|found| {
                let text = found.at().format("%Y %m %d %H %M %S").to_string();
                let numbers = text.split(' ').map(|part| part.parse::<i64>().unwrap());
                numbers.eq(parts.iter().take(6).copied())
            }),
            _ => found.is_none(),
        });
    }
    if let Literal::Dict(pairs) = literal {
        if !path.name.starts_with("enclosures") {
            return None;
        }
        let mut all = pairs.iter().filter_map(|(key, value)| {
            let name = format!("{}.{key}", path.name);
            is(&Path { entry: path.entry, name }, value, feed)
        });
        return Some(all.all(|right| right));
    }
    let found = values(path, feed)?;
    let given = match literal {
        Literal::None => return Some(found.iter().all(String::is_empty)),
        Literal::Number(number) => number.to_string(),
        Literal::Text(text) => text.clone(),
        _ => return None,
    };
    let urls: Vec<_> = addresses(&given);
    let right = found.iter().any(|value| same(value, &given));
    // Addresses in markup are to be absolute.
    let html = path.entry.and_then(|n| feed.articles.get(n)?.body_html.clone());
    let linked = match html {
        Some(html) if path.name == "content.0.value" => {
            urls.iter().all(|url| html.contains(url.as_str()))
        }
        _ => true,
    };
    Some(right && linked)
}

const DATES: &[&str] = &["published", "updated", "created", "modified", "issued", "date"];

fn date(path: &Path, feed: &Feed) -> Option<Option<Date>> {
    let article = feed.articles.get(path.entry?);
    let pick = |pick: fn(&NewArticle) -> Option<Date>| article.and_then(pick);
    Some(match path.name.trim_end_matches("_parsed") {
        "published" | "created" | "issued" => pick(|a| a.published),
        // What Dublin Core calls the date is an update to feedparser, and the only date.
        "updated" | "modified" | "date" => pick(|a| a.modified.or(a.published)),
        _ => return None,
    })
}

/// The values that may answer to a path: `None` for what the model does not keep.
fn values(path: &Path, feed: &Feed) -> Option<Vec<String>> {
    let of = |value: &Option<String>| vec![value.clone().unwrap_or_default()];
    let Some(number) = path.entry else {
        let channel = &feed.channel;
        return Some(match path.name.as_str() {
            "title" | "title_detail.value" => of(&channel.title),
            "language" => of(&channel.language),
            "link" => of(&channel.site),
            _ => return None,
        });
    };
    let empty = NewArticle::default();
    let article = feed.articles.get(number).unwrap_or(&empty);
    let (list, rest) = path.name.split_once('.').unwrap_or((&path.name, ""));
    let (index, member) = rest.split_once('.').unwrap_or((rest, ""));
    let at = index.parse::<usize>().unwrap_or(0);
    Some(match path.name.as_str() {
        "title" | "title_detail.value" => of(&article.headline),
        "link" => of(&article.url),
        "id" | "guid" => of(&article.id),
        // feedparser has one text stand for the other where there is but one.
        "summary" | "description" | "summary_detail.value" => {
            let mut all = of(&article.summary);
            if article.summary.is_none() {
                all.extend(of(&article.body));
            }
            all
        }
        "content.0.value" => [of(&article.body), of(&article.summary)].concat(),
        "content.0.language" | "language" => of(&article.language),
        "author" | "author_detail.name" => of(&article.authors.first().cloned()),
        "category" => of(&article.subjects.first().map(|subject| subject.code.clone())),
        "image.href" | "media_thumbnail.0.url" => {
            article.images.iter().map(|image| image.url.clone()).collect()
        }
        "source.title" => of(&article.source_name),
        "source.link" | "source.href" => of(&article.source_url),
        _ => match (list, member) {
            ("authors", "name") => of(&article.authors.get(at).cloned()),
            ("tags", _) => {
                let subject = article.subjects.get(at);
                match member {
                    "term" => of(&subject.map(|subject| subject.code.clone())),
                    "scheme" => of(&subject.and_then(|subject| subject.scheme.clone())),
                    "label" => of(&subject.and_then(|subject| subject.name.clone())),
                    _ => return None,
                }
            }
            ("enclosures", _) => {
                let enclosure = article.enclosures.get(at);
                match member {
                    "url" | "href" => of(&enclosure.map(|e| e.url.clone())),
                    "type" => of(&enclosure.and_then(|e| e.media_type.clone())),
                    "length" => of(&enclosure.and_then(|e| e.length).map(|n| n.to_string())),
                    _ => return None,
                }
            }
            _ => return None,
        },
    })
}

/// Whether two texts say the same: as they are, or one without its markup.
fn same(found: &str, given: &str) -> bool {
    let squeeze = |text: &str| text.split_whitespace().collect::<String>();
    // `Name (mail)` is a name.
    let name = given.split_once(" (").filter(|(_, mail)| mail.contains('@'));
    let forms = [given.to_owned(), plain(given), name.map_or(given, |(name, _)| name).to_owned()];
    let tag = |text: &str| text.replace('_', "-").to_ascii_lowercase();
    let found_forms = [squeeze(found), squeeze(&plain(found))];
    forms.iter().any(|form| found_forms.contains(&squeeze(form)))
        || (given.len() <= 5 && tag(found) == tag(given))
}

/// A text without tags and references.
fn plain(html: &str) -> String {
    let (mut text, mut rest) = (String::new(), html);
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let is_tag = after.starts_with(|c: char| c.is_ascii_alphabetic() || "/!".contains(c));
        match after.split_once('>') {
            Some((_, tail)) if is_tag => rest = tail,
            _ => {
                text.push('<');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    let (mut out, mut rest) = (String::new(), text.as_str());
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let reference = after.split_once(';').and_then(|(name, tail)| {
            let number = name.strip_prefix('#').and_then(|number| {
                let hex = number.strip_prefix(['x', 'X']);
                let code = match hex {
                    Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(code).map(String::from)
            });
            let named = || {
                let (code, _) = html5ever::data::NAMED_ENTITIES.get(&format!("{name};"))?;
                char::from_u32(*code).filter(|c| *c != '\0').map(String::from)
            };
            Some((number.or_else(named)?, tail))
        });
        match reference {
            Some((value, tail)) => {
                out.push_str(&value);
                rest = tail;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out + rest
}

/// The whole addresses in the attributes of a markup.
fn addresses(html: &str) -> Vec<String> {
    ["href=\"", "src=\""]
        .iter()
        .flat_map(|name| html.split(name).skip(1))
        .filter_map(|rest| rest.split_once('"'))
        .map(|(url, _)| url.to_owned())
        .filter(|url| url.starts_with("http"))
        .filter_map(|url| url::Url::parse(&url).ok())
        .map(String::from)
        .collect()
}
