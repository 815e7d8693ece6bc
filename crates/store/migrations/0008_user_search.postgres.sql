-- What operators find and sort users by. The texts are in small letters, but for phone numbers; the email
-- address also stands here backwards, so that its end can be looked up as a beginning.

ALTER TABLE users ADD COLUMN block_decided BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN email TEXT COLLATE "C";
ALTER TABLE users ADD COLUMN email_backwards TEXT COLLATE "C";
ALTER TABLE users ADD COLUMN phone TEXT COLLATE "C";
ALTER TABLE users ADD COLUMN name TEXT COLLATE "C";
ALTER TABLE users ADD COLUMN nickname TEXT COLLATE "C";
ALTER TABLE users ADD COLUMN given_name TEXT COLLATE "C";
ALTER TABLE users ADD COLUMN family_name TEXT COLLATE "C";
ALTER TABLE users ADD COLUMN username TEXT COLLATE "C";

-- No value of this database holds the character zero, but a JSON text may.
UPDATE users u SET
    block_decided = u.blocked,
    email = lower(coalesce(s.body ->> 'email', CASE s.channel WHEN 'email' THEN s.address END)),
    email_backwards = reverse(lower(coalesce(s.body ->> 'email', CASE s.channel WHEN 'email' THEN s.address END))),
    phone = coalesce(s.body ->> 'phone_number', CASE s.channel WHEN 'sms' THEN s.address END),
    name = lower(coalesce(s.body ->> 'name', s.address)),
    nickname = lower(coalesce(s.body ->> 'nickname', split_part(s.address, '@', 1))),
    given_name = lower(s.body ->> 'given_name'),
    family_name = lower(s.body ->> 'family_name'),
    username = lower(s.body ->> 'username')
FROM (
    SELECT o.id, i.address, i.channel,
        CASE WHEN strpos(o.attributes, '\u0000') > 0 THEN '{}'::jsonb ELSE o.attributes::jsonb END AS body
    FROM users o LEFT JOIN identities i ON i.user_id = o.id AND i.position = 0
) s WHERE s.id = u.id;

-- An index serves only comparisons in its own order of texts, and users' ids are in the order of bytes: without
-- this, whoever reads a user by id reads all identities there are.
ALTER TABLE identities ALTER COLUMN user_id TYPE TEXT COLLATE "C";

CREATE INDEX users_by_creation ON users (created_at, id);
CREATE INDEX users_by_update ON users (updated_at, id);
CREATE INDEX users_by_login ON users (last_login NULLS FIRST, id);
CREATE INDEX users_by_logins ON users (logins_count, id);
CREATE INDEX users_by_email ON users (email NULLS FIRST, id);
CREATE INDEX users_by_email_end ON users (email_backwards);
CREATE INDEX users_by_phone ON users (phone NULLS FIRST, id);
CREATE INDEX users_by_name ON users (name NULLS FIRST, id);
CREATE INDEX users_by_nickname ON users (nickname NULLS FIRST, id);
CREATE INDEX users_by_given_name ON users (given_name) WHERE given_name IS NOT NULL;
CREATE INDEX users_by_family_name ON users (family_name) WHERE family_name IS NOT NULL;
CREATE INDEX users_by_username ON users (username) WHERE username IS NOT NULL;
CREATE INDEX users_blocked ON users (created_at, id) WHERE blocked = 1;
CREATE INDEX identities_by_connection ON identities (connection, user_id);
CREATE INDEX identities_by_address ON identities (address);
CREATE INDEX identities_by_provider ON identities (provider_user_id);
