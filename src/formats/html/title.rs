//! The headline, without the name of the site.

mod heading;
mod shown;

use super::date::is_date;
use super::metadata::{Metadata, Object, is_a, plain, text};
use super::tree::{Node, Page};
use crate::formats::markup::is_any;
use crate::formats::words::letters;
use heading::{heading, is_articles, named, names_site};
use html5ever::local_name;
use shown::{heads_text, is_dense, is_strange, large};
use std::cell::OnceCell;
use std::collections::HashSet;
use unicode_normalization::UnicodeNormalization;
use url::Url;

/// What parts a headline from the names beside it in a title.
const SEPARATORS: &[&str] = &[
    " | ", " - ", " – ", " — ", " · ", " • ", " » ", " « ", " :: ", " // ", " / ", " > ", " < ",
    " ‹ ", " › ", " ~ ", " : ", ": ", "： ", "：", "｜", "|", "_", " -- ", "- ", " -", "—", "–",
];

/// What parts them on old pages, where nothing but the title gives a headline.
const FULL_STOP: &[&str] = &[". "];

/// `meta` elements that give a headline, and what they are worth beside others.
const METAS: &[(&str, u32)] = &[
    ("og:title", 4),
    ("parsely-title", 1),
    ("sailthru.title", 1),
    ("citation_title", 1),
    ("dc.title", 1),
    ("dcterms.title", 1),
    ("hdl", 4),
    ("headline", 4),
    ("twitter:title", 1),
    ("title", 1),
];

/// What a schema.org headline, the page's title and its heading are worth.
const HEADLINE: u32 = 6;
const TITLE: u32 = 3;
const HEADING: u32 = 4;

/// What a heading is worth that is named as the article's, and that the page's title says.
const NAMED: u32 = 6;

/// `meta` elements that name who made a page, which may be the site.
const MAKERS: &[&str] = &["author", "dc.creator", "dcterms.creator"];

/// What the only heading of an article is worth that says otherwise what its title says, where no
/// metadata state a headline: those of a page for search engines and networks are others.
const ONLY: u32 = 12;
const STATED: &[&str] = &["headline", "hdl"];

/// The word for a page before its number.
const PAGES: &[&str] = &[
    "page",
    "seite",
    "página",
    "pagina",
    "halaman",
    "hal",
    "sayfa",
    "strona",
    "strana",
    "side",
    "sida",
    "sivu",
    "страница",
    "стр.",
    "сторінка",
    "oldal",
    "trang",
    "صفحة",
    "σελίδα",
];

/// Bytes of a title in which a page's number is looked for.
const LONGEST: usize = 1_000;

/// The names that the site goes by, as [`spelling`]s.
pub(super) fn site_names(metadata: &Metadata, url: Option<&Url>) -> Vec<String> {
    const GIVEN: &[&str] =
        &["og:site_name", "application-name", "apple-mobile-web-app-title", "dc.publisher"];
    let given = GIVEN.iter().flat_map(|name| metadata.metas(name)).map(plain);
    let publishers = metadata.values("publisher").filter_map(text);
    // The one who writes a blog may be said to be both.
    let is_site =
        |object: &&Object| is_a(object, &["WebSite", "Organization"]) && !is_a(object, &["Person"]);
    let sites = metadata.others.iter().filter(is_site);
    let sites = sites.flat_map(|site| ["name", "alternateName"].map(|name| site.get(name)));
    let sites = sites.flatten().filter_map(text);
    let host = url.and_then(Url::host_str).map(|host| host.strip_prefix("www.").unwrap_or(host));
    let labels = host.into_iter().flat_map(|host| host.split('.')).filter(|label| label.len() > 3);
    let hosts = host.into_iter().chain(labels).map(str::to_owned);
    let names = given.chain(publishers).chain(sites).chain(hosts);
    names.map(|name| spelling(&name)).filter(|name| name.chars().count() > 1).collect()
}

/// Letters without marks: `notícias` in a name is `noticias` in a host.
pub(super) fn spelling(name: &str) -> String {
    if name.is_ascii() {
        return letters(name);
    }
    letters(&name.nfd().filter(|c| !('\u{300}'..'\u{370}').contains(c)).collect::<String>())
}

