-- Suspicious-transaction cases; only on devices of those who work on them. Fields as JSON: customer, name, branch, narrative, state,
-- conclusion.
CREATE TABLE cases (
  record_id BLOB PRIMARY KEY,
  revision INTEGER NOT NULL,
  deleted TEXT,
  fields TEXT NOT NULL,
  sync_mark INTEGER NOT NULL,
  base TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
