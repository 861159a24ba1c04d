//! Reading feeds beside storing what they hold: RSS, Atom and JSON Feed around the same articles.

#![allow(clippy::unwrap_used)]

use criterion::{BatchSize, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use newsdb::formats::{self, Format, ReadOptions};
use newsdb::{Durability, NewArticle};
use newsdb_benches::{Corpus, SEED, bench_articles, ingest, open_newsdb};
use std::hint::black_box;
use std::io::Cursor;
use tempfile::tempdir;

/// A feed around articles: what stands before, one article, what stands between, and after.
struct Shape {
    name: &'static str,
    before: &'static str,
    item: fn(&NewArticle) -> String,
    between: &'static str,
    after: &'static str,
}

const SHAPES: &[Shape] = &[
    Shape {
        name: "rss",
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
];

fn text(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or("")
}

fn feed(shape: &Shape, articles: &[NewArticle]) -> Vec<u8> {
    let items: Vec<_> = articles.iter().map(shape.item).collect();
    format!("{}{}{}", shape.before, items.join(shape.between), shape.after).into_bytes()
}

fn read(feed: Vec<u8>) -> impl Iterator<Item = NewArticle> {
    let options = ReadOptions::default();
    formats::read(Cursor::new(feed), "bench", Some(Format::Feed), &options).map(Result::unwrap)
}

fn bench(criterion: &mut Criterion) {
    let articles: Vec<_> = Corpus::plain(SEED, bench_articles()).articles().collect();
    for shape in SHAPES {
        let bytes = feed(shape, &articles);
        let mut group = criterion.benchmark_group(format!("{}/{}", shape.name, articles.len()));
        group.sample_size(10).sampling_mode(SamplingMode::Flat);
        group.throughput(Throughput::Elements(articles.len() as u64));
        group.bench_function("read", |bencher| {
            let clone = || bytes.clone();
            let count = |feed| assert_eq!(read(feed).map(black_box).count(), articles.len());
            bencher.iter_batched(clone, count, BatchSize::PerIteration);
        });
        group.bench_function("store", |bencher| {
            bencher.iter_batched(
                || (tempdir().unwrap(), read(bytes.clone()).collect::<Vec<_>>()),
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
