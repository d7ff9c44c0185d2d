-- Where somebody's calendar can be read without a device: one address for each person.
CREATE TABLE calendar (
    org uuid NOT NULL,
    person uuid NOT NULL,
    -- SHA-256 of the address: a reader of the database cannot read calendars by it.
    address_hash bytea NOT NULL CHECK (length(address_hash) = 32),
    created_at timestamptz NOT NULL,
    CONSTRAINT calendar_pkey PRIMARY KEY (org, person),
    CONSTRAINT calendar_address_hash_key UNIQUE (org, address_hash),
    CONSTRAINT calendar_person_fkey FOREIGN KEY (org, person) REFERENCES person
);

ALTER TABLE calendar ENABLE ROW LEVEL SECURITY;
ALTER TABLE calendar FORCE ROW LEVEL SECURITY;
CREATE POLICY calendar_org ON calendar
    USING (org = nullif(current_setting('floorwalk.org', true), '')::uuid)
    WITH CHECK (org = nullif(current_setting('floorwalk.org', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON calendar TO floorwalk_app;
