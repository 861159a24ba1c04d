//! What an article says of each entity that it mentions.

use super::looked_at;
use super::tone::{Lexicon, Sum};
use super::words::{Gap, words};
use crate::model::{Article, EntityId, EntityKind, Field};
use serde::Serialize;
use std::collections::BTreeMap;

/// An entity as one article speaks of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct EntityInArticle {
    /// Its number, corrections applied.
    pub id: EntityId,
    /// Its name as recorded.
    pub name: String,
    /// What it is.
    pub kind: EntityKind,
    /// How often it is mentioned, by whichever annotators.
    pub mentions: u64,
    /// How much the article is about it, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salience: Option<f64>,
    /// The tone toward it, from -1 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tone: Option<f64>,
}

/// The entities of an article, those first that it is most about.
///
/// The **salience** of an entity is 0.3 h + 0.3 · 2^(-b / 200) + 0.4 · min(1, m / max(4, n / 4)): h is 1 when the
/// headline names it, else 0; b is the byte of its field at which it is first named, 0 in the
/// headline; m of the n places that name anything name it. It is absent where an
/// entity is only said of the whole article. Of entities that were merged, the most salient counts.
///
/// The **tone** toward it is that of the sentences that mention it, taken together as in
/// [`Annotations::tone`](super::Annotations::tone): absent where it is not known, in a language
/// without a list and where those sentences have no word of it. The sentence is the whole
/// window: what the next one says of `he` is not counted, and a sentence that names two
/// speaks of both.
///
/// ```
/// use newsdb::{NewArticle, NewsDb, annotate};
/// let db = NewsDb::open_in_memory()?;
/// let text = "Kazakhstan had a good year. The year was a bad one in Uzbekistan.";
/// db.insert(NewArticle::new("wire").id("1").headline("Kazakhstan").body(text).language("en"))?;
/// let article = db.article_by_uri("newsdb:wire/1")?.unwrap();
/// let entities = annotate::entities(&article);
/// assert_eq!(entities[0].name, "Kazakhstan");
/// assert!(entities[0].salience > entities[1].salience);
/// assert_eq!((entities[0].tone, entities[1].tone), (Some(0.2), Some(-0.2)));
/// # Ok::<(), newsdb::Error>(())
/// ```
pub fn entities(article: &Article) -> Vec<EntityInArticle> {
    let mut found: BTreeMap<EntityId, EntityInArticle> = BTreeMap::new();
    for mention in &article.mentions {
        let entity = found.entry(mention.entity).or_insert_with(|| EntityInArticle {
            id: mention.entity,
            name: mention.mention.name.clone(),
            kind: mention.mention.kind,
            mentions: 0,
            salience: None,
            tone: None,
        });
        entity.mentions += 1;
        entity.salience = match (entity.salience, mention.salience) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
    }
    for (id, sum) in sums(article, |_| true) {
        if let Some(entity) = found.get_mut(&id) {
            entity.tone = sum.tone();
        }
    }
    let mut found: Vec<_> = found.into_values().collect();
    let order = |entity: &EntityInArticle| entity.salience.unwrap_or(0.0);
    found.sort_by(|a, b| order(b).total_cmp(&order(a)).then(b.mentions.cmp(&a.mentions)));
    found
}

/// The tone toward one entity, as [`entities`] has it.
pub(crate) fn tone_toward(article: &Article, id: EntityId) -> Option<f64> {
    sums(article, |entity| entity == id).get(&id).copied().and_then(Sum::tone)
}

/// What the sentences say that mention entities, of those that are asked for. Each sentence is read
/// once, however many entities it names, and counts once for each of them.
fn sums(article: &Article, asked: impl Fn(EntityId) -> bool) -> BTreeMap<EntityId, Sum> {
    let mut sums: BTreeMap<EntityId, Sum> = BTreeMap::new();
    let Some(lexicon) = Lexicon::of(article.language.as_deref()) else { return sums };
    let texts = [
        (Field::Headline, Some(article.headline.as_str())),
        (Field::Summary, article.summary.as_deref()),
        (Field::Body, article.body.as_deref()),
    ];
    for (field, text) in texts {
        let text = looked_at(text.unwrap_or(""));
        let mentions = article.mentions.iter().filter(|mention| asked(mention.entity));
        let places = mentions.filter_map(|mention| {
            let span = mention.mention.span.as_ref().filter(|span| span.field == field)?;
            (span.start < text.len()).then_some((span.start, mention.entity))
        });
        let places: Vec<(usize, EntityId)> = places.collect();
        if places.is_empty() {
            continue;
        }
        let words = words(text);
        // The words with which sentences begin.
        let starts: Vec<usize> =
            (0..words.len()).filter(|at| words[*at].gap == Gap::Stop).collect();
        let sentence =
            |byte: usize| starts.partition_point(|at| words[*at].start <= byte).checked_sub(1);
        let named = places.into_iter();
        let mut named: Vec<(usize, EntityId)> =
            named.filter_map(|(byte, id)| Some((sentence(byte)?, id))).collect();
        named.sort_unstable();
        named.dedup();
        for of_sentence in named.chunk_by(|a, b| a.0 == b.0) {
            let number = of_sentence[0].0;
            let end = starts.get(number + 1).copied().unwrap_or(words.len());
            let mut sum = Sum::default();
            lexicon.add(&words[starts[number]..end], &mut sum);
            for (_, id) in of_sentence {
                sums.entry(*id).or_default().add(sum);
            }
        }
    }
    sums
}
