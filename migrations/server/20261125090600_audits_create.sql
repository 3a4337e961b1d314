-- Who did what, one chain of hashes per branch. Rows are added and never changed.
CREATE TABLE audits (
  branch_id uuid NOT NULL,
  position bigint NOT NULL,
  at bigint NOT NULL,
  made_at bigint NOT NULL,
  user_id uuid,
  device_id uuid,
  action text NOT NULL,
  entity text,
  record_id uuid,
  change_id uuid,
  -- Names of fields with old and new value; of sensitive fields the name alone, as the change has the values.
  fields jsonb NOT NULL,
  reason text,
  previous bytea NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (branch_id, position)
);

CREATE INDEX audits_by_record ON audits (record_id, at);

CREATE TABLE audit_heads (
  branch_id uuid PRIMARY KEY,
  position bigint NOT NULL,
  hash bytea NOT NULL
);

CREATE FUNCTION audits_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audits are only added to';
END
$$;

CREATE TRIGGER audits_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON audits
  FOR EACH STATEMENT EXECUTE FUNCTION audits_refuse();
