//! `news entity` and `news annotate`.

use crate::Outcome;
use crate::filters::{Filters, parse};
use crate::ingest::refuse;
use crate::output::{Output, utc};
use newsdb::{
    Alias, Bucket, CoMention, Correction, CorrectionId, Date, EntityId, ExternalId, Hit,
    ImportReport, Limits, NewsDb, Query, Snapshot, TopRow, formats,
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
                profile(&news, &filters.query(&news, None)?, id, out)?;
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
fn profile(news: &Snapshot, query: &Query, id: EntityId, out: &mut Output) -> Outcome {
    let profile = news.entity_profile(query, id)?;
    let mut row = json!(profile);
    let month = |month: &Bucket| {
        json!({"start": Date::utc(month.start), "articles": month.articles, "tone": month.tone,
               "tone_unknown": month.tone_unknown})
    };
    row["timeline"] = profile.timeline.iter().map(month).collect();
    let other = |pair: &CoMention| match pair.a.id == profile.entity.id {
        true => pair.b.clone(),
        false => pair.a.clone(),
    };
    let with = profile.with.iter().map(|pair| {
        let mut row = json!(other(pair));
        (row["articles"], row["npmi"]) = (json!(pair.articles), json!(pair.npmi));
        row
    });
    row["with"] = with.collect();
    let hit = |hit: &Hit| json!({"id": hit.id, "headline": hit.headline, "published": utc(hit.published)});
    row["recent"] = profile.recent.iter().map(hit).collect();
    let about = profile.about.iter().map(|about| {
        let mut row = hit(&about.hit);
        row["salience"] = json!(about.salience);
        row
    });
    row["about"] = about.collect();
    out.row(&row, || {
        let entity = &profile.entity;
        let country = profile.known.as_ref().and_then(|known| known.country.as_deref());
        let list = |items: Vec<String>| items.join(", ");
        let counted = |rows: &[TopRow]| {
            list(rows.iter().map(|row| format!("{} {}", row.key, row.articles)).collect())
        };
        let name = |alias: &Alias| match &alias.language {
            Some(language) => format!("{} ({language})", alias.name),
            None => alias.name.clone(),
        };
        let id = |id: &ExternalId| format!("{}:{}", id.scheme, id.value);
        let tone = |tone: Option<f64>, unknown: u64| match tone {
            Some(tone) => format!("{tone:+.2} ({unknown} unknown)"),
            None => "unknown".to_owned(),
        };
        let with = |pair: &CoMention| format!("{} {}", other(pair).name, pair.articles);
        let line = |hit: &Hit| {
            let date = hit.published.map_or("undated".to_owned(), |date| date.to_string());
            format!("{date:<25}  {}", hit.headline)
        };
        let most = profile.timeline.iter().map(|month| month.articles).max().unwrap_or(0).max(1);
        let bars = profile.timeline.iter().map(|month| {
            let eighths = (month.articles * 8).div_ceil(most) as usize;
            [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'].get(eighths).copied().unwrap_or('█')
        });
        let rows = [
            ("also", list(entity.aliases.iter().map(name).collect())),
            ("ids", list(entity.external_ids.iter().map(id).collect())),
            ("in", format!("{} articles, about it {}", profile.articles, profile.salient)),
            ("months", bars.collect()),
            ("tone", tone(profile.tone, profile.tone_unknown)),
            ("toward", tone(profile.tone_toward, profile.tone_toward_unknown)),
            ("sources", counted(&profile.sources)),
            ("on", counted(&profile.subjects)),
            ("with", list(profile.with.iter().map(with).collect())),
        ];
        let mut text = format!(
            "{}  {}  {}  {}",
            entity.id,
            entity.kind,
            entity.name,
            country.unwrap_or_default()
        );
        for (what, says) in rows.into_iter().filter(|(_, says)| !says.is_empty()) {
            text += &format!("\n  {what:<8}{says}");
        }
        text += "\n  newest";
        profile.recent.iter().for_each(|hit| text += &format!("\n    {}", line(hit)));
        text += "\n  most about it";
        for about in &profile.about {
            text += &format!("\n    {:.2}  {}", about.salience, line(&about.hit));
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

pub(crate) fn annotate(
    language: Option<&str>,
    published: Option<Date>,
    out: &mut Output,
) -> Outcome {
    let (mut text, most) = (String::new(), Limits::default().body);
    io::stdin().take(most + 1).read_to_string(&mut text)?;
    if text.len() as u64 > most {
        return Err(format!("a text of more than {most} bytes").into());
    }
    let found = newsdb::annotate::annotate_published(&text, language, published);
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
    // Each kind of detail as a list of its own.
    let details: Vec<_> = found
        .details
        .into_iter()
        .filter_map(|said| {
            let span = said.span?;
            let words = text.get(span.start..span.end)?;
            let row =
                json!({"start": span.start, "end": span.end, "text": words, "value": said.value});
            Some((said.kind, row))
        })
        .collect();
    if out.json {
        let of = |kind: &str| -> Vec<_> {
            details.iter().filter(|(found, _)| found == kind).map(|(_, row)| row).collect()
        };
        let row = json!({
            "language": found.language, "tone": found.tone, "mentions": mentions,
            "unlinked": of("unlinked"), "quotations": of("quotation"), "amounts": of("amount"), "dates": of("date"),
        });
        return out.line(&row);
    }
    for (kind, row) in &details {
        writeln!(
            out.out,
            "{:>6}-{:<6}  {kind:<12}  {:<30}  {}",
            row["start"],
            row["end"],
            row["text"].as_str().unwrap_or(""),
            row["value"]
        )?;
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
