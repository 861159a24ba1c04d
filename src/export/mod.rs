//! What leaves the file.

mod csv;
mod jsonl;
mod ninjs;
mod opml;

pub use ninjs::to_ninjs;

use crate::error::Error;
use crate::model::Article;
use crate::query::{Query, Sort};
use crate::store::Snapshot;
use serde::Serialize;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;

/// What an export wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExportReport {
    /// Articles.
    pub articles: u64,
}

/// Writes each article of a query, oldest first, in bounded memory.
fn write_each<W: Write>(
    news: &Snapshot,
    query: &Query,
    out: W,
    mut write: impl FnMut(&Article, &mut BufWriter<W>) -> io::Result<()>,
) -> Result<ExportReport, Error> {
    let mut out = BufWriter::new(out);
    let mut report = ExportReport { articles: 0 };
    let mut written = Ok(());
    news.for_each(query, Sort::Oldest, |article| {
        written = write(&article, &mut out);
        report.articles += u64::from(written.is_ok());
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    written.and_then(|()| out.flush()).map_err(Error::io("export"))?;
    Ok(report)
}
