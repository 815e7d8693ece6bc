-- What operators find and sort users by. The texts are in small letters, but for phone numbers; the email
-- address also stands here backwards, so that its end can be looked up as a beginning.

ALTER TABLE users ADD COLUMN block_decided BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN email TEXT;
ALTER TABLE users ADD COLUMN email_backwards TEXT;
ALTER TABLE users ADD COLUMN phone TEXT;
ALTER TABLE users ADD COLUMN name TEXT;
ALTER TABLE users ADD COLUMN nickname TEXT;
ALTER TABLE users ADD COLUMN given_name TEXT;
ALTER TABLE users ADD COLUMN family_name TEXT;
ALTER TABLE users ADD COLUMN username TEXT;

UPDATE users SET
    block_decided = blocked,
    email = lower(coalesce(json_extract(attributes, '$.email'),
        (SELECT i.address FROM identities i
         WHERE i.user_id = users.id AND i.position = 0 AND i.channel = 'email'))),
    phone = coalesce(json_extract(attributes, '$.phone_number'),
        (SELECT i.address FROM identities i
         WHERE i.user_id = users.id AND i.position = 0 AND i.channel = 'sms')),
    name = lower(coalesce(json_extract(attributes, '$.name'),
        (SELECT i.address FROM identities i WHERE i.user_id = users.id AND i.position = 0))),
    nickname = lower(coalesce(json_extract(attributes, '$.nickname'),
        (SELECT CASE i.channel WHEN 'email' THEN substr(i.address, 1, instr(i.address, '@') - 1)
                ELSE i.address END
         FROM identities i WHERE i.user_id = users.id AND i.position = 0))),
    given_name = lower(json_extract(attributes, '$.given_name')),
    family_name = lower(json_extract(attributes, '$.family_name')),
    username = lower(json_extract(attributes, '$.username'));

UPDATE users SET email_backwards = (
    WITH RECURSIVE back (at, text) AS (
        SELECT length(users.email), ''
        UNION ALL
        SELECT at - 1, text || substr(users.email, at, 1) FROM back WHERE at > 0
    )
    SELECT text FROM back WHERE at = 0
) WHERE email IS NOT NULL;

CREATE INDEX users_by_creation ON users (created_at, id);
CREATE INDEX users_by_update ON users (updated_at, id);
CREATE INDEX users_by_login ON users (last_login, id);
CREATE INDEX users_by_logins ON users (logins_count, id);
CREATE INDEX users_by_email ON users (email, id);
CREATE INDEX users_by_email_end ON users (email_backwards);
CREATE INDEX users_by_phone ON users (phone, id);
CREATE INDEX users_by_name ON users (name, id);
CREATE INDEX users_by_nickname ON users (nickname, id);
CREATE INDEX users_by_given_name ON users (given_name) WHERE given_name IS NOT NULL;
CREATE INDEX users_by_family_name ON users (family_name) WHERE family_name IS NOT NULL;
CREATE INDEX users_by_username ON users (username) WHERE username IS NOT NULL;
CREATE INDEX users_blocked ON users (created_at, id) WHERE blocked = 1;
CREATE INDEX identities_by_connection ON identities (connection, user_id);
CREATE INDEX identities_by_address ON identities (address);
CREATE INDEX identities_by_provider ON identities (provider_user_id);
