-- How members of staff sign in. Their name, role and branch are records in the bank's feed.
CREATE TABLE users (
  user_id uuid PRIMARY KEY,
  login text NOT NULL CONSTRAINT users_login UNIQUE,
  -- Argon2id of the secret that the device derives from the password.
  secret_salt bytea NOT NULL,
  secret_hash bytea NOT NULL,
  -- How the device derives the secret.
  kdf jsonb NOT NULL,
  -- Given by an administrator, and to be changed.
  password_expired boolean NOT NULL
);
