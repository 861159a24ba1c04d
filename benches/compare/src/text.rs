//! tantivy: the words of headline and body as one field, and the time.

use crate::Engine;
use crate::questions::{Answer, BEST, PAGE, Question, Text};
use crate::setup::Setup;
use newsdb::{NewArticle, search::each_token};
use newsdb_benches::search_token;
use serde_json::{Value, json};
use std::ops::Bound;
use std::path::Path;
use tantivy::collector::{Count, HistogramCollector, TopDocs};
use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, Occur, PhraseQuery, Query, RangeQuery, TermQuery,
};
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Index, IndexReader, IndexWriter, Order, TantivyDocument, Term};

/// Memory of a writer's thread.
const MEMORY: usize = 128 << 20;

pub struct Tantivy {
    index: Index,
    writer: Option<IndexWriter>,
    reader: Option<IndexReader>,
    text: Field,
    second: Field,
}

impl Tantivy {
    pub fn open(path: &Path) -> Self {
        let mut schema = Schema::builder();
        let words = TextFieldIndexing::default()
            .set_tokenizer("whitespace")
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let text =
            schema.add_text_field("text", TextOptions::default().set_indexing_options(words));
        let second = schema.add_u64_field("second", FAST);
        let index = if path.exists() {
            Index::open_in_dir(path).unwrap()
        } else {
            std::fs::create_dir(path).unwrap();
            Index::create_in_dir(path, schema.build()).unwrap()
        };
        Self { index, writer: None, reader: None, text, second }
    }

    fn query(&self, text: &Text) -> Box<dyn Query> {
        let term = |word: &String| Term::from_field_text(self.text, &search_token(word));
        let word = |word: &String| -> Box<dyn Query> {
            Box::new(TermQuery::new(term(word), IndexRecordOption::WithFreqs))
        };
        match text {
            Text::Word(a) => word(a),
            Text::And(a, b) => Box::new(BooleanQuery::intersection(vec![word(a), word(b)])),
            Text::Or(a, b) => Box::new(BooleanQuery::union(vec![word(a), word(b)])),
            Text::Phrase(a, b) => Box::new(PhraseQuery::new(vec![term(a), term(b)])),
        }
    }
}

impl Engine for Tantivy {
    fn store(&mut self, articles: Vec<NewArticle>, commit: usize) {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let writer = self.writer.get_or_insert_with(|| {
            self.index.writer_with_num_threads(threads, MEMORY * threads).unwrap()
        });
        let last = articles.len();
        for (number, article) in articles.into_iter().enumerate() {
            let mut document = TantivyDocument::default();
            for text in [&article.headline, &article.body].into_iter().flatten() {
                let mut words = String::with_capacity(text.len());
                each_token(text, article.language.as_deref(), |token, _| {
                    words.push_str(token);
                    words.push(' ');
                });
                document.add_text(self.text, words);
            }
            let second = article.published.map_or(0, |date| date.second());
            document.add_u64(self.second, second.unsigned_abs());
            writer.add_document(document).unwrap();
            if commit > 0 && ((number + 1) % commit == 0 || number + 1 == last) {
                writer.commit().unwrap();
            }
        }
    }

    fn finish(&mut self) {
        if let Some(mut writer) = self.writer.take() {
            writer.commit().unwrap();
            writer.wait_merging_threads().unwrap();
        }
    }

    fn ready(&mut self, _: &Setup) {
        self.reader = Some(self.index.reader().unwrap());
    }

    fn ask(&mut self, question: &Question, setup: &Setup) -> Answer {
        let searcher = self.reader.as_ref()?.searcher();
        Some(match question {
            Question::Newest(text) => {
                let newest =
                    TopDocs::with_limit(PAGE).order_by_fast_field::<u64>("second", Order::Desc);
                let hits = searcher.search(&self.query(text), &newest).unwrap();
                hits.into_iter().map(|(second, _)| second).collect()
            }
            Question::Best(text) => {
                let best = TopDocs::with_limit(BEST).order_by_score();
                searcher.search(&self.query(text), &best).unwrap().len().into()
            }
            Question::BestWithin(text) => {
                let at = |second: i64| Term::from_field_u64(self.second, second.unsigned_abs());
                let (since, until) = setup.window;
                let range = RangeQuery::new(Bound::Included(at(since)), Bound::Excluded(at(until)));
                let both = BooleanQuery::new(vec![
                    (Occur::Must, self.query(text)),
                    (Occur::Must, Box::new(ConstScoreQuery::new(Box::new(range), 0.0))),
                ]);
                let best = TopDocs::with_limit(BEST).order_by_score();
                searcher.search(&both, &best).unwrap().len().into()
            }
            Question::Count(text) => searcher.search(&self.query(text), &Count).unwrap().into(),
            Question::Days(text) => {
                let first = setup.days.0.unsigned_abs();
                let days = (setup.days.1 - setup.days.0) / 86_400;
                let histogram =
                    HistogramCollector::new("second".to_owned(), first, 86_400, days as usize);
                let query =
                    text.as_ref().map_or_else(|| Box::new(AllQuery) as _, |text| self.query(text));
                let counts = searcher.search(&query, &histogram).unwrap();
                let days = counts.into_iter().zip((first..).step_by(86_400));
                let filled = days.filter(|(articles, _)| *articles > 0);
                filled.map(|(articles, start)| json!([start, articles])).collect::<Value>()
            }
            _ => return None,
        })
    }
}
