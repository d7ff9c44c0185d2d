-- The application works as floorwalk_app: neither owner nor superuser, bound to one organisation at a time by
-- set_config('floorwalk.org', .., true) inside each transaction. Without it, every table looks empty.

-- Roles belong to the cluster, not to the database: another database's migration may be creating it right now.
DO $$
BEGIN
    CREATE ROLE floorwalk_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'organisation', 'feed_counter', 'person', 'team', 'tenure', 'device', 'invitation', 'spent_token', 'attempt',
        'audience', 'audience_member', 'document', 'actor', 'change', 'snapshot', 'record', 'feed', 'command'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY %I ON %I USING (org = nullif(current_setting(''floorwalk.org'', true), '''')::uuid)'
            || ' WITH CHECK (org = nullif(current_setting(''floorwalk.org'', true), '''')::uuid)',
            name || '_org', name);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO floorwalk_app', name);
    END LOOP;
END $$;

GRANT UPDATE ON organisation, feed_counter, person, team, tenure, device, invitation, attempt, audience_member,
    document, snapshot, record TO floorwalk_app;
GRANT DELETE ON spent_token, attempt, snapshot TO floorwalk_app;

-- Background jobs visit one organisation after the other and need the list of ids, nothing else.
-- The table holds no more than that; a row is written when the organisation is.
CREATE TABLE organisation_id (org uuid NOT NULL, CONSTRAINT organisation_id_pkey PRIMARY KEY (org));
GRANT SELECT, INSERT ON organisation_id TO floorwalk_app;
