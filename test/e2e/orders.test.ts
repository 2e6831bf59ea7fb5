import { readFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { ask, nothingToConfirm, plan, press, runInState, threadOnce, toldAlone } from './acting.ts';
import { onPractice } from './on-practice.ts';

const DEAD = 'CNHZ_58201812212200583197';
const BLOCKED = 'r1_201905070600112';
const STUCK = 'r1_201905060583197';
const ENGINE_LOG = 'home/admin/logs/acopswareorchestration/common-default.log';

const on = onPractice('e2e-orders', { estate: { beatMs: 300 } });

const locksOf = (order: string) =>
  on.keep.rows('select * from opswareorchestration.control_lock where time_series_id = ? order by id', [
    order,
  ]);
const decisions = (run: string) =>
  on.keep.rows('select actor_name, action, decision from fettle_audit.audit where run_id = ? order by n', [
    run,
  ]);

describe.concurrent('a release order that needs no mending', { timeout: 60_000 }, () => {
  it('is told which order blocks it, with the command to type', async () => {
    const asked = await ask(on.practice, `/unstick ${BLOCKED}`);
    const text = await threadOnce(on.client, asked, /not carried out/);
    expect(text).toContain(`blocked by ${DEAD}`);
    expect(text).toContain(`/unstick ${DEAD}`);
    expect(text).not.toContain('[Confirm]');
  });

  it('is not known, and the near ones are offered', async () => {
    const asked = await ask(on.practice, '/unstick r1_201905060583198');
    const text = await threadOnce(on.client, asked, /not carried out/);
    expect(text).toContain('There is no release order r1_201905060583198');
    expect(text).toContain(`/unstick ${STUCK}`);
  });

  it('moves by itself, so nothing is offered', async () => {
    await on.practice.estate.break('order-moving');
    const moves = async (): Promise<unknown> =>
      (await on.keep.rows('select sum(REV_) as moves from opswareorchestration.act_ru_execution'))[0]?.[
        'moves'
      ];
    const first = await moves();
    await vi.waitUntil(async () => (await moves()) !== first, { timeout: 30_000, interval: 100 });
    const asked = await ask(on.practice, '/unstick r1_201905070930555');
    const text = await threadOnce(on.client, asked, /not carried out/);
    expect(text).toContain('It is not stuck; nothing is done');
    expect(text).not.toContain('[Confirm]');
  });

  it('is found in a pasted release link', async () => {
    const asked = await plan(
      on.practice,
      `/unstick https://release.practice.example/detail?tab=1&order=${STUCK}`,
    );
    await press(on.client, asked, 'Cancel');
    expect(await threadOnce(on.client, asked, /Cancelled by/)).toContain('Nothing was changed');
  });

  it('is asked for when the words hold none', async () => {
    const after = await on.client.now();
    await on.client.type('U0ZHAO', 'C0OPS', '/unstick the release of yesterday');
    expect(await toldAlone(on.client, 'U0ZHAO', after)).toContain('holds no release order number');
  });
});

describe('the locks of a dead order', { timeout: 80_000 }, () => {
  it('stay when a viewer or a guest presses Confirm, go once when two operators press it at once, and can be put back', async () => {
    const before = await locksOf(DEAD);
    expect(before).toHaveLength(2);
    const asked = await plan(on.practice, `/unstick ${DEAD}`);
    const shown = await on.client.text({ as: 'U0LIN', channel: asked.channel, threadTs: asked.ts });
    for (const lock of before) expect(shown).toContain(`id = '${String(lock['id'])}'`);

    for (const [who, says] of [
      ['U0CHEN', 'Only operator or approver may confirm'],
      ['U0GUO', 'only answers members'],
    ] as const) {
      const after = await on.client.now();
      await press(on.client, asked, 'Confirm', who);
      expect(await toldAlone(on.client, who, after)).toContain(says);
    }
    expect(await locksOf(DEAD)).toEqual(before);

    const after = await on.client.now();
    await Promise.all(['U0LIN', 'U0ZHAO'].map((who) => press(on.client, asked, 'Confirm', who)));
    await threadOnce(on.client, asked, /Done and verified/);
    const late = await on.client.waitForMessage({ channel: 'C0OPS', says: /already/ }, { after });
    expect(['U0LIN', 'U0ZHAO']).toContain(late.only_for);
    expect(await locksOf(DEAD)).toEqual([]);
    const run = await runInState(on.keep, `/unstick ${DEAD}`, 'ended');
    const went = await decisions(run);
    expect(went.filter((row) => row['action'] === 'confirm' && row['decision'] === 'run')).toHaveLength(1);
    expect(went.filter((row) => String(row['action']).includes('step done'))).toHaveLength(1);

    await expect
      .poll(
        async () =>
          (
            await on.keep.rows('select status from opswareapiserver.ops_plan where time_series_id = ?', [
              BLOCKED,
            ])
          )[0],
        { timeout: 20_000 },
      )
      .toEqual({ status: 'SUCCESS' });

    const then = await on.client.now();
    await press(on.client, asked, 'Roll back');
    const back = await on.client.waitForMessage(
      { channel: 'C0OPS', says: /"action_id":"fettle:confirm/ },
      { after: then, timeoutMs: 30_000 },
    );
    const rollback = { channel: 'C0OPS', ts: back.thread_ts ?? back.ts, after: then };
    expect(await locksOf(DEAD)).toEqual([]);
    await press(on.client, rollback, 'Confirm', 'U0ZHAO');
    await threadOnce(on.client, rollback, /Done and verified/);
    expect(await locksOf(DEAD)).toEqual(before);
  });

  it('stay when a row changed after the plan was shown, and the difference is named', async () => {
    const order = 'CNHZ_58201812212200583290';
    await on.practice.estate.break('order-blocked', order);
    const asked = await plan(on.practice, `/unstick ${order}`);
    await on.keep.change(
      "update opswareorchestration.control_lock set namespace = '0099999999' where time_series_id = ? limit 1",
      [order],
    );
    const changed = await locksOf(order);
    await press(on.client, asked, 'Confirm');
    const text = await threadOnce(on.client, asked, /state changed since the preview/);
    expect(text).toContain('0099999999');
    expect(await locksOf(order)).toEqual(changed);
  });

  it('stay after Cancel, and a Confirm that comes too late says so', async () => {
    const order = 'CNHZ_58201812212200583391';
    await on.practice.estate.break('order-blocked', order);
    const before = await locksOf(order);
    const asked = await plan(on.practice, `/unstick ${order}`);
    await on.client.inject({ kind: '429', method: 'chat.update', times: 50, retryAfter: 1 });
    await press(on.client, asked, 'Cancel');
    await runInState(on.keep, `/unstick ${order}`, 'ended');
    const after = await on.client.now();
    await press(on.client, asked, 'Confirm', 'U0ZHAO');
    expect(await toldAlone(on.client, 'U0ZHAO', after)).toContain(
      'This was cancelled by Lin Wei; nothing was changed',
    );
    await on.client.clearFaults();
    await threadOnce(on.client, asked, /Cancelled by Lin Wei/);
    await nothingToConfirm(on.client, asked);
    expect(await locksOf(order)).toEqual(before);
  });

  it('stay when the time for Confirm is over', async () => {
    const order = 'CNHZ_58201812212200583492';
    await on.practice.estate.break('order-blocked', order);
    const before = await locksOf(order);
    const asked = await plan(on.practice, `/unstick ${order}`);
    const run = await runInState(on.keep, `/unstick ${order}`, 'waiting');
    await on.keep.change(
      "update fettle.run set not_after = '2019-01-01 00:00:00.000', body = json_set(body, '$.notAfter', '2019-01-01T00:00:00.000Z') where id = ?",
      [run],
    );
    const after = await on.client.now();
    await press(on.client, asked, 'Confirm');
    expect(await toldAlone(on.client, 'U0LIN', after)).toContain('The time for Confirm is over');
    await threadOnce(on.client, asked, /Nobody confirmed in time/);
    await nothingToConfirm(on.client, asked);
    expect(await locksOf(order)).toEqual(before);
  });
});

describe('the stuck tasks of an order', { timeout: 80_000 }, () => {
  it('get no signal when one of them moved after the plan was shown', async () => {
    const order = 'r1_201905060583555';
    await on.practice.estate.break('order-stuck', order);
    const asked = await plan(on.practice, `/unstick ${order}`);
    const [task] = await on.keep.rows(
      `select e.ID_ as id from opswareorchestration.act_ru_execution e join opswareorchestration.act_ru_execution p
       on p.ID_ = e.PARENT_ID_ where p.BUSINESS_KEY_ = ? order by e.ID_ limit 1`,
      [order],
    );
    await on.keep.change('update opswareorchestration.act_ru_execution set REV_ = REV_ + 1 where ID_ = ?', [
      String(task?.['id']),
    ]);
    const sent = on.practice.estate.signals().length;
    await press(on.client, asked, 'Confirm');
    const text = await threadOnce(on.client, asked, /state changed since the preview/);
    expect(text).toMatch(/revision: "2" → "3"/);
    expect(on.practice.estate.signals()).toHaveLength(sent);
  });

  it('get one signal each, and the log of the service shows them going on', async () => {
    const sent = on.practice.estate.signals().length;
    const asked = await plan(on.practice, `/unstick ${STUCK}`);
    await press(on.client, asked, 'Confirm');
    await threadOnce(on.client, asked, /Done and verified/);
    const signals = on.practice.estate.signals().slice(sent);
    expect(signals.map(({ executionId, accepted }) => [executionId, accepted])).toEqual([
      ['10382305', true],
      ['10382311', true],
    ]);
    const engine = on.practice.estate.hosts.find(({ app }) => app === 'acopswareorchestration');
    const log = () => readFile(`/proc/${engine?.pid}/root/${ENGINE_LOG}`, 'utf8');
    await expect.poll(log, { timeout: 20_000 }).toContain(`order ${STUCK} finished`);
    for (const id of ['10382305', '10382311'])
      expect(await log()).toMatch(new RegExp(`execution ${id} on [\\d.]+: /home/admin/bin/deploy_v2.py`));
  });

  it('are not even planned for while an app of the release platform is unwell', async () => {
    await on.practice.estate.break('deps-app-unhealthy');
    const asked = await ask(on.practice, '/unstick r1_201905060583555');
    const text = await threadOnce(on.client, asked, /not carried out/);
    expect(text).toContain('The environment check failed.');
    expect(text).not.toContain('[Confirm]');
    await on.practice.estate.mend('deps-app-unhealthy');
  });
});
