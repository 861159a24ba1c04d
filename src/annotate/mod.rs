//! From text to annotations: pure functions, no database.

mod language;

pub use language::{DetectedLanguage, detect_language};
