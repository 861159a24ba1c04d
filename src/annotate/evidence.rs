//! Words beside a name that tell what it is.

use super::gazetteer::HashKeyed;
use super::words::{Gap, Word, word_hash};
use std::sync::OnceLock;

/// Before the name of a person.
const TITLES: &str = "president prime minister premier chancellor secretary senator sen rep congressman congresswoman \
    governor gov mayor king queen prince princess pope emperor sheikh sultan ayatollah imam \
    mr mrs ms miss dr prof professor sir lord lady dame judge justice attorney ambassador \
    general gen colonel col captain capt major lieutenant lt sergeant sgt admiral commander officer \
    chairman chairwoman chair director ceo chief spokesman spokeswoman spokesperson leader dictator candidate \
    analyst economist coach actor actress singer author journalist reverend rev father bishop cardinal rabbi \
    vice deputy former then late \
    président ministre monsieur madame presidente ministro señor señora primer canciller premiê ministra \
    präsident bundeskanzler kanzler bundeskanzlerin herr frau minister ministerpräsident \
    президент президента президенту президентом премьер министр министра министром глава главы госпожа господин \
    başkanı cumhurbaşkanı başbakan bakanı presidenza rais";

/// Of these, those that a full name never begins with.
const COURTESIES: &str = "mr mrs ms miss dr prof sir dame monsieur madame señor señora herr frau";

/// Besides these, those behind which stands a person and nothing else.
const OF_PERSONS: &str = "sen rep king queen prince princess pope emperor lord lady";

/// Behind what is a noun phrase by itself.
const AFTER_WHOLE: &str = "is was are were has had have will would can could and or but in of for to from on at by \
    with as after before since when where which who that than";

/// Before a first name that stands for a person.
const KNIGHTS: &str = "sir dame";

/// Before the name of a place.
const BEFORE_PLACES: &str = "in at from near to into across outside throughout within around toward towards \
    en à aux dans desde hasta aus bei nach im em na no nos nas ao из в во на к из-за около em a da do";

/// Parts of the compass and the like, which stand before names without being part of them.
const BESIDE_PLACES: &str = "north south east west northern southern eastern western central downtown upper lower \
    greater mainland rural the in of and or from to at for with on by but when while after before as if its \
    although since both";

fn table(words: &'static str, cell: &'static OnceLock<HashKeyed<()>>) -> &'static HashKeyed<()> {
    cell.get_or_init(|| words.split_whitespace().map(|word| (word_hash(word), ())).collect())
}

fn before(words: &[Word], at: usize) -> Option<&Word> {
    let word = words.get(at)?;
    let before = words.get(at.checked_sub(1)?)?;
    matches!(word.gap, Gap::Joint | Gap::Glued).then_some(before)
}

/// Whether a title stands before a word.
pub(super) fn after_title(words: &[Word], at: usize) -> bool {
    static CELL: OnceLock<HashKeyed<()>> = OnceLock::new();
    let titles = table(TITLES, &CELL);
    before(words, at).is_some_and(|word| titles.contains_key(&word.hash))
}

/// Whether a word is a courtesy, as `Mrs`.
pub(super) fn is_courtesy(word: &Word) -> bool {
    static CELL: OnceLock<HashKeyed<()>> = OnceLock::new();
    table(COURTESIES, &CELL).contains_key(&word.hash)
}

/// Whether a title stands before a word that only persons have: `Queen Victoria`, `Mr. Jordan`.
pub(super) fn after_title_of_person(words: &[Word], at: usize) -> bool {
    static CELL: OnceLock<HashKeyed<()>> = OnceLock::new();
    let titles = table(OF_PERSONS, &CELL);
    before(words, at).is_some_and(|word| is_courtesy(word) || titles.contains_key(&word.hash))
}

/// Whether a run has an article and is no attribute of what follows: `in the Amazon`, and not
/// `the Amazon warehouse`.
pub(super) fn is_with_article(words: &[Word], run: (usize, usize)) -> bool {
    static ARTICLE: OnceLock<HashKeyed<()>> = OnceLock::new();
    static CELL: OnceLock<HashKeyed<()>> = OnceLock::new();
    let (article, follows) = (table("the", &ARTICLE), table(AFTER_WHOLE, &CELL));
    before(words, run.0).is_some_and(|word| article.contains_key(&word.hash))
        && words
            .get(run.1)
            .is_none_or(|next| next.gap != Gap::Joint || follows.contains_key(&next.hash))
}

/// Whether `Sir` or `Dame` stands before a word.
pub(super) fn after_knight(words: &[Word], at: usize) -> bool {
    static CELL: OnceLock<HashKeyed<()>> = OnceLock::new();
    let knights = table(KNIGHTS, &CELL);
    before(words, at).is_some_and(|word| knights.contains_key(&word.hash))
}

/// Whether a word as `in` stands before a word.
pub(super) fn after_preposition(words: &[Word], at: usize) -> bool {
    static CELL: OnceLock<HashKeyed<()>> = OnceLock::new();
    let places = table(BEFORE_PLACES, &CELL);
    before(words, at).is_some_and(|word| places.contains_key(&word.hash))
}

/// Whether a run of words looks like a part of a longer name: a word with a capital stands right
/// before it or after it that is no part of another name.
pub(super) fn is_part_of_name(
    words: &[Word],
    run: (usize, usize),
    is_name: impl Fn(usize) -> bool,
) -> bool {
    static CELL: OnceLock<HashKeyed<()>> = OnceLock::new();
    let beside = table(BESIDE_PLACES, &CELL);
    let counts = |at: usize, word: &Word| {
        word.is_capital() && !word.flat && !beside.contains_key(&word.hash) && !is_name(at)
    };
    let left = before(words, run.0).is_some_and(|word| {
        counts(run.0 - 1, word) && word.gap != Gap::Stop && !after_title(words, run.0)
    });
    let right = words.get(run.1).is_some_and(|word| word.gap == Gap::Joint && counts(run.1, word));
    left || right
}
