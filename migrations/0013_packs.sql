-- newsdb schema 13: texts that come together are packed together, which takes two thirds of the room.

CREATE TABLE text_pack (
    -- Texts of several rows of article_body, article_html and version, whose codec is 2 and whose text then says
    -- PACK/PLACE. One that lies alone is in its row, as before.
    pack_id INTEGER PRIMARY KEY,
    codec   INTEGER NOT NULL,               -- 0 or 1, as article_body
    texts   BLOB NOT NULL                   -- see src/store/packs.rs
) STRICT;
