//! Names of zones, as they stand after times.

use chrono::{LocalResult, NaiveDateTime, Offset, TimeZone};
use chrono_tz::Tz;

/// What a name says.
enum Zone {
    /// So many minutes east of UTC.
    Fixed(i32),
    /// As the clocks stood there on the day.
    Clock(Tz),
}

/// The names, folded. Where several zones share one, the one that feeds and pages mean most often.
const NAMES: &[(&str, Zone)] = &[
    ("z", Zone::Fixed(0)),
    ("utc", Zone::Fixed(0)),
    ("gmt", Zone::Fixed(0)),
    ("ut", Zone::Fixed(0)),
    ("wet", Zone::Fixed(0)),
    ("west", Zone::Fixed(60)),
    ("bst", Zone::Fixed(60)),
    ("cet", Zone::Fixed(60)),
    ("mez", Zone::Fixed(60)),
    ("met", Zone::Fixed(60)),
    ("wat", Zone::Fixed(60)),
    ("cest", Zone::Fixed(120)),
    ("mesz", Zone::Fixed(120)),
    ("mest", Zone::Fixed(120)),
    ("eet", Zone::Fixed(120)),
    ("cat", Zone::Fixed(120)),
    ("sast", Zone::Fixed(120)),
    ("eest", Zone::Fixed(180)),
    ("idt", Zone::Fixed(180)),
    ("msk", Zone::Fixed(180)),
    ("мск", Zone::Fixed(180)),
    ("trt", Zone::Fixed(180)),
    ("eat", Zone::Fixed(180)),
    ("irst", Zone::Fixed(210)),
    ("msd", Zone::Fixed(240)),
    ("gst", Zone::Fixed(240)),
    ("amt", Zone::Fixed(240)),
    ("pkt", Zone::Fixed(300)),
    ("uzt", Zone::Fixed(300)),
    ("ist", Zone::Fixed(330)),
    ("npt", Zone::Fixed(345)),
    ("ict", Zone::Fixed(420)),
    ("wib", Zone::Fixed(420)),
    ("wita", Zone::Fixed(480)),
    ("hkt", Zone::Fixed(480)),
    ("sgt", Zone::Fixed(480)),
    ("myt", Zone::Fixed(480)),
    ("pht", Zone::Fixed(480)),
    ("awst", Zone::Fixed(480)),
    ("wit", Zone::Fixed(540)),
    ("jst", Zone::Fixed(540)),
    ("kst", Zone::Fixed(540)),
    ("acst", Zone::Fixed(570)),
    ("acdt", Zone::Fixed(630)),
    ("aest", Zone::Fixed(600)),
    ("aedt", Zone::Fixed(660)),
    ("nzst", Zone::Fixed(720)),
    ("nzdt", Zone::Fixed(780)),
    ("brt", Zone::Fixed(-180)),
    ("art", Zone::Fixed(-180)),
    ("ndt", Zone::Fixed(-150)),
    ("nst", Zone::Fixed(-210)),
    ("adt", Zone::Fixed(-180)),
    ("ast", Zone::Fixed(-240)),
    ("edt", Zone::Fixed(-240)),
    ("est", Zone::Fixed(-300)),
    ("cdt", Zone::Fixed(-300)),
    ("cst", Zone::Fixed(-360)),
    ("mdt", Zone::Fixed(-360)),
    ("mst", Zone::Fixed(-420)),
    ("pdt", Zone::Fixed(-420)),
    ("pst", Zone::Fixed(-480)),
    ("akdt", Zone::Fixed(-480)),
    ("akst", Zone::Fixed(-540)),
    ("hst", Zone::Fixed(-600)),
    ("at", Zone::Clock(Tz::America__Halifax)),
    ("et", Zone::Clock(Tz::America__New_York)),
    ("ct", Zone::Clock(Tz::America__Chicago)),
    ("mt", Zone::Clock(Tz::America__Denver)),
    ("pt", Zone::Clock(Tz::America__Los_Angeles)),
    ("uk", Zone::Clock(Tz::Europe__London)),
];

/// Seconds east of UTC of the zone with a folded name, when its clocks show a local time.
/// The letters of the military zones are UTC, as RFC 5322 reads them, because they were used
/// with either sign.
pub(super) fn offset(name: &str, local: NaiveDateTime) -> Option<i32> {
    if name.len() == 1 && name.as_bytes().first().is_some_and(u8::is_ascii_lowercase) {
        return Some(0);
    }
    match &NAMES.iter().find(|(known, _)| *known == name)?.1 {
        Zone::Fixed(minutes) => Some(minutes * 60),
        Zone::Clock(zone) => clock(*zone, local),
    }
}

/// Seconds east of UTC of an IANA zone, when its clocks show a local time.
pub(super) fn clock(zone: Tz, local: NaiveDateTime) -> Option<i32> {
    match zone.offset_from_local_datetime(&local) {
        LocalResult::Single(offset) | LocalResult::Ambiguous(offset, _) => {
            Some(offset.fix().local_minus_utc())
        }
        LocalResult::None => None,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn zones_of_the_clock_follow_the_season() {
        let at = |text: &str| text.parse().unwrap();
        assert_eq!(super::offset("et", at("2021-01-03T10:00:00")), Some(-5 * 3600));
        assert_eq!(super::offset("et", at("2021-07-03T10:00:00")), Some(-4 * 3600));
        assert_eq!(super::offset("nowhere", at("2021-07-03T10:00:00")), None);
    }
}
