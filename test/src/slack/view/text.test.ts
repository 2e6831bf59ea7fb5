import { describe, expect, it } from 'vitest';
import { visible, words } from '../../../../src/kit/index.ts';
import { clean } from '../../../../src/kit/index.ts';
import { code, escaped, plain } from '../../../../src/slack/view/text.ts';
import { view } from '../../../../src/slack/view/view.ts';
import { aFinding, aReport, reported } from '../fixtures.ts';

const PIECES = [
  '<',
  '>',
  '&',
  '<!channel>',
  '<!here>',
  '<@U0LIN>',
  '<https://evil.example|ok>',
  '&lt;',
  '&amp;lt;',
  '@everyone',
  '`',
  '```',
  '*',
  '_',
  '~',
  '\n',
  '\r',
  '\t',
  '\u001b[31m',
  '\u001b]0;title\u0007',
  '\u009b1m',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u2065',
  '\u{e0041}',
  '\ud800',
  '\udc00',
  '\u0000',
  '9529',
  '消息',
  '😀',
  '|',
  '^',
  '!',
];

/** The same sequence every time: a failure can be repeated. */
function* texts(count: number): Iterable<string> {
  let seed = 20261121;
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  for (let n = 0; n < count; n += 1)
    yield Array.from({ length: 1 + next(12) }, () => PIECES[next(PIECES.length)]).join('');
}

describe('text from outside', () => {
  it('never becomes a mention, a link or a terminal sequence, in 100 000 mixtures', () => {
    const broken = [...texts(100_000)].filter((text) => {
      const out = escaped(text, 40);
      return /[<>]|&(?!amp;|lt;|gt;)/.test(out) || out.length > 40 || /[\p{Cc}\p{Cf}\p{Cs}]/u.test(out);
    });
    expect(broken).toEqual([]);
  });

  it('stays inside its code style, in 100 000 mixtures', () => {
    const broken = [...texts(100_000)].filter((text) => {
      const out = code(text, 30);
      return !/^`[^`<>]+`$/.test(out) || out.length > 30;
    });
    expect(broken).toEqual([]);
  });

  it('is cut where Slack counts, which is after escaping', () => {
    expect(escaped('<'.repeat(3000), 3000)).toHaveLength(2997);
    expect(plain('<'.repeat(3000), 75).replaceAll('<', '&lt;').length).toBeLessThanOrEqual(75);
    expect(escaped('abc', 3)).toBe('abc');
    expect(escaped('abcd', 3)).toBe('ab…');
    expect(escaped('😀😀', 3)).toBe('😀…');
  });

  it('loses terminal colours, directions and what cannot be seen', () => {
    expect(clean('\u001b[1;31mred\u001b[0m \u202eabc\u2069 a\u200bb\u2065\u{e0041}\u0000\r\nline')).toBe(
      'red abc ab\nline',
    );
  });

  it('is spelled out where every character counts', () => {
    expect(visible('a\u200bb')).toBe('a\\u{200b}b');
  });

  it('is escaped exactly once on its way into a view', () => {
    const run = reported(aReport([aFinding({ state: 'critical', says: words('a < b & <!channel>', 'x') })]));
    const shown = JSON.stringify(view(run));
    expect(shown).toContain('a &lt; b &amp; &lt;!channel&gt;');
    expect(shown).not.toMatch(/<!(?!date\^)|<@|<#|&amp;lt;/);
  });
});
