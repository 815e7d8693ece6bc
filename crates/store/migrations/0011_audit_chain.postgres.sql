-- What operators did, sealed: a link for each of their events, which seals it and the link before it.
-- entry: the hash of the event as it was written; previous: the hash of the link before it.

CREATE TABLE audit_chain (
    seq BIGINT NOT NULL PRIMARY KEY,
    event TEXT COLLATE "C" NOT NULL UNIQUE,
    at BIGINT NOT NULL,
    entry BYTEA NOT NULL,
    previous BYTEA NOT NULL,
    hash BYTEA NOT NULL
);

-- One row, which whoever adds a link holds until the commit: the last link.
CREATE TABLE audit_chain_end (
    seq BIGINT NOT NULL,
    previous BYTEA NOT NULL,
    hash BYTEA NOT NULL
);
INSERT INTO audit_chain_end (seq, previous, hash)
    VALUES (0, decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'));

CREATE FUNCTION audit_hash(previous BYTEA, content BYTEA) RETURNS BYTEA
    LANGUAGE sql IMMUTABLE STRICT AS 'SELECT sha256($1 || $2)';

CREATE INDEX events_chained ON events (id)
    WHERE kind IN ('sapi', 'sce', 'scpn', 'ublkdu', 'key_rotated', 'key_revoked');
