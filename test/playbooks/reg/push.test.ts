import { describe, expect, it } from 'vitest';
import pushResume from '../../../playbooks/reg/push-resume.ts';
import pushStop from '../../../playbooks/reg/push-stop.ts';
import {
  type CheckAnswer,
  type CheckRef,
  type Look,
  shownStep,
  type Step,
  words,
} from '../../../src/kit/index.ts';
import { appOf, estateOf } from '../../support/estates.ts';
import { captured } from '../../support/captured.ts';

const METAS = ['meta-1', 'meta-2', 'meta-3'];
const estate = (version: 'v5' | 'v6' = 'v5') =>
  estateOf({
    apps: [appOf('metaserver', 'REG', { hosts: [...METAS, 'meta-b'], ports: { 9615: 9715 } })],
    hosts: [...METAS.map((name) => ({ name, site: 'a' })), { name: 'meta-b', site: 'b' }].map((host) => ({
      ...host,
      app: 'metaserver',
      address: '127.0.0.1',
      port: 22,
    })),
    options: { REG: { version, clusters: 'per-site' } },
  });

type State = CheckAnswer['state'];
/** Eyes that see push as it is said, by host, and everything else well unless it is named. */
function eyes(
  push: Readonly<Record<string, State>>,
  over: Readonly<Record<string, State>> = {},
  version: 'v5' | 'v6' = 'v5',
): Look {
  const answer = (ref: CheckRef): CheckAnswer => {
    const host = 'host' in ref.on ? ref.on.host : undefined;
    const state = ref.check === 'push-switch' ? (push[host ?? ''] ?? 'unknown') : (over[ref.check] ?? 'ok');
    return {
      ref,
      ...(host === undefined ? {} : { host }),
      state,
      says: words(`${ref.check} ${state}`, state),
      evidence: captured(''),
      title: words(ref.check, ref.check),
      rows: [],
      command: captured(''),
    };
  };
  return {
    estate: estate(version),
    checks: async ({ refs }: { refs: readonly CheckRef[] }) => refs.map(answer),
  } as unknown as Look;
}
const all = (state: State): Readonly<Record<string, State>> =>
  Object.fromEntries(METAS.map((name) => [name, state]));
const stepsOf = (prepared: Awaited<ReturnType<typeof pushStop.prepare>>): readonly Step[] => {
  if (!prepared.ok) throw new Error(prepared.because.en);
  return prepared.course.stages.flatMap(({ lanes }) => lanes.flatMap(({ steps }) => steps));
};
const stop = (look: Look, args: object = {}) =>
  pushStop.prepare({ cluster: 'a', reason: 'replace meta-3', ...args }, look);
const resume = (look: Look) => pushResume.prepare({ cluster: 'a' }, look);

