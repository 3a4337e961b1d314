-- The ledger of a user's changes lies in one branch's tables for good: that of the branch in which the user began. A user who moves on is
-- looked up there still, so that a repeated change is found.
ALTER TABLE users ADD COLUMN ledger_branch_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';

UPDATE users u
   SET ledger_branch_id = (r.fields ->> 'branch')::uuid
  FROM records r
 WHERE r.entity = 'users'
   AND r.record_id = u.user_id
   AND r.fields ? 'branch';

-- What was written before, and what a server of the release before writes beside this one, stays with the bank.
ALTER TABLE changes ADD COLUMN branch_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
ALTER TABLE pushes ADD COLUMN branch_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';

ALTER TABLE pushes DROP CONSTRAINT pushes_change_id_fkey, DROP CONSTRAINT pushes_pkey;
ALTER TABLE changes DROP CONSTRAINT changes_pkey;
ALTER TABLE changes ADD CONSTRAINT changes_pkey PRIMARY KEY (branch_id, change_id);
ALTER TABLE pushes
  ADD CONSTRAINT pushes_pkey PRIMARY KEY (branch_id, device_id, incarnation, sequence),
  ADD CONSTRAINT pushes_change_fkey FOREIGN KEY (branch_id, change_id) REFERENCES changes (branch_id, change_id);
