#!/usr/bin/env python3
"""Asks two builds of the `news` example the same questions about the same real news.

usage: same_answers.py OLD_NEWS NEW_NEWS FILE.jsonl[.gz]... [--questions N] [--seed N]
(Python 3.9+, standard library.) OLD_NEWS makes the file and answers; a copy of the file is opened, and so
migrated, by NEW_NEWS, which must give the same lines: members, counts, buckets, lists and orders equal, scores
to 1e-6.
"""
import argparse, collections, gzip, json, math, pathlib, random, re, shutil, subprocess, sys, tempfile

arguments = argparse.ArgumentParser()
arguments.add_argument('old')
arguments.add_argument('new')
arguments.add_argument('files', nargs='+')
arguments.add_argument('--questions', type=int, default=600)
arguments.add_argument('--seed', type=int, default=1)
arguments = arguments.parse_args()
chance = random.Random(arguments.seed)
folder = pathlib.Path(tempfile.mkdtemp())


def run(news, db, *words):
    done = subprocess.run([news, '--db', str(db), *words, '--json'], capture_output=True)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def material():
    """Words, pairs of neighbours, languages, sources, subjects and days that the files hold."""
    words, pairs, facts = collections.Counter(), [], collections.defaultdict(set)
    for file in arguments.files:
        with (gzip.open if file.endswith('.gz') else open)(file, 'rt', encoding='utf-8') as lines:
            for number, line in enumerate(lines):
                if number % 7:
                    continue
                row = json.loads(line)
                text = ' '.join(str(row.get(key) or '') for key in ('title', 'headline', 'text', 'body'))
                found = re.findall(r'\w+', text)[:400]
                words.update(found)
                at = chance.randrange(len(found)) if len(found) > 3 else 0
                pairs.append(' '.join(found[at:at + chance.choice((2, 2, 3))]))
                for key in ('source', 'language'):
                    facts[key].update([row[key]] if row.get(key) else [])
                facts['subject'].update((row.get('subjects') or row.get('topics') or [])[:1])
                facts['entity'].update((row.get('places') or [])[:1] + (row.get('people') or [])[:1])
                date = str(row.get('published_at') or row.get('published') or '')[:10]
                facts['day'].update([date] if re.fullmatch(r'\d{4}-\d\d-\d\d', date) else [])
    ranked = [word for word, _ in words.most_common()]
    return ranked, pairs, {key: sorted(values) for key, values in facts.items()}


ranked, pairs, facts = material()
word = lambda: ranked[min(int(len(ranked) ** chance.random()), len(ranked) - 1)]


def text():
    return chance.choice([
        word, word, lambda: f'{word()} {word()}', lambda: f'{word()} OR {word()}', lambda: f'{word()} -{word()}',
        lambda: f'"{chance.choice(pairs)}"', lambda: f'{word()[:4]}*', lambda: f'({word()} OR {word()}) {word()}',
        lambda: f'{word()} -"{chance.choice(pairs)}"', lambda: '', lambda: f'-{word()}',
    ])()


def filters():
    chosen = []
    for key in ('source', 'language', 'subject', 'entity'):
        if facts.get(key) and chance.random() < 0.15:
            chosen += [f'--{key}', str(chance.choice(facts[key]))]
    if chance.random() < 0.3:
        chosen += ['--since', chance.choice(facts['day'])]
    if chance.random() < 0.3:
        chosen += ['--until', chance.choice(facts['day'])]
    return chosen + (['--unique'] if chance.random() < 0.15 else [])


def question():
    kinds = ['source', 'language', 'subject', 'person', 'place', 'organisation', 'entities', 'author', 'tag']
    zone = lambda: chance.choice(['UTC', 'Asia/Kolkata', 'America/New_York', 'Pacific/Apia'])
    return chance.choice([
        lambda: ['search', text(), '--sort', chance.choice(['newest', 'oldest', 'relevance']), '--limit', str(chance.choice((5, 20, 60))), *filters()],
        lambda: ['search', text(), '--sort', 'relevance', *filters()],
        lambda: ['timeline', text(), '--by', chance.choice(['day', 'week', 'month', 'year']), '--tz', zone(), *filters()],
        lambda: ['timeline', text(), '--by', 'month', '--split', chance.choice(['source', 'language', 'subject', 'entity']), '--limit', '8', *filters()],
        lambda: ['top', chance.choice(kinds), text(), '--limit', str(chance.choice((5, 50))), *filters()],
        lambda: ['graph', '--limit', '20', *filters()],
    ])()


def same(a, b):
    if isinstance(a, float) and isinstance(b, (int, float)):
        return math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-6)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(key in ('next', 'snippet') or same(a[key], b[key]) for key in a)
    return a == b


def pages(news, db, words):
    """The answer, and where it has a cursor the page after it."""
    code, rows = run(news, db, *words)
    if rows and rows[-1].get('next'):
        code, more = run(news, db, *words, '--cursor', rows[-1]['next'])
        rows = rows + more
    return code, rows


old_db, migrated = folder / 'old.db', folder / 'migrated.db'
for file in arguments.files:
    code, rows = run(arguments.old, old_db, 'ingest', file)
    print(f'{file}: {rows[-1]}')
shutil.copy(old_db, migrated)
code, rows = run(arguments.new, migrated, 'check')
assert code == 0, rows
wrong = 0
for number in range(arguments.questions):
    words = question()
    expected = pages(arguments.old, old_db, words)
    if not same(list(expected), list(pages(arguments.new, migrated, words))):
        wrong += 1
        print(f'DIFFERENT: {words}')
    if number % 100 == 99:
        print(f'{number + 1} questions, {wrong} different')
shutil.rmtree(folder)
print(f'{arguments.questions} questions, seed {arguments.seed}: {wrong} different')
sys.exit(wrong > 0)
