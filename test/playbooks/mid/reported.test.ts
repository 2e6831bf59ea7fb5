import { describe, expect, it } from 'vitest';
import type { AddressList } from '../../../playbooks/mid/address-list.ts';
import { judgeReported, type Osp } from '../../../playbooks/mid/reported.ts';
import type { HostAnswer } from '../../../src/kit/index.ts';

/** A portal with this address of its own, beside the one that the inventory has; undefined: it did not answer. */
const portal = (no: number, own: string | undefined, known = `192.168.0.${no}`): HostAnswer => ({
  host: { name: `portal-${no}`, app: 'portal', site: 'a', address: known, port: 2022 },
  ...(own === undefined ? {} : { answer: { output: own, exitCode: 0, truncated: false, timedOut: false } }),
});

const listed = (...addresses: readonly string[]): AddressList => ({ kind: 'listed', addresses });
const NO_SUCH: AddressList = { kind: 'refused', status: 404 };
const osp = (byName: AddressList, printed: AddressList = NO_SUCH, name = 'osp-1'): Osp => ({
  name,
  byName,
  printed,
});
const BOTH = [portal(1, '10.0.0.1 \n'), portal(2, '1: eth0 inet 10.0.0.2/24 brd 10.0.0.255\n')];

describe('the portals that OSP knows', () => {
  it.each([
    ['under their own name', osp(listed('10.0.0.1', '10.0.0.2'))],
    ['under the name that is printed', osp(NO_SUCH, listed('10.0.0.1', '10.0.0.2', '10.0.0.9'))],
    ['by the addresses of the inventory', osp(listed('10.0.0.1', '192.168.0.2'))],
  ])('are all of them, %s', (_, one) => {
    expect(judgeReported(BOTH, [one])).toMatchObject({
      state: 'ok',
      value: 2,
      says: { en: 'OSP knows every portal (2)', zh: '2 台门户均已向 OSP 上报 IP' },
    });
  });

  it('must be all of them to every OSP that shows its lists', () => {
    const all = osp(listed('10.0.0.1', '10.0.0.2'));
    const silent = osp({ kind: 'silent' }, { kind: 'silent' }, 'osp-2');
    expect(judgeReported(BOTH, [all, silent])).toMatchObject({ state: 'ok' });
    expect(judgeReported(BOTH, [all, osp(listed('10.0.0.1'), NO_SUCH, 'osp-2')])).toMatchObject({
      state: 'critical',
      value: 1,
      says: {
        en: 'OSP does not know portal-2; the logs node-stdout.log and node-stderr.log there may say why',
        zh: 'portal-2 未向 OSP 上报 IP，请查看其 node-stdout.log、node-stderr.log',
      },
    });
  });

  it('are none when the list of portals is empty, whatever the printed one has', () => {
    expect(judgeReported(BOTH, [osp(listed(), listed('10.0.0.9'))])).toMatchObject({ state: 'critical' });
    expect(judgeReported(BOTH, [osp(NO_SUCH, listed())])).toMatchObject({ state: 'critical' });
  });

  it('are not known when OSP only lists others: its name for them may be another', () => {
    expect(judgeReported(BOTH, [osp(NO_SUCH, listed('10.0.0.8', '10.0.0.9'))])).toMatchObject({
      state: 'unknown',
      says: { en: expect.stringContaining('under another name') as string },
    });
  });

  it('are not known when a portal does not answer, unless OSP has the address of the inventory', () => {
    const lists = [osp(listed('10.0.0.1', '192.168.0.3'))];
    expect(judgeReported([portal(1, '10.0.0.1'), portal(2, undefined)], lists)).toMatchObject({
      state: 'unknown',
      says: { en: 'the addresses of portal-2 are not known' },
    });
    expect(judgeReported([portal(1, '10.0.0.1'), portal(2, '127.0.0.1')], lists)).toMatchObject({
      state: 'unknown',
    });
    expect(judgeReported([portal(1, '10.0.0.1'), portal(3, undefined)], lists)).toMatchObject({
      state: 'ok',
    });
  });

  it('are not known without a list, or without hosts', () => {
    const closed = osp({ kind: 'login' }, { kind: 'login' });
    expect(judgeReported(BOTH, [closed]).says.en).toBe(
      'osp-1: OSP asks for a login; look as the middleware tenant in a browser',
    );
    expect(judgeReported(BOTH, [closed]).state).toBe('unknown');
    expect(judgeReported([], [closed]).says.en).toBe('the inventory has no host of portal');
    expect(judgeReported(BOTH, [])).toMatchObject({
      state: 'unknown',
      says: { zh: '资产清单中没有 osp 的主机' },
    });
  });
});
