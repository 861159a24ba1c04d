//! Where days begin among the articles of a segment.

use super::columns::marks;
use crate::model::ArticleId;

/// Where the days of UTC begin among the ids of a segment.
#[derive(Debug, Default)]
pub(crate) struct Days {
    /// How its articles are dated ([`marks::HOW`]); `None` when they are not all dated alike.
    pub(crate) alike: Option<u8>,
    /// Days since 1970.
    first: i64,
    /// The ordinal from which articles are of each day or a later one; nothing where there are more
    /// days than articles, or `alike` is `None`.
    starts: Vec<u32>,
    articles: u32,
}

impl Days {
    /// Seconds of a day.
    const LENGTH: i64 = 86_400;

    pub(super) fn of(ids: &[i64], marks: &[u8]) -> Self {
        let day = |id: i64| ArticleId(id).second().div_euclid(Self::LENGTH);
        let first = ids.first().map_or(0, |&id| day(id));
        let last = ids.last().map_or(-1, |&id| day(id));
        let alike = marks.first().map(|&marks| marks & marks::HOW);
        let alike = alike.filter(|&how| marks.iter().all(|&marks| marks & marks::HOW == how));
        let mut days = Self { alike, first, articles: ids.len() as u32, ..Self::default() };
        // Timelines go day by day only where all are dated alike.
        if alike.is_some() && usize::try_from(last - first).is_ok_and(|length| length < ids.len()) {
            for (ordinal, &id) in (0..).zip(ids) {
                let length = (day(id) - first + 1) as usize;
                days.starts.resize(days.starts.len().max(length), ordinal);
            }
        }
        days
    }

    pub(super) fn size(&self) -> usize {
        self.starts.len() * 4
    }

    /// How many articles there are.
    pub(crate) fn articles(&self) -> u32 {
        self.articles
    }

    /// Whether it knows the day of each article.
    pub(crate) fn are_known(&self) -> bool {
        !self.starts.is_empty()
    }

    /// The first second of the day of an article.
    pub(crate) fn begin(&self, ordinal: u32) -> i64 {
        let days = self.starts.partition_point(|&start| start <= ordinal);
        (self.first + days.saturating_sub(1) as i64) * Self::LENGTH
    }

    /// How many articles are before a moment; `None` where that is not told by whole days.
    pub(crate) fn before(&self, second: i64) -> Option<u32> {
        if self.starts.is_empty() || second % Self::LENGTH != 0 {
            return None;
        }
        match usize::try_from(second / Self::LENGTH - self.first) {
            Ok(day) => Some(self.starts.get(day).copied().unwrap_or(self.articles)),
            Err(_) => Some(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_tell_how_many_articles_are_before_them() {
        const DAY: i64 = 86_400;
        let seconds = [-3 * DAY - 1, -3 * DAY, -1, 0, 1, 2, 4 * DAY - 1, 4 * DAY, 4 * DAY + 5];
        let ids = seconds.map(|second| ArticleId::first_of_second(second).0);
        let days = Days::of(&ids, &[5; 9]);
        assert_eq!(days.alike, Some(marks::DATED));
        for day in -6..8 {
            let before = seconds.iter().filter(|&&second| second < day * DAY).count();
            assert_eq!(days.before(day * DAY), Some(before as u32), "{day}");
            assert_eq!(days.before(day * DAY + 1), None);
        }
        // Three hundred years are no table for two articles.
        let far = [0, 1 << 33].map(|second| ArticleId::first_of_second(second).0);
        assert_eq!(Days::of(&far, &[5, 7]).before(0), None);
        assert_eq!(Days::of(&far, &[5, 7]).alike, None);
    }
}