/// Whether a part of a title names the site: as a whole, or with little more or less.
fn is_site(part: &str, sites: &[String]) -> bool {
    let part = spelling(part);
    sites.iter().any(|site| {
        part == *site
            || part.len() > 2
                && (site.len() >= 4 && part.contains(site.as_str()) && part.len() < site.len() * 3
                    || site.contains(&part) && part.len() * 3 > site.len())
    })
}

fn is_site_exactly(part: &str, sites: &[String]) -> bool {
    sites.contains(&spelling(part))
}

/// The headline of a page: what most of those that give one agree on, by their worth.
pub(super) fn find(page: &Page, metadata: &Metadata, sites: &[String]) -> Option<String> {
    let homes = homes(page, sites);
    let headlines = metadata.values("headline").take(2).filter_map(text);
    let mut given: Vec<(u32, String)> = headlines.map(|title| (HEADLINE, title)).collect();
    for (name, worth) in METAS {
        given.extend(metadata.metas(name).take(1).map(|title| (*worth, plain(title))));
    }
    let title = page.named(local_name!("title")).next().map(|(at, _)| plain(&page.raw(at)));
    given.extend(title.clone().map(|title| (TITLE, title)));
    given.extend(metadata.values("name").take(1).filter_map(text).map(|title| (1, title)));
    let is_stated = metadata.values("headline").next().is_some()
        || STATED.iter().any(|name| metadata.metas(name).next().is_some());
    let is_maker = |name: &str| {
        let own = letters(name);
        let mut makers = MAKERS.iter().flat_map(|maker| metadata.metas(maker));
        is_site_exactly(name, sites) || makers.any(|maker| letters(maker) == own)
    };
    let says_site = title.is_some_and(|title| names_site(page, &title, &given, is_maker));
    if says_site {
        given.retain(|(worth, _)| *worth == TITLE);
    }
    let heading = match named(page, &given) {
        Some(heading) => Some((NAMED, heading)),
        None if says_site => None,
        None => heading(page, &given, sites).map(|heading| {
            let worth =
                if !is_stated && is_articles(page, &heading, &given) { ONLY } else { HEADING };
            (worth, heading)
        }),
    };
    let shown = heading.as_ref().map(|(_, heading)| letters(heading));
    given.extend(heading);

    let mut known: HashSet<String> = given.iter().map(|(_, title)| letters(title)).collect();
    let mut old = false;
    if given.len() < 2 {
        let headings = page.nodes().filter(|(_, node)| is_heading(node)).take(20);
        let places: Vec<usize> = headings.map(|(at, _)| at).collect();
        let headings: Vec<String> = places.iter().map(|at| page.line(*at)).collect();
        // A title that the page does not show is that of its section; the heading is the article's.
        let says = |heading: &&String| {
            letters(heading).chars().count() >= 20 && heading.split_whitespace().count() > 3
        };
        let mut long = headings.iter().filter(says);
        let title = given.first().map(|(_, title)| letters(title)).unwrap_or_default();
        if let (Some(only), None) = (long.next(), long.next())
            && !title.contains(&letters(only))
            && !headings.iter().any(|heading| title.contains(&letters(heading)))
        {
            given.push((HEADING, only.clone()));
        }
        known.extend(headings.iter().map(|heading| letters(heading)));
        // Old pages: the headline is a line of the text.
        let texts = page.nodes().filter(|(_, node)| node.is_text() && node.text.len() > 12);
        known.extend(texts.take(400).map(|(_, node)| letters(&node.text)));
        old = true;
        // Nor is its title there.
        let shown = known
            .iter()
            .any(|text| text.len() > 8 && *text != title && title.contains(text.as_str()));
        let is_named = |title: &str| is_maker(title) || homes.iter().any(|home| home == title);
        let named = says_site || given.iter().all(|(_, title)| is_named(title));
        let is_own = |line: &String| !is_date(line) && !is_site(line, sites) && !is_named(line);
        let only = given.first().map(|(_, title)| title.clone());
        let cell = OnceCell::new();
        let strange =
            || *cell.get_or_init(|| only.as_ref().is_some_and(|title| is_strange(page, title)));
        if headings.iter().any(is_own) {
            let is_told = |line: &str| named || strange() && !is_strange(page, line);
            // The highest that a text follows.
            let own = places.iter().zip(&headings).filter(|(at, line)| {
                is_own(line) && letters(line).len() > 3 && heads_text(page, **at) && is_told(line)
            });
            let level = |at: usize| page.get(at).map_or("", |node| &*node.name);
            let own = own.min_by(|(one, _), (other, _)| level(**one).cmp(level(**other)));
            let own = own.map(|(_, heading)| (HEADING, heading.clone()));
            given.extend(own);
        } else if given.len() < 2 && (named || !shown) {
            let line = large(page, &title, named || strange());
            given.extend(line.map(|line| (HEADING, line)));
        }
    }
    let keys: Vec<String> = given.iter().map(|(_, title)| letters(title)).collect();
    let given: Vec<(u32, String, String)> = given
        .iter()
        .zip(&keys)
        .map(|((worth, title), own)| {
            // A word with a colon before it is a part of a headline that several give so.
            let agreed = keys.iter().filter(|other| *other == own).count() > 1;
            // What blogs put before the titles of their pages.
            let title = title.trim_start_matches(['»', '›', '|', ' ']);
            let shown = shown.as_deref();
            let told = Told { sites, homes: &homes, known: &known, agreed, shown, is_stated };
            let mut title = trim(without_page(title), SEPARATORS, &told);
            if old {
                title = trim(title, FULL_STOP, &told);
            }
            let title = without_page(title);
            (*worth, title.to_owned(), letters(title))
        })
        .filter(|(_, title, own)| !own.is_empty() && !is_site_exactly(title, sites))
        .collect();
    let mut best: Option<(u32, &String)> = None;
    for (_, title, own) in &given {
        let same = given.iter().filter(|(_, _, other)| other == own);
        let worth = same.map(|(worth, ..)| worth).sum();
        if best.is_none_or(|(most, _)| worth > most) {
            best = Some((worth, title));
        }
    }
    let (_, best) = best?;
    // "Transport Harbour bridge opens": what stands before the page's title is a topic.
    let untopical = given.iter().map(|(_, title, _)| title).find(|title| {
        let topic = best.strip_suffix(title.as_str()).filter(|topic| topic.ends_with(' '));
        letters(title).len() > 20
            && topic.is_some_and(|topic| {
                topic.trim_end().ends_with(char::is_alphanumeric)
                    && topic.split_whitespace().count() < 4
                    // "5/10/2003: Harbour bridge opens"
                    || topic.ends_with(": ") && is_date(topic)
            })
    });
    let best = untopical.unwrap_or(best);
    // A headline that was cut to fit is whole elsewhere.
    let start = best.trim_end_matches(['.', '…', ' ']);
    let cut = best.ends_with('…') || best.ends_with("...") || best.chars().count() >= 100;
    let mut others = given.iter().map(|(_, title, _)| title);
    let whole = others.find(|title| cut && title.len() > best.len() && title.starts_with(start));
    let best = whole.unwrap_or(best);
    let is_shown = shown.is_some_and(|shown| shown == letters(best));
    Some(if is_shown { best } else { without_section(page, without_tail(best)) }.to_owned())
}

