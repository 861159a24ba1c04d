//! How much is held in memory at a time: told by how far an input was read before the first of it
//! was passed on, since memory itself cannot be asked.

use newsdb::{
    Annotation, EntityKind, IngestOptions, NewArticle, NewMention, NewsDb, Options, Subject,
};
use serde_json::{Value, json};

const MIB: usize = 1 << 20;

fn db() -> NewsDb {
    Options::new().annotate(false).open_in_memory().unwrap()
}

#[test]
fn a_batch_ends_at_eight_mib_of_whatever_its_articles_hold() {
    let large = || "x".repeat(MIB);
    let article = |id: usize| NewArticle::new("wire").id(id.to_string()).headline("One");
    let many = MIB / 8;
    type Make<'a> = Box<dyn Fn(usize) -> NewArticle + 'a>;
    let makes: Vec<(&str, Make<'_>)> = vec![
        ("body", Box::new(|id| article(id).body(large()))),
        ("summary", Box::new(|id| article(id).summary(large()))),
        ("body_html", Box::new(|id| article(id).body_html(large()))),
        ("attribute", Box::new(|id| article(id).attribute("note", large()))),
        ("small values", Box::new(|id| article(id).attribute("list", vec![json!(1); many]))),
        (
            "nested values",
            Box::new(|id| article(id).attribute("list", json!([{"deep": [large()]}]))),
        ),
        (
            "mention",
            Box::new(|id| article(id).mention(NewMention::new(EntityKind::Object, large()))),
        ),
        (
            "annotation",
            Box::new(|id| article(id).annotation(Annotation::new("a", "b", Value::from(large())))),
        ),
        ("tags", Box::new(|id| article(id).tag(large()))),
        (
            "subjects",
            Box::new(|id| {
                let mut article = article(id);
                article.subjects =
                    (0..many / 4).map(|code| Subject::new(code.to_string())).collect();
                article
            }),
        ),
    ];
    for (what, make) in makes {
        let mut first = None;
        let options = IngestOptions::new().progress(|so_far| _ = first.get_or_insert(so_far.read));
        db().ingest_with((0..20).map(make), options).unwrap();
        assert!(first.is_some_and(|first| (1..=8).contains(&first)), "{what}: {first:?}");
    }
}

#[cfg(feature = "xml")]
#[test]
fn few_items_wait_for_what_a_feed_says_of_itself_when_they_are_long() {
    use newsdb::formats::{self, Format};
    use std::io::Read;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Counts what was read of an input.
    struct Counted<R>(R, Arc<AtomicUsize>);

    impl<R: Read> Read for Counted<R> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let read = self.0.read(into)?;
            self.1.fetch_add(read, Ordering::Relaxed);
            Ok(read)
        }
    }

    // A feed without a title keeps its items until it ends.
    let item = format!("<item><guid>1</guid><description>{}</description></item>", "x".repeat(MIB));
    let feed = format!("<rss version=\"2.0\"><channel>{}</channel></rss>", item.repeat(30));
    let whole = feed.len();
    let read = Arc::new(AtomicUsize::new(0));
    let input = Counted(std::io::Cursor::new(feed), read.clone());
    let mut items = formats::read(input, "feed", Some(Format::Feed), &Default::default());
    assert!(items.next().unwrap().is_ok());
    let first = read.load(Ordering::Relaxed);
    assert!(first < whole / 2, "{first} of {whole} bytes before the first item");
    assert_eq!(items.count(), 29);
}

#[cfg(feature = "knowledge")]
#[test]
fn annotating_anew_holds_eight_mib_of_articles() {
    use newsdb::ReannotateOptions;
    let db = db();
    let article = |id: usize| NewArticle::new("wire").id(id.to_string()).headline("One");
    db.ingest((0..12).map(|id| article(id).body("x".repeat(MIB)))).unwrap();
    let mut pages = Vec::new();
    let options = ReannotateOptions::new().progress(|so_far| pages.push(so_far.articles));
    assert_eq!(db.reannotate(options).unwrap().articles, 12);
    assert!((2..=8).contains(&pages[0]), "{pages:?}");
}
