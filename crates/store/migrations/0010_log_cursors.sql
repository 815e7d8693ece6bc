-- How far each log stream was delivered. due_at: not before, also the end of a lease; version: counts the
-- changes, so that who was overtaken changes nothing.

CREATE TABLE log_cursors (
    stream TEXT NOT NULL PRIMARY KEY,
    position TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL
);
