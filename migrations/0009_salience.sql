-- newsdb schema 9: the index keeps what articles are about, and their tone (src/index/columns.rs).
-- Opening the file builds it anew from the tables; what the old one had is taken out bit by bit.

UPDATE index_state SET
    version = 3, number = random(), building = NULL, built = NULL,
    visible = iif(EXISTS (SELECT 1 FROM article), NULL,
                  (SELECT coalesce(max(epoch), 0) + 1 FROM segment));
