//! The names in a byline.

/// What stands before the names, in lower case.
const BEFORE: &[&str] =
    &["by", "von", "par", "por", "di", "da", "door", "av", "af", "text", "story by", "words by"];

/// What stands between two names.
const BETWEEN: &[&str] =
    &[" and ", " und ", " et ", " y ", " e ", " en ", " och ", " og ", " & ", ";", "\n"];

/// The authors that a byline names: `By Anna Berg and Jon Lund, Baltic Post` names two. What
/// follows a comma or a slash is an agency or an office, unless a further name follows it. A
/// byline without a name of two words names an agency, and no author.
pub(crate) fn authors(byline: &str) -> Vec<String> {
    let mut rest = byline.trim();
    for word in BEFORE {
        let cut = rest.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word));
        let after = cut.and_then(|start| rest.get(start.len()..));
        if let Some(after) = after.filter(|after| after.starts_with([' ', ':'])) {
            rest = after.trim_start_matches([' ', ':']);
            break;
        }
    }
    let mut parts = vec![rest];
    for between in BETWEEN.iter().flat_map(|word| [(*word).to_owned(), word.to_uppercase()]) {
        let split = |part| str::split(part, between.as_str()).collect::<Vec<_>>();
        parts = parts.into_iter().flat_map(split).collect();
    }
    let last = parts.len().saturating_sub(1);
    let mut names = Vec::new();
    for (number, part) in parts.into_iter().enumerate() {
        // `Anna Berg, Jon Lund and Mia Holm`: commas between names stand before the last one.
        let commas = if number < last { usize::MAX } else { 1 };
        for name in part.split([',', '/', '|', '(']).take(commas) {
            let name = name.trim().trim_end_matches('.');
            if is_name(name) && !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
    }
    names
}

/// Two to five words, each with a capital or a particle, without digits.
fn is_name(text: &str) -> bool {
    let words: Vec<_> = text.split_whitespace().collect();
    (2..=5).contains(&words.len())
        && !text.contains(|c: char| c.is_ascii_digit() || "@:".contains(c))
        && words.first().is_some_and(|word| !word.starts_with(char::is_lowercase))
        && words.last().is_some_and(|word| {
            !word.starts_with(char::is_lowercase) || word.contains(char::is_uppercase)
        })
}

#[cfg(test)]
mod tests {
    use super::authors;

    #[test]
    fn names_are_found_and_agencies_are_not() {
        for (byline, expected) in [
            ("By Brendan Quinn", &["Brendan Quinn"][..]),
            ("Paulo Santalucia and Frances d'Emilio", &["Paulo Santalucia", "Frances d'Emilio"]),
            ("Von Christian Hollmann, dpa", &["Christian Hollmann"]),
            ("BY ANNA BERG AND MIA HOLM", &["ANNA BERG", "MIA HOLM"]),
            ("Anna Berg, Jon Lund and Mia Holm", &["Anna Berg", "Jon Lund", "Mia Holm"]),
            ("Karl Melander/TT", &["Karl Melander"]),
            ("Par Lucie Martin et Paul Petit", &["Lucie Martin", "Paul Petit"]),
            ("NTB", &[]),
            ("", &[]),
        ] {
            assert_eq!(authors(byline), expected, "{byline}");
        }
    }
}
