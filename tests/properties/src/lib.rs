//! What the tests of this package share: a file that random work is done on, and two other ways
//! to answer what it is asked.
//!
//! - [`World`] makes articles and changes them in every way that there is.
//! - [`Naive`] has all articles in memory and walks over them.
//! - [`Oracle`] asks SQLite: FTS5 for words, joins for everything else.
#![allow(clippy::unwrap_used)] // helpers of tests may

mod naive;
mod oracle;
mod world;

pub use naive::{Known, Naive};
pub use oracle::Oracle;
pub use world::World;

/// A generator that gives the same numbers everywhere (SplitMix64).
#[derive(Debug, Clone)]
pub struct Numbers(pub u64);

impl Numbers {
    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.draw() % bound as u64) as usize
    }

    /// True once in so many times.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of a list.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// The number of an id.
pub fn number(id: impl std::fmt::Display) -> i64 {
    id.to_string().parse().unwrap()
}
