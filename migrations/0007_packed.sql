-- newsdb schema 7: lists of the index in blocks that are unpacked four numbers at a time, or as
-- bitmaps (src/index/postings.rs). Opening the file builds the index anew from the tables; what
-- the old one had is taken out bit by bit.

UPDATE index_state SET
    version = 2, number = random(), building = NULL, built = NULL,
    visible = iif(EXISTS (SELECT 1 FROM article), NULL,
                  (SELECT coalesce(max(epoch), 0) + 1 FROM segment));
