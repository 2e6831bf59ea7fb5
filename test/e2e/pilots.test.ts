import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { APPS } from '../../lab/estate/apps/index.ts';
import { KEEPS_PICTURES, onPage } from './on-page.ts';
import { onPractice } from './on-practice.ts';

const on = onPractice('e2e-pilots', { estate: { apps: APPS } });
const screen = onPage(on, 60_000);
const { thread, shot, type } = screen;

beforeEach(async () => {
  await on.practice.estate.mend('all');
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await shot(`failed-${task.name.split(':')[0]}`);
});

/** Shown in the thread, in the middle of the picture. */
const seen = async (says: string | RegExp): Promise<void> => {
  const last = thread().getByText(says).last();
  // A check that reads what is logged once a minute is green only then.
  await last.waitFor({ timeout: 150_000 });
  await last.scrollIntoViewIfNeeded();
};

/** Types a command and opens the thread of its answer as soon as it says this. */
async function ask(text: string, says: RegExp | string): Promise<void> {
  const [last] = await on.keep.rows('select coalesce(max(seq), 0) as seq from fettle.run');
  await type(text);
  const id = await vi.waitUntil(
    async () => {
      const [run] = await on.keep.rows('select id from fettle.run where seq > ? order by seq limit 1', [
        String(last?.['seq']),
      ]);
      return run && String(run['id']);
    },
    { timeout: 60_000, interval: 50 },
  );
  const answer = screen.page
    .getByRole('listitem')
    .filter({ hasText: `run ${id.slice(0, 8)}` })
    .filter({ hasText: says });
  await answer.last().waitFor();
  await answer
    .last()
    .getByRole('button', { name: /repl(y|ies)/ })
    .click();
  await thread().waitFor();
}

async function press(button: string): Promise<void> {
  await thread().getByRole('button', { name: button, exact: true }).last().click();
}

async function confirmed(): Promise<void> {
  await press('Confirm');
  const dialog = screen.page.getByRole('alertdialog');
  await dialog.waitFor();
  await dialog.getByRole('button').last().click();
}

/** Asks for the plan, looks at it, and confirms it. */
async function planned(command: string, picture?: string): Promise<void> {
  await ask(command, 'waits for Confirm');
  await seen('What will run');
  if (picture !== undefined) await shot(picture);
  await confirmed();
}

async function answered(button: string, saw: string): Promise<void> {
  await press(button);
  const form = screen.page.getByRole('dialog');
  await form.getByLabel('What you saw').fill(saw);
  await form.getByRole('button', { name: 'Record' }).click();
  await form.waitFor({ state: 'hidden' });
}

/** The step that a run under way waits for a person to answer. */
const waitsAt = (step: number): Promise<void> =>
  screen.page
    .getByText(new RegExp(`step ${step} of \\d+ waits for a person`))
    .last()
    .waitFor();

/** What an inspection says of some places. */
async function inspected(scope: string, says: RegExp | string): Promise<void> {
  await ask(`/inspect ${scope}`, says);
}

const break_ = (fault: string, host?: string): Promise<unknown> => on.practice.estate.break(fault, host);
const HEALTHY = /nothing to report/;
const RED = /\d+ problems?/;

const policies = () =>
  on.keep
    .rows("select n from fettle_audit.audit where action = 'policy changed'")
    .then(({ length }) => length);

const changes = async (): Promise<unknown> =>
  (await on.keep.rows("select count(*) as n from fettle.run where kind = 'change'"))[0]?.['n'];
const COMMAND = '/run restart-staragent business-host-2';

/** How the newest change ended. */
async function outcome(): Promise<unknown> {
  const [run] = await on.keep.rows(
    "select outcome from fettle.run where kind = 'change' order by seq desc limit 1",
  );
  return run?.['outcome'];
}

