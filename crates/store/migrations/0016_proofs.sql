-- What proved somebody before this time proves nobody any more: an address of theirs changed hands, or was proved for the
-- first time. NULL where that never happened.

ALTER TABLE users ADD COLUMN proofs_since BIGINT;
