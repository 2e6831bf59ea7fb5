import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aciaasconnectore, acmetaservice, acprovisioncore } from '../../../lab/estate/apps/basic.ts';
import { apconsole } from '../../../lab/estate/apps/onec.ts';
import { FAILED_CALL } from '../../../playbooks/rmc/logs.ts';
import rmc from '../../../playbooks/rmc/inspection.ts';
import { awkKeys } from '../../support/awk-keys.ts';
import { seesEveryFault } from '../../support/fault-matrix.ts';
import { onHost } from '../../support/inspected-estate.ts';
import { citedRows, flawsOf, limitsByRow, rowsUpTo } from '../../support/inspection-rows.ts';
import { linesOver, runCheck, statesOf, writeLog } from '../../support/run-check.ts';

const APPS = ['apconsole', 'acprodapigw', 'acprovisioncore', 'acmetaservice', 'aciaasconnectore'];

describe('the checks of RMC', () => {
  it('answer every check, metric and log of the manual, and what the release platform asks of its calls to the cloud', () => {
    expect(citedRows(rmc)).toEqual([
      'DEPS-C29',
      ...rowsUpTo('RMC', 'C', 11),
      ...rowsUpTo('RMC', 'L', 5),
      ...rowsUpTo('RMC', 'M', 4),
    ]);
  });

  it('are written down in order, on the apps of other systems', () => {
    expect(rmc.apps).toEqual([]);
    expect(flawsOf(rmc, APPS)).toEqual([]);
  });

  it('have the limits of the manual; what it names without a number may not happen', () => {
    expect(limitsByRow(rmc)).toEqual({
      'RMC-M01': 100,
      'RMC-M02': 10,
      'RMC-M03': 10,
      'RMC-M04': 10,
      'RMC-C08': 100,
      'RMC-C09': 0,
      'RMC-L05': 0,
    });
  });

  it('ask a person for what no host can tell, and nobody to change resources in production', () => {
    const asked = rmc.checks.filter((check) => check.on === 'person');
    expect(asked.map(({ rows: [row], changes = false }) => [row, changes])).toEqual([
      ['RMC-C05', false],
      ['RMC-C06', false],
      ['RMC-C07', false],
      ['RMC-C10', false],
      ['RMC-C11', true],
    ]);
  });
});

