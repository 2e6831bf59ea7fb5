import { describe, expect, it } from 'vitest';
import { harmless } from '../../../../src/kit/index.ts';
import { millisecondsOf, mixtures } from './hostile-text.ts';

const ENDS = ['\u2028', '\u2029', '\u0085', '\u000b', '\u000c', '\r'];

describe('harmless output', () => {
  it.each(ENDS)('has no line end that the host did not mean: %j', (end) => {
    expect(harmless(`ERROR one${end}two\nthree`)).toBe('ERROR one\ufffdtwo\nthree');
  });

  it('keeps lines, tabs and every ordinary character, and ends lines of Windows as others', () => {
    const text = 'a\tb\nZ\u00fcrich \u5bc6\u7801 \ud83d\ude00 \u2022\n';
    expect(harmless(text)).toBe(text);
    expect(harmless('HTTP/1.1 200\r\nA: b\r\n\r\nbody')).toBe('HTTP/1.1 200\nA: b\n\nbody');
  });

  it('has no terminal sequence, control, direction mark or character without a glyph', () => {
    expect(harmless('\u001b[31mERR\u001b[0m\u202eO\u200bR\u0000 \u009b2J\u0007\u2066x\ufeff')).toBe(
      'ERROR x',
    );
  });

  it('leaves nothing that acts in 20 000 mixtures, and changes nothing more the second time', () => {
    const pieces = [
      ...ENDS,
      '\n',
      '\u001b',
      '[',
      '2J',
      ']0;',
      '\u0007',
      '\u009b',
      '\u202e',
      '\u200d',
      'a',
      ' ',
      '\ud800',
      '\ufe0f',
      '\u0000',
    ];
    const wrong = [...mixtures(pieces, 20_000, 14, 5)].filter((text) => {
      const once = harmless(text);
      return harmless(once) !== once || /(?!\n|\t)[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(once);
    });
    expect(wrong.slice(0, 3)).toEqual([]);
  });

  it('takes 64 KiB of anything within 100 ms', () => {
    const slow = [...ENDS, '\u001b[', '\u001b]', 'a', '\u200b', '\ud800', '\ufe0f', '\r\r'].filter(
      (piece) => millisecondsOf(() => harmless(piece.repeat(65_536 / piece.length))) >= 100,
    );
    expect(slow).toEqual([]);
  });
});
