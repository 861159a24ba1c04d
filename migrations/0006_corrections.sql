-- newsdb schema 6: what people correct is one list of decisions.

DROP TABLE entity_correction;   -- was never written

CREATE TABLE correction (
    -- What people decided about entities and names, in order; an undone one stays as history.
    -- entity_id and other_id are what merges had left when it was decided. See src/store/corrections.rs.
    correction_id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind      INTEGER NOT NULL,             -- 1 merged into other, 2 some of it is other, 3 renamed, 4 a name added, 5 a name blocked, 6 not the same as other
    entity_id INTEGER NOT NULL REFERENCES entity (entity_id) ON DELETE CASCADE,
    other_id  INTEGER REFERENCES entity (entity_id) ON DELETE CASCADE,
    name      TEXT,
    language  TEXT,                         -- of an added name, BCP 47
    query     TEXT,                         -- JSON: the articles in which it is the other
    at        INTEGER NOT NULL,
    undone_at INTEGER
) STRICT;
INSERT INTO correction (correction_id, kind, entity_id, other_id, at, undone_at)
    SELECT merge_id, 1, from_id, to_id, at, undone_at FROM entity_merge ORDER BY merge_id;
DROP TABLE entity_merge;
CREATE INDEX correction_entity ON correction (entity_id);
CREATE INDEX correction_other ON correction (other_id) WHERE other_id IS NOT NULL;
CREATE INDEX correction_split ON correction (correction_id) WHERE kind = 2 AND undone_at IS NULL;

-- What follows from the decisions in force, made anew with each: entity.canonical_id and name,
-- entity_alias.correction_id, blocked_name and blocked_alias.

ALTER TABLE entity ADD COLUMN recorded_name TEXT;            -- the chief name before people gave another
ALTER TABLE entity_alias ADD COLUMN correction_id INTEGER;   -- that added it; NULL: as recorded

CREATE INDEX entity_renamed ON entity (entity_id) WHERE recorded_name IS NOT NULL;
CREATE INDEX entity_alias_added ON entity_alias (correction_id) WHERE correction_id IS NOT NULL;

CREATE TABLE blocked_name (
    -- Names that must not find an entity.
    entity_id INTEGER NOT NULL REFERENCES entity (entity_id) ON DELETE CASCADE,
    name_key  TEXT NOT NULL,                -- as entity_alias
    PRIMARY KEY (entity_id, name_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE blocked_alias (
    -- Recorded names that are blocked, put aside from entity_alias.
    entity_id INTEGER NOT NULL REFERENCES entity (entity_id) ON DELETE CASCADE,
    name_key  TEXT NOT NULL,
    name      TEXT NOT NULL,
    language  TEXT NOT NULL,
    PRIMARY KEY (entity_id, name_key, name, language)
) STRICT, WITHOUT ROWID;
