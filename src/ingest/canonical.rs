//! The form of a URL by which an article is known again. What is stored is the URL as given.
//!
//! A wrong join makes two articles one for good, a wrong split only keeps a duplicate. So a
//! part of a URL goes only where no publisher known to us tells articles apart by it: what
//! stands in the tables below. Parameters that are tracking at one publisher and content at
//! another (`ref`, `source`, `si`, `cid` …) go at the hosts named, or with values that name a
//! channel. Letter case in paths and the order of parameters stay.

use url::Url;

/// The version of the form. When it changes, `meta.urls_version` of a file is behind, and the
/// keys of its sightings are made anew when it is opened. Keys of tombstones cannot be: each
/// earlier form in [`EARLIER`] is looked up beside the present one.
pub(crate) const URLS_VERSION: i64 = 2;

/// The forms before this one, for the tombstones that they left.
pub(crate) const EARLIER: &[fn(&str) -> Option<String>] = &[super::canonical_first::canonical_url];

/// A longer URL identifies nothing.
const LONGEST: usize = 8 << 10;

/// Wrappers in wrappers that are followed; what is not settled then identifies nothing.
const ROUNDS: usize = 8;

/// Labels of a host that serves the same articles in another dress.
const TWIN_LABELS: &[&str] = &["www", "m", "mobile", "touch", "amp"];

/// Second labels under which registries of countries sell names: `news.co.uk` is a site.
const REGISTRY_LABELS: &[&str] = &[
    "ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "id", "in", "info", "ltd", "mil", "ne",
    "net", "nom", "or", "org", "plc", "sch", "web",
];

/// Hosts that give each author a label of his own: `mobile.wordpress.com` is a site.
#[rustfmt::skip]
const SHARED_HOSTS: &[&str] = &[
    "beehiiv.com", "blogspot.com", "ghost.io", "github.io", "livejournal.com", "medium.com",
    "netlify.app", "over-blog.com", "pages.dev", "substack.com", "tumblr.com", "typepad.com",
    "vercel.app", "wordpress.com",
];

/// Wrappers that carry the address in their path: host, beginnings of the path. After them
/// stands `s/HOST/PATH` (https) or `HOST/PATH`.
const PATH_WRAPPERS: &[(&str, &[&str])] = &[
    ("ampproject.org", &["/c/", "/v/", "/wp/"]),
    ("bing-amp.com", &["/c/"]),
    ("google.*", &["/amp/"]),
];

/// Wrappers that carry the address in a parameter: host, path, parameters.
const PARAMETER_WRAPPERS: &[(&str, &str, &[&str])] = &[
    ("google.*", "/url", &["url", "q"]),
    ("bing.com", "/news/apiclick.aspx", &["url"]),
    ("facebook.com", "/l.php", &["u"]),
    ("safelinks.protection.outlook.com", "/", &["url"]),
];

/// Last segments that a folder is served by.
#[rustfmt::skip]
const INDEX_PAGES: &[&str] = &[
    "default.asp", "default.aspx", "default.htm", "default.html", "index.asp", "index.aspx",
    "index.cfm", "index.htm", "index.html", "index.jsp", "index.php", "index.shtml", "index.xhtml",
];

/// Segments that ask for the AMP dress of an article, and what stands in the plain one.
const AMP_SEGMENTS: &[(&str, Option<&str>)] =
    &[("amp", None), ("amphtml", None), ("amp_articleshow", Some("articleshow"))];

/// Ends of the last segment that do: `story.amp.html`, `story.amp`.
const AMP_ENDS: &[(&str, &str)] =
    &[(".amp.html", ".html"), (".amp.htm", ".htm"), (".amp.php", ".php"), (".amp", "")];

/// Parameters whose names begin so say where a reader came from.
#[rustfmt::skip]
const TRACKING_PREFIXES: &[&str] = &[
    "utm_", "mtm_", "matomo_", "piwik_", "hsa_", "itm_", "at_custom", "at_link_", "at_bbc_",
    "at_ptr_", "vero_", "oly_", "elqtrack", "_bta_", "aspsessionid",
];

