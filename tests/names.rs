//! Who and what a text mentions: names that are known, and how they are told apart.

#![cfg(feature = "knowledge")]

use newsdb::annotate::{Unlinked, annotate, known};
use newsdb::{
    EntityKind, Field, IngestOptions, Limits, MentionForm, NewArticle, NewEntity, NewMention,
    NewsDb, Options, Query, formats,
};

/// The words of a text that are a mention of an entity, with its name.
fn linked<'t>(text: &'t str, language: &str) -> Vec<(&'t str, String)> {
    let found = annotate(text, Some(language)).mentions;
    let words = |mention: &NewMention| {
        let span = mention.span.as_ref().expect("a range");
        text.get(span.start..span.end).expect("on characters")
    };
    found
        .iter()
        .filter(|m| !m.external_ids.is_empty())
        .map(|m| (words(m), m.name.clone()))
        .collect()
}

fn id_of(text: &str, words: &str) -> Option<String> {
    let found = annotate(text, Some("en")).mentions;
    let start = text.find(words).expect("the words stand there");
    let mention = found.into_iter().find(|m| {
        m.span.as_ref().is_some_and(|s| s.start == start && s.end == start + words.len())
    })?;
    mention.external_ids.first().map(|id| format!("{}:{}", id.scheme, id.value))
}

const SEED: &str = include_str!("../examples/sample-news/news-15062024-034527.txt");

#[test]
fn the_first_article_yields_its_people_places_and_minerals() {
    let found = annotate(SEED, None);
    assert_eq!(found.language.as_deref(), Some("en"));
    let all = |kind: EntityKind, name: &str| -> Vec<&str> {
        let of = found.mentions.iter().filter(|m| m.kind == kind && m.name == name);
        of.map(|m| m.span.as_ref().map(|s| &SEED[s.start..s.end]).expect("a range")).collect()
    };
    let yoon = all(EntityKind::Person, "Yoon Suk Yeol");
    assert_eq!(yoon[0], "Yoon Suk Yeol");
    // "President Yoon" five times: later short forms go to the full name.
    assert_eq!(yoon[1..], ["Yoon"; 5]);
    assert_eq!(all(EntityKind::Person, "Kassym-Jomart Tokayev"), ["Kassym-Jomart Tokayev"]);
    assert_eq!(all(EntityKind::Place, "Turkmenistan"), ["Turkmenistan"]);
    assert_eq!(all(EntityKind::Place, "China"), ["China"]);
    assert_eq!(all(EntityKind::Object, "lithium"), ["lithium"]);
    assert_eq!(all(EntityKind::Place, "Kazakhstan"), ["Kazakhstan", "Kazakhstan", "Kazakh"]);
    let central = all(EntityKind::Place, "Central Asia");
    assert_eq!(
        central.iter().filter(|words| **words == "Central Asia").count(),
        SEED.matches("Central Asia").count() - SEED.matches("Central Asian").count()
    );
    assert_eq!(
        central.iter().filter(|words| **words == "Central Asian").count(),
        SEED.matches("Central Asian").count()
    );
    let korea = all(EntityKind::Place, "South Korea");
    assert_eq!(korea.len(), SEED.matches("South Korea").count());
    let demonyms = found.mentions.iter().filter(|m| m.form == Some(MentionForm::Demonym));
    assert!(demonyms.into_iter().all(|m| m.kind == EntityKind::Place));
}

#[test]
fn a_name_of_several_is_told_apart_by_what_stands_around_it() {
    let country = Some("wikidata:Q230".to_owned());
    let state = Some("wikidata:Q1428".to_owned());
    assert_eq!(id_of("Protesters marched through Tbilisi as Georgia voted.", "Georgia"), country);
    assert_eq!(id_of("The plant in Savannah, Georgia, will close.", "Georgia"), state);
    assert_eq!(
        id_of(
            "Georgia and Alabama sued Florida over water from Lake Lanier near Atlanta.",
            "Georgia"
        ),
        state
    );
    assert_eq!(id_of("Officials said Georgia would wait.", "Georgia"), None, "nothing tells which");
    assert_eq!(
        id_of("Ford opened a plant in Paris, Texas, on Monday.", "Paris"),
        Some("geonames:4717560".into())
    );
    assert_eq!(
        id_of("The minister flew to Paris on Monday.", "Paris"),
        Some("geonames:2988507".into())
    );
}

