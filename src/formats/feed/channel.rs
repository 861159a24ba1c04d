//! What a feed says of itself.

use super::Scope;
use super::construct::read;
use super::item::{AUTHORS, authors, first, links, url_of};
use crate::formats::unique;
use crate::formats::xml::Element;
use crate::model::{Channel, Image};

/// What was said at the head of a feed.
#[derive(Default)]
pub(super) struct Head {
    /// How often the feed changes, by its own word.
    ttl: Option<u64>,
    period: Option<u64>,
    times: Option<u64>,
    /// Whether a better description, page or picture may come.
    is_subtitle: bool,
    is_other_page: bool,
    is_icon: bool,
}

/// Takes what one element at the head of a feed says. The first of a kind counts, the best kind
/// first.
pub(super) fn take(channel: &mut Channel, head: &mut Head, element: &Element, scope: &Scope) {
    let line = || read(element, scope).line();
    match element.key.as_str() {
        "title" | "atom:title" | "dc:title" => fill(&mut channel.title, line),
        "description" | "tagline" | "abstract" | "subtitle" | "atom:subtitle" | "atom:tagline"
        | "dc:description" | "itunes:summary" | "itunes:subtitle" => {
            let is_subtitle = element.key == "itunes:subtitle";
            better(&mut channel.description, &mut head.is_subtitle, is_subtitle, line);
        }
        "link" | "atom:link" => {
            let link = links([element], scope);
            for link in link {
                match link.rel.as_str() {
                    "alternate" => {
                        let is_other = !link.is_html(true);
                        let url = || Some(link.url);
                        better(&mut channel.site, &mut head.is_other_page, is_other, url);
                    }
                    "self" => fill(&mut channel.url, || Some(link.url)),
                    "hub" => fill(&mut channel.hub, || Some(link.url)),
                    _ => {}
                }
            }
        }
        "language" | "dc:language" => {
            // What the feed says of itself goes before what its root was marked with.
            channel.language = line().or(channel.language.take());
        }
        "itunes:new-feed-url" | "newlocation" => {
            fill(&mut channel.moved_to, || url_of(&element.text(), scope));
        }
        "image" | "itunes:image" | "logo" | "atom:logo" | "googleplay:image" | "icon"
        | "atom:icon" => {
            let is_icon = element.key.ends_with("icon");
            better(&mut channel.image, &mut head.is_icon, is_icon, || image(element, scope));
        }
        "ttl" => head.ttl = element.text().trim().parse().ok(),
        "sy:updateperiod" => {
            const PERIODS: &[(&str, u64)] = &[
                ("hourly", 60),
                ("daily", 1_440),
                ("weekly", 10_080),
                ("monthly", 43_200),
                ("yearly", 525_600),
            ];
            let text = element.text();
            let period = PERIODS.iter().find(|(name, _)| *name == text.trim());
            head.period = period.map(|(_, minutes)| *minutes);
        }
        "sy:updatefrequency" => {
            head.times = element.text().trim().parse().ok().filter(|times| *times > 0);
        }
        // Of those that stand for all items (RFC 4287, section 4.2.1; Podcasting 2.0).
        "podcast:person" => channel.authors.extend(authors([element], &[&["podcast:person"]])),
        "author" | "atom:author" if scope.atom || element.key == "atom:author" => {
            channel.authors.extend(authors([element], &[AUTHORS[0]]));
            unique(&mut channel.authors, String::clone);
        }
        _ => {}
    }
    let minutes = || Some(head.period? / head.times.unwrap_or(1));
    channel.ttl = head.ttl.or_else(minutes);
}

fn fill(place: &mut Option<String>, value: impl FnOnce() -> Option<String>) {
    if place.is_none() {
        *place = value();
    }
}

/// Fills a place that is empty, or holds what is second best (`is_second`) where this is not.
fn better<T>(
    place: &mut Option<T>,
    is_second: &mut bool,
    second: bool,
    value: impl FnOnce() -> Option<T>,
) {
    if (place.is_none() || *is_second && !second)
        && let Some(value) = value()
    {
        *place = Some(value);
        *is_second = second;
    }
}

fn image(element: &Element, scope: &Scope) -> Option<Image> {
    let named = ["href", "url", "rdf:resource"].iter().find_map(|name| element.attribute(name));
    let within = || first(element, &["url"]).map(Element::text);
    let given = named.map(str::to_owned).or_else(within).unwrap_or_else(|| element.text());
    let caption = first(element, &["title"]).and_then(|title| read(title, scope).line());
    Some(Image { url: url_of(&given, scope)?, caption, credit: None })
}
