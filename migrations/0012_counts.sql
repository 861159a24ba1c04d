-- newsdb schema 12: articles that mention an entity are counted up to five, from which on a name is looked for
-- like those of a list (src/store/entities.rs). The rows of what is often spoken of are then not written again
-- with each article; how many there are is what the index knows.

UPDATE entity SET articles = 5 WHERE articles > 5;
