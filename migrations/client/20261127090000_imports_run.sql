-- An import is written in parts, so that nobody's edit waits for all of it. While it runs nothing of it is sent, and one that
-- was cut short is taken back when the store is opened next.
ALTER TABLE imports ADD COLUMN running INTEGER NOT NULL DEFAULT 0;
