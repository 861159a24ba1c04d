//! The dates of pages, after the habits of publishers in many languages and of the older web, and the
//! headlines and authors of some of them.
//!
//! `cargo test page_dates:: -- --nocapture` prints the share of right days by group.
#![cfg(feature = "html")]

use newsdb::formats::{self, Format, ReadOptions};
use newsdb::{Date, DateSource, NewArticle};
use std::collections::BTreeMap;

const PAGES: &str = include_str!("fixtures/page-dates.txt");

/// Running text for `{en}`, `{de}` and so on.
const TEXTS: &[(&str, &str)] = &[
    (
        "en",
        "The council said on Monday that work will begin in spring and that the road past the old mill stays open to buses, while residents asked for a second hearing before the plans are settled and the money is spent.",
    ),
    (
        "de",
        "Der Rat teilte am Montag mit, dass die Arbeiten im Frühjahr beginnen und die Straße an der alten Mühle für Busse offen bleibt, während Anwohner eine zweite Anhörung verlangen, bevor über die Pläne entschieden wird.",
    ),
    (
        "fr",
        "Le conseil a déclaré lundi que les travaux commenceront au printemps et que la route devant le vieux moulin restera ouverte aux autobus, tandis que les habitants demandent une seconde réunion avant la décision finale.",
    ),
    (
        "es",
        "El consejo dijo el lunes que las obras empezarán en primavera y que la carretera del viejo molino seguirá abierta a los autobuses, mientras los vecinos piden una segunda audiencia antes de que se aprueben los planes.",
    ),
    (
        "pt",
        "O conselho disse na segunda-feira que as obras começam na primavera e que a estrada do velho moinho continua aberta aos ônibus, enquanto os moradores pedem uma segunda audiência antes da aprovação dos planos.",
    ),
    (
        "it",
        "Il consiglio ha detto lunedì che i lavori cominceranno in primavera e che la strada davanti al vecchio mulino resterà aperta agli autobus, mentre gli abitanti chiedono una seconda riunione prima della decisione.",
    ),
    (
        "nl",
        "De raad zei maandag dat het werk in het voorjaar begint en dat de weg langs de oude molen open blijft voor bussen, terwijl bewoners om een tweede hoorzitting vragen voordat over de plannen wordt beslist.",
    ),
    (
        "nb",
        "Rådet sa mandag at arbeidet begynner til våren og at veien forbi den gamle møllen holdes åpen for busser, mens beboerne ber om en ny høring før planene vedtas og pengene brukes på det nye torget.",
    ),
    (
        "sv",
        "Rådet sade på måndagen att arbetet börjar till våren och att vägen förbi den gamla kvarnen hålls öppen för bussar, medan de boende ber om ett andra samråd innan planerna antas och pengarna används.",
    ),
    (
        "fi",
        "Neuvosto kertoi maanantaina, että työt alkavat keväällä ja että vanhan myllyn ohi kulkeva tie pysyy auki linja-autoille, kun taas asukkaat pyytävät toista kuulemista ennen kuin suunnitelmista päätetään.",
    ),
    (
        "pl",
        "Rada poinformowała w poniedziałek, że prace rozpoczną się wiosną, a droga koło starego młyna pozostanie otwarta dla autobusów, podczas gdy mieszkańcy proszą o drugie wysłuchanie przed podjęciem decyzji.",
    ),
    (
        "cs",
        "Rada v pondělí uvedla, že práce začnou na jaře a že silnice kolem starého mlýna zůstane otevřená pro autobusy, zatímco obyvatelé žádají o druhé slyšení, než se o plánech rozhodne a peníze se utratí.",
    ),
    (
        "hr",
        "Vijeće je u ponedjeljak priopćilo da radovi počinju na proljeće i da cesta kraj starog mlina ostaje otvorena za autobuse, dok stanari traže drugu raspravu prije nego što se o planovima odluči i novac potroši.",
    ),
    (
        "hu",
        "A tanács hétfőn közölte, hogy a munka tavasszal kezdődik, és a régi malom melletti út nyitva marad az autóbuszok előtt, a lakók pedig második meghallgatást kérnek, mielőtt a tervekről döntenek.",
    ),
    (
        "lt",
        "Taryba pirmadienį pranešė, kad darbai prasidės pavasarį ir kad kelias pro senąjį malūną liks atviras autobusams, o gyventojai prašo antro svarstymo, kol dėl planų bus nuspręsta ir pinigai išleisti.",
    ),
    (
        "ro",
        "Consiliul a anunțat luni că lucrările încep la primăvară și că drumul de lângă moara veche rămâne deschis pentru autobuze, în timp ce locuitorii cer o a doua audiere înainte de aprobarea planurilor.",
    ),
    (
        "tr",
        "Meclis pazartesi günü çalışmaların ilkbaharda başlayacağını ve eski değirmenin önündeki yolun otobüslere açık kalacağını söyledi, sakinler ise planlar kesinleşmeden önce ikinci bir toplantı istiyor.",
    ),
    (
        "ru",
        "Совет сообщил в понедельник, что работы начнутся весной и что дорога мимо старой мельницы останется открытой для автобусов, а жители просят провести второе слушание до утверждения планов.",
    ),
    (
        "uk",
        "Рада повідомила в понеділок, що роботи почнуться навесні і що дорога повз старий млин залишиться відкритою для автобусів, а мешканці просять провести друге слухання до затвердження планів.",
    ),
    (
        "bg",
        "Съветът съобщи в понеделник, че работата започва през пролетта и че пътят край старата мелница остава отворен за автобуси, а жителите искат второ изслушване преди одобряването на плановете.",
    ),
    (
        "el",
        "Το συμβούλιο ανακοίνωσε τη Δευτέρα ότι οι εργασίες αρχίζουν την άνοιξη και ότι ο δρόμος μπροστά στον παλιό μύλο μένει ανοιχτός για τα λεωφορεία, ενώ οι κάτοικοι ζητούν δεύτερη ακρόαση.",
    ),
    (
        "ar",
        "قال المجلس يوم الاثنين إن العمل سيبدأ في الربيع وإن الطريق المار بالطاحونة القديمة سيبقى مفتوحا للحافلات، بينما طلب السكان جلسة استماع ثانية قبل إقرار الخطط وصرف الأموال على الساحة الجديدة.",
    ),
    (
        "fa",
        "شورا روز دوشنبه گفت که کار در بهار آغاز می‌شود و جاده کنار آسیاب قدیمی برای اتوبوس‌ها باز می‌ماند، در حالی که ساکنان پیش از تصویب طرح‌ها جلسه دوم شنیدن نظرها را خواستار شدند و شهرداری موافقت کرد.",
    ),
    (
        "he",
        "המועצה הודיעה ביום שני כי העבודות יתחילו באביב וכי הדרך ליד הטחנה הישנה תישאר פתוחה לאוטובוסים, בעוד התושבים מבקשים שימוע שני לפני שהתוכניות יאושרו והכסף יוצא על הכיכר החדשה.",
    ),
    (
        "hi",
        "परिषद ने सोमवार को कहा कि काम वसंत में शुरू होगा और पुरानी चक्की के पास की सड़क बसों के लिए खुली रहेगी, जबकि निवासियों ने योजनाएँ तय होने से पहले दूसरी सुनवाई की माँग की है।",
    ),
    (
        "bn",
        "পরিষদ সোমবার জানিয়েছে যে কাজ বসন্তে শুরু হবে এবং পুরনো কলের পাশের রাস্তা বাসের জন্য খোলা থাকবে, আর বাসিন্দারা পরিকল্পনা চূড়ান্ত হওয়ার আগে দ্বিতীয় শুনানি চেয়েছেন।",
    ),
    (
        "th",
        "สภาแจ้งเมื่อวันจันทร์ว่างานจะเริ่มในฤดูใบไม้ผลิและถนนหน้าโรงสีเก่าจะเปิดให้รถโดยสารผ่านได้ ขณะที่ชาวบ้านขอให้รับฟังความเห็นอีกครั้งก่อนตัดสินใจเรื่องแผนและงบประมาณ",
    ),
    (
        "vi",
        "Hội đồng cho biết hôm thứ Hai rằng công việc sẽ bắt đầu vào mùa xuân và con đường qua cối xay cũ vẫn mở cho xe buýt, trong khi người dân yêu cầu một buổi điều trần thứ hai trước khi kế hoạch được thông qua.",
    ),
    (
        "id",
        "Dewan mengatakan pada hari Senin bahwa pekerjaan akan dimulai pada musim semi dan jalan di depan penggilingan tua tetap dibuka untuk bus, sementara warga meminta sidang kedua sebelum rencana itu disetujui.",
    ),
    (
        "ja",
        "市議会は月曜日、工事が春に始まり、古い水車小屋の前の道はバスのために開けておくと発表した。住民は計画が決まる前にもう一度説明会を開くよう求めている。市長は検討すると答えた。",
    ),
    (
        "ko",
        "의회는 월요일에 공사가 봄에 시작되며 옛 방앗간 앞 도로는 버스를 위해 계속 열어 둔다고 밝혔다. 주민들은 계획이 확정되기 전에 두 번째 공청회를 요구하고 있다. 시장은 검토하겠다고 답했다.",
    ),
    (
        "zh",
        "市议会星期一表示，工程将于春季开始，老磨坊前的道路将继续向公共汽车开放。居民要求在计划确定之前再举行一次听证会。市长说，他会认真考虑居民提出的各项意见，并尽快答复。",
    ),
];

