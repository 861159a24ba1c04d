//! The editors' tags of Reuters-21578, which name countries and people by words of their own.

use crate::{Score, processor_time};
use newsdb::annotate::{Known, annotate, known, known_by_name};
use newsdb::{
    EntityKind, IngestOptions, NewArticle, NewMention, Options, PUBLISHER, Query, Sort, formats,
};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs::File;
use std::time::Instant;

/// Tags that are not what the place is called.
const PLACES: [(&str, &str); 8] = [
    ("usa", "US"),
    ("uk", "GB"),
    ("ussr", "SU"),
    ("uae", "AE"),
    ("yemen-arab-republic", "YE"),
    ("yemen-demo-republic", "YE"),
    ("us-virgin-islands", "VI"),
    ("trinidad-tobago", "TT"),
];

fn country_of_tag(tag: &str) -> Option<String> {
    if let Some((_, code)) = PLACES.iter().find(|(known, _)| *known == tag) {
        return Some((*code).to_owned());
    }
    let places = known_by_name(&tag.replace('-', " "));
    places.into_iter().find(|place| place.kind == EntityKind::Place)?.country
}

fn known_of(mention: &NewMention) -> Option<Known> {
    mention.external_ids.iter().find_map(|id| known(&id.scheme, &id.value))
}

pub fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let every: usize = arguments.get(1).map_or(Ok(1), |every| every.parse())?;
    let items = formats::read(File::open(&arguments[0])?, &arguments[0], None, &Default::default());
    let (mut places, mut people, mut organisations) =
        (Score::default(), Score::default(), Score::default());
    let (mut missed, mut wrong) =
        (BTreeMap::<String, usize>::new(), BTreeMap::<String, usize>::new());
    let mut examples = Vec::new();
    let items: Vec<NewArticle> = items.step_by(every).collect::<Result<_, _>>()?;
    let gold: Vec<Vec<NewMention>> = items.iter().map(|item| item.mentions.clone()).collect();
    let db = Options::new().open_temporary()?;
    let untagged = || {
        items.iter().cloned().map(|mut item| {
            item.mentions.clear();
            item
        })
    };
    // What is made once in a process is made before the clock runs.
    annotate("Kazakhstan", Some("en"));
    let bare = Options::new().open_temporary()?;
    let started = (Instant::now(), processor_time());
    bare.ingest_with(untagged(), IngestOptions::new().annotate(false))?;
    let without = (started.0.elapsed().as_secs_f64(), processor_time() - started.1);
    let started = (Instant::now(), processor_time());
    db.ingest(untagged())?;
    let with = (started.0.elapsed().as_secs_f64(), processor_time() - started.1);
    let rate = |seconds: f64| items.len() as f64 / seconds;
    println!(
        "ingest         {:.0} articles/s with annotation, {:.0} without: {:.2} of the speed",
        rate(with.0),
        rate(without.0),
        without.0 / with.0
    );
    println!("processor time {:.2} s and {:.2} s: {:.2}", with.1, without.1, without.1 / with.1);
    let news = db.snapshot()?;
    let mut ours = BTreeMap::new();
    let mut cursor = None;
    loop {
        let page = news.search(&Query::new(), Sort::Oldest, 500, cursor.as_ref())?;
        for hit in page.hits {
            if let Some(article) = news.article(hit.id)? {
                ours.insert(article.external_id.clone().unwrap_or_default(), article);
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    for (item, gold) in items.iter().zip(gold) {
        let Some(article) = item.id.as_ref().and_then(|id| ours.get(id)) else { continue };
        let tags = |kind: EntityKind| {
            gold.iter()
                .filter(move |m| m.kind == kind && m.annotator == PUBLISHER)
                .map(|m| m.name.as_str())
        };
        let mentions: Vec<&NewMention> = article.mentions.iter().map(|m| &m.mention).collect();
        let want: BTreeSet<String> = tags(EntityKind::Place).filter_map(country_of_tag).collect();
        let have: BTreeSet<String> = mentions
            .iter()
            .filter(|m| m.kind == EntityKind::Place)
            .filter_map(|m| known_of(m)?.country)
            .collect();
        places.add(&have, &want);
        for code in want.difference(&have) {
            *missed.entry(code.clone()).or_default() += 1;
            if examples.len() < 120 {
                let [headline, dateline] =
                    [&item.headline, &item.dateline].map(|t| t.as_deref().unwrap_or(""));
                examples.push(format!(
                    "{} misses {code}: {headline} / {dateline}",
                    item.id.as_deref().unwrap_or("")
                ));
            }
        }
        for code in have.difference(&want) {
            *wrong.entry(code.clone()).or_default() += 1;
        }
        // People are tagged by their last names.
        let last = |name: &str| {
            name.to_lowercase().replace([' ', '.'], "-").rsplit('-').next().unwrap_or("").to_owned()
        };
        let want: BTreeSet<String> = tags(EntityKind::Person).map(last).collect();
        let have: BTreeSet<String> = mentions
            .iter()
            .filter(|m| m.kind == EntityKind::Person)
            .map(|m| last(&m.name))
            .collect();
        people.add(&have, &want);
        let acronym = |tag: &str| match tag {
            "ec" => "European Community".to_owned(),
            "worldbank" => "World Bank".to_owned(),
            "ico-coffee" => "International Coffee Organization".to_owned(),
            "adb-asia" => "Asian Development Bank".to_owned(),
            "adb-africa" => "African Development Bank".to_owned(),
            "iwc-wheat" => "International Wheat Council".to_owned(),
            tag => known_by_name(tag)
                .into_iter()
                .find(|k| k.kind == EntityKind::Organisation)
                .map_or(tag.to_owned(), |k| k.name),
        };
        let want: BTreeSet<String> = tags(EntityKind::Organisation).map(acronym).collect();
        let have: BTreeSet<String> = mentions
            .iter()
            .filter(|m| m.kind == EntityKind::Organisation && !m.external_ids.is_empty())
            .map(|m| m.name.clone())
            .collect();
        organisations.add(&have, &want);
    }
    println!("places         {places}");
    println!("people         {people}");
    println!("organisations  {organisations}");
    for (what, counts) in [("missed", missed), ("beyond the tags", wrong)] {
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let list: Vec<_> =
            counts.iter().take(25).map(|(code, count)| format!("{code} {count}")).collect();
        eprintln!("{what}: {}", list.join(", "));
    }
    examples.iter().for_each(|example| eprintln!("{example}"));
    Ok(())
}
