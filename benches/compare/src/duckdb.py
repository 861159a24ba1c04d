"""DuckDB's part of the comparison: python duckdb.py FOLDER. Prints JSON lines as the others do.

DuckDB has no inverted index: which articles have a word is given to it as a column of flags.
"""

import json
import os
import resource
import sys
import time

import duckdb

folder = sys.argv[1]
setup = json.load(open(f"{folder}/setup.json"))
path = f"{folder}/duck.db"

TABLES = {
    "article": "id INTEGER, source INTEGER, published BIGINT, language VARCHAR, tone DOUBLE, "
    "twentieth BOOLEAN, half BOOLEAN",
    "source": "id INTEGER, name VARCHAR",
    "entity": "id INTEGER, name VARCHAR",
    "subject": "id INTEGER, name VARCHAR",
    "mention": "article INTEGER, entity INTEGER",
    "article_subject": "article INTEGER, subject INTEGER",
}

if not os.path.exists(path):
    start = time.time()
    db = duckdb.connect(path)
    # It would stand among the lines, of what takes seconds.
    db.execute("SET enable_progress_bar = false")
    db.execute("SET threads = 1")
    for table, columns in TABLES.items():
        db.execute(f"CREATE TABLE {table} ({columns})")
        db.execute(f"COPY {table} FROM '{folder}/{table}.csv' (HEADER false)")
    db.close()
    seconds = time.time() - start
    print(json.dumps({"fill": {
        "seconds": seconds,
        "peak_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "file_bytes": os.path.getsize(path),
        "version": duckdb.__version__,
    }}))

db = duckdb.connect(path, read_only=True)
db.execute("SET enable_progress_bar = false")
db.execute("SET threads = 1")

TOP = """SELECT e.name, m.articles
  FROM (SELECT entity, count(*) AS articles FROM mention {} GROUP BY entity) m
  JOIN entity e ON e.id = m.entity ORDER BY 2 DESC, 1 LIMIT 50"""
HITS = "SEMI JOIN (SELECT id FROM article WHERE {}) a ON a.id = mention.article"
since, until = setup["month"]

QUESTIONS = {
    "articles a day, all":
        "SELECT published // 86400 * 86400, count(*) FROM article GROUP BY 1 ORDER BY 1",
    "top 50 entities, all": TOP.format(""),
    "top 50 entities, 30 days":
        TOP.format(HITS.format(f"published >= {since} AND published < {until}")),
    "top 50 entities of 5%": TOP.format(HITS.format("twentieth")),
    "top 50 entities of 50%": TOP.format(HITS.format("half")),
    "co-mentioned top 50, of an entity in 2%":
        "SELECT count(*) FROM entity e JOIN mention a ON a.entity = e.id "
        "JOIN mention b ON b.article = a.article AND b.entity != e.id "
        "WHERE e.name = '{}' GROUP BY b.entity ORDER BY 1 DESC LIMIT 50".format(setup["entity"]),
    "source by language":
        "SELECT s.name, a.language, a.articles FROM (SELECT source, language, count(*) AS articles "
        "FROM article GROUP BY 1, 2) a JOIN source s ON s.id = a.source ORDER BY 1, 2",
    "mean tone a week with unknown":
        "SELECT (published + 259200) // 604800, avg(tone), count(*) - count(tone) "
        "FROM article GROUP BY 1 ORDER BY 1",
    "month by subject":
        "SELECT epoch(a.month)::BIGINT, s.name, a.articles FROM ("
        "SELECT date_trunc('month', make_timestamp(published * 1000000)) AS month, subject, "
        "count(*) AS articles FROM article JOIN article_subject ON article = id GROUP BY 1, 2) a "
        "JOIN subject s ON s.id = a.subject ORDER BY 1, 2",
}

for name, sql in QUESTIONS.items():
    times = []
    spent = 0.0
    while len(times) < 4 or (spent < 0.5 and len(times) < 30):
        start = time.perf_counter()
        rows = db.execute(sql).fetchall()
        times.append(time.perf_counter() - start)
        spent += times[-1]
    warm = sorted(times[1:])
    answer = [list(row) if len(row) > 1 else row[0] for row in rows]
    print(json.dumps({"row": name, "answer": answer, "micros": warm[len(warm) // 2] * 1e6}))
