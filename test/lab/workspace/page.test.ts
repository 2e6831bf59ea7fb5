import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser } from '../../support/browser.ts';
import { startPractice, type Practice } from './support/practice-app.ts';

let practice: Practice;
let browser: Browser;
let page: Page;
const broken: string[] = [];

beforeAll(async () => {
  practice = await startPractice('sockets');
  await practice.workspace.client.waitForApp();
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on('pageerror', (error) => broken.push(error.message));
  page.on('console', (message) => message.type() === 'error' && broken.push(message.text()));
  page.on(
    'request',
    (request) => request.url().startsWith(practice.workspace.url) || broken.push(request.url()),
  );
  page.setDefaultTimeout(8000);
  await page.goto(`${practice.workspace.url}/`);
});

afterAll(async () => {
  await browser.close();
  await practice.stop();
});

const composer = () => page.getByRole('combobox', { name: 'Message #ops' });
const row = (text: RegExp) => page.getByRole('listitem').filter({ hasText: text }).last();

it('completes a command with arrow keys and Tab, and shows how it goes on', async () => {
  await composer().pressSequentially('/');
  const options = page.getByRole('option');
  expect(await options.first().textContent()).toContain(
    '/inspect <system | app | host>Check a system, app or host',
  );
  await composer().press('ArrowDown');
  expect(await page.getByRole('option', { selected: true }).textContent()).toContain('/unstick');
  await composer().press('Tab');
  expect(await composer().inputValue()).toBe('/unstick ');
  await page.getByText('Find and mend a stuck release order').waitFor();
  await composer().pressSequentially('r1_browser');
  await composer().press('Enter');
  await page.getByRole('heading', { name: 'Plan for r1_browser' }).waitFor();
  expect(await composer().inputValue()).toBe('');
});

