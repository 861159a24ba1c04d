//! ninjs: the standard's own suite, producers' habits, and what comes out again.

use newsdb::formats::{self, Format, ReadOptions, ninjs::Version};
use newsdb::{NewArticle, NewsDb, Query, Reason, Rejected};
use serde_json::{Value, json};
use std::io::Cursor;
use std::path::{Path, PathBuf};

fn read_as(input: &[u8], version: Option<Version>) -> Vec<Result<NewArticle, Rejected>> {
    let format = Some(Format::Ninjs(version));
    let input = Cursor::new(input.to_vec());
    formats::read(input, "input", format, &ReadOptions::default()).collect()
}

fn one(item: &Value) -> NewArticle {
    let mut items = read_as(item.to_string().as_bytes(), None);
    assert_eq!(items.len(), 1);
    items.remove(0).unwrap()
}

fn reason(item: &Value) -> String {
    let mut items = read_as(item.to_string().as_bytes(), None);
    assert_eq!(items.len(), 1);
    items.remove(0).unwrap_err().reason.to_string()
}

/// What a file with these lines of input writes as ninjs.
fn exported(input: &[u8], format: Format) -> Vec<Value> {
    let db = NewsDb::open_in_memory().unwrap();
    let items =
        formats::read(Cursor::new(input.to_vec()), "input", Some(format), &ReadOptions::default());
    db.ingest(items).unwrap();
    let mut lines = Vec::new();
    db.export_ninjs(&Query::new(), &mut lines).unwrap();
    String::from_utf8(lines)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    files
}

/// Every example of IPTC's suite behaves as its folder says. What should pass is an article, or
/// of a type that is no text article; what should fail names the property.
#[test]
fn the_standards_own_suite() {
    let bundled = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ninjs/suite");
    let suite = std::env::var_os("NINJS_SUITE").map_or(bundled, PathBuf::from);
    let (mut articles, mut not_text, mut refused) = (0, 0, 0);
    for folder in files(&suite).into_iter().filter(|path| path.is_dir()) {
        let name = folder.file_name().unwrap().to_str().unwrap().replace('_', "-");
        let version: Version = name.parse().unwrap();
        for file in files(&folder.join("should_pass")) {
            for item in read_as(&std::fs::read(&file).unwrap(), Some(version)) {
                match item {
                    Ok(_) => articles += 1,
                    Err(rejected) => {
                        let reason = rejected.reason.to_string();
                        assert!(reason.ends_with("is not a text article"), "{file:?}: {reason}");
                        not_text += 1;
                    }
                }
            }
        }
        for file in files(&folder.join("should_fail")) {
            let bytes = std::fs::read(&file).unwrap();
            let items = read_as(&bytes, Some(version));
            assert_eq!(items.len(), 1, "{file:?}");
            let Err(Rejected { reason: Reason::Malformed(reason), .. }) = &items[0] else {
                panic!("{file:?} passed: {items:?}");
            };
            assert!(!reason.ends_with("is not a text article"), "{file:?}: {reason}");
            if serde_json::from_slice::<Value>(&bytes).is_ok() {
                assert!(reason.contains(": "), "{file:?}: no path in {reason}");
                assert!(reason.ends_with(&format!("(ninjs {name})")), "{file:?}: {reason}");
            }
            refused += 1;
        }
    }
    println!(
        "{} cases: {articles} articles and {not_text} of other types passed, {refused} refused",
        articles + not_text + refused
    );
    assert!(articles + not_text >= 157 && refused >= 61);
}

/// Every example of the suite that is an article comes in again as it came out: the second
/// export is the first.
#[test]
fn what_is_written_reads_back_to_the_same() {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ninjs/suite");
    let mut lines = Vec::new();
    for folder in files(&suite).into_iter().filter(|path| path.is_dir()) {
        for file in files(&folder.join("should_pass")) {
            let mut item: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
            // The suite uses some addresses twice, and most of its items have no text.
            item["uri"] = json!(format!("urn:suite:{}", lines.len()));
            match folder.file_name().unwrap().to_str().unwrap().starts_with('1') {
                true => item["headline"] = json!(format!("Number {}", lines.len())),
                false => {
                    let headline = json!({"role": "x", "value": format!("Number {}", lines.len())});
                    match item.get_mut("headlines").and_then(Value::as_array_mut) {
                        Some(headlines) => headlines.push(headline),
                        None => item["headlines"] = json!([headline]),
                    }
                }
            }
            lines.push(item.to_string());
        }
    }
    let first = exported(lines.join("\n").as_bytes(), Format::Ninjs(None));
    assert!(first.len() > 120);
    let again: Vec<String> = first.iter().map(Value::to_string).collect();
    let second = exported(again.join("\n").as_bytes(), Format::Ninjs(None));
    assert_eq!(first.len(), second.len());
    for (first, second) in first.iter().zip(&second) {
        assert_eq!(first, second);
    }
}
