//! HTML fragments: their plain text, and a form of them that is safe to show.
//!
//! Neither can be made slow by hostile markup: the text is made from tokens, without a tree,
//! and what goes to a tree builder passes a [`Guard`] first.

mod guard;
mod plain;

pub(crate) use guard::Guard;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, CharacterTokens, EndTag, StartTag, Tag, TagToken, Token, TokenSink,
    TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::{LocalName, local_name};
pub(crate) use plain::Plain;
use std::borrow::Cow;
use std::cell::RefCell;

/// The readable text of an HTML fragment: paragraphs parted by a blank line, line breaks kept,
/// an item of a list and a row of a table a line each, entities decoded, white space folded.
/// Scripts, styles, forms' parts and what is hidden are left out.
pub(crate) fn to_text(html: &str) -> String {
    tokenise(html, PlainSink::default()).0.into_inner().plain.finish()
}

/// The markup of a fragment that may stand in another's page.
pub(crate) fn sanitise(html: &str) -> String {
    let guard = tokenise(html, Guard::new(Rewriter::default()));
    if guard.dropped() {
        ammonia::clean(&guard.into_inner().0.into_inner())
    } else {
        ammonia::clean(html)
    }
}

/// Runs a sink over the tokens of a text.
fn tokenise<S: TokenSink>(html: &str, sink: S) -> S {
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    let html = without_sections(html);
    // After it: a mark that is taken out can leave the beginning of a comment.
    let html = with_closed_comments(&html);
    input.push_back(StrTendril::from_slice(&with_few_attributes(&html)));
    // The tokenizer stops after each script, for a browser to run it.
    while !input.is_empty() {
        let _ = tokenizer.feed(&input);
    }
    tokenizer.end();
    tokenizer.sink
}

/// Markup in which a comment without an end is one tag: it would hide all that follows.
fn with_closed_comments(html: &str) -> Cow<'_, str> {
    let (closed, open) = html.split_at(html.rfind("-->").unwrap_or(0));
    match open.contains("<!--") {
        true => Cow::Owned(closed.to_owned() + &open.replace("<!--", "<!")),
        false => Cow::Borrowed(html),
    }
}

/// Markup without the marks of sections of XML, which HTML takes for a comment: they come from
/// texts that were wrapped twice.
fn without_sections(html: &str) -> Cow<'_, str> {
    match html.contains("<![CDATA[") {
        true => Cow::Owned(html.replace("<![CDATA[", "").replace("]]>", "")),
        false => Cow::Borrowed(html),
    }
}

/// Attributes of one tag.
const ATTRIBUTES: usize = 500;

/// Markup whose tags have no more attributes than a tokenizer can compare with each other: it
/// looks for each name among those before it. What is over is left out.
pub(crate) fn with_few_attributes(html: &str) -> Cow<'_, str> {
    let mut few = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(tag) = html.get(at..).and_then(|rest| rest.find('<')) {
        at += tag + 1;
        let rest = html.as_bytes().get(at..).unwrap_or(&[]);
        if !rest.first().is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let (mut quote, mut names, mut before, mut full) = (None, 0, b' ', None);
        let end = rest.iter().enumerate().position(|(here, byte)| {
            let begins = matches!(before, b' ' | b'/' | b'"' | b'\'');
            match (quote, byte) {
                (Some(open), _) => quote = (*byte != open).then_some(open),
                (None, b'>') => return true,
                (None, b'"' | b'\'') if before == b'=' => quote = Some(*byte),
                // White space after an equals sign changes nothing.
                (None, byte) if byte.is_ascii_whitespace() => {
                    before = if before == b'=' { b'=' } else { b' ' };
                    return false;
                }
                (None, _) if begins => {
                    names += 1;
                    if names > ATTRIBUTES {
                        full.get_or_insert(here);
                    }
                }
                _ => {}
            }
            // An equals sign that begins a name is a part of it.
            before = if begins && *byte == b'=' { b'x' } else { *byte };
            false
        });
        let end = at + end.unwrap_or(rest.len());
        if let Some(full) = full {
            few.push_str(html.get(copied..at + full).unwrap_or(""));
            copied = end;
        }
        at = end;
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    few.push_str(html.get(copied..).unwrap_or(""));
    Cow::Owned(few)
}

