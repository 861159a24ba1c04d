//! Numbers, words and marks of a text that may be a date.

use unicode_normalization::UnicodeNormalization;

/// A part of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// The first byte.
    pub(super) start: usize,
    /// The byte after the last.
    pub(super) end: usize,
    /// Nothing stands between it and the token before.
    pub(super) joined: bool,
}

/// What a part of a text is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// Digits of any script. A value beyond the type is the greatest.
    Number { value: u64, digits: usize },
    /// Letters, folded.
    Word(String),
    /// Any other character but blanks. Dashes are all `-`, apostrophes all `'`.
    Mark(char),
}

/// The zeros of the scripts whose digits stand in dates.
const ZEROS: &[u32] = &[
    0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50,
    0xed0, 0x1040, 0x17e0, 0xff10,
];

fn digit(c: char) -> Option<u64> {
    let code = u32::from(c);
    let zero = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code))?;
    Some(u64::from(code - zero))
}

/// Whether a character is written for the layout alone: joiners, marks of direction, byte order.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{feff}' | '\u{ad}' | '\u{61c}')
}

/// Chinese characters stand for words by themselves.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

fn is_mark(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_alphabetic();
    }
    matches!(c, '\u{a1}'..='\u{bf}' if c != 'ª' && c != 'º' && c != 'µ')
        || matches!(c, '\u{2000}'..='\u{206f}' | '\u{2190}'..='\u{2bff}' | '\u{3000}'..='\u{303f}'
            | '\u{ff00}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{fe10}'..='\u{fe6f}')
        || matches!(
            c,
            '،' | '؛' | '؟' | '٫' | '٬' | '۔' | '।' | '॰' | '׳' | '״' | '・' | '−' | '\u{fffd}'
        )
}

fn mark(c: char) -> char {
    match c {
        '‐'..='―' | '−' => '-',
        '’' | '‘' | 'ʼ' | '´' | '`' | '׳' => '\'',
        '：' => ':',
        '．' => '.',
        '，' | '،' => ',',
        '／' => '/',
        '（' => '(',
        '）' => ')',
        c => c,
    }
}

/// The text in parts.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut chars = text.char_indices().filter(|(_, c)| !is_unseen(*c)).peekable();
    let mut joined = true;
    while let Some((start, c)) = chars.next() {
        let mut end = start + c.len_utf8();
        if c.is_whitespace() {
            joined = false;
            continue;
        }
        let kind = if let Some(first) = digit(c) {
            let (mut value, mut digits) = (first, 1);
            while let Some((at, (c, next))) = chars.peek().map(|(at, c)| (*at, (*c, digit(*c)))) {
                let Some(next) = next else { break };
                value = value.saturating_mul(10).saturating_add(next);
                digits += 1;
                end = at + c.len_utf8();
                chars.next();
            }
            Kind::Number { value, digits }
        } else if is_mark(c) {
            Kind::Mark(mark(c))
        } else {
            if !is_ideograph(c) {
                let inside = |c: char| {
                    !c.is_whitespace() && digit(c).is_none() && !is_mark(c) && !is_ideograph(c)
                };
                while let Some((at, c)) = chars.next_if(|(_, c)| inside(*c)) {
                    end = at + c.len_utf8();
                }
            }
            Kind::Word(fold(&text[start..end]))
        };
        tokens.push(Token { kind, start, end, joined });
        joined = true;
    }
    tokens
}

/// A word without case, accents and the letters that only look another way: what is left is
/// compared.
pub(in crate::formats) fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let bare = word.to_lowercase().nfd().filter(|c| !is_unseen(*c) && !is_accent(*c)).collect();
    let bare: String = bare;
    bare.nfc().map(alike).collect()
}

/// Latin, Greek and Cyrillic accents, Arabic vowels and hamzas, Indian nuktas.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{655}' | '\u{93c}' | '\u{9bc}' | '\u{a3c}')
}

fn alike(c: char) -> char {
    match c {
        'ي' | 'ى' => 'ی',
        'ك' => 'ک',
        'ς' => 'σ',
        c => c,
    }
}
