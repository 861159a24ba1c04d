//! The rows of the table: what every engine is asked.

use crate::setup::Setup;
use serde_json::Value;

/// Words to find.
#[derive(Debug, Clone)]
pub enum Text {
    Word(String),
    And(String, String),
    Or(String, String),
    Phrase(String, String),
}

#[derive(Debug, Clone)]
pub enum Question {
    /// The newest 20: when they were published.
    Newest(Text),
    /// The newest 20 as a list shows them, with what is stored of them.
    Shown(Text),
    /// The best 10. How many there are: formulas differ between engines.
    Best(Text),
    /// The best 10 within one percent of the time.
    BestWithin(Text),
    Count(Text),
    /// Articles by day, days without any left out.
    Days(Option<Text>),
    /// The 50 entities in most articles.
    Entities(Option<Text>),
    /// The same of the last 30 days.
    EntitiesOfMonth,
    /// In how many articles the 50 entities are that are most often named beside one.
    Together,
    SourceByLanguage,
    /// The mean of the known tones, and how many are unknown.
    ToneByWeek,
    MonthBySubject,
}

pub const PAGE: usize = 20;
pub const BEST: usize = 10;
pub const TOP: usize = 50;

pub struct Row {
    pub name: &'static str,
    pub question: Question,
}

/// What an engine answers; `None` when it cannot be asked that.
pub type Answer = Option<Value>;

pub fn rows(setup: &Setup) -> Vec<Row> {
    use Question::*;
    let w = &setup.words;
    let word = |word: &String| Text::Word(word.clone());
    let and = |a: &String, b: &String| Text::And(a.clone(), b.clone());
    let or = |a: &String, b: &String| Text::Or(a.clone(), b.clone());
    let phrase = |a: &String, b: &String| Text::Phrase(a.clone(), b.clone());
    let [most, most2] = &w.most;
    let [some, some2] = &w.some;
    [
        ("newest 20, word in 92%", Newest(word(most))),
        ("newest 20, word in 1%", Newest(word(&w.few))),
        ("newest 20 as a list shows them, 92%", Shown(word(most))),
        ("BM25 top 10, 92%", Best(word(most))),
        ("BM25 top 10, 21%", Best(word(some))),
        ("BM25 top 10, 1%", Best(word(&w.few))),
        ("BM25 top 10 inside 1% of the time, 92%", BestWithin(word(most))),
        ("timeline by day, 92%", Days(Some(word(most)))),
        ("timeline by day, 1%", Days(Some(word(&w.few)))),
        ("AND, BM25 top 10, 92% · 21%", Best(and(most, some))),
        ("AND, BM25 top 10, 21% · 1%", Best(and(some, &w.few))),
        ("AND, BM25 top 10, 21% · 20%", Best(and(some, some2))),
        ("OR, BM25 top 10, 92% · 21%", Best(or(most, some))),
        ("OR, BM25 top 10, 21% · 1%", Best(or(some, &w.few))),
        ("phrase, newest 20, 92% · 91%", Newest(phrase(most, most2))),
        ("phrase, newest 20, 21% · 20%", Newest(phrase(some, some2))),
        ("phrase, counted, 92% · 91%", Count(phrase(most, most2))),
        ("phrase, counted, 92% · 1%", Count(phrase(most, &w.few))),
        ("count of a word, 92%", Count(word(most))),
        ("count, AND, 92% · 21%", Count(and(most, some))),
        ("articles a day, all", Days(None)),
        ("top 50 entities, all", Entities(None)),
        ("top 50 entities, 30 days", EntitiesOfMonth),
        ("top 50 entities of 5%", Entities(Some(word(&w.twentieth)))),
        ("top 50 entities of 50%", Entities(Some(word(&w.half)))),
        ("co-mentioned top 50, of an entity in 2%", Together),
        ("source by language", SourceByLanguage),
        ("mean tone a week with unknown", ToneByWeek),
        ("month by subject", MonthBySubject),
    ]
    .into_iter()
    .map(|(name, question)| Row { name, question })
    .collect()
}

impl Question {
    /// Whether it is about columns alone: what is asked of headlines.
    pub fn is_aggregate(&self) -> bool {
        !matches!(self, Self::Best(_) | Self::BestWithin(_) | Self::Shown(_))
            && !matches!(self, Self::Newest(Text::Phrase(..)) | Self::Count(Text::Phrase(..)))
    }
}