describe('a fix is carried out from the page', { timeout: 240_000 }, () => {
  it('restart-staragent: the agent that is down runs again', async () => {
    await break_('agent-down', 'business-host-2');
    await inspected('business-host-2', RED);
    await planned(COMMAND, 'run-plan');
    await seen('Done and verified');
    expect(await outcome()).toBe('done');
    await inspected('business-host-2', HEALTHY);
  });

  it('reinit-connections: every node connects anew', async () => {
    await break_('iaas-address-unused');
    await inspected('aciaasconnectore', RED);
    await planned('/run reinit-connections');
    await seen('Done and verified');
    expect(await outcome()).toBe('done');
    await inspected('aciaasconnectore', HEALTHY);
  });

  it('restart-app: the container of a host is started anew, one after another', async () => {
    await break_('process-down', 'msgconsole-2');
    await inspected('msgconsole', RED);
    await planned('/run restart-app msgconsole msgconsole-2', 'run-staged-plan');
    await seen('Done and verified');
    expect(await outcome()).toBe('done');
    await inspected('msgconsole', HEALTHY);
  });

  it('task-delivery: a person is led through the console, and what they say counts', async () => {
    await break_('channel-disabled');
    await inspected('business-host-2', RED);
    await planned('/run task-delivery business-host-2');
    await waitsAt(1);
    await seen('Done…');
    await shot('run-waits');
    await answered('Done…', 'starserver2 is 健康');
    await waitsAt(2);
    await answered('Done…', 'GW gw-1 is 启用, as it was');
    await waitsAt(3);
    const console = on.practice.estate.inventory.consoles['STAR'] ?? '';
    await fetch(`${console.replace(/\/$/, '')}/channel/enable`, { method: 'POST' });
    await answered('Done…', 'the channel was 停用, now 启用');
    await waitsAt(4);
    await answered('Done…', '实时状态 is 正常, 12 seconds ago');
    await waitsAt(6);
    await answered('Done…', 'sent again, and delivered');
    await seen('Done and verified');
    expect(await outcome()).toBe('done');
    await inspected('business-host-2', HEALTHY);
  });

  it('registry-restart: with push stopped around it, and resumed', async () => {
    await break_('process-down', 'dataserver-2');
    await inspected('dataserver', RED);
    await planned('/run registry-restart dataserver-2', 'run-bracket-plan');
    // It may be over before anybody looks: only who wants the picture waits for it.
    if (KEEPS_PICTURES) {
      await screen.page
        .getByText(/1 of 3 targets done/)
        .last()
        .waitFor();
      await shot('run-bracket-under-way');
    }
    await seen('Done and verified');
    expect(await outcome()).toBe('done');
    // What its log says of the time without it stays for a while.
    await inspected('dataserver', /ok again: dataserver-2 · Process/);
  });

  it('close-has-iam and open-has-iam: HAS opens without IAM, and asks it again', async () => {
    for (const host of ['aciamcore-1', 'aciamcore-2']) await break_('process-down', host);
    await inspected('has', RED);
    await planned('/run close-has-iam reason="IAM down since 09:12"');
    await seen('Done and verified');
    expect(await outcome()).toBe('done');
    for (const host of ['aciamcore-1', 'aciamcore-2']) await on.practice.estate.mend('process-down', host);
    await planned('/run open-has-iam');
    await screen.page
      .getByText(/waits for a person/)
      .last()
      .waitFor();
    await answered('Done…', 'logging in asks IAM again');
    await seen('Done and verified');
    expect(await outcome()).toBe('done');
    await inspected('has', HEALTHY);
  });

  it('is refused outside its window, with what can be done instead', async () => {
    const file = path.join(on.practice.folder, 'policy.yaml');
    const text = await readFile(file, 'utf8');
    // By whichever clock it is read, it is closed now.
    const hour = String(new Date(Date.now() + 6 * 3_600_000).getUTCHours()).padStart(2, '0');
    const known = await policies();
    const rule = `{ kind: window, name: nights, open: ["daily ${hour}:00-${hour}:30"] }`;
    await writeFile(`${file}.new`, `${text}rules:\n  - ${rule}\n`);
    await rename(`${file}.new`, file);
    await expect.poll(policies, { timeout: 20_000 }).toBeGreaterThan(known);
    const before = await changes();
    await type(COMMAND);
    await screen.page
      .getByText(/Outside the change window nights/)
      .last()
      .waitFor();
    await shot('run-refused-by-window');
    expect(await changes()).toBe(before);
  });
});
