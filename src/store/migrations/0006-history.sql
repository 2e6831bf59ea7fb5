-- What is measured again and again. `hash` is of its whole key; `seen_on` is the last day on which it was measured.
create table if not exists subject (
  id int unsigned not null auto_increment,
  hash binary(16) not null,
  of_system varchar(64) not null,
  app varchar(190) not null,
  host varchar(190) null,
  check_id varchar(190) not null,
  part varchar(500) null,
  seen_on date not null,
  primary key (id),
  unique key by_hash (hash),
  key by_check (check_id, app),
  key by_day (seen_on)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- What each finished inspection measured of it. `level`: 0 ok, 1 unknown, 2 warning, 3 critical.
create table if not exists measurement (
  subject int unsigned not null,
  at datetime(3) not null,
  run_seq bigint unsigned not null,
  level tinyint unsigned not null,
  value double null,
  unit varchar(40) null,
  evidence binary(32) not null,
  primary key (subject, at, run_seq),
  key by_time (at)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- The same by the hour, so that a picture of weeks reads little: the worst level, the newest value, how far values went.
create table if not exists measured_hour (
  subject int unsigned not null,
  hour_at datetime not null,
  at datetime(3) not null,
  level tinyint unsigned not null,
  low double null,
  high double null,
  newest double null,
  unit varchar(40) null,
  primary key (subject, hour_at),
  key by_hour (hour_at)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;
