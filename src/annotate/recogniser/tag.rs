//! The tags of words: outside of names, the first of a name, within a name, by kind.

/// What a name names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameKind {
    /// A human being.
    Person,
    /// A company, body, party, club …
    Organisation,
    /// A country, city, region, river, building …
    Place,
    /// Another name: a nationality, product, work, event …
    Other,
}

impl NameKind {
    /// Every kind, in the order of the tags.
    pub const ALL: [Self; 4] = [Self::Person, Self::Organisation, Self::Place, Self::Other];
}

/// How many tags there are.
pub const TAGS: usize = 9;
/// The number of the tag of words outside of names.
pub const OUTSIDE: usize = 0;
const KINDS: usize = NameKind::ALL.len();

/// The tag of the first word of a name.
pub fn begin(kind: NameKind) -> usize {
    1 + kind as usize
}

/// The tag of a further word of a name.
pub fn inside(kind: NameKind) -> usize {
    1 + KINDS + kind as usize
}

/// The kind of a tag, and whether it begins a name.
pub fn parts(tag: usize) -> Option<(NameKind, bool)> {
    let place = tag.checked_sub(1)?;
    NameKind::ALL.get(place % KINDS).map(|&kind| (kind, place < KINDS))
}

/// Whether `tag` may stand after `before`: a name goes on only in its own kind.
pub fn may_follow(before: usize, tag: usize) -> bool {
    match parts(tag) {
        Some((kind, false)) => parts(before).is_some_and(|(other, _)| other == kind),
        _ => true,
    }
}
