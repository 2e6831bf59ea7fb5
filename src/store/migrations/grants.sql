-- Three accounts, so that nobody who takes over Fettle can rewrite what it recorded, or change its tables. Run as an
-- administrator, before the first start; "fettle migrate --sql" prints all of it with the names of this installation.
-- {schema} is Fettle's schema and {audit_schema} the one of the audit chain, {app} the account of the service, {audit} the
-- account that writes the chain, {migrate} the account that makes and changes tables.

-- The service: reads and writes its rows, reads the chain. Makes, changes and removes no table.
grant select, insert, update, delete on {schema}.* to {app};
grant select on {audit_schema}.* to {app};

-- The audit account: reads the chain and adds to it. Changes and removes no row.
grant select, insert on {audit_schema}.* to {audit};

-- Migrations: tables of both schemas. Rows of the chain are neither changed nor removed; moving the chain to its schema needs insert there.
grant select, insert, update, delete, create, alter, index, drop on {schema}.* to {migrate};
grant select, insert, create, alter, index on {audit_schema}.* to {migrate};
