-- What proves that two records are one customer: documents and credit codes, once in a branch.
CREATE TABLE customer_keys (
  branch_id uuid NOT NULL,
  field text NOT NULL,
  key text NOT NULL,
  customer_id uuid NOT NULL,
  PRIMARY KEY (branch_id, field, key)
);

CREATE INDEX customer_keys_by_customer ON customer_keys (branch_id, customer_id);
