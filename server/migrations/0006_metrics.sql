-- By what other systems know a person, and what they measured of people.

CREATE TABLE person_identifier (
    org uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('staff_number', 'login', 'email')),
    -- As it is compared: lower case, and numbers without zeros in front.
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    -- As it was written.
    value text NOT NULL,
    person uuid NOT NULL,
    CONSTRAINT person_identifier_pkey PRIMARY KEY (org, kind, key),
    CONSTRAINT person_identifier_person_key UNIQUE (org, person, kind),
    CONSTRAINT person_identifier_person_fkey FOREIGN KEY (org, person) REFERENCES person
);

-- Where numbers come from. Its row is locked while a file of it is taken in, so two files of one source follow each other.
CREATE TABLE metric_source (
    org uuid NOT NULL REFERENCES organisation,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
    -- What was said about its files: encoding, order of dates, what columns hold.
    profile jsonb NOT NULL,
    imported_at timestamptz NOT NULL,
    CONSTRAINT metric_source_pkey PRIMARY KEY (org, name)
);

-- What one source says of one person on one day.
CREATE TABLE metric (
    org uuid NOT NULL,
    person uuid NOT NULL,
    -- As the source counts days.
    day date NOT NULL,
    kpi text NOT NULL CHECK (length(kpi) BETWEEN 1 AND 40),
    source text NOT NULL,
    -- In thousandths of the figure's unit: whole numbers add up to the same in any order.
    value bigint NOT NULL,
    -- Of how many contacts; null when the source does not tell.
    volume bigint CHECK (volume BETWEEN 0 AND 4294967295),
    imported_at timestamptz NOT NULL,
    -- The person first: what is read most is one person's month, whatever its sources.
    CONSTRAINT metric_pkey PRIMARY KEY (org, person, day, kpi, source)
    -- No foreign keys to person and metric_source: checking both for each of some 300,000 rows takes twice as long as writing
    -- them. The transaction that writes them has written the source and read the people, and neither is ever deleted.
);

-- What a row said before a later file of its source corrected it.
CREATE TABLE metric_replaced (
    org uuid NOT NULL,
    person uuid NOT NULL,
    day date NOT NULL,
    kpi text NOT NULL,
    source text NOT NULL,
    value bigint NOT NULL,
    volume bigint,
    replaced_at timestamptz NOT NULL,
    CONSTRAINT metric_replaced_pkey PRIMARY KEY (org, person, day, kpi, source, replaced_at),
    CONSTRAINT metric_replaced_metric_fkey FOREIGN KEY (org, person, day, kpi, source) REFERENCES metric
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['person_identifier', 'metric_source', 'metric', 'metric_replaced'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY %I ON %I USING (org = nullif(current_setting(''floorwalk.org'', true), '''')::uuid)'
            || ' WITH CHECK (org = nullif(current_setting(''floorwalk.org'', true), '''')::uuid)',
            name || '_org', name);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO floorwalk_app', name);
    END LOOP;
END $$;

GRANT UPDATE ON person_identifier, metric_source, metric TO floorwalk_app;
GRANT DELETE ON person_identifier TO floorwalk_app;
