//! Articles from a generator, and questions whose answers a plain walk over them gives.

use chrono::{DateTime, Duration, Utc};
use newsdb::{
    Article, ArticleId, Cursor, Date, Dimension, EntityKind, NewArticle, NewMention, NewsDb,
    Options, PubStatus, Query, Snapshot, Sort,
};
use std::ops::ControlFlow;

const WORDS: &[&str] = &[
    "harbour",
    "bridge",
    "lithium",
    "minister",
    "election",
    "storm",
    "ferry",
    "court",
    "budget",
    "strike",
    "vaccine",
    "museum",
    "glacier",
    "railway",
    "satellite",
    "orchard",
    "tariff",
    "police",
];

/// A generator that gives the same numbers everywhere (SplitMix64).
pub struct Numbers(pub u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    /// Words, the first ones of the list more often than the last.
    fn words(&mut self, count: usize) -> String {
        let mut word = || WORDS[self.below(WORDS.len()).min(self.below(WORDS.len()))];
        (0..count).map(|_| word()).collect::<Vec<_>>().join(" ")
    }
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn date(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn generated(numbers: &mut Numbers, number: usize) -> NewArticle {
    let source = numbers.pick(&["alpha", "beta", "gamma", "delta"]);
    let mut article = NewArticle::new(source).id(format!("{source}-{number}"));
    article =
        article.headline(numbers.words(4)).language(numbers.pick(&["en", "en-US", "ru", "fr"]));
    if numbers.below(4) > 0 {
        let length = 20 + numbers.below(60);
        article = article.body(numbers.words(length));
    }
    if numbers.below(3) == 0 {
        article = article.summary(numbers.words(8));
    }
    let moment = at("2024-02-20T00:00:00Z") + Duration::seconds(numbers.below(30 * 86_400) as i64);
    article = match numbers.below(10) {
        0 => article,
        1 => article.published(Date::day(moment.date_naive())),
        _ => article.published(moment.into()),
    };
    for _ in 0..numbers.below(3) {
        article = article.subject(numbers.pick(&["politics", "sport", "science"]));
    }
    if numbers.below(2) == 0 {
        article = article.author(numbers.pick(&["Ann Lee", "Bo Ek"])).tag("seen");
    }
    for _ in 0..numbers.below(4) {
        let name = numbers.pick(&["Ada Berg", "Ivo Kern", "Lindholm", "Port Sel"]);
        let kind = if name.contains('o') { EntityKind::Place } else { EntityKind::Person };
        let annotator = numbers.pick(&["publisher", "model"]);
        article = article.mention(NewMention::new(kind, name).annotator(annotator));
    }
    article
}

pub fn many(count: usize) -> NewsDb {
    let db = Options::new().clock(|| at("2024-06-01T00:00:00Z")).open_in_memory().unwrap();
    let mut numbers = Numbers(7);
    let report = db.ingest((0..count).map(|number| generated(&mut numbers, number))).unwrap();
    assert_eq!(report.inserted, count as u64);
    db
}

pub fn all_articles(snapshot: &Snapshot) -> Vec<Article> {
    let mut articles = Vec::new();
    snapshot
        .for_each(&Query::new(), Sort::Oldest, |article| {
            articles.push(article);
            ControlFlow::Continue(())
        })
        .unwrap();
    articles
}

pub fn pages(
    snapshot: &Snapshot,
    query: &Query,
    sort: Sort,
    limit: usize,
) -> Vec<(ArticleId, Option<f64>)> {
    let mut found = Vec::new();
    let mut after: Option<Cursor> = None;
    loop {
        let page = snapshot.search(query, sort, limit, after.as_ref()).unwrap();
        assert!(page.hits.len() <= limit);
        found.extend(page.hits.iter().map(|hit| (hit.id, hit.score)));
        // A cursor survives being written down.
        after = page.next.map(|next| next.to_string().parse().unwrap());
        if after.is_none() {
            return found;
        }
        assert_eq!(page.hits.len(), limit);
    }
}

pub fn ids(found: &[(ArticleId, Option<f64>)]) -> Vec<ArticleId> {
    found.iter().map(|(id, _)| *id).collect()
}

/// Says whether words stand in an article.
type Has<'a> = &'a dyn Fn(&str) -> bool;

pub fn has_words(article: &Article, test: impl Fn(Has<'_>) -> bool) -> bool {
    let texts = [Some(&article.headline), article.summary.as_ref(), article.body.as_ref()];
    test(&|wanted| {
        texts.iter().flatten().any(|text| format!(" {text} ").contains(&format!(" {wanted} ")))
    })
}

/// Questions, each with the plain meaning that its answer must have.
pub type Meaning = Box<dyn Fn(&Article) -> bool>;

pub fn questions(snapshot: &Snapshot) -> Vec<(Query, Meaning)> {
    let entity = |name: &str| {
        snapshot
            .top(&Query::new(), Dimension::Entity, 10)
            .unwrap()
            .rows
            .into_iter()
            .find(|row| row.key == name)
            .and_then(|row| row.id)
            .unwrap()
    };
    let (ada, ivo) = (entity("Ada Berg"), entity("Ivo Kern"));
    let (since, until) = (at("2024-02-25T12:00:00Z"), at("2024-03-10T00:00:00Z"));
    let words = |test: fn(Has<'_>) -> bool| -> Meaning {
        Box::new(move |article| has_words(article, test))
    };
    vec![
        (Query::new(), Box::new(|_| true)),
        (Query::new().text("glacier"), words(|has| has("glacier"))),
        (Query::new().text("glacier storm"), words(|has| has("glacier") && has("storm"))),
        (Query::new().text("glacier OR museum"), words(|has| has("glacier") || has("museum"))),
        (Query::new().text("\"harbour bridge\""), words(|has| has("harbour bridge"))),
        (Query::new().text("court -storm"), words(|has| has("court") && !has("storm"))),
        (Query::new().text("-harbour"), words(|has| !has("harbour"))),
        (Query::new().text("-harbour -bridge"), words(|has| !has("harbour") && !has("bridge"))),
        (
            Query::new().text("-harbour").source("alpha").since(since),
            Box::new(move |article| {
                has_words(article, |has| !has("harbour"))
                    && article.source == "alpha"
                    && article.published.is_some_and(|date| date.at() >= since)
            }),
        ),
        (
            Query::new().since(since).until(until),
            Box::new(move |article| {
                article.published.is_some_and(|date| (since..until).contains(&date.at()))
            }),
        ),
        (
            Query::new().text("harbour").since(since).until(until).language("en"),
            Box::new(move |article| {
                has_words(article, |has| has("harbour"))
                    && article.published.is_some_and(|date| (since..until).contains(&date.at()))
                    && article.language.as_ref().is_some_and(|tag| tag.starts_with("en"))
            }),
        ),
        (Query::new().source("alpha"), Box::new(|article| article.source == "alpha")),
        (
            Query::new().source("alpha").source("beta").source("nobody"),
            Box::new(|article| ["alpha", "beta"].contains(&article.source.as_str())),
        ),
        (Query::new().source("nobody"), Box::new(|_| false)),
        (
            Query::new().language("EN-us").language("fr"),
            Box::new(|article| matches!(article.language.as_deref(), Some("en-US" | "fr"))),
        ),
        (Query::new().language("e"), Box::new(|_| false)),
        (Query::new().language("%"), Box::new(|_| false)),
        (
            Query::new().subject("sport").tag("seen"),
            Box::new(|article| {
                article.subjects.iter().any(|subject| subject.code == "sport")
                    && article.tags.iter().any(|tag| tag == "seen")
            }),
        ),
        (
            Query::new().author("Ann Lee").author("Bo Ek"),
            Box::new(|article| !article.authors.is_empty()),
        ),
        (Query::new().has_body(false), Box::new(|article| article.body.is_none())),
        (Query::new().has_body(true), Box::new(|article| article.body.is_some())),
        (
            Query::new().entity(ada).entity(ivo).text("bridge"),
            Box::new(move |article| {
                has_words(article, |has| has("bridge"))
                    && article.mentions.iter().any(|m| [ada, ivo].contains(&m.entity))
            }),
        ),
        (
            Query::new().entity(ada).annotator("model"),
            Box::new(move |article| {
                article.mentions.iter().any(|m| m.entity == ada && m.mention.annotator == "model")
            }),
        ),
        (Query::new().annotator("model"), Box::new(|_| true)),
        (Query::new().status(PubStatus::Withheld), Box::new(|_| false)),
    ]
}
