//! What articles hold in memory on their way in, to the nearest word: where many may wait, as many do as
//! hold no more than [`MOST`].

use super::{Annotation, NewArticle, NewMention};
use serde_json::Value;

/// Bytes of articles from which on no more are waited for.
pub(crate) const MOST: usize = 8 << 20;

impl NewArticle {
    /// Bytes that it holds.
    pub(crate) fn weight(&self) -> usize {
        let texts = [
            &self.source,
            &self.source_name,
            &self.source_url,
            &self.feed,
            &self.id,
            &self.uri,
            &self.url,
            &self.headline,
            &self.summary,
            &self.body,
            &self.body_html,
            &self.byline,
            &self.dateline,
            &self.language,
            &self.published_raw,
        ];
        let subjects = self.subjects.iter().map(|subject| {
            size_of_val(subject) + subject.code.len() + text(&subject.scheme) + text(&subject.name)
        });
        let images = self.images.iter().map(|image| {
            size_of_val(image) + image.url.len() + text(&image.caption) + text(&image.credit)
        });
        let enclosures = self.enclosures.iter().map(|file| {
            size_of_val(file) + file.url.len() + text(&file.media_type) + text(&file.title)
        });
        let names =
            self.authors.iter().chain(&self.tags).map(|name| size_of_val(name) + name.len());
        size_of_val(self)
            + texts.into_iter().map(text).sum::<usize>()
            + subjects.chain(images).chain(enclosures).chain(names).sum::<usize>()
            + self.mentions.iter().map(NewMention::weight).sum::<usize>()
            + self.annotations.iter().map(Annotation::weight).sum::<usize>()
            + self.attributes.keys().map(String::len).sum::<usize>()
            + values(self.attributes.values().collect())
    }
}

impl NewMention {
    /// Bytes that it holds.
    pub(crate) fn weight(&self) -> usize {
        let ids = self.external_ids.iter();
        size_of_val(self)
            + self.name.len()
            + self.annotator.len()
            + ids.map(|id| size_of_val(id) + id.scheme.len() + id.value.len()).sum::<usize>()
    }
}

impl Annotation {
    /// Bytes that it holds.
    pub(crate) fn weight(&self) -> usize {
        size_of_val(self)
            + self.annotator.len()
            + self.kind.len()
            + text(&self.key)
            + values(vec![&self.value])
    }
}

pub(crate) fn text(text: &Option<String>) -> usize {
    text.as_ref().map_or(0, String::len)
}

/// Of values, and all that is in them, however deep.
fn values(mut left: Vec<&Value>) -> usize {
    let mut bytes = 0;
    while let Some(value) = left.pop() {
        bytes += size_of_val(value);
        match value {
            Value::String(text) => bytes += text.len(),
            Value::Array(items) => left.extend(items),
            Value::Object(fields) => {
                bytes += fields.keys().map(|key| size_of_val(key) + key.len()).sum::<usize>();
                left.extend(fields.values());
            }
            _ => {}
        }
    }
    bytes
}
