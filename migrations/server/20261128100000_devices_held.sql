-- What a device has, as it tells with each pull: how many customers, and how far it is in each feed. An entry that says a record has left a
-- feed is carried out once the device is past it: that is the receipt.
ALTER TABLE devices ADD COLUMN pulled_at bigint, ADD COLUMN held bigint, ADD COLUMN wiped_at bigint;

CREATE TABLE device_feeds (
  device_id uuid NOT NULL REFERENCES devices (device_id),
  feed text NOT NULL,
  position bigint NOT NULL,
  at bigint NOT NULL,
  -- When the device told that it has given the feed up, with everything that came from it.
  left_at bigint,
  PRIMARY KEY (device_id, feed)
);

CREATE INDEX device_feeds_by_feed ON device_feeds (feed, position);
