-- Who administers an organisation: its accounts, and no content. People with that office, and keys of programs.
CREATE TABLE administrator (
    org uuid NOT NULL,
    person uuid NOT NULL,
    -- Somebody who is given the office again has it from then on.
    from_at timestamptz NOT NULL,
    until_at timestamptz,
    CONSTRAINT administrator_pkey PRIMARY KEY (org, person),
    CONSTRAINT administrator_person_fkey FOREIGN KEY (org, person) REFERENCES person
);

CREATE TABLE api_key (
    org uuid NOT NULL,
    id uuid NOT NULL,
    -- SHA-256 of the key: a reader of the database cannot call by it.
    key_hash bytea NOT NULL CHECK (length(key_hash) = 32),
    -- What the operator calls it: which program it is for.
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    -- To the hour.
    last_used_at timestamptz,
    CONSTRAINT api_key_pkey PRIMARY KEY (org, id),
    CONSTRAINT api_key_hash_key UNIQUE (org, key_hash)
);

-- Given by whoever asks for it over HTTP, so that asking again makes no second one. Null: made by the operator.
ALTER TABLE invitation ADD COLUMN id uuid;
CREATE UNIQUE INDEX invitation_id_idx ON invitation (org, id);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['administrator', 'api_key'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY %I ON %I USING (org = nullif(current_setting(''floorwalk.org'', true), '''')::uuid)'
            || ' WITH CHECK (org = nullif(current_setting(''floorwalk.org'', true), '''')::uuid)',
            name || '_org', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO floorwalk_app', name);
    END LOOP;
END $$;
