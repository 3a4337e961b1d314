-- Customers as the user sees them: the server's record with the user's waiting changes on top.
-- Text columns hold the canonical text of the field of the same name; amounts are minor units.
CREATE TABLE customers (
  customer_row INTEGER PRIMARY KEY,
  customer_id BLOB NOT NULL UNIQUE,
  revision INTEGER NOT NULL,
  deleted TEXT,
  kind TEXT,
  name TEXT,
  gender TEXT,
  birth_date TEXT,
  document_type TEXT,
  document_number TEXT,
  document_expiry TEXT,
  uscc TEXT,
  mobile TEXT,
  phones TEXT,
  email TEXT,
  division TEXT,
  address TEXT,
  occupation TEXT,
  employer TEXT,
  income INTEGER,
  assets INTEGER,
  risk_grade TEXT,
  source TEXT,
  owner TEXT,
  branch TEXT,
  tags TEXT,
  notes TEXT,
  extra TEXT,
  -- Pinyin, then the name itself: the order of lists.
  sort_name TEXT NOT NULL,
  -- 0 synced, 1 pending, 2 conflict, 3 refused.
  sync_mark INTEGER NOT NULL,
  -- The server's record as JSON, while waiting changes lie on top of it.
  base TEXT,
  -- The import that brought the customer in.
  import_id BLOB,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX customers_by_name ON customers (sort_name, customer_row) WHERE deleted IS NULL;
CREATE INDEX customers_by_birth_date ON customers (birth_date, customer_row) WHERE deleted IS NULL;
CREATE INDEX customers_by_income ON customers (income, customer_row) WHERE deleted IS NULL;
CREATE INDEX customers_by_assets ON customers (assets, customer_row) WHERE deleted IS NULL;
CREATE INDEX customers_by_risk_grade ON customers (risk_grade, customer_row) WHERE deleted IS NULL;
CREATE INDEX customers_by_created_at ON customers (created_at, customer_row) WHERE deleted IS NULL;
CREATE INDEX customers_by_updated_at ON customers (updated_at, customer_row) WHERE deleted IS NULL;
-- Duplicates.
CREATE INDEX customers_by_document_number ON customers (document_number) WHERE document_number IS NOT NULL;
CREATE INDEX customers_by_uscc ON customers (uscc) WHERE uscc IS NOT NULL;
CREATE INDEX customers_by_mobile ON customers (mobile) WHERE mobile IS NOT NULL;
-- What needs attention is rare.
CREATE INDEX customers_by_sync_mark ON customers (sync_mark) WHERE sync_mark > 0;
CREATE INDEX customers_by_import ON customers (import_id) WHERE import_id IS NOT NULL;

CREATE TABLE customer_tags (
  tag_id TEXT NOT NULL,
  customer_row INTEGER NOT NULL REFERENCES customers (customer_row) ON DELETE CASCADE,
  PRIMARY KEY (tag_id, customer_row)
) STRICT, WITHOUT ROWID;

CREATE INDEX customer_tags_by_customer ON customer_tags (customer_row);

-- `whole` holds what a customer is called: name, pinyin, initials, numbers. `part` holds their ends, so that a search also
-- meets the middle of a name and the tail of a number. Tokens are made by lq-store's search module.
CREATE VIRTUAL TABLE customers_search USING fts5 (
  whole, part, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '1 2 3 4', detail = 'column'
);
