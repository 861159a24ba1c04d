//! `news entity` and `news annotate`.

use crate::Outcome;
use crate::filters::{Filters, parse};
use crate::ingest::refuse;
use crate::output::Output;
use newsdb::{
    Alias, Correction, CorrectionId, Date, Dimension, Entity, Hit, ImportReport, Limits, NewsDb,
    Query, Snapshot, Sort, Timeline, Unit, formats,
};
use serde_json::json;
use std::fs::File;
use std::io::{self, Read, Write};

pub(crate) fn entity(
    db: &NewsDb,
    what: &str,
    arguments: &[String],
    filters: &Filters,
    out: &mut Output,
) -> Outcome {
    let news = db.snapshot()?;
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let Some(correction) = correction(&news, what, &arguments, filters)? {
        let number = db.correct(&correction)?;
        let mut row = json!(correction);
        row["number"] = json!(number);
        return out.last(row, || format!("done; take back with: entity undo {number}"));
    }
    match (what, arguments.as_slice()) {
        ("undo", [number]) => {
            let number: CorrectionId = parse(number)?;
            db.undo_correction(number)?;
            out.last(json!({"undone": number}), || format!("correction {number} taken back"))
        }
        ("corrections", []) => {
            for decision in news.corrections()? {
                let row = json!(decision);
                out.row(&row, || match &decision.undone {
                    Some(at) => format!("{:>6}  {row}  undone {at}", decision.id),
                    None => format!("{:>6}  {row}", decision.id),
                })?;
            }
            Ok(())
        }
        ("import", [path]) => {
            let items = formats::read_entities(File::open(path)?, path, &Limits::default());
            imported(&db.import_entities(items)?, "entities", out)
        }
        (name, []) => {
            let found = match news.resolve_entity(name) {
                Ok(id) => vec![id],
                Err(newsdb::Error::AmbiguousEntity { candidates, .. }) => candidates,
                Err(error) => return Err(error.into()),
            };
            for id in found {
                if let Some(entity) = news.entity(id)? {
                    profile(&news, &entity, out)?;
                }
            }
            Ok(())
        }
        _ => {
            eprintln!("news: see entity --help");
            std::process::exit(2)
        }
    }
}

/// The decision that a command makes, if it makes one.
fn correction(
    news: &Snapshot,
    what: &str,
    arguments: &[&str],
    filters: &Filters,
) -> Outcome<Option<Correction>> {
    let entity = |name: &str| news.resolve_entity(name);
    Ok(Some(match (what, arguments) {
        ("merge", [a, b]) => Correction::Merge { keep: entity(a)?, other: entity(b)? },
        ("apart", [a, b]) => Correction::NotSame { one: entity(a)?, other: entity(b)? },
        ("split", [a, b, text @ ..]) if text.len() < 2 => {
            let query = Box::new(filters.query(news, text.first().copied())?);
            Correction::Split { from: entity(a)?, to: entity(b)?, query }
        }
        ("rename", [a, name]) => {
            Correction::Rename { entity: entity(a)?, name: (*name).to_owned() }
        }
        ("alias", [a, name]) => {
            let alias = Alias { name: (*name).to_owned(), language: None };
            Correction::AddAlias { entity: entity(a)?, alias }
        }
        ("block", [a, name]) => {
            Correction::BlockAlias { entity: entity(a)?, name: (*name).to_owned() }
        }
        _ => return Ok(None),
    }))
}

