-- newsdb schema 5: what an article mentions is one row, where there was one for each mention and
-- an index entry beside it.

DROP VIEW mentions;

ALTER TABLE entity ADD COLUMN articles INTEGER NOT NULL DEFAULT 0; -- that mention it, as recorded
UPDATE entity SET articles = counted.articles
  FROM (SELECT entity_id AS id, count(DISTINCT article_id) AS articles FROM mention GROUP BY 1) counted
 WHERE counted.id = entity_id;

ALTER TABLE mention RENAME TO mention_apart;
CREATE TABLE mention (
    -- Where an article speaks of entities.
    article_id INTEGER PRIMARY KEY REFERENCES article (article_id) ON UPDATE CASCADE ON DELETE CASCADE,
    list       TEXT NOT NULL -- a JSON array of [annotator_id, entity_id, field, start, end, confidence, form];
                             -- entity_id is as recorded: merges never change it;
                             -- field: 1 headline, 2 summary, 3 body; 0: said of the whole article;
                             -- start: first byte of the range; of the whole article: place in the annotator's list;
                             -- end: the byte after the last; of the whole article: 0; confidence: 0 to 1 or null;
                             -- form: 1 a name, 2 a short form of one that stands elsewhere,
                             -- 3 a people or adjective of a place; null: unsaid
) STRICT;
INSERT INTO mention (article_id, list)
SELECT article_id, json_group_array(json_array(annotator_id, entity_id, field, start, end, confidence, form)
                                    ORDER BY annotator_id, field, start, end, entity_id)
  FROM mention_apart GROUP BY article_id;
DROP TABLE mention_apart;

CREATE VIEW mentions AS
    -- entity_id has merges applied, recorded_id has not.
    SELECT m.article_id   AS article_id,
           e.canonical_id AS entity_id,
           e.entity_id    AS recorded_id,
           n.name         AS annotator,
           CASE j.value ->> 2 WHEN 1 THEN 'headline' WHEN 2 THEN 'summary' WHEN 3 THEN 'body' END AS field,
           CASE WHEN j.value ->> 2 > 0 THEN j.value ->> 3 END AS start,
           CASE WHEN j.value ->> 2 > 0 THEN j.value ->> 4 END AS end,
           j.value ->> 5  AS confidence,
           CASE j.value ->> 6 WHEN 1 THEN 'name' WHEN 2 THEN 'short' WHEN 3 THEN 'demonym' END AS form
      FROM mention m, json_each(m.list) j
      JOIN annotator n ON n.annotator_id = j.value ->> 0
      JOIN entity e ON e.entity_id = j.value ->> 1
     WHERE m.article_id IN (SELECT id FROM articles);
