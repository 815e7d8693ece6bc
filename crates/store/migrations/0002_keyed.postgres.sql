-- The records that are found by an address or a hash. Rows that change often leave room in their page.

-- What only the sweep asks for (when a row ends) has no index: keeping one would cost every sign-in
-- pages all over the file. The sweep walks along the keys instead.

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    blocked BIGINT NOT NULL,
    attributes TEXT NOT NULL,
    user_metadata TEXT NOT NULL,
    app_metadata TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    last_login BIGINT,
    last_ip TEXT,
    logins_count BIGINT NOT NULL
);

CREATE TABLE identities (
    connection TEXT NOT NULL,
    address TEXT NOT NULL,
    user_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    channel TEXT NOT NULL,
    provider_user_id TEXT NOT NULL,
    verified_at BIGINT,
    PRIMARY KEY (connection, address)
) WITH (fillfactor = 70);
CREATE INDEX identities_by_user ON identities (user_id, position);

CREATE TABLE challenges (
    connection TEXT NOT NULL,
    address TEXT NOT NULL,
    client TEXT NOT NULL,
    id TEXT NOT NULL,
    code_hash BYTEA NOT NULL,
    tier BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    max_attempts BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    consumed_at BIGINT,
    detail TEXT NOT NULL,
    PRIMARY KEY (connection, address, client)
) WITH (fillfactor = 70);

CREATE TABLE ledgers (
    key BYTEA NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    keep_until BIGINT NOT NULL
) WITH (fillfactor = 70);

-- dead_at: when the row may be swept; the earlier of both deadlines, or a while after revocation.
CREATE TABLE refresh_families (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    client TEXT NOT NULL,
    user_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    audience TEXT,
    connection TEXT NOT NULL,
    device TEXT,
    created_at BIGINT NOT NULL,
    auth_time BIGINT NOT NULL,
    expires_at BIGINT,
    idle_expires_at BIGINT,
    revoked_at BIGINT,
    dead_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX refresh_families_by_user ON refresh_families (user_id, client, id);

-- used_at: the first use; rotated_at: when another token took its place.
CREATE TABLE refresh_tokens (
    hash BYTEA NOT NULL PRIMARY KEY,
    family TEXT NOT NULL REFERENCES refresh_families (id) ON DELETE CASCADE,
    parent BYTEA,
    used_at BIGINT,
    rotated_at BIGINT
);
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family);

CREATE TABLE seen (
    key TEXT NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX seen_by_expiry ON seen (expires_at);

CREATE TABLE events (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    client TEXT,
    connection TEXT,
    user_id TEXT,
    ip TEXT,
    address TEXT,
    detail TEXT NOT NULL
);
CREATE INDEX events_by_user ON events (user_id, id);

ALTER TABLE users SET (fillfactor = 80);
ALTER TABLE refresh_families SET (fillfactor = 80);

-- Lists are in the order of bytes, whatever the language of the database.
ALTER TABLE clients ALTER COLUMN id TYPE TEXT COLLATE "C";
ALTER TABLE connections ALTER COLUMN id TYPE TEXT COLLATE "C";
ALTER TABLE connections ALTER COLUMN name TYPE TEXT COLLATE "C";
ALTER TABLE users ALTER COLUMN id TYPE TEXT COLLATE "C";
ALTER TABLE refresh_families ALTER COLUMN id TYPE TEXT COLLATE "C";
ALTER TABLE signing_keys ALTER COLUMN id TYPE TEXT COLLATE "C";
ALTER TABLE events ALTER COLUMN id TYPE TEXT COLLATE "C";
