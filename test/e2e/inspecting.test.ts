import { describe, expect, it, onTestFinished } from 'vitest';
import type { Run } from '../../src/runs/run.ts';
import { ask, type Asked, press, ready, runInState, threadOnce, toldAlone } from './acting.ts';
import { onPractice } from './on-practice.ts';

const on = onPractice('e2e-inspecting');

async function runOf(typed: string, state: Run['state'] = 'ended'): Promise<Run> {
  const id = await runInState(on.keep, typed, state);
  const [row] = await on.keep.rows('select body from fettle.run where id = ?', [id]);
  return JSON.parse(String(row?.['body'])) as Run;
}
const auditOf = (id: string) =>
  on.keep.rows('select action, actor_name, facts from fettle_audit.audit where run_id = ? order by n', [id]);
const evidence = /"action_id":"fettle:evidence/;

describe('the form of /inspect', { timeout: 90_000 }, () => {
  it('finds hosts by any name, and its result comes as if it had been typed', async () => {
    const after = await on.client.now();
    await on.client.type('U0ZHAO', 'C0OPS', '/inspect');
    await on.client.waitFor((change) => change.type === 'view' && change.user === 'U0ZHAO', { after });
    const offered = await on.client.suggest('U0ZHAO', 'fettle-field', 'host', '控制台');
    expect(offered).toMatchObject({
      ok: true,
      answer: [{ value: 'msgconsole-1' }, { value: 'msgconsole-2' }],
    });
    expect(await on.client.submit('U0ZHAO', {})).toMatchObject({
      ok: false,
      errors: { system: expect.stringContaining('请至少选择一项') as string },
    });
    expect(await on.client.submit('U0ZHAO', { host: ['msgconsole-1', 'msgconsole-2'] })).toMatchObject({
      ok: true,
    });
    const run = await runOf('/inspect msgconsole-1, msgconsole-2');
    expect(run).toMatchObject({
      outcome: 'done',
      lang: 'zh',
      requestedBy: { name: 'Zhao Min' },
      ask: { scope: { kind: 'host', ids: ['msgconsole-1', 'msgconsole-2'] } },
    });
    await on.client.waitForMessage(
      { channel: 'C0OPS', says: /msgconsole-1、msgconsole-2 巡检\* — 未发现问题/ },
      { after },
    );
  });

  it('opens from the bot’s own page; the result comes into the direct conversation', async () => {
    await on.client.openHome('U0LIN');
    await on.client.waitFor((change) => change.type === 'home' && change.user === 'U0LIN');
    const after = await on.client.now();
    await on.client.pressIn('U0LIN', 'home', 'Inspect…');
    await on.client.waitFor((change) => change.type === 'view' && change.user === 'U0LIN', { after });
    await on.client.suggest('U0LIN', 'fettle-field', 'app', 'msgconsole');
    expect(await on.client.submit('U0LIN', { app: ['msgconsole'] })).toMatchObject({ ok: true });
    await on.client.waitForMessage(
      { channel: 'D0LIN', says: /nothing to report/ },
      { after, timeoutMs: 45_000 },
    );
  });
});

