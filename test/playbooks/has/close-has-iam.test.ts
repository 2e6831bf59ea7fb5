import { describe, expect, it } from 'vitest';
import closeHasIam from '../../../playbooks/has/close-has-iam.ts';
import openHasIam from '../../../playbooks/has/open-has-iam.ts';
import {
  type CheckAnswer,
  type CheckState,
  type Contact,
  type ContainerSeen,
  type Look,
  NOTHING_CAPTURED,
  type PageReply,
  words,
} from '../../../src/kit/index.ts';
import { lookOf } from '../../support/blind-look.ts';
import { appOf, estateOf } from '../../support/estates.ts';

const HOSTS = ['has-1', 'has-2'] as const;

interface Seen {
  /** By check; ok where nothing is said. */
  readonly checks?: Readonly<Record<string, CheckState>>;
  /** The page by host; 503 where nothing is said. */
  readonly pages?: Readonly<Record<string, number | undefined>>;
  readonly container?: ContainerSeen['state'];
  readonly contact?: Contact;
  readonly iam?: boolean;
}

function eyes({ checks = {}, pages = {}, container = 'unknown', contact, iam = true }: Seen): Look {
  const iamApps = iam ? [appOf('aciamweb', 'IAM'), appOf('aciamcore', 'IAM')] : [];
  return lookOf({
    estate: estateOf({
      apps: [appOf('acmangkhut', 'HAS', { hosts: [...HOSTS], ports: { 8080: 8888 } }), ...iamApps],
      hosts: HOSTS.map((name) => ({ name, app: 'acmangkhut', site: 'a', address: '10.0.0.1', port: 22 })),
      contacts: contact ? { security: contact } : {},
    }),
    checks: async ({ refs }) =>
      refs.map(
        (ref): CheckAnswer => ({
          ref,
          host: 'app' in ref.on ? `${ref.on.app}-1` : ref.on.host,
          state: checks[ref.check] ?? 'ok',
          says: words(`${ref.check} seen`, '所见'),
          evidence: NOTHING_CAPTURED,
          title: words(ref.check, ref.check),
          rows: [],
          command: NOTHING_CAPTURED,
        }),
      ),
    page: async ({ host, url }): Promise<PageReply> => {
      expect(url).toBe('http://localhost:8888/');
      const status = host in pages ? pages[host] : 503;
      const says = words(`it answers ${status}`, `返回 ${status}`);
      return { holds: status === 200, says, ...(status === undefined ? {} : { status, body: '' }) };
    },
    containers: async ({ hosts }) =>
      hosts.map((host): ContainerSeen => ({ host, state: container, says: words('seen', '所见') })),
  });
}

const DOWN = { health: 'critical', 'product-page': 'critical' } as const;
const ARGS = { reason: 'IAM down since 09:12' };
const close = (seen: Seen, args: object = {}) => closeHasIam.prepare({ ...ARGS, ...args }, eyes(seen));
const open = (seen: Seen, args: object = {}) => openHasIam.prepare(args, eyes(seen));

