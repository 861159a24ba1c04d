//! Every property and differential test, in one program.

#![allow(clippy::unwrap_used)] // helpers of tests may

mod correction_properties;
mod date_properties;
mod index_damage;
mod index_differential;
mod index_processes;
mod index_tiers;
mod ninjs_properties;
mod recogniser_properties;
mod round_trip;
mod search_properties;