/// How the tokenizer is to go on after a start tag, as a tree builder would tell it.
fn raw_text<Handle>(name: &LocalName) -> TokenSinkResult<Handle> {
    match *name {
        local_name!("script") => TokenSinkResult::RawData(RawKind::ScriptData),
        local_name!("style")
        | local_name!("xmp")
        | local_name!("iframe")
        | local_name!("noembed")
        | local_name!("noframes") => TokenSinkResult::RawData(RawKind::Rawtext),
        local_name!("title") | local_name!("textarea") => TokenSinkResult::RawData(RawKind::Rcdata),
        local_name!("plaintext") => TokenSinkResult::Plaintext,
        _ => TokenSinkResult::Continue,
    }
}

/// Whether a name is one of several.
macro_rules! is_any {
    ($name:expr, $($one:tt)|+) => { matches!($name, $(html5ever::local_name!($one))|+) };
}
pub(crate) use is_any;

/// Whether an element stands on lines of its own.
pub(crate) fn is_block(name: &LocalName) -> bool {
    is_any!(
        *name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "tfoot"
            | "thead"
            | "ul"
    )
}

/// Whether an element holds nothing for a reader.
pub(crate) fn is_silent(name: &LocalName) -> bool {
    is_any!(
        *name,
        "audio"
            | "button"
            | "canvas"
            | "datalist"
            | "embed"
            | "iframe"
            | "map"
            | "noembed"
            | "noframes"
            | "noscript"
            | "object"
            | "script"
            | "select"
            | "style"
            | "svg"
            | "template"
            | "textarea"
            | "title"
            | "video"
    )
}

/// Whether an element's attributes hide it.
pub(crate) fn is_hidden<'a>(mut attrs: impl Iterator<Item = (&'a LocalName, &'a str)>) -> bool {
    attrs.any(|(name, value)| match *name {
        local_name!("hidden") => !value.eq_ignore_ascii_case("false"),
        local_name!("style") => {
            let style: String =
                value.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
            style.contains("display:none") || style.contains("visibility:hidden")
        }
        _ => false,
    })
}

