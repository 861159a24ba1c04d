//! Words beside a name that tell what it is.

use super::gazetteer::HashKeyed;
use super::words::{Gap, Shape, Word, word_hash};
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

/// Beside the name of a place, without making it another one: `Mexico City`, `Sichuan Province`, `City of
/// Orange`.
const OF_PLACES: &str = "city state republic region province prefecture oblast governorate municipality \
    territory island islands peninsula strip desert town village kingdom commonwealth";

/// Before a name that is part of another place's: `Lake Chad`, `New Lebanon`.
const BEFORE_NAMES: &str =
    "lake mount mt fort port cape bay gulf strait straits isle point new san saint st";

/// Verbs of several, behind what several are: `Turkey sandwiches were served`.
const OF_SEVERAL: &str = "are were have do";

/// Behind the name of a company whose shares are traded.
const OF_COMPANIES: &str = "shares stock ceo";

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

/// Whether what stands around a place's name within a longer name makes it another place's or none's:
/// `Jordan River`, `Lake Chad`, `Cuba Gooding`; not `Mexico City`.
pub(super) fn is_of_other_place(words: &[Word], run: (usize, usize), name: (usize, usize)) -> bool {
    static BEFORE: OnceLock<HashKeyed<()>> = OnceLock::new();
    static SAME: OnceLock<HashKeyed<()>> = OnceLock::new();
    static OF: OnceLock<HashKeyed<()>> = OnceLock::new();
    let (before, of) = (table(BEFORE_NAMES, &BEFORE), table("of", &OF));
    let same = table(OF_PLACES, &SAME);
    let within = |from: usize, to: usize| words.get(from..to).unwrap_or(&[]);
    let other = match within(name.0, run.0) {
        [.., head, small] if of.contains_key(&small.hash) => !same.contains_key(&head.hash),
        [.., word] => before.contains_key(&word.hash),
        [] => false,
    };
    let goes_on = |word: &Word| word.is_capital() && !same.contains_key(&word.hash);
    other || within(run.1, name.1).iter().any(goes_on)
}

/// Whether a name at the head of a sentence is a common word there: the first of several things, or of
/// a row of them. `Turkey sandwiches were served`, `Turkey, stuffing and gravy`.
pub(super) fn is_common(text: &str, words: &[Word], run: (usize, usize)) -> bool {
    static CELL: OnceLock<HashKeyed<()>> = OnceLock::new();
    static AND: OnceLock<HashKeyed<()>> = OnceLock::new();
    let (several, and) = (table(OF_SEVERAL, &CELL), table("and", &AND));
    let Some([next, after]) = words.get(run.1..run.1 + 2) else { return false };
    let small = next.shape == Shape::Lower;
    let things = next.gap == Gap::Joint && next.text(text).ends_with('s');
    let row = next.gap == Gap::Comma && and.contains_key(&after.hash);
    small && (things && several.contains_key(&after.hash) || row)
}

/// Whether words behind a name, perhaps behind an apostrophe and `s`, speak of a company.
pub(super) fn is_before_shares(words: &[Word], run: (usize, usize)) -> bool {
    static CELL: OnceLock<HashKeyed<()>> = OnceLock::new();
    let shares = table(OF_COMPANIES, &CELL);
    let next = words.get(run.1..).unwrap_or(&[]).iter().take_while(|word| word.gap == Gap::Joint);
    next.take(2)
        .find(|word| word.end - word.start > 1)
        .is_some_and(|w| shares.contains_key(&w.hash))
}

/// Whether a word joins the last of a row to those before it.
fn joins(word: &Word) -> bool {
    static CELL: OnceLock<HashKeyed<()>> = OnceLock::new();
    table("and or", &CELL).contains_key(&word.hash)
}

/// Whether nothing but a comma, or `and` or `or`, parts two runs of words.
pub(super) fn is_in_row(words: &[Word], before: (usize, usize), after: (usize, usize)) -> bool {
    match words.get(before.1..=after.0).unwrap_or(&[]) {
        [next] => next.gap == Gap::Comma,
        [join, next] => {
            joins(join) && matches!(join.gap, Gap::Joint | Gap::Comma) && next.gap == Gap::Joint
        }
        _ => false,
    }
}

/// Whether what is said of a name behind a comma ends here: `in Cuba, Missouri, on Monday`; not `Mexico,
/// Texas and Arizona`.
pub(super) fn is_closed(words: &[Word], end: usize) -> bool {
    words.get(end).is_none_or(|next| match next.gap {
        Gap::Stop => true,
        Gap::Comma => next.shape == Shape::Lower && !joins(next),
        _ => false,
    })
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
