//! Random work on a file.

use crate::Numbers;
use chrono::{DateTime, Utc};
use newsdb::{
    ArticleId, Cancel, Correction, CorrectionId, Date, DateSource, Durability, EntityId,
    EntityKind, Erase, IngestOptions, NewArticle, NewMention, NewsDb, Options, PubStatus, Query,
    Subject,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Words of several scripts, in several forms.
pub const WORDS: &[&str] = &[
    "harbour",
    "harbours",
    "bridge",
    "bridges",
    "bridging",
    "lithium",
    "mine",
    "mining",
    "mines",
    "strike",
    "court",
    "storm",
    "storms",
    "budget",
    "20.04",
    "multi-agent",
    "U.S.",
    "brücke",
    "hafen",
    "élection",
    "élections",
    "порт",
    "порта",
    "мост",
    "мосту",
    "шторм",
    "锂",
    "锂矿",
    "协议",
    "港口",
    "リチウム",
    "鉱山",
    "항구",
    "다리",
    "ท่าเรือ",
    "สะพาน",
    "جسر",
    "ميناء",
];

pub const LANGUAGES: &[&str] = &["en", "en-US", "de", "fr", "ru", "zh", "zh-Hant", "ja"];
pub const SOURCES: &[&str] = &["alpha", "beta", "gamma", "delta", "epsilon"];
pub const SUBJECTS: &[&str] = &["politics", "sport", "science", "trade"];
pub const AUTHORS: &[&str] = &["Ann Lee", "Bo Ek", "Chu"];
pub const TAGS: &[&str] = &["seen", "later", "wrong"];
pub const ANNOTATORS: &[&str] = &["publisher", "model", "desk"];
pub const NAMES: &[(&str, EntityKind)] = &[
    ("Ada Berg", EntityKind::Person),
    ("A. Berg", EntityKind::Person),
    ("Ivo Kern", EntityKind::Person),
    ("Lindholm", EntityKind::Place),
    ("Port Sel", EntityKind::Place),
    ("Kern AG", EntityKind::Organisation),
    ("Kern", EntityKind::Organisation),
    ("Regatta", EntityKind::Event),
];

/// Seconds over which articles are published.
const SPAN: usize = 400 * 86_400;
const START: i64 = 1_700_000_000;

/// A file, the clock that it goes by, and what was done to it.
#[derive(Debug)]
pub struct World {
    pub numbers: Numbers,
    pub db: NewsDb,
    clock: Arc<AtomicI64>,
    path: PathBuf,
    next: usize,
    /// Whether some articles are withheld or canceled: where none are, all of a segment can match.
    statuses: bool,
    merges: Vec<CorrectionId>,
    _folder: tempfile::TempDir,
}

impl World {
    /// An empty file; the seed decides all that follows, the sizes of segments too.
    pub fn new(seed: u64) -> Self {
        let mut numbers = Numbers(seed);
        let clock = Arc::new(AtomicI64::new(START + SPAN as i64));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("news.db");
        let db = open(&mut numbers, &path, &clock);
        let statuses = numbers.one_in(2);
        Self { numbers, db, clock, path, next: 0, statuses, merges: Vec::new(), _folder: folder }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What counts as now.
    pub fn now(&self) -> i64 {
        self.clock.load(Ordering::Relaxed)
    }

    /// Does something.
    pub fn step(&mut self) {
        match self.numbers.below(24) {
            0..=11 => {
                let batch = 1 + self.numbers.below(40);
                self.ingest(batch);
            }
            12 => {
                let hours = self.numbers.below(30) as i64;
                self.clock.fetch_add(hours * 3600, Ordering::Relaxed);
            }
            13 | 14 => {
                if let Some(id) = self.some_id() {
                    let erase = self.erase();
                    self.db.remove_with(id, &erase).unwrap();
                }
            }
            15 => {
                if self.numbers.one_in(4) {
                    let days = self.numbers.below(60) as i64;
                    let before = DateTime::from_timestamp(START + days * 86_400, 0).unwrap();
                    let erase = self.erase();
                    self.db.purge_with(before, &erase).unwrap();
                }
            }
            16 | 17 => {
                if let Some(id) = self.some_id() {
                    let date = self.date();
                    self.db.redate(id, date).unwrap();
                }
            }
            18 | 19 => self.merge_entities(),
            20 => {
                if !self.merges.is_empty() {
                    let at = self.numbers.below(self.merges.len());
                    self.db.undo_correction(self.merges.swap_remove(at)).unwrap();
                }
            }
            21 => {
                if self.numbers.one_in(2) {
                    self.db.optimize(&Cancel::new()).unwrap();
                }
            }
            22 => self.rebuild(),
            _ => {
                // Another handle, with segments of another size.
                self.db = open(&mut self.numbers, &self.path, &self.clock);
            }
        }
    }

    /// Begins to build the index anew, may stop half way, writes, and goes on.
    fn rebuild(&mut self) {
        let cancel = Cancel::new();
        if self.numbers.one_in(2) {
            cancel.cancel();
            let _ = self.db.rebuild(&cancel, |_| {});
            let batch = 1 + self.numbers.below(20);
            self.ingest(batch);
        }
        self.db.rebuild(&Cancel::new(), |_| {}).unwrap();
    }

    fn erase(&mut self) -> Erase {
        let mut erase = Erase::new();
        if self.numbers.one_in(3) {
            erase = erase.forget();
        }
        if self.numbers.one_in(2) {
            erase = erase.scrub_later();
        }
        erase
    }

    fn merge_entities(&mut self) {
        let entities: Vec<EntityId> = NAMES
            .iter()
            .flat_map(|(name, _)| self.db.find_entities(name).unwrap())
            .map(|entity| entity.id)
            .collect();
        if entities.len() > 1 {
            let (keep, other) = (self.numbers.pick(&entities), self.numbers.pick(&entities));
            // The same one twice is refused, and two of different kinds.
            if let Ok(merge) = self.db.correct(&Correction::Merge { keep, other }) {
                self.merges.push(merge);
            }
        }
    }

    fn some_id(&mut self) -> Option<ArticleId> {
        let ids = self.db.ids(&Query::new(), newsdb::Sort::Newest, 1_000, None).unwrap();
        if ids.is_empty() { None } else { Some(self.numbers.pick(&ids)) }
    }

    /// Takes in some articles, in order of time, backwards or in none.
    pub fn ingest(&mut self, count: usize) {
        let mut articles: Vec<NewArticle> = (0..count).map(|_| self.article()).collect();
        match self.numbers.below(4) {
            0 => articles.sort_by_key(|article| article.published.map(Date::second)),
            1 => {
                articles.sort_by_key(|article| article.published.map(Date::second));
                articles.reverse();
            }
            _ => {}
        }
        let batch = 1 + self.numbers.below(30);
        let options = IngestOptions::new().batch(batch).restore(self.numbers.one_in(5));
        self.db.ingest_with(articles, options).unwrap();
    }

    fn words(&mut self, most: usize) -> String {
        let count = 1 + self.numbers.below(most);
        // The first words of the list more often than the last.
        let mut word =
            || WORDS[self.numbers.below(WORDS.len()).min(self.numbers.below(WORDS.len()))];
        let words: Vec<&str> = (0..count).map(|_| word()).collect();
        words.join(" ")
    }

    fn date(&mut self) -> Date {
        // A few moments come again and again, so that seconds are shared.
        let second = if self.numbers.one_in(6) {
            self.numbers.below(5) * 86_400
        } else {
            self.numbers.below(SPAN)
        };
        let moment = DateTime::from_timestamp(START + second as i64, 0).unwrap();
        if self.numbers.one_in(6) { Date::day(moment.date_naive()) } else { moment.into() }
    }

    fn article(&mut self) -> NewArticle {
        let numbers = &mut self.numbers;
        let source = numbers.pick(SOURCES);
        // New, or one that is there already (or was).
        let known = self.next > 0 && numbers.one_in(4);
        let number = if known { numbers.below(self.next) } else { self.next };
        self.next += usize::from(!known);
        let mut article = NewArticle::new(source).id(format!("n{number}"));
        if self.statuses && known && numbers.one_in(5) {
            return article.status(PubStatus::Canceled);
        }
        if !numbers.one_in(5) {
            article = article.language(numbers.pick(LANGUAGES));
        }
        match numbers.below(12) {
            _ if !self.statuses => {}
            0 => article = article.status(PubStatus::Withheld),
            1 | 2 => {
                let hours = numbers.below(60) as i64 - 10;
                let end: DateTime<Utc> =
                    DateTime::from_timestamp(self.clock.load(Ordering::Relaxed) + hours * 3600, 0)
                        .unwrap();
                article = article.embargo(end);
            }
            3 => article = article.status(PubStatus::Usable),
            _ => {}
        }
        for _ in 0..numbers.below(3) {
            article = article.subject(numbers.pick(SUBJECTS));
        }
        if numbers.one_in(8) {
            // Another code under the same name.
            let mut subject = Subject::new("20000344");
            subject.scheme = Some("medtop".to_owned());
            subject.name = Some("trade".to_owned());
            article.subjects.push(subject);
        }
        for _ in 0..numbers.below(2) {
            article = article.author(numbers.pick(AUTHORS));
        }
        for _ in 0..numbers.below(2) {
            article = article.tag(numbers.pick(TAGS));
        }
        for _ in 0..numbers.below(5) {
            let (name, kind) = numbers.pick(NAMES);
            article =
                article.mention(NewMention::new(kind, name).annotator(numbers.pick(ANNOTATORS)));
        }
        if !self.numbers.one_in(10) {
            article = article.published(self.date());
            if self.numbers.one_in(4) {
                article = article.published_source(DateSource::Url);
            }
        }
        if self.numbers.one_in(6) {
            // A text that others have too.
            let of = self.numbers.below(6);
            let text = WORDS.iter().cycle().skip(of * 5).take(24).copied().collect::<Vec<_>>();
            return article.headline(format!("copy {of}")).body(text.join(" "));
        }
        article = article.headline(self.words(6));
        if self.numbers.one_in(3) {
            article = article.summary(self.words(10));
        }
        if !self.numbers.one_in(4) {
            article = article.body(self.words(60));
        }
        article
    }
}

fn open(numbers: &mut Numbers, path: &Path, clock: &Arc<AtomicI64>) -> NewsDb {
    let clock = clock.clone();
    Options::new()
        .durability(Durability::Normal)
        .merge_bytes(numbers.pick(&[0, 12_000, 24_000, 60_000, 200_000, 16 << 20]))
        .index_cache_bytes(numbers.pick(&[0, 20_000, 1 << 20, 64 << 20]))
        .clock(move || DateTime::from_timestamp(clock.load(Ordering::Relaxed), 0).unwrap())
        .open(path)
        .unwrap()
}
