import { describe, expect, it } from 'vitest';
import { steadyDesk } from '../../../src/desk/steady.ts';
import type { Arrival, Desk } from '../../../src/desk/port.ts';
import { leaveUnreadable } from '../../../src/runner/leave-unreadable.ts';
import { StoreUnavailable, Unreadable } from '../../../src/runs/faults.ts';
import { newRunId, RunId } from '../../../src/runs/run.ts';

const arrival: Arrival = {
  key: 'k',
  person: { id: 'U1', name: 'Ana' },
  origin: { surface: 'cli' },
  lang: 'en',
};
const newer = new Unreadable('run', newRunId(), { isNewer: true, because: 'its format is 2' });
const damaged = new Unreadable('run', newRunId(), { isNewer: false, because: 'no JSON' });

function deskThat(throws: unknown): { readonly desk: Desk; readonly warned: object[] } {
  const fails = (): Promise<never> => Promise.reject(throws);
  const warned: object[] = [];
  return {
    desk: steadyDesk(
      { ask: fails, press: fails, fill: fails, offer: fails },
      { warn: (facts) => void warned.push(facts) },
    ),
    warned,
  };
}

describe('the desk', () => {
  it.each([
    ['a run of a newer version', newer, 'newer version of Fettle', '更新版本'],
    ['a run that is damaged', damaged, 'cannot be read', '无法读取'],
    ['more calls than may wait', new StoreUnavailable('TOO_MANY_CALLS'), 'not recorded', '未记录'],
    ['a store that is away', new StoreUnavailable('ECONNREFUSED'), 'cannot be used right now', '暂时不可用'],
  ])('answers %s in a sentence, in both languages', async (_, error, en, zh) => {
    const { desk, warned } = deskThat(error);
    const says = { kind: 'says', says: { en: expect.stringContaining(en), zh: expect.stringContaining(zh) } };
    expect(await desk.ask('inspect', 'mq', arrival)).toEqual(says);
    expect(await desk.press('b', arrival)).toEqual(says);
    expect(await desk.fill({ kind: 'button', id: 'b' }, {}, arrival)).toEqual(says);
    expect(warned).toHaveLength(3);
  });

  it('lets a bug through', async () => {
    const { desk } = deskThat(new TypeError('a bug'));
    await expect(desk.press('b', arrival)).rejects.toThrow('a bug');
  });
});

describe('a worker', () => {
  it('leaves a run that it cannot read, and lets everything else through', async () => {
    const warned: object[] = [];
    let error: unknown = newer;
    const work = (_id: RunId, _signal: AbortSignal): Promise<void> => Promise.reject(error);
    const runner = leaveUnreadable(
      { read: work, change: work, help: work },
      { warn: (facts) => void warned.push(facts) },
    );
    const id = RunId.parse(newer.id);
    const { signal } = new AbortController();
    for (const name of ['read', 'change', 'help'] as const) await runner[name](id, signal);
    expect(warned).toHaveLength(3);
    error = new StoreUnavailable('TIMEOUT');
    await expect(runner.change(id, signal)).rejects.toThrow('TIMEOUT');
  });
});
