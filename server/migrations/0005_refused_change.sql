-- What a device pushed and nobody will ever get: which bytes, why, when. Never what is in them.
CREATE TABLE refused_change (
    org uuid NOT NULL,
    device uuid NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    doc uuid NOT NULL,
    person uuid NOT NULL,
    -- An error code.
    code text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT refused_change_pkey PRIMARY KEY (org, device, hash)
);

ALTER TABLE refused_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE refused_change FORCE ROW LEVEL SECURITY;
CREATE POLICY refused_change_org ON refused_change
    USING (org = nullif(current_setting('floorwalk.org', true), '')::uuid)
    WITH CHECK (org = nullif(current_setting('floorwalk.org', true), '')::uuid);
GRANT SELECT, INSERT ON refused_change TO floorwalk_app;