#[test]
fn words_that_are_names_too_are_not_taken_without_evidence() {
    for (text, words) in [
        ("They ate turkey and goose.", "turkey"),
        ("It was nice of them.", "nice"),
        ("Nice people live there.", "Nice"),
        ("Reading is good for children.", "Reading"),
        ("May brought rain.", "May"),
        ("It rained in May.", "May"),
        ("Apple trees were planted.", "Apple"),
        ("He said who is it.", "who"),
        ("Turkey prices rose as farmers lost turkeys to bird flu.", "Turkey"),
    ] {
        let found = linked(text, "en");
        assert!(!found.iter().any(|(found, _)| *found == words), "{text}: {found:?}");
    }
    // The sentence may leave no doubt.
    for (text, words, name) in [
        ("Apple said it would open stores in India. Shares of Apple rose.", "Apple", "Apple Inc."),
        ("They live in Nice, on the French coast.", "Nice", "Nice"),
        ("Arsenal 2 Chelsea 1", "Arsenal", "Arsenal F.C."),
    ] {
        let found = linked(text, "en");
        assert!(found.iter().any(|(w, n)| *w == words && *n == name), "{text}: {found:?}");
    }
    assert_eq!(
        id_of("The lira fell after Turkey cut rates.", "Turkey"),
        Some("wikidata:Q43".into())
    );
    assert_eq!(
        id_of("A court in Nice, France, freed him.", "Nice"),
        Some("geonames:2990440".into())
    );
    assert_eq!(id_of("Theresa May resigned. Mrs May wept.", "May"), None);
    let may: Vec<_> = linked("Theresa May resigned in May. Then Mrs May wept.", "en");
    assert_eq!(may.iter().filter(|(_, name)| name == "Theresa May").count(), 2);
    for (text, name, times) in [
        ("Theresa May was prime minister. Mrs May said so.", "Theresa May", 2),
        ("Keir Starmer spoke in London. Sir Keir left. Mr Starmer came back.", "Keir Starmer", 3),
    ] {
        let found = linked(text, "en");
        assert_eq!(found.iter().filter(|(_, found)| found == name).count(), times, "{found:?}");
        assert!(!found.iter().any(|(_, name)| name.starts_with("Sir ")), "{found:?}");
    }
    let jordan = linked("King Abdullah II of Jordan met officials in Amman.", "en");
    assert!(jordan.contains(&("Jordan", "Jordan".to_owned())), "{jordan:?}");
}

#[test]
fn who_shares_a_surname_with_somebody_known_is_somebody_else() {
    let people = |text: &str| -> Vec<(String, String)> {
        let found = annotate(text, Some("en")).mentions.into_iter();
        let people = found.filter(|m| m.kind == EntityKind::Person);
        let words =
            |m: &NewMention| text[m.span.as_ref().map_or(0..0, |s| s.start..s.end)].to_owned();
        people.map(|m| (words(&m), m.name)).collect()
    };
    // Imran Khan, Donald Trump and Joe Biden are known.
    for (text, expected) in [
        (
            "Sadiq Khan, the mayor of London, condemned the attack. Khan said it was cruel.",
            &[("Sadiq Khan", "Sadiq Khan"), ("Khan", "Sadiq Khan")][..],
        ),
        ("Critics of Sadiq Khan marched on Monday.", &[("Sadiq Khan", "Sadiq Khan")]),
        ("The first lady, Melania Trump, spoke.", &[("Melania Trump", "Melania Trump")]),
        ("Senior Republican Donald Trump won.", &[("Donald Trump", "Donald Trump")]),
        ("A jury convicted Hunter Biden of three felonies.", &[("Hunter Biden", "Hunter Biden")]),
        (
            "Imran Khan was jailed in Pakistan. Khan denied the charges.",
            &[("Imran Khan", "Imran Khan"), ("Khan", "Imran Khan")],
        ),
        ("Seoul said President Yoon would visit Japan.", &[("Yoon", "Yoon Suk Yeol")]),
        ("In Paris, Joseph R. Biden met reporters.", &[("Joseph R. Biden", "Joe Biden")]),
    ] {
        let expected: Vec<_> = expected
            .iter()
            .map(|(words, name)| ((*words).to_owned(), (*name).to_owned()))
            .collect();
        assert_eq!(people(text), expected, "{text}");
    }
}

