import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { onPage } from './on-page.ts';
import { onPractice } from './on-practice.ts';

const on = onPractice('e2e');
const screen = onPage(on, 30_000);
const { thread, shot, type } = screen;

/** Opens the thread of the newest message that says this. */
async function openThread(says: RegExp): Promise<void> {
  const row = screen.page.getByRole('listitem').filter({ hasText: says }).last();
  await row.getByRole('button', { name: /repl(y|ies)/ }).click();
  await thread().waitFor();
}

describe('a person in the workspace', { timeout: 90_000 }, () => {
  it('inspects a healthy message queue, watches the thread fill and opens the evidence', async () => {
    await type('/inspect mq');
    await screen.page.getByText('nothing to report').last().waitFor();
    await openThread(/nothing to report/);
    await thread().getByText('MQ console').first().waitFor();
    expect(await thread().getByRole('button', { name: 'Evidence' }).count()).toBe(2);
    await shot('inspect-healthy');
    await thread().getByRole('button', { name: 'Evidence' }).last().click();
    const answer = thread().getByText('checkService').last();
    await answer.waitFor();
    await answer.scrollIntoViewIfNeeded();
    await shot('inspect-evidence');
  });

  it('sees what is red, with the clause, and that it is new', async () => {
    await on.practice.estate.break('broker-process-down');
    await on.practice.estate.break('console-health-false');
    await type('/inspect mq');
    await screen.page
      .getByText(/\d problems/)
      .last()
      .waitFor();
    await openThread(/\d problems/);
    await thread().getByText('MQ-C06').last().waitFor();
    await thread().getByText('critical').first().scrollIntoViewIfNeeded();
    await shot('inspect-red');
    expect(await thread().getByText('MQ-C08').count()).toBeGreaterThan(0);
    expect(await screen.page.getByText(/new:/).count()).toBeGreaterThan(0);
    await on.practice.estate.mend('broker-process-down');
    await on.practice.estate.mend('console-health-false');
  });

  it('unsticks a release order: reads the plan, confirms, sees it done and verified', async () => {
    await type('/unstick r1_201905060583197');
    await screen.page.getByText('waits for Confirm').last().waitFor();
    await openThread(/waits for Confirm/);
    const confirm = thread().getByRole('button', { name: 'Confirm' });
    await confirm.waitFor();
    await thread().getByText('What will run').scrollIntoViewIfNeeded();
    await shot('unstick-plan');
    await confirm.scrollIntoViewIfNeeded();
    await confirm.click();
    const dialog = screen.page.getByRole('alertdialog');
    await dialog.waitFor();
    await shot('unstick-confirm');
    await dialog.getByRole('button').last().click();
    await screen.page.getByText('Done and verified').last().waitFor();
    await thread().getByText('Answered HTTP 200').last().waitFor();
    await shot('unstick-done');
    expect(on.practice.estate.signals()).toHaveLength(2);
  });

  it('is asked what to inspect, finds hosts by a Chinese name, and keeps what was chosen when something is wrong', async () => {
    await type('/inspect ');
    const form = screen.page.getByRole('dialog', { name: 'Inspect' });
    await form.getByRole('combobox', { name: 'Hosts' }).click();
    await screen.page.getByRole('textbox', { name: 'Search Hosts' }).fill('控制台');
    await screen.page.getByRole('option', { name: 'msgconsole-1' }).click();
    await screen.page.getByRole('option', { name: 'msgconsole-2' }).waitFor();
    await shot('inspect-form');
    await screen.page.keyboard.press('Escape');
    await form.getByText('Everything you may look at').click();
    await form.getByRole('button', { name: 'Inspect' }).click();
    await form.getByText('Take one of the two away').waitFor();
    expect(await form.getByRole('combobox', { name: 'Hosts' }).textContent()).toBe('msgconsole-1');
    await form.getByText('Everything you may look at').click();
    await form.getByRole('button', { name: 'Inspect' }).click();
    await form.waitFor({ state: 'hidden' });
    await screen.page.getByText('msgconsole-1 inspection').last().waitFor();
  });

  it('cancels an inspection that hangs, and sees what became of every host', async () => {
    await on.practice.estate.break('host-slow', 'msgbroker-2');
    await type('/inspect msgbroker');
    await screen.page.getByText(/3 of 4 hosts answered/).waitFor();
    await screen.page.getByRole('button', { name: 'Cancel' }).last().click();
    await screen.page.getByText('cancelled by Lin Wei').last().waitFor();
    await openThread(/cancelled by Lin Wei/);
    await thread().getByText('Hosts when it was cancelled').waitFor();
    await shot('inspect-cancelled');
    expect(await screen.page.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
    await on.practice.estate.mend('host-slow');
  });

  it('says what is to be seen in a console only, in order or not', async () => {
    await type('/inspect mq');
    await screen.page.getByText('ok again').first().waitFor();
    await openThread(/ok again/);
    await thread().getByRole('button', { name: 'In order', exact: true }).first().click();
    await thread().getByText('in order', { exact: true }).waitFor();
    await thread().getByRole('button', { name: 'Not in order…' }).nth(1).click();
    const form = screen.page.getByRole('dialog', { name: 'Not in order' });
    await form.getByLabel('What was seen').fill('Delivery has been at 0 since 09:40');
    await form.getByText('Critical').click();
    await shot('inspect-question');
    await form.getByRole('button', { name: 'Record' }).click();
    await thread().getByText('Delivery has been at 0 since 09:40').last().waitFor();
    await screen.page.getByText('2 of 4 answered').last().waitFor();
    expect(await screen.page.getByText('1 critical, 92 ok').count()).toBeGreaterThan(0);
    await thread().getByText('To look at in the console').last().scrollIntoViewIfNeeded();
    await shot('inspect-answers');
  });

  it('gets the patrol as what is different from the last one: a line when all is well, then what broke', async () => {
    const patrol = async (says: RegExp): Promise<void> => {
      await type('/inspect schedule run daily-patrol');
      await screen.page.getByText(says).last().waitFor();
    };
    await patrol(/systems in order/);
    await patrol(/systems in order, nothing changed since/);
    await on.practice.estate.break('broker-process-down', 'msgbroker-2');
    await patrol(/new: msgbroker-2/);
    await openThread(/new: msgbroker-2/);
    await thread().getByText('no java process').last().waitFor();
    await shot('patrol-digest');
    expect(await screen.page.getByText(/3 systems in order: /).count()).toBeGreaterThan(0);
    await on.practice.estate.mend('broker-process-down');
  });

  it('is answered in Chinese when asking in Chinese', async () => {
    await type('/inspect 消息队列');
    await screen.page.getByText('未发现问题').last().waitFor();
    await openThread(/未发现问题/);
    await thread().getByText('消息队列控制台').last().waitFor();
    expect(await thread().getByText('未发现问题').count()).toBeGreaterThan(0);
    await shot('inspect-chinese');
  });

  it('sees a week of disks as a picture, with the table, in a light page and in a dark one', async () => {
    await aWeekOfDisks();
    await type('/history mq disk');
    const image = screen.page.getByRole('img', { name: /Disk/ }).last();
    await image.waitFor();
    await expect.poll(() => image.evaluate((img) => Reflect.get(img, 'naturalWidth'))).toBe(1720);
    await thread().getByRole('button', { name: /Close/ }).click();
    await image.scrollIntoViewIfNeeded();
    await shot('history-disk');
    await screen.page.emulateMedia({ colorScheme: 'dark' });
    await screen.page.screenshot({ path: path.resolve('.fettle/screenshots/history-disk-dark.png') });
    await screen.page.emulateMedia({ colorScheme: 'light' });
  });
});

/** A past for the disks that were measured: some grow, one is cleaned, one does not answer for a night. */
async function aWeekOfDisks(): Promise<void> {
  const { change } = on.keep;
  await change(
    `insert into fettle.measured_hour (subject, hour_at, at, level, low, high, newest, unit)
     with recursive ago (h) as (select 0 union all select h + 1 from ago where h < 167)
     select id, hour_at, least(hour_at + interval 50 minute, now(3)), 0, value, value, value, '%' from (
       select s.id, timestamp(date_format(now(), '%Y-%m-%d %H:00:00')) - interval h hour as hour_at, h, s.host,
         round(case s.host
           when 'msgbroker-1' then 74 - h * 0.19
           when 'msgbroker-2' then if(h > 70, 104 - h * 0.28, 58 - h * 0.11)
           when 'msgbroker-3' then 41 - h * 0.02
           else 20 + s.id mod 9 + sin(h / 12) end, 1) as value
       from fettle.subject s join ago where s.check_id like '%-disk') past
     where not (host = 'msgbroker-3' and h between 30 and 44)
     on duplicate key update low = values(low), high = values(high), newest = values(newest)`,
  );
}
