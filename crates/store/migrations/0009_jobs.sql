-- Work that outlives its request, and the files that belong to it, in parts.

-- place: which of the few places for running jobs it has; the index keeps each to one job.
CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    place BIGINT,
    turn BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE UNIQUE INDEX jobs_by_place ON jobs (place);
CREATE INDEX jobs_by_state ON jobs (state, created_at, id);

CREATE TABLE job_parts (
    job TEXT NOT NULL,
    part TEXT NOT NULL,
    number BIGINT NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (job, part, number)
);

-- Identities of providers that nobody signs in by here, as an import brought them; JSON.
ALTER TABLE users ADD COLUMN foreign_identities TEXT;
