-- What every feature's records share: the records, the feeds that distribute them, and what devices sent.
-- `branch_id` is in the primary key of every table on a feed's path, so that the tables can be spread over machines by it.
-- The nil branch is the bank itself: tags, users and branches belong to it.

-- One row: the life of this database.
CREATE TABLE server (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  epoch uuid NOT NULL,
  name text NOT NULL,
  -- Keys the answers that must not tell whether a login exists.
  secret bytea NOT NULL,
  -- Days without contact after which a device refuses to unlock offline.
  offline_days integer NOT NULL
);

CREATE TABLE records (
  branch_id uuid NOT NULL,
  entity text NOT NULL,
  record_id uuid NOT NULL,
  revision bigint NOT NULL,
  -- Canonical texts by field, as lq-domain's Record has them.
  fields jsonb NOT NULL,
  -- When each field was last written, by hybrid clock.
  stamps jsonb NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (branch_id, entity, record_id)
);

CREATE INDEX records_by_id ON records (record_id);

CREATE TABLE feeds (
  branch_id uuid NOT NULL,
  feed text NOT NULL,
  head bigint NOT NULL,
  PRIMARY KEY (branch_id, feed)
);

-- Compacted as it is written: a record stands in a feed once, where it changed last.
CREATE TABLE feed_entries (
  branch_id uuid NOT NULL,
  feed text NOT NULL,
  entity text NOT NULL,
  record_id uuid NOT NULL,
  position bigint NOT NULL,
  -- False when the record has left the feed.
  present boolean NOT NULL,
  PRIMARY KEY (branch_id, feed, entity, record_id)
);

CREATE INDEX feed_entries_by_position ON feed_entries (branch_id, feed, position);

-- Every change that was settled, with its first outcome. Old and new values are kept here, and the audit refers to them.
CREATE TABLE changes (
  change_id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  device_id uuid,
  entity text NOT NULL,
  record_id uuid NOT NULL,
  fields jsonb NOT NULL,
  made_at bigint NOT NULL,
  settled_at bigint NOT NULL,
  channel text NOT NULL,
  reason text,
  result jsonb NOT NULL
);

CREATE INDEX changes_by_record ON changes (record_id, settled_at);

-- The numbering of each life of a device's store.
CREATE TABLE pushes (
  device_id uuid NOT NULL,
  incarnation uuid NOT NULL,
  sequence bigint NOT NULL,
  change_id uuid NOT NULL REFERENCES changes (change_id),
  PRIMARY KEY (device_id, incarnation, sequence)
);
