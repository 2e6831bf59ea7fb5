import { describe, expect, it } from 'vitest';
import { mask } from '../../../../../src/kit/index.ts';
import { SECRET_SHAPES } from '../../../../support/secret-shapes.ts';

/** Where a secret may stand: alone, in a line of a log, between others, in a Chinese sentence, in a JSON text. */
const AROUND: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) =>
    `2026-11-29 10:00:00,123 ERROR [main] com.example.Order - failed\n${text}\n\tat com.example.Order.run(Order.java:12)`,
  (text) => (text.includes('\n') ? `INFO\n${text}` : `INFO ${text} user=admin`),
  (text) => `\u672a\u53d1\u9001\uff1a${text}\u3002\u8bf7\u91cd\u65b0\u53d1\u8d77\u3002`,
  (text) => `{"status":200,"message":${JSON.stringify(text)},"rows":1}`,
];
const STARTS_A_LINE =
  /^(?:\*:|db\.example:5432|id\t|user,|NAME|\+--| usename|password:\n|AUTH |Private-|\*2\n)/;

describe('the shapes of secrets', () => {
  it('are at least 150, in both languages', () => {
    expect(SECRET_SHAPES.length).toBeGreaterThan(240);
    expect(SECRET_SHAPES.filter(({ text }) => /[\u4e00-\u9fff]/.test(text)).length).toBeGreaterThan(30);
    for (const { text, canary } of SECRET_SHAPES) expect(text).toContain(canary);
  });

  it.each(SECRET_SHAPES)('are hidden: $name $text', ({ text, canary }) => {
    for (const around of STARTS_A_LINE.test(text) ? AROUND.slice(0, 2) : AROUND) {
      const whole = around(text);
      const shown = mask(whole);
      const written = JSON.stringify(canary).slice(1, -1);
      expect(shown.includes(canary) || shown.includes(written), `${whole}\n=> ${shown}`).toBe(false);
      expect(mask(shown)).toBe(shown);
    }
  });
});

/** Output that tells by where its lines begin: a column alone, and the end of a key whose beginning was cut off. */
describe('secrets on lines of their own', () => {
  it.each([
    'password\n--------\nZqCan01x',
    'token\nZqCan01x\n',
    'failed: token\nZqCan01x.',
    'MIIEZqCan01xabcdefghijklmnopqrstuvwx\nabc\n-----END PRIVATE KEY-----',
    'MIIEZqCan01xabcdefghijklmnopqrstuvwx\\nabc\\n-----END PRIVATE KEY-----',
    'failed: MIIEZqCan01xabcdefghijklmnopqrstuvwx\nabc\n-----END PRIVATE KEY-----',
  ])('are hidden: %j', (text) => {
    expect(mask(text)).not.toContain('ZqCan01x');
    expect(mask(`INFO\n${text}`)).not.toContain('ZqCan01x');
  });
});
