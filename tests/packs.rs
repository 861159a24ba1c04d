//! Texts that come together are packed together, and each is read, replaced and erased alone.

use newsdb::{Cancel, Erase, NewArticle, NewsDb, Query, Sort};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::Path;

/// Numbers that are the same at every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) as usize % end
    }

    /// A text of some of a thousand words, in an order that no other text has.
    fn text(&mut self, words: usize) -> String {
        (0..words).map(|_| word(self.below(1_000)) + " ").collect::<String>() + "end"
    }
}

/// Eight letters that follow from a number.
fn word(number: usize) -> String {
    let mut letters = (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (0..8)
        .map(|_| {
            letters = letters.rotate_left(9).wrapping_mul(31);
            char::from(b'a' + (letters % 26) as u8)
        })
        .collect()
}

/// What the packs hold, unpacked, by number of pack.
fn packs(path: &Path) -> BTreeMap<i64, String> {
    let connection = Connection::open(path).unwrap();
    let mut statement = connection.prepare("SELECT pack_id, codec, texts FROM text_pack").unwrap();
    let read = statement.query_map([], |row| {
        let (codec, bytes): (i64, Vec<u8>) = (row.get(1)?, row.get(2)?);
        let bytes = if codec == 1 { zstd::decode_all(&*bytes).unwrap() } else { bytes };
        Ok((row.get(0)?, String::from_utf8(bytes).unwrap()))
    });
    read.unwrap().map(Result::unwrap).collect()
}

fn expect_sound(db: &NewsDb) {
    let check = db.check(&Cancel::new()).unwrap();
    assert!(check.is_clean(), "{:?}", check.findings);
}

fn item(number: usize, body: &str) -> NewArticle {
    NewArticle::new("wire")
        .id(number.to_string())
        .headline(format!("Headline {number}"))
        .published("2024-06-10T08:00:00Z".parse().unwrap())
        .language("en")
        .body(body)
}

#[test]
fn a_batch_lies_in_few_packs_and_takes_less_room() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["together.db", "apart.db", "packed.db"].map(|name| folder.path().join(name));
    let mut numbers = Numbers(7);
    // One is longer than any pack, and lies alone.
    let texts: Vec<String> =
        (0..200).map(|n| numbers.text(if n == 57 { 4_500 } else { 100 })).collect();
    let items = || texts.iter().enumerate().map(|(n, text)| item(n, text));
    let html = |item: NewArticle| {
        let html = format!("<p>{}</p>", item.body.as_deref().unwrap());
        item.body_html(html)
    };
    let together = NewsDb::open(&paths[0]).unwrap();
    together.ingest(items().map(html)).unwrap();
    for path in &paths[1..] {
        let db = NewsDb::open(path).unwrap();
        for item in items() {
            db.insert(html(item)).unwrap();
        }
        if path.ends_with("packed.db") {
            // The text of an article and its markup are much alike.
            assert_eq!(packs(path).len(), 199);
            db.optimize(&Cancel::new()).unwrap();
            let once = packs(path);
            db.optimize(&Cancel::new()).unwrap();
            assert!(packs(path) == once, "what is packed stays");
        }
    }
    let size = |path: &Path| {
        let bytes = "SELECT sum(pgsize) FROM dbstat
                      WHERE name IN ('text_pack', 'article_body', 'article_html')";
        Connection::open(path).unwrap().query_row(bytes, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let [with, without, packed] = [0, 1, 2].map(|n| size(&paths[n]));
    assert!(with * 5 < without * 4, "{with} of {without}");
    assert!(packed * 5 < without * 4, "{packed} of {without}");
    for path in &paths {
        let db = NewsDb::open(path).unwrap();
        expect_sound(&db);
        for (n, text) in texts.iter().enumerate() {
            let article = db.article_by_uri(&format!("newsdb:wire/{n}")).unwrap().unwrap();
            assert_eq!(article.body.as_deref(), Some(&**text));
            assert_eq!(article.body_html, Some(format!("<p>{text}</p>")));
        }
    }
    for path in [&paths[0], &paths[2]] {
        let count = packs(path).len();
        assert!((8..40).contains(&count), "{count} packs of some 32 KiB");
    }
    let page = together.search(&Query::new().text(word(7)), Sort::Newest, 100, None).unwrap();
    assert!(page.hits.len() > 10);
    assert!(page.hits.iter().all(|hit| hit.snippet.text.contains(&word(7))));
}

#[test]
fn what_goes_leaves_its_pack_and_the_last_takes_the_pack_along() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let db = NewsDb::open(&path).unwrap();
    let items = (0..6).map(|n| {
        item(n, &format!("Only number {n} says quokka{n}."))
            .body_html(format!("<p>Only markup {n} says wallaby{n}.</p>"))
    });
    db.ingest(items).unwrap();
    let id = |n: usize| db.article_by_uri(&format!("newsdb:wire/{n}")).unwrap().unwrap().id;
    let ids = [0, 1, 2, 3, 4, 5].map(id);
    let held = |word: &str| packs(&path).values().filter(|texts| texts.contains(word)).count();
    assert_eq!((packs(&path).len(), held("quokka3"), held("wallaby3")), (1, 1, 1));

    db.remove(ids[3]).unwrap();
    assert_eq!((held("quokka3"), held("wallaby3")), (0, 0));
    assert_eq!((held("quokka2"), held("wallaby4")), (1, 1));
    // The new markup replaces the old; the old text becomes a version, and goes with its article.
    db.ingest([item(1, "Another text with quoll.").body_html("<p>Markup with bilby.</p>")])
        .unwrap();
    assert_eq!((held("quokka1"), held("wallaby1")), (1, 0));
    assert_eq!(
        db.versions(ids[1]).unwrap()[0].text.body.as_deref(),
        Some("Only number 1 says quokka1.")
    );
    expect_sound(&db);
    db.remove(ids[1]).unwrap();
    assert_eq!(held("quokka1"), 0);
    expect_sound(&db);
    for n in [0, 2, 4, 5] {
        let body = db.article(ids[n]).unwrap().unwrap().body.unwrap();
        assert_eq!(body, format!("Only number {n} says quokka{n}."));
        db.remove(ids[n]).unwrap();
    }
    assert_eq!(packs(&path), BTreeMap::new());
    expect_sound(&db);
}

#[test]
fn what_was_not_taken_leaves_nothing_in_the_packs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let db = NewsDb::open(&path).unwrap();
    let mut numbers = Numbers(3);
    let texts: Vec<String> = (0..40).map(|_| numbers.text(60)).collect();
    let items = || texts.iter().enumerate().map(|(n, text)| item(n, text));
    // Twice in one input, and what is suppressed.
    db.ingest(items().chain(items())).unwrap();
    let first = db.article_by_uri("newsdb:wire/0").unwrap().unwrap().id;
    db.remove(first).unwrap();
    db.ingest(items().map(|item| item.tag("again"))).unwrap();
    expect_sound(&db);
    let lengths: usize = texts[1..].iter().map(String::len).sum();
    let held: usize =
        packs(&path).values().map(|texts| texts.split_once('\n').unwrap().1.len()).sum();
    assert_eq!(held, lengths, "each text once");
}

