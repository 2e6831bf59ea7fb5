import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import mysql from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditText } from '../../../src/cli/audit.ts';
import { readHeads } from '../../../src/cli/audit-heads.ts';
import { openLog } from '../../../src/log.ts';
import { auditHeadLogger } from '../../../src/options.ts';
import type { AuditSeen } from '../../../src/runs/ports.ts';
import { hashRow } from '../../../src/store/audit.ts';
import { auditSchemaOf } from '../../../src/store/index.ts';
import { freshSchema } from '../../support/mysql.ts';
import { ana, openStore, optionsFor } from './fixtures.ts';

let folder: string;
let schema: string;
let root: mysql.Connection;
let drop: () => Promise<void>;
let lines: string[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'fettle-heads-'));
  const fresh = await freshSchema();
  ({ schema, drop } = fresh);
  root = await mysql.createConnection({ host: '127.0.0.1', port: fresh.port, user: 'root' });
  lines = [];
});
afterEach(async () => {
  await root.end();
  await drop();
  await rm(folder, { recursive: true, force: true });
});

const KEY = 'a key of the test, long enough';

/** Writes 12 lines with a log as production has it, then does something to them; what `audit verify` sees. */
async function after(
  statements: readonly string[],
  how: { readonly key?: string; readonly rehash?: boolean; readonly withHeads: boolean },
): Promise<{ readonly seen: AuditSeen; readonly text: string; readonly code: number }> {
  const chain = auditSchemaOf(schema);
  const log = openLog('info', { write: (line: string) => void lines.push(line) });
  const options = {
    ...optionsFor(schema),
    onHead: auditHeadLogger(chain, log),
    headEveryRows: 5,
    ...(how.key === undefined ? {} : { auditKey: how.key }),
  };
  const store = await openStore(options);
  for (let i = 0; i < 12; i += 1) await store.audit.write({ actor: ana, action: `did ${i}`, reason: 'r' });
  await store.close();
  await root.query(`use ${chain}`);
  for (const statement of statements) await root.query(statement);
  if (how.rehash) await chainAgain();
  const file = path.join(folder, 'fettle.log');
  await writeFile(
    file,
    ['started', ...lines.map((line) => `Nov 29 host fettle[7]: ${line.trim()}`), ''].join('\n'),
  );
  const heads = await readHeads(how.withHeads ? [file] : [], chain);
  if (!heads.ok) throw new Error(heads.problem);
  const again = await openStore(options);
  try {
    const seen = await again.audit.verify(heads.heads);
    return { seen, ...auditText(seen, { heads, keyed: how.key !== undefined }) };
  } finally {
    await again.close();
  }
}

/** Hashes the whole chain anew, as far as an administrator of the database without the key can. */
async function chainAgain(key?: string): Promise<void> {
  const [rows] = await root.query<mysql.RowDataPacket[]>({
    sql: 'select *, date_format(at, "%Y-%m-%dT%H:%i:%s.") as s, lpad(microsecond(at) div 1000, 3, 0) as ms from audit order by n',
  });
  let prev = '0'.repeat(64);
  await root.query('delete from audit_heads');
  for (const [index, row] of rows.entries()) {
    const n = index + 1;
    const text = (name: string): string => String(row[name]);
    const content = {
      n,
      at: `${text('s')}${text('ms')}Z`,
      actorId: text('actor_id'),
      actorName: text('actor_name'),
      action: text('action'),
      runId: null,
      decision: null,
      reason: text('reason'),
      facts: text('facts'),
    };
    const hash = hashRow(prev, content, key);
    await root.query('update audit set n = ?, prev = ?, hash = ? where n = ?', [n, prev, hash, row['n']]);
    await root.query('insert into audit_heads (n, hash) values (?, ?)', [n, hash]);
    prev = hash;
  }
}

const cut = (from: number): readonly string[] => [
  `delete from audit where n >= ${from}`,
  `delete from audit_heads where n >= ${from}`,
];