describe('push-stop', () => {
  it('stops at one meta server, reads back on all of them, says so, and leaves word that it must be resumed', async () => {
    const [request, check, notify, ...more] = stepsOf(await stop(eyes(all('ok')), { minutes: 45 }));
    expect(more).toEqual([]);
    expect(request).toMatchObject({
      kind: 'request',
      from: { host: 'meta-1' },
      method: 'GET',
      url: 'http://localhost:9715/stopPushDataSwitch/open',
      opens: {
        bracket: 'push-stopped',
        where: 'a',
        minutes: 45,
        closeBy: { playbook: 'push-resume', args: { cluster: 'a' } },
      },
    });
    expect(check).toMatchObject({
      kind: 'check',
      conditions: METAS.map((host) => ({ kind: 'page', host, has: '"pushSwitch":"closed"' })),
    });
    expect(notify).toMatchObject({ kind: 'notify', to: 'thread' });
  });

  it('never shows the word of the address as what it does', async () => {
    for (const [steps, wrong] of [
      [stepsOf(await stop(eyes(all('ok')))), /\bopen/i],
      [stepsOf(await resume(eyes(all('critical')))), /\bclose/i],
    ] as const)
      for (const step of steps) {
        expect(`${step.title.en} ${step.opens?.says.en ?? ''}`).not.toMatch(wrong);
        const text = step.kind === 'request' ? '' : shownStep(step).text.en;
        expect(text.replace(/"pushSwitch":"\w+"/g, '')).not.toMatch(/stopPushDataSwitch/);
      }
  });

  it('knows the answer of version 6', async () => {
    const [, check] = stepsOf(await stop(eyes(all('ok'), {}, 'v6')));
    expect(check).toMatchObject({ conditions: METAS.map(() => ({ has: '"stopPush":"true"' })) });
  });

  it.each<[string, Readonly<Record<string, State>>, Readonly<Record<string, State>>, string]>([
    ['stopped already', all('critical'), {}, 'not-needed'],
    ['one does not say', { ...all('ok'), 'meta-2': 'unknown' }, {}, 'unsafe'],
    ['one is not asked', { 'meta-1': 'ok' }, {}, 'unsafe'],
    ['they contradict each other', { ...all('ok'), 'meta-2': 'critical' }, {}, 'unsafe'],
    ['no leader', all('ok'), { leader: 'critical' }, 'unsafe'],
    ['nobody knows whether there is a quorum', all('ok'), { 'meta-quorum': 'unknown' }, 'unsafe'],
  ])('does not stop it when %s', async (_, push, over, reason) => {
    expect(await stop(eyes(push, over))).toMatchObject({ ok: false, reason });
  });

  it('refuses a cluster that is none, no reason, and too many minutes', async () => {
    expect(await pushStop.prepare({ cluster: 'elsewhere', reason: 'why' }, eyes({}))).toMatchObject({
      reason: 'not-found',
    });
    expect(await stop(eyes(all('ok')), { reason: ' ' })).toMatchObject({ reason: 'bad-arguments' });
    expect(await stop(eyes(all('ok')), { minutes: 121 })).toMatchObject({ reason: 'bad-arguments' });
  });

  it('can be put back by the steps that resume it', async () => {
    const prepared = await stop(eyes(all('ok')));
    expect(prepared.ok && prepared.rollback).toEqual(stepsOf(await resume(eyes(all('critical')))));
  });

  it('is verified only by every meta server that says so', async () => {
    const prepared = await stop(eyes(all('ok')));
    const [verification] = prepared.ok ? prepared.verify : [];
    const state = async (push: Readonly<Record<string, State>>) =>
      (await verification?.look(eyes(push)))?.state;
    expect(await state(all('critical'))).toBe('ok');
    expect(await state(all('ok'))).toBe('critical');
    expect(await state({ ...all('critical'), 'meta-3': 'unknown' })).toBe('unknown');
    expect(await state({ ...all('critical'), 'meta-3': 'ok' })).toBe('unknown');
  });
});

describe('push-resume', () => {
  it('resumes at one meta server, reads back on all of them, and closes what was opened', async () => {
    const [request, check] = stepsOf(await resume(eyes(all('critical'))));
    expect(request).toMatchObject({
      url: 'http://localhost:9715/stopPushDataSwitch/close',
      closes: { bracket: 'push-stopped', where: 'a' },
    });
    expect(check).toMatchObject({ conditions: METAS.map((host) => ({ host, has: '"pushSwitch":"open"' })) });
  });

  it('says that it is not needed where push is on', async () => {
    expect(await resume(eyes(all('ok')))).toMatchObject({ ok: false, reason: 'not-needed' });
  });

  it.each(['ok', 'unknown'] as const)(
    'does not resume where one says %s while the others have stopped',
    async (state) => {
      expect(await resume(eyes({ ...all('critical'), 'meta-2': state }))).toMatchObject({
        ok: false,
        reason: 'unsafe',
      });
    },
  );

  it.each(['leader', 'meta-quorum', 'data-quorum', 'data-health', 'session-health'])(
    'does not resume while %s is not green, or nobody knows: empty lists would be pushed',
    async (check) => {
      for (const state of ['critical', 'warning', 'unknown'] as const)
        expect(await resume(eyes(all('critical'), { [check]: state }))).toMatchObject({
          ok: false,
          reason: 'unsafe',
        });
    },
  );
});
