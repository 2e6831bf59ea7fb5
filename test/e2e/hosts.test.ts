import { appendFile, open } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/runs/report.ts';
import { ask, type Asked, plan, press, runInState, threadOnce } from './acting.ts';
import { onPractice } from './on-practice.ts';

const on = onPractice('e2e-hosts');

/** A path of a host as this machine sees it. */
function inside(host: string, file: string): string {
  const pid = on.practice.estate.hosts.find(({ name }) => name === host)?.pid;
  return `/proc/${pid}/root${file}`;
}

async function reportOf(typed: string): Promise<Report> {
  const run = await runInState(on.keep, typed, 'ended');
  const [row] = await on.keep.rows('select body from fettle.run where id = ?', [run]);
  const { report } = JSON.parse(String(row?.['body'])) as { readonly report: Report };
  return report;
}

const statesOn = ({ findings }: Report, host: string) =>
  findings.filter((finding) => finding.host === host).map(({ state }) => state);

describe('an inspection of hosts of which three are in trouble', { timeout: 80_000 }, () => {
  let asked: Asked;
  let report: Report;
  let text: string;

  beforeAll(async () => {
    // A first inspection, so that connections are open when the hosts go bad.
    await threadOnce(on.client, await ask(on.practice, '/inspect msgbroker'), /"action_id":"fettle:evidence/);
    await on.practice.estate.break('host-unreachable', 'msgbroker-1');
    await on.practice.estate.break('host-slow', 'msgbroker-2');
    await on.practice.estate.break('host-key-changed', 'msgbroker-3');
    asked = await ask(on.practice, '/inspect msgbroker site-a site-b');
    text = await threadOnce(on.client, asked, /"action_id":"fettle:evidence/, 70_000);
    report = await reportOf('/inspect msgbroker site-a site-b');
  }, 120_000);
  afterAll(async () => {
    for (const fault of ['host-unreachable', 'host-slow', 'host-key-changed'])
      await on.practice.estate.mend(fault);
  });

  it('calls the one that refuses unknown, with the reason', () => {
    expect(statesOn(report, 'msgbroker-1')).toEqual(['unknown']);
    expect(text).toMatch(/msgbroker-1.*the host refuses the connection/);
  });

  it('waits for the silent one no longer than its own limit', () => {
    expect(statesOn(report, 'msgbroker-2')).toEqual(['unknown']);
    expect(text).toMatch(/msgbroker-2.*the host did not answer within \d+ s/);
    expect(Date.parse(report.finishedAt) - Date.parse(report.startedAt)).toBeLessThan(48_000);
  });

  it('calls another host key critical, and says that nobody should log in', () => {
    expect(statesOn(report, 'msgbroker-3')).toEqual(['critical']);
    expect(text).toMatch(/msgbroker-3.*another host key/);
  });

  it('still has every check of the one that answers', () => {
    const states = statesOn(report, 'msgbroker-4');
    expect(states.length).toBeGreaterThan(10);
    expect(new Set(states)).toEqual(new Set(['ok']));
  });
});

describe('what a log says', { timeout: 60_000 }, () => {
  const secret = 'Tr0ub4dor-and-3';
  const stamp = (): string => new Date().toISOString().slice(0, 23).replace('T', ' ').replace('.', ',');

  it('reaches nobody as a mention, a link, a control character or a password', async () => {
    const lines = [
      'ERROR [x] <!channel> <!here> <@U0LIN> <#C0MQ> @channel',
      'ERROR [x] see <http://evil.example/login|the console> *bold* ```fence``` `tick`',
      'ERROR [x] \u001b[31mred\u001b[0m \u0007bell \u202egnp.exe \u0000nul \u009b2J',
      `ERROR [x] connect failed jdbc:mysql://msgdb:3306/msgdb?user=msg&password=${secret} password=${secret} pwd: ${secret}`,
    ];
    await appendFile(
      inside('msgbroker-4', '/home/admin/logs/common-error.log'),
      lines.map((line) => `${stamp()} ${line}\n`).join(''),
    );
    const asked = await ask(on.practice, '/inspect msgbroker-4');
    await threadOnce(on.client, asked, /"action_id":"fettle:evidence/);
    await press(on.client, asked, 'Evidence');
    const shown = await threadOnce(on.client, asked, /jdbc:mysql|evidence\.txt/);
    expect(shown).toContain('connect failed');
    expect(shown).not.toContain(secret);

    const messages = await on.client.read({ as: 'U0LIN', channel: asked.channel, threadTs: asked.ts });
    const json = JSON.stringify(messages);
    expect(json).not.toContain(secret);
    // As JSON writes them, and as they are.
    expect(json).not.toMatch(/\\u00(?:1b|07|00|9b)|\u202e|\u009b/i);
    expect(json).not.toMatch(/"type":"(?:broadcast|link|channel)"/);
    for (const parsed of mrkdwnOf(messages)) {
      expect(parsed).not.toMatch(/<!(?:channel|here)|<@U0LIN|<#C0MQ|<http:\/\/evil/);
    }
  });
});

/** Every text that Slack would read for mentions and links. */
function mrkdwnOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnOf);
  if (value === null || typeof value !== 'object') return [];
  const own = Object.entries(value).flatMap(([key, member]) =>
    key === 'text' ? topText(value, member) : [],
  );
  return [...own, ...Object.values(value).flatMap(mrkdwnOf)];
}

/** The text of a message or of a mrkdwn object; in a rich text leaf nothing is read. */
const topText = (holder: object, text: unknown): readonly string[] =>
  typeof text === 'string' && (!('type' in holder) || holder.type === 'mrkdwn' || holder.type === 'message')
    ? [text]
    : [];

describe('a full disk', { timeout: 80_000 }, () => {
  it('is said by the inspection of the host that has it', async () => {
    await on.practice.estate.break('disk-full', 'msgbroker-2');
    const asked = await ask(on.practice, '/inspect msgbroker-2');
    const text = await threadOnce(on.client, asked, /"action_id":"fettle:evidence/);
    expect(text).toMatch(/9\d ?%/);
    const report = await reportOf('/inspect msgbroker-2');
    expect(
      report.findings.find(({ state, rows }) => state !== 'ok' && rows.includes('MQ-M01')),
    ).toBeDefined();
    await on.practice.estate.mend('disk-full');
  });

  it('of the host that would send a signal lets nothing be sent', async () => {
    const asked = await plan(on.practice, '/unstick r1_201905060583197');
    await fill(inside('acopswareorchestration-1', '/var/tmp/ballast'));
    await press(on.client, asked, 'Confirm');
    const text = await threadOnce(on.client, asked, /Nothing was changed/);
    expect(text).toMatch(/not sent/i);
    expect(on.practice.estate.signals()).toEqual([]);
  });
});

/** Writes until nothing more fits. */
async function fill(file: string): Promise<void> {
  const full = await open(file, 'w');
  const written = () =>
    full.write(Buffer.alloc(4096)).then(
      ({ bytesWritten }) => bytesWritten,
      () => 0,
    );
  while ((await written()) > 0);
  await full.close();
}
