-- Hashes of the entries that devices have delivered: a repeated delivery adds nothing, and a chain that begins after none of them has lost
-- something on the way.
CREATE TABLE device_audits (
  device_id uuid NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (device_id, hash)
);

CREATE INDEX audits_by_user ON audits (user_id, at);
CREATE INDEX audits_by_time ON audits (branch_id, at);
