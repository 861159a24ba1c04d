-- newsdb schema 10: an article's subjects, authors and tags stand in its row, where there was a row and an
-- index entry for each. Who has which is asked of the index (src/index/columns.rs).

DROP VIEW article_subjects;
DROP VIEW article_authors;
DROP VIEW article_tags;

-- JSON arrays of subject_id, author_id and tag_id, in the publisher's order; NULL: none.
ALTER TABLE article ADD COLUMN subjects TEXT;
ALTER TABLE article ADD COLUMN authors TEXT;
ALTER TABLE article ADD COLUMN tags TEXT;
UPDATE article SET
    subjects = (SELECT nullif(json_group_array(subject_id ORDER BY position), '[]')
                  FROM article_subject j WHERE j.article_id = article.article_id),
    authors  = (SELECT nullif(json_group_array(author_id ORDER BY position), '[]')
                  FROM article_author j WHERE j.article_id = article.article_id),
    tags     = (SELECT nullif(json_group_array(tag_id ORDER BY position), '[]')
                  FROM article_tag j WHERE j.article_id = article.article_id);
DROP TABLE article_subject;
DROP TABLE article_author;
DROP TABLE article_tag;
DROP INDEX article_source;

CREATE VIEW article_subjects AS
    SELECT v.id AS article_id, nullif(s.scheme, '') AS scheme, s.code AS code,
           coalesce(s.name, s.label, s.code) AS name
      FROM articles v JOIN article a ON a.article_id = v.id, json_each(a.subjects) j
      JOIN subject s ON s.subject_id = j.value;

CREATE VIEW article_authors AS
    SELECT v.id AS article_id, n.name AS name
      FROM articles v JOIN article a ON a.article_id = v.id, json_each(a.authors) j
      JOIN author n ON n.author_id = j.value;

CREATE VIEW article_tags AS
    SELECT v.id AS article_id, t.name AS name
      FROM articles v JOIN article a ON a.article_id = v.id, json_each(a.tags) j
      JOIN tag t ON t.tag_id = j.value;