/// What is known of an entity, and what the articles that mention it say of it.
fn profile(news: &Snapshot, entity: &Entity, out: &mut Output) -> Outcome {
    let query = Query::new().entity(entity.id);
    let articles = news.count(&query)?;
    let known =
        entity.external_ids.iter().find_map(|id| newsdb::annotate::known(&id.scheme, &id.value));
    let months = news.timeline(&query, &Timeline::by(Unit::Month))?;
    let months: Vec<_> = months
        .series
        .iter()
        .flat_map(|series| &series.buckets)
        .map(|bucket| json!({"start": Date::utc(bucket.start), "articles": bucket.articles}))
        .collect();
    let sources = news.top(&query, Dimension::Source, 10)?.rows;
    let together = news.together(&query, Some(entity.id), 10)?;
    let with = together.iter().map(|pair| {
        let other = if pair.a.id == entity.id { &pair.b } else { &pair.a };
        json!({"id": other.id, "name": other.name, "kind": other.kind, "articles": pair.articles, "npmi": pair.npmi})
    });
    let with: Vec<_> = with.collect();
    let recent = news.search(&query, Sort::Newest, 5, None)?.hits;
    let mut row = serde_json::to_value(entity)?;
    row["articles"] = json!(articles);
    row["known"] = json!(known);
    row["timeline"] = json!(months);
    row["sources"] = json!(sources);
    row["with"] = json!(with);
    let hit =
        |hit: &Hit| json!({"id": hit.id, "headline": hit.headline, "published": hit.published});
    row["recent"] = recent.iter().map(hit).collect();
    out.row(&row, || {
        let list = |items: Vec<String>| items.join(", ");
        let aliases = entity.aliases.iter().map(|alias| alias.name.clone()).collect();
        let ids = entity.external_ids.iter().map(|x| format!("{}:{}", x.scheme, x.value)).collect();
        let country = known.as_ref().and_then(|known| known.country.as_deref()).unwrap_or("");
        let mut text = format!(
            "{}  {}  {}  {country}\n  also    {}\n  ids     {}\n  in      {articles} articles",
            entity.id,
            entity.kind,
            entity.name,
            list(aliases),
            list(ids)
        );
        text += &format!(
            "\n  sources {}",
            list(sources.iter().map(|s| format!("{} {}", s.key, s.articles)).collect())
        );
        let with = with.iter().map(|other| other["name"].as_str().unwrap_or("").to_owned());
        text += &format!("\n  with    {}", list(with.collect()));
        for hit in &recent {
            let date = hit.published.map_or("undated".to_owned(), |date| date.to_string());
            text += &format!("\n  {date:<25}  {}", hit.headline);
        }
        text
    })
}

pub(crate) fn subject(db: &NewsDb, what: &str, path: Option<&str>, out: &mut Output) -> Outcome {
    if let ("import", Some(path)) = (what, path) {
        let items = formats::read_subjects(File::open(path)?, path, &Limits::default());
        return imported(&db.import_subjects(items)?, "subjects", out);
    }
    let news = db.snapshot()?;
    for subject in news.subjects(what)? {
        let mut row = json!(subject);
        let named = |scheme: &str, code: &str| match scheme {
            "" => code.to_owned(),
            scheme => format!("{scheme}:{code}"),
        };
        let name = named(&subject.scheme, &subject.code);
        let query = Query::new().subject(name.as_str());
        row["articles"] = json!(news.count(&query)?);
        out.row(&row, || {
            let list = |codes: &[(String, String)]| {
                let codes = codes.iter().map(|(scheme, code)| format!(" {}", named(scheme, code)));
                codes.collect::<String>()
            };
            format!(
                "{:>7}  {name}  {}\n         part of{}\n         parts  {}",
                row["articles"],
                subject.label,
                list(&subject.broader),
                list(&subject.narrower)
            )
        })?;
    }
    Ok(())
}

/// What an import did.
fn imported(report: &ImportReport, what: &str, out: &mut Output) -> Outcome {
    for rejected in &report.rejections {
        refuse(rejected, out)?;
    }
    out.last(json!(report), || format!("{} {what}, {} refused", report.imported, report.rejected))
}

pub(crate) fn annotate(language: Option<&str>, out: &mut Output) -> Outcome {
    let mut bytes = Vec::new();
    io::stdin().take(16 << 20).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let found = newsdb::annotate::annotate(&text, language);
    let mentions: Vec<_> = found
        .mentions
        .iter()
        .filter_map(|mention| {
            let span = mention.span.as_ref()?;
            let words = text.get(span.start..span.end)?;
            let entity = json!({
                "id": mention.external_ids.first().map(|id| format!("{}:{}", id.scheme, id.value)),
                "name": mention.name, "external": mention.external_ids,
            });
            Some(json!({
                "start": span.start, "end": span.end, "text": words, "kind": mention.kind,
                "form": mention.form, "confidence": mention.confidence,
                "annotator": mention.annotator, "entity": entity,
            }))
        })
        .collect();
    if out.json {
        let row = json!({"language": found.language, "tone": found.tone, "mentions": mentions});
        return out.line(&row);
    }
    for mention in &mentions {
        let field = |name: &str| mention[name].as_str().unwrap_or("").to_owned();
        let (name, id) = (&mention["entity"]["name"], &mention["entity"]["id"]);
        writeln!(
            out.out,
            "{:>6}-{:<6}  {:<12}  {:<30}  {}  {}",
            mention["start"],
            mention["end"],
            field("kind"),
            field("text"),
            name.as_str().unwrap_or(""),
            id.as_str().unwrap_or("")
        )?;
    }
    Ok(())
}
