-- Saved views of lists.
CREATE TABLE views (
  view_id BLOB PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  -- Query and columns as JSON.
  content TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
