import type { Pool } from 'mysql2/promise';
import type { PracticeDatabase } from '../apps/app.ts';
import type { Databases } from '../databases.ts';

/** The release platform's databases as the practice estate sees them: names of the schemas and a connection pool of their owner. */
export interface OrderDatabase {
  readonly pool: Pool;
  readonly api: string;
  readonly orchestration: string;
  readonly executor: string;
}

/** Undefined where the estate has no release platform. */
export function orderDatabaseOf({ pool, schemas }: Databases): OrderDatabase | undefined {
  const [api, orchestration, executor] = [API, ORCHESTRATION, EXECUTOR].map(({ name }) => schemas.get(name));
  return api !== undefined && orchestration !== undefined && executor !== undefined
    ? { pool, api, orchestration, executor }
    : undefined;
}

const TIMES =
  'gmt_create datetime(3) not null default current_timestamp(3), gmt_modified datetime(3) not null default current_timestamp(3) on update current_timestamp(3)';

/** The columns are those that the manuals' statements name. */
export const API: PracticeDatabase = {
  name: 'opswareapiserver',
  statements: [
    `create table ops_plan (
      id char(16) not null primary key, time_series_id varchar(64) not null unique, name varchar(128) not null,
      plan_type varchar(32) not null, status varchar(32) not null, creator varchar(64) not null, ${TIMES})`,
    `create table ops_process_definition (
      id char(16) not null primary key, plan_id char(16) not null, node_id char(16) not null, version int not null, ${TIMES},
      key (plan_id))`,
  ],
};

export const ORCHESTRATION: PracticeDatabase = {
  name: 'opswareorchestration',
  statements: [
    `create table ops_action_node (
      id char(16) not null primary key, node_path varchar(512) not null, name varchar(128) not null, state varchar(32) not null,
      namespace varchar(32) not null, process_instance_id varchar(64), exclusive_control_ref varchar(128), ${TIMES},
      key (node_path(64)), key (exclusive_control_ref))`,
    `create table control_lock (
      id bigint not null auto_increment primary key, target varchar(128) not null, plan_id char(16) not null,
      time_series_id varchar(64) not null, namespace varchar(32) not null, ${TIMES}, key (target))`,
    `create table act_ru_execution (
      ID_ varchar(64) not null primary key, REV_ int, PROC_INST_ID_ varchar(64), BUSINESS_KEY_ varchar(255), PARENT_ID_ varchar(64),
      PROC_DEF_ID_ varchar(64), SUPER_EXEC_ varchar(64), ACT_ID_ varchar(255), IS_ACTIVE_ tinyint, IS_CONCURRENT_ tinyint,
      IS_SCOPE_ tinyint, IS_EVENT_SCOPE_ tinyint, SUSPENSION_STATE_ int, CACHED_ENT_STATE_ int,
      TENANT_ID_ varchar(255) default '', NAME_ varchar(255), LOCK_TIME_ timestamp(3) null, key (PROC_INST_ID_))`,
  ],
  changeable: ['control_lock'],
};

export const EXECUTOR: PracticeDatabase = {
  name: 'opswareexecutor',
  statements: [
    `create table executor_bash_task (
      id bigint not null auto_increment primary key, private_ip varchar(64) not null, command text not null,
      time_series_id varchar(64) not null, status varchar(32) not null, exit_code int, ${TIMES}, key (private_ip))`,
  ],
};
