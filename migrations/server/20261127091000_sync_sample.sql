-- Whether the customers of this server are invented. A device never takes real ones there, nor invented ones elsewhere.
ALTER TABLE server ADD COLUMN sample boolean NOT NULL DEFAULT false;
