-- Frozen once released.

-- Documents that hold drafts, so that looking for them reads no other document.
CREATE INDEX document_drafted_idx ON document (doc) WHERE draft_sum <> 0;
