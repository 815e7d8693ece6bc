-- The password of a user on a database connection, and the keys of their devices: what Touch ID signs in by.
-- hash: sealed. device: empty where the device said no id of its own. expires_at: when it has to enrol anew.

CREATE TABLE passwords (
    user_id TEXT NOT NULL,
    connection TEXT NOT NULL,
    id TEXT NOT NULL,
    hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, connection)
);

CREATE TABLE device_keys (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    client TEXT NOT NULL,
    connection TEXT NOT NULL,
    name TEXT NOT NULL,
    device TEXT NOT NULL,
    public_key BYTEA NOT NULL,
    fingerprint TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    expires_at BIGINT NOT NULL,
    UNIQUE (user_id, client, connection, device, name)
);
CREATE INDEX device_keys_by_client ON device_keys (client);
CREATE INDEX device_keys_by_end ON device_keys (expires_at);

-- The password or key that a chain of refresh tokens came by, and ends with.
ALTER TABLE refresh_families ADD COLUMN credential TEXT;
