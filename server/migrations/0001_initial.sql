-- The first schema: organisations and people, credentials, documents and their changes, audiences, the feed.
-- Every table's key starts with the organisation; row level security by organisation is forced on all of them
-- (0002). Audiences are decided by the queries.

-- Moments travel as milliseconds since 1970, the form that sync-core counts in.
CREATE FUNCTION from_ms(ms bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN timestamptz '1970-01-01T00:00:00Z' + ms * interval '1 millisecond';
CREATE FUNCTION to_ms(at timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN floor(extract(epoch FROM at) * 1000)::bigint;

CREATE TABLE organisation (
    org uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    created_at timestamptz NOT NULL,
    CONSTRAINT organisation_pkey PRIMARY KEY (org)
);

-- The row whose lock makes commit order equal feed order. Apart from organisation, so that reading a name never waits.
CREATE TABLE feed_counter (
    org uuid NOT NULL REFERENCES organisation,
    seq bigint NOT NULL DEFAULT 0,
    CONSTRAINT feed_counter_pkey PRIMARY KEY (org)
);

CREATE TABLE person (
    org uuid NOT NULL REFERENCES organisation,
    id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    language text NOT NULL CHECK (language IN ('en', 'ro', 'zh')),
    created_at timestamptz NOT NULL,
    closed_at timestamptz,
    CONSTRAINT person_pkey PRIMARY KEY (org, id)
);

CREATE TABLE team (
    org uuid NOT NULL REFERENCES organisation,
    id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    -- IANA name: a meeting's day is a day of the team, never of a phone.
    time_zone text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT team_pkey PRIMARY KEY (org, id)
);

-- A leader and an agent, from one moment until another. A new leader is a new tenure.
CREATE TABLE tenure (
    org uuid NOT NULL,
    id uuid NOT NULL,
    team uuid NOT NULL,
    leader uuid NOT NULL,
    agent uuid NOT NULL,
    from_at timestamptz NOT NULL,
    until_at timestamptz,
    CONSTRAINT tenure_pkey PRIMARY KEY (org, id),
    CONSTRAINT tenure_team_fkey FOREIGN KEY (org, team) REFERENCES team,
    CONSTRAINT tenure_leader_fkey FOREIGN KEY (org, leader) REFERENCES person,
    CONSTRAINT tenure_agent_fkey FOREIGN KEY (org, agent) REFERENCES person,
    CONSTRAINT tenure_two_people CHECK (leader <> agent)
);
-- One running tenure of a pair; the predicate keeps ended ones out.
CREATE UNIQUE INDEX tenure_running_idx ON tenure (org, leader, agent) WHERE until_at IS NULL;

CREATE TABLE device (
    org uuid NOT NULL,
    id uuid NOT NULL,
    person uuid NOT NULL,
    -- Uncompressed SEC 1 point of the P-256 key, 65 bytes.
    public_key bytea NOT NULL CHECK (length(public_key) = 65),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    replaces uuid,
    enrolled_at timestamptz NOT NULL,
    revoked_at timestamptz,
    last_seen_at timestamptz,
    CONSTRAINT device_pkey PRIMARY KEY (org, id),
    CONSTRAINT device_person_fkey FOREIGN KEY (org, person) REFERENCES person
);
CREATE UNIQUE INDEX device_public_key_idx ON device (org, public_key);

CREATE TABLE invitation (
    org uuid NOT NULL,
    -- SHA-256 of the code: a reader of the database cannot enrol.
    code_hash bytea NOT NULL,
    person uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    -- Set on first use: the code is bound to one key from then on, so a lost answer can be asked for again.
    device uuid,
    CONSTRAINT invitation_pkey PRIMARY KEY (org, code_hash),
    CONSTRAINT invitation_person_fkey FOREIGN KEY (org, person) REFERENCES person
);

-- One-time token ids, until they expire.
CREATE TABLE spent_token (
    org uuid NOT NULL,
    jti text NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT spent_token_pkey PRIMARY KEY (org, jti)
);

-- Counts attempts by bucket and minute, across instances. Buckets of addresses use the nil organisation,
-- because whoever guesses codes also chooses the organisation in them.
CREATE TABLE attempt (
    org uuid NOT NULL,
    bucket text NOT NULL,
    minute timestamptz NOT NULL,
    count integer NOT NULL,
    CONSTRAINT attempt_pkey PRIMARY KEY (org, bucket, minute)
);

CREATE TABLE audience (
    org uuid NOT NULL REFERENCES organisation,
    id uuid NOT NULL,
    -- 'person' or 'tenure'; subject is the id of that.
    class text NOT NULL,
    subject uuid NOT NULL,
    CONSTRAINT audience_pkey PRIMARY KEY (org, id)
);

CREATE TABLE audience_member (
    org uuid NOT NULL,
    audience uuid NOT NULL,
    person uuid NOT NULL,
    -- 'self', 'leader' or 'agent'.
    role text NOT NULL,
    from_at timestamptz NOT NULL,
    -- Judged by the database clock; a passed one is never extended.
    until_at timestamptz,
    -- The feed row that told the person. The audience's tail starts here for them; what was before comes as
    -- backfill. Null until from_at has come.
    granted_seq bigint,
    -- The feed row that told the person that it is over; null while it is not.
    revoked_seq bigint,
    CONSTRAINT audience_member_pkey PRIMARY KEY (org, audience, person),
    CONSTRAINT audience_member_audience_fkey FOREIGN KEY (org, audience) REFERENCES audience
);
CREATE INDEX audience_member_person_idx ON audience_member (org, person);
-- What the job of starts and ends has still to do.
CREATE INDEX audience_member_start_idx ON audience_member (org, from_at)
    WHERE granted_seq IS NULL AND revoked_seq IS NULL;
CREATE INDEX audience_member_end_idx ON audience_member (org, until_at)
    WHERE until_at IS NOT NULL AND revoked_seq IS NULL;

CREATE TABLE document (
    org uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    -- CBOR, the form that the id was derived from.
    natural_key bytea NOT NULL,
    audience uuid NOT NULL,
    -- Number of changes; raised in the transaction that adds them. A decision made on an older version is made again.
    version bigint NOT NULL,
    -- The highest operation number in any change.
    max_op bigint NOT NULL,
    -- Ascending hashes, one after the other.
    heads bytea NOT NULL CHECK (length(heads) % 32 = 0),
    -- Bytes of all changes.
    size_bytes bigint NOT NULL,
    -- The newest snapshot (0: none) and how long it is; bytes of the changes after it. Together the size of the
    -- full state as it is sent.
    snapshot_version bigint NOT NULL DEFAULT 0,
    snapshot_bytes bigint NOT NULL DEFAULT 0,
    tail_bytes bigint NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT document_pkey PRIMARY KEY (org, id),
    CONSTRAINT document_audience_fkey FOREIGN KEY (org, audience) REFERENCES audience
);
CREATE INDEX document_audience_idx ON document (org, audience, id);
-- What waits for a snapshot, at once or once nobody writes any more.
CREATE INDEX document_tail_idx ON document (org, id)
    WHERE version - snapshot_version >= 8 OR tail_bytes >= 16384;

-- Who owns an actor in a document: bound by its first change, never moved. Genesis has no owner and no row.
CREATE TABLE actor (
    org uuid NOT NULL,
    doc uuid NOT NULL,
    actor uuid NOT NULL,
    person uuid NOT NULL,
    -- Null when another store gave the change back after a restore.
    device uuid,
    received_at timestamptz NOT NULL,
    CONSTRAINT actor_pkey PRIMARY KEY (org, doc, actor),
    CONSTRAINT actor_doc_fkey FOREIGN KEY (org, doc) REFERENCES document
);

CREATE TABLE change (
    org uuid NOT NULL,
    doc uuid NOT NULL,
    -- 1 for genesis; contiguous.
    version bigint NOT NULL,
    -- Its row in the feed.
    seq bigint NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    actor uuid NOT NULL,
    actor_seq bigint NOT NULL,
    start_op bigint NOT NULL,
    max_op bigint NOT NULL,
    -- Ascending hashes, one after the other.
    deps bytea NOT NULL CHECK (length(deps) % 32 = 0),
    -- The canonical chunk, the only form that is stored or relayed.
    bytes bytea NOT NULL,
    -- Who pushed it; null for genesis and layers, which nobody wrote.
    person uuid,
    device uuid,
    received_at timestamptz NOT NULL,
    CONSTRAINT change_pkey PRIMARY KEY (org, doc, version),
    CONSTRAINT change_doc_fkey FOREIGN KEY (org, doc) REFERENCES document,
    CONSTRAINT change_hash_key UNIQUE (org, doc, hash),
    CONSTRAINT change_actor_seq_key UNIQUE (org, doc, actor, actor_seq)
);

-- Saved documents: a state instead of its changes. A replaced one stays readable for 7 days, for those in the middle of it.
CREATE TABLE snapshot (
    org uuid NOT NULL,
    doc uuid NOT NULL,
    -- Holds changes 1..version.
    version bigint NOT NULL,
    heads bytea NOT NULL CHECK (length(heads) % 32 = 0),
    bytes bytea NOT NULL,
    created_at timestamptz NOT NULL,
    replaced_at timestamptz,
    CONSTRAINT snapshot_pkey PRIMARY KEY (org, doc, version),
    CONSTRAINT snapshot_doc_fkey FOREIGN KEY (org, doc) REFERENCES document
);

-- Read-only data that the server owns, one row for each audience that sees it.
CREATE TABLE record (
    org uuid NOT NULL,
    audience uuid NOT NULL,
    collection text NOT NULL,
    key bytea NOT NULL,
    version bigint NOT NULL,
    -- Null: gone.
    body jsonb,
    CONSTRAINT record_pkey PRIMARY KEY (org, audience, collection, key),
    CONSTRAINT record_audience_fkey FOREIGN KEY (org, audience) REFERENCES audience
);

-- Every event of an organisation, one row each, in commit order. Rows are never deleted or renumbered.
CREATE TABLE feed (
    org uuid NOT NULL,
    seq bigint NOT NULL,
    -- 8 random bytes: tells this history from one that was restored and went on differently.
    stamp bytea NOT NULL CHECK (length(stamp) = 8),
    audience uuid NOT NULL,
    -- 'change' (doc, version), 'grant' and 'revoke' (target audience in subject), 'record' (collection, key), 'erase' (doc).
    class text NOT NULL CHECK (class IN ('change', 'grant', 'revoke', 'record', 'erase')),
    doc uuid,
    version bigint,
    subject uuid,
    collection text,
    key bytea,
    -- Of a grant the role, of a revoke the reason.
    detail text,
    at timestamptz NOT NULL,
    CONSTRAINT feed_pkey PRIMARY KEY (org, seq)
);
CREATE INDEX feed_audience_idx ON feed (org, audience, seq);

-- Decisions that are not edits: the same id is answered the same again.
CREATE TABLE command (
    org uuid NOT NULL,
    id uuid NOT NULL,
    person uuid NOT NULL,
    kind text NOT NULL,
    -- Null when carried out, else an error code.
    refused text,
    at timestamptz NOT NULL,
    CONSTRAINT command_pkey PRIMARY KEY (org, id)
);
