-- newsdb schema 8: lists of subjects, their names by language and what is broader.

ALTER TABLE subject ADD COLUMN label TEXT;  -- the chief name by a list that was taken in; name is what articles bring
CREATE INDEX subject_broader ON subject (broader_id) WHERE broader_id IS NOT NULL;

CREATE TABLE subject_name (
    -- Names of subjects by lists that were taken in, the chief one too.
    name_key   TEXT NOT NULL,               -- the folded name, for looking up
    subject_id INTEGER NOT NULL REFERENCES subject (subject_id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    language   TEXT NOT NULL DEFAULT '',    -- BCP 47; empty: unknown
    PRIMARY KEY (name_key, subject_id, name, language)
) STRICT, WITHOUT ROWID;
CREATE INDEX subject_name_subject ON subject_name (subject_id);

DROP VIEW article_subjects;
CREATE VIEW article_subjects AS
    SELECT j.article_id AS article_id, nullif(s.scheme, '') AS scheme, s.code AS code,
           coalesce(s.name, s.label, s.code) AS name
      FROM article_subject j JOIN subject s USING (subject_id)
     WHERE j.article_id IN (SELECT id FROM articles);
