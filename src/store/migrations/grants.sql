-- Two accounts, so that nobody who takes over Fettle can rewrite what it recorded. Run as an administrator, once,
-- before the first start. {schema} is Fettle's schema, {app} the account of the service, {audit} the account that writes
-- the audit chain. The create right per table lets these grants be given before the tables exist.

-- The audit account: adds rows and moves the head, changes or removes no row.
grant create, select, insert on {schema}.audit to {audit};
grant create, select, update on {schema}.audit_head to {audit};

-- The service: reads everything, sets up the schema, writes everything but the audit chain. Create, alter and index on the
-- whole schema are used by a start after an upgrade only and may be revoked in between.
grant select, create, alter, index on {schema}.* to {app};
grant create, insert on {schema}.audit_head to {app};
grant create, insert, update, delete on {schema}.migration to {app};
grant create, insert, update, delete on {schema}.run to {app};
grant create, insert, update, delete on {schema}.button to {app};
grant create, insert, update, delete on {schema}.post to {app};
grant create, insert, update, delete on {schema}.step to {app};
grant create, insert, update, delete on {schema}.fence to {app};
grant create, insert, update, delete on {schema}.part to {app};
grant create, insert, update, delete on {schema}.subject to {app};
grant create, insert, update, delete on {schema}.measurement to {app};
grant create, insert, update, delete on {schema}.measured_hour to {app};
grant create, insert, update, delete on {schema}.schedule to {app};
grant create, insert, update, delete on {schema}.schedule_slot to {app};
grant create, insert, update, delete on {schema}.schedule_clock to {app};
grant create, insert, update, delete on {schema}.standing to {app};
grant create, insert, update, delete on {schema}.asked to {app};
