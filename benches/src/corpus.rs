//! Articles made from a seed.
//!
//! Every article is a function of the seed and its number alone, so that any of them can be
//! made again, and nothing is kept while they stream by.

use crate::search_token;
use chrono::DateTime;
use newsdb::{Annotation, EntityKind, NewArticle, NewMention};

/// Different word forms.
const WORDS: u64 = 300_000;
const SOURCES: u64 = 2_000;
const SUBJECTS: u64 = 200;
const ENTITIES: u64 = 50_000;

/// How steeply frequencies fall with rank.
const SKEW: f64 = 1.07;

/// 2019-01-01T00:00:00Z, and five years from there.
const FIRST_SECOND: i64 = 1_546_300_800;
const SECONDS: i64 = 5 * 365 * 86_400 + 86_400;

/// How far back an article lies whose text is printed again.
const REPRINT_WITHIN: u64 = 200;

/// The rank of a word by frequency, from 0.
pub type Rank = u64;

/// Who says the tone of the articles.
pub const TONE_BY: &str = "corpus";

/// The tone of an article, where it has one.
pub fn tone(article: &NewArticle) -> Option<f64> {
    article.annotations.iter().find(|said| said.kind == "tone")?.value.as_f64()
}

/// In which order of their dates articles come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As they were published.
    InOrder,
    /// In no order.
    Shuffled,
}

/// What articles are like.
#[derive(Debug, Clone, Copy)]
pub struct Corpus {
    seed: u64,
    articles: u64,
    order: Order,
    /// Ids, subjects, mentions, tones and reprints beside what is in every article.
    full: bool,
    /// Without bodies.
    brief: bool,
    declared: bool,
}

impl Corpus {
    /// Articles of source, URL, headline, body (200 words on average), date and language:
    /// what the plainest table holds.
    pub fn plain(seed: u64, articles: u64) -> Self {
        Self { seed, articles, order: Order::InOrder, full: false, brief: false, declared: true }
    }

    /// As [`Corpus::plain`], with the source's id, 3.3 of 200 subjects and 7.2 mentions of
    /// 50,000 entities on average; a tone ([`tone`], -10 to 10 in eighths) for four
    /// articles in five; a fifth of the sources in other kinds of English; one article in twenty
    /// prints the body of another source's again, but for its last sentence.
    pub fn full(seed: u64, articles: u64) -> Self {
        Self { full: true, ..Self::plain(seed, articles) }
    }

    /// With dates in another order.
    pub fn order(self, order: Order) -> Self {
        Self { order, ..self }
    }

    /// With headlines alone: what counting needs, ten times faster to make and to store.
    pub fn brief(self) -> Self {
        Self { brief: true, ..self }
    }

    /// Without the name of the language, which then has to be detected.
    pub fn undeclared(self) -> Self {
        Self { declared: false, ..self }
    }

    /// How many articles there are.
    pub fn len(&self) -> u64 {
        self.articles
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.articles == 0
    }

    /// Whether it has subjects and mentions.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// The articles, one after another.
    pub fn articles(&self) -> Articles {
        Articles { corpus: *self, next: 0, end: self.articles }
    }

    /// Articles that are published after all of these, at the same pace.
    pub fn later(&self, articles: u64) -> Articles {
        Articles { corpus: *self, next: self.articles, end: self.articles + articles }
    }

    /// A word that about this share of the articles have (0 to 1), and that is its own stem.
    pub fn word_in(&self, share: f64) -> String {
        let sum: f64 = (1..=WORDS).map(|rank| (rank as f64).powf(-SKEW)).sum();
        let has = |rank: Rank| {
            let without = 1.0 - ((rank + 1) as f64).powf(-SKEW) / sum;
            // A headline of 8 words and a half, and bodies of 107 to 307.
            let bodies = if self.brief { 0..1 } else { 107..308 };
            let lengths = bodies.len() as f64;
            1.0 - bodies.map(|body| without.powf(f64::from(body) + 8.5)).sum::<f64>() / lengths
        };
        // Of the words that have no other forms.
        let words = (0..WORDS).filter(|rank| rank % 4 < 2).map(|rank| (rank, word(rank)));
        let own_stem = words.filter(|(_, word)| search_token(word) == format!("~{word}"));
        let frequent = own_stem.take_while(|&(rank, _)| has(rank) >= share);
        frequent.last().map_or_else(|| word(0), |(_, word)| word)
    }

