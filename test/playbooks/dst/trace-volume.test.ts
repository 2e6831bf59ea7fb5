import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import dst from '../../../playbooks/dst/inspection.ts';
import { readGrowth, traceVolume, typeOf } from '../../../playbooks/dst/trace-volume.ts';
import type { HostAnswer } from '../../../src/kit/index.ts';
import { contextOf } from '../../../src/inspecting/judge.ts';
import { appOf, estateOf } from '../../support/estates.ts';
import { runClusterCheck, statesOf } from '../../support/run-check.ts';

const MEGABYTE = 1024 ** 2;

/** What a host prints whose logs grow by so many megabytes a second. */
const grows = (rates: Readonly<Record<string, number>>): string =>
  [0, 2]
    .map((seconds) => {
      const sizes = Object.entries(rates).map(
        ([file, rate]) => `size ${Math.round(1000 + rate * seconds * MEGABYTE)} ${file}`,
      );
      return [`at ${(500 + seconds).toFixed(2)}`, ...sizes].join('\n');
    })
    .join('\n');

function judge(...outputs: readonly (string | undefined)[]) {
  const hosts = outputs.map((output, k): HostAnswer => {
    const host = { name: `ledger-${k + 1}`, app: 'ledger', site: 'a', address: '10.0.0.1', port: 2022 };
    return output === undefined
      ? { host }
      : { host, answer: { output, exitCode: 0, truncated: false, timedOut: false } };
  });
  return traceVolume.judge({ hosts }, contextOf(traceVolume, appOf('ledger', 'GEN'), estateOf()));
}

describe('the type of a trace log', () => {
  it.each([
    ['rpc-client-digest.log', 'rpc'],
    ['rpc-server-stat.log', 'rpc'],
    ['zdal-db-digest.log', 'db'],
    ['datasource-client-digest.log', 'db'],
    ['spring-mvc-digest.log', 'rest'],
    ['mvc-digest.log', 'rest'],
    ['resttemplate-digest.log', 'rest'],
    ['httpclient-digest.log', 'rest'],
    ['msg-sub-digest.log', 'msg'],
    ['_x.log', '_x.log'],
  ])('of %s is %s', (file, type) => {
    expect(typeOf(file)).toBe(type);
  });
});

describe('the growth of the logs of a host', () => {
  it('is counted by type, rotated logs by what is in them now', () => {
    const growth = readGrowth(
      'at 10.00\nsize 100 rpc-client.log\nsize 900 zdal-db.log\nat 12.00\nsize 300 rpc-client.log\nsize 40 rpc-server.log\nsize 50 zdal-db.log\n',
    );
    expect([...(growth ?? [])]).toEqual([
      ['rpc', 120],
      ['db', 25],
    ]);
    expect(readGrowth('none\n')).toEqual(new Map());
  });

  it.each(['', 'unreadable /home/admin', 'at 1.00\nsize 1 a.log', 'at 2.00\nat 2.00\n', 'x\nat 1.0\nat 2.0'])(
    'is not known from %j',
    (output) => {
      expect(readGrowth(output)).toBeUndefined();
    },
  );
});

describe('the volume of the trace logs', () => {
  it('is that of all hosts together, each type against the limit', () => {
    const judged = judge(
      grows({ 'rpc-client.log': 12, 'zdal-db.log': 3 }),
      grows({ 'rpc-client.log': 10, 'rpc-server.log': 5, 'msg-pub.log': 1 }),
    );
    expect(judged.map(({ part, state, value }) => [part, state, value])).toEqual([
      ['rpc', 'warning', 27],
      ['db', 'ok', 3],
      ['msg', 'ok', 1],
    ]);
    expect(judged[0]).toMatchObject({
      unit: 'M/s',
      says: {
        en: 'rpc 27 M/s on 2 hosts, a sample of 2 s, above the limit of 25 M/s (DST-M12)',
        zh: 'rpc 27 M/s，2 台主机合计，采样 2 秒，高于阈值 25 M/s（DST-M12）',
      },
      evidence: 'ledger-2 15.000 M/s\nledger-1 12.000 M/s',
    });
  });

  it('is unknown as long as a host does not answer, unless it is too much already', () => {
    expect(statesOf(judge(grows({ 'rpc-client.log': 26, 'zdal-db.log': 1 }), undefined))).toEqual({
      rpc: 'warning',
      db: 'unknown',
    });
    expect(judge(undefined, 'unreadable /home/admin')).toMatchObject([
      { state: 'unknown', says: { en: 'not known of ledger-1, ledger-2' } },
    ]);
  });

  it('is nothing where no application is traced', () => {
    expect(judge('none', 'none')).toMatchObject([
      { state: 'ok', says: { en: 'no trace log on 2 hosts', zh: '2 台主机上没有 Trace 日志' } },
    ]);
  });

  it('is measured on a host', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'dst-volume-'));
    const file = path.join(folder, 'tracelog/rpc-client-digest.log');
    await mkdir(path.dirname(file));
    await writeFile(file, '');
    await writeFile(path.join(folder, 'tracelog/rpc-client-digest.log.2026-01-01'), 'x'.repeat(99));
    const writer = spawn('sh', ['-c', `while :; do head -c 4096 /dev/zero; sleep 0.05; done >>'${file}'`]);
    try {
      const seen = await runClusterCheck(dst, 'trace-volume', [folder, undefined]);
      expect(seen).toMatchObject([{ part: 'rpc', state: 'unknown' }]);
      expect(seen[0]?.value).toBeGreaterThan(0);
    } finally {
      writer.kill();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
