-- Clients that are to be told of the end of a session, and what people allowed clients.

CREATE TABLE logout_notices (
    sid TEXT NOT NULL,
    client TEXT NOT NULL,
    user_id TEXT NOT NULL,
    initiator TEXT NOT NULL,
    ended_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    PRIMARY KEY (sid, client)
);
CREATE INDEX logout_notices_by_due ON logout_notices (due_at);

-- audience: empty where there is none.
CREATE TABLE consents (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    client TEXT NOT NULL,
    audience TEXT NOT NULL,
    scope TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (user_id, client, audience)
);
CREATE INDEX consents_by_client ON consents (client);
