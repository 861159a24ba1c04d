#!/usr/bin/env python3
"""Builds src/annotate/tone/afinn.tsv.gz: words and their valence in seven languages.

usage: build.py FOLDER OUT.tsv.gz      FOLDER: the `data` folder of AFINN (Apache-2.0)
"""
import gzip, pathlib, sys

FILES = {'da': 'AFINN-da-32.txt', 'en': 'AFINN-en-165.txt', 'fi': 'AFINN-fi-165.txt', 'fr': 'AFINN-fr-165.txt',
         'pl': 'AFINN-pl-165.txt', 'sv': 'AFINN-sv-165.txt', 'tr': 'AFINN-tr-165.txt'}
lines = []
for language, name in FILES.items():
    for line in (pathlib.Path(sys.argv[1]) / name).read_text(encoding='utf-8').splitlines():
        word, _, valence = line.rpartition('\t')
        # Phrases are left out: words are looked up one by one.
        if word.isalpha() and int(valence):
            lines.append(f'{language}\t{word}\t{int(valence)}')
with open(sys.argv[2], 'wb') as file, gzip.GzipFile(fileobj=file, mode='wb', mtime=0, compresslevel=9, filename='') as packed:
    packed.write(('\n'.join(lines) + '\n').encode('utf-8'))
