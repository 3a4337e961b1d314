-- A checksum of the record that the author of a deletion saw, own edits that had not been sent included; lq-domain's Record says which.
ALTER TABLE changes ADD COLUMN seen INTEGER;
