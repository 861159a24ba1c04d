//! Counts by day.

use criterion::{Criterion, criterion_group, criterion_main};
use newsdb_benches::{Corpus, Job, Pair, SEED, bench_articles};

fn bench(criterion: &mut Criterion) {
    let articles = bench_articles();
    let pair = Pair::fill(Corpus::plain(SEED, articles));
    for job in [Job::TimelineAll, Job::TimelineWord] {
        let ours = job.ask_newsdb(&pair.newsdb, &pair.corpus);
        assert_eq!(ours, job.ask_peer(&pair.peer, &pair.corpus), "{}", job.name());
        let mut group = criterion.benchmark_group(format!("{}/{articles}", job.name()));
        group.sample_size(20);
        group.bench_function("newsdb", |bencher| {
            bencher.iter(|| job.ask_newsdb(&pair.newsdb, &pair.corpus));
        });
        group.bench_function("hand-written", |bencher| {
            bencher.iter(|| job.ask_peer(&pair.peer, &pair.corpus));
        });
        group.finish();
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
