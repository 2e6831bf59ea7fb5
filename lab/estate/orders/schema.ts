import { randomBytes } from 'node:crypto';
import mysql from 'mysql2/promise';

export interface Account {
  readonly user: string;
  readonly password: string;
}

/** The release platform's databases as the practice estate sees them: names of the schemas and a connection pool of their owner. */
export interface OrderDatabase {
  readonly pool: mysql.Pool;
  readonly api: string;
  readonly orchestration: string;
  readonly executor: string;
  /** Reads everything, changes nothing. */
  readonly reader: Account;
  /** Reads everything, inserts and deletes control locks. */
  readonly changer: Account;
}

export interface MysqlSetting {
  readonly port: number;
  readonly rootPassword?: string;
  /** Put before the names of schemas and accounts, so that several estates can share a server. */
  readonly prefix?: string;
}

/** Creates the three schemas anew, with the columns that the manuals' statements name, and the two accounts. */
export async function createOrderDatabase(setting: MysqlSetting): Promise<OrderDatabase> {
  const prefix = setting.prefix ?? '';
  const [api, orchestration, executor] = [
    `${prefix}opswareapiserver`,
    `${prefix}opswareorchestration`,
    `${prefix}opswareexecutor`,
  ];
  const pool = mysql.createPool({
    host: '127.0.0.1',
    port: setting.port,
    user: 'root',
    password: setting.rootPassword ?? '',
    connectionLimit: 4,
    timezone: 'Z',
  });
  for (const schema of [api, orchestration, executor]) {
    await pool.query(`drop database if exists \`${schema}\``);
    await pool.query(`create database \`${schema}\` character set utf8mb4 collate utf8mb4_bin`);
  }
  for (const statement of tables(api, orchestration, executor)) await pool.query(statement);
  const reader = { user: `${prefix}fettle_read`, password: randomBytes(12).toString('hex') };
  const changer = { user: `${prefix}fettle_change`, password: randomBytes(12).toString('hex') };
  for (const { user, password } of [reader, changer]) {
    await pool.query(`create or replace user ?@'%' identified by ?`, [user, password]);
    for (const schema of [api, orchestration, executor]) {
      await pool.query(`grant select on \`${schema}\`.* to ?@'%'`, [user]);
    }
  }
  await pool.query(`grant select, insert, delete on \`${orchestration}\`.control_lock to ?@'%'`, [
    changer.user,
  ]);
  return { pool, api, orchestration, executor, reader, changer };
}

/** Ends the connections; drops schemas and accounts as well when asked. */
export async function closeOrderDatabase(database: OrderDatabase, drop: boolean): Promise<void> {
  const { pool, api, orchestration, executor, reader, changer } = database;
  if (drop) {
    for (const schema of [api, orchestration, executor])
      await pool.query(`drop database if exists \`${schema}\``);
    for (const { user } of [reader, changer]) await pool.query(`drop user if exists ?@'%'`, [user]);
  }
  await pool.end();
}

const TIMES =
  'gmt_create datetime(3) not null default current_timestamp(3), gmt_modified datetime(3) not null default current_timestamp(3) on update current_timestamp(3)';

function tables(api: string, orchestration: string, executor: string): readonly string[] {
  return [
    `create table \`${api}\`.ops_plan (
      id char(16) not null primary key, time_series_id varchar(64) not null unique, name varchar(128) not null,
      plan_type varchar(32) not null, status varchar(32) not null, creator varchar(64) not null, ${TIMES})`,
    `create table \`${api}\`.ops_process_definition (
      id char(16) not null primary key, plan_id char(16) not null, node_id char(16) not null, version int not null, ${TIMES},
      key (plan_id))`,
    `create table \`${orchestration}\`.ops_action_node (
      id char(16) not null primary key, node_path varchar(512) not null, name varchar(128) not null, state varchar(32) not null,
      namespace varchar(32) not null, process_instance_id varchar(64), exclusive_control_ref varchar(128), ${TIMES},
      key (node_path(64)), key (exclusive_control_ref))`,
    `create table \`${orchestration}\`.control_lock (
      id bigint not null auto_increment primary key, target varchar(128) not null, plan_id char(16) not null,
      time_series_id varchar(64) not null, namespace varchar(32) not null, ${TIMES}, key (target))`,
    `create table \`${orchestration}\`.act_ru_execution (
      ID_ varchar(64) not null primary key, REV_ int, PROC_INST_ID_ varchar(64), BUSINESS_KEY_ varchar(255), PARENT_ID_ varchar(64),
      PROC_DEF_ID_ varchar(64), SUPER_EXEC_ varchar(64), ACT_ID_ varchar(255), IS_ACTIVE_ tinyint, IS_CONCURRENT_ tinyint,
      IS_SCOPE_ tinyint, IS_EVENT_SCOPE_ tinyint, SUSPENSION_STATE_ int, CACHED_ENT_STATE_ int,
      TENANT_ID_ varchar(255) default '', NAME_ varchar(255), LOCK_TIME_ timestamp(3) null, key (PROC_INST_ID_))`,
    `create table \`${executor}\`.executor_bash_task (
      id bigint not null auto_increment primary key, private_ip varchar(64) not null, command text not null,
      time_series_id varchar(64) not null, status varchar(32) not null, exit_code int, ${TIMES}, key (private_ip))`,
  ];
}