#[test]
fn an_article_or_a_title_before_a_name_tells_what_it_is_not() {
    let ids = |text: &str, words: &str| -> Vec<String> {
        let found = annotate(text, Some("en")).mentions.into_iter();
        let of = found.filter(|m| m.span.as_ref().is_some_and(|s| text[s.start..s.end] == *words));
        of.flat_map(|m| m.external_ids).map(|id| id.scheme).collect()
    };
    for (text, words) in [
        ("A drought has left boats stranded along the Amazon.", "Amazon"),
        ("The Amazon is home to 400 billion trees.", "Amazon"),
        ("Miners were driven from the Amazon in March.", "Amazon"),
        ("Queen Victoria ruled for 63 years.", "Victoria"),
        ("Mr. Jordan declined to comment on Friday.", "Jordan"),
    ] {
        assert!(ids(text, words).is_empty(), "{text}");
    }
    for (text, words, scheme) in [
        ("The European Commission fined Amazon 746 million euros.", "Amazon", "ticker"),
        ("Workers at the Amazon warehouse in Staten Island voted.", "Amazon", "ticker"),
        ("The state of Victoria in Australia banned it.", "Victoria", "wikidata"),
        ("King Abdullah II of Jordan met officials in Amman.", "Jordan", "wikidata"),
    ] {
        assert!(ids(text, words).contains(&scheme.to_owned()), "{text}");
    }
}

#[test]
fn names_are_found_in_many_scripts() {
    let unknown = annotate("Президент России прибыл.", None);
    assert_eq!(unknown.mentions[0].name, "Russia", "the alphabet is enough");
    for (language, text, expected) in [
        (
            "ru",
            "Президент Казахстана встретился с Владимиром Путиным в Москве.",
            &["Kazakhstan", "Moscow"][..],
        ),
        ("zh", "哈萨克斯坦将向韩国供应锂。", &["Kazakhstan", "South Korea", "lithium"]),
        ("ja", "日本と韓国の首脳が東京で会談した。", &["Japan", "South Korea", "Tokyo"]),
        ("ko", "한국은 카자흐스탄에서 리튬을 수입한다.", &["South Korea", "Kazakhstan", "lithium"]),
        ("ar", "زار الرئيس الروسي كازاخستان ومصر.", &["Kazakhstan", "Egypt"]),
        ("fr", "Le président kazakh a visité la Corée du Sud.", &["Kazakhstan", "South Korea"]),
        (
            "de",
            "Deutschland und Frankreich liefern Waffen an die Ukraine.",
            &["Germany", "France", "Ukraine"],
        ),
        ("tr", "Kazakistan'da bulunan heyet Türkiye'ye döndü.", &["Kazakhstan", "Turkey"]),
        (
            "es",
            "El presidente de Kazajistán viajó a Corea del Sur.",
            &["Kazakhstan", "South Korea"],
        ),
    ] {
        let found = linked(text, language);
        for name in expected {
            assert!(
                found.iter().any(|(_, found)| found == name),
                "{language}: {name} in {found:?}"
            );
        }
    }
}