/// A title without the section behind it, which a link of the page names: `… | Island News`.
fn without_section<'t>(page: &Page, title: &'t str) -> &'t str {
    let Some((rest, section)) = title.rsplit_once(" | ") else { return title };
    let own = letters(section);
    let is_longer = rest.split_whitespace().count() > 3 && rest.len() > 2 * section.len();
    if is_longer && is_linked(page, &own) { rest.trim_end() } else { title }
}

/// Whether a link of a page says some letters.
fn is_linked(page: &Page, own: &str) -> bool {
    let links = page.named(local_name!("a")).filter(|(at, _)| page.range(*at).len() < 8);
    links.take(LINKS).any(|(at, _)| letters(&page.line(at)) == own)
}

/// Links among which that of a section is.
const LINKS: usize = 500;

/// A title without section and site behind it, where nothing else says what they are: `The harbour
/// bridge opens - Politics - The Baltic Post`. Names are short, and begin with a capital.
fn without_tail(title: &str) -> &str {
    const BETWEEN: &[&str] = &[" - ", " | ", " – ", " — ", " · "];
    let is_name = |part: &str| {
        (1..=4).contains(&part.split_whitespace().count())
            && part.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase())
    };
    let cut = BETWEEN.iter().find_map(|between| {
        let (rest, site) = title.rsplit_once(between)?;
        let (headline, section) = rest.rsplit_once(between)?;
        let is_longer = headline.split_whitespace().count() > 3
            && headline.chars().count() > section.chars().count() + site.chars().count();
        (is_longer && is_name(section) && is_name(site)).then_some(headline)
    });
    cut.map_or(title, str::trim_end)
}

