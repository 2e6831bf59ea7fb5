import { describe, expect, it } from 'vitest';
import fettle from '../../commands/fettle.ts';
import { EMPTY_ESTATE } from '../support/run-check.ts';

const read = (text: string) => fettle.read(text, { estate: EMPTY_ESTATE, catalog: { playbooks: new Map() } });

describe('/fettle', () => {
  it.each(['', '  ', 'help', ' HELP ', '?', '帮助'])('helps with %j', (text) => {
    expect(read(text)).toEqual({ kind: 'help', topic: '' });
  });

  it('says what to type when it does not know the word', () => {
    expect(read('dance')).toEqual({
      kind: 'answer',
      says: {
        en: '"dance" is not a word of /fettle. Type: /fettle help',
        zh: expect.stringContaining('/fettle help') as string,
      },
    });
  });

  it('repeats no more of a long text than is needed to recognise it', () => {
    const intent = read('x'.repeat(3000));
    expect(intent.kind === 'answer' && intent.says.en.length).toBeLessThan(200);
  });
});

describe('/fettle status and readonly', () => {
  it.each(['status', 'STATUS', '状态'])('shows how it stands: %j', (text) => {
    expect(read(text)).toEqual({ kind: 'status' });
  });

  it.each([
    ['readonly on reason="database maintenance"', true, 'database maintenance'],
    ['ReadOnly OFF reason=“maintenance is over”', false, 'maintenance is over'],
    ['read-only on because the disks are full', true, 'the disks are full'],
    ['只读 开启 原因：数据库维护', true, '数据库维护'],
    ['只读 关闭 原因=维护结束', false, '维护结束'],
  ])('reads the switch with its reason: %j', (text, on, reason) => {
    expect(read(text)).toEqual({ kind: 'readonly', on, reason });
  });

  it.each([
    'readonly',
    'readonly on',
    'readonly off',
    'readonly on reason=""',
    'readonly maybe reason="why not"',
    `readonly on reason="${'x'.repeat(300)}"`,
  ])('turns nothing without saying which way and why: %j', (text) => {
    expect(read(text)).toMatchObject({ kind: 'answer' });
  });

  it('reads each of its own examples', () => {
    for (const { examples } of [fettle, ...(fettle.uses ?? [])])
      for (const example of examples) expect(read(example).kind).not.toBe('answer');
  });
});
