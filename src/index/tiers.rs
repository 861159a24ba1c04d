//! Which segments are merged, and when.
//!
//! Time is divided into **windows**, each from its first id to that of the next. They are nowhere
//! written but in the segments: those whose articles all lie in one window name it. Others are
//! *loose*: what a batch brought from far apart.
//!
//! - Eight segments of a size (a step is a factor of eight) in one window, or among the loose, become
//!   one, smaller ones with them.
//! - Loose segments are dealt out to their windows once there is enough for each.
//! - A window that holds more than [`Sizes::window`] or [`MAX_ARTICLES`] is merged whole and cut;
//!   the latest one near its end, since news arrives there.
//! - A segment of which more than an eighth is dead is written anew.
//!
//! So an article is written again a few times in all, in whatever order articles arrive, and a
//! merge never reads more than a window. What a transaction may not merge stays for the next one,
//! or for [`Plan::to_finish`], after which every window is one segment without anything dead.

use super::merge::merge;
use super::segment::{self, MAX_ARTICLES, Segment};
use crate::error::Error;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// Segments of a size that are merged.
const FAN: usize = 8;

/// Bytes that a window has at most.
const WINDOW_BYTES: u64 = 36 << 20;

/// Bytes of loose segments from which they are dealt out, for each window there is.
const LOOSE_BYTES: u64 = 32 << 10;

/// How large things may become.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    /// Bytes that the merges of one transaction read.
    pub(crate) budget: u64,
    /// Bytes from which a window is cut: few enough for it to be merged whole within a budget.
    pub(crate) window: u64,
}

impl Sizes {
    pub(crate) fn new(budget: u64) -> Self {
        let window = if budget == 0 { WINDOW_BYTES } else { WINDOW_BYTES.min(budget / 4 * 3) };
        Self { budget, window }
    }
}

/// The first ids of all windows but the one from which all ids before the first come.
#[derive(Debug)]
pub(super) struct Windows(BTreeSet<i64>);

impl Windows {
    pub(super) fn of(segments: &[Segment]) -> Self {
        Self(segments.iter().filter_map(|segment| segment.window).collect())
    }

    fn of_id(&self, id: i64) -> i64 {
        self.0.range(..=id).next_back().copied().unwrap_or(i64::MIN)
    }

    /// The window that holds all ids of a range, if one does.
    pub(super) fn of_range(&self, first: i64, last: i64) -> Option<i64> {
        let window = self.of_id(first);
        (window == self.of_id(last)).then_some(window)
    }
}

/// Segments to merge, and where what comes out is cut.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// Their places in the list.
    segments: Vec<usize>,
    cut: Cut,
}

#[derive(Debug, PartialEq, Eq)]
enum Cut {
    /// Only where there would be too many articles.
    Nowhere,
    /// At the windows that there are.
    AtWindows,
    /// Into new windows of so many articles.
    Every(u32),
}

impl Plan {
    /// What should be merged next and reads at most `budget` bytes.
    pub(super) fn next(segments: &[Segment], sizes: Sizes, budget: u64) -> Option<Self> {
        let groups = groups(segments);
        let windows = groups.keys().flatten().count() as u64;
        let affordable = |plan: &Self| plan.cost(segments) <= budget;
        for (window, members) in &groups {
            let rotten = members.iter().find(|&&at| is_rotten(&segments[at]));
            if let Some(plan) = rotten.map(|&at| Self::alone(at)).filter(affordable) {
                return Some(plan);
            }
            let whole = if window.is_some() {
                let is_last = groups.keys().next_back() == Some(window);
                Self::cut_window(segments, members, is_last, sizes)
            } else {
                let bytes: u64 = members.iter().map(|&at| segments[at].live_bytes()).sum();
                let enough = (LOOSE_BYTES * windows).clamp(sizes.window / 3, sizes.window / 3 * 2);
                (bytes > enough).then(|| Self::deal_out(segments, members, budget))
            };
            if let Some(plan) = whole.filter(affordable) {
                return Some(plan);
            }
            if let Some(plan) = Self::tier(segments, members, budget) {
                return Some(plan);
            }
        }
        None
    }

    /// What is left to do until every window is one segment without anything dead.
    pub(super) fn to_finish(segments: &[Segment], sizes: Sizes) -> Option<Self> {
        let groups = groups(segments);
        if let Some(loose) = groups.get(&None) {
            return Some(Self::deal_out(segments, loose, sizes.window));
        }
        groups.iter().find_map(|(window, members)| {
            let is_last = groups.keys().next_back() == Some(window);
            Self::cut_window(segments, members, is_last, sizes).or_else(|| {
                let unfinished =
                    members.len() > 1 || members.iter().any(|&at| segments[at].dead.is_some());
                unfinished.then(|| Self { segments: members.clone(), cut: Cut::Nowhere })
            })
        })
    }