/// Parameters that say where a reader came from, or who he is; nowhere what is read.
#[rustfmt::skip]
const TRACKING: &[&str] = &[
    // Mail and campaigns.
    "mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "__hstc", "__hssc", "__hsfp", "hsctatracking",
    "wickedid", "s_cid", "s_kwcid", "cmpid", "intcmp", "int_cmp", "xtor", "xtref", "wt_mc",
    "wt.mc_id", "wt_zmc", "wtmc", "ocid", "ml_subscriber", "ml_subscriber_hash", "ck_subscriber_id",
    "trk_contact", "trk_msg", "trk_module", "trk_sid", "sc_campaign", "sc_channel", "sc_content",
    "sc_medium", "sc_outcome", "sc_geo", "sc_country", "ns_mchannel", "ns_source", "ns_campaign",
    "ns_linkname", "ns_fee", "at_medium", "at_campaign", "at_campaign_type", "at_format",
    "at_creation", "at_variant", "at_send_date", "at_recipient_id", "pk_campaign", "pk_kwd",
    "pk_keyword", "pk_source", "pk_medium", "pk_content", "pk_cid", "guccounter", "guce_referrer",
    "guce_referrer_sig", "wprov", "__s", "_openstat", "ga_source", "ga_medium", "ga_term",
    "ga_content", "ga_campaign", "li_source", "li_medium", "li_fat_id", "epik", "mkwid", "pcrid",
    "sfmc_id", "sfmc_activityid",
    // Advertisers' clicks.
    "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "gad_campaignid", "fbclid",
    "msclkid", "twclid", "ttclid", "yclid", "ysclid", "ymclid", "rb_clickid", "srsltid",
    "irclickid", "zanpid", "_ga", "_gl", "_gac", "_ke", "_kx", "tblci", "obclickid", "dicbo",
    // Social networks, readers, comments.
    "igshid", "igsh", "mibextid", "fb_action_ids", "fb_action_types", "fb_source", "fb_ref",
    "fb_comment_id", "action_object_map", "action_type_map", "action_ref_map",
    "__twitter_impression", "ref_src", "ref_url", "spref", "wprss", "replytocom",
    // AMP's own.
    "amp_js_v", "amp_gsa", "amp_ct", "amp_markup", "usqp", "__amp_source_origin",
    // Sessions.
    "phpsessid", "jsessionid", "cfid", "cftoken", "oscsid", "zenid",
];

/// Parameters that go with these values only.
#[rustfmt::skip]
const TRACKING_VALUES: &[(&[&str], &[&str])] = &[
    (&["amp", "isamp", "_amp"], &["", "1", "true", "amp"]),
    (&["noamp"], &["mobile", "available", "1", "true"]),
    (&["ampmode"], &["1"]),
    (
        &["outputtype", "output", "view", "mode", "format", "type", "service", "tpl"],
        &["amp", "valid-amp", "default-amp", "amphtml"],
    ),
    (
        &[
            "ref", "referrer", "source", "src", "from", "via", "partner", "origin", "share", "cmp",
            "campaign", "medium", "feedtype",
        ],
        &[
            "rss", "rss1", "rss2", "rssfeed", "atom", "feed", "feeds", "feedburner", "newsletter",
            "email", "mail", "twitter", "facebook", "fb", "whatsapp", "telegram", "linkedin",
            "reddit", "pinterest", "pocket", "share", "social", "googlenews", "google-news",
            "flipboard", "applenews", "smartnews", "homepage", "hp",
        ],
    ),
    (&["rss"], &["", "1", "yes", "true"]),
];

