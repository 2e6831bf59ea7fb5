import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APPS } from '../../../../lab/estate/apps/has.ts';
import { APPS as IAM } from '../../../../lab/estate/apps/iam.ts';
import { ssh, type TestEstate, testEstate } from '../practice.ts';

let practice: TestEstate;
beforeAll(async () => {
  practice = await testEstate({ apps: [...APPS, ...IAM], faults: [] });
});
afterAll(() => practice.stop());

const page = async (): Promise<number> =>
  (await fetch(practice.estate.inventory.consoles['HAS'] ?? '')).status;
const on = async (host: string, command: string): Promise<string> =>
  (await ssh(practice.estate, host, command)).stdout;
const everywhere = (path: string): Promise<readonly string[]> =>
  Promise.all(
    ['acmangkhut-1', 'acmangkhut-2'].map((host) => on(host, `curl -s localhost:8080/api/common/${path}`)),
  );

describe('the HAS page', () => {
  it('opens while IAM is there, with one of its hosts as well', async () => {
    expect(await page()).toBe(200);
    await practice.estate.break('process-down', 'aciamcore-1');
    expect(await page()).toBe(200);
    await practice.estate.mend('all');
  });

  it('does not open without IAM until every server has closed it, and asks again once it is open', async () => {
    const { estate } = practice;
    for (const host of ['aciamcore-1', 'aciamcore-2']) await estate.break('process-down', host);
    expect(await page()).toBe(503);
    expect(await everywhere('closeIam')).toEqual(['{"success":true}\n', '{"success":true}\n']);
    expect(await page()).toBe(200);
    expect(await everywhere('openiam')).toEqual(['{"success":true}\n', '{"success":true}\n']);
    expect(await page()).toBe(503);
    await estate.mend('all');
    expect(await page()).toBe(200);
  });

  it('knows the two requests by their printed letters only', async () => {
    const status = "curl -s -o /dev/null -w '%{http_code} ' localhost:8080/api/common/";
    expect(await on('acmangkhut-1', `${status}closeiam; ${status}openIam`)).toBe('404 404 ');
  });
});

describe('a switch that does not do as printed', () => {
  it('is refused by one host, which then still asks IAM', async () => {
    await practice.estate.break('one-has-host-refuses-switch', 'acmangkhut-2');
    expect(await everywhere('closeIam')).toEqual([
      '{"success":true}\n',
      '{"success":false,"message":"IamSwitchService: store is read only"}\n',
    ]);
    await practice.estate.mend('all');
    await everywhere('openiam');
  });

  it('has other letters', async () => {
    await practice.estate.break('openiam-spelled-otherwise');
    const status = "curl -s -o /dev/null -w '%{http_code} ' localhost:8080/api/common/";
    expect(await on('acmangkhut-1', `${status}openiam; ${status}openIam`)).toBe('404 200 ');
    await practice.estate.mend('all');
  });
});

describe('the hosts of HAS', () => {
  it('keep the documented logs', async () => {
    const said = await on(
      'acmangkhut-2',
      'cd logs/acmangkhut; wc -c <common-error.log; grep scheduler app-default.log | tail -1; grep -c IamSwitch app-default.log',
    );
    expect(said).toMatch(/^0\n\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO {2}\[scheduler-1\] /);
    // Closed, opened, and opened once more: what was refused is not there.
    expect(said).toMatch(/\n3\n$/);
  });
});
