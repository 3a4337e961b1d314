-- Why somebody may see a customer is asked by its whole name, too.
CREATE INDEX records_by_name ON records (branch_id, (fields ->> 'name')) WHERE entity = 'customers';
