-- Ends of chains as they were when the server signed them, with a key that does not lie in the database. Rows are added and never changed.
CREATE TABLE audit_anchors (
  branch_id uuid NOT NULL,
  position bigint NOT NULL,
  hash bytea NOT NULL,
  at bigint NOT NULL,
  -- The public key.
  key bytea NOT NULL,
  signature bytea NOT NULL,
  PRIMARY KEY (branch_id, position)
);

CREATE TRIGGER audit_anchors_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_anchors
  FOR EACH STATEMENT EXECUTE FUNCTION audits_refuse();
