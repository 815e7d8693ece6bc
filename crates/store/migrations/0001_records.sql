-- The records that are found by an id of ours. Times are seconds since 1970; `body` and the other
-- JSON columns hold documents as the models write them.

CREATE TABLE clients (
    id TEXT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL
);

CREATE TABLE connections (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
);

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

CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    message BYTEA NOT NULL,
    due_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    calls BIGINT NOT NULL
);
CREATE INDEX outbox_by_due ON outbox (due_at);

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
CREATE INDEX refresh_families_by_death ON refresh_families (dead_at);

CREATE TABLE signing_keys (
    id TEXT NOT NULL PRIMARY KEY,
    alg TEXT NOT NULL,
    state TEXT NOT NULL,
    private BYTEA NOT NULL,
    public_jwk TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    retired_at BIGINT
);
-- One current key and one next key of each algorithm: of nodes that race, one wins.
CREATE UNIQUE INDEX signing_keys_in_turn ON signing_keys (alg, state) WHERE state IN ('current', 'next');

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

CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