#[test]
fn headlines_in_capitals_are_read() {
    let found = linked("KAZAKHSTAN AND SOUTH KOREA SIGN LITHIUM ACCORD", "en");
    let names: Vec<_> = found.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names, ["Kazakhstan", "South Korea", "lithium"]);
}

#[test]
fn ingest_marks_every_mention_with_its_place_and_maker() {
    let db = NewsDb::open_in_memory().unwrap();
    let article =
        NewArticle::new("wire").id("1").headline("Lithium for South Korea").language("en");
    let article = article.summary("A deal in Astana.").body("Kazakhstan’s lithium goes to Seoul.");
    db.insert(article.mention(NewMention::new(EntityKind::Place, "Kazakhstan"))).unwrap();
    let stored = db.article_by_uri("newsdb:wire/1").unwrap().unwrap();
    let texts = [
        stored.headline.as_str(),
        stored.summary.as_deref().unwrap(),
        stored.body.as_deref().unwrap(),
    ];
    let found: Vec<_> = stored
        .mentions
        .iter()
        .filter(|m| m.mention.annotator.starts_with("gazetteer:"))
        .map(|m| {
            let span = m.mention.span.as_ref().unwrap();
            let text = texts[span.field as usize];
            assert!(m.mention.confidence.is_some_and(|sure| (0.5..=1.0).contains(&sure)));
            (span.field, &text[span.start..span.end], m.mention.name.as_str())
        })
        .collect();
    assert_eq!(
        found,
        [
            (Field::Headline, "Lithium", "lithium"),
            (Field::Headline, "South Korea", "South Korea"),
            (Field::Summary, "Astana", "Astana"),
            (Field::Body, "Kazakhstan", "Kazakhstan"),
            (Field::Body, "lithium", "lithium"),
            (Field::Body, "Seoul", "Seoul"),
        ]
    );
    // The publisher's word and ours are one entity, and it has the ids that we know.
    let kazakhstan = db.resolve_entity("Q232").unwrap();
    assert_eq!(db.resolve_entity("Kazakhstan").unwrap(), kazakhstan);
    assert_eq!(db.resolve_entity("Казахстан").unwrap(), kazakhstan, "names that the file has not");
    assert_eq!(db.find_entities("kazakhstan").unwrap().len(), 1);
    // A new text has mentions of its own.
    let again = NewArticle::new("wire").id("1").headline("Copper for Japan").language("en");
    db.insert(again.body("Chile’s copper goes to Tokyo, not to Korea.")).unwrap();
    let stored = db.article_by_uri("newsdb:wire/1").unwrap().unwrap();
    let names: Vec<_> = stored.mentions.iter().map(|m| m.mention.name.as_str()).collect();
    assert!(names.contains(&"copper") && names.contains(&"Tokyo") && !names.contains(&"lithium"));
    assert_eq!(db.count(&Query::new().entity(db.resolve_entity("Q17").unwrap())).unwrap(), 1);
}

#[test]
fn annotation_can_be_left_out() {
    let article =
        |id: &str| NewArticle::new("wire").id(id).headline("Kazakhstan votes").language("en");
    let quiet = Options::new().annotate(false).open_in_memory().unwrap();
    quiet.insert(article("1")).unwrap();
    assert_eq!(quiet.stats().unwrap().mentions, 0);
    let db = NewsDb::open_in_memory().unwrap();
    db.ingest_with([article("1")], IngestOptions::new().annotate(false)).unwrap();
    assert_eq!(db.stats().unwrap().mentions, 0);
    db.ingest([article("2")]).unwrap();
    assert_eq!(db.stats().unwrap().mentions, 1);
}

