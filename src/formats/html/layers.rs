//! Authors whom a page names to programs only: in attributes (`data-author="Ada Berg"`), and in the data
//! for tag managers and counters (`dataLayer.push({"author": "Ada Berg"})`).

use super::tree::Page;
use html5ever::local_name;

/// Attributes that name the author of what they stand at.
const ATTRIBUTES: &[&str] =
    &["data-author", "data-authors", "data-author-name", "data-article-author"];

/// What scripts call that data.
const LAYERS: &[&str] =
    &["dataLayer", "digitalData", "utag_data", "_sf_async_config", "gtmData", "pageData"];

/// How the names of fields end that have authors, and what may stand behind that.
const AUTHOR: &str = "uthor";
const ENDS: &[&str] = &["s", "S", "Name", "_name"];

/// Scripts that are looked at, bytes of one, and authors in it.
const SCRIPTS: usize = 40;
const SCRIPT: usize = 1 << 18;
const NAMES: usize = 20;

/// What attributes say of the elements around the headline: those of comments and of other articles
/// are not there.
pub(super) fn attributes(page: &Page, headline: Option<usize>) -> Vec<String> {
    let Some(headline) = headline else { return Vec::new() };
    let above = page.ancestors(headline);
    let given = above.flat_map(|(_, node)| ATTRIBUTES.iter().filter_map(|name| node.attr(name)));
    given.map(str::to_owned).collect()
}

/// What scripts say under the names of authors; a list with commas between its items.
pub(super) fn authors(page: &Page) -> Vec<String> {
    let scripts = page.named(local_name!("script")).filter(|(_, node)| node.attr("src").is_none());
    let scripts = scripts.map(|(at, _)| page.raw(at)).filter(|script| script.len() < SCRIPT);
    let scripts = scripts.filter(|script| LAYERS.iter().any(|name| script.contains(name)));
    let mut found = Vec::new();
    for script in scripts.take(SCRIPTS) {
        for (at, _) in script.match_indices(AUTHOR).take(NAMES) {
            found.extend(script.get(at + AUTHOR.len()..).and_then(value));
        }
    }
    found
}

/// The value behind the name of a field: a string, or a list of strings.
fn value(rest: &str) -> Option<String> {
    let rest = ENDS.iter().find_map(|end| rest.strip_prefix(end)).unwrap_or(rest);
    let rest = rest.trim_start_matches(['"', '\'', ']']).trim_start();
    let mut rest = rest.strip_prefix([':', '='])?.trim_start();
    let is_list = rest.starts_with('[');
    let mut values = Vec::new();
    rest = rest.trim_start_matches(['[', ' ', '\n']);
    while values.len() < NAMES {
        let mark = rest.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
        let (value, after) = rest.get(1..)?.split_once(mark)?;
        values.push(value);
        rest = after.trim_start();
        match rest.strip_prefix(',').filter(|_| is_list) {
            Some(next) => rest = next.trim_start(),
            None => break,
        }
    }
    Some(values.join(", "))
}
