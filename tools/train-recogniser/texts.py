"""The open texts that the teachers label, as JSON lines with "id" and "text".

    python texts.py DATA > texts.jsonl

DATA holds open-news.jsonl.gz and stories/ecbplus-dev.jsonl.gz. Of the large sources a part is
taken, by a hash of the id, and of each article its first two pieces of about 12,000 characters.
"""
import gzip
import hashlib
import json
import sys

# Of how many articles one is taken.
OPEN_NEWS = {"wikinews-en": 1, "us-digitalgov": 3, "us-18f": 3}
PIECE, LONGEST_LINE, PIECES = 12_000, 30_000, 2


def rows(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def pieces(title, text):
    if title and not text.startswith(title):
        text = f"{title}\n\n{text}"
    found, piece = [], ""
    for line in text.split("\n"):
        if piece and len(piece) + len(line) > PIECE:
            found.append(piece)
            piece = ""
        piece += line + "\n"
        piece = piece[:LONGEST_LINE] if len(piece) > LONGEST_LINE else piece
    return (found + [piece])[:PIECES]


def show(source, row):
    for number, piece in enumerate(pieces(row.get("title") or "", row["text"])):
        if len(piece.strip()) >= 40:
            line = {"id": f"{source}/{row['id']}#{number}", "text": piece}
            print(json.dumps(line, ensure_ascii=False))


data = sys.argv[1]
for row in rows(f"{data}/open-news.jsonl.gz"):
    every = OPEN_NEWS.get(row["source"])
    if every and int(hashlib.sha256(row["id"].encode()).hexdigest()[:4], 16) % every == 0:
        show(row["source"], row)
for row in rows(f"{data}/stories/ecbplus-dev.jsonl.gz"):
    show("ecbplus", row)