/// Parameters that are tracking at these hosts, whatever they are elsewhere.
#[rustfmt::skip]
const TRACKING_AT: &[(&[&str], &[&str])] = &[
    (&["youtube.com", "youtu.be"], &["si", "feature", "ab_channel", "pp", "t"]),
    (&["spotify.com"], &["si"]),
    (&["twitter.com", "x.com"], &["s", "t", "cxt"]),
    (&["facebook.com"], &["__tn__", "__xts__[0]", "__cft__[0]", "rdid", "share_url", "sfnsn"]),
    (&["linkedin.com"], &["trk", "trackingid", "lipi"]),
    (&["reddit.com"], &["share_id", "rdt", "ref", "ref_source"]),
    (&["blogspot.com"], &["m"]),
    (&["theguardian.com"], &["cmp"]),
    (&["bloomberg.com"], &["sref", "srnd", "leadsource"]),
    (&["businessinsider.com"], &["ir", "r"]),
    (&["cnn.com"], &["hpt", "eref", "iref", "sr", "iid"]),
    (&["dailymail.co.uk", "metro.co.uk", "thisismoney.co.uk"], &["ito"]),
    (&["economist.com"], &["fsrc"]),
    (&["forbes.com"], &["sh", "ss"]),
    (&["ft.com"], &["ftcamp", "segmentid", "sharetype"]),
    (&["huffpost.com", "techcrunch.com", "aol.com", "engadget.com"], &["ncid", "icid"]),
    (&["nbcnews.com", "today.com", "msnbc.com", "go.com"], &["cid"]),
    (&["newyorker.com", "wired.com", "vanityfair.com", "vogue.com", "gq.com"], &["mbid", "cndid"]),
    (
        &["nytimes.com"],
        &[
            "action", "campaign_id", "clicksource", "contentcollection", "emc", "hp",
            "impression_id", "instance_id", "module", "nl", "partner", "pgtype", "ref", "referringsource", "regi_id",
            "region", "rref", "rss", "searchresultposition", "segment_id", "smid", "smtyp", "te",
            "unlocked_article_code", "user_id", "_r",
        ],
    ),
    (&["repubblica.it", "lastampa.it"], &["ref"]),
    (&["reuters.com"], &["feedname", "feedtype", "il", "rpc", "taid"]),
    (&["spiegel.de"], &["sara_ref"]),
    (&["theaustralian.com.au", "news.com.au"], &["nk", "memtype", "sourcecode"]),
    (&["washingtonpost.com"], &["hpid", "itid", "tid", "wpisrc", "wpmm"]),
    (&["wsj.com", "barrons.com", "marketwatch.com"], &["mod", "reflink", "st"]),
];

/// The canonical form of an absolute http or https URL; `None` for anything else.
///
/// http and https are one. Host in lower case and ASCII (WHATWG, IDNA) without [`TWIN_LABELS`];
/// no ports 80 and 443, no user, no fragment but those that lead an application (`#!`, `#/`),
/// no index page, no empty segment or slash at the end, no tracking parameter; only what must
/// be is percent-encoded, in upper case; AMP dresses, caches and redirections are taken off.
pub(crate) fn canonical_url(url: &str) -> Option<String> {
    let mut url = once(url)?;
    for _ in 0..ROUNDS {
        let next = once(&url)?;
        if next == url {
            return Some(url);
        }
        url = next;
    }
    None
}

/// The canonical form of a host or of a source's key that is one.
pub(crate) fn canonical_host(host: &str) -> String {
    let host = host.trim().trim_end_matches('.').to_ascii_lowercase();
    let labels: Vec<&str> = host.split('.').collect();
    let own = labels.len().saturating_sub(site_labels(&labels));
    let mut kept: Vec<&str> = Vec::with_capacity(labels.len());
    for (number, label) in labels.iter().enumerate() {
        if number >= own || !TWIN_LABELS.contains(label) {
            kept.push(label);
        }
    }
    kept.join(".")
}

/// Whether two keys of sources are the same, or one site with and without `www.`.
pub(crate) fn same_host(a: &str, b: &str) -> bool {
    a == b || canonical_host(a) == canonical_host(b)
}

/// Whether a source's key is the host of a URL, or a site that the host is below.
pub(crate) fn is_host_of(source: &str, url: &str) -> bool {
    let source = canonical_host(source);
    let host =
        canonical_url(url).and_then(|url| Some(Url::parse(&url).ok()?.host_str()?.to_owned()));
    source.contains('.') && host.is_some_and(|host| is_at(&host, &source))
}

/// How many labels at a host's end name the site: two, more under registries of countries and
/// hosts of many authors.
fn site_labels(labels: &[&str]) -> usize {
    match labels {
        [.., second, top] if top.len() == 2 && REGISTRY_LABELS.contains(second) => 3,
        [.., second, top] if SHARED_HOSTS.contains(&format!("{second}.{top}").as_str()) => 3,
        _ => 2,
    }
}

