-- The records that are found by an address or a hash. Their keys are the table: one tree, not two.

CREATE TABLE identities (
    connection TEXT NOT NULL,
    address TEXT NOT NULL,
    user_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    channel TEXT NOT NULL,
    provider_user_id TEXT NOT NULL,
    verified_at BIGINT,
    PRIMARY KEY (connection, address)
) WITHOUT ROWID;
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
) WITHOUT ROWID;
CREATE INDEX challenges_by_expiry ON challenges (expires_at);

CREATE TABLE ledgers (
    key BYTEA NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    keep_until BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX ledgers_by_keep ON ledgers (keep_until);

-- used_at: the first use; rotated_at: when another token took its place.
CREATE TABLE refresh_tokens (
    hash BYTEA NOT NULL PRIMARY KEY,
    family TEXT NOT NULL REFERENCES refresh_families (id) ON DELETE CASCADE,
    parent BYTEA,
    used_at BIGINT,
    rotated_at BIGINT
) WITHOUT ROWID;
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family);

CREATE TABLE seen (
    key TEXT NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX seen_by_expiry ON seen (expires_at);
