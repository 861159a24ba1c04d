//! Newsletters: a message ([RFC 5322](https://www.rfc-editor.org/rfc/rfc5322)) or a mailbox of
//! them ([RFC 4155](https://www.rfc-editor.org/rfc/rfc4155)), each an article.
//!
//! | field | from |
//! | --- | --- |
//! | `id` | `Message-ID` |
//! | `headline` | `Subject` |
//! | `source`, `source_name`, `authors` | `From`: the host of the address, and its name |
//! | `feed`, `source_name` | `List-Id` |
//! | `published` | `Date` |
//! | `url` | `Archived-At` |
//! | `body`, `body_html` | the parts; text made of the HTML where the plain text is a stub of it |

use super::encoding::{base64, is_base64, to_utf8};
use super::lines::{Line, Lines};
use super::{Item, ReadOptions, byline, dates, markup};
use crate::formats::words::one_line;
use crate::model::{NewArticle, Place, Reason, Rejected};
use mailparse::body::Body;
use mailparse::{DispositionType, MailAddr, MailHeaderMap, ParsedMail};
use std::io::BufRead;

/// A plain text that has less than one part in so many of the HTML's is a stub of it.
const STUB: usize = 3;

/// Messages within each other that are read at most: each is a copy.
const MESSAGES: u64 = 4;

/// Reads a message or a mailbox.
pub(super) struct Mail<R> {
    lines: Lines<R>,
    name: String,
    options: ReadOptions,
    /// The number of the last line read.
    number: u64,
    /// Whether it is a mailbox, once it is known.
    mailbox: bool,
    ended: bool,
}

impl<R: BufRead> Mail<R> {
    pub(super) fn new(input: R, name: String, options: &ReadOptions) -> Self {
        let lines = Lines::new(input, options.limits.article);
        Self { lines, name, options: options.clone(), number: 0, mailbox: false, ended: false }
    }
}

impl<R: BufRead> Iterator for Mail<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        let most = self.options.limits.article;
        let over = || Some(Reason::OverLimit { limit: "article", allowed: most });
        let (mut message, mut first, mut bytes) = (Vec::new(), self.number.max(1), 0);
        let (mut blank, mut fault) = (true, None);
        while !self.ended {
            let line = match self.lines.next_line() {
                Ok(Some(line)) => line,
                Ok(None) => {
                    self.ended = true;
                    break;
                }
                Err(error) => {
                    self.ended = true;
                    fault = Some(Reason::from(&error));
                    break;
                }
            };
            self.number += 1;
            let Line::Whole(line) = line else {
                fault = over();
                continue;
            };
            let begins = line.starts_with(b"From ");
            if self.number == 1 && begins {
                (self.mailbox, first) = (true, 1);
                continue;
            }
            if self.mailbox && blank && begins && is_separator(&line) {
                break;
            }
            blank = line.trim_ascii().is_empty();
            let quoted = self.mailbox && line.strip_prefix(b">").is_some_and(is_quoted_from);
            let line = if quoted { line.get(1..).unwrap_or(&line) } else { &line };
            bytes += line.len() as u64 + 1;
            if bytes > most {
                fault = over();
                message = Vec::new();
            } else if fault.is_none() {
                message.extend_from_slice(line);
                message.push(b'\n');
            }
        }
        if message.trim_ascii().is_empty() && fault.is_none() {
            return None;
        }
        let place = Place::line(&self.name, first);
        let article = match fault {
            Some(reason) => Err(reason),
            None => article(&message, &self.options),
        };
        Some(match article {
            Ok(article) => Ok(NewArticle { place, ..article }),
            Err(reason) => Err(Rejected { place, reason }),
        })
    }
}

/// Whether a line that begins with `From ` parts two messages: it names who sent the next, or when.
fn is_separator(line: &[u8]) -> bool {
    let sender = line.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
    let is_clock =
        |bytes: &[u8]| matches!(bytes, [a, b':', b] if a.is_ascii_digit() && b.is_ascii_digit());
    sender.contains(&b'@') || line.windows(3).any(is_clock)
}

