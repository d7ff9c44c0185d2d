-- Which server this database belongs to: its keys lie outside, in the vault, and must be the right ones.
CREATE TABLE installation (
    only_one boolean NOT NULL DEFAULT true CHECK (only_one),
    server_id text NOT NULL,
    CONSTRAINT installation_pkey PRIMARY KEY (only_one)
);
GRANT SELECT, INSERT ON installation TO floorwalk_app;
