-- Which change has which places of the estate (held) and which waits for them; what is open and must be closed again; whether
-- everything new is stopped. Owner, fence and lease of a lock are those of its run.
-- readable by: 10
create table if not exists resource_lock (
  run_id char(36) character set ascii collate ascii_bin not null,
  resource varchar(500) not null,
  held tinyint(1) not null,
  since datetime(3) not null,
  tried_at datetime(3) not null,
  primary key (run_id, resource)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin row_format = dynamic;

-- One row, locked while locks are taken: all of a change or none, one change after another.
create table if not exists lock_turn (
  one tinyint not null,
  primary key (one)
) engine = innodb;
insert ignore into lock_turn (one) values (1);

create table if not exists bracket (
  name varchar(64) not null,
  place varchar(190) not null,
  run_id char(36) character set ascii collate ascii_bin not null,
  step int unsigned not null,
  opening text not null,
  opened_at datetime(3) not null,
  due_at datetime(3) not null,
  call_at datetime(3) not null,
  calls int unsigned not null,
  primary key (name, place),
  key by_call (call_at)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- A row: nothing new is begun.
create table if not exists read_only (
  one tinyint not null,
  by_id varchar(190) not null,
  by_name varchar(190) not null,
  reason text not null,
  since datetime(3) not null,
  primary key (one)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;
