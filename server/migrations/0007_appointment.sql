-- Who answers for a team without leading it, or for all of them, from one moment until another.
CREATE TABLE appointment (
    org uuid NOT NULL,
    id uuid NOT NULL,
    person uuid NOT NULL,
    -- Null: all teams, also those to come.
    team uuid,
    -- 'head' or 'hr'.
    office text NOT NULL,
    from_at timestamptz NOT NULL,
    until_at timestamptz,
    CONSTRAINT appointment_pkey PRIMARY KEY (org, id),
    CONSTRAINT appointment_person_fkey FOREIGN KEY (org, person) REFERENCES person,
    CONSTRAINT appointment_team_fkey FOREIGN KEY (org, team) REFERENCES team
);
-- One running appointment of a person to an office; the predicate keeps ended ones out.
-- An index holds nulls apart, so all teams have the nil id in it.
CREATE UNIQUE INDEX appointment_running_idx
    ON appointment (org, person, office, coalesce(team, '00000000-0000-0000-0000-000000000000'))
    WHERE until_at IS NULL;
-- Who is in a team now.
CREATE INDEX tenure_team_idx ON tenure (org, team) WHERE until_at IS NULL;

ALTER TABLE appointment ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointment FORCE ROW LEVEL SECURITY;
CREATE POLICY appointment_org ON appointment
    USING (org = nullif(current_setting('floorwalk.org', true), '')::uuid)
    WITH CHECK (org = nullif(current_setting('floorwalk.org', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE ON appointment TO floorwalk_app;
