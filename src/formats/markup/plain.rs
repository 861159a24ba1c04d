//! Plain text in the making.

use super::is_block;
use html5ever::{LocalName, local_name};

/// What parts two pieces of text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Cell,
    Line,
    Paragraph,
}

/// Plain text in the making. Fed with the tags and the text of a document in their order.
#[derive(Debug, Default)]
pub(crate) struct Plain {
    text: String,
    gap: Gap,
    /// Depth of `pre` elements.
    verbatim: usize,
}

impl Plain {
    /// A tag, opening or closing: what it does to the text around it.
    pub(crate) fn tag(&mut self, name: &LocalName, opens: bool) {
        match *name {
            local_name!("br") if self.gap >= Gap::Line => self.part(Gap::Paragraph),
            local_name!("br")
            | local_name!("li")
            | local_name!("dt")
            | local_name!("dd")
            | local_name!("tr")
            | local_name!("option") => self.part(Gap::Line),
            local_name!("td") | local_name!("th") => self.part(Gap::Cell),
            local_name!("pre") => {
                self.part(Gap::Paragraph);
                self.verbatim =
                    if opens { self.verbatim + 1 } else { self.verbatim.saturating_sub(1) };
            }
            _ if is_block(name) => self.part(Gap::Paragraph),
            _ => {}
        }
    }

    /// Parts what comes from what came, as cells of a row are.
    #[cfg(feature = "html")]
    pub(crate) fn cell(&mut self) {
        self.part(Gap::Cell);
    }

    /// Text between tags.
    pub(crate) fn push(&mut self, text: &str) {
        if self.verbatim > 0 {
            for (number, line) in text.split('\n').enumerate() {
                if number > 0 {
                    self.part(if self.gap >= Gap::Line { Gap::Paragraph } else { Gap::Line });
                }
                if !line.is_empty() {
                    self.word(line);
                }
            }
            return;
        }
        let mut words = text.split(char::is_whitespace).peekable();
        while let Some(word) = words.next() {
            if !word.is_empty() {
                self.word(word);
            }
            if words.peek().is_some() {
                self.part(Gap::Space);
            }
        }
    }

    fn part(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    fn word(&mut self, word: &str) {
        let gap = std::mem::take(&mut self.gap);
        if !self.text.is_empty() {
            self.text.push_str(match gap {
                Gap::None => "",
                Gap::Space => " ",
                Gap::Cell => "\t",
                Gap::Line => "\n",
                Gap::Paragraph => "\n\n",
            });
        }
        if word.is_ascii() {
            return self.text.push_str(word);
        }
        // Soft hyphens and byte order marks are not to be seen.
        let unseen = |c: char| matches!(c, '\u{ad}' | '\u{feff}');
        for part in word.split(unseen) {
            self.text.push_str(part);
        }
    }

    /// The text, without white space at its ends.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}
