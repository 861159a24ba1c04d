//! The language of searches: tokens, expressions, and the passages that show what was found.
//!
//! **Tokens** ([`each_token`]) are the normal forms of words: case, accents, ligatures, widths
//! and variants of letters are folded, English words are reduced to stems, and scripts written
//! without blanks (Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese) give a token a character.
//! Documents and searches go through the same function.
//!
//! **Searches** ([`parse`]):
//!
//! | written | finds articles |
//! | --- | --- |
//! | `lithium mine` | with both words, in any form and order |
//! | `"lithium mine"` | with the words side by side; any of `"` `“` `”` `„` `«` `»` begins a phrase, any but `„` ends it |
//! | `multi-agent`, `20.04-b`, `用户身份` | with the parts side by side: what is written together is a phrase |
//! | `lith*` | with a word that begins so |
//! | `lithium OR cobalt` | with either; binds looser than a blank, which is `AND` |
//! | `mine -gold`, `mine NOT gold`, `-"gold mine"`, `-(a OR b)` | without what follows; alone: all the others |
//! | `(lithium OR cobalt) mine` | grouped |
//!
//! Operators are written in capitals; everything else is text. What has no word in it (`!!`,
//! `*`, a lone `&`) is ignored beside words.
//!
//! No text makes the parser panic, recurse without bound, or produce a token with a
//! character that means something to the index: a search either is an [`Expression`] or a
//! [`ParseError`] with its place.

mod expression;
mod parse;
mod snippet;
mod stems;
mod tokens;

pub use expression::{Expression, Term};
pub use parse::{ParseError, parse};
pub use snippet::{Snippet, snippet};
pub(crate) use tokens::each_run;
pub use tokens::{TOKENS_VERSION, each_token, fold};
