-- The public half of the bank's recovery key, which devices seal their data keys to. The private half is on no server.
ALTER TABLE server ADD COLUMN recovery text;
