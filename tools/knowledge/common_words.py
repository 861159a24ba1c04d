#!/usr/bin/env python3
"""Counts the words that English news writes small as well: lists/common-words.txt, for build.py.

usage: common_words.py OPEN-NEWS.jsonl.gz ECBPLUS.jsonl.gz > lists/common-words.txt

OPEN-NEWS   `source` and `text` a line; of its sources those in SOURCES below are counted
ECBPLUS     `text` a line: the articles of ECB+ (CC BY 3.0)
A word that stands with a capital at the head of a sentence is no evidence of a name. Python 3.9 or
later, its standard library only; the same input gives the same bytes.
"""
import collections, gzip, json, re, sys, textwrap, unicodedata

# Whose texts may be passed on: Wikinews CC BY 2.5, GUM's Wikinews CC BY, MEANTIME CC BY 4.0, the
# others the US government's own and in the public domain.
SOURCES = {'wikinews-en', 'gum-news', 'meantime-wikinews', 'us-digitalgov', 'us-18f'}
# How often a word stands small at least, and as one of how many times.
LEAST, SHARE = 3, 25

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
SMALL, ALL = collections.Counter(), collections.Counter()


def fold(text):
    text = unicodedata.normalize('NFKD', text).lower()
    return ''.join(c for c in text if not unicodedata.combining(c))


def rows(path):
    with gzip.open(path, 'rt', encoding='utf-8') as file:
        yield from map(json.loads, file)


# Addresses and tags are all small.
ADDRESS = re.compile(r'\S*(?:[/@#_]|\w\.\w)\S*')


def count(text):
    for word in WORD.findall(ADDRESS.sub(' ', text)):
        word = re.split("['’]", word)[0]
        ALL[fold(word)] += 1
        if word.islower():
            SMALL[fold(word)] += 1


for row in rows(sys.argv[1]):
    if row['source'] in SOURCES:
        count(row['text'])
for row in rows(sys.argv[2]):
    count(row['text'])
words = sorted(w for w, n in SMALL.items() if w.isascii() and len(w) > 1 and n >= LEAST and n * SHARE >= ALL[w])
print(f'# Made by common_words.py: words that stand small at least {LEAST} times, and one time in {SHARE}, in English news')
print('# (Wikinews, GUM, MEANTIME and ECB+, CC BY; Digital.gov and 18F, public domain).')
print('\n'.join(textwrap.wrap(' '.join(words), 159)))
