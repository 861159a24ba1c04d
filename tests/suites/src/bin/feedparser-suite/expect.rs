//! The Python expressions in which feedparser's suite says what it expects: comparisons of
//! paths with literals, joined by `and` and `or`.

/// A path such as `entries[0]['title_detail']['value']`, as `entry`, number and names.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// The number of the entry; `None` for the feed.
    pub entry: Option<usize>,
    /// The names and numbers after it, parted by dots.
    pub name: String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    None,
    Number(i64),
    Text(String),
    /// A time as Python's `time.struct_time`.
    Tuple(Vec<i64>),
    Dict(Vec<(String, Literal)>),
    Other(String),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Clause {
    Is(Path, Literal),
    Length(String, i64),
    /// Whether something is there at all.
    Has(Path, bool),
    /// What nothing of the model answers to.
    Other(String),
}

/// What holds when one of the lists holds.
pub type Expectation = Vec<Vec<Clause>>;

/// Reads an expression.
pub fn parse(text: &str) -> Expectation {
    split(text.trim(), " or ")
        .into_iter()
        .map(|all| split(&all, " and ").iter().flat_map(|clause| clauses(clause)).collect())
        .collect()
}

fn clauses(text: &str) -> Vec<Clause> {
    let mut text = text.trim();
    while let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        let parts = split(inner, " and ");
        if parts.len() > 1 || split(inner, " or ").len() > 1 {
            return parts.iter().flat_map(|part| clauses(part)).collect();
        }
        text = inner.trim();
    }
    let sides: Vec<_> = split(&text.replace(" is not ", " != ").replace(" is ", " == "), "==")
        .into_iter()
        .map(|side| side.trim().to_owned())
        .collect();
    if let [left @ .., right] = &sides[..]
        && !left.is_empty()
        && !text.contains("!=")
    {
        let literal = literal(right);
        return left.iter().map(|side| compare(side, &literal)).collect();
    }
    let negated = text.strip_prefix("not ").map(str::trim);
    let (what, there) = (negated.unwrap_or(text), negated.is_none());
    if let Some((of, key)) = what.split_once(".has_key(") {
        let key = key.trim_end_matches(')').trim_matches(['\'', '"']);
        if let Some(path) = path(&format!("{of}['{key}']")) {
            return vec![Clause::Has(path, there)];
        }
    }
    if let Some((key, of)) = what.split_once(" not in ").or_else(|| what.split_once(" in ")) {
        let there = there && !what.contains(" not in ");
        if let Some(path) = path(&format!("{of}[{key}]")) {
            return vec![Clause::Has(path, there)];
        }
    }
    vec![path(what).map_or_else(|| Clause::Other(what.to_owned()), |path| Clause::Has(path, there))]
}

fn compare(side: &str, literal: &Literal) -> Clause {
    if let (Some(inner), Literal::Number(number)) =
        (side.strip_prefix("len(").and_then(|side| side.strip_suffix(')')), literal)
    {
        return Clause::Length(inner.to_owned(), *number);
    }
    match path(side) {
        Some(path) => Clause::Is(path, literal.clone()),
        None => Clause::Other(side.to_owned()),
    }
}

/// Splits where no quotation mark or bracket is open.
fn split(text: &str, by: &str) -> Vec<String> {
    let (mut parts, mut part, mut depth, mut quote) = (Vec::new(), String::new(), 0, String::new());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if quote.is_empty() && depth == 0 && rest.starts_with(by) {
            parts.push(std::mem::take(&mut part));
            rest = &rest[by.len()..];
            continue;
        }
        let mut step = c.len_utf8();
        if !quote.is_empty() {
            if c == '\\' {
                step += rest[step..].chars().next().map_or(0, char::len_utf8);
            } else if rest.starts_with(&quote) {
                step = quote.len();
                quote.clear();
            }
        } else if let Some(found) =
            ["\"\"\"", "'''", "\"", "'"].iter().find(|q| rest.starts_with(**q))
        {
            quote = (*found).to_owned();
            step = quote.len();
        } else {
            depth += i32::from("([{".contains(c)) - i32::from(")]}".contains(c));
        }
        part.push_str(&rest[..step]);
        rest = &rest[step..];
    }
    parts.push(part);
    parts
}

fn path(text: &str) -> Option<Path> {
    let text = text.trim();
    let (entry, rest) = if let Some(rest) = text.strip_prefix("entries[") {
        let (number, rest) = rest.split_once(']')?;
        (Some(number.parse().ok()?), rest)
    } else {
        (None, text.strip_prefix("feed").filter(|rest| rest.starts_with(['[', '.']))?)
    };
    let names = rest.split(['[', ']', '.']).map(|name| name.trim_matches(['\'', '"', ' ']));
    let name = names.filter(|name| !name.is_empty()).collect::<Vec<_>>().join(".");
    let plain = |c: char| c.is_alphanumeric() || "._-:".contains(c);
    (!name.is_empty() && name.chars().all(plain)).then_some(Path { entry, name })
}

fn literal(text: &str) -> Literal {
    let text = text.trim();
    if text == "None" {
        return Literal::None;
    }
    if let Ok(number) = text.parse() {
        return Literal::Number(number);
    }
    let unprefixed = text.strip_prefix('u').unwrap_or(text);
    for quote in ["\"\"\"", "'''", "\"", "'"] {
        if let Some(inner) = unprefixed.strip_prefix(quote).and_then(|t| t.strip_suffix(quote)) {
            return Literal::Text(unescape(inner));
        }
    }
    if let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        let numbers: Option<Vec<_>> =
            inner.split(',').map(|part| part.trim().parse().ok()).collect();
        if let Some(numbers) = numbers {
            return Literal::Tuple(numbers);
        }
    }
    if let Some(inner) = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')) {
        let pairs = split(inner, ",").into_iter().filter_map(|pair| {
            let parts = split(&pair, ":");
            let Literal::Text(key) = literal(parts.first()?) else { return None };
            Some((key, literal(parts.get(1)?)))
        });
        return Literal::Dict(pairs.collect());
    }
    Literal::Other(text.to_owned())
}

/// Python's escapes.
fn unescape(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let digits = match after.chars().next() {
            Some('x') => 2,
            Some('u') => 4,
            _ => 0,
        };
        let code = after.get(1..1 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        match (digits, code.and_then(char::from_u32)) {
            (1.., Some(c)) => {
                out.push(c);
                rest = &after[1 + digits..];
            }
            _ => {
                let c = after.chars().next().unwrap_or('\\');
                out.push(match c {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    c => c,
                });
                rest = after.get(c.len_utf8()..).unwrap_or("");
            }
        }
    }
    out + rest
}
