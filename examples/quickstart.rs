//! Takes in the bundled sample news and asks the three questions that news is asked most:
//! what is there about something, how much of it when, and who is in it.
//!
//! `cargo run --release --example quickstart`

use newsdb::{Dimension, NewsDb, Query, Sort, Timeline, Unit, formats};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/sample-news");
    // `NewsDb::open("news.db")` keeps the news; this file goes when the program ends.
    let db = NewsDb::options().open_temporary()?;

    let report = db.ingest(formats::read_path(folder, None, &formats::ReadOptions::default()))?;
    println!(
        "{} read: {} new, {} updated, {} unchanged, {} near-duplicates, {} rejected\n",
        report.read,
        report.inserted,
        report.updated,
        report.unchanged,
        report.near_duplicates,
        report.rejected
    );
    for rejected in &report.rejections {
        println!("  refused: {rejected}");
    }

    // One snapshot: the list, the timeline and the names agree.
    let news = db.snapshot()?;
    let query = Query::new().text("lithium Kazakhstan");
    println!("{} articles about lithium and Kazakhstan, newest first:", news.count(&query)?);
    for hit in news.search(&query, Sort::Newest, 10, None)?.hits {
        let published = hit.published.map_or("undated".to_owned(), |date| date.to_string());
        println!("  {published:<25}  {:<14}  {}", hit.source, hit.headline);
        println!("  {:27}{}", "", hit.snippet.marked("[", "]"));
    }

    println!("\nAll articles by month:");
    let timeline = news.timeline(&Query::new(), &Timeline::by(Unit::Month))?;
    for bucket in timeline.series.iter().flat_map(|series| &series.buckets) {
        let bar = "█".repeat(bucket.articles as usize);
        println!("  {}  {:>3}  {bar}", bucket.start.format("%Y-%m"), bucket.articles);
    }

    println!("\nMost mentioned:");
    for row in news.top(&Query::new(), Dimension::Entity, 10)?.rows {
        let kind = row.kind.map_or("", |kind| kind.as_str());
        println!("  {:>3} articles  {:<12}  {}", row.articles, kind, row.key);
    }
    Ok(())
}
