-- What a button means, for which run and until when: Slack only carries its opaque id.
create table if not exists button (
  id varchar(64) character set ascii collate ascii_bin not null,
  run_id char(36) character set ascii collate ascii_bin not null,
  action varchar(32) not null,
  arg text null,
  once tinyint not null,
  created_at datetime(3) not null,
  expires_at datetime(3) null,
  used_at datetime(3) null,
  used_by_id varchar(190) null,
  used_by_name varchar(190) null,
  primary key (id),
  key by_run (run_id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- Where a run was shown, so that a message is posted once and edited afterwards.
create table if not exists post (
  seq bigint unsigned not null auto_increment,
  run_id char(36) character set ascii collate ascii_bin not null,
  post_key varchar(190) not null,
  channel varchar(190) not null,
  ts varchar(64) null,
  hash varchar(128) not null,
  primary key (run_id, post_key),
  unique key by_seq (seq)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;
