-- When the last seat in a group ended: what is over is not looked at any more. Of a group that was over before this, it is written down
-- when the next seat in its team is settled.
ALTER TABLE coaching_group ADD COLUMN ended_at timestamptz;
GRANT UPDATE (ended_at) ON coaching_group TO floorwalk_app;
DROP INDEX coaching_group_team_idx;
CREATE INDEX coaching_group_team_idx ON coaching_group (org, team) WHERE ended_at IS NULL;

-- What the entries of a person's own begin with, as `ItemId::owned` makes it: whose is one of two people with the same mark could not be
-- told.
ALTER TABLE person
    ADD COLUMN mark bytea NOT NULL GENERATED ALWAYS AS (substring(sha256(
        int8send(20) || 'floorwalk/own-item/1'::bytea || int8send(16) || uuid_send(id)
    ) FROM 1 FOR 4)) STORED,
    -- Whoever came with the mark of somebody who was there, before anybody looked.
    ADD COLUMN shares_mark boolean NOT NULL DEFAULT false;
-- The owner of the tables sees the people of all organisations for this.
ALTER TABLE person NO FORCE ROW LEVEL SECURITY;
UPDATE person p SET shares_mark = true
WHERE EXISTS (
    SELECT FROM person other
    WHERE other.org = p.org AND other.mark = p.mark AND (other.created_at, other.id) < (p.created_at, p.id)
);
ALTER TABLE person FORCE ROW LEVEL SECURITY;
CREATE UNIQUE INDEX person_mark_idx ON person (org, mark) WHERE NOT shares_mark;
