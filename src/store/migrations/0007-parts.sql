-- The hosts of a wide inspection in portions, so that several workers share them. Gone with the inspection's end.
create table if not exists part (
  run_id char(36) character set ascii collate ascii_bin not null,
  no int unsigned not null,
  hosts longtext not null,
  owner varchar(190) null,
  lease_until datetime(3) null,
  -- Hosts that have answered, and what is waited for, while it is under way.
  done int unsigned not null default 0,
  waiting_for text null,
  -- The answers, once all of them are there.
  body longtext null,
  created_at datetime(3) not null,
  primary key (run_id, no),
  key by_age (created_at)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;
