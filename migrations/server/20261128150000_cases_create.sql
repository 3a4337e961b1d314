-- Cases are records, too, and follow their customer.
DROP INDEX records_by_customer;
CREATE INDEX records_by_customer ON records ((fields ->> 'customer')) WHERE entity IN ('accounts', 'transactions', 'cases');
