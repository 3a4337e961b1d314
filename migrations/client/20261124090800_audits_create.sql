-- What was looked at or taken out. Each entry carries the hash of the one before, so that none can vanish unseen.
CREATE TABLE audits (
  audit_row INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor BLOB NOT NULL,
  device BLOB NOT NULL,
  action TEXT NOT NULL,
  record_id BLOB,
  -- What exactly, as JSON; never a value of a customer.
  detail TEXT NOT NULL,
  hash BLOB NOT NULL
) STRICT;

CREATE INDEX audits_by_record ON audits (record_id, at) WHERE record_id IS NOT NULL;
