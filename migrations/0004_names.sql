-- newsdb schema 4: names that are found in the text, and what people correct.

ALTER TABLE mention ADD COLUMN form INTEGER;  -- 1 a name, 2 a short form of one that stands elsewhere, 3 a people or adjective of a place; NULL: unsaid
ALTER TABLE article ADD COLUMN tone REAL;     -- -1 to 1, by a lexicon (src/annotate/tone.rs); NULL: not known

-- Facts more: names_generation (goes up with every change of what names stand for),
-- annotate_after (the article up to which a re-annotation has come; absent: none under way).
INSERT INTO meta (key, value) VALUES ('names_generation', 0);

CREATE TABLE entity_correction (
    -- What people decided about names and entities, in order; an undone one stays as history.
    correction_id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind      INTEGER NOT NULL,             -- 1 a name added, 2 a name blocked, 3 renamed, 4 two are not the same
    entity_id INTEGER NOT NULL REFERENCES entity (entity_id) ON DELETE CASCADE,
    other_id  INTEGER REFERENCES entity (entity_id) ON DELETE CASCADE,
    name_key  TEXT,                         -- as entity_alias
    name      TEXT,                         -- the name that was added, blocked or given
    before    TEXT,                         -- the chief name before
    at        INTEGER NOT NULL,
    undone_at INTEGER
) STRICT;
CREATE INDEX entity_correction_entity ON entity_correction (entity_id);
CREATE INDEX entity_correction_other ON entity_correction (other_id) WHERE other_id IS NOT NULL;

DROP VIEW mentions;
CREATE VIEW mentions AS
    -- entity_id has merges applied, recorded_id has not.
    SELECT m.article_id   AS article_id,
           e.canonical_id AS entity_id,
           m.entity_id    AS recorded_id,
           n.name         AS annotator,
           CASE m.field WHEN 1 THEN 'headline' WHEN 2 THEN 'summary' WHEN 3 THEN 'body' END AS field,
           CASE WHEN m.field > 0 THEN m.start END AS start,
           CASE WHEN m.field > 0 THEN m.end END   AS end,
           m.confidence   AS confidence,
           CASE m.form WHEN 1 THEN 'name' WHEN 2 THEN 'short' WHEN 3 THEN 'demonym' END AS form
      FROM mention m
      JOIN entity e USING (entity_id)
      JOIN annotator n USING (annotator_id)
     WHERE m.article_id IN (SELECT id FROM articles);
