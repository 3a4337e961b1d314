-- While a feed is read anew, what it has not told of again yet. What is still marked at its end leaves the device.
ALTER TABLE memberships ADD COLUMN stale INTEGER NOT NULL DEFAULT 0;
CREATE INDEX memberships_stale ON memberships (feed) WHERE stale = 1;
-- The feed's head when the device last began to read it from its start: it can have missed nothing that left before.
ALTER TABLE feeds ADD COLUMN anew INTEGER NOT NULL DEFAULT 0;
