import mysql from 'mysql2/promise';
import { lookOf } from './blind-look.ts';
import type { Estate, Look, Row } from '../../src/kit/index.ts';
import { freshSchema } from './mysql.ts';
import { appOf, estateOf } from './estates.ts';

export interface ReleasePlatform {
  readonly look: Look;
  readonly schema: string;
  readonly statements: string[];
  /** The rows of the manuals under which the look-ups were made. */
  readonly cited: Set<string>;
  readonly run: (statement: string, values?: string[]) => Promise<void>;
  /** Called by the next `pause`: what moves between two looks. */
  meanwhile: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The release platform's tables in a real database, with a look that executes. */
export async function releasePlatform(): Promise<ReleasePlatform> {
  const { port, schema, drop } = await freshSchema();
  const db = await mysql.createConnection({
    host: '127.0.0.1',
    port,
    user: 'root',
    database: schema,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
  });
  for (const statement of TABLES) await db.query(statement);
  const platform: ReleasePlatform = {
    schema,
    statements: [],
    cited: new Set(),
    meanwhile: async () => undefined,
    run: async (statement, values = []) => void (await db.execute(statement, values)),
    look: lookOf({
      estate,
      pause: () => platform.meanwhile(),
      async sql({ row, query }) {
        platform.cited.add(row);
        platform.statements.push(query.text);
        const [rows] = await db.execute<mysql.RowDataPacket[]>(query.text, [...query.values]);
        return rows.map(
          (found): Row =>
            Object.fromEntries(
              Object.entries(found).map(([column, value]) => [column, value === null ? null : String(value)]),
            ),
        );
      },
    }),
    async close() {
      await db.end();
      await drop();
    },
  };
  return platform;
}

const estate: Estate = estateOf({
  apps: [
    appOf('acopswareorchestration', 'DEPS', {
      hosts: ['orchestration-1', 'orchestration-2'],
    }),
  ],
});

const TABLES = [
  'create table ops_plan (id bigint primary key, time_series_id varchar(64))',
  'create table ops_process_definition (id bigint primary key auto_increment, plan_id bigint, node_id varchar(32))',
  'create table ops_action_node (id varchar(32) primary key, node_path varchar(512), namespace varchar(32), process_instance_id varchar(64), exclusive_control_ref varchar(64))',
  'create table control_lock (id bigint primary key, target varchar(64), order_no varchar(64), gmt_create varchar(32))',
  'create table act_ru_execution (ID_ varchar(64) primary key, REV_ int, PROC_INST_ID_ varchar(64), ACT_ID_ varchar(255), IS_ACTIVE_ tinyint)',
];
