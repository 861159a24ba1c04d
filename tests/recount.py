#!/usr/bin/env python3
"""Ingests a JSONL file with the `news` example and recounts from the file what it answers.

usage: recount.py NEWS FILE.jsonl[.gz]   (Python 3.9+, standard library; NEWS: target/release/examples/news)
The file's ids may repeat: the first publication date of an id stands, as newsdb keeps it.
"""
import collections, datetime, gzip, json, pathlib, subprocess, sys, tempfile

news, path = sys.argv[1:3]
db = pathlib.Path(tempfile.mkdtemp()) / 'recount.db'


def run(*arguments):
    done = subprocess.run([news, '--db', str(db), *arguments, '--json'], capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def same(what, ours, expected):
    assert ours == expected, f'{what}: newsdb {ours}, recount {expected}'
    print(f'ok  {what}: {str(ours)[:100]}')


opened = gzip.open(path, 'rt', encoding='utf-8') if path.endswith('.gz') else open(path, encoding='utf-8')
rows = [json.loads(line) for line in opened if line.strip()]
articles, texts = {}, collections.defaultdict(list)
for row in rows:
    key = row['source'], row['id']
    articles.setdefault(key, row)
    text = ' '.join((row.get('headline') or row.get('title') or '').split()), ' '.join((row.get('body') or row.get('text') or '').split())
    texts[key].append(text)

first = run('ingest', path)[-1]
changed = sum(len(set(of_id)) - 1 for of_id in texts.values())
same('read, inserted, rejected', (first['read'], first['inserted'], first['rejected']), (len(rows), len(articles), 0))
same('updated', first['updated'], changed)
again = run('ingest', path)[-1]
same('a second time', (again['unchanged'], again['inserted'], again['updated']), (len(rows), 0, 0))

dates = [a.get('published') or a.get('published_at') for a in articles.values()]
months = collections.Counter(datetime.datetime.fromisoformat(d.replace('Z', '+00:00')).strftime('%Y-%m') for d in dates if d)
timeline = run('timeline', '--by', 'month')
same('months', {r['start'][:7]: r['articles'] for r in timeline if r['articles']}, dict(months))
starts = [r['start'] for r in timeline]
assert starts == sorted(set(starts)) and all(a['end'] == b['start'] for a, b in zip(timeline, timeline[1:])), 'a gap'

for kind, names in {'place': 'places', 'person': 'people', 'organisation': 'organisations'}.items():
    counts = collections.Counter(name for a in articles.values() for name in set(a.get(names, [])))
    ours = {r['key']: r['articles'] for r in run('top', kind, '--annotator', 'publisher', '--limit', '1000')}
    same(kind, ours, dict(counts))
counts = collections.Counter(s for a in articles.values() for s in set(a.get('subjects', []) + a.get('topics', [])))
if first['updated'] == 0:
    same('subject', {r['key']: r['articles'] for r in run('top', 'subject', '--limit', '1000')}, dict(counts.most_common(1000)) if len(counts) > 1000 else dict(counts))
same('source', {r['key']: r['articles'] for r in run('top', 'source', '--limit', '1000')}, dict(collections.Counter(a['source'] for a in articles.values())))
same('check', run('check')[0]['findings'], [])
