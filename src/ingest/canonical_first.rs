//! The canonical form of URLs as schema 1 had it (`urls_version` 1). Tombstones of such files
//! hold hashes of it, from which the URLs cannot be had back. Never changed.

use url::Url;

#[rustfmt::skip]
const TRACKING: &[&str] = &[
    "mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "vero_id", "oly_anon_id", "oly_enc_id",
    "wickedid", "s_cid", "cmpid", "cmp", "ncid", "xtor", "wt_mc", "wt.mc_id", "ito", "ocid", "icid",
    "nl_id", "guccounter", "guce_referrer", "guce_referrer_sig", "smid", "smtyp", "gclid", "gclsrc",
    "dclid", "gbraid", "wbraid", "fbclid", "msclkid", "twclid", "ttclid", "yclid", "ysclid",
    "rb_clickid", "srsltid", "_ga", "_gl", "igshid", "igsh", "ref_src", "ref_url", "share_id", "si",
    "feature", "__twitter_impression", "fb_action_ids", "fb_action_types", "fb_source", "fb_ref",
];

pub(super) fn canonical_url(url: &str) -> Option<String> {
    if url.len() > 8 << 10 {
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
