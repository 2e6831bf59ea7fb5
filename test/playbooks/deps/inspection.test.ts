import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acopswareexecutor,
  acopswareorchestration,
  apopswareapiserver,
} from '../../../lab/estate/apps/deps.ts';
import deps from '../../../playbooks/deps/inspection.ts';
import type { Report } from '../../../src/runs/report.ts';
import {
  askedRowsOf,
  type FaultOnHost,
  inspectedEstate,
  type InspectedEstate,
  isUsual,
  placeFaults,
  redOf,
  redRowsOf,
  withHosts,
} from '../../support/inspected-estate.ts';
import { citedRows, flawsOf, limitsByRow, rowsUpTo } from '../../support/inspection-rows.ts';
import { appOf } from '../../support/estates.ts';
import { EMPTY_ESTATE, runCheck, stampOf } from '../../support/run-check.ts';

describe('the checks of DEPS', () => {
  it('answer every row of the manual that is about the health of the platform, and nothing else', () => {
    expect(citedRows(deps)).toEqual([
      ...rowsUpTo('DEPS', 'C', 15),
      ...rowsUpTo('DEPS', 'L', 6),
      ...rowsUpTo('DEPS', 'M', 11),
    ]);
  });

  it('are written down in order', () => {
    expect(flawsOf(deps)).toEqual([]);
  });

  it('have the limits of the manual', () => {
    expect(limitsByRow(deps)).toEqual({
      'DEPS-M01': 100,
      'DEPS-M02': 10,
      'DEPS-M03': 10,
      'DEPS-M04': 90,
      'DEPS-M05': 90,
      'DEPS-M06': 90,
      'DEPS-M07': 4,
    });
  });

  it('ask a person for what no host can tell', () => {
    const asked = deps.checks.filter(({ on }) => on === 'person').flatMap(({ rows }) => rows);
    expect(asked).toEqual(['DEPS-C09', 'DEPS-C10', 'DEPS-C14', 'DEPS-C15']);
  });

  it('look for the release page where the inventory says, else at the documented address', () => {
    const [page] = deps.checks.filter((check) => check.on === 'page');
    const app = appOf('apopswareapiserver', 'DEPS');
    expect(page?.url({ estate: EMPTY_ESTATE, app, limits: {} })).toBe('http://consoleng.bank.example');
    const estate = { ...EMPTY_ESTATE, consoles: { DEPS: 'https://deps.bank.example/' } };
    expect(page?.url({ estate, app, limits: {} })).toBe('https://deps.bank.example/');
  });
});

describe('the application error log', () => {
  const errors = async (app: string, check: string, count: number) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'error-log-'));
    try {
      await mkdir(path.join(folder, app));
      const old = `${stampOf(400)} ERROR before\n`;
      const line = `${stampOf(30)} ERROR [biz-1] timeout\n\tat a.b.C.d(C.java:1)\n`;
      await writeFile(path.join(folder, app, 'common-error.log'), old + line.repeat(count));
      return (await runCheck(deps, check, folder))[0];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  it.each([
    ['apopswareapiserver', 'apiserver-errors', 100, 'DEPS-M01'],
    ['acopswareorchestration', 'orchestration-errors', 10, 'DEPS-M02'],
    ['acopswareexecutor', 'executor-errors', 10, 'DEPS-M03'],
  ])('of %s is a warning above its own limit', async (app, check, most, row) => {
    expect(await errors(app, check, most)).toMatchObject({ state: 'ok', value: most });
    expect(await errors(app, check, most + 1)).toMatchObject({
      state: 'warning',
      value: most + 1,
      says: {
        en: `${most + 1} errors in 5 minutes, above the limit of ${most} (${row})`,
        zh: `5 分钟内 ${most + 1} 条错误，高于阈值 ${most}（${row}）`,
      },
    });
  });

  it('that is not there is unknown', async () => {
    expect(await runCheck(deps, 'executor-errors', '/nowhere')).toMatchObject([{ state: 'unknown' }]);
  });
});

