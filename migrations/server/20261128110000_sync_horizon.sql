-- Entries that say a record has left a feed are kept for a while only. A device whose cursor is older than the last that was dropped takes
-- the feed anew, and lets go of what it is not told of.
ALTER TABLE feeds ADD COLUMN horizon bigint NOT NULL DEFAULT 0;
ALTER TABLE feed_entries ADD COLUMN left_at bigint;
CREATE INDEX feed_entries_left ON feed_entries (left_at) WHERE NOT present;
