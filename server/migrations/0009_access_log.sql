-- Who was shown what about whom on the server, without being one of those who share it. No content.
-- No foreign keys: an entry outlives who read and whom it is about.
CREATE TABLE access_log (
    org uuid NOT NULL,
    id uuid NOT NULL,
    -- The person whose entry it is; it is a record on their phone too.
    about uuid NOT NULL,
    -- Null when nobody in the organisation is known to have read: whoever runs the server.
    reader uuid,
    -- 'head', 'hr', 'administrator' or 'data_protection'.
    role text NOT NULL,
    -- The kind of document.
    what text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT access_log_pkey PRIMARY KEY (org, id)
);
CREATE INDEX access_log_about_idx ON access_log (org, about, at);

ALTER TABLE access_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_log FORCE ROW LEVEL SECURITY;
CREATE POLICY access_log_org ON access_log
    USING (org = nullif(current_setting('floorwalk.org', true), '')::uuid)
    WITH CHECK (org = nullif(current_setting('floorwalk.org', true), '')::uuid);
-- An entry is never changed.
GRANT SELECT, INSERT ON access_log TO floorwalk_app;