const API = 'apopswareapiserver';
const FLOW = 'acopswareorchestration';
const EXECUTOR = 'acopswareexecutor';
const on = (app: string, fault: string, red: FaultOnHost['red']): FaultOnHost => ({ app, fault, red });
const UNHEALTHY = { health: 'critical', services: 'critical' } as const;

const PLACED = placeFaults([
  on(API, 'process-down', {
    'apiserver-ports 8341': 'critical',
    'apiserver-ports 12200': 'critical',
    ...UNHEALTHY,
  }),
  on(API, 'deps-app-unhealthy', UNHEALTHY),
  on(API, 'error-burst', { 'apiserver-errors': 'warning' }),
  on(API, 'load-high', { load: 'warning' }),
  on(FLOW, 'process-down', {
    'orchestration-ports 80': 'critical',
    'orchestration-ports 8341': 'critical',
    'orchestration-ports 12200': 'critical',
    ...UNHEALTHY,
  }),
  on(FLOW, 'deps-app-unhealthy', UNHEALTHY),
  on(FLOW, 'port-not-listening', { 'orchestration-ports 8341': 'critical' }),
  on(FLOW, 'error-burst', { 'orchestration-errors': 'warning' }),
  on(FLOW, 'memory-high', { memory: 'warning' }),
  on(FLOW, 'host-unreachable', { host: 'unknown' }),
  on(EXECUTOR, 'process-down', {
    'executor-ports 80': 'critical',
    'executor-ports 8341': 'critical',
    'executor-ports 12200': 'critical',
    ...UNHEALTHY,
  }),
  on(EXECUTOR, 'deps-app-unhealthy', UNHEALTHY),
  on(EXECUTOR, 'error-burst', { 'executor-errors': 'warning' }),
  on(EXECUTOR, 'cpu-high', { cpu: 'warning' }),
  on(EXECUTOR, 'disk-full', { 'disk /home/admin': 'warning' }),
  on(EXECUTOR, 'host-key-changed', { host: 'critical' }),
  // The manual has no check of an app's own database connections here.
  on(EXECUTOR, 'database-connection-lost', {}),
]);

describe('the inspection of DEPS on a practice estate', () => {
  let practice: InspectedEstate;
  let healthy: Report;
  let broken: Report;
  let mended: Report;
  beforeAll(async () => {
    const apps = [apopswareapiserver, acopswareorchestration, acopswareexecutor].map((app) =>
      withHosts(app, PLACED),
    );
    practice = await inspectedEstate(apps, [deps], 'system');
    healthy = await practice.inspectAll();
    for (const { fault, host } of PLACED) await practice.estate.break(fault, host);
    broken = await practice.inspectAll();
    await practice.estate.mend('all');
    mended = await practice.inspectAll();
  }, 120_000);
  afterAll(() => practice.stop());

  it('finds everything in order on healthy hosts', () => {
    expect(redOf(healthy)).toEqual({});
    const hosts = new Set(healthy.findings.flatMap(({ host }) => host ?? []));
    expect(hosts.size).toBe(PLACED.length + 3);
  });

  it.each(PLACED.map((placed) => [placed.fault, placed.host, placed] as const))(
    'sees %s on %s, and nothing else there',
    (_, host, { red }) => {
      expect(redOf(broken)[host] ?? {}).toEqual(red);
    },
  );

  it('finds nothing on hosts without a fault', () => {
    const faulty = new Set(PLACED.map(({ host }) => host));
    expect(Object.keys(redOf(broken)).filter((host) => !faulty.has(host))).toEqual([]);
  });

  it.each(PLACED.filter(isUsual).map(({ fault, host }) => [fault, host] as const))(
    'answers the rows of the manuals that %s is about',
    (fault, host) => {
      const rows = redRowsOf(broken, host);
      const asked = askedRowsOf(fault, 'DEPS');
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.filter((row) => !rows.has(row))).toEqual([]);
    },
  );

  it('finds everything in order again when all is mended', () => {
    expect(redOf(mended)).toEqual({});
  });
});
