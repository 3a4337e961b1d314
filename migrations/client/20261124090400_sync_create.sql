-- Every change of a record, made here or heard of: the outbox, the history and the undo in one.
CREATE TABLE changes (
  change_row INTEGER PRIMARY KEY,
  change_id BLOB NOT NULL UNIQUE,
  -- Counts the changes of this incarnation of the store; null for changes made elsewhere.
  sequence INTEGER,
  entity TEXT NOT NULL,
  record_id BLOB NOT NULL,
  base_revision INTEGER NOT NULL,
  -- {"field": {"base": …, "new": …}}
  fields TEXT NOT NULL,
  wall INTEGER NOT NULL,
  counter INTEGER NOT NULL,
  device BLOB,
  actor BLOB,
  channel TEXT NOT NULL,
  reason TEXT,
  -- Changes saved together, and taken back together.
  grp BLOB,
  -- 0 queued, 1 settled, 2 conflict, 3 refused, 4 made elsewhere.
  state INTEGER NOT NULL,
  -- What the server said, as JSON, while it concerns the user.
  result TEXT
) STRICT;

CREATE INDEX changes_by_record ON changes (record_id, change_row);
CREATE UNIQUE INDEX changes_queued ON changes (sequence) WHERE state = 0;
CREATE INDEX changes_open ON changes (state, change_row) WHERE state IN (2, 3);
CREATE INDEX changes_by_group ON changes (grp) WHERE grp IS NOT NULL;

-- Where the device stands in each feed it follows.
CREATE TABLE feeds (
  feed TEXT PRIMARY KEY,
  after INTEGER NOT NULL,
  head INTEGER NOT NULL
) STRICT;

-- Which feeds a record came from: it leaves the device when the last of them lets it go.
CREATE TABLE memberships (
  feed TEXT NOT NULL,
  entity TEXT NOT NULL,
  record_id BLOB NOT NULL,
  PRIMARY KEY (feed, entity, record_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX memberships_by_record ON memberships (record_id);

CREATE TABLE rounds (
  round_row INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  took_ms INTEGER NOT NULL,
  pushed INTEGER NOT NULL,
  pulled INTEGER NOT NULL,
  error TEXT
) STRICT;
