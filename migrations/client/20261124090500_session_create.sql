-- Small facts about the store itself, as JSON: who works with it, which server it belongs to, its numbering.
CREATE TABLE facts (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
