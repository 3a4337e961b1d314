CREATE TABLE imports (
  import_id BLOB PRIMARY KEY,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  -- Counts as JSON.
  counts TEXT NOT NULL,
  undone_at INTEGER
) STRICT;

-- How the columns of a file were mapped last time, by the fingerprint of its header.
CREATE TABLE import_mappings (
  fingerprint TEXT PRIMARY KEY,
  mapping TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
