CREATE TABLE devices (
  device_id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (user_id),
  name text NOT NULL,
  registered_at bigint NOT NULL,
  seen_at bigint NOT NULL,
  revoked_at bigint
);

CREATE INDEX devices_by_user ON devices (user_id);
