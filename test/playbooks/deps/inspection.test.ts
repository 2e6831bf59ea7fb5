import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { APPS as DEPS_APPS } from '../../../lab/estate/apps/deps.ts';
import { businessHost } from '../../../lab/estate/apps/gen.ts';
import { APPS as STAR_APPS } from '../../../lab/estate/apps/star.ts';
import deps from '../../../playbooks/deps/inspection.ts';
import star from '../../../playbooks/star/inspection.ts';
import { appOf } from '../../support/estates.ts';
import { seesEveryFault } from '../../support/fault-matrix.ts';
import { onHost, resourceFaults } from '../../support/inspected-estate.ts';
import { citedRows, flawsOf, limitsByRow, rowsUpTo } from '../../support/inspection-rows.ts';
import { EMPTY_ESTATE, runCheck, stampOf } from '../../support/run-check.ts';

describe('the checks of DEPS', () => {
  it('answer every check, metric and log of the manual but for the look-ups of fixes and what resource management answers', () => {
    const others = ['DEPS-C18', 'DEPS-C19', 'DEPS-C20', 'DEPS-C21', 'DEPS-C29'];
    expect(citedRows(deps)).toEqual([
      ...rowsUpTo('DEPS', 'C', 33).filter((row) => !others.includes(row)),
      ...rowsUpTo('DEPS', 'L', 11),
      ...rowsUpTo('DEPS', 'M', 11),
    ]);
  });

  it('are written down in order', () => {
    expect(flawsOf(deps, ['acstarserver2', 'staragent', 'business-host'])).toEqual([]);
  });

  it('have the limits of the manual; of what it names without a number, ours', () => {
    expect(limitsByRow(deps)).toEqual({
      'DEPS-M01': 100,
      'DEPS-M02': 10,
      'DEPS-M03': 10,
      'DEPS-M04': 90,
      'DEPS-M05': 90,
      'DEPS-M06': 90,
      'DEPS-M07': 4,
      'DEPS-C16': 5,
      'DEPS-C17': 5,
      'DEPS-C30': 90,
      'DEPS-L08': 0,
    });
  });

  it('ask a person for what no host can tell, and nobody for a test order in production', () => {
    const asked = deps.checks.filter((check) => check.on === 'person');
    expect(asked.flatMap(({ rows }) => rows)).toEqual(
      ['09', '10', '14', '15', '27', '24', '25', '31', '32', '33'].map((no) => `DEPS-C${no}`),
    );
    expect(asked.filter(({ changes }) => changes).flatMap(({ rows }) => rows)).toEqual(['DEPS-C10']);
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

const critical = 'critical' as const;
const warning = 'warning' as const;
const UNHEALTHY = { health: critical, services: critical } as const;
const { 'cpu-high': cpu, 'memory-high': memory, 'disk-full': disk, 'load-high': load } = resourceFaults();

seesEveryFault({
  inspection: deps,
  beside: [star],
  apps: [...DEPS_APPS, ...STAR_APPS, businessHost],
  // On a busy machine clocks are known less exactly than the usual limit.
  limits: { 'DEPS-C16': { value: 60 }, 'DEPS-C17': { value: 60 } },
  placed: [
    ...onHost('apopswareapiserver-1', { 'page-down': {} }),
    ...onHost('apopswareapiserver-2', {
      'process-down': { 'apiserver-ports 8341': critical, 'apiserver-ports 12200': critical, ...UNHEALTHY },
      'load-high': load,
    }),
    ...onHost('apopswareapiserver-3', {
      'deps-app-unhealthy': UNHEALTHY,
      'error-burst': { 'apiserver-errors': warning },
    }),
    ...onHost('acopswareorchestration-1', {
      'process-down': {
        'orchestration-ports 80': critical,
        'orchestration-ports 8341': critical,
        'orchestration-ports 12200': critical,
        ...UNHEALTHY,
      },
      'memory-high': memory,
    }),
    ...onHost('acopswareorchestration-2', {
      'port-not-listening': { 'orchestration-ports 8341': critical },
      'error-burst': { 'orchestration-errors': warning },
    }),
    ...onHost('acopswareorchestration-3', { 'host-unreachable': { host: 'unknown' } }),
    ...onHost('acopswareexecutor-1', {
      'process-down': {
        'executor-ports 80': critical,
        'executor-ports 8341': critical,
        'executor-ports 12200': critical,
        ...UNHEALTHY,
      },
      'cpu-high': cpu,
      'clock-skewed': {},
    }),
    ...onHost('acopswareexecutor-2', {
      'deps-app-unhealthy': UNHEALTHY,
      'error-burst': { 'executor-errors': warning },
      'disk-full': disk,
      // The manual has no check of an app's own database connections here.
      'database-connection-lost': {},
    }),
    ...onHost('acopswareexecutor-3', { 'host-key-changed': { host: critical } }),
    ...onHost('opsware-1', {
      'process-down': { 'opsware-ports 8341': critical, 'opsware-ports 12200': critical },
    }),
    ...onHost('business-host-1', {
      'process-down': { 'business-process': critical, 'business-health': critical },
      'disk-full': { 'business-disk /home/admin': warning },
    }),
    ...onHost('business-host-2', {
      'health-false': { 'business-health': critical, 'business-health-log': warning },
      'error-burst': { 'business-errors': warning },
      'clock-skewed': {},
    }),
  ],
  ofApps: {
    apopswareapiserver: { 'console-answers': critical },
    acopswareexecutor: { 'executor-clock': warning },
    acstarserver2: { 'agent-clock': warning },
  },
  // Commands that are shown and not judged.
  redElsewhere: ['DEPS-C22', 'DEPS-C23'],
});
