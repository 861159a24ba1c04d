//! Dates as machines and people write them.

use newsdb::formats::dates::{Order, Reading, find, month, parse, parse_as};

fn read(text: &str) -> String {
    parse(text).map_or_else(|| "none".to_owned(), |date| date.to_string())
}

/// Each line: what is read, `=`, and the texts that say it, parted by ` | `.
fn check(table: &str) {
    let mut wrong = Vec::new();
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (expected, texts) = line.split_once(" = ").unwrap();
        for text in texts.split(" | ") {
            let found = read(text);
            if found != expected {
                wrong.push(format!("{text:?}: {found}, not {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn mail_dates_are_read_through_their_damage() {
    check(
        "2004-01-01T19:48:21Z = Thu, 01 Jan 2004 19:48:21 GMT | Thu, 1 Jan 2004 19:48:21 +0000 | Thu, 01 Jan 04 19:48:21 GMT | 01 Jan 2004 19:48:21 UT | Fri, 01 Jan 2004 19:48:21 GMT | Thu 01 Jan 2004 19:48:21 GMT | Thursday, 01-Jan-04 19:48:21 GMT | Thu, 01-Jan-2004 19:48:21 GMT | Thu, 01 January 2004 19:48:21 Z | thu, 01 jan 2004 19:48:21 gmt | Thu,01 Jan 2004 19:48:21 GMT | Thu, 01 Jan 2004, 19:48:21 GMT | Thu, 01 Jan 2004 19:48:21 | Thu, 01 Jan 2004 19:48:21 -0000 | Thu, 01 Jan 2004 19:48:21 GMT (a (nested) comment of 2004) | Thu, 01 Jan 2004 19:48:21 A | Jan 1, 2004 19:48:21 | Jueves, 01 Jan 2004 19:48:21 GMT | Thu (some day), 01 Jan 2004 19:48:21 GMT
        2004-01-01T19:48Z = Thu, 01 Jan 2004 19:48 GMT | Thu, 1 Jan 04 19:48 | 1 Jan 2004 7:48 PM | Jan 1st, 2004 7:48pm | 1/1/2004 7:48 p.m. | January 1, 2004 at 7:48 PM UTC
        2004-01-01T19:48:21-05:00 = Thu, 01 Jan 2004 19:48:21 EST | Thu, 01 Jan 2004 19:48:21 -0500 | Thu, 01 Jan 2004 19:48:21 -05:00 | Thu, 01 Jan 2004 19:48:21 -5 | Thu, 01 Jan 2004 19:48:21 GMT-5 | Thu, 01 Jan 2004 19:48:21 UTC-05:00 | Thu, 01 Jan 2004 19:48:21 -0500 (EST) | Thu, 01 Jan 2004 19:48:21 ET | Thu, 01 Jan 2004 07:48:21 PM EST | Thu Jan 01 2004 19:48:21 GMT-0500 (Eastern Standard Time) | Thu, 01 Jan 2004 19:48:21 -500
        2004-07-01T19:48:21-04:00 = Thu, 01 Jul 2004 19:48:21 EDT | Thu, 01 Jul 2004 19:48:21 ET | Thu, 2004/07/01 19:48:21 EDT
        2004-01-01T19:48:21+03:00 = Чт, 01 янв 2004 19:48:21 MSK | 1 января 2004 19:48:21 МСК | Thu, 01 Jan 2004 19:48:21 +0300
        2004-01-01T19:48:21+09:00 = Thu, 01 Jan 2004 19:48:21 JST | Thu, 01 Jan 2004 19:48:21 KST
        2004-01-01T19:48:21+05:30 = Thu, 01 Jan 2004 19:48:21 IST | Thu, 01 Jan 2004 19:48:21 +0530
        2004-01-01T19:48:21+01:00 = jeu., 01 janv. 2004 19:48:21 CET | Do, 1 Jän 2004 19:48:21 MEZ | gio, 01 gen 2004 19:48:21 +0100 | czw, 01 sty 2004 19:48:21 +0100
        2004-07-11T12:00:00-05:00 = Κυρ, 11 Ιούλ 2004 12:00:00 EST
        1999-12-31 = Fri, 31 Dec 1999 | 31 Dec 99 | December 31, 1999 | 31-Dec-1999 | Dec. 31 1999 | 31 décembre 1999
        2010-05-20T00:00:00+02:00 = Thu, 20 May 2010 00:00:00 +0200",
    );
}

#[test]
fn iso_8601_is_read_in_all_its_forms() {
    check(
        "2021-03-03T10:15:30Z = 2021-03-03T10:15:30Z | 2021-03-03T10:15:30.123Z | 2021-03-03T10:15:30,123456789Z | 2021-03-03t10:15:30z | 2021-03-03 10:15:30 | 2021-03-03 10:15:30 Z | 2021-03-03 10:15:30 UTC | 20210303T101530Z | 20210303T101530 | 20210303101530 | 2021-03-03T10:15:30+00:00 | 2021-03-03T10:15:30+0000 | 2021-03-03T10:15:30-00:00 | 2021-W09-3T10:15:30Z | 2021W093T101530Z | 2021-062T10:15:30Z | 2021062T101530Z |  2021-03-03T10:15:30Z  | 2021-3-3T10:15:30Z | 2021/03/03 10:15:30 | 2021.03.03 10:15:30 | 20210303 101530 | 2021-03-03T 10:15:30Z | 2021-03-03  10:15:30.0 | 1614766530 | 1614766530.5 | 1614766530123 | /Date(1614766530123)/ | Published: 2021-03-03T10:15:30Z | 2021-03-03, 10:15:30
        2021-03-03T10:15Z = 2021-03-03T10:15Z | 2021-03-03T10:15 | 2021-03-03 10:15 | 20210303T1015Z | 202103031015 | 2021-03-03T1015Z
        2021-03-03T10:00Z = 2021-03-03T10Z | 2021030310
        2021-03-03T10:15:30+05:30 = 2021-03-03T10:15:30+05:30 | 2021-03-03T10:15:30+0530 | 2021-03-03T10:15:30 +05:30 | 2021-03-03T10:15:30.5+05:30 | 20210303T101530+0530 | 2021-03-03T10:15:30+05:30[Asia/Kolkata]
        2021-03-03T10:15:30-08:00 = 2021-03-03T10:15:30-08 | 2021-03-03T10:15:30-8:00 | 2021-03-03 10:15:30 PST | 2021-03-03T10:15:30−08:00
        2021-03-03T10:15:30+02:00 = 2021-03-03T10:15:30+02:00 | 2021-03-03T10:15:30+02:00:00
        2021-03-03 = 2021-03-03 | 20210303 | 2021-W09-3 | 2021W093 | 2021-062 | 2021062 | 2021/3/3 | 2021.03.03. | 2021-03-03Z
        2021-03-04T00:00:00Z = 2021-03-03T24:00:00Z
        2016-12-31T23:59:59Z = 2016-12-31T23:59:60Z
        2021-01-03 = 2020-W53-7
        none = 2021 | 2021-03 | 2021-W09 | 202103 | 2021-02-29 | 2021-13-01 | 2021-00-10 | 2021-03-32 | 2021-366 | 2021-W54-1 | 2021-W09-8 | 2021-03-03T25:00:00Z | 2021-03-03T10:60:00Z | 2021-03-03T10:15:61Z | 2021-03-03T24:00:01Z | 2021-03-03T10:15:30+25:00 | 2021-03-03T10:15:30Z 7 | now |  | T | - | 12 | 123456 | 31 Jun 2004 | 2021-03-03-03",
    );
}

#[test]
fn other_machine_forms_are_read() {
    check(
        "2004-01-04T16:29:06-08:00 = Sun Jan  4 16:29:06 PST 2004
        2004-01-04T16:29:06Z = Sun Jan 04 16:29:06 2004 | Sun Jan  4 16:29:06 2004 | 04/Jan/2004:16:29:06 +0000 | 4 Jan 2004 @ 16:29:06 | 16:29:06 04 Jan 2004 | 16:29:06, 2004-01-04 | 01/04/2004 04:29:06 PM
        2004-07-08T23:56:58Z = 2004-07-08 23:56:58.0
        2004-05-28T01:31:15Z = 2004년 05월 28일  01:31:15
        2004-05-25T23:23:17Z = 2004-05-25 오후 11:23:17 | 2004年5月25日 下午11:23:17 | 2004/05/25 11:23:17 PM
        2004-07-13T09:15-05:00 = 2004-július-13T9:15-05:00
        2006-09-15T08:19:53-04:00 = Fri, 2006/09/15 08:19:53 EDT
        2012-08-30T17:26:16+02:00 = Thu Aug 30 2012 17:26:16 +0200
        2021-04-13 = 13/04/2021 | 04/13/2021 | 13-04-2021 | 13.04.2021 | 13.4.21 | 13. 4. 2021
        2021-04-03 = 03.04.2021
        2021-03-03 = 3/3/2021
        none = 03/04/2021 | 03-04-2021 | 03-04-21 | 13/13/2021 | 10.1.2.2021",
    );
}

#[test]
fn dates_of_feeds_in_the_wild_are_read() {
    check(
        "2017-12-17T13:55-05:00 = Sun, 17 Dec 2017 1:55 PM EST
        2016-12-09T12:00Z = 9 Dec 2016 12:00 GMT
        2017-12-22T15:09Z = Friday, December 22, 2017 - 3:09pm
        2018-04-09T16:04Z = Mon, 09 Apr 2018, 16:04
        2018-03-29T00:00:00+02:00 = Do, 29 Mär 2018 00:00:00 +0200
        2018-04-09T00:00:00+02:00 = mer, 9 avr 2018 00:00:00 +0200
        2018-03-13T09:22:49Z = 1520932969
        2016-02-16T23:16:00-04:00 = Tue 16 Feb 2016, 23:16:00 EDT | Tue, Feb 16 2016 23:16:00 EDT
        2020-03-30T19:02:38Z = March 30 2020 07:02:38 PM
        2020-03-30T19:53Z = Mon, 30 Mar 2020 19:53 +0000
        2020-03-30T19:19Z = Mon, 03/30/2020 - 19:19
        2020-11-08T16:20:00-05:00 = 2020-11-08T16:20:00-05:00Z
        2020-11-16T10:57Z = Nov. 16, 2020, 10:57 a.m.
        2020-11-06 = Friday 06 November 2020
        2020-11-16T23:12-05:00 = Mon, November 16, 2020, 11:12 PM EST
        2020-11-16T15:54Z = Lundi, 16. Novembre 2020 - 15:54
        2020-11-12T17:00:00Z = Thu Nov 12 2020 17:00:00 GMT+0000 (Coordinated Universal Time)
        2020-04-11T08:51:49+01:00 = Sat, 11 04 2020 08:51:49 +0100
        2020-11-16T13:16:28Z = Mon, 16th Nov 2020 13:16:28 GMT
        2020-07-03T15:09:58Z = ven., 03 juil. 2020 15:09:58 +0000
        2020-06-26 = Fri, 26/06/2020
        2020-03-04 = Wed, 03/04/2020
        2020-10-29T07:36:03-07:00 = Thu, 29 Oct 2020 07:36:03 GMT-07:00
        2020-04-02T00:00:00+02:00 = jeu., 02 avril 2020 00:00:00 +0200
        2016-01-04T12:37Z = Jan. 4, 2016, 12:37 p.m.
        2019-08-05 = 5 August, 2019
        2020-12-01T16:11:02Z = mar., 01 déc. 2020 16:11:02 +0000
        2020-10-15T00:00:39Z = Thurs, 15 Oct 2020 00:00:39 +0000 | Thur, 15 Oct 2020 00:00:39 +0000
        2022-09-26 = 26 Sep 2022 GMT
        2023-06-22T13:11-04:00 = Thu, June 22, 2023 at 01:11 PM EDT
        2023-04-16T08:01Z = Apr 16, 2023 08:01 GMT
        2014-09-15T16:20-08:00 = 09/15/2014 4:20 pm PST
        2023-10-28T20:28:28Z = Sat, Oct 28 2023 08:28:28 PM
        2023-10-30T21:55:58Z = 10/30/23 21:55:58
        2023-10-30 = 30.10.23
        2020-01-02T00:00:00Z = Wed, 01 Jan 2020 24:00:00 GMT
        2016-12-31T23:59:59Z = Sat, 31 Dec 2016 23:59:60 GMT
        2020-05-01T08:00:00+02:00 = Fr, 01 Mai 2020 08:00:00 MESZ | 1 mei 2020 08:00:00 CEST | vie, 01 may 2020 08:00:00 +0200 | Fri, 01 May 2020 08:00:00 +0200 CEST | Fri, 01 May 2020 08:00:00 UTC+2 | Fri, 01 May 2020 08:00:00 Europe/Brussels | 2020-05-01T08:00:00 Europe/Paris
        2020-05-01T08:00:00-07:00 = Fri, 01 May 2020 08:00:00 America/Los_Angeles
        2020-05-01T08:00:00Z = 2020-05-01T08:00:00.000+0000 | Fri, 01 May 20 08:00:00 +0000 | 5/1/2020 8:00:00 AM | Fri May 1 08:00:00 UTC 2020 | 2020-05-01T08:00:00ZZ | Fri, 01 May 2020 08:00:00 Etc/UTC
        2020-05-01T08:00Z = Vendredi 1er mai 2020 à 08h00 | 1 de mayo de 2020, 08:00 | 2020年5月1日 08:00 | 2020-05-01 at 08:00
        2020-05-01T08:00:00+03:00 = Пт, 01 Май 2020 08:00:00 +0300 | пт, 01 мая 2020 08:00:00 +0300
        none = Tue, 31 Feb 2020 10:00:00 GMT | Tomorrow, perhaps",
    );
}

#[test]
fn the_reading_decides_what_the_numbers_leave_open() {
    let at = |text: &str, order| {
        let reading = Reading { order: Some(order), ..Reading::default() };
        parse_as(text, &reading).map(|date| date.to_string())
    };
    assert_eq!(at("03/04/2021", Order::DayFirst).as_deref(), Some("2021-04-03"));
    assert_eq!(at("03/04/2021", Order::MonthFirst).as_deref(), Some("2021-03-04"));
    // 12 March and 3 December 2021 were both Fridays, 4 March alone a Thursday.
    assert_eq!(at("Fri, 03/12/2021", Order::MonthFirst).as_deref(), Some("2021-03-12"));
    assert_eq!(at("Fri, 03/12/2021", Order::DayFirst).as_deref(), Some("2021-12-03"));
    assert_eq!(parse("Fri, 03/12/2021"), None);
    assert_eq!(at("Thu, 03/04/2021", Order::DayFirst).as_deref(), Some("2021-03-04"));
    assert_eq!(at("13/04/2021", Order::MonthFirst).as_deref(), Some("2021-04-13"));
    let in_language = |language| {
        let reading = Reading { language: Some(language), ..Reading::default() };
        parse_as("3. listopada 2021.", &reading).map(|date| date.to_string())
    };
    assert_eq!(in_language("hr-HR").as_deref(), Some("2021-10-03"));
    assert_eq!(in_language("pl").as_deref(), Some("2021-11-03"));
    assert_eq!(parse("3 listopada 2021"), None);
}

#[test]
fn days_are_read_in_the_languages_of_the_world() {
    check(
        "2021-03-03 = 3 March 2021 | March 3rd, 2021 | the 3rd of March 2021 | 3. März 2021 | 3 mars 2021 | mercredi 3 mars 2021 | 3 de marzo de 2021 | 3 marzo 2021 | 3 de março de 2021 | 3 maart 2021 | den 3 mars 2021 | 3. marts 2021 | 3. mars 2021 | 3. maaliskuuta 2021 | 3. märts 2021 | 2021. gada 3. martā | 2021 m. kovo 3 d. | 3 marca 2021 | 3. března 2021 | 3. marca 2021 | 3. ožujka 2021. | 3. марта 2021. | 3 март 2021 | 3 марта 2021 г. | 3 березня 2021 | 3 сакавіка 2021 | 3 martie 2021 | 2021. március 3. | 3 Μαρτίου 2021 | 3 Mart 2021 Çarşamba | 3 mart 2021 | 3 mars 2021 | 3 de març de 2021 | 2021eko martxoaren 3a | 3 Maret 2021 | 3 Mac 2021 | 3 Machi 2021 | ngày 3 tháng 3 năm 2021 | 3 มีนาคม 2564 | 3 มี.ค. 2564 | 3 มี.ค. 64 | 3 มีนาคม 64 | วันพุธที่ 3 มีนาคม พ.ศ. 2564 | 3 मार्च 2021 | ३ मार्च २०२१ | ৩ মার্চ ২০২১ | 3 மார்ச் 2021 | 3 مارچ 2021 | ٣ مارس ٢٠٢١ | 3 آذار 2021 | 3 במרץ 2021 | 13 اسفند 1399 | ۱۳ اسفند ۱۳۹۹ | ۱۳۹۹/۱۲/۱۳ | 3 მარტი 2021 | 2021年3月3日 | 2021年03月03日 星期三 | 令和3年3月3日 | 2021년 3월 3일 | 2021. 3. 3. | 2021 жылғы 3 наурыз
        2021-03-01 = 1er mars 2021 | 1º de marzo de 2021 | 1o de março de 2021
        2021-03-03T10:15Z = 3 mars 2021 à 10h15 | 3 de março de 2021 às 10h15 | 3. März 2021, 10.15 Uhr | 3. 3. 2021 10:15 | 2021年3月3日10時15分 | 2021年3月3日 上午10:15 | 3 mars 2021 kl. 10.15 | 3.3.2021 klo 10.15 | 3 tháng 3, 2021 10:15 | 2021年03月03日10:15 | 3 Maret 2021 10:15 | 2021. 3. 3. 오전 10:15",
    );
}

#[test]
fn months_have_names() {
    assert_eq!(month("Sept.", Some("de-AT")), Some(9));
    assert_eq!(month("FEVRIER", None), Some(2));
    assert_eq!(month("İyun", Some("az")), Some(6));
    assert_eq!(month("chair", None), None);
}

#[test]
fn dates_are_found_in_lines_of_text() {
    for (line, expected) in [
        ("By Ann Lee | Published 3 March 2021, 10:15", vec!["2021-03-03T10:15Z"]),
        ("Опубликовано 3 марта 2021 в 10:15", vec!["2021-03-03T10:15Z"]),
        ("10:15 AM EST, Wed March 3, 2021", vec!["2021-03-03T10:15-05:00"]),
        ("3 March 2021 est arrivé", vec!["2021-03-03"]),
        ("3.-5. März 2021", vec!["2021-03-05"]),
        ("version 10.1.2.2021 of 2021", vec![]),
        ("In March 10 people died", vec![]),
        ("1/2/2021", vec![]),
        (
            "Updated: 4/13/2021 5:00 p.m. | Posted: 4/22/2021",
            vec!["2021-04-13T17:00Z", "2021-04-22"],
        ),
    ] {
        let found: Vec<_> =
            find(line, &Reading::default()).iter().map(|found| found.date.to_string()).collect();
        assert_eq!(found, expected, "{line}");
    }
}

#[test]
fn long_texts_are_read_in_linear_time() {
    assert_eq!(parse(&"7".repeat(1 << 20)), None);
    assert_eq!(find(&"7".repeat(1 << 20), &Reading::default()), vec![]);
    assert_eq!(find(&"1400-1-1 ".repeat(100_000), &Reading::default()).len(), 100_000);
    assert_eq!(find(&"March 3 ".repeat(100_000), &Reading::default()), vec![]);
    assert_eq!(find(&"10:10:10 ".repeat(100_000), &Reading::default()), vec![]);
    assert_eq!(find(&"(".repeat(1 << 20), &Reading::default()), vec![]);
}