    /// The name of the entity of a rank.
    pub fn entity(&self, rank: Rank) -> String {
        mention(rank).name
    }

    /// The window of time of one percent of the articles, in the middle: seconds since 1970,
    /// the second excluded.
    pub fn window(&self) -> (i64, i64) {
        let since = FIRST_SECOND + SECONDS / 2;
        (since, since + SECONDS / 100)
    }

    /// When an article is published: seconds since 1970.
    pub fn second(&self, number: u64) -> i64 {
        let place = match self.order {
            Order::InOrder => number,
            // A prime greater than any corpus has no factor in common with its size.
            Order::Shuffled => {
                ((u128::from(number) * 4_294_967_291) % u128::from(self.articles)) as u64
            }
        };
        FIRST_SECOND + (i128::from(place) * i128::from(SECONDS) / i128::from(self.articles)) as i64
    }

    fn article(&self, number: u64) -> NewArticle {
        let mut random = Random::new(self.seed, number);
        let source = random.zipf(SOURCES);
        let headline = self.headline(&mut random);
        let mut body = String::with_capacity(1_600);
        match self.original(number, &mut random) {
            _ if self.brief => {}
            Some(original) => {
                let mut theirs = Random::new(self.seed, original);
                theirs.zipf(SOURCES);
                self.headline(&mut theirs);
                self.original(original, &mut theirs);
                paragraphs(&mut theirs, &mut body);
                let end = body.trim_end_matches('.').rfind('.').unwrap_or(0) + 1;
                body.truncate(end);
                body.push(' ');
                sentence(&mut random, 12, &mut body);
            }
            None => paragraphs(&mut random, &mut body),
        }
        let second = self.second(number);
        let at = DateTime::from_timestamp(second, 0).unwrap();
        let host = word(source * 37 + 2_000);
        let mut article = NewArticle::new(format!("{host}-{source}"))
            .url(format!("https://{host}-{source}.example/{}/item-{number}", at.format("%Y/%m/%d")))
            .headline(headline)
            .published(at.into());
        if !self.brief {
            article = article.body(body);
        }
        if self.declared {
            article = article.language(match source % 10 {
                8 if self.full => "en-GB",
                9 if self.full => "en-IN",
                _ => "en",
            });
        }
        if self.full {
            if random.below(5) > 0 {
                let tone = random.below(161) as f64 / 8.0 - 10.0;
                article = article.annotation(Annotation::new(TONE_BY, "tone", tone));
            }
            article = article.id(format!("tag:{host}-{source}.example:{number}"));
            let subjects =
                2 + u64::from(random.below(100) < 65) + u64::from(random.below(100) < 65);
            for subject in random.different(subjects, SUBJECTS) {
                article = article.subject(format!("{} {subject}", word(subject * 11 + 500)));
            }
            let mentions = 3 + random.below(9) + u64::from(random.below(5) == 0);
            for entity in random.different(mentions, ENTITIES) {
                article = article.mention(mention(entity));
            }
        }
        article
    }

    fn headline(&self, random: &mut Random) -> String {
        let mut headline = String::with_capacity(80);
        let words = 5 + random.below(7);
        sentence(random, words, &mut headline);
        headline.pop();
        headline
    }

    /// The number of the article whose body this one prints again.
    fn original(&self, number: u64, random: &mut Random) -> Option<u64> {
        let reprints = random.below(20) == 0;
        let back = 1 + random.below(REPRINT_WITHIN);
        (self.full && reprints).then(|| number.checked_sub(back)).flatten()
    }
}

