//! Reading beside storing what was read: RSS, Atom, JSON Feed, JSON lines and GKG, around the same
//! articles. A row of GKG has no text, but names, themes, places and tone.

#![allow(clippy::unwrap_used)]

use criterion::{BatchSize, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use newsdb::formats::{self, Format, ReadOptions};
use newsdb::{Durability, NewArticle};
use newsdb_benches::{Corpus, SEED, bench_articles, ingest, open_newsdb};
use std::hint::black_box;
use std::io::Cursor;
use tempfile::tempdir;

/// An input around articles: what stands before, one article, what stands between, and after.
struct Shape {
    name: &'static str,
    format: Format,
    before: &'static str,
    item: fn(&NewArticle) -> String,
    between: &'static str,
    after: &'static str,
}

const SHAPES: &[Shape] = &[
    Shape {
        name: "rss",
        format: Format::Feed,
        before: "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
                 xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Bench</title>\
                 <link>https://bench.example/</link><language>en</language>",
        item: |article| {
            format!(
                "<item><title>{}</title><link>{}</link><guid isPermaLink=\"false\">{}\
                 </guid><pubDate>{}</pubDate><dc:creator><![CDATA[A. Writer]]></dc:creator>\
                 <category>news</category><content:encoded><![CDATA[<p>{}</p>]]></content:encoded></item>\n",
                text(&article.headline),
                text(&article.url),
                text(&article.url),
                article.published.unwrap().at().format("%a, %d %b %Y %H:%M:%S GMT"),
                text(&article.body).replace("\n\n", "</p>\n<p>"),
            )
        },
        between: "",
        after: "</channel></rss>",
    },
    Shape {
        name: "atom",
        format: Format::Feed,
        before: "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\"><title>Bench</title>\
                 <link href=\"https://bench.example/\"/><author><name>A. Writer</name></author>",
        item: |article| {
            format!(
                "<entry><title>{}</title><link href=\"{}\"/><id>{}</id>\
                 <published>{}</published><category term=\"news\"/><content type=\"html\">&lt;p&gt;{}&lt;/p&gt;\
                 </content></entry>\n",
                text(&article.headline),
                text(&article.url),
                text(&article.url),
                article.published.unwrap(),
                text(&article.body).replace("\n\n", "&lt;/p&gt;\n&lt;p&gt;"),
            )
        },
        between: "",
        after: "</feed>",
    },
    Shape {
        name: "json-feed",
        format: Format::Feed,
        before: "{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"Bench\", \
                 \"home_page_url\": \"https://bench.example/\", \"items\": [",
        item: |article| {
            format!(
                "{{\"id\": \"{}\", \"url\": \"{}\", \"title\": \"{}\", \
                 \"date_published\": \"{}\", \"tags\": [\"news\"], \"content_html\": \"<p>{}</p>\"}}\n",
                text(&article.url),
                text(&article.url),
                text(&article.headline),
                article.published.unwrap(),
                text(&article.body).replace('\n', "\\n").replace("\\n\\n", "</p><p>"),
            )
        },
        between: ",",
        after: "]}",
    },
    Shape {
        name: "jsonl",
        format: Format::Jsonl,
        before: "",
        item: |article| {
            let line = serde_json::json!({
                "id": article.url, "source": article.source, "url": article.url,
                "headline": article.headline, "body": article.body, "authors": ["A. Writer"],
                "published": article.published.unwrap().to_string(), "subjects": ["news"],
            });
            format!("{line}\n")
        },
        between: "",
        after: "",
    },
    Shape {
        name: "gkg",
        format: Format::GdeltGkg,
        before: "",
        item: |article| {
            let mut row = [const { String::new() }; 27];
            let seen = article.published.unwrap().at().format("%Y%m%d%H%M%S").to_string();
            for (number, text) in [
                (1, format!("{seen}-1")),
                (2, seen),
                (3, "1".to_owned()),
                (4, "bench.example".to_owned()),
                (5, article.url.clone().unwrap()),
                (9, "LEADER,10;TAX_FNCACT_MAYOR,40;TRANSPORT,90;WB_135_TRANSPORT,90".to_owned()),
                (11, "1#Sweden#SW#SW##62#15#SW#70;4#Malmo, Skane Lan, Sweden#SW#SW27#29#55.6#13#-2#80".to_owned()),
                (13, "Anna Berg,12;Jon Lund,95".to_owned()),
                (15, "Harbour Board,30".to_owned()),
                (16, "1.5,3.1,1.6,4.7,20.1,0.5,540".to_owned()),
                (27, format!("<PAGE_TITLE>{}</PAGE_TITLE>", article.headline.as_deref().unwrap())),
            ] {
                row[number - 1] = text;
            }
            row.join("\t") + "\n"
        },
        between: "",
        after: "",
    },
];

fn text(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or("")
}

fn input(shape: &Shape, articles: &[NewArticle]) -> Vec<u8> {
    let items: Vec<_> = articles.iter().map(shape.item).collect();
    format!("{}{}{}", shape.before, items.join(shape.between), shape.after).into_bytes()
}

fn read(input: Vec<u8>, format: Format) -> impl Iterator<Item = NewArticle> {
    let options = ReadOptions::default();
    formats::read(Cursor::new(input), "bench", Some(format), &options).map(Result::unwrap)
}

fn bench(criterion: &mut Criterion) {
    let articles: Vec<_> = Corpus::plain(SEED, bench_articles()).articles().collect();
    for shape in SHAPES {
        let bytes = input(shape, &articles);
        let mut group = criterion.benchmark_group(format!("{}/{}", shape.name, articles.len()));
        group.sample_size(10).sampling_mode(SamplingMode::Flat);
        group.throughput(Throughput::Elements(articles.len() as u64));
        group.bench_function("read", |bencher| {
            let clone = || bytes.clone();
            let count = |input| {
                assert_eq!(read(input, shape.format).map(black_box).count(), articles.len());
            };
            bencher.iter_batched(clone, count, BatchSize::PerIteration);
        });
        group.bench_function("store", |bencher| {
            bencher.iter_batched(
                || (tempdir().unwrap(), read(bytes.clone(), shape.format).collect::<Vec<_>>()),
                |(folder, articles)| {
                    let db = open_newsdb(&folder.path().join("news.db"), Durability::Normal);
                    ingest(&db, articles.into_iter());
                    drop(db);
                    folder
                },
                BatchSize::PerIteration,
            );
        });
        group.finish();
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
