-- Passkeys: a row per credential of a person. The domain is kept with each, since it works for no other. What a
-- node of the release before leaves of a deleted user is swept.

CREATE TABLE passkeys (
    id TEXT NOT NULL PRIMARY KEY,
    credential_id BYTEA NOT NULL,
    user_id TEXT NOT NULL,
    user_handle BYTEA NOT NULL,
    connection TEXT NOT NULL,
    provider_user_id TEXT NOT NULL,
    relying_party TEXT NOT NULL,
    public_key BYTEA NOT NULL,
    counter BIGINT NOT NULL,
    backup_eligible BIGINT NOT NULL,
    backed_up BIGINT NOT NULL,
    user_verified BIGINT NOT NULL,
    transports TEXT NOT NULL,
    aaguid TEXT,
    name TEXT NOT NULL,
    user_agent TEXT,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE UNIQUE INDEX passkeys_by_credential ON passkeys (credential_id);
CREATE INDEX passkeys_by_user ON passkeys (user_id);
CREATE INDEX passkeys_by_relying_party ON passkeys (relying_party);
