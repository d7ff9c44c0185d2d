-- Frozen once released.

-- Decisions that are not edits and that the server has not answered yet. They are sent with each request until it has.
CREATE TABLE command (
    id BLOB NOT NULL PRIMARY KEY,  -- 16 bytes: the same id is the same decision
    position INTEGER NOT NULL,     -- in the order in which they were made, never given twice
    kind TEXT NOT NULL,            -- what is decided
    args BLOB NOT NULL,            -- as the kind defines them, CBOR
    digest INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE store ADD COLUMN command_sum INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER command_added AFTER INSERT ON command BEGIN
    UPDATE store SET command_sum = command_sum + NEW.digest;
END;
CREATE TRIGGER command_removed AFTER DELETE ON command BEGIN
    UPDATE store SET command_sum = command_sum - OLD.digest;
END;
