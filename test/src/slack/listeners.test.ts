import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { words } from '../../../src/kit/index.ts';
import { newRunId } from '../../../src/runs/run.ts';
import { StoreUnavailable } from '../../../src/store/index.ts';
import { aFinding } from './fixtures.ts';
import { type Stage, stage } from './harness.ts';
import { captured } from '../../support/captured.ts';

describe.each(['socket', 'http'] as const)('over %s', (transport) => {
  let on: Stage;
  beforeEach(async () => {
    on = await stage(transport);
  });
  afterEach(() => on.stop());

  const only = (says: RegExp) => ({ says, onlyFor: 'U0LIN' });

  it('takes a slash command at once and hands its words to the desk with one key', async () => {
    const acted = await on.workspace.client.type('U0LIN', 'C0OPS', '/inspect mq <b>');
    expect(acted).toMatchObject({ ok: true });
    await on.desk.until(() => on.desk.asked.length === 1);
    expect(on.desk.asked[0]).toMatchObject({
      command: 'inspect',
      text: 'mq <b>',
      arrival: {
        person: { id: 'U0LIN' },
        origin: { surface: 'slack', team: 'T0PRACTICE', channel: 'C0OPS' },
        lang: 'en',
      },
    });
    expect(on.desk.asked[0]?.arrival.key).toMatch(/^trigger:./);
  });

  it('acknowledges once the desk has recorded it, and not before', async () => {
    let record: () => void = () => undefined;
    on.desk.said = () =>
      new Promise((resolve) => {
        record = () => resolve({ kind: 'started', runId: newRunId() });
      });
    const typed = on.workspace.client.type('U0LIN', 'C0OPS', '/inspect mq');
    await on.desk.until(() => on.desk.asked.length === 1);
    expect(await Promise.race([typed, sleep(300, 'not yet')])).toBe('not yet');
    record();
    expect(await typed).toMatchObject({ ok: true });
  });

  it('acknowledges within the three seconds all the same when recording takes longer', async () => {
    on.desk.said = () => new Promise(() => undefined);
    const acted = await on.workspace.client.type('U0LIN', 'C0OPS', '/inspect mq');
    expect(acted.ok && acted.tookMs).toBeGreaterThan(1500);
    expect(acted.ok && acted.tookMs).toBeLessThan(2700);
  });

  it('says so when the database does not answer, and does not swallow it', async () => {
    let tries = 0;
    on.desk.said = async () => {
      tries += 1;
      if (tries < 4) throw new StoreUnavailable('ECONNREFUSED');
      return { kind: 'says', says: words('Recorded late.', '已记录。') };
    };
    expect(await on.workspace.client.type('U0LIN', 'C0OPS', '/inspect mq')).toMatchObject({ ok: true });
    await on.workspace.client.waitForMessage(only(/Recorded late/));
    expect(tries).toBe(4);
  });

  it('answers in Chinese what was asked in Chinese, to that person alone', async () => {
    on.desk.said = async () => ({
      kind: 'says',
      says: words('No such system.', '没有这个系统。'),
      instead: [{ title: words('Queue', '消息队列'), command: '/inspect mq' }],
    });
    await on.workspace.client.type('U0LIN', 'C0OPS', '/inspect 消息');
    await on.workspace.client.waitForMessage(only(/没有这个系统。/));
    expect(on.desk.asked[0]?.arrival.lang).toBe('zh');
  });

  it('gives help from the catalog', async () => {
    on.desk.said = async () => ({
      kind: 'help',
      help: {
        commands: [
          {
            name: 'inspect',
            usage: words('<scope>', '<范围>'),
            title: words('Run the checks', '执行检查'),
            examples: ['/inspect mq'],
            uses: [
              {
                usage: words('schedule …', '计划 …'),
                title: words('By themselves', '定时'),
                examples: ['/inspect schedule'],
              },
            ],
          },
        ],
        fixes: [
          {
            name: 'stuck-flow',
            title: words('Retry a stuck flow', '重试'),
            risk: 'risky',
            clause: '001 §2.7.2',
          },
        ],
        scopes: [{ name: 'mq', title: words('Message queue', '消息队列') }],
      },
    });
    await on.workspace.client.type('U0LIN', 'C0OPS', '/inspect');
    const { message } = await on.workspace.client.waitForMessage(only(/What you can type/));
    expect(JSON.stringify(message)).toContain('/inspect &lt;scope&gt;');
    expect(JSON.stringify(message)).toContain('`/inspect schedule …` — By themselves  `/inspect schedule`');
    expect(JSON.stringify(message)).toContain('001 §2.7.2');
  });

  it('says that it must be invited when it is not in the channel, and runs nothing', async () => {
    await on.workspace.client.type('U0LIN', 'C0RANDOM', '/inspect mq');
    await on.workspace.client.waitForMessage(only(/\/invite @fettle/));
    expect(on.desk.asked).toEqual([]);
  });

  it('takes a mention in a channel and in a thread, and answers in the thread', async () => {
    const first = await on.workspace.client.type('U0LIN', 'C0OPS', '@fettle inspect mq');
    await on.desk.until(() => on.desk.asked.length === 1);
    const ts = first.ok ? first.ts : undefined;
    expect(on.desk.asked[0]).toMatchObject({
      command: undefined,
      text: 'inspect mq',
      arrival: { origin: { threadTs: ts } },
    });
    on.desk.said = async () => ({ kind: 'says', says: words('Which one?', '哪一个？') });
    await on.workspace.client.type('U0LIN', 'C0OPS', 'please @fettle: unstick r1_201905060583197', ts);
    await on.workspace.client.waitForMessage({ ...only(/Which one/), ...(ts ? { threadTs: ts } : {}) });
    expect(on.desk.asked[1]?.arrival.origin).toMatchObject({ threadTs: ts });
  });

  it('takes a direct message and answers there', async () => {
    on.desk.said = async () => ({ kind: 'says', says: words('Which one?', '哪一个？') });
    await on.workspace.client.type('U0LIN', 'D0LIN', 'inspect mq');
    await on.workspace.client.waitForMessage({ channel: 'D0LIN', says: /Which one/ });
    expect(on.desk.asked).toHaveLength(1);
    expect(on.desk.asked[0]?.arrival.key).toMatch(/^message:T0PRACTICE:D0LIN:/);
  });

  it('handles three deliveries of one thing once', async () => {
    await on.workspace.client.duplicateNext(2);
    await on.workspace.client.type('U0LIN', 'C0OPS', '/inspect mq');
    await on.workspace.client.duplicateNext(2);
    await on.workspace.client.type('U0LIN', 'C0OPS', '@fettle inspect reg');
    await on.desk.until(() => on.desk.asked.some(({ text }) => text === 'inspect reg'));
    await on.workspace.client.type('U0LIN', 'C0OPS', '/inspect last');
    await on.desk.until(() => on.desk.asked.some(({ text }) => text === 'last'));
    expect(on.desk.asked.map(({ text }) => text)).toEqual(['mq', 'inspect reg', 'last']);
  });

  it('refuses a guest, and the desk never hears of it', async () => {
    await on.workspace.client.type('U0GUO', 'C0OPS', '/inspect mq');
    await on.workspace.client.waitForMessage({ says: /only answers members/, onlyFor: 'U0GUO' });
    expect(on.desk.asked).toEqual([]);
  });

  it('gives the person a reference and the log everything when the desk fails', async () => {
    on.desk.said = async () => {
      throw new Error('the database is on fire');
    };
    await on.workspace.client.type('U0LIN', 'C0OPS', '/inspect mq');
    const { message } = await on.workspace.client.waitForMessage(only(/Something went wrong/));
    const reference = /reference ([0-9a-f]{8})/.exec(JSON.stringify(message))?.[1];
    expect(JSON.stringify(message)).not.toContain('fire');
    expect(on.lines.find((line) => line['reference'] === reference)?.['err']).toMatchObject({
      message: 'the database is on fire',
    });
  });

  it('answers a command that nobody listens to instead of letting it time out', async () => {
    const acted = await on.workspace.client.type('U0LIN', 'C0OPS', '/nobody home');
    expect(acted).toMatchObject({ ok: true });
    await on.workspace.client.waitForMessage(only(/\/nobody is not known here/));
  });

  const withButton = async (): Promise<void> => {
    const posted = await fetch(`${on.workspace.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${on.workspace.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        channel: 'C0OPS',
        text: 'x',
        blocks: [
          {
            type: 'actions',
            elements: [
              {
                type: 'button',
                action_id: 'fettle:evidence:0',
                value: 'b-1',
                text: { type: 'plain_text', text: 'Evidence' },
              },
              {
                type: 'button',
                action_id: 'other',
                value: 'b-2',
                text: { type: 'plain_text', text: 'Other' },
              },
            ],
          },
        ],
      }),
    });
    expect(await posted.json()).toMatchObject({ ok: true });
  };

  it('hands a pressed button to the desk by its id alone, and says what the desk says', async () => {
    await withButton();
    on.desk.pressed = async () => ({ kind: 'says', says: words('It is over.', '已过期。') });
    await on.workspace.client.click({ as: 'U0LIN', channel: 'C0OPS' }, 'Evidence');
    await on.workspace.client.waitForMessage(only(/It is over/));
    expect(on.desk.presses).toMatchObject([
      { buttonId: 'b-1', arrival: { person: { id: 'U0LIN' }, origin: { channel: 'C0OPS' } } },
    ]);
  });

  it('puts short evidence into the thread in a frame and long evidence as a file', async () => {
    await withButton();
    const title = words('Broker', 'Broker');
    on.desk.pressed = async () => ({
      kind: 'evidence',
      title,
      findings: [aFinding({ evidence: captured('tcp 9529 <LISTEN>') })],
    });
    await on.workspace.client.click({ as: 'U0LIN', channel: 'C0OPS' }, 'Evidence');
    const { message } = await on.workspace.client.waitForMessage({
      channel: 'C0OPS',
      says: /rich_text_preformatted/,
    });
    expect(JSON.stringify(message)).toContain('tcp 9529 <LISTEN>');
    on.desk.pressed = async () => ({
      kind: 'evidence',
      title,
      findings: [aFinding({ evidence: captured('long line\n'.repeat(600)) })],
    });
    await on.workspace.client.click({ as: 'U0LIN', channel: 'C0OPS' }, 'Evidence');
    await on.workspace.client.waitFor(
      ({ ...change }) =>
        change.type === 'message' && JSON.stringify(change.message['files'] ?? '').includes('evidence.txt'),
    );
  });

  it('tells the person when a button is not one of ours any more', async () => {
    await withButton();
    const acted = await on.workspace.client.click({ as: 'U0LIN', channel: 'C0OPS' }, 'Other');
    expect(acted).toMatchObject({ ok: true });
    expect(on.desk.presses).toEqual([]);
  });

  it('draws its own page for whoever opens it', async () => {
    await on.workspace.client.openHome('U0LIN');
    await on.workspace.client.waitFor((change) => change.type === 'home');
    expect(JSON.stringify(await on.workspace.client.home('U0LIN'))).toContain('Recent runs');
  });
});

describe('the allow-list', () => {
  it('refuses to start with the token of a workspace that is not on it', async () => {
    await expect(stage('socket', { teams: ['T0OTHER'] })).rejects.toMatchObject({
      name: 'SlackStartFailed',
      says: { en: expect.stringContaining('T0PRACTICE') as string },
    });
  });
});