/// Whether a host is a table's host or below it; `google.*` is google in any country.
fn is_at(host: &str, site: &str) -> bool {
    if let Some(name) = site.strip_suffix(".*") {
        let labels: Vec<&str> = host.split('.').collect();
        let first = labels.len().saturating_sub(site_labels(&labels));
        return labels.get(first) == Some(&name);
    }
    host.strip_suffix(site).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// One round: takes one wrapper off, or brings what stands there to its form.
fn once(url: &str) -> Option<String> {
    if url.len() > LONGEST {
        return None;
    }
    let url = Url::parse(url.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    if let Some(inner) = unwrapped(&url) {
        return Some(inner);
    }
    let host = canonical_host(url.host_str()?);
    let mut canonical = format!("https://{host}");
    if let Some(port) = url.port().filter(|port| !matches!(port, 80 | 443)) {
        canonical += &format!(":{port}");
    }
    for segment in segments(url.path()) {
        canonical.push('/');
        canonical += &segment;
    }
    let mut separator = '?';
    for pair in url.query().into_iter().flat_map(|query| query.split('&')) {
        // Escaped once too often.
        let pair = pair.strip_prefix("amp;").unwrap_or(pair);
        if !pair.is_empty() && !is_tracking(&host, pair) {
            canonical.push(separator);
            canonical += &percent_normal(pair);
            separator = '&';
        }
    }
    if let Some(fragment) = url.fragment().filter(|fragment| fragment.starts_with(['!', '/'])) {
        canonical.push('#');
        canonical += fragment;
    }
    Some(canonical)
}

/// The address that a cache, an archive or a redirection carries.
fn unwrapped(url: &Url) -> Option<String> {
    let (host, path) = (url.host_str()?, url.path());
    for (site, beginnings) in PATH_WRAPPERS {
        let rest = beginnings.iter().find_map(|beginning| path.strip_prefix(beginning));
        if let Some(rest) = rest.filter(|_| is_at(host, site)) {
            let rest = rest.strip_prefix("s/").unwrap_or(rest);
            // A host stands there: google.com/amp/ has pages of its own.
            if rest.split('/').next().is_some_and(|host| host.contains('.')) {
                let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
                return Some(format!("https://{rest}{query}"));
            }
        }
    }
    for (site, at, parameters) in PARAMETER_WRAPPERS {
        if is_at(host, site) && path == *at {
            let inner = url
                .query_pairs()
                .find(|(name, value)| parameters.contains(&name.as_ref()) && is_web(value));
            return inner.map(|(_, value)| value.into_owned());
        }
    }
    if host == "web.archive.org" {
        // /web/20240610080000id_/https://news.example/a
        let (_, rest) = path.strip_prefix("/web/")?.split_once('/')?;
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        return is_web(rest).then(|| format!("{rest}{query}"));
    }
    None
}

fn is_web(url: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// The segments of a path that tell articles apart, in normal form.
fn segments(path: &str) -> Vec<String> {
    let mut segments: Vec<String> = path
        .split('/')
        .map(|segment| percent_normal(without_session(segment)))
        .filter(|segment| !segment.is_empty())
        .collect();
    let last = segments.last().map(|last| last.to_ascii_lowercase());
    if last.is_some_and(|last| INDEX_PAGES.contains(&last.as_str())) {
        segments.pop();
    }
    // A section or a company may be called "amp"; where an article's name stands too, it is the
    // dress.
    let plain = |segment: &String| AMP_SEGMENTS.iter().all(|(amp, _)| amp != segment);
    if segments.iter().rfind(|segment| plain(segment)).is_some_and(|name| names_article(name)) {
        segments = segments
            .into_iter()
            .filter_map(|segment| match AMP_SEGMENTS.iter().find(|(amp, _)| *amp == segment) {
                Some((_, instead)) => instead.map(str::to_owned),
                None => Some(segment),
            })
            .collect();
    }
    if let Some(last) = segments.last_mut() {
        let end = AMP_ENDS.iter().find_map(|(end, instead)| {
            last.strip_suffix(end).filter(|stem| !stem.is_empty()).map(|stem| (stem.len(), instead))
        });
        if let Some((length, instead)) = end {
            last.truncate(length);
            *last += instead;
        }
    }
    segments
}

/// Articles have a number, a hyphen, an underscore or a file's end in their name, sections
/// seldom.
fn names_article(segment: &str) -> bool {
    segment.contains(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))
}

/// `story;jsessionid=7F2A` without what follows the name.
fn without_session(segment: &str) -> &str {
    let session = segment.match_indices(';').find(|(at, _)| {
        let rest = segment.get(at + 1..).unwrap_or("");
        rest.get(..11).is_some_and(|name| name.eq_ignore_ascii_case("jsessionid="))
    });
    session.and_then(|(at, _)| segment.get(..at)).unwrap_or(segment)
}

fn is_tracking(host: &str, pair: &str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let name = percent_normal(name).to_ascii_lowercase();
    let name = name.as_str();
    TRACKING_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || TRACKING.contains(&name)
        || TRACKING_VALUES.iter().any(|(names, values)| {
            names.contains(&name) && values.contains(&value.to_ascii_lowercase().as_str())
        })
        || TRACKING_AT.iter().any(|(sites, names)| {
            names.contains(&name) && sites.iter().any(|site| is_at(host, site))
        })
}

/// What need not be percent-encoded is not, and the rest is in upper case (RFC 3986, section
/// 6.2.2). Beside the unreserved characters those stand plain that part nothing in a segment
/// or a parameter.
fn percent_normal(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        normal += before;
        let byte = after.get(..2).and_then(|hex| {
            hex.bytes().all(|b| b.is_ascii_hexdigit()).then_some(hex)?;
            u8::from_str_radix(hex, 16).ok()
        });
        match byte {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~!$'()*,:@".contains(&byte) => {
                normal.push(char::from(byte));
            }
            Some(byte) => normal += &format!("%{byte:02X}"),
            None => normal.push('%'),
        }
        rest = if byte.is_some() { after.get(2..).unwrap_or("") } else { after };
    }
    normal + rest
}

