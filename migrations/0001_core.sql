-- newsdb schema 1.
--
-- Tables have singular names and belong to newsdb: they may change with every schema.
-- Views have plural names and are for everybody: their columns are stable (see the end).
-- Times are integers: seconds since 1970, UTC. Codes are those of the crate's enums.

CREATE TABLE meta (
    -- Facts about the file: tokens_version, ingest_run (the last ingest's number),
    -- search_articles and search_tokens (what the search index holds, for ranking),
    -- scrub_pending (1 while erased text may still lie in the index or the log).
    key   TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO meta (key, value) VALUES
    ('tokens_version', 1), ('ingest_run', 0),
    ('search_articles', 0), ('search_tokens', 0), ('scrub_pending', 0);

CREATE TABLE source (
    -- Who publishes.
    source_id  INTEGER PRIMARY KEY AUTOINCREMENT,
    key        TEXT NOT NULL UNIQUE,        -- as articles name it; 'unknown' when they do not
    name       TEXT,                        -- for people
    url        TEXT,                        -- its site
    country    TEXT,                        -- ISO 3166-1 alpha-2
    language   TEXT,                        -- BCP 47
    attributes TEXT NOT NULL DEFAULT '{}'   -- the caller's own, a JSON object
) STRICT;

CREATE TABLE article (
    -- One publication, with what its current version says, but for the body.
    article_id          INTEGER PRIMARY KEY, -- filing second << 20 | sequence
    source_id           INTEGER NOT NULL REFERENCES source (source_id),
    uri                 TEXT NOT NULL,       -- the publisher's, else newsdb:SOURCE/ID or newsdb:SOURCE/HASH
    external_id         TEXT,                -- the id that the source gave
    url                 TEXT,                -- where the page is
    status              INTEGER NOT NULL DEFAULT 1, -- 1 usable, 2 withheld, 3 canceled
    embargo             INTEGER,             -- withheld until then; NULL: until told otherwise
    published_source    INTEGER,             -- 1 publisher, 2 metadata, 3 url, 4 guess; NULL: undated, and the id's second is when it was first seen
    published_offset    INTEGER,             -- the publisher's seconds east of UTC, where not 0
    published_precision INTEGER NOT NULL DEFAULT 0, -- 0 second, 1 minute, 2 day
    published_raw       TEXT,                -- the date as given, where it could not be read or believed
    modified            INTEGER,             -- the publisher's date of the current version
    modified_offset     INTEGER,
    modified_precision  INTEGER,
    first_seen          INTEGER NOT NULL,
    version             INTEGER NOT NULL DEFAULT 1, -- number of the current version
    version_seen        INTEGER NOT NULL,    -- when this file first saw the current version
    content_hash        INTEGER NOT NULL,    -- of the normal form of headline, summary and body
    headline            TEXT NOT NULL DEFAULT '',
    headline_derived    INTEGER NOT NULL DEFAULT 0, -- 1: made from the text
    summary             TEXT,
    byline              TEXT,
    dateline            TEXT,
    language            TEXT,                -- BCP 47
    language_confidence REAL,                -- NULL: the publisher named the language
    urgency             INTEGER,             -- 1 (most urgent) to 9
    images              TEXT,                -- a JSON array of {url, caption, credit}
    attributes          TEXT,                -- a JSON object: the caller's own, and what a reader had no field for
    tokens              INTEGER NOT NULL DEFAULT 0, -- length in tokens, for ranking
    duplicate_group     INTEGER              -- as recorded; see group_redirect. NULL: repeats nothing
) STRICT;
CREATE UNIQUE INDEX article_uri ON article (uri);
CREATE INDEX article_source ON article (source_id, article_id);
CREATE INDEX article_group ON article (duplicate_group) WHERE duplicate_group IS NOT NULL;

CREATE TABLE article_body (
    -- The body of the current version, apart so that lists and counts do not read it.
    article_id INTEGER PRIMARY KEY REFERENCES article (article_id) ON UPDATE CASCADE ON DELETE CASCADE,
    codec      INTEGER NOT NULL,            -- how body is packed; see src/store/body.rs
    body       BLOB NOT NULL
) STRICT;

CREATE TABLE version (
    -- What an article said before, or says elsewhere under an earlier date.
    article_id         INTEGER NOT NULL REFERENCES article (article_id) ON UPDATE CASCADE ON DELETE CASCADE,
    number             INTEGER NOT NULL,    -- in order of arrival, from 1; article.version is the current one
    content_hash       INTEGER NOT NULL,
    modified           INTEGER,
    modified_offset    INTEGER,
    modified_precision INTEGER,
    seen               INTEGER NOT NULL,
    headline           TEXT NOT NULL,
    summary            TEXT,
    codec              INTEGER,             -- NULL: no body
    body               BLOB,
    mentions           TEXT,                -- a JSON array: mentions with a range, retired with this text
    PRIMARY KEY (article_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE change_log (
    -- Changes of other fields than the text, while a version was current.
    change_id   INTEGER PRIMARY KEY,
    article_id  INTEGER NOT NULL REFERENCES article (article_id) ON UPDATE CASCADE ON DELETE CASCADE,
    number      INTEGER NOT NULL,           -- the version that was current
    at          INTEGER NOT NULL,
    fields_hash INTEGER NOT NULL,           -- of the fields as they were brought before the change
    changes     TEXT NOT NULL               -- a JSON object: field: [old, new]
) STRICT;
CREATE INDEX change_log_article ON change_log (article_id);

CREATE TABLE sighting (
    -- Where an article was seen, and what it last brought from there.
    sighting_id  INTEGER PRIMARY KEY,
    article_id   INTEGER NOT NULL REFERENCES article (article_id) ON UPDATE CASCADE ON DELETE CASCADE,
    source_id    INTEGER NOT NULL REFERENCES source (source_id),
    feed         TEXT,
    external_id  TEXT,                      -- the id it had there
    id_key       INTEGER,                   -- hash of source and external id
    url          TEXT,
    url_key      INTEGER,                   -- hash of the canonical URL
    content_hash INTEGER NOT NULL,          -- of the text it last brought
    fields_hash  INTEGER NOT NULL,          -- of the other fields it last brought
    first_seen   INTEGER NOT NULL,
    last_seen    INTEGER NOT NULL,
    run          INTEGER NOT NULL,          -- the ingest that last saw it
    codec        INTEGER,                   -- of text
    text         BLOB                       -- JSON of a text that is no version: a poorer form, or another publisher's
) STRICT;
CREATE INDEX sighting_article ON sighting (article_id);
CREATE INDEX sighting_id_key ON sighting (id_key) WHERE id_key IS NOT NULL;
CREATE INDEX sighting_url_key ON sighting (url_key) WHERE url_key IS NOT NULL;
CREATE INDEX sighting_content ON sighting (content_hash);

CREATE TABLE article_redirect (
    -- Where an article went when a better date gave it another id.
    from_id INTEGER PRIMARY KEY,
    to_id   INTEGER NOT NULL
) STRICT;
CREATE INDEX article_redirect_to ON article_redirect (to_id);

CREATE TABLE tombstone (
    -- An article that was taken out, so that the next poll does not bring it back. No text.
    article_id INTEGER PRIMARY KEY,
    reason     INTEGER NOT NULL,            -- 1 removed, 2 purged, 3 canceled
    at         INTEGER NOT NULL
) STRICT;

CREATE TABLE tombstone_key (
    -- The hashes by which it would be known again.
    kind       INTEGER NOT NULL,            -- 1 source and id, 2 URL, 3 source and text, 4 URI
    key        INTEGER NOT NULL,
    article_id INTEGER NOT NULL REFERENCES tombstone (article_id) ON UPDATE CASCADE ON DELETE CASCADE,
    PRIMARY KEY (kind, key, article_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tombstone_key_article ON tombstone_key (article_id);

CREATE TABLE subject (
    -- What articles are about.
    subject_id INTEGER PRIMARY KEY AUTOINCREMENT,
    scheme     TEXT NOT NULL DEFAULT '',    -- the vocabulary; empty for plain words
    code       TEXT NOT NULL,
    name       TEXT,                        -- for people, where it differs from the code
    broader_id INTEGER REFERENCES subject (subject_id),
    UNIQUE (scheme, code)
) STRICT;

CREATE TABLE article_subject (
    article_id INTEGER NOT NULL REFERENCES article (article_id) ON UPDATE CASCADE ON DELETE CASCADE,
    subject_id INTEGER NOT NULL REFERENCES subject (subject_id),
    position   INTEGER NOT NULL,            -- in the publisher's list
    PRIMARY KEY (article_id, subject_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_subject_subject ON article_subject (subject_id, article_id);

CREATE TABLE author (
    author_id INTEGER PRIMARY KEY AUTOINCREMENT,
    name      TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE article_author (
    article_id INTEGER NOT NULL REFERENCES article (article_id) ON UPDATE CASCADE ON DELETE CASCADE,
    author_id  INTEGER NOT NULL REFERENCES author (author_id),
    position   INTEGER NOT NULL,
    PRIMARY KEY (article_id, author_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_author_author ON article_author (author_id, article_id);

CREATE TABLE tag (
    -- The caller's own labels.
    tag_id INTEGER PRIMARY KEY AUTOINCREMENT,
    name   TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE article_tag (
    article_id INTEGER NOT NULL REFERENCES article (article_id) ON UPDATE CASCADE ON DELETE CASCADE,
    tag_id     INTEGER NOT NULL REFERENCES tag (tag_id),
    position   INTEGER NOT NULL,
    PRIMARY KEY (article_id, tag_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_tag_tag ON article_tag (tag_id, article_id);

CREATE TABLE entity (
    -- Who and what articles speak of. Numbers are never used again.
    entity_id    INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         INTEGER NOT NULL,          -- 1 person, 2 organisation, 3 place, 4 object, 5 event
    name         TEXT NOT NULL,             -- the chief name
    attributes   TEXT NOT NULL DEFAULT '{}', -- the caller's own, a JSON object
    canonical_id INTEGER NOT NULL,          -- itself, or what it was merged into: follows entity_merge to its end
    asserted     INTEGER NOT NULL DEFAULT 0 -- 1: the caller created it; 0: known from mentions alone, and goes with the last
) STRICT;
CREATE INDEX entity_canonical ON entity (canonical_id);

CREATE TABLE entity_alias (
    -- Every name of an entity, the chief one too.
    name_key  TEXT NOT NULL,                -- the folded name, for looking up
    entity_id INTEGER NOT NULL REFERENCES entity (entity_id) ON DELETE CASCADE,
    name      TEXT NOT NULL,
    language  TEXT NOT NULL DEFAULT '',     -- BCP 47; empty: unknown
    PRIMARY KEY (name_key, entity_id, name, language)
) STRICT, WITHOUT ROWID;
CREATE INDEX entity_alias_entity ON entity_alias (entity_id);

CREATE TABLE entity_external_id (
    scheme    TEXT NOT NULL,
    value     TEXT NOT NULL,
    entity_id INTEGER NOT NULL REFERENCES entity (entity_id) ON DELETE CASCADE,
    PRIMARY KEY (scheme, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX entity_external_id_entity ON entity_external_id (entity_id);

CREATE TABLE entity_merge (
    -- Merges in order; an undone one stays as history.
    merge_id  INTEGER PRIMARY KEY AUTOINCREMENT,
    from_id   INTEGER NOT NULL REFERENCES entity (entity_id) ON DELETE CASCADE,
    to_id     INTEGER NOT NULL REFERENCES entity (entity_id) ON DELETE CASCADE,
    at        INTEGER NOT NULL,
    undone_at INTEGER
) STRICT;
CREATE INDEX entity_merge_from ON entity_merge (from_id);
CREATE INDEX entity_merge_to ON entity_merge (to_id);

CREATE TABLE annotator (
    -- Who says that an article mentions something: publisher, a model with its version, a caller's name.
    annotator_id INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE mention (
    -- Where an article speaks of an entity. entity_id is as recorded: merges never change it.
    article_id   INTEGER NOT NULL REFERENCES article (article_id) ON UPDATE CASCADE ON DELETE CASCADE,
    entity_id    INTEGER NOT NULL REFERENCES entity (entity_id),
    annotator_id INTEGER NOT NULL REFERENCES annotator (annotator_id),
    field        INTEGER NOT NULL,          -- 1 headline, 2 summary, 3 body; 0: said of the whole article
    start        INTEGER NOT NULL,          -- first byte of the range; of the whole article: place in the annotator's list
    end          INTEGER NOT NULL,          -- the byte after the last; of the whole article: 0
    confidence   REAL,                      -- 0 to 1
    PRIMARY KEY (article_id, entity_id, annotator_id, field, start, end)
) STRICT, WITHOUT ROWID;
CREATE INDEX mention_entity ON mention (entity_id, article_id);

CREATE TABLE duplicate (
    -- An article that repeats another's text, and how much of it.
    article_id   INTEGER PRIMARY KEY REFERENCES article (article_id) ON UPDATE CASCADE ON DELETE CASCADE,
    duplicate_of INTEGER NOT NULL REFERENCES article (article_id) ON UPDATE CASCADE ON DELETE CASCADE,
    similarity   REAL NOT NULL              -- Jaccard of three-word shingles; 1: the same text
) STRICT;
CREATE INDEX duplicate_of ON duplicate (duplicate_of);

CREATE TABLE duplicate_band (
    -- MinHash bands, by which near-duplicates are found. See src/ingest/similar.rs.
    band       INTEGER NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (band, article_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE group_redirect (
    -- Groups of duplicates that turned out to be one. to_group is the end of the chain.
    from_group INTEGER PRIMARY KEY,
    to_group   INTEGER NOT NULL
) STRICT;
CREATE INDEX group_redirect_to ON group_redirect (to_group);

-- The search index: rowid is article_id, the text is our own tokens with a blank between.
CREATE VIRTUAL TABLE search USING fts5 (
    headline, summary, body,
    content = '', contentless_delete = 1, tokenize = "ascii tokenchars '~&+#.'"
);
CREATE VIRTUAL TABLE search_instance USING fts5vocab (search, instance);

-- The views below are for reading with any SQLite tool; their columns stay. Times are RFC 3339
-- in UTC. Bodies are packed and are not shown: use `news show` or the crate.

CREATE VIEW articles AS
    -- Usable articles, those whose embargo has ended among them.
    SELECT a.article_id                                                       AS id,
           a.uri                                                              AS uri,
           s.key                                                              AS source,
           a.url                                                              AS url,
           a.headline                                                         AS headline,
           a.summary                                                          AS summary,
           a.byline                                                           AS byline,
           a.language                                                         AS language,
           CASE WHEN a.published_source IS NULL THEN NULL
                WHEN a.published_precision = 2 THEN strftime('%Y-%m-%d', a.article_id >> 20, 'unixepoch')
                ELSE strftime('%Y-%m-%dT%H:%M:%SZ', a.article_id >> 20, 'unixepoch') END AS published,
           strftime('%Y-%m-%dT%H:%M:%SZ', a.modified, 'unixepoch')            AS modified,
           strftime('%Y-%m-%dT%H:%M:%SZ', a.first_seen, 'unixepoch')          AS first_seen,
           a.version                                                          AS version,
           a.urgency                                                          AS urgency,
           a.attributes                                                       AS attributes,
           coalesce(g.to_group, a.duplicate_group)                            AS duplicate_group
      FROM article a
      JOIN source s USING (source_id)
      LEFT JOIN group_redirect g ON g.from_group = a.duplicate_group
     WHERE a.status = 1 OR (a.status = 2 AND a.embargo <= unixepoch());

CREATE VIEW sources AS
    SELECT source_id AS id, key, name, url, country, language, attributes FROM source;

CREATE VIEW sightings AS
    SELECT t.article_id                                               AS article_id,
           s.key                                                      AS source,
           t.feed                                                     AS feed,
           t.external_id                                              AS external_id,
           t.url                                                      AS url,
           strftime('%Y-%m-%dT%H:%M:%SZ', t.first_seen, 'unixepoch')  AS first_seen,
           strftime('%Y-%m-%dT%H:%M:%SZ', t.last_seen, 'unixepoch')   AS last_seen
      FROM sighting t JOIN source s USING (source_id)
     WHERE t.article_id IN (SELECT id FROM articles);

CREATE VIEW article_subjects AS
    SELECT j.article_id AS article_id, nullif(s.scheme, '') AS scheme, s.code AS code,
           coalesce(s.name, s.code) AS name
      FROM article_subject j JOIN subject s USING (subject_id)
     WHERE j.article_id IN (SELECT id FROM articles);

CREATE VIEW article_authors AS
    SELECT j.article_id AS article_id, a.name AS name
      FROM article_author j JOIN author a USING (author_id)
     WHERE j.article_id IN (SELECT id FROM articles);

CREATE VIEW article_tags AS
    SELECT j.article_id AS article_id, t.name AS name
      FROM article_tag j JOIN tag t USING (tag_id)
     WHERE j.article_id IN (SELECT id FROM articles);

CREATE VIEW entities AS
    -- Merged entities point to what they were merged into.
    SELECT entity_id AS id,
           CASE kind WHEN 1 THEN 'person' WHEN 2 THEN 'organisation' WHEN 3 THEN 'place'
                     WHEN 4 THEN 'object' WHEN 5 THEN 'event' END AS kind,
           name, attributes,
           nullif(canonical_id, entity_id) AS merged_into
      FROM entity;

CREATE VIEW entity_names AS
    SELECT entity_id, name, nullif(language, '') AS language FROM entity_alias;

CREATE VIEW entity_ids AS
    SELECT entity_id, scheme, value FROM entity_external_id;

CREATE VIEW mentions AS
    -- entity_id has merges applied, recorded_id has not.
    SELECT m.article_id   AS article_id,
           e.canonical_id AS entity_id,
           m.entity_id    AS recorded_id,
           n.name         AS annotator,
           CASE m.field WHEN 1 THEN 'headline' WHEN 2 THEN 'summary' WHEN 3 THEN 'body' END AS field,
           CASE WHEN m.field > 0 THEN m.start END AS start,
           CASE WHEN m.field > 0 THEN m.end END   AS end,
           m.confidence   AS confidence
      FROM mention m
      JOIN entity e USING (entity_id)
      JOIN annotator n USING (annotator_id)
     WHERE m.article_id IN (SELECT id FROM articles);
