//! Which format an input has, told by its first bytes.

use super::gdelt::Table;
use super::{BOM, ReadOptions, csv, ninjs};

/// The name of an input's format, or what it is that is not read.
pub(super) fn recognise(head: &[u8], options: &ReadOptions) -> Result<&'static str, String> {
    let of_other = |(at, magic, _): &&(usize, &[u8], &str)| {
        head.get(*at..).is_some_and(|rest| rest.starts_with(magic))
    };
    if let Some((_, _, what)) = OTHERS.iter().find(of_other) {
        return Err(format!("{what} is not read"));
    }
    let bytes = head.strip_prefix(BOM).unwrap_or(head);
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start();
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    if text.starts_with("WARC/") {
        return Ok("warc");
    }
    if text.starts_with(['{', '[']) {
        return json(text);
    }
    if let Some(format) = markup(text) {
        return format;
    }
    // The first line may be the damaged one.
    if let Some(table) = lines().take(5).find_map(Table::of) {
        return Ok(table.name());
    }
    if is_mail(text) {
        return Ok("mail");
    }
    let known = lines().next().map_or(0, |line| csv::known_columns(line.as_bytes(), options));
    if known > 1 || known == 1 && !options.columns.is_empty() || text.starts_with("sep=") {
        return Ok("csv");
    }
    if bytes.contains(&0) {
        return Err("binary data of no format that is known".to_owned());
    }
    Ok("text")
}

/// What is no news: where it has which bytes, and its name.
const OTHERS: &[(usize, &[u8], &str)] = &[
    (0, b"BZh", "bzip2"),
    (0, b"\xfd7zXZ\0", "xz"),
    (0, b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (0, b"Rar!\x1a\x07", "RAR"),
    (257, b"ustar", "a tar archive"),
    (0, b"%PDF-", "PDF"),
    (0, b"\xd0\xcf\x11\xe0", "an old Office document"),
    (0, b"SQLite format 3\0", "an SQLite file"),
    (0, b"PAR1", "Parquet"),
    (0, b"\x89PNG", "a PNG picture"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"GIF8", "a GIF picture"),
    (0, b"RIFF", "a RIFF file"),
    (0, b"\x7fELF", "a program"),
];

/// Root elements, in lower case and without prefix, and the formats whose documents have them.
const ROOTS: &[(&str, &str)] = &[
    ("rss", "feed"),
    ("feed", "feed"),
    ("rdf", "feed"),
    ("channel", "feed"),
    ("entry", "feed"),
    ("newsitem", "newsml"),
    ("newsmessage", "newsml"),
    ("packageitem", "newsml"),
    ("conceptitem", "newsml"),
    ("knowledgeitem", "newsml"),
    ("planningitem", "newsml"),
    ("catalogitem", "newsml"),
    ("nitf", "newsml"),
    ("html", "html"),
];

/// Root elements of XML that is no news, and what it is.
const OTHER_ROOTS: &[(&str, &str)] = &[
    ("opml", "OPML is a list of feeds, not news"),
    ("urlset", "a sitemap is not read"),
    ("sitemapindex", "a sitemap is not read"),
    ("newsml", "NewsML 1 is not read"),
    ("svg", "an SVG picture is not read"),
];

/// Elements by which HTML begins that has no `html`.
const HTML: &[&str] = &[
    "head", "body", "title", "meta", "link", "script", "style", "base", "div", "p", "article",
    "main", "section", "header", "h1", "h2", "h3", "table", "span", "a", "img", "center", "font",
    "ul", "ol", "nav", "noscript", "iframe", "form", "b", "i", "em", "strong", "br", "hr",
];

fn markup(text: &str) -> Option<Result<&'static str, String>> {
    // Servers put warnings before a document: as text, or as `<br /><b>Warning</b>: …`.
    let is_printed = text.find('<')? > 0;
    let start = match is_printed || ["<br", "<b>"].iter().any(|tag| text.starts_with(tag)) {
        false => Some(0),
        true => ["<?xml", "<rss", "<feed", "<rdf:RDF", "<!DOCTYPE html", "<!doctype html", "<html"]
            .iter()
            .filter_map(|tag| text.find(tag))
            .min()
            .filter(|at| *at < 2_048),
    };
    let start = start.or((!is_printed).then_some(0))?;
    let mut rest = text.get(start..)?;
    let mut xml = false;
    loop {
        rest = rest.get(rest.find('<')?..)?;
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->")?.1;
        } else if let Some(instruction) = rest.strip_prefix("<?") {
            xml |= instruction.starts_with("xml");
            rest = instruction.split_once('>')?.1;
        } else if let Some(declaration) = rest.strip_prefix("<!") {
            let name =
                declaration.trim_start_matches(|c: char| c.is_ascii_alphabetic()).trim_start();
            if name.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("html")) {
                return Some(Ok("html"));
            }
            // An internal subset has declarations of its own.
            rest = match (declaration.find('['), declaration.find('>')) {
                (Some(open), Some(close)) if open < close => declaration.split_once("]")?.1,
                _ => declaration.split_once('>')?.1,
            };
        } else {
            break;
        }
    }
    let name: String = rest
        .chars()
        .skip(1)
        .take_while(|c| !c.is_whitespace() && !matches!(c, '>' | '/' | '<'))
        .take(64)
        .collect();
    let local = name.rsplit(':').next().unwrap_or_default().to_ascii_lowercase();
    if let Some((_, format)) = ROOTS.iter().find(|(root, _)| *root == local) {
        return Some(Ok(format));
    }
    if let Some((_, what)) = OTHER_ROOTS.iter().find(|(root, _)| *root == local) {
        return Some(Err((*what).to_owned()));
    }
    if !xml && HTML.contains(&local.as_str()) {
        return Some(Ok("html"));
    }
    // Damage before the root, or a root that a namespace hides.
    let lower = rest.get(..rest.len().min(8_192)).unwrap_or(rest).to_ascii_lowercase();
    let inner = [
        ("<rss", "feed"),
        ("<item>", "feed"),
        ("<entry>", "feed"),
        ("<html", "html"),
        ("<body", "html"),
    ];
    if let Some((_, format)) = inner.iter().find(|(tag, _)| lower.contains(tag)) {
        return Some(Ok(format));
    }
    (xml || !name.is_empty()).then(|| Err(format!("XML of a kind that is not read: <{name}>")))
}