/// A stream of articles.
#[derive(Debug)]
pub struct Articles {
    corpus: Corpus,
    next: u64,
    end: u64,
}

impl Iterator for Articles {
    type Item = NewArticle;

    fn next(&mut self) -> Option<NewArticle> {
        (self.next < self.end).then(|| {
            self.next += 1;
            self.corpus.article(self.next - 1)
        })
    }
}

/// Entities are people, organisations and places by turns.
fn mention(entity: u64) -> NewMention {
    let kind = match entity % 10 {
        0..4 => EntityKind::Person,
        4..7 => EntityKind::Organisation,
        _ => EntityKind::Place,
    };
    let mut name = capital(&word(entity * 3 + 1_000));
    if kind != EntityKind::Place {
        name = format!("{name} {}", capital(&word(entity * 5 % 40_000 + 200)));
    }
    NewMention::new(kind, name)
}

/// About 200 words: from 100 to 300.
fn paragraphs(random: &mut Random, text: &mut String) {
    let words = 100 + random.below(201);
    let mut written = 0;
    while written < words {
        if written > 0 {
            text.push_str(if random.below(4) == 0 { "\n\n" } else { " " });
        }
        let length = 6 + random.below(21);
        sentence(random, length, text);
        written += length;
    }
}

fn sentence(random: &mut Random, words: u64, text: &mut String) {
    for number in 0..words {
        let start = text.len();
        write_word(random.zipf(WORDS), text);
        if number == 0 {
            text[start..=start].make_ascii_uppercase();
        }
        if number + 1 < words {
            text.push_str(if random.below(12) == 0 { ", " } else { " " });
        }
    }
    text.push('.');
}

fn capital(word: &str) -> String {
    let mut word = word.to_owned();
    word[..1].make_ascii_uppercase();
    word
}

/// The word form of a rank: different for every rank, and the shorter the more frequent.
pub fn word(rank: Rank) -> String {
    let mut word = String::new();
    write_word(rank, &mut word);
    word
}