#[test]
fn any_text_is_read_to_ranges_that_lie_on_characters() {
    let long = "Yoon".repeat(400_000);
    let marks = "Kazakhstan\u{301}\u{327}\u{0654} ".repeat(50);
    let mixed =
        "في Kazakhstan اليوم 哈萨克斯坦 U.S. \u{E000}\u{F8FF}Paris\u{200F}, Texas\u{202E}Seoul";
    let stops = "... !!! ,,, U.S.A. U.S. U. S. St. St. . . Mr. ";
    for text in [long.as_str(), &marks, mixed, stops, "", " ", "\u{feff}", "a\u{0}b"] {
        for mention in annotate(text, None).mentions {
            let span = mention.span.expect("a range");
            assert!(text.get(span.start..span.end).is_some_and(|words| !words.is_empty()));
        }
    }
}

#[test]
fn imported_names_are_looked_for_and_bad_ones_refused_with_their_line() {
    let db = NewsDb::open_in_memory().unwrap();
    let list = concat!(
        "{\"name\": \"Hanbit Materials\", \"kind\": \"organisation\", \"aliases\": [\"Hanbit\", {\"name\": \"한빛\", \"language\": \"ko\"}]}\n",
        "{\"name\": \"X\", \"kind\": \"person\"}\n",
        "{\"name\": \"Nothing\", \"kind\": \"person\", \"aliases\": [\"\"]}\n",
        "\n",
        "{\"name\": \"Always\", \"kind\": \"person\", \"aliases\": [\"the\"]}\n",
        "{\"name\": \"Atlantis\", \"kind\": \"planet\"}\n",
        "{\"name\": \"cut\n",
        "{\"name\": \"Kazakhstan\", \"kind\": \"place\", \"wikidata\": \"Q232\", \"aliases\": [\"Land of the Great Steppe\"]}\n",
    );
    let items = formats::read_entities(list.as_bytes(), "list", &Limits::default());
    let report = db.import_entities(items).unwrap();
    assert_eq!((report.read, report.imported, report.rejected), (7, 2, 5));
    let lines: Vec<_> = report.rejections.iter().map(|r| r.place.line.unwrap()).collect();
    assert_eq!(lines, [2, 3, 5, 6, 7]);
    let text = "Hanbit will build in the Land of the Great Steppe. Kazakhstan is glad.";
    db.insert(NewArticle::new("wire").id("1").headline(text).language("en")).unwrap();
    let count = |name: &str| {
        let entity = db.resolve_entity(name).unwrap();
        db.top(&Query::new().entity(entity), newsdb::Dimension::Entity, 10)
            .unwrap()
            .rows
            .into_iter()
            .find(|row| row.id.map(|id| id.to_string()) == Some(entity.to_string()))
            .and_then(|row| row.mentions)
    };
    assert_eq!(count("Hanbit Materials"), Some(1));
    assert_eq!(count("Q232"), Some(2), "the file's name and ours are one entity");
}

#[test]
fn geonames_own_form_is_read() {
    let line = "1526384\tAlmaty\tAlmaty\tALA,Alma-Ata,Алматы\t43.25\t76.91\tP\tPPLA\tKZ\t\t02\t\t\t\t1977011\t\t787\tAsia/Almaty\t2024-01-01\n";
    let items = formats::read_entities(line.as_bytes(), "KZ.txt", &Limits::default());
    let items: Vec<_> = items.map(Result::unwrap).collect();
    let almaty = &items[0].1;
    let aliases: Vec<_> = almaty.aliases.iter().map(|alias| alias.name.as_str()).collect();
    assert_eq!((almaty.name.as_str(), aliases), ("Almaty", vec!["Alma-Ata", "Алматы"]));
    assert_eq!(almaty.external_ids, [newsdb::ExternalId::new("geonames", "1526384")]);
    assert_eq!(
        (&almaty.attributes["country"], &almaty.attributes["population"]),
        (&"KZ".into(), &1_977_011.0.into())
    );
}