describe('close-has-iam', () => {
  it.each<[string, Seen, string, string]>([
    ['IAM is well', { checks: { 'product-page': 'critical' } }, 'not-needed', 'IAM is well'],
    ['HAS opens', { checks: { health: 'critical' } }, 'not-needed', 'HAS opens'],
    [
      'nobody can tell how HAS is',
      { checks: { health: 'critical', 'product-page': 'unknown' } },
      'unsafe',
      'not certain that HAS does not open',
    ],
    [
      'nobody can tell how IAM is',
      { checks: { ...DOWN, health: 'unknown', 'web-ports': 'unknown', 'core-ports': 'unknown' } },
      'unsafe',
      'not certain that IAM is down',
    ],
    [
      'IAM is only slow',
      { checks: { ...DOWN, health: 'warning' } },
      'unsafe',
      'not certain that IAM is down',
    ],
    [
      'one host does not answer',
      { checks: DOWN, pages: { 'has-2': undefined } },
      'unsafe',
      'All hosts or none, and not every one answers: has-2',
    ],
    ['the inventory has no IAM', { checks: DOWN, iam: false }, 'not-found', 'no app of IAM'],
  ])('is refused when %s', async (_, seen, reason, says) => {
    const refused = await close(seen);
    expect(refused).toMatchObject({ ok: false, reason });
    expect(refused.because.en).toContain(says);
  });

  it('believes that IAM is down by its ports, and by containers that have stopped where no host answers', async () => {
    expect(await close({ checks: { ...DOWN, health: 'unknown', 'core-ports': 'critical' } })).toMatchObject({
      ok: true,
    });
    const silent = { ...DOWN, health: 'unknown', 'web-ports': 'unknown', 'core-ports': 'unknown' } as const;
    expect(await close({ checks: silent, container: 'stopped' })).toMatchObject({ ok: true });
    for (const container of ['running', 'busy', 'abnormal', 'unknown'] as const)
      expect(await close({ checks: silent, container })).toMatchObject({ ok: false, reason: 'unsafe' });
  });

  it('needs a reason of some words, and 1 to 12 hours', async () => {
    for (const args of [{ reason: 'IAM' }, { reason: undefined }, { hours: 0 }, { hours: 13 }])
      expect(await close({ checks: DOWN }, args)).toMatchObject({ reason: 'bad-arguments' });
  });

  it('writes down for each host until when, and has it asked whether IAM is back', async () => {
    const prepared = await close({ checks: DOWN }, { hours: 2 });
    if (!prepared.ok) throw new Error(prepared.because.en);
    const steps = prepared.course.stages.flatMap(({ lanes }) => lanes.flatMap((lane) => lane.steps));
    expect(
      steps.flatMap(({ opens }) => (opens ? [[opens.where, opens.minutes, opens.everyMinutes]] : [])),
    ).toEqual([
      ['has-1', 120, 15],
      ['has-2', 120, 15],
    ]);
    expect(steps[0]?.opens?.callWhen).toMatchObject({
      checks: [
        { check: 'health', on: { app: 'aciamweb' } },
        { check: 'health', on: { app: 'aciamcore' } },
      ],
    });
    expect(prepared.course.always?.map(({ when }) => when)).toEqual(['not-done', 'not-done']);
  });

  it.each<[string, Contact | undefined, number, string]>([
    ['in Slack', { channel: 'C1' }, 2, 'anybody who reaches the page is let in'],
    ['by phone', { phone: '110' }, 1, 'Call security yourself: 110.'],
    ['nowhere', undefined, 1, 'tell security yourself'],
  ])('tells security %s', async (_, contact, told, says) => {
    const prepared = await close({ checks: DOWN, ...(contact ? { contact } : {}) });
    if (!prepared.ok) throw new Error(prepared.because.en);
    const steps = prepared.course.stages.flatMap(({ lanes }) => lanes.flatMap((lane) => lane.steps));
    expect(steps.filter(({ kind }) => kind === 'notify')).toHaveLength(told);
    expect(prepared.warning.en).toContain(says);
  });
});

describe('open-has-iam', () => {
  it('is refused while IAM is not well, or one host does not answer', async () => {
    for (const health of ['critical', 'warning', 'unknown'] as const)
      expect(await open({ checks: { health } })).toMatchObject({
        reason: 'unsafe',
        instead: [{ command: '/run open-has-iam reason="security before availability"' }],
      });
    const silent = await open({ pages: { 'has-1': undefined } });
    expect(silent).toMatchObject({ ok: false, reason: 'unsafe' });
  });

  it('without IAM is verified by every host that lets nobody in', async () => {
    const checks = { health: 'critical' } as const;
    const prepared = await open({ checks }, { reason: 'security before availability' });
    if (!prepared.ok) throw new Error(prepared.because.en);
    const [verification] = prepared.verify;
    const state = async (seen: Seen) => (await verification?.look(eyes({ checks, ...seen })))?.state;
    expect(await state({})).toBe('ok');
    expect(await state({ pages: { 'has-2': 302 } })).toBe('ok');
    expect(await state({ pages: { 'has-2': 200 } })).toBe('critical');
    expect(await state({ pages: { 'has-2': undefined } })).toBe('unknown');
    expect(await state({ checks: {}, pages: { 'has-2': 200 } })).toBe('ok');
  });
});
