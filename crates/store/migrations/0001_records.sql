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

CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    message BYTEA NOT NULL,
    due_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    calls BIGINT NOT NULL
);
CREATE INDEX outbox_by_due ON outbox (due_at);

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

CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
