-- Customers by tag: a tag that is deleted is taken off them.
CREATE INDEX records_by_tag ON records USING gin (string_to_array(fields ->> 'tags', ' ')) WHERE entity = 'customers';
