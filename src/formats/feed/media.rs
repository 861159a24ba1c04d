//! Pictures and files of an item: enclosures, and what Media RSS and iTunes say of them.

use super::Scope;
use super::construct::read;
use super::item::{Link, all, elsewhere, first, is_address, plays, texts_of, url_of};
use super::text::Text;
use crate::formats::xml::Element;
use crate::model::{Enclosure, Image};

pub(super) fn number(element: &Element, name: &str) -> Option<u64> {
    element.attribute(name)?.replace([',', '.'], "").parse().ok().filter(|number| *number > 0)
}

pub(super) fn enclosures(item: &Element, links: &[Link], scope: &Scope) -> Vec<Enclosure> {
    let mut enclosures: Vec<Enclosure> = Vec::new();
    let mut first_address = texts_of(item, "feedburner:origenclosurelink").next();
    for element in all(item, &["enclosure", "atom:enclosure", "enc:enclosure"]) {
        let names = ["url", "href", "rdf:resource", "resource"];
        let given = names.iter().find_map(|name| element.attribute(name)).map(str::to_owned);
        let text = || Some(element.text()).filter(|text| is_address(text.trim()));
        let given = given
            .or_else(text)
            .and_then(|given| url_of(&first_address.take().unwrap_or(given), scope));
        let Some(url) = given else { continue };
        enclosures.push(Enclosure {
            url,
            media_type: element
                .attribute("type")
                .or(element.attribute("enc:type"))
                .map(str::to_owned),
            length: number(element, "length").or_else(|| number(element, "enc:length")),
            duration: None,
            title: element.attribute("title").map(str::to_owned),
        });
    }
    for link in links.iter().filter(|link| link.rel == "enclosure") {
        enclosures.push(Enclosure {
            url: link.url.clone(),
            media_type: link.media_type.clone(),
            length: link.length,
            duration: None,
            title: link.title.clone(),
        });
    }
    if let Some(content) = elsewhere(item).filter(|content| plays(content.attribute("type"))) {
        let url = content.attribute("src").and_then(|url| url_of(url, scope));
        let media_type = content.attribute("type").map(str::to_owned);
        let file = |url| Enclosure { url, media_type, ..Enclosure::default() };
        enclosures.extend(url.map(file));
    }
    let duration = first(item, &["itunes:duration"]).and_then(|element| seconds(&element.text()));
    let is_episode = |enclosure: &&mut Enclosure| {
        let kind = enclosure.media_type.as_deref().unwrap_or("");
        !kind.starts_with("image/")
    };
    if let Some(episode) = enclosures.iter_mut().find(is_episode) {
        episode.duration = duration;
    }
    // The episode in other formats (Podcasting 2.0).
    for other in all(item, &["podcast:alternateenclosure"]) {
        let source = first(other, &["podcast:source"]).and_then(|source| source.attribute("uri"));
        let file = |url| Enclosure {
            url,
            media_type: other.attribute("type").map(str::to_owned),
            length: number(other, "length"),
            duration: None,
            title: other.attribute("title").map(str::to_owned),
        };
        enclosures.extend(source.and_then(|uri| url_of(uri, scope)).map(file));
    }
    enclosures
}

/// Seconds from `H:MM:SS`, `MM:SS`, `PT1H2M3S` or a number.
fn seconds(text: &str) -> Option<u64> {
    let text = text.trim();
    if let Some(parts) = text.strip_prefix("PT") {
        let parts = parts.split_inclusive(char::is_alphabetic).take(3).map(|part| {
            let units = [("H", 3_600), ("M", 60), ("S", 1)];
            let found = units.iter().find_map(|(unit, of)| Some((part.strip_suffix(unit)?, of)));
            let (number, of) = found?;
            Some(u64::from(number.parse::<u32>().ok()?) * of)
        });
        return parts.sum::<Option<u64>>().filter(|total| *total > 0);
    }
    let parts = text.split(':').map(|part| part.trim().parse::<f64>().ok());
    let total = parts.into_iter().try_fold(0.0, |total, part| Some(total * 60.0 + part?))?;
    (total > 0.0 && total < 1e9).then_some(total as u64)
}

