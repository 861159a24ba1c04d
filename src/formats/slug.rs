//! What the address of a page says of its headline.

use percent_encoding::percent_decode_str;
use url::Url;

/// So many words of letters make a headline; sections and ids have fewer.
const WORDS: usize = 3;

/// A headline made of the part of a URL's path that has the most words; `None` when none has
/// three. It is in the words of the page's own slug, and should be marked as derived.
pub(super) fn headline(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let mut best: Option<(usize, String)> = None;
    for segment in url.path_segments()? {
        let text = percent_decode_str(segment).decode_utf8_lossy();
        let mut tokens: Vec<&str> = without_extension(&text)
            .split(is_separator)
            .filter(|token| !token.is_empty())
            .collect();
        while tokens.last().is_some_and(|token| is_id(token)) {
            tokens.pop();
        }
        // A date before the words, or ids.
        let numbers = tokens.iter().take_while(|token| is_number(token)).count();
        let dated =
            if numbers >= 3 && tokens.first().is_some_and(|t| t.len() == 4) { 3 } else { 0 };
        let ids = tokens.iter().take_while(|token| is_id(token)).count().max(dated);
        let tokens = tokens.get(ids..).unwrap_or_default();
        let words = tokens.iter().map(|token| words(token)).sum();
        if words >= WORDS && best.as_ref().is_none_or(|(most, _)| words >= *most) {
            best = Some((words, tokens.join(" ")));
        }
    }
    let (_, text) = best?;
    let mut rest = text.chars();
    let first = rest.next()?;
    Some(first.to_uppercase().chain(rest).collect())
}

fn is_separator(c: char) -> bool {
    matches!(c, '-' | '_' | '+' | '~' | ',' | ';' | ':' | '\u{fffd}')
        || c.is_whitespace()
        || c.is_control()
}

fn without_extension(segment: &str) -> &str {
    match segment.rsplit_once('.') {
        Some((name, extension))
            if (2..=5).contains(&extension.len())
                && extension.chars().all(|c| c.is_ascii_alphanumeric()) =>
        {
            name
        }
        _ => segment,
    }
}

fn is_number(token: &str) -> bool {
    token.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number of five digits or more, or letters and digits mixed at length.
fn is_id(token: &str) -> bool {
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    digits == token.len() && digits >= 5 || digits >= 2 && digits < token.len() && token.len() >= 7
}

/// Words in a part without separators: one, or one for every two characters of a script that
/// writes none.
fn words(token: &str) -> usize {
    let letters = token.chars().filter(|c| c.is_alphabetic()).count();
    let unspaced = token
        .chars()
        .filter(|c| matches!(c, '\u{0e00}'..='\u{0e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'))
        .count();
    if unspaced > 0 {
        unspaced.div_ceil(2)
    } else {
        usize::from(letters >= 2 && letters == token.chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::headline;

    #[test]
    fn the_words_of_a_path_make_a_headline() {
        for (url, expected) in [
            (
                "http://a.example/2015/02/18/rangers-get-top-awards-for-heroism/",
                Some("Rangers get top awards for heroism"),
            ),
            (
                "http://a.example/city/Feline-beauties-to-strut/articleshow/46292006.cms",
                Some("Feline beauties to strut"),
            ),
            (
                "http://a.example/home/2194403-155/1a-girls-tournament-opens-in-richfield",
                Some("1a girls tournament opens in richfield"),
            ),
            (
                "http://a.example/politics/at-summit-leader-aims-high/article_4a2635eb-6f51-5da3-aacb-0c6aee3d8486.html",
                Some("At summit leader aims high"),
            ),
            (
                "http://a.example/2015/02/stillbirths_linked_to_depression.html",
                Some("Stillbirths linked to depression"),
            ),
            (
                "http://a.example/Capital+retreat+rise+companies+140B/10823916/story.html",
                Some("Capital retreat rise companies 140B"),
            ),
            (
                "http://a.example/brent-tumbles-below-60-supply-glut-115021900062_1.html",
                Some("Brent tumbles below 60 supply glut 115021900062 1"),
            ),
            (
                "http://a.example/n/%E6%B8%AF%E6%A9%8B%E6%98%9F%E6%9C%9F%E4%B8%80%E9%80%9A%E8%BB%8A",
                Some("港橋星期一通車"),
            ),
            ("http://a.example/world-news/article.aspx?id=202243&fm=newsmain,narts", None),
            ("http://a.example/stories/STA/254665/", None),
            ("http://a.example/", None),
            ("as listed in Russian", None),
        ] {
            assert_eq!(headline(url).as_deref(), expected, "{url}");
        }
    }
}
