-- Keys with which the bank's other systems deliver. Each may do what its scopes say, and nothing else.
CREATE TABLE keys (
  key_id uuid PRIMARY KEY,
  name text NOT NULL CONSTRAINT keys_name UNIQUE,
  -- SHA-256 of the key's 256 random bits.
  hash bytea NOT NULL CONSTRAINT keys_hash UNIQUE,
  scopes text[] NOT NULL,
  made_at bigint NOT NULL,
  revoked_at bigint
);
