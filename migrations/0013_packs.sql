-- newsdb schema 13: what is kept of texts takes less room.

CREATE TABLE text_pack (
    -- Texts that came together, of several rows of article_body, article_html and version, whose codec is 2 and whose
    -- text then says PACK/PLACE. One that lies alone is in its row, as before.
    pack_id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given again: a place may be left behind by damage
    codec   INTEGER NOT NULL,               -- 0 or 1, as article_body
    texts   BLOB NOT NULL                   -- see src/store/packs.rs
) STRICT;

DROP VIEW mentions;
ALTER TABLE mention RENAME TO mention_flat;
CREATE TABLE mention (
    -- Where an article speaks of entities.
    article_id INTEGER PRIMARY KEY REFERENCES article (article_id) ON UPDATE CASCADE ON DELETE CASCADE,
    list       TEXT NOT NULL -- a JSON array of [annotator_id, entity_id, [field, start, length, confidence, form], ...], one
                             -- for each annotator and entity: see src/store/mentions/list.rs;
                             -- entity_id is as recorded: merges never change it
) STRICT;
INSERT INTO mention (article_id, list)
SELECT article_id, iif(
    -- What is of another shape was not written by newsdb and stays as it is: `check` tells of it.
    json_valid(list) AND NOT EXISTS (
        SELECT 1 FROM json_each(list) m
         WHERE CASE m.type WHEN 'array' THEN json_array_length(m.value) <> 7 OR EXISTS (
                   SELECT 1 FROM json_each(m.value) v WHERE v.type NOT IN ('integer', 'real', 'null') OR v.key < 5 AND v.type <> 'integer')
               ELSE 1 END), (
    SELECT json_group_array(json(said)) FROM (
        SELECT '[' || annotator || ',' || entity || ',' || group_concat(place, ',' ORDER BY key) || ']' AS said
          FROM (SELECT key, value ->> 0 AS annotator, value ->> 1 AS entity,
                       '[' || (value ->> 2) || ',' || (value ->> 3) || ',' ||
                       ((value ->> 4) - iif(value ->> 2 = 0, 0, value ->> 3)) || ',' ||
                       CASE WHEN value ->> 5 IS NULL THEN 'null'
                            WHEN value ->> 5 BETWEEN 0 AND 1 AND round((value ->> 5) * 100) / 100.0 = value ->> 5
                            THEN CAST(round((value ->> 5) * 100) AS INTEGER)
                            ELSE value -> 5 END ||
                       CASE WHEN value ->> 6 IS NULL THEN ',null' WHEN value ->> 6 = 1 THEN '' ELSE ',' || (value ->> 6) END ||
                       ']' AS place
                  FROM json_each(list))
         GROUP BY annotator, entity ORDER BY min(key))), list)
  FROM mention_flat;
DROP TABLE mention_flat;

CREATE VIEW mentions AS
    -- entity_id has merges applied, recorded_id has not.
    SELECT m.article_id   AS article_id,
           e.canonical_id AS entity_id,
           e.entity_id    AS recorded_id,
           n.name         AS annotator,
           CASE p.value ->> 0 WHEN 1 THEN 'headline' WHEN 2 THEN 'summary' WHEN 3 THEN 'body' END AS field,
           CASE WHEN p.value ->> 0 > 0 THEN p.value ->> 1 END AS start,
           CASE WHEN p.value ->> 0 > 0 THEN (p.value ->> 1) + (p.value ->> 2) END AS end,
           CASE json_type(p.value, '$[3]') WHEN 'integer' THEN (p.value ->> 3) / 100.0 ELSE p.value ->> 3 END AS confidence,
           CASE WHEN json_array_length(p.value) = 4 THEN 'name' WHEN p.value ->> 4 = 2 THEN 'short'
                WHEN p.value ->> 4 = 3 THEN 'demonym' END AS form
      FROM mention m, json_each(m.list) g, json_each(g.value) p
      JOIN annotator n ON n.annotator_id = g.value ->> 0
      JOIN entity e ON e.entity_id = g.value ->> 1
     WHERE p.key >= 2 AND m.article_id IN (SELECT id FROM articles);