/// What Media RSS and iTunes say of pictures and files.
#[derive(Default)]
pub(super) struct Media {
    pub(super) title: Option<String>,
    pub(super) description: Option<Text>,
    pub(super) images: Vec<Image>,
    pub(super) files: Vec<Enclosure>,
}

impl Media {
    pub(super) fn new(item: &Element, scope: &Scope) -> Self {
        let mut media = Self::default();
        media.collect(item, scope, Some(item));
        let named =
            ["itunes:image", "image", "googleplay:image", "thumbnail", "news:image", "itunes:link"];
        for element in all(item, &named) {
            if element.key == "itunes:link" && element.attribute("rel") != Some("image") {
                continue;
            }
            let named = ["href", "url", "rdf:resource"].iter().find_map(|n| element.attribute(n));
            let within = first(element, &["url"]).map(Element::text);
            let given = named.map(str::to_owned).or(within).unwrap_or_else(|| element.text());
            media.add_image(&given, None, None, scope);
        }
        media
    }

    /// `about`: the element that says what a picture shows, around those that hold it.
    fn collect(&mut self, parent: &Element, scope: &Scope, about: Option<&Element>) {
        for element in parent.elements() {
            match element.key.as_str() {
                "media:group" => {
                    self.say(element, scope);
                    self.collect(element, scope, Some(element));
                }
                "media:peerlink" => {
                    let url = element.attribute("href").and_then(|url| url_of(url, scope));
                    let media_type = element.attribute("type").map(str::to_owned);
                    let file = |url| Enclosure { url, media_type, ..Enclosure::default() };
                    self.files.extend(url.map(file));
                }
                "media:content" => {
                    self.content(element, scope, about);
                    self.collect(element, scope, Some(element));
                }
                _ => {}
            }
        }
        for element in parent.elements().filter(|element| element.key == "media:thumbnail") {
            let given = element.attribute("url").map(str::to_owned);
            self.add_image(&given.unwrap_or_else(|| element.text()), None, None, scope);
        }
    }

    fn say(&mut self, element: &Element, scope: &Scope) {
        let says = |names: &[&str]| first(element, names).map(|element| read(element, scope));
        if self.title.is_none() {
            self.title = says(&["media:title"]).and_then(|text| text.line());
        }
        if self.description.is_none() {
            self.description = says(&["media:description"]).filter(|text| !text.is_empty());
        }
    }

    fn content(&mut self, element: &Element, scope: &Scope, about: Option<&Element>) {
        let given = element.attribute("url").unwrap_or("");
        let kind = element.attribute("type").unwrap_or("").to_ascii_lowercase();
        let path = given.split(['?', '#']).next().unwrap_or("").to_ascii_lowercase();
        let is_image = match element.attribute("medium") {
            Some(medium) => medium.eq_ignore_ascii_case("image"),
            None if !kind.is_empty() => kind.starts_with("image"),
            None => !["mp4", "mp3", "m4a", "m4v", "webm", "mov", "ogg", "flv", "swf", "pdf"]
                .iter()
                .any(|ending| path.ends_with(ending)),
        };
        let says = |names: &[&str]| {
            let found = first(element, names).or_else(|| first(about?, names));
            found.and_then(|element| read(element, scope).line())
        };
        // What stands in a picture's element is its caption.
        if given.is_empty() || !is_image {
            self.say(element, scope);
        }
        if is_image {
            let caption = says(&["media:description"]).or_else(|| says(&["media:title"]));
            self.add_image(given, caption, says(&["media:credit"]), scope);
        } else if let Some(url) = url_of(given, scope) {
            self.files.push(Enclosure {
                url,
                media_type: element.attribute("type").map(str::to_owned),
                length: number(element, "filesize"),
                duration: element.attribute("duration").and_then(seconds),
                title: says(&["media:title"]),
            });
        }
    }

    fn add_image(
        &mut self,
        given: &str,
        caption: Option<String>,
        credit: Option<String>,
        scope: &Scope,
    ) {
        self.images.extend(url_of(given, scope).map(|url| Image { url, caption, credit }));
    }
}
