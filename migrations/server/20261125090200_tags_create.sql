-- Names of tags that are in use; a deleted tag gives its name back.
CREATE TABLE tag_names (
  branch_id uuid NOT NULL,
  name text NOT NULL,
  tag_id uuid NOT NULL,
  PRIMARY KEY (branch_id, name)
);

CREATE INDEX tag_names_by_tag ON tag_names (branch_id, tag_id);
