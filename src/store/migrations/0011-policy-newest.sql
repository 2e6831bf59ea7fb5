-- The version of policy.yaml that every process must go by to change anything; one row. It gives no right: it only stops who is behind.
-- readable by: 10
create table if not exists policy_newest (
  id tinyint unsigned not null,
  version varchar(64) not null,
  modified_at datetime(3) not null,
  since datetime(3) not null,
  registered_by varchar(190) not null,
  primary key (id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

insert ignore into policy_newest (id, version, modified_at, since, registered_by)
values (1, '', '1971-01-01 00:00:00.000', now(3), '');
