-- Frozen once released.

-- What search finds. All of it follows from the documents and is made again when it cannot be read, so it has no sums; a
-- text that is shown has a digest all the same.

-- At which generation the passages of a document were made: at another one they are out of date.
CREATE TABLE indexed (
    doc BLOB NOT NULL PRIMARY KEY REFERENCES document (doc) ON DELETE CASCADE,
    generation INTEGER NOT NULL,
    digest INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE passage (
    id INTEGER NOT NULL PRIMARY KEY, -- that of its words
    doc BLOB NOT NULL REFERENCES document (doc) ON DELETE CASCADE,
    number INTEGER NOT NULL,         -- its place in the order in which the document is read
    place BLOB NOT NULL,             -- the keys that lead to it, a CBOR array
    text TEXT NOT NULL,              -- what people wrote there
    digest INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX passage_doc_idx ON passage (doc, number);

-- The words of each passage, as `search` tells them apart. Only says which passages may match: no positions, no copies of
-- the texts. Words of a passage that a purge took stay until the file is rewritten right after it; they lead nowhere.
CREATE VIRTUAL TABLE word USING fts5(words, content = '', detail = none, columnsize = 0, tokenize = 'ascii');
