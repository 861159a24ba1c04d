//! How fast names are recognised, on one core.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use newsdb::annotate::recognise_names;
use std::hint::black_box;

/// A short article of each kind that a wire sends.
const ARTICLES: &str = "\
CENTRAL BANK OF KENYA HOLDS RATES
NAIROBI, March 3 (AP) - The Central Bank of Kenya left its key rate unchanged on Monday, and its
governor, Patrick Njoroge, said that inflation would ease. Analysts at Standard Chartered had
expected a cut. The shilling weakened to 129 to the dollar after the decision, traders said, while
shares of Safaricom rose 2 percent. The next meeting is due in May.

SOCCER - RESULTS OF ENGLISH PREMIER LEAGUE MATCHES
Leeds 1 Arsenal 2 (halftime 0-1)
Everton 0 Derby 0
Scorers: Arsenal - Ian Wright (12), Dennis Bergkamp (88)

Ministers meet in Astana over lithium
Kazakh President Kassym-Jomart Tokayev received South Korea's Yoon Suk Yeol on Wednesday. The two
signed an agreement under which Korean companies will look for lithium in the east of the country,
where deposits were found last year. Tokayev thanked his guest. It was the third stop of a tour
that had taken him to Turkmenistan, and he was to go on to Uzbekistan on Thursday, officials said.

";

fn bench(criterion: &mut Criterion) {
    let text = ARTICLES.repeat(500_000 / ARTICLES.len());
    let mut group = criterion.benchmark_group("names");
    group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(10);
    group.bench_function("recognise", |bencher| {
        bencher.iter(|| recognise_names(black_box(&text), "en").len());
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
