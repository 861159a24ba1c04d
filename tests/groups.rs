//! Groups of near-duplicates when texts change and articles go.

use newsdb::{ArticleId, Cancel, Date, Erase, NewArticle, NewsDb, Options, Outcome, Query};

const BRIDGE: &str = "The harbour bridge in Lindholm opened on Monday after four years of work. \
     Ferries that had carried cars across the sound since 1931 made their last crossing on Sunday \
     night. The mayor said that the toll would stay at two crowns until the end of next year.";
const MUSEUM: &str = "A museum of clocks will move into the old customs house, its owners told the \
     council. Some nine hundred pieces have been stored in a barn since the fire. Visitors may see \
     the first of them in spring, and hear all of them strike at noon, which takes a while.";
const HARVEST: &str = "Rain in August has cost growers of plums a third of what they expected to \
     pick, according to their union. Prices at the market doubled within a week. Cherries, which \
     ripen sooner, were sold before the weather turned and brought more than in any year before.";

fn db() -> NewsDb {
    let options = Options::new().annotate(false);
    options.clock(|| "2024-06-20T12:00:00Z".parse().unwrap()).open_in_memory().unwrap()
}

fn article(id: &str, body: &str) -> NewArticle {
    NewArticle::new("wire").id(id).headline("News").body(body)
}

fn insert(db: &NewsDb, article: NewArticle) -> ArticleId {
    match db.insert(article).unwrap() {
        Outcome::Inserted { id, .. } => id,
        outcome => panic!("{outcome:?}"),
    }
}

fn change(db: &NewsDb, id: &str, body: &str) {
    let outcome = db.insert(article(id, body)).unwrap();
    assert!(matches!(outcome, Outcome::Updated(_)), "{outcome:?}");
}

/// How many groups there are; an article that repeats none is one.
fn groups(db: &NewsDb) -> u64 {
    assert!(db.check(&Cancel::new()).unwrap().is_clean());
    db.count(&Query::new().unique(true)).unwrap()
}

fn link(db: &NewsDb, id: ArticleId) -> (Option<ArticleId>, Option<f64>) {
    let article = db.article(id).unwrap().unwrap();
    (article.duplicate_of, article.similarity)
}

#[test]
fn a_copy_whose_text_changes_leaves_its_group() {
    let db = db();
    let bridge = insert(&db, article("1", BRIDGE));
    let copy = insert(&db, article("2", BRIDGE));
    let museum = insert(&db, article("3", MUSEUM));
    assert_eq!((groups(&db), link(&db, copy)), (2, (Some(bridge), Some(1.0))));
    change(&db, "2", MUSEUM);
    assert_eq!((groups(&db), link(&db, copy)), (2, (Some(museum), Some(1.0))));
    change(&db, "2", HARVEST);
    assert_eq!((groups(&db), link(&db, copy)), (3, (None, None)));
}

#[test]
fn an_original_whose_text_changes_leaves_those_that_repeat_what_it_said() {
    let db = db();
    let original = insert(&db, article("1", BRIDGE));
    let copies = [insert(&db, article("2", BRIDGE)), insert(&db, article("3", BRIDGE))];
    insert(&db, article("4", MUSEUM));
    assert_eq!(groups(&db), 2);
    change(&db, "1", MUSEUM);
    // Both still repeat what it said before, and nothing of what it says now.
    assert_eq!(groups(&db), 2);
    let links = copies.map(|copy| link(&db, copy));
    assert_eq!(links, [(None, None), (Some(copies[0]), Some(1.0))]);
    assert_eq!(db.count(&Query::new().unique(true).text("ferries")).unwrap(), 1);
    // What comes to repeat them is of their group, and what repeats the changed one is not.
    insert(&db, article("5", BRIDGE));
    change(&db, "1", HARVEST);
    assert_eq!(groups(&db), 3);
    let follower = insert(&db, article("6", HARVEST));
    assert_eq!(link(&db, follower), (Some(original), Some(1.0)));
    assert_eq!(groups(&db), 3);
    assert_eq!(db.count(&Query::new().unique(true).text("plums")).unwrap(), 1);
}

#[test]
fn a_change_that_leaves_a_text_almost_the_same_leaves_it_in_its_group() {
    let db = db();
    let original = insert(&db, article("1", BRIDGE));
    let copy = insert(&db, article("2", BRIDGE));
    change(&db, "1", &BRIDGE.replace("next year", "May"));
    let (of, similarity) = link(&db, copy);
    assert_eq!((groups(&db), of), (1, Some(original)));
    assert_eq!(link(&db, original), (None, None), "it does not repeat what repeats it");
    assert!((0.8..1.0).contains(&similarity.unwrap()), "{similarity:?}");
}

#[test]
fn a_group_outlives_its_first_article_and_takes_in_no_other_that_comes_in_its_second() {
    let db = db();
    let at = |second: u32| -> Date { format!("2024-06-10T08:00:{second:02}Z").parse().unwrap() };
    let first = insert(&db, article("1", BRIDGE).published(at(0)));
    for id in ["2", "3"] {
        insert(&db, article(id, BRIDGE).published(at(1)));
    }
    db.remove_with(first, &Erase::new().forget()).unwrap();
    let next = insert(&db, article("4", MUSEUM).published(at(0)));
    assert!(next > first, "an id is never given twice");
    insert(&db, article("5", MUSEUM).published(at(2)));
    assert_eq!(groups(&db), 2);
    assert!(db.article(first).unwrap().is_none());
}
