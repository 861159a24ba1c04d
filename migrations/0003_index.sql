-- newsdb schema 3: one index of our own for words, filters and counts (src/index), in place of
-- FTS5. It starts empty; opening the file builds it from the tables.

DROP TABLE search_instance;
DROP TABLE search;
DELETE FROM meta WHERE key IN ('search_articles', 'search_tokens');

CREATE TABLE index_state (
    -- One row; see src/index/state.rs.
    only     INTEGER PRIMARY KEY CHECK (only = 1),
    version  INTEGER NOT NULL,   -- of the layout of segments
    number   INTEGER NOT NULL,   -- random, another one after each change: caches compare it
    visible  INTEGER,            -- the epoch of the segments that answer; NULL: none yet
    building INTEGER,            -- the epoch that is being built
    built    INTEGER             -- the last article that it has
) STRICT;
INSERT INTO index_state (only, version, number, visible)
    SELECT 1, 1, random(), iif(EXISTS (SELECT 1 FROM article), NULL, 1);

CREATE TABLE segment (
    -- A run of articles in the index; see src/index/segment.rs.
    slot     INTEGER PRIMARY KEY, -- where its bytes are; used again when they are gone
    key      INTEGER NOT NULL UNIQUE, -- random, and never another segment's
    epoch    INTEGER NOT NULL,
    window   INTEGER,             -- the first id of the window that holds it; NULL: it lies across several
    first_id INTEGER NOT NULL,
    last_id  INTEGER NOT NULL,
    articles INTEGER NOT NULL,
    live     INTEGER NOT NULL,    -- less those that changed or went
    texts    INTEGER NOT NULL,    -- less those that are canceled
    tokens   INTEGER NOT NULL,    -- of these
    parts    BLOB NOT NULL,       -- lengths of the parts of its bytes
    dead     BLOB,                -- a bitmap of what changed or went
    checksum INTEGER NOT NULL     -- of this row
) STRICT;

CREATE TABLE segment_page (
    place INTEGER PRIMARY KEY,    -- slot << 24 | number
    bytes BLOB NOT NULL           -- with a checksum
) STRICT;

-- Few entities are merged: those alone are looked up when something is counted.
CREATE INDEX entity_merged ON entity (entity_id, canonical_id) WHERE canonical_id <> entity_id;
