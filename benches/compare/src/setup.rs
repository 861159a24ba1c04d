//! What is stored and what is asked: the same for every engine, written down once for the
//! processes of a run.

use newsdb::formats::{ReadOptions, read_path};
use newsdb::{NewArticle, NewsDb, Query, Sort, search::each_token};
use newsdb_benches::{Corpus, SEED, search_token};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// The corpus and the words of a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Setup {
    pub corpus: Origin,
    pub articles: u64,
    /// Words by the share of the articles that have them.
    pub words: Words,
    /// Midnight before all articles, and after them.
    pub days: (i64, i64),
    /// One percent of the time, in its middle, and the last 30 days: seconds since 1970.
    pub window: (i64, i64),
    pub month: (i64, i64),
    /// An entity in two articles of a hundred.
    pub entity: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Origin {
    Made {
        brief: bool,
    },
    /// A newsdb file that holds each article of the real news once.
    News {
        file: PathBuf,
    },
}

/// Each word is its own stem in English.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Words {
    /// In 92 and 91% of all articles.
    pub most: [String; 2],
    pub half: String,
    /// In 21 and 20%.
    pub some: [String; 2],
    pub twentieth: String,
    /// In 1%.
    pub few: String,
}

impl Words {
    fn by_share(mut word: impl FnMut(f64) -> String) -> Self {
        Self {
            most: [word(0.92), word(0.91)],
            half: word(0.5),
            some: [word(0.21), word(0.20)],
            twentieth: word(0.05),
            few: word(0.01),
        }
    }
}

impl Setup {
    pub fn made(articles: u64, brief: bool) -> Self {
        let corpus = made(articles, brief);
        let (first, last) = (corpus.second(0), corpus.second(articles));
        // Headlines are too short for a word to be in most of them.
        let share = |share: f64| corpus.word_in(if brief { share / 2.0 } else { share });
        let mut words = Words::by_share(share);
        if brief {
            (words.half, words.twentieth) = (corpus.word_in(0.5), corpus.word_in(0.05));
        }
        Self {
            corpus: Origin::Made { brief },
            articles,
            words,
            days: (first - first.rem_euclid(86_400), last - last.rem_euclid(86_400) + 86_400),
            window: (first + (last - first) / 2, first + (last - first) / 2 + (last - first) / 100),
            month: (last - 30 * 86_400, last),
            entity: Some(corpus.entity(33)),
        }
    }

    /// Reads the JSON lines of a folder into `file`, each dated article once, and finds words.
    pub fn news(folder: &Path, file: PathBuf) -> Self {
        let db = NewsDb::open(&file).unwrap();
        let mut paths: Vec<PathBuf> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.to_string_lossy().ends_with(".jsonl.gz"));
        paths.sort();
        for path in paths {
            db.ingest(read_path(&path, None, &ReadOptions::default())).unwrap();
        }
        let mut frequencies: HashMap<String, u64> = HashMap::new();
        let (mut articles, mut first, mut last) = (0, i64::MAX, i64::MIN);
        for article in stored(&file) {
            let second = article.published.unwrap().second();
            (articles, first, last) = (articles + 1, first.min(second), last.max(second));
            let mut found = HashSet::new();
            for text in [&article.headline, &article.body] {
                let text = text.as_deref().unwrap_or_default();
                each_token(text, article.language.as_deref(), |token, _| {
                    found.insert(token.to_owned());
                });
            }
            found.into_iter().for_each(|token| *frequencies.entry(token).or_default() += 1);
        }
        // English words that are their own stems and stand in no other language's texts.
        let words = frequencies.iter().filter_map(|(token, &articles)| {
            let word = token.strip_prefix('~')?;
            let alone = !frequencies.contains_key(word) && search_token(word) == *token;
            alone.then(|| (articles, word.to_owned()))
        });
        let mut by_frequency: Vec<(u64, String)> = words.collect();
        by_frequency.sort_unstable();
        let words = Words::by_share(|share| {
            let wanted = (share * articles as f64) as u64;
            let at = by_frequency.partition_point(|(articles, _)| *articles < wanted);
            by_frequency.remove(at.min(by_frequency.len() - 1)).1
        });
        let middle = first + (last - first) / 2;
        Self {
            corpus: Origin::News { file },
            articles,
            words,
            days: (first - first.rem_euclid(86_400), last - last.rem_euclid(86_400) + 86_400),
            window: (middle, middle + (last - first) / 100),
            month: (last - 30 * 86_400, last + 1),
            entity: None,
        }
    }

    pub fn articles(&self) -> Box<dyn Iterator<Item = NewArticle>> {
        match &self.corpus {
            Origin::Made { brief } => Box::new(made(self.articles, *brief).articles()),
            Origin::News { file } => Box::new(stored(file)),
        }
    }

    /// Articles that are newer than all of these; `None` of real news.
    pub fn later(&self, articles: u64) -> Option<impl Iterator<Item = NewArticle>> {
        match &self.corpus {
            Origin::Made { brief } => Some(made(self.articles, *brief).later(articles)),
            Origin::News { .. } => None,
        }
    }

    /// Whether articles have no body.
    pub fn is_brief(&self) -> bool {
        matches!(self.corpus, Origin::Made { brief: true })
    }

    pub fn write(&self, folder: &Path) {
        let text = serde_json::to_string_pretty(self).unwrap();
        std::fs::write(folder.join("setup.json"), text).unwrap();
    }

    pub fn read(folder: &Path) -> Self {
        let text = std::fs::read_to_string(folder.join("setup.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

fn made(articles: u64, brief: bool) -> Corpus {
    let corpus = Corpus::full(SEED, articles);
    if brief { corpus.brief() } else { corpus }
}

/// The dated articles of a file, oldest first, as they would come from outside.
fn stored(file: &Path) -> impl Iterator<Item = NewArticle> + use<> {
    let db = NewsDb::open_read_only(file).unwrap();
    let mut ids = Vec::new().into_iter();
    let mut last = None;
    // Every date there is counts, and only dated articles have one.
    let dated = Query::new().since(chrono::DateTime::UNIX_EPOCH);
    std::iter::from_fn(move || {
        loop {
            let Some(id) = ids.next() else {
                let more = db.ids(&dated, Sort::Oldest, 1_000, last).unwrap();
                last = Some(*more.last()?);
                ids = more.into_iter();
                continue;
            };
            let Some(article) = db.article(id).unwrap() else { continue };
            let mut new =
                NewArticle::new(article.source).id(article.uri).headline(article.headline);
            new.body = article.body;
            new.published = article.published;
            new.language = article.language;
            return Some(new);
        }
    })
}