describe('in a shell', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'resource-logs-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['apconsole', 'apconsole-errors', 100, 'RMC-M01'],
    ['acprovisioncore', 'acprovisioncore-errors', 10, 'RMC-M02'],
    ['acmetaservice', 'acmetaservice-errors', 10, 'RMC-M03'],
    ['aciaasconnectore', 'aciaasconnectore-errors', 10, 'RMC-M04'],
  ])('the error log of %s is a warning above its own limit', async (app, check, most, row) => {
    const write = (count: number) =>
      writeLog(
        folder,
        `${app}/common-error.log`,
        linesOver(200, count, () => ' ERROR [biz-1] failed'),
      );
    await write(most);
    expect(await runCheck(rmc, check, folder)).toMatchObject([{ state: 'ok', value: most }]);
    await write(most + 1);
    expect(await runCheck(rmc, check, folder)).toMatchObject([
      {
        state: 'warning',
        says: { en: `${most + 1} errors in 5 minutes, above the limit of ${most} (${row})` },
      },
    ]);
  });

  it('the log of the IaaS adapter is found under each of its four names, and unknown under none', async () => {
    expect(await runCheck(rmc, 'cloud-calls', folder)).toMatchObject([{ state: 'unknown' }]);
    for (const name of ['aciaasconnectore', 'aciaasconnectorcore', 'aciaasconnector', 'iaasconnector']) {
      await writeLog(folder, `${name}/common-error.log`, []);
      expect(await runCheck(rmc, 'cloud-calls', folder)).toMatchObject([{ state: 'ok', value: 0 }]);
      expect(await runCheck(rmc, 'aciaasconnectore-errors', folder)).toMatchObject([{ state: 'ok' }]);
      await rm(path.join(folder, name), { recursive: true });
    }
  });

  it('a failed call to the cloud is a warning and named, an error of another kind is none', async () => {
    const lines = [
      ' ERROR [t-1] c.p.iaas.SlbClient - call aliyun OpenAPI failed, code: Throttling.User',
      ' ERROR [t-1] c.p.iaas.TaskRunner - task lock is held',
      ' ERROR [t-2] com.aliyuncs.exceptions.ClientException: SDK.ServerUnreachable',
      ' ERROR [t-1] c.p.iaas.SlbClient - call aliyun OpenAPI failed, code: Throttling.User',
    ];
    await writeLog(
      folder,
      'aciaasconnectore/common-error.log',
      linesOver(100, 4, (k) => lines[k] ?? ''),
    );
    expect(await runCheck(rmc, 'cloud-calls', folder)).toMatchObject([
      {
        state: 'warning',
        value: 3,
        says: {
          en: '3 failed calls in 5 minutes, above the limit of 0 (RMC-C09): SLB ×2, OpenAPI ×1',
          zh: '5 分钟内 3 次调用失败，高于阈值 0（RMC-C09）：SLB ×2、OpenAPI ×1',
        },
      },
    ]);
  });

  it.each([
    ['ERROR call ECS DescribeInstances failed', 'ECS'],
    ['ERROR EcsClient - failed', 'ECS'],
    ['http://oss-cn-hz.example/bucket refused', 'OSS'],
    ['slb.aliyuncs.com: Read timed out', 'SLB'],
    ['58 base: ALB weight not set', 'ALB'],
    ['调用阿里云接口失败', 'OpenAPI'],
    ['invoke openapi timeout', 'OpenAPI'],
    ['ERROR Processor - queue is full', ''],
    ['ERROR albatross lost, boss not found', ''],
    ['ERROR vpcs, ossified', ''],
  ])('%j is a failed call of %j', async (line, service) => {
    expect(await awkKeys(FAILED_CALL, [line])).toEqual([service]);
  });

  const address =
    ' ERROR RPC-02306: Cannot get the service address of service [com.practice.Facade:1.0], please check the registry log.';

  it('calls of the console are well without the log, and with a few that failed', async () => {
    expect(statesOf(await runCheck(rmc, 'rpc-errors', folder))).toEqual({ '': 'ok' });
    await writeLog(
      folder,
      'apconsole/rpc/common-error.log',
      linesOver(250, 100, () => ' ERROR invoke timeout'),
    );
    expect(statesOf(await runCheck(rmc, 'rpc-errors', folder))).toEqual({ addresses: 'ok', calls: 'ok' });
  });

  it('one call that found no address is a warning, in either language; a mass of others too', async () => {
    const chinese = ' ERROR RPC-020060001: 没有获得服务 [com.practice.Facade:1.0] 的调用地址';
    await writeLog(
      folder,
      'apconsole/rpc/common-error.log',
      linesOver(250, 2, (k) => (k === 0 ? address : chinese)),
    );
    expect(await runCheck(rmc, 'rpc-errors', folder)).toMatchObject([
      {
        part: 'addresses',
        state: 'warning',
        value: 2,
        says: {
          en: '2 calls without an address of the service in 5 minutes, above the limit of 0 (RMC-L05)',
          zh: '5 分钟内 2 次调用未获得服务地址，高于阈值 0（RMC-L05）',
        },
      },
      { part: 'calls', state: 'ok', value: 2 },
    ]);
    await writeLog(
      folder,
      'apconsole/rpc/common-error.log',
      linesOver(250, 101, () => ' ERROR invoke timeout'),
    );
    expect(statesOf(await runCheck(rmc, 'rpc-errors', folder))).toEqual({
      addresses: 'ok',
      calls: 'warning',
    });
  });
});

const warning = 'warning' as const;

seesEveryFault({
  inspection: rmc,
  apps: [apconsole, acprovisioncore, acmetaservice, aciaasconnectore],
  placed: [
    ...onHost('apconsole-2', {
      'error-burst': { 'apconsole-errors': warning },
      'console-finds-no-address': { 'rpc-errors addresses': warning },
    }),
    ...onHost('apconsole-3', { 'console-calls-fail': { 'rpc-errors calls': warning } }),
    ...onHost('acprovisioncore-1', { 'error-burst': { 'acprovisioncore-errors': warning } }),
    ...onHost('acmetaservice-1', { 'error-burst': { 'acmetaservice-errors': warning } }),
    ...onHost('aciaasconnectore-1', { 'error-burst': { 'aciaasconnectore-errors': warning } }),
    ...onHost('aciaasconnectore-2', { 'cloud-refuses-calls': { 'cloud-calls': warning } }),
    ...onHost('aciaasconnectore-3', { 'iaas-address-unused': { 'cloud-calls': warning } }),
  ],
});
