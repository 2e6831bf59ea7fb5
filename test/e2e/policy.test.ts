import { readFile, rename, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { plan, press, ready, threadOnce, toldAlone } from './acting.ts';
import { onPractice } from './on-practice.ts';

/** A release order whose tasks are stuck. */
const STUCK = 'r1_201905060583197';
/** One whose locks others wait for. */
const DEAD = 'CNHZ_58201812212200583197';
/** Seconds within which a change of a file must count. */
const SECONDS = 8;

const people = {
  lin: { name: 'Lin Wei', slack: 'U0LIN' },
  zhao: { name: 'Zhao Min', slack: 'U0ZHAO' },
  chen: { name: 'Chen Bo', slack: 'U0CHEN' },
};
const roles = { operator: ['lin', 'chen'], approver: ['zhao'] };
const rule = { approvals: 1, roles: ['approver'], self: false };
const policy = {
  people,
  roles,
  allow: [
    { roles: ['operator', 'approver'], actions: ['inspect'] },
    { roles: ['operator'], actions: ['change'] },
    { roles: ['approver'], actions: ['confirm'] },
  ],
  confirm: { low: rule, risky: rule, dangerous: rule },
};

const on = onPractice('e2e-policy', { policy, environment: 'production', schedules: [] });

const file = () => path.join(on.practice.folder, 'policy.yaml');
/** As an editor or a deployment does it: at once. */
async function put(text: string): Promise<void> {
  await writeFile(`${file()}.new`, text);
  await rename(`${file()}.new`, file());
}
const versions = async (): Promise<readonly string[]> =>
  (
    await on.keep.rows(
      "select json_value(facts, '$.to') as v from fettle_audit.audit where action = 'policy changed' order by n",
    )
  ).map(({ v }) => String(v));

/** Resolves when bot and worker both go by the version that is the nth newest of all. */
async function everywhere(nth: number): Promise<void> {
  await expect
    .poll(
      async () => {
        const newest = (await versions())[nth - 1];
        const logs = await Promise.all(
          ['bot.log', 'worker.log'].map((log) => readFile(path.join(on.practice.folder, log), 'utf8')),
        );
        return newest !== undefined && logs.every((log) => log.includes(`→ ${newest}`));
      },
      { timeout: SECONDS * 1000, interval: 100 },
    )
    .toBe(true);
}

describe('policy.yaml while Fettle runs', { timeout: 120_000 }, () => {
  it('takes a right away within seconds: nothing is asked, confirmed or performed by it any more', async () => {
    const waiting = await plan(on.practice, `/unstick ${STUCK}`);
    const [first] = await versions();
    await put(stringify({ ...policy, roles: { ...roles, operator: ['chen'] } }));
    await everywhere(2);
    const after = await on.client.now();
    await on.client.type('U0LIN', 'C0OPS', '/inspect mq');
    expect(await toldAlone(on.client, 'U0LIN', after)).toContain('You have no rights in Fettle');

    const pressing = await on.client.now();
    await press(on.client, waiting, 'Confirm', 'U0ZHAO');
    expect(await toldAlone(on.client, 'U0ZHAO', pressing)).toContain('Lin Wei may not ask for this any more');
    expect(on.practice.estate.signals()).toEqual([]);
    const lines = await on.keep.rows(
      `select decision, json_value(facts, '$.policy') as policy from fettle_audit.audit
       where action in ('ask', 'confirm') order by n desc limit 2`,
    );
    const [, now] = await versions();
    expect(lines).toEqual([
      { decision: 'no', policy: now },
      { decision: 'no', policy: now },
    ]);
    expect(now).not.toBe(first);
  });

  it('refuses a version with mistakes, says so where people look, and goes by the one before', async () => {
    await put(
      stringify({
        ...policy,
        deny: [
          { roles: ['operator'], actions: ['inspect'], systems: ['IAMM'], because: { en: 'x', zh: 'x' } },
        ],
      }),
    );
    const said = await expectNote(/IAMM.* is no system \(near: IAM/);
    expect(said).toContain('"ready":true');
    const log = await readFile(path.join(on.practice.folder, 'bot.log'), 'utf8');
    expect(log.split('\n').filter((line) => line.includes('is refused'))).toHaveLength(1);
    const after = await on.client.now();
    await on.client.type('U0LIN', 'C0OPS', '/inspect mq');
    expect(await toldAlone(on.client, 'U0LIN', after)).toContain('You have no rights in Fettle');
    await put(stringify({ ...policy, roles: { ...roles, operator: ['chen'] } }));
    await expect
      .poll(() => readyz(on.practice.health.bot), { timeout: SECONDS * 1000 })
      .not.toContain('notes');
  });

  it('gives a right within seconds, and the claim of the change bears the version that allowed it', async () => {
    await put(stringify(policy));
    await everywhere(3);
    const waiting = await plan(on.practice, `/unstick ${STUCK}`);
    await press(on.client, waiting, 'Confirm', 'U0ZHAO');
    await threadOnce(on.client, waiting, /Done and verified/);
    const [claimed] = await on.keep.rows(
      "select json_value(facts, '$.policy') as policy from fettle_audit.audit where action = 'run claimed' order by n desc limit 1",
    );
    expect(claimed).toEqual({ policy: (await versions()).at(-1) });
  });

  it('performs no change while another process goes by a newer version, and confirms none', async () => {
    const waiting = await plan(on.practice, `/unstick ${DEAD}`);
    const [row] = await on.keep.rows('select version from fettle.policy_newest');
    await on.keep.change(
      "update fettle.policy_newest set version = 'feedbeefcafe', modified_at = now(3) + interval 1 hour",
    );
    const pressing = await on.client.now();
    await press(on.client, waiting, 'Confirm', 'U0ZHAO');
    expect(await toldAlone(on.client, 'U0ZHAO', pressing)).toContain('This process has an older policy');
    await expectNote(/the newest is feedbeefcafe; no change is performed/);

    // Another process confirms: nobody here performs it.
    await on.keep.change(
      `update fettle.run set state = 'approved', body = json_set(body, '$.state', 'approved')
       where state = 'waiting'`,
    );
    const performed = async () =>
      on.keep.rows(
        `select 1 from fettle_audit.audit a join fettle.run r on r.id = a.run_id
         where a.action = 'run claimed' and json_value(r.body, '$.typed') = ?`,
        [`/unstick ${DEAD}`],
      );
    const workerLog = async () => readFile(path.join(on.practice.folder, 'worker.log'), 'utf8');
    await expect.poll(workerLog, { timeout: 20_000 }).toContain('a change was not begun here');
    expect(await performed()).toEqual([]);

    // The owner touches the file that is to count.
    await on.keep.change('update fettle.policy_newest set modified_at = now(3) - interval 1 minute');
    await utimes(file(), new Date(), new Date());
    await expect
      .poll(() => on.keep.rows('select version from fettle.policy_newest'), { timeout: 15_000 })
      .toEqual([row]);
    await expect.poll(() => readyz(on.practice.health.bot), { timeout: 15_000 }).not.toContain('notes');
  });

  it('reads the inventory again: a host that is gone is no longer asked', async () => {
    const at = path.join(on.practice.folder, 'inventory.yaml');
    const inventory = parse(await readFile(at, 'utf8')) as {
      apps: Record<string, { hosts: { name: string }[] }>;
    };
    const broker = inventory.apps['msgbroker'];
    if (!broker) throw new Error('no broker');
    const gone = broker.hosts.pop()?.name ?? '';
    await writeFile(at, stringify(inventory));
    await expect
      .poll(
        async () => {
          const after = await on.client.now();
          await on.client.type('U0CHEN', 'C0OPS', `/inspect ${gone}`);
          return toldAlone(on.client, 'U0CHEN', after).catch(() => '');
        },
        { timeout: 30_000, interval: 500 },
      )
      .toContain('msgbroker-1');
  });
});

const readyz = async (health: string): Promise<string> => (await fetch(`${health}/readyz`)).text();

async function expectNote(pattern: RegExp): Promise<string> {
  await expect.poll(() => readyz(on.practice.health.bot), { timeout: SECONDS * 1000 }).toMatch(pattern);
  await expect.poll(() => readyz(on.practice.health.worker), { timeout: SECONDS * 1000 }).toMatch(pattern);
  return ready(on.practice.health.bot, 200);
}
