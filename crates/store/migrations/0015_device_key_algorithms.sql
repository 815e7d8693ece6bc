-- Keys of devices of today, beside those of Touch ID of 2014: what they sign with, as JWS names it, and which vendor
-- vouched for them, as JSON; NULL where none did. Such a key is a JWK in public_key, its thumbprint the fingerprint,
-- and its own id the device.

ALTER TABLE device_keys ADD COLUMN algorithm TEXT NOT NULL DEFAULT 'RS256';
ALTER TABLE device_keys ADD COLUMN attestation TEXT;
