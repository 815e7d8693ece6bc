-- How many users there are, so that no list counts them one by one. The sum over the rows says it; each
-- connection adds to a row of its own, at its commit: then it waits for nothing else.

CREATE TABLE user_counts (
    part BIGINT NOT NULL PRIMARY KEY,
    users BIGINT NOT NULL
) WITH (fillfactor = 10);
INSERT INTO user_counts (part, users) SELECT part, 0 FROM generate_series(0, 63) AS part;

CREATE FUNCTION count_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_counts SET users = users + CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END
        WHERE part = pg_backend_pid() % 64;
    RETURN NULL;
END $$;

-- Nobody adds a user between this and the count below.
CREATE CONSTRAINT TRIGGER count_users AFTER INSERT OR DELETE ON users
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION count_user();

UPDATE user_counts SET users = (SELECT count(*) FROM users) WHERE part = 0;