#[test]
fn names_that_no_list_has_are_joined_across_articles() {
    let db = NewsDb::open_in_memory().unwrap();
    let article = |id: &str, text: &str| NewArticle::new("wire").id(id).body(text).language("en");
    db.insert(article("1", "Mayor Zelmira Okonkwo-Haas spoke in Lisbon. Okonkwo-Haas left early."))
        .unwrap();
    db.insert(article("2", "Police praised Zelmira Okonkwo-Haas on Tuesday.")).unwrap();
    let haas = db.resolve_entity("Zelmira Okonkwo-Haas").unwrap();
    assert_eq!(db.count(&Query::new().entity(haas)).unwrap(), 2);
    let mentions = db
        .article_by_uri(
            &db.search(&Query::new().text("early"), newsdb::Sort::Newest, 1, None).unwrap().hits[0]
                .uri,
        )
        .unwrap()
        .unwrap()
        .mentions;
    let theirs: Vec<_> = mentions.iter().filter(|m| m.entity == haas).collect();
    assert!(theirs.iter().all(|m| m.mention.annotator.starts_with("model:")));
    assert!(theirs.len() >= 2, "the short form is theirs too: {theirs:?}");
}

#[test]
fn nobody_is_named_long_before_their_office() {
    let article = |id: &str, year: i32, text: &str| {
        let date = newsdb::Date::utc(
            chrono::NaiveDate::from_ymd_opt(year, 3, 2)
                .unwrap()
                .and_hms_opt(9, 0, 0)
                .unwrap()
                .and_utc(),
        );
        NewArticle::new("wire").id(id).body(text).language("en").published(date)
    };
    let db = NewsDb::open_in_memory().unwrap();
    let text = "A spokeswoman, Kamala Harris, said the plant would close.";
    db.insert(article("1", 1987, text)).unwrap();
    assert!(db.find_entities("Kamala Harris").unwrap().iter().all(|e| e.external_ids.is_empty()));
    db.insert(article("2", 2022, "Vice President Kamala Harris flew to Chicago.")).unwrap();
    let harris = db.entity_by_external_id("newsdb", "person/kamala-harris").unwrap().unwrap();
    assert_eq!(db.count(&Query::new().entity(harris.id)).unwrap(), 1);
}

#[test]
fn a_name_of_several_keeps_its_candidates() {
    let db = NewsDb::open_in_memory().unwrap();
    let body = "The fair in Springfield opened on Monday.";
    db.insert(NewArticle::new("wire").id("1").body(body).language("en")).unwrap();
    let uri = &db.search(&Query::new(), newsdb::Sort::Newest, 1, None).unwrap().hits[0].uri;
    let article = db.article_by_uri(uri).unwrap().unwrap();
    assert!(article.mentions.is_empty(), "{:?}", article.mentions);
    let [unlinked] = article.annotations.as_slice() else { panic!("{:?}", article.annotations) };
    assert_eq!(unlinked.kind, "unlinked");
    let span = unlinked.span.as_ref().unwrap();
    assert_eq!((span.field, body.get(span.start..span.end)), (Field::Body, Some("Springfield")));
    let value: Unlinked = serde_json::from_value(unlinked.value.clone()).unwrap();
    let within: Vec<_> = value
        .candidates
        .iter()
        .map(|candidate| {
            assert_eq!(candidate.kind, EntityKind::Place);
            assert!((0.5..=1.0).contains(&candidate.confidence));
            let id = &candidate.external_ids[0];
            known(&id.scheme, &id.value).expect("a known place").country
        })
        .collect();
    assert!(within.len() > 1 && within.iter().all(|country| country.as_deref() == Some("US")));
    // However often it stands there.
    let often = NewArticle::new("wire").id("2").body(body.repeat(3_000)).language("en");
    db.insert(often).unwrap();
    let often = db.article_by_uri("newsdb:wire/2").unwrap().unwrap();
    assert_eq!(often.annotations.len(), 1);
    // Who reads what was exported keeps it.
    let other = NewsDb::open_in_memory().unwrap();
    let mut lines = Vec::new();
    db.export_jsonl(&Query::new(), &mut lines).unwrap();
    let lines = std::io::Cursor::new(lines);
    other.ingest(formats::read(lines, "lines", None, &Default::default())).unwrap();
    let again = other.article_by_uri(uri).unwrap().unwrap();
    assert_eq!(again.annotations, article.annotations);
}

