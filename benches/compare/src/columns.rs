//! DuckDB's input: the columns as CSV.

use crate::setup::Setup;
use newsdb::search::each_token;
use newsdb_benches::{search_token, tone};
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// A table of names, numbered as they come.
#[derive(Default)]
struct Names(HashMap<String, usize>);

impl Names {
    fn number(&mut self, name: &str) -> usize {
        if let Some(number) = self.0.get(name) {
            return *number;
        }
        self.0.insert(name.to_owned(), self.0.len());
        self.0.len() - 1
    }

    fn write(&self, path: &Path) {
        let mut file = create(path);
        for (name, number) in &self.0 {
            writeln!(file, "{number},\"{name}\"").unwrap();
        }
    }
}

fn create(path: &Path) -> BufWriter<File> {
    BufWriter::new(File::create(path).unwrap())
}

pub fn export(folder: &Path, setup: &Setup) {
    let open = |name: &str| create(&folder.join(name));
    let [mut article_file, mut mention_file, mut subject_file] =
        ["article.csv", "mention.csv", "article_subject.csv"].map(open);
    let [mut sources, mut entities, mut subjects] = [(); 3].map(|()| Names::default());
    let (is_twentieth, is_half) =
        (search_token(&setup.words.twentieth), search_token(&setup.words.half));
    for (number, article) in setup.articles().enumerate() {
        let (mut twentieth, mut half) = (false, false);
        for text in [&article.headline, &article.body].into_iter().flatten() {
            each_token(text, article.language.as_deref(), |token, _| {
                twentieth |= token == is_twentieth;
                half |= token == is_half;
            });
        }
        let source = sources.number(article.source.as_deref().unwrap_or_default());
        let second = article.published.map_or(0, |date| date.second());
        let language = article.language.as_deref().unwrap_or_default();
        let tone = tone(&article).map(|tone| tone.to_string()).unwrap_or_default();
        writeln!(article_file, "{number},{source},{second},{language},{tone},{twentieth},{half}")
            .unwrap();
        for mention in &article.mentions {
            writeln!(mention_file, "{number},{}", entities.number(&mention.name)).unwrap();
        }
        for subject in &article.subjects {
            writeln!(subject_file, "{number},{}", subjects.number(&subject.code)).unwrap();
        }
    }
    sources.write(&folder.join("source.csv"));
    entities.write(&folder.join("entity.csv"));
    subjects.write(&folder.join("subject.csv"));
}