/// Whether a line is `From `, with any number of marks before it.
fn is_quoted_from(line: &[u8]) -> bool {
    let marks = line.iter().take_while(|byte| **byte == b'>').count();
    line.get(marks..).is_some_and(|line| line.starts_with(b"From "))
}

fn article(message: &[u8], options: &ReadOptions) -> Result<NewArticle, Reason> {
    let mail = mailparse::parse_mail(message)
        .map_err(|error| Reason::Malformed(format!("not a message: {error}")))?;
    let header = |name: &str| {
        let value = mail.headers.get_first_value(name)?;
        let value = one_line(&value);
        Some(value).filter(|value| !value.is_empty())
    };
    let list = header("List-Id").map(|list| match list.rsplit_once('<') {
        Some((name, id)) => {
            let name = name.trim().trim_matches('"').to_owned();
            (Some(name).filter(|name| !name.is_empty()), id.trim_end_matches('>').to_owned())
        }
        None => (None, list),
    });
    let (list_name, feed) = list.map_or((None, None), |(name, id)| (name, Some(id)));
    let (sender, address) = header("From").and_then(|from| sender(&from)).unwrap_or_default();
    let (published, published_raw) = match header("Date") {
        Some(text) => match dates::parse(&text) {
            Some(date) => (Some(date), None),
            None => (None, Some(text)),
        },
        None => (None, None),
    };
    let mut texts = Texts { nesting: options.limits.nesting, ..Texts::default() };
    texts.add(&mail, 1, 0)?;
    if texts.forms() == 0
        && mail.subparts.is_empty()
        && mail.ctype.mimetype.starts_with("multipart/")
    {
        // Parts without a mark between them.
        texts.plain = Some(text_of(&mail));
    }
    let body = texts.body();
    Ok(NewArticle {
        id: header("Message-ID").map(|id| bare(&id)),
        source: match &options.source {
            Some(_) => None,
            None => address.rsplit_once('@').map(|(_, host)| host.to_ascii_lowercase()),
        },
        source_name: list_name.clone().or_else(|| sender.clone()),
        feed: options.feed.clone().or(feed),
        url: header("Archived-At").map(|url| bare(&url)).filter(|url| url.starts_with("http")),
        headline: header("Subject"),
        authors: sender
            .into_iter()
            .filter(|name| Some(name) != list_name.as_ref())
            .map(person)
            .collect(),
        language: header("Content-Language")
            .and_then(|tags| Some(tags.split(',').next()?.trim().to_owned())),
        published,
        published_raw,
        body,
        body_html: texts.html.map(|(html, _)| html),
        ..NewArticle::default()
    })
}

/// What stands between angle brackets.
fn bare(text: &str) -> String {
    text.trim().trim_start_matches('<').trim_end_matches('>').to_owned()
}

/// The name and the address of who sent it.
fn sender(from: &str) -> Option<(Option<String>, String)> {
    let addresses = mailparse::addrparse(from).ok()?;
    match addresses.first()? {
        MailAddr::Single(one) => {
            let name = one.display_name.clone().filter(|name| !name.trim().is_empty());
            Some((name, one.addr.clone()))
        }
        MailAddr::Group(group) => {
            let address = group.addrs.first().map(|one| one.addr.clone()).unwrap_or_default();
            Some((Some(group.group_name.clone()), address))
        }
    }
}

/// A sender's name as people write it: `Berg, Ada` is `Ada Berg`.
fn person(name: String) -> String {
    match <[String; 1]>::try_from(byline::authors(&name)) {
        Ok([person]) if name.contains(',') => person,
        _ => name,
    }
}

/// The texts of a message, attachments aside.
#[derive(Default)]
struct Texts {
    plain: Option<String>,
    /// The markup, and the text that is made of it.
    html: Option<(String, String)>,
    /// The limit of how deep parts are nested.
    nesting: u64,
}