#[test]
fn a_name_that_was_seen_often_enough_is_looked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let db = NewsDb::open(&path).unwrap();
    let said = |number: u32| {
        NewArticle::new("wire")
            .id(format!("said {number}"))
            .body(format!("number {number}"))
            .mention(NewMention::new(EntityKind::Person, "Zelmira Okonkwo").annotator("desk"))
            .mention(NewMention::new(EntityKind::Person, "Okonkwo").annotator("desk"))
    };
    let portuguese = |id: &str| {
        let body = "Ontem a ministra Zelmira Okonkwo visitou a ponte. Okonkwo falou pouco.";
        NewArticle::new("wire").id(id).body(body).language("pt")
    };
    let seen = |db: &NewsDb| {
        let entity = db.resolve_entity("Zelmira Okonkwo").unwrap();
        let provisional = db.entity(entity).unwrap().unwrap().provisional;
        (provisional, db.count(&Query::new().entity(entity)).unwrap())
    };
    (1..=4).for_each(|number| _ = db.insert(said(number)).unwrap());
    let beside = NewsDb::open(&path).unwrap();
    beside.insert(portuguese("before")).unwrap();
    assert_eq!(seen(&db), (true, 4), "four are too few");
    db.insert(said(5)).unwrap();
    assert_eq!(seen(&db), (false, 5));
    // Handles that were open before look for it too, and no longer once it is seen too seldom.
    db.insert(portuguese("after")).unwrap();
    assert_eq!(seen(&db), (false, 6));
    beside.insert(portuguese("after, elsewhere")).unwrap();
    assert_eq!(seen(&db), (false, 7));
    for uri in ["newsdb:wire/after", "newsdb:wire/after, elsewhere", "newsdb:wire/said 5"] {
        let id = db.article_by_uri(uri).unwrap().unwrap().id;
        db.remove(id).unwrap();
    }
    beside.insert(portuguese("too seldom")).unwrap();
    assert_eq!(seen(&db), (true, 4));
    db.insert(said(6)).unwrap();
    let one_word = db.resolve_entity("Okonkwo").unwrap();
    assert_eq!(
        db.count(&Query::new().entity(one_word)).unwrap(),
        5,
        "one word alone is no full name"
    );
    // What is written small is no name, and what newsdb knows several of is not one more.
    for number in 0..6 {
        let mut article = NewArticle::new("wire").id(format!("more {number}")).body("more");
        for name in ["high school", "Santa Cruz"] {
            let mention = NewMention::new(EntityKind::Place, name).annotator("desk");
            article = article.mention(mention);
        }
        db.insert(article).unwrap();
    }
    drop(db);
    let db = NewsDb::open(&path).unwrap();
    let body = "The fair of the high school in Santa Cruz opened.";
    db.insert(NewArticle::new("wire").id("fair").body(body).language("en")).unwrap();
    let fair = db.article_by_uri("newsdb:wire/fair").unwrap().unwrap();
    assert!(fair.mentions.is_empty(), "{:?}", fair.mentions);
    assert_eq!(fair.annotations.len(), 1, "Santa Cruz stays unlinked");
    // One that a person adds is no longer only a name.
    db.insert(
        NewArticle::new("wire")
            .id("other")
            .body("other")
            .mention(NewMention::new(EntityKind::Person, "Anders Lindholm").annotator("desk")),
    )
    .unwrap();
    let other = db.resolve_entity("Anders Lindholm").unwrap();
    assert!(db.entity(other).unwrap().unwrap().provisional);
    db.add_entity(NewEntity::new(EntityKind::Person, "Anders Lindholm")).unwrap();
    assert!(!db.entity(other).unwrap().unwrap().provisional);
}
