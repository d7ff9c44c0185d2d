-- Who leads in a leader's place, from one moment until another.
CREATE TABLE delegation (
    org uuid NOT NULL,
    id uuid NOT NULL,
    leader uuid NOT NULL,
    acting uuid NOT NULL,
    from_at timestamptz NOT NULL,
    -- Seats end at this moment by themselves, by the database clock.
    until_at timestamptz NOT NULL,
    -- When what people see of the roster said that it is over; null while it does not yet.
    settled_at timestamptz,
    CONSTRAINT delegation_pkey PRIMARY KEY (org, id),
    CONSTRAINT delegation_leader_fkey FOREIGN KEY (org, leader) REFERENCES person,
    CONSTRAINT delegation_acting_fkey FOREIGN KEY (org, acting) REFERENCES person
);
-- What the job of ends has still to do.
CREATE INDEX delegation_end_idx ON delegation (org, until_at) WHERE settled_at IS NULL;

ALTER TABLE delegation ENABLE ROW LEVEL SECURITY;
ALTER TABLE delegation FORCE ROW LEVEL SECURITY;
CREATE POLICY delegation_org ON delegation
    USING (org = nullif(current_setting('floorwalk.org', true), '')::uuid)
    WITH CHECK (org = nullif(current_setting('floorwalk.org', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE ON delegation TO floorwalk_app;
