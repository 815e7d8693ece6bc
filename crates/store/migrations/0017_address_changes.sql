-- What somebody changed of their addresses by themselves lately, as JSON: what it was before. NULL where there is nothing.

ALTER TABLE users ADD COLUMN address_changes TEXT;
