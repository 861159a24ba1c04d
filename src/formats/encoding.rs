//! From the bytes of a document to text.
//!
//! A byte order mark decides; then what the caller knows (an HTTP `Content-Type`), what the
//! document declares (XML declaration, HTML `meta`), and last what the bytes look like. Labels
//! mean what they mean to browsers (WHATWG Encoding Standard): `iso-8859-1` is windows-1252,
//! `gb2312` is GBK. A label that the bytes contradict is passed over.

mod stream;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;
pub(super) use stream::Utf8;

/// A declaration stands within so many bytes. Browsers look at 1,024; pages put it later.
const HEAD: usize = 8_192;

/// Detection looks at so many bytes.
const SAMPLE: usize = 1 << 18;

/// Legacy text is hardly ever valid UTF-8 by chance: so many characters beyond ASCII are proof.
const PROOF: usize = 3;

/// The text of a document. `hint` is what the caller knows of its encoding: a label such as
/// `windows-1251`, or a `Content-Type` with a `charset`.
///
/// Never fails: bytes that mean nothing in the encoding become U+FFFD.
pub(crate) fn to_utf8<'a>(bytes: &'a [u8], hint: Option<&str>) -> Cow<'a, str> {
    match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] => return utf_32(rest, u32::from_le_bytes),
        [0, 0, 0xfe, 0xff, rest @ ..] => return utf_32(rest, u32::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => return UTF_16LE.decode_without_bom_handling(rest).0,
        [0xfe, 0xff, rest @ ..] => return UTF_16BE.decode_without_bom_handling(rest).0,
        [0xef, 0xbb, 0xbf, rest @ ..] => return mostly_utf_8(rest),
        // Markup in wide characters without a mark.
        [b'<', 0, 0, 0, ..] => return utf_32(bytes, u32::from_le_bytes),
        [0, 0, 0, b'<', ..] => return utf_32(bytes, u32::from_be_bytes),
        [b'<', 0, ..] => return UTF_16LE.decode_without_bom_handling(bytes).0,
        [0, b'<', ..] => return UTF_16BE.decode_without_bom_handling(bytes).0,
        _ => {}
    }
    let valid = std::str::from_utf8(bytes);
    let said = [hint.and_then(label_of), declared(bytes)];
    let mut said = said.into_iter().flatten().filter_map(encoding);
    if let Ok(text) = valid {
        let beyond = text.chars().filter(|c| !c.is_ascii()).take(PROOF).count();
        let shifts = bytes.contains(&0x1b);
        if beyond == PROOF || (beyond == 0 && !shifts) {
            return Cow::Borrowed(text);
        }
    }
    let found = said.find_map(|encoding| {
        if encoding == UTF_8 {
            return is_mostly_utf_8(bytes, DECLARED).then(|| mostly_utf_8(bytes));
        }
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        let wrong = text.chars().filter(|c| *c == '\u{fffd}').count();
        (wrong * 100 <= text.len()).then_some(text)
    });
    found.unwrap_or_else(|| match valid {
        Ok(text) if !bytes.contains(&0x1b) => Cow::Borrowed(text),
        _ if is_mostly_utf_8(bytes, UNDECLARED) => mostly_utf_8(bytes),
        _ => detect(bytes).decode_without_bom_handling(bytes).0,
    })
}

/// Whether bytes are letters of base 64.
#[cfg(any(feature = "mail", feature = "xml"))]
pub(super) fn is_base64(text: &[u8]) -> bool {
    text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte))
}

/// The bytes that a text in base 64 stands for. What is none of its letters is passed over.
#[cfg(any(feature = "mail", feature = "xml"))]
pub(super) fn base64(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for byte in text {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            // Several may stand one after the other.
            b'=' => {
                held = 0;
                continue;
            }
            _ => continue,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    bytes
}

/// Whether an input begins in wide characters: UTF-16 or UTF-32.
pub(super) fn is_wide(head: &[u8]) -> bool {
    matches!(
        head,
        [0xff, 0xfe, ..]
            | [0xfe, 0xff, ..]
            | [0, 0, 0xfe, 0xff, ..]
            | [0, b'<' | b'{' | b'[', ..]
            | [b'<' | b'{' | b'[', 0, ..]
            | [0, 0, 0, b'<', ..]
    )
}

/// An encoding by a label. A document that can be read as far as its declaration is not in
/// UTF-16, whatever it says.
fn encoding(label: &[u8]) -> Option<&'static Encoding> {
    let found = Encoding::for_label_no_replacement(label)?;
    Some(if found.is_ascii_compatible() || found == encoding_rs::ISO_2022_JP {
        found
    } else {
        UTF_8
    })
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes.get(..SAMPLE).unwrap_or(bytes), bytes.len() <= SAMPLE);
    detector.guess(None, Utf8Detection::Allow)
}

/// The label in a hint: after `charset=` where there is one.
fn label_of(hint: &str) -> Option<&[u8]> {
    let bytes = hint.as_bytes();
    charset(bytes).or_else(|| (!hint.contains('/')).then(|| bytes.trim_ascii()))
}

/// What the XML declaration or a `meta` element says.
fn declared(bytes: &[u8]) -> Option<&[u8]> {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    let start = head.trim_ascii_start();
    if start.starts_with(b"<?xml") {
        let end = start.iter().position(|byte| *byte == b'>').unwrap_or(start.len());
        let label = start.get(..end).and_then(|declaration| value(declaration, b"encoding"));
        if label.is_some() {
            return label;
        }
    }
    let mut rest = head;
    while let Some(at) = find(rest, b"<meta") {
        rest = rest.get(at + 5..)?;
        let end = rest.iter().position(|byte| *byte == b'>').unwrap_or(rest.len());
        if let Some(label) = rest.get(..end).and_then(charset) {
            return Some(label);
        }
    }
    None
}