it('asks before a click with a confirm dialog reaches the app', async () => {
  const heard = practice.heard.length;
  await page.getByRole('button', { name: 'Confirm' }).click();
  const dialog = page.getByRole('alertdialog', { name: 'Run the fix?' });
  await dialog.getByText('One row is deleted on deps-db.').waitFor();
  await dialog.getByRole('button', { name: 'Not now' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(practice.heard.length).toBe(heard);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await dialog.getByRole('button', { name: 'Run it' }).click();
  await row(/Confirmed by @Lin Wei 林薇/).waitFor();
  await row(/Only visible to you.*You confirmed/s).waitFor();
});

it('chooses in a menu with the keyboard', async () => {
  await practice.workspace.client.type('U0LIN', 'ops', '/unstick r1_keys');
  await row(/Plan for r1_keys/)
    .getByRole('combobox', { name: 'Host' })
    .press('Enter');
  await page.getByRole('option', { name: 'mq-1' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await row(/Host mq-2/).waitFor();
  expect(
    await row(/Plan for r1_keys/)
      .getByRole('combobox', { name: 'Host' })
      .textContent(),
  ).toBe('mq-2');
});

it('shows the errors of a form by field, keeps what was typed, and sends it', async () => {
  await composer().fill('/form ');
  await composer().press('Enter');
  const form = page.getByRole('dialog', { name: 'Release order' });
  const order = form.getByLabel('Release order', { exact: true });
  await order.fill('wrong');
  await form.getByRole('combobox', { name: 'Site' }).click();
  await page.getByRole('option', { name: 'Shanghai' }).click();
  await form.getByRole('button', { name: 'Look' }).click();
  await form.getByText('A release order starts with r1_.').waitFor();
  expect(await order.inputValue()).toBe('wrong');
  expect(await order.getAttribute('aria-invalid')).toBe('true');
  await order.fill('r1_form');
  await order.press('Enter');
  await form.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: /Fettle.*1 unread/ }).click();
  await row(/Looking at r1_form in shanghai/).waitFor();
  await page.getByRole('button', { name: 'ops', exact: true }).click();
});

it('chooses several in a menu that the app fills, and shows them by their names', async () => {
  await composer().fill('/choose ');
  await composer().press('Enter');
  const form = page.getByRole('dialog', { name: 'Hosts' });
  await form.getByRole('combobox', { name: 'Hosts' }).click();
  await page.getByRole('textbox', { name: 'Search Hosts' }).pressSequentially('mq-12');
  await page.getByText('Brokers').waitFor();
  await page.getByRole('option', { name: 'Host mq-12', exact: true }).click();
  await page.getByRole('option', { name: 'Host mq-120' }).click();
  await page.keyboard.press('Escape');
  expect(await form.getByRole('combobox', { name: 'Hosts' }).textContent()).toBe('Host mq-12Host mq-120');
  await form.getByRole('button', { name: 'Look' }).click();
  await form.waitFor({ state: 'hidden' });
  await practice.workspace.client.waitForMessage({ says: /Looking at mq-12 and mq-120/ });
});

it('opens a thread with its replies and its file, and says that commands do not work there', async () => {
  await composer().fill('/inspect mq');
  await composer().press('Enter');
  await row(/Inspecting mq/)
    .getByRole('button', { name: /2 replies/ })
    .click();
  const thread = page.getByRole('complementary', { name: 'Thread' });
  await thread.getByText('All hosts answered.').waitFor();
  expect(await thread.getByLabel('Content of report.txt').textContent()).toBe('host mq-1 ok\nhost mq-2 ok\n');
  const reply = thread.getByRole('combobox', { name: 'Reply…' });
  await reply.fill('/inspect mq');
  await reply.press('Enter');
  await thread.getByText('is not supported in threads').waitFor();
  await reply.pressSequentially('@fet');
  await reply.press('Enter');
  await reply.pressSequentially('look');
  await reply.press('Enter');
  await thread.getByText('Hello @Lin Wei 林薇').waitFor();
  await reply.press('Escape');
  await thread.waitFor({ state: 'detached' });
});

it('shows markup as text with meaning and everything else as it was written', async () => {
  const { client } = practice.app;
  await client.chat.postMessage({
    channel: 'C0OPS',
    text: 'm',
    blocks: [
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: '&lt;img src=x onerror=alert(1)&gt; *bold* _slant_ ~gone~ `a*b*c` <https://x.example/?a=1&amp;b=2|the page> <javascript:alert(1)|no> 2 * 3 * 4 :80: <#C0MQ>',
        },
      },
    ],
  });
  const shown = row(/the page/);
  await shown.waitFor();
  expect(await shown.locator('.section-text').textContent()).toBe(
    '<img src=x onerror=alert(1)> bold slant gone a*b*c the page no 2 * 3 * 4 :80: #mq-alerts',
  );
  expect(await shown.getByRole('link', { name: 'the page' }).getAttribute('href')).toBe(
    'https://x.example/?a=1&b=2',
  );
  expect(await shown.locator('img').count()).toBe(0);
  expect(await shown.getByRole('link', { name: 'no' }).count()).toBe(0);
  expect(await shown.locator('strong').filter({ hasText: 'bold' }).count()).toBe(1);
});

it('says what happened when the app does not answer a command', async () => {
  await practice.app.stop();
  await practice.workspace.client.waitFor((change) => change.type === 'socket' && change.open === 0);
  await composer().fill('/late ');
  await composer().press('Enter');
  const answer = row(/Slackbot/);
  await answer.waitFor();
  expect(await answer.textContent()).toMatch(
    /Only visible to you.*\/late failed with the error "dispatch_failed"/,
  );
});

it('shows another person only what that person may see', async () => {
  await page.getByRole('button', { name: /Acting as Lin Wei/ }).click();
  await page.getByRole('option', { name: /Guo Yi/ }).click();
  await page.getByRole('button', { name: /Acting as Guo Yi/ }).waitFor();
  expect(await page.getByRole('button', { name: 'incidents' }).count()).toBe(0);
  expect(await page.getByText('Only visible to you').count()).toBe(0);
});

it('has a drawer of channels on a narrow screen and nothing to scroll sideways', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  await page.getByRole('button', { name: 'Channels', exact: true }).click();
  await page.getByRole('button', { name: 'random' }).click();
  await page.getByRole('heading', { name: 'random', exact: true }).waitFor();
});

it('asks nobody else for anything and breaks nothing', () => {
  expect(broken).toEqual([]);
});
