//! What goes to a tree builder goes through here.

use super::{is_any, is_void};
use html5ever::tokenizer::{EndTag, StartTag, Tag, TagToken, Token, TokenSink, TokenSinkResult};
use html5ever::{LocalName, local_name};
use std::cell::RefCell;

/// Keeps markup from growing a tree that is much larger or deeper than itself.
///
/// A tree builder searches its stack of open elements at most tags, and opens the formatting
/// elements that are still open (`b`, `font` …) again in each new block: 1 MB of markup can ask
/// for an hour of work. So start tags that would go too deep are left out; their text stays.
/// What is counted as open is never less than what the builder holds open.
pub(crate) struct Guard<S> {
    inner: S,
    open: RefCell<Open>,
}

#[derive(Default)]
struct Open {
    /// The elements held open, outermost first.
    names: Vec<LocalName>,
    /// Elements that an end tag does not reach out of: where they stand in `names`, and what
    /// `over` was.
    scopes: Vec<(usize, usize)>,
    /// How many elements were left out and not closed yet.
    over: usize,
    /// How many formatting elements are held open.
    formatting: usize,
    dropped: bool,
}

/// Elements open at a time. Browsers stop at 512 as well.
const DEPTH: usize = 512;

/// Formatting elements open at a time.
const FORMATTING: usize = 32;

impl<S> Guard<S> {
    pub(crate) fn new(inner: S) -> Self {
        Self { inner, open: RefCell::default() }
    }

    pub(super) fn dropped(&self) -> bool {
        self.open.borrow().dropped
    }

    #[cfg(feature = "html")]
    pub(crate) fn inner(&self) -> &S {
        &self.inner
    }

    pub(crate) fn into_inner(self) -> S {
        self.inner
    }
}

impl<S: TokenSink> TokenSink for Guard<S> {
    type Handle = S::Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<S::Handle> {
        if let TagToken(tag) = &token
            && !self.open.borrow_mut().admits(tag)
        {
            return TokenSinkResult::Continue;
        }
        self.inner.process_token(token, line)
    }

    fn end(&self) {
        self.inner.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.inner.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

impl Open {
    fn admits(&mut self, tag: &Tag) -> bool {
        // Those that another start tag closes nest no deeper than the others; raw text never does.
        if is_void(&tag.name) || closes_itself(&tag.name) {
            return true;
        }
        match tag.kind {
            StartTag => self.start(&tag.name),
            EndTag => self.end(&tag.name),
        }
    }

    fn start(&mut self, name: &LocalName) -> bool {
        let formatting = is_formatting(name);
        if formatting && self.formatting >= FORMATTING {
            self.dropped = true;
            return false;
        }
        if self.names.len() >= DEPTH {
            self.dropped = true;
            self.over += 1;
            return false;
        }
        if is_scope(name) {
            self.scopes.push((self.names.len(), self.over));
        }
        self.formatting += usize::from(formatting);
        self.names.push(name.clone());
        true
    }

    fn end(&mut self, name: &LocalName) -> bool {
        if is_scope(name) {
            let named = |scope: &(usize, usize)| self.names.get(scope.0) == Some(name);
            let found = match *name {
                // The end of a table closes all that it holds.
                local_name!("table") => self.scopes.iter().rposition(named),
                _ => self
                    .scopes
                    .len()
                    .checked_sub(1)
                    .filter(|last| self.scopes.get(*last).is_some_and(named)),
            };
            if let Some(&(at, over)) = found.and_then(|found| self.scopes.get(found)) {
                self.names.truncate(at);
                self.scopes.truncate(found.unwrap_or(0));
                self.over = over;
            }
            return true;
        }
        if self.over > 0 && !is_formatting(name) {
            self.over -= 1;
            return false;
        }
        let base = self.scopes.last().map_or(0, |(at, _)| *at);
        let within = self.names.get(base..).unwrap_or(&[]);
        if let Some(at) = within.iter().rposition(|open| open == name) {
            self.names.remove(base + at);
            self.formatting -= usize::from(is_formatting(name)).min(self.formatting);
        }
        true
    }
}

fn is_formatting(name: &LocalName) -> bool {
    is_any!(
        *name,
        "a" | "b"
            | "big"
            | "code"
            | "em"
            | "font"
            | "i"
            | "nobr"
            | "s"
            | "small"
            | "strike"
            | "strong"
            | "tt"
            | "u"
    )
}

fn is_scope(name: &LocalName) -> bool {
    is_any!(
        *name,
        "applet"
            | "button"
            | "marquee"
            | "math"
            | "object"
            | "select"
            | "svg"
            | "table"
            | "template"
    )
}

fn closes_itself(name: &LocalName) -> bool {
    is_any!(
        *name,
        "body"
            | "caption"
            | "colgroup"
            | "dd"
            | "dt"
            | "head"
            | "html"
            | "iframe"
            | "li"
            | "noembed"
            | "noframes"
            | "option"
            | "p"
            | "plaintext"
            | "script"
            | "style"
            | "tbody"
            | "td"
            | "textarea"
            | "tfoot"
            | "th"
            | "thead"
            | "title"
            | "tr"
            | "xmp"
    )
}