#[cfg(test)]
mod tests {
    use super::canonical_url;

    #[test]
    fn the_form_is_what_the_tables_say() {
        for (given, expected) in [
            (
                "http://News.Example/a/?utm_source=x&id=7&fbclid=y#top",
                "https://news.example/a?id=7",
            ),
            ("https://user:word@www.news.example.:443/", "https://news.example"),
            ("http://news.example:8080/a", "https://news.example:8080/a"),
            ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
            ("https://news.example/#!/story/5", "https://news.example#!/story/5"),
            ("https://news.example/a?b=2&a=1", "https://news.example/a?b=2&a=1"),
            ("https://news.example/a%2fb/%7ec%c3%a9", "https://news.example/a%2Fb/~c%C3%A9"),
        ] {
            assert_eq!(canonical_url(given).as_deref(), Some(expected), "{given}");
        }
        for other in ["", "news.example/a", "mailto:a@b.example", "ftp://x/y", "https://", "a b"] {
            assert_eq!(canonical_url(other), None, "{other}");
        }
        let long = format!("https://news.example/{}", "a".repeat(9 << 10));
        assert_eq!(canonical_url(&long), None);
        let wrapped = "https://web.archive.org/web/2024/".repeat(50) + "https://news.example/a";
        assert_eq!(canonical_url(&wrapped), None, "wrappers without end");
    }

    #[test]
    fn the_form_of_a_form_is_itself() {
        let schemes = ["http://", "HTTPS://", "https://u:p@", "https://cdn.ampproject.org/c/s/"];
        let hosts = ["News.Example", "www.m.news.co.uk.", "amp.news.example:443", "[::1]:80"];
        let paths = [
            "",
            "/",
            "//a//",
            "/a/../b/./c",
            "/%2e%2e/x",
            "/%%34%31",
            "/a%2541%zz%",
            "/a%",
            "/s-1/amp/index.html",
            "/amp/amp/s-1.amp.html",
            "/index.php/index.html",
            "/%E2%82",
            "/a;jsessionid=1;jsessionid=2/",
            "/amp_articleshow/7.cms",
            "/🗞/'(x)*",
            "/s-1.amp.amp",
            "/web/2024/http://other.example/y",
            "/s-1/amp/;jsessionid=",
            "/index.html/amp",
        ];
        let ends = [
            "",
            "?",
            "?&&",
            "?utm_a=1",
            "?id=%3d&amp;utm_b&amp=1",
            "?a='b'&ref=rss#/x/'",
            "?=",
            "#:~:text=a",
            "?amp;amp;amp=1&amp;x",
            "?%75tm_x=1&sid=5#!",
            "?q=a+b%20c#!a b",
        ];
        let mut formed = 0;
        for scheme in schemes {
            for host in hosts {
                for path in paths {
                    for end in ends {
                        let url = [scheme, host, path, end].concat();
                        if let Some(form) = canonical_url(&url) {
                            formed += 1;
                            assert_eq!(canonical_url(&form).as_deref(), Some(&*form), "{url}");
                        }
                    }
                }
            }
        }
        assert!(formed > 2_000, "{formed}");
    }
}
