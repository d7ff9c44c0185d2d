-- Some of a leader's agents who are coached together. A group never changes: who has left it has no seat in its audience any more.
CREATE TABLE coaching_group (
    org uuid NOT NULL,
    id uuid NOT NULL,
    team uuid NOT NULL,
    leader uuid NOT NULL,
    -- Who formed it in the leader's place; null if the leader did.
    acting uuid,
    -- The agents, ascending.
    people uuid[] NOT NULL,
    formed_at timestamptz NOT NULL,
    CONSTRAINT coaching_group_pkey PRIMARY KEY (org, id),
    CONSTRAINT coaching_group_team_fkey FOREIGN KEY (org, team) REFERENCES team,
    CONSTRAINT coaching_group_leader_fkey FOREIGN KEY (org, leader) REFERENCES person
);
CREATE INDEX coaching_group_team_idx ON coaching_group (org, team);
-- How many somebody has formed lately.
CREATE INDEX coaching_group_former_idx ON coaching_group (org, coalesce(acting, leader), formed_at);

ALTER TABLE coaching_group ENABLE ROW LEVEL SECURITY;
ALTER TABLE coaching_group FORCE ROW LEVEL SECURITY;
CREATE POLICY coaching_group_org ON coaching_group
    USING (org = nullif(current_setting('floorwalk.org', true), '')::uuid)
    WITH CHECK (org = nullif(current_setting('floorwalk.org', true), '')::uuid);
GRANT SELECT, INSERT ON coaching_group TO floorwalk_app;
