//! Events and Mentions: a row is an annotation of the article at its URL.
//!
//! An event has a row of its own, which names one article, and a row in Mentions for every
//! article that speaks of it. Each row becomes an article that has nothing but a URL, a headline
//! made of it, and the annotation: ingest joins it to the article of that URL. Events are coded
//! by machine (CAMEO); actors keep CAMEO's codes, places have ISO countries.

use super::{Row, country, language, source, stamp};
use crate::formats::ReadOptions;
use crate::model::{Annotation, NewArticle, Reason};
use serde_json::{Map, Value};

/// Columns of Events 2.0.
#[rustfmt::skip]
pub(super) const EVENTS: &[&str] = &[
    "GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate", "Actor1Code", "Actor1Name",
    "Actor1CountryCode", "Actor1KnownGroupCode", "Actor1EthnicCode", "Actor1Religion1Code",
    "Actor1Religion2Code", "Actor1Type1Code", "Actor1Type2Code", "Actor1Type3Code", "Actor2Code",
    "Actor2Name", "Actor2CountryCode", "Actor2KnownGroupCode", "Actor2EthnicCode", "Actor2Religion1Code",
    "Actor2Religion2Code", "Actor2Type1Code", "Actor2Type2Code", "Actor2Type3Code", "IsRootEvent",
    "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale", "NumMentions",
    "NumSources", "NumArticles", "AvgTone", "Actor1Geo_Type", "Actor1Geo_Fullname", "Actor1Geo_CountryCode",
    "Actor1Geo_ADM1Code", "Actor1Geo_ADM2Code", "Actor1Geo_Lat", "Actor1Geo_Long", "Actor1Geo_FeatureID",
    "Actor2Geo_Type", "Actor2Geo_Fullname", "Actor2Geo_CountryCode", "Actor2Geo_ADM1Code",
    "Actor2Geo_ADM2Code", "Actor2Geo_Lat", "Actor2Geo_Long", "Actor2Geo_FeatureID", "ActionGeo_Type",
    "ActionGeo_Fullname", "ActionGeo_CountryCode", "ActionGeo_ADM1Code", "ActionGeo_ADM2Code",
    "ActionGeo_Lat", "ActionGeo_Long", "ActionGeo_FeatureID", "DATEADDED", "SOURCEURL",
];

/// Columns of Events 1.0.
#[rustfmt::skip]
pub(super) const EVENTS_1: &[&str] = &[
    "GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate", "Actor1Code", "Actor1Name",
    "Actor1CountryCode", "Actor1KnownGroupCode", "Actor1EthnicCode", "Actor1Religion1Code",
    "Actor1Religion2Code", "Actor1Type1Code", "Actor1Type2Code", "Actor1Type3Code", "Actor2Code",
    "Actor2Name", "Actor2CountryCode", "Actor2KnownGroupCode", "Actor2EthnicCode", "Actor2Religion1Code",
    "Actor2Religion2Code", "Actor2Type1Code", "Actor2Type2Code", "Actor2Type3Code", "IsRootEvent",
    "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale", "NumMentions",
    "NumSources", "NumArticles", "AvgTone", "Actor1Geo_Type", "Actor1Geo_Fullname", "Actor1Geo_CountryCode",
    "Actor1Geo_ADM1Code", "Actor1Geo_Lat", "Actor1Geo_Long", "Actor1Geo_FeatureID", "Actor2Geo_Type",
    "Actor2Geo_Fullname", "Actor2Geo_CountryCode", "Actor2Geo_ADM1Code", "Actor2Geo_Lat", "Actor2Geo_Long",
    "Actor2Geo_FeatureID", "ActionGeo_Type", "ActionGeo_Fullname", "ActionGeo_CountryCode",
    "ActionGeo_ADM1Code", "ActionGeo_Lat", "ActionGeo_Long", "ActionGeo_FeatureID", "DATEADDED",
    "SOURCEURL",
];

/// Columns of Events 1.0 from before April 2013.
pub(super) const EVENTS_1_WITHOUT_URL: &[&str] = EVENTS_1.split_at(57).0;

/// Columns of Mentions.
#[rustfmt::skip]
pub(super) const MENTIONS: &[&str] = &[
    "GLOBALEVENTID", "EventTimeDate", "MentionTimeDate", "MentionType", "MentionSourceName",
    "MentionIdentifier", "SentenceID", "Actor1CharOffset", "Actor2CharOffset", "ActionCharOffset",
    "InRawText", "Confidence", "MentionDocLen", "MentionDocTone", "MentionDocTranslationInfo", "Extras",
];