/// A page and what a reader finds on it.
#[derive(Default)]
struct Page {
    group: &'static str,
    name: &'static str,
    url: &'static str,
    published: Option<Date>,
    source: Option<DateSource>,
    raw: Option<&'static str>,
    modified: Option<Date>,
    title: Option<&'static str>,
    authors: Option<&'static str>,
    html: String,
}

fn pages() -> Vec<Page> {
    let mut pages: Vec<Page> = Vec::new();
    for part in PAGES.split("=== ").filter(|part| !part.trim().is_empty()) {
        let (head, html) = part.split_once("\n\n").unwrap();
        let mut lines = head.lines();
        let (group, name) = lines.next().unwrap().split_once(" | ").unwrap();
        let mut page = Page { group, name, ..Page::default() };
        for (key, value) in lines.map(|line| line.split_once(": ").unwrap()) {
            match key {
                "url" => page.url = value,
                "published" => page.published = value.parse().ok(),
                "source" => page.source = Some(value.parse().unwrap()),
                "raw" => page.raw = Some(value),
                "modified" => page.modified = Some(value.parse().unwrap()),
                "title" => page.title = Some(value),
                "authors" => page.authors = Some(if value == "none" { "" } else { value }),
                _ => panic!("{key}"),
            }
        }
        page.html = html.to_owned();
        for (language, text) in TEXTS {
            let paragraphs = format!("<p>{text}</p><p>{text}</p><p>{text}</p>");
            page.html = page.html.replace(&format!("{{{language}}}"), &paragraphs);
        }
        pages.push(page);
    }
    pages
}

