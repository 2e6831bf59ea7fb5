-- One row per step of a change, written before its effect and again after it.
create table if not exists step (
  run_id char(36) character set ascii collate ascii_bin not null,
  no int unsigned not null,
  state varchar(16) not null,
  fence bigint unsigned not null,
  what longtext not null,
  evidence longtext not null,
  at datetime(3) not null,
  done_at datetime(3) null,
  primary key (run_id, no)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- The highest fence of a target; it only ever grows.
create table if not exists fence (
  target varchar(190) not null,
  fence bigint unsigned not null,
  primary key (target)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;