/// An object a line, an array of them, or one document: JSON Feed or ninjs, told by the properties of the first
/// object.
fn json(text: &str) -> Result<&'static str, String> {
    let properties = properties(text);
    let has = |names: &[&str]| properties.iter().any(|(name, _)| names.contains(&name.as_str()));
    let says = |name: &str, part: &str| {
        properties.iter().any(|(key, value)| key == name && value.contains(part))
    };
    let listed = has(&["items"]) && has(&["home_page_url", "feed_url"]);
    if says("version", "jsonfeed.org") || listed {
        return Ok("feed");
    }
    if says("$schema", "ninjs")
        || says("type", "text") && has(&["uri"])
        || ninjs::is_ninjs(text.as_bytes())
    {
        return Ok("ninjs");
    }
    Ok("jsonl")
}

/// The properties of the first object, with the start of their values where they are text.
fn properties(text: &str) -> Vec<(String, String)> {
    let (mut properties, mut depth, mut at) = (Vec::new(), 0_usize, 0);
    let bytes = text.as_bytes();
    let outer = usize::from(text.starts_with('['));
    let string = |from: usize| -> Option<usize> {
        let mut escaped = false;
        let end = bytes.get(from..)?.iter().position(|byte| match byte {
            b'"' if !escaped => true,
            b'\\' => {
                escaped = !escaped;
                false
            }
            _ => {
                escaped = false;
                false
            }
        })?;
        Some(from + end)
    };
    let mut key = None;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let Some(end) = string(at + 1) else { break };
                let value = text.get(at + 1..end).unwrap_or_default();
                at = end;
                if depth == outer + 1 {
                    match key.take() {
                        None => key = Some(value.to_owned()),
                        Some(name) => properties.push((name, value.chars().take(100).collect())),
                    }
                }
            }
            b'{' | b'[' => {
                if depth == outer + 1 {
                    properties.extend(key.take().map(|name| (name, String::new())));
                }
                depth += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth <= outer {
                    break;
                }
            }
            b',' if depth == outer + 1 => {
                properties.extend(key.take().map(|name| (name, String::new())));
            }
            _ => {}
        }
        at += 1;
    }
    properties.extend(key.map(|name| (name, String::new())));
    properties
}

/// Headers by which a message is known.
const HEADERS: &[&str] = &[
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "received",
    "return-path",
    "mime-version",
    "content-type",
    "delivered-to",
    "reply-to",
    "list-id",
    "dkim-signature",
    "x-mailer",
];

/// A mailbox, or a message: at least three lines of a header, two of them known.
fn is_mail(text: &str) -> bool {
    if text.starts_with("From ") && text.lines().nth(1).is_some_and(|line| header(line).is_some()) {
        return true;
    }
    let (mut lines, mut known) = (0, 0);
    for line in text.lines().take(60) {
        if line.starts_with([' ', '\t']) && lines > 0 {
            continue;
        }
        let Some(name) = header(line) else { break };
        lines += 1;
        known += usize::from(HEADERS.contains(&name.as_str()));
    }
    lines >= 3 && known >= 2
}

