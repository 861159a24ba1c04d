//! Near-duplicates: an article is linked to the one that it repeats, and both are of one group.

use super::similar::{self, BAND_BITS, Bands, NEAR, bands_of, shingles_of};
use super::write::Batch;
use crate::error::Error;
use crate::index::{Analysed, stored_analysed};
use crate::model::ArticleId;
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeSet;

/// Bits of an id that tell articles of one period apart: 2²¹ seconds, 24 days. Bands are kept period by
/// period: an article is compared with those of some weeks, and new ones are written where others
/// have just been.
pub(crate) const PERIOD_BITS: u32 = 41;

/// Periods that the window has at most in ordinary files.
const FEW_PERIODS: i64 = 3;

/// Less than any id.
const BELOW_IDS: i64 = -1 << 60;

/// The period of an article, and its place in it.
fn period_of(id: ArticleId) -> (i64, i64) {
    (id.0 >> PERIOD_BITS, id.0 & ((1 << PERIOD_BITS) - 1))
}

/// A band in a period, as it is stored.
fn stored_band(period: i64, band: i64) -> i64 {
    period << BAND_BITS | band
}

/// Candidates for near-duplicates that are compared, newest first: the cost of one article
/// stays flat however many look alike.
const MAX_CANDIDATES: usize = 16;

