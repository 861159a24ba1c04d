//! What the words of a name themselves tell: its head is often the sort of thing that it is. `Ford
//! County` is a place whatever stands around it, the `Stanley Cup` neither a place nor a club.

use super::agree::Named;
use super::features::{HashKeyed, Reading};
use super::lexicon::{Lexicon, hash_lower};
use super::tag::NameKind;
use super::token::Shape;
use std::sync::LazyLock;

const ORGANISATIONS: &str = "university college institute academy ministry party council committee \
    commission corp corporation inc incorporated company co ltd plc holdings llc fc agency \
    association federation society foundation confederation parliament army navy corps brigade \
    regiment police hospital orchestra choir records recordings exchange airlines airways newspapers \
    studios pictures entertainment software technologies motors pharmaceuticals industries \
    securities insurance bancorp authority bureau secretariat organisation organization alliance \
    coalition consortium club department force bank";
const PLACES: &str = "county parish province prefecture township borough island islands peninsula \
    river creek lake bay sea ocean gulf strait mountain mountains valley desert beach coast park \
    square street avenue road boulevard highway bridge tunnel airport station stadium arena castle \
    palace tower cathedral cemetery plaza dam canal reservoir harbour harbor pier region territory \
    plateau glacier falls cave canyon rink playfield";
const OTHERS: &str = "war battle campaign revolution rebellion treaty act award awards prize trophy \
    cup cups championship championships olympics games festival marathon prix tournament bowl chart";

/// Heads that the name of a place or body goes with: `Bank of England`.
const WITH_NAMES: &str = "university college bank ministry army battle treaty";

/// Behind the head: `Securities Commission for the Middle East`.
const AFTER_HEAD: [&str; 3] = ["of", "for", "in"];

static HEADS: LazyLock<HashKeyed<NameKind>> = LazyLock::new(|| {
    let heads = |words: &'static str, kind| {
        words.split_whitespace().map(move |word| (hash_lower(word), kind))
    };
    heads(ORGANISATIONS, NameKind::Organisation)
        .chain(heads(PLACES, NameKind::Place))
        .chain(heads(OTHERS, NameKind::Other))
        .collect()
});

static HEADS_WITH_NAMES: LazyLock<HashKeyed<()>> =
    LazyLock::new(|| WITH_NAMES.split_whitespace().map(|word| (hash_lower(word), ())).collect());

/// Gives names the kind that their heads tell, joins heads with the names that go with them, and
/// takes what stands in brackets behind a name for its short form.
pub fn settle(reading: &Reading<'_>, lexicon: &Lexicon, names: &mut Vec<Named>) {
    join(reading, names);
    let after_head = AFTER_HEAD.map(hash_lower);
    for name in names.iter_mut().filter(|name| name.words.len() > 1) {
        let mut inner = name.words.start + 1..name.words.end;
        let head = inner.find(|&at| after_head.contains(&reading.lower(at)));
        let head = head.unwrap_or(name.words.end) - 1;
        let known = lexicon.phrase(reading.phrase(name.words.clone())).unwrap_or(0);
        match HEADS.get(&reading.lower(head)) {
            _ if reading.tokens[head].shape == Shape::Lower => {}
            // `Notts County`, the `Soviet Union` are in the lists.
            _ if known >> name.kind as u8 & 1 != 0 => {}
            // Somebody may be called `John Tower`.
            Some(kind) if name.kind != NameKind::Person || *kind == NameKind::Organisation => {
                name.kind = *kind;
            }
            _ => {}
        }
    }
    add_short_forms(reading, names);
}

/// `Battle of [Gettysburg]` is one name, as `[Army] of the [Potomac]` is.
fn join(reading: &Reading<'_>, names: &mut Vec<Named>) {
    let [of, the] = ["of", "the"].map(hash_lower);
    let mut joined: Vec<Named> = Vec::with_capacity(names.len());
    for mut name in names.drain(..) {
        let start = name.words.start;
        let article = usize::from(start > 0 && reading.lower(start - 1) == the);
        let head = start.checked_sub(2 + article).filter(|&head| {
            reading.lower(head + 1) == of
                && reading.tokens[head].shape == Shape::Title
                && HEADS_WITH_NAMES.contains_key(&reading.lower(head))
                && matches!(name.kind, NameKind::Place | NameKind::Organisation)
        });
        if let Some(head) = head {
            name.kind = HEADS.get(&reading.lower(head)).copied().unwrap_or(name.kind);
            name.words.start = head;
            if let Some(before) = joined.pop_if(|before| before.words.end > head) {
                name.words.start = before.words.start;
                name.likely = name.likely.min(before.likely);
            }
        }
        joined.push(name);
    }
    *names = joined;
}

/// `Kennedy Space Center (KSC)`, `National Alliance Party (NAPF)`
fn add_short_forms(reading: &Reading<'_>, names: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(Named { words, kind, likely }) = names.get(at).cloned() {
        at += 1;
        let short = words.end + 1;
        let (full, word) = (reading.word(words.start), reading.word(short));
        let is_short = words.len() > 1
            && matches!(kind, NameKind::Organisation | NameKind::Place)
            && [reading.word(words.end), reading.word(short + 1)] == ["(", ")"]
            && word.len() > 1
            && word.chars().all(char::is_uppercase)
            && word.chars().next() == full.chars().next();
        match names.get_mut(at).filter(|next| next.words.start <= short) {
            _ if !is_short => {}
            Some(next) => (next.kind, next.likely) = (kind, next.likely.max(likely)),
            None => names.insert(at, Named { words: short..short + 1, kind, likely }),
        }
    }
}
