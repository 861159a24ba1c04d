//! The list of feeds as OPML, folders as outlines around those of the feeds.

use crate::error::Error;
use crate::model::Feed;
use crate::store::{NewsDb, Snapshot};
use std::io::{BufWriter, Write};

impl Snapshot {
    /// Writes the list of feeds; tells how many. [`read_opml`](crate::formats::read_opml)
    /// reads it back.
    ///
    /// ```
    /// use newsdb::{Feed, NewsDb};
    /// let db = NewsDb::open_in_memory()?;
    /// db.store_feeds(&[Feed::new("https://baltic-post.example/rss")])?;
    /// let mut list = Vec::new();
    /// assert_eq!(db.export_opml(&mut list)?, 1);
    /// # Ok::<(), newsdb::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of reading and of `out`.
    pub fn export_opml(&self, out: impl Write) -> Result<usize, Error> {
        let feeds = self.feeds()?;
        let mut out = BufWriter::new(out);
        write(&feeds, &mut out).and_then(|()| out.flush()).map_err(Error::io("OPML"))?;
        Ok(feeds.len())
    }
}

impl NewsDb {
    /// As [`Snapshot::export_opml`].
    ///
    /// # Errors
    /// As there.
    pub fn export_opml(&self, out: impl Write) -> Result<usize, Error> {
        self.snapshot()?.export_opml(out)
    }
}

/// `feeds` are in the order of their folders.
fn write(feeds: &[Feed], out: &mut impl Write) -> std::io::Result<()> {
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<opml version="2.0">"#)?;
    writeln!(out, "  <head><title>Feeds</title></head>\n  <body>")?;
    let mut open: Vec<&str> = Vec::new();
    for feed in feeds {
        let folders: Vec<_> = feed.folder.iter().flat_map(|folder| folder.split('/')).collect();
        let common = open.iter().zip(&folders).take_while(|(a, b)| a == b).count();
        close(out, &mut open, common)?;
        for folder in folders.iter().skip(common) {
            writeln!(out, "{}<outline text=\"{}\">", indent(open.len()), escape(folder))?;
            open.push(folder);
        }
        let title = feed.title.as_deref().unwrap_or(&feed.url);
        write!(out, "{}<outline type=\"rss\"", indent(open.len()))?;
        let attributes = [
            ("text", Some(title)),
            ("title", feed.title.as_deref()),
            ("xmlUrl", Some(feed.url.as_str())),
            ("htmlUrl", feed.site.as_deref()),
            ("language", feed.language.as_deref()),
        ];
        for (name, value) in attributes {
            if let Some(value) = value {
                write!(out, " {name}=\"{}\"", escape(value))?;
            }
        }
        writeln!(out, "/>")?;
    }
    close(out, &mut open, 0)?;
    writeln!(out, "  </body>\n</opml>")
}

fn close(out: &mut impl Write, open: &mut Vec<&str>, depth: usize) -> std::io::Result<()> {
    while open.len() > depth {
        open.pop();
        writeln!(out, "{}</outline>", indent(open.len()))?;
    }
    Ok(())
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth + 2)
}

/// A value as it stands between quotation marks; what XML cannot hold is left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
