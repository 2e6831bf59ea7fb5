import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ofRun } from '../../../src/runs/subject.ts';
import type { Reply } from '../../../src/desk/port.ts';
import type { RunId } from '../../../src/runs/run.ts';
import { type DeskStage, from, openDeskStage } from './stage.ts';

let stage: DeskStage;
const readable = new Set<string>();
beforeEach(async () => {
  readable.clear();
  stage = await openDeskStage({
    isLimited: true,
    canRead: async (channel, slackId) => readable.has(`${channel} ${slackId}`),
  });
});
afterEach(() => stage.close());

const ask = (text: string, who = 'U0LIN', channel = 'C', key?: string): Promise<Reply> => {
  const arrival = from(who, key);
  return stage.desk.ask('inspect', text, {
    ...arrival,
    origin: { surface: 'slack', team: 'T', channel },
  });
};
const fix = (order: string, who = 'U0LIN'): Promise<Reply> => stage.desk.ask('unstick', order, from(who));
const started = (said: Reply): RunId => {
  if (said.kind !== 'started') throw new Error(`not started: ${JSON.stringify(said)}`);
  return said.runId;
};
const words = (said: Reply): string => (said.kind === 'says' ? said.says.en : said.kind);
const end = async (id: RunId): Promise<void> => {
  await stage.store.runs.apply(id, { kind: 'begun' });
  await stage.store.runs.apply(id, { kind: 'ended', outcome: 'refused', says: { en: 'x', zh: 'x' } });
};

describe('how much one person has under way', () => {
  it('is three, and the next is possible when one of them has ended', async () => {
    const runs = [];
    for (const order of ['r1_1', 'r1_2', 'r1_3']) runs.push(started(await fix(order)));
    expect(words(await fix('r1_4'))).toBe(
      'You have 3 inspections under way; the next is possible when one of them has ended.',
    );
    expect(words(await ask('mq'))).toContain('3 inspections under way');
    // Others are not held up.
    expect((await ask('deps', 'U0ZHAO')).kind).toBe('started');
    if (runs[0]) await end(runs[0]);
    expect((await fix('r1_6')).kind).toBe('started');
  });

  it('does not count what waits for a person, and a delivery that came before has its run', async () => {
    const said = await Promise.all(
      Array.from({ length: 8 }, () => stage.desk.ask('unstick', 'r1_1', from('U0LIN', 'one-key'))),
    );
    expect(new Set(said.map(started)).size).toBe(1);
    await fix('r1_2');
    await fix('r1_3');
    const again = await stage.desk.ask('unstick', 'r1_1', from('U0LIN', 'one-key'));
    expect(started(again)).toBe(started(said[0] ?? again));
  });

  it('is three also when sixty ask at the same moment', async () => {
    const said = await Promise.all(Array.from({ length: 60 }, (_, n) => fix(`r1_${n}`)));
    expect(said.filter(({ kind }) => kind === 'started')).toHaveLength(3);
    expect(stage.sent).toHaveLength(3);
    expect(new Set(said.filter(({ kind }) => kind === 'says').map(words)).size).toBe(1);
  });
});

it('is six begun in a minute, with when the next is possible', async () => {
  for (let n = 0; n < 6; n += 1) await end(started(await fix(`r1_${n}`)));
  expect(words(await fix('r1_7'))).toMatch(
    /as many runs as one minute allows. The next is possible in \d+ s/,
  );
});

describe('the same inspection asked for again', () => {
  it('is joined, not repeated: in the same channel, and by whoever asked first', async () => {
    const first = started(await ask('mq'));
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask('mq', 'U0CHEN')));
    for (const answer of answers)
      expect(answer).toMatchObject({
        kind: 'joined',
        runId: first,
        by: { id: 'lin' },
        place: { channel: 'C' },
      });
    expect(await ask('mq', 'U0LIN', 'C0OTHER')).toMatchObject({ kind: 'joined', runId: first });
    expect(stage.sent).toHaveLength(1);
  });

  it('is led to the message that shows it', async () => {
    const first = started(await ask('mq'));
    await stage.store.posts.save(ofRun(first), { key: 'top', channel: 'C', ts: '17.5', hash: 'h' });
    expect(await ask('mq', 'U0CHEN')).toMatchObject({ kind: 'joined', ts: '17.5' });
  });

  it('is joined from another channel only by who can read where it was asked for', async () => {
    const first = started(await ask('mq', 'U0LIN', 'C0PRIVATE'));
    const own = started(await ask('mq', 'U0CHEN', 'C0OTHER'));
    expect(own).not.toBe(first);
    readable.add('C0PRIVATE U0ZHAO');
    expect(await ask('mq', 'U0ZHAO', 'C0THIRD')).toMatchObject({ kind: 'joined', runId: first });
  });

  it('is another when it is narrowed in another way, has ended or is being cancelled', async () => {
    const narrowed = started(await ask('all', 'U0CHEN'));
    expect(started(await ask('all', 'U0GUO'))).not.toBe(narrowed);
    const first = started(await ask('mq'));
    await end(first);
    const second = started(await ask('mq'));
    expect(second).not.toBe(first);
    await stage.store.runs.apply(second, { kind: 'begun' });
    await stage.store.runs.apply(second, { kind: 'cancelled', by: { id: 'lin', name: 'Lin' } });
    expect(started(await ask('mq'))).not.toBe(second);
  });

  it('is written down as joined', async () => {
    const before = await stage.rows();
    await ask('mq');
    await ask('mq', 'U0CHEN');
    expect((await stage.rows()) - before).toBe(2);
  });
});

it('a terminal is not limited, and joins nothing', async () => {
  const cli = () =>
    stage.desk.ask('inspect', 'mq', {
      ...from('U0LIN'),
      person: { id: 'U0LIN', name: 'x' },
      origin: { surface: 'cli' },
    });
  for (let n = 0; n < 8; n += 1) expect(words(await cli())).not.toContain('under way');
});
