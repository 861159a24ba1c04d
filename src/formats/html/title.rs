//! The headline, without the name of the site.

use super::metadata::{Metadata, letters, plain};
use super::tree::Page;
use url::Url;

/// What parts a headline from the names around it in a title.
const SEPARATORS: &[&str] = &[
    " | ", " - ", " – ", " — ", " · ", " • ", " » ", " « ", " :: ", " / ", " > ", " < ", " ‹ ",
    " › ", " ~ ", " * ", "|", " : ", "： ", ": ", "_", " -- ", "｜", "—", " – ", "–", "-",
];

/// `meta` names that give a headline.
const METAS: &[&str] = &[
    "og:title",
    "parsely-title",
    "sailthru.title",
    "citation_title",
    "dc.title",
    "dcterms.title",
    "hdl",
    "headline",
    "twitter:title",
    "twitter:text:title",
    "title",
];

/// The names that the site goes by, as letters.
pub(super) fn site_names(metadata: &Metadata, url: Option<&Url>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let given = [
        "og:site_name",
        "application-name",
        "apple-mobile-web-app-title",
        "dc.publisher",
        "publisher",
        "copyright",
    ];
    names.extend(given.iter().flat_map(|name| metadata.metas(name)).map(letters));
    names.extend(
        metadata.values("publisher").filter_map(super::metadata::text).map(|name| letters(&name)),
    );
    let sites = metadata
        .others
        .iter()
        .filter(|object| super::metadata::is_a(object, &["WebSite", "Organization"]));
    names.extend(
        sites
            .flat_map(|site| {
                ["name", "alternateName"].into_iter().filter_map(|name| site.get(name))
            })
            .filter_map(super::metadata::text)
            .map(|name| letters(&name)),
    );
    if let Some(host) = url.and_then(Url::host_str) {
        let host = host.strip_prefix("www.").unwrap_or(host);
        names.push(letters(host));
        names.extend(host.split('.').filter(|label| label.len() > 3).map(letters));
    }
    names.retain(|name| name.chars().count() > 1);
    names
}

/// Whether a part of a title is a name of the site.
fn is_site(part: &str, sites: &[String]) -> bool {
    let part = letters(part);
    let long = part.chars().count() > 2;
    !part.is_empty()
        && sites.iter().any(|site| {
            part == *site
                || long
                    && (site.len() >= 4
                        && part.contains(site.as_str())
                        && part.len() < site.len() * 3
                        || site.contains(&part) && part.len() * 3 > site.len())
        })
}

/// The headline of a page, by the most trusted of those that agree.
pub(super) fn find(page: &Page, metadata: &Metadata, sites: &[String]) -> Option<String> {
    let mut given: Vec<(u32, String)> = Vec::new();
    for value in metadata.values("headline").take(2) {
        given.extend(super::metadata::text(value).map(|title| (6, title)));
    }
    let headings: Vec<String> = page
        .named("h1")
        .take(8)
        .map(|(at, _)| page.line(at))
        .filter(|line| !line.is_empty())
        .collect();
    for (number, name) in METAS.iter().enumerate() {
        let weight = if number == 0 { 4 } else { 1 };
        given.extend(metadata.metas(name).take(1).map(|title| (weight, plain(title))));
    }
    let title = page.named("title").next().map(|(at, _)| plain(&page.raw(at)));
    given.extend(title.map(|title| (3, title)));
    for value in metadata.values("name").take(1) {
        given.extend(super::metadata::text(value).map(|title| (1, title)));
    }
    // Headings that name the site or the section are no headlines.
    let heading = headings.iter().find(|heading| {
        let own = letters(heading);
        own.len() > 8
            && given.iter().any(|(_, title)| {
                let title = letters(title);
                title.contains(&own) || own.contains(&title) && !title.is_empty()
            })
    });
    let heading = heading.or_else(|| {
        headings.iter().find(|heading| {
            headings.len() == 1 && !is_site(heading, sites) && heading.chars().count() > 8
        })
    });
    given.extend(heading.map(|heading| (4, heading.clone())));

    let others: Vec<String> = given.iter().map(|(_, title)| letters(title)).collect();
    let given: Vec<(u32, String)> = given
        .into_iter()
        .map(|(weight, title)| (weight, trim(&title, sites, &others)))
        .filter(|(_, title)| !title.is_empty() && !is_exactly(title, sites))
        .collect();
    let mut best: Option<(u32, &String)> = None;
    for (_, title) in &given {
        let own = letters(title);
        let weight = given
            .iter()
            .map(|(weight, other)| if letters(other) == own { *weight } else { 0 })
            .sum();
        if best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, title));
        }
    }
    let (_, best) = best?;
    // A headline that was cut to fit is whole elsewhere.
    let cut = best.trim_end_matches(['.', '…', ' ']);
    let whole = given.iter().map(|(_, title)| title).find(|title| {
        best.ends_with(['.', '…'])
            && cut.len() + 2 <= best.len()
            && title.len() > best.len()
            && title.starts_with(cut)
            || best.chars().count() >= 100
                && title.len() > best.len()
                && title.starts_with(best.as_str())
    });
    Some(whole.unwrap_or(best).clone())
}

fn is_exactly(title: &str, sites: &[String]) -> bool {
    let own = letters(title);
    sites.contains(&own)
}

/// A title without the site's name at either end, and without what other titles do not have.
fn trim(title: &str, sites: &[String], others: &[String]) -> String {
    let mut title = title.trim();
    let own = letters(title);
    for _ in 0..3 {
        let cut = SEPARATORS.iter().find_map(|separator| {
            let spaced = separator.starts_with(' ') || separator.ends_with(' ') || !separator.is_ascii() || *separator == "|" || *separator == "_";
            let last = title.rsplit_once(separator).filter(|(rest, part)| {
                let rest_letters = letters(rest);
                !rest_letters.is_empty()
                    && (is_site(part, sites) && (spaced || is_exactly(part, sites))
                        // What remains is a title by itself elsewhere on the page.
                        || spaced && rest_letters.chars().count() > 8 && rest_letters != own && others.contains(&rest_letters))
            });
            if let Some((rest, _)) = last {
                return Some(rest);
            }
            let first = title.split_once(separator).filter(|(part, rest)| {
                spaced && !letters(rest).is_empty() && (is_exactly(part, sites) || rest_is_known(rest, others))
            });
            first.map(|(_, rest)| rest)
        });
        match cut {
            Some(rest) => title = rest.trim(),
            None => break,
        }
    }
    title.trim_matches(|c: char| c.is_whitespace() || c == '|').to_owned()
}

fn rest_is_known(rest: &str, others: &[String]) -> bool {
    let rest = letters(rest);
    rest.chars().count() > 8 && others.contains(&rest)
}