/** `sure`: found without published heads too, when the chain has a key; `sureBare`: when it has none. */
const TAMPERINGS: readonly {
  readonly name: string;
  readonly statements: readonly string[];
  readonly rehash?: boolean;
  readonly sure: boolean;
  readonly sureBare: boolean;
}[] = [
  {
    name: 'an edited word',
    statements: ["update audit set reason = 'x' where n = 5"],
    sure: true,
    sureBare: true,
  },
  {
    name: 'an edited time',
    statements: ['update audit set at = at + interval 1 second where n = 5'],
    sure: true,
    sureBare: true,
  },
  {
    name: 'an edited actor in the last row',
    statements: ["update audit set actor_id = 'eve' where n = 12"],
    sure: true,
    sureBare: true,
  },
  {
    name: 'the last three removed',
    statements: ['delete from audit where n > 9'],
    sure: true,
    sureBare: true,
  },
  {
    name: 'one in the middle removed',
    statements: ['delete from audit where n = 5'],
    sure: true,
    sureBare: true,
  },
  {
    name: 'one in the middle removed and renumbered',
    statements: ['delete from audit where n = 5', 'update audit set n = n - 1 where n > 5 order by n'],
    sure: true,
    sureBare: true,
  },
  {
    name: 'two swapped',
    statements: [
      'update audit set n = 100 where n = 5',
      'update audit set n = 5 where n = 6',
      'update audit set n = 6 where n = 100',
    ],
    sure: true,
    sureBare: true,
  },
  {
    name: 'one inserted after the head',
    statements: [
      'insert into audit select 13, at, actor_id, actor_name, action, run_id, decision, reason, facts, hash, repeat(9, 64) from audit where n = 12',
    ],
    sure: true,
    sureBare: true,
  },
  { name: 'all rows removed', statements: ['delete from audit'], sure: true, sureBare: true },
  { name: 'all chained again', statements: [], rehash: true, sure: true, sureBare: false },
  {
    name: 'an edit, chained again',
    statements: ["update audit set reason = 'x' where n = 5"],
    rehash: true,
    sure: true,
    sureBare: false,
  },
  {
    name: 'one in the middle removed, chained again',
    statements: ['delete from audit where n = 5'],
    rehash: true,
    sure: true,
    sureBare: false,
  },
  { name: 'the last three removed and the head moved', statements: cut(10), sure: false, sureBare: false },
  { name: 'everything removed and the head moved', statements: cut(1), sure: false, sureBare: false },
];

describe.each([
  ['with a key', KEY],
  ['without a key', undefined],
])('audit verify, %s', (_, key) => {
  const keyed = key === undefined ? {} : { key };

  // The same rows hashed in the same way are the same chain: without a key nothing was done then.
  const done = TAMPERINGS.filter(({ statements }) => key !== undefined || statements.length > 0);
  it.each(done)('with published heads finds $name', async ({ statements, rehash = false }) => {
    const { seen, text, code } = await after(statements, { ...keyed, rehash, withHeads: true });
    expect(seen.problems.length).toBeGreaterThan(0);
    expect(text).toContain('is broken');
    expect(code).toBe(1);
  });

  it.each(TAMPERINGS)('without them says what $name would not show', async (tampering) => {
    const { statements, rehash = false, sure, sureBare } = tampering;
    const { seen, text, code } = await after(statements, { ...keyed, rehash, withHeads: false });
    expect(code).toBe((key === undefined ? sureBare : sure) ? 1 : 0);
    expect(seen.problems.length > 0).toBe(code === 1);
    expect(text).toContain('Not compared with published heads');
    expect(text.includes('Checked without FETTLE_AUDIT_KEY')).toBe(key === undefined);
  });

  it('finds nothing where nothing was done, and the last head was published at the end', async () => {
    const { text, code } = await after([], { ...keyed, withHeads: true });
    expect(code).toBe(0);
    expect(text).toContain('is whole: 12 rows');
    expect(text).toContain('3 published heads, the newest of row 12');
  });
});
