-- newsdb schema 2: what readers of feeds, pages and other formats bring.

ALTER TABLE article ADD COLUMN modified_source INTEGER; -- as published_source; NULL: no date of change
ALTER TABLE article ADD COLUMN enclosures TEXT;         -- a JSON array of {url, media_type, length, duration, title}

ALTER TABLE version ADD COLUMN annotations TEXT;        -- as mentions: annotations with a range, retired with this text

UPDATE article SET modified_source = 1 WHERE modified IS NOT NULL;

-- Facts more: urls_version (the canonical form of URLs of which sighting.url_key is the hash).
-- ingest_run and sighting.run number inputs: a file, or all of an ingest that names none.
-- tombstone_key.kind more: 5 headline, 6 a URL that is no identity, since several had it.
INSERT INTO meta (key, value) VALUES ('urls_version', 1);

CREATE TABLE article_html (
    -- The publisher's HTML of the current body, sanitised.
    article_id INTEGER PRIMARY KEY REFERENCES article (article_id) ON UPDATE CASCADE ON DELETE CASCADE,
    codec      INTEGER NOT NULL,            -- as article_body
    html       BLOB NOT NULL
) STRICT;

CREATE TABLE annotation (
    -- What annotators say of an article beside its mentions: quotations, amounts, tone, events.
    annotation_id INTEGER PRIMARY KEY,
    article_id    INTEGER NOT NULL REFERENCES article (article_id) ON UPDATE CASCADE ON DELETE CASCADE,
    annotator_id  INTEGER NOT NULL REFERENCES annotator (annotator_id),
    kind          TEXT NOT NULL,
    key           TEXT,                     -- by which it is replaced; NULL: all of the annotator and kind together
    field         INTEGER NOT NULL,         -- as mention
    start         INTEGER NOT NULL,
    end           INTEGER NOT NULL,
    value         TEXT NOT NULL             -- JSON
) STRICT;
CREATE UNIQUE INDEX annotation_key ON annotation (article_id, annotator_id, kind, key) WHERE key IS NOT NULL;
CREATE INDEX annotation_article ON annotation (article_id);

CREATE TABLE feed (
    -- Feeds, and what a fetcher must remember of them.
    feed_id       INTEGER PRIMARY KEY AUTOINCREMENT,
    url           TEXT NOT NULL UNIQUE,     -- as articles name it
    source_id     INTEGER REFERENCES source (source_id),
    title         TEXT,
    site          TEXT,                     -- the page that it belongs to
    language      TEXT,                     -- BCP 47
    folder        TEXT,                     -- where the reader's list keeps it, levels parted by /
    etag          TEXT,                     -- of the last answer
    last_modified TEXT,                     -- of the last answer, as the server wrote it
    polled        INTEGER,                  -- when it was last asked
    next_poll     INTEGER,                  -- when to ask again
    failures      INTEGER NOT NULL DEFAULT 0, -- since the last answer
    error         TEXT,                     -- the last failure
    attributes    TEXT NOT NULL DEFAULT '{}' -- the caller's own, a JSON object
) STRICT;

CREATE VIEW annotations AS
    SELECT t.article_id AS article_id, n.name AS annotator, t.kind AS kind, t.key AS key,
           CASE t.field WHEN 1 THEN 'headline' WHEN 2 THEN 'summary' WHEN 3 THEN 'body' END AS field,
           CASE WHEN t.field > 0 THEN t.start END AS start,
           CASE WHEN t.field > 0 THEN t.end END   AS end,
           t.value AS value
      FROM annotation t JOIN annotator n USING (annotator_id)
     WHERE t.article_id IN (SELECT id FROM articles);

CREATE VIEW feeds AS
    SELECT f.url AS url, s.key AS source, f.title AS title, f.site AS site, f.language AS language,
           f.folder AS folder, f.etag AS etag, f.last_modified AS last_modified,
           strftime('%Y-%m-%dT%H:%M:%SZ', f.polled, 'unixepoch')    AS polled,
           strftime('%Y-%m-%dT%H:%M:%SZ', f.next_poll, 'unixepoch') AS next_poll,
           f.failures AS failures, f.error AS error, f.attributes AS attributes
      FROM feed f LEFT JOIN source s USING (source_id);
