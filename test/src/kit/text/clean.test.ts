import { describe, expect, it } from 'vitest';
import { clean } from '../../../../src/kit/index.ts';
import { millisecondsOf, mixtures, numbers } from './hostile-text.ts';

const ESC = '\u001b';
/** Everything that may not be in cleaned text, but for U+FE0F behind an emoji. */
const FORBIDDEN =
  /(?!\n|\t|\ufe0f)[\p{Cc}\p{Cf}\p{Cs}\p{DI}\p{Noncharacter_Code_Point}\u2028\u2029\u2800]|(?<!(?![0-9#*])\p{Emoji})\ufe0f/u;

describe('clean', () => {
  it.each([
    ['a colour', `${ESC}[1;31mFAILED${ESC}[0m`, 'FAILED'],
    ['a colour in eight bits', '\u009b31mred', 'red'],
    ['a cursor move that overwrites', `FAILED${ESC}[6DOK    `, 'FAILEDOK    '],
    ['a title', `${ESC}]0;pwned\u0007x`, 'x'],
    ['a link', `${ESC}]8;;http://evil.example${ESC}\\click${ESC}]8;;${ESC}\\`, 'click'],
    ['a link in eight bits', 'a\u009d8;;http://evil.example\u009cb', 'ab'],
    ['the clipboard', `${ESC}]52;c;ZXZpbA==\u0007`, ''],
    ['a device control string', `${ESC}P$q"p${ESC}\\x`, 'x'],
    ['an application command', `${ESC}_Gf=100;AAAA${ESC}\\x`, 'x'],
    ['a character set', `${ESC}(0qqq${ESC}(B`, 'qqq'],
    ['a reset', `${ESC}cx`, 'x'],
    ['backspaces', 'rm -rf /\b\b\b\b\b\b\b\becho', 'rm -rf /echo'],
    ['a bell and NUL', 'a\u0007\u0000b', 'ab'],
    ['a direction override', 'abc\u202etxt.exe\u202c', 'abctxt.exe'],
    ['direction isolates', '\u2066a\u2069\u2067b\u2069', 'ab'],
    ['a name split by nothing', 'control\u200b_\u200dlock\ufeff', 'control_lock'],
    ['letters written in tags', 'ok\u{e0041}\u{e007f}', 'ok'],
    ['the unassigned U+2065', 'a\u2065b', 'ab'],
    ['fillers', 'a\u115f\u3164\u2800\u034fb', 'ab'],
    ['stray variation selectors', 'a\ufe0fb\ufe01\u{e0100}1\ufe0f', 'ab1'],
    ['half a surrogate pair', 'a\ud800b\udc00', 'a\ufffdb\ufffd'],
    ['no characters', 'a\uffff\u{1fffe}\ufdd0', 'a\ufffd\ufffd\ufffd'],
  ])('takes out %s', (_, text, shown) => {
    expect(clean(text)).toBe(shown);
  });

  it.each(['plain', 'Füße, naïve, Ελλάδα', '第一行\n\t第二行', '😀 ❤️ ☎️ 👍🏽', 'العربية', '𠮷野家', ''])(
    'leaves %j as it is',
    (text) => {
      expect(clean(text)).toBe(text);
    },
  );

  it('makes a line feed of every line end, so that nothing is overwritten', () => {
    expect(clean('a\r\nb\rc\u0085d\u2028e\u2029f\vg\fh')).toBe('a\nb\nc\nd\ne\nf\ng\nh');
  });

  it('lets a sequence that never ends hide nothing', () => {
    expect(clean(`${ESC}]0;ERROR disk full`)).toBe('0;ERROR disk full');
    expect(clean(`${ESC}P1\nERROR`)).toBe('1\nERROR');
    expect(clean('\u009dERROR\u009dmore')).toBe('ERRORmore');
    expect(clean(`${ESC}[31`)).not.toContain(ESC);
  });

  it('leaves nothing hidden and cleans twice to the same, in 60 000 mixtures', () => {
    const pieces = [
      ESC,
      ESC,
      ESC,
      '[',
      ']',
      'P',
      '_',
      '\\',
      'm',
      '31',
      ';',
      ' ',
      '(',
      'B',
      '?',
      '\u0007',
      '\u009b',
      '\u009c',
      '\u009d',
      '\u0090',
      '\r',
      '\n',
      '\t',
      '\u0085',
      '\u0000',
      '\u007f',
      '\u202e',
      '\u2066',
      '\u2065',
      '\u200b',
      '\u200d',
      '\ufeff',
      '\u2028',
      '\u00ad',
      '\u061c',
      '\u180e',
      '\ufe0f',
      '\ufe0f',
      '\ufe0e',
      '\u{e0041}',
      '\u{e0100}',
      '❤',
      '😀',
      '1',
      '#',
      '\u20e3',
      'a',
      '消',
      '\ud83d',
      '\ude00',
      '\ud800',
      '\udb40',
      '\udc41',
      '\uffff',
      '\u3164',
      '\u2800',
    ];
    const wrong = [...mixtures(pieces, 60_000, 14, 20261121)].filter((text) => {
      const shown = clean(text);
      return FORBIDDEN.test(shown) || clean(shown) !== shown;
    });
    expect(wrong).toEqual([]);
  });

  it('leaves nothing hidden in 20 000 texts of any code units', () => {
    const next = numbers(7);
    const wrong = Array.from({ length: 20_000 }, () =>
      String.fromCharCode(...Array.from({ length: 40 }, () => next(0x10000))),
    ).filter((text) => FORBIDDEN.test(clean(text)) || clean(clean(text)) !== clean(text));
    expect(wrong).toEqual([]);
  });

  it.each([
    ['openings of strings', `${ESC}]`],
    ['eight-bit openings', '\u009d'],
    ['openings with a text', `${ESC}]0;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`],
    ['parameters without an end', `${ESC}[0000000000000000000000000000000000000`],
    ['escapes', ESC],
    ['intermediates', `${ESC}                                        `],
    ['selectors', '\ufe0f'],
    ['zeros', '0'],
  ])('takes a megabyte of %s in a fraction of a second', (_, piece) => {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    expect(millisecondsOf(() => clean(text))).toBeLessThan(2000);
    expect(millisecondsOf(() => clean(`${ESC}[${'0'.repeat(1_000_000)}`))).toBeLessThan(2000);
  });
});
