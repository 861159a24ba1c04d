//! What sort of news a text is: where teams play, a city is likely a club.

use super::features::HashKeyed;
use super::lexicon::hash_lower;
use std::sync::LazyLock;

/// The sorts of news in which names are used in a way of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    Other,
    Sport,
    Business,
}

const SPORT: &str = "league season coach goal goals cup match matches game games team teams points \
    innings runs wickets striker defender midfielder goalkeeper halftime scored scorers played won \
    lost drawn beat round seed seeded champion championship tournament finals semifinal stadium club \
    players player homer inning standings pitcher quarterback touchdown soccer tennis cricket golf \
    rugby baseball basketball hockey athletics cycling metres penalty";
const BUSINESS: &str = "shares share profit net percent pct mln billion million dividend quarter shr \
    revs cts earnings analyst analysts bank stock stocks bonds bourse investors traders market \
    markets sales company acquisition debt price prices dlrs tonnes";

static CUES: LazyLock<HashKeyed<Topic>> = LazyLock::new(|| {
    let cues = |words: &'static str, topic| {
        words.split_whitespace().map(move |word| (hash_lower(word), topic))
    };
    cues(SPORT, Topic::Sport).chain(cues(BUSINESS, Topic::Business)).collect()
});

/// Of how many words one must be of a topic.
const ONE_OF: usize = 60;

impl Topic {
    /// The topic of a text by the hashes of its words in lower case.
    pub fn of(words: impl Iterator<Item = u64>) -> Self {
        let (mut sport, mut business, mut all) = (0, 0, 0);
        for word in words {
            all += 1;
            match CUES.get(&word) {
                Some(Self::Sport) => sport += 1,
                Some(Self::Business) => business += 1,
                _ => {}
            }
        }
        let least = 1 + all / ONE_OF;
        if sport > least && sport > business {
            Self::Sport
        } else if business > least {
            Self::Business
        } else {
            Self::Other
        }
    }
}
