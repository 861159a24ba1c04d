//! Calling annotators that callers bring, with a time limit, and checking what they say.

use super::described::Described;
use super::prepare::{check_range, depth};
use super::report::Fault;
use crate::annotate::{Annotator, Document, Found, is_built_in};
use crate::model::{Annotation, Limits, NewMention, PUBLISHER, Place, Reason, Span};
use std::fmt;
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// How long an annotator may take over one batch.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// The annotators of an ingest, and how long each may take over a batch.
#[derive(Clone)]
pub(super) struct Annotators {
    list: Vec<Arc<dyn Annotator>>,
    patience: Duration,
}

impl Default for Annotators {
    fn default() -> Self {
        Self { list: Vec::new(), patience: PATIENCE }
    }
}

impl fmt::Debug for Annotators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list.iter().map(|annotator| annotator.name())).finish()
    }
}

impl Annotators {
    pub(super) fn add(&mut self, annotator: Arc<dyn Annotator>) {
        self.list.push(annotator);
    }

    pub(super) fn set_patience(&mut self, patience: Duration) {
        self.patience = patience;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// What all of them say of each document, and what was wrong; of each no more mentions than
    /// there is room for. One that does not answer in time is not asked again.
    pub(super) fn run(
        &mut self,
        documents: Vec<Document>,
        places: &[Place],
        rooms: &[usize],
        limits: &Limits,
    ) -> (Vec<(Vec<Found>, Described)>, Vec<Fault>) {
        let mut found = vec![(Vec::new(), Described::default()); documents.len()];
        let mut faults = Vec::new();
        let documents = Arc::new(documents);
        let patience = self.patience;
        self.list.retain(|annotator| {
            let fault = |place: Option<&Place>, reason: String| Fault {
                annotator: annotator.name().to_owned(),
                place: place.cloned().unwrap_or_default(),
                reason,
            };
            if is_reserved(annotator.name()) {
                faults.push(fault(None, "a name that an annotator cannot have".to_owned()));
                return false;
            }
            let (answers, keep) = match ask(annotator, &documents, patience) {
                Ok(answers) => (answers, true),
                Err((reason, keep)) => {
                    faults.push(fault(places.first(), reason));
                    (Vec::new(), keep)
                }
            };
            let all = documents.iter().zip(places).zip(rooms).zip(answers).zip(&mut found);
            for ((((document, place), &room), (mut mentions, mut said)), found) in all {
                let (found, described) = found;
                let room = room.saturating_sub(found.len() + described.annotations.len());
                let left_out = (mentions.len() + said.len()).saturating_sub(room);
                if left_out > 0 {
                    mentions.truncate(room);
                    said.truncate(room - mentions.len());
                    let reason =
                        format!("{left_out} mentions and annotations left out: over the limit");
                    faults.push(fault(Some(place), reason));
                }
                described.by.insert(annotator.name().to_owned());
                for annotation in said {
                    let checked = check_value(&annotation, limits).map_err(|r| r.to_string());
                    let span = annotation.span.as_ref();
                    match checked.and_then(|()| check(document, &annotation.kind, span)) {
                        Ok(()) => described.annotations.push(Annotation {
                            annotator: annotator.name().to_owned(),
                            key: None,
                            ..annotation
                        }),
                        Err(reason) => faults.push(fault(Some(place), reason)),
                    }
                }
                for mention in mentions {
                    match check(document, &mention.name, mention.span.as_ref()) {
                        Ok(()) => found.push(Found {
                            mention: mention.annotator(annotator.name()),
                            entity: None,
                        }),
                        Err(reason) => faults.push(fault(Some(place), reason)),
                    }
                }
            }
            keep
        });
        (found, faults)
    }
}

/// What an annotator says of a document.
type Answer = (Vec<NewMention>, Vec<Annotation>);

/// An annotator's answer; else what is wrong, and whether to ask it again.
fn ask(
    annotator: &Arc<dyn Annotator>,
    documents: &Arc<Vec<Document>>,
    patience: Duration,
) -> Result<Vec<Answer>, (String, bool)> {
    let (answer, answers) = mpsc::channel();
    let (worker, work) = (annotator.clone(), documents.clone());
    // Its own thread: one that hangs is left behind.
    std::thread::Builder::new()
        .name("annotator".to_owned())
        .spawn(move || {
            let said = worker.annotate(&work);
            answer.send(said.and_then(|mentions| Ok((mentions, worker.describe(&work)?))))
        })
        .map_err(|error| (format!("no thread for it: {error}"), true))?;
    match answers.recv_timeout(patience) {
        Ok(Ok((mentions, said))) => match [mentions.len(), said.len()] {
            counts if counts == [documents.len(); 2] => {
                Ok(mentions.into_iter().zip(said).collect())
            }
            [a, b] => {
                let answers = if a == documents.len() { b } else { a };
                Err((format!("{answers} answers for {} articles", documents.len()), true))
            }
        },
        Ok(Err(error)) => Err((error.to_string(), true)),
        Err(mpsc::RecvTimeoutError::Timeout) => {
            Err((format!("no answer within {} s; not asked again", patience.as_secs_f32()), false))
        }
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(("it panicked".to_owned(), true)),
    }
}

/// Whether a name is that of the publisher or of newsdb's own annotators, or none.
fn is_reserved(name: &str) -> bool {
    name.trim().is_empty() || name == PUBLISHER || is_built_in(name)
}

/// Values are bounded as those of items are.
fn check_value(annotation: &Annotation, limits: &Limits) -> Result<(), Reason> {
    let over = |limit, allowed| Err(Reason::OverLimit { limit, allowed });
    // Two more levels are put round it where it is kept.
    if depth(&annotation.value, 0) + 2 > limits.nesting {
        return over("nesting", limits.nesting);
    }
    if annotation.value.to_string().len() as u64 > limits.article {
        return over("article", limits.article);
    }
    Ok(())
}

fn check(document: &Document, name: &str, span: Option<&Span>) -> Result<(), String> {
    if name.trim().is_empty() {
        return Err("a mention without a name, or an annotation without a kind".to_owned());
    }
    let texts =
        [Some(document.headline.as_str()), document.summary.as_deref(), document.body.as_deref()];
    check_range(texts, name, span).map_err(|reason| reason.to_string())
}
