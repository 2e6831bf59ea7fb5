import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acmangkhut } from '../../../lab/estate/apps/has.ts';
import { aciamcore, aciamweb } from '../../../lab/estate/apps/iam.ts';
import { shownStep } from '../../../src/kit/index.ts';
import { openingOf } from '../../../src/runs/brackets.ts';
import type { Run } from '../../../src/runs/run.ts';
import { ssh } from '../../lab/estate/practice.ts';
import { type PracticeRunner, practiceRunner } from '../../support/practice-runner.ts';

const LONG = { timeout: 240_000 };
const REASON = { reason: 'IAM down since 09:12' };
const [ONE, TWO] = ['acmangkhut-1', 'acmangkhut-2'] as const;

describe('letting HAS work without IAM, and having it ask IAM again', () => {
  let at: PracticeRunner;
  beforeAll(async () => {
    at = await practiceRunner([acmangkhut, aciamweb, aciamcore]);
  }, 120_000);
  afterAll(() => at.close());

  const iam = async (how: 'break' | 'mend'): Promise<void> => {
    for (const host of ['aciamcore-1', 'aciamcore-2']) await at.practice.estate[how]('process-down', host);
  };
  const page = async (): Promise<number> =>
    (await fetch(at.practice.estate.inventory.consoles['HAS'] ?? '')).status;
  const open = async (): Promise<readonly string[]> =>
    (await at.fresh.store.brackets.all()).map(({ opening }) => opening.where);
  /** What the switch of a host was told, in order, since it was last asked. */
  const heard: Record<string, number> = {};
  const switched = async (host: string): Promise<readonly string[]> => {
    const { stdout } = await ssh(
      at.practice.estate,
      host,
      "sed -n 's/.*IamSwitchService - iam //p' logs/acmangkhut/app-default.log",
    );
    const all = stdout.split('\n').filter(Boolean);
    const news = all.slice(heard[host] ?? 0);
    heard[host] = all.length;
    return news;
  };
  const bothSwitched = async () => [await switched(ONE), await switched(TWO)];
  const stateOf = ({ steps }: Run) => steps.map(({ no, state }) => `${no} ${state}`).join(', ');
  const close = () => at.planned('close-has-iam', REASON);
  /** As if its time had come. */
  const nextLook = () => at.fresh.root.execute('update bracket set call_at = now(3) - interval 1 second');

  it('is refused while IAM is well, and to people who may not', LONG, async () => {
    const refused = await close();
    expect(refused).toMatchObject({ outcome: 'refused' });
    expect(refused.says?.en).toContain('IAM is well');
    await iam('break');
    expect(await page()).toBe(503);
    const chen = await at.planned('close-has-iam', REASON, { id: 'chen', name: 'Chen Bo' });
    expect(chen).toMatchObject({ outcome: 'refused' });
    expect(chen.says?.en).not.toContain('IAM is down');
  });

  it('is refused as long as one host does not answer, and none is changed', LONG, async () => {
    await at.practice.estate.break('process-down', TWO);
    const refused = await close();
    expect(refused).toMatchObject({ outcome: 'refused' });
    expect(refused.says?.en).toMatch(new RegExp(`All hosts or none.*${TWO}`));
    expect(refused.says?.en).not.toContain(`${ONE}:`);
    await at.practice.estate.mend('process-down', TWO);
    expect(await bothSwitched()).toEqual([[], []]);
  });

  it(
    'goes back host by host when one of them refuses the switch, and people are called for that one',
    LONG,
    async () => {
      await at.practice.estate.break('one-has-host-refuses-switch', TWO);
      const failed = await at.performed(await close());
      expect(failed).toMatchObject({ outcome: 'failed' });
      expect(stateOf(failed)).toBe('1 done, 2 done, 3 failed, 7 done, 8 failed');
      expect(failed.says?.en).toContain('its body says "success": false');
      expect(failed.buttons).toEqual([]);
      expect(await bothSwitched()).toEqual([['closed', 'opened'], []]);
      expect(await open()).toEqual([TWO]);
      await at.runner.sweep();
      const called = await at.run(failed.id);
      expect(called.calls?.[0]?.says.en).toContain(`HAS lets anybody in without IAM (${TWO})`);
      expect(called.buttons.map(({ action }) => action)).toEqual(['close']);
      await at.practice.estate.mend('one-has-host-refuses-switch', TWO);
    },
  );

  it('is undone while IAM is down only for a reason; then nobody is let in', LONG, async () => {
    const refused = await at.planned('open-has-iam', {});
    expect(refused).toMatchObject({ outcome: 'refused' });
    expect(refused.says?.en).toContain('whoever has no valid login would be locked out');
    const waits = await at.performed(
      await at.planned('open-has-iam', { reason: 'security before availability' }),
    );
    expect(waits).toMatchObject({ state: 'suspended', waiting: { for: 'person' } });
    const done = await at.saidDone(waits);
    expect(done).toMatchObject({ outcome: 'done' });
    expect(done.says?.en).toContain('no host lets anybody in');
    expect(await bothSwitched()).toEqual([['opened'], ['opened']]);
    expect(await open()).toEqual([]);
  });

  it('cancelled in the middle, has the host that was closed ask IAM again', LONG, async () => {
    const planned = await close();
    const by = { id: 'lin', name: 'Lin Wei' };
    at.hear(async (step) => {
      if (step !== 1) return;
      const line = { actor: by, action: 'stop', runId: planned.id, decision: 'run' } as const;
      await at.fresh.store.runs.apply(planned.id, { kind: 'stopping', by }, line);
    });
    const cancelled = await at.performed(planned);
    at.hear(undefined);
    expect(cancelled).toMatchObject({ outcome: 'cancelled' });
    expect(await bothSwitched()).toEqual([['closed', 'opened'], []]);
    expect(await open()).toEqual([]);
    expect(await page()).toBe(503);
  });

  it(
    'killed in the middle, is picked up: nothing is sent twice, and both hosts ask IAM again',
    LONG,
    async () => {
      const planned = await close();
      await at.lost(planned, { dieAt: 'after the effect', step: 3 });
      expect(await open()).toEqual([ONE, TWO]);
      await expect
        .poll(
          async () => {
            await at.runner.sweep();
            return (await at.run(planned.id)).state;
          },
          { timeout: 60_000, interval: 500 },
        )
        .toBe('suspended');
      await at.runner.change(planned.id, new AbortController().signal);
      const ended = await at.run(planned.id);
      expect(ended).toMatchObject({ outcome: 'failed' });
      expect(stateOf(ended)).toBe('1 done, 2 done, 3 done, 7 done, 8 done');
      expect(await bothSwitched()).toEqual([
        ['closed', 'opened'],
        ['closed', 'opened'],
      ]);
      expect(await open()).toEqual([]);
    },
  );

  it('opens HAS on all hosts, says so, verifies it, and can be put back', LONG, async () => {
    const planned = await close();
    expect(planned).toMatchObject({ state: 'waiting', plan: { risk: 'dangerous' } });
    expect(planned.plan?.warning.en).toContain('anybody who reaches the page is let in');
    expect(planned.plan?.steps.map(({ kind }) => kind).join(' ')).toBe(
      'request wait request wait wait notify request request',
    );
    const done = await at.performed(planned);
    expect(done).toMatchObject({ outcome: 'done', buttons: [{ action: 'put-back' }] });
    expect(done.says?.en).toContain('verified');
    expect(await bothSwitched()).toEqual([['closed'], ['closed']]);
    expect(await page()).toBe(200);
    const again = await close();
    expect(again).toMatchObject({ outcome: 'refused' });
    expect(again.says?.en).toContain('HAS opens');
    const back = await at.puttingBack(done);
    expect(back.plan?.because.en).toContain('Undoes what run');
    expect(await at.performed(back)).toMatchObject({ outcome: 'done' });
    expect(await bothSwitched()).toEqual([['opened'], ['opened']]);
    expect(await open()).toEqual([]);
  });

  it(
    'calls people once IAM is back, for all hosts at once, with the button that undoes it',
    LONG,
    async () => {
      const closed = await at.performed(await close());
      expect(closed).toMatchObject({ outcome: 'done' });
      await nextLook();
      await at.runner.sweep();
      expect((await at.run(closed.id)).calls).toBeUndefined();
      await iam('mend');
      await expect
        .poll(
          async () => {
            await nextLook();
            await at.runner.sweep();
            return (await at.run(closed.id)).calls?.length;
          },
          { timeout: 60_000, interval: 500 },
        )
        .toBeGreaterThan(0);
      const { calls = [], buttons } = await at.run(closed.id);
      expect(calls[0]?.says.en).toContain(`HAS lets anybody in without IAM (${ONE}, ${TWO})`);
      expect(calls[0]?.says.en).toContain('no longer needed');
      const button = buttons.find(({ action }) => action === 'close');
      const closes = openingOf(closed, button?.arg)?.closeBy;
      expect(closes).toEqual({ playbook: 'open-has-iam', args: {} });

      // Versions spell the request differently.
      await at.practice.estate.break('openiam-spelled-otherwise');
      const planned = await at.planned('open-has-iam', {});
      const [first] = planned.plan?.steps ?? [];
      expect(first && shownStep(first).text.en).toBe(
        [
          'curl -X GET \\',
          'http://localhost:8080/api/common/openiam',
          '# only where that is answered with 404:',
          'curl -X GET \\',
          'http://localhost:8080/api/common/openIam',
        ].join('\n'),
      );
      await bothSwitched();
      const waits = await at.performed(planned);
      expect(waits).toMatchObject({ waiting: { for: 'person' } });
      expect(await at.saidDone(waits)).toMatchObject({ outcome: 'done' });
      expect(await bothSwitched()).toEqual([['opened'], ['opened']]);
      expect(await open()).toEqual([]);
      expect(await page()).toBe(200);
      expect(await at.fresh.store.audit.verify()).toMatchObject({ problems: [] });
    },
  );
});
