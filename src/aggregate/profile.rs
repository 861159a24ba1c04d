//! Everything about one entity.

use super::{About, Bucket, CoMention, Dimension, Timeline, TopRow, Unit};
use crate::annotate::{Known, known, tone_toward};
use crate::error::Error;
use crate::model::{Entity, EntityId};
use crate::query::{Hit, Query, Sort};
use crate::store::articles::load;
use crate::store::{NewsDb, Snapshot};
use serde::Serialize;

/// Rows of each list.
const ROWS: usize = 10;
/// The newest articles whose tone toward the entity is looked at.
const READ: usize = 100;

/// What a file knows of an entity, and what articles say of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct EntityProfile {
    /// Its names in all languages, its ids, what was merged into it.
    #[serde(flatten)]
    pub entity: Entity,
    /// What newsdb knows of it from the start.
    pub known: Option<Known>,
    /// Articles that mention it.
    pub articles: u64,
    /// Among them, those that are about it ([`Query::salient`]).
    pub salient: u64,
    /// These articles by month, with the mean of their tone.
    pub timeline: Vec<Bucket>,
    /// The mean tone of the dated articles, as in [`Timeline::tone`].
    pub tone: Option<f64>,
    /// Dated articles whose tone is not known.
    pub tone_unknown: u64,
    /// The mean tone toward it in the newest 100 articles, of those where it is known; see
    /// [`annotate::entities`](crate::annotate::entities).
    pub tone_toward: Option<f64>,
    /// Of these 100, the articles whose tone toward it is not known.
    pub tone_toward_unknown: u64,
    /// The sources that mention it most, 10 at most.
    pub sources: Vec<TopRow>,
    /// The subjects of most of these articles, 10 at most.
    pub subjects: Vec<TopRow>,
    /// The entities that are most often mentioned beside it, 10 at most.
    pub with: Vec<CoMention>,
    /// The 10 newest articles.
    pub recent: Vec<Hit>,
    /// The 10 articles that are most about it.
    pub about: Vec<About>,
}

impl Snapshot {
    /// The profile of an entity, from the articles of a query that mention it; entities that the
    /// query names do not count.
    ///
    /// ```
    /// use newsdb::{NewArticle, NewsDb, Query};
    /// let db = NewsDb::open_in_memory()?;
    /// let wire = NewArticle::new("wire").id("1").headline("Kazakhstan has a good year");
    /// db.insert(wire.published("2024-06-13T10:00:00Z".parse()?).language("en"))?;
    /// let profile = db.entity_profile(&Query::new(), db.resolve_entity("Kazakhstan")?)?;
    /// assert_eq!((profile.articles, profile.salient), (1, 1));
    /// assert_eq!((profile.tone, profile.tone_toward), (Some(0.2), Some(0.2)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::UnknownEntity`], [`Error::Search`], [`Error::Canceled`];
    /// [`Error::TooManyBuckets`] for articles of more than sixteen thousand years.
    pub fn entity_profile(&self, query: &Query, id: EntityId) -> Result<EntityProfile, Error> {
        let entity = self.entity(id)?.ok_or_else(|| Error::UnknownEntity(id.to_string()))?;
        let mut query = query.clone();
        query.entities = vec![entity.id];
        let months = self.timeline(&query, &Timeline::by(Unit::Month).tone())?;
        let timeline: Vec<Bucket> = months.series.into_iter().flat_map(|s| s.buckets).collect();
        let tones = timeline.iter().filter_map(|month| {
            let toned = (month.articles - month.tone_unknown) as f64;
            Some((month.tone? * toned, toned))
        });
        let (tone, toned) = tones.fold((0.0, 0.0), |(a, b), (c, d)| (a + c, b + d));
        let (toward, read) = self.tone_toward(&query, entity.id)?;
        let mean = |tones: &[f64]| tones.iter().sum::<f64>() / tones.len() as f64;
        Ok(EntityProfile {
            known: entity.external_ids.iter().find_map(|id| known(&id.scheme, &id.value)),
            articles: self.count(&query)?,
            salient: self.count(&query.clone().salient(true))?,
            tone: (toned > 0.0).then(|| tone / toned),
            tone_unknown: timeline.iter().map(|month| month.tone_unknown).sum(),
            timeline,
            tone_toward: (!toward.is_empty()).then(|| mean(&toward)),
            tone_toward_unknown: (read - toward.len()) as u64,
            sources: self.top(&query, Dimension::Source, ROWS)?.rows,
            subjects: self.top(&query, Dimension::Subject, ROWS)?.rows,
            with: self.together(&query, Some(entity.id), ROWS)?,
            recent: self.search(&query, Sort::Newest, ROWS, None)?.hits,
            about: self.about(&query, entity.id, ROWS)?,
            entity,
        })
    }

    /// The known tones toward an entity in the newest articles, and how many were read.
    fn tone_toward(&self, query: &Query, id: EntityId) -> Result<(Vec<f64>, usize), Error> {
        let ids = self.ids(query, Sort::Newest, READ, None)?;
        let mut tones = Vec::new();
        for article in &ids {
            let article = self.view(|view| {
                view.check_canceled()?;
                load(view, *article)
            })?;
            tones.extend(article.and_then(|article| tone_toward(&article, id)));
        }
        Ok((tones, ids.len()))
    }
}

impl NewsDb {
    /// [`Snapshot::entity_profile`] on the present state.
    ///
    /// # Errors
    /// As there, and [`Error::Busy`] as for [`NewsDb::snapshot`].
    pub fn entity_profile(&self, query: &Query, id: EntityId) -> Result<EntityProfile, Error> {
        self.snapshot()?.entity_profile(query, id)
    }
}
