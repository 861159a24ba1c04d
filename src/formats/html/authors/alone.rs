//! Names that nothing marks as those of authors.

use super::{About, BYLINE, Node, Page, REPORTERS, Refuses, SENTENCES, is_authors_page, is_name};
use crate::formats::byline::{add, has_house, is_joined, is_role, split};
use crate::formats::dates;
use crate::formats::html::date::{EITHER, is_date, is_date_label};
use crate::formats::markup::is_any;
use crate::formats::words::letters;

/// A name that nothing marks as one: on a line of its own below the headline, or under the text.
pub(super) fn find(
    page: &Page,
    text: &str,
    refuses: Refuses<'_>,
    about: &About<'_>,
) -> Vec<String> {
    let lines: Vec<&str> = text.split(['\n', '\t']).map(str::trim).collect();
    let lines: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    let name = |line: &&str| -> Option<String> {
        let mut found = Vec::new();
        let line = without_mail(line);
        split(line, refuses, &mut found);
        let [name] = <[String; 1]>::try_from(found).ok()?;
        let rest = line.strip_prefix(name.as_str());
        // "Yuni Sari - detakNews"
        let is_site = |rest: &str| {
            let marks = [' ', '-', '–', '|', '/'];
            let site = rest.trim_start_matches(marks);
            site.len() < rest.len() && refuses(site)
        };
        let said = rest.is_some_and(|rest| {
            is_role(rest) || is_date(rest) || is_office(&name, rest) || is_site(rest)
        });
        let alone = (said || letters(&name) == letters(line)) && !is_date_label(line);
        (name.contains(' ') && is_name(&name) && alone).then_some(name)
    };
    let person = |name: &str| {
        let mut found = Vec::new();
        split(name, refuses, &mut found);
        found.pop().filter(|found| found == name && name.contains(' ') && is_name(name))
    };
    // "14 May 2021 | Ada Berg and Jon Lund | Local"
    let beside_date = |line: &&str| -> Option<Vec<String>> {
        let line = without_dates(line)?;
        let mut found = Vec::new();
        split(&line, refuses, &mut found);
        let reports = REPORTERS.iter().any(|reporter| line.contains(reporter));
        let whole = |name: &String| is_name(name) && (name.contains(' ') || reports);
        let first = found.first().filter(|_| found.iter().all(whole))?;
        let names: usize = found.iter().map(|name| letters(name).len()).sum();
        let part = BESIDE.iter().filter_map(|mark| line.split(mark).next()).min_by_key(|p| p.len());
        let is_most = names * 5 >= letters(part.unwrap_or(&line)).len() * 2;
        (line.starts_with(first.as_str()) && is_most).then_some(found)
    };
    let one = |name| vec![name];
    let title = about.title.map(letters).unwrap_or_default();
    let below = || {
        // A line below the headline may stand in its element.
        let is_headline = |line: &&str| {
            let own = letters(line);
            own == title || title.len() > 20 && own.starts_with(&title)
        };
        let at = lines.iter().take(400).position(is_headline)?;
        let below = lines.get(at + 1..lines.len().min(at + 5))?;
        let is_dated = |line: &&str| line.len() < 80 && !dates::find(line, &EITHER).is_empty();
        let role = |line: &&str| person(with_role(line)?).map(one);
        if below.iter().any(is_dated) {
            let found = |line| name(line).map(one).or_else(|| beside_date(line));
            // Whom the headline is about did not write it.
            let writes = |names: &Vec<String>| !names.iter().any(|n| title.contains(&letters(n)));
            let found = |line| found(line).or_else(|| role(line)).filter(writes);
            return below.iter().find_map(found);
        }
        let near = below.get(..2)?;
        // What says where someone works is written of no other line.
        let at_work = |line: &&str| {
            let may = line.contains('/') || line.contains(". ");
            may.then(|| name(line))?.filter(|name| {
                line.strip_prefix(name.as_str()).is_some_and(|rest| is_office(name, rest))
            })
        };
        if let Some(name) = near.iter().find_map(at_work) {
            return Some(one(name));
        }
        match about.language.is_some_and(capitals_tell) {
            true => near.iter().find_map(name).map(one),
            // A role stands behind the name, or in the line below it.
            false => near.iter().find_map(role).or_else(|| {
                name(near.first().filter(|_| near.get(1).is_some_and(|line| ends_as_role(line)))?)
                    .map(one)
            }),
        }
    };
    let to_the_right = || {
        let right = page.nodes().filter(|(_, node)| {
            let styled = || node.attr("style")?.replace(' ', "").find("text-align:right");
            is_any!(node.name, "p" | "div")
                && (node.attr("align") == Some("right") || styled().is_some())
        });
        right.filter_map(|(at, _)| name(&page.line(at).as_str())).last().map(one)
    };
    let in_signature = || {
        let ends =
            |line: &&str| line.chars().count() >= SENTENCES && line.ends_with(['.', '!', '?']);
        let last = lines.iter().rposition(ends)?;
        lines.iter().skip(last + 1).take(SIGNED).find_map(|line| person(signed(line)?)).map(one)
    };
    let under = || {
        let last = lines.iter().rposition(|line| line.chars().count() >= SENTENCES)?;
        let line = lines.get(last + 1)?;
        let is_heading = || {
            let own = letters(line);
            let headings = page.nodes().filter(|(_, node)| is_any!(node.name, "h2" | "h3" | "h4"));
            headings.take(100).any(|(at, _)| letters(&page.line(at)) == own)
        };
        name(line).filter(|_| !is_heading()).map(one)
    };
    // Above their address.
    let addressed = || {
        let pairs = lines.windows(2).take(200).filter(|pair| is_mail_address(pair[1]));
        pairs.filter_map(|pair| name(&pair[0])).next().map(one)
    };
    let told = || lines.iter().rev().take(BELOW).find_map(|line| person(of_note(line)?)).map(one);
    let found = below()
        .or_else(to_the_right)
        .or_else(in_signature)
        .or_else(under)
        .or_else(addressed)
        .or_else(told);
    found.unwrap_or_else(|| in_brackets(&lines, refuses))
}

