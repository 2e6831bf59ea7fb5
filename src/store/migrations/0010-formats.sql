-- By which format a run is written: a version that does not know it leaves the run to a newer one, unread.
-- With this version the audit chain moves to a schema of its own, so older versions must not go on.
-- readable by: 10
alter table run add column format int unsigned not null default 1;
alter table run add key by_format (format, seq);
