//! Expressions as FTS5 reads them.
//!
//! Every token becomes a quoted string, so nothing that a caller wrote is ever read as syntax.
//! FTS5 has no complement (its `NOT` takes two sides), so an expression becomes the text of a
//! set and whether the set or its complement is meant.

use crate::search::{Expression, Term};

/// What FTS5 shall match, and whether the articles that match are meant or all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Matching {
    pub(crate) negated: bool,
    pub(crate) text: String,
}

/// A phrase without tokens: FTS5 finds it nowhere.
const NOTHING: &str = "\"\"";

/// The set of articles that an expression means.
pub(crate) fn matching(expression: &Expression) -> Matching {
    match expression {
        Expression::Term(term) => Matching { negated: false, text: term_text(term) },
        Expression::And(parts) => all_of(parts.iter().map(matching)),
        // A or B = not (not A and not B)
        Expression::Or(parts) => complement(all_of(parts.iter().map(matching).map(complement))),
        Expression::Not(part) => complement(matching(part)),
    }
}

/// The articles that match any form of a term.
pub(crate) fn term_text(term: &Term) -> String {
    join("OR", term.alternatives.iter().map(|tokens| phrase(tokens, term.prefix)))
}

fn complement(set: Matching) -> Matching {
    Matching { negated: !set.negated, ..set }
}

fn all_of(sets: impl Iterator<Item = Matching>) -> Matching {
    let (without, within): (Vec<_>, Vec<_>) = sets.partition(|set| set.negated);
    // not A and not B = not (A or B)
    let outside = join("OR", without.iter().map(|set| set.text.clone()));
    if within.is_empty() {
        return Matching { negated: true, text: outside };
    }
    let inside = join("AND", within.into_iter().map(|set| set.text));
    let text = if without.is_empty() { inside } else { format!("({inside} NOT {outside})") };
    Matching { negated: false, text }
}

fn join(operator: &str, texts: impl Iterator<Item = String>) -> String {
    let mut texts: Vec<String> = texts.collect();
    match texts.len() {
        0 => NOTHING.to_owned(),
        1 => texts.swap_remove(0),
        _ => format!("({})", texts.join(&format!(" {operator} "))),
    }
}

fn phrase(tokens: &[String], prefix: bool) -> String {
    if tokens.is_empty() {
        return NOTHING.to_owned();
    }
    let quoted: Vec<String> =
        tokens.iter().map(|token| format!("\"{}\"", token.replace('"', "\"\""))).collect();
    let star = if prefix { " *" } else { "" };
    quoted.join(" + ") + star
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    fn word(token: &str) -> Expression {
        term(&[&[token]], false)
    }

    fn term(alternatives: &[&[&str]], prefix: bool) -> Expression {
        let owned = |tokens: &&[&str]| tokens.iter().map(|&token| token.to_owned()).collect();
        Expression::Term(Term { alternatives: alternatives.iter().map(owned).collect(), prefix })
    }

    fn not(part: Expression) -> Expression {
        Expression::Not(Box::new(part))
    }

    /// Documents 1 to 8 hold the letters a, b and c as the bits of their number less one say.
    fn found(expression: &Expression) -> Vec<i64> {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch(
                "CREATE VIRTUAL TABLE search USING fts5 (body, content = '',
                     contentless_delete = 1, tokenize = \"ascii tokenchars '~&+#.'\")",
            )
            .unwrap();
        for bits in 0..8 {
            let letters: String = ["x ", "a ", "b ", "c "]
                .iter()
                .enumerate()
                .filter(|(at, _)| *at == 0 || bits >> (at - 1) & 1 == 1)
                .map(|(_, letter)| *letter)
                .collect();
            connection
                .execute("INSERT INTO search (rowid, body) VALUES (?1, ?2)", (bits, letters))
                .unwrap();
        }
        let Matching { negated, text } = matching(expression);
        let mut statement =
            connection.prepare("SELECT rowid FROM search WHERE search MATCH ?1").unwrap();
        let rows: Vec<i64> =
            statement.query_map([text], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        if negated { (0..8).filter(|bits| !rows.contains(bits)).collect() } else { rows }
    }

    fn where_bits(test: impl Fn(bool, bool, bool) -> bool) -> Vec<i64> {
        (0..8).filter(|bits| test(bits & 1 == 1, bits & 2 == 2, bits & 4 == 4)).collect()
    }

    #[test]
    fn every_way_to_nest_and_or_not_finds_the_right_set() {
        use Expression::{And, Or};
        let (a, b, c) = (|| word("a"), || word("b"), || word("c"));
        for (expression, expected) in [
            (And(vec![a(), b()]), where_bits(|a, b, _| a && b)),
            (Or(vec![a(), b(), c()]), where_bits(|a, b, c| a || b || c)),
            (And(vec![a(), not(b()), not(c())]), where_bits(|a, b, c| a && !b && !c)),
            (Or(vec![a(), not(b())]), where_bits(|a, b, _| a || !b)),
            (Or(vec![not(a()), not(b())]), where_bits(|a, b, _| !a || !b)),
            (And(vec![not(a()), not(b())]), where_bits(|a, b, _| !a && !b)),
            (not(And(vec![a(), not(Or(vec![b(), c()]))])), where_bits(|a, b, c| !a || b || c)),
            (And(vec![Or(vec![a(), not(b())]), c()]), where_bits(|a, b, c| (a || !b) && c)),
            (And(vec![]), where_bits(|_, _, _| true)),
            (Or(vec![]), where_bits(|_, _, _| false)),
            (And(vec![a(), Or(vec![])]), where_bits(|_, _, _| false)),
            (And(vec![a(), not(Or(vec![]))]), where_bits(|a, _, _| a)),
            (Or(vec![a(), Or(vec![])]), where_bits(|a, _, _| a)),
            (And(vec![a(), And(vec![])]), where_bits(|a, _, _| a)),
            (term(&[], false), where_bits(|_, _, _| false)),
            (term(&[&["a", "b"], &["c"]], false), where_bits(|a, b, c| a && b || c)),
        ] {
            assert_eq!(found(&expression), expected, "{expression:?}");
        }
    }

    #[test]
    fn no_token_is_read_as_syntax() {
        for token in ["AND", "NOT", "\"", "a\" OR \"b", "*", "body:", "(", "^a", "-", "", "'"] {
            found(&And(vec![word(token), term(&[&[token, token]], true)]));
            fn _type(_: Expression) {}
        }
        use Expression::And;
    }
}
