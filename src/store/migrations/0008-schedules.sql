-- Inspections that come by themselves: what, when, where, with whose rights. `next_at` is the first slot that nobody has decided
-- about, null while it is paused.
create table if not exists schedule (
  seq bigint unsigned not null auto_increment,
  id char(36) character set ascii collate ascii_bin not null,
  name varchar(190) not null,
  name_key varchar(190) not null,
  cron varchar(190) not null,
  scope varchar(500) not null,
  team varchar(190) not null,
  channel varchar(190) not null,
  lang varchar(8) not null,
  owner_id varchar(190) not null,
  owner_name varchar(190) not null,
  declared varchar(500) null,
  next_at datetime(3) null,
  paused_at datetime(3) null,
  paused_by_id varchar(190) null,
  paused_by_name varchar(190) null,
  paused_because text null,
  primary key (id),
  unique key by_seq (seq),
  unique key by_name (name_key)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- Every slot that was decided about, or several that were missed together. Without a run, that run is still to be recorded.
create table if not exists schedule_slot (
  schedule_id char(36) character set ascii collate ascii_bin not null,
  slot_at datetime(3) not null,
  state varchar(16) not null,
  late varchar(16) null,
  missed int unsigned not null default 0,
  missed_more tinyint not null default 0,
  missed_from datetime(3) null,
  missed_to datetime(3) null,
  missed_because varchar(16) null,
  because text null,
  run_id char(36) character set ascii collate ascii_bin null,
  decided_at datetime(3) not null,
  wait_told_at datetime(3) null,
  primary key (schedule_id, slot_at),
  key by_run (run_id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row: when somebody last looked whether a slot has come, and the last time for which nobody did.
create table if not exists schedule_clock (
  id tinyint unsigned not null,
  looked_at datetime(3) not null,
  away_from datetime(3) null,
  away_until datetime(3) null,
  away_because varchar(16) null,
  primary key (id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- A button of a list of schedules belongs to no run.
alter table button modify run_id char(36) character set ascii collate ascii_bin null;
