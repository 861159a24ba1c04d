//! Every test of the public interface, in one program: the library is linked once for all of them.

#![allow(clippy::unwrap_used)] // also in what the tests share

mod aggregate;
mod annotators;
mod care;
mod command;
mod corners;
mod corrections;
mod crash;
mod csv;
mod csv_export;
mod date_provenance;
mod dates;
mod details;
mod entities;
mod erase;
mod feed_fields;
mod feeds;
mod gdelt;
mod generated;
mod groups;
mod identity;
mod mail;
mod mutations;
mod names;
mod names_ambiguous;
mod names_own;
mod newsml;
mod ninjs;
mod page_dates;
mod pages;
mod provenance;
mod query;
mod readers;
mod recogniser;
mod salience;
mod search_language;
mod store;
mod subjects;
mod suggested_subjects;
mod tokens;
mod tombstones;
mod unpack;
mod upgrade;
mod urls;
mod warc;
