-- What one device did, and what of one kind was done at a branch: rare among all that a bank does.
CREATE INDEX audits_by_device ON audits (device_id, at);
CREATE INDEX audits_by_action ON audits (branch_id, action, at);
