//! From what a reader types to an [`Expression`], by recursive descent.

use super::expression::{Expression, Term};

/// How deep parentheses and `NOT` may nest.
const MAX_NESTING: usize = 64;
/// How many words and phrases a search may have.
const MAX_TERMS: usize = 256;
/// How many phrases of it may end in the beginning of a word: `north-w*`. Each needs all places of all
/// words that begin so.
const MAX_OPEN_PHRASES: usize = 16;
/// How long a search may be, in bytes.
const MAX_BYTES: usize = 4096;

/// Why a search text cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at byte {position} of the search)")]
pub struct ParseError {
    /// Where, as a byte offset in the text.
    pub position: usize,
    /// What is wrong there.
    pub message: String,
}

/// Reads a search in the language that [the module](super) describes. `Ok(None)` when the text is blank.
///
/// # Errors
/// The text is no search, or exceeds a limit: 4,096 bytes, 256 terms, 16 phrases that end in `*`, nesting of 64.
pub fn parse(text: &str) -> Result<Option<Expression>, ParseError> {
    if text.len() > MAX_BYTES {
        return Err(error(
            0,
            format!("a search may have {MAX_BYTES} bytes, this one has {}", text.len()),
        ));
    }
    let mut parser = Parser { text, at: 0, terms: 0, open_phrases: 0, nesting: 0 };
    parser.skip_blanks();
    if parser.rest().is_empty() {
        return Ok(None);
    }
    let found = parser.alternatives()?;
    if parser.rest().starts_with(')') {
        return Err(error(parser.at, "this parenthesis closes nothing"));
    }
    match found {
        Some(expression) => Ok(Some(expression)),
        None => Err(error(0, "nothing to search for")),
    }
}

fn error(position: usize, message: impl Into<String>) -> ParseError {
    ParseError { position, message: message.into() }
}

/// An opening quotation mark: straight or of any language, since keyboards and editors mix them.
fn opens_phrase(c: char) -> bool {
    c == '„' || closes_phrase(c)
}

/// Any of these ends a phrase, whichever began it.
fn closes_phrase(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '«' | '»')
}

/// None stands for what has no token and asks for nothing, such as `!!`.
type Parsed = Result<Option<Expression>, ParseError>;

struct Parser<'a> {
    text: &'a str,
    at: usize,
    terms: usize,
    open_phrases: usize,
    nesting: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Up to the next blank or parenthesis. Quotation marks inside belong to it (`צה"ל`).
    fn chunk(&self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c: char| c.is_whitespace() || c == '(' || c == ')');
        rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
    }

    /// Steps over the operator if it is what comes next.
    fn take(&mut self, operator: &str) -> bool {
        let found = self.chunk() == operator;
        if found {
            self.at += operator.len();
            self.skip_blanks();
        }
        found
    }

    fn at_end(&self) -> bool {
        self.rest().is_empty() || self.rest().starts_with(')')
    }

    /// `a OR b OR c`
    fn alternatives(&mut self) -> Parsed {
        let mut parts = Vec::new();
        loop {
            let start = self.at;
            if let Some(part) = self.conjunction()? {
                parts.push((start, part));
            }
            if !self.take("OR") {
                break;
            }
        }
        if parts.len() > 1
            && let Some((start, _)) =
                parts.iter().find(|(_, part)| matches!(part, Expression::Not(_)))
        {
            return Err(error(
                *start,
                "OR needs something to find on both sides, not only what to leave out",
            ));
        }
        Ok(join(parts.into_iter().map(|(_, part)| part).collect(), Expression::Or))
    }

    /// `a b AND c -d`
    fn conjunction(&mut self) -> Parsed {
        let mut wanted = Vec::new();
        let mut unwanted = Vec::new();
        loop {
            match self.operand()? {
                Some(Expression::Not(inner)) => unwanted.push(*inner),
                Some(part) => wanted.push(part),
                None => {}
            }
            if !self.take("AND") && (self.at_end() || self.chunk() == "OR") {
                break;
            }
        }
        // Only unwanted parts: none of them may hold.
        if wanted.is_empty() {
            return Ok(join(unwanted, Expression::Or).map(negate));
        }
        wanted.extend(unwanted.into_iter().map(negate));
        Ok(join(wanted, Expression::And))
    }

    /// A word, a phrase, a group, or the negation of one, and the blanks after it.
    fn operand(&mut self) -> Parsed {
        let start = self.at;
        let operand = match self.chunk() {
            "AND" | "OR" => {
                return Err(error(start, format!("{} needs a word before it", self.chunk())));
            }
            "NOT" => {
                self.at += "NOT".len();
                self.skip_blanks();
                self.nested(start, Self::operand)?.map(negate)
            }
            "-" if !self.rest().starts_with("-(") => {
                self.at += 1; // a dash
                None
            }
            signed if signed.starts_with('-') => {
                self.at += 1;
                self.unsigned()?.map(negate)
            }
            _ => self.unsigned()?,
        };
        self.skip_blanks();
        Ok(operand)
    }

    fn unsigned(&mut self) -> Parsed {
        let start = self.at;
        match self.rest().chars().next() {
            Some('(') => {
                self.at += 1;
                self.skip_blanks();
                let group = self.nested(start, Self::alternatives)?;
                if !self.rest().starts_with(')') {
                    return Err(error(start, "this parenthesis is not closed"));
                }
                self.at += 1;
                Ok(group)
            }
            Some(quote) if opens_phrase(quote) => {
                self.at += quote.len_utf8();
                let inside = self.rest();
                let Some((end, closing)) = inside.char_indices().find(|&(_, c)| closes_phrase(c))
                else {
                    return Err(error(start, "this quotation mark is not closed"));
                };
                self.at += end + closing.len_utf8();
                self.term(start, inside.get(..end).unwrap_or_default(), false)
            }
            _ => {
                let chunk = self.chunk();
                if chunk.is_empty() {
                    return Err(error(start, "a word or a phrase is missing here"));
                }
                self.at += chunk.len();
                match chunk.strip_suffix('*') {
                    Some(beginning) => self.term(start, beginning, true),
                    None => self.term(start, chunk, false),
                }
            }
        }
    }

    fn term(&mut self, start: usize, text: &str, prefix: bool) -> Parsed {
        let Some(term) = Term::new(text, prefix) else {
            return Ok(None);
        };
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(error(start, format!("a search may have {MAX_TERMS} words and phrases")));
        }
        self.open_phrases += usize::from(term.is_open_phrase());
        if self.open_phrases > MAX_OPEN_PHRASES {
            let most = format!("a search may have {MAX_OPEN_PHRASES} phrases that end in *");
            return Err(error(start, most));
        }
        Ok(Some(Expression::Term(term)))
    }

    fn nested(&mut self, start: usize, parse: fn(&mut Self) -> Parsed) -> Parsed {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(error(start, format!("parentheses and NOT may nest {MAX_NESTING} deep")));
        }
        let parsed = parse(self);
        self.nesting -= 1;
        parsed
    }
}

/// One part stands for itself.
fn join(mut parts: Vec<Expression>, many: fn(Vec<Expression>) -> Expression) -> Option<Expression> {
    if parts.len() > 1 { Some(many(parts)) } else { parts.pop() }
}

/// Two negations are none.
fn negate(expression: Expression) -> Expression {
    match expression {
        Expression::Not(inner) => *inner,
        other => Expression::Not(Box::new(other)),
    }
}
