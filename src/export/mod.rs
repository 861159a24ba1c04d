//! What leaves the file.

mod jsonl;

pub use jsonl::ExportReport;