/// The words of a text that say something.
fn words(text: &str) -> HashSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|word| word.chars().count() > 3).collect()
}

fn is_heading(node: &Node) -> bool {
    is_any!(node.name, "h1" | "h2" | "h3" | "h4")
}

/// A title without the number of its page: `… (Page 2 of 3)`, `… Halaman all`, `… - Seite 2`. A page
/// that is spoken of stays: `The Sun brings back Page 3`.
fn without_page(title: &str) -> &str {
    let title = title.trim_end();
    if title.len() > LONGEST {
        return title;
    }
    let (inner, close) = match title.strip_suffix(')') {
        Some(inner) => (inner, true),
        None => (title, false),
    };
    let is_number = |word: &str| {
        !word.is_empty() && word.len() < 4 && word.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_numbers = |word: &str| word.split('/').all(is_number) || matches!(word, "all" | "semua");
    let mut words: Vec<&str> = inner.split(' ').collect();
    let all_words = words.len();
    if let [.., of, all] = *words
        && is_number(all)
        && matches!(
            of,
            "of" | "von" | "de" | "sur" | "di" | "van" | "dari" | "z" | "из" | "av" | "af"
        )
    {
        words.truncate(words.len() - 2);
    }
    let Some([page, number]) = words.last_chunk::<2>() else { return title };
    let lower = page.trim_start_matches('(').to_lowercase();
    if !is_numbers(number) || !PAGES.contains(&lower.as_str()) || close != page.starts_with('(') {
        return title;
    }
    let end = words.iter().take(words.len() - 2).map(|word| word.len() + 1).sum::<usize>();
    let before = title.get(..end).unwrap_or("").trim_end();
    let rest = before.trim_end_matches([' ', '-', '–', '—', '|', ',', ':', '·']);
    let is_apart = close || rest.len() < before.len() || words.len() < all_words;
    let is_told = is_apart || matches!(*number, "all" | "semua");
    if rest.is_empty() || !is_told { title } else { rest }
}

/// Whether an address has no path.
fn is_home(href: &str) -> bool {
    match href.split_once("://") {
        Some((_, rest)) => rest.find('/').is_none_or(|slash| slash + 1 == rest.len()),
        None => matches!(href, "/" | "/index.php" | "/index.html" | "/index.htm"),
    }
}

/// What the first links to the site's first page say: as a rule, what it is called.
fn homes(page: &Page, sites: &[String]) -> Vec<String> {
    // Others have first pages, too.
    let is_own = |href: &str| match href.split_once("://") {
        Some((_, host)) => {
            let host = host.trim_end_matches('/');
            is_site_exactly(host.strip_prefix("www.").unwrap_or(host), sites)
        }
        None => true,
    };
    let links = page.named(local_name!("a")).take(LINKS / 5);
    let is_own_home = |href: &str| is_home(href) && is_own(href);
    let links = links.filter(|(_, node)| node.attr("href").is_some_and(is_own_home));
    let lines = links.take(8).map(|(at, _)| page.line(at));
    lines.filter(|line| (3..60).contains(&line.chars().count())).collect()
}

/// What titles are trimmed by.
struct Told<'a> {
    sites: &'a [String],
    /// What links to the first page of the site say.
    homes: &'a [String],
    known: &'a HashSet<String>,
    /// Several give the same title.
    agreed: bool,
    /// The heading, as [`letters`].
    shown: Option<&'a str>,
    /// Metadata state a headline.
    is_stated: bool,
}

