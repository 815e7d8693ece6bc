-- The kind of connection that an identity is on. Where there is none, its channel is its kind: so it was
-- before databases had codes, and the release before this one still writes such rows.
ALTER TABLE identities ADD COLUMN strategy TEXT;
