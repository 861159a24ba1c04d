//! Elements as a tree.

use crate::formats::markup::escape;

/// An element with all that it holds.
#[derive(Debug, Default)]
pub(in crate::formats) struct Element {
    /// Its name in lower case, with the prefix of the vocabulary.
    pub(in crate::formats) key: String,
    /// Its name as it is written, without a prefix.
    pub(in crate::formats) name: String,
    /// Names in lower case, with the prefix of the vocabulary.
    pub(in crate::formats) attributes: Vec<(String, String)>,
    pub(in crate::formats) children: Vec<Node>,
    /// Whether its tag was its end.
    empty: bool,
}

#[derive(Debug)]
pub(in crate::formats) enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    pub(super) fn new(
        key: String,
        name: &str,
        attributes: Vec<(String, String)>,
        empty: bool,
    ) -> Self {
        Self { key, name: name.to_owned(), attributes, children: Vec::new(), empty }
    }

    /// Whether its tag was its end.
    pub(in crate::formats) fn is_empty(&self) -> bool {
        self.empty
    }

    /// An attribute that says something.
    pub(in crate::formats) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name)?;
        Some(found.1.trim()).filter(|value| !value.is_empty())
    }

    /// The elements that it holds, in their order.
    pub(in crate::formats) fn elements(&self) -> impl DoubleEndedIterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// All text within, markup left out.
    pub(in crate::formats) fn text(&self) -> String {
        let mut text = String::new();
        self.collect_text(&mut text);
        text
    }

    fn collect_text(&self, text: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(part) => text.push_str(part),
                Node::Element(element) => element.collect_text(text),
            }
        }
    }

    /// What it holds, as HTML: names without prefixes. `raw`: text within is HTML already.
    pub(in crate::formats) fn inner_html(&self, raw: bool) -> String {
        let mut html = String::new();
        self.write_children(&mut html, raw);
        html
    }

    fn write_children(&self, html: &mut String, raw: bool) {
        for node in &self.children {
            match node {
                Node::Text(text) if raw => html.push_str(text),
                Node::Text(text) => escape(html, text),
                Node::Element(element) => element.write(html, raw),
            }
        }
    }

    fn write(&self, html: &mut String, raw: bool) {
        html.push('<');
        html.push_str(&self.name);
        for (name, value) in self.attributes.iter().filter(|(name, _)| !name.contains("xml")) {
            html.push(' ');
            html.push_str(name);
            html.push_str("=\"");
            escape(html, value);
            html.push('"');
        }
        html.push('>');
        if !is_void(&self.key) {
            self.write_children(html, raw);
            html.push_str("</");
            html.push_str(&self.name);
            html.push('>');
        }
    }
}

/// Elements of HTML that have no end tag and no namesake among the elements of formats.
pub(super) fn is_void(key: &str) -> bool {
    matches!(key.strip_prefix("xhtml:").unwrap_or(key), "br" | "hr" | "img" | "input" | "wbr")
}