/// A title without the site's name at either end, and without what others do not have.
fn trim<'a>(title: &'a str, separators: &[&str], told: &Told<'_>) -> &'a str {
    let Told { sites, homes, known, agreed, shown, is_stated } = *told;
    let mut title = title.trim();
    for _ in 0..4 {
        let is_known = |part: &str| {
            let part = letters(part);
            let least = if is_dense(&part) { 4 } else { 9 };
            part.chars().count() >= least && known.contains(&part) && part != letters(title)
        };
        // "鳩の日記 古い波止場": nothing but a blank parts them.
        let behind = homes.iter().find_map(|home| title.strip_prefix(home.as_str()));
        let behind = behind.and_then(|rest| rest.strip_prefix(' '));
        let is_headline = |rest: &&str| rest.starts_with(char::is_alphanumeric) && is_known(rest);
        if let Some(rest) = behind.filter(is_headline) {
            title = rest.trim();
            continue;
        }
        let is_whole = shown.is_some_and(|shown| shown == letters(title));
        if let Some(rest) =
            without_brackets(title, |rest, inner| is_site(inner, sites) || is_known(rest))
                .filter(|_| !is_whole)
        {
            title = rest;
            continue;
        }
        let is_shown = title.contains(": ") && is_whole;
        let cut = separators.iter().find_map(|separator| {
            if !title.contains(separator) {
                return None;
            }
            let (last, first) = (title.rsplit_once(separator)?, title.split_once(separator)?);
            let spaced = separator.contains(' ') || matches!(*separator, "|" | "_" | "｜" | "：");
            let is_home = |part: &str| homes.iter().any(|home| home == part);
            let named = |part: &str| {
                is_home(part)
                    || match spaced {
                        true => is_site(part, sites),
                        false => is_site_exactly(part, sites),
                    }
            };
            let by_name = if named(last.1) {
                Some(last.0)
            } else {
                (is_site_exactly(first.0, sites) || is_home(first.0)).then_some(first.1)
            };
            // What follows a colon in the headline shown is a part of it: others are cut short.
            let colon = separator.contains([':', '：']);
            let kept = agreed && colon;
            let parts = match (*separator == ": " && is_shown, kept) {
                (true, _) => [last.1, first.1, "", ""],
                (false, true) => [last.0, first.0, "", ""],
                (false, false) => [last.0, last.1, first.0, first.1],
            };
            // What several give behind a colon, and the headline shown has not, is a section.
            let is_headline = |part: &str| !is_stated && shown.is_some_and(|s| s == letters(part));
            // Between the site and its section.
            let is_between = !kept && !colon && title.matches(separator).count() > 1;
            let within = title.split(separator).filter(|_| is_between);
            let by_others = parts
                .into_iter()
                .chain(within)
                .filter(|part| spaced && is_known(part) && (!kept || is_headline(part)));
            by_name
                .filter(|rest| !letters(rest).is_empty() && !is_site_exactly(rest, sites))
                .or_else(|| by_others.max_by_key(|part| part.len()))
        });
        match cut {
            Some(rest) => title = rest.trim(),
            None => break,
        }
    }
    title.trim_matches(|c: char| c.is_whitespace() || c == '|')
}

/// A title without what stands in brackets at its end or its beginning, where that is the site:
/// `橋が開通【海洋新聞】`.
fn without_brackets(title: &str, is: impl Fn(&str, &str) -> bool) -> Option<&str> {
    const BRACKETS: &[(char, char)] =
        &[('【', '】'), ('［', '］'), ('（', '）'), ('＜', '＞'), ('[', ']'), ('(', ')')];
    BRACKETS.iter().find_map(|(open, close)| {
        let last = title.strip_suffix(*close).and_then(|title| title.rsplit_once(*open));
        let first = title.strip_prefix(*open).and_then(|title| title.split_once(*close));
        let parts = [last, first.map(|(inner, rest)| (rest, inner))];
        let cut = parts.into_iter().flatten().find(|(rest, inner)| is(rest.trim(), inner));
        cut.map(|(rest, _)| rest.trim()).filter(|rest| !rest.is_empty())
    })
}
