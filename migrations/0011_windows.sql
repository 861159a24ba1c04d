-- newsdb schema 11: bands of near-duplicates stand in order of time, so that those of a few weeks, which
-- are all that an article is compared with, lie side by side; and lists of the index are packed closer
-- (src/index/postings.rs, src/index/positions.rs). Opening the file builds the index anew from the tables; what the old
-- one had is taken out bit by bit.

ALTER TABLE duplicate_band RENAME TO duplicate_band_apart;
CREATE TABLE duplicate_band (
    -- MinHash bands, by which near-duplicates are found. See src/ingest/near.rs.
    band    INTEGER NOT NULL, -- the period of the article's id, which are its bits from 41 up, << 24 | the band
    article INTEGER NOT NULL, -- the other bits of the article's id
    PRIMARY KEY (band, article)
) STRICT, WITHOUT ROWID;
INSERT INTO duplicate_band (band, article)
    SELECT ((article_id >> 41) << 24) | (band + 8388608), article_id & 2199023255551
      FROM duplicate_band_apart ORDER BY 1, 2;
DROP TABLE duplicate_band_apart;

UPDATE index_state SET
    version = 4, number = random(), building = NULL, built = NULL,
    visible = iif(EXISTS (SELECT 1 FROM article), NULL,
                  (SELECT coalesce(max(epoch), 0) + 1 FROM segment));
