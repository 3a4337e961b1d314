-- A family of tokens: each refresh replaces them, and a token that was replaced ends the family.
CREATE TABLE sessions (
  session_id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (user_id),
  device_id uuid NOT NULL REFERENCES devices (device_id),
  access_hash bytea NOT NULL CONSTRAINT sessions_access UNIQUE,
  access_until bigint NOT NULL,
  -- Whether the access token has been used, so that its device surely has it.
  access_used boolean NOT NULL,
  refresh_hash bytea NOT NULL,
  refresh_until bigint NOT NULL,
  -- The refresh token before, until its successor has been seen.
  replaced_hash bytea
);

CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_device ON sessions (device_id);

-- Failed sign-ins, by a keyed hash of the login: an unknown login is counted like a known one.
CREATE TABLE sign_ins (
  login_hash bytea PRIMARY KEY,
  failures integer NOT NULL,
  locked_until bigint NOT NULL,
  last_at bigint NOT NULL
);

CREATE INDEX sign_ins_by_time ON sign_ins (last_at);
