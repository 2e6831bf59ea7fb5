-- Who Slack last said a person is, so that an outage of Slack locks nobody out. Kept for a day.
-- readable by: 10
create table if not exists standing (
  slack_id varchar(64) character set ascii collate ascii_bin not null,
  body text not null,
  seen_at datetime(3) not null,
  primary key (slack_id),
  key by_age (seen_at)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- Runs that people asked for in Slack, as far as limits need them: who, in which channel, when. Kept for a day.
create table if not exists asked (
  run_id char(36) character set ascii collate ascii_bin not null,
  person varchar(190) not null,
  channel varchar(190) not null,
  asked_at datetime(3) not null,
  primary key (run_id),
  key by_age (asked_at)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;