/// The name of a header, in lower case.
fn header(line: &str) -> Option<String> {
    let (name, _) = line.split_once(':')?;
    let valid = (1..=60).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic());
    valid.then(|| name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::recognise;
    use crate::formats::ReadOptions;

    #[test]
    fn each_format_by_its_first_bytes() {
        let gkg = format!("20240310120000-7\t20240310120000\t1{}\n", "\t".repeat(24));
        let mention = format!("410\t20240310120000\t20240310121500\t1{}", "\t".repeat(12));
        let event = format!("410\t20240309\t202403{}", "\t".repeat(58));
        let cases: &[(&str, Result<&str, &str>)] = &[
            ("news-10062024-080000\n\nThe bridge opened.", Ok("text")),
            ("\u{feff}\n {\"id\": \"1\", \"headline\": \"a\"}\n{\"id\"", Ok("jsonl")),
            (r#"{"title": "a", "attributes": {"profile": "x"}}"#, Ok("jsonl")),
            (r#"{"body": "a \" \"versioncreated\": \"b\"", "id": "1"}"#, Ok("jsonl")),
            (r#"[{"id": "1", "title": "a"}, {"id""#, Ok("jsonl")),
            (r#"[{"uri": "x", "versioncreated": "2024-06-10T08:00:00Z"}]"#, Ok("ninjs")),
            (r#"{"uri": "tag:1", "type": "text", "headline": "a"}"#, Ok("ninjs")),
            (
                "{\n \"$schema\": \"https://iptc.org/std/ninjs/ninjs-schema_2.0.json\", \"uri\": \"x\"}",
                Ok("ninjs"),
            ),
            (r#"{"uri": "x", "headlines": [{"value": "a"}]}"#, Ok("ninjs")),
            (r#"{"version": "https://jsonfeed.org/version/1.1", "items": []}"#, Ok("feed")),
            (
                r#"{"items": [{"id": "1"}], "title": "a", "version": "https:\/\/jsonfeed.org\/version\/1"}"#,
                Ok("feed"),
            ),
            ("<?xml version=\"1.0\"?><!-- <html> --><rss version=\"2.0\"><channel>", Ok("feed")),
            (
                "<?xml version=\"1.0\"?>\n<atom:feed xmlns:atom=\"http://www.w3.org/2005/Atom\">",
                Ok("feed"),
            ),
            ("<rdf:RDF xmlns=\"http://purl.org/rss/1.0/\">", Ok("feed")),
            ("<!DOCTYPE rss [ <!ENTITY a \"b\"> ]><rss>", Ok("feed")),
            ("Warning: include() failed in /x.php<br />\n<?xml version='1.0'?><rss>", Ok("feed")),
            (
                "<br />\n<b>Warning</b>: x in <b>/x.php</b><br />\n<?xml version='1.0'?><rss>",
                Ok("feed"),
            ),
            ("<b>A page</b> of old<br>", Ok("html")),
            (
                "<?xml version=\"1.0\"?><newsMessage xmlns=\"http://iptc.org/std/nar/2006-10-01/\">",
                Ok("newsml"),
            ),
            ("<nar:newsItem guid=\"x\">", Ok("newsml")),
            ("<nitf><body>", Ok("newsml")),
            ("<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0\"><html>", Ok("html")),
            ("<!doctype HTML>\n<title>x</title>", Ok("html")),
            ("<!-- saved --><HTML><BODY>", Ok("html")),
            ("<p>A fragment of a page.</p>", Ok("html")),
            (
                "<?xml version=\"1.0\"?><opml version=\"2.0\">",
                Err("OPML is a list of feeds, not news"),
            ),
            (
                "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">",
                Err("a sitemap is not read"),
            ),
            ("<?xml version=\"1.0\"?><invoice>", Err("XML of a kind that is not read: <invoice>")),
            (&gkg, Ok("gdelt-gkg")),
            (&mention, Ok("gdelt-mentions")),
            (&event, Ok("gdelt-events")),
            ("WARC/1.0\r\nWARC-Type: warcinfo\r\n", Ok("warc")),
            ("From anna@a.example Mon Jun 10 08:00:00 2024\nReturn-Path: <x>\n", Ok("mail")),
            (
                "Received: from a.example\r\n\tby b.example\r\nSubject: News\r\nFrom: A <a@a.example>\r\n",
                Ok("mail"),
            ),
            ("Dear reader: hello\nSubject: x\n", Ok("text")),
            ("id;Title;Pub Date\n1;a;2024-06-10\n", Ok("csv")),
            ("\"headline\"\t\"body\"\n", Ok("csv")),
            ("sep=,\nid,title\n", Ok("csv")),
            ("A title, a date and some text\nfollow.", Ok("text")),
            ("%PDF-1.4", Err("PDF is not read")),
            ("\0\u{1}\u{2}\0", Err("binary data of no format that is known")),
            ("", Ok("text")),
        ];
        for (head, expected) in cases {
            let found = recognise(head.as_bytes(), &ReadOptions::default());
            assert_eq!(
                found.as_deref(),
                expected.as_deref().map_err(|e| (*e).to_owned()).as_deref(),
                "{head:?}"
            );
        }
        let columns = [("Überschrift".to_owned(), "headline".to_owned())].into();
        let options = ReadOptions { columns, ..ReadOptions::default() };
        assert_eq!(recognise("Nr;Überschrift\n1;a\n".as_bytes(), &options), Ok("csv"));
    }
}
