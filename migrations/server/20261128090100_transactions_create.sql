-- The journal: rows are added, and never changed. They follow their account when it goes to another branch.
CREATE TABLE transactions (
  branch_id uuid NOT NULL,
  account_id uuid NOT NULL,
  -- The order in which an account's transactions were taken in, from 0; 64 of them travel to devices as one block.
  position bigint NOT NULL,
  reference text NOT NULL,
  booked_at bigint NOT NULL,
  -- Minor units of the account's currency.
  amount bigint NOT NULL,
  purpose text NOT NULL,
  counterparty text,
  merchant integer,
  PRIMARY KEY (branch_id, account_id, position),
  -- What makes taking in a file again change nothing.
  CONSTRAINT transactions_reference UNIQUE (branch_id, account_id, reference)
);
