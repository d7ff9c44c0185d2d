-- Which server this database belongs to: its keys lie outside, in the vault, and must be the right ones.
CREATE TABLE installation (
    only_one boolean NOT NULL DEFAULT true CHECK (only_one),
    server_id text NOT NULL,
    CONSTRAINT installation_pkey PRIMARY KEY (only_one)
);
GRANT SELECT, INSERT ON installation TO floorwalk_app;

-- An instance that is asked whether it is ready looks which migrations the database has. A restored backup may have
-- fewer. The table is the migrator's, and is not there when these files are applied by hand.
DO $$
BEGIN
    IF to_regclass('_sqlx_migrations') IS NOT NULL THEN
        GRANT SELECT ON _sqlx_migrations TO floorwalk_app;
    END IF;
END $$;
