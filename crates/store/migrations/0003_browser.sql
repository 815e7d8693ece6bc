-- What browsers carry: one-time handles (sign-ins under way, links, authorization codes, tickets) and
-- sessions. Both are found by the hash of a token.

CREATE TABLE handles (
    id BYTEA NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX handles_by_expiry ON handles (expires_at);

CREATE TABLE sessions (
    id BYTEA NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    sid TEXT NOT NULL,
    body TEXT NOT NULL,
    idle_expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id, sid);
CREATE INDEX sessions_by_expiry ON sessions (idle_expires_at);
