import { describe, expect, it } from 'vitest';
import taskDelivery from '../../../playbooks/deps/task-delivery.ts';
import {
  type CheckAnswer,
  type CheckState,
  type Look,
  NOTHING_CAPTURED,
  words,
} from '../../../src/kit/index.ts';
import { lookOf } from '../../support/blind-look.ts';
import { estateOf } from '../../support/estates.ts';

/** Eyes of an estate with one business host, where the checks come to these states; ok where nothing is said. */
function look(states: Readonly<Record<string, CheckState>> = {}): Look {
  return lookOf({
    estate: estateOf({
      hosts: [{ name: 'ledger-1', app: 'ledger', site: 'a', address: '10.0.0.1', port: 22 }],
      addresses: { acstarserver2_internet_vip: '10.0.0.9' },
    }),
    checks: async ({ refs }) =>
      refs.map(
        (ref): CheckAnswer => ({
          ref,
          host: 'ledger-1',
          state: states[ref.check] ?? 'ok',
          says: words('seen', '所见'),
          evidence: NOTHING_CAPTURED,
          title: words(ref.check, ref.check),
          rows: ['STAR-C08'],
          command: NOTHING_CAPTURED,
        }),
      ),
  });
}
const prepare = (states?: Readonly<Record<string, CheckState>>) =>
  taskDelivery.prepare({ host: 'ledger-1' }, look(states));

describe('task-delivery', () => {
  it('leads a person through the console, waits for the agent, and only then sends again', async () => {
    const prepared = await prepare({ 'agent-connection': 'critical' });
    if (!prepared.ok) throw new Error(prepared.because.en);
    const steps = prepared.course.stages.flatMap(({ lanes }) => lanes.flatMap((lane) => lane.steps));
    expect(steps.map(({ kind, title }) => `${kind}: ${title.en}`)).toEqual([
      'manual: Container of the pipeline server',
      'manual: GW',
      'manual: Channels',
      'manual: Heartbeat',
      'wait: The agent of ledger-1 is connected',
      'manual: Send the order again',
    ]);
    expect(JSON.stringify(steps)).toContain('10.0.0.9');
    expect(prepared.rollback.map(({ title }) => title.en)).toEqual([
      'Put the channel back',
      'Put the GW back',
    ]);
  });

  it.each(['critical', 'warning', 'unknown'] as const)(
    'is refused while the pipeline server is %s, and names what to do first',
    async (state) => {
      expect(await prepare({ 'starserver-ports': state })).toMatchObject({
        ok: false,
        reason: 'unsafe',
        instead: [{ command: '/run restart-app acstarserver2' }],
      });
    },
  );

  it.each(['critical', 'warning', 'unknown'] as const)(
    'is refused while the agent of the host is %s, and names what to do first',
    async (state) => {
      expect(await prepare({ 'agent-process': state })).toMatchObject({
        ok: false,
        reason: 'unsafe',
        instead: [{ command: '/run restart-staragent ledger-1' }],
      });
    },
  );

  it('knows no host that is not in the inventory', async () => {
    expect(await taskDelivery.prepare({ host: 'nowhere-1' }, look())).toMatchObject({
      ok: false,
      reason: 'bad-arguments',
    });
  });

  it('is verified by the connection of the agent, and an unknown one is not ok', async () => {
    const prepared = await prepare();
    if (!prepared.ok) throw new Error(prepared.because.en);
    const [verification] = prepared.verify;
    expect(await verification?.look(look())).toMatchObject({ state: 'ok' });
    expect(await verification?.look(look({ 'agent-connection': 'unknown' }))).toMatchObject({
      state: 'critical',
    });
  });
});
