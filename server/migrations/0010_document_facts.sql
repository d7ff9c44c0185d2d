-- What read models need of a document: written with it, in the same transaction, and gone with it.
ALTER TABLE document
    -- By which version of the facts they were read; 0: nobody has read them yet.
    ADD COLUMN facts_version bigint NOT NULL DEFAULT 0,
    -- CBOR. Null of a kind of which no read model needs any.
    ADD COLUMN facts bytea;
-- What is still to be read, or to be read anew.
CREATE INDEX document_facts_idx ON document (org, facts_version, id);
