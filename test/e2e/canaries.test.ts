import { appendFile, readdir, readFile } from 'node:fs/promises';
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { typeFettle } from '../support/command-line.ts';
import { SECRET_SHAPES, type SecretShape } from '../support/secret-shapes.ts';
import { ask, type Asked, plan, press, runInState, threadOnce } from './acting.ts';
import { unpacked } from '../../src/store/packed.ts';
import { onPractice } from './on-practice.ts';

const DEAD = 'CNHZ_58201812212200583197';

/** Sixty shapes that fit on a line of a log, from every family. */
const ON_A_LINE = SECRET_SHAPES.filter(
  ({ text, canary }) =>
    !/[\n\u2028]/.test(text) && canary.startsWith('ZqCan') && !/^(?:\*:|db\.example:|AUTH )/.test(text),
);
const PLANTED: readonly SecretShape[] = ON_A_LINE.filter(
  (_, at) => at % Math.floor(ON_A_LINE.length / 60) === 0,
);
const OF_PROCESSES = [
  '-Ddb.password=ZqProc01x',
  '-Dx=\u5bc6\u7801\uff1aZqProc02x',
  '--requirepass ZqProc03x',
];
const OF_ROWS = ['password=ZqRow001x', '\u53e3\u4ee4\uff1aZqRow002x'];
const TYPED = '/unstick password=ZqTyped1x \u5bc6\u7801\uff1aZqTyped2x';
const CANARIES = [
  ...PLANTED.map(({ canary }) => canary),
  ...[...OF_PROCESSES, ...OF_ROWS, TYPED].flatMap((text) => text.match(/Zq(?:Proc|Row|Typed)\w+/g) ?? []),
];

const on = onPractice('e2e-canaries', { estate: { beatMs: 300 } });
const children: ChildProcess[] = [];

const found = (text: string): readonly string[] => CANARIES.filter((canary) => text.includes(canary));

async function logFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((each) => each.isFile() && each.name.endsWith('.log'))
    .map((each) => path.join(each.parentPath, each.name));
}

/** Each host writes every secret into every log it has, as an error of now, and a program is started with them on its command line. */
async function plant(): Promise<void> {
  const now = new Date().toISOString().replace('T', ' ').slice(0, 19);
  const lines = PLANTED.map(
    ({ text }, at) => `${now},${100 + at} ERROR [main] com.example.Order - FAIL Exception ${text}\n`,
  ).join('');
  for (const { pid, app } of on.practice.estate.hosts) {
    for (const folder of ['/home/admin', '/var/log'])
      for (const file of await logFiles(`/proc/${pid}/root${folder}`)) await appendFile(file, lines);
    const title = `java -Dproc=${app} ${OF_PROCESSES.join(' ')} -jar /home/admin/${app}/x.jar`;
    children.push(
      spawn(
        'nsenter',
        ['-t', String(pid), '-m', '-p', '-n', '-u', 'perl', '-e', `$0=${JSON.stringify(title)}; sleep 300`],
        {
          stdio: 'ignore',
        },
      ),
    );
  }
}

beforeAll(async () => {
  await plant();
}, 120_000);
afterAll(async () => {
  for (const child of children) child.kill();
});

/** Everything that Fettle stored, but the columns in which a change is exact. */
async function storedText(): Promise<string> {
  const tables = await on.keep.rows(
    "select table_name as name from information_schema.tables where table_schema = 'fettle'",
  );
  const texts: string[] = [];
  for (const { name } of tables)
    for (const row of await on.keep.rows(`select * from fettle.\`${String(name)}\``))
      texts.push(withoutExact(String(name), row));
  return texts.join('\n');
}

/** `step.what`, and of a plan the steps, the way back and the facts: compared, deleted and put back. */
function withoutExact(table: string, row: Readonly<Record<string, unknown>>): string {
  if (table === 'step') return JSON.stringify({ ...row, what: '' });
  const exact = { steps: [], rollback: [], facts: {} };
  if (table === 'plan')
    return JSON.stringify({ ...(JSON.parse(unpacked(String(row['body']))) as object), ...exact });
  if (table !== 'run') return JSON.stringify(row);
  const body = JSON.parse(String(row['body'])) as { plan?: object; packedReport?: string };
  const report =
    body.packedReport === undefined ? '' : gunzipSync(Buffer.from(body.packedReport, 'base64')).toString();
  return (
    JSON.stringify({ ...row, body: '' }) +
    JSON.stringify({ ...body, ...(body.plan ? { plan: { ...body.plan, ...exact } } : {}) }) +
    report
  );
}

async function redisText(): Promise<string> {
  const redis = new Redis({ port: on.practice.redisPort });
  const texts: string[] = [];
  for (const key of await redis.keys('*')) {
    const dumped = await redis.dumpBuffer(key);
    texts.push(key, dumped?.toString('latin1') ?? '');
    if ((await redis.type(key)) === 'hash') texts.push(JSON.stringify(await redis.hgetall(key)));
  }
  redis.disconnect();
  return texts.join('\n');
}

describe('secrets that hosts, databases and people hold', { timeout: 400_000 }, () => {
  let inspected: Asked;
  let planned: Asked;

  beforeAll(async () => {
    inspected = await ask(on.practice, '/inspect all');
    await threadOnce(on.client, inspected, /"action_id":"fettle:evidence/, 150_000);
    await runInState(on.keep, '/inspect all', 'ended');
    for (let n = 0; n < 3; n += 1) await press(on.client, inspected, 'Evidence');
    await on.client.type('U0LIN', 'C0OPS', TYPED);
    await on.keep.change(
      'update opswareorchestration.control_lock set namespace = ? where time_series_id = ?',
      [OF_ROWS.join(' '), DEAD],
    );
    planned = await plan(on.practice, `/unstick ${DEAD}`);
    await press(on.client, planned, 'Confirm', 'U0ZHAO');
    await runInState(on.keep, `/unstick ${DEAD}`, 'ended');
  }, 300_000);

  it('were read, so that there is something to hide', async () => {
    const stored = await storedText();
    expect(stored.match(/com\.example\.Order/g)?.length ?? 0).toBeGreaterThan(20);
    expect(stored).toContain('\u2022\u2022\u2022');
    expect(CANARIES.length).toBeGreaterThan(55);
  });

  it('stand in no message, form or file of Slack', async () => {
    expect(found(JSON.stringify(await on.client.calls()).replaceAll(TYPED, ''))).toEqual([]);
    for (const { channel, ts } of [inspected, planned])
      expect(found(await on.client.text({ as: 'U0LIN', channel, threadTs: ts }))).toEqual([]);
  });

  it('stand nowhere in MySQL but in the exact steps of a change, the audit chain included', async () => {
    expect(found(await storedText())).toEqual([]);
  });

  it('stand nowhere in Redis', async () => {
    expect(found(await redisText())).toEqual([]);
  });

  it('stand in no log of Fettle', async () => {
    const logs = (await readdir(on.folder)).filter((name) => name.endsWith('.log'));
    expect(logs.length).toBeGreaterThan(1);
    const texts = await Promise.all(logs.map((log) => readFile(path.join(on.folder, log), 'utf8')));
    expect(texts.flatMap(found)).toEqual([]);
  });

  it('reach no terminal', async () => {
    const json = await typeFettle(['inspect', 'mq', 'deps', '--json', '--in', on.folder]);
    expect(json.out.length).toBeGreaterThan(10_000);
    expect(found(json.out + json.error)).toEqual([]);
    const text = await typeFettle(['inspect', 'mq', '--in', on.folder]);
    expect(found(text.out + text.error)).toEqual([]);
  });
});
