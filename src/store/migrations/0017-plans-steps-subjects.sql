-- The plan of a change, written once: the row of a run of format 2 has none in its body.
-- readable by: 10
create table if not exists plan (
  run_id char(36) character set ascii collate ascii_bin not null,
  body longtext not null,
  primary key (run_id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- What is shown of each step of a change: the row of a run of format 2 has none of it in its body. Evidence is there only where it
-- is not that of the journal, which keeps it once.
create table if not exists step_record (
  run_id char(36) character set ascii collate ascii_bin not null,
  no int unsigned not null,
  body text not null,
  evidence longtext null,
  primary key (run_id, no)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;
