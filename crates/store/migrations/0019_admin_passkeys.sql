-- Passkeys of administrators: a row per credential. The domain is kept with each, since it works for no other. What a
-- node of the release before leaves of a removed administrator opens nothing, since ids of administrators do not come
-- back; should one do so, whoever makes it clears the rows away.

CREATE TABLE admin_passkeys (
    id TEXT NOT NULL PRIMARY KEY,
    credential_id BYTEA NOT NULL,
    admin_id TEXT NOT NULL,
    user_handle BYTEA NOT NULL,
    relying_party TEXT NOT NULL,
    public_key BYTEA NOT NULL,
    counter BIGINT NOT NULL,
    backup_eligible BIGINT NOT NULL,
    backed_up BIGINT NOT NULL,
    transports TEXT NOT NULL,
    aaguid TEXT,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE UNIQUE INDEX admin_passkeys_by_credential ON admin_passkeys (credential_id);
CREATE INDEX admin_passkeys_by_admin ON admin_passkeys (admin_id);