impl Batch<'_> {
    /// Makes an article known to those that come.
    pub(super) fn add_bands(&self, id: ArticleId, bands: Option<Bands>) -> Result<(), Error> {
        let insert =
            "INSERT INTO duplicate_band (band, article) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        self.for_bands(insert, id, bands)
    }

    pub(super) fn drop_bands(&self, id: ArticleId, bands: Option<Bands>) -> Result<(), Error> {
        self.for_bands("DELETE FROM duplicate_band WHERE band = ?1 AND article = ?2", id, bands)
    }

    /// Takes out the bands of an article whose text says nothing of them. Looks at those of all.
    pub(super) fn drop_any_bands(&self, id: ArticleId) -> Result<(), Error> {
        self.connection
            .prepare_cached("DELETE FROM duplicate_band WHERE ((band >> ?2) << ?3) + article = ?1")?
            .execute((id.0, BAND_BITS, PERIOD_BITS))?;
        Ok(())
    }

    fn for_bands(&self, sql: &str, id: ArticleId, bands: Option<Bands>) -> Result<(), Error> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let (period, article) = period_of(id);
        for band in bands.into_iter().flatten() {
            statement.execute((stored_band(period, band), article))?;
        }
        Ok(())
    }

    /// The bands of an article as it is kept.
    pub(super) fn stored_bands(&self, id: ArticleId) -> Result<Option<Bands>, Error> {
        Ok(bands_of(&stored_analysed(self.connection, id)?))
    }

    /// Takes an article whose text has changed out of its group, unless others repeat the new text
    /// too; whether they do. Those that repeat only what it said before stay together, linked to the
    /// first of them.
    pub(super) fn unlink_duplicate(
        &self,
        id: ArticleId,
        analysed: &Analysed,
    ) -> Result<bool, Error> {
        let unlink = "DELETE FROM duplicate WHERE article_id = ?1";
        self.connection.prepare_cached(unlink)?.execute([id.0])?;
        let followers: Vec<ArticleId> = self
            .connection
            .prepare_cached("SELECT article_id FROM duplicate WHERE duplicate_of = ?1 ORDER BY 1")?
            .query_map([id.0], |row| row.get(0).map(ArticleId))?
            .collect::<Result<_, _>>()?;
        let own = if followers.is_empty() { Vec::new() } else { shingles_of(analysed) };
        let (mut repeated, mut originals) = (false, vec![(id, own)]);
        for follower in followers {
            let shingles = stored_shingles(self.connection, follower)?;
            let link = originals
                .iter()
                .map(|(original, text)| (*original, similar::resemblance(text, &shingles)))
                .find(|(_, likeness)| *likeness >= NEAR);
            match link {
                Some((to, likeness)) => {
                    repeated |= to == id;
                    self.connection
                        .prepare_cached(
                            "UPDATE duplicate SET duplicate_of = ?2, similarity = ?3
                              WHERE article_id = ?1",
                        )?
                        .execute((follower.0, to.0, likeness))?;
                }
                None => {
                    self.connection.prepare_cached(unlink)?.execute([follower.0])?;
                    if originals.len() == 1 {
                        originals.push((follower, shingles));
                    }
                }
            }
        }
        if !repeated {
            self.connection
                .prepare_cached("UPDATE article SET duplicate_group = NULL WHERE article_id = ?1")?
                .execute([id.0])?;
        }
        Ok(repeated)
    }

    /// Looks for articles with the same or almost the same text, links to the likest, and
    /// makes the article known to those that come.
    pub(super) fn link_duplicate(
        &mut self,
        id: ArticleId,
        group: Option<i64>,
        content_hash: i64,
        bands: Option<Bands>,
        analysed: &Analysed,
    ) -> Result<Option<ArticleId>, Error> {
        let Some(looked_up) = bands else { return Ok(None) };
        let same: Option<ArticleId> = self
            .connection
            .prepare_cached(
                "SELECT a.article_id FROM sighting t JOIN article a USING (article_id)
                  WHERE t.content_hash = ?1 AND a.content_hash = ?1 AND a.article_id <> ?2
                  ORDER BY t.sighting_id LIMIT 1",
            )?
            .query_row((content_hash, id.0), |row| row.get(0).map(ArticleId))
            .optional()?;
        let mut like: Vec<(f64, ArticleId)> = same.map(|same| (1.0, same)).into_iter().collect();
        let mut candidates = self.candidates(id, &looked_up)?.peekable();
        self.add_bands(id, bands)?;
        if same.is_none() && candidates.peek().is_some() {
            let shingles = shingles_of(analysed);
            for candidate in candidates {
                let text = stored_shingles(self.connection, candidate)?;
                let likeness = similar::resemblance(&shingles, &text);
                if likeness >= NEAR {
                    like.push((likeness, candidate));
                }
            }
        }
        if let Some(own) = group {
            // Those of its own group repeat it, or what does.
            let mut others = Vec::new();
            for (likeness, member) in like {
                if self.group_of(member)? != own {
                    others.push((likeness, member));
                }
            }
            like = others;
        }
        // The likest, and of equals the earliest.
        like.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let Some(&(likeness, original)) = like.first() else { return Ok(None) };
        self.connection
            .prepare_cached(
                "INSERT INTO duplicate (article_id, duplicate_of, similarity) VALUES (?1, ?2, ?3)",
            )?
            .execute((id.0, original.0, likeness))?;
        let mut groups = BTreeSet::new();
        groups.extend(group);
        for (_, member) in &like {
            groups.insert(self.group_of(*member)?);
        }
        let joined = groups.pop_first().unwrap_or(original.0);
        for group in groups {
            self.connection
                .prepare_cached("UPDATE group_redirect SET to_group = ?2 WHERE to_group = ?1")?
                .execute((group, joined))?;
            self.connection
                .prepare_cached(
                    "INSERT INTO group_redirect (from_group, to_group) VALUES (?1, ?2)",
                )?
                .execute((group, joined))?;
        }
        self.connection
            .prepare_cached("UPDATE article SET duplicate_group = ?2 WHERE article_id = ?1")?
            .execute((id.0, joined))?;
        Ok(Some(original))
    }

    /// The newest articles within the window that share a band with one.
    fn candidates(
        &self,
        id: ArticleId,
        bands: &[i64],
    ) -> Result<impl Iterator<Item = ArticleId> + use<>, Error> {
        let mut first = ArticleId::first_of_second(id.second().saturating_sub(self.window));
        let mut last = ArticleId::last_of_second(id.second().saturating_add(self.window));
        if period_of(last).0 - period_of(first).0 > FEW_PERIODS {
            // None before the first article and after the last is looked at.
            let (least, greatest) = self
                .connection
                .prepare_cached(
                    "SELECT (SELECT min(article_id) FROM article),
                            (SELECT max(article_id) FROM article)",
                )?
                .query_row([], |row| {
                    Ok((row.get(0).map(ArticleId)?, row.get(1).map(ArticleId)?))
                })?;
            (first, last) = (first.max(least), last.min(greatest));
        }
        let (first, last) = (period_of(first), period_of(last));
        let mut find = self.connection.prepare_cached(
            "SELECT article FROM duplicate_band
              WHERE band = ?1 AND article BETWEEN ?2 AND ?3 ORDER BY article DESC LIMIT ?4",
        )?;
        let mut candidates = BTreeSet::new();
        for period in (first.0..=last.0).rev() {
            if candidates.len() >= MAX_CANDIDATES {
                break;
            }
            let from = if period == first.0 { first.1 } else { 0 };
            let to = if period == last.0 { last.1 } else { i64::MAX };
            for band in bands {
                // One more: the article itself.
                let wanted = (stored_band(period, *band), from, to, MAX_CANDIDATES as i64 + 1);
                let found = find.query_map(wanted, |row| row.get::<_, i64>(0))?;
                for article in found {
                    candidates.insert(ArticleId(period << PERIOD_BITS | article?));
                }
            }
            candidates.remove(&id);
        }
        Ok(candidates.into_iter().rev().take(MAX_CANDIDATES))
    }

    /// The group of an article, redirects applied; one is made when it has none. It has the number of
    /// the article or, where that left the group that it once made, one that no article has.
    fn group_of(&mut self, id: ArticleId) -> Result<i64, Error> {
        let group: Option<i64> = self
            .connection
            .prepare_cached(
                "SELECT coalesce(g.to_group, a.duplicate_group)
                   FROM article a LEFT JOIN group_redirect g ON g.from_group = a.duplicate_group
                  WHERE a.article_id = ?1",
            )?
            .query_row([id.0], |row| row.get(0))?;
        if let Some(group) = group {
            return Ok(group);
        }
        let group = self
            .connection
            .prepare_cached(
                "UPDATE article SET duplicate_group = iif(
                     NOT EXISTS (SELECT 1 FROM article WHERE duplicate_group = ?1)
                         AND NOT EXISTS (SELECT 1 FROM group_redirect
                                          WHERE from_group = ?1 OR to_group = ?1),
                     ?1,
                     min(?2, coalesce((SELECT min(duplicate_group) FROM article
                                        WHERE duplicate_group IS NOT NULL), 0),
                         coalesce((SELECT min(from_group) FROM group_redirect), 0),
                         coalesce((SELECT min(to_group) FROM group_redirect), 0)) - 1)
                  WHERE article_id = ?1 RETURNING duplicate_group",
            )?
            .query_row((id.0, BELOW_IDS), |row| row.get(0))?;
        self.changes.touch(id);
        Ok(group)
    }
}

/// The shingles of an article as it is kept.
pub(crate) fn stored_shingles(connection: &Connection, id: ArticleId) -> Result<Vec<u64>, Error> {
    Ok(shingles_of(&stored_analysed(connection, id)?))
}
