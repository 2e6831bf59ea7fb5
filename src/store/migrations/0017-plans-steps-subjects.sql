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

-- A button belongs to a subject, by its kind and id. Versions before name none: they read `run_id`, and of a schedule `arg`.
alter table button add column subject_kind varchar(16) null;
alter table button add column subject_id char(36) character set ascii collate ascii_bin null;

-- `run_id` is the id of whatever is shown; versions before show runs only.
alter table post add column subject_kind varchar(16) not null default 'run';

-- How far what is shown beside runs has been shown, and who is showing it; of a run that is in its row.
create table if not exists shown (
  subject_kind varchar(16) not null,
  subject_id char(36) character set ascii collate ascii_bin not null,
  revision int unsigned not null default 0,
  owner varchar(190) null,
  until datetime(3) null,
  primary key (subject_kind, subject_id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;