/// One to four syllables. Every third lemma also has a form with an ending, for stemmers.
fn write_word(rank: Rank, word: &mut String) {
    const STARTS: &[u8; 20] = b"tnsrldmkbpvgfhzjcwxy";
    const VOWELS: &[u8; 5] = b"eaiou";
    // Four ranks share three lemmas: the last of the four is a form of the third.
    let (lemma, ending) = match (rank / 4, rank % 4) {
        (four, 3) => (four * 3 + 2, if four % 2 == 0 { "s" } else { "ing" }),
        (four, at) => (four * 3 + at, ""),
    };
    // Words of one syllable first, then of two, three, four; in each class shuffled, so that
    // neighbours by rank are not neighbours by spelling.
    let (mut place, mut class, mut syllables) = (lemma, 100, 1);
    while place >= class {
        place -= class;
        class *= 100;
        syllables += 1;
    }
    let mut left = (place * 7_919 + 13) % class;
    for _ in 0..syllables {
        let syllable = left % 100;
        left /= 100;
        word.push(char::from(STARTS[(syllable / 5) as usize]));
        word.push(char::from(VOWELS[(syllable % 5) as usize]));
    }
    // A last consonant of its own class keeps "s" and "ing" unambiguous.
    word.push(char::from(b"nrtlmkd"[(lemma % 7) as usize]));
    word.push_str(ending);
}

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn new(seed: u64, number: u64) -> Self {
        let mut random = Self(seed ^ number.wrapping_mul(0xd134_2543_de82_ef95));
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }

    /// From 0 (excluded) to 1.
    fn unit(&mut self) -> f64 {
        ((self.next() >> 11) + 1) as f64 / (1u64 << 53) as f64
    }

    /// A rank below `ranks` by Zipf's law, by rejection-inversion (Hörmann and Derflinger,
    /// "Rejection-inversion to generate variates from monotone discrete distributions", 1996).
    fn zipf(&mut self, ranks: u64) -> Rank {
        const TAIL: f64 = 1.0 - SKEW;
        let integral = |x: f64| (x.powf(TAIL) - 1.0) / TAIL;
        let inverse = |y: f64| (1.0 + y * TAIL).powf(1.0 / TAIL);
        let (low, high) = (integral(1.5) - 1.0, integral(ranks as f64 + 0.5));
        let near = 2.0 - inverse(integral(2.5) - 2f64.powf(-SKEW));
        loop {
            let y = high + self.unit() * (low - high);
            let x = inverse(y);
            let rank = x.round().clamp(1.0, ranks as f64);
            if rank - x <= near || y >= integral(rank + 0.5) - rank.powf(-SKEW) {
                return rank as u64 - 1;
            }
        }
    }

    /// Different ranks by Zipf's law.
    fn different(&mut self, count: u64, ranks: u64) -> Vec<Rank> {
        let mut found = Vec::with_capacity(count as usize);
        while (found.len() as u64) < count {
            let rank = self.zipf(ranks);
            if !found.contains(&rank) {
                found.push(rank);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_rank_has_a_word_of_its_own() {
        let words: HashSet<String> = (0..WORDS).map(word).collect();
        assert_eq!(words.len() as u64, WORDS);
    }

    #[test]
    fn ranks_follow_the_law() {
        let mut random = Random::new(1, 1);
        let mut counts = vec![0u32; WORDS as usize];
        let draws = 2_000_000;
        for _ in 0..draws {
            counts[random.zipf(WORDS) as usize] += 1;
        }
        let sum: f64 = (1..=WORDS).map(|rank| (rank as f64).powf(-SKEW)).sum();
        for rank in [1u64, 2, 3, 10, 100] {
            let expected = (rank as f64).powf(-SKEW) / sum * f64::from(draws);
            let found = f64::from(counts[rank as usize - 1]);
            assert!((found / expected - 1.0).abs() < 0.06, "{rank}: {found} {expected}");
        }
    }

    #[test]
    fn articles_are_the_same_each_time_and_as_described() {
        let corpus = Corpus::full(7, 4_000);
        let all: Vec<NewArticle> = corpus.articles().collect();
        assert!(all.iter().eq(corpus.articles().collect::<Vec<_>>().iter()));
        let mean = |of: &dyn Fn(&NewArticle) -> usize| {
            all.iter().map(of).sum::<usize>() as f64 / all.len() as f64
        };
        let words = mean(&|article| article.body.as_ref().unwrap().split_whitespace().count());
        assert!((195.0..215.0).contains(&words), "{words}");
        let subjects = mean(&|article| article.subjects.len());
        assert!((3.2..3.4).contains(&subjects), "{subjects}");
        let mentions = mean(&|article| article.mentions.len());
        assert!((7.0..7.4).contains(&mentions), "{mentions}");
        let names: HashSet<String> =
            (0..ENTITIES).map(|entity| format!("{:?}", mention(entity))).collect();
        assert_eq!(names.len() as u64, ENTITIES);
        let urls: HashSet<_> = all.iter().map(|article| &article.url).collect();
        assert_eq!(urls.len(), all.len());
    }

    #[test]
    fn a_shuffled_corpus_has_the_same_dates() {
        let corpus = Corpus::plain(7, 1_000);
        let seconds = |corpus: Corpus| -> Vec<i64> {
            corpus.articles().map(|article| article.published.unwrap().second()).collect()
        };
        let (ordered, mut shuffled) = (seconds(corpus), seconds(corpus.order(Order::Shuffled)));
        assert!(ordered.is_sorted() && !shuffled.is_sorted());
        shuffled.sort_unstable();
        assert_eq!(ordered, shuffled);
    }
}