/// The article of an event, with the event.
pub(super) fn event(row: &Row<'_>, options: &ReadOptions) -> Result<NewArticle, Reason> {
    if row.names.len() == EVENTS_1_WITHOUT_URL.len() {
        let reason = "no column SOURCEURL: events of this version name no article";
        return Err(Reason::Malformed(reason.to_owned()));
    }
    let url = row.get("SOURCEURL");
    let mut article = row.seen("SOURCEURL", url, row.time("DATEADDED")?)?;
    if options.source.is_none() {
        article.source = source("", url);
    }
    row.derive_headline("SOURCEURL", &mut article)?;
    let day = row.time("SQLDATE")?;
    let mut event = row.object(&[
        ("id", "GLOBALEVENTID", true),
        ("root", "IsRootEvent", true),
        ("code", "EventCode", false),
        ("base_code", "EventBaseCode", false),
        ("root_code", "EventRootCode", false),
        ("quad_class", "QuadClass", true),
        ("goldstein", "GoldsteinScale", true),
        ("mentions", "NumMentions", true),
        ("sources", "NumSources", true),
        ("articles", "NumArticles", true),
        ("tone", "AvgTone", true),
    ])?;
    event.insert("date".to_owned(), day.to_string().into());
    event.insert("added".to_owned(), row.time("DATEADDED")?.to_string().into());
    for (key, columns) in [("actor1", "Actor1"), ("actor2", "Actor2")] {
        put(&mut event, key, actor(row, columns)?);
    }
    for (key, columns) in
        [("actor1_place", "Actor1Geo"), ("actor2_place", "Actor2Geo"), ("place", "ActionGeo")]
    {
        put(&mut event, key, place(row, columns)?);
    }
    let id = row.get("GLOBALEVENTID");
    article.annotations = vec![Annotation::new("gdelt-events", "event", event).key(id)];
    Ok(article)
}

/// The article that a row of Mentions is about, with the mention.
pub(super) fn mention(row: &Row<'_>) -> Result<NewArticle, Reason> {
    let url = row.get("MentionIdentifier");
    let mut article = row.seen("MentionIdentifier", url, row.time("MentionTimeDate")?)?;
    article.source = source(row.get("MentionSourceName"), url);
    article.language = language(row.get("MentionDocTranslationInfo"));
    row.derive_headline("MentionIdentifier", &mut article)?;
    let mut mention = row.object(&[
        ("event", "GLOBALEVENTID", true),
        ("sentence", "SentenceID", true),
        ("actor1_offset", "Actor1CharOffset", true),
        ("actor2_offset", "Actor2CharOffset", true),
        ("action_offset", "ActionCharOffset", true),
        ("in_raw_text", "InRawText", true),
        ("confidence", "Confidence", true),
        ("length", "MentionDocLen", true),
        ("tone", "MentionDocTone", true),
        ("translation", "MentionDocTranslationInfo", false),
        ("extras", "Extras", false),
    ])?;
    // -1: not in the text.
    mention.retain(|_, value| value.as_i64() != Some(-1));
    for (key, column) in [("event_added", "EventTimeDate"), ("seen", "MentionTimeDate")] {
        if let Some(date) = stamp(row.get(column)) {
            mention.insert(key.to_owned(), date.to_string().into());
        }
    }
    let key = format!("{}/{}", row.get("GLOBALEVENTID"), row.get("SentenceID"));
    article.annotations = vec![Annotation::new("gdelt-mentions", "mention", mention).key(key)];
    Ok(article)
}

fn put(event: &mut Map<String, Value>, key: &str, value: Map<String, Value>) {
    if !value.is_empty() {
        event.insert(key.to_owned(), value.into());
    }
}

fn actor(row: &Row<'_>, prefix: &str) -> Result<Map<String, Value>, Reason> {
    let column = |name: &str| format!("{prefix}{name}");
    let codes = [
        ("code", column("Code")),
        ("name", column("Name")),
        ("country", column("CountryCode")),
        ("group", column("KnownGroupCode")),
        ("ethnic", column("EthnicCode")),
        ("religion", column("Religion1Code")),
        ("religion2", column("Religion2Code")),
        ("type", column("Type1Code")),
        ("type2", column("Type2Code")),
        ("type3", column("Type3Code")),
    ];
    row.object(&codes.each_ref().map(|(key, column)| (*key, column.as_str(), false)))
}

fn place(row: &Row<'_>, prefix: &str) -> Result<Map<String, Value>, Reason> {
    let column = |name: &str| format!("{prefix}_{name}");
    if matches!(row.get(&column("Type")), "" | "0") {
        return Ok(Map::new());
    }
    let columns = [
        ("name", column("Fullname"), false),
        ("district", column("ADM1Code"), false),
        ("district_2", column("ADM2Code"), false),
        ("latitude", column("Lat"), true),
        ("longitude", column("Long"), true),
        ("feature", column("FeatureID"), false),
    ];
    let mut place = row.object(
        &columns.each_ref().map(|(key, column, number)| (*key, column.as_str(), *number)),
    )?;
    if let Some(code) = country(row.get(&column("CountryCode")), row.get(&column("ADM1Code"))) {
        place.insert("country".to_owned(), code.into());
    }
    Ok(place)
}
