import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acmangkhut } from '../../../lab/estate/apps/has.ts';
import { aciamcore, aciamweb } from '../../../lab/estate/apps/iam.ts';
import { physicalNode } from '../../../lab/estate/apps/phys.ts';
import has from '../../../playbooks/has/inspection.ts';
import phys from '../../../playbooks/phys/inspection.ts';
import { appOf } from '../../support/estates.ts';
import { seesEveryFault } from '../../support/fault-matrix.ts';
import { onHost } from '../../support/inspected-estate.ts';
import { citedRows, flawsOf, limitsByRow, rowsUpTo } from '../../support/inspection-rows.ts';
import { EMPTY_ESTATE, linesOver, runCheck, stampOf, writeLog } from '../../support/run-check.ts';

describe('the checks of HAS', () => {
  it('answer every check, metric and log of the manual, and nothing else', () => {
    expect(citedRows(has)).toEqual([...rowsUpTo('HAS', 'C', 5), ...rowsUpTo('HAS', 'L', 3), 'HAS-M01']);
  });

  it('are written down in order', () => {
    expect(flawsOf(has, ['aciamweb', 'aciamcore', 'dockerd'])).toEqual([]);
  });

  it('have the limit of the manual; an error of the app may not happen', () => {
    expect(limitsByRow(has)).toEqual({ 'HAS-M01': 200, 'HAS-C05': 0 });
  });

  it('ask a person for what only Yunyou and the monitoring show', () => {
    const asked = has.checks.filter(({ on }) => on === 'person').flatMap(({ rows }) => rows);
    expect(asked).toEqual(['HAS-C01', 'HAS-C02', 'HAS-C03']);
  });

  it('look for the page where the inventory says, and nowhere else: the manual does not print it', () => {
    const [page] = has.checks.filter((check) => check.on === 'page');
    const app = appOf('acmangkhut', 'HAS');
    expect(page?.url({ estate: EMPTY_ESTATE, app, limits: {} })).toBeUndefined();
    const told = { ...EMPTY_ESTATE, consoles: { HAS: 'https://has.bank.example/' } };
    expect(page?.url({ estate: told, app, limits: {} })).toBe('https://has.bank.example/');
  });
});

describe('in a shell', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'has-logs-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const today = (): string => `metric/${stampOf(0).slice(0, 10).replaceAll('-', '')}.log`;
  const failures = async (lines: readonly string[], seconds = 55) => {
    await writeLog(
      folder,
      today(),
      linesOver(seconds, lines.length, (k) => lines[k] ?? ''),
    );
    return runCheck(has, 'controller-failures', folder);
  };

  it.each([
    [200, 'ok'],
    [201, 'warning'],
  ])('%i failures of the controller manager in a minute are %s', async (count, state) => {
    expect(
      await failures(Array.from({ length: count }, () => ' controllermanager.failure pod-1')),
    ).toMatchObject([{ state, value: count }]);
    expect(
      await failures([` controllermanager.failure=${count}`, ' controllermanager.success=9000']),
    ).toMatchObject([{ state, value: count }]);
  });

  it.each([
    [' controllermanager.failure 42', 42],
    [' controllermanager.failure:42', 42],
    [' controllermanager.failure: 42', 42],
    [' {"controllermanager.failure": 42, "pods": 7}', 42],
    [' controllermanager.failure,42,ms', 42],
    [' controllermanager.failure|42', 42],
    [' controllermanager.failure 2019-09-13', 1],
    [' controllermanager.failure, 2019-09-13', 1],
    [' controllermanager.failure=10.5.3.7', 1],
    [' controllermanager.failure 12:30:00', 1],
    [' controllermanager.failure', 1],
    [' node.failure=42', 0],
  ])('%j counts %i', async (line, count) => {
    expect(await failures([line])).toMatchObject([{ state: 'ok', value: count }]);
  });

  it('says how many failures are too many', async () => {
    const [said] = await failures([' controllermanager.failure=260']);
    expect(said?.says).toEqual({
      en: '260 failures in the last minute, above the limit of 200 (HAS-M01)',
      zh: '最近一分钟 260 次失败，高于阈值 200（HAS-M01）',
    });
  });

  it('knows nothing without the log of the day', async () => {
    await writeLog(folder, 'metric/20190913.log', [{ ago: 5, text: ' controllermanager.failure=3' }]);
    expect(await runCheck(has, 'controller-failures', folder)).toMatchObject([{ state: 'unknown' }]);
  });

  it('every error of the app is a warning, and its log is kept', async () => {
    await writeLog(folder, 'acmangkhut/common-error.log', []);
    expect(await runCheck(has, 'errors', folder)).toMatchObject([{ state: 'ok', value: 0 }]);
    await writeLog(folder, 'acmangkhut/common-error.log', [{ ago: 9, text: ' ERROR plan failed' }]);
    expect(await runCheck(has, 'errors', folder)).toMatchObject([{ state: 'warning', value: 1 }]);
    await writeLog(folder, 'acmangkhut/app-default.log', [{ ago: 9, text: ' INFO 12 inspections' }]);
    const [kept] = await runCheck(has, 'log', folder);
    expect(kept).toMatchObject({
      state: 'ok',
      value: 1,
      evidence: expect.stringContaining('12 inspections') as string,
    });
  });
});

const critical = 'critical' as const;
const warning = 'warning' as const;

seesEveryFault({
  inspection: has,
  beside: [phys],
  apps: [acmangkhut, aciamweb, aciamcore, physicalNode],
  placed: [
    ...onHost('acmangkhut-1', { 'page-down': {} }),
    ...onHost('acmangkhut-2', { 'process-down': { process: critical, 'service-port 8080': critical } }),
    ...onHost('acmangkhut-3', {
      'port-not-listening': { 'service-port 8080': critical },
      'error-burst': { errors: warning },
    }),
    ...onHost('aciamweb-1', { 'health-false': { 'iam-health': critical } }),
    ...onHost('aciamcore-2', { 'process-down': { 'iam-health': critical } }),
    ...onHost('physical-node-1', { 'controller-failures': { 'controller-failures': warning } }),
  ],
  // Seen by who presses the switch.
  unseen: [['one-has-host-refuses-switch', 'acmangkhut-1'], ['openiam-spelled-otherwise']],
  ofApps: { acmangkhut: { 'product-page': critical } },
});