/// A line without the address behind a name, as archives of mail have it: `Ada Berg (ada@berg.example)`,
/// `Ada Berg ada at berg.example`.
fn without_mail(line: &str) -> &str {
    let at = line.find('@').or_else(|| {
        let (before, host) = line.split_once(" at ")?;
        let is_host = !host.contains(' ') && host.contains('.');
        is_host.then_some(before.len())
    });
    let before = at.and_then(|at| line.get(..at)?.rsplit_once(' '));
    before.map_or(line, |(name, _)| name.trim_end())
}

fn is_mail_address(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    line.split_once('@').is_some_and(|(_, host)| host.contains('.')) && !line.contains(' ')
}

/// Whether what stands behind a name is where its bearer works: the name of a house after a full stop,
/// or a place after a slash, where the family's name is in capitals.
fn is_office(name: &str, rest: &str) -> bool {
    let is_shouted = |word: &str| word.len() > 2 && !word.contains(char::is_lowercase);
    let place = rest.trim_start().strip_prefix('/').map(str::trim);
    let place = place.filter(|place| place.starts_with(char::is_uppercase));
    place.is_some_and(|place| place.split_whitespace().count() < 3)
        && name.rsplit(' ').next().is_some_and(is_shouted)
        || rest.starts_with(". ") && rest.split_whitespace().count() < 8 && has_house(rest)
}

/// Whom the page's title names at its end, where the page says what that person does: `… | Ada
/// Berg`, and below it "Columnist Ada Berg".
pub(super) fn titled(page: &Page, title: &str, refuses: Refuses<'_>) -> Vec<String> {
    let tails = BESIDE.iter().filter_map(|mark| Some(title.rsplit_once(mark)?.1));
    let Some(tail) = tails.min_by_key(|tail| tail.len()) else { return Vec::new() };
    let mut found = Vec::new();
    split(tail, refuses, &mut found);
    found.retain(|name| name == tail && name.contains(' ') && is_name(name));
    let Some(name) = found.first().filter(|_| found.len() == 1) else { return Vec::new() };
    let says = |text: &str| {
        text.match_indices(name.as_str()).take(4).any(|(at, _)| {
            let (before, after) = text.split_at(at);
            let after = after.get(name.len()..).unwrap_or("");
            before.split_whitespace().next_back().is_some_and(is_role) || is_role(after)
        })
    };
    let is_told =
        page.nodes().any(|(_, node)| says(&node.text) || node.attr("alt").is_some_and(says));
    if is_told { found } else { Vec::new() }
}

/// Who is said to have posted an article under one name: `Posted by Ada at 10:15`.
pub(super) fn posted(text: &str, refuses: Refuses<'_>) -> Vec<String> {
    const POSTED: &[&str] = &["posted by ", "submitted by ", "written by "];
    let mut found = Vec::new();
    let lines = text.split(['\n', '\t']).filter(|line| line.len() < SENTENCES);
    for line in lines.filter(|line| line.contains("ten by ") || line.contains("ted by ")).take(20) {
        let lower = line.to_ascii_lowercase();
        let after = POSTED.iter().find_map(|by| line.get(lower.find(by)? + by.len()..));
        let Some((name, rest)) = after.and_then(|after| after.trim().split_once(' ')) else {
            continue;
        };
        let mut rest = rest.split_whitespace();
        if rest.next().is_some_and(|word| matches!(word, "on" | "at" | "in" | "@" | "|" | "-")) {
            add(name.trim_end_matches([',', ':']), refuses, &mut found);
        }
        if !found.is_empty() {
            break;
        }
    }
    found
}

