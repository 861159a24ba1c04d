//! Lists of subjects as SKOS in RDF/XML (<https://www.w3.org/TR/skos-reference/>).

use super::subjects::{SubjectItem, scheme_and_code};
use super::xml::{Element, Event, Fault, Vocabulary, Xml};
use crate::model::{Limits, NewSubject, Place, Reason, Rejected};
use std::collections::VecDeque;
use std::io::Read;

const VOCABULARY: Vocabulary = Vocabulary {
    namespaces: &[
        ("http://www.w3.org/2004/02/skos/core", "skos"),
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns", "rdf"),
    ],
    // Concepts may stand within concepts.
    items: &[],
    texts: &[],
    around: &[],
};

/// The concepts of a document.
pub(super) fn read(
    input: impl Read + Send + 'static,
    name: String,
    limits: Limits,
) -> impl Iterator<Item = SubjectItem> + Send {
    let xml = Xml::new(input, &VOCABULARY, limits);
    Skos { xml, name, waiting: VecDeque::new(), found: false, ended: false }
}

struct Skos {
    xml: Xml,
    name: String,
    waiting: VecDeque<SubjectItem>,
    found: bool,
    ended: bool,
}

impl Iterator for Skos {
    type Item = SubjectItem;

    fn next(&mut self) -> Option<SubjectItem> {
        loop {
            if let Some(item) = self.waiting.pop_front() {
                return Some(item);
            }
            if self.ended {
                return None;
            }
            let read = match self.xml.next() {
                Ok(Event::Start(start)) if is_concept(&start.key) => {
                    let place = self.place();
                    self.xml.element(start).map(|concept| self.take(&concept, &place, None))
                }
                Ok(Event::Done) if self.found => {
                    self.ended = true;
                    Ok(())
                }
                Ok(Event::Done) => {
                    let reason = "no concept of SKOS".to_owned();
                    Err(Fault::Ended(Reason::Malformed(reason)))
                }
                Ok(_) => Ok(()),
                Err(fault) => Err(fault),
            };
            if let Err(Fault::Passed(reason) | Fault::Ended(reason)) = &read {
                self.ended |= matches!(read, Err(Fault::Ended(_)));
                let (place, reason) = (self.place(), reason.clone());
                self.waiting.push_back(Err(Rejected { place, reason }));
            }
        }
    }
}

impl Skos {
    fn place(&self) -> Place {
        Place::line(&self.name, self.xml.line())
    }

    /// A concept and those within it. `around` is the concept that it is said to be narrower than.
    fn take(&mut self, concept: &Element, place: &Place, around: Option<&(String, String)>) {
        let own = subject(concept, around);
        if own.is_none() && is_named(concept) {
            let reason =
                Reason::Malformed("a concept without a rdf:about that has a code".to_owned());
            self.waiting.push_back(Err(Rejected { place: place.clone(), reason }));
        }
        let known = own.as_ref().map(|subject| (subject.scheme.clone(), subject.code.clone()));
        if let Some(subject) = own {
            self.found = true;
            self.waiting.push_back(Ok((place.clone(), subject)));
        }
        for property in concept.elements() {
            let around = known.as_ref().filter(|_| property.key == "skos:narrower");
            for within in property.elements().filter(|within| is_concept(&within.key)) {
                self.take(within, place, around);
            }
        }
    }
}

fn is_concept(key: &str) -> bool {
    matches!(key, "skos:concept" | "rdf:description" | "skos:conceptscheme")
}

/// Whether a concept has a name, and so something to be found by.
fn is_named(concept: &Element) -> bool {
    concept.key == "skos:concept"
        && concept.elements().any(|property| property.key == "skos:preflabel")
}

/// `None`: another thing than a concept, or one of which nothing is said but where it is.
fn subject(concept: &Element, around: Option<&(String, String)>) -> Option<NewSubject> {
    let is_of = |kind: &str| {
        let types = concept.elements().filter(|property| property.key == "rdf:type");
        types.filter_map(|kind| kind.attribute("rdf:resource")).any(|uri| uri.ends_with(kind))
    };
    if concept.key == "skos:conceptscheme" || is_of("#ConceptScheme") {
        return None;
    }
    let uri = concept.attribute("rdf:about")?;
    let (base, code) = scheme_and_code(uri, "", None)?;
    // `medtop:20000344` beside the URI that ends so: the list's own short name.
    let notations = concept.elements().filter(|property| property.key == "skos:notation");
    let alias = notations.map(Element::text).find_map(|notation| {
        let (alias, of) = notation.trim().split_once(':')?;
        (of == code).then(|| alias.to_owned())
    });
    let known = |uri: &str| scheme_and_code(uri, &base, alias.as_deref());
    let (scheme, code) = known(uri)?;
    let mut subject = NewSubject::new(scheme, code);
    for kind in ["skos:preflabel", "skos:altlabel"] {
        for label in concept.elements().filter(|property| property.key == kind) {
            let language = label.attribute("xml:lang").or(concept.attribute("xml:lang"));
            let name = label.text();
            let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
            if !name.is_empty() {
                subject = subject.name(name, language);
            }
        }
    }
    let broader = concept.elements().filter(|property| property.key == "skos:broader");
    let mut broader = broader.filter_map(|property| {
        let within = || property.elements().find_map(|within| within.attribute("rdf:about"));
        known(property.attribute("rdf:resource").or_else(within)?)
    });
    subject.broader = broader.next().or_else(|| around.cloned());
    (!subject.names.is_empty() || subject.broader.is_some()).then_some(subject)
}
