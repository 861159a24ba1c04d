//! Feeds: what one says of itself, and what a fetcher keeps of it.

use super::Image;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a feed says of itself, beside its items.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Channel {
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The page that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Where it says that it is: `rel="self"`, `feed_url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Where it moved to, by its own word (`itunes:new-feed-url`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<String>,
    /// Its language: BCP 47.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Its authors, who are those of items that name none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// Its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// Where it tells of changes at once (WebSub).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hub: Option<String>,
    /// Minutes between changes, by its own word (`ttl`, `sy:updatePeriod`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u64>,
}

/// A feed as a fetcher keeps it: where it is, what it says of itself, and what the last answers
/// were.
///
/// ```
/// use newsdb::Feed;
/// use chrono::{DateTime, TimeDelta, Utc};
/// let mut feed = Feed::new("https://baltic-post.example/rss");
/// let now = DateTime::<Utc>::from(std::time::SystemTime::now());
/// feed.failed("503 Service Unavailable", now, now + TimeDelta::hours(1));
/// assert_eq!(feed.failures, 1);
/// feed.answered(now + TimeDelta::hours(1), now + TimeDelta::hours(2));
/// feed.etag = Some("\"33a64df5\"".into());
/// assert_eq!((feed.failures, feed.error), (0, None));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Feed {
    /// Its address, as articles name it in `feed`.
    pub url: String,
    /// The key of the source that publishes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The page that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Its language: BCP 47.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Where the reader's list keeps it: the names of folders within folders, parted by `/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// The `ETag` of the last answer, to be sent as `If-None-Match`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The `Last-Modified` of the last answer, to be sent as `If-Modified-Since`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// When it was last asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub polled: Option<DateTime<Utc>>,
    /// When to ask again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_poll: Option<DateTime<Utc>>,
    /// Failures since the last answer.
    #[serde(default)]
    pub failures: u32,
    /// The last failure, while no answer came since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The caller's own properties.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub attributes: Map<String, Value>,
}

impl Feed {
    /// A feed that was never asked.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), ..Self::default() }
    }

    /// Takes what the feed says of itself, where it says anything.
    pub fn describe(&mut self, channel: &Channel) {
        for (known, said) in [
            (&mut self.title, &channel.title),
            (&mut self.site, &channel.site),
            (&mut self.language, &channel.language),
        ] {
            if said.is_some() {
                known.clone_from(said);
            }
        }
    }

    /// Notes an answer, an unchanged one (304) too.
    pub fn answered(&mut self, at: DateTime<Utc>, next: DateTime<Utc>) {
        (self.polled, self.next_poll) = (Some(at), Some(next));
        (self.failures, self.error) = (0, None);
    }

    /// Notes that no answer came.
    pub fn failed(&mut self, error: impl Into<String>, at: DateTime<Utc>, next: DateTime<Utc>) {
        (self.polled, self.next_poll) = (Some(at), Some(next));
        (self.failures, self.error) = (self.failures.saturating_add(1), Some(error.into()));
    }
}
