-- What an entry of the log says of its request: the user agent, which is searched for, and the rest as JSON. NULL of
-- what happened behind all requests, and of entries that are older than this.

ALTER TABLE events ADD COLUMN user_agent TEXT;
ALTER TABLE events ADD COLUMN request TEXT;

-- Codes as Auth0 has them: a message that was not sent, and delegation, whose code is that of a deleted user.

UPDATE events SET kind = 'fn' WHERE kind = 'fcs';
UPDATE events SET kind = 'sd' WHERE kind = 'sdu';
