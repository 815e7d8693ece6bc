-- How many users there are, so that no list counts them one by one. The sum over the rows says it.

CREATE TABLE user_counts (
    part BIGINT NOT NULL PRIMARY KEY,
    users BIGINT NOT NULL
) WITHOUT ROWID;
INSERT INTO user_counts (part, users) SELECT 0, count(*) FROM users;

CREATE TRIGGER count_added_user AFTER INSERT ON users BEGIN
    UPDATE user_counts SET users = users + 1;
END;

CREATE TRIGGER count_deleted_user AFTER DELETE ON users BEGIN
    UPDATE user_counts SET users = users - 1;
END;
