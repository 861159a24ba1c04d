//! Articles in, index included.

#![allow(clippy::unwrap_used)]

use criterion::{BatchSize, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use newsdb::Durability;
use newsdb_benches::{Corpus, Order, Peer, SEED, bench_articles, ingest, open_newsdb};
use tempfile::tempdir;

fn bench(criterion: &mut Criterion) {
    let articles = bench_articles();
    let plain = Corpus::plain(SEED, articles);
    for (name, corpus) in [
        ("plain", plain),
        ("plain-shuffled", plain.order(Order::Shuffled)),
        ("full", Corpus::full(SEED, articles)),
    ] {
        let mut group = criterion.benchmark_group(format!("ingest/{name}/{articles}"));
        group.sample_size(10).sampling_mode(SamplingMode::Flat);
        group.throughput(Throughput::Elements(articles));
        group.bench_function("newsdb", |bencher| {
            bencher.iter_batched(
                || tempdir().unwrap(),
                |folder| {
                    let db = open_newsdb(&folder.path().join("news.db"), Durability::Normal);
                    ingest(&db, corpus.articles());
                    drop(db);
                    folder
                },
                BatchSize::PerIteration,
            );
        });
        group.bench_function("hand-written", |bencher| {
            bencher.iter_batched(
                || tempdir().unwrap(),
                |folder| {
                    let path = folder.path().join("news.db");
                    Peer::create(&path, Durability::Normal).ingest(corpus.articles());
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
