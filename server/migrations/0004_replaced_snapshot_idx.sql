-- Saved documents that were replaced are looked for every few seconds; without this, each look reads all of them.
CREATE INDEX snapshot_replaced_at_idx ON snapshot (org, replaced_at) WHERE replaced_at IS NOT NULL;