impl Texts {
    /// Takes the text of a part: of alternatives, each form; of others, the first that has any.
    /// Further ones are footers and replies.
    fn add(&mut self, part: &ParsedMail<'_>, depth: u64, messages: u64) -> Result<(), Reason> {
        if part.get_content_disposition().disposition == DispositionType::Attachment {
            return Ok(());
        }
        let over = |allowed| Err(Reason::OverLimit { limit: "nesting", allowed });
        if depth > self.nesting {
            return over(self.nesting);
        }
        match part.ctype.mimetype.as_str() {
            "text/plain" if self.plain.is_none() => {
                self.plain = Some(text_of(part)).filter(|text| !text.trim().is_empty());
            }
            "text/html" if self.html.is_none() => {
                let html = text_of(part);
                let text = markup::to_text(&html);
                // Mailers put empty markup before a file.
                let is_blank = text.is_empty() && !html.contains("<img");
                self.html = (!is_blank).then_some((html, text));
            }
            "message/rfc822" if messages == MESSAGES => return over(MESSAGES),
            "message/rfc822" => {
                let bytes = part.get_body_raw().unwrap_or_default();
                if let Ok(mail) = mailparse::parse_mail(&bytes) {
                    self.add(&mail, depth + 1, messages + 1)?;
                }
            }
            kind => {
                let is_choice = kind == "multipart/alternative";
                let before = self.forms();
                for part in &part.subparts {
                    self.add(part, depth + 1, messages)?;
                    if !is_choice && self.forms() > before {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// The number of forms that the text was found in.
    fn forms(&self) -> usize {
        usize::from(self.plain.is_some()) + usize::from(self.html.is_some())
    }

    fn body(&self) -> Option<String> {
        let of_html = self.html.as_ref().map(|(_, text)| text.clone());
        let plain = self.plain.as_ref().map(|plain| plain.trim().to_owned());
        match (plain, of_html) {
            (Some(plain), Some(html)) if plain.len() * STUB < html.len() => Some(html),
            (Some(plain), _) => Some(plain),
            (None, html) => html,
        }
    }
}

/// The text of a part. A charset that the bytes contradict is passed over.
fn text_of(part: &ParsedMail<'_>) -> String {
    let bytes = part.get_body_raw().unwrap_or_else(|_| match part.get_body_encoded() {
        Body::Base64(body) => base64(&lines_of_base64(body.get_raw())),
        Body::QuotedPrintable(body) => body.get_raw().to_vec(),
        _ => Vec::new(),
    });
    let says = |name: &str| part.ctype.params.get(name).map(|value| value.to_ascii_lowercase());
    let charset = says("charset").filter(|charset| charset != "us-ascii");
    let text = to_utf8(&bytes, charset.as_deref()).replace("\r\n", "\n");
    match says("format").as_deref() {
        Some("flowed") => unflowed(&text, says("delsp").as_deref() == Some("yes")),
        _ => text,
    }
}

/// The lines of a text in base 64 that are; others were put in on the way.
fn lines_of_base64(text: &[u8]) -> Vec<u8> {
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.filter(|line| is_base64(line)).flatten().copied().collect()
}

/// A text whose lines were broken at a blank that stays at their end (RFC 3676); `glued`: the
/// blank is none of the text. A line goes on in the next that is quoted as deep as it.
fn unflowed(text: &str, glued: bool) -> String {
    const SIGNATURE: &str = "-- ";
    let mut whole = String::with_capacity(text.len());
    // How deep the line is quoted that may go on.
    let mut open = None;
    for line in text.lines() {
        let words = line.trim_start_matches('>');
        let depth = line.len() - words.len();
        // A line that begins with a blank, a mark of quotation or "From " has a blank before it.
        let words = words.strip_prefix(' ').unwrap_or(words);
        let goes_on = open == Some(depth) && words != SIGNATURE;
        if open.is_some() && !goes_on {
            whole.push('\n');
        }
        whole.push_str(if goes_on || depth == 0 { words } else { line });
        open = (words.ends_with(' ') && words != SIGNATURE).then_some(depth);
        if open.is_none() {
            whole.push('\n');
        } else if glued {
            whole.pop();
        }
    }
    whole
}
