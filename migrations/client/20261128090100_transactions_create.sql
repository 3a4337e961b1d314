-- The journal comes in blocks, and each of their rows lies here by itself, so that charts and searches are questions to SQL.
CREATE TABLE transaction_blocks (
  block_row INTEGER PRIMARY KEY,
  block_id BLOB NOT NULL UNIQUE,
  revision INTEGER NOT NULL,
  account_id BLOB NOT NULL,
  customer_id BLOB NOT NULL
) STRICT;

CREATE INDEX transaction_blocks_by_customer ON transaction_blocks (customer_id);

CREATE TABLE transactions (
  block_row INTEGER NOT NULL REFERENCES transaction_blocks (block_row) ON DELETE CASCADE,
  -- From 0, in the order in which the server took them in.
  place INTEGER NOT NULL,
  reference TEXT NOT NULL,
  at INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  purpose TEXT NOT NULL,
  counterparty TEXT,
  merchant INTEGER,
  PRIMARY KEY (block_row, place)
) STRICT, WITHOUT ROWID;
