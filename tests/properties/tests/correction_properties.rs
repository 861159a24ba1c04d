//! Any sequence of decisions about entities, against a plain recount of what they mean, and undone
//! in any order.

use newsdb::{
    Alias, Correction, CorrectionId, Dimension, EntityId, EntityKind, NewArticle, NewEntity,
    NewMention, NewsDb, Query,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const NAMES: [&str; 6] = ["Ada", "Bo", "Cyd", "Dee", "Eve", "Fay"];
const WORDS: [&str; 4] = ["harbour", "lithium", "storm", "budget"];
const SOURCES: [&str; 2] = ["alpha", "beta"];

/// A decision by numbers: of entities, of words, of earlier decisions.
#[derive(Debug, Clone)]
enum Act {
    Merge(usize, usize),
    Split(usize, usize, Asked),
    Rename(usize, usize),
    AddAlias(usize, usize),
    Block(usize, usize),
    NotSame(usize, usize),
    Undo(usize),
}

/// What the query of a split asks.
#[derive(Debug, Clone, Copy)]
enum Asked {
    Word(usize),
    Source(usize),
    Beside(usize),
}

fn act() -> impl Strategy<Value = Act> {
    let entity = || 0..NAMES.len();
    let name = || 0..NAMES.len() + 3;
    let asked = prop_oneof![
        (0..WORDS.len()).prop_map(Asked::Word),
        (0..SOURCES.len()).prop_map(Asked::Source),
        entity().prop_map(Asked::Beside),
    ];
    prop_oneof![
        3 => (entity(), entity()).prop_map(|(a, b)| Act::Merge(a, b)),
        4 => (entity(), entity(), asked).prop_map(|(a, b, q)| Act::Split(a, b, q)),
        1 => (entity(), name()).prop_map(|(a, n)| Act::Rename(a, n)),
        1 => (entity(), name()).prop_map(|(a, n)| Act::AddAlias(a, n)),
        2 => (entity(), name()).prop_map(|(a, n)| Act::Block(a, n)),
        1 => (entity(), entity()).prop_map(|(a, b)| Act::NotSame(a, b)),
        3 => any::<usize>().prop_map(Act::Undo),
    ]
}

/// An article: its words, source and whom it mentions, by numbers.
type Item = (BTreeSet<usize>, usize, BTreeSet<usize>);

fn items() -> impl Strategy<Value = Vec<Item>> {
    let words = prop::collection::btree_set(0..WORDS.len(), 0..3);
    let mentioned = prop::collection::btree_set(0..NAMES.len(), 0..4);
    prop::collection::vec((words, 0..SOURCES.len(), mentioned), 1..8)
}

fn name(number: usize) -> String {
    NAMES.get(number).map_or_else(|| format!("Alias {number}"), |name| (*name).to_owned())
}

fn file(items: &[Item]) -> (NewsDb, Vec<EntityId>) {
    let db = NewsDb::options().annotate(false).open_in_memory().unwrap();
    let entity = |name: &&str| NewEntity::new(EntityKind::Person, *name).external_id("n", *name);
    let entities = NAMES.iter().map(|name| db.add_entity(entity(name)).unwrap()).collect();
    items.iter().enumerate().for_each(|(number, item)| add(&db, number, item));
    (db, entities)
}

fn add(db: &NewsDb, number: usize, (words, source, mentioned): &Item) {
    let words: Vec<&str> = words.iter().map(|word| WORDS[*word]).collect();
    let article = NewArticle::new(SOURCES[*source]).id(number.to_string()).language("en");
    let mentions = mentioned
        .iter()
        // By an id of the file's own list, so that no name decides.
        .map(|entity| {
            NewMention::new(EntityKind::Person, NAMES[*entity]).external_id("n", NAMES[*entity])
        });
    db.insert(
        mentions.fold(
            article.headline(format!("Item {number} {}", words.join(" "))),
            NewArticle::mention,
        ),
    )
    .unwrap();
}

/// The decisions in force and what they are about, as whoever made them meant.
#[derive(Debug, Clone)]
struct Model {
    decisions: Vec<(CorrectionId, Act)>,
}

impl Model {
    /// The end of each entity after the first decisions.
    fn ends(&self, until: usize) -> Vec<usize> {
        let mut ends: Vec<usize> = (0..NAMES.len()).collect();
        for (_, act) in &self.decisions[..until] {
            if let Act::Merge(keep, other) = act {
                ends.iter_mut().filter(|end| *end == other).for_each(|end| *end = *keep);
            }
        }
        ends
    }

    /// Whom an article means by an entity that it mentions.
    fn meant(&self, recorded: usize, (words, source, mentioned): &Item) -> usize {
        let merged = self.ends(self.decisions.len());
        let mut now = recorded;
        for (_, act) in &self.decisions {
            match act {
                Act::Merge(keep, other) if now == *other => now = *keep,
                Act::Split(from, to, asked) if now == *from => {
                    let is = match asked {
                        Asked::Word(word) => words.contains(word),
                        Asked::Source(asked) => source == asked,
                        // With all merges, without splits.
                        Asked::Beside(entity) => {
                            mentioned.iter().any(|other| merged[*other] == merged[*entity])
                        }
                    };
                    now = if is { *to } else { now };
                }
                _ => {}
            }
        }
        now
    }

    /// Which entities each name finds.
    fn found(&self) -> BTreeMap<String, BTreeSet<usize>> {
        let mut names: BTreeSet<(usize, usize)> = (0..NAMES.len()).map(|n| (n, n)).collect();
        for (at, (_, act)) in self.decisions.iter().enumerate() {
            match act {
                Act::Rename(entity, name) | Act::AddAlias(entity, name) => {
                    names.insert((*entity, *name));
                }
                Act::Block(entity, name) => {
                    let ends = self.ends(at);
                    names.retain(|(holder, held)| ends[*holder] != *entity || held != name);
                }
                _ => {}
            }
        }
        let ends = self.ends(self.decisions.len());
        let mut found: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (holder, held) in names {
            found.entry(name(held)).or_default().insert(ends[holder]);
        }
        found
    }

    fn chief(&self, entity: usize) -> String {
        let renamed = self.decisions.iter().rev().find_map(|(_, act)| match act {
            Act::Rename(of, to) if *of == entity => Some(*to),
            _ => None,
        });
        name(renamed.unwrap_or(entity))
    }

    fn check(&self, db: &NewsDb, entities: &[EntityId], items: &[Item]) {
        let ends = self.ends(self.decisions.len());
        let number = |id: EntityId| entities.iter().position(|known| *known == id).unwrap();
        let of_items: Vec<BTreeSet<usize>> = items
            .iter()
            .map(|item| item.2.iter().map(|recorded| self.meant(*recorded, item)).collect())
            .collect();
        let count =
            |entity: usize| of_items.iter().filter(|of| of.contains(&entity)).count() as u64;
        let news = db.snapshot().unwrap();
        for (asked, id) in entities.iter().enumerate() {
            let end = ends[asked];
            assert_eq!(news.count(&Query::new().entity(*id)).unwrap(), count(end), "{asked}");
            let entity = news.entity(*id).unwrap().unwrap();
            assert_eq!((number(entity.id), &entity.name), (end, &self.chief(end)));
        }
        let top = news.top(&Query::new(), Dimension::Entity, 100).unwrap();
        let rows: BTreeMap<usize, u64> =
            top.rows.iter().map(|row| (number(row.id.unwrap()), row.articles)).collect();
        let expected: BTreeMap<usize, u64> = (0..NAMES.len())
            .map(|entity| (entity, count(entity)))
            .filter(|row| row.1 > 0)
            .collect();
        assert_eq!(rows, expected);
        assert_eq!(top.none, of_items.iter().filter(|of| of.is_empty()).count() as u64);
        for pair in news.together(&Query::new(), None, 100).unwrap() {
            let (a, b) = (number(pair.a.id), number(pair.b.id));
            let both = of_items.iter().filter(|of| of.contains(&a) && of.contains(&b)).count();
            assert_eq!(pair.articles, both as u64);
        }
        for (number_of, (item, of)) in items.iter().zip(&of_items).enumerate() {
            let uri = format!("newsdb:{}/{number_of}", SOURCES[item.1]);
            let article = news.article_by_uri(&uri).unwrap().unwrap();
            let shown: BTreeSet<usize> =
                article.mentions.iter().map(|mention| number(mention.entity)).collect();
            assert_eq!(shown, *of);
        }
        let found = self.found();
        for named in (0..NAMES.len() + 3).map(name) {
            let ids: BTreeSet<usize> = news
                .find_entities(&named)
                .unwrap()
                .iter()
                .map(|entity| number(entity.id))
                .collect();
            assert_eq!(ids, found.get(&named).cloned().unwrap_or_default(), "{named}");
        }
    }
}

/// Makes a decision in the file, and in the model where it is accepted.
fn make(db: &NewsDb, entities: &[EntityId], model: &mut Model, act: &Act) {
    let id = |number: &usize| entities[*number];
    // In the model a decision is about what merges have left, too.
    let ends = model.ends(model.decisions.len());
    let (correction, meant) = match act {
        Act::Merge(keep, other) => (
            Correction::Merge { keep: id(keep), other: id(other) },
            Act::Merge(ends[*keep], ends[*other]),
        ),
        Act::Split(from, to, asked) => {
            let query = match asked {
                Asked::Word(word) => Query::new().text(WORDS[*word]),
                Asked::Source(source) => Query::new().source(SOURCES[*source]),
                Asked::Beside(entity) => Query::new().entity(id(entity)),
            };
            let split = Correction::Split { from: id(from), to: id(to), query: Box::new(query) };
            (split, Act::Split(ends[*from], ends[*to], *asked))
        }
        Act::Rename(entity, to) => (
            Correction::Rename { entity: id(entity), name: name(*to) },
            Act::Rename(ends[*entity], *to),
        ),
        Act::AddAlias(entity, to) => {
            let alias = Alias { name: name(*to), language: None };
            (Correction::AddAlias { entity: id(entity), alias }, Act::AddAlias(ends[*entity], *to))
        }
        Act::Block(entity, to) => (
            Correction::BlockAlias { entity: id(entity), name: name(*to) },
            Act::Block(ends[*entity], *to),
        ),
        Act::NotSame(one, other) => (
            Correction::NotSame { one: id(one), other: id(other) },
            Act::NotSame(ends[*one], ends[*other]),
        ),
        Act::Undo(which) => {
            if !model.decisions.is_empty() {
                let (number, _) = model.decisions.remove(which % model.decisions.len());
                db.undo_correction(number).unwrap();
            }
            return;
        }
    };
    let pinned = |a: usize, b: usize| {
        model.decisions.iter().any(|(_, act)| match act {
            Act::NotSame(one, other) => [(a, b), (b, a)].contains(&(ends[*one], ends[*other])),
            _ => false,
        })
    };
    let allowed = match &meant {
        Act::Merge(a, b) => a != b && !pinned(*a, *b),
        Act::Split(a, b, _) | Act::NotSame(a, b) => a != b,
        _ => true,
    };
    let made = db.correct(&correction);
    assert_eq!(made.is_ok(), allowed, "{correction:?}: {made:?}");
    if let Ok(number) = made {
        model.decisions.push((number, meant));
    }
}

/// Everything that the file says.
fn answers(db: &NewsDb, entities: &[EntityId]) -> String {
    let news = db.snapshot().unwrap();
    let counts: Vec<_> = entities.iter().map(|id| news.count(&Query::new().entity(*id))).collect();
    let known: Vec<_> = entities.iter().map(|id| news.entity(*id).unwrap()).collect();
    let top = news.top(&Query::new(), Dimension::Entity, 100);
    let together = news.together(&Query::new(), None, 100);
    let found: Vec<_> = (0..NAMES.len() + 3).map(|n| news.find_entities(&name(n))).collect();
    let mut out = Vec::new();
    news.export_jsonl(&Query::new(), &mut out).unwrap();
    format!("{counts:?} {known:?} {top:?} {together:?} {found:?} {}", String::from_utf8_lossy(&out))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn decisions_mean_what_a_plain_recount_says_and_all_can_be_undone(
        items in items(),
        acts in prop::collection::vec(act(), 0..14),
        order in any::<u64>(),
    ) {
        let (db, entities) = file(&items);
        let before = answers(&db, &entities);
        let mut model = Model { decisions: Vec::new() };
        let mut items = items;
        for (number, act) in acts.iter().enumerate() {
            make(&db, &entities, &mut model, act);
            model.check(&db, &entities, &items);
            if number == 3 {
                // What comes later is meant in the same way.
                let later = items[0].clone();
                add(&db, items.len(), &later);
                items.push(later);
                model.check(&db, &entities, &items);
                let last = items.len() - 1;
                let uri = format!("newsdb:{}/{last}", SOURCES[items[last].1]);
                db.remove(db.article_by_uri(&uri).unwrap().unwrap().id).unwrap();
                items.pop();
            }
        }
        // Undone in an order of its own.
        let mut turn = order as usize;
        while !model.decisions.is_empty() {
            make(&db, &entities, &mut model, &Act::Undo(turn));
            turn = turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(order as usize) >> 7;
            model.check(&db, &entities, &items);
        }
        prop_assert_eq!(answers(&db, &entities), before);
        let findings = db.check(&newsdb::Cancel::new()).unwrap().findings;
        prop_assert!(findings.is_empty(), "{:?}", findings);
    }
}
