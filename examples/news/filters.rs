//! What the command line says of articles, dates and formats.

use crate::Outcome;
use clap::Args;
use newsdb::{Date, PubStatus, Query, Snapshot, formats};

#[derive(Args)]
pub(crate) struct Filters {
    /// Published at D or later: RFC 3339, a date, or a span back from now such as 7d
    #[arg(long, value_name = "D", value_parser = moment)]
    since: Option<Moment>,
    /// Published before D
    #[arg(long, value_name = "D", value_parser = moment)]
    until: Option<Moment>,
    /// May be given several times, as the others: any of them
    #[arg(long, value_name = "K")]
    source: Vec<String>,
    /// BCP 47; en also takes en-US
    #[arg(long, value_name = "L")]
    language: Vec<String>,
    /// Id, QID or name
    #[arg(long, value_name = "E", allow_hyphen_values = true)]
    entity: Vec<String>,
    #[arg(long, value_name = "T")]
    subject: Vec<String>,
    #[arg(long, value_name = "G")]
    tag: Vec<String>,
    #[arg(long)]
    author: Vec<String>,
    /// Only mentions by A count
    #[arg(long, value_name = "A")]
    annotator: Vec<String>,
    /// Only entities that an article is about count
    #[arg(long)]
    salient: bool,
    /// usable (also when an embargo has ended), withheld or canceled
    #[arg(long, value_name = "S", value_parser = parse::<PubStatus>)]
    status: Option<PubStatus>,
    /// Take articles that repeat one another's text as one
    #[arg(long)]
    unique: bool,
}

/// A format, or whichever the content shows.
#[derive(Clone, Copy)]
pub(crate) struct Auto(pub(crate) Option<formats::Format>);

/// A point in time as the command line takes it.
#[derive(Clone, Copy)]
pub(crate) struct Moment(pub(crate) chrono::DateTime<chrono::Utc>);

pub(crate) fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

pub(crate) fn moment(text: &str) -> Result<Moment, String> {
    let span = || {
        let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let number: i64 = number.parse().ok().filter(|number| *number >= 0)?;
        let span = match unit {
            "h" => chrono::TimeDelta::try_hours(number),
            "d" => chrono::TimeDelta::try_days(number),
            "w" => chrono::TimeDelta::try_weeks(number),
            _ => None,
        };
        chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now())
            .checked_sub_signed(span?)
    };
    match span() {
        Some(at) => Ok(Moment(at)),
        None => text.parse::<Date>().map(|date| Moment(date.at())).map_err(|_| {
            format!("{text:?} is neither a date (2024-06-13, RFC 3339) nor a span (24h, 7d, 4w)")
        }),
    }
}

pub(crate) fn format(text: &str) -> Result<Auto, String> {
    if text == "auto" { Ok(Auto(None)) } else { parse(text).map(|format| Auto(Some(format))) }
}

pub(crate) fn column(text: &str) -> Result<(String, String), String> {
    let (field, column) = text.split_once('=').ok_or("FIELD=COLUMN expected")?;
    match formats::fields().any(|known| known == field) {
        true => Ok((column.to_owned(), field.to_owned())),
        false => Err(format!(
            "{field:?} is not one of: {}",
            formats::fields().collect::<Vec<_>>().join(", ")
        )),
    }
}

impl Filters {
    pub(crate) fn query(&self, news: &Snapshot, text: Option<&str>) -> Outcome<Query> {
        let mut query = Query::new().unique(self.unique).salient(self.salient);
        if let Some(text) = text {
            query = query.text(text);
        }
        if let Some(since) = self.since {
            query = query.since(since.0);
        }
        if let Some(until) = self.until {
            query = query.until(until.0);
        }
        if let Some(status) = self.status {
            query = query.status(status);
        }
        for entity in &self.entity {
            query = query.entity(news.resolve_entity(entity)?);
        }
        type Add = fn(Query, &String) -> Query;
        let lists: [(&[String], Add); 6] = [
            (&self.source, |query, key| query.source(key)),
            (&self.language, |query, tag| query.language(tag)),
            (&self.subject, |query, words| query.subject(words)),
            (&self.tag, |query, name| query.tag(name)),
            (&self.author, |query, name| query.author(name)),
            (&self.annotator, |query, name| query.annotator(name)),
        ];
        for (values, add) in lists {
            query = values.iter().fold(query, add);
        }
        Ok(query)
    }
}