#[test]
fn any_order_of_changes_keeps_what_is_said_and_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let db = NewsDb::open(&path).unwrap();
    let mut numbers = Numbers(20_240_615);
    // The texts that an article had, and its markup now.
    let mut known: BTreeMap<usize, (Vec<String>, String)> = BTreeMap::new();
    for step in 0..120 {
        match numbers.below(6) {
            0 if !known.is_empty() => {
                let at = numbers.below(known.len());
                let number = *known.keys().nth(at).unwrap();
                known.remove(&number);
                let id = db.article_by_uri(&format!("newsdb:wire/{number}")).unwrap().unwrap().id;
                db.remove_with(id, &Erase::new().forget()).unwrap();
            }
            1 => db.optimize(&Cancel::new()).unwrap(),
            _ => {
                let (first, count) = (numbers.below(50), 1 + numbers.below(20));
                let modified = 1_718_000_000 + step;
                let modified = chrono::DateTime::from_timestamp(modified, 0).unwrap();
                let mut items = Vec::new();
                for number in first..first + count {
                    let (body, markup) = (numbers.text(50), numbers.text(30));
                    let html = format!("<p>{markup}</p>");
                    items.push(
                        item(number, &body)
                            .body_html(html.clone())
                            .modified(newsdb::Date::utc(modified)),
                    );
                    let (texts, before) = known.entry(number).or_default();
                    texts.push(body);
                    *before = html;
                }
                db.ingest(items).unwrap();
            }
        }
        if step % 10 == 9 {
            expect_sound(&db);
        }
    }
    assert!(known.len() > 20);
    for (number, (texts, html)) in known {
        let article = db.article_by_uri(&format!("newsdb:wire/{number}")).unwrap().unwrap();
        assert_eq!(article.body.as_ref(), texts.last());
        assert_eq!(article.body_html, Some(html));
        let versions = db.versions(article.id).unwrap();
        let said: Vec<_> = versions.into_iter().map(|version| version.text.body.unwrap()).collect();
        assert_eq!(said, texts);
    }
}
