-- Accounts, as the server tells them; nobody changes them here. Amounts are minor units of the account's currency.
CREATE TABLE accounts (
  account_row INTEGER PRIMARY KEY,
  account_id BLOB NOT NULL UNIQUE,
  revision INTEGER NOT NULL,
  customer_id BLOB NOT NULL,
  kind TEXT NOT NULL,
  number TEXT NOT NULL,
  product TEXT,
  currency TEXT NOT NULL,
  opened_on TEXT,
  matures_on TEXT,
  rate TEXT,
  opening INTEGER NOT NULL,
  balance INTEGER NOT NULL,
  -- How many transactions the server has of it.
  count INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX accounts_by_customer ON accounts (customer_id);

-- Releases before this one were told nothing of accounts: the feeds are read once more.
UPDATE feeds SET after = 0;
