//! The form of a URL by which an article is known again. What is stored is the URL as given.

use url::Url;

/// A longer URL identifies nothing.
const LONGEST: usize = 8 << 10;

/// Parameters that say where a reader came from, not what is read.
const TRACKING: &[&str] = &[
    // Mail and campaigns.
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "_hsenc",
    "_hsmi",
    "vero_id",
    "oly_anon_id",
    "oly_enc_id",
    "wickedid",
    "s_cid",
    "cmpid",
    "cmp",
    "ncid",
    "xtor",
    "wt_mc",
    "wt.mc_id",
    "ito",
    "ocid",
    "icid",
    "nl_id",
    "guccounter",
    "guce_referrer",
    "guce_referrer_sig",
    "smid",
    "smtyp",
    // Advertisers' clicks.
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "fbclid",
    "msclkid",
    "twclid",
    "ttclid",
    "yclid",
    "ysclid",
    "rb_clickid",
    "srsltid",
    "_ga",
    "_gl",
    // Social networks.
    "igshid",
    "igsh",
    "ref_src",
    "ref_url",
    "share_id",
    "si",
    "feature",
    "__twitter_impression",
    "fb_action_ids",
    "fb_action_types",
    "fb_source",
    "fb_ref",
];

/// The canonical form of an absolute http or https URL; `None` for anything else.
///
/// http and https are one, the host is in lower case and ASCII (WHATWG, IDNA), the default
/// port, user, fragment (but `#!`), tracking parameters and a slash at the path's end go. Other
/// parameters keep their order, and `www.`, mobile and AMP hosts stay: they may be other pages.
pub(crate) fn canonical_url(url: &str) -> Option<String> {
    if url.len() > LONGEST {
        return None;
    }
    let mut url = Url::parse(url.trim()).ok()?;
    let port = match (url.scheme(), url.port()) {
        // Written out, the other scheme's port is another place.
        ("http" | "https", port) => port,
        _ => return None,
    };
    let host = url.host_str()?.trim_end_matches('.').to_owned();
    if !url.fragment().is_some_and(|fragment| fragment.starts_with('!')) {
        url.set_fragment(None);
    }
    let mut canonical = format!("https://{host}");
    if let Some(port) = port {
        canonical += &format!(":{port}");
    }
    canonical += url.path().trim_end_matches('/');
    let kept: Vec<&str> = url
        .query()
        .into_iter()
        .flat_map(|query| query.split('&'))
        .filter(|pair| {
            let name = pair.split('=').next().unwrap_or("").to_ascii_lowercase();
            !pair.is_empty() && !name.starts_with("utm_") && !TRACKING.contains(&name.as_str())
        })
        .collect();
    if !kept.is_empty() {
        canonical += &format!("?{}", kept.join("&"));
    }
    if let Some(fragment) = url.fragment() {
        canonical += &format!("#{fragment}");
    }
    Some(canonical)
}

#[cfg(test)]
mod tests {
    use super::canonical_url;

    #[test]
    fn what_does_not_matter_goes() {
        for (given, expected) in [
            (
                "http://News.Example/a/?utm_source=x&id=7&fbclid=y#top",
                "https://news.example/a?id=7",
            ),
            ("https://news.example:443/", "https://news.example"),
            ("http://news.example:8080/a", "https://news.example:8080/a"),
            ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
            ("https://news.example/#!/story/5", "https://news.example#!/story/5"),
            ("https://news.example/a?b=2&a=1", "https://news.example/a?b=2&a=1"),
            ("https://www.news.example/a", "https://www.news.example/a"),
        ] {
            let canonical = canonical_url(given);
            assert_eq!(canonical.as_deref(), Some(expected), "{given}");
            assert_eq!(canonical_url(expected).as_deref(), Some(expected), "idempotent: {given}");
        }
        for other in ["", "news.example/a", "mailto:a@b.example", "ftp://x/y", "https://", "a b"] {
            assert_eq!(canonical_url(other), None, "{other}");
        }
    }
}
