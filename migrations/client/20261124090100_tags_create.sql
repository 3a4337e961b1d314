-- Tags. Fields as JSON: name, colour.
CREATE TABLE tags (
  record_id BLOB PRIMARY KEY,
  revision INTEGER NOT NULL,
  deleted TEXT,
  fields TEXT NOT NULL,
  sync_mark INTEGER NOT NULL,
  base TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
