import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FormOf } from '../../../src/desk/port.ts';
import { type DeskStage, from, openDeskStage } from './stage.ts';

let stage: DeskStage;
beforeAll(async () => {
  stage = await openDeskStage();
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.sent.length = 0;
});

const inspect: FormOf = { kind: 'command', name: 'inspect' };

describe('the form of a command', () => {
  it('is offered where words are missing, beside the sentence for doors that have no forms', async () => {
    const said = await stage.desk.ask('inspect', '', from('U0LIN'));
    expect(said).toMatchObject({ kind: 'says', says: { en: 'Inspect what?' }, form: { of: inspect } });
    expect(await stage.desk.ask(undefined, 'inspect', from('U0LIN'))).toMatchObject({
      form: { of: inspect },
    });
    expect(await stage.desk.ask('inspect', 'appm', from('U0LIN'))).not.toHaveProperty('form');
  });

  it('is in the help of the command that has it', async () => {
    const said = await stage.desk.ask(undefined, 'help', from('U0LIN'));
    if (said.kind !== 'help') throw new Error('no help');
    expect(said.help.commands.map(({ name, button }) => [name, button?.en])).toEqual([
      ['inspect', 'Inspect…'],
      ['unstick', undefined],
      ['fettle', undefined],
    ]);
  });

  it('offers places to whoever may look at them, by what policy calls the person', async () => {
    const offered = async (who: string, field: string, typed = '') =>
      (await stage.desk.offer(inspect, field, typed, from(who))).options.map(({ value }) => value);
    expect(await offered('U0LIN', 'system')).toEqual(['MQ']);
    expect(await offered('U0GUO', 'system')).toEqual(['REG']);
    expect(await offered('U0LIN', 'host', 'BROKER')).toEqual(['msgbroker-1']);
    expect(await offered('U0GUO', 'host')).toEqual([]);
    expect(await offered('U0STRANGER', 'system')).toEqual([]);
  });

  it('offers nothing in a field that has no list, or in a form that is not there', async () => {
    const nothing = { options: [], all: 0 };
    expect(await stage.desk.offer(inspect, 'all', '', from('U0LIN'))).toEqual(nothing);
    expect(await stage.desk.offer(inspect, 'nothing', '', from('U0LIN'))).toEqual(nothing);
    const unstick: FormOf = { kind: 'command', name: 'unstick' };
    expect(await stage.desk.offer(unstick, 'host', '', from('U0LIN'))).toEqual(nothing);
    const button: FormOf = { kind: 'button', id: 'b' };
    expect(await stage.desk.offer(button, 'host', '', from('U0LIN'))).toEqual(nothing);
  });

  it('sent, is the same as having typed it', async () => {
    const said = await stage.desk.fill(inspect, { system: ['MQ'] }, from('U0LIN'));
    if (said.kind !== 'started') throw new Error('not started');
    expect(await stage.store.runs.get(said.runId)).toMatchObject({
      typed: '/inspect mq',
      ask: { kind: 'inspect', scope: { kind: 'system', ids: ['MQ'] } },
      requestedBy: { id: 'lin' },
      state: 'queued',
    });
    expect(stage.sent).toHaveLength(1);
  });

  it('sent twice, is one run; with other words, another', async () => {
    const view = 'view:V1';
    const [first, second] = await Promise.all(
      [1, 2].map(() => stage.desk.fill(inspect, { system: ['MQ'] }, from('U0LIN', view))),
    );
    expect(first).toEqual(second);
    expect(stage.sent).toHaveLength(1);
    expect(await stage.desk.fill(inspect, { all: ['all'] }, from('U0LIN', view))).not.toEqual(first);
    expect(stage.sent).toHaveLength(2);
  });

  it('is refused as typing it is, and the refusal is written down', async () => {
    const before = await stage.rows();
    expect(await stage.desk.fill(inspect, { system: ['MQ'] }, from('U0GUO'))).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('No rule lets you look at MQ') as string },
    });
    expect((await stage.rows()) - before).toBe(1);
    expect(stage.sent).toEqual([]);
  });

  it('says what is wrong, at its field, and asks nothing', async () => {
    expect(await stage.desk.fill(inspect, {}, from('U0LIN'))).toMatchObject({
      kind: 'mistakes',
      mistakes: [{ field: 'system' }],
    });
    expect(await stage.desk.fill(inspect, { all: ['all'], system: ['MQ'] }, from('U0LIN'))).toMatchObject({
      kind: 'mistakes',
      mistakes: [{ field: 'all' }],
    });
    expect(stage.sent).toEqual([]);
  });

  it('that is not there any more says so', async () => {
    expect(await stage.desk.fill({ kind: 'command', name: 'unstick' }, {}, from('U0LIN'))).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('not known here any more') as string },
    });
  });
});