describe('Cancel', { timeout: 90_000 }, () => {
  it('stops within seconds what hangs, though Redis is away and no notification is heard', async () => {
    await on.practice.estate.break('host-slow', 'msgbroker-2');
    onTestFinished(async () => {
      await on.practice.estate.mend('host-slow');
      await on.practice.redis.start();
    });
    const asked = await ask(on.practice, '/inspect msgbroker');
    await threadOnce(on.client, asked, /3 of 4 hosts answered/);
    await on.practice.redis.stop();
    await ready(on.practice.health.worker, 503);
    const pressedAt = Date.now();
    await press(on.client, asked, 'Cancel', 'U0ZHAO');
    await threadOnce(on.client, asked, /cancelled by Zhao Min/);
    const run = await runOf('/inspect msgbroker');
    expect(Date.parse(run.endedAt ?? '') - pressedAt).toBeLessThan(20_000);
    expect(run).toMatchObject({ outcome: 'cancelled', cancelled: { by: { name: 'Zhao Min' } } });
    const fates = run.report?.stopped?.hosts ?? [];
    expect(fates.filter(({ fate }) => fate === 'answered')).toHaveLength(3);
    expect(fates.find(({ name }) => name === 'msgbroker-2')?.fate).toMatch(/^(closed|not-asked)$/);
    const text = await threadOnce(on.client, asked, /Hosts when it was cancelled/);
    expect(text).not.toContain('To look at in the console');
    expect(
      (await auditOf(run.id)).map(({ action, actor_name }) => `${String(action)} ${String(actor_name)}`),
    ).toEqual(['ask Lin Wei', 'cancel Zhao Min', 'inspected Fettle']);
    await on.practice.estate.mend('host-slow');
    await on.practice.redis.start();
    for (const health of Object.values(on.practice.health)) await ready(health, 200);
  });

  it('ends at once what is still in the queue, for good', async () => {
    await on.practice.redis.stop();
    await ready(on.practice.health.bot, 503);
    const asked = await ask(on.practice, '/inspect msgbroker-3');
    await threadOnce(on.client, asked, /"action_id":"fettle:cancel/);
    await press(on.client, asked, 'Cancel');
    await threadOnce(on.client, asked, /before it began\. No host was asked/);
    await on.practice.redis.start();
    await ready(on.practice.health.worker, 200);
    // Something that comes after it is done before it can be said that it was not.
    await threadOnce(on.client, await ask(on.practice, '/inspect msgbroker-4'), evidence);
    expect(await runOf('/inspect msgbroker-3')).toMatchObject({ outcome: 'cancelled' });
    expect(await runOf('/inspect msgbroker-3')).not.toHaveProperty('report');
  });
});

describe('what a person saw in a console', { timeout: 90_000 }, () => {
  let asked: Asked;
  const thread = (says: RegExp) => threadOnce(on.client, asked, says);

  it('is recorded by a click or a form, and counts', async () => {
    asked = await ask(on.practice, '/inspect mq');
    await thread(/"action_id":"fettle:record/);
    const spot = { as: 'U0ZHAO', channel: asked.channel, threadTs: asked.ts };
    await on.client.click(spot, 'In order');
    await thread(/\*in order\* · \*Custom monitoring\*/);
    const after = await on.client.now();
    await on.client.click(spot, 'Not in order…');
    await on.client.waitFor((change) => change.type === 'view' && change.user === 'U0ZHAO', { after });
    expect(await on.client.submit('U0ZHAO', { note: '' })).toMatchObject({
      ok: false,
      errors: { note: /required/ },
    });
    const seen = 'one broker is 退出, password=hunter22';
    expect(await on.client.submit('U0ZHAO', { note: seen, state: 'critical' })).toMatchObject({ ok: true });
    const text = await thread(/one broker is 退出/);
    expect(text).not.toContain('hunter22');
    await thread(/1 problem/);
    // The question has its buttons anew: the next click is on it.
    await thread(/\*critical\* · \*Custom monitoring\*/);
    const run = await runOf('/inspect mq');
    expect(run.report?.findings.filter((finding) => finding.seen)).toMatchObject([
      { check: 'custom-monitoring', state: 'critical', seen: { by: { name: 'Zhao Min' } } },
    ]);
  });

  it('is answered again, and every answer stays in the record', async () => {
    const spot = { as: 'U0CHEN', channel: asked.channel, threadTs: asked.ts };
    await on.client.click(spot, 'In order');
    await thread(/\*in order\* · \*Custom monitoring\*.*Chen Bo/);
    await expect.poll(() => on.client.text(spot)).toContain('nothing to report');
    const { id } = await runOf('/inspect mq');
    const recorded = (await auditOf(id)).filter(({ action }) => action === 'record');
    expect(recorded.map(({ actor_name }) => actor_name)).toEqual(['Zhao Min', 'Zhao Min', 'Chen Bo']);
    const facts = recorded.map((row) => String(row['facts']));
    expect(facts[1]).toContain('one broker is');
    expect(facts[2]).toContain('"before":');
    expect(facts.join()).not.toContain('hunter22');
  });

  it('stands beside the question in the next inspection, with who and how long ago', async () => {
    asked = await ask(on.practice, '/inspect mq');
    const text = await thread(/Last time: in order, Chen Bo, (just before|\d+ minutes? ago)/);
    expect(text).toContain('nothing to report');
    const after = await on.client.now();
    await on.client.click({ as: 'U0ZHAO', channel: asked.channel, threadTs: asked.ts }, 'Not in order…');
    await on.client.waitFor((change) => change.type === 'view' && change.user === 'U0ZHAO', { after });
    await on.client.submit('U0ZHAO', { note: 'two alerts', state: 'warning' });
    // Against the answer of the last time, as if it had been measured.
    await thread(/new: msgbroker · Custom monitoring: ok → warning/);
  });

  it('is not taken from a guest', async () => {
    const after = await on.client.now();
    await on.client.click({ as: 'U0GUO', channel: asked.channel, threadTs: asked.ts }, 'In order');
    expect(await toldAlone(on.client, 'U0GUO', after)).toContain('only answers members');
  });
});
