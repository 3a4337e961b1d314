-- What encrypts this device's backups, by the salt of the password that it is wrapped under. Older ones stay, so that what
-- was backed up before a change of password can still be verified. Neither table is part of a backup: both tell of this machine.
CREATE TABLE backup_keys (
  salt TEXT PRIMARY KEY,
  key BLOB NOT NULL,
  -- Cost of the password, as JSON, and the key wrapped by what the password gives.
  kdf TEXT NOT NULL,
  wrapped TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

-- Backups that were made and proven, and attempts that failed.
CREATE TABLE backups (
  backup_row INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  -- made, or verified later.
  what TEXT NOT NULL,
  path TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  -- Why it failed.
  error TEXT
) STRICT;