/// Whom the only box on an author is about, which stands beside the article.
pub(super) fn boxed(page: &Page, refuses: Refuses<'_>) -> Vec<String> {
    const BOXES: &[&str] =
        &["authorbox", "authorbio", "authorcard", "authorinfo", "aboutauthor", "abouttheauthor"];
    let is_box = |node: &Node| {
        node.attrs.iter().any(|(name, value)| {
            matches!(&**name, "class" | "id")
                && value.contains("uthor")
                && value.len() < 80
                && BOXES.iter().any(|own| letters(value).contains(own))
        })
    };
    let mut last = 0;
    let mut found = Vec::new();
    for (at, _) in page.nodes().filter(|(_, node)| !node.is_text() && is_box(node)).take(10) {
        // What a box holds is named as it is.
        if at < last {
            continue;
        }
        last = page.range(at).end;
        let mut own = Vec::new();
        for (at, _) in page.below(at).filter(|(at, node)| {
            let is_named = node.says() & BYLINE != 0 && page.range(*at).len() < 4;
            is_named || node.attr("href").is_some_and(is_authors_page)
        }) {
            split(&page.line(at), refuses, &mut own);
        }
        own.retain(|name| is_name(name));
        own.truncate(1);
        found.extend(own);
    }
    if found.len() == 1 { found } else { Vec::new() }
}

/// What parts names from what stands beside them in a line.
const BESIDE: &[&str] = &[" | ", " - ", " – ", " — ", " · ", " • "];

/// A short line from its first letter on, without its dates.
fn without_dates(line: &str) -> Option<String> {
    let (mut rest, mut from) = (String::new(), 0);
    for dates::Found { range, .. } in dates::find(line, &EITHER) {
        rest.extend([line.get(from..range.start)?, " | "]);
        from = range.end;
    }
    rest.push_str(line.get(from..)?);
    // "Publié le 12/03/2010 | Anne Morel"
    let parts = rest.split(" | ").filter(|part| !is_date_label(part));
    let rest = parts.collect::<Vec<_>>().join(" | ");
    let rest = rest.trim_start_matches(|c: char| !c.is_alphabetic());
    (line.chars().count() < SENTENCES).then(|| rest.to_owned())
}

/// Lines from the end of a page among which a note on its author may be.
const BELOW: usize = 12;

/// The name before what its bearer does, after a comma: `Ada Berg, harbour correspondent`.
fn with_role(line: &str) -> Option<&str> {
    let (name, role) = line.split_once([',', '|', '–'])?;
    ends_as_role(role).then(|| name.trim())
}

/// Lines below a text in which its signature may be: those that refer to others stand between.
const SIGNED: usize = 6;

/// Who signs a text below it, in brackets, before what those who edited it put there:
/// `(Ada Berg) / (jlu/hv)`.
fn signed(line: &str) -> Option<&str> {
    let (name, rest) = line.strip_prefix('(')?.split_once(')')?;
    let is_rest = rest.is_empty() || rest.trim_start().starts_with('/') && rest.ends_with(')');
    (is_rest && line.len() < SENTENCES).then_some(name)
}

/// Whether a line is a few words of which the last says what a person does.
fn ends_as_role(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.clone().count() <= 5 && words.next_back().is_some_and(is_role)
}

/// Whom a note under a text is about: `Ada Berg is the harbour correspondent of the Post.`
fn of_note(line: &str) -> Option<&str> {
    const IS: &[&str] = &[" is a ", " is an ", " is the ", " ist ", " est ", " es ", " è ", " é "];
    let (name, rest) = IS.iter().find_map(|is| line.split_once(is))?;
    let says = rest.split_whitespace().take(6).any(is_role);
    (line.chars().count() < 3 * SENTENCES && says).then_some(name)
}

/// Whether capitals make names of words in a language: not where nouns and headings have them.
fn capitals_tell(language: &str) -> bool {
    let language = language.split('-').next().unwrap_or("").to_ascii_lowercase();
    !matches!(language.as_str(), "" | "en" | "de" | "lb" | "nds")
}

/// The names that Japanese papers put behind the last sentence: `（佐藤花子、中村一郎）`.
fn in_brackets(lines: &[&str], refuses: Refuses<'_>) -> Vec<String> {
    let is_kana = |c: char| matches!(c, '\u{3040}'..='\u{30ff}');
    let is_text = |line: &str| line.chars().filter(|c| is_kana(*c)).count() > 5;
    // They may have a line of their own.
    let follows = |at: usize| {
        at.checked_sub(1).and_then(|at| lines.get(at)).is_some_and(|line| is_text(line))
    };
    let ends = lines.iter().enumerate().rev();
    let ends =
        ends.filter(|(at, line)| is_text(line) || line.starts_with(['（', '【']) && follows(*at));
    let ends = ends.map(|(_, line)| line);
    let inner = ends.take(20).find_map(|line| {
        let open = line.strip_suffix('）').map(|text| (text, '（'));
        let (text, open) = open.or_else(|| line.strip_suffix('】').map(|text| (text, '【')))?;
        let (_, inner) = text.rsplit_once(open)?;
        inner
            .split(['、', '・'])
            .all(|name| is_joined(name) && !name.contains(is_kana))
            .then_some(inner)
    });
    let mut found = Vec::new();
    for name in inner.into_iter().flat_map(|names| names.split(['、', '・'])) {
        split(name, refuses, &mut found);
    }
    found.retain(|name| name.chars().count() > 2);
    found
}