/// Elements that have no end tag.
fn is_void(name: &LocalName) -> bool {
    is_any!(
        *name,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "img"
            | "input"
            | "keygen"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Makes plain text of tokens.
#[derive(Default)]
struct PlainSink(RefCell<PlainState>);

#[derive(Default)]
struct PlainState {
    plain: Plain,
    /// The element that is left out, and how many of its name are open within.
    skipped: Option<(LocalName, usize)>,
}

impl TokenSink for PlainSink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let state = &mut *self.0.borrow_mut();
        match token {
            CharacterTokens(text) if state.skipped.is_none() => state.plain.push(&text),
            TagToken(tag) => {
                let opens = tag.kind == StartTag;
                // A paragraph ends where another block begins.
                let skipped_p = matches!(&state.skipped, Some((local_name!("p"), _)));
                if skipped_p && opens && is_block(&tag.name) {
                    state.skipped = None;
                }
                if let Some((name, depth)) = &mut state.skipped {
                    if *name == tag.name {
                        *depth = if opens { *depth + 1 } else { *depth - 1 };
                    }
                    if *depth == 0 {
                        state.skipped = None;
                    }
                } else if opens && !is_void(&tag.name) && (is_left_out(&tag.name) || hides(&tag)) {
                    let closed = tag.self_closing && tag.name == local_name!("svg");
                    state.skipped = (!closed).then(|| (tag.name.clone(), 1));
                    state.plain.tag(&tag.name, opens);
                } else {
                    state.plain.tag(&tag.name, opens);
                }
                if opens && !falls_back(&tag.name) {
                    return raw_text(&tag.name);
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// Whether an element shows what it holds where what it embeds is not there: never in a text.
fn falls_back(name: &LocalName) -> bool {
    matches!(*name, local_name!("iframe") | local_name!("object"))
}

fn is_left_out(name: &LocalName) -> bool {
    is_silent(name) && !falls_back(name)
}

fn hides(tag: &Tag) -> bool {
    is_hidden(tag.attrs.iter().map(|attr| (&attr.name.local, &*attr.value)))
}

/// Writes tokens as markup again.
#[derive(Default)]
struct Rewriter(RefCell<String>);

impl TokenSink for Rewriter {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let html = &mut *self.0.borrow_mut();
        match token {
            CharacterTokens(text) => escape(html, &text),
            TagToken(tag) if tag.kind == EndTag => {
                html.push_str("</");
                html.push_str(&tag.name);
                html.push('>');
            }
            TagToken(tag) => {
                html.push('<');
                html.push_str(&tag.name);
                for attr in &tag.attrs {
                    html.push(' ');
                    html.push_str(&attr.name.local);
                    html.push_str("=\"");
                    escape(html, &attr.value);
                    html.push('"');
                }
                html.push('>');
                return raw_text(&tag.name);
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// Writes text as markup.
pub(crate) fn escape(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            c => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_part_paragraphs() {
        let html = "<h2>Bridge&nbsp;opens</h2>\n<p>It  is\n<b>blue</b>.<p>It is &eacute;legant.\
                    <div>Long<br>and<br/><br/>wide</div>";
        assert_eq!(
            to_text(html),
            "Bridge opens\n\nIt is blue.\n\nIt is élegant.\n\nLong\nand\n\nwide"
        );
    }

    #[test]
    fn lists_and_tables_are_lines() {
        let html = "<p>Two:<ul><li>one</li> <li>two</li></ul>\
                    <table><tr><td>a</td><td>1</td></tr><tr><td>b<td>2</table>";
        assert_eq!(to_text(html), "Two:\n\none\ntwo\n\na\t1\nb\t2");
    }

    #[test]
    fn what_nobody_sees_is_left_out() {
        let html = "a<script>if (a < b) { document.write('<p>x</p>') }</script>\
                    <style>p { color: red }</style><p style='display: none'>no<span>no</span></p>\
                    <div hidden>no<div>no</div></div><!-- no --> b\u{ad}c<svg/>d";
        assert_eq!(to_text(html), "a\n\nbcd");
        assert_eq!(to_text("1 < 2 & 3 > 2"), "1 < 2 & 3 > 2");
        assert_eq!(to_text("a<!-- -- b > c<!-- d --> e <!-- more > f"), "a e f");
        assert_eq!(to_text("a <iframe src=x/> b <object data=y>c</object>"), "a b c");
        assert_eq!(to_text("plain\n  text"), "plain text");
        assert_eq!(to_text("<pre>a\n  b\n\nc</pre>"), "a\n  b\n\nc");
        assert_eq!(to_text(""), "");
    }

    #[test]
    fn harmless_markup_passes_the_guard() {
        let html = "<p>a<b>b</b><table><tr><td>c</table>".repeat(2_000);
        assert!(!tokenise(&html, Guard::new(Rewriter::default())).dropped());
        assert_eq!(sanitise("<p onclick=x()>a <b>b</b><script>c</script>"), "<p>a <b>b</b></p>");
    }

    #[test]
    fn bombs_are_defused() {
        let formatting: String = (0..20_000).map(|n| format!("<b id={n}>")).collect();
        let blocks = "<p>x".repeat(20_000);
        let hidden: String = (0..20_000).map(|n| format!("<table><b id={n}></table>")).collect();
        let deep = "<div>".repeat(200_000);
        let sly = "<div><table><tr><td></div></table>".repeat(50_000);
        for bomb in [formatting + &blocks, hidden + &blocks, deep, sly] {
            let clean = sanitise(&bomb);
            assert!(clean.len() < bomb.len() * 40, "{} from {}", clean.len(), bomb.len());
            let _ = to_text(&bomb);
        }
    }

    #[test]
    fn attributes_have_an_end() {
        let few = "<a href = \"x > y\" title='a b c'>a</a> 1 < 2";
        assert!(matches!(with_few_attributes(few), Cow::Borrowed(_)));
        let many: String = (0..2_000).map(|n| format!(" a{n}= '>'")).collect();
        let html = format!("<p =\" {many}>one</p><p{many}>two</p>");
        assert!(with_few_attributes(&html).len() < html.len() * 2 / 3);
        assert_eq!(to_text(&format!("<p{many}>two</p>")), "two");
    }

    #[test]
    fn too_deep_loses_tags_and_no_text() {
        let html =
            format!("{}<p>in</p>{}<p>out</p>", "<div>".repeat(2_000), "</div>".repeat(2_000));
        assert_eq!(to_text(&sanitise(&html)), "in\n\nout");
    }
}
