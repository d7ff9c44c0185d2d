-- Frozen once released.

-- What the server sent and nobody has read yet: a standing of 2 in `change`, and a presence of 4 in `document` when
-- it could not be read. An older app would take the one for something to send and the other for damage, so this is a
-- version of its own.

ALTER TABLE store ADD COLUMN behind_sum INTEGER NOT NULL DEFAULT 0; -- documents whose presence is 4

DROP TRIGGER document_added;
DROP TRIGGER document_changed;
DROP TRIGGER document_removed;

CREATE TRIGGER document_added AFTER INSERT ON document BEGIN
    UPDATE store SET
        document_sum = document_sum + NEW.digest,
        stub_sum = stub_sum + (NEW.presence = 1) * NEW.digest,
        damaged_sum = damaged_sum + (NEW.presence = 2) * NEW.digest,
        leaving_sum = leaving_sum + (NEW.presence = 3) * NEW.digest,
        behind_sum = behind_sum + (NEW.presence = 4) * NEW.digest;
END;
CREATE TRIGGER document_changed AFTER UPDATE OF digest ON document BEGIN
    UPDATE store SET
        document_sum = document_sum + NEW.digest - OLD.digest,
        stub_sum = stub_sum + (NEW.presence = 1) * NEW.digest - (OLD.presence = 1) * OLD.digest,
        damaged_sum = damaged_sum + (NEW.presence = 2) * NEW.digest - (OLD.presence = 2) * OLD.digest,
        leaving_sum = leaving_sum + (NEW.presence = 3) * NEW.digest - (OLD.presence = 3) * OLD.digest,
        behind_sum = behind_sum + (NEW.presence = 4) * NEW.digest - (OLD.presence = 4) * OLD.digest;
END;
CREATE TRIGGER document_removed AFTER DELETE ON document BEGIN
    UPDATE store SET
        document_sum = document_sum - OLD.digest,
        stub_sum = stub_sum - (OLD.presence = 1) * OLD.digest,
        damaged_sum = damaged_sum - (OLD.presence = 2) * OLD.digest,
        leaving_sum = leaving_sum - (OLD.presence = 3) * OLD.digest,
        behind_sum = behind_sum - (OLD.presence = 4) * OLD.digest;
END;
