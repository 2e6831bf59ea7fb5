import { describe, expect, it } from 'vitest';
import fettle from '../../commands/fettle.ts';
import { EMPTY_ESTATE } from '../support/run-check.ts';

const read = (text: string) => fettle.read(text, { estate: EMPTY_ESTATE, catalog: { playbooks: new Map() } });

describe('/fettle', () => {
  it.each(['', '  ', 'help', ' HELP ', '?', '帮助', ...fettle.examples])('helps with %j', (text) => {
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
