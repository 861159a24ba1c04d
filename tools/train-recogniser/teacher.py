"""Names that a spaCy pipeline finds in each text, as JSON lines.

    python teacher.py MODEL < texts.jsonl > labels.jsonl

MODEL is a path or a package. A line in has "id" and "text"; a line out has "id", "text" and
"names", each [start, end, label] in bytes of the text.
"""
import json, os, sys
import spacy

nlp = spacy.load(sys.argv[1], exclude=["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"])
nlp.max_length = 10_000_000

def offsets(text):
    at, table = 0, []
    for c in text:
        table.append(at)
        at += len(c.encode())
    table.append(at)
    return table

rows = [json.loads(line) for line in sys.stdin]
for row, doc in zip(rows, nlp.pipe((r["text"] for r in rows), batch_size=32)):
    at = offsets(row["text"])
    names = [[at[e.start_char], at[e.end_char], e.label_] for e in doc.ents]
    print(json.dumps({"id": row["id"], "text": row["text"], "names": names}, ensure_ascii=False))
