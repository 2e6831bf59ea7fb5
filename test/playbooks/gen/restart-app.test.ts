import { describe, expect, it } from 'vitest';
import restartApp from '../../../playbooks/gen/restart-app.ts';
import {
  type CheckAnswer,
  type CheckState,
  type Look,
  NOTHING_CAPTURED,
  words,
} from '../../../src/kit/index.ts';
import { lookOf } from '../../support/blind-look.ts';
import { appOf, estateOf } from '../../support/estates.ts';

/** Two in one site, one in another. */
const SITES = { 'a-1': 'a', 'a-2': 'a', 'b-1': 'b' } as const;

/** Eyes of these hosts, of which each comes to its state in all its checks. */
function look(states: Readonly<Partial<Record<keyof typeof SITES, CheckState>>>): Look {
  const hosts = Object.entries(SITES).map(([name, site]) => ({
    name,
    site,
    app: 'msgconsole',
    address: '127.0.0.1',
    port: 22,
    console: { search: 'mq-msgconsole' },
  }));
  return lookOf({
    estate: estateOf({ apps: [appOf('msgconsole', 'MQ', { hosts: Object.keys(SITES) })], hosts }),
    containers: async () => [],
    checks: async ({ refs }) =>
      refs.map((ref): CheckAnswer => {
        const host = 'host' in ref.on ? ref.on.host : '';
        return {
          ref,
          host,
          state: Object.entries(states).find(([name]) => name === host)?.[1] ?? 'ok',
          says: words('seen', '所见'),
          evidence: NOTHING_CAPTURED,
          title: words(ref.check, ref.check),
          rows: [],
          command: NOTHING_CAPTURED,
        };
      }),
  });
}
const prepare = (hosts: unknown, states: Parameters<typeof look>[0] = {}) =>
  restartApp.prepare({ app: 'msgconsole', hosts }, look(states));
async function plan(...asked: Parameters<typeof prepare>) {
  const prepared = await prepare(...asked);
  if (!prepared.ok) throw new Error(prepared.because.en);
  const lanes = prepared.course.stages.flatMap((stage) => stage.lanes);
  return {
    ...prepared,
    guards: lanes.flatMap(({ target, steps: [first] }) =>
      first?.before === undefined ? [] : [[target, first.before] as const],
    ),
    targets: lanes.map(({ target }) => target),
  };
}

describe('restart-app keeps half of a site', () => {
  it('and asks for it directly before the step, of the hosts of that site and no others', async () => {
    const { risk, guards } = await plan(['a-1']);
    expect(risk).toBe('risky');
    expect(guards).toMatchObject([['a-1', [{ kind: 'quorum', needs: 1, hosts: ['a-2'], unlessRed: 'a-1' }]]]);
  });

  it('so that no host of another site stands in for the other one of a pair', async () => {
    expect(await prepare(['a-1'], { 'a-2': 'critical' })).toMatchObject({ ok: false, reason: 'unsafe' });
    expect(await prepare(['a-1'], { 'a-2': 'unknown' })).toMatchObject({ ok: false, reason: 'unsafe' });
    expect(await prepare(['a-1'], { 'b-1': 'critical' })).toMatchObject({ ok: true });
  });

  it('counts one that is down and restarted before, and none of which nobody knows how it is', async () => {
    expect(await plan('all', { 'a-2': 'critical' })).toMatchObject({ targets: ['a-2', 'a-1', 'b-1'] });
    expect(await prepare('all', { 'a-2': 'unknown' })).toMatchObject({ ok: false, reason: 'unsafe' });
  });

  it('and half of all for the only one of a site: of a pair that is the other one, wherever it stands', async () => {
    const { risk, guards } = await plan(['b-1']);
    expect(risk).toBe('risky');
    expect(guards).toMatchObject([['b-1', [{ needs: 2, hosts: ['a-1', 'a-2'], unlessRed: 'b-1' }]]]);
    expect(await prepare(['b-1'], { 'a-2': 'critical' })).toMatchObject({ ok: false, reason: 'unsafe' });
  });
});
