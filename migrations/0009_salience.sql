-- newsdb schema 9: the index keeps what articles are about, and their tone (src/index/columns.rs).
-- Opening the file builds it anew from the tables; what the old one had is taken out bit by bit.

UPDATE index_state SET
    version = 3, number = random(), building = NULL, built = NULL,
    visible = iif(EXISTS (SELECT 1 FROM article), NULL,
                  (SELECT coalesce(max(epoch), 0) + 1 FROM segment));

-- A row of annotation with field -1 stands for all that an annotator says of a kind: a JSON array of
-- [field, start, end, value] (src/store/annotations.rs). Readers see each.
DROP VIEW annotations;
CREATE VIEW annotations AS
    SELECT t.article_id AS article_id, n.name AS annotator, t.kind AS kind, t.key AS key,
           CASE t.field WHEN 1 THEN 'headline' WHEN 2 THEN 'summary' WHEN 3 THEN 'body' END AS field,
           CASE WHEN t.field > 0 THEN t.start END AS start,
           CASE WHEN t.field > 0 THEN t.end END   AS end,
           t.value AS value
      FROM (SELECT article_id, annotator_id, kind, key, field, start, end, value
              FROM annotation WHERE field <> -1
            UNION ALL
            SELECT a.article_id, a.annotator_id, a.kind, NULL,
                   p.value ->> 0, p.value ->> 1, p.value ->> 2, p.value -> 3
              FROM annotation a, json_each(a.value) p WHERE a.field = -1) t
      JOIN annotator n USING (annotator_id)
     WHERE t.article_id IN (SELECT id FROM articles);
