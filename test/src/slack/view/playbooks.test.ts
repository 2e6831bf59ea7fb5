import { describe, expect, it } from 'vitest';
import type { PlaybookCard } from '../../../../src/desk/port.ts';
import { callForm, type FormValues, readCall, words } from '../../../../src/kit/index.ts';
import { answer } from '../../../../src/slack/view/answer.ts';
import { formView, valuesOf } from '../../../../src/slack/view/form.ts';
import { playbooksAnswer, withOpener } from '../../../../src/slack/view/playbooks.ts';
import { assertBlocks } from '../../../support/block-limits.ts';
import { callable, estate, EVERY_WORD } from '../../../support/argument-words.ts';

const card = (no: number, over: Partial<PlaybookCard> = {}): PlaybookCard => ({
  name: `playbook-${no}`,
  title: words(`Mend <the> thing ${no}`, `修复 ${no}`),
  system: { id: 'MQ', title: words('Message queue', '消息队列') },
  risk: 'risky',
  clause: '002 §4.5.2 · MQ-F01',
  usage: words(`/run playbook-${no} <host>`, `/run playbook-${no} <主机>`),
  examples: [`/run playbook-${no} msgbroker-1`],
  args: [{ id: 'host', title: words('Host', '主机'), isOptional: false }],
  opens: { command: 'run', typed: `playbook-${no} ?` },
  ...over,
});

describe('playbooks in Slack', () => {
  it('are one explained, with the button that runs it', () => {
    const { blocks } = playbooksAnswer({ kind: 'playbooks', cards: [card(1)] }, 'en');
    const text = JSON.stringify(blocks);
    expect(text).toContain('&lt;the&gt;');
    expect(text).toContain('002 §4.5.2');
    expect(blocks.at(-1)).toMatchObject({
      type: 'actions',
      elements: [{ action_id: 'fettle-opens:run', value: 'playbook-1 ?', text: { text: 'Run…' } }],
    });
  });

  it('have no button for somebody who may not run them', () => {
    const { opens: _, ...without } = card(1);
    const said = playbooksAnswer({ kind: 'playbooks', cards: [without] }, 'zh');
    expect(JSON.stringify(said)).not.toContain('fettle-opens');
    expect(JSON.stringify(said)).toContain('修复 1');
  });

  it.each([0, 1, 2, 20, 21, 58, 400])('fit what Slack takes when there are %i', (count) => {
    const cards = Array.from({ length: count }, (_, no) =>
      card(no, { title: words('x'.repeat(300), '修'.repeat(300)) }),
    );
    for (const lang of ['en', 'zh'] as const)
      expect(() => assertBlocks(playbooksAnswer({ kind: 'playbooks', cards }, lang).blocks)).not.toThrow();
  });
});

describe('the form of a playbook', () => {
  const sent = (begins: FormValues, of: string) => {
    const form = callForm(callable(EVERY_WORD[of] ?? EVERY_WORD['host']!));
    return formView(
      { of: { kind: 'command', name: 'run', topic: 'mend' }, form, begins },
      {
        of: { kind: 'command', name: 'run', topic: 'mend' },
        channel: 'C1',
        lang: 'zh',
      },
    );
  };

  it('begins with what was typed, right or wrong', () => {
    const read = readCall(
      callable(EVERY_WORD['hosts, or the red ones']!),
      'msgbroker msgbroker-9 reason="坏了"',
      estate,
    );
    expect(sent(read.given, 'hosts, or the red ones').blocks).toMatchObject([
      {},
      { block_id: 'app', element: { type: 'external_select', initial_option: { value: 'msgbroker' } } },
      {
        block_id: 'hosts',
        element: { type: 'multi_external_select', initial_options: [{ value: 'msgbroker-9' }] },
      },
      { block_id: 'hosts-which', element: { type: 'checkboxes' } },
      { block_id: 'ticket', optional: true },
      { block_id: 'reason', element: { initial_value: '坏了' } },
    ]);
  });

  it.each(Object.keys(EVERY_WORD))('fits what Slack takes: %s', (of) => {
    for (const begins of [
      {},
      Object.fromEntries(
        ['host', 'hosts', 'app', 'note', 'reason', 'order'].map((id) => [id, ['x'.repeat(2000)]]),
      ),
    ])
      expect(() => assertBlocks(sent(begins, of).blocks, 'modal')).not.toThrow();
  });

  it('gives one value of a menu of one', () => {
    const state = {
      host: { 'fettle-field': { type: 'external_select', selected_option: { value: 'ledger-1' } } },
    };
    expect(valuesOf(state)).toEqual({ host: ['ledger-1'] });
  });
});

describe('an answer that a form goes with', () => {
  it('has a button that opens it with what was typed, where no form could be opened', () => {
    const form = {
      of: { kind: 'command', name: 'run', topic: 'mend' },
      form: callForm(callable(EVERY_WORD['host']!)),
      typed: 'mend ledgr-1 ?',
    } as const;
    const plain = answer(words('Unknown host.', '没有。'), 'en');
    expect(withOpener(plain, form, 'en').blocks.at(-1)).toMatchObject({
      elements: [{ action_id: 'fettle-opens:run', value: 'mend ledgr-1 ?' }],
    });
    expect(
      withOpener(plain, { ...form, typed: `mend ${'x'.repeat(3000)} ?` }, 'en').blocks.at(-1),
    ).toMatchObject({
      elements: [{ value: 'mend ?' }],
    });
    expect(withOpener(plain, undefined, 'en')).toBe(plain);
  });
});
