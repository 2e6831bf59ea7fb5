-- Runs of which nobody knows how they ended, until that is settled: when each is looked at again by itself (null: not any more),
-- and how often that was done.
-- readable by: 10
create table if not exists unknown_run (
  run_id char(36) character set ascii collate ascii_bin not null,
  looks int unsigned not null,
  look_at datetime(3) null,
  primary key (run_id),
  key by_time (look_at)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

insert ignore into unknown_run (run_id, looks, look_at)
  select id, 0, now(3) from run where state = 'ended' and outcome = 'unknown';