    /// Loose segments, as many as may be read and one at least.
    fn deal_out(segments: &[Segment], loose: &[usize], budget: u64) -> Self {
        let mut read = 0;
        let fits = |at: &&usize| {
            read += segments[**at].bytes();
            read <= budget
        };
        let some = loose.iter().take_while(fits).count().max(1);
        Self { segments: loose[..some].to_vec(), cut: Cut::AtWindows }
    }

    /// A window that is too full.
    fn cut_window(
        segments: &[Segment],
        members: &[usize],
        is_last: bool,
        sizes: Sizes,
    ) -> Option<Self> {
        let bytes: u64 = members.iter().map(|&at| segments[at].live_bytes()).sum();
        let articles: u64 = members.iter().map(|&at| u64::from(segments[at].live)).sum();
        let full = bytes > sizes.window || articles > MAX_ARTICLES.into();
        if !full || members.len() < 2 || articles < 2 {
            return None;
        }
        // Of what fits into a window, seven eighths in the latest.
        let eighths = if is_last { 7 } else { 5 };
        let fitting = (articles * sizes.window / bytes.max(1)).min(MAX_ARTICLES.into());
        let every = (fitting * eighths / 8).clamp(1, articles - 1);
        Some(Self { segments: members.to_vec(), cut: Cut::Every(every as u32) })
    }

    /// Eight segments of a size, and the smaller ones.
    fn tier(segments: &[Segment], members: &[usize], budget: u64) -> Option<Self> {
        let mut by_size: Vec<(u32, usize)> =
            members.iter().map(|&at| (tier(&segments[at]), at)).collect();
        by_size.sort_unstable_by_key(|&(tier, at)| (tier, segments[at].bytes()));
        let full = |wanted: u32| by_size.iter().filter(|(tier, _)| *tier == wanted).count() >= FAN;
        let full = by_size.iter().map(|(tier, _)| *tier).find(|&tier| full(tier))?;
        let mut read = 0;
        let take = |at: &usize| {
            read += segments[*at].bytes();
            read <= budget
        };
        let up_to = by_size.iter().filter(|(tier, _)| *tier <= full).map(|(_, at)| *at);
        let chosen: Vec<usize> = up_to.take_while(take).collect();
        (chosen.len() >= FAN / 2).then_some(Self { segments: chosen, cut: Cut::Nowhere })
    }

    fn cost(&self, segments: &[Segment]) -> u64 {
        let read = |&at: &usize| if segments[at].live == 0 { 0 } else { segments[at].bytes() };
        self.segments.iter().map(read).sum()
    }

    /// A segment by itself.
    pub(super) fn alone(at: usize) -> Self {
        Self { segments: vec![at], cut: Cut::Nowhere }
    }

    /// Does it; how many bytes were read.
    pub(super) fn run(
        self,
        connection: &Connection,
        segments: &mut Vec<Segment>,
    ) -> Result<u64, Error> {
        let cost = self.cost(segments);
        let windows = Windows::of(segments);
        let inputs: Vec<Segment> = self.segments.iter().map(|&at| segments[at].clone()).collect();
        let living: Vec<&Segment> = inputs.iter().filter(|segment| segment.live > 0).collect();
        let outputs = merge(connection, &living, |ids| {
            let mut cuts = Vec::new();
            let mut start = 0;
            for at in 1..ids.len() {
                let most =
                    if let Cut::Every(articles) = self.cut { articles } else { MAX_ARTICLES };
                let parted = self.cut == Cut::AtWindows
                    && windows.of_id(ids[at]) != windows.of_id(ids[at - 1]);
                if parted || at - start == most as usize {
                    cuts.push(at);
                    start = at;
                }
            }
            cuts
        })?;
        let mut places = self.segments;
        places.sort_unstable();
        for at in places.into_iter().rev() {
            segment::delete(connection, segments.swap_remove(at).slot)?;
        }
        let (epoch, old_window) =
            inputs.first().map_or((0, None), |first| (first.epoch, first.window));
        for (number, new) in outputs.iter().enumerate() {
            let window = match self.cut {
                Cut::Every(_) if number == 0 => old_window,
                Cut::Every(_) => Some(new.first),
                _ => windows.of_range(new.first, new.last),
            };
            segments.push(segment::insert(connection, epoch, window, new)?);
        }
        Ok(cost)
    }
}

/// The places of the segments of each window, and of the loose ones.
fn groups(segments: &[Segment]) -> BTreeMap<Option<i64>, Vec<usize>> {
    let mut groups: BTreeMap<Option<i64>, Vec<usize>> = BTreeMap::new();
    for (at, segment) in segments.iter().enumerate() {
        groups.entry(segment.window).or_default().push(at);
    }
    groups
}

fn is_rotten(segment: &Segment) -> bool {
    (segment.articles - segment.live) * 8 > segment.articles || segment.live == 0
}

/// Sizes by factors of eight, from 32 kB on.
fn tier(segment: &Segment) -> u32 {
    (segment.live_bytes() >> 15).checked_ilog2().map_or(0, |log| log / 3 + 1)
}