fn read(url: &str, html: &str) -> NewArticle {
    let options = ReadOptions { url: Some(url.to_owned()), ..ReadOptions::default() };
    let input = std::io::Cursor::new(html.as_bytes().to_owned());
    formats::read(input, "page", Some(Format::Html), &options).next().unwrap().unwrap()
}

#[test]
fn pages_are_dated_as_a_reader_would() {
    let mut shares: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    let day = |date: Option<Date>| date.map(|date| date.to_string().get(..10).map(str::to_owned));
    for page in pages() {
        let found = read(page.url, &page.html);
        let share = shares.entry(page.group).or_default();
        share.0 += usize::from(day(found.published) == day(page.published));
        share.1 += 1;
        let got = (found.published, found.published_source, found.published_raw.as_deref());
        let expected = (page.published, page.source, page.raw);
        if got != expected || found.modified != page.modified {
            let (got, expected) = ((got, found.modified), (expected, page.modified));
            wrong.push(format!("{} | {}:\n  {got:?}\n  {expected:?}", page.group, page.name));
        }
        let names = found.authors.join("; ");
        let given = [(page.title, found.headline.unwrap_or_default()), (page.authors, names)];
        for (expected, got) in given {
            if expected.is_some_and(|expected| expected != got) {
                wrong.push(format!("{} | {}:\n  {got:?}\n  {expected:?}", page.group, page.name));
            }
        }
    }
    for (group, (right, all)) in shares {
        println!("{group:<10} {right:>3} of {all:>3} days right");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Pages made to be slow. Each holds a date that is found, or none, in time that grows with its
/// length alone: a quadratic step would make this test run for hours.
#[test]
fn hostile_pages_are_read_in_linear_time() {
    let h1 = "<html lang=en><body><h1>Hostile page</h1>";
    let text = "The council said on Monday that work will begin in spring. ".repeat(10);
    for (name, filling) in [
        ("digits", "7".repeat(1 << 20)),
        ("dates in one line", "3 March 2021 ".repeat(80_000)),
        ("dates in lines", "<p>3 March 2021</p>".repeat(50_000)),
        ("marks", "1/1/".repeat(250_000)),
        ("months", "March ".repeat(150_000)),
        ("labels", "published ".repeat(100_000)),
        ("a class", format!("<p class='{}'>3 March 2021</p>", "date ".repeat(200_000)).repeat(3)),
        ("times", "<time datetime='2021-03-03'>x</time>".repeat(30_000)),
        ("script", format!("<script>var a = '{}'</script>", "datePublished".repeat(80_000))),
        ("nesting", "<div class=date>".repeat(30_000)),
    ] {
        let article = read("http://h.example/a", &format!("{h1}<p>{text}</p>{filling}"));
        assert!(article.headline.is_some(), "{name}");
    }
    let url = format!("http://h.example/{}", "1/".repeat(500_000));
    assert_eq!(read(&url, &format!("{h1}<p>{text}</p>")).published, None);
}
