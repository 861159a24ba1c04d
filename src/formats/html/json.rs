//! JSON as it stands in pages: with comments around it, control characters and bare line breaks
//! in strings, commas too many or too few, quotation marks not escaped, the end missing.

use serde_json::{Map, Number, Value};

/// Values nest no deeper.
const DEPTH: usize = 64;

/// The values that a script holds: usually one.
pub(super) fn values(script: &str) -> Vec<Value> {
    if let Ok(value) = serde_json::from_str(script.trim()) {
        return vec![value];
    }
    let script = script.replace("<![CDATA[", "").replace("]]>", "");
    let mut reader = Reader { text: &script, at: 0 };
    let mut values = Vec::new();
    while let Some(start) = reader.rest().find(['{', '[']) {
        reader.at += start;
        values.push(reader.value(0));
    }
    values
}

/// The value that a text begins with, whatever follows.
pub(super) fn first(text: &str) -> Option<Value> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    if let Some(Ok(value)) = values.next() {
        return Some(value);
    }
    let mut reader = Reader { text, at: text.find(['{', '[', '"'])? };
    Some(reader.value(0))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self, unwanted: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(unwanted).len();
    }

    fn value(&mut self, depth: usize) -> Value {
        self.skip(|c| c.is_whitespace() || c.is_control());
        match self.peek() {
            Some('{' | '[') if depth >= DEPTH => {
                self.at = self.text.len();
                Value::Null
            }
            Some('{') => self.object(depth),
            Some('[') => self.array(depth),
            Some('"') => Value::String(self.string()),
            _ => self.bare(),
        }
    }

    fn object(&mut self, depth: usize) -> Value {
        self.at += 1;
        let mut object = Map::new();
        loop {
            self.skip(|c| c.is_whitespace() || c.is_control() || c == ',' || c == ';');
            match self.peek() {
                Some('"') => {
                    let name = self.string();
                    self.skip(|c| c.is_whitespace() || c == ':');
                    let value = self.value(depth + 1);
                    object.insert(name, value);
                }
                Some('}') => {
                    self.at += 1;
                    break;
                }
                Some(']') | None => break,
                Some(c) => self.at += c.len_utf8(),
            }
        }
        Value::Object(object)
    }

    fn array(&mut self, depth: usize) -> Value {
        self.at += 1;
        let mut array = Vec::new();
        loop {
            self.skip(|c| c.is_whitespace() || c.is_control() || c == ',');
            match self.peek() {
                Some(']') => {
                    self.at += 1;
                    break;
                }
                Some('}') | None => break,
                Some(_) => {
                    let before = self.at;
                    array.push(self.value(depth + 1));
                    if self.at == before {
                        self.at += self.peek().map_or(0, char::len_utf8);
                    }
                }
            }
        }
        Value::Array(array)
    }

    /// A number, a word, or what should have been one.
    fn bare(&mut self) -> Value {
        let rest = self.rest();
        let end = rest.find([',', '}', ']', '\n', '"']).unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or("").trim();
        let value = match word {
            "" | "null" | "undefined" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            word => match word.parse::<Number>() {
                Ok(number) => Value::Number(number),
                Err(_) => Value::String(word.trim_matches('\'').to_owned()),
            },
        };
        self.at += end;
        value
    }

    fn string(&mut self) -> String {
        self.at += 1;
        let mut string = String::new();
        while let Some(c) = self.peek() {
            self.at += c.len_utf8();
            match c {
                '"' if self.ends_string() => break,
                '\\' => self.escape(&mut string),
                c if c.is_control() => string.push(' '),
                c => string.push(c),
            }
        }
        string
    }

    /// A quotation mark ends a string when what follows can follow a string.
    fn ends_string(&self) -> bool {
        let rest = self.rest().trim_start();
        match rest.chars().next() {
            None | Some('}' | ']' | ':') => true,
            // A comma ends it unless prose goes on after it.
            Some(',') => {
                let after = rest.get(1..).unwrap_or("").trim_start();
                after.is_empty()
                    || after.starts_with(|c: char| {
                        matches!(c, '"' | '{' | '[' | ']' | '}' | '-' | ',') || c.is_ascii_digit()
                    })
                    || ["true", "false", "null"].iter().any(|word| after.starts_with(word))
            }
            // A name on the next line: the comma is missing.
            Some('"') => self.rest().starts_with(['\n', '\r', ' ', '\t']),
            _ => false,
        }
    }

    fn escape(&mut self, string: &mut String) {
        let Some(c) = self.peek() else { return };
        self.at += c.len_utf8();
        match c {
            'n' => string.push('\n'),
            't' => string.push('\t'),
            'r' | 'b' | 'f' => string.push(' '),
            'u' => {
                let high = self.hex();
                let code = match high {
                    Some(high @ 0xd800..0xdc00) if self.rest().starts_with("\\u") => {
                        self.at += 2;
                        let low = self.hex().unwrap_or(0);
                        0x10000 + ((high - 0xd800) << 10) + (low & 0x3ff)
                    }
                    Some(code) => code,
                    None => return,
                };
                string.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            c => string.push(c),
        }
    }

    fn hex(&mut self) -> Option<u32> {
        let code = u32::from_str_radix(self.rest().get(..4)?, 16).ok()?;
        self.at += 4;
        Some(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn whole_json_is_read_as_it_stands() {
        assert_eq!(values(r#" {"a": [1, "b\u00e9"]} "#), [json!({"a": [1, "bé"]})]);
    }

    #[test]
    fn damaged_json_is_read_as_it_was_meant() {
        let cases = [
            ("<!-- {\"a\": 1} -->", json!({"a": 1})),
            ("//<![CDATA[\n{\"a\": \"b\nc\t\"}\n//]]>", json!({"a": "b c "})),
            ("{\"a\": [1, 2,], \"b\": 3,}", json!({"a": [1, 2], "b": 3})),
            (
                "{\"a\": \"the \"blue\" bridge\", \"b\": 1}",
                json!({"a": "the \"blue\" bridge", "b": 1}),
            ),
            (
                "{\"a\": \"he said \"no\", and left\", \"b\": 1}",
                json!({"a": "he said \"no\", and left", "b": 1}),
            ),
            ("{\"a\": \"1\"\n\"b\": \"2\"}", json!({"a": "1", "b": "2"})),
            ("{\"a\": \"it\\'s\", \"b\": {\"c\": [\"d", json!({"a": "it's", "b": {"c": ["d"]}})),
            ("{\"a\": \"\\ud83d\\ude00\", \"b\": undefined,}", json!({"a": "😀", "b": null})),
        ];
        for (script, expected) in cases {
            assert_eq!(values(script), [expected], "{script}");
        }
        assert_eq!(values("{\"a\": 1}\n{\"b\": 2}"), [json!({"a": 1}), json!({"b": 2})]);
        assert!(values("nothing").is_empty());
        let _ = values(&"[{\"a\":".repeat(100_000));
    }
}
