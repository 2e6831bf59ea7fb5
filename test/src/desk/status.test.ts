import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fettle from '../../../commands/fettle.ts';
import { type Playbook, type Step, words } from '../../../src/kit/index.ts';
import { closeArg } from '../../../src/runs/brackets.ts';
import { withHash } from '../../../src/runs/plan.ts';
import { ofRun } from '../../../src/runs/subject.ts';
import type { RunId } from '../../../src/runs/run.ts';
import { anyWarrant } from '../../support/signed.ts';
import { approvedRun, entry, openingAt, plan, step } from '../store/fixtures.ts';
import { type DeskStage, from, openDeskStage } from './stage.ts';

const playbook = (name: string): Playbook =>
  ({
    kind: 'playbook',
    name,
    system: 'DEPS',
    title: words(name, name),
    rows: ['DEPS-F05'],
    clause: { document: '001', section: '2.5' },
    risk: 'risky',
    examples: [],
    healthy: [],
    irreversible: undefined,
  }) as unknown as Playbook;

let stage: DeskStage;
beforeAll(async () => {
  stage = await openDeskStage({
    catalog: {
      commands: new Map([['fettle', fettle]]),
      inspections: new Map(),
      playbooks: new Map(['skip-step', 'push-resume'].map((name) => [name, playbook(name)])),
    },
  });
});
afterAll(() => stage.close());

const opening = openingAt('site-a');
const opens: Step = { ...step, opens: opening };

const says = async (text: string, who = 'U0ZHAO'): Promise<string> => {
  const said = await stage.desk.ask('fettle', text, from(who));
  if (said.kind !== 'says') throw new Error(`answered with ${said.kind}`);
  return said.says.en;
};

let hosts = 0;
/** A run that has a host of its own, and the one open bracket. */
async function opened(): Promise<RunId> {
  await stage.root.execute('delete from bracket');
  const host = `site:a/system:REG/app:metaserver/host:meta-${(hosts += 1)}` as const;
  const id = await approvedRun(stage.store, undefined, withHash({ ...plan, steps: [opens] }));
  const claim = await stage.store.journal.claim(id, () => [host], 'worker', anyWarrant);
  if (!claim) throw new Error('not claimed');
  await stage.store.journal.begin(claim, 1, opens);
  return id;
}

describe('/fettle status', () => {
  it('says that nothing is stopped, open or locked', async () => {
    expect(await says('status')).toBe(
      'Read-only is off.\nNothing is open that must be closed.\nNo change has a lock.',
    );
  });

  it('lists what is open, until when, and which change has what, for whoever may look at its system', async () => {
    const id = await opened();
    const mine = await says('status');
    expect(mine).toContain('Open, to be closed (1):\n• push is stopped (site-a), since ');
    expect(mine).toContain(`by run ${id.slice(0, 8)} of Ana; at most until `);
    expect(mine).toContain(`Locks (1):\n• host meta-1, by run ${id.slice(0, 8)} of Ana: Skip, since `);
    const others = await says('status', 'U0CHEN');
    expect(others).toContain('Nothing is open');
    expect(others).not.toContain('meta-1');
    const ended = { kind: 'ended', outcome: 'failed', says: words('x', 'x') } as const;
    await stage.store.runs.apply(id, ended, entry('ended failed', id));
    expect(await says('status')).toContain('No change has a lock.');
    expect(await says('status')).toContain('Open, to be closed (1)');
    await stage.root.execute('delete from bracket');
  });
});

describe('/fettle readonly', () => {
  it('is turned by who may, with the reason, and shown in the status', async () => {
    expect(await says('readonly on reason="disks are full"')).toContain(
      'Read-only is on, by Zhao Min: disks are full.',
    );
    expect(await says('status')).toContain('Read-only is on, by Zhao Min: disks are full.');
    expect(await says('readonly on reason="again"')).toContain('It stood so already.');
    expect(await says('readonly off reason="over"')).toContain('Read-only is off.');
    expect(await says('readonly off reason="over"')).toBe('Read-only was not on.');
  });

  it('is refused to whoever has the right to change but not this one, and the refusal is recorded', async () => {
    expect(await says('readonly on reason="why not"', 'U0LIN')).toContain('No rule lets you turn read-only');
    expect(await stage.store.readOnly.now()).toBeUndefined();
  });
});

describe('the button that closes what is open', () => {
  async function pressable(): Promise<{ readonly id: RunId; readonly button: string }> {
    const id = await opened();
    const button = `close-${id.slice(0, 8)}`;
    const arg = closeArg(opening);
    await stage.store.buttons.create([{ id: button, subject: ofRun(id), action: 'close', arg, once: false }]);
    await stage.store.runs.apply(id, {
      kind: 'called',
      call: { no: 1, arg, says: words('open', '未关闭') },
      button: { id: button, action: 'close', arg },
    });
    return { id, button };
  }

  it('plans the playbook that the plan names, as a change of its own that waits for Confirm', async () => {
    const { id, button } = await pressable();
    expect(await stage.desk.press(button, from('U0LIN'))).toEqual({ kind: 'accepted' });
    expect(stage.sent.at(-1)).toMatchObject({
      ask: { kind: 'change', playbooks: ['push-resume'], args: { cluster: 'site-a' } },
      state: 'queued',
      requestedBy: { id: 'lin' },
      typed: '/run push-resume site-a',
    });
    expect(stage.sent.at(-1)?.id).not.toBe(id);
    await stage.root.execute('delete from bracket');
  });

  it('does nothing for whoever may not ask for that change', async () => {
    const { button } = await pressable();
    const before = stage.sent.length;
    expect(await stage.desk.press(button, from('U0CHEN'))).toMatchObject({ kind: 'says' });
    expect(stage.sent).toHaveLength(before);
  });

  it('does nothing by the word of a plan that was altered', async () => {
    const { id, button } = await pressable();
    await stage.root.execute(
      `update plan set body = replace(body, '"cluster":"site-a"', '"cluster":"site-b"') where run_id = ?`,
      [id],
    );
    const before = stage.sent.length;
    expect(await stage.desk.press(button, from('U0LIN'))).toMatchObject({ kind: 'says' });
    expect(stage.sent).toHaveLength(before);
  });
});