fn charset(text: &[u8]) -> Option<&[u8]> {
    value(text, b"charset")
}

/// The value after `name=`, quoted or not.
fn value<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let after = text.get(find(text, name)? + name.len()..)?.trim_ascii_start();
    let after = after.strip_prefix(b"=")?.trim_ascii_start();
    let after = after.strip_prefix(b"\"").or_else(|| after.strip_prefix(b"'")).unwrap_or(after);
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b"\"';,>/?".contains(byte);
    let end = after.iter().position(ends).unwrap_or(after.len());
    after.get(..end).filter(|value| !value.is_empty())
}

/// Where a lower-case word stands, in any case.
fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|window| window.eq_ignore_ascii_case(word))
}

/// How many times the characters of UTF-8 beyond ASCII outnumber what is not UTF-8, for bytes that
/// are declared to be UTF-8, and for others.
const DECLARED: usize = 1;
const UNDECLARED: usize = 10;

/// Whether the characters of UTF-8 beyond ASCII are so many times what is not UTF-8.
fn is_mostly_utf_8(bytes: &[u8], times: usize) -> bool {
    let (mut right, mut wrong) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        right += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    right >= wrong * times
}

/// UTF-8 in which a byte that is none is read as windows-1252: text pasted from elsewhere.
fn mostly_utf_8(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
    Cow::Owned(text)
}

fn utf_32(bytes: &[u8], number: fn([u8; 4]) -> u32) -> Cow<'static, str> {
    let chars = bytes.chunks_exact(4).map(|four| {
        let code = four.try_into().map_or(u32::MAX, number);
        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
    });
    Cow::Owned(chars.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(label: &str, text: &str) -> Vec<u8> {
        Encoding::for_label(label.as_bytes()).unwrap().encode(text).0.into_owned()
    }

    const RUSSIAN: &str = "Мост через гавань открылся в понедельник.";

    #[test]
    fn a_byte_order_mark_decides() {
        assert_eq!(to_utf8(b"\xef\xbb\xbfcaf\xc3\xa9", Some("windows-1252")), "café");
        assert_eq!(to_utf8(b"\xff\xfea\0\xe9\0", None), "aé");
        assert_eq!(to_utf8(b"\xfe\xff\0a\0\xe9", None), "aé");
        assert_eq!(to_utf8(b"\xff\xfe\0\0a\0\0\0", None), "a");
        assert_eq!(to_utf8(b"\0\0\0<\0\0\0\xe9", None), "<é");
        assert_eq!(to_utf8(b"<\0\xe9\0", None), "<é");
    }

    #[test]
    fn hint_then_declaration_then_detection() {
        let bytes = encoded("windows-1251", RUSSIAN);
        assert_eq!(to_utf8(&bytes, Some("text/html; charset=\"Windows-1251\"")), RUSSIAN);
        assert_eq!(to_utf8(&bytes, Some("windows-1251")), RUSSIAN);
        assert_eq!(to_utf8(&bytes, None), RUSSIAN);
        let xml = format!("<?xml version=\"1.0\" encoding='koi8-r'?><a>{RUSSIAN}</a>");
        assert_eq!(to_utf8(&encoded("koi8-r", &xml), None), xml);
        let meta = format!(
            "<meta name=a><META http-equiv=Content-Type content=\"text/html; charset=koi8-r\">{RUSSIAN}"
        );
        assert_eq!(to_utf8(&encoded("koi8-r", &meta), None), meta);
        let japanese = "<meta charset=shift_jis>港の橋が月曜日に開通した。";
        assert_eq!(to_utf8(&encoded("shift_jis", japanese), None), japanese);
        let japanese = "港の橋が月曜日に開通した。";
        assert_eq!(to_utf8(&encoded("iso-2022-jp", japanese), Some("iso-2022-jp")), japanese);
    }

    #[test]
    fn a_label_that_the_bytes_contradict_is_passed_over() {
        let text = format!("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>{RUSSIAN}");
        assert_eq!(to_utf8(text.as_bytes(), None), text);
        let lie = format!("<meta charset=utf-8>{RUSSIAN}");
        assert_eq!(to_utf8(&encoded("windows-1251", &lie), None), lie);
        let lie = "<?xml version=\"1.0\" encoding=\"utf-16\"?><a>é</a>";
        assert_eq!(to_utf8(lie.as_bytes(), None), lie);
    }

    #[test]
    fn windows_characters_are_read_where_latin_1_is_declared() {
        let bytes = b"<meta charset=iso-8859-1>\x93Yes\x94 \x96 \x80 5";
        assert_eq!(to_utf8(bytes, None), "<meta charset=iso-8859-1>“Yes” – € 5");
    }

    #[test]
    fn a_stray_byte_in_utf_8_is_windows_1252() {
        let mut bytes = RUSSIAN.as_bytes().to_vec();
        bytes.extend_from_slice(b" caf\xe9");
        assert_eq!(to_utf8(&bytes, None), format!("{RUSSIAN} café"));
        assert_eq!(
            to_utf8(b"<meta charset=utf-8>\xe2\x80\x99\xa9", None),
            "<meta charset=utf-8>’©"
        );
    }
}
