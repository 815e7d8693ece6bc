-- Sessions by their public id; what a chain of refresh tokens came from, when it was used last, and what
-- operators keep with it.

CREATE INDEX sessions_by_sid ON sessions (sid);
ALTER TABLE refresh_families ADD COLUMN session TEXT;
ALTER TABLE refresh_families ADD COLUMN used_at BIGINT;
ALTER TABLE refresh_families ADD COLUMN metadata TEXT NOT NULL DEFAULT '{}';
