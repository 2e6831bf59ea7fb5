-- The audit chain: every row holds the hash of the one before it. Rows are only ever inserted.
create table if not exists audit (
  n bigint unsigned not null,
  at datetime(3) not null,
  actor_id varchar(190) not null,
  actor_name varchar(190) not null,
  action varchar(190) not null,
  run_id char(36) character set ascii collate ascii_bin null,
  decision varchar(8) null,
  reason text null,
  facts longtext not null,
  prev char(64) character set ascii collate ascii_bin not null,
  hash char(64) character set ascii collate ascii_bin not null,
  primary key (n),
  key by_run (run_id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row: the newest number and hash. Whoever appends locks it, so numbers have no gaps.
create table if not exists audit_head (
  id tinyint unsigned not null,
  n bigint unsigned not null,
  hash char(64) character set ascii collate ascii_bin not null,
  primary key (id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

insert ignore into audit_head (id, n, hash) values (1, 0, repeat('0', 64));
