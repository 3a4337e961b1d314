-- Accounts and blocks of transactions are records; these find them by what the bank's systems and the customer's page know.
CREATE INDEX records_by_account_number ON records ((fields ->> 'number')) WHERE entity = 'accounts';
CREATE INDEX records_by_customer ON records ((fields ->> 'customer')) WHERE entity IN ('accounts', 'transactions');
-- A file of accounts names its customers by their documents, whatever their branch.
CREATE INDEX customer_keys_by_key ON customer_keys (field, key);
