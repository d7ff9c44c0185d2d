-- Frozen once released. Every table is clustered by its key (WITHOUT ROWID).
--
-- `digest` seals the columns before it, with the table's name: 40 bits of their SHA-256, plus 1.
-- `*_sum` is the sum of the digests of a set of rows, kept by the triggers below. A row that changed
-- by itself does not match its digest; one that vanished leaves a sum that does not match. 40 bits keep
-- the sum of millions of rows within an INTEGER.

CREATE TABLE store (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), -- one row, from the first moment on
    server_id TEXT,                -- whose store it is; all of these are NULL until enrolled
    url TEXT,
    org BLOB,                      -- 16 bytes
    person BLOB,                   -- 16 bytes
    device BLOB,                   -- 16 bytes
    organisation_key BLOB,         -- uncompressed SEC 1 point
    replica BLOB,                  -- 16 bytes
    cursor BLOB,                   -- sealed by the server
    last_position INTEGER NOT NULL,     -- the last number given to a draft, change or refused row
    purged_generation INTEGER NOT NULL, -- the highest generation that a purge removed
    purges INTEGER NOT NULL,            -- how many there were
    scrubbed INTEGER NOT NULL,          -- how many of them had happened when the file was last rewritten
    digest INTEGER NOT NULL,
    document_sum INTEGER NOT NULL DEFAULT 0,
    stub_sum INTEGER NOT NULL DEFAULT 0,    -- documents whose presence is 1
    damaged_sum INTEGER NOT NULL DEFAULT 0, -- 2
    leaving_sum INTEGER NOT NULL DEFAULT 0, -- 3
    outbox_sum INTEGER NOT NULL DEFAULT 0, -- changes whose standing is 1
    refused_sum INTEGER NOT NULL DEFAULT 0,
    audience_sum INTEGER NOT NULL DEFAULT 0,
    setting_sum INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE document (
    doc BLOB NOT NULL PRIMARY KEY, -- 16 bytes
    kind TEXT NOT NULL,
    natural_key BLOB NOT NULL,     -- its one CBOR form
    audience BLOB NOT NULL,        -- 16 bytes
    generation INTEGER NOT NULL,   -- from 1
    origin INTEGER NOT NULL,       -- 0 local, 1 shared
    presence INTEGER NOT NULL,     -- 0 full, 1 stub, 2 damaged, 3 leaving
    changed_at INTEGER NOT NULL,   -- milliseconds since 1970, the phone's clock
    summary BLOB NOT NULL,         -- what a list shows, written by the kind
    digest INTEGER NOT NULL,
    snapshot_sum INTEGER NOT NULL DEFAULT 0,
    change_sum INTEGER NOT NULL DEFAULT 0,
    draft_sum INTEGER NOT NULL DEFAULT 0, -- 0 exactly when there are no drafts
    partial_sum INTEGER NOT NULL DEFAULT 0,
    author_sum INTEGER NOT NULL DEFAULT 0,
    receipt_sum INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Documents that are not here in full. Holds the digests, so that looking for none reads no document.
CREATE INDEX document_presence_idx ON document (presence, digest) WHERE presence <> 0;

CREATE TABLE snapshot (
    doc BLOB NOT NULL PRIMARY KEY REFERENCES document (doc) ON DELETE CASCADE,
    bytes BLOB NOT NULL,           -- a saved document of accepted changes only
    digest INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE change (
    doc BLOB NOT NULL REFERENCES document (doc) ON DELETE CASCADE,
    position INTEGER NOT NULL,     -- across all documents, never given twice
    hash BLOB NOT NULL,            -- 32 bytes, once for each document
    standing INTEGER NOT NULL,     -- 0 accepted, 1 in the outbox
    bytes BLOB NOT NULL,           -- never rewritten
    digest INTEGER NOT NULL,
    PRIMARY KEY (doc, position)
) STRICT, WITHOUT ROWID;

-- The order in which changes leave. Holds the digests, so that reading it needs no change.
CREATE INDEX change_outbox_idx ON change (position, digest) WHERE standing = 1;

CREATE TABLE draft (
    doc BLOB NOT NULL REFERENCES document (doc) ON DELETE CASCADE,
    position INTEGER NOT NULL,     -- across all documents, never given twice
    bytes BLOB NOT NULL,
    digest INTEGER NOT NULL,
    PRIMARY KEY (doc, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE partial (
    doc BLOB NOT NULL PRIMARY KEY REFERENCES document (doc) ON DELETE CASCADE,
    heads BLOB NOT NULL,           -- of the whole snapshot, 32 bytes each
    bytes BLOB NOT NULL,           -- the first part of it
    digest INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE author (
    doc BLOB NOT NULL REFERENCES document (doc) ON DELETE CASCADE,
    actor BLOB NOT NULL,           -- 16 bytes
    person BLOB NOT NULL,          -- 16 bytes
    received_at INTEGER NOT NULL,  -- milliseconds since 1970, the server's clock
    digest INTEGER NOT NULL,
    PRIMARY KEY (doc, actor)
) STRICT, WITHOUT ROWID;

CREATE TABLE receipt (
    doc BLOB NOT NULL PRIMARY KEY REFERENCES document (doc) ON DELETE CASCADE,
    body BLOB NOT NULL,            -- as it came over the wire, CBOR
    digest INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Not a child of document: it outlives the document until its author has seen to it.
CREATE TABLE refused (
    id INTEGER NOT NULL PRIMARY KEY,
    doc BLOB NOT NULL,             -- 16 bytes
    kind TEXT NOT NULL,
    code TEXT NOT NULL,            -- the word of an error code
    text TEXT NOT NULL,            -- what the author wrote
    changes BLOB NOT NULL,         -- raw, a CBOR array of byte strings
    at INTEGER NOT NULL,           -- milliseconds since 1970, the phone's clock
    digest INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audience (
    audience BLOB NOT NULL PRIMARY KEY, -- 16 bytes
    role TEXT NOT NULL,
    members BLOB NOT NULL,         -- 16 bytes each
    digest INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE record (
    collection TEXT NOT NULL,
    key BLOB NOT NULL,
    version BLOB NOT NULL,         -- 8 bytes, big-endian: compares as the unsigned number it is
    body BLOB NOT NULL,
    digest INTEGER NOT NULL,
    PRIMARY KEY (collection, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_tally (
    collection TEXT NOT NULL PRIMARY KEY,
    record_sum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL,
    digest INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER document_added AFTER INSERT ON document BEGIN
    UPDATE store SET
        document_sum = document_sum + NEW.digest,
        stub_sum = stub_sum + (NEW.presence = 1) * NEW.digest,
        damaged_sum = damaged_sum + (NEW.presence = 2) * NEW.digest,
        leaving_sum = leaving_sum + (NEW.presence = 3) * NEW.digest;
END;
CREATE TRIGGER document_changed AFTER UPDATE OF digest ON document BEGIN
    UPDATE store SET
        document_sum = document_sum + NEW.digest - OLD.digest,
        stub_sum = stub_sum + (NEW.presence = 1) * NEW.digest - (OLD.presence = 1) * OLD.digest,
        damaged_sum = damaged_sum + (NEW.presence = 2) * NEW.digest - (OLD.presence = 2) * OLD.digest,
        leaving_sum = leaving_sum + (NEW.presence = 3) * NEW.digest - (OLD.presence = 3) * OLD.digest;
END;
CREATE TRIGGER document_removed AFTER DELETE ON document BEGIN
    UPDATE store SET
        document_sum = document_sum - OLD.digest,
        stub_sum = stub_sum - (OLD.presence = 1) * OLD.digest,
        damaged_sum = damaged_sum - (OLD.presence = 2) * OLD.digest,
        leaving_sum = leaving_sum - (OLD.presence = 3) * OLD.digest;
END;

CREATE TRIGGER snapshot_added AFTER INSERT ON snapshot BEGIN
    UPDATE document SET snapshot_sum = snapshot_sum + NEW.digest WHERE doc = NEW.doc;
END;
CREATE TRIGGER snapshot_changed AFTER UPDATE ON snapshot BEGIN
    UPDATE document SET snapshot_sum = snapshot_sum + NEW.digest - OLD.digest WHERE doc = NEW.doc;
END;
CREATE TRIGGER snapshot_removed AFTER DELETE ON snapshot BEGIN
    UPDATE document SET snapshot_sum = snapshot_sum - OLD.digest WHERE doc = OLD.doc;
END;

CREATE TRIGGER change_added AFTER INSERT ON change BEGIN
    UPDATE document SET change_sum = change_sum + NEW.digest WHERE doc = NEW.doc;
    UPDATE store SET outbox_sum = outbox_sum + NEW.digest WHERE NEW.standing = 1;
END;
CREATE TRIGGER change_changed AFTER UPDATE ON change BEGIN
    UPDATE document SET change_sum = change_sum + NEW.digest - OLD.digest WHERE doc = NEW.doc;
    UPDATE store SET outbox_sum = outbox_sum - OLD.digest WHERE OLD.standing = 1;
    UPDATE store SET outbox_sum = outbox_sum + NEW.digest WHERE NEW.standing = 1;
END;
CREATE TRIGGER change_removed AFTER DELETE ON change BEGIN
    UPDATE document SET change_sum = change_sum - OLD.digest WHERE doc = OLD.doc;
    UPDATE store SET outbox_sum = outbox_sum - OLD.digest WHERE OLD.standing = 1;
END;

CREATE TRIGGER draft_added AFTER INSERT ON draft BEGIN
    UPDATE document SET draft_sum = draft_sum + NEW.digest WHERE doc = NEW.doc;
END;
CREATE TRIGGER draft_removed AFTER DELETE ON draft BEGIN
    UPDATE document SET draft_sum = draft_sum - OLD.digest WHERE doc = OLD.doc;
END;

CREATE TRIGGER partial_added AFTER INSERT ON partial BEGIN
    UPDATE document SET partial_sum = partial_sum + NEW.digest WHERE doc = NEW.doc;
END;
CREATE TRIGGER partial_changed AFTER UPDATE ON partial BEGIN
    UPDATE document SET partial_sum = partial_sum + NEW.digest - OLD.digest WHERE doc = NEW.doc;
END;
CREATE TRIGGER partial_removed AFTER DELETE ON partial BEGIN
    UPDATE document SET partial_sum = partial_sum - OLD.digest WHERE doc = OLD.doc;
END;

CREATE TRIGGER author_added AFTER INSERT ON author BEGIN
    UPDATE document SET author_sum = author_sum + NEW.digest WHERE doc = NEW.doc;
END;
CREATE TRIGGER author_removed AFTER DELETE ON author BEGIN
    UPDATE document SET author_sum = author_sum - OLD.digest WHERE doc = OLD.doc;
END;

CREATE TRIGGER receipt_added AFTER INSERT ON receipt BEGIN
    UPDATE document SET receipt_sum = receipt_sum + NEW.digest WHERE doc = NEW.doc;
END;
CREATE TRIGGER receipt_changed AFTER UPDATE ON receipt BEGIN
    UPDATE document SET receipt_sum = receipt_sum + NEW.digest - OLD.digest WHERE doc = NEW.doc;
END;
CREATE TRIGGER receipt_removed AFTER DELETE ON receipt BEGIN
    UPDATE document SET receipt_sum = receipt_sum - OLD.digest WHERE doc = OLD.doc;
END;

CREATE TRIGGER refused_added AFTER INSERT ON refused BEGIN
    UPDATE store SET refused_sum = refused_sum + NEW.digest;
END;
CREATE TRIGGER refused_removed AFTER DELETE ON refused BEGIN
    UPDATE store SET refused_sum = refused_sum - OLD.digest;
END;

CREATE TRIGGER audience_added AFTER INSERT ON audience BEGIN
    UPDATE store SET audience_sum = audience_sum + NEW.digest;
END;
CREATE TRIGGER audience_changed AFTER UPDATE ON audience BEGIN
    UPDATE store SET audience_sum = audience_sum + NEW.digest - OLD.digest;
END;
CREATE TRIGGER audience_removed AFTER DELETE ON audience BEGIN
    UPDATE store SET audience_sum = audience_sum - OLD.digest;
END;

CREATE TRIGGER record_added AFTER INSERT ON record BEGIN
    INSERT INTO record_tally (collection, record_sum) VALUES (NEW.collection, NEW.digest)
        ON CONFLICT (collection) DO UPDATE SET record_sum = record_sum + excluded.record_sum;
END;
CREATE TRIGGER record_changed AFTER UPDATE ON record BEGIN
    UPDATE record_tally SET record_sum = record_sum + NEW.digest - OLD.digest WHERE collection = NEW.collection;
END;
CREATE TRIGGER record_removed AFTER DELETE ON record BEGIN
    UPDATE record_tally SET record_sum = record_sum - OLD.digest WHERE collection = OLD.collection;
END;

CREATE TRIGGER setting_added AFTER INSERT ON setting BEGIN
    UPDATE store SET setting_sum = setting_sum + NEW.digest;
END;
CREATE TRIGGER setting_changed AFTER UPDATE ON setting BEGIN
    UPDATE store SET setting_sum = setting_sum + NEW.digest - OLD.digest;
END;
CREATE TRIGGER setting_removed AFTER DELETE ON setting BEGIN
    UPDATE store SET setting_sum = setting_sum - OLD.digest;
END;
